/* SPDX-License-Identifier: GPL-3.0-or-later
 * Positions at which no typed party chooses: ends, chance and the public player. */
#include "solve/fast.h"

#include <string.h>

/* Rows of values at all points of a linear position from those at the corners of the grid: along one axis, then along
 * the other. */
static void spread(const Fast *fast, double *values) {
    const Grid *grid = fast->solution->grid;
    int width = fast->game->value_count, inner = 1;
    for (int party = grid->party_count - 1; party >= 0; party--) {
        int points = grid->parties[party].point_count, steps = points - 1;
        if (points == 1) continue;
        /* every line of this party's axis whose later coordinates are done and whose earlier ones are at a corner */
        for (int start = 0; start < grid->point_count; start += inner * points) {
            bool is_corner = true;
            for (int p = 0; p < party; p++) {
                int at = start / grid->stride[p] % grid->parties[p].point_count;
                is_corner = is_corner && (at == 0 || at == grid->parties[p].point_count - 1);
            }
            if (!is_corner) continue;
            double *first = values + (size_t)start * width, *last = first + (size_t)(inner * steps) * width;
            for (int step = 1; step < steps; step++)
                for (int i = 0; i < inner * width; i++)
                    first[(size_t)(step * inner * width) + i] = first[i] + step * (last[i] - first[i]) / steps;
        }
        inner *= points;
    }
}

/* The corners of the grid are the points at which every belief is certain. */
static void fill_linear(FastWorker *worker, int position) {
    const Fast *fast = worker->fast;
    const Grid *grid = fast->solution->grid;
    for (int corner = 0; corner < 1 << grid->party_count; corner++) {
        int point = 0;
        bool is_new = true;
        for (int party = 0; party < grid->party_count; party++) {
            int steps = grid->parties[party].point_count - 1;
            if (!(corner >> party & 1)) continue;
            is_new = is_new && steps > 0;
            point += steps * grid->stride[party];
        }
        if (is_new) backward_solve_point(&worker->backward, position, point);
    }
    spread(fast, fast->solution->values + fast->solution->value_start[position]);
}

void fast_fill_position(FastWorker *worker, int position) {
    const Fast *fast = worker->fast;
    const Grid *grid = fast->solution->grid;
    const Position *p = &fast->game->positions[position];
    int point = 0, points = solve_points(p, grid);
    if (fast->is_narrow && fast->is_linear[position] && p->on_grid && !p->is_flat) {
        fill_linear(worker, position);
        point = grid->point_count;
    }
    for (; point < points; point++) backward_solve_point(&worker->backward, position, point);
}
