/* SPDX-License-Identifier: GPL-3.0-or-later
 * Diagnostics: one list for reader, compiler, solver and command line. Codes come from diagnostics.def alone. */
#ifndef BASE_DIAGNOSTICS_H
#define BASE_DIAGNOSTICS_H

#include <brink/brink.h>

typedef enum DiagnosticCode {
#define DIAGNOSTIC(code, name, severity, title) DIAGNOSTIC_##name,
#include "base/diagnostics.def"
#undef DIAGNOSTIC
    DIAGNOSTIC_CODE_COUNT
} DiagnosticCode;

/* Adds one diagnostic; text is copied. `list` may be NULL, `hint` may be NULL. When memory is short the list remembers
 * that (diagnostics_lost) and still counts the error. */
void diagnostics_add(BrinkDiagnostics *list, DiagnosticCode code, BrinkSpan span, const char *hint, const char *format,
                     ...) __attribute__((format(printf, 5, 6)));

/* Gives the list the text of a file, so that drawing can show its lines; copied. `file` is compared by content with
 * span.file. */
BrinkStatus diagnostics_keep_source(BrinkDiagnostics *list, const char *file, const char *text, size_t length);

/* The text kept of a file; NULL where there is none. */
const char *diagnostics_source(const BrinkDiagnostics *list, const char *file, size_t *length);

size_t diagnostics_errors(const BrinkDiagnostics *list); /* 0 for NULL */
size_t diagnostics_left_out(const BrinkDiagnostics *list);
/* More has been said than is kept: what is found from here on only counts. False for NULL. */
bool diagnostics_full(const BrinkDiagnostics *list);
bool diagnostics_lost(const BrinkDiagnostics *list);

/* A span for what no text is to blame for. */
BrinkSpan span_none(void);

#endif
