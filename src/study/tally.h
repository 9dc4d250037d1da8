/* SPDX-License-Identifier: GPL-3.0-or-later
 * Statistics of a stream of numbers in memory that does not grow with it. Private to the room. */
#ifndef STUDY_TALLY_H
#define STUDY_TALLY_H

#include "base/base.h"

enum { TALLY_BINS = 4096, TALLY_STEPS = 48 };

/* How the mean had settled after n numbers. */
typedef struct TallyStep {
    uint64_t count;
    double mean, error;
} TallyStep;

typedef struct Tally {
    bool is_share; /* numbers lie in [0, 1]; else in [-reach, reach], which is doubled when one does not */
    double reach;
    uint64_t count;
    double mean, squares; /* Welford 1962 */
    double least, most;
    uint64_t *bins; /* [TALLY_BINS] */
    int step_count;
    TallyStep steps[TALLY_STEPS]; /* at 16, 32, 64 … numbers */
} Tally;

bool tally_start(Tally *tally, bool is_share, Arena *arena);
void tally_take(Tally *tally, double value);
double tally_sd(const Tally *tally);
double tally_error(const Tally *tally); /* of the mean */
/* To within a bin; NAN where nothing was added. */
double tally_quantile(const Tally *tally, double share);
int tally_bin(const Tally *tally, double value);

/* ---- What drives what: given-data sensitivities ---- */

enum { DRIVER_GROUPS = 16, DRIVER_CLASSES_MOST = 32 };

/* Inputs are uniforms of assumptions. First-order Sobol' indices by the variance of class means (Plischke, Borgonovo
 * and Smith 2013), corrected for the number of classes; their spread by leaving out one of DRIVER_GROUPS groups at a
 * time (Efron's jackknife). */
typedef struct Drivers {
    int input_count, output_count, classes;
    uint64_t *counts; /* [group][input][class] */
    double *sums;     /* [group][output][input][class] */
    double *squares;  /* [group][output] sums of squares */
    double *totals;   /* [group][output] */
    uint64_t count;
    double *rank_sums;                  /* [output][input][TALLY_BINS]: uniforms of the input by bin of the output */
    double *input_sums, *input_squares; /* [input] */
} Drivers;

typedef struct Driver {
    double first, low, high; /* index and its 95 % interval */
    double rank, rank_error; /* Spearman's correlation, and its standard error */
} Driver;

/* `planned` is how many draws are to come: it sets the number of classes. */
bool drivers_start(Drivers *drivers, int input_count, int output_count, uint64_t planned, Arena *arena);
/* Outputs are shares of [0, 1]. */
void drivers_add(Drivers *drivers, uint64_t draw, const double *inputs, const double *outputs);
Driver drivers_find(const Drivers *drivers, int input, int output, const Tally *output_tally);

#endif
