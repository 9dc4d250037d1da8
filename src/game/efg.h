/* SPDX-License-Identifier: GPL-3.0-or-later
 * The export of a Game to Gambit: what its steps share. Private to the room.
 *
 * Order of work: efg_check finds what a tree cannot hold, efg_count measures it, then export_efg.c walks the game once
 * per type profile. */
#ifndef GAME_EFG_H
#define GAME_EFG_H

#include "game/efg_text.h"
#include "game/game.h"

enum {
    EFG_COPY_LIMIT = 12,     /* times one action may stand at an information set */
    EFG_NODE_LIMIT = 200000, /* beyond this, Gambit's solver is out of reach by far */
};

/* What one type (or the public player) has seen: the public edges taken so far and which copy of its own actions it
 * took. Views are numbered from 1; the first ones are those of the types, and of the public player, before anything has
 * happened. */
typedef struct EfgViews {
    uint64_t *keys; /* open addressing: view and event, 0 where free */
    int *targets;
    int slot_count;
    int *infosets; /* [room] information set of a view, 0 where it has none yet */
    int count, room;
    bool is_out_of_memory; /* sticky */
} EfgViews;

typedef struct Efg {
    const Game *game;
    const GameNames *names;
    BrinkDiagnostics *diagnostics;
    int player_count;        /* parties, and the public player last */
    int *copies;             /* [measure_count] times an action of a type stands at its information sets */
    int *public_copies;      /* [edge_count] of public choices */
    uint64_t *chances;       /* [edge_count] of chance positions, in 1e-16 */
    uint64_t *prior_chances; /* [type_total] in 1e-16, summing to 1e16 over a party's types */
    int *types;              /* [party_count] the profile drawn */
    int profile;             /* its number, last party fastest */
    int height;              /* positions on the longest path */

    double *payoffs; /* [height + 1][player_count] points so far on the way to a depth */
    int *seen;       /* [height + 1][player_count] views there */
    int *taken;      /* [height + 1][player_count] copy of the action the player takes there */
    EfgViews views;
    EfgText text;
    int *infoset_count; /* [player_count] */
    int chance_count, outcome_count;
    bool is_not_finite;
} Efg;

static inline const int *efg_copies(const Efg *efg, const Mover *mover, int type) {
    return efg->copies + mover->measure + (type - efg->game->type_start[mover->party]) * mover->action_count;
}
/* Whether following the edge may end the game: its discount is below 1. */
static inline double efg_discount(const Efg *efg, const Edge *edge) {
    return efg->game->discounts[(size_t)edge->discount * (size_t)(efg->game->type_total + 1)];
}
/* Probabilities that the game goes on and that it stops, in 1e-16; true where it may stop. */
bool efg_survival(const Efg *efg, const Edge *edge, uint64_t chances[2]);

/* Fills copies, public_copies and chances; false (and diagnostics) where the game has what a tree cannot hold. */
bool efg_check(Efg *efg);
/* Nodes of the whole tree; `scratch` is used and left to the caller. Negative when memory is short. Sets efg->height.
 */
double efg_count(Efg *efg, Arena *scratch);

extern const char *const efg_step_names[];

#endif
