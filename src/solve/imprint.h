/* SPDX-License-Identifier: GPL-3.0-or-later
 * What a solve leaves for those after it: the log-odds that it found. With other numbers they are others, but at
 * neighbouring points they have moved by nearly as much (docs/method/fast.md). Private to the room. */
#ifndef SOLVE_IMPRINT_H
#define SOLVE_IMPRINT_H

#include "solve/ladder.h"
#include "solve/solve.h"

typedef struct Imprint {
    int position_count, points;
    size_t *start;          /* [position] of its first row */
    float *rows;            /* [place on the ladder][unknown of the stage] */
    unsigned char *is_kept; /* [position][place] its row is there: it was nowhere near a fold */
    int *source; /* [position] the one whose rows stand for it: the first that was equal to it when they were kept */
} Imprint;

/* With nothing in it yet. NULL when memory is short; freed by imprint_free(), which accepts NULL. */
Imprint *imprint_new(const Solution *solution);
void imprint_free(Imprint *imprint);

/* Forgets what is in it, before a solve in which the first of equal positions stands for all. */
void imprint_begin(Imprint *imprint, const int *first);
/* Keeps the odds found at the sure points of a position, rows of `width` of which `count` are used. */
void imprint_keep(Imprint *imprint, int position, const Ladder *ladder, int width, int count, const double *odds,
                  const unsigned char *is_sure);
/* Whether there is something kept of a place, */
static inline bool imprint_has(const Imprint *imprint, int position, int place) {
    return imprint->is_kept[(size_t)imprint->source[position] * (size_t)imprint->points + (size_t)place];
}
/* and what: [count]. */
static inline const float *imprint_row(const Imprint *imprint, int position, int place, int count) {
    return imprint->rows + imprint->start[imprint->source[position]] + (size_t)place * (size_t)count;
}

#endif
