/* SPDX-License-Identifier: GPL-3.0-or-later
 * From a checked scenario to its safeguards, and the physics by itself. */
#include "api/api.h"

#include "settlement/settlement.h"
#include "study/study.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>

enum { DRAWS_MOST = 100000 };

struct BrinkSafeguards {
    json_t *json;
};

BrinkSafeguardsSettings brink_safeguards_settings_default(void) {
    return (BrinkSafeguardsSettings){.draws = 200, .seed = 1};
}

typedef struct Watch {
    const BrinkSafeguardsSettings *settings;
    bool is_cancelled;
} Watch;

static bool observe(void *payload, uint64_t done, uint64_t total) {
    Watch *watch = payload;
    const BrinkSafeguardsSettings *settings = watch->settings;
    watch->is_cancelled = !settings->observer(settings->observer_payload, BRINK_PHASE_BREAKOUTS, done, total);
    return !watch->is_cancelled;
}

/* Before anything large is built. */
static BrinkStatus foresee(const Scenario *scenario, const BrinkSafeguardsSettings *settings,
                           BrinkDiagnostics *diagnostics) {
    double bytes;
    char parts[120];
    Situation shape = situation_shape(scenario, 0, &bytes);
    bytes += report_safeguards_bytes(scenario, &shape, settings->draws);
    snprintf(parts, sizeof parts, "%d drafts over %d rounds, in %d draws", shape.draft_count, scenario_rounds(scenario),
             settings->draws);
    return size_foresee_bytes(bytes, settings->memory, parts,
                              "fewer drafts, rounds (clock.rounds) or draws shrink it; --memory sets the cap",
                              diagnostics);
}

static BrinkStatus make(const Scenario *scenario, const BrinkSafeguardsSettings *settings, Arena *arena,
                        BrinkSafeguards **result) {
    Watch watch = {settings, false};
    SafeguardsInput input = {.scenario = scenario,
                             .draws = settings->draws,
                             .seed = settings->seed,
                             .observer = settings->observer ? observe : NULL,
                             .payload = &watch};
    BrinkStatus status = situation_new(scenario, 0, (Draw){.is_centre = true}, arena, &input.situation);
    if (status != BRINK_OK) return status;
    BrinkSafeguards *own = calloc(1, sizeof *own);
    if (own) own->json = report_safeguards_json(&input);
    if (!own || !own->json) {
        free(own);
        return watch.is_cancelled ? BRINK_CANCELLED : BRINK_NO_MEMORY;
    }
    *result = own;
    return BRINK_OK;
}

BrinkStatus brink_scenario_safeguards(BrinkScenario *scenario, const BrinkSafeguardsSettings *settings,
                                      BrinkDiagnostics *diagnostics, BrinkSafeguards **result) {
    const Scenario *checked = NULL;
    if (settings->draws < 0 || settings->draws > DRAWS_MOST) {
        diagnostics_add(diagnostics, DIAGNOSTIC_bad_setting, span_none(), "some hundreds are enough for a range",
                        "draws %d must lie between 0 and %d", settings->draws, DRAWS_MOST);
        return BRINK_BAD_INPUT;
    }
    Arena *arena = arena_new();
    BrinkStatus status = arena ? scenario_checked(scenario, diagnostics, &checked) : BRINK_NO_MEMORY;
    if (status == BRINK_OK) status = foresee(checked, settings, diagnostics);
    if (status == BRINK_OK) status = make(checked, settings, arena, result);
    arena_free(arena);
    return status;
}

BrinkStatus brink_safeguards_json(const BrinkSafeguards *safeguards, char **result) {
    char *text = json_dumps(safeguards->json, JSON_INDENT(2) | JSON_REAL_PRECISION(17));
    if (!text) return BRINK_NO_MEMORY;
    *result = text;
    return BRINK_OK;
}

BrinkStatus brink_safeguards_text(const BrinkSafeguards *safeguards, int columns, char **result) {
    char *text = report_safeguards_text(safeguards->json, columns);
    if (!text) return BRINK_NO_MEMORY;
    *result = text;
    return BRINK_OK;
}

void brink_safeguards_free(BrinkSafeguards *safeguards) {
    if (!safeguards) return;
    json_decref(safeguards->json);
    free(safeguards);
}

/* ---- Physics by itself ---- */

static BrinkStatus answer(Physics physics, const char *what, BrinkDiagnostics *diagnostics) {
    physics_report(diagnostics, physics, span_none(), what);
    return physics == PHYSICS_OK ? BRINK_OK : BRINK_BAD_INPUT;
}

BrinkStatus brink_enrichment(double product, double product_assay, double feed_assay, double tails_assay,
                             BrinkDiagnostics *diagnostics, BrinkEnrichment *result) {
    Enrichment own;
    Physics physics = swu_balance(product, product_assay, feed_assay, tails_assay, &own);
    if (physics == PHYSICS_OK) *result = (BrinkEnrichment){own.feed, own.tails, own.work};
    return answer(physics, "enrichment", diagnostics);
}

BrinkStatus brink_dilution(double mass, double assay, double blend_assay, double target_assay,
                           BrinkDiagnostics *diagnostics, BrinkDilution *result) {
    BrinkDilution own;
    Physics physics = stock_dilution(mass, assay, blend_assay, target_assay, &own.blendstock, &own.work_destroyed);
    if (physics == PHYSICS_OK) *result = own;
    return answer(physics, "dilution", diagnostics);
}

BrinkStatus brink_cascade(double product, double feed_assay, double separation, int enriching, int stripping,
                          BrinkDiagnostics *diagnostics, BrinkCascadeStage *stages, BrinkCascade *result) {
    bool is_long = enriching < 1 || stripping < 0 || enriching > CASCADE_STAGES_MAX - stripping;
    size_t count = is_long ? 1 : (size_t)enriching + (size_t)stripping;
    CascadeStage *own = calloc(count, sizeof *own);
    Cascade cascade;
    if (!own) return BRINK_NO_MEMORY;
    Physics physics = is_long ? PHYSICS_BAD_SEPARATION
                              : cascade_ideal(product, feed_assay, separation, enriching, stripping, own, &cascade);
    for (size_t i = 0; physics == PHYSICS_OK && i < count; i++)
        stages[i] = (BrinkCascadeStage){own[i].stage,      own[i].feed,        own[i].heads,      own[i].tails,
                                        own[i].feed_assay, own[i].heads_assay, own[i].tails_assay};
    if (physics == PHYSICS_OK)
        *result = (BrinkCascade){cascade.product,     cascade.feed, cascade.tails, cascade.product_assay,
                                 cascade.tails_assay, cascade.flow, cascade.work};
    free(own);
    return answer(physics, "cascade", diagnostics);
}

BrinkStatus brink_breakout(const BrinkBreakoutTask *task, BrinkDiagnostics *diagnostics, double *days) {
    Stock stock = {0};
    Breakout breakout;
    Physics physics = PHYSICS_OK;
    for (size_t i = 0; i < task->lot_count && physics == PHYSICS_OK; i++)
        physics = stock_add(&stock, task->mass[i], task->assay[i], 0);
    Store stores[STORES_MAX];
    if (task->store_count > STORES_MAX) physics = PHYSICS_TOO_MANY_LOTS;
    for (size_t i = 0; i < task->store_count && physics == PHYSICS_OK; i++)
        stores[i] = (Store){task->stored[i], task->reinstall[i]};
    BreakoutTask own = {.stock = &stock,
                        .feed_assay = task->feed_assay,
                        .tails_assay = task->tails_assay,
                        .has_best_tails = task->best_tails,
                        .product_assay = task->product_assay,
                        .quantity = task->quantity,
                        .capacity = task->capacity,
                        .stores = stores,
                        .store_count = (int)task->store_count};
    if (physics == PHYSICS_OK) physics = breakout_least(&own, &breakout);
    if (physics == PHYSICS_OK) *days = breakout.days;
    if (physics == PHYSICS_OK && isinf(breakout.days))
        diagnostics_add(diagnostics, DIAGNOSTIC_nothing_enriches, span_none(),
                        "give a capacity, or machines in storage",
                        "breakout: without separative work nothing becomes richer, and of weapon material there is "
                        "less than the quantity asked for");
    return answer(physics, "breakout", diagnostics);
}
