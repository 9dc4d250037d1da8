/* SPDX-License-Identifier: GPL-3.0-or-later
 * From the numbers of the game to those of the scenario: each number is moved a little, the game filled anew, and what
 * has moved is weighed with how the odds move with it (docs/method/gradient.md, "The front half"). Invariant: a
 * number's result depends on that number alone, so not on threads. */
#include "study/study.h"

#include <assert.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>

enum { K = SLOPE_OUTCOMES };

/* The step, relative to the number: its square is the error of a central difference, and a settlement is known to about
 * 1e-12. */
static const double relative_step = 1e-4;
/* Differences to both sides further apart than this, relative to the larger, are looked at again in shorter steps. */
static const double smooth_bend = 1e-2;
/* Slopes below this are taken for 0: points of probability over the whole size of a number. */
static const double least_slope = 1e-9;

/* One thread's own. */
typedef struct Nudger {
    const Scenario *scenario;
    const Game *base;
    const Situation *centre; /* of the base */
    const GameSlope *slope;
    const Settlements *settled; /* of the base */
    Situation *situation;
    Game *game;
    unsigned stale; /* steps in which the game is not the base's */
    double *values; /* [number_count] NAN but for the number at hand */
    Arena *arena, *scratch;
    bool is_out_of_memory;
} Nudger;

/* ---- One evaluation ---- */

static void weigh(const double *now, const double *base, const double *slope, size_t count, double *sum) {
    for (size_t i = 0; i < count; i++) {
        double moved = now[i] - base[i];
        if (moved == 0) continue;
        for (int o = 0; o < K; o++) sum[o] += moved * slope[i * K + (size_t)o];
    }
}

/* What the steps of one position fill, at places that belong to it alone. */
static void weigh_position(const Nudger *nudger, const Position *p, double *sum) {
    const Game *now = nudger->game, *base = nudger->base;
    const GameSlope *slope = nudger->slope;
    size_t columns = (size_t)(base->type_total + 1), first = (size_t)p->edge_start, edges = (size_t)p->edge_count;
    size_t block = (size_t)base->profile_count * (size_t)(base->party_count + 1);
    weigh(now->weights + first, base->weights + first, slope->weights + first * K, edges, sum);
    for (int m = p->mover_start; m < p->mover_start + p->mover_count; m++) {
        const Mover *mover = &base->movers[m];
        size_t at = (size_t)mover->measure,
               types = (size_t)(base->type_start[mover->party + 1] - base->type_start[mover->party]);
        weigh(now->measures + at, base->measures + at, slope->measures + at * K, types * (size_t)mover->action_count,
              sum);
    }
    for (size_t e = 0; e <= edges; e++) { /* then its own */
        int row = e < edges ? base->edges[first + e].payoff : p->type_payoff;
        size_t at = (size_t)row * columns;
        if (row >= 0) weigh(now->type_rows + at, base->type_rows + at, slope->type_rows + at * K, columns, sum);
    }
    size_t at = (size_t)p->profile_payoff * block;
    if (p->profile_payoff >= 0)
        weigh(now->profile_rows + at, base->profile_rows + at, slope->profile_rows + at * K, block, sum);
}

/* All that the game at hand may differ in from the base. */
static void weigh_all(const Nudger *nudger, double *sum) {
    const Game *now = nudger->game, *base = nudger->base;
    const GameSlope *slope = nudger->slope;
    size_t types = (size_t)base->type_total;
    weigh(now->prior, base->prior, slope->prior, types, sum);
    weigh(now->rationality, base->rationality, slope->rationality, types, sum);
    weigh(&now->public_rationality, &base->public_rationality, slope->public_rationality, 1, sum);
    weigh(now->discounts, base->discounts, slope->discounts, (size_t)base->discount_count * (types + 1), sum);
    for (int i = 0; i < base->position_count && nudger->stale; i++)
        if (nudger->stale >> base->positions[i].step & 1) weigh_position(nudger, &base->positions[i], sum);
}

/* First-order change of the odds with the number at `value`. */
static void change_at(Nudger *nudger, int number, double value, double *sum) {
    memset(sum, 0, K * sizeof *sum);
    nudger->values[number] = value;
    situation_fill(nudger->scenario, (Draw){.is_centre = true, .values = nudger->values}, nudger->situation);
    nudger->values[number] = NAN;
    arena_reset(nudger->scratch);
    Settlements *settlements = settlements_new(nudger->situation, nudger->scratch);
    if (settlements) settlements_begin_from(settlements, nudger->settled);
    if (!settlements || game_refill(nudger->game, nudger->centre, nudger->situation, settlements, &nudger->stale,
                                    nudger->scratch) != BRINK_OK) {
        nudger->is_out_of_memory = true;
        return;
    }
    weigh_all(nudger, sum);
}

/* ---- One number ---- */

/* The largest entry, the outcome that is left to the last counted too. */
static double size_of(const double *sum) {
    double most = 0, rest = 0;
    for (int o = 0; o < K; o++) {
        most = fmax(most, fabs(sum[o]));
        rest += sum[o];
    }
    return fmax(most, fabs(rest));
}

static double apart(const double *a, const double *b) {
    double most = 0;
    for (int o = 0; o < K; o++) most = fmax(most, fabs(a[o] - b[o]));
    return most;
}

/* One-sided slope in steps of h and h / 4; false where the two do not agree: no slope to that side. */
static bool side(Nudger *nudger, int number, double value, double h, double *slope) {
    double far[K], near[K];
    change_at(nudger, number, value + h, far);
    change_at(nudger, number, value + h / 4, near);
    for (int o = 0; o < K; o++) {
        far[o] /= h;
        near[o] /= h / 4;
        slope[o] = near[o] + (near[o] - far[o]) / 3; /* without the part that is linear in h */
    }
    return apart(far, near) <= smooth_bend * fmax(size_of(far), size_of(near)) + least_slope / fabs(value + h);
}

/* Where the two sides differ: what slope there is. */
static bool slope_at_kink(Nudger *nudger, GradientNumber *result, double h) {
    double up[K], down[K];
    bool has_up = side(nudger, result->number, result->value, h, up);
    bool has_down = side(nudger, result->number, result->value, -h, down);
    result->is_kink = !has_up || !has_down || apart(up, down) > smooth_bend * fmax(size_of(up), size_of(down));
    for (int o = 0; o < K; o++)
        result->slope[o] = has_up && has_down ? (up[o] + down[o]) / 2 : has_up ? up[o] : down[o];
    return has_up || has_down;
}

/* Room of the number to a side, in steps; its range may end where it stands. */
static bool has_room(const Number *number, double value, double step) {
    return value + step >= number->low && value + step <= number->high;
}

static double step_of(const Number *number, double value) {
    double span = number->high - number->low, size = fabs(value);
    if (size < 1e-3) size = isfinite(span) ? 0.01 * span : 1;
    return relative_step * size;
}

/* False where there is no slope. */
static bool find_slope(Nudger *nudger, GradientNumber *result) {
    const Number *number = &nudger->scenario->numbers[result->number];
    double h = step_of(number, result->value), up[K], down[K];
    bool is_free_up = has_room(number, result->value, h), is_free_down = has_room(number, result->value, -h);
    if (!is_free_up || !is_free_down)
        return side(nudger, result->number, result->value, is_free_up ? h : -h, result->slope);
    change_at(nudger, result->number, result->value + h, up);
    change_at(nudger, result->number, result->value - h, down);
    double bend = 0, rise = 0;
    for (int o = 0; o < K; o++) {
        bend = fmax(bend, fabs(up[o] + down[o]));
        rise = fmax(rise, fabs(up[o] - down[o]));
        result->slope[o] = (up[o] - down[o]) / (2 * h);
    }
    return bend <= smooth_bend * rise + least_slope * relative_step || slope_at_kink(nudger, result, h);
}

static void solve_number(Nudger *nudger, GradientNumber *result, bool *has_slope) {
    *has_slope = find_slope(nudger, result);
    double rest = 0;
    for (int o = 0; o < K; o++) rest += result->slope[o];
    result->slope[K] = -rest;
}

/* ---- Which numbers ---- */

/* Whether any number of the situation comes from it. */
static bool bears(Nudger *nudger, const Situation *base, int number, double value) {
    double moved = value + step_of(&nudger->scenario->numbers[number], value);
    nudger->values[number] = moved;
    situation_fill(nudger->scenario, (Draw){.is_centre = true, .values = nudger->values}, nudger->situation);
    nudger->values[number] = NAN;
    return memcmp(nudger->situation->block, base->block, base->block_count * sizeof(double)) != 0;
}

static void list_numbers(Nudger *nudger, const Situation *base, Gradient *gradient) {
    const Scenario *scenario = nudger->scenario;
    assert(scenario);
    for (int i = 0; i < scenario->number_count; i++) {
        const Number *number = &scenario->numbers[i];
        if (!number->is_stated || number->spread == SPREAD_SAME || number->spread == SPREAD_STEPS) continue;
        double value = number_centre(scenario, i);
        if (isinf(value))
            gradient->hard++;
        else if (!bears(nudger, base, i, value))
            gradient->idle++;
        else
            gradient->numbers[gradient->count++] = (GradientNumber){.number = i, .value = value};
    }
}

/* ---- The whole ---- */

static bool nudger_new(Nudger *nudger, const Scenario *scenario, const Situation *base, const Game *game,
                       const GameSlope *slope, const Settlements *settled) {
    *nudger = (Nudger){.scenario = scenario, .base = game, .centre = base, .slope = slope, .settled = settled};
    nudger->arena = arena_new();
    nudger->scratch = arena_new();
    if (!nudger->arena || !nudger->scratch) return false;
    int rounds = base->round_count - base->observed_rounds;
    nudger->values = arena_array(nudger->arena, (size_t)scenario->number_count + 1, sizeof(double));
    nudger->game = game_copy(game, nudger->arena);
    if (!nudger->values || !nudger->game) return false;
    for (int i = 0; i < scenario->number_count; i++) nudger->values[i] = NAN;
    return situation_new(scenario, rounds, (Draw){.is_centre = true}, nudger->arena, &nudger->situation) == BRINK_OK;
}

static void nudger_free(Nudger *nudger) {
    arena_free(nudger->arena);
    arena_free(nudger->scratch);
}

/* What one percent of the number does to the outcome that it moves most, and where that is nothing, what the number
 * itself does. */
static int by_strength(const void *a, const void *b) {
    const GradientNumber *x = a, *y = b;
    double large_x = fabs(x->value) * size_of(x->slope), large_y = fabs(y->value) * size_of(y->slope);
    if (large_x != large_y) return large_x < large_y ? 1 : -1;
    if (size_of(x->slope) != size_of(y->slope)) return size_of(x->slope) < size_of(y->slope) ? 1 : -1;
    return x->number - y->number;
}

/* Leaves the numbers that have a slope. */
static void keep(Gradient *gradient, const bool *has_slope) {
    int kept = 0;
    for (int i = 0; i < gradient->count; i++) {
        if (has_slope[i])
            gradient->numbers[kept++] = gradient->numbers[i];
        else
            gradient->jumps++;
    }
    gradient->count = kept;
    qsort(gradient->numbers, (size_t)kept, sizeof *gradient->numbers, by_strength);
}

/* What the threads share. */
typedef struct Front {
    Nudger *nudgers; /* [thread] */
    Gradient *gradient;
    bool *has_slope;
    SolveObserver observer; /* may be NULL */
    void *payload;
    uint64_t done;
    BrinkStatus status; /* the first that is not OK stops all */
} Front;

static bool goes_on(Front *front) {
    BrinkStatus status;
#pragma omp critical(brink_gradient)
    status = front->status;
    return status == BRINK_OK;
}

static void tell(Front *front, const Nudger *nudger) {
#pragma omp critical(brink_gradient)
    {
        front->done++;
        if (nudger->is_out_of_memory)
            front->status = BRINK_NO_MEMORY;
        else if (front->status == BRINK_OK && front->observer &&
                 !front->observer(front->payload, front->done, (uint64_t)front->gradient->count))
            front->status = BRINK_CANCELLED;
    }
}

static void solve_one(Front *front, int thread, int i) {
    if (!goes_on(front)) return;
    solve_number(&front->nudgers[thread], &front->gradient->numbers[i], &front->has_slope[i]);
    tell(front, &front->nudgers[thread]);
}

/* One thread does without OpenMP, which ends the program when memory is short. */
static void solve_all(Front *front, int threads) {
    if (threads == 1) {
        for (int i = 0; i < front->gradient->count; i++) solve_one(front, 0, i);
        return;
    }
#pragma omp parallel for schedule(dynamic, 4) num_threads(threads)
    for (int i = 0; i < front->gradient->count; i++) solve_one(front, omp_get_thread_num(), i);
}

BrinkStatus gradient_new(const Scenario *scenario, const Situation *situation, const Game *game, const GameSlope *slope,
                         int threads, SolveObserver observer, void *payload, Arena *arena, Gradient **result) {
    threads = solve_threads(threads);
    Gradient *gradient = arena_alloc(arena, sizeof *gradient);
    Front front = {.gradient = gradient, .observer = observer, .payload = payload, .status = BRINK_NO_MEMORY};
    Nudger *nudgers = front.nudgers = calloc((size_t)threads, sizeof *nudgers);
    Arena *scratch = arena_new();
    Settlements *settled = scratch ? settlements_new(situation, scratch) : NULL;
    Game *filled = settled ? game_copy(game, scratch) : NULL;
    if (settled) settlements_be_direct(settled);
    bool is_good = gradient && nudgers && filled &&
                   game_fill_with(filled, situation, settled, scratch) == BRINK_OK; /* settles all packages */
    for (int i = 0; i < threads && is_good; i++)
        is_good = nudger_new(&nudgers[i], scenario, situation, filled, slope, settled);
    if (is_good) gradient->numbers = arena_array(arena, (size_t)scenario->number_count + 1, sizeof *gradient->numbers);
    if (is_good) front.has_slope = arena_array(arena, (size_t)scenario->number_count + 1, sizeof *front.has_slope);
    if (is_good && gradient->numbers && front.has_slope) {
        front.status = BRINK_OK;
        list_numbers(&nudgers[0], situation, gradient);
        solve_all(&front, threads);
        keep(gradient, front.has_slope);
    }
    for (int i = 0; nudgers && i < threads; i++) nudger_free(&nudgers[i]);
    free(nudgers);
    arena_free(scratch);
    if (front.status == BRINK_OK) *result = gradient;
    return front.status;
}
