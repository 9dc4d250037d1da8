/* SPDX-License-Identifier: GPL-3.0-or-later
 * Times an iteration of each kernel, and beside it the same numbers of exponentials, look-ups and multiply-adds none of
 * which waits for another's result, on rows of the same size (docs/performance.md, "The ceiling"). The stages are those
 * of an answer: two parties of two types each, whose continuation is looked up unless somebody walks. One line of JSON
 * per kernel and number of actions, processor nanoseconds per iteration of one lane.
 *
 *   bench-ceiling [KERNEL] */
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/base.h"
#include "seconds.h"
#include "solve/kernels/kernels.h"

enum { STEPS = 20, SIDE = STEPS + 1, POINTS = SIDE * SIDE, VALUES = 6, TARGETS = 4, REPEATS = 200, TIMES = 1000 };

typedef struct Bench {
    KernelStage stage;
    double rows[TARGETS][POINTS * VALUES + 8];
    double beliefs[2][POINTS];
    int points[POINTS], offsets[POINTS];
    double solved[POINTS * KERNEL_UNKNOWNS], odds[POINTS * KERNEL_UNKNOWNS];
    double sigma[POINTS * KERNEL_CHOICES], values[POINTS * KERNEL_VALUES];
    unsigned char trust[POINTS];
    uint64_t drawn;
} Bench;

static double draw(Bench *bench, double low, double high) {
    return low + (high - low) * random_uniform(5, 0, bench->drawn++);
}

static double nanoseconds(void) {
    return 1e9 * seconds_of(CLOCK_THREAD_CPUTIME_ID);
}

/* ---- A stage ---- */

static void set_movers(KernelStage *stage, int actions) {
    for (int k = 0; k < 2; k++) {
        stage->movers[k] =
            (KernelMover){2, actions, 2 * k, k, stage->choice_count, stage->unknown_count, stage->slot_count, {1, 1}};
        stage->axis_mover[k] = k;
        stage->choice_count += 2 * actions;
        stage->unknown_count += 2 * (actions - 1);
        stage->slot_count += actions;
    }
}

/* Smooth rows, as the values of solved positions are. */
static void set_rows(Bench *bench) {
    for (int point = 0; point < POINTS; point++) {
        int row = point / SIDE;
        double x = bench->beliefs[0][point] = (double)row / STEPS;
        double y = bench->beliefs[1][point] = (double)(point % SIDE) / STEPS;
        bench->points[point] = point;
        bench->offsets[point] = (int)draw(bench, 0, POINTS - SIDE - 2) * VALUES;
        for (int t = 0; t < TARGETS; t++)
            for (int v = 0; v < VALUES; v++)
                bench->rows[t][point * VALUES + v] = sin(x * (1 + t) + v) + cos(2 * y * (1 + v) - t);
    }
}

/* Action 1 is to walk. */
static void set_joints(Bench *bench, int actions) {
    int looked_up = 0;
    for (int j = 0; j < actions * actions; j++) {
        KernelJoint *joint = &bench->stage.joints[j];
        joint->kind = j / actions == 1 || j % actions == 1 ? KERNEL_CONSTANT : KERNEL_LOOKED_UP;
        joint->rows = bench->rows[joint->kind == KERNEL_LOOKED_UP ? looked_up++ : 0];
        for (int v = 0; v < KERNEL_VALUES; v++) {
            joint->constant[v] = draw(bench, -1, 1);
            joint->factor[v] = 0.95;
        }
    }
}

static Bench *bench_new(int actions) {
    Bench *bench = calloc(1, sizeof *bench);
    if (!bench) return NULL;
    KernelStage *stage = &bench->stage;
    *stage = (KernelStage){.mover_count = 2,
                           .value_count = VALUES,
                           .mover_columns = 4,
                           .joint_count = actions * actions,
                           .resolution = STEPS,
                           .axis_stride = {SIDE, 1}};
    set_movers(stage, actions);
    set_rows(bench);
    set_joints(bench, actions);
    for (int u = 0; u < stage->unknown_count; u++) stage->open[u] = 1;
    for (int s = 0; s < stage->slot_count; s++) stage->is_located[s] = s % actions != 1;
    for (int axis = 0; axis < 2; axis++) stage->belief[axis] = bench->beliefs[axis];
    kernel_prepare(stage);
    return bench;
}

/* ---- What an iteration needs ---- */

/* Multiply-adds, additions and multiplications alike, as few as the author knows how to arrange them in; divisions,
 * comparisons and whole numbers are left out. With the derivative, its factors and the Newton step, or with the step
 * alone. m actions, u = 4 (m - 1) unknowns, l joint actions looked up. */
static KernelWork work_of(int m, bool with_slope) {
    int u = 4 * (m - 1), l = m == 3 ? 4 : 1;
    KernelWork work = {.exponentials = u, .rows = 4 * l};
    work.multiply_adds = 2 * u           /* sums of exponentials, and odds to probabilities */
                         + 10 * m        /* per action: two shares, their sum, coordinate and fraction */
                         + 4 * 7 * l     /* between four corners, and the worth */
                         + 4 * m * m + u /* payoffs, gains */
                         + 2 * u         /* defect */
                         + u * u + u;    /* substitution and step */
    if (!with_slope) return work;
    work.multiply_adds += 4 * 4 * l                   /* slopes by both posteriors */
                          + 2 * m * u                 /* worth and slopes against the first action's */
                          + u * (3 * m + 4 * (m - 1)) /* by the other's odds */
                          + u * (m + 2 + 2 * (m - 1)) /* by one's own */
                          + u                         /* 1 on the diagonal */
                          + (u - 1) * u / 2 + (u - 1) * u * (2 * u - 1) / 6; /* factors */
    return work;
}

/* ---- Timing ---- */

/* Best of many, per lane. */
static double time_work(const Kernels *kernels, const Bench *bench, KernelWork work) {
    double best = INFINITY;
    for (int repeat = 0; repeat < REPEATS / 10; repeat++) {
        double start = nanoseconds();
        volatile double kept = kernels->work(&work, TIMES, bench->rows[0], bench->offsets, POINTS);
        (void)kept;
        best = fmin(best, nanoseconds() - start);
    }
    return best / TIMES / kernels->width;
}

static double time_solve(const Kernels *kernels, Bench *bench, KernelBatch *batch) {
    double best = INFINITY;
    batch->start = KERNEL_WALK;
    batch->odds_width = KERNEL_UNKNOWNS;
    batch->odds = bench->solved;
    kernels->solve(&bench->stage, batch);
    batch->start = KERNEL_WARM;
    batch->odds = bench->odds;
    for (int repeat = 0; repeat < REPEATS; repeat++) {
        for (int i = 0; i < POINTS * KERNEL_UNKNOWNS; i++) bench->odds[i] = bench->solved[i] + draw(bench, 0, 1e-3);
        double start = nanoseconds();
        kernels->solve(&bench->stage, batch);
        best = fmin(best, nanoseconds() - start);
    }
    return best;
}

static bool time_kernel(const Kernels *kernels, int actions) {
    Bench *bench = bench_new(actions);
    if (!bench) return false;
    KernelBatch batch = {.count = POINTS,
                         .points = bench->points,
                         .sigma = bench->sigma,
                         .values = bench->values,
                         .trust = bench->trust};
    double took = time_solve(kernels, bench, &batch), slopes = (double)batch.slopes,
           steps = (double)(batch.responses - batch.slopes);
    double slope_floor = time_work(kernels, bench, work_of(actions, true));
    double step_floor = time_work(kernels, bench, work_of(actions, false));
    double floor = slopes * slope_floor + steps * step_floor;
    printf("{\"kernel\": \"%s\", \"actions\": %d, \"responses_per_point\": %.2f, \"slopes_per_point\": %.2f, "
           "\"nanoseconds_per_iteration\": %.2f, \"ceiling_with_slope\": %.2f, \"ceiling_without\": %.2f, "
           "\"share_of_ceiling\": %.3f}\n",
           kernels->name, actions, (slopes + steps) / POINTS, slopes / POINTS, took / (slopes + steps), slope_floor,
           step_floor, floor / took);
    free(bench);
    return true;
}

int main(int count, char **arguments) {
    const Kernels *list[4];
    bool is_good = true;
    for (int k = 0, kernels = kernels_list(list); k < kernels; k++)
        for (int actions = 2; actions <= 3; actions++)
            if (count < 2 || strcmp(arguments[1], list[k]->name) == 0)
                is_good = time_kernel(list[k], actions) && is_good;
    return is_good ? 0 : 2;
}
