/* SPDX-License-Identifier: GPL-3.0-or-later
 * One solve of a study: situation and game are laid out once and refilled in place; the solution lives in an arena that
 * is reset, or with a solver. Invariant: an evaluation allocates nothing that the next one does not reuse. */
#include "study/trial.h"

#include "solve/solve.h"

#include <math.h>
#include <stdlib.h>

struct Worker {
    const Scenario *scenario;
    Arena *arena, *scratch;
    Situation *situation;
    Game *game;
    Outlook *outlook;
    Solver *solver; /* holds what the centre left at this resolution; NULL: draws are solved afresh */
    int solver_resolution;
};

void worker_free(Worker *worker) {
    if (!worker) return;
    solver_free(worker->solver);
    arena_free(worker->arena);
    arena_free(worker->scratch);
    free(worker);
}

BrinkStatus worker_new(const Scenario *scenario, int rounds, BrinkDiagnostics *diagnostics, Worker **result) {
    Worker *worker = calloc(1, sizeof *worker);
    Draw centre = {.is_centre = true};
    if (worker) worker->arena = arena_new();
    if (worker) worker->scratch = arena_new();
    BrinkStatus status = worker && worker->arena && worker->scratch ? BRINK_OK : BRINK_NO_MEMORY;
    if (status == BRINK_OK) {
        worker->scenario = scenario;
        status = situation_new(scenario, rounds, centre, worker->arena, &worker->situation);
    }
    if (status == BRINK_OK) status = game_compile(worker->situation, worker->arena, diagnostics, &worker->game);
    if (status == BRINK_OK)
        *result = worker;
    else
        worker_free(worker);
    return status;
}

static const SolveFastSettings alone = {.threads = 1}; /* the draws are what runs at once */

BrinkStatus worker_start_at_centre(Worker *worker, int resolution) {
    const Solution *centre = NULL;
    situation_fill(worker->scenario, (Draw){.is_centre = true}, worker->situation);
    BrinkStatus status = game_fill(worker->game, worker->situation, worker->scratch);
    arena_reset(worker->scratch);
    if (status != BRINK_OK) return status;
    worker->solver_resolution = resolution;
    worker->solver = solver_new(worker->game, (Resolution){.even = resolution}, &alone);
    status = worker->solver ? solver_solve(worker->solver, SOLVER_KEEP, NULL, NULL, &centre) : BRINK_NO_MEMORY;
    return status == BRINK_NOT_SOLVED ? BRINK_OK : status; /* what was found will do to start from */
}

const Situation *worker_situation(const Worker *worker) {
    return worker->situation;
}

static Why why_of(BrinkStatus status) {
    switch (status) {
    case BRINK_OK:
        return WHY_SOLVED;
    case BRINK_BAD_INPUT:
        return WHY_HISTORY;
    case BRINK_NOT_SOLVED:
        return WHY_LOST;
    default:
        return WHY_MEMORY;
    }
}

static BrinkStatus find_solution(Worker *worker, int resolution, const Solution **result) {
    if (worker->solver && resolution == worker->solver_resolution)
        return solver_solve(worker->solver, SOLVER_AGAIN, NULL, NULL, result);
    Solution *solution = NULL;
    BrinkStatus status =
        solve_game_fast(worker->game, (Resolution){.even = resolution}, &alone, worker->scratch, NULL, NULL, &solution);
    *result = solution;
    return status;
}

static Why solve(Worker *worker, int resolution, double rooms[BRINK_ROOM_COUNT], double *mark) {
    const Solution *solution = NULL;
    BrinkStatus status = game_fill(worker->game, worker->situation, worker->scratch);
    arena_reset(worker->scratch);
    times_note(rooms, BRINK_ROOM_GAME, mark);
    if (status != BRINK_OK) return WHY_MEMORY;
    if (worker->game->settlement_lost > 0) return WHY_SETTLEMENT;
    status = find_solution(worker, resolution, &solution);
    times_note(rooms, BRINK_ROOM_SOLVE, mark);
    if (status == BRINK_OK) status = outlook_new(solution, worker->situation, worker->scratch, &worker->outlook);
    times_note(rooms, BRINK_ROOM_OUTLOOK, mark);
    return why_of(status);
}

Why worker_evaluate(Worker *worker, const double *uniforms, int resolution, const Measure *measures, int measure_count,
                    double *values, double rooms[BRINK_ROOM_COUNT]) {
    Draw draw = {.uniforms = uniforms};
    double mark = times_thread();
    worker->outlook = NULL;
    arena_reset(worker->scratch);
    situation_fill(worker->scenario, draw, worker->situation);
    times_note(rooms, BRINK_ROOM_SITUATION, &mark);
    Why why = solve(worker, resolution, rooms, &mark);
    if (why != WHY_SOLVED) worker->outlook = NULL;
    for (int m = 0; m < measure_count; m++)
        values[m] =
            why == WHY_SOLVED ? measure_value(&measures[m], worker->scenario, worker->situation, worker->outlook) : NAN;
    times_note(rooms, BRINK_ROOM_STUDY, &mark);
    return why;
}
