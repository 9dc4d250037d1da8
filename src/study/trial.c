/* SPDX-License-Identifier: GPL-3.0-or-later
 * Draws as items of a pool, with a part for each case. A part's numbers: the reason why it failed, the measures, and
 * the seconds it took in each room. Invariant: but for the seconds, a part depends on its draw and case alone. */
#include "study/trial.h"

#include <stdlib.h>

typedef struct Trying {
    const Trial *trial;
    TrialTaker take;
    void *payload;
    Worker **workers;            /* [thread][case], made when first used */
    double **uniforms, **scores; /* [thread] */
    Why *why;                    /* [case] of the row at hand */
    double *values;              /* [case][measure] */
} Trying;

static BrinkStatus try_part(void *payload, int thread, uint64_t draw, int which, double *numbers) {
    Trying *trying = payload;
    const Trial *trial = trying->trial;
    Worker **worker = &trying->workers[thread * trial->case_count + which];
    double *rooms = numbers + 1 + trial->measure_count, mark = times_thread();
    for (int room = 0; room < BRINK_ROOM_COUNT; room++) rooms[room] = 0;
    BrinkStatus status = *worker ? BRINK_OK : worker_new(trial->cases[which], trial->rounds, NULL, worker);
    if (status != BRINK_OK) return status;
    sampling_uniforms(trial->designs[which], draw, trying->uniforms[thread], trying->scores[thread]);
    times_note(rooms, BRINK_ROOM_STUDY, &mark);
    Why why = worker_evaluate(*worker, trying->uniforms[thread], trial->resolution,
                              trial->measures + (size_t)which * (size_t)trial->measure_count, trial->measure_count,
                              numbers + 1, rooms);
    numbers[0] = why;
    return why == WHY_MEMORY ? BRINK_NO_MEMORY : BRINK_OK;
}

static bool take_item(void *payload, uint64_t draw, const double *numbers) {
    Trying *trying = payload;
    const Trial *trial = trying->trial;
    BrinkStudyTimes *times = trial->times;
    double mark = times_thread();
    for (int c = 0; c < trial->case_count; c++) {
        trying->why[c] = (Why)*numbers++;
        for (int m = 0; m < trial->measure_count; m++) trying->values[c * trial->measure_count + m] = *numbers++;
        for (int room = 0; room < BRINK_ROOM_COUNT; room++) times->rooms[room] += *numbers++;
        times->solves++;
    }
    bool is_taken = trying->take(trying->payload, &(TrialRow){draw, trying->why, trying->values});
    times_note(times->rooms, BRINK_ROOM_STUDY, &mark);
    return is_taken;
}

static bool prepare(Trying *trying, Arena *arena) {
    const Trial *trial = trying->trial;
    size_t cases = (size_t)trial->case_count, threads = (size_t)trial->threads, numbers = 1;
    trying->workers = arena_array(arena, threads * cases, sizeof *trying->workers);
    trying->uniforms = arena_array(arena, threads, sizeof *trying->uniforms);
    trying->scores = arena_array(arena, threads, sizeof *trying->scores);
    trying->why = arena_array(arena, cases, sizeof *trying->why);
    trying->values = arena_array(arena, cases * (size_t)trial->measure_count, sizeof *trying->values);
    bool has_all = trying->workers && trying->uniforms && trying->scores && trying->why && trying->values;
    for (size_t c = 0; c < cases; c++)
        if ((size_t)trial->cases[c]->number_count > numbers) numbers = (size_t)trial->cases[c]->number_count;
    for (size_t t = 0; has_all && t < threads; t++) {
        trying->uniforms[t] = arena_array(arena, numbers, sizeof(double));
        trying->scores[t] = arena_array(arena, 2 * numbers, sizeof(double));
        has_all = trying->uniforms[t] && trying->scores[t];
    }
    return has_all;
}

BrinkStatus trial_run(Trial *trial, uint64_t first, uint64_t end, const BrinkStudySettings *settings, TrialTaker take,
                      void *payload, BrinkDiagnostics *diagnostics) {
    Arena *arena = arena_new();
    Trying trying = {.trial = trial, .take = take, .payload = payload};
    Pool pool = {.name = trial->name,
                 .part_count = trial->case_count,
                 .width = 1 + trial->measure_count + BRINK_ROOM_COUNT,
                 .threads = trial->threads,
                 .diagnostics = diagnostics,
                 .payload = &trying,
                 .work = try_part,
                 .take = take_item,
                 .observer = settings->observer,
                 .observer_payload = settings->observer_payload,
                 .done = trial->done + first * (uint64_t)trial->case_count,
                 .total = trial->total};
    BrinkStatus status = arena && prepare(&trying, arena) ? pool_run(&pool, first, end) : BRINK_NO_MEMORY;
    for (int i = 0; trying.workers && i < trial->threads * trial->case_count; i++) worker_free(trying.workers[i]);
    arena_free(arena);
    trial->done = pool.done;
    return status;
}
