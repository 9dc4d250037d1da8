/* SPDX-License-Identifier: GPL-3.0-or-later
 * Step 3 of a round: the meeting is held, or the round passes: threats can undo the mediator's work. */
#include "game/build.h"

enum { EDGE_HELD, EDGE_NOT_HELD };

void lay_meeting(Builder *builder, int position) {
    Position here = builder->positions[position];
    int table =
        builder_position(builder, (Place){here.round, STEP_TABLE, here.postures, here.arrangement, DRAFT_NONE, 0});
    builder_edge(builder, position, (Edge){.target = table, .payoff = -1});
    builder_edge(builder, position,
                 builder_next_round(builder, here.round, here.postures, here.arrangement, DRAFT_NONE));
}

void fill_meeting(Filler *filler, const Position *p) {
    const Situation *s = filler->situation;
    const int *rungs = game_rungs(filler->game, p->postures);
    double held = 1;
    for (int party = 0; party < s->party_count; party++)
        held *= s->talks[(size_t)(p->round - 1) * s->rung_total + rungs[party]];
    filler->game->weights[p->edge_start + EDGE_HELD] = held;
    filler->game->weights[p->edge_start + EDGE_NOT_HELD] = 1 - held;
}
