/* SPDX-License-Identifier: GPL-3.0-or-later
 * What somebody says of a case. Invariant: every text is the answers' own copy; an issue that is not the last has two
 * options or more; numbers name options and issues that are there. */
#include "answers.h"

#include "cli.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>
#include <time.h>

/* ---- Dates ---- */

static void format_date(time_t time, char date[DATE_SIZE]) {
    struct tm day;
    if (!gmtime_r(&time, &day) || strftime(date, DATE_SIZE, "%Y-%m-%d", &day) == 0)
        memcpy(date, "2030-01-07", DATE_SIZE);
}

static bool is_date(const char *text) {
    struct tm day = {0};
    char again[DATE_SIZE];
    int length = 0;
    if (sscanf(text, "%4d-%2d-%2d%n", &day.tm_year, &day.tm_mon, &day.tm_mday, &length) != 3) return false;
    if (length != DATE_SIZE - 1 || text[length]) return false;
    day.tm_year -= 1900;
    day.tm_mon--;
    format_date(timegm(&day), again);
    return strcmp(text, again) == 0;
}

/* ---- Texts ---- */

static const char *complain(Answers *answers, const char *before, const char *text, const char *after) {
    snprintf(answers->wrong, sizeof answers->wrong, "%s`%.120s`%s", before, text, after);
    return answers->wrong;
}

static const char *keep(char **place, const char *text) {
    char *copy = strdup(text);
    if (!copy) return "there is not enough memory";
    free(*place);
    *place = copy;
    return NULL;
}

static bool is_blank(const char *text) {
    return text[strspn(text, " \t\r\n")] == '\0';
}

/* The text without space around it, cut in place. */
static char *trim(char *text) {
    text += strspn(text, " \t\r\n");
    for (size_t length = strlen(text); length > 0 && strchr(" \t\r\n", text[length - 1]); length--)
        text[length - 1] = '\0';
    return text;
}

static bool stands_twice(const Words *words) {
    for (size_t i = 0; i + 1 < words->count; i++)
        if (strcasecmp(words->words[i], words->words[words->count - 1]) == 0) return true;
    return false;
}

/* Cuts `text`; from `least` to `most` parts, none empty, none twice. */
static const char *cut(Answers *answers, const char *text, size_t least, size_t most, Words *result) {
    Words words = {.text = strdup(text)};
    const char *mark = strchr(text, ';') ? ";" : ",", *wrong = words.text ? NULL : "there is not enough memory";
    for (char *at = words.text, *next; !wrong && at; at = next) {
        size_t length = strcspn(at, mark);
        next = at[length] ? at + length + 1 : NULL;
        at[length] = '\0';
        if (words.count == most)
            wrong = complain(answers, "there are too many names in ", text, "");
        else if (*(words.words[words.count++] = trim(at)) == '\0')
            wrong = complain(answers, "a name is empty in ", text, "");
        else if (stands_twice(&words))
            wrong = complain(answers, "", words.words[words.count - 1], " stands twice");
    }
    if (!wrong && words.count < least)
        wrong = complain(answers, "", text, " is one name; give two or more, with commas between them");
    if (!wrong) {
        free(result->text);
        *result = words;
    } else {
        free(words.text);
    }
    return wrong;
}

/* Finds what `text` names: a name as it stands, or its number from 1. */
static const char *choose(Answers *answers, const char *text, const char *const *names, size_t count, size_t *chosen) {
    char *copy = strdup(text), *plain = copy ? trim(copy) : NULL, *end = NULL;
    size_t found = count;
    for (size_t i = 0; plain && i < count; i++)
        if (strcasecmp(names[i], plain) == 0) found = i;
    unsigned long number = plain && *plain >= '0' && *plain <= '9' ? strtoul(plain, &end, 10) : 0;
    if (found == count && number >= 1 && number <= count && *end == '\0') found = number - 1;
    free(copy);
    if (!plain) return "there is not enough memory";
    if (found < count) {
        *chosen = found;
        return NULL;
    }
    size_t length = (size_t)snprintf(answers->wrong, sizeof answers->wrong, "`%.60s` is none of them: ", text);
    for (size_t i = 0; i < count && length < sizeof answers->wrong; i++)
        length +=
            (size_t)snprintf(answers->wrong + length, sizeof answers->wrong - length, "%s%s", i ? ", " : "", names[i]);
    return answers->wrong;
}

/* ---- Takers ---- */

void answers_begin(Answers *answers) {
    time_t now = time(NULL);
    *answers = (Answers){.every = 14, .rounds = 6};
    format_date(now, answers->as_of);
    format_date(now + (time_t)answers->every * 24 * 60 * 60, answers->start);
}

void answers_free(Answers *answers) {
    free(answers->title);
    free(answers->parties.text);
    for (size_t i = 0; i < answers->issue_count; i++) {
        free(answers->issues[i].name);
        free(answers->issues[i].options.text);
    }
    for (size_t i = 0; i < answers->draft_count; i++) free(answers->drafts[i].name);
}

const char *answers_take_title(Answers *answers, const char *text) {
    return is_blank(text) ? "a title is needed" : keep(&answers->title, text);
}

const char *answers_take_parties(Answers *answers, const char *text) {
    return cut(answers, text, 2, PARTY_LIMIT, &answers->parties);
}

const char *answers_take_date(Answers *answers, const char *text, char date[DATE_SIZE]) {
    if (!is_date(text)) return complain(answers, "", text, " is not a date such as 2030-05-06");
    memcpy(date, text, DATE_SIZE);
    return NULL;
}

const char *answers_take_number(Answers *answers, const char *text, int high, int *number) {
    char *end;
    errno = 0;
    long value = strtol(text, &end, 10);
    if (*text < '0' || *text > '9' || *end || errno || value < 1 || value > high) {
        snprintf(answers->wrong, sizeof answers->wrong, "`%.60s` is not a whole number from 1 to %d", text, high);
        return answers->wrong;
    }
    *number = (int)value;
    return NULL;
}

static IssueAnswer *last_issue(Answers *answers) {
    return answers->issue_count > 0 ? &answers->issues[answers->issue_count - 1] : NULL;
}

const char *answers_take_issue(Answers *answers, const char *text) {
    const IssueAnswer *last = last_issue(answers);
    if (is_blank(text)) return "an issue needs a name";
    if (last && last->options.count == 0) return complain(answers, "the issue ", last->name, " has no options yet");
    if (answers->issue_count == ISSUE_LIMIT) return "there is no room for another issue";
    if (answers->draft_count > 0) return "the issues come before the drafts";
    const char *wrong = keep(&answers->issues[answers->issue_count].name, text);
    answers->issue_count += !wrong;
    return wrong;
}

const char *answers_take_options(Answers *answers, const char *text) {
    IssueAnswer *issue = last_issue(answers);
    if (!issue) return "options belong to an issue, which comes first";
    const char *wrong = cut(answers, text, 2, OPTION_LIMIT, &issue->options);
    if (!wrong) issue->today = issue->options.count - 1;
    return wrong;
}

const char *answers_take_today(Answers *answers, const char *text) {
    IssueAnswer *issue = last_issue(answers);
    if (!issue || issue->options.count == 0) return "the options come first, then which of them holds today";
    const char *wrong = choose(answers, text, issue->options.words, issue->options.count, &issue->today);
    issue->is_today_said = !wrong;
    return wrong;
}

const char *answers_take_matter(Answers *answers, const char *text) {
    const char *names[ISSUE_LIMIT];
    for (size_t i = 0; i < answers->issue_count; i++) names[i] = answers->issues[i].name;
    if (answers->matter_count == answers->parties.count) return "there are more of these than parties";
    const char *wrong = choose(answers, text, names, answers->issue_count, &answers->matters[answers->matter_count]);
    answers->matter_count += !wrong;
    return wrong;
}

const char *answers_take_draft(Answers *answers, const char *text) {
    const IssueAnswer *last = last_issue(answers);
    if (is_blank(text)) return "a draft needs a name";
    if (!last || last->options.count == 0) return "the issues and their options come before the drafts";
    if (answers->draft_count == DRAFT_LIMIT) return "there is no room for another draft";
    DraftAnswer *draft = &answers->drafts[answers->draft_count];
    const char *wrong = keep(&draft->name, text);
    for (size_t i = 0; i < answers->issue_count; i++) draft->options[i] = answers->issues[i].today;
    answers->draft_count += !wrong;
    return wrong;
}

const char *answers_take_term(Answers *answers, size_t issue, const char *text) {
    const Words *options = &answers->issues[issue].options;
    if (answers->draft_count == 0) return "terms belong to a draft, which comes first";
    return choose(answers, text, options->words, options->count,
                  &answers->drafts[answers->draft_count - 1].options[issue]);
}

const char *answers_take_terms(Answers *answers, const char *text) {
    Words terms = {0};
    const char *wrong = cut(answers, text, 1, answers->issue_count, &terms);
    if (!wrong && terms.count != answers->issue_count)
        wrong = complain(answers, "", text, " must hold an option for each issue, in their order");
    for (size_t i = 0; !wrong && i < terms.count; i++) wrong = answers_take_term(answers, i, terms.words[i]);
    free(terms.text);
    return wrong;
}

/* ---- The scenario ---- */

static BrinkStatus write_text(const Answers *answers, BrinkDiagnostics *diagnostics, char **text) {
    BrinkSketchIssue issues[ISSUE_LIMIT];
    BrinkSketchDraft drafts[DRAFT_LIMIT];
    for (size_t i = 0; i < answers->issue_count; i++) {
        const IssueAnswer *issue = &answers->issues[i];
        issues[i] = (BrinkSketchIssue){issue->name, issue->options.words, issue->options.count, issue->today};
    }
    for (size_t i = 0; i < answers->draft_count; i++)
        drafts[i] = (BrinkSketchDraft){answers->drafts[i].name, answers->drafts[i].options};
    /* of a case of the past as much is known as on the eve of its first meeting */
    bool is_past = !answers->is_dated && strcmp(answers->start, answers->as_of) < 0;
    const BrinkSketch sketch = {
        .title = answers->title,
        .as_of = is_past ? answers->start : answers->as_of,
        .start = answers->start,
        .every = answers->every,
        .rounds = answers->rounds,
        .parties = answers->parties.words,
        .party_count = answers->parties.count,
        .issues = issues,
        .issue_count = answers->issue_count,
        .matters = answers->matter_count == answers->parties.count ? answers->matters : NULL,
        .drafts = drafts,
        .draft_count = answers->draft_count,
    };
    return brink_sketch_text(&sketch, diagnostics, text);
}

int answers_write(const Answers *answers, char **text) {
    BrinkDiagnostics *diagnostics = NULL;
    BrinkStatus status = brink_diagnostics_new(&diagnostics);
    if (status == BRINK_OK) status = write_text(answers, diagnostics, text);
    shared_tell(diagnostics);
    int result = shared_exit(status, diagnostics);
    brink_diagnostics_free(diagnostics);
    return result;
}
