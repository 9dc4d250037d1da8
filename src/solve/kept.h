/* SPDX-License-Identifier: GPL-3.0-or-later
 * The answer of a solve that is kept, and which positions of a later one it still answers: those whose numbers, and
 * those of all that follows, are as they were. They are read where they lie; what is solved anew goes behind them
 * (docs/method/fast.md). Private to the room. */
#ifndef SOLVE_KEPT_H
#define SOLVE_KEPT_H

#include "solve/backward.h"

typedef struct Kept {
    bool is_whole;                     /* there is an answer */
    Game *numbers;                     /* of that time, lives in arena */
    size_t *value_start, *sigma_start; /* [position] */
    size_t value_total, sigma_total;
    SolveTally *tallies; /* [position] */
    int *origin;         /* [position] of the later solve: whose answer of that time it has, -1: solved anew */
    Arena *arena;
} Kept;

/* False when memory is short. What it holds after either is freed by kept_free(). */
bool kept_init(Kept *kept, const Game *game, Arena *arena);
void kept_free(Kept *kept);
/* Before the solve that is to be kept: forgets the last one, and copies the numbers. False when memory is short. */
bool kept_begin(Kept *kept, const Game *game);
/* After it. */
void kept_finish(Kept *kept, const Solution *solution, const SolveTally *tallies);
/* Finds what still holds as the game is filled now, and what is equal to it: first[position] as in Equal. */
void kept_find(Kept *kept, const Game *game, const int *first);

#endif
