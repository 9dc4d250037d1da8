/* SPDX-License-Identifier: GPL-3.0-or-later
 * A profile's solutions where its packages are too many to be looked at and too entangled for the dynamic programme:
 * branch and bound, with what the best found can fall short by. Private to the room. */
#ifndef PACKAGES_SEARCHED_H
#define PACKAGES_SEARCHED_H

#include "packages/bounds.h"
#include "packages/listing.h"
#include "packages/lotteries.h"

typedef struct Searched {
    Listing listing;            /* of the packages looked at */
    double most[CONCEPT_COUNT]; /* no package of the zone reaches a higher level (shares: of the ideal found) */
    double opening_least;       /* points: no opening costs less */
    LotteryCeiling *ceilings;   /* in the arena */
    int ceiling_count;
} Searched;

typedef struct SearchedLimits {
    size_t nodes, looks; /* of each search */
    size_t seen;         /* of all: with more, no step uphill is taken */
} SearchedLimits;

/* Packages are numbered in 64 bits: the caller sees to it. Ended early by the task's observer, the bounds are the
 * wider. `opening_only`: no concepts. */
BrinkStatus searched_find(const ListingTask *task, SearchedLimits limits, bool opening_only, Arena *arena,
                          Searched *result);

#endif
