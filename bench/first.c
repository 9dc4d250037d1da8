/* SPDX-License-Identifier: GPL-3.0-or-later
 * Times the solver that brink began with: compiled by table.py, with the headers and the library of that commit. One
 * line of JSON.
 *
 *   bench-first FILE ROUNDS RESOLUTION */
#include <stdio.h>
#include <stdlib.h>

#include "compiled.h"
#include "seconds.h"

int main(int count, char **arguments) {
    Compiled compiled;
    Solution *solution = NULL;
    if (count != 4 || compiled_open(&compiled, arguments[1], atoi(arguments[2])) != BRINK_OK) return 2;
    Arena *arena = arena_new();
    if (!arena) return 2;
    double wall = seconds_of(CLOCK_MONOTONIC), processor = processor_seconds();
    solve_game(compiled.game, atoi(arguments[3]), arena, NULL, NULL, &solution);
    processor = processor_seconds() - processor;
    wall = seconds_of(CLOCK_MONOTONIC) - wall;
    if (solution)
        printf("{\"solver\": \"first\", \"fixed_points\": %llu, \"responses_per_point\": %.2f, \"wall_seconds\": %.3f, "
               "\"processor_seconds\": %.3f}\n",
               (unsigned long long)solution->fixed_points,
               (double)solution->responses / (double)solution->fixed_points, wall, processor);
    arena_free(arena);
    compiled_free(&compiled);
    return solution ? 0 : 2;
}
