/* SPDX-License-Identifier: GPL-3.0-or-later
 * The second half of adjoint_body.h: what comes out of a stage, and the shapes that are compiled. */

/* ---- What comes out ---- */

INLINE void flow_of(const Shape *shape, const Lanes *lanes, int joint, bool has_worth, Vec *flow) {
    Vec all = chance_of(shape, lanes, joint, -1, -1);
    for (int v = 0; v < shape->values; v++)
        for (int o = 0; o < K && !is_movers_value(shape, v); o++)
            flow[v * K + o] = has_worth ? all * lanes->worth[v * K + o] : vec_set(0);
    for (int k = 0; k < shape->movers; k++) {
        Vec others = chance_of(shape, lanes, joint, k, -1);
        for (int t = 0; t < shape->types[k]; t++) {
            const Vec *share = lanes->share[choice_of(shape, k, t, action_of(shape, joint, k))];
            for (int o = 0; o < K; o++) flow[(shape->column[k] + t) * K + o] = others * share[o];
        }
    }
}

/* to[width] += weight * from[width], a row at a time. */
INLINE void add_weighed(int width, double weight, const double *from, double *to) {
    for (int i = 0; i < width; i += K) {
        Row row, sum;
        memcpy(&row, from + i, sizeof row);
        memcpy(&sum, to + i, sizeof sum);
        sum += weight * row;
        memcpy(to + i, &sum, sizeof sum);
    }
}

/* Adds flow * factor, and the mass, to the corners of the cell in every lane. */
INLINE void scatter(const KernelStage *stage, const Shape *shape, const Lanes *lanes, int index, AdjointJoint *out,
                    const Vec *flow, Vec mass) {
    const KernelJoint *joint = &stage->joints[index];
    Cells cells = cells_of(stage, shape, lanes, index);
    int width = shape->values * K, row[WIDTH];
    double rows[WIDTH * ADJOINT_COLUMNS], weights[1 << KERNEL_AXES][WIDTH], passed[WIDTH];
    place_rows(width, 0, WIDTH, row);
    for (int v = 0; v < shape->values; v++) {
        Vec columns[K];
        for (int o = 0; o < K; o++) columns[o] = joint->factor[v] * flow[v * K + o];
        vec_put_rows(rows + v * K, row, columns, K);
    }
    for (int corner = 0; corner < 1 << shape->axes; corner++)
        vec_store(weights[corner], (corner & 1 ? cells.x : 1 - cells.x) * (corner & 2 ? cells.y : 1 - cells.y));
    vec_store(passed, mass);
    for (int lane = 0; lane < WIDTH; lane++)
        for (int corner = 0; corner < 1 << shape->axes; corner++) {
            int point = cells.point[lane] + (corner & 1 ? cells.right : 0) + (corner & 2 ? cells.up : 0);
            double weight = weights[corner][lane];
            add_weighed(width, weight, rows + lane * width, out->back + (size_t)point * (size_t)width);
            if (out->mass) out->mass[point] += weight * passed[lane];
        }
}

INLINE void bring_out(const KernelStage *stage, const Shape *shape, AdjointBatch *batch, const Lanes *lanes, int index,
                      bool has_worth, Sums *sums) {
    const KernelJoint *joint = &stage->joints[index];
    int width = shape->values * K;
    Vec flow[ADJOINT_COLUMNS], mass = lanes->mass * chance_of(shape, lanes, index, -1, -1);
    flow_of(shape, lanes, index, has_worth, flow);
    for (int i = 0; i < width && joint->kind != KERNEL_BILINEAR; i++) sums->flow[index][i] += flow[i];
    if (batch->joints[index].wants_behind)
        for (int i = 0; i < width; i++)
            sums->behind[index][i] = vec_fma(flow[i], lanes->ahead[index][i / K], sums->behind[index][i]);
    if (joint->kind == KERNEL_BILINEAR) {
        Vec x = shape->axes > 0 ? lanes->posterior[slot_of(shape, index, shape->axis_mover[0])] : vec_set(0);
        Vec y = shape->axes > 1 ? lanes->posterior[slot_of(shape, index, shape->axis_mover[1])] : vec_set(0);
        for (int corner = 0; corner < 1 << shape->axes; corner++) {
            Vec weight = (corner & 1 ? x : 1 - x) * (corner & 2 ? y : 1 - y);
            for (int i = 0; i < width; i++)
                sums->corner[index][corner][i] = vec_fma(weight, flow[i], sums->corner[index][corner][i]);
        }
    }
    if (joint->kind == KERNEL_LOOKED_UP) {
        scatter(stage, shape, lanes, index, &batch->joints[index], flow, mass);
    } else {
        sums->passed[index] += mass;
    }
}

static double total(Vec a) {
    double lane[WIDTH], sum = 0;
    vec_store(lane, a);
    for (int i = 0; i < WIDTH; i++) sum += lane[i];
    return sum;
}

/* The weights of the corners add up to 1. */
static void sum_corners(const KernelJoint *joint, int corners, const Sums *sums, int index, AdjointJoint *out, int i) {
    out->flow[i] = 0;
    for (int c = 0; c < corners; c++) {
        double flow = total(sums->corner[index][c][i]);
        out->flow[i] += flow;
        out->corner[c][i] = joint->factor[i / K] * flow;
    }
}

static void sum_up(const KernelStage *stage, const Shape *shape, AdjointBatch *batch, const Sums *sums) {
    for (int j = 0; j < shape->joints; j++) {
        AdjointJoint *out = &batch->joints[j];
        for (int i = 0; i < shape->values * K; i++) {
            if (stage->joints[j].kind == KERNEL_BILINEAR)
                sum_corners(&stage->joints[j], 1 << shape->axes, sums, j, out, i);
            else
                out->flow[i] = total(sums->flow[j][i]);
            if (out->wants_behind) out->behind[i] = total(sums->behind[j][i]);
        }
        out->passed = total(sums->passed[j]);
    }
    for (int k = 0; k < shape->movers; k++)
        for (int t = 0; t < shape->types[k]; t++)
            for (int o = 0; o < K; o++) batch->rationality[k][t][o] = total(sums->rationality[k][t][o]);
    for (int u = 0; u < shape->unknowns; u++)
        for (int o = 0; o < K; o++) batch->base[u][o] = total(sums->base[u][o]);
}

static void clear(const KernelStage *stage, const Shape *shape, const AdjointBatch *batch, Sums *sums) {
    for (int j = 0; j < shape->joints; j++) {
        size_t size = (size_t)(shape->values * K) * sizeof(Vec);
        memset(sums->flow[j], 0, size);
        if (batch->joints[j].wants_behind) memset(sums->behind[j], 0, size);
        for (int c = 0; c < 4 && stage->joints[j].kind == KERNEL_BILINEAR; c++) memset(sums->corner[j][c], 0, size);
        sums->passed[j] = vec_set(0);
    }
    memset(sums->rationality, 0, sizeof sums->rationality);
    memset(sums->base, 0, sizeof sums->base);
}

INLINE void begin_lanes(const Shape *shape, const AdjointBatch *batch, int first, Lanes *lanes) {
    if (batch->worth)
        take_columns(batch->worth, shape->values * K, first, batch->count, lanes->worth);
    else
        memset(lanes->worth, 0, (size_t)(shape->values * K) * sizeof *lanes->worth);
    lanes->mass = take(batch->mass, first, batch->count);
    for (int c = 0; c < shape->choices; c++) lanes->payoff[c] = vec_set(0);
    for (int s = 0; s < shape->slots; s++) {
        for (int o = 0; o < K; o++) lanes->push[s][o] = lanes->lean[s][o] = vec_set(0);
        for (int t = 0; t < 2; t++) lanes->self_lean[s][t] = vec_set(0);
    }
    clear_pairs(shape, lanes);
    for (int k = 0; k < shape->movers; k++)
        for (int t = 0; t < shape->types[k]; t++)
            for (int a = 0; a < shape->actions[k]; a++)
                for (int o = 0; o < K; o++)
                    lanes->share[choice_of(shape, k, t, a)][o] =
                        lanes->sigma[choice_of(shape, k, t, a)] * lanes->worth[(shape->column[k] + t) * K + o];
}

/* Whether anything passes, or leans on, one of the points from `first` on: elsewhere all that comes out is 0. */
static bool is_reached(const AdjointBatch *batch, int columns, int first) {
    int end = first + WIDTH < batch->count ? first + WIDTH : batch->count;
    for (int point = first; point < end; point++)
        if (batch->mass[point] != 0) return true;
    for (int i = first * columns; batch->worth && i < end * columns; i++)
        if (batch->worth[i] != 0) return true;
    return false;
}

INLINE void sweep_shape(const KernelStage *stage, const Shape *shape, AdjointBatch *batch, Sums *sums) {
    Lanes lanes;
    bool has_worth = batch->worth != NULL;
    clear(stage, shape, batch, sums);
    batch->doubt_count = 0;
    for (int first = 0; first < batch->count; first += WIDTH) {
        bool doubt[WIDTH] = {0}, is_whole = true;
        double kept[WIDTH];
        if (!is_reached(batch, shape->values * K, first)) continue;
        publish(stage, shape, batch, first, &lanes);
        begin_lanes(shape, batch, first, &lanes);
        for (int joint = 0; joint < shape->joints; joint++) {
            bool is_moving = stage->joints[joint].kind != KERNEL_CONSTANT;
            look_ahead(stage, shape, &lanes, joint);
            look_for_odds(stage, shape, batch, &lanes, joint);
            add_payoffs(shape, &lanes, joint);
            add_pairs(shape, &lanes, joint, is_moving);
            add_moves(shape, &lanes, joint, has_worth, is_moving, !batch->joints[joint].is_odds_row);
        }
        lift_all(shape, &lanes, has_worth);
        project_all(stage, shape, &lanes);
        fill_matrix(stage, shape, &lanes);
        solve_system(shape, &lanes, doubt);
        for (int lane = 0; lane < WIDTH; lane++) {
            bool is_in = first + lane < batch->count;
            kept[lane] = is_in && !doubt[lane];
            is_whole = is_whole && kept[lane] > 0;
            if (is_in && doubt[lane]) batch->doubt[batch->doubt_count++] = first + lane;
        }
        if (!is_whole) drop(shape, &lanes, kept);
        through_fixed_point(stage, shape, &lanes, sums);
        for (int joint = 0; joint < shape->joints; joint++)
            bring_out(stage, shape, batch, &lanes, joint, has_worth, sums);
    }
    sum_up(stage, shape, batch, sums);
}

/* ---- Shapes ---- */

INLINE Shape shape_of(const KernelStage *stage) {
    Shape shape = {.movers = stage->mover_count,
                   .values = stage->value_count,
                   .actions = {1, 1, 1},
                   .choices = stage->choice_count,
                   .unknowns = stage->unknown_count,
                   .slots = stage->slot_count,
                   .joints = stage->joint_count,
                   .axis = {-1, -1, -1},
                   .axis_mover = {stage->axis_mover[0], stage->axis_mover[1]}};
    for (int k = 0; k < stage->mover_count; k++) {
        const KernelMover *mover = &stage->movers[k];
        SHAPE_MOVER(shape, k, mover);
        shape.column[k] = mover->column;
        shape.axis[k] = mover->axis;
        shape.axes += mover->axis >= 0;
    }
    return shape;
}

/* Two movers with two types each, whose values come first: most answers. */
#define SHAPE_OF_TWO(a, v)                                                                                             \
    {                                                                                                                  \
        .movers = 2, .axes = 2, .values = (v), .types = {2, 2, 0}, .actions = {(a), (a), 1},                           \
        .choice = {0, 2 * (a), 0}, .unknown = {0, 2 * ((a)-1), 0}, .slot = {0, (a), 0}, .column = {0, 2, 0},           \
        .choices = 4 * (a), .unknowns = 4 * ((a)-1), .slots = 2 * (a), .joints = (a) * (a), .axis = {0, 1, -1},        \
        .axis_mover = {0, 1},                                                                                          \
    }

/* A third mover of one type beside them: most choices of a posture. */
#define SHAPE_OF_THREE(p, q, r, v)                                                                                     \
    {                                                                                                                  \
        .movers = 3, .axes = 2, .values = (v), .types = {2, 2, 1}, .actions = {(p), (q), (r)},                         \
        .choice = {0, 2 * (p), 2 * ((p) + (q))}, .unknown = {0, 2 * (p)-2, 2 * ((p) + (q)) - 4},                       \
        .slot = {0, (p), (p) + (q)}, .column = {0, 2, 4}, .choices = 2 * ((p) + (q)) + (r),                            \
        .unknowns = 2 * ((p) + (q)) - 4 + (r)-1, .slots = (p) + (q) + (r), .joints = (p) * (q) * (r),                  \
        .axis = {0, 1, -1}, .axis_mover = {0, 1},                                                                      \
    }

#define SWEEP_OF(name, ...)                                                                                            \
    __attribute__((noinline)) static void sweep_##name(const KernelStage *stage, AdjointBatch *batch, Sums *sums) {    \
        static const Shape shape = __VA_ARGS__;                                                                        \
        sweep_shape(stage, &shape, batch, sums);                                                                       \
    }

SWEEP_OF(3_5, SHAPE_OF_TWO(3, 5))
SWEEP_OF(3_6, SHAPE_OF_TWO(3, 6))
SWEEP_OF(2_5, SHAPE_OF_TWO(2, 5))
SWEEP_OF(2_6, SHAPE_OF_TWO(2, 6))
SWEEP_OF(4_4_2_6, SHAPE_OF_THREE(4, 4, 2, 6))

static bool is_shape(const KernelStage *stage, const Shape *known) {
    Shape shape = shape_of(stage);
    return memcmp(&shape, known, sizeof shape) == 0;
}

static void sweep(const KernelStage *stage, AdjointBatch *batch) {
    static const struct {
        Shape shape;
        void (*sweep)(const KernelStage *stage, AdjointBatch *batch, Sums *sums);
    } known[] = {
        {SHAPE_OF_TWO(3, 5), sweep_3_5},
        {SHAPE_OF_TWO(3, 6), sweep_3_6},
        {SHAPE_OF_TWO(2, 5), sweep_2_5},
        {SHAPE_OF_TWO(2, 6), sweep_2_6},
        {SHAPE_OF_THREE(4, 4, 2, 6), sweep_4_4_2_6},
    };
    Sums sums;
    for (size_t i = 0; i < sizeof known / sizeof *known; i++)
        if (is_shape(stage, &known[i].shape)) {
            known[i].sweep(stage, batch, &sums);
            return;
        }
    Shape shape = shape_of(stage);
    sweep_shape(stage, &shape, batch, &sums);
}

static void carry(const KernelStage *stage, AdjointBatch *batch) {
    Shape shape = shape_of(stage);
    carry_shape(stage, &shape, batch);
}

const AdjointKernels ADJOINT = {ADJOINT_NAME, carry, sweep};
