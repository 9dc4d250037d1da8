/* SPDX-License-Identifier: GPL-3.0-or-later
 * Merging of sorted runs, two by two, between the two sides of a room. A shift keeps the order of a list, so a sum with
 * an issue's options is a merge, never a sort.
 *
 * Invariant: every list handed on is distinct and in descending lexicographic order. */
#include "packages/runs.h"

#include <stdlib.h>
#include <string.h>

#include "packages/maxima.h"

void run_room_free(RunRoom *room) {
    for (int side = 0; side < 2; side++) {
        free(room->worth[side]);
        free(room->packages[side]);
    }
    free(room->marks);
    memset(room, 0, sizeof *room);
}

static bool make_room(RunRoom *room, size_t rows, int width) {
    if (rows <= room->capacity) return true;
    size_t capacity = rows + rows / 2;
    if (capacity > SIZE_MAX / 64 / ((size_t)width + 1)) return false;
    for (int side = 0; side < 2; side++) { /* nothing in it is needed any more */
        free(room->worth[side]);
        free(room->packages[side]);
        room->worth[side] = malloc((capacity * (size_t)width + 1) * sizeof(int64_t));
        room->packages[side] = malloc(capacity * sizeof(double));
        if (!room->worth[side] || !room->packages[side]) {
            room->capacity = 0;
            return false;
        }
    }
    room->capacity = capacity;
    return true;
}

/* ---- Merging ---- */

typedef struct Slice {
    size_t count;
    int64_t *worth;
    double *packages;
} Slice;

static void copy_shifted(const Run *run, int width, Slice *to) {
    const Points *from = run->points;
    for (size_t row = 0; row < from->count; row++)
        for (int k = 0; k < width; k++)
            to->worth[row * (size_t)width + (size_t)k] = from->worth[row * (size_t)width + (size_t)k] + run->shift[k];
    memcpy(to->packages, from->packages, from->count * sizeof *to->packages);
    to->count = from->count;
}

/* Appends a row; one that equals the last is joined to it. */
static inline void put(Slice *to, const int64_t *row, double packages, int width) {
    if (to->count > 0 && maxima_order(to->worth + (to->count - 1) * (size_t)width, row, width) == 0) {
        to->packages[to->count - 1] += packages;
        return;
    }
    memcpy(to->worth + to->count * (size_t)width, row, (size_t)width * sizeof *row);
    to->packages[to->count++] = packages;
}

static void merge_two(const Slice *a, const Slice *b, int width, Slice *to) {
    size_t i = 0, j = 0;
    to->count = 0;
    while (i < a->count || j < b->count) {
        const int64_t *x = a->worth + i * (size_t)width, *y = b->worth + j * (size_t)width;
        bool takes_first = j == b->count || (i < a->count && maxima_order(x, y, width) <= 0);
        put(to, takes_first ? x : y, takes_first ? a->packages[i] : b->packages[j], width);
        i += takes_first;
        j += !takes_first;
    }
}

/* The same for two numbers, leaving out a row as soon as an earlier one dominates it: all earlier rows are at least as
 * large in the first number, so only the largest second number matters. */
static void merge_two_maxima(const Slice *a, const Slice *b, Slice *to) {
    size_t i = 0, j = 0, count = 0;
    int64_t first = 0, best = INT64_MIN;
    while (i < a->count || j < b->count) {
        const int64_t *x = a->worth + 2 * i, *y = b->worth + 2 * j;
        bool takes_first = j == b->count || (i < a->count && (x[0] > y[0] || (x[0] == y[0] && x[1] >= y[1])));
        const int64_t *row = takes_first ? x : y;
        double packages = takes_first ? a->packages[i++] : b->packages[j++];
        if (row[1] > best) {
            first = to->worth[2 * count] = row[0];
            best = to->worth[2 * count + 1] = row[1];
            to->packages[count++] = packages;
        } else if (count > 0 && row[0] == first && row[1] == best) {
            to->packages[count - 1] += packages;
        }
    }
    to->count = count;
}

typedef struct Merge {
    int width;
    bool maxima;
    Slice *slices; /* [run_count] */
    size_t slice_count;
} Merge;

static void merge_pair(const Merge *merge, const Slice *a, const Slice *b, Slice *to) {
    if (merge->maxima && merge->width == 2)
        merge_two_maxima(a, b, to);
    else
        merge_two(a, b, merge->width, to);
}

/* One round: neighbours are merged from one side of the room to the other. */
static void merge_round(Merge *merge, RunRoom *room, int to) {
    size_t at = 0, kept = 0;
    const Slice none = {0};
    for (size_t i = 0; i < merge->slice_count; i += 2) {
        const Slice *a = &merge->slices[i], *b = i + 1 < merge->slice_count ? &merge->slices[i + 1] : &none;
        Slice result = {0, room->worth[to] + at * (size_t)merge->width, room->packages[to] + at};
        merge_pair(merge, a, b, &result);
        at += a->count + b->count;
        merge->slices[kept++] = result;
    }
    merge->slice_count = kept;
}

static void load(Merge *merge, const Run *runs, size_t run_count, RunRoom *room) {
    size_t at = 0;
    for (size_t i = 0; i < run_count; i++) {
        Slice *slice = &merge->slices[i];
        *slice = (Slice){0, room->worth[0] + at * (size_t)merge->width, room->packages[0] + at};
        copy_shifted(&runs[i], merge->width, slice);
        at += slice->count;
    }
    merge->slice_count = run_count;
}

/* ---- Maxima ---- */

static bool drop_dominated(Slice *slice, int width, RunRoom *room) {
    if (slice->count > room->mark_capacity) {
        free(room->marks);
        room->marks = malloc(slice->count * sizeof *room->marks);
        room->mark_capacity = room->marks ? slice->count : 0;
        if (!room->marks) return false;
    }
    if (slice->count == 0) return true;
    if (!maxima_mark(slice->worth, slice->count, width, room->watch, room->marks)) return false;
    size_t kept = 0;
    for (size_t row = 0; row < slice->count; row++) {
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

bool runs_merge(const Run *runs, size_t run_count, int width, bool maxima, RunRoom *room, Arena *arena,
                Points *result) {
    size_t rows = 0;
    for (size_t i = 0; i < run_count; i++) rows += runs[i].points->count;
    Merge merge = {width, maxima, malloc((run_count + 1) * sizeof(Slice)), 0};
    bool is_good = merge.slices && make_room(room, rows + 1, width);
    if (is_good) {
        load(&merge, runs, run_count, room);
        for (int to = 1; merge.slice_count > 1 && watch_in_step(room->watch); to = 1 - to)
            merge_round(&merge, room, to);
        if (merge.slice_count == 0) merge.slices[0] = (Slice){0, room->worth[0], room->packages[0]};
        is_good = (!maxima || width == 2 || drop_dominated(&merge.slices[0], width, room)) &&
                  keep(&merge.slices[0], width, arena, result);
    }
    free(merge.slices);
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
        is_good = maxima_mark(distinct, kept, width, NULL, marks);
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
