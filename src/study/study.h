/* SPDX-License-Identifier: GPL-3.0-or-later
 * The one door to the room `study`: many outlooks of one scenario (docs/sweep.md, docs/claims.md).
 *
 * Products live in the arena they are made in, and read the scenario they were made from. */
#ifndef STUDY_STUDY_H
#define STUDY_STUDY_H

#include "study/tally.h"
#include "study/trial.h"

enum { FAILURES_LISTED = 1000 };
typedef struct StudyFailure {
    uint64_t draw;
    Why why;
} StudyFailure;

/* ---- Sweep ---- */

/* Outcomes with one assumption moved and the others at their centres. */
typedef struct TornadoBar {
    double value[2];                   /* of the assumption, at its 5th and 95th percentile */
    double outcomes[2][OUTCOME_COUNT]; /* NAN where not solved */
} TornadoBar;

/* Where the two outcomes asked for are equally likely along an assumption. */
typedef struct Threshold {
    bool exists;         /* within the 1st and 99th percentile */
    double value, share; /* the assumption's, and its percentile */
} Threshold;

enum { GRID_DRAWS = 16 };
/* By how much a measure differs from that at half the resolution, over the first draws: an estimate of what the belief
 * grid does to it, not a bound. */
typedef struct GridError {
    int count;          /* draws; 0: not estimated */
    double shift, each; /* mean difference; root of the mean square */
} GridError;

typedef struct Sweep {
    const Scenario *scenario;
    const Sampling *design;
    BrinkStudySettings settings;
    BrinkStudyTimes times;
    uint64_t draws, failed; /* done, and of these not solved */
    int measure_count;
    const Measure *measures; /* the first OUTCOME_COUNT are the outcomes */
    Tally *tallies;          /* [measure] */
    GridError *grid;         /* [measure] */
    Drivers drivers;         /* outputs: the outcomes */
    int failure_count;
    StudyFailure *failures;
    const TornadoBar *tornado;   /* [assumption]; NULL: not asked for */
    const Threshold *thresholds; /* [assumption]; NULL: not asked for */
    Measure between[2];          /* outcomes of the thresholds */
} Sweep;

BrinkStatus sweep_new(BrinkScenario *handle, const BrinkStudySettings *settings, Arena *arena,
                      BrinkDiagnostics *diagnostics, Sweep **result);

/* ---- Gradient (docs/method/gradient.md) ---- */

typedef struct GradientNumber {
    int number; /* of the scenario */
    double value;
    double slope[OUTCOME_COUNT]; /* d P(outcome) / d number */
    bool is_kink;                /* the slopes to both sides differ: the mean of the two, or the one that there is */
} GradientNumber;

typedef struct Gradient {
    int count; /* numbers that bear on the game, the strongest first */
    GradientNumber *numbers;
    int idle, hard, jumps; /* numbers left out: that do not bear on it; that are `hard`; that have no slope here */
} Gradient;

/* From how the odds move with the game's numbers to how they move with the scenario's. `situation` and `game` are those
 * of the centre. The observer (may be NULL) is told after each number, one call at a time; may cancel. */
BrinkStatus gradient_new(const Scenario *scenario, const Situation *situation, const Game *game, const GameSlope *slope,
                         int threads, SolveObserver observer, void *payload, Arena *arena, Gradient **result);

/* ---- Claims ---- */

typedef enum { VERDICT_HOLDS, VERDICT_FAILS, VERDICT_DEPENDS, VERDICT_UNKNOWN } Verdict;

typedef struct ClaimDriver {
    int assumption; /* number */
    double rank;    /* correlation of its value with the effect */
} ClaimDriver;
enum { CLAIM_DRIVERS = 3 };

typedef struct ClaimPartResult {
    const ClaimPart *part;
    double mean, low, high;         /* effect, and the 95 % interval of its mean */
    double when_mean, against_mean; /* NAN where there is no such side */
    double share;                   /* of draws in which this part holds */
} ClaimPartResult;

typedef struct ClaimResult {
    const Claim *claim;
    Verdict verdict;
    uint64_t draws, held; /* draws in which all sides were solved, and of these those in which every part holds */
    double low, high;     /* Wilson's 95 % interval of the share */
    bool is_built_in;     /* held in every draw */
    const char *mechanism;
    const ClaimPartResult *parts;
    int driver_count;
    ClaimDriver drivers[CLAIM_DRIVERS]; /* where it depends */
} ClaimResult;

typedef struct Claims {
    const Scenario *scenario;
    BrinkStudySettings settings;
    BrinkStudyTimes times;
    uint64_t draws, failed;
    int claim_count;
    const ClaimResult *claims;
} Claims;

BrinkStatus claims_new(BrinkScenario *handle, const BrinkStudySettings *settings, Arena *arena,
                       BrinkDiagnostics *diagnostics, Claims **result);

/* ---- Comparison ---- */

typedef struct Compared {
    const char *name;        /* variant; "" the scenario as it stands */
    double *values, *errors; /* [measure] at the centre; error: |P(R) - P(R/2)| */
    Tally *draws, *changes;  /* [measure] over the draws, and the change in the same draw; empty without draws */
} Compared;

typedef struct Comparison {
    const Scenario *scenario;
    BrinkStudySettings settings;
    BrinkStudyTimes times;
    uint64_t draws, failed; /* done, and of these not solved in some column */
    int measure_count, column_count;
    const Measure *measures;
    Compared *columns; /* the first is the scenario as it stands */
} Comparison;

BrinkStatus comparison_new(BrinkScenario *handle, const char *const *variants, size_t variant_count,
                           const BrinkStudySettings *settings, Arena *arena, BrinkDiagnostics *diagnostics,
                           Comparison **result);

/* ---- Spillovers ---- */

/* A distribution mixed by the probabilities of the outcomes. */
typedef struct Mixture {
    double mean, quantiles[5]; /* at 5, 25, 50, 75, 95 % */
} Mixture;
extern const double mixture_shares[5];
/* Outcomes the spillover does not state leave it at 0. `weights` sum to 1. */
Mixture mixture_of(const Scenario *scenario, int spillover, const double weights[OUTCOME_COUNT]);
double mixture_quantile(const Scenario *scenario, int spillover, const double weights[OUTCOME_COUNT], double share);
/* Probability of at most x. */
double mixture_cdf(const Scenario *scenario, int spillover, const double weights[OUTCOME_COUNT], double x);

/* ---- How much memory it takes ---- */

/* Refuses a solve that would take more memory than settings->memory, before anything large is built. */
BrinkStatus size_foresee(const Scenario *scenario, const BrinkSolveSettings *settings, Resolution resolution,
                         BrinkDiagnostics *diagnostics);
/* The same of anything that needs `bytes`; `parts` says what they are of, `hint` what would make them fewer. */
BrinkStatus size_foresee_bytes(double bytes, uint64_t memory, const char *parts, const char *hint,
                               BrinkDiagnostics *diagnostics);
/* The same of a study whose threads each solve all of the cases; `kept` bytes are taken beside. */
BrinkStatus size_foresee_study(const Scenario *const *cases, int case_count, double kept,
                               const BrinkStudySettings *settings, BrinkDiagnostics *diagnostics);
/* The resolution that the settings ask for; where they ask for none, the finest up to the usual one with which a solve
 * stays within memory and a bearable time, coarser first for the parties with most types. Its steps live in `arena`. */
BrinkStatus size_choose(const Scenario *scenario, const BrinkSolveSettings *settings, Arena *arena, Resolution *result);

/* ---- What these share ---- */

/* The measures of a sweep or comparison. NULL when memory is short. */
const Measure *study_measures(const Scenario *scenario, const Situation *situation, Arena *arena, int *count);
/* Who a study is, in one line: what has to agree for a file to be gone on with. */
const char *study_header(const char *kind, const Scenario *scenario, const BrinkStudySettings *settings, int case_count,
                         int measure_count, Arena *arena);

#endif
