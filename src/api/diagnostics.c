/* SPDX-License-Identifier: GPL-3.0-or-later
 * Diagnostics as JSON, an object on each line, with the path of the value to blame (docs/diagnostics-json.md). */
#include "api/api.h"

#include <stdlib.h>
#include <string.h>

/* A change of the command line is a text of its own, whose root stands at the path that its name ends with. */
static const char set_front[] = "--set ";

static const char *join(const char *file, const char *inner, Arena *arena) {
    bool is_set = strncmp(file, set_front, strlen(set_front)) == 0;
    if (!is_set) return inner;
    const char *root = file + strlen(set_front);
    return inner ? arena_print(arena, "%s.%s", root, inner) : root;
}

/* Paths of the diagnostics [first, end), all of one file. */
static BrinkStatus name_file(const BrinkDiagnostics *list, size_t first, size_t end, Arena *arena, const char **paths) {
    const char *file = brink_diagnostics_get(list, first)->span.file;
    size_t length = 0, count = end - first;
    const char *text = file ? diagnostics_source(list, file, &length) : NULL;
    BrinkSpan *spans = text ? arena_array(arena, count, sizeof *spans) : NULL;
    if (!text) return BRINK_OK;
    if (!spans) return BRINK_NO_MEMORY;
    for (size_t i = 0; i < count; i++) spans[i] = brink_diagnostics_get(list, first + i)->span;
    BrinkStatus status = scenario_name_places(text, length, spans, count, arena, paths + first);
    for (size_t i = first; i < end && status == BRINK_OK; i++) {
        const char *inner = paths[i];
        paths[i] = join(file, inner, arena);
        if (inner && !paths[i]) status = BRINK_NO_MEMORY;
    }
    return status;
}

static bool is_same_file(const BrinkDiagnostics *list, size_t a, size_t b) {
    const char *first = brink_diagnostics_get(list, a)->span.file, *second = brink_diagnostics_get(list, b)->span.file;
    return first && second ? strcmp(first, second) == 0 : first == second;
}

static BrinkStatus name_all(const BrinkDiagnostics *list, Arena *arena, const char **paths) {
    BrinkStatus status = BRINK_OK;
    size_t count = brink_diagnostics_count(list);
    for (size_t first = 0, end; first < count && status == BRINK_OK; first = end) {
        for (end = first + 1; end < count && is_same_file(list, first, end);) end++;
        status = name_file(list, first, end, arena, paths);
    }
    return status;
}

static bool add_line(const BrinkDiagnostic *item, const char *path, FILE *stream) {
    json_t *object = report_diagnostic_json(item, path);
    bool is_written = object && json_dumpf(object, stream, JSON_COMPACT) == 0 && fputc('\n', stream) != EOF;
    json_decref(object);
    return is_written;
}

static bool add_left_out(const BrinkDiagnostics *list, FILE *stream) {
    char message[64];
    BrinkDiagnostic more = {.severity = BRINK_NOTE, .code = "U006", .message = message};
    snprintf(message, sizeof message, "%zu more are left out", diagnostics_left_out(list));
    return diagnostics_left_out(list) == 0 || add_line(&more, NULL, stream);
}

static bool add_lines(const BrinkDiagnostics *list, const char *const *paths, FILE *stream) {
    for (size_t i = 0; i < brink_diagnostics_count(list); i++)
        if (!add_line(brink_diagnostics_get(list, i), paths[i], stream)) return false;
    return add_left_out(list, stream);
}

static BrinkStatus write_lines(const BrinkDiagnostics *list, const char *const *paths, char **result) {
    char *text = NULL;
    size_t size = 0;
    FILE *stream = open_memstream(&text, &size);
    bool is_written = stream && add_lines(list, paths, stream);
    is_written = stream && fclose(stream) == 0 && is_written && text; /* glibc may close well and leave no text */
    if (is_written)
        *result = text;
    else
        free(text);
    return is_written ? BRINK_OK : BRINK_NO_MEMORY;
}

BrinkStatus brink_diagnostics_json(const BrinkDiagnostics *list, char **result) {
    Arena *arena = arena_new();
    const char **paths = arena ? arena_array(arena, brink_diagnostics_count(list) + 1, sizeof *paths) : NULL;
    BrinkStatus status = paths && !diagnostics_lost(list) ? name_all(list, arena, paths) : BRINK_NO_MEMORY;
    if (status == BRINK_OK) status = write_lines(list, paths, result);
    arena_free(arena);
    return status;
}
