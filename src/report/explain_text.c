/* SPDX-License-Identifier: GPL-3.0-or-later
 * The explanation for reading, from its JSON alone: one sentence a line, with the line of the file to correct. */
#include "report/explain.h"

#include "report/sheet.h"

#include <string.h>

enum { COLUMNS_LEAST = 60, COLUMNS_MOST = 200, TEXT_LIMIT = 96, BARE_MOST = 12 };

static void write_sentences(Sheet *sheet, const json_t *list) {
    size_t index;
    const json_t *sentence;
    json_array_foreach(list, index, sentence) {
        json_int_t line = json_integer_value(json_object_get(sentence, "line"));
        page_add(&sheet->page, "  - ");
        if (line > 0)
            page_words(&sheet->page, 4, sheet->limit, "%s [%lld]", sheet_text(sentence, "text"), (long long)line);
        else
            page_words(&sheet->page, 4, sheet->limit, "%s", sheet_text(sentence, "text"));
    }
}

static void write_type(Sheet *sheet, const char *party, const char *type, const json_t *list) {
    page_end(&sheet->page);
    if (sheet_type_count(sheet, party) == 1)
        page_words(&sheet->page, 2, sheet->limit, "%s (%s)", sheet_party_name(sheet, party), party);
    else
        page_words(&sheet->page, 2, sheet->limit, "%s, if it is the type “%s” (%s.%s)", sheet_party_name(sheet, party),
                   sheet_type_name(sheet, party, type), party, type);
    write_sentences(sheet, list);
}

static void write_bands(Sheet *sheet, const json_t *bands) {
    size_t index;
    const json_t *item;
    if (json_array_size(bands) == 0) return;
    page_end(&sheet->page);
    page_words(&sheet->page, 2, sheet->limit,
               "Words that stand for numbers: the centre, and where two thirds of what "
               "is drawn lies");
    json_array_foreach(bands, index, item) {
        page_add(&sheet->page, "  - ");
        page_words(&sheet->page, 4, sheet->limit, "%s is “%s”: %.3g, %.3g to %.3g [%lld]", sheet_text(item, "path"),
                   sheet_text(item, "band"), sheet_number(item, "centre"), sheet_number(item, "low"),
                   sheet_number(item, "high"), (long long)json_integer_value(json_object_get(item, "line")));
    }
}

static void write_numbers(Sheet *sheet) {
    const json_t *numbers = sheet_part(sheet, "numbers"), *bare = json_object_get(numbers, "without_reason");
    size_t count = json_array_size(bare);
    page_end(&sheet->page);
    page_words(&sheet->page, 2, sheet->limit,
               "The file states %.0f numbers, %.0f of them uncertain; %.0f give a source, %.0f "
               "a reason of their own, %zu neither%s",
               sheet_number(numbers, "stated"), sheet_number(numbers, "uncertain"),
               sheet_number(numbers, "with_source"), sheet_number(numbers, "with_note_only"), count, count ? ":" : ".");
    for (size_t i = 0; i < count && i < BARE_MOST; i++) {
        const json_t *item = json_array_get(bare, i);
        page_add(&sheet->page, "  - ");
        page_words(&sheet->page, 4, sheet->limit, "%s [%lld]", sheet_text(item, "path"),
                   (long long)json_integer_value(json_object_get(item, "line")));
    }
    if (count <= BARE_MOST) return;
    page_spaces(&sheet->page, 4);
    page_words(&sheet->page, 4, sheet->limit, "and %zu more (all of them with --json)", count - BARE_MOST);
}

char *report_explain_text(const json_t *explanation, int columns) {
    Sheet sheet = {.outlook = explanation};
    if (columns < COLUMNS_LEAST) columns = COLUMNS_LEAST;
    if (columns > COLUMNS_MOST) columns = COLUMNS_MOST;
    sheet.limit = columns < TEXT_LIMIT ? columns : TEXT_LIMIT;
    page_start(&sheet.page, columns);
    page_words(&sheet.page, 0, columns, "%s", sheet_text(sheet_part(&sheet, "scenario"), "title"));
    page_words(&sheet.page, 0, sheet.limit,
               "What the numbers of the file say, at the centre of those that are uncertain. What is wrong here is "
               "wrong there: "
               "[line of %s].",
               sheet_text(sheet_part(&sheet, "scenario"), "file"));
    page_end(&sheet.page);
    page_words(&sheet.page, 2, sheet.limit, "For all");
    write_sentences(&sheet, sheet_part(&sheet, "ground"));
    const char *party, *type;
    json_t *types, *list;
    json_object_foreach((json_t *)sheet_part(&sheet, "parties"), party, types) {
        json_object_foreach(types, type, list) write_type(&sheet, party, type, list);
    }
    write_bands(&sheet, json_object_get(sheet_part(&sheet, "numbers"), "bands"));
    write_numbers(&sheet);
    return page_finish(&sheet.page);
}
