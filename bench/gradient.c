/* SPDX-License-Identifier: GPL-3.0-or-later
 * Times the gradient of a scenario beside the solve that it follows, each by processor seconds of one thread and the
 * least of several, as one line of JSON: the solve, the adjoint sweep, the front half.
 *
 *   bench-gradient FILE ROUNDS RESOLUTION */
#include <math.h>
#include <stdio.h>
#include <stdlib.h>

#include "compiled.h"
#include "outlook/outlook.h"
#include "seconds.h"
#include "study/study.h"

enum { REPETITIONS = 3 };

typedef struct Run {
    Compiled compiled;
    double solve, adjoint, front; /* seconds, the least so far */
    int numbers;
} Run;

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
        solve_game_fast(run->compiled.game, (Resolution){.even = resolution}, &alone, arena, NULL, NULL, &solution);
    run->solve = less(run->solve, &start);
    if (status == BRINK_OK) status = outlook_new(solution, run->compiled.situation, arena, &outlook);
    start = processor_seconds();
    if (status == BRINK_OK)
        status = outlook_slope(solution, run->compiled.situation, outlook, 1, NULL, NULL, arena, &slope);
    run->adjoint = less(run->adjoint, &start);
    if (status == BRINK_OK)
        status = gradient_new(run->compiled.scenario, run->compiled.situation, run->compiled.game, slope, 1, NULL, NULL,
                              arena, &gradient);
    run->front = less(run->front, &start);
    if (status == BRINK_OK) run->numbers = gradient->count;
    return status;
}

int main(int count, char **arguments) {
    Run run = {.solve = INFINITY, .adjoint = INFINITY, .front = INFINITY};
    if (count != 4) return 2;
    BrinkStatus status = compiled_open(&run.compiled, arguments[1], atoi(arguments[2]));
    for (int turn = 0; turn < REPETITIONS && status == BRINK_OK; turn++) {
        Arena *arena = arena_new();
        status = arena ? take_turn(&run, atoi(arguments[3]), arena) : BRINK_NO_MEMORY;
        arena_free(arena);
    }
    if (status == BRINK_OK)
        printf("{\"numbers\": %d, \"solve\": %.6f, \"adjoint\": %.6f, \"front\": %.6f, \"solves\": %.3f}\n",
               run.numbers, run.solve, run.adjoint, run.front, (run.adjoint + run.front) / run.solve);
    compiled_free(&run.compiled);
    return status == BRINK_OK ? 0 : 2;
}
