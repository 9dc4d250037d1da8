/* SPDX-License-Identifier: GPL-3.0-or-later
 * From a position of the game to the arrays that the kernels read. */
#include "solve/fast.h"

#include <math.h>
#include <string.h>

/* Gives each mover its place among choices and unknowns. False where the kernels cannot hold them. */
static bool place_movers(KernelStage *stage, const Game *game, const Position *p) {
    if (p->mover_count > KERNEL_MOVERS) return false;
    for (int k = 0; k < p->mover_count; k++) {
        const Mover *mover = &game->movers[p->mover_start + k];
        int column = game->type_start[mover->party], types = game->type_start[mover->party + 1] - column;
        if (types > KERNEL_TYPES) return false;
        stage->movers[k] = (KernelMover){.types = types,
                                         .actions = mover->action_count,
                                         .column = column,
                                         .axis = -1,
                                         .first_choice = stage->choice_count,
                                         .first_unknown = stage->unknown_count,
                                         .first_slot = stage->slot_count};
        for (int t = 0; t < types; t++) {
            if (!(game->rationality[column + t] > 0)) return false;
            stage->movers[k].rationality[t] = game->rationality[column + t];
        }
        stage->choice_count += types * mover->action_count;
        stage->unknown_count += types * (mover->action_count - 1);
        stage->slot_count += mover->action_count;
        if (column + types > stage->mover_columns) stage->mover_columns = column + types;
    }
    return stage->choice_count <= KERNEL_CHOICES && stage->unknown_count <= KERNEL_UNKNOWNS &&
           stage->slot_count <= KERNEL_SLOTS;
}

/* False where a type's first action is closed. */
static bool set_base(KernelStage *stage, const Game *game, const Position *p) {
    for (int k = 0; k < p->mover_count; k++) {
        const KernelMover *mover = &stage->movers[k];
        const double *measure = game->measures + game->movers[p->mover_start + k].measure;
        int unknown = mover->first_unknown;
        for (int t = 0; t < mover->types; t++, measure += mover->actions) {
            if (!(measure[0] > 0)) return false;
            for (int a = 1; a < mover->actions; a++, unknown++) {
                stage->open[unknown] = measure[a] > 0;
                stage->base[unknown] = measure[a] > 0 ? log(measure[a]) - log(measure[0]) : 0;
            }
        }
    }
    return true;
}

/* Part of a point's index that belongs to parties whose belief no mover moves. */
static void set_elsewhere(FastWorker *worker, const Position *p) {
    const Grid *grid = worker->fast->solution->grid;
    const Mover *movers = worker->fast->game->movers + p->mover_start;
    int moved = 1;
    for (int k = 0; k < p->mover_count; k++) moved *= grid->parties[movers[k].party].point_count;
    worker->stage.elsewhere = NULL;
    if (moved == grid->point_count) return;
    for (int point = 0; point < grid->point_count; point++) {
        worker->elsewhere[point] = point;
        for (int k = 0; k < p->mover_count; k++) {
            int stride = grid->stride[movers[k].party];
            worker->elsewhere[point] -= point / stride % grid->parties[movers[k].party].point_count * stride;
        }
    }
    worker->stage.elsewhere = worker->elsewhere;
}

/* An axis to each mover with two types. */
static void set_axes(FastWorker *worker, const Position *p) {
    const Fast *fast = worker->fast;
    KernelStage *stage = &worker->stage;
    int axes = 0;
    for (int axis = 0; axis < KERNEL_AXES; axis++) stage->axis_mover[axis] = -1;
    for (int k = 0; k < p->mover_count; k++) {
        if (stage->movers[k].types == 1) continue;
        int party = fast->game->movers[p->mover_start + k].party;
        stage->axis_stride[axes] = fast->solution->grid->stride[party];
        stage->belief[axes] = fast->beliefs[party];
        stage->movers[k].axis = axes;
        stage->axis_mover[axes++] = k;
    }
    stage->resolution = fast->solution->grid->resolution;
}

/* A continuation linear in the beliefs is given by its values at the corners of the grid. */
static void set_bend(const KernelStage *stage, const double *rows, KernelJoint *joint) {
    int width = stage->value_count, right = stage->resolution * stage->axis_stride[0] * width,
        up = stage->resolution * stage->axis_stride[1] * width;
    joint->kind = KERNEL_BILINEAR;
    for (int v = 0; v < width; v++) {
        double low = rows[v], x = stage->axis_mover[0] < 0 ? 0 : rows[right + v] - low,
               y = stage->axis_mover[1] < 0 ? 0 : rows[up + v] - low;
        joint->bend[0][v] = joint->factor[v] * x;
        joint->bend[1][v] = joint->factor[v] * y;
        joint->bend[2][v] = stage->axis_mover[1] < 0 ? 0 : joint->factor[v] * (rows[right + up + v] - low - x - y);
        joint->constant[v] += joint->factor[v] * low;
    }
}

const double *fast_edge(const Fast *fast, const Edge *edge, double *constant, double *factor) {
    const Game *game = fast->game;
    const double *payoff = edge->payoff < 0 ? NULL : game->type_rows + (size_t)edge->payoff * (game->type_total + 1);
    const double *discount = game->discounts + (size_t)edge->discount * (size_t)(game->type_total + 1);
    const double *rows = fast->solution->values + fast->solution->value_start[edge->target];
    bool is_flat = game->positions[edge->target].is_flat;
    for (int v = 0; v < game->value_count; v++) {
        factor[v] = discount[v];
        constant[v] = (payoff ? payoff[v] : 0) + (is_flat ? discount[v] * rows[v] : 0);
    }
    return is_flat ? NULL : rows;
}

static void set_joint(const Fast *fast, KernelStage *stage, const Edge *edge, KernelJoint *joint) {
    joint->rows = fast_edge(fast, edge, joint->constant, joint->factor);
    joint->kind = joint->rows ? KERNEL_LOOKED_UP : KERNEL_CONSTANT;
    if (joint->rows && fast->is_linear[edge->target] && !stage->elsewhere) set_bend(stage, joint->rows, joint);
}

/* The slots of a joint action are those at whose posteriors something is looked up. */
static void mark_slots(KernelStage *stage, int joint) {
    for (int k = stage->mover_count - 1; k >= 0; k--) {
        stage->is_located[stage->movers[k].first_slot + joint % stage->movers[k].actions] = true;
        joint /= stage->movers[k].actions;
    }
}

static void set_joints(FastWorker *worker, const Position *p) {
    KernelStage *stage = &worker->stage;
    const Edge *edges = worker->fast->game->edges + p->edge_start;
    for (int joint = 0; joint < p->edge_count; joint++) {
        set_joint(worker->fast, stage, &edges[joint], &stage->joints[joint]);
        if (stage->joints[joint].kind == KERNEL_LOOKED_UP) mark_slots(stage, joint);
    }
}

/* ---- Wide stages ---- */

/* Each mover's grid; false where the kernels cannot hold the cells. */
static bool set_grids(FastWorker *worker, const Position *p) {
    const Fast *fast = worker->fast;
    const Grid *grid = fast->solution->grid;
    WideAhead *ahead = worker->ahead;
    int corners = 1;
    if (!fast->is_wide || p->edge_count > WIDE_JOINTS) return false;
    for (int k = 0; k < p->mover_count; k++) {
        int party = fast->game->movers[p->mover_start + k].party;
        ahead->resolution[k] = grid->parties[party].resolution;
        ahead->stride[k] = grid->stride[party];
        for (int type = 0; type < grid->parties[party].type_count; type++)
            ahead->certain[k][type] = grid_corner(&grid->parties[party], type) * grid->stride[party];
        corners *= grid->parties[party].type_count;
        if (corners > WIDE_CORNERS) return false;
    }
    ahead->beliefs = fast->solution->beliefs;
    ahead->belief_width = fast->game->type_total;
    return true;
}

static void set_wide_joints(FastWorker *worker, const Position *p) {
    const Fast *fast = worker->fast;
    const Edge *edges = fast->game->edges + p->edge_start;
    for (int joint = 0; joint < p->edge_count; joint++) {
        WideJoint *own = &worker->ahead->joints[joint];
        own->rows = fast_edge(fast, &edges[joint], own->constant, own->factor);
        own->is_linear = own->rows && fast->is_linear[edges[joint].target] && !worker->stage.elsewhere;
        if (own->rows && !own->is_linear) mark_slots(&worker->stage, joint);
    }
}

FastPlan fast_plan(FastWorker *worker, const Position *p) {
    const Fast *fast = worker->fast;
    KernelStage *stage = &worker->stage;
    if ((!fast->is_narrow && !fast->is_wide) || !p->on_grid) return FAST_REFERENCE;
    stage->mover_count = p->mover_count;
    stage->choice_count = stage->unknown_count = stage->slot_count = stage->mover_columns = 0;
    stage->joint_count = p->edge_count;
    stage->value_count = fast->game->value_count;
    if (!place_movers(stage, fast->game, p) || !set_base(stage, fast->game, p)) return FAST_REFERENCE;
    set_elsewhere(worker, p);
    memset(stage->is_located, 0, sizeof stage->is_located);
    if (fast->is_narrow && fast_is_narrow_stage(fast->game, p)) {
        set_axes(worker, p);
        set_joints(worker, p);
        return FAST_NARROW;
    }
    if (!set_grids(worker, p)) return FAST_REFERENCE;
    set_wide_joints(worker, p);
    return FAST_WIDE;
}
