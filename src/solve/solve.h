/* SPDX-License-Identifier: GPL-3.0-or-later
 * The one door to the room `solve`: Game -> Solution, the logit agent quantal response equilibrium on its stagewise
 * principal branch (McKelvey and Palfrey 1998; docs/method/qre.md). This is the reference: scalar, one thread. */
#ifndef SOLVE_SOLVE_H
#define SOLVE_SOLVE_H

#include "base/base.h"
#include "game/game.h"
#include "solve/grid.h"

typedef struct SolveTrouble {
    int position;
    int point;         /* grid point; grid->point_count for the starting beliefs */
    bool is_lost;      /* not converged; otherwise the branch turned */
    double turn_scale; /* s at the turn */
} SolveTrouble;

typedef struct Solution {
    const Game *game;
    const Grid *grid;
    const size_t *value_start; /* [position_count] first value of a position in `values` */
    const size_t *sigma_start; /* [position_count] first probability of a stage or public choice in `sigma` */
    double *values;            /* [position][point][value_count]; point as in solution_points */
    double *sigma;             /* STAGE: [point][mover][type][action]; PUBLIC: [point][edge] */
    size_t value_total, sigma_total;
    double residual;           /* largest |sigma - logit(Q(sigma))|, recomputed from the stored sigma and values */
    uint64_t fixed_points, responses, turned_count, lost_count;
    SolveTrouble trouble; /* the first one met, where turned_count + lost_count > 0 */
} Solution;

typedef bool (*SolveObserver)(void *payload, uint64_t done, uint64_t total);

/* Solves the game with `resolution` grid steps per simplex edge. Status NOT_SOLVED still gives a solution (with its trouble). */
BrinkStatus solve_game(const Game *game, int resolution, Arena *arena, SolveObserver observer, void *payload, Solution **result);
/* Fixed points and bytes of a solve at this resolution. */
void solve_size(const Game *game, int resolution, uint64_t *fixed_points, uint64_t *bytes);

/* Belief points at which a position has values: 1 if flat, else the grid's (if on_grid) and then the start (if at_start). */
int solution_points(const Solution *solution, int position);
/* Sets up a stage's probabilities per point: offset of [mover][type][action] within a point, and the point's total. */
int solution_sigma_width(const Game *game, const Position *position);

/* Public probabilities of a stage's actions, the posteriors they lead to and their places on the grid: what both the backward and the
 * forward pass see at one point. */
typedef struct StageView StageView;
StageView *stage_view_new(const Game *game, const Grid *grid, Arena *arena);
/* Sets the view to a position and point of its, reading the stored sigma. */
void stage_view_set(StageView *view, const Solution *solution, int position, int point);
/* Probability of a joint action. */
double stage_view_probability(const StageView *view, int joint);
/* Where the joint action's target is looked up: up to *capacity* (value index / value_count, weight) pairs; returns their number. */
typedef struct { int point; double weight; } GridShare;
int stage_view_look(StageView *view, int joint, const GridShare **shares);

#endif
