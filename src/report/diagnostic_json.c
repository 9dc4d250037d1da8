/* SPDX-License-Identifier: GPL-3.0-or-later
 * A diagnostic as JSON: always the same keys, null where there is nothing to say. */
#include "report/leaves.h"
#include "report/report.h"

json_t *report_diagnostic_json(const BrinkDiagnostic *diagnostic, const char *path) {
    static const char *const severities[] = {"error", "warning", "note"};
    const BrinkSpan *span = &diagnostic->span;
    bool failed = false, has_place = span->line > 0;
    json_t *object = json_object();
    leaf_put(&failed, object, "severity", json_string(severities[diagnostic->severity]));
    leaf_put(&failed, object, "code", json_string(diagnostic->code));
    leaf_put(&failed, object, "file", leaf_text(span->file));
    leaf_put(&failed, object, "line", has_place ? json_integer(span->line) : json_null());
    leaf_put(&failed, object, "column", has_place ? json_integer(span->column) : json_null());
    leaf_put(&failed, object, "length", has_place ? json_integer(span->length) : json_null());
    leaf_put(&failed, object, "path", leaf_text(path));
    leaf_put(&failed, object, "message", leaf_text(diagnostic->message));
    leaf_put(&failed, object, "hint", leaf_text(diagnostic->hint));
    if (!failed) return object;
    json_decref(object);
    return NULL;
}
