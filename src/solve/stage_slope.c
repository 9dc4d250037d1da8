/* SPDX-License-Identifier: GPL-3.0-or-later
 * The derivative of a stage's response by the log-odds of its choices (docs/method/qre.md, "Newton").
 *
 * With l = log sigma and the posterior b'_j(. | a) = softmax(log b + l(., a)), a change of type f's l at the action a
 * moves the public probability  d p_j(a)      = b_f sigma_f(a) dl the posterior           d b'_j(t | a) = b'(t) (1[t =
 * f] - b'(f)) dl and, sigma_f being a softmax of its log-odds z, dl(a) = sum over c of (1[a = c] - sigma_f(c)) dz(c).
 */
#include "solve/stage.h"

#include <math.h>
#include <string.h>

/* contracted[vertex][value] = the continuation at each vertex of mover k's posterior, averaged over the other parties'
 * vertices. */
static void contract(const Stage *stage, int joint, int k, double *contracted) {
    const Game *game = stage->game;
    const double *values = stage->values + stage->value_start[game->edges[stage->position->edge_start + joint].target];
    int width = game->value_count, vertex_count = stage->movers[k].type_count, stride;
    GridShare shares[stage->grid->corner_max];
    int corners = stage_corners_unweighted(stage, joint, k, shares, &stride);
    memset(contracted, 0, (size_t)(vertex_count * width) * sizeof *contracted);
    for (int c = 0; c < corners; c++) {
        const double *row = values + (size_t)shares[c].point * width;
        double *own = contracted + c / stride % vertex_count * width, weight = shares[c].weight;
        for (int v = 0; v < width; v++) own[v] += weight * row[v];
    }
}

/* tilt[type][value] for one mover: discount * b'_f (dW/db'_f - sum_t b'_t dW/db'_t), W linear in the cell's Kuhn
 * coordinates. */
static void tilt_mover(const Stage *stage, int joint, int k, double *tilt) {
    const Game *game = stage->game;
    const StageMover *mover = &stage->movers[k];
    const Edge *edge = &game->edges[stage->position->edge_start + joint];
    const double *discount = game->discounts + (size_t)edge->discount * (size_t)(game->type_total + 1);
    int width = game->value_count, types = mover->type_count;
    int at = (mover->first_slot + stage->joint_action[joint * stage->mover_count + k]) * stage->grid->type_max;
    const double *posterior = stage->posterior + at;
    double *contracted = stage->scratch;
    contract(stage, joint, k, contracted);
    /* tilt[t] := dW/db'_t = R * sum of the rises of coordinates 2..t */
    memset(tilt, 0, (size_t)(types * width) * sizeof *tilt);
    for (int vertex = 1; vertex < types; vertex++) {
        const double *upper = contracted + vertex * width, *lower = upper - width;
        for (int type = stage->order[at + vertex - 1] + 1; type < types; type++)
            for (int v = 0; v < width; v++) tilt[type * width + v] += stage->grid->resolution * (upper[v] - lower[v]);
    }
    for (int v = 0; v < width; v++) {
        double mean = 0;
        for (int type = 0; type < types; type++) mean += posterior[type] * tilt[type * width + v];
        for (int type = 0; type < types; type++)
            tilt[type * width + v] = discount[v] * posterior[type] * (tilt[type * width + v] - mean);
    }
}

void stage_tilt(Stage *stage, int joint) {
    const Game *game = stage->game;
    const Edge *edge = &game->edges[stage->position->edge_start + joint];
    double *tilt = stage->tilt + (size_t)joint * stage->type_slots * game->value_count;
    bool is_fixed = game->positions[edge->target].is_flat || stage->stays_at_start;
    for (int k = 0; k < stage->mover_count; k++) {
        int size = stage->movers[k].type_count * game->value_count;
        if (is_fixed || stage->movers[k].type_count == 1)
            memset(tilt, 0, (size_t)size * sizeof *tilt);
        else
            tilt_mover(stage, joint, k, tilt);
        tilt += size;
    }
}

/* Adds one joint action to moving[row][column]: d Q(row) by l at column. */
static void add_joint(Stage *stage, int joint) {
    int movers = stage->mover_count, width = stage->game->value_count;
    const int *actions = stage->joint_action + joint * movers;
    const double *ahead = stage->ahead + (size_t)joint * width;
    const double *tilt = stage->tilt + (size_t)joint * stage->type_slots * width;
    for (int j = 0; j < movers; j++) {
        const StageMover *mover = &stage->movers[j];
        for (int f = 0; f < mover->type_count; f++, tilt += width) {
            int column = mover->first_choice + f * mover->action_count + actions[j];
            double chance = stage->belief[mover->first_type + f] * stage->sigma[column];
            for (int i = 0; i < movers; i++) {
                const StageMover *own = &stage->movers[i];
                double others = stage_joint_chance(stage, actions, i, -1);
                double rest = i == j ? 0 : chance * stage_joint_chance(stage, actions, i, j);
                double *moving =
                    stage->moving + (size_t)(own->first_choice + actions[i]) * stage->choice_count + column;
                for (int t = 0; t < own->type_count; t++)
                    moving[(size_t)(t * own->action_count) * stage->choice_count] +=
                        others * tilt[own->first_type + t] + rest * ahead[own->first_type + t];
            }
        }
    }
}

/* From derivatives by l to derivatives by z: dz(c) moves l(a) by 1[a = c] - sigma(c). */
static void project(Stage *stage, double *row) {
    for (int k = 0; k < stage->mover_count; k++) {
        const StageMover *mover = &stage->movers[k];
        for (int type = 0; type < mover->type_count; type++) {
            double *own = row + mover->first_choice + type * mover->action_count, sum = 0;
            const double *sigma = stage->sigma + mover->first_choice + type * mover->action_count;
            for (int a = 0; a < mover->action_count; a++) sum += own[a];
            for (int a = 0; a < mover->action_count; a++) own[a] -= sigma[a] * sum;
        }
    }
}

/* Rationality of the type that a choice belongs to. */
static double rationality_of(const Stage *stage, int choice) {
    int k = 0;
    while (k + 1 < stage->mover_count && stage->movers[k + 1].first_choice <= choice) k++;
    const StageMover *mover = &stage->movers[k];
    return stage->game->rationality[mover->first_type + (choice - mover->first_choice) / mover->action_count];
}

void stage_slope(Stage *stage, double *slope) {
    int choices = stage->choice_count, unknowns = stage->unknown_count;
    memset(stage->moving, 0, (size_t)(choices * choices) * sizeof *stage->moving);
    for (int joint = 0; joint < stage->joint_count; joint++) add_joint(stage, joint);
    for (int row = 0; row < choices; row++) project(stage, stage->moving + (size_t)row * choices);
    for (int u = 0; u < unknowns; u++) {
        const double *own = stage->moving + (size_t)stage->unknown_choice[u] * choices;
        const double *reference = stage->moving + (size_t)stage->unknown_reference[u] * choices;
        double rationality = rationality_of(stage, stage->unknown_choice[u]);
        for (int w = 0; w < unknowns; w++)
            slope[u * unknowns + w] =
                rationality * (own[stage->unknown_choice[w]] - reference[stage->unknown_choice[w]]);
    }
}

void stage_respond(void *payload, const double *odds, double *gain, double *slope) {
    Stage *stage = payload;
    stage_set_odds(stage, odds);
    stage_look_ahead(stage, slope != NULL);
    for (int u = 0; u < stage->unknown_count; u++)
        gain[u] = rationality_of(stage, stage->unknown_choice[u]) *
                  (stage->payoff[stage->unknown_choice[u]] - stage->payoff[stage->unknown_reference[u]]);
    if (slope) stage_slope(stage, slope);
}
