/* SPDX-License-Identifier: GPL-3.0-or-later
 * Many solves of a few cases of one scenario: draws in parallel, taken in their order. Private to the room.
 *
 * A *case* is the scenario under a change of structure or numbers; a *draw* gives all of its uncertain numbers their
 * values. What is taken from a draw is a row: for each case a reason why it failed (0: solved) and the measures. */
#ifndef STUDY_TRIAL_H
#define STUDY_TRIAL_H

#include "study/measure.h"
#include "study/pool.h"
#include "study/sampling.h"
#include "study/times.h"

typedef enum { WHY_SOLVED = 0, WHY_LOST, WHY_SETTLEMENT, WHY_HISTORY, WHY_MEMORY } Why;

typedef struct Trial {
    const char *name; /* of the study: study_header */
    int case_count, measure_count;
    const Scenario *const *cases;
    const Measure *measures;  /* [case][measure] */
    Sampling *const *designs; /* [case] */
    int rounds, resolution, threads;
    uint64_t done, total;   /* solves before this trial, and in all, as the observer is told; `done` goes on */
    BrinkStudyTimes *times; /* added to */
} Trial;

/* ---- One solve ---- */

typedef struct Worker Worker;
/* Compiles the game of a case once, to be refilled for each draw. */
BrinkStatus worker_new(const Scenario *scenario, int rounds, BrinkDiagnostics *diagnostics, Worker **result);
void worker_free(Worker *worker);
const Situation *worker_situation(const Worker *worker);
/* Solves the centre once, and from then on every draw at that resolution from what it left: for draws that differ from
 * it in few numbers. Once for a worker; takes the memory of a solution and half as much again. */
BrinkStatus worker_start_at_centre(Worker *worker, int resolution);
/* Solves the case with the given uniforms (NAN: the centre), reads the measures off it, and adds what it took. */
Why worker_evaluate(Worker *worker, const double *uniforms, int resolution, const Measure *measures, int measure_count,
                    double *values, double rooms[BRINK_ROOM_COUNT]);

/* ---- Many ---- */

typedef struct TrialRow {
    uint64_t draw;
    const Why *why;       /* [case] */
    const double *values; /* [case][measure] */
} TrialRow;
/* Takes rows in the order of draws; false stops. */
typedef bool (*TrialTaker)(void *payload, const TrialRow *row);

/* Draws `first` up to, not including, `end`; as pool_run. */
BrinkStatus trial_run(Trial *trial, uint64_t first, uint64_t end, const BrinkStudySettings *settings, TrialTaker take,
                      void *payload, BrinkDiagnostics *diagnostics);

#endif
