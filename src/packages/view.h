/* SPDX-License-Identifier: GPL-3.0-or-later
 * A profile while it is mapped: by the dynamic programme, by listing or by search. Private to the room. */
#ifndef PACKAGES_VIEW_H
#define PACKAGES_VIEW_H

#include "packages/budget.h"
#include "packages/frontier.h"
#include "packages/listing.h"
#include "packages/lotteries.h"
#include "packages/packages.h"
#include "packages/space.h"

/* The map while it is made. */
typedef struct Mapper {
    const Situation *situation;
    const PackagesSettings *settings;
    BrinkDiagnostics *diagnostics;
    Arena *arena;
    PackageMap *map;
    Watch watch;
    Budget budget;
    PackageCount *signed_by; /* [type_total] once counted for a type */
    bool *has_signed_by;
} Mapper;

/* One profile while it is mapped. Its packages come from the frontier or the listing. */
typedef struct View {
    Mapper *mapper;
    PackageProfile *profile;
    const int *types; /* [party_count] */
    Space *space;
    Arena *scratch;
    bool is_listed;
    Frontier frontier;
    Listing listing;
    const LotteryCeiling *ceilings; /* of a search; else none */
    int ceiling_count;
    const Points *points;
} View;

/* Prior probability of a profile of the signers; `types` is room for one flat type per party. */
double view_prior(const Mapper *mapper, int profile, int *types);
/* Everything that follows from the view's points: the points with their packages, solutions, opening, near misses. */
BrinkStatus view_fill(const View *view);

#endif
