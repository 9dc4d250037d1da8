/* SPDX-License-Identifier: GPL-3.0-or-later
 * Studies as JSON trees. Invariant: nothing in them depends on time, threads or how often a study was interrupted. */
#include "report/leaves.h"
#include "report/report.h"

#include <math.h>
#include <string.h>

static const char *const outcome_names[OUTCOME_COUNT] = {"deal", "interim", "lapse", "collapse", "conflict"};
enum { HISTOGRAM_BINS = 20 };

typedef struct Build {
    bool failed;
} Build;

static void put(Build *build, json_t *object, const char *key, json_t *value) {
    leaf_put(&build->failed, object, key, value);
}

static json_t *finish(Build *build, json_t *object) {
    if (!build->failed) return object;
    json_decref(object);
    return NULL;
}

static json_t *settings_object(Build *build, const BrinkStudySettings *settings) {
    json_t *object = json_object();
    put(build, object, "draws", json_integer((json_int_t)settings->draws));
    put(build, object, "seed", json_integer((json_int_t)settings->seed));
    put(build, object, "design", json_string(settings->design == BRINK_SAMPLING_SOBOL ? "sobol" : "random"));
    put(build, object, "resolution", json_integer(settings->resolution));
    put(build, object, "rounds", json_integer(settings->rounds));
    return object;
}

static json_t *outcomes_object(Build *build, const double *values) {
    json_t *object = json_object();
    for (int o = 0; o < OUTCOME_COUNT; o++) put(build, object, outcome_names[o], leaf_number(values[o]));
    return object;
}

static json_t *start(Build *build, const char *kind, const Scenario *scenario) {
    json_t *object = json_object();
    put(build, object, "brink", json_string(brink_version()));
    put(build, object, "study", json_string(kind));
    put(build, object, "scenario", leaf_scenario(&build->failed, scenario));
    return object;
}

/* ---- Sweep ---- */

static json_t *histogram(Build *build, const Tally *tally) {
    json_t *object = json_object(), *counts = json_array();
    double low = tally->is_share ? 0 : tally->least, high = tally->is_share ? 1 : tally->most;
    json_int_t sums[HISTOGRAM_BINS] = {0};
    for (int i = 0; i < TALLY_BINS; i++) {
        double at = tally->is_share ? (i + 0.5) / TALLY_BINS : tally->reach * (2 * (i + 0.5) / TALLY_BINS - 1);
        int bin = high > low ? (int)((at - low) / (high - low) * HISTOGRAM_BINS) : 0;
        sums[bin < 0 ? 0 : bin >= HISTOGRAM_BINS ? HISTOGRAM_BINS - 1 : bin] += (json_int_t)tally->bins[i];
    }
    for (int bin = 0; bin < HISTOGRAM_BINS; bin++) leaf_append(&build->failed, counts, json_integer(sums[bin]));
    put(build, object, "low", leaf_number(low));
    put(build, object, "high", leaf_number(high));
    put(build, object, "counts", counts);
    return object;
}

static json_t *convergence(Build *build, const Tally *tally) {
    json_t *array = json_array();
    for (int i = 0; i < tally->step_count; i++) {
        json_t *step = json_object();
        put(build, step, "n", json_integer((json_int_t)tally->steps[i].count));
        put(build, step, "mean", leaf_number(tally->steps[i].mean));
        put(build, step, "error", leaf_number(tally->steps[i].error));
        leaf_append(&build->failed, array, step);
    }
    return array;
}

static void put_tally(Build *build, json_t *object, const Tally *tally) {
    put(build, object, "n", json_integer((json_int_t)tally->count));
    put(build, object, "mean", tally->count ? leaf_number(tally->mean) : json_null());
    put(build, object, "error", leaf_number(tally_error(tally)));
    put(build, object, "sd", leaf_number(tally_sd(tally)));
    put(build, object, "median", leaf_number(tally_quantile(tally, 0.5)));
    put(build, object, "p5", leaf_number(tally_quantile(tally, 0.05)));
    put(build, object, "p95", leaf_number(tally_quantile(tally, 0.95)));
}

static json_t *grid_object(Build *build, const GridError *error) {
    if (error->count == 0) return json_null();
    json_t *object = json_object();
    put(build, object, "n", json_integer(error->count));
    put(build, object, "shift", leaf_number(error->shift));
    put(build, object, "each", leaf_number(error->each));
    return object;
}

static json_t *measure_object(Build *build, const Tally *tally, const GridError *error) {
    json_t *object = json_object();
    put_tally(build, object, tally);
    put(build, object, "grid", grid_object(build, error));
    put(build, object, "histogram", histogram(build, tally));
    put(build, object, "convergence", convergence(build, tally));
    return object;
}

static json_t *driver_object(Build *build, const Sweep *sweep, int input, int output) {
    Driver found = drivers_find(&sweep->drivers, input, output, &sweep->tallies[output]);
    json_t *object = json_object();
    put(build, object, "first", leaf_number(found.first));
    put(build, object, "low", leaf_number(found.low));
    put(build, object, "high", leaf_number(found.high));
    put(build, object, "rank", leaf_number(found.rank));
    put(build, object, "rank_error", leaf_number(found.rank_error));
    return object;
}

static json_t *bar_object(Build *build, const TornadoBar *bar) {
    static const char *const ends[2] = {"p5", "p95"};
    json_t *object = json_object();
    for (int end = 0; end < 2; end++) {
        json_t *own = json_object();
        put(build, own, "value", leaf_number(bar->value[end]));
        put(build, own, "outcomes", outcomes_object(build, bar->outcomes[end]));
        put(build, object, ends[end], own);
    }
    return object;
}

static json_t *threshold_object(Build *build, const Threshold *threshold) {
    if (!threshold->exists) return json_null();
    json_t *object = json_object();
    put(build, object, "value", leaf_number(threshold->value));
    put(build, object, "percentile", leaf_number(100 * threshold->share));
    return object;
}

static json_t *assumptions_object(Build *build, const Sweep *sweep) {
    json_t *object = json_object();
    for (int i = 0; i < sweep->design->assumption_count; i++) {
        json_t *own = json_object(), *drivers = json_object();
        for (int o = 0; o < OUTCOME_COUNT; o++)
            put(build, drivers, outcome_names[o], driver_object(build, sweep, i, o));
        put(build, own, "drives", drivers);
        if (sweep->tornado) put(build, own, "tornado", bar_object(build, &sweep->tornado[i]));
        if (sweep->thresholds) put(build, own, "threshold", threshold_object(build, &sweep->thresholds[i]));
        put(build, object, sweep->scenario->numbers[sweep->design->assumptions[i]].path, own);
    }
    return object;
}

static json_t *failures_array(Build *build, const Sweep *sweep) {
    static const char *const reasons[] = {"", "a stage did not converge", "carrying out a package did not converge",
                                          "the history cannot happen", "not enough memory"};
    json_t *array = json_array();
    for (int i = 0; i < sweep->failure_count; i++) {
        json_t *row = json_object();
        put(build, row, "draw", json_integer((json_int_t)sweep->failures[i].draw));
        put(build, row, "why", json_string(reasons[sweep->failures[i].why]));
        leaf_append(&build->failed, array, row);
    }
    return array;
}

json_t *report_sweep_json(const Sweep *sweep) {
    Build build = {0};
    json_t *object = start(&build, "sweep", sweep->scenario), *measures = json_object();
    put(&build, object, "settings", settings_object(&build, &sweep->settings));
    if (sweep->thresholds) {
        json_t *between = json_array();
        for (int i = 0; i < 2; i++) leaf_append(&build.failed, between, json_string(sweep->between[i].name));
        put(&build, object, "between", between);
    }
    put(&build, object, "done", json_integer((json_int_t)sweep->draws));
    put(&build, object, "failed", json_integer((json_int_t)sweep->failed));
    put(&build, object, "failures", failures_array(&build, sweep));
    for (int m = 0; m < sweep->measure_count; m++)
        put(&build, measures, sweep->measures[m].name, measure_object(&build, &sweep->tallies[m], &sweep->grid[m]));
    put(&build, object, "measures", measures);
    put(&build, object, "assumptions", assumptions_object(&build, sweep));
    return finish(&build, object);
}

/* ---- Claims ---- */

static json_t *part_object(Build *build, const ClaimPartResult *part) {
    static const char *const tests[] = {"up", "down", "above", "below", "more_than"};
    json_t *object = json_object();
    put(build, object, "outcome", leaf_text(part->part->outcome));
    put(build, object, "test", json_string(tests[part->part->test]));
    put(build, object, "threshold", leaf_number(part->part->threshold));
    put(build, object, "share", leaf_number(part->share));
    put(build, object, "effect", leaf_number(part->mean));
    put(build, object, "low", leaf_number(part->low));
    put(build, object, "high", leaf_number(part->high));
    put(build, object, "with", leaf_number(part->when_mean));
    put(build, object, "without", leaf_number(part->against_mean));
    return object;
}

static json_t *claim_object(Build *build, const Scenario *scenario, const ClaimResult *claim) {
    static const char *const verdicts[] = {"holds", "fails", "depends", "unknown"};
    json_t *object = json_object(), *parts = json_array(), *depends = json_object();
    put(build, object, "say", leaf_text(claim->claim->say));
    put(build, object, "from", leaf_text(claim->claim->source));
    put(build, object, "verdict", json_string(verdicts[claim->verdict]));
    put(build, object, "draws", json_integer((json_int_t)claim->draws));
    put(build, object, "held", json_integer((json_int_t)claim->held));
    put(build, object, "share", leaf_number((double)claim->held / (double)claim->draws));
    put(build, object, "low", leaf_number(claim->low));
    put(build, object, "high", leaf_number(claim->high));
    put(build, object, "built_in", leaf_text(claim->mechanism));
    for (int i = 0; i < claim->driver_count; i++)
        put(build, depends, scenario->numbers[claim->drivers[i].assumption].path, leaf_number(claim->drivers[i].rank));
    put(build, object, "depends_on", depends);
    for (int i = 0; i < claim->claim->part_count; i++)
        leaf_append(&build->failed, parts, part_object(build, &claim->parts[i]));
    put(build, object, "parts", parts);
    return object;
}

json_t *report_claims_json(const Claims *claims) {
    Build build = {0};
    json_t *object = start(&build, "claims", claims->scenario), *list = json_array();
    put(&build, object, "settings", settings_object(&build, &claims->settings));
    put(&build, object, "done", json_integer((json_int_t)claims->draws));
    put(&build, object, "failed", json_integer((json_int_t)claims->failed));
    for (int i = 0; i < claims->claim_count; i++)
        leaf_append(&build.failed, list, claim_object(&build, claims->scenario, &claims->claims[i]));
    put(&build, object, "claims", list);
    return finish(&build, object);
}

/* ---- Comparison ---- */

static json_t *draws_object(Build *build, const Tally *tally) {
    if (tally->count == 0) return json_null();
    json_t *object = json_object();
    put_tally(build, object, tally);
    return object;
}

static json_t *compared_object(Build *build, const Comparison *comparison, const Compared *column, int m) {
    json_t *object = json_object();
    put(build, object, "value", leaf_number(column->values[m]));
    put(build, object, "error", leaf_number(column->errors[m]));
    put(build, object, "change", leaf_number(column->values[m] - comparison->columns[0].values[m]));
    put(build, object, "draws", draws_object(build, &column->draws[m]));
    put(build, object, "changes", draws_object(build, &column->changes[m]));
    return object;
}

json_t *report_comparison_json(const Comparison *comparison) {
    Build build = {0};
    json_t *object = start(&build, "compare", comparison->scenario), *columns = json_array();
    put(&build, object, "settings", settings_object(&build, &comparison->settings));
    put(&build, object, "done", json_integer((json_int_t)comparison->draws));
    put(&build, object, "failed", json_integer((json_int_t)comparison->failed));
    for (int c = 0; c < comparison->column_count; c++) {
        const Compared *column = &comparison->columns[c];
        json_t *own = json_object(), *measures = json_object();
        put(&build, own, "variant", leaf_text(column->name));
        for (int m = 0; m < comparison->measure_count; m++)
            put(&build, measures, comparison->measures[m].name, compared_object(&build, comparison, column, m));
        put(&build, own, "measures", measures);
        leaf_append(&build.failed, columns, own);
    }
    put(&build, object, "columns", columns);
    return finish(&build, object);
}
