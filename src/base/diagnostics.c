/* SPDX-License-Identifier: GPL-3.0-or-later
 * The list of diagnostics and how it is drawn. Invariant: items are sorted by file, line and column when they are read,
 * in the order of adding among equals. */
#include "base/diagnostics.h"

#include "base/arena.h"

#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

typedef struct Item {
    BrinkDiagnostic diagnostic;
    size_t order;
} Item;

typedef struct Source {
    struct Source *next;
    const char *file, *text;
    size_t length;
} Source;

struct BrinkDiagnostics {
    Arena *arena;
    Item *items;
    size_t count, room, errors, left_out; /* errors counts those left out too */
    Source *sources;
    bool is_lost;
};

static const struct {
    const char *code;
    BrinkSeverity severity;
} rows[] = {
#define DIAGNOSTIC(code, name, severity, title) {code, BRINK_##severity},
#include "base/diagnostics.def"
#undef DIAGNOSTIC
};

BrinkStatus brink_diagnostics_new(BrinkDiagnostics **result) {
    BrinkDiagnostics *list = calloc(1, sizeof *list);
    if (list) list->arena = arena_new();
    if (!list || !list->arena) {
        free(list);
        return BRINK_NO_MEMORY;
    }
    *result = list;
    return BRINK_OK;
}

void brink_diagnostics_free(BrinkDiagnostics *list) {
    if (!list) return;
    arena_free(list->arena);
    free(list->items);
    free(list);
}

static int by_place(const Item *x, const Item *y) {
    const BrinkSpan *s = &x->diagnostic.span, *t = &y->diagnostic.span;
    int files = strcmp(s->file ? s->file : "", t->file ? t->file : "");
    if (files) return files;
    if (s->line != t->line) return s->line < t->line ? -1 : 1;
    if (s->column != t->column) return s->column < t->column ? -1 : 1;
    return x->order < y->order ? -1 : x->order > y->order;
}

static bool make_room(BrinkDiagnostics *list) {
    if (list->count < list->room) return true;
    size_t room = list->room ? 2 * list->room : 16;
    Item *items = realloc(list->items, room * sizeof *items);
    if (!items) return false;
    list->items = items;
    list->room = room;
    return true;
}

/* More than anybody reads at once; keeps a file of nothing but mistakes from taking memory and time. */
enum { DIAGNOSTIC_LIMIT = 200 };

/* The last that is no error makes room for one. */
static bool leave_out_one(BrinkDiagnostics *list) {
    size_t at = list->count;
    while (at > 0 && list->items[at - 1].diagnostic.severity == BRINK_ERROR) at--;
    if (at == 0) return false;
    memmove(&list->items[at - 1], &list->items[at], (list->count-- - at) * sizeof *list->items);
    return true;
}

void diagnostics_add(BrinkDiagnostics *list, DiagnosticCode code, BrinkSpan span, const char *hint, const char *format,
                     ...) {
    if (!list) return;
    BrinkSeverity severity = rows[code].severity;
    list->errors += severity == BRINK_ERROR;
    if (list->count == DIAGNOSTIC_LIMIT) {
        list->left_out++;
        if (severity != BRINK_ERROR || !leave_out_one(list)) return;
    }
    va_list arguments, again;
    va_start(arguments, format);
    va_copy(again, arguments);
    int length = vsnprintf(NULL, 0, format, arguments);
    char *message = arena_alloc(list->arena, (size_t)(length < 0 ? 0 : length) + 1);
    if (message && length > 0) vsnprintf(message, (size_t)length + 1, format, again);
    va_end(again);
    va_end(arguments);
    const char *own_hint = hint ? arena_text(list->arena, hint) : NULL;
    if (span.file) span.file = arena_text(list->arena, span.file);
    if (!message || (hint && !own_hint) || !make_room(list)) {
        list->is_lost = true;
        return;
    }
    Item item = {{severity, rows[code].code, span, message, own_hint}, list->count};
    size_t at = list->count++;
    for (; at > 0 && by_place(&list->items[at - 1], &item) > 0; at--) list->items[at] = list->items[at - 1];
    list->items[at] = item;
}

static const Source *find_source(const BrinkDiagnostics *list, const char *file) {
    const Source *source = list->sources;
    while (source && strcmp(source->file, file) != 0) source = source->next;
    return source;
}

const char *diagnostics_source(const BrinkDiagnostics *list, const char *file, size_t *length) {
    const Source *source = find_source(list, file);
    if (source) *length = source->length;
    return source ? source->text : NULL;
}

BrinkStatus diagnostics_keep_source(BrinkDiagnostics *list, const char *file, const char *text, size_t length) {
    if (!list || find_source(list, file)) return BRINK_OK;
    Source *source = arena_alloc(list->arena, sizeof *source);
    if (!source) return BRINK_NO_MEMORY;
    *source =
        (Source){list->sources, arena_text(list->arena, file), arena_text_part(list->arena, text, length), length};
    if (!source->file || !source->text) return BRINK_NO_MEMORY;
    list->sources = source;
    return BRINK_OK;
}

BrinkStatus brink_diagnostics_add(BrinkDiagnostics *list, const char *code, const char *file, const char *message,
                                  const char *hint) {
    int row = 0;
    while (row < DIAGNOSTIC_CODE_COUNT && strcmp(rows[row].code, code) != 0) row++;
    if (row == DIAGNOSTIC_CODE_COUNT) return BRINK_BAD_INPUT;
    diagnostics_add(list, (DiagnosticCode)row, (BrinkSpan){.file = file}, hint, "%s", message);
    return list->is_lost ? BRINK_NO_MEMORY : BRINK_OK;
}

size_t diagnostics_errors(const BrinkDiagnostics *list) {
    return list ? list->errors : 0;
}

size_t diagnostics_left_out(const BrinkDiagnostics *list) {
    return list->left_out;
}

bool diagnostics_full(const BrinkDiagnostics *list) {
    return list && list->left_out > 0;
}

bool diagnostics_lost(const BrinkDiagnostics *list) {
    return list && list->is_lost;
}

BrinkSpan span_none(void) {
    return (BrinkSpan){0};
}

size_t brink_diagnostics_count(const BrinkDiagnostics *list) {
    return list->count;
}

size_t brink_diagnostics_error_count(const BrinkDiagnostics *list) {
    return list->errors;
}

const BrinkDiagnostic *brink_diagnostics_get(const BrinkDiagnostics *list, size_t index) {
    return index < list->count ? &list->items[index].diagnostic : NULL;
}

void brink_text_free(char *text) {
    free(text);
}

/* ---- Drawing ---- */

typedef struct Text {
    char *bytes;
    size_t length, room;
    bool is_lost;
} Text;

static void put(Text *text, const char *bytes, size_t length) {
    if (text->length + length + 1 > text->room) {
        size_t room = 2 * (text->length + length + 1);
        char *moved = text->is_lost ? NULL : realloc(text->bytes, room);
        if (!moved) {
            text->is_lost = true;
            return;
        }
        text->bytes = moved;
        text->room = room;
    }
    memcpy(text->bytes + text->length, bytes, length);
    text->length += length;
    text->bytes[text->length] = '\0';
}

static void put_text(Text *text, const char *string) {
    put(text, string, strlen(string));
}

/* Bytes of what a terminal could obey at `at`: control characters of one byte (C0) and two (C1, UTF-8), and marks that
 * turn the direction of writing (U+200E, U+200F, U+202A to U+202E, U+2066 to U+2069). 0: it may be shown. */
static size_t control_bytes(const char *at, size_t left) {
    const unsigned char *byte = (const unsigned char *)at;
    if (byte[0] < 0x20 || byte[0] == 0x7F) return 1;
    if (left >= 2 && byte[0] == 0xC2 && byte[1] >= 0x80 && byte[1] < 0xA0) return 2;
    if (left < 3 || byte[0] != 0xE2) return 0;
    bool turns = (byte[1] == 0x80 && (byte[2] == 0x8E || byte[2] == 0x8F || (byte[2] >= 0xAA && byte[2] <= 0xAE))) ||
                 (byte[1] == 0x81 && byte[2] >= 0xA6 && byte[2] <= 0xA9);
    return turns ? 3 : 0;
}

/* Text that came from outside, with a question mark for each character that is not to be shown. */
static void put_shown(Text *text, const char *string, size_t length) {
    for (size_t i = 0; i < length;) {
        size_t control = control_bytes(string + i, length - i);
        if (control == 0)
            put(text, string + i, 1);
        else
            put(text, string[i] == '\t' ? " " : "?", 1);
        i += control ? control : 1;
    }
}

static bool is_continuation(char byte) {
    return ((unsigned char)byte & 0xC0) == 0x80;
}

/* The line's bytes without its end; NULL past the last. */
static const char *find_line(const Source *source, int line, size_t *length) {
    const char *at = source->text, *end = source->text + source->length;
    for (int number = 1; number < line && at < end; number++) {
        const char *newline = memchr(at, '\n', (size_t)(end - at));
        at = newline ? newline + 1 : end;
    }
    if (at >= end) return NULL;
    const char *newline = memchr(at, '\n', (size_t)(end - at));
    *length = (size_t)((newline ? newline : end) - at);
    if (*length > 0 && at[*length - 1] == '\r') --*length;
    return at;
}

/* How wide messages may be, 0: as they are; and what of a source line is shown, most of it before the place. */
typedef struct Canvas {
    bool colour;
    int columns, window, before;
} Canvas;

static Canvas canvas_of(bool colour, int columns) {
    enum { WINDOW_MOST = 100, COLUMNS_LEAST = 40, MARGIN = 10 };
    if (columns > 0 && columns < COLUMNS_LEAST) columns = COLUMNS_LEAST;
    int window = columns > 0 && columns - MARGIN < WINDOW_MOST ? columns - MARGIN : WINDOW_MOST;
    return (Canvas){colour, columns, window, window * 3 / 5};
}

static int count_columns(const char *text, size_t length) {
    int count = 0;
    for (size_t i = 0; i < length; i++) count += !is_continuation(text[i]);
    return count;
}

/* Words broken into lines, the first of which goes on at `column` after a space. */
static void put_words(Text *text, const char *string, const Canvas *canvas, int column) {
    enum { INDENT = 9 };
    if (canvas->columns == 0) {
        put_text(text, " ");
        put_shown(text, string, strlen(string));
        return;
    }
    while (*string) {
        size_t length = strcspn(string, " ");
        int width = count_columns(string, length);
        bool is_full = column + 1 + width > canvas->columns && column >= INDENT;
        put_text(text, is_full ? "\n" : " ");
        for (int i = 0; is_full && i < INDENT; i++) put_text(text, " ");
        column = is_full ? INDENT : column + 1;
        put_shown(text, string, length);
        column += width;
        string += length + (string[length] != '\0');
    }
}

/* Puts code points first..last (from 0) of the line; tabs become single spaces, control characters question marks. */
static void put_columns(Text *text, const char *line, size_t length, int first, int last) {
    size_t start = 0, end, at = 0;
    for (int column = 0; at < length && column < first; column++)
        for (at++; at < length && is_continuation(line[at]); at++) {
        }
    start = at;
    for (int column = first; at < length && column <= last; column++)
        for (at++; at < length && is_continuation(line[at]); at++) {
        }
    end = at;
    put_shown(text, line + start, end - start);
}

static void draw_line(Text *text, const Source *source, const BrinkSpan *span, const Canvas *canvas) {
    size_t length;
    const char *line = find_line(source, span->line, &length);
    if (!line) return;
    int first = span->column - 1 > canvas->before ? span->column - 1 - canvas->before : 0;
    char number[48];
    snprintf(number, sizeof number, "%5d | %s", span->line, first > 0 ? "…" : "");
    put_text(text, number);
    put_columns(text, line, length, first, first + canvas->window);
    put_text(text, first > 0 ? "\n      |  " : "\n      | ");
    for (int column = first; column < span->column - 1; column++) put(text, " ", 1);
    if (canvas->colour) put_text(text, "\033[1;32m");
    put(text, "^", 1);
    for (int i = 1; i < span->length && span->column - 1 + i < first + canvas->window; i++) put(text, "~", 1);
    if (canvas->colour) put_text(text, "\033[0m");
    put(text, "\n", 1);
}

static void draw_one(Text *text, const BrinkDiagnostics *list, const BrinkDiagnostic *item, const Canvas *canvas) {
    static const char *const words[] = {"error", "warning", "note"}, *const colours[] = {"\033[1;31m", "\033[1;35m",
                                                                                         "\033[1;36m"};
    char place[64] = "";
    int column = (int)strlen(words[item->severity]) + (int)strlen(item->code) + 3;
    if (item->span.file) {
        put_shown(text, item->span.file, strlen(item->span.file));
        snprintf(place, sizeof place, item->span.line > 0 ? ":%d:%d: " : ": ", item->span.line, item->span.column);
        put_text(text, place);
        column += count_columns(item->span.file, strlen(item->span.file)) + (int)strlen(place);
    }
    if (canvas->colour) put_text(text, colours[item->severity]);
    put_text(text, words[item->severity]);
    put_text(text, "[");
    put_text(text, item->code);
    put_text(text, "]");
    if (canvas->colour) put_text(text, "\033[0m");
    put_text(text, ":");
    put_words(text, item->message, canvas, column);
    put_text(text, "\n");
    const Source *source = item->span.file && item->span.line > 0 ? find_source(list, item->span.file) : NULL;
    if (source) draw_line(text, source, &item->span, canvas);
    if (item->hint) {
        put_text(text, "   hint:");
        put_words(text, item->hint, canvas, 8);
        put_text(text, "\n");
    }
}

BrinkStatus brink_diagnostics_draw(const BrinkDiagnostics *list, bool colour, int columns, char **result) {
    Canvas canvas = canvas_of(colour, columns);
    Text text = {0};
    put(&text, "", 0);
    for (size_t i = 0; i < list->count; i++) draw_one(&text, list, &list->items[i].diagnostic, &canvas);
    if (list->left_out > 0) {
        char more[64];
        snprintf(more, sizeof more, "… and %zu more\n", list->left_out);
        put_text(&text, more);
    }
    if (list->is_lost) put_text(&text, "memory ran out: some diagnostics are missing\n");
    if (text.is_lost) {
        free(text.bytes);
        return BRINK_NO_MEMORY;
    }
    *result = text.bytes;
    return BRINK_OK;
}
