/* SPDX-License-Identifier: GPL-3.0-or-later
 * Times a solve after a change of numbers beside a solve afresh, on one thread, within one run: in memory already used,
 * from what a solve at the centre left. One line of JSON per change: nothing, single numbers (moved by a tenth), all
 * numbers (a draw). Processor seconds, the mean over the changes of a kind.
 *
 *   bench-again FILE ROUNDS RESOLUTION */
#include <math.h>
#include <stdio.h>
#include <stdlib.h>

#include "compiled.h"
#include "seconds.h"

typedef enum { KIND_NOTHING, KIND_ONE, KIND_ALL, KIND_COUNT } Kind;
static const char *const names[KIND_COUNT] = {"nothing", "one number by a tenth", "all numbers drawn"};
enum { CHANGES = 12 }; /* of a kind */

typedef struct Bench {
    Compiled compiled;
    Solver *solver;
    double *values; /* [number] NAN but for the one moved */
    int resolution;
} Bench;

static bool prepare(Bench *bench, char **arguments) {
    SolveFastSettings alone = {.threads = 1};
    Compiled *compiled = &bench->compiled;
    bench->resolution = atoi(arguments[3]);
    if (compiled_open(compiled, arguments[1], atoi(arguments[2])) != BRINK_OK) return false;
    bench->values = arena_array(compiled->arena, (size_t)compiled->scenario->number_count + 1, sizeof(double));
    bench->solver = solver_new(compiled->game, (Resolution){.even = bench->resolution}, &alone);
    return bench->values && bench->solver;
}

static bool fill(Bench *bench, Draw draw) {
    Arena *scratch = arena_new();
    if (!scratch) return false;
    situation_fill(bench->compiled.scenario, draw, bench->compiled.situation);
    BrinkStatus status = game_fill(bench->compiled.game, bench->compiled.situation, scratch);
    arena_free(scratch);
    return status == BRINK_OK;
}

/* The index'th of CHANGES numbers that are spread evenly over those stated, moved by a tenth. */
static bool move_one(Bench *bench, int index) {
    const Scenario *scenario = bench->compiled.scenario;
    int stated = 0, wanted, at;
    for (int i = 0; i < scenario->number_count; i++) {
        stated += scenario->numbers[i].is_stated && isfinite(number_centre(scenario, i));
        bench->values[i] = NAN;
    }
    wanted = (2 * index + 1) * stated / (2 * CHANGES);
    for (at = 0; at < scenario->number_count; at++)
        if (scenario->numbers[at].is_stated && isfinite(number_centre(scenario, at)) && wanted-- == 0) break;
    const Number *number = &scenario->numbers[at];
    double centre = number_centre(scenario, at);
    bench->values[at] = fmin(fmax(1.1 * centre, number->low), number->high);
    return fill(bench, (Draw){.is_centre = true, .values = bench->values});
}

static bool change(Bench *bench, Kind kind, int index) {
    if (kind == KIND_NOTHING) return fill(bench, (Draw){.is_centre = true});
    if (kind == KIND_ONE) return move_one(bench, index);
    return fill(bench, (Draw){.seed = 1, .index = (uint64_t)index});
}

/* Seconds of a solve in the solver's memory. */
static double time_solver(Bench *bench, SolverStart start, double *responses) {
    const Solution *solution = NULL;
    double begun = processor_seconds();
    solver_solve(bench->solver, start, NULL, NULL, &solution);
    double took = processor_seconds() - begun;
    if (solution) *responses += (double)solution->responses / (double)solution->fixed_points / CHANGES;
    return solution ? took : NAN;
}

/* Seconds of a solve by itself. */
static double time_solve(Bench *bench) {
    SolveFastSettings alone = {.threads = 1};
    Solution *solution = NULL;
    double begun = processor_seconds();
    Arena *arena = arena_new();
    if (arena)
        solve_game_fast(bench->compiled.game, (Resolution){.even = bench->resolution}, &alone, arena, NULL, NULL,
                        &solution);
    arena_free(arena);
    return solution ? processor_seconds() - begun : NAN;
}

static bool time_kind(Bench *bench, Kind kind) {
    double solve = 0, afresh = 0, again = 0, responses_afresh = 0, responses_again = 0;
    for (int index = 0; index < CHANGES; index++) {
        if (!change(bench, kind, index)) return false;
        solve += time_solve(bench) / CHANGES;
        afresh += time_solver(bench, SOLVER_AFRESH, &responses_afresh) / CHANGES;
        again += time_solver(bench, SOLVER_AGAIN, &responses_again) / CHANGES;
    }
    printf("{\"changed\": \"%s\", \"solve\": %.4f, \"afresh_in_used_memory\": %.4f, \"again\": %.4f, "
           "\"responses_afresh\": %.2f, \"responses_again\": %.2f, \"again_to_solve\": %.2f}\n",
           names[kind], solve, afresh, again, responses_afresh, responses_again, again / solve);
    return true;
}

int main(int count, char **arguments) {
    Bench bench = {0};
    double responses = 0;
    bool is_good = count == 4 && prepare(&bench, arguments) && isfinite(time_solver(&bench, SOLVER_KEEP, &responses));
    for (int kind = 0; is_good && kind < KIND_COUNT; kind++) is_good = time_kind(&bench, (Kind)kind);
    solver_free(bench.solver);
    compiled_free(&bench.compiled);
    return is_good ? 0 : 2;
}
