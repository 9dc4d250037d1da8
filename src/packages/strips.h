/* SPDX-License-Identifier: GPL-3.0-or-later
 * Pairs of rows that reach a bound in one or two numbers, counted in little memory. Private to the room. */
#ifndef PACKAGES_STRIPS_H
#define PACKAGES_STRIPS_H

#include "packages/packages.h"
#include "packages/runs.h"

/* What to count: rows a, b with a + b >= least in each of the one or two `numbers` (ascending). */
typedef struct StripsTask {
    const RunList *a, *b;
    int width, number_count;
    const int *numbers;
    const int64_t *least; /* [width] */
    Watch *watch;         /* may be NULL; stopped, the result encloses the sum */
} StripsTask;

/* Sum over these pairs of packages(a) * packages(b). False when memory is short. */
bool strips_count(const StripsTask *task, PackageCount *result);

#endif
