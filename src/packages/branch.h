/* SPDX-License-Identifier: GPL-3.0-or-later
 * Branch and bound over packages, best bound first (Land and Doig 1960). Private to the room. */
#ifndef PACKAGES_BRANCH_H
#define PACKAGES_BRANCH_H

#include "base/base.h"
#include "packages/watch.h"
#include "scenario/situation.h"

typedef struct BranchTask {
    const Situation *situation;
    const int *order; /* all issues as they are decided */
    /* Most that a package which begins with `chosen` (in that order) can score; -INFINITY where there is none. */
    double (*bound)(void *payload, const int *chosen, int depth);
    /* Looks at a whole package (options by issue); sets `floor`: what scores no more does not matter. False when memory
     * is short. */
    bool (*look)(void *payload, const int *options, double *floor);
    void *payload;
    size_t nodes_most, looks_most;
    Watch *watch;                        /* may be NULL; stopped, the search ends with what is known */
    uint64_t looks_before, looks_of_all; /* of all searches, for the watch */
} BranchTask;

/* Writes what no package that was not looked at can score more than; -INFINITY: none that matters is left. */
BrinkStatus branch_run(const BranchTask *task, double *most_left);

#endif
