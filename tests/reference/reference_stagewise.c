/* SPDX-License-Identifier: GPL-3.0-or-later
 * The stagewise principal branch to the letter (model 9): a stage's choices are followed from rationality 0 with the
 * continuation held at the scenario's own, and each evaluation solves every following position anew at the posterior
 * that the choices imply. The cost multiplies from stage to stage, so this serves games of a stage or two; it does not
 * need the equilibrium to be unique. */
#include "reference_inside.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

enum { UNKNOWN_MAX = 32, EVALUATION_MAX = 400000 };

typedef struct Unknown {
    StageMover *mover;
    int index, type; /* of the type within its party; flat */
    int action, against;
    double base;
} Unknown;

typedef struct Stage {
    Tree *tree;
    Node *node;
    int count;
    Unknown unknowns[UNKNOWN_MAX];
    bool turned;
} Stage;

static bool solve_node(Tree *tree, Node *node);

static void list_unknowns(Stage *stage) {
    const Situation *s = stage->tree->s;
    for (int m = 0; m < stage->node->mover_count; m++) {
        StageMover *mover = &stage->node->movers[m];
        for (int j = 0; j < situation_type_count(s, mover->party); j++) {
            const double *measure = mover->measure + j * mover->action_count;
            int against = -1;
            for (int a = 0; a < mover->action_count; a++) {
                mover->weight[j * mover->action_count + a] = 0;
                if (measure[a] <= 0) continue;
                if (against < 0) {
                    against = a;
                    continue;
                }
                if (stage->count == UNKNOWN_MAX) reference_stop("stage too large");
                stage->unknowns[stage->count++] = (Unknown){mover, j,       s->type_start[mover->party] + j,
                                                            a,     against, log(measure[a] / measure[against])};
            }
        }
    }
}

static double worth_of_action(const Stage *stage, const Unknown *unknown, int action) {
    const Node *node = stage->node;
    int m = (int)(unknown->mover - node->movers);
    double sum = 0;
    for (int c = 0; c < node->child_count; c++) {
        if (node->children[c] == NULL || node_action(node, c, m) != action) continue;
        double p = node_chance_of_joint(node, c, m);
        if (p > 0) sum += p * node_worth(node->children[c], unknown->type);
    }
    return sum;
}

/* base + scale * gain(z) - z; solves everything that follows at z. */
static void evaluate(Stage *stage, double scale, const double *z, double *miss) {
    const Situation *s = stage->tree->s;
    if (++stage->tree->evaluation_count > EVALUATION_MAX) stage->turned = true;
    for (int u = 0; u < stage->count; u++) {
        const Unknown *unknown = &stage->unknowns[u];
        unknown->mover->weight[unknown->index * unknown->mover->action_count + unknown->action] = z[u];
    }
    node_set_choices(s, stage->node);
    node_pass_beliefs(s, stage->node);
    for (int c = 0; c < stage->node->child_count && !stage->turned; c++)
        if (stage->node->children[c] != NULL && !solve_node(stage->tree, stage->node->children[c]))
            stage->turned = true;
    for (int u = 0; u < stage->count; u++) {
        const Unknown *unknown = &stage->unknowns[u];
        double gain =
            worth_of_action(stage, unknown, unknown->action) - worth_of_action(stage, unknown, unknown->against);
        miss[u] = unknown->base + scale * s->rationality[unknown->type] * gain - z[u];
    }
}

/* Gauss with row exchange; false at a singular matrix. */
static bool solve_linear(int n, double a[UNKNOWN_MAX][UNKNOWN_MAX], double *b) {
    for (int c = 0; c < n; c++) {
        int best = c;
        for (int r = c + 1; r < n; r++)
            if (fabs(a[r][c]) > fabs(a[best][c])) best = r;
        if (fabs(a[best][c]) < 1e-10) return false;
        double swap = b[c], line[UNKNOWN_MAX];
        b[c] = b[best];
        b[best] = swap;
        memcpy(line, a[c], sizeof line);
        memcpy(a[c], a[best], sizeof line);
        memcpy(a[best], line, sizeof line);
        for (int r = c + 1; r < n; r++) {
            double factor = a[r][c] / a[c][c];
            for (int k = c; k < n; k++) a[r][k] -= factor * a[c][k];
            b[r] -= factor * b[c];
        }
    }
    for (int r = n - 1; r >= 0; r--) {
        for (int c = r + 1; c < n; c++) b[r] -= a[r][c] * b[c];
        b[r] /= a[r][r];
    }
    return true;
}

static double largest(int count, const double *numbers) {
    double most = 0;
    for (int k = 0; k < count; k++) most = fmax(most, fabs(numbers[k]));
    return most;
}

/* Newton with differences from a point nearby; true when each step is much smaller than the one before and the last
 * vanishes. */
static bool correct(Stage *stage, double scale, double *z) {
    int n = stage->count;
    double before = 1;
    for (int round = 0; round < 12; round++) {
        double miss[UNKNOWN_MAX], moved[UNKNOWN_MAX], slope[UNKNOWN_MAX][UNKNOWN_MAX];
        evaluate(stage, scale, z, miss);
        if (stage->turned) return false;
        if (largest(n, miss) < 1e-12) return true;
        for (int c = 0; c < n; c++) {
            double keep = z[c], h = 1e-6;
            z[c] = keep + h;
            evaluate(stage, scale, z, moved);
            z[c] = keep;
            for (int r = 0; r < n; r++) slope[r][c] = (miss[r] - moved[r]) / h;
        }
        if (!solve_linear(n, slope, miss)) return false;
        double step = largest(n, miss);
        if (!(step < before) && step > 1e-9) return false;
        before = step / 2;
        for (int c = 0; c < n; c++) z[c] += miss[c];
        if (step < 1e-12) break;
    }
    double rest[UNKNOWN_MAX];
    evaluate(stage, scale, z, rest);
    return largest(n, rest) < 1e-9;
}

static bool follow(Stage *stage) {
    double z[UNKNOWN_MAX], trial[UNKNOWN_MAX], scale = 0, step = 1;
    for (int u = 0; u < stage->count; u++) z[u] = stage->unknowns[u].base;
    if (stage->count == 0) evaluate(stage, 1, z, trial);
    while (stage->count > 0 && scale < 1) {
        double to = fmin(1, scale + step);
        memcpy(trial, z, sizeof z);
        bool is_there = correct(stage, to, trial);
        if (stage->turned) return false;
        if (is_there) {
            memcpy(z, trial, sizeof z);
            scale = to;
            step *= 2;
        } else if ((step /= 2) < 1e-6) {
            return false;
        }
    }
    return !stage->turned;
}

static bool solve_stage(Tree *tree, Node *node) {
    Stage stage = {.tree = tree, .node = node};
    list_unknowns(&stage);
    if (!follow(&stage)) return false;
    node_value_bystanders(tree->s, node);
    for (int u = 0; u < node->mover_count; u++) {
        StageMover *mover = &node->movers[u];
        for (int j = 0; j < situation_type_count(tree->s, mover->party); j++) {
            Unknown unknown = {.mover = mover, .type = tree->s->type_start[mover->party] + j};
            node->value[unknown.type] = 0;
            for (int a = 0; a < mover->action_count; a++)
                if (mover->sigma[j * mover->action_count + a] > 0)
                    node->value[unknown.type] +=
                        mover->sigma[j * mover->action_count + a] * worth_of_action(&stage, &unknown, a);
        }
    }
    return true;
}

/* The mediator has no type and its choice moves no beliefs: its logit answer is explicit. */
static void choose_draft(const Situation *s, Node *node) {
    for (int c = 0; c < node->child_count; c++)
        node->weight[c] =
            log(node->chance[c]) + *s->mediator_rationality * node_worth(node->children[c], s->type_total);
    node_set_choices(s, node);
}

/* Values of a node at the beliefs it holds. */
static bool solve_node(Tree *tree, Node *node) {
    memset(node->value, 0, ((size_t)tree->s->type_total + 1) * sizeof(double));
    if (node->kind == NODE_STAGE) {
        if (!solve_stage(tree, node)) return false;
    } else {
        node_pass_beliefs(tree->s, node);
        for (int c = 0; c < node->child_count; c++)
            if (node->children[c] != NULL && !solve_node(tree, node->children[c])) return false;
        if (node->kind == NODE_MEDIATOR) choose_draft(tree->s, node);
        node_value_bystanders(tree->s, node);
    }
    node_add_own(tree, node);
    return true;
}

bool tree_solve_stagewise(Tree *tree) {
    double *room = pool_take(tree->pool, (size_t)tree->choice_count + 1, sizeof *room);
    tree_place(tree->root, tree->s, room, REFERENCE_FROM_MEASURES);
    return solve_node(tree, tree->root);
}
