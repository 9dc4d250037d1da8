/* SPDX-License-Identifier: GPL-3.0-or-later
 * The one body of the kernels, compiled once per instruction set (kernels_avx2.c and its siblings), which supply Vec
 * and its few primitives. Read beside docs/method/qre.md: choose() is the logit of the odds, publish() is (1),
 * look_ahead() and average() are (2), slope() is "Newton". Functions take the shape of a stage apart from its numbers,
 * so that the common shapes are compiled with their loops unrolled. */
#include "solve/kernels/kernels.h"

#include "solve/kernels/vector.h"

#include <stddef.h>
#include <string.h>

typedef struct Lanes Lanes;
typedef int Cells __attribute__((vector_size(4 * WIDTH)));

INLINE Cells cells_load(const int *from) {
    Cells cells;
    memcpy(&cells, from, sizeof cells);
    return cells;
}

typedef struct Shape {
    int movers, axes;
    int types[KERNEL_MOVERS], actions[KERNEL_MOVERS];                       /* of movers that are not there: 0 and 1 */
    int choice[KERNEL_MOVERS], unknown[KERNEL_MOVERS], slot[KERNEL_MOVERS]; /* the first of each mover */
    int choices, unknowns, slots, joints;
    int axis[KERNEL_MOVERS];
    /* respond(), fill_matrix() and refactor() of this shape: compiled once each */
    void (*respond)(const KernelStage *stage, Lanes *lanes, bool with_tilt);
    void (*fill)(const KernelStage *stage, Lanes *lanes);
    void (*refactor)(const KernelStage *stage, Lanes *lanes);
} Shape;

struct Lanes {
    const Shape *shape;
    bool has_closed;
    int elsewhere[WIDTH], at[WIDTH]; /* element of a row of values before the movers' beliefs move it; the point */
    Vec belief[KERNEL_AXES];
    Vec scale; /* s */
    Vec z[KERNEL_UNKNOWNS], gain[KERNEL_UNKNOWNS], step[KERNEL_UNKNOWNS];
    Vec power[KERNEL_UNKNOWNS]; /* exp(z) of the last response */
    bool is_short_step;         /* since which z has moved by step, at most 1 / KERNEL_SHORT in all lanes */
    Vec sigma[KERNEL_CHOICES], weight[KERNEL_CHOICES]; /* weight: belief * sigma */
    Vec chance[KERNEL_SLOTS], posterior[KERNEL_SLOTS];
    Vec fraction[KERNEL_SLOTS][4]; /* within the cell, as the rows of a look-up are laid out */
    int cell[KERNEL_SLOTS][WIDTH]; /* step in elements of a row of values */
    Vec ahead[KERNEL_JOINTS][KERNEL_VALUES], tilt[KERNEL_JOINTS][KERNEL_AXES][KERNEL_VALUES];
    Vec payoff[KERNEL_CHOICES];
    Vec pull[2][KERNEL_SLOTS], sway[KERNEL_SLOTS], turn[KERNEL_SLOTS]; /* of the derivative's columns */
    Vec matrix[KERNEL_UNKNOWNS * KERNEL_UNKNOWNS];
    Vec margin; /* determinant of the matrix */
    VecBits doubt;
    int responses, slopes; /* counts */
};

enum { VALUES = KERNEL_VALUES };
#include "solve/kernels/stage_follow.h"

/* All joint actions a[] in which mover i takes a[i] as it stands, and mover j (-1: none) too. */
#define FOR_OTHERS(shape, i, j, a)                                                                                     \
    for (int a##0 = (i) == 0 || (j) == 0 ? a[0] : 0, a##0_end = (i) == 0 || (j) == 0 ? a[0] + 1 : shape->actions[0];   \
         a##0 < a##0_end; a##0 ++)                                                                                     \
        for (int a##1 = (i) == 1 || (j) == 1 ? a[1] : 0,                                                               \
                 a##1_end = (i) == 1 || (j) == 1 ? a[1] + 1 : shape->actions[1];                                       \
             a##1 < a##1_end; a##1 ++)                                                                                 \
            for (int a##2 = (i) == 2 || (j) == 2 ? a[2] : 0,                                                           \
                     a##2_end = (i) == 2 || (j) == 2 ? a[2] + 1 : shape->actions[2];                                   \
                 a##2 < a##2_end; a##2 ++)

INLINE int joint_of(const Shape *shape, int a0, int a1, int a2) {
    return (a0 * shape->actions[1] + a1) * shape->actions[2] + a2;
}

INLINE Vec chance_at(const Lanes *lanes, const Shape *shape, int i, int j, int a0, int a1, int a2) {
    const int a[KERNEL_MOVERS] = {a0, a1, a2};
    return chance_of(lanes, shape, a, i, j);
}

/* ---- From odds to payoffs ---- */

/* Bayes' rule for a mover with two types after one action; where the action has no probability, the limit from equal
 * small shares, and where no type takes it beliefs stay. Probabilities too small for this arithmetic raise a doubt. */
INLINE void update_belief(const Shape *shape, Lanes *lanes, int k, int a) {
    const Vec *sigma = lanes->sigma + shape->choice[k] + a, b = lanes->belief[shape->axis[k]];
    Vec *weight = lanes->weight + shape->choice[k] + a;
    int actions = shape->actions[k], slot = shape->slot[k] + a;
    Vec first = weight[0] = (1 - b) * sigma[0], second = weight[actions] = b * sigma[actions], sum = first + second;
    lanes->chance[slot] = sum;
    VecBits is_rare = sum <= 1e-200;
    if (vec_any(is_rare)) {
        lanes->doubt |= is_rare & (sum > 0);
        second = vec_pick(is_rare, sigma[actions], second);
        sum = vec_pick(is_rare, sigma[0] + sigma[actions], sum);
        second = vec_pick(sum == 0, b, second);
        sum = vec_pick(sum == 0, vec_set(1), sum);
    }
    lanes->posterior[slot] = second / sum;
}

INLINE void publish(const KernelStage *stage, const Shape *shape, Lanes *lanes, int k) {
    int axis = shape->axis[k];
    for (int a = 0; a < shape->actions[k]; a++) {
        int slot = shape->slot[k] + a;
        if (axis < 0) {
            lanes->chance[slot] = lanes->weight[shape->choice[k] + a] = lanes->sigma[shape->choice[k] + a];
            continue;
        }
        update_belief(shape, lanes, k, a);
        if (!stage->is_located[slot]) continue;
        Vec y = stage->resolution * lanes->posterior[slot];
        Vec cell = vec_cell(y, stage->resolution - 1, lanes->cell[slot]);
        vec_spread(y - cell, lanes->fraction[slot]);
        int step = stage->axis_stride[axis] * stage->value_count;
        for (int lane = 0; lane < WIDTH; lane++) lanes->cell[slot][lane] *= step;
    }
}

/* Slots whose posteriors a joint action is looked up at, by axis. */
INLINE void axis_slots(const KernelStage *stage, const Shape *shape, int a0, int a1, int a2, int slot[KERNEL_AXES]) {
    const int a[KERNEL_MOVERS] = {a0, a1, a2};
    for (int axis = 0; axis < shape->axes; axis++) {
        int k = stage->axis_mover[axis];
        slot[axis] = shape->slot[k] + a[k];
    }
}

/* Where the cells of a joint action start, in elements of its rows. */
INLINE void cell_offsets(const Shape *shape, const Lanes *lanes, const int *slot, int offset[WIDTH]) {
    Cells sum = cells_load(lanes->elsewhere);
    for (int axis = 0; axis < shape->axes; axis++) sum += cells_load(lanes->cell[slot[axis]]);
    memcpy(offset, &sum, sizeof sum);
}

/* Columns column .. column + 3 of one looked-up joint action: its worth, and with `tilt` its slope by the posteriors.
 * Rows are interpolated as rows, and turned to columns at the end. */
INLINE void look_up(const KernelStage *stage, const Shape *shape, const Lanes *lanes, const KernelJoint *joint,
                    const int *slot, int column, Vec *value, Vec (*tilt)[KERNEL_VALUES]) {
    Vec at[4], slope[2][4];
    int offset[WIDTH];
    const double *rows = joint->rows + column, *factors = joint->factor + column, *constants = joint->constant + column;
    int right = stage->axis_stride[0] * stage->value_count, up = stage->axis_stride[1] * stage->value_count;
    cell_offsets(shape, lanes, slot, offset);
    for (int r = 0; r < 4; r++) {
        Vec factor = vec_same_row(factors, r), steep = factor * stage->resolution;
        at[r] = vec_load_row(rows, offset, r);
        if (shape->axes > 0) {
            Vec x = lanes->fraction[slot[0]][r], rise = vec_load_row(rows + right, offset, r) - at[r];
            at[r] = vec_fma(x, rise, at[r]);
            if (shape->axes > 1) {
                Vec y = lanes->fraction[slot[1]][r], upper = vec_load_row(rows + up, offset, r);
                Vec upper_rise = vec_load_row(rows + up + right, offset, r) - upper;
                Vec climb = vec_fma(x, upper_rise, upper) - at[r];
                at[r] = vec_fma(y, climb, at[r]);
                rise = vec_fma(y, upper_rise - rise, rise);
                slope[1][r] = steep * climb;
            }
            slope[0][r] = steep * rise;
        }
        at[r] = vec_fma(factor, at[r], vec_same_row(constants, r));
    }
    vec_transpose(at, value + column);
    for (int axis = 0; tilt && axis < shape->axes; axis++) vec_transpose(slope[axis], tilt[axis] + column);
}

INLINE Vec bend(const Shape *shape, const Lanes *lanes, const KernelJoint *joint, const int *slot, int column,
                Vec (*tilt)[KERNEL_VALUES]) {
    Vec at = vec_set(joint->constant[column]);
    if (shape->axes > 0) {
        Vec x = lanes->posterior[slot[0]], rise = vec_set(joint->bend[0][column]);
        if (shape->axes > 1) {
            Vec y = lanes->posterior[slot[1]], cross = vec_set(joint->bend[2][column]);
            Vec climb = vec_fma(x, cross, vec_set(joint->bend[1][column]));
            rise = vec_fma(y, cross, rise);
            at = vec_fma(y, vec_set(joint->bend[1][column]), at);
            if (tilt) tilt[1][column] = climb;
        }
        at = vec_fma(x, rise, at);
        if (tilt) tilt[0][column] = rise;
    }
    return at;
}

/* Worth of every joint action whose continuation moves, in the movers' columns. */
INLINE void look_ahead(const KernelStage *stage, const Shape *shape, Lanes *lanes, bool with_tilt) {
    for (int m = 0; m < stage->moving_count; m++) {
        const KernelMoving *moving = &stage->moving[m];
        const KernelJoint *joint = &stage->joints[moving->joint];
        Vec(*tilt)[KERNEL_VALUES] = with_tilt ? lanes->tilt[moving->joint] : NULL;
        if (joint->kind == KERNEL_LOOKED_UP)
            for (int column = 0; column < stage->mover_columns; column += 4)
                look_up(stage, shape, lanes, joint, moving->slot, column, lanes->ahead[moving->joint], tilt);
        else
            for (int column = 0; column < stage->mover_columns; column++)
                lanes->ahead[moving->joint][column] = bend(shape, lanes, joint, moving->slot, column, tilt);
    }
}

/* Q times rationality, and gain: that of an action against the first one's. */
INLINE void average(const KernelStage *stage, const Shape *shape, Lanes *lanes, int k) {
    const KernelMover *mover = &stage->movers[k];
    for (int t = 0; t < shape->types[k]; t++) {
        Vec *payoff = lanes->payoff + shape->choice[k] + t * shape->actions[k];
        for (int own = 0; own < shape->actions[k]; own++) {
            Vec sum = vec_set(0);
            int a[KERNEL_MOVERS] = {0};
            a[k] = own;
            FOR_OTHERS(shape, k, -1, a)
            sum = vec_fma(chance_at(lanes, shape, k, -1, a0, a1, a2),
                          lanes->ahead[joint_of(shape, a0, a1, a2)][mover->column + t], sum);
            payoff[own] = sum;
        }
    }
    take_gains(stage, shape, lanes, k);
}

/* A step for every mover; a mover's number is a constant to the step, so that its loops can be unrolled. */
#define FOR_MOVERS(shape, step)                                                                                        \
    do {                                                                                                               \
        {                                                                                                              \
            enum { k = 0 };                                                                                            \
            step;                                                                                                      \
        }                                                                                                              \
        if (shape->movers > 1) {                                                                                       \
            enum { k = 1 };                                                                                            \
            step;                                                                                                      \
        }                                                                                                              \
        if (shape->movers > 2) {                                                                                       \
            enum { k = 2 };                                                                                            \
            step;                                                                                                      \
        }                                                                                                              \
    } while (0)

INLINE void respond(const KernelStage *stage, const Shape *shape, Lanes *lanes, bool with_tilt) {
    lanes->responses++;
    lanes->slopes += with_tilt;
    FOR_MOVERS(shape, choose(stage, shape, lanes, k));
    FOR_MOVERS(shape, publish(stage, shape, lanes, k));
    if (with_tilt) /* compiled apart: else slopes that nobody asks for would be worked out */
        look_ahead(stage, shape, lanes, true);
    else
        look_ahead(stage, shape, lanes, false);
    FOR_MOVERS(shape, average(stage, shape, lanes, k));
}

/* ---- Newton ---- */

/* sum + p * a, or the first term of the sum; of two movers there is no third to average over. */
INLINE Vec add_share(const Shape *shape, bool is_first, Vec p, Vec a, Vec sum) {
    if (shape->movers < 3) return a;
    return is_first ? p * a : vec_fma(p, a, sum);
}

/* What a type of mover i gets by its action and mover j's, averaged over what the third mover does, and how that moves
 * with the posterior along an axis (-1: not asked): [action of i][action of j], row after row. */
INLINE void contract(const KernelStage *stage, const Shape *shape, const Lanes *lanes, int i, int j, int column,
                     int axis, Vec *worth, Vec *lean) {
    for (int own = 0; own < shape->actions[i]; own++)
        for (int c = 0; c < shape->actions[j]; c++, worth++, lean++) {
            int a[KERNEL_MOVERS] = {0};
            bool is_first = true;
            a[i] = own;
            a[j] = c;
            FOR_OTHERS(shape, i, j, a) {
                int joint = joint_of(shape, a0, a1, a2);
                Vec p = chance_at(lanes, shape, i, j, a0, a1, a2);
                *worth = add_share(shape, is_first, p, lanes->ahead[joint][column], *worth);
                if (axis >= 0 && (stage->moves[joint] || is_first))
                    *lean = add_share(shape, is_first, p, lanes->tilt[joint][axis][column], *lean);
                is_first = false;
            }
        }
}

/* How the gains of one type of mover i move with the odds of mover j, in rows of the matrix from `row`. */
INLINE void move_by_other(const KernelStage *stage, const Shape *shape, Lanes *lanes, int i, int column, int j,
                          Vec *row) {
    Vec worth[KERNEL_JOINTS], lean[KERNEL_JOINTS];
    int actions = shape->actions[j], slot = shape->slot[j], n = shape->unknowns;
    contract(stage, shape, lanes, i, j, column, shape->axis[j], worth, lean);
    for (int own = 1; own < shape->actions[i]; own++, row += n) {
        Vec moved[2][KERNEL_SLOTS], sum[2];
        for (int c = 0; c < actions; c++) {
            int at = own * actions + c;
            Vec gap = worth[at] - worth[c];
            moved[0][c] = lanes->pull[0][slot + c] * gap;
            if (shape->types[j] > 1) {
                Vec turn = lanes->turn[slot + c] * (lean[at] - lean[c]);
                moved[0][c] -= turn;
                moved[1][c] = vec_fma(lanes->pull[1][slot + c], gap, turn);
            }
            for (int f = 0; f < shape->types[j]; f++) sum[f] = c == 0 ? moved[f][c] : sum[f] + moved[f][c];
        }
        for (int f = 0; f < shape->types[j]; f++) {
            const Vec *sigma = lanes->sigma + shape->choice[j] + f * actions;
            for (int c = 1; c < actions; c++)
                row[shape->unknown[j] + f * (actions - 1) + c - 1] = vec_fma(-sigma[c], sum[f], moved[f][c]);
        }
    }
}

/* How they move with the odds of its own mover: through the posterior after each action. */
INLINE void move_by_self(const KernelStage *stage, const Shape *shape, Lanes *lanes, int i, int column, Vec *row) {
    int actions = shape->actions[i], axis = shape->axis[i], n = shape->unknowns;
    Vec turn[KERNEL_SLOTS];
    for (int own = 0; own < actions && axis >= 0; own++) {
        Vec lean = vec_set(0);
        int a[KERNEL_MOVERS] = {0};
        a[i] = own;
        FOR_OTHERS(shape, i, -1, a) {
            int joint = joint_of(shape, a0, a1, a2);
            if (stage->moves_own[axis][joint])
                lean = vec_fma(chance_at(lanes, shape, i, -1, a0, a1, a2), lanes->tilt[joint][axis][column], lean);
        }
        turn[own] = lanes->sway[shape->slot[i] + own] * lean;
    }
    for (int own = 1; own < actions; own++, row += n)
        for (int f = 0; f < shape->types[i]; f++) {
            const Vec *sigma = lanes->sigma + shape->choice[i] + f * actions;
            Vec *to = row + shape->unknown[i] + f * (actions - 1);
            for (int c = 1; c < actions; c++) {
                if (axis < 0)
                    to[c - 1] = vec_set(0);
                else if (f == 0)
                    to[c - 1] = c == own ? vec_fma(sigma[c], turn[own] - turn[0], -turn[own])
                                         : sigma[c] * (turn[own] - turn[0]);
                else
                    to[c - 1] = c == own ? vec_fma(-sigma[c], turn[own] - turn[0], turn[own])
                                         : sigma[c] * (turn[0] - turn[own]);
            }
        }
}

/* What all rows have in common, times -s. */
INLINE void weigh_columns(const Shape *shape, Lanes *lanes, int j) {
    for (int c = 0; c < shape->actions[j]; c++) {
        int slot = shape->slot[j] + c;
        for (int f = 0; f < shape->types[j]; f++)
            lanes->pull[f][slot] = -lanes->scale * lanes->weight[shape->choice[j] + f * shape->actions[j] + c];
        if (shape->types[j] < 2) continue;
        lanes->sway[slot] = -lanes->scale * (lanes->posterior[slot] - lanes->posterior[slot] * lanes->posterior[slot]);
        lanes->turn[slot] = lanes->sway[slot] * lanes->chance[slot];
    }
}

INLINE void fill_rows(const KernelStage *stage, const Shape *shape, Lanes *lanes, int i) {
    for (int t = 0; t < shape->types[i]; t++) {
        int column = stage->movers[i].column + t;
        Vec *row = lanes->matrix + (shape->unknown[i] + t * (shape->actions[i] - 1)) * shape->unknowns;
        if (i != 0) move_by_other(stage, shape, lanes, i, column, 0, row);
        if (i != 1 && shape->movers > 1) move_by_other(stage, shape, lanes, i, column, 1, row);
        if (i != 2 && shape->movers > 2) move_by_other(stage, shape, lanes, i, column, 2, row);
        move_by_self(stage, shape, lanes, i, column, row);
    }
}

/* matrix = -s gain'. Needs respond() with tilt. */
INLINE void fill_matrix(const KernelStage *stage, const Shape *shape, Lanes *lanes) {
    FOR_MOVERS(shape, weigh_columns(shape, lanes, k));
    FOR_MOVERS(shape, fill_rows(stage, shape, lanes, k));
    close_rows(stage, shape, lanes);
}

#include "solve/kernels/stage_shapes.h"
