/* SPDX-License-Identifier: GPL-3.0-or-later
 * Belief grids that are finer for one party than for another, and the choice of them. */
#include "pipeline.h"
#include "solved.h"
#include "study/study.h"

#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <string.h>

#include <cmocka.h>

/* Two types against four. */
static const char siege[] =
    "brink: 1\n"
    "title: Siege\n"
    "clock: {start: 2030-01-01, every: 7 days, rounds: 2}\n"
    "parties:\n"
    "  town:\n"
    "    rationality: 0.1\n"
    "    outside: {collapse: -15, lapse: -10, conflict: -60}\n"
    "    types: {firm: {prior: 0.4, outside: {collapse: -5}}, weak: {prior: rest}}\n"
    "  army:\n"
    "    rationality: 0.1\n"
    "    outside: {collapse: -15, lapse: -10, conflict: -60}\n"
    "    types:\n"
    "      rich: {prior: 0.1, outside: {collapse: -2}}\n"
    "      fed: {prior: 0.2, outside: {collapse: -6}}\n"
    "      tired: {prior: 0.3, outside: {collapse: -11}}\n"
    "      sick: {prior: rest}\n"
    "issues: {toll: {performer: town, today: none, options: {none: {}, low: {}, high: {}}}}\n"
    "preferences:\n"
    "  town: {toll: {weight: 20, scores: {none: 100, low: 60, high: 0}}}\n"
    "  army: {toll: {weight: 30, scores: {none: 0, low: 50, high: 100}}}\n"
    "mediator: {name: mediator}\n"
    "agenda: {drafts: {mild: {toll: low}, harsh: {toll: high}}}\n";

static void outcomes_at(int town, int army, double outcomes[OUTCOME_COUNT]) {
    Pipeline p = pipeline_read(siege, 0);
    Solution *reference = NULL, *fast = NULL;
    Outlook *outlook = NULL;
    Resolution uneven = {.steps = (int[]){town, army}};
    SolveFastSettings settings = {.threads = 2};
    assert_int_equal(game_compile(p.situation, p.solve_arena, NULL, &p.game), BRINK_OK);
    assert_int_equal(solve_game(p.game, uneven, p.solve_arena, NULL, NULL, &reference), BRINK_OK);
    assert_int_equal(solve_game_fast(p.game, uneven, &settings, p.solve_arena, NULL, NULL, &fast), BRINK_OK);
    assert_int_equal(reference->grid->point_count, (town + 1) * (army + 1) * (army + 2) * (army + 3) / 6);
    assert_true(solutions_apart(reference, fast) < 1e-9);
    assert_int_equal(outlook_new(reference, p.situation, p.solve_arena, &outlook), BRINK_OK);
    memcpy(outcomes, outlook->outcomes, sizeof outlook->outcomes);
    pipeline_free(&p);
}

/* Linear interpolation errs with the square of the cell: refining one party's grid takes its part of the error away. */
static void each_party_is_cut_as_finely_as_it_is_told(void **state) {
    (void)state;
    double exact[OUTCOME_COUNT], coarse[OUTCOME_COUNT], town[OUTCOME_COUNT], army[OUTCOME_COUNT];
    outcomes_at(16, 8, exact);
    outcomes_at(2, 2, coarse);
    outcomes_at(16, 2, town);
    outcomes_at(2, 8, army);
    int compared = 0;
    for (int o = 0; o < OUTCOME_COUNT; o++) {
        double most = fabs(coarse[o] - exact[o]);
        if (most < 1e-5) continue;
        compared++;
        assert_true(fabs((coarse[o] - town[o]) + (coarse[o] - army[o]) - (coarse[o] - exact[o])) < 0.25 * most);
    }
    assert_true(compared >= 2);
    assert_true(fabs(town[BRINK_DEAL] - coarse[BRINK_DEAL]) > 1e-7);
    assert_true(fabs(army[BRINK_DEAL] - coarse[BRINK_DEAL]) > 1e-7);
}

/* ---- The choice ---- */

static Resolution choose(const Scenario *scenario, uint64_t memory, int resolution, Arena *arena) {
    BrinkSolveSettings settings = brink_solve_settings_default();
    Resolution chosen = {0};
    settings.memory = memory;
    settings.resolution = resolution;
    assert_int_equal(size_choose(scenario, &settings, arena, &chosen), BRINK_OK);
    return chosen;
}

static void what_is_not_asked_for_is_chosen_to_fit(void **state) {
    (void)state;
    Pipeline p = pipeline_read(siege, 0);
    Resolution ample = choose(p.scenario, 1000000000, 0, p.arena), tight = choose(p.scenario, 1500000, 0, p.arena),
               asked = choose(p.scenario, 1500000, 10, p.arena);
    BrinkSolveSettings settings = brink_solve_settings_default();
    settings.memory = 1500000;
    for (int party = 0; party < 2; party++) {
        assert_int_equal(resolution_of(ample, party), 10);
        assert_int_equal(resolution_of(asked, party), 10);
    }
    assert_true(resolution_of(tight, 1) < resolution_of(tight, 0)); /* two steps fewer save most among four types */
    assert_int_equal(size_foresee(p.scenario, &settings, tight, NULL), BRINK_OK);
    assert_int_equal(size_foresee(p.scenario, &settings, asked, NULL), BRINK_BAD_INPUT);
    pipeline_free(&p);
}

static void what_fits_nowhere_is_refused(void **state) {
    (void)state;
    Pipeline p = pipeline_read(siege, 0);
    BrinkSolveSettings settings = brink_solve_settings_default();
    settings.memory = 1000;
    Resolution least = choose(p.scenario, settings.memory, 0, p.arena);
    assert_int_equal(resolution_of(least, 0), 2);
    assert_int_equal(resolution_of(least, 1), 2);
    assert_int_equal(size_foresee(p.scenario, &settings, least, NULL), BRINK_BAD_INPUT);
    pipeline_free(&p);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(each_party_is_cut_as_finely_as_it_is_told),
        cmocka_unit_test(what_is_not_asked_for_is_chosen_to_fit),
        cmocka_unit_test(what_fits_nowhere_is_refused),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
