/* SPDX-License-Identifier: GPL-3.0-or-later
 * What the files of the fast solver share. Private to the room. */
#ifndef SOLVE_FAST_H
#define SOLVE_FAST_H

#include "solve/backward.h"
#include "solve/imprint.h"
#include "solve/kernels/wide.h"

/* What the whole solve has, read by all workers. */
typedef struct Fast {
    const Game *game;
    Solution *solution;
    const Kernels *kernels;
    const WideKernels *wide_kernels;
    bool is_narrow;               /* every party has one type or two, and rows of values fit the kernels */
    bool is_wide;                 /* some stage is not narrow, and rows of values fit the wide kernels */
    const Ladder *ladder;         /* where it is either */
    const double *const *beliefs; /* [party][point] probability of the second type, where it is narrow */
    Imprint *imprint;             /* NULL: nothing has been kept */
    SolverStart start;
    bool is_unused;        /* nothing has been solved yet: the solution's memory comes untouched */
    const bool *is_linear; /* [position] its value is linear in each party's belief: an end, or chance over such */
} Fast;

/* Points of a list that a thread takes at a time, where several share a position: a multiple of every kernel's lanes,
 * so that these hold the same points as with one thread. */
enum { FAST_PIECE = 128 };

/* Who solves a stage at the points of the grid. */
typedef enum { FAST_REFERENCE, FAST_NARROW, FAST_WIDE } FastPlan;

/* One thread's own. */
typedef struct FastWorker {
    const Fast *fast;
    Backward backward; /* the reference, for what the kernels leave */
    int threads;       /* that share the points of a position */
    FastPlan plan;
    KernelStage stage;
    WideAhead *ahead; /* where the game is wide */
    KernelProbe *probe;
    bool is_probed;           /* the probe is set to `stage`, if that is narrow, and `backward` to its position */
    int *elsewhere;           /* [point] */
    int odds_width;           /* of the position */
    double *odds;             /* [point][odds_width] */
    bool has_unsure;          /* some point of the position is not sure, or has not been kept */
    int *near, *far;          /* [point] lists of points: to start from a guess, to be followed */
    unsigned char *trust;     /* [point] of a list */
    unsigned char *is_sure;   /* [point] solved, and nowhere near a fold: neighbours may start from it */
    unsigned char *followed;  /* [point] by fast_follow_point() */
    unsigned char *is_done;   /* [point] */
    unsigned char *has_moved; /* [point] its row of odds is what it has moved since they were kept */
    Arena *arena;
} FastWorker;

/* Numbers in a row of odds. */
static inline int fast_odds_width(int unknowns) {
    return (unknowns + KERNEL_BLOCK - 1) / KERNEL_BLOCK * KERNEL_BLOCK;
}

/* Whether the kernels of narrow stages can hold its parties and values. */
bool fast_is_narrow(const Game *game);
/* Whether they can hold a stage of such a game. */
bool fast_is_narrow_stage(const Game *game, const Position *stage);
/* [party][point] probability of the second type, and [position] whether its value is linear in each party's belief;
 * NULL when memory is short. */
const double *const *fast_axis_beliefs(const Solution *solution, Arena *arena);
const bool *fast_mark_linear(const Game *game, Arena *arena);
/* What an edge is worth by column of values: constant + factor * row, a row of the array returned at the beliefs that
 * follow; NULL where the constant is all. */
const double *fast_edge(const Fast *fast, const Edge *edge, double *constant, double *factor);
/* Writes the stage of a position into worker->stage, and worker->ahead where it is wide. */
FastPlan fast_plan(FastWorker *worker, const Position *position);
/* The branch of one point of the position that worker->stage is of, followed in the reference's steps: values and sigma
 * are written, and its log-odds go to `odds`. */
void fast_follow_point(FastWorker *worker, int position, int point, double *odds);
/* Fills values (and sigma) of a position from those that follow it. */
void fast_solve_position(FastWorker *worker, int position);
/* The same where nobody with a type chooses. */
void fast_fill_position(FastWorker *worker, int position);

#endif
