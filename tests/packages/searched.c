/* SPDX-License-Identifier: GPL-3.0-or-later
 * Branch and bound against every package listed: what it finds is as good, what it proves is true, whole or cut short.
 */
#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdio.h>

#include <cmocka.h>

#include "by_hand.h"
#include "packages/bounds.h"
#include "packages/searched.h"
#include "packages/solutions.h"
#include "scenario/scenario.h"
#include "settlement/settlement.h"

/* ---- The witness: every package ---- */

typedef struct Exact {
    Listing listing;
    Zone zone;
    double level[CONCEPT_COUNT], opening;
} Exact;

static void measure(const Space *space, const Points *points, Arena *arena, Exact *exact) {
    size_t *rows = arena_array(arena, points->count + 1, sizeof *rows);
    assert_true(rows && zone_find(points, space->signer_count, space->least, arena, &exact->zone));
    for (int concept = 0; concept < CONCEPT_COUNT; concept ++)
        exact->level[concept] = solution_find(&exact->zone, (PackageConcept) concept, rows)
                                    ? solution_level(&exact->zone, (PackageConcept) concept, rows[0])
                                    : NAN;
    exact->opening = opening_find(points, space->signer_count, space->least).together;
}

/* A settled worth at the centre is a sum of rounded products: the bounds are held to it but for a millionth. */
static bool is_close(double a, double b) {
    return fabs(a - b) <= 1e-4 * (1 + fabs(a)) || (isnan(a) && isnan(b));
}

static bool stop_after(void *payload, BrinkPhase phase, uint64_t done, uint64_t total) {
    (void)phase, (void)done, (void)total;
    return --*(int *)payload > 0;
}

static void compare(const Space *space, bool settled, int profile, int stop, Arena *arena) {
    ListingTask task = {.space = space, .settled = settled, .profile = profile};
    Exact exact, found;
    Searched searched;
    assert_int_equal(listing_make(&task, arena, &exact.listing), BRINK_OK);
    measure(space, &exact.listing.points, arena, &exact);
    Watch watch = {.observer = stop_after, .payload = &stop};
    task.watch = stop > 0 ? &watch : NULL;
    bool is_whole = stop == 0;
    SearchedLimits limits = {.nodes = 1 << 20, .looks = 20000, .seen = 1 << 19};
    assert_int_equal(searched_find(&task, limits, false, arena, &searched), BRINK_OK);
    measure(space, &searched.listing.points, arena, &found);
    assert_true(searched.opening_least <= exact.opening + 1e-4);
    assert_true(found.opening >= exact.opening - 1e-9);
    if (is_whole) assert_true(is_close(searched.opening_least, exact.opening) || isinf(exact.opening));
    for (int concept = 0; concept < CONCEPT_COUNT && exact.zone.count > 0; concept ++) {
        bool is_shares = concept == CONCEPT_KALAI_SMORODINSKY; /* of the ideal found: the true one where whole */
        if (is_whole) assert_true(is_close(found.level[concept], exact.level[concept]));
        if (!is_shares) assert_false(found.level[concept] > exact.level[concept]);
        if (is_whole || !is_shares)
            assert_true(searched.most[concept] >= exact.level[concept] - 1e-4 * (1 + fabs(exact.level[concept])));
        if (is_whole && exact.level[concept] < 1e300)
            assert_true(is_close(searched.most[concept], exact.level[concept]) || is_shares);
    }
}

/* ---- Random spaces ---- */

static void try_profiles(const Situation *s, bool settled, int stop, Arena *arena) {
    for (int profile = 0; profile < settlement_profile_count(s); profile++) {
        int types[16];
        double outside[16];
        Space *space;
        settlement_profile_types(s, profile, types);
        for (int party = 0, i = 0; party < s->party_count; party++)
            if (s->signs[party]) outside[i++] = packages_outside(s, types[party], DISAGREEMENT_BEST);
        assert_int_equal(space_new(s, types, outside, SPACE_WHOLE, arena, &space), BRINK_OK);
        compare(space, settled, profile, stop, arena);
    }
}

static void try_spaces(Shape shape, int count, uint64_t seed, int stop) {
    for (int i = 0; i < count; i++) {
        Dice dice = {seed + (uint64_t)i, 0};
        Arena *arena = arena_new();
        try_profiles(hand_random(shape, &dice, arena), false, stop, arena);
        arena_free(arena);
    }
}

static const Shape tangled = {.parties = 3,
                              .types_most = 1,
                              .issues = 5,
                              .options_least = 2,
                              .options_most = 4,
                              .rules = 2,
                              .red_lines = 4,
                              .synergies = 12,
                              .outside_low = -40,
                              .outside_high = 10};

static void a_whole_search_finds_what_listing_finds(void **state) {
    (void)state;
    Shape verified = tangled, two = tangled;
    verified.is_verified = true;
    two.parties = 2;
    two.outside_high = 40;
    try_spaces(tangled, 150, 61000, 0);
    try_spaces(verified, 100, 62000, 0);
    try_spaces(two, 150, 63000, 0);
}

static void a_search_cut_short_claims_nothing_false(void **state) {
    (void)state;
    for (int stop = 1; stop < 40; stop += 3) try_spaces(tangled, 12, 64000 + (uint64_t)stop * 100, stop);
}

/* ---- Settled worths ---- */

static Situation *read_situation(const char *name, Arena *arena, BrinkScenario **scenario) {
    char path[256];
    const Scenario *checked = NULL;
    Situation *s = NULL;
    snprintf(path, sizeof path, "%s/scenarios/%s.yaml", REPOSITORY, name);
    assert_int_equal(brink_scenario_read(path, NULL, scenario), BRINK_OK);
    assert_int_equal(scenario_checked(*scenario, NULL, &checked), BRINK_OK);
    assert_int_equal(situation_new(checked, 0, (Draw){.is_centre = true}, arena, &s), BRINK_OK);
    return s;
}

static void settled_worths_are_searched_truly(void **state) {
    (void)state;
    static const char *const names[] = {"ultimatum", "cuba-1962", "autoworkers-2023", "trade-war-2019"};
    for (size_t i = 0; i < sizeof names / sizeof *names; i++)
        for (int stop = 0; stop < 12; stop += 11) {
            Arena *arena = arena_new();
            BrinkScenario *scenario = NULL;
            Situation *s = read_situation(names[i], arena, &scenario);
            try_profiles(s, true, stop, arena);
            brink_scenario_free(scenario);
            arena_free(arena);
        }
}

/* Every beginning of every package, of every profile. */
static void no_settled_worth_is_above_its_bounds(void **state) {
    (void)state;
    static const char *const names[] = {"ultimatum", "cuba-1962", "autoworkers-2023"};
    for (size_t i = 0; i < sizeof names / sizeof *names; i++) {
        Arena *arena = arena_new();
        BrinkScenario *scenario = NULL;
        const Situation *s = read_situation(names[i], arena, &scenario);
        Settlements *settlements = settlements_new(s, arena);
        int types[16], options[16], order[16];
        double outside[16] = {0}, even[PACKAGE_SIGNERS_MOST];
        uint64_t total = 1;
        for (int k = 0; k < s->issue_count; k++) {
            total *= (uint64_t)situation_option_count(s, k);
            order[k] = k;
        }
        for (int profile = 0; profile < settlement_profile_count(s); profile++) {
            Space *space;
            settlement_profile_types(s, profile, types);
            assert_int_equal(space_new(s, types, outside, SPACE_WHOLE, arena, &space), BRINK_OK);
            Bounds *bounds = bounds_new(space, true, order, arena);
            for (int k = 0; k < PACKAGE_SIGNERS_MOST; k++) even[k] = 1;
            assert_true(bounds && bounds_add_mix(bounds, even, arena) == 0);
            for (uint64_t number = 0; number < total; number += 1 + total / 500) {
                double sum = 0;
                BoundsAt at;
                packages_options(s, number, options);
                const Settled *settled = settlements_get(settlements, options, 0, s->now, profile);
                for (int depth = 0; depth <= s->issue_count; depth++) {
                    if (!bounds_at(bounds, options, depth, &at)) break;
                    sum = 0;
                    for (int k = 0; k < space->signer_count; k++) {
                        double price = settlement_red_lines(s, space->type[k], 0, options);
                        double worth = settled->value[s->type_party[space->type[k]]] - price;
                        sum += worth;
                        assert_true(worth <= at.most[k]);
                    }
                    assert_true(sum <= at.mixed[0]);
                }
            }
        }
        brink_scenario_free(scenario);
        arena_free(arena);
    }
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_whole_search_finds_what_listing_finds),
        cmocka_unit_test(a_search_cut_short_claims_nothing_false),
        cmocka_unit_test(settled_worths_are_searched_truly),
        cmocka_unit_test(no_settled_worth_is_above_its_bounds),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
