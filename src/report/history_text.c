/* SPDX-License-Identifier: GPL-3.0-or-later
 * What was observed, for reading: a line for each item with its rating, the odds before and after, and who has come to
 * be seen otherwise. */
#include "report/history.h"

#include <math.h>
#include <stdio.h>

enum { INDENT = 2, DATE = 12, SHARE = 9, RATING = 14, TELL = 3 /* points of belief worth telling */ };

static void write_cells(Sheet *sheet, const char *label, const json_t *outcomes, double likelihood,
                        const char *rating) {
    char text[PERCENT_SIZE];
    page_spaces(&sheet->page, INDENT);
    page_cell(&sheet->page, label, DATE, PAGE_LEFT);
    page_cell(&sheet->page, isnan(likelihood) ? "" : page_percent(likelihood, text), SHARE, PAGE_RIGHT);
    static const char *const columns[] = {"deal", "interim", "conflict"};
    for (int i = 0; i < 3; i++)
        page_cell(&sheet->page, page_percent(sheet_number(outcomes, columns[i]), text), SHARE, PAGE_RIGHT);
    page_spaces(&sheet->page, 2);
    page_cell(&sheet->page, rating, RATING, PAGE_LEFT);
    page_end(&sheet->page);
}

/* "United States, “wants a deal”: 55 % to 61 %" for each type whose probability has moved. */
static void write_moves(Sheet *sheet, const json_t *before, const json_t *after) {
    const char *party, *type;
    json_t *types, *belief;
    json_object_foreach((json_t *)after, party, types) {
        bool is_told = false; /* with two types the second says nothing new */
        json_object_foreach(types, type, belief) {
            char from[PERCENT_SIZE], to[PERCENT_SIZE];
            double old = sheet_number(json_object_get(before, party), type), own = json_number_value(belief);
            if (100 * fabs(own - old) < TELL || (is_told && json_object_size(types) == 2)) continue;
            is_told = true;
            page_spaces(&sheet->page, INDENT + DATE);
            page_words(&sheet->page, INDENT + DATE + 2, sheet->limit, "%s, “%s”: %s to %s",
                       sheet_party_name(sheet, party), sheet_type_name(sheet, party, type), page_percent(old, from),
                       page_percent(own, to));
        }
    }
}

static void write_readings(Sheet *sheet, const json_t *readings) {
    const char *name;
    json_t *reading;
    json_object_foreach((json_t *)readings, name, reading) {
        char share[PERCENT_SIZE], own[PERCENT_SIZE], deal[PERCENT_SIZE], war[PERCENT_SIZE];
        const json_t *outcomes = json_object_get(reading, "outcomes");
        page_spaces(&sheet->page, INDENT + DATE);
        page_words(
            &sheet->page, INDENT + DATE + 2, sheet->limit,
            "if it was “%s” (likelihood %s, %s of the accounts): deal %s, conflict %s", name,
            page_percent(sheet_number(reading, "likelihood"), own), page_percent(sheet_number(reading, "share"), share),
            page_percent(sheet_number(outcomes, "deal"), deal), page_percent(sheet_number(outcomes, "conflict"), war));
    }
}

static void write_item(Sheet *sheet, const json_t *item, const json_t *before) {
    char date[DATE_SIZE];
    const char *say = sheet_text(item, "say");
    write_cells(sheet, sheet_short_date(sheet_text(item, "date"), date), json_object_get(item, "outcomes"),
                sheet_number(item, "likelihood"), sheet_text(item, "rating"));
    if (*say) {
        page_spaces(&sheet->page, INDENT + DATE);
        page_words(&sheet->page, INDENT + DATE + 2, sheet->limit, "%s", say);
    }
    write_moves(sheet, json_object_get(before, "beliefs"), json_object_get(item, "beliefs"));
    write_readings(sheet, json_object_get(item, "readings"));
}

void sheet_history(Sheet *sheet) {
    const json_t *history = sheet_part(sheet, "history"), *before = json_object_get(history, "before");
    size_t index;
    json_t *item;
    if (!json_is_object(history)) return;
    page_end(&sheet->page);
    page_cell(&sheet->page, "Observed", INDENT + DATE, PAGE_LEFT);
    static const char *const columns[] = {"expected", "deal", "interim", "conflict"};
    for (int i = 0; i < 4; i++) page_cell(&sheet->page, columns[i], SHARE, PAGE_RIGHT);
    page_end(&sheet->page);
    write_cells(sheet, "before", json_object_get(before, "outcomes"), NAN, "");
    json_array_foreach(json_object_get(history, "items"), index, item) {
        write_item(sheet, item, before);
        before = item;
    }
    page_spaces(&sheet->page, INDENT);
    page_words(&sheet->page, INDENT, sheet->limit,
               "expected: how likely the scenario held it to be. Rated by what it did to the odds of a deal or an "
               "interim in force.");
}
