/* SPDX-License-Identifier: GPL-3.0-or-later
 * Reading JSON strictly. jansson keeps no places, so that a second, blind walk through the text finds them when one is
 * needed: the text is known to be JSON by then. */
#include "import/json.h"

#include <stdlib.h>
#include <string.h>

static void report_syntax(Import *import, const JsonFile *json, const json_error_t *error) {
    BrinkSpan span = file_span(&json->file);
    if (error->line > 0) {
        span.line = error->line;
        span.column = error->column > 0 ? error->column : 1;
        span.length = 1;
    }
    IMPORT_ERROR(import, DIAGNOSTIC_import_syntax, span, "a JSON object is expected; repair the file or write it again",
                 "the file is not JSON: %s", error->text);
}

/* jansson takes a few hundred bytes for every object: of a file of nothing else, more than the file is worth. */
static bool holds_too_much(Import *import, const JsonFile *json) {
    enum { OBJECTS_MOST = 200000 };
    size_t count = 0;
    for (const char *c = json->file.text; *c; c++) count += *c == '{' || *c == '[';
    if (count <= OBJECTS_MOST) return false;
    IMPORT_ERROR(import, DIAGNOSTIC_import_too_large, file_span(&json->file),
                 "no domain in use comes near it: is this the right file?",
                 "the file holds more than %d objects and lists", OBJECTS_MOST);
    return true;
}

bool json_open(Import *import, const char *path, JsonFile *json) {
    *json = (JsonFile){0};
    if (!file_read(import, path, &json->file) || holds_too_much(import, json)) return false;
    const char *text = json->file.text;
    size_t length = json->file.length, mark = length >= 3 && memcmp(text, "\xEF\xBB\xBF", 3) == 0 ? 3 : 0;
    json_error_t error = {0}; /* stays so where memory is short before the first token */
    json->root = json_loadb(text + mark, length - mark, JSON_REJECT_DUPLICATES | JSON_DECODE_INT_AS_REAL, &error);
    if (!json->root && (!*error.text || json_error_code(&error) == json_error_out_of_memory))
        import->is_short = true;
    else if (!json->root)
        report_syntax(import, json, &error);
    else if (!json_is_object(json->root))
        IMPORT_ERROR(import, DIAGNOSTIC_import_wrong_kind, file_span_at(&json->file, text, 1),
                     "domains and profiles are objects: { … }", "the file holds no JSON object");
    return json_is_object(json->root);
}

void json_close(JsonFile *json) {
    json_decref(json->root);
    *json = (JsonFile){0};
}

/* ---- Places ---- */

static const char *skip_space(const char *c) {
    return c + strspn(c, " \t\r\n");
}

/* Past the string that begins at `c`. */
static const char *skip_string(const char *c) {
    for (c++; *c && *c != '"'; c++)
        if (*c == '\\' && c[1]) c++;
    return *c ? c + 1 : c;
}

/* Past the value that begins at `c`. */
static const char *skip_value(const char *c) {
    int depth = 0;
    do {
        c = skip_space(c);
        if (*c == '"') {
            c = skip_string(c);
        } else if (*c == '{' || *c == '[') {
            depth++;
            c++;
        } else if (*c == '}' || *c == ']') {
            depth--;
            c++;
        } else if (*c == ',' || *c == ':') {
            c++;
        } else {
            c += strcspn(c, ",:]}{[\" \t\r\n");
        }
    } while (depth > 0 && *c);
    return c;
}

/* The member `key` of the object, or the item of the array, that begins at `c`; NULL where there is none. */
static const char *enter(const char *c, const char *key) {
    bool is_object = *c == '{';
    long number = 0, wanted = is_object ? 0 : strtol(key, NULL, 10);
    if (!is_object && *c != '[') return NULL;
    for (c = skip_space(c + 1); *c && *c != '}' && *c != ']'; number++) {
        bool is_found = number == wanted && !is_object;
        if (is_object) {
            const char *end = skip_string(c);
            is_found = (size_t)(end - c) == strlen(key) + 2 && memcmp(c + 1, key, strlen(key)) == 0;
            c = skip_space(end);
            c = skip_space(*c == ':' ? c + 1 : c);
        }
        if (is_found) return c;
        c = skip_space(skip_value(c));
        c = skip_space(*c == ',' ? c + 1 : c);
    }
    return NULL;
}

JsonPath json_path(const JsonPath *above, const char *key) {
    JsonPath path = above ? *above : (JsonPath){0};
    if (path.count < JSON_PATH_LIMIT) path.keys[path.count++] = key;
    return path;
}

BrinkSpan json_span(const JsonFile *json, const JsonPath *path) {
    size_t mark = json->file.length >= 3 && memcmp(json->file.text, "\xEF\xBB\xBF", 3) == 0 ? 3 : 0;
    const char *at = skip_space(json->file.text + mark);
    if (!file_may_search(&json->file)) return file_span(&json->file);
    for (int i = 0; path && i < path->count; i++) {
        const char *inside = enter(at, path->keys[i]);
        if (!inside) break;
        at = inside;
    }
    const char *end = *at == '{' || *at == '[' ? at + 1 : skip_value(at);
    return file_span_at(&json->file, at, (size_t)(end - at));
}

/* ---- Values ---- */

json_t *json_find(json_t *object, const char *key, const char **own) {
    json_t *found = json_object_get(object, key), *value;
    const char *name;
    int alike = 0;
    *own = key;
    if (found) return found;
    json_object_foreach(object, name, value) {
        if (!text_alike(name, key)) continue;
        found = value;
        *own = name;
        alike++;
    }
    return alike == 1 ? found : NULL;
}

json_t *json_need_object(Import *import, const JsonFile *json, json_t *object, const JsonPath *above, const char *key) {
    json_t *found = json_object_get(object, key);
    if (json_is_object(found)) return found;
    JsonPath path = json_path(above, key);
    IMPORT_ERROR(import, DIAGNOSTIC_import_missing, json_span(json, &path), "add it; docs/import.md shows the format",
                 found ? "`%s` must be an object" : "the object `%s` is missing", key);
    return NULL;
}

bool json_read_number(Import *import, const JsonFile *json, json_t *value, const JsonPath *path, double *result) {
    if (json_is_number(value)) {
        *result = json_number_value(value);
        return true;
    }
    if (json_is_string(value) && number_read(json_string_value(value), result)) return true;
    IMPORT_ERROR(import, DIAGNOSTIC_import_not_a_number, json_span(json, path), "write a number, such as 0.5",
                 "`%.80s` is not a number", path->count > 0 ? path->keys[path->count - 1] : "it");
    return false;
}

const char *json_read_text(Import *import, json_t *value) {
    char number[NUMBER_SIZE];
    if (json_is_string(value)) return text_trim(import, json_string_value(value));
    return json_is_number(value) ? text_trim(import, number_print(json_number_value(value), number)) : NULL;
}
