/* SPDX-License-Identifier: GPL-3.0-or-later
 * Carrying out timetables of one package again and again. Private to the room. */
#ifndef SETTLEMENT_COMPLETION_H
#define SETTLEMENT_COMPLETION_H

#include "settlement/settle.h"

/* Everything that does not depend on the shares. */
typedef struct Carrier {
    const DesignTask *task;
    Situation situation; /* with one timetable, the one at hand */
    int start[2];        /* its phases */
    int profile_count;   /* of the types that count */
    int *types;          /* [profile_count][party_count] */
    double *weight;      /* [profile_count] sums to 1 */
    double *afterwards;  /* [profile_count][party_count] */
    double *detection;   /* [party_count] */
    double *value;       /* [party_count] scratch */
    Arena *scratch;
} Carrier;

/* `scratch` is reset for each timetable. False when memory is short. */
bool carrier_new(const DesignTask *task, Arena *arena, Arena *scratch, Carrier *carrier);
/* Expected probability that phases first .. phase_count - 1 are completed by all, where all completed the ones before
 * and `delivered` [issue_count] is what that has brought. share[phase_count][issue_count]. */
BrinkStatus carry_out(Carrier *carrier, int first, int phase_count, const double *share, const double *delivered,
                      double *result);
/* Whether a timetable of so many phases is no longer than what is carried out. */
bool completion_is_short(const DesignTask *task, int phase_count);

#endif
