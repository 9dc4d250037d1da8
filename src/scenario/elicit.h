/* SPDX-License-Identifier: GPL-3.0-or-later
 * Weights from statements (docs/format.md 2.8a): which of them are unknown, and the least squares that find them.
 * Private to the room. */
#ifndef SCENARIO_ELICIT_H
#define SCENARIO_ELICIT_H

#include "scenario/scenario.h"

enum {
    ELICIT_ISSUE_LIMIT = 32, /* unknown weights of a type */
    ELICIT_TRADE_LIMIT = 32, /* trades of a type */
    ELICIT_TYPE_LIMIT = 64
};

typedef struct Trade {
    int party, type; /* type -1: of all types of the party that state none themselves */
    bool is_even;
    bool is_broken; /* it makes a mistake of its own */
    int first_term, term_count;
    const TradeTerm *terms;
    BrinkSpan span;
    const char *path;
} Trade;

/* What is known of one type's weights before they are worked out. */
enum { COLUMN_NONE = -1, COLUMN_ANCHOR = -2 }; /* a stated weight, or none; the anchor; else the unknown's number */
typedef struct Elicitation {
    int type, unknown_count, swing_count, trade_count;
    int *column;  /* [issue] */
    bool *swings; /* [issue] */
    const Trade **trades;
} Elicitation;

/* The numbers of a type at one draw. */
typedef struct Appraisal {
    const int *option_start; /* [issue_count + 1] */
    int issue_count;
    double *weight; /* [issue] in: those stated; out: all */
    const double *anchor, *swing;
    const double *score; /* [option_total] */
} Appraisal;

/* Doubles that elicit_solve works in. */
size_t elicit_workspace(const Elicitation *elicitation);
/* The weights that come nearest to all statements. */
void elicit_solve(const Elicitation *elicitation, Appraisal appraisal, double *workspace);
/* Marks the unknown weights that the swings and even trades leave open. */
void elicit_open(const Elicitation *elicitation, Appraisal appraisal, double *workspace, bool *is_open);
/* What one side of a trade is worth: points gained by what is got, or (negative) by what is given. */
double elicit_side(const Trade *trade, Appraisal appraisal, bool is_got);
/* Points that an issue would weigh by its swing, at the scale that fits all swings of the type best. */
double elicit_swing_points(const Elicitation *elicitation, Appraisal appraisal, int issue);

#endif
