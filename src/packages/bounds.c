/* SPDX-License-Identifier: GPL-3.0-or-later
 * A worth is a sum over issues plus points of boxes. What issues can add is the sum of each one's best. What boxes can
 * add: boxes meet together only if they meet pairwise (Helly's theorem for boxes on a grid), so that of boxes no two of
 * which meet one at most counts; they are dealt into such groups (greedy colouring, a bound on cliques).
 *
 * A settled worth is an expectation over how far a package is carried out (docs/method/settlement.md): each issue
 * delivered in part and then either all that is synergy, or what a failure is worth, with some of the delivered taken
 * back. All weights on it are shares, so that an issue adds at most max(0, its gain), of a mix too: the signers share
 * one course of events.
 *
 * Invariant: no bound is below what it bounds; SLACK covers the rounding of sums. */
#include "packages/bounds.h"

#include <math.h>
#include <string.h>

#include "settlement/settlement.h"

static const double SLACK = 1e-6; /* points */

typedef struct Direction {
    double weight[PACKAGE_SIGNERS_MOST];
    double constant;
    double *term; /* [option_total] */
    double *rest; /* [issue_count + 1] most that the issues from a position on can add */
} Direction;

typedef struct Box {
    const bool *allows;
    int last;  /* position of the last issue some option of which is not allowed */
    int group; /* -1: not positive */
} Box;

struct Bounds {
    const Space *space;
    bool settled;
    const int *order;
    double afterwards[PACKAGE_SIGNERS_MOST];
    Direction singles[PACKAGE_SIGNERS_MOST], mixes[BOUNDS_MIXES_MOST];
    int mix_count, group_count;
    Box *boxes;
    const Box *when, *then;
    double *most_of_group; /* [group_count] scratch */
};

/* ---- Directions ---- */

static double term_of(const Bounds *bounds, const double *weight, int option) {
    const Space *space = bounds->space;
    double sum = 0;
    for (int k = 0; k < space->signer_count; k++)
        sum += weight[k] * space_points(space->worth[(size_t)option * (size_t)space->signer_count + (size_t)k]);
    return bounds->settled ? fmax(0, sum) : sum;
}

static bool aim(const Bounds *bounds, const double *weight, Direction *direction, Arena *arena) {
    const Situation *s = bounds->space->situation;
    double base = 0, afterwards = 0;
    direction->term = arena_array(arena, (size_t)s->option_total, sizeof(double));
    direction->rest = arena_array(arena, (size_t)s->issue_count + 1, sizeof(double));
    if (!direction->term || !direction->rest) return false;
    for (int k = 0; k < bounds->space->signer_count; k++) {
        direction->weight[k] = weight[k];
        base += weight[k] * space_points(bounds->space->base[k]);
        afterwards += weight[k] * bounds->afterwards[k];
    }
    direction->constant = bounds->settled ? fmax(base, afterwards) : base;
    for (int option = 0; option < s->option_total; option++) direction->term[option] = term_of(bounds, weight, option);
    for (int position = s->issue_count - 1; position >= 0; position--) {
        double most = -INFINITY;
        int issue = bounds->order[position];
        for (int o = s->option_start[issue]; o < s->option_start[issue + 1]; o++) most = fmax(most, direction->term[o]);
        direction->rest[position] = direction->rest[position + 1] + most;
    }
    return true;
}

int bounds_add_mix(Bounds *bounds, const double *weights, Arena *arena) {
    if (bounds->mix_count == BOUNDS_MIXES_MOST || !aim(bounds, weights, &bounds->mixes[bounds->mix_count], arena))
        return -1;
    return bounds->mix_count++;
}

/* Adds what each signer gets where a mix of the additive part is largest. */
static void add_best(const Bounds *bounds, const double *weights, double *worth) {
    const Space *space = bounds->space;
    const Situation *s = space->situation;
    for (int issue = 0; issue < s->issue_count; issue++) {
        int best = s->option_start[issue];
        for (int o = best + 1; o < s->option_start[issue + 1]; o++)
            if (term_of(bounds, weights, o) > term_of(bounds, weights, best)) best = o;
        if (bounds->settled && term_of(bounds, weights, best) <= 0) continue;
        for (int k = 0; k < space->signer_count; k++)
            worth[k] += space_points(space->worth[(size_t)best * (size_t)space->signer_count + (size_t)k]);
    }
}

/* Frank and Wolfe 1956, with the usual step 2 / (t + 2). */
void bounds_product_mix(const Bounds *bounds, const double *from, double *weights) {
    enum { STEPS = 60 };
    int width = bounds->space->signer_count;
    double gain[PACKAGE_SIGNERS_MOST];
    for (int k = 0; k < width; k++) {
        gain[k] = fmax(1e-3, bounds->singles[k].constant + bounds->singles[k].rest[0] - from[k]);
        weights[k] = 1 / gain[k];
    }
    for (int step = 0; step < STEPS; step++) {
        double worth[PACKAGE_SIGNERS_MOST], share = 2.0 / (step + 2);
        for (int k = 0; k < width; k++) worth[k] = bounds->singles[k].constant;
        add_best(bounds, weights, worth);
        for (int k = 0; k < width; k++) {
            gain[k] = (1 - share) * gain[k] + share * (worth[k] - from[k]);
            weights[k] = 1 / fmax(1e-3, gain[k]);
        }
    }
}

/* ---- Boxes ---- */

static Box box_of(const Bounds *bounds, const bool *allows) {
    const Situation *s = bounds->space->situation;
    Box box = {.allows = allows, .last = -1, .group = -1};
    for (int position = 0; position < s->issue_count; position++) {
        int issue = bounds->order[position];
        for (int o = s->option_start[issue]; o < s->option_start[issue + 1]; o++)
            if (!allows[o]) box.last = position;
    }
    return box;
}

static bool boxes_meet(const Situation *s, const bool *a, const bool *b) {
    for (int issue = 0; issue < s->issue_count; issue++) {
        bool meets = false;
        for (int o = s->option_start[issue]; o < s->option_start[issue + 1]; o++) meets |= a[o] && b[o];
        if (!meets) return false;
    }
    return true;
}

/* Whether a box meets none of a group; groups hold boxes of one signer. */
static bool fits_group(const Bounds *bounds, int box, int group) {
    const SpaceBox *boxes = bounds->space->boxes;
    for (int other = 0; other < bounds->space->box_count; other++)
        if (bounds->boxes[other].group == group &&
            (boxes[other].signer != boxes[box].signer ||
             boxes_meet(bounds->space->situation, boxes[other].allows, boxes[box].allows)))
            return false;
    return true;
}

/* The positive box with the most points that is in no group yet; -1: none. */
static int next_box(const Bounds *bounds) {
    int best = -1;
    for (int k = 0; k < bounds->space->box_count; k++)
        if (bounds->boxes[k].group < 0 && bounds->space->boxes[k].points > 0 &&
            (best < 0 || bounds->space->boxes[k].points > bounds->space->boxes[best].points))
            best = k;
    return best;
}

static void deal_groups(Bounds *bounds) {
    for (int box = next_box(bounds); box >= 0; box = next_box(bounds)) {
        int group = 0;
        while (group < bounds->group_count && !fits_group(bounds, box, group)) group++;
        bounds->boxes[box].group = group;
        if (group == bounds->group_count) bounds->group_count++;
    }
}

static bool list_boxes(Bounds *bounds, Arena *arena) {
    const Space *space = bounds->space;
    Box *when = arena_array(arena, (size_t)space->rule_count, sizeof *when),
        *then = arena_array(arena, (size_t)space->rule_count, sizeof *then);
    bounds->boxes = arena_array(arena, (size_t)space->box_count, sizeof *bounds->boxes);
    bounds->most_of_group = arena_array(arena, (size_t)space->box_count, sizeof *bounds->most_of_group);
    if (!when || !then || !bounds->boxes || !bounds->most_of_group) return false;
    for (int k = 0; k < space->box_count; k++) bounds->boxes[k] = box_of(bounds, space->boxes[k].allows);
    for (int k = 0; k < space->rule_count; k++) {
        when[k] = box_of(bounds, space->rules[k].when);
        then[k] = box_of(bounds, space->rules[k].then);
    }
    bounds->when = when;
    bounds->then = then;
    deal_groups(bounds);
    return true;
}

Bounds *bounds_new(const Space *space, bool settled, const int *order, Arena *arena) {
    Bounds *bounds = arena_alloc(arena, sizeof *bounds);
    if (!bounds) return NULL;
    *bounds = (Bounds){.space = space, .settled = settled, .order = order};
    for (int k = 0; k < space->signer_count && settled; k++)
        bounds->afterwards[k] = settlement_afterwards(space->situation, space->type[k], 0, space->situation->now);
    for (int k = 0; k < space->signer_count; k++) {
        double weight[PACKAGE_SIGNERS_MOST] = {0};
        weight[k] = 1;
        if (!aim(bounds, weight, &bounds->singles[k], arena)) return NULL;
    }
    return list_boxes(bounds, arena) ? bounds : NULL;
}

/* ---- At a beginning ---- */

static bool is_alive(const Box *box, const int *chosen, int depth) {
    for (int position = 0; position < depth && position <= box->last; position++)
        if (!box->allows[chosen[position]]) return false;
    return true;
}

static bool is_certain(const Box *box, const int *chosen, int depth) {
    return depth > box->last && is_alive(box, chosen, depth);
}

static bool breaks_a_rule(const Bounds *bounds, const int *chosen, int depth) {
    for (int k = 0; k < bounds->space->rule_count; k++) {
        bool can_keep = bounds->space->rules[k].is_then_open && is_alive(&bounds->then[k], chosen, depth);
        if (!can_keep && is_certain(&bounds->when[k], chosen, depth)) return true;
    }
    return bounds->space->is_empty;
}

/* Adds to each signer what its boxes can still be worth; false where a bar is met. A negative synergy of a settled
 * package counts only where the package is carried out, and is left out. */
static bool add_boxes(const Bounds *bounds, const int *chosen, int depth, double *points) {
    const Space *space = bounds->space;
    for (int group = 0; group < bounds->group_count; group++) bounds->most_of_group[group] = 0;
    for (int k = 0; k < space->box_count; k++) {
        const SpaceBox *box = &space->boxes[k];
        const Box *own = &bounds->boxes[k];
        if (own->group >= 0 && is_alive(own, chosen, depth)) {
            double more = space_points(box->points) - bounds->most_of_group[own->group];
            points[box->signer] += fmax(0, more);
            bounds->most_of_group[own->group] += fmax(0, more);
        }
        if (own->group >= 0 || !is_certain(own, chosen, depth)) continue;
        if (box->is_bar) return false;
        if (!bounds->settled || box->is_price) points[box->signer] += space_points(box->points);
    }
    return true;
}

static double most_along(const Bounds *bounds, const Direction *direction, const int *chosen, int depth,
                         const double *points) {
    double sum = direction->constant + direction->rest[depth] + SLACK;
    for (int position = 0; position < depth; position++) sum += direction->term[chosen[position]];
    for (int k = 0; k < bounds->space->signer_count; k++) sum += direction->weight[k] * points[k];
    return sum;
}

bool bounds_at(const Bounds *bounds, const int *chosen, int depth, BoundsAt *result) {
    double points[PACKAGE_SIGNERS_MOST] = {0};
    if (breaks_a_rule(bounds, chosen, depth) || !add_boxes(bounds, chosen, depth, points)) return false;
    for (int k = 0; k < bounds->space->signer_count; k++)
        result->most[k] = most_along(bounds, &bounds->singles[k], chosen, depth, points);
    for (int mix = 0; mix < bounds->mix_count; mix++)
        result->mixed[mix] = most_along(bounds, &bounds->mixes[mix], chosen, depth, points);
    return true;
}
