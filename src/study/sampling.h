/* SPDX-License-Identifier: GPL-3.0-or-later
 * Where the uniforms behind a draw come from: random numbers or scrambled Sobol' points, made dependent by a Gaussian
 * copula where the scenario says so. Invariant: the uniforms of draw k depend on the seed, the design, the scenario and
 * k alone. Private to the room. */
#ifndef STUDY_SAMPLING_H
#define STUDY_SAMPLING_H

#include "base/base.h"
#include "scenario/scenario.h"

enum { SOBOL_DIMENSIONS = 1280 };

/* Direction numbers of the first `dimensions` dimensions: [dimension][32]. NULL when memory is short. */
uint32_t *sobol_directions(int dimensions, Arena *arena);
/* Point `index` (below 2^32) of one dimension, scrambled by `scramble`; inside (0, 1). */
double sobol_uniform(const uint32_t directions[32], uint32_t index, uint32_t scramble);

typedef struct Sampling {
    BrinkSampling kind;
    uint64_t seed;
    const Scenario *scenario;
    int assumption_count;
    const int *assumptions; /* numbers that are drawn, in file order */
    const uint32_t *directions;
    int correlated_count;
    const int *correlated;  /* numbers */
    const double *cholesky; /* [correlated][correlated], lower */
} Sampling;

/* BAD_INPUT where correlations contradict each other, or there are more assumptions than dimensions. */
BrinkStatus sampling_new(const Scenario *scenario, BrinkSampling kind, uint64_t seed, Arena *arena,
                         BrinkDiagnostics *diagnostics, Sampling **result);
/* Writes uniforms[number_count] of a draw, NAN where a number is not drawn. `scores` has room for 2 * correlated_count.
 */
void sampling_uniforms(const Sampling *design, uint64_t draw, double *uniforms, double *scores);

#endif
