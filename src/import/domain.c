/* SPDX-License-Identifier: GPL-3.0-or-later
 * Building a domain and valuing its packages. */
#include "import/text.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

bool domain_new_profile(Import *import, const ImportDomain *domain, ImportProfile *profile) {
    size_t issues = (size_t)domain->issue_count;
    profile->weights = import_array(import, issues, sizeof *profile->weights);
    profile->utilities = import_array(import, issues, sizeof *profile->utilities);
    profile->remarks = import_array(import, issues, sizeof *profile->remarks);
    if (import->is_short) return false;
    for (size_t i = 0; i < issues; i++) {
        profile->utilities[i] = import_array(import, (size_t)domain->issues[i].option_count, sizeof(double));
        if (!profile->utilities[i]) return false;
    }
    profile->discount = 1;
    profile->signs = true;
    return true;
}

ImportBox *domain_new_box(Import *import, ImportProfile *profile, int bounds) {
    if (profile->box_count >= IMPORT_BOX_LIMIT) return NULL;
    if (profile->box_count == profile->box_room) {
        int room = 2 * profile->box_room + 16;
        ImportBox *boxes = import_array(import, (size_t)room, sizeof *boxes);
        if (!boxes) return NULL;
        if (profile->box_count > 0) memcpy(boxes, profile->boxes, (size_t)profile->box_count * sizeof *boxes);
        profile->boxes = boxes;
        profile->box_room = room;
    }
    ImportBox *box = &profile->boxes[profile->box_count];
    *box = (ImportBox){.bounds = import_array(import, (size_t)bounds, sizeof *box->bounds)};
    if (!box->bounds) return NULL;
    profile->box_count++;
    return box;
}

void domain_add_bound(ImportBox *box, ImportBound bound) {
    for (int i = 0; i < box->bound_count; i++) {
        ImportBound *own = &box->bounds[i];
        if (own->issue != bound.issue) continue;
        if (own->first < bound.first) own->first = bound.first;
        if (own->last > bound.last) own->last = bound.last;
        return;
    }
    box->bounds[box->bound_count++] = bound;
}

double domain_size(const ImportDomain *domain) {
    double size = 0;
    for (int issue = 0; issue < domain->issue_count; issue++)
        size += 4 + domain->issues[issue].option_count * (2.0 + domain->profile_count);
    for (int p = 0; p < domain->profile_count; p++)
        for (int k = 0; k < domain->profiles[p].box_count; k++) {
            const ImportBox *box = &domain->profiles[p].boxes[k];
            size += 4 + box->bound_count;
            for (int b = 0; b < box->bound_count; b++)
                size += box->bounds[b].last > box->bounds[b].first ? box->bounds[b].last - box->bounds[b].first + 1 : 0;
        }
    return size;
}

/* ---- Ranges of numbers ---- */

static double grid_number(const ImportIssue *issue, double step, double steps_inside, int at, int count) {
    double share = count > 1 ? (double)at / (count - 1) : 0;
    if (step <= 0) return at == count - 1 && count > 1 ? issue->high : issue->low + share * (issue->high - issue->low);
    return issue->low + step * round(share * steps_inside);
}

bool domain_list_range(Import *import, ImportIssue *issue, double step) {
    double inside = step > 0 ? floor((issue->high - issue->low) / step + 1e-9) : 0;
    bool is_listed = step > 0 && inside < IMPORT_LISTED_LIMIT;
    int count = is_listed ? (int)inside + 1 : import->settings.steps;
    if (issue->high <= issue->low) count = 1;
    issue->is_thinned = !is_listed && count > 1;
    issue->options = import_array(import, (size_t)count, sizeof *issue->options);
    if (!issue->options) return false;
    issue->option_count = count;
    for (int i = 0; i < count; i++) {
        char text[NUMBER_SIZE];
        double number = grid_number(issue, step, inside, i, count);
        /* 0.1 + 2 * 0.1 is meant to be read as 0.3: the option is the number that its text says */
        snprintf(text, sizeof text, "%.12g", number == 0 ? 0 : number);
        issue->options[i].number = strtod(text, NULL);
        issue->options[i].text = arena_text(import->arena, text);
        if (!issue->options[i].text) import->is_short = true;
    }
    if (issue->is_thinned)
        IMPORT_REMARK(import, DIAGNOSTIC_import_thinned, issue->span, "choose their number with --steps",
                      "`%s` runs from %g to %g; %d evenly spaced values of it are options", issue->text, issue->low,
                      issue->high, count);
    return !import->is_short;
}

/* The scenario room reads so many values and no more; better said before the drafts are looked for. */
bool domain_is_too_large(Import *import, const ImportDomain *domain) {
    enum { VALUE_LIMIT = 200000 };
    double size = domain_size(domain);
    if (size <= VALUE_LIMIT) return false;
    IMPORT_ERROR(import, DIAGNOSTIC_import_too_large, span_none(),
                 "use fewer --steps, or leave out issues or combinations that matter little",
                 "the scenario would hold about %.0f values, more than the %d that are read", size, VALUE_LIMIT);
    return true;
}

/* ---- Finding ---- */

int domain_find_option(const ImportIssue *issue, const char *text) {
    int found = -1, alike = 0;
    double number;
    for (int i = 0; i < issue->option_count; i++) {
        const char *own = issue->options[i].text;
        if (strcmp(own, text) == 0) return i;
        if (!text_alike(own, text)) continue;
        found = i;
        alike++;
    }
    if (alike == 1) return found;
    if (alike > 1 || issue->kind == ISSUE_DISCRETE || !number_read(text, &number)) return -1;
    for (int i = 0; i < issue->option_count; i++)
        if (fabs(issue->options[i].number - number) <= 1e-9 * (1 + fabs(number))) return i;
    return -1;
}

int domain_find_issue(const ImportDomain *domain, const char *text) {
    int found = -1, alike = 0;
    for (int i = 0; i < domain->issue_count; i++) {
        if (strcmp(domain->issues[i].text, text) == 0) return i;
        if (!text_alike(domain->issues[i].text, text)) continue;
        found = i;
        alike++;
    }
    return alike == 1 ? found : -1;
}

/* ---- Valuing ---- */

static bool holds(const ImportBox *box, const int *options) {
    for (int b = 0; b < box->bound_count; b++) {
        const ImportBound *bound = &box->bounds[b];
        if (options[bound->issue] < bound->first || options[bound->issue] > bound->last) return false;
    }
    return true;
}

double domain_utility_partial(const ImportDomain *domain, const ImportProfile *profile, const int *options) {
    double utility = profile->constant;
    for (int issue = 0; issue < domain->issue_count; issue++)
        if (options[issue] >= 0) utility += profile->weights[issue] * profile->utilities[issue][options[issue]];
    for (int k = 0; k < profile->box_count; k++)
        if (holds(&profile->boxes[k], options)) utility += profile->boxes[k].utility;
    return utility;
}

double domain_utility(const ImportDomain *domain, const ImportProfile *profile, const int *options) {
    return domain_utility_partial(domain, profile, options);
}
