/* SPDX-License-Identifier: GPL-3.0-or-later
 * The one body of the kernels, compiled once per instruction set (kernels_avx2.c and its siblings), which supply Vec
 * and its few primitives. Read beside docs/method/qre.md: choose() is the logit of the odds, publish() is (1),
 * look_ahead() and average() are (2), slope() is "Newton". Functions take the shape of a stage apart from its numbers,
 * so that the common shapes are compiled with their loops unrolled. */
#include "solve/kernels/kernels.h"

#include "solve/kernels/vector.h"

#include <string.h>

typedef struct Shape {
    int movers, axes;
    int types[KERNEL_MOVERS], actions[KERNEL_MOVERS];                       /* of movers that are not there: 0 and 1 */
    int choice[KERNEL_MOVERS], unknown[KERNEL_MOVERS], slot[KERNEL_MOVERS]; /* the first of each mover */
    int choices, unknowns, slots, joints;
    int axis[KERNEL_MOVERS];
} Shape;

typedef struct Lanes {
    int elsewhere[WIDTH], at[WIDTH]; /* element of a row of values before the movers' beliefs move it; the point */
    Vec belief[KERNEL_AXES];
    Vec scale; /* s */
    Vec z[KERNEL_UNKNOWNS], gain[KERNEL_UNKNOWNS], step[KERNEL_UNKNOWNS];
    Vec sigma[KERNEL_CHOICES], weight[KERNEL_CHOICES]; /* weight: belief * sigma */
    Vec chance[KERNEL_SLOTS], posterior[KERNEL_SLOTS], fraction[KERNEL_SLOTS];
    Vec spread[KERNEL_SLOTS];      /* posterior * (1 - posterior) */
    int cell[KERNEL_SLOTS][WIDTH]; /* step in elements of a row of values */
    Vec ahead[KERNEL_JOINTS][KERNEL_VALUES], tilt[KERNEL_JOINTS][KERNEL_AXES][KERNEL_VALUES];
    Vec payoff[KERNEL_CHOICES];
    Vec row[KERNEL_UNKNOWNS], reference[KERNEL_UNKNOWNS];
    Vec matrix[KERNEL_UNKNOWNS * KERNEL_UNKNOWNS];
    Vec margin; /* determinant of the matrix */
    VecBits doubt;
    int responses, slopes; /* counts */
} Lanes;

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

/* Product of the public probabilities of a joint action, leaving out movers i and j (-1: none). */
INLINE Vec chance_of(const Lanes *lanes, const Shape *shape, int i, int j, int a0, int a1, int a2) {
    const int a[KERNEL_MOVERS] = {a0, a1, a2};
    Vec product = vec_set(1);
    bool is_first = true;
    for (int k = 0; k < shape->movers; k++) {
        if (k == i || k == j) continue;
        Vec own = lanes->chance[shape->slot[k] + a[k]];
        product = is_first ? own : product * own;
        is_first = false;
    }
    return product;
}

/* ---- From odds to payoffs ---- */

INLINE void choose(const KernelStage *stage, const Shape *shape, Lanes *lanes) {
    for (int k = 0; k < shape->movers; k++)
        for (int t = 0; t < shape->types[k]; t++) {
            int actions = shape->actions[k], unknown = shape->unknown[k] + t * (actions - 1);
            Vec *sigma = lanes->sigma + shape->choice[k] + t * actions, sum = vec_set(1);
            for (int a = 1; a < actions; a++, unknown++) {
                sigma[a] = stage->open[unknown] * vec_exp(lanes->z[unknown]);
                sum += sigma[a];
            }
            sigma[0] = 1 / sum;
            for (int a = 1; a < actions; a++) sigma[a] *= sigma[0];
        }
}

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
    Vec x = lanes->posterior[slot] = second / sum;
    lanes->spread[slot] = x * (1 - x);
}

INLINE void publish(const KernelStage *stage, const Shape *shape, Lanes *lanes) {
    for (int k = 0; k < shape->movers; k++)
        for (int a = 0; a < shape->actions[k]; a++) {
            int slot = shape->slot[k] + a, axis = shape->axis[k];
            if (axis < 0) {
                lanes->chance[slot] = lanes->weight[shape->choice[k] + a] = lanes->sigma[shape->choice[k] + a];
                continue;
            }
            update_belief(shape, lanes, k, a);
            if (!stage->is_located[slot]) continue;
            Vec y = stage->resolution * lanes->posterior[slot];
            Vec cell = vec_cell(y, stage->resolution - 1, lanes->cell[slot]);
            lanes->fraction[slot] = y - cell;
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

/* Columns column .. column + 3 of one looked-up joint action: its worth, and with `tilt` its slope by the posteriors.
 */
INLINE void look_up(const KernelStage *stage, const Shape *shape, const Lanes *lanes, const KernelJoint *joint,
                    const int *slot, int column, Vec *value, Vec (*tilt)[KERNEL_VALUES]) {
    int offset[WIDTH];
    const double *rows = joint->rows + column;
    int right = stage->axis_stride[0] * stage->value_count, up = stage->axis_stride[1] * stage->value_count;
    for (int lane = 0; lane < WIDTH; lane++) {
        offset[lane] = lanes->elsewhere[lane];
        for (int axis = 0; axis < shape->axes; axis++) offset[lane] += lanes->cell[slot[axis]][lane];
    }
    Vec corner[4][4];
    for (int c = 0; c < 1 << shape->axes; c++)
        vec_take_rows(rows + (c & 1 ? right : 0) + (c & 2 ? up : 0), offset, corner[c]);
    for (int v = 0; v < 4; v++) {
        Vec factor = vec_set(joint->factor[column + v]), at = corner[0][v];
        if (shape->axes > 0) {
            Vec x = lanes->fraction[slot[0]], rise = corner[1][v] - corner[0][v];
            at = vec_fma(x, rise, corner[0][v]);
            if (shape->axes > 1) {
                Vec y = lanes->fraction[slot[1]], upper_rise = corner[3][v] - corner[2][v];
                Vec climb = vec_fma(x, upper_rise, corner[2][v]) - at;
                at = vec_fma(y, climb, at);
                rise = vec_fma(y, upper_rise - rise, rise);
                if (tilt) tilt[1][column + v] = factor * climb * stage->resolution;
            }
            if (tilt) tilt[0][column + v] = factor * rise * stage->resolution;
        }
        value[column + v] = vec_fma(factor, at, vec_set(joint->constant[column + v]));
    }
}

INLINE void bend(const Shape *shape, const Lanes *lanes, const KernelJoint *joint, const int *slot, int column,
                 Vec *value, Vec (*tilt)[KERNEL_VALUES]) {
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
    value[column] = at;
}

/* Worth of every joint action whose continuation moves, in the movers' columns. */
INLINE void look_ahead(const KernelStage *stage, const Shape *shape, Lanes *lanes, bool with_tilt) {
    int a[KERNEL_MOVERS] = {0}, slot[KERNEL_AXES] = {0};
    FOR_OTHERS(shape, -1, -1, a) {
        int index = joint_of(shape, a0, a1, a2);
        const KernelJoint *joint = &stage->joints[index];
        Vec(*tilt)[KERNEL_VALUES] = with_tilt ? lanes->tilt[index] : NULL;
        if (joint->kind == KERNEL_CONSTANT) continue;
        axis_slots(stage, shape, a0, a1, a2, slot);
        if (joint->kind == KERNEL_LOOKED_UP)
            for (int column = 0; column < stage->mover_columns; column += 4)
                look_up(stage, shape, lanes, joint, slot, column, lanes->ahead[index], tilt);
        else
            for (int column = 0; column < stage->mover_columns; column++)
                bend(shape, lanes, joint, slot, column, lanes->ahead[index], tilt);
    }
}

/* Q, and gain = rationality * (Q - that of the first action). */
INLINE void average(const KernelStage *stage, const Shape *shape, Lanes *lanes) {
    for (int k = 0; k < shape->movers; k++) {
        const KernelMover *mover = &stage->movers[k];
        for (int own = 0; own < shape->actions[k]; own++) {
            Vec sum[2] = {vec_set(0), vec_set(0)};
            int a[KERNEL_MOVERS] = {0};
            a[k] = own;
            FOR_OTHERS(shape, k, -1, a) {
                Vec p = chance_of(lanes, shape, k, -1, a0, a1, a2);
                const Vec *ahead = lanes->ahead[joint_of(shape, a0, a1, a2)] + mover->column;
                for (int t = 0; t < shape->types[k]; t++) sum[t] = vec_fma(p, ahead[t], sum[t]);
            }
            for (int t = 0; t < shape->types[k]; t++)
                lanes->payoff[shape->choice[k] + t * shape->actions[k] + own] = sum[t];
        }
        for (int t = 0; t < shape->types[k]; t++) {
            const Vec *payoff = lanes->payoff + shape->choice[k] + t * shape->actions[k];
            int unknown = shape->unknown[k] + t * (shape->actions[k] - 1);
            for (int own = 1; own < shape->actions[k]; own++, unknown++)
                lanes->gain[unknown] = mover->rationality[t] * stage->open[unknown] * (payoff[own] - payoff[0]);
        }
    }
}

INLINE void respond(const KernelStage *stage, const Shape *shape, Lanes *lanes, bool with_tilt) {
    lanes->responses++;
    lanes->slopes += with_tilt;
    choose(stage, shape, lanes);
    publish(stage, shape, lanes);
    look_ahead(stage, shape, lanes, with_tilt);
    average(stage, shape, lanes);
}

/* ---- Newton ---- */

/* Adds to row[unknown of mover j] what moving the log-probabilities `moved` (by type) of its action c does, as a change
 * of its odds. */
INLINE void project(const Shape *shape, const Lanes *lanes, int j, int c, const Vec *moved, Vec *row) {
    int actions = shape->actions[j];
    for (int f = 0; f < shape->types[j]; f++) {
        const Vec *sigma = lanes->sigma + shape->choice[j] + f * actions;
        Vec *own = row + shape->unknown[j] + f * (actions - 1);
        for (int e = 1; e < actions; e++) own[e - 1] -= moved[f] * sigma[e];
        if (c > 0) own[c - 1] += moved[f];
    }
}

/* How the payoff of one choice (i, type, action) moves with the odds of mover j != i. */
INLINE void move_by_other(const Shape *shape, const Lanes *lanes, const KernelStage *stage, int i, int own, int column,
                          int j, Vec *row) {
    int actions = shape->actions[j];
    Vec moved[KERNEL_SLOTS][2], sum[2] = {vec_set(0), vec_set(0)};
    for (int c = 0; c < actions; c++) {
        Vec worth = vec_set(0), lean = vec_set(0);
        int a[KERNEL_MOVERS] = {0}, slot = shape->slot[j] + c;
        a[i] = own;
        a[j] = c;
        FOR_OTHERS(shape, i, j, a) {
            int joint = joint_of(shape, a0, a1, a2);
            Vec p = chance_of(lanes, shape, i, j, a0, a1, a2);
            worth = vec_fma(p, lanes->ahead[joint][column], worth);
            if (shape->axis[j] >= 0 && stage->joints[joint].kind != KERNEL_CONSTANT)
                lean = vec_fma(p, lanes->tilt[joint][shape->axis[j]][column], lean);
        }
        const Vec *weight = lanes->weight + shape->choice[j] + c;
        moved[c][0] = weight[0] * worth;
        if (shape->types[j] > 1) {
            Vec turn = lanes->chance[slot] * lanes->spread[slot] * lean;
            moved[c][0] -= turn;
            moved[c][1] = vec_fma(weight[actions], worth, turn);
        }
        for (int f = 0; f < shape->types[j]; f++) sum[f] += moved[c][f];
    }
    for (int f = 0; f < shape->types[j]; f++) {
        const Vec *sigma = lanes->sigma + shape->choice[j] + f * actions;
        Vec *to = row + shape->unknown[j] + f * (actions - 1);
        for (int c = 1; c < actions; c++) to[c - 1] = moved[c][f] - sigma[c] * sum[f];
    }
}

/* How it moves with the odds of its own mover: through the posterior after its action. */
INLINE void move_by_self(const Shape *shape, const Lanes *lanes, const KernelStage *stage, int i, int own, int column,
                         Vec *row) {
    for (int u = 0; u < shape->types[i] * (shape->actions[i] - 1); u++) row[shape->unknown[i] + u] = vec_set(0);
    if (shape->axis[i] < 0) return;
    Vec lean = vec_set(0);
    int a[KERNEL_MOVERS] = {0};
    bool is_moved = false;
    a[i] = own;
    FOR_OTHERS(shape, i, -1, a) {
        int joint = joint_of(shape, a0, a1, a2);
        if (stage->joints[joint].kind == KERNEL_CONSTANT) continue;
        is_moved = true;
        lean = vec_fma(chance_of(lanes, shape, i, -1, a0, a1, a2), lanes->tilt[joint][shape->axis[i]][column], lean);
    }
    if (!is_moved) return;
    Vec turn = lanes->spread[shape->slot[i] + own] * lean;
    const Vec moved[2] = {-turn, turn};
    project(shape, lanes, i, own, moved, row);
}

INLINE void payoff_row(const KernelStage *stage, const Shape *shape, Lanes *lanes, int i, int type, int own, Vec *row) {
    for (int j = 0; j < shape->movers; j++) {
        if (j == i)
            move_by_self(shape, lanes, stage, i, own, stage->movers[i].column + type, row);
        else
            move_by_other(shape, lanes, stage, i, own, stage->movers[i].column + type, j, row);
    }
}

/* matrix = I - s gain'. Needs respond() with tilt. */
INLINE void fill_matrix(const KernelStage *stage, const Shape *shape, Lanes *lanes) {
    int n = shape->unknowns;
    for (int i = 0; i < shape->movers; i++)
        for (int t = 0; t < shape->types[i]; t++) {
            int unknown = shape->unknown[i] + t * (shape->actions[i] - 1);
            payoff_row(stage, shape, lanes, i, t, 0, lanes->reference);
            for (int own = 1; own < shape->actions[i]; own++, unknown++) {
                Vec scale = -(stage->movers[i].rationality[t] * stage->open[unknown]) * lanes->scale;
                payoff_row(stage, shape, lanes, i, t, own, lanes->row);
                for (int w = 0; w < n; w++)
                    lanes->matrix[unknown * n + w] = scale * (lanes->row[w] - lanes->reference[w]);
                lanes->matrix[unknown * n + unknown] += 1;
            }
        }
}

/* LU without exchanges: near a fold of the branch this may fail, and then the lane does not converge. The diagonal
 * keeps reciprocals. */
INLINE void factorise(const Shape *shape, Lanes *lanes) {
    int n = shape->unknowns;
    Vec *a = lanes->matrix;
    lanes->margin = vec_set(1);
    for (int k = 0; k < n; k++) {
        lanes->margin *= a[k * n + k];
        Vec inverse = a[k * n + k] = 1 / a[k * n + k];
        for (int i = k + 1; i < n; i++) {
            Vec factor = a[i * n + k] *= inverse;
            for (int j = k + 1; j < n; j++) a[i * n + j] = vec_fma(-factor, a[k * n + j], a[i * n + j]);
        }
    }
}

INLINE void solve_step(const Shape *shape, Lanes *lanes) {
    int n = shape->unknowns;
    const Vec *a = lanes->matrix;
    Vec *x = lanes->step;
    for (int i = 1; i < n; i++)
        for (int k = 0; k < i; k++) x[i] = vec_fma(-a[i * n + k], x[k], x[i]);
    for (int i = n - 1; i >= 0; i--) {
        for (int k = i + 1; k < n; k++) x[i] = vec_fma(-a[i * n + k], x[k], x[i]);
        x[i] *= a[i * n + i];
    }
}

/* step = base + s gain - z; returns its largest entry. */
INLINE Vec defect(const KernelStage *stage, const Shape *shape, Lanes *lanes) {
    Vec worst = vec_set(0);
    for (int u = 0; u < shape->unknowns; u++) {
        Vec d = vec_fma(lanes->scale, lanes->gain[u], stage->base[u] - lanes->z[u]);
        lanes->step[u] = d;
        worst = vec_worst(vec_abs(d), worst);
    }
    return worst;
}

INLINE void advance(const Shape *shape, Lanes *lanes) {
    for (int u = 0; u < shape->unknowns; u++) lanes->z[u] += lanes->step[u];
}

/* Largest distance in log-odds, by a measure that grows slowly once both are far from even odds: |p - q| / (1 + |q| /
 * 6)^2 is about the distance of the z / (1 + |z| / 6) that the reference compares. */
INLINE Vec distance(const Shape *shape, const Vec *p, const Vec *q) {
    Vec worst = vec_set(0);
    for (int u = 0; u < shape->unknowns; u++) {
        Vec size = vec_fma(vec_abs(q[u]), vec_set(1.0 / 6), vec_set(1));
        worst = vec_worst(vec_abs(p[u] - q[u]) / (size * size), worst);
    }
    return worst;
}

#include "solve/kernels/stage_follow.h"
