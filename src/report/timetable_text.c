/* SPDX-License-Identifier: GPL-3.0-or-later
 * A timetable for reading, from its JSON alone: what is delivered when and how likely it is to get there, who is
 * tempted to break its word and by how much, what detection would keep everybody honest, and a better timetable where
 * one was asked for. */
#include "report/report.h"

#include "report/sheet.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum {
    COLUMNS_LEAST = 60,
    COLUMNS_MOST = 200,
    TEXT_LIMIT = 96,
    INDENT = 2,
    NAME = 40,
    RATING = 16,
    NAME_LEAST = 26,
    POINTS = 9,
    TEMPTED = 9,
    PHASES_SHOWN = 6,
    WORDS_SIZE = 48
};

static Page *page_of(Sheet *sheet) {
    return &sheet->page;
}

static const char *points_words(double points, char text[WORDS_SIZE]) {
    if (isnan(points))
        snprintf(text, WORDS_SIZE, "–");
    else
        snprintf(text, WORDS_SIZE, "%+.1f", fabs(points) < 0.05 ? 0 : points);
    return text;
}

static size_t phase_count(const Sheet *sheet) {
    return json_array_size(sheet_part(sheet, "phases"));
}

/* ---- What is delivered when ---- */

/* "Inspection all, Relief 20 %"; malloc'd. */
static char *delivered_words(Sheet *sheet, const json_t *shares) {
    const char *issue;
    json_t *share;
    char *words = page_format(page_of(sheet), "%s", "");
    json_object_foreach((json_t *)shares, issue, share) {
        char amount[PERCENT_SIZE];
        double part = json_number_value(share);
        if (!words) break;
        page_percent(part, amount);
        char *more = page_format(page_of(sheet), "%s%s%s %s", words, *words ? ", " : "", sheet_issue_name(sheet, issue),
                                 part > 1 - 1e-9 ? "(all)" : amount);
        free(words);
        words = more;
    }
    return words;
}

static void write_phase(Sheet *sheet, size_t index, const json_t *phase) {
    char date[DATE_SIZE], chance[PERCENT_SIZE];
    char *words = delivered_words(sheet, json_object_get(phase, "shares"));
    page_print(page_of(sheet), "  %zu. by %s: ", index + 1, sheet_short_date(sheet_text(phase, "date"), date));
    if (isnan(sheet_number(phase, "cumulative")))
        page_words(page_of(sheet), 6, sheet->limit, "%s", words && *words ? words : "nothing");
    else
        page_words(page_of(sheet), 6, sheet->limit, "%s — all kept up to here: %s", words && *words ? words : "nothing",
                   page_percent(sheet_number(phase, "cumulative"), chance));
    free(words);
}

/* Where something was observed, whether it has moved the probabilities. */
static void write_beliefs(Sheet *sheet) {
    if (json_integer_value(sheet_part(sheet, "observed")) == 0) return;
    bool is_after = json_is_true(sheet_part(sheet, "after_history"));
    page_words(page_of(sheet), 0, sheet->limit,
               is_after ? "Who the parties are is weighed by what has been observed."
                        : "Who the parties are is weighed as the file states it, not by what has been observed since "
                          "(--after-history).");
    page_end(page_of(sheet));
}

static void write_heading(Sheet *sheet) {
    char date[DATE_SIZE], chance[PERCENT_SIZE];
    size_t index;
    json_t *phase;
    page_words(page_of(sheet), 0, page_of(sheet)->columns, "%s", sheet_text(sheet_part(sheet, "scenario"), "title"));
    page_words(page_of(sheet), 0, sheet->limit, "“%s”, signed on %s: would it hold?",
               sheet_draft_name(sheet, sheet_text(sheet->outlook, "draft")),
               sheet_date(sheet_text(sheet->outlook, "date"), date));
    page_end(page_of(sheet));
    page_words(page_of(sheet), 0, sheet->limit, "It is carried out to the end, by all, with probability %s.",
               page_percent(sheet_number(sheet->outlook, "completed"), chance));
    page_end(page_of(sheet));
    json_array_foreach(sheet_part(sheet, "phases"), index, phase) write_phase(sheet, index, phase);
    page_end(page_of(sheet));
    write_beliefs(sheet);
}

/* ---- Who is tempted ---- */

/* Smallest slack of a type in a phase over the profiles that hold it; NAN where it has no choice. */
static double least_slack(const Sheet *sheet, const char *party, const char *type, size_t phase) {
    size_t index;
    json_t *profile;
    double least = NAN;
    json_array_foreach(sheet_part(sheet, "profiles"), index, profile) {
        if (strcmp(sheet_text(json_object_get(profile, "types"), party), type) != 0) continue;
        const json_t *parties = json_object_get(json_array_get(json_object_get(profile, "phases"), phase), "parties");
        least = fmin(least, sheet_number(json_object_get(parties, party), "slack"));
    }
    return least;
}

static size_t phases_shown(const Sheet *sheet) {
    return phase_count(sheet) < PHASES_SHOWN ? phase_count(sheet) : PHASES_SHOWN;
}

/* Columns of the names: what the phases leave. */
static int name_width(const Sheet *sheet) {
    int left = sheet->page.columns - (int)phases_shown(sheet) * POINTS - TEMPTED;
    return left > NAME_LEAST ? left : NAME_LEAST;
}

/* Whether the type has a choice in any phase. */
static bool is_mover(const Sheet *sheet, const char *party, const char *type) {
    for (size_t m = 0; m < phase_count(sheet); m++)
        if (!isnan(least_slack(sheet, party, type, m))) return true;
    return false;
}

/* Adds the row of one type; whether it is tempted somewhere. */
static bool write_type(Sheet *sheet, const char *party, const char *type) {
    char points[WORDS_SIZE];
    bool is_tempted = false, is_only = sheet_type_count(sheet, party) <= 1;
    char *name = is_only ? page_format(page_of(sheet), "%s", sheet_party_name(sheet, party))
                         : page_format(page_of(sheet), "%s “%s”", sheet_party_name(sheet, party),
                                       sheet_type_name(sheet, party, type));
    page_spaces(page_of(sheet), INDENT);
    if (name) page_cell(page_of(sheet), name, name_width(sheet) - INDENT, PAGE_LEFT);
    for (size_t m = 0; m < phase_count(sheet); m++) {
        double slack = least_slack(sheet, party, type, m);
        is_tempted |= slack < 0;
        if (m < phases_shown(sheet)) page_cell(page_of(sheet), points_words(slack, points), POINTS, PAGE_RIGHT);
    }
    if (is_tempted) page_add(page_of(sheet), "  tempted");
    page_end(page_of(sheet));
    free(name);
    return is_tempted;
}

static void write_slack(Sheet *sheet) {
    const char *party, *type;
    json_t *names, *name;
    char heading[WORDS_SIZE];
    bool is_tempted = false;
    page_cell(page_of(sheet), "Worth of keeping its word", name_width(sheet), PAGE_LEFT);
    for (size_t m = 0; m < phases_shown(sheet); m++) {
        snprintf(heading, sizeof heading, "phase %zu", m + 1);
        page_cell(page_of(sheet), heading, POINTS, PAGE_RIGHT);
    }
    page_end(page_of(sheet));
    json_object_foreach((json_t *)json_object_get(sheet_part(sheet, "names"), "parties"), party, names) {
        json_object_foreach(json_object_get(names, "types"), type, name) {
            (void)name;
            if (is_mover(sheet, party, type)) is_tempted |= write_type(sheet, party, type);
        }
    }
    page_end(page_of(sheet));
    page_words(
        page_of(sheet), 0, sheet->limit,
        "Slack: points by which keeping its word in a phase is better than breaking it, at the least over what the "
        "others may be, all having kept theirs so far; the smaller, the likelier a slip. – : nothing to deliver.%s",
        is_tempted ? " Below zero a party is tempted." : " Nobody is tempted.");
    page_end(page_of(sheet));
}

/* ---- Detection ---- */

static void write_need(Sheet *sheet, const char *party, const json_t *need) {
    char now[PERCENT_SIZE], wanted[PERCENT_SIZE];
    double needed = sheet_number(need, "needed"), interval = sheet_number(need, "interval");
    page_percent(sheet_number(need, "detection"), now);
    if (isnan(needed)) {
        page_words(page_of(sheet), INDENT, sheet->limit,
                   "%s: a breach is seen in time with %s. No detection is enough to keep every type from temptation: "
                   "the penalty, what failure is worth, or "
                   "the timetable would have to change.",
                   sheet_party_name(sheet, party), now);
        return;
    }
    page_percent(needed, wanted);
    page_print(page_of(sheet), "%s: a breach is seen in time with %s; ", sheet_party_name(sheet, party), now);
    if (needed <= 0)
        page_words(page_of(sheet), INDENT, sheet->limit, "its word would be kept even unwatched.");
    else if (isnan(interval))
        page_words(page_of(sheet), INDENT, sheet->limit, "%s would do for every type in every phase.", wanted);
    else
        page_words(
            page_of(sheet), INDENT, sheet->limit,
            "%s would do for every type in every phase: a mean time to detect of %.3g days at this breakout time.",
            wanted, interval);
}

static void write_needs(Sheet *sheet) {
    const char *party;
    json_t *need;
    if (json_object_size(sheet_part(sheet, "inspection")) == 0) return;
    page_words(page_of(sheet), 0, sheet->limit, "How closely it must be watched");
    json_object_foreach((json_t *)sheet_part(sheet, "inspection"), party, need) {
        page_spaces(page_of(sheet), INDENT);
        write_need(sheet, party, need);
    }
    page_end(page_of(sheet));
}

/* ---- The design ---- */

static int rated_columns(const Sheet *sheet) {
    int left = sheet->page.columns - 2 * RATING;
    return left < NAME ? left : NAME;
}

static void write_rated(Sheet *sheet, const char *name, const json_t *rated) {
    char points[WORDS_SIZE], chance[PERCENT_SIZE];
    page_spaces(page_of(sheet), INDENT);
    page_cell(page_of(sheet), name, rated_columns(sheet) - INDENT, PAGE_LEFT);
    page_cell(page_of(sheet), points_words(sheet_number(rated, "least_slack"), points), RATING, PAGE_RIGHT);
    page_cell(page_of(sheet), page_percent(sheet_number(rated, "completion"), chance), RATING, PAGE_RIGHT);
    page_end(page_of(sheet));
}

static void write_yaml(Sheet *sheet, const char *yaml) {
    for (size_t length; *yaml; yaml += length + (yaml[length] == '\n')) {
        length = strcspn(yaml, "\n");
        page_print(page_of(sheet), "%.*s", (int)length, yaml);
        page_end(page_of(sheet));
    }
}

static void write_design(Sheet *sheet) {
    const json_t *design = sheet_part(sheet, "design");
    size_t index;
    json_t *phase;
    char ways[GROUPED_SIZE];
    if (!json_is_object(design)) return;
    const char *goal = sheet_text(design, "goal");
    if (strcmp(goal, "order") == 0)
        page_words(page_of(sheet), 0, sheet->limit,
                   "The best order of whole issues, one a phase, by the least that keeping one's word is worth");
    else
        page_words(page_of(sheet), 0, sheet->limit, "The best timetable, by %s, in steps of 1/%.0f, exact over %s ways",
                   strcmp(goal, "completion") == 0 ? "the chance that all is carried out"
                                                   : "the least that keeping one's word is worth",
                   sheet_number(design, "steps"), sheet_grouped(sheet_number(design, "ways"), ways));
    if (json_is_true(json_object_get(design, "is_equal")))
        page_words(page_of(sheet), 0, sheet->limit, "Equal shares are better than any in these steps:");
    json_array_foreach(json_object_get(design, "phases"), index, phase) write_phase(sheet, index, phase);
    page_end(page_of(sheet));
    page_cell(page_of(sheet), "", rated_columns(sheet), PAGE_LEFT);
    page_cell(page_of(sheet), "least slack *", RATING, PAGE_RIGHT);
    page_cell(page_of(sheet), "all carried out", RATING, PAGE_RIGHT);
    page_end(page_of(sheet));
    write_rated(sheet, "as it stands in the file", json_object_get(design, "now"));
    write_rated(sheet, "equal shares every phase", json_object_get(design, "equal"));
    write_rated(sheet, "designed", design);
    page_words(page_of(sheet), 0, sheet->limit,
               "* where all others keep their word and nothing is disputed, over all types looked at.");
    page_end(page_of(sheet));
    page_words(page_of(sheet), 0, sheet->limit,
               "To use it, paste this and let an option of the package name it (timetable: designed):");
    page_end(page_of(sheet));
    write_yaml(sheet, sheet_text(design, "yaml"));
}

char *report_timetable_text(const json_t *timetable, int columns) {
    columns = columns < COLUMNS_LEAST ? COLUMNS_LEAST : columns > COLUMNS_MOST ? COLUMNS_MOST : columns;
    Sheet sheet = {.outlook = timetable, .limit = columns < TEXT_LIMIT ? columns : TEXT_LIMIT};
    page_start(&sheet.page, columns);
    write_heading(&sheet);
    write_slack(&sheet);
    write_needs(&sheet);
    write_design(&sheet);
    return page_finish(&sheet.page);
}
