/* SPDX-License-Identifier: GPL-3.0-or-later
 * Bargaining solutions on a finite set of efficient worth vectors (docs/packages.md states each with its source).
 * Private to the room. All comparisons are of whole numbers and exact; ties are returned whole. */
#ifndef PACKAGES_SOLUTIONS_H
#define PACKAGES_SOLUTIONS_H

#include "packages/packages.h"
#include "packages/runs.h"
#include "packages/space.h"

typedef struct Zone {
    const Points *points; /* efficient */
    int width;
    const int64_t *least; /* disagreement point */
    size_t count;
    const size_t *rows;                  /* those points at which every signer has at least its `least` */
    int64_t ideal[PACKAGE_SIGNERS_MOST]; /* largest worth in the zone */
} Zone;

bool zone_find(const Points *points, int width, const int64_t *least, Arena *arena, Zone *result);

/* The points of the zone at which the concept is largest; `rows` has room for zone->count. Returns how many. */
size_t solution_find(const Zone *zone, PackageConcept concept, size_t *rows);
/* The `most` best points of the zone, best first, and all that tie with the last; `rows` as above. Returns how many. */
size_t solution_rank(const Zone *zone, PackageConcept concept, size_t most, size_t *rows);
/* What the concept makes largest at a point, in points (their product for products, a share for Kalai and Smorodinsky).
 */
double solution_level(const Zone *zone, PackageConcept concept, size_t row);
/* What no package has more of, where every one is at most `epsilon` better, for anyone, than some point; shares are
 * those of the ideal found. NAN where no package is signed by all. */
double solution_most(const Zone *zone, PackageConcept concept, int64_t epsilon);

/* Least sum of points that, added to worths or taken off what signers have without agreement, makes a point signed by
 * all; by one signer alone (INFINITY where that cannot be). Over efficient points: a dominated one never costs less. */
typedef struct Opening {
    double together;
    size_t row; /* one such point */
    double alone[PACKAGE_SIGNERS_MOST];
} Opening;
Opening opening_find(const Points *points, int width, const int64_t *least);
/* The `most` points that not all sign for which the fewest points would do, fewest first, and all that tie with the
 * last; `rows` has room for all points. Returns how many. */
size_t opening_rank(const Points *points, int width, const int64_t *least, size_t most, size_t *rows);
/* What no opening costs less than, where every package is at most `epsilon` better than some point. */
double opening_least(const Points *points, int width, const int64_t *least, int64_t epsilon);

#endif
