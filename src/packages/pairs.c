/* SPDX-License-Identifier: GPL-3.0-or-later
 * Weighted dominance counting: with c = least - b, count pairs a >= c. Divide and conquer over one number after another
 * (Bentley 1980), a sweep with a Fenwick tree for the last two.
 *
 * Invariant: every list of row indices is in descending order of number 0; splits are stable. */
#include "packages/pairs.h"

#include <stdlib.h>
#include <string.h>

enum { SMALL_PAIRS = 1024, DIGIT = 11, BUCKETS = 1 << DIGIT };

typedef struct Keyed {
    uint64_t key;
    uint32_t at; /* place in the list */
} Keyed;

typedef struct Pairs {
    int width;
    const int64_t *above, *below; /* rows of a, and least - b */
    const double *above_packages, *below_packages;
    Keyed *keyed, *spare; /* [rows of the larger side] */
    uint32_t *above_rank, *below_rank;
    uint64_t *sorted;
    double *tree;
} Pairs;

typedef struct List {
    const uint32_t *rows;
    size_t count;
} List;

static int64_t above_at(const Pairs *p, uint32_t row, int k) {
    return p->above[(size_t)row * (size_t)p->width + (size_t)k];
}

static int64_t below_at(const Pairs *p, uint32_t row, int k) {
    return p->below[(size_t)row * (size_t)p->width + (size_t)k];
}

static double weight_of(const Pairs *p, bool is_above, List list) {
    const double *packages = is_above ? p->above_packages : p->below_packages;
    double sum = 0;
    for (size_t i = 0; i < list.count; i++) sum += packages[list.rows[i]];
    return sum;
}

static double count_small(const Pairs *p, List above, List below, int last) {
    double sum = 0;
    for (size_t i = 0; i < above.count; i++)
        for (size_t j = 0; j < below.count; j++) {
            bool is_good = true;
            for (int k = 0; k <= last && is_good; k++)
                is_good = above_at(p, above.rows[i], k) >= below_at(p, below.rows[j], k);
            if (is_good) sum += p->above_packages[above.rows[i]] * p->below_packages[below.rows[j]];
        }
    return sum;
}

/* Number 0 only. */
static double count_line(const Pairs *p, List above, List below) {
    double sum = 0, so_far = 0;
    size_t next = 0;
    for (size_t j = 0; j < below.count; j++) {
        for (; next < above.count && above_at(p, above.rows[next], 0) >= below_at(p, below.rows[j], 0); next++)
            so_far += p->above_packages[above.rows[next]];
        sum += so_far * p->below_packages[below.rows[j]];
    }
    return sum;
}

/* ---- The sweep ---- */

/* Ascending, by as many digits as the largest key has. */
static Keyed *sort_keyed(Keyed *keyed, Keyed *spare, size_t count, uint64_t largest) {
    for (int shift = 0; shift < 64 && largest >> shift > 0; shift += DIGIT) {
        size_t start[BUCKETS + 1] = {0};
        for (size_t i = 0; i < count; i++) start[(keyed[i].key >> shift & (BUCKETS - 1)) + 1]++;
        for (int b = 0; b < BUCKETS; b++) start[b + 1] += start[b];
        for (size_t i = 0; i < count; i++) spare[start[keyed[i].key >> shift & (BUCKETS - 1)]++] = keyed[i];
        Keyed *other = keyed;
        keyed = spare;
        spare = other;
    }
    return keyed;
}

/* Writes rank[i] for the i-th of the list: how many of `above` have a smaller number 1 (ranks of `above` differ: ties
 * by place). */
static void rank_above(const Pairs *p, List above, int64_t low, uint64_t largest) {
    for (size_t i = 0; i < above.count; i++)
        p->keyed[i] = (Keyed){(uint64_t)above_at(p, above.rows[i], 1) - (uint64_t)low, (uint32_t)i};
    const Keyed *sorted = sort_keyed(p->keyed, p->spare, above.count, largest);
    for (size_t i = 0; i < above.count; i++) p->above_rank[sorted[i].at] = (uint32_t)i;
}

/* How many of `above` have a number 1 below that of each of `below`: both in ascending order, one pass. */
static void rank_below(const Pairs *p, List above, List below, uint64_t *sorted) {
    int64_t low = INT64_MAX, high = INT64_MIN;
    size_t next = 0;
    for (size_t i = 0; i < above.count; i++) sorted[p->above_rank[i]] = (uint64_t)above_at(p, above.rows[i], 1);
    for (size_t j = 0; j < below.count; j++) {
        int64_t x = below_at(p, below.rows[j], 1);
        if (x < low) low = x;
        if (x > high) high = x;
    }
    for (size_t j = 0; j < below.count; j++)
        p->keyed[j] = (Keyed){(uint64_t)below_at(p, below.rows[j], 1) - (uint64_t)low, (uint32_t)j};
    const Keyed *order = sort_keyed(p->keyed, p->spare, below.count, (uint64_t)high - (uint64_t)low);
    for (size_t j = 0; j < below.count; j++) {
        int64_t x = (int64_t)(order[j].key + (uint64_t)low);
        while (next < above.count && (int64_t)sorted[next] < x) next++;
        p->below_rank[order[j].at] = (uint32_t)next;
    }
}

static void range_of_number_one(const Pairs *p, List above, int64_t *low, uint64_t *largest) {
    int64_t high = *low = above_at(p, above.rows[0], 1);
    for (size_t i = 1; i < above.count; i++) {
        int64_t x = above_at(p, above.rows[i], 1);
        if (x < *low) *low = x;
        if (x > high) high = x;
    }
    *largest = (uint64_t)high - (uint64_t)*low;
}

/* Fenwick tree over ranks, counted from the top: sums of packages with at least a rank. */
static void tree_add(double *tree, size_t size, size_t rank, double packages) {
    for (size_t at = size - rank; at <= size; at += at & (~at + 1)) tree[at] += packages;
}

static double tree_sum(const double *tree, size_t size, size_t rank) {
    double sum = 0;
    for (size_t at = size - rank; at > 0; at &= at - 1) sum += tree[at];
    return sum;
}

static double count_sweep(const Pairs *p, List above, List below) {
    int64_t low;
    uint64_t largest;
    double sum = 0;
    size_t next = 0;
    range_of_number_one(p, above, &low, &largest);
    rank_above(p, above, low, largest);
    rank_below(p, above, below, p->sorted);
    memset(p->tree, 0, (above.count + 1) * sizeof *p->tree);
    for (size_t j = 0; j < below.count; j++) {
        for (; next < above.count && above_at(p, above.rows[next], 0) >= below_at(p, below.rows[j], 0); next++)
            tree_add(p->tree, above.count, p->above_rank[next], p->above_packages[above.rows[next]]);
        sum += tree_sum(p->tree, above.count, p->below_rank[j]) * p->below_packages[below.rows[j]];
    }
    return sum;
}

/* ---- Divide and conquer ---- */

typedef struct Bounds {
    int64_t low, high;
} Bounds;

static Bounds bounds_of(const Pairs *p, bool is_above, List list, int k) {
    Bounds bounds = {INT64_MAX, INT64_MIN};
    for (size_t i = 0; i < list.count; i++) {
        int64_t x = is_above ? above_at(p, list.rows[i], k) : below_at(p, list.rows[i], k);
        if (x < bounds.low) bounds.low = x;
        if (x > bounds.high) bounds.high = x;
    }
    return bounds;
}

static bool count_in(const Pairs *p, List above, List below, int last, double *sum);

/* The rows at or above the pivot, then the others; both in the order they had. */
static size_t part_rows(const Pairs *p, bool is_above, List list, int k, int64_t pivot, uint32_t *to) {
    size_t high = 0, low = 0;
    for (size_t i = 0; i < list.count; i++)
        high += (is_above ? above_at(p, list.rows[i], k) : below_at(p, list.rows[i], k)) >= pivot;
    size_t count = high;
    high = 0;
    for (size_t i = 0; i < list.count; i++) {
        bool is_high = (is_above ? above_at(p, list.rows[i], k) : below_at(p, list.rows[i], k)) >= pivot;
        to[is_high ? high++ : count + low++] = list.rows[i];
    }
    return count;
}

static int64_t pick_pivot(const Pairs *p, bool is_above, List list, int k, Bounds bounds) {
    enum { SAMPLE = 33 };
    int64_t sample[SAMPLE];
    size_t size = 0;
    for (size_t i = 0; i < SAMPLE; i++) {
        uint32_t row = list.rows[i * (list.count - 1) / (SAMPLE - 1)];
        int64_t x = is_above ? above_at(p, row, k) : below_at(p, row, k);
        size_t at = size++;
        for (; at > 0 && sample[at - 1] > x; at--) sample[at] = sample[at - 1];
        sample[at] = x;
    }
    for (size_t i = SAMPLE / 2; i < SAMPLE; i++)
        if (sample[i] > bounds.low) return sample[i];
    return bounds.high;
}

static bool count_split(const Pairs *p, List above, List below, int last, int64_t pivot, double *sum) {
    uint32_t *rows = malloc((above.count + below.count) * sizeof *rows);
    if (!rows) return false;
    size_t above_high = part_rows(p, true, above, last, pivot, rows);
    size_t below_high = part_rows(p, false, below, last, pivot, rows + above.count);
    List high = {rows, above_high}, low = {rows + above_high, above.count - above_high};
    List below_up = {rows + above.count, below_high},
         below_down = {rows + above.count + below_high, below.count - below_high};
    bool is_good = count_in(p, high, below_up, last, sum) && count_in(p, low, below_down, last, sum) &&
                   count_in(p, high, below_down, last - 1, sum);
    free(rows);
    return is_good;
}

/* Adds the pairs that agree in the numbers 0..last; the others are known to. */
static bool count_in(const Pairs *p, List above, List below, int last, double *sum) {
    if (above.count == 0 || below.count == 0) return true;
    if (last < 0) {
        *sum += weight_of(p, true, above) * weight_of(p, false, below);
        return true;
    }
    if (above.count * below.count <= SMALL_PAIRS || last < 2) {
        bool is_small = above.count * below.count <= SMALL_PAIRS;
        *sum += is_small    ? count_small(p, above, below, last)
                : last == 0 ? count_line(p, above, below)
                            : count_sweep(p, above, below);
        return true;
    }
    Bounds a = bounds_of(p, true, above, last), b = bounds_of(p, false, below, last);
    if (a.high < b.low) return true;
    if (a.low >= b.high) return count_in(p, above, below, last - 1, sum);
    bool by_above = above.count >= below.count ? a.low < a.high : b.low == b.high;
    int64_t pivot = pick_pivot(p, by_above, by_above ? above : below, last, by_above ? a : b);
    return count_split(p, above, below, last, pivot, sum);
}

/* Puts rows in descending order of number 0. */
static void sort_rows(const Pairs *p, bool is_above, uint32_t *rows, size_t count) {
    Bounds bounds = bounds_of(p, is_above, (List){rows, count}, 0);
    if (count == 0) return;
    for (size_t i = 0; i < count; i++) {
        int64_t x = is_above ? above_at(p, rows[i], 0) : below_at(p, rows[i], 0);
        p->keyed[i] = (Keyed){(uint64_t)bounds.high - (uint64_t)x, rows[i]};
    }
    const Keyed *sorted = sort_keyed(p->keyed, p->spare, count, (uint64_t)bounds.high - (uint64_t)bounds.low);
    for (size_t i = 0; i < count; i++) rows[i] = sorted[i].at;
}

static bool allocate(Pairs *p, const Points *a, const Points *b, uint32_t **above, uint32_t **below) {
    size_t most = (a->count > b->count ? a->count : b->count) + 1;
    p->keyed = malloc(most * sizeof *p->keyed);
    p->spare = malloc(most * sizeof *p->spare);
    p->above_rank = malloc(most * sizeof *p->above_rank);
    p->below_rank = malloc(most * sizeof *p->below_rank);
    p->sorted = malloc(most * sizeof *p->sorted);
    p->tree = malloc((most + 1) * sizeof *p->tree);
    p->below = malloc(most * (size_t)(p->width + 1) * sizeof *p->below);
    *above = malloc(most * sizeof **above);
    *below = malloc(most * sizeof **below);
    return p->keyed && p->spare && p->above_rank && p->below_rank && p->sorted && p->tree && p->below && *above &&
           *below;
}

static void load(Pairs *p, const Points *a, const Points *b, const int64_t *least, uint32_t *above, uint32_t *below) {
    int64_t *rows = (int64_t *)p->below;
    for (size_t row = 0; row < b->count; row++)
        for (int k = 0; k < p->width; k++)
            rows[row * (size_t)p->width + (size_t)k] = least[k] - b->worth[row * (size_t)p->width + (size_t)k];
    for (size_t i = 0; i < a->count; i++) above[i] = (uint32_t)i;
    for (size_t i = 0; i < b->count; i++) below[i] = (uint32_t)i;
    if (p->width == 0) return;
    sort_rows(p, true, above, a->count);
    sort_rows(p, false, below, b->count);
}

bool pairs_count(const Points *a, const Points *b, int width, const int64_t *least, double *result) {
    Pairs p = {.width = width, .above = a->worth, .above_packages = a->packages, .below_packages = b->packages};
    uint32_t *above = NULL, *below = NULL;
    double sum = 0;
    bool is_good = a->count < UINT32_MAX && b->count < UINT32_MAX && allocate(&p, a, b, &above, &below);
    if (is_good) {
        load(&p, a, b, least, above, below);
        is_good = count_in(&p, (List){above, a->count}, (List){below, b->count}, width - 1, &sum);
    }
    free(p.keyed);
    free(p.spare);
    free(p.above_rank);
    free(p.below_rank);
    free(p.sorted);
    free(p.tree);
    free((int64_t *)p.below);
    free(above);
    free(below);
    if (is_good) *result = sum;
    return is_good;
}
