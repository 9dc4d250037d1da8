/* SPDX-License-Identifier: GPL-3.0-or-later
 * What stands in the way of agreement, and of how many packages. Private to the room. */
#ifndef PACKAGES_BLOCKS_H
#define PACKAGES_BLOCKS_H

#include "packages/count.h"
#include "packages/packages.h"

/* Rules, red lines, verifiability and outside values of a profile, counts unset; NULL when memory is short. */
PackageBlock *blocks_list(const Situation *situation, const Space *space, Arena *arena, int *count);
/* Fills in the counts by decomposition, of the first `counted` where it is stopped. `outside` as for space_new. */
BrinkStatus blocks_count(const Space *space, const int *types, const double *outside, CountLimits limits,
                         PackageBlock *blocks, int count, int *counted);
/* Packages that obey the rules and that one signer signs, whatever the others do. */
BrinkStatus blocks_signed_by(const Space *space, const int *types, const double *outside, CountLimits limits,
                             int signer, PackageCount *result);

#endif
