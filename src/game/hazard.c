/* SPDX-License-Identifier: GPL-3.0-or-later
 * Step 2 of a round: the threat that leaves something to chance (Schelling 1960, ch. 8; docs/method/model.md,
 * "Hazard"). */
#include "game/build.h"

#include <math.h>

enum { EDGE_INCIDENT, EDGE_QUIET };

void lay_hazard(Builder *builder, int position) {
    Position here = builder->positions[position];
    if (interim_in_force(builder->situation, &builder->arrangements[here.arrangement]) != DRAFT_NONE)
        builder->positions[position].profile_payoff = builder->profile_row_count++;
    int incident = builder_end(builder, here.round, here.postures, 0, DRAFT_NONE, BRINK_CONFLICT, CONFLICT_INADVERTENT);
    builder_edge(builder, position, (Edge){.target = incident, .payoff = -1});
    int meeting =
        builder_position(builder, (Place){here.round, STEP_MEETING, here.postures, here.arrangement, DRAFT_NONE, 0});
    builder_edge(builder, position, (Edge){.target = meeting, .payoff = -1});
}

/* Sum over parties of risk, and over pairs of friction * sqrt(risk * risk), per `every`. */
double game_risk(const Situation *s, int date, const int *rungs) {
    const double *risk = s->risk + (size_t)date * s->rung_total;
    double sum = 0;
    for (int i = 0; i < s->party_count; i++) {
        sum += risk[rungs[i]];
        for (int j = i + 1; j < s->party_count; j++) sum += s->friction[date] * sqrt(risk[rungs[i]] * risk[rungs[j]]);
    }
    return sum;
}

/* h = 1 - exp(-calm (sum of risks + friction * sum over pairs of sqrt(risk * risk))), risks being rates over the
 * round's length. */
static double hazard_probability(const Filler *filler, const Position *p) {
    const Situation *s = filler->situation;
    double sum = game_risk(s, p->round - 1, game_rungs(filler->game, p->postures));
    bool is_calmed = interim_in_force(s, &filler->game->arrangements[p->arrangement]) != DRAFT_NONE;
    return -expm1(-(is_calmed ? s->interim_calm[0] : 1) * sum * filler_length(filler, p->round));
}

void fill_hazard(Filler *filler, const Position *p) {
    double h = hazard_probability(filler, p);
    filler->game->weights[p->edge_start + EDGE_INCIDENT] = h;
    filler->game->weights[p->edge_start + EDGE_QUIET] = 1 - h;
    fill_flow(filler, p);
}
