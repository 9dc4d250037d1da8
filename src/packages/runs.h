/* SPDX-License-Identifier: GPL-3.0-or-later
 * Sorted lists of worth vectors, each with the number of packages that have it, and their sums and maxima. Private to
 * the room. */
#ifndef PACKAGES_RUNS_H
#define PACKAGES_RUNS_H

#include "packages/watch.h"

/* Distinct rows in descending lexicographic order. */
typedef struct Points {
    size_t count;
    int64_t *worth;   /* [count][width] */
    double *packages; /* [count] exact up to 2^53, then to 15 digits */
} Points;

/* A list moved by a vector. */
typedef struct Run {
    const Points *points;
    const int64_t *shift;
} Run;

typedef struct RunList {
    const Run *runs;
    size_t count;
} RunList;

size_t runs_rows(const RunList *list);
double points_packages(const Points *points); /* of all rows together */
double runs_packages(const RunList *list);
/* Whether every row is of one package. */
bool runs_are_single(const RunList *list);

/* Room that grows and is used again, for lists of one width. */
typedef struct RunRoom {
    size_t capacity; /* rows */
    int64_t *worth;
    double *packages;
    size_t mark_capacity;
    bool *marks;
    size_t rows_most; /* of a list; 0: any number */
    bool is_full;     /* there were more, and they were not merged */
    Watch *watch;     /* may be NULL; stopped, what is merged with this room is of no use */
} RunRoom;
void run_room_free(RunRoom *room);

/* All rows of all runs as one list, equal rows joined; with `maxima`, without dominated ones. The result's arrays are
 * in `arena`. False when memory is short. */
bool runs_merge(const Run *runs, size_t run_count, int width, bool maxima, RunRoom *room, Arena *arena, Points *result);

/* Keeps one row per cell of a grid of `grain`, and of the cells the maxima only: every row of `points` is at most
 * `grain` better in any number than some row of the result. The numbers of packages are then lower bounds. False when
 * memory is short. */
bool runs_thin(const Points *points, int width, int64_t grain, Arena *arena, Points *result);

/* Largest less smallest number k of the rows. */
double runs_range(const Points *points, int width, int k);
/* Index of a row in a list, or -1. */
ptrdiff_t points_find(const Points *points, const int64_t *row, int width);

#endif
