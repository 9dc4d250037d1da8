/* SPDX-License-Identifier: GPL-3.0-or-later
 * Choice probabilities to and from the ratios that a solution stores. */
#include "solve/sigma.h"

static const double least = 1e-300; /* so that no ratio, nor a sum of them, overflows */

static int types_of(const Game *game, const Mover *mover) {
    return game->type_start[mover->party + 1] - game->type_start[mover->party];
}

size_t choice_count(const Game *game, const Position *p) {
    size_t count = 0;
    if (p->kind != POSITION_STAGE) return 0;
    for (int m = p->mover_start; m < p->mover_start + p->mover_count; m++)
        count += (size_t)game->movers[m].action_count * (size_t)types_of(game, &game->movers[m]);
    return count;
}

size_t sigma_width(const Game *game, const Position *p) {
    size_t width = choice_count(game, p);
    if (p->kind == POSITION_PUBLIC) return (size_t)p->edge_count;
    for (int m = p->mover_start; m < p->mover_start + p->mover_count && p->kind == POSITION_STAGE; m++)
        width -= (size_t)types_of(game, &game->movers[m]);
    return width;
}

/* One type's. */
static void read_type(const double *measures, int actions, const double *ratios, double *sigma) {
    double sum = sigma[0] = measures[0] > 0 ? 1 : 0;
    for (int a = 1; a < actions; a++) sum += sigma[a] = ratios[a - 1];
    double share = 1 / sum;
    for (int a = 0; a < actions; a++) sigma[a] *= share;
}

static void store_type(const double *measures, int actions, const double *sigma, double *ratios) {
    double first = sigma[0] > least ? sigma[0] : least;
    for (int a = 1; a < actions; a++) ratios[a - 1] = measures[0] > 0 ? sigma[a] / first : sigma[a];
}

void sigma_read(const Game *game, const Position *stage, const double *stored, double *sigma) {
    for (int m = stage->mover_start; m < stage->mover_start + stage->mover_count; m++) {
        const Mover *mover = &game->movers[m];
        const double *measures = game->measures + mover->measure;
        int actions = mover->action_count, types = types_of(game, mover);
        for (int t = 0; t < types; t++) {
            read_type(measures, actions, stored, sigma);
            measures += actions;
            stored += actions - 1;
            sigma += actions;
        }
    }
}

void sigma_store(const Game *game, const Position *stage, const double *sigma, double *stored) {
    for (int m = stage->mover_start; m < stage->mover_start + stage->mover_count; m++) {
        const Mover *mover = &game->movers[m];
        const double *measures = game->measures + mover->measure;
        int actions = mover->action_count, types = types_of(game, mover);
        for (int t = 0; t < types; t++) {
            store_type(measures, actions, sigma, stored);
            measures += actions;
            stored += actions - 1;
            sigma += actions;
        }
    }
}
