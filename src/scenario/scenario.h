/* SPDX-License-Identifier: GPL-3.0-or-later
 * The one door to the room `scenario`: text -> generic tree with spans -> edits -> key table -> checked Scenario ->
 * Situation.
 *
 * BrinkScenario (public, opaque) holds the tree and its edits. Scenario is what a successful check gives: names, texts,
 * sources, numbers or distributions, each with its span. It lives with the BrinkScenario until the next edit or free.
 */
#ifndef SCENARIO_SCENARIO_H
#define SCENARIO_SCENARIO_H

#include "base/base.h"
#include "scenario/situation.h"

/* A name with the place that declares it. */
typedef struct Label {
    const char *key;  /* as used in paths: "us", "civil" */
    const char *name; /* for people: "United States"; equals key where the file has no `name` */
    BrinkSpan span;
} Label;

typedef enum {
    SPREAD_FIXED,
    SPREAD_PERT,
    SPREAD_UNIFORM,
    SPREAD_NORMAL,
    SPREAD_LOGNORMAL,
    SPREAD_BETA,
    SPREAD_CHOICE,
    SPREAD_SAME,
    SPREAD_STEPS
} Spread;

/* One number of the scenario, stated or default. */
typedef struct Number {
    const char *path; /* dotted, as --set takes it: "parties.us.types.dealmaker.prior" */
    BrinkSpan span;   /* line 0 for a default */
    bool is_stated;   /* false: the key table's default */
    Unit unit;
    Spread spread;
    int parameter_count;
    const double *parameters; /* fixed: value; others as scenario.md lists them; steps: day, value, day, value … */
    const int
        *step_numbers;  /* steps whose values are themselves uncertain: index of the Number of each step, else NULL */
    int same;           /* SPREAD_SAME: index of the other number; else -1 */
    double low, high;   /* draws are clamped to this range of the key */
    const char *source; /* key in `sources`, NULL where none speaks for it */
    const char *note;   /* NULL where none */
} Number;

typedef struct ScenarioText {
    const char *key, *value;
} ScenarioText;

typedef struct Reference {
    Label label;
    double deal, conflict, count;
    const char *source;
} Reference; /* NAN where not stated */

typedef enum { CLAIM_UP, CLAIM_DOWN, CLAIM_ABOVE, CLAIM_BELOW } ClaimTest;
typedef struct ClaimPart {
    const char *outcome;
    ClaimTest test;
    double threshold;
} ClaimPart;
typedef struct Claim {
    const char *say, *source;
    BrinkSpan span;
    int when_count, against_count, part_count;
    const int *when, *against; /* variants, applied in order; none: the base */
    const ClaimPart *parts;
} Claim;

typedef struct Spillover {
    Label label;
    const char *unit;
    int number[OUTCOME_COUNT]; /* -1 where not stated */
} Spillover;

/* What the file says of an item of Situation.history, beside the item itself. */
typedef struct HistoryNote {
    BrinkSpan span;
    double day;
    const char *say;       /* "" where not stated */
    const Label *readings; /* [reading_count]; key "" where the item has a single account */
} HistoryNote;

typedef struct Change {
    const char *path, *value;
} Change;

typedef struct Scenario {
    const char *title, *about, *file;
    char sha256[65];
    double as_of; /* day number, NAN where not stated */
    int change_count;
    const Change *changes; /* what --set and variants have replaced, in order */

    const Label *parties, *types, *rungs, *issues, *options, *timetables, *drafts,
        *variants; /* flat indices of situation.h */
    int variant_count;
    const char *mediator_name;
    BrinkSpan agenda_span, clock_span;

    int number_count;
    const Number *numbers; /* the registry: every number the file states, then the defaults it uses */
    const HistoryNote *history; /* [history_count of the Situation] */
    int reference_count;
    const Reference *references;
    int source_count;
    const ScenarioText *sources;
    int claim_count;
    const Claim *claims;
    int spillover_count;
    const Spillover *spillovers;

    struct ScenarioPlan *plan; /* how numbers fill a Situation; private to the room */
} Scenario;

/* The Scenario of a BrinkScenario, checked if it was not yet; NULL (and diagnostics) when it has mistakes. */
BrinkStatus scenario_checked(BrinkScenario *handle, BrinkDiagnostics *diagnostics, const Scenario **result);

/* How a number that is a distribution takes its value. */
typedef struct Draw {
    bool is_centre; /* the centre of every distribution; the rest is then unused */
    uint64_t seed, index;
} Draw;

/* Meetings still to come, as the file says. */
int scenario_rounds(const Scenario *scenario);
/* The structure alone, without its numbers and dates (they are NULL), and how many bytes those would take. */
Situation situation_shape(const Scenario *scenario, int rounds, double *bytes);
/* Builds the Situation of one draw in `arena`; `rounds` 0 is the scenario's own number (situation_fill refills it in
 * place). */
BrinkStatus situation_new(const Scenario *scenario, int rounds, Draw draw, Arena *arena, Situation **result);
void situation_fill(const Scenario *scenario, Draw draw, Situation *situation);
/* The number of the file that set an element of situation->block, or the default that did; NULL for the rest of a sum. */
const Number *situation_number(const Scenario *scenario, const Situation *situation, const double *element);
/* The place in the file that set a number of the Situation (an element of situation->block); a span of line 0 for
 * defaults. */
BrinkSpan situation_span(const Scenario *scenario, const Situation *situation, const double *element);

/* The JSON Schema of the scenario file; malloc'd text, NULL when memory is short. */
char *scenario_schema_json(void);

#endif
