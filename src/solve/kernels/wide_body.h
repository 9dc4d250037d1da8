/* SPDX-License-Identifier: GPL-3.0-or-later
 * The one body of the kernels of wide stages (wide.h), compiled once per instruction set. Read beside
 * docs/method/qre.md: publish() is (1), look_up() and add_joint() are (2), fill_matrix() is "Newton". */
#include "solve/kernels/wide.h"

#include "solve/kernels/vector.h"

#include <limits.h>
#include <stddef.h>
#include <string.h>

typedef struct Lanes Lanes;

/* A *side* is a mover with more than one type. */
typedef struct Shape {
    int movers, last_side; /* -1: there is none */
    int types[KERNEL_MOVERS], actions[KERNEL_MOVERS];
    int choice[KERNEL_MOVERS], unknown[KERNEL_MOVERS], slot[KERNEL_MOVERS]; /* the first of each mover */
    int choices, unknowns, joints;
    int vertex[KERNEL_MOVERS]; /* of each mover that is a side, the first of its cell's among all; or -1 */
    int vertices, corners;
    const unsigned char (*vertex_table)[KERNEL_MOVERS]; /* of vertex_of(); NULL: it is computed by the compiler */
    void (*respond)(const KernelStage *stage, Lanes *lanes, bool with_tilt);
    void (*fill)(const KernelStage *stage, Lanes *lanes);
    void (*refactor)(const KernelStage *stage, Lanes *lanes);
} Shape;

/* The cell that a posterior lies in: its vertices from the one with the lowest coordinates to that with the highest,
 * each a step along one coordinate, `rising`, from the one before. */
typedef struct Cell {
    Vec weight[KERNEL_TYPES], weight_rows[KERNEL_TYPES][4]; /* the same as the rows of a look-up are laid out */
    int offset[KERNEL_TYPES][WIDTH];                        /* in elements of a row of values */
    Vec rising[KERNEL_TYPES], floor[KERNEL_TYPES];          /* of the step to the next vertex: which, and from where */
} Cell;

struct Lanes {
    const Shape *shape;
    const WideAhead *ahead;
    bool has_closed;
    int elsewhere[WIDTH], at[WIDTH];
    Vec belief[KERNEL_MOVERS][KERNEL_TYPES];
    Vec scale;
    Vec z[KERNEL_UNKNOWNS], gain[KERNEL_UNKNOWNS], step[KERNEL_UNKNOWNS];
    Vec power[KERNEL_UNKNOWNS]; /* exp(z) of the last response */
    bool is_short_step;         /* since which z has moved by step, at most 1 / KERNEL_SHORT in all lanes */
    Vec sigma[KERNEL_CHOICES], weight[KERNEL_CHOICES], posterior[KERNEL_CHOICES];
    Vec chance[KERNEL_SLOTS];
    Cell cell[KERNEL_SLOTS];
    int corner[WIDE_CORNERS][WIDTH];
    Vec worth[WIDE_VALUES], end[WIDE_VERTICES][WIDE_VALUES]; /* of one joint action; end: at the corners of a simplex */
    int watched[WIDE_VALUES], watched_count; /* columns beside the movers' that are looked up with them */
    Vec seen[WIDE_VALUES];                   /* expectation there */
    Vec payoff[KERNEL_CHOICES];
    Vec moving[KERNEL_CHOICES * KERNEL_CHOICES]; /* d payoff by the log-probability of each choice */
    Vec matrix[KERNEL_UNKNOWNS * KERNEL_UNKNOWNS];
    Vec margin;
    VecBits doubt;
    int responses, slopes;
};

enum { VALUES = WIDE_VALUES };
#include "solve/kernels/stage_follow.h"

/* ---- From odds to posteriors ---- */

/* Bayes' rule after one action, as stage_body.h has it for two types. */
INLINE void update_belief(const Shape *shape, Lanes *lanes, int k, int a) {
    int types = shape->types[k], actions = shape->actions[k], first = shape->choice[k] + a;
    const Vec *belief = lanes->belief[k], *sigma = lanes->sigma + first;
    Vec *weight = lanes->weight + first, *posterior = lanes->posterior + first, sum = vec_set(0);
    for (int t = 0; t < types; t++) {
        posterior[t * actions] = weight[t * actions] = belief[t] * sigma[t * actions];
        sum += weight[t * actions];
    }
    lanes->chance[shape->slot[k] + a] = sum;
    VecBits is_rare = sum <= 1e-200;
    if (vec_any(is_rare)) {
        Vec all = vec_set(0);
        lanes->doubt |= is_rare & (sum > 0);
        for (int t = 0; t < types; t++) all += sigma[t * actions];
        for (int t = 0; t < types; t++) {
            Vec share = vec_pick(all == 0, belief[t], sigma[t * actions]);
            posterior[t * actions] = vec_pick(is_rare, share, weight[t * actions]);
        }
        sum = vec_pick(is_rare, vec_pick(all == 0, vec_set(1), all), sum);
    }
    Vec inverse = 1 / sum;
    for (int t = 0; t < types; t++) posterior[t * actions] *= inverse;
}

/* A coordinate within the cell. */
typedef struct Coordinate {
    Vec fraction, floor, step, number; /* step: in points of the mover's grid */
} Coordinate;

INLINE void swap_if(VecBits mask, Vec *a, Vec *b) {
    Vec held = *a;
    *a = vec_pick(mask, *b, held);
    *b = vec_pick(mask, held, *b);
}

/* By falling fraction; equal ones keep their order (grid.c, sort_fractions). */
INLINE void sort_coordinates(Coordinate *list, int count) {
    for (int end = count - 1; end > 0; end--)
        for (int i = 0; i < end; i++) {
            VecBits is_after = list[i].fraction < list[i + 1].fraction;
            swap_if(is_after, &list[i].fraction, &list[i + 1].fraction);
            swap_if(is_after, &list[i].floor, &list[i + 1].floor);
            swap_if(is_after, &list[i].step, &list[i + 1].step);
            swap_if(is_after, &list[i].number, &list[i + 1].number);
        }
}

/* Kuhn coordinates of the posterior; returns the number of the cell's first vertex. */
INLINE Vec take_coordinates(int types, int resolution, const Vec *posterior, int actions, Coordinate *list) {
    Vec tail = vec_set(0), point = vec_set(0);
    for (int j = types - 2; j >= 0; j--) {
        int ignored[WIDTH], degree = types - 1 - j;
        tail += posterior[(j + 1) * actions];
        Vec y = vec_least(resolution * tail, vec_set(resolution)), floor = vec_cell(y, resolution - 1, ignored);
        Vec step = vec_set(1); /* C(floor + degree - 1, degree - 1) */
        for (int e = 1; e < degree; e++) step = e > 1 ? step * (floor + e) / e : floor + e;
        list[j] = (Coordinate){y - floor, floor, step, vec_set(j)};
        point += degree > 1 ? step * floor / degree : floor;
    }
    return point;
}

INLINE void locate(const KernelStage *stage, const Shape *shape, Lanes *lanes, int k, int a) {
    Coordinate list[KERNEL_TYPES];
    Cell *cell = &lanes->cell[shape->slot[k] + a];
    int last = shape->types[k] - 1, stride = lanes->ahead->stride[k] * stage->value_count;
    Vec point = take_coordinates(shape->types[k], lanes->ahead->resolution[k], lanes->posterior + shape->choice[k] + a,
                                 shape->actions[k], list);
    sort_coordinates(list, last);
    for (int v = 0; v <= last; v++) {
        Vec before = v == 0 ? vec_set(1) : list[v - 1].fraction;
        cell->weight[v] = v == last ? before : before - list[v].fraction;
        vec_spread(cell->weight[v], cell->weight_rows[v]);
        vec_cell(point * stride, INT_MAX, cell->offset[v]);
        if (v == last) break;
        cell->rising[v] = list[v].number;
        cell->floor[v] = list[v].floor;
        point += list[v].step;
    }
}

INLINE void publish(const KernelStage *stage, const Shape *shape, Lanes *lanes, int k) {
    for (int a = 0; a < shape->actions[k]; a++) {
        int slot = shape->slot[k] + a;
        if (shape->vertex[k] < 0) {
            lanes->chance[slot] = lanes->weight[shape->choice[k] + a] = lanes->sigma[shape->choice[k] + a];
            continue;
        }
        update_belief(shape, lanes, k, a);
        if (stage->is_located[slot]) locate(stage, shape, lanes, k, a);
    }
}

/* ---- Looking ahead ---- */

/* Which vertex of its own cell mover k has at a corner of the product cell, the last mover's vertices fastest. */
INLINE int vertex_of(const Shape *shape, int corner, int k) {
    if (shape->vertex_table) return shape->vertex_table[corner][k];
    int inner = 1;
    for (int j = k + 1; j < shape->movers; j++) inner *= shape->types[j];
    return corner / inner % shape->types[k];
}

INLINE void list_corners(const Shape *shape, Lanes *lanes, const int *a) {
    for (int c = 0; c < shape->corners; c++) {
        for (int lane = 0; lane < WIDTH; lane++) lanes->corner[c][lane] = lanes->elsewhere[lane];
        for (int k = 0; k < shape->movers; k++) {
            if (shape->vertex[k] < 0) continue;
            const int *offset = lanes->cell[shape->slot[k] + a[k]].offset[vertex_of(shape, c, k)];
            for (int lane = 0; lane < WIDTH; lane++) lanes->corner[c][lane] += offset[lane];
        }
    }
}

/* Product of the weights of a corner's vertices, but for mover k's, in register r; false where there is no other side.
 */
INLINE bool weigh_others(const Shape *shape, const Lanes *lanes, const int *a, int corner, int k, int r, Vec *weight) {
    bool is_weighed = false;
    for (int j = 0; j < shape->movers; j++) {
        if (j == k || shape->vertex[j] < 0) continue;
        Vec own = lanes->cell[shape->slot[j] + a[j]].weight_rows[vertex_of(shape, corner, j)][r];
        *weight = is_weighed ? *weight * own : own;
        is_weighed = true;
    }
    return is_weighed;
}

INLINE void add_corner(const Shape *shape, const Lanes *lanes, const double *rows, const int *a, int first, int corner,
                       Vec kept[WIDE_VERTICES][4]) {
    Vec row[4];
    vec_load_rows(rows, lanes->corner[corner], row);
    for (int k = first; k < shape->movers; k++) {
        if (shape->vertex[k] < 0) continue;
        Vec *to = kept[shape->vertex[k] + vertex_of(shape, corner, k)], weight;
        for (int r = 0; r < 4; r++)
            to[r] = weigh_others(shape, lanes, a, corner, k, r, &weight) ? vec_fma(weight, row[r], to[r]) : row[r];
    }
}

/* Rows of the continuation at the vertices of each side from mover `first` on, averaged over the other sides. */
INLINE void average_corners(const Shape *shape, const Lanes *lanes, const double *rows, const int *a, int first,
                            Vec kept[WIDE_VERTICES][4]) {
    for (int v = 0; v < shape->vertices; v++)
        for (int r = 0; r < 4; r++) kept[v][r] = vec_set(0);
    if (shape->vertex_table) {
        for (int c = 0; c < shape->corners; c++) add_corner(shape, lanes, rows, a, first, c, kept);
        return;
    }
#pragma GCC unroll 16
    for (int c = 0; c < shape->corners; c++) add_corner(shape, lanes, rows, a, first, c, kept);
}

/* The linear piece of a cell, given by a column of its vertices, at the corners of the simplex: from its first vertex
 * down to where all coordinates are 0, and from there up along one after the other. */
INLINE void extend(const Cell *cell, int types, int resolution, double factor, double constant, Vec at[][4], int column,
                   Vec (*end)[WIDE_VALUES], int to) {
    Vec first = at[0][column], rise[KERNEL_TYPES];
    for (int j = 0; j < types - 1; j++) rise[j] = vec_set(0);
    for (int v = 0; v < types - 1; v++) {
        Vec step = at[v + 1][column] - at[v][column];
        first = vec_fma(-cell->floor[v], step, first);
        for (int j = 0; j < types - 1; j++) rise[j] = vec_pick(cell->rising[v] == j, step, rise[j]);
    }
    end[0][to] = vec_fma(vec_set(factor), first, vec_set(constant));
    for (int j = 0; j < types - 1; j++) end[j + 1][to] = vec_fma(vec_set(factor * resolution), rise[j], end[j][to]);
}

/* The worth of a joint action in columns column .. column + 3, without its factor and constant; and with `with_tilt`
 * that at the ends, with them. */
INLINE void take_cells(const Shape *shape, Lanes *lanes, const WideJoint *joint, const int *a, int column,
                       bool with_tilt) {
    Vec kept[WIDE_VERTICES][4], *worth = lanes->worth + column;
    int first = with_tilt ? 0 : shape->last_side;
    average_corners(shape, lanes, joint->rows + column, a, first, kept);
    for (int k = first; k < shape->movers; k++) {
        if (shape->vertex[k] < 0) continue;
        const Cell *cell = &lanes->cell[shape->slot[k] + a[k]];
        Vec at[KERNEL_TYPES][4];
        int v = 0;
        do vec_transpose(kept[shape->vertex[k] + v], at[v]);
        while (++v < shape->types[k]);
        for (int c = 0; c < 4 && k == shape->last_side; c++) {
            worth[c] = cell->weight[0] * at[0][c];
            for (v = 1; v < shape->types[k]; v++) worth[c] = vec_fma(cell->weight[v], at[v][c], worth[c]);
        }
        for (int c = 0; c < 4 && with_tilt; c++)
            extend(cell, shape->types[k], lanes->ahead->resolution[k], joint->factor[column + c],
                   joint->constant[column + c], at, c, lanes->end + shape->vertex[k], column + c);
    }
}

/* ---- Continuations linear in each belief ---- */

/* Product of the posteriors of a corner's types, but for mover k's. */
INLINE Vec weigh_certain(const Shape *shape, const Lanes *lanes, const int *a, int corner, int k) {
    Vec weight = vec_set(1);
    bool is_weighed = false;
    for (int j = 0; j < shape->movers; j++) {
        if (j == k || shape->vertex[j] < 0) continue;
        Vec own = lanes->posterior[shape->choice[j] + vertex_of(shape, corner, j) * shape->actions[j] + a[j]];
        weight = is_weighed ? weight * own : own;
        is_weighed = true;
    }
    return weight;
}

INLINE void add_certain(const Shape *shape, const Lanes *lanes, const double *rows, int width, const int *a, int first,
                        int corner, Vec kept[WIDE_VERTICES][4]) {
    int point = 0;
    for (int k = 0; k < shape->movers; k++)
        if (shape->vertex[k] >= 0) point += lanes->ahead->certain[k][vertex_of(shape, corner, k)];
    const double *row = rows + point * width;
    for (int k = first; k < shape->movers; k++) {
        if (shape->vertex[k] < 0) continue;
        Vec *to = kept[shape->vertex[k] + vertex_of(shape, corner, k)],
            weight = weigh_certain(shape, lanes, a, corner, k);
        for (int c = 0; c < 4; c++) to[c] = vec_fma(weight, vec_set(row[c]), to[c]);
    }
}

/* As take_cells(), of a joint action whose continuation is linear: from its worth where all types are certain. */
INLINE void take_ends(const KernelStage *stage, const Shape *shape, Lanes *lanes, const WideJoint *joint, const int *a,
                      int column, bool with_tilt) {
    Vec kept[WIDE_VERTICES][4], *worth = lanes->worth + column;
    int first = with_tilt ? 0 : shape->last_side, last = shape->last_side, own = shape->vertex[last];
    for (int v = 0; v < shape->vertices; v++)
        for (int c = 0; c < 4; c++) kept[v][c] = vec_set(0);
#pragma GCC unroll 16
    for (int c = 0; c < shape->corners; c++)
        add_certain(shape, lanes, joint->rows + column, stage->value_count, a, first, c, kept);
    for (int c = 0; c < 4; c++) {
        worth[c] = vec_set(0);
        for (int t = 0; t < shape->types[last]; t++)
            worth[c] = vec_fma(lanes->posterior[shape->choice[last] + t * shape->actions[last] + a[last]],
                               kept[own + t][c], worth[c]);
    }
    for (int v = 0; with_tilt && v < shape->vertices; v++)
        for (int c = 0; c < 4; c++)
            lanes->end[v][column + c] =
                vec_fma(vec_set(joint->factor[column + c]), kept[v][c], vec_set(joint->constant[column + c]));
}

INLINE void look_up(const KernelStage *stage, const Shape *shape, Lanes *lanes, const WideJoint *joint, const int *a,
                    int column, bool with_tilt) {
    Vec *worth = lanes->worth + column;
    if (shape->last_side < 0)
        vec_take_rows(joint->rows + column, lanes->elsewhere, worth);
    else if (joint->is_linear)
        take_ends(stage, shape, lanes, joint, a, column, with_tilt);
    else
        take_cells(shape, lanes, joint, a, column, with_tilt);
    for (int c = 0; c < 4; c++)
        worth[c] = vec_fma(vec_set(joint->factor[column + c]), worth[c], vec_set(joint->constant[column + c]));
}

/* ---- From joint actions to payoffs ---- */

/* Whether a joint action is the first met that has the actions of movers i and j. */
INLINE bool is_first_of(const Shape *shape, const int *a, int i, int j) {
    bool result = true;
    for (int k = 0; k < shape->movers; k++) result = result && (k == i || k == j || a[k] == 0);
    return result;
}

INLINE int choice_of(const Shape *shape, int k, int t, int action) {
    return shape->choice[k] + t * shape->actions[k] + action;
}

/* What an action of mover i is worth moves with the probabilities of mover j's. */
INLINE void add_other(const KernelStage *stage, const Shape *shape, Lanes *lanes, const int *a, int i, int j,
                      bool is_moving) {
    bool is_first = is_first_of(shape, a, i, j);
    Vec rest = -lanes->scale * chance_of(lanes, shape, a, i, j);
    for (int f = 0; f < shape->types[j]; f++) {
        int at = choice_of(shape, j, f, a[j]);
        const Vec *end = is_moving && shape->vertex[j] >= 0 ? lanes->end[shape->vertex[j] + f] : lanes->worth;
        Vec pull = rest * lanes->weight[at];
        for (int t = 0; t < shape->types[i]; t++) {
            Vec *moving = lanes->moving + choice_of(shape, i, t, a[i]) * shape->choices + at;
            Vec worth = end[stage->movers[i].column + t];
            *moving = is_first ? pull * worth : vec_fma(pull, worth, *moving);
        }
    }
}

/* And with those of its own: through the posterior. */
INLINE void add_self(const KernelStage *stage, const Shape *shape, Lanes *lanes, const int *a, int i, bool is_moving) {
    bool is_first = is_first_of(shape, a, i, i);
    Vec rest = -lanes->scale * chance_of(lanes, shape, a, i, -1);
    for (int f = 0; f < shape->types[i]; f++) {
        int at = choice_of(shape, i, f, a[i]);
        Vec pull = rest * lanes->posterior[at];
        for (int t = 0; t < shape->types[i]; t++) {
            Vec *moving = lanes->moving + choice_of(shape, i, t, a[i]) * shape->choices + at;
            int column = stage->movers[i].column + t;
            if (is_first) *moving = vec_set(0);
            if (is_moving)
                *moving = vec_fma(pull, lanes->end[shape->vertex[i] + f][column] - lanes->worth[column], *moving);
        }
    }
}

INLINE void add_joint(const KernelStage *stage, const Shape *shape, Lanes *lanes, const int *a, bool is_moving,
                      bool with_tilt) {
    bool is_first_of_all = is_first_of(shape, a, -1, -1);
    Vec all = chance_of(lanes, shape, a, -1, -1);
    for (int w = 0; w < lanes->watched_count; w++) {
        Vec *seen = &lanes->seen[lanes->watched[w]], worth = lanes->worth[lanes->watched[w]];
        *seen = is_first_of_all ? all * worth : vec_fma(all, worth, *seen);
    }
    for (int i = 0; i < shape->movers; i++) {
        bool is_first = is_first_of(shape, a, i, -1);
        Vec others = chance_of(lanes, shape, a, i, -1);
        for (int t = 0; t < shape->types[i]; t++) {
            Vec *payoff = &lanes->payoff[choice_of(shape, i, t, a[i])],
                worth = lanes->worth[stage->movers[i].column + t];
            *payoff = is_first ? others * worth : vec_fma(others, worth, *payoff);
        }
        for (int j = 0; with_tilt && j < shape->movers; j++)
            if (j != i)
                add_other(stage, shape, lanes, a, i, j, is_moving);
            else if (shape->vertex[i] >= 0)
                add_self(stage, shape, lanes, a, i, is_moving);
    }
}

INLINE void next_joint(const Shape *shape, int a[KERNEL_MOVERS]) {
    for (int k = shape->movers - 1; k >= 0 && ++a[k] == shape->actions[k]; k--) a[k] = 0;
}

/* Columns from `column` on, before `end`. */
INLINE void look_ahead(const KernelStage *stage, const Shape *shape, Lanes *lanes, const WideJoint *joint, const int *a,
                       int column, int end, bool with_tilt) {
    if (joint->rows && !joint->is_linear) list_corners(shape, lanes, a);
    for (; column < end; column += 4)
        if (joint->rows)
            look_up(stage, shape, lanes, joint, a, column, with_tilt);
        else
            for (int c = column; c < column + 4; c++) lanes->worth[c] = vec_set(joint->constant[c]);
}

INLINE void respond(const KernelStage *stage, const Shape *shape, Lanes *lanes, bool with_tilt) {
    int a[KERNEL_MOVERS] = {0};
    lanes->responses++;
    lanes->slopes += with_tilt;
    for (int k = 0; k < shape->movers; k++) {
        choose(stage, shape, lanes, k);
        publish(stage, shape, lanes, k);
    }
    for (int j = 0; j < shape->joints; j++, next_joint(shape, a)) {
        const WideJoint *joint = &lanes->ahead->joints[j];
        look_ahead(stage, shape, lanes, joint, a, 0, stage->mover_columns, with_tilt);
        add_joint(stage, shape, lanes, a, joint->rows != NULL, with_tilt);
    }
    for (int k = 0; k < shape->movers; k++) take_gains(stage, shape, lanes, k);
}

/* ---- Newton ---- */

/* How the gain of one action moves with all odds: dz(c) moves log-probability a by 1[a = c] - sigma(c). */
INLINE void fill_row(const Shape *shape, Lanes *lanes, int i, int t, int own, Vec *row) {
    const Vec *moving = lanes->moving + choice_of(shape, i, t, own) * shape->choices;
    const Vec *first = lanes->moving + choice_of(shape, i, t, 0) * shape->choices;
    for (int j = 0; j < shape->movers; j++)
        for (int f = 0; f < shape->types[j]; f++) {
            int actions = shape->actions[j], at = choice_of(shape, j, f, 0);
            Vec moved[KERNEL_SLOTS], sum = vec_set(0);
            for (int c = 0; c < actions; c++) {
                moved[c] = vec_set(0);
                if (j != i)
                    moved[c] = moving[at + c] - first[at + c];
                else if (shape->vertex[i] >= 0 && (c == 0 || c == own))
                    moved[c] = c == own ? moving[at + c] : -first[at];
                sum += moved[c];
            }
            for (int c = 1; c < actions; c++)
                row[shape->unknown[j] + f * (actions - 1) + c - 1] = vec_fma(-lanes->sigma[at + c], sum, moved[c]);
        }
}

/* matrix = -s gain'. Needs respond() with tilt. */
INLINE void fill_matrix(const KernelStage *stage, const Shape *shape, Lanes *lanes) {
    Vec *row = lanes->matrix;
    for (int i = 0; i < shape->movers; i++)
        for (int t = 0; t < shape->types[i]; t++)
            for (int own = 1; own < shape->actions[i]; own++, row += shape->unknowns)
                fill_row(shape, lanes, i, t, own, row);
    close_rows(stage, shape, lanes);
}

#include "solve/kernels/wide_shapes.h"
