/* SPDX-License-Identifier: GPL-3.0-or-later
 * Divide and conquer over the rows, then over one number after another. Rows come in descending lexicographic order, so
 * a row is dominated by earlier ones only, and between an earlier and a later part the first number needs no more
 * looking at.
 *
 * Invariant of `filter`: every row of `above` is at least as large as every row of `below` in number 0 and in all
 * numbers after `last`; since rows are distinct, being at least as large in the rest is dominance. */
#include "packages/maxima.h"

#include <stdlib.h>
#include <string.h>

enum { SMALL_SET = 24, SMALL_PAIRS = 2048, WATCHED_ROWS = 2000 };

typedef struct Ranked {
    int64_t key, second;
    size_t row;
} Ranked;

typedef struct Maxima {
    const int64_t *rows;
    int width;
    bool *is_dominated;
    size_t *above, *below; /* [count] room for the sets of one filter */
    Ranked *ranked;        /* [count] */
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

static void filter_pairs(Maxima *m, const size_t *above, size_t above_count, const size_t *below, size_t below_count,
                         int last) {
    for (size_t i = 0; i < below_count; i++) {
        if (m->is_dominated[below[i]]) continue;
        for (size_t j = 0; j < above_count && !m->is_dominated[below[i]]; j++)
            m->is_dominated[below[i]] = covers(m, above[j], below[i], last);
    }
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
    for (size_t row = from; row < to; row++)
        if (!m->is_dominated[row]) rows[count++] = row;
    return count;
}

static void mark(Maxima *m, size_t from, size_t to) {
    if (to - from <= SMALL_SET) {
        for (size_t b = from + 1; b < to; b++)
            for (size_t a = from; a < b && !m->is_dominated[b]; a++)
                m->is_dominated[b] = !m->is_dominated[a] && covers(m, a, b, m->width - 1);
        return;
    }
    if (watch_is_stopped(m->watch)) return;
    size_t middle = from + (to - from) / 2;
    mark(m, from, middle);
    size_t above_count = collect(m, from, middle, m->above), below_count = collect(m, middle, to, m->below);
    filter(m, m->above, above_count, m->below, below_count, m->width - 1);
    mark(m, middle, to);
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

bool maxima_mark(const int64_t *rows, size_t count, int width, Watch *watch, bool *is_dominated) {
    memset(is_dominated, 0, count * sizeof *is_dominated);
    if (width <= 2) {
        mark_narrow(rows, count, width, is_dominated);
        return true;
    }
    Maxima m = {.rows = rows, .width = width, .is_dominated = is_dominated, .watch = watch};
    m.above = malloc((count + 1) * sizeof *m.above);
    m.below = malloc((count + 1) * sizeof *m.below);
    m.ranked = malloc((count + 1) * sizeof *m.ranked);
    bool is_good = m.above && m.below && m.ranked;
    if (is_good) mark(&m, 0, count);
    free(m.above);
    free(m.below);
    free(m.ranked);
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
