/* SPDX-License-Identifier: GPL-3.0-or-later
 * The disagreement point. Invariant: the dates are those of the model, collapse and conflict at the first meeting,
 * lapse at its own. */
#include <math.h>

#include "packages/packages.h"
#include "settlement/settlement.h"

double packages_outside(const Situation *s, int type, Disagreement disagreement) {
    double collapse = s->collapse[type];
    double lapse = s->lapse[(size_t)(s->date_count - 1) * (size_t)s->type_total + (size_t)type];
    switch (disagreement) {
    case DISAGREEMENT_BEST:
        return fmax(collapse, lapse);
    case DISAGREEMENT_COLLAPSE:
        return collapse;
    case DISAGREEMENT_LAPSE:
        return lapse;
    case DISAGREEMENT_CONFLICT:
        return settlement_war(s, type, 0, s->now, NULL);
    }
    return NAN;
}
