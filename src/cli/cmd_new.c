/* SPDX-License-Identifier: GPL-3.0-or-later
 * brink new: a first scenario from a dialogue, from options, or from a worked template. Invariant: a file is written at
 * the end, whole; until then nothing is. */
#include "answers.h"
#include "commands.h"
#include "dialogue.h"
#include "templates.h"

#include <stdlib.h>
#include <string.h>
#include <unistd.h>

static const CliOption options[] = {
    {"from", 0, "TEMPLATE", "start from a worked scenario: ultimatum, two-track, labour-dispute or trade"},
    {"title", 't', "TEXT", "what the case is called"},
    {"parties", 'p', "NAME,NAME",
     "who must sign; of two to six, the third sides with the first, the fourth with the second"},
    {"issue", 'i', "NAME", "something to be settled; may be repeated, each with its options after it"},
    {"options", 'O', "A,B", "of the issue before, from what the first party wants most to what the second does"},
    {"today", 0, "OPTION", "which option of the issue before holds today (the last)"},
    {"matters", 0, "ISSUE", "what matters most to the next party; repeated, once for each party"},
    {"draft", 'd', "NAME", "a text that may be tabled; may be repeated (some are made up)"},
    {"terms", 0, "OPTION,OPTION", "of the draft before: an option for each issue, in order"},
    {"as-of", 0, "DATE", "when this is written (today, or the first meeting if that is past)"},
    {"start", 0, "DATE", "the first meeting (in a fortnight)"},
    {"every", 0, "DAYS", "days from one meeting to the next (14)"},
    {"rounds", 0, "T", "meetings still to come (6)"},
    {"output", 'o', "PATH", "where to write the scenario, - for standard output"},
    {"force", 'f', NULL, "write over a file that is there"},
    OPTION_END,
};

static const char teaching[] = "Without options it asks, and says what each answer is for; answers may come from\n"
                               "a file, one a line. What it writes runs at once. Your words are in it; the\n"
                               "numbers are guesses that stand there to be corrected. Names are cut at commas,\n"
                               "or at semicolons where there are any. docs/tutorial.md goes on from there.\n\n"
                               "Examples:\n"
                               "  brink new                                     asks\n"
                               "  brink new --from labour-dispute -o mine.yaml\n"
                               "  brink new --parties 'Upstream, Downstream' \\\n"
                               "    --issue 'Water let through' --options 'little, half, all' -o river.yaml\n"
                               "  brink run river.yaml\n";

/* ---- From a template ---- */

static int take_template(const Arguments *arguments, const char **text) {
    const char *name = arguments_value(arguments, "from");
    for (int i = 0; i < arguments->given_count; i++) {
        const char *option = arguments->given[i].option->name;
        if (strcmp(option, "from") == 0 || strcmp(option, "output") == 0 || strcmp(option, "force") == 0) continue;
        tell_mistake("change it in the file that is written", "--%s has no place beside --from", option);
        return EXIT_BAD_INPUT;
    }
    for (const Template *row = template_table; row->name; row++)
        if (strcmp(row->name, name) == 0) *text = row->text;
    if (*text) return EXIT_GOOD;
    char hint[256] = "use";
    for (const Template *row = template_table; row->name; row++) {
        size_t length = strlen(hint);
        snprintf(hint + length, sizeof hint - length, "%s%s",
                 row == template_table ? " "
                 : row[1].name         ? ", "
                                       : " or ",
                 row->name);
    }
    tell_mistake(hint, "there is no template %s", name);
    return EXIT_BAD_INPUT;
}

/* ---- From options ---- */

static const char *take(Answers *answers, const char *option, const char *value) {
    static const struct {
        const char *option;
        const char *(*take)(Answers *, const char *);
    } takers[] = {
        {"title", answers_take_title},     {"parties", answers_take_parties}, {"issue", answers_take_issue},
        {"options", answers_take_options}, {"today", answers_take_today},     {"matters", answers_take_matter},
        {"draft", answers_take_draft},     {"terms", answers_take_terms},
    };
    for (size_t i = 0; i < sizeof takers / sizeof *takers; i++)
        if (strcmp(option, takers[i].option) == 0) return takers[i].take(answers, value);
    if (strcmp(option, "as-of") == 0) {
        answers->is_dated = true;
        return answers_take_date(answers, value, answers->as_of);
    }
    if (strcmp(option, "start") == 0) return answers_take_date(answers, value, answers->start);
    if (strcmp(option, "every") == 0) return answers_take_number(answers, value, 3650, &answers->every);
    if (strcmp(option, "rounds") == 0) return answers_take_number(answers, value, 1000, &answers->rounds);
    return NULL;
}

static bool take_options(const Arguments *arguments, Answers *answers) {
    for (int i = 0; i < arguments->given_count; i++) {
        const Given *given = &arguments->given[i];
        const char *wrong = take(answers, given->option->name, given->value);
        if (!wrong) continue;
        return tell_mistake(given->option->help, "--%s: %s", given->option->name, wrong);
    }
    return true;
}

/* What is missing has a default, but for what only the asker can know. */
static bool complete(Answers *answers) {
    char title[64];
    const char *missing = answers->parties.count == 0 ? "--parties 'NAME, NAME'"
                          : answers->issue_count == 0 ? "--issue NAME --options 'A, B'"
                          : answers->issues[answers->issue_count - 1].options.count == 0 ? "--options 'A, B'"
                          : answers->matter_count > 0 && answers->matter_count < answers->parties.count
                              ? "--matters once for each party"
                              : NULL;
    if (missing) return tell_mistake("`brink help new` shows examples", "%s is missing", missing);
    if (answers->title) return true;
    snprintf(title, sizeof title, "%.25s and %.25s", answers->parties.words[0], answers->parties.words[1]);
    return !answers_take_title(answers, title);
}

static bool is_about_the_case(const Arguments *arguments) {
    for (int i = 0; i < arguments->given_count; i++)
        if (strcmp(arguments->given[i].option->name, "output") != 0 &&
            strcmp(arguments->given[i].option->name, "force") != 0)
            return true;
    return false;
}

/* ---- The file ---- */

static bool may_write(const Arguments *arguments, const char *path) {
    if (strcmp(path, "-") == 0 || arguments_has(arguments, "force") || access(path, F_OK) != 0) return true;
    return tell_mistake("--force writes over it", "`%s` is there already", path);
}

static int finish(const Arguments *arguments, const char *path, const char *text) {
    if (!may_write(arguments, path) || !shared_write(path, text)) return EXIT_BAD_INPUT;
    if (strcmp(path, "-") != 0 && !tell_is_json())
        fprintf(stderr, "%s is written. What its numbers say: brink explain %s\nWhat follows from them: brink run %s\n",
                path, path, path);
    return EXIT_GOOD;
}

/* All worth is counted from today: a guess at it is not to be overlooked. */
static void tell_guesses(const Answers *answers) {
    if (tell_is_json()) return;
    for (size_t i = 0; i < answers->issue_count; i++) {
        const IssueAnswer *issue = &answers->issues[i];
        if (!issue->is_today_said)
            fprintf(stderr, "%s: taken to be “%s” today; --today says otherwise.\n", issue->name,
                    issue->options.words[issue->today]);
    }
}

static int from_answers(const Arguments *arguments, const char *path) {
    Answers answers;
    char *chosen = NULL, *text = NULL;
    int result = EXIT_BAD_INPUT;
    answers_begin(&answers);
    if (!is_about_the_case(arguments))
        result = dialogue_hold(&answers, path ? NULL : &chosen);
    else if (take_options(arguments, &answers) && complete(&answers))
        result = EXIT_GOOD;
    if (result == EXIT_GOOD) result = answers_write(&answers, &text);
    if (result == EXIT_GOOD) result = finish(arguments, chosen ? chosen : path ? path : "-", text);
    if (result == EXIT_GOOD && is_about_the_case(arguments)) tell_guesses(&answers);
    brink_text_free(text);
    free(chosen);
    answers_free(&answers);
    return result;
}

static int run(const Arguments *arguments) {
    const char *path = arguments_value(arguments, "output"), *text = NULL;
    if (path && !may_write(arguments, path)) return EXIT_BAD_INPUT;
    if (!arguments_has(arguments, "from")) return from_answers(arguments, path);
    int result = take_template(arguments, &text);
    return result == EXIT_GOOD ? finish(arguments, path ? path : "-", text) : result;
}

const Command command_new = {"new",    "",      0,  0, "a first scenario of your own: asks, or takes it as options",
                             teaching, options, run};
