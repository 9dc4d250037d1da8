/* SPDX-License-Identifier: GPL-3.0-or-later
 * The order in which the fast solver goes through a belief grid, and where a point's first guess comes from
 * (docs/method/fast.md). Private to the room.
 *
 * The coarsest rung holds every eighth point of each axis (on small grids every fourth, second or single one) and its
 * last; then the steps are halved again and again: first the points new along one axis, then those new along two, and
 * so on, a rung each. */
#ifndef SOLVE_LADDER_H
#define SOLVE_LADDER_H

#include "base/base.h"
#include "solve/grid.h"
#include "solve/kernels/kernels.h"

typedef struct Ladder {
    int rung_count;
    const int *rung_start; /* [rung_count + 1] in `points` */
    const int *points;     /* every point of the grid once, coarsest rung first */
    const int *place_of;   /* [point] where it stands in `points` */
    KernelSums guesses;    /* the guess at a point from those at its parents; on the coarsest rung there are none */
} Ladder;

/* Bytes of the ladder of a grid, about. */
double ladder_size(int party_count, const int *type_start, double points);
/* NULL when memory is short. */
Ladder *ladder_new(const Grid *grid, Arena *arena);

/* The place'th point's own row. */
static inline size_t ladder_row(const Ladder *ladder, int place, int width) {
    return (size_t)ladder->points[place] * (size_t)width;
}

#endif
