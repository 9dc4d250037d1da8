/* SPDX-License-Identifier: GPL-3.0-or-later
 * What a profile shows once its points are known, whichever way they were found. Invariant: everything follows from the
 * points and the packages that have them. */
#include "packages/view.h"

#include <math.h>
#include <string.h>

#include "packages/solutions.h"
#include "settlement/settlement.h"

/* ---- Points with their packages ---- */

static size_t fetch(const View *view, size_t row, size_t most, int *options) {
    if (!view->is_listed) return frontier_packages(&view->frontier, row, most, options);
    const Situation *s = view->mapper->situation;
    size_t count = 0;
    for (size_t i = view->listing.start[row]; i < view->listing.start[row + 1] && count < most; i++)
        listing_options(s, view->listing.numbers[i], options + count++ * (size_t)s->issue_count);
    return count;
}

double view_prior(const Mapper *mapper, int profile, int *types) {
    double product = 1;
    settlement_profile_types(mapper->situation, profile, types);
    for (int k = 0; k < mapper->map->signer_count; k++)
        product *= mapper->situation->prior[types[mapper->map->signers[k]]];
    return product;
}

/* Over the profiles of the signers, each with its own settlement; NAN when memory is short. */
static double settled_probability(const View *view, Settlements *settlements, const int *options) {
    const Mapper *mapper = view->mapper;
    const Situation *s = mapper->situation;
    int types[PACKAGE_SIGNERS_MOST * 4];
    double sum = 0;
    if (s->party_count > PACKAGE_SIGNERS_MOST * 4) return NAN;
    for (int i = 0; i < mapper->map->profile_count; i++) {
        const Settled *settled = settlements_get(settlements, options, 0, s->now, mapper->map->profiles[i].profile);
        bool is_signed = settled && packages_obey_rules(s, options);
        if (!settled) return NAN;
        settlement_profile_types(s, mapper->map->profiles[i].profile, types);
        for (int k = 0; k < mapper->map->signer_count; k++) {
            int party = mapper->map->signers[k], type = types[party];
            double least = packages_outside(s, type, mapper->settings->disagreement);
            double price = settlement_red_lines(s, type, 0, options);
            is_signed = is_signed && !isinf(price) && space_units(settled->value[party] - price) >= space_units(least);
        }
        if (is_signed) sum += view_prior(mapper, mapper->map->profiles[i].profile, types);
    }
    return fmin(1, sum);
}

static bool fill_probability(const View *view, Settlements *settlements, PackagePoint *point) {
    const Situation *s = view->mapper->situation;
    double *probability = arena_array(view->mapper->arena, (size_t)point->listed_count, sizeof *probability);
    for (int i = 0; probability && i < point->listed_count; i++) {
        probability[i] = NAN;
        if (settlements && watch_is_stopped(&view->mapper->watch)) continue;
        const int *options = point->listed + (size_t)i * (size_t)s->issue_count;
        probability[i] = settlements ? settled_probability(view, settlements, options)
                                     : packages_probability(s, options, view->mapper->settings->disagreement);
    }
    point->probability = probability;
    return probability != NULL;
}

static bool fill_point(const View *view, size_t row, size_t most, PackagePoint *point) {
    const Situation *s = view->mapper->situation;
    size_t width = (size_t)view->space->signer_count;
    double *worth = arena_array(view->mapper->arena, width, sizeof *worth);
    size_t room = point->package_count < (double)most ? (size_t)point->package_count : most;
    int *options = arena_array(view->mapper->arena, room * (size_t)s->issue_count, sizeof *options);
    if (!worth || !options) return false;
    point->is_signed = true;
    for (size_t k = 0; k < width; k++) {
        worth[k] = space_points(view->points->worth[row * width + k]);
        point->is_signed &= view->points->worth[row * width + k] >= view->space->least[k];
    }
    point->worth = worth;
    point->listed = options;
    point->listed_count = (int)fetch(view, row, room, options);
    point->kept = NAN;
    return true;
}

/* Every point gets one package; the others are written out while the room for them lasts. */
static bool fill_points(const View *view) {
    PackageProfile *profile = view->profile;
    size_t spare = view->mapper->settings->listed_most;
    PackagePoint *points = arena_array(view->mapper->arena, view->points->count, sizeof *points);
    if (!points) return false;
    for (size_t row = 0; row < view->points->count; row++) {
        points[row].package_count = view->points->packages[row];
        if (!fill_point(view, row, 1 + spare, &points[row])) return false;
        spare -= points[row].listed_count > 1 ? (size_t)points[row].listed_count - 1 : 0;
        profile->signed_count += points[row].is_signed;
        profile->is_cut |= (double)points[row].listed_count < points[row].package_count;
    }
    profile->points = points;
    profile->point_count = (int)view->points->count;
    return true;
}

/* What depends on settlements, and how likely all sign. */
static bool fill_odds(const View *view) {
    const Situation *s = view->mapper->situation;
    bool is_settled = view->mapper->settings->settled;
    Settlements *settlements = is_settled ? settlements_new(s, view->scratch) : NULL;
    PackagePoint *points = (PackagePoint *)view->profile->points;
    if (is_settled && !settlements) return false;
    Watch *watch = &view->mapper->watch;
    watch->phase = BRINK_PHASE_SOLUTIONS;
    for (int i = 0; i < view->profile->point_count; i++) {
        watch_goes_on(watch, (uint64_t)i, (uint64_t)view->profile->point_count);
        if (!fill_probability(view, settlements, &points[i])) return false;
        if (!is_settled || watch_is_stopped(watch)) continue;
        const Settled *settled = settlements_get(settlements, points[i].listed, 0, s->now, view->profile->profile);
        if (!settled) return false;
        points[i].kept = settled->kept;
    }
    return true;
}

/* ---- Solutions, openings, near misses ---- */

/* What any package may be better by than a point, in units. */
static int64_t epsilon_of(const View *view) {
    return view->is_listed ? 0 : view->frontier.expansion.grain_sum;
}

static double most_of(const View *view, const Zone *zone, PackageConcept concept, double level) {
    return epsilon_of(view) > 0 ? solution_most(zone, concept, epsilon_of(view)) : level;
}

static bool fill_solutions(const View *view) {
    PackageProfile *profile = view->profile;
    Zone zone;
    double *ideal = arena_array(view->mapper->arena, (size_t)view->space->signer_count, sizeof *ideal);
    if (!ideal || !zone_find(view->points, view->space->signer_count, view->space->least, view->scratch, &zone))
        return false;
    for (int k = 0; k < view->space->signer_count; k++) ideal[k] = zone.count ? space_points(zone.ideal[k]) : NAN;
    profile->ideal = ideal;
    size_t *rows = arena_array(view->scratch, zone.count, sizeof *rows);
    for (int concept = 0; rows && concept < CONCEPT_COUNT; concept ++) {
        PackageSolution *solution = &profile->solutions[concept];
        size_t count = solution_find(&zone, (PackageConcept) concept, rows);
        int *points = arena_array(view->mapper->arena, count, sizeof *points);
        if (!points) return false;
        for (size_t i = 0; i < count; i++) points[i] = (int)rows[i];
        solution->count = (int)count;
        solution->points = points;
        solution->level = count ? solution_level(&zone, (PackageConcept) concept, rows[0]) : NAN;
        if (!profile->is_searched) solution->most = most_of(view, &zone, (PackageConcept) concept, solution->level);
    }
    return rows != NULL;
}

static bool fill_lotteries(const View *view) {
    PackageProfile *profile = view->profile;
    LotteryTask task = {.points = view->points,
                        .width = view->space->signer_count,
                        .least = view->space->least,
                        .epsilon = epsilon_of(view),
                        .is_partial = profile->is_searched,
                        .ceilings = view->ceilings,
                        .ceiling_count = view->ceiling_count};
    if (!view->mapper->settings->lotteries) return true;
    return lotteries_find(&task, view->scratch, &profile->has_lotteries, profile->lotteries);
}

static bool fill_opening(const View *view) {
    PackageProfile *profile = view->profile;
    size_t width = (size_t)view->space->signer_count;
    double *alone = arena_array(view->mapper->arena, width, sizeof *alone);
    if (!alone) return false;
    Opening opening = opening_find(view->points, view->space->signer_count, view->space->least);
    if (!profile->is_searched)
        profile->opening_least =
            opening_least(view->points, view->space->signer_count, view->space->least, epsilon_of(view));
    memcpy(alone, opening.alone, width * sizeof *alone);
    profile->opening = opening.together;
    profile->opening_point = (int)opening.row;
    profile->opening_alone = alone;
    return true;
}

static const int *list_rows(const View *view, const size_t *rows, size_t count) {
    int *list = arena_array(view->mapper->arena, count, sizeof *list);
    for (size_t i = 0; list && i < count; i++) list[i] = (int)rows[i];
    return list;
}

/* The best that all would sign, by the product of gains, and what fails by least. */
static bool fill_ranks(const View *view) {
    PackageProfile *profile = view->profile;
    int width = view->space->signer_count;
    size_t most = (size_t)view->mapper->settings->top;
    size_t *rows = arena_array(view->scratch, view->points->count, sizeof *rows);
    Zone zone;
    if (!rows || !zone_find(view->points, width, view->space->least, view->scratch, &zone)) return false;
    size_t count = solution_rank(&zone, CONCEPT_NASH, most, rows);
    profile->best = list_rows(view, rows, count);
    profile->best_count = (int)count;
    count = opening_rank(view->points, width, view->space->least, most, rows);
    profile->near = list_rows(view, rows, count);
    profile->near_count = (int)count;
    return profile->best && profile->near;
}

/* What the points show where packages were not counted: those found are there, and an exact frontier misses none. */
static void tighten_count(PackageProfile *profile) {
    double seen = 0;
    for (int i = 0; i < profile->point_count; i++)
        if (profile->points[i].is_signed) seen += profile->points[i].package_count;
    profile->signed_by_all.low = fmax(profile->signed_by_all.low, seen);
    if (profile->epsilon == 0 && profile->signed_count == 0) profile->signed_by_all.high = 0;
    if (profile->signed_by_all.high < profile->signed_by_all.low)
        profile->signed_by_all.high = profile->signed_by_all.low;
}

BrinkStatus view_fill(const View *view) {
    view->profile->has_frontier = true;
    bool is_good = fill_points(view) && fill_odds(view) && fill_solutions(view) && fill_lotteries(view) &&
                   fill_opening(view) && fill_ranks(view);
    if (is_good) tighten_count(view->profile);
    return is_good ? BRINK_OK : BRINK_NO_MEMORY;
}
