/* SPDX-License-Identifier: GPL-3.0-or-later
 * Positions that have the same answer because all their numbers are the same, to the last bit: solved once, stored
 * once (docs/method/fast.md). Private to the room. */
#ifndef SOLVE_EQUAL_H
#define SOLVE_EQUAL_H

#include "game/game.h"

/* Positions by layer, last positions first. A layer holds the positions that are equally many steps from the end, so
 * equal ones are in the same. */
typedef struct Layers {
    int count;
    const int *order, *start; /* [position_count]; [count + 1] */
} Layers;

/* How many numbers a position has in a row of type_rows or discounts, in a block of profile_rows, and of measures for a
 * mover; and whether those of `weights` are its own. */
static inline size_t columns_of(const Game *game) {
    return (size_t)game->type_total + 1;
}
static inline size_t block_of(const Game *game) {
    return (size_t)game->profile_count * (size_t)(game->party_count + 1);
}
static inline size_t measures_of(const Game *game, const Mover *mover) {
    return (size_t)mover->action_count * (size_t)(game->type_start[mover->party + 1] - game->type_start[mover->party]);
}
static inline bool has_weights(const Position *p) {
    return p->kind == POSITION_CHANCE || p->kind == POSITION_PUBLIC;
}

typedef struct Equal {
    const Game *game;
    int *first;             /* [position] the first position that is equal to it: itself where none before it is */
    struct EqualKey *keys;  /* [position] scratch */
    uint64_t *discount_key; /* [row of discounts] scratch */
} Equal;

/* False when memory is short. */
bool equal_init(Equal *equal, const Game *game, Arena *arena);
/* Finds them as the game is filled now. */
void equal_find(Equal *equal, const Layers *layers);

#endif
