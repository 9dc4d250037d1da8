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
} HullTask;

typedef struct HullMix {
    double gain[PACKAGE_SIGNERS_MOST], t;
    double value, most;                /* reached; proved by the dual to be no less than any other's */
    double dual[PACKAGE_SIGNERS_MOST]; /* what a unit less of low_k would bring, not negative */
    int count;                         /* points with a share, at most width + 1 */
    size_t row[PACKAGE_SIGNERS_MOST + 1];
    double share[PACKAGE_SIGNERS_MOST + 1];
} HullMix;

/* False where no mix is allowed. */
bool hull_solve(const Hull *hull, const HullTask *task, HullMix *result);

#endif
