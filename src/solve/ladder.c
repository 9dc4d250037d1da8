/* SPDX-License-Identifier: GPL-3.0-or-later
 * Halving the steps of a belief grid. Invariant: the parents of a point stand on coarser rungs than it does. */
#include "solve/ladder.h"

enum { COARSEST = 4, NONE = -1 };

/* Largest power of two up to COARSEST that divides every coordinate. */
static int stride_of(const int *coordinates, int count, int top) {
    int stride = top;
    for (int i = 0; i < count; i++)
        while (coordinates[i] % stride != 0) stride /= 2;
    return stride;
}

/* Index of the point `steps` strides away along the coordinates that the coarser rung does not hold; NONE outside the
 * grid. */
static int along(const Grid *grid, const int *coordinates, int stride, int steps) {
    int index = 0;
    for (int party = 0; party < grid->party_count; party++) {
        bool is_moved = coordinates[party] / stride % 2 != 0;
        int at = coordinates[party] + (is_moved ? steps * stride : 0);
        if (at < 0 || at >= grid->parties[party].point_count) return NONE;
        index += at * grid->stride[party];
    }
    return index;
}

/* Cubic through four points, quadratic where one is missing, else linear. */
static void set_guess(const Grid *grid, const int *coordinates, int stride, LadderPoint *guess) {
    static const int steps[4] = {-1, 1, -3, 3};
    static const double cubic[4] = {9.0 / 16, 9.0 / 16, -1.0 / 16, -1.0 / 16},
                        from_left[4] = {6.0 / 8, 3.0 / 8, -1.0 / 8, 0}, from_right[4] = {3.0 / 8, 6.0 / 8, 0, -1.0 / 8},
                        linear[4] = {0.5, 0.5, 0, 0};
    int parents[4];
    for (int i = 0; i < 4; i++) parents[i] = along(grid, coordinates, stride, steps[i]);
    bool has_left = parents[2] != NONE, has_right = parents[3] != NONE;
    const double *weights = has_left ? (has_right ? cubic : from_left) : (has_right ? from_right : linear);
    for (int i = 0; i < 4; i++) {
        guess->parents[i] = parents[i] == NONE ? parents[0] : parents[i];
        guess->weights[i] = weights[i];
    }
}

Ladder *ladder_new(const Grid *grid, Arena *arena) {
    int top = COARSEST, rungs = 1, placed = 0;
    while (grid->resolution % top != 0) top /= 2;
    for (int stride = top; stride > 1; stride /= 2) rungs++;
    Ladder *ladder = arena_alloc(arena, sizeof *ladder);
    int *start = arena_array(arena, (size_t)rungs + 1, sizeof *start);
    int *points = arena_array(arena, (size_t)grid->point_count, sizeof *points);
    int *coordinates = arena_array(arena, (size_t)grid->party_count, sizeof *coordinates);
    LadderPoint *guess = arena_array(arena, (size_t)grid->point_count, sizeof *guess);
    if (!ladder || !start || !points || !coordinates || !guess) return NULL;
    for (int rung = 0, stride = top; rung < rungs; rung++, stride /= 2) {
        start[rung] = placed;
        for (int point = 0; point < grid->point_count; point++) {
            grid_split(grid, point, coordinates);
            if (stride_of(coordinates, grid->party_count, top) != stride) continue;
            points[placed++] = point;
            if (rung > 0) set_guess(grid, coordinates, stride, &guess[point]);
        }
    }
    start[rungs] = placed;
    *ladder = (Ladder){rungs, start, points, guess};
    return ladder;
}

void ladder_guess(const Ladder *ladder, int point, int width, int count, double *odds) {
    const LadderPoint *guess = &ladder->guess[point];
    const double *a = odds + (size_t)guess->parents[0] * width, *b = odds + (size_t)guess->parents[1] * width,
                 *c = odds + (size_t)guess->parents[2] * width, *d = odds + (size_t)guess->parents[3] * width;
    double *own = odds + (size_t)point * width;
    for (int u = 0; u < count; u++)
        own[u] =
            guess->weights[0] * a[u] + guess->weights[1] * b[u] + guess->weights[2] * c[u] + guess->weights[3] * d[u];
}
