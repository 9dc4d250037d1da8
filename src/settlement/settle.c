/* SPDX-License-Identifier: GPL-3.0-or-later
 * The value to go of a package, phase by phase (docs/method/settlement.md): backward induction with logit choices and
 * complete information between the signatories, over all histories of who complied.
 *
 * Of what was delivered before a phase, later phases ask only what each party would be left with if it failed, and each
 * delivery takes its own part off that. Invariant: `fail` [party] is that value before the phase at hand; a phase
 * leaves it as it found it. */
#include "settlement/settle.h"

#include <math.h>
#include <string.h>

/* Results of the remaining phases: value of each party, and the two probabilities. */
enum { EXTRA_KEPT, EXTRA_COMPLIED, EXTRA_COUNT };

typedef struct Phase {
    int index; /* flat phase */
    int mover_count;
    int *movers;            /* parties that choose in this phase */
    unsigned *breaches;     /* [party_count] the bit of a joint action by which it breaches; 0: it does not choose */
    double *ahead;          /* [joint action][party_count + EXTRA_COUNT] what each joint action leads to */
    double *gain, *snapped; /* [joint action][party_count] by what is delivered; what of it snaps back at a failure */
    double *fail;           /* [party_count] after this phase */
    double *odds;           /* [mover_count] log-odds of complying */
    double *base;           /* [mover_count] zeros */
    double *chance;         /* [mover_count][2] of complying, of breaching: set_chances() */
    BranchWorkspace *branch;
} Phase;

typedef struct Settling {
    const SettleTask *task;
    int party_count, width; /* width = party_count + EXTRA_COUNT */
    int phase_count;
    Phase *phases;
    double *issue_gain; /* [party_count][issue_count] */
    double *synergies;  /* [party_count] */
    double *missed;     /* [party_count] probability that a breach is not detected */
    SettleTrouble *trouble;
} Settling;

int settle_timetable(const Situation *s, const int *options) {
    for (int issue = 0; issue < s->issue_count; issue++)
        if (s->option_timetable[options[issue]] >= 0) return s->option_timetable[options[issue]];
    return 0;
}

static bool is_mover(const Situation *s, const int *options, int phase, int party) {
    for (int issue = 0; issue < s->issue_count; issue++)
        if (s->performs[(size_t)issue * s->party_count + party] && options[issue] != s->today[issue] &&
            s->phase_share[(size_t)phase * s->issue_count + issue] > 0)
            return true;
    return false;
}

int settlement_phases(const Situation *s, const int *options) {
    int timetable = settle_timetable(s, options);
    return s->phase_start[timetable + 1] - s->phase_start[timetable];
}

int settlement_movers(const Situation *s, const int *options, bool *moves) {
    int timetable = settle_timetable(s, options), count = 0;
    for (int party = 0; party < s->party_count; party++) {
        bool does = false;
        for (int phase = s->phase_start[timetable]; phase < s->phase_start[timetable + 1] && !does; phase++)
            does = is_mover(s, options, phase, party);
        if (moves) moves[party] = does;
        count += does;
    }
    return count;
}

/* ---- Preparing ---- */

/* What an issue adds, by joint action, where none of those who perform it breaches. */
static void add_issue(const Settling *all, const Phase *phase, int issue) {
    const Situation *s = all->task->situation;
    double share = s->phase_share[(size_t)phase->index * s->issue_count + issue];
    unsigned performers = 0;
    for (int k = 0; k < phase->mover_count; k++)
        if (s->performs[(size_t)issue * s->party_count + phase->movers[k]]) performers |= 1u << k;
    for (unsigned action = 0; action < 1u << phase->mover_count; action++)
        for (int party = 0; party < s->party_count && !(action & performers); party++) {
            size_t at = (size_t)action * (size_t)s->party_count + (size_t)party;
            double gain = share * all->issue_gain[party * s->issue_count + issue];
            phase->gain[at] += gain;
            phase->snapped[at] += s->reversible[issue] * gain;
        }
}

static bool prepare_phase(const Settling *all, Phase *phase, Arena *scratch) {
    const Situation *s = all->task->situation;
    size_t parties = (size_t)s->party_count;
    phase->movers = arena_array(scratch, parties, sizeof(int));
    phase->breaches = arena_array(scratch, parties, sizeof *phase->breaches);
    if (!phase->movers || !phase->breaches) return false;
    for (int party = 0; party < s->party_count; party++) {
        if (!is_mover(s, all->task->options, phase->index, party)) continue;
        phase->breaches[party] = 1u << phase->mover_count;
        phase->movers[phase->mover_count++] = party;
    }
    size_t actions = (size_t)1 << phase->mover_count;
    phase->ahead = arena_array(scratch, actions * (size_t)all->width, sizeof(double));
    phase->gain = arena_array(scratch, actions * parties, sizeof(double));
    phase->snapped = arena_array(scratch, actions * parties, sizeof(double));
    if (!phase->gain || !phase->snapped) return false;
    for (int issue = 0; issue < s->issue_count; issue++) add_issue(all, phase, issue);
    phase->fail = arena_array(scratch, parties, sizeof(double));
    phase->odds = arena_array(scratch, parties, sizeof(double));
    phase->base = arena_array(scratch, parties, sizeof(double));
    phase->chance = arena_array(scratch, 2 * parties, sizeof(double));
    phase->branch = branch_workspace_new(scratch, phase->mover_count);
    return phase->ahead && phase->fail && phase->odds && phase->base && phase->chance && phase->branch;
}

static bool prepare(Settling *all, Arena *scratch) {
    const SettleTask *task = all->task;
    const Situation *s = task->situation;
    int timetable = settle_timetable(s, task->options);
    size_t parties = (size_t)s->party_count;
    all->phase_count = s->phase_start[timetable + 1] - s->phase_start[timetable];
    all->phases = arena_array(scratch, (size_t)all->phase_count, sizeof *all->phases);
    all->issue_gain = arena_array(scratch, parties * (size_t)s->issue_count, sizeof(double));
    all->synergies = arena_array(scratch, parties, sizeof(double));
    all->missed = arena_array(scratch, parties, sizeof(double));
    if (!all->phases || !all->issue_gain || !all->synergies || !all->missed) return false;
    for (int party = 0; party < s->party_count; party++) {
        int type = task->types[party];
        for (int issue = 0; issue < s->issue_count; issue++)
            all->issue_gain[party * s->issue_count + issue] =
                settlement_issue_gain(s, type, issue, task->options[issue]);
        all->synergies[party] = settlement_synergies(s, type, task->options);
        all->missed[party] = 1 - task->detection[party];
    }
    for (int m = 0; m < all->phase_count; m++) {
        all->phases[m].index = s->phase_start[timetable] + m;
        if (!prepare_phase(all, &all->phases[m], scratch)) return false;
    }
    return true;
}

static bool are_same(const double *one, const double *two, size_t first, size_t count) {
    return memcmp(one + first, two + first, count * sizeof *one) == 0;
}

/* The stakes of one type: what prepare() and the phases read of it. */
static bool is_same_type(const Situation *one, const Situation *two, const int *options, int type) {
    size_t at = (size_t)type;
    if (one->rationality[at] != two->rationality[at] || one->breach_penalty[at] != two->breach_penalty[at])
        return false;
    if (!are_same(one->weight, two->weight, at * (size_t)one->issue_count, (size_t)one->issue_count)) return false;
    for (int issue = 0; issue < one->issue_count; issue++) {
        size_t row = at * (size_t)one->option_total, own = row + (size_t)options[issue],
               today = row + (size_t)one->today[issue];
        if (one->score[own] != two->score[own] || one->score[today] != two->score[today]) return false;
    }
    for (int k = 0; k < one->synergy_count; k++)
        if (one->synergy_type[k] == type && one->synergy_points[k] != two->synergy_points[k]) return false;
    return true;
}

bool settle_is_same(const Situation *one, const Situation *two, const int *options, const int *types) {
    int timetable = settle_timetable(one, options);
    size_t first = (size_t)one->phase_start[timetable], phases = (size_t)one->phase_start[timetable + 1] - first;
    size_t issues = (size_t)one->issue_count;
    bool is_same = are_same(one->reversible, two->reversible, 0, issues) &&
                   are_same(one->phase_ambiguity, two->phase_ambiguity, first, phases) &&
                   are_same(one->phase_share, two->phase_share, first * issues, phases * issues);
    for (int party = 0; party < one->party_count && is_same; party++)
        is_same = is_same_type(one, two, options, types[party]);
    return is_same;
}

/* ---- One phase ---- */

static void run_phase(const Settling *all, int m, const double *fail, double *result);

/* What a joint action of the phase leads to (bit k: mover k breaches), in expectation over detection and dispute. */
static void follow_action(const Settling *all, int m, unsigned action, const double *fail, double *result) {
    const Situation *s = all->task->situation;
    Phase *phase = &all->phases[m];
    const double *gain = phase->gain + (size_t)action * (size_t)s->party_count;
    const double *snapped = phase->snapped + (size_t)action * (size_t)s->party_count;
    double disputed = s->phase_ambiguity[phase->index], undetected = 1;
    for (int k = 0; k < phase->mover_count; k++)
        if (action >> k & 1) undetected *= all->missed[phase->movers[k]];
    for (int party = 0; party < s->party_count; party++) phase->fail[party] = fail[party] - snapped[party];
    run_phase(all, m + 1, phase->fail, result);
    for (int party = 0; party < s->party_count; party++) {
        double failed = phase->fail[party], caught = failed;
        if (action & phase->breaches[party]) caught -= s->breach_penalty[all->task->types[party]];
        result[party] =
            gain[party] + (1 - disputed) * (undetected * result[party] + (1 - undetected) * caught) + disputed * failed;
    }
    result[all->party_count + EXTRA_KEPT] *= (1 - disputed) * undetected;
    result[all->party_count + EXTRA_COMPLIED] *= action == 0 ? 1 - disputed : 0;
}

static void set_chances(const Phase *phase, const double *odds) {
    for (int k = 0; k < phase->mover_count; k++) {
        double e = exp(-fabs(odds[k])), likely = 1 / (1 + e), rare = e / (1 + e);
        phase->chance[2 * k] = odds[k] >= 0 ? likely : rare;
        phase->chance[2 * k + 1] = odds[k] >= 0 ? rare : likely;
    }
}

/* Probability of a joint action, leaving out mover `except` (-1: nobody). */
static double joint_probability(const Phase *phase, unsigned action, int except) {
    double p = 1;
    for (int k = 0; k < phase->mover_count; k++)
        if (k != except) p *= phase->chance[2 * k + (int)(action >> k & 1)];
    return p;
}

typedef struct Respond {
    const Settling *all;
    const Phase *phase;
} Respond;

/* d/dz_j of E[comply - breach of k]: the difference that j's own choice makes to it, times p_j (1 - p_j). */
static void phase_slope(const Respond *at, double *slope) {
    const Phase *phase = at->phase;
    int n = phase->mover_count;
    memset(slope, 0, (size_t)(n * n) * sizeof *slope);
    for (unsigned action = 0; action < 1u << n; action++)
        for (int k = 0; k < n; k++) {
            int party = phase->movers[k];
            double rationality = at->all->task->situation->rationality[at->all->task->types[party]];
            double value =
                rationality * phase->ahead[(size_t)action * at->all->width + party] * (action >> k & 1 ? -1 : 1);
            double p = joint_probability(phase, action, k);
            for (int j = 0; j < n; j++)
                if (j != k)
                    slope[k * n + j] +=
                        value * p * (action >> j & 1 ? -phase->chance[2 * j] : phase->chance[2 * j + 1]);
        }
}

static void phase_respond(void *payload, const double *odds, double *gain, double *slope) {
    const Respond *at = payload;
    const Phase *phase = at->phase;
    const SettleTask *task = at->all->task;
    set_chances(phase, odds);
    for (int k = 0; k < phase->mover_count; k++) {
        int party = phase->movers[k];
        double difference = 0;
        for (unsigned action = 0; action < 1u << phase->mover_count; action++)
            difference += joint_probability(phase, action, k) * (action >> k & 1 ? -1 : 1) *
                          phase->ahead[(size_t)action * at->all->width + party];
        gain[k] = task->situation->rationality[task->types[party]] * difference;
    }
    if (slope) phase_slope(at, slope);
}

/* What a mover of two gains by complying, times rationality, when the other does so (0) and when it breaches (1). */
static double pair_gain(const Settling *all, const Phase *phase, int k, int other_breaches) {
    int party = phase->movers[k], own = 1 << k, other = other_breaches << (1 - k);
    double rationality = all->task->situation->rationality[all->task->types[party]];
    return rationality * (phase->ahead[(size_t)other * (size_t)all->width + (size_t)party] -
                          phase->ahead[(size_t)(other | own) * (size_t)all->width + (size_t)party]);
}

static bool choose_as_pair(const Settling *all, const Phase *phase) {
    if (!all->task->is_direct || phase->mover_count != 2) return false;
    double gain[2][2];
    for (int k = 0; k < 2; k++)
        for (int breaches = 0; breaches < 2; breaches++) gain[k][breaches] = pair_gain(all, phase, k, breaches);
    return settle_pair(gain, phase->odds);
}

/* Log-odds of complying, on the principal branch of the phase's own game. */
static void choose(const Settling *all, Phase *phase) {
    Respond at = {all, phase};
    if (phase->mover_count == 1) {
        phase_respond(&at, phase->base, phase->odds, NULL);
        return;
    }
    if (choose_as_pair(all, phase)) return;
    BranchProblem problem = {phase->mover_count, phase->base, phase_respond, &at};
    BranchInfo info;
    BranchFound found = branch_follow(&problem, phase->branch, phase->odds, &info);
    all->trouble->turned += found == BRANCH_TURNED;
    all->trouble->lost += found == BRANCH_LOST;
}

/* result[width] = value to go before phase m. */
static void run_phase(const Settling *all, int m, const double *fail, double *result) {
    memset(result, 0, (size_t)all->width * sizeof *result);
    if (m == all->phase_count) {
        memcpy(result, all->synergies, (size_t)all->party_count * sizeof *result);
        result[all->party_count + EXTRA_KEPT] = result[all->party_count + EXTRA_COMPLIED] = 1;
        return;
    }
    Phase *phase = &all->phases[m];
    unsigned action_count = 1u << phase->mover_count;
    for (unsigned action = 0; action < action_count; action++)
        follow_action(all, m, action, fail, phase->ahead + (size_t)action * all->width);
    choose(all, phase);
    set_chances(phase, phase->odds);
    for (unsigned action = 0; action < action_count; action++) {
        double p = joint_probability(phase, action, -1);
        for (int k = 0; k < all->width; k++) result[k] += p * phase->ahead[(size_t)action * all->width + k];
    }
}

/* afterwards_i minus what snaps back of what was delivered before the first phase. */
static void begin_failing(const Settling *all, double *fail) {
    const SettleTask *task = all->task;
    const Situation *s = task->situation;
    for (int party = 0; party < s->party_count; party++) {
        fail[party] = task->afterwards[party];
        for (int issue = 0; issue < s->issue_count && task->delivered; issue++)
            fail[party] -=
                s->reversible[issue] * task->delivered[issue] * all->issue_gain[party * s->issue_count + issue];
    }
}

BrinkStatus settle_package(const SettleTask *task, Arena *scratch, double *value, double *kept, double *complied,
                           SettleTrouble *trouble) {
    int parties = task->situation->party_count;
    Settling all = {.task = task, .party_count = parties, .width = parties + EXTRA_COUNT, .trouble = trouble};
    double *fail = arena_array(scratch, (size_t)parties, sizeof(double));
    double *result = arena_array(scratch, (size_t)all.width, sizeof(double));
    if (!fail || !result || !prepare(&all, scratch)) return BRINK_NO_MEMORY;
    begin_failing(&all, fail);
    run_phase(&all, 0, fail, result);
    memcpy(value, result, (size_t)parties * sizeof *value);
    *kept = result[parties + EXTRA_KEPT];
    *complied = result[parties + EXTRA_COMPLIED];
    return BRINK_OK;
}

BrinkStatus settle_trace(const SettleTask *task, Arena *scratch, double *odds, SettleTrouble *trouble) {
    int parties = task->situation->party_count;
    Settling all = {.task = task, .party_count = parties, .width = parties + EXTRA_COUNT, .trouble = trouble};
    double *fail = arena_array(scratch, (size_t)parties, sizeof(double));
    double *result = arena_array(scratch, (size_t)all.width, sizeof(double));
    if (!fail || !result || !prepare(&all, scratch)) return BRINK_NO_MEMORY;
    begin_failing(&all, fail);
    for (int m = 0; m < all.phase_count; m++) {
        const Phase *phase = &all.phases[m];
        run_phase(&all, m, fail, result); /* leaves the log-odds of this history in the phase */
        for (int party = 0; party < parties; party++) odds[m * parties + party] = INFINITY;
        for (int k = 0; k < phase->mover_count; k++) odds[m * parties + phase->movers[k]] = phase->odds[k];
        for (int party = 0; party < parties; party++) fail[party] -= phase->snapped[party]; /* all complied */
    }
    return BRINK_OK;
}
