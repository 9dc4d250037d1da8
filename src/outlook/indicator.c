/* SPDX-License-Identifier: GPL-3.0-or-later
 * Outcome probabilities the other way round: each outcome's indicator carried backward through the stored choice
 * probabilities. The adjoint pass must give the same numbers to rounding. */
#include "outlook/outlook.h"

#include <string.h>

/* Expectation of one indicator at a point over the edges of a position; `ahead` holds the indicator at all later
 * points. */
static double expect(SolutionView *view, const Game *game, const Position *p, int position, int point,
                     const size_t *start, const double *ahead) {
    double sum = 0;
    solution_view_set(view, position, point);
    for (int e = 0; e < p->edge_count; e++) {
        Passage passage = solution_view_edge(view, e);
        const double *target = ahead + start[game->edges[p->edge_start + e].target];
        for (int share = 0; share < passage.share_count; share++)
            sum += passage.probability * passage.shares[share].weight * target[passage.shares[share].point];
    }
    return sum;
}

BrinkStatus outlook_backward(const Solution *solution, Arena *arena, double outcomes[OUTCOME_COUNT]) {
    const Game *game = solution->game;
    size_t *start = arena_array(arena, (size_t)game->position_count, sizeof *start), total = 0;
    SolutionView *view = solution_view_new(solution, arena);
    if (!start || !view) return BRINK_NO_MEMORY;
    for (int i = 0; i < game->position_count; i++) {
        start[i] = total;
        total += (size_t)solve_points(&game->positions[i], solution->grid);
    }
    double *indicator = arena_array(arena, total, sizeof *indicator);
    if (!indicator) return BRINK_NO_MEMORY;
    for (int outcome = 0; outcome < OUTCOME_COUNT; outcome++) {
        for (int i = game->position_count - 1; i >= 0; i--) {
            const Position *p = &game->positions[i];
            for (int point = 0; point < solve_points(p, solution->grid); point++)
                indicator[start[i] + (size_t)point] = p->kind == POSITION_END
                                                          ? (int)p->outcome == outcome
                                                          : expect(view, game, p, i, point, start, indicator);
        }
        outcomes[outcome] = indicator[start[game->start]];
    }
    return BRINK_OK;
}
