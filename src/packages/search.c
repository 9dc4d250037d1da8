/* SPDX-License-Identifier: GPL-3.0-or-later
 * The packages worth tabling: the best by expected product of what the settlement makes of them above the better of
 * lapse and collapse, among those that some profile of types would sign (docs/scenarios.md, agenda.search).
 *
 * Up to a million packages each is looked at. More are searched by branch and bound: a score is at most the sum, over
 * profiles, of what their products of gains can be (bounds.h), prices left out of it as they are of the score.
 *
 * Invariant: the list is in descending order of score; where every package was looked at, equal scores are in the order
 * of packages (last issue fastest). */
#include <math.h>
#include <string.h>

#include "packages/bounds.h"
#include "packages/branch.h"
#include "packages/count.h"
#include "packages/listing.h"
#include "packages/packages.h"
#include "settlement/settlement.h"

static const double LISTED_MOST = 1e6, NUMBERED_MOST = 9e18;
enum { SETTLED_AT_ONCE = 1 << 10, MOVES_MOST = 20 /* phases times movers, as the scenario's drafts */ };

struct Glimpse;

typedef struct Searcher {
    const Situation *situation;
    Arena *scratch;
    Settlements *settlements;
    size_t settled;
    int profile_count, best;
    const bool *is_own;
    int *types;               /* [party_count] */
    double *outside;          /* [type_total] */
    struct Glimpse *glimpses; /* [profile_count] of a search */
    PackageFound *found;
    int count;
} Searcher;

static bool is_tractable(const Situation *s, const int *options) {
    int timetables = 0;
    for (int issue = 0; issue < s->issue_count; issue++) timetables += s->option_timetable[options[issue]] >= 0;
    return timetables <= 1 && settlement_phases(s, options) * settlement_movers(s, options, NULL) <= MOVES_MOST;
}

static bool is_drafted(const Situation *s, const int *options, const bool *is_own) {
    for (int draft = 0; draft < s->draft_count; draft++)
        if (s->draft_kind[draft] == DRAFT_FINAL && !is_own[draft] &&
            memcmp(s->draft_option + (size_t)draft * (size_t)s->issue_count, options,
                   (size_t)s->issue_count * sizeof *options) == 0)
            return true;
    return false;
}

/* One profile's part of the score; `is_signed` is set where all would sign. False when memory is short. */
static bool add_profile(Searcher *all, const int *options, int profile, double *score, bool *is_signed) {
    const Situation *s = all->situation;
    const Settled *settled = settlements_get(all->settlements, options, 0, s->now, profile);
    double product = 1;
    bool all_sign = true;
    if (!settled) return false;
    settlement_profile_types(s, profile, all->types);
    for (int party = 0; party < s->party_count; party++) {
        int type = all->types[party];
        product *= s->prior[type];
        if (!s->signs[party]) continue;
        double above = settled->value[party] - all->outside[type];
        product *= fmax(0, above);
        all_sign = all_sign && above - settlement_red_lines(s, type, 0, options) >= 0;
    }
    *score += product;
    *is_signed |= all_sign;
    return true;
}

static void keep(Searcher *all, uint64_t number, double score) {
    for (int i = 0; i < all->count; i++)
        if (all->found[i].number == number) return;
    int at = all->count < all->best ? all->count++ : all->best;
    for (; at > 0 && all->found[at - 1].score < score; at--)
        if (at < all->best) all->found[at] = all->found[at - 1];
    if (at < all->best) all->found[at] = (PackageFound){number, score};
}

static bool look_at(Searcher *all, uint64_t number, const int *options) {
    double score = 0;
    bool is_signed = false;
    if (all->settled++ % SETTLED_AT_ONCE == 0) { /* forgotten now and then */
        arena_reset(all->scratch);
        all->settlements = settlements_new(all->situation, all->scratch);
    }
    if (!all->settlements) return false;
    for (int profile = 0; profile < all->profile_count; profile++)
        if (!add_profile(all, options, profile, &score, &is_signed)) return false;
    if (is_signed && score > 0) keep(all, number, score);
    return true;
}

static bool may_be_found(const Searcher *all, const int *options) {
    const Situation *s = all->situation;
    return packages_obey_rules(s, options) && is_tractable(s, options) && !is_drafted(s, options, all->is_own);
}

static BrinkStatus look_at_all(Searcher *all, int *options) {
    const Situation *s = all->situation;
    uint64_t total = (uint64_t)count_all(s);
    for (uint64_t number = 0; number < total; number++) {
        listing_options(s, number, options);
        if (!may_be_found(all, options)) continue;
        if (!look_at(all, number, options)) return BRINK_NO_MEMORY;
    }
    return BRINK_OK;
}

/* ---- Branch and bound ---- */

/* What a profile can add to a score. */
typedef struct Glimpse {
    double prior;
    int width;
    double outside[PACKAGE_SIGNERS_MOST], weights[PACKAGE_SIGNERS_MOST];
    Bounds *bounds;
} Glimpse;

static BrinkStatus glimpse(const Searcher *all, int profile, const int *order, Arena *arena, Glimpse *result) {
    const Situation *s = all->situation;
    SpaceWithout prices = SPACE_WHOLE;
    Space *space;
    int *types = arena_array(arena, (size_t)s->party_count, sizeof *types);
    if (!types) return BRINK_NO_MEMORY;
    settlement_profile_types(s, profile, types);
    *result = (Glimpse){.prior = 1};
    for (int party = 0; party < s->party_count; party++) {
        result->prior *= s->prior[types[party]];
        if (s->signs[party] && result->width < PACKAGE_SIGNERS_MOST)
            result->outside[result->width++] = all->outside[types[party]];
    }
    prices.all_bars = prices.prices = true;
    BrinkStatus status = space_new(s, types, result->outside, prices, arena, &space);
    if (status != BRINK_OK) return status;
    result->bounds = bounds_new(space, true, order, arena);
    if (!result->bounds) return BRINK_NO_MEMORY;
    bounds_product_mix(result->bounds, result->outside, result->weights);
    return bounds_add_mix(result->bounds, result->weights, arena) == 0 ? BRINK_OK : BRINK_NO_MEMORY;
}

/* The product of the most each can gain, or what a mix allows (docs/packages.md, 4), whichever is less. */
static double most_product(const Glimpse *own, const BoundsAt *at) {
    double product = 1, share = at->mixed[0], mixed = 1;
    for (int k = 0; k < own->width; k++) {
        product *= fmax(0, at->most[k] - own->outside[k]);
        share -= own->weights[k] * own->outside[k];
    }
    for (int k = 0; k < own->width; k++) mixed *= fmax(0, share) / own->width / own->weights[k];
    return fmin(product, mixed);
}

typedef struct Branching {
    Searcher *all;
    int *options;
} Branching;

static double bound_of(void *payload, const int *chosen, int depth) {
    const Searcher *all = ((Branching *)payload)->all;
    double sum = 0;
    for (int profile = 0; profile < all->profile_count; profile++) {
        BoundsAt at;
        if (!bounds_at(all->glimpses[profile].bounds, chosen, depth, &at)) return -INFINITY; /* a rule, for all alike */
        sum += all->glimpses[profile].prior * most_product(&all->glimpses[profile], &at);
    }
    return sum > 0 ? sum : -INFINITY;
}

static bool try_package(Searcher *all, const int *options) {
    return !may_be_found(all, options) || look_at(all, listing_number(all->situation, options), options);
}

/* From the best found on, issue by issue, as long as that makes it better. */
static bool climb(Searcher *all, int *options) {
    const Situation *s = all->situation;
    double before;
    do {
        before = all->found[0].score;
        listing_options(s, all->found[0].number, options);
        for (int issue = 0; issue < s->issue_count; issue++) {
            int kept = options[issue];
            for (options[issue] = s->option_start[issue]; options[issue] < s->option_start[issue + 1]; options[issue]++)
                if (!try_package(all, options)) return false;
            options[issue] = kept;
        }
    } while (all->found[0].score > before);
    return true;
}

static bool look(void *payload, const int *options, double *floor) {
    Branching *branching = payload;
    Searcher *all = branching->all;
    double before = all->count > 0 ? all->found[0].score : 0;
    if (!try_package(all, options)) return false;
    if (all->count > 0 && all->found[0].score > before && !climb(all, branching->options)) return false;
    if (all->count == all->best) *floor = all->found[all->best - 1].score;
    return true;
}

static BrinkStatus search(Searcher *all, size_t looks_most, int *options, Arena *arena, double *most_left) {
    enum { NODES_MOST = 1 << 20 };
    const Situation *s = all->situation;
    int *order = arena_array(arena, (size_t)s->issue_count, sizeof *order);
    Branching branching = {all, options};
    all->glimpses = arena_array(arena, (size_t)all->profile_count, sizeof *all->glimpses);
    if (!order || !all->glimpses) return BRINK_NO_MEMORY;
    for (int issue = 0; issue < s->issue_count; issue++) order[issue] = issue;
    for (int profile = 0; profile < all->profile_count; profile++) {
        BrinkStatus status = glimpse(all, profile, order, arena, &all->glimpses[profile]);
        if (status != BRINK_OK) return status;
    }
    BranchTask task = {.situation = s,
                       .order = order,
                       .bound = bound_of,
                       .look = look,
                       .payload = &branching,
                       .nodes_most = NODES_MOST,
                       .looks_most = looks_most};
    return branch_run(&task, most_left);
}

/* ---- The search ---- */

PackageSearch packages_search_default(const bool *is_own, int best) {
    return (PackageSearch){.is_own = is_own, .best = best, .listed_most = LISTED_MOST, .looks_most = 20000};
}

static BrinkStatus refuse(const Situation *s, BrinkDiagnostics *diagnostics) {
    diagnostics_add(diagnostics, DIAGNOSTIC_space_too_large, span_none(),
                    "list the drafts under agenda.drafts instead of agenda.search",
                    "agenda.search would search %.4g packages, at most %.4g can be", count_all(s), NUMBERED_MOST);
    return BRINK_BAD_INPUT;
}

static void tell_gap(const Searcher *all, double most_left, BrinkDiagnostics *diagnostics) {
    const char *hint = "fewer options per issue, or the drafts of your own under agenda.drafts";
    if (isinf(most_left)) return;
    if (all->count == 0)
        diagnostics_add(diagnostics, DIAGNOSTIC_search_not_proved, span_none(), hint,
                        "agenda.search found no package among %.4g, and has not proved that there is none",
                        count_all(all->situation));
    else
        diagnostics_add(diagnostics, DIAGNOSTIC_search_not_proved, span_none(), hint,
                        "agenda.search has not looked at all of %.4g packages: those found have products of gains from "
                        "%.4g to %.4g, and no other one has more than %.4g",
                        count_all(all->situation), all->found[all->count - 1].score, all->found[0].score, most_left);
}

BrinkStatus packages_search(const Situation *s, PackageSearch task, BrinkDiagnostics *diagnostics, Arena *arena,
                            PackageFound *found, int *count, double *most_left) {
    Searcher all = {.situation = s,
                    .scratch = arena_new(),
                    .profile_count = settlement_profile_count(s),
                    .best = task.best,
                    .is_own = task.is_own,
                    .found = found};
    int *options = arena_array(arena, (size_t)s->issue_count, sizeof *options);
    all.types = arena_array(arena, (size_t)s->party_count, sizeof *all.types);
    all.outside = arena_array(arena, (size_t)s->type_total, sizeof *all.outside);
    *most_left = -INFINITY;
    BrinkStatus status = all.scratch && options && all.types && all.outside ? BRINK_OK : BRINK_NO_MEMORY;
    if (status == BRINK_OK && count_all(s) > NUMBERED_MOST) status = refuse(s, diagnostics);
    for (int type = 0; status == BRINK_OK && type < s->type_total; type++)
        all.outside[type] = packages_outside(s, type, DISAGREEMENT_BEST);
    if (status == BRINK_OK)
        status = count_all(s) <= task.listed_most ? look_at_all(&all, options)
                                                  : search(&all, task.looks_most, options, arena, most_left);
    if (status == BRINK_OK) {
        *count = all.count;
        tell_gap(&all, *most_left, diagnostics);
    }
    arena_free(all.scratch);
    return status;
}

void packages_options(const Situation *s, uint64_t number, int *options) {
    listing_options(s, number, options);
}
