/* SPDX-License-Identifier: GPL-3.0-or-later
 * A profile's space with every package looked at in turn: for settled worths, and where conditions are too many for the
 * dynamic programme. Private to the room. */
#ifndef PACKAGES_LISTING_H
#define PACKAGES_LISTING_H

#include "packages/packages.h"
#include "packages/runs.h"
#include "packages/space.h"
#include "packages/watch.h"

typedef struct ListingTask {
    const Space *space;
    bool settled;
    int profile;
    PackageBlock *blocks; /* counts are written; may be NULL */
    int block_count;
    size_t rows_most; /* efficient packages held at once; 0: as many as there are */
    Watch *watch;     /* may be NULL */
} ListingTask;

typedef struct Listing {
    Points points;
    const size_t *start;     /* [points.count + 1] */
    const uint64_t *numbers; /* packages of each point, as packages are numbered: last issue fastest */
    double open, signed_by_all;
    double signed_by[PACKAGE_SIGNERS_MOST];
    double rest; /* packages not looked at, where it was stopped */
    int lost;    /* settlements that did not converge */
} Listing;

/* Every package, or as many as the watch has time for; BRINK_NOT_SOLVED where too many are efficient. */
BrinkStatus listing_make(const ListingTask *task, Arena *arena, Listing *result);

/* Packages of the caller's choice, each once at most: begin, look at each, end. Begin returns NULL when memory is
 * short; end frees the Lister, and with `result` NULL only that. */
typedef struct Lister Lister;
Lister *listing_begin(const ListingTask *task);
/* Writes the worths of an open package to `worth`; is_open tells. False when memory is short. */
bool listing_look(Lister *lister, uint64_t number, int64_t *worth, bool *is_open);
BrinkStatus listing_end(Lister *lister, Arena *arena, Listing *result);

/* Options of a package by its number, and the number by the options. */
void listing_options(const Situation *situation, uint64_t number, int *options);
uint64_t listing_number(const Situation *situation, const int *options);

#endif
