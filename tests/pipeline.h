/* SPDX-License-Identifier: GPL-3.0-or-later
 * The whole way of a scenario for tests: text, Situation, Game, Solution, Outlook. Every step that fails ends the
 * running test, with the diagnostics printed. */
#ifndef TESTS_PIPELINE_H
#define TESTS_PIPELINE_H

#include "outlook/outlook.h"
#include "scenario/scenario.h"

typedef struct Pipeline {
    BrinkScenario *handle;
    const Scenario *scenario;
    Situation *situation;
    Game *game;
    Solution *solution;
    Outlook *outlook;
    Arena *arena, *solve_arena; /* of the situation; of what follows */
} Pipeline;

/* The text of a file of the repository; the caller's (free). */
char *pipeline_file(const char *path);
/* Reads, checks, and takes the Situation at the centre of its numbers; rounds 0 is the scenario's own number. */
Pipeline pipeline_read(const char *text, int rounds);
/* Compiles and solves the Situation as it now stands; again and again if wanted. */
void pipeline_solve(Pipeline *pipeline, int resolution);
/* Solves and reads off the game as it now stands. */
void pipeline_solve_game(Pipeline *pipeline, int resolution);
void pipeline_free(Pipeline *pipeline);

/* Index of a name among labels that start at `first`; fails where there is none. */
int pipeline_find(const Label *labels, int first, int count, const char *key);

#endif
