/* SPDX-License-Identifier: GPL-3.0-or-later
 * An outlook made up by hand, small enough to know every number of it: United States (two types, three rungs), Iran
 * (two types) and Israel (a third party of one type) over two issues, with a framework, three final drafts and an
 * interim. */
#ifndef TESTS_REPORT_BY_HAND_H
#define TESTS_REPORT_BY_HAND_H

#include "report/report.h"

enum { DEALMAKER, MAXIMALIST, PRAGMATIC, RESISTANT, ISRAELI, TYPES };
enum { PRESENCE, ARMADA, ULTIMATUM, CALM, ALERT, WATCH, RUNGS };
enum { OPEN, CIVIL, ZERO, NO_RELIEF, RELIEF, OPTIONS };
enum { PRINCIPLES, CAP, ZERO_DEAL, GIFT, FREEZE, DRAFTS };

typedef struct Hand {
    Arena *arena;
    ReportInput input;
    Scenario *scenario;
    Situation *situation;
    Outlook *outlook, *coarse, *half, *doubled;
    OutlookDraft *drafts;
    OutlookRound *rounds;
    BrinkSolveInfo *info;
    Label *parties, *types, *rungs, *issues, *options, *draft_labels;
    bool *red_line_allows; /* of the one red line, Iran's resistant type's */
} Hand;

/* `rounds` meetings a fortnight apart from 3 March 2026. With everything: error, band, references, changes. */
Hand *hand_new(int rounds);
void hand_free(Hand *hand);
/* Changes the name of everything to `name`. */
void hand_rename(Hand *hand, const char *name);
/* Leaves out what is optional: as-of date, error and band, references, changes. */
void hand_strip(Hand *hand);

#endif
