/* SPDX-License-Identifier: GPL-3.0-or-later
 * Lotteries of two signers, in closed form. Private to the room. */
#ifndef PACKAGES_EDGES_H
#define PACKAGES_EDGES_H

#include "packages/packages.h"
#include "packages/runs.h"

/* The lottery of two points at which the concept is largest. Every package being at most `epsilon` better, for anyone,
 * than some point, `most` is what no lottery of packages exceeds; shares are those of the ideal found. Where a whole
 * edge is best (utilitarian), its middle. Count 0: no lottery of points is worth signing to both; `most` NAN: nor is
 * one of packages. False when memory is short. */
bool edges_find(const Points *points, const int64_t *least, int64_t epsilon, PackageConcept concept, Arena *arena,
                PackageLottery *result);

#endif
