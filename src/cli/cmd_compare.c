/* SPDX-License-Identifier: GPL-3.0-or-later
 * brink compare: variants beside the scenario as it stands. */
#include "study.h"

enum { USUAL_DRAWS = 50 };

static const CliOption options[] = {
    {"draws", 'n', "N", "paired draws of the uncertain numbers, for error bars; 50 if not given, 0 for none"},
    OPTION_SEED,
    OPTION_SET,
    OPTION_ROUNDS,
    OPTION_RESOLUTION,
    OPTION_STUDY_MEMORY,
    OPTION_THREADS,
    OPTION_JSON("the comparison"),
    OPTION_TIMES,
    OPTION_QUIET,
    OPTION_END,
};

static const char teaching[] = "With every uncertain number at its centre, and over paired draws of them: all columns\n"
                               "share every uncertain number but the change. The resolution is a multiple of 4: each\n"
                               "column is solved at half of it as well, for the error of the calculation.\n\n"
                               "Example:\n"
                               "  brink compare scenarios/geneva-2026.yaml demand_zero no_fleet\n";

static int run(const Arguments *arguments) {
    BrinkDiagnostics *diagnostics = NULL;
    BrinkScenario *scenario = NULL;
    BrinkStudy *study = NULL;
    StudyRun frame;
    BrinkStatus status = brink_diagnostics_new(&diagnostics);
    if (!study_begin(&frame, arguments, USUAL_DRAWS) && status == BRINK_OK) status = BRINK_BAD_INPUT;
    if (status == BRINK_OK) status = study_read(&frame, diagnostics, &scenario);
    if (status == BRINK_OK)
        status = brink_scenario_compare(scenario, arguments->operands + 1, (size_t)arguments->operand_count - 1,
                                        &frame.settings, diagnostics, &study);
    int result = study_end(&frame, status, study, diagnostics);
    brink_study_free(study);
    brink_scenario_free(scenario);
    brink_diagnostics_free(diagnostics);
    return result;
}

const Command command_compare = {
    "compare", "FILE VARIANT…", 2, -1, "variants side by side, with differences and errors", teaching, options, run};
