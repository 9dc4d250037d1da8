/* SPDX-License-Identifier: GPL-3.0-or-later
 * Step 4 of a round: one draft is tabled, or none. Who chooses is the scenario's protocol: the mediator (a public
 * choice), the signing parties in turn (a stage of one mover, whose proposal is a signal), or chance in proportion to
 * the shares. */
#include "game/build.h"

#include <assert.h>

/* Whether a draft may be tabled while an arrangement is in force. */
static bool may_be_tabled(const Situation *s, const Arrangement *in_force, int draft) {
    if (!s->draft_open[draft]) return false;
    if (in_force->draft == DRAFT_NONE) return true;
    if (s->draft_kind[in_force->draft] == DRAFT_FRAMEWORK)
        return s->leads_to[(size_t)in_force->draft * s->draft_count + draft];
    return s->draft_kind[draft] == DRAFT_FINAL; /* an interim is in force */
}

static void table(Builder *builder, int position, int draft) {
    Position here = builder->positions[position];
    int answer = builder_position(builder, (Place){here.round, STEP_ANSWER, here.postures, here.arrangement, draft, 0});
    builder_edge(builder, position, (Edge){.target = answer, .payoff = -1, .decision = draft});
}

/* The k-th signing party in file order, k = (round - 1) mod their number. */
static int party_in_turn(const Situation *s, int round) {
    int signers = 0;
    for (int party = 0; party < s->party_count; party++) signers += s->signs[party];
    assert(signers > 0);
    int turn = (round - 1) % signers;
    for (int party = 0;; party++)
        if (s->signs[party] && turn-- == 0) return party;
}

void lay_table(Builder *builder, int position) {
    const Situation *s = builder->situation;
    Position here = builder->positions[position];
    Arrangement in_force = builder->arrangements[here.arrangement];
    for (int draft = 0; draft < s->draft_count; draft++)
        if (may_be_tabled(s, &in_force, draft)) table(builder, position, draft);
    if (s->adjourn || builder->positions[position].edge_count == 0) table(builder, position, DRAFT_NONE);
    Position *p = &builder->positions[position];
    if (s->proposer == PROPOSER_RANDOM) p->kind = POSITION_CHANCE;
    if (s->proposer == PROPOSER_ALTERNATING) {
        p->kind = POSITION_STAGE;
        builder_mover(builder, position, party_in_turn(s, here.round), p->edge_count);
    }
}

static double draft_measure(const Situation *s, int draft) {
    return draft == DRAFT_NONE ? 1 : s->draft_share[draft];
}

void fill_table(Filler *filler, const Position *p) {
    const Situation *s = filler->situation;
    Game *game = filler->game;
    const Edge *edges = game->edges + p->edge_start;
    double sum = 0;
    for (int e = 0; e < p->edge_count; e++) sum += draft_measure(s, edges[e].decision);
    for (int e = 0; e < p->edge_count; e++)
        game->weights[p->edge_start + e] = draft_measure(s, edges[e].decision) / (p->kind == POSITION_CHANCE ? sum : 1);
    if (p->kind != POSITION_STAGE) return;
    const Mover *mover = &game->movers[p->mover_start];
    for (int type = 0; type < situation_type_count(s, mover->party); type++)
        for (int e = 0; e < p->edge_count; e++)
            game->measures[mover->measure + type * p->edge_count + e] = draft_measure(s, edges[e].decision);
}
