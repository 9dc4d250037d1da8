/* SPDX-License-Identifier: GPL-3.0-or-later
 * Reading a solved game edge by edge: the probability of each edge at a belief and the points of the target it leads
 * to. At a stored point the stored sigma is read; at any other belief the stage is solved anew, with the continuation
 * that the stored points interpolate. */
#include "solve/view.h"

#include <math.h>
#include <string.h>

SolutionView *solution_view_new(const Solution *solution, Arena *arena) {
    SolutionView *view = arena_alloc(arena, sizeof *view);
    const Game *game = solution->game;
    size_t widest = 1, edges = 1, types = (size_t)solution->grid->type_max + 1;
    if (!view) return NULL;
    for (int i = 0; i < game->position_count; i++) {
        const Position *p = &game->positions[i];
        if (sigma_width(game, p) > widest) widest = sigma_width(game, p);
        if (p->kind == POSITION_PUBLIC && (size_t)p->edge_count > edges) edges = (size_t)p->edge_count;
    }
    view->solution = solution;
    view->stage_position = -1;
    view->stage = stage_new(game, solution->grid, arena);
    view->shares = arena_array(arena, (size_t)solution->grid->corner_max, sizeof *view->shares);
    view->belief = arena_array(arena, (size_t)game->type_total, sizeof(double));
    view->odds = arena_array(arena, widest, sizeof(double));
    view->public_odds = arena_array(arena, edges, sizeof(double));
    view->vertices = arena_array(arena, types, sizeof(int));
    view->order = arena_array(arena, types, sizeof(int));
    view->weights = arena_array(arena, types, sizeof(double));
    bool has_all = view->stage && view->shares && view->belief && view->odds && view->public_odds && view->vertices &&
                   view->order && view->weights;
    return has_all ? view : NULL;
}

static void set_stage(SolutionView *view, int position) {
    const Solution *solution = view->solution;
    if (view->stage_position != position)
        stage_set_position(view->stage, &solution->game->positions[position], solution->value_start, solution->values);
    view->stage_position = position;
}

void solution_view_set(SolutionView *view, int position, int point) {
    const Solution *solution = view->solution;
    const Position *p = &solution->game->positions[position];
    const double *sigma =
        solution->sigma + solution->sigma_start[position] + (size_t)point * sigma_width(solution->game, p);
    view->position = p;
    view->point = point;
    view->probability = p->kind == POSITION_PUBLIC ? sigma : solution->game->weights + p->edge_start;
    if (p->kind != POSITION_STAGE) return;
    set_stage(view, position);
    stage_set_belief(view->stage, belief_at(solution, p, point), is_start_point(p, solution->grid->point_count, point));
    stage_set_sigma(view->stage, sigma);
}

/* ---- At a belief of its own ---- */

/* Vertices of the product cell that holds the view's belief, and their weights. */
int view_locate(SolutionView *view) {
    const Game *game = view->solution->game;
    const Grid *grid = view->solution->grid;
    int count = 1;
    view->shares[0] = (GridShare){0, 1};
    for (int party = 0; party < game->party_count; party++) {
        const PartyGrid *own = &grid->parties[party];
        if (own->type_count == 1) continue;
        grid_locate(own, view->belief + game->type_start[party], view->vertices, view->weights,
                    view->order);
        for (int v = own->type_count - 1; v >= 0; v--) /* the first block last: it is overwritten in place */
            for (int c = 0; c < count; c++)
                view->shares[v * count + c] =
                    (GridShare){view->shares[c].point + grid->stride[party] * view->vertices[v],
                                view->shares[c].weight * view->weights[v]};
        count *= own->type_count;
    }
    return count;
}

/* What a position is worth at the view's belief, interpolated; `shares` as located. */
static double interpolate(const SolutionView *view, int position, int share_count, int value) {
    const Solution *solution = view->solution;
    const double *values = solution->values + solution->value_start[position] + value;
    size_t width = (size_t)solution->game->value_count;
    double sum = 0;
    if (solution->game->positions[position].is_flat) return values[0];
    for (int c = 0; c < share_count; c++) sum += view->shares[c].weight * values[(size_t)view->shares[c].point * width];
    return sum;
}

/* Logit choice of the player without types, as in the backward pass. */
static void choose_publicly(SolutionView *view) {
    const Game *game = view->solution->game;
    const Position *p = view->position;
    int shares = view_locate(view), column = game->type_total;
    double most = -INFINITY, sum = 0;
    for (int e = 0; e < p->edge_count; e++) {
        const Edge *edge = &game->edges[p->edge_start + e];
        double payoff =
            edge->payoff < 0 ? 0 : game->type_rows[(size_t)edge->payoff * (size_t)(column + 1) + (size_t)column];
        double discount = game->discounts[(size_t)edge->discount * (size_t)(column + 1) + (size_t)column];
        view->public_odds[e] =
            log(game->weights[p->edge_start + e]) +
            game->public_rationality * (payoff + discount * interpolate(view, edge->target, shares, column));
        most = fmax(most, view->public_odds[e]);
    }
    for (int e = 0; e < p->edge_count; e++) sum += view->public_odds[e] = exp(view->public_odds[e] - most);
    for (int e = 0; e < p->edge_count; e++) view->public_odds[e] /= sum;
    view->probability = view->public_odds;
}

bool solution_view_solve(SolutionView *view, int position, const double *belief) {
    const Game *game = view->solution->game;
    const Position *p = &game->positions[position];
    memcpy(view->belief, belief, (size_t)game->type_total * sizeof *belief);
    view->position = p;
    view->point = -1;
    view->probability = game->weights + p->edge_start;
    if (p->kind == POSITION_PUBLIC) choose_publicly(view);
    if (p->kind != POSITION_STAGE) return true;
    set_stage(view, position);
    stage_set_belief(view->stage, view->belief, false);
    BranchProblem problem = {view->stage->unknown_count, view->stage->base, stage_respond, view->stage};
    BranchInfo info;
    BranchFound found = branch_follow(&problem, view->stage->branch, view->odds, &info);
    stage_set_odds(view->stage, view->odds);
    return found != BRANCH_LOST;
}

/* ---- Reading ---- */

Passage solution_view_edge(SolutionView *view, int edge) {
    const Position *p = view->position;
    Passage passage = {.share_count = 1, .shares = view->shares};
    if (p->kind == POSITION_STAGE) {
        passage.probability =
            stage_joint_chance(view->stage, view->stage->joint_action + edge * p->mover_count, -1, -1);
        passage.share_count = stage_corners(view->stage, edge, view->shares);
        return passage;
    }
    const Position *target = &view->solution->game->positions[view->solution->game->edges[p->edge_start + edge].target];
    passage.probability = view->probability[edge];
    if (view->point < 0 && !target->is_flat)
        passage.share_count = view_locate(view);
    else
        view->shares[0] = (GridShare){view->point < 0 ? 0 : (int)same_point(view->solution, p, view->point, target), 1};
    return passage;
}

static const double *own_belief(const SolutionView *view) {
    return view->point < 0 ? view->belief : belief_at(view->solution, view->position, view->point);
}

void solution_view_posterior(const SolutionView *view, int edge, double *belief) {
    const Stage *stage = view->stage;
    const Game *game = view->solution->game;
    memcpy(belief, own_belief(view), (size_t)game->type_total * sizeof *belief);
    if (view->position->kind != POSITION_STAGE) return;
    for (int k = 0; k < stage->mover_count; k++) {
        const StageMover *mover = &stage->movers[k];
        int slot = mover->first_slot + stage->joint_action[edge * stage->mover_count + k];
        memcpy(belief + mover->first_type, stage->posterior + slot * stage->grid->type_max,
               (size_t)mover->type_count * sizeof *belief);
    }
}

void solution_view_value(SolutionView *view, double *value) {
    const Solution *solution = view->solution;
    int position = (int)(view->position - solution->game->positions), width = solution->game->value_count;
    if (view->point >= 0) {
        memcpy(value, solution->values + solution->value_start[position] + (size_t)view->point * (size_t)width,
               (size_t)width * sizeof *value);
    } else if (view->position->kind == POSITION_STAGE) {
        stage_look_ahead(view->stage, false);
        stage_values(view->stage, value);
    } else {
        int shares = view_locate(view);
        for (int v = 0; v < width; v++) value[v] = interpolate(view, position, shares, v);
    }
}

const double *solution_view_belief(SolutionView *view, int position, int point) {
    return belief_at(view->solution, &view->solution->game->positions[position], point);
}
