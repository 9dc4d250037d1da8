/* SPDX-License-Identifier: GPL-3.0-or-later
 * Step 1 of a round: all parties choose a posture at once (docs/method/model.md, "Force"). */
#include "game/build.h"

#include <math.h>

static int open_rungs(const Situation *s, int party) {
    int count = 0;
    for (int rung = s->rung_start[party]; rung < s->rung_start[party + 1]; rung++) count += s->rung_open[rung];
    return count;
}

static int first_open(const Situation *s, int rung) {
    while (!s->rung_open[rung]) rung++;
    return rung;
}

/* Joint posture of the flat rungs: last party fastest. */
static int posture_index(const Situation *s, const int *rungs) {
    int index = 0;
    for (int party = 0; party < s->party_count; party++)
        index = index * situation_rung_count(s, party) + rungs[party] - s->rung_start[party];
    return index;
}

/* Steps to the next joint choice of open rungs, last party fastest; false after the last. */
static bool next_joint(const Situation *s, int *rungs) {
    for (int party = s->party_count - 1; party >= 0; party--) {
        for (int rung = rungs[party] + 1; rung < s->rung_start[party + 1]; rung++)
            if (s->rung_open[rung]) {
                rungs[party] = rung;
                return true;
            }
        rungs[party] = first_open(s, s->rung_start[party]);
    }
    return false;
}

static bool is_attack(const Situation *s, const int *rungs) {
    for (int party = 0; party < s->party_count; party++)
        if (s->attack[rungs[party]]) return true;
    return false;
}

void lay_force(Builder *builder, int position) {
    const Situation *s = builder->situation;
    Position here = builder->positions[position];
    for (int party = 0; party < s->party_count; party++) {
        int count = open_rungs(s, party);
        if (count > 1) builder_mover(builder, position, party, count);
        builder->rungs[party] = first_open(s, s->rung_start[party]);
    }
    bool is_flowing = interim_in_force(s, &builder->arrangements[here.arrangement]) != DRAFT_NONE;
    do {
        int postures = posture_index(s, builder->rungs);
        Edge edge = {.payoff = builder->type_row_count++, .decision = postures};
        if (is_attack(s, builder->rungs))
            edge.target = builder_end(builder, here.round, postures, is_flowing ? here.arrangement : 0, DRAFT_NONE,
                                      BRINK_CONFLICT, CONFLICT_CHOSEN);
        else
            edge.target =
                builder_position(builder, (Place){here.round, STEP_HAZARD, postures, here.arrangement, DRAFT_NONE, 0});
        builder_edge(builder, position, edge);
    } while (!builder->is_too_large && !builder->is_out_of_memory && next_joint(s, builder->rungs));
}

/* Points of this round for one type, its own rung before and after given with everybody's. */
static double force_payoff(const Filler *filler, const Position *p, int type, const int *before, const int *after) {
    const Situation *s = filler->situation;
    int date = p->round - 1, party = s->type_party[type];
    int type_rung = situation_type_rung(s, type, after[party]);
    bool is_relieved = interim_in_force(s, &filler->game->arrangements[p->arrangement]) != DRAFT_NONE;
    double pressure = 0;
    for (int other = 0; other < s->party_count; other++)
        if (other != party) pressure += s->pressure[(size_t)date * s->rung_total + after[other]];
    double rate = s->status[(size_t)date * s->type_total + type] -
                  s->cost[(size_t)date * s->type_rung_total + type_rung] -
                  (is_relieved ? s->interim_relief[0] : 1) * pressure;
    double given_up = fmax(0, s->level[before[party]] - s->level[after[party]]);
    double deadline = s->deadline_round[type_rung] == p->round ? s->deadline_cost[type_rung] : 0;
    return rate * filler_length(filler, p->round) - s->backdown[type] * given_up - deadline;
}

void fill_force(Filler *filler, const Position *p) {
    const Situation *s = filler->situation;
    const Game *game = filler->game;
    for (int m = p->mover_start; m < p->mover_start + p->mover_count; m++) {
        const Mover *mover = &game->movers[m];
        double *measure = game->measures + mover->measure;
        for (int type = 0; type < situation_type_count(s, mover->party); type++)
            for (int rung = s->rung_start[mover->party]; rung < s->rung_start[mover->party + 1]; rung++)
                if (s->rung_open[rung])
                    *measure++ = s->share[rung] * (s->attack[rung] ? filler_length(filler, p->round) : 1);
    }
    const int *before = game_rungs(game, p->postures);
    for (int e = p->edge_start; e < p->edge_start + p->edge_count; e++) {
        const int *after = game_rungs(game, game->edges[e].decision);
        double *row = filler_row(filler, game->edges[e].payoff);
        for (int type = 0; type < s->type_total; type++) row[type] = force_payoff(filler, p, type, before, after);
    }
}

/* Positions of one round follow each other. */
static void share_flow(Filler *filler, int round) {
    const Situation *s = filler->situation;
    double length = filler_length(filler, round);
    if (filler->flow_round == round) return;
    for (int type = 0; type < s->type_total; type++) filler->flow_shares[type] = 1 - pow(s->patience[type], length);
    filler->flow_round = round;
}

void fill_flow(Filler *filler, const Position *p) {
    const Situation *s = filler->situation;
    int draft = interim_in_force(s, &filler->game->arrangements[p->arrangement]);
    if (draft == DRAFT_NONE) return;
    share_flow(filler, p->round);
    for (int profile = 0; profile < filler->game->profile_count; profile++) {
        const Settled *settled = settlements_get_draft(filler->settlements, draft, p->round - 1,
                                                       game_rungs(filler->game, p->postures), profile);
        if (!settled) {
            filler->is_out_of_memory = true;
            return;
        }
        settlement_profile_types(s, profile, filler->types);
        double *row = filler_profile_row(filler, p->profile_payoff, profile);
        for (int party = 0; party < s->party_count; party++)
            row[party] = filler->flow_shares[filler->types[party]] * settled->value[party];
    }
}
