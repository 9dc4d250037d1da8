/* SPDX-License-Identifier: GPL-3.0-or-later
 * Two movers solved directly, held to the branch that is followed; and refused where there may be several solutions. */
#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>

#include <cmocka.h>

#include "settlement/settle.h"

static double logistic(double z) {
    return 1 / (1 + exp(-z));
}

static void respond(void *payload, const double *z, double *gain, double *slope) {
    double(*own)[2] = payload;
    for (int k = 0; k < 2; k++) {
        double p = logistic(z[1 - k]);
        gain[k] = own[k][0] * p + own[k][1] * (1 - p);
        if (!slope) continue;
        slope[k * 2 + k] = 0;
        slope[k * 2 + 1 - k] = (own[k][0] - own[k][1]) * p * (1 - p);
    }
}

static BranchFound follow(double gain[2][2], double *z) {
    const double base[2] = {0, 0};
    BranchInfo info;
    Arena *arena = arena_new();
    BranchProblem problem = {2, base, respond, gain};
    BranchFound found = branch_follow(&problem, branch_workspace_new(arena, 2), z, &info);
    arena_free(arena);
    return found;
}

static void draw_gain(uint64_t index, double size, double gain[2][2]) {
    for (int i = 0; i < 4; i++) gain[i / 2][i % 2] = size * (2 * random_uniform(17, 0, 4 * index + (uint64_t)i) - 1);
}

static void two_movers_come_to_the_end_of_their_branch(void **state) {
    (void)state;
    int refused = 0, apart = 0;
    for (uint64_t i = 0; i < 4000; i++) {
        double gain[2][2], direct[2], answer[2], followed[2];
        draw_gain(i, i % 4 == 0 ? 0.5 : i % 4 == 1 ? 50 : 6, gain);
        double product = (gain[0][0] - gain[0][1]) * (gain[1][0] - gain[1][1]);
        if (!settle_pair(gain, direct)) {
            assert_true(product / 16 > 0.99);
            refused++;
            continue;
        }
        assert_int_equal(follow(gain, followed), BRANCH_FOUND);
        respond(gain, direct, answer, NULL);
        for (int k = 0; k < 2; k++) apart += !(fabs(answer[k] - direct[k]) <= 2e-13 * (1 + fabs(direct[k])));
        for (int k = 0; k < 2; k++) apart += !(fabs(direct[k] - followed[k]) <= 1e-10 * (1 + fabs(followed[k])));
    }
    assert_int_equal(apart, 0);
    assert_in_range(refused, 500, 2000);
}

/* Each complies if the other does: three solutions. */
static void several_solutions_are_left_to_the_branch(void **state) {
    (void)state;
    double gain[2][2] = {{5, -6}, {5, -6}}, odds[2] = {7, 7};
    assert_false(settle_pair(gain, odds));
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(two_movers_come_to_the_end_of_their_branch),
        cmocka_unit_test(several_solutions_are_left_to_the_branch),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
