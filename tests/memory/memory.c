/* SPDX-License-Identifier: GPL-3.0-or-later
 * Whole runs when memory is short: this program defines malloc and its kin, so that libyaml's and jansson's allocations
 * fail too, and holds an arena of its own in small chunks, so that there is much to fail. The n-th allocation fails for
 * n = 1, 2, … until the run succeeds: each time the call says so, and nothing is left. */
#include <brink/brink.h>

#include <errno.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

/* ---- Allocation, counted ---- */

void *__libc_malloc(size_t size);
void *__libc_calloc(size_t count, size_t size);
void *__libc_realloc(void *block, size_t size);
void __libc_free(void *block);

static long left = -1; /* allocations that still succeed; negative: all */
static long live;      /* blocks not yet freed */

static bool may_allocate(void) {
    if (left == 0) {
        errno = ENOMEM;
        return false;
    }
    if (left > 0) left--;
    return true;
}

void *malloc(size_t size) {
    void *block = may_allocate() ? __libc_malloc(size) : NULL;
    live += block != NULL;
    return block;
}

void *calloc(size_t count, size_t size) {
    void *block = may_allocate() ? __libc_calloc(count, size) : NULL;
    live += block != NULL;
    return block;
}

void *realloc(void *block, size_t size) {
    void *moved = may_allocate() ? __libc_realloc(block, size) : NULL;
    live += moved && !block;
    return moved;
}

void free(void *block) {
    live -= block != NULL;
    __libc_free(block);
}

/* ---- Runs ---- */

static char scenario_text[8192];
static size_t scenario_length;

static int read_base(void **state) {
    (void)state;
    FILE *file = fopen(REPOSITORY "/fuzz/base.yaml", "rb");
    if (!file) return 1;
    scenario_length = fread(scenario_text, 1, sizeof scenario_text, file);
    fclose(file);
    return scenario_length == 0;
}

typedef BrinkStatus (*Use)(BrinkScenario *scenario, BrinkDiagnostics *diagnostics);

static BrinkStatus run(Use use) {
    BrinkDiagnostics *diagnostics = NULL;
    BrinkScenario *scenario = NULL;
    char *drawn = NULL;
    BrinkStatus status = brink_diagnostics_new(&diagnostics);
    if (status == BRINK_OK)
        status = brink_scenario_parse(scenario_text, scenario_length, "base.yaml", diagnostics, &scenario);
    if (status == BRINK_OK) status = use(scenario, diagnostics);
    if (status == BRINK_OK) status = brink_diagnostics_draw(diagnostics, true, 0, &drawn);
    brink_text_free(drawn);
    brink_scenario_free(scenario);
    brink_diagnostics_free(diagnostics);
    return status;
}

/* Fails the n-th allocation until nothing fails; `least` guards against a run that hardly allocates. */
static void starve(Use use, long least) {
    long failures = 0;
    assert_int_equal(run(use), BRINK_OK); /* what libraries keep for themselves is allocated now */
    for (BrinkStatus status = BRINK_NO_MEMORY; status != BRINK_OK; failures++) {
        long before = live;
        left = failures;
        status = run(use);
        left = -1;
        if ((status != BRINK_OK && status != BRINK_NO_MEMORY) || live != before)
            printf("allocation %ld: status %d, %ld blocks left\n", failures + 1, status, live - before);
        assert_true(status == BRINK_OK || status == BRINK_NO_MEMORY);
        assert_int_equal(live, before);
    }
    printf("%ld allocations\n", failures - 1);
    assert_true(failures > least);
}

static BrinkStatus check(BrinkScenario *scenario, BrinkDiagnostics *diagnostics) {
    return brink_scenario_check(scenario, diagnostics);
}

static BrinkStatus change(BrinkScenario *scenario, BrinkDiagnostics *diagnostics) {
    BrinkStatus status = brink_scenario_set(scenario, "parties.b.patience", "{pert: [0.9, 0.95, 1]}", diagnostics);
    if (status == BRINK_OK) status = brink_scenario_use_variant(scenario, "calm", diagnostics);
    return status;
}

static BrinkStatus solve_by(BrinkScenario *scenario, BrinkSolveSettings settings, BrinkDiagnostics *diagnostics) {
    BrinkOutlook *outlook = NULL;
    char *json = NULL, *text = NULL;
    settings.resolution = 4;
    BrinkStatus status = brink_scenario_solve(scenario, &settings, diagnostics, NULL, &outlook);
    if (status == BRINK_OK) status = brink_outlook_json(outlook, &json);
    if (status == BRINK_OK) status = brink_outlook_text(outlook, 80, &text);
    brink_text_free(json);
    brink_text_free(text);
    brink_outlook_free(outlook);
    return status;
}

static BrinkStatus solve(BrinkScenario *scenario, BrinkDiagnostics *diagnostics) {
    return solve_by(scenario, brink_solve_settings_default(), diagnostics);
}

/* One round observed, by two readings of it. */
static BrinkStatus observe(BrinkScenario *scenario, BrinkDiagnostics *diagnostics) {
    return brink_scenario_set(scenario, "history",
                              "[{round: 2026-03-02, readings: {loud: {force: {a: firm}}, quiet: {force: "
                              "{a: calm}}}, held: true, tabled: none}]",
                              diagnostics);
}

/* The solve again, from where an observed round ends. */
static BrinkStatus solve_after_history(BrinkScenario *scenario, BrinkDiagnostics *diagnostics) {
    BrinkStatus status = observe(scenario, diagnostics);
    return status == BRINK_OK ? solve(scenario, diagnostics) : status;
}

/* One thread: OpenMP ends the program when it is short of memory itself. */
static BrinkStatus solve_with_gradient(BrinkScenario *scenario, BrinkDiagnostics *diagnostics) {
    BrinkSolveSettings settings = brink_solve_settings_default();
    settings.rounds = settings.threads = 1;
    settings.with_error = false;
    settings.with_gradient = true;
    BrinkStatus status = observe(scenario, diagnostics);
    return status == BRINK_OK ? solve_by(scenario, settings, diagnostics) : status;
}

static BrinkStatus map_packages(BrinkScenario *scenario, BrinkDiagnostics *diagnostics) {
    BrinkPackagesSettings settings = brink_packages_settings_default();
    BrinkPackages *packages = NULL;
    char *json = NULL, *text = NULL;
    BrinkStatus status = brink_scenario_packages(scenario, &settings, diagnostics, &packages);
    if (status == BRINK_OK) status = brink_packages_json(packages, &json);
    if (status == BRINK_OK) status = brink_packages_text(packages, 80, &text);
    brink_text_free(json);
    brink_text_free(text);
    brink_packages_free(packages);
    return status;
}

static BrinkStatus design_timetable(BrinkScenario *scenario, BrinkDiagnostics *diagnostics) {
    BrinkTimetableSettings settings = brink_timetable_settings_default();
    BrinkTimetable *timetable = NULL;
    char *json = NULL, *text = NULL;
    settings.draft = "swap";
    BrinkStatus status = brink_scenario_timetable(scenario, &settings, diagnostics, &timetable);
    if (status == BRINK_OK) status = brink_timetable_json(timetable, &json);
    if (status == BRINK_OK) status = brink_timetable_text(timetable, 80, &text);
    brink_text_free(json);
    brink_text_free(text);
    brink_timetable_free(timetable);
    return status;
}

static BrinkStatus export(BrinkScenario *scenario, BrinkDiagnostics *diagnostics) {
    BrinkSolveSettings settings = brink_solve_settings_default();
    char *text = NULL;
    BrinkStatus status = brink_scenario_set(scenario, "parties.b.patience", "1", diagnostics);
    if (status == BRINK_OK) status = brink_scenario_export_efg(scenario, &settings, diagnostics, &text);
    brink_text_free(text);
    return status;
}

/* What is wrong, told with the path of the value to blame. */
static BrinkStatus tell_in_json(BrinkScenario *scenario, BrinkDiagnostics *diagnostics) {
    char *json = NULL;
    BrinkStatus status = brink_scenario_set(scenario, "parties.b", "{patience: 7}", diagnostics);
    if (status == BRINK_OK) status = brink_scenario_check(scenario, diagnostics);
    if (status != BRINK_BAD_INPUT) return status;
    status = brink_diagnostics_json(diagnostics, &json);
    if (status == BRINK_OK) assert_non_null(strstr(json, "\"path\":\"parties.b.patience\""));
    brink_text_free(json);
    return status;
}

static BrinkStatus explain(BrinkScenario *scenario, BrinkDiagnostics *diagnostics) {
    char *json = NULL, *text = NULL;
    BrinkStatus status = brink_scenario_explain_json(scenario, diagnostics, &json);
    if (status == BRINK_OK) status = brink_scenario_explain_text(scenario, 80, diagnostics, &text);
    brink_text_free(json);
    brink_text_free(text);
    return status;
}

/* One thread: OpenMP ends the program when it is short of memory itself. */
static BrinkStudySettings few_draws(void) {
    BrinkStudySettings settings = brink_study_settings_default();
    settings.draws = 2;
    settings.threads = 1;
    settings.rounds = 1;
    return settings;
}

/* What was studied is written as well; the study is freed. */
static BrinkStatus write_study(BrinkStatus status, BrinkStudy *study) {
    char *json = NULL, *text = NULL;
    if (status == BRINK_OK) status = brink_study_json(study, &json);
    if (status == BRINK_OK) status = brink_study_text(study, 80, &text);
    brink_text_free(json);
    brink_text_free(text);
    brink_study_free(study);
    return status;
}

static BrinkStatus sweep(BrinkScenario *scenario, BrinkDiagnostics *diagnostics) {
    BrinkStudySettings settings = few_draws();
    BrinkStudy *study = NULL;
    settings.design = BRINK_SAMPLING_SOBOL;
    settings.with_tornado = settings.with_thresholds = true;
    BrinkStatus status = brink_scenario_sweep(scenario, &settings, diagnostics, &study);
    return write_study(status, study);
}

static BrinkStatus decide_claims(BrinkScenario *scenario, BrinkDiagnostics *diagnostics) {
    BrinkStudySettings settings = few_draws();
    BrinkStudy *study = NULL;
    BrinkStatus status = brink_scenario_claims(scenario, &settings, diagnostics, &study);
    return write_study(status, study);
}

static BrinkStatus compare(BrinkScenario *scenario, BrinkDiagnostics *diagnostics) {
    static const char *const variants[] = {"calm"};
    BrinkStudySettings settings = few_draws();
    BrinkStudy *study = NULL;
    BrinkStatus status = brink_scenario_compare(scenario, variants, 1, &settings, diagnostics, &study);
    return write_study(status, study);
}

static void a_check_short_of_memory_says_so_and_leaves_nothing(void **state) {
    (void)state;
    starve(check, 300);
}
static void changes_short_of_memory_say_so_and_leave_nothing(void **state) {
    (void)state;
    starve(change, 300);
}
static void a_solve_short_of_memory_says_so_and_leaves_nothing(void **state) {
    (void)state;
    starve(solve, 500);
}
static void a_solve_with_a_history_short_of_memory_says_so_and_leaves_nothing(void **state) {
    (void)state;
    starve(solve_after_history, 500);
}
static void a_gradient_short_of_memory_says_so_and_leaves_nothing(void **state) {
    (void)state;
    starve(solve_with_gradient, 500);
}
static void a_package_map_short_of_memory_says_so_and_leaves_nothing(void **state) {
    (void)state;
    starve(map_packages, 500);
}
static void a_timetable_short_of_memory_says_so_and_leaves_nothing(void **state) {
    (void)state;
    starve(design_timetable, 500);
}
static void an_export_short_of_memory_says_so_and_leaves_nothing(void **state) {
    (void)state;
    starve(export, 500);
}
static void diagnostics_in_json_short_of_memory_say_so_and_leave_nothing(void **state) {
    (void)state;
    starve(tell_in_json, 300);
}
static void an_explanation_short_of_memory_says_so_and_leaves_nothing(void **state) {
    (void)state;
    starve(explain, 500);
}
static void a_sweep_short_of_memory_says_so_and_leaves_nothing(void **state) {
    (void)state;
    starve(sweep, 500);
}
static void claims_short_of_memory_say_so_and_leave_nothing(void **state) {
    (void)state;
    starve(decide_claims, 500);
}
static void a_comparison_short_of_memory_says_so_and_leaves_nothing(void **state) {
    (void)state;
    starve(compare, 500);
}

/* Studies are a program of their own, by the argument `studies`. */
int main(int count, char **words) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_check_short_of_memory_says_so_and_leaves_nothing),
        cmocka_unit_test(changes_short_of_memory_say_so_and_leave_nothing),
        cmocka_unit_test(a_solve_short_of_memory_says_so_and_leaves_nothing),
        cmocka_unit_test(a_solve_with_a_history_short_of_memory_says_so_and_leaves_nothing),
        cmocka_unit_test(a_gradient_short_of_memory_says_so_and_leaves_nothing),
        cmocka_unit_test(a_package_map_short_of_memory_says_so_and_leaves_nothing),
        cmocka_unit_test(a_timetable_short_of_memory_says_so_and_leaves_nothing),
        cmocka_unit_test(an_export_short_of_memory_says_so_and_leaves_nothing),
        cmocka_unit_test(diagnostics_in_json_short_of_memory_say_so_and_leave_nothing),
        cmocka_unit_test(an_explanation_short_of_memory_says_so_and_leaves_nothing),
    };
    const struct CMUnitTest studies[] = {
        cmocka_unit_test(a_sweep_short_of_memory_says_so_and_leaves_nothing),
        cmocka_unit_test(claims_short_of_memory_say_so_and_leave_nothing),
        cmocka_unit_test(a_comparison_short_of_memory_says_so_and_leaves_nothing),
    };
    return count > 1 && strcmp(words[1], "studies") == 0 ? cmocka_run_group_tests(studies, read_base, NULL)
                                                         : cmocka_run_group_tests(tests, read_base, NULL);
}
