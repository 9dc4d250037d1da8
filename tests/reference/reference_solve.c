/* SPDX-License-Identifier: GPL-3.0-or-later
 * The fixed point over the whole tree. One sweep goes down with the choice probabilities as they stand (beliefs, Bayes'
 * rule), comes back up with values, and writes every type's logit answer at every history; the sweeps are mixed after
 * Anderson (1965). What is kept at the end is a point that one more sweep leaves where it is. */
#include "reference_inside.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

enum { DEPTH = 8, SWEEP_MAX = 3000 };

typedef struct Sweep {
    Tree *tree;
    const double *now; /* log weights of all choices, as the sweep finds them */
    double *answer;    /* log weights of the logit answer */
    double change;     /* largest change of a probability */
} Sweep;

double node_worth(const Node *child, int value) {
    double entry = child->entry == NULL ? 0 : child->entry[value];
    return entry + (child->discount == NULL ? 1 : child->discount[value]) * child->value[value];
}

/* sigma from log weights; closed actions have measure 0. */
static void choose(int count, const double *measure, const double *weight, double *sigma) {
    double most = -INFINITY, sum = 0;
    for (int a = 0; a < count; a++)
        if (measure[a] > 0) most = fmax(most, weight[a]);
    for (int a = 0; a < count; a++) sum += sigma[a] = measure[a] > 0 ? exp(weight[a] - most) : 0;
    for (int a = 0; a < count; a++) sigma[a] /= sum;
}

/* Log weights of the logit answer to these worths, 0 for the first open action; returns the expectation under it. */
static double answer_to(Sweep *sweep, int count, const double *measure, double rationality, const double *worth,
                        const double *before, double *weight) {
    double first = NAN, after[64], sum = 0;
    for (int a = 0; a < count; a++) {
        if (measure[a] <= 0) continue;
        double w = rationality * worth[a] + log(measure[a]);
        if (isnan(first)) first = w;
        weight[a] = w - first;
    }
    choose(count, measure, weight, after);
    for (int a = 0; a < count; a++) {
        if (measure[a] <= 0) continue;
        sweep->change = fmax(sweep->change, fabs(after[a] - before[a]));
        sum += after[a] * worth[a];
    }
    return sum;
}

int node_action(const Node *node, int joint, int mover) {
    for (int m = node->mover_count - 1; m > mover; m--) joint /= node->movers[m].action_count;
    return joint % node->movers[mover].action_count;
}

/* Probability of a joint action, one mover (or -1) left out. */
double node_chance_of_joint(const Node *node, int joint, int leave_out) {
    double p = 1;
    for (int m = 0; m < node->mover_count; m++)
        if (m != leave_out) p *= node->movers[m].marginal[node_action(node, joint, m)];
    return p;
}

/* Bayes' rule for one mover's party (model 3): at probability 0 the limit from equal small shares, else as it was. */
static void update(const double *prior, const double *sigma, int stride, int types, double *posterior) {
    double sum = 0, plain = 0;
    for (int j = 0; j < types; j++) {
        sum += prior[j] * sigma[j * stride];
        plain += sigma[j * stride];
    }
    for (int j = 0; j < types; j++)
        posterior[j] = sum > 0 ? prior[j] * sigma[j * stride] / sum : plain > 0 ? sigma[j * stride] / plain : prior[j];
}

void node_pass_beliefs(const Situation *s, Node *node) {
    for (int c = 0; c < node->child_count; c++) {
        Node *child = node->children[c];
        if (child == NULL) continue;
        memcpy(child->belief, node->belief, (size_t)s->type_total * sizeof(double));
        for (int m = 0; m < node->mover_count; m++) {
            const StageMover *mover = &node->movers[m];
            int start = s->type_start[mover->party];
            update(node->belief + start, mover->sigma + node_action(node, c, m), mover->action_count,
                   situation_type_count(s, mover->party), child->belief + start);
        }
    }
}

void node_set_choices(const Situation *s, Node *node) {
    if (node->kind == NODE_MEDIATOR) choose(node->child_count, node->chance, node->weight, node->sigma);
    for (int m = 0; m < node->mover_count; m++) {
        StageMover *mover = &node->movers[m];
        int types = situation_type_count(s, mover->party), count = mover->action_count;
        for (int j = 0; j < types; j++)
            choose(count, mover->measure + j * count, mover->weight + j * count, mover->sigma + j * count);
        for (int a = 0; a < count; a++) {
            mover->marginal[a] = 0;
            for (int j = 0; j < types; j++)
                mover->marginal[a] += node->belief[s->type_start[mover->party] + j] * mover->sigma[j * count + a];
        }
    }
}

/* Values of those who do not choose here, by the probabilities of the children. */
void node_value_bystanders(const Situation *s, Node *node) {
    int values = s->type_total + 1;
    for (int c = 0; c < node->child_count; c++) {
        double p = node->kind == NODE_CHANCE     ? node->chance[c]
                   : node->kind == NODE_MEDIATOR ? node->sigma[c]
                                                 : node_chance_of_joint(node, c, -1);
        if (node->children[c] == NULL || p <= 0) continue;
        for (int v = 0; v < values; v++) node->value[v] += p * node_worth(node->children[c], v);
    }
}

static void answer_mediator(Sweep *sweep, Node *node) {
    const Situation *s = sweep->tree->s;
    double worth[64];
    for (int c = 0; c < node->child_count; c++) worth[c] = node_worth(node->children[c], s->type_total);
    node->value[s->type_total] = answer_to(sweep, node->child_count, node->chance, *s->mediator_rationality, worth,
                                           node->sigma, sweep->answer + (node->weight - sweep->now));
}

static void answer_mover(Sweep *sweep, Node *node, int m) {
    const Situation *s = sweep->tree->s;
    StageMover *mover = &node->movers[m];
    int count = mover->action_count;
    for (int j = 0; j < situation_type_count(s, mover->party); j++) {
        int type = s->type_start[mover->party] + j;
        double worth[64] = {0};
        for (int c = 0; c < node->child_count; c++) {
            double p = node_chance_of_joint(node, c, m);
            if (node->children[c] != NULL && p > 0)
                worth[node_action(node, c, m)] += p * node_worth(node->children[c], type);
        }
        node->value[type] =
            answer_to(sweep, count, mover->measure + j * count, s->rationality[type], worth, mover->sigma + j * count,
                      sweep->answer + (mover->weight - sweep->now) + j * count);
    }
}

/* Expectation of the payoffs by type profile at the node's beliefs, added for every type and the mediator. */
static void add_profile(const Tree *tree, Node *node) {
    const Situation *s = tree->s;
    for (int profile = 0; profile < tree->profile_total; profile++) {
        int types[16];
        const double *points = node->profile + profile * (s->party_count + 1);
        profile_types(s, profile, types);
        for (int i = 0; i <= s->party_count; i++) {
            double p = 1;
            for (int k = 0; k < s->party_count; k++)
                if (k != i) p *= node->belief[types[k]];
            node->value[i < s->party_count ? types[i] : s->type_total] += p * points[i];
        }
    }
}

void node_add_own(const Tree *tree, Node *node) {
    if (node->profile != NULL) add_profile(tree, node);
    for (int v = 0; v <= tree->s->type_total && node->base != NULL; v++) node->value[v] += node->base[v];
}

static void visit(Sweep *sweep, Node *node) {
    const Situation *s = sweep->tree->s;
    int values = s->type_total + 1;
    node_set_choices(s, node);
    node_pass_beliefs(s, node);
    for (int c = 0; c < node->child_count; c++)
        if (node->children[c] != NULL) visit(sweep, node->children[c]);
    memset(node->value, 0, (size_t)values * sizeof(double));
    node_value_bystanders(s, node);
    if (node->kind == NODE_MEDIATOR) answer_mediator(sweep, node);
    for (int m = 0; m < node->mover_count; m++) answer_mover(sweep, node, m);
    node_add_own(sweep->tree, node);
}

/* Gives every choice its place in the vector of log weights, and the measures' logs to start with. */
double *tree_place(Node *node, const Situation *s, double *next, ReferenceStart start) {
    int groups = node->kind == NODE_MEDIATOR ? 1 : node->mover_count;
    for (int m = 0; m < groups; m++) {
        bool is_mediator = node->kind == NODE_MEDIATOR;
        const double *measure = is_mediator ? node->chance : node->movers[m].measure;
        int count = is_mediator ? node->child_count : node->movers[m].action_count;
        int rows = is_mediator ? 1 : situation_type_count(s, node->movers[m].party);
        if (is_mediator)
            node->weight = next;
        else
            node->movers[m].weight = next;
        for (int c = 0; c < rows * count; c++) {
            double skew = start == REFERENCE_FROM_A_SKEW ? 3 * sin(1 + 7.0 * c + m) : 0;
            *next++ = measure[c] > 0 ? log(measure[c]) + skew : 0;
        }
    }
    for (int c = 0; c < node->child_count; c++)
        if (node->children[c] != NULL) next = tree_place(node->children[c], s, next, start);
    return next;
}

/* ---- Anderson's mixing ---- */

typedef struct Mixer {
    long size;
    int kept;                              /* differences held, newest last */
    double *point, *miss;                  /* last point, last answer - point */
    double *points[DEPTH], *misses[DEPTH]; /* differences of successive points and misses */
} Mixer;

static double dot(long size, const double *a, const double *b) {
    double sum = 0;
    for (long k = 0; k < size; k++) sum += a[k] * b[k];
    return sum;
}

static void remember(Mixer *mixer, const double *now, const double *answer) {
    if (mixer->kept == DEPTH) {
        double *point = mixer->points[0], *miss = mixer->misses[0];
        memmove(mixer->points, mixer->points + 1, (DEPTH - 1) * sizeof(double *));
        memmove(mixer->misses, mixer->misses + 1, (DEPTH - 1) * sizeof(double *));
        mixer->points[DEPTH - 1] = point;
        mixer->misses[DEPTH - 1] = miss;
        mixer->kept--;
    }
    for (long k = 0; k < mixer->size; k++) {
        mixer->points[mixer->kept][k] = now[k] - mixer->point[k];
        mixer->misses[mixer->kept][k] = answer[k] - now[k] - mixer->miss[k];
    }
    mixer->kept++;
}

/* Least squares of miss on the differences of misses, by normal equations slightly raised on the diagonal. */
static void weigh(const Mixer *mixer, const double *miss, double *gamma) {
    int n = mixer->kept;
    double a[DEPTH][DEPTH + 1];
    for (int r = 0; r < n; r++) {
        for (int c = 0; c < n; c++) a[r][c] = dot(mixer->size, mixer->misses[r], mixer->misses[c]);
        a[r][n] = dot(mixer->size, mixer->misses[r], miss);
        a[r][r] = a[r][r] * (1 + 1e-12) + 1e-300;
    }
    for (int c = 0; c < n; c++)
        for (int r = c + 1; r < n; r++) {
            double factor = a[r][c] / a[c][c];
            for (int k = c; k <= n; k++) a[r][k] -= factor * a[c][k];
        }
    for (int r = n - 1; r >= 0; r--) {
        gamma[r] = a[r][n];
        for (int c = r + 1; c < n; c++) gamma[r] -= a[r][c] * gamma[c];
        gamma[r] /= a[r][r];
    }
}

/* The next point to try, written over `now`. */
static void mix(Mixer *mixer, double *now, const double *answer, bool is_first) {
    double gamma[DEPTH];
    if (!is_first) remember(mixer, now, answer);
    for (long k = 0; k < mixer->size; k++) {
        mixer->point[k] = now[k];
        mixer->miss[k] = answer[k] - now[k];
    }
    weigh(mixer, mixer->miss, gamma);
    for (long k = 0; k < mixer->size; k++) {
        now[k] = answer[k];
        for (int d = 0; d < mixer->kept; d++) now[k] -= gamma[d] * (mixer->points[d][k] + mixer->misses[d][k]);
    }
}

bool tree_solve(Tree *tree, ReferenceStart start, int *sweeps, double *residual) {
    size_t size = (size_t)tree->choice_count + 1;
    double *now = pool_take(tree->pool, size, sizeof *now), *answer = pool_take(tree->pool, size, sizeof *answer);
    Mixer mixer = {.size = tree->choice_count};
    mixer.point = pool_take(tree->pool, size, sizeof(double));
    mixer.miss = pool_take(tree->pool, size, sizeof(double));
    for (int d = 0; d < DEPTH; d++) {
        mixer.points[d] = pool_take(tree->pool, size, sizeof(double));
        mixer.misses[d] = pool_take(tree->pool, size, sizeof(double));
    }
    if (tree_place(tree->root, tree->s, now, start) != now + tree->choice_count) reference_stop("choices miscounted");
    double best = INFINITY;
    for (*sweeps = 1; *sweeps <= SWEEP_MAX; ++*sweeps) {
        Sweep sweep = {.tree = tree, .now = now, .answer = answer};
        visit(&sweep, tree->root);
        *residual = sweep.change;
        if (sweep.change < 1e-13) return true;
        if (!(sweep.change < 100 * best)) mixer.kept = 0; /* astray: forget and go on plainly */
        best = fmin(best, sweep.change);
        mix(&mixer, now, answer, *sweeps == 1);
    }
    return false;
}
