/* SPDX-License-Identifier: GPL-3.0-or-later
 * Halving the steps of a belief grid. Invariant: the parents of a point stand on earlier rungs than it does. */
#include "solve/ladder.h"

enum { COARSEST = 8, LINE = 4 /* points on a line through a guess */, AXES_MAX = 15 };

/* Whether an axis has a point there at this stride: its multiples and the end. */
static bool is_node(const Grid *grid, int party, int at, int stride) {
    return at % stride == 0 || at == grid->parties[party].point_count - 1;
}

/* Largest stride up to `top` that has a point at all coordinates; *halves counts those at which twice the stride has
 * none. */
static int stride_of(const Grid *grid, const int *coordinates, int top, int *halves) {
    int stride = top;
    *halves = 0;
    for (int party = 0; party < grid->party_count; party++)
        while (!is_node(grid, party, coordinates[party], stride)) stride /= 2;
    for (int party = 0; party < grid->party_count; party++)
        *halves += stride < top && !is_node(grid, party, coordinates[party], 2 * stride);
    return stride;
}

/* ---- Guesses ---- */

typedef struct Line {
    int steps[LINE]; /* in point index, from the point */
    double weights[LINE];
    int count;
} Line;

/* The nodes nearest to a place between nodes, as coordinates; returns how many there are. */
static int nearest_nodes(const Grid *grid, int party, int at, int stride, int nodes[LINE]) {
    int end = grid->parties[party].point_count - 1, count = 0;
    for (int reach = 1; reach <= end && count < LINE; reach++)
        for (int side = -1; side <= 1 && count < LINE; side += 2) {
            int place = at + side * reach;
            if (place >= 0 && place <= end && is_node(grid, party, place, stride)) nodes[count++] = place;
        }
    return count;
}

/* Lagrange's polynomial through the nearest nodes of the coarser stride along one axis. */
static Line line_along(const Grid *grid, int party, int at, int stride) {
    int nodes[LINE];
    Line line = {.count = nearest_nodes(grid, party, at, stride, nodes)};
    for (int i = 0; i < line.count; i++) {
        line.steps[i] = (nodes[i] - at) * grid->stride[party];
        line.weights[i] = 1;
        for (int j = 0; j < line.count; j++)
            if (j != i) line.weights[i] *= (double)(at - nodes[j]) / (nodes[i] - nodes[j]);
    }
    return line;
}

/* Writes (or, where `parents` is NULL, counts) the points and weights of the boolean sum over the axes on which the
 * point lies half-way (Gordon 1971): with P interpolation along one axis, Px + Py - Px Py. Its error is the product of
 * the errors along each. */
static int list_parents(const Grid *grid, int point, const int *coordinates, int stride, LadderParent *parents) {
    Line lines[AXES_MAX];
    int axes = 0, written = 0;
    for (int party = 0; party < grid->party_count; party++)
        if (!is_node(grid, party, coordinates[party], 2 * stride))
            lines[axes++] = line_along(grid, party, coordinates[party], 2 * stride);
    for (int set = 1; set < 1 << axes; set++) {
        int first = written, count = 1;
        if (parents) parents[first] = (LadderParent){point, -1};
        for (int axis = 0; axis < axes; axis++) {
            if (!(set >> axis & 1)) continue;
            for (int i = lines[axis].count - 1; i >= 0 && parents; i--) /* the first block last: it is overwritten */
                for (int c = 0; c < count; c++)
                    parents[first + i * count + c] =
                        (LadderParent){parents[first + c].point + lines[axis].steps[i],
                                       -parents[first + c].weight * lines[axis].weights[i]};
            count *= lines[axis].count;
        }
        written += count;
    }
    return written;
}

/* Four at a time: what is past the `count` is room in the row. */
void ladder_guess(const Ladder *ladder, int place, int width, int count, const double *odds, double *guess) {
    const LadderParent *first = ladder->parents + ladder->start[place],
                       *end = ladder->parents + ladder->start[place + 1];
    for (int u = 0; u < count; u += 4) {
        double sum[4] = {0};
        for (const LadderParent *parent = first; parent < end; parent++) {
            const double *from = odds + (size_t)parent->point * (size_t)width + u;
            for (int i = 0; i < 4; i++) sum[i] += parent->weight * from[i];
        }
        for (int i = 0; i < 4; i++) guess[u + i] = sum[i];
    }
}

/* ---- Rungs ---- */

typedef struct Builder {
    const Grid *grid;
    int top, rung_count;
    int *rung_start, *points, *start, *coordinates;
} Builder;

/* All points of one rung behind those placed so far. */
static int place_rung(Builder *builder, int stride, int halves, int placed) {
    const Grid *grid = builder->grid;
    int first = placed, own_halves;
    for (int point = 0; point < grid->point_count; point++) {
        grid_split(grid, point, builder->coordinates);
        if (stride_of(grid, builder->coordinates, builder->top, &own_halves) != stride || own_halves != halves)
            continue;
        builder->start[placed + 1] = builder->start[placed];
        if (halves > 0) builder->start[placed + 1] += list_parents(grid, point, builder->coordinates, stride, NULL);
        builder->points[placed++] = point;
    }
    if (placed > first) builder->rung_start[++builder->rung_count] = placed;
    return placed;
}

static LadderParent *list_all_parents(const Builder *builder, Arena *arena) {
    const Grid *grid = builder->grid;
    int count = grid->point_count, halves;
    LadderParent *parents = arena_array(arena, (size_t)builder->start[count] + 1, sizeof *parents);
    for (int place = builder->rung_start[1]; parents && place < count; place++) {
        int point = builder->points[place];
        grid_split(grid, point, builder->coordinates);
        int stride = stride_of(grid, builder->coordinates, builder->top, &halves);
        list_parents(grid, point, builder->coordinates, stride, parents + builder->start[place]);
    }
    return parents;
}

Ladder *ladder_new(const Grid *grid, Arena *arena) {
    Builder builder = {.grid = grid, .top = COARSEST};
    int strides = 1, placed;
    while (builder.top > 1 && 2 * builder.top > grid->resolution) builder.top /= 2;
    for (int stride = builder.top; stride > 1; stride /= 2) strides++;
    size_t points = (size_t)grid->point_count;
    Ladder *ladder = arena_alloc(arena, sizeof *ladder);
    builder.rung_start = arena_array(arena, (size_t)(strides * grid->party_count) + 2, sizeof *builder.rung_start);
    builder.points = arena_array(arena, points, sizeof *builder.points);
    builder.start = arena_array(arena, points + 1, sizeof *builder.start);
    builder.coordinates = arena_array(arena, (size_t)grid->party_count, sizeof *builder.coordinates);
    if (!ladder || !builder.rung_start || !builder.points || !builder.start || !builder.coordinates) return NULL;
    placed = place_rung(&builder, builder.top, 0, 0);
    for (int stride = builder.top / 2; stride > 0; stride /= 2)
        for (int halves = 1; halves <= grid->party_count; halves++)
            placed = place_rung(&builder, stride, halves, placed);
    LadderParent *parents = list_all_parents(&builder, arena);
    if (!parents) return NULL;
    *ladder = (Ladder){builder.rung_count, builder.rung_start, builder.points, builder.start, parents};
    return ladder;
}
