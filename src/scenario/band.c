/* SPDX-License-Identifier: GPL-3.0-or-later
 * Bands: words that stand where a number may, each for a distribution: the language's own (bands.def), which have a
 * meaning at certain keys only, and those the file defines, which may stand wherever all they may become may. A band of
 * the file goes before one of the language of the same name. */
#include "scenario/bind.h"

#include <ctype.h>
#include <math.h>
#include <string.h>

typedef struct Band {
    const char *name;
    BandKind kind;
    double a, b; /* chance: low and high; sharpness: how often of 1, unused */
} Band;
static const Band bands[] = {
#define CHANCE(name, low, high) {name, BANDS_CHANCE, low, high},
#define SHARPNESS(name, p) {name, BANDS_SHARPNESS, p, 0},
#include "scenario/bands.def"
#undef CHANCE
#undef SHARPNESS
};
enum { BAND_COUNT = sizeof bands / sizeof *bands };
static const double sharpness_factor = 1.5;

const char *band_name(BandKind kind, int index) {
    for (int i = 0; i < BAND_COUNT; i++)
        if (bands[i].kind == kind && index-- == 0) return bands[i].name;
    return NULL;
}

/* ---- Bands of the language ---- */

static const Band *find_band(const char *name) {
    for (int i = 0; i < BAND_COUNT; i++)
        if (strcmp(bands[i].name, name) == 0) return &bands[i];
    return NULL;
}

static const char *list_bands(Binder *binder, BandKind kind) {
    const char *text = "the bands here are ", *name;
    for (int i = 0; text && (name = band_name(kind, i)); i++)
        text = arena_print(binder->arena, "%s%s`%s`", text, i > 0 ? ", " : "", name);
    return text;
}

static const char *own_hint(Binder *binder, const Key *key) {
    return key->bands != BANDS_NONE ? list_bands(binder, key->bands)
                                    : "write a number or a distribution, or define a band of your own under `bands`";
}

static bool take_band(Binder *binder, const Key *key, const Band *band, const Node *node, const Context *context,
                      Number *number) {
    if (band->kind != key->bands) {
        diagnostics_add(binder->diagnostics, DIAGNOSTIC_band_misplaced, node->span, own_hint(binder, key),
                        "`%s` is a band of %s and cannot stand for `%s`", node->text,
                        band->kind == BANDS_CHANCE ? "probabilities" : "rationality", context->path);
        return false;
    }
    double *parameters = binder_alloc(binder, 2, sizeof *parameters);
    if (!parameters) return false;
    bool is_chance = band->kind == BANDS_CHANCE;
    parameters[0] = is_chance ? band->a : log(band->a / (1 - band->a)) / 10;
    parameters[1] = is_chance ? band->b : sharpness_factor;
    number->spread = is_chance ? SPREAD_UNIFORM : SPREAD_LOGNORMAL;
    number->parameters = parameters;
    number->parameter_count = 2;
    return true;
}

/* ---- Bands of the file ---- */

static Node *find_definition(const Binder *binder, const char *name) {
    const Entry *section = tree_find(binder->root, "bands");
    const Entry *band = section ? tree_find(section->value, name) : NULL;
    return band && !binder_is_reason(band) ? band->value : NULL;
}

/* Reads a band's value as that of a key. A band is made of numbers, not of other bands. */
static bool read_definition(Binder *binder, const Key *key, Node *node, const Context *context, Number *number) {
    Key own = *key;
    own.hard = own.timed = false;
    binder->is_defining = true;
    bool is_good = binder_value(binder, &own, node, context, number);
    binder->is_defining = false;
    return is_good;
}

static bool is_definition(Binder *binder, const Key *key, Node *node, const Context *context) {
    BrinkDiagnostics *diagnostics = binder->diagnostics;
    bool is_good = false;
    binder->diagnostics = NULL;
    for (int unit = UNIT_NONE; unit <= UNIT_ROUNDS && !is_good; unit++) {
        Number unused = {.path = context->path};
        Key own = *key;
        own.unit = (Unit)unit;
        is_good = read_definition(binder, &own, node, context, &unused) && unused.spread != SPREAD_SAME;
    }
    binder->diagnostics = diagnostics;
    return is_good;
}

/* Seen once where it is defined; what its uses make of it is seen there. */
void bind_band(Binder *binder, const Key *key, Node *node, Context *context) {
    Number unused = {.path = context->path};
    if (is_definition(binder, key, node, context)) return;
    if (read_definition(binder, key, node, context, &unused))
        diagnostics_add(binder->diagnostics, DIAGNOSTIC_bad_distribution, node->span,
                        "to draw two numbers together write `same` at one of them",
                        "`%s` must be a number or a distribution of its own", context->path);
}

static bool take_definition(Binder *binder, const Key *key, Node *definition, const Node *node, const Context *context,
                            Number *number) {
    BrinkDiagnostics *diagnostics = binder->diagnostics;
    BrinkSpan span = number->span;
    const char *unused, *range = binder_range(binder, key), *unit = unit_name(key->unit);
    binder->diagnostics = NULL;
    bool is_good = read_definition(binder, key, definition, context, number) && number->spread != SPREAD_SAME;
    binder->diagnostics = diagnostics;
    number->span = span;
    for (int i = 0; is_good && definition->kind == NODE_MAP && i < definition->count; i++)
        binder_reason(binder, &definition->entries[i], number->source ? &unused : &number->source,
                      number->note ? &unused : &number->note);
    if (!is_good && is_definition(binder, &(Key){.help = ""}, definition, context))
        diagnostics_add(binder->diagnostics, DIAGNOSTIC_band_misplaced, node->span,
                        key->advice ? key->advice : "write a number, or define another band",
                        "band `%s` cannot stand for `%s`, which %s%s%s%s", node->text, context->path,
                        range ? range : "", range ? " and " : "", *unit ? "is in " : "has no unit", unit);
    return is_good;
}

/* ---- Words that are no band ---- */

static const char *nearest_band(Binder *binder, const Key *key, const char *word) {
    const Names *own = &binder->names[NAME_BAND];
    const char **names = binder_alloc(binder, (size_t)own->count + BAND_COUNT, sizeof *names);
    int count = 0;
    for (int i = 0; names && i < own->count; i++) names[count++] = own->labels[i].key;
    for (int i = 0; names && i < BAND_COUNT; i++)
        if (bands[i].kind == key->bands) names[count++] = bands[i].name;
    return names ? tree_nearest(word, names, count) : NULL;
}

BandReading binder_band(Binder *binder, const Key *key, const Node *node, const Context *context, Number *number) {
    if (binder->is_defining || node->kind != NODE_SCALAR || !isalpha((unsigned char)node->text[0])) return BAND_IS_NONE;
    Node *definition = find_definition(binder, node->text);
    const Band *band = find_band(node->text);
    number->band = node->text;
    if (definition)
        return take_definition(binder, key, definition, node, context, number) ? BAND_IS_READ : BAND_IS_REFUSED;
    if (band) return take_band(binder, key, band, node, context, number) ? BAND_IS_READ : BAND_IS_REFUSED;
    number->band = NULL;
    double unused;
    const char *nearest = nearest_band(binder, key, node->text);
    bool is_expected = nearest || key->bands != BANDS_NONE;
    if (!is_expected || quantity_parse(node->text, key->unit, &unused) == QUANTITY_NOT_FINITE) return BAND_IS_NONE;
    diagnostics_add(binder->diagnostics, DIAGNOSTIC_unknown_band, node->span,
                    nearest ? arena_print(binder->arena, "did you mean `%s`?", nearest) : own_hint(binder, key),
                    "`%s` must be a number or a band, not `%s`", context->path, node->text);
    return BAND_IS_REFUSED;
}
