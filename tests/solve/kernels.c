/* SPDX-License-Identifier: GPL-3.0-or-later
 * Every kernel that this machine runs beside the scalar one, on stages of many shapes, batches of awkward lengths, and
 * payoffs tiny and huge. */
#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "base/base.h"
#include "solve/kernels/kernels.h"

enum { STEPS = 6, SIDE = STEPS + 1, POINTS = SIDE * SIDE, TARGETS = 3 };

typedef struct Problem {
    KernelStage stage;
    double rows[TARGETS][POINTS * KERNEL_VALUES + 8];
    double beliefs[2][POINTS];
    uint32_t stream;
} Problem;

static double draw(Problem *problem, double low, double high) {
    static uint64_t index;
    return low + (high - low) * random_uniform(11, problem->stream, index++);
}

static void draw_joint(Problem *problem, KernelJoint *joint, double size) {
    joint->kind = (KernelAhead)(int)draw(problem, 0, 2.999);
    joint->rows = problem->rows[(int)draw(problem, 0, TARGETS - 0.001)];
    for (int v = 0; v < KERNEL_VALUES; v++) {
        joint->constant[v] = draw(problem, -size, size);
        joint->factor[v] = draw(problem, 0.8, 1);
        for (int b = 0; b < 3; b++) joint->bend[b][v] = draw(problem, -size, size) / 4;
    }
}

/* What an end is worth to the types of a mover does not move with the belief about them. */
static void make_end(const KernelStage *stage, KernelJoint *joint) {
    for (int k = 0; k < stage->mover_count; k++)
        for (int v = stage->movers[k].column; v < stage->movers[k].column + stage->movers[k].types; v++)
            if (stage->movers[k].axis >= 0) joint->bend[stage->movers[k].axis][v] = joint->bend[2][v] = 0;
}

/* A stage of movers with types[k] types and actions[k] actions, the third of them with none or one; payoffs up to
 * `size`, rationality such that odds stay moderate. */
static Problem *problem_new(const int types[NARROW_MOVERS], const int actions[NARROW_MOVERS], double size,
                            double sharpness) {
    static uint32_t stream;
    Problem *problem = calloc(1, sizeof *problem);
    assert_non_null(problem);
    KernelStage *stage = &problem->stage;
    int axes = 0;
    problem->stream = stream++;
    *stage = (KernelStage){.mover_count = 2 + types[2],
                           .value_count = 6,
                           .mover_columns = 4 + types[2],
                           .joint_count = actions[0] * actions[1] * (types[2] ? actions[2] : 1),
                           .resolution = STEPS,
                           .axis_mover = {-1, -1},
                           .axis_stride = {SIDE, 1}};
    for (int k = 0; k < stage->mover_count; k++) {
        stage->movers[k] = (KernelMover){types[k],
                                         actions[k],
                                         2 * k,
                                         types[k] > 1 ? axes : -1,
                                         stage->choice_count,
                                         stage->unknown_count,
                                         stage->slot_count,
                                         {sharpness / size, sharpness / size}};
        if (types[k] > 1) stage->axis_mover[axes++] = k;
        stage->choice_count += types[k] * actions[k];
        stage->unknown_count += types[k] * (actions[k] - 1);
        stage->slot_count += actions[k];
    }
    for (int u = 0; u < stage->unknown_count; u++) {
        stage->open[u] = draw(problem, 0, 1) > 0.1;
        stage->base[u] = stage->open[u] > 0 ? draw(problem, -2, 1) : 0;
    }
    for (int t = 0; t < TARGETS; t++)
        for (int i = 0; i < POINTS * KERNEL_VALUES; i++) problem->rows[t][i] = draw(problem, -size, size) / 4;
    for (int j = 0; j < stage->joint_count; j++) {
        draw_joint(problem, &stage->joints[j], size);
        if (j % 2) make_end(stage, &stage->joints[j]);
    }
    for (int s = 0; s < stage->slot_count; s++) stage->is_located[s] = true;
    for (int point = 0; point < POINTS; point++) {
        problem->beliefs[0][point] = (double)(point / SIDE) / STEPS;
        problem->beliefs[1][point] = (double)(point % SIDE) / STEPS;
    }
    for (int axis = 0; axis < 2; axis++) stage->belief[axis] = problem->beliefs[axis];
    kernel_prepare(stage);
    return problem;
}

typedef struct Answer {
    double odds[POINTS * KERNEL_UNKNOWNS], sigma[POINTS * KERNEL_CHOICES], values[POINTS * KERNEL_VALUES];
    unsigned char trust[POINTS];
} Answer;

static Answer *answer_new(const Kernels *kernels, const Problem *problem, KernelStart start, int count) {
    Answer *answer = calloc(1, sizeof *answer);
    int points[POINTS];
    assert_non_null(answer);
    for (int i = 0; i < POINTS; i++) points[i] = (i * 5) % POINTS; /* every point once, in no order */
    KernelBatch batch = {.start = start,
                         .count = count,
                         .points = points,
                         .odds_width = KERNEL_UNKNOWNS,
                         .odds = answer->odds,
                         .sigma = answer->sigma,
                         .values = answer->values,
                         .trust = answer->trust};
    kernels->solve(&problem->stage, &batch);
    return answer;
}

/* In units of the payoffs' size, at the points where neither is in doubt; at others nothing is promised. Returns how
 * many were compared. */
static int compare_answers(const Problem *problem, const Answer *a, const Answer *b, int count, double size) {
    int compared = 0;
    for (int i = 0; i < count; i++) {
        int point = (i * 5) % POINTS, unknowns = problem->stage.unknown_count;
        if (a->trust[i] == KERNEL_DOUBT || b->trust[i] == KERNEL_DOUBT) continue;
        compared++;
        for (int u = 0; u < unknowns; u++) {
            double own = a->sigma[point * unknowns + u], other = b->sigma[point * unknowns + u];
            assert_true(fabs(own - other) < 1e-9 * (1 + fabs(own)));
        }
        for (int v = 0; v < 6; v++) {
            double difference = a->values[point * 6 + v] - b->values[point * 6 + v];
            assert_true(fabs(difference) < 1e-9 * size);
        }
    }
    return compared;
}

static void try_shape(const int types[NARROW_MOVERS], const int actions[NARROW_MOVERS], double size, double sharpness,
                      int *compared, int *all) {
    static const int counts[] = {1, 2, 3, 7, 8, 9, POINTS};
    const Kernels *list[4];
    int kernels = kernels_list(list);
    Problem *problem = problem_new(types, actions, size, sharpness);
    for (size_t c = 0; c < sizeof counts / sizeof *counts; c++)
        for (int k = 1; k < kernels; k++) {
            Answer *scalar = answer_new(list[0], problem, KERNEL_WALK, counts[c]);
            Answer *vector = answer_new(list[k], problem, KERNEL_WALK, counts[c]);
            *compared += compare_answers(problem, scalar, vector, counts[c], size);
            *all += counts[c];
            free(scalar);
            free(vector);
        }
    free(problem);
}

static void every_variant_agrees_with_the_scalar_one(void **state) {
    (void)state;
    static const double sizes[] = {1e-6, 1, 1e9};
    int compared = 0, all = 0;
    for (int shape = 0; shape < 8; shape++)
        for (int actions = 1; actions <= 4; actions++)
            for (size_t s = 0; s < 3; s++)
                for (int again = 0; again < 3; again++)
                    try_shape((const int[]){1 + shape / 2 % 2, 1 + shape % 2, shape / 4},
                              (const int[]){actions, again == 2 ? 2 : actions, 2}, sizes[s], again == 0 ? 0.01 : 3,
                              &compared, &all);
    print_message("%d of %d points compared\n", compared, all);
    assert_true(all == 0 || compared > 9 * all / 10); /* all is 0 where only the scalar kernel runs */
}

/* ---- One point by itself ---- */

enum { UNKNOWNS = 13, PROBED = 18 };

static KernelProbe *probe_new(const Problem *problem) {
    KernelProbe *probe = malloc(kernel_probe_size());
    assert_non_null(probe);
    kernel_probe_set(probe, &problem->stage);
    return probe;
}

static void a_probe_answers_a_solution_with_itself(void **state) {
    (void)state;
    const Kernels *list[4];
    int tried = 0;
    kernels_list(list);
    for (int again = 0; again < 8; again++) {
        Problem *problem = problem_new((const int[]){2, 2, 0}, (const int[]){2 + again % 2, 2, 0}, 1, 1);
        Answer *answer = answer_new(list[0], problem, KERNEL_WALK, POINTS);
        KernelProbe *probe = probe_new(problem);
        const KernelStage *stage = &problem->stage;
        for (int i = 0; i < POINTS; i++) {
            int point = (i * 5) % POINTS;
            double gain[UNKNOWNS], *odds = answer->odds + (size_t)point * KERNEL_UNKNOWNS;
            if (answer->trust[i] == KERNEL_DOUBT) continue;
            kernel_probe_place(probe, point);
            assert_true(kernel_probe_respond(probe, odds, gain, NULL));
            for (int u = 0; u < stage->unknown_count; u++)
                assert_true(fabs(stage->base[u] + gain[u] - odds[u]) < 3e-11);
            tried++;
        }
        free(probe);
        free(answer);
        free(problem);
    }
    assert_true(tried > 8 * POINTS * 9 / 10);
}

/* Central differences: kinks are met with no chance to speak of. */
static void a_probe_s_slope_is_that_of_its_gain(void **state) {
    (void)state;
    const double h = 1e-6;
    for (int again = 0; again < PROBED; again++) {
        bool has_third = again % 3 == 0;
        int more = 2 * (again % 6 == 0); /* with it, the shape that is compiled */
        Problem *problem = problem_new((const int[]){2, has_third ? 2 : 1 + again % 2, has_third},
                                       (const int[]){2 + again % 2 + more, 2 + more, 2}, 1, 1);
        KernelProbe *probe = probe_new(problem);
        int n = problem->stage.unknown_count;
        double z[UNKNOWNS], gain[UNKNOWNS], slope[UNKNOWNS * UNKNOWNS], up[UNKNOWNS], down[UNKNOWNS];
        assert_true(n <= UNKNOWNS);
        kernel_probe_place(probe, again % POINTS + 8);
        for (int u = 0; u < n; u++) z[u] = draw(problem, -2, 2);
        assert_true(kernel_probe_respond(probe, z, gain, slope));
        for (int w = 0; w < n; w++) {
            double at = z[w];
            z[w] = at + h;
            assert_true(kernel_probe_respond(probe, z, up, NULL));
            z[w] = at - h;
            assert_true(kernel_probe_respond(probe, z, down, NULL));
            z[w] = at;
            for (int u = 0; u < n; u++) assert_true(fabs((up[u] - down[u]) / (2 * h) - slope[u * n + w]) < 1e-7);
        }
        free(probe);
        free(problem);
    }
}

/* The reference has logarithms for these. */
static void a_probe_declines_what_its_arithmetic_cannot_hold(void **state) {
    (void)state;
    Problem *problem = problem_new((const int[]){2, 2, 0}, (const int[]){2, 2, 0}, 1, 1);
    KernelProbe *probe = probe_new(problem);
    double z[UNKNOWNS] = {601, 0, 0, 0}, gain[UNKNOWNS] = {-7};
    kernel_probe_place(probe, 9);
    assert_false(kernel_probe_respond(probe, z, gain, NULL));
    z[0] = NAN;
    assert_false(kernel_probe_respond(probe, z, gain, NULL));
    assert_true(gain[0] == -7);
    free(probe);
    free(problem);
}

static void exponentials_are_right_to_two_units_in_the_last_place(void **state) {
    (void)state;
    enum { COUNT = 20003 };
    const Kernels *list[4];
    int kernels = kernels_list(list);
    double *x = calloc(COUNT, sizeof *x), *e = calloc(COUNT, sizeof *e);
    assert_true(x && e);
    for (int i = 0; i < COUNT; i++) x[i] = -700 + 1400.0 * i / (COUNT - 1);
    x[0] = 0;
    x[1] = -0.0;
    x[2] = 1e-300;
    x[3] = 0x1.62e42fefa39efp-2; /* log(2) / 2: where the scale changes */
    for (int k = 0; k < kernels; k++) {
        list[k]->exponentials(COUNT, x, e);
        for (int i = 0; i < COUNT; i++) assert_true(fabs(e[i] / exp(x[i]) - 1) <= 2 * 0x1p-52);
    }
    free(x);
    free(e);
}

static void exponentials_grow_to_two_units_in_the_last_place(void **state) {
    (void)state;
    enum { COUNT = 4099 };
    const Kernels *list[4];
    int kernels = kernels_list(list);
    double d[COUNT], e[COUNT];
    for (int i = 0; i < COUNT; i++) d[i] = (2.0 * i / (COUNT - 1) - 1) / KERNEL_SHORT;
    for (int k = 0; k < kernels; k++) {
        for (int i = 0; i < COUNT; i++) e[i] = 1 + i;
        list[k]->grow(COUNT, d, e);
        for (int i = 0; i < COUNT; i++) assert_true(fabs(e[i] / ((1 + i) * exp(d[i])) - 1) <= 2 * 0x1p-52);
    }
}

static void arguments_beyond_reach_stay_finite(void **state) {
    (void)state;
    const Kernels *list[4];
    double x[] = {-1e300, -710, 710, 1e300}, e[4];
    for (int k = 1, kernels = kernels_list(list); k < kernels; k++) {
        list[k]->exponentials(4, x, e);
        for (int i = 0; i < 4; i++) assert_true(isfinite(e[i]) && e[i] > 0);
    }
}

/* ---- Sums of rows ---- */

enum { SUM_ROWS = 60, SUM_TERMS = 26, WIDEST = 5 * KERNEL_BLOCK };

/* Row r is the sum of r % (SUM_TERMS + 1) rows before it. */
typedef struct Summed {
    int start[SUM_ROWS + 1], parents[SUM_ROWS * SUM_TERMS];
    double weights[SUM_ROWS * SUM_TERMS];
} Summed;

static void draw_sums(Problem *problem, Summed *summed) {
    int count = 0;
    for (int row = 0; row < SUM_ROWS; row++) {
        summed->start[row] = count;
        for (int term = 0; term < row % (SUM_TERMS + 1); term++, count++) {
            summed->parents[count] = (int)draw(problem, 0, row - 0.001);
            summed->weights[count] = draw(problem, -1, 1) / SUM_TERMS;
        }
    }
    summed->start[SUM_ROWS] = count;
}

/* Every second row, from SUM_TERMS / 2 on, against the plain sum; the others stay. */
static void try_sums(const Kernels *kernels, Problem *problem, const Summed *summed, int width) {
    double rows[SUM_ROWS * WIDEST], plain[SUM_ROWS * WIDEST];
    int list[SUM_ROWS], count = 0;
    for (int i = 0; i < SUM_ROWS * width; i++) rows[i] = plain[i] = draw(problem, -1, 1);
    for (int row = SUM_TERMS / 2; row < SUM_ROWS; row += 2) {
        list[count++] = row;
        for (int c = 0; c < width; c++) {
            double sum = 0;
            for (int i = summed->start[row]; i < summed->start[row + 1]; i++)
                sum += summed->weights[i] * plain[summed->parents[i] * width + c];
            plain[row * width + c] = sum;
        }
    }
    const KernelSums sums = {summed->start, summed->parents, summed->weights};
    kernels->sum_rows(&sums, count, list, width, rows);
    for (int i = 0; i < SUM_ROWS * width; i++) assert_true(fabs(rows[i] - plain[i]) <= 1e-15);
}

static void sums_of_rows_are_those_added_one_by_one(void **state) {
    (void)state;
    const Kernels *list[4];
    int kernels = kernels_list(list);
    Problem *problem = problem_new((const int[]){1, 1, 0}, (const int[]){2, 2, 0}, 1, 1);
    Summed *summed = calloc(1, sizeof *summed);
    assert_non_null(summed);
    draw_sums(problem, summed);
    for (int k = 0; k < kernels; k++)
        for (int width = KERNEL_BLOCK; width <= WIDEST; width += KERNEL_BLOCK)
            try_sums(list[k], problem, summed, width);
    free(summed);
    free(problem);
}

static void the_environment_chooses_the_kernel(void **state) {
    (void)state;
    const Kernels *list[4];
    int kernels = kernels_list(list);
    for (int k = 0; k < kernels; k++) {
        assert_int_equal(setenv("BRINK_KERNELS", list[k]->name, 1), 0);
        assert_ptr_equal(kernels_select(), list[k]);
    }
    assert_int_equal(setenv("BRINK_KERNELS", "no such kernel", 1), 0);
    assert_ptr_equal(kernels_select(), list[kernels - 1]);
    unsetenv("BRINK_KERNELS");
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(every_variant_agrees_with_the_scalar_one),
        cmocka_unit_test(a_probe_answers_a_solution_with_itself),
        cmocka_unit_test(a_probe_s_slope_is_that_of_its_gain),
        cmocka_unit_test(a_probe_declines_what_its_arithmetic_cannot_hold),
        cmocka_unit_test(exponentials_grow_to_two_units_in_the_last_place),
        cmocka_unit_test(exponentials_are_right_to_two_units_in_the_last_place),
        cmocka_unit_test(arguments_beyond_reach_stay_finite),
        cmocka_unit_test(sums_of_rows_are_those_added_one_by_one),
        cmocka_unit_test(the_environment_chooses_the_kernel),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
