/* SPDX-License-Identifier: GPL-3.0-or-later
 * Numbers in order, in which one is looked up in a few steps. Private to the room. */
#ifndef PACKAGES_LADDER_H
#define PACKAGES_LADDER_H

#include "base/base.h"

enum { LADDER_STEP = 4 };

typedef struct Ladder {
    size_t count;
    int64_t *values; /* [count + LADDER_STEP] ascending, then largest numbers */
    uint32_t *place; /* [count] where each of them stood */
    uint32_t *first; /* how many values lie before each of the equal cells of their range */
    size_t cell_room;
    int shift; /* width of a cell: 2^shift */
} Ladder;

/* False when memory is short. */
bool ladder_allocate(Ladder *ladder, size_t most, Arena *arena);
/* Sorts `count` values, one at least. */
void ladder_fill(Ladder *ladder, const int64_t *values, size_t count);

/* How many values are smaller than `x`, that is, `from` at least. */
size_t ladder_climb(const Ladder *ladder, size_t from, int64_t x);

/* How many values are smaller: those in cells before, and as a rule few more, for which no branch is worth its while.
 */
static inline size_t ladder_below(const Ladder *ladder, int64_t x) {
    int64_t low = ladder->values[0], high = ladder->values[ladder->count - 1];
    int64_t inside = x < low ? low : x > high ? high : x;
    size_t below = ladder->first[((uint64_t)inside - (uint64_t)low) >> ladder->shift], few = 0;
    const int64_t *values = ladder->values + below;
    for (int i = 0; i < LADDER_STEP; i++) few += values[i] < inside;
    below += few;
    if (few == LADDER_STEP) below = ladder_climb(ladder, below, inside);
    return x > high ? ladder->count : below;
}

#endif
