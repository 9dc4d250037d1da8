/* SPDX-License-Identifier: GPL-3.0-or-later
 * The key table as data, and the Binder that reads a tree along it. Private to the room. */
#ifndef SCENARIO_TABLE_H
#define SCENARIO_TABLE_H

#include "scenario/elicit.h"
#include "scenario/scenario.h"
#include "scenario/tree.h"

typedef enum {
    SHAPE_MAP,
    SHAPE_LADDER,
    SHAPE_LIST,
    SHAPE_NUMBER,
    SHAPE_INTEGER,
    SHAPE_TEXT,
    SHAPE_DATE,
    SHAPE_BOOL,
    SHAPE_WORD,
    SHAPE_NAME,
    SHAPE_NAMES,
    SHAPE_CONDITION,
    SHAPE_ANY
} Shape;

typedef enum { BANDS_NONE, BANDS_CHANCE, BANDS_SHARPNESS } BandKind;

typedef enum {
    FIELD_NONE = 0,
#define FIELD(name, shape) FIELD_##name,
#include "scenario/situation.def"
#undef FIELD
    FIELD_COUNT
} Field;

typedef enum {
    EXTENT_ONE,
    EXTENT_DATE,
    EXTENT_DATE_ASSAY,
    EXTENT_DATE_OPTION,
    EXTENT_TYPE,
    EXTENT_DATE_TYPE,
    EXTENT_DATE_TYPE_PARTY,
    EXTENT_RUNG,
    EXTENT_DATE_RUNG,
    EXTENT_RUNG_PARTY,
    EXTENT_TYPERUNG,
    EXTENT_DATE_TYPERUNG,
    EXTENT_TYPERUNG_OPTION,
    EXTENT_ISSUE,
    EXTENT_OPTION,
    EXTENT_TYPE_ISSUE,
    EXTENT_TYPE_OPTION,
    EXTENT_SYNERGY,
    EXTENT_RED_LINE,
    EXTENT_PHASE,
    EXTENT_PHASE_ISSUE,
    EXTENT_DRAFT,
    EXTENT_OUTCOME
} Extent;

/* Kinds of names. OTHER refers to a party, beside the one that the path began with. */
typedef enum {
    NAME_PARTY,
    NAME_TYPE,
    NAME_RUNG,
    NAME_ISSUE,
    NAME_OPTION,
    NAME_TIMETABLE,
    NAME_DRAFT,
    NAME_VARIANT,
    NAME_SOURCE,
    NAME_REFERENCE,
    NAME_SPILLOVER,
    NAME_OTHER,
    NAME_ASSAY,
    NAME_READING, /* may be anything */
    NAME_BAND,
    NAME_KIND_COUNT
} NameKind;

typedef struct Binder Binder;
typedef struct Key Key;

/* Where in the language the walk is: the names on the way, and who speaks for the numbers here. */
typedef struct Context {
    int at[NAME_KIND_COUNT]; /* flat index of each name on the way, -1: none */
    bool is_typed;           /* under types.T: what is bound holds for that type alone */
    Label *label;            /* of the name declared last on the way */
    const char *path;        /* dotted */
    const char *source, *note;
    int item;   /* index in the list, synergy or phase at hand */
    int number; /* of a NUMBER or INTEGER key when its bind is called */
    BrinkSpan key_span;
} Context;

struct Key {
    const char *pattern;
    Shape shape;
    Unit unit;
    bool required, typed, timed, hard, rest;
    bool has_low, has_high, low_open;
    double low, high, initial;
    const char *words; /* SHAPE_WORD: allowed words, separated by spaces */
    const char *help, *advice, *refused;
    BandKind bands; /* of the language that may stand for the number */
    Field field;
    int slot; /* element of an OUTCOME field */
    void (*bind)(Binder *binder, const Key *key, Node *node, Context *context);
};

extern const Key key_table[];
extern const int key_count;
extern const Extent field_extent[FIELD_COUNT];

/* Children of a key: its own, and where `is_typed` those of the party that a type may hold. NULL where there is none of
 * that name. */
const Key *key_child(const Key *key, const char *name);
/* The child that stands for any name, or for any item of a list; NULL where there is none. */
const Key *key_any(const Key *key);
/* Kind of name that the last component of a pattern declares or refers to; NAME_KIND_COUNT where it is a plain word. */
NameKind key_name_kind(const Key *key, bool *declares);
/* Calls visit for every named child. */
void key_children(const Key *key, void (*visit)(void *payload, const Key *child, const char *name), void *payload);
const char *key_last(const Key *key); /* last component of its pattern */

/* ---- The Binder ---- */

typedef struct Names {
    Label *labels;
    int *owners;
    int count, room;
    int likely; /* where the next name asked for may stand */
} Names;        /* owner: party of types and rungs, issue of options, else -1 */
typedef struct Cell {
    int number;
    int priority;
} Cell; /* number -1: not stated, NUMBER_REST: the rest */
typedef struct Cells {
    Cell *cells;
    int count, room;
} Cells;
enum { NUMBER_NONE = -1, NUMBER_REST = -2 };

/* What keeps reading fast and small whatever a file holds: names of one kind, and numbers of the Situation at one
 * date. */
enum { PARTY_LIMIT = 16, NAME_LIMIT = 1000, CELL_LIMIT = 2000000 };

/* A condition over packages. `is_named` tells which issues it names. */
typedef struct Condition {
    bool *allows;
    BrinkSpan span;
} Condition;
typedef struct Rule {
    Condition when, then;
    bool is_never, is_broken; /* broken: a condition of it makes a mistake */
    int parts;
    BrinkSpan span;
} Rule;
typedef struct DraftSpans {
    BrinkSpan lasts, renege, leads_to, readings, issue;
} DraftSpans;

/* One account of a round, as written. */
typedef struct HistoryAccount {
    const char *name;
    BrinkSpan span;
    int *force, *answers; /* [party] */
    int held, tabled;
} HistoryAccount;
typedef struct HistoryEntry {
    double day;
    BrinkSpan span, day_span;
    const char *say;
    HistoryAccount stated; /* holds in all readings */
    HistoryAccount *readings;
    int reading_count, reading_room;
} HistoryEntry;

/* A pair of numbers as written. */
typedef struct CorrelationEntry {
    const Node *paths[2];
    double r;
    BrinkSpan span;
} CorrelationEntry;

struct Binder {
    Arena *arena;
    BrinkDiagnostics *diagnostics;
    size_t errors_before; /* in that list when the reading began */
    const Node *root;
    const Node *unchanged; /* variants that were read before: their names alone are declared; or NULL */
    bool is_declaring;     /* the first pass: names only */
    bool is_flagging;      /* the second: true and false only, because others depend on them; nothing is reported */
    bool is_defining;      /* reading what a band of the file stands for */
    bool is_out_of_memory;
    bool is_too_large; /* reported; nothing more is read */
    Names names[NAME_KIND_COUNT];
    Scenario *scenario;
    Situation shape; /* structure in arrays of the arena; block unused */
    Cells cells[FIELD_COUNT];
    Number *numbers;
    int number_count, number_room;

    double as_of, start;
    bool has_start, has_meetings; /* stated, well or badly */
    int rounds;
    double *meetings;
    int meeting_count, meeting_room;
    BrinkSpan *meeting_spans;
    BrinkSpan start_span;
    double *deadline_day;   /* [type_rung] NAN: none */
    int *deadline_priority; /* [type_rung] */
    BrinkSpan *deadline_span;
    bool *rung_only, *draft_only;
    bool *has_detects, *has_detection; /* [option] */
    bool *has_detect_after;            /* [option] */
    BrinkSpan *stock_span;             /* [option] of `stock`, `above` or `to` */
    bool *has_stock;                   /* [option] */
    int phase_room, *phase_timetable;
    int synergy_room, red_line_room,
        group_start; /* group_start: first of the synergies or red lines one item stands for */
    bool *synergy_allows, *red_line_allows;
    int *synergy_type, *red_line_type;
    int red_line_parts;
    Trade *trades;
    TradeTerm *trade_terms;
    int trade_count, trade_room, term_count, term_room;
    bool *has_own_trades; /* [type] */
    Elicitation *elicitations;
    int elicitation_count;
    Rule *rules;
    int rule_count, rule_room;
    DraftSpans *draft_spans;
    bool *draft_is_interim, *draft_is_framework;
    bool *reading_stated;    /* [draft][party] */
    BrinkSpan *reading_span; /* [draft][party] */
    HistoryEntry *history;
    int history_count, history_room;
    CorrelationEntry *correlations;
    int correlation_count, correlation_room;
    Claim *claims;
    int claim_room;
    Reference *references;
    Spillover *spillovers;
    BrinkSpan *now_span; /* [party] line 0: not stated */
};

/* Reads the tree into the binder: declares names, then binds values. */
BrinkStatus binder_read(Binder *binder, const Node *root);
/* `from` and `note` speak for the numbers directly in their map. What an entry says goes to source or note; false where
 * it is neither. */
bool binder_is_reason(const Entry *entry);
bool binder_reason(Binder *binder, const Entry *entry, const char **source, const char **note);
/* A number node -> index of a Number, NUMBER_REST, or NUMBER_NONE after a diagnostic. */
int binder_number(Binder *binder, const Key *key, Node *node, const Context *context);
/* What a node says, without adding it to the numbers; false after a diagnostic. */
bool binder_value(Binder *binder, const Key *key, const Node *node, const Context *context, Number *number);
/* "must lie in (0, 1]"; NULL where the key has no range. */
const char *binder_range(Binder *binder, const Key *key);
/* A word that stands for a number. */
typedef enum { BAND_IS_NONE, BAND_IS_READ, BAND_IS_REFUSED } BandReading;
BandReading binder_band(Binder *binder, const Key *key, const Node *node, const Context *context, Number *number);
/* The language's own bands of a kind in their order; NULL after the last. */
const char *band_name(BandKind kind, int index);
/* The number that stands for a key the file does not state. */
int binder_default(Binder *binder, const Key *key, double value);
/* Assigns a number to the cells that the context names. */
void binder_assign(Binder *binder, const Key *key, int number, const Context *context);
Cell *binder_cell(Binder *binder, Field field, int index);
/* Index of a name, or -1. */
int binder_find(const Binder *binder, NameKind kind, int owner, const char *name);
/* The same, with a diagnostic that names the nearest one. `what` is the kind in words. */
int binder_refer(Binder *binder, NameKind kind, int owner, const char *name, BrinkSpan span);
int binder_declare(Binder *binder, NameKind kind, int owner, const char *name, BrinkSpan span);
/* Issue -> option or list of options; false after a diagnostic. allows[option_total] is written. */
bool binder_condition(Binder *binder, Node *node, bool *allows);
void *binder_alloc(Binder *binder, size_t count, size_t size); /* NULL sets is_out_of_memory */
/* Makes room for `needed` elements in an arena array. */
void *binder_grow(Binder *binder, void *array, int *room, int needed, size_t size);
/* Whether an array of so many elements may be built; reported at the span, once, where it may not. */
bool binder_fits(Binder *binder, double count, BrinkSpan span, const char *what);
bool binder_flag(Binder *binder, const Node *node, bool *value); /* true or false, yes or no, on or off */

/* Whole-file checks, and what the file leaves to defaults; after binder_read without errors of its own. */
void binder_check(Binder *binder);
void binder_finish_structure(Binder *binder);
void binder_finish_rules(Binder *binder);
/* Finds the types whose weights are to be worked out; checks their statements. */
void binder_finish_trades(Binder *binder);
void binder_check_trades(Binder *binder);
bool binder_elicits(const Binder *binder, int type, int issue); /* an unknown weight is to be worked out */
void binder_check_drafts(Binder *binder);
void binder_check_safeguards(Binder *binder);
void binder_check_history(Binder *binder);
void binder_check_claims(Binder *binder);

/* How numbers fill a Situation. */
typedef struct ScenarioPlan ScenarioPlan;
struct ScenarioPlan {
    Situation shape;
    int rounds;
    double start;
    int meeting_count;
    const double *meetings;
    const double *deadline_day;
    Cells cells[FIELD_COUNT];
    const int *default_number; /* [FIELD_COUNT] */
    int elicitation_count;
    const Elicitation *elicitations;
};

/* A number's value at a draw and a day. */
double number_value(const Scenario *scenario, int number, Draw draw, double day);
/* Whether a name of this kind may be anything and is declared nowhere. */
static inline bool name_is_free(NameKind kind) {
    return kind == NAME_READING;
}
int extent_size(const Situation *shape, Extent extent); /* elements, the dates not counted */
bool extent_is_dated(Extent extent);

#endif
