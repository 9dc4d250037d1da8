/* SPDX-License-Identifier: GPL-3.0-or-later
 * Variants beside the scenario as it stands: at the centre of all that is uncertain, at two resolutions for the error
 * of the calculation, and over paired draws for what the assumptions leave open. */
#include "study/study.h"

#include <math.h>

typedef struct Comparing {
    BrinkScenario *handle;
    Comparison *comparison;
    Arena *arena;
    BrinkDiagnostics *diagnostics;
    BrinkScenario **handles; /* [column] */
    const Scenario **cases;
    Sampling **designs;
    Measure *measures; /* [column][measure] */
    Worker **workers;
} Comparing;

/* ---- Columns ---- */

static BrinkStatus make_column(Comparing *comparing, const char *variant, int at) {
    BrinkScenario **copy = &comparing->handles[at];
    comparing->comparison->columns[at].name = variant ? variant : "";
    BrinkStatus status = scenario_copy(comparing->handle, copy);
    if (status == BRINK_OK && variant) status = brink_scenario_use_variant(*copy, variant, comparing->diagnostics);
    if (status == BRINK_OK) status = scenario_checked(*copy, comparing->diagnostics, &comparing->cases[at]);
    return status;
}

static BrinkStatus compile_column(Comparing *comparing, int at) {
    const BrinkStudySettings *settings = &comparing->comparison->settings;
    BrinkStatus status =
        worker_new(comparing->cases[at], settings->rounds, comparing->diagnostics, &comparing->workers[at]);
    if (status == BRINK_OK)
        status = sampling_new(comparing->cases[at], BRINK_SAMPLING_RANDOM, settings->seed, comparing->arena,
                              comparing->diagnostics, &comparing->designs[at]);
    return status;
}

/* What is measured of the scenario as it stands, under the names of each column. */
static BrinkStatus name_measures(Comparing *comparing) {
    Comparison *comparison = comparing->comparison;
    const Measure *names = study_measures(comparison->scenario, worker_situation(comparing->workers[0]),
                                          comparing->arena, &comparison->measure_count);
    size_t count = (size_t)comparison->measure_count, columns = (size_t)comparison->column_count;
    comparison->measures = names;
    comparing->measures = arena_array(comparing->arena, count * columns, sizeof *comparing->measures);
    if (!names || !comparing->measures) return BRINK_NO_MEMORY;
    for (size_t c = 0; c < columns; c++)
        for (size_t m = 0; m < count; m++)
            comparing->measures[c * count + m] =
                measure_named(comparing->cases[c], worker_situation(comparing->workers[c]), names[m].name, NAN);
    return BRINK_OK;
}

/* ---- At the centre ---- */

static BrinkStatus why_not(const Comparing *comparing, int at, Why why) {
    const char *name = comparing->comparison->columns[at].name;
    if (why == WHY_MEMORY) return BRINK_NO_MEMORY;
    diagnostics_add(comparing->diagnostics, DIAGNOSTIC_stage_not_converged, comparing->cases[at]->clock_span,
                    "`brink run` with the same variant tells where; another resolution may do", "%s%s did not solve",
                    *name ? "variant " : "the scenario", name);
    return BRINK_NOT_SOLVED;
}

static BrinkStatus solve_centre(Comparing *comparing, int at) {
    Comparison *comparison = comparing->comparison;
    Compared *column = &comparison->columns[at];
    int count = comparison->measure_count, numbers = comparing->cases[at]->number_count;
    const Measure *measures = comparing->measures + (size_t)at * (size_t)count;
    double *uniforms = arena_array(comparing->arena, (size_t)numbers + 1, sizeof *uniforms);
    double *coarse = arena_array(comparing->arena, (size_t)count, sizeof *coarse);
    column->values = arena_array(comparing->arena, (size_t)count, sizeof(double));
    column->errors = arena_array(comparing->arena, (size_t)count, sizeof(double));
    if (!uniforms || !coarse || !column->values || !column->errors) return BRINK_NO_MEMORY;
    for (int i = 0; i < numbers; i++) uniforms[i] = NAN;
    Why why = WHY_SOLVED;
    for (int half = 0; half < 2 && why == WHY_SOLVED; half++)
        why = worker_evaluate(comparing->workers[at], uniforms, comparison->settings.resolution / (half ? 2 : 1),
                              measures, count, half ? coarse : column->values, comparison->times.rooms);
    if (why != WHY_SOLVED) return why_not(comparing, at, why);
    for (int m = 0; m < count; m++) column->errors[m] = fabs(column->values[m] - coarse[m]);
    return BRINK_OK;
}

/* ---- Over the draws ---- */

static bool start_tallies(Comparing *comparing) {
    const Comparison *comparison = comparing->comparison;
    size_t count = (size_t)comparison->measure_count;
    for (int c = 0; c < comparison->column_count; c++) {
        Compared *column = &comparison->columns[c];
        column->draws = arena_array(comparing->arena, count, sizeof *column->draws);
        column->changes = arena_array(comparing->arena, count, sizeof *column->changes);
        if (!column->draws || !column->changes) return false;
        for (size_t m = 0; m < count; m++)
            if (!tally_start(&column->draws[m], comparison->measures[m].is_share, comparing->arena) ||
                !tally_start(&column->changes[m], false, comparing->arena))
                return false;
    }
    return true;
}

/* A draw counts where all columns were solved, so that they are told of the same draws. */
static bool take(void *payload, const TrialRow *row) {
    Comparing *comparing = payload;
    Comparison *comparison = comparing->comparison;
    bool is_whole = true;
    for (int c = 0; c < comparison->column_count; c++) is_whole = is_whole && row->why[c] == WHY_SOLVED;
    comparison->draws++;
    comparison->failed += !is_whole;
    for (int c = 0; c < comparison->column_count && is_whole; c++)
        for (int m = 0; m < comparison->measure_count; m++) {
            double value = row->values[c * comparison->measure_count + m];
            tally_take(&comparison->columns[c].draws[m], value);
            tally_take(&comparison->columns[c].changes[m], value - row->values[m]);
        }
    return true;
}

static BrinkStatus run_draws(Comparing *comparing) {
    Comparison *comparison = comparing->comparison;
    const BrinkStudySettings *settings = &comparison->settings;
    bool is_certain = true;
    for (int c = 0; c < comparison->column_count; c++)
        is_certain = is_certain && comparing->designs[c]->assumption_count == 0;
    if (settings->draws == 0 || is_certain) return BRINK_OK;
    Trial trial = {.name = study_header("compare", comparison->scenario, settings, comparison->column_count,
                                        comparison->measure_count, comparing->arena),
                   .case_count = comparison->column_count,
                   .measure_count = comparison->measure_count,
                   .cases = comparing->cases,
                   .measures = comparing->measures,
                   .designs = comparing->designs,
                   .rounds = settings->rounds,
                   .resolution = settings->resolution,
                   .threads = comparison->times.threads,
                   .total = settings->draws * (uint64_t)comparison->column_count,
                   .times = &comparison->times};
    return trial.name ? trial_run(&trial, 0, settings->draws, settings, take, comparing, comparing->diagnostics)
                      : BRINK_NO_MEMORY;
}

/* ---- The whole ---- */

static BrinkStatus compare(Comparing *comparing, const char *const *variants) {
    Comparison *comparison = comparing->comparison;
    BrinkStatus status = BRINK_OK;
    for (int c = 0; c < comparison->column_count && status == BRINK_OK; c++)
        status = make_column(comparing, c == 0 ? NULL : variants[c - 1], c);
    if (status == BRINK_OK)
        status = size_foresee_study(comparing->cases, comparison->column_count, 0, &comparison->settings,
                                    comparing->diagnostics);
    for (int c = 0; c < comparison->column_count && status == BRINK_OK; c++) status = compile_column(comparing, c);
    if (status == BRINK_OK) status = name_measures(comparing);
    if (status == BRINK_OK && !start_tallies(comparing)) status = BRINK_NO_MEMORY;
    for (int c = 0; c < comparison->column_count && status == BRINK_OK; c++) status = solve_centre(comparing, c);
    if (status == BRINK_OK) status = run_draws(comparing);
    times_end(&comparison->times);
    if (!brink_group_leads())
        return status == BRINK_OK ? BRINK_CANCELLED : status; /* it has helped, and knows nothing */
    if (comparison->failed > 0)
        diagnostics_add(comparing->diagnostics, DIAGNOSTIC_draws_failed, span_none(),
                        "they are left out of every column", "in %llu of %llu draws some column did not solve",
                        (unsigned long long)comparison->failed, (unsigned long long)comparison->draws);
    return status;
}

BrinkStatus comparison_new(BrinkScenario *handle, const char *const *variants, size_t variant_count,
                           const BrinkStudySettings *settings, Arena *arena, BrinkDiagnostics *diagnostics,
                           Comparison **result) {
    size_t columns = variant_count + 1;
    Comparison *comparison = arena_alloc(arena, sizeof *comparison);
    Comparing comparing = {.handle = handle, .comparison = comparison, .arena = arena, .diagnostics = diagnostics};
    comparing.handles = arena_array(arena, columns, sizeof(BrinkScenario *));
    comparing.cases = arena_array(arena, columns, sizeof(Scenario *));
    comparing.designs = arena_array(arena, columns, sizeof(Sampling *));
    comparing.workers = arena_array(arena, columns, sizeof(Worker *));
    Compared *compared = arena_array(arena, columns, sizeof *compared);
    if (!comparison || !comparing.handles || !comparing.cases || !comparing.designs || !comparing.workers || !compared)
        return BRINK_NO_MEMORY;
    *comparison = (Comparison){.settings = *settings, .columns = compared, .column_count = (int)columns};
    times_begin(&comparison->times, solve_threads(settings->threads));
    BrinkStatus status = scenario_checked(handle, diagnostics, &comparison->scenario);
    if (status == BRINK_OK) status = compare(&comparing, variants);
    for (size_t c = 0; c < columns; c++) {
        worker_free(comparing.workers[c]);
        brink_scenario_free(comparing.handles[c]);
    }
    if (status == BRINK_OK || (status == BRINK_CANCELLED && brink_group_leads())) *result = comparison;
    return status;
}
