/* SPDX-License-Identifier: GPL-3.0-or-later
 * The principal branch of a logit equilibrium, followed from rationality 0 (McKelvey and Palfrey 1995, 1998; Turocy
 * 2005).
 *
 * Unknowns are log-odds z, one per free choice probability. With every rationality scaled by s in [0, 1] the
 * equilibrium is
 *
 *     z = base + s * gain(z)
 *
 * where base holds the log-ratios of the measures and gain the payoff differences times rationality, both against the
 * reference action of the same chooser. At s = 0 the solution is base; the branch is the path of solutions that starts
 * there. */
#ifndef BASE_BRANCH_H
#define BASE_BRANCH_H

#include "base/arena.h"

#include <stdbool.h>

/* Writes gain[count] at z[count] and, where `slope` is not NULL, slope[count * count] = d gain_row / d z_column. gain
 * may have kinks; slope is then that of one side. */
typedef void BranchRespond(void *payload, const double *z, double *gain, double *slope);

typedef struct BranchProblem {
    int count;          /* unknowns */
    const double *base; /* [count] */
    BranchRespond *respond;
    void *payload;
} BranchProblem;

typedef enum BranchFound {
    BRANCH_FOUND = 0,
    BRANCH_TURNED, /* found, after the branch turned back at info.turn_scale */
    BRANCH_LOST    /* not found: z is the last point reached */
} BranchFound;

typedef struct BranchInfo {
    double turn_scale;  /* s at the first turn; NAN where there is none */
    double step;        /* |z - base - gain(z)| / (1 + |z|) at the end, largest entry */
    int response_count; /* calls of respond */
} BranchInfo;

typedef struct BranchWorkspace BranchWorkspace;

/* For problems of up to `capacity` unknowns; NULL when memory is short. Lives with the arena. */
BranchWorkspace *branch_workspace_new(Arena *arena, int capacity);
/* Follows the branch to s = 1 and writes the solution to z[count] (its value on entry is not used). */
BranchFound branch_follow(const BranchProblem *problem, BranchWorkspace *workspace, double *z, BranchInfo *info);

#endif
