/* SPDX-License-Identifier: GPL-3.0-or-later
 * brink compare: variants beside the scenario as it stands. */
#include "study.h"

static const CliOption options[] = {
    OPTION_SET, OPTION_ROUNDS, OPTION_RESOLUTION, OPTION_JSON("the comparison"), OPTION_QUIET, OPTION_END,
};

static const char teaching[] =
    "Every uncertain number is at its centre; `brink claims` looks beyond. The resolution is\n"
    "a multiple of 4: each column is solved at half of it as well, for its error.\n\n"
    "Example:\n"
    "  brink compare scenarios/geneva-2026.yaml demand_zero no_fleet\n";

static int run(const Arguments *arguments) {
    BrinkDiagnostics *diagnostics = NULL;
    BrinkScenario *scenario = NULL;
    BrinkStudy *study = NULL;
    StudyRun frame;
    if (!study_begin(&frame, arguments)) return EXIT_BAD_INPUT;
    BrinkStatus status = brink_diagnostics_new(&diagnostics);
    if (status == BRINK_OK) status = shared_read(arguments, arguments->operands[0], diagnostics, &scenario);
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
