/* SPDX-License-Identifier: GPL-3.0-or-later
 * How many packages there are, obey the rules, or are signed by all, by decomposition. Private to the room. */
#ifndef PACKAGES_COUNT_H
#define PACKAGES_COUNT_H

#include "packages/expand.h"
#include "packages/packages.h"

/* Issues in the order in which they are best decided: those that share conditions next to each other. */
bool count_order(const Space *space, int *issues /* [issue_count] */, Arena *scratch);

typedef struct CountLimits {
    size_t points_most; /* per half and layer */
    size_t stored_most; /* of them, where they are written down; 0: as many as suit */
    int groups_most;
    Watch *watch; /* may be NULL; stopped, counts end with what encloses them by then */
} CountLimits;

/* All packages of a situation. */
double count_all(const Situation *situation);
/* Those that break no rule and meet no bar of the space; worths are not looked at. */
BrinkStatus count_admitted(const Space *space, CountLimits limits, PackageCount *result);
/* Those of them with at least `least` for every signer. */
BrinkStatus count_signed(const Space *space, const int64_t *least, CountLimits limits, PackageCount *result);

#endif
