/* SPDX-License-Identifier: GPL-3.0-or-later
 * brink claims: a scenario's sentences, decided. */
#include "study.h"

static const CliOption options[] = {
    OPTION_DRAWS,      OPTION_SEED,         OPTION_SET,     OPTION_VARIANT, OPTION_ROUNDS,
    OPTION_RESOLUTION, OPTION_STUDY_MEMORY, OPTION_THREADS, OPTION_RESUME,  OPTION_JSON("the verdicts"),
    OPTION_TIMES,      OPTION_QUIET,        OPTION_END,
};

static const char teaching[] = "Each claim of the file is decided over paired draws: both sides share every uncertain\n"
                               "number but the change. It holds (in 95 % of draws or more), fails (5 % or fewer) or\n"
                               "depends, and on what. A claim that held in every draw is asked whether it was built\n"
                               "in. Exit status 1 when a claim fails, so that a file of claims can run in CI.\n\n"
                               "Example:\n"
                               "  brink claims scenarios/geneva-2026.yaml -n 100\n";

static int run(const Arguments *arguments) {
    BrinkDiagnostics *diagnostics = NULL;
    BrinkScenario *scenario = NULL;
    BrinkStudy *study = NULL;
    StudyRun frame;
    BrinkStatus status = brink_diagnostics_new(&diagnostics);
    if (!study_begin(&frame, arguments, 0) && status == BRINK_OK) status = BRINK_BAD_INPUT;
    if (status == BRINK_OK) status = study_read(&frame, diagnostics, &scenario);
    if (status == BRINK_OK) status = brink_scenario_claims(scenario, &frame.settings, diagnostics, &study);
    int result = study_end(&frame, status, study, diagnostics);
    brink_study_free(study);
    brink_scenario_free(scenario);
    brink_diagnostics_free(diagnostics);
    return result;
}

const Command command_claims = {"claims", "FILE",  1,  1, "which of the scenario's sentences hold, fail or depend",
                                teaching, options, run};
