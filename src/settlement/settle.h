/* SPDX-License-Identifier: GPL-3.0-or-later
 * One package carried out phase by phase by one type profile. Private to the room. */
#ifndef SETTLEMENT_SETTLE_H
#define SETTLEMENT_SETTLE_H

#include "settlement/settlement.h"

typedef struct SettleTask {
    const Situation *situation;
    const int *options;       /* [issue_count] flat */
    const int *types;         /* [party_count] flat: the profile */
    const double *afterwards; /* [party_count] points */
    const double *detection;  /* [party_count] beta: a breach by that party is detected within its phase */
    const double *delivered;  /* [issue_count] shares delivered before the first phase; NULL: none */
    bool is_direct;           /* phases by settle_pair where it can */
} SettleTask;

typedef struct SettleTrouble {
    int turned, lost;
} SettleTrouble;

/* Writes value[party_count], *kept, *complied. `scratch` is used and not reset. */
BrinkStatus settle_package(const SettleTask *task, Arena *scratch, double *value, double *kept, double *complied,
                           SettleTrouble *trouble);
/* The log-odds of complying of every party in every phase, all having complied before: odds[phase][party_count],
 * INFINITY where a party has no choice. `scratch` is used and not reset. */
BrinkStatus settle_trace(const SettleTask *task, Arena *scratch, double *odds, SettleTrouble *trouble);
/* settlement_red_lines where each party's detection is known. */
double settlement_red_lines_seen(const Situation *situation, int type, const int *options, const double *detection);
/* The log-odds of complying of two movers, where it is certain that there is one solution and nothing else on the
 * branch to it; else false. gain[mover][whether the other breaches]: what complying gains, times rationality. */
bool settle_pair(double gain[2][2], double odds[2]);
/* Whether a package comes to the same for a profile in two situations of one structure, afterwards and detection being
 * the same. */
bool settle_is_same(const Situation *one, const Situation *two, const int *options, const int *types);
/* ---- Design ---- */

/* Most steps of an issue in one phase. */
int design_most(const DesignTask *task, int issue, int steps);
/* The timetable with the largest probability of completion: fills share[phase_count][issue_count] and, of the design,
 * outcome, ways and carried. */
BrinkStatus design_likeliest(const DesignTask *task, const Exchange *exchange, Arena *arena, Design *result,
                             double *share);

/* The timetable of a package: the one its options name, else timetable 0. */
int settle_timetable(const Situation *situation, const int *options);

#endif
