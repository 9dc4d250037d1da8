/* SPDX-License-Identifier: GPL-3.0-or-later
 * The key table as data: finding the children of a key. Patterns are short and the table small, so this is plain
 * search. */
#include "scenario/bind.h"

#include <math.h>
#include <string.h>

#define AT_LEAST(a) .has_low = true, .low = (a)
#define ABOVE(a) .has_low = true, .low_open = true, .low = (a)
#define AT_MOST(b) .has_high = true, .high = (b)
#define SHARE AT_LEAST(0), AT_MOST(1)
#define KEY(text, ...) {.pattern = text, __VA_ARGS__},
const Key key_table[] = {
#include "scenario/keys.def"
};
#undef KEY
const int key_count = sizeof key_table / sizeof *key_table;

const Extent field_extent[FIELD_COUNT] = {
#define FIELD(name, shape) [FIELD_##name] = EXTENT_##shape,
#include "scenario/situation.def"
#undef FIELD
};

/* The rest of the pattern after `parent`'s and a dot, if it is one component long. */
static const char *own_component(const char *pattern, const char *parent) {
    size_t length = strlen(parent);
    if (length > 0 && (strncmp(pattern, parent, length) != 0 || pattern[length] != '.')) return NULL;
    const char *rest = pattern + length + (length > 0);
    if (pattern == rest && length == 0 && *pattern == '\0') return NULL;
    return strchr(rest, '.') ? NULL : rest;
}

static bool stands_for_any(const char *component) {
    return component[0] == '<' || strcmp(component, "[]") == 0;
}

/* The pattern below which a key's children are written: declaring components are referred to by `<kind>`. */
static void children_prefix(const Key *key, char *prefix, size_t size) {
    size_t at = 0;
    for (const char *p = key->pattern; *p && at + 1 < size; p++)
        if (!(*p == '+' && p > key->pattern && p[-1] == '<')) prefix[at++] = *p;
    prefix[at] = '\0';
}

/* The place where a type's overrides are written for the party: "parties.<party>.types.<type>" -> "parties.<party>". */
static bool typed_prefix(char *prefix) {
    char *types = strstr(prefix, ".types.<type>");
    if (!types || types[strlen(".types.<type>")] != '\0') return false;
    *types = '\0';
    return true;
}

/* Whether a row belongs to the section of the file (its first component) that the prefix leads into; rows of a section
 * stand together. */
static bool is_of_section(const char *pattern, const char *prefix) {
    size_t i = 0;
    while (prefix[i] && prefix[i] != '.' && pattern[i] == prefix[i]) i++;
    return prefix[i] == '\0' || prefix[i] == '.';
}

static const Key *search(const char *prefix, const char *name, bool only_typed) {
    int i = 0;
    while (i < key_count && !is_of_section(key_table[i].pattern, prefix)) i++;
    for (; i < key_count && is_of_section(key_table[i].pattern, prefix); i++) {
        if (only_typed && !key_table[i].typed) continue;
        const char *component = own_component(key_table[i].pattern, prefix);
        if (component && (name ? strcmp(component, name) == 0 : stands_for_any(component))) return &key_table[i];
    }
    return NULL;
}

static const Key *search_both(const Key *key, const char *name) {
    char prefix[256];
    children_prefix(key, prefix, sizeof prefix);
    const Key *found = search(prefix, name, false);
    if (!found && typed_prefix(prefix)) found = search(prefix, name, true);
    return found;
}

const Key *key_child(const Key *key, const char *name) {
    return stands_for_any(name) ? NULL : search_both(key, name);
}

const Key *key_any(const Key *key) {
    return search_both(key, NULL);
}

void key_children(const Key *key, void (*visit)(void *payload, const Key *child, const char *name), void *payload) {
    char prefix[256];
    children_prefix(key, prefix, sizeof prefix);
    for (int pass = 0; pass < 2; pass++) {
        for (int i = 0; i < key_count; i++) {
            if (!is_of_section(key_table[i].pattern, prefix)) continue;
            const char *component = own_component(key_table[i].pattern, prefix);
            if (component && !stands_for_any(component) && (pass == 0 || key_table[i].typed))
                visit(payload, &key_table[i], component);
        }
        if (pass == 0 && !typed_prefix(prefix)) return;
    }
}

const char *key_last(const Key *key) {
    const char *dot = strrchr(key->pattern, '.');
    return dot ? dot + 1 : key->pattern;
}

NameKind key_name_kind(const Key *key, bool *declares) {
    static const char *const kinds[] = {"party",     "type",  "rung",    "issue",   "option",
                                        "timetable", "draft", "variant", "source",  "reference",
                                        "spillover", "other", "assay",   "reading", "band"};
    const char *component = key_last(key);
    if (*component != '<') return NAME_KIND_COUNT;
    *declares = component[1] == '+';
    component += 1 + *declares;
    for (int kind = 0; kind < NAME_KIND_COUNT; kind++) {
        size_t length = strlen(kinds[kind]);
        if (strncmp(component, kinds[kind], length) == 0 && component[length] == '>') return (NameKind)kind;
    }
    return NAME_KIND_COUNT;
}
