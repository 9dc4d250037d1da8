/* SPDX-License-Identifier: GPL-3.0-or-later
 * The kernels of *wide* stages: more types, or more movers, than those of kernels.h hold. The same batch, the same
 * contract, the same Newton (stage_follow.h); what differs is the continuation.
 *
 * A mover with m types has a simplex of beliefs with a grid of its own, and its posterior after each of its actions
 * lies in a cell of that grid with m vertices, found as grid.c does. The grid's points are numbered with the last Kuhn
 * coordinate fastest, so a point's number is the sum of C(y + d - 1, d) over the coordinates y, d counting them from
 * the last, and a step along one raises it by C(y + d - 1, d - 1): no table is needed to find the vertices.
 *
 * Joint actions are taken one after the other: looked up at the product of the cells, added to the payoffs and to their
 * derivative, and forgotten; so their number is of no weight. What a type expects is linear in the cell; with its
 * linear piece taken out to the corners of the simplex, worth_f being its value where the mover is known to be of type
 * f, a change of the log-probability that type f takes the action a moves another mover's payoff by
 *     belief_f sigma_f(a) worth_f                     (public chance and posterior in one)
 * and its own by
 *     posterior_f (worth_f - worth)
 * (docs/method/qre.md, "Newton", rearranged).
 *
 * Rows of values are interpolated as rows for each mover's vertices, averaged over the other movers', and then turned
 * to columns, where all lanes share the rest. */
#ifndef SOLVE_WIDE_H
#define SOLVE_WIDE_H

#include "solve/kernels/kernels.h"

enum {
    WIDE_VALUES = 16,
    WIDE_JOINTS = 128,
    WIDE_CORNERS = 64, /* product of the movers' types */
    WIDE_VERTICES = 16 /* sum of the types of movers that have more than one */
};

/* As KernelJoint: constant + factor * continuation, looked up in `rows`; NULL: there is none. One that is linear in
 * each mover's belief is read at the corners of the grid alone, which no lane moves. */
typedef struct WideJoint {
    const double *rows;
    bool is_linear;
    double constant[WIDE_VALUES], factor[WIDE_VALUES];
} WideJoint;

/* What a KernelStage says of axes, cells and joint actions is not read; this stands for it. */
typedef struct WideAhead {
    int resolution[KERNEL_MOVERS];            /* of each mover's grid */
    int stride[KERNEL_MOVERS];                /* step in point index per point of it */
    int certain[KERNEL_MOVERS][KERNEL_TYPES]; /* part of the index of a point at which the mover is of that type */
    const double *beliefs;                    /* [point][belief_width]; a mover's types stand from its column on */
    int belief_width;
    WideJoint joints[WIDE_JOINTS];
} WideAhead;

/* To be called once before such a stage is solved: turns payoffs of movers to log-odds. */
void wide_prepare(const KernelStage *stage, WideAhead *ahead);

typedef struct WideKernels {
    const char *name;
    void (*solve)(const KernelStage *stage, const WideAhead *ahead, KernelBatch *batch);
} WideKernels;

/* Those that go with the kernels of that name. */
const WideKernels *wide_select(const char *name);

#endif
