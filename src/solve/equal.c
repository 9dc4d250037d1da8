/* SPDX-License-Identifier: GPL-3.0-or-later
 * Two positions are equal when they are of the same kind, have the same movers, the same numbers, and edges to equal
 * positions. Those of a layer are sorted by a key made of all this, by itself where keys are the same, and by number
 * where that is the same too, so that equal ones lie side by side. Invariant: when a layer begins, `first` is final for
 * all positions that follow its own. */
#include "solve/equal.h"

#include <stdlib.h>
#include <string.h>

typedef struct EqualKey {
    uint64_t key;
    int position;
    const Equal *equal;
} EqualKey;

bool equal_init(Equal *equal, const Game *game, Arena *arena) {
    equal->game = game;
    equal->first = arena_array(arena, (size_t)game->position_count, sizeof *equal->first);
    equal->keys = arena_array(arena, (size_t)game->position_count, sizeof *equal->keys);
    equal->discount_key = arena_array(arena, (size_t)game->discount_count, sizeof *equal->discount_key);
    return equal->first && equal->keys && equal->discount_key;
}

/* ---- Keys ---- */

static uint64_t mix(uint64_t key, uint64_t number) {
    key = (key ^ number) * 0x9E3779B97F4A7C15u; /* 2^64 by the golden ratio */
    return key ^ key >> 32;
}

static uint64_t mix_numbers(uint64_t key, const double *numbers, size_t count) {
    for (size_t i = 0; i < count; i++) {
        uint64_t bits;
        memcpy(&bits, numbers + i, sizeof bits);
        key = mix(key, bits);
    }
    return key;
}

/* A row of numbers; without one (-1), as little as there is. */
static uint64_t mix_row(uint64_t key, const double *rows, int row, size_t width) {
    return row < 0 ? mix(key, 1) : mix_numbers(key, rows + (size_t)row * width, width);
}

static uint64_t key_of(const Equal *equal, int position) {
    const Game *game = equal->game;
    const Position *p = &game->positions[position];
    uint64_t key = mix((uint64_t)p->kind, (uint64_t)p->edge_count);
    key = mix_row(key, game->type_rows, p->type_payoff, columns_of(game));
    key = mix_row(key, game->profile_rows, p->profile_payoff, block_of(game));
    for (int m = p->mover_start; m < p->mover_start + p->mover_count; m++)
        key = mix_numbers(key, game->measures + game->movers[m].measure, measures_of(game, &game->movers[m]));
    if (has_weights(p)) key = mix_numbers(key, game->weights + p->edge_start, (size_t)p->edge_count);
    for (int e = p->edge_start; e < p->edge_start + p->edge_count; e++) {
        const Edge *edge = &game->edges[e];
        key = mix(key, (uint64_t)equal->first[edge->target] ^ equal->discount_key[edge->discount]);
        key = mix_row(key, game->type_rows, edge->payoff, columns_of(game));
    }
    return key;
}

/* ---- Comparing ---- */

static int compare_integers(int a, int b) {
    return (a > b) - (a < b);
}

static int compare_rows(const double *rows, int a, int b, size_t width) {
    if (a < 0 || b < 0) return compare_integers(a < 0, b < 0);
    return memcmp(rows + (size_t)a * width, rows + (size_t)b * width, width * sizeof *rows);
}

static int compare_shapes(const Position *a, const Position *b) {
    int order = compare_integers((int)a->kind, (int)b->kind);
    if (order == 0) order = compare_integers(a->edge_count, b->edge_count);
    if (order == 0) order = compare_integers(a->mover_count, b->mover_count);
    if (order == 0) order = compare_integers(a->is_flat, b->is_flat);
    if (order == 0) order = compare_integers(a->on_grid, b->on_grid);
    return order == 0 ? compare_integers(a->at_start, b->at_start) : order;
}

static int compare_movers(const Game *game, const Mover *a, const Mover *b) {
    int order = compare_integers(a->party, b->party);
    if (order == 0) order = compare_integers(a->action_count, b->action_count);
    if (order != 0) return order;
    return memcmp(game->measures + a->measure, game->measures + b->measure,
                  measures_of(game, a) * sizeof *game->measures);
}

static int compare_edges(const Equal *equal, const Edge *a, const Edge *b) {
    const Game *game = equal->game;
    int order = compare_integers(equal->first[a->target], equal->first[b->target]);
    if (order == 0) order = compare_rows(game->discounts, a->discount, b->discount, columns_of(game));
    return order == 0 ? compare_rows(game->type_rows, a->payoff, b->payoff, columns_of(game)) : order;
}

static int compare_positions(const Equal *equal, const Position *a, const Position *b) {
    const Game *game = equal->game;
    int order = compare_shapes(a, b);
    if (order == 0) order = compare_rows(game->type_rows, a->type_payoff, b->type_payoff, columns_of(game));
    if (order == 0) order = compare_rows(game->profile_rows, a->profile_payoff, b->profile_payoff, block_of(game));
    if (order == 0 && has_weights(a))
        order = memcmp(game->weights + a->edge_start, game->weights + b->edge_start,
                       (size_t)a->edge_count * sizeof *game->weights);
    for (int m = 0; order == 0 && m < a->mover_count; m++)
        order = compare_movers(game, &game->movers[a->mover_start + m], &game->movers[b->mover_start + m]);
    for (int e = 0; order == 0 && e < a->edge_count; e++)
        order = compare_edges(equal, &game->edges[a->edge_start + e], &game->edges[b->edge_start + e]);
    return order;
}

static int compare_keys(const EqualKey *a, const EqualKey *b) {
    const Position *positions = a->equal->game->positions;
    if (a->key != b->key) return a->key < b->key ? -1 : 1;
    return compare_positions(a->equal, &positions[a->position], &positions[b->position]);
}

static int by_key(const void *a, const void *b) {
    const EqualKey *one = a, *two = b;
    int order = compare_keys(one, two);
    return order == 0 ? compare_integers(one->position, two->position) : order;
}

/* ---- The whole ---- */

static void find_in_layer(Equal *equal, const int *positions, int count) {
    for (int i = 0; i < count; i++) equal->keys[i] = (EqualKey){key_of(equal, positions[i]), positions[i], equal};
    qsort(equal->keys, (size_t)count, sizeof *equal->keys, by_key);
    for (int i = 0; i < count; i++) {
        bool is_first = i == 0 || compare_keys(&equal->keys[i - 1], &equal->keys[i]) != 0;
        equal->first[equal->keys[i].position] =
            is_first ? equal->keys[i].position : equal->first[equal->keys[i - 1].position];
    }
}

void equal_find(Equal *equal, const Layers *layers) {
    const Game *game = equal->game;
    for (int row = 0; row < game->discount_count; row++)
        equal->discount_key[row] = mix_row(0, game->discounts, row, columns_of(game));
    for (int layer = 0; layer < layers->count; layer++)
        find_in_layer(equal, layers->order + layers->start[layer], layers->start[layer + 1] - layers->start[layer]);
}
