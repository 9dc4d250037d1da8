/* SPDX-License-Identifier: GPL-3.0-or-later
 * One stage at one belief: choice probabilities -> posteriors -> continuation values -> payoffs of the actions, and the
 * derivative of that (docs/method/qre.md). Private to the room.
 *
 * Sizes: a stage has movers k, each a party with m_k types and A_k actions. A *choice* is (mover, type, action),
 * numbered in that order: this is the layout of a Stage's sigma. A *slot* is (mover, action), or one for each party
 * that does not choose: where that party's posterior is looked up. */
#ifndef SOLVE_STAGE_H
#define SOLVE_STAGE_H

#include "solve/solve.h"

typedef struct StageMover {
    int party, type_count, action_count;
    int first_type;   /* flat type */
    int first_choice; /* of [type][action] */
    int first_slot;   /* of [action] */
} StageMover;

typedef struct Stage {
    const Game *game;
    const Grid *grid;
    const size_t *value_start;
    const double *values;

    /* the position */
    const Position *position;
    int mover_count, choice_count, joint_count, slot_count;
    StageMover *movers;
    int *joint_action;   /* [joint][mover] */
    double *log_measure; /* [choice], -INFINITY where closed */
    double *fixed;       /* [joint][value]: payoff, and for flat targets the discounted value too */
    bool is_choice;      /* some party has two actions */

    /* the belief */
    const double *belief; /* [type_total] */
    bool stays_at_start;  /* starting beliefs, and nobody chooses: followers are looked up at the starting beliefs */

    /* the choice probabilities and what follows from them */
    double *log_sigma, *sigma; /* [choice] */
    bool has_log_sigma;        /* after stage_set_sigma only where some action is too rare for Bayes' rule in sigma */
    double *chance;            /* [slot] public probability; 1 for parties that do not choose */
    double *posterior;         /* [slot][type_max] */
    int *vertices, *order;     /* [slot][type_max] product-index steps; see grid_locate */
    double *weights;           /* [slot][type_max] */
    int *vertex_count;         /* [slot] */
    int *party_slot;           /* [party] first slot of the party */
    int *party_mover;          /* [party] mover or -1 */
    double *ahead;             /* [joint][value] payoff + discount * continuation */
    double *payoff;            /* [choice] Q */

    /* derivatives */
    double *tilt;   /* [joint][(mover, type)][value]: d ahead by that type's log sigma of its action in the joint one */
    double *moving; /* [choice][choice] scratch */
    int type_slots; /* number of (mover, type) pairs */

    /* unknowns: log-odds against the first open action of the same type */
    int unknown_count;
    int *unknown_choice, *unknown_reference; /* [unknown] */
    double *base;                            /* [unknown] log-measure ratios */
    BranchWorkspace *branch;
    double *scratch; /* room for a vector of any of the above lengths */
} Stage;

/* A stage workspace large enough for every position of the game; NULL when memory is short. */
Stage *stage_new(const Game *game, const Grid *grid, Arena *arena);
/* Turns to a position: payoffs that do not depend on beliefs. `values` are those of the positions that follow. */
void stage_set_position(Stage *stage, const Position *position, const size_t *value_start, const double *values);
/* Turns to a belief of that position; `belief` must outlive the use. */
void stage_set_belief(Stage *stage, const double *belief, bool is_start);

/* From log-odds of the unknowns, or from probabilities as they are stored (sigma.h), to everything above down to
 * `chance` and the look-up of posteriors. */
void stage_set_odds(Stage *stage, const double *odds);
void stage_set_sigma(Stage *stage, const double *stored);
/* Continuations of all joint actions, and the payoff of every choice. With `with_tilt` their derivatives too. */
void stage_look_ahead(Stage *stage, bool with_tilt);
/* Index, in points of the target, and weight of each vertex at which a joint action's target is looked up. Returns
 * their number. */
int stage_corners(const Stage *stage, int joint, GridShare *shares);
/* The same with weight 1 at each vertex of one mover's posterior, which is vertex (c / stride) % type_count at corner
 * c. */
int stage_corners_unweighted(const Stage *stage, int joint, int mover, GridShare *shares, int *stride);
/* Product of the public probabilities of a joint action, leaving out movers i and j (-1: none). */
double stage_joint_chance(const Stage *stage, const int *actions, int i, int j);
/* Writes tilt[joint]. */
void stage_tilt(Stage *stage, int joint);

/* slope[unknown * unknown] = d gain_row / d odds_column; needs stage_look_ahead with tilt. */
void stage_slope(Stage *stage, double *slope);
/* BranchProblem.respond of a Stage. */
void stage_respond(void *stage, const double *odds, double *gain, double *slope);
/* Values of the position at the current sigma: value[value_count]; needs stage_look_ahead. */
void stage_values(const Stage *stage, double *value);
/* Largest |sigma - logit(Q)| at the current sigma; needs stage_look_ahead. */
double stage_residual(const Stage *stage);

/* What a position is worth in itself at a belief, added to value[value_count]. */
void position_own_value(const Game *game, const Position *position, const double *belief, double *value);
#endif
