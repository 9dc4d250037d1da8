/* SPDX-License-Identifier: GPL-3.0-or-later
 * Draws in parallel, taken in order. Invariant: a row depends on its draw alone, and rows are taken in the order of
 * draws, so that results are the same for any number of threads. */
#include "study/trial.h"

#include <stdlib.h>

#ifdef _OPENMP
#include <omp.h>
#else /* one thread */
static int omp_get_thread_num(void) {
    return 0;
}
static int omp_get_num_procs(void) {
    return 1;
}
#endif

enum { DRAWS_PER_THREAD = 4 }; /* of a chunk: what is lost when the program is killed */

int trial_threads(int wanted) {
#ifdef _OPENMP
    return wanted > 0 ? wanted : omp_get_num_procs();
#else
    (void)wanted;
    return omp_get_num_procs();
#endif
}

typedef struct Chunk {
    const Trial *trial;
    const BrinkStudySettings *settings;
    Worker **workers;            /* [thread][case], made when first used */
    double **uniforms, **scores; /* [thread] */
    uint64_t first;
    int count;      /* draws */
    Why *why;       /* [draw][case] */
    double *values; /* [draw][case][measure] */
    bool *is_done;  /* [draw][case] */
    BrinkDiagnostics *diagnostics;
    BrinkStatus status; /* written in a critical section */
    uint64_t done, total;
} Chunk;

static void evaluate(Chunk *chunk, int draw, int which) {
    const Trial *trial = chunk->trial;
    int thread = omp_get_thread_num(), cell = draw * trial->case_count + which;
    Worker **worker = &chunk->workers[thread * trial->case_count + which];
    BrinkStatus status = BRINK_OK;
    if (!*worker) status = worker_new(trial->cases[which], trial->rounds, NULL, worker);
    if (status == BRINK_OK) {
        sampling_uniforms(trial->designs[which], chunk->first + (uint64_t)draw, chunk->uniforms[thread],
                          chunk->scores[thread]);
        size_t row = (size_t)cell * (size_t)trial->measure_count;
        chunk->why[cell] = worker_evaluate(*worker, chunk->uniforms[thread], trial->resolution,
                                           trial->measures + (size_t)which * (size_t)trial->measure_count,
                                           trial->measure_count, chunk->values + row);
        if (chunk->why[cell] == WHY_MEMORY) status = BRINK_NO_MEMORY;
    }
    chunk->is_done[cell] = status == BRINK_OK;
#pragma omp critical(brink_trial)
    {
        chunk->done++;
        if (status != BRINK_OK) chunk->status = status;
        const BrinkStudySettings *settings = chunk->settings;
        if (settings->observer && !settings->observer(settings->observer_payload, chunk->done, chunk->total) &&
            chunk->status == BRINK_OK)
            chunk->status = BRINK_CANCELLED;
    }
}

static bool goes_on(const Chunk *chunk) {
    BrinkStatus status;
#pragma omp critical(brink_trial)
    status = chunk->status;
    return status == BRINK_OK;
}

static void evaluate_all(Chunk *chunk) {
    int cases = chunk->trial->case_count, tasks = chunk->count * cases;
#pragma omp parallel for schedule(dynamic, 1) num_threads(chunk->trial->threads)
    for (int task = 0; task < tasks; task++)
        if (goes_on(chunk)) evaluate(chunk, task / cases, task % cases);
}

/* Hands over the rows that are whole, up to the first that is not. */
static bool take_all(const Chunk *chunk, TrialTaker take, void *payload) {
    size_t cases = (size_t)chunk->trial->case_count, measures = (size_t)chunk->trial->measure_count;
    for (int draw = 0; draw < chunk->count; draw++) {
        for (size_t c = 0; c < cases; c++)
            if (!chunk->is_done[(size_t)draw * cases + c]) return true;
        TrialRow row = {chunk->first + (uint64_t)draw, chunk->why + (size_t)draw * cases,
                        chunk->values + (size_t)draw * cases * measures};
        if (!take(payload, &row)) return false;
    }
    return true;
}

static bool prepare(Chunk *chunk, const Trial *trial, Arena *arena, int draws) {
    size_t cells = (size_t)draws * (size_t)trial->case_count, threads = (size_t)trial->threads, numbers = 1;
    chunk->workers = arena_array(arena, threads * (size_t)trial->case_count, sizeof *chunk->workers);
    chunk->uniforms = arena_array(arena, threads, sizeof *chunk->uniforms);
    chunk->scores = arena_array(arena, threads, sizeof *chunk->scores);
    chunk->why = arena_array(arena, cells, sizeof *chunk->why);
    chunk->values = arena_array(arena, cells * (size_t)trial->measure_count, sizeof *chunk->values);
    chunk->is_done = arena_array(arena, cells, sizeof *chunk->is_done);
    bool has_all = chunk->workers && chunk->uniforms && chunk->scores && chunk->why && chunk->values && chunk->is_done;
    for (int c = 0; c < trial->case_count; c++)
        if ((size_t)trial->cases[c]->number_count > numbers) numbers = (size_t)trial->cases[c]->number_count;
    for (size_t t = 0; has_all && t < threads; t++) {
        chunk->uniforms[t] = arena_array(arena, numbers, sizeof(double));
        chunk->scores[t] = arena_array(arena, 2 * numbers, sizeof(double));
        has_all = chunk->uniforms[t] && chunk->scores[t];
    }
    return has_all;
}

BrinkStatus trial_run(const Trial *trial, uint64_t first, uint64_t end, const BrinkStudySettings *settings,
                      TrialTaker take, void *payload, BrinkDiagnostics *diagnostics) {
    int draws = DRAWS_PER_THREAD * trial->threads;
    Arena *arena = arena_new();
    Chunk chunk = {.trial = trial, .settings = settings, .first = first, .diagnostics = diagnostics};
    chunk.total = end * (uint64_t)trial->case_count;
    chunk.done = first * (uint64_t)trial->case_count;
    if (!arena || !prepare(&chunk, trial, arena, draws)) chunk.status = BRINK_NO_MEMORY;
    for (; chunk.first < end && chunk.status == BRINK_OK; chunk.first += (uint64_t)draws) {
        chunk.count = end - chunk.first < (uint64_t)draws ? (int)(end - chunk.first) : draws;
        for (int cell = 0; cell < chunk.count * trial->case_count; cell++) chunk.is_done[cell] = false;
        evaluate_all(&chunk);
        if (chunk.status != BRINK_NO_MEMORY && !take_all(&chunk, take, payload)) chunk.status = BRINK_CANCELLED;
    }
    for (int i = 0; chunk.workers && i < trial->threads * trial->case_count; i++) worker_free(chunk.workers[i]);
    arena_free(arena);
    return chunk.status;
}

BrinkStatus trial_each(const Scenario *scenario, int rounds, int task_count, int threads, TrialTask task, void *payload,
                       BrinkDiagnostics *diagnostics) {
    Worker **workers = calloc((size_t)threads, sizeof *workers);
    BrinkStatus status = workers ? BRINK_OK : BRINK_NO_MEMORY;
    for (int i = 0; i < threads && status == BRINK_OK; i++)
        status = worker_new(scenario, rounds, diagnostics, &workers[i]);
    if (status == BRINK_OK) {
#pragma omp parallel for schedule(dynamic, 1) num_threads(threads)
        for (int i = 0; i < task_count; i++) task(payload, i, workers[omp_get_thread_num()]);
    }
    for (int i = 0; workers && i < threads; i++) worker_free(workers[i]);
    free(workers);
    return status;
}
