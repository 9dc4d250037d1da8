/* SPDX-License-Identifier: GPL-3.0-or-later
 * From a checked scenario to its outlook: the solve itself, then those that tell how far it can be trusted (half the
 * resolution, every rationality halved and doubled). One Game serves all four: only its payoffs change. */
#include "api/api.h"

#include <stdlib.h>
#include <string.h>
#include <time.h>

typedef struct Run {
    const Scenario *scenario;
    const BrinkSolveSettings *settings;
    BrinkDiagnostics *diagnostics;
    Situation *situation;
    Game *game;
    BrinkPhase phase;
    Resolution resolution, half; /* of the main solve, and of the one for the error */
    OutlookHistory *history;     /* of the main solve */
    Gradient *gradient;          /* of the main solve; NULL unless it is wanted */
    uint64_t turned, lost;       /* fixed points of the solve at hand whose branch turned, or that did not converge */
} Run;

static double now(void) {
    struct timespec time;
    clock_gettime(CLOCK_MONOTONIC, &time);
    return (double)time.tv_sec + 1e-9 * (double)time.tv_nsec;
}

static bool observe(void *payload, uint64_t done, uint64_t total) {
    const Run *run = payload;
    return run->settings->observer(run->settings->observer_payload, run->phase, done, total);
}

/* ---- One solve ---- */

/* The outlook after the history, and in the main solve what each item of it did. */
static BrinkStatus read_off(Run *run, const Solution *solution, bool is_main, Arena *arena, Outlook **outlook) {
    const Situation *s = run->situation;
    int impossible = -1;
    BrinkStatus status =
        is_main ? outlook_history_new(solution, s, arena, &impossible, &run->history, outlook)
                : outlook_after(solution, s, (HistoryChoice){s->history_count, -1, -1}, arena, &impossible, outlook);
    if (status == BRINK_BAD_INPUT && impossible >= 0)
        diagnostics_add(run->diagnostics, DIAGNOSTIC_history_impossible, run->scenario->history[impossible].span,
                        "look for a red line, a closed rung or a draft that may not be tabled there",
                        "given all before it, this has probability 0 in the scenario");
    return status;
}

static BrinkStatus solve_at(Run *run, Resolution resolution, Arena *arena, Solution **solution) {
    SolveObserver observer = run->settings->observer ? observe : NULL;
    SolveFastSettings fast = {.threads = run->settings->threads};
    if (run->settings->solver == BRINK_SOLVER_REFERENCE)
        return solve_game(run->game, resolution, arena, observer, run, solution);
    return solve_game_fast(run->game, resolution, &fast, arena, observer, run, solution);
}

/* Solves the game as it is now filled and reads the outlook off it. The Solution lives in `scratch`, the outlook in
 * `arena`. */
static BrinkStatus solve_once(Run *run, BrinkPhase phase, Arena *scratch, Arena *arena, Solution **solution,
                              Outlook **outlook) {
    run->phase = phase;
    BrinkStatus status = solve_at(run, phase == BRINK_PHASE_COARSE ? run->half : run->resolution, scratch, solution);
    if (status != BRINK_OK && status != BRINK_NOT_SOLVED) return status;
    bool is_main = phase == BRINK_PHASE_SOLVE;
    if (is_main) trouble_report(run->scenario, run->situation, *solution, run->diagnostics);
    run->turned = (*solution)->turned_count;
    run->lost = (*solution)->lost_count + (uint64_t)run->game->settlement_lost;
    return run->lost == 0 ? read_off(run, *solution, is_main, arena, outlook) : BRINK_NOT_SOLVED;
}

/* The two parts of a gradient are told as half of it each. */
static bool observe_sweep(void *payload, uint64_t done, uint64_t total) {
    return observe(payload, done, 2 * total);
}

static bool observe_front(void *payload, uint64_t done, uint64_t total) {
    return observe(payload, total + done, 2 * total);
}

/* How the odds move with the scenario's numbers, while the Solution is there. */
static BrinkStatus find_gradient(Run *run, const Solution *solution, const Outlook *outlook, Arena *arena) {
    const GameSlope *slope = NULL;
    Arena *scratch = arena_new();
    bool is_observed = run->settings->observer != NULL;
    run->phase = BRINK_PHASE_GRADIENT;
    BrinkStatus status = scratch ? outlook_slope(solution, run->situation, outlook, run->settings->threads,
                                                 is_observed ? observe_sweep : NULL, run, scratch, &slope)
                                 : BRINK_NO_MEMORY;
    if (status == BRINK_OK)
        status = gradient_new(run->scenario, run->situation, run->game, slope, run->settings->threads,
                              is_observed ? observe_front : NULL, run, arena, &run->gradient);
    arena_free(scratch);
    return status;
}

/* A solve on the side: what it lost leaves its outlook NULL, and the run goes on. */
static BrinkStatus solve_aside(Run *run, BrinkPhase phase, Arena *arena, const Outlook **outlook) {
    Arena *scratch = arena_new();
    Solution *solution = NULL;
    Outlook *found = NULL;
    BrinkStatus status = scratch ? solve_once(run, phase, scratch, arena, &solution, &found) : BRINK_NO_MEMORY;
    arena_free(scratch);
    *outlook = found;
    return status == BRINK_NOT_SOLVED ? BRINK_OK : status;
}

/* The game with every rationality multiplied, the settlement's included. */
static BrinkStatus refill(Run *run, double factor) {
    Arena *scratch = arena_new();
    situation_scale_rationality(run->situation, factor);
    BrinkStatus status = scratch ? game_fill(run->game, run->situation, scratch) : BRINK_NO_MEMORY;
    arena_free(scratch);
    return status;
}

/* ---- The whole ---- */

static void tell(const Run *run, const Solution *solution, BrinkSolveInfo *info) {
    info->found = solution->turned_count > 0 ? BRINK_BRANCH_TURNED : BRINK_CONVERGED;
    info->positions = (uint64_t)run->game->position_count;
    for (int i = 0; i < run->game->position_count; i++) info->stages += run->game->positions[i].kind == POSITION_STAGE;
    info->fixed_points = solution->fixed_points;
    info->turned_count = solution->turned_count;
    info->residual = solution->residual;
}

static BrinkStatus solve_around(Run *run, Arena *arena, ReportInput *report) {
    BrinkStatus status = solve_aside(run, BRINK_PHASE_COARSE, arena, &report->coarse);
    report->coarse_lost = run->lost;
    if (status == BRINK_OK) status = refill(run, 0.5);
    if (status == BRINK_OK) status = solve_aside(run, BRINK_PHASE_HALF, arena, &report->half);
    report->half_turned = run->turned;
    report->half_lost = run->lost;
    if (status == BRINK_OK) status = refill(run, 4);
    if (status == BRINK_OK) status = solve_aside(run, BRINK_PHASE_DOUBLE, arena, &report->doubled);
    report->double_turned = run->turned;
    report->double_lost = run->lost;
    if (status == BRINK_OK) situation_scale_rationality(run->situation, 0.5);
    return status;
}

static BrinkStatus make_outlook(const ReportInput *input, BrinkOutlook **result) {
    BrinkOutlook *outlook = calloc(1, sizeof *outlook);
    if (outlook) outlook->json = report_outlook_json(input);
    if (!outlook || !outlook->json) {
        free(outlook);
        return BRINK_NO_MEMORY;
    }
    for (int i = 0; i < OUTCOME_COUNT; i++) outlook->outcomes[i] = input->outlook->outcomes[i];
    *result = outlook;
    return BRINK_OK;
}

static BrinkStatus run_all(Run *run, Arena *arena, BrinkSolveInfo *info, BrinkOutlook **result) {
    Solution *solution = NULL;
    Outlook *outlook = NULL;
    Arena *scratch = arena_new();
    double begun = now();
    trouble_report_settlements(run->scenario, run->game, run->diagnostics);
    if (run->game->settlement_lost > 0) {
        arena_free(scratch);
        return BRINK_NOT_SOLVED;
    }
    BrinkStatus status =
        scratch ? solve_once(run, BRINK_PHASE_SOLVE, scratch, arena, &solution, &outlook) : BRINK_NO_MEMORY;
    if (solution) tell(run, solution, info);
    if (status == BRINK_OK && run->settings->with_gradient) status = find_gradient(run, solution, outlook, arena);
    arena_free(scratch);
    ReportInput report = {.scenario = run->scenario,
                          .situation = run->situation,
                          .outlook = outlook,
                          .history = run->history,
                          .gradient = run->gradient,
                          .gradient_listed = run->settings->gradient_listed,
                          .rating = run->settings->rating,
                          .info = info,
                          .resolution = run->resolution,
                          .with_error = run->settings->with_error};
    if (status == BRINK_OK && run->settings->with_error) status = solve_around(run, arena, &report);
    info->seconds = now() - begun;
    return status == BRINK_OK ? make_outlook(&report, result) : status;
}

/* Everything up to the filled game; it and the situation live in `arena`. */
static BrinkStatus compile(BrinkScenario *handle, const BrinkSolveSettings *settings, BrinkDiagnostics *diagnostics,
                           Arena *arena, Run *run) {
    Draw centre = {.is_centre = true};
    *run = (Run){.settings = settings, .diagnostics = diagnostics};
    BrinkStatus status = settings_check(settings, diagnostics);
    if (status == BRINK_OK) status = scenario_checked(handle, diagnostics, &run->scenario);
    if (status == BRINK_OK) status = agenda_complete(handle, diagnostics, &run->scenario);
    if (status == BRINK_OK) status = size_choose(run->scenario, settings, arena, &run->resolution);
    if (status == BRINK_OK) status = size_foresee(run->scenario, settings, run->resolution, diagnostics);
    if (status == BRINK_OK) status = situation_new(run->scenario, settings->rounds, centre, arena, &run->situation);
    if (status == BRINK_OK && !resolution_halve(run->resolution, run->situation->party_count, arena, &run->half))
        status = BRINK_NO_MEMORY;
    if (status == BRINK_OK) status = game_compile(run->situation, arena, diagnostics, &run->game);
    return status;
}

BrinkStatus brink_scenario_solve(BrinkScenario *scenario, const BrinkSolveSettings *settings,
                                 BrinkDiagnostics *diagnostics, BrinkSolveInfo *info, BrinkOutlook **result) {
    Arena *arena = arena_new();
    BrinkSolveInfo own = {0};
    Run run;
    BrinkStatus status = arena ? compile(scenario, settings, diagnostics, arena, &run) : BRINK_NO_MEMORY;
    if (status == BRINK_OK) agenda_warn(run.scenario, run.situation, diagnostics);
    if (status == BRINK_OK) status = run_all(&run, arena, &own, result);
    if (info && (status == BRINK_OK || status == BRINK_NOT_SOLVED)) *info = own;
    arena_free(arena);
    return status;
}

BrinkStatus solve_beliefs(BrinkScenario *scenario, const BrinkSolveSettings *settings, BrinkDiagnostics *diagnostics,
                          double *beliefs) {
    Arena *arena = arena_new(), *scratch = arena_new();
    Run run;
    Solution *solution = NULL;
    Outlook *outlook = NULL;
    BrinkStatus status = arena && scratch ? compile(scenario, settings, diagnostics, arena, &run) : BRINK_NO_MEMORY;
    if (status == BRINK_OK) status = solve_once(&run, BRINK_PHASE_SOLVE, scratch, arena, &solution, &outlook);
    if (status == BRINK_OK) memcpy(beliefs, outlook->beliefs, (size_t)outlook->type_total * sizeof *beliefs);
    arena_free(scratch);
    arena_free(arena);
    return status;
}

/* The size of one solve of a compiled game; `compiled` bytes are taken already. */
static BrinkSize size_of(const Game *game, Resolution resolution, size_t compiled) {
    BrinkSize size = {.positions = (uint64_t)game->position_count,
                      .resolution = resolution_finest(resolution, game->party_count, game->type_start)};
    for (int i = 0; i < game->position_count; i++) size.stages += game->positions[i].kind == POSITION_STAGE;
    solve_size(game, resolution, &size.fixed_points, &size.bytes);
    size.bytes = size.bytes < UINT64_MAX - compiled ? size.bytes + compiled : UINT64_MAX;
    return size;
}

BrinkStatus brink_scenario_size(BrinkScenario *scenario, const BrinkSolveSettings *settings,
                                BrinkDiagnostics *diagnostics, BrinkSize *result) {
    Arena *arena = arena_new();
    Run run;
    BrinkStatus status = arena ? compile(scenario, settings, diagnostics, arena, &run) : BRINK_NO_MEMORY;
    if (status == BRINK_OK) *result = size_of(run.game, run.resolution, arena_used(arena));
    arena_free(arena);
    return status;
}

/* ---- The tree for Gambit ---- */

static const char *const *keys_of(const Label *labels, int count, Arena *arena) {
    const char **keys = arena_array(arena, (size_t)count + 1, sizeof *keys);
    for (int i = 0; keys && i < count; i++) keys[i] = labels[i].key;
    return keys;
}

BrinkStatus brink_scenario_export_efg(BrinkScenario *scenario, const BrinkSolveSettings *settings,
                                      BrinkDiagnostics *diagnostics, char **result) {
    Arena *arena = arena_new();
    Run run;
    BrinkStatus status = arena ? compile(scenario, settings, diagnostics, arena, &run) : BRINK_NO_MEMORY;
    if (status == BRINK_OK) {
        const Situation *s = run.situation;
        GameNames names = {run.scenario->title,
                           keys_of(run.scenario->parties, s->party_count, arena),
                           keys_of(run.scenario->types, s->type_total, arena),
                           run.scenario->mediator_name,
                           keys_of(run.scenario->drafts, s->draft_count, arena),
                           keys_of(run.scenario->rungs, s->rung_total, arena)};
        bool has_all = names.parties && names.types && names.drafts && names.rungs;
        status = has_all ? game_export_efg(run.game, &names, diagnostics, result) : BRINK_NO_MEMORY;
    }
    arena_free(arena);
    return status;
}
