/* SPDX-License-Identifier: GPL-3.0-or-later
 * What a type's weights were worked out from: its trades and swings said back, with what each is off by where they
 * contradict each other. */
#include "report/explain.h"

#include <math.h>
#include <stdio.h>
#include <string.h>

enum { WORDS_SIZE = 1000 };
/* Points below which a statement is told without a difference: it would be told as 0. */
static const double least = 0.05;

static void append(char *text, const char *separator, const char *words) {
    size_t length = strlen(text);
    snprintf(text + length, WORDS_SIZE - length, "%s%s", length ? separator : "", words);
}

/* "“Toll” 30 points, “Fleet” 25 points" */
static void weights_in_words(const Explain *explain, int type, char text[WORDS_SIZE]) {
    const Situation *s = explain->situation;
    char points[POINTS_SIZE], words[200];
    text[0] = '\0';
    for (int issue = 0; issue < s->issue_count; issue++) {
        if (!scenario_elicits(explain->scenario, type, issue)) continue;
        explain_points(s->weight[(size_t)type * (size_t)s->issue_count + (size_t)issue], points);
        snprintf(words, sizeof words, "“%.120s” %s", explain->scenario->issues[issue].name, points);
        append(text, ", ", words);
    }
}

/* "“in” to “out” in “Fleet” and …" */
static void side_in_words(const Explain *explain, const Statement *statement, bool is_got, char text[WORDS_SIZE]) {
    const Scenario *scenario = explain->scenario;
    char words[400];
    text[0] = '\0';
    for (int i = 0; i < statement->term_count; i++) {
        const TradeTerm *term = &statement->terms[i];
        if (term->is_got != is_got) continue;
        snprintf(words, sizeof words, "“%.100s” to “%.100s” in “%.100s”", scenario->options[term->from].name,
                 scenario->options[term->to].name, scenario->issues[term->issue].name);
        append(text, " and ", words);
    }
}

/* " (they disagree here: …)", or nothing where the statement holds. */
static void difference_in_words(const Statement *statement, char text[WORDS_SIZE]) {
    char off[POINTS_SIZE];
    text[0] = '\0';
    if (fabs(statement->off) < least) return;
    explain_points(fabs(statement->off), off);
    if (statement->issue >= 0)
        snprintf(text, WORDS_SIZE, "; by all that is stated it is %s %s", off, statement->off > 0 ? "more" : "less");
    else
        snprintf(text, WORDS_SIZE, "; by all that is stated what it gets is worth %s %s than what it gives", off,
                 statement->off > 0 ? "more" : "less");
}

static void say_swing(Explain *explain, const Statement *statement, json_t *list) {
    char points[POINTS_SIZE], difference[WORDS_SIZE];
    difference_in_words(statement, difference);
    explain_say_at(explain, list, "swing", statement->path, statement->span,
                   "States that “%s”, from worst to best, matters as much as %s%s.",
                   explain->scenario->issues[statement->issue].name, explain_points(statement->said, points),
                   difference);
}

static void say_stated_trade(Explain *explain, const Statement *statement, json_t *list) {
    char given[WORDS_SIZE], got[WORDS_SIZE], difference[WORDS_SIZE];
    side_in_words(explain, statement, false, given);
    side_in_words(explain, statement, true, got);
    difference_in_words(statement, difference);
    explain_say_at(explain, list, "stated_trade", statement->path, statement->span,
                   statement->is_even ? "States that to go from %s is just made up for by going from %s%s."
                                      : "States that to go from %s is at least made up for by going from %s%s.",
                   given, got, difference);
}

void explain_statements(Explain *explain, int type, json_t *list) {
    const Situation *s = explain->situation;
    int count = scenario_statements(explain->scenario, type);
    char weights[WORDS_SIZE];
    double most = 0;
    size_t first = (size_t)type * (size_t)s->issue_count;
    weights_in_words(explain, type, weights);
    if (!*weights) return;
    const double *anchor = NULL;
    for (int issue = 0; issue < s->issue_count; issue++)
        if (!isnan(s->anchor[first + (size_t)issue])) anchor = &s->anchor[first + (size_t)issue];
    for (int i = 0; i < count; i++) most = fmax(most, fabs(situation_statement(explain->scenario, s, type, i).off));
    if (most < least)
        explain_say(explain, list, "weights", anchor, "From the trades and swings stated its weights are: %s.",
                    weights);
    else {
        char points[POINTS_SIZE];
        explain_say(explain, list, "weights", anchor,
                    "From the trades and swings stated its weights are: %s; the statements disagree, by %s at most.",
                    weights, explain_points(most, points));
    }
    for (int i = 0; i < count; i++) {
        Statement statement = situation_statement(explain->scenario, s, type, i);
        (statement.issue >= 0 ? say_swing : say_stated_trade)(explain, &statement, list);
    }
}
