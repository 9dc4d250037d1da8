/* SPDX-License-Identifier: GPL-3.0-or-later
 * The second half of stage_body.h: values, what does not differ between points, and the shapes that are compiled. */

INLINE void load_beliefs(const KernelStage *stage, const Shape *shape, Lanes *lanes) {
    for (int axis = 0; axis < shape->axes; axis++)
        for (int lane = 0; lane < WIDTH; lane++) lanes->belief[axis][lane] = stage->belief[axis][lanes->at[lane]];
}

/* What a joint action is worth in one column from the last response, which looked it up beside those of the movers. */
INLINE Vec worth_beside(const KernelStage *stage, const Shape *shape, const Lanes *lanes, int at, const int *slot,
                        int column) {
    const KernelJoint *joint = &stage->joints[at];
    if (joint->kind == KERNEL_LOOKED_UP) return lanes->ahead[at][column];
    if (joint->kind == KERNEL_CONSTANT) return vec_set(joint->constant[column]);
    return bend(shape, lanes, joint, slot, column, NULL);
}

/* Expectation over joint actions of a column of somebody who does not choose. */
INLINE Vec watch_beside(const KernelStage *stage, const Shape *shape, const Lanes *lanes, int column) {
    int a[KERNEL_MOVERS] = {0}, slot[KERNEL_AXES] = {0};
    Vec sum = vec_set(0);
    FOR_OTHERS(shape, -1, -1, a) {
        axis_slots(stage, shape, a0, a1, a2, slot);
        sum = vec_fma(chance_at(lanes, shape, -1, -1, a0, a1, a2),
                      worth_beside(stage, shape, lanes, joint_of(shape, a0, a1, a2), slot, column), sum);
    }
    return sum;
}

/* The same of four columns, which are looked up. */
INLINE void watch(const KernelStage *stage, const Shape *shape, Lanes *lanes, int column, Vec *value) {
    int a[KERNEL_MOVERS] = {0}, slot[KERNEL_AXES] = {0};
    for (int v = column; v < column + 4; v++) value[v] = vec_set(0);
    FOR_OTHERS(shape, -1, -1, a) {
        const KernelJoint *joint = &stage->joints[joint_of(shape, a0, a1, a2)];
        Vec p = chance_at(lanes, shape, -1, -1, a0, a1, a2), worth[KERNEL_VALUES];
        axis_slots(stage, shape, a0, a1, a2, slot);
        if (joint->kind == KERNEL_LOOKED_UP)
            look_up(stage, shape, lanes, joint, slot, column, worth, NULL);
        else
            for (int v = column; v < column + 4; v++)
                worth[v] = joint->kind == KERNEL_CONSTANT ? vec_set(joint->constant[v])
                                                          : bend(shape, lanes, joint, slot, v, NULL);
        for (int v = column; v < column + 4; v++) value[v] = vec_fma(p, worth[v], value[v]);
    }
}

/* Four columns from `column`, of which some belong to movers. */
INLINE void watch_four(const KernelStage *stage, const Shape *shape, Lanes *lanes, int column, Vec *value) {
    int end = column + 4 < stage->value_count ? column + 4 : stage->value_count, watched = 0;
    for (int v = column; v < end; v++) watched += !is_movers_column(stage, shape, v);
    if (watched > 0 && column >= stage->mover_columns) watch(stage, shape, lanes, column, value);
    for (int v = column; watched > 0 && column < stage->mover_columns && v < end; v++)
        if (!is_movers_column(stage, shape, v)) value[v] = watch_beside(stage, shape, lanes, v);
}

INLINE void fill_values(const KernelStage *stage, const Shape *shape, Lanes *lanes, Vec value[KERNEL_VALUES]) {
    for (int column = 0; column < stage->value_count; column += 4) watch_four(stage, shape, lanes, column, value);
    fill_own_values(stage, shape, lanes, value);
}

/* What does not differ between points. */
static void prepare(const KernelStage *stage, Lanes *lanes) {
    lanes->has_closed = has_closed_action(stage);
    for (int joint = 0; joint < stage->joint_count; joint++)
        for (int v = 0; v < stage->mover_columns && !stage->moves[joint]; v++) {
            lanes->ahead[joint][v] = vec_set(stage->joints[joint].constant[v]);
            for (int axis = 0; axis < KERNEL_AXES; axis++) lanes->tilt[joint][axis][v] = vec_set(0);
        }
}

INLINE void solve_shape(const KernelStage *stage, const Shape *shape, KernelBatch *batch) {
    Lanes lanes;
    lanes.shape = shape;
    prepare(stage, &lanes);
    solve_batch(stage, shape, batch, &lanes);
}

/* ---- Shapes ---- */

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
        SHAPE_MOVER(shape, k, mover);
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

static void exponentials(size_t count, const double *x, double *e) {
    double rest[WIDTH] = {0};
    size_t i = 0;
    for (; i + WIDTH <= count; i += WIDTH) vec_store(e + i, vec_exp(vec_load(x + i)));
    for (size_t lane = 0; i + lane < count; lane++) rest[lane] = x[i + lane];
    vec_store(rest, vec_exp(vec_load(rest)));
    for (size_t lane = 0; i + lane < count; lane++) e[i + lane] = rest[lane];
}

static void grow(size_t count, const double *d, double *e) {
    double step[WIDTH] = {0}, rest[WIDTH] = {0};
    size_t i = 0;
    for (; i + WIDTH <= count; i += WIDTH) vec_store(e + i, vec_grow(vec_load(e + i), vec_load(d + i)));
    for (size_t lane = 0; i + lane < count; lane++) {
        step[lane] = d[i + lane];
        rest[lane] = e[i + lane];
    }
    vec_store(rest, vec_grow(vec_load(rest), vec_load(step)));
    for (size_t lane = 0; i + lane < count; lane++) e[i + lane] = rest[lane];
}

#ifndef OWN_SUMS
#include "solve/kernels/sums.h"
#endif
#include "solve/kernels/work.h"

const Kernels KERNELS = {KERNELS_NAME, WIDTH, solve, sum_rows, exponentials, grow, work};
