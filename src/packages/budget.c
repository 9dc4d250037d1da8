/* SPDX-License-Identifier: GPL-3.0-or-later
 * What each stage of a map holds is bounded by a few numbers, which shrink until what they come to fits. Bytes are
 * those of the structures at their largest: a layer of a frontier before it is thinned, both halves of a count, the
 * places of a search, and the report, in which a point takes some thousands.
 *
 * Invariant: what is held of anything is never more than there can be in the space, so that a small one needs little
 * whatever the numbers. */
#include "packages/budget.h"

#include <math.h>

static const double PROGRAM = 1e7; /* libraries, the scenario, a report without points */
static const double PER_PROFILE = 6e3, PER_VIEW = 1.5e3;
enum { WRITTEN_LEAST = 500, STRIP_ROWS = 70000, STRIP_BYTES = 90, GROUP_BYTES = 128 };

/* Where memory does not matter; it may shrink to four fifths so often, that is, to a five-hundredth. */
static const Budget whole = {.frontier_rows = 1 << 23,
                             .groups = 1 << 12,
                             .half_points = 1 << 17,
                             .stored_points = 1 << 18,
                             .listed_rows = 1 << 22,
                             .nodes = 1 << 20,
                             .looks = 20000,
                             .seen = 1 << 19};
enum { TIMES_MOST = 28 };

typedef struct Shape {
    double total, signers, issues, options; /* of the issue that has most */
    double row;                             /* bytes of a worth vector with its number of packages */
    double profiles;                        /* whose frontiers are wanted */
    bool is_entangled;                      /* there may be states, and packages may have to be looked at */
} Shape;

static Shape shape_of(const BudgetTask *task) {
    const Situation *s = task->situation;
    Shape shape = {.total = 1, .signers = task->signers, .issues = s->issue_count, .profiles = task->profiles};
    for (int issue = 0; issue < s->issue_count; issue++) {
        shape.total *= situation_option_count(s, issue);
        shape.options = fmax(shape.options, situation_option_count(s, issue));
    }
    shape.row = 8 * (shape.signers + 1);
    shape.is_entangled = task->settled || s->rule_count + s->red_line_count + s->synergy_count > 0;
    for (int type = 0; type < s->type_total; type++) shape.is_entangled |= s->requires_detection[type] > 0;
    return shape;
}

/* ---- Bytes ---- */

/* No layer has more than half the rows of all. */
static double most_points(const Shape *shape, const Budget *budget) {
    return fmin(floor(0.5 * (double)budget->frontier_rows), shape->total);
}

/* All layers, and half as much again that was thinned; the next one, merged in a room for twice its maxima, marked,
 * copied and thinned; ways from state to state. */
static double frontier_bytes(const Shape *shape, const Budget *budget) {
    double rows = fmin((double)budget->frontier_rows, (shape->issues + 2) * shape->total);
    double groups = shape->is_entangled ? budget->groups : 1;
    return 1.5 * rows * shape->row + most_points(shape, budget) * (5.25 * shape->row + 190) +
           groups * (shape->issues + 2) * (shape->options * (48 + 8 * shape->signers) + GROUP_BYTES);
}

/* Two signers: a block of strips, and where sums are stored both halves, of which each layer is larger than the one
 * before as squares are. More: halves, columns and ranks. */
static double count_bytes(const Shape *shape, const Budget *budget) {
    double strips = fmin(STRIP_ROWS, shape->total) * STRIP_BYTES;
    double stored = fmin((double)budget->stored_points, shape->total), half = (double)budget->half_points;
    if (shape->signers <= 2) return strips + (2 * (shape->issues / 6 + 1) + 1) * stored * shape->row;
    half = fmin(half, shape->total);
    return half * (100 + 32 * (shape->signers + 1) + (shape->issues / 6 + 4) * shape->row);
}

static double list_bytes(const Shape *shape, double rows) {
    return fmin(rows, shape->total) * (3.5 * shape->row + 100);
}

static double listing_bytes(const Shape *shape, const Budget *budget) {
    return shape->is_entangled ? list_bytes(shape, (double)budget->listed_rows) : 0;
}

static double search_bytes(const Shape *shape, const Budget *budget) {
    double seen = fmin((double)budget->seen, shape->total);
    return shape->is_entangled ? 60 * (double)budget->nodes + 6 * 144 * seen + list_bytes(shape, seen) : 0;
}

static double point_bytes(const Shape *shape) {
    return 130 + 8 * shape->signers + 4 * shape->issues;
}

/* In the report, as a tree and, at the end, as text that grows by doubling. */
static double written_bytes(const Shape *shape) {
    return 1700 + 250 * shape->signers + 460 * shape->issues;
}

static double fixed_bytes(const BudgetTask *task, const Shape *shape) {
    const Situation *s = task->situation;
    return PROGRAM + PER_PROFILE * task->all_profiles + PER_VIEW * s->draft_count * s->type_total +
           task->profiles * fmin(task->listed, shape->total) * written_bytes(shape);
}

/* ---- The plan ---- */

static size_t share_of(size_t number, double share) {
    return (size_t)(share * (double)number);
}

static Budget shrunk(int times) {
    double share = pow(0.8, times);
    return (Budget){.frontier_rows = share_of(whole.frontier_rows, share),
                    .groups = (int)(share * whole.groups),
                    .half_points = share_of(whole.half_points, share),
                    .stored_points = share_of(whole.stored_points, share),
                    .listed_rows = share_of(whole.listed_rows, share),
                    .nodes = share_of(whole.nodes, share),
                    .looks = share_of(whole.looks, share),
                    .seen = share_of(whole.seen, share)};
}

typedef double StageBytes(const Shape *shape, const Budget *budget);

/* How often all of a stage has to shrink; it may still be too large where that is as often as may be. */
static int times_to_fit(const Shape *shape, StageBytes *bytes, double room, Budget *result) {
    int times = 0;
    for (*result = shrunk(0); bytes(shape, result) > room && times < TIMES_MOST; *result = shrunk(times)) times++;
    return times;
}

/* The points of the frontiers wanted stay while the report is written. */
static double kept_frontier_bytes(const Shape *shape, const Budget *budget) {
    return frontier_bytes(shape, budget) + shape->profiles * most_points(shape, budget) * point_bytes(shape);
}

/* Points are written out as far as what is left allows. */
static void plan_report(const Shape *shape, double room, Budget *budget) {
    double kept = most_points(shape, budget);
    double each = shape->profiles * written_bytes(shape), points = shape->profiles * kept * point_bytes(shape);
    double written = fmin(kept, fmax(fmin(WRITTEN_LEAST, kept), floor((room - points) / each)));
    budget->written = (size_t)written;
    budget->bytes = points + written * each;
}

bool budget_plan(const BudgetTask *task, Budget *result) {
    Shape shape = shape_of(task);
    Budget counts, listing, search;
    double fixed = fixed_bytes(task, &shape), room = task->cap - fixed;
    int frontier_times = times_to_fit(&shape, kept_frontier_bytes, room, result);
    int counts_times = times_to_fit(&shape, count_bytes, room, &counts);
    int listing_times = times_to_fit(&shape, listing_bytes, room, &listing);
    int search_times = times_to_fit(&shape, search_bytes, room, &search);
    plan_report(&shape, room, result);
    result->half_points = counts.half_points;
    result->stored_points = counts.stored_points;
    result->listed_rows = listing.listed_rows;
    result->nodes = search.nodes;
    result->looks = search.looks;
    result->seen = search.seen;
    result->holds_frontier = frontier_times > 0;
    result->holds_counts = counts_times > 0;
    result->holds_search = listing_times > 0 || search_times > 0;
    result->bytes = fixed + fmax(fmax(result->bytes, kept_frontier_bytes(&shape, result)),
                                 fmax(count_bytes(&shape, &counts),
                                      fmax(listing_bytes(&shape, &listing), search_bytes(&shape, &search))));
    return result->bytes <= task->cap;
}
