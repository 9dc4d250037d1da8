/* SPDX-License-Identifier: GPL-3.0-or-later
 * NegoLog profiles: {"reservationValue", "issueWeights": {issue: weight}, "issues": {issue: {value: utility}}}. They
 * carry their domain; a specs.json before them gives its name. */
#include "import/additive.h"

#include <string.h>

static void read_domain(Import *import, const JsonFile *json, ImportDomain *domain) {
    JsonPath path = json_path(NULL, "issues");
    json_t *issues = json_need_object(import, json, json->root, NULL, "issues"), *values, *utility;
    const char *name, *value;
    if (!issues || !additive_issues(import, json, &path, issues, domain)) return;
    json_object_foreach(issues, name, values) {
        ImportIssue *issue = &domain->issues[domain->issue_count++];
        JsonPath own = json_path(&path, name);
        *issue = (ImportIssue){.text = text_trim(import, name), .index = domain->issue_count};
        issue->span = json_span(json, &own);
        if (import->is_short || !json_need_object(import, json, issues, &path, name) ||
            !additive_room(import, json, &own, issue, json_object_size(values)))
            return;
        json_object_foreach(values, value, utility) {
            JsonPath inner = json_path(&own, value);
            additive_add_option(import, json, &inner, issue, text_trim(import, value));
        }
    }
}

static void read_utilities(Import *import, const JsonFile *json, const JsonPath *above, json_t *values,
                           const ImportDomain *domain, ImportProfile *profile, int at) {
    const ImportIssue *issue = &domain->issues[at];
    const char *value;
    json_t *utility;
    bool *is_valued = import_array(import, (size_t)issue->option_count, sizeof *is_valued);
    json_object_foreach(values, value, utility) {
        JsonPath path = json_path(above, value);
        int option = domain_find_option(issue, value);
        if (!is_valued) return;
        if (option < 0)
            IMPORT_ERROR(import, DIAGNOSTIC_import_misfit, json_span(json, &path), "all profiles are about one domain",
                         "the first profile's `%s` has no value `%.80s`", issue->text, value);
        else if (json_read_number(import, json, utility, &path, &profile->utilities[at][option]))
            is_valued[option] = true;
    }
    for (int i = 0; is_valued && i < issue->option_count; i++)
        if (!is_valued[i])
            IMPORT_ERROR(import, DIAGNOSTIC_import_no_evaluation, json_span(json, above), "add it with its utility",
                         "`%.80s` of `%s` has no utility", issue->options[i].text, issue->text);
    additive_remark(import, domain, profile, at);
}

static void read_profile(Import *import, const JsonFile *json, const ImportDomain *domain, ImportProfile *profile) {
    json_t *issues = json_need_object(import, json, json->root, NULL, "issues");
    json_t *weights = json_need_object(import, json, json->root, NULL, "issueWeights");
    json_t *reservation = json_object_get(json->root, "reservationValue");
    JsonPath issues_path = json_path(NULL, "issues"), weights_path = json_path(NULL, "issueWeights");
    JsonPath reservation_path = json_path(NULL, "reservationValue");
    if (!issues || !weights || !domain_new_profile(import, domain, profile)) return;
    if (reservation) json_read_number(import, json, reservation, &reservation_path, &profile->reservation);
    additive_strangers(import, json, &issues_path, issues, domain);
    for (int at = 0; at < domain->issue_count && !import->is_short; at++) {
        const char *own;
        json_t *values = json_find(issues, domain->issues[at].text, &own);
        JsonPath path = json_path(&issues_path, own);
        if (json_is_object(values))
            read_utilities(import, json, &path, values, domain, profile, at);
        else
            IMPORT_ERROR(import, DIAGNOSTIC_import_misfit, json_span(json, &path), "all profiles are about one domain",
                         "the first profile's issue `%s` is missing or no object", domain->issues[at].text);
    }
    additive_weights(import, json, &weights_path, weights, domain, profile);
}

/* Whether the file is a specs.json; it then gives the title. */
static bool take_specs(Import *import, const JsonFile *json, ImportDomain *domain) {
    json_t *name = json_object_get(json->root, "Name");
    if (json_object_get(json->root, "issues") || !json_is_string(name)) return false;
    domain->title = json_read_text(import, name);
    return true;
}

bool negolog_read(Import *import, const char *const *paths, size_t count, ImportDomain *domain) {
    domain->origin = "NegoLog";
    domain->profiles = import_array(import, count, sizeof *domain->profiles);
    for (size_t i = 0; domain->profiles && i < count; i++) {
        JsonFile json = {0};
        bool is_first = domain->profile_count == 0;
        if (json_open(import, paths[i], &json) && !(i == 0 && take_specs(import, &json, domain))) {
            ImportProfile *profile = &domain->profiles[domain->profile_count++];
            profile->file = file_name(import, paths[i]);
            profile->text = file_stem(import, paths[i]);
            if (is_first) read_domain(import, &json, domain);
            if (import->errors == 0 || !is_first) read_profile(import, &json, domain, profile);
        }
        json_close(&json);
        if (import->is_short || (is_first && import->errors > 0)) return false;
    }
    if (!domain->title) domain->title = "NegoLog domain";
    if (!import->is_short && import->errors == 0 && domain->profile_count < 2)
        IMPORT_ERROR(import, DIAGNOSTIC_import_file_count, span_none(), "give profileA.json and profileB.json",
                     "a negotiation needs at least two profiles");
    return !import->is_short && import->errors == 0;
}
