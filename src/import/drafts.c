/* SPDX-License-Identifier: GPL-3.0-or-later
 * A few packages worth tabling: each signing party's best, the one with the largest product of gains over the
 * reservations, and the one with the largest sum.
 *
 * Exact where the packages are few enough to be counted through; else a climb, one issue at a time, from many starts,
 * which finds a local best and says so. Invariant: no two drafts have the same content. */
#include "import/text.h"

#include <math.h>
#include <string.h>

enum { EXACT_LIMIT = 200000, START_COUNT = 24, SWEEP_LIMIT = 100, WORK_LIMIT = 100000000 };

typedef struct Search {
    const ImportDomain *domain;
    int party; /* whose utility; -1: the product, -2: the sum */
    int *options, *best;
    double best_value, best_tie;
} Search;

/* What is sought, and what decides between equals: the sum of all utilities. */
static double value_of(const Search *search, const int *options, double *tie) {
    const ImportDomain *domain = search->domain;
    double product = 1, own = 0;
    *tie = 0;
    for (int p = 0; p < domain->profile_count; p++) {
        const ImportProfile *profile = &domain->profiles[p];
        if (!profile->signs) continue;
        double utility = domain_utility(domain, profile, options);
        *tie += utility;
        product *= fmax(0, utility - profile->reservation);
        if (p == search->party) own = utility;
    }
    return search->party >= 0 ? own : search->party == -1 ? product : *tie;
}

static bool is_better(double value, double tie, double best, double best_tie) {
    double margin = 1e-12 * (1 + fabs(best));
    return value > best + margin || (value >= best - margin && tie > best_tie + 1e-12);
}

static void offer(Search *search) {
    double tie, value = value_of(search, search->options, &tie);
    if (!is_better(value, tie, search->best_value, search->best_tie)) return;
    search->best_value = value;
    search->best_tie = tie;
    memcpy(search->best, search->options, (size_t)search->domain->issue_count * sizeof(int));
}

/* ---- All packages ---- */

static bool next_package(const ImportDomain *domain, int *options) {
    for (int issue = 0; issue < domain->issue_count; issue++) {
        if (++options[issue] < domain->issues[issue].option_count) return true;
        options[issue] = 0;
    }
    return false;
}

static void search_all(Search *search) {
    memset(search->options, 0, (size_t)search->domain->issue_count * sizeof(int));
    do offer(search);
    while (next_package(search->domain, search->options));
}

/* ---- Climbing ---- */

/* The best option of one issue, the others left alone; true where it is another one. */
static bool improve(Search *search, int issue, double *value, double *tie) {
    int *option = &search->options[issue], old = *option, best = old;
    for (int i = 0; i < search->domain->issues[issue].option_count; i++) {
        double other_tie, other;
        *option = i;
        other = value_of(search, search->options, &other_tie);
        if (!is_better(other, other_tie, *value, *tie)) continue;
        *value = other;
        *tie = other_tie;
        best = i;
    }
    *option = best;
    return best != old;
}

static void climb(Search *search) {
    double tie, value = value_of(search, search->options, &tie);
    bool moves = true;
    for (int sweep = 0; moves && sweep < SWEEP_LIMIT; sweep++) {
        moves = false;
        for (int issue = 0; issue < search->domain->issue_count; issue++) moves |= improve(search, issue, &value, &tie);
    }
    offer(search);
}

/* Where a climb begins: every issue at its first, middle and last option, then at random. */
static void set_start(Search *search, int start) {
    for (int issue = 0; issue < search->domain->issue_count; issue++) {
        int count = search->domain->issues[issue].option_count;
        double share = start == 0   ? 0
                       : start == 1 ? 0.5
                       : start == 2 ? 1
                                    : random_uniform(1, (uint32_t)start, (uint64_t)issue);
        int option = (int)(share * count);
        search->options[issue] = option < count ? option : count - 1;
    }
}

/* Operations of one climb, about. */
static double climb_work(const ImportDomain *domain) {
    double terms = domain->issue_count, tries = 0;
    for (int p = 0; p < domain->profile_count; p++) terms += domain->profiles[p].box_count + domain->issue_count;
    for (int issue = 0; issue < domain->issue_count; issue++) tries += domain->issues[issue].option_count;
    return 6 * terms * tries;
}

static void search_some(Search *search) {
    double starts = WORK_LIMIT / climb_work(search->domain);
    for (int start = 0; start < START_COUNT && (start == 0 || start < starts); start++) {
        set_start(search, start);
        climb(search);
    }
}

/* ---- The drafts ---- */

static bool is_countable(const ImportDomain *domain) {
    double count = 1, terms = 1;
    for (int issue = 0; issue < domain->issue_count; issue++) count *= domain->issues[issue].option_count;
    for (int p = 0; p < domain->profile_count; p++) terms += domain->profiles[p].box_count + domain->issue_count;
    return count <= EXACT_LIMIT && count * terms <= WORK_LIMIT;
}

static bool is_additive(const ImportDomain *domain) {
    for (int p = 0; p < domain->profile_count; p++)
        if (domain->profiles[p].box_count > 0) return false;
    return true;
}

static ImportDraft *find_twin(ImportDrafts *drafts, const int *options, int issue_count) {
    for (int i = 0; i < drafts->count; i++)
        if (memcmp(drafts->drafts[i].options, options, (size_t)issue_count * sizeof(int)) == 0)
            return &drafts->drafts[i];
    return NULL;
}

/* Adds a draft, or its comment to the one with the same content. */
static void keep(Import *import, const ImportDomain *domain, ImportDrafts *drafts, ImportDraft draft) {
    ImportDraft *twin = find_twin(drafts, draft.options, domain->issue_count);
    if (twin)
        twin->comment = arena_print(import->arena, "%s; also %s", twin->comment, draft.comment);
    else
        drafts->drafts[drafts->count++] = draft;
    if (twin && !twin->comment) import->is_short = true;
}

static void add(Import *import, const ImportDomain *domain, ImportDrafts *drafts, int party, const char *key,
                const char *comment) {
    size_t issues = (size_t)domain->issue_count;
    Search search = {.domain = domain, .party = party, .best_value = -INFINITY, .best_tie = -INFINITY};
    search.options = import_array(import, issues, sizeof(int));
    search.best = import_array(import, issues, sizeof(int));
    if (!key || !comment || import->is_short) {
        import->is_short = true;
        return;
    }
    bool is_counted = is_countable(domain);
    /* one climb suffices where issues do not meet: each issue's best is part of the whole's */
    bool is_exact = is_counted || (is_additive(domain) && party != -1);
    if (is_counted)
        search_all(&search);
    else
        search_some(&search);
    const char *words = arena_print(import->arena, "%s%s", comment, is_exact ? "" : ", as far as a search went");
    if (words)
        keep(import, domain, drafts, (ImportDraft){key, words, search.best});
    else
        import->is_short = true;
}

/* GENIUS cuts utilities at 1; with combinations, only the packages found can tell. */
static void warn_of_cap(Import *import, const ImportDomain *domain, const ImportDrafts *drafts) {
    for (int p = 0; p < domain->profile_count; p++) {
        const ImportProfile *profile = &domain->profiles[p];
        double largest = 0;
        for (int i = 0; i < drafts->count && profile->box_count > 0; i++)
            largest = fmax(largest, domain_utility(domain, profile, drafts->drafts[i].options));
        if (largest > 1 + 1e-9)
            IMPORT_REMARK(import, DIAGNOSTIC_import_capped, (BrinkSpan){profile->file, 0, 0, 0},
                          "GENIUS cuts utilities at 1; the scenario does not",
                          "a package is worth %.9g to this profile", largest);
    }
}

bool drafts_find(Import *import, const ImportDomain *domain, ImportDrafts *result) {
    *result = (ImportDrafts){0};
    result->drafts =
        import_array(import, (size_t)(domain->profile_count + domain->forecast_count + 2), sizeof *result->drafts);
    if (!result->drafts) return false;
    add(import, domain, result, -1, "balanced", "largest product of gains over the reservations");
    add(import, domain, result, -2, "largest_sum", "largest sum of utilities");
    for (int p = 0; p < domain->profile_count && !import->is_short; p++)
        if (domain->profiles[p].signs)
            add(import, domain, result, p, arena_print(import->arena, "best_for_%s", domain->profiles[p].key),
                arena_print(import->arena, "best for %s", domain->profiles[p].key));
    for (int i = 0; i < domain->forecast_count && !import->is_short; i++)
        keep(import, domain, result, domain->forecasts[i]);
    if (import->is_short) return false;
    warn_of_cap(import, domain, result);
    return true;
}
