/* SPDX-License-Identifier: GPL-3.0-or-later
 * A chunk of items at a time, over the threads of this process. Invariant: what is taken is a function of the items in
 * their order, so that results are the same for any number of threads. */
#include "study/pool.h"

#include "study/ranks.h"

#include <string.h>

enum { ITEMS_PER_THREAD = 4 };

int pool_chunk_items(const Pool *pool) {
    return ITEMS_PER_THREAD * pool->threads;
}

size_t pool_chunk_numbers(const Pool *pool, int items) {
    return (size_t)items * (size_t)pool->part_count * (size_t)pool->width;
}

bool pool_chunk_new(const Pool *pool, int items, Arena *arena, PoolChunk *chunk) {
    *chunk =
        (PoolChunk){.values = arena_array(arena, pool_chunk_numbers(pool, items), sizeof *chunk->values),
                    .is_done = arena_array(arena, (size_t)items * (size_t)pool->part_count, sizeof *chunk->is_done)};
    return chunk->values && chunk->is_done;
}

/* ---- What threads share ---- */

void pool_stop(Pool *pool, BrinkStatus status) {
#pragma omp critical(brink_pool)
    if (pool->status == BRINK_OK) pool->status = status;
}

bool pool_goes_on(Pool *pool) {
    BrinkStatus status;
#pragma omp critical(brink_pool)
    status = pool->status;
    return status == BRINK_OK;
}

void pool_tell(Pool *pool, uint64_t parts) {
    bool goes_on = true;
#pragma omp critical(brink_pool)
    {
        pool->done += parts;
        if (pool->observer) goes_on = pool->observer(pool->observer_payload, pool->done, pool->total);
    }
    if (!goes_on) pool_stop(pool, BRINK_CANCELLED);
}

/* ---- A chunk ---- */

static void solve_part(Pool *pool, PoolChunk *chunk, int cell) {
    int item = cell / pool->part_count, part = cell % pool->part_count, thread = omp_get_thread_num();
    if (!pool_goes_on(pool)) return;
    BrinkStatus status = pool->work(pool->payload, thread, chunk->first + (uint64_t)item, part,
                                    chunk->values + (size_t)cell * (size_t)pool->width);
    chunk->is_done[cell] = status == BRINK_OK;
    if (status == BRINK_OK)
        pool_tell(pool, 1);
    else
        pool_stop(pool, status);
    if (thread == 0 && pool->attend) pool->attend(pool->attendant);
}

/* One thread does without OpenMP, which ends the program when memory is short. */
static void solve_parts(Pool *pool, PoolChunk *chunk, int cells) {
    if (pool->threads == 1) {
        for (int cell = 0; cell < cells; cell++) solve_part(pool, chunk, cell);
        return;
    }
#pragma omp parallel for schedule(dynamic, 1) num_threads(pool->threads)
    for (int cell = 0; cell < cells; cell++) solve_part(pool, chunk, cell);
}

void pool_solve(Pool *pool, PoolChunk *chunk) {
    int cells = chunk->count * pool->part_count;
    memset(chunk->is_done, 0, (size_t)cells * sizeof *chunk->is_done);
    solve_parts(pool, chunk, cells);
}

static bool is_whole(const Pool *pool, const PoolChunk *chunk, int item) {
    for (int part = 0; part < pool->part_count; part++)
        if (!chunk->is_done[item * pool->part_count + part]) return false;
    return true;
}

bool pool_take(Pool *pool, const PoolChunk *chunk) {
    if (pool->is_refused || (pool->status != BRINK_OK && pool->status != BRINK_CANCELLED)) return false;
    for (int item = 0; item < chunk->count; item++) {
        if (!is_whole(pool, chunk, item)) return false;
        pool->is_refused =
            !pool->take(pool->payload, chunk->first + (uint64_t)item, chunk->values + pool_chunk_numbers(pool, item));
        if (!pool->is_refused) continue;
        pool_stop(pool, BRINK_CANCELLED);
        return false;
    }
    return true;
}

/* ---- The whole ---- */

BrinkStatus pool_run(Pool *pool, uint64_t first, uint64_t end) {
    pool->status = BRINK_OK;
    pool->is_refused = false;
    return ranks_run(pool, first, end);
}
