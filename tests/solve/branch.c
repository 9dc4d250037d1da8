/* SPDX-License-Identifier: GPL-3.0-or-later
 * The principal branch on problems whose solutions are known otherwise. */
#include "base/base.h"

#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>

#include <cmocka.h>

typedef struct Curve {
    double pull, bend;
} Curve;

/* One unknown: gain = pull + bend * tanh(z / 2). The equation z = s * gain(z) gives s(z) = z / gain(z) in closed form.
 */
static void curve_respond(void *payload, const double *z, double *gain, double *slope) {
    const Curve *curve = payload;
    double t = tanh(z[0] / 2);
    gain[0] = curve->pull + curve->bend * t;
    if (slope) slope[0] = curve->bend * (1 - t * t) / 2;
}

static BranchFound follow_curve(Curve curve, double base, double *z, BranchInfo *info) {
    Arena *arena = arena_new();
    BranchWorkspace *workspace = branch_workspace_new(arena, 1);
    BranchProblem problem = {1, &base, curve_respond, &curve};
    BranchFound found = branch_follow(&problem, workspace, z, info);
    arena_free(arena);
    return found;
}

static void a_contraction_is_solved_to_rounding(void **state) {
    (void)state;
    double z;
    BranchInfo info;
    assert_int_equal(follow_curve((Curve){0.7, 1.2}, 0.1, &z, &info), BRANCH_FOUND);
    assert_true(fabs(z - (0.1 + 0.7 + 1.2 * tanh(z / 2))) < 1e-12);
    assert_true(isnan(info.turn_scale));
}

static void a_steep_monotone_branch_is_followed_by_newton(void **state) {
    (void)state;
    double z;
    BranchInfo info;
    /* slope up to -40: plain iteration diverges, the solution is unique */
    assert_int_equal(follow_curve((Curve){5, -80}, 0, &z, &info), BRANCH_FOUND);
    assert_true(fabs(z - (5 - 80 * tanh(z / 2))) < 1e-10);
}

/* The path s(z) = (z - base) / gain(z) has a local maximum on the way up from z = base; scaled so that the maximum lies
 * at s = 1 / 1.05, only the upper solution is left at s = 1. */
static void a_fold_is_passed_by_arclength_and_reported(void **state) {
    (void)state;
    double z, base = -6, turn = 0;
    Curve curve = {4.2, 4};
    BranchInfo info;
    /* the path, sampled: s(z) = (z - base) / gain(z), from z = base where s = 0 */
    for (double at = base; at < 0; at += 1e-4) {
        double scale = (at - base) / (curve.pull + curve.bend * tanh(at / 2));
        if (scale < turn - 1e-9) break;
        turn = scale;
    }
    curve.pull *= 1.05 * turn;
    curve.bend *= 1.05 * turn;
    BranchFound found = follow_curve(curve, base, &z, &info);
    assert_int_equal(found, BRANCH_TURNED);
    assert_true(fabs(info.turn_scale - 1 / 1.05) < 1e-4);
    assert_true(fabs(z - (base + curve.pull + curve.bend * tanh(z / 2))) < 1e-9);
    assert_true(z > 0); /* the upper solution is the only one left at s = 1 */
}

/* Two unknowns with kinks. gain_1 is linear between (0, 1), (1, 2), (3, 12), (14, 12), (24, 42) and constant from
 * there; gain_2 = -depth |z_1 - 1|. From base 0 the path is z_1 = s gain_1(z_1): up to s = 1 / 2 at z_1 = 1, where it
 * turns in the kink itself; down to s = 1 / 4 at z_1 = 3; up through s = 1 at z_1 = 12. At s = 1 there are solutions at
 * 15 and 42 too. */
static void corner_respond(void *payload, const double *z, double *gain, double *slope) {
    static const double at[] = {0, 1, 3, 14, 24}, value[] = {1, 2, 12, 12, 42};
    const double *depth = payload;
    int piece = 0;
    while (piece < 3 && z[0] > at[piece + 1]) piece++;
    double rise = (value[piece + 1] - value[piece]) / (at[piece + 1] - at[piece]);
    if (z[0] > at[4]) rise = 0;
    gain[0] = z[0] > at[4] ? value[4] : value[piece] + rise * (z[0] - at[piece]);
    gain[1] = -*depth * fabs(z[0] - 1);
    if (!slope) return;
    slope[0] = rise;
    slope[1] = slope[3] = 0;
    slope[2] = z[0] > 1 ? -*depth : *depth;
}

static void assert_turn_in_the_kink(double depth) {
    Arena *arena = arena_new();
    BranchWorkspace *workspace = branch_workspace_new(arena, 2);
    double base[2] = {0, 0}, z[2];
    BranchProblem problem = {2, base, corner_respond, &depth};
    BranchInfo info;
    assert_int_equal(branch_follow(&problem, workspace, z, &info), BRANCH_TURNED);
    assert_true(fabs(info.turn_scale - 0.5) < 0.01);
    assert_true(fabs(z[0] - 12) < 1e-10);
    assert_true(fabs(z[1] + 11 * depth) < 1e-10 * (1 + depth));
    arena_free(arena);
}

static void a_turn_in_a_kink_is_passed_to_the_first_crossing(void **state) {
    (void)state;
    assert_turn_in_the_kink(0);
}

/* The second unknown climbs to the kink and falls behind it: the tangents before and behind point apart. */
static void a_corner_sharper_than_a_right_angle_is_passed(void **state) {
    (void)state;
    for (double depth = 1; depth < 1e4; depth *= 10) assert_turn_in_the_kink(depth);
}

/* A difference of payoffs each beyond the largest number. */
static void overflow_respond(void *payload, const double *z, double *gain, double *slope) {
    (void)payload;
    assert_true(isfinite(z[0]));
    gain[0] = NAN;
    if (slope) slope[0] = NAN;
}

static void a_gain_beyond_arithmetic_is_lost_and_not_asked_for_there(void **state) {
    (void)state;
    Arena *arena = arena_new();
    BranchWorkspace *workspace = branch_workspace_new(arena, 1);
    double base = 0, z;
    BranchProblem problem = {1, &base, overflow_respond, NULL};
    BranchInfo info;
    assert_int_equal(branch_follow(&problem, workspace, &z, &info), BRANCH_LOST);
    arena_free(arena);
}

static void no_unknowns_is_found_at_once(void **state) {
    (void)state;
    Arena *arena = arena_new();
    BranchWorkspace *workspace = branch_workspace_new(arena, 1);
    BranchProblem problem = {0, NULL, curve_respond, NULL};
    double z;
    BranchInfo info;
    assert_int_equal(branch_follow(&problem, workspace, &z, &info), BRANCH_FOUND);
    arena_free(arena);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_contraction_is_solved_to_rounding),
        cmocka_unit_test(a_steep_monotone_branch_is_followed_by_newton),
        cmocka_unit_test(a_fold_is_passed_by_arclength_and_reported),
        cmocka_unit_test(a_turn_in_a_kink_is_passed_to_the_first_crossing),
        cmocka_unit_test(a_corner_sharper_than_a_right_angle_is_passed),
        cmocka_unit_test(a_gain_beyond_arithmetic_is_lost_and_not_asked_for_there),
        cmocka_unit_test(no_unknowns_is_found_at_once),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
