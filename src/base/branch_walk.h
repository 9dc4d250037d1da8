/* SPDX-License-Identifier: GPL-3.0-or-later
 * What the files that follow a branch share: the walk, its workspace and the equation. Private to branch*.c. */
#ifndef BASE_BRANCH_WALK_H
#define BASE_BRANCH_WALK_H

#include "base/branch.h"

enum { BRANCH_WINDOW = 4 };                         /* steps that plain iteration mixes */
static const double branch_tight_tolerance = 1e-13; /* at the end, times 1 + |z| */

struct BranchWorkspace {
    int capacity;
    double *gain, *slope, *matrix, *step, *trial, *best, *previous, *tangent, *normal, *here, *heading;
    double *last_defect, *defect_change, *z_change; /* of plain iteration: BRANCH_WINDOW rows */
    int *pivot;
};

typedef struct Walk {
    const BranchProblem *problem;
    BranchWorkspace *space;
    BranchInfo *info;
    double *z;
    double scale;        /* where z is */
    double scale_before; /* where space->previous is; equal to scale: there is none */
} Walk;

/* LU with partial pivoting in place; returns the sign of the determinant, 0 where it is singular to working precision.
 */
int branch_factorise(double *a, int *pivot, int n);
void branch_back_substitute(const double *a, const int *pivot, int n, double *x);

/* space->gain at z and, where it is not NULL, the slope. */
void branch_respond(Walk *walk, const double *z, double *slope);
/* space->step = base + scale * gain - z; returns its largest entry relative to 1 + |z|. Needs gain at z. */
double branch_defect(Walk *walk, double scale, const double *z);
/* Damped Newton at a fixed scale: the step is halved until the defect falls. *sign is that of det(I - s gain') at the
 * last step. */
bool branch_newton(Walk *walk, double scale, double tolerance, double *z, int *sign);

/* Follows the branch by arclength from s = 0 to its first crossing of s = 1; false where the steps became too small. */
bool branch_walk_along(Walk *walk);

#endif
