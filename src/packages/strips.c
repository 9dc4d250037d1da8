/* SPDX-License-Identifier: GPL-3.0-or-later
 * The rows of `a` are gone through in strips of number 0, a block of some thousands at a time; the rows of `b` are read
 * from their runs for every block and kept nowhere. A row of `b` that needs less of number 0 than a block has in any
 * row is looked up by its other number. One that needs more than any row has is passed by. Those between wait until
 * they are many and are swept: in descending order of number 0, with sums by rank of the other.
 *
 * Invariant: every row of `a` is in one block. Any partition into blocks counts right; strips make few rows wait. */
#include "packages/strips.h"

#include "packages/ladder.h"
#include "packages/ranks.h"

enum { BLOCK_LEAST = 1 << 14, BLOCK_MOST = 1 << 16, BLOCKS_WANTED = 8, SAMPLE = 1 << 12 };

/* Rows of `a`. */
typedef struct Block {
    size_t count, room;
    int64_t *values[2]; /* as they come */
    double *weights;    /* NULL: 1 each */
    Ladder ladders[2];
    double *from[2]; /* [room + 1] per ladder: weight of the values from a place on; NULL where weights are */
    uint32_t *rank;  /* by number 1, of each row as they come */
} Block;

/* Rows of `b` that need some of a block. */
typedef struct Waiting {
    size_t count;
    uint32_t *place, *rank; /* how many rows of the block have enough of number 0; of number 1 too little */
    uint32_t *start;        /* [room + 2] by place */
    uint32_t *order;
    double *weights; /* NULL: 1 each */
} Waiting;

typedef struct Strips {
    const StripsTask *task;
    bool is_ordered; /* runs are in descending order of the first number looked at */
    size_t strip_count;
    int64_t *cuts; /* [strip_count] lower ends of the strips, descending */
    size_t *at;    /* [a->count] how far each run of `a` has been gone through */
    Block block;
    Waiting waiting;
    Ranks ranks;
    double sum, unsettled; /* pairs that count; those of rows not gone through, for it was stopped */
    double other;          /* packages of all rows of `b`, once they are asked for */
} Strips;

/* ---- Runs ---- */

static int64_t value_at(const StripsTask *task, const Run *run, size_t row, int which) {
    int number = task->numbers[which];
    return run->points->worth[row * (size_t)task->width + (size_t)number] + run->shift[number];
}

/* How many rows of an ordered run have at least `value`. */
static size_t rows_from(const StripsTask *task, const Run *run, int64_t value) {
    size_t low = 0, high = run->points->count;
    while (low < high) {
        size_t middle = low + (high - low) / 2;
        if (value_at(task, run, middle, 0) >= value)
            low = middle + 1;
        else
            high = middle;
    }
    return low;
}

/* ---- The block ---- */

static void order_by(Block *block, int which) {
    Ladder *ladder = &block->ladders[which];
    ladder_fill(ladder, block->values[which], block->count);
    if (!block->weights) return;
    block->from[which][block->count] = 0;
    for (size_t i = block->count; i-- > 0;)
        block->from[which][i] = block->from[which][i + 1] + block->weights[ladder->place[i]];
}

static void order_block(Block *block, int number_count) {
    order_by(block, 0);
    if (number_count == 1) return;
    order_by(block, 1);
    for (size_t i = 0; i < block->count; i++) block->rank[block->ladders[1].place[i]] = (uint32_t)i;
}

/* Weight of the rows of the block that have at least `value` of a number. */
static double weight_from(const Block *block, int which, int64_t value) {
    size_t below = ladder_below(&block->ladders[which], value);
    return block->weights ? block->from[which][below] : (double)(block->count - below);
}

/* Of all of them, once they are in order. */
static double whole_weight(const Block *block) {
    return block->weights ? block->from[0][0] : (double)block->count;
}

/* ---- Those that wait ---- */

static void sort_waiting(Waiting *waiting, size_t places) {
    for (size_t p = 0; p <= places + 1; p++) waiting->start[p] = 0;
    for (size_t i = 0; i < waiting->count; i++) waiting->start[waiting->place[i] + 1]++;
    for (size_t p = 0; p <= places; p++) waiting->start[p + 1] += waiting->start[p];
    for (size_t i = 0; i < waiting->count; i++) waiting->order[waiting->start[waiting->place[i]]++] = (uint32_t)i;
}

static void sweep(Strips *all) {
    const Block *block = &all->block;
    Waiting *waiting = &all->waiting;
    size_t added = 0;
    sort_waiting(waiting, block->count);
    ranks_begin(&all->ranks, block->count);
    for (size_t i = 0; i < waiting->count; i++) {
        uint32_t row = waiting->order[i];
        for (; added < waiting->place[row]; added++) {
            uint32_t next = block->ladders[0].place[block->count - 1 - added];
            ranks_add(&all->ranks, block->rank[next], block->weights ? block->weights[next] : 1);
        }
        all->sum += ranks_sum(&all->ranks, waiting->rank[row]) * (waiting->weights ? waiting->weights[row] : 1);
    }
    waiting->count = 0;
}

static void wait(Strips *all, int64_t first, int64_t second, double weight) {
    const Block *block = &all->block;
    Waiting *waiting = &all->waiting;
    size_t place = block->count - ladder_below(&block->ladders[0], first);
    size_t rank = ladder_below(&block->ladders[1], second);
    if (place == 0 || rank == block->count) return;
    waiting->place[waiting->count] = (uint32_t)place;
    waiting->rank[waiting->count] = (uint32_t)rank;
    if (waiting->weights) waiting->weights[waiting->count] = weight;
    if (++waiting->count == block->room) sweep(all);
}

/* ---- A block against all of b ---- */

/* Rows of `b` for which the whole block has enough of number 0. */
static void count_certain(Strips *all, const Run *run, size_t rows) {
    const StripsTask *task = all->task;
    const Block *block = &all->block;
    double sum = 0;
    if (task->number_count == 1) {
        for (size_t row = 0; row < rows; row++) sum += run->points->packages[row];
        all->sum += sum * whole_weight(block);
        return;
    }
    int64_t least = task->least[task->numbers[1]];
    for (size_t row = 0; row < rows; row++)
        sum += run->points->packages[row] * weight_from(block, 1, least - value_at(task, run, row, 1));
    all->sum += sum;
}

static void count_between(Strips *all, const Run *run, size_t from, size_t to) {
    const StripsTask *task = all->task;
    for (size_t row = from; row < to; row++) {
        int64_t first = task->least[task->numbers[0]] - value_at(task, run, row, 0);
        if (task->number_count == 2)
            wait(all, first, task->least[task->numbers[1]] - value_at(task, run, row, 1), run->points->packages[row]);
        else
            all->sum += run->points->packages[row] * weight_from(&all->block, 0, first);
    }
}

/* Nobody waits any more: its pairs may count or not. */
static void leave_block(Strips *all) {
    Block *block = &all->block;
    double weight = block->weights ? 0 : (double)block->count;
    for (size_t i = 0; block->weights && i < block->count; i++) weight += block->weights[i];
    if (all->other <= 0) all->other = runs_packages(all->task->b);
    all->unsettled += weight * all->other;
    block->count = 0;
}

static void count_block(Strips *all) {
    const StripsTask *task = all->task;
    Block *block = &all->block;
    if (block->count == 0) return;
    if (watch_is_stopped(task->watch)) {
        leave_block(all);
        return;
    }
    order_block(block, task->number_count);
    int64_t least = task->least[task->numbers[0]];
    int64_t low = block->ladders[0].values[0], high = block->ladders[0].values[block->count - 1];
    for (size_t r = 0; r < task->b->count; r++) {
        const Run *run = &task->b->runs[r];
        if (!watch_in_step(task->watch)) {
            all->unsettled += whole_weight(block) * points_packages(run->points);
            continue;
        }
        size_t certain = all->is_ordered ? rows_from(task, run, least - low) : 0;
        size_t possible = all->is_ordered ? rows_from(task, run, least - high) : run->points->count;
        count_certain(all, run, certain);
        count_between(all, run, certain, possible);
    }
    if (all->waiting.count > 0) sweep(all);
    block->count = 0;
}

/* ---- Strips of a ---- */

static void add_rows(Strips *all, const Run *run, size_t from, size_t to) {
    Block *block = &all->block;
    for (size_t row = from; row < to; row++) {
        for (int which = 0; which < all->task->number_count; which++)
            block->values[which][block->count] = value_at(all->task, run, row, which);
        if (block->weights) block->weights[block->count] = run->points->packages[row];
        if (++block->count == block->room) count_block(all);
    }
}

/* What no block has held yet may count or not. */
static void leave_rest(Strips *all) {
    double weight = 0;
    leave_block(all);
    for (size_t r = 0; r < all->task->a->count; r++) {
        const Points *points = all->task->a->runs[r].points;
        for (size_t row = all->at[r]; row < points->count; row++) weight += points->packages[row];
    }
    all->unsettled += weight * all->other;
}

static void count_strips(Strips *all) {
    const StripsTask *task = all->task;
    for (size_t strip = 0; strip <= all->strip_count; strip++) {
        if (watch_is_stopped(task->watch)) {
            leave_rest(all);
            return;
        }
        bool is_last = strip == all->strip_count;
        for (size_t r = 0; r < task->a->count; r++) {
            const Run *run = &task->a->runs[r];
            size_t to = is_last ? run->points->count : rows_from(task, run, all->cuts[strip]);
            add_rows(all, run, all->at[r], to);
            all->at[r] = to;
        }
        if (all->is_ordered) count_block(all);
    }
    count_block(all);
}

/* Cuts at which strips hold about `wanted` rows, from a sample. */
static bool cut_strips(Strips *all, size_t rows, size_t wanted, Arena *arena) {
    const StripsTask *task = all->task;
    size_t step = rows / SAMPLE + 1, count = 0, passed = 0, room = rows / step + task->a->count + 1;
    int64_t *sample = arena_array(arena, room, sizeof *sample);
    Ladder ladder;
    all->strip_count = all->is_ordered ? rows / wanted : 0;
    all->cuts = arena_array(arena, all->strip_count + 1, sizeof *all->cuts);
    if (!sample || !all->cuts || !ladder_allocate(&ladder, room, arena)) return false;
    for (size_t r = 0; r < task->a->count; r++)
        for (size_t row = 0; row < task->a->runs[r].points->count; row++)
            if (passed++ % step == 0) sample[count++] = value_at(task, &task->a->runs[r], row, 0);
    ladder_fill(&ladder, sample, count);
    for (size_t strip = 0; strip < all->strip_count; strip++)
        all->cuts[strip] = ladder.values[count - 1 - (strip + 1) * count / (all->strip_count + 1)];
    return true;
}

/* ---- The whole ---- */

static bool allocate_number(Block *block, int which, Arena *arena) {
    block->values[which] = arena_array(arena, block->room + 1, sizeof(int64_t));
    block->from[which] = block->weights ? arena_array(arena, block->room + 1, sizeof(double)) : NULL;
    return block->values[which] && (!block->weights || block->from[which]) &&
           ladder_allocate(&block->ladders[which], block->room, arena);
}

static bool allocate_block(const StripsTask *task, Block *block, Arena *arena) {
    bool is_single = runs_are_single(task->a);
    block->rank = arena_array(arena, block->room, sizeof *block->rank);
    block->weights = is_single ? NULL : arena_array(arena, block->room, sizeof *block->weights);
    if (!block->rank || (!is_single && !block->weights)) return false;
    return allocate_number(block, 0, arena) && (task->number_count == 1 || allocate_number(block, 1, arena));
}

/* Rows of `b` wait where the values of the block came in: by then these are in its ladders. */
static bool allocate_waiting(const StripsTask *task, const Block *block, Waiting *waiting, Arena *arena) {
    bool is_single = runs_are_single(task->b);
    waiting->place = (uint32_t *)block->values[0];
    waiting->rank = waiting->place + block->room;
    waiting->order = (uint32_t *)block->values[1];
    waiting->start = waiting->order + block->room;
    waiting->weights = is_single ? NULL : arena_array(arena, block->room, sizeof *waiting->weights);
    return is_single || waiting->weights;
}

static bool allocate(Strips *all, size_t room, Arena *arena) {
    const StripsTask *task = all->task;
    all->block.room = room;
    all->at = arena_array(arena, task->a->count, sizeof *all->at);
    return all->at && allocate_block(task, &all->block, arena) &&
           (task->number_count == 1 || allocate_waiting(task, &all->block, &all->waiting, arena));
}

bool strips_count(const StripsTask *task, PackageCount *result) {
    size_t rows = runs_rows(task->a), wanted = rows / BLOCKS_WANTED;
    if (wanted < BLOCK_LEAST) wanted = BLOCK_LEAST;
    if (wanted > BLOCK_MOST) wanted = BLOCK_MOST;
    size_t room = rows < wanted ? rows : wanted + wanted / 16;
    Strips all = {.task = task, .is_ordered = task->numbers[0] == 0};
    Arena *arena = arena_new();
    bool is_good = arena && cut_strips(&all, rows, wanted, arena) && allocate(&all, room, arena) &&
                   ranks_allocate(&all.ranks, room, !all.block.weights);
    if (is_good) count_strips(&all);
    if (is_good) *result = (PackageCount){all.sum, all.sum + all.unsettled};
    ranks_free(&all.ranks);
    arena_free(arena);
    return is_good;
}
