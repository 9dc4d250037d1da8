/* SPDX-License-Identifier: GPL-3.0-or-later
 * Files, texts and numbers as the formats hold them. Private to the room. */
#ifndef IMPORT_TEXT_H
#define IMPORT_TEXT_H

#include "import/domain.h"

/* A whole file, ended by a zero byte. */
typedef struct ImportFile {
    const char *path; /* as the caller gave it */
    const char *text;
    size_t length;
    Import *import; /* that reads it */
} ImportFile;

/* Reads a file within IMPORT_BYTE_LIMIT and IMPORT_TOTAL_LIMIT; false after an error. */
bool file_load(Import *import, const char *path, ImportFile *file);
/* Gives its text to the diagnostics. */
bool file_keep(Import *import, const ImportFile *file);
/* Both. */
bool file_read(Import *import, const char *path, ImportFile *file);
BrinkSpan file_span(const ImportFile *file);
/* Whether the text may be gone through once more in search of a place: looking for thousands would take minutes. */
bool file_may_search(const ImportFile *file);
/* The span of `length` bytes at `at`, a place within the file's text. */
BrinkSpan file_span_at(const ImportFile *file, const char *at, size_t length);
/* The file's name without folder; made of printable ASCII. */
const char *file_name(Import *import, const char *path);
/* The same without its ending. */
const char *file_stem(Import *import, const char *path);

/* A copy without space around it, and with single spaces within. */
const char *text_trim(Import *import, const char *text);
/* Whether two texts are the same but for case (of ASCII) and spaces. */
bool text_alike(const char *x, const char *y);
bool text_is_utf8(const char *text, size_t length);
/* Text that is UTF-8 as a quoted scalar, and within a comment: nothing of it can end either. */
void text_quote(FILE *out, const char *text);
void text_remark(FILE *out, const char *text);

/* Reads a plain number, the whole text but for spaces around it. */
bool number_read(const char *text, double *value);
/* The shortest text that reads back as the same number. */
enum { NUMBER_SIZE = 32 };
const char *number_print(double value, char text[NUMBER_SIZE]);

/* A key for `text`: letters, digits, _ - and +; none of `reserved` (ends in NULL), none of `taken`. `kind` and `number`
 * make one up where nothing is left. NULL without memory. */
const char *key_make(Import *import, const char *text, const char *kind, int number, const char *const *reserved,
                     const char *const *taken, int taken_count);

/* What no party, type or draft, no issue and no option may be called; each ends in NULL. */
extern const char *const key_reserved_names[], *const key_reserved_issues[], *const key_reserved_options[];

#endif
