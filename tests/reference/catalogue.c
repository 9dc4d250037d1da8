/* SPDX-License-Identifier: GPL-3.0-or-later
 * The program against the reference on the scenarios of cases/, which between them use every rule of the model. */
#include "compare.h"

#include "scenario/scenario.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>

#include <cmocka.h>

static const char *const cases[] = {
    "ultimatum",     "hidden_types",     "signals",       "three_rounds", "force",      "measures",
    "changing",      "settlement",       "random_drafts", "exposed",      "frameworks", "framework_in_force",
    "interim",       "interim_in_force", "third_party",   "red_lines",    "border",     "verifiable",
    "three_signers", "nothing_to_table", "only",
};
/* On coarser grids than this the error estimate passes through zero for one number in a
 * thousand, and says less than a fifth of the truth there. */
enum { CASE_COUNT = sizeof cases / sizeof *cases, RESOLUTION = 20 };

/* The situation of a case at the centre of its numbers; a mistake in the file ends the test with the diagnostics
 * printed. */
static Situation *read_case(const char *name, BrinkScenario **scenario, Arena *arena) {
    char path[512];
    BrinkDiagnostics *diagnostics = NULL;
    const Scenario *checked = NULL;
    Situation *situation = NULL;
    snprintf(path, sizeof path, "%s/tests/reference/cases/%s.yaml", REPOSITORY, name);
    assert_int_equal(brink_diagnostics_new(&diagnostics), BRINK_OK);
    BrinkStatus status = brink_scenario_read(path, diagnostics, scenario);
    if (status == BRINK_OK) status = scenario_checked(*scenario, diagnostics, &checked);
    if (status == BRINK_OK) status = situation_new(checked, 0, (Draw){.is_centre = true}, arena, &situation);
    char *text = NULL;
    if (status != BRINK_OK && brink_diagnostics_draw(diagnostics, false, 0, &text) == BRINK_OK) fputs(text, stderr);
    brink_text_free(text);
    brink_diagnostics_free(diagnostics);
    assert_int_equal(status, BRINK_OK);
    return situation;
}

static void every_rule_gives_the_reference_within_the_reported_error(void **state) {
    (void)state;
    Comparison total = {0};
    for (int c = 0; c < CASE_COUNT; c++) {
        BrinkScenario *scenario = NULL;
        Arena *arena = arena_new();
        assert_non_null(arena);
        Comparison comparison =
            compare_situation(read_case(cases[c], &scenario, arena), REFERENCE_FROM_MEASURES, RESOLUTION);
        assert_false(comparison.turned);
        compare_print(cases[c], &comparison);
        compare_add(&total, &comparison);
        arena_free(arena);
        brink_scenario_free(scenario);
    }
    compare_print("all", &total);
    compare_demand(&total, 100);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(every_rule_gives_the_reference_within_the_reported_error),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
