/* SPDX-License-Identifier: GPL-3.0-or-later
 * Safeguards and timetables when memory is short: the n-th allocation fails, for every n up to the first that is not
 * needed, jansson's own included. Whatever fails says so and leaves nothing behind; the scenario can be asked again. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include <brink/brink.h>
#include <jansson.h>

static long allocations_left = -1; /* negative: as many as wanted */

void *__real_malloc(size_t size);
void *__real_calloc(size_t count, size_t size);
void *__real_realloc(void *block, size_t size);
void *__wrap_malloc(size_t size);
void *__wrap_calloc(size_t count, size_t size);
void *__wrap_realloc(void *block, size_t size);

static bool may_allocate(void) {
    if (allocations_left > 0)
        allocations_left--;
    else if (allocations_left == 0)
        return false;
    return true;
}

void *__wrap_malloc(size_t size) {
    return may_allocate() ? __real_malloc(size) : NULL;
}
void *__wrap_calloc(size_t count, size_t size) {
    return may_allocate() ? __real_calloc(count, size) : NULL;
}
void *__wrap_realloc(void *block, size_t size) {
    return may_allocate() ? __real_realloc(block, size) : NULL;
}
static void *limited_malloc(size_t size) {
    return __wrap_malloc(size);
}
static void limited_free(void *block) {
    free(block);
}

static const char text[] =
    "brink: 1\n"
    "title: A stock and its inspectors\n"
    "clock: {start: 2026-03-03, every: 14 days, rounds: 1}\n"
    "parties: {us: {requires_detection: 0.5, unverifiable: 3}, iran: {}}\n"
    "issues:\n"
    "  enrichment: {performer: iran, today: open, options: {open: {swu: 5000}, civil: {swu: 1000, cap: 3.67%}}}\n"
    "  relief: {performer: us, today: none, options: {none: {}, full: {}}}\n"
    "  eyes: {today: none, options: {none: {}, weekly: {detects: iran, detect_after: 60 days}}}\n"
    "preferences:\n"
    "  us: {enrichment: {weight: 20, scores: {open: 0, civil: 100}}, relief: {weight: 9, scores: {none: 100, full: "
    "0}}}\n"
    "  iran: {relief: {weight: 30, scores: {none: 0, full: 100}}}\n"
    "safeguards: {stockpile: {60%: 40 kg}}\n"
    "agenda: {drafts: {keep: {enrichment: civil, relief: full, eyes: weekly}}}\n";

static BrinkScenario *read_scenario(void) {
    BrinkScenario *scenario = NULL;
    assert_int_equal(brink_scenario_parse(text, strlen(text), "text", NULL, &scenario), BRINK_OK);
    assert_int_equal(brink_scenario_check(scenario, NULL), BRINK_OK);
    return scenario;
}

static void safeguards_short_of_memory_say_so(void **state) {
    (void)state;
    BrinkScenario *scenario = read_scenario();
    BrinkSafeguards *safeguards = NULL;
    long failures = 0;
    for (; !safeguards; failures++) {
        allocations_left = failures;
        BrinkSafeguardsSettings settings = {.draws = 3, .seed = 1};
        BrinkStatus status = brink_scenario_safeguards(scenario, &settings, NULL, &safeguards);
        allocations_left = -1;
        assert_int_equal(status, safeguards ? BRINK_OK : BRINK_NO_MEMORY);
    }
    assert_true(failures > 50);
    brink_safeguards_free(safeguards);
    brink_scenario_free(scenario);
}

static void timetables_short_of_memory_say_so(void **state) {
    (void)state;
    BrinkScenario *scenario = read_scenario();
    BrinkTimetableSettings settings = brink_timetable_settings_default();
    settings.draft = "keep";
    settings.phases = 2;
    settings.steps = 2;
    for (int goal = BRINK_DESIGN_NONE; goal <= BRINK_DESIGN_ORDER; goal++) {
        BrinkTimetable *timetable = NULL;
        long failures = 0;
        settings.design = (BrinkDesignGoal)goal;
        for (; !timetable; failures++) {
            allocations_left = failures;
            BrinkStatus status = brink_scenario_timetable(scenario, &settings, NULL, &timetable);
            allocations_left = -1;
            assert_int_equal(status, timetable ? BRINK_OK : BRINK_NO_MEMORY);
        }
        assert_true(failures > 50);
        brink_timetable_free(timetable);
    }
    brink_scenario_free(scenario);
}

int main(void) {
    json_set_alloc_funcs(limited_malloc, limited_free);
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(safeguards_short_of_memory_say_so),
        cmocka_unit_test(timetables_short_of_memory_say_so),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
