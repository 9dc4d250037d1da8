/* SPDX-License-Identifier: GPL-3.0-or-later
 * How much a map may hold of everything, so that it stays within a number of bytes. Private to the room. */
#ifndef PACKAGES_BUDGET_H
#define PACKAGES_BUDGET_H

#include "base/base.h"
#include "scenario/situation.h"

typedef struct Budget {
    size_t frontier_rows;      /* of all layers; more are thinned */
    int groups;                /* states per layer; more are looked at one by one, or searched */
    size_t half_points;        /* sums of half the issues, for three signers and more; more are counted on a grid */
    size_t stored_points;      /* the same for two, where they have to be written down */
    size_t listed_rows;        /* efficient packages of those looked at one by one; more are searched */
    size_t nodes, looks, seen; /* of a search */
    size_t written;            /* points of a profile's frontier written out */
    double bytes;              /* which it takes at most, about */
    /* less than where memory does not matter: */
    bool holds_frontier, holds_counts, holds_search;
} Budget;

typedef struct BudgetTask {
    const Situation *situation;
    int signers;
    int profiles; /* whose frontiers are wanted */
    int all_profiles;
    bool settled;
    double listed; /* packages written out beyond one per point */
    double cap;    /* bytes */
} BudgetTask;

/* The largest that fits; false where nothing does, and the least there is is written all the same. */
bool budget_plan(const BudgetTask *task, Budget *result);

#endif
