/* SPDX-License-Identifier: GPL-3.0-or-later
 * The adjoint of one node that is passed at a belief of its own: where a history was observed, or has just ended
 * (docs/method/gradient.md, "History"). */
#include "solve/slope.h"
#include "solve/view.h"

#include <string.h>

enum { K = SLOPE_K };

/* Of the target of an edge without types: where its value is read, and how that moves with the beliefs. */
typedef struct Reading {
    int rows;
    const GridShare *shares; /* rows of `back` */
    double worth;            /* the public player's value there */
    const double *rise;      /* [type] its slope by the beliefs, NULL: none */
} Reading;

/* shares[corner_max], value[value_count] and rise[type_total][value_count] are room; the rise of the public value ends
 * up in its front. */
static Reading read_target(Slope *slope, const SolutionView *view, int target, GridShare *shares, double *value,
                           double *rise) {
    const Solution *solution = slope->solution;
    const Game *game = slope->game;
    const Position *p = &game->positions[target];
    int width = game->value_count, slots[game->party_count];
    const double *rows = solution->values + solution->value_start[target];
    shares[0] = (GridShare){0, 1};
    if (p->is_flat || view->point >= 0) {
        size_t at = p->is_flat ? 0 : same_point(solution, view->position, view->point, p);
        if (!p->is_flat) shares[0].point = slope_rows(slope, p) - 1;
        return (Reading){1, shares, rows[at * (size_t)width + (size_t)game->type_total], NULL};
    }
    for (int party = 0; party < game->party_count; party++) {
        slots[party] = party;
        slope_locate(&slope->own, party, party, view->belief + game->type_start[party]);
    }
    slope_look_up(&slope->own, slots, rows, width, value, rise);
    for (int type = 0; type < game->type_total; type++) rise[type] = rise[type * width + game->type_total];
    int count = slope_list_rows(slope, target, slots, view->belief, shares);
    return (Reading){count, shares, value[game->type_total], rise};
}

/* The public player's choice moves with what its edges are worth to it: `moved` [edge][o] is d P / d log-odds. */
static void push_public(Slope *slope, const SolutionView *view, const double *moved, const double *worths, double mean,
                        double *belief) {
    const Game *game = slope->game;
    const Position *p = view->position;
    int width = game->value_count, value = game->type_total;
    size_t columns = (size_t)(game->type_total + 1);
    GridShare shares[slope->solution->grid->corner_max];
    double values[width], rise[game->type_total * width];
    for (int e = 0; e < p->edge_count; e++) {
        const Edge *edge = &game->edges[p->edge_start + e];
        size_t discount = (size_t)edge->discount * columns + (size_t)value, weight = (size_t)(p->edge_start + e);
        double *back = slope_back(slope, edge->target);
        Reading at = read_target(slope, view, edge->target, shares, values, rise);
        if (!back) return;
        for (int o = 0; o < K; o++) {
            double own = moved[e * K + o], flow = game->public_rationality * own;
            slope->sum.weights[weight * K + (size_t)o] += own / game->weights[weight];
            slope->sum.public_rationality[o] += own * (worths[e] - mean);
            slope->sum.discounts[discount * K + (size_t)o] += flow * at.worth;
            if (edge->payoff >= 0)
                slope->sum.type_rows[((size_t)edge->payoff * columns + (size_t)value) * K + (size_t)o] += flow;
            for (int s = 0; s < at.rows; s++)
                back[(at.shares[s].point * width + value) * K + o] +=
                    at.shares[s].weight * game->discounts[discount] * flow;
            for (int type = 0; at.rise && type < game->type_total; type++)
                belief[type * K + o] += flow * game->discounts[discount] * at.rise[type];
        }
    }
}

/* From `behind` [edge][o] to d P / d log-odds; gives the mean worth. */
static double through_choice(Slope *slope, const SolutionView *view, double *behind, double *worths) {
    const Game *game = slope->game;
    const Position *p = view->position;
    size_t columns = (size_t)(game->type_total + 1);
    GridShare shares[slope->solution->grid->corner_max];
    double values[game->value_count], rise[game->type_total * game->value_count], mean[K] = {0}, worth = 0;
    for (int e = 0; e < p->edge_count; e++) {
        const Edge *edge = &game->edges[p->edge_start + e];
        double discount = game->discounts[(size_t)edge->discount * columns + (size_t)game->type_total];
        double payoff =
            edge->payoff < 0 ? 0 : game->type_rows[(size_t)edge->payoff * columns + (size_t)game->type_total];
        worths[e] = payoff + discount * read_target(slope, view, edge->target, shares, values, rise).worth;
        worth += view->probability[e] * worths[e];
        for (int o = 0; o < K; o++) mean[o] += view->probability[e] * behind[e * K + o];
    }
    for (int e = 0; e < p->edge_count; e++)
        for (int o = 0; o < K; o++) behind[e * K + o] = view->probability[e] * (behind[e * K + o] - mean[o]);
    return worth;
}

static void pass_edges(Slope *slope, const SolutionView *view, double mass, const SlopeEdge *edges, double *odds,
                       double *belief) {
    const Position *p = view->position;
    int types = slope->game->type_total;
    double behind[p->edge_count * K], worths[p->edge_count];
    memset(odds, 0, K * sizeof *odds);
    for (int e = 0; e < p->edge_count; e++)
        for (int o = 0; o < K; o++) {
            behind[e * K + o] = edges[e].is_open ? mass * edges[e].odds[o] : 0;
            odds[o] += edges[e].is_open ? view->probability[e] * edges[e].odds[o] : 0;
            for (int type = 0; type < types && edges[e].is_open && edges[e].belief; type++)
                belief[type * K + o] += edges[e].belief[type * K + o];
        }
    if (p->kind == POSITION_PUBLIC) {
        double mean = through_choice(slope, view, behind, worths);
        push_public(slope, view, behind, worths, mean, belief);
        return;
    }
    for (int i = 0; i < p->edge_count * K; i++) slope->sum.weights[(size_t)p->edge_start * K + (size_t)i] += behind[i];
}

void slope_pass(Slope *slope, const SolutionView *view, double mass, const SlopeEdge *edges, double *odds,
                double *belief) {
    memset(belief, 0, (size_t)(slope->game->type_total * K) * sizeof *belief);
    if (view->position->kind == POSITION_STAGE)
        slope_stage(slope, view->stage, NULL, mass, edges, odds, belief);
    else
        pass_edges(slope, view, mass, edges, odds, belief);
}
