/* SPDX-License-Identifier: GPL-3.0-or-later
 * How the odds move with the scenario's numbers (docs/method/gradient.md): in the JSON all of them, for reading the
 * strongest. */
#include "report/gradient.h"

#include "report/leaves.h"
#include "report/utf8.h"

#include <math.h>
#include <stdio.h>

static const char *const outcome_names[OUTCOME_COUNT] = {"deal", "interim", "lapse", "collapse", "conflict"};

/* ---- The JSON ---- */

static json_t *by_outcome(bool *failed, const double *slope, double factor) {
    json_t *object = json_object();
    for (int o = 0; o < OUTCOME_COUNT; o++) leaf_put(failed, object, outcome_names[o], leaf_number(slope[o] * factor));
    return object;
}

static json_t *number_object(bool *failed, const Scenario *scenario, const GradientNumber *own) {
    const Number *number = &scenario->numbers[own->number];
    json_t *object = json_object();
    leaf_put(failed, object, "path", leaf_text(number->path));
    leaf_put(failed, object, "value", leaf_number(own->value));
    leaf_put(failed, object, "unit", leaf_text(unit_name(number->unit)));
    leaf_put(failed, object, "per_unit", by_outcome(failed, own->slope, 1));
    leaf_put(failed, object, "per_percent", by_outcome(failed, own->slope, own->value / 100));
    leaf_put(failed, object, "kink", json_boolean(own->is_kink));
    return object;
}

json_t *report_gradient_json(const ReportInput *input) {
    const Gradient *gradient = input->gradient;
    bool failed = false;
    if (!gradient) return json_null();
    json_t *object = json_object(), *numbers = json_array();
    for (int i = 0; i < gradient->count; i++)
        leaf_append(&failed, numbers, number_object(&failed, input->scenario, &gradient->numbers[i]));
    leaf_put(&failed, object, "numbers", numbers);
    leaf_put(&failed, object, "idle", json_integer(gradient->idle));
    leaf_put(&failed, object, "hard", json_integer(gradient->hard));
    leaf_put(&failed, object, "jumps", json_integer(gradient->jumps));
    leaf_put(&failed, object, "listed", json_integer(input->gradient_listed));
    if (!failed) return object;
    json_decref(object);
    return NULL;
}

/* ---- For reading ---- */

enum { INDENT = 2, VALUE = 9, SLOPE = 9, COLUMNS = VALUE + 4 * SLOPE };

/* Percentage points, or a number of the file: three digits that count. */
static void number_cell(Sheet *sheet, double value, int width, bool is_signed) {
    char text[32];
    double size = fabs(value);
    int digits = size >= 99.95 || size == 0 ? 0 : size >= 9.995 ? 1 : size >= 0.995 ? 2 : 3;
    if (size > 0 && (size < 5e-4 || size >= 1e6))
        snprintf(text, sizeof text, is_signed ? "%+.0e" : "%.0e", value);
    else
        snprintf(text, sizeof text, is_signed && value != 0 ? "%+.*f" : "%.*f", digits, value);
    page_cell(&sheet->page, text, width, PAGE_RIGHT);
}

static void write_number(Sheet *sheet, const json_t *own) {
    char path[256];
    bool is_kink = json_is_true(json_object_get(own, "kink"));
    snprintf(path, sizeof path, "%s%s", sheet_text(own, "path"), is_kink ? " *" : "");
    int room = sheet->page.columns - INDENT - COLUMNS;
    page_spaces(&sheet->page, INDENT);
    if (utf8_width(path) < room) {
        page_cell(&sheet->page, path, room, PAGE_LEFT);
    } else {
        page_words(&sheet->page, INDENT, sheet->page.columns, "%s", path);
        page_spaces(&sheet->page, INDENT + room);
    }
    const json_t *unit = json_object_get(own, "per_unit"), *percent = json_object_get(own, "per_percent");
    number_cell(sheet, sheet_number(own, "value"), VALUE, false);
    number_cell(sheet, 100 * sheet_number(unit, "deal"), SLOPE, true);
    number_cell(sheet, 100 * sheet_number(unit, "conflict"), SLOPE, true);
    number_cell(sheet, 100 * sheet_number(percent, "deal"), SLOPE, true);
    number_cell(sheet, 100 * sheet_number(percent, "conflict"), SLOPE, true);
    page_end(&sheet->page);
}

static void write_heading(Sheet *sheet) {
    int room = sheet->page.columns - COLUMNS;
    page_cell(&sheet->page, "", room + VALUE, PAGE_LEFT);
    page_cell(&sheet->page, "per unit", 2 * SLOPE, PAGE_RIGHT);
    page_cell(&sheet->page, "per 1 %", 2 * SLOPE, PAGE_RIGHT);
    page_end(&sheet->page);
    page_cell(&sheet->page, "", room, PAGE_LEFT);
    page_cell(&sheet->page, "now", VALUE, PAGE_RIGHT);
    for (int i = 0; i < 2; i++) {
        page_cell(&sheet->page, "deal", SLOPE, PAGE_RIGHT);
        page_cell(&sheet->page, "conflict", SLOPE, PAGE_RIGHT);
    }
    page_end(&sheet->page);
}

static void write_kinks(Sheet *sheet, int kinks) {
    const json_t *gradient = sheet_part(sheet, "gradient");
    double jumps = sheet_number(gradient, "jumps"), hard = sheet_number(gradient, "hard");
    if (kinks > 0)
        page_words(&sheet->page, 0, sheet->limit,
                   "* to both sides of this number the odds move differently: half-way between, or the one side that "
                   "has a slope");
    if (jumps > 0)
        page_words(&sheet->page, 0, sheet->limit, "%.0f numbers have no slope where they stand: the odds jump there",
                   jumps);
    if (hard > 0) page_words(&sheet->page, 0, sheet->limit, "%.0f red lines are hard, and no numbers", hard);
}

void sheet_gradient(Sheet *sheet) {
    const json_t *gradient = sheet_part(sheet, "gradient");
    const json_t *numbers = json_object_get(gradient, "numbers");
    double listed = sheet_number(gradient, "listed");
    size_t index;
    json_t *own;
    int kinks = 0;
    if (!json_is_object(gradient)) return;
    page_end(&sheet->page);
    page_words(
        &sheet->page, 0, sheet->limit,
        "What moves the odds, number by number, all others held (points of probability; %.0f of %.0f, the strongest "
        "by 1 %%)",
        fmin(listed, (double)json_array_size(numbers)), (double)json_array_size(numbers));
    write_heading(sheet);
    json_array_foreach(numbers, index, own) {
        if ((double)index >= listed) break;
        kinks += json_is_true(json_object_get(own, "kink"));
        write_number(sheet, own);
    }
    write_kinks(sheet, kinks);
}
