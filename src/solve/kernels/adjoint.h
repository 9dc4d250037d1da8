/* SPDX-License-Identifier: GPL-3.0-or-later
 * The arithmetic of the derivatives (docs/method/gradient.md): the adjoints of all belief points of one stage, one in
 * each lane. Arrays in, arrays out, as kernels.h, whose KernelStage tells the stage (not prepared: its payoffs are as
 * the game has them); its `elsewhere` must be NULL.
 *
 * Contract: rows of values are read as kernels.h says. Sums over points are taken lane by lane and then over lanes, so
 * they depend on the number of lanes, and on nothing else. */
#ifndef SOLVE_KERNELS_ADJOINT_H
#define SOLVE_KERNELS_ADJOINT_H

#include "solve/kernels/kernels.h"

enum { ADJOINT_OUTCOMES = 4, ADJOINT_COLUMNS = KERNEL_VALUES * ADJOINT_OUTCOMES };

/* What goes on behind a joint action, beside what the KernelStage says. Columns are [value][outcome], value_count *
 * ADJOINT_OUTCOMES of them. */
typedef struct AdjointJoint {
    const double *odds; /* of the outcomes, [point][outcome]; or one row where the target is not looked up */
    bool is_odds_row;
    bool wants_behind;
    double *back, *mass;               /* [point][column], [point] of the target, added to where it is looked up */
    double flow[ADJOINT_COLUMNS];      /* out: how the odds move with what the joint action is worth */
    double behind[ADJOINT_COLUMNS];    /* out, where wanted: the same, each point weighed with that worth */
    double corner[4][ADJOINT_COLUMNS]; /* out, BILINEAR: flow * factor by corner of the grid, axis 0 the lowest bit */
    double passed;                     /* out: mass that takes it, where it is not looked up */
} AdjointJoint;

typedef struct AdjointBatch {
    int count;           /* points 0 .. count - 1 */
    const double *sigma; /* [point][unknown], as a KernelBatch has it */
    const double *worth; /* [point][column] how the odds move with the position's values; NULL: not */
    const double *mass;  /* [point] */
    AdjointJoint joints[KERNEL_JOINTS];
    double rationality[KERNEL_MOVERS][2][ADJOINT_OUTCOMES]; /* out */
    double base[KERNEL_UNKNOWNS][ADJOINT_OUTCOMES];         /* out: by the log-ratio of measures */
    double *odds;                                           /* out of `carry`: [point][outcome] */
    int *doubt, doubt_count; /* out of `sweep`: points whose linear system is near to singular, left out */
} AdjointBatch;

typedef struct AdjointKernels {
    const char *name;
    void (*carry)(const KernelStage *stage, AdjointBatch *batch); /* odds of the outcomes from the stage on */
    void (*sweep)(const KernelStage *stage, AdjointBatch *batch);
} AdjointKernels;

/* Those that go with kernels_select(). */
const AdjointKernels *adjoint_select(void);
/* All that this machine runs, scalar first; returns their number. */
int adjoint_list(const AdjointKernels *list[4]);

#endif
