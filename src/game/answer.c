/* SPDX-License-Identifier: GPL-3.0-or-later
 * Step 5 of a round: all signing parties answer at once: accept, hold, or walk (docs/method/model.md, "Answer"). After
 * adjourning there is nothing to accept. */
#include "game/build.h"

#include <math.h>

/* The answers in a joint action, first party most significant. */
static int answer_of(int joint, int mover, int mover_count, int answers) {
    for (int k = mover_count - 1; k > mover; k--) joint /= answers;
    return joint % answers;
}

static bool any_answer(int joint, int mover_count, int answers, int answer) {
    for (int k = 0; k < mover_count; k++, joint /= answers)
        if (joint % answers == answer) return true;
    return false;
}

static bool all_answer(int joint, int mover_count, int answers, int answer) {
    for (int k = 0; k < mover_count; k++, joint /= answers)
        if (joint % answers != answer) return false;
    return true;
}

/* What all have agreed: a deal ends the talks, anything else becomes the arrangement of the next round. */
static Edge agreement(Builder *builder, Position here) {
    if (builder->situation->draft_kind[here.draft] == DRAFT_FINAL)
        return (Edge){.target =
                          builder_end(builder, here.round, here.postures, 0, here.draft, BRINK_DEAL, CONFLICT_NONE),
                      .payoff = -1};
    return builder_next_round(builder, here.round, here.postures, here.arrangement, here.draft);
}

static Edge answer_edge(Builder *builder, Position here, int joint, int mover_count, int answers) {
    if (answers > ANSWER_ACCEPT && all_answer(joint, mover_count, answers, ANSWER_ACCEPT))
        return agreement(builder, here);
    if (!any_answer(joint, mover_count, answers, ANSWER_WALK))
        return builder_next_round(builder, here.round, here.postures, here.arrangement, DRAFT_NONE);
    int breakdown = builder_position(builder, (Place){here.round, STEP_BREAKDOWN, here.postures, 0, DRAFT_NONE, 0});
    return (Edge){.target = breakdown, .payoff = -1};
}

void lay_answer(Builder *builder, int position) {
    const Situation *s = builder->situation;
    Position here = builder->positions[position];
    int answers = here.draft == DRAFT_NONE ? 2 : 3, joints = 1, mover_count = 0;
    for (int party = 0; party < s->party_count; party++) {
        if (!s->signs[party]) continue;
        builder_mover(builder, position, party, answers);
        mover_count++;
        joints *= answers;
    }
    if (builder->is_measuring) { /* what follows is one of three: all hold, one walks, all accept */
        for (int answer = 0; answer < answers; answer++)
            answer_edge(builder, here, answer * ((joints - 1) / (answers - 1)), mover_count, answers);
        builder->positions[position].edge_count = joints;
        return;
    }
    for (int joint = 0; joint < joints; joint++) {
        Edge edge = answer_edge(builder, here, joint, mover_count, answers);
        edge.payoff = builder->type_row_count++;
        edge.decision = joint;
        builder_edge(builder, position, edge);
    }
}

/* Points a framework in force charges: for accepting a draft outside the party's own reading of it, and for walking. */
static double renege(const Filler *filler, const Position *p, int party, int answer) {
    const Situation *s = filler->situation;
    int framework = filler->game->arrangements[p->arrangement].draft;
    if (framework == DRAFT_NONE || s->draft_kind[framework] != DRAFT_FRAMEWORK) return 0;
    if (answer == ANSWER_WALK) return s->renege[framework];
    bool is_read_so = s->reading[((size_t)framework * s->party_count + party) * s->draft_count + p->draft];
    return is_read_so ? 0 : s->renege[framework];
}

/* Points it costs a type to accept; INFINITY behind a hard red line. A framework's content is today's package and costs
 * nothing. */
static double accept_cost(const Filler *filler, const Position *p, int type) {
    const Situation *s = filler->situation;
    if (s->draft_kind[p->draft] == DRAFT_FRAMEWORK) return 0;
    int party = s->type_party[type];
    const int *options = s->draft_option + (size_t)p->draft * s->issue_count;
    return settlements_red_lines(filler->settlements, type, p->round - 1, options) +
           renege(filler, p, party, ANSWER_ACCEPT) +
           settlement_commitments(s, type, game_rungs(filler->game, p->postures)[party], options);
}

/* accept_cost of every type of the parties that answer, where there is something to accept. */
static void fill_accept_costs(Filler *filler, const Position *p) {
    const Situation *s = filler->situation;
    for (int m = p->mover_start; m < p->mover_start + p->mover_count && p->draft != DRAFT_NONE; m++) {
        int party = filler->game->movers[m].party;
        for (int type = s->type_start[party]; type < s->type_start[party + 1]; type++)
            filler->accept_costs[type] = accept_cost(filler, p, type);
    }
}

static void fill_answer_measures(Filler *filler, const Position *p) {
    const Situation *s = filler->situation;
    for (int m = p->mover_start; m < p->mover_start + p->mover_count; m++) {
        const Mover *mover = &filler->game->movers[m];
        double *measure = filler->game->measures + mover->measure;
        for (int type = s->type_start[mover->party]; type < s->type_start[mover->party + 1]; type++) {
            measure[ANSWER_HOLD] = 1;
            measure[ANSWER_WALK] = s->walk[type] * filler_length(filler, p->round);
            if (mover->action_count > ANSWER_ACCEPT) measure[ANSWER_ACCEPT] = isinf(filler->accept_costs[type]) ? 0 : 1;
            measure += mover->action_count;
        }
    }
}

static double answer_payoff(const Filler *filler, const Position *p, int type, int answer, bool is_agreed) {
    if (answer == ANSWER_WALK) return -renege(filler, p, filler->situation->type_party[type], ANSWER_WALK);
    if (answer != ANSWER_ACCEPT || !(filler->situation->exposed || is_agreed)) return 0;
    double cost = filler->accept_costs[type];
    return isinf(cost) ? 0 : -cost; /* a closed action has no payoff */
}

void fill_answer(Filler *filler, const Position *p) {
    const Situation *s = filler->situation;
    const Game *game = filler->game;
    int answers = p->draft == DRAFT_NONE ? 2 : 3;
    fill_accept_costs(filler, p);
    fill_answer_measures(filler, p);
    for (int e = 0; e < p->edge_count; e++) {
        const Edge *edge = &game->edges[p->edge_start + e];
        bool is_agreed = answers > ANSWER_ACCEPT && all_answer(e, p->mover_count, answers, ANSWER_ACCEPT);
        double *row = filler_row(filler, edge->payoff);
        for (int k = 0; k < p->mover_count; k++) {
            int party = game->movers[p->mover_start + k].party, answer = answer_of(e, k, p->mover_count, answers);
            for (int type = s->type_start[party]; type < s->type_start[party + 1]; type++)
                row[type] = answer_payoff(filler, p, type, answer, is_agreed);
        }
    }
}
