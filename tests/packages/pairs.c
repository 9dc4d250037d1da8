/* SPDX-License-Identifier: GPL-3.0-or-later
 * Counting pairs of sums, against every pair looked at. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdlib.h>

#include <cmocka.h>

#include "packages/maxima.h"
#include "packages/pairs.h"
#include "packages/ranks.h"

static int64_t draw(uint64_t seed, uint64_t index, int64_t most) {
    return (int64_t)(random_uniform(seed, 11, index) * (double)most);
}

/* ---- Ranks ---- */

static void add_all_and_compare(size_t size, bool is_single, uint64_t seed) {
    Ranks ranks;
    double *weights = calloc(size, sizeof *weights);
    assert_true(weights && ranks_allocate(&ranks, size, is_single));
    ranks_begin(&ranks, size);
    for (size_t step = 0; step < 300; step++) {
        size_t rank = (size_t)draw(seed, 2 * step, (int64_t)size),
               from = (size_t)draw(seed, 2 * step + 1, (int64_t)size + 1);
        double weight = is_single ? 1 : (double)(1 + draw(seed, 1000 + step, 9)), expected = 0;
        if (weights[rank] == 0) {
            weights[rank] = weight;
            ranks_add(&ranks, rank, weight);
        }
        for (size_t i = from; i < size; i++) expected += weights[i];
        assert_true(ranks_sum(&ranks, from) == expected);
    }
    ranks_free(&ranks);
    free(weights);
}

static void sums_by_rank_are_those_of_the_ranks_added(void **state) {
    (void)state;
    static const size_t sizes[] = {1, 2, 63, 64, 65, 1023, 1024, 1025, 16384, 16385, 70000};
    for (size_t i = 0; i < sizeof sizes / sizeof *sizes; i++)
        for (int is_single = 0; is_single < 2; is_single++) add_all_and_compare(sizes[i], is_single, i);
}

/* ---- Pairs ---- */

typedef struct Kind {
    int width;
    size_t above, below;
    int64_t most;    /* numbers lie in 0 ... most */
    int64_t cluster; /* and, where it is not 0, some 2^40 apart in clusters so wide */
    int packages;    /* 1 ... packages per row */
} Kind;

static int width_of_rows;

static int row_order(const void *a, const void *b) {
    return maxima_order(a, b, width_of_rows);
}

static Points make_points(const Kind *kind, size_t count, uint64_t seed) {
    Points points = {count, calloc(count * (size_t)kind->width + 1, sizeof *points.worth),
                     calloc(count + 1, sizeof *points.packages)};
    assert_true(points.worth && points.packages);
    for (size_t i = 0; i < count * (size_t)kind->width; i++)
        points.worth[i] = kind->cluster
                              ? draw(seed, 2 * i, 3) * ((int64_t)1 << 40) + draw(seed, 2 * i + 1, kind->cluster)
                              : draw(seed, i, kind->most);
    width_of_rows = kind->width; /* rows of no numbers are in order */
    if (kind->width > 0) qsort(points.worth, count, (size_t)kind->width * sizeof *points.worth, row_order);
    for (size_t i = 0; i < count; i++) points.packages[i] = (double)(1 + draw(seed, 1000000 + i, kind->packages));
    return points;
}

static double count_every_pair(const Points *a, const Points *b, int width, const int64_t *shift,
                               const int64_t *least) {
    double sum = 0;
    for (size_t i = 0; i < a->count; i++)
        for (size_t j = 0; j < b->count; j++) {
            bool is_good = true;
            for (int k = 0; k < width; k++)
                is_good &=
                    a->worth[i * (size_t)width + (size_t)k] + shift[k] + b->worth[j * (size_t)width + (size_t)k] >=
                    least[k];
            if (is_good) sum += a->packages[i] * b->packages[j];
        }
    return sum;
}

static bool stop(void *payload, BrinkPhase phase, uint64_t done, uint64_t total) {
    (void)payload;
    (void)phase;
    (void)done;
    (void)total;
    return false;
}

typedef struct Stopped {
    int all, narrower; /* counts that were stopped; of them, those that know more than that there may be none or all */
} Stopped;

/* Stopped at one step or another (a watch asks at every 64th), what is counted by then encloses what there is. */
static void stop_and_compare(const RunList *a, const RunList *b, const Kind *kind, const int64_t *least, double whole,
                             Stopped *stopped) {
    double last = runs_packages(a) * runs_packages(b);
    for (uint64_t steps = 0; steps < 64; steps += 1 + steps / 3) {
        Watch watch = {.observer = stop, .calls = 64 - steps};
        PackageCount found = {-1, -1};
        assert_true(pairs_count(a, b, kind->width, least, &watch, &found));
        assert_true(found.low <= whole && whole <= found.high);
        assert_true(watch.is_stopped || found.low == found.high);
        stopped->all += watch.is_stopped;
        stopped->narrower += found.low > 0 && found.low < found.high && found.high < last;
    }
}

static void compare(const Kind *kind, uint64_t seed, Stopped *stopped) {
    Points a = make_points(kind, kind->above, seed), b = make_points(kind, kind->below, seed + 1);
    int64_t least[5], shift[5] = {3, -1, 0, 2, 5}, nothing[5] = {0};
    Run runs[2] = {{&a, shift}, {&a, nothing}}, other = {&b, nothing};
    RunList above = {runs, 2}, below = {&other, 1};
    PackageCount found = {-1, -1};
    for (int k = 0; k < 5; k++)
        least[k] =
            kind->cluster ? ((int64_t)1 << 41) + kind->cluster / 2 : draw(seed, 77 + (uint64_t)k, 3 * kind->most / 2);
    double whole =
        count_every_pair(&a, &b, kind->width, shift, least) + count_every_pair(&a, &b, kind->width, nothing, least);
    assert_true(pairs_count(&above, &below, kind->width, least, NULL, &found));
    assert_true(found.low == whole && found.high == whole);
    if (stopped) stop_and_compare(&above, &below, kind, least, whole, stopped);
    free(a.worth);
    free(a.packages);
    free(b.worth);
    free(b.packages);
}

/* Wider than a block of strips (strips.c), so that rows of one list meet several blocks of the other; numbers alike in
 * many rows overfill strips. */
static void pairs_are_counted_block_by_block(void **state) {
    (void)state;
    static const Kind kinds[] = {
        {1, 20000, 300, 1 << 30, 0, 1}, {1, 20000, 300, 5, 0, 2},       {2, 20000, 400, 1 << 30, 0, 1},
        {2, 20000, 300, 5, 0, 3},       {2, 20000, 300, 1, 1 << 20, 2}, {2, 300, 20000, 1 << 20, 0, 1},
    };
    for (size_t i = 0; i < sizeof kinds / sizeof *kinds; i++) compare(&kinds[i], 1000 + i, NULL);
}

/* Only the second number is looked at: runs are in no order of it. */
static void pairs_are_counted_by_a_number_that_does_not_order_them(void **state) {
    (void)state;
    Kind kind = {2, 20000, 300, 1000000, 0, 2};
    Points a = make_points(&kind, kind.above, 5), b = make_points(&kind, kind.below, 6);
    int64_t nothing[2] = {0}, least[2] = {-1, 1000000};
    Run above = {&a, nothing}, below = {&b, nothing};
    PackageCount found = {-1, -1};
    assert_true(pairs_count(&(RunList){&above, 1}, &(RunList){&below, 1}, 2, least, NULL, &found));
    assert_true(found.low == count_every_pair(&a, &b, 2, nothing, least) && found.high == found.low);
    free(a.worth);
    free(a.packages);
    free(b.worth);
    free(b.packages);
}

static void pairs_are_those_that_reach_the_bound(void **state) {
    (void)state;
    static const Kind kinds[] = {
        {0, 40, 30, 1, 0, 3},           {1, 700, 900, 100, 0, 1},     {1, 300, 500, 1000000, 0, 4},
        {2, 1200, 1100, 1000000, 0, 1}, {2, 1200, 600, 30, 0, 3},     {2, 900, 900, 1, 4, 1},
        {2, 800, 900, 1, 1000, 1},      {2, 900, 700, 1, 1 << 30, 2}, {3, 700, 800, 100000, 0, 1},
        {3, 600, 600, 20, 0, 2},        {4, 500, 700, 1000000, 0, 1}, {5, 600, 500, 1000, 0, 1},
        {5, 1, 900, 1000, 0, 1},        {2, 0, 5, 10, 0, 1},
    };
    for (size_t i = 0; i < sizeof kinds / sizeof *kinds; i++)
        for (uint64_t seed = 0; seed < 4; seed++) compare(&kinds[i], 100 * i + 10 * seed, NULL);
}

static void a_stopped_count_encloses_the_whole(void **state) {
    (void)state;
    static const Kind kinds[] = {
        {1, 50000, 300, 1 << 30, 0, 2}, {2, 40000, 400, 1 << 30, 0, 1}, {2, 30000, 300, 5, 0, 3},
        {3, 3000, 4000, 1000000, 0, 1}, {4, 3000, 3000, 100000, 0, 2},  {5, 4000, 2500, 1000, 0, 1},
    };
    for (size_t i = 0; i < sizeof kinds / sizeof *kinds; i++) {
        Stopped stopped = {0, 0};
        compare(&kinds[i], 2000 + i, &stopped);
        assert_true(stopped.all > 2 && stopped.narrower > 0);
    }
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(sums_by_rank_are_those_of_the_ranks_added),
        cmocka_unit_test(pairs_are_those_that_reach_the_bound),
        cmocka_unit_test(pairs_are_counted_block_by_block),
        cmocka_unit_test(a_stopped_count_encloses_the_whole),
        cmocka_unit_test(pairs_are_counted_by_a_number_that_does_not_order_them),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
