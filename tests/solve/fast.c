/* SPDX-License-Identifier: GPL-3.0-or-later
 * The fast solver gives the reference's answer, whatever the number of threads. */
#include "solved.h"

#include "solve/backward.h"
#include "thin.h"

#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>

static const char *const cases[] = {
    "ultimatum",     "hidden_types",     "signals",       "three_rounds", "force",      "measures",
    "changing",      "settlement",       "random_drafts", "exposed",      "frameworks", "framework_in_force",
    "interim",       "interim_in_force", "third_party",   "red_lines",    "border",     "verifiable",
    "three_signers", "nothing_to_table", "only",
};
enum { CASE_COUNT = sizeof cases / sizeof *cases };
static const char flagship[] = "scenarios/geneva-2026.yaml";

static Solution *solve_fast(const Game *game, int resolution, int threads, Arena *arena) {
    Solution *solution = NULL;
    SolveFastSettings settings = {.threads = threads};
    BrinkStatus status =
        solve_game_fast(game, (Resolution){.even = resolution}, &settings, arena, NULL, NULL, &solution);
    assert_int_equal(status, solution && solution->lost_count > 0 ? BRINK_NOT_SOLVED : BRINK_OK);
    return solution;
}

static void compare(const char *path, int rounds, uint64_t index, double rationality, int resolution) {
    TestGame test = test_game_open(path, rounds, index, rationality);
    Game *game = test.game;
    Arena *arena = test.arena;
    Solution *reference = NULL, *fast = solve_fast(game, resolution, 2, arena);
    assert_int_equal(solve_game(game, (Resolution){.even = resolution}, arena, NULL, NULL, &reference), BRINK_OK);
    double apart = solutions_apart(reference, fast);
    if (!(apart < 1e-9)) print_message("%s, draw %d: %g apart\n", path, (int)index, apart);
    assert_true(apart < 1e-9);
    assert_true(fast->residual <= 1e-10);
    assert_true(residual_of(fast) <= fast->residual + 1e-14);
    assert_int_equal(fast->fixed_points, reference->fixed_points);
    assert_int_equal(fast->turned_count, reference->turned_count);
    assert_int_equal(fast->lost_count, reference->lost_count);
    test_game_close(&test);
}

static void every_rule_gives_the_references_answer(void **state) {
    (void)state;
    for (int c = 0; c < CASE_COUNT; c++) {
        char path[128];
        snprintf(path, sizeof path, "tests/reference/cases/%s.yaml", cases[c]);
        for (int resolution = 2; resolution <= thin_to(12, 7); resolution += 5)
            compare(path, 0, 0, 1, resolution - resolution % 2);
    }
}

static void draws_of_the_flagship_give_the_references_answer(void **state) {
    (void)state;
    for (uint64_t index = 0; index < 4; index++)
        compare(flagship, thin_to(2, 1), index, index % 2 ? 1 : 0.5, thin_to(8, 4));
}

static void any_number_of_threads_gives_the_same_bytes(void **state) {
    (void)state;
    TestGame test = test_game_open(flagship, thin_to(2, 1), 0, 2); /* some stages are left to the reference */
    Game *game = test.game;
    Arena *arena = test.arena;
    Solution *one = solve_fast(game, 8, 1, arena);
    for (int threads = 2; threads <= 7; threads += 5) {
        Solution *many = solve_fast(game, 8, threads, arena);
        assert_memory_equal(one->values, many->values, one->value_total * sizeof(double));
        assert_memory_equal(one->sigma, many->sigma, one->sigma_total * sizeof(double));
        assert_memory_equal(&one->residual, &many->residual, sizeof one->residual);
        assert_int_equal(one->responses, many->responses);
    }
    test_game_close(&test);
}

/* Points of stages at which the reference, given what follows, chooses otherwise than a solution does. */
static int choices_apart(Solution *solution, uint64_t *troubles) {
    const Game *game = solution->game;
    SolveTally tally = {0};
    Backward worker;
    Arena *arena = arena_new();
    double sigma[64], before[64], after[64], value[16];
    int apart = 0;
    assert_non_null(arena);
    assert_true(backward_init(&worker, solution, &tally, arena));
    for (int i = 0; i < game->position_count; i++) {
        const Position *p = &game->positions[i];
        size_t width = sigma_width(game, p), row = (size_t)game->value_count;
        if (p->kind != POSITION_STAGE) continue;
        assert_true(choice_count(game, p) <= 64 && row <= 16);
        backward_set_position(&worker, i);
        for (int point = 0; point < solve_points(p, solution->grid); point++) {
            double *own_sigma = solution->sigma + solution->sigma_start[i] + (size_t)point * width, worst = 0;
            double *own_value = solution->values + solution->value_start[i] + (size_t)point * row;
            memcpy(sigma, own_sigma, width * sizeof *sigma);
            memcpy(value, own_value, row * sizeof *value);
            backward_solve_point(&worker, i, point);
            sigma_read(game, p, sigma, before);
            sigma_read(game, p, own_sigma, after);
            for (size_t k = 0; k < choice_count(game, p); k++) worst = fmax(worst, fabs(before[k] - after[k]));
            apart += worst > 1e-8;
            memcpy(own_sigma, sigma, width * sizeof *sigma);
            memcpy(own_value, value, row * sizeof *value);
        }
    }
    *troubles = tally.turned_count + tally.lost_count;
    arena_free(arena);
    return apart;
}

/* At many times the rationality some stages have several equilibria, and the long steps of either solver may leave the
 * branch where a second one comes near; where the branch itself turns, both say so, but for some turns that a long step
 * of the fast one passes: more of them on the coarse grid of a thin run. Stage by stage, so that one difference does
 * not carry over to the stages before. */
static void sharp_stages_are_solved_on_the_references_branch(void **state) {
    (void)state;
    for (int factor = 2; factor <= 6; factor += 4) {
        Solution *solution = NULL;
        uint64_t troubles = 0, slack;
        TestGame test = test_game_open(flagship, thin_to(2, 1), 0, factor);
        Game *game = test.game;
        Arena *arena = test.arena;
        solve_game_fast(game, (Resolution){.even = thin_to(6, 4)}, &(SolveFastSettings){2}, arena, NULL, NULL,
                        &solution);
        assert_non_null(solution);
        int apart = choices_apart(solution, &troubles);
        print_message("rationality %d times: %d of %d points apart, %d turned or lost\n", factor, apart,
                      (int)solution->fixed_points, (int)troubles);
        assert_true(apart <= (int)(solution->fixed_points / 100));
        slack = troubles / (uint64_t)thin_to(20, 10);
        assert_in_range(solution->turned_count + solution->lost_count, troubles - slack, troubles + slack);
        test_game_close(&test);
    }
}

static bool refuse(void *payload, uint64_t done, uint64_t total) {
    int *calls = payload;
    assert_true(done <= total);
    return ++*calls < 3;
}

static void an_observer_that_refuses_stops_the_solve(void **state) {
    (void)state;
    Solution *solution = NULL;
    int calls = 0;
    TestGame test = test_game_open(flagship, 1, 0, 1);
    Game *game = test.game;
    Arena *arena = test.arena;
    assert_int_equal(
        solve_game_fast(game, (Resolution){.even = 4}, &(SolveFastSettings){1}, arena, refuse, &calls, &solution),
        BRINK_CANCELLED);
    assert_int_equal(calls, 3);
    assert_null(solution);
    test_game_close(&test);
}

static void solve_public(BrinkSolveSettings settings, double probability[OUTCOME_COUNT], BrinkStatus expected) {
    BrinkDiagnostics *diagnostics = NULL;
    BrinkScenario *scenario = NULL;
    BrinkOutlook *outlook = NULL;
    settings.resolution = 4;
    settings.with_error = false;
    assert_int_equal(brink_diagnostics_new(&diagnostics), BRINK_OK);
    assert_int_equal(brink_scenario_read(REPOSITORY "/tests/reference/cases/force.yaml", diagnostics, &scenario),
                     BRINK_OK);
    assert_int_equal(brink_scenario_solve(scenario, &settings, diagnostics, NULL, &outlook), expected);
    for (int o = 0; outlook && o < OUTCOME_COUNT; o++)
        probability[o] = brink_outlook_probability(outlook, (BrinkOutcome)o);
    brink_outlook_free(outlook);
    brink_scenario_free(scenario);
    brink_diagnostics_free(diagnostics);
}

static void either_solver_gives_the_same_outlook(void **state) {
    (void)state;
    double fast[OUTCOME_COUNT] = {0}, reference[OUTCOME_COUNT] = {1};
    BrinkSolveSettings settings = brink_solve_settings_default();
    assert_int_equal(settings.solver, BRINK_SOLVER_FAST);
    solve_public(settings, fast, BRINK_OK);
    settings.solver = BRINK_SOLVER_REFERENCE;
    solve_public(settings, reference, BRINK_OK);
    for (int o = 0; o < OUTCOME_COUNT; o++) assert_true(fabs(fast[o] - reference[o]) < 1e-9);
}

static void a_negative_number_of_threads_is_refused(void **state) {
    (void)state;
    BrinkSolveSettings settings = brink_solve_settings_default();
    settings.threads = -1;
    solve_public(settings, NULL, BRINK_BAD_INPUT);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(every_rule_gives_the_references_answer),
        cmocka_unit_test(draws_of_the_flagship_give_the_references_answer),
        cmocka_unit_test(any_number_of_threads_gives_the_same_bytes),
        cmocka_unit_test(sharp_stages_are_solved_on_the_references_branch),
        cmocka_unit_test(an_observer_that_refuses_stops_the_solve),
        cmocka_unit_test(either_solver_gives_the_same_outlook),
        cmocka_unit_test(a_negative_number_of_threads_is_refused),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
