/* SPDX-License-Identifier: GPL-3.0-or-later
 * What packages that begin alike can be worth at most (docs/packages.md, 4). Private to the room. */
#ifndef PACKAGES_BOUNDS_H
#define PACKAGES_BOUNDS_H

#include "packages/space.h"

enum { BOUNDS_MIXES_MOST = 4 };

/* Bounds on each signer's worth, and on sums of worths weighted by a *mix*, over the packages of a space. */
typedef struct Bounds Bounds;

/* `order`: all issues as they are decided; lives with the caller, as the space does. With `settled`, worths are what
 * the settlement makes of a package at the first meeting and the postures held now. NULL when memory is short. */
Bounds *bounds_new(const Space *space, bool settled, const int *order, Arena *arena);
/* A further mix; weights not negative. Returns its index, or -1 when memory is short. */
int bounds_add_mix(Bounds *bounds, const double *weights, Arena *arena);
/* The weights 1 / gain at which the product of gains over `from` is largest, were all that is additive free to be
 * mixed. */
void bounds_product_mix(const Bounds *bounds, const double *from, double *weights);

/* Points. */
typedef struct BoundsAt {
    double most[PACKAGE_SIGNERS_MOST];
    double mixed[BOUNDS_MIXES_MOST];
} BoundsAt;

/* Of the packages whose first `depth` options, in the order of the issues, are `chosen`; false where none of them obeys
 * the rules and meets no hard red line. */
bool bounds_at(const Bounds *bounds, const int *chosen, int depth, BoundsAt *result);

#endif
