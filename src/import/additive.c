/* SPDX-License-Identifier: GPL-3.0-or-later
 * What the JSON formats share: issues with listed values, and weights. */
#include "import/additive.h"

#include <math.h>
#include <string.h>

bool additive_add_option(Import *import, const JsonFile *json, const JsonPath *path, ImportIssue *issue,
                         const char *text) {
    if (import->is_short) return false;
    if (!text) {
        IMPORT_ERROR(import, DIAGNOSTIC_import_unsupported, json_span(json, path), "values are texts or numbers",
                     "a value of `%s` is neither text nor number", issue->text);
        return false;
    }
    for (int i = 0; i < issue->option_count; i++) {
        if (strcmp(issue->options[i].text, text) != 0) continue;
        IMPORT_REMARK(import, DIAGNOSTIC_import_twice, json_span(json, path), "it is read once",
                      "`%s` stands twice among the values of `%s`", text, issue->text);
        return true;
    }
    issue->options[issue->option_count++] = (ImportOption){.text = text, .number = NAN};
    return true;
}

bool additive_room(Import *import, const JsonFile *json, const JsonPath *path, ImportIssue *issue, size_t count) {
    if (count == 0 || count > IMPORT_OPTION_LIMIT) {
        DiagnosticCode code = count == 0 ? DIAGNOSTIC_import_missing : DIAGNOSTIC_import_too_large;
        IMPORT_ERROR(import, code, json_span(json, path), "give it between 1 and 1000 values", "`%s` has %zu values",
                     issue->text, count);
        return false;
    }
    issue->options = import_array(import, count, sizeof *issue->options);
    return issue->options != NULL;
}

bool additive_issues(Import *import, const JsonFile *json, const JsonPath *path, json_t *object, ImportDomain *domain) {
    size_t count = json_object_size(object);
    if (count == 0 || count > IMPORT_ISSUE_LIMIT) {
        DiagnosticCode code = count == 0 ? DIAGNOSTIC_import_missing : DIAGNOSTIC_import_too_large;
        IMPORT_ERROR(import, code, json_span(json, path), "give it between 1 and 500 issues",
                     "the domain has %zu issues", count);
        return false;
    }
    domain->issues = import_array(import, count, sizeof *domain->issues);
    return domain->issues != NULL;
}

void additive_weights(Import *import, const JsonFile *json, const JsonPath *above, json_t *weights,
                      const ImportDomain *domain, ImportProfile *profile) {
    double sum = 0;
    for (int at = 0; at < domain->issue_count; at++) {
        const char *own;
        json_t *weight = json_find(weights, domain->issues[at].text, &own);
        JsonPath path = json_path(above, own);
        double *number = &profile->weights[at];
        if (!weight)
            IMPORT_REMARK(import, DIAGNOSTIC_import_no_weight, json_span(json, above), "add it to the weights",
                          "`%s` has no weight and counts nothing", domain->issues[at].text);
        else if (json_read_number(import, json, weight, &path, number) && *number < 0)
            IMPORT_ERROR(import, DIAGNOSTIC_import_out_of_range, json_span(json, &path), "weights are shares of 1",
                         "the weight of `%s` is %g", domain->issues[at].text, *number);
        sum += *number;
    }
    if (fabs(sum - 1) > 1e-6)
        IMPORT_REMARK(import, DIAGNOSTIC_import_weight_sum, json_span(json, above), "they are taken as they are",
                      "the weights sum to %.9g", sum);
}

void additive_strangers(Import *import, const JsonFile *json, const JsonPath *above, json_t *object,
                        const ImportDomain *domain) {
    const char *name;
    json_t *value;
    json_object_foreach(object, name, value) {
        if (domain_find_issue(domain, name) >= 0) continue;
        JsonPath path = json_path(above, name);
        IMPORT_ERROR(import, DIAGNOSTIC_import_misfit, json_span(json, &path),
                     "all profiles are about the issues of one domain", "the domain has no issue `%.80s`", name);
    }
}

void additive_remark(Import *import, const ImportDomain *domain, ImportProfile *profile, int at) {
    enum { SHOWN = 10 };
    const ImportIssue *issue = &domain->issues[at];
    const char *text = "utilities";
    for (int i = 0; i < issue->option_count && i < SHOWN && text; i++) {
        char number[NUMBER_SIZE];
        text = arena_print(import->arena, "%s%s %s", text, i > 0 ? "," : "",
                           number_print(profile->utilities[at][i], number));
    }
    if (text && issue->option_count > SHOWN) text = arena_print(import->arena, "%s, …", text);
    if (!text) import->is_short = true;
    profile->remarks[at] = text;
}
