/* SPDX-License-Identifier: GPL-3.0-or-later
 * From a position of the game to the arrays that the kernels read. */
#include "solve/fast.h"

#include <math.h>
#include <string.h>

/* Gives each mover its place among choices and unknowns, and an axis to those with two types. */
static bool place_movers(KernelStage *stage, const Game *game, const Position *p) {
    int axes = 0;
    if (p->mover_count > KERNEL_MOVERS || p->edge_count > KERNEL_JOINTS) return false;
    for (int axis = 0; axis < KERNEL_AXES; axis++) stage->axis_mover[axis] = -1;
    for (int k = 0; k < p->mover_count; k++) {
        const Mover *mover = &game->movers[p->mover_start + k];
        int column = game->type_start[mover->party], types = game->type_start[mover->party + 1] - column;
        if (types > 2 || (types == 2 && axes == KERNEL_AXES)) return false;
        stage->movers[k] = (KernelMover){types,
                                         mover->action_count,
                                         column,
                                         types == 2 ? axes : -1,
                                         stage->choice_count,
                                         stage->unknown_count,
                                         stage->slot_count,
                                         {0, 0}};
        for (int t = 0; t < types; t++) {
            if (!(game->rationality[column + t] > 0)) return false;
            stage->movers[k].rationality[t] = game->rationality[column + t];
        }
        if (types == 2) stage->axis_mover[axes++] = k;
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
static void set_elsewhere(FastWorker *worker) {
    const Grid *grid = worker->fast->solution->grid;
    KernelStage *stage = &worker->stage;
    int moved = 1;
    for (int k = 0; k < stage->mover_count; k++) moved *= stage->movers[k].axis < 0 ? 1 : grid->resolution + 1;
    stage->elsewhere = NULL;
    if (moved == grid->point_count) return;
    for (int point = 0; point < grid->point_count; point++) {
        worker->elsewhere[point] = point;
        for (int axis = 0; axis < KERNEL_AXES; axis++)
            if (stage->axis_mover[axis] >= 0)
                worker->elsewhere[point] -=
                    point / stage->axis_stride[axis] % (grid->resolution + 1) * stage->axis_stride[axis];
    }
    stage->elsewhere = worker->elsewhere;
}

static void set_axes(FastWorker *worker, const Position *p) {
    const Fast *fast = worker->fast;
    KernelStage *stage = &worker->stage;
    for (int axis = 0; axis < KERNEL_AXES; axis++) {
        if (stage->axis_mover[axis] < 0) continue;
        int party = fast->game->movers[p->mover_start + stage->axis_mover[axis]].party;
        stage->axis_stride[axis] = fast->solution->grid->stride[party];
        stage->belief[axis] = fast->beliefs[party];
    }
    stage->resolution = fast->solution->grid->resolution;
    set_elsewhere(worker);
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

static void set_joint(const Fast *fast, KernelStage *stage, const Edge *edge, KernelJoint *joint) {
    const Game *game = fast->game;
    const double *payoff = edge->payoff < 0 ? NULL : game->type_rows + (size_t)edge->payoff * (game->type_total + 1);
    const double *discount = game->discounts + (size_t)edge->discount * (size_t)(game->type_total + 1);
    const double *rows = fast->solution->values + fast->solution->value_start[edge->target];
    bool is_flat = game->positions[edge->target].is_flat;
    for (int v = 0; v < game->value_count; v++) {
        joint->factor[v] = discount[v];
        joint->constant[v] = (payoff ? payoff[v] : 0) + (is_flat ? discount[v] * rows[v] : 0);
    }
    joint->kind = is_flat ? KERNEL_CONSTANT : KERNEL_LOOKED_UP;
    joint->rows = rows;
    if (!is_flat && fast->is_linear[edge->target] && !stage->elsewhere) set_bend(stage, rows, joint);
}

/* Slots at whose posteriors something is looked up. */
static void mark_slots(KernelStage *stage) {
    memset(stage->is_located, 0, sizeof stage->is_located);
    for (int joint = 0; joint < stage->joint_count; joint++) {
        int rest = joint;
        for (int k = stage->mover_count - 1; k >= 0; k--) {
            if (stage->joints[joint].kind == KERNEL_LOOKED_UP)
                stage->is_located[stage->movers[k].first_slot + rest % stage->movers[k].actions] = true;
            rest /= stage->movers[k].actions;
        }
    }
}

bool fast_plan(FastWorker *worker, const Position *p) {
    const Fast *fast = worker->fast;
    KernelStage *stage = &worker->stage;
    if (!fast->is_narrow || !p->on_grid) return false;
    stage->mover_count = p->mover_count;
    stage->choice_count = stage->unknown_count = stage->slot_count = stage->mover_columns = 0;
    stage->joint_count = p->edge_count;
    stage->value_count = fast->game->value_count;
    if (!place_movers(stage, fast->game, p) || !set_base(stage, fast->game, p)) return false;
    set_axes(worker, p);
    for (int joint = 0; joint < p->edge_count; joint++)
        set_joint(fast, stage, &fast->game->edges[p->edge_start + joint], &stage->joints[joint]);
    mark_slots(stage);
    return true;
}
