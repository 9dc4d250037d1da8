/* SPDX-License-Identifier: GPL-3.0-or-later
 * The concepts where signers may sign a lottery among packages: the convex hull of the points, of it what gives each
 * signer at least what it has without an agreement. Private to the room. */
#ifndef PACKAGES_LOTTERIES_H
#define PACKAGES_LOTTERIES_H

#include "packages/packages.h"
#include "packages/runs.h"

/* What a weighted sum of worths is at most, whatever the package: so it is whatever the lottery. */
typedef struct LotteryCeiling {
    double weight[PACKAGE_SIGNERS_MOST]; /* not negative */
    double most;                         /* points */
} LotteryCeiling;

typedef struct LotteryTask {
    const Points *points;
    int width;
    const int64_t *least;
    int64_t epsilon;                /* every package is at most so much better, for anyone, than some point */
    bool is_partial;                /* not even that: of other packages no more is known than the ceilings */
    const LotteryCeiling *ceilings; /* may be NULL */
    int ceiling_count;
    int steps_most; /* of a linear programme; 0: as many as are ever needed */
} LotteryTask;

/* Writes a lottery per concept. `any`: it is not proved that there is none of any package. False when memory is short.
 */
bool lotteries_find(const LotteryTask *task, Arena *arena, bool *any, PackageLottery *result /* [CONCEPT_COUNT] */);

#endif
