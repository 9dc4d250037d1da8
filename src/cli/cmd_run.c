/* SPDX-License-Identifier: GPL-3.0-or-later
 * brink run: the outlook of a scenario. */
#include "commands.h"

#include <stdlib.h>
#include <string.h>

enum { LONG_RUN = 50000 }; /* fixed points from which the size is told before the start */

static const CliOption options[] = {
    OPTION_SET,
    OPTION_VARIANT,
    OPTION_ROUNDS,
    OPTION_RESOLUTION,
    OPTION_MEMORY(""),
    {"solver", 0, "NAME", "fast (if not given) or reference: the same answer by plainer means"},
    {"threads", 0, "N", "threads of the fast solver; one for each processor if not given"},
    OPTION_JSON("the whole outlook"),
    {"no-error", 0, NULL, "solve once only: no error, no odds at half and twice the rationality"},
    {"gradient", 0, "[N]",
     "how the odds move with each number of the file: the N strongest (20 if not given), in the JSON all"},
    {"rating", 0, "A,B,C,D", "bounds in points at which an observed round is rated; -2,2,10,25 if not given"},
    OPTION_QUIET,
    OPTION_END,
};

static const char teaching[] = "What it prints: the answer in a sentence; what the next meeting ends in; the odds\n"
                               "up to the last date, how far they may be off (error of the calculation), and what\n"
                               "they would be if everybody told better from worse half or twice as sharply; base\n"
                               "rates beside them; the likeliest package and what blocks the runner-up; where the\n"
                               "numbers come from.\n\n"
                               "Examples:\n"
                               "  brink run scenarios/geneva-2026.yaml\n"
                               "  brink run scenarios/geneva-2026.yaml --variant demand_zero\n"
                               "  brink run scenarios/geneva-2026.yaml --set parties.iran.patience=0.9\n"
                               "  brink run scenarios/geneva-2026.yaml --json - --quiet | jq .outcomes\n"
                               "  brink run scenarios/geneva-2026.yaml --gradient --no-error\n\n"
                               "With --gradient a table says by how many points of probability a deal and\n"
                               "conflict become likelier per unit of a number, and per one percent of it, all\n"
                               "others held: slopes where the file stands, for small steps. They cost a few\n"
                               "solves together, however many numbers there are. Larger steps: brink sweep.\n";

/* Four numbers between commas; false after a message. */
static bool read_rating(const Arguments *arguments, double rating[4]) {
    const char *text = arguments_value(arguments, "rating"), *at = text;
    if (!text) return true;
    for (int i = 0; i < 4 && at; i++) {
        char *end;
        rating[i] = strtod(at, &end);
        bool is_number = end > at && *end == (i < 3 ? ',' : '\0');
        at = is_number ? end + 1 : NULL;
    }
    return at || tell_mistake("for example --rating=-2,2,10,25", "--rating %s must be four numbers", text);
}

/* Whether slopes are wanted, and how many are to be listed; false after a message. */
static bool read_gradient(const Arguments *arguments, BrinkSolveSettings *settings) {
    settings->with_gradient = arguments_has(arguments, "gradient");
    return arguments_integer(arguments, "gradient", 1, 100000, &settings->gradient_listed);
}

/* Which solver, and how many threads; false after a message. */
static bool read_solver(const Arguments *arguments, BrinkSolveSettings *settings) {
    const char *name = arguments_value(arguments, "solver");
    if (!arguments_integer(arguments, "threads", 1, 1024, &settings->threads)) return false;
    if (!name || strcmp(name, "fast") == 0) return true;
    settings->solver = BRINK_SOLVER_REFERENCE;
    if (strcmp(name, "reference") == 0) return true;
    return tell_mistake("use fast or reference", "--solver %s is not known", name);
}

static void announce(BrinkScenario *scenario, const BrinkSolveSettings *settings) {
    BrinkSize size;
    if (brink_scenario_size(scenario, settings, NULL, &size) != BRINK_OK || size.fixed_points < LONG_RUN) return;
    fprintf(stderr, "%llu positions, %llu of them stages; %llu fixed points at a belief grid of %d steps, %.0f MB\n",
            (unsigned long long)size.positions, (unsigned long long)size.stages, (unsigned long long)size.fixed_points,
            size.resolution, (double)size.bytes / 1e6);
}

static int write_outlook(const Arguments *arguments, const BrinkOutlook *outlook) {
    const char *path = arguments_value(arguments, "json");
    bool wants_text = !arguments_has(arguments, "quiet") && !(path && strcmp(path, "-") == 0);
    char *json = NULL, *text = NULL;
    bool is_made = !path || brink_outlook_json(outlook, &json) == BRINK_OK;
    if (is_made && wants_text) is_made = brink_outlook_text(outlook, shared_columns(), &text) == BRINK_OK;
    bool is_written = is_made && (!text || shared_write("-", text)) && (!json || shared_write(path, json));
    if (!is_made) tell_no_memory(NULL);
    brink_text_free(json);
    brink_text_free(text);
    return is_written ? EXIT_GOOD : EXIT_BAD_INPUT;
}

static int run(const Arguments *arguments) {
    BrinkDiagnostics *diagnostics = NULL;
    BrinkScenario *scenario = NULL;
    BrinkOutlook *outlook = NULL;
    BrinkSolveSettings settings;
    Progress progress;
    bool is_quiet = arguments_has(arguments, "quiet");
    if (!shared_settings(arguments, &settings) || !read_rating(arguments, settings.rating) ||
        !read_solver(arguments, &settings) || !read_gradient(arguments, &settings))
        return EXIT_BAD_INPUT;
    progress_begin(&progress, is_quiet, settings.with_error ? BRINK_PHASE_DOUBLE : BRINK_PHASE_SOLVE);
    settings.observer = progress_observe;
    settings.observer_payload = &progress;
    BrinkStatus status = brink_diagnostics_new(&diagnostics);
    if (status == BRINK_OK) status = shared_read(arguments, arguments->operands[0], diagnostics, &scenario);
    if (status == BRINK_OK) status = brink_scenario_check(scenario, diagnostics);
    if (status == BRINK_OK && !progress.is_quiet) announce(scenario, &settings);
    if (status == BRINK_OK) status = brink_scenario_solve(scenario, &settings, diagnostics, NULL, &outlook);
    progress_end(&progress);
    shared_tell(diagnostics);
    int result = status == BRINK_OK ? write_outlook(arguments, outlook) : shared_exit(status, diagnostics);
    brink_outlook_free(outlook);
    brink_scenario_free(scenario);
    brink_diagnostics_free(diagnostics);
    return result;
}

const Command command_run = {"run",    "FILE",  1,  1, "what is likely to happen, meeting by meeting",
                             teaching, options, run};
