/* SPDX-License-Identifier: GPL-3.0-or-later
 * Rows of single precision: a guess need not be better. */
#include "solve/imprint.h"
#include "solve/backward.h"
#include "solve/kernels/kernels.h"

#include <stdlib.h>

Imprint *imprint_new(const Solution *solution) {
    const Game *game = solution->game;
    size_t positions = (size_t)game->position_count, total = 0;
    Imprint *imprint = calloc(1, sizeof *imprint);
    if (!imprint) return NULL;
    imprint->start = malloc(positions * sizeof *imprint->start);
    imprint->is_smooth = calloc(positions, sizeof *imprint->is_smooth);
    imprint->source = calloc(positions, sizeof *imprint->source);
    imprint->position_count = game->position_count;
    for (size_t i = 0; imprint->start && i < positions; i++) {
        const Position *p = &game->positions[i];
        imprint->start[i] = total;
        if (p->kind == POSITION_STAGE && p->on_grid) total += (size_t)solution->grid->point_count * odds_count(game, p);
    }
    imprint->rows = malloc((total + 1) * sizeof *imprint->rows);
    if (imprint->start && imprint->is_smooth && imprint->source && imprint->rows) return imprint;
    imprint_free(imprint);
    return NULL;
}

void imprint_free(Imprint *imprint) {
    if (!imprint) return;
    free(imprint->start);
    free(imprint->rows);
    free(imprint->is_smooth);
    free(imprint->source);
    free(imprint);
}

void imprint_begin(Imprint *imprint, const int *first) {
    for (int i = 0; i < imprint->position_count; i++) {
        imprint->is_smooth[i] = false;
        imprint->source[i] = first[i];
    }
}

bool imprint_has(const Imprint *imprint, int position) {
    return imprint->is_smooth[imprint->source[position]];
}

void imprint_keep(Imprint *imprint, int position, const Ladder *ladder, int width, int count, const double *odds) {
    float *row = imprint->rows + imprint->start[imprint->source[position]];
    for (int place = 0; place < ladder->rung_start[ladder->rung_count]; place++) {
        const double *own = odds + ladder_row(ladder, place, width);
        for (int u = 0; u < count; u++) *row++ = (float)own[u];
    }
}

void imprint_add(const Imprint *imprint, int position, const Ladder *ladder, int end, int sign, int width, int count,
                 double *odds) {
    const float *row = imprint->rows + imprint->start[imprint->source[position]];
    for (int place = 0; place < end; place++) {
        double *own = odds + ladder_row(ladder, place, width);
        for (int u = 0; u < count; u++) own[u] += sign * *row++;
    }
}
