/* SPDX-License-Identifier: GPL-3.0-or-later
 * A position still holds if every number that its answer depends on has the same bits: its own, and those of all that
 * follows it. So what an answer consists of depends on the numbers now and at the time of keeping, and on no solve in
 * between. */
#include "solve/kept.h"
#include "solve/equal.h"

#include <string.h>

bool kept_init(Kept *kept, const Game *game, Arena *arena) {
    size_t positions = (size_t)game->position_count;
    kept->arena = arena_new();
    kept->value_start = arena_array(arena, positions, sizeof *kept->value_start);
    kept->sigma_start = arena_array(arena, positions, sizeof *kept->sigma_start);
    kept->tallies = arena_array(arena, positions, sizeof *kept->tallies);
    kept->origin = arena_array(arena, positions, sizeof *kept->origin);
    return kept->arena && kept->value_start && kept->sigma_start && kept->tallies && kept->origin;
}

void kept_free(Kept *kept) {
    arena_free(kept->arena);
}

bool kept_begin(Kept *kept, const Game *game) {
    kept->is_whole = false;
    arena_reset(kept->arena);
    kept->numbers = game_copy(game, kept->arena);
    return kept->numbers;
}

void kept_finish(Kept *kept, const Solution *solution, const SolveTally *tallies) {
    size_t positions = (size_t)solution->game->position_count;
    memcpy(kept->value_start, solution->value_start, positions * sizeof *kept->value_start);
    memcpy(kept->sigma_start, solution->sigma_start, positions * sizeof *kept->sigma_start);
    memcpy(kept->tallies, tallies, positions * sizeof *kept->tallies);
    kept->value_total = solution->value_total;
    kept->sigma_total = solution->sigma_total;
    kept->is_whole = true;
}

/* ---- What still holds ---- */

static bool is_same(const double *a, const double *b, size_t first, size_t count) {
    return memcmp(a + first, b + first, count * sizeof *a) == 0;
}

static bool is_same_row(const double *a, const double *b, int row, size_t width) {
    return row < 0 || is_same(a, b, (size_t)row * width, width);
}

static bool is_same_mover(const Game *a, const Game *b, const Mover *mover) {
    size_t first = (size_t)a->type_start[mover->party], types = (size_t)a->type_start[mover->party + 1] - first;
    return is_same(a->rationality, b->rationality, first, types) &&
           is_same(a->measures, b->measures, (size_t)mover->measure, measures_of(a, mover));
}

static bool is_same_edge(const Game *a, const Game *b, const Edge *edge) {
    return is_same_row(a->type_rows, b->type_rows, edge->payoff, columns_of(a)) &&
           is_same_row(a->discounts, b->discounts, edge->discount, columns_of(a));
}

static bool has_own_numbers(const Game *a, const Game *b, const Position *p) {
    bool result = is_same_row(a->type_rows, b->type_rows, p->type_payoff, columns_of(a)) &&
                  is_same_row(a->profile_rows, b->profile_rows, p->profile_payoff, block_of(a));
    result =
        result && (!has_weights(p) || is_same(a->weights, b->weights, (size_t)p->edge_start, (size_t)p->edge_count));
    result = result && (p->kind != POSITION_PUBLIC || is_same(&a->public_rationality, &b->public_rationality, 0, 1));
    result = result && (!p->at_start || is_same(a->prior, b->prior, 0, (size_t)a->type_total));
    for (int m = p->mover_start; result && m < p->mover_start + p->mover_count; m++)
        result = is_same_mover(a, b, &a->movers[m]);
    for (int e = p->edge_start; result && e < p->edge_start + p->edge_count; e++)
        result = is_same_edge(a, b, &a->edges[e]);
    return result;
}

static bool holds(const Kept *kept, const Game *game, int position) {
    const Position *p = &game->positions[position];
    for (int e = p->edge_start; e < p->edge_start + p->edge_count; e++)
        if (kept->origin[game->edges[e].target] < 0) return false;
    return has_own_numbers(game, kept->numbers, p);
}

void kept_find(Kept *kept, const Game *game, const int *first) {
    int count = game->position_count;
    for (int i = count - 1; i >= 0; i--) kept->origin[i] = holds(kept, game, i) ? i : -1;
    for (int i = count - 1; i >= 0; i--) /* one that holds stands for all that are equal to it now */
        if (kept->origin[i] >= 0) kept->origin[first[i]] = kept->origin[i];
    for (int i = 0; i < count; i++) kept->origin[i] = kept->origin[first[i]];
}
