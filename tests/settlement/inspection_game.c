/* SPDX-License-Identifier: GPL-3.0-or-later
 * Inspection games with known equilibria, played by the logit choices that carry out a deal: as rationality grows they
 * come to Avenhaus and Canty's and to Dresher's answers. */
#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>

#include <cmocka.h>

#include "base/base.h"

static void assert_near(double value, double expected, double tolerance) {
    if (!(fabs(value - expected) <= tolerance)) fail_msg("%.12g is not %.12g within %g", value, expected, tolerance);
}

/* Two choices against two: the first player's and the second's payoffs by [first acts][second acts]. */
typedef struct TwoByTwo {
    double first[2][2], second[2][2], rationality;
} TwoByTwo;

static double logistic(double z) {
    return 1 / (1 + exp(-z));
}

static void respond(void *payload, const double *z, double *gain, double *slope) {
    const TwoByTwo *game = payload;
    double p = logistic(z[0]), q = logistic(z[1]), l = game->rationality;
    double first[2], second[2];
    for (int other = 0; other < 2; other++) {
        first[other] = game->first[1][other] - game->first[0][other];
        second[other] = game->second[other][1] - game->second[other][0];
    }
    gain[0] = l * ((1 - q) * first[0] + q * first[1]);
    gain[1] = l * ((1 - p) * second[0] + p * second[1]);
    if (!slope) return;
    slope[0] = slope[3] = 0;
    slope[1] = l * q * (1 - q) * (first[1] - first[0]);
    slope[2] = l * p * (1 - p) * (second[1] - second[0]);
}

/* Probabilities with which each acts, on the branch that begins at even chances. */
static void play(TwoByTwo *game, double *p, double *q) {
    const double base[2] = {0, 0};
    double z[2];
    BranchInfo info;
    Arena *arena = arena_new();
    BranchProblem problem = {2, base, respond, game};
    assert_int_equal(branch_follow(&problem, branch_workspace_new(arena, 2), z, &info), BRANCH_FOUND);
    *p = logistic(z[0]);
    *q = logistic(z[1]);
    arena_free(arena);
}

/* Avenhaus and Canty (1996), ch. 3, one inspection that misses a violation with probability 0.1. The inspectee gains d
 * undetected and loses b detected; the inspector pays e for looking, a for a violation found and c for one that is not.
 * Looking makes the inspectee indifferent at d / ((b + d)(1 - miss)), violating the inspector at e / (e + (1 - miss)(c
 * - a)). */
static void inspection_comes_to_the_mixed_equilibrium_as_rationality_grows(void **state) {
    (void)state;
    const double b = 4, d = 1, e = 0.1, a = 0.5, c = 1, miss = 0.1;
    const double looks = d / ((b + d) * (1 - miss)), violates = e / (e + (1 - miss) * (c - a));
    double before = INFINITY;
    for (double rationality = 5; rationality < 6000; rationality *= 10) {
        TwoByTwo game = {.rationality = rationality};
        game.first[1][0] = d;
        game.first[1][1] = (1 - miss) * -b + miss * d;
        game.second[0][1] = -e;
        game.second[1][0] = -c;
        game.second[1][1] = -(1 - miss) * a - miss * c;
        double p, q;
        play(&game, &p, &q);
        double apart = fabs(p - violates) + fabs(q - looks);
        assert_true(apart < before);
        before = apart;
    }
    assert_true(before < 2e-3);
    assert_near(looks, 2.0 / 9, 1e-12);
    assert_near(violates, 2.0 / 11, 1e-12);
}

static double choose(int n, int k) {
    double result = 1;
    for (int i = 1; i <= k; i++) result *= (double)(n - k + i) / i;
    return result;
}

/* Dresher (1962): n periods, m inspections, one violation; +1 to the inspectee if unseen, -1 if seen. */
static double dresher(int periods, int inspections, double rationality) {
    if (inspections >= periods) return 0;
    if (inspections == 0) return 1;
    double seen = dresher(periods - 1, inspections - 1, rationality),
           unseen = dresher(periods - 1, inspections, rationality), p, q;
    TwoByTwo game = {{{unseen, seen}, {1, -1}}, {{-unseen, -seen}, {-1, 1}}, rationality};
    play(&game, &p, &q);
    return (1 - p) * ((1 - q) * unseen + q * seen) + p * ((1 - q) - q);
}

static void the_recursive_inspection_game_has_dreshers_value(void **state) {
    (void)state;
    const int games[][2] = {{2, 1}, {3, 1}, {4, 2}, {10, 3}};
    for (int i = 0; i < 4; i++) {
        int n = games[i][0], m = games[i][1];
        double sum = 0;
        for (int k = 0; k <= m; k++) sum += choose(n, k);
        double exact = choose(n - 1, m) / sum, rough = dresher(n, m, 50), fine = dresher(n, m, 2000);
        assert_near(fine, exact, 5e-3);
        assert_true(fabs(fine - exact) <= fabs(rough - exact) + 1e-9);
    }
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(inspection_comes_to_the_mixed_equilibrium_as_rationality_grows),
        cmocka_unit_test(the_recursive_inspection_game_has_dreshers_value),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
