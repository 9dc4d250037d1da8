/* SPDX-License-Identifier: GPL-3.0-or-later
 * Times the rooms of one run of a scenario, each by processor seconds of one thread, or by the clock with more, as one
 * line of JSON: reading and checking, the Situation, the Game with its settlements, the solve, the outlook after its
 * history.
 *
 *   bench-rooms FILE ROUNDS RESOLUTION [THREADS] */
#include <stdio.h>
#include <stdlib.h>

#include "outlook/outlook.h"
#include "scenario/scenario.h"
#include "seconds.h"

typedef struct Run {
    BrinkDiagnostics *diagnostics;
    BrinkScenario *handle;
    const Scenario *scenario;
    Situation *situation;
    Game *game;
    Solution *solution;
    Arena *arena;
} Run;

enum { ROOM_COUNT = 5 };
static const char *const rooms[ROOM_COUNT] = {"scenario", "situation", "game", "solve", "outlook"};

static BrinkStatus read_scenario(Run *run, const char *path) {
    BrinkStatus status = brink_scenario_read(path, run->diagnostics, &run->handle);
    return status == BRINK_OK ? scenario_checked(run->handle, run->diagnostics, &run->scenario) : status;
}

static BrinkStatus enter(Run *run, int room, int threads, char **arguments) {
    SolveFastSettings settings = {.threads = threads};
    int rounds = atoi(arguments[2]), resolution = atoi(arguments[3]), impossible;
    Outlook *outlook;
    OutlookHistory *history;
    switch (room) {
    case 0:
        return read_scenario(run, arguments[1]);
    case 1:
        return situation_new(run->scenario, rounds, (Draw){.is_centre = true}, run->arena, &run->situation);
    case 2:
        return game_compile(run->situation, run->arena, run->diagnostics, &run->game);
    case 3:
        return solve_game_fast(run->game, (Resolution){.even = resolution}, &settings, run->arena, NULL, NULL,
                               &run->solution);
    default:
        return outlook_history_new(run->solution, run->situation, run->arena, &impossible, &history, &outlook);
    }
}

int main(int count, char **arguments) {
    Run run = {.arena = arena_new()};
    double taken[ROOM_COUNT];
    if (count < 4 || count > 5 || !run.arena) return 2;
    int threads = count == 5 ? atoi(arguments[4]) : 1;
    clockid_t clock = threads > 1 ? CLOCK_MONOTONIC : CLOCK_PROCESS_CPUTIME_ID;
    BrinkStatus status = brink_diagnostics_new(&run.diagnostics);
    for (int room = 0; room < ROOM_COUNT && status == BRINK_OK; room++) {
        double start = seconds_of(clock);
        status = enter(&run, room, threads, arguments);
        taken[room] = seconds_of(clock) - start;
    }
    if (status == BRINK_OK) {
        printf("{\"positions\": %d, \"fixed_points\": %llu, \"responses\": %llu", run.game->position_count,
               (unsigned long long)run.solution->fixed_points, (unsigned long long)run.solution->responses);
        for (int room = 0; room < ROOM_COUNT; room++) printf(", \"%s\": %.6f", rooms[room], taken[room]);
        printf("}\n");
    }
    arena_free(run.arena);
    brink_scenario_free(run.handle);
    brink_diagnostics_free(run.diagnostics);
    return status == BRINK_OK ? 0 : 2;
}
