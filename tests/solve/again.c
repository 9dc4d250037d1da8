/* SPDX-License-Identifier: GPL-3.0-or-later
 * Solving one game again with other numbers: the answer is that of a solve by itself. */
#include "solved.h"

#include "scenario/scenario.h"
#include "solve/backward.h"
#include "solve/kernels/kernels.h"
#include "thin.h"

#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>

#include <cmocka.h>

static const char flagship[] = "scenarios/geneva-2026.yaml";
static const char *const cases[] = {"ultimatum",   "signals",       "force",   "measures",
                                    "settlement",  "frameworks",    "interim", "red_lines",
                                    "third_party", "random_drafts", "only",    "verifiable"};
enum { CASE_COUNT = sizeof cases / sizeof *cases, NUMBERS = 6 };

typedef struct Bench {
    TestGame test;
    const Scenario *scenario;
    Situation *situation;
    double *values; /* [number] */
    Solver *solver;
    Resolution resolution;
} Bench;

static Bench bench_open(const char *path, int rounds, double rationality, int resolution) {
    Bench bench = {.test = test_game_open(path, rounds, 0, rationality), .resolution = {.even = resolution}};
    assert_int_equal(scenario_checked(bench.test.scenario, NULL, &bench.scenario), BRINK_OK);
    int own_rounds = rounds > 0 ? rounds : scenario_rounds(bench.scenario);
    assert_int_equal(
        situation_new(bench.scenario, own_rounds, (Draw){.is_centre = true}, bench.test.arena, &bench.situation),
        BRINK_OK);
    bench.values = arena_array(bench.test.arena, (size_t)bench.scenario->number_count + 1, sizeof(double));
    bench.solver = solver_new(bench.test.game, bench.resolution, &(SolveFastSettings){2});
    assert_non_null(bench.values);
    assert_non_null(bench.solver);
    return bench;
}

static void bench_close(Bench *bench) {
    solver_free(bench->solver);
    test_game_close(&bench->test);
}

static void fill(Bench *bench, Draw draw) {
    Arena *scratch = arena_new();
    assert_non_null(scratch);
    situation_fill(bench->scenario, draw, bench->situation);
    assert_int_equal(game_fill(bench->test.game, bench->situation, scratch), BRINK_OK);
    arena_free(scratch);
}

/* The index'th of NUMBERS numbers spread over the scenario's, moved by a share of its size. */
static void move_one(Bench *bench, int index, double share) {
    const Scenario *scenario = bench->scenario;
    int at = (2 * index + 1) * scenario->number_count / (2 * NUMBERS);
    for (int i = 0; i < scenario->number_count; i++) bench->values[i] = NAN;
    double moved = (1 + share) * number_centre(scenario, at);
    bench->values[at] = fmin(fmax(moved, scenario->numbers[at].low), scenario->numbers[at].high);
    fill(bench, (Draw){.is_centre = true, .values = bench->values});
}

static const Solution *solve(Bench *bench, SolverStart start) {
    return solver_answer(bench->solver, start);
}

/* A solve by itself. */
static const Solution *solve_alone(const Bench *bench, Arena *arena) {
    Solution *solution = NULL;
    solve_game_fast(bench->test.game, bench->resolution, &(SolveFastSettings){1}, arena, NULL, NULL, &solution);
    assert_non_null(solution);
    return solution;
}

static void assert_same_bytes(const Solution *a, const Solution *b) {
    const Game *game = a->game;
    for (int i = 0; i < game->position_count; i++) {
        const Position *p = &game->positions[i];
        size_t points = (size_t)solve_points(p, a->grid), width = sigma_width(game, p);
        assert_memory_equal(a->values + a->value_start[i], b->values + b->value_start[i],
                            points * (size_t)game->value_count * sizeof(double));
        if (width > 0)
            assert_memory_equal(a->sigma + a->sigma_start[i], b->sigma + b->sigma_start[i],
                                points * width * sizeof(double));
    }
    assert_memory_equal(&a->residual, &b->residual, sizeof a->residual);
    assert_int_equal(a->responses, b->responses);
    assert_int_equal(a->turned_count, b->turned_count);
}

static void used_memory_leaves_no_trace(void **state) {
    (void)state;
    Bench bench = bench_open(flagship, thin_to(2, 1), 1, thin_to(6, 4));
    for (uint64_t index = 0; index < 4; index++) {
        Arena *arena = arena_new();
        assert_non_null(arena);
        fill(&bench, (Draw){.seed = 1, .index = index});
        const Solution *alone = solve_alone(&bench, arena);
        assert_same_bytes(solve(&bench, index % 2 ? SOLVER_AFRESH : SOLVER_KEEP), alone);
        arena_free(arena);
    }
    bench_close(&bench);
}

static void nothing_kept_is_solved_afresh(void **state) {
    (void)state;
    Bench bench = bench_open("tests/reference/cases/force.yaml", 0, 1, 6);
    assert_same_bytes(solve(&bench, SOLVER_AGAIN), solve_alone(&bench, bench.test.arena));
    bench_close(&bench);
}

/* Which points are followed from s = 0, and so seen to turn, depends on the guesses; none is but by the reference's
 * word. */
static void assert_turned(const Bench *bench, const Solution *alone, const Solution *again, Arena *arena) {
    Solution *reference = NULL;
    if (again->turned_count <= alone->turned_count) return;
    solve_game(bench->test.game, bench->resolution, arena, NULL, NULL, &reference);
    assert_non_null(reference);
    assert_true(again->turned_count <= reference->turned_count);
}

static void assert_as_alone(Bench *bench) {
    Arena *arena = arena_new();
    assert_non_null(arena);
    const Solution *alone = solve_alone(bench, arena), *again = solve(bench, SOLVER_AGAIN);
    assert_true(solutions_apart(alone, again) < 1e-9);
    assert_true(again->residual <= 1e-10);
    assert_true(residual_of(again) <= again->residual + 1e-14);
    assert_int_equal(again->fixed_points, alone->fixed_points);
    assert_turned(bench, alone, again, arena);
    assert_int_equal(again->lost_count, alone->lost_count);
    arena_free(arena);
}

static void compare(const char *path, int rounds, double rationality, int resolution) {
    Bench bench = bench_open(path, rounds, rationality, resolution);
    bool is_scaled = rationality != 1; /* by test_game_open(), which filling again would undo */
    solve(&bench, SOLVER_KEEP);
    assert_as_alone(&bench);
    for (int index = 0; !is_scaled && index < NUMBERS; index++) {
        move_one(&bench, index, index % 2 ? -0.5 : 0.1);
        assert_as_alone(&bench);
    }
    for (uint64_t index = 0; !is_scaled && index < 3; index++) {
        fill(&bench, (Draw){.seed = 1, .index = index});
        assert_as_alone(&bench);
    }
    bench_close(&bench);
}

static void changed_numbers_give_the_answer_of_a_solve_by_itself(void **state) {
    (void)state;
    for (int c = 0; c < CASE_COUNT; c++) {
        char path[128];
        snprintf(path, sizeof path, "tests/reference/cases/%s.yaml", cases[c]);
        for (int resolution = 2; resolution <= thin_to(12, 7); resolution += 5)
            compare(path, 0, 1, resolution - resolution % 2);
    }
    compare(flagship, thin_to(2, 1), 1, thin_to(8, 4));
}

static void turned_branches_are_followed_again(void **state) {
    (void)state;
    compare(flagship, thin_to(2, 1), 2, thin_to(6, 4));
}

static void what_was_kept_saves_responses_with_every_kernel(void **state) {
    (void)state;
    const Kernels *list[4];
    for (int k = 0, count = kernels_list(list); k < count; k++) {
        assert_int_equal(setenv("BRINK_KERNELS", list[k]->name, 1), 0);
        Bench bench = bench_open(flagship, thin_to(2, 1), 1, thin_to(12, 8));
        uint64_t afresh = solve(&bench, SOLVER_KEEP)->responses;
        for (int index = 0; index < NUMBERS; index++) {
            move_one(&bench, index, 0.1);
            assert_true(4 * solve(&bench, SOLVER_AGAIN)->responses < 3 * afresh);
        }
        bench_close(&bench);
    }
    unsetenv("BRINK_KERNELS");
}

/* The solver of the bench has two threads, this one has one. With a rationality of twice and more points are left out
 * of what is said from the coarsest. */
static void threads_change_no_byte(double rationality, int resolution) {
    Bench bench = bench_open(flagship, thin_to(2, 1), rationality, resolution);
    Game *game = bench.test.game;
    const Solution *one = NULL;
    Solver *single = solver_new(game, bench.resolution, &(SolveFastSettings){1});
    assert_non_null(single);
    assert_int_equal(solver_solve(single, SOLVER_KEEP, NULL, NULL, &one), BRINK_OK);
    solve(&bench, SOLVER_KEEP);
    for (int type = 0; type < game->type_total; type++) game->rationality[type] *= 1.01;
    assert_int_equal(solver_solve(single, SOLVER_AGAIN, NULL, NULL, &one), BRINK_OK);
    assert_same_bytes(one, solve(&bench, SOLVER_AGAIN));
    solver_free(single);
    bench_close(&bench);
}

static void the_number_of_threads_changes_no_byte(void **state) {
    (void)state;
    threads_change_no_byte(1, thin_to(8, 4));
    threads_change_no_byte(2, thin_to(8, 4));
    threads_change_no_byte(3, thin_to(8, 4));
}

/* ---- What no change reaches ---- */

static void without_a_change_nothing_is_solved(void **state) {
    (void)state;
    Bench bench = bench_open(flagship, thin_to(2, 1), 2, thin_to(6, 4)); /* some points turn */
    const Solution *alone = solve_alone(&bench, bench.test.arena);
    solve(&bench, SOLVER_KEEP);
    const Solution *again = solve(&bench, SOLVER_AGAIN);
    assert_int_equal(again->responses, 0);
    assert_true(solutions_apart(alone, again) == 0);
    assert_true(again->turned_count > 0);
    assert_same_account(again, alone);
    bench_close(&bench);
}

static void what_was_solved_in_between_changes_no_byte(void **state) {
    (void)state;
    Bench one = bench_open(flagship, thin_to(2, 1), 1, thin_to(8, 4)),
          two = bench_open(flagship, thin_to(2, 1), 1, thin_to(8, 4));
    solve(&one, SOLVER_KEEP);
    solve(&two, SOLVER_KEEP);
    for (int index = NUMBERS - 1; index >= 0; index--) {
        move_one(&two, index, -0.2);
        solve(&two, SOLVER_AGAIN);
        fill(&two, (Draw){.seed = 1, .index = (uint64_t)index});
        solve(&two, index % 2 ? SOLVER_AFRESH : SOLVER_AGAIN);
        move_one(&one, index, 0.1);
        move_one(&two, index, 0.1);
        assert_same_bytes(solve(&one, SOLVER_AGAIN), solve(&two, SOLVER_AGAIN));
    }
    bench_close(&one);
    bench_close(&two);
}

static void what_is_kept_last_counts(void **state) {
    (void)state;
    Bench one = bench_open(flagship, 1, 1, 4), two = bench_open(flagship, 1, 1, 4);
    solve(&one, SOLVER_KEEP);
    move_one(&one, 1, 0.1);
    move_one(&two, 1, 0.1);
    solve(&one, SOLVER_KEEP);
    solve(&two, SOLVER_KEEP);
    move_one(&one, 2, 0.1);
    move_one(&two, 2, 0.1);
    assert_same_bytes(solve(&one, SOLVER_AGAIN), solve(&two, SOLVER_AGAIN));
    bench_close(&one);
    bench_close(&two);
}

static bool refuse(void *payload, uint64_t done, uint64_t total) {
    (void)payload;
    return 2 * done < total;
}

static void a_solve_that_was_stopped_keeps_nothing(void **state) {
    (void)state;
    Bench bench = bench_open(flagship, 1, 1, 4);
    const Solution *none = NULL;
    solve(&bench, SOLVER_KEEP);
    move_one(&bench, 1, 0.1);
    assert_int_equal(solver_solve(bench.solver, SOLVER_KEEP, refuse, NULL, &none), BRINK_CANCELLED);
    assert_same_bytes(solve_alone(&bench, bench.test.arena), solve(&bench, SOLVER_AGAIN));
    bench_close(&bench);
}

typedef struct Numbers {
    double *first;
    size_t count;
} Numbers;

/* All that a game holds but the starting beliefs, which must sum to one. */
enum { KINDS = 7 };
static void list_numbers(Game *game, Numbers numbers[KINDS]) {
    size_t types = (size_t)game->type_total, block = (size_t)game->profile_count * (size_t)(game->party_count + 1);
    numbers[0] = (Numbers){game->rationality, types};
    numbers[1] = (Numbers){&game->public_rationality, 1};
    numbers[2] = (Numbers){game->measures, (size_t)game->measure_count};
    numbers[3] = (Numbers){game->weights, (size_t)game->edge_count};
    numbers[4] = (Numbers){game->type_rows, (size_t)game->type_row_count * (types + 1)};
    numbers[5] = (Numbers){game->profile_rows, (size_t)game->profile_row_count * block};
    numbers[6] = (Numbers){game->discounts, (size_t)game->discount_count * (types + 1)};
}

/* Takes a tenth of the first type's prior to the second. */
static void move_prior(Game *game) {
    for (int party = 0; party < game->party_count; party++) {
        double *prior = game->prior + game->type_start[party];
        if (game->type_start[party + 1] - game->type_start[party] < 2) continue;
        prior[1] += prior[0] / 10;
        prior[0] -= prior[0] / 10;
    }
}

static void every_number_of_a_game_reaches_what_depends_on_it(void **state) {
    (void)state;
    for (int c = 0; c < CASE_COUNT; c++) {
        char path[128];
        Numbers numbers[KINDS];
        snprintf(path, sizeof path, "tests/reference/cases/%s.yaml", cases[c]);
        Bench bench = bench_open(path, 0, 1, 4);
        list_numbers(bench.test.game, numbers);
        solve(&bench, SOLVER_KEEP);
        for (int kind = 0; kind < KINDS; kind++)
            for (size_t i = 0; i < numbers[kind].count; i += 1 + numbers[kind].count / thin_to(40, 8)) {
                double *number = numbers[kind].first + i, before = *number;
                *number = 1.05 * before;
                assert_as_alone(&bench);
                *number = before;
            }
        assert_int_equal(solve(&bench, SOLVER_AGAIN)->responses, 0);
        move_prior(bench.test.game);
        assert_as_alone(&bench);
        bench_close(&bench);
    }
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(used_memory_leaves_no_trace),
        cmocka_unit_test(nothing_kept_is_solved_afresh),
        cmocka_unit_test(changed_numbers_give_the_answer_of_a_solve_by_itself),
        cmocka_unit_test(turned_branches_are_followed_again),
        cmocka_unit_test(what_was_kept_saves_responses_with_every_kernel),
        cmocka_unit_test(the_number_of_threads_changes_no_byte),
        cmocka_unit_test(without_a_change_nothing_is_solved),
        cmocka_unit_test(what_was_solved_in_between_changes_no_byte),
        cmocka_unit_test(what_is_kept_last_counts),
        cmocka_unit_test(a_solve_that_was_stopped_keeps_nothing),
        cmocka_unit_test(every_number_of_a_game_reaches_what_depends_on_it),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
