/* SPDX-License-Identifier: GPL-3.0-or-later
 * brink safeguards: what each draft leaves of a nuclear programme, and whether a breach would be seen in time. */
#include "commands.h"

#include <string.h>

static const CliOption options[] = {
    OPTION_SET,
    OPTION_VARIANT,
    {"draws", 'n', "N", "draws of uncertain numbers for the range, 200 if not given; 0 for none"},
    {"seed", 0, "N", "seed of the draws, 1 if not given"},
    OPTION_MEMORY(""),
    OPTION_JSON("everything"),
    OPTION_QUIET,
    OPTION_END,
};

static const char teaching[] = "What it prints: the stockpile; for each draft the separative work it leaves,\n"
                               "how long a significant quantity would take from what it leaves, and the chance\n"
                               "that a breach is seen in time; what is done to the stock, what stays in\n"
                               "storage; for whom a draft is not verifiable enough.\n\n"
                               "The file states it: safeguards.stockpile, and with the options swu, stored,\n"
                               "cap, stock and detect_after (docs/format.md, 2.6 and 2.9a). How it is computed,\n"
                               "and how it compares with published estimates: docs/method/safeguards.md; the\n"
                               "JSON: docs/safeguards-json.md.\n\n"
                               "Examples:\n"
                               "  brink safeguards scenarios/geneva-2026.yaml\n"
                               "  brink safeguards scenarios/geneva-2026.yaml --set safeguards.best_tails=true\n"
                               "  brink safeguards scenarios/geneva-2026.yaml -j - | jq '.packages[].dates[0]'\n";

static int write_all(const Arguments *arguments, const BrinkSafeguards *safeguards) {
    const char *path = arguments_value(arguments, "json");
    bool wants_text = !arguments_has(arguments, "quiet") && !(path && strcmp(path, "-") == 0);
    char *json = NULL, *text = NULL;
    bool is_made = !path || brink_safeguards_json(safeguards, &json) == BRINK_OK;
    if (is_made && wants_text) is_made = brink_safeguards_text(safeguards, shared_columns(), &text) == BRINK_OK;
    bool is_written = is_made && (!text || shared_write("-", text)) && (!json || shared_write(path, json));
    if (!is_made) tell_no_memory(NULL);
    brink_text_free(json);
    brink_text_free(text);
    return is_written ? EXIT_GOOD : EXIT_BAD_INPUT;
}

static int run(const Arguments *arguments) {
    BrinkDiagnostics *diagnostics = NULL;
    BrinkScenario *scenario = NULL;
    BrinkSafeguards *safeguards = NULL;
    BrinkSafeguardsSettings settings = brink_safeguards_settings_default();
    Progress progress;
    int seed = (int)settings.seed;
    if (!arguments_integer(arguments, "draws", 0, 100000, &settings.draws) ||
        !arguments_integer(arguments, "seed", 0, 2000000000, &seed) ||
        !arguments_bytes(arguments, "memory", &settings.memory))
        return EXIT_BAD_INPUT;
    settings.seed = (uint64_t)seed;
    progress_begin(&progress, arguments_has(arguments, "quiet"), 0);
    settings.observer = progress_observe;
    settings.observer_payload = &progress;
    BrinkStatus status = brink_diagnostics_new(&diagnostics);
    if (status == BRINK_OK) status = shared_read(arguments, arguments->operands[0], diagnostics, &scenario);
    if (status == BRINK_OK) status = brink_scenario_safeguards(scenario, &settings, diagnostics, &safeguards);
    progress_end(&progress);
    shared_tell(diagnostics);
    int result = status == BRINK_OK ? write_all(arguments, safeguards) : shared_exit(status, diagnostics);
    brink_safeguards_free(safeguards);
    brink_scenario_free(scenario);
    brink_diagnostics_free(diagnostics);
    return result;
}

const Command command_safeguards = {
    "safeguards", "FILE",  1,  1, "how long a bomb would take under each draft, and who would see it",
    teaching,     options, run};
