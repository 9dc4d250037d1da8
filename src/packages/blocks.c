/* SPDX-License-Identifier: GPL-3.0-or-later
 * Each block is measured by leaving it out and counting again: what is signed then and was not before is blocked by it
 * alone. */
#include "packages/blocks.h"

#include <math.h>

/* No bound: small enough that no sum of worths lies below, large enough that differences stay inside an int64_t. */
#define UNBOUND (-(int64_t)4e18)

static void add(PackageBlock *blocks, int *count, PackageBlock block) {
    blocks[(*count)++] = block;
}

static void list_of_signer(const Situation *s, const Space *space, int signer, PackageBlock *blocks, int *count) {
    int type = space->type[signer];
    for (int k = 0; k < s->red_line_count; k++)
        if (s->red_line_type[k] == type && s->red_line_cost[k] > 0)
            add(blocks, count,
                (PackageBlock){.by = BLOCKED_BY_RED_LINE, .index = k, .signer = signer, .price = s->red_line_cost[k]});
    if (s->requires_detection[type] > 1e-12 && s->unverifiable[type] > 0)
        add(blocks, count,
            (PackageBlock){
                .by = BLOCKED_BY_VERIFIABILITY, .index = -1, .signer = signer, .price = s->unverifiable[type]});
    add(blocks, count, (PackageBlock){.by = BLOCKED_BY_OUTSIDE, .index = -1, .signer = signer, .price = NAN});
}

PackageBlock *blocks_list(const Situation *s, const Space *space, Arena *arena, int *count) {
    size_t most = (size_t)(s->rule_count + s->red_line_count + 2 * space->signer_count);
    PackageBlock *blocks = arena_array(arena, most, sizeof *blocks);
    *count = 0;
    for (int k = 0; blocks && k < s->rule_count; k++)
        add(blocks, count, (PackageBlock){.by = BLOCKED_BY_RULE, .index = k, .signer = -1, .price = NAN});
    for (int signer = 0; blocks && signer < space->signer_count; signer++)
        list_of_signer(s, space, signer, blocks, count);
    return blocks;
}

/* ---- Counting ---- */

typedef struct Counter {
    const Space *space;
    const int *types;
    const double *outside;
    CountLimits limits;
    Arena *arena;
    PackageCount signed_by_all, admitted, open;
} Counter;

static PackageCount difference(PackageCount a, PackageCount b) {
    return (PackageCount){fmax(0, a.low - b.high), a.high - b.low};
}

static SpaceWithout without(const PackageBlock *block, const Space *space) {
    SpaceWithout result = SPACE_WHOLE;
    if (block->by == BLOCKED_BY_RULE) result.rule = block->index;
    if (block->by == BLOCKED_BY_RED_LINE) result.red_line = block->index;
    if (block->by == BLOCKED_BY_VERIFIABILITY) result.unverifiable = space->type[block->signer];
    return result;
}

/* What all would sign without the block, less what they sign. */
static BrinkStatus count_alone(const Counter *counter, PackageBlock *block) {
    Space *space;
    int64_t least[PACKAGE_SIGNERS_MOST];
    PackageCount count;
    BrinkStatus status = space_new(counter->space->situation, counter->types, counter->outside,
                                   without(block, counter->space), counter->arena, &space);
    for (int k = 0; k < counter->space->signer_count; k++) least[k] = counter->space->least[k];
    if (block->by == BLOCKED_BY_OUTSIDE) least[block->signer] = UNBOUND;
    if (status == BRINK_OK) status = count_signed(space, least, counter->limits, &count);
    if (status == BRINK_OK) block->alone = difference(count, counter->signed_by_all);
    return status;
}

/* How many packages of the whole space match a box or break a rule. */
static double box_size(const Situation *s, const bool *allows, const bool *also) {
    double size = 1;
    for (int issue = 0; issue < s->issue_count; issue++) {
        int open = 0;
        for (int o = s->option_start[issue]; o < s->option_start[issue + 1]; o++)
            open += allows[o] && (!also || also[o]);
        size *= open;
    }
    return size;
}

static BrinkStatus count_bar(const Counter *counter, PackageBlock *block) {
    const Situation *s = counter->space->situation;
    Space *space;
    SpaceWithout rules_only = SPACE_WHOLE;
    PackageCount kept;
    rules_only.all_bars = rules_only.prices = true;
    BrinkStatus status = space_new(s, counter->types, counter->outside, rules_only, counter->arena, &space);
    if (status != BRINK_OK) return status;
    if (block->by == BLOCKED_BY_VERIFIABILITY) {
        space->required[block->signer] = s->requires_detection[space->type[block->signer]];
        space->is_unverifiable_bar[block->signer] = true;
        space_add_watches(space);
    } else {
        space_add_bar(space, block->signer, block->index);
    }
    status = count_admitted(space, counter->limits, &kept);
    if (status == BRINK_OK) block->meets = difference(counter->admitted, kept);
    return status;
}

/* Open packages worth less to the signer than it has without an agreement. */
static BrinkStatus count_outside(const Counter *counter, PackageBlock *block) {
    int64_t least[PACKAGE_SIGNERS_MOST];
    PackageCount kept;
    for (int k = 0; k < counter->space->signer_count; k++)
        least[k] = k == block->signer ? counter->space->least[k] : UNBOUND;
    BrinkStatus status = count_signed(counter->space, least, counter->limits, &kept);
    if (status == BRINK_OK) block->meets = difference(counter->open, kept);
    return status;
}

static BrinkStatus count_meets(const Counter *counter, PackageBlock *block) {
    const Situation *s = counter->space->situation;
    size_t row = (size_t)block->index * (size_t)s->option_total;
    if (block->by == BLOCKED_BY_OUTSIDE) return count_outside(counter, block);
    if (block->by != BLOCKED_BY_RULE) return count_bar(counter, block);
    double broken = box_size(s, s->rule_if + row, NULL) - box_size(s, s->rule_if + row, s->rule_then + row);
    block->meets = (PackageCount){broken, broken};
    return BRINK_OK;
}

static BrinkStatus start(Counter *counter) {
    SpaceWithout rules_only = SPACE_WHOLE;
    Space *space;
    rules_only.all_bars = rules_only.prices = true;
    BrinkStatus status =
        space_new(counter->space->situation, counter->types, counter->outside, rules_only, counter->arena, &space);
    if (status == BRINK_OK) status = count_admitted(space, counter->limits, &counter->admitted);
    if (status == BRINK_OK) status = count_admitted(counter->space, counter->limits, &counter->open);
    if (status == BRINK_OK)
        status = count_signed(counter->space, counter->space->least, counter->limits, &counter->signed_by_all);
    return status;
}

BrinkStatus blocks_count(const Space *space, const int *types, const double *outside, CountLimits limits,
                         PackageBlock *blocks, int count, int *counted) {
    Counter counter = {.space = space, .types = types, .outside = outside, .limits = limits, .arena = arena_new()};
    BrinkStatus status = counter.arena ? start(&counter) : BRINK_NO_MEMORY;
    for (*counted = 0; status == BRINK_OK && *counted < count; *counted += status == BRINK_OK) {
        if (!watch_goes_on(limits.watch, (uint64_t)*counted, (uint64_t)count)) break;
        status = count_alone(&counter, &blocks[*counted]);
        if (status == BRINK_OK) status = count_meets(&counter, &blocks[*counted]);
    }
    arena_free(counter.arena);
    return status == BRINK_CANCELLED ? BRINK_OK : status;
}

BrinkStatus blocks_signed_by(const Space *space, const int *types, const double *outside, CountLimits limits,
                             int signer, PackageCount *result) {
    Arena *arena = arena_new();
    SpaceWithout others = SPACE_WHOLE;
    Space *own;
    int64_t least[PACKAGE_SIGNERS_MOST];
    others.only_signer = signer + 1;
    for (int k = 0; k < space->signer_count; k++) least[k] = k == signer ? space->least[k] : UNBOUND;
    BrinkStatus status = arena ? space_new(space->situation, types, outside, others, arena, &own) : BRINK_NO_MEMORY;
    if (status == BRINK_OK) status = count_signed(own, least, limits, result);
    arena_free(arena);
    return status;
}
