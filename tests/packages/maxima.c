/* SPDX-License-Identifier: GPL-3.0-or-later
 * The maxima of vectors against every pair compared. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "by_hand.h"
#include "packages/maxima.h"

enum { WIDTH_MOST = 8, ROWS_MOST = 1500 };

static int sorted_width;

static int compare(const void *a, const void *b) {
    return maxima_order(a, b, sorted_width);
}

/* Near a plane, so that many are maxima; or few different numbers; or any, as large as may be. */
static int64_t draw(Dice *dice, int kind, double place) {
    static const int64_t large = (int64_t)4e18;
    if (kind == 0) return (int64_t)(1e9 * (place + 0.02 * dice_share(dice)));
    if (kind == 1) return dice_below(dice, 6);
    return (int64_t)((double)large * (2 * dice_share(dice) - 1));
}

static size_t draw_rows(Dice *dice, int width, int kind, int64_t *rows) {
    size_t count = 2 + (size_t)dice_below(dice, ROWS_MOST - 2), kept = 1;
    for (size_t row = 0; row < count; row++) {
        double sum = 0, place[WIDTH_MOST];
        for (int k = 0; k < width; k++) sum += place[k] = dice_share(dice);
        for (int k = 0; k < width; k++) rows[row * (size_t)width + (size_t)k] = draw(dice, kind, place[k] / sum);
    }
    sorted_width = width;
    qsort(rows, count, (size_t)width * sizeof *rows, compare);
    for (size_t row = 1; row < count; row++)
        if (maxima_order(rows + (kept - 1) * (size_t)width, rows + row * (size_t)width, width) != 0)
            memmove(rows + kept++ * (size_t)width, rows + row * (size_t)width, (size_t)width * sizeof *rows);
    return kept;
}

static bool dominates(const int64_t *a, const int64_t *b, int width) {
    for (int k = 0; k < width; k++)
        if (a[k] < b[k]) return false;
    return true;
}

static void maxima_are_those_that_no_other_dominates(void **state) {
    (void)state;
    static int64_t rows[ROWS_MOST * WIDTH_MOST];
    static bool is_dominated[ROWS_MOST];
    size_t maxima = 0, all = 0;
    for (uint64_t seed = 0; seed < 210; seed++) {
        Dice dice = {98000 + seed, 0};
        int width = 1 + (int)(seed % WIDTH_MOST);
        size_t count = draw_rows(&dice, width, (int)(seed / WIDTH_MOST % 3), rows);
        assert_true(maxima_mark(rows, 0, count, width, NULL, is_dominated));
        for (size_t b = 0; b < count; b++) {
            bool expected = false;
            for (size_t a = 0; a < b && !expected; a++) /* they are in order */
                expected = dominates(rows + a * (size_t)width, rows + b * (size_t)width, width);
            assert_int_equal(is_dominated[b], expected);
            maxima += !expected;
        }
        all += count;
    }
    assert_true(maxima > all / 10 && maxima < all * 9 / 10);
}

int main(void) {
    const struct CMUnitTest tests[] = {cmocka_unit_test(maxima_are_those_that_no_other_dominates)};
    return cmocka_run_group_tests(tests, NULL, NULL);
}
