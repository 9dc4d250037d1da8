/* SPDX-License-Identifier: GPL-3.0-or-later
 * brink explain: the numbers of a scenario said back in sentences. */
#include "commands.h"

#include <string.h>

static const CliOption options[] = {OPTION_SET, OPTION_VARIANT, OPTION_JSON("the sentences"), OPTION_END};

static const char teaching[] = "Read it with somebody who knows the case: every sentence is what some numbers\n"
                               "mean, and names the line to correct where it is wrong. For each party and type:\n"
                               "what it takes for what, what it would sign at the first meeting and what it\n"
                               "would not, what walking out and waiting cost. At the end, the numbers that give\n"
                               "no reason. Nothing is solved.\n\n"
                               "Examples:\n"
                               "  brink explain scenarios/geneva-2026.yaml\n"
                               "  brink explain scenarios/geneva-2026.yaml --variant demand_zero\n"
                               "  brink explain scenarios/ultimatum.yaml --json - | jq '.numbers.without_reason'\n";

static BrinkStatus explain(const Arguments *arguments, BrinkDiagnostics *diagnostics, char **text) {
    BrinkScenario *scenario = NULL;
    BrinkStatus status = shared_read(arguments, arguments->operands[0], diagnostics, &scenario);
    if (status == BRINK_OK)
        status = arguments_has(arguments, "json")
                     ? brink_scenario_explain_json(scenario, diagnostics, text)
                     : brink_scenario_explain_text(scenario, shared_columns(), diagnostics, text);
    brink_scenario_free(scenario);
    return status;
}

static int run(const Arguments *arguments) {
    BrinkDiagnostics *diagnostics = NULL;
    const char *path = arguments_value(arguments, "json");
    char *text = NULL;
    BrinkStatus status = brink_diagnostics_new(&diagnostics);
    if (status == BRINK_OK) status = explain(arguments, diagnostics, &text);
    shared_tell(diagnostics);
    int result = status == BRINK_OK ? (shared_write(path ? path : "-", text) ? EXIT_GOOD : EXIT_BAD_INPUT)
                                    : shared_exit(status, diagnostics);
    brink_text_free(text);
    brink_diagnostics_free(diagnostics);
    return result;
}

const Command command_explain = {
    "explain", "FILE", 1, 1, "what a scenario's numbers say, in sentences to be corrected", teaching, options, run};
