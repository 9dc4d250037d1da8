/* SPDX-License-Identifier: GPL-3.0-or-later
 * agenda.search: the best packages of the space become drafts of the scenario, by the same edits a user could make, so
 * that the report lists them among its changes. Invariant: drafts found earlier are replaced, never searched against.
 */
#include "api/api.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "packages/packages.h"

enum { FOUND_MOST = 64, PATH_SIZE = 48 };

/* "{enrichment: zero, relief: full}", malloc'd; NULL when memory is short. */
static char *content_text(const Scenario *scenario, const Situation *s, const int *options) {
    size_t size = 3;
    for (int k = 0; k < s->issue_count; k++)
        size += strlen(scenario->issues[k].key) + strlen(scenario->options[options[k]].key) + 4;
    char *text = malloc(size);
    if (!text) return NULL;
    size_t length = (size_t)snprintf(text, size, "{");
    for (int k = 0; k < s->issue_count; k++)
        length += (size_t)snprintf(text + length, size - length, "%s%s: %s", k ? ", " : "", scenario->issues[k].key,
                                   scenario->options[options[k]].key);
    snprintf(text + length, size - length, "}");
    return text;
}

static bool is_found(const char *key) {
    int number, length = 0;
    return sscanf(key, "found-%d%n", &number, &length) == 1 && key[length] == '\0';
}

/* Whether draft found-`number` already holds the package: solving twice edits once. */
static bool is_there(const Scenario *scenario, const Situation *s, int number, const int *options) {
    char key[PATH_SIZE];
    snprintf(key, sizeof key, "found-%d", number);
    for (int draft = 0; draft < s->draft_count; draft++)
        if (strcmp(scenario->drafts[draft].key, key) == 0)
            return memcmp(s->draft_option + (size_t)draft * (size_t)s->issue_count, options,
                          (size_t)s->issue_count * sizeof *options) == 0;
    return false;
}

/* The contents of all found drafts, "" for one that is there already, before the first edit takes the Scenario away. */
static BrinkStatus write_contents(const Scenario *scenario, const Situation *s, const PackageFound *found, int count,
                                  Arena *arena, const char **contents) {
    int *options = arena_array(arena, (size_t)s->issue_count, sizeof *options);
    for (int i = 0; options && i < count; i++) {
        packages_options(s, found[i].number, options);
        contents[i] = "";
        if (is_there(scenario, s, i + 1, options)) continue;
        char *text = content_text(scenario, s, options);
        contents[i] = text ? arena_text(arena, text) : NULL;
        free(text);
        if (!contents[i]) return BRINK_NO_MEMORY;
    }
    return options ? BRINK_OK : BRINK_NO_MEMORY;
}

static BrinkStatus search(const Scenario *scenario, BrinkDiagnostics *diagnostics, Arena *arena, int *count,
                          const char **contents) {
    Situation *s = NULL;
    PackageFound found[FOUND_MOST];
    BrinkStatus status = situation_new(scenario, 0, (Draw){.is_centre = true}, arena, &s);
    if (status != BRINK_OK) return status;
    bool *is_own = arena_array(arena, (size_t)s->draft_count, sizeof *is_own);
    if (!is_own) return BRINK_NO_MEMORY;
    for (int draft = 0; draft < s->draft_count; draft++) is_own[draft] = is_found(scenario->drafts[draft].key);
    int best = s->search_best < FOUND_MOST ? s->search_best : FOUND_MOST;
    double most_left;
    status = packages_search(s, packages_search_default(is_own, best), diagnostics, arena, found, count, &most_left);
    return status == BRINK_OK ? write_contents(scenario, s, found, *count, arena, contents) : status;
}

static BrinkStatus complete(BrinkScenario *handle, BrinkDiagnostics *diagnostics, Arena *arena,
                            const Scenario **scenario) {
    const char *contents[FOUND_MOST];
    char path[PATH_SIZE];
    int count = 0;
    BrinkStatus status = search(*scenario, diagnostics, arena, &count, contents);
    for (int i = 0; status == BRINK_OK && i < count; i++) {
        if (!*contents[i]) continue;
        snprintf(path, sizeof path, "agenda.drafts.found-%d", i + 1);
        status = brink_scenario_set(handle, path, contents[i], diagnostics);
    }
    return status == BRINK_OK ? scenario_checked(handle, diagnostics, scenario) : status;
}

BrinkStatus agenda_complete(BrinkScenario *handle, BrinkDiagnostics *diagnostics, const Scenario **scenario) {
    double bytes;
    if (situation_shape(*scenario, 0, &bytes).search_best == 0) return BRINK_OK;
    Arena *arena = arena_new();
    BrinkStatus status = arena ? complete(handle, diagnostics, arena, scenario) : BRINK_NO_MEMORY;
    arena_free(arena);
    return status;
}

/* ---- Drafts that nobody would sign ---- */

void agenda_warn_of(const Scenario *scenario, int draft, BrinkDiagnostics *diagnostics) {
    diagnostics_add(diagnostics, DIAGNOSTIC_draft_never_signed, scenario->drafts[draft].span,
                    "`brink packages` lists what each type would need",
                    "no types of the parties would all sign draft `%s`", scenario->drafts[draft].key);
}

/* Whatever there is without an agreement: in the course of a game each can be what a party has. */
static bool is_never_signed(const Situation *s, const int *options) {
    static const Disagreement kinds[] = {DISAGREEMENT_COLLAPSE, DISAGREEMENT_LAPSE, DISAGREEMENT_CONFLICT};
    for (size_t i = 0; i < sizeof kinds / sizeof *kinds; i++)
        if (packages_probability(s, options, kinds[i]) > 0) return false;
    return true;
}

void agenda_warn(const Scenario *scenario, const Situation *s, BrinkDiagnostics *diagnostics) {
    for (int draft = 0; draft < s->draft_count; draft++) {
        const int *options = s->draft_option + (size_t)draft * (size_t)s->issue_count;
        bool is_signed_whole = s->draft_kind[draft] != DRAFT_FRAMEWORK && s->draft_open[draft];
        if (is_signed_whole && is_never_signed(s, options)) agenda_warn_of(scenario, draft, diagnostics);
    }
}

BrinkStatus brink_scenario_check_drafts(BrinkScenario *handle, BrinkDiagnostics *diagnostics) {
    const Scenario *scenario = NULL;
    Situation *s = NULL;
    Arena *arena = arena_new();
    BrinkStatus status = arena ? scenario_checked(handle, diagnostics, &scenario) : BRINK_NO_MEMORY;
    if (status == BRINK_OK) status = situation_new(scenario, 0, (Draw){.is_centre = true}, arena, &s);
    if (status == BRINK_OK) agenda_warn(scenario, s, diagnostics);
    arena_free(arena);
    return status;
}
