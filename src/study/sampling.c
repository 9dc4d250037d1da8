/* SPDX-License-Identifier: GPL-3.0-or-later
 * Uniforms of a draw. Correlated numbers: normal scores z = Phi^-1(u) are multiplied by the Cholesky factor of their
 * correlation matrix and turned back (a Gaussian copula; Nelsen 2006). */
#include "study/sampling.h"

#include <gsl/gsl_cdf.h>
#include <math.h>
#include <string.h>

/* ---- Correlations ---- */

static int place_of(int *numbers, int *count, int number) {
    for (int i = 0; i < *count; i++)
        if (numbers[i] == number) return i;
    numbers[*count] = number;
    return (*count)++;
}

/* Cholesky factor in place; false where the matrix is not positive definite. */
static bool factorise(double *a, int n) {
    for (int j = 0; j < n; j++) {
        for (int k = 0; k < j; k++) a[j * n + j] -= a[j * n + k] * a[j * n + k];
        if (!(a[j * n + j] > 1e-12)) return false;
        a[j * n + j] = sqrt(a[j * n + j]);
        for (int i = j + 1; i < n; i++) {
            for (int k = 0; k < j; k++) a[i * n + j] -= a[i * n + k] * a[j * n + k];
            a[i * n + j] /= a[j * n + j];
        }
    }
    return true;
}

static BrinkStatus correlate(Sampling *design, Arena *arena, BrinkDiagnostics *diagnostics) {
    const Scenario *scenario = design->scenario;
    int pairs = scenario->correlation_count, count = 0;
    int *numbers = arena_array(arena, 2 * (size_t)pairs, sizeof *numbers);
    if (!numbers) return BRINK_NO_MEMORY;
    for (int i = 0; i < pairs; i++) {
        place_of(numbers, &count, scenario->correlations[i].a);
        place_of(numbers, &count, scenario->correlations[i].b);
    }
    double *matrix = arena_array(arena, (size_t)count * (size_t)count, sizeof *matrix);
    if (!matrix) return BRINK_NO_MEMORY;
    for (int i = 0; i < count; i++) matrix[i * count + i] = 1;
    for (int i = 0; i < pairs; i++) {
        int a = place_of(numbers, &count, scenario->correlations[i].a),
            b = place_of(numbers, &count, scenario->correlations[i].b);
        matrix[a * count + b] = matrix[b * count + a] = scenario->correlations[i].r;
    }
    design->correlated = numbers;
    design->correlated_count = count;
    design->cholesky = matrix;
    if (factorise(matrix, count)) return BRINK_OK;
    diagnostics_add(diagnostics, DIAGNOSTIC_not_a_correlation_matrix, scenario->correlations[pairs - 1].span,
                    "bring them nearer to 0, or state fewer of them", "these correlations cannot hold together");
    return BRINK_BAD_INPUT;
}

/* ---- The whole ---- */

BrinkStatus sampling_new(const Scenario *scenario, BrinkSampling kind, uint64_t seed, Arena *arena,
                         BrinkDiagnostics *diagnostics, Sampling **result) {
    Sampling *design = arena_alloc(arena, sizeof *design);
    int *assumptions = arena_array(arena, (size_t)scenario->number_count, sizeof *assumptions);
    if (!design || !assumptions) return BRINK_NO_MEMORY;
    *design = (Sampling){.kind = kind, .seed = seed, .scenario = scenario, .assumptions = assumptions};
    for (int i = 0; i < scenario->number_count; i++)
        if (number_is_assumption(&scenario->numbers[i])) assumptions[design->assumption_count++] = i;
    if (kind == BRINK_SAMPLING_SOBOL && design->assumption_count > SOBOL_DIMENSIONS) {
        diagnostics_add(diagnostics, DIAGNOSTIC_too_many_dimensions, span_none(), "use the design random",
                        "%d uncertain numbers are more than the %d dimensions of the points", design->assumption_count,
                        SOBOL_DIMENSIONS);
        return BRINK_BAD_INPUT;
    }
    if (kind == BRINK_SAMPLING_SOBOL) design->directions = sobol_directions(design->assumption_count, arena);
    if (kind == BRINK_SAMPLING_SOBOL && !design->directions) return BRINK_NO_MEMORY;
    *result = design;
    return scenario->correlation_count > 0 ? correlate(design, arena, diagnostics) : BRINK_OK;
}

static double own_uniform(const Sampling *design, int ordinal, uint64_t draw) {
    uint64_t stream = design->scenario->numbers[design->assumptions[ordinal]].stream;
    if (design->kind == BRINK_SAMPLING_RANDOM) return random_uniform(design->seed, stream, draw);
    uint32_t scramble = (uint32_t)(0x1p32 * random_uniform(design->seed, stream, UINT64_MAX));
    return sobol_uniform(design->directions + 32 * ordinal, (uint32_t)draw, scramble);
}

void sampling_uniforms(const Sampling *design, uint64_t draw, double *uniforms, double *scores) {
    int count = design->correlated_count;
    for (int i = 0; i < design->scenario->number_count; i++) uniforms[i] = NAN;
    for (int i = 0; i < design->assumption_count; i++) uniforms[design->assumptions[i]] = own_uniform(design, i, draw);
    for (int i = 0; i < count; i++) scores[i] = gsl_cdf_ugaussian_Pinv(uniforms[design->correlated[i]]);
    for (int i = 0; i < count; i++) {
        double z = 0;
        for (int k = 0; k <= i; k++) z += design->cholesky[i * count + k] * scores[k];
        uniforms[design->correlated[i]] = fmin(fmax(gsl_cdf_ugaussian_P(z), 0x1p-54), 1 - 0x1p-53);
    }
}
