/* SPDX-License-Identifier: GPL-3.0-or-later
 * The outlook for reading, from its JSON alone: first a screen that answers the question and says how far to trust it,
 * then the details (outlook_details.c). Plain words; a term of the field stands only where it is explained. */
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
    LABEL = 20,
    PERCENT = 7,
    GAP = 2, /* what stands before a bar */
    ERROR = 5,
    BAND = 7,
    REFERENCE = 7,
    REFERENCE_MOST = 4, /* what stands after it */
    BAR_LEAST = 10,
    BAR_MOST = 40,
    LEGEND = 16,
    FACT = 19 /* indents of explanations and of facts */
};

typedef struct Row {
    const char *key, *label;
} Row;

static const Row next_rows[] = {{"deal", "deal"},
                                {"interim", "interim arrangement"},
                                {"another_round", "another meeting"},
                                {"lapse", "no result (lapse)"},
                                {"collapse", "talks collapse"},
                                {"conflict", "conflict"}};
static const Row last_rows[] = {{"deal", "deal"},
                                {"interim", "interim in force"},
                                {"lapse", "no result (lapse)"},
                                {"collapse", "talks collapse"},
                                {"conflict", "conflict"}};
enum { NEXT_ROWS = sizeof next_rows / sizeof *next_rows, LAST_ROWS = sizeof last_rows / sizeof *last_rows };

/* Which columns the two tables of odds have. */
typedef struct Layout {
    bool has_error, has_band;
    int reference_count; /* with a column of their own */
    int bar;
} Layout;

static const json_t *round_at(const Sheet *sheet, size_t index) {
    return json_array_get(sheet_part(sheet, "rounds"), index);
}

static size_t round_count(const Sheet *sheet) {
    return json_array_size(sheet_part(sheet, "rounds"));
}

static const char *last_date(const Sheet *sheet, char text[DATE_SIZE]) {
    size_t count = round_count(sheet);
    return sheet_date(count ? sheet_text(round_at(sheet, count - 1), "date") : "", text);
}

static Layout lay_out(const Sheet *sheet) {
    bool has_band = json_is_object(sheet_part(sheet, "band")), has_error = json_is_object(sheet_part(sheet, "error"));
    bool is_worked_out = json_is_true(json_object_get(sheet_part(sheet, "settings"), "with_error"));
    Layout layout = {.has_error = has_error || (is_worked_out && has_band), .has_band = has_band};
    int room = sheet->page.columns - (INDENT + LABEL + PERCENT + GAP) - (layout.has_error ? ERROR : 0) -
               (layout.has_band ? 2 * BAND : 0);
    size_t references = json_object_size(sheet_part(sheet, "references"));
    while (layout.reference_count < REFERENCE_MOST && (size_t)layout.reference_count < references &&
           room - (layout.reference_count + 1) * REFERENCE >= BAR_LEAST)
        layout.reference_count++;
    room -= layout.reference_count * REFERENCE;
    layout.bar = room > BAR_MOST ? BAR_MOST : room;
    return layout;
}

/* ---- Heading and answer ---- */

static void write_changes(Sheet *sheet) {
    const json_t *changes = json_object_get(sheet_part(sheet, "scenario"), "changes");
    size_t count = json_array_size(changes);
    const json_t *first = json_array_get(changes, 0);
    if (count == 0) return;
    if (count == 1)
        page_words(&sheet->page, 9, sheet->limit, "Changed: %s = %s", sheet_text(first, "path"),
                   sheet_text(first, "value"));
    else
        page_words(&sheet->page, 9, sheet->limit, "Changed: %s and %zu more, listed below", sheet_text(first, "path"),
                   count - 1);
}

static void write_heading(Sheet *sheet) {
    char first[DATE_SIZE], last[DATE_SIZE], as_of[DATE_SIZE];
    const json_t *scenario = sheet_part(sheet, "scenario");
    const char *known = sheet_text(scenario, "as_of");
    size_t count = round_count(sheet);
    page_words(&sheet->page, 0, sheet->page.columns, "%s", sheet_text(scenario, "title"));
    sheet_date(count ? sheet_text(round_at(sheet, 0), "date") : "", first);
    page_print(&sheet->page, *known ? "As of %s; " : "No date of knowledge stated; ", sheet_date(known, as_of));
    if (count == 1)
        page_words(&sheet->page, 0, sheet->limit, "one meeting, %s", first);
    else
        page_words(&sheet->page, 0, sheet->limit, "%zu meetings, %s to %s", count, first, last_date(sheet, last));
    write_changes(sheet);
    page_end(&sheet->page);
}

/* Words for probabilities as in Mastrandrea et al. 2010, Guidance Note for Lead Authors of the IPCC Fifth Assessment
 * Report on Consistent Treatment of Uncertainties, table 1. */
static const char *likelihood(double p) {
    if (p <= 0) return "out of reach";
    if (p < 0.1) return "very unlikely";
    if (p < 0.33) return "unlikely";
    if (p <= 0.66) return "about as likely as not";
    if (p <= 0.9) return "likely";
    return p < 1 - 1e-12 ? "very likely" : "certain";
}

static const char *end_in_words(const char *outcome) {
    if (strcmp(outcome, "interim") == 0) return "an interim arrangement in force";
    if (strcmp(outcome, "lapse") == 0) return "that talks run out without a result";
    return strcmp(outcome, "collapse") == 0 ? "a collapse of the talks" : "conflict";
}

static const char *likeliest_end(const json_t *outcomes) {
    const char *best = "deal";
    for (int i = 0; i < LAST_ROWS; i++)
        if (sheet_number(outcomes, last_rows[i].key) > sheet_number(outcomes, best)) best = last_rows[i].key;
    return best;
}

static void write_answer(Sheet *sheet) {
    char date[DATE_SIZE], deal_text[PERCENT_SIZE], best_text[PERCENT_SIZE], war_text[PERCENT_SIZE];
    const json_t *outcomes = sheet_part(sheet, "outcomes");
    double deal = sheet_number(outcomes, "deal"), conflict = sheet_number(outcomes, "conflict");
    const char *best = likeliest_end(outcomes);
    last_date(sheet, date);
    page_percent(deal, deal_text);
    page_percent(conflict, war_text);
    page_percent(sheet_number(outcomes, best), best_text);
    if (strcmp(best, "deal") == 0)
        page_words(&sheet->page, 0, sheet->limit, "A deal by %s is %s (%s)%s; conflict is %s (%s).", date,
                   likelihood(deal), deal_text, deal < 0.5 ? ", still the likeliest end" : "", likelihood(conflict),
                   war_text);
    else if (strcmp(best, "conflict") == 0)
        page_words(&sheet->page, 0, sheet->limit, "A deal by %s is %s (%s); the likeliest end is conflict (%s).", date,
                   likelihood(deal), deal_text, war_text);
    else
        page_words(&sheet->page, 0, sheet->limit,
                   "A deal by %s is %s (%s); the likeliest end is %s (%s), and conflict is %s (%s).", date,
                   likelihood(deal), deal_text, end_in_words(best), best_text, likelihood(conflict), war_text);
    page_end(&sheet->page);
}

/* ---- The odds ---- */

static void write_share(Sheet *sheet, const Layout *layout, const char *label, double share) {
    char text[PERCENT_SIZE];
    page_spaces(&sheet->page, INDENT);
    page_cell(&sheet->page, label, LABEL, PAGE_LEFT);
    page_cell(&sheet->page, page_percent(share, text), PERCENT, PAGE_RIGHT);
    page_spaces(&sheet->page, GAP);
    page_bar(&sheet->page, share, layout->bar);
}

static void write_next(Sheet *sheet, const Layout *layout) {
    char date[DATE_SIZE];
    const json_t *next = sheet_part(sheet, "next"), *outcomes = json_object_get(next, "outcomes");
    page_print(&sheet->page, "At the next meeting, %s", sheet_date(sheet_text(next, "date"), date));
    page_end(&sheet->page);
    for (int i = 0; i < NEXT_ROWS; i++) {
        bool is_another = strcmp(next_rows[i].key, "another_round") == 0;
        double share = sheet_number(is_another ? next : outcomes, next_rows[i].key);
        if (strcmp(next_rows[i].key, "lapse") == 0 && !(share > 0)) continue;
        write_share(sheet, layout, next_rows[i].label, share);
        page_end(&sheet->page);
    }
    page_end(&sheet->page);
}

static void write_last_heading(Sheet *sheet, const Layout *layout) {
    char date[DATE_SIZE], title[64];
    last_date(sheet, date);
    snprintf(title, sizeof title, round_count(sheet) == 1 ? "At the one meeting, %s" : "By the last meeting, %s", date);
    page_cell(&sheet->page, title, INDENT + LABEL + PERCENT + GAP + layout->bar, PAGE_LEFT);
    if (layout->has_error) page_cell(&sheet->page, "±", ERROR, PAGE_RIGHT);
    if (layout->has_band) {
        page_cell(&sheet->page, "half", BAND, PAGE_RIGHT);
        page_cell(&sheet->page, "twice", BAND, PAGE_RIGHT);
    }
    for (int i = 0; i < layout->reference_count; i++)
        page_cell(&sheet->page, (char[2]){(char)('A' + i), 0}, REFERENCE, PAGE_RIGHT);
    page_end(&sheet->page);
}

/* Points of error rounded up, so that the whole percents shown lie within it. */
static void write_error(Sheet *sheet, const char *outcome) {
    char text[16] = "–";
    double error = sheet_number(json_object_get(sheet_part(sheet, "error"), "difference"), outcome);
    if (!isnan(error)) snprintf(text, sizeof text, "%.0f", error < 1e-9 ? 0 : ceil(100 * error));
    page_cell(&sheet->page, text, ERROR, PAGE_RIGHT);
}

static void write_references(Sheet *sheet, const char *outcome, int count) {
    const char *key;
    json_t *reference;
    json_object_foreach((json_t *)sheet_part(sheet, "references"), key, reference) {
        char text[PERCENT_SIZE];
        double share = sheet_number(reference, outcome);
        if (count-- <= 0) break;
        page_cell(&sheet->page, isnan(share) ? "" : page_percent(share, text), REFERENCE, PAGE_RIGHT);
    }
}

static void write_last(Sheet *sheet, const Layout *layout) {
    const json_t *outcomes = sheet_part(sheet, "outcomes"), *band = sheet_part(sheet, "band");
    write_last_heading(sheet, layout);
    for (int i = 0; i < LAST_ROWS; i++) {
        const char *key = last_rows[i].key;
        char half[PERCENT_SIZE], twice[PERCENT_SIZE];
        write_share(sheet, layout, last_rows[i].label, sheet_number(outcomes, key));
        if (layout->has_error) write_error(sheet, key);
        if (layout->has_band) {
            page_cell(&sheet->page, page_percent(sheet_number(json_object_get(band, "half"), key), half), BAND,
                      PAGE_RIGHT);
            page_cell(&sheet->page, page_percent(sheet_number(json_object_get(band, "double"), key), twice), BAND,
                      PAGE_RIGHT);
        }
        write_references(sheet, key, layout->reference_count);
        page_end(&sheet->page);
    }
}

/* ---- What the columns mean ---- */

/* The reference's name; a key that stands in for one is written with spaces. Malloc'd. */
static char *reference_name(Sheet *sheet, const char *key, const json_t *reference) {
    const char *name = sheet_text(reference, "name");
    char *text = page_format(&sheet->page, "%s", *name ? name : key);
    for (char *at = text; text && (!*name || strcmp(name, key) == 0) && (at = strchr(at, '_')); *at = ' ') {
    }
    return text;
}

/* "A  how it went before, not blended in: mediated crises (132 cases)"; the odds themselves where there is no column
 * for them. */
static void write_reference(Sheet *sheet, const char *key, const json_t *reference, const char *letter) {
    char deal[PERCENT_SIZE], conflict[PERCENT_SIZE], cases[48] = "";
    char *name = reference_name(sheet, key, reference);
    double n = sheet_number(reference, "n");
    if (!name) return;
    if (!isnan(n)) snprintf(cases, sizeof cases, " (%.0f cases)", n);
    page_spaces(&sheet->page, INDENT);
    page_cell(&sheet->page, letter ? letter : "before", LEGEND - INDENT, PAGE_LEFT);
    if (letter)
        page_words(&sheet->page, LEGEND, sheet->limit, "how it went before, not blended in: %s%s", name, cases);
    else
        page_words(&sheet->page, LEGEND, sheet->limit, "%s%s: deal %s, conflict %s (not blended in)", name, cases,
                   page_percent(sheet_number(reference, "deal"), deal),
                   page_percent(sheet_number(reference, "conflict"), conflict));
    free(name);
}

static void write_reference_legend(Sheet *sheet, const Layout *layout) {
    const char *key;
    json_t *reference;
    int index = 0;
    json_object_foreach((json_t *)sheet_part(sheet, "references"), key, reference) {
        char letter[2] = {(char)('A' + index), 0};
        write_reference(sheet, key, reference, index < layout->reference_count ? letter : NULL);
        index++;
    }
}

static void explain(Sheet *sheet, const char *label, const char *text) {
    page_spaces(&sheet->page, INDENT);
    page_cell(&sheet->page, label, LEGEND - INDENT, PAGE_LEFT);
    page_words(&sheet->page, LEGEND, sheet->limit, "%s", text);
}

static void write_legend(Sheet *sheet, const Layout *layout) {
    if (layout->has_error) explain(sheet, "±", "percentage points by which the calculation itself may be off");
    if (layout->has_band)
        explain(sheet, "half, twice", "the odds if all tell better from worse half, twice as sharply");
    if (!layout->has_error && !layout->has_band)
        explain(sheet, "", "(how exact these are was not worked out in this run)");
    write_reference_legend(sheet, layout);
    page_end(&sheet->page);
}

/* ---- Packages and numbers ---- */

static void start_fact(Sheet *sheet, const char *label) {
    page_cell(&sheet->page, label, FACT, PAGE_LEFT);
}

static const char *likeliest_package(const Sheet *sheet) {
    const char *key, *best = NULL;
    json_t *package;
    double most = 0;
    json_object_foreach((json_t *)sheet_part(sheet, "packages"), key, package) {
        double agreed = sheet_number(package, "agreed");
        if (strcmp(sheet_text(package, "kind"), "final") != 0 || !(agreed > most)) continue;
        most = agreed;
        best = key;
    }
    return best;
}

static void write_likeliest(Sheet *sheet) {
    char agreed[PERCENT_SIZE], kept[PERCENT_SIZE];
    const char *best = likeliest_package(sheet);
    start_fact(sheet, "Likeliest package");
    if (!best) {
        page_words(&sheet->page, FACT, sheet->limit, "none: no final package can be agreed");
        return;
    }
    const json_t *package = json_object_get(sheet_part(sheet, "packages"), best);
    page_words(&sheet->page, FACT, sheet->limit, "%s: %s; if signed, it is kept with %s", sheet_draft_name(sheet, best),
               page_percent(sheet_number(package, "agreed"), agreed),
               page_percent(sheet_number(package, "kept"), kept));
}

/* "United States, if it is the type “wants a deal”,"; a party of one type by its name alone. Malloc'd. */
static char *blocker_name(Sheet *sheet, const json_t *blocked) {
    const char *party = sheet_text(blocked, "party"), *type = sheet_text(blocked, "type");
    if (sheet_type_count(sheet, party) <= 1) return page_format(&sheet->page, "%s", sheet_party_name(sheet, party));
    return page_format(&sheet->page, "%s, if it is the type “%s”,", sheet_party_name(sheet, party),
                       sheet_type_name(sheet, party, type));
}

static const char *points_in_words(double points, char text[48]) {
    if (fabs(points) < 0.95)
        snprintf(text, 48, "less than a point");
    else
        snprintf(text, 48, "%.0f point%s", fabs(points), fabs(points) < 1.5 ? "" : "s");
    return text;
}

/* What stands in the runner-up's way, malloc'd. */
static char *blocker_text(Sheet *sheet, const json_t *blocked) {
    char points[48];
    const char *why = sheet_text(blocked, "why");
    bool is_red_line = strcmp(why, "red_line") == 0, is_unverifiable = strcmp(why, "unverifiable") == 0;
    if (!json_is_object(blocked))
        return page_format(&sheet->page, "no party would be worse off with it than without an agreement");
    char *who = blocker_name(sheet, blocked), *text = NULL;
    if (who && json_is_true(json_object_get(blocked, "hard")))
        text = page_format(&sheet->page, "blocked by a red line: %s never signs %s", who,
                           is_unverifiable ? "what cannot be verified" : "it");
    else if (who)
        text = page_format(&sheet->page, "%s would be %s worse off than with no agreement%s", who,
                           points_in_words(sheet_number(blocked, "points"), points),
                           is_red_line       ? ", for a red line it crosses"
                           : is_unverifiable ? ", since it cannot be verified"
                                             : "");
    free(who);
    return text;
}

static void write_runner_up(Sheet *sheet) {
    char agreed[PERCENT_SIZE];
    const json_t *runner_up = sheet_part(sheet, "runner_up");
    const char *draft = sheet_text(runner_up, "draft");
    if (!json_is_object(runner_up)) return;
    const json_t *package = json_object_get(sheet_part(sheet, "packages"), draft);
    char *blocker = blocker_text(sheet, json_object_get(runner_up, "blocked_by"));
    if (!blocker) return;
    start_fact(sheet, "Runner-up");
    page_words(&sheet->page, FACT, sheet->limit, "%s: %s; %s", sheet_draft_name(sheet, draft),
               page_percent(sheet_number(package, "agreed"), agreed), blocker);
    free(blocker);
}

static void write_numbers(Sheet *sheet) {
    const json_t *numbers = sheet_part(sheet, "numbers");
    start_fact(sheet, "Numbers");
    page_words(&sheet->page, FACT, sheet->limit,
               "%.0f stated in the file: %.0f with a source, %.0f with a reason, %.0f with neither",
               sheet_number(numbers, "stated"), sheet_number(numbers, "sourced"), sheet_number(numbers, "reasoned"),
               sheet_number(numbers, "neither"));
}

static void warn_of_turns(Sheet *sheet, const char *about, double count) {
    char turned[GROUPED_SIZE], all[GROUPED_SIZE];
    const char *column = strcmp(about, "half_turned") == 0 ? " of the column “half”" : "";
    if (strcmp(about, "double_turned") == 0) column = " of the column “twice”";
    page_words(&sheet->page, FACT, sheet->limit,
               "in %s of %s situations%s the path from blind to sharp-eyed choice turns back: the game has other "
               "solutions there, and which one "
               "is taken is the method's choice",
               sheet_grouped(count, turned),
               sheet_grouped(sheet_number(sheet_part(sheet, "size"), "fixed_points"), all), column);
}

static void warn_of_lost(Sheet *sheet, const char *about, double count) {
    char lost[GROUPED_SIZE];
    const char *column = strcmp(about, "half_lost") == 0 ? "half" : strcmp(about, "double_lost") == 0 ? "twice" : "±";
    page_words(&sheet->page, FACT, sheet->limit,
               "the column “%s” could not be worked out: %s of its situations were not solved. The odds themselves do "
               "not depend on it",
               column, sheet_grouped(count, lost));
}

static void write_warning(Sheet *sheet, const json_t *warning) {
    const char *about = sheet_text(warning, "about");
    double value = sheet_number(warning, "value");
    start_fact(sheet, "Warning");
    if (strstr(about, "turned"))
        warn_of_turns(sheet, about, value);
    else if (strstr(about, "_lost"))
        warn_of_lost(sheet, about, value);
    else if (strcmp(about, "coarse") == 0)
        page_words(&sheet->page, FACT, sheet->limit,
                   "the calculation is off by up to %.0f percentage points: a higher --resolution lowers this",
                   ceil(100 * value));
    else if (strcmp(about, "residual") == 0)
        page_words(&sheet->page, FACT, sheet->limit,
                   "the choices found miss the equations they have to satisfy by up to %.2g", value);
    else
        page_words(&sheet->page, FACT, sheet->limit, "%s", about);
}

static void write_warnings(Sheet *sheet) {
    size_t index;
    json_t *warning;
    json_array_foreach(sheet_part(sheet, "warnings"), index, warning) write_warning(sheet, warning);
}

char *report_outlook_text(const json_t *outlook, int columns) {
    Sheet sheet = {.outlook = outlook};
    page_start(&sheet.page, columns < COLUMNS_LEAST ? COLUMNS_LEAST : columns > COLUMNS_MOST ? COLUMNS_MOST : columns);
    sheet.limit = sheet.page.columns < TEXT_LIMIT ? sheet.page.columns : TEXT_LIMIT;
    Layout layout = lay_out(&sheet);
    write_heading(&sheet);
    write_answer(&sheet);
    if (round_count(&sheet) != 1) write_next(&sheet, &layout);
    write_last(&sheet, &layout);
    write_legend(&sheet, &layout);
    write_likeliest(&sheet);
    write_runner_up(&sheet);
    write_numbers(&sheet);
    write_warnings(&sheet);
    sheet_details(&sheet);
    return page_finish(&sheet.page);
}
