/* SPDX-License-Identifier: GPL-3.0-or-later
 * A map that is stopped on the way against the whole one: what it says holds, whenever it was stopped. */
#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdio.h>

#include <cmocka.h>

#include "by_hand.h"
#include "packages/packages.h"
#include "scenario/scenario.h"

/* Stops at the `left`-th call; every call must be of one of the room's phases and no further than the end. */
typedef struct Stopper {
    int left;
    bool has_stopped;
} Stopper;

static bool observe(void *payload, BrinkPhase phase, uint64_t done, uint64_t total) {
    Stopper *stopper = payload;
    assert_false(stopper->has_stopped);
    assert_true(phase >= BRINK_PHASE_COUNTING && phase <= BRINK_PHASE_SEARCHING && done <= total);
    stopper->has_stopped = --stopper->left == 0;
    return !stopper->has_stopped;
}

static const PackageMap *map_of(const Situation *s, PackagesSettings settings, Stopper *stopper, Arena *arena) {
    PackageMap *map = NULL;
    if (stopper) {
        settings.observer = observe;
        settings.payload = stopper;
    }
    assert_int_equal(packages_map(s, &settings, NULL, arena, &map), BRINK_OK);
    return map;
}

/* ---- What has to hold ---- */

static void assert_encloses(PackageCount bounds, PackageCount whole) {
    assert_true(bounds.low <= whole.low && whole.high <= bounds.high);
}

static bool is_covered(const PackageProfile *part, const double *worth, int width) {
    for (int i = 0; i < part->point_count; i++) {
        bool covers = true;
        for (int k = 0; k < width; k++) covers &= part->points[i].worth[k] >= worth[k] - part->epsilon - 1e-9;
        if (covers) return true;
    }
    return false;
}

static void compare_points(const PackageProfile *part, const PackageProfile *whole, int width) {
    for (int i = 0; i < whole->point_count && !part->is_searched; i++)
        assert_true(is_covered(part, whole->points[i].worth, width));
    for (int concept = 0; concept < CONCEPT_COUNT; concept ++) {
        const PackageSolution *found = &part->solutions[concept], *best = &whole->solutions[concept];
        double slack = 1e-9 * (1 + fabs(best->level));
        if (concept == CONCEPT_KALAI_SMORODINSKY) continue; /* shares of another ideal */
        if (found->count > 0) assert_true(found->level <= best->level + slack);
        if (best->count > 0 && !part->is_searched) assert_true(found->most >= best->level - slack);
    }
    assert_true(part->opening_least <= whole->opening + 1e-9);
    assert_true(part->opening >= whole->opening - 1e-9);
}

static void compare_profile(const PackageProfile *part, const PackageProfile *whole, int width) {
    assert_encloses(part->open, whole->open);
    assert_encloses(part->signed_by_all, whole->signed_by_all);
    for (int k = 0; k < width; k++) assert_encloses(part->signed_by[k], whole->signed_by[k]);
    for (int i = 0; i < part->block_count && whole->has_frontier; i++) {
        assert_true(part->blocks[i].by == whole->blocks[i].by && part->blocks[i].index == whole->blocks[i].index);
        assert_encloses(part->blocks[i].meets, whole->blocks[i].meets);
        assert_encloses(part->blocks[i].alone, whole->blocks[i].alone);
    }
    if (part->has_frontier) compare_points(part, whole, width);
}

/* Whether a frontier was found nonetheless. */
static bool compare(const PackageMap *part, const PackageMap *whole) {
    bool has_frontier = false;
    assert_true(part->zone_probability <= whole->zone_probability + 1e-12);
    assert_true(part->zone_most >= whole->zone_most - 1e-12);
    assert_int_equal(part->profile_count, whole->profile_count);
    for (int i = 0; i < whole->profile_count; i++) {
        compare_profile(&part->profiles[i], &whole->profiles[i], whole->signer_count);
        if (!part->is_unfinished) assert_int_equal(part->profiles[i].point_count, whole->profiles[i].point_count);
        has_frontier |= part->profiles[i].has_frontier;
    }
    return has_frontier;
}

/* ---- By the dynamic programme ---- */

static const Shape shape = {HAND_OF_ALL_KINDS};
static const PackagesSettings all_profiles = {.profile = -1, .all_profiles = true, .top = 3, .listed_most = 100},
                              likeliest = {.profile = -1, .top = 3, .listed_most = 100};

static void what_is_counted_by_then_encloses_the_whole(void **state) {
    (void)state;
    int unfinished = 0;
    for (uint64_t seed = 0; seed < 40; seed++) {
        Arena *arena = arena_new();
        Dice dice = {91000 + seed, 0};
        const Situation *s = hand_random(shape, &dice, arena);
        const PackageMap *whole = map_of(s, all_profiles, NULL, arena);
        assert_false(whole->is_unfinished);
        for (int stop = 1; stop < 200; stop += 1 + stop / 3) {
            Stopper stopper = {.left = stop};
            const PackageMap *part = map_of(s, stop % 2 ? all_profiles : likeliest, &stopper, arena);
            assert_true(part->is_unfinished == stopper.has_stopped);
            assert_true(stop > 1 || compare(part, whole)); /* even so the profile asked for has its frontier */
            if (part->is_unfinished) compare(part, whole);
            unfinished += part->is_unfinished;
        }
        arena_free(arena);
    }
    assert_true(unfinished > 200);
}

/* So many efficient packages that a stopped frontier is thinned. */
static void a_stopped_frontier_is_within_its_epsilon(void **state) {
    (void)state;
    enum { PARTIES = 5, ISSUES = 6, OPTIONS = 10 };
    int thinned = 0;
    for (uint64_t seed = 0; seed < 4; seed++) {
        Arena *arena = arena_new();
        Dice dice = {92000 + seed, 0};
        static const int counts[ISSUES] = {OPTIONS, OPTIONS, OPTIONS, OPTIONS, OPTIONS, OPTIONS};
        double worth[PARTIES * ISSUES * OPTIONS], outside[PARTIES] = {2, 2, 2, 2, 2};
        for (int i = 0; i < PARTIES * ISSUES * OPTIONS; i++) worth[i] = dice_share(&dice);
        const Situation *s = hand_additive(PARTIES, ISSUES, counts, worth, outside, arena);
        const PackageMap *whole = map_of(s, likeliest, NULL, arena);
        Stopper stopper = {.left = 1};
        const PackageMap *part = map_of(s, likeliest, &stopper, arena);
        assert_true(compare(part, whole));
        thinned += part->profiles[0].epsilon > 0 && part->profiles[0].point_count < whole->profiles[0].point_count;
        arena_free(arena);
    }
    assert_true(thinned > 0);
}

/* Halves so large that the observer is asked while their sums are counted. */
static void a_count_stopped_in_its_midst_knows_part_of_it(void **state) {
    (void)state;
    enum { ISSUES = 10, OPTIONS = 10, PARTIES_MOST = 3 };
    static const int counts[ISSUES] = {10, 10, 10, 10, 10, 10, 10, 10, 10, 10};
    for (int parties = 2; parties <= PARTIES_MOST; parties++) {
        int issues = parties == 2 ? ISSUES : 9, partly = 0, unfinished = 0;
        Arena *arena = arena_new();
        Dice dice = {93000, 0};
        double worth[PARTIES_MOST * ISSUES * OPTIONS], outside[PARTIES_MOST] = {1, 1, 1};
        for (int i = 0; i < parties * issues * OPTIONS; i++) worth[i] = dice_share(&dice);
        const Situation *s = hand_additive(parties, issues, counts, worth, outside, arena);
        const PackageMap *whole = map_of(s, likeliest, NULL, arena);
        assert_true(whole->profiles[0].signed_by_all.low > 0);
        for (int stop = 1; stop < 100; stop += 1 + stop / 8) {
            Stopper stopper = {.left = stop};
            const PackageMap *part = map_of(s, likeliest, &stopper, arena);
            PackageCount found = part->profiles[0].signed_by_all;
            compare(part, whole);
            partly += found.low > 0 && found.low < found.high && found.high < part->profiles[0].open.high;
            unfinished += part->is_unfinished;
        }
        assert_true(partly > 0 && unfinished > 5);
        arena_free(arena);
    }
}

/* ---- One by one ---- */

static void what_was_looked_at_encloses_the_whole(void **state) {
    (void)state;
    BrinkScenario *scenario = NULL;
    const Scenario *checked = NULL;
    Situation *s = NULL;
    Arena *arena = arena_new();
    PackagesSettings settled = all_profiles;
    settled.settled = true;
    assert_int_equal(brink_scenario_read(REPOSITORY "/scenarios/nile-dam-2020.yaml", NULL, &scenario), BRINK_OK);
    assert_int_equal(scenario_checked(scenario, NULL, &checked), BRINK_OK);
    assert_int_equal(situation_new(checked, 0, (Draw){.is_centre = true}, arena, &s), BRINK_OK);
    const PackageMap *whole = map_of(s, settled, NULL, arena);
    int with_points = 0;
    for (int stop = 1; stop < 12; stop++) {
        Stopper stopper = {.left = stop};
        const PackageMap *part = map_of(s, settled, &stopper, arena);
        assert_true(part->is_unfinished && compare(part, whole));
        with_points += part->profiles[0].point_count > 0;
    }
    assert_true(with_points > 8);
    arena_free(arena);
    brink_scenario_free(scenario);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(what_is_counted_by_then_encloses_the_whole),
        cmocka_unit_test(a_stopped_frontier_is_within_its_epsilon),
        cmocka_unit_test(a_count_stopped_in_its_midst_knows_part_of_it),
        cmocka_unit_test(what_was_looked_at_encloses_the_whole),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
