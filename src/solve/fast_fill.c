/* SPDX-License-Identifier: GPL-3.0-or-later
 * Positions at which no typed party chooses: ends, chance and the public player. */
#include "solve/fast.h"
#include "solve/stage.h"

#include <string.h>

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
            const double *corner = first + (size_t)grid_corner(party, type) * size;
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

/* The point of a corner of the grid: every belief is certain there. */
static int point_of_corner(const Grid *grid, int corner) {
    int point = 0;
    for (int party = 0; party < grid->party_count; party++) {
        int types = grid->parties[party].type_count;
        point += grid_corner(&grid->parties[party], corner % types) * grid->stride[party];
        corner /= types;
    }
    return point;
}

static void fill_linear(FastWorker *worker, int position) {
    const Fast *fast = worker->fast;
    for (int corner = 0; corner < fast->solution->grid->corner_max; corner++)
        backward_solve_point(&worker->backward, position, point_of_corner(fast->solution->grid, corner));
    spread(fast, fast->solution->values + fast->solution->value_start[position]);
}

/* ---- Expectations, at all points of the grid ---- */

/* What the position is worth in itself, which is linear in each party's belief. */
static void fill_own(const Fast *fast, const Position *p, double *values) {
    const Game *game = fast->game;
    const Grid *grid = fast->solution->grid;
    size_t width = (size_t)game->value_count;
    memset(values, 0, (size_t)grid->point_count * width * sizeof *values);
    if (p->type_payoff < 0 && p->profile_payoff < 0) return;
    for (int corner = 0; corner < grid->corner_max; corner++) {
        int point = point_of_corner(grid, corner);
        position_own_value(game, p, belief_at(fast->solution, p, point), values + (size_t)point * width);
    }
    spread(fast, values);
}

enum { BLOCK = 8 }; /* points whose rows are added at once, so that loops are long whatever their width */

/* values += constant + factor * rows, constant and factor being rows of `width`; `rows` may be NULL. */
static void add_rows(size_t width, size_t points, const double *constant, const double *factor, const double *rows,
                     double *values) {
    size_t block = BLOCK * width, total = points * width;
    double constants[block], factors[block];
    for (size_t i = 0; i < block; i++) {
        constants[i] = constant[i % width];
        factors[i] = rows ? factor[i % width] : 0;
    }
    for (size_t start = 0; start < total; start += block) {
        size_t count = total - start < block ? total - start : block;
        for (size_t i = 0; i < count && !rows; i++) values[start + i] += constants[i];
        for (size_t i = 0; i < count && rows; i++) values[start + i] += constants[i] + factors[i] * rows[start + i];
    }
}

static void fill_chance(const Fast *fast, const Position *p, double *values) {
    int width = fast->game->value_count;
    for (int e = p->edge_start; e < p->edge_start + p->edge_count; e++) {
        double constant[width], factor[width], weight = fast->game->weights[e];
        const double *rows = fast_edge(fast, &fast->game->edges[e], constant, factor);
        for (int v = 0; v < width; v++) {
            constant[v] *= weight;
            factor[v] *= weight;
        }
        add_rows((size_t)width, (size_t)fast->solution->grid->point_count, constant, factor, rows, values);
    }
}

/* Logit choice of the public player at all points: sigma[point][edge]. */
static void choose_publicly(const FastWorker *worker, const Position *p, double *sigma) {
    const Fast *fast = worker->fast;
    const Game *game = fast->game;
    size_t width = (size_t)game->value_count, points = (size_t)fast->solution->grid->point_count,
           edges = (size_t)p->edge_count;
    int column = game->type_total;
    for (size_t e = 0; e < edges; e++) {
        double constant[width], factor[width];
        const double *rows = fast_edge(fast, &game->edges[(size_t)p->edge_start + e], constant, factor);
        for (size_t point = 0; point < points; point++) {
            double worth = constant[column] + (rows ? factor[column] * rows[point * width + (size_t)column] : 0);
            sigma[point * edges + e] = worker->backward.log_weights[e] + game->public_rationality * worth;
        }
    }
    for (double *own = sigma; own < sigma + points * edges; own += edges) {
        double most = own[0];
        for (size_t e = 1; e < edges; e++) most = own[e] > most ? own[e] : most;
        for (size_t e = 0; e < edges; e++) own[e] -= most;
    }
    fast->kernels->exponentials(points * edges, sigma, sigma);
    for (double *own = sigma; own < sigma + points * edges; own += edges) {
        double sum = 0;
        for (size_t e = 0; e < edges; e++) sum += own[e] *= game->weights[(size_t)p->edge_start + e] > 0;
        sum = 1 / sum;
        for (size_t e = 0; e < edges; e++) own[e] *= sum;
    }
}

static void fill_public(const FastWorker *worker, const Position *p, double *sigma, double *values) {
    const Fast *fast = worker->fast;
    size_t width = (size_t)fast->game->value_count, points = (size_t)fast->solution->grid->point_count,
           edges = (size_t)p->edge_count;
    choose_publicly(worker, p, sigma);
    for (size_t e = 0; e < edges; e++) {
        double constant[width], factor[width];
        const double *rows = fast_edge(fast, &fast->game->edges[(size_t)p->edge_start + e], constant, factor);
        for (size_t point = 0; point < points; point++) {
            double chance = sigma[point * edges + e], *own = values + point * width;
            for (size_t v = 0; v < width; v++)
                own[v] += chance * (constant[v] + (rows ? factor[v] * rows[point * width + v] : 0));
        }
    }
}

static void fill_grid(FastWorker *worker, int position) {
    const Fast *fast = worker->fast;
    const Position *p = &fast->game->positions[position];
    double *values = fast->solution->values + fast->solution->value_start[position];
    fill_own(fast, p, values);
    if (p->kind == POSITION_CHANCE)
        fill_chance(fast, p, values);
    else
        fill_public(worker, p, fast->solution->sigma + fast->solution->sigma_start[position], values);
}

void fast_fill_position(FastWorker *worker, int position) {
    const Fast *fast = worker->fast;
    const Grid *grid = fast->solution->grid;
    const Position *p = &fast->game->positions[position];
    bool is_whole = (fast->is_narrow || fast->is_wide) && p->on_grid && !p->is_flat;
    int points = solve_points(p, grid);
    backward_set_position(&worker->backward, position);
    if (is_whole && fast->is_linear[position])
        fill_linear(worker, position);
    else if (is_whole)
        fill_grid(worker, position);
    for (int point = is_whole ? grid->point_count : 0; point < points; point++)
        backward_solve_point(&worker->backward, position, point);
}
