/* SPDX-License-Identifier: GPL-3.0-or-later
 * Fuzz target: bytes -> tree -> checked scenario, variants included. */
#include "fuzz.h"

void fuzz_target(const uint8_t *bytes, size_t size) {
    BrinkDiagnostics *diagnostics = NULL;
    BrinkScenario *scenario = NULL;
    FUZZ_REQUIRE(brink_diagnostics_new(&diagnostics) == BRINK_OK);
    BrinkStatus status = brink_scenario_parse((const char *)bytes, size, "fuzz.yaml", diagnostics, &scenario);
    FUZZ_REQUIRE((scenario != NULL) == (status == BRINK_OK));
    if (status == BRINK_OK) status = brink_scenario_check(scenario, diagnostics);
    fuzz_diagnostics(diagnostics, status);
    brink_scenario_free(scenario);
    brink_diagnostics_free(diagnostics);
}
