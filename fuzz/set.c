/* SPDX-License-Identifier: GPL-3.0-or-later
 * Fuzz target: lines `PATH=VALUE` and `variant NAME` applied in order to a good scenario, as --set and --variant do,
 * then the check of what has become of it. */
#include "fuzz.h"

#include <stdlib.h>
#include <string.h>

static void change(BrinkScenario *scenario, char *line, BrinkDiagnostics *diagnostics) {
    static const char word[] = "variant ";
    char *equals = strchr(line, '=');
    size_t errors = brink_diagnostics_error_count(diagnostics);
    BrinkStatus status = BRINK_OK;
    if (equals) *equals = '\0';
    if (equals)
        status = brink_scenario_set(scenario, line, equals + 1, diagnostics);
    else if (strncmp(line, word, sizeof word - 1) == 0)
        status = brink_scenario_use_variant(scenario, line + sizeof word - 1, diagnostics);
    FUZZ_REQUIRE((status != BRINK_OK) == (brink_diagnostics_error_count(diagnostics) > errors));
}

static void change_all(BrinkScenario *scenario, char *text, BrinkDiagnostics *diagnostics) {
    char *rest = NULL;
    for (char *line = strtok_r(text, "\n", &rest); line; line = strtok_r(NULL, "\n", &rest))
        change(scenario, line, diagnostics);
}

void fuzz_target(const uint8_t *bytes, size_t size) {
    BrinkDiagnostics *of_changes = NULL, *of_check = NULL;
    BrinkScenario *scenario = NULL;
    char *text = calloc(size + 1, 1);
    FUZZ_REQUIRE(text && brink_diagnostics_new(&of_changes) == BRINK_OK &&
                 brink_diagnostics_new(&of_check) == BRINK_OK);
    if (size > 0) memcpy(text, bytes, size);
    FUZZ_REQUIRE(brink_scenario_read(REPOSITORY "/fuzz/base.yaml", of_changes, &scenario) == BRINK_OK);
    change_all(scenario, text, of_changes);
    fuzz_diagnostics(of_check, brink_scenario_check(scenario, of_check));
    fuzz_diagnostics(of_changes, brink_diagnostics_error_count(of_changes) > 0 ? BRINK_BAD_INPUT : BRINK_OK);
    brink_scenario_free(scenario);
    brink_diagnostics_free(of_check);
    brink_diagnostics_free(of_changes);
    free(text);
}
