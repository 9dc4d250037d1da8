/* SPDX-License-Identifier: GPL-3.0-or-later
 * Numbers as scenario files write them: plain, with a reason, uncertain, changing with time; and the cells of the
 * Situation they fill. Invariant: a cell keeps the number of the highest priority that was assigned to it: a type's own
 * over its party's. */
#include "scenario/table.h"

#include <math.h>
#include <string.h>

typedef struct Form {
    const char *name;
    Spread spread;
    int least, most;
    const char *expected;
} Form;
static const Form forms[] = {
#define FORM(name, spread, least, most, expected) {#name, spread, least, most, expected},
#include "scenario/forms.def"
#undef FORM
};
enum { FORM_COUNT = sizeof forms / sizeof *forms };

static int add_number(Binder *binder, Number number) {
    binder->numbers =
        binder_grow(binder, binder->numbers, &binder->number_room, binder->number_count + 1, sizeof *binder->numbers);
    if (!binder->numbers) {
        binder->number_count = binder->number_room = 0;
        return NUMBER_NONE;
    }
    binder->numbers[binder->number_count] = number;
    binder->numbers[binder->number_count].stream = random_stream(number.path);
    return binder->number_count++;
}

/* ---- Ranges and plain numbers ---- */

const char *binder_range(Binder *binder, const Key *key) {
    if (key->has_low && key->has_high)
        return arena_print(binder->arena, "must lie in %c%g, %g]", key->low_open ? '(' : '[', key->low, key->high);
    if (key->has_low && key->low == 0) return key->low_open ? "must be above 0" : "must not be negative";
    if (key->has_low)
        return arena_print(binder->arena, "must be %s %g", key->low_open ? "above" : "at least", key->low);
    return key->has_high ? arena_print(binder->arena, "must be at most %g", key->high) : NULL;
}

static bool is_in_range(const Key *key, double value) {
    if (key->has_low && (key->low_open ? value <= key->low : value < key->low)) return false;
    return !key->has_high || value <= key->high;
}

static const char *last_of(const char *path) {
    const char *dot = strrchr(path, '.');
    return dot ? dot + 1 : path;
}

static bool check_range(Binder *binder, const Key *key, double value, const Node *node, const Context *context) {
    if (is_in_range(key, value)) return true;
    const char *range = binder_range(binder, key);
    diagnostics_add(binder->diagnostics, DIAGNOSTIC_out_of_range, node->span, key->advice, "%s %s %s",
                    last_of(context->path), node->text, range ? range : "");
    return false;
}

static bool read_plain(Binder *binder, const Key *key, const Node *node, const Context *context, double *value) {
    if (node->kind != NODE_SCALAR) {
        diagnostics_add(binder->diagnostics, DIAGNOSTIC_wrong_shape, node->span, NULL,
                        "`%s` must be a number, not a %s", context->path, node->kind == NODE_MAP ? "map" : "list");
        return false;
    }
    const char *unit = unit_name(key->unit);
    switch (quantity_parse(node->text, key->unit, value)) {
    case QUANTITY_OK:
        return check_range(binder, key, *value, node, context);
    case QUANTITY_NOT_FINITE:
        diagnostics_add(binder->diagnostics, DIAGNOSTIC_not_finite, node->span,
                        "for what must never be signed write `hard` where the format allows it",
                        "`%s` must be a finite number, not `%s`", context->path, node->text);
        return false;
    case QUANTITY_WRONG_UNIT:
        diagnostics_add(binder->diagnostics, DIAGNOSTIC_wrong_unit, node->span,
                        *unit ? arena_print(binder->arena, "write it in %s, or without a unit", unit)
                              : "write it without a unit",
                        "`%s` has the wrong unit in `%s`", context->path, node->text);
        return false;
    case QUANTITY_NOT_A_NUMBER:
        break;
    }
    bool is_empty = *node->text == '\0';
    diagnostics_add(binder->diagnostics, DIAGNOSTIC_not_a_number, is_empty ? context->key_span : node->span, key->help,
                    is_empty ? "`%s` must be a %snumber, not nothing%s" : "`%s` must be a %snumber, not `%s`",
                    context->path, key->shape == SHAPE_INTEGER ? "whole " : "", node->text);
    return false;
}

/* ---- Distributions ---- */

static bool is_well_formed(const Key *key, Spread spread, const double *p) {
    (void)key;
    switch (spread) {
    case SPREAD_PERT:
        return p[0] <= p[1] && p[1] <= p[2] && p[0] < p[2];
    case SPREAD_UNIFORM:
        return p[0] < p[1];
    case SPREAD_NORMAL:
        return p[1] > 0;
    case SPREAD_LOGNORMAL:
        return p[0] > 0 && p[1] > 1;
    case SPREAD_BETA:
        return p[0] > 0 && p[1] > 0;
    default:
        return true;
    }
}

/* Whether parameter i of a spread is a value of the number itself, and so must lie in its range. */
static bool is_value(Spread spread, int i) {
    if (spread == SPREAD_BETA) return false;
    return !((spread == SPREAD_NORMAL || spread == SPREAD_LOGNORMAL) && i == 1);
}

static bool read_spread(Binder *binder, const Key *key, const Form *form, const Node *list, const Context *context,
                        Number *number) {
    int count = list->kind == NODE_LIST ? list->count : -1;
    double *parameters = binder_alloc(binder, count > 0 ? (size_t)count : 1, sizeof *parameters);
    bool is_good = count >= form->least && count <= form->most && parameters;
    Key loose = *key;
    loose.has_low = loose.has_high = false;
    for (int i = 0; is_good && i < count; i++)
        if (!read_plain(binder, is_value(form->spread, i) ? key : &loose, list->entries[i].value, context,
                        &parameters[i]))
            return false;
    if (!is_good || !is_well_formed(key, form->spread, parameters)) {
        diagnostics_add(binder->diagnostics, DIAGNOSTIC_bad_distribution, list->span, NULL, "`%s` of `%s` takes %s",
                        form->name, context->path, form->expected);
        return false;
    }
    number->spread = form->spread;
    number->parameters = parameters;
    number->parameter_count = count;
    return true;
}

typedef struct Steps {
    int count;
    double *parameters; /* day, value, day, value … in order of days */
    int *numbers;
} Steps;

static void insert_step(const Binder *binder, Steps *steps, double day, int number) {
    int place = steps->count++;
    for (; place > 0 && steps->parameters[2 * place - 2] > day; place--) {
        memcpy(steps->parameters + 2 * place, steps->parameters + 2 * place - 2, 2 * sizeof(double));
        steps->numbers[place] = steps->numbers[place - 1];
    }
    const Number *value = &binder->numbers[number];
    steps->parameters[2 * place] = day;
    steps->parameters[2 * place + 1] = value->spread == SPREAD_FIXED ? value->parameters[0] : NAN;
    steps->numbers[place] = number;
}

/* One step, with a number of its own; false after a diagnostic. */
static bool read_step(Binder *binder, const Key *key, const Entry *entry, const Context *context, Steps *steps) {
    double day;
    Context at = *context;
    at.path = arena_print(binder->arena, "%s.steps.%s", context->path, entry->key);
    at.key_span = entry->key_span;
    if (!calendar_parse(entry->key, &day)) {
        diagnostics_add(binder->diagnostics, DIAGNOSTIC_bad_date, entry->key_span,
                        "write year-month-day, as in 2026-03-03", "`%s` is not a date", entry->key);
        return false;
    }
    int number = at.path ? binder_number(binder, key, entry->value, &at) : NUMBER_NONE;
    if (number >= 0) insert_step(binder, steps, day, number);
    return number >= 0;
}

static bool read_steps(Binder *binder, const Key *key, const Node *map, const Context *context, Number *number) {
    if (!key->timed) {
        diagnostics_add(binder->diagnostics, DIAGNOSTIC_not_over_time, map->span, "give one number",
                        "`%s` cannot change with time", context->path);
        return false;
    }
    Steps steps = {0, binder_alloc(binder, 2 * (size_t)map->count, sizeof(double)),
                   binder_alloc(binder, (size_t)map->count, sizeof(int))};
    Key step = *key;
    step.timed = step.rest = step.hard = false;
    Context at = *context;
    at.source = number->source;
    at.note = number->note;
    bool is_good = steps.parameters && steps.numbers;
    for (int i = 0; map->kind == NODE_MAP && i < map->count; i++)
        binder_reason(binder, &map->entries[i], &at.source, &at.note);
    for (int i = 0; map->kind == NODE_MAP && steps.numbers && i < map->count; i++)
        if (!binder_is_reason(&map->entries[i]))
            is_good = read_step(binder, &step, &map->entries[i], &at, &steps) && is_good;
    if (is_good && steps.count == 0)
        diagnostics_add(binder->diagnostics, DIAGNOSTIC_bad_distribution, map->span, NULL,
                        "`steps` of `%s` takes a map from dates to numbers", context->path);
    number->spread = SPREAD_STEPS;
    number->parameters = steps.parameters;
    number->parameter_count = 2 * steps.count;
    number->step_numbers = steps.numbers;
    return is_good && steps.count > 0;
}

static bool read_same(Binder *binder, const Node *node, const Context *context, Number *number) {
    if (node->kind != NODE_SCALAR || !*node->text) {
        diagnostics_add(binder->diagnostics, DIAGNOSTIC_bad_same, node->span, NULL,
                        "`same` of `%s` takes the path of another number", context->path);
        return false;
    }
    number->spread = SPREAD_SAME;
    number->span = node->span;
    number->parameters = (const double *)(const void *)node->text; /* the path, until binder_check knows every number */
    return true;
}

/* ---- One number ---- */

static bool read_form(Binder *binder, const Key *key, const Node *node, const Context *context, Number *number);

bool binder_value(Binder *binder, const Key *key, const Node *node, const Context *context, Number *number) {
    if (node->kind == NODE_MAP) return read_form(binder, key, node, context, number);
    double *value = binder_alloc(binder, 1, sizeof *value);
    number->spread = SPREAD_FIXED;
    number->parameters = value;
    number->parameter_count = 1;
    if (!value) return false;
    if (key->hard && node->kind == NODE_SCALAR && strcmp(node->text, "hard") == 0) {
        *value = INFINITY;
        return true;
    }
    BandReading band = binder_band(binder, key, node, context, number);
    if (band != BAND_IS_NONE) return band == BAND_IS_READ;
    return read_plain(binder, key, node, context, value);
}

static bool refuse_form(Binder *binder, const Node *node, const Context *context) {
    const char *names[FORM_COUNT + 1], *word = node->count > 0 ? node->entries[0].key : "";
    for (int i = 0; i < FORM_COUNT; i++) names[i] = forms[i].name;
    names[FORM_COUNT] = "is";
    const char *nearest = tree_nearest(word, names, FORM_COUNT + 1);
    BrinkSpan span = node->count > 0 ? node->entries[0].key_span : node->span;
    diagnostics_add(binder->diagnostics, DIAGNOSTIC_bad_distribution, span,
                    nearest ? arena_print(binder->arena, "did you mean `%s`?", nearest)
                            : "write a number, `{is: number, from: …}`, or one of pert, uniform, normal, lognormal, "
                              "beta, choice, same, steps",
                    "`%s` is not a way to write the number `%s`", word, context->path);
    return false;
}

static bool refuse_second_form(Binder *binder, const Entry *first, const Entry *second, const Context *context) {
    diagnostics_add(binder->diagnostics, DIAGNOSTIC_bad_distribution, second->key_span, "keep one of them",
                    "the number `%s` is written in two ways, `%s` and `%s`", context->path, first->key, second->key);
    return false;
}

/* The value of a map that holds exactly one of `is` and the forms, beside from and note. */
static bool read_form(Binder *binder, const Key *key, const Node *node, const Context *context, Number *number) {
    const Entry *value = NULL;
    const Form *form = NULL;
    bool is_plain = false;
    for (int i = 0; i < node->count; i++) {
        const Entry *entry = &node->entries[i];
        if (binder_is_reason(entry)) continue;
        const Form *own = NULL;
        for (int f = 0; f < FORM_COUNT; f++)
            if (strcmp(entry->key, forms[f].name) == 0) own = &forms[f];
        bool is_word = strcmp(entry->key, "is") == 0;
        if (value && (own || is_word)) return refuse_second_form(binder, value, entry, context);
        if (!own && !is_word)
            return refuse_form(
                binder, &(Node){.kind = NODE_MAP, .span = node->span, .count = 1, .entries = (Entry *)entry}, context);
        value = entry;
        form = own;
        is_plain = is_word;
    }
    if (!value) return refuse_form(binder, &(Node){.kind = NODE_MAP, .span = node->span}, context);
    number->span = value->value->span;
    if (is_plain) return binder_value(binder, key, value->value, context, number);
    if (form->spread == SPREAD_STEPS) return read_steps(binder, key, value->value, context, number);
    if (form->spread == SPREAD_SAME) return read_same(binder, value->value, context, number);
    return read_spread(binder, key, form, value->value, context, number);
}

/* The reasons in the number's own map, else those of the map it stands in. */
static void read_reasons(Binder *binder, const Node *node, const Context *context, Number *number) {
    number->source = context->source;
    number->note = context->note;
    for (int i = 0; node->kind == NODE_MAP && i < node->count; i++)
        binder_reason(binder, &node->entries[i], &number->source, &number->note);
}

static bool is_rest(const Node *node) {
    const Entry *is = tree_find(node, "is");
    if (is) node = is->value;
    return node->kind == NODE_SCALAR && strcmp(node->text, "rest") == 0;
}

int binder_number(Binder *binder, const Key *key, Node *node, const Context *context) {
    if (key->rest && is_rest(node)) return NUMBER_REST;
    Number number = {.path = context->path,
                     .span = node->kind == NODE_SCALAR && !*node->text ? context->key_span : node->span,
                     .is_stated = true,
                     .unit = key->unit,
                     .same = -1,
                     .low = !key->has_low   ? -INFINITY
                            : key->low_open ? nextafter(key->low, INFINITY)
                                            : key->low,
                     .high = key->has_high ? key->high : INFINITY};
    read_reasons(binder, node, context, &number);
    if (!binder_value(binder, key, node, context, &number)) return NUMBER_NONE;
    return add_number(binder, number);
}

int binder_default(Binder *binder, const Key *key, double value) {
    double *parameter = binder_alloc(binder, 1, sizeof *parameter);
    if (!parameter) return NUMBER_NONE;
    *parameter = value;
    return add_number(binder, (Number){.path = key->pattern,
                                       .unit = key->unit,
                                       .spread = SPREAD_FIXED,
                                       .parameter_count = 1,
                                       .parameters = parameter,
                                       .same = -1,
                                       .low = -INFINITY,
                                       .high = INFINITY});
}

/* ---- Cells ---- */

Cell *binder_cell(Binder *binder, Field field, int index) {
    Cells *cells = &binder->cells[field];
    if (index >= cells->count) {
        cells->cells = binder_grow(binder, cells->cells, &cells->room, index + 1, sizeof *cells->cells);
        if (!cells->cells) {
            *cells = (Cells){0};
            return NULL;
        }
        for (; cells->count <= index; cells->count++) cells->cells[cells->count] = (Cell){NUMBER_NONE, 0};
    }
    return &cells->cells[index];
}

static void put(Binder *binder, Field field, int index, int number, int priority) {
    Cell *cell = binder_cell(binder, field, index);
    if (cell && priority >= cell->priority) *cell = (Cell){number, priority};
}

/* Index of a cell whose extent has a type in it. */
static int typed_index(const Binder *binder, Extent extent, int type, const Context *context) {
    const Situation *s = &binder->shape;
    const int *at = context->at;
    int type_rung = at[NAME_RUNG] < 0 ? 0 : s->type_rung_start[type] + at[NAME_RUNG] - s->rung_start[at[NAME_PARTY]];
    switch (extent) {
    case EXTENT_DATE_TYPE_PARTY:
        return type * s->party_count + at[NAME_OTHER];
    case EXTENT_TYPERUNG:
    case EXTENT_DATE_TYPERUNG:
        return type_rung;
    case EXTENT_TYPERUNG_OPTION:
        return type_rung * s->option_total + at[NAME_OPTION];
    case EXTENT_TYPE_ISSUE:
        return type * s->issue_count + at[NAME_ISSUE];
    case EXTENT_TYPE_OPTION:
        return type * s->option_total + at[NAME_OPTION];
    default:
        return type;
    }
}

static int plain_index(const Binder *binder, Extent extent, const Key *key, const Context *context) {
    const Situation *s = &binder->shape;
    const int *at = context->at;
    switch (extent) {
    case EXTENT_RUNG:
    case EXTENT_DATE_RUNG:
        return at[NAME_RUNG];
    case EXTENT_RUNG_PARTY:
        return at[NAME_RUNG] * s->party_count + at[NAME_OTHER];
    case EXTENT_ISSUE:
        return at[NAME_ISSUE];
    case EXTENT_OPTION:
    case EXTENT_DATE_OPTION:
        return at[NAME_OPTION];
    case EXTENT_DATE_ASSAY:
        return at[NAME_ASSAY];
    case EXTENT_PHASE:
        return context->item;
    case EXTENT_PHASE_ISSUE:
        return context->item * s->issue_count + at[NAME_ISSUE];
    case EXTENT_DRAFT:
        return at[NAME_DRAFT];
    case EXTENT_OUTCOME:
        return key->slot;
    default:
        return 0;
    }
}

static bool has_types(Extent extent) {
    return extent == EXTENT_TYPE || extent == EXTENT_DATE_TYPE || extent == EXTENT_DATE_TYPE_PARTY ||
           extent == EXTENT_TYPERUNG || extent == EXTENT_DATE_TYPERUNG || extent == EXTENT_TYPERUNG_OPTION ||
           extent == EXTENT_TYPE_ISSUE || extent == EXTENT_TYPE_OPTION;
}

void binder_assign(Binder *binder, const Key *key, int number, const Context *context) {
    Extent extent = field_extent[key->field];
    const Situation *s = &binder->shape;
    if (extent == EXTENT_SYNERGY ||
        extent == EXTENT_RED_LINE) { /* one item stands for the same line of several types */
        int end = extent == EXTENT_SYNERGY ? s->synergy_count : s->red_line_count;
        for (int i = binder->group_start; i < end; i++) put(binder, key->field, i, number, 1);
    } else if (!has_types(extent)) {
        put(binder, key->field, plain_index(binder, extent, key, context), number, 1);
    } else if (context->at[NAME_TYPE] >= 0) {
        put(binder, key->field, typed_index(binder, extent, context->at[NAME_TYPE], context), number, 2);
    } else {
        int party = context->at[NAME_PARTY];
        for (int type = s->type_start[party]; type < s->type_start[party + 1]; type++)
            put(binder, key->field, typed_index(binder, extent, type, context), number, 1);
    }
}
