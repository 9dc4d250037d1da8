/* SPDX-License-Identifier: GPL-3.0-or-later
 * A GENIUS domain: issues with their values, in the order of the file. */
#include "import/genius.h"

#include <math.h>
#include <string.h>
#include <strings.h>

xmlNodePtr genius_space(Import *import, const XmlFile *xml) {
    xmlNodePtr space = xml->root;
    if (xml_is(space, "negotiation_template")) space = xml_child(space, "utility_space", NULL);
    if (space && xml_is(space, "utility_space") && xml_child(space, "objective", NULL)) return space;
    const char *missing = !space                           ? "`utility_space`"
                          : xml_is(space, "utility_space") ? "`objective`"
                                                           : "`negotiation_template` or `utility_space`";
    IMPORT_ERROR(import, DIAGNOSTIC_import_wrong_kind, xml_span(xml, space ? space : xml->root, NULL),
                 "give a GENIUS domain first, then its profiles", "this is no GENIUS file: the element %s is missing",
                 missing);
    return NULL;
}

/* The node after `node` in reading order within `top`; into objectives only. */
static xmlNodePtr step(xmlNodePtr top, xmlNodePtr node) {
    if ((node == top || xml_is(node, "objective")) && node->children) return node->children;
    while (node != top && !node->next) node = node->parent;
    return node == top ? NULL : node->next;
}

xmlNodePtr genius_next_issue(xmlNodePtr objective, xmlNodePtr after) {
    xmlNodePtr node = step(objective, after ? after : objective);
    while (node && !xml_is(node, "issue")) node = step(objective, node);
    return node;
}

const char *genius_kind(Import *import, const xmlNode *issue) {
    static const char *const names[] = {"vtype", "type", "etype"};
    for (size_t i = 0; i < sizeof names / sizeof *names; i++) {
        const char *kind = xml_text(import, issue, names[i]);
        if (kind && *kind) return kind;
    }
    return NULL;
}

xmlNodePtr genius_range(xmlNodePtr issue) {
    xmlNodePtr range = xml_child(issue, "range", NULL);
    return range ? range : issue;
}

/* ---- Values ---- */

static bool is_known_value(const ImportIssue *issue, const char *text) {
    for (int i = 0; i < issue->option_count; i++)
        if (strcmp(issue->options[i].text, text) == 0) return true;
    return false;
}

static void read_values(Import *import, const XmlFile *xml, xmlNodePtr node, ImportIssue *issue) {
    int count = xml_count(node, "item");
    if (count == 0 || count > IMPORT_OPTION_LIMIT) {
        DiagnosticCode code = count == 0 ? DIAGNOSTIC_import_missing : DIAGNOSTIC_import_too_large;
        IMPORT_ERROR(import, code, issue->span, "give it between 1 and 1000 elements `item`", "`%s` has %d values",
                     issue->text, count);
        return;
    }
    issue->options = import_array(import, (size_t)count, sizeof *issue->options);
    if (!issue->options) return;
    for (xmlNodePtr item = xml_child(node, "item", NULL); item; item = xml_child(node, "item", item)) {
        const char *text = xml_text(import, item, "value");
        if (import_is_over(import)) return;
        if (!text)
            IMPORT_ERROR(import, DIAGNOSTIC_import_missing, xml_span(xml, item, NULL), "add the attribute `value`",
                         "a value of `%s` has no text", issue->text);
        else if (is_known_value(issue, text))
            IMPORT_REMARK(import, DIAGNOSTIC_import_twice, xml_span(xml, item, "value"), "it is read once",
                          "`%s` stands twice among the values of `%s`", text, issue->text);
        else
            issue->options[issue->option_count++] = (ImportOption){.text = text, .number = NAN};
    }
}

static void read_range(Import *import, const XmlFile *xml, xmlNodePtr node, ImportIssue *issue) {
    xmlNodePtr range = genius_range(node);
    bool has_low = xml_number(import, xml, range, "lowerbound", false, &issue->low);
    bool has_high = xml_number(import, xml, range, "upperbound", false, &issue->high);
    if (!has_low || !has_high) return;
    bool is_whole = issue->low == floor(issue->low) && issue->high == floor(issue->high);
    if (issue->low > issue->high || (issue->kind == ISSUE_INTEGER && !is_whole) || fabs(issue->low) > 1e15 ||
        fabs(issue->high) > 1e15) {
        IMPORT_ERROR(import, DIAGNOSTIC_import_out_of_range, xml_span(xml, range, "upperbound"),
                     "the lower bound comes first, and the bounds of an integer issue are whole numbers",
                     "`%s` cannot run from %g to %g", issue->text, issue->low, issue->high);
        return;
    }
    domain_list_range(import, issue, issue->kind == ISSUE_INTEGER ? 1 : 0);
}

static void read_issue(Import *import, const XmlFile *xml, xmlNodePtr node, ImportIssue *issue, int number) {
    issue->span = xml_span(xml, node, "name");
    issue->text = xml_text(import, node, "name");
    if (!issue->text || !*issue->text) issue->text = arena_print(import->arena, "issue %d", number);
    if (!issue->text) import->is_short = true;
    double index = number;
    if (xml_text(import, node, "index")) xml_number(import, xml, node, "index", false, &index);
    issue->index = fabs(index) < 1e9 ? (int)index : -1;
    const char *kind = genius_kind(import, node);
    if (import->is_short) return;
    if (!kind || strcasecmp(kind, "discrete") == 0) {
        read_values(import, xml, node, issue);
    } else if (strcasecmp(kind, "integer") == 0 || strcasecmp(kind, "real") == 0) {
        issue->kind = strcasecmp(kind, "real") == 0 ? ISSUE_REAL : ISSUE_INTEGER;
        read_range(import, xml, node, issue);
    } else {
        IMPORT_ERROR(import, DIAGNOSTIC_import_unsupported, issue->span, "discrete, integer and real issues are read",
                     "`%s` is an issue of the kind `%.40s`", issue->text, kind);
    }
}

bool genius_read_domain(Import *import, const XmlFile *xml, ImportDomain *domain) {
    xmlNodePtr space = genius_space(import, xml);
    xmlNodePtr objective = space ? xml_child(space, "objective", NULL) : NULL;
    if (!objective) return false;
    int count = 0, before = import->errors;
    for (xmlNodePtr node = genius_next_issue(objective, NULL); node; node = genius_next_issue(objective, node)) count++;
    if (count == 0 || count > IMPORT_ISSUE_LIMIT) {
        DiagnosticCode code = count == 0 ? DIAGNOSTIC_import_missing : DIAGNOSTIC_import_too_large;
        IMPORT_ERROR(import, code, xml_span(xml, objective, NULL), "give it between 1 and 500 elements `issue`",
                     "the domain has %d issues", count);
        return false;
    }
    domain->issues = import_array(import, (size_t)count, sizeof *domain->issues);
    if (!domain->issues) return false;
    for (xmlNodePtr node = genius_next_issue(objective, NULL); node; node = genius_next_issue(objective, node)) {
        int place = domain->issue_count++;
        read_issue(import, xml, node, &domain->issues[place], place + 1);
        if (import_is_over(import) || domain_is_too_large(import, domain)) return false;
    }
    return import->errors == before;
}

/* ---- The whole import ---- */

/* "EnglandZimbabwe_domain" is the domain EnglandZimbabwe. */
static const char *title_of(Import *import, const char *path) {
    const char *stem = file_stem(import, path);
    size_t length = stem ? strlen(stem) : 0, tail = strlen("domain");
    if (length <= tail || strcasecmp(stem + length - tail, "domain") != 0) return stem;
    length -= tail;
    while (length > 1 && strchr("_- .", stem[length - 1])) length--;
    const char *title = arena_text_part(import->arena, stem, length);
    if (!title) import->is_short = true;
    return title;
}

static bool read_domain_file(Import *import, const char *path, ImportDomain *domain) {
    XmlFile xml;
    bool is_read = xml_open(import, path, &xml) && genius_read_domain(import, &xml, domain);
    xml_close(&xml);
    return is_read;
}

static void read_profiles(Import *import, const char *const *paths, size_t count, ImportDomain *domain) {
    domain->profiles = import_array(import, count, sizeof *domain->profiles);
    for (size_t i = 0; domain->profiles && i < count; i++) {
        XmlFile xml = {0};
        ImportProfile *profile = &domain->profiles[domain->profile_count++];
        profile->file = file_name(import, paths[i]);
        profile->text = file_stem(import, paths[i]);
        if (!import->is_short && xml_open(import, paths[i], &xml)) genius_read_profile(import, &xml, domain, profile);
        xml_close(&xml);
    }
}

bool genius_read(Import *import, const char *const *paths, size_t count, ImportDomain *domain) {
    domain->origin = "GENIUS";
    domain->title = title_of(import, paths[0]);
    if (import->is_short) return false;
    XmlVoice before = xml_silence();
    if (read_domain_file(import, paths[0], domain)) read_profiles(import, paths + 1, count - 1, domain);
    xml_unsilence(before);
    return !import->is_short && import->errors == 0;
}
