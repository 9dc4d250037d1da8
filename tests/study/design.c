/* SPDX-License-Identifier: GPL-3.0-or-later
 * Where draws come from: distributions against their moments and quantiles, Sobol' points against their nets, copulas
 * against their correlation, and variants that share everything but their change. */
#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include <gsl/gsl_cdf.h>

#include "siege.h"
#include "study/study.h"

static BrinkScenario *open_siege(const Scenario **scenario, const char *variant) {
    BrinkScenario *handle = NULL;
    assert_int_equal(brink_scenario_parse(siege_text, strlen(siege_text), "siege", NULL, &handle), BRINK_OK);
    if (variant) assert_int_equal(brink_scenario_use_variant(handle, variant, NULL), BRINK_OK);
    assert_int_equal(scenario_checked(handle, NULL, scenario), BRINK_OK);
    return handle;
}

static int number_at(const Scenario *scenario, const char *path) {
    for (int i = 0; i < scenario->number_count; i++)
        if (strcmp(scenario->numbers[i].path, path) == 0) return i;
    fail();
    return -1;
}

/* Every number of the file that has a distribution, spillovers included. */
static void means_are_those_of_the_quantiles_and_cdfs_invert_them(void **state) {
    (void)state;
    const Scenario *scenario;
    BrinkScenario *handle = open_siege(&scenario, NULL);
    int checked = 0;
    for (int i = 0; i < scenario->number_count; i++) {
        const Number *number = &scenario->numbers[i];
        if (number->spread == SPREAD_FIXED || number->spread == SPREAD_SAME) continue;
        double sum = 0;
        enum { STEPS = 200000 };
        for (int k = 0; k < STEPS; k++) sum += number_quantile(scenario, i, (k + 0.5) / STEPS) / STEPS;
        assert_true(fabs(sum - number_mean(scenario, i)) < 2e-4 * fmax(1, fabs(sum)));
        for (double u = 0.05; u < 1; u += 0.1)
            assert_true(fabs(number_cdf(scenario, i, number_quantile(scenario, i, u)) - u) < 1e-9);
        checked++;
    }
    assert_true(checked >= 8);
    brink_scenario_free(handle);
}

static void medians_and_quartiles_are_those_stated(void **state) {
    (void)state;
    const Scenario *scenario;
    BrinkScenario *handle = open_siege(&scenario, NULL);
    int conflict = number_at(scenario, "parties.red.outside.conflict"),
        grain = number_at(scenario, "spillovers.grain.conflict");
    assert_true(fabs(number_quantile(scenario, conflict, 0.5) + 20) < 1e-9);
    assert_true(fabs(number_quantile(scenario, conflict, 0.8413447460685429) + 18) < 1e-6);
    assert_true(fabs(number_quantile(scenario, grain, 0.5) - 50) < 1e-9);
    assert_true(fabs(number_quantile(scenario, grain, 0.8413447460685429) - 100) < 1e-6);
    brink_scenario_free(handle);
}

/* Any 2^m points of a scrambled net have one in each of 2^m equal parts, in every dimension. */
static void each_dimension_is_evenly_filled(void **state) {
    (void)state;
    Arena *arena = arena_new();
    const uint32_t *directions = sobol_directions(SOBOL_DIMENSIONS, arena);
    assert_true(SOBOL_DIMENSIONS >= 1000);
    for (int d = 0; d < SOBOL_DIMENSIONS; d++) {
        bool seen[256] = {false};
        for (uint32_t k = 0; k < 256; k++) {
            double u = sobol_uniform(directions + 32 * d, k, 77u * (uint32_t)d);
            assert_true(u > 0 && u < 1);
            seen[(int)(256 * u)] = true;
        }
        for (int part = 0; part < 256; part++) assert_true(seen[part]);
    }
    arena_free(arena);
}

/* The first two dimensions are a (0, m, 2)-net: one point in each box of 2^-a by 2^-(m-a). */
static void two_dimensions_are_evenly_filled_together(void **state) {
    (void)state;
    Arena *arena = arena_new();
    const uint32_t *directions = sobol_directions(2, arena);
    for (int a = 0; a <= 10; a++) {
        int counts[1024] = {0}, width = 1 << a, height = 1 << (10 - a);
        for (uint32_t k = 0; k < 1024; k++) {
            int x = (int)(width * sobol_uniform(directions, k, 12345)),
                y = (int)(height * sobol_uniform(directions + 32, k, 999));
            counts[x * height + y]++;
        }
        for (int box = 0; box < 1024; box++) assert_int_equal(counts[box], 1);
    }
    arena_free(arena);
}

static void sobol_points_integrate_better_than_random_ones(void **state) {
    (void)state;
    Arena *arena = arena_new();
    const uint32_t *directions = sobol_directions(8, arena);
    double points = 0, random = 0;
    for (uint32_t k = 0; k < 4096; k++) {
        double p = 1, r = 1;
        for (int d = 0; d < 8; d++) {
            p *= 0.5 + sobol_uniform(directions + 32 * d, k, 31u * (uint32_t)d + 7);
            r *= 0.5 + random_uniform(3, (uint64_t)d, k);
        }
        points += p / 4096;
        random += r / 4096;
    }
    assert_true(fabs(points - 1) < 1e-3); /* the exact integral is 1 */
    assert_true(fabs(points - 1) < fabs(random - 1));
    arena_free(arena);
}

static void correlated_numbers_have_the_correlation_stated(void **state) {
    (void)state;
    const Scenario *scenario;
    BrinkScenario *handle = open_siege(&scenario, NULL);
    Arena *arena = arena_new();
    Sampling *design = NULL;
    assert_int_equal(sampling_new(scenario, BRINK_SAMPLING_RANDOM, 9, arena, NULL, &design), BRINK_OK);
    int a = number_at(scenario, "preferences.red.gate.weight"), b = number_at(scenario, "parties.red.rationality");
    double uniforms[256], scores[512], cross = 0, mean = 0, squares = 0;
    enum { DRAWS = 40000 };
    for (uint64_t k = 0; k < DRAWS; k++) {
        sampling_uniforms(design, k, uniforms, scores);
        cross += gsl_cdf_ugaussian_Pinv(uniforms[a]) * gsl_cdf_ugaussian_Pinv(uniforms[b]) / DRAWS;
        mean += uniforms[b] / DRAWS;
        squares += uniforms[b] * uniforms[b] / DRAWS;
    }
    assert_true(fabs(cross - 0.7) < 0.02);
    assert_true(fabs(mean - 0.5) < 0.01 && fabs(squares - 1.0 / 3) < 0.01);
    arena_free(arena);
    brink_scenario_free(handle);
}

static void correlations_that_contradict_each_other_are_refused(void **state) {
    (void)state;
    BrinkScenario *handle = NULL;
    const Scenario *scenario = NULL;
    BrinkDiagnostics *diagnostics = NULL;
    Arena *arena = arena_new();
    Sampling *design = NULL;
    assert_int_equal(brink_diagnostics_new(&diagnostics), BRINK_OK);
    assert_int_equal(brink_scenario_parse(siege_text, strlen(siege_text), "siege", diagnostics, &handle), BRINK_OK);
    assert_int_equal(
        brink_scenario_set(handle, "correlations",
                           "[{between: [preferences.red.gate.weight, parties.red.rationality], r: 0.9},"
                           "{between: [preferences.red.gate.weight, parties.red.outside.conflict], r: 0.9},"
                           "{between: [parties.red.rationality, parties.red.outside.conflict], r: -0.9}]",
                           diagnostics),
        BRINK_OK);
    assert_int_equal(scenario_checked(handle, diagnostics, &scenario), BRINK_OK);
    assert_int_equal(sampling_new(scenario, BRINK_SAMPLING_RANDOM, 1, arena, diagnostics, &design), BRINK_BAD_INPUT);
    assert_string_equal(brink_diagnostics_get(diagnostics, brink_diagnostics_count(diagnostics) - 1)->code, "T001");
    arena_free(arena);
    brink_scenario_free(handle);
    brink_diagnostics_free(diagnostics);
}

static void paired_draws_share_everything_but_the_change(void **state) {
    (void)state;
    const Scenario *base, *changed;
    BrinkScenario *one = open_siege(&base, NULL), *two = open_siege(&changed, "dearer");
    Arena *arena = arena_new();
    Sampling *a = NULL, *b = NULL;
    assert_int_equal(sampling_new(base, BRINK_SAMPLING_RANDOM, 4, arena, NULL, &a), BRINK_OK);
    assert_int_equal(sampling_new(changed, BRINK_SAMPLING_RANDOM, 4, arena, NULL, &b), BRINK_OK);
    assert_int_equal(a->assumption_count, b->assumption_count + 1); /* the variant makes one of them plain */
    double first[256], second[256], scores[512];
    int shared = 0;
    for (uint64_t k = 0; k < 50; k++) {
        sampling_uniforms(a, k, first, scores);
        sampling_uniforms(b, k, second, scores);
        for (int i = 0; i < b->assumption_count; i++) {
            int own = b->assumptions[i], other = number_at(base, changed->numbers[own].path);
            assert_true(second[own] == first[other]);
            shared++;
        }
    }
    assert_int_equal(shared, 50 * b->assumption_count);
    arena_free(arena);
    brink_scenario_free(one);
    brink_scenario_free(two);
}

static void a_mixture_is_the_weighted_sum_of_its_parts(void **state) {
    (void)state;
    const Scenario *scenario;
    BrinkScenario *handle = open_siege(&scenario, NULL);
    const double weights[OUTCOME_COUNT] = {0.5, 0, 0.2, 0.2, 0.1};
    Mixture mixture = mixture_of(scenario, 0, weights);
    double lognormal = 50 * exp(log(2) * log(2) / 2);
    assert_true(fabs(mixture.mean - (5 + 4 + 5 + 0.1 * lognormal)) < 1e-9);
    for (int i = 0; i < 5; i++) {
        double x = mixture.quantiles[i], below = mixture_cdf(scenario, 0, weights, x - 1e-6),
               at = mixture_cdf(scenario, 0, weights, x + 1e-6);
        assert_true(below <= mixture_shares[i] && mixture_shares[i] <= at);
    }
    assert_true(mixture.quantiles[1] < 10 &&
                mixture.quantiles[1] >
                    9.98); /* half of a deal's distribution lies below 10, and a little of a conflict's */
    brink_scenario_free(handle);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(means_are_those_of_the_quantiles_and_cdfs_invert_them),
        cmocka_unit_test(medians_and_quartiles_are_those_stated),
        cmocka_unit_test(each_dimension_is_evenly_filled),
        cmocka_unit_test(two_dimensions_are_evenly_filled_together),
        cmocka_unit_test(sobol_points_integrate_better_than_random_ones),
        cmocka_unit_test(correlated_numbers_have_the_correlation_stated),
        cmocka_unit_test(correlations_that_contradict_each_other_are_refused),
        cmocka_unit_test(paired_draws_share_everything_but_the_change),
        cmocka_unit_test(a_mixture_is_the_weighted_sum_of_its_parts),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
