/* SPDX-License-Identifier: GPL-3.0-or-later
 * What happens in a solved tree: probabilities carried down from the root. */
#include "reference_inside.h"

#include <math.h>
#include <stdlib.h>

static double *numbers(size_t count) {
    double *result = calloc(count + 1, sizeof *result);
    if (result == NULL) reference_stop("no memory");
    return result;
}

static ReferenceOutlook *outlook_empty(const Situation *s) {
    ReferenceOutlook *outlook = calloc(1, sizeof *outlook);
    if (outlook == NULL) reference_stop("no memory");
    size_t rounds = (size_t)s->round_count, drafts = (size_t)s->draft_count;
    outlook->round_count = s->round_count;
    outlook->draft_count = s->draft_count;
    outlook->type_total = s->type_total;
    outlook->rung_total = s->rung_total;
    outlook->tabled = numbers(drafts);
    outlook->agreed = numbers(drafts);
    outlook->round_open = numbers(rounds);
    outlook->round_outcomes = (double(*)[OUTCOME_COUNT])numbers(rounds * OUTCOME_COUNT);
    outlook->round_interim_agreed = numbers(rounds);
    outlook->postures = numbers(rounds * (size_t)s->rung_total);
    outlook->belief_mean = numbers(rounds * (size_t)s->type_total);
    outlook->gains = numbers((size_t)s->type_total);
    return outlook;
}

void reference_outlook_free(ReferenceOutlook *outlook) {
    if (outlook == NULL) return;
    free(outlook->tabled);
    free(outlook->agreed);
    free(outlook->round_open);
    free(outlook->round_outcomes);
    free(outlook->round_interim_agreed);
    free(outlook->postures);
    free(outlook->belief_mean);
    free(outlook->gains);
    free(outlook);
}

static double expected_kept(const Tree *tree, const Node *node) {
    double sum = 0;
    for (int profile = 0; profile < tree->profile_total; profile++) {
        int types[16];
        double p = 1;
        profile_types(tree->s, profile, types);
        for (int i = 0; i < tree->s->party_count; i++) p *= node->belief[types[i]];
        sum += p * node->kept[profile];
    }
    return sum;
}

static void count_end(const Tree *tree, const Node *node, ReferenceOutlook *outlook) {
    double p = node->reach;
    outlook->outcomes[node->outcome] += p;
    outlook->round_outcomes[node->round - 1][node->outcome] += p;
    if (node->outcome == BRINK_DEAL) {
        double kept = expected_kept(tree, node);
        outlook->kept += p * kept;
        outlook->failed += p * (1 - kept);
    }
    if (node->war == WAR_CHOSEN) outlook->conflict_chosen += p;
    if (node->war == WAR_INADVERTENT) outlook->conflict_inadvertent += p;
    if (node->war == WAR_AFTER_COLLAPSE) outlook->conflict_after_collapse += p;
}

static double chance_of_child(const Node *node, int child) {
    if (node->kind == NODE_CHANCE) return node->chance[child];
    if (node->kind == NODE_MEDIATOR) return node->sigma[child];
    double p = 1;
    for (int m = node->mover_count - 1; m >= 0; m--) {
        p *= node->movers[m].marginal[child % node->movers[m].action_count];
        child /= node->movers[m].action_count;
    }
    return p;
}

/* `round` is the round in which the node was reached: an agreement opens the next. */
static void count_node(const Tree *tree, const Node *node, int round, ReferenceOutlook *outlook) {
    const Situation *s = tree->s;
    size_t at = (size_t)node->round - 1;
    if (node->starts_round) {
        outlook->round_open[at] += node->reach;
        for (int j = 0; j < s->type_total; j++)
            outlook->belief_mean[at * (size_t)s->type_total + (size_t)j] += node->reach * node->belief[j];
    }
    for (int i = 0; i < s->party_count && node->postures != NULL; i++)
        outlook->postures[at * (size_t)s->rung_total + (size_t)node->postures[i]] += node->reach;
    if (node->tabled >= 0) outlook->tabled[node->tabled] += node->reach;
    if (node->agreed >= 0) {
        outlook->agreed[node->agreed] += node->reach;
        if (s->draft_kind[node->agreed] == DRAFT_INTERIM) outlook->round_interim_agreed[round - 1] += node->reach;
    }
    if (node->kind == NODE_END) count_end(tree, node, outlook);
}

static void carry(const Tree *tree, Node *node, ReferenceOutlook *outlook) {
    for (int c = 0; c < node->child_count; c++) {
        Node *child = node->children[c];
        if (child == NULL) continue;
        child->reach = node->reach * chance_of_child(node, c);
        count_node(tree, child, node->round, outlook);
        carry(tree, child, outlook);
    }
}

static void condition_on_open(ReferenceOutlook *outlook) {
    for (int r = 0; r < outlook->round_count; r++) {
        double open = outlook->round_open[r];
        for (int g = 0; g < outlook->rung_total; g++)
            outlook->postures[r * outlook->rung_total + g] /= open > 0 ? open : NAN;
        for (int j = 0; j < outlook->type_total; j++)
            outlook->belief_mean[r * outlook->type_total + j] /= open > 0 ? open : NAN;
    }
}

/* What round 1 ends in; an interim agreed then counts as agreed (docs/method/outlook.md), a framework as another round.
 */
static void count_next_meeting(ReferenceOutlook *outlook) {
    for (int o = 0; o < OUTCOME_COUNT; o++) outlook->next[o] = outlook->round_outcomes[0][o];
    if (outlook->round_count == 1) return;
    outlook->next[BRINK_INTERIM] = outlook->round_interim_agreed[0];
    outlook->another_round = outlook->round_open[1] - outlook->round_interim_agreed[0];
}

/* Fills the outlook of a solved tree. */
static void read_off(Tree *tree, ReferenceOutlook *outlook) {
    outlook->node_count = tree->node_count;
    tree->root->reach = 1;
    count_node(tree, tree->root, 1, outlook);
    carry(tree, tree->root, outlook);
    condition_on_open(outlook);
    count_next_meeting(outlook);
    for (int j = 0; j < tree->s->type_total; j++) outlook->gains[j] = tree->root->value[j];
}

ReferenceOutlook *reference_outlook(const Situation *situation, ReferenceStart start) {
    Tree *tree = tree_new(situation);
    ReferenceOutlook *outlook = outlook_empty(situation);
    bool is_solved = start == REFERENCE_STAGEWISE ? tree_solve_stagewise(tree)
                                                  : tree_solve(tree, start, &outlook->sweeps, &outlook->residual);
    if (is_solved) read_off(tree, outlook);
    tree_free(tree);
    if (is_solved) return outlook;
    reference_outlook_free(outlook);
    return NULL;
}
