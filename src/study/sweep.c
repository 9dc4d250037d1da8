/* SPDX-License-Identifier: GPL-3.0-or-later
 * A sweep: every uncertain number drawn, the game solved, what comes out counted. Invariant: memory does not grow with
 * the number of draws, and the result is a function of the rows in their order. */
#include "study/log.h"
#include "study/moves.h"
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
    double *fine; /* [GRID_DRAWS][measure] of the first draws */
    char *line;   /* of the CSV */
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
    if (row->draw < GRID_DRAWS)
        memcpy(taking->fine + row->draw * (uint64_t)sweep->measure_count, row->values,
               (size_t)sweep->measure_count * sizeof(double));
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

/* ---- What the belief grid does ---- */

/* The rows of the first draws at half the resolution, held against those at the resolution itself. */
static bool take_coarse(void *payload, const TrialRow *row) {
    const Taking *taking = payload;
    Sweep *sweep = taking->sweep;
    const double *fine = taking->fine + row->draw * (uint64_t)sweep->measure_count;
    for (int m = 0; m < sweep->measure_count; m++) {
        double difference = fine[m] - row->values[m];
        if (isnan(difference)) continue;
        sweep->grid[m].count++;
        sweep->grid[m].shift += difference;
        sweep->grid[m].each += difference * difference;
    }
    return true;
}

static uint64_t coarse_count(const Sweep *sweep) {
    if (sweep->settings.resolution % 4 != 0) return 0; /* half of it is even too */
    return sweep->settings.draws < GRID_DRAWS ? sweep->settings.draws : GRID_DRAWS;
}

static BrinkStatus estimate_grid(Sweep *sweep, Taking *taking, Trial *trial, BrinkDiagnostics *diagnostics) {
    trial->resolution /= 2;
    BrinkStatus status = trial_run(trial, 0, coarse_count(sweep), &sweep->settings, take_coarse, taking, diagnostics);
    for (int m = 0; m < sweep->measure_count; m++) {
        GridError *error = &sweep->grid[m];
        error->shift /= error->count;
        error->each = sqrt(error->each / error->count);
        if (status != BRINK_OK) *error = (GridError){0};
    }
    return status;
}

/* ---- The whole ---- */

static BrinkStatus prepare(Sweep *sweep, const Situation *s, Taking *taking, Arena *arena) {
    int assumptions = sweep->design->assumption_count;
    size_t numbers = (size_t)sweep->scenario->number_count + 1;
    sweep->measures = study_measures(sweep->scenario, s, arena, &sweep->measure_count);
    if (!sweep->measures) return BRINK_NO_MEMORY;
    sweep->tallies = arena_array(arena, (size_t)sweep->measure_count, sizeof *sweep->tallies);
    sweep->grid = arena_array(arena, (size_t)sweep->measure_count, sizeof *sweep->grid);
    sweep->failures = arena_array(arena, FAILURES_LISTED, sizeof *sweep->failures);
    taking->fine = arena_array(arena, GRID_DRAWS * (size_t)sweep->measure_count, sizeof(double));
    taking->uniforms = arena_array(arena, numbers, sizeof(double));
    taking->scores = arena_array(arena, 2 * numbers, sizeof(double));
    taking->inputs = arena_array(arena, numbers, sizeof(double));
    taking->line_room = 64 + 32 * ((size_t)sweep->measure_count + (size_t)assumptions);
    taking->line = arena_alloc(arena, taking->line_room);
    bool has_all = sweep->tallies && sweep->grid && sweep->failures && taking->fine && taking->uniforms &&
                   taking->scores && taking->inputs && taking->line;
    for (int m = 0; has_all && m < sweep->measure_count; m++)
        has_all = tally_start(&sweep->tallies[m], sweep->measures[m].is_share, arena);
    return has_all && drivers_start(&sweep->drivers, assumptions, OUTCOME_COUNT, sweep->settings.draws, arena)
               ? BRINK_OK
               : BRINK_NO_MEMORY;
}

static BrinkStatus run_draws(Sweep *sweep, Taking *taking, Trial *trial, BrinkDiagnostics *diagnostics) {
    const BrinkStudySettings *settings = &sweep->settings;
    BrinkStatus status = BRINK_OK;
    taking->is_replay = true;
    if (brink_group_leads()) {
        if (settings->csv && !write_csv_heading(sweep)) status = BRINK_CANCELLED;
        if (status == BRINK_OK)
            status = log_open(&taking->log, settings->resume, trial->name, 1, sweep->measure_count, settings->draws,
                              take, taking, diagnostics);
    }
    taking->is_replay = false;
    if (status == BRINK_OK)
        status = trial_run(trial, taking->log.rows, settings->draws, settings, take, taking, diagnostics);
    return log_end(&taking->log, taking->is_unwritable, status, diagnostics);
}

static BrinkStatus run_all(Sweep *sweep, Taking *taking, Arena *arena, BrinkDiagnostics *diagnostics) {
    const BrinkStudySettings *settings = &sweep->settings;
    const Scenario *cases[1] = {sweep->scenario};
    Sampling *designs[1] = {(Sampling *)sweep->design};
    Trial trial = {.name = study_header("sweep", sweep->scenario, settings, 1, sweep->measure_count, arena),
                   .case_count = 1,
                   .measure_count = sweep->measure_count,
                   .cases = cases,
                   .measures = sweep->measures,
                   .designs = designs,
                   .rounds = settings->rounds,
                   .resolution = settings->resolution,
                   .threads = sweep->times.threads,
                   .total = settings->draws + coarse_count(sweep) + moves_count(sweep),
                   .times = &sweep->times};
    if (!trial.name) return BRINK_NO_MEMORY;
    BrinkStatus status = run_draws(sweep, taking, &trial, diagnostics);
    if (status == BRINK_OK && coarse_count(sweep) > 0) status = estimate_grid(sweep, taking, &trial, diagnostics);
    if (status == BRINK_OK) status = moves_run(sweep, trial.name, trial.done, trial.total, arena, diagnostics);
    return status;
}

/* Which outcomes a threshold lies between. */
static BrinkStatus find_between(Sweep *sweep, const Situation *s, BrinkDiagnostics *diagnostics) {
    static const char *const usual[2] = {"deal", "conflict"};
    for (int i = 0; i < 2; i++) {
        const char *name = sweep->settings.between[i] ? sweep->settings.between[i] : usual[i];
        sweep->between[i] = measure_named(sweep->scenario, s, name, NAN);
        if (sweep->between[i].kind != MEASURE_NONE && sweep->between[i].is_share) continue;
        diagnostics_add(diagnostics, DIAGNOSTIC_bad_setting, span_none(),
                        "name two of deal, interim, lapse, collapse, conflict, deal.kept, or final drafts",
                        "`%s` is no outcome with a probability", name);
        return BRINK_BAD_INPUT;
    }
    return BRINK_OK;
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
    times_begin(&sweep->times, solve_threads(settings->threads));
    BrinkStatus status = scenario_checked(handle, diagnostics, &sweep->scenario);
    if (status == BRINK_OK) status = size_foresee_study(&sweep->scenario, 1, 0, settings, diagnostics);
    if (status == BRINK_OK)
        status = sampling_new(sweep->scenario, settings->design, settings->seed, arena, diagnostics, &design);
    if (status == BRINK_OK) status = worker_new(sweep->scenario, settings->rounds, diagnostics, &worker);
    sweep->design = design;
    if (status == BRINK_OK) status = find_between(sweep, worker_situation(worker), diagnostics);
    if (status == BRINK_OK) status = prepare(sweep, worker_situation(worker), &taking, arena);
    worker_free(worker);
    if (status == BRINK_OK) status = run_all(sweep, &taking, arena, diagnostics);
    times_end(&sweep->times);
    if (!brink_group_leads())
        return status == BRINK_OK ? BRINK_CANCELLED : status; /* it has helped, and knows nothing */
    bool is_kept = status == BRINK_OK || (status == BRINK_CANCELLED && sweep->draws > 0);
    if (is_kept) tell(sweep, diagnostics);
    if (is_kept) *result = sweep;
    return status;
}
