/* SPDX-License-Identifier: GPL-3.0-or-later
 * Rows of single precision: a guess need not be better. */
#include "solve/imprint.h"
#include "solve/backward.h"
#include "solve/kernels/kernels.h"

#include <stdlib.h>
#include <string.h>

Imprint *imprint_new(const Solution *solution) {
    const Game *game = solution->game;
    size_t positions = (size_t)game->position_count, total = 0;
    Imprint *imprint = calloc(1, sizeof *imprint);
    if (!imprint) return NULL;
    imprint->position_count = game->position_count;
    imprint->points = solution->grid->point_count;
    imprint->start = malloc(positions * sizeof *imprint->start);
    imprint->is_kept = calloc(positions, (size_t)imprint->points);
    imprint->source = calloc(positions, sizeof *imprint->source);
    for (size_t i = 0; imprint->start && i < positions; i++) {
        const Position *p = &game->positions[i];
        imprint->start[i] = total;
        if (p->kind == POSITION_STAGE && p->on_grid) total += (size_t)imprint->points * sigma_width(game, p);
    }
    imprint->rows = malloc((total + 1) * sizeof *imprint->rows);
    if (imprint->start && imprint->is_kept && imprint->source && imprint->rows) return imprint;
    imprint_free(imprint);
    return NULL;
}

void imprint_free(Imprint *imprint) {
    if (!imprint) return;
    free(imprint->start);
    free(imprint->rows);
    free(imprint->is_kept);
    free(imprint->source);
    free(imprint);
}

void imprint_begin(Imprint *imprint, const int *first) {
    memset(imprint->is_kept, 0, (size_t)imprint->position_count * (size_t)imprint->points);
    for (int i = 0; i < imprint->position_count; i++) imprint->source[i] = first[i];
}

void imprint_keep(Imprint *imprint, int position, const Ladder *ladder, int width, int count, const double *odds,
                  const unsigned char *is_sure) {
    size_t source = (size_t)imprint->source[position];
    float *row = imprint->rows + imprint->start[source];
    unsigned char *is_kept = imprint->is_kept + source * (size_t)imprint->points;
    for (int place = 0; place < imprint->points; place++, row += count) {
        const double *own = odds + ladder_row(ladder, place, width);
        is_kept[place] = is_sure[ladder->points[place]];
        for (int u = 0; u < count; u++) row[u] = (float)own[u];
    }
}
