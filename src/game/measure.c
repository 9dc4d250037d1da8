/* SPDX-License-Identifier: GPL-3.0-or-later
 * How large a game will be, before it is laid out. The layout is the same for every joint posture, so it is laid out
 * for one alone and multiplied. Invariant: takes a moment and some megabytes however large the game is; what it gives
 * is then a lower bound, and says so. */
#include "game/build.h"

#include <math.h>

/* Joint postures of the rungs that are open, attack rungs with them or not; the one held at the start may add one. */
static double joint_postures(const Situation *s, bool with_attacks) {
    double count = 1;
    for (int party = 0; party < s->party_count; party++) {
        int open = 0;
        for (int rung = s->rung_start[party]; rung < s->rung_start[party + 1]; rung++)
            open += s->rung_open[rung] && (with_attacks || !s->attack[rung]);
        count *= open;
    }
    return count;
}

static double profiles(const Situation *s) {
    double count = 1;
    for (int party = 0; party < s->party_count; party++) count *= situation_type_count(s, party);
    return count;
}

/* Probabilities at one belief point of a stage or public choice; `less` actions of each type are left out. */
static double sigma_numbers(const Situation *s, const Position *p, int less) {
    double count = 0;
    for (int party = 0; party < s->party_count; party++) {
        int types = situation_type_count(s, party), open = 0;
        for (int rung = s->rung_start[party]; rung < s->rung_start[party + 1]; rung++) open += s->rung_open[rung];
        if (p->step == STEP_FORCE && open > 1) count += (double)(open - less) * types;
        if (p->step == STEP_ANSWER && s->signs[party])
            count += ((p->draft == DRAFT_NONE ? 2 : 3) - less) * (double)types;
    }
    if (p->step != STEP_TABLE) return count;
    return s->proposer == PROPOSER_ALTERNATING ? (double)(p->edge_count - less) * s->type_total : p->edge_count;
}

typedef struct Counts {
    double positions, edges, stages, point_values, largest;
} Counts;

/* One position of the layout for a single posture stands for those of all. `real` has all rungs open. */
static void add_position(const Situation *real, const Position *p, double postures, Counts *counts) {
    bool is_first = p->step == STEP_FORCE && p->round == 1;
    double times = is_first || (p->step == STEP_END && p->postures < 0) ? 1 : postures;
    double values = real->type_total + (real->proposer == PROPOSER_MEDIATOR);
    bool is_flat = p->step == STEP_BREAKDOWN || (p->step == STEP_END && p->profile_payoff < 0);
    bool is_stage = p->step == STEP_FORCE || p->step == STEP_ANSWER ||
                    (p->step == STEP_TABLE && real->proposer == PROPOSER_ALTERNATING);
    counts->positions += times;
    counts->edges += times * (p->step == STEP_FORCE ? joint_postures(real, true) : p->edge_count);
    counts->stages += is_stage ? times : 0;
    if (is_stage) counts->largest = fmax(counts->largest, sigma_numbers(real, p, 0));
    if (!is_flat) counts->point_values += times * (values + sigma_numbers(real, p, 1));
    if (p->step != STEP_FORCE) return;
    double attacks =
        joint_postures(real, true) - joint_postures(real, false); /* each ends the game in a place of its own */
    counts->positions += times > 0 ? attacks : 0;
}

static double game_bytes(const Situation *s, const Builder *builder, const Counts *counts, double postures) {
    double types = s->type_total + 1, rows = counts->edges + counts->positions;
    double profile_rows = builder->profile_row_count * postures * profiles(s) * (2.0 * s->party_count + 8);
    double growing = 3; /* arrays that double hold up to twice what they need, and are copied once more */
    return growing * (counts->positions * sizeof(Position) + counts->edges * sizeof(Edge)) +
           (rows * types + profile_rows + counts->edges) * sizeof(double);
}

/* The situation with one rung open to each party, the one it holds. */
static bool single_posture(const Situation *s, Arena *arena, Situation *result) {
    bool *open = arena_array(arena, (size_t)s->rung_total, sizeof *open);
    bool *attack = arena_array(arena, (size_t)s->rung_total, sizeof *attack);
    if (!open || !attack) return false;
    for (int party = 0; party < s->party_count; party++) open[s->now[party]] = true;
    *result = *s;
    result->rung_open = open;
    result->attack = attack;
    return true;
}

static bool postures_fit(const Situation *s) {
    double count = 1;
    for (int party = 0; party < s->party_count; party++) count *= situation_rung_count(s, party);
    return count <= 1e6;
}

BrinkStatus game_measure(const Situation *s, GameMeasure *result) {
    Arena *arena = arena_new();
    Situation single;
    Builder builder = {.situation = &single, .arena = arena, .is_measuring = true};
    BrinkStatus status = BRINK_NO_MEMORY;
    bool is_layable = postures_fit(s); /* else posture numbers would overflow: game_compile refuses it too */
    if (!arena || !single_posture(s, arena, &single)) goto done;
    builder.rungs = arena_array(arena, (size_t)s->party_count, sizeof *builder.rungs);
    if (!builder.rungs) goto done;
    if (is_layable) builder_lay_all(&builder);
    if (builder.is_out_of_memory) goto done;
    double postures = joint_postures(s, false);
    Counts counts = {0};
    for (int i = 0; i < builder.position_count; i++) add_position(s, &builder.positions[i], postures, &counts);
    *result = (GameMeasure){counts.positions,    counts.stages,  game_bytes(s, &builder, &counts, postures),
                            counts.point_values, counts.largest, !is_layable || builder.is_too_large};
    status = BRINK_OK;
done:
    builder_forget(&builder);
    arena_free(arena);
    return status;
}
