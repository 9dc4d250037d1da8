/* SPDX-License-Identifier: GPL-3.0-or-later
 * A scenario's game at its centres, for the benchmarks that start from one. */
#ifndef BENCH_COMPILED_H
#define BENCH_COMPILED_H

#include "scenario/scenario.h"
#include "solve/solve.h"

typedef struct Compiled {
    BrinkDiagnostics *diagnostics;
    BrinkScenario *handle;
    const Scenario *scenario;
    Situation *situation;
    Game *game;
    Arena *arena; /* of situation and game */
} Compiled;

/* With so many rounds. What it holds after a failure is freed by compiled_free() too. */
static inline BrinkStatus compiled_open(Compiled *it, const char *path, int rounds) {
    *it = (Compiled){.arena = arena_new()};
    BrinkStatus status = it->arena ? brink_diagnostics_new(&it->diagnostics) : BRINK_NO_MEMORY;
    if (status == BRINK_OK) status = brink_scenario_read(path, it->diagnostics, &it->handle);
    if (status == BRINK_OK) status = scenario_checked(it->handle, it->diagnostics, &it->scenario);
    if (status == BRINK_OK)
        status = situation_new(it->scenario, rounds, (Draw){.is_centre = true}, it->arena, &it->situation);
    return status == BRINK_OK ? game_compile(it->situation, it->arena, it->diagnostics, &it->game) : status;
}

static inline void compiled_free(Compiled *it) {
    arena_free(it->arena);
    brink_scenario_free(it->handle);
    brink_diagnostics_free(it->diagnostics);
}

#endif
