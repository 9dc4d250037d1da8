/* SPDX-License-Identifier: GPL-3.0-or-later
 * Positions at which no typed party chooses: ends, chance and the public player. */
#include "solve/fast.h"

#include <string.h>

/* Point of a party's grid at which its type is certain. */
static int corner_of(const PartyGrid *party, int type) {
    int lattice[party->type_count];
    for (int j = 0; j < party->type_count - 1; j++) lattice[j] = j < type ? party->resolution : 0;
    return grid_point(party, lattice);
}

static bool is_corner(const PartyGrid *party, int at) {
    bool result = false;
    for (int type = 0; type < party->type_count; type++)
        result = result || party->beliefs[at * party->type_count + type] == 1;
    return result;
}

/* Blocks of `size` numbers along the axis of a party with two types, from those at its ends. */
static void spread_edge(double *first, int steps, size_t size) {
    const double *last = first + size * (size_t)steps;
    for (int step = 1; step < steps; step++)
        for (size_t i = 0; i < size; i++)
            first[(size_t)step * size + i] = first[i] + step * (last[i] - first[i]) / steps;
}

/* The same over the simplex of a party with more, from those at its corners. */
static void spread_simplex(const PartyGrid *party, double *first, size_t size) {
    int types = party->type_count;
    for (int at = 0; at < party->point_count; at++) {
        const double *belief = party->beliefs + at * types;
        double *own = first + (size_t)at * size;
        if (is_corner(party, at)) continue;
        for (int type = 0; type < types; type++) {
            const double *corner = first + (size_t)corner_of(party, type) * size;
            for (size_t i = 0; i < size; i++) own[i] = (type ? own[i] : 0) + belief[type] * corner[i];
        }
    }
}

/* Rows of values at all points of a linear position from those at the corners of the grid: over one party's beliefs,
 * then over the next one's. */
static void spread(const Fast *fast, double *values) {
    const Grid *grid = fast->solution->grid;
    int width = fast->game->value_count, inner = 1;
    for (int party = grid->party_count - 1; party >= 0; party--) {
        const PartyGrid *own = &grid->parties[party];
        size_t size = (size_t)(inner * width);
        if (own->point_count == 1) continue;
        /* wherever the beliefs about later parties are done and those about earlier ones are certain */
        for (int start = 0; start < grid->point_count; start += inner * own->point_count) {
            bool is_due = true;
            for (int p = 0; p < party; p++)
                is_due = is_due && is_corner(&grid->parties[p], start / grid->stride[p] % grid->parties[p].point_count);
            if (!is_due) continue;
            if (own->type_count == 2)
                spread_edge(values + (size_t)start * (size_t)width, own->point_count - 1, size);
            else
                spread_simplex(own, values + (size_t)start * (size_t)width, size);
        }
        inner *= own->point_count;
    }
}

/* The corners of the grid are the points at which every belief is certain. */
static void fill_linear(FastWorker *worker, int position) {
    const Fast *fast = worker->fast;
    const Grid *grid = fast->solution->grid;
    for (int corner = 0; corner < grid->corner_max; corner++) {
        int point = 0;
        for (int party = 0, rest = corner; party < grid->party_count; party++) {
            int types = grid->parties[party].type_count;
            point += corner_of(&grid->parties[party], rest % types) * grid->stride[party];
            rest /= types;
        }
        backward_solve_point(&worker->backward, position, point);
    }
    spread(fast, fast->solution->values + fast->solution->value_start[position]);
}

void fast_fill_position(FastWorker *worker, int position) {
    const Fast *fast = worker->fast;
    const Grid *grid = fast->solution->grid;
    const Position *p = &fast->game->positions[position];
    int point = 0, points = solve_points(p, grid);
    bool is_spread = (fast->is_narrow || fast->is_wide) && fast->is_linear[position] && p->on_grid && !p->is_flat;
    backward_set_position(&worker->backward, position);
    if (is_spread) {
        fill_linear(worker, position);
        point = grid->point_count;
    }
    for (; point < points; point++) backward_solve_point(&worker->backward, position, point);
}
