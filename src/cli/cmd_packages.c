/* SPDX-License-Identifier: GPL-3.0-or-later
 * brink packages: what could be signed, before any game is played. */
#include "commands.h"

#include <string.h>

static const CliOption options[] = {
    OPTION_SET,
    OPTION_VARIANT,
    {"disagreement", 'd', "WHICH",
     "what a party has without an agreement: best (of collapse and lapse), collapse, lapse or conflict"},
    {"types", 't', "PROFILE",
     "whose packages to show: us=dealmaker,iran=resistant; or all; the likeliest if not given"},
    {"settled", 0, NULL, "value packages by what the settlement makes of them, not as if kept"},
    {"lotteries", 0, NULL, "the solutions also where lotteries among packages may be signed"},
    OPTION_MEMORY(": it holds less to fit"),
    {"top", 'n', "N", "packages to rank, and near misses to list, 5 if not given; ties are kept"},
    OPTION_JSON("the whole map"),
    OPTION_QUIET,
    OPTION_END,
};

static const char teaching[] =
    "What it prints: how many packages there are, who would sign how many, and with which\n"
    "probability some package is signed by all; then, for the likeliest types, the packages\n"
    "that stand out (Nash, Kalai-Smorodinsky, egalitarian, utilitarian) and the best of all,\n"
    "what blocks agreement and what would open it, and what each draft lacks\n"
    "(docs/packages.md).\n"
    "Ctrl-C ends it with what is known by then, marked as unfinished.\n\n"
    "Examples:\n"
    "  brink packages scenarios/geneva-2026.yaml\n"
    "  brink packages scenarios/geneva-2026.yaml --types us=maximalist,iran=pragmatic\n"
    "  brink packages scenarios/geneva-2026.yaml --types all --json - |\n"
    "    jq .zone_probability\n";

static bool read_disagreement(const Arguments *arguments, BrinkDisagreement *result) {
    static const char *const names[] = {"best", "collapse", "lapse", "conflict"};
    const char *name = arguments_value(arguments, "disagreement");
    for (int i = 0; i < 4 && name; i++)
        if (strcmp(name, names[i]) == 0) {
            *result = (BrinkDisagreement)i;
            return true;
        }
    return !name || tell_mistake("use best, collapse, lapse or conflict", "--disagreement %s is not known", name);
}

/* Ctrl-C ends it with what is known. */
static bool observe(void *progress, BrinkPhase phase, uint64_t done, uint64_t total) {
    return progress_observe(progress, phase, done, total) && !interrupt_asked();
}

static bool read_settings(const Arguments *arguments, Progress *progress, BrinkPackagesSettings *settings) {
    *settings = brink_packages_settings_default();
    settings->settled = arguments_has(arguments, "settled");
    settings->lotteries = arguments_has(arguments, "lotteries");
    settings->types = arguments_value(arguments, "types");
    settings->observer = observe;
    settings->observer_payload = progress;
    return read_disagreement(arguments, &settings->disagreement) &&
           arguments_integer(arguments, "top", 0, 1000, &settings->top) &&
           arguments_bytes(arguments, "memory", &settings->memory);
}

static int write_map(const Arguments *arguments, const BrinkPackages *packages) {
    const char *path = arguments_value(arguments, "json");
    bool wants_text = !arguments_has(arguments, "quiet") && !(path && strcmp(path, "-") == 0);
    char *json = NULL, *text = NULL;
    bool is_made = !path || brink_packages_json(packages, &json) == BRINK_OK;
    if (is_made && wants_text) is_made = brink_packages_text(packages, shared_columns(), &text) == BRINK_OK;
    bool is_written = is_made && (!text || shared_write("-", text)) && (!json || shared_write(path, json));
    if (!is_made) tell_no_memory(NULL);
    brink_text_free(json);
    brink_text_free(text);
    return is_written ? EXIT_GOOD : EXIT_BAD_INPUT;
}

static int run(const Arguments *arguments) {
    BrinkDiagnostics *diagnostics = NULL;
    BrinkScenario *scenario = NULL;
    BrinkPackages *packages = NULL;
    BrinkPackagesSettings settings;
    Progress progress;
    if (!read_settings(arguments, &progress, &settings)) return EXIT_BAD_INPUT;
    progress_begin(&progress, arguments_has(arguments, "quiet"), 0);
    BrinkStatus status = brink_diagnostics_new(&diagnostics);
    if (status == BRINK_OK) status = shared_read(arguments, arguments->operands[0], diagnostics, &scenario);
    interrupt_watch(true);
    if (status == BRINK_OK) status = brink_scenario_packages(scenario, &settings, diagnostics, &packages);
    interrupt_watch(false);
    progress_end(&progress);
    shared_tell(diagnostics);
    int result = packages ? write_map(arguments, packages) : shared_exit(status, diagnostics);
    if (packages && status == BRINK_CANCELLED && result == EXIT_GOOD) {
        tell_stopped("stopped; the map is that of what was known");
        result = EXIT_CANCELLED;
    }
    brink_packages_free(packages);
    brink_scenario_free(scenario);
    brink_diagnostics_free(diagnostics);
    return result;
}

const Command command_packages = {"packages", "FILE",  1,  1, "what could be signed, and what stands in the way",
                                  teaching,   options, run};
