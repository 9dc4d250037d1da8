/* SPDX-License-Identifier: GPL-3.0-or-later
 * Invariant: whatever a scenario holds, a tree is valid JSON in UTF-8, and a failure is remembered. */
#include "report/leaves.h"

#include "report/utf8.h"

#include <math.h>
#include <stdlib.h>

void leaf_put(bool *failed, json_t *object, const char *key, json_t *value) {
    if (json_object_set_new(object, key, value) != 0) *failed = true;
}

void leaf_append(bool *failed, json_t *array, json_t *value) {
    if (json_array_append_new(array, value) != 0) *failed = true;
}

json_t *leaf_number(double value) {
    return isfinite(value) ? json_real(value) : json_null();
}

json_t *leaf_text(const char *value) {
    if (!value) return json_null();
    json_t *result = json_string(value);
    if (result) return result;
    char *repaired = utf8_repair(value); /* it was not UTF-8 */
    result = repaired ? json_string(repaired) : NULL;
    free(repaired);
    return result;
}

json_t *leaf_date(double day) {
    char written[11];
    if (!isfinite(day)) return json_null();
    calendar_format(day, written);
    return json_string(written);
}

json_t *leaf_scenario(bool *failed, const Scenario *scenario) {
    json_t *object = json_object(), *changes = json_array();
    leaf_put(failed, object, "title", leaf_text(scenario->title));
    leaf_put(failed, object, "file", leaf_text(scenario->file));
    leaf_put(failed, object, "sha256", leaf_text(scenario->sha256));
    leaf_put(failed, object, "as_of", leaf_date(scenario->as_of));
    for (int i = 0; i < scenario->change_count; i++) {
        json_t *change = json_object();
        leaf_put(failed, change, "path", leaf_text(scenario->changes[i].path));
        leaf_put(failed, change, "value", leaf_text(scenario->changes[i].value));
        leaf_append(failed, changes, change);
    }
    leaf_put(failed, object, "changes", changes);
    return object;
}

/* ---- Names for people ---- */

static json_t *labels_object(bool *failed, const Label *labels, int start, int end) {
    json_t *object = json_object();
    for (int i = start; i < end; i++) leaf_put(failed, object, labels[i].key, leaf_text(labels[i].name));
    return object;
}

static json_t *party_names(bool *failed, const Scenario *scenario, const Situation *s, int party) {
    json_t *object = json_object();
    leaf_put(failed, object, "name", leaf_text(scenario->parties[party].name));
    leaf_put(failed, object, "signs", json_boolean(s->signs[party]));
    leaf_put(failed, object, "types",
             labels_object(failed, scenario->types, s->type_start[party], s->type_start[party + 1]));
    leaf_put(failed, object, "rungs",
             labels_object(failed, scenario->rungs, s->rung_start[party], s->rung_start[party + 1]));
    return object;
}

static json_t *issue_names(bool *failed, const Scenario *scenario, const Situation *s, int issue) {
    json_t *object = json_object();
    leaf_put(failed, object, "name", leaf_text(scenario->issues[issue].name));
    leaf_put(failed, object, "options",
             labels_object(failed, scenario->options, s->option_start[issue], s->option_start[issue + 1]));
    return object;
}

json_t *leaf_names(bool *failed, const Scenario *scenario, const Situation *s) {
    json_t *object = json_object(), *parties = json_object(), *issues = json_object();
    for (int party = 0; party < s->party_count; party++)
        leaf_put(failed, parties, scenario->parties[party].key, party_names(failed, scenario, s, party));
    for (int issue = 0; issue < s->issue_count; issue++)
        leaf_put(failed, issues, scenario->issues[issue].key, issue_names(failed, scenario, s, issue));
    leaf_put(failed, object, "parties", parties);
    leaf_put(failed, object, "issues", issues);
    leaf_put(failed, object, "drafts", labels_object(failed, scenario->drafts, 0, s->draft_count));
    leaf_put(failed, object, "mediator", leaf_text(scenario->mediator_name));
    return object;
}
