/* SPDX-License-Identifier: GPL-3.0-or-later
 * The same concepts where parties may sign a lottery between two packages: two signers, the convex hull of all open
 * packages, of it what gives each signer at least what it has without an agreement. Private to the room. */
#ifndef PACKAGES_LOTTERY_H
#define PACKAGES_LOTTERY_H

#include "packages/packages.h"
#include "packages/runs.h"

/* False where no lottery is worth signing to both, signers are not two, or memory is short. Where a whole edge is best
 * (utilitarian), its middle. */
bool lottery_find(const Points *points, int width, const int64_t *least, PackageConcept concept, Arena *arena,
                  PackageLottery *result);

#endif
