/* SPDX-License-Identifier: GPL-3.0-or-later
 * How the odds move with every number of a game, held to central differences of whole solves: each array of numbers is
 * moved along a direction drawn at random. */
#include "solved.h"

#include "solve/kernels/kernels.h"
#include "solve/slope.h"
#include "thin.h"

#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

enum { K = SLOPE_OUTCOMES };

typedef struct Numbers {
    const char *name;
    double *numbers, *slope;
    size_t count;
} Numbers;
enum { ARRAYS = 8 };

static void list_numbers(Game *game, const GameSlope *sum, Numbers list[ARRAYS]) {
    size_t types = (size_t)game->type_total, columns = types + 1;
    const Numbers all[ARRAYS] = {
        {"prior", game->prior, sum->prior, types},
        {"rationality", game->rationality, sum->rationality, types},
        {"public rationality", &game->public_rationality, sum->public_rationality, 1},
        {"measures", game->measures, sum->measures, (size_t)game->measure_count},
        {"weights", game->weights, sum->weights, (size_t)game->edge_count},
        {"payoffs", game->type_rows, sum->type_rows, (size_t)game->type_row_count * columns},
        {"profile payoffs", game->profile_rows, sum->profile_rows,
         (size_t)game->profile_row_count * (size_t)game->profile_count * (size_t)(game->party_count + 1)},
        {"discounts", game->discounts + columns, sum->discounts + columns * K,
         (size_t)(game->discount_count - 1) * columns},
    };
    memcpy(list, all, sizeof all);
}

/* The odds of the game as it stands, from its start. */
static void odds_of(const Game *game, int resolution, double odds[K]) {
    Arena *arena = arena_new();
    Solution *solution = NULL;
    assert_int_equal(solve_game(game, (Resolution){.even = resolution}, arena, NULL, NULL, &solution), BRINK_OK);
    Slope *slope = slope_new(solution, 1, arena);
    assert_non_null(slope);
    const Position *start = &game->positions[game->start];
    memcpy(odds, slope_odds(slope, game->start, solve_points(start, solution->grid) - 1), K * sizeof *odds);
    arena_free(arena);
}

static const GameSlope *slope_by(const Game *game, int resolution, bool with_kernels, int threads, Arena *arena) {
    Solution *solution = NULL;
    assert_int_equal(solve_game(game, (Resolution){.even = resolution}, arena, NULL, NULL, &solution), BRINK_OK);
    Slope *slope = slope_new_by(solution, with_kernels, threads, arena);
    assert_non_null(slope);
    slope_start(slope, game->start, solve_points(&game->positions[game->start], solution->grid) - 1, 1);
    const GameSlope *sum = NULL;
    assert_int_equal(slope_finish(slope, NULL, NULL, &sum), BRINK_OK);
    assert_non_null(sum);
    return sum;
}

static const GameSlope *slope_of(const Game *game, int resolution, bool with_kernels, Arena *arena) {
    return slope_by(game, resolution, with_kernels, 1, arena);
}

/* A direction for each number; of priors one that leaves each party's sum. */
static void draw_direction(const Game *game, const Numbers *numbers, double *direction) {
    static uint64_t index;
    for (size_t i = 0; i < numbers->count; i++) {
        double size =
            numbers->numbers == game->prior ? 0.1 : fabs(numbers->numbers[i]) / 3 + (numbers->numbers[i] != 0) * 0.01;
        direction[i] = (2 * random_uniform(5, 1, index++) - 1) * size;
    }
    for (int party = 0; party < game->party_count && numbers->numbers == game->prior; party++) {
        double mean = 0;
        int first = game->type_start[party], end = game->type_start[party + 1];
        for (int t = first; t < end; t++) mean += direction[t] / (end - first);
        for (int t = first; t < end; t++) direction[t] -= mean;
    }
}

static void move(const Numbers *numbers, const double *held, const double *direction, double step) {
    for (size_t i = 0; i < numbers->count; i++) numbers->numbers[i] = held[i] + step * direction[i];
}

/* Whether the starting beliefs lie on a face of the belief grid: W has a kink there. */
static bool is_on_face(const Game *game, int resolution) {
    for (int party = 0; party < game->party_count; party++) {
        double tail = 0;
        for (int t = game->type_start[party + 1] - 1; t > game->type_start[party]; t--) {
            tail += game->prior[t];
            if (fabs(resolution * tail - round(resolution * tail)) < 1e-3) return true;
        }
    }
    return false;
}

/* Slopes along one direction of one array against the difference of two solves. */
static void check_along(Game *game, const Numbers *numbers, int resolution, const char *path, Arena *arena) {
    static const double step = 1e-5;
    double *held = arena_array(arena, numbers->count, sizeof *held), up[K], down[K];
    double *direction = arena_array(arena, numbers->count, sizeof *direction);
    assert_true(held && direction);
    memcpy(held, numbers->numbers, numbers->count * sizeof *held);
    draw_direction(game, numbers, direction);
    move(numbers, held, direction, step);
    odds_of(game, resolution, up);
    move(numbers, held, direction, -step);
    odds_of(game, resolution, down);
    move(numbers, held, direction, 0);
    for (int o = 0; o < K; o++) {
        double dot = 0, difference = (up[o] - down[o]) / (2 * step);
        for (size_t i = 0; i < numbers->count; i++) dot += direction[i] * numbers->slope[i * K + (size_t)o];
        if (!(fabs(dot - difference) < 1e-8))
            fail_msg("%s, %s, outcome %d: %.10g, by difference %.10g", path, numbers->name, o, dot, difference);
    }
}

/* Returns the number of arrays that were compared. */
static int check(const char *path, int resolution) {
    TestGame test = test_game_open(path, 0, 0, 1);
    const GameSlope *sum = slope_of(test.game, resolution, true, test.arena);
    Numbers list[ARRAYS];
    int compared = 0;
    list_numbers(test.game, sum, list);
    for (int a = 0; a < ARRAYS; a++) {
        if (list[a].numbers == test.game->prior && is_on_face(test.game, resolution)) continue;
        check_along(test.game, &list[a], resolution, path, test.arena);
        compared++;
    }
    test_game_close(&test);
    return compared;
}

static const char *const cases[] = {
    "ultimatum",     "hidden_types",     "signals",       "three_rounds", "force",      "measures",
    "changing",      "settlement",       "random_drafts", "exposed",      "frameworks", "framework_in_force",
    "interim",       "interim_in_force", "third_party",   "red_lines",    "border",     "verifiable",
    "three_signers", "nothing_to_table", "only",
};
enum { CASES = sizeof cases / sizeof *cases };

static void check_all(int resolution) {
    int compared = 0;
    for (int c = 0; c < CASES; c++) {
        char path[128];
        snprintf(path, sizeof path, "tests/reference/cases/%s.yaml", cases[c]);
        compared += check(path, resolution);
    }
    print_message("%d of %d arrays compared\n", compared, CASES * ARRAYS);
    assert_true(compared >= CASES * (ARRAYS - 1));
}

static void slopes_of_every_rule_are_central_differences(void **state) {
    (void)state;
    check_all(thin_to(6, 4));
    check_all(thin_to(7, 5));
}

static double largest_apart(const GameSlope *a, const GameSlope *b, Game *game) {
    Numbers one[ARRAYS], two[ARRAYS];
    double worst = 0;
    list_numbers(game, a, one);
    list_numbers(game, b, two);
    for (int i = 0; i < ARRAYS; i++)
        for (size_t n = 0; n < one[i].count * K; n++)
            worst = fmax(worst, fabs(one[i].slope[n] - two[i].slope[n]) / (1 + fabs(one[i].slope[n])));
    return worst;
}

static void every_kernel_gives_the_slopes_of_one_point_at_a_time(void **state) {
    (void)state;
    const Kernels *list[4];
    int count = kernels_list(list);
    static const struct {
        const char *path;
        int rounds, resolution;
        double rationality;
    } games[] = {{"scenarios/geneva-2026.yaml", 1, 4, 1},
                 {"scenarios/cuba-1962.yaml", 2, 5, 1},
                 {"scenarios/cuba-1962.yaml", 2, 6, 4},
                 {"scenarios/ultimatum.yaml", 0, 9, 1}};
    for (size_t g = 0; g < sizeof games / sizeof *games; g++) {
        TestGame test = test_game_open(games[g].path, games[g].rounds, 0, games[g].rationality);
        const GameSlope *plain = slope_of(test.game, games[g].resolution, false, test.arena);
        for (int k = 0; k < count; k++) {
            setenv("BRINK_KERNELS", list[k]->name, 1);
            double apart = largest_apart(plain, slope_of(test.game, games[g].resolution, true, test.arena), test.game);
            if (!(apart < 1e-9)) fail_msg("%s, %s: %g apart", games[g].path, list[k]->name, apart);
        }
        unsetenv("BRINK_KERNELS");
        test_game_close(&test);
    }
}

/* At four times the rationality some points are in doubt, and done one at a time. */
static void any_number_of_threads_gives_the_same_bytes(void **state) {
    (void)state;
    TestGame test = test_game_open("scenarios/geneva-2026.yaml", 2, 0, 4);
    Numbers one[ARRAYS], many[ARRAYS];
    list_numbers(test.game, slope_by(test.game, 6, true, 1, test.arena), one);
    for (int threads = 2; threads <= 7; threads += 5) {
        list_numbers(test.game, slope_by(test.game, 6, true, threads, test.arena), many);
        for (int i = 0; i < ARRAYS; i++)
            assert_memory_equal(one[i].slope, many[i].slope, one[i].count * K * sizeof(double));
    }
    test_game_close(&test);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(slopes_of_every_rule_are_central_differences),
        cmocka_unit_test(every_kernel_gives_the_slopes_of_one_point_at_a_time),
        cmocka_unit_test(any_number_of_threads_gives_the_same_bytes),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
