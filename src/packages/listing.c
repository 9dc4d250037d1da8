/* SPDX-License-Identifier: GPL-3.0-or-later
 * Every package is judged once: what it is worth before prices, which conditions it meets, and what would follow if one
 * of them were lifted. Open packages gather in a buffer that is reduced to its maxima whenever it is full.
 *
 * Invariant: every open package is in the buffer or dominated by one that is. */
#include "packages/listing.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "packages/maxima.h"
#include "settlement/settlement.h"

enum { BUFFER_ROWS = 1 << 17, SETTLED_AT_ONCE = 1 << 10, WATCHED_EVERY = 1 << 12, WATCHED_SETTLED = 1 << 5 };

struct Lister {
    const ListingTask *task;
    const Situation *situation;
    int width;
    size_t count, room; /* rows of the buffer */
    int64_t *rows;      /* [room][width + 1]: worths, then the package's number */
    Arena *scratch;     /* settlements, forgotten now and then */
    Settlements *settlements;
    size_t settled;
    int *options;
    Listing *result, own;
    bool is_full; /* more are efficient than may be held */
};

/* ---- One package ---- */

typedef struct Verdict {
    bool obeys;
    int broken;                          /* rules */
    int bars;                            /* hard conditions met, over all signers */
    int64_t worth[PACKAGE_SIGNERS_MOST]; /* prices taken off */
    int barred[PACKAGE_SIGNERS_MOST];    /* hard conditions met by each */
} Verdict;

static bool breaks(const Situation *s, int rule, const int *options) {
    size_t row = (size_t)rule * (size_t)s->option_total;
    return space_matches(s, s->rule_if + row, options) && !space_matches(s, s->rule_then + row, options);
}

/* The settled worth of every party of the profile; NULL when memory is short. */
static const Settled *settle(Lister *lister, const int *options) {
    if (!lister->settlements || lister->settled++ % SETTLED_AT_ONCE == SETTLED_AT_ONCE - 1) {
        if (lister->settlements) lister->result->lost += settlements_lost(lister->settlements);
        arena_reset(lister->scratch);
        lister->settlements = settlements_new(lister->situation, lister->scratch);
        if (!lister->settlements) return NULL;
    }
    return settlements_get(lister->settlements, options, 0, lister->situation->now, lister->task->profile);
}

static void add_condition(Verdict *verdict, int signer, double price) {
    verdict->barred[signer] += isinf(price);
    verdict->bars += isinf(price);
    if (!isinf(price)) verdict->worth[signer] -= space_units(price);
}

static bool judge(Lister *lister, const int *options, Verdict *verdict) {
    const Situation *s = lister->situation;
    const Space *space = lister->task->space;
    const Settled *settled = lister->task->settled ? settle(lister, options) : NULL;
    if (lister->task->settled && !settled) return false;
    *verdict = (Verdict){0};
    for (int k = 0; k < s->rule_count; k++) verdict->broken += breaks(s, k, options);
    for (int signer = 0; signer < lister->width; signer++) {
        int type = space->type[signer];
        verdict->worth[signer] =
            settled ? space_units(settled->value[s->type_party[type]]) : space_gain(s, type, options);
        for (int k = 0; k < s->red_line_count; k++)
            if (s->red_line_type[k] == type &&
                space_matches(s, s->red_line_allows + (size_t)k * (size_t)s->option_total, options))
                add_condition(verdict, signer, s->red_line_cost[k]);
        if (!settlement_is_verifiable(s, type, 0, options)) add_condition(verdict, signer, s->unverifiable[type]);
    }
    return true;
}

/* ---- Blocks ---- */

static bool meets(const Lister *lister, const PackageBlock *block, const Verdict *verdict, const int *options) {
    const Situation *s = lister->situation;
    const Space *space = lister->task->space;
    switch (block->by) {
    case BLOCKED_BY_RULE:
        return breaks(s, block->index, options);
    case BLOCKED_BY_RED_LINE:
        return space_matches(s, s->red_line_allows + (size_t)block->index * (size_t)s->option_total, options);
    case BLOCKED_BY_VERIFIABILITY:
        return !settlement_is_verifiable(s, space->type[block->signer], 0, options);
    case BLOCKED_BY_OUTSIDE:
        return verdict->worth[block->signer] < space->least[block->signer];
    }
    return false;
}

static bool all_sign_without(const Lister *lister, const PackageBlock *block, const Verdict *verdict) {
    const Space *space = lister->task->space;
    bool is_hard = isinf(block->price);
    if (verdict->broken - (block->by == BLOCKED_BY_RULE) > 0 || verdict->bars - is_hard > 0) return false;
    for (int signer = 0; signer < lister->width; signer++) {
        int64_t worth = verdict->worth[signer];
        if (signer == block->signer && block->by == BLOCKED_BY_OUTSIDE) continue;
        if (signer == block->signer && !is_hard) worth += space_units(block->price);
        if (worth < space->least[signer]) return false;
    }
    return true;
}

static void count_blocks(const Lister *lister, const Verdict *verdict, const int *options, bool is_signed) {
    for (int i = 0; i < lister->task->block_count; i++) {
        PackageBlock *block = &lister->task->blocks[i];
        bool is_rule = block->by == BLOCKED_BY_RULE;
        if (!meets(lister, block, verdict, options)) continue;
        if (is_rule || (verdict->broken == 0 && (block->by != BLOCKED_BY_OUTSIDE || verdict->bars == 0)))
            block->meets.low++;
        if (!is_signed && all_sign_without(lister, block, verdict)) block->alone.low++;
        block->meets.high = block->meets.low;
        block->alone.high = block->alone.low;
    }
}

/* ---- The buffer ---- */

typedef struct Reduction {
    size_t *order, *spare;
    int64_t *distinct;
    bool *is_dominated;
} Reduction;

static bool reduce_with(Lister *lister, Reduction *r) {
    size_t width = (size_t)lister->width, stride = width + 1, distinct = 0, kept = 0;
    for (size_t i = 0; i < lister->count; i++) r->order[i] = i;
    maxima_sort(lister->rows, stride, lister->width, r->order, r->spare, lister->count);
    for (size_t i = 0; i < lister->count; i++) {
        const int64_t *row = lister->rows + r->order[i] * stride;
        if (distinct == 0 || maxima_order(r->distinct + (distinct - 1) * width, row, lister->width) != 0)
            memcpy(r->distinct + distinct++ * width, row, width * sizeof *row);
        r->spare[i] = distinct - 1;
    }
    int64_t *rows = malloc((lister->room + 1) * stride * sizeof *rows);
    if (!rows || !maxima_mark(r->distinct, 0, distinct, lister->width, NULL, r->is_dominated)) {
        free(rows);
        return false;
    }
    for (size_t i = 0; i < lister->count; i++)
        if (!r->is_dominated[r->spare[i]])
            memcpy(rows + kept++ * stride, lister->rows + r->order[i] * stride, stride * sizeof *rows);
    free(lister->rows);
    lister->rows = rows;
    lister->count = kept;
    return true;
}

/* Keeps maxima, sorted, equal ones side by side. */
static bool reduce(Lister *lister) {
    Reduction r = {malloc((lister->count + 1) * sizeof *r.order), malloc((lister->count + 1) * sizeof *r.spare),
                   calloc((lister->count + 1) * (size_t)lister->width, sizeof *r.distinct),
                   malloc((lister->count + 1) * sizeof *r.is_dominated)};
    bool is_good = r.order && r.spare && r.distinct && r.is_dominated && reduce_with(lister, &r);
    free(r.order);
    free(r.spare);
    free(r.distinct);
    free(r.is_dominated);
    return is_good;
}

static size_t first_room(const Lister *lister) {
    size_t most = lister->task->rows_most;
    return most > 0 && most < BUFFER_ROWS ? most : BUFFER_ROWS;
}

static bool make_room(Lister *lister) {
    if (lister->rows && lister->count < lister->room) return true;
    if (lister->rows && !reduce(lister)) return false;
    if (lister->rows && lister->count < lister->room / 2) return true;
    size_t room = lister->rows ? 2 * lister->room : first_room(lister), most = lister->task->rows_most;
    lister->is_full = most > 0 && room > most;
    if (lister->is_full) return false;
    int64_t *rows = realloc(lister->rows, (room + 1) * ((size_t)lister->width + 1) * sizeof *rows);
    if (!rows) return false;
    lister->rows = rows;
    lister->room = room;
    return true;
}

static bool keep(Lister *lister, const Verdict *verdict, uint64_t number) {
    if (!make_room(lister)) return false;
    int64_t *row = lister->rows + lister->count++ * ((size_t)lister->width + 1);
    memcpy(row, verdict->worth, (size_t)lister->width * sizeof *row);
    row[lister->width] = (int64_t)number;
    return true;
}

/* ---- All packages ---- */

void listing_options(const Situation *s, uint64_t number, int *options) {
    for (int issue = s->issue_count - 1; issue >= 0; issue--) {
        uint64_t count = (uint64_t)situation_option_count(s, issue);
        options[issue] = s->option_start[issue] + (int)(number % count);
        number /= count;
    }
}

uint64_t listing_number(const Situation *s, const int *options) {
    uint64_t number = 0;
    for (int issue = 0; issue < s->issue_count; issue++)
        number =
            number * (uint64_t)situation_option_count(s, issue) + (uint64_t)(options[issue] - s->option_start[issue]);
    return number;
}

static bool look_at(Lister *lister, uint64_t number, Verdict *verdict) {
    bool is_signed = true;
    const Space *space = lister->task->space;
    listing_options(lister->situation, number, lister->options);
    if (!judge(lister, lister->options, verdict)) return false;
    for (int signer = 0; signer < lister->width; signer++) {
        bool signs = verdict->worth[signer] >= space->least[signer] && verdict->barred[signer] == 0;
        lister->result->signed_by[signer] += signs && verdict->broken == 0;
        is_signed &= signs;
    }
    is_signed &= verdict->broken == 0;
    count_blocks(lister, verdict, lister->options, is_signed);
    lister->result->signed_by_all += is_signed;
    if (verdict->broken > 0 || verdict->bars > 0) return true;
    lister->result->open++;
    return keep(lister, verdict, number);
}

/* What was not looked at may be blocked or not. */
static void leave_rest(Lister *lister, double rest) {
    lister->result->rest = rest;
    for (int i = 0; i < lister->task->block_count; i++) {
        lister->task->blocks[i].meets.high += rest;
        lister->task->blocks[i].alone.high += rest;
    }
}

static BrinkStatus look_at_all(Lister *lister) {
    Verdict verdict;
    const ListingTask *task = lister->task;
    uint64_t total = 1, every = task->settled ? WATCHED_SETTLED : WATCHED_EVERY;
    for (int issue = 0; issue < lister->situation->issue_count; issue++)
        total *= (uint64_t)situation_option_count(lister->situation, issue);
    for (uint64_t number = 0; number < total; number++) {
        if (number % every == 0 && !watch_goes_on(task->watch, number, total)) {
            leave_rest(lister, (double)(total - number));
            break;
        }
        if (!look_at(lister, number, &verdict)) return lister->is_full ? BRINK_NOT_SOLVED : BRINK_NO_MEMORY;
    }
    return BRINK_OK;
}

static BrinkStatus hand_over(const Lister *lister, Arena *arena) {
    Listing *result = lister->result;
    size_t stride = (size_t)lister->width + 1;
    uint64_t *numbers = arena_array(arena, lister->count, sizeof *numbers);
    size_t *start = arena_array(arena, lister->count + 1, sizeof *start);
    Points points = {0, arena_array(arena, lister->count * (size_t)lister->width, sizeof *points.worth),
                     arena_array(arena, lister->count, sizeof *points.packages)};
    if (!numbers || !start || !points.worth || !points.packages) return BRINK_NO_MEMORY;
    for (size_t i = 0; i < lister->count; i++) {
        const int64_t *row = lister->rows + i * stride;
        if (i == 0 || maxima_order(row - stride, row, lister->width) != 0) {
            memcpy(points.worth + points.count * (size_t)lister->width, row, (stride - 1) * sizeof *row);
            start[points.count++] = i;
        }
        points.packages[points.count - 1]++;
        numbers[i] = (uint64_t)row[lister->width];
    }
    start[points.count] = lister->count;
    result->points = points;
    result->start = start;
    result->numbers = numbers;
    return BRINK_OK;
}

Lister *listing_begin(const ListingTask *task) {
    const Situation *s = task->space->situation;
    Lister *lister = calloc(1, sizeof *lister);
    if (!lister) return NULL;
    *lister = (Lister){.task = task,
                       .situation = s,
                       .width = task->space->signer_count,
                       .scratch = arena_new(),
                       .options = calloc((size_t)s->issue_count, sizeof *lister->options)};
    lister->result = &lister->own;
    for (int i = 0; i < task->block_count; i++) task->blocks[i].meets = task->blocks[i].alone = (PackageCount){0, 0};
    if (lister->scratch && lister->options && make_room(lister)) return lister;
    listing_end(lister, NULL, NULL);
    return NULL;
}

bool listing_look(Lister *lister, uint64_t number, int64_t *worth, bool *is_open) {
    Verdict verdict;
    if (!look_at(lister, number, &verdict)) return false;
    memcpy(worth, verdict.worth, (size_t)lister->width * sizeof *worth);
    *is_open = verdict.broken == 0 && verdict.bars == 0;
    return true;
}

BrinkStatus listing_end(Lister *lister, Arena *arena, Listing *result) {
    BrinkStatus status = BRINK_OK;
    if (result) {
        if (lister->settlements) lister->own.lost += settlements_lost(lister->settlements);
        status = reduce(lister) ? hand_over(lister, arena) : BRINK_NO_MEMORY;
        *result = lister->own;
    }
    free(lister->rows);
    free(lister->options);
    arena_free(lister->scratch);
    free(lister);
    return status;
}

BrinkStatus listing_make(const ListingTask *task, Arena *arena, Listing *result) {
    Lister *lister = listing_begin(task);
    if (!lister) return BRINK_NO_MEMORY;
    BrinkStatus status = look_at_all(lister);
    BrinkStatus ended = listing_end(lister, arena, status == BRINK_OK ? result : NULL);
    return status == BRINK_OK ? ended : status;
}
