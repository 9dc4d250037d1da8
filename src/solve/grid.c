/* SPDX-License-Identifier: GPL-3.0-or-later
 * Belief grids (docs/method/grid.md). A belief b over m types has the Kuhn coordinates y_j = R * sum_{k >= j} b_k, j
 * = 2..m, with R >= y_2 >= ... >= y_m >= 0; grid points are those with whole numbers. Within a cell, sorting the
 * fractional parts gives the simplex and its barycentric weights. */
#include "solve/grid.h"

#include <limits.h>
#include <math.h>

bool resolution_halve(Resolution resolution, int party_count, Arena *arena, Resolution *result) {
    int *steps = arena_array(arena, (size_t)party_count, sizeof *steps);
    for (int party = 0; steps && party < party_count; party++) steps[party] = resolution_of(resolution, party) / 2;
    *result = (Resolution){.steps = steps};
    return steps;
}

int resolution_finest(Resolution resolution, int party_count, const int *type_start) {
    int finest = 0;
    for (int party = 0; party < party_count; party++) {
        bool has_types = type_start[party + 1] - type_start[party] > 1;
        if (has_types && resolution_of(resolution, party) > finest) finest = resolution_of(resolution, party);
    }
    return finest > 0 ? finest : resolution_of(resolution, 0);
}

/* Points of the simplex grid of m types: (R + m - 1 choose m - 1), saturating. */
static uint64_t party_points(int types, int resolution) {
    double points = 1;
    for (int j = 1; j < types; j++) points = points * (resolution + j) / j;
    return points < 1e15 ? (uint64_t)(points + 0.5) : UINT64_MAX;
}

uint64_t grid_size(int party_count, const int *type_start, Resolution resolution) {
    double size = 1;
    for (int party = 0; party < party_count; party++)
        size *= (double)party_points(type_start[party + 1] - type_start[party], resolution_of(resolution, party));
    return size < 1e15 ? (uint64_t)size : UINT64_MAX;
}

static int digits(const int *lattice, int count, int resolution) {
    int index = 0;
    for (int j = 0; j < count; j++) index = index * (resolution + 1) + lattice[j];
    return index;
}

/* Next lattice point of the simplex, last coordinate fastest; false after the last. */
static bool next_lattice(int *lattice, int count, int resolution) {
    for (int j = count - 1; j >= 0; j--) {
        if (lattice[j] < (j == 0 ? resolution : lattice[j - 1])) {
            lattice[j]++;
            return true;
        }
        lattice[j] = 0;
    }
    return false;
}

static bool build_party(PartyGrid *party, int types, int resolution, Arena *arena) {
    int free_count = types - 1, point = 0;
    uint64_t points = party_points(types, resolution);
    double cells = pow(resolution + 1, free_count);
    if (points > INT_MAX / 8 || cells > INT_MAX / 8) return false;
    *party = (PartyGrid){.type_count = types, .point_count = (int)points, .resolution = resolution};
    double *beliefs = arena_array(arena, points * (size_t)types, sizeof *beliefs);
    int *lattice = arena_array(arena, points * (size_t)free_count, sizeof *lattice);
    int *index = arena_array(arena, (size_t)cells, sizeof *index);
    int *at = arena_array(arena, (size_t)types, sizeof *at);
    if (!beliefs || !lattice || !index || !at) return false;
    for (int i = 0; i < (int)cells; i++) index[i] = -1;
    do {
        for (int j = 0; j < free_count; j++) lattice[point * free_count + j] = at[j];
        for (int j = 0; j < types; j++) {
            int above = j == 0 ? resolution : at[j - 1], below = j < free_count ? at[j] : 0;
            beliefs[point * types + j] = (double)(above - below) / resolution;
        }
        index[digits(at, free_count, resolution)] = point++;
    } while (next_lattice(at, free_count, resolution));
    party->beliefs = beliefs;
    party->lattice = lattice;
    party->index = index;
    return true;
}

/* 0 where parties with types differ. */
static int common_resolution(int party_count, const int *type_start, Resolution resolution) {
    int common = -1;
    for (int party = 0; party < party_count; party++) {
        int own = resolution_of(resolution, party);
        if (type_start[party + 1] - type_start[party] == 1) continue;
        common = common < 0 || common == own ? own : 0;
    }
    return common < 0 ? resolution_of(resolution, 0) : common;
}

Grid *grid_new(int party_count, const int *type_start, Resolution resolution, Arena *arena) {
    if (grid_size(party_count, type_start, resolution) > INT_MAX / 2) return NULL;
    Grid *grid = arena_alloc(arena, sizeof *grid);
    PartyGrid *parties = arena_array(arena, (size_t)party_count, sizeof *parties);
    int *stride = arena_array(arena, (size_t)party_count, sizeof *stride);
    if (!grid || !parties || !stride) return NULL;
    *grid = (Grid){party_count, common_resolution(party_count, type_start, resolution), 1, parties, stride, 1, 1};
    for (int party = party_count - 1; party >= 0; party--) {
        int types = type_start[party + 1] - type_start[party];
        if (!build_party(&parties[party], types, resolution_of(resolution, party), arena)) return NULL;
        stride[party] = grid->point_count;
        grid->point_count *= parties[party].point_count;
        grid->corner_max *= types;
        if (types > grid->type_max) grid->type_max = types;
    }
    return grid;
}

void grid_split(const Grid *grid, int point, int *party_points) {
    for (int party = 0; party < grid->party_count; party++) {
        party_points[party] = point / grid->stride[party];
        point %= grid->stride[party];
    }
}

int grid_point(const PartyGrid *party, const int *lattice) {
    for (int j = 0; j < party->type_count - 1; j++)
        if (lattice[j] < 0 || lattice[j] > party->resolution) return -1;
    return party->index[digits(lattice, party->type_count - 1, party->resolution)];
}

int grid_corner(const PartyGrid *party, int type) {
    int lattice[party->type_count];
    for (int j = 0; j < party->type_count - 1; j++) lattice[j] = j < type ? party->resolution : 0;
    return grid_point(party, lattice);
}

/* Coordinates by falling fraction; equal ones keep their order, so that every vertex stays inside the simplex. */
static void sort_fractions(const double *fraction, int count, int *order) {
    for (int j = 0; j < count; j++) {
        int at = j;
        for (; at > 0 && fraction[order[at - 1]] < fraction[j]; at--) order[at] = order[at - 1];
        order[at] = j;
    }
}

static double within(double x, double low, double high) {
    return x < low ? low : x > high ? high : x;
}

/* Two types: one coordinate, whose vertices are numbered in order. */
static void locate_on_edge(int resolution, double belief, int *vertices, double *weights) {
    double y = within(resolution * belief, 0, resolution);
    int base = (int)y < resolution ? (int)y : resolution - 1;
    vertices[0] = base;
    vertices[1] = base + 1;
    weights[1] = y - base;
    weights[0] = 1 - weights[1];
}

void grid_locate(const PartyGrid *party, const double *belief, int *vertices, double *weights, int *order) {
    int free_count = party->type_count - 1, resolution = party->resolution;
    order[0] = 0;
    if (free_count == 1) {
        locate_on_edge(resolution, belief[1], vertices, weights);
        return;
    }
    int lattice[free_count + 1];
    double fraction[free_count + 1], tail = 0;
    for (int j = free_count; j >= 1; j--) {
        tail += belief[j];
        double y = within(resolution * tail, 0, resolution), base = within(floor(y), 0, resolution - 1);
        lattice[j - 1] = (int)base;
        fraction[j - 1] = y - base;
    }
    sort_fractions(fraction, free_count, order);
    vertices[0] = party->index[digits(lattice, free_count, resolution)];
    weights[0] = 1;
    for (int v = 1; v <= free_count; v++) {
        int j = order[v - 1];
        lattice[j]++;
        vertices[v] = party->index[digits(lattice, free_count, resolution)];
        weights[v] = fraction[j];
        weights[v - 1] -= fraction[j];
    }
}
