/* SPDX-License-Identifier: GPL-3.0-or-later
 * Linear programmes over the convex hull of points, each point a column (Dantzig 1963; columns priced by going over the
 * points, Gilmore and Gomory 1961). Private to the room. */
#ifndef PACKAGES_HULL_H
#define PACKAGES_HULL_H

#include "packages/space.h"

typedef struct Hull {
    const double *gain; /* [count][width], of the size of 1 */
    size_t count;
    int width;
} Hull;

/* The mix g of points and the number t at which objective . g + rise t is largest, where g_k - slope_k t >= low_k. */
typedef struct HullTask {
    double objective[PACKAGE_SIGNERS_MOST], low[PACKAGE_SIGNERS_MOST];
    double slope[PACKAGE_SIGNERS_MOST], rise; /* all 0: no t */
    int steps_most;                           /* 0: as many as are ever needed */
} HullTask;

typedef struct HullMix {
    double gain[PACKAGE_SIGNERS_MOST], t;
    double value, most;                /* reached; proved by the dual to be no less than any other's */
    double dual[PACKAGE_SIGNERS_MOST]; /* what a unit less of low_k would bring, not negative */
    int count;                         /* points with a share, at most width + 1 */
    size_t row[PACKAGE_SIGNERS_MOST + 1];
    double share[PACKAGE_SIGNERS_MOST + 1];
} HullMix;

typedef enum HullOutcome {
    HULL_SOLVED,
    HULL_NO_MIX,  /* none is allowed */
    HULL_UNSOLVED /* none that is allowed was found in so many steps */
} HullOutcome;

/* The result is written where it is solved: the mix found, the best or not, with what proves how good it is. */
HullOutcome hull_solve(const Hull *hull, const HullTask *task, HullMix *result);

#endif
