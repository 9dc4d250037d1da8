/* SPDX-License-Identifier: GPL-3.0-or-later
 * Lays out the tree of histories of a scenario (model 3, 4, 6, 7): every node has one way to it, so that a payoff on
 * the way to a node is kept with the node. A child that no type can choose is NULL. */
#include "reference_inside.h"

#include <math.h>
#include <string.h>

enum { TO_THE_END = 1000000, NODE_MAX = 3000000, DRAFT_MAX = 32, PARTIES = 8 };

typedef struct Standing {
    int round;
    const int *rungs;
    int draft, remaining; /* arrangement in force, -1 none; rounds an interim still lasts, this one included */
} Standing;

static Node *round_node(Tree *tree, Standing at);

static size_t row(const Situation *s, int date) {
    return (size_t)date * (size_t)s->type_total;
}

static double length_of(const Situation *s, int round) {
    return s->round_days[round - 1] / *s->every;
}

static bool has_kind(const Situation *s, int draft, DraftKind kind) {
    return draft >= 0 && s->draft_kind[draft] == kind;
}

static double *take_row(Tree *tree) {
    return pool_take(tree->pool, (size_t)tree->s->type_total + 1, sizeof(double));
}

static Node *node_new(Tree *tree, NodeKind kind, int round) {
    if (++tree->node_count > NODE_MAX) reference_stop("tree too large");
    Node *node = pool_take(tree->pool, 1, sizeof *node);
    node->kind = kind;
    node->round = round;
    node->tabled = node->agreed = -1;
    node->belief = take_row(tree);
    node->value = take_row(tree);
    return node;
}

static void add_children(Tree *tree, Node *node, int count) {
    node->child_count = count;
    node->children = pool_take(tree->pool, (size_t)count, sizeof *node->children);
    if (node->kind != NODE_STAGE) node->chance = pool_take(tree->pool, (size_t)count, sizeof(double));
    if (node->kind == NODE_MEDIATOR) node->sigma = pool_take(tree->pool, (size_t)count, sizeof(double));
}

/* What later rounds are worth seen from the round before: `every` per unit of patience. */
static const double *discount_into(Tree *tree, int date) {
    const Situation *s = tree->s;
    double *result = take_row(tree), length = s->round_days[date] / *s->every;
    for (int j = 0; j < s->type_total; j++) result[j] = pow(s->patience[j], length);
    result[s->type_total] = pow(*s->mediator_patience, length);
    return result;
}

/* ---- settled packages ---- */

static int posture_number(const Situation *s, const int *rungs) {
    int number = 0;
    for (int i = 0; i < s->party_count; i++) number = number * situation_rung_count(s, i) + rungs[i] - s->rung_start[i];
    return number;
}

/* [profile][party] U, and [profile] q, of a draft at a date and postures. */
static const double *settled(Tree *tree, int draft, int date, const int *rungs, const double **kept) {
    const Situation *s = tree->s;
    size_t parties = (size_t)s->party_count;
    size_t place = ((size_t)draft * (size_t)s->date_count + (size_t)date) * (size_t)tree->posture_total +
                   (size_t)posture_number(s, rungs);
    if (tree->settled_value[place] == NULL) {
        double *value = pool_take(tree->pool, (size_t)tree->profile_total * parties, sizeof *value);
        double *q = pool_take(tree->pool, (size_t)tree->profile_total, sizeof *q);
        for (int profile = 0; profile < tree->profile_total; profile++) {
            int types[PARTIES];
            profile_types(s, profile, types);
            if (!reference_settle(s, s->draft_option + draft * s->issue_count, date, rungs, types,
                                  value + (size_t)profile * parties, &q[profile]))
                reference_stop("a settlement's branch turns: no case for the reference");
        }
        tree->settled_value[place] = value;
        tree->settled_kept[place] = q;
    }
    if (kept != NULL) *kept = tree->settled_kept[place];
    return tree->settled_value[place];
}

/* Profile payoffs factor(type) * U of a draft. */
static const double *share_of_package(Tree *tree, int draft, int date, const int *rungs, const double *factor) {
    const Situation *s = tree->s;
    int width = s->party_count + 1, types[PARTIES];
    const double *value = settled(tree, draft, date, rungs, NULL);
    double *result = pool_take(tree->pool, (size_t)(tree->profile_total * width), sizeof *result);
    for (int profile = 0; profile < tree->profile_total; profile++) {
        profile_types(s, profile, types);
        for (int i = 0; i < s->party_count; i++)
            result[profile * width + i] = factor[types[i]] * value[profile * s->party_count + i];
    }
    return result;
}

/* ---- ends ---- */

static Node *end_node(Tree *tree, int round, BrinkOutcome outcome) {
    Node *node = node_new(tree, NODE_END, round);
    double *base = take_row(tree);
    base[tree->s->type_total] = tree->s->mediator_value[outcome];
    node->base = base;
    node->outcome = outcome;
    return node;
}

static Node *war_node(Tree *tree, int round, const int *rungs, const bool *attackers, WarKind kind) {
    const Situation *s = tree->s;
    Node *node = end_node(tree, round, BRINK_CONFLICT);
    double *base = (double *)node->base;
    for (int j = 0; j < s->type_total; j++) {
        base[j] = rules_war(s, j, round - 1, rungs, attackers);
        if (attackers != NULL && attackers[s->type_party[j]]) base[j] += s->first_strike[row(s, round - 1) + (size_t)j];
    }
    node->war = kind;
    return node;
}

static Node *deal_node(Tree *tree, const Standing *at, int draft) {
    const Situation *s = tree->s;
    Node *node = end_node(tree, at->round, BRINK_DEAL);
    const double *value = settled(tree, draft, at->round - 1, at->rungs, &node->kept);
    int width = s->party_count + 1;
    double *profile = pool_take(tree->pool, (size_t)(tree->profile_total * width), sizeof *profile);
    for (int p = 0; p < tree->profile_total; p++) {
        double least = INFINITY;
        for (int i = 0; i < s->party_count; i++) {
            profile[p * width + i] = value[p * s->party_count + i];
            if (s->signs[i]) least = fmin(least, value[p * s->party_count + i]);
        }
        profile[p * width + s->party_count] = *s->mediator_balance * least;
    }
    node->profile = profile;
    node->agreed = draft;
    return node;
}

/* A party walked: conflict may follow, else collapse values. */
static Node *collapse_node(Tree *tree, const Standing *at) {
    const Situation *s = tree->s;
    Node *node = node_new(tree, NODE_CHANCE, at->round);
    add_children(tree, node, 2);
    node->chance[0] = rules_after_collapse(s, at->rungs);
    node->chance[1] = 1 - node->chance[0];
    node->children[0] = war_node(tree, at->round, at->rungs, NULL, WAR_AFTER_COLLAPSE);
    node->children[1] = end_node(tree, at->round, BRINK_COLLAPSE);
    double *base = (double *)node->children[1]->base;
    for (int j = 0; j < s->type_total; j++) base[j] = s->collapse[row(s, at->round - 1) + (size_t)j];
    return node;
}

/* After the last round: an interim that still has rounds to run holds, anything else lapses. */
static Node *last_node(Tree *tree, const Standing *at) {
    const Situation *s = tree->s;
    bool holds = has_kind(s, at->draft, DRAFT_INTERIM);
    Node *node = end_node(tree, s->round_count, holds ? BRINK_INTERIM : BRINK_LAPSE);
    double *factor = take_row(tree), *base = (double *)node->base;
    for (int j = 0; j < s->type_total; j++) factor[j] = *s->interim_stays;
    if (holds) {
        node->profile = share_of_package(tree, at->draft, s->round_count, at->rungs, factor);
    } else {
        for (int j = 0; j < s->type_total; j++) base[j] = s->lapse[row(s, s->round_count) + (size_t)j];
    }
    node->discount = discount_into(tree, s->round_count);
    return node;
}

/* The round is over without an end: what is in force runs one round shorter. */
static Node *next_round(Tree *tree, Standing at) {
    at.round++;
    if (has_kind(tree->s, at.draft, DRAFT_INTERIM)) {
        if (at.remaining != TO_THE_END) at.remaining--;
        if (at.remaining == 0) at.draft = -1;
    }
    if (at.round > tree->s->round_count) return last_node(tree, &at);
    Node *node = round_node(tree, at);
    node->discount = discount_into(tree, at.round - 1);
    return node;
}

static Node *agree(Tree *tree, Standing at, int draft) {
    const Situation *s = tree->s;
    if (s->draft_kind[draft] == DRAFT_FINAL) return deal_node(tree, &at, draft);
    Standing then = at;
    then.draft = draft;
    /* next_round takes one away: all L rounds lie ahead */
    then.remaining = s->draft_lasts[draft] == 0 ? TO_THE_END : s->draft_lasts[draft] + 1;
    Node *node = next_round(tree, then);
    node->agreed = draft;
    return node;
}

/* ---- stages ---- */

static StageMover *mover_new(Tree *tree, StageMover *mover, int party, int action_count) {
    size_t cells = (size_t)(situation_type_count(tree->s, party) * action_count);
    mover->party = party;
    mover->action_count = action_count;
    mover->measure = pool_take(tree->pool, cells, sizeof(double));
    mover->sigma = pool_take(tree->pool, cells, sizeof(double));
    mover->marginal = pool_take(tree->pool, (size_t)action_count, sizeof(double));
    tree->choice_count += (long)cells;
    return mover;
}

static Node *stage_new(Tree *tree, int round, int movers) {
    Node *node = node_new(tree, NODE_STAGE, round);
    node->mover_count = movers;
    node->movers = pool_take(tree->pool, (size_t)movers, sizeof *node->movers);
    return node;
}

static void add_joint_actions(Tree *tree, Node *node) {
    int count = 1;
    for (int m = 0; m < node->mover_count; m++) count *= node->movers[m].action_count;
    add_children(tree, node, count);
}

static void split_joint(const Node *node, int joint, int *actions) {
    for (int m = node->mover_count - 1; m >= 0; m--) {
        actions[m] = joint % node->movers[m].action_count;
        joint /= node->movers[m].action_count;
    }
}

static bool is_open_to_some(const Tree *tree, const StageMover *mover, int action) {
    for (int j = 0; j < situation_type_count(tree->s, mover->party); j++)
        if (mover->measure[j * mover->action_count + action] > 0) return true;
    return false;
}

enum { HOLD, WALK, ACCEPT };

static bool is_outside_reading(const Situation *s, int framework, int party, int draft) {
    return !s->reading[(framework * s->party_count + party) * s->draft_count + draft];
}

/* What an answer costs type j, whatever comes of it. */
static double answer_cost(const Situation *s, const Standing *at, int draft, int type, int act, bool all_accept) {
    int party = s->type_party[type];
    bool is_framework = has_kind(s, at->draft, DRAFT_FRAMEWORK);
    if (act == WALK) return is_framework ? s->renege[at->draft] : 0;
    if (act == HOLD || !(all_accept || s->exposed) || s->draft_kind[draft] == DRAFT_FRAMEWORK) return 0;
    const int *options = s->draft_option + draft * s->issue_count;
    double cost = rules_commits(s, type, at->rungs[party], options) + rules_red_lines(s, type, at->round - 1, options);
    if (is_framework && is_outside_reading(s, at->draft, party, draft)) cost += s->renege[at->draft];
    return isinf(cost) ? 0 : cost; /* closed to this type: never read */
}

static const double *answer_costs(Tree *tree, const Node *node, const Standing *at, int draft, const int *acts,
                                  bool all_accept) {
    const Situation *s = tree->s;
    double *entry = take_row(tree);
    for (int m = 0; m < node->mover_count; m++)
        for (int j = s->type_start[node->movers[m].party]; j < s->type_start[node->movers[m].party + 1]; j++)
            entry[j] = -answer_cost(s, at, draft, j, acts[m], all_accept);
    return entry;
}

static void answer_measures(Tree *tree, const Standing *at, int draft, StageMover *mover) {
    const Situation *s = tree->s;
    bool has_content = draft >= 0 && s->draft_kind[draft] != DRAFT_FRAMEWORK;
    for (int j = 0; j < situation_type_count(s, mover->party); j++) {
        int type = s->type_start[mover->party] + j;
        double *measure = mover->measure + j * mover->action_count;
        measure[HOLD] = 1;
        measure[WALK] = s->walk[type] * length_of(s, at->round);
        if (draft < 0) continue;
        bool never =
            has_content && isinf(rules_red_lines(s, type, at->round - 1, s->draft_option + draft * s->issue_count));
        measure[ACCEPT] = never ? 0 : 1;
    }
}

/* draft -1: adjourned */
static Node *answer_node(Tree *tree, Standing at, int draft) {
    const Situation *s = tree->s;
    int signers = 0, acts[PARTIES];
    for (int i = 0; i < s->party_count; i++) signers += s->signs[i];
    Node *node = stage_new(tree, at.round, signers);
    for (int i = 0, m = 0; i < s->party_count; i++)
        if (s->signs[i]) answer_measures(tree, &at, draft, mover_new(tree, &node->movers[m++], i, draft < 0 ? 2 : 3));
    add_joint_actions(tree, node);
    for (int joint = 0; joint < node->child_count; joint++) {
        bool walks = false, all_accept = true, is_open = true;
        split_joint(node, joint, acts);
        for (int m = 0; m < signers; m++) {
            walks = walks || acts[m] == WALK;
            all_accept = all_accept && acts[m] == ACCEPT;
            is_open = is_open && is_open_to_some(tree, &node->movers[m], acts[m]);
        }
        if (!is_open) continue;
        Node *child = walks ? collapse_node(tree, &at) : all_accept ? agree(tree, at, draft) : next_round(tree, at);
        child->entry = answer_costs(tree, node, &at, draft, acts, all_accept);
        node->children[joint] = child;
    }
    node->tabled = draft;
    return node;
}

static bool may_be_tabled(const Situation *s, const Standing *at, int draft) {
    if (!s->draft_open[draft]) return false;
    if (has_kind(s, at->draft, DRAFT_INTERIM)) return s->draft_kind[draft] == DRAFT_FINAL;
    if (has_kind(s, at->draft, DRAFT_FRAMEWORK)) return s->leads_to[at->draft * s->draft_count + draft];
    return true;
}

static int proposing_party(const Situation *s, int round) {
    int signers = 0, seen = 0;
    for (int i = 0; i < s->party_count; i++) signers += s->signs[i];
    for (int i = 0; i < s->party_count; i++)
        if (s->signs[i] && seen++ == (round - 1) % signers) return i;
    return -1;
}

static Node *table_node(Tree *tree, Standing at) {
    const Situation *s = tree->s;
    int drafts[DRAFT_MAX + 1], count = 0;
    for (int x = 0; x < s->draft_count; x++)
        if (may_be_tabled(s, &at, x)) drafts[count++] = x;
    if (s->adjourn || count == 0) drafts[count++] = -1;
    double total = 0, shares[DRAFT_MAX + 1];
    for (int a = 0; a < count; a++) total += shares[a] = drafts[a] < 0 ? 1 : s->draft_share[drafts[a]];
    Node *node;
    if (s->proposer == PROPOSER_ALTERNATING) {
        node = stage_new(tree, at.round, 1);
        StageMover *mover = mover_new(tree, &node->movers[0], proposing_party(s, at.round), count);
        for (int c = 0; c < situation_type_count(s, mover->party) * count; c++) mover->measure[c] = shares[c % count];
        add_joint_actions(tree, node);
    } else {
        node = node_new(tree, s->proposer == PROPOSER_RANDOM ? NODE_CHANCE : NODE_MEDIATOR, at.round);
        add_children(tree, node, count);
        for (int a = 0; a < count; a++) node->chance[a] = node->kind == NODE_CHANCE ? shares[a] / total : shares[a];
        if (node->kind == NODE_MEDIATOR) tree->choice_count += count;
    }
    for (int a = 0; a < count; a++) node->children[a] = answer_node(tree, at, drafts[a]);
    return node;
}

/* ---- the steps before the table ---- */

static double hazard_of(const Situation *s, const Standing *at) {
    double rate = 0, calm = has_kind(s, at->draft, DRAFT_INTERIM) ? *s->interim_calm : 1;
    const double *risk = s->risk + (size_t)(at->round - 1) * (size_t)s->rung_total;
    for (int i = 0; i < s->party_count; i++) {
        rate += risk[at->rungs[i]];
        for (int j = 0; j < i; j++) rate += s->friction[at->round - 1] * sqrt(risk[at->rungs[i]] * risk[at->rungs[j]]);
    }
    return 1 - exp(-calm * length_of(s, at->round) * rate);
}

static Node *meeting_node(Tree *tree, Standing at) {
    const Situation *s = tree->s;
    double held = 1;
    for (int i = 0; i < s->party_count; i++)
        held *= s->talks[(size_t)(at.round - 1) * (size_t)s->rung_total + (size_t)at.rungs[i]];
    Node *node = node_new(tree, NODE_CHANCE, at.round);
    add_children(tree, node, 2);
    node->chance[0] = held;
    node->chance[1] = 1 - held;
    if (held > 0) node->children[0] = table_node(tree, at);
    if (held < 1) node->children[1] = next_round(tree, at);
    return node;
}

static Node *hazard_node(Tree *tree, Standing at) {
    Node *node = node_new(tree, NODE_CHANCE, at.round);
    add_children(tree, node, 2);
    node->chance[0] = hazard_of(tree->s, &at);
    node->chance[1] = 1 - node->chance[0];
    if (node->chance[0] > 0) node->children[0] = war_node(tree, at.round, at.rungs, NULL, WAR_INADVERTENT);
    node->children[1] = meeting_node(tree, at);
    return node;
}

/* This round's payoffs once the postures are chosen, the interim's flow apart. */
static const double *force_payoffs(Tree *tree, const Standing *at, const int *before) {
    const Situation *s = tree->s;
    int date = at->round - 1;
    double length = length_of(s, at->round), relief = has_kind(s, at->draft, DRAFT_INTERIM) ? *s->interim_relief : 1;
    double *entry = take_row(tree);
    for (int j = 0; j < s->type_total; j++) {
        int i = s->type_party[j], mine = situation_type_rung(s, j, at->rungs[i]);
        double rate = s->status[row(s, date) + (size_t)j] - s->cost[date * s->type_rung_total + mine];
        for (int other = 0; other < s->party_count; other++)
            if (other != i) rate -= relief * s->pressure[date * s->rung_total + at->rungs[other]];
        entry[j] = rate * length - s->backdown[j] * fmax(0, s->level[before[i]] - s->level[at->rungs[i]]);
        if (s->deadline_round[mine] == at->round) entry[j] -= s->deadline_cost[mine];
    }
    return entry;
}

static const double *interim_flow(Tree *tree, const Standing *at) {
    const Situation *s = tree->s;
    double *factor = take_row(tree);
    if (!has_kind(s, at->draft, DRAFT_INTERIM)) return NULL;
    for (int j = 0; j < s->type_total; j++) factor[j] = 1 - pow(s->patience[j], length_of(s, at->round));
    return share_of_package(tree, at->draft, at->round - 1, at->rungs, factor);
}

static Node *force_child(Tree *tree, Standing at, const Node *stage, int (*open)[DRAFT_MAX], int joint) {
    const Situation *s = tree->s;
    int acts[PARTIES], *rungs = pool_take(tree->pool, (size_t)s->party_count, sizeof *rungs);
    bool attackers[PARTIES] = {false}, is_war = false;
    split_joint(stage, joint, acts);
    for (int i = 0; i < s->party_count; i++) {
        rungs[i] = open[i][acts[i]];
        attackers[i] = s->attack[rungs[i]];
        is_war = is_war || attackers[i];
    }
    const int *before = at.rungs;
    at.rungs = rungs;
    Node *child = is_war ? war_node(tree, at.round, rungs, attackers, WAR_CHOSEN) : hazard_node(tree, at);
    child->entry = force_payoffs(tree, &at, before);
    child->profile = interim_flow(tree, &at);
    child->postures = rungs;
    return child;
}

static Node *round_node(Tree *tree, Standing at) {
    const Situation *s = tree->s;
    int open[PARTIES][DRAFT_MAX];
    Node *node = stage_new(tree, at.round, s->party_count);
    for (int i = 0; i < s->party_count; i++) {
        int count = 0;
        for (int r = s->rung_start[i]; r < s->rung_start[i + 1]; r++)
            if (s->rung_open[r]) open[i][count++] = r;
        StageMover *mover = mover_new(tree, &node->movers[i], i, count);
        for (int c = 0; c < situation_type_count(s, i) * count; c++) {
            int rung = open[i][c % count];
            mover->measure[c] = s->share[rung] * (s->attack[rung] ? length_of(s, at.round) : 1);
        }
    }
    add_joint_actions(tree, node);
    for (int joint = 0; joint < node->child_count; joint++)
        node->children[joint] = force_child(tree, at, node, open, joint);
    node->starts_round = true;
    return node;
}

Tree *tree_new(const Situation *s) {
    if (s->party_count > PARTIES || s->draft_count > DRAFT_MAX || s->rung_total > DRAFT_MAX)
        reference_stop("scenario too large");
    Pool *pool = pool_new();
    Tree *tree = pool_take(pool, 1, sizeof *tree);
    *tree = (Tree){.s = s, .pool = pool, .profile_total = profile_count(s), .posture_total = 1};
    for (int i = 0; i < s->party_count; i++) tree->posture_total *= situation_rung_count(s, i);
    size_t places = (size_t)s->draft_count * (size_t)s->date_count * (size_t)tree->posture_total;
    tree->settled_value = pool_take(pool, places, sizeof *tree->settled_value);
    tree->settled_kept = pool_take(pool, places, sizeof *tree->settled_kept);
    Standing start = {.round = 1, .rungs = s->now, .draft = s->in_force};
    if (has_kind(s, s->in_force, DRAFT_INTERIM))
        start.remaining = s->draft_lasts[s->in_force] == 0 ? TO_THE_END : s->draft_lasts[s->in_force];
    tree->root = round_node(tree, start);
    for (int j = 0; j < s->type_total; j++) tree->root->belief[j] = s->prior[j];
    return tree;
}

void tree_free(Tree *tree) {
    if (tree != NULL) pool_free(tree->pool);
}
