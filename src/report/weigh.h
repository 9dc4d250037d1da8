/* SPDX-License-Identifier: GPL-3.0-or-later
 * What signing a package is worth to each type against no agreement, and who stands in the way of the second likeliest.
 * Private to the room. */
#ifndef REPORT_WEIGH_H
#define REPORT_WEIGH_H

#include "report/report.h"

typedef enum { BLOCK_RED_LINE, BLOCK_UNVERIFIABLE, BLOCK_LOSS } BlockReason;

/* Where the outlook starts: beliefs [type_total], rungs held [party_count], draft in force (-1 none), and index of the
 * next meeting. */
const double *start_beliefs(const ReportInput *input);
const int *start_postures(const ReportInput *input);
int start_in_force(const ReportInput *input);

/* One type and one final or interim draft, signed at the next meeting at today's postures. */
typedef struct Weighing {
    int type;
    double worth;    /* U expected over the others' starting beliefs, less the better of lapse and collapse, points */
    double price;    /* what signing costs: red lines, verifiability, commitments, renege; INFINITY where one is hard */
    double points;   /* worth - price */
    bool is_hard;    /* that type never signs it */
    BlockReason why; /* where points < 0 */
} Weighing;

Weighing report_weigh(const ReportInput *input, int draft, int type);

typedef struct RunnerUp {
    int draft;         /* -1: fewer than two final drafts may be tabled */
    bool is_blocked;   /* some type is worse off with it than without an agreement */
    Weighing weighing; /* where blocked */
} RunnerUp;

/* What blocks the second likeliest final draft: a type with a hard red line on it, the likeliest such type; else the
 * type whose loss, weighted by its prior, is the largest. */
RunnerUp report_runner_up(const ReportInput *input);

#endif
