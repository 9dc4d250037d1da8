/* SPDX-License-Identifier: GPL-3.0-or-later
 * Studies behind brink.h: a study is its JSON tree, and whether a claim fails. */
#include "api/api.h"

#include <stdlib.h>
#include <string.h>

struct BrinkStudy {
    json_t *json;
    bool is_failing;
    BrinkStudyTimes times;
};

void brink_study_free(BrinkStudy *study) {
    if (!study) return;
    json_decref(study->json);
    free(study);
}

/* Takes the reference to `json`. */
static BrinkStatus make_study(json_t *json, bool is_failing, BrinkStudyTimes times, BrinkStudy **result) {
    BrinkStudy *study = json ? calloc(1, sizeof *study) : NULL;
    if (!study) {
        json_decref(json);
        return BRINK_NO_MEMORY;
    }
    *study = (BrinkStudy){json, is_failing, times};
    *result = study;
    return BRINK_OK;
}

static BrinkStatus study_settings_check(const BrinkStudySettings *settings, uint64_t least,
                                        BrinkDiagnostics *diagnostics) {
    BrinkSolveSettings solve = brink_solve_settings_default();
    solve.rounds = settings->rounds;
    solve.resolution = settings->resolution;
    BrinkStatus status = settings_check(&solve, diagnostics);
    const char *mistake = settings->draws < least || settings->draws > 4000000000u
                              ? "the number of draws must lie between 1 and 4,000,000,000"
                          : settings->resolution == 0 ? "the resolution of a study must be stated"
                          : settings->threads < 0 || settings->threads > 4096
                              ? "the number of threads must lie between 0 and 4096"
                              : NULL;
    if (mistake) diagnostics_add(diagnostics, DIAGNOSTIC_bad_setting, span_none(), NULL, "%s", mistake);
    return mistake ? BRINK_BAD_INPUT : status;
}

BrinkStatus brink_scenario_sweep(BrinkScenario *scenario, const BrinkStudySettings *settings,
                                 BrinkDiagnostics *diagnostics, BrinkStudy **result) {
    Arena *arena = arena_new();
    Sweep *sweep = NULL;
    BrinkStatus status = arena ? study_settings_check(settings, 1, diagnostics) : BRINK_NO_MEMORY;
    if (status == BRINK_OK) status = sweep_new(scenario, settings, arena, diagnostics, &sweep);
    BrinkStatus made = sweep ? make_study(report_sweep_json(sweep), false, sweep->times, result) : BRINK_OK;
    arena_free(arena);
    return made == BRINK_OK ? status : made;
}

BrinkStatus brink_scenario_claims(BrinkScenario *scenario, const BrinkStudySettings *settings,
                                  BrinkDiagnostics *diagnostics, BrinkStudy **result) {
    Arena *arena = arena_new();
    Claims *claims = NULL;
    bool is_failing = false;
    BrinkStatus status = arena ? study_settings_check(settings, 1, diagnostics) : BRINK_NO_MEMORY;
    if (status == BRINK_OK && settings->draws > 10000000) {
        diagnostics_add(diagnostics, DIAGNOSTIC_bad_setting, span_none(), "a claim keeps its effect in each draw",
                        "claims take at most 10,000,000 draws");
        status = BRINK_BAD_INPUT;
    }
    if (status == BRINK_OK) status = claims_new(scenario, settings, arena, diagnostics, &claims);
    for (int i = 0; claims && i < claims->claim_count; i++)
        is_failing =
            is_failing || claims->claims[i].verdict == VERDICT_FAILS || claims->claims[i].verdict == VERDICT_UNKNOWN;
    BrinkStatus made = claims ? make_study(report_claims_json(claims), is_failing, claims->times, result) : BRINK_OK;
    arena_free(arena);
    return made == BRINK_OK ? status : made;
}

BrinkStatus brink_scenario_compare(BrinkScenario *scenario, const char *const *variants, size_t variant_count,
                                   const BrinkStudySettings *settings, BrinkDiagnostics *diagnostics,
                                   BrinkStudy **result) {
    Arena *arena = arena_new();
    Comparison *comparison = NULL;
    BrinkStatus status = arena ? study_settings_check(settings, 0, diagnostics) : BRINK_NO_MEMORY;
    if (status == BRINK_OK && settings->resolution % 4 != 0) {
        diagnostics_add(diagnostics, DIAGNOSTIC_bad_setting, span_none(),
                        "the error comes from a second solve at half of it, which is even too",
                        "resolution %d must be a multiple of 4 here", settings->resolution);
        status = BRINK_BAD_INPUT;
    }
    if (status == BRINK_OK)
        status = comparison_new(scenario, variants, variant_count, settings, arena, diagnostics, &comparison);
    BrinkStatus made =
        comparison ? make_study(report_comparison_json(comparison), false, comparison->times, result) : BRINK_OK;
    arena_free(arena);
    return made == BRINK_OK ? status : made;
}

BrinkStudyTimes brink_study_times(const BrinkStudy *study) {
    return study->times;
}

bool brink_study_fails(const BrinkStudy *study) {
    return study->is_failing;
}

BrinkStatus brink_study_json(const BrinkStudy *study, char **result) {
    char *text = json_dumps(study->json, JSON_INDENT(2) | JSON_REAL_PRECISION(17));
    if (!text) return BRINK_NO_MEMORY;
    *result = text;
    return BRINK_OK;
}

BrinkStatus brink_study_text(const BrinkStudy *study, int columns, char **result) {
    char *text = report_study_text(study->json, columns);
    if (!text) return BRINK_NO_MEMORY;
    *result = text;
    return BRINK_OK;
}
