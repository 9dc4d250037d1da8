/* SPDX-License-Identifier: GPL-3.0-or-later
 * The whole map: counts for every type profile, and for those asked for the frontier with its packages, the solutions,
 * what blocks and what opens. The dynamic programme where it fits; every package listed where worths are settled or
 * conditions too many.
 *
 * Invariant: whatever the way, a PackageProfile means the same. */
#include <math.h>
#include <string.h>

#include "packages/blocks.h"
#include "packages/drafts.h"
#include "packages/part.h"
#include "packages/searched.h"
#include "packages/view.h"
#include "settlement/settlement.h"

static const double LISTED_MOST = 2e7, SETTLED_MOST = 1e6; /* packages looked at one by one */
static const double SEARCHED_MOST = 9e18;                  /* and numbered in 64 bits */
enum { FRONTIER_POINTS = 1 << 20, FRONTIER_GROUPS = 1 << 12 };

/* Pairs of sums are counted in n log n for two signers, with one more logarithm for each further one. */
static CountLimits count_limits(const Situation *s) {
    int signers = 0;
    for (int party = 0; party < s->party_count; party++) signers += s->signs[party];
    return (CountLimits){.points_most = signers <= 2 ? 1 << 21 : 1 << 17, .groups_most = 1 << 12};
}

static bool observe(void *payload, uint64_t done, uint64_t total) {
    const PackagesSettings *settings = payload;
    return settings->observer(settings->payload, BRINK_PHASE_COMPILE, done, total);
}

/* ---- By the dynamic programme ---- */

static BrinkStatus count_signed_by(const View *view) {
    Mapper *mapper = view->mapper;
    PackageCount *signed_by = arena_array(mapper->arena, (size_t)view->space->signer_count, sizeof *signed_by);
    if (!signed_by) return BRINK_NO_MEMORY;
    for (int signer = 0; signer < view->space->signer_count; signer++) {
        int type = view->space->type[signer];
        BrinkStatus status =
            mapper->has_signed_by[type]
                ? BRINK_OK
                : blocks_signed_by(view->space, view->types, view->profile->outside,
                                   count_limits(view->mapper->situation), signer, &mapper->signed_by[type]);
        if (status != BRINK_OK) return status;
        mapper->has_signed_by[type] = true;
        signed_by[signer] = mapper->signed_by[type];
    }
    view->profile->signed_by = signed_by;
    return BRINK_OK;
}

static BrinkStatus count_profile(const View *view) {
    PackageProfile *profile = view->profile;
    BrinkStatus status = count_admitted(view->space, count_limits(view->mapper->situation), &profile->open);
    if (status == BRINK_OK)
        status = count_signed(view->space, view->space->least, count_limits(view->mapper->situation),
                              &profile->signed_by_all);
    return status == BRINK_OK ? count_signed_by(view) : status;
}

static BrinkStatus map_by_programme(View *view, bool is_wanted) {
    const PackagesSettings *settings = view->mapper->settings;
    PackageProfile *profile = view->profile;
    FrontierLimits limits = {FRONTIER_POINTS, FRONTIER_GROUPS, settings->observer ? observe : NULL, (void *)settings};
    BrinkStatus status = count_profile(view);
    if (status != BRINK_OK || !is_wanted) return status;
    PackageBlock *blocks =
        blocks_list(view->mapper->situation, view->space, view->mapper->arena, &profile->block_count);
    if (!blocks) return BRINK_NO_MEMORY;
    profile->blocks = blocks;
    status = blocks_count(view->space, view->types, profile->outside, count_limits(view->mapper->situation), blocks,
                          profile->block_count);
    if (status == BRINK_OK) status = frontier_find(view->space, limits, view->scratch, &view->frontier);
    if (status != BRINK_OK) return status;
    view->points = &view->frontier.points;
    profile->epsilon = view->frontier.epsilon;
    return view->frontier.is_too_large ? BRINK_NOT_SOLVED : view_fill(view);
}

/* ---- By listing ---- */

static BrinkStatus tell_lost(const View *view, int lost) {
    if (lost > 0)
        diagnostics_add(view->mapper->diagnostics, DIAGNOSTIC_package_not_settled, span_none(),
                        "lower `rationality`, or the points at stake in a package",
                        "%d settlements of packages did not converge", lost);
    return lost > 0 ? BRINK_NOT_SOLVED : BRINK_OK;
}

static BrinkStatus map_by_listing(View *view, bool is_wanted) {
    const PackagesSettings *settings = view->mapper->settings;
    PackageProfile *profile = view->profile;
    size_t width = (size_t)view->space->signer_count;
    PackageBlock *blocks =
        blocks_list(view->mapper->situation, view->space, view->mapper->arena, &profile->block_count);
    PackageCount *signed_by = arena_array(view->mapper->arena, width, sizeof *signed_by);
    if (!blocks || !signed_by) return BRINK_NO_MEMORY;
    ListingTask task = {view->space,          settings->settled,  profile->profile, blocks,
                        profile->block_count, settings->observer, settings->payload};
    BrinkStatus status = listing_make(&task, view->scratch, &view->listing);
    if (status != BRINK_OK) return status;
    profile->open = (PackageCount){view->listing.open, view->listing.open};
    profile->signed_by_all = (PackageCount){view->listing.signed_by_all, view->listing.signed_by_all};
    for (size_t k = 0; k < width; k++)
        signed_by[k] = (PackageCount){view->listing.signed_by[k], view->listing.signed_by[k]};
    profile->signed_by = signed_by;
    profile->blocks = blocks;
    view->is_listed = true;
    view->points = &view->listing.points;
    status = tell_lost(view, view->listing.lost);
    return status == BRINK_OK && is_wanted ? view_fill(view) : status;
}

/* ---- By search ---- */

/* What was seen is at least there; what was not may be. */
static bool enclose_counts(const View *view, const Searched *searched, PackageCount open) {
    PackageProfile *profile = view->profile;
    size_t width = (size_t)view->space->signer_count;
    PackageCount *signed_by = arena_array(view->mapper->arena, width, sizeof *signed_by);
    profile->open = open;
    profile->signed_by_all =
        (PackageCount){searched->listing.signed_by_all, searched->opening_least > 0 ? 0 : open.high};
    for (size_t k = 0; signed_by && k < width; k++)
        signed_by[k] = (PackageCount){searched->listing.signed_by[k], view->mapper->map->admitted.high};
    profile->signed_by = signed_by;
    return signed_by != NULL;
}

static BrinkStatus map_by_search(View *view, bool is_wanted) {
    const PackagesSettings *settings = view->mapper->settings;
    PackageProfile *profile = view->profile;
    ListingTask task = {.space = view->space,
                        .settled = settings->settled,
                        .profile = profile->profile,
                        .observer = settings->observer,
                        .payload = settings->payload};
    Searched searched;
    PackageCount open;
    BrinkStatus status = count_admitted(view->space, count_limits(view->mapper->situation), &open);
    if (status == BRINK_OK) status = searched_find(&task, !is_wanted, view->scratch, &searched);
    if (status == BRINK_OK) status = tell_lost(view, searched.listing.lost);
    if (status != BRINK_OK) return status;
    view->listing = searched.listing;
    view->is_listed = profile->is_searched = true;
    view->points = &view->listing.points;
    profile->epsilon = NAN;
    profile->opening_least = searched.opening_least;
    for (int concept = 0; concept < CONCEPT_COUNT; concept ++)
        profile->solutions[concept].most = searched.most[concept];
    if (!enclose_counts(view, &searched, open)) return BRINK_NO_MEMORY;
    return is_wanted ? view_fill(view) : BRINK_OK;
}

/* ---- Profiles ---- */

static BrinkStatus begin_view(Mapper *mapper, PackageProfile *profile, View *view) {
    const Situation *s = mapper->situation;
    size_t signers = (size_t)mapper->map->signer_count;
    int *types = arena_array(mapper->arena, (size_t)s->party_count, sizeof *types),
        *own = arena_array(mapper->arena, signers, sizeof *own);
    double *outside = arena_array(mapper->arena, signers, sizeof *outside);
    if (!types || !own || !outside) return BRINK_NO_MEMORY;
    settlement_profile_types(s, profile->profile, types);
    profile->probability = 1;
    for (size_t k = 0; k < signers; k++) {
        own[k] = types[mapper->map->signers[k]];
        outside[k] = packages_outside(s, own[k], mapper->settings->disagreement);
        profile->probability *= s->prior[own[k]];
    }
    profile->types = own;
    profile->outside = outside;
    *view = (View){.mapper = mapper, .profile = profile, .types = types, .scratch = arena_new()};
    if (!view->scratch) return BRINK_NO_MEMORY;
    return space_new(s, types, outside, SPACE_WHOLE, mapper->arena, &view->space);
}

static BrinkStatus refuse(const Mapper *mapper) {
    diagnostics_add(mapper->diagnostics, DIAGNOSTIC_space_too_large, span_none(),
                    mapper->settings->settled
                        ? "leave out --settled, or fewer options per issue"
                        : "fewer synergies, red lines and rules that reach over the same issues, or fewer options",
                    "%.4g packages have to be searched, at most %.4g can be", mapper->map->total, SEARCHED_MOST);
    return BRINK_NOT_SOLVED;
}

static BrinkStatus map_one_by_one(View *view, bool is_wanted) {
    const Mapper *mapper = view->mapper;
    double total = mapper->map->total, most = mapper->settings->settled ? SETTLED_MOST : LISTED_MOST;
    if (total > SEARCHED_MOST) return refuse(mapper);
    return total > most ? map_by_search(view, is_wanted) : map_by_listing(view, is_wanted);
}

/* Starts a profile afresh, to be mapped the other way. */
static BrinkStatus map_again(View *view, bool is_wanted) {
    PackageProfile *profile = view->profile;
    *profile = (PackageProfile){.profile = profile->profile,
                                .probability = profile->probability,
                                .types = profile->types,
                                .outside = profile->outside};
    return map_one_by_one(view, is_wanted);
}

static BrinkStatus map_profile(Mapper *mapper, PackageProfile *profile, bool is_wanted, bool by_listing) {
    View view = {0};
    BrinkStatus status = begin_view(mapper, profile, &view);
    if (status == BRINK_OK) status = by_listing ? map_one_by_one(&view, is_wanted) : map_by_programme(&view, is_wanted);
    bool is_inexact = status == BRINK_OK && profile->signed_by_all.low < profile->signed_by_all.high;
    if (!by_listing && (status == BRINK_NOT_SOLVED || (is_inexact && mapper->map->total <= LISTED_MOST)))
        status = map_again(&view, is_wanted);
    arena_free(view.scratch);
    return status;
}

/* Profiles of the signers: third parties' types are held at their first. */
static bool list_profiles(Mapper *mapper) {
    const Situation *s = mapper->situation;
    PackageMap *map = mapper->map;
    int all = settlement_profile_count(s);
    int *types = arena_array(mapper->arena, (size_t)s->party_count, sizeof *types);
    map->profiles = arena_array(mapper->arena, (size_t)all, sizeof *map->profiles);
    for (int profile = 0; types && map->profiles && profile < all; profile++) {
        bool is_first = true;
        settlement_profile_types(s, profile, types);
        for (int party = 0; party < s->party_count; party++)
            is_first &= s->signs[party] || types[party] == s->type_start[party];
        if (is_first) map->profiles[map->profile_count++].profile = profile;
    }
    return types && map->profiles;
}

static int likeliest(const Mapper *mapper, int *types) {
    int best = 0;
    for (int i = 1; i < mapper->map->profile_count; i++)
        if (view_prior(mapper, mapper->map->profiles[i].profile, types) >
            view_prior(mapper, mapper->map->profiles[best].profile, types))
            best = i;
    return mapper->map->profiles[best].profile;
}

/* Whether conditions leave the dynamic programme few enough states: tried on the rules and bars of the space itself. */
static BrinkStatus needs_listing(Mapper *mapper, bool *result) {
    Arena *scratch = arena_new();
    PackageProfile trial = {.profile = mapper->map->profiles[0].profile};
    View view = {0};
    PackageCount open = {0, 0};
    BrinkStatus status = scratch ? begin_view(mapper, &trial, &view) : BRINK_NO_MEMORY;
    bool fits = status == BRINK_OK && part_fits(view.space);
    if (status == BRINK_OK && fits) status = count_admitted(view.space, count_limits(mapper->situation), &open);
    *result = !fits || open.low < open.high;
    arena_free(view.scratch);
    arena_free(scratch);
    return status;
}

/* Rules alone, the same for all types. */
static BrinkStatus count_rules(Mapper *mapper) {
    SpaceWithout rules_only = SPACE_WHOLE;
    Space *space;
    double nothing[SPACE_SIGNERS_MOST] = {0};
    rules_only.all_bars = rules_only.prices = true;
    int *types = arena_array(mapper->arena, (size_t)mapper->situation->party_count, sizeof *types);
    if (!types) return BRINK_NO_MEMORY;
    settlement_profile_types(mapper->situation, 0, types);
    BrinkStatus status = space_new(mapper->situation, types, nothing, rules_only, mapper->arena, &space);
    return status == BRINK_OK ? count_admitted(space, count_limits(mapper->situation), &mapper->map->admitted) : status;
}

static BrinkStatus map_profiles(Mapper *mapper) {
    PackageMap *map = mapper->map;
    const PackagesSettings *settings = mapper->settings;
    bool by_listing = settings->settled;
    int *types = arena_array(mapper->arena, (size_t)mapper->situation->party_count, sizeof *types);
    if (!types) return BRINK_NO_MEMORY;
    int wanted = settings->profile >= 0 ? settings->profile : likeliest(mapper, types);
    BrinkStatus status = by_listing ? BRINK_OK : needs_listing(mapper, &by_listing);
    for (int i = 0; status == BRINK_OK && i < map->profile_count; i++) {
        PackageProfile *profile = &map->profiles[i];
        status = map_profile(mapper, profile, settings->all_profiles || profile->profile == wanted, by_listing);
        if (profile->signed_by_all.low > 0) map->zone_probability += profile->probability;
    }
    map->zone_probability = fmin(1, map->zone_probability);
    return status;
}

static bool list_signers(Mapper *mapper) {
    const Situation *s = mapper->situation;
    int *signers = arena_array(mapper->arena, (size_t)s->party_count, sizeof *signers);
    mapper->map->signers = signers;
    for (int party = 0; signers && party < s->party_count; party++)
        if (s->signs[party]) signers[mapper->map->signer_count++] = party;
    return signers != NULL;
}

static BrinkStatus map_all(Mapper *mapper) {
    PackageMap *map = mapper->map;
    const Situation *s = mapper->situation;
    mapper->signed_by = arena_array(mapper->arena, (size_t)s->type_total, sizeof *mapper->signed_by);
    mapper->has_signed_by = arena_array(mapper->arena, (size_t)s->type_total, sizeof *mapper->has_signed_by);
    if (!mapper->signed_by || !mapper->has_signed_by || !list_signers(mapper) || !list_profiles(mapper))
        return BRINK_NO_MEMORY;
    map->total = count_all(s);
    map->drafts = drafts_view_all(s, mapper->settings->disagreement, mapper->arena, &map->draft_count);
    if (!map->drafts) return BRINK_NO_MEMORY;
    BrinkStatus status = count_rules(mapper);
    if (status == BRINK_OK) status = map_profiles(mapper);
    if (status == BRINK_BAD_INPUT)
        diagnostics_add(mapper->diagnostics, DIAGNOSTIC_worth_too_large, span_none(),
                        "state preferences in smaller units",
                        "a package can be worth more than %.0g points, or more than %d parties sign", SPACE_LARGEST,
                        SPACE_SIGNERS_MOST);
    return status;
}

BrinkStatus packages_map(const Situation *situation, const PackagesSettings *settings, BrinkDiagnostics *diagnostics,
                         Arena *arena, PackageMap **result) {
    PackageMap *map = arena_alloc(arena, sizeof *map);
    if (!map) return BRINK_NO_MEMORY;
    map->situation = situation;
    map->settings = *settings;
    Mapper mapper = {
        .situation = situation, .settings = settings, .diagnostics = diagnostics, .arena = arena, .map = map};
    BrinkStatus status = map_all(&mapper);
    if (status == BRINK_OK) *result = map;
    return status;
}
