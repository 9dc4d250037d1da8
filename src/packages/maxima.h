/* SPDX-License-Identifier: GPL-3.0-or-later
 * The maxima of a set of vectors (Kung, Luccio and Preparata 1975; Bentley 1980). Private to the room. */
#ifndef PACKAGES_MAXIMA_H
#define PACKAGES_MAXIMA_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "packages/watch.h"

/* Rows of `width` numbers, distinct and in descending lexicographic order, the first `settled` of which are known to be
 * maxima. Writes is_dominated[count]: some other row is at least as large in every number. Stopped by the watch (which
 * may be NULL), not all are marked. False when memory is short. */
bool maxima_mark(const int64_t *rows, size_t settled, size_t count, int width, Watch *watch, bool *is_dominated);

/* Sorts the indices in `order` by the rows they name, `stride` apart, compared in their first `width` numbers; stable.
 */
void maxima_sort(const int64_t *rows, size_t stride, int width, size_t *order, size_t *spare, size_t count);

/* -1, 0, 1: `a` comes before, is equal to, comes after `b` in descending lexicographic order. */
static inline int maxima_order(const int64_t *a, const int64_t *b, int width) {
    for (int k = 0; k < width; k++)
        if (a[k] != b[k]) return a[k] > b[k] ? -1 : 1;
    return 0;
}

#endif
