/* SPDX-License-Identifier: GPL-3.0-or-later
 * The concepts where any number of signers may sign a lottery among packages: the convex hull of the points, of it what
 * gives each signer at least what it has without an agreement. Private to the room. */
#ifndef PACKAGES_LOTTERIES_H
#define PACKAGES_LOTTERIES_H

#include "packages/packages.h"
#include "packages/runs.h"

/* Writes a lottery per concept, of at most one point more than there are signers; count 0 where there is none. `any`
 * tells whether some lottery is worth signing to all. False when memory is short. */
bool lotteries_find(const Points *points, int width, const int64_t *least, Arena *arena, bool *any,
                    PackageLottery *result /* [CONCEPT_COUNT] */);

#endif
