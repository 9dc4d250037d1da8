/* SPDX-License-Identifier: GPL-3.0-or-later
 * Spillovers (docs/outlook-json.md). Invariant: the weights of a mixture sum to 1; talks that go on at a date count as
 * a lapse, the outcome that leaves things as they are. */
#include "report/spillovers.h"

#include "report/leaves.h"

#include <math.h>
#include <stdio.h>

enum { DENSITY_BINS = 40, INDENT = 2, CELL = 11 };

static json_t *density(bool *failed, const Scenario *scenario, int spillover, const double *weights) {
    double low = mixture_quantile(scenario, spillover, weights, 0.005);
    double high = mixture_quantile(scenario, spillover, weights, 0.995), width = (high - low) / DENSITY_BINS;
    json_t *object = json_object(), *values = json_array();
    double before = mixture_cdf(scenario, spillover, weights, low);
    for (int bin = 1; bin <= DENSITY_BINS && width > 0; bin++) {
        double own = mixture_cdf(scenario, spillover, weights, low + bin * width);
        leaf_append(failed, values, leaf_number((own - before) / width));
        before = own;
    }
    leaf_put(failed, object, "low", leaf_number(low));
    leaf_put(failed, object, "high", leaf_number(high));
    leaf_put(failed, object, "values", values);
    return object;
}

static json_t *by_date(bool *failed, const ReportInput *input, int spillover) {
    const Outlook *outlook = input->outlook;
    json_t *array = json_array();
    double ended[OUTCOME_COUNT] = {0};
    for (int round = 0; round < outlook->round_count; round++) {
        double weights[OUTCOME_COUNT], open = 1;
        for (int o = 0; o < OUTCOME_COUNT; o++) open -= weights[o] = ended[o] += outlook->rounds[round].outcomes[o];
        weights[BRINK_LAPSE] += fmax(0, open);
        Mixture mixture = mixture_of(input->scenario, spillover, weights);
        json_t *row = json_object();
        leaf_put(failed, row, "date", leaf_date(input->situation->date_day[outlook->first_round + round]));
        leaf_put(failed, row, "mean", leaf_number(mixture.mean));
        leaf_put(failed, row, "p5", leaf_number(mixture.quantiles[0]));
        leaf_put(failed, row, "median", leaf_number(mixture.quantiles[2]));
        leaf_put(failed, row, "p95", leaf_number(mixture.quantiles[4]));
        leaf_append(failed, array, row);
    }
    return array;
}

static json_t *spillover_object(bool *failed, const ReportInput *input, int spillover) {
    static const char *const names[5] = {"p5", "p25", "median", "p75", "p95"};
    const Spillover *own = &input->scenario->spillovers[spillover];
    Mixture mixture = mixture_of(input->scenario, spillover, input->outlook->outcomes);
    json_t *object = json_object();
    leaf_put(failed, object, "name", leaf_text(own->label.name));
    leaf_put(failed, object, "unit", leaf_text(own->unit));
    leaf_put(failed, object, "mean", leaf_number(mixture.mean));
    for (int i = 0; i < 5; i++) leaf_put(failed, object, names[i], leaf_number(mixture.quantiles[i]));
    leaf_put(failed, object, "density", density(failed, input->scenario, spillover, input->outlook->outcomes));
    leaf_put(failed, object, "by_date", by_date(failed, input, spillover));
    return object;
}

json_t *report_spillovers_json(const ReportInput *input) {
    bool failed = false;
    json_t *object = json_object();
    for (int i = 0; i < input->scenario->spillover_count; i++)
        leaf_put(&failed, object, input->scenario->spillovers[i].label.key, spillover_object(&failed, input, i));
    if (!failed) return object;
    json_decref(object);
    return NULL;
}

/* ---- For reading ---- */

static void number_cell(Sheet *sheet, double value) {
    char text[32];
    snprintf(text, sizeof text, fabs(value) < 100 ? "%.2f" : "%.0f", value);
    page_cell(&sheet->page, text, CELL, PAGE_RIGHT);
}

void sheet_spillovers(Sheet *sheet) {
    const json_t *spillovers = sheet_part(sheet, "spillovers");
    const char *key;
    json_t *own;
    int name = sheet->page.columns - INDENT - 3 * CELL;
    if (json_object_size(spillovers) == 0) return;
    page_end(&sheet->page);
    page_cell(&sheet->page, "What it does elsewhere", INDENT + name, PAGE_LEFT);
    static const char *const heads[] = {"5 %", "median", "95 %"};
    for (int i = 0; i < 3; i++) page_cell(&sheet->page, heads[i], CELL, PAGE_RIGHT);
    page_end(&sheet->page);
    json_object_foreach((json_t *)spillovers, key, own) {
        char label[256];
        snprintf(label, sizeof label, "%s, %s", sheet_text(own, "name"), sheet_text(own, "unit"));
        page_spaces(&sheet->page, INDENT);
        page_cell(&sheet->page, label, name, PAGE_LEFT);
        number_cell(sheet, sheet_number(own, "p5"));
        number_cell(sheet, sheet_number(own, "median"));
        number_cell(sheet, sheet_number(own, "p95"));
        page_end(&sheet->page);
    }
}
