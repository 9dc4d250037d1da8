/* SPDX-License-Identifier: GPL-3.0-or-later
 * The JSON Schema (draft 2020-12) of the scenario file, from the key table the reader itself walks along. Editors that
 * know YAML schemas complete and check with it; what only the whole file can tell (sums, references, dates) is left to
 * `brink check`. */
#include "scenario/table.h"

#include <jansson.h>
#include <math.h>
#include <stdio.h>
#include <string.h>

static const char name_pattern[] = "^[A-Za-z0-9_+-]+$";

static json_t *of_type(const char *type) {
    return json_pack("{s:s}", "type", type);
}

static json_t *refer_to(const char *definition) {
    char path[64];
    snprintf(path, sizeof path, "#/$defs/%s", definition);
    return json_pack("{s:s}", "$ref", path);
}

/* ---- Single values ---- */

static void bound(json_t *schema, const Key *key) {
    if (key->has_low) json_object_set_new(schema, key->low_open ? "exclusiveMinimum" : "minimum", json_real(key->low));
    if (key->has_high) json_object_set_new(schema, "maximum", json_real(key->high));
}

/* Named, so that editors offer them; those of the file are texts like others. */
static json_t *bands_schema(BandKind kind) {
    json_t *words = json_array();
    for (int i = 0; band_name(kind, i); i++) json_array_append_new(words, json_string(band_name(kind, i)));
    return json_pack("{s:o}", "enum", words);
}

/* A plain number with its range, a text with its unit (which only the reader can judge), or a map: a reason, a
 * distribution, steps. */
static json_t *number_schema(const Key *key) {
    json_t *plain = of_type("number");
    bound(plain, key);
    json_t *choices = json_pack("[o, o, o]", plain, of_type("string"), refer_to(key->timed ? "timed" : "spread"));
    if (key->bands != BANDS_NONE) json_array_insert_new(choices, 1, bands_schema(key->bands));
    return json_pack("{s:o}", "anyOf", choices);
}

static json_t *word_schema(const Key *key) {
    json_t *words = json_array();
    for (const char *at = key->words; *at;) {
        size_t length = strcspn(at, " ");
        json_array_append_new(words, json_stringn(at, length));
        at += length + strspn(at + length, " ");
    }
    if (strcmp(key->words, "1") == 0) json_array_append_new(words, json_integer(1));
    return json_pack("{s:o}", "enum", words);
}

static json_t *names_schema(void) {
    return json_pack("{s:[o, {s:s, s:o}]}", "anyOf", of_type("string"), "type", "array", "items", of_type("string"));
}

/* ---- Maps and lists ---- */

static json_t *key_schema(const Key *key, bool is_typed);

typedef struct Fields {
    json_t *properties, *required;
    bool is_typed;
} Fields;

static bool is_open(const Key *key, bool is_typed) {
    return !is_typed || key->typed || strstr(key->pattern, ".types.<type>.");
}

static void add_field(void *payload, const Key *child, const char *name) {
    Fields *fields = payload;
    if (!is_open(child, fields->is_typed)) return;
    json_object_set_new(fields->properties, name, key_schema(child, fields->is_typed));
    if (child->required) json_array_append_new(fields->required, json_string(name));
}

static json_t *map_schema(const Key *key, bool is_typed) {
    is_typed = is_typed || strstr(key->pattern, ".types.<");
    Fields fields = {json_object(), json_array(), is_typed};
    key_children(key, add_field, &fields);
    json_object_set_new(fields.properties, "from", of_type("string"));
    json_object_set_new(fields.properties, "note", of_type("string"));
    json_t *schema = json_pack("{s:[s, s], s:o}", "type", "object", "null", "properties", fields.properties);
    const Key *any = key_any(key);
    bool has_any = any && is_open(any, is_typed);
    if (json_array_size(fields.required) > 0) json_object_set(schema, "required", fields.required);
    json_decref(fields.required);
    json_object_set_new(schema, "additionalProperties", has_any ? key_schema(any, is_typed) : json_false());
    bool declares = false;
    if (has_any && !name_is_free(key_name_kind(any, &declares)) && declares)
        json_object_set_new(schema, "propertyNames", json_pack("{s:s}", "pattern", name_pattern));
    return schema;
}

/* A list of maps with one rung each; a type overrides rungs in a plain map. */
static json_t *ladder_schema(const Key *key, bool is_typed) {
    json_t *rungs = map_schema(key, is_typed);
    if (is_typed) return rungs;
    json_object_set_new(rungs, "maxProperties", json_integer(1));
    return json_pack("{s:s, s:o}", "type", "array", "items", rungs);
}

static json_t *list_schema(const Key *key, bool is_typed) {
    const Key *item = key_any(key);
    return json_pack("{s:s, s:o}", "type", "array", "items", item ? key_schema(item, is_typed) : json_true());
}

static json_t *bare_schema(const Key *key, bool is_typed) {
    switch (key->shape) {
    case SHAPE_MAP:
        return map_schema(key, is_typed);
    case SHAPE_LADDER:
        return ladder_schema(key, is_typed);
    case SHAPE_LIST:
        return list_schema(key, is_typed);
    case SHAPE_NUMBER:
        return number_schema(key);
    case SHAPE_WORD:
        return word_schema(key);
    case SHAPE_NAMES:
        return names_schema();
    case SHAPE_CONDITION:
        return json_pack("{s:s, s:o}", "type", "object", "additionalProperties", names_schema());
    case SHAPE_BOOL:
        return of_type("boolean");
    case SHAPE_INTEGER:
        return json_pack("{s:[s, s]}", "type", "integer", "string");
    case SHAPE_TEXT:
    case SHAPE_DATE:
    case SHAPE_NAME:
        return json_pack("{s:[s, s]}", "type", "string", "number");
    case SHAPE_ANY:
        break;
    }
    return json_object();
}

static json_t *key_schema(const Key *key, bool is_typed) {
    json_t *schema = bare_schema(key, is_typed);
    if (schema && key->help) json_object_set_new(schema, "description", json_string(key->help));
    return schema;
}

/* ---- The whole ---- */

static json_t *spread_schema(bool is_timed) {
    json_t *properties =
        json_pack("{s:o, s:o, s:o}", "is", json_object(), "from", of_type("string"), "note", of_type("string"));
#define FORM(name, spread, least, most, expected)                                                                      \
    if ((spread) != SPREAD_STEPS || is_timed)                                                                          \
        json_object_set_new(properties, #name, json_pack("{s:s}", "description", expected));
#include "scenario/forms.def"
#undef FORM
    return json_pack("{s:s, s:o, s:b}", "type", "object", "properties", properties, "additionalProperties", 0);
}

char *scenario_schema_json(void) {
    json_t *schema = key_schema(&key_table[0], false);
    if (!schema) return NULL;
    json_object_set_new(schema, "$schema", json_string("https://json-schema.org/draft/2020-12/schema"));
    json_object_set_new(schema, "title", json_string("brink scenario"));
    json_object_set_new(schema, "$defs",
                        json_pack("{s:o, s:o}", "spread", spread_schema(false), "timed", spread_schema(true)));
    char *text = json_dumps(schema, JSON_INDENT(2));
    json_decref(schema);
    return text;
}
