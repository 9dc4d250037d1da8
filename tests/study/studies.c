/* SPDX-License-Identifier: GPL-3.0-or-later
 * Whole studies through brink.h: the same bytes for any number of threads, interrupted and resumed; claims decided;
 * files refused. */
#include <math.h>
#include <setjmp.h>
#include <signal.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>
#include <unistd.h>

#include <cmocka.h>

#include <brink/brink.h>
#include <jansson.h>

#include "siege.h"

enum { DRAWS = 40 };

static BrinkScenario *open_siege(void) {
    BrinkScenario *handle = NULL;
    assert_int_equal(brink_scenario_parse(siege_text, strlen(siege_text), "siege", NULL, &handle), BRINK_OK);
    return handle;
}

static BrinkStudySettings small(int threads) {
    BrinkStudySettings settings = brink_study_settings_default();
    settings.draws = DRAWS;
    settings.resolution = 2;
    settings.threads = threads;
    return settings;
}

/* The sweep's JSON, to be freed with brink_text_free; NULL where there is no study. */
static char *sweep(const BrinkStudySettings *settings, BrinkStatus expected) {
    BrinkScenario *handle = open_siege();
    BrinkStudy *study = NULL;
    char *text = NULL;
    assert_int_equal(brink_scenario_sweep(handle, settings, NULL, &study), expected);
    if (study) assert_int_equal(brink_study_json(study, &text), BRINK_OK);
    brink_study_free(study);
    brink_scenario_free(handle);
    return text;
}

typedef struct Sink {
    char *text;
    size_t length, room;
} Sink;

static bool add(void *payload, const char *text) {
    Sink *sink = payload;
    size_t length = strlen(text);
    if (sink->length + length + 1 > sink->room)
        sink->text = realloc(sink->text, sink->room = 2 * sink->room + length + 1);
    memcpy(sink->text + sink->length, text, length + 1);
    sink->length += length;
    return true;
}

static void one_two_and_three_threads_give_the_same_bytes(void **state) {
    (void)state;
    char *first = NULL;
    Sink rows = {0};
    for (int threads = 1; threads <= 3; threads++) {
        Sink own = {0};
        BrinkStudySettings settings = small(threads);
        settings.csv = add;
        settings.csv_payload = &own;
        char *text = sweep(&settings, BRINK_OK);
        if (first) {
            assert_string_equal(text, first);
            assert_string_equal(own.text, rows.text);
            brink_text_free(text);
            free(own.text);
        } else {
            first = text;
            rows = own;
        }
    }
    int lines = 0;
    for (const char *at = rows.text; *at; at++) lines += *at == '\n';
    assert_int_equal(lines, DRAWS + 1);
    brink_text_free(first);
    free(rows.text);
}

static void another_seed_or_design_gives_other_numbers(void **state) {
    (void)state;
    BrinkStudySettings settings = small(2);
    char *one = sweep(&settings, BRINK_OK);
    settings.seed = 2;
    char *two = sweep(&settings, BRINK_OK);
    settings.design = BRINK_SAMPLING_SOBOL;
    char *three = sweep(&settings, BRINK_OK);
    assert_string_not_equal(strstr(one, "measures"), strstr(two, "measures"));
    assert_string_not_equal(strstr(two, "measures"), strstr(three, "measures"));
    brink_text_free(one);
    brink_text_free(two);
    brink_text_free(three);
}

/* ---- Going on ---- */

static bool stop_after_eleven(void *payload, uint64_t done, uint64_t total) {
    (void)total;
    return ++*(int *)payload < 11 && done > 0;
}

static const char *fresh_path(void) {
    static char path[64];
    static int count;
    snprintf(path, sizeof path, "study-%ld-%d.rows", (long)getpid(), count++);
    remove(path);
    return path;
}

static void an_interrupted_sweep_goes_on_to_the_same_bytes(void **state) {
    (void)state;
    BrinkStudySettings settings = small(2);
    char *whole = sweep(&settings, BRINK_OK);
    settings.resume = fresh_path();
    for (int stops = 0; stops < 2; stops++) {
        int calls = 0;
        settings.observer = stop_after_eleven;
        settings.observer_payload = &calls;
        char *part = sweep(&settings, BRINK_CANCELLED);
        assert_non_null(part);
        assert_string_not_equal(part, whole);
        brink_text_free(part);
    }
    settings.observer = NULL;
    char *resumed = sweep(&settings, BRINK_OK);
    assert_string_equal(resumed, whole);
    char *again = sweep(&settings, BRINK_OK); /* nothing left to do */
    assert_string_equal(again, whole);
    remove(settings.resume);
    brink_text_free(whole);
    brink_text_free(resumed);
    brink_text_free(again);
}

/* Killed in the middle of writing a row: that row is done again. */
static void a_row_cut_short_is_done_again(void **state) {
    (void)state;
    BrinkStudySettings settings = small(1);
    settings.resume = fresh_path();
    char *whole = sweep(&settings, BRINK_OK);
    FILE *file = fopen(settings.resume, "r+b");
    fseek(file, 0, SEEK_END);
    long size = ftell(file);
    assert_int_equal(ftruncate(fileno(file), size - size / 3), 0);
    fclose(file);
    char *again = sweep(&settings, BRINK_OK);
    assert_string_equal(again, whole);
    remove(settings.resume);
    brink_text_free(whole);
    brink_text_free(again);
}

static void demand_refusal(const BrinkStudySettings *settings, const char *code) {
    BrinkScenario *handle = open_siege();
    BrinkDiagnostics *diagnostics = NULL;
    BrinkStudy *study = NULL;
    assert_int_equal(brink_diagnostics_new(&diagnostics), BRINK_OK);
    assert_int_not_equal(brink_scenario_sweep(handle, settings, diagnostics, &study), BRINK_OK);
    assert_null(study);
    bool found = false;
    for (size_t i = 0; i < brink_diagnostics_count(diagnostics); i++)
        found = found || strcmp(brink_diagnostics_get(diagnostics, i)->code, code) == 0;
    assert_true(found);
    brink_scenario_free(handle);
    brink_diagnostics_free(diagnostics);
}

static void files_of_other_studies_are_refused(void **state) {
    (void)state;
    BrinkStudySettings settings = small(1);
    settings.draws = 4;
    settings.resume = fresh_path();
    brink_text_free(sweep(&settings, BRINK_OK));
    settings.seed = 3;
    demand_refusal(&settings, "T005");
    FILE *file = fopen(settings.resume, "wb");
    fputs("a shopping list\n", file);
    fclose(file);
    demand_refusal(&settings, "T004");
    remove(settings.resume);
    settings.resume = "no-such-folder/study.rows";
    demand_refusal(&settings, "T006");
}

/* A limit on the size of files stands in for a full disk. */
static void a_full_disk_is_said(void **state) {
    (void)state;
    struct rlimit before, tight = {2000, 2000};
    BrinkStudySettings settings = small(1);
    settings.resume = fresh_path();
    assert_int_equal(getrlimit(RLIMIT_FSIZE, &before), 0);
    tight.rlim_max = before.rlim_max;
    signal(SIGXFSZ, SIG_IGN);
    assert_int_equal(setrlimit(RLIMIT_FSIZE, &tight), 0);
    demand_refusal(&settings, "T006");
    assert_int_equal(setrlimit(RLIMIT_FSIZE, &before), 0);
    remove(settings.resume);
}

static void settings_out_of_range_are_refused(void **state) {
    (void)state;
    BrinkStudySettings settings = small(1);
    settings.draws = 0;
    demand_refusal(&settings, "U001");
    settings = small(1);
    settings.resolution = 3;
    demand_refusal(&settings, "U001");
}

/* ---- What studies say ---- */

static json_t *json_of(BrinkStudy *study) {
    char *text = NULL;
    assert_int_equal(brink_study_json(study, &text), BRINK_OK);
    json_t *json = json_loads(text, 0, NULL);
    assert_non_null(json);
    brink_text_free(text);
    return json;
}

static double number_in(const json_t *json, const char *a, const char *b, const char *c) {
    const json_t *at = json_object_get(json, a);
    if (b) at = json_object_get(at, b);
    if (c) at = json_object_get(at, c);
    assert_true(json_is_number(at));
    return json_number_value(at);
}

static void the_means_of_the_outcomes_sum_to_one(void **state) {
    (void)state;
    static const char *const outcomes[] = {"deal", "interim", "lapse", "collapse", "conflict"};
    BrinkScenario *handle = open_siege();
    BrinkStudy *study = NULL;
    BrinkStudySettings settings = small(2);
    assert_int_equal(brink_scenario_sweep(handle, &settings, NULL, &study), BRINK_OK);
    json_t *json = json_of(study);
    double sum = 0;
    for (int i = 0; i < 5; i++) sum += number_in(json, "measures", outcomes[i], "mean");
    assert_true(fabs(sum - 1) < 1e-12);
    assert_true(number_in(json, "measures", "deal", "p5") <= number_in(json, "measures", "deal", "median"));
    assert_true(number_in(json, "measures", "deal", "median") <= number_in(json, "measures", "deal", "p95"));
    assert_int_equal(json_object_size(json_object_get(json, "assumptions")), 6);
    json_decref(json);
    brink_study_free(study);
    brink_scenario_free(handle);
}

/* Ends of the tornado are runs with that one number set by hand. */
static void a_tornado_bar_is_a_run_with_that_number(void **state) {
    (void)state;
    BrinkScenario *handle = open_siege();
    BrinkStudy *study = NULL;
    BrinkOutlook *outlook = NULL;
    BrinkStudySettings settings = small(2);
    BrinkSolveSettings solve = brink_solve_settings_default();
    settings.draws = 1;
    settings.with_tornado = settings.with_thresholds = true;
    assert_int_equal(brink_scenario_sweep(handle, &settings, NULL, &study), BRINK_OK);
    json_t *json = json_of(study),
           *own = json_object_get(json_object_get(json, "assumptions"), "parties.red.outside.conflict");
    double value = number_in(own, "tornado", "p95", "value");
    char text[32];
    snprintf(text, sizeof text, "%.17g", value);
    assert_true(fabs(value - (-20 + 1.6448536269514722 * 2)) < 1e-9);
    solve.resolution = 2;
    solve.with_error = false;
    assert_int_equal(brink_scenario_set(handle, "parties.red.outside.conflict", text, NULL), BRINK_OK);
    assert_int_equal(brink_scenario_solve(handle, &solve, NULL, NULL, &outlook), BRINK_OK);
    double exact = brink_outlook_probability(outlook, BRINK_DEAL);
    double found = json_number_value(
        json_object_get(json_object_get(json_object_get(json_object_get(own, "tornado"), "p95"), "outcomes"), "deal"));
    assert_true(fabs(found - exact) < 1e-12);
    json_decref(json);
    brink_outlook_free(outlook);
    brink_study_free(study);
    brink_scenario_free(handle);
}

/* As a run with that number set by hand says. */
static void at_a_threshold_the_outcomes_asked_for_are_equally_likely(void **state) {
    (void)state;
    BrinkScenario *handle = open_siege();
    BrinkStudy *study = NULL;
    BrinkOutlook *outlook = NULL;
    BrinkStudySettings settings = small(2);
    BrinkSolveSettings solve = brink_solve_settings_default();
    settings.draws = 1;
    settings.with_thresholds = true;
    settings.between[0] = "deal";
    settings.between[1] = "collapse";
    assert_int_equal(brink_scenario_sweep(handle, &settings, NULL, &study), BRINK_OK);
    json_t *json = json_of(study), *between = json_object_get(json, "between");
    assert_string_equal(json_string_value(json_array_get(between, 1)), "collapse");
    double value = number_in(json_object_get(json_object_get(json, "assumptions"), "parties.red.rationality"),
                             "threshold", "value", NULL);
    char text[32];
    snprintf(text, sizeof text, "%.17g", value);
    assert_int_equal(brink_scenario_set(handle, "parties.red.rationality", text, NULL), BRINK_OK);
    solve.resolution = 2;
    solve.with_error = false;
    assert_int_equal(brink_scenario_solve(handle, &solve, NULL, NULL, &outlook), BRINK_OK);
    assert_true(fabs(brink_outlook_probability(outlook, BRINK_DEAL) -
                     brink_outlook_probability(outlook, BRINK_COLLAPSE)) < 1e-3);
    json_decref(json);
    brink_outlook_free(outlook);
    brink_study_free(study);
    brink_scenario_free(handle);
    settings.between[1] = "gain.red";
    demand_refusal(&settings, "U001");
}

static void the_error_of_the_grid_is_the_change_from_half_the_resolution(void **state) {
    (void)state;
    double means[2];
    json_t *grid = NULL;
    BrinkStudySettings settings = small(2);
    settings.draws = 16;
    for (int half = 0; half < 2; half++) {
        BrinkScenario *handle = open_siege();
        BrinkStudy *study = NULL;
        settings.resolution = half ? 2 : 4;
        assert_int_equal(brink_scenario_sweep(handle, &settings, NULL, &study), BRINK_OK);
        json_t *json = json_of(study);
        const json_t *deal = json_object_get(json_object_get(json, "measures"), "deal");
        means[half] = number_in(deal, "mean", NULL, NULL);
        if (half)
            assert_true(json_is_null(json_object_get(deal, "grid"))); /* half of 2 is not even */
        else
            grid = json_incref(json_object_get(deal, "grid"));
        json_decref(json);
        brink_study_free(study);
        brink_scenario_free(handle);
    }
    assert_int_equal((int)number_in(grid, "n", NULL, NULL), 16);
    assert_true(fabs(number_in(grid, "shift", NULL, NULL) - (means[0] - means[1])) < 1e-12);
    assert_true(number_in(grid, "each", NULL, NULL) >= fabs(means[0] - means[1]));
    json_decref(grid);
}

static void what_a_study_took_is_told_apart_from_its_results(void **state) {
    (void)state;
    BrinkScenario *handle = open_siege();
    BrinkStudy *study = NULL;
    BrinkStudySettings settings = small(2);
    assert_int_equal(brink_scenario_sweep(handle, &settings, NULL, &study), BRINK_OK);
    BrinkStudyTimes times = brink_study_times(study);
    assert_int_equal(times.solves, DRAWS);
    assert_true(times.threads == 2 && times.processes == 1 && times.wall > 0);
    for (int room = 0; room < BRINK_ROOM_COUNT; room++) assert_true(times.rooms[room] > 0);
    json_t *json = json_of(study);
    assert_null(json_object_get(json, "times"));
    json_decref(json);
    brink_study_free(study);
    brink_scenario_free(handle);
}

static const char *verdict(const json_t *json, int claim) {
    return json_string_value(
        json_object_get(json_array_get(json_object_get(json, "claims"), (size_t)claim), "verdict"));
}

static json_t *claims_with(int threads, bool *is_failing) {
    BrinkScenario *handle = open_siege();
    BrinkStudy *study = NULL;
    BrinkStudySettings settings = small(threads);
    assert_int_equal(brink_scenario_claims(handle, &settings, NULL, &study), BRINK_OK);
    json_t *json = json_of(study);
    *is_failing = brink_study_fails(study);
    brink_study_free(study);
    brink_scenario_free(handle);
    return json;
}

static void claims_are_decided(void **state) {
    (void)state;
    bool is_failing;
    json_t *json = claims_with(2, &is_failing);
    assert_string_equal(verdict(json, 0), "holds");
    assert_string_equal(verdict(json, 1), "fails");
    assert_string_equal(verdict(json, 2), "holds");
    assert_string_equal(verdict(json, 3), "depends");
    const json_t *offered = json_array_get(json_object_get(json, "claims"), 3);
    assert_true(
        json_number_value(json_object_get(json_object_get(offered, "depends_on"), "preferences.red.gate.weight")) < 0);
    assert_true(is_failing);
    const json_t *calm = json_array_get(json_object_get(json, "claims"), 2);
    const json_t *part = json_array_get(json_object_get(calm, "parts"), 0);
    assert_true(json_number_value(json_object_get(part, "with")) == 0); /* the camp has no risk, and nobody attacks */
    assert_true(json_number_value(json_object_get(part, "without")) > 0);
    assert_non_null(strstr(json_string_value(json_object_get(calm, "built_in")), "parties.red.only"));
    json_decref(json);
}

static void claims_are_the_same_for_any_number_of_threads(void **state) {
    (void)state;
    bool is_failing;
    json_t *one = claims_with(1, &is_failing), *three = claims_with(3, &is_failing);
    assert_true(json_equal(one, three));
    json_decref(one);
    json_decref(three);
}

/* Effects over the same draws as sweeps of either side. */
static void the_effect_of_a_claim_is_the_difference_of_two_sweeps(void **state) {
    (void)state;
    bool is_failing;
    double means[2];
    for (int side = 0; side < 2; side++) {
        BrinkScenario *handle = open_siege();
        BrinkStudy *study = NULL;
        BrinkStudySettings settings = small(2);
        if (side) assert_int_equal(brink_scenario_use_variant(handle, "dearer", NULL), BRINK_OK);
        assert_int_equal(brink_scenario_sweep(handle, &settings, NULL, &study), BRINK_OK);
        json_t *json = json_of(study);
        means[side] = number_in(json, "measures", "deal", "mean");
        json_decref(json);
        brink_study_free(study);
        brink_scenario_free(handle);
    }
    json_t *json = claims_with(2, &is_failing);
    const json_t *part =
        json_array_get(json_object_get(json_array_get(json_object_get(json, "claims"), 4), "parts"), 0);
    assert_true(fabs(json_number_value(json_object_get(part, "with")) - means[1]) < 1e-12);
    assert_true(fabs(json_number_value(json_object_get(part, "without")) - means[0]) < 1e-12);
    json_decref(json);
}

static void a_comparison_gives_the_differences(void **state) {
    (void)state;
    static const char *const variants[] = {"calm", "generous"};
    BrinkScenario *handle = open_siege();
    BrinkStudy *study = NULL;
    BrinkStudySettings settings = small(1);
    settings.resolution = 4;
    assert_int_equal(brink_scenario_compare(handle, variants, 2, &settings, NULL, &study), BRINK_OK);
    json_t *json = json_of(study), *columns = json_object_get(json, "columns");
    assert_int_equal(json_array_size(columns), 3);
    const json_t *base = json_array_get(columns, 0), *calm = json_array_get(columns, 1);
    double difference =
        number_in(calm, "measures", "conflict", "value") - number_in(base, "measures", "conflict", "value");
    assert_true(difference < 0 && fabs(number_in(calm, "measures", "conflict", "change") - difference) < 1e-15);
    /* Paired draws: the mean change is the difference of the means, and a change spreads less than two draws apart. */
    const json_t *before = json_object_get(json_object_get(base, "measures"), "deal"),
                 *after = json_object_get(json_object_get(json_array_get(columns, 2), "measures"), "deal");
    double means = number_in(after, "draws", "mean", NULL) - number_in(before, "draws", "mean", NULL);
    assert_true(fabs(number_in(after, "changes", "mean", NULL) - means) < 1e-12);
    assert_true(number_in(after, "changes", "sd", NULL) <
                hypot(number_in(after, "draws", "sd", NULL), number_in(before, "draws", "sd", NULL)));
    assert_true(number_in(after, "draws", "p5", NULL) < number_in(after, "draws", "p95", NULL));
    assert_int_equal((int)number_in(json, "done", NULL, NULL), DRAWS);
    json_decref(json);
    brink_study_free(study);
    brink_scenario_free(handle);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(one_two_and_three_threads_give_the_same_bytes),
        cmocka_unit_test(another_seed_or_design_gives_other_numbers),
        cmocka_unit_test(an_interrupted_sweep_goes_on_to_the_same_bytes),
        cmocka_unit_test(a_row_cut_short_is_done_again),
        cmocka_unit_test(files_of_other_studies_are_refused),
        cmocka_unit_test(a_full_disk_is_said),
        cmocka_unit_test(settings_out_of_range_are_refused),
        cmocka_unit_test(the_means_of_the_outcomes_sum_to_one),
        cmocka_unit_test(a_tornado_bar_is_a_run_with_that_number),
        cmocka_unit_test(at_a_threshold_the_outcomes_asked_for_are_equally_likely),
        cmocka_unit_test(the_error_of_the_grid_is_the_change_from_half_the_resolution),
        cmocka_unit_test(what_a_study_took_is_told_apart_from_its_results),
        cmocka_unit_test(claims_are_decided),
        cmocka_unit_test(claims_are_the_same_for_any_number_of_threads),
        cmocka_unit_test(the_effect_of_a_claim_is_the_difference_of_two_sweeps),
        cmocka_unit_test(a_comparison_gives_the_differences),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
