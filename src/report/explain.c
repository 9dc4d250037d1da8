/* SPDX-License-Identifier: GPL-3.0-or-later
 * The explanation as a JSON tree (docs/explain.md): sentences on the ground all stand on, sentences by type, and the
 * numbers that give no reason. Invariant: every sentence is true of the Situation's numbers, at the centre of those
 * that are uncertain. */
#include "report/explain.h"

#include "report/leaves.h"
#include "settlement/settlement.h"

#include <math.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* ---- Sentences ---- */

static char *print_text(const char *format, va_list arguments) {
    va_list again;
    va_copy(again, arguments);
    int length = vsnprintf(NULL, 0, format, again);
    va_end(again);
    char *text = length >= 0 ? malloc((size_t)length + 1) : NULL;
    if (text) vsnprintf(text, (size_t)length + 1, format, arguments);
    return text;
}

/* Takes the text. */
static void add_sentence(Explain *explain, json_t *list, const char *about, const char *path, int line, char *text) {
    json_t *sentence = json_object();
    if (!text) explain->failed = true;
    leaf_put(&explain->failed, sentence, "about", json_string(about));
    leaf_put(&explain->failed, sentence, "text", leaf_text(text));
    leaf_put(&explain->failed, sentence, "path", leaf_text(path));
    leaf_put(&explain->failed, sentence, "line", path ? json_integer(line) : json_null());
    leaf_append(&explain->failed, list, sentence);
    free(text);
}

void explain_say(Explain *explain, json_t *list, const char *about, const double *element, const char *format, ...) {
    va_list arguments;
    va_start(arguments, format);
    char *text = print_text(format, arguments);
    va_end(arguments);
    const Number *number = element ? situation_number(explain->scenario, explain->situation, element) : NULL;
    bool is_stated = number && number->is_stated;
    add_sentence(explain, list, about, is_stated ? number->path : NULL, is_stated ? number->span.line : 0, text);
}

void explain_say_at(Explain *explain, json_t *list, const char *about, const char *path, BrinkSpan span,
                    const char *format, ...) {
    va_list arguments;
    va_start(arguments, format);
    char *text = print_text(format, arguments);
    va_end(arguments);
    add_sentence(explain, list, about, path, span.line, text);
}

/* At most one decimal, none where it would be .0; small numbers keep two figures. */
static void write_number(double value, char *text, size_t size) {
    double size_of_it = fabs(value);
    int decimals = size_of_it >= 9.95 || fabs(size_of_it - round(size_of_it)) < 0.05 ? 0 : size_of_it >= 0.95 ? 1 : 2;
    if (size_of_it < 0.05 && size_of_it > 0)
        snprintf(text, size, "%.1g", size_of_it);
    else
        snprintf(text, size, "%.*f", decimals, size_of_it);
}

const char *explain_points(double points, char text[POINTS_SIZE]) {
    char number[POINTS_SIZE - 8];
    write_number(points, number, sizeof number);
    snprintf(text, POINTS_SIZE, "%s %s", number, strcmp(number, "1") == 0 ? "point" : "points");
    return text;
}

const char *explain_times(double chance, char text[POINTS_SIZE]) {
    double times = 100 * chance;
    if (chance <= 0) return "never";
    if (chance >= 1) return "always";
    bool is_edge = times < 0.995 || times > 99.005;
    if (!is_edge && times < 1.5) return "once in 100 times";
    snprintf(text, POINTS_SIZE, is_edge ? "%.3g times in 100" : "%.0f times in 100", times);
    return text;
}

/* ---- Drafts settled without a game ---- */

static bool settle(const Situation *s, int draft, int date, const int *rungs, Settlements *settlements, Arena *arena,
                   OutlookDraft *result) {
    int profiles = settlement_profile_count(s);
    double *value = arena_array(arena, (size_t)profiles * (size_t)s->party_count, sizeof *value);
    if (!value) return false;
    for (int profile = 0; profile < profiles; profile++) {
        const Settled *settled = settlements_get_draft(settlements, draft, date, rungs, profile);
        if (!settled) return false;
        memcpy(value + (size_t)profile * (size_t)s->party_count, settled->value,
               (size_t)s->party_count * sizeof *value);
    }
    result->value = value;
    return true;
}

static bool settle_all(const Situation *s, int date, Arena *arena, Outlook *outlook) {
    OutlookDraft *drafts = arena_array(arena, (size_t)s->draft_count + 1, sizeof *drafts);
    Settlements *settlements = settlements_new(s, arena);
    if (!drafts || !settlements) return false;
    for (int draft = 0; draft < s->draft_count; draft++)
        if (s->draft_kind[draft] != DRAFT_FRAMEWORK &&
            !settle(s, draft, date, s->now, settlements, arena, &drafts[draft]))
            return false;
    *outlook = (Outlook){.draft_count = s->draft_count,
                         .party_count = s->party_count,
                         .profile_count = settlement_profile_count(s),
                         .drafts = drafts,
                         .first_round = date};
    return true;
}

/* ---- The tree ---- */

static json_t *parties_object(Explain *explain) {
    const Situation *s = explain->situation;
    json_t *parties = json_object();
    for (int party = 0; party < s->party_count; party++) {
        json_t *types = json_object();
        for (int type = s->type_start[party]; type < s->type_start[party + 1]; type++) {
            json_t *list = json_array();
            explain_type(explain, type, list);
            leaf_put(&explain->failed, types, explain->scenario->types[type].key, list);
        }
        leaf_put(&explain->failed, parties, explain->scenario->parties[party].key, types);
    }
    return parties;
}

static json_t *place_object(Explain *explain, const Number *number) {
    json_t *item = json_object();
    leaf_put(&explain->failed, item, "path", leaf_text(number->path));
    leaf_put(&explain->failed, item, "line", json_integer(number->span.line));
    return item;
}

/* A number for which a word stands, with what the word means: its centre and its middle two thirds. */
static json_t *band_object(Explain *explain, int index) {
    const Scenario *scenario = explain->scenario;
    json_t *item = place_object(explain, &scenario->numbers[index]);
    leaf_put(&explain->failed, item, "band", leaf_text(scenario->numbers[index].band));
    leaf_put(&explain->failed, item, "centre", leaf_number(number_centre(scenario, index)));
    leaf_put(&explain->failed, item, "low", leaf_number(number_quantile(scenario, index, 1.0 / 6)));
    leaf_put(&explain->failed, item, "high", leaf_number(number_quantile(scenario, index, 5.0 / 6)));
    return item;
}

/* Numbers the file states, by whether they say where they come from. */
static json_t *numbers_object(Explain *explain) {
    const Scenario *scenario = explain->scenario;
    json_t *object = json_object(), *bare = json_array(), *bands = json_array();
    int stated = 0, uncertain = 0, with_source = 0, with_note = 0;
    for (int i = 0; i < scenario->number_count; i++) {
        const Number *number = &scenario->numbers[i];
        if (!number->is_stated) continue;
        stated++;
        uncertain += number->spread != SPREAD_FIXED && number->spread != SPREAD_SAME && number->spread != SPREAD_STEPS;
        with_source += number->source != NULL;
        with_note += !number->source && number->note;
        if (number->band) leaf_append(&explain->failed, bands, band_object(explain, i));
        if (!number->source && !number->note) leaf_append(&explain->failed, bare, place_object(explain, number));
    }
    leaf_put(&explain->failed, object, "stated", json_integer(stated));
    leaf_put(&explain->failed, object, "uncertain", json_integer(uncertain));
    leaf_put(&explain->failed, object, "with_source", json_integer(with_source));
    leaf_put(&explain->failed, object, "with_note_only", json_integer(with_note));
    leaf_put(&explain->failed, object, "bands", bands);
    leaf_put(&explain->failed, object, "without_reason", bare);
    return object;
}

json_t *report_explain_json(const Scenario *scenario, const Situation *s) {
    Arena *arena = arena_new();
    Outlook outlook;
    ReportInput weighing = {.scenario = scenario, .situation = s, .outlook = &outlook};
    Explain explain = {
        .scenario = scenario, .situation = s, .weighing = &weighing, .date = s->observed_rounds, .rungs = s->now};
    json_t *tree = NULL;
    if (arena && settle_all(s, explain.date, arena, &outlook)) {
        json_t *ground = json_array();
        tree = json_object();
        leaf_put(&explain.failed, tree, "brink", json_string(BRINK_VERSION));
        leaf_put(&explain.failed, tree, "scenario", leaf_scenario(&explain.failed, scenario));
        leaf_put(&explain.failed, tree, "names", leaf_names(&explain.failed, scenario, s));
        explain_ground(&explain, ground);
        leaf_put(&explain.failed, tree, "ground", ground);
        leaf_put(&explain.failed, tree, "parties", parties_object(&explain));
        leaf_put(&explain.failed, tree, "numbers", numbers_object(&explain));
    }
    arena_free(arena);
    if (!explain.failed) return tree;
    json_decref(tree);
    return NULL;
}
