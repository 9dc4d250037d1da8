/* SPDX-License-Identifier: GPL-3.0-or-later
 * Sorted lists put together against all their rows sorted, joined and compared with each other. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "by_hand.h"
#include "packages/maxima.h"
#include "packages/runs.h"

enum { RUNS_MOST = 12, WIDTH_MOST = 5 };

static int sorted_width;

static int compare(const void *a, const void *b) {
    return maxima_order(a, b, sorted_width);
}

/* Rows near a plane, so that thousands are maxima, on a grid of so many steps a number, so that many are equal. */
static void draw_rows(Dice *dice, int width, double steps, size_t count, int64_t *rows) {
    for (size_t row = 0; row < count; row++) {
        double sum = 0, place[WIDTH_MOST] = {0};
        for (int k = 0; k < width; k++) sum += place[k] = dice_share(dice);
        for (int k = 0; k < width; k++)
            rows[row * (size_t)width + (size_t)k] = (int64_t)(steps * (place[k] / sum + 0.01 * dice_share(dice)));
    }
}

/* Sorts rows with their numbers of packages behind them, joins equal ones and, where asked, leaves out the dominated.
 */
static size_t put_in_order(int64_t *rows, size_t count, int width, bool maxima) {
    size_t stride = (size_t)width + 1, distinct = 0, kept = 0;
    sorted_width = width;
    qsort(rows, count, stride * sizeof *rows, compare);
    for (size_t row = 0; row < count; row++) {
        int64_t *last = rows + (distinct - (distinct > 0)) * stride, *next = rows + row * stride;
        if (distinct > 0 && maxima_order(last, next, width) == 0)
            last[width] += next[width];
        else
            memmove(rows + distinct++ * stride, next, stride * sizeof *rows);
    }
    for (size_t row = 0; row < distinct; row++) {
        bool is_dominated = false;
        for (size_t other = 0; maxima && other < kept && !is_dominated; other++) {
            is_dominated = true;
            for (int k = 0; k < width && is_dominated; k++)
                is_dominated = rows[other * stride + (size_t)k] >= rows[row * stride + (size_t)k];
        }
        if (!is_dominated) memmove(rows + kept++ * stride, rows + row * stride, stride * sizeof *rows);
    }
    return kept;
}

typedef struct Case {
    int width, runs;
    size_t rows; /* per run, before equal ones are joined */
    double steps;
    bool maxima;
} Case;

typedef struct Drawn {
    Points points[RUNS_MOST];
    int64_t shift[RUNS_MOST][WIDTH_MOST];
    Run runs[RUNS_MOST];
    int64_t *all; /* every row of every run, moved, with its packages behind it */
    size_t count;
} Drawn;

static void draw_run(const Case *c, Dice *dice, Arena *arena, Drawn *drawn, int run) {
    size_t width = (size_t)c->width, stride = width + 1;
    int64_t *rows = arena_array(arena, c->rows * width, sizeof *rows);
    int64_t *sorted = arena_array(arena, c->rows * stride, sizeof *sorted);
    Points *points = &drawn->points[run];
    draw_rows(dice, c->width, c->steps, c->rows, rows);
    for (size_t row = 0; row < c->rows; row++) {
        memcpy(sorted + row * stride, rows + row * width, width * sizeof *rows);
        sorted[row * stride + width] = 1 + dice_below(dice, 3);
    }
    *points = (Points){put_in_order(sorted, c->rows, c->width, c->maxima), rows,
                       arena_array(arena, c->rows, sizeof *points->packages)};
    for (int k = 0; k < c->width; k++) drawn->shift[run][k] = dice_below(dice, 1 + (int)(c->steps / 50));
    for (size_t row = 0; row < points->count; row++) {
        int64_t *moved = drawn->all + drawn->count++ * stride;
        memcpy(points->worth + row * width, sorted + row * stride, width * sizeof *rows);
        points->packages[row] = (double)sorted[row * stride + width];
        for (size_t k = 0; k < width; k++) moved[k] = sorted[row * stride + k] + drawn->shift[run][k];
        moved[width] = sorted[row * stride + width];
    }
    drawn->runs[run] = (Run){points, drawn->shift[run]};
}

/* Returns how many rows the list has. */
static size_t merge_and_compare(const Case *c, uint64_t seed, RunRoom *room) {
    Dice dice = {99000 + seed, 0};
    Arena *arena = arena_new();
    Drawn drawn = {.count = 0};
    Points merged;
    size_t width = (size_t)c->width, stride = width + 1;
    drawn.all = arena_array(arena, (size_t)c->runs * c->rows * stride + 1, sizeof *drawn.all);
    for (int run = 0; run < c->runs; run++) draw_run(c, &dice, arena, &drawn, run);
    assert_true(runs_merge(drawn.runs, (size_t)c->runs, c->width, c->maxima, room, arena, &merged));
    size_t expected = put_in_order(drawn.all, drawn.count, c->width, c->maxima);
    assert_int_equal(merged.count, expected);
    for (size_t row = 0; row < expected; row++) {
        for (size_t k = 0; k < width; k++) assert_true(merged.worth[row * width + k] == drawn.all[row * stride + k]);
        assert_true(merged.packages[row] == (double)drawn.all[row * stride + width]);
    }
    arena_free(arena);
    return expected;
}

static void merged_runs_are_all_their_rows_in_order_once(void **state) {
    (void)state;
    for (int width = 0; width <= WIDTH_MOST; width++) {
        RunRoom room = {0}; /* used again by lists of another length */
        for (int runs = 0; runs <= RUNS_MOST; runs++)
            for (int maxima = 0; maxima < 2; maxima++)
                for (int is_coarse = 0; is_coarse < 2; is_coarse++) {
                    Case c = {width, runs, 300, is_coarse ? 60 : 1e9, maxima && width > 0};
                    merge_and_compare(&c, (uint64_t)(runs * 10 + width), &room);
                }
        run_room_free(&room);
    }
}

/* More rows than are looked at together, so that later ones are held against what is left of earlier ones. */
static void maxima_of_many_rows_are_those_of_all(void **state) {
    (void)state;
    static const Case cases[] = {
        {2, 10, 6000, 1e9, true}, {2, 3, 9000, 300, true}, {3, 10, 2500, 1e9, true},
        {3, 12, 4000, 70, true},  {4, 10, 2000, 25, true}, {5, 11, 2500, 1e9, true},
    };
    size_t largest = 0;
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        RunRoom room = {0};
        size_t count = merge_and_compare(&cases[i], i, &room);
        largest = count > largest ? count : largest;
        run_room_free(&room);
    }
    assert_true(largest > 10000); /* settled rows outgrow one lot */
}

int main(void) {
    const struct CMUnitTest tests[] = {cmocka_unit_test(merged_runs_are_all_their_rows_in_order_once),
                                       cmocka_unit_test(maxima_of_many_rows_are_those_of_all)};
    return cmocka_run_group_tests(tests, NULL, NULL);
}
