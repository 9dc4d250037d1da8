/* SPDX-License-Identifier: GPL-3.0-or-later
 * Game -> Gambit .efg tree (docs/gambit.md; model 9, last paragraph). Chance draws the types first; then the public
 * history unfolds once per type profile. A stage is one node per mover in sequence; an information set belongs to what
 * one type has seen (EfgViews), so that what is chosen at once, and the others' types, stay hidden. Invariant: at depth
 * d the arrays payoffs, seen and taken hold row d for every player of the path now being written. */
#include "game/efg.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

/* ---- Views ---- */

static bool grow_slots(EfgViews *views) {
    if (2 * (views->count + 1) < views->slot_count) return true;
    int slots = views->slot_count ? 2 * views->slot_count : 4096;
    uint64_t *keys = calloc((size_t)slots, sizeof *keys);
    int *targets = calloc((size_t)slots, sizeof *targets);
    if (!keys || !targets) {
        free(keys);
        free(targets);
        return false;
    }
    for (int i = 0; i < views->slot_count; i++) {
        if (!views->keys[i]) continue;
        uint64_t at = (views->keys[i] * UINT64_C(0x9E3779B97F4A7C15)) >> 32;
        while (keys[at & (uint64_t)(slots - 1)]) at++;
        keys[at & (uint64_t)(slots - 1)] = views->keys[i];
        targets[at & (uint64_t)(slots - 1)] = views->targets[i];
    }
    free(views->keys);
    free(views->targets);
    views->keys = keys;
    views->targets = targets;
    views->slot_count = slots;
    return true;
}

/* A new view without an information set; 0 when memory is short. */
static int add_view(EfgViews *views) {
    if (views->is_out_of_memory) return 0;
    if (views->count + 1 >= views->room) {
        int room = views->room ? 2 * views->room : 1024;
        int *moved = realloc(views->infosets, (size_t)room * sizeof *moved);
        if (!moved) {
            views->is_out_of_memory = true;
            return 0;
        }
        memset(moved + views->room, 0, (size_t)(room - views->room) * sizeof *moved);
        views->infosets = moved;
        views->room = room;
    }
    return ++views->count;
}

/* What a view becomes after an edge was taken, with this copy of the viewer's own action (0: it took none, or has but
 * one). */
static int step_view(EfgViews *views, int view, int edge, int copy) {
    if (view == 0 || !grow_slots(views)) {
        views->is_out_of_memory = true;
        return 0;
    }
    uint64_t key = ((uint64_t)view << 32) | ((uint64_t)edge * (EFG_COPY_LIMIT + 1) + (uint64_t)copy);
    uint64_t at = (key * UINT64_C(0x9E3779B97F4A7C15)) >> 32, mask = (uint64_t)(views->slot_count - 1);
    for (; views->keys[at & mask]; at++)
        if (views->keys[at & mask] == key) return views->targets[at & mask];
    int target = add_view(views);
    if (target == 0) return 0;
    views->keys[at & mask] = key;
    views->targets[at & mask] = target;
    return target;
}

static void forget_views(EfgViews *views) {
    free(views->keys);
    free(views->targets);
    free(views->infosets);
}

/* ---- Payoffs ---- */

static double *payoffs_at(const Efg *efg, int depth) {
    return efg->payoffs + (size_t)depth * (size_t)efg->player_count;
}

static void add_type_row(const Efg *efg, int row, double *payoffs) {
    if (row < 0) return;
    const Game *game = efg->game;
    const double *points = game->type_rows + (size_t)row * (size_t)(game->type_total + 1);
    for (int party = 0; party < game->party_count; party++) payoffs[party] += points[efg->types[party]];
    if (game->has_public) payoffs[game->party_count] += points[game->type_total];
}

static void add_profile_row(const Efg *efg, int row, double *payoffs) {
    if (row < 0) return;
    const Game *game = efg->game;
    size_t at = (size_t)row * (size_t)game->profile_count + (size_t)efg->profile;
    const double *points = game->profile_rows + at * (size_t)(game->party_count + 1);
    for (int player = 0; player < efg->player_count; player++) payoffs[player] += points[player];
}

/* ---- Nodes ---- */

static void add_draft(Efg *efg, int draft) {
    if (draft == DRAFT_NONE)
        efg_add(&efg->text, "adjourn");
    else if (efg->names->drafts)
        efg_add_name(&efg->text, efg->names->drafts[draft]);
    else
        efg_add(&efg->text, "draft%d", draft);
}

/* The name of what the edge decides, for a party at a stage or for the public player. */
static void add_action(Efg *efg, const Position *p, const Edge *edge, int party, int action) {
    static const char *const answers[] = {"hold", "walk", "accept"};
    const Game *game = efg->game;
    if (p->step == STEP_ANSWER && action <= ANSWER_ACCEPT)
        efg_add(&efg->text, "%s", answers[action]);
    else if (p->step == STEP_TABLE)
        add_draft(efg, edge->decision);
    else if (p->step == STEP_FORCE && efg->names->rungs)
        efg_add_name(&efg->text, efg->names->rungs[game_rungs(game, edge->decision)[party]]);
    else
        efg_add(&efg->text, "%d", action);
}

/* An action's label, once per copy. */
static void add_copies(Efg *efg, const Position *p, const Edge *edge, int party, int action, int copies) {
    for (int copy = 1; copy <= copies; copy++) {
        efg_add(&efg->text, " \"");
        add_action(efg, p, edge, party, action);
        if (copies > 1) efg_add(&efg->text, ".%d", copy);
        efg_add(&efg->text, "\"");
    }
}

/* Opens a personal node; the caller adds the actions and " } 0\n". `type` is NULL for the public player. */
static void open_choice(Efg *efg, const Position *p, int player, const char *type, int depth) {
    int view = efg->seen[(size_t)depth * (size_t)efg->player_count + (size_t)player];
    if (view == 0) return; /* memory is short */
    int *infoset = &efg->views.infosets[view];
    if (*infoset == 0) *infoset = ++efg->infoset_count[player];
    efg_add(&efg->text, "p \"\" %d %d \"", player + 1, *infoset);
    if (type) {
        efg_add_name(&efg->text, type);
        efg_add(&efg->text, ", ");
    }
    efg_add(&efg->text, "round %d %s", p->round, efg_step_names[p->step]);
    if (p->step == STEP_ANSWER) {
        efg_add(&efg->text, " ");
        add_draft(efg, p->draft);
    }
    efg_add(&efg->text, " #%d\" {", *infoset); /* labels are unique within a player */
}

/* Opens a chance node; the caller adds the branches and " } 0\n". */
static void open_chance(Efg *efg, int round, const char *what) {
    efg->chance_count++;
    efg_add(&efg->text, "c \"\" %d \"round %d %s #%d\" {", efg->chance_count, round, what, efg->chance_count);
}

static void add_branch(Efg *efg, const char *label, uint64_t chance) {
    efg_add(&efg->text, " \"%s\" ", label);
    efg_add_chance(&efg->text, chance);
}

static void close_terminal(Efg *efg, int round, const double *payoffs) {
    const Game *game = efg->game;
    efg_add(&efg->text, " round %d #%d\" {", round, efg->outcome_count);
    for (int player = 0; player < efg->player_count; player++) {
        bool is_party = player < game->party_count;
        double scaled = payoffs[player] * (is_party ? game->rationality[efg->types[player]] : game->public_rationality);
        if (!isfinite(scaled)) efg->is_not_finite = true;
        efg_add(&efg->text, player ? ", " : " ");
        efg_add_number(&efg->text, scaled);
    }
    efg_add(&efg->text, " }\n");
}

/* Opens a terminal node with an outcome of its own, because payoffs gather along the path. */
static void open_terminal(Efg *efg) {
    efg->outcome_count++;
    efg_add(&efg->text, "t \"\" %d \"", efg->outcome_count);
}

static void add_end(Efg *efg, const Position *p, const double *payoffs) {
    static const char *const outcomes[] = {"deal/", "interim/", "lapse", "collapse", "conflict"};
    static const char *const conflicts[] = {"", "/chosen", "/inadvertent", "/after-collapse"};
    open_terminal(efg);
    efg_add(&efg->text, "%s", outcomes[p->outcome]);
    if (p->outcome == BRINK_DEAL) add_draft(efg, p->draft);
    if (p->outcome == BRINK_INTERIM) add_draft(efg, efg->game->arrangements[p->arrangement].draft);
    if (p->outcome == BRINK_CONFLICT) efg_add(&efg->text, "%s", conflicts[p->conflict]);
    close_terminal(efg, p->round, payoffs);
}

/* ---- The walk ---- */

static void visit(Efg *efg, int position, int depth);

/* Takes an edge: payoffs and views move on, and where the future is discounted the game may stop with what has been
 * gathered. */
static void follow(Efg *efg, const Position *p, int e, int depth) {
    const Edge *edge = &efg->game->edges[e];
    size_t players = (size_t)efg->player_count, from = (size_t)depth * players, to = from + players;
    memcpy(efg->payoffs + to, efg->payoffs + from, players * sizeof *efg->payoffs);
    add_type_row(efg, edge->payoff, efg->payoffs + to);
    for (size_t player = 0; player < players; player++)
        efg->seen[to + player] = step_view(&efg->views, efg->seen[from + player], e, efg->taken[from + player]);
    uint64_t chances[2];
    if (efg_survival(efg, edge, chances)) {
        open_chance(efg, p->round, "patience");
        add_branch(efg, "stops", chances[1]);
        add_branch(efg, "goes on", chances[0]);
        efg_add(&efg->text, " } 0\n");
        open_terminal(efg);
        efg_add(&efg->text, "stops");
        close_terminal(efg, p->round, efg->payoffs + to);
    }
    visit(efg, edge->target, depth + 1);
}

static int sum_of(const int *copies, int count) {
    int sum = 0;
    for (int i = 0; i < count; i++) sum += copies[i];
    return sum;
}

/* The movers from `mover` on choose, those before it having settled on the actions in `joint`. */
static void choose(Efg *efg, const Position *p, int mover, int joint, int depth) {
    if (mover == p->mover_count) {
        follow(efg, p, p->edge_start + joint, depth);
        return;
    }
    const Game *game = efg->game;
    const Mover *own = &game->movers[p->mover_start + mover];
    int type = efg->types[own->party], count = own->action_count, stride = 1;
    const int *copies = efg_copies(efg, own, type);
    for (int later = mover + 1; later < p->mover_count; later++)
        stride *= game->movers[p->mover_start + later].action_count;
    if (sum_of(copies, count) > 1) {
        open_choice(efg, p, own->party, efg->names->types[type], depth);
        for (int a = 0; a < count; a++)
            add_copies(efg, p, &game->edges[p->edge_start + a * stride], own->party, a, copies[a]);
        efg_add(&efg->text, " } 0\n");
    }
    int *taken = &efg->taken[(size_t)depth * (size_t)efg->player_count + (size_t)own->party];
    for (int a = 0; a < count; a++)
        for (int copy = 1; copy <= copies[a]; copy++) {
            *taken = copies[a] > 1 ? copy : 0;
            choose(efg, p, mover + 1, joint * count + a, depth);
        }
    *taken = 0;
}

static void choose_publicly(Efg *efg, const Position *p, int depth) {
    const int *copies = efg->public_copies + p->edge_start;
    int player = efg->player_count - 1;
    if (sum_of(copies, p->edge_count) > 1) {
        open_choice(efg, p, player, NULL, depth);
        for (int a = 0; a < p->edge_count; a++)
            add_copies(efg, p, &efg->game->edges[p->edge_start + a], player, a, copies[a]);
        efg_add(&efg->text, " } 0\n");
    }
    int *taken = &efg->taken[(size_t)depth * (size_t)efg->player_count + (size_t)player];
    for (int a = 0; a < p->edge_count; a++)
        for (int copy = 1; copy <= copies[a]; copy++) {
            *taken = copies[a] > 1 ? copy : 0;
            follow(efg, p, p->edge_start + a, depth);
        }
    *taken = 0;
}

static void add_chance_label(Efg *efg, const Position *p, int a) {
    static const char *const labels[][2] = {[STEP_HAZARD] = {"incident", "quiet"},
                                            [STEP_MEETING] = {"held", "not held"},
                                            [STEP_BREAKDOWN] = {"conflict", "collapse"}};
    bool is_named = p->step == STEP_HAZARD || p->step == STEP_MEETING || p->step == STEP_BREAKDOWN;
    efg_add(&efg->text, " \"");
    if (p->step == STEP_TABLE)
        add_draft(efg, efg->game->edges[p->edge_start + a].decision);
    else if (is_named && a < 2)
        efg_add(&efg->text, "%s", labels[p->step][a]);
    else
        efg_add(&efg->text, "%d", a);
    efg_add(&efg->text, "\" ");
}

static void draw(Efg *efg, const Position *p, int depth) {
    const uint64_t *chances = efg->chances + p->edge_start;
    int open = 0;
    for (int a = 0; a < p->edge_count; a++) open += chances[a] > 0;
    if (open > 1) {
        open_chance(efg, p->round, efg_step_names[p->step]);
        for (int a = 0; a < p->edge_count; a++) {
            if (chances[a] == 0) continue;
            add_chance_label(efg, p, a);
            efg_add_chance(&efg->text, chances[a]);
        }
        efg_add(&efg->text, " } 0\n");
    }
    for (int a = 0; a < p->edge_count; a++)
        if (chances[a] > 0) follow(efg, p, p->edge_start + a, depth);
}

static void visit(Efg *efg, int position, int depth) {
    if (efg->text.is_out_of_memory || efg->views.is_out_of_memory) return;
    const Position *p = &efg->game->positions[position];
    double *payoffs = payoffs_at(efg, depth);
    add_type_row(efg, p->type_payoff, payoffs);
    add_profile_row(efg, p->profile_payoff, payoffs);
    switch (p->kind) {
    case POSITION_END:
        add_end(efg, p, payoffs);
        break;
    case POSITION_CHANCE:
        draw(efg, p, depth);
        break;
    case POSITION_PUBLIC:
        choose_publicly(efg, p, depth);
        break;
    case POSITION_STAGE:
        choose(efg, p, 0, 0, depth);
        break;
    }
}

/* ---- The whole ---- */

/* With all types drawn: the first views are those of the types, the last of them the public player's. */
static void start(Efg *efg) {
    const Game *game = efg->game;
    efg->profile = 0;
    for (int party = 0; party < game->party_count; party++) {
        int types = game->type_start[party + 1] - game->type_start[party];
        efg->profile = efg->profile * types + efg->types[party] - game->type_start[party];
        efg->seen[party] = 1 + efg->types[party];
    }
    if (game->has_public) efg->seen[game->party_count] = 1 + game->type_total;
    memset(efg->payoffs, 0, (size_t)efg->player_count * sizeof *efg->payoffs);
    visit(efg, game->start, 0);
}

/* Draws the types of this party and the later ones. Every draw is a chance move of its own: one move met at several
 * nodes would be a chance without perfect recall, and Gambit counts chance in. */
static void draw_types(Efg *efg, int party) {
    const Game *game = efg->game;
    if (party == game->party_count) {
        start(efg);
        return;
    }
    int first = game->type_start[party], end = game->type_start[party + 1], open = 0;
    for (int type = first; type < end; type++) open += efg->prior_chances[type] > 0;
    if (open > 1) {
        efg->chance_count++;
        efg_add(&efg->text, "c \"\" %d \"type of ", efg->chance_count);
        efg_add_name(&efg->text, efg->names->parties[party]);
        efg_add(&efg->text, " #%d\" {", efg->chance_count);
        for (int type = first; type < end; type++) {
            if (efg->prior_chances[type] == 0) continue;
            efg_add(&efg->text, " \"");
            efg_add_name(&efg->text, efg->names->types[type]);
            efg_add(&efg->text, "\" ");
            efg_add_chance(&efg->text, efg->prior_chances[type]);
        }
        efg_add(&efg->text, " } 0\n");
    }
    for (int type = first; type < end; type++) {
        if (efg->prior_chances[type] == 0) continue;
        efg->types[party] = type;
        draw_types(efg, party + 1);
    }
}

static void add_header(Efg *efg) {
    const Game *game = efg->game;
    efg_add(&efg->text, "EFG 2 R \"");
    efg_add_name(&efg->text, efg->names->title);
    efg_add(&efg->text, "\" {");
    for (int player = 0; player < efg->player_count; player++) {
        efg_add(&efg->text, " \"");
        efg_add_name(&efg->text, player < game->party_count ? efg->names->parties[player] : efg->names->public_player);
        efg_add(&efg->text, "\"");
    }
    efg_add(&efg->text,
            " }\n\"Written by brink. Payoffs are points times each type's rationality: the agent logit equilibrium at "
            "lambda 1 is the scenario's. Read outcome probabilities with \\\"stops\\\" at 0.\"\n\n");
}

static bool prepare_tables(Efg *efg, Arena *scratch) {
    const Game *game = efg->game;
    size_t players = (size_t)efg->player_count;
    efg->copies = arena_array(scratch, (size_t)game->measure_count, sizeof *efg->copies);
    efg->public_copies = arena_array(scratch, (size_t)game->edge_count, sizeof *efg->public_copies);
    efg->chances = arena_array(scratch, (size_t)game->edge_count, sizeof *efg->chances);
    efg->prior_chances = arena_array(scratch, (size_t)game->type_total, sizeof *efg->prior_chances);
    efg->types = arena_array(scratch, (size_t)game->party_count, sizeof *efg->types);
    efg->infoset_count = arena_array(scratch, players, sizeof *efg->infoset_count);
    return efg->copies && efg->public_copies && efg->chances && efg->prior_chances && efg->types && efg->infoset_count;
}

static bool prepare_path(Efg *efg, Arena *scratch) {
    size_t cells = ((size_t)efg->height + 1) * (size_t)efg->player_count;
    efg->payoffs = arena_array(scratch, cells, sizeof *efg->payoffs);
    efg->seen = arena_array(scratch, cells, sizeof *efg->seen);
    efg->taken = arena_array(scratch, cells, sizeof *efg->taken);
    for (int view = 0; view <= efg->game->type_total; view++) add_view(&efg->views);
    return efg->payoffs && efg->seen && efg->taken && !efg->views.is_out_of_memory;
}

/* Checks, counts, and writes efg->text. */
static BrinkStatus write_tree(Efg *efg, Arena *scratch) {
    if (!prepare_tables(efg, scratch)) return BRINK_NO_MEMORY;
    if (!efg_check(efg)) return BRINK_BAD_INPUT;
    double nodes = efg_count(efg, scratch);
    if (nodes < 0) return BRINK_NO_MEMORY;
    if (nodes > EFG_NODE_LIMIT) {
        diagnostics_add(
            efg->diagnostics, DIAGNOSTIC_tree_too_large, span_none(),
            "fewer rounds shrink it most (each multiplies it); then fewer drafts, postures and types, and shares of 1",
            "the scenario's tree has %.4g nodes, more than the %d that are written", nodes, EFG_NODE_LIMIT);
        return BRINK_BAD_INPUT;
    }
    if (!prepare_path(efg, scratch)) return BRINK_NO_MEMORY;
    add_header(efg);
    draw_types(efg, 0);
    if (efg->text.is_out_of_memory || efg->views.is_out_of_memory) return BRINK_NO_MEMORY;
    if (!efg->is_not_finite) return BRINK_OK;
    diagnostics_add(efg->diagnostics, DIAGNOSTIC_payoff_not_finite, span_none(),
                    "make payoffs or `rationality` smaller",
                    "a payoff times its rationality is too large for a number");
    return BRINK_BAD_INPUT;
}

BrinkStatus game_export_efg(const Game *game, const GameNames *names, BrinkDiagnostics *diagnostics, char **result) {
    Efg efg = {.game = game, .names = names, .diagnostics = diagnostics};
    efg.player_count = game->party_count + (game->has_public ? 1 : 0);
    Arena *scratch = arena_new();
    BrinkStatus status = scratch ? write_tree(&efg, scratch) : BRINK_NO_MEMORY;
    if (status == BRINK_OK)
        *result = efg.text.text;
    else
        free(efg.text.text);
    forget_views(&efg.views);
    arena_free(scratch);
    return status;
}
