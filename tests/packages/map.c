/* SPDX-License-Identifier: GPL-3.0-or-later
 * The map as a whole: blocks against spaces in which the block is really taken away, one way of mapping against the
 * other, and what the public calls make of a scenario. */
#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>
#include <jansson.h>

#include "brute.h"
#include "by_hand.h"
#include "packages/blocks.h"
#include "packages/listing.h"
#include "packages/packages.h"
#include "scenario/scenario.h"
#include "settlement/settlement.h"

static const Shape shape = {HAND_OF_ALL_KINDS, .third_parties = 1};

static PackagesSettings settings_for_all(void) {
    return (PackagesSettings){.profile = -1, .all_profiles = true, .top = 3, .listed_most = 1000};
}

static PackageMap *map_of(const Situation *s, Arena *arena) {
    PackageMap *map = NULL;
    PackagesSettings *settings = arena_alloc(arena, sizeof *settings);
    *settings = settings_for_all();
    assert_int_equal(packages_map(s, settings, NULL, arena, &map), BRINK_OK);
    return map;
}

/* ---- Blocks ---- */

/* The same situation without the block; `outside` is changed in place where the block is an outside value. */
static Situation take_away(const Situation *s, const PackageProfile *profile, const PackageBlock *block,
                           double *outside, Arena *arena) {
    Situation changed = *s;
    size_t options = (size_t)s->option_total;
    if (block->by == BLOCKED_BY_RULE) {
        bool *then = arena_array(arena, (size_t)s->rule_count * options, sizeof *then);
        memcpy(then, s->rule_then, (size_t)s->rule_count * options * sizeof *then);
        for (size_t o = 0; o < options; o++) then[(size_t)block->index * options + o] = true;
        changed.rule_then = then;
    } else if (block->by == BLOCKED_BY_RED_LINE) {
        changed.red_line_cost = arena_array(arena, (size_t)s->red_line_count, sizeof(double));
        memcpy(changed.red_line_cost, s->red_line_cost, (size_t)s->red_line_count * sizeof(double));
        changed.red_line_cost[block->index] = 0;
    } else if (block->by == BLOCKED_BY_VERIFIABILITY) {
        changed.unverifiable = arena_array(arena, (size_t)s->type_total, sizeof(double));
        memcpy(changed.unverifiable, s->unverifiable, (size_t)s->type_total * sizeof(double));
        changed.unverifiable[profile->types[block->signer]] = 0;
    } else {
        outside[block->signer] = -1e6;
    }
    return changed;
}

static bool meets(const Situation *s, const PackageProfile *profile, const PackageBlock *block, const Brute *brute,
                  size_t p) {
    const BrutePackage *package = &brute->packages[p];
    if (block->by == BLOCKED_BY_VERIFIABILITY)
        return !settlement_is_verifiable(s, profile->types[block->signer], 0, package->options);
    if (block->by == BLOCKED_BY_OUTSIDE)
        return package->is_open && package->worth[block->signer] < brute->least[block->signer];
    for (int k = 0; k < s->issue_count; k++)
        if (!s->red_line_allows[block->index * s->option_total + package->options[k]]) return false;
    return true;
}

static void compare_block(const Situation *s, const PackageProfile *profile, const int *types,
                          const PackageBlock *block, Arena *arena) {
    double outside[BRUTE_SIGNERS];
    Brute before, after;
    int signers = 0;
    for (int party = 0; party < s->party_count; party++) signers += s->signs[party];
    memcpy(outside, profile->outside, (size_t)signers * sizeof *outside);
    brute_list(s, types, outside, arena, &before);
    const Situation changed = take_away(s, profile, block, outside, arena);
    brute_list(&changed, types, outside, arena, &after);
    assert_true(block->alone.low == (double)(after.signed_count - before.signed_count) &&
                block->alone.high == block->alone.low);
    double met = 0;
    if (block->by == BLOCKED_BY_RULE) { /* packages that break this rule, others or not */
        Situation alone = *s;
        alone.rule_count = 1;
        alone.rule_if = s->rule_if + block->index * s->option_total;
        alone.rule_then = s->rule_then + block->index * s->option_total;
        brute_list(&alone, types, outside, arena, &after);
        met = (double)(after.total - after.count);
    } else {
        for (size_t p = 0; p < before.count; p++) met += meets(s, profile, block, &before, p);
    }
    assert_true(block->meets.low == met && block->meets.high == met);
}

static void a_block_is_worth_what_taking_it_away_brings(void **state) {
    (void)state;
    for (uint64_t seed = 0; seed < 60; seed++) {
        Arena *arena = arena_new();
        Dice dice = {50000 + seed, 0};
        const Situation *s = hand_random(shape, &dice, arena);
        const PackageMap *map = map_of(s, arena);
        for (int i = 0; i < map->profile_count; i++) {
            int types[8];
            settlement_profile_types(s, map->profiles[i].profile, types);
            for (int k = 0; k < map->profiles[i].block_count; k++)
                compare_block(s, &map->profiles[i], types, &map->profiles[i].blocks[k], arena);
        }
        arena_free(arena);
    }
}

/* ---- The two ways ---- */

static void compare_listing(const Situation *s, const PackageProfile *profile, Arena *arena) {
    int types[8], count;
    Space *space;
    Listing listing;
    settlement_profile_types(s, profile->profile, types);
    assert_int_equal(space_new(s, types, profile->outside, SPACE_WHOLE, arena, &space), BRINK_OK);
    PackageBlock *blocks = blocks_list(s, space, arena, &count);
    ListingTask task = {.space = space, .profile = profile->profile, .blocks = blocks, .block_count = count};
    assert_int_equal(listing_make(&task, arena, &listing), BRINK_OK);
    assert_true(listing.open == profile->open.low && listing.signed_by_all == profile->signed_by_all.low);
    for (int k = 0; k < space->signer_count; k++) assert_true(listing.signed_by[k] == profile->signed_by[k].low);
    assert_int_equal(listing.points.count, profile->point_count);
    for (int i = 0; i < profile->point_count; i++) {
        assert_true(listing.points.packages[i] == profile->points[i].package_count);
        for (int k = 0; k < space->signer_count; k++)
            assert_true(space_points(listing.points.worth[i * space->signer_count + k]) == profile->points[i].worth[k]);
    }
    for (int i = 0; i < count; i++)
        assert_true(blocks[i].meets.low == profile->blocks[i].meets.low &&
                    blocks[i].alone.low == profile->blocks[i].alone.low);
}

static void listing_every_package_gives_the_same_map(void **state) {
    (void)state;
    for (uint64_t seed = 0; seed < 100; seed++) {
        Arena *arena = arena_new();
        Dice dice = {60000 + seed, 0};
        const Situation *s = hand_random(shape, &dice, arena);
        const PackageMap *map = map_of(s, arena);
        for (int i = 0; i < map->profile_count; i++) compare_listing(s, &map->profiles[i], arena);
        arena_free(arena);
    }
}

static void the_zone_is_as_likely_as_the_profiles_that_have_one(void **state) {
    (void)state;
    for (uint64_t seed = 0; seed < 60; seed++) {
        Arena *arena = arena_new();
        Dice dice = {70000 + seed, 0};
        const PackageMap *map = map_of(hand_random(shape, &dice, arena), arena);
        double sum = 0, all = 0;
        for (int i = 0; i < map->profile_count; i++) {
            all += map->profiles[i].probability;
            if (map->profiles[i].signed_by_all.low > 0) sum += map->profiles[i].probability;
        }
        assert_true(fabs(all - 1) < 1e-12 && fabs(sum - map->zone_probability) < 1e-12);
        arena_free(arena);
    }
}

/* A package's probability, over the profiles in which it is among those signed by all. */
static void a_package_is_as_likely_signed_as_the_profiles_that_sign_it(void **state) {
    (void)state;
    for (uint64_t seed = 0; seed < 40; seed++) {
        Arena *arena = arena_new();
        Dice dice = {80000 + seed, 0};
        const Situation *s = hand_random(shape, &dice, arena);
        const PackageMap *map = map_of(s, arena);
        const PackageProfile *first = &map->profiles[0];
        for (int i = 0; i < first->point_count; i++) {
            const PackagePoint *point = &first->points[i];
            double sum = 0;
            for (int j = 0; j < map->profile_count; j++) {
                int types[8];
                Brute brute;
                settlement_profile_types(s, map->profiles[j].profile, types);
                brute_list(s, types, map->profiles[j].outside, arena, &brute);
                for (size_t p = 0; p < brute.count; p++)
                    if (brute.packages[p].is_signed &&
                        memcmp(brute.packages[p].options, point->listed, (size_t)s->issue_count * sizeof(int)) == 0)
                        sum += map->profiles[j].probability;
            }
            assert_true(fabs(sum - point->probability[0]) < 1e-12);
        }
        arena_free(arena);
    }
}

/* ---- The public calls ---- */

static BrinkScenario *flagship(void) {
    BrinkScenario *scenario = NULL;
    assert_int_equal(brink_scenario_read(REPOSITORY "/scenarios/geneva-2026.yaml", NULL, &scenario), BRINK_OK);
    return scenario;
}

static json_t *json_of(BrinkScenario *scenario, const BrinkPackagesSettings *settings) {
    BrinkPackages *packages = NULL;
    char *text = NULL;
    assert_int_equal(brink_scenario_packages(scenario, settings, NULL, &packages), BRINK_OK);
    assert_int_equal(brink_packages_json(packages, &text), BRINK_OK);
    json_t *json = json_loads(text, 0, NULL);
    assert_non_null(json);
    brink_text_free(text);
    brink_packages_free(packages);
    return json;
}

static const json_t *profile_with_frontier(const json_t *json) {
    size_t index;
    json_t *profile;
    json_array_foreach(json_object_get(json, "profiles"), index, profile) {
        if (json_is_object(json_object_get(profile, "frontier"))) return profile;
    }
    fail();
    return NULL;
}

/* Settled worths are those of the settlement room at the first meeting and today's postures, less the price of signing.
 */
static void settled_worths_are_those_of_the_settlement(void **state) {
    (void)state;
    BrinkScenario *handle = flagship();
    const Scenario *scenario = NULL;
    Situation *s = NULL;
    Arena *arena = arena_new();
    assert_int_equal(scenario_checked(handle, NULL, &scenario), BRINK_OK);
    assert_int_equal(situation_new(scenario, 0, (Draw){.is_centre = true}, arena, &s), BRINK_OK);
    PackageMap *map = NULL;
    PackagesSettings own = {.settled = true, .profile = -1, .top = 2, .listed_most = 1000};
    assert_int_equal(packages_map(s, &own, NULL, arena, &map), BRINK_OK);
    Settlements *settlements = settlements_new(s, arena);
    int compared = 0;
    for (int i = 0; i < map->profile_count; i++)
        for (int j = 0; j < map->profiles[i].point_count; j++) {
            const PackagePoint *point = &map->profiles[i].points[j];
            const Settled *settled = settlements_get(settlements, point->listed, 0, s->now, map->profiles[i].profile);
            for (int k = 0; k < map->signer_count; k++) {
                double price = settlement_red_lines(s, map->profiles[i].types[k], 0, point->listed);
                assert_true(fabs(settled->value[map->signers[k]] - price - point->worth[k]) < 1e-8);
            }
            assert_true(fabs(settled->kept - point->kept) < 1e-12);
            compared++;
        }
    assert_true(compared > 3);
    arena_free(arena);
    brink_scenario_free(handle);
}

static void a_profile_can_be_asked_for_by_name(void **state) {
    (void)state;
    BrinkScenario *scenario = flagship();
    BrinkPackagesSettings settings = brink_packages_settings_default();
    settings.types = "us=maximalist,iran=resistant";
    json_t *json = json_of(scenario, &settings);
    const json_t *types = json_object_get(profile_with_frontier(json), "types");
    assert_string_equal(json_string_value(json_object_get(types, "us")), "maximalist");
    assert_string_equal(json_string_value(json_object_get(types, "iran")), "resistant");
    json_decref(json);
    brink_scenario_free(scenario);
}

static void a_profile_that_does_not_exist_is_refused(void **state) {
    (void)state;
    BrinkScenario *scenario = flagship();
    static const char *const wrong[] = {"us=nobody", "israel=only", "mars=only", "us", "us=dealmaker,,iran=pragmatic"};
    for (size_t i = 0; i < sizeof wrong / sizeof *wrong; i++) {
        BrinkDiagnostics *diagnostics = NULL;
        BrinkPackages *packages = NULL;
        BrinkPackagesSettings settings = brink_packages_settings_default();
        settings.types = wrong[i];
        assert_int_equal(brink_diagnostics_new(&diagnostics), BRINK_OK);
        assert_int_equal(brink_scenario_packages(scenario, &settings, diagnostics, &packages), BRINK_BAD_INPUT);
        assert_null(packages);
        assert_int_equal(brink_diagnostics_error_count(diagnostics), 1);
        assert_non_null(brink_diagnostics_get(diagnostics, 0)->hint);
        brink_diagnostics_free(diagnostics);
    }
    brink_scenario_free(scenario);
}

static bool stop(void *payload, BrinkPhase phase, uint64_t done, uint64_t total) {
    (void)payload, (void)phase, (void)done, (void)total;
    return false;
}

static void the_observer_can_stop_it(void **state) {
    (void)state;
    for (int settled = 0; settled < 2; settled++) {
        BrinkScenario *scenario = flagship();
        BrinkPackages *packages = NULL;
        BrinkPackagesSettings settings = brink_packages_settings_default();
        settings.settled = settled;
        settings.observer = stop;
        assert_int_equal(brink_scenario_packages(scenario, &settings, NULL, &packages), BRINK_CANCELLED);
        assert_non_null(packages);
        brink_packages_free(packages);
        brink_scenario_free(scenario);
    }
}

/* Columns of a line: bytes that do not go on with a character. */
static size_t columns_of(const char *line, size_t length) {
    size_t columns = 0;
    for (size_t i = 0; i < length; i++) columns += (line[i] & 0xC0) != 0x80;
    return columns;
}

static void no_line_is_wider_than_the_terminal(void **state) {
    (void)state;
    static const char *const files[] = {"geneva-2026",      "cuba-1962",     "ultimatum",
                                        "autoworkers-2023", "nile-dam-2020", "trade-war-2019"};
    for (size_t i = 0; i < sizeof files / sizeof *files; i++) {
        char path[256];
        BrinkScenario *scenario = NULL;
        BrinkPackages *packages = NULL;
        BrinkPackagesSettings settings = brink_packages_settings_default();
        settings.types = "all";
        settings.lotteries = true;
        snprintf(path, sizeof path, "%s/scenarios/%s.yaml", REPOSITORY, files[i]);
        assert_int_equal(brink_scenario_read(path, NULL, &scenario), BRINK_OK);
        assert_int_equal(brink_scenario_packages(scenario, &settings, NULL, &packages), BRINK_OK);
        for (int columns = 60; columns <= 100; columns += 20) {
            char *text = NULL;
            assert_int_equal(brink_packages_text(packages, columns, &text), BRINK_OK);
            for (const char *line = text; *line; line += strcspn(line, "\n") + 1)
                assert_true(columns_of(line, strcspn(line, "\n")) <= (size_t)columns);
            brink_text_free(text);
        }
        brink_packages_free(packages);
        brink_scenario_free(scenario);
    }
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_block_is_worth_what_taking_it_away_brings),
        cmocka_unit_test(listing_every_package_gives_the_same_map),
        cmocka_unit_test(the_zone_is_as_likely_as_the_profiles_that_have_one),
        cmocka_unit_test(a_package_is_as_likely_signed_as_the_profiles_that_sign_it),
        cmocka_unit_test(settled_worths_are_those_of_the_settlement),
        cmocka_unit_test(a_profile_can_be_asked_for_by_name),
        cmocka_unit_test(a_profile_that_does_not_exist_is_refused),
        cmocka_unit_test(the_observer_can_stop_it),
        cmocka_unit_test(no_line_is_wider_than_the_terminal),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
