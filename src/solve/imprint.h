/* SPDX-License-Identifier: GPL-3.0-or-later
 * What a solve leaves for those after it: the log-odds that it found. With other numbers they are others, but at
 * neighbouring points they have moved by nearly as much (docs/method/fast.md). Private to the room. */
#ifndef SOLVE_IMPRINT_H
#define SOLVE_IMPRINT_H

#include "solve/ladder.h"
#include "solve/solve.h"

typedef struct Imprint {
    int position_count;
    size_t *start;   /* [position] of its first row */
    float *rows;     /* [place on the ladder][unknown of the stage] */
    bool *is_smooth; /* [position] its rows are there: no point's branch had to be followed but at the coarsest */
    int *source; /* [position] the one whose rows stand for it: the first that was equal to it when they were kept */
} Imprint;

/* With nothing in it yet. NULL when memory is short; freed by imprint_free(), which accepts NULL. */
Imprint *imprint_new(const Solution *solution);
void imprint_free(Imprint *imprint);

/* Forgets what is in it, before a solve in which the first of equal positions stands for all. */
void imprint_begin(Imprint *imprint, const int *first);
/* Whether there is something kept that a position may start from. */
bool imprint_has(const Imprint *imprint, int position);
/* Keeps the odds found at a position, rows of `width` of which `count` are used. */
void imprint_keep(Imprint *imprint, int position, const Ladder *ladder, int width, int count, const double *odds);
/* Adds what was kept of the places up to, not including, `end` to their rows of `odds`; with sign -1 takes it off. */
void imprint_add(const Imprint *imprint, int position, const Ladder *ladder, int end, int sign, int width, int count,
                 double *odds);

#endif
