/* SPDX-License-Identifier: GPL-3.0-or-later
 * Posteriors after a history against Bayes' rule by hand. In the game used here what red will do later does not depend
 * on its type, so its choice of posture is the logit of costs alone and the whole calculation fits on a page. */
#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>

#include "outlook/outlook.h"
#include "scenario/scenario.h"

/* Red pays cost 1 for the siege if eager, 4 if not; blue is known. What a round costs each type on the average is given
 * back as `status`, so that the two differ in nothing but the choice of posture. */
static const char game_text[] = "brink: 1\n"
                                "title: A siege\n"
                                "clock: {start: 2030-01-01, every: 7 days, rounds: 2}\n"
                                "parties:\n"
                                "  red:\n"
                                "    types:\n"
                                "      eager: {prior: 0.3, status: %.17g, postures: {siege: {cost: 1}}}\n"
                                "      tired: {prior: rest, status: %.17g, postures: {siege: {cost: 4}}}\n"
                                "    rationality: 0.25\n"
                                "    postures: [camp: {}, siege: {}]\n"
                                "  blue: {rationality: 0.25}\n"
                                "issues: {gate: {today: shut, options: {shut: {}, open: {}}}}\n"
                                "preferences:\n"
                                "  red: {gate: {weight: 4, scores: {shut: 0, open: 100}}}\n"
                                "  blue: {gate: {weight: 2, scores: {shut: 100, open: 0}}}\n"
                                "agenda: {drafts: {entry: {gate: open}}}\n";

/* Probability that a type of red besieges. */
static double siege(double cost) {
    return 1 / (1 + exp(0.25 * cost));
}

static int write_game(char *text, size_t size, const char *history) {
    int length = snprintf(text, size, game_text, siege(1), 4 * siege(4));
    return length + snprintf(text + length, size - (size_t)length, "%s", history);
}

typedef struct Solved {
    BrinkScenario *handle;
    const Scenario *scenario;
    Arena *arena;
    Situation *situation;
    Solution *solution;
    Outlook *outlook;
    BrinkStatus status;
    int impossible;
} Solved;

static Solved solve_with(const char *history, int resolution) {
    char text[8192];
    Solved solved = {.arena = arena_new(), .impossible = -1};
    Game *game = NULL;
    int length = write_game(text, sizeof text, history);
    assert_int_equal(brink_scenario_parse(text, (size_t)length, "siege", NULL, &solved.handle), BRINK_OK);
    assert_int_equal(scenario_checked(solved.handle, NULL, &solved.scenario), BRINK_OK);
    assert_int_equal(situation_new(solved.scenario, 0, (Draw){.is_centre = true}, solved.arena, &solved.situation),
                     BRINK_OK);
    assert_int_equal(game_compile(solved.situation, solved.arena, NULL, &game), BRINK_OK);
    assert_int_equal(solve_game(game, (Resolution){.even = resolution}, solved.arena, NULL, NULL, &solved.solution),
                     BRINK_OK);
    HistoryChoice all = {solved.situation->history_count, -1, -1};
    solved.status =
        outlook_after(solved.solution, solved.situation, all, solved.arena, &solved.impossible, &solved.outlook);
    return solved;
}

static void forget(Solved *solved) {
    arena_free(solved->arena);
    brink_scenario_free(solved->handle);
}

static void a_posture_seen_moves_beliefs_by_bayes_rule(void **state) {
    (void)state;
    Solved solved = solve_with("history: [{round: 2030-01-01, force: {red: siege}}]\n", 4);
    double eager = 0.3 * siege(1), tired = 0.7 * siege(4);
    assert_int_equal(solved.status, BRINK_OK);
    assert_true(fabs(solved.outlook->likelihood - (eager + tired)) < 1e-10);
    assert_true(fabs(solved.outlook->beliefs[0] - eager / (eager + tired)) < 1e-10);
    assert_true(fabs(solved.outlook->beliefs[0] + solved.outlook->beliefs[1] - 1) < 1e-12);
    forget(&solved);
}

/* Two sieges and a camp, with an answer between them that tells nothing: the likelihoods multiply, off the grid as on
 * it. */
static void rounds_seen_one_after_another_multiply(void **state) {
    (void)state;
    Solved solved = solve_with(
        "history:\n"
        "  - {round: 2030-01-01, force: {red: siege}, held: true, tabled: none, answers: {red: hold, blue: hold}}\n"
        "  - {round: 2030-01-08, force: {red: siege}, answers: {red: hold, blue: hold}}\n"
        "  - {round: 2030-01-15, force: {red: camp}}\n",
        4);
    double eager = 0.3 * siege(1) * siege(1) * (1 - siege(1)), tired = 0.7 * siege(4) * siege(4) * (1 - siege(4));
    assert_int_equal(solved.status, BRINK_OK);
    assert_true(fabs(solved.outlook->beliefs[0] - eager / (eager + tired)) < 1e-10);
    forget(&solved);
}

/* The posture of the first round was not seen by us: it is summed over, and tells nothing. */
static void a_stage_that_was_not_seen_is_summed_over(void **state) {
    (void)state;
    Solved solved = solve_with("history: [{round: 2030-01-08, force: {red: siege}}]\n", 4);
    double eager = 0.3 * siege(1), tired = 0.7 * siege(4);
    assert_int_equal(solved.status, BRINK_OK);
    assert_true(fabs(solved.outlook->beliefs[0] - eager / (eager + tired)) < 1e-10);
    assert_true(solved.outlook->likelihood < eager + tired); /* that the talks went on is evidence as well */
    forget(&solved);
}

static void the_clock_counts_the_rounds_observed_to_their_end(void **state) {
    (void)state;
    Solved half = solve_with("history: [{round: 2030-01-08, force: {red: siege}}]\n", 2);
    Solved whole =
        solve_with("history: [{round: 2030-01-08, held: true, tabled: none, answers: {red: hold, blue: hold}}]\n", 2);
    assert_int_equal(half.situation->round_count, 3);
    assert_int_equal(half.outlook->first_round, 1);
    assert_int_equal(half.outlook->round_count, 2);
    assert_int_equal(whole.situation->round_count, 4);
    assert_int_equal(whole.outlook->first_round, 2);
    assert_int_equal(whole.outlook->round_count, 2);
    forget(&half);
    forget(&whole);
}

static void the_odds_after_a_history_still_sum_to_one(void **state) {
    (void)state;
    Solved solved = solve_with("history: [{round: 2030-01-08, tabled: entry, answers: {red: hold, blue: hold}}]\n", 4);
    double sum = 0, rounds = 0;
    assert_int_equal(solved.status, BRINK_OK);
    for (int o = 0; o < OUTCOME_COUNT; o++) sum += solved.outlook->outcomes[o];
    for (int r = 0; r < solved.outlook->round_count; r++)
        for (int o = 0; o < OUTCOME_COUNT; o++) rounds += solved.outlook->rounds[r].outcomes[o];
    assert_true(fabs(sum - 1) < 1e-10);
    assert_true(solved.outlook->first_round == 2 && rounds <= 1 + 1e-12);
    forget(&solved);
}

/* P(deal) is the mean of P(deal | posture) over the postures, up to what the grid blurs. */
static void the_odds_are_the_mean_of_the_odds_after_each_observation(void **state) {
    (void)state;
    Solved none = solve_with("", 8);
    Solved first = solve_with("history: [{round: 2030-01-01, force: {red: camp}}]\n", 8);
    Solved second = solve_with("history: [{round: 2030-01-01, force: {red: siege}}]\n", 8);
    assert_true(fabs(first.outlook->likelihood + second.outlook->likelihood - 1) < 1e-10);
    for (int o = 0; o < OUTCOME_COUNT; o++) {
        double mean = first.outlook->likelihood * first.outlook->outcomes[o] +
                      second.outlook->likelihood * second.outlook->outcomes[o];
        assert_true(fabs(mean - none.outlook->outcomes[o]) < 1e-6);
    }
    forget(&none);
    forget(&first);
    forget(&second);
}

static void rival_readings_weigh_by_their_likelihood(void **state) {
    (void)state;
    Solved solved = solve_with(
        "history: [{round: 2030-01-01, readings: {one: {force: {red: camp}}, two: {force: {red: siege}}}}]\n", 4);
    OutlookHistory *history = NULL;
    Outlook *outlook = NULL;
    int impossible = -1;
    assert_int_equal(
        outlook_history_new(solved.solution, solved.situation, solved.arena, &impossible, &history, &outlook),
        BRINK_OK);
    assert_memory_equal(outlook->outcomes, solved.outlook->outcomes, sizeof outlook->outcomes);
    double camp = 0.3 * (1 - siege(1)) + 0.7 * (1 - siege(4));
    assert_true(fabs(history->readings[0][0].likelihood - camp) < 1e-10);
    assert_true(fabs(history->readings[0][1].likelihood - (1 - camp)) < 1e-10);
    assert_true(fabs(history->readings[0][0].beliefs[0] - 0.3 * (1 - siege(1)) / camp) < 1e-10);
    assert_true(fabs(solved.outlook->beliefs[0] - 0.3) < 1e-10); /* one or the other: nothing learned */
    assert_true(fabs(solved.outlook->likelihood - 1) < 1e-10);
    forget(&solved);
}

static void what_cannot_happen_is_named(void **state) {
    (void)state;
    Solved solved = solve_with("history:\n"
                               "  - {round: 2030-01-01, force: {red: camp}, answers: {red: hold, blue: hold}}\n"
                               "  - {round: 2030-01-08, tabled: entry, answers: {blue: accept}}\n",
                               2);
    assert_int_equal(solved.status, BRINK_OK);
    forget(&solved);
    Solved bad =
        solve_with("history:\n"
                   "  - {round: 2030-01-01, force: {red: camp}, answers: {red: hold, blue: hold}}\n"
                   "  - {round: 2030-01-08, held: false}\n", /* nobody's posture stands in the way of a meeting */
                   2);
    assert_int_equal(bad.status, BRINK_BAD_INPUT);
    assert_int_equal(bad.impossible, 1);
    forget(&bad);
}

static void a_deal_as_the_last_item_is_certain(void **state) {
    (void)state;
    Solved solved =
        solve_with("history: [{round: 2030-01-01, tabled: entry, answers: {red: accept, blue: accept}}]\n", 2);
    assert_int_equal(solved.status, BRINK_OK);
    assert_true(fabs(solved.outlook->outcomes[BRINK_DEAL] - 1) < 1e-12);
    assert_true(fabs(solved.outlook->gains[0] - 4) < 1e-9);
    forget(&solved);
}

static void demand_code(const char *history, const char *code) {
    char text[8192];
    BrinkDiagnostics *diagnostics = NULL;
    BrinkScenario *handle = NULL;
    int length = write_game(text, sizeof text, history);
    assert_int_equal(brink_diagnostics_new(&diagnostics), BRINK_OK);
    assert_int_equal(brink_scenario_parse(text, (size_t)length, "siege", diagnostics, &handle), BRINK_OK);
    assert_int_equal(brink_scenario_check(handle, diagnostics), BRINK_BAD_INPUT);
    assert_int_equal(brink_diagnostics_error_count(diagnostics), 1);
    assert_string_equal(brink_diagnostics_get(diagnostics, 0)->code, code);
    brink_scenario_free(handle);
    brink_diagnostics_free(diagnostics);
}

static void a_history_that_makes_no_sense_is_refused(void **state) {
    (void)state;
    demand_code("history: [{round: 2030-01-02, held: true}]\n", "H004");
    demand_code("history: [{round: 2030-01-08, held: true}, {round: 2030-01-01, held: true}]\n", "H002");
    demand_code("history: [{round: 2030-01-01, tabled: entry}, {round: 2030-01-01, force: {red: camp}}]\n", "H002");
    demand_code("history: [{round: 2030-01-01, held: false, tabled: entry}]\n", "H003");
    demand_code("history: [{round: 2030-01-01, tabled: none, answers: {red: accept}}]\n", "H003");
    demand_code("history: [{round: 2030-01-01}]\n", "H003");
    demand_code("history: [{round: 2030-01-01, force: {red: fleet}}]\n", "S028");
    demand_code("history: [{held: true}]\n", "S031");
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_posture_seen_moves_beliefs_by_bayes_rule),
        cmocka_unit_test(rounds_seen_one_after_another_multiply),
        cmocka_unit_test(a_stage_that_was_not_seen_is_summed_over),
        cmocka_unit_test(the_clock_counts_the_rounds_observed_to_their_end),
        cmocka_unit_test(the_odds_after_a_history_still_sum_to_one),
        cmocka_unit_test(the_odds_are_the_mean_of_the_odds_after_each_observation),
        cmocka_unit_test(rival_readings_weigh_by_their_likelihood),
        cmocka_unit_test(what_cannot_happen_is_named),
        cmocka_unit_test(a_deal_as_the_last_item_is_certain),
        cmocka_unit_test(a_history_that_makes_no_sense_is_refused),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
