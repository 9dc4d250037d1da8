/* SPDX-License-Identifier: GPL-3.0-or-later
 * brink import: other tools' domains as scenarios. */
#include "commands.h"

#include <string.h>

static const CliOption options[] = {
    {"output", 'o', "PATH", "where to write the scenario, - for standard output"},
    {"steps", 0, "N", "options of a range of numbers that is not listed value by value (11)"},
    {"rounds", 0, "T", "meetings of the scenario (10)"},
    OPTION_END,
};

static const char teaching[] = "Formats:\n"
                               "  genius DOMAIN.xml PROFILE.xml PROFILE.xml …         GENIUS and ANAC domains\n"
                               "  geniusweb [DOMAIN.json] PROFILE.json PROFILE.json …  GeniusWeb domains\n"
                               "  negolog [specs.json] profileA.json profileB.json …   NegoLog domains\n"
                               "  actors TABLE.csv            columns Actor, Capability, Position, Salience\n\n"
                               "A utility of 1 becomes 100 points, and differences between packages stay what\n"
                               "they were. What the files do not say is marked as an assumption in the scenario\n"
                               "(docs/import.md). Nothing is fetched; nothing is half-written.\n\n"
                               "Example:\n"
                               "  brink import genius travel_domain.xml travel_chox.xml travel_fanny.xml \\\n"
                               "    -o travel.yaml\n"
                               "  brink run travel.yaml\n";

static bool find_format(const char *name, BrinkImportFormat *format) {
    static const char *const names[] = {
        [BRINK_IMPORT_GENIUS] = "genius",
        [BRINK_IMPORT_GENIUSWEB] = "geniusweb",
        [BRINK_IMPORT_NEGOLOG] = "negolog",
        [BRINK_IMPORT_ACTORS] = "actors",
    };
    for (size_t i = 0; i < sizeof names / sizeof *names; i++) {
        if (strcmp(name, names[i]) != 0) continue;
        *format = (BrinkImportFormat)i;
        return true;
    }
    return tell_mistake("use genius, geniusweb, negolog or actors", "there is no format %s", name);
}

static int run(const Arguments *arguments) {
    BrinkDiagnostics *diagnostics = NULL;
    BrinkImportSettings settings = brink_import_settings_default();
    BrinkImportFormat format = BRINK_IMPORT_GENIUS;
    const char *path = arguments_value(arguments, "output");
    char *text = NULL;
    if (!find_format(arguments->operands[0], &format) ||
        !arguments_integer(arguments, "steps", 2, 1000, &settings.steps) ||
        !arguments_integer(arguments, "rounds", 1, 1000, &settings.rounds))
        return EXIT_BAD_INPUT;
    BrinkStatus status = brink_diagnostics_new(&diagnostics);
    if (status == BRINK_OK)
        status = brink_import(format, arguments->operands + 1, (size_t)arguments->operand_count - 1, &settings,
                              diagnostics, &text);
    if (diagnostics) shared_tell(diagnostics);
    int result = status == BRINK_OK ? (shared_write(path ? path : "-", text) ? EXIT_GOOD : EXIT_BAD_INPUT)
                                    : shared_exit(status, diagnostics);
    brink_text_free(text);
    brink_diagnostics_free(diagnostics);
    return result;
}

const Command command_import = {"import", "FORMAT FILE…", 2,  100, "a domain of another tool as a scenario",
                                teaching, options,        run};
