/* SPDX-License-Identifier: GPL-3.0-or-later
 * A GENIUS profile: what one party thinks of a domain, as GENIUS itself would value it.
 *
 * Additive: the sum of weight * evaluation, where the evaluations of a discrete issue are divided by their maximum.
 * Nonlinear: the sum of the utilities of the hyper-rectangles that hold the package, divided by `maxutility`. */
#include "import/genius.h"

#include <math.h>
#include <string.h>
#include <strings.h>

typedef struct Reading {
    Import *import;
    const XmlFile *xml;
    const ImportDomain *domain;
    ImportProfile *profile;
    bool is_full; /* of rectangles, and reported */
} Reading;

/* ---- Evaluations ---- */

/* A comment on the evaluations: the first few as the file wrote them. */
enum { REMARK_VALUES = 10 };

static const char *remark_values(Import *import, const double *values, int count) {
    const char *text = "";
    for (int i = 0; i < count && i < REMARK_VALUES && text; i++) {
        char number[NUMBER_SIZE];
        text = arena_print(import->arena, "%s%s%s", text, i > 0 ? ", " : "", number_print(values[i], number));
    }
    if (text && count > REMARK_VALUES) text = arena_print(import->arena, "%s, …", text);
    if (!text) import->is_short = true;
    return text;
}

/* A discrete issue: evaluations by value, divided by their maximum; all 0 where that is 0, as in GENIUS. */
static void read_items(const Reading *r, xmlNodePtr node, int at) {
    const ImportIssue *issue = &r->domain->issues[at];
    double *utilities = r->profile->utilities[at], largest = -INFINITY;
    bool *is_valued = import_array(r->import, (size_t)issue->option_count, sizeof *is_valued);
    if (xml_count(node, "item") > 2 * IMPORT_OPTION_LIMIT) {
        IMPORT_ERROR(r->import, DIAGNOSTIC_import_too_large, xml_span(r->xml, node, "name"),
                     "give each value of the domain one element `item`", "`%s` has %d values", issue->text,
                     xml_count(node, "item"));
        return;
    }
    for (xmlNodePtr item = xml_child(node, "item", NULL); item && is_valued; item = xml_child(node, "item", item)) {
        const char *text = xml_text(r->import, item, "value");
        if (import_is_over(r->import)) return;
        int option = text ? domain_find_option(issue, text) : -1;
        if (option < 0) {
            IMPORT_ERROR(r->import, DIAGNOSTIC_import_misfit, xml_span(r->xml, item, "value"),
                         "the profile may belong to another domain; values are matched by their text",
                         "the domain's `%s` has no value `%.80s`", issue->text, text ? text : "");
            continue;
        }
        const char *evaluation = xml_text(r->import, item, "evaluation");
        if (!evaluation || strcmp(evaluation, "null") == 0) continue;
        if (!xml_number(r->import, r->xml, item, "evaluation", false, &utilities[option])) utilities[option] = 0;
        if (is_valued[option])
            IMPORT_REMARK(r->import, DIAGNOSTIC_import_twice, xml_span(r->xml, item, "value"),
                          "the last one counts, as in GENIUS", "`%.80s` of `%s` is evaluated twice", text, issue->text);
        is_valued[option] = true;
    }
    for (int i = 0; is_valued && i < issue->option_count; i++) {
        largest = fmax(largest, utilities[i]);
        if (is_valued[i]) continue;
        IMPORT_ERROR(r->import, DIAGNOSTIC_import_no_evaluation, xml_span(r->xml, node, "name"),
                     "add an `item` with that value and its evaluation", "`%.80s` of `%s` has no evaluation",
                     issue->options[i].text, issue->text);
    }
    r->profile->remarks[at] = remark_values(r->import, utilities, issue->option_count);
    for (int i = 0; i < issue->option_count; i++) utilities[i] = largest < 0.00001 ? 0 : utilities[i] / largest;
}

static double triangle(double x, double low, double high, double top) {
    if (x < low || x >= high) return x == high && high == top ? 1 : 0;
    return x < top ? (x - low) / (top - low) : 1 - (x - top) / (high - top);
}

/* Evaluators of numbers, by `ftype`: GENIUS cuts linear ones to 0..1. */
static void fill_by_function(const Reading *r, int at, const char *function, const double parameters[3]) {
    const ImportIssue *issue = &r->domain->issues[at];
    for (int i = 0; i < issue->option_count; i++) {
        double x = issue->options[i].number, *utility = &r->profile->utilities[at][i];
        if (strcasecmp(function, "linear") == 0)
            *utility = fmin(fmax(parameters[1] * x + parameters[0], 0), 1);
        else if (strcasecmp(function, "constant") == 0)
            *utility = parameters[0];
        else
            *utility = triangle(x, parameters[0], parameters[1], parameters[2]);
    }
}

static void read_function(const Reading *r, xmlNodePtr evaluator, int at, const char *function) {
    static const char *const names[] = {"parameter0", "parameter1", "parameter2"};
    double parameters[3] = {0};
    int needed = strcasecmp(function, "constant") == 0     ? 1
                 : strcasecmp(function, "linear") == 0     ? 2
                 : strcasecmp(function, "triangular") == 0 ? 3
                                                           : 0;
    if (needed == 0) {
        IMPORT_ERROR(r->import, DIAGNOSTIC_import_unsupported, xml_span(r->xml, evaluator, "ftype"),
                     "linear, constant and triangular are read", "`%.40s` is not a known evaluator", function);
        return;
    }
    bool has_all = true;
    for (int i = 0; i < needed; i++)
        has_all &= xml_number(r->import, r->xml, evaluator, names[i], false, &parameters[i]);
    if (!has_all) return;
    if (needed == 3 && !(parameters[0] <= parameters[2] && parameters[2] <= parameters[1])) {
        IMPORT_ERROR(r->import, DIAGNOSTIC_import_out_of_range, xml_span(r->xml, evaluator, "parameter2"),
                     "write the lower end, the upper end and the top between them",
                     "a triangle from %g to %g cannot have its top at %g", parameters[0], parameters[1], parameters[2]);
        return;
    }
    fill_by_function(r, at, function, parameters);
    r->profile->remarks[at] = arena_print(r->import->arena, "%s with parameters %g, %g, %g", function, parameters[0],
                                          parameters[1], parameters[2]);
    if (!r->profile->remarks[at]) r->import->is_short = true;
}

/* An integer issue's own evaluator: offset + slope * (value - lowest value). */
static void read_slope(const Reading *r, xmlNodePtr evaluator, int at) {
    const ImportIssue *issue = &r->domain->issues[at];
    double slope = 0, offset = 0;
    bool has_slope = xml_number(r->import, r->xml, evaluator, "slope", false, &slope);
    bool has_offset = xml_number(r->import, r->xml, evaluator, "offset", false, &offset);
    if (!has_slope || !has_offset) return;
    for (int i = 0; i < issue->option_count; i++)
        r->profile->utilities[at][i] = fmin(fmax(offset + slope * (issue->options[i].number - issue->low), 0), 1);
    r->profile->remarks[at] = arena_print(r->import->arena, "offset %g, slope %g", offset, slope);
    if (!r->profile->remarks[at]) r->import->is_short = true;
}

static void read_evaluator(const Reading *r, xmlNodePtr node, int at) {
    xmlNodePtr evaluator = xml_child(node, "evaluator", NULL);
    if (!evaluator) {
        IMPORT_ERROR(r->import, DIAGNOSTIC_import_no_evaluation, xml_span(r->xml, node, "name"),
                     "add an element `evaluator`", "`%s` is an issue of numbers without an evaluator",
                     r->domain->issues[at].text);
        return;
    }
    const char *function = xml_text(r->import, evaluator, "ftype");
    if (r->import->is_short) return;
    /* integers are written with an ftype too, of which GENIUS reads slope and offset alone */
    bool has_slope = xml_text(r->import, evaluator, "slope") || xml_text(r->import, evaluator, "offset");
    if (function && *function && !has_slope)
        read_function(r, evaluator, at, function);
    else
        read_slope(r, evaluator, at);
}

/* ---- Weights ---- */

static bool read_weight(const Reading *r, xmlNodePtr node, int at) {
    const char *index = xml_text(r->import, node, "index");
    double *weight = &r->profile->weights[at];
    int looked = 0;
    for (xmlNodePtr w = xml_child(node->parent, "weight", NULL); w && index; w = xml_child(node->parent, "weight", w)) {
        if (++looked > 2 * IMPORT_ISSUE_LIMIT) break; /* a domain does not have as many issues */
        const char *own = xml_text(r->import, w, "index");
        if (!own || strcmp(own, index) != 0) continue;
        if (!xml_number(r->import, r->xml, w, "value", false, weight)) return true;
        if (*weight < 0)
            IMPORT_ERROR(r->import, DIAGNOSTIC_import_out_of_range, xml_span(r->xml, w, "value"),
                         "weights are shares of 1", "the weight of `%s` is %g", r->domain->issues[at].text, *weight);
        return true;
    }
    return r->import->is_short;
}

static void check_weights(const Reading *r, xmlNodePtr space) {
    double sum = 0, best = r->profile->constant;
    for (int i = 0; i < r->domain->issue_count; i++) {
        double largest = -INFINITY;
        for (int k = 0; k < r->domain->issues[i].option_count; k++)
            largest = fmax(largest, r->profile->utilities[i][k]);
        sum += r->profile->weights[i];
        best += r->profile->weights[i] * largest;
    }
    if (fabs(sum - 1) > 1e-6)
        IMPORT_REMARK(r->import, DIAGNOSTIC_import_weight_sum, xml_span(r->xml, space, NULL),
                      "they are taken as they are, as in GENIUS", "the weights sum to %.9g", sum);
    if (best > 1 + 1e-9)
        IMPORT_REMARK(r->import, DIAGNOSTIC_import_capped, xml_span(r->xml, space, NULL),
                      "GENIUS cuts utilities at 1; the scenario does not",
                      "the best package is worth %.9g to this profile", best);
}

/* ---- Additive ---- */

/* The domain's issue that a profile's issue is about: by name, or else by GENIUS's number. */
static int match_issue(const Reading *r, xmlNodePtr node) {
    const char *name = xml_text(r->import, node, "name"), *index = xml_text(r->import, node, "index");
    int at = name ? domain_find_issue(r->domain, name) : -1;
    double number;
    if (at >= 0 || !index || !number_read(index, &number)) return at;
    for (int i = 0; i < r->domain->issue_count; i++)
        if (r->domain->issues[i].index == (int)number && fabs(number) < 1e9) return i;
    return -1;
}

static void read_issue(const Reading *r, xmlNodePtr node, int at) {
    const ImportIssue *issue = &r->domain->issues[at];
    bool has_items = xml_child(node, "item", NULL) != NULL;
    if (has_items != (issue->kind == ISSUE_DISCRETE) && (has_items || xml_child(node, "evaluator", NULL))) {
        IMPORT_ERROR(r->import, DIAGNOSTIC_import_misfit, xml_span(r->xml, node, "name"),
                     "the profile may belong to another domain", "`%s` is %s in the domain and %s here", issue->text,
                     has_items ? "a range of numbers" : "a list of values",
                     has_items ? "a list of values" : "a range of numbers");
        return;
    }
    if (issue->kind == ISSUE_DISCRETE)
        read_items(r, node, at);
    else
        read_evaluator(r, node, at);
    if (!read_weight(r, node, at))
        IMPORT_REMARK(r->import, DIAGNOSTIC_import_no_weight, xml_span(r->xml, node, "name"),
                      "add an element `weight` with the issue's index beside it",
                      "`%s` has no weight and counts nothing", issue->text);
}

static void read_additive(const Reading *r, xmlNodePtr space, xmlNodePtr objective) {
    bool *is_read = import_array(r->import, (size_t)r->domain->issue_count, sizeof *is_read);
    for (xmlNodePtr node = genius_next_issue(objective, NULL); node && is_read;
         node = genius_next_issue(objective, node)) {
        int at = match_issue(r, node);
        if (import_is_over(r->import)) return;
        if (at < 0 || is_read[at]) {
            const char *name = xml_text(r->import, node, "name");
            IMPORT_ERROR(r->import, DIAGNOSTIC_import_misfit, xml_span(r->xml, node, "name"),
                         "the profile may belong to another domain; issues are matched by name, then by index",
                         at < 0 ? "the domain has no issue `%.80s`" : "the issue `%.80s` stands twice",
                         name ? name : "");
            continue;
        }
        is_read[at] = true;
        read_issue(r, node, at);
    }
    for (int i = 0; is_read && i < r->domain->issue_count; i++)
        if (!is_read[i])
            IMPORT_ERROR(r->import, DIAGNOSTIC_import_misfit, xml_span(r->xml, objective, NULL),
                         "the profile may belong to another domain", "the domain's issue `%s` is missing",
                         r->domain->issues[i].text);
    if (!r->import->is_short) check_weights(r, space);
}

/* ---- Hyper-rectangles ---- */

static int find_index(const Reading *r, xmlNodePtr bound) {
    double index;
    if (!xml_number(r->import, r->xml, bound, "index", false, &index)) return -1;
    for (int i = 0; i < r->domain->issue_count; i++)
        if (r->domain->issues[i].index == (int)index && r->domain->issues[i].kind != ISSUE_DISCRETE) return i;
    IMPORT_ERROR(r->import, DIAGNOSTIC_import_misfit, xml_span(r->xml, bound, "index"),
                 "hyper-rectangles are made of issues of numbers, by their index in the domain",
                 "the domain has no issue of numbers with the index %g", index);
    return -1;
}

static bool read_bound(const Reading *r, xmlNodePtr node, ImportBound *bound) {
    double low, high;
    bound->issue = find_index(r, node);
    bool has_low = xml_number(r->import, r->xml, node, "min", false, &low);
    bool has_high = xml_number(r->import, r->xml, node, "max", false, &high);
    if (bound->issue < 0 || !has_low || !has_high) return false;
    const ImportIssue *issue = &r->domain->issues[bound->issue];
    bound->first = issue->option_count;
    bound->last = -1;
    for (int i = 0; i < issue->option_count; i++) {
        if (issue->options[i].number < low || issue->options[i].number > high) continue;
        if (bound->last < 0) bound->first = i;
        bound->last = i;
    }
    return true;
}

/* INCLUDES: the utility within all bounds. EXCLUDES: the utility outside, which is the utility everywhere less that
 * within. */
static void read_box(Reading *r, xmlNodePtr node, double scale) {
    double utility = 0, weight = 1;
    if (!xml_number(r->import, r->xml, node, "utility", false, &utility)) return;
    xml_number(r->import, r->xml, node, "weight", true, &weight);
    utility *= weight * scale;
    bool is_outside = xml_child(node, "EXCLUDES", NULL) != NULL;
    const char *word = is_outside ? "EXCLUDES" : "INCLUDES";
    int count = xml_count(node, word);
    if (is_outside || count == 0) r->profile->constant += utility;
    if (count == 0) return;
    if (r->profile->box_count == IMPORT_BOX_LIMIT) {
        if (!r->is_full)
            IMPORT_ERROR(r->import, DIAGNOSTIC_import_too_large, xml_span(r->xml, node, NULL), "leave some out",
                         "a profile may hold %d combinations", IMPORT_BOX_LIMIT);
        r->is_full = true;
        return;
    }
    ImportBox *box = domain_new_box(r->import, r->profile, count);
    if (!box) return;
    box->utility = is_outside ? -utility : utility;
    for (xmlNodePtr child = xml_child(node, word, NULL); child; child = xml_child(node, word, child)) {
        ImportBound bound;
        if (read_bound(r, child, &bound)) domain_add_bound(box, bound);
    }
}

/* A sum of rectangles and of further sums. `depth` keeps a hostile file from exhausting the stack. */
static void read_sum(Reading *r, xmlNodePtr node, double scale, int depth) {
    const char *kind = xml_text(r->import, node, "aggregation");
    double weight = 1;
    if (r->import->is_short) return;
    if ((kind && *kind && strcasecmp(kind, "sum") != 0) || depth > 16) {
        IMPORT_ERROR(r->import, DIAGNOSTIC_import_unsupported, xml_span(r->xml, node, "aggregation"),
                     "a scenario adds synergies up; only sums can be carried over",
                     depth > 16 ? "utility functions nest too deep (in `%.40s`)" : "rectangles are joined by `%.40s`",
                     kind ? kind : "sum");
        return;
    }
    xml_number(r->import, r->xml, node, "weight", true, &weight);
    for (xmlNodePtr box = xml_child(node, "hyperRectangle", NULL); box; box = xml_child(node, "hyperRectangle", box)) {
        if (import_is_over(r->import) || r->is_full) return;
        read_box(r, box, scale * weight);
    }
    for (xmlNodePtr sum = xml_child(node, "ufun", NULL); sum; sum = xml_child(node, "ufun", sum))
        read_sum(r, sum, scale * weight, depth + 1);
}

static void read_nonlinear(Reading *r, xmlNodePtr utility) {
    double largest = 1;
    if (!xml_number(r->import, r->xml, utility, "maxutility", false, &largest)) return;
    if (largest <= 0) {
        IMPORT_ERROR(r->import, DIAGNOSTIC_import_out_of_range, xml_span(r->xml, utility, "maxutility"),
                     "write the utility of the best package", "utilities cannot be divided by %g", largest);
        return;
    }
    xmlNodePtr sum = xml_child(utility, "ufun", NULL);
    if (sum)
        read_sum(r, sum, 1 / largest, 0);
    else
        IMPORT_ERROR(r->import, DIAGNOSTIC_import_missing, xml_span(r->xml, utility, NULL),
                     "add an element `ufun` with hyper-rectangles", "the utility function is empty");
}

/* ---- The whole profile ---- */

static void read_terms(const Reading *r, xmlNodePtr space) {
    xmlNodePtr reservation = xml_child(space, "reservation", NULL),
               discount = xml_child(space, "discount_factor", NULL);
    if (reservation) xml_number(r->import, r->xml, reservation, "value", false, &r->profile->reservation);
    double factor = 1;
    if (!discount || !xml_number(r->import, r->xml, discount, "value", false, &factor)) return;
    if (factor < 0 || factor > 1)
        IMPORT_REMARK(r->import, DIAGNOSTIC_import_discount, xml_span(r->xml, discount, "value"),
                      "write a number above 0 and at most 1", "a discount factor of %g is dropped, as in GENIUS",
                      factor);
    r->profile->discount = factor > 0 && factor <= 1 ? factor : 1; /* 0 stands for none in GENIUS */
}

bool genius_read_profile(Import *import, const XmlFile *xml, const ImportDomain *domain, ImportProfile *profile) {
    int before = import->errors;
    xmlNodePtr space = genius_space(import, xml);
    if (!space || !domain_new_profile(import, domain, profile)) return false;
    if (space != xml->root) {
        IMPORT_ERROR(import, DIAGNOSTIC_import_wrong_kind, xml_span(xml, xml->root, NULL),
                     "give the domain first, then the profiles", "this is a domain, where a profile is expected");
        return false;
    }
    Reading reading = {import, xml, domain, profile, false};
    read_terms(&reading, space);
    xmlNodePtr objective = xml_child(space, "objective", NULL), utility = xml_child(objective, "utility", NULL);
    if (!utility) utility = xml_child(space, "utility", NULL);
    if (utility)
        read_nonlinear(&reading, utility);
    else
        read_additive(&reading, space, objective);
    return !import->is_short && import->errors == before;
}
