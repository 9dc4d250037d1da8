/* SPDX-License-Identifier: GPL-3.0-or-later
 * Situation: the plain numbers of one draw of a scenario, dense arrays, no text (model: docs/method/model.md).
 *
 * Flat indices. Types are numbered through all parties (`type`, 0..type_total-1; party i owns type_start[i] up to, not
 * including, type_start[i + 1]), rungs likewise (`rung`), options through all issues (`option`). A *type rung* is a
 * pair (type, rung of its own party): type_rung_start[type] + (rung - rung_start[party]). A *phase* is numbered through
 * all timetables. Dates are rounds counted from 0: date t is the meeting of round t + 1 for t < round_count; date
 * round_count is the lapse date, `every` after the last meeting.
 *
 * Everything lives in the arena the Situation was built in. */
#ifndef SCENARIO_SITUATION_H
#define SCENARIO_SITUATION_H

#include <brink/brink.h>
#include <stdint.h>

typedef enum { PROPOSER_MEDIATOR, PROPOSER_ALTERNATING, PROPOSER_RANDOM } Proposer;
typedef enum { DRAFT_FINAL, DRAFT_INTERIM, DRAFT_FRAMEWORK } DraftKind;
typedef enum { STOCK_KEPT, STOCK_MONITORED, STOCK_DILUTED, STOCK_CONVERTED, STOCK_EXPORTED } Disposition;
enum { OUTCOME_COUNT = BRINK_OUTCOME_COUNT };

/* What was observed of one round (model 10; docs/history.md). What was not observed is OBSERVED_NOT. */
enum { OBSERVED_NOT = -2 };
typedef struct Observation {
    const int *force;   /* [party_count] flat rung chosen */
    int held;           /* the meeting: 1 held, 0 not */
    int tabled;         /* draft, or -1: adjourned */
    const int *answers; /* [party_count] 0 hold, 1 walk, 2 accept */
} Observation;
typedef struct HistoryItem {
    int round; /* from 1 */
    int reading_count;
    const Observation *readings; /* rival accounts; one where there is no rival */
} HistoryItem;

typedef struct Situation {
    /* extents */
    int party_count, type_total, rung_total, type_rung_total;
    int issue_count, option_total;
    int synergy_count, red_line_count, rule_count;
    int timetable_count, phase_total;
    int draft_count;
    int assay_count;
    int round_count, date_count; /* date_count = round_count + 1 */

    /* structure: party */
    const int *type_start;      /* [party_count + 1] */
    const int *rung_start;      /* [party_count + 1] */
    const int *type_rung_start; /* [type_total] */
    const int *type_party;      /* [type_total] */
    const bool *signs;          /* [party_count] */
    const int *now;             /* [party_count] rung (flat) at the start */
    const bool *rung_open;      /* [rung_total] false where `only` leaves it out */
    const bool *attack;         /* [rung_total] */
    const int *deadline_round;  /* [type_rung_total] round (from 1) in which deadline_cost is charged; 0: never */

    /* structure: issues */
    const int *option_start;     /* [issue_count + 1] */
    const int *today;            /* [issue_count] option (flat) */
    const bool *performs;        /* [issue_count * party_count] */
    const bool *detects;         /* [option_total * party_count]: the option detects breaches by that party */
    const int *option_timetable; /* [option_total] timetable, -1 for none */

    /* structure: safeguards */
    const Disposition *option_stock; /* [option_total] what becomes of the stockpile; kept where nothing is said */
    const double *assay;             /* [assay_count] enrichments of the stockpile, fractions */
    bool has_best_tails;             /* the enriched stock is stripped to the tails that take the least time */

    /* structure: conditions of synergies and red lines. A package matches when all its options are allowed. */
    const int *synergy_type;     /* [synergy_count] type it belongs to */
    const bool *synergy_allows;  /* [synergy_count * option_total] */
    const int *red_line_type;    /* [red_line_count] */
    const bool *red_line_allows; /* [red_line_count * option_total] */

    /* structure: rules. A package that matches `rule_if` must match `rule_then` too; `never` is a `then` that allows
     * nothing. */
    const bool *rule_if;   /* [rule_count * option_total] */
    const bool *rule_then; /* [rule_count * option_total] */

    /* structure: timetables. Timetable 0 is the default: one phase, nothing disputed. */
    const int *phase_start; /* [timetable_count + 1] */

    /* structure: drafts */
    const int *draft_option;     /* [draft_count * issue_count] option (flat); a framework's are today's */
    const DraftKind *draft_kind; /* [draft_count] */
    const bool *draft_open;      /* [draft_count] false where `only` leaves it out */
    const int *draft_lasts;      /* [draft_count] rounds an interim is in force; 0: to the end */
    const bool *leads_to;        /* [draft_count * draft_count] [framework][draft] */
    const bool
        *reading; /* [draft_count * party_count * draft_count] [framework][party][draft]: within that party's reading */
    int search_best; /* packages to be added as drafts; 0: no search */
    int in_force; /* draft in force before the first meeting, -1 none */

    Proposer proposer;
    bool adjourn; /* the proposer may adjourn */
    bool exposed; /* accepting costs whether or not the others accept */

    int history_count; /* items observed, in order */
    const HistoryItem *history;
    int observed_rounds; /* rounds the history observes to their end: round_count is this plus the rounds to come */

    const double *round_days; /* [date_count] days of round t + 1; the last is the step to the lapse date (= every) */
    const double *date_day;   /* [date_count] day number of the date (base/calendar.h) */

    /* numbers, all of them inside `block`; see situation.def for shapes and units */
    double *block;
    size_t block_count;
    double *workspace; /* of situation_fill alone */
#define FIELD(name, shape) double *name;
#include "scenario/situation.def"
#undef FIELD
} Situation;

/* party's share of types, rungs … in words */
static inline int situation_type_count(const Situation *s, int party) {
    return s->type_start[party + 1] - s->type_start[party];
}
static inline int situation_rung_count(const Situation *s, int party) {
    return s->rung_start[party + 1] - s->rung_start[party];
}
static inline int situation_option_count(const Situation *s, int issue) {
    return s->option_start[issue + 1] - s->option_start[issue];
}
/* flat type rung of a type and a flat rung of the same party */
static inline int situation_type_rung(const Situation *s, int type, int rung) {
    return s->type_rung_start[type] + rung - s->rung_start[s->type_party[type]];
}

/* Multiplies every rationality, the mediator's included (the settlement's are the same numbers), by `factor` in place.
 */
void situation_scale_rationality(Situation *situation, double factor);

#endif
