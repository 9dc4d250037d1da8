/* SPDX-License-Identifier: GPL-3.0-or-later
 * Fuzz target: bytes -> outlook at one round, where the game is small enough to be solved many times a second. */
#include "fuzz.h"

enum { FIXED_POINT_LIMIT = 300 };

static BrinkStatus look(BrinkScenario *scenario, BrinkDiagnostics *diagnostics) {
    BrinkSolveSettings settings = brink_solve_settings_default();
    BrinkOutlook *outlook = NULL;
    BrinkSize size = {0};
    settings.rounds = 1;
    settings.resolution = 2;
    settings.with_error = false;
    settings.memory = 64u << 20;
    BrinkStatus status = brink_scenario_size(scenario, &settings, diagnostics, &size);
    if (status != BRINK_OK || size.fixed_points > FIXED_POINT_LIMIT) return status;
    status = brink_scenario_solve(scenario, &settings, diagnostics, NULL, &outlook);
    if (status == BRINK_OK) fuzz_outlook(outlook);
    brink_outlook_free(outlook);
    return status;
}

void fuzz_target(const uint8_t *bytes, size_t size) {
    BrinkDiagnostics *diagnostics = NULL;
    BrinkScenario *scenario = NULL;
    FUZZ_REQUIRE(brink_diagnostics_new(&diagnostics) == BRINK_OK);
    BrinkStatus status = brink_scenario_parse((const char *)bytes, size, "fuzz.yaml", diagnostics, &scenario);
    if (status == BRINK_OK) status = look(scenario, diagnostics);
    fuzz_diagnostics(diagnostics, status);
    brink_scenario_free(scenario);
    brink_diagnostics_free(diagnostics);
}
