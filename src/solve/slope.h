/* SPDX-License-Identifier: GPL-3.0-or-later
 * What the files of the derivatives share: the odds carried backward, and what moves them, carried forward
 * (docs/method/gradient.md). Private to the room.
 *
 * Of each outcome `o` < SLOPE_OUTCOMES, `back` holds d P(o) / d value: [row][value][o] for every position. The rows of
 * a position are its belief points as in solve_points; but one that is linear in each party's belief has a row for each
 * type profile in place of the grid's, since its value is the expectation of those at the profiles. */
#ifndef SOLVE_SLOPE_H
#define SOLVE_SLOPE_H

#include "solve/backward.h"
#include "solve/stage.h"

enum { SLOPE_K = SLOPE_OUTCOMES };

/* Scratch of one stage at one belief. */
typedef struct SlopeStage {
    const Grid *grid;
    const int *type_start;
    int *vertices, *order;    /* [slot][type_max] of each posterior's cell */
    double *weights;          /* [slot][type_max] */
    double *odds;             /* [joint][o] behind it, mass included */
    double *rise, *odds_rise; /* [joint][type][value], [joint][type][o]: by the posterior */
    double *contracted;       /* [type][widest] */
    double *flow;             /* [joint][value][o]: d P / d what the joint action is worth */
    double *share;            /* [choice][o]: d P / d Q */
    double *chance;           /* [slot][o]: d P / d public probability */
    double *lean;             /* [slot][type_max][o]: d P / d posterior */
    double *lift;             /* [choice][o]: d P / d log sigma */
    double *step;             /* [unknown][o] */
    double *matrix;           /* [unknown][unknown] */
    double *posterior;        /* [type_total] behind one joint action */
} SlopeStage;

typedef struct SlopeSwept SlopeSwept;

struct Slope {
    const Solution *solution;
    const Game *game;
    Arena *arena;
    const bool *is_linear; /* [position] linear in each party's belief, and so worth the same odds at all of them */
    int *corner;           /* [profile] point of the grid at which it is certain */
    size_t *odds_start;    /* [position] row in odds and mass */
    double *odds, *mass;   /* [row][o]; [row] */
    double **back;         /* [position] NULL: not reached yet */
    struct SlopeBlock *free_blocks;
    Stage *stage;
    SlopeStage own;
    int threads;
    struct SlopeFast *fast;       /* [thread]; NULL: no kernels for this game */
    SlopeSwept *swept;            /* [position] of the layer at hand */
    int *owner;                   /* [position] the last one of a layer that leads there */
    int *leader, *next, *leaders; /* [position] groups of a layer (slope_fast.c) */
    Arena *layer_arena;           /* while it is swept */
    double *worth;                /* [edge][value] scratch */
    GameSlope sum;
    bool is_out_of_memory;
};

/* slope_new, or the same with one point at a time. */
Slope *slope_new_by(const Solution *solution, bool with_kernels, int threads, Arena *arena);

/* Rows of back, and which of them stands for a belief point. */
static inline int slope_rows(const Slope *slope, const Position *p) {
    if (p->is_flat) return 1;
    int grid =
        slope->is_linear[p - slope->game->positions] ? slope->game->profile_count : slope->solution->grid->point_count;
    return (p->on_grid ? grid : 0) + (p->at_start ? 1 : 0);
}
/* The row of back of a position, made where it is reached for the first time. */
double *slope_back(Slope *slope, int position);
static inline size_t slope_width(const Slope *slope) {
    return (size_t)slope->game->value_count * SLOPE_K;
}
static inline double *slope_odds_at(const Slope *slope, int position, int point) {
    size_t row = slope->is_linear[position] ? 0 : (size_t)point;
    return slope->odds + (slope->odds_start[position] + row) * SLOPE_K;
}
static inline double *slope_mass_at(const Slope *slope, int position, int point) {
    return slope->mass + slope->odds_start[position] + (slope->is_linear[position] ? 0 : (size_t)point);
}

/* What a position is worth in itself moved by `worth` [value][o] at a belief; `belief` [type][o] may be NULL. */
void slope_own(Slope *slope, const Position *p, const double *at, const double *worth, double *belief);

/* Whether anything comes to a position, or moves with its values. */
bool slope_is_reached(const Slope *slope, int position);

/* One point of a stage that the position's stage is set to. */
void slope_sweep_point(Slope *slope, int position, int point, double *belief);

/* ---- slope_fast.c ---- */

/* False when memory is short. */
bool slope_fast_new(Slope *slope);
/* The points of a stage's grid by kernels, where they can hold it; gives the number of points that are done. */
int slope_fast_carry(Slope *slope, int position);
/* The same for the adjoints of a layer, positions first .. end - 1, by threads; then of one of its positions what is
 * left, which gives the number of points that are done. */
void slope_fast_sweep(Slope *slope, int first, int end);
int slope_fast_finish(Slope *slope, int position);

/* ---- slope_stage.c ---- */

/* Places a party's belief in a slot. */
void slope_locate(SlopeStage *own, int party, int slot, const double *belief);
/* Rows of `width` by belief point, interpolated at the beliefs in the slots [party]: value[width], and its slope by the
 * probability of each type, rise[type][width]. */
void slope_look_up(const SlopeStage *own, const int *slots, const double *rows, int width, double *value, double *rise);
/* Rows of `back` of a target that stand for those beliefs, and their weights; `belief` [type] holds them too. Returns
 * their number, at most the grid's corner_max. */
int slope_list_rows(const Slope *slope, int target, const int *slots, const double *belief, GridShare *shares);

bool slope_stage_new(SlopeStage *own, const Game *game, const Grid *grid, Arena *arena);
/* The stage is set to a belief and its probabilities. `worth` [value][o] (NULL: 0) moves its values, `mass` has come
 * there; edges NULL: all go on on the grid. Writes odds[o] and belief[type][o] where they are not NULL. */
void slope_stage(Slope *slope, Stage *stage, const double *worth, double mass, const SlopeEdge *edges, double *odds,
                 double *belief);
/* Odds from a stage on, set as above. */
void slope_stage_odds(Slope *slope, Stage *stage, double *odds);

#endif
