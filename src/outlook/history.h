/* SPDX-License-Identifier: GPL-3.0-or-later
 * What a history leaves: a cloud of positions and beliefs. Private to the room. */
#ifndef OUTLOOK_HISTORY_H
#define OUTLOOK_HISTORY_H

#include "outlook/outlook.h"

/* A position reached with public beliefs. */
typedef struct Particle {
    int position;
    bool is_start; /* nobody has chosen yet: the beliefs are the starting ones, and the solution holds the answer */
    bool is_seen;  /* the last stated stage of the item at hand lies behind it */
    double mass;
    const double *belief; /* [type_total] */
    int node;             /* of the trail, where there is one */
} Particle;

/* How a cloud came about, for going back over it: each visit takes a node along some of its edges, or merges it into
 * another. Visits come in order: a node is left after all that lead to it. */
typedef struct TrailNode {
    int position;
    bool is_start;
    double mass; /* joint with all that was observed */
    const double *belief;
} TrailNode;
typedef struct TrailLink {
    int edge; /* -1: merged */
    int node;
} TrailLink;
typedef struct TrailVisit {
    int node, first_link, link_count;
} TrailVisit;
typedef struct Trail {
    TrailNode *nodes;
    TrailLink *links;
    TrailVisit *visits;
    int node_count, node_room, link_count, link_room, visit_count, visit_room;
    Arena *arena;
    bool is_out_of_memory;
} Trail;

typedef struct Cloud {
    Particle *particles;
    int count, room;
    Arena *arena;
    bool is_out_of_memory;
    Trail *trail; /* NULL: not kept */
} Cloud;

/* Whether a party chooses there between two actions, so that what follows has beliefs of its own. */
bool history_is_choice(const Game *game, const Position *p);

/* Adds a particle; the belief is not copied. */
void cloud_add(Cloud *cloud, Particle particle);
/* Turns a view to a particle; false where its stage does not converge. */
bool particle_set(SolutionView *view, const Solution *solution, const Particle *particle);
/* What follows a particle along an edge: mass and belief, the view being set to it. The belief is new in `arena`, or
 * NULL when memory is short. */
Particle particle_next(SolutionView *view, const Solution *solution, const Particle *particle, int edge, Arena *arena);
/* The cloud after the first `choice.items` of the history, total mass 1, and the probability of all of them together.
 * A trail is kept in cloud->trail where that is not NULL.
 * Status BAD_INPUT with *impossible set where an item cannot happen; NOT_SOLVED where a stage on the way does not
 * converge. */
BrinkStatus history_follow(const Solution *solution, const Situation *situation, HistoryChoice choice, Arena *arena,
                           Cloud *cloud, double *likelihood, int *impossible);

#endif
