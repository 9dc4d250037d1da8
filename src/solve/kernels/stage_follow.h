/* SPDX-License-Identifier: GPL-3.0-or-later
 * The second half of stage_body.h: from a guess, or from s = 0, to the solution, and out to the arrays. */

static const double tight = 2e-11;      /* defect at the end */
static const double loose = 1e-3;       /* on the way */
static const double warm_drift = 0.25;  /* log-odds between guess and solution, in the measure of is_near() */
static const double walk_drift = 0.5;   /* the same for a step in s */
static const double least_margin = 0.1; /* det(I - s gain') */
enum { CORRECTION_LIMIT = 8, WALK_LIMIT = 60 };

/* Newton from lanes->z at lanes->scale until every lane in `active` has reached its tolerance; a matrix is kept while
 * it serves. Returns the defect; the last response is at the final z. */
INLINE Vec correct(const KernelStage *stage, const Shape *shape, Lanes *lanes, VecBits active, Vec tolerance) {
    Vec before = vec_set(0), size;
    bool is_stale = true;
    for (int count = 0;; count++) {
        shape->respond(stage, lanes, is_stale);
        size = defect(stage, shape, lanes);
        VecBits open = active & ~(size <= tolerance);
        if (count > 0 && !vec_any(open)) return size;
        if (count == CORRECTION_LIMIT) return size;
        if (!is_stale && vec_any(open & (size > 0.05 * before))) {
            shape->respond(stage, lanes, true); /* the slopes, this time */
            is_stale = true;
        }
        if (is_stale) shape->refactor(stage, lanes);
        is_stale = false;
        solve_step(shape, lanes);
        advance(shape, lanes);
        before = size;
    }
}

/* From the guess in lanes->z at s = 1. */
INLINE Vec start_warm(const KernelStage *stage, const Shape *shape, Lanes *lanes) {
    Vec guess[KERNEL_UNKNOWNS];
    memcpy(guess, lanes->z, sizeof *guess * (size_t)shape->unknowns);
    lanes->scale = vec_set(1);
    Vec size = correct(stage, shape, lanes, ~(VecBits){0}, vec_set(tight));
    lanes->doubt |= ~(size <= tight) | ~is_near(shape, guess, lanes->z, warm_drift) | ~(lanes->margin >= least_margin);
    return size;
}

typedef struct Walk {
    Vec scale, before, stride; /* where z is, where it was, and how far to go next */
    Vec z[KERNEL_UNKNOWNS], last[KERNEL_UNKNOWNS], first_gain[KERNEL_UNKNOWNS], heading[KERNEL_UNKNOWNS];
    Vec margin;
} Walk;

/* Where the branch should be at `scale`: along the line through the last two points; from s = 0 along gain(base). */
INLINE void predict(const KernelStage *stage, const Shape *shape, Walk *walk, Vec scale) {
    VecBits is_first = walk->scale == 0;
    Vec ratio = (scale - walk->scale) / vec_pick(is_first, vec_set(1), walk->scale - walk->before);
    for (int u = 0; u < shape->unknowns; u++) {
        Vec along = vec_fma(ratio, walk->z[u] - walk->last[u], walk->z[u]);
        walk->heading[u] = vec_pick(is_first, vec_fma(scale, walk->first_gain[u], vec_set(stage->base[u])), along);
    }
}

/* One step of every lane that still walks; returns those. */
INLINE VecBits step_walk(const KernelStage *stage, const Shape *shape, Lanes *lanes, Walk *walk, VecBits active) {
    Vec scale = walk->scale + walk->stride;
    scale = vec_pick(scale > 1 - 0.1 * walk->stride, vec_set(1), scale);
    predict(stage, shape, walk, scale);
    memcpy(lanes->z, walk->heading, sizeof *lanes->z * (size_t)shape->unknowns);
    lanes->scale = scale;
    Vec tolerance = vec_pick(scale == 1, vec_set(tight), vec_set(loose));
    Vec size = correct(stage, shape, lanes, active, tolerance);
    VecBits is_good = (size <= tolerance) & is_near(shape, lanes->z, walk->heading, walk_drift) &
                      (lanes->margin >= least_margin) & active;
    for (int u = 0; u < shape->unknowns; u++) {
        walk->last[u] = vec_pick(is_good, walk->z[u], walk->last[u]);
        walk->z[u] = vec_pick(is_good, lanes->z[u], walk->z[u]);
    }
    walk->before = vec_pick(is_good, walk->scale, walk->before);
    walk->margin = vec_pick(is_good, vec_least(walk->margin, lanes->margin), walk->margin);
    Vec shorter = 0.5 * (scale - walk->scale),
        longer = vec_pick(is_near(shape, lanes->z, walk->heading, 0.4 * walk_drift), 2 * walk->stride, walk->stride);
    walk->scale = vec_pick(is_good, scale, walk->scale);
    walk->stride = vec_pick(is_good, longer, shorter);
    lanes->doubt |= active & (walk->stride < 1.0 / 64);
    return active & (walk->scale < 1) & ~lanes->doubt;
}

INLINE Vec start_at_zero(const KernelStage *stage, const Shape *shape, Lanes *lanes) {
    Walk walk = {.scale = vec_set(0), .before = vec_set(0), .stride = vec_set(0.5), .margin = vec_set(1)};
    for (int u = 0; u < shape->unknowns; u++) walk.z[u] = walk.last[u] = lanes->z[u] = vec_set(stage->base[u]);
    shape->respond(stage, lanes, false);
    memcpy(walk.first_gain, lanes->gain, sizeof lanes->gain);
    VecBits active = ~(VecBits){0};
    for (int count = 0; count < WALK_LIMIT && vec_any(active); count++)
        active = step_walk(stage, shape, lanes, &walk, active);
    lanes->doubt |= active;
    memcpy(lanes->z, walk.z, sizeof walk.z);
    lanes->scale = vec_set(1);
    lanes->margin = walk.margin;
    shape->respond(stage, lanes, false);
    return defect(stage, shape, lanes);
}

/* ---- Values, and the way out ---- */

INLINE bool is_movers_column(const KernelStage *stage, const Shape *shape, int column) {
    bool is_movers = false;
    for (int k = 0; k < shape->movers; k++)
        is_movers =
            is_movers || (column >= stage->movers[k].column && column < stage->movers[k].column + shape->types[k]);
    return is_movers;
}

/* Expectation over joint actions of the columns of those who do not choose, four at a time from `column`. */
INLINE void watch(const KernelStage *stage, const Shape *shape, Lanes *lanes, int column, Vec *value) {
    int a[KERNEL_MOVERS] = {0}, slot[KERNEL_AXES] = {0};
    for (int v = column; v < column + 4; v++) value[v] = vec_set(0);
    FOR_OTHERS(shape, -1, -1, a) {
        const KernelJoint *joint = &stage->joints[joint_of(shape, a0, a1, a2)];
        Vec p = chance_of(lanes, shape, -1, -1, a0, a1, a2), worth[KERNEL_VALUES];
        axis_slots(stage, shape, a0, a1, a2, slot);
        if (joint->kind == KERNEL_LOOKED_UP) look_up(stage, shape, lanes, joint, slot, column, worth, NULL);
        for (int v = column; v < column + 4; v++) {
            if (joint->kind == KERNEL_CONSTANT) worth[v] = vec_set(joint->constant[v]);
            if (joint->kind == KERNEL_BILINEAR) bend(shape, lanes, joint, slot, v, worth, NULL);
            value[v] = vec_fma(p, worth[v], value[v]);
        }
    }
}

INLINE void fill_values(const KernelStage *stage, const Shape *shape, Lanes *lanes, Vec value[KERNEL_VALUES]) {
    for (int column = 0; column < stage->value_count; column += 4) {
        bool is_watched = false;
        for (int v = column; v < column + 4 && v < stage->value_count; v++)
            is_watched = is_watched || !is_movers_column(stage, shape, v);
        if (is_watched) watch(stage, shape, lanes, column, value);
    }
    for (int k = 0; k < shape->movers; k++) /* a type knows its own choice probabilities */
        for (int t = 0; t < shape->types[k]; t++) {
            int row = shape->choice[k] + t * shape->actions[k];
            Vec own = vec_set(0);
            for (int a = 0; a < shape->actions[k]; a++)
                own = vec_fma(lanes->sigma[row + a], lanes->payoff[row + a], own);
            value[stage->movers[k].column + t] = own * (1 / stage->movers[k].rationality[t]);
        }
}

INLINE void put_rows(double *rows, int width, int count, const int *at, const Vec *columns) {
    int offset[WIDTH];
    for (int lane = 0; lane < WIDTH; lane++) offset[lane] = at[lane] * width;
    for (int c = 0; c < count; c += 4) vec_put_rows(rows + c, offset, columns + c, count - c < 4 ? count - c : 4);
}

/* Lanes beyond the end of the batch repeat its last point. */
INLINE void load(const KernelStage *stage, const Shape *shape, const KernelBatch *batch, int first, Lanes *lanes) {
    int offset[WIDTH];
    double belief[KERNEL_AXES][WIDTH];
    for (int lane = 0; lane < WIDTH; lane++) {
        int point = batch->points[first + lane < batch->count ? first + lane : batch->count - 1];
        lanes->at[lane] = point;
        lanes->elsewhere[lane] = stage->elsewhere ? stage->elsewhere[point] * stage->value_count : 0;
        offset[lane] = point * KERNEL_ODDS_WIDTH;
        for (int axis = 0; axis < shape->axes; axis++) belief[axis][lane] = stage->belief[axis][point];
    }
    for (int axis = 0; axis < shape->axes; axis++) lanes->belief[axis] = vec_load(belief[axis]);
    if (batch->start == KERNEL_WARM)
        for (int u = 0; u < shape->unknowns; u += 4) vec_take_rows(batch->odds + u, offset, lanes->z + u);
    lanes->doubt = (VecBits){0};
}

/* Odds beyond this arithmetic, or none, raise a doubt. */
INLINE void doubt_far_odds(const Shape *shape, Lanes *lanes) {
    for (int u = 0; u < shape->unknowns; u++) lanes->doubt |= ~(vec_abs(lanes->z[u]) <= 600);
}

INLINE void settle(const KernelStage *stage, const Shape *shape, KernelBatch *batch, int first, Vec size,
                   Lanes *lanes) {
    Vec value[KERNEL_VALUES];
    fill_values(stage, shape, lanes, value);
    doubt_far_odds(shape, lanes);
    lanes->doubt |= ~(size <= tight);
    put_rows(batch->odds, KERNEL_ODDS_WIDTH, shape->unknowns, lanes->at, lanes->z);
    put_rows(batch->sigma, shape->choices, shape->choices, lanes->at, lanes->sigma);
    put_rows(batch->values, stage->value_count, stage->value_count, lanes->at, value);
    Vec worst = vec_set(0);
    for (int u = 0; u < shape->unknowns; u++) worst = vec_worst(vec_abs(lanes->step[u]), worst);
    for (int lane = 0; lane < WIDTH && first + lane < batch->count; lane++) {
        batch->doubt[first + lane] = lanes->doubt[lane] != 0;
        if (lanes->doubt[lane]) continue;
        if (lanes->margin[lane] < batch->least_margin) batch->least_margin = lanes->margin[lane];
        if (worst[lane] > batch->worst_defect) batch->worst_defect = worst[lane];
    }
}

/* The payoffs of a mover's types times their rationality: in log-odds. */
static void scale_payoffs(const KernelStage *stage, KernelStage *scaled) {
    memcpy(scaled, stage, offsetof(KernelStage, joints) + (size_t)stage->joint_count * sizeof *stage->joints);
    for (int k = 0; k < stage->mover_count; k++)
        for (int t = 0; t < stage->movers[k].types; t++)
            for (int j = 0, v = stage->movers[k].column + t; j < stage->joint_count; j++) {
                KernelJoint *joint = &scaled->joints[j];
                double rationality = stage->movers[k].rationality[t];
                joint->constant[v] *= rationality;
                joint->factor[v] *= rationality;
                for (int b = 0; b < 3; b++) joint->bend[b][v] *= rationality;
            }
}

/* What does not differ between points. */
static void prepare(const KernelStage *stage, Lanes *lanes) {
    lanes->moving_count = 0;
    lanes->has_closed = false;
    for (int u = 0; u < stage->unknown_count; u++) lanes->has_closed = lanes->has_closed || stage->open[u] == 0;
    for (int joint = 0; joint < stage->joint_count; joint++) {
        Moving *moving = &lanes->moving[lanes->moving_count];
        moving->joint = joint;
        for (int k = stage->mover_count - 1, rest = joint; k >= 0; k--) {
            const KernelMover *mover = &stage->movers[k];
            if (mover->axis >= 0) moving->slot[mover->axis] = mover->first_slot + rest % mover->actions;
            rest /= mover->actions;
        }
        if (stage->joints[joint].kind != KERNEL_CONSTANT) lanes->moving_count++;
        for (int v = 0; v < KERNEL_VALUES; v++) {
            lanes->ahead[joint][v] = vec_set(stage->joints[joint].constant[v]);
            for (int axis = 0; axis < KERNEL_AXES; axis++) lanes->tilt[joint][axis][v] = vec_set(0);
        }
    }
}

INLINE void solve_shape(const KernelStage *unscaled, const Shape *shape, KernelBatch *batch) {
    Lanes lanes;
    KernelStage scaled;
    const KernelStage *stage = &scaled;
    lanes.shape = shape;
    scale_payoffs(unscaled, &scaled);
    prepare(stage, &lanes);
    batch->least_margin = 1;
    batch->worst_defect = 0;
    batch->responses = batch->slopes = 0;
    for (int first = 0; first < batch->count; first += WIDTH) {
        lanes.responses = lanes.slopes = 0;
        load(stage, shape, batch, first, &lanes);
        Vec size = batch->start == KERNEL_WARM ? start_warm(stage, shape, &lanes) : start_at_zero(stage, shape, &lanes);
        settle(stage, shape, batch, first, size, &lanes);
        int filled = batch->count - first < WIDTH ? batch->count - first : WIDTH;
        batch->responses += lanes.responses * filled;
        batch->slopes += lanes.slopes * filled;
    }
}

/* ---- Shapes ---- */

/* The calls of one shape. */
#define NOINLINE __attribute__((noinline)) static
#define CALLS_OF(name, own_shape)                                                                                      \
    NOINLINE void respond_##name(const KernelStage *stage, Lanes *lanes, bool with_tilt) {                             \
        respond(stage, own_shape, lanes, with_tilt);                                                                   \
    }                                                                                                                  \
    NOINLINE void fill_##name(const KernelStage *stage, Lanes *lanes) {                                                \
        fill_matrix(stage, own_shape, lanes);                                                                          \
    }                                                                                                                  \
    NOINLINE void refactor_##name(const KernelStage *stage, Lanes *lanes) {                                            \
        refactor(stage, own_shape, lanes);                                                                             \
    }

CALLS_OF(any, lanes->shape)

static Shape shape_of(const KernelStage *stage) {
    Shape shape = {.movers = stage->mover_count,
                   .actions = {1, 1, 1},
                   .choices = stage->choice_count,
                   .unknowns = stage->unknown_count,
                   .slots = stage->slot_count,
                   .joints = stage->joint_count,
                   .axis = {-1, -1, -1},
                   .respond = respond_any,
                   .fill = fill_any,
                   .refactor = refactor_any};
    for (int k = 0; k < stage->mover_count; k++) {
        const KernelMover *mover = &stage->movers[k];
        shape.types[k] = mover->types;
        shape.actions[k] = mover->actions;
        shape.choice[k] = mover->first_choice;
        shape.unknown[k] = mover->first_unknown;
        shape.slot[k] = mover->first_slot;
        shape.axis[k] = mover->axis;
        shape.axes += mover->axis >= 0;
    }
    return shape;
}

static void solve_any(const KernelStage *stage, KernelBatch *batch) {
    Shape shape = shape_of(stage);
    solve_shape(stage, &shape, batch);
}

/* Two movers with two types, p and q actions, and a third with one type and r actions (1: there is none). */
#define KNOWN_SHAPE(name, p, q, r)                                                                                     \
    static void respond_##name(const KernelStage *stage, Lanes *lanes, bool with_tilt);                                \
    static void fill_##name(const KernelStage *stage, Lanes *lanes);                                                   \
    static void refactor_##name(const KernelStage *stage, Lanes *lanes);                                               \
    static const Shape shape_##name = {.movers = (r) > 1 ? 3 : 2,                                                      \
                                       .axes = 2,                                                                      \
                                       .types = {2, 2, (r) > 1},                                                       \
                                       .actions = {p, q, r},                                                           \
                                       .choice = {0, 2 * (p), 2 * ((p) + (q))},                                        \
                                       .unknown = {0, 2 * (p)-2, 2 * ((p) + (q)) - 4},                                 \
                                       .slot = {0, p, (p) + (q)},                                                      \
                                       .choices = 2 * ((p) + (q)) + ((r) > 1 ? (r) : 0),                               \
                                       .unknowns = 2 * ((p) + (q)) - 4 + (r)-1,                                        \
                                       .slots = (p) + (q) + ((r) > 1 ? (r) : 0),                                       \
                                       .joints = (p) * (q) * (r),                                                      \
                                       .axis = {0, 1, -1},                                                             \
                                       .respond = respond_##name,                                                      \
                                       .fill = fill_##name,                                                            \
                                       .refactor = refactor_##name};                                                   \
    CALLS_OF(name, &shape_##name)                                                                                      \
    NOINLINE void solve_##name(const KernelStage *stage, KernelBatch *batch) {                                         \
        solve_shape(stage, &shape_##name, batch);                                                                      \
    }

KNOWN_SHAPE(2_by_2, 2, 2, 1)
KNOWN_SHAPE(3_by_3, 3, 3, 1)
KNOWN_SHAPE(4_by_4_by_2, 4, 4, 2)

static bool has_shape(const KernelStage *stage, const Shape *shape) {
    bool result = stage->mover_count == shape->movers;
    for (int k = 0; result && k < shape->movers; k++)
        result = stage->movers[k].types == shape->types[k] && stage->movers[k].actions == shape->actions[k] &&
                 stage->movers[k].axis == shape->axis[k];
    return result;
}

static const struct {
    const Shape *shape;
    void (*solve)(const KernelStage *stage, KernelBatch *batch);
} known[] = {
    {&shape_3_by_3, solve_3_by_3},
    {&shape_2_by_2, solve_2_by_2},
    {&shape_4_by_4_by_2, solve_4_by_4_by_2},
};
enum { KNOWN_COUNT = sizeof known / sizeof *known };

/* Which known shape a stage has; KNOWN_COUNT: none. */
static int known_shape(const KernelStage *stage) {
    int i = 0;
    while (i < KNOWN_COUNT && !has_shape(stage, known[i].shape)) i++;
    return i;
}

static void solve(const KernelStage *stage, KernelBatch *batch) {
    int i = known_shape(stage);
    if (i < KNOWN_COUNT)
        known[i].solve(stage, batch);
    else
        solve_any(stage, batch);
}

static void exponentials(int count, const double *x, double *e) {
    for (int i = 0; i < count; i += WIDTH) {
        double in[WIDTH] = {0}, out[WIDTH];
        for (int lane = 0; lane < WIDTH && i + lane < count; lane++) in[lane] = x[i + lane];
        vec_store(out, vec_exp(vec_load(in)));
        for (int lane = 0; lane < WIDTH && i + lane < count; lane++) e[i + lane] = out[lane];
    }
}

#include "solve/kernels/work.h"

const Kernels KERNELS = {KERNELS_NAME, WIDTH, solve, exponentials, work};
