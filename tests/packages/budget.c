/* SPDX-License-Identifier: GPL-3.0-or-later
 * What a map may hold: plans that fit, and maps that stay within them. */
#include <malloc.h>
#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>

#include <cmocka.h>

#include "by_hand.h"
#include "packages/budget.h"
#include "packages/listing.h"
#include "packages/packages.h"
#include "thin.h"

/* ---- Plans ---- */

static bool holds(const Budget *budget) {
    return budget->holds_frontier || budget->holds_counts || budget->holds_search;
}

static void a_plan_fits_and_holds_no_less_where_there_is_more(void **state) {
    (void)state;
    int refused = 0, held = 0;
    for (uint64_t seed = 0; seed < 60; seed++) {
        Arena *arena = arena_new();
        Dice dice = {71000 + seed, 0};
        Shape shape = {HAND_OF_ALL_KINDS};
        shape.parties = 2 + dice_below(&dice, 5);
        shape.issues = 2 + dice_below(&dice, 12);
        shape.options_least = shape.options_most = 2 + dice_below(&dice, 9);
        BudgetTask task = {.situation = hand_random(shape, &dice, arena),
                           .signers = shape.parties,
                           .profiles = 1 + dice_below(&dice, 3),
                           .all_profiles = 8,
                           .settled = dice_chance(&dice, 0.5),
                           .listed = 1000};
        Budget before = {0}, budget = {0};
        for (task.cap = 4e6; task.cap < 1e12; task.cap *= 1.7) {
            bool fits = budget_plan(&task, &budget);
            assert_true(fits == (budget.bytes <= task.cap));
            assert_true(budget.frontier_rows >= before.frontier_rows && budget.half_points >= before.half_points);
            assert_true(budget.listed_rows >= before.listed_rows && budget.nodes >= before.nodes);
            assert_true(budget.stored_points >= before.stored_points && budget.groups >= before.groups);
            refused += !fits;
            held += fits && holds(&budget);
            before = budget;
        }
        assert_false(holds(&budget));
        arena_free(arena);
    }
    assert_true(refused > 60 && held > 60);
}

static void a_list_of_more_than_may_be_held_is_given_up(void **state) {
    (void)state;
    enum { PARTIES = 4, ISSUES = 4, OPTIONS = 8 };
    static const int counts[ISSUES] = {OPTIONS, OPTIONS, OPTIONS, OPTIONS};
    double worth[PARTIES * ISSUES * OPTIONS], outside[PARTIES] = {1, 1, 1, 1};
    Arena *arena = arena_new();
    Dice dice = {72000, 0};
    Space *space;
    Listing whole, held;
    for (int i = 0; i < PARTIES * ISSUES * OPTIONS; i++) worth[i] = dice_share(&dice);
    const Situation *s = hand_additive(PARTIES, ISSUES, counts, worth, outside, arena);
    assert_int_equal(space_new(s, s->type_party, outside, SPACE_WHOLE, arena, &space), BRINK_OK);
    ListingTask task = {.space = space};
    assert_int_equal(listing_make(&task, arena, &whole), BRINK_OK);
    assert_true(whole.points.count > 40);
    task.rows_most = whole.points.count / 2;
    assert_int_equal(listing_make(&task, arena, &held), BRINK_NOT_SOLVED);
    task.rows_most = 4 * whole.points.count;
    assert_int_equal(listing_make(&task, arena, &held), BRINK_OK);
    assert_int_equal(held.points.count, whole.points.count);
    arena_free(arena);
}

/* ---- Maps ---- */

enum { PARTIES = 6, ISSUES = 7, OPTIONS = 10 };

/* Interests drawn at random, of so many that tens of thousands of packages are efficient. */
static const Situation *large(Arena *arena) {
    static const int counts[ISSUES] = {OPTIONS, OPTIONS, OPTIONS, OPTIONS, OPTIONS, OPTIONS, OPTIONS};
    static const double outside[PARTIES] = {1, 1, 1, 1, 1, 1};
    double worth[PARTIES * ISSUES * OPTIONS];
    Dice dice = {73000, 0};
    for (int i = 0; i < PARTIES * ISSUES * OPTIONS; i++) worth[i] = 10 * dice_share(&dice);
    return hand_additive(PARTIES, ISSUES, counts, worth, outside, arena);
}

static long status_kilobytes(const char *key) {
    long kilobytes = 0;
    char line[256], format[64];
    FILE *file = fopen("/proc/self/status", "r");
    snprintf(format, sizeof format, "%s: %%ld", key);
    while (file && fgets(line, sizeof line, file)) sscanf(line, format, &kilobytes);
    if (file) fclose(file);
    return kilobytes;
}

/* By how much the map makes this program larger for a while; 0 where that cannot be told. */
static double bytes_taken(const Situation *s, uint64_t memory, BrinkDiagnostics *diagnostics, const PackageMap **result,
                          Arena *arena) {
    PackagesSettings settings = {.profile = -1, .top = 3, .listed_most = 10, .memory = memory};
    PackageMap *map = NULL;
    malloc_trim(0);
    FILE *file = fopen("/proc/self/clear_refs", "w"); /* the largest so far starts afresh */
    bool is_fresh = file && fputs("5", file) >= 0;
    if (file) is_fresh &= fclose(file) == 0;
    long before = status_kilobytes("VmRSS");
    assert_int_equal(packages_map(s, &settings, diagnostics, arena, &map), BRINK_OK);
    *result = map;
    return is_fresh ? 1024.0 * (double)(status_kilobytes("VmHWM") - before) : 0;
}

/* Tools that watch memory take some of their own. */
static bool is_watched(void) {
#if defined(__SANITIZE_ADDRESS__) || defined(__SANITIZE_THREAD__)
    return true;
#else
    return thin_step() > 1;
#endif
}

/* Whether some point of a map is as good for all as a point of another one, but for the epsilon. */
static bool is_covered(const PackageProfile *held, const PackagePoint *point) {
    for (int i = 0; i < held->point_count; i++) {
        bool covers = true;
        for (int k = 0; k < PARTIES && covers; k++)
            covers = held->points[i].worth[k] >= point->worth[k] - held->epsilon - 1e-9;
        if (covers) return true;
    }
    return false;
}

/* The same of a map that says `told` times, once or never, that it was held back. */
static double bytes_taken_and_told(const Situation *s, uint64_t memory, int told, const PackageMap **result,
                                   Arena *arena) {
    BrinkDiagnostics *diagnostics = NULL;
    assert_int_equal(brink_diagnostics_new(&diagnostics), BRINK_OK);
    double bytes = bytes_taken(s, memory, diagnostics, result, arena);
    assert_int_equal(brink_diagnostics_count(diagnostics), told);
    if (told > 0) assert_string_equal(brink_diagnostics_get(diagnostics, 0)->code, "P006");
    brink_diagnostics_free(diagnostics);
    return bytes;
}

/* The program itself, and its report, are counted in the memory with ten megabytes. */
static void a_map_stays_within_its_memory_and_says_by_how_much_it_falls_short(void **state) {
    (void)state;
    static const uint64_t memory[] = {24000000, 28000000, 36000000};
    Arena *arena = arena_new();
    const Situation *s = large(arena);
    const PackageMap *map;
    double free_bytes = bytes_taken_and_told(s, (uint64_t)1 << 40, 0, &map, arena);
    bool is_measured = free_bytes > 0 && !is_watched();
    if (!is_measured) print_message("memory was not measured\n");
    const PackageProfile *whole = &map->profiles[0];
    assert_true(whole->point_count > 5000 && whole->epsilon == 0);
    if (is_measured) assert_true(free_bytes > (double)memory[0] - 1e7);
    for (size_t i = 0; i < sizeof memory / sizeof *memory; i++) {
        double bytes = bytes_taken_and_told(s, memory[i], 1, &map, arena);
        const PackageProfile *held = &map->profiles[0];
        if (is_measured) assert_true(bytes > 0 && bytes <= (double)memory[i] - 1e7);
        assert_true(held->epsilon > 0 && held->point_count < whole->point_count);
        for (int point = 0; point < whole->point_count; point += 97)
            assert_true(is_covered(held, &whole->points[point]));
    }
    arena_free(arena);
}

/* Of more states than a gigabyte is planned to hold, and no more than may be held without a cap. */
static void a_count_that_wants_states_says_that_it_was_held_back(void **state) {
    (void)state;
    Arena *arena = arena_new();
    Dice dice = {74000, 0};
    Shape shape = {.parties = 3, .types_most = 1, .issues = 13, .options_least = 4, .options_most = 4, .synergies = 60};
    shape.is_coarse = true;
    shape.outside_low = -40;
    shape.outside_high = 5;
    const Situation *s = hand_random(shape, &dice, arena);
    const PackageMap *map;
    bytes_taken_and_told(s, (uint64_t)1 << 40, 0, &map, arena);
    assert_true(map->profiles[0].signed_by_all.low == map->profiles[0].signed_by_all.high);
    bytes_taken_and_told(s, 1000000000, 1, &map, arena);
    assert_true(map->profiles[0].signed_by_all.low < map->profiles[0].signed_by_all.high);
    arena_free(arena);
}

static void what_cannot_fit_is_refused(void **state) {
    (void)state;
    Arena *arena = arena_new();
    PackagesSettings settings = {.profile = -1, .top = 3, .listed_most = 10, .memory = 5000000};
    PackageMap *map = NULL;
    BrinkDiagnostics *diagnostics = NULL;
    assert_int_equal(brink_diagnostics_new(&diagnostics), BRINK_OK);
    assert_int_equal(packages_map(large(arena), &settings, diagnostics, arena, &map), BRINK_BAD_INPUT);
    assert_null(map);
    assert_int_equal(brink_diagnostics_count(diagnostics), 1);
    assert_string_equal(brink_diagnostics_get(diagnostics, 0)->code, "G002");
    brink_diagnostics_free(diagnostics);
    arena_free(arena);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_plan_fits_and_holds_no_less_where_there_is_more),
        cmocka_unit_test(a_list_of_more_than_may_be_held_is_given_up),
        cmocka_unit_test(a_map_stays_within_its_memory_and_says_by_how_much_it_falls_short),
        cmocka_unit_test(a_count_that_wants_states_says_that_it_was_held_back),
        cmocka_unit_test(what_cannot_fit_is_refused),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
