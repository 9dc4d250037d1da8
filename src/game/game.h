/* SPDX-License-Identifier: GPL-3.0-or-later
 * The one door to the room `game`: Situation + settled drafts -> Game.
 *
 * A Game is the narrow waist of the program: a finite multi-stage game with observed actions and independent private
 * types (Fudenberg and Tirole 1991, ch. 8), laid out as a layered DAG of positions of four kinds. It knows no issue,
 * mediator or warship. Every edge leads to a position with a higher number, so "backward" is from the last position to
 * the first.
 *
 * Value of a position at public beliefs b, for type j of party i (i of type j):
 *   own(position) = type_payoff[j] + sum over profiles theta with theta_i = j of
 *                                    prod_{k != i} b_k(theta_k) * profile_payoff[theta][i]
 *   END             W = own
 *   CHANCE, PUBLIC  W = own + sum over edges of probability * (payoff + discount * W(target, b))
 *   STAGE           W = own + sum over joint actions of probability * (payoff + discount * W(target, posterior))
 * The *public player* (a chooser without type: the mediator) has one value more at every position; its base is column
 * type_total of a type row, party_count of a profile row. Its expectation over profiles uses all beliefs. */
#ifndef GAME_GAME_H
#define GAME_GAME_H

#include "base/base.h"
#include "scenario/situation.h"
#include "settlement/settlement.h"

typedef enum { POSITION_STAGE, POSITION_PUBLIC, POSITION_CHANCE, POSITION_END } PositionKind;

/* Which step of a round a position is: for reports, and for filling payoffs. */
typedef enum {
    STEP_FORCE,     /* stage: all parties choose a posture */
    STEP_HAZARD,    /* chance: an incident, or not */
    STEP_MEETING,   /* chance: the meeting is held, or not */
    STEP_TABLE,     /* public choice, stage or chance: a draft is tabled */
    STEP_ANSWER,    /* stage: accept, hold, walk */
    STEP_BREAKDOWN, /* chance: what follows a collapse */
    STEP_END
} Step;

typedef enum { CONFLICT_NONE, CONFLICT_CHOSEN, CONFLICT_INADVERTENT, CONFLICT_AFTER_COLLAPSE } ConflictKind;

/* actions at STEP_ANSWER; accept is missing after adjourn */
enum { ANSWER_HOLD = 0, ANSWER_WALK = 1, ANSWER_ACCEPT = 2 };
enum { DRAFT_NONE = -1 }; /* adjourn */

typedef struct Position {
    PositionKind kind;
    Step step;
    int round; /* from 1; an end belongs to the round in which the game ends */
    /* joint posture (game_rungs) held: before the choice at STEP_FORCE, after it elsewhere; -1 where none matters */
    int postures;
    int arrangement;       /* index of game->arrangements in force; 0: none */
    int draft;             /* STEP_ANSWER: the draft tabled; END of a deal: the draft signed; else DRAFT_NONE */
    BrinkOutcome outcome;  /* END */
    ConflictKind conflict; /* END */

    int edge_start, edge_count;   /* STAGE: one edge per joint action, first mover most significant */
    int mover_start, mover_count; /* STAGE */
    int type_payoff;              /* row of type_rows, -1: none */
    int profile_payoff;           /* row block of profile_rows, -1: none */
    bool is_flat;  /* worth the same at all beliefs: an end without profile payoff, or chance over such */
    bool on_grid;  /* reached after a party has chosen between two open actions: solved on the belief grid */
    bool at_start; /* reached before: solved at the starting beliefs themselves */
} Position;

typedef struct Mover {
    int party;
    int action_count;
    int measure; /* first of [type of the party][action] in game->measures; 0: the action is closed to that type */
} Mover;

typedef struct Edge {
    int target;
    int payoff;   /* row of type_rows, -1: none */
    int discount; /* row of discounts; 0 is the row of ones */
    int decision; /* STEP_FORCE: joint posture chosen; STEP_TABLE: draft; STEP_ANSWER: joint action; else 0 */
} Edge;

/* An arrangement in force: 0 is none, a framework, or an interim with the rounds it still lasts. */
typedef struct Arrangement {
    int draft;     /* DRAFT_NONE for arrangement 0 */
    int remaining; /* interim: rounds in which it is still in force, this one included; 0: to the end; framework: 0 */
} Arrangement;

typedef struct Game {
    /* topology: depends on structure only, not on numbers */
    int party_count, type_total, profile_count;
    const int *type_start; /* [party_count + 1] */
    int value_count;       /* values at a position: type_total, and the public player's where there is one */
    bool has_public;
    int position_count, edge_count, mover_count;
    Position *positions;
    Edge *edges;
    Mover *movers;
    int start; /* position of round 1 */
    int round_count;
    int posture_count;       /* joint postures */
    const int *posture_rung; /* [posture_count * party_count] flat rungs */
    int arrangement_count;
    const Arrangement *arrangements;
    const int *kept_row; /* [position_count] row of `kept`, -1 where it is no deal */
    int type_row_count, profile_row_count, kept_row_count, discount_count, measure_count;

    /* payoffs: refilled by game_fill */
    double *prior;       /* [type_total] starting beliefs */
    double *rationality; /* [type_total], per point */
    double public_rationality;
    double *measures;     /* [measure_count] */
    double *weights;      /* [edge_count] CHANCE: probability; PUBLIC: base measure; STAGE: unused */
    double *type_rows;    /* [type_row_count][type_total + 1] points */
    double *profile_rows; /* [profile_row_count][profile_count][party_count + 1] points */
    double *discounts;    /* [discount_count][type_total + 1] */
    double *kept;         /* [kept_row_count][profile_count] ENDs of a deal: probability that it is kept */
    int settlement_turned, settlement_lost;
} Game;

/* About how large the game of a situation is, found in a moment from its structure alone (no number is read). */
typedef struct GameMeasure {
    double positions;
    double stages;        /* of them, where typed parties choose */
    double bytes;         /* while it is compiled */
    double point_values;  /* numbers at each belief point, summed over the positions that depend on beliefs */
    double stage_numbers; /* probabilities of the largest stage at one belief */
    bool is_at_least;     /* the game is so large that it was not measured to the end */
} GameMeasure;
BrinkStatus game_measure(const Situation *situation, GameMeasure *result);

/* Lays out and fills the game of a situation in `arena`. Diagnostics where it is too large. */
BrinkStatus game_compile(const Situation *situation, Arena *arena, BrinkDiagnostics *diagnostics, Game **result);
/* Refills the payoffs of a game compiled from a situation of the same structure; `scratch` is used and left to the
 * caller to reset. */
BrinkStatus game_fill(Game *game, const Situation *situation, Arena *scratch);
/* The same with packages settled by `settlements`, which are of that situation. */
BrinkStatus game_fill_with(Game *game, const Situation *situation, Settlements *settlements, Arena *scratch);
/* The same where the game holds the numbers of `base` but for the steps in *stale (0 at first), and the situation
 * differs in few: the steps that read these alone. Afterwards *stale tells where it differs from the base. */
BrinkStatus game_refill(Game *game, const Situation *base, const Situation *situation, Settlements *settlements,
                        unsigned *stale, Arena *scratch);
/* A game of the same topology with numbers of its own, copies; NULL when memory is short. */
Game *game_copy(const Game *game, Arena *arena);

/* Rate of incidents per `every` at these postures (flat rungs, one per party), without the calm of an interim. */
double game_risk(const Situation *situation, int date, const int *rungs);

/* Rungs of a joint posture; [party_count] flat rungs, lives with the game. */
static inline const int *game_rungs(const Game *game, int postures) {
    return game->posture_rung + (size_t)postures * (size_t)game->party_count;
}
/* One action of a joint action, by mover. */
int game_action(const Game *game, const Position *position, int joint, int mover);

/* Gambit .efg text (docs/gambit.md), malloc'd. `label` writes a position's name for people. */
typedef struct GameNames {
    const char *title;
    const char *const *parties; /* [party_count] */
    const char *const *types;   /* [type_total] */
    const char *public_player;
    const char *const *drafts; /* [draft]; NULL: by number */
    const char *const *rungs;  /* [rung_total]; NULL: actions by number */
} GameNames;
BrinkStatus game_export_efg(const Game *game, const GameNames *names, BrinkDiagnostics *diagnostics, char **result);

#endif
