/* SPDX-License-Identifier: GPL-3.0-or-later
 * A JSON file with places for its values. Private to the room. */
#ifndef IMPORT_JSON_H
#define IMPORT_JSON_H

#include "import/text.h"

#include <jansson.h>

typedef struct JsonFile {
    ImportFile file;
    json_t *root; /* NULL where the file could not be read */
} JsonFile;

/* The way to a value: keys of objects, and numbers from 0 in arrays. */
enum { JSON_PATH_LIMIT = 10 };
typedef struct JsonPath {
    int count;
    const char *keys[JSON_PATH_LIMIT];
} JsonPath;

/* Reads one JSON object; duplicate keys are errors. False after an error; json_close in any case. */
bool json_open(Import *import, const char *path, JsonFile *json);
void json_close(JsonFile *json);

JsonPath json_path(const JsonPath *above, const char *key);
/* The place of a value, or of the innermost of its containers that can be found. */
BrinkSpan json_span(const JsonFile *json, const JsonPath *path);

/* A member by key: exact, or else the only one that differs in case and spaces alone; its own key goes to *own. */
json_t *json_find(json_t *object, const char *key, const char **own);
/* An object that must be there; NULL (reported) where it is not. */
json_t *json_need_object(Import *import, const JsonFile *json, json_t *object, const JsonPath *above, const char *key);
/* A number, written as such or in quotes; an error where it is none. True when *value was written. */
bool json_read_number(Import *import, const JsonFile *json, json_t *value, const JsonPath *path, double *result);
/* A value's text: a string, or a number as it prints; NULL for other kinds. */
const char *json_read_text(Import *import, json_t *value);

#endif
