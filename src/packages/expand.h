/* SPDX-License-Identifier: GPL-3.0-or-later
 * All worth vectors of a part of a space, or those worth keeping, issue by issue. Private to the room. */
#ifndef PACKAGES_EXPAND_H
#define PACKAGES_EXPAND_H

#include "packages/part.h"
#include "packages/runs.h"
#include "packages/watch.h"

/* One way into a group: from a group of the layer before by an option; option -1: the end, verifiability settled. */
typedef struct ExpandStep {
    int from, option;
    const int64_t *shift;
    struct ExpandStep *next;
} ExpandStep;

/* What can be reached in one state. */
typedef struct ExpandGroup {
    const uint64_t *state;
    Points points;
    size_t row_count; /* points, or where they are not summed those that the steps lead to */
    ExpandStep *steps;
    size_t step_count;
} ExpandGroup;

typedef struct ExpandLayer {
    int group_count;
    ExpandGroup *groups;
} ExpandLayer;

/* After the k-th issue of the part: layers[k]. With `finish` one more layer, of at most one group, whose state is all
 * zero. */
typedef struct Expansion {
    const Part *part;
    int width; /* of the rows: signers, or 0 */
    int layer_count;
    int loose_from; /* the first layer that has steps and no points; layer_count: none */
    ExpandLayer *layers;
    int64_t grain_sum; /* epsilon: 0 where nothing had to be thinned */
    bool is_too_large; /* more states or points than allowed: the last layer is then missing */
} Expansion;

typedef struct ExpandSettings {
    bool counts_only; /* rows without numbers: how many packages per state */
    bool maxima;      /* keep undominated rows only, per state */
    bool finish;
    size_t loose_over;  /* not 0: layers with more points are not summed, nor is the last one: expand_runs */
    bool thins;         /* over points_most, thin (needs maxima); otherwise is_too_large */
    size_t points_most; /* per layer */
    size_t rows_most;   /* of all layers together, where they are thinned, and twice those of one; 0: any number */
    int groups_most;    /* per layer */
    Watch *watch;       /* may be NULL */
} ExpandSettings;

/* Stopped by the watch: what thins is brought to its end on a coarse grid, the rest ends with BRINK_CANCELLED. */
BrinkStatus expand(const Part *part, const ExpandSettings *settings, Arena *arena, Expansion *result);
/* What a group of the last, loose layer consists of, in `arena`; `runs` is NULL when memory is short. */
RunList expand_runs(const Expansion *expansion, const ExpandGroup *group, Arena *arena);

#endif
