/* SPDX-License-Identifier: GPL-3.0-or-later
 * Numbered items of work, each an array of numbers, worked out in parallel and taken in their order. An item may have
 * parts that are worked out apart. Private to the room; which processes work is for ranks.h to say. */
#ifndef STUDY_POOL_H
#define STUDY_POOL_H

#include <brink/brink.h>

#include "base/base.h"

typedef struct Pool {
    const char *name;      /* of the study: all processes have to work on the same */
    int part_count, width; /* of an item: parts, and numbers in each */
    int threads;
    BrinkDiagnostics *diagnostics;

    void *payload;
    /* Writes a part's numbers, a function of item and part alone; called in parallel, `thread` below `threads`. */
    BrinkStatus (*work)(void *payload, int thread, uint64_t item, int part, double *values);
    /* Takes [part][width] numbers, in the order of items, one at a time; false stops. */
    bool (*take)(void *payload, uint64_t item, const double *values);

    BrinkStudyObserver observer; /* told of each part; may be NULL */
    void *observer_payload;
    uint64_t done, total; /* parts, as the observer is told */

    void (*attend)(void *attendant); /* called by the thread that calls pool_solve, between parts; may be NULL */
    void *attendant;
    BrinkStatus status; /* read and written in a critical section while a chunk is solved */
    bool is_refused;    /* by the taker */
} Pool;

/* Works out items `first` up to, not including, `end`, and takes them. CANCELLED when the observer or the taker says
 * so: what was taken is then still whole. */
BrinkStatus pool_run(Pool *pool, uint64_t first, uint64_t end);

/* ---- For those who share the work out ---- */

/* Items that are solved together. */
typedef struct PoolChunk {
    uint64_t first;
    int count;
    double *values; /* [item][part][width] */
    bool *is_done;  /* [item][part] */
} PoolChunk;

/* How many items a chunk has at most: what is lost when the program is killed. */
int pool_chunk_items(const Pool *pool);
/* Numbers in a chunk of so many items. */
size_t pool_chunk_numbers(const Pool *pool, int items);
/* False when memory is short. */
bool pool_chunk_new(const Pool *pool, int items, Arena *arena, PoolChunk *chunk);
/* Works out what is not done, unless pool->status says to stop. */
void pool_solve(Pool *pool, PoolChunk *chunk);
/* Takes the items that are whole, up to the first that is not; false where that was not all. */
bool pool_take(Pool *pool, const PoolChunk *chunk);
/* Tells the observer that `parts` more are done. */
void pool_tell(Pool *pool, uint64_t parts);
/* The first failure stays. */
void pool_stop(Pool *pool, BrinkStatus status);
bool pool_goes_on(Pool *pool);

#endif
