/* SPDX-License-Identifier: GPL-3.0-or-later
 * A sweep: every uncertain number drawn, the game solved, what comes out counted. Invariant: memory does not grow with
 * the number of draws, and the result is a function of the rows in their order. */
#include "study/log.h"
#include "study/study.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static const char *const outcome_names[OUTCOME_COUNT] = {"deal", "interim", "lapse", "collapse", "conflict"};

BrinkStudySettings brink_study_settings_default(void) {
    return (BrinkStudySettings){.draws = 200, .seed = 1, .resolution = 4};
}

/* ---- What is measured ---- */

static void add(const Scenario *scenario, const Situation *s, Measure *measures, int *count, const char *name) {
    if (name) measures[(*count)++] = measure_named(scenario, s, name, NAN);
}

const Measure *study_measures(const Scenario *scenario, const Situation *s, Arena *arena, int *count) {
    size_t room =
        OUTCOME_COUNT + 1 + (size_t)s->draft_count + (size_t)s->party_count + (size_t)scenario->spillover_count;
    Measure *measures = arena_array(arena, room, sizeof *measures);
    *count = 0;
    if (!measures) return NULL;
    for (int o = 0; o < OUTCOME_COUNT; o++) add(scenario, s, measures, count, outcome_names[o]);
    add(scenario, s, measures, count, "deal.kept");
    for (int draft = 0; draft < s->draft_count; draft++)
        if (s->draft_kind[draft] != DRAFT_FRAMEWORK && s->draft_open[draft])
            add(scenario, s, measures, count, scenario->drafts[draft].key);
    for (int party = 0; party < s->party_count; party++)
        add(scenario, s, measures, count, arena_print(arena, "gain.%s", scenario->parties[party].key));
    for (int i = 0; i < scenario->spillover_count; i++)
        add(scenario, s, measures, count, arena_print(arena, "spillover.%s", scenario->spillovers[i].label.key));
    return measures;
}

const char *study_header(const char *kind, const Scenario *scenario, const BrinkStudySettings *settings, int case_count,
                         int measure_count, Arena *arena) {
    const char *changes = "";
    for (int i = 0; changes && i < scenario->change_count; i++)
        changes = arena_print(arena, "%s|%s=%s", changes, scenario->changes[i].path, scenario->changes[i].value);
    if (!changes) return NULL;
    return arena_print(arena,
                       "brink study 1 %s %s scenario %s changes %016llx seed %llu design %d resolution %d rounds %d "
                       "cases %d measures %d",
                       brink_version(), kind, scenario->sha256, (unsigned long long)random_stream(changes),
                       (unsigned long long)settings->seed, (int)settings->design, settings->resolution,
                       settings->rounds, case_count, measure_count);
}

/* ---- Taking rows ---- */

typedef struct Taking {
    Sweep *sweep;
    Log log;
    bool is_replay, is_unwritable;
    double *uniforms, *scores, *inputs;
    char *line; /* of the CSV */
    size_t line_room;
} Taking;

static bool write_csv(Taking *taking, const TrialRow *row) {
    const Sweep *sweep = taking->sweep;
    const BrinkStudySettings *settings = &sweep->settings;
    size_t at =
        (size_t)snprintf(taking->line, taking->line_room, "%llu,%d", (unsigned long long)row->draw, (int)row->why[0]);
    for (int m = 0; m < sweep->measure_count; m++)
        at += (size_t)(isnan(row->values[m])
                           ? snprintf(taking->line + at, taking->line_room - at, ",")
                           : snprintf(taking->line + at, taking->line_room - at, ",%.17g", row->values[m]));
    for (int i = 0; i < sweep->design->assumption_count; i++)
        at += (size_t)snprintf(taking->line + at, taking->line_room - at, ",%.17g",
                               number_quantile(sweep->scenario, sweep->design->assumptions[i], taking->inputs[i]));
    snprintf(taking->line + at, taking->line_room - at, "\n");
    return settings->csv(settings->csv_payload, taking->line);
}

static bool write_csv_heading(const Sweep *sweep) {
    const BrinkStudySettings *settings = &sweep->settings;
    bool is_good = settings->csv(settings->csv_payload, "draw,failed");
    for (int m = 0; m < sweep->measure_count && is_good; m++)
        is_good =
            settings->csv(settings->csv_payload, ",") && settings->csv(settings->csv_payload, sweep->measures[m].name);
    for (int i = 0; i < sweep->design->assumption_count && is_good; i++)
        is_good = settings->csv(settings->csv_payload, ",") &&
                  settings->csv(settings->csv_payload, sweep->scenario->numbers[sweep->design->assumptions[i]].path);
    return is_good && settings->csv(settings->csv_payload, "\n");
}

static bool take(void *payload, const TrialRow *row) {
    Taking *taking = payload;
    Sweep *sweep = taking->sweep;
    if (!taking->is_replay && !log_add(&taking->log, row, 1, sweep->measure_count)) {
        taking->is_unwritable = true;
        return false;
    }
    sampling_uniforms(sweep->design, row->draw, taking->uniforms, taking->scores);
    for (int i = 0; i < sweep->design->assumption_count; i++)
        taking->inputs[i] = taking->uniforms[sweep->design->assumptions[i]];
    sweep->draws++;
    if (row->why[0] != WHY_SOLVED) {
        if (sweep->failure_count < FAILURES_LISTED)
            sweep->failures[sweep->failure_count++] = (StudyFailure){row->draw, row->why[0]};
        sweep->failed++;
    } else {
        for (int m = 0; m < sweep->measure_count; m++) tally_take(&sweep->tallies[m], row->values[m]);
        drivers_add(&sweep->drivers, row->draw, taking->inputs, row->values);
    }
    return !sweep->settings.csv || write_csv(taking, row);
}

/* ---- One assumption at a time ---- */

typedef struct Moving {
    const Sweep *sweep;
    TornadoBar *bars;
    Threshold *thresholds;
    double **uniforms; /* [assumption][number_count] all NAN */
} Moving;

/* Outcomes with one assumption at a percentile; false where not solved. */
static bool solve_at(const Moving *moving, Worker *worker, int assumption, double u, double outcomes[OUTCOME_COUNT]) {
    const Sweep *sweep = moving->sweep;
    double *uniforms = moving->uniforms[assumption];
    uniforms[sweep->design->assumptions[assumption]] = u;
    return worker_evaluate(worker, uniforms, sweep->settings.resolution, sweep->measures, OUTCOME_COUNT, outcomes) ==
           WHY_SOLVED;
}

static double lead(const double outcomes[OUTCOME_COUNT]) {
    return outcomes[BRINK_DEAL] - outcomes[BRINK_CONFLICT];
}

/* Bisection between the 1st and 99th percentile, to a thousandth. */
static Threshold find_threshold(const Moving *moving, Worker *worker, int assumption) {
    double low = 0.01, high = 0.99, outcomes[OUTCOME_COUNT];
    if (!solve_at(moving, worker, assumption, low, outcomes)) return (Threshold){false, NAN, NAN};
    double at_low = lead(outcomes);
    if (!solve_at(moving, worker, assumption, high, outcomes) || at_low * lead(outcomes) > 0)
        return (Threshold){false, NAN, NAN};
    while (high - low > 1e-3) {
        double middle = (low + high) / 2;
        if (!solve_at(moving, worker, assumption, middle, outcomes)) return (Threshold){false, NAN, NAN};
        if (at_low * lead(outcomes) > 0)
            low = middle;
        else
            high = middle;
    }
    double share = (low + high) / 2;
    return (Threshold){
        true, number_quantile(moving->sweep->scenario, moving->sweep->design->assumptions[assumption], share), share};
}

static void move_one(void *payload, int assumption, Worker *worker) {
    Moving *moving = payload;
    static const double ends[2] = {0.05, 0.95};
    const Sweep *sweep = moving->sweep;
    for (int end = 0; moving->bars && end < 2; end++) {
        TornadoBar *bar = &moving->bars[assumption];
        solve_at(moving, worker, assumption, ends[end], bar->outcomes[end]);
        bar->value[end] = number_quantile(sweep->scenario, sweep->design->assumptions[assumption], ends[end]);
    }
    if (moving->thresholds) moving->thresholds[assumption] = find_threshold(moving, worker, assumption);
}

static BrinkStatus move_each(Sweep *sweep, Arena *arena, BrinkDiagnostics *diagnostics) {
    int count = sweep->design->assumption_count, numbers = sweep->scenario->number_count;
    Moving moving = {.sweep = sweep};
    if (!sweep->settings.with_tornado && !sweep->settings.with_thresholds) return BRINK_OK;
    double *all = arena_array(arena, (size_t)count * (size_t)numbers, sizeof *all);
    moving.uniforms = arena_array(arena, (size_t)count, sizeof *moving.uniforms);
    if (sweep->settings.with_tornado)
        sweep->tornado = moving.bars = arena_array(arena, (size_t)count, sizeof *moving.bars);
    if (sweep->settings.with_thresholds)
        sweep->thresholds = moving.thresholds = arena_array(arena, (size_t)count, sizeof *moving.thresholds);
    if (!all || !moving.uniforms) return BRINK_NO_MEMORY;
    for (int i = 0; i < count; i++) {
        moving.uniforms[i] = all + (size_t)i * (size_t)numbers;
        for (int n = 0; n < numbers; n++) moving.uniforms[i][n] = NAN;
    }
    return trial_each(sweep->scenario, sweep->settings.rounds, count, trial_threads(sweep->settings.threads), move_one,
                      &moving, diagnostics);
}

/* ---- The whole ---- */

static BrinkStatus prepare(Sweep *sweep, const Situation *s, Taking *taking, Arena *arena) {
    int assumptions = sweep->design->assumption_count;
    size_t numbers = (size_t)sweep->scenario->number_count + 1;
    sweep->measures = study_measures(sweep->scenario, s, arena, &sweep->measure_count);
    if (!sweep->measures) return BRINK_NO_MEMORY;
    sweep->tallies = arena_array(arena, (size_t)sweep->measure_count, sizeof *sweep->tallies);
    sweep->failures = arena_array(arena, FAILURES_LISTED, sizeof *sweep->failures);
    taking->uniforms = arena_array(arena, numbers, sizeof(double));
    taking->scores = arena_array(arena, 2 * numbers, sizeof(double));
    taking->inputs = arena_array(arena, numbers, sizeof(double));
    taking->line_room = 64 + 32 * ((size_t)sweep->measure_count + (size_t)assumptions);
    taking->line = arena_alloc(arena, taking->line_room);
    bool has_all =
        sweep->tallies && sweep->failures && taking->uniforms && taking->scores && taking->inputs && taking->line;
    for (int m = 0; has_all && m < sweep->measure_count; m++)
        has_all = tally_start(&sweep->tallies[m], sweep->measures[m].is_share, arena);
    return has_all && drivers_start(&sweep->drivers, assumptions, OUTCOME_COUNT, sweep->settings.draws, arena)
               ? BRINK_OK
               : BRINK_NO_MEMORY;
}

static BrinkStatus run_draws(Sweep *sweep, Taking *taking, Arena *arena, BrinkDiagnostics *diagnostics) {
    const BrinkStudySettings *settings = &sweep->settings;
    const Scenario *cases[1] = {sweep->scenario};
    Sampling *designs[1] = {(Sampling *)sweep->design};
    Trial trial = {1,
                   sweep->measure_count,
                   cases,
                   sweep->measures,
                   designs,
                   settings->rounds,
                   settings->resolution,
                   trial_threads(settings->threads)};
    const char *header = study_header("sweep", sweep->scenario, settings, 1, sweep->measure_count, arena);
    if (!header) return BRINK_NO_MEMORY;
    taking->is_replay = true;
    BrinkStatus status = settings->csv && !write_csv_heading(sweep) ? BRINK_CANCELLED : BRINK_OK;
    if (status == BRINK_OK)
        status = log_open(&taking->log, settings->resume, header, 1, sweep->measure_count, settings->draws, take,
                          taking, diagnostics);
    taking->is_replay = false;
    if (status == BRINK_OK)
        status = trial_run(&trial, taking->log.rows, settings->draws, settings, take, taking, diagnostics);
    if (!log_sync(&taking->log)) taking->is_unwritable = true;
    log_close(&taking->log);
    if (!taking->is_unwritable) return status;
    diagnostics_add(diagnostics, DIAGNOSTIC_study_unwritable, (BrinkSpan){settings->resume, 0, 0, 0},
                    "make room on its disk and go on with the same command", "`%s` could not be written any further",
                    settings->resume);
    return BRINK_NO_FILE;
}

static void tell(const Sweep *sweep, BrinkDiagnostics *diagnostics) {
    if (sweep->design->assumption_count == 0)
        diagnostics_add(diagnostics, DIAGNOSTIC_nothing_uncertain, span_none(),
                        "give a number a distribution, for example {pert: [low, mode, high]}",
                        "no number is uncertain, so all draws are the same");
    if (sweep->failed > 0)
        diagnostics_add(diagnostics, DIAGNOSTIC_draws_failed, span_none(),
                        "they are listed in the JSON; a lower `rationality` solves more easily",
                        "%llu of %llu draws did not solve and are left out", (unsigned long long)sweep->failed,
                        (unsigned long long)sweep->draws);
}

BrinkStatus sweep_new(BrinkScenario *handle, const BrinkStudySettings *settings, Arena *arena,
                      BrinkDiagnostics *diagnostics, Sweep **result) {
    Sweep *sweep = arena_alloc(arena, sizeof *sweep);
    Taking taking = {.sweep = sweep};
    Worker *worker = NULL;
    Sampling *design = NULL;
    if (!sweep) return BRINK_NO_MEMORY;
    sweep->settings = *settings;
    BrinkStatus status = scenario_checked(handle, diagnostics, &sweep->scenario);
    if (status == BRINK_OK)
        status = sampling_new(sweep->scenario, settings->design, settings->seed, arena, diagnostics, &design);
    if (status == BRINK_OK) status = worker_new(sweep->scenario, settings->rounds, diagnostics, &worker);
    sweep->design = design;
    if (status == BRINK_OK) status = prepare(sweep, worker_situation(worker), &taking, arena);
    worker_free(worker);
    if (status == BRINK_OK) status = run_draws(sweep, &taking, arena, diagnostics);
    if (status == BRINK_OK) status = move_each(sweep, arena, diagnostics);
    bool is_kept = status == BRINK_OK || (status == BRINK_CANCELLED && sweep->draws > 0);
    if (is_kept) tell(sweep, diagnostics);
    if (is_kept) *result = sweep;
    return status;
}
