/* SPDX-License-Identifier: GPL-3.0-or-later
 * How the game ends, and what each end is worth; and the chance that a collapse becomes a conflict. */
#include "game/build.h"

#include <math.h>

enum { EDGE_CONFLICT, EDGE_COLLAPSE };

void lay_breakdown(Builder *builder, int position) {
    Position here = builder->positions[position];
    int conflict =
        builder_end(builder, here.round, here.postures, 0, DRAFT_NONE, BRINK_CONFLICT, CONFLICT_AFTER_COLLAPSE);
    builder_edge(builder, position, (Edge){.target = conflict, .payoff = -1});
    int collapse = builder_end(builder, here.round, -1, 0, DRAFT_NONE, BRINK_COLLAPSE, CONFLICT_NONE);
    builder_edge(builder, position, (Edge){.target = collapse, .payoff = -1});
}

void fill_breakdown(Filler *filler, const Position *p) {
    double p_conflict = settlement_after_collapse(filler->situation, game_rungs(filler->game, p->postures));
    filler->game->weights[p->edge_start + EDGE_CONFLICT] = p_conflict;
    filler->game->weights[p->edge_start + EDGE_COLLAPSE] = 1 - p_conflict;
}

/* War value at the postures held, first strike included for those who attack. */
static double conflict_value(Filler *filler, const Position *p, int type) {
    const Situation *s = filler->situation;
    const int *rungs = game_rungs(filler->game, p->postures);
    int date = p->round - 1, own = s->type_party[type];
    bool is_chosen = p->conflict == CONFLICT_CHOSEN;
    for (int party = 0; party < s->party_count; party++)
        filler->attackers[party] = is_chosen && s->attack[rungs[party]];
    double value = settlement_war(s, type, date, rungs, filler->attackers);
    return filler->attackers[own] ? value + s->first_strike[(size_t)date * s->type_total + type] : value;
}

static void fill_type_row(Filler *filler, const Position *p) {
    const Situation *s = filler->situation;
    double *row = filler_row(filler, p->type_payoff);
    for (int type = 0; type < s->type_total; type++) {
        if (p->outcome == BRINK_CONFLICT) row[type] = conflict_value(filler, p, type);
        if (p->outcome == BRINK_COLLAPSE) row[type] = s->collapse[(size_t)(p->round - 1) * s->type_total + type];
        if (p->outcome == BRINK_LAPSE) row[type] = s->lapse[(size_t)s->round_count * s->type_total + type];
    }
    row[s->type_total] = s->mediator_value[p->outcome];
}

/* A deal is worth U at the date and postures of signing; an interim that holds, `stays` of its U at the lapse date and
 * last postures. */
static void fill_settled_rows(Filler *filler, const Position *p) {
    const Situation *s = filler->situation;
    Game *game = filler->game;
    bool is_deal = p->outcome == BRINK_DEAL;
    int draft = is_deal ? p->draft : game->arrangements[p->arrangement].draft;
    int date = is_deal ? p->round - 1 : s->round_count, kept = game->kept_row[p - game->positions];
    for (int profile = 0; profile < game->profile_count; profile++) {
        const Settled *settled =
            settlements_get_draft(filler->settlements, draft, date, game_rungs(game, p->postures), profile);
        if (!settled) {
            filler->is_out_of_memory = true;
            return;
        }
        double *row = filler_profile_row(filler, p->profile_payoff, profile), least = INFINITY;
        for (int party = 0; party < s->party_count; party++) {
            row[party] = (is_deal ? 1 : s->interim_stays[0]) * settled->value[party];
            if (s->signs[party]) least = fmin(least, settled->value[party]);
        }
        row[s->party_count] = is_deal ? s->mediator_balance[0] * least : 0;
        if (is_deal) game->kept[(size_t)kept * game->profile_count + profile] = settled->kept;
    }
}

void fill_end(Filler *filler, const Position *p) {
    fill_type_row(filler, p);
    if (p->outcome == BRINK_DEAL || p->outcome == BRINK_INTERIM)
        fill_settled_rows(filler, p);
    else if (p->profile_payoff >= 0)
        fill_flow(filler, p); /* conflict chosen while an interim was in force */
}
