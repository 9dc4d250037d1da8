/* SPDX-License-Identifier: GPL-3.0-or-later
 * How large a solve or a study is, and the refusal of one that would take more memory than it may: before anything
 * large is built, with the estimate and what would shrink it. */
#include "study/study.h"

#include <math.h>
#include <stdio.h>
#include <string.h>

/* What a solve is given where nobody asks for a resolution, and the fixed points that it may then have: about a minute.
 */
enum { RESOLUTION_WISHED = 10, RESOLUTION_LEAST = 2 };
static const double fixed_points_wished = 2e6;

/* What is solved: each thread has a game of each case, and solves one of them at a time. */
typedef struct Task {
    const Scenario *const *cases;
    int case_count;
    int rounds; /* 0: those of each case */
    int resolution, threads;
    int solve_threads; /* that share one solve */
    bool with_gradient;
    bool with_moves; /* solves start from what one at the centre left: its numbers, its answer, and its odds in single
                      * precision */
    double kept;     /* bytes beside the solves */
    double cap;
} Task;

typedef struct Estimate {
    GameMeasure game;
    double numbers;  /* bytes of the Situation */
    double points;   /* of the belief grid */
    double solution; /* bytes */
    double outlook;  /* bytes: the masses of the forward passes */
    double gradient; /* bytes, where it is wanted */
    double solver;   /* bytes of the solver's own */
} Estimate;

static double held_bytes(const Estimate *estimate) {
    return estimate->numbers + estimate->game.bytes;
}

static double work_bytes(const Estimate *estimate) {
    return estimate->solution + estimate->outlook + estimate->gradient + estimate->solver;
}

static double estimate_bytes(const Estimate *estimate) {
    return held_bytes(estimate) + work_bytes(estimate);
}

static int asked_rounds(const Scenario *scenario, int rounds) {
    return rounds > 0 ? rounds : scenario_rounds(scenario);
}

/* `threads`: that share one solve. */
static BrinkStatus estimate_new(const Scenario *scenario, bool with_gradient, int rounds, Resolution resolution,
                                int threads, Estimate *result) {
    *result = (Estimate){0};
    Situation shape = situation_shape(scenario, asked_rounds(scenario, rounds), &result->numbers);
    BrinkStatus status = game_measure(&shape, &result->game);
    if (status != BRINK_OK) return status;
    result->points = (double)grid_size(shape.party_count, shape.type_start, resolution);
    double following =
        6 * result->game.stage_numbers * result->game.stage_numbers; /* slopes, while a branch is followed */
    result->solution =
        sizeof(double) * (result->points * (result->game.point_values + 3.0 * shape.type_total) + following);
    result->solver =
        solve_fast_room(shape.party_count, shape.type_start, resolution, result->game.stage_numbers, threads);
    result->outlook = sizeof(double) * result->points * result->game.positions * outlook_pass_count(&shape);
    if (with_gradient) { /* odds and mass everywhere, what moves them in two rounds; games with own numbers */
        double back = 2.0 * SLOPE_OUTCOMES * (shape.type_total + 1) / shape.round_count;
        result->gradient = sizeof(double) * result->points * result->game.positions * (SLOPE_OUTCOMES + 1 + back) +
                           2 * result->game.bytes;
    }
    return BRINK_OK;
}

typedef struct Need {
    double bytes;
    bool is_at_least;
    Estimate largest; /* of the cases */
} Need;

static BrinkStatus need_of(const Task *task, Resolution resolution, Need *result) {
    double held = 0, work = 0;
    *result = (Need){0};
    for (int c = 0; c < task->case_count; c++) {
        Estimate estimate = {0};
        BrinkStatus status =
            estimate_new(task->cases[c], task->with_gradient, task->rounds, resolution, task->solve_threads, &estimate);
        if (status != BRINK_OK) return status;
        held += held_bytes(&estimate);
        work =
            fmax(work, work_bytes(&estimate) + (task->with_moves ? 1.5 * estimate.solution + estimate.game.bytes : 0));
        result->is_at_least = result->is_at_least || estimate.game.is_at_least;
        if (estimate_bytes(&estimate) > estimate_bytes(&result->largest)) result->largest = estimate;
    }
    result->bytes = task->kept + task->threads * (held + work);
    return BRINK_OK;
}

/* ---- What would shrink it ---- */

static void add_way(char *text, size_t size, const char *option, int value, double bytes) {
    char words[MEMORY_WORDS];
    size_t length = strlen(text);
    snprintf(text + length, size - length, "%s--%s %d needs about %s", length ? ", " : "", option, value,
             memory_words(bytes, words));
}

/* Whether the task fits; `need` is what it needs. */
static bool is_fitting(const Task *task, Need *need) {
    return need_of(task, (Resolution){.even = task->resolution}, need) == BRINK_OK && !need->is_at_least &&
           need->bytes <= task->cap;
}

static int most_rounds(const Task *task) {
    int most = 0;
    for (int c = 0; c < task->case_count; c++) {
        int rounds = asked_rounds(task->cases[c], task->rounds);
        most = rounds > most ? rounds : most;
    }
    return most;
}

/* The finest grid that fits, if any; and, as many rounds as fit, and as many threads. */
static void list_ways(const Task *task, char *text, size_t size) {
    Need need;
    Task other = *task;
    *text = '\0';
    for (other.resolution -= 2; other.resolution >= 2; other.resolution -= 2) {
        bool fits = is_fitting(&other, &need);
        if (fits) add_way(text, size, "resolution", other.resolution, need.bytes);
        if (fits || need.is_at_least) break;
    }
    other = *task;
    for (other.rounds = most_rounds(task) / 2; other.rounds >= 1; other.rounds /= 2) {
        if (!is_fitting(&other, &need)) continue;
        add_way(text, size, "rounds", other.rounds, need.bytes);
        break;
    }
    other = *task;
    for (other.threads /= 2; other.threads >= 1; other.threads /= 2) {
        if (!is_fitting(&other, &need)) continue;
        add_way(text, size, "threads", other.threads, need.bytes);
        break;
    }
}

/* ---- Choosing a resolution ---- */

static double party_points(const Situation *shape, int party, int steps) {
    int type_start[2] = {0, shape->type_start[party + 1] - shape->type_start[party]};
    return (double)grid_size(1, type_start, (Resolution){.even = steps});
}

/* What two steps fewer for a party would save, for what they would cost: the fall of the logarithm of its points over
 * the rise of the interpolation error, which goes with the square of the cell (docs/method/grid.md). 0 where it cannot.
 */
static double bargain(const Situation *shape, const int *steps, int party) {
    double from = steps[party], to = from - 2;
    if (to < RESOLUTION_LEAST) return 0;
    double saved = log(party_points(shape, party, steps[party]) / party_points(shape, party, steps[party] - 2));
    return saved / (1 / (to * to) - 1 / (from * from));
}

/* Two steps fewer for those parties with whom it is the best bargain; false where none can have fewer. */
static bool coarsen(const Situation *shape, int *steps) {
    double best = 0;
    for (int party = 0; party < shape->party_count; party++) best = fmax(best, bargain(shape, steps, party));
    if (best == 0) return false;
    for (int party = 0; party < shape->party_count; party++)
        if (bargain(shape, steps, party) == best) steps[party] -= 2;
    return true;
}

static int asked(const BrinkSolveSettings *settings) {
    return settings->resolution > 0 ? settings->resolution : RESOLUTION_WISHED;
}

BrinkStatus size_choose(const Scenario *scenario, const BrinkSolveSettings *settings, Arena *arena,
                        Resolution *result) {
    double bytes, cap = memory_cap(settings->memory);
    Situation shape = situation_shape(scenario, asked_rounds(scenario, settings->rounds), &bytes);
    Estimate estimate;
    BrinkStatus status = BRINK_OK;
    int *steps = arena_array(arena, (size_t)shape.party_count, sizeof *steps);
    if (!steps) return BRINK_NO_MEMORY;
    for (int party = 0; party < shape.party_count; party++) steps[party] = asked(settings);
    *result = (Resolution){.steps = steps};
    while (settings->resolution == 0) {
        status = estimate_new(scenario, settings->with_gradient, settings->rounds, *result,
                              solve_threads(settings->threads), &estimate);
        if (status != BRINK_OK) break;
        bool is_small =
            estimate_bytes(&estimate) <= cap && estimate.game.stages * estimate.points <= fixed_points_wished;
        if (is_small || !coarsen(&shape, steps)) break;
    }
    return status;
}

/* ---- Refusing ---- */

static void refuse(const Task *task, const Need *need, BrinkDiagnostics *diagnostics) {
    char needed[MEMORY_WORDS], allowed[MEMORY_WORDS], at_once[64] = "", ways[200], hint[360];
    const GameMeasure *game = &need->largest.game;
    list_ways(task, ways, sizeof ways);
    snprintf(hint, sizeof hint, "%s%sfewer %stypes, postures or drafts shrink it too; --memory sets the cap", ways,
             *ways ? "; " : "", task->kept > 0 ? "draws, " : "");
    if (task->threads * task->case_count > 1)
        snprintf(at_once, sizeof at_once, "%d threads × %d cases of up to ", task->threads, task->case_count);
    diagnostics_add(diagnostics, DIAGNOSTIC_too_much_memory, span_none(), hint,
                    "solving this needs %s %s, and may take %s: %s%s%.0f positions over %d rounds, most of them at "
                    "%.3g beliefs",
                    need->is_at_least ? "more than" : "about", memory_words(need->bytes, needed),
                    memory_words(task->cap, allowed), at_once, game->is_at_least ? "more than " : "", game->positions,
                    most_rounds(task), need->largest.points);
}

static BrinkStatus foresee(const Task *task, Resolution resolution, BrinkDiagnostics *diagnostics) {
    Need need;
    BrinkStatus status = need_of(task, resolution, &need);
    if (status != BRINK_OK || need.bytes <= task->cap) return status;
    refuse(task, &need, diagnostics);
    return BRINK_BAD_INPUT;
}

BrinkStatus size_foresee(const Scenario *scenario, const BrinkSolveSettings *settings, Resolution resolution,
                         BrinkDiagnostics *diagnostics) {
    Task task = {.cases = &scenario,
                 .case_count = 1,
                 .rounds = settings->rounds,
                 .resolution = asked(settings),
                 .threads = 1,
                 .solve_threads = solve_threads(settings->threads),
                 .with_gradient = settings->with_gradient,
                 .cap = memory_cap(settings->memory)};
    return foresee(&task, resolution, diagnostics);
}

BrinkStatus size_foresee_bytes(double bytes, uint64_t memory, const char *parts, const char *hint,
                               BrinkDiagnostics *diagnostics) {
    char needed[MEMORY_WORDS], allowed[MEMORY_WORDS];
    double cap = memory_cap(memory);
    if (bytes <= cap) return BRINK_OK;
    diagnostics_add(diagnostics, DIAGNOSTIC_too_much_memory, span_none(), hint,
                    "this needs about %s, and may take %s: %s", memory_words(bytes, needed), memory_words(cap, allowed),
                    parts);
    return BRINK_BAD_INPUT;
}

BrinkStatus size_foresee_study(const Scenario *const *cases, int case_count, double kept,
                               const BrinkStudySettings *settings, BrinkDiagnostics *diagnostics) {
    Task task = {.cases = cases,
                 .case_count = case_count,
                 .rounds = settings->rounds,
                 .resolution = settings->resolution,
                 .threads = settings->draws > 0 ? solve_threads(settings->threads) : 1,
                 .solve_threads = 1,
                 .with_moves = settings->with_tornado || settings->with_thresholds,
                 .kept = kept,
                 .cap = memory_cap(settings->memory)};
    return foresee(&task, (Resolution){.even = settings->resolution}, diagnostics);
}
