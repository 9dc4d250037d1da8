/* SPDX-License-Identifier: GPL-3.0-or-later
 * Assumptions as items of a pool. Parts of an item, as far as they are asked for: the outcomes at its 5th percentile,
 * at its 95th, and the threshold. */
#include "study/moves.h"

#include <math.h>
#include <stdlib.h>

typedef enum { MOVE_LOW, MOVE_HIGH, MOVE_THRESHOLD } MoveKind;
/* Numbers of a part: outcomes or threshold, then how many solves they took and how long. */
enum { AT_SOLVES = OUTCOME_COUNT, AT_ROOMS, MOVE_NUMBERS = AT_ROOMS + BRINK_ROOM_COUNT };
enum { THRESHOLD_EXISTS, THRESHOLD_VALUE, THRESHOLD_SHARE };

typedef struct Moving {
    const Sweep *sweep;
    MoveKind kinds[3]; /* of the parts */
    int kind_count;
    Worker **workers;  /* [thread], made when first used */
    double **uniforms; /* [thread][number_count] */
    TornadoBar *bars;
    Threshold *thresholds;
    BrinkStudyTimes *times;
} Moving;

/* ---- Solving ---- */

/* One solve with an assumption at a percentile. */
typedef struct Probe {
    const Moving *moving;
    Worker *worker;
    double *uniforms, *numbers;
    int number;
    Why why; /* of the last solve */
} Probe;

static void solve_at(Probe *probe, double u, const Measure *measures, int count, double *values) {
    probe->uniforms[probe->number] = u;
    probe->why = worker_evaluate(probe->worker, probe->uniforms, probe->moving->sweep->settings.resolution, measures,
                                 count, values, probe->numbers + AT_ROOMS);
    probe->numbers[AT_SOLVES]++;
}

/* By how much the first of the two outcomes is likelier; NAN where not solved. */
static double lead(Probe *probe, double u) {
    double values[2];
    solve_at(probe, u, probe->moving->sweep->between, 2, values);
    return values[0] - values[1];
}

/* Bisection between the 1st and 99th percentile, to a thousandth. */
static double find_threshold(Probe *probe) {
    double low = 0.01, high = 0.99, at_low = lead(probe, low), at_high = lead(probe, high);
    if (isnan(at_low) || isnan(at_high) || at_low * at_high > 0) return NAN;
    while (high - low > 1e-3) {
        double middle = (low + high) / 2, own = lead(probe, middle);
        if (isnan(own)) return NAN;
        if (at_low * own > 0)
            low = middle;
        else
            high = middle;
    }
    return (low + high) / 2;
}

static double value_at(const Sweep *sweep, uint64_t assumption, double u) {
    return number_quantile(sweep->scenario, sweep->design->assumptions[assumption], u);
}

static const double ends[2] = {0.05, 0.95};

/* A thread's worker, made when first used. */
static BrinkStatus worker_of(const Sweep *sweep, Worker **worker) {
    if (*worker) return BRINK_OK;
    BrinkStatus status = worker_new(sweep->scenario, sweep->settings.rounds, NULL, worker);
    return status == BRINK_OK ? worker_start_at_centre(*worker, sweep->settings.resolution) : status;
}

static BrinkStatus move(void *payload, int thread, uint64_t assumption, int part, double *numbers) {
    Moving *moving = payload;
    const Sweep *sweep = moving->sweep;
    Probe probe = {moving, NULL, moving->uniforms[thread], numbers, sweep->design->assumptions[assumption], WHY_SOLVED};
    for (int i = 0; i < MOVE_NUMBERS; i++) numbers[i] = 0;
    BrinkStatus status = worker_of(sweep, &moving->workers[thread]);
    if (status != BRINK_OK) return status;
    probe.worker = moving->workers[thread];
    if (moving->kinds[part] == MOVE_THRESHOLD) {
        double share = find_threshold(&probe);
        numbers[THRESHOLD_EXISTS] = !isnan(share);
        numbers[THRESHOLD_SHARE] = share;
        numbers[THRESHOLD_VALUE] = isnan(share) ? NAN : value_at(sweep, assumption, share);
    } else {
        solve_at(&probe, ends[moving->kinds[part]], sweep->measures, OUTCOME_COUNT, numbers);
    }
    probe.uniforms[probe.number] = NAN;
    return probe.why == WHY_MEMORY ? BRINK_NO_MEMORY : BRINK_OK;
}

/* ---- Taking ---- */

static bool take(void *payload, uint64_t assumption, const double *numbers) {
    Moving *moving = payload;
    for (int part = 0; part < moving->kind_count; part++, numbers += MOVE_NUMBERS) {
        MoveKind kind = moving->kinds[part];
        if (kind == MOVE_THRESHOLD) {
            moving->thresholds[assumption] =
                (Threshold){numbers[THRESHOLD_EXISTS] > 0, numbers[THRESHOLD_VALUE], numbers[THRESHOLD_SHARE]};
        } else {
            moving->bars[assumption].value[kind] = value_at(moving->sweep, assumption, ends[kind]);
            for (int o = 0; o < OUTCOME_COUNT; o++) moving->bars[assumption].outcomes[kind][o] = numbers[o];
        }
        for (int room = 0; room < BRINK_ROOM_COUNT; room++) moving->times->rooms[room] += numbers[AT_ROOMS + room];
        moving->times->solves += (uint64_t)numbers[AT_SOLVES];
    }
    return true;
}

/* ---- The whole ---- */

static int list_kinds(const Sweep *sweep, MoveKind kinds[3]) {
    int count = 0;
    if (sweep->settings.with_tornado) kinds[count++] = MOVE_LOW;
    if (sweep->settings.with_tornado) kinds[count++] = MOVE_HIGH;
    if (sweep->settings.with_thresholds) kinds[count++] = MOVE_THRESHOLD;
    return count;
}

uint64_t moves_count(const Sweep *sweep) {
    MoveKind kinds[3];
    return (uint64_t)list_kinds(sweep, kinds) * (uint64_t)sweep->design->assumption_count;
}

static bool prepare(Moving *moving, int threads, Arena *arena) {
    size_t count = (size_t)moving->sweep->design->assumption_count;
    int numbers = moving->sweep->scenario->number_count;
    moving->bars = arena_array(arena, count, sizeof *moving->bars);
    moving->thresholds = arena_array(arena, count, sizeof *moving->thresholds);
    moving->workers = arena_array(arena, (size_t)threads, sizeof(Worker *));
    moving->uniforms = arena_array(arena, (size_t)threads, sizeof(double *));
    bool has_all = moving->bars && moving->thresholds && moving->workers && moving->uniforms;
    for (int t = 0; has_all && t < threads; t++) {
        moving->uniforms[t] = arena_array(arena, (size_t)numbers + 1, sizeof(double));
        has_all = moving->uniforms[t] != NULL;
        for (int i = 0; has_all && i < numbers; i++) moving->uniforms[t][i] = NAN;
    }
    return has_all;
}

BrinkStatus moves_run(Sweep *sweep, const char *name, uint64_t done, uint64_t total, Arena *arena,
                      BrinkDiagnostics *diagnostics) {
    Moving moving = {.sweep = sweep, .times = &sweep->times};
    int threads = sweep->times.threads;
    moving.kind_count = list_kinds(sweep, moving.kinds);
    if (moving.kind_count == 0) return BRINK_OK;
    Pool pool = {.name = name,
                 .part_count = moving.kind_count,
                 .width = MOVE_NUMBERS,
                 .threads = threads,
                 .diagnostics = diagnostics,
                 .payload = &moving,
                 .work = move,
                 .take = take,
                 .observer = sweep->settings.observer,
                 .observer_payload = sweep->settings.observer_payload,
                 .done = done,
                 .total = total};
    BrinkStatus status = prepare(&moving, threads, arena)
                             ? pool_run(&pool, 0, (uint64_t)sweep->design->assumption_count)
                             : BRINK_NO_MEMORY;
    for (int t = 0; moving.workers && t < threads; t++) worker_free(moving.workers[t]);
    if (status == BRINK_OK && sweep->settings.with_tornado) sweep->tornado = moving.bars;
    if (status == BRINK_OK && sweep->settings.with_thresholds) sweep->thresholds = moving.thresholds;
    return status;
}
