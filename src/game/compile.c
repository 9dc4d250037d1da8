/* SPDX-License-Identifier: GPL-3.0-or-later
 * Situation -> Game: positions are laid out from the start, breadth first, then sorted by round and step, so that every
 * edge leads to a higher number; then the numbers are filled in. Invariant: nothing in the topology depends on a number
 * of the Situation's block. */
#include "game/build.h"

#include <limits.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>

/* ---- Joint postures ---- */

static bool count_postures(const Situation *s, int *count) {
    *count = 1;
    for (int party = 0; party < s->party_count; party++) {
        int rungs = situation_rung_count(s, party);
        if (*count > 1000000 / rungs) return false;
        *count *= rungs;
    }
    return true;
}

static int *list_postures(const Situation *s, int count, Arena *arena) {
    int *rungs = arena_array(arena, (size_t)count * (size_t)s->party_count, sizeof *rungs);
    for (int posture = 0; rungs && posture < count; posture++) {
        int rest = posture;
        for (int party = s->party_count - 1; party >= 0; party--) {
            rungs[posture * s->party_count + party] = s->rung_start[party] + rest % situation_rung_count(s, party);
            rest /= situation_rung_count(s, party);
        }
    }
    return rungs;
}

static int starting_posture(const Situation *s) {
    int index = 0;
    for (int party = 0; party < s->party_count; party++)
        index = index * situation_rung_count(s, party) + s->now[party] - s->rung_start[party];
    return index;
}

/* ---- Layout ---- */

static void lay_end(Builder *builder, int position) {
    Position *p = &builder->positions[position];
    bool is_settled = p->outcome == BRINK_DEAL || p->outcome == BRINK_INTERIM;
    p->type_payoff = builder->type_row_count++;
    if (is_settled || p->arrangement > 0) p->profile_payoff = builder->profile_row_count++;
}

static void lay(Builder *builder, int position) {
    switch (builder->positions[position].step) {
    case STEP_FORCE:
        lay_force(builder, position);
        break;
    case STEP_HAZARD:
        lay_hazard(builder, position);
        break;
    case STEP_MEETING:
        lay_meeting(builder, position);
        break;
    case STEP_TABLE:
        lay_table(builder, position);
        break;
    case STEP_ANSWER:
        lay_answer(builder, position);
        break;
    case STEP_BREAKDOWN:
        lay_breakdown(builder, position);
        break;
    case STEP_END:
        lay_end(builder, position);
        break;
    }
}

void builder_lay_all(Builder *builder) {
    const Situation *s = builder->situation;
    builder->arrangements = calloc(1, sizeof *builder->arrangements); /* arrangement 0: none in force */
    if (!builder->arrangements) {
        builder->is_out_of_memory = true;
        return;
    }
    builder->arrangements[0] = (Arrangement){DRAFT_NONE, 0};
    builder->arrangement_count = builder->arrangement_room = 1;
    int lasts = s->in_force == DRAFT_NONE ? 0 : s->draft_lasts[s->in_force];
    int arrangement = builder_arrangement(builder, s->in_force, lasts, 1);
    builder_position(builder, (Place){1, STEP_FORCE, starting_posture(s), arrangement, DRAFT_NONE, 0});
    for (int i = 0; i < builder->position_count && !builder->is_too_large && !builder->is_out_of_memory; i++)
        lay(builder, i);
}

/* ---- From the Builder to the Game ---- */

static int sort_key(const Position *p) {
    return (p->round - 1) * (STEP_END + 1) + (int)p->step;
}

/* Copies the positions in order of round and step and renumbers the edges' targets. */
static bool adopt_positions(Game *game, const Builder *builder, Arena *arena) {
    int count = builder->position_count, keys = game->round_count * (STEP_END + 1);
    int *number = malloc((size_t)count * sizeof *number), *next = calloc((size_t)keys + 1, sizeof *next);
    game->positions = arena_array(arena, (size_t)count, sizeof *game->positions);
    bool is_good = number && next && game->positions;
    if (is_good) {
        for (int i = 0; i < count; i++) next[sort_key(&builder->positions[i]) + 1]++;
        for (int key = 0; key < keys; key++) next[key + 1] += next[key];
        for (int i = 0; i < count; i++) {
            number[i] = next[sort_key(&builder->positions[i])]++;
            game->positions[number[i]] = builder->positions[i];
        }
        for (int e = 0; e < builder->edge_count; e++) {
            game->edges[e] = builder->edges[e];
            game->edges[e].target = number[builder->edges[e].target];
        }
    }
    free(number);
    free(next);
    return is_good;
}

/* Which positions are worth the same at all beliefs, and at which beliefs the others are needed. */
static void mark_positions(Game *game) {
    for (int i = game->position_count - 1; i >= 0; i--) {
        Position *p = &game->positions[i];
        p->is_flat = p->profile_payoff < 0 && (p->kind == POSITION_END || p->kind == POSITION_CHANCE);
        for (int e = p->edge_start; e < p->edge_start + p->edge_count; e++)
            p->is_flat = p->is_flat && game->positions[game->edges[e].target].is_flat;
    }
    game->positions[game->start].at_start = true;
    for (int i = 0; i < game->position_count; i++) {
        const Position *p = &game->positions[i];
        bool is_choice = false;
        for (int m = p->mover_start; m < p->mover_start + p->mover_count; m++)
            is_choice = is_choice || game->movers[m].action_count > 1;
        for (int e = p->edge_start; e < p->edge_start + p->edge_count; e++) {
            Position *target = &game->positions[game->edges[e].target];
            target->on_grid = target->on_grid || p->on_grid || (p->at_start && is_choice);
            target->at_start = target->at_start || (p->at_start && !is_choice);
        }
    }
}

static bool adopt_kept_rows(Game *game, Arena *arena) {
    int *rows = arena_array(arena, (size_t)game->position_count, sizeof *rows);
    for (int i = 0; rows && i < game->position_count; i++) {
        const Position *p = &game->positions[i];
        bool is_deal = p->kind == POSITION_END && p->outcome == BRINK_DEAL;
        rows[i] = is_deal ? game->kept_row_count++ : -1;
    }
    game->kept_row = rows;
    return rows != NULL;
}

static bool allocate_payoffs(Game *game, Arena *arena) {
    size_t types = (size_t)game->type_total, profiles = (size_t)game->profile_count;
    game->prior = arena_array(arena, types, sizeof(double));
    game->rationality = arena_array(arena, types, sizeof(double));
    game->measures = arena_array(arena, (size_t)game->measure_count, sizeof(double));
    game->weights = arena_array(arena, (size_t)game->edge_count, sizeof(double));
    game->type_rows = arena_array(arena, (size_t)game->type_row_count * (types + 1), sizeof(double));
    game->profile_rows = arena_array(
        arena, (size_t)game->profile_row_count * profiles * (size_t)(game->party_count + 1), sizeof(double));
    game->kept = arena_array(arena, (size_t)game->kept_row_count * profiles, sizeof(double));
    game->discounts = arena_array(arena, (size_t)game->discount_count * (types + 1), sizeof(double));
    return game->prior && game->rationality && game->measures && game->weights && game->type_rows &&
           game->profile_rows && game->kept && game->discounts;
}

Game *game_copy(const Game *game, Arena *arena) {
    size_t columns = (size_t)(game->type_total + 1), profiles = (size_t)game->profile_count;
    Game *copy = arena_alloc(arena, sizeof *copy);
    if (!copy) return NULL;
    *copy = *game;
    if (!allocate_payoffs(copy, arena)) return NULL;
    memcpy(copy->prior, game->prior, (size_t)game->type_total * sizeof(double));
    memcpy(copy->rationality, game->rationality, (size_t)game->type_total * sizeof(double));
    memcpy(copy->measures, game->measures, (size_t)game->measure_count * sizeof(double));
    memcpy(copy->weights, game->weights, (size_t)game->edge_count * sizeof(double));
    memcpy(copy->type_rows, game->type_rows, (size_t)game->type_row_count * columns * sizeof(double));
    memcpy(copy->profile_rows, game->profile_rows,
           (size_t)game->profile_row_count * profiles * (size_t)(game->party_count + 1) * sizeof(double));
    memcpy(copy->kept, game->kept, (size_t)game->kept_row_count * profiles * sizeof(double));
    memcpy(copy->discounts, game->discounts, (size_t)game->discount_count * columns * sizeof(double));
    return copy;
}

static Game *adopt(const Builder *builder, int posture_count, Arena *arena) {
    const Situation *s = builder->situation;
    Game *game = arena_alloc(arena, sizeof *game);
    if (!game) return NULL;
    *game = (Game){
        .party_count = s->party_count,
        .type_total = s->type_total,
        .profile_count = settlement_profile_count(s),
        .type_start = s->type_start,
        .has_public = s->proposer == PROPOSER_MEDIATOR,
        .value_count = s->type_total + (s->proposer == PROPOSER_MEDIATOR),
        .position_count = builder->position_count,
        .edge_count = builder->edge_count,
        .mover_count = builder->mover_count,
        .round_count = s->round_count,
        .posture_count = posture_count,
        .posture_rung = builder->posture_rung,
        .arrangement_count = builder->arrangement_count,
        .type_row_count = builder->type_row_count,
        .profile_row_count = builder->profile_row_count,
        .discount_count = s->round_count + 1,
        .measure_count = builder->measure_count,
    };
    Arrangement *arrangements = arena_array(arena, (size_t)game->arrangement_count, sizeof *arrangements);
    game->edges = arena_array(arena, (size_t)game->edge_count, sizeof *game->edges);
    game->movers = arena_array(arena, (size_t)game->mover_count, sizeof *game->movers);
    if (!arrangements || !game->edges || !game->movers || !adopt_positions(game, builder, arena)) return NULL;
    memcpy(arrangements, builder->arrangements, (size_t)game->arrangement_count * sizeof *arrangements);
    if (game->mover_count) memcpy(game->movers, builder->movers, (size_t)game->mover_count * sizeof *game->movers);
    game->arrangements = arrangements;
    mark_positions(game);
    return adopt_kept_rows(game, arena) && allocate_payoffs(game, arena) ? game : NULL;
}

/* ---- Numbers ---- */

static void fill_discounts(Game *game, const Situation *s) {
    for (int row = 0; row < game->discount_count; row++) {
        double *discount = game->discounts + (size_t)row * (size_t)(game->type_total + 1);
        double length =
            row == 0 ? 0 : s->round_days[row] / s->every[0]; /* row t: entering round t + 1, or the end after T */
        for (int type = 0; type < s->type_total; type++) discount[type] = pow(s->patience[type], length);
        discount[s->type_total] = pow(s->mediator_patience[0], length);
    }
}

static void fill_position(Filler *filler, const Position *p) {
    switch (p->step) {
    case STEP_FORCE:
        fill_force(filler, p);
        break;
    case STEP_HAZARD:
        fill_hazard(filler, p);
        break;
    case STEP_MEETING:
        fill_meeting(filler, p);
        break;
    case STEP_TABLE:
        fill_table(filler, p);
        break;
    case STEP_ANSWER:
        fill_answer(filler, p);
        break;
    case STEP_BREAKDOWN:
        fill_breakdown(filler, p);
        break;
    case STEP_END:
        fill_end(filler, p);
        break;
    }
}

BrinkStatus game_fill(Game *game, const Situation *situation, Arena *scratch) {
    Settlements *settlements = settlements_new(situation, scratch);
    return settlements ? game_fill_with(game, situation, settlements, scratch) : BRINK_NO_MEMORY;
}

BrinkStatus game_fill_with(Game *game, const Situation *situation, Settlements *settlements, Arena *scratch) {
    return fill_steps(game, situation, settlements, GAME_ALL_STEPS, scratch);
}

BrinkStatus fill_steps(Game *game, const Situation *situation, Settlements *settlements, unsigned steps,
                       Arena *scratch) {
    Filler filler = {.game = game, .situation = situation, .settlements = settlements};
    filler.types = arena_array(scratch, (size_t)situation->party_count, sizeof *filler.types);
    filler.attackers = arena_array(scratch, (size_t)situation->party_count, sizeof *filler.attackers);
    filler.accept_costs = arena_array(scratch, (size_t)situation->type_total, sizeof *filler.accept_costs);
    filler.flow_shares = arena_array(scratch, (size_t)situation->type_total, sizeof *filler.flow_shares);
    if (!filler.flow_shares || !filler.accept_costs || !filler.types || !filler.attackers) return BRINK_NO_MEMORY;
    memcpy(game->prior, situation->prior, (size_t)game->type_total * sizeof(double));
    memcpy(game->rationality, situation->rationality, (size_t)game->type_total * sizeof(double));
    game->public_rationality = situation->mediator_rationality[0];
    fill_discounts(game, situation);
    for (int i = 0; i < game->position_count && !filler.is_out_of_memory; i++)
        if (steps >> game->positions[i].step & 1) fill_position(&filler, &game->positions[i]);
    game->settlement_turned = settlements_turned(filler.settlements);
    game->settlement_lost = settlements_lost(filler.settlements);
    return filler.is_out_of_memory ? BRINK_NO_MEMORY : BRINK_OK;
}

/* ---- The whole ---- */

static void refuse_size(BrinkDiagnostics *diagnostics, const Builder *builder) {
    diagnostics_add(diagnostics, DIAGNOSTIC_too_large, span_none(),
                    "fewer rounds, postures, drafts, or interim arrangements of different length make it smaller",
                    "the scenario's game has more than %d positions or %d moves", builder->position_count,
                    builder->edge_count);
}

void builder_forget(Builder *builder) {
    free(builder->positions);
    free(builder->edges);
    free(builder->movers);
    free(builder->arrangements);
    free(builder->table);
}

BrinkStatus game_compile(const Situation *situation, Arena *arena, BrinkDiagnostics *diagnostics, Game **result) {
    Builder builder = {.situation = situation, .arena = arena};
    int posture_count;
    if (!count_postures(situation, &posture_count)) {
        refuse_size(diagnostics, &builder);
        return BRINK_BAD_INPUT;
    }
    BrinkStatus status = BRINK_NO_MEMORY;
    Game *game = NULL;
    builder.posture_rung = list_postures(situation, posture_count, arena);
    builder.rungs = arena_array(arena, (size_t)situation->party_count, sizeof *builder.rungs);
    if (!builder.posture_rung || !builder.rungs) goto done;
    builder_lay_all(&builder);
    if (builder.is_too_large) {
        refuse_size(diagnostics, &builder);
        status = BRINK_BAD_INPUT;
        goto done;
    }
    if (builder.is_out_of_memory) goto done;
    game = adopt(&builder, posture_count, arena);
    if (!game) goto done;
    Arena *scratch = arena_new();
    status = scratch ? game_fill(game, situation, scratch) : BRINK_NO_MEMORY;
    arena_free(scratch);
done:
    builder_forget(&builder);
    if (status == BRINK_OK) *result = game;
    return status;
}

int game_action(const Game *game, const Position *position, int joint, int mover) {
    for (int m = position->mover_count - 1; m > mover; m--)
        joint /= game->movers[position->mover_start + m].action_count;
    return joint % game->movers[position->mover_start + mover].action_count;
}
