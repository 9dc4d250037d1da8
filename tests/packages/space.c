/* SPDX-License-Identifier: GPL-3.0-or-later
 * The package space against every package listed: counts, frontier, solutions and openings on random spaces with rules,
 * red lines, synergies, verifiability and ties. All comparisons are exact. */
#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <string.h>

#include <cmocka.h>

#include "brute.h"
#include "by_hand.h"
#include "packages/count.h"
#include "packages/frontier.h"
#include "packages/solutions.h"
#include "settlement/settlement.h"

static const CountLimits count_limits = {.points_most = 1 << 22, .groups_most = 1 << 16};
static const FrontierLimits frontier_limits = {.points_most = 1 << 22, .groups_most = 1 << 16};

typedef struct Trial {
    Arena *arena;
    const Situation *s;
    const int *types;
    double outside[BRUTE_SIGNERS];
    Brute brute;
    Space *space;
    Frontier frontier;
    Zone zone;
} Trial;

static void examine(Trial *trial) {
    const Situation *s = trial->s;
    for (int party = 0, i = 0; party < s->party_count; party++)
        if (s->signs[party]) trial->outside[i++] = packages_outside(s, trial->types[party], DISAGREEMENT_BEST);
    brute_list(s, trial->types, trial->outside, trial->arena, &trial->brute);
    assert_int_equal(space_new(s, trial->types, trial->outside, SPACE_WHOLE, trial->arena, &trial->space), BRINK_OK);
    assert_int_equal(frontier_find(trial->space, frontier_limits, trial->arena, &trial->frontier), BRINK_OK);
    assert_true(zone_find(&trial->frontier.points, trial->space->signer_count, trial->space->least, trial->arena,
                          &trial->zone));
}

/* ---- What is compared ---- */

static void compare_counts(const Trial *trial) {
    SpaceWithout rules_only = SPACE_WHOLE;
    Space *bare;
    PackageCount count;
    rules_only.all_bars = rules_only.prices = true;
    assert_int_equal(space_new(trial->s, trial->types, trial->outside, rules_only, trial->arena, &bare), BRINK_OK);
    assert_int_equal(count_admitted(bare, count_limits, &count), BRINK_OK);
    assert_true(count.low == (double)trial->brute.count && count.high == count.low);
    assert_int_equal(count_admitted(trial->space, count_limits, &count), BRINK_OK);
    assert_true(count.low == (double)trial->brute.open_count && count.high == count.low);
    assert_int_equal(count_signed(trial->space, trial->space->least, count_limits, &count), BRINK_OK);
    assert_true(count.low == (double)trial->brute.signed_count && count.high == count.low);
    assert_true(count_all(trial->s) == (double)trial->brute.total);
}

static bool is_at(const Trial *trial, const BrutePackage *package, size_t row) {
    for (int i = 0; i < trial->brute.signer_count; i++)
        if (package->worth[i] * 10000000 !=
            trial->frontier.points.worth[row * (size_t)trial->brute.signer_count + (size_t)i])
            return false;
    return true;
}

/* The efficient packages of the brute list at a point of the frontier, each found among those the frontier lists there.
 */
static size_t compare_point(const Trial *trial, size_t row) {
    enum { MOST = 4096 };
    static int options[MOST * 8];
    size_t issues = (size_t)trial->s->issue_count, expected = 0;
    size_t listed = frontier_packages(&trial->frontier, row, MOST, options);
    for (size_t p = 0; p < trial->brute.count; p++) {
        const BrutePackage *package = &trial->brute.packages[p];
        if (!package->is_efficient || !is_at(trial, package, row)) continue;
        size_t found = 0;
        for (size_t i = 0; i < listed; i++)
            found += memcmp(options + i * issues, package->options, issues * sizeof *options) == 0;
        assert_int_equal(found, 1);
        expected++;
    }
    assert_int_equal(listed, expected);
    assert_true(trial->frontier.points.packages[row] == (double)expected);
    assert_true(expected > 0);
    return expected;
}

static void compare_frontier(const Trial *trial) {
    size_t sum = 0;
    assert_true(trial->frontier.epsilon == 0 && !trial->frontier.is_too_large);
    for (size_t row = 0; row < trial->frontier.points.count; row++) sum += compare_point(trial, row);
    assert_int_equal(sum, trial->brute.efficient_count);
}

/* ---- Concepts, each stated a second time over all signed packages ---- */

typedef __int128 Wide; /* five gains of some ten thousand hundredths multiply to less than 2^127 */

static Wide product(const Brute *brute, const BrutePackage *package, bool from_today, int *gaining) {
    Wide result = 1;
    *gaining = 0;
    for (int i = 0; i < brute->signer_count; i++) {
        long gain = package->worth[i] - (from_today ? 0 : brute->least[i]);
        if (gain <= 0) continue;
        result *= gain;
        ++*gaining;
    }
    return result;
}

static bool product_is_above(const Brute *brute, const BrutePackage *a, const BrutePackage *b, bool from_today) {
    int x, y;
    Wide p = product(brute, a, from_today, &x), q = product(brute, b, from_today, &y);
    return x != y ? x > y : p > q;
}

/* a is above b by leximin when, at the lowest level at which they differ in how many signers are at most that well off,
 * a has fewer. Levels are fractions of `whole`; a signer with whole 0 is left out. */
static bool leximin_is_above(const Brute *brute, const BrutePackage *a, const BrutePackage *b, const long *whole) {
    const BrutePackage *both[] = {a, b};
    bool is_above = false;
    Wide at_part = 0, at_whole = 0; /* lowest differing level so far; whole 0: none */
    for (int side = 0; side < 2; side++)
        for (int i = 0; i < brute->signer_count; i++) {
            Wide part = both[side]->worth[i] - brute->least[i];
            int below[2] = {0, 0};
            if (whole[i] == 0) continue;
            for (int other = 0; other < 2; other++)
                for (int j = 0; j < brute->signer_count; j++)
                    below[other] +=
                        whole[j] > 0 && (Wide)(both[other]->worth[j] - brute->least[j]) * whole[i] <= part * whole[j];
            if (below[0] == below[1] || (at_whole > 0 && part * at_whole >= at_part * whole[i])) continue;
            at_part = part;
            at_whole = whole[i];
            is_above = below[0] < below[1];
        }
    return is_above;
}

static bool is_above(const Brute *brute, PackageConcept concept, const BrutePackage *a, const BrutePackage *b,
                     const long *range) {
    long ones[BRUTE_SIGNERS], x = 0, y = 0;
    for (int i = 0; i < brute->signer_count; i++) {
        ones[i] = 1;
        x += a->worth[i];
        y += b->worth[i];
    }
    switch (concept) {
    case CONCEPT_NASH:
        return product_is_above(brute, a, b, false);
    case CONCEPT_PRODUCT_FROM_TODAY:
        return product_is_above(brute, a, b, true);
    case CONCEPT_KALAI_SMORODINSKY:
        return leximin_is_above(brute, a, b, range);
    case CONCEPT_EGALITARIAN:
        return leximin_is_above(brute, a, b, ones);
    default:
        return x > y;
    }
}

static void compare_concept(const Trial *trial, PackageConcept concept, size_t *rows) {
    const Brute *brute = &trial->brute;
    long range[BRUTE_SIGNERS] = {0};
    size_t found = solution_find(&trial->zone, concept, rows), expected = 0;
    double packages = 0;
    for (size_t p = 0; p < brute->count; p++)
        for (int i = 0; i < brute->signer_count && brute->packages[p].is_signed; i++)
            if (brute->packages[p].worth[i] - brute->least[i] > range[i])
                range[i] = brute->packages[p].worth[i] - brute->least[i];
    for (size_t p = 0; p < brute->count; p++) {
        const BrutePackage *package = &brute->packages[p];
        bool is_best = package->is_signed && package->is_efficient, is_found = false;
        for (size_t q = 0; q < brute->count && is_best; q++)
            is_best = !(brute->packages[q].is_signed && is_above(brute, concept, &brute->packages[q], package, range));
        for (size_t i = 0; i < found; i++) is_found |= package->is_efficient && is_at(trial, package, rows[i]);
        assert_int_equal(is_best, is_found);
        expected += is_best;
    }
    for (size_t i = 0; i < found; i++) packages += trial->frontier.points.packages[rows[i]];
    assert_true(packages == (double)expected);
    assert_int_equal(found > 0, brute->signed_count > 0);
}

static void compare_opening(const Trial *trial) {
    const Brute *brute = &trial->brute;
    Opening opening = opening_find(&trial->frontier.points, brute->signer_count, trial->space->least);
    double together = INFINITY, alone[BRUTE_SIGNERS];
    for (int i = 0; i < brute->signer_count; i++) alone[i] = INFINITY;
    for (size_t p = 0; p < brute->count; p++) {
        const BrutePackage *package = &brute->packages[p];
        double sum = 0, missing[BRUTE_SIGNERS];
        if (!package->is_open) continue;
        for (int i = 0; i < brute->signer_count; i++) {
            missing[i] = fmax(0, (double)(brute->least[i] - package->worth[i]) / 100);
            sum += missing[i];
        }
        together = fmin(together, sum);
        for (int i = 0; i < brute->signer_count; i++)
            if (sum - missing[i] <= 1e-9) alone[i] = fmin(alone[i], missing[i]);
    }
    assert_true(isinf(together) ? isinf(opening.together) : fabs(together - opening.together) < 1e-7);
    for (int i = 0; i < brute->signer_count; i++)
        assert_true(isinf(alone[i]) ? isinf(opening.alone[i]) : fabs(alone[i] - opening.alone[i]) < 1e-7);
}

/* ---- Ranks ---- */

static long missing_of(const Brute *brute, const BrutePackage *package) {
    long sum = 0;
    for (int i = 0; i < brute->signer_count; i++)
        if (package->worth[i] < brute->least[i]) sum += brute->least[i] - package->worth[i];
    return sum;
}

static bool is_ranked_above(const Brute *brute, const BrutePackage *a, const BrutePackage *b, bool is_near) {
    return is_near ? missing_of(brute, a) < missing_of(brute, b) : is_above(brute, CONCEPT_NASH, a, b, NULL);
}

static const BrutePackage *package_at(const Trial *trial, size_t row) {
    for (size_t p = 0; p < trial->brute.count; p++)
        if (trial->brute.packages[p].is_efficient && is_at(trial, &trial->brute.packages[p], row))
            return &trial->brute.packages[p];
    fail();
    return NULL;
}

static bool is_in_order(const Trial *trial, size_t first, size_t second, bool is_near) {
    return !is_ranked_above(&trial->brute, package_at(trial, second), package_at(trial, first), is_near);
}

/* A point of the frontier belongs to the first `most` and their ties where fewer than so many points are above it. */
static void compare_rank(const Trial *trial, bool is_near, size_t most, size_t *rows) {
    const Brute *brute = &trial->brute;
    size_t found = is_near ? opening_rank(&trial->frontier.points, brute->signer_count, trial->space->least, most, rows)
                           : solution_rank(&trial->zone, CONCEPT_NASH, most, rows);
    const BrutePackage **points = arena_array(trial->arena, brute->count, sizeof *points);
    size_t count = 0, expected = 0;
    for (size_t p = 0; p < brute->count; p++) { /* one package of each worth */
        const BrutePackage *package = &brute->packages[p];
        bool is_new = package->is_efficient && package->is_signed != is_near;
        for (size_t q = 0; q < count; q++)
            is_new &= memcmp(points[q]->worth, package->worth, (size_t)brute->signer_count * sizeof(long)) != 0;
        if (is_new) points[count++] = package;
    }
    for (size_t p = 0; p < count; p++) {
        size_t above = 0;
        bool is_found = false;
        for (size_t q = 0; q < count; q++) above += is_ranked_above(brute, points[q], points[p], is_near);
        for (size_t i = 0; i < found; i++) is_found |= is_at(trial, points[p], rows[i]);
        assert_int_equal(is_found, above < most);
        expected += above < most;
    }
    assert_int_equal(found, expected);
    for (size_t i = 1; i < found; i++) assert_true(is_in_order(trial, rows[i - 1], rows[i], is_near));
}

/* ---- Random spaces ---- */

static void try_profile(const Situation *s, int profile, Arena *arena) {
    int types[16];
    settlement_profile_types(s, profile, types);
    Trial trial = {.arena = arena, .s = s, .types = types};
    examine(&trial);
    compare_counts(&trial);
    compare_frontier(&trial);
    size_t *rows = arena_array(arena, trial.zone.count, sizeof *rows);
    for (int concept = 0; concept < CONCEPT_COUNT; concept ++) compare_concept(&trial, (PackageConcept) concept, rows);
    compare_opening(&trial);
    rows = arena_array(arena, trial.frontier.points.count, sizeof *rows);
    for (size_t most = 0; most < 6; most++)
        for (int is_near = 0; is_near < 2; is_near++) compare_rank(&trial, is_near, most, rows);
}

static void try_spaces(Shape shape, int count, uint64_t seed) {
    for (int i = 0; i < count; i++) {
        Dice dice = {seed + (uint64_t)i, 0};
        Arena *arena = arena_new();
        const Situation *s = hand_random(shape, &dice, arena);
        for (int profile = 0; profile < settlement_profile_count(s); profile++) try_profile(s, profile, arena);
        arena_free(arena);
    }
}

static void two_parties_agree_with_every_package_listed(void **state) {
    (void)state;
    try_spaces((Shape){.parties = 2,
                       .types_most = 2,
                       .issues = 4,
                       .options_least = 1,
                       .options_most = 5,
                       .rules = 2,
                       .red_lines = 4,
                       .synergies = 4,
                       .outside_low = -20,
                       .outside_high = 25},
               700, 1000);
}

static void three_parties_agree_with_every_package_listed(void **state) {
    (void)state;
    try_spaces((Shape){.parties = 3,
                       .third_parties = 1,
                       .types_most = 2,
                       .issues = 4,
                       .options_least = 2,
                       .options_most = 4,
                       .rules = 1,
                       .red_lines = 3,
                       .synergies = 3,
                       .outside_low = -40,
                       .outside_high = 15},
               250, 5000);
}

static void five_parties_agree_with_every_package_listed(void **state) {
    (void)state;
    try_spaces((Shape){.parties = 5,
                       .types_most = 1,
                       .issues = 4,
                       .options_least = 2,
                       .options_most = 5,
                       .rules = 2,
                       .red_lines = 3,
                       .synergies = 3,
                       .outside_low = -60,
                       .outside_high = 0},
               250, 9000);
}

static void spaces_full_of_ties_agree_with_every_package_listed(void **state) {
    (void)state;
    Shape shape = {.parties = 2,
                   .types_most = 1,
                   .issues = 5,
                   .options_least = 2,
                   .options_most = 4,
                   .rules = 1,
                   .red_lines = 1,
                   .synergies = 2,
                   .is_coarse = true,
                   .outside_low = -20,
                   .outside_high = 10};
    try_spaces(shape, 300, 13000);
    shape.parties = 4;
    try_spaces(shape, 100, 14000);
}

static void spaces_with_verification_agree_with_every_package_listed(void **state) {
    (void)state;
    Shape shape = {.parties = 2,
                   .types_most = 2,
                   .issues = 4,
                   .options_least = 2,
                   .options_most = 4,
                   .rules = 1,
                   .red_lines = 2,
                   .synergies = 2,
                   .is_verified = true,
                   .outside_low = -30,
                   .outside_high = 10};
    try_spaces(shape, 300, 17000);
    shape.parties = 4;
    shape.types_most = 1;
    try_spaces(shape, 200, 18000);
}

static void detection_by_breakout_agrees_with_every_package_listed(void **state) {
    (void)state;
    try_spaces((Shape){.parties = 3,
                       .types_most = 1,
                       .issues = 4,
                       .options_least = 2,
                       .options_most = 4,
                       .rules = 1,
                       .red_lines = 1,
                       .synergies = 1,
                       .is_verified = true,
                       .has_safeguards = true,
                       .outside_low = -40,
                       .outside_high = 0},
               250, 29000);
}

static void spaces_crowded_with_conditions_agree_with_every_package_listed(void **state) {
    (void)state;
    try_spaces((Shape){.parties = 3,
                       .types_most = 1,
                       .issues = 6,
                       .options_least = 2,
                       .options_most = 2,
                       .rules = 8,
                       .red_lines = 8,
                       .synergies = 30,
                       .outside_low = -40,
                       .outside_high = 0},
               250, 21000);
}

static void one_issue_agrees_with_every_package_listed(void **state) {
    (void)state;
    try_spaces((Shape){.parties = 2,
                       .types_most = 1,
                       .issues = 1,
                       .options_least = 1,
                       .options_most = 9,
                       .rules = 1,
                       .red_lines = 1,
                       .synergies = 1,
                       .outside_low = -10,
                       .outside_high = 10},
               200, 25000);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(two_parties_agree_with_every_package_listed),
        cmocka_unit_test(three_parties_agree_with_every_package_listed),
        cmocka_unit_test(five_parties_agree_with_every_package_listed),
        cmocka_unit_test(spaces_full_of_ties_agree_with_every_package_listed),
        cmocka_unit_test(spaces_with_verification_agree_with_every_package_listed),
        cmocka_unit_test(detection_by_breakout_agrees_with_every_package_listed),
        cmocka_unit_test(spaces_crowded_with_conditions_agree_with_every_package_listed),
        cmocka_unit_test(one_issue_agrees_with_every_package_listed),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
