/* SPDX-License-Identifier: GPL-3.0-or-later
 * Choice probabilities at one point of a position as a solution stores them. Private to the room.
 *
 * A PUBLIC has one probability for each edge. A STAGE has, by [mover][type][action but the first], the ratio of the
 * action's probability to that of the type's first action, or where that is closed the probability: since they sum to
 * one, this gives them all. Were it always the probability, the first action's would be one minus the others': a small
 * one would lose its digits, and the posterior after that action with them. */
#ifndef SOLVE_SIGMA_H
#define SOLVE_SIGMA_H

#include "game/game.h"

/* Choices of a STAGE, (mover, type, action); else 0. */
size_t choice_count(const Game *game, const Position *position);
/* Numbers stored per point: one for each choice of a STAGE but a type's first, one for each edge of a PUBLIC, else 0.
 * Also the log-odds of a STAGE at one belief, where all actions are open. */
size_t sigma_width(const Game *game, const Position *position);
/* The probabilities of a STAGE, sigma[choice_count], from what is stored: 0 where closed. */
void sigma_read(const Game *game, const Position *stage, const double *stored, double *sigma);
/* The reverse. A first action's probability counts as 1e-300 where it is open and smaller still. */
void sigma_store(const Game *game, const Position *stage, const double *sigma, double *stored);

#endif
