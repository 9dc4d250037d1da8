/* SPDX-License-Identifier: GPL-3.0-or-later
 * Each signing type's worth of a package against what no agreement is worth to it. This looks at the package alone; the
 * game's own reasons to refuse it (a better draft to come) are in its odds. */
#include "report/weigh.h"

#include "settlement/settlement.h"

#include <math.h>

/* An outlook made without a solve holds none of these: it starts where the scenario does. */
const double *start_beliefs(const ReportInput *input) {
    return input->outlook->beliefs ? input->outlook->beliefs : input->situation->prior;
}
const int *start_postures(const ReportInput *input) {
    return input->outlook->postures ? input->outlook->postures : input->situation->now;
}
int start_in_force(const ReportInput *input) {
    return input->outlook->beliefs ? input->outlook->in_force : input->situation->in_force;
}

/* Probability of a profile given that `type` is its party's. */
static double profile_chance(const Situation *s, const double *beliefs, int type, int profile) {
    double chance = 1;
    for (int party = s->party_count - 1; party >= 0; party--) {
        int count = situation_type_count(s, party), member = s->type_start[party] + profile % count;
        profile /= count;
        if (party != s->type_party[type])
            chance *= beliefs[member];
        else if (member != type)
            return 0;
    }
    return chance;
}

static double expected_value(const ReportInput *input, int draft, int type) {
    const Outlook *outlook = input->outlook;
    const double *values = outlook->drafts[draft].value;
    int party = input->situation->type_party[type];
    double sum = 0;
    for (int profile = 0; values && profile < outlook->profile_count; profile++)
        sum += profile_chance(input->situation, start_beliefs(input), type, profile) *
               values[(size_t)profile * (size_t)outlook->party_count + (size_t)party];
    return sum;
}

/* Leaving one's own reading of the framework in force before the next meeting. */
static double renege_price(const ReportInput *input, int draft, int type) {
    const Situation *s = input->situation;
    int in_force = start_in_force(input);
    if (in_force < 0 || s->draft_kind[in_force] != DRAFT_FRAMEWORK) return 0;
    size_t row = (size_t)in_force * (size_t)s->party_count + (size_t)s->type_party[type];
    return s->reading[row * (size_t)s->draft_count + (size_t)draft] ? 0 : s->renege[in_force];
}

/* The single price without which the type would gain; a loss where there is none. */
static BlockReason reason(double net, double red_lines, double unverifiable) {
    if (isinf(unverifiable)) return BLOCK_UNVERIFIABLE;
    if (isinf(red_lines) || (red_lines > 0 && net + red_lines >= 0)) return BLOCK_RED_LINE;
    return unverifiable > 0 && net + unverifiable >= 0 ? BLOCK_UNVERIFIABLE : BLOCK_LOSS;
}

Weighing report_weigh(const ReportInput *input, int draft, int type) {
    const Situation *s = input->situation;
    const int *options = s->draft_option + (size_t)draft * (size_t)s->issue_count;
    double unverifiable = settlement_is_verifiable(s, type, 0, options) ? 0 : s->unverifiable[type];
    double crossed = settlement_red_lines(s, type, 0, options); /* `unverifiable` included */
    double lapse = s->lapse[(size_t)(s->date_count - 1) * (size_t)s->type_total + (size_t)type];
    Weighing result = {.type = type, .is_hard = isinf(crossed)};
    result.worth = expected_value(input, draft, type) -
                   fmax(lapse, s->collapse[(size_t)input->outlook->first_round * (size_t)s->type_total + (size_t)type]);
    result.price = crossed + settlement_commitments(s, type, start_postures(input)[s->type_party[type]], options) +
                   renege_price(input, draft, type);
    result.points = result.worth - result.price;
    result.why = reason(result.points, isinf(unverifiable) ? 0 : crossed - unverifiable, unverifiable);
    return result;
}

/* The second likeliest final draft among those that may be tabled; -1 where there is none. */
static int second_draft(const ReportInput *input) {
    const Situation *s = input->situation;
    const OutlookDraft *drafts = input->outlook->drafts;
    int first = -1, second = -1;
    for (int draft = 0; draft < s->draft_count; draft++) {
        if (s->draft_kind[draft] != DRAFT_FINAL || !s->draft_open[draft]) continue;
        if (first < 0 || drafts[draft].agreed > drafts[first].agreed) {
            second = first;
            first = draft;
        } else if (second < 0 || drafts[draft].agreed > drafts[second].agreed) {
            second = draft;
        }
    }
    return second;
}

/* Whether `a` stands in the way more than `b`. */
static bool blocks_more(const double *beliefs, const Weighing *a, const Weighing *b) {
    if (a->is_hard != b->is_hard) return a->is_hard;
    if (a->is_hard) return beliefs[a->type] > beliefs[b->type];
    return beliefs[a->type] * a->points < beliefs[b->type] * b->points;
}

RunnerUp report_runner_up(const ReportInput *input) {
    const Situation *s = input->situation;
    RunnerUp result = {.draft = second_draft(input)};
    for (int type = 0; result.draft >= 0 && type < s->type_total; type++) {
        if (!s->signs[s->type_party[type]] || start_beliefs(input)[type] <= 0) continue;
        Weighing found = report_weigh(input, result.draft, type);
        if (!found.is_hard && !(found.points < 0)) continue;
        if (!result.is_blocked || blocks_more(start_beliefs(input), &found, &result.weighing)) result.weighing = found;
        result.is_blocked = true;
    }
    return result;
}
