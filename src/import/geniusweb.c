/* SPDX-License-Identifier: GPL-3.0-or-later
 * GeniusWeb profiles: LinearAdditiveUtilitySpace and SumOfGroupsUtilitySpace, each with the domain it is about. A value
 * that a profile leaves out is worth 0 to it, as in GeniusWeb. */
#include "import/additive.h"

#include <math.h>
#include <string.h>

/* ---- Domain ---- */

/* Values may be numbers as texts: {"range": [low, high, step]}. */
static void read_range(Import *import, const JsonFile *json, const JsonPath *above, json_t *range, ImportIssue *issue) {
    static const char *const places[] = {"0", "1", "2"};
    double numbers[3];
    bool has_all = json_array_size(range) == 3;
    for (size_t i = 0; has_all && i < 3; i++) {
        JsonPath path = json_path(above, places[i]);
        if (!json_read_number(import, json, json_array_get(range, i), &path, &numbers[i])) return;
    }
    if (!has_all || numbers[0] > numbers[1] || numbers[2] <= 0 || numbers[1] - numbers[0] > 1e15 * numbers[2]) {
        IMPORT_ERROR(import, DIAGNOSTIC_import_out_of_range, json_span(json, above),
                     "write [low, high, step] with low <= high and step > 0", "the range of `%s` is not one",
                     issue->text);
        return;
    }
    issue->kind = ISSUE_REAL;
    issue->low = numbers[0];
    issue->high = numbers[1];
    domain_list_range(import, issue, numbers[2]);
}

static void read_issue(Import *import, const JsonFile *json, const JsonPath *path, json_t *set, ImportIssue *issue) {
    json_t *values = json_object_get(set, "values"), *range = json_object_get(set, "range"), *value;
    JsonPath inner = json_path(path, values ? "values" : "range");
    size_t at;
    issue->span = json_span(json, path);
    if (json_is_array(range)) {
        read_range(import, json, &inner, range, issue);
        return;
    }
    if (!json_is_array(values)) {
        IMPORT_ERROR(import, DIAGNOSTIC_import_missing, issue->span, "give it `values` or a `range`, a list each",
                     "`%s` has neither values nor a range", issue->text);
        return;
    }
    if (!additive_room(import, json, &inner, issue, json_array_size(values))) return;
    json_array_foreach(values, at, value) {
        char place[24];
        snprintf(place, sizeof place, "%zu", at);
        JsonPath own = json_path(&inner, place);
        if (!additive_add_option(import, json, &own, issue, json_read_text(import, value))) return;
    }
}

static void read_domain(Import *import, const JsonFile *json, const JsonPath *above, json_t *object,
                        ImportDomain *domain) {
    JsonPath path = json_path(above, "issuesValues");
    json_t *issues = json_need_object(import, json, object, above, "issuesValues"), *set;
    const char *name;
    domain->title = json_read_text(import, json_object_get(object, "name"));
    if (!issues || !additive_issues(import, json, &path, issues, domain)) return;
    json_object_foreach(issues, name, set) {
        ImportIssue *issue = &domain->issues[domain->issue_count++];
        JsonPath own = json_path(&path, name);
        *issue = (ImportIssue){.text = text_trim(import, name), .index = domain->issue_count};
        if (import->is_short) return;
        read_issue(import, json, &own, set, issue);
    }
}

/* A further profile's own domain has to have the same issues with the same values. */
static void compare_domain(Import *import, const JsonFile *json, const JsonPath *above, json_t *object,
                           const ImportDomain *domain) {
    ImportDomain other = {0};
    int before = import->errors;
    BrinkDiagnostics *diagnostics = import->diagnostics;
    import->diagnostics = NULL; /* what is wrong with it is said by the comparison, once */
    read_domain(import, json, above, object, &other);
    import->diagnostics = diagnostics;
    bool is_same = import->errors == before && other.issue_count == domain->issue_count;
    import->errors = before;
    for (int i = 0; is_same && i < other.issue_count; i++) {
        int at = domain_find_issue(domain, other.issues[i].text);
        is_same = at >= 0 && other.issues[i].option_count == domain->issues[at].option_count;
        for (int k = 0; is_same && k < other.issues[i].option_count; k++)
            is_same = domain_find_option(&domain->issues[at], other.issues[i].options[k].text) >= 0;
    }
    if (!is_same && !import->is_short)
        IMPORT_ERROR(import, DIAGNOSTIC_import_misfit, json_span(json, above), "all profiles are about one domain",
                     "the profile's own domain differs from that of the first file");
}

/* ---- Additive utilities ---- */

static bool is_share(Import *import, const JsonFile *json, const JsonPath *path, double value) {
    if (value >= 0 && value <= 1) return true;
    IMPORT_ERROR(import, DIAGNOSTIC_import_out_of_range, json_span(json, path), "utilities lie between 0 and 1",
                 "a utility is %g", value);
    return false;
}

static void read_values(Import *import, const JsonFile *json, const JsonPath *above, json_t *values,
                        const ImportIssue *issue, double *utilities) {
    const char *value;
    json_t *utility;
    json_object_foreach(values, value, utility) {
        JsonPath path = json_path(above, value);
        int option = domain_find_option(issue, value);
        double number;
        if (option < 0)
            IMPORT_ERROR(import, DIAGNOSTIC_import_misfit, json_span(json, &path),
                         "the profile may belong to another domain", "the domain's `%s` has no value `%.80s`",
                         issue->text, value);
        else if (json_read_number(import, json, utility, &path, &number) && is_share(import, json, &path, number))
            utilities[option] = number;
    }
}

/* Utilities of the lowest and the highest number, and linear in between. */
static void read_line(Import *import, const JsonFile *json, const JsonPath *above, json_t *line,
                      const ImportIssue *issue, double *utilities) {
    static const char *const names[] = {"lowValue", "highValue", "lowUtility", "highUtility"};
    double numbers[4];
    for (size_t i = 0; i < 4; i++) {
        JsonPath path = json_path(above, names[i]);
        if (!json_read_number(import, json, json_object_get(line, names[i]), &path, &numbers[i])) return;
        if (i >= 2 && !is_share(import, json, &path, numbers[i])) return;
    }
    if (issue->kind == ISSUE_DISCRETE || numbers[0] >= numbers[1]) {
        IMPORT_ERROR(import, DIAGNOSTIC_import_misfit, json_span(json, above),
                     "numberutils go with a range, and lowValue lies below highValue",
                     "`%s` cannot be valued along a line", issue->text);
        return;
    }
    for (int i = 0; i < issue->option_count; i++) {
        double x = issue->options[i].number, share = (x - numbers[0]) / (numbers[1] - numbers[0]);
        bool is_inside = share >= -1e-12 && share <= 1 + 1e-12;
        utilities[i] = is_inside ? numbers[2] + share * (numbers[3] - numbers[2]) : 0;
    }
}

static void read_utilities(Import *import, const JsonFile *json, const JsonPath *above, json_t *set,
                           const ImportIssue *issue, double *utilities) {
    json_t *discrete = json_object_get(set, "discreteutils"), *line = json_object_get(set, "numberutils");
    JsonPath path = json_path(above, discrete ? "discreteutils" : "numberutils");
    json_t *values = json_object_get(discrete, "valueUtilities");
    JsonPath inner = json_path(&path, "valueUtilities");
    if (json_is_object(discrete))
        read_values(import, json, values ? &inner : &path, values ? values : discrete, issue, utilities);
    else if (json_is_object(line))
        read_line(import, json, &path, line, issue, utilities);
    else
        IMPORT_ERROR(import, DIAGNOSTIC_import_no_evaluation, json_span(json, above),
                     "give it `discreteutils` or `numberutils`", "`%s` has no utilities", issue->text);
}

static void read_additive(Import *import, const JsonFile *json, const JsonPath *above, json_t *space,
                          const ImportDomain *domain, ImportProfile *profile) {
    JsonPath sets_path = json_path(above, "issueUtilities"), weights_path = json_path(above, "issueWeights");
    json_t *sets = json_need_object(import, json, space, above, "issueUtilities");
    json_t *weights = json_need_object(import, json, space, above, "issueWeights");
    if (!sets || !weights) return;
    additive_strangers(import, json, &sets_path, sets, domain);
    for (int at = 0; at < domain->issue_count && !import->is_short; at++) {
        const ImportIssue *issue = &domain->issues[at];
        const char *own;
        json_t *set = json_find(sets, issue->text, &own);
        JsonPath path = json_path(&sets_path, own);
        read_utilities(import, json, &path, set, issue, profile->utilities[at]);
        additive_remark(import, domain, profile, at);
    }
    additive_weights(import, json, &weights_path, weights, domain, profile);
}

/* ---- Groups of issues ---- */

static bool find_bounds(const ImportDomain *domain, json_t *issues, json_t *values, ImportBound *bounds, size_t count) {
    char number[NUMBER_SIZE];
    for (size_t i = 0; i < count; i++) {
        json_t *name = json_array_get(issues, i), *value = json_array_get(values, i);
        const char *text =
            json_is_number(value) ? number_print(json_number_value(value), number) : json_string_value(value);
        int at = json_is_string(name) ? domain_find_issue(domain, json_string_value(name)) : -1;
        int option = at >= 0 && text ? domain_find_option(&domain->issues[at], text) : -1;
        if (option < 0) return false;
        bounds[i] = (ImportBound){at, option, option};
    }
    return true;
}

static void read_combination(Import *import, const JsonFile *json, const JsonPath *above, json_t *issues, json_t *entry,
                             const ImportDomain *domain, ImportProfile *profile) {
    json_t *values = json_object_get(entry, "values");
    JsonPath path = json_path(above, "util");
    size_t count = json_array_size(issues);
    double utility;
    ImportBound *bounds = import_array(import, count, sizeof *bounds);
    if (!bounds) return;
    if (json_array_size(values) != count || !find_bounds(domain, issues, values, bounds, count)) {
        IMPORT_ERROR(import, DIAGNOSTIC_import_misfit, json_span(json, above),
                     "write one value of the domain for each issue of the group",
                     "a combination does not fit its group");
        return;
    }
    if (!json_read_number(import, json, json_object_get(entry, "util"), &path, &utility) ||
        !is_share(import, json, &path, utility))
        return;
    if (count == 1) {
        profile->weights[bounds[0].issue] = 1;
        profile->utilities[bounds[0].issue][bounds[0].first] = utility;
        return;
    }
    if (profile->box_count == IMPORT_BOX_LIMIT) {
        if (import->errors == 0)
            IMPORT_ERROR(import, DIAGNOSTIC_import_too_large, json_span(json, above), "leave some out",
                         "a profile may hold %d combinations", IMPORT_BOX_LIMIT);
        return;
    }
    ImportBox *box = domain_new_box(import, profile, (int)count);
    if (!box) return;
    box->utility = utility;
    for (size_t i = 0; i < count; i++) domain_add_bound(box, bounds[i]);
}

static void read_groups(Import *import, const JsonFile *json, const JsonPath *above, json_t *space,
                        const ImportDomain *domain, ImportProfile *profile) {
    json_t *parts = json_need_object(import, json, space, above, "partUtilities"), *part, *entry;
    JsonPath parts_path = json_path(above, "partUtilities");
    const char *name;
    size_t at;
    json_object_foreach(parts, name, part) {
        JsonPath path = json_path(&parts_path, name);
        json_t *group = json_need_object(import, json, part, &path, "partsutils");
        json_t *issues = json_object_get(group, "issues"), *list = json_object_get(group, "utilslist");
        JsonPath group_path = json_path(&path, "partsutils"), list_path = json_path(&group_path, "utilslist");
        if (!group) continue;
        if (!json_array_size(issues) || !json_is_array(list)) {
            IMPORT_ERROR(import, DIAGNOSTIC_import_missing, json_span(json, &group_path),
                         "a group has a list of `issues` and a list `utilslist`", "the group `%.80s` is incomplete",
                         name);
            continue;
        }
        json_array_foreach(list, at, entry) {
            char place[24];
            snprintf(place, sizeof place, "%zu", at);
            JsonPath own = json_path(&list_path, place);
            read_combination(import, json, &own, issues, entry, domain, profile);
            if (import->is_short) return;
        }
    }
}

/* ---- Profiles ---- */

/* The reservation is a bid, perhaps of some issues only: what is left out is worth nothing. */
static void read_reservation(Import *import, const JsonFile *json, const JsonPath *above, json_t *space,
                             const ImportDomain *domain, ImportProfile *profile) {
    json_t *bid = json_object_get(space, "reservationBid"), *values = json_object_get(bid, "issuevalues"), *value;
    JsonPath bid_path = json_path(above, "reservationBid"), path = json_path(&bid_path, "issuevalues");
    const char *name;
    if (!bid || json_is_null(bid)) return;
    int *options = import_array(import, (size_t)domain->issue_count, sizeof *options);
    for (int i = 0; options && i < domain->issue_count; i++) options[i] = -1;
    json_object_foreach(values, name, value) {
        JsonPath own = json_path(&path, name);
        const char *text = json_read_text(import, value);
        int at = domain_find_issue(domain, name),
            option = at >= 0 && text ? domain_find_option(&domain->issues[at], text) : -1;
        if (!options || import->is_short) return;
        if (option >= 0)
            options[at] = option;
        else
            IMPORT_ERROR(import, DIAGNOSTIC_import_misfit, json_span(json, &own),
                         "write a value of the domain; of a thinned range, one of its options (see --steps)",
                         "the reservation's `%.80s` is no option", name);
    }
    if (options) profile->reservation = domain_utility_partial(domain, profile, options);
}

static void read_profile(Import *import, const JsonFile *json, ImportDomain *domain, ImportProfile *profile) {
    json_t *linear = json_object_get(json->root, "LinearAdditiveUtilitySpace");
    json_t *groups = json_object_get(json->root, "SumOfGroupsUtilitySpace"), *space = linear ? linear : groups;
    JsonPath path = json_path(NULL, linear ? "LinearAdditiveUtilitySpace" : "SumOfGroupsUtilitySpace");
    JsonPath domain_path = json_path(&path, "domain");
    if (!json_is_object(space)) {
        const char *own = json_object_iter_key(json_object_iter(json->root));
        IMPORT_ERROR(import, DIAGNOSTIC_import_wrong_kind, json_span(json, NULL),
                     "LinearAdditiveUtilitySpace and SumOfGroupsUtilitySpace are read",
                     "`%.80s` is no profile with utilities", own ? own : "an empty object");
        return;
    }
    json_t *own = json_object_get(space, "domain");
    int before = import->errors;
    if (domain->issue_count == 0) {
        own = json_need_object(import, json, space, &path, "domain");
        if (own) read_domain(import, json, &domain_path, own, domain);
    } else if (own) {
        compare_domain(import, json, &domain_path, own, domain);
    }
    if (import->is_short || import->errors > before || !domain_new_profile(import, domain, profile)) return;
    if (linear)
        read_additive(import, json, &path, space, domain, profile);
    else
        read_groups(import, json, &path, space, domain, profile);
    if (!import->is_short && import->errors == before) read_reservation(import, json, &path, space, domain, profile);
}

bool geniusweb_read(Import *import, const char *const *paths, size_t count, ImportDomain *domain) {
    domain->origin = "GeniusWeb";
    domain->profiles = import_array(import, count, sizeof *domain->profiles);
    for (size_t i = 0; domain->profiles && i < count; i++) {
        JsonFile json = {0};
        bool is_open = json_open(import, paths[i], &json);
        if (is_open && i == 0 && json_object_get(json.root, "issuesValues")) {
            read_domain(import, &json, NULL, json.root, domain);
        } else if (is_open) {
            ImportProfile *profile = &domain->profiles[domain->profile_count++];
            profile->file = file_name(import, paths[i]);
            profile->text = file_stem(import, paths[i]);
            if (!import->is_short) read_profile(import, &json, domain, profile);
        }
        json_close(&json);
        if (import->is_short || (i == 0 && import->errors > 0)) return false;
    }
    if (!domain->title) domain->title = "GeniusWeb domain";
    if (import->errors == 0 && domain->profile_count < 2)
        IMPORT_ERROR(import, DIAGNOSTIC_import_file_count, span_none(), "give the profiles after the domain",
                     "a negotiation needs at least two profiles");
    return !import->is_short && import->errors == 0;
}
