/* SPDX-License-Identifier: GPL-3.0-or-later
 * What somebody says of a case, from options or from a dialogue, on its way into a BrinkSketch. Private to the room.
 *
 * Each taker gives NULL, or what is wrong with the text, in a sentence without a full stop that lives until the next
 * call; then nothing has been taken. */
#ifndef CLI_ANSWERS_H
#define CLI_ANSWERS_H

#include <brink/brink.h>

enum { PARTY_LIMIT = 6, ISSUE_LIMIT = 20, OPTION_LIMIT = 20, DRAFT_LIMIT = 40, DATE_SIZE = 11 };

/* A text cut at its commas, or at its semicolons where it holds any; without space around the parts. */
typedef struct Words {
    char *text;
    const char *words[OPTION_LIMIT];
    size_t count;
} Words;

typedef struct IssueAnswer {
    char *name;
    Words options;
    size_t today;
    bool is_today_said;
} IssueAnswer;

typedef struct DraftAnswer {
    char *name;
    size_t options[ISSUE_LIMIT];
} DraftAnswer;

typedef struct Answers {
    char *title;
    Words parties;
    char as_of[DATE_SIZE], start[DATE_SIZE];
    bool is_dated; /* as_of was stated */
    int every, rounds;
    size_t issue_count, draft_count, matter_count;
    IssueAnswer issues[ISSUE_LIMIT];
    DraftAnswer drafts[DRAFT_LIMIT];
    size_t matters[PARTY_LIMIT];
    char wrong[256];
} Answers;

void answers_begin(Answers *answers); /* nothing said; today's date, and a fortnight later */
void answers_free(Answers *answers);

const char *answers_take_title(Answers *answers, const char *text);
const char *answers_take_parties(Answers *answers, const char *text);
const char *answers_take_date(Answers *answers, const char *text, char date[DATE_SIZE]);
const char *answers_take_number(Answers *answers, const char *text, int high, int *number);
const char *answers_take_issue(Answers *answers, const char *text); /* a new one, without options */
const char *answers_take_options(Answers *answers,
                                 const char *text); /* of the last issue; the last of them holds today */
const char *answers_take_today(Answers *answers, const char *text);  /* of the last issue */
const char *answers_take_matter(Answers *answers, const char *text); /* the next party's most important issue */
const char *answers_take_draft(Answers *answers, const char *text);  /* a new one, all as today */
const char *answers_take_term(Answers *answers, size_t issue, const char *text); /* of the last draft */
const char *answers_take_terms(Answers *answers, const char *text); /* one for each issue, of the last draft */

/* The scenario's text; exit status of the program. The text is freed with brink_text_free. */
int answers_write(const Answers *answers, char **text);

#endif
