/* SPDX-License-Identifier: GPL-3.0-or-later
 * A scenario's numbers said back; nothing is solved. */
#include "api/api.h"

static BrinkStatus explain(BrinkScenario *handle, BrinkDiagnostics *diagnostics, json_t **result) {
    const Scenario *scenario = NULL;
    Situation *situation = NULL;
    Arena *arena = arena_new();
    json_t *tree = NULL;
    BrinkSolveSettings settings = brink_solve_settings_default();
    settings.resolution = 2;
    BrinkStatus status = arena ? scenario_checked(handle, diagnostics, &scenario) : BRINK_NO_MEMORY;
    if (status == BRINK_OK)
        status = size_foresee(scenario, &settings, (Resolution){.even = settings.resolution}, diagnostics);
    if (status == BRINK_OK) status = situation_new(scenario, 0, (Draw){.is_centre = true}, arena, &situation);
    if (status == BRINK_OK) tree = report_explain_json(scenario, situation);
    if (status == BRINK_OK && !tree) status = BRINK_NO_MEMORY;
    arena_free(arena);
    if (tree) *result = tree;
    return status;
}

BrinkStatus brink_scenario_explain_json(BrinkScenario *scenario, BrinkDiagnostics *diagnostics, char **result) {
    json_t *tree = NULL;
    BrinkStatus status = explain(scenario, diagnostics, &tree);
    if (status != BRINK_OK) return status;
    char *text = json_dumps(tree, JSON_INDENT(2) | JSON_REAL_PRECISION(17));
    json_decref(tree);
    if (text) *result = text;
    return text ? BRINK_OK : BRINK_NO_MEMORY;
}

BrinkStatus brink_scenario_explain_text(BrinkScenario *scenario, int columns, BrinkDiagnostics *diagnostics,
                                        char **result) {
    json_t *tree = NULL;
    BrinkStatus status = explain(scenario, diagnostics, &tree);
    if (status != BRINK_OK) return status;
    char *text = report_explain_text(tree, columns);
    json_decref(tree);
    if (text) *result = text;
    return text ? BRINK_OK : BRINK_NO_MEMORY;
}
