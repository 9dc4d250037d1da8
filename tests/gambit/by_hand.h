/* SPDX-License-Identifier: GPL-3.0-or-later
 * Small games written by hand, position by position, for the export to Gambit. Positions are added in order of play (an
 * edge leads to a higher number); a position's edges and movers are added right after it. Every row is written in full:
 * [type_total + 1] numbers. */
#ifndef TESTS_GAMBIT_BY_HAND_H
#define TESTS_GAMBIT_BY_HAND_H

#include "game/game.h"

#include <assert.h>
#include <string.h>

enum { HAND_ROOM = 256, HAND_TYPES = 8 };

typedef struct Hand {
    Game game;
    GameNames names;
    int type_start[HAND_TYPES + 1];
    double prior[HAND_TYPES], rationality[HAND_TYPES];
    Position positions[HAND_ROOM];
    Edge edges[HAND_ROOM];
    Mover movers[HAND_ROOM];
    double weights[HAND_ROOM], measures[HAND_ROOM];
    double type_rows[HAND_ROOM * HAND_TYPES], profile_rows[HAND_ROOM * HAND_TYPES], discounts[HAND_ROOM];
    Arrangement none;
} Hand;

/* `types` holds each party's number of types; beliefs start even, rationality is 1, discount row 0 is ones. */
static inline void hand_start(Hand *hand, int parties, const int *types, bool has_public) {
    memset(hand, 0, sizeof *hand);
    Game *game = &hand->game;
    game->profile_count = 1;
    for (int party = 0; party < parties; party++) {
        hand->type_start[party + 1] = hand->type_start[party] + types[party];
        game->profile_count *= types[party];
        for (int type = hand->type_start[party]; type < hand->type_start[party + 1]; type++) {
            hand->prior[type] = 1.0 / types[party];
            hand->rationality[type] = 1;
        }
    }
    game->party_count = parties;
    game->type_total = hand->type_start[parties];
    game->value_count = game->type_total + has_public;
    game->has_public = has_public;
    game->type_start = hand->type_start;
    game->positions = hand->positions;
    game->edges = hand->edges;
    game->movers = hand->movers;
    game->round_count = 1;
    hand->none = (Arrangement){DRAFT_NONE, 0};
    game->arrangements = &hand->none;
    game->arrangement_count = 1;
    game->prior = hand->prior;
    game->rationality = hand->rationality;
    game->public_rationality = 1;
    game->measures = hand->measures;
    game->weights = hand->weights;
    game->type_rows = hand->type_rows;
    game->profile_rows = hand->profile_rows;
    game->discounts = hand->discounts;
    for (int k = 0; k <= game->type_total; k++) hand->discounts[k] = 1;
    game->discount_count = 1;
}

static inline int hand_position(Hand *hand, PositionKind kind, Step step) {
    Game *game = &hand->game;
    assert(game->position_count < HAND_ROOM);
    hand->positions[game->position_count] = (Position){.kind = kind,
                                                       .step = step,
                                                       .round = 1,
                                                       .postures = -1,
                                                       .draft = DRAFT_NONE,
                                                       .edge_start = game->edge_count,
                                                       .mover_start = game->mover_count,
                                                       .type_payoff = -1,
                                                       .profile_payoff = -1};
    return game->position_count++;
}

/* Adds a mover to the last position; all measures 1. */
static inline Mover *hand_mover(Hand *hand, int party, int actions) {
    Game *game = &hand->game;
    int count = actions * (hand->type_start[party + 1] - hand->type_start[party]);
    hand->movers[game->mover_count] = (Mover){party, actions, game->measure_count};
    for (int k = 0; k < count; k++) hand->measures[game->measure_count++] = 1;
    hand->positions[game->position_count - 1].mover_count++;
    return &hand->movers[game->mover_count++];
}

static inline int hand_row(Hand *hand, const double *points) {
    Game *game = &hand->game;
    size_t width = (size_t)game->type_total + 1;
    memcpy(hand->type_rows + (size_t)game->type_row_count * width, points, width * sizeof *points);
    return game->type_row_count++;
}

/* Adds an edge to the last position; `payoff` may be NULL. */
static inline Edge *hand_edge(Hand *hand, int target, double weight, const double *payoff) {
    Game *game = &hand->game;
    assert(game->edge_count < HAND_ROOM);
    hand->edges[game->edge_count] = (Edge){.target = target, .payoff = payoff ? hand_row(hand, payoff) : -1};
    hand->weights[game->edge_count] = weight;
    hand->positions[game->position_count - 1].edge_count++;
    return &hand->edges[game->edge_count++];
}

static inline int hand_end(Hand *hand, BrinkOutcome outcome, const double *points) {
    int position = hand_position(hand, POSITION_END, STEP_END);
    hand->positions[position].outcome = outcome;
    hand->positions[position].type_payoff = hand_row(hand, points);
    return position;
}

/* Gives the last position payoffs by profile: [profile_count][party_count + 1]. */
static inline void hand_profile(Hand *hand, const double *points) {
    Game *game = &hand->game;
    size_t block = (size_t)game->profile_count * ((size_t)game->party_count + 1);
    memcpy(hand->profile_rows + (size_t)game->profile_row_count * block, points, block * sizeof *points);
    hand->positions[game->position_count - 1].profile_payoff = game->profile_row_count++;
}

/* A discount row with the same number for all. */
static inline int hand_discount(Hand *hand, double discount) {
    Game *game = &hand->game;
    for (int k = 0; k <= game->type_total; k++)
        hand->discounts[game->discount_count * (game->type_total + 1) + k] = discount;
    return game->discount_count++;
}

#endif
