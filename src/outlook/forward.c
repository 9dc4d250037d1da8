/* SPDX-License-Identifier: GPL-3.0-or-later
 * The adjoint pass: all mass starts at the prior, or where the history ends, and is pushed forward through the stored
 * choice probabilities, with the interpolation weights of the backward pass transposed (docs/method/outlook.md).
 * Invariant: the mass at a position is complete when the position is reached, because every edge leads to a higher
 * number; so what is read off there sums to 1 over the ends. Passes from several beginnings go together: where an edge
 * leads is the costly part, and the same for all. */
#include "outlook/history.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

typedef struct BeliefMass {
    double belief, mass;
} BeliefMass;

typedef struct Pass {
    const Solution *solution;
    const Game *game;
    const Situation *situation;
    SolutionView *view;
    size_t *mass_start; /* [position] */
    double *masses;     /* [position][point][pass] */
    double *mass;       /* those of this pass, each `stride` from the next */
    size_t stride;      /* number of passes that go together */
    double *flow;       /* [edge of the position][pass]: what has passed it */
    Outlook *outlook;
    OutlookDraft *drafts;
    OutlookRound *rounds;
    double *postures;       /* [round][rung] */
    OutlookBelief *beliefs; /* [round][type] */
    double *round_mass;     /* [grid points + 1] where a round begins */
    Cloud cloud;            /* where the history ends */
    int first_round, open_round;
    double *beginning;                        /* [particle][round] mass with which a round begins at its belief */
    double *gain_mass, *gains, *public_gains; /* [type_total] */
    BeliefMass *sorted;                       /* [grid points + 1 + particles] scratch */
    int impossible;
    BrinkStatus status; /* a pass that is not OK is left behind */
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
static void note_deal(Pass *pass, int position, const double *belief, double mass) {
    const Game *game = pass->game;
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
    return p->draft != DRAFT_NONE && edge == p->edge_count - 1 && pass->situation->draft_kind[p->draft] != DRAFT_FINAL;
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
static void close_round(Pass *pass, int round) {
    const Game *game = pass->game;
    int points = pass->solution->grid->point_count + 1;
    double open = pass->rounds[round].open;
    for (int type = 0; type < game->type_total; type++) {
        int count = 0;
        double mean = 0;
        for (int point = 0; point < points; point++) {
            if (pass->round_mass[point] == 0) continue;
            double belief = pass->solution->beliefs[(size_t)point * (size_t)game->type_total + (size_t)type];
            pass->sorted[count++] = (BeliefMass){belief, pass->round_mass[point]};
            mean += belief * pass->round_mass[point];
        }
        for (int i = 0; i < pass->cloud.count; i++) {
            const Particle *particle = &pass->cloud.particles[i];
            double begun = pass->beginning[i * game->round_count + round];
            if (begun == 0) continue;
            pass->sorted[count++] = (BeliefMass){particle->belief[type], begun};
            mean += particle->belief[type] * begun;
        }
        qsort(pass->sorted, (size_t)count, sizeof *pass->sorted, by_belief);
        pass->beliefs[round * game->type_total + type] = (OutlookBelief){
            mean / open, quantile(pass->sorted, count, open, 0.1), quantile(pass->sorted, count, open, 0.9)};
    }
    for (int rung = 0; rung < pass->situation->rung_total; rung++)
        pass->postures[round * pass->situation->rung_total + rung] /= open; /* NAN where the round never begins */
    memset(pass->round_mass, 0, (size_t)points * sizeof *pass->round_mass);
}

/* ---- Pushing ---- */

static void note_point(Pass *pass, const Position *p, int position, int point, double mass) {
    if (p->step == STEP_FORCE) note_beginning(pass, p, point, mass);
    if (p->kind != POSITION_END) return;
    note_end(pass, p, mass);
    if (p->outcome == BRINK_DEAL) note_deal(pass, position, solution_view_belief(pass->view, position, point), mass);
}

static double *mass_at(const Pass *pass, int position, int point) {
    return pass->mass + (pass->mass_start[position] + (size_t)point) * pass->stride;
}

/* Passes the masses of all passes, side by side, along an edge to the points that share it, and adds them to `flow`. */
static void push_edge(const double *restrict mass, const Passage *passage, size_t stride, double *restrict flow,
                      double *restrict target) {
    for (size_t i = 0; i < stride; i++) flow[i] += mass[i] * passage->probability;
    for (int share = 0; share < passage->share_count; share++) {
        double *restrict row = target + (size_t)passage->shares[share].point * stride;
        double weight = passage->probability * passage->shares[share].weight;
        for (size_t i = 0; i < stride; i++) row[i] += mass[i] * weight;
    }
}

static void push_point(Pass *const *passes, int count, int position, int point) {
    const Pass *first = passes[0];
    const Position *p = &first->game->positions[position];
    size_t stride = first->stride;
    const double *masses = first->masses + (first->mass_start[position] + (size_t)point) * stride;
    for (int i = 0; i < count; i++) {
        double mass = *mass_at(passes[i], position, point);
        if (mass > 0) note_point(passes[i], p, position, point, mass);
    }
    if (p->kind == POSITION_END) return;
    solution_view_set(first->view, position, point);
    for (int e = 0; e < p->edge_count; e++) {
        Passage passage = solution_view_edge(first->view, e);
        if (passage.probability == 0) continue;
        size_t target = first->mass_start[first->game->edges[p->edge_start + e].target] * stride;
        push_edge(masses, &passage, stride, first->flow + (size_t)e * stride, first->masses + target);
    }
}

/* What has passed the edges of a position, over all its points. */
static void note_edges(Pass *const *passes, int count, const Position *p) {
    for (int i = 0; i < count; i++) {
        const double *flow = passes[i]->flow + (passes[i]->mass - passes[i]->masses);
        for (int e = 0; e < p->edge_count; e++) note_edge(passes[i], p, e, flow[(size_t)e * passes[i]->stride]);
    }
}

static void close_rounds(Pass *const *passes, int count, int next) {
    for (int i = 0; i < count; i++)
        for (; passes[i]->open_round < next; passes[i]->open_round++) close_round(passes[i], passes[i]->open_round);
}

static bool has_mass(Pass *const *passes, int count, int position, int point) {
    for (int i = 0; i < count; i++)
        if (*mass_at(passes[i], position, point) > 0) return true;
    return false;
}

static void push_all(Pass *const *passes, int count) {
    const Game *game = passes[0]->game;
    for (int position = 0; position < game->position_count; position++) {
        const Position *p = &game->positions[position];
        int points = solve_points(p, passes[0]->solution->grid);
        close_rounds(passes, count, p->round - 1);
        memset(passes[0]->flow, 0, (size_t)p->edge_count * passes[0]->stride * sizeof(double));
        for (int point = 0; point < points; point++)
            if (has_mass(passes, count, position, point)) push_point(passes, count, position, point);
        note_edges(passes, count, p);
    }
    close_rounds(passes, count, game->round_count);
}

/* ---- From where the history ends ---- */

/* A round begins at the belief of a particle. */
static void begin_round(Pass *pass, int index, int round, double mass) {
    pass->beginning[index * pass->game->round_count + round - 1] += mass;
    pass->rounds[round - 1].open += mass;
}

/* A particle (the index'th of the cloud, or what has become of it) goes on at its own belief until somebody has chosen,
 * into the next round where a meeting is not held; from there on the grid carries it. */
static void push_particle(Pass *pass, int index, const Particle *particle, Arena *scratch) {
    const Game *game = pass->game;
    const Position *p = &game->positions[particle->position];
    if (p->kind == POSITION_END) {
        note_end(pass, p, particle->mass);
        if (p->outcome == BRINK_DEAL) note_deal(pass, particle->position, particle->belief, particle->mass);
        return;
    }
    if (p->step == STEP_FORCE) begin_round(pass, index, p->round, particle->mass);
    for (int e = 0; e < p->edge_count; e++) {
        if (!particle_set(pass->view, pass->solution, particle)) pass->status = BRINK_NOT_SOLVED;
        Particle next = particle_next(pass->view, pass->solution, particle, e, scratch);
        if (next.mass == 0) continue;
        note_edge(pass, p, e, next.mass);
        if (next.belief == particle->belief) {
            push_particle(pass, index, &next, scratch);
            continue;
        }
        Passage passage = solution_view_edge(pass->view, e);
        for (int share = 0; share < passage.share_count; share++)
            *mass_at(pass, next.position, passage.shares[share].point) += next.mass * passage.shares[share].weight;
    }
}

/* A history that ends within a round: it has begun, with its postures chosen. */
static void begin_particle(Pass *pass, int index) {
    const Particle *particle = &pass->cloud.particles[index];
    const Position *p = &pass->game->positions[particle->position];
    if (p->step == STEP_FORCE) return; /* seen when it is pushed */
    begin_round(pass, index, p->round, particle->mass);
    for (int party = 0; p->postures >= 0 && party < pass->game->party_count; party++)
        pass->postures[(p->round - 1) * pass->situation->rung_total + game_rungs(pass->game, p->postures)[party]] +=
            particle->mass;
}

/* What the outlook is worth to each type where it starts: expected over the positions as that type weighs them; one
 * that the others hold to be impossible is given the public weights. */
static void add_gains(Pass *pass, const Particle *particle, double *value) {
    particle_set(pass->view, pass->solution, particle);
    solution_view_value(pass->view, value);
    for (int type = 0; type < pass->game->type_total; type++) {
        pass->gain_mass[type] += particle->mass * particle->belief[type];
        pass->gains[type] += particle->mass * particle->belief[type] * value[type];
        pass->public_gains[type] += particle->mass * value[type];
    }
}

static bool begin(Pass *pass, Arena *scratch) {
    const Game *game = pass->game;
    double *value = arena_array(scratch, (size_t)game->value_count, sizeof *value);
    pass->beginning = arena_array(scratch, (size_t)pass->cloud.count * (size_t)game->round_count, sizeof(double));
    if (!value || !pass->beginning) return false;
    pass->first_round = game->round_count - 1;
    for (int i = 0; i < pass->cloud.count; i++) {
        const Particle *particle = &pass->cloud.particles[i];
        const Position *p = &game->positions[particle->position];
        if (p->round - 1 < pass->first_round) pass->first_round = p->round - 1;
        begin_particle(pass, i);
        add_gains(pass, particle, value);
        if (particle->is_start)
            *mass_at(pass, particle->position, p->is_flat ? 0 : solve_points(p, pass->solution->grid) - 1) +=
                particle->mass;
        else
            push_particle(pass, i, particle, scratch);
    }
    pass->open_round = pass->first_round;
    for (int type = 0; type < game->type_total; type++)
        pass->gains[type] =
            pass->gain_mass[type] > 0 ? pass->gains[type] / pass->gain_mass[type] : pass->public_gains[type];
    return true;
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

/* What each package is worth when signed at the next meeting at today's postures. */
static BrinkStatus settle_drafts(Pass *pass, const int *postures, Arena *arena, Arena *scratch) {
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
            const Settled *settled = settlements_get_draft(settlements, draft, pass->first_round, postures, profile);
            if (!settled) return BRINK_NO_MEMORY;
            completion[profile] = settled->kept;
            memcpy(value + (size_t)(profile * s->party_count), settled->value, (size_t)s->party_count * sizeof *value);
        }
        pass->drafts[draft].completion = completion;
        pass->drafts[draft].value = value;
    }
    return BRINK_OK;
}

static bool prepare_shared(Pass *shared, Arena *scratch) {
    const Game *game = shared->game;
    size_t total = 0, positions = (size_t)game->position_count, edges = 1;
    shared->view = solution_view_new(shared->solution, scratch);
    shared->mass_start = arena_array(scratch, positions, sizeof *shared->mass_start);
    if (!shared->view || !shared->mass_start) return false;
    for (size_t i = 0; i < positions; i++) {
        shared->mass_start[i] = total;
        total += (size_t)solve_points(&game->positions[i], shared->solution->grid);
        if ((size_t)game->positions[i].edge_count > edges) edges = (size_t)game->positions[i].edge_count;
    }
    shared->masses = arena_array(scratch, total * shared->stride, sizeof(double));
    shared->flow = arena_array(scratch, edges * shared->stride, sizeof(double));
    return shared->masses && shared->flow;
}

static bool prepare(Pass *pass, Arena *arena, Arena *scratch) {
    const Situation *s = pass->situation;
    size_t rounds = (size_t)pass->game->round_count, points = (size_t)pass->solution->grid->point_count + 1;
    pass->round_mass = arena_array(scratch, points, sizeof(double));
    pass->sorted = arena_array(scratch, points + (size_t)pass->cloud.count, sizeof *pass->sorted);
    pass->drafts = arena_array(arena, (size_t)s->draft_count, sizeof *pass->drafts);
    pass->rounds = arena_array(arena, rounds, sizeof *pass->rounds);
    pass->postures = arena_array(arena, rounds * (size_t)s->rung_total, sizeof(double));
    pass->beliefs = arena_array(arena, rounds * (size_t)s->type_total, sizeof *pass->beliefs);
    pass->gains = arena_array(arena, (size_t)s->type_total, sizeof(double));
    pass->public_gains = arena_array(scratch, (size_t)s->type_total, sizeof(double));
    pass->gain_mass = arena_array(scratch, (size_t)s->type_total, sizeof(double));
    return pass->round_mass && pass->sorted && pass->drafts && pass->rounds && pass->postures && pass->beliefs &&
           pass->gains && pass->gain_mass && pass->public_gains;
}

/* Likeliest rungs held where the outlook starts; today's where the talks are over. */
static void likeliest_postures(const Pass *pass, double *mass, int *rungs) {
    const Situation *s = pass->situation;
    for (int i = 0; i < pass->cloud.count; i++) {
        const Position *p = &pass->game->positions[pass->cloud.particles[i].position];
        for (int party = 0; p->postures >= 0 && party < s->party_count; party++)
            mass[game_rungs(pass->game, p->postures)[party]] += pass->cloud.particles[i].mass;
    }
    for (int party = 0; party < s->party_count; party++) {
        rungs[party] = s->now[party];
        for (int rung = s->rung_start[party]; rung < s->rung_start[party + 1]; rung++)
            if (mass[rung] > mass[rungs[party]]) rungs[party] = rung;
    }
}

static int likeliest_arrangement(const Pass *pass) {
    const Particle *best = &pass->cloud.particles[0];
    for (int i = 1; i < pass->cloud.count; i++)
        if (pass->cloud.particles[i].mass > best->mass) best = &pass->cloud.particles[i];
    return pass->game->arrangements[pass->game->positions[best->position].arrangement].draft;
}

static BrinkStatus finish(Pass *pass, Arena *arena, Arena *scratch) {
    const Game *game = pass->game;
    Outlook *outlook = pass->outlook;
    double *beliefs = arena_array(arena, (size_t)game->type_total, sizeof *beliefs);
    double *mass = arena_array(scratch, (size_t)pass->situation->rung_total, sizeof *mass);
    int *postures = arena_array(arena, (size_t)game->party_count, sizeof *postures);
    if (!beliefs || !mass || !postures) return BRINK_NO_MEMORY;
    memcpy(beliefs, pass->gain_mass, (size_t)game->type_total * sizeof *beliefs);
    likeliest_postures(pass, mass, postures);
    for (int round = 0; round < game->round_count; round++) {
        pass->rounds[round].postures = pass->postures + round * pass->situation->rung_total;
        pass->rounds[round].beliefs = pass->beliefs + round * game->type_total;
    }
    outlook->gains = pass->gains;
    outlook->beliefs = beliefs;
    outlook->postures = postures;
    outlook->in_force = likeliest_arrangement(pass);
    outlook->drafts = pass->drafts;
    outlook->first_round = pass->first_round;
    outlook->rounds = pass->rounds + pass->first_round;
    outlook->round_count = game->round_count - pass->first_round;
    outlook->draft_count = pass->situation->draft_count;
    outlook->type_total = game->type_total;
    outlook->rung_total = pass->situation->rung_total;
    outlook->profile_count = game->profile_count;
    outlook->party_count = game->party_count;
    fill_next(outlook);
    return settle_drafts(pass, postures, arena, scratch);
}

/* Conditions on the history and puts the mass where it ends. */
static BrinkStatus start_pass(Pass *pass, HistoryChoice choice, Arena *arena, Arena *scratch) {
    pass->outlook = arena_alloc(arena, sizeof *pass->outlook);
    if (!pass->outlook) return BRINK_NO_MEMORY;
    BrinkStatus status = history_follow(pass->solution, pass->situation, choice, scratch, &pass->cloud,
                                        &pass->outlook->likelihood, &pass->impossible);
    if (status != BRINK_OK) return status;
    if (!prepare(pass, arena, scratch) || !begin(pass, scratch)) return BRINK_NO_MEMORY;
    return pass->status;
}

/* `live` [count]: the passes of which the history can be. */
static BrinkStatus run_passes(Pass *passes, const HistoryChoice *choices, int count, Pass **live, Arena *arena,
                              Arena *scratch) {
    int live_count = 0;
    for (int i = 0; i < count; i++) {
        passes[i].status = start_pass(&passes[i], choices[i], arena, scratch);
        if (passes[i].status == BRINK_NO_MEMORY) return BRINK_NO_MEMORY;
        if (passes[i].status == BRINK_OK) live[live_count++] = &passes[i];
    }
    if (live_count > 0) push_all(live, live_count);
    for (int i = 0; i < live_count; i++)
        if (finish(live[i], arena, scratch) != BRINK_OK) return BRINK_NO_MEMORY;
    return BRINK_OK;
}

static BrinkStatus run(const Pass *shared, const HistoryChoice *choices, int count, Arena *arena, Arena *scratch,
                       OutlookAfter *results) {
    Pass first = *shared, *passes = arena_array(scratch, (size_t)count, sizeof *passes);
    Pass **live = arena_array(scratch, (size_t)count, sizeof(Pass *));
    if (!passes || !live || !prepare_shared(&first, scratch)) return BRINK_NO_MEMORY;
    for (int i = 0; i < count; i++) {
        passes[i] = first;
        passes[i].mass = first.masses + i;
    }
    BrinkStatus status = run_passes(passes, choices, count, live, arena, scratch);
    for (int i = 0; i < count && status == BRINK_OK; i++)
        results[i] = (OutlookAfter){passes[i].status, passes[i].impossible, passes[i].outlook};
    return status;
}

BrinkStatus outlook_after_each(const Solution *solution, const Situation *situation, const HistoryChoice *choices,
                               int count, Arena *arena, OutlookAfter *results) {
    Pass shared = {.solution = solution, .game = solution->game, .situation = situation, .stride = (size_t)count};
    Arena *scratch = arena_new();
    BrinkStatus status = scratch ? run(&shared, choices, count, arena, scratch, results) : BRINK_NO_MEMORY;
    arena_free(scratch);
    return status;
}

BrinkStatus outlook_after(const Solution *solution, const Situation *situation, HistoryChoice choice, Arena *arena,
                          int *impossible, Outlook **result) {
    OutlookAfter after = {.impossible = -1};
    BrinkStatus status = outlook_after_each(solution, situation, &choice, 1, arena, &after);
    if (status != BRINK_OK) return status;
    if (after.status == BRINK_OK) *result = after.outlook;
    *impossible = after.impossible;
    return after.status;
}

BrinkStatus outlook_new(const Solution *solution, const Situation *situation, Arena *arena, Outlook **result) {
    int impossible;
    return outlook_after(solution, situation, (HistoryChoice){situation->history_count, -1, -1}, arena, &impossible,
                         result);
}
