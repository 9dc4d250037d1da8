/* SPDX-License-Identifier: GPL-3.0-or-later
 * What one signature is worth, costs or is forbidden by, before anything is carried out (docs/method/settlement.md). A
 * package is given by its flat options, one per issue. */
#include "settlement/settlement.h"

#include <math.h>

static bool matches(const Situation *s, const bool *allows, const int *options) {
    for (int issue = 0; issue < s->issue_count; issue++)
        if (!allows[options[issue]]) return false;
    return true;
}

static double synergies(const Situation *s, int type, const int *options) {
    double sum = 0;
    for (int k = 0; k < s->synergy_count; k++)
        if (s->synergy_type[k] == type && matches(s, s->synergy_allows + (size_t)k * s->option_total, options))
            sum += s->synergy_points[k];
    return sum;
}

double settlement_issue_gain(const Situation *s, int type, int issue, int option) {
    const double *score = s->score + (size_t)type * s->option_total;
    return s->weight[(size_t)type * s->issue_count + issue] * (score[option] - score[s->today[issue]]) / 100;
}

double settlement_synergies(const Situation *s, int type, const int *options) {
    return synergies(s, type, options) - synergies(s, type, s->today);
}

double settlement_gain(const Situation *s, int type, const int *options) {
    double gain = settlement_synergies(s, type, options);
    for (int issue = 0; issue < s->issue_count; issue++) gain += settlement_issue_gain(s, type, issue, options[issue]);
    return gain;
}

static bool performs_a_change(const Situation *s, int party, const int *options) {
    for (int issue = 0; issue < s->issue_count; issue++)
        if (s->performs[(size_t)issue * s->party_count + party] && options[issue] != s->today[issue]) return true;
    return false;
}

double settlement_least_detection(const Situation *s, int own, int date, const int *options) {
    double least = INFINITY;
    for (int party = 0; party < s->party_count; party++)
        if (party != own && performs_a_change(s, party, options))
            least = fmin(least, settlement_detection(s, party, date, options));
    return least;
}

bool settlement_is_verifiable(const Situation *s, int type, int date, const int *options) {
    double required = s->requires_detection[type] - 1e-12;
    return required <= 0 || settlement_least_detection(s, s->type_party[type], date, options) >= required;
}

/* What the red lines themselves ask. */
static double crossed(const Situation *s, int type, const int *options) {
    double cost = 0;
    for (int k = 0; k < s->red_line_count; k++)
        if (s->red_line_type[k] == type && matches(s, s->red_line_allows + (size_t)k * s->option_total, options))
            cost += s->red_line_cost[k];
    return cost;
}

double settlement_red_lines(const Situation *s, int type, int date, const int *options) {
    bool is_verified = s->unverifiable[type] == 0 || settlement_is_verifiable(s, type, date, options);
    return crossed(s, type, options) + (is_verified ? 0 : s->unverifiable[type]);
}

double settlement_red_lines_seen(const Situation *s, int type, const int *options, const double *detection) {
    double cost = crossed(s, type, options), required = s->requires_detection[type] - 1e-12;
    for (int party = 0; party < s->party_count; party++)
        if (party != s->type_party[type] && detection[party] < required && performs_a_change(s, party, options))
            return cost + s->unverifiable[type];
    return cost;
}

double settlement_commitments(const Situation *s, int type, int rung, const int *options) {
    const double *points = s->commits + (size_t)situation_type_rung(s, type, rung) * s->option_total;
    double cost = 0;
    for (int issue = 0; issue < s->issue_count; issue++) cost += points[options[issue]];
    return cost;
}
