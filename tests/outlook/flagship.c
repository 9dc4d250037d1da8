/* SPDX-License-Identifier: GPL-3.0-or-later
 * What the flagship's variants do to the odds of a deal, at a coarse grid: three of them are held to lower it; what the
 * others do is told, whatever it is. */
#include <brink/brink.h>

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>

/* The odds with one variant; "" is the scenario as it stands. */
static void odds_with(const char *variant, double odds[BRINK_OUTCOME_COUNT]) {
    BrinkScenario *scenario = NULL;
    BrinkOutlook *outlook = NULL;
    BrinkSolveSettings settings = brink_solve_settings_default();
    settings.resolution = 4;
    settings.with_error = false;
    assert_int_equal(brink_scenario_read(REPOSITORY "/scenarios/geneva-2026.yaml", NULL, &scenario), BRINK_OK);
    if (*variant) assert_int_equal(brink_scenario_use_variant(scenario, variant, NULL), BRINK_OK);
    assert_int_equal(brink_scenario_solve(scenario, &settings, NULL, NULL, &outlook), BRINK_OK);
    printf("%-20s", *variant ? variant : "as it stands");
    for (int i = 0; i < BRINK_OUTCOME_COUNT; i++)
        printf(" %.4f", odds[i] = brink_outlook_probability(outlook, (BrinkOutcome)i));
    printf("\n");
    brink_outlook_free(outlook);
    brink_scenario_free(scenario);
}

static void a_demand_vagueness_and_blindness_each_make_a_deal_less_likely(void **state) {
    (void)state;
    static const char *const variants[] = {"demand_zero", "vague_relief", "unverifiable"};
    double base[BRINK_OUTCOME_COUNT], changed[BRINK_OUTCOME_COUNT];
    odds_with("", base);
    for (size_t i = 0; i < sizeof variants / sizeof *variants; i++) {
        odds_with(variants[i], changed);
        assert_true(changed[BRINK_DEAL] < base[BRINK_DEAL] - 0.01);
    }
}

static void every_other_variant_is_solved_and_told(void **state) {
    (void)state;
    static const char *const known[] = {"demand_zero", "vague_relief", "unverifiable"};
    double odds[BRINK_OUTCOME_COUNT];
    BrinkScenario *scenario = NULL;
    const char *name;
    int told = 0;
    assert_int_equal(brink_scenario_read(REPOSITORY "/scenarios/geneva-2026.yaml", NULL, &scenario), BRINK_OK);
    for (size_t i = 0; (name = brink_scenario_variant(scenario, i)); i++) {
        bool is_known = false;
        for (size_t k = 0; k < sizeof known / sizeof *known; k++) is_known = is_known || strcmp(name, known[k]) == 0;
        if (is_known) continue;
        odds_with(name, odds);
        told++;
    }
    brink_scenario_free(scenario);
    assert_true(told >= 2); /* no_fleet and standing_ultimatum at least */
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_demand_vagueness_and_blindness_each_make_a_deal_less_likely),
        cmocka_unit_test(every_other_variant_is_solved_and_told),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
