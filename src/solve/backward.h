/* SPDX-License-Identifier: GPL-3.0-or-later
 * What the files of the solver share about a solution's layout. Private to the room. */
#ifndef SOLVE_BACKWARD_H
#define SOLVE_BACKWARD_H

#include "solve/solve.h"

/* Probabilities stored per point of a position: choices of a STAGE, edges of a PUBLIC, else 0. */
size_t sigma_width(const Game *game, const Position *position);

/* Whether a point of a position stands for the starting beliefs. */
static inline bool is_start_point(const Position *position, int grid_points, int point) {
    return position->at_start && !position->is_flat && point == (position->on_grid ? grid_points : 0);
}
/* Beliefs at a point of a position; those of a flat position do not matter. */
static inline const double *belief_at(const Solution *solution, const Position *position, int point) {
    int row = is_start_point(position, solution->grid->point_count, point) ? solution->grid->point_count : point;
    return solution->beliefs + (size_t)row * (size_t)solution->game->type_total;
}
/* Point of a target's values that has the same beliefs as a point of the position before it. */
static inline size_t same_point(const Solution *solution, const Position *from, int point, const Position *target) {
    if (target->is_flat) return 0;
    if (!is_start_point(from, solution->grid->point_count, point)) return (size_t)point;
    return target->on_grid ? (size_t)solution->grid->point_count : 0;
}

#endif
