/* SPDX-License-Identifier: GPL-3.0-or-later
 * Games of the repository's scenarios, and what tests ask of their solutions. */
#ifndef TESTS_SOLVED_H
#define TESTS_SOLVED_H

#include "game/game.h"
#include "solve/solve.h"

/* The game of a scenario file (path from the repository's top) with every rationality multiplied; index 0 is the centre
 * of its distributions, others are draws. Ends the test with diagnostics printed where the file has mistakes. */
typedef struct TestGame {
    BrinkScenario *scenario;
    Arena *arena; /* for solutions too */
    Game *game;
} TestGame;
TestGame test_game_open(const char *path, int rounds, uint64_t index, double rationality);
void test_game_close(TestGame *test);

/* What a solver makes of its game as it is filled now; a point may be lost. */
const Solution *solver_answer(Solver *solver, SolverStart start);

/* The same counts, first trouble and residual. */
void assert_same_account(const Solution *a, const Solution *b);

/* Largest difference between two solutions of one game, in values (relative to 1 + |value|) and probabilities. */
double solutions_apart(const Solution *a, const Solution *b);

/* Largest |sigma - logit(Q(sigma))| over all stages, by the reference's stage from the stored numbers. */
double residual_of(const Solution *solution);

#endif
