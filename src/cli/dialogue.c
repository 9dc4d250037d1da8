/* SPDX-License-Identifier: GPL-3.0-or-later
 * The questions of `brink new`: each says what its answer is for and what Enter takes. On a terminal an answer that
 * will not do is asked for again; elsewhere it ends the dialogue, for what follows may answer another question. */
#include "dialogue.h"

#include "cli.h"

#include <stdarg.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

typedef struct Dialogue {
    Answers *answers;
    bool is_terminal, is_over; /* over: an empty answer ended a list */
    size_t issue;              /* that a draft's option is asked for */
    char **path;
    int result;
    char line[4096];
} Dialogue;

typedef const char *Taker(Dialogue *dialogue, const char *text);

static void say(const Dialogue *dialogue, const char *format, ...) __attribute__((format(printf, 2, 3)));
static void say(const Dialogue *dialogue, const char *format, ...) {
    va_list values;
    if (!dialogue->is_terminal) return;
    va_start(values, format);
    vfprintf(stderr, format, values);
    va_end(values);
    fflush(stderr);
}

/* ---- One answer ---- */

static bool fail(Dialogue *dialogue, const char *question, const char *why) {
    dialogue->result = EXIT_BAD_INPUT;
    return tell_mistake("options can say the same: `brink help new`; nothing was written", "%s: %s", question, why);
}

/* Reads to the end of the line; false where there is none, or where it holds what no line of text does. */
static bool read_line(Dialogue *dialogue, const char *question) {
    size_t length = 0;
    int byte;
    while ((byte = getchar()) != EOF && byte != '\n' && byte != '\0' && length + 1 < sizeof dialogue->line)
        dialogue->line[length++] = (char)byte;
    while (length > 0 && strchr(" \t\r", dialogue->line[length - 1])) length--;
    dialogue->line[length] = '\0';
    if (byte == '\n') return true;
    say(dialogue, "\n");
    return fail(dialogue, question, byte == EOF ? "the answers end here" : "the answer is no line of text");
}

/* `otherwise` is taken where the answer is empty; "" ends a list. */
static bool ask(Dialogue *dialogue, const char *question, const char *otherwise, Taker *take) {
    while (true) {
        say(dialogue, *otherwise ? "%s [%s]: " : "%s (Enter: no more): ", question, otherwise);
        if (!read_line(dialogue, question)) return false;
        const char *given = dialogue->line + strspn(dialogue->line, " \t");
        const char *wrong = take(dialogue, *given ? given : otherwise);
        if (!wrong) return true;
        if (!dialogue->is_terminal) return fail(dialogue, question, wrong);
        say(dialogue, "  %s\n", wrong);
    }
}

/* ---- What an answer is taken for ---- */

static const char *take_title(Dialogue *dialogue, const char *text) {
    return answers_take_title(dialogue->answers, text);
}

static const char *take_parties(Dialogue *dialogue, const char *text) {
    return answers_take_parties(dialogue->answers, text);
}

static const char *take_issue(Dialogue *dialogue, const char *text) {
    dialogue->is_over = *text == '\0';
    return dialogue->is_over ? NULL : answers_take_issue(dialogue->answers, text);
}

static const char *take_options(Dialogue *dialogue, const char *text) {
    return answers_take_options(dialogue->answers, text);
}

static const char *take_today(Dialogue *dialogue, const char *text) {
    return answers_take_today(dialogue->answers, text);
}

static const char *take_matter(Dialogue *dialogue, const char *text) {
    return answers_take_matter(dialogue->answers, text);
}

static const char *take_start(Dialogue *dialogue, const char *text) {
    return answers_take_date(dialogue->answers, text, dialogue->answers->start);
}

static const char *take_every(Dialogue *dialogue, const char *text) {
    return answers_take_number(dialogue->answers, text, 3650, &dialogue->answers->every);
}

static const char *take_rounds(Dialogue *dialogue, const char *text) {
    return answers_take_number(dialogue->answers, text, 1000, &dialogue->answers->rounds);
}

static const char *take_draft(Dialogue *dialogue, const char *text) {
    dialogue->is_over = *text == '\0';
    return dialogue->is_over ? NULL : answers_take_draft(dialogue->answers, text);
}

static const char *take_term(Dialogue *dialogue, const char *text) {
    return answers_take_term(dialogue->answers, dialogue->issue, text);
}

static const char *take_path(Dialogue *dialogue, const char *text) {
    if (strcmp(text, "-") != 0 && access(text, F_OK) == 0) return "that file is there already; give another name";
    *dialogue->path = strdup(text);
    return *dialogue->path ? NULL : "there is not enough memory";
}

/* ---- The parts ---- */

static bool ask_parties(Dialogue *dialogue) {
    say(dialogue, "This writes a scenario that runs at once. The words in it are yours; the numbers\n"
                  "are guesses, the same for everybody, for you to correct afterwards. Enter takes\n"
                  "what stands in [brackets]. Ctrl-C leaves nothing behind.\n\n");
    if (!ask(dialogue, "Title of the case", "A quarrel", take_title)) return false;
    say(dialogue, "\nWho has to sign? Two names or more, with commas between them.\n");
    return ask(dialogue, "Parties", "North, South", take_parties);
}

static bool ask_options(Dialogue *dialogue) {
    const Answers *answers = dialogue->answers;
    const IssueAnswer *issue = &answers->issues[answers->issue_count - 1];
    say(dialogue, "  Its options, from what %s wants most to what %s wants most:\n", answers->parties.words[0],
        answers->parties.words[1]);
    if (!ask(dialogue, "  Options", "high, middle, low", take_options)) return false;
    say(dialogue, "  Which of them holds today, before any agreement?\n");
    return ask(dialogue, "  Today", issue->options.words[issue->options.count - 1], take_today);
}

static bool ask_issues(Dialogue *dialogue) {
    char question[32];
    say(dialogue, "\nWhat must they settle? One issue at a time: a price, a border, a date.\n");
    while (dialogue->answers->issue_count < ISSUE_LIMIT) {
        size_t number = dialogue->answers->issue_count + 1;
        snprintf(question, sizeof question, "Issue %zu", number);
        if (!ask(dialogue, question, number == 1 ? "The price" : "", take_issue)) return false;
        if (dialogue->is_over) break;
        if (!ask_options(dialogue)) return false;
    }
    return true;
}

static bool ask_matters(Dialogue *dialogue) {
    const Answers *answers = dialogue->answers;
    char question[128];
    if (answers->issue_count == 1) return true;
    say(dialogue, "\nTrades are made where parties differ in what matters most to them.\n");
    for (size_t p = 0; p < answers->parties.count; p++) {
        snprintf(question, sizeof question, "What matters most to %.80s", answers->parties.words[p]);
        if (!ask(dialogue, question, answers->issues[p % answers->issue_count].name, take_matter)) return false;
    }
    return true;
}

static bool ask_clock(Dialogue *dialogue) {
    const Answers *answers = dialogue->answers;
    say(dialogue, "\nWhen do they meet? Threats cost, and patience wears, from one meeting to the next.\n");
    return ask(dialogue, "First meeting", answers->start, take_start) &&
           ask(dialogue, "Days from one meeting to the next", "14", take_every) &&
           ask(dialogue, "Meetings still to come", "6", take_rounds);
}

static bool ask_terms(Dialogue *dialogue) {
    const Answers *answers = dialogue->answers;
    char question[128];
    for (dialogue->issue = 0; dialogue->issue < answers->issue_count; dialogue->issue++) {
        const IssueAnswer *issue = &answers->issues[dialogue->issue];
        snprintf(question, sizeof question, "  %.80s", issue->name);
        if (!ask(dialogue, question, issue->options.words[issue->today], take_term)) return false;
    }
    return true;
}

static bool ask_drafts(Dialogue *dialogue) {
    char question[32];
    say(dialogue, "\nWhich texts may be tabled? With none, some are made up: what either side wants,\n"
                  "the middle, a trade. For each issue name an option, or its number.\n");
    while (dialogue->answers->draft_count < DRAFT_LIMIT) {
        snprintf(question, sizeof question, "Draft %zu", dialogue->answers->draft_count + 1);
        if (!ask(dialogue, question, "", take_draft)) return false;
        if (dialogue->is_over) break;
        if (!ask_terms(dialogue)) return false;
    }
    return true;
}

static bool ask_path(Dialogue *dialogue) {
    if (!dialogue->path || !dialogue->is_terminal) return true;
    say(dialogue, "\n");
    return ask(dialogue, "File to write (- shows it here)", "mine.yaml", take_path);
}

int dialogue_hold(Answers *answers, char **path) {
    Dialogue dialogue = {.answers = answers, .is_terminal = isatty(STDIN_FILENO), .path = path};
    bool is_held = ask_parties(&dialogue) && ask_issues(&dialogue) && ask_matters(&dialogue) && ask_clock(&dialogue) &&
                   ask_drafts(&dialogue) && ask_path(&dialogue);
    return is_held ? EXIT_GOOD : dialogue.result;
}
