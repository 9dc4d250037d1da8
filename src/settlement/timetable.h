/* SPDX-License-Identifier: GPL-3.0-or-later
 * Timetables seen and designed (docs/method/timetable.md): who is tempted in which phase, how the shares of the phases
 * are best chosen, what detection a package needs to carry itself. Included by settlement/settlement.h. */
#ifndef SETTLEMENT_TIMETABLE_H
#define SETTLEMENT_TIMETABLE_H

#include "base/base.h"
#include "scenario/situation.h"

/* Under what circumstances a package is signed and carried out. */
typedef struct Signing {
    const Situation *situation;
    const int *options; /* [issue_count] flat */
    int date;
    const int *rungs;        /* [party_count] flat: postures when signing */
    const double *detection; /* [party_count] beta instead of the package's own, or NULL */
} Signing;

/* ---- The view ---- */

/* One party in one phase, all having complied before. */
typedef struct TimetableStep {
    bool moves;      /* it has something to deliver */
    double gives;    /* points to itself of what it delivers (its own issues); mostly negative */
    double gets;     /* points to itself of what the others deliver */
    double slack;    /* points: value of complying minus value of breaching; INFINITY where it has no choice */
    double complies; /* probability; 1 where it has no choice */
} TimetableStep;

typedef struct TimetablePhase {
    double after;     /* days after signing */
    double ambiguity; /* probability of a dispute */
    double completed; /* all comply and nothing is disputed, given that the phase is reached so */
    double cumulative;
    const TimetableStep *steps; /* [party_count] */
} TimetablePhase;

typedef struct TimetableView {
    int phase_count;
    const TimetablePhase *phases;
    double kept, complied; /* as in Settled */
    const double *value;   /* [party_count] U */
    double least_slack;    /* over phases and parties; INFINITY where nobody has a choice */
} TimetableView;

/* The timetable of a package as one type profile (flat types) carries it out. Lives in the arena. */
BrinkStatus timetable_view(const Signing *signing, const int *types, Arena *arena, TimetableView *result);

/* ---- Safe exchange ---- */

/* Slack is linear in what has been delivered and what the phase delivers, when all others keep their word and nothing
 * is disputed: slack = constant + sum over issues of (done[k] * delivered share before + now[k] * share in the phase).
 * One row for each type that delivers something. */
typedef struct ExchangeRow {
    int type;
    double constant;
    const double *done, *now; /* [issue_count] points per whole issue */
    const bool *own;          /* [issue_count] the row counts in phases that deliver some of these */
} ExchangeRow;

typedef struct Exchange {
    int issue_count, row_count;
    const ExchangeRow *rows;
    const bool *is_piece; /* [issue_count] changed, and somebody must deliver it */
} Exchange;

/* `counted` [type_total]: types whose slack counts; NULL: all. NULL when memory is short. */
const Exchange *exchange_new(const Signing *signing, const bool *counted, Arena *arena);
/* Smallest slack over phases and rows; share[phase][issue_count]. INFINITY where nobody delivers. */
double exchange_least_slack(const Exchange *exchange, int phase_count, const double *share);

/* ---- Design ---- */

typedef enum { DESIGN_SLACK, DESIGN_COMPLETION, DESIGN_ORDER } DesignGoal;

/* Told now and then how far a search is; returns false to cancel it. */
typedef bool (*DesignObserver)(void *payload, uint64_t done, uint64_t total);

typedef struct DesignTask {
    const Signing *signing;
    const bool *counted; /* [type_total] or NULL: all */
    DesignGoal goal;
    int phase_count;         /* DESIGN_ORDER: not read, one phase for each piece */
    int steps;               /* shares are multiples of 1 / steps; DESIGN_ORDER: whole pieces */
    const double *most;      /* [issue_count] largest share of the issue in one phase */
    const double *after;     /* days; one for each phase, and at least one for each issue where the goal is the order */
    const double *ambiguity; /* likewise */
    DesignObserver observer; /* may be NULL */
    void *payload;
} DesignTask;

typedef enum { DESIGN_FOUND, DESIGN_TOO_LARGE, DESIGN_IMPOSSIBLE, DESIGN_NOTHING } DesignOutcome;

typedef struct Design {
    DesignOutcome outcome;
    double ways;       /* timetables, orders or (slack) transitions among which the design is the best */
    double carried;    /* completion: ends of timetables carried out to find that */
    double expected;   /* completion: as many as that were expected, by count or estimate, or had been carried out as it
                          was given up; NAN: phases times movers are too many for any */
    int fitting_steps; /* DESIGN_TOO_LARGE: the largest number of steps that can be searched; 0: none, or not a matter
                          of steps */
    int phase_count;
    const double *share; /* [phase_count][issue_count]; issues that are no pieces wholly in the first phase */
    bool is_equal;       /* equal shares, which are better than any in these steps */
    double least_slack;  /* when all keep their word */
    double completion;   /* expected over the priors of the types that count, as carried out */
} Design;

enum { DESIGN_WAYS_MOST = 200000000, DESIGN_RUNS_MOST = 2000000, EXCHANGE_PIECES_MOST = 20 };
/* Phases times parties that deliver, of a timetable that is carried out. */
enum { TIMETABLE_MOVES_MOST = 20 };

/* Exact on the stated granularity. */
BrinkStatus timetable_design(const DesignTask *task, Arena *arena, Design *result);
/* Expected probability that all is completed over the profiles of the types that count, for given shares; NAN where
 * phases times movers exceed 20. */
BrinkStatus timetable_completion(const DesignTask *task, int phase_count, const double *share, Arena *arena,
                                 double *result);

/* ---- Whole pieces in order ---- */

/* Independent pieces, any number, where each is better early for every row or better late for every row: the order with
 * the largest smallest slack, as indices into `pieces`, in order[piece_count] (Lawler 1973). Not found where a piece is
 * better early for one row and late for another. */
BrinkStatus exchange_sequence(const Exchange *exchange, const int *pieces, int piece_count, Arena *scratch, int *order,
                              bool *is_found);

/* ---- Pieces that depend on each other ---- */

/* Whole pieces, one at a time (Sandholm and Lesser 1995). `worth` gives what a set of delivered pieces is worth to a
 * row; it need not be a sum. */
typedef struct OrderTask {
    int piece_count, row_count;
    const uint32_t *own; /* [row_count] pieces that the row's party delivers */
    double (*worth)(const void *payload, int row, uint32_t delivered);
    double (*snaps_back)(const void *payload, int row, uint32_t delivered); /* of it, when all fails */
    const void *payload;
    const double *detection, *outside; /* [row_count] beta; points when caught, the penalty included */
    DesignObserver observer;           /* may be NULL */
    void *observer_payload;
} OrderTask;

/* Writes order[piece_count], the order with the largest smallest slack, by dynamic programming over subsets, and
 * returns this slack; NAN when memory is short or, with is_cancelled set, when the observer asked to stop. */
double exchange_order(const OrderTask *task, Arena *arena, int *order, bool *is_cancelled);

/* ---- Inspection ---- */

typedef struct InspectionNeed {
    double least_slack; /* as it stands, over phases and profiles */
    double detection;   /* beta as it stands */
    double needed;      /* least beta with which no type of the party is tempted in any phase; NAN: none suffices */
    double tolerance;   /* of it */
    double interval; /* days, mean time to detect that gives it from the package's breakout time; NAN where that is not
                        what counts */
} InspectionNeed;

/* For one party that delivers something. */
BrinkStatus inspection_need(const Signing *signing, const bool *counted, int party, Arena *scratch,
                            InspectionNeed *result);

#endif
