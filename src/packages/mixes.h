/* SPDX-License-Identifier: GPL-3.0-or-later
 * Lotteries of any number of signers, by linear programmes over the convex hull of the points. Private to the room. */
#ifndef PACKAGES_MIXES_H
#define PACKAGES_MIXES_H

#include "packages/packages.h"
#include "packages/runs.h"

/* Writes a lottery per concept, of at most one point more than there are signers. Every package being at most `epsilon`
 * better, for anyone, than some point, `most` is what no lottery of packages exceeds; shares are those of the ideal
 * found, products those of the signers who can gain at the points. Count 0: none was found; `most` is then NAN where
 * there is none, INFINITY where nothing is proved. `steps_most`: of a linear programme; 0: as many as are ever needed.
 * False when memory is short. */
bool mixes_find(const Points *points, int width, const int64_t *least, int64_t epsilon, int steps_most, Arena *arena,
                PackageLottery *result /* [CONCEPT_COUNT] */);

#endif
