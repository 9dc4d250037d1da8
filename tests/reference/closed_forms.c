/* SPDX-License-Identifier: GPL-3.0-or-later
 * The reference itself against answers that can be written down: small situations filled by hand, without the reader.
 */
#include "reference.h"

#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>

#include <cmocka.h>

#define NEAR(a, b) assert_true(fabs((a) - (b)) <= 1e-10)

enum { CALM, ATTACK, RUNGS, STAY = 0, MOVE, OPTIONS };

/* Two signing parties with two types each, rungs `calm` and an attack, one issue with options `stay` and `move`, one
 * phase, one draft. */
typedef struct ByHand {
    Situation s;
    void *blocks[128];
    int block_count;
} ByHand;

static void *block(ByHand *hand, size_t count, size_t size) {
    void *result = calloc(count + 1, size);
    assert_non_null(result);
    assert_true(hand->block_count < 128);
    return hand->blocks[hand->block_count++] = result;
}

static int *list(ByHand *hand, int count, const int *from) {
    int *result = block(hand, (size_t)count, sizeof *result);
    for (int k = 0; k < count; k++) result[k] = from[k];
    return result;
}

static bool *flags(ByHand *hand, int count, bool all) {
    bool *result = block(hand, (size_t)count, sizeof *result);
    for (int k = 0; k < count; k++) result[k] = all;
    return result;
}

static void fill(double *numbers, int count, double value) {
    for (int k = 0; k < count; k++) numbers[k] = value;
}

static void set_extents(Situation *s, int rounds) {
    s->party_count = 2;
    s->type_total = 4;
    s->rung_total = 4;
    s->type_rung_total = 8;
    s->issue_count = 1;
    s->option_total = 2;
    s->timetable_count = s->phase_total = 1;
    s->draft_count = 1;
    s->round_count = rounds;
    s->date_count = rounds + 1;
    s->in_force = -1;
    s->proposer = PROPOSER_RANDOM;
    s->exposed = true;
}

static void set_structure(ByHand *hand) {
    Situation *s = &hand->s;
    s->type_start = list(hand, 3, (int[]){0, 2, 4});
    s->rung_start = list(hand, 3, (int[]){0, 2, 4});
    s->type_rung_start = list(hand, 4, (int[]){0, 2, 4, 6});
    s->type_party = list(hand, 4, (int[]){0, 0, 1, 1});
    s->signs = flags(hand, 2, true);
    s->now = list(hand, 2, (int[]){0, 2});
    bool *open = flags(hand, 4, true), *attack = flags(hand, 4, false);
    open[1] = open[3] = false;
    attack[1] = attack[3] = true;
    s->rung_open = open;
    s->attack = attack;
    s->deadline_round = block(hand, 8, sizeof(int));
    s->option_start = list(hand, 2, (int[]){0, 2});
    s->today = list(hand, 1, (int[]){STAY});
    s->performs = flags(hand, 2, false);
    s->detects = flags(hand, 4, false);
    s->option_timetable = list(hand, 2, (int[]){-1, -1});
    s->synergy_type = s->red_line_type = list(hand, 0, NULL);
    s->synergy_allows = s->red_line_allows = flags(hand, 0, false);
    s->phase_start = list(hand, 2, (int[]){0, 1});
    s->draft_option = list(hand, 1, (int[]){MOVE});
    s->draft_kind = block(hand, 1, sizeof(DraftKind));
    s->draft_open = flags(hand, 1, true);
    s->draft_lasts = list(hand, 1, (int[]){0});
    s->leads_to = flags(hand, 1, false);
    s->reading = flags(hand, 2, true);
    double *days = block(hand, (size_t)s->date_count, sizeof *days);
    fill(days, s->date_count, 7);
    s->round_days = s->date_day = days;
}

static void set_numbers(ByHand *hand) {
    Situation *s = &hand->s;
    /* Every shape fits: at most dates x type rungs x options. */
    size_t largest = (size_t)s->date_count * 8 * 2;
#define FIELD(name, shape) s->name = block(hand, largest, sizeof(double));
#include "scenario/situation.def"
#undef FIELD
    *s->every = 7;
    *s->mediator_patience = 1;
    fill(s->prior, 4, 0.5);
    fill(s->patience, 4, 1);
    fill(s->rationality, 4, 0.2);
    fill(s->walk, 4, 1);
    fill(s->share, 4, 1);
    fill(s->talks, 4 * s->date_count, 1);
    fill(s->weight, 4, 0);
    for (int j = 0; j < 4; j++) s->score[2 * j + MOVE] = 100;
    s->phase_share[0] = 1;
    s->draft_share[0] = 1;
}

static ByHand *by_hand(int rounds) {
    ByHand *hand = calloc(1, sizeof *hand);
    assert_non_null(hand);
    set_extents(&hand->s, rounds);
    set_structure(hand);
    set_numbers(hand);
    return hand;
}

static void drop(ByHand *hand) {
    for (int k = 0; k < hand->block_count; k++) free(hand->blocks[k]);
    free(hand);
}

static ReferenceOutlook *solve(const ByHand *hand) {
    ReferenceOutlook *outlook = reference_outlook(&hand->s, REFERENCE_FROM_MEASURES);
    assert_non_null(outlook);
    return outlook;
}

static double logistic(double z) {
    return 1 / (1 + exp(-z));
}

/* Everyone indifferent: each answers with probability 1/3 each, so a round ends in a deal with 1/9, in collapse with
 * 5/9. */
static void constant_hazards_compete(void **state) {
    (void)state;
    ByHand *hand = by_hand(3);
    fill(hand->s.risk, 16, 0.1);
    fill(hand->s.friction, 4, 0.5);
    ReferenceOutlook *outlook = solve(hand);
    double peace = exp(-(0.2 + 0.5 * 0.1)), on = peace / 3, reach = 1 + on + on * on;
    NEAR(outlook->outcomes[BRINK_CONFLICT], (1 - peace) * reach);
    NEAR(outlook->conflict_inadvertent, (1 - peace) * reach);
    NEAR(outlook->outcomes[BRINK_DEAL], peace / 9 * reach);
    NEAR(outlook->outcomes[BRINK_COLLAPSE], peace * 5 / 9 * reach);
    NEAR(outlook->outcomes[BRINK_LAPSE], on * on * on);
    NEAR(outlook->round_open[2], on * on);
    NEAR(outlook->tabled[0], peace * reach);
    reference_outlook_free(outlook);
    drop(hand);
}

/* Party 2 is indifferent and answers 1/3 each; party 1 of type j accepts a gain of g_j with log-odds lambda g_j / 3
 * against either other. */
static void an_offer_to_an_indifferent_party_is_accepted_by_logit(void **state) {
    (void)state;
    ByHand *hand = by_hand(1);
    hand->s.weight[0] = 10;
    hand->s.weight[1] = -4;
    ReferenceOutlook *outlook = solve(hand);
    double high = exp(0.2 * 10 / 3), low = exp(-0.2 * 4 / 3);
    double accepts = 0.5 * high / (high + 2) + 0.5 * low / (low + 2);
    NEAR(outlook->outcomes[BRINK_DEAL], accepts / 3);
    NEAR(outlook->gains[0], high / (high + 2) * 10 / 3);
    reference_outlook_free(outlook);
    drop(hand);
}

/* The proposer, otherwise of one mind with itself, tables what it gains from: log-odds lambda times the worth of the
 * answer. */
static void a_proposer_tables_by_logit_of_what_answers_are_worth(void **state) {
    (void)state;
    ByHand *hand = by_hand(1);
    hand->s.proposer = PROPOSER_ALTERNATING;
    hand->s.adjourn = true;
    hand->s.weight[0] = hand->s.weight[1] = 10;
    ReferenceOutlook *outlook = solve(hand);
    double odds = exp(0.2 * 10 / 3), worth = odds / (odds + 2) * 10 / 3;
    NEAR(outlook->tabled[0], logistic(0.2 * worth));
    NEAR(outlook->agreed[0], logistic(0.2 * worth) * odds / (odds + 2) / 3);
    reference_outlook_free(outlook);
    drop(hand);
}

/* No meeting is ever held. An attack worth w ends the game; the later round is worth p w, whatever is believed.
 * Survival tells the types apart. */
static void those_who_did_not_attack_are_believed_milder(void **state) {
    (void)state;
    ByHand *hand = by_hand(2);
    ((bool *)hand->s.rung_open)[ATTACK] = true;
    fill(hand->s.talks, 12, 0);
    for (int t = 0; t < 3; t++) hand->s.first_strike[4 * t] = 8;
    ReferenceOutlook *outlook = solve(hand);
    double last = logistic(0.2 * 8), first = logistic(0.2 * (8 - last * 8));
    NEAR(outlook->belief_mean[4 + 0], (1 - first) / (1 - first + 0.5));
    NEAR(outlook->postures[ATTACK], 0.5 * first + 0.25);
    NEAR(outlook->conflict_chosen, 0.5 * first + 0.25 + 0.5 * (1 - first) * last + 0.25 * 0.5);
    NEAR(outlook->gains[0], first * 8 + (1 - first) * last * 8);
    reference_outlook_free(outlook);
    drop(hand);
}

/* One performer, one phase: breaching keeps what the issue costs and risks the penalty and what a failed deal leads to.
 */
static void one_phase_is_kept_by_logit(void **state) {
    (void)state;
    ByHand *hand = by_hand(1);
    Situation *s = &hand->s;
    ((bool *)s->performs)[0] = true;
    ((bool *)s->detects)[MOVE * 2 + 0] = true;
    s->detection[MOVE] = 0.8;
    s->breach_penalty[0] = 5;
    s->weight[0] = -6;
    s->weight[2] = 20;
    s->reversible[0] = 0.5;
    s->phase_ambiguity[0] = 0.1;
    fill(s->collapse, 8, -3);
    double value[2], kept;
    assert_true(reference_settle(s, (int[]){MOVE}, 0, s->now, (int[]){0, 2}, value, &kept));
    double comply = -6 + 0.1 * (-3 + 0.5 * 6), breach = 0.9 * 0.8 * (-3 - 5) + 0.1 * -3;
    double p = logistic(0.2 * (comply - breach));
    NEAR(value[0], p * comply + (1 - p) * breach);
    NEAR(value[1], p * (20 + 0.1 * (-3 - 0.5 * 20)) + (1 - p) * (0.9 * 0.8 * -3 + 0.1 * -3));
    NEAR(kept, 0.9 * (p + (1 - p) * 0.2));
    drop(hand);
}

/* Two performers alike: the symmetric logit equilibrium solves one equation, checked by its residual. */
static void two_performers_answer_each_other(void **state) {
    (void)state;
    ByHand *hand = by_hand(1);
    Situation *s = &hand->s;
    ((bool *)s->performs)[0] = ((bool *)s->performs)[1] = true;
    s->weight[0] = s->weight[2] = 12;
    double value[2], kept;
    assert_true(reference_settle(s, (int[]){MOVE}, 0, s->now, (int[]){0, 2}, value, &kept));
    /* nobody watches, so every breach is detected (beta 1) and ends in a collapse worth 0: kept = p^2, value = 12 p^2
     */
    double p = sqrt(kept);
    NEAR(value[0], 12 * kept);
    NEAR(p, logistic(0.2 * 12 * p));
    drop(hand);
}

/* A hard red line of one type closes acceptance to it: a deal can then be struck with the other alone. */
static void a_hard_red_line_is_never_signed(void **state) {
    (void)state;
    ByHand *hand = by_hand(1);
    Situation *s = &hand->s;
    s->red_line_count = 1;
    s->red_line_type = list(hand, 1, (int[]){0});
    s->red_line_allows = flags(hand, 2, true);
    s->red_line_cost[0] = INFINITY;
    s->weight[1] = 10;
    ReferenceOutlook *outlook = solve(hand);
    double odds = exp(0.2 * 10 / 3);
    NEAR(outlook->outcomes[BRINK_DEAL], 0.5 * odds / (odds + 2) / 3);
    NEAR(outlook->gains[0], 0);
    reference_outlook_free(outlook);
    drop(hand);
}

/* Signals, beliefs and answers that depend on each other: two ways to start lead to the same point. */
static void both_starts_lead_to_one_equilibrium(void **state) {
    (void)state;
    ByHand *hand = by_hand(2);
    Situation *s = &hand->s;
    ((bool *)s->rung_open)[ATTACK] = true;
    s->proposer = PROPOSER_ALTERNATING;
    s->adjourn = true;
    for (int j = 0; j < 4; j++) s->weight[j] = 8 - 5 * j;
    for (int k = 0; k < 12; k++) {
        s->conflict[k] = -15 + 3 * (k % 4);
        s->collapse[k] = -4 + k % 4;
    }
    fill(s->patience, 4, 0.9);
    ReferenceOutlook *one = solve(hand), *other = reference_outlook(s, REFERENCE_FROM_A_SKEW);
    assert_non_null(other);
    for (int o = 0; o < OUTCOME_COUNT; o++) NEAR(one->outcomes[o], other->outcomes[o]);
    for (int j = 0; j < 4; j++) NEAR(one->gains[j], other->gains[j]);
    reference_outlook_free(one);
    reference_outlook_free(other);
    drop(hand);
}

/* The same along the stages' own branches, where each look-up is solved anew. */
static void stage_by_stage_leads_to_the_same_equilibrium(void **state) {
    (void)state;
    ByHand *hand = by_hand(1);
    Situation *s = &hand->s;
    s->proposer = PROPOSER_ALTERNATING;
    s->adjourn = true;
    for (int j = 0; j < 4; j++) s->weight[j] = 8 - 5 * j;
    for (int k = 0; k < 8; k++) s->collapse[k] = -4 + k % 4;
    ReferenceOutlook *one = solve(hand), *other = reference_outlook(s, REFERENCE_STAGEWISE);
    assert_non_null(other);
    for (int o = 0; o < OUTCOME_COUNT; o++) NEAR(one->outcomes[o], other->outcomes[o]);
    for (int j = 0; j < 4; j++) NEAR(one->gains[j], other->gains[j]);
    NEAR(one->tabled[0], other->tabled[0]);
    reference_outlook_free(one);
    reference_outlook_free(other);
    drop(hand);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(constant_hazards_compete),
        cmocka_unit_test(an_offer_to_an_indifferent_party_is_accepted_by_logit),
        cmocka_unit_test(a_proposer_tables_by_logit_of_what_answers_are_worth),
        cmocka_unit_test(those_who_did_not_attack_are_believed_milder),
        cmocka_unit_test(one_phase_is_kept_by_logit),
        cmocka_unit_test(two_performers_answer_each_other),
        cmocka_unit_test(a_hard_red_line_is_never_signed),
        cmocka_unit_test(both_starts_lead_to_one_equilibrium),
        cmocka_unit_test(stage_by_stage_leads_to_the_same_equilibrium),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
