/* SPDX-License-Identifier: GPL-3.0-or-later
 * Divide and conquer over the rows, then over one number after another. Rows come in descending lexicographic order, so
 * a row is dominated by earlier ones only, and between an earlier and a later part the first number needs no more
 * looking at.
 *
 * Most rows fall to a few that are good for all, which are tried first. Whether one row covers another is asked of
 * their *keys* before their numbers: each of the numbers 1..4 cut to 15 bits, side by side in a word with a spare bit
 * above each, so that one subtraction shows whether any is smaller. A key can say no and never yes.
 *
 * Invariant of `filter`: every row of `above` is at least as large as every row of `below` in number 0 and in all
 * numbers after `last`; since rows are distinct, being at least as large in the rest is dominance. */
#include "packages/maxima.h"

#include <stdlib.h>
#include <string.h>

enum { SMALL_SET = 48, SMALL_PAIRS = 16384, WATCHED_ROWS = 2000, KEYED_MOST = 4, KEY_BITS = 15, STRONG_ROWS = 32 };
#define SPARE_BITS 0x8000800080008000u

typedef struct Ranked {
    int64_t key, second;
    size_t row;
} Ranked;

typedef struct Maxima {
    const int64_t *rows;
    int width;
    bool *is_dominated;
    uint64_t *keys; /* [count] */
    size_t *list;   /* [count] rows that are left to be looked at */
    size_t *sets;   /* [left] room for both sets of one filter */
    uint64_t *side; /* [left] */
    Ranked *ranked; /* [left] */
    Watch *watch;
} Maxima;

static int64_t number(const Maxima *m, size_t row, int k) {
    return m->rows[row * (size_t)m->width + (size_t)k];
}

/* At least as large in the numbers 1..last. */
static bool covers(const Maxima *m, size_t a, size_t b, int last) {
    const int64_t *x = m->rows + a * (size_t)m->width, *y = m->rows + b * (size_t)m->width;
    for (int k = 1; k <= last; k++)
        if (x[k] < y[k]) return false;
    return true;
}

/* Whether a's key lets it cover b. */
static bool key_allows(uint64_t a, uint64_t b) {
    return (((a | SPARE_BITS) - b) & SPARE_BITS) == SPARE_BITS;
}

/* Whether some row of `above`, whose keys stand side by side, covers b. */
static bool is_covered(const Maxima *m, const size_t *above, const uint64_t *keys, size_t count, size_t b, int last) {
    enum { AT_ONCE = 8 };
    uint64_t key = m->keys[b];
    size_t j = 0;
    for (; j + AT_ONCE <= count; j += AT_ONCE) {
        uint64_t allowed = 0;
        for (size_t i = j; i < j + AT_ONCE; i++) allowed |= key_allows(keys[i], key);
        for (size_t i = j; allowed && i < j + AT_ONCE; i++)
            if (key_allows(keys[i], key) && covers(m, above[i], b, last)) return true;
    }
    for (; j < count; j++)
        if (key_allows(keys[j], key) && covers(m, above[j], b, last)) return true;
    return false;
}

static void filter_pairs(Maxima *m, const size_t *above, size_t above_count, const size_t *below, size_t below_count,
                         int last) {
    for (size_t j = 0; j < above_count; j++) m->side[j] = m->keys[above[j]];
    for (size_t i = 0; i < below_count; i++)
        if (!m->is_dominated[below[i]])
            m->is_dominated[below[i]] = is_covered(m, above, m->side, above_count, below[i], last);
}

/* The larger key first. */
static int ranked_order(const void *a, const void *b) {
    const Ranked *x = a, *y = b;
    return x->key > y->key ? -1 : x->key < y->key;
}

static void rank(const Maxima *m, const size_t *rows, size_t count, Ranked *ranked) {
    for (size_t i = 0; i < count; i++) ranked[i] = (Ranked){number(m, rows[i], 1), number(m, rows[i], 2), rows[i]};
    qsort(ranked, count, sizeof *ranked, ranked_order);
}

/* Numbers 1 and 2 only: a sweep in order of number 1 that keeps the largest number 2 seen above. */
static void filter_sweep(Maxima *m, const size_t *above, size_t above_count, const size_t *below, size_t below_count) {
    Ranked *a = m->ranked, *b = m->ranked + above_count;
    int64_t best = INT64_MIN;
    size_t next = 0;
    rank(m, above, above_count, a);
    rank(m, below, below_count, b);
    for (size_t i = 0; i < below_count; i++) {
        for (; next < above_count && a[next].key >= b[i].key; next++)
            if (a[next].second > best) best = a[next].second;
        if (next > 0 && best >= b[i].second) m->is_dominated[b[i].row] = true;
    }
}

static void filter_line(Maxima *m, const size_t *above, size_t above_count, const size_t *below, size_t below_count) {
    int64_t best = number(m, above[0], 1);
    for (size_t i = 1; i < above_count; i++)
        if (number(m, above[i], 1) > best) best = number(m, above[i], 1);
    for (size_t i = 0; i < below_count; i++)
        if (number(m, below[i], 1) <= best) m->is_dominated[below[i]] = true;
}

/* Puts rows whose number k is at least `pivot` first; returns how many. */
static size_t split(const Maxima *m, size_t *rows, size_t count, int k, int64_t pivot) {
    size_t high = 0;
    for (size_t i = 0; i < count; i++) {
        if (number(m, rows[i], k) < pivot) continue;
        size_t row = rows[i];
        rows[i] = rows[high];
        rows[high++] = row;
    }
    return high;
}

static size_t forget_dominated(const Maxima *m, size_t *rows, size_t count) {
    size_t kept = 0;
    for (size_t i = 0; i < count; i++)
        if (!m->is_dominated[rows[i]]) rows[kept++] = rows[i];
    return kept;
}

typedef struct Range {
    int64_t low, high;
} Range;

static Range range_of(const Maxima *m, const size_t *rows, size_t count, int k) {
    Range range = {number(m, rows[0], k), number(m, rows[0], k)};
    for (size_t i = 1; i < count; i++) {
        int64_t x = number(m, rows[i], k);
        if (x < range.low) range.low = x;
        if (x > range.high) range.high = x;
    }
    return range;
}

/* A pivot above `low` and at most `high`, so that both sides get a row; near the middle of a sample. */
static int64_t pick_pivot(const Maxima *m, const size_t *rows, size_t count, int k, Range range) {
    enum { SAMPLE = 33 };
    int64_t sample[SAMPLE];
    size_t size = 0;
    for (size_t i = 0; i < SAMPLE; i++) {
        int64_t x = number(m, rows[i * (count - 1) / (SAMPLE - 1)], k);
        size_t at = size++;
        for (; at > 0 && sample[at - 1] > x; at--) sample[at] = sample[at - 1];
        sample[at] = x;
    }
    for (size_t i = SAMPLE / 2; i < SAMPLE; i++)
        if (sample[i] > range.low) return sample[i];
    return range.high;
}

static void filter(Maxima *m, size_t *above, size_t above_count, size_t *below, size_t below_count, int last) {
    if (above_count == 0 || below_count == 0) return;
    if (above_count + below_count > WATCHED_ROWS && !watch_in_step(m->watch)) return;
    if (last == 1) {
        filter_line(m, above, above_count, below, below_count);
        return;
    }
    if (above_count * below_count <= SMALL_PAIRS) {
        filter_pairs(m, above, above_count, below, below_count, last);
        return;
    }
    if (last == 2) {
        filter_sweep(m, above, above_count, below, below_count);
        return;
    }
    Range a = range_of(m, above, above_count, last), b = range_of(m, below, below_count, last);
    if (a.high < b.low) return;
    if (a.low >= b.high) {
        filter(m, above, above_count, below, below_count, last - 1);
        return;
    }
    /* one of the two sets holds different numbers, or one of the returns above would have been taken */
    bool by_above = above_count >= below_count ? a.low < a.high : b.low == b.high;
    int64_t pivot = by_above ? pick_pivot(m, above, above_count, last, a) : pick_pivot(m, below, below_count, last, b);
    size_t above_high = split(m, above, above_count, last, pivot),
           below_high = split(m, below, below_count, last, pivot);
    filter(m, above, above_high, below, below_high, last);
    filter(m, above, above_high, below + below_high, below_count - below_high, last - 1);
    below_count = below_high + forget_dominated(m, below + below_high, below_count - below_high);
    filter(m, above + above_high, above_count - above_high, below + below_high, below_count - below_high, last);
}

static size_t collect(const Maxima *m, size_t from, size_t to, size_t *rows) {
    size_t count = 0;
    for (size_t i = from; i < to; i++)
        if (!m->is_dominated[m->list[i]]) rows[count++] = m->list[i];
    return count;
}

static void mark_small(Maxima *m, size_t from, size_t to) {
    for (size_t i = from + 1; i < to; i++) {
        size_t b = m->list[i];
        for (size_t j = from; j < i && !m->is_dominated[b]; j++) {
            size_t a = m->list[j];
            m->is_dominated[b] =
                key_allows(m->keys[a], m->keys[b]) && !m->is_dominated[a] && covers(m, a, b, m->width - 1);
        }
    }
}

static void mark(Maxima *m, size_t from, size_t to) {
    if (to - from <= SMALL_SET) {
        mark_small(m, from, to);
        return;
    }
    if (watch_is_stopped(m->watch)) return;
    size_t middle = from + (to - from) / 2;
    mark(m, from, middle);
    size_t above_count = collect(m, from, middle, m->sets);
    size_t below_count = collect(m, middle, to, m->sets + above_count);
    filter(m, m->sets, above_count, m->sets + above_count, below_count, m->width - 1);
    mark(m, middle, to);
}

/* Marks what a settled row dominates, and takes it off the list; returns how many are left. */
static size_t drop_below_settled(Maxima *m, size_t settled, size_t left) {
    if (settled == 0) return left;
    memcpy(m->sets, m->list, left * sizeof *m->sets);
    filter(m, m->sets, settled, m->sets + settled, left - settled, m->width - 1);
    return settled + forget_dominated(m, m->list + settled, left - settled);
}

/* ---- Keys ---- */

/* By how many bits a number is cut, so that its range fits. */
static int cut_of(Range range) {
    int cut = 0;
    for (uint64_t size = (uint64_t)range.high - (uint64_t)range.low; size >> cut >> KEY_BITS > 0;) cut++;
    return cut;
}

static Range whole_range(const Maxima *m, size_t count, int k) {
    Range range = {number(m, 0, k), number(m, 0, k)};
    for (size_t row = 1; row < count; row++) {
        int64_t x = number(m, row, k);
        if (x < range.low) range.low = x;
        if (x > range.high) range.high = x;
    }
    return range;
}

/* Writes the keys, and to `sums` how good each row is for all. */
static void set_keys(Maxima *m, size_t count, uint64_t *sums) {
    memset(m->keys, 0, count * sizeof *m->keys);
    memset(sums, 0, count * sizeof *sums);
    for (int k = 0; k < m->width; k++) {
        Range range = whole_range(m, count, k);
        int cut = cut_of(range), lane = k >= 1 && k <= KEYED_MOST ? 16 * (k - 1) : -1;
        for (size_t row = 0; row < count; row++) {
            uint64_t part = ((uint64_t)number(m, row, k) - (uint64_t)range.low) >> cut;
            if (lane >= 0) m->keys[row] |= part << lane;
            sums[row] += part;
        }
    }
}

/* The rows with the largest sums. */
static size_t pick_strong(const uint64_t *sums, size_t count, size_t *strong) {
    size_t picked = 0;
    for (size_t row = 0; row < count; row++) {
        if (picked == STRONG_ROWS && sums[row] <= sums[strong[picked - 1]]) continue;
        size_t at = picked < STRONG_ROWS ? picked++ : picked - 1;
        for (; at > 0 && sums[row] > sums[strong[at - 1]]; at--) strong[at] = strong[at - 1];
        strong[at] = row;
    }
    return picked;
}

/* Marks what a strong row that comes earlier dominates; the others are left in the list. Returns how many. */
static size_t mark_weak(Maxima *m, size_t settled, size_t count, uint64_t *sums) {
    size_t strong[STRONG_ROWS], left = settled;
    set_keys(m, count, sums);
    size_t picked = pick_strong(sums, count, strong);
    for (size_t row = 0; row < settled; row++) m->list[row] = row;
    for (size_t row = settled; row < count; row++) {
        for (size_t i = 0; i < picked && !m->is_dominated[row]; i++)
            m->is_dominated[row] = strong[i] < row && key_allows(m->keys[strong[i]], m->keys[row]) &&
                                   covers(m, strong[i], row, m->width - 1);
        if (!m->is_dominated[row]) m->list[left++] = row;
    }
    return left;
}

/* One or two numbers: one pass in the order the rows have. */
static void mark_narrow(const int64_t *rows, size_t count, int width, bool *is_dominated) {
    int64_t best = INT64_MIN;
    for (size_t row = 0; row < count; row++) {
        int64_t x = rows[row * (size_t)width + (size_t)width - 1];
        is_dominated[row] = row > 0 && (width == 1 || x <= best);
        if (x > best) best = x;
    }
}

bool maxima_mark(const int64_t *rows, size_t settled, size_t count, int width, Watch *watch, bool *is_dominated) {
    memset(is_dominated, 0, count * sizeof *is_dominated);
    if (width <= 2) {
        mark_narrow(rows, count, width, is_dominated);
        return true;
    }
    Maxima m = {.rows = rows, .width = width, .is_dominated = is_dominated, .watch = watch};
    uint64_t *sums = malloc((count + 1) * sizeof *sums);
    m.list = malloc((count + 1) * sizeof *m.list);
    m.keys = malloc((count + 1) * sizeof *m.keys);
    bool is_good = m.list && m.keys && sums;
    size_t left = is_good && count > 0 ? mark_weak(&m, settled, count, sums) : 0;
    free(sums);
    size_t *sets = m.sets = malloc((left + 1) * sizeof *sets);
    uint64_t *side = m.side = malloc((left + 1) * sizeof *side);
    Ranked *ranked = m.ranked = malloc((left + 1) * sizeof *ranked);
    is_good = is_good && sets && side && ranked;
    if (is_good) mark(&m, settled, drop_below_settled(&m, settled, left));
    free(sets);
    free(m.list);
    free(m.keys);
    free(side);
    free(ranked);
    return is_good;
}

void maxima_sort(const int64_t *rows, size_t stride, int width, size_t *order, size_t *spare, size_t count) {
    if (count < 2) return;
    size_t half = count / 2, i = 0, j = half;
    maxima_sort(rows, stride, width, order, spare, half);
    maxima_sort(rows, stride, width, order + half, spare, count - half);
    for (size_t k = 0; k < count; k++) {
        bool takes_first =
            j == count || (i < half && maxima_order(rows + order[i] * stride, rows + order[j] * stride, width) <= 0);
        spare[k] = takes_first ? order[i++] : order[j++];
    }
    memcpy(order, spare, count * sizeof *order);
}
