/* SPDX-License-Identifier: GPL-3.0-or-later
 * The one door to the room `outlook`: Solution -> Outlook, the adjoint forward pass (docs/method/outlook.md; model 9).
 */
#ifndef OUTLOOK_OUTLOOK_H
#define OUTLOOK_OUTLOOK_H

#include "base/base.h"
#include "solve/solve.h"

typedef struct OutlookDraft {
    double tabled; /* expected number of meetings at which it is tabled */
    double agreed; /* expected number of times it is agreed; a probability for a final draft */
    const double
        *completion;     /* [profile_count] q, signed at the first meeting at today's postures; NULL for a framework */
    const double *value; /* [profile_count][party_count] U likewise; NULL for a framework */
} OutlookDraft;

typedef struct OutlookBelief {
    double mean, low, high;
} OutlookBelief; /* low, high: 10th and 90th percentile */

typedef struct OutlookRound {
    double open;                    /* probability that the round begins */
    double outcomes[OUTCOME_COUNT]; /* the game ends so in this round; unconditional */
    double interim_agreed;          /* unconditional */
    const double *postures;         /* [rung_total] given that the round begins; NAN where open is 0 */
    const OutlookBelief *beliefs;   /* [type_total] at its start, given that it begins */
} OutlookRound;

typedef struct Outlook {
    int round_count, draft_count, type_total, rung_total, profile_count, party_count;
    double outcomes[OUTCOME_COUNT];
    double deal_kept, deal_failed;
    double conflict_chosen, conflict_inadvertent, conflict_after_collapse;
    double next[OUTCOME_COUNT], next_another_round;
    const OutlookDraft *drafts;
    const OutlookRound *rounds; /* those still to come: the first is the round in which the outlook starts */
    int first_round;            /* index of that round on the clock; 0 without a history */
    const double *gains;        /* [type_total] value where the outlook starts, points */
    const double *beliefs;      /* [type_total] where the outlook starts, mean */
    const int *postures;        /* [party_count] likeliest flat rungs held there */
    int in_force;               /* draft of the likeliest arrangement in force there, DRAFT_NONE */
    double likelihood;          /* of the history, 1 without one */
} Outlook;

/* How much of the situation's history holds: its first `items`, of item `item` (-1: none) the one reading, else any. */
typedef struct HistoryChoice {
    int items, item, reading;
} HistoryChoice;

/* One forward pass from where the chosen part of the history ends. BAD_INPUT with *impossible set where an item cannot
 * happen. */
BrinkStatus outlook_after(const Solution *solution, const Situation *situation, HistoryChoice choice, Arena *arena,
                          int *impossible, Outlook **result);

/* What came of one choice: `impossible` is the item that cannot happen where the status is BAD_INPUT, the outlook is
 * there where it is OK. */
typedef struct OutlookAfter {
    BrinkStatus status;
    int impossible;
    Outlook *outlook;
} OutlookAfter;

/* The same for several choices at little more than the price of one: results[count]. Only NO_MEMORY is a failure of
 * all. */
BrinkStatus outlook_after_each(const Solution *solution, const Situation *situation, const HistoryChoice *choices,
                               int count, Arena *arena, OutlookAfter *results);

/* What the history did, item by item. */
typedef struct OutlookMove {
    double likelihood; /* of what was observed, given all before it */
    double outcomes[OUTCOME_COUNT];
    const double *beliefs; /* [type_total] */
} OutlookMove;
typedef struct OutlookHistory {
    int item_count;
    const OutlookMove *moves;           /* [item_count + 1]; the first is before anything was observed */
    const OutlookMove *const *readings; /* [item_count][reading]; NULL where an item has one account. Likelihood of that
                                           account in its place */
} OutlookHistory;
/* Passes that go together for it: before anything, after each item, and for each of several readings. */
int outlook_pass_count(const Situation *situation);
/* With the outlook after all of it. NULL history where there is none. Statuses as above. */
BrinkStatus outlook_history_new(const Solution *solution, const Situation *situation, Arena *arena, int *impossible,
                                OutlookHistory **history, Outlook **outlook);

/* One forward pass after all of the history. */
BrinkStatus outlook_new(const Solution *solution, const Situation *situation, Arena *arena, Outlook **result);

/* How the odds of outlook_new move with every number of the game (docs/method/gradient.md). */
BrinkStatus outlook_slope(const Solution *solution, const Situation *situation, const Outlook *outlook, int threads,
                          SolveObserver observer, void *payload, Arena *arena, const GameSlope **result);

/* The same outcome totals by backward propagation of each outcome's indicator: a second way to the same numbers, for
 * tests. */
BrinkStatus outlook_backward(const Solution *solution, Arena *arena, double outcomes[OUTCOME_COUNT]);

#endif
