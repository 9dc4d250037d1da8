/* SPDX-License-Identifier: GPL-3.0-or-later
 * The Pareto frontier of a space: every worth vector that no package betters, with every package that has it. Private
 * to the room. */
#ifndef PACKAGES_FRONTIER_H
#define PACKAGES_FRONTIER_H

#include "packages/expand.h"

typedef struct Frontier {
    Points points;  /* worths by signer, descending lexicographic order */
    double epsilon; /* points: every package is at most this much better, for any signer, than some point. 0: exact */
    bool is_too_large; /* not found: more states than `groups_most` */
    Expansion expansion;
} Frontier;

typedef struct FrontierLimits {
    size_t points_most; /* per layer; over it the frontier is thinned and epsilon > 0 */
    size_t rows_most;   /* the same of all layers together; 0: any number */
    int groups_most;
    Watch *watch; /* may be NULL; stopped, the rest is found on a coarse grid */
} FrontierLimits;

BrinkStatus frontier_find(const Space *space, FrontierLimits limits, Arena *arena, Frontier *result);

/* Writes up to `most` packages of a point, `issue_count` flat options each, in no meaningful order; returns how many.
 */
size_t frontier_packages(const Frontier *frontier, size_t point, size_t most, int *options);

#endif
