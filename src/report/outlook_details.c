/* SPDX-License-Identifier: GPL-3.0-or-later
 * The page below the first screen: how it ends, meeting by meeting, the packages, what signing is worth to whom,
 * postures, beliefs, changes and what is needed to make the page again. */
#include "report/gradient.h"
#include "report/history.h"
#include "report/sheet.h"
#include "report/spillovers.h"

#include <math.h>
#include <stdio.h>
#include <string.h>

enum {
    INDENT = 2,
    DATE = 12,
    BEGINS = 7,
    DEAL = 6,
    INTERIM = 8,
    COLLAPSE = 9,
    CONFLICT = 9,
    LAPSE = 6, /* columns of the meetings */
    TABLED = 9,
    AGREED = 9,
    KEPT = 8,
    NAME_MOST = 60, /* columns of the packages */
    ROUNDS_HEAD = 16,
    ROUNDS_TAIL = 4, /* meetings shown of a long row of them */
    BELIEF = 6,
    BELIEF_SPREAD = 12,
    BELIEF_NAME = 28,
    POINTS = 8,
    RUNG = 34,
    BAR_MOST = 30
};

static void start_section(Sheet *sheet, const char *title) {
    page_end(&sheet->page);
    page_words(&sheet->page, 0, sheet->limit, "%s", title);
}

static void right(Sheet *sheet, const char *text, int width) {
    page_cell(&sheet->page, text, width, PAGE_RIGHT);
}

static void percent_cell(Sheet *sheet, double share, int width) {
    char text[PERCENT_SIZE];
    right(sheet, page_bare_percent(share, text), width);
}

/* ---- How it ends ---- */

static void write_ends(Sheet *sheet) {
    char a[PERCENT_SIZE], b[PERCENT_SIZE], c[PERCENT_SIZE];
    const json_t *deal = sheet_part(sheet, "deal"), *conflict = sheet_part(sheet, "conflict");
    start_section(sheet, "How it ends");
    page_spaces(&sheet->page, INDENT);
    page_words(&sheet->page, INDENT, sheet->limit, "deal: kept %s, broken or disputed later %s",
               page_percent(sheet_number(deal, "kept"), a), page_percent(sheet_number(deal, "failed"), b));
    page_spaces(&sheet->page, INDENT);
    page_words(&sheet->page, INDENT, sheet->limit, "conflict: by an attack %s, by accident %s, after talks collapse %s",
               page_percent(sheet_number(conflict, "chosen"), a),
               page_percent(sheet_number(conflict, "inadvertent"), b),
               page_percent(sheet_number(conflict, "after_collapse"), c));
}

/* ---- Meeting by meeting ---- */

static void write_round(Sheet *sheet, const json_t *round) {
    char date[DATE_SIZE];
    const json_t *outcomes = json_object_get(round, "outcomes");
    page_spaces(&sheet->page, INDENT);
    page_cell(&sheet->page, sheet_short_date(sheet_text(round, "date"), date), DATE, PAGE_LEFT);
    percent_cell(sheet, sheet_number(round, "open"), BEGINS);
    percent_cell(sheet, sheet_number(outcomes, "deal"), DEAL);
    percent_cell(sheet, sheet_number(round, "interim_agreed"), INTERIM);
    percent_cell(sheet, sheet_number(outcomes, "collapse"), COLLAPSE);
    percent_cell(sheet, sheet_number(outcomes, "conflict"), CONFLICT);
    percent_cell(sheet, sheet_number(outcomes, "lapse"), LAPSE);
    page_end(&sheet->page);
}

static void write_rounds_heading(Sheet *sheet) {
    page_spaces(&sheet->page, INDENT + DATE);
    right(sheet, "begins", BEGINS);
    right(sheet, "deal", DEAL);
    right(sheet, "interim", INTERIM);
    right(sheet, "collapse", COLLAPSE);
    right(sheet, "conflict", CONFLICT);
    right(sheet, "lapse", LAPSE);
    page_end(&sheet->page);
}

static void write_rounds(Sheet *sheet) {
    char text[PERCENT_SIZE];
    size_t index, count = json_array_size(sheet_part(sheet, "rounds"));
    json_t *round;
    start_section(sheet, "Meeting by meeting, in percent of all courses");
    write_rounds_heading(sheet);
    json_array_foreach(sheet_part(sheet, "rounds"), index, round) {
        bool is_long = count > ROUNDS_HEAD + ROUNDS_TAIL + 1;
        if (is_long && index == ROUNDS_HEAD) {
            page_print(&sheet->page, "  … %zu meetings left out here …", count - ROUNDS_HEAD - ROUNDS_TAIL);
            page_end(&sheet->page);
        }
        if (!is_long || index < ROUNDS_HEAD || index >= count - ROUNDS_TAIL) write_round(sheet, round);
    }
    page_spaces(&sheet->page, INDENT);
    page_words(&sheet->page, INDENT, sheet->limit,
               "begins: the talks get that far. interim: agreed then; one is still in force at the end with %s.",
               page_percent(sheet_number(sheet_part(sheet, "outcomes"), "interim"), text));
}

/* ---- Packages ---- */

static int name_width(const Sheet *sheet, int rest) {
    int width = sheet->page.columns - INDENT - rest;
    return width > NAME_MOST ? NAME_MOST : width;
}

static const char *times(double count, char text[32]) {
    if (isnan(count))
        snprintf(text, 32, "–");
    else if (count > 0 && count < 0.005)
        snprintf(text, 32, "< 0.01 ×");
    else
        snprintf(text, 32, "%.2f ×", count);
    return text;
}

static void write_package(Sheet *sheet, const char *draft, const json_t *package, int name) {
    char tabled[32], agreed[32], kept[PERCENT_SIZE];
    bool is_final = strcmp(sheet_text(package, "kind"), "final") == 0,
         is_framework = strcmp(sheet_text(package, "kind"), "framework") == 0;
    page_spaces(&sheet->page, INDENT);
    page_cell(&sheet->page, sheet_draft_name(sheet, draft), name, PAGE_LEFT);
    right(sheet, times(sheet_number(package, "tabled"), tabled), TABLED);
    right(sheet,
          is_final ? page_percent(sheet_number(package, "agreed"), agreed)
                   : times(sheet_number(package, "agreed"), agreed),
          AGREED);
    right(sheet, is_framework ? "" : page_percent(sheet_number(package, "kept"), kept), KEPT);
    page_end(&sheet->page);
}

static void write_packages_of(Sheet *sheet, const char *kind, const char *title) {
    const char *key;
    json_t *package;
    int name = name_width(sheet, TABLED + AGREED + KEPT);
    bool is_first = true;
    json_object_foreach((json_t *)sheet_part(sheet, "packages"), key, package) {
        if (strcmp(sheet_text(package, "kind"), kind) != 0 || json_is_false(json_object_get(package, "open"))) continue;
        if (is_first) {
            page_cell(&sheet->page, title, INDENT + name, PAGE_LEFT);
            right(sheet, "tabled", TABLED);
            right(sheet, "agreed", AGREED);
            if (strcmp(kind, "framework") != 0) right(sheet, "kept", KEPT);
            page_end(&sheet->page);
        }
        is_first = false;
        write_package(sheet, key, package, name);
    }
}

static void write_packages(Sheet *sheet) {
    page_end(&sheet->page);
    write_packages_of(sheet, "final", "Packages");
    write_packages_of(sheet, "interim", "Interim arrangements");
    write_packages_of(sheet, "framework", "Frameworks");
    page_spaces(&sheet->page, INDENT);
    page_words(&sheet->page, INDENT, sheet->limit,
               "×: times, on average. kept: if signed at the next meeting, carried out to the end with no breach found "
               "and no dispute.");
}

static void write_terms(Sheet *sheet, const char *draft, const json_t *package) {
    const char *issue;
    json_t *option;
    page_spaces(&sheet->page, INDENT);
    page_words(&sheet->page, INDENT, sheet->limit, "%s", sheet_draft_name(sheet, draft));
    json_object_foreach(json_object_get(package, "terms"), issue, option) {
        const char *chosen = json_is_string(option) ? json_string_value(option) : "";
        page_spaces(&sheet->page, 2 * INDENT);
        page_words(&sheet->page, 3 * INDENT, sheet->limit, "%s: %s", sheet_issue_name(sheet, issue),
                   sheet_option_name(sheet, issue, chosen));
    }
}

/* What the packages say, the final and interim ones likely enough to be asked about. */
static void write_all_terms(Sheet *sheet) {
    const char *key;
    json_t *package;
    start_section(sheet, "What they say, where it differs from today");
    json_object_foreach((json_t *)sheet_part(sheet, "packages"), key, package) {
        if (json_object_size(json_object_get(package, "terms")) == 0 || !(sheet_number(package, "agreed") >= 0.005))
            continue;
        write_terms(sheet, key, package);
    }
}

/* ---- What signing is worth ---- */

static void points_cell(Sheet *sheet, const json_t *value, int width) {
    char text[32] = "never"; /* null: a red line */
    if (json_is_number(value)) {
        double points = json_number_value(value);
        snprintf(text, sizeof text, fabs(points) < 0.5 ? "0" : "%+.0f", points);
    }
    right(sheet, text, width);
}

static void write_net(Sheet *sheet, const char *draft, const json_t *package, int name) {
    const char *party, *type;
    json_t *types, *points;
    page_spaces(&sheet->page, INDENT);
    page_cell(&sheet->page, sheet_draft_name(sheet, draft), name, PAGE_LEFT);
    json_object_foreach(json_object_get(package, "net"), party, types) {
        json_object_foreach(types, type, points) points_cell(sheet, points, POINTS);
    }
    page_end(&sheet->page);
}

/* Columns a, b, c …, and what they stand for; false where they would not fit. */
static bool write_net_heading(Sheet *sheet, const json_t *net, int *name) {
    const char *party, *type;
    json_t *types, *points;
    int count = 0, index = 0;
    json_object_foreach((json_t *)net, party, types) count += (int)json_object_size(types);
    if (count == 0 || count > 26 || name_width(sheet, POINTS * count) < 16) return false;
    *name = name_width(sheet, POINTS * count);
    start_section(sheet, "What signing is worth, in points against no agreement");
    json_object_foreach((json_t *)net, party, types) {
        json_object_foreach(types, type, points) {
            page_spaces(&sheet->page, INDENT);
            if (sheet_type_count(sheet, party) > 1)
                page_words(&sheet->page, 3 * INDENT, sheet->limit, "%c  %s, the type “%s”", 'a' + index,
                           sheet_party_name(sheet, party), sheet_type_name(sheet, party, type));
            else
                page_words(&sheet->page, 3 * INDENT, sheet->limit, "%c  %s", 'a' + index,
                           sheet_party_name(sheet, party));
            index++;
        }
    }
    page_spaces(&sheet->page, INDENT + *name);
    for (int i = 0; i < count; i++) right(sheet, (char[2]){(char)('a' + i), 0}, POINTS);
    page_end(&sheet->page);
    return true;
}

static void write_worth(Sheet *sheet) {
    const char *key;
    json_t *package;
    int name = 0;
    bool is_first = true;
    json_object_foreach((json_t *)sheet_part(sheet, "packages"), key, package) {
        const json_t *net = json_object_get(package, "net");
        if (strcmp(sheet_text(package, "kind"), "final") != 0 || json_is_false(json_object_get(package, "open")))
            continue;
        if (is_first && !write_net_heading(sheet, net, &name)) return;
        is_first = false;
        write_net(sheet, key, package, name);
    }
    if (is_first) return;
    page_spaces(&sheet->page, INDENT);
    page_words(&sheet->page, INDENT, sheet->limit,
               "A point is the unit in which the file states all worth; 0 is today going on. Signed at the first "
               "meeting, the prices of signing "
               "included; never: a red line.");
}

/* ---- What it is worth to each ---- */

static void write_gain(Sheet *sheet, const char *party, const char *type, const json_t *points) {
    page_spaces(&sheet->page, INDENT);
    points_cell(sheet, points, POINTS);
    page_spaces(&sheet->page, INDENT);
    if (sheet_type_count(sheet, party) > 1)
        page_words(&sheet->page, 2 * INDENT + POINTS, sheet->limit, "%s, the type “%s”", sheet_party_name(sheet, party),
                   sheet_type_name(sheet, party, type));
    else
        page_words(&sheet->page, 2 * INDENT + POINTS, sheet->limit, "%s", sheet_party_name(sheet, party));
}

static void write_gains(Sheet *sheet) {
    const char *party, *type;
    json_t *types, *points;
    start_section(sheet, "What each may expect of it all, in points");
    json_object_foreach((json_t *)sheet_part(sheet, "gains"), party, types) {
        json_object_foreach(types, type, points) write_gain(sheet, party, type, points);
    }
}

/* ---- Postures and beliefs ---- */

static void write_postures(Sheet *sheet) {
    const char *party, *rung;
    json_t *rungs, *share;
    const json_t *first = json_array_get(sheet_part(sheet, "rounds"), 0);
    int bar = sheet->page.columns - 2 * INDENT - RUNG - 9;
    if (bar > BAR_MOST) bar = BAR_MOST;
    start_section(sheet, "What each does before the next meeting");
    json_object_foreach(json_object_get(first, "postures"), party, rungs) {
        if (json_object_size(rungs) < 2) continue;
        page_spaces(&sheet->page, INDENT);
        page_words(&sheet->page, INDENT, sheet->limit, "%s", sheet_party_name(sheet, party));
        json_object_foreach(rungs, rung, share) {
            char text[PERCENT_SIZE];
            double p = json_is_number(share) ? json_number_value(share) : NAN;
            page_spaces(&sheet->page, 2 * INDENT);
            page_cell(&sheet->page, sheet_rung_name(sheet, party, rung), RUNG, PAGE_LEFT);
            right(sheet, page_percent(p, text), 7);
            page_spaces(&sheet->page, 2);
            page_bar(&sheet->page, p, bar);
            page_end(&sheet->page);
        }
    }
}

/* The rounds shown as columns: all, or as many as fit, evenly spread from the first to the last. */
static size_t column_round(size_t column, size_t columns, size_t rounds) {
    return columns < 2 ? 0 : column * (rounds - 1) / (columns - 1);
}

static size_t belief_columns(const Sheet *sheet, size_t rounds) {
    size_t fit = (size_t)(sheet->page.columns - 2 * INDENT - BELIEF_NAME - BELIEF_SPREAD) / BELIEF;
    return rounds < fit ? rounds : fit;
}

static void write_belief(Sheet *sheet, const char *party, const char *type, size_t columns) {
    const json_t *rounds = sheet_part(sheet, "rounds"), *belief = NULL;
    char spread[64], low[PERCENT_SIZE], high[PERCENT_SIZE];
    page_spaces(&sheet->page, 2 * INDENT);
    page_cell(&sheet->page, sheet_type_name(sheet, party, type), BELIEF_NAME, PAGE_LEFT);
    for (size_t i = 0; i < columns; i++) {
        const json_t *round = json_array_get(rounds, column_round(i, columns, json_array_size(rounds)));
        belief = json_object_get(json_object_get(json_object_get(round, "beliefs"), party), type);
        percent_cell(sheet, sheet_number(belief, "mean"), BELIEF);
    }
    snprintf(spread, sizeof spread, "%s to %s", page_bare_percent(sheet_number(belief, "p10"), low),
             page_bare_percent(sheet_number(belief, "p90"), high));
    if (columns > 1) right(sheet, spread, BELIEF_SPREAD);
    page_end(&sheet->page);
}

static void write_beliefs_heading(Sheet *sheet, size_t columns) {
    size_t rounds = json_array_size(sheet_part(sheet, "rounds"));
    start_section(sheet, "What the others come to believe, in percent");
    page_spaces(&sheet->page, INDENT);
    page_cell(&sheet->page, "at the start of meeting", INDENT + BELIEF_NAME, PAGE_LEFT);
    for (size_t i = 0; i < columns; i++) {
        char text[24];
        snprintf(text, sizeof text, "%zu", column_round(i, columns, rounds) + 1);
        right(sheet, text, BELIEF);
    }
    if (columns > 1) right(sheet, "8 in 10", BELIEF_SPREAD);
    page_end(&sheet->page);
}

static void explain_beliefs(Sheet *sheet) {
    page_spaces(&sheet->page, INDENT);
    page_words(
        &sheet->page, INDENT, sheet->limit,
        "On average, given that the meeting begins; 8 in 10: between these in eight courses of ten, at the last.");
}

static void write_beliefs(Sheet *sheet) {
    const char *party, *type;
    json_t *types, *belief;
    const json_t *first = json_array_get(sheet_part(sheet, "rounds"), 0);
    size_t columns = belief_columns(sheet, json_array_size(sheet_part(sheet, "rounds")));
    bool is_first = true;
    json_object_foreach(json_object_get(first, "beliefs"), party, types) {
        if (json_object_size(types) < 2) continue;
        if (is_first) write_beliefs_heading(sheet, columns);
        is_first = false;
        page_spaces(&sheet->page, INDENT);
        page_words(&sheet->page, INDENT, sheet->limit, "%s", sheet_party_name(sheet, party));
        json_object_foreach(types, type, belief) write_belief(sheet, party, type, columns);
    }
    if (!is_first && columns > 1) explain_beliefs(sheet);
}

/* ---- Changes and origin ---- */

static void write_changes(Sheet *sheet) {
    const json_t *changes = json_object_get(sheet_part(sheet, "scenario"), "changes");
    size_t index;
    json_t *change;
    if (json_array_size(changes) == 0) return;
    start_section(sheet, "Changed against the file");
    json_array_foreach(changes, index, change) {
        page_spaces(&sheet->page, INDENT);
        page_words(&sheet->page, 3 * INDENT, sheet->limit, "%s = %s", sheet_text(change, "path"),
                   sheet_text(change, "value"));
    }
}

/* "10 steps", or "10 steps (fewer for iran: 4, oman: 2)" where it is uneven. */
static void list_steps(const Sheet *sheet, char *text, size_t size) {
    const json_t *settings = sheet_part(sheet, "settings"), *own;
    double finest = sheet_number(settings, "resolution");
    const char *party;
    size_t length = (size_t)snprintf(text, size, "%.0f steps", finest), whole = length;
    json_object_foreach((json_t *)json_object_get(settings, "steps"), party, own) {
        if (json_number_value(own) == finest || length >= size) continue;
        length += (size_t)snprintf(text + length, size - length, "%s%s: %.0f", length == whole ? " (fewer for " : ", ",
                                   party, json_number_value(own));
    }
    if (length > whole && length + 1 < size) snprintf(text + length, size - length, ")");
}

static void write_origin(Sheet *sheet) {
    char points[GROUPED_SIZE], steps[512];
    const json_t *scenario = sheet_part(sheet, "scenario");
    list_steps(sheet, steps, sizeof steps);
    start_section(sheet, "Made by");
    page_spaces(&sheet->page, INDENT);
    page_words(&sheet->page, INDENT, sheet->limit,
               "brink %s from %s (sha256 %.12s…); belief grid of %s, %s fixed points, residual %.1e, %.1f s",
               sheet_text(sheet->outlook, "brink"), sheet_text(scenario, "file"), sheet_text(scenario, "sha256"), steps,
               sheet_grouped(sheet_number(sheet_part(sheet, "size"), "fixed_points"), points),
               sheet_number(sheet->outlook, "residual"), sheet_number(sheet->outlook, "seconds"));
}

void sheet_details(Sheet *sheet) {
    sheet_history(sheet);
    write_ends(sheet);
    write_rounds(sheet);
    write_packages(sheet);
    write_all_terms(sheet);
    write_worth(sheet);
    write_gains(sheet);
    write_postures(sheet);
    write_beliefs(sheet);
    sheet_gradient(sheet);
    sheet_spillovers(sheet);
    write_changes(sheet);
    write_origin(sheet);
}
