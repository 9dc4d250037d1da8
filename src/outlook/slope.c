/* SPDX-License-Identifier: GPL-3.0-or-later
 * How the outlook's odds move with every number of the game (docs/method/gradient.md): back over the observed history,
 * node by node, then the sweep over the grid. Invariant: when a visit is taken back, what lies behind all its links has
 * been. */
#include "outlook/history.h"

#include <string.h>

enum { K = SLOPE_OUTCOMES };

/* How the objective, the odds given all that was observed, moves with a node. */
typedef struct Weight {
    double odds[K]; /* with its mass */
    double *belief; /* [type_total][K] with its beliefs */
} Weight;

typedef struct Back {
    const Solution *solution;
    const Game *game;
    Slope *slope;
    SolutionView *view;
    Trail trail;
    Cloud cloud;
    double likelihood;
    double shift[K]; /* less the odds: more mass here leaves less for all else */
    Weight *weights; /* [node] */
    Arena *arena;
    bool is_out_of_memory;
} Back;

static Weight weight_new(Back *back) {
    Weight weight = {.belief = arena_array(back->arena, (size_t)back->game->type_total * K, sizeof(double))};
    if (!weight.belief) back->is_out_of_memory = true;
    return weight;
}

static void weight_add(const Back *back, Weight *to, const double *odds, const double *belief) {
    for (int o = 0; o < K; o++) to->odds[o] += odds[o];
    for (int i = 0; i < back->game->type_total * K; i++) to->belief[i] += belief[i];
}

static void pass(Back *back, const Particle *particle, double mass, const SlopeEdge *edges, Weight *to) {
    double odds[K], belief[back->game->type_total * K];
    particle_set(back->view, back->solution, particle);
    slope_pass(back->slope, back->view, mass, edges, odds, belief);
    weight_add(back, to, odds, belief);
}

/* ---- Where the history ends ---- */

/* The outlook starts at a particle: on at its own belief until somebody has chosen, then on the grid; as forward.c. */
static void leave(Back *back, const Particle *particle, Weight *to) {
    const Game *game = back->game;
    const Position *p = &game->positions[particle->position];
    int point = particle->is_start && !p->is_flat ? solve_points(p, back->solution->grid) - 1 : 0;
    for (int o = 0; o < K && (p->kind == POSITION_END || particle->is_start); o++)
        to->odds[o] += slope_odds(back->slope, particle->position, point)[o] + back->shift[o];
    if (particle->is_start) slope_start(back->slope, particle->position, point, particle->mass);
    if (p->kind == POSITION_END || particle->is_start) return;
    SlopeEdge edges[p->edge_count];
    for (int e = 0; e < p->edge_count; e++) {
        edges[e] = (SlopeEdge){.is_open = true, .is_on_grid = history_is_choice(game, p)};
        memcpy(edges[e].odds, back->shift, sizeof back->shift);
        if (edges[e].is_on_grid) continue;
        Weight behind = weight_new(back);
        particle_set(back->view, back->solution, particle);
        Particle next = particle_next(back->view, back->solution, particle, e, back->arena);
        if (back->is_out_of_memory) return;
        leave(back, &next, &behind);
        memcpy(edges[e].odds, behind.odds, sizeof behind.odds);
        edges[e].belief = behind.belief;
    }
    if (!back->is_out_of_memory) pass(back, particle, particle->mass, edges, to);
}

/* ---- Back over the history ---- */

/* A node that was merged into another: both at their mean belief. */
static void part(Back *back, int node, int merged) {
    const TrailNode *own = &back->trail.nodes[node], *whole = &back->trail.nodes[merged];
    const Weight *from = &back->weights[merged];
    Weight *to = &back->weights[node];
    for (int o = 0; o < K; o++) to->odds[o] += from->odds[o];
    for (int type = 0; type < back->game->type_total; type++)
        for (int o = 0; o < K; o++) {
            double moved = from->belief[type * K + o] / whole->mass;
            to->odds[o] += (own->belief[type] - whole->belief[type]) * moved * back->likelihood;
            to->belief[type * K + o] += own->mass * moved;
        }
}

static void take_back(Back *back, const TrailVisit *visit) {
    const TrailNode *node = &back->trail.nodes[visit->node];
    const TrailLink *links = back->trail.links + visit->first_link;
    const Position *p = &back->game->positions[node->position];
    if (visit->link_count == 0) return;
    if (links[0].edge < 0) {
        part(back, visit->node, links[0].node);
        return;
    }
    SlopeEdge edges[p->edge_count];
    memset(edges, 0, sizeof edges);
    for (int l = 0; l < visit->link_count; l++) {
        const Weight *behind = &back->weights[links[l].node];
        SlopeEdge *edge = &edges[links[l].edge];
        edge->is_open = true;
        edge->belief = behind->belief;
        memcpy(edge->odds, behind->odds, sizeof behind->odds);
    }
    Particle particle = {.position = node->position, .is_start = node->is_start, .belief = node->belief};
    pass(back, &particle, node->mass / back->likelihood, edges, &back->weights[visit->node]);
}

static BrinkStatus go_back(Back *back) {
    back->weights = arena_array(back->arena, (size_t)back->trail.node_count, sizeof *back->weights);
    if (!back->weights) return BRINK_NO_MEMORY;
    for (int node = 0; node < back->trail.node_count; node++) back->weights[node] = weight_new(back);
    for (int i = 0; i < back->cloud.count && !back->is_out_of_memory; i++)
        leave(back, &back->cloud.particles[i], &back->weights[back->cloud.particles[i].node]);
    for (int v = back->trail.visit_count - 1; v >= 0 && !back->is_out_of_memory; v--)
        take_back(back, &back->trail.visits[v]);
    if (back->is_out_of_memory) return BRINK_NO_MEMORY;
    slope_move_prior(back->slope, back->weights[0].belief);
    return BRINK_OK;
}

BrinkStatus outlook_slope(const Solution *solution, const Situation *situation, const Outlook *outlook, int threads,
                          SolveObserver observer, void *payload, Arena *arena, const GameSlope **result) {
    Back back = {.solution = solution, .game = solution->game, .arena = arena, .trail = {.arena = arena}};
    int impossible;
    back.slope = slope_new(solution, threads, arena);
    back.view = solution_view_new(solution, arena);
    if (!back.slope || !back.view) return BRINK_NO_MEMORY;
    for (int o = 0; o < K; o++) back.shift[o] = -outlook->outcomes[o];
    back.cloud.trail = &back.trail;
    BrinkStatus status = history_follow(solution, situation, (HistoryChoice){situation->history_count, -1, -1}, arena,
                                        &back.cloud, &back.likelihood, &impossible);
    if (status == BRINK_OK) status = go_back(&back);
    return status == BRINK_OK ? slope_finish(back.slope, observer, payload, result) : status;
}
