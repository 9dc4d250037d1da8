/* SPDX-License-Identifier: GPL-3.0-or-later
 * brink check: every mistake of a scenario, and nothing solved. */
#include "commands.h"

#include <stdlib.h>
#include <string.h>

static const CliOption options[] = {
    OPTION_SET, OPTION_VARIANT, OPTION_JSON("the mistakes, one on each line,"), OPTION_QUIET, OPTION_END,
};

static const char teaching[] = "Each mistake comes with its place, what was expected and the nearest name. Variants\n"
                               "are checked too. Exit status 0 when every file can be run, 2 when one cannot.\n\n"
                               "Examples:\n"
                               "  brink check scenarios/geneva-2026.yaml --variant demand_zero\n"
                               "  brink check my-case.yaml --json - | jq .path,.message,.hint\n";

/* Adds them to the text that will be written. */
static bool add_json(const BrinkDiagnostics *diagnostics, FILE *json) {
    char *text = NULL;
    bool is_added = brink_diagnostics_json(diagnostics, &text) == BRINK_OK && fputs(text, json) >= 0;
    brink_text_free(text);
    return is_added || tell_no_memory(NULL);
}

static int check_file(const Arguments *arguments, const char *path, FILE *json) {
    BrinkDiagnostics *diagnostics = NULL;
    BrinkScenario *scenario = NULL;
    BrinkStatus status = brink_diagnostics_new(&diagnostics);
    if (status == BRINK_OK) status = shared_read(arguments, path, diagnostics, &scenario);
    if (status == BRINK_OK) status = brink_scenario_check(scenario, diagnostics);
    if (status == BRINK_OK) status = brink_scenario_check_drafts(scenario, diagnostics);
    bool is_told = json ? diagnostics && add_json(diagnostics, json) : true;
    if (!json) shared_tell(diagnostics);
    if (status == BRINK_OK && !json && !arguments_has(arguments, "quiet")) printf("%s: good\n", path);
    int result = status == BRINK_OK && !is_told ? EXIT_BAD_INPUT : shared_exit(status, diagnostics);
    brink_scenario_free(scenario);
    brink_diagnostics_free(diagnostics);
    return result;
}

static int check_all(const Arguments *arguments, FILE *json) {
    int worst = EXIT_GOOD;
    for (int i = 0; i < arguments->operand_count; i++) {
        int result = check_file(arguments, arguments->operands[i], json);
        if (result > worst) worst = result;
    }
    return worst;
}

static int run(const Arguments *arguments) {
    const char *path = arguments_value(arguments, "json");
    char *text = NULL;
    size_t size = 0;
    if (!path) return check_all(arguments, NULL);
    FILE *json = open_memstream(&text, &size);
    int result = json ? check_all(arguments, json) : EXIT_BAD_INPUT;
    bool is_kept = json && fclose(json) == 0 && text;
    if (!is_kept) tell_no_memory(NULL);
    if (!is_kept || !shared_write(path, text)) result = EXIT_BAD_INPUT;
    free(text);
    return result;
}

const Command command_check = {
    "check", "FILE…", 1, -1, "every mistake in scenario files, with its place and a remedy", teaching, options, run};
