/* SPDX-License-Identifier: GPL-3.0-or-later
 * The one door to the room `settlement`: what one package is worth, and whether it is kept (docs/method/settlement.md;
 * model 5). Needs no package space and no game. */
#ifndef SETTLEMENT_SETTLEMENT_H
#define SETTLEMENT_SETTLEMENT_H

#include "base/base.h"
#include "scenario/situation.h"
#include "settlement/safeguards.h"
#include "settlement/timetable.h"

/* A type profile holds one flat type per party. Profiles are numbered with the last party varying fastest. */
int settlement_profile_count(const Situation *situation);
void settlement_profile_types(const Situation *situation, int profile, int *types /* [party_count] */);

/* ---- What one signature costs or forbids; `options` are flat, one per issue. ---- */

/* Gain relative to today, points: sum of weight * (score - score of today) / 100, plus synergies relative to today's.
 */
double settlement_gain(const Situation *situation, int type, const int *options);
/* Its two parts: one issue's (model: Delta_ik), and the synergies of the whole. */
double settlement_issue_gain(const Situation *situation, int type, int issue, int option);
double settlement_synergies(const Situation *situation, int type, const int *options);
/* Probability that a breach by `party` is detected within its phase (beta): 1 - prod(1 - detection) over the options
 * that detect it, where an option with `detect_after` detects with 1 - exp(-breakout / detect_after) at that date; 1
 * where no option detects it. */
double settlement_detection(const Situation *situation, int party, int date, const int *options);
/* The same from the days of breakout, which do not count where no option of the package has `detect_after`. */
double settlement_detection_after(const Situation *situation, int party, double breakout_days, const int *options);
/* Smallest detection over the other parties that perform an issue whose option differs from today's; INFINITY where
 * there is none. */
double settlement_least_detection(const Situation *situation, int party, int date, const int *options);
/* That is at least what `type` requires. */
bool settlement_is_verifiable(const Situation *situation, int type, int date, const int *options);
/* Points it costs this type to sign because of its red lines and of `unverifiable`; INFINITY where one is hard. */
double settlement_red_lines(const Situation *situation, int type, int date, const int *options);
/* Points the posture (flat rung) commits the type to on these options, today's included; negative is cover. */
double settlement_commitments(const Situation *situation, int type, int rung, const int *options);

/* ---- Safeguards of a package ---- */

/* The nuclear programme that a package leaves at a date: what its options' `stock` does is done to the stockpile in the
 * order of the issues, `swu` adds up, `stored` stands by, the smallest `cap` counts. */
typedef struct Programme {
    Stock stock;     /* lots in the order of Situation.assay */
    double capacity; /* kg SWU per year */
    int store_count;
    Store stores[STORES_MAX];
    double cap;         /* NAN: none */
    StockChange change; /* sums over the issues */
} Programme;

Programme settlement_programme(const Situation *situation, int date, const int *options);
/* Breakout from that programme; days is INFINITY where it can never be. */
Breakout settlement_breakout(const Situation *situation, int date, const int *options);
/* Whether breakout from a package at a date rests on the same numbers in two situations of one structure. */
bool settlement_is_same_programme(const Situation *one, const Situation *two, int date, const int *options);
/* Whether any option of the package states `detect_after`, so that breakout counts. */
bool settlement_has_safeguards(const Situation *situation, const int *options);

/* ---- Outside values ---- */

/* Probability that a collapse at these postures (flat rungs, one per party) turns into conflict. */
double settlement_after_collapse(const Situation *situation, const int *rungs);
/* War value of `type` at a date and postures; `attackers` may be NULL: nobody attacked. First strike is not included.
 */
double settlement_war(const Situation *situation, int type, int date, const int *rungs, const bool *attackers);
/* What a collapse is worth: p * war (no attacker) + (1 - p) * collapse. */
double settlement_afterwards(const Situation *situation, int type, int date, const int *rungs);

/* ---- Settled packages ---- */

typedef struct Settled {
    double kept;         /* q: every phase passes with no detected breach and no dispute */
    double complied;     /* all comply in all phases, and no phase is disputed */
    const double *value; /* [party_count] U of each party's type in the profile, points */
} Settled;

/* Settles packages and remembers them. One Settlements serves one Situation with one set of numbers. */
typedef struct Settlements Settlements;
Settlements *settlements_new(const Situation *situation, Arena *arena); /* NULL when memory is short */

/* Takes over what `before`, which must outlive it, has settled with the same numbers. */
void settlements_begin_from(Settlements *settlements, const Settlements *before);
/* Lets it solve phases of two movers directly where they have one solution only: the same within the tolerance of the
 * branch, in a fraction of the time, but not the same to the last bit. Before anything is settled. */
void settlements_be_direct(Settlements *settlements);

/* U, q of a package when signed at `date` and these postures by this profile. The result lives with the arena; NULL
 * when memory is short. */
const Settled *settlements_get(Settlements *settlements, const int *options, int date, const int *rungs, int profile);
/* The same for the package of a draft. */
const Settled *settlements_get_draft(Settlements *settlements, int draft, int date, const int *rungs, int profile);
/* settlement_red_lines with the detection remembered by package and date. */
double settlements_red_lines(Settlements *settlements, int type, int date, const int *options);
/* Phase games whose principal branch turned, and that were lost. */
int settlements_turned(const Settlements *settlements);
int settlements_lost(const Settlements *settlements);

/* The package's number of phases and of movers (parties that ever choose); phases * movers <= 20 is checked with the
 * scenario. */
int settlement_phases(const Situation *situation, const int *options);
int settlement_movers(const Situation *situation, const int *options, bool *moves /* [party_count], may be NULL */);

#endif
