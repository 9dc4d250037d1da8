/* SPDX-License-Identifier: GPL-3.0-or-later
 * What a package is worth once signed (model 5): recursion over phases and over what was really delivered. The movers
 * of a phase play a logit game of complete information, followed from rationality 0 in small steps. */
#include "reference_inside.h"

#include <math.h>

enum { PARTY_MAX = 8, ISSUE_MAX = 16, ACTS_MAX = 1 << PARTY_MAX };

typedef struct Deal {
    const Situation *s;
    const int *options, *types;
    int first_phase, phase_end;
    double delta[PARTY_MAX][ISSUE_MAX]; /* gain from an issue, whole */
    double afterwards[PARTY_MAX], watched[PARTY_MAX], final[PARTY_MAX];
    bool turned;
} Deal;

typedef struct Worth {
    double value[PARTY_MAX], kept;
} Worth;

static double share_of(const Deal *deal, int phase, int issue) {
    return deal->s->phase_share[(size_t)phase * (size_t)deal->s->issue_count + (size_t)issue];
}

static bool moves_in(const Deal *deal, int phase, int party) {
    const Situation *s = deal->s;
    for (int k = 0; k < s->issue_count; k++)
        if (s->performs[k * s->party_count + party] && deal->options[k] != s->today[k] && share_of(deal, phase, k) > 0)
            return true;
    return false;
}

static double synergies(const Situation *s, int type, const int *options) {
    double sum = 0;
    for (int r = 0; r < s->synergy_count; r++) {
        bool matches = s->synergy_type[r] == type;
        for (int k = 0; k < s->issue_count && matches; k++)
            matches = s->synergy_allows[r * s->option_total + options[k]];
        if (matches) sum += s->synergy_points[r];
    }
    return sum;
}

static void prepare(Deal *deal, int date, const int *rungs) {
    const Situation *s = deal->s;
    double p = rules_after_collapse(s, rungs);
    for (int i = 0; i < s->party_count; i++) {
        int type = deal->types[i];
        for (int k = 0; k < s->issue_count; k++) {
            int option = deal->options[k];
            deal->delta[i][k] =
                s->weight[type * s->issue_count + k] *
                (s->score[type * s->option_total + option] - s->score[type * s->option_total + s->today[k]]) / 100;
        }
        deal->watched[i] = rules_detection(s, i, date, deal->options);
        deal->afterwards[i] =
            p * rules_war(s, type, date, rungs, NULL) + (1 - p) * s->collapse[date * s->type_total + type];
        deal->final[i] = synergies(s, type, deal->options) - synergies(s, type, s->today);
    }
    int timetable = 0;
    for (int k = 0; k < s->issue_count; k++)
        if (s->option_timetable[deal->options[k]] >= 0) timetable = s->option_timetable[deal->options[k]];
    deal->first_phase = s->phase_start[timetable];
    deal->phase_end = s->phase_start[timetable + 1];
}

static bool is_delivered(const Deal *deal, int issue, const bool *breaches) {
    for (int i = 0; i < deal->s->party_count; i++)
        if (breaches[i] && deal->s->performs[issue * deal->s->party_count + i]) return false;
    return true;
}

static void settle_phase(Deal *deal, int phase, const double *delivered, Worth *worth);

/* What the phase is worth when exactly these parties breach in it. */
static void settle_acts(Deal *deal, int phase, const double *delivered, const bool *breaches, Worth *worth) {
    const Situation *s = deal->s;
    double after[ISSUE_MAX], missed = 1, dispute = s->phase_ambiguity[phase];
    bool counts[ISSUE_MAX];
    for (int k = 0; k < s->issue_count; k++) {
        counts[k] = is_delivered(deal, k, breaches);
        after[k] = delivered[k] + (counts[k] ? share_of(deal, phase, k) : 0);
    }
    for (int i = 0; i < s->party_count; i++)
        if (breaches[i]) missed *= 1 - deal->watched[i];
    Worth next;
    settle_phase(deal, phase + 1, after, &next);
    for (int i = 0; i < s->party_count; i++) {
        double gain = 0, fail = deal->afterwards[i];
        for (int k = 0; k < s->issue_count; k++) {
            if (counts[k]) gain += share_of(deal, phase, k) * deal->delta[i][k];
            fail -= s->reversible[k] * after[k] * deal->delta[i][k];
        }
        double caught = fail - (breaches[i] ? s->breach_penalty[deal->types[i]] : 0);
        worth->value[i] = gain + (1 - dispute) * (missed * next.value[i] + (1 - missed) * caught) + dispute * fail;
    }
    worth->kept = (1 - dispute) * missed * next.kept;
}

/* Probability that the movers act so (bit m set: mover m breaches) at log-odds z of breaching. */
static double chance_of(int movers, int acts, const double *z) {
    double p = 1;
    for (int m = 0; m < movers; m++) p /= 1 + exp(acts >> m & 1 ? -z[m] : z[m]);
    return p;
}

/* z - s lambda (Q(breach) - Q(comply)) of every mover. */
static void mismatch(const Deal *deal, int movers, const int *who, const Worth *worths, double scale, const double *z,
                     double *out) {
    for (int m = 0; m < movers; m++) {
        double difference = 0, pinned[PARTY_MAX];
        for (int n = 0; n < movers; n++) pinned[n] = n == m ? -INFINITY : z[n];
        for (int acts = 0; acts < 1 << movers; acts++)
            if (!(acts >> m & 1))
                difference += chance_of(movers, acts, pinned) *
                              (worths[acts | 1 << m].value[who[m]] - worths[acts].value[who[m]]);
        out[m] = z[m] - scale * deal->s->rationality[deal->types[who[m]]] * difference;
    }
}

static bool solve_linear(int n, double a[PARTY_MAX][PARTY_MAX], double *b) {
    for (int c = 0; c < n; c++) {
        int best = c;
        for (int r = c + 1; r < n; r++)
            if (fabs(a[r][c]) > fabs(a[best][c])) best = r;
        if (fabs(a[best][c]) < 1e-9) return false;
        for (int k = 0; k < n; k++) {
            double swap = a[c][k];
            a[c][k] = a[best][k];
            a[best][k] = swap;
        }
        double swap = b[c];
        b[c] = b[best];
        b[best] = swap;
        for (int r = 0; r < n; r++) {
            if (r == c) continue;
            double factor = a[r][c] / a[c][c];
            for (int k = c; k < n; k++) a[r][k] -= factor * a[c][k];
            b[r] -= factor * b[c];
        }
    }
    for (int c = 0; c < n; c++) b[c] /= a[c][c];
    return true;
}

/* Newton with differences; true when it settles without wandering off. */
static bool correct(const Deal *deal, int movers, const int *who, const Worth *worths, double scale, double *z) {
    for (int round = 0; round < 20; round++) {
        double at[PARTY_MAX], jacobian[PARTY_MAX][PARTY_MAX], size = 0;
        mismatch(deal, movers, who, worths, scale, z, at);
        for (int c = 0; c < movers; c++) {
            double up[PARTY_MAX], down[PARTY_MAX], keep = z[c], h = 1e-6;
            z[c] = keep + h;
            mismatch(deal, movers, who, worths, scale, z, up);
            z[c] = keep - h;
            mismatch(deal, movers, who, worths, scale, z, down);
            z[c] = keep;
            for (int r = 0; r < movers; r++) jacobian[r][c] = (up[r] - down[r]) / (2 * h);
        }
        if (!solve_linear(movers, jacobian, at)) return false;
        for (int c = 0; c < movers; c++) {
            z[c] -= at[c];
            size = fmax(size, fabs(at[c]) / (1 + fabs(z[c])));
        }
        if (size > 1) return false;
        if (size < 1e-14) return true;
    }
    return true;
}

static bool follow(const Deal *deal, int movers, const int *who, const Worth *worths, double *z) {
    double scale = 0, step = 1.0 / 16;
    for (int m = 0; m < movers; m++) z[m] = 0;
    while (scale < 1) {
        double trial[PARTY_MAX], to = fmin(1, scale + step), jump = 0;
        for (int m = 0; m < movers; m++) trial[m] = z[m];
        bool is_good = correct(deal, movers, who, worths, to, trial);
        for (int m = 0; m < movers; m++) jump = fmax(jump, fabs(trial[m] - z[m]));
        if (is_good && jump < 1) {
            for (int m = 0; m < movers; m++) z[m] = trial[m];
            scale = to;
        } else {
            step /= 2;
            if (step < 1e-6) return false;
        }
    }
    return true;
}

static void settle_phase(Deal *deal, int phase, const double *delivered, Worth *worth) {
    const Situation *s = deal->s;
    if (phase == deal->phase_end) {
        for (int i = 0; i < s->party_count; i++) worth->value[i] = deal->final[i];
        worth->kept = 1;
        return;
    }
    int who[PARTY_MAX], movers = 0;
    for (int i = 0; i < s->party_count; i++)
        if (moves_in(deal, phase, i)) who[movers++] = i;
    Worth worths[ACTS_MAX];
    for (int acts = 0; acts < 1 << movers; acts++) {
        bool breaches[PARTY_MAX] = {false};
        for (int m = 0; m < movers; m++) breaches[who[m]] = acts >> m & 1;
        settle_acts(deal, phase, delivered, breaches, &worths[acts]);
    }
    double z[PARTY_MAX];
    if (!follow(deal, movers, who, worths, z)) deal->turned = true;
    *worth = (Worth){.kept = 0};
    for (int acts = 0; acts < 1 << movers; acts++) {
        double p = chance_of(movers, acts, z);
        for (int i = 0; i < s->party_count; i++) worth->value[i] += p * worths[acts].value[i];
        worth->kept += p * worths[acts].kept;
    }
}

bool reference_settle(const Situation *situation, const int *options, int date, const int *rungs, const int *types,
                      double *value, double *kept) {
    if (situation->party_count > PARTY_MAX || situation->issue_count > ISSUE_MAX) reference_stop("scenario too large");
    Deal deal = {.s = situation, .options = options, .types = types};
    double nothing[ISSUE_MAX] = {0};
    Worth worth;
    prepare(&deal, date, rungs);
    settle_phase(&deal, deal.first_phase, nothing, &worth);
    for (int i = 0; i < situation->party_count; i++) value[i] = worth.value[i];
    *kept = worth.kept;
    return !deal.turned;
}
