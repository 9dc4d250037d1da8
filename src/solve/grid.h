/* SPDX-License-Identifier: GPL-3.0-or-later
 * Belief grids: a regular simplex grid per party with Freudenthal (Kuhn) triangulation, multilinear product over
 * parties (docs/method/grid.md; Kuhn 1960; Lovejoy 1991). */
#ifndef SOLVE_GRID_H
#define SOLVE_GRID_H

#include "base/base.h"

/* Grid steps along an edge of a party's simplex: steps[party], or `even` for every party where `steps` is NULL. */
typedef struct Resolution {
    int even;
    const int *steps;
} Resolution;

static inline int resolution_of(Resolution resolution, int party) {
    return resolution.steps ? resolution.steps[party] : resolution.even;
}

/* Every party's steps halved; false when memory is short. */
bool resolution_halve(Resolution resolution, int party_count, Arena *arena, Resolution *result);
/* The most steps of a party that has types, if any has. */
int resolution_finest(Resolution resolution, int party_count, const int *type_start);

typedef struct PartyGrid {
    int type_count, point_count, resolution;
    const double *beliefs; /* [point_count][type_count] */
    const int *lattice;    /* [point_count][type_count - 1] Kuhn coordinates R * sum_{k >= j} b_k, j = 2..m */
    const int *index;      /* point of a lattice vector read as digits of base R + 1; -1 outside the simplex */
} PartyGrid;

typedef struct Grid {
    int party_count;
    int resolution;           /* of all parties that have types; 0 where they differ */
    int point_count;          /* of the product; the last party varies fastest */
    const PartyGrid *parties; /* [party_count] */
    const int *stride;        /* [party_count] step in the product index per step in the party's */
    int type_max;             /* largest type_count */
    int corner_max;           /* product of type_counts: most vertices a look-up touches */
} Grid;

/* NULL when memory is short or the grid has more than INT_MAX points. */
Grid *grid_new(int party_count, const int *type_start, Resolution resolution, Arena *arena);
uint64_t grid_size(int party_count, const int *type_start, Resolution resolution);
/* Party points of a product point: [party_count]. */
void grid_split(const Grid *grid, int point, int *party_points);

/* Point of a party's lattice vector; -1 outside the simplex. */
int grid_point(const PartyGrid *party, const int *lattice);
/* Point at which the party's type is certain. */
int grid_corner(const PartyGrid *party, int type);

/* Locates a belief of one party: type_count vertices (points of the party's grid), their weights (sum 1), and `order`:
 * from vertex v - 1 to vertex v the Kuhn coordinate order[v - 1] (0 is j = 2) rises by one step. A belief on a face is
 * put into a cell inside the simplex. */
void grid_locate(const PartyGrid *party, const double *belief, int *vertices, double *weights, int *order);

#endif
