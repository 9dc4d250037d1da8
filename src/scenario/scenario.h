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
    uint64_t stream;    /* of random numbers, from the path: a number draws the same in every variant that has it */
    const char *source; /* key in `sources`, NULL where none speaks for it */
    const char *note;   /* NULL where none */
    const char *band;   /* the word that stands for its distribution; NULL where none does */
} Number;

/* One side's change of an issue in a trade, in flat options. */
typedef struct TradeTerm {
    int issue, from, to;
    bool is_got; /* else given */
} TradeTerm;

/* A statement that a type's weights were worked out from, at the numbers of a Situation. */
typedef struct Statement {
    const char *path;
    BrinkSpan span;
    int issue; /* of a swing; -1: a trade */
    bool is_even;
    int term_count;
    const TradeTerm *terms;
    double said, found; /* points: a swing's weight as it says and as found; what is given and what is got for it */
    double off;         /* found beyond said; of `at_least` only what is short */
} Statement;

typedef struct ScenarioText {
    const char *key, *value;
} ScenarioText;

typedef struct Reference {
    Label label;
    double deal, conflict, count;
    const char *source;
} Reference; /* NAN where not stated */

typedef enum { CLAIM_UP, CLAIM_DOWN, CLAIM_ABOVE, CLAIM_BELOW, CLAIM_MORE_THAN } ClaimTest;
typedef struct ClaimPart {
    const char *outcome;
    ClaimTest test;
    double threshold;
    int than[2]; /* more_than: variants A and B, -1 the scenario as it stands; the effect has to exceed A less B */
} ClaimPart;
typedef struct Claim {
    const char *say, *source;
    BrinkSpan span;
    int when_count, against_count, part_count;
    const int *when, *against; /* variants, applied in order; none: the base */
    const ClaimPart *parts;
    double by;                /* last day that counts, NAN: the whole horizon */
    const struct Node *given; /* further items of history, on the side of `when`; NULL where not stated */
} Claim;

/* Two uncertain numbers drawn together: their normal scores have this correlation (a Gaussian copula). */
typedef struct Correlation {
    int a, b; /* numbers */
    double r;
    BrinkSpan span;
} Correlation;

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
    const Number *numbers;      /* the registry: every number the file states, then the defaults it uses */
    const HistoryNote *history; /* [history_count of the Situation] */
    int reference_count;
    const Reference *references;
    int source_count;
    const ScenarioText *sources;
    int claim_count;
    const Claim *claims;
    int correlation_count;
    const Correlation *correlations;
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
    /* [number_count] the uniform behind each number, NAN: its centre; NULL: from seed and index */
    const double *uniforms;
    const double *values; /* [number_count] taken as they are where they are not NAN; NULL: none */
} Draw;

/* Meetings still to come, as the file says. */
int scenario_rounds(const Scenario *scenario);
/* The structure alone, without its numbers and dates (they are NULL), and how many bytes those would take. */
Situation situation_shape(const Scenario *scenario, int rounds, double *bytes);

/* Whether a number has a distribution of its own (`same` and `steps` have not) that bears on the game. */
bool number_is_assumption(const Number *number);
/* Of a number's distribution, which need not be drawn: the centre, the quantile, the probability of at most x, and the
 * mean. */
double number_centre(const Scenario *scenario, int number);
double number_quantile(const Scenario *scenario, int number, double u);
double number_cdf(const Scenario *scenario, int number, double x);
double number_mean(const Scenario *scenario, int number);

/* A handle of its own to a scenario as it now stands; it must not outlive the first one, whose texts it shares. */
BrinkStatus scenario_copy(const BrinkScenario *handle, BrinkScenario **result);
/* Adds a claim's `given` to the history. */
BrinkStatus scenario_add_history(BrinkScenario *handle, const struct Node *items);
/* The file's index of the distribution a number takes its value from: itself, or what `same` leads to. */
int number_origin(const Scenario *scenario, int number);

/* Builds the Situation of one draw in `arena`; `rounds` 0 is the scenario's own number (situation_fill refills it in
 * place). */
BrinkStatus situation_new(const Scenario *scenario, int rounds, Draw draw, Arena *arena, Situation **result);
void situation_fill(const Scenario *scenario, Draw draw, Situation *situation);
/* The number of the file that set an element of situation->block, or the default that did; NULL for the rest of a sum.
 */
const Number *situation_number(const Scenario *scenario, const Situation *situation, const double *element);
/* The place in the file that set a number of the Situation (an element of situation->block); a span of line 0 for
 * defaults. */
BrinkSpan situation_span(const Scenario *scenario, const Situation *situation, const double *element);

/* The dotted paths of the keys or values at places of a text, NULL where there is none or the text is no YAML. The
 * paths live in the arena. */
BrinkStatus scenario_name_places(const char *text, size_t length, const BrinkSpan *spans, size_t count, Arena *arena,
                                 const char **paths);

/* Whether a type's weight of an issue was worked out from statements, the anchor among them. */
bool scenario_elicits(const Scenario *scenario, int type, int issue);
/* The statements of a type: how many, and one at the numbers of a Situation. */
int scenario_statements(const Scenario *scenario, int type);
Statement situation_statement(const Scenario *scenario, const Situation *situation, int type, int index);

/* The JSON Schema of the scenario file; malloc'd text, NULL when memory is short. */
char *scenario_schema_json(void);

#endif
