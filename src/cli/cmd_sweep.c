/* SPDX-License-Identifier: GPL-3.0-or-later
 * brink sweep: the outlook over all that is uncertain. */
#include "study.h"

static const CliOption options[] = {
    OPTION_DRAWS,
    OPTION_SEED,
    {"design", 0, "NAME", "random, or sobol for scrambled Sobol' points"},
    OPTION_SET,
    OPTION_VARIANT,
    OPTION_ROUNDS,
    OPTION_RESOLUTION,
    OPTION_STUDY_MEMORY,
    OPTION_THREADS,
    {"tornado", 0, NULL, "also move one assumption at a time to its 5th and 95th percentile"},
    {"thresholds", 0, NULL, "also find where deal and conflict are equally likely along each assumption"},
    {"between", 0, "A,B", "thresholds between these two outcomes or final drafts instead"},
    {"csv", 0, "PATH", "every draw with its outcomes and assumptions, or - for standard output"},
    OPTION_RESUME,
    OPTION_JSON("the whole study"),
    OPTION_TIMES,
    OPTION_QUIET,
    OPTION_END,
};

static const char teaching[] = "Every number with a distribution is drawn, the game is solved, and so again. Told are\n"
                               "mean, median and 5 to 95 % of each outcome, which assumptions drive it, and how far\n"
                               "the mean itself may be off. Draw k depends on seed and k alone. Ctrl-C keeps what is\n"
                               "done; with --resume the same command goes on and ends at the same bytes.\n\n"
                               "Examples:\n"
                               "  brink sweep scenarios/geneva-2026.yaml -n 1000 --resume sweep.rows\n"
                               "  brink sweep scenarios/geneva-2026.yaml -n 256 --design sobol --csv draws.csv\n"
                               "  brink sweep scenarios/cuba-1962.yaml -n 200 --tornado --between deal,collapse\n"
                               "  brink sweep scenarios/ultimatum.yaml -n 100 --json - | jq .measures.deal\n";

static int run(const Arguments *arguments) {
    BrinkDiagnostics *diagnostics = NULL;
    BrinkScenario *scenario = NULL;
    BrinkStudy *study = NULL;
    StudyRun frame;
    BrinkStatus status = brink_diagnostics_new(&diagnostics);
    if (!study_begin(&frame, arguments, 0) && status == BRINK_OK) status = BRINK_BAD_INPUT;
    if (status == BRINK_OK) status = study_read(&frame, diagnostics, &scenario);
    if (status == BRINK_OK) status = brink_scenario_sweep(scenario, &frame.settings, diagnostics, &study);
    int result = study_end(&frame, status, study, diagnostics);
    brink_study_free(study);
    brink_scenario_free(scenario);
    brink_diagnostics_free(diagnostics);
    return result;
}

const Command command_sweep = {"sweep",  "FILE",  1,  1, "the outlook over all that is uncertain, and what drives it",
                               teaching, options, run};
