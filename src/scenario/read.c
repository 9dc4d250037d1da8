/* SPDX-License-Identifier: GPL-3.0-or-later
 * The walk of a tree along the key table, three times: names are declared, flags are set, values are bound. Every
 * mistake is reported and walked past. */
#include "scenario/bind.h"

#include <assert.h>
#include <ctype.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>

static void walk(Binder *binder, const Key *key, Node *node, Context context);

void *binder_alloc(Binder *binder, size_t count, size_t size) {
    void *result = arena_array(binder->arena, count, size);
    if (!result) binder->is_out_of_memory = true;
    return result;
}

void *binder_grow(Binder *binder, void *array, int *room, int needed, size_t size) {
    if (needed <= *room) return array;
    int larger = 2 * needed + 8;
    void *moved = binder_alloc(binder, (size_t)larger, size);
    if (!moved) return NULL;
    if (*room > 0) memcpy(moved, array, (size_t)*room * size);
    *room = larger;
    return moved;
}

/* ---- Names ---- */

int binder_find(const Binder *binder, NameKind kind, int owner, const char *name) {
    Names *names = (Names *)&binder->names[kind == NAME_OTHER ? NAME_PARTY : kind];
    for (int k = 0; k < names->count; k++) { /* names are mostly asked for in their order */
        int i = (names->likely + k) % names->count;
        if (names->owners[i] != owner || strcmp(names->labels[i].key, name) != 0) continue;
        names->likely = (i + 1) % names->count;
        return i;
    }
    return -1;
}

static const char *const kind_words[] = {"party",     "type",  "rung",    "issue",   "option",
                                         "timetable", "draft", "variant", "source",  "reference",
                                         "spillover", "party", "assay",   "reading", "band"};

/* The nearest of the names, else the first of them: for a hint. NULL where there are none. */
static const char *suggest(Binder *binder, const char *word, const char *const *names, int count) {
    enum { SHOWN = 12 };
    const char *nearest = tree_nearest(word, names, count), *text = NULL;
    if (nearest) return arena_print(binder->arena, "did you mean `%s`?", nearest);
    for (int i = 0; i < count && i < SHOWN; i++) {
        text = arena_print(binder->arena, "%s`%s`", i == 0 ? "known here: " : text, names[i]);
        if (text && i + 1 < count && i + 1 < SHOWN) text = arena_print(binder->arena, "%s, ", text);
        if (!text) return NULL;
    }
    return count > SHOWN ? arena_print(binder->arena, "%s and %d more", text, count - SHOWN) : text;
}

static const char *suggest_name(Binder *binder, NameKind kind, int owner, const char *name) {
    const Names *names = &binder->names[kind];
    const char **own = binder_alloc(binder, (size_t)names->count + 1, sizeof *own);
    int count = 0;
    for (int i = 0; own && i < names->count; i++)
        if (names->owners[i] == owner) own[count++] = names->labels[i].key;
    return own ? suggest(binder, name, own, count) : NULL;
}

static void refuse_name(Binder *binder, DiagnosticCode code, NameKind kind, const char *name, BrinkSpan span,
                        const char *hint) {
    diagnostics_add(binder->diagnostics, code, span, hint, "`%s` is not the name of a%s %s", name,
                    strchr("aeiou", kind_words[kind][0]) ? "n" : "", kind_words[kind]);
}

int binder_refer(Binder *binder, NameKind kind, int owner, const char *name, BrinkSpan span) {
    if (kind == NAME_OTHER) kind = NAME_PARTY;
    int found = binder_find(binder, kind, owner, name);
    if (found >= 0 || !binder->diagnostics) return found;
    refuse_name(binder, DIAGNOSTIC_unknown_name, kind, name, span, suggest_name(binder, kind, owner, name));
    return -1;
}

static bool has_name_characters(const char *name) {
    if (!*name) return false;
    for (; *name; name++)
        if (!isalnum((unsigned char)*name) && !strchr("_-+", *name)) return false;
    return true;
}

/* Reserved everywhere, and for issues, as scenario.md lists them. */
static bool is_reserved(NameKind kind, const char *name) {
    static const char *const all[] = {"is", "from", "note", "rest", "none", "base", "today"};
    static const char *const issues[] = {"types", "synergies", "red_lines", "share",    "interim",
                                         "lasts", "framework", "leads_to",  "readings", "renege",
                                         "name",  "trades",    "swings",    "anchor"};
    for (size_t i = 0; i < sizeof all / sizeof *all; i++)
        if (strcmp(name, all[i]) == 0) return !(kind == NAME_OPTION && strcmp(name, "none") == 0);
    for (size_t i = 0; kind == NAME_ISSUE && i < sizeof issues / sizeof *issues; i++)
        if (strcmp(name, issues[i]) == 0) return true;
    return false;
}

/* The stockpile's names are enrichments. */
static void check_assay(Binder *binder, const char *name, BrinkSpan span) {
    double assay = NAN;
    if (quantity_parse(name, UNIT_FRACTION, &assay) == QUANTITY_OK && assay > 0 && assay < 1) return;
    diagnostics_add(binder->diagnostics, DIAGNOSTIC_bad_assay, span, "write it with its sign, as in 60 % or 3.67 %",
                    isnan(assay) ? "`%s` is no enrichment"
                                 : "`%s` is no enrichment: of the uranium, more than none and less than all is U-235",
                    name);
}

/* A band is a word or several, and no number. */
static void check_band(Binder *binder, const char *name, BrinkSpan span) {
    double unused;
    bool is_good = isalpha((unsigned char)name[0]) && quantity_parse(name, UNIT_NONE, &unused) == QUANTITY_NOT_A_NUMBER;
    for (const char *at = name; *at; at++) is_good = is_good && (isalnum((unsigned char)*at) || strchr(" _-+", *at));
    if (!is_good)
        diagnostics_add(binder->diagnostics, DIAGNOSTIC_bad_name, span, "use words of letters, as in `very likely`",
                        "`%s` cannot be the name of a band", name);
    else if (is_reserved(NAME_BAND, name) || strcmp(name, "hard") == 0)
        diagnostics_add(binder->diagnostics, DIAGNOSTIC_reserved_name, span, "choose another name",
                        "`%s` is a word of the language", name);
}

static void check_name(Binder *binder, NameKind kind, const char *name, BrinkSpan span) {
    if (kind == NAME_ASSAY || kind == NAME_BAND) {
        (kind == NAME_ASSAY ? check_assay : check_band)(binder, name, span);
        return;
    }
    if (!has_name_characters(name))
        diagnostics_add(binder->diagnostics, DIAGNOSTIC_bad_name, span,
                        "use letters, digits, _, - and +; anything else belongs in `name`",
                        "`%s` cannot be the name of a%s %s", name, strchr("aeiou", kind_words[kind][0]) ? "n" : "",
                        kind_words[kind]);
    else if (is_reserved(kind, name))
        diagnostics_add(binder->diagnostics, DIAGNOSTIC_reserved_name, span, "choose another name",
                        "`%s` is a word of the language", name);
}

/* A change inside a name that does not exist is a slip rather than a new name. */
static void refuse_begun(Binder *binder, NameKind kind, int owner, const Entry *entry, const char *path) {
    const char *known = suggest_name(binder, kind, owner, entry->key);
    const char *hint = arena_print(binder->arena, "a new one is given whole, as `%s={…}`%s%s", path, known ? "; " : "",
                                   known ? known : "");
    refuse_name(binder, DIAGNOSTIC_bad_path, kind, entry->key, entry->key_span, hint);
}

static void refuse_names(Binder *binder, NameKind kind, BrinkSpan span) {
    if (!binder->is_too_large)
        diagnostics_add(binder->diagnostics, DIAGNOSTIC_too_many_names, span,
                        "what differs little can share a name; a scenario is solved over all combinations",
                        "more than %d names of the kind %s", kind == NAME_PARTY ? PARTY_LIMIT : NAME_LIMIT,
                        kind_words[kind]);
    binder->is_too_large = true;
}

int binder_declare(Binder *binder, NameKind kind, int owner, const char *name, BrinkSpan span) {
    Names *names = &binder->names[kind];
    int room = names->room;
    if (names->count == (kind == NAME_PARTY ? PARTY_LIMIT : NAME_LIMIT)) {
        refuse_names(binder, kind, span);
        return -1;
    }
    names->labels = binder_grow(binder, names->labels, &room, names->count + 1, sizeof *names->labels);
    names->owners = binder_grow(binder, names->owners, &names->room, names->count + 1, sizeof *names->owners);
    if (!names->labels || !names->owners) {
        *names = (Names){0};
        return -1;
    }
    names->labels[names->count] = (Label){name, name, span};
    names->owners[names->count] = owner;
    return names->count++;
}

/* The name that owns names of a kind: the party of types and rungs, the issue of options. */
static int owner_of(NameKind kind, const Context *context) {
    if (kind == NAME_TYPE || kind == NAME_RUNG) return context->at[NAME_PARTY];
    if (kind == NAME_OPTION) return context->at[NAME_ISSUE];
    return -1;
}

/* ---- Shapes ---- */

static bool is_empty_value(const Node *node) {
    return node->kind == NODE_SCALAR && !node->is_quoted && node->text[0] == '\0';
}

static void expect(Binder *binder, const Node *node, const Context *context, const char *wanted) {
    const char *seen = node->kind == NODE_MAP    ? "a map"
                       : node->kind == NODE_LIST ? "a list"
                       : is_empty_value(node)    ? "nothing"
                                                 : "a single value";
    bool is_root = *context->path == '\0';
    diagnostics_add(binder->diagnostics, DIAGNOSTIC_wrong_shape, is_empty_value(node) ? context->key_span : node->span,
                    NULL, "%s%s%s must be %s, not %s", is_root ? "a scenario" : "`", context->path, is_root ? "" : "`",
                    wanted, seen);
}

typedef struct Known {
    const char *names[256];
    int count;
    const Context *context;
} Known;

static bool is_open_to(const Key *child, const Context *context) {
    return !context->is_typed || child->typed || strstr(child->pattern, ".types.<type>.");
}

static void collect(void *payload, const Key *child, const char *name) {
    Known *known = payload;
    if (known->count < 200 && is_open_to(child, known->context)) known->names[known->count++] = name;
}

/* `{name: One, and two}`: what stands behind the comma looks like a key without a value. */
static bool is_rest_of_text(const Entry *entry) {
    return strchr(entry->key, ' ') && entry->value->kind == NODE_SCALAR && *entry->value->text == '\0';
}

static void refuse_key(Binder *binder, const Key *key, const Entry *entry, const Context *context) {
    if (!binder->diagnostics) return;
    Known known = {.context = context};
    key_children(key, collect, &known);
    bool declares = false;
    const Key *any = key_any(key);
    NameKind kind = any ? key_name_kind(any, &declares) : NAME_KIND_COUNT;
    const Names *names = kind < NAME_OTHER && !declares ? &binder->names[kind]
                         : kind == NAME_OTHER           ? &binder->names[NAME_PARTY]
                                                        : NULL;
    for (int i = 0; names && i < names->count && known.count < 250; i++)
        if (names->owners[i] == owner_of(kind, context)) known.names[known.count++] = names->labels[i].key;
    const char *hint = is_rest_of_text(entry) ? "a text that holds a comma stands in quotes: \"one, two\""
                                              : suggest(binder, entry->key, known.names, known.count);
    if (names)
        diagnostics_add(binder->diagnostics, DIAGNOSTIC_unknown_name, entry->key_span, hint,
                        "`%s` is not the name of a%s %s", entry->key, strchr("aeiou", kind_words[kind][0]) ? "n" : "",
                        kind_words[kind]);
    else
        diagnostics_add(binder->diagnostics, DIAGNOSTIC_unknown_key, entry->key_span, hint,
                        "`%s` is not a key of %s%s%s", entry->key, *context->path ? "`" : "a scenario", context->path,
                        *context->path ? "`" : "");
}

/* The file will be refused, and nothing more of why is kept. */
static bool is_hopeless(const Binder *binder) {
    return diagnostics_full(binder->diagnostics) && diagnostics_errors(binder->diagnostics) > binder->errors_before;
}

/* ---- Maps ---- */

/* Sets the context's index for a child that stands for a name; false after a diagnostic. */
static bool enter_name(Binder *binder, const Key *child, const Entry *entry, Context *context) {
    bool declares = false;
    NameKind kind = key_name_kind(child, &declares);
    if (name_is_free(kind)) return true;
    if (kind == NAME_KIND_COUNT) return true;
    if (context->is_typed && kind == NAME_RUNG) declares = false;
    int owner = owner_of(kind, context);
    if (binder->is_declaring && declares) {
        if (entry->is_begun) refuse_begun(binder, kind, owner, entry, context->path);
        check_name(binder, kind, entry->key, entry->key_span);
        context->at[kind] = binder_declare(binder, kind, owner, entry->key, entry->key_span);
    } else {
        bool is_forgiven = binder->is_declaring; /* references are checked when all names are known */
        context->at[kind] = is_forgiven ? binder_find(binder, kind, owner, entry->key)
                                        : binder_refer(binder, kind, owner, entry->key, entry->key_span);
    }
    if (context->at[kind] >= 0)
        context->label = &binder->names[kind == NAME_OTHER ? NAME_PARTY : kind].labels[context->at[kind]];
    return context->at[kind] >= 0;
}

static void enter(Binder *binder, const Key *key, const Entry *entry, const Context *context) {
    if (is_hopeless(binder)) return;
    const Key *child = key_child(key, entry->key);
    if (!child) child = key_any(key);
    Context inside = *context;
    inside.key_span = entry->key_span;
    inside.path = *context->path ? arena_print(binder->arena, "%s.%s", context->path, entry->key) : entry->key;
    if (!inside.path) {
        binder->is_out_of_memory = true;
        return;
    }
    bool declares = false;
    NameKind kind = child ? key_name_kind(child, &declares) : NAME_KIND_COUNT;
    bool is_reference = kind != NAME_KIND_COUNT && !name_is_free(kind) && !declares && !binder->is_declaring;
    int owner = is_reference ? owner_of(kind, context) : -1;
    if (!child || !is_open_to(child, context) || (is_reference && binder_find(binder, kind, owner, entry->key) < 0)) {
        if (!binder->is_declaring) refuse_key(binder, key, entry, context);
        return;
    }
    if (!binder->is_declaring && child->refused) {
        diagnostics_add(binder->diagnostics, DIAGNOSTIC_unsupported, entry->key_span, NULL, "%s", child->refused);
        return;
    }
    if (enter_name(binder, child, entry, &inside)) walk(binder, child, entry->value, inside);
}

bool binder_is_reason(const Entry *entry) {
    return strcmp(entry->key, "from") == 0 || strcmp(entry->key, "note") == 0;
}

bool binder_reason(Binder *binder, const Entry *entry, const char **source, const char **note) {
    if (!binder_is_reason(entry)) return false;
    bool is_from = strcmp(entry->key, "from") == 0;
    if (entry->value->kind != NODE_SCALAR || (is_from && is_empty_value(entry->value))) {
        if (!binder->is_declaring)
            expect(binder, entry->value, &(Context){.path = entry->key, .key_span = entry->key_span},
                   is_from ? "the key of a source" : "text");
        return true;
    }
    *(is_from ? source : note) = entry->value->text;
    if (!is_from || binder->is_declaring || binder_find(binder, NAME_SOURCE, -1, entry->value->text) >= 0) return true;
    const Names *sources = &binder->names[NAME_SOURCE];
    const char *candidates[256];
    int count = 0;
    for (; count < sources->count && count < 256; count++) candidates[count] = sources->labels[count].key;
    const char *nearest = tree_nearest(entry->value->text, candidates, count);
    diagnostics_add(binder->diagnostics, DIAGNOSTIC_unknown_source, entry->value->span,
                    nearest ? arena_print(binder->arena, "did you mean `%s`?", nearest) : "add it to `sources`",
                    "`%s` is not among the sources", entry->value->text);
    return true;
}

typedef struct Missing {
    Binder *binder;
    const Node *map;
    const Context *context;
} Missing;

static void demand(void *payload, const Key *child, const char *name) {
    Missing *missing = payload;
    if (!child->required || tree_find(missing->map, name) || !is_open_to(child, missing->context)) return;
    BrinkSpan span = *missing->context->path && missing->context->key_span.line > 0 ? missing->context->key_span
                                                                                    : missing->map->span;
    diagnostics_add(missing->binder->diagnostics, DIAGNOSTIC_missing_key, span, child->help, "%s%s%s needs `%s`",
                    *missing->context->path ? "`" : "a scenario", missing->context->path,
                    *missing->context->path ? "`" : "", name);
}

static void walk_map(Binder *binder, const Key *key, Node *node, Context context) {
    Node empty = {.kind = NODE_MAP, .span = node->span, .text = ""};
    if (is_empty_value(node)) node = &empty;
    if (node->kind != NODE_MAP) {
        if (!binder->is_declaring) expect(binder, node, &context, "a map");
        return;
    }
    if (strstr(key->pattern, ".types.<")) context.is_typed = context.at[NAME_TYPE] >= 0;
    context.source = context.note = NULL;

    for (int i = 0; i < node->count; i++) binder_reason(binder, &node->entries[i], &context.source, &context.note);
    if (!binder->is_declaring && !binder->is_flagging && key->bind) key->bind(binder, key, node, &context);
    for (int i = 0; i < node->count; i++)
        if (!binder_is_reason(&node->entries[i])) enter(binder, key, &node->entries[i], &context);
    if (!binder->is_declaring) key_children(key, demand, &(Missing){binder, node, &context});
}

/* ---- Lists ---- */

static void walk_list(Binder *binder, const Key *key, Node *node, Context context) {
    const Key *item = key_any(key);
    assert(item); /* the row of a list has one for its items below it */
    bool may_stand_alone = item && item->shape == SHAPE_NAME && node->kind == NODE_SCALAR && !is_empty_value(node);
    if (node->kind != NODE_LIST && !may_stand_alone) {
        if (!binder->is_declaring) expect(binder, node, &context, "a list");
        return;
    }
    if (binder->is_declaring) return; /* nothing is declared inside plain lists */
    if (key->bind && !binder->is_flagging) key->bind(binder, key, node, &context);
    const char *path = context.path;
    for (int i = 0; i < (may_stand_alone ? 1 : node->count); i++) {
        Node *value = may_stand_alone ? node : node->entries[i].value;
        context.item = i;
        context.path = arena_print(binder->arena, "%s.%d", path, i);
        context.key_span = value->span;
        if (!context.path)
            binder->is_out_of_memory = true;
        else
            walk(binder, item, value, context);
    }
}

/* A list of maps with one key each, in order; a plain map where a type overrides single rungs. */
static void walk_ladder(Binder *binder, const Key *key, Node *node, Context context) {
    if (context.is_typed) {
        walk_map(binder, key, node, context);
        return;
    }
    if (node->kind != NODE_LIST) {
        if (!binder->is_declaring) expect(binder, node, &context, "a list, lowest rung first: `- name: {…}`");
        return;
    }
    for (int i = 0; i < node->count; i++) {
        Node *item = node->entries[i].value;
        if (item->kind == NODE_MAP && item->count == 1) {
            if (binder->is_declaring &&
                binder_find(binder, NAME_RUNG, context.at[NAME_PARTY], item->entries[0].key) >= 0)
                diagnostics_add(binder->diagnostics, DIAGNOSTIC_duplicate_key, item->entries[0].key_span,
                                "give each rung its own name", "rung `%s` stands twice in this ladder",
                                item->entries[0].key);
            else
                enter(binder, key, &item->entries[0], &context);
        } else if (!binder->is_declaring) {
            Context at = context;
            at.key_span = item->span;
            expect(binder, item, &at, "a list of single rungs: `- name: {…}`");
        }
    }
}

/* ---- Single values ---- */

static bool word_index(const char *words, const char *word, int *index) {
    size_t length = strlen(word);
    *index = 0;
    for (const char *at = words; *at; ++*index) {
        size_t own = strcspn(at, " ");
        if (own == length && strncmp(at, word, own) == 0) return true;
        at += own + strspn(at + own, " ");
    }
    return false;
}

static void refuse_word(Binder *binder, const Key *key, const Node *node, const Context *context) {
    char words[256];
    const char *candidates[32];
    int count = 0;
    strncpy(words, key->words, sizeof words - 1);
    words[sizeof words - 1] = '\0';
    char *rest = words;
    for (char *word; count < 32 && (word = strtok_r(rest, " ", &rest));) candidates[count++] = word;
    const char *nearest = tree_nearest(node->text, candidates, count);
    diagnostics_add(binder->diagnostics, DIAGNOSTIC_unknown_word, node->span,
                    nearest ? arena_print(binder->arena, "did you mean `%s`?", nearest) : NULL,
                    "`%s` must be one of: %s; not `%s`", context->path, key->words, node->text);
}

bool binder_flag(Binder *binder, const Node *node, bool *value) {
    (void)binder;
    static const char *const words[] = {"true", "yes", "on", "false", "no", "off"};
    for (int i = 0; node->kind == NODE_SCALAR && i < 6; i++)
        if (strcmp(node->text, words[i]) == 0) {
            *value = i < 3;
            return true;
        }
    return false;
}

static bool fits_shape(Binder *binder, const Key *key, Node *node, Context *context) {
    double day;
    bool flag;
    int index;
    if (node->kind != NODE_SCALAR || (is_empty_value(node) && key->shape != SHAPE_TEXT)) {
        expect(binder, node, context,
               key->shape == SHAPE_TEXT   ? "text"
               : key->shape == SHAPE_DATE ? "a date such as 2026-03-03"
               : key->shape == SHAPE_BOOL ? "true or false"
                                          : "a name");
        return false;
    }
    if (key->shape == SHAPE_DATE && !calendar_parse(node->text, &day)) {
        diagnostics_add(binder->diagnostics, DIAGNOSTIC_bad_date, node->span, "write year-month-day, as in 2026-03-03",
                        "`%s` is not a date", node->text);
        return false;
    }
    if (key->shape == SHAPE_BOOL && !binder_flag(binder, node, &flag)) {
        diagnostics_add(binder->diagnostics, DIAGNOSTIC_unknown_word, node->span, NULL,
                        "`%s` must be true or false, not `%s`", context->path, node->text);
        return false;
    }
    if (key->shape == SHAPE_WORD && !word_index(key->words, node->text, &index)) {
        refuse_word(binder, key, node, context);
        return false;
    }
    return true;
}

/* A whole number shapes the game, so it is fixed; like any number it may come with its reason. */
static void read_integer(Binder *binder, const Key *key, Node *node, Context *context) {
    int index = binder_number(binder, key, node, context);
    if (index < 0) return;
    const Number *number = &binder->numbers[index];
    if (number->spread != SPREAD_FIXED)
        diagnostics_add(binder->diagnostics, DIAGNOSTIC_bad_distribution, number->span,
                        "give one number, and other numbers in variants",
                        "`%s` shapes the game and cannot be uncertain", context->path);
    else if (number->parameters[0] != floor(number->parameters[0]))
        diagnostics_add(binder->diagnostics, DIAGNOSTIC_not_a_number, number->span, NULL,
                        "`%s` must be a whole number, not %g", context->path, number->parameters[0]);
    else {
        context->number = (int)number->parameters[0];
        if (key->bind) key->bind(binder, key, node, context);
    }
}

static void read_value(Binder *binder, const Key *key, Node *node, Context *context) {
    if (binder->is_flagging && key->shape != SHAPE_BOOL) return;
    if (key->shape == SHAPE_NUMBER) {
        int number = binder_number(binder, key, node, context);
        if (number == NUMBER_NONE) number = binder_default(binder, key, NAN); /* stated, if badly: nobody misses it */
        if (number == NUMBER_NONE) return;
        if (key->field != FIELD_NONE) binder_assign(binder, key, number, context);
        context->number = number;
        if (key->bind) key->bind(binder, key, node, context);
        return;
    }
    if (key->shape == SHAPE_INTEGER) {
        read_integer(binder, key, node, context);
        return;
    }
    bool is_single = key->shape != SHAPE_NAMES && key->shape != SHAPE_CONDITION && key->shape != SHAPE_ANY;
    if (is_single && !fits_shape(binder, key, node, context)) return;
    if (key->bind) key->bind(binder, key, node, context);
}

static void declare_variants(Binder *binder, const Node *variants) {
    for (int i = 0; variants->kind == NODE_MAP && i < variants->count; i++)
        if (!binder_is_reason(&variants->entries[i]))
            binder_declare(binder, NAME_VARIANT, -1, variants->entries[i].key, variants->entries[i].key_span);
}

static void walk(Binder *binder, const Key *key, Node *node, Context context) {
    if (node == binder->unchanged) {
        if (binder->is_declaring) declare_variants(binder, node);
        return;
    }
    if (binder->is_out_of_memory || binder->is_too_large || is_hopeless(binder)) return;
    switch (key->shape) {
    case SHAPE_MAP:
        walk_map(binder, key, node, context);
        break;
    case SHAPE_LADDER:
        walk_ladder(binder, key, node, context);
        break;
    case SHAPE_LIST:
        walk_list(binder, key, node, context);
        break;
    default:
        if (!binder->is_declaring) read_value(binder, key, node, &context);
    }
    if (binder->is_declaring) { /* a party without types or postures has one of each */
        bool declares = false;
        if (key_name_kind(key, &declares) == NAME_PARTY && declares) bind_party(binder, key, node, &context);
    }
}

BrinkStatus binder_read(Binder *binder, const Node *root) {
    Context context = {.path = "", .key_span = root->span};
    for (int kind = 0; kind < NAME_KIND_COUNT; kind++) context.at[kind] = -1;
    binder->root = root;
    binder->is_declaring = true;
    walk(binder, &key_table[0], (Node *)root, context);
    binder->is_declaring = false;
    if (!binder->is_too_large) binder_finish_structure(binder);
    if (binder->is_too_large) return binder->is_out_of_memory ? BRINK_NO_MEMORY : BRINK_BAD_INPUT;
    BrinkDiagnostics *diagnostics = binder->diagnostics;
    binder->diagnostics = NULL;
    binder->is_flagging = true;
    if (!binder->is_out_of_memory) walk(binder, &key_table[0], (Node *)root, context);
    binder->is_flagging = false;
    binder->diagnostics = diagnostics;
    if (!binder->is_out_of_memory) walk(binder, &key_table[0], (Node *)root, context);
    return binder->is_out_of_memory ? BRINK_NO_MEMORY : BRINK_OK;
}
