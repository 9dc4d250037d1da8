/* SPDX-License-Identifier: GPL-3.0-or-later
 * Safeguards as one JSON tree (docs/safeguards-json.md): the stockpile, and what each draft leaves of it, of separative
 * work and of time. Invariant: an endless time is null, and `is_never` beside it is true. */
#include "report/report.h"

#include "report/leaves.h"

#include <math.h>
#include <stdlib.h>

enum { QUANTILES = 3 };

typedef struct Build {
    const SafeguardsInput *input;
    uint64_t done, total; /* breakouts */
    const Scenario *scenario;
    Situation *situation;
    int draw_count, first; /* first: the next meeting */
    double *days;          /* [draft + 1][draw_count] breakout at the next meeting, sorted; the last row is today's */
    bool failed;           /* memory is short, or it is to stop */
} Build;

static void put(Build *build, json_t *object, const char *key, json_t *value) {
    leaf_put(&build->failed, object, key, value);
}

static void append(Build *build, json_t *array, json_t *value) {
    leaf_append(&build->failed, array, value);
}

static const int *options_of(const Build *build, int draft) {
    const Situation *s = build->situation;
    return draft < s->draft_count ? s->draft_option + (size_t)draft * (size_t)s->issue_count : s->today;
}

/* A breakout is known: false when it is to stop. */
static bool tell_breakout(Build *build) {
    const SafeguardsInput *input = build->input;
    if (input->observer && build->done % 64 == 0 && !build->failed)
        build->failed = !input->observer(input->payload, build->done, build->total);
    build->done++;
    return !build->failed;
}

/* ---- Draws ---- */

static int compare(const void *a, const void *b) {
    double x = *(const double *)a, y = *(const double *)b;
    return (x > y) - (x < y);
}

/* Draws the scenario's numbers and keeps each draft's breakout; the centre is filled in again afterwards. False when it
 * is to stop. */
static bool draw_days(Build *build) {
    Situation *s = build->situation;
    for (int k = 0; k < build->draw_count && !build->failed; k++) {
        situation_fill(build->scenario, (Draw){.seed = build->input->seed, .index = (uint64_t)k}, s);
        for (int draft = 0; draft <= s->draft_count && tell_breakout(build); draft++)
            build->days[draft * build->draw_count + k] =
                settlement_breakout(s, build->first, options_of(build, draft)).days;
    }
    situation_fill(build->scenario, (Draw){.is_centre = true}, s);
    for (int draft = 0; draft <= s->draft_count && !build->failed; draft++)
        qsort(build->days + draft * build->draw_count, (size_t)build->draw_count, sizeof(double), compare);
    return !build->failed;
}

/* {p10, p50, p90}: the draws at those places in order; an endless time is null. */
static json_t *spread(Build *build, int draft) {
    static const struct {
        const char *key;
        double share;
    } places[QUANTILES] = {{"p10", 0.1}, {"p50", 0.5}, {"p90", 0.9}};
    if (build->draw_count == 0) return json_null();
    json_t *object = json_object();
    for (int i = 0; i < QUANTILES; i++) {
        int at = (int)(places[i].share * (build->draw_count - 1) + 0.5);
        put(build, object, places[i].key, leaf_number(build->days[draft * build->draw_count + at]));
    }
    return object;
}

/* ---- Stock ---- */

static json_t *lots(Build *build, const Stock *stock) {
    json_t *list = json_array();
    for (int i = 0; i < stock->count; i++) {
        const Lot *lot = &stock->lots[i];
        json_t *object = json_object();
        put(build, object, "enrichment", leaf_number(lot->assay));
        put(build, object, "mass", leaf_number(lot->mass));
        put(build, object, "isotope", leaf_number(lot->mass * lot->assay));
        put(build, object, "significant_quantities",
            leaf_number(lot->mass * lot->assay / build->situation->significant_quantity[0]));
        put(build, object, "delay", leaf_number(lot->delay));
        append(build, list, object);
    }
    return list;
}

static json_t *stores(Build *build, const Programme *programme) {
    json_t *list = json_array();
    for (int i = 0; i < programme->store_count; i++) {
        json_t *object = json_object();
        put(build, object, "capacity", leaf_number(programme->stores[i].capacity));
        put(build, object, "days", leaf_number(programme->stores[i].days));
        append(build, list, object);
    }
    return list;
}

static json_t *change_object(Build *build, const StockChange *change) {
    json_t *object = json_object();
    put(build, object, "blendstock", leaf_number(change->blendstock));
    put(build, object, "exported", leaf_number(change->exported));
    put(build, object, "converted", leaf_number(change->converted));
    put(build, object, "work_destroyed", leaf_number(change->work_destroyed));
    return object;
}

/* ---- Packages ---- */

/* {party: beta} of the parties that perform something in the package */
static json_t *detections(Build *build, int date, const int *options) {
    const Situation *s = build->situation;
    json_t *object = json_object();
    bool *moves = calloc((size_t)s->party_count, sizeof *moves);
    if (!moves) build->failed = true;
    if (moves) settlement_movers(s, options, moves);
    for (int party = 0; moves && party < s->party_count; party++)
        if (moves[party])
            put(build, object, build->scenario->parties[party].key,
                leaf_number(settlement_detection(s, party, date, options)));
    free(moves);
    return object;
}

/* {party: {type: verifiable}} of the types that ask for a detection */
static json_t *verdicts(Build *build, int date, const int *options) {
    const Situation *s = build->situation;
    json_t *object = json_object();
    for (int party = 0; party < s->party_count; party++) {
        json_t *types = json_object();
        for (int type = s->type_start[party]; type < s->type_start[party + 1] && s->signs[party]; type++)
            if (s->requires_detection[type] > 0)
                put(build, types, build->scenario->types[type].key,
                    json_boolean(settlement_is_verifiable(s, type, date, options)));
        if (json_object_size(types) > 0)
            put(build, object, build->scenario->parties[party].key, types);
        else
            json_decref(types);
    }
    return object;
}

static json_t *date_object(Build *build, int date, const int *options) {
    json_t *object = json_object();
    Breakout breakout = settlement_breakout(build->situation, date, options);
    put(build, object, "date", leaf_date(build->situation->date_day[date]));
    put(build, object, "breakout", leaf_number(breakout.days));
    put(build, object, "is_never", json_boolean(isinf(breakout.days)));
    put(build, object, "work", leaf_number(breakout.work));
    put(build, object, "tails", leaf_number(breakout.tails_assay));
    put(build, object, "detection", detections(build, date, options));
    put(build, object, "verifiable", verdicts(build, date, options));
    return object;
}

static json_t *package_object(Build *build, int draft) {
    const Situation *s = build->situation;
    const int *options = options_of(build, draft);
    bool is_draft = draft < s->draft_count;
    Programme programme = settlement_programme(s, build->first, options);
    json_t *object = json_object(), *dates = json_array();
    put(build, object, "draft", is_draft ? leaf_text(build->scenario->drafts[draft].key) : json_null());
    put(build, object, "interim", json_boolean(is_draft && s->draft_kind[draft] == DRAFT_INTERIM));
    put(build, object, "cap", leaf_number(programme.cap));
    put(build, object, "capacity", leaf_number(programme.capacity));
    put(build, object, "stored", stores(build, &programme));
    put(build, object, "stock", lots(build, &programme.stock));
    put(build, object, "change", change_object(build, &programme.change));
    put(build, object, "is_computed", json_boolean(settlement_has_safeguards(s, options)));
    put(build, object, "spread", spread(build, draft));
    for (int date = build->first; date < s->round_count && tell_breakout(build); date++)
        append(build, dates, date_object(build, date, options));
    put(build, object, "dates", dates);
    return object;
}

static json_t *packages(Build *build) {
    const Situation *s = build->situation;
    json_t *list = json_array();
    append(build, list, package_object(build, s->draft_count)); /* today */
    for (int draft = 0; draft < s->draft_count; draft++)
        if (s->draft_kind[draft] != DRAFT_FRAMEWORK) append(build, list, package_object(build, draft));
    return list;
}

/* ---- The whole ---- */

static json_t *parameters(Build *build) {
    const Situation *s = build->situation;
    json_t *object = json_object();
    put(build, object, "feed", leaf_number(s->feed_assay[0]));
    put(build, object, "tails", leaf_number(s->tails_assay[0]));
    put(build, object, "best_tails", json_boolean(s->has_best_tails));
    put(build, object, "significant_quantity", leaf_number(s->significant_quantity[0]));
    put(build, object, "weapon_enrichment", leaf_number(s->weapon_assay[0]));
    put(build, object, "reconversion", leaf_number(s->reconversion[0]));
    put(build, object, "draws", json_integer(build->draw_count));
    return object;
}

double report_safeguards_bytes(const Scenario *scenario, const Situation *shape, int draws) {
    const double number = 110, object = 330; /* as jansson and malloc keep them, with their share of the text */
    double packages = shape->draft_count + 1.0, asking = 0;
    int rounds = scenario_rounds(scenario);
    for (int party = 0; party < shape->party_count; party++)
        if (shape->signs[party]) asking += object + number * (shape->type_start[party + 1] - shape->type_start[party]);
    double date = 3 * object + (7.0 + shape->party_count) * number + asking;
    double lots = (shape->assay_count + 32.0) * (object + 5 * number);
    return packages * (draws * sizeof(double) + rounds * date + lots);
}

json_t *report_safeguards_json(const SafeguardsInput *input) {
    const Scenario *scenario = input->scenario;
    Situation *situation = input->situation;
    int draws = input->draws;
    Build build = {.input = input, .scenario = scenario, .situation = situation, .draw_count = draws};
    build.first =
        situation->observed_rounds < situation->round_count ? situation->observed_rounds : situation->round_count - 1;
    build.days = calloc((size_t)(situation->draft_count + 1) * (size_t)draws + 1, sizeof *build.days);
    if (!build.days) return NULL;
    build.total = (uint64_t)(situation->draft_count + 1) * (uint64_t)(draws + situation->round_count - build.first);
    if (!draw_days(&build)) {
        free(build.days);
        return NULL;
    }
    json_t *object = json_object();
    Stock stock = settlement_programme(situation, build.first, situation->today).stock;
    put(&build, object, "brink", leaf_text(brink_version()));
    put(&build, object, "scenario", leaf_scenario(&build.failed, scenario));
    put(&build, object, "parameters", parameters(&build));
    put(&build, object, "stockpile", lots(&build, &stock));
    put(&build, object, "packages", packages(&build));
    put(&build, object, "names", leaf_names(&build.failed, scenario, situation));
    free(build.days);
    if (!build.failed) return object;
    json_decref(object);
    return NULL;
}
