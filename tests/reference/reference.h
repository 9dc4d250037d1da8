/* SPDX-License-Identifier: GPL-3.0-or-later
 * An independent, exact solution of small scenarios, to hold the program against (docs/method/model.md, all of it).
 *
 * The whole tree of histories is laid out, one node per history, so that every information set has beliefs of its own
 * and nothing is looked up on a grid. What is solved is the logit agent quantal response equilibrium of that tree: at
 * every history sigma = m exp(lambda Q) / sum, with beliefs by Bayes' rule along the tree. Where it is unique this is
 * what the program's stagewise branch converges to as its grid is refined. It shares the Situation with the program and
 * no other source.
 *
 * Everything here ends the test run with a message when memory is short: it serves tests only. */
#ifndef REFERENCE_H
#define REFERENCE_H

#include "scenario/situation.h"

typedef struct ReferenceOutlook {
    int round_count, draft_count, type_total, rung_total;
    double outcomes[OUTCOME_COUNT];
    double kept, failed;
    double conflict_chosen, conflict_inadvertent, conflict_after_collapse;
    double next[OUTCOME_COUNT], another_round;
    double *tabled, *agreed;                 /* [draft] expected numbers */
    double *round_open;                      /* [round] */
    double (*round_outcomes)[OUTCOME_COUNT]; /* [round] unconditional */
    double *round_interim_agreed;            /* [round] unconditional */
    double *postures;                        /* [round][rung] given that the round begins, NAN where it never does */
    double *belief_mean;                     /* [round][type] at its start, given that it begins, NAN likewise */
    double *gains;                           /* [type] value at the start, points */
    /* how it was solved */
    long node_count;
    int sweeps;
    double residual; /* largest change of a choice probability in the last sweep */
} ReferenceOutlook;

/* The whole tree at once from one of two starting points, or stage by stage along the principal branch: costly, but it
 * says which equilibrium where there are several. */
typedef enum { REFERENCE_FROM_MEASURES, REFERENCE_FROM_A_SKEW, REFERENCE_STAGEWISE } ReferenceStart;

/* Solves from one of two starting points: where the equilibrium is unique both give the same. NULL when it did not
 * converge. */
ReferenceOutlook *reference_outlook(const Situation *situation, ReferenceStart start);
void reference_outlook_free(ReferenceOutlook *outlook);

/* U and q of a package signed at `date` and `rungs` (flat, one per party) by the profile `types` (flat, one per party).
 * False where the branch of a phase in which several parties move turns back. */
bool reference_settle(const Situation *situation, const int *options, int date, const int *rungs, const int *types,
                      double *value /* [party_count] */, double *kept);

#endif
