/* SPDX-License-Identifier: GPL-3.0-or-later
 * The adjoint pass: all mass starts at the prior and is pushed forward through the stored choice probabilities, with the interpolation weights of
 * the backward pass transposed (docs/method/outlook.md). Invariant: the mass at a position is complete when the position is reached, because
 * every edge leads to a higher number; so what is read off there sums to 1 over the ends. */
#include "outlook/outlook.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

typedef struct Pass {
    const Solution *solution;
    const Game *game;
    const Situation *situation;
    SolutionView *view;
    size_t *mass_start; /* [position] */
    double *mass;       /* [position][point] */
    Outlook *outlook;
    OutlookDraft *drafts;
    OutlookRound *rounds;
    double *postures;        /* [round][rung] */
    OutlookBelief *beliefs;  /* [round][type] */
    double *round_mass;      /* [grid points + 1] where a round begins */
} Pass;

/* ---- Reading off ---- */

static void note_end(Pass *pass, const Position *p, double mass) {
    Outlook *outlook = pass->outlook;
    OutlookRound *round = &pass->rounds[p->round - 1];
    outlook->outcomes[p->outcome] += mass;
    round->outcomes[p->outcome] += mass;
    if (p->conflict == CONFLICT_CHOSEN) outlook->conflict_chosen += mass;
    if (p->conflict == CONFLICT_INADVERTENT) outlook->conflict_inadvertent += mass;
    if (p->conflict == CONFLICT_AFTER_COLLAPSE) outlook->conflict_after_collapse += mass;
    if (p->outcome == BRINK_DEAL) pass->drafts[p->draft].agreed += mass;
}

/* Splits the mass of a deal at one belief into kept and failed. */
static void note_deal(Pass *pass, int position, int point, double mass) {
    const Game *game = pass->game;
    const double *belief = solution_view_belief(pass->view, position, point);
    const double *kept = game->kept + (size_t)game->kept_row[position] * (size_t)game->profile_count;
    for (int profile = 0; profile < game->profile_count; profile++) {
        double p = mass;
        int rest = profile;
        for (int party = game->party_count - 1; party >= 0; party--) {
            int types = game->type_start[party + 1] - game->type_start[party];
            p *= belief[game->type_start[party] + rest % types];
            rest /= types;
        }
        pass->outlook->deal_kept += p * kept[profile];
        pass->outlook->deal_failed += p * (1 - kept[profile]);
    }
}

/* Whether the edge of an ANSWER is the one on which all accept an interim or a framework. */
static bool is_arrangement_agreed(const Pass *pass, const Position *p, int edge) {
    return p->draft != DRAFT_NONE && edge == p->edge_count - 1 &&
           pass->situation->draft_kind[p->draft] != DRAFT_FINAL;
}

static void note_edge(Pass *pass, const Position *p, int edge, double mass) {
    const Game *game = pass->game;
    int decision = game->edges[p->edge_start + edge].decision;
    OutlookRound *round = &pass->rounds[p->round - 1];
    if (p->step == STEP_FORCE) {
        const int *rungs = game_rungs(game, decision);
        for (int party = 0; party < game->party_count; party++)
            pass->postures[(p->round - 1) * pass->situation->rung_total + rungs[party]] += mass;
    }
    if (p->step == STEP_TABLE && decision != DRAFT_NONE) pass->drafts[decision].tabled += mass;
    if (p->step == STEP_ANSWER && is_arrangement_agreed(pass, p, edge)) {
        pass->drafts[p->draft].agreed += mass;
        if (pass->situation->draft_kind[p->draft] == DRAFT_INTERIM) round->interim_agreed += mass;
    }
}

/* Where a round begins: its probability, and the mass at each belief. */
static void note_beginning(Pass *pass, const Position *p, int point, double mass) {
    bool is_start = p->at_start && point == (p->on_grid ? pass->solution->grid->point_count : 0);
    pass->rounds[p->round - 1].open += mass;
    pass->round_mass[is_start ? pass->solution->grid->point_count : point] += mass;
}

/* ---- Belief distributions ---- */

typedef struct BeliefMass { double belief, mass; } BeliefMass;

static int by_belief(const void *a, const void *b) {
    double x = ((const BeliefMass *)a)->belief, y = ((const BeliefMass *)b)->belief;
    return (x > y) - (x < y);
}

/* Smallest belief with at least `share` of the mass at or below it. */
static double quantile(const BeliefMass *sorted, int count, double total, double share) {
    double sum = 0;
    for (int i = 0; i < count; i++) {
        sum += sorted[i].mass;
        if (sum >= share * total * (1 - 1e-12)) return sorted[i].belief;
    }
    return count ? sorted[count - 1].belief : NAN;
}

/* Writes the round's belief summaries from round_mass and clears it. */
static void close_round(Pass *pass, int round, BeliefMass *sorted) {
    const Game *game = pass->game;
    int points = pass->solution->grid->point_count + 1;
    double open = pass->rounds[round].open;
    for (int type = 0; type < game->type_total; type++) {
        int count = 0;
        double mean = 0;
        for (int point = 0; point < points; point++) {
            if (pass->round_mass[point] == 0) continue;
            double belief = pass->solution->beliefs[(size_t)point * (size_t)game->type_total + (size_t)type];
            sorted[count++] = (BeliefMass){belief, pass->round_mass[point]};
            mean += belief * pass->round_mass[point];
        }
        qsort(sorted, (size_t)count, sizeof *sorted, by_belief);
        pass->beliefs[round * game->type_total + type] =
            (OutlookBelief){mean / open, quantile(sorted, count, open, 0.1), quantile(sorted, count, open, 0.9)};
    }
    for (int rung = 0; rung < pass->situation->rung_total; rung++)
        pass->postures[round * pass->situation->rung_total + rung] /= open; /* NAN where the round never begins */
    memset(pass->round_mass, 0, (size_t)points * sizeof *pass->round_mass);
}

/* ---- Pushing ---- */

static void push_point(Pass *pass, int position, int point, double mass) {
    const Game *game = pass->game;
    const Position *p = &game->positions[position];
    if (p->kind == POSITION_END) {
        note_end(pass, p, mass);
        if (p->outcome == BRINK_DEAL) note_deal(pass, position, point, mass);
        return;
    }
    if (p->step == STEP_FORCE) note_beginning(pass, p, point, mass);
    solution_view_set(pass->view, position, point);
    for (int e = 0; e < p->edge_count; e++) {
        Passage passage = solution_view_edge(pass->view, e);
        double *target = pass->mass + pass->mass_start[game->edges[p->edge_start + e].target];
        if (passage.probability == 0) continue;
        for (int share = 0; share < passage.share_count; share++)
            target[passage.shares[share].point] += mass * passage.probability * passage.shares[share].weight;
        note_edge(pass, p, e, mass * passage.probability);
    }
}

static void push_all(Pass *pass, BeliefMass *sorted) {
    const Game *game = pass->game;
    int open_round = 0;
    for (int i = 0; i < game->position_count; i++) {
        const Position *p = &game->positions[i];
        for (; open_round < p->round - 1; open_round++) close_round(pass, open_round, sorted);
        int points = solve_points(p, pass->solution->grid);
        for (int point = 0; point < points; point++) {
            double mass = pass->mass[pass->mass_start[i] + (size_t)point];
            if (mass > 0) push_point(pass, i, point, mass);
        }
    }
    for (; open_round < game->round_count; open_round++) close_round(pass, open_round, sorted);
}

/* ---- The whole ---- */

static void fill_next(Outlook *outlook) {
    const OutlookRound *first = &outlook->rounds[0];
    double sum = 0;
    for (int outcome = 0; outcome < OUTCOME_COUNT; outcome++) outlook->next[outcome] = first->outcomes[outcome];
    /* an interim counts as agreed: those agreed now, and with one round left the one in force that holds */
    if (outlook->round_count > 1) outlook->next[BRINK_INTERIM] += first->interim_agreed;
    for (int outcome = 0; outcome < OUTCOME_COUNT; outcome++) sum += outlook->next[outcome];
    outlook->next_another_round = outlook->round_count > 1 ? fmax(0, 1 - sum) : 0;
}

/* What each package is worth when signed at the first meeting at today's postures. */
static BrinkStatus settle_drafts(Pass *pass, Arena *arena, Arena *scratch) {
    const Situation *s = pass->situation;
    Settlements *settlements = settlements_new(s, scratch);
    int profiles = pass->game->profile_count;
    if (!settlements) return BRINK_NO_MEMORY;
    for (int draft = 0; draft < s->draft_count; draft++) {
        if (s->draft_kind[draft] == DRAFT_FRAMEWORK) continue;
        double *completion = arena_array(arena, (size_t)profiles, sizeof *completion);
        double *value = arena_array(arena, (size_t)(profiles * s->party_count), sizeof *value);
        if (!completion || !value) return BRINK_NO_MEMORY;
        for (int profile = 0; profile < profiles; profile++) {
            const Settled *settled = settlements_get_draft(settlements, draft, 0, s->now, profile);
            if (!settled) return BRINK_NO_MEMORY;
            completion[profile] = settled->kept;
            memcpy(value + (size_t)(profile * s->party_count), settled->value, (size_t)s->party_count * sizeof *value);
        }
        pass->drafts[draft].completion = completion;
        pass->drafts[draft].value = value;
    }
    return BRINK_OK;
}

static bool prepare(Pass *pass, Arena *arena, Arena *scratch) {
    const Game *game = pass->game;
    const Situation *s = pass->situation;
    size_t total = 0, rounds = (size_t)game->round_count, positions = (size_t)game->position_count;
    pass->mass_start = arena_array(scratch, positions, sizeof *pass->mass_start);
    if (!pass->mass_start) return false;
    for (size_t i = 0; i < positions; i++) {
        pass->mass_start[i] = total;
        total += (size_t)solve_points(&game->positions[i], pass->solution->grid);
    }
    pass->mass = arena_array(scratch, total, sizeof(double));
    pass->round_mass = arena_array(scratch, (size_t)pass->solution->grid->point_count + 1, sizeof(double));
    pass->view = solution_view_new(pass->solution, scratch);
    pass->outlook = arena_alloc(arena, sizeof *pass->outlook);
    pass->drafts = arena_array(arena, (size_t)s->draft_count, sizeof *pass->drafts);
    pass->rounds = arena_array(arena, rounds, sizeof *pass->rounds);
    pass->postures = arena_array(arena, rounds * (size_t)s->rung_total, sizeof(double));
    pass->beliefs = arena_array(arena, rounds * (size_t)s->type_total, sizeof *pass->beliefs);
    return pass->mass && pass->round_mass && pass->view && pass->outlook && pass->drafts && pass->rounds &&
           pass->postures && pass->beliefs;
}

static BrinkStatus finish(Pass *pass, Arena *arena, Arena *scratch) {
    const Game *game = pass->game;
    Outlook *outlook = pass->outlook;
    double *gains = arena_array(arena, (size_t)game->type_total, sizeof *gains);
    if (!gains) return BRINK_NO_MEMORY;
    const double *start = pass->solution->values + pass->solution->value_start[game->start];
    memcpy(gains, start, (size_t)game->type_total * sizeof *gains);
    for (int round = 0; round < game->round_count; round++) {
        pass->rounds[round].postures = pass->postures + round * pass->situation->rung_total;
        pass->rounds[round].beliefs = pass->beliefs + round * game->type_total;
    }
    outlook->gains = gains;
    outlook->drafts = pass->drafts;
    outlook->rounds = pass->rounds;
    outlook->round_count = game->round_count;
    outlook->draft_count = pass->situation->draft_count;
    outlook->type_total = game->type_total;
    outlook->rung_total = pass->situation->rung_total;
    outlook->profile_count = game->profile_count;
    outlook->party_count = game->party_count;
    fill_next(outlook);
    return settle_drafts(pass, arena, scratch);
}

BrinkStatus outlook_new(const Solution *solution, const Situation *situation, Arena *arena, Outlook **result) {
    Pass pass = {.solution = solution, .game = solution->game, .situation = situation};
    Arena *scratch = arena_new();
    BrinkStatus status = BRINK_NO_MEMORY;
    BeliefMass *sorted = NULL;
    if (!scratch || !prepare(&pass, arena, scratch)) goto done;
    sorted = arena_array(scratch, (size_t)solution->grid->point_count + 1, sizeof *sorted);
    if (!sorted) goto done;
    pass.mass[pass.mass_start[pass.game->start]] = 1; /* the start has one point: the starting beliefs */
    push_all(&pass, sorted);
    status = finish(&pass, arena, scratch);
done:
    arena_free(scratch);
    if (status == BRINK_OK) *result = pass.outlook;
    return status;
}
