/* SPDX-License-Identifier: GPL-3.0-or-later
 * The one door to the room `solve`: Game -> Solution, the logit agent quantal response equilibrium on its stagewise
 * principal branch (McKelvey and Palfrey 1998; docs/method/qre.md). Two solvers stand behind it: the reference, scalar
 * and on one thread, and the fast one (docs/method/fast.md), which gives the same answer. */
#ifndef SOLVE_SOLVE_H
#define SOLVE_SOLVE_H

#include "base/base.h"
#include "game/game.h"
#include "solve/grid.h"

/* Belief points at which a position has values: 1 if flat, else the grid's (if on_grid) and then the start (if
 * at_start). */
int solve_points(const Position *position, const Grid *grid);

typedef struct SolveTrouble {
    int position;
    int point;         /* as in solve_points */
    bool is_lost;      /* not converged; otherwise the branch turned */
    double turn_scale; /* s at the turn */
} SolveTrouble;

typedef struct Solution {
    const Game *game;
    const Grid *grid;
    size_t *value_start; /* [position_count] first value of a position in `values`; equal positions may share them */
    size_t *sigma_start; /* [position_count] first number of a stage or public choice in `sigma`, likewise */
    double *beliefs;     /* [grid points + 1][type_total]; the last row holds the starting beliefs */
    double *values;      /* [position][point][value_count]; point as in solve_points */
    double *sigma;       /* STAGE: [point][mover][type][action but the first], its probability over that of the type's
                            first action (sigma.h); PUBLIC: [point][edge] */
    size_t value_total, sigma_total; /* in use */
    double residual; /* largest |sigma - logit(Q(sigma))|: recomputed from the stored sigma and values, or (fast) a
                        bound on it */
    uint64_t fixed_points, responses, turned_count, lost_count; /* responses: worked out, the rest of all positions */
    SolveTrouble trouble; /* the first one met, where turned_count + lost_count > 0 */
} Solution;

typedef bool (*SolveObserver)(void *payload, uint64_t done, uint64_t total);

/* Solves the game on a belief grid of that resolution. Status NOT_SOLVED still gives a solution (with its
 * trouble). */
BrinkStatus solve_game(const Game *game, Resolution resolution, Arena *arena, SolveObserver observer, void *payload,
                       Solution **result);

typedef struct SolveFastSettings {
    int threads; /* 0: as many as OpenMP has; the answer is the same to the last bit for any number */
} SolveFastSettings;

/* Threads for a setting, of which 0 leaves the number to OpenMP: that of processors, or OMP_NUM_THREADS. */
int solve_threads(int wanted);

/* The same by vector kernels and threads. The observer is called between layers of the game. */
BrinkStatus solve_game_fast(const Game *game, Resolution resolution, const SolveFastSettings *settings, Arena *arena,
                            SolveObserver observer, void *payload, Solution **result);

/* Solves one game again and again in the same memory, filled with other numbers in between. */
typedef struct Solver Solver;
/* The game's numbers are read by solver_solve(), its topology here. NULL when memory is short; freed by solver_free(),
 * which accepts NULL. */
Solver *solver_new(const Game *game, Resolution resolution, const SolveFastSettings *settings);
void solver_free(Solver *solver);

typedef enum {
    SOLVER_AFRESH,
    SOLVER_KEEP, /* afresh; what is found is kept for later starts */
    SOLVER_AGAIN /* what was kept, where no change of numbers reaches; else from there, where that is near; afresh where
                  * not, or where nothing was kept */
} SolverStart;

/* As solve_game_fast(). The answer is a function of the game's numbers, the start, and the numbers at the time of
 * SOLVER_KEEP. It lives with the solver, until the next solve. */
BrinkStatus solver_solve(Solver *solver, SolverStart start, SolveObserver observer, void *payload,
                         const Solution **result);

/* Fixed points and bytes of a solve at this resolution (the Game itself not counted); saturating. */
void solve_size(const Game *game, Resolution resolution, uint64_t *fixed_points, uint64_t *bytes);

/* Bytes that solve_game_fast() takes beside the Solution, about: the order of belief points, and log-odds of every
 * point for each thread. `stage_numbers`: probabilities of the largest stage at one belief. */
double solve_fast_room(int party_count, const int *type_start, Resolution resolution, double stage_numbers,
                       int threads);

/* Where an edge leads from one belief point of a position: its probability, and the points of the target that share it.
 * This is all that the forward and backward passes over a solved game need to know. */
typedef struct GridShare {
    int point;
    double weight;
} GridShare;
typedef struct Passage {
    double probability;
    int share_count;
    const GridShare *shares; /* weights sum to 1 */
} Passage;
typedef struct SolutionView SolutionView;
SolutionView *solution_view_new(const Solution *solution, Arena *arena); /* NULL when memory is short */
/* Turns to a point of a position (no END), reading the stored sigma. */
void solution_view_set(SolutionView *view, int position, int point);
/* The edge'th edge of the position; valid until the next call. */
Passage solution_view_edge(SolutionView *view, int edge);
/* Turns to any belief of a position (no END) that is on the grid, solving its stage or public choice there as the solve
 * itself does at a grid point. False where it does not converge. `belief` [type_total] is copied. */
bool solution_view_solve(SolutionView *view, int position, const double *belief);
/* After either: beliefs that follow the edge'th edge, [type_total]. */
void solution_view_posterior(const SolutionView *view, int edge, double *belief);
/* After either: what the position is worth there, [value_count]. */
void solution_view_value(SolutionView *view, double *value);
/* Beliefs at a point: [type_total]; valid until the next call. */
const double *solution_view_belief(SolutionView *view, int position, int point);

/* ---- Derivatives (docs/method/gradient.md) ---- */

/* Conflict is what the other outcomes leave. */
enum { SLOPE_OUTCOMES = OUTCOME_COUNT - 1 };

/* How the odds move with each number of a Game: arrays in the order of the Game's own, [number][SLOPE_OUTCOMES]. */
typedef struct GameSlope {
    double *prior, *rationality, *public_rationality, *measures, *weights, *type_rows, *profile_rows, *discounts;
} GameSlope;

typedef struct Slope Slope;
/* Odds of the outcomes from every belief point of a solved game on. NULL when memory is short. Threads as in
 * SolveFastSettings. */
Slope *slope_new(const Solution *solution, int threads, Arena *arena);
/* [SLOPE_OUTCOMES] from a belief point of a position on. */
const double *slope_odds(const Slope *slope, int position, int point);
/* Lets the outlook start, with this probability, at a belief point of a position. */
void slope_start(Slope *slope, int position, int point, double mass);

/* What lies behind an edge of a node that is passed at a belief of its own. */
typedef struct SlopeEdge {
    bool is_open;                /* false: contradicts what was observed */
    bool is_on_grid;             /* the outlook goes on on the belief grid */
    double odds[SLOPE_OUTCOMES]; /* from there on; on the grid they are added to those read there */
    const double *belief; /* [type_total][SLOPE_OUTCOMES] how the objective moves with the beliefs there; NULL: not */
} SlopeEdge;
/* Passes a node backward: the view is set to it, `mass` has come there. Writes how the objective moves with the mass
 * and the beliefs of the node: odds[SLOPE_OUTCOMES], belief[type_total][SLOPE_OUTCOMES]. */
void slope_pass(Slope *slope, const SolutionView *view, double mass, const SlopeEdge *edges, double *odds,
                double *belief);
/* The objective moves so with the starting beliefs, beside all else. */
void slope_move_prior(Slope *slope, const double *belief);
/* Sweeps from the first position to the last; once, after all of the above. The observer (may be NULL) is told between
 * layers how many positions are done; CANCELLED where it says so. */
BrinkStatus slope_finish(Slope *slope, SolveObserver observer, void *payload, const GameSlope **result);

#endif
