/* SPDX-License-Identifier: GPL-3.0-or-later
 * What a Gambit tree can hold of a Game: one discount for all, measures in small whole-number ratios, chances that are
 * decimals, and not too many nodes (docs/gambit.md). Invariant: a type of prior 0 is not in the tree and is asked
 * nothing. */
#include "game/efg.h"

#include <math.h>

const char *const efg_step_names[] = {
    [STEP_FORCE] = "force",   [STEP_HAZARD] = "hazard",       [STEP_MEETING] = "meeting", [STEP_TABLE] = "table",
    [STEP_ANSWER] = "answer", [STEP_BREAKDOWN] = "breakdown", [STEP_END] = "end",
};

/* ---- Measures ---- */

/* The smallest whole numbers in the ratio of the measures; false where they are too large or not whole. */
static bool find_ratio(const double *measures, int count, int *copies) {
    double least = INFINITY;
    for (int a = 0; a < count; a++)
        if (measures[a] > 0) least = fmin(least, measures[a]);
    for (int unit = 1; unit <= EFG_COPY_LIMIT; unit++) {
        bool is_whole = true;
        for (int a = 0; a < count && is_whole; a++) {
            double ratio = measures[a] > 0 ? unit * (measures[a] / least) : 0;
            is_whole = ratio < EFG_COPY_LIMIT + 0.5 && fabs(ratio - round(ratio)) <= 1e-9 * ratio;
            copies[a] = is_whole ? (int)round(ratio) : 0;
        }
        if (is_whole) return true;
    }
    return false;
}

static void refuse_measures(const Efg *efg, const Position *p, const char *who) {
    diagnostics_add(efg->diagnostics, DIAGNOSTIC_uneven_measures, span_none(),
                    "shares, and `walk` times the length of the round, must be small whole multiples of one another",
                    "the measures of %s's actions at the step \"%s\" of round %d are in no whole-number ratio up to %d",
                    who, efg_step_names[p->step], p->round, EFG_COPY_LIMIT);
}

static bool check_mover(const Efg *efg, const Position *p, const Mover *mover) {
    const Game *game = efg->game;
    for (int type = game->type_start[mover->party]; type < game->type_start[mover->party + 1]; type++) {
        if (efg->prior_chances[type] == 0) continue;
        int first = mover->measure + (type - game->type_start[mover->party]) * mover->action_count, open = 0;
        for (int a = 0; a < mover->action_count; a++) open += game->measures[first + a] > 0;
        if (open == 0) {
            diagnostics_add(efg->diagnostics, DIAGNOSTIC_no_open_action, span_none(), NULL,
                            "type %s has no open action at the step \"%s\" of round %d", efg->names->types[type],
                            efg_step_names[p->step], p->round);
            return false;
        }
        if (!find_ratio(game->measures + first, mover->action_count, efg->copies + first)) {
            refuse_measures(efg, p, efg->names->types[type]);
            return false;
        }
    }
    return true;
}

/* One position; the first that does not fit is told, the others would say the same again. */
static bool check_measures(const Efg *efg, const Position *p) {
    const Game *game = efg->game;
    for (int m = p->mover_start; m < p->mover_start + p->mover_count; m++)
        if (!check_mover(efg, p, &game->movers[m])) return false;
    if (p->kind == POSITION_PUBLIC &&
        !find_ratio(game->weights + p->edge_start, p->edge_count, efg->public_copies + p->edge_start)) {
        refuse_measures(efg, p, efg->names->public_player);
        return false;
    }
    return true;
}

/* ---- Discounts ---- */

static bool check_discount(const Efg *efg, int row) {
    const Game *game = efg->game;
    const double *discount = game->discounts + (size_t)row * (size_t)(game->type_total + 1);
    int columns = game->type_total + (game->has_public ? 1 : 0);
    for (int k = 1; k < columns; k++) {
        if (fabs(discount[k] - discount[0]) <= 1e-12) continue;
        const char *other = k < game->type_total ? efg->names->types[k] : efg->names->public_player;
        diagnostics_add(efg->diagnostics, DIAGNOSTIC_unequal_patience, span_none(),
                        "give every party, type and a proposing mediator the same `patience`",
                        "a Gambit tree holds one discount for all, but %s has %.6g and %s has %.6g",
                        efg->names->types[0], discount[0], other, discount[k]);
        return false;
    }
    return true;
}

bool efg_survival(const Efg *efg, const Edge *edge, uint64_t chances[2]) {
    double discount = efg_discount(efg, edge), pair[2] = {discount, 1 - discount};
    efg_round_chances(pair, 2, chances);
    return chances[1] > 0;
}

bool efg_check(Efg *efg) {
    const Game *game = efg->game;
    bool is_good = true;
    for (int party = 0; party < game->party_count; party++) {
        int first = game->type_start[party];
        efg_round_chances(game->prior + first, game->type_start[party + 1] - first, efg->prior_chances + first);
    }
    for (int row = 0; row < game->discount_count && is_good; row++) is_good = check_discount(efg, row);
    for (int i = 0; i < game->position_count; i++) {
        const Position *p = &game->positions[i];
        if (p->kind == POSITION_CHANCE)
            efg_round_chances(game->weights + p->edge_start, p->edge_count, efg->chances + p->edge_start);
        else if (!check_measures(efg, p))
            return false;
    }
    return is_good;
}

/* ---- Size ---- */

static double count_edge(const Efg *efg, int e, const double *nodes) {
    const Edge *edge = &efg->game->edges[e];
    uint64_t chances[2];
    return nodes[edge->target] + (efg_survival(efg, edge, chances) ? 2 : 0);
}

/* Chance and public choice: a node where there is more than one way on. */
static double count_ways(const Efg *efg, const Position *p, const double *nodes) {
    double ways = 0, sum = 0;
    for (int e = p->edge_start; e < p->edge_start + p->edge_count; e++) {
        int copies = p->kind == POSITION_PUBLIC ? efg->public_copies[e] : efg->chances[e] > 0;
        ways += copies;
        if (copies > 0) sum += copies * count_edge(efg, e, nodes);
    }
    return sum + (ways > 1);
}

/* A stage: the movers' nodes one below the other, then the joint actions. */
static double count_stage(const Efg *efg, const Position *p, const double *nodes) {
    double ways = 1, sum = 0;
    const Mover *movers = efg->game->movers + p->mover_start;
    for (int m = 0; m < p->mover_count; m++) {
        const int *copies = efg_copies(efg, &movers[m], efg->types[movers[m].party]);
        int own = 0;
        for (int a = 0; a < movers[m].action_count; a++) own += copies[a];
        if (own > 1) sum += ways;
        ways *= own;
    }
    for (int joint = 0; joint < p->edge_count; joint++) {
        double times = 1;
        for (int m = 0; m < p->mover_count && times > 0; m++)
            times *= efg_copies(efg, &movers[m], efg->types[movers[m].party])[game_action(efg->game, p, joint, m)];
        if (times > 0) sum += times * count_edge(efg, p->edge_start + joint, nodes);
    }
    return sum;
}

/* Nodes below the draw of the types, for the profile in efg->types. */
static double count_profile(const Efg *efg, double *nodes) {
    const Game *game = efg->game;
    for (int i = game->position_count - 1; i >= game->start; i--) {
        const Position *p = &game->positions[i];
        if (p->kind == POSITION_END)
            nodes[i] = 1;
        else if (p->kind == POSITION_STAGE)
            nodes[i] = count_stage(efg, p, nodes);
        else
            nodes[i] = count_ways(efg, p, nodes);
    }
    return nodes[game->start];
}

static double count_from_party(Efg *efg, int party, double *nodes) {
    const Game *game = efg->game;
    if (party == game->party_count) return count_profile(efg, nodes);
    double sum = 0, open = 0;
    for (int type = game->type_start[party]; type < game->type_start[party + 1]; type++) {
        if (efg->prior_chances[type] == 0) continue;
        efg->types[party] = type;
        sum += count_from_party(efg, party + 1, nodes);
        open++;
    }
    return sum + (open > 1);
}

double efg_count(Efg *efg, Arena *scratch) {
    const Game *game = efg->game;
    double *nodes = arena_array(scratch, (size_t)game->position_count, sizeof *nodes);
    if (!nodes) return -1;
    for (int i = game->position_count - 1; i >= game->start; i--) { /* heights first, in the same array */
        const Position *p = &game->positions[i];
        nodes[i] = 1;
        for (int e = p->edge_start; e < p->edge_start + p->edge_count; e++)
            nodes[i] = fmax(nodes[i], 1 + nodes[game->edges[e].target]);
    }
    efg->height = (int)nodes[game->start];
    return count_from_party(efg, 0, nodes);
}
