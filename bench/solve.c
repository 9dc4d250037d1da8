/* SPDX-License-Identifier: GPL-3.0-or-later
 * Times the solvers on one scenario within one run: reference, then every kernel on one thread, then the chosen one on
 * two threads. One line of JSON each, with processor and wall seconds, and the ratio of the reference's processor
 * seconds to its own.
 *
 *   bench-solve FILE ROUNDS RESOLUTION */
#include <stdio.h>
#include <stdlib.h>

#include "compiled.h"
#include "seconds.h"
#include "solve/kernels/kernels.h"

typedef struct Times {
    double wall, processor;
} Times;

/* threads 0: the reference. */
static bool time_solver(const Game *game, int resolution, int threads, const char *name, Times *reference) {
    Arena *arena = arena_new();
    Solution *solution = NULL;
    if (!arena) return false;
    Times start = {seconds_of(CLOCK_MONOTONIC), processor_seconds()};
    if (threads == 0)
        solve_game(game, (Resolution){.even = resolution}, arena, NULL, NULL, &solution);
    else
        solve_game_fast(game, (Resolution){.even = resolution}, &(SolveFastSettings){threads}, arena, NULL, NULL,
                        &solution);
    Times took = {seconds_of(CLOCK_MONOTONIC) - start.wall, processor_seconds() - start.processor};
    if (threads == 0) *reference = took;
    if (solution)
        printf("{\"solver\": \"%s\", \"threads\": %d, \"fixed_points\": %llu, \"responses_per_point\": %.2f, "
               "\"residual\": %.2g, "
               "\"wall_seconds\": %.3f, \"processor_seconds\": %.3f, \"times_faster\": %.1f, \"times_faster_by_wall\": "
               "%.1f}\n",
               name, threads, (unsigned long long)solution->fixed_points,
               (double)solution->responses / (double)solution->fixed_points, solution->residual, took.wall,
               took.processor, reference->processor / took.processor, reference->wall / took.wall);
    arena_free(arena);
    return solution != NULL;
}

static bool time_all(const Game *game, int resolution) {
    const Kernels *list[4];
    Times reference;
    bool is_good = time_solver(game, resolution, 0, "reference", &reference);
    for (int k = 0, count = kernels_list(list); is_good && k < count; k++) {
        setenv("BRINK_KERNELS", list[k]->name, 1);
        is_good = time_solver(game, resolution, 1, list[k]->name, &reference);
    }
    unsetenv("BRINK_KERNELS");
    return is_good && time_solver(game, resolution, 2, kernels_select()->name, &reference);
}

int main(int count, char **arguments) {
    Compiled compiled;
    if (count != 4) return 2;
    bool is_good = compiled_open(&compiled, arguments[1], atoi(arguments[2])) == BRINK_OK &&
                   time_all(compiled.game, atoi(arguments[3]));
    compiled_free(&compiled);
    return is_good ? 0 : 2;
}
