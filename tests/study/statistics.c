/* SPDX-License-Identifier: GPL-3.0-or-later
 * Streaming statistics and sensitivities against functions whose values are known in closed form. */
#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>

#include <cmocka.h>

#include "study/study.h"

enum { DRAWS = 20000 };
static const double pi = 3.14159265358979323846;

static double uniform(int input, uint64_t draw) {
    return random_uniform(5, (uint64_t)input, draw);
}

/* sin x1 + 7 sin^2 x2 + x3^4 sin(x1) / 10 on (-pi, pi)^3, brought into [0, 1]; that leaves the indices as they are
 * (Ishigami and Homma 1990). */
static double ishigami(const double *u) {
    double x1 = pi * (2 * u[0] - 1), x2 = pi * (2 * u[1] - 1), x3 = pi * (2 * u[2] - 1);
    return (sin(x1) + 7 * sin(x2) * sin(x2) + 0.1 * pow(x3, 4) * sin(x1) + 11) / 30;
}

static const double g_coefficients[6] = {0, 1, 4.5, 9, 99, 99};

/* Sobol's g-function, divided by its largest value. */
static double g_function(const double *u) {
    double product = 1;
    for (int i = 0; i < 6; i++)
        product *= (fabs(4 * u[i] - 2) + g_coefficients[i]) / (1 + g_coefficients[i]) * (1 + g_coefficients[i]) /
                   (2 + g_coefficients[i]);
    return product;
}

typedef struct Fed {
    Arena *arena;
    Drivers drivers;
    Tally tally;
} Fed;

static Fed feed(int inputs, double (*function)(const double *)) {
    Fed fed = {.arena = arena_new()};
    assert_true(tally_start(&fed.tally, true, fed.arena));
    assert_true(drivers_start(&fed.drivers, inputs, 1, DRAWS, fed.arena));
    for (uint64_t k = 0; k < DRAWS; k++) {
        double u[8], y;
        for (int i = 0; i < inputs; i++) u[i] = uniform(i, k);
        y = function(u);
        tally_take(&fed.tally, y);
        drivers_add(&fed.drivers, k, u, &y);
    }
    return fed;
}

static void demand_index(const Fed *fed, int input, double exact) {
    Driver found = drivers_find(&fed->drivers, input, 0, &fed->tally);
    assert_true(fabs(found.first - exact) < 0.02);
    assert_true(found.low - 0.01 < exact && exact < found.high + 0.01);
    assert_true(found.high - found.low < 0.1);
}

static void the_indices_of_ishigami_are_found(void **state) {
    (void)state;
    Fed fed = feed(3, ishigami);
    double a = 7, b = 0.1, first = 0.5 * pow(1 + b * pow(pi, 4) / 5, 2), second = a * a / 8;
    double total = a * a / 8 + b * pow(pi, 4) / 5 + b * b * pow(pi, 8) / 18 + 0.5;
    demand_index(&fed, 0, first / total);
    demand_index(&fed, 1, second / total);
    demand_index(&fed, 2, 0);
    arena_free(fed.arena);
}

static void the_indices_of_the_g_function_are_found(void **state) {
    (void)state;
    Fed fed = feed(6, g_function);
    double total = 1;
    for (int i = 0; i < 6; i++) total *= 1 + 1 / (3 * pow(1 + g_coefficients[i], 2));
    for (int i = 0; i < 6; i++) demand_index(&fed, i, 1 / (3 * pow(1 + g_coefficients[i], 2)) / (total - 1));
    arena_free(fed.arena);
}

static double rising(const double *u) {
    return u[0] * u[0] * u[0];
}

static void a_monotone_function_has_rank_correlation_one(void **state) {
    (void)state;
    Fed fed = feed(2, rising);
    assert_true(drivers_find(&fed.drivers, 0, 0, &fed.tally).rank > 0.998); /* bins make ties near 0 */
    Driver idle = drivers_find(&fed.drivers, 1, 0, &fed.tally);
    assert_true(fabs(idle.rank) < 4 * idle.rank_error);
    arena_free(fed.arena);
}

static void quantiles_and_moments_are_those_of_the_distribution(void **state) {
    (void)state;
    Arena *arena = arena_new();
    Tally tally;
    assert_true(tally_start(&tally, false, arena));
    for (int k = 0; k < DRAWS; k++)
        tally_take(&tally, -300 * log((k + 0.5) / DRAWS)); /* exponential of mean 300, evenly */
    assert_true(fabs(tally.mean - 300) < 0.2);
    assert_true(fabs(tally_sd(&tally) - 300) < 1);
    assert_true(fabs(tally_quantile(&tally, 0.5) - 300 * log(2)) < 2 * tally.reach / TALLY_BINS + 0.1);
    assert_true(fabs(tally_quantile(&tally, 0.95) + 300 * log(0.05)) < 2 * tally.reach / TALLY_BINS + 0.5);
    assert_int_equal(tally.count, DRAWS);
    arena_free(arena);
}

/* Twice the reach must keep every number in the bin it belongs to. */
static void widening_loses_nothing(void **state) {
    (void)state;
    Arena *arena = arena_new();
    Tally late, early;
    assert_true(tally_start(&late, false, arena) && tally_start(&early, false, arena));
    tally_take(&early, 700);
    for (int k = 0; k < 1000; k++) tally_take(&early, (k - 500) * 0.9), tally_take(&late, (k - 500) * 0.9);
    tally_take(&late, 700);
    assert_true(early.reach == late.reach);
    uint64_t differing = 0;
    for (int bin = 0; bin < TALLY_BINS; bin++)
        differing +=
            early.bins[bin] > late.bins[bin] ? early.bins[bin] - late.bins[bin] : late.bins[bin] - early.bins[bin];
    assert_int_equal(differing, 0);
    arena_free(arena);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(the_indices_of_ishigami_are_found),
        cmocka_unit_test(the_indices_of_the_g_function_are_found),
        cmocka_unit_test(a_monotone_function_has_rank_correlation_one),
        cmocka_unit_test(quantiles_and_moments_are_those_of_the_distribution),
        cmocka_unit_test(widening_loses_nothing),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
