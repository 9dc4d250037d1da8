/* SPDX-License-Identifier: GPL-3.0-or-later
 * Weighted dominance counting: with c = least - b, count pairs a >= c. Divide and conquer over one number after another
 * (Bentley 1980), a sweep for the last two. Numbers in which every pair is large enough are not looked at.
 *
 * Invariant: every list of row indices is in descending order of number 0; splits are stable. */
#include "packages/pairs.h"

#include <stdlib.h>
#include <string.h>

#include "packages/ranks.h"
#include "packages/space.h"
#include "packages/strips.h"

enum { SMALL_PAIRS = 1024, SMALL_SORT = 24, WATCHED_ROWS = 2000, DIGIT = 11, BUCKETS = 1 << DIGIT };
enum { ROOM_UNIT = 16, ROOM_SLACK = 64 * ROOM_UNIT /* for rounding each array up */ };

typedef struct Item {
    uint32_t key;
    uint32_t at; /* place in the list */
} Item;

/* The rows of a list in descending order of number 0, a column per number looked at. */
typedef struct Side {
    size_t count;
    int64_t *column[PACKAGE_SIGNERS_MOST];
    double *packages; /* NULL: 1 each */
} Side;

typedef struct Pairs {
    Side above, below;          /* a, and least - b */
    unsigned char *room, *next; /* one block for all arrays, and what is left of it */
    /* for the rows of the larger side */
    int64_t *values, *sorted;
    Item *items, *spare;
    uint32_t *above_rank, *below_rank, *rows; /* rows: 0, 1, 2 ... */
    Ranks ranks;
    Watch *watch;
    double sum, unsettled; /* pairs that count; those not looked at, for it was stopped */
} Pairs;

typedef struct List {
    const uint32_t *rows;
    size_t count;
} List;

static void *take(Pairs *p, size_t size) {
    void *result = p->next;
    p->next += (size + ROOM_UNIT - 1) / ROOM_UNIT * ROOM_UNIT;
    return result;
}

static int64_t above_at(const Pairs *p, uint32_t row, int k) {
    return p->above.column[k][row];
}

static int64_t below_at(const Pairs *p, uint32_t row, int k) {
    return p->below.column[k][row];
}

static double packages_of(const Side *side, uint32_t row) {
    return side->packages ? side->packages[row] : 1;
}

static double weight_of(const Pairs *p, bool is_above, List list) {
    const Side *side = is_above ? &p->above : &p->below;
    double sum = 0;
    for (size_t i = 0; i < list.count; i++) sum += packages_of(side, list.rows[i]);
    return sum;
}

static double count_small(const Pairs *p, List above, List below, int last) {
    double sum = 0;
    for (size_t i = 0; i < above.count; i++)
        for (size_t j = 0; j < below.count; j++) {
            bool is_good = true;
            for (int k = 0; k <= last && is_good; k++)
                is_good = above_at(p, above.rows[i], k) >= below_at(p, below.rows[j], k);
            if (is_good) sum += packages_of(&p->above, above.rows[i]) * packages_of(&p->below, below.rows[j]);
        }
    return sum;
}

/* Number 0 only. */
static double count_line(const Pairs *p, List above, List below) {
    double sum = 0, so_far = 0;
    size_t next = 0;
    for (size_t j = 0; j < below.count; j++) {
        for (; next < above.count && above_at(p, above.rows[next], 0) >= below_at(p, below.rows[j], 0); next++)
            so_far += packages_of(&p->above, above.rows[next]);
        sum += so_far * packages_of(&p->below, below.rows[j]);
    }
    return sum;
}

/* ---- Sorting ---- */

static void sort_few(const int64_t *values, Item *items, size_t count) {
    for (size_t i = 1; i < count; i++) {
        Item item = items[i];
        size_t at = i;
        for (; at > 0 && values[items[at - 1].at] > values[item.at]; at--) items[at] = items[at - 1];
        items[at] = item;
    }
}

/* Keys of two digits that keep the order of the values; how many low bits of these they leave out. */
static int fill_keys(const int64_t *values, Item *items, size_t count) {
    int64_t low = INT64_MAX, high = INT64_MIN;
    int shift = 0;
    for (size_t i = 0; i < count; i++) {
        int64_t x = values[items[i].at];
        if (x < low) low = x;
        if (x > high) high = x;
    }
    while (((uint64_t)high - (uint64_t)low) >> shift >> (2 * DIGIT) > 0) shift++;
    for (size_t i = 0; i < count; i++)
        items[i].key = (uint32_t)(((uint64_t)values[items[i].at] - (uint64_t)low) >> shift);
    return shift;
}

static void sort_digit(const Item *from, Item *to, size_t count, int digit) {
    uint32_t start[BUCKETS + 1] = {0};
    for (size_t i = 0; i < count; i++) start[(from[i].key >> digit & (BUCKETS - 1)) + 1]++;
    for (int b = 0; b < BUCKETS; b++) start[b + 1] += start[b];
    for (size_t i = 0; i < count; i++) to[start[from[i].key >> digit & (BUCKETS - 1)]++] = from[i];
}

/* Ascending by value, stable: by the upper bits, then each run of equal ones by the rest. */
static void sort_items(const int64_t *values, Item *items, Item *spare, size_t count) {
    if (count <= SMALL_SORT) {
        sort_few(values, items, count);
        return;
    }
    int shift = fill_keys(values, items, count);
    sort_digit(items, spare, count, 0);
    sort_digit(spare, items, count, DIGIT);
    for (size_t from = 0, to; shift > 0 && from < count; from = to) {
        for (to = from + 1; to < count && items[to].key == items[from].key;) to++;
        if (to - from > 1) sort_items(values, items + from, spare + from, to - from);
    }
}

static void sort_list(const Pairs *p, size_t count) {
    for (size_t i = 0; i < count; i++) p->items[i].at = (uint32_t)i;
    sort_items(p->values, p->items, p->spare, count);
}

/* ---- The sweep ---- */

/* Writes rank[i] for the i-th of the list: how many of `above` have a smaller number 1 (ranks of `above` differ: ties
 * by place). */
static void rank_above(const Pairs *p, List above) {
    for (size_t i = 0; i < above.count; i++) p->values[i] = above_at(p, above.rows[i], 1);
    sort_list(p, above.count);
    for (size_t i = 0; i < above.count; i++) {
        p->above_rank[p->items[i].at] = (uint32_t)i;
        p->sorted[i] = p->values[p->items[i].at];
    }
}

/* How many of `above` have a number 1 below that of each of `below`: both in ascending order, one pass. */
static void rank_below(const Pairs *p, List above, List below) {
    size_t next = 0;
    for (size_t j = 0; j < below.count; j++) p->values[j] = below_at(p, below.rows[j], 1);
    sort_list(p, below.count);
    for (size_t j = 0; j < below.count; j++) {
        int64_t x = p->values[p->items[j].at];
        while (next < above.count && p->sorted[next] < x) next++;
        p->below_rank[p->items[j].at] = (uint32_t)next;
    }
}

static double count_sweep(Pairs *p, List above, List below) {
    double sum = 0;
    size_t next = 0;
    rank_above(p, above);
    rank_below(p, above, below);
    ranks_begin(&p->ranks, above.count);
    for (size_t j = 0; j < below.count; j++) {
        for (; next < above.count && above_at(p, above.rows[next], 0) >= below_at(p, below.rows[j], 0); next++)
            ranks_add(&p->ranks, p->above_rank[next], packages_of(&p->above, above.rows[next]));
        sum += ranks_sum(&p->ranks, p->below_rank[j]) * packages_of(&p->below, below.rows[j]);
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

static bool count_in(Pairs *p, List above, List below, int last);

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

static bool count_split(Pairs *p, List above, List below, int last, int64_t pivot) {
    uint32_t *rows = malloc((above.count + below.count) * sizeof *rows);
    if (!rows) return false;
    size_t above_high = part_rows(p, true, above, last, pivot, rows);
    size_t below_high = part_rows(p, false, below, last, pivot, rows + above.count);
    List high = {rows, above_high}, low = {rows + above_high, above.count - above_high};
    List below_up = {rows + above.count, below_high},
         below_down = {rows + above.count + below_high, below.count - below_high};
    bool is_good = count_in(p, high, below_up, last) && count_in(p, low, below_down, last) &&
                   count_in(p, high, below_down, last - 1);
    free(rows);
    return is_good;
}

/* Adds the pairs that agree in the numbers 0..last; the others are known to. */
static bool count_in(Pairs *p, List above, List below, int last) {
    if (above.count == 0 || below.count == 0) return true;
    bool is_left = above.count + below.count > WATCHED_ROWS ? !watch_in_step(p->watch) : watch_is_stopped(p->watch);
    if (last < 0 || is_left) {
        *(is_left ? &p->unsettled : &p->sum) += weight_of(p, true, above) * weight_of(p, false, below);
        return true;
    }
    if (above.count * below.count <= SMALL_PAIRS || last < 2) {
        bool is_small = above.count * below.count <= SMALL_PAIRS;
        p->sum += is_small    ? count_small(p, above, below, last)
                  : last == 0 ? count_line(p, above, below)
                              : count_sweep(p, above, below);
        return true;
    }
    Bounds a = bounds_of(p, true, above, last), b = bounds_of(p, false, below, last);
    if (a.high < b.low) return true;
    if (a.low >= b.high) return count_in(p, above, below, last - 1);
    bool by_above = above.count >= below.count ? a.low < a.high : b.low == b.high;
    int64_t pivot = pick_pivot(p, by_above, by_above ? above : below, last, by_above ? a : b);
    return count_split(p, above, below, last, pivot);
}

/* ---- The whole ---- */

static Bounds range_of(const RunList *list, int width, int k) {
    Bounds bounds = {INT64_MAX, INT64_MIN};
    for (size_t r = 0; r < list->count; r++) {
        const Run *run = &list->runs[r];
        for (size_t row = 0; row < run->points->count; row++) {
            int64_t x = run->points->worth[row * (size_t)width + (size_t)k] + run->shift[k];
            if (x < bounds.low) bounds.low = x;
            if (x > bounds.high) bounds.high = x;
        }
    }
    return bounds;
}

/* Writes the numbers in which some pairs are large enough and some are not; returns how many, or -1: in some number no
 * pair is. */
static int pick_numbers(const RunList *a, const RunList *b, int width, const int64_t *least, int *numbers) {
    int count = 0;
    if (runs_rows(a) == 0 || runs_rows(b) == 0) return -1;
    for (int k = 0; k < width; k++) {
        Bounds x = range_of(a, width, k), y = range_of(b, width, k);
        if (x.high + y.high < least[k]) return -1;
        if (x.low + y.low < least[k]) numbers[count++] = k;
    }
    return count;
}

typedef struct Source {
    const RunList *list;
    int width, number_count;
    const int *numbers;
    const int64_t *least; /* NULL: the worths themselves; else least - worth */
} Source;

/* One number of all rows, one after another. */
static void fill_values(const Source *source, int k, int64_t *values) {
    int number = source->numbers[k];
    for (size_t r = 0; r < source->list->count; r++) {
        const Run *run = &source->list->runs[r];
        const int64_t *worth = run->points->worth + number;
        int64_t sign = source->least ? -1 : 1, rest = source->least ? source->least[number] : 0;
        rest += sign * run->shift[number];
        for (size_t row = 0; row < run->points->count; row++)
            *values++ = rest + sign * worth[row * (size_t)source->width];
    }
}

static void load_packages(Pairs *p, const Source *source, Side *side) {
    size_t at = 0;
    double *in_order = take(p, side->count * sizeof *in_order);
    side->packages = take(p, side->count * sizeof *side->packages);
    for (size_t r = 0; r < source->list->count; r++)
        for (size_t row = 0; row < source->list->runs[r].points->count; row++)
            in_order[at++] = source->list->runs[r].points->packages[row];
    for (size_t i = 0; i < side->count; i++) side->packages[i] = in_order[p->items[i].at];
}

static void load_side(Pairs *p, const Source *source, Side *side) {
    side->count = runs_rows(source->list);
    for (size_t i = 0; i < side->count; i++) p->items[i].at = (uint32_t)i;
    for (int k = 0; k < source->number_count; k++) {
        int64_t *column = side->column[k] = take(p, side->count * sizeof *column);
        fill_values(source, k, p->values);
        for (size_t i = 0; i < side->count && k == 0; i++) p->values[i] = -p->values[i];
        if (k == 0) sort_items(p->values, p->items, p->spare, side->count);
        for (size_t i = 0; i < side->count; i++) column[i] = p->values[p->items[i].at];
        for (size_t i = 0; i < side->count && k == 0; i++) column[i] = -column[i];
    }
    if (!runs_are_single(source->list)) load_packages(p, source, side);
}

/* All arrays of the larger side's `most` rows; `numbers` columns and two rows of packages may be taken for each side.
 */
static bool allocate(Pairs *p, size_t most, size_t both, int numbers) {
    size_t per_row = 2 * sizeof *p->values + 2 * sizeof *p->items + 3 * sizeof *p->rows;
    p->room = p->next = large_alloc(most * per_row + both * ((size_t)numbers + 2) * sizeof(int64_t) + ROOM_SLACK);
    if (!p->room) return false;
    p->values = take(p, most * sizeof *p->values);
    p->sorted = take(p, most * sizeof *p->sorted);
    p->items = take(p, most * sizeof *p->items);
    p->spare = take(p, most * sizeof *p->spare);
    p->above_rank = take(p, most * sizeof *p->above_rank);
    p->below_rank = take(p, most * sizeof *p->below_rank);
    p->rows = take(p, most * sizeof *p->rows);
    for (size_t i = 0; i < most; i++) p->rows[i] = (uint32_t)i;
    return true;
}

/* Three and more numbers. */
static bool count_many(const Source *above, const Source *below, Watch *watch, PackageCount *result) {
    Pairs p = {.watch = watch};
    size_t above_count = runs_rows(above->list), below_count = runs_rows(below->list);
    bool is_good = above_count < UINT32_MAX && below_count < UINT32_MAX &&
                   allocate(&p, above_count > below_count ? above_count : below_count, above_count + below_count,
                            above->number_count);
    if (is_good) {
        load_side(&p, above, &p.above);
        load_side(&p, below, &p.below);
        is_good = ranks_allocate(&p.ranks, above_count, !p.above.packages) &&
                  count_in(&p, (List){p.rows, above_count}, (List){p.rows, below_count}, above->number_count - 1);
    }
    ranks_free(&p.ranks);
    free(p.room);
    if (is_good) *result = (PackageCount){p.sum, p.sum + p.unsettled};
    return is_good;
}

bool pairs_count(const RunList *a, const RunList *b, int width, const int64_t *least, Watch *watch,
                 PackageCount *result) {
    int numbers[PACKAGE_SIGNERS_MOST], count = pick_numbers(a, b, width, least, numbers);
    double all = count == 0 ? runs_packages(a) * runs_packages(b) : 0;
    if (count <= 0) *result = (PackageCount){all, all};
    if (count <= 0) return true;
    if (count <= 2) return strips_count(&(StripsTask){a, b, width, count, numbers, least, watch}, result);
    return count_many(&(Source){a, width, count, numbers, NULL}, &(Source){b, width, count, numbers, least}, watch,
                      result);
}
