/* SPDX-License-Identifier: GPL-3.0-or-later
 * One process: solves a chunk, takes it, and so on. */
#include "study/ranks.h"

void brink_group_begin(void) {}

bool brink_group_leads(void) {
    return true;
}

void brink_group_end(void) {}

int ranks_count(void) {
    return 1;
}

BrinkStatus ranks_run(Pool *pool, uint64_t first, uint64_t end) {
    int most = pool_chunk_items(pool);
    PoolChunk chunk;
    Arena *arena = arena_new();
    if (!arena || !pool_chunk_new(pool, most, arena, &chunk)) pool_stop(pool, BRINK_NO_MEMORY);
    for (uint64_t next = first; next < end && pool_goes_on(pool); next += (uint64_t)most) {
        chunk.first = next;
        chunk.count = end - next < (uint64_t)most ? (int)(end - next) : most;
        pool_solve(pool, &chunk);
        pool_take(pool, &chunk);
    }
    arena_free(arena);
    return pool->status;
}
