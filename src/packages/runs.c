/* SPDX-License-Identifier: GPL-3.0-or-later
 * Merging of sorted runs, all at once. A shift keeps the order of a list, so a sum with an issue's options is a merge,
 * never a sort. Rows come in an order in which only earlier ones dominate, so what is a maximum when it comes stays
 * one, and dominated rows are dropped before many are stored.
 *
 * Invariant: every list handed on is distinct and in descending lexicographic order. */
#include "packages/runs.h"

#include <stdlib.h>
#include <string.h>

#include "packages/maxima.h"

void run_room_free(RunRoom *room) {
    free(room->worth);
    free(room->packages);
    free(room->marks);
    memset(room, 0, sizeof *room);
}

/* Makes room for so many rows in all; those in it stay. */
static bool make_room(RunRoom *room, size_t rows, int width) {
    size_t capacity = rows + rows / 8;
    if (rows <= room->capacity && room->worth) return true;
    if (capacity > SIZE_MAX / 64 / ((size_t)width + 1)) return false;
    int64_t *worth = realloc(room->worth, (capacity * (size_t)width + 1) * sizeof *worth);
    if (worth) room->worth = worth;
    double *packages = worth ? realloc(room->packages, (capacity + 1) * sizeof *packages) : NULL;
    if (packages) room->packages = packages;
    if (packages) room->capacity = capacity;
    return packages != NULL;
}

/* ---- Merging ---- */

/* A run as far as it has been read, and its next row, moved; `first`: number 0 of it, and the least of all at the end.
 */
typedef struct Head {
    const Run *run;
    size_t at;
    int64_t first;
    int64_t *row;
} Head;

/* A tournament of runs (Knuth 1973, 5.4.1): the tree holds who lost where, and the winner at its root. */
typedef struct Merge {
    int width;
    size_t count;
    Head *heads;     /* [count] */
    int64_t *rows;   /* [count][width] */
    uint32_t *loser; /* [count] */
} Merge;

static bool is_read(const Head *head) {
    return head->at >= head->run->points->count;
}

static void set_head(Head *head, int width) {
    head->first = is_read(head) ? INT64_MIN : 0;
    if (is_read(head) || width == 0) return;
    const int64_t *from = head->run->points->worth + head->at * (size_t)width;
    for (int k = 0; k < width; k++) head->row[k] = from[k] + head->run->shift[k];
    head->first = head->row[0];
}

static bool comes_first(const Head *a, const Head *b, int width) {
    return a->first != b->first ? a->first > b->first : maxima_order(a->row, b->row, width) < 0;
}

/* Plays the matches on the way of a run from its leaf up. */
static void replay(Merge *merge, uint32_t run) {
    uint32_t winner = run;
    for (size_t node = (run + merge->count) / 2; node > 0; node /= 2) {
        uint32_t other = merge->loser[node];
        if (!comes_first(&merge->heads[other], &merge->heads[winner], merge->width)) continue;
        merge->loser[node] = winner;
        winner = other;
    }
    merge->loser[0] = winner;
}

/* Who wins the match at a node; all matches below it are played. */
static uint32_t play(Merge *merge, size_t node) {
    if (node >= merge->count) return (uint32_t)(node - merge->count);
    uint32_t a = play(merge, 2 * node), b = play(merge, 2 * node + 1);
    bool is_first = !comes_first(&merge->heads[b], &merge->heads[a], merge->width);
    merge->loser[node] = is_first ? b : a;
    return is_first ? a : b;
}

static bool merge_begin(Merge *merge, const Run *runs, size_t run_count, int width) {
    *merge =
        (Merge){width, run_count, malloc((run_count + 1) * sizeof(Head)),
                malloc((run_count * (size_t)width + 1) * sizeof(int64_t)), malloc((run_count + 1) * sizeof(uint32_t))};
    if (!merge->heads || !merge->rows || !merge->loser) return false;
    for (size_t i = 0; i < run_count; i++) {
        merge->heads[i] = (Head){&runs[i], 0, 0, merge->rows + i * (size_t)width};
        set_head(&merge->heads[i], width);
    }
    if (run_count > 0) merge->loser[0] = run_count > 1 ? play(merge, 1) : 0;
    return true;
}

static void merge_end(Merge *merge) {
    free(merge->heads);
    free(merge->rows);
    free(merge->loser);
}

typedef struct Slice {
    size_t count;
    int64_t *worth;
    double *packages;
} Slice;

/* Appends a row; one that equals the last is joined to it. */
static inline void put(Slice *to, const int64_t *row, double packages, int width) {
    if (to->count > 0 && maxima_order(to->worth + (to->count - 1) * (size_t)width, row, width) == 0) {
        to->packages[to->count - 1] += packages;
        return;
    }
    memcpy(to->worth + to->count * (size_t)width, row, (size_t)width * sizeof *row);
    to->packages[to->count++] = packages;
}

/* Appends rows while they come and there is room for one more; false once all have come. */
static bool merge_some(Merge *merge, size_t room, Slice *to) {
    int width = merge->width;
    while (merge->count > 0 && to->count < room) {
        uint32_t winner = merge->loser[0];
        Head *head = &merge->heads[winner];
        if (is_read(head)) return false;
        put(to, head->row, head->run->points->packages[head->at], width);
        head->at++;
        set_head(head, width);
        replay(merge, winner);
    }
    return merge->count > 0;
}

/* Goes on to the first row of a run with more of number 1: what comes between is dominated. */
static void pass_by(Head *head, int64_t best) {
    const int64_t *second = head->run->points->worth + 1;
    while (!is_read(head) && second[2 * head->at] + head->run->shift[1] <= best) head->at++;
}

/* The same of two numbers, dominated rows left out: as the first one falls, the second has to rise. */
static bool merge_some_rising(Merge *merge, size_t room, Slice *to) {
    while (merge->count > 0 && to->count < room) {
        uint32_t winner = merge->loser[0];
        Head *head = &merge->heads[winner];
        bool is_first = to->count == 0;
        const int64_t *last = to->worth + (is_first ? 0 : 2 * (to->count - 1));
        if (is_read(head)) return false;
        if (is_first || head->row[1] > last[1] || (head->row[0] == last[0] && head->row[1] == last[1]))
            put(to, head->row, head->run->points->packages[head->at++], 2);
        else
            pass_by(head, last[1]);
        set_head(head, 2);
        replay(merge, winner);
    }
    return merge->count > 0;
}

/* ---- Maxima ---- */

/* Rows come in an order in which only earlier ones dominate: the first `settled` stay. */
static bool drop_dominated(Slice *slice, size_t settled, int width, RunRoom *room) {
    if (slice->count > room->mark_capacity) {
        free(room->marks);
        room->marks = malloc(room->capacity * sizeof *room->marks);
        room->mark_capacity = room->marks ? room->capacity : 0;
        if (!room->marks) return false;
    }
    if (slice->count == 0) return true;
    if (!maxima_mark(slice->worth, settled, slice->count, width, room->watch, room->marks)) return false;
    size_t kept = settled;
    for (size_t row = settled; row < slice->count; row++) {
        if (room->marks[row]) continue;
        memmove(slice->worth + kept * (size_t)width, slice->worth + row * (size_t)width,
                (size_t)width * sizeof(int64_t));
        slice->packages[kept++] = slice->packages[row];
    }
    slice->count = kept;
    return true;
}

static bool keep(const Slice *slice, int width, Arena *arena, Points *result) {
    result->count = slice->count;
    result->worth = arena_array(arena, slice->count * (size_t)width, sizeof *result->worth);
    result->packages = arena_array(arena, slice->count, sizeof *result->packages);
    if (!result->worth || !result->packages) return false;
    if (slice->count == 0) return true;
    memcpy(result->worth, slice->worth, slice->count * (size_t)width * sizeof *result->worth);
    memcpy(result->packages, slice->packages, slice->count * sizeof *result->packages);
    return true;
}

/* Rows come as many at once as there are maxima so far, and some thousands at least, so that there is never room for
 * many more than are kept. */
static bool merge_maxima(Merge *merge, RunRoom *room, Slice *to) {
    enum { ROWS_AT_ONCE = 1 << 13 };
    for (bool goes_on = true; goes_on && watch_in_step(room->watch);) {
        size_t settled = to->count, most = settled + (settled > ROWS_AT_ONCE ? settled : ROWS_AT_ONCE);
        if (!make_room(room, most, merge->width)) return false;
        *to = (Slice){settled, room->worth, room->packages};
        goes_on = merge->width == 2 ? merge_some_rising(merge, most, to) : merge_some(merge, most, to);
        if (merge->width != 2 && !drop_dominated(to, settled, merge->width, room)) return false;
        room->is_full = room->rows_most > 0 && to->count > room->rows_most;
        if (room->is_full) return true;
    }
    return true;
}

/* All of them, or one more than there may be. */
static bool merge_all(Merge *merge, size_t rows, RunRoom *room, Slice *to) {
    size_t most = room->rows_most > 0 && room->rows_most < rows ? room->rows_most : rows;
    if (!make_room(room, most + 1, merge->width)) return false;
    *to = (Slice){0, room->worth, room->packages};
    merge_some(merge, most + 1, to);
    room->is_full = to->count > most;
    return true;
}

bool runs_merge(const Run *runs, size_t run_count, int width, bool maxima, RunRoom *room, Arena *arena,
                Points *result) {
    size_t rows = 0;
    Merge merge;
    Slice merged = {0};
    for (size_t i = 0; i < run_count; i++) rows += runs[i].points->count;
    bool is_good = merge_begin(&merge, runs, run_count, width) &&
                   (maxima ? merge_maxima(&merge, room, &merged) : merge_all(&merge, rows, room, &merged)) &&
                   keep(&merged, width, arena, result);
    merge_end(&merge);
    return is_good;
}

double runs_range(const Points *points, int width, int k) {
    int64_t low = INT64_MAX, high = INT64_MIN;
    for (size_t row = 0; row < points->count; row++) {
        int64_t x = points->worth[row * (size_t)width + (size_t)k];
        if (x < low) low = x;
        if (x > high) high = x;
    }
    return low < high ? (double)high - (double)low : 0;
}

ptrdiff_t points_find(const Points *points, const int64_t *row, int width) {
    size_t low = 0, high = points->count;
    while (low < high) {
        size_t middle = low + (high - low) / 2;
        int order = maxima_order(points->worth + middle * (size_t)width, row, width);
        if (order == 0) return (ptrdiff_t)middle;
        if (order < 0)
            low = middle + 1;
        else
            high = middle;
    }
    return -1;
}

size_t runs_rows(const RunList *list) {
    size_t count = 0;
    for (size_t r = 0; r < list->count; r++) count += list->runs[r].points->count;
    return count;
}

double points_packages(const Points *points) {
    double sum = 0;
    for (size_t row = 0; row < points->count; row++) sum += points->packages[row];
    return sum;
}

double runs_packages(const RunList *list) {
    double sum = 0;
    for (size_t r = 0; r < list->count; r++) sum += points_packages(list->runs[r].points);
    return sum;
}

bool runs_are_single(const RunList *list) {
    for (size_t r = 0; r < list->count; r++)
        for (size_t row = 0; row < list->runs[r].points->count; row++)
            if (list->runs[r].points->packages[row] != 1) return false;
    return true;
}

/* ---- Thinning ---- */

/* A row of a cell list: `width` cells, then the index of the point in it. */
typedef struct Cells {
    int width;
    size_t stride; /* width + 1 */
    int64_t *rows;
} Cells;

static int64_t floor_to(int64_t x, int64_t grain) {
    int64_t cell = x / grain;
    return x % grain < 0 ? cell - 1 : cell;
}

static void fill_cells(const Points *points, int64_t grain, const Cells *cells, size_t *order) {
    for (size_t row = 0; row < points->count; row++) {
        int64_t *cell = cells->rows + row * cells->stride;
        for (int k = 0; k < cells->width; k++)
            cell[k] = floor_to(points->worth[row * (size_t)cells->width + (size_t)k], grain);
        cell[cells->width] = (int64_t)row;
        order[row] = row;
    }
}

/* Writes the distinct cells in order to `distinct` (width numbers each) and the first row of each to `rows`; returns
 * how many. */
static size_t distinct_cells(const Cells *cells, const size_t *order, size_t count, int64_t *distinct, size_t *rows) {
    size_t kept = 0, width = (size_t)cells->width;
    for (size_t i = 0; i < count; i++) {
        const int64_t *cell = cells->rows + order[i] * cells->stride;
        if (kept > 0 && maxima_order(distinct + (kept - 1) * width, cell, cells->width) == 0) continue;
        memcpy(distinct + kept * width, cell, width * sizeof *cell);
        rows[kept++] = (size_t)cell[width];
    }
    return kept;
}

static void mark_rows(const size_t *rows, const bool *is_dominated, size_t count, size_t point_count, bool *is_kept) {
    memset(is_kept, 0, point_count * sizeof *is_kept);
    for (size_t i = 0; i < count; i++) is_kept[rows[i]] = !is_dominated[i];
}

static bool keep_marked(const Points *points, int width, const bool *is_kept, Arena *arena, Points *result) {
    size_t count = 0;
    for (size_t row = 0; row < points->count; row++) count += is_kept[row];
    Points out = {0, arena_array(arena, count * (size_t)width, sizeof *out.worth),
                  arena_array(arena, count, sizeof *out.packages)};
    if (!out.worth || !out.packages) return false;
    for (size_t row = 0; row < points->count; row++) {
        if (!is_kept[row]) continue;
        memcpy(out.worth + out.count * (size_t)width, points->worth + row * (size_t)width,
               (size_t)width * sizeof *out.worth);
        out.packages[out.count++] = points->packages[row];
    }
    *result = out;
    return true;
}

bool runs_thin(const Points *points, int width, int64_t grain, Arena *arena, Points *result) {
    size_t count = points->count + 1;
    Cells cells = {width, (size_t)width + 1, malloc(count * ((size_t)width + 1) * sizeof(int64_t))};
    int64_t *distinct = calloc(count * (size_t)width, sizeof *distinct);
    size_t *order = malloc(count * sizeof *order), *spare = malloc(count * sizeof *spare);
    bool *marks = malloc(count * sizeof *marks), *is_kept = malloc(count * sizeof *is_kept);
    bool is_good = cells.rows && distinct && order && spare && marks && is_kept;
    if (is_good) {
        fill_cells(points, grain, &cells, order);
        maxima_sort(cells.rows, cells.stride, width, order, spare, points->count);
        size_t kept = distinct_cells(&cells, order, points->count, distinct, spare);
        is_good = maxima_mark(distinct, 0, kept, width, NULL, marks);
        if (is_good) mark_rows(spare, marks, kept, points->count, is_kept);
        is_good = is_good && keep_marked(points, width, is_kept, arena, result);
    }
    free(cells.rows);
    free(distinct);
    free(order);
    free(spare);
    free(marks);
    free(is_kept);
    return is_good;
}
