/* SPDX-License-Identifier: GPL-3.0-or-later
 * Bucket sort: values are dealt into cells, of which there are about twice as many as values, and sorted by hand where
 * they share one; a crowded cell is a heap for a while (heapsort: Williams 1964).
 *
 * Invariant: every number between the smallest and the largest value has its cell in the table. */
#include "packages/ladder.h"

enum { CROWD = 32 };

bool ladder_allocate(Ladder *ladder, size_t most, Arena *arena) {
    *ladder = (Ladder){.cell_room = most + 2};
    ladder->values = arena_array(arena, most + LADDER_STEP, sizeof *ladder->values);
    ladder->place = arena_array(arena, most, sizeof *ladder->place);
    ladder->first = arena_array(arena, ladder->cell_room + 2, sizeof *ladder->first);
    return ladder->values && ladder->place && ladder->first;
}

/* ---- Within a cell ---- */

static void put(Ladder *cell, size_t at, int64_t value, uint32_t place) {
    cell->values[at] = value;
    cell->place[at] = place;
}

static void sort_few(Ladder *cell) {
    for (size_t i = 1; i < cell->count; i++) {
        int64_t value = cell->values[i];
        uint32_t place = cell->place[i];
        size_t at = i;
        for (; at > 0 && cell->values[at - 1] > value; at--) put(cell, at, cell->values[at - 1], cell->place[at - 1]);
        put(cell, at, value, place);
    }
}

/* Lets a value sink among the first `count`, from a place on. */
static void sink(Ladder *cell, size_t at, size_t count, int64_t value, uint32_t place) {
    for (size_t child; (child = 2 * at + 1) < count; at = child) {
        if (child + 1 < count && cell->values[child + 1] > cell->values[child]) child++;
        if (cell->values[child] <= value) break;
        put(cell, at, cell->values[child], cell->place[child]);
    }
    put(cell, at, value, place);
}

static void sort_many(Ladder *cell) {
    for (size_t at = cell->count / 2; at-- > 0;) sink(cell, at, cell->count, cell->values[at], cell->place[at]);
    for (size_t last = cell->count - 1; last > 0; last--) {
        int64_t value = cell->values[last];
        uint32_t place = cell->place[last];
        put(cell, last, cell->values[0], cell->place[0]);
        sink(cell, 0, last, value, place);
    }
}

/* ---- All cells ---- */

/* The cell of each value is counted two places on, so that dealing leaves the table as it is to be. */
static size_t deal(Ladder *ladder, const int64_t *values, int64_t low, int64_t high) {
    uint64_t range = (uint64_t)high - (uint64_t)low;
    uint32_t *first = ladder->first;
    for (ladder->shift = 0; range >> ladder->shift >= ladder->cell_room;) ladder->shift++;
    size_t cells = (size_t)(range >> ladder->shift) + 1;
    for (size_t cell = 0; cell < cells + 2; cell++) first[cell] = 0;
    for (size_t i = 0; i < ladder->count; i++) first[(((uint64_t)values[i] - (uint64_t)low) >> ladder->shift) + 2]++;
    for (size_t cell = 1; cell < cells; cell++) first[cell + 1] += first[cell];
    for (size_t i = 0; i < ladder->count; i++)
        put(ladder, first[(((uint64_t)values[i] - (uint64_t)low) >> ladder->shift) + 1]++, values[i], (uint32_t)i);
    return cells;
}

void ladder_fill(Ladder *ladder, const int64_t *values, size_t count) {
    int64_t low = values[0], high = values[0];
    for (size_t i = 1; i < count; i++) {
        low = values[i] < low ? values[i] : low;
        high = values[i] > high ? values[i] : high;
    }
    ladder->count = count;
    size_t cells = deal(ladder, values, low, high);
    for (size_t c = 0; c < cells; c++) {
        size_t from = ladder->first[c];
        Ladder cell = {.count = ladder->first[c + 1] - from};
        if (cell.count < 2) continue;
        cell.values = ladder->values + from;
        cell.place = ladder->place + from;
        if (cell.count > CROWD)
            sort_many(&cell);
        else
            sort_few(&cell);
    }
    for (size_t i = 0; i < LADDER_STEP; i++) ladder->values[count + i] = INT64_MAX;
}

size_t ladder_climb(const Ladder *ladder, size_t from, int64_t x) {
    size_t to = ladder->count;
    while (from < to) {
        size_t middle = from + (to - from) / 2;
        if (ladder->values[middle] < x)
            from = middle + 1;
        else
            to = middle;
    }
    return from;
}
