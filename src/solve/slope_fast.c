/* SPDX-License-Identifier: GPL-3.0-or-later
 * The adjoints of a stage at all points of the grid by kernels: from a position of the game to the arrays that they
 * read, and back from their sums to the numbers of the game. */
#include "solve/fast.h"
#include "solve/kernels/adjoint.h"
#include "solve/slope.h"

#include <string.h>

enum { K = SLOPE_K };
_Static_assert((int)K == (int)ADJOINT_OUTCOMES, "the kernels are written for this many outcomes");

struct SlopeFast {
    Fast fast;
    FastWorker worker; /* for fast_plan alone */
    const AdjointKernels *kernels;
    AdjointBatch batch;
};

bool slope_fast_new(Slope *slope) {
    const Game *game = slope->game;
    size_t points = (size_t)slope->solution->grid->point_count;
    if (!fast_is_narrow(game) || slope->solution->grid->resolution == 0) return true;
    struct SlopeFast *own = slope->fast = arena_alloc(slope->arena, sizeof *own);
    if (!own) return false;
    own->kernels = adjoint_select();
    own->fast = (Fast){.game = game,
                       .solution = (Solution *)slope->solution,
                       .is_narrow = true,
                       .is_linear = slope->is_linear,
                       .beliefs = fast_axis_beliefs(slope->solution, slope->arena)};
    own->worker.fast = &own->fast;
    own->worker.elsewhere = arena_array(slope->arena, points, sizeof(int));
    own->batch.doubt = arena_array(slope->arena, points, sizeof(int));
    return own->fast.beliefs && own->worker.elsewhere && own->batch.doubt;
}

/* ---- What the kernels read ---- */

static void set_joint(Slope *slope, const Edge *edge, AdjointJoint *joint, KernelAhead kind, bool is_sweep) {
    const Position *target = &slope->game->positions[edge->target];
    joint->is_odds_row = target->is_flat || slope->is_linear[edge->target];
    joint->odds = slope_odds_at(slope, edge->target, 0);
    joint->wants_behind = edge->discount > 0 && kind != KERNEL_CONSTANT;
    if (!is_sweep || kind != KERNEL_LOOKED_UP) return;
    joint->back = slope_back(slope, edge->target);
    joint->mass = slope_mass_at(slope, edge->target, 0);
}

/* False where the kernels cannot hold the stage. */
static bool plan(Slope *slope, int position, bool is_sweep) {
    struct SlopeFast *own = slope->fast;
    const Game *game = slope->game;
    const Position *p = &game->positions[position];
    if (!own || p->kind != POSITION_STAGE || !fast_plan(&own->worker, p) || own->worker.stage.elsewhere) return false;
    AdjointBatch *batch = &own->batch;
    batch->count = slope->solution->grid->point_count;
    batch->sigma = slope->solution->sigma + slope->solution->sigma_start[position];
    batch->worth = slope->back[position];
    batch->mass = slope_mass_at(slope, position, 0);
    batch->odds = slope_odds_at(slope, position, 0);
    for (int j = 0; j < p->edge_count; j++)
        set_joint(slope, &game->edges[p->edge_start + j], &batch->joints[j], own->worker.stage.joints[j].kind,
                  is_sweep);
    return !slope->is_out_of_memory;
}

int slope_fast_carry(Slope *slope, int position) {
    if (!plan(slope, position, false)) return 0;
    slope->fast->kernels->carry(&slope->fast->worker.stage, &slope->fast->batch);
    return slope->fast->batch.count;
}

/* ---- What comes out ---- */

/* The profile that is certain at a corner of the grid: bit `axis` tells the type of the mover with that axis. */
static int profile_at(const Slope *slope, const Position *p, const KernelStage *stage, int corner) {
    const Game *game = slope->game;
    int profile = 0;
    for (int party = 0; party < game->party_count; party++) {
        int type = 0;
        for (int axis = 0; axis < KERNEL_AXES; axis++)
            if (stage->axis_mover[axis] >= 0 && game->movers[p->mover_start + stage->axis_mover[axis]].party == party)
                type = corner >> axis & 1;
        profile = profile * (game->type_start[party + 1] - game->type_start[party]) + type;
    }
    return profile;
}

static void add(double *to, const double *from, size_t count) {
    for (size_t i = 0; i < count; i++) to[i] += from[i];
}

/* Payoffs and discounts of a joint action. */
static void take_numbers(Slope *slope, const Edge *edge, const KernelJoint *stage, const AdjointJoint *joint) {
    const Game *game = slope->game;
    size_t columns = (size_t)(game->type_total + 1), width = slope_width(slope);
    const double *payoff = edge->payoff < 0 ? NULL : game->type_rows + (size_t)edge->payoff * columns;
    if (payoff) add(slope->sum.type_rows + (size_t)edge->payoff * columns * K, joint->flow, width);
    double *discounts = slope->sum.discounts + (size_t)edge->discount * columns * K;
    for (size_t i = 0; i < width && edge->discount > 0; i++) {
        double ahead = stage->kind == KERNEL_CONSTANT ? stage->constant[i / K] * joint->flow[i] : joint->behind[i];
        discounts[i] += (ahead - (payoff ? payoff[i / K] * joint->flow[i] : 0)) / stage->factor[i / K];
    }
}

static void take_joint(Slope *slope, const Position *p, const KernelStage *stage, int j) {
    const Edge *edge = &slope->game->edges[p->edge_start + j];
    const KernelJoint *kernel = &stage->joints[j];
    const AdjointJoint *joint = &slope->fast->batch.joints[j];
    size_t width = slope_width(slope);
    take_numbers(slope, edge, kernel, joint);
    if (kernel->kind == KERNEL_LOOKED_UP) return;
    double *back = slope_back(slope, edge->target);
    if (!back) return;
    *slope_mass_at(slope, edge->target, 0) += joint->passed;
    if (kernel->kind == KERNEL_CONSTANT)
        for (size_t i = 0; i < width; i++) back[i] += kernel->factor[i / K] * joint->flow[i];
    for (int corner = 0; corner < 1 << KERNEL_AXES && kernel->kind == KERNEL_BILINEAR; corner++) {
        bool has_axes = (!(corner & 1) || stage->axis_mover[0] >= 0) && (!(corner & 2) || stage->axis_mover[1] >= 0);
        if (has_axes) add(back + (size_t)profile_at(slope, p, stage, corner) * width, joint->corner[corner], width);
    }
}

static void take_movers(Slope *slope, const Position *p, const KernelStage *stage) {
    const Game *game = slope->game;
    const AdjointBatch *batch = &slope->fast->batch;
    for (int k = 0; k < stage->mover_count; k++) {
        const KernelMover *mover = &stage->movers[k];
        size_t measure = (size_t)game->movers[p->mover_start + k].measure;
        int unknown = mover->first_unknown;
        for (int t = 0; t < mover->types; t++, measure += (size_t)mover->actions) {
            add(slope->sum.rationality + (size_t)(mover->column + t) * K, batch->rationality[k][t], K);
            for (size_t a = 1; a < (size_t)mover->actions; a++, unknown++)
                for (size_t o = 0; o < K && stage->open[unknown] > 0; o++) {
                    double step = batch->base[unknown][o];
                    slope->sum.measures[(measure + a) * K + o] += step / game->measures[measure + a];
                    slope->sum.measures[measure * K + o] -= step / game->measures[measure];
                }
        }
    }
}

int slope_fast_sweep(Slope *slope, int position) {
    const Position *p = &slope->game->positions[position];
    if (!plan(slope, position, true)) return 0;
    const KernelStage *stage = &slope->fast->worker.stage;
    AdjointBatch *batch = &slope->fast->batch;
    slope->fast->kernels->sweep(stage, batch);
    for (int j = 0; j < p->edge_count; j++) take_joint(slope, p, stage, j);
    take_movers(slope, p, stage);
    for (int i = 0; i < batch->doubt_count; i++) slope_sweep_point(slope, position, batch->doubt[i], NULL);
    return batch->count;
}
