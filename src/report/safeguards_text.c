/* SPDX-License-Identifier: GPL-3.0-or-later
 * Safeguards for reading, from their JSON alone: what there is, how long a bomb's worth would take under each draft,
 * whether it would be seen in time. Plain words; a term of the field stands beside its meaning. */
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
    NAME = 34,
    MASS = 14,
    BOMBS = 23,
    WORK = 8,
    BREAKOUT = 12,
    SEEN = 9,
    RANGE = 17,
    SPAN_SIZE = 48
};

static Page *page_of(Sheet *sheet) {
    return &sheet->page;
}

/* "2 days", "5 weeks", "11 months": never more exact than it is known. */
static const char *span_words(double days, char text[SPAN_SIZE]) {
    if (isnan(days))
        snprintf(text, SPAN_SIZE, "never");
    else if (days < 1)
        snprintf(text, SPAN_SIZE, "under a day");
    else if (days < 21)
        snprintf(text, SPAN_SIZE, "%.0f day%s", days, lround(days) == 1 ? "" : "s");
    else if (days < 70)
        snprintf(text, SPAN_SIZE, "%.0f weeks", days / 7);
    else if (days < 730)
        snprintf(text, SPAN_SIZE, "%.0f months", days * 12 / 365.25);
    else
        snprintf(text, SPAN_SIZE, "%.0f years", days / 365.25);
    return text;
}

/* The same in a narrow column: "8 wk", "6 mo". */
static const char *span_short(double days, char text[SPAN_SIZE]) {
    if (isnan(days))
        snprintf(text, SPAN_SIZE, "never");
    else if (days < 21)
        snprintf(text, SPAN_SIZE, "%.0f d", fmax(1, days));
    else if (days < 70)
        snprintf(text, SPAN_SIZE, "%.0f wk", days / 7);
    else if (days < 730)
        snprintf(text, SPAN_SIZE, "%.0f mo", days * 12 / 365.25);
    else
        snprintf(text, SPAN_SIZE, "%.0f y", days / 365.25);
    return text;
}

static const char *percent_words(double fraction, char text[SPAN_SIZE]) {
    snprintf(text, SPAN_SIZE, "%.3g %%", 100 * fraction);
    return text;
}

/* ---- Heading ---- */

static void write_heading(Sheet *sheet) {
    const json_t *p = sheet_part(sheet, "parameters");
    char weapon[SPAN_SIZE], tails[SPAN_SIZE];
    page_words(page_of(sheet), 0, page_of(sheet)->columns, "%s", sheet_text(sheet_part(sheet, "scenario"), "title"));
    page_words(page_of(sheet), 0, sheet->limit,
               "How long a bomb's worth of uranium would take (breakout): %.4g kg of U-235 at %s, tails %s%s, by "
               "separative work alone",
               sheet_number(p, "significant_quantity"), percent_words(sheet_number(p, "weapon_enrichment"), weapon),
               percent_words(sheet_number(p, "tails"), tails),
               json_is_true(json_object_get(p, "best_tails")) ? " from natural uranium and the best from enriched"
                                                              : "");
    page_end(page_of(sheet));
}

/* What columns of this width together leave for the names. */
static int name_width(const Sheet *sheet, int taken) {
    int room = sheet->page.columns - taken;
    return room < NAME ? room : NAME;
}

static void write_stock(Sheet *sheet) {
    size_t index;
    json_t *lot;
    char enrichment[SPAN_SIZE], mass[GROUPED_SIZE];
    if (json_array_size(sheet_part(sheet, "stockpile")) == 0) {
        page_words(page_of(sheet), 0, sheet->limit, "The scenario states no stockpile.");
        page_end(page_of(sheet));
        return;
    }
    page_cell(page_of(sheet), "Stockpile, enriched to", name_width(sheet, MASS + BOMBS), PAGE_LEFT);
    page_cell(page_of(sheet), "kg of uranium", MASS, PAGE_RIGHT);
    page_cell(page_of(sheet), "bombs' worth of U-235", BOMBS, PAGE_RIGHT);
    page_end(page_of(sheet));
    json_array_foreach(sheet_part(sheet, "stockpile"), index, lot) {
        page_spaces(page_of(sheet), INDENT);
        page_cell(page_of(sheet), percent_words(sheet_number(lot, "enrichment"), enrichment),
                  name_width(sheet, MASS + BOMBS) - INDENT, PAGE_LEFT);
        page_cell(page_of(sheet), sheet_grouped(sheet_number(lot, "mass"), mass), MASS, PAGE_RIGHT);
        snprintf(enrichment, sizeof enrichment, "%.1f", sheet_number(lot, "significant_quantities"));
        page_cell(page_of(sheet), enrichment, BOMBS, PAGE_RIGHT);
        page_end(page_of(sheet));
    }
    page_end(page_of(sheet));
}

/* Whether there is anything of which a bomb could be made. */
static bool has_programme(const Sheet *sheet) {
    size_t index;
    json_t *package;
    bool has = json_array_size(sheet_part(sheet, "stockpile")) > 0;
    json_array_foreach(sheet_part(sheet, "packages"), index, package) has |=
        sheet_number(package, "capacity") > 0 || json_array_size(json_object_get(package, "stored")) > 0;
    return has;
}

/* ---- Packages ---- */

static const char *package_name(Sheet *sheet, const json_t *package) {
    const char *draft = sheet_text(package, "draft");
    return *draft ? sheet_draft_name(sheet, draft) : "as things are today";
}

/* The least detection over the parties that have something to deliver; NAN where there is none. */
static double least_detection(const json_t *date) {
    const char *party;
    json_t *value;
    double least = NAN;
    json_object_foreach(json_object_get(date, "detection"), party, value) {
        (void)party;
        least = fmin(least, json_number_value(value));
    }
    return least;
}

static bool has_room_for_range(const Sheet *sheet) {
    return sheet->page.columns >= NAME + WORK + BREAKOUT + SEEN + RANGE;
}

/* Beside the row, or on a line of its own below it. */
static void write_range(Sheet *sheet, const char *low, const char *high) {
    if (has_room_for_range(sheet)) {
        page_print(page_of(sheet), "  %s – %s", low, high);
        return;
    }
    page_end(page_of(sheet));
    page_spaces(page_of(sheet), 2 * INDENT);
    page_print(page_of(sheet), "8 of 10 draws: %s – %s", low, high);
}

static void write_row(Sheet *sheet, const json_t *package) {
    const json_t *dates = json_object_get(package, "dates"), *first = json_array_get(dates, 0),
                 *range = json_object_get(package, "spread");
    char time[SPAN_SIZE], low[SPAN_SIZE], high[SPAN_SIZE], seen[PERCENT_SIZE], capacity[GROUPED_SIZE];
    double chance = least_detection(first);
    page_spaces(page_of(sheet), INDENT);
    page_cell(page_of(sheet), package_name(sheet, package), name_width(sheet, WORK + BREAKOUT + SEEN) - INDENT,
              PAGE_LEFT);
    page_cell(page_of(sheet), sheet_grouped(sheet_number(package, "capacity"), capacity), WORK, PAGE_RIGHT);
    page_cell(page_of(sheet), span_words(sheet_number(first, "breakout"), time), BREAKOUT, PAGE_RIGHT);
    page_cell(page_of(sheet), isnan(chance) ? "–" : page_percent(chance, seen), SEEN, PAGE_RIGHT);
    if (json_is_object(range)) {
        span_short(sheet_number(range, "p10"), low);
        span_short(sheet_number(range, "p90"), high);
        if (strcmp(low, high) != 0) write_range(sheet, low, high);
    }
    page_end(page_of(sheet));
}

static void write_packages(Sheet *sheet) {
    size_t index;
    json_t *package;
    page_cell(page_of(sheet), "If signed at the next meeting", name_width(sheet, WORK + BREAKOUT + SEEN), PAGE_LEFT);
    page_cell(page_of(sheet), "SWU/y", WORK, PAGE_RIGHT);
    page_cell(page_of(sheet), "breakout", BREAKOUT, PAGE_RIGHT);
    page_cell(page_of(sheet), "seen", SEEN, PAGE_RIGHT);
    if (has_room_for_range(sheet)) page_add(page_of(sheet), "  8 of 10 draws");
    page_end(page_of(sheet));
    json_array_foreach(sheet_part(sheet, "packages"), index, package) write_row(sheet, package);
    page_end(page_of(sheet));
    page_words(page_of(sheet), 0, sheet->limit,
               "“seen”: chance that a breach is detected before a bomb's worth is made, by the party least well "
               "watched. SWU: separative work, "
               "the capacity to enrich.");
    page_end(page_of(sheet));
}

/* ---- What is done to the stock, and who can verify ---- */

static void write_change(Sheet *sheet, const json_t *package) {
    const json_t *change = json_object_get(package, "change");
    double blend = sheet_number(change, "blendstock"), out = sheet_number(change, "exported"),
           oxide = sheet_number(change, "converted");
    char a[GROUPED_SIZE], b[GROUPED_SIZE];
    if (blend > 0)
        page_words(page_of(sheet), INDENT, sheet->limit,
                   "%s: thinning takes %s kg of natural uranium and destroys %s SWU.", package_name(sheet, package),
                   sheet_grouped(blend, a), sheet_grouped(sheet_number(change, "work_destroyed"), b));
    if (out > 0)
        page_words(page_of(sheet), INDENT, sheet->limit, "%s: %s kg leave the country.", package_name(sheet, package),
                   sheet_grouped(out, a));
    if (oxide > 0)
        page_words(page_of(sheet), INDENT, sheet->limit, "%s: %s kg become oxide, %.0f days from being gas again.",
                   package_name(sheet, package), sheet_grouped(oxide, a),
                   sheet_number(sheet_part(sheet, "parameters"), "reconversion"));
}

static void write_stores(Sheet *sheet, const json_t *package) {
    size_t index;
    json_t *store;
    char capacity[GROUPED_SIZE], time[SPAN_SIZE];
    json_array_foreach(json_object_get(package, "stored"), index, store)
        page_words(page_of(sheet), INDENT, sheet->limit,
                   "%s: machines of %s SWU a year stay in storage; putting all of them up again takes %s, counted in "
                   "the breakout.",
                   package_name(sheet, package), sheet_grouped(sheet_number(store, "capacity"), capacity),
                   span_words(sheet_number(store, "days"), time));
}

static void write_verdict(Sheet *sheet, const json_t *package) {
    const json_t *dates = json_object_get(package, "dates");
    const char *party, *type;
    json_t *types, *is_good;
    json_object_foreach(json_object_get(json_array_get(dates, 0), "verifiable"), party, types) {
        json_object_foreach(types, type, is_good) {
            size_t last = json_array_size(dates) - 1;
            const json_t *later = json_object_get(
                json_object_get(json_object_get(json_array_get(dates, last), "verifiable"), party), type);
            if (json_is_true(is_good) && json_is_true(later)) continue;
            page_words(page_of(sheet), INDENT, sheet->limit, "%s: not verifiable enough for %s “%s”%s.",
                       package_name(sheet, package), sheet_party_name(sheet, party),
                       sheet_type_name(sheet, party, type),
                       json_is_true(is_good) ? " at the last meeting"
                       : json_is_true(later) ? " at the next meeting"
                                             : "");
        }
    }
}

static void write_never(Sheet *sheet, const json_t *package) {
    const json_t *first = json_array_get(json_object_get(package, "dates"), 0);
    if (json_is_true(json_object_get(first, "is_never")))
        page_words(page_of(sheet), INDENT, sheet->limit,
                   "%s: no separative work is left, and without it nothing becomes richer.",
                   package_name(sheet, package));
}

static void write_notes(Sheet *sheet) {
    size_t index;
    json_t *package;
    json_array_foreach(sheet_part(sheet, "packages"), index, package) {
        if (!*sheet_text(package, "draft")) continue;
        write_never(sheet, package);
        write_stores(sheet, package);
        write_change(sheet, package);
        write_verdict(sheet, package);
    }
}

char *report_safeguards_text(const json_t *safeguards, int columns) {
    columns = columns < COLUMNS_LEAST ? COLUMNS_LEAST : columns > COLUMNS_MOST ? COLUMNS_MOST : columns;
    Sheet sheet = {.outlook = safeguards, .limit = columns < TEXT_LIMIT ? columns : TEXT_LIMIT};
    page_start(&sheet.page, columns);
    write_heading(&sheet);
    if (has_programme(&sheet)) {
        write_stock(&sheet);
        write_packages(&sheet);
        write_notes(&sheet);
    } else {
        page_words(page_of(&sheet), 0, sheet.limit,
                   "The scenario states no nuclear programme: neither `safeguards.stockpile` nor an option's `swu` "
                   "(docs/format.md, 2.6 and 2.9a).");
    }
    return page_finish(&sheet.page);
}
