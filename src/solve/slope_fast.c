/* SPDX-License-Identifier: GPL-3.0-or-later
 * The adjoints of a stage at all points of the grid by kernels: from a position of the game to the arrays that they
 * read, and back from their sums to the numbers of the game. Threads share the positions of a layer. Invariant: every
 * sum is added to in the order of the positions, whatever the number of threads: where a kernel adds to the rows of a
 * target, the positions that lead there are one thread's, and what all may add to is added afterwards. */
#include "solve/fast.h"
#include "solve/kernels/adjoint.h"
#include "solve/slope.h"

#include <string.h>

enum { K = SLOPE_K };
_Static_assert((int)K == (int)ADJOINT_OUTCOMES, "the kernels are written for this many outcomes");

/* One thread's own. */
struct SlopeFast {
    Fast fast;
    FastWorker worker; /* for fast_plan alone */
    const AdjointKernels *kernels;
    AdjointBatch batch;
};

/* What a position's sweep leaves to be added in order. */
struct SlopeSwept {
    bool is_held; /* by the kernels */
    AdjointJoint *joints;
    double rationality[KERNEL_MOVERS][2][ADJOINT_OUTCOMES], base[KERNEL_UNKNOWNS][ADJOINT_OUTCOMES];
    int *doubt, doubt_count;
};

static bool prepare(Slope *slope, struct SlopeFast *own) {
    size_t points = (size_t)slope->solution->grid->point_count;
    own->kernels = adjoint_select();
    own->fast = (Fast){.game = slope->game,
                       .solution = (Solution *)slope->solution,
                       .is_narrow = true,
                       .is_linear = slope->is_linear,
                       .beliefs = fast_axis_beliefs(slope->solution, slope->arena)};
    own->worker.fast = &own->fast;
    own->worker.elsewhere = arena_array(slope->arena, points, sizeof(int));
    own->batch.doubt = arena_array(slope->arena, points, sizeof(int));
    return own->fast.beliefs && own->worker.elsewhere && own->batch.doubt;
}

bool slope_fast_new(Slope *slope) {
    size_t positions = (size_t)slope->game->position_count;
    if (!fast_is_narrow(slope->game) || slope->solution->grid->resolution == 0) return true;
    slope->fast = arena_array(slope->arena, (size_t)slope->threads, sizeof *slope->fast);
    slope->swept = arena_array(slope->arena, positions, sizeof *slope->swept);
    slope->owner = arena_array(slope->arena, positions, sizeof *slope->owner);
    slope->leader = arena_array(slope->arena, positions, sizeof *slope->leader);
    slope->next = arena_array(slope->arena, positions, sizeof *slope->next);
    slope->leaders = arena_array(slope->arena, positions, sizeof *slope->leaders);
    if (!slope->fast || !slope->swept || !slope->owner || !slope->leader || !slope->next || !slope->leaders)
        return false;
    for (size_t i = 0; i < positions; i++) slope->owner[i] = -1;
    for (int i = 0; i < slope->threads; i++)
        if (!prepare(slope, &slope->fast[i])) return false;
    return true;
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
static bool plan(Slope *slope, struct SlopeFast *own, int position, bool is_sweep) {
    const Game *game = slope->game;
    const Position *p = &game->positions[position];
    if (p->kind != POSITION_STAGE || fast_plan(&own->worker, p) != FAST_NARROW || own->worker.stage.elsewhere)
        return false;
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
    struct SlopeFast *own = slope->fast;
    if (!own || !plan(slope, own, position, false)) return 0;
    own->kernels->carry(&own->worker.stage, &own->batch);
    return own->batch.count;
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

static void take_joint(Slope *slope, const Position *p, const KernelStage *stage, int j, const AdjointJoint *joint) {
    const Edge *edge = &slope->game->edges[p->edge_start + j];
    const KernelJoint *kernel = &stage->joints[j];
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

static void take_movers(Slope *slope, const Position *p, const KernelStage *stage, const SlopeSwept *swept) {
    const Game *game = slope->game;
    for (int k = 0; k < stage->mover_count; k++) {
        const KernelMover *mover = &stage->movers[k];
        size_t measure = (size_t)game->movers[p->mover_start + k].measure;
        int unknown = mover->first_unknown;
        for (int t = 0; t < mover->types; t++, measure += (size_t)mover->actions) {
            add(slope->sum.rationality + (size_t)(mover->column + t) * K, swept->rationality[k][t], K);
            for (size_t a = 1; a < (size_t)mover->actions; a++, unknown++)
                for (size_t o = 0; o < K && stage->open[unknown] > 0; o++) {
                    double step = swept->base[unknown][o];
                    slope->sum.measures[(measure + a) * K + o] += step / game->measures[measure + a];
                    slope->sum.measures[measure * K + o] -= step / game->measures[measure];
                }
        }
    }
}

/* ---- A layer: positions of one round and step, none of which leads to another ---- */

/* Makes room for what the sweep of a position adds to, and leaves. */
static void reach(Slope *slope, int position, SlopeSwept *swept) {
    const Position *p = &slope->game->positions[position];
    *swept = (SlopeSwept){0};
    if (!slope_is_reached(slope, position) || !plan(slope, &slope->fast[0], position, true)) return;
    swept->is_held = true;
    swept->doubt = arena_array(slope->layer_arena, (size_t)slope->fast[0].batch.count, sizeof *swept->doubt);
    swept->joints = arena_array(slope->layer_arena, (size_t)p->edge_count, sizeof *swept->joints);
    if (!swept->doubt || !swept->joints) slope->is_out_of_memory = true;
}

static void run(Slope *slope, struct SlopeFast *own, int position, SlopeSwept *swept) {
    const AdjointBatch *batch = &own->batch;
    plan(slope, own, position, true);
    own->kernels->sweep(&own->worker.stage, &own->batch);
    memcpy(swept->joints, batch->joints, (size_t)own->worker.stage.joint_count * sizeof *swept->joints);
    memcpy(swept->rationality, batch->rationality, sizeof swept->rationality);
    memcpy(swept->base, batch->base, sizeof swept->base);
    memcpy(swept->doubt, batch->doubt, (size_t)batch->doubt_count * sizeof *swept->doubt);
    swept->doubt_count = batch->doubt_count;
}

static int find_leader(int *leader, int i) {
    while (leader[i] != i) {
        leader[i] = leader[leader[i]];
        i = leader[i];
    }
    return i;
}

/* Joins positions that lead to one target whose rows the kernels add to. */
static void join(Slope *slope, int first, int position) {
    const Position *p = &slope->game->positions[position];
    for (int e = p->edge_start; e < p->edge_start + p->edge_count; e++) {
        int target = slope->game->edges[e].target;
        if (slope->game->positions[target].is_flat || slope->is_linear[target]) continue;
        if (slope->owner[target] >= first) {
            int one = find_leader(slope->leader, slope->owner[target]), two = find_leader(slope->leader, position);
            slope->leader[one > two ? one : two] = one > two ? two : one;
        }
        slope->owner[target] = position;
    }
}

/* Lists the groups by their leaders, members in order behind them; gives their number. */
static int list_groups(Slope *slope, int first, int end) {
    int count = 0;
    for (int i = first; i < end; i++) slope->leader[i] = i;
    for (int i = first; i < end; i++)
        if (slope->swept[i].is_held) join(slope, first, i);
    for (int i = end - 1; i >= first; i--) slope->next[i] = -1;
    for (int i = end - 1; i >= first; i--) {
        int leader = find_leader(slope->leader, i);
        if (!slope->swept[i].is_held) continue;
        if (leader == i) {
            slope->leaders[count++] = i;
        } else { /* from the last to the first: each goes right behind its leader */
            slope->next[i] = slope->next[leader];
            slope->next[leader] = i;
        }
    }
    return count;
}

static void run_group(Slope *slope, struct SlopeFast *own, int leader) {
    for (int i = leader; i >= 0; i = slope->next[i]) run(slope, own, i, &slope->swept[i]);
}

/* One thread does without OpenMP, which ends the program when memory is short. */
static void run_groups(Slope *slope, int count) {
    if (slope->threads == 1) {
        for (int g = 0; g < count; g++) run_group(slope, &slope->fast[0], slope->leaders[g]);
        return;
    }
#pragma omp parallel for schedule(dynamic, 1) num_threads(slope->threads)
    for (int g = 0; g < count; g++) run_group(slope, &slope->fast[omp_get_thread_num()], slope->leaders[g]);
}

static void take(Slope *slope, int position, const SlopeSwept *swept) {
    const Position *p = &slope->game->positions[position];
    const KernelStage *stage = &slope->fast[0].worker.stage;
    if (!swept->is_held || !plan(slope, &slope->fast[0], position, true)) return;
    for (int j = 0; j < p->edge_count; j++) take_joint(slope, p, stage, j, &swept->joints[j]);
    take_movers(slope, p, stage, swept);
}

void slope_fast_sweep(Slope *slope, int first, int end) {
    if (!slope->fast || slope->game->positions[first].kind != POSITION_STAGE) return;
    arena_reset(slope->layer_arena);
    for (int i = first; i < end; i++) reach(slope, i, &slope->swept[i]);
    if (slope->is_out_of_memory) return;
    run_groups(slope, list_groups(slope, first, end));
    for (int i = first; i < end; i++) take(slope, i, &slope->swept[i]);
}

int slope_fast_finish(Slope *slope, int position) {
    const SlopeSwept *swept = slope->fast ? &slope->swept[position] : NULL;
    if (!swept || !swept->is_held) return 0;
    for (int i = 0; i < swept->doubt_count; i++) slope_sweep_point(slope, position, swept->doubt[i], NULL);
    return slope->solution->grid->point_count;
}
