/* SPDX-License-Identifier: GPL-3.0-or-later
 * The second half of wide_body.h: values, what does not differ between points, and the shapes that are compiled. */

/* Expectation over joint actions of the columns of those who do not choose, four at a time from `column`. */
INLINE void watch(const KernelStage *stage, const Shape *shape, Lanes *lanes, int column, Vec *value) {
    int a[KERNEL_MOVERS] = {0};
    for (int v = column; v < column + 4; v++) value[v] = vec_set(0);
    for (int j = 0; j < shape->joints; j++, next_joint(shape, a)) {
        Vec p = chance_of(lanes, shape, a, -1, -1);
        look_ahead(stage, shape, lanes, &lanes->ahead->joints[j], a, column, column + 4, false);
        for (int v = column; v < column + 4; v++) value[v] = vec_fma(p, lanes->worth[v], value[v]);
    }
}

INLINE void fill_values(const KernelStage *stage, const Shape *shape, Lanes *lanes, Vec value[VALUES]) {
    for (int w = 0; w < lanes->watched_count; w++) value[lanes->watched[w]] = lanes->seen[lanes->watched[w]];
    for (int column = (stage->mover_columns + 3) / 4 * 4; column < stage->value_count; column += 4)
        watch(stage, shape, lanes, column, value);
    fill_own_values(stage, shape, lanes, value);
}

INLINE void load_beliefs(const KernelStage *stage, const Shape *shape, Lanes *lanes) {
    const WideAhead *ahead = lanes->ahead;
    for (int k = 0; k < shape->movers; k++)
        for (int t = 0; t < shape->types[k]; t++)
            for (int lane = 0; lane < WIDTH; lane++)
                lanes->belief[k][t][lane] = ahead->beliefs[(size_t)lanes->at[lane] * (size_t)ahead->belief_width +
                                                           (size_t)(stage->movers[k].column + t)];
}

static void list_watched(const KernelStage *stage, const Shape *shape, Lanes *lanes) {
    lanes->watched_count = 0;
    for (int v = 0; v < (stage->mover_columns + 3) / 4 * 4 && v < stage->value_count; v++)
        if (!is_movers_column(stage, shape, v)) lanes->watched[lanes->watched_count++] = v;
}

INLINE void solve_shape(const KernelStage *stage, const WideAhead *ahead, const Shape *shape, KernelBatch *batch) {
    Lanes lanes;
    lanes.shape = shape;
    lanes.has_closed = has_closed_action(stage);
    lanes.ahead = ahead;
    list_watched(stage, shape, &lanes);
    solve_batch(stage, shape, batch, &lanes);
}

/* ---- Shapes ---- */

CALLS_OF(any, lanes->shape)

static Shape shape_of(const KernelStage *stage) {
    Shape shape = {.movers = stage->mover_count,
                   .last_side = -1,
                   .choices = stage->choice_count,
                   .unknowns = stage->unknown_count,
                   .joints = stage->joint_count,
                   .corners = 1,
                   .respond = respond_any,
                   .fill = fill_any,
                   .refactor = refactor_any};
    for (int k = 0; k < stage->mover_count; k++) {
        const KernelMover *mover = &stage->movers[k];
        SHAPE_MOVER(shape, k, mover);
        shape.vertex[k] = mover->types > 1 ? shape.vertices : -1;
        if (mover->types == 1) continue;
        shape.vertices += mover->types;
        shape.corners *= mover->types;
        shape.last_side = k;
    }
    return shape;
}

static void solve_any(const KernelStage *stage, const WideAhead *ahead, KernelBatch *batch) {
    Shape shape = shape_of(stage);
    unsigned char vertex_table[WIDE_CORNERS][KERNEL_MOVERS];
    for (int c = 0; c < shape.corners; c++)
        for (int k = shape.movers - 1, rest = c; k >= 0; k--) {
            vertex_table[c][k] = (unsigned char)(rest % shape.types[k]);
            rest /= shape.types[k];
        }
    shape.vertex_table = (const unsigned char(*)[KERNEL_MOVERS])vertex_table;
    solve_shape(stage, ahead, &shape, batch);
}

/* Two movers with m types and p actions each. */
#define KNOWN_SHAPE(name, m, p)                                                                                        \
    static void respond_##name(const KernelStage *stage, Lanes *lanes, bool with_tilt);                                \
    static void fill_##name(const KernelStage *stage, Lanes *lanes);                                                   \
    static void refactor_##name(const KernelStage *stage, Lanes *lanes);                                               \
    static const Shape shape_##name = {.movers = 2,                                                                    \
                                       .last_side = 1,                                                                 \
                                       .types = {m, m},                                                                \
                                       .actions = {p, p},                                                              \
                                       .choice = {0, (m) * (p)},                                                       \
                                       .unknown = {0, (m) * (p) - (m)},                                                \
                                       .slot = {0, p},                                                                 \
                                       .choices = 2 * (m) * (p),                                                       \
                                       .unknowns = 2 * (m) * (p)-2 * (m),                                              \
                                       .joints = (p) * (p),                                                            \
                                       .vertex = {0, m},                                                               \
                                       .vertices = 2 * (m),                                                            \
                                       .corners = (m) * (m),                                                           \
                                       .respond = respond_##name,                                                      \
                                       .fill = fill_##name,                                                            \
                                       .refactor = refactor_##name};                                                   \
    CALLS_OF(name, &shape_##name)                                                                                      \
    NOINLINE void solve_##name(const KernelStage *stage, const WideAhead *ahead, KernelBatch *batch) {                 \
        solve_shape(stage, ahead, &shape_##name, batch);                                                               \
    }

KNOWN_SHAPE(2_of_3, 3, 2)
KNOWN_SHAPE(3_of_3, 3, 3)

static bool has_shape(const KernelStage *stage, const Shape *shape) {
    bool result = stage->mover_count == shape->movers;
    for (int k = 0; result && k < shape->movers; k++)
        result = stage->movers[k].types == shape->types[k] && stage->movers[k].actions == shape->actions[k];
    return result;
}

static const struct {
    const Shape *shape;
    void (*solve)(const KernelStage *stage, const WideAhead *ahead, KernelBatch *batch);
} known[] = {
    {&shape_3_of_3, solve_3_of_3},
    {&shape_2_of_3, solve_2_of_3},
};
enum { KNOWN_COUNT = sizeof known / sizeof *known };

static void solve(const KernelStage *stage, const WideAhead *ahead, KernelBatch *batch) {
    int i = 0;
    while (i < KNOWN_COUNT && !has_shape(stage, known[i].shape)) i++;
    if (i < KNOWN_COUNT)
        known[i].solve(stage, ahead, batch);
    else
        solve_any(stage, ahead, batch);
}

const WideKernels WIDE = {WIDE_NAME, solve};
