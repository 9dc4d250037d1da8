/* SPDX-License-Identifier: GPL-3.0-or-later
 * What the files of the solver share about a solution's layout. Private to the room. */
#ifndef SOLVE_BACKWARD_H
#define SOLVE_BACKWARD_H

#include "solve/sigma.h"
#include "solve/solve.h"

/* What solving a part of a game came to. */
typedef struct SolveTally {
    uint64_t fixed_points, responses, turned_count, lost_count;
    SolveTrouble trouble; /* as in Solution */
    double residual;
} SolveTally;

/* One worker of a backward pass. */
typedef struct Backward {
    Solution *solution;
    SolveTally *tally;
    struct Stage *stage;
    double *odds;        /* log-odds of the stage's unknowns */
    double *log_weights; /* of a PUBLIC's edges */
} Backward;

/* A solution with nothing in it yet, each position placed by itself; with memory for so many times its numbers, and the
 * room behind its values that kernels ask for. NULL when memory is short. */
Solution *solution_new(const Game *game, Resolution resolution, size_t times, Arena *arena);
/* Gives a position's numbers the next place behind all that have one. */
void solution_place(Solution *solution, int position);
/* Reads the starting beliefs of its game, which may have been filled again. */
void solution_begin(Solution *solution);
/* False when memory is short. */
bool backward_init(Backward *worker, Solution *solution, SolveTally *tally, Arena *arena);
/* Turns to a position: what follows it is solved. */
void backward_set_position(Backward *worker, int position);
/* Values of one point of that position, and its choice probabilities. */
void backward_solve_point(Backward *worker, int position, int point);
/* The same of a STAGE with somebody else's account of its response, about the unknowns of worker->stage. */
void backward_follow_point(Backward *worker, int position, int point, BranchRespond *respond, void *payload);
/* Adds the tally of a later part; parts come in the order in which the reference solves. */
void tally_add(SolveTally *sum, const SolveTally *part);
void tally_report(const SolveTally *tally, Solution *solution);

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
