/* SPDX-License-Identifier: GPL-3.0-or-later
 * Files, texts and numbers as the formats hold them. Invariant: nothing longer than IMPORT_BYTE_LIMIT is kept, and what
 * this gives back lives with the import's arena. */
#include "import/text.h"

#include <ctype.h>
#include <errno.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>

bool import_is_over(const Import *import) {
    return import->is_short || import->errors >= IMPORT_ERROR_LIMIT;
}

void *import_array(Import *import, size_t count, size_t size) {
    void *block = arena_array(import->arena, count, size);
    if (!block) import->is_short = true;
    return block;
}

static void *keep(Import *import, void *block) {
    if (!block) import->is_short = true;
    return block;
}

/* ---- Files ---- */

static void report_unreadable(Import *import, const char *path, const char *why) {
    import->is_unreadable = true;
    IMPORT_ERROR(import, DIAGNOSTIC_import_unreadable, (BrinkSpan){path, 0, 0, 0},
                 "give the path of a file that exists", "`%s` cannot be read: %s", path, why);
}

/* Reads to the end, or to one byte past the limit. */
static bool read_stream(Import *import, FILE *stream, ImportFile *file) {
    size_t room = 1 << 16, length = 0;
    char *bytes = malloc(room + 1);
    while (bytes) {
        length += fread(bytes + length, 1, room - length, stream);
        if (length < room || length > IMPORT_BYTE_LIMIT) break;
        char *larger = realloc(bytes, (room *= 2) + 1);
        if (!larger) free(bytes);
        bytes = larger;
    }
    file->text = bytes ? arena_text_part(import->arena, bytes, length) : NULL;
    file->length = length;
    free(bytes);
    return keep(import, (void *)file->text) != NULL;
}

bool file_load(Import *import, const char *path, ImportFile *file) {
    *file = (ImportFile){.path = path, .import = import};
    errno = 0;
    FILE *stream = fopen(path, "rb");
    if (!stream) {
        report_unreadable(import, path, strerror(errno));
        return false;
    }
    bool is_read = read_stream(import, stream, file);
    if (is_read && ferror(stream)) {
        report_unreadable(import, path, strerror(errno));
        is_read = false;
    }
    fclose(stream);
    if (is_read && file->length > IMPORT_BYTE_LIMIT) {
        IMPORT_ERROR(import, DIAGNOSTIC_import_too_long, file_span(file),
                     "no domain in use comes near it: is this the right file?", "the file is longer than %d MB",
                     IMPORT_BYTE_LIMIT >> 20);
        return false;
    }
    import->bytes += file->length;
    if (is_read && import->bytes > IMPORT_TOTAL_LIMIT) {
        IMPORT_ERROR(import, DIAGNOSTIC_import_too_long, file_span(file), "import fewer profiles at once",
                     "the files are longer than %d MB together", IMPORT_TOTAL_LIMIT >> 20);
        return false;
    }
    return is_read && !import->is_short;
}

bool file_keep(Import *import, const ImportFile *file) {
    if (diagnostics_keep_source(import->diagnostics, file->path, file->text, file->length) != BRINK_OK)
        import->is_short = true;
    return !import->is_short;
}

bool file_read(Import *import, const char *path, ImportFile *file) {
    return file_load(import, path, file) && file_keep(import, file);
}

BrinkSpan file_span(const ImportFile *file) {
    return (BrinkSpan){file->path, 0, 0, 0};
}

bool file_may_search(const ImportFile *file) {
    if (file->import->places > IMPORT_PLACE_LIMIT) return false;
    file->import->places += file->length;
    return true;
}

BrinkSpan file_span_at(const ImportFile *file, const char *at, size_t length) {
    if (!file_may_search(file)) return file_span(file);
    BrinkSpan span = {file->path, 1, 1, length > 0 && length < 200 ? (int)length : 1};
    for (const char *c = file->text; c < at; c++) {
        if (*c == '\n') {
            span.line++;
            span.column = 1;
        } else {
            span.column += ((unsigned char)*c & 0xC0) != 0x80;
        }
    }
    return span;
}

const char *file_name(Import *import, const char *path) {
    const char *slash = strrchr(path, '/');
    char *name = keep(import, arena_text(import->arena, slash ? slash + 1 : path));
    for (char *c = name; c && *c; c++)
        if (*c < 0x20 || *c > 0x7E) *c = '?';
    return name;
}

const char *file_stem(Import *import, const char *path) {
    const char *name = file_name(import, path);
    const char *point = name ? strrchr(name, '.') : NULL;
    if (!point || point == name) return name;
    return keep(import, arena_text_part(import->arena, name, (size_t)(point - name)));
}

/* ---- Texts ---- */

static bool is_space(char c) {
    return c == ' ' || c == '\t' || c == '\n' || c == '\r';
}

const char *text_trim(Import *import, const char *text) {
    char *copy = keep(import, arena_text(import->arena, text));
    if (!copy) return NULL;
    char *end = copy;
    for (const char *c = text; *c; c++) {
        if (!is_space(*c))
            *end++ = *c;
        else if (end > copy && end[-1] != ' ')
            *end++ = ' ';
    }
    if (end > copy && end[-1] == ' ') end--;
    *end = '\0';
    return copy;
}

static const char *skip_space(const char *text) {
    while (is_space(*text)) text++;
    return text;
}

bool text_alike(const char *x, const char *y) {
    x = skip_space(x);
    y = skip_space(y);
    while (*x && *y) {
        if (is_space(*x) != is_space(*y)) break;
        if (is_space(*x)) {
            x = skip_space(x);
            y = skip_space(y);
        } else if (tolower((unsigned char)*x++) != tolower((unsigned char)*y++)) {
            return false;
        }
    }
    return !*skip_space(x) && !*skip_space(y);
}

/* Length of the UTF-8 sequence that a byte begins; 0 for a byte that begins none. */
static int sequence_length(unsigned char byte) {
    if (byte < 0x80) return byte != 0;
    if (byte < 0xC2) return 0;
    return byte < 0xE0 ? 2 : byte < 0xF0 ? 3 : byte < 0xF5 ? 4 : 0;
}

bool text_is_utf8(const char *text, size_t length) {
    const unsigned char *bytes = (const unsigned char *)text;
    for (size_t at = 0; at < length;) {
        int count = sequence_length(bytes[at]);
        if (count == 0 || at + (size_t)count > length) return false;
        for (int i = 1; i < count; i++)
            if ((bytes[at + (size_t)i] & 0xC0) != 0x80) return false;
        unsigned char next = count > 1 ? bytes[at + 1] : 0x80;
        bool is_bad = (bytes[at] == 0xE0 && next < 0xA0) || (bytes[at] == 0xED && next > 0x9F) ||
                      (bytes[at] == 0xF0 && next < 0x90) || (bytes[at] == 0xF4 && next > 0x8F);
        if (is_bad) return false;
        at += (size_t)count;
    }
    return true;
}

/* ---- Texts within YAML ---- */

/* The code point at `text`, which is valid UTF-8, and its length. */
static unsigned decode(const char *text, int *length) {
    const unsigned char *b = (const unsigned char *)text;
    *length = b[0] < 0x80 ? 1 : b[0] < 0xE0 ? 2 : b[0] < 0xF0 ? 3 : 4;
    unsigned point = *length == 1 ? b[0] : b[0] & (0x7Fu >> *length);
    for (int i = 1; i < *length; i++) point = point << 6 | (b[i] & 0x3F);
    return point;
}

/* What YAML lets stand in a line as it is. */
static bool is_printable(unsigned point) {
    bool is_break = point == 0x2028 || point == 0x2029, is_mark = point == 0xFEFF;
    bool is_control = point < 0x20 || (point >= 0x7F && point < 0xA0) || point == 0xFFFE || point == 0xFFFF;
    return !is_break && !is_mark && !is_control;
}

void text_quote(FILE *out, const char *text) {
    putc('"', out);
    for (int length; *text; text += length) {
        unsigned point = decode(text, &length);
        if (point == '"' || point == '\\')
            fprintf(out, "\\%c", (int)point);
        else if (is_printable(point))
            fprintf(out, "%.*s", length, text);
        else
            fprintf(out, "\\u%04X", point);
    }
    putc('"', out);
}

void text_remark(FILE *out, const char *text) {
    for (int length; *text; text += length) {
        unsigned point = decode(text, &length);
        if (is_printable(point))
            fprintf(out, "%.*s", length, text);
        else
            putc('?', out);
    }
}

/* ---- Numbers ---- */

bool number_read(const char *text, double *value) {
    char plain[64];
    text = skip_space(text);
    size_t length = strlen(text);
    while (length > 0 && is_space(text[length - 1])) length--;
    if (length == 0 || length >= sizeof plain) return false;
    memcpy(plain, text, length);
    plain[length] = '\0';
    if (plain[length - 1] == '%') return false; /* quantities know it, these formats do not */
    return quantity_parse(plain, UNIT_NONE, value) == QUANTITY_OK;
}

const char *number_print(double value, char text[NUMBER_SIZE]) {
    if (value == 0) value = 0; /* no negative zero */
    for (int digits = 15; digits <= 17; digits++) {
        snprintf(text, NUMBER_SIZE, "%.*g", digits, value);
        if (strtod(text, NULL) == value) break;
    }
    return text;
}
