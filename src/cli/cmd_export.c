/* SPDX-License-Identifier: GPL-3.0-or-later
 * brink export: the scenario's game for other programs. */
#include "commands.h"

#include <string.h>

static const CliOption options[] = {
    {"format", 'f', "efg", "the format: efg, an extensive form game for Gambit"},
    {"output", 'o', "PATH", "where to write it, - for standard output"},
    OPTION_SET,
    OPTION_VARIANT,
    OPTION_ROUNDS,
    OPTION_MEMORY(""),
    OPTION_END,
};

static const char teaching[] = "The tree is exact: types are drawn by chance, moves at once become information sets,\n"
                               "each type's payoffs are scaled by its rationality so that Gambit's lambda is 1.\n"
                               "What such a tree cannot hold is refused with its reason (docs/gambit.md).\n\n"
                               "Example:\n"
                               "  brink export scenarios/ultimatum.yaml --rounds 1 --format efg -o game.efg \\\n"
                               "    --set parties.south.patience=1\n";

static bool is_efg(const Arguments *arguments) {
    const char *format = arguments_value(arguments, "format");
    if (!format || strcmp(format, "efg") == 0) return true;
    return tell_mistake("use efg", "--format %s is not known", format);
}

static int run(const Arguments *arguments) {
    BrinkDiagnostics *diagnostics = NULL;
    BrinkScenario *scenario = NULL;
    BrinkSolveSettings settings;
    const char *path = arguments_value(arguments, "output");
    char *text = NULL;
    if (!is_efg(arguments) || !shared_settings(arguments, &settings)) return EXIT_BAD_INPUT;
    BrinkStatus status = brink_diagnostics_new(&diagnostics);
    if (status == BRINK_OK) status = shared_read(arguments, arguments->operands[0], diagnostics, &scenario);
    if (status == BRINK_OK) status = brink_scenario_export_efg(scenario, &settings, diagnostics, &text);
    shared_tell(diagnostics);
    int result = status == BRINK_OK ? (shared_write(path ? path : "-", text) ? EXIT_GOOD : EXIT_BAD_INPUT)
                                    : shared_exit(status, diagnostics);
    brink_text_free(text);
    brink_scenario_free(scenario);
    brink_diagnostics_free(diagnostics);
    return result;
}

const Command command_export = {"export", "FILE",  1,  1, "the scenario's game as a tree for Gambit",
                                teaching, options, run};
