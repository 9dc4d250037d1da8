/* SPDX-License-Identifier: GPL-3.0-or-later
 * Laying out a Game's positions (Builder) and filling in its numbers (Filler). Private to the room.
 *
 * Each step of a round is one file with two functions: `lay_…` gives a position its movers and edges from structure
 * alone, `fill_…` writes the numbers of a position laid before. */
#ifndef GAME_BUILD_H
#define GAME_BUILD_H

#include "game/game.h"

/* What tells two positions apart. */
typedef struct Place {
    int round, step, postures, arrangement, draft;
    int ending; /* ends: BrinkOutcome + OUTCOME_COUNT * ConflictKind; else 0 */
} Place;

typedef struct Builder {
    const Situation *situation;
    Arena *arena; /* of the Game; the growing arrays are malloc'd */
    Position *positions;
    Edge *edges;
    Mover *movers;
    Arrangement *arrangements;
    int position_count, edge_count, mover_count, arrangement_count;
    int position_room, edge_room, mover_room, arrangement_room;
    int *table; /* open addressing: position + 1 by hash of its place */
    int table_room;
    int type_row_count, profile_row_count, kept_row_count, measure_count;
    int *rungs; /* [party_count] scratch */
    const int *posture_rung;
    bool is_measuring;                   /* edges and movers are counted, not kept; little is laid out (measure.c) */
    bool is_too_large, is_out_of_memory; /* sticky: laying goes on harmlessly */
} Builder;

/* The position at a place, made where it does not exist yet. */
int builder_position(Builder *builder, Place place);
/* Adds an edge to the position laid last (edges of a position are consecutive). */
void builder_edge(Builder *builder, int position, Edge edge);
void builder_mover(Builder *builder, int position, int party, int action_count);
/* The arrangement in force in `round` when a draft has `remaining` rounds (0: to the end); 0 where remaining is
 * negative. */
int builder_arrangement(Builder *builder, int draft, int remaining, int round);
/* An edge to what follows round `round`, discounted: the next round's force stage, or the end of the talks.
 * `arrangement` is the one in force in this round; `agreed` a draft just agreed, or DRAFT_NONE. */
Edge builder_next_round(Builder *builder, int round, int postures, int arrangement, int agreed);
int builder_end(Builder *builder, int round, int postures, int arrangement, int draft, BrinkOutcome outcome,
                ConflictKind conflict);

static inline const int *builder_rungs(const Builder *builder, int postures) {
    return builder->posture_rung + (size_t)postures * (size_t)builder->situation->party_count;
}

/* Lays out everything from the start. */
void builder_lay_all(Builder *builder);
/* What builder_lay_all has taken, the Builder itself excepted. */
void builder_forget(Builder *builder);

void lay_force(Builder *builder, int position);
void lay_hazard(Builder *builder, int position);
void lay_meeting(Builder *builder, int position);
void lay_table(Builder *builder, int position);
void lay_answer(Builder *builder, int position);
void lay_breakdown(Builder *builder, int position);

typedef struct Filler {
    Game *game;
    const Situation *situation;
    Settlements *settlements;
    int *types;           /* [party_count] scratch */
    bool *attackers;      /* [party_count] scratch */
    double *accept_costs; /* [type_total] scratch */
    double *flow_shares;  /* [type_total] of a deal's value, what a type draws in `flow_round` */
    int flow_round;       /* 0: none yet */
    bool is_out_of_memory;
} Filler;

static inline double *filler_row(const Filler *filler, int row) {
    return filler->game->type_rows + (size_t)row * (size_t)(filler->game->type_total + 1);
}
static inline double *filler_profile_row(const Filler *filler, int row, int profile) {
    const Game *game = filler->game;
    return game->profile_rows +
           ((size_t)row * (size_t)game->profile_count + (size_t)profile) * (size_t)(game->party_count + 1);
}
/* Days of a round per `every`: what the rates are multiplied by. */
static inline double filler_length(const Filler *filler, int round) {
    return filler->situation->round_days[round - 1] / filler->situation->every[0];
}
/* Draft in force as an interim arrangement, DRAFT_NONE where there is none. */
static inline int interim_in_force(const Situation *situation, const Arrangement *arrangement) {
    bool is_interim = arrangement->draft != DRAFT_NONE && situation->draft_kind[arrangement->draft] == DRAFT_INTERIM;
    return is_interim ? arrangement->draft : DRAFT_NONE;
}
/* Writes the interim arrangement's flow of a round into the profile rows of a position that follows the choice of
 * postures. */
void fill_flow(Filler *filler, const Position *position);

void fill_force(Filler *filler, const Position *position);
void fill_hazard(Filler *filler, const Position *position);
void fill_meeting(Filler *filler, const Position *position);
void fill_table(Filler *filler, const Position *position);
void fill_answer(Filler *filler, const Position *position);
void fill_breakdown(Filler *filler, const Position *position);
void fill_end(Filler *filler, const Position *position);

/* Bit s stands for step s. */
enum { GAME_ALL_STEPS = (1 << (STEP_END + 1)) - 1 };
/* Fills the positions of these steps, and what belongs to no step. */
BrinkStatus fill_steps(Game *game, const Situation *situation, Settlements *settlements, unsigned steps,
                       Arena *scratch);

#endif
