/* SPDX-License-Identifier: GPL-3.0-or-later
 * Pairs of vectors whose sum reaches a bound in every number. Private to the room. */
#ifndef PACKAGES_PAIRS_H
#define PACKAGES_PAIRS_H

#include "packages/packages.h"
#include "packages/runs.h"

/* Sum over rows a, b with a + b >= least in every number of packages(a) * packages(b). Stopped by the watch (which may
 * be NULL), the result encloses it: what was not looked at may count or not. False when memory is short. */
bool pairs_count(const RunList *a, const RunList *b, int width, const int64_t *least, Watch *watch,
                 PackageCount *result);

#endif
