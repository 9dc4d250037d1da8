/* SPDX-License-Identifier: GPL-3.0-or-later
 * Reading a solved game edge by edge: the probability of each edge at a belief point and the points of the target it leads to. */
#include "solve/backward.h"
#include "solve/stage.h"

struct SolutionView {
    const Solution *solution;
    Stage *stage;
    GridShare *shares;
    const Position *position;
    const double *probability; /* of the edges of a chance or public position */
    int point, stage_position; /* position the stage is set to, -1 none */
};

SolutionView *solution_view_new(const Solution *solution, Arena *arena) {
    SolutionView *view = arena_alloc(arena, sizeof *view);
    if (!view) return NULL;
    view->solution = solution;
    view->stage_position = -1;
    view->stage = stage_new(solution->game, solution->grid, arena);
    view->shares = arena_array(arena, (size_t)solution->grid->corner_max, sizeof *view->shares);
    return view->stage && view->shares ? view : NULL;
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
    if (view->stage_position != position)
        stage_set_position(view->stage, p, solution->value_start, solution->values);
    view->stage_position = position;
    stage_set_belief(view->stage, belief_at(solution, p, point), is_start_point(p, solution->grid->point_count, point));
    stage_set_sigma(view->stage, sigma);
}

Passage solution_view_edge(SolutionView *view, int edge) {
    const Position *p = view->position;
    Passage passage = {.share_count = 1, .shares = view->shares};
    if (p->kind == POSITION_STAGE) {
        passage.probability = stage_joint_chance(view->stage, view->stage->joint_action + edge * p->mover_count, -1, -1);
        passage.share_count = stage_corners(view->stage, edge, view->shares);
        return passage;
    }
    const Position *target = &view->solution->game->positions[view->solution->game->edges[p->edge_start + edge].target];
    view->shares[0] = (GridShare){(int)same_point(view->solution, p, view->point, target), 1};
    passage.probability = view->probability[edge];
    return passage;
}

const double *solution_view_belief(SolutionView *view, int position, int point) {
    return belief_at(view->solution, &view->solution->game->positions[position], point);
}
