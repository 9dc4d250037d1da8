/* SPDX-License-Identifier: GPL-3.0-or-later
 * The one door to the room `packages`: what could be signed, before any game is played (docs/packages.md).
 *
 * A *signer* is a party that signs, numbered in file order. A *package* is given by its flat options, one per issue.
 * What a signer gets from a package is its worth: the gain relative to today less the prices of red lines and of what
 * cannot be verified (settlement.h); with `settled`, what the settlement makes of it, less the same prices. Worths are
 * kept in whole billionths of a point: two packages are tied when they agree in these. */
#ifndef PACKAGES_PACKAGES_H
#define PACKAGES_PACKAGES_H

#include "base/base.h"
#include "scenario/situation.h"

/* What a signer has without an agreement. */
typedef enum Disagreement {
    DISAGREEMENT_BEST, /* the larger of collapse and lapse: what a party can bring about at the table */
    DISAGREEMENT_COLLAPSE,
    DISAGREEMENT_LAPSE,
    DISAGREEMENT_CONFLICT
} Disagreement;

typedef enum PackageConcept {
    CONCEPT_NASH,
    CONCEPT_KALAI_SMORODINSKY,
    CONCEPT_EGALITARIAN,
    CONCEPT_UTILITARIAN,
    CONCEPT_PRODUCT_FROM_TODAY, /* maximal product of gains relative to today */
    CONCEPT_COUNT
} PackageConcept;

/* Points of disagreement of a type at the first meeting and the postures held now; lapse at the lapse date. */
double packages_outside(const Situation *situation, int type, Disagreement disagreement);

#endif
