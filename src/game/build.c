/* SPDX-License-Identifier: GPL-3.0-or-later
 * The Builder: positions by place, edges and movers in growing arrays. Invariant: the edges, and the movers, of one
 * position are consecutive, because a position is laid out in one go. */
#include "game/build.h"

#include <limits.h>
#include <stdlib.h>
#include <string.h>

enum { POSITION_LIMIT = 8000000, EDGE_LIMIT = 200000000, MEASURED_POSITION_LIMIT = 200000 };

/* Makes room for one more; false (and a sticky flag) where the game is too large or memory is short. */
static bool make_room(Builder *builder, void **array, int count, int *room, size_t size, int limit) {
    if (builder->is_too_large || builder->is_out_of_memory) return false;
    if (count < *room) return true;
    if (count >= limit) {
        builder->is_too_large = true;
        return false;
    }
    int larger = *room ? 2 * *room : 256;
    void *moved = realloc(*array, (size_t)larger * size);
    if (!moved) {
        builder->is_out_of_memory = true;
        return false;
    }
    *array = moved;
    *room = larger;
    return true;
}

static Place place_of(const Position *p) {
    int ending = p->kind == POSITION_END ? (int)p->outcome + OUTCOME_COUNT * (int)p->conflict : 0;
    return (Place){p->round, p->step, p->postures, p->arrangement, p->draft, ending};
}

static uint32_t hash_place(Place place) {
    uint32_t hash = 2166136261u;
    const int words[] = {place.round, place.step, place.postures, place.arrangement, place.draft, place.ending};
    for (size_t i = 0; i < sizeof words / sizeof *words; i++)
        hash = (hash ^ (uint32_t)words[i]) * 0x9E3779B1u, hash ^= hash >> 15;
    return hash;
}

static bool is_place(const Position *p, Place place) {
    Place own = place_of(p);
    return memcmp(&own, &place, sizeof own) == 0;
}

/* Doubles the table before it is more than half full. */
static bool grow_table(Builder *builder) {
    if (2 * (builder->position_count + 1) <= builder->table_room) return true;
    int room = builder->table_room ? 2 * builder->table_room : 1024;
    int *table = calloc((size_t)room, sizeof *table);
    if (!table) {
        builder->is_out_of_memory = true;
        return false;
    }
    for (int i = 0; i < builder->position_count; i++) {
        uint32_t at = hash_place(place_of(&builder->positions[i])) & (uint32_t)(room - 1);
        while (table[at]) at = (at + 1) & (uint32_t)(room - 1);
        table[at] = i + 1;
    }
    free(builder->table);
    builder->table = table;
    builder->table_room = room;
    return true;
}

static const PositionKind kind_of_step[] = {
    [STEP_FORCE] = POSITION_STAGE,  [STEP_HAZARD] = POSITION_CHANCE, [STEP_MEETING] = POSITION_CHANCE,
    [STEP_TABLE] = POSITION_PUBLIC, [STEP_ANSWER] = POSITION_STAGE,  [STEP_BREAKDOWN] = POSITION_CHANCE,
    [STEP_END] = POSITION_END,
};

int builder_position(Builder *builder, Place place) {
    if (!grow_table(builder)) return 0;
    uint32_t mask = (uint32_t)(builder->table_room - 1), at = hash_place(place) & mask;
    for (; builder->table[at]; at = (at + 1) & mask)
        if (is_place(&builder->positions[builder->table[at] - 1], place)) return builder->table[at] - 1;
    if (!make_room(builder, (void **)&builder->positions, builder->position_count, &builder->position_room,
                   sizeof *builder->positions, builder->is_measuring ? MEASURED_POSITION_LIMIT : POSITION_LIMIT))
        return 0;
    builder->positions[builder->position_count] = (Position){
        .kind = kind_of_step[place.step],
        .step = (Step)place.step,
        .round = place.round,
        .postures = place.postures,
        .arrangement = place.arrangement,
        .draft = place.draft,
        .outcome = (BrinkOutcome)(place.ending % OUTCOME_COUNT),
        .conflict = (ConflictKind)(place.ending / OUTCOME_COUNT),
        .type_payoff = -1,
        .profile_payoff = -1,
    };
    builder->table[at] = ++builder->position_count;
    return builder->position_count - 1;
}

void builder_edge(Builder *builder, int position, Edge edge) {
    if (builder->is_measuring) {
        builder->positions[position].edge_count++;
        return;
    }
    if (!make_room(builder, (void **)&builder->edges, builder->edge_count, &builder->edge_room, sizeof edge,
                   EDGE_LIMIT))
        return;
    Position *p = &builder->positions[position];
    if (p->edge_count++ == 0) p->edge_start = builder->edge_count;
    builder->edges[builder->edge_count++] = edge;
}

void builder_mover(Builder *builder, int position, int party, int action_count) {
    if (builder->is_measuring) return;
    if (!make_room(builder, (void **)&builder->movers, builder->mover_count, &builder->mover_room,
                   sizeof *builder->movers, POSITION_LIMIT))
        return;
    Position *p = &builder->positions[position];
    if (p->mover_count++ == 0) p->mover_start = builder->mover_count;
    builder->movers[builder->mover_count++] = (Mover){party, action_count, builder->measure_count};
    int measures = action_count * situation_type_count(builder->situation, party);
    if (builder->measure_count > INT_MAX - measures)
        builder->is_too_large = true;
    else
        builder->measure_count += measures;
}

int builder_arrangement(Builder *builder, int draft, int remaining, int round) {
    const Situation *s = builder->situation;
    if (draft == DRAFT_NONE || remaining < 0) return 0;
    /* what lasts beyond the last round is all the same */
    if (remaining > s->round_count - round + 1 || s->draft_kind[draft] == DRAFT_FRAMEWORK) remaining = 0;
    for (int i = 0; i < builder->arrangement_count; i++)
        if (builder->arrangements[i].draft == draft && builder->arrangements[i].remaining == remaining) return i;
    if (!make_room(builder, (void **)&builder->arrangements, builder->arrangement_count, &builder->arrangement_room,
                   sizeof *builder->arrangements, POSITION_LIMIT))
        return 0;
    builder->arrangements[builder->arrangement_count] = (Arrangement){draft, remaining};
    return builder->arrangement_count++;
}

int builder_end(Builder *builder, int round, int postures, int arrangement, int draft, BrinkOutcome outcome,
                ConflictKind conflict) {
    return builder_position(
        builder, (Place){round, STEP_END, postures, arrangement, draft, (int)outcome + OUTCOME_COUNT * (int)conflict});
}

/* The arrangement of the round after this one. */
static int following_arrangement(Builder *builder, int round, int arrangement, int agreed) {
    const Situation *s = builder->situation;
    if (agreed != DRAFT_NONE) return builder_arrangement(builder, agreed, s->draft_lasts[agreed], round + 1);
    Arrangement now = builder->arrangements[arrangement];
    if (now.draft == DRAFT_NONE || now.remaining == 0) return arrangement;
    return builder_arrangement(builder, now.draft, now.remaining > 1 ? now.remaining - 1 : -1, round + 1);
}

Edge builder_next_round(Builder *builder, int round, int postures, int arrangement, int agreed) {
    const Situation *s = builder->situation;
    int following = following_arrangement(builder, round, arrangement, agreed);
    Edge edge = {.payoff = -1, .discount = round};
    if (round < s->round_count)
        edge.target = builder_position(builder, (Place){round + 1, STEP_FORCE, postures, following, DRAFT_NONE, 0});
    else if (interim_in_force(s, &builder->arrangements[following]) != DRAFT_NONE)
        edge.target = builder_end(builder, round, postures, following, DRAFT_NONE, BRINK_INTERIM, CONFLICT_NONE);
    else
        edge.target = builder_end(builder, round, -1, 0, DRAFT_NONE, BRINK_LAPSE, CONFLICT_NONE);
    return edge;
}
