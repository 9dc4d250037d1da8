/* SPDX-License-Identifier: GPL-3.0-or-later
 * Parties of more types, and more parties of them, than the kernels of narrow stages hold: every kernel of wide stages
 * that this machine runs gives the reference's answer. */
#include "pipeline.h"
#include "solve/backward.h"
#include "solve/fast.h"
#include "solve/kernels/kernels.h"
#include "solve/ladder.h"
#include "solved.h"

#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

enum { PARTIES_MAX = 4 };

typedef struct Shape {
    int parties, types[PARTIES_MAX];
    int postures, rounds;
    int resolution; /* of every party, but that of the first is `first` where that is not 0 */
    int first;
} Shape;

static void add_party(FILE *text, const Shape *shape, int party) {
    fprintf(text,
            "  %c:\n    rationality: 0.%d\n    patience: 0.9%d\n"
            "    outside: {collapse: -%d, lapse: -10, conflict: -60}\n",
            'a' + party, 12 + party, party, 15 + party);
    if (shape->types[party] > 1) fprintf(text, "    types:\n");
    for (int t = 0; shape->types[party] > 1 && t < shape->types[party]; t++) {
        fprintf(text, "      t%d: {outside: {collapse: %d, conflict: %d}, prior: ", t, 3 * t - 16 - party, 7 * t - 60);
        if (t + 1 < shape->types[party])
            fprintf(text, "%.3f}\n", 0.7 / shape->types[party]);
        else
            fprintf(text, "rest}\n");
    }
    if (shape->postures < 2) return;
    fprintf(text, "    now: r0\n    postures:\n");
    for (int k = 0; k < shape->postures; k++)
        fprintf(text, "      - r%d: {cost: %d, pressure: %d, risk: 0.0%d}\n", k, k, 2 * k, k);
}

/* A deal is worth something else to each type, and what it is worth depends on the others' (its kept word): so ends are
 * flat, linear in beliefs, and looked up. The caller's (free). */
static char *write_scenario(const Shape *shape) {
    char *result = NULL;
    size_t size;
    FILE *text = open_memstream(&result, &size);
    assert_non_null(text);
    fprintf(text, "brink: 1\ntitle: Wide\nclock: {start: 2030-01-01, every: 7 days, rounds: %d}\nparties:\n",
            shape->rounds);
    for (int party = 0; party < shape->parties; party++) add_party(text, shape, party);
    fprintf(text,
            "issues:\n  toll: {performer: b, reversible: 0.5, today: none, options: {none: {}, low: {detection: 0.6, "
            "detects: a}}}\n"
            "preferences:\n");
    for (int party = 0; party < shape->parties; party++) {
        int none = party == 0 ? 0 : 100, low = 100 - none;
        fprintf(text, "  %c: {toll: {weight: %d, scores: {none: %d, low: %d}}", 'a' + party, 20 + 3 * party, none, low);
        if (shape->types[party] > 1)
            fprintf(text, ", types: {t1: {toll: {weight: 31, scores: {none: %d, low: %d}}}}", none, low);
        fprintf(text, "}\n");
    }
    fprintf(text, "mediator: {name: mediator}\nagenda: {drafts: {mild: {toll: low}}}\n");
    fclose(text);
    return result;
}

static Pipeline open_shape(const Shape *shape) {
    char *text = write_scenario(shape);
    Pipeline pipeline = pipeline_read(text, 0);
    assert_int_equal(game_compile(pipeline.situation, pipeline.solve_arena, NULL, &pipeline.game), BRINK_OK);
    free(text);
    return pipeline;
}

/* Closes every fifth action to its type, but no first one; with `first` those of the first movers too. */
static void close_actions(Game *game, bool with_first) {
    int count = 0;
    for (int m = 0; m < game->mover_count; m++) {
        const Mover *mover = &game->movers[m];
        int types = game->type_start[mover->party + 1] - game->type_start[mover->party];
        for (int t = 0; t < types; t++)
            for (int a = 0; a < mover->action_count; a++)
                if ((a > 0 || (with_first && m % 2 == 0 && mover->action_count > 1)) && ++count % 5 == 0)
                    game->measures[mover->measure + t * mover->action_count + a] = 0;
    }
}

static void compare(const Shape *shape, const Game *game, Arena *arena) {
    const Kernels *list[4];
    Solution *reference = NULL;
    int steps[PARTIES_MAX];
    for (int party = 0; party < shape->parties; party++)
        steps[party] = party == 0 && shape->first > 0 ? shape->first : shape->resolution;
    Resolution resolution = {.steps = steps};
    assert_int_equal(solve_game(game, resolution, arena, NULL, NULL, &reference), BRINK_OK);
    for (int k = 0, count = kernels_list(list); k < count; k++) {
        Solution *fast = NULL;
        SolveFastSettings settings = {.threads = 1};
        setenv("BRINK_KERNELS", list[k]->name, 1);
        assert_int_equal(solve_game_fast(game, resolution, &settings, arena, NULL, NULL, &fast), BRINK_OK);
        unsetenv("BRINK_KERNELS");
        double apart = solutions_apart(reference, fast);
        if (!(apart < 1e-9)) print_message("%s: %g apart\n", list[k]->name, apart);
        assert_true(apart < 1e-9);
        assert_true(fast->residual <= 1e-10);
        assert_true(residual_of(fast) <= fast->residual + 1e-14);
        assert_int_equal(fast->fixed_points, reference->fixed_points);
        assert_int_equal(fast->turned_count, reference->turned_count);
        assert_true(fast->responses != reference->responses); /* not all is left to the reference */
    }
}

static const Shape shapes[] = {
    {2, {3, 3}, 1, 2, 4, 0},       {2, {3, 3}, 2, 2, 2, 0},    {2, {5, 2}, 1, 2, 4, 0},
    {2, {2, 5}, 2, 1, 3, 0},       {2, {3, 1}, 2, 2, 12, 0},   {2, {1, 6}, 1, 2, 3, 0},
    {2, {5, 5}, 1, 2, 2, 0},       {2, {4, 3}, 1, 2, 5, 2},    {2, {2, 3}, 1, 2, 2, 7},
    {3, {3, 3, 3}, 1, 2, 2, 0},    {3, {2, 2, 2}, 1, 2, 4, 0}, {3, {2, 2, 2}, 2, 1, 2, 0},
    {3, {1, 3, 2}, 1, 2, 4, 0},    {3, {3, 1, 1}, 2, 1, 5, 0}, {4, {2, 2, 1, 2}, 1, 2, 2, 0},
    {4, {2, 1, 3, 2}, 1, 2, 2, 1},
};
enum { SHAPE_COUNT = sizeof shapes / sizeof *shapes };

static void every_kernel_gives_the_references_answer(void **state) {
    (void)state;
    for (int s = 0; s < SHAPE_COUNT; s++) {
        Pipeline pipeline = open_shape(&shapes[s]);
        compare(&shapes[s], pipeline.game, pipeline.solve_arena);
        pipeline_free(&pipeline);
    }
}

static void a_closed_action_is_never_taken(void **state) {
    (void)state;
    for (int s = 0; s < SHAPE_COUNT; s += 3)
        for (int with_first = 0; with_first < 2; with_first++) {
            Pipeline pipeline = open_shape(&shapes[s]);
            close_actions(pipeline.game, with_first);
            compare(&shapes[s], pipeline.game, pipeline.solve_arena);
            pipeline_free(&pipeline);
        }
}

/* The game that is the same in units of another size. */
static void scale_payoffs(Game *game, double size) {
    size_t row = (size_t)(game->type_total + 1), block = (size_t)game->profile_count * (size_t)(game->party_count + 1);
    for (size_t i = 0; i < (size_t)game->type_row_count * row; i++) game->type_rows[i] *= size;
    for (size_t i = 0; i < (size_t)game->profile_row_count * block; i++) game->profile_rows[i] *= size;
    for (int type = 0; type < game->type_total; type++) game->rationality[type] /= size;
    game->public_rationality /= size;
}

static void payoffs_may_be_tiny_or_huge(void **state) {
    (void)state;
    for (int s = 0; s < SHAPE_COUNT; s += 3)
        for (int huge = 0; huge < 2; huge++) {
            Pipeline pipeline = open_shape(&shapes[s]);
            scale_payoffs(pipeline.game, huge ? 1e9 : 1e-6);
            compare(&shapes[s], pipeline.game, pipeline.solve_arena);
            pipeline_free(&pipeline);
        }
}

/* Beyond the kernels' limits the reference answers. */
static void too_many_types_are_left_to_the_reference(void **state) {
    (void)state;
    const Shape shape = {2, {7, 2}, 1, 1, 2, 0};
    Pipeline pipeline = open_shape(&shape);
    Solution *reference = NULL, *fast = NULL;
    SolveFastSettings settings = {.threads = 1};
    Resolution resolution = {.even = 2};
    assert_int_equal(solve_game(pipeline.game, resolution, pipeline.solve_arena, NULL, NULL, &reference), BRINK_OK);
    assert_int_equal(solve_game_fast(pipeline.game, resolution, &settings, pipeline.solve_arena, NULL, NULL, &fast),
                     BRINK_OK);
    for (int i = 0; i < pipeline.game->position_count; i++)
        assert_memory_equal(reference->sigma + reference->sigma_start[i], fast->sigma + fast->sigma_start[i],
                            (size_t)solve_points(&pipeline.game->positions[i], fast->grid) *
                                sigma_width(pipeline.game, &pipeline.game->positions[i]) * sizeof(double));
    pipeline_free(&pipeline);
}

static void same_with_threads(const Game *game, int resolution, Arena *arena) {
    Solution *one = NULL;
    for (int threads = 1; threads <= 7; threads += threads < 3 ? 1 : 4) {
        Solution *fast = NULL;
        SolveFastSettings settings = {.threads = threads};
        assert_int_equal(solve_game_fast(game, (Resolution){.even = resolution}, &settings, arena, NULL, NULL, &fast),
                         BRINK_OK);
        if (!one) one = fast;
        assert_memory_equal(one->values, fast->values, one->value_total * sizeof(double));
        assert_memory_equal(one->sigma, fast->sigma, one->sigma_total * sizeof(double));
        assert_memory_equal(&one->residual, &fast->residual, sizeof one->residual);
        assert_int_equal(one->responses, fast->responses);
        assert_int_equal(one->turned_count, fast->turned_count);
    }
}

/* One position to a layer and 45 x 45, or 61 x 61 points: threads have these to share. */
static void threads_that_share_a_position_change_no_byte(void **state) {
    (void)state;
    static const Shape few[] = {{2, {3, 3}, 1, 2, 8, 0}, {2, {2, 2}, 1, 2, 60, 0}};
    for (int s = 0; s < 2; s++) {
        Pipeline pipeline = open_shape(&few[s]);
        assert_true(grid_size(2, pipeline.game->type_start, (Resolution){.even = few[s].resolution}) >=
                    14 * FAST_PIECE);
        same_with_threads(pipeline.game, few[s].resolution, pipeline.solve_arena);
        for (int type = 0; type < pipeline.game->type_total; type++) pipeline.game->rationality[type] *= 8;
        same_with_threads(pipeline.game, few[s].resolution, pipeline.solve_arena);
        pipeline_free(&pipeline);
    }
}

/* Other numbers, from what was kept of these. */
static void what_was_kept_serves_again(void **state) {
    (void)state;
    for (int s = 0; s < SHAPE_COUNT; s += 4) {
        Pipeline pipeline = open_shape(&shapes[s]);
        Game *game = pipeline.game;
        SolveFastSettings settings = {.threads = 1};
        Resolution resolution = {.even = shapes[s].resolution};
        Solver *solver = solver_new(game, resolution, &settings);
        Solution *alone = NULL;
        const Solution *again = NULL;
        assert_non_null(solver);
        assert_int_equal(solver_solve(solver, SOLVER_KEEP, NULL, NULL, &again), BRINK_OK);
        for (int type = 0; type < game->type_total; type++) game->rationality[type] *= 1.02;
        assert_int_equal(solver_solve(solver, SOLVER_AGAIN, NULL, NULL, &again), BRINK_OK);
        assert_int_equal(solve_game_fast(game, resolution, &settings, pipeline.solve_arena, NULL, NULL, &alone),
                         BRINK_OK);
        assert_true(solutions_apart(alone, again) < 1e-9);
        assert_true(again->responses < alone->responses);
        solver_free(solver);
        pipeline_free(&pipeline);
    }
}

/* ---- Guesses ---- */

/* Something linear in every party's Kuhn coordinates. */
static double plane_at(const Grid *grid, int point) {
    int split[PARTIES_MAX];
    double product = 1;
    grid_split(grid, point, split);
    for (int party = 0; party < grid->party_count; party++) {
        const PartyGrid *own = &grid->parties[party];
        double sum = 1 + party;
        for (int j = 0; j < own->type_count - 1; j++)
            sum += (0.3 + j) * own->lattice[split[party] * (own->type_count - 1) + j] / own->resolution;
        product *= sum;
    }
    return product;
}

/* Each comes from points that were there before, once all points are; and where there are two on its line, what is
 * linear along it is guessed as it is. */
static void try_ladder(int party_count, const int *type_start, int resolution) {
    Arena *arena = arena_new();
    assert_non_null(arena);
    Grid *grid = grid_new(party_count, type_start, (Resolution){.even = resolution}, arena);
    Ladder *ladder = ladder_new(grid, arena);
    double *odds = arena_array(arena, (size_t)grid->point_count * KERNEL_BLOCK, sizeof *odds);
    bool *is_known = arena_array(arena, (size_t)grid->point_count, sizeof *is_known);
    assert_true(ladder && odds && is_known);
    assert_int_equal(ladder->rung_start[ladder->rung_count], grid->point_count);
    for (int rung = 0; rung < ladder->rung_count; rung++) {
        for (int place = ladder->rung_start[rung]; place < ladder->rung_start[rung + 1]; place++) {
            int point = ladder->points[place];
            for (int i = ladder->guesses.start[point]; i < ladder->guesses.start[point + 1]; i++)
                assert_true(is_known[ladder->guesses.parents[i]]);
            if (rung == 0) continue;
            assert_true(ladder->guesses.start[point + 1] > ladder->guesses.start[point]);
            kernels_select()->sum_rows(&ladder->guesses, 1, &point, KERNEL_BLOCK, odds);
            double right = plane_at(grid, point);
            assert_true(fabs(odds[KERNEL_BLOCK * point] - right) < 1e-9 * right);
        }
        for (int place = ladder->rung_start[rung]; place < ladder->rung_start[rung + 1]; place++) {
            int point = ladder->points[place];
            assert_false(is_known[point]);
            is_known[point] = true;
            odds[KERNEL_BLOCK * point] = plane_at(grid, point);
        }
    }
    arena_free(arena);
}

static void what_is_linear_is_guessed_as_it_is(void **state) {
    (void)state;
    static const int resolutions[] = {2, 4, 5, 7, 10};
    for (size_t r = 0; r < sizeof resolutions / sizeof *resolutions; r++) {
        try_ladder(2, (const int[]){0, 3, 6}, resolutions[r]);
        try_ladder(2, (const int[]){0, 2, 6}, resolutions[r]);
        try_ladder(3, (const int[]){0, 1, 5, 7}, resolutions[r]);
        try_ladder(1, (const int[]){0, 6}, resolutions[r]);
    }
}

static void measure_ladder(int party_count, const int *type_start, int resolution) {
    Arena *arena = arena_new(), *own = arena_new();
    assert_true(arena && own);
    Grid *grid = grid_new(party_count, type_start, (Resolution){.even = resolution}, arena);
    assert_true(grid && ladder_new(grid, own));
    double took = (double)arena_used(own), said = ladder_size(party_count, type_start, grid->point_count);
    assert_true(said > 0.8 * took && said < 2 * took);
    arena_free(own);
    arena_free(arena);
}

static void the_size_of_a_ladder_is_foreseen(void **state) {
    (void)state;
    measure_ladder(2, (const int[]){0, 2, 4}, 16);
    measure_ladder(3, (const int[]){0, 2, 4, 6}, 8);
    measure_ladder(2, (const int[]){0, 3, 6}, 8);
    measure_ladder(2, (const int[]){0, 4, 8}, 8);
    measure_ladder(3, (const int[]){0, 3, 6, 9}, 8);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(every_kernel_gives_the_references_answer),
        cmocka_unit_test(a_closed_action_is_never_taken),
        cmocka_unit_test(payoffs_may_be_tiny_or_huge),
        cmocka_unit_test(threads_that_share_a_position_change_no_byte),
        cmocka_unit_test(what_was_kept_serves_again),
        cmocka_unit_test(what_is_linear_is_guessed_as_it_is),
        cmocka_unit_test(the_size_of_a_ladder_is_foreseen),
        cmocka_unit_test(too_many_types_are_left_to_the_reference),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
