/* SPDX-License-Identifier: GPL-3.0-or-later
 * The order in which the fast solver goes through a belief grid, and where a point's first guess comes from
 * (docs/method/fast.md). Private to the room.
 *
 * The coarsest rung holds every `top`-th point of each axis; every further rung halves the steps. A point of a finer
 * rung lies half-way between two points of coarser ones, and where the grid reaches so far two more lie beyond those on
 * the same line. */
#ifndef SOLVE_LADDER_H
#define SOLVE_LADDER_H

#include "base/base.h"
#include "solve/grid.h"

typedef struct LadderPoint {
    int parents[4];    /* on one line: the two neighbours, then those beyond */
    double weights[4]; /* 0 where there is no such parent */
} LadderPoint;

typedef struct Ladder {
    int rung_count;
    const int *rung_start;    /* [rung_count + 1] in `points` */
    const int *points;        /* every point of the grid once, coarsest rung first */
    const LadderPoint *guess; /* [point], not written for those of the coarsest rung */
} Ladder;

/* For grids whose parties have one type or two; NULL when memory is short. */
Ladder *ladder_new(const Grid *grid, Arena *arena);

/* odds[point] from those of its parents; rows of `width`, of which `count` are used. */
void ladder_guess(const Ladder *ladder, int point, int width, int count, double *odds);

#endif
