/* SPDX-License-Identifier: GPL-3.0-or-later
 * The package map as one JSON tree (docs/packages.md): what the terminal text, a chart or another program needs.
 * Invariant: a number that is not finite is null, a number of packages is [low, high]. */
#include "report/report.h"

#include "report/leaves.h"

#include <math.h>
#include <stdlib.h>

typedef struct Build {
    const Scenario *scenario;
    const PackageMap *map;
    int *place; /* of each point of the profile at hand in what is written; -1: it is not */
    bool failed;
} Build;

static void put(Build *build, json_t *object, const char *key, json_t *value) {
    leaf_put(&build->failed, object, key, value);
}

static void append(Build *build, json_t *array, json_t *value) {
    leaf_append(&build->failed, array, value);
}

static const char *party_key(const Build *build, int signer) {
    return build->scenario->parties[build->map->signers[signer]].key;
}

/* ---- Small things ---- */

static json_t *count_pair(Build *build, PackageCount count) {
    json_t *pair = json_array();
    append(build, pair, leaf_number(count.low));
    append(build, pair, leaf_number(count.high));
    return pair;
}

/* {party: value} */
static json_t *by_signer(Build *build, const double *values) {
    json_t *object = json_object();
    for (int k = 0; k < build->map->signer_count; k++) put(build, object, party_key(build, k), leaf_number(values[k]));
    return object;
}

/* {issue: option} */
static json_t *content(Build *build, const int *options) {
    json_t *object = json_object();
    for (int issue = 0; issue < build->map->situation->issue_count; issue++)
        put(build, object, build->scenario->issues[issue].key, leaf_text(build->scenario->options[options[issue]].key));
    return object;
}

/* {issue: [option…]} of the issues that a condition speaks of; null where it can never be met */
static json_t *condition(Build *build, const bool *allows) {
    const Situation *s = build->map->situation;
    json_t *object = json_object();
    for (int issue = 0; issue < s->issue_count; issue++) {
        json_t *options = json_array();
        int count = situation_option_count(s, issue);
        for (int option = s->option_start[issue]; option < s->option_start[issue + 1]; option++)
            if (allows[option]) append(build, options, leaf_text(build->scenario->options[option].key));
        if ((int)json_array_size(options) < count)
            put(build, object, build->scenario->issues[issue].key, options);
        else
            json_decref(options);
    }
    return object;
}

/* ---- Points ---- */

/* The draft with that content, NULL where there is none. */
static const char *draft_of(const Build *build, const int *options) {
    const Situation *s = build->map->situation;
    for (int draft = 0; draft < s->draft_count; draft++) {
        bool is_same = s->draft_kind[draft] == DRAFT_FINAL;
        for (int issue = 0; is_same && issue < s->issue_count; issue++)
            is_same = s->draft_option[(size_t)draft * (size_t)s->issue_count + (size_t)issue] == options[issue];
        if (is_same) return build->scenario->drafts[draft].key;
    }
    return NULL;
}

static json_t *package_object(Build *build, const int *options, double probability) {
    json_t *object = json_object();
    put(build, object, "content", content(build, options));
    put(build, object, "probability", leaf_number(probability));
    put(build, object, "draft", leaf_text(draft_of(build, options)));
    return object;
}

static json_t *point_object(Build *build, const PackagePoint *point) {
    json_t *object = json_object(), *packages = json_array();
    put(build, object, "worth", by_signer(build, point->worth));
    put(build, object, "signed", json_boolean(point->is_signed));
    put(build, object, "kept", leaf_number(point->kept));
    put(build, object, "package_count", leaf_number(point->package_count));
    for (int i = 0; i < point->listed_count; i++)
        append(build, packages,
               package_object(build, point->listed + (size_t)i * (size_t)build->map->situation->issue_count,
                              point->probability[i]));
    put(build, object, "packages", packages);
    return object;
}

/* What anything else in the profile points at. */
static void mark_standing_out(const PackageProfile *profile, bool *is_marked) {
    for (int concept = 0; concept < CONCEPT_COUNT; concept ++) {
        const PackageSolution *solution = &profile->solutions[concept];
        const PackageLottery *lottery = &profile->lotteries[concept];
        for (int i = 0; i < solution->count; i++) is_marked[solution->points[i]] = true;
        for (int i = 0; profile->has_lotteries && i < lottery->count; i++) is_marked[lottery->point[i]] = true;
    }
    for (int i = 0; i < profile->best_count; i++) is_marked[profile->best[i]] = true;
    for (int i = 0; i < profile->near_count; i++) is_marked[profile->near[i]] = true;
    if (profile->point_count > 0) is_marked[profile->opening_point] = true;
}

/* Gives a place to the points that stand out, and to others in their order while there is room. */
static bool place_points(Build *build, const PackageProfile *profile) {
    size_t count = (size_t)profile->point_count, spare = build->map->written_most;
    bool *is_marked = calloc(count + 1, sizeof *is_marked);
    int *place = malloc((count + 1) * sizeof *place), next = 0;
    free(build->place);
    build->place = place;
    if (is_marked) mark_standing_out(profile, is_marked);
    for (size_t i = 0; is_marked && i < count; i++) spare -= is_marked[i] && spare > 0;
    for (size_t i = 0; is_marked && place && i < count; i++) {
        bool is_spare = !is_marked[i] && spare > 0;
        place[i] = is_marked[i] || is_spare ? next++ : -1;
        spare -= is_spare;
    }
    bool is_good = is_marked && place;
    free(is_marked);
    return is_good;
}

static json_t *frontier_object(Build *build, const PackageProfile *profile) {
    json_t *object = json_object(), *points = json_array();
    bool is_placed = place_points(build, profile);
    build->failed |= !is_placed;
    put(build, object, "point_count", json_integer(profile->point_count));
    put(build, object, "searched", json_boolean(profile->is_searched));
    put(build, object, "epsilon", leaf_number(profile->epsilon));
    put(build, object, "signed_count", json_integer(profile->signed_count));
    put(build, object, "cut", json_boolean(profile->is_cut));
    for (int i = 0; is_placed && i < profile->point_count; i++)
        if (build->place[i] >= 0) append(build, points, point_object(build, &profile->points[i]));
    put(build, object, "points", points);
    return object;
}

static json_t *indices(Build *build, const int *list, int count) {
    json_t *array = json_array();
    for (int i = 0; i < count && build->place; i++) append(build, array, json_integer(build->place[list[i]]));
    return array;
}

/* ---- Solutions ---- */

static const char *const concept_names[CONCEPT_COUNT] = {"nash", "kalai_smorodinsky", "egalitarian", "utilitarian",
                                                         "product_from_today"};

static json_t *solutions_object(Build *build, const PackageProfile *profile) {
    json_t *object = json_object();
    double today[64] = {0};
    for (int concept = 0; concept < CONCEPT_COUNT; concept ++) {
        const PackageSolution *solution = &profile->solutions[concept];
        json_t *own = json_object();
        put(build, own, "points", indices(build, solution->points, solution->count));
        put(build, own, "level", leaf_number(solution->level));
        put(build, own, "most", leaf_number(solution->most));
        put(build, own, "disagreement",
            by_signer(build, concept == CONCEPT_PRODUCT_FROM_TODAY ? today : profile->outside));
        put(build, object, concept_names[concept], own);
    }
    return object;
}

/* To a billionth of a point, the grain of worths: where one package has the whole share it is worth what it is worth.
 * One that was not found, and may be there, has no points and no worth. */
static json_t *lottery_object(Build *build, const PackageLottery *lottery) {
    json_t *object = json_object(), *shares = json_array();
    double worth[PACKAGE_SIGNERS_MOST];
    for (int k = 0; k < PACKAGE_SIGNERS_MOST; k++)
        worth[k] = lottery->count > 0 ? nearbyint(1e9 * lottery->worth[k]) / 1e9 : NAN;
    for (int i = 0; i < lottery->count; i++) append(build, shares, leaf_number(lottery->share[i]));
    put(build, object, "worth", by_signer(build, worth));
    put(build, object, "points", indices(build, lottery->point, lottery->count));
    put(build, object, "shares", shares);
    put(build, object, "level", leaf_number(lottery->level));
    put(build, object, "most", leaf_number(lottery->most));
    return object;
}

static json_t *lotteries_object(Build *build, const PackageProfile *profile) {
    json_t *object = json_object();
    if (!profile->has_lotteries) {
        json_decref(object);
        return json_null();
    }
    for (int concept = 0; concept < CONCEPT_COUNT; concept ++) {
        const PackageLottery *lottery = &profile->lotteries[concept];
        bool is_none = lottery->count == 0 && isnan(lottery->most);
        put(build, object, concept_names[concept], is_none ? json_null() : lottery_object(build, lottery));
    }
    return object;
}

static json_t *opening_object(Build *build, const PackageProfile *profile) {
    json_t *object = json_object();
    bool has_point = profile->point_count > 0;
    put(build, object, "points", leaf_number(profile->opening));
    put(build, object, "least", leaf_number(profile->opening_least));
    has_point = has_point && build->place;
    put(build, object, "point", has_point ? json_integer(build->place[profile->opening_point]) : json_null());
    put(build, object, "alone", by_signer(build, profile->opening_alone));
    return object;
}

/* ---- Blocks ---- */

static const char *const block_names[] = {"rule", "red_line", "verifiability", "outside"};

static json_t *block_object(Build *build, const PackageBlock *block) {
    const Situation *s = build->map->situation;
    json_t *object = json_object();
    size_t row = (size_t)(block->index < 0 ? 0 : block->index) * (size_t)s->option_total;
    put(build, object, "by", json_string(block_names[block->by]));
    put(build, object, "party", block->signer >= 0 ? leaf_text(party_key(build, block->signer)) : json_null());
    put(build, object, "index", block->index >= 0 ? json_integer(block->index) : json_null());
    put(build, object, "hard", json_boolean(block->by == BLOCKED_BY_RULE || isinf(block->price)));
    put(build, object, "price", leaf_number(block->price));
    if (block->by == BLOCKED_BY_RED_LINE) put(build, object, "when", condition(build, s->red_line_allows + row));
    if (block->by == BLOCKED_BY_RULE) {
        put(build, object, "when", condition(build, s->rule_if + row));
        put(build, object, "then", condition(build, s->rule_then + row));
    }
    put(build, object, "meets", count_pair(build, block->meets));
    put(build, object, "alone", count_pair(build, block->alone));
    return object;
}

static json_t *blocks_array(Build *build, const PackageProfile *profile) {
    json_t *array = json_array();
    for (int i = 0; i < profile->block_count; i++) append(build, array, block_object(build, &profile->blocks[i]));
    return array;
}

/* ---- Profiles ---- */

static json_t *types_of(Build *build, const PackageProfile *profile) {
    json_t *object = json_object();
    for (int k = 0; k < build->map->signer_count; k++)
        put(build, object, party_key(build, k), leaf_text(build->scenario->types[profile->types[k]].key));
    return object;
}

static json_t *profile_object(Build *build, const PackageProfile *profile) {
    json_t *object = json_object(), *signed_by = json_object();
    put(build, object, "types", types_of(build, profile));
    put(build, object, "probability", leaf_number(profile->probability));
    put(build, object, "outside", by_signer(build, profile->outside));
    put(build, object, "open", count_pair(build, profile->open));
    put(build, object, "signed", count_pair(build, profile->signed_by_all));
    for (int k = 0; k < build->map->signer_count; k++)
        put(build, signed_by, party_key(build, k), count_pair(build, profile->signed_by[k]));
    put(build, object, "signed_by", signed_by);
    put(build, object, "unfinished", json_boolean(profile->is_unfinished));
    put(build, object, "frontier", profile->has_frontier ? frontier_object(build, profile) : json_null());
    if (!profile->has_frontier) return object;
    put(build, object, "ideal", by_signer(build, profile->ideal));
    put(build, object, "solutions", solutions_object(build, profile));
    put(build, object, "lotteries", lotteries_object(build, profile));
    put(build, object, "opening", opening_object(build, profile));
    put(build, object, "blocks", blocks_array(build, profile));
    put(build, object, "best", indices(build, profile->best, profile->best_count));
    put(build, object, "near", indices(build, profile->near, profile->near_count));
    return object;
}

/* ---- Drafts ---- */

static json_t *view_object(Build *build, const DraftView *view) {
    json_t *object = json_object();
    put(build, object, "worth", leaf_number(view->worth));
    put(build, object, "outside", leaf_number(view->outside));
    put(build, object, "price", leaf_number(view->price));
    put(build, object, "signs", json_boolean(view->signs));
    put(build, object, "needs", leaf_number(view->is_barred ? NAN : fmax(0, view->outside - view->worth)));
    put(build, object, "barred",
        view->is_barred ? json_string(view->red_line >= 0 ? "red_line" : "verifiability") : json_null());
    if (view->red_line >= 0)
        put(build, object, "when",
            condition(build, build->map->situation->red_line_allows +
                                 (size_t)view->red_line * (size_t)build->map->situation->option_total));
    return object;
}

static json_t *draft_object(Build *build, const PackageDraft *draft) {
    const Situation *s = build->map->situation;
    json_t *object = json_object(), *parties = json_object();
    put(build, object, "probability", leaf_number(draft->probability));
    put(build, object, "interim", json_boolean(s->draft_kind[draft->draft] == DRAFT_INTERIM));
    put(build, object, "content", content(build, s->draft_option + (size_t)draft->draft * (size_t)s->issue_count));
    for (int k = 0; k < build->map->signer_count; k++) {
        int party = build->map->signers[k];
        json_t *types = json_object();
        for (int type = s->type_start[party]; type < s->type_start[party + 1]; type++)
            put(build, types, build->scenario->types[type].key, view_object(build, &draft->views[type]));
        put(build, parties, party_key(build, k), types);
    }
    put(build, object, "parties", parties);
    return object;
}

static json_t *drafts_object(Build *build) {
    json_t *object = json_object();
    for (int i = 0; i < build->map->draft_count; i++)
        put(build, object, build->scenario->drafts[build->map->drafts[i].draft].key,
            draft_object(build, &build->map->drafts[i]));
    return object;
}

/* ---- The whole ---- */

static const char *const disagreement_names[] = {"best", "collapse", "lapse", "conflict"};

static json_t *whole(Build *build) {
    const PackageMap *map = build->map;
    json_t *object = json_object(), *settings = json_object(), *packages = json_object(), *profiles = json_array();
    json_t *signers = json_array();
    put(build, object, "brink", json_string(brink_version()));
    put(build, object, "scenario", leaf_scenario(&build->failed, build->scenario));
    put(build, settings, "disagreement", json_string(disagreement_names[map->settings.disagreement]));
    put(build, settings, "settled", json_boolean(map->settings.settled));
    put(build, object, "settings", settings);
    for (int k = 0; k < map->signer_count; k++) append(build, signers, leaf_text(party_key(build, k)));
    put(build, object, "signers", signers);
    put(build, packages, "total", leaf_number(map->total));
    put(build, packages, "admitted", count_pair(build, map->admitted));
    put(build, object, "packages", packages);
    put(build, object, "unfinished", json_boolean(map->is_unfinished));
    put(build, object, "zone_probability", leaf_number(map->zone_probability));
    put(build, object, "zone_probability_most", leaf_number(map->zone_most));
    for (int i = 0; i < map->profile_count; i++) append(build, profiles, profile_object(build, &map->profiles[i]));
    put(build, object, "profiles", profiles);
    put(build, object, "drafts", drafts_object(build));
    put(build, object, "names", leaf_names(&build->failed, build->scenario, map->situation));
    return object;
}

json_t *report_packages_json(const Scenario *scenario, const PackageMap *map) {
    Build build = {.scenario = scenario, .map = map};
    json_t *result = whole(&build);
    free(build.place);
    if (!build.failed) return result;
    json_decref(result);
    return NULL;
}
