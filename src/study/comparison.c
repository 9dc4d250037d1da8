/* SPDX-License-Identifier: GPL-3.0-or-later
 * Variants beside the scenario as it stands, at the centre of all that is uncertain; each at two resolutions for the
 * error. */
#include "study/study.h"

#include <math.h>

static BrinkStatus solve_column(const Scenario *scenario, const BrinkStudySettings *settings, const Measure *names,
                                int count, Arena *arena, BrinkDiagnostics *diagnostics, Compared *column) {
    Worker *worker = NULL;
    double *uniforms = arena_array(arena, (size_t)scenario->number_count + 1, sizeof *uniforms);
    double *coarse = arena_array(arena, (size_t)count, sizeof *coarse);
    Measure *measures = arena_array(arena, (size_t)count, sizeof *measures);
    column->values = arena_array(arena, (size_t)count, sizeof(double));
    column->errors = arena_array(arena, (size_t)count, sizeof(double));
    if (!uniforms || !coarse || !measures || !column->values || !column->errors) return BRINK_NO_MEMORY;
    BrinkStatus status = worker_new(scenario, settings->rounds, diagnostics, &worker);
    if (status != BRINK_OK) return status;
    for (int i = 0; i < scenario->number_count; i++) uniforms[i] = NAN;
    for (int m = 0; m < count; m++) measures[m] = measure_named(scenario, worker_situation(worker), names[m].name, NAN);
    bool is_solved =
        worker_evaluate(worker, uniforms, settings->resolution, measures, count, column->values) == WHY_SOLVED &&
        worker_evaluate(worker, uniforms, settings->resolution / 2, measures, count, coarse) == WHY_SOLVED;
    worker_free(worker);
    for (int m = 0; m < count; m++) column->errors[m] = fabs(column->values[m] - coarse[m]);
    if (is_solved) return BRINK_OK;
    diagnostics_add(diagnostics, DIAGNOSTIC_stage_not_converged, scenario->clock_span,
                    "`brink run` with the same variant tells where; another resolution may do", "%s%s did not solve",
                    *column->name ? "variant " : "the scenario", column->name);
    return BRINK_NOT_SOLVED;
}

static BrinkStatus add_column(BrinkScenario *handle, const char *variant, Comparison *comparison, Arena *arena,
                              BrinkDiagnostics *diagnostics, Compared *column) {
    BrinkScenario *copy = NULL;
    const Scenario *scenario = NULL;
    column->name = variant ? variant : "";
    BrinkStatus status = scenario_copy(handle, &copy);
    if (status == BRINK_OK && variant) status = brink_scenario_use_variant(copy, variant, diagnostics);
    if (status == BRINK_OK) status = scenario_checked(copy, diagnostics, &scenario);
    if (status == BRINK_OK)
        status = solve_column(scenario, &comparison->settings, comparison->measures, comparison->measure_count, arena,
                              diagnostics, column);
    brink_scenario_free(copy);
    return status;
}

BrinkStatus comparison_new(BrinkScenario *handle, const char *const *variants, size_t variant_count,
                           const BrinkStudySettings *settings, Arena *arena, BrinkDiagnostics *diagnostics,
                           Comparison **result) {
    Comparison *comparison = arena_alloc(arena, sizeof *comparison);
    Compared *columns = arena_array(arena, variant_count + 1, sizeof *columns);
    Worker *worker = NULL;
    if (!comparison || !columns) return BRINK_NO_MEMORY;
    *comparison = (Comparison){.settings = *settings, .columns = columns, .column_count = (int)variant_count + 1};
    BrinkStatus status = scenario_checked(handle, diagnostics, &comparison->scenario);
    if (status == BRINK_OK) status = worker_new(comparison->scenario, settings->rounds, diagnostics, &worker);
    if (status != BRINK_OK) return status;
    comparison->measures =
        study_measures(comparison->scenario, worker_situation(worker), arena, &comparison->measure_count);
    worker_free(worker);
    if (!comparison->measures) return BRINK_NO_MEMORY;
    for (size_t i = 0; i <= variant_count && status == BRINK_OK; i++)
        status = add_column(handle, i == 0 ? NULL : variants[i - 1], comparison, arena, diagnostics, &columns[i]);
    if (status == BRINK_OK) *result = comparison;
    return status;
}
