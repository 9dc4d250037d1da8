/* SPDX-License-Identifier: GPL-3.0-or-later
 * One search for the cheapest opening, one for each signer's ideal, one for each concept. Whatever package one of them
 * looks at is known to all of them.
 *
 * Invariant: `most` of a search bounds every package, looked at or not. */
#include "packages/searched.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "packages/branch.h"
#include "packages/count.h"

enum { AIM_OPENING = CONCEPT_COUNT, AIM_IDEAL };            /* after the concepts */
enum { MIX_EVEN, MIX_PRODUCT, MIX_FROM_TODAY, MIX_SHARES }; /* of the bounds */

/* A package looked at. */
typedef struct Seen {
    uint64_t number; /* + 1; 0: the place is free */
    bool is_open;
    int64_t worth[PACKAGE_SIGNERS_MOST];
} Seen;

typedef struct Finder {
    const ListingTask *task;
    Bounds *bounds;
    Lister *lister;
    Seen *seen; /* open addressing; a power of two */
    size_t seen_room, seen_count;
    int width, aim, ideal_of; /* the signer */
    double least[PACKAGE_SIGNERS_MOST], ideal[PACKAGE_SIGNERS_MOST];
    double weights[BOUNDS_MIXES_MOST][PACKAGE_SIGNERS_MOST];
    double best; /* score of the aim, and who has it */
    uint64_t best_number;
    uint64_t searches, searches_of_all;
    SearchedLimits limits;
} Finder;

/* ---- Packages seen ---- */

static Seen *place_of(Seen *seen, size_t room, uint64_t number) {
    size_t at = (size_t)((number + 1) * 0x9e3779b97f4a7c15u >> 20) & (room - 1);
    while (seen[at].number != 0 && seen[at].number != number + 1) at = (at + 1) & (room - 1);
    return &seen[at];
}

static bool grow(Finder *all) {
    size_t room = all->seen_room ? 2 * all->seen_room : 1 << 12;
    Seen *seen = calloc(room, sizeof *seen);
    if (!seen) return false;
    for (size_t i = 0; i < all->seen_room; i++)
        if (all->seen[i].number != 0) *place_of(seen, room, all->seen[i].number - 1) = all->seen[i];
    free(all->seen);
    all->seen = seen;
    all->seen_room = room;
    return true;
}

/* NULL when memory is short. */
static const Seen *see(Finder *all, uint64_t number) {
    if (2 * (all->seen_count + 1) > all->seen_room && !grow(all)) return NULL;
    Seen *seen = place_of(all->seen, all->seen_room, number);
    if (seen->number != 0) return seen;
    if (!listing_look(all->lister, number, seen->worth, &seen->is_open)) return NULL;
    seen->number = number + 1;
    all->seen_count++;
    return seen;
}

/* ---- Scores ---- */

static double product(const Finder *all, const double *worth, const double *from) {
    double result = 1;
    for (int k = 0; k < all->width; k++) result *= fmax(0, worth[k] - (from ? from[k] : 0));
    return result;
}

static double smallest(const Finder *all, const double *worth, const double *whole) {
    double result = INFINITY;
    for (int k = 0; k < all->width; k++)
        if (!whole || whole[k] > 0) result = fmin(result, (worth[k] - all->least[k]) / (whole ? whole[k] : 1));
    return result;
}

/* Of worths, or of bounds on them: every score rises with them. */
static double score_of(const Finder *all, const double *worth) {
    double whole[PACKAGE_SIGNERS_MOST], sum = 0;
    switch (all->aim) {
    case CONCEPT_NASH:
        return product(all, worth, all->least);
    case CONCEPT_PRODUCT_FROM_TODAY:
        return product(all, worth, NULL);
    case CONCEPT_KALAI_SMORODINSKY:
        for (int k = 0; k < all->width; k++) whole[k] = all->ideal[k] - all->least[k];
        return smallest(all, worth, whole);
    case CONCEPT_EGALITARIAN:
        return smallest(all, worth, NULL);
    case AIM_OPENING:
        for (int k = 0; k < all->width; k++) sum -= fmax(0, all->least[k] - worth[k]);
        return sum;
    case AIM_IDEAL:
        return worth[all->ideal_of];
    default:
        for (int k = 0; k < all->width; k++) sum += worth[k];
        return sum;
    }
}

/* Between the arithmetic and the geometric mean: prod g <= (sum w g / n)^n / prod w. */
static double most_product(const Finder *all, double mixed, const double *from, const double *weight) {
    double share = mixed, result = 1;
    for (int k = 0; k < all->width; k++) share -= weight[k] * (from ? from[k] : 0);
    for (int k = 0; k < all->width; k++) result *= fmax(0, share) / all->width / weight[k];
    return result;
}

/* The smallest of numbers is at most their weighted mean. */
static double most_smallest(const Finder *all, double mixed, const double *weight, const double *whole) {
    double sum = 0;
    for (int k = 0; k < all->width; k++) {
        mixed -= weight[k] * all->least[k];
        sum += weight[k] * (whole ? whole[k] : 1);
    }
    return sum > 0 ? mixed / sum : INFINITY;
}

static double tighten(const Finder *all, const BoundsAt *at, double bound) {
    double whole[PACKAGE_SIGNERS_MOST];
    for (int k = 0; k < all->width; k++) whole[k] = fmax(0, all->ideal[k] - all->least[k]);
    if (all->aim == CONCEPT_UTILITARIAN) return fmin(bound, at->mixed[MIX_EVEN]);
    if (all->aim == CONCEPT_PRODUCT_FROM_TODAY)
        return fmin(bound, most_product(all, at->mixed[MIX_FROM_TODAY], NULL, all->weights[MIX_FROM_TODAY]));
    if (all->aim == CONCEPT_NASH)
        return fmin(bound, most_product(all, at->mixed[MIX_PRODUCT], all->least, all->weights[MIX_PRODUCT]));
    for (int mix = 0; mix < BOUNDS_MIXES_MOST; mix++) {
        if (all->aim == CONCEPT_EGALITARIAN)
            bound = fmin(bound, most_smallest(all, at->mixed[mix], all->weights[mix], NULL));
        if (all->aim == CONCEPT_KALAI_SMORODINSKY)
            bound = fmin(bound, most_smallest(all, at->mixed[mix], all->weights[mix], whole));
    }
    return bound;
}

/* ---- A search ---- */

static double bound(void *payload, const int *chosen, int depth) {
    Finder *all = payload;
    BoundsAt at;
    if (!bounds_at(all->bounds, chosen, depth, &at)) return -INFINITY;
    for (int k = 0; k < all->width && all->aim != AIM_OPENING; k++)
        if (at.most[k] < all->least[k]) return -INFINITY;
    return tighten(all, &at, score_of(all, at.most));
}

/* Keeps the package where none seen is better; false when memory is short. */
static bool try_package(Finder *all, uint64_t number) {
    const Seen *seen = see(all, number);
    double worth[PACKAGE_SIGNERS_MOST];
    bool counts = seen && seen->is_open;
    if (!seen) return false;
    for (int k = 0; k < all->width; k++) {
        worth[k] = space_points(seen->worth[k]);
        counts &= all->aim == AIM_OPENING || seen->worth[k] >= all->task->space->least[k];
    }
    if (!counts || score_of(all, worth) <= all->best) return true;
    all->best = score_of(all, worth);
    all->best_number = number;
    return true;
}

/* Takes the best one on, issue by issue, until no other option is better: from there on more can be ruled out. */
static bool climb(Finder *all) {
    const Situation *s = all->task->space->situation;
    double before;
    do {
        uint64_t stride = 1;
        before = all->best;
        for (int issue = s->issue_count - 1; issue >= 0; issue--) {
            uint64_t count = (uint64_t)situation_option_count(s, issue);
            uint64_t base = all->best_number - all->best_number / stride % count * stride;
            for (uint64_t option = 0; option < count; option++)
                if (!try_package(all, base + option * stride)) return false;
            stride *= count;
        }
    } while (all->best > before);
    return true;
}

static bool look(void *payload, const int *options, double *floor) {
    Finder *all = payload;
    double before = all->best;
    if (!try_package(all, listing_number(all->task->space->situation, options))) return false;
    if (all->best > before && all->seen_count < all->limits.seen && !climb(all)) return false;
    *floor = all->best;
    return true;
}

static BrinkStatus run(Finder *all, const int *order, int aim, double *most) {
    BranchTask task = {.situation = all->task->space->situation,
                       .order = order,
                       .bound = bound,
                       .look = look,
                       .payload = all,
                       .nodes_most = all->limits.nodes,
                       .looks_most = all->limits.looks,
                       .watch = all->task->watch,
                       .looks_before = all->searches++ * all->limits.looks,
                       .looks_of_all = all->searches_of_all * all->limits.looks};
    all->aim = aim;
    all->best = -INFINITY;
    double left = -INFINITY;
    BrinkStatus status = branch_run(&task, &left);
    *most = fmax(all->best, left);
    return status;
}

static bool add_mixes(Finder *all, Arena *arena) {
    double nothing[PACKAGE_SIGNERS_MOST] = {0};
    bounds_product_mix(all->bounds, all->least, all->weights[MIX_PRODUCT]);
    bounds_product_mix(all->bounds, nothing, all->weights[MIX_FROM_TODAY]);
    for (int k = 0; k < all->width; k++) {
        all->weights[MIX_EVEN][k] = 1;
        all->weights[MIX_SHARES][k] = 1 / fmax(1e-3, all->ideal[k] - all->least[k]);
    }
    for (int mix = 0; mix < BOUNDS_MIXES_MOST; mix++)
        if (bounds_add_mix(all->bounds, all->weights[mix], arena) != mix) return false;
    return true;
}

static void add_ceiling(Searched *result, const double *weight, int width, double most) {
    LotteryCeiling *ceiling = &result->ceilings[result->ceiling_count++];
    memcpy(ceiling->weight, weight, (size_t)width * sizeof *weight);
    ceiling->most = most;
}

/* What is known of all packages before any is looked at. */
static void find_ceilings(const Finder *all, Searched *result) {
    BoundsAt at;
    bool is_open = bounds_at(all->bounds, NULL, 0, &at);
    for (int k = 0; k < all->width; k++) {
        double weight[PACKAGE_SIGNERS_MOST] = {0};
        weight[k] = 1;
        add_ceiling(result, weight, all->width, is_open ? at.most[k] : -INFINITY);
    }
    for (int mix = 0; mix < BOUNDS_MIXES_MOST && is_open; mix++)
        add_ceiling(result, all->weights[mix], all->width, at.mixed[mix]);
}

static BrinkStatus run_all(Finder *all, bool opening_only, const int *order, Arena *arena, Searched *result) {
    double most = 0;
    all->searches_of_all = opening_only ? 1 : 1 + (uint64_t)all->width + CONCEPT_COUNT;
    BrinkStatus status = run(all, order, AIM_OPENING, &most);
    result->opening_least = fmax(0, -most);
    for (int concept = 0; concept < CONCEPT_COUNT; concept ++) result->most[concept] = NAN;
    bool is_empty = most < 0; /* it is proved that no package is signed by all */
    if (opening_only) return status;
    for (int k = 0; k < all->width && status == BRINK_OK; k++) {
        all->ideal_of = k;
        if (!is_empty) status = run(all, order, AIM_IDEAL, &most);
        all->ideal[k] = is_empty ? all->least[k] : fmax(all->least[k], all->best);
    }
    if (status == BRINK_OK && !add_mixes(all, arena)) status = BRINK_NO_MEMORY;
    if (status == BRINK_OK) find_ceilings(all, result);
    for (int concept = 0; concept < CONCEPT_COUNT && status == BRINK_OK && !is_empty; concept ++)
        status = run(all, order, concept, &result->most[concept]);
    return status;
}

BrinkStatus searched_find(const ListingTask *task, SearchedLimits limits, bool opening_only, Arena *arena,
                          Searched *result) {
    const Space *space = task->space;
    Finder all = {.task = task, .width = space->signer_count, .limits = limits, .lister = listing_begin(task)};
    int *order = arena_array(arena, (size_t)space->situation->issue_count, sizeof *order);
    *result =
        (Searched){.ceilings = arena_array(arena, PACKAGE_SIGNERS_MOST + BOUNDS_MIXES_MOST, sizeof *result->ceilings)};
    for (int k = 0; k < all.width; k++) all.least[k] = space_points(space->least[k]);
    bool is_good = all.lister && order && result->ceilings && count_order(space, order, arena);
    if (is_good) all.bounds = bounds_new(space, task->settled, order, arena);
    BrinkStatus status = all.bounds ? run_all(&all, opening_only, order, arena, result) : BRINK_NO_MEMORY;
    free(all.seen);
    if (!all.lister) return status;
    BrinkStatus ended = listing_end(all.lister, arena, status == BRINK_OK ? &result->listing : NULL);
    return status == BRINK_OK ? ended : status;
}
