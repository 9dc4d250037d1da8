/* SPDX-License-Identifier: GPL-3.0-or-later
 * brink check: every mistake of a scenario, and nothing solved. */
#include "commands.h"

static const CliOption options[] = {OPTION_SET, OPTION_VARIANT, OPTION_QUIET, OPTION_END};

static const char teaching[] = "Each mistake comes with its place, what was expected and the nearest name. Variants\n"
                               "are checked too. Exit status 0 when every file can be run, 2 when one cannot.\n";

static int check_file(const Arguments *arguments, const char *path) {
    BrinkDiagnostics *diagnostics = NULL;
    BrinkScenario *scenario = NULL;
    BrinkStatus status = brink_diagnostics_new(&diagnostics);
    if (status == BRINK_OK) status = shared_read(arguments, path, diagnostics, &scenario);
    if (status == BRINK_OK) status = brink_scenario_check(scenario, diagnostics);
    shared_tell(diagnostics);
    if (status == BRINK_OK && !arguments_has(arguments, "quiet")) printf("%s: good\n", path);
    int result = shared_exit(status, diagnostics);
    brink_scenario_free(scenario);
    brink_diagnostics_free(diagnostics);
    return result;
}

static int run(const Arguments *arguments) {
    int worst = EXIT_GOOD;
    for (int i = 0; i < arguments->operand_count; i++) {
        int result = check_file(arguments, arguments->operands[i]);
        if (result > worst) worst = result;
    }
    return worst;
}

const Command command_check = {
    "check", "FILE…", 1, -1, "every mistake in scenario files, with its place and a remedy", teaching, options, run};
