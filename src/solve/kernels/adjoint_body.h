/* SPDX-License-Identifier: GPL-3.0-or-later
 * The one body of the adjoint kernels, compiled once per instruction set, whose lanes_*.h supplies Vec, its width and
 * what moves rows of four numbers, one per lane, to columns and back. Read beside docs/method/gradient.md, "A stage",
 * and slope_stage.c, which does the same for one point of any stage. */
#include "solve/kernels/adjoint.h"
#include "solve/kernels/vector.h"

#include <string.h>

enum { K = ADJOINT_OUTCOMES };
_Static_assert((int)K == 4, "the outcomes of a value are a row");
typedef double Row __attribute__((vector_size(K * sizeof(double))));
static const double least_pivot = 1e-3; /* below it a point is in doubt */

typedef struct Shape {
    int movers, axes, values;
    int types[KERNEL_MOVERS], actions[KERNEL_MOVERS];
    int choice[KERNEL_MOVERS], unknown[KERNEL_MOVERS], slot[KERNEL_MOVERS], column[KERNEL_MOVERS];
    int choices, unknowns, slots, joints;
    int axis[KERNEL_MOVERS], axis_mover[KERNEL_AXES];
} Shape;

typedef struct Lanes {
    Vec belief[KERNEL_AXES];
    Vec sigma[KERNEL_CHOICES], weight[KERNEL_CHOICES]; /* weight: belief * sigma */
    Vec chance[KERNEL_SLOTS], posterior[KERNEL_SLOTS];
    Vec spread[KERNEL_SLOTS], chance_spread[KERNEL_SLOTS]; /* of the posterior; times the chance */
    int cell[KERNEL_SLOTS][WIDTH];                         /* step in points */
    Vec fraction[KERNEL_SLOTS];
    Vec ahead[KERNEL_JOINTS][KERNEL_VALUES];
    Vec tilt[KERNEL_AXES][KERNEL_VALUES], odds[K], odds_tilt[KERNEL_AXES][K]; /* behind the joint action at hand */
    Vec payoff[KERNEL_CHOICES];
    Vec worth[ADJOINT_COLUMNS], mass;
    Vec share[KERNEL_CHOICES][K], push[KERNEL_SLOTS][K], lean[KERNEL_SLOTS][K], lift[KERNEL_CHOICES][K];
    Vec pair_worth[KERNEL_SLOTS][KERNEL_SLOTS][2], pair_lean[KERNEL_SLOTS][KERNEL_SLOTS][2], self_lean[KERNEL_SLOTS][2];
    Vec matrix[KERNEL_UNKNOWNS * KERNEL_UNKNOWNS], step[KERNEL_UNKNOWNS][K];
} Lanes;

/* Sums over points. */
typedef struct Sums {
    Vec flow[KERNEL_JOINTS][ADJOINT_COLUMNS], behind[KERNEL_JOINTS][ADJOINT_COLUMNS];
    Vec corner[KERNEL_JOINTS][4][ADJOINT_COLUMNS], passed[KERNEL_JOINTS];
    Vec rationality[KERNEL_MOVERS][2][K], base[KERNEL_UNKNOWNS][K];
} Sums;

/* Action of a mover in a joint action. */
INLINE int action_of(const Shape *shape, int joint, int mover) {
    for (int k = shape->movers - 1; k > mover; k--) joint /= shape->actions[k];
    return joint % shape->actions[mover];
}

INLINE int slot_of(const Shape *shape, int joint, int mover) {
    return shape->slot[mover] + action_of(shape, joint, mover);
}

/* Product of the public probabilities of a joint action, leaving out movers i and j (-1: none). */
INLINE Vec chance_of(const Shape *shape, const Lanes *lanes, int joint, int i, int j) {
    Vec product = vec_set(1);
    for (int k = 0; k < shape->movers; k++)
        if (k != i && k != j) product *= lanes->chance[slot_of(shape, joint, k)];
    return product;
}

/* ---- From the stored probabilities to what lies ahead ---- */

/* Where the lanes' rows of `width` begin: their points are consecutive, the last one is repeated beyond the end. */
INLINE void place_rows(int width, int first, int count, int *offset) {
    for (int lane = 0; lane < WIDTH; lane++) offset[lane] = (first + lane < count ? first + lane : count - 1) * width;
}

/* A number for each point, at those of the lanes. */
INLINE Vec take(const double *numbers, int first, int count) {
    double lane[WIDTH];
    if (first + WIDTH <= count) return vec_load(numbers + first);
    for (int i = 0; i < WIDTH; i++) lane[i] = numbers[first + i < count ? first + i : count - 1];
    return vec_load(lane);
}

/* Rows of `width` at the lanes' points, by columns; no number behind the last row is read. */
INLINE void take_columns(const double *rows, int width, int first, int count, Vec *columns) {
    int offset[WIDTH];
    place_rows(width, first, count, offset);
    for (int column = 0; column < width && width < 4; column++)
        for (int lane = 0; lane < WIDTH; lane++) columns[column][lane] = rows[offset[lane] + column];
    for (int column = 0; column < width && width >= 4; column += 4) {
        int from = column + 4 <= width ? column : width - 4;
        vec_take_rows(rows + from, offset, columns + from);
    }
}

/* Bayes' rule as in stage_body.h. */
INLINE void publish_action(const KernelStage *stage, const Shape *shape, Lanes *lanes, int k, int a) {
    int slot = shape->slot[k] + a, axis = shape->axis[k], choice = shape->choice[k] + a;
    if (axis < 0) {
        lanes->chance[slot] = lanes->weight[choice] = lanes->sigma[choice];
        return;
    }
    int other = choice + shape->actions[k];
    Vec b = lanes->belief[axis];
    Vec first = lanes->weight[choice] = (1 - b) * lanes->sigma[choice];
    Vec second = lanes->weight[other] = b * lanes->sigma[other];
    Vec sum = lanes->chance[slot] = first + second;
    VecBits is_rare = sum <= vec_set(1e-200);
    Vec over = vec_pick(is_rare, lanes->sigma[choice] + lanes->sigma[other], sum);
    Vec under = vec_pick(is_rare, lanes->sigma[other], second);
    lanes->posterior[slot] = vec_pick(over > vec_set(0), under / over, b);
    Vec y = (double)stage->resolution * lanes->posterior[slot];
    lanes->fraction[slot] = y - vec_cell(y, stage->resolution - 1, lanes->cell[slot]);
    for (int lane = 0; lane < WIDTH; lane++) lanes->cell[slot][lane] *= stage->axis_stride[axis];
    lanes->spread[slot] = lanes->posterior[slot] * (1 - lanes->posterior[slot]);
    lanes->chance_spread[slot] = sum * lanes->spread[slot];
}

/* The choice probabilities of a type, from its ratios to the first of them. */
INLINE void take_choices(const Shape *shape, const Vec *ratios, Lanes *lanes, int k, int t) {
    int actions = shape->actions[k];
    Vec *sigma = lanes->sigma + shape->choice[k] + t * actions, sum = vec_set(1);
    ratios += shape->unknown[k] + t * (actions - 1);
    for (int a = 1; a < actions; a++) sum += ratios[a - 1];
    sigma[0] = 1 / sum;
    for (int a = 1; a < actions; a++) sigma[a] = ratios[a - 1] * sigma[0];
}

INLINE void publish(const KernelStage *stage, const Shape *shape, const AdjointBatch *batch, int first, Lanes *lanes) {
    Vec ratios[KERNEL_UNKNOWNS];
    for (int axis = 0; axis < shape->axes; axis++) lanes->belief[axis] = take(stage->belief[axis], first, batch->count);
    take_columns(batch->sigma, shape->unknowns, first, batch->count, ratios);
    for (int k = 0; k < shape->movers; k++)
        for (int t = 0; t < shape->types[k]; t++) take_choices(shape, ratios, lanes, k, t);
    for (int k = 0; k < shape->movers; k++)
        for (int a = 0; a < shape->actions[k]; a++) publish_action(stage, shape, lanes, k, a);
}

/* The cells behind a joint action: the point of the lowest corner in each lane, steps to the others, fractions. */
typedef struct Cells {
    int point[WIDTH], right, up;
    Vec x, y;
} Cells;

INLINE Cells cells_of(const KernelStage *stage, const Shape *shape, const Lanes *lanes, int joint) {
    Cells cells = {0};
    for (int axis = 0; axis < shape->axes; axis++) {
        int slot = slot_of(shape, joint, shape->axis_mover[axis]);
        for (int lane = 0; lane < WIDTH; lane++) cells.point[lane] += lanes->cell[slot][lane];
        *(axis == 0 ? &cells.x : &cells.y) = lanes->fraction[slot];
        *(axis == 0 ? &cells.right : &cells.up) = stage->axis_stride[axis];
    }
    return cells;
}

/* Rows of `width` interpolated in all lanes: at[column], and their slopes by the two fractions. Up to three columns
 * behind a row are read, and as many written behind those asked for. */
INLINE void look_up(const Shape *shape, const Cells *cells, const double *rows, int width, Vec *at, Vec *rise,
                    Vec *climb) {
    int offset[WIDTH];
    Vec x[4], y[4];
    vec_spread(cells->x, x);
    vec_spread(cells->y, y);
    for (int lane = 0; lane < WIDTH; lane++) offset[lane] = cells->point[lane] * width;
    for (int v = 0; v < width; v += 4) {
        Vec a[4], b[4], c[4], d[4], by_x[4] = {0}, by_y[4] = {0};
        vec_load_rows(rows + v, offset, a);
        if (shape->axes > 0) vec_load_rows(rows + v + cells->right * width, offset, b);
        if (shape->axes > 1) {
            vec_load_rows(rows + v + cells->up * width, offset, c);
            vec_load_rows(rows + v + (cells->right + cells->up) * width, offset, d);
        }
        for (int r = 0; r < 4 && shape->axes > 0; r++) {
            by_x[r] = b[r] - a[r];
            a[r] = vec_fma(x[r], by_x[r], a[r]);
            if (shape->axes < 2) continue;
            Vec beyond = d[r] - c[r];
            by_y[r] = vec_fma(x[r], beyond, c[r]) - a[r];
            by_x[r] = vec_fma(y[r], beyond - by_x[r], by_x[r]);
            a[r] = vec_fma(y[r], by_y[r], a[r]);
        }
        vec_transpose(a, at + v);
        if (shape->axes > 0) vec_transpose(by_x, rise + v);
        if (shape->axes > 1) vec_transpose(by_y, climb + v);
    }
}

INLINE void look_ahead(const KernelStage *stage, const Shape *shape, Lanes *lanes, int index) {
    const KernelJoint *joint = &stage->joints[index];
    Vec *ahead = lanes->ahead[index], (*tilt)[KERNEL_VALUES] = lanes->tilt;
    if (joint->kind == KERNEL_CONSTANT)
        for (int v = 0; v < shape->values; v++) ahead[v] = vec_set(joint->constant[v]);
    if (joint->kind == KERNEL_BILINEAR) {
        Vec x = shape->axes > 0 ? lanes->posterior[slot_of(shape, index, shape->axis_mover[0])] : vec_set(0);
        Vec y = shape->axes > 1 ? lanes->posterior[slot_of(shape, index, shape->axis_mover[1])] : vec_set(0);
        for (int v = 0; v < shape->values; v++) {
            tilt[0][v] = vec_fma(y, vec_set(joint->bend[2][v]), vec_set(joint->bend[0][v]));
            tilt[1][v] = vec_fma(x, vec_set(joint->bend[2][v]), vec_set(joint->bend[1][v]));
            ahead[v] = vec_fma(x, tilt[0][v], vec_fma(y, vec_set(joint->bend[1][v]), vec_set(joint->constant[v])));
        }
    }
    if (joint->kind == KERNEL_LOOKED_UP) {
        Cells cells = cells_of(stage, shape, lanes, index);
        look_up(shape, &cells, joint->rows, shape->values, ahead, tilt[0], tilt[1]);
        for (int v = 0; v < shape->values; v++) {
            double steep = joint->factor[v] * stage->resolution;
            for (int axis = 0; axis < shape->axes; axis++) tilt[axis][v] *= steep;
            ahead[v] = vec_fma(vec_set(joint->factor[v]), ahead[v], vec_set(joint->constant[v]));
        }
    }
}

INLINE void look_for_odds(const KernelStage *stage, const Shape *shape, const AdjointBatch *batch, Lanes *lanes,
                          int index) {
    const AdjointJoint *joint = &batch->joints[index];
    if (joint->is_odds_row) {
        for (int o = 0; o < K; o++) lanes->odds[o] = vec_set(joint->odds[o]);
        return;
    }
    Cells cells = cells_of(stage, shape, lanes, index);
    look_up(shape, &cells, joint->odds, K, lanes->odds, lanes->odds_tilt[0], lanes->odds_tilt[1]);
    for (int o = 0; o < K; o++)
        for (int axis = 0; axis < shape->axes; axis++) lanes->odds_tilt[axis][o] *= (double)stage->resolution;
}

INLINE void carry_shape(const KernelStage *stage, const Shape *shape, AdjointBatch *batch) {
    Lanes lanes;
    for (int first = 0; first < batch->count; first += WIDTH) {
        Vec odds[K];
        double out[WIDTH * K];
        int row[WIDTH];
        publish(stage, shape, batch, first, &lanes);
        for (int o = 0; o < K; o++) odds[o] = vec_set(0);
        for (int joint = 0; joint < shape->joints; joint++) {
            Vec p = chance_of(shape, &lanes, joint, -1, -1);
            look_for_odds(stage, shape, batch, &lanes, joint);
            for (int o = 0; o < K; o++) odds[o] = vec_fma(p, lanes.odds[o], odds[o]);
        }
        int left = batch->count - first < WIDTH ? batch->count - first : WIDTH;
        place_rows(K, 0, WIDTH, row);
        vec_put_rows(out, row, odds, K);
        memcpy(batch->odds + (size_t)first * K, out, (size_t)left * K * sizeof *out);
    }
}

/* ---- Backward through the stage ---- */

INLINE bool is_movers_value(const Shape *shape, int value) {
    bool is_movers = false;
    for (int k = 0; k < shape->movers; k++)
        is_movers = is_movers || (value >= shape->column[k] && value < shape->column[k] + shape->types[k]);
    return is_movers;
}

INLINE int choice_of(const Shape *shape, int k, int type, int action) {
    return shape->choice[k] + type * shape->actions[k] + action;
}

INLINE void add_payoffs(const Shape *shape, Lanes *lanes, int joint) {
    for (int k = 0; k < shape->movers; k++) {
        Vec others = chance_of(shape, lanes, joint, k, -1);
        for (int t = 0; t < shape->types[k]; t++) {
            Vec *to = &lanes->payoff[choice_of(shape, k, t, action_of(shape, joint, k))];
            *to = vec_fma(others, lanes->ahead[joint][shape->column[k] + t], *to);
        }
    }
}

/* The derivative of payoffs by public probabilities and posteriors, for the matrix. Of two movers each pair of actions
 * is one joint action's; of more, all add to what clear_pairs() leaves. */
INLINE void add_pair(const Shape *shape, Lanes *lanes, int joint, int i, int j, int t, bool is_moving) {
    int own = slot_of(shape, joint, i), slot = slot_of(shape, joint, j), column = shape->column[i] + t;
    Vec rest = chance_of(shape, lanes, joint, i, j), *worth = &lanes->pair_worth[own][slot][t];
    Vec *lean = &lanes->pair_lean[own][slot][t];
    if (shape->movers == 2) *worth = *lean = vec_set(0);
    *worth = vec_fma(rest, lanes->ahead[joint][column], *worth);
    if (is_moving && shape->axis[j] >= 0) *lean = vec_fma(rest, lanes->tilt[shape->axis[j]][column], *lean);
}

INLINE void add_pairs(const Shape *shape, Lanes *lanes, int joint, bool is_moving) {
    for (int i = 0; i < shape->movers; i++)
        for (int t = 0; t < shape->types[i]; t++) {
            Vec *own = &lanes->self_lean[slot_of(shape, joint, i)][t];
            if (shape->axis[i] >= 0 && is_moving)
                *own = vec_fma(chance_of(shape, lanes, joint, i, -1), lanes->tilt[shape->axis[i]][shape->column[i] + t],
                               *own);
            for (int j = 0; j < shape->movers; j++)
                if (j != i) add_pair(shape, lanes, joint, i, j, t, is_moving);
        }
}

INLINE void clear_pairs(const Shape *shape, Lanes *lanes) {
    for (int i = 0; i < shape->movers; i++)
        for (int j = 0; j < shape->movers && shape->movers > 2; j++)
            for (int own = 0; own < shape->actions[i] && j != i; own++)
                for (int slot = 0; slot < shape->actions[j]; slot++)
                    for (int t = 0; t < shape->types[i]; t++)
                        lanes->pair_worth[shape->slot[i] + own][shape->slot[j] + slot][t] =
                            lanes->pair_lean[shape->slot[i] + own][shape->slot[j] + slot][t] = vec_set(0);
}

/* Through the public probabilities and the posteriors behind one joint action. */
INLINE void add_moves(const Shape *shape, Lanes *lanes, int joint, bool has_worth, bool is_moving, bool has_tilt_odds) {
    Vec here[K], slope[KERNEL_AXES][K], all = chance_of(shape, lanes, joint, -1, -1);
    for (int o = 0; o < K; o++) {
        here[o] = lanes->mass * lanes->odds[o];
        for (int axis = 0; axis < shape->axes; axis++)
            slope[axis][o] = has_tilt_odds ? lanes->mass * lanes->odds_tilt[axis][o] : vec_set(0);
    }
    for (int v = 0; v < shape->values && has_worth; v++)
        for (int o = 0; o < K && !is_movers_value(shape, v); o++) {
            Vec worth = lanes->worth[v * K + o];
            here[o] = vec_fma(worth, lanes->ahead[joint][v], here[o]);
            for (int axis = 0; axis < shape->axes && is_moving; axis++)
                slope[axis][o] = vec_fma(worth, lanes->tilt[axis][v], slope[axis][o]);
        }
    for (int axis = 0; axis < shape->axes; axis++)
        for (int o = 0; o < K; o++) slope[axis][o] *= all;
    for (int k = 0; k < shape->movers; k++)
        for (int t = 0; t < shape->types[k] && has_worth; t++) {
            const Vec *share = lanes->share[choice_of(shape, k, t, action_of(shape, joint, k))];
            int column = shape->column[k] + t;
            Vec others = chance_of(shape, lanes, joint, k, -1);
            for (int axis = 0; axis < shape->axes && is_moving; axis++) {
                Vec tilt = others * lanes->tilt[axis][column];
                for (int o = 0; o < K; o++) slope[axis][o] = vec_fma(share[o], tilt, slope[axis][o]);
            }
            for (int j = 0; j < shape->movers; j++) {
                if (j == k) continue;
                Vec ahead = chance_of(shape, lanes, joint, k, j) * lanes->ahead[joint][column];
                Vec *push = lanes->push[slot_of(shape, joint, j)];
                for (int o = 0; o < K; o++) push[o] = vec_fma(share[o], ahead, push[o]);
            }
        }
    for (int j = 0; j < shape->movers; j++) {
        int slot = slot_of(shape, joint, j);
        Vec others = chance_of(shape, lanes, joint, j, -1);
        for (int o = 0; o < K; o++) lanes->push[slot][o] = vec_fma(others, here[o], lanes->push[slot][o]);
        for (int o = 0; o < K && shape->axis[j] >= 0; o++) lanes->lean[slot][o] += slope[shape->axis[j]][o];
    }
}

/* lift = d P / d log sigma. */
INLINE void lift_all(const Shape *shape, Lanes *lanes, bool has_worth) {
    for (int k = 0; k < shape->movers; k++)
        for (int t = 0; t < shape->types[k]; t++)
            for (int a = 0; a < shape->actions[k]; a++) {
                int choice = choice_of(shape, k, t, a), slot = shape->slot[k] + a;
                Vec own = lanes->sigma[choice] * lanes->payoff[choice];
                for (int o = 0; o < K; o++) {
                    Vec lift = lanes->weight[choice] * lanes->push[slot][o];
                    if (shape->axis[k] >= 0) {
                        Vec lean = lanes->spread[slot] * lanes->lean[slot][o];
                        lift = t == 0 ? lift - lean : lift + lean;
                    }
                    if (has_worth) lift = vec_fma(own, lanes->worth[(shape->column[k] + t) * K + o], lift);
                    lanes->lift[choice][o] = lift;
                }
            }
}

INLINE void project_all(const KernelStage *stage, const Shape *shape, Lanes *lanes) {
    for (int k = 0; k < shape->movers; k++)
        for (int t = 0; t < shape->types[k]; t++) {
            int unknown = shape->unknown[k] + t * (shape->actions[k] - 1);
            for (int o = 0; o < K; o++) {
                Vec sum = vec_set(0);
                for (int a = 0; a < shape->actions[k]; a++) sum += lanes->lift[choice_of(shape, k, t, a)][o];
                for (int a = 1; a < shape->actions[k]; a++) {
                    int choice = choice_of(shape, k, t, a);
                    lanes->step[unknown + a - 1][o] =
                        stage->open[unknown + a - 1] * (lanes->lift[choice][o] - lanes->sigma[choice] * sum);
                }
            }
        }
}

/* Of what action and first action of (i, type) are worth, the difference by mover j's public probabilities, and by its
 * posteriors times p (1 - p): worth[c], lean[c]. */
INLINE void compare(const Shape *shape, const Lanes *lanes, int i, int type, int action, int j, Vec *worth, Vec *lean) {
    int own = shape->slot[i] + action, first = shape->slot[i];
    for (int c = 0; c < shape->actions[j]; c++) {
        int slot = shape->slot[j] + c;
        worth[c] = lean[c] = vec_set(0);
        if (j != i) {
            worth[c] = lanes->pair_worth[own][slot][type] - lanes->pair_worth[first][slot][type];
            if (shape->axis[j] >= 0)
                lean[c] = lanes->chance_spread[slot] *
                          (lanes->pair_lean[own][slot][type] - lanes->pair_lean[first][slot][type]);
        } else if (shape->axis[j] >= 0 && (c == action || c == 0)) {
            lean[c] = lanes->spread[slot] * lanes->self_lean[slot][type];
            if (c == 0) lean[c] = -lean[c];
        }
    }
}

/* row[unknown]: d (Q(i, type, action) - Q(i, type, first action)) by all log-odds. */
INLINE void payoff_row(const Shape *shape, const Lanes *lanes, int i, int type, int action, Vec *row) {
    for (int j = 0; j < shape->movers; j++) {
        Vec worth[KERNEL_SLOTS], lean[KERNEL_SLOTS], moved[KERNEL_SLOTS];
        compare(shape, lanes, i, type, action, j, worth, lean);
        for (int f = 0; f < shape->types[j]; f++) {
            Vec sum = vec_set(0), *to = row + shape->unknown[j] + f * (shape->actions[j] - 1);
            for (int c = 0; c < shape->actions[j]; c++) {
                Vec turned = f == 0 ? -lean[c] : lean[c];
                moved[c] = j == i ? turned : vec_fma(lanes->weight[choice_of(shape, j, f, c)], worth[c], turned);
                sum += moved[c];
            }
            for (int e = 1; e < shape->actions[j]; e++)
                to[e - 1] = vec_fma(-lanes->sigma[choice_of(shape, j, f, e)], sum, moved[e]);
        }
    }
}

/* matrix = (I - gain')^T */
INLINE void fill_matrix(const KernelStage *stage, const Shape *shape, Lanes *lanes) {
    int n = shape->unknowns;
    for (int i = 0; i < shape->movers; i++)
        for (int t = 0; t < shape->types[i]; t++) {
            Vec row[KERNEL_UNKNOWNS];
            int unknown = shape->unknown[i] + t * (shape->actions[i] - 1);
            for (int a = 1; a < shape->actions[i]; a++, unknown++) {
                double scale = -stage->movers[i].rationality[t] * stage->open[unknown];
                payoff_row(shape, lanes, i, t, a, row);
                for (int w = 0; w < n; w++) lanes->matrix[w * n + unknown] = scale * row[w];
                lanes->matrix[unknown * n + unknown] += 1;
            }
        }
}

/* step := matrix^-1 step, without exchanges; lanes with a small pivot are told in `doubt`. Row after row, so that a row
 * stays in registers until it is done. */
INLINE void solve_system(const Shape *shape, Lanes *lanes, bool doubt[WIDTH]) {
    int n = shape->unknowns;
    Vec *a = lanes->matrix;
#pragma GCC unroll 16
    for (int i = 0; i < n; i++) {
        Vec row[KERNEL_UNKNOWNS], step[K];
        double pivot[WIDTH];
#pragma GCC unroll 16
        for (int j = 0; j < n; j++) row[j] = a[i * n + j];
        for (int o = 0; o < K; o++) step[o] = lanes->step[i][o];
#pragma GCC unroll 16
        for (int k = 0; k < i; k++) {
#pragma GCC unroll 16
            for (int j = k + 1; j < n; j++) row[j] = vec_fma(-row[k], a[k * n + j], row[j]);
            for (int o = 0; o < K; o++) step[o] = vec_fma(-row[k], lanes->step[k][o], step[o]);
        }
        vec_store(pivot, row[i]);
        for (int lane = 0; lane < WIDTH; lane++)
            doubt[lane] = doubt[lane] || !(pivot[lane] > least_pivot || pivot[lane] < -least_pivot);
        Vec inverse = 1 / row[i];
        for (int o = 0; o < K; o++) lanes->step[i][o] = step[o] * inverse;
#pragma GCC unroll 16
        for (int j = i + 1; j < n; j++) a[i * n + j] = row[j] * inverse;
    }
    for (int i = n - 2; i >= 0; i--)
        for (int k = i + 1; k < n; k++)
            for (int o = 0; o < K; o++)
                lanes->step[i][o] = vec_fma(-a[i * n + k], lanes->step[k][o], lanes->step[i][o]);
}

/* Leaves the lanes in doubt, and those beyond the end, without any weight. */
INLINE void drop(const Shape *shape, Lanes *lanes, const double *kept) {
    Vec keep = vec_load(kept);
    lanes->mass *= keep;
    for (int c = 0; c < shape->values * K; c++) lanes->worth[c] *= keep;
    for (int c = 0; c < shape->choices; c++)
        for (int o = 0; o < K; o++) lanes->share[c][o] *= keep;
    for (int u = 0; u < shape->unknowns; u++)
        for (int o = 0; o < K; o++) {
            double step[WIDTH];
            vec_store(step, lanes->step[u][o]);
            for (int lane = 0; lane < WIDTH; lane++) step[lane] = kept[lane] > 0 ? step[lane] : 0;
            lanes->step[u][o] = vec_load(step);
        }
}

INLINE void through_fixed_point(const KernelStage *stage, const Shape *shape, Lanes *lanes, Sums *sums) {
    for (int k = 0; k < shape->movers; k++)
        for (int t = 0; t < shape->types[k]; t++) {
            int unknown = shape->unknown[k] + t * (shape->actions[k] - 1), first = choice_of(shape, k, t, 0);
            double rationality = stage->movers[k].rationality[t];
            for (int a = 1; a < shape->actions[k]; a++, unknown++)
                for (int o = 0; o < K; o++) {
                    Vec step = lanes->step[unknown][o] * stage->open[unknown];
                    sums->rationality[k][t][o] += step * (lanes->payoff[first + a] - lanes->payoff[first]);
                    sums->base[unknown][o] += step;
                    lanes->share[first + a][o] += rationality * step;
                    lanes->share[first][o] -= rationality * step;
                }
        }
}

#include "solve/kernels/adjoint_shapes.h"
