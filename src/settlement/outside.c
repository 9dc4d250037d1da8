/* SPDX-License-Identifier: GPL-3.0-or-later
 * What it is worth not to agree: war and collapse at the postures held (model: docs/method/model.md, "A round"). */
#include "settlement/settlement.h"

#include <math.h>

double settlement_after_collapse(const Situation *s, const int *rungs) {
    double p = 0;
    for (int party = 0; party < s->party_count; party++) p = fmax(p, s->after_collapse[rungs[party]]);
    return p;
}

double settlement_war(const Situation *s, int type, int date, const int *rungs, const bool *attackers) {
    size_t row = (size_t)date * s->type_total + type;
    int own = s->type_party[type];
    double value = s->conflict[row];
    for (int party = 0; party < s->party_count; party++) {
        if (attackers && attackers[party]) value += s->conflict_by[row * s->party_count + party];
        value += s->war[(size_t)rungs[party] * s->party_count + own];
    }
    return value;
}

double settlement_afterwards(const Situation *s, int type, int date, const int *rungs) {
    double p = settlement_after_collapse(s, rungs);
    return p * settlement_war(s, type, date, rungs, NULL) + (1 - p) * s->collapse[(size_t)date * s->type_total + type];
}
