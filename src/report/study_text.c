/* SPDX-License-Identifier: GPL-3.0-or-later
 * Studies for reading in a terminal, from their JSON alone. */
#include "report/report.h"
#include "report/sheet.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum {
    COLUMNS_LEAST = 60,
    COLUMNS_MOST = 200,
    INDENT = 2,
    LABEL = 26,
    CELL = 9,
    DRIVERS_SHOWN = 8,
    STEPS_SHOWN = 4,
    TEXT_LIMIT = 96
};

static bool is_points(const char *name) {
    return strncmp(name, "gain.", 5) == 0 || strncmp(name, "spillover.", 10) == 0;
}

/* A probability in percent, anything else as a number. */
static const char *cell(const char *name, double value, char text[32]) {
    if (isnan(value))
        snprintf(text, 32, "–");
    else if (is_points(name))
        snprintf(text, 32, fabs(value) < 1000 ? "%.2f" : "%.0f", value);
    else
        snprintf(text, 32, "%.1f %%", 100 * value);
    return text;
}

static void put_cell(Sheet *sheet, const char *name, double value) {
    char text[32];
    page_cell(&sheet->page, cell(name, value, text), CELL, PAGE_RIGHT);
}

static void write_heading(Sheet *sheet) {
    const json_t *scenario = sheet_part(sheet, "scenario");
    size_t index;
    json_t *change;
    page_words(&sheet->page, 0, sheet->limit, "%s", sheet_text(scenario, "title"));
    json_array_foreach(json_object_get(scenario, "changes"), index, change) page_words(
        &sheet->page, 9, sheet->limit, "Changed: %s = %s", sheet_text(change, "path"), sheet_text(change, "value"));
}

/* "120 of 200 draws (seed 1, sobol), belief grid of 4 steps; 3 did not solve" */
static void write_draws(Sheet *sheet) {
    const json_t *settings = sheet_part(sheet, "settings");
    char done[GROUPED_SIZE], all[GROUPED_SIZE];
    double failed = sheet_number(sheet->outlook, "failed");
    page_words(
        &sheet->page, 0, sheet->limit, "%s of %s draws (seed %.0f, %s), belief grid of %.0f steps; %.0f did not solve",
        sheet_grouped(sheet_number(sheet->outlook, "done"), done), sheet_grouped(sheet_number(settings, "draws"), all),
        sheet_number(settings, "seed"), sheet_text(settings, "design"), sheet_number(settings, "resolution"), failed);
    page_end(&sheet->page);
}

/* ---- Sweep ---- */

static void write_histogram(Sheet *sheet, const json_t *histogram) {
    static const char *const levels[] = {" ", "▁", "▂", "▃", "▄", "▅", "▆", "▇", "█"};
    const json_t *counts = json_object_get(histogram, "counts");
    double most = 0;
    for (size_t i = 0; i < json_array_size(counts); i++)
        most = fmax(most, json_number_value(json_array_get(counts, i)));
    for (size_t i = 0; i < json_array_size(counts); i++) {
        double own = json_number_value(json_array_get(counts, i));
        page_add(&sheet->page, levels[most > 0 ? (int)ceil(8 * own / most) : 0]);
    }
}

static bool shows_histograms(const Sheet *sheet) {
    return sheet->page.columns >= INDENT + LABEL + 4 * CELL + 2 + 20;
}

static void write_measures(Sheet *sheet) {
    const char *name;
    json_t *measure;
    int room = sheet->page.columns - INDENT - 4 * CELL, label = room < LABEL ? room : LABEL;
    bool is_wide = shows_histograms(sheet);
    page_cell(&sheet->page, "", INDENT + label, PAGE_LEFT);
    static const char *const heads[] = {"mean", "5 %", "median", "95 %"};
    for (int i = 0; i < 4; i++) page_cell(&sheet->page, heads[i], CELL, PAGE_RIGHT);
    page_end(&sheet->page);
    json_object_foreach((json_t *)sheet_part(sheet, "measures"), name, measure) {
        static const char *const keys[] = {"mean", "p5", "median", "p95"};
        page_spaces(&sheet->page, INDENT);
        page_cell(&sheet->page, name, label, PAGE_LEFT);
        for (int i = 0; i < 4; i++) put_cell(sheet, name, sheet_number(measure, keys[i]));
        page_spaces(&sheet->page, 2);
        if (is_wide && !is_points(name)) write_histogram(sheet, json_object_get(measure, "histogram"));
        page_end(&sheet->page);
    }
}

/* "47.0 % ±1.2 after 16, 47.7 % ±0.8 after 32": how the mean settled, the last few. */
static void write_convergence(Sheet *sheet, const json_t *deal) {
    const json_t *steps = json_object_get(deal, "convergence");
    size_t count = json_array_size(steps), first = count > STEPS_SHOWN ? count - STEPS_SHOWN : 0;
    if (count == 0) return;
    page_spaces(&sheet->page, INDENT);
    char text[256] = "";
    for (size_t i = first; i < count; i++) {
        const json_t *step = json_array_get(steps, i);
        size_t at = strlen(text);
        snprintf(text + at, sizeof text - at, "%s%.1f %% ±%.1f after %.0f", i > first ? ", " : "",
                 100 * sheet_number(step, "mean"), 100 * sheet_number(step, "error"), sheet_number(step, "n"));
    }
    page_words(&sheet->page, INDENT, sheet->limit, "The mean of deal was %s draws.", text);
}

static void write_errors(Sheet *sheet) {
    const json_t *deal = json_object_get(sheet_part(sheet, "measures"), "deal"), *grid = json_object_get(deal, "grid");
    page_spaces(&sheet->page, INDENT);
    page_words(&sheet->page, INDENT, sheet->limit,
               "The mean of deal is known to %.2g points (standard error over the draws).%s",
               100 * sheet_number(deal, "error"), shows_histograms(sheet) ? " Curves: from 0 to 100 %." : "");
    if (json_is_object(grid)) {
        page_spaces(&sheet->page, INDENT);
        page_words(
            &sheet->page, INDENT, sheet->limit,
            "The belief grid shifts it by about %.1f points, a single draw by %.1f (%.0f draws, against half the "
            "resolution).",
            100 * fabs(sheet_number(grid, "shift")), 100 * sheet_number(grid, "each"), sheet_number(grid, "n"));
    }
    write_convergence(sheet, deal);
}

typedef struct Ranked {
    const char *path;
    const json_t *driver;
    double first;
} Ranked;

static int by_first(const void *a, const void *b) {
    double x = ((const Ranked *)a)->first, y = ((const Ranked *)b)->first;
    return (x < y) - (x > y);
}

static void write_drivers_of(Sheet *sheet, const char *outcome) {
    const json_t *assumptions = sheet_part(sheet, "assumptions");
    size_t count = 0, room = json_object_size(assumptions);
    Ranked *ranked = calloc(room + 1, sizeof *ranked);
    const char *path;
    json_t *own;
    if (!ranked) {
        sheet->page.failed = true;
        return;
    }
    json_object_foreach((json_t *)assumptions, path, own) {
        const json_t *driver = json_object_get(json_object_get(own, "drives"), outcome);
        double first = sheet_number(driver, "first");
        if (sheet_number(driver, "low") > 0) ranked[count++] = (Ranked){path, driver, first};
    }
    qsort(ranked, count, sizeof *ranked, by_first);
    page_end(&sheet->page);
    page_words(&sheet->page, 0, sheet->limit,
               "What drives %s (share of its variance, 95 %% interval; rank correlation)", outcome);
    for (size_t i = 0; i < count && i < DRIVERS_SHOWN; i++) {
        page_print(&sheet->page, "  %5.1f %% (%5.1f to %5.1f)  %+.2f  ", 100 * ranked[i].first,
                   100 * sheet_number(ranked[i].driver, "low"), 100 * sheet_number(ranked[i].driver, "high"),
                   sheet_number(ranked[i].driver, "rank"));
        page_words(&sheet->page, 38, sheet->limit, "%s", ranked[i].path);
    }
    if (count == 0) page_words(&sheet->page, 0, sheet->limit, "  nothing that stands out from chance in these draws");
    free(ranked);
}

static int by_swing(const void *a, const void *b) {
    double x = fabs(((const Ranked *)a)->first), y = fabs(((const Ranked *)b)->first);
    return (x < y) - (x > y);
}

static void write_tornado(Sheet *sheet) {
    const json_t *assumptions = sheet_part(sheet, "assumptions");
    Ranked *ranked = calloc(json_object_size(assumptions) + 1, sizeof *ranked);
    size_t count = 0;
    const char *path;
    json_t *own;
    if (!ranked) return;
    json_object_foreach((json_t *)assumptions, path, own) {
        const json_t *bar = json_object_get(own, "tornado");
        double low = sheet_number(json_object_get(json_object_get(bar, "p5"), "outcomes"), "deal");
        double high = sheet_number(json_object_get(json_object_get(bar, "p95"), "outcomes"), "deal");
        if (json_is_object(bar) && !isnan(low) && !isnan(high)) ranked[count++] = (Ranked){path, bar, high - low};
    }
    qsort(ranked, count, sizeof *ranked, by_swing);
    if (count > 0) {
        page_end(&sheet->page);
        page_words(&sheet->page, 0, sheet->limit,
                   "Deal with one assumption at its 5th and at its 95th percentile, the others at their centres");
    }
    for (size_t i = 0; i < count && i < DRIVERS_SHOWN; i++) {
        page_spaces(&sheet->page, INDENT);
        for (int end = 0; end < 2; end++)
            put_cell(sheet, "deal",
                     sheet_number(json_object_get(json_object_get(ranked[i].driver, end ? "p95" : "p5"), "outcomes"),
                                  "deal"));
        page_spaces(&sheet->page, 2);
        page_words(&sheet->page, 24, sheet->limit, "%s", ranked[i].path);
    }
    free(ranked);
}

static void write_thresholds(Sheet *sheet) {
    const char *path;
    json_t *own;
    bool is_first = true;
    const json_t *between = sheet_part(sheet, "between");
    json_object_foreach((json_t *)sheet_part(sheet, "assumptions"), path, own) {
        const json_t *threshold = json_object_get(own, "threshold");
        if (!json_is_object(threshold)) continue;
        if (is_first) {
            page_end(&sheet->page);
            page_words(&sheet->page, 0, sheet->limit, "As likely as each other, %s and %s, where",
                       json_string_value(json_array_get(between, 0)), json_string_value(json_array_get(between, 1)));
        }
        is_first = false;
        page_spaces(&sheet->page, INDENT);
        page_words(&sheet->page, 2 * INDENT, sheet->limit, "%s = %.4g (percentile %.0f)", path,
                   sheet_number(threshold, "value"), sheet_number(threshold, "percentile"));
    }
    if (json_is_array(between) && is_first) {
        page_end(&sheet->page);
        page_words(&sheet->page, 0, sheet->limit,
                   "No assumption alone, within its 1st and 99th percentile, makes %s and %s equally likely",
                   json_string_value(json_array_get(between, 0)), json_string_value(json_array_get(between, 1)));
    }
}

static void write_sweep(Sheet *sheet) {
    write_draws(sheet);
    write_measures(sheet);
    write_errors(sheet);
    write_drivers_of(sheet, "deal");
    write_drivers_of(sheet, "conflict");
    write_tornado(sheet);
    write_thresholds(sheet);
}

/* ---- Claims ---- */

static void write_part(Sheet *sheet, const json_t *part) {
    char effect[32], low[32], high[32], with[32], without[32];
    const char *name = sheet_text(part, "outcome"), *test = sheet_text(part, "test");
    double threshold = sheet_number(part, "threshold");
    bool is_level = strcmp(test, "above") == 0 || strcmp(test, "below") == 0;
    page_spaces(&sheet->page, 10);
    if (is_level)
        page_words(&sheet->page, 12, sheet->limit, "%s %s %.4g: %s on the average; in %.0f %% of draws", name, test,
                   threshold, cell(name, sheet_number(part, "with"), with), 100 * sheet_number(part, "share"));
    else
        page_words(&sheet->page, 12, sheet->limit, "%s %s: %s against %s; effect %s (%s to %s); in %.0f %% of draws",
                   name, strcmp(test, "more_than") == 0 ? "changes more" : test,
                   cell(name, sheet_number(part, "with"), with), cell(name, sheet_number(part, "without"), without),
                   cell(name, sheet_number(part, "effect"), effect), cell(name, sheet_number(part, "low"), low),
                   cell(name, sheet_number(part, "high"), high), 100 * sheet_number(part, "share"));
}

static void write_claim(Sheet *sheet, const json_t *claim) {
    size_t index;
    json_t *part, *rank;
    const char *path, *built_in = sheet_text(claim, "built_in");
    page_cell(&sheet->page, sheet_text(claim, "verdict"), 10, PAGE_LEFT);
    page_words(&sheet->page, 10, sheet->limit, "%s", sheet_text(claim, "say"));
    page_spaces(&sheet->page, 10);
    if (sheet_number(claim, "draws") == 0) {
        page_words(&sheet->page, 12, sheet->limit,
                   "one of its sides could not be solved in any draw: `brink run` with its "
                   "variant, or with what it takes as given, says why");
        page_end(&sheet->page);
        return;
    }
    page_words(&sheet->page, 12, sheet->limit, "in %.0f of %.0f draws, %.0f %% (95 %%: %.0f to %.0f)",
               sheet_number(claim, "held"), sheet_number(claim, "draws"), 100 * sheet_number(claim, "share"),
               100 * sheet_number(claim, "low"), 100 * sheet_number(claim, "high"));
    json_array_foreach(json_object_get(claim, "parts"), index, part) write_part(sheet, part);
    json_object_foreach(json_object_get(claim, "depends_on"), path, rank) {
        page_spaces(&sheet->page, 10);
        page_words(&sheet->page, 12, sheet->limit, "depends on %s (rank correlation with the effect %+.2f)", path,
                   json_number_value(rank));
    }
    if (*built_in) {
        page_spaces(&sheet->page, 10);
        page_words(&sheet->page, 12, sheet->limit, "built in? It held in every draw. %s", built_in);
    }
    page_end(&sheet->page);
}

static void write_claims(Sheet *sheet) {
    size_t index;
    json_t *claim;
    write_draws(sheet);
    json_array_foreach(sheet_part(sheet, "claims"), index, claim) write_claim(sheet, claim);
    page_words(&sheet->page, 0, sheet->limit,
               "holds: in 95 %% of draws or more; fails: in 5 %% or fewer; depends: between. Effects are means over "
               "paired draws, with their 95 %% interval.");
}

/* ---- Comparison ---- */

/* Columns of a comparison that stand side by side. */
typedef struct Block {
    size_t start, end;
} Block;

static int compared_width(size_t index) {
    return index == 0 ? 18 : 30;
}

/* As many from `start` on as fit beside their labels, one at least. */
static Block fit_block(const Sheet *sheet, size_t start, size_t count) {
    size_t end = start;
    int width = INDENT + LABEL;
    while (end < count && (end == start || width + 2 + compared_width(end) <= sheet->page.columns))
        width += 2 + compared_width(end++);
    return (Block){start, end};
}

/* "46.2 % ±0.8 % (-7.9 %)" */
static void write_compared(Sheet *sheet, const char *name, const json_t *own, size_t index) {
    char value[32], error[32], text[128], change[32];
    double difference = sheet_number(own, "change");
    cell(name, sheet_number(own, "value"), value);
    cell(name, sheet_number(own, "error"), error);
    cell(name, difference, change);
    if (index == 0)
        snprintf(text, sizeof text, "%s ±%s", value, error);
    else
        snprintf(text, sizeof text, "%s ±%s (%s%s)", value, error, difference >= 0 ? "+" : "", change);
    page_spaces(&sheet->page, 2);
    page_cell(&sheet->page, text, compared_width(index), PAGE_RIGHT);
}

/* "31.0 % to 58.2 %" of the draws, in a row of their own; `part`: draws, or changes against the first column. */
static void write_compared_draws(Sheet *sheet, const char *name, const json_t *columns, Block block, const char *label,
                                 const char *part) {
    page_spaces(&sheet->page, 2 * INDENT);
    page_cell(&sheet->page, label, LABEL - INDENT, PAGE_LEFT);
    for (size_t i = block.start; i < block.end; i++) {
        char low[32], high[32], text[80] = "";
        const json_t *own =
            json_object_get(json_object_get(json_object_get(json_array_get(columns, i), "measures"), name), part);
        snprintf(text, sizeof text, "%s to %s", cell(name, sheet_number(own, "p5"), low),
                 cell(name, sheet_number(own, "p95"), high));
        page_spaces(&sheet->page, 2);
        page_cell(&sheet->page, i == 0 && strcmp(part, "changes") == 0 ? "" : text, compared_width(i), PAGE_RIGHT);
    }
    page_end(&sheet->page);
}

/* Draws of a comparison that were solved in all of its columns. */
static double compared_draws(const Sheet *sheet) {
    return sheet_number(sheet->outlook, "done") - sheet_number(sheet->outlook, "failed");
}

static void write_compared_rows(Sheet *sheet, const json_t *columns, Block block, bool of_points) {
    const char *name;
    json_t *measure;
    json_object_foreach(json_object_get(json_array_get(columns, 0), "measures"), name, measure) {
        (void)measure;
        if (is_points(name) != of_points) continue;
        page_spaces(&sheet->page, INDENT);
        page_cell(&sheet->page, name, LABEL, PAGE_LEFT);
        for (size_t i = block.start; i < block.end; i++)
            write_compared(sheet, name, json_object_get(json_object_get(json_array_get(columns, i), "measures"), name),
                           i);
        page_end(&sheet->page);
        if (!(compared_draws(sheet) > 0)) continue;
        write_compared_draws(sheet, name, columns, block, "5 to 95 % of draws", "draws");
        if (block.end > 1) write_compared_draws(sheet, name, columns, block, "of their changes", "changes");
    }
}

static void write_block(Sheet *sheet, const json_t *columns, Block block) {
    page_end(&sheet->page);
    page_cell(&sheet->page, "", INDENT + LABEL, PAGE_LEFT);
    for (size_t i = block.start; i < block.end; i++) {
        const char *variant = sheet_text(json_array_get(columns, i), "variant");
        page_spaces(&sheet->page, 2);
        page_cell(&sheet->page, i == 0 ? "as it stands" : variant, compared_width(i), PAGE_RIGHT);
    }
    page_end(&sheet->page);
    write_compared_rows(sheet, columns, block, false);
    write_compared_rows(sheet, columns, block, true);
}

static void write_comparison(Sheet *sheet) {
    const json_t *columns = sheet_part(sheet, "columns");
    Block block = {0, 0};
    while (block.end < json_array_size(columns)) {
        block = fit_block(sheet, block.end, json_array_size(columns));
        write_block(sheet, columns, block);
    }
    page_words(&sheet->page, 0, sheet->limit,
               "With every uncertain number at its centre; ±: by how much the calculation may be off. In brackets: the "
               "change against the scenario as it stands.");
    if (compared_draws(sheet) > 0)
        page_words(&sheet->page, 0, sheet->limit,
                   "Below: the middle 90 %% of %.0f draws of all uncertain numbers, the same in all columns.",
                   compared_draws(sheet));
}

char *report_study_text(const json_t *study, int columns) {
    Sheet sheet = {.outlook = study};
    const char *kind = sheet_text(study, "study");
    page_start(&sheet.page, columns < COLUMNS_LEAST ? COLUMNS_LEAST : columns > COLUMNS_MOST ? COLUMNS_MOST : columns);
    sheet.limit = sheet.page.columns < TEXT_LIMIT ? sheet.page.columns : TEXT_LIMIT;
    write_heading(&sheet);
    if (strcmp(kind, "sweep") == 0) write_sweep(&sheet);
    if (strcmp(kind, "claims") == 0) write_claims(&sheet);
    if (strcmp(kind, "compare") == 0) write_comparison(&sheet);
    return page_finish(&sheet.page);
}
