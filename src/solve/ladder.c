/* SPDX-License-Identifier: GPL-3.0-or-later
 * Halving the steps of a belief grid. Invariant: the parents of a point stand on earlier rungs than it does. */
#include "solve/ladder.h"

#include <math.h>

enum {
    COARSEST = 8,
    LINE = 4, /* points on a line through a guess */
    AXES_MAX = 15,
    LARGE = 50000 /* points of a grid at which a sum over two lines takes too much memory: 24 parents for each */
};

typedef struct Line {
    int steps[LINE]; /* in point index, from the point */
    double weights[LINE];
    int count;
} Line;

/* A party's point by itself: the largest stride that has it, and the line through the nodes of twice that. */
typedef struct Place {
    int stride;
    Line line;
} Place;

typedef struct Builder {
    const Grid *grid;
    int top, rung_count;
    Place **places; /* [party][point of the party] */
    int *rung_start, *points, *rung_of, *coordinates;
    int *start, *parents; /* of the guesses */
    double *weights;
} Builder;

/* ---- Nodes and lines ---- */

/* Whether a Kuhn coordinate is one of this stride: its multiples and the end. */
static bool is_multiple(const PartyGrid *party, int y, int stride) {
    return y % stride == 0 || y == party->resolution;
}

static int stride_of(const PartyGrid *party, int at, int top) {
    int free_count = party->type_count - 1, stride = top;
    for (int j = 0; j < free_count; j++)
        while (!is_multiple(party, party->lattice[at * free_count + j], stride)) stride /= 2;
    return stride;
}

/* The point that lies `reach` steps from a party's on the line along the edge of the coarser triangulation that it
 * halves: all its coordinates that are none of the stride move together. -1 where there is no node of the stride. */
static int node_on_line(const PartyGrid *party, int at, int stride, int reach) {
    int lattice[party->type_count], free_count = party->type_count - 1;
    bool is_node = true;
    for (int j = 0; j < free_count; j++) {
        int y = party->lattice[at * free_count + j];
        lattice[j] = is_multiple(party, y, stride) ? y : y + reach;
        is_node = is_node && is_multiple(party, lattice[j], stride);
    }
    return is_node ? grid_point(party, lattice) : -1;
}

/* Step in point index to the node that lies so far on the line of each party of the set; 0 where there is none. */
static int step_to_node(const Grid *grid, const int *coordinates, unsigned set, int stride, int reach) {
    int step = 0;
    for (int party = 0; party < grid->party_count; party++) {
        if (!(set >> party & 1)) continue;
        int node = node_on_line(&grid->parties[party], coordinates[party], stride, reach);
        if (node < 0) return 0;
        step += (node - coordinates[party]) * grid->stride[party];
    }
    return step;
}

/* Lagrange's polynomial through the nearest nodes of a stride on the line along which the parties of a set move
 * together. */
static Line line_along(const Grid *grid, const int *coordinates, unsigned set, int stride) {
    int reaches[LINE], most = 0;
    Line line = {.count = 0};
    for (int party = 0; party < grid->party_count; party++)
        if (set >> party & 1 && grid->parties[party].resolution > most) most = grid->parties[party].resolution;
    for (int reach = 1; reach <= most && line.count < LINE; reach++)
        for (int side = -1; side <= 1 && line.count < LINE; side += 2) {
            int step = step_to_node(grid, coordinates, set, stride, side * reach);
            if (step == 0) continue;
            line.steps[line.count] = step;
            reaches[line.count++] = side * reach;
        }
    for (int i = 0; i < line.count; i++) {
        line.weights[i] = 1;
        for (int j = 0; j < line.count; j++)
            if (j != i) line.weights[i] *= (double)-reaches[j] / (reaches[i] - reaches[j]);
    }
    return line;
}

static bool list_places(Builder *builder, Arena *arena) {
    const Grid *grid = builder->grid;
    builder->places = arena_array(arena, (size_t)grid->party_count, sizeof *builder->places);
    for (int party = 0; builder->places && party < grid->party_count; party++) {
        const PartyGrid *own = &grid->parties[party];
        Place *places = builder->places[party] = arena_array(arena, (size_t)own->point_count, sizeof *places);
        if (!places) return false;
        for (int at = 0; at < own->point_count; at++) {
            builder->coordinates[party] = at;
            places[at].stride = stride_of(own, at, builder->top);
            if (places[at].stride < builder->top)
                places[at].line = line_along(grid, builder->coordinates, 1u << party, 2 * places[at].stride);
        }
        builder->coordinates[party] = 0;
    }
    return builder->places;
}

/* ---- Guesses ---- */

/* Largest stride that has the point at `coordinates`; *halves counts the parties for which twice the stride has none.
 */
static int stride_at(const Builder *builder, int *halves) {
    int stride = builder->top;
    *halves = 0;
    for (int party = 0; party < builder->grid->party_count; party++) {
        int own = builder->places[party][builder->coordinates[party]].stride;
        *halves = own < stride ? 1 : *halves + (own == stride && own < builder->top);
        if (own < stride) stride = own;
    }
    return stride;
}

/* The lines whose boolean sum is the guess: one for each party that lies half-way; but where more than two do, or the
 * grid is large, and some party has more than two types, a single one along which all move: the sums would take
 * hundreds of terms at very many points. */
static int list_lines(const Builder *builder, Line lines[AXES_MAX]) {
    const Grid *grid = builder->grid;
    int halves, stride = stride_at(builder, &halves), count = 0;
    unsigned set = 0;
    for (int party = 0; party < grid->party_count; party++) {
        const Place *place = &builder->places[party][builder->coordinates[party]];
        if (place->stride == stride) {
            lines[count++] = place->line;
            set |= 1u << party;
        }
    }
    if (count <= (grid->point_count > LARGE ? 1 : 2) || grid->type_max <= 2) return count;
    lines[0] = line_along(grid, builder->coordinates, set, 2 * stride);
    return 1;
}

/* Writes (or, where `parents` is NULL, counts) the points and weights of the boolean sum over the axes on which the
 * point lies half-way (Gordon 1971): with P interpolation along one axis, Px + Py - Px Py. Its error is the product of
 * the errors along each. */
static int list_parents(const Builder *builder, int point, int *parents, double *weights) {
    Line lines[AXES_MAX];
    int axes = list_lines(builder, lines), written = 0;
    for (int set = 1; set < 1 << axes; set++) {
        int first = written, count = 1;
        if (parents) {
            parents[first] = point;
            weights[first] = -1;
        }
        for (int axis = 0; axis < axes; axis++) {
            if (!(set >> axis & 1)) continue;
            for (int i = lines[axis].count - 1; i >= 0 && parents; i--) /* the first block last: it is overwritten */
                for (int from = first; from < first + count; from++) {
                    parents[from + i * count] = parents[from] + lines[axis].steps[i];
                    weights[from + i * count] = -weights[from] * lines[axis].weights[i];
                }
            count *= lines[axis].count;
        }
        written += count;
    }
    return written;
}

/* ---- Rungs ---- */

static void next_point(Builder *builder) {
    for (int party = builder->grid->party_count - 1; party >= 0; party--) {
        if (++builder->coordinates[party] < builder->grid->parties[party].point_count) return;
        builder->coordinates[party] = 0;
    }
}

/* Which rung each point stands on, of all that there could be: by falling stride, and by the number of halves. */
static void rank_points(Builder *builder) {
    const Grid *grid = builder->grid;
    for (int point = 0; point < grid->point_count; point++, next_point(builder)) {
        int halves, stride = stride_at(builder, &halves), rung = halves;
        for (int s = builder->top; halves > 0 && s > 2 * stride; s /= 2) rung += grid->party_count;
        builder->rung_of[point] = rung;
    }
}

/* All points rung by rung, those of a rung in order; rungs without points are left out. */
static void place_points(Builder *builder, int rungs) {
    int placed = 0;
    for (int rung = 0; rung < rungs; rung++) {
        int first = placed;
        for (int point = 0; point < builder->grid->point_count; point++)
            if (builder->rung_of[point] == rung) builder->points[placed++] = point;
        if (placed > first) builder->rung_start[++builder->rung_count] = placed;
    }
}

/* Where each point's parents start; returns their number. */
static int count_parents(Builder *builder) {
    int count = builder->grid->point_count, first = 0;
    for (int point = 0; point < count; point++) {
        builder->start[point] = first;
        if (builder->rung_of[point] == 0) continue;
        grid_split(builder->grid, point, builder->coordinates);
        first += list_parents(builder, point, NULL, NULL);
    }
    return builder->start[count] = first;
}

static bool list_all_parents(Builder *builder, Arena *arena) {
    size_t count = (size_t)count_parents(builder) + 1;
    builder->parents = arena_array(arena, count, sizeof *builder->parents);
    builder->weights = arena_array(arena, count, sizeof *builder->weights);
    if (!builder->parents || !builder->weights) return false;
    for (int point = 0; point < builder->grid->point_count; point++) {
        int first = builder->start[point];
        if (builder->start[point + 1] == first) continue;
        grid_split(builder->grid, point, builder->coordinates);
        list_parents(builder, point, builder->parents + first, builder->weights + first);
    }
    return true;
}

/* A point half-way for k parties has 5^k - 1 parents (list_parents). On a fine grid a share 1 - 2^(1-m) of the points
 * is half-way for a party of m types: the product of 5 - 4 * 2^(1-m) on average. With three types and more k is held
 * down (list_lines). */
double ladder_size(int party_count, const int *type_start, double points) {
    double parents = 1;
    bool is_wide = false;
    for (int party = 0; party < party_count; party++) {
        int types = type_start[party + 1] - type_start[party];
        parents *= 5 - ldexp(4, 1 - types);
        is_wide = is_wide || types > 2;
    }
    if (is_wide && parents > 24) parents = 24;
    if (is_wide && points > LARGE) parents = 4;
    return points * (parents * (sizeof(int) + sizeof(double)) + 3 * sizeof(int));
}

Ladder *ladder_new(const Grid *grid, Arena *arena) {
    Builder builder = {.grid = grid, .top = COARSEST};
    int strides = 1, finest = 1;
    for (int party = 0; party < grid->party_count; party++)
        if (grid->parties[party].type_count > 1 && grid->parties[party].resolution > finest)
            finest = grid->parties[party].resolution;
    while (builder.top > 1 && 2 * builder.top > finest) builder.top /= 2;
    for (int stride = builder.top; stride > 1; stride /= 2) strides++;
    size_t points = (size_t)grid->point_count;
    Ladder *ladder = arena_alloc(arena, sizeof *ladder);
    builder.rung_start = arena_array(arena, (size_t)(strides * grid->party_count) + 2, sizeof *builder.rung_start);
    builder.points = arena_array(arena, points, sizeof *builder.points);
    builder.start = arena_array(arena, points + 1, sizeof *builder.start);
    builder.rung_of = arena_array(arena, points, sizeof *builder.rung_of);
    builder.coordinates = arena_array(arena, (size_t)grid->party_count, sizeof *builder.coordinates);
    if (!ladder || !builder.rung_start || !builder.points || !builder.start || !builder.rung_of ||
        !builder.coordinates || !list_places(&builder, arena))
        return NULL;
    rank_points(&builder);
    place_points(&builder, 1 + (strides - 1) * grid->party_count);
    if (!list_all_parents(&builder, arena)) return NULL;
    int *place_of = builder.rung_of; /* no longer needed */
    for (int place = 0; place < grid->point_count; place++) place_of[builder.points[place]] = place;
    *ladder = (Ladder){builder.rung_count,
                       builder.rung_start,
                       builder.points,
                       place_of,
                       {builder.start, builder.parents, builder.weights}};
    return ladder;
}
