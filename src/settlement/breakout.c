/* SPDX-License-Identifier: GPL-3.0-or-later
 * The least time to one significant quantity (docs/method/safeguards.md (7)-(9)).
 *
 * At common tails, each kg SWU spent on a richer lot makes more product, so that lots are drawn on richest first. A lot
 * that can be fed only from day R on leaves the plant the work of the days after R: with every such limit the budgets
 * are nested (work on lots of delay >= R is at most W(T) - W(R), with W(t) what the plant can do by day t), for which
 * drawing richest first is again best (a greedy choice over a chain of budgets). What is made by day T only grows with
 * T, so the least T is found by bisection. */
#include "settlement/safeguards.h"

#include <math.h>
#include <string.h>

#define DAYS_PER_YEAR 365.25
enum { SOURCE_MAX = STOCK_LOTS_MAX + 1, HALVINGS = 200, COARSE = 64 };

/* One source of feed: a lot, or the endless feed. */
typedef struct Source {
    int lot; /* -1: the endless feed */
    double delay;
    double isotope; /* kg U-235 of product that it holds at these tails; INFINITY for the endless feed */
    double work;    /* kg SWU per kg U-235 of product */
    double feed;    /* kg U fed per kg U-235 of product */
    double assay;
} Source;

typedef struct Plan {
    const BreakoutTask *task;
    int count;
    Source sources[SOURCE_MAX]; /* richest first */
} Plan;

/* ---- The plant ---- */

static bool can_work(const BreakoutTask *task) {
    bool can = task->capacity > 0;
    for (int i = 0; i < task->store_count; i++) can |= task->stores[i].capacity > 0;
    return can;
}

/* W(t): kg SWU by day `days`. */
static double work_by(const BreakoutTask *task, double days) {
    double work = task->capacity * days;
    for (int i = 0; i < task->store_count; i++) {
        const Store *store = &task->stores[i];
        work += store->capacity * (days < store->days ? days * days / (2 * store->days) : days - store->days / 2);
    }
    return work / DAYS_PER_YEAR;
}

/* The day by which `work` kg SWU are done from day `from` on; capacity grows evenly up to the next day at which a store
 * is empty. */
static double day_of(const BreakoutTask *task, double from, double work) {
    double left = work * DAYS_PER_YEAR;
    while (left > 0) {
        double rate = task->capacity, growth = 0, next = INFINITY;
        for (int i = 0; i < task->store_count; i++) {
            const Store *store = &task->stores[i];
            if (from >= store->days) {
                rate += store->capacity;
            } else {
                rate += store->capacity * from / store->days;
                growth += store->capacity / store->days;
                next = fmin(next, store->days);
            }
        }
        double root = rate + sqrt(rate * rate + 2 * growth * left), needed = root > 0 ? 2 * left / root : INFINITY;
        if (from + needed <= next) return from + needed;
        left -= (rate + growth * (next - from) / 2) * (next - from);
        from = next;
    }
    return from;
}

/* ---- Sources ---- */

static void add_source(Plan *plan, int lot, double mass, double assay, double delay, double tails) {
    double product = plan->task->product_assay;
    Source source = {.lot = lot, .delay = delay, .assay = assay};
    Enrichment unit;
    if (assay >= product) {
        source.feed = 1 / assay;
    } else if (assay > tails && swu_balance(1, product, assay, tails, &unit) == PHYSICS_OK) {
        source.feed = unit.feed / product;
        source.work = fmax(0, unit.work) / product;
    } else {
        return;
    }
    source.isotope = isinf(mass) ? INFINITY : mass / source.feed;
    if (source.isotope <= 0) return;
    int at = plan->count++;
    for (; at > 0 && plan->sources[at - 1].assay < assay; at--) plan->sources[at] = plan->sources[at - 1];
    plan->sources[at] = source;
}

static void make_plan(const BreakoutTask *task, double tails, Plan *plan) {
    *plan = (Plan){.task = task};
    for (int i = 0; i < task->stock->count; i++) {
        const Lot *lot = &task->stock->lots[i];
        add_source(plan, i, lot->mass, lot->assay, lot->delay, tails);
    }
    if (task->feed_assay > task->tails_assay) add_source(plan, -1, INFINITY, task->feed_assay, 0, task->tails_assay);
}

/* kg SWU that may still go to a source that is ready after `delay` days, by day T. */
static double work_left(const Plan *plan, const double *work, double delay, double days) {
    double left = INFINITY;
    for (int i = -1; i < plan->count; i++) { /* -1: all sources together */
        double from = i < 0 ? 0 : plan->sources[i].delay, used = 0;
        if (from > delay) continue;
        for (int k = 0; k < plan->count; k++)
            if (plan->sources[k].delay >= from) used += work[k];
        left = fmin(left, work_by(plan->task, fmax(days, from)) - work_by(plan->task, from) - used);
    }
    return fmax(0, left);
}

/* kg U-235 of product by day T, at most `limit`; made[] by source. */
static double make_by(const Plan *plan, double days, double limit, double *made) {
    double work[SOURCE_MAX] = {0}, sum = 0;
    for (int i = 0; i < plan->count; i++) {
        const Source *source = &plan->sources[i];
        made[i] = 0;
        if (days < source->delay) continue;
        made[i] = fmin(source->isotope, limit - sum);
        if (source->work > 0) made[i] = fmin(made[i], work_left(plan, work, source->delay, days) / source->work);
        work[i] = made[i] * source->work;
        sum += made[i];
    }
    return sum;
}

/* A day by which everything can surely be made, INFINITY where there is none. */
static double surely_by(const Plan *plan) {
    double sum = 0, work = 0, delay = 0, needed = plan->task->quantity;
    for (int i = 0; i < plan->count && sum < needed; i++) {
        double made = fmin(plan->sources[i].isotope, needed - sum);
        if (plan->sources[i].work > 0 && !can_work(plan->task))
            break; /* richest first: all that follow need work too */
        sum += made;
        work += made * plan->sources[i].work;
        delay = fmax(delay, plan->sources[i].delay);
    }
    if (sum < needed * (1 - 1e-12)) return INFINITY;
    return day_of(plan->task, delay, work);
}

static bool is_all_ready(const Plan *plan) {
    for (int i = 0; i < plan->count; i++)
        if (plan->sources[i].delay > 0) return false;
    return true;
}

/* Between a day too early and one late enough. What is made grows almost linearly, so regula falsi (Illinois) is at the
 * answer in a few steps; every fifth step halves, in case it jumps where a lot becomes ready. */
static double narrow_days(const Plan *plan, double low, double high, double tolerance) {
    double made[SOURCE_MAX], enough = plan->task->quantity * (1 - 1e-12);
    double below = make_by(plan, low, INFINITY, made) - enough, above = make_by(plan, high, INFINITY, made) - enough;
    for (int i = 1; i < HALVINGS && high - low > tolerance * high && above > tolerance * enough; i++) {
        double part = i % 5 == 0 ? 0.5 : below / (below - above), middle = low + part * (high - low);
        if (!(middle > low && middle < high)) middle = low + (high - low) / 2;
        if (!(middle > low && middle < high)) break;
        double left = make_by(plan, middle, INFINITY, made) - enough;
        if (left >= 0) {
            high = middle, above = left, below /= 2;
        } else {
            low = middle, below = left, above /= 2;
        }
    }
    return high;
}

static double least_days(const Plan *plan, double tolerance) {
    double made[SOURCE_MAX], high = surely_by(plan);
    bool is_at_once = make_by(plan, 0, INFINITY, made) >= plan->task->quantity * (1 - 1e-12);
    if (isinf(high) || is_at_once) return isinf(high) ? high : 0;
    return is_all_ready(plan) ? high
                              : narrow_days(plan, 0, high, tolerance); /* nothing to wait for: the work alone counts */
}

static double days_at(const BreakoutTask *task, double tails) {
    Plan plan;
    make_plan(task, tails, &plan);
    return least_days(&plan, 1e-9); /* enough to tell tails apart */
}

/* ---- The best tails ---- */

static double richest(const Stock *stock) {
    double assay = 0;
    for (int i = 0; i < stock->count; i++)
        if (stock->lots[i].mass > 0) assay = fmax(assay, stock->lots[i].assay);
    return assay;
}

static double from_odds(double odds) {
    return 1 / (1 + exp(-odds));
}

static double log_odds(double assay) {
    return log(assay / (1 - assay));
}

/* Golden section between two tails, in log-odds. */
static double narrow(const BreakoutTask *task, double low, double high) {
    const double golden = (sqrt(5) - 1) / 2;
    double a = high - golden * (high - low), b = low + golden * (high - low);
    double at_a = days_at(task, from_odds(a)), at_b = days_at(task, from_odds(b));
    for (int i = 0; i < 40; i++) {
        if (at_a <= at_b) {
            high = b, b = a, at_b = at_a;
            a = high - golden * (high - low), at_a = days_at(task, from_odds(a));
        } else {
            low = a, a = b, at_a = at_b;
            b = low + golden * (high - low), at_b = days_at(task, from_odds(b));
        }
    }
    return from_odds(at_a <= at_b ? a : b);
}

/* A grid, then golden section around its best point; the tails stated are kept where nothing is better. */
static double best_tails(const BreakoutTask *task) {
    double low = log_odds(task->tails_assay), top = fmin(richest(task->stock), task->product_assay);
    if (top <= task->tails_assay) return task->tails_assay;
    double step = (log_odds(top) - low) / COARSE, least = days_at(task, task->tails_assay);
    int best = 0;
    for (int i = 1; i < COARSE; i++) {
        double days = days_at(task, from_odds(low + i * step));
        if (days >= least) continue;
        least = days;
        best = i;
    }
    double tails = narrow(task, low + fmax(0, best - 1) * step, low + (best + 1) * step);
    return days_at(task, tails) < least ? tails : from_odds(low + best * step);
}

/* ---- The whole ---- */

static bool is_amount(double number) {
    return number >= 0 && !isinf(number);
}

static Physics check_task(const BreakoutTask *task) {
    const double assays[] = {task->feed_assay, task->tails_assay, task->product_assay};
    for (int i = 0; i < 3; i++)
        if (!(assays[i] >= 0 && assays[i] <= 1)) return PHYSICS_BAD_ASSAY;
    if (task->tails_assay == 0 || task->tails_assay >= task->feed_assay) return PHYSICS_TAILS_TOO_HIGH;
    if (task->product_assay <= task->feed_assay || task->product_assay == 1) return PHYSICS_PRODUCT_TOO_LOW;
    if (!(task->quantity > 0) || isinf(task->quantity)) return PHYSICS_BAD_MASS;
    for (int i = 0; i < task->store_count; i++)
        if (!is_amount(task->stores[i].capacity) || !is_amount(task->stores[i].days)) return PHYSICS_NO_CAPACITY;
    return is_amount(task->capacity) ? PHYSICS_OK : PHYSICS_NO_CAPACITY;
}

static void note_use(const Plan *plan, const double *made, Breakout *result) {
    const BreakoutTask *task = plan->task;
    for (int i = 0; i < plan->count; i++) {
        const Source *source = &plan->sources[i];
        double fed = made[i] * source->feed;
        result->work += made[i] * source->work;
        result->product += source->assay >= task->product_assay ? fed : made[i] / task->product_assay;
        *(source->lot < 0 ? &result->fed_endless : &result->fed[source->lot]) += fed;
    }
}

Physics breakout_least(const BreakoutTask *task, Breakout *result) {
    Physics physics = check_task(task);
    if (physics != PHYSICS_OK) return physics;
    double tails = task->has_best_tails ? best_tails(task) : task->tails_assay, made[SOURCE_MAX];
    Plan plan;
    make_plan(task, tails, &plan);
    *result = (Breakout){.days = least_days(&plan, 1e-13), .tails_assay = tails};
    if (isinf(result->days)) return PHYSICS_OK;
    make_by(&plan, result->days, task->quantity, made);
    note_use(&plan, made, result);
    return PHYSICS_OK;
}
