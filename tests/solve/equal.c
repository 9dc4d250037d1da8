/* SPDX-License-Identifier: GPL-3.0-or-later
 * Equal positions are solved and stored once, and nobody can tell but by the work that it saves. */
#include "solved.h"

#include "solve/backward.h"

#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>

#include <cmocka.h>

static const char *const cases[] = {"changing", "exposed",       "interim_in_force", "measures",
                                    "only",     "random_drafts", "settlement",       "third_party"};
static const char flagship[] = "scenarios/geneva-2026.yaml";
enum { CASE_COUNT = sizeof cases / sizeof *cases };

typedef struct Bench {
    TestGame test;
    Game *game;
    Solver *solver;
    Resolution resolution;
} Bench;

static Bench bench_open(const char *path, int rounds, double rationality, int resolution, int threads) {
    Bench bench = {.test = test_game_open(path, rounds, 0, rationality), .resolution = {.even = resolution}};
    bench.game = bench.test.game;
    bench.solver = solver_new(bench.game, bench.resolution, &(SolveFastSettings){threads});
    assert_non_null(bench.solver);
    return bench;
}

static Bench open_case(int c) {
    char path[128];
    snprintf(path, sizeof path, "tests/reference/cases/%s.yaml", cases[c]);
    return bench_open(path, 0, 1, 6, 1);
}

static void bench_close(Bench *bench) {
    solver_free(bench->solver);
    test_game_close(&bench->test);
}

static const Solution *solve(Bench *bench, SolverStart start) {
    return solver_answer(bench->solver, start);
}

/* A position before this one whose numbers it shares; -1: none. */
static int twin_of(const Solution *solution, int position) {
    int twin = 0;
    while (twin < position && solution->value_start[twin] != solution->value_start[position]) twin++;
    return twin < position ? twin : -1;
}

/* The last STAGE that shares its numbers; -1: none. */
static int last_twin(const Solution *solution) {
    int i = solution->game->position_count - 1;
    while (i >= 0 && (solution->game->positions[i].kind != POSITION_STAGE || twin_of(solution, i) < 0)) i--;
    return i;
}

static void assert_as_the_reference(Bench *bench, const Solution *shared) {
    Solution *reference = NULL;
    assert_int_equal(solve_game(bench->game, bench->resolution, bench->test.arena, NULL, NULL, &reference), BRINK_OK);
    assert_true(solutions_apart(reference, shared) < 1e-9);
    assert_true(residual_of(shared) <= shared->residual + 1e-14);
    assert_int_equal(shared->fixed_points, reference->fixed_points);
    assert_int_equal(shared->turned_count, reference->turned_count);
}

static void equal_stages_share_their_numbers(void **state) {
    (void)state;
    for (int c = 0; c < CASE_COUNT; c++) {
        Bench bench = open_case(c);
        const Solution *solution = solve(&bench, SOLVER_AFRESH);
        int one = last_twin(solution), two = one < 0 ? -1 : twin_of(solution, one);
        assert_true(two >= 0);
        assert_true(solution->sigma_start[one] == solution->sigma_start[two]);
        assert_as_the_reference(&bench, solution);
        bench_close(&bench);
    }
}

/* The weight of a stage's first action, to its first mover's first type. */
static double *measure_of(Bench *bench, int position) {
    return bench->game->measures + bench->game->movers[bench->game->positions[position].mover_start].measure;
}

static void stages_told_apart_are_solved_apart_and_together_again(void **state) {
    (void)state;
    for (int c = 0; c < CASE_COUNT; c++) {
        for (SolverStart start = SOLVER_AFRESH; start <= SOLVER_AGAIN; start++) {
            Bench bench = open_case(c);
            const Solution *solution = solve(&bench, start == SOLVER_AGAIN ? SOLVER_KEEP : start);
            int one = last_twin(solution), two = twin_of(solution, one);
            size_t total = solution->value_total;
            *measure_of(&bench, one) *= 1.25;
            solution = solve(&bench, start);
            assert_true(solution->value_start[one] != solution->value_start[two]);
            assert_as_the_reference(&bench, solution);
            *measure_of(&bench, one) /= 1.25;
            solution = solve(&bench, start);
            assert_true(solution->value_start[one] == solution->value_start[two]);
            assert_true(start == SOLVER_AGAIN || solution->value_total == total);
            assert_as_the_reference(&bench, solution);
            bench_close(&bench);
        }
    }
}

/* Makes one zero among the payoffs of every stage that shares its numbers negative: the bits differ, the sums do not.
 */
static void turn_zeros(Game *game, const Solution *solution) {
    int columns = game->type_total + 1;
    for (int i = 0; i < game->position_count; i++) {
        const Position *p = &game->positions[i];
        double *zero = NULL;
        for (int e = p->edge_start; e < p->edge_start + p->edge_count && !zero; e++)
            for (int v = 0; game->edges[e].payoff >= 0 && v < columns && !zero; v++) {
                double *number = game->type_rows + game->edges[e].payoff * columns + v;
                if (*number == 0) zero = number;
            }
        if (p->kind == POSITION_STAGE && zero && twin_of(solution, i) >= 0) *zero = -0.0;
    }
}

/* The responses of a solve from what was kept before or after equal stages were told apart. */
static uint64_t again_from(bool is_kept_shared, const Solution **again, Bench *bench) {
    *bench = bench_open(flagship, 1, 1, 8, 1);
    const Solution *shared = solve(bench, is_kept_shared ? SOLVER_KEEP : SOLVER_AFRESH);
    turn_zeros(bench->game, shared);
    if (!is_kept_shared) solve(bench, SOLVER_KEEP);
    for (int type = 0; type < bench->game->type_total; type++) bench->game->rationality[type] *= 1.01;
    *again = solve(bench, SOLVER_AGAIN);
    return (*again)->responses;
}

static void a_stage_told_apart_starts_from_what_was_kept_of_its_equal(void **state) {
    (void)state;
    Bench shared, apart;
    const Solution *one, *two;
    assert_int_equal(again_from(true, &one, &shared), again_from(false, &two, &apart));
    assert_true(solutions_apart(one, two) == 0);
    bench_close(&shared);
    bench_close(&apart);
}

static void a_stage_that_becomes_equal_to_a_kept_one_takes_its_answer(void **state) {
    (void)state;
    for (int c = 0; c < CASE_COUNT; c++) {
        Bench bench = open_case(c);
        const Solution *solution = solve(&bench, SOLVER_AFRESH);
        int one = last_twin(solution), two = twin_of(solution, one);
        double before = *measure_of(&bench, two);
        *measure_of(&bench, two) *= 1.25;
        size_t kept = solve(&bench, SOLVER_KEEP)->value_start[one];
        *measure_of(&bench, two) = before;
        solution = solve(&bench, SOLVER_AGAIN);
        assert_true(solution->value_start[one] == kept);
        assert_true(solution->value_start[two] == kept);
        assert_as_the_reference(&bench, solution);
        bench_close(&bench);
    }
}

static void sharing_changes_neither_numbers_nor_counts_nor_places(void **state) {
    (void)state;
    for (int factor = 2; factor <= 4; factor += 2) {
        Bench bench = bench_open(flagship, 2, 1, 4, 1);
        for (int type = 0; type < bench.game->type_total; type++) bench.game->rationality[type] *= factor;
        Solution *apart = NULL;
        const Solution *shared = solve(&bench, SOLVER_AFRESH);
        assert_true(factor != 4 || twin_of(shared, shared->trouble.position) >= 0); /* told of the right one */
        turn_zeros(bench.game, shared);
        solve_game_fast(bench.game, bench.resolution, &(SolveFastSettings){1}, bench.test.arena, NULL, NULL, &apart);
        assert_non_null(apart);
        print_message("rationality %d times: %d responses, %d apart, %d turned\n", factor, (int)shared->responses,
                      (int)apart->responses, (int)apart->turned_count);
        assert_true(shared->responses < apart->responses);
        assert_true(shared->value_total < apart->value_total);
        assert_true(solutions_apart(shared, apart) == 0);
        assert_true(shared->turned_count > 0);
        assert_same_account(shared, apart);
        bench_close(&bench);
    }
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(equal_stages_share_their_numbers),
        cmocka_unit_test(stages_told_apart_are_solved_apart_and_together_again),
        cmocka_unit_test(a_stage_told_apart_starts_from_what_was_kept_of_its_equal),
        cmocka_unit_test(a_stage_that_becomes_equal_to_a_kept_one_takes_its_answer),
        cmocka_unit_test(sharing_changes_neither_numbers_nor_counts_nor_places),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
