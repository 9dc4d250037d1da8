/* SPDX-License-Identifier: GPL-3.0-or-later
 * From a checked scenario to the map of its package space. */
#include "api/api.h"

#include <stdlib.h>
#include <string.h>

#include "packages/packages.h"
#include "settlement/settlement.h"

struct BrinkPackages {
    double total, zone_probability;
    json_t *json;
};

BrinkPackagesSettings brink_packages_settings_default(void) {
    return (BrinkPackagesSettings){.disagreement = BRINK_DISAGREEMENT_BEST, .top = 5, .listed = 1000};
}

/* ---- Profiles by name ---- */

static int find_label(const Label *labels, int start, int end, const char *key, size_t length) {
    for (int i = start; i < end; i++)
        if (strlen(labels[i].key) == length && strncmp(labels[i].key, key, length) == 0) return i;
    return -1;
}

/* One "party=type" of the list; false after a diagnostic. */
static bool name_type(const Scenario *scenario, const Situation *s, const char *word, size_t length,
                      BrinkDiagnostics *diagnostics, int *types) {
    const char *equals = memchr(word, '=', length);
    int party = equals ? find_label(scenario->parties, 0, s->party_count, word, (size_t)(equals - word)) : -1;
    if (party < 0 || !s->signs[party]) {
        diagnostics_add(diagnostics, DIAGNOSTIC_bad_setting, span_none(),
                        "write party=type,party=type with parties that sign, or all",
                        "`%.*s` names no party that signs", (int)length, word);
        return false;
    }
    size_t rest = length - (size_t)(equals + 1 - word);
    int type = find_label(scenario->types, s->type_start[party], s->type_start[party + 1], equals + 1, rest);
    if (type < 0)
        diagnostics_add(diagnostics, DIAGNOSTIC_bad_setting, span_none(),
                        "its types stand under parties in the scenario", "`%.*s` is no type of %s", (int)rest,
                        equals + 1, scenario->parties[party].key);
    if (type >= 0) types[party] = type;
    return type >= 0;
}

static int likeliest_type(const Situation *s, int party) {
    int best = s->type_start[party];
    for (int type = best; type < s->type_start[party + 1]; type++)
        if (s->prior[type] > s->prior[best]) best = type;
    return best;
}

/* The number of the profile named; parties left out are what they likeliest are, third parties their first type. */
static bool name_profile(const Scenario *scenario, const Situation *s, const char *text, BrinkDiagnostics *diagnostics,
                         Arena *arena, int *profile) {
    int *types = arena_array(arena, (size_t)s->party_count, sizeof *types);
    bool is_good = types != NULL;
    for (int party = 0; is_good && party < s->party_count; party++)
        types[party] = s->signs[party] ? likeliest_type(s, party) : s->type_start[party];
    for (size_t length; is_good && *text; text += length + (text[length] == ',')) {
        length = strcspn(text, ",");
        is_good = name_type(scenario, s, text, length, diagnostics, types);
    }
    *profile = 0;
    for (int party = 0; is_good && party < s->party_count; party++)
        *profile = *profile * situation_type_count(s, party) + types[party] - s->type_start[party];
    return is_good;
}

/* ---- The map ---- */

static BrinkStatus check(const BrinkPackagesSettings *settings, BrinkDiagnostics *diagnostics) {
    bool is_good = settings->top >= 0 && settings->top <= 1000 && settings->listed >= 0 && settings->listed <= 1000000;
    if (!is_good)
        diagnostics_add(diagnostics, DIAGNOSTIC_bad_setting, span_none(), "0 leaves the list out",
                        "top %d must lie between 0 and 1000, listed %d between 0 and 1000000", settings->top,
                        settings->listed);
    return is_good ? BRINK_OK : BRINK_BAD_INPUT;
}

/* Drafts that no profile of types would sign. */
static void warn_of_drafts(const Scenario *scenario, const PackageMap *map, BrinkDiagnostics *diagnostics) {
    for (int i = 0; i < map->draft_count; i++)
        if (map->drafts[i].probability <= 0) agenda_warn_of(scenario, map->drafts[i].draft, diagnostics);
}

static BrinkStatus make(const Scenario *scenario, const PackageMap *map, BrinkPackages **result) {
    BrinkPackages *packages = calloc(1, sizeof *packages);
    if (packages) packages->json = report_packages_json(scenario, map);
    if (!packages || !packages->json) {
        free(packages);
        return BRINK_NO_MEMORY;
    }
    packages->total = map->total;
    packages->zone_probability = map->zone_probability;
    *result = packages;
    return BRINK_OK;
}

static BrinkStatus map(const Scenario *scenario, const BrinkPackagesSettings *settings, BrinkDiagnostics *diagnostics,
                       Arena *arena, BrinkPackages **result) {
    Draw centre = {.is_centre = true};
    Situation *s = NULL;
    PackageMap *found = NULL;
    PackagesSettings own = {.disagreement = (Disagreement)settings->disagreement,
                            .settled = settings->settled,
                            .lotteries = settings->lotteries,
                            .profile = -1,
                            .top = settings->top,
                            .listed_most = (size_t)settings->listed,
                            .memory = settings->memory,
                            .observer = settings->observer,
                            .payload = settings->observer_payload};
    BrinkStatus status = situation_new(scenario, 0, centre, arena, &s);
    if (status != BRINK_OK) return status;
    own.all_profiles = settings->types && strcmp(settings->types, "all") == 0;
    if (settings->types && !own.all_profiles &&
        !name_profile(scenario, s, settings->types, diagnostics, arena, &own.profile))
        return BRINK_BAD_INPUT;
    status = packages_map(s, &own, diagnostics, arena, &found);
    if (status == BRINK_OK) warn_of_drafts(scenario, found, diagnostics);
    if (status == BRINK_OK) status = make(scenario, found, result);
    return status == BRINK_OK && found->is_unfinished ? BRINK_CANCELLED : status;
}

BrinkStatus brink_scenario_packages(BrinkScenario *scenario, const BrinkPackagesSettings *settings,
                                    BrinkDiagnostics *diagnostics, BrinkPackages **result) {
    const Scenario *checked = NULL;
    Arena *arena = arena_new();
    BrinkStatus status = arena ? check(settings, diagnostics) : BRINK_NO_MEMORY;
    if (status == BRINK_OK) status = scenario_checked(scenario, diagnostics, &checked);
    if (status == BRINK_OK) status = map(checked, settings, diagnostics, arena, result);
    arena_free(arena);
    return status;
}

double brink_packages_total(const BrinkPackages *packages) {
    return packages->total;
}

double brink_packages_zone_probability(const BrinkPackages *packages) {
    return packages->zone_probability;
}

BrinkStatus brink_packages_json(const BrinkPackages *packages, char **result) {
    char *text = json_dumps(packages->json, JSON_INDENT(2) | JSON_REAL_PRECISION(17));
    if (!text) return BRINK_NO_MEMORY;
    *result = text;
    return BRINK_OK;
}

BrinkStatus brink_packages_text(const BrinkPackages *packages, int columns, char **result) {
    char *text = report_packages_text(packages->json, columns);
    if (!text) return BRINK_NO_MEMORY;
    *result = text;
    return BRINK_OK;
}

void brink_packages_free(BrinkPackages *packages) {
    if (!packages) return;
    json_decref(packages->json);
    free(packages);
}
