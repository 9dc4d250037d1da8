/* SPDX-License-Identifier: GPL-3.0-or-later
 * What each type makes of one package. Private to the room. */
#ifndef PACKAGES_DRAFTS_H
#define PACKAGES_DRAFTS_H

#include "packages/packages.h"

/* By worths that are not settled; views[type_total]. */
void drafts_view(const Situation *situation, const int *options, Disagreement disagreement, DraftView *views);
/* The drafts that may be tabled and change something; NULL when memory is short. */
const PackageDraft *drafts_view_all(const Situation *situation, Disagreement disagreement, Arena *arena, int *count);

#endif
