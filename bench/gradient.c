/* SPDX-License-Identifier: GPL-3.0-or-later
 * Times the gradient of a scenario beside the solve that it follows, each by processor seconds of one thread and the
 * least of several, as one line of JSON: the solve, the adjoint sweep, the front half.
 *
 *   bench-gradient FILE ROUNDS RESOLUTION */
#include <math.h>
#include <stdio.h>
#include <stdlib.h>

#include "outlook/outlook.h"
#include "scenario/scenario.h"
#include "seconds.h"
#include "study/study.h"

enum { REPETITIONS = 3 };

typedef struct Run {
    BrinkDiagnostics *diagnostics;
    BrinkScenario *handle;
    const Scenario *scenario;
    Situation *situation;
    Game *game;
    Arena *arena;
    double solve, adjoint, front; /* seconds, the least so far */
    int numbers;
} Run;

static BrinkStatus prepare(Run *run, char **arguments) {
    BrinkStatus status = brink_diagnostics_new(&run->diagnostics);
    if (status == BRINK_OK) status = brink_scenario_read(arguments[1], run->diagnostics, &run->handle);
    if (status == BRINK_OK) status = scenario_checked(run->handle, run->diagnostics, &run->scenario);
    if (status == BRINK_OK)
        status =
            situation_new(run->scenario, atoi(arguments[2]), (Draw){.is_centre = true}, run->arena, &run->situation);
    return status == BRINK_OK ? game_compile(run->situation, run->arena, run->diagnostics, &run->game) : status;
}

/* Seconds since `start`, which moves on to now, or `least`, whichever is less. */
static double less(double least, double *start) {
    double end = processor_seconds(), taken = end - *start;
    *start = end;
    return fmin(least, taken);
}

static BrinkStatus take_turn(Run *run, int resolution, Arena *arena) {
    SolveFastSettings alone = {.threads = 1};
    Solution *solution;
    Outlook *outlook;
    Gradient *gradient;
    const GameSlope *slope;
    double start = processor_seconds();
    BrinkStatus status =
        solve_game_fast(run->game, (Resolution){.even = resolution}, &alone, arena, NULL, NULL, &solution);
    run->solve = less(run->solve, &start);
    if (status == BRINK_OK) status = outlook_new(solution, run->situation, arena, &outlook);
    start = processor_seconds();
    if (status == BRINK_OK) status = outlook_slope(solution, run->situation, outlook, 1, NULL, NULL, arena, &slope);
    run->adjoint = less(run->adjoint, &start);
    if (status == BRINK_OK)
        status = gradient_new(run->scenario, run->situation, run->game, slope, 1, NULL, NULL, arena, &gradient);
    run->front = less(run->front, &start);
    if (status == BRINK_OK) run->numbers = gradient->count;
    return status;
}

int main(int count, char **arguments) {
    Run run = {.arena = arena_new(), .solve = INFINITY, .adjoint = INFINITY, .front = INFINITY};
    if (count != 4 || !run.arena) return 2;
    BrinkStatus status = prepare(&run, arguments);
    for (int turn = 0; turn < REPETITIONS && status == BRINK_OK; turn++) {
        Arena *arena = arena_new();
        status = arena ? take_turn(&run, atoi(arguments[3]), arena) : BRINK_NO_MEMORY;
        arena_free(arena);
    }
    if (status == BRINK_OK)
        printf("{\"numbers\": %d, \"solve\": %.6f, \"adjoint\": %.6f, \"front\": %.6f, \"solves\": %.3f}\n",
               run.numbers, run.solve, run.adjoint, run.front, (run.adjoint + run.front) / run.solve);
    arena_free(run.arena);
    brink_scenario_free(run.handle);
    brink_diagnostics_free(run.diagnostics);
    return status == BRINK_OK ? 0 : 2;
}
