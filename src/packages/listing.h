/* SPDX-License-Identifier: GPL-3.0-or-later
 * A profile's space with every package looked at in turn: for settled worths, and where conditions are too many for the
 * dynamic programme. Private to the room. */
#ifndef PACKAGES_LISTING_H
#define PACKAGES_LISTING_H

#include "packages/packages.h"
#include "packages/runs.h"
#include "packages/space.h"

typedef struct ListingTask {
    const Space *space;
    bool settled;
    int profile;
    PackageBlock *blocks; /* counts are written; may be NULL */
    int block_count;
    BrinkObserver observer;
    void *payload;
} ListingTask;

typedef struct Listing {
    Points points;
    const size_t *start;     /* [points.count + 1] */
    const uint64_t *numbers; /* packages of each point, as packages are numbered: last issue fastest */
    double open, signed_by_all;
    double signed_by[SPACE_SIGNERS_MOST];
    int lost; /* settlements that did not converge */
} Listing;

BrinkStatus listing_make(const ListingTask *task, Arena *arena, Listing *result);
void listing_options(const Situation *situation, uint64_t number, int *options);

#endif
