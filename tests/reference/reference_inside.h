/* SPDX-License-Identifier: GPL-3.0-or-later
 * What the files of the reference share: memory, the tree, the rules of one signature. */
#ifndef REFERENCE_INSIDE_H
#define REFERENCE_INSIDE_H

#include "reference.h"

#include <stddef.h>

/* ---- memory that is freed as a whole ---- */
typedef struct Pool Pool;
Pool *pool_new(void);
void pool_free(Pool *pool);
void *pool_take(Pool *pool, size_t count, size_t size); /* zeroed; ends the run when memory is short */
void reference_stop(const char *why);

/* ---- the rules of one signature and of war ---- */
double rules_commits(const Situation *s, int type, int rung, const int *options);
double rules_red_lines(const Situation *s, int type, int date, const int *options); /* INFINITY: never */
/* Probability that a breach by that party is detected in time, by physics of its own where the package asks for it. */
double rules_detection(const Situation *s, int party, int date, const int *options);
double rules_after_collapse(const Situation *s, const int *rungs);
/* `attackers` [party_count] or NULL */
double rules_war(const Situation *s, int type, int date, const int *rungs, const bool *attackers);

int profile_count(const Situation *s);
void profile_types(const Situation *s, int profile, int *types); /* last party fastest */

/* ---- the tree ---- */
typedef enum { NODE_STAGE, NODE_MEDIATOR, NODE_CHANCE, NODE_END } NodeKind;
typedef enum { WAR_NONE, WAR_CHOSEN, WAR_INADVERTENT, WAR_AFTER_COLLAPSE } WarKind;

typedef struct StageMover {
    int party, action_count;
    double *measure;  /* [type of the party][action]; 0: closed */
    double *weight;   /* [type of the party][action] log of the choice probability up to a constant of the type;
                         -INFINITY: closed */
    double *sigma;    /* [type of the party][action] */
    double *marginal; /* [action] over the types, at the node's beliefs */
} StageMover;

typedef struct Node {
    NodeKind kind;
    int round; /* from 1; an end's is the round in which the game ends */
    int child_count;
    struct Node **children; /* NODE_STAGE: by joint action, first mover slowest */
    double *chance;         /* NODE_CHANCE: probabilities; NODE_MEDIATOR: measures */
    double *sigma;          /* NODE_MEDIATOR: probabilities */
    double *weight;         /* NODE_MEDIATOR: logs of these up to a constant */
    int mover_count;
    StageMover *movers;
    /* payoffs */
    const double *entry;    /* [type] points on coming here, or NULL */
    const double *discount; /* [type + mediator] of what is worth here, seen from the node before; NULL: ones */
    const double *base;     /* [type + mediator] points here, or NULL */
    const double *profile;  /* [profile][party + mediator] points here by type profile, or NULL */
    /* for the outlook */
    BrinkOutcome outcome;
    WarKind war;
    const double *kept; /* [profile] on a deal */
    bool starts_round;
    const int *postures; /* [party] flat rungs just chosen, or NULL */
    int tabled;          /* draft just tabled, -1 none */
    int agreed;          /* draft just agreed, -1 none */
    /* solution */
    double *belief; /* [type] */
    double *value;  /* [type + mediator] */
    double reach;
} Node;

typedef struct Tree {
    const Situation *s;
    Pool *pool;
    Node *root;
    long node_count;
    long evaluation_count; /* of stages, by tree_solve_stagewise */
    long choice_count;     /* entries of all `weight` */
    int profile_total;
    int posture_total;      /* joint postures */
    double **settled_value; /* [draft][date][joint posture]: [profile][party + mediator], lazily */
    double **settled_kept;  /* likewise [profile] */
} Tree;

Tree *tree_new(const Situation *s);
void tree_free(Tree *tree);
bool tree_solve(Tree *tree, ReferenceStart start, int *sweeps, double *residual);

/* ---- what both ways of solving do at a node ---- */
double *tree_place(Node *node, const Situation *s, double *next,
                   ReferenceStart start);                                /* room for the log weights below a node */
void node_set_choices(const Situation *s, Node *node);                   /* sigma and marginals from log weights */
void node_pass_beliefs(const Situation *s, Node *node);                  /* Bayes' rule to the children */
double node_worth(const Node *child, int value);                         /* seen from the node before */
double node_chance_of_joint(const Node *node, int joint, int leave_out); /* one mover (or -1) left out */
int node_action(const Node *node, int joint, int mover);
void node_value_bystanders(const Situation *s, Node *node); /* adds the children's worth by their probabilities */
void node_add_own(const Tree *tree, Node *node);            /* adds the payoffs at the node itself */

/* Solves stage by stage on the principal branch, every look-up a solution of its own. False where a branch turns, or
 * after so many evaluations that the game is no case for it. */
bool tree_solve_stagewise(Tree *tree);

#endif
