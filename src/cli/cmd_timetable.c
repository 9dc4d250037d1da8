/* SPDX-License-Identifier: GPL-3.0-or-later
 * brink timetable: whether a draft would hold, phase by phase, and how its timetable could be better. */
#include "commands.h"

#include <stdlib.h>
#include <string.h>

static const CliOption options[] = {
    {"draft", 'd', "NAME", "the draft to look at"},
    {"types", 't', "PROFILE", "what the parties are: us=dealmaker,iran=resistant; all types of those left out"},
    {"meeting", 'm', "N", "the meeting of the clock at which it is signed; the next one if not given"},
    {"after-history", 0, NULL, "weigh types by what the history has taught; solves the talks first"},
    {"design", 0, "GOAL",
     "find the best timetable: slack (the least that keeping one's word is worth), completion (the chance that all is "
     "carried out) or order (whole issues, one a phase)"},
    {"phases", 'p', "N", "phases of the design; as many as now if not given"},
    {"steps", 0, "N", "its shares are multiples of 1/N; 10 if not given"},
    {"most", 0, "SHARE", "largest share of any issue in one phase"},
    {"limit", 0, "ISSUE=SHARE,…", "largest share of single issues in one phase"},
    {"gap", 0, "DAYS", "least days between phases"},
    OPTION_SET,
    OPTION_VARIANT,
    OPTION_MEMORY(""),
    OPTION_JSON("everything"),
    OPTION_QUIET,
    OPTION_END,
};

static const char teaching[] = "What it prints: what is delivered in each phase, and how likely all have kept\n"
                               "their word by then; for each type, by how many points keeping its word is\n"
                               "better than breaking it; how closely a party must be watched for its word to be\n"
                               "safe.\n\n"
                               "With --design the best timetable, beside the present one and equal shares, as\n"
                               "YAML to paste into the scenario. It is the best there is in steps of 1/N: what\n"
                               "cannot be searched to the end is refused, with the steps that can. Fewer steps\n"
                               "search faster; --limit says what cannot be delivered at once.\n\n"
                               "Types are weighed as the file states them; --after-history weighs them as brink\n"
                               "run does, by what was observed.\n"
                               "What the numbers mean: docs/method/timetable.md; the JSON:\n"
                               "docs/timetable-json.md.\n\n"
                               "Examples:\n"
                               "  brink timetable scenarios/geneva-2026.yaml --draft civil_cap\n"
                               "  brink timetable scenarios/geneva-2026.yaml -d civil_cap --types us=maximalist\n"
                               "  brink timetable scenarios/geneva-2026.yaml -d civil_cap --design slack \\\n"
                               "      --limit relief=0.5\n";

static bool read_goal(const Arguments *arguments, BrinkDesignGoal *goal) {
    static const char *const names[] = {"none", "slack", "completion", "order"};
    const char *name = arguments_value(arguments, "design");
    for (int i = 0; i < 4 && name; i++)
        if (strcmp(name, names[i]) == 0) {
            *goal = (BrinkDesignGoal)i;
            return true;
        }
    return !name || tell_mistake("use slack, completion or order", "--design %s is not known", name);
}

/* A number of the whole text; false after a message. Leaves *value alone when the option was not given. */
static bool read_number(const Arguments *arguments, const char *name, double *value) {
    const char *text = arguments_value(arguments, name);
    if (!text) return true;
    char *end;
    double number = strtod(text, &end);
    bool is_number = *text && *end == '\0';
    if (is_number) *value = number;
    return is_number || tell_mistake(NULL, "--%s %s must be a number", name, text);
}

static bool read_settings(const Arguments *arguments, BrinkTimetableSettings *settings) {
    *settings = brink_timetable_settings_default();
    settings->draft = arguments_value(arguments, "draft");
    settings->types = arguments_value(arguments, "types");
    settings->limits = arguments_value(arguments, "limit");
    settings->after_history = arguments_has(arguments, "after-history");
    if (!settings->draft)
        return tell_mistake("add --draft NAME, one of agenda.drafts", "the draft to look at is missing");
    return read_goal(arguments, &settings->design) &&
           arguments_integer(arguments, "meeting", 1, 1000, &settings->meeting) &&
           arguments_integer(arguments, "phases", 1, 12, &settings->phases) &&
           arguments_integer(arguments, "steps", 1, 1000, &settings->steps) &&
           arguments_bytes(arguments, "memory", &settings->memory) && read_number(arguments, "most", &settings->most) &&
           read_number(arguments, "gap", &settings->gap);
}

static int write_all(const Arguments *arguments, const BrinkTimetable *timetable) {
    const char *path = arguments_value(arguments, "json");
    bool wants_text = !arguments_has(arguments, "quiet") && !(path && strcmp(path, "-") == 0);
    char *json = NULL, *text = NULL;
    bool is_made = !path || brink_timetable_json(timetable, &json) == BRINK_OK;
    if (is_made && wants_text) is_made = brink_timetable_text(timetable, shared_columns(), &text) == BRINK_OK;
    bool is_written = is_made && (!text || shared_write("-", text)) && (!json || shared_write(path, json));
    if (!is_made) tell_no_memory(NULL);
    brink_text_free(json);
    brink_text_free(text);
    return is_written ? EXIT_GOOD : EXIT_BAD_INPUT;
}

static int run(const Arguments *arguments) {
    BrinkDiagnostics *diagnostics = NULL;
    BrinkScenario *scenario = NULL;
    BrinkTimetable *timetable = NULL;
    BrinkTimetableSettings settings;
    Progress progress;
    if (!read_settings(arguments, &settings)) return EXIT_BAD_INPUT;
    progress_begin(&progress, arguments_has(arguments, "quiet"), 0);
    settings.observer = progress_observe;
    settings.observer_payload = &progress;
    BrinkStatus status = brink_diagnostics_new(&diagnostics);
    if (status == BRINK_OK) status = shared_read(arguments, arguments->operands[0], diagnostics, &scenario);
    if (status == BRINK_OK) status = brink_scenario_timetable(scenario, &settings, diagnostics, &timetable);
    progress_end(&progress);
    shared_tell(diagnostics);
    int result = status == BRINK_OK ? write_all(arguments, timetable) : shared_exit(status, diagnostics);
    brink_timetable_free(timetable);
    brink_scenario_free(scenario);
    brink_diagnostics_free(diagnostics);
    return result;
}

const Command command_timetable = {
    "timetable", "FILE", 1, 1, "whether a draft would hold, and a better timetable for it", teaching, options, run};
