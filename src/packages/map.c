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
enum { FRONTIER_POINTS = 1 << 20 };

/* ---- Settings of each way ---- */

/* Pairs of sums are counted in n log n for two signers, with one more logarithm for each further one. */
static CountLimits count_limits(Mapper *mapper) {
    enum { LOOSE_POINTS = 1 << 24 };
    return (CountLimits){.points_most = mapper->map->signer_count <= 2 ? LOOSE_POINTS : mapper->budget.half_points,
                         .stored_most = mapper->budget.stored_points,
                         .groups_most = mapper->budget.groups,
                         .watch = &mapper->watch};
}

static Watch *watch_phase(Mapper *mapper, BrinkPhase phase) {
    mapper->watch.phase = phase;
    return &mapper->watch;
}

/* ---- By the dynamic programme ---- */

/* Stopped, a count may know less than that there are no more than of a larger set. */
static PackageCount narrow(PackageCount larger, PackageCount found) {
    return (PackageCount){found.low, fmin(larger.high, found.high)};
}

static BrinkStatus count_signed_by(const View *view, PackageCount *signed_by) {
    Mapper *mapper = view->mapper;
    int signers = view->space->signer_count;
    for (int signer = 0; signer < signers; signer++) {
        int type = view->space->type[signer];
        if (!watch_goes_on(&mapper->watch, (uint64_t)signer + 1, (uint64_t)signers + 1)) return BRINK_CANCELLED;
        BrinkStatus status = mapper->has_signed_by[type]
                                 ? BRINK_OK
                                 : blocks_signed_by(view->space, view->types, view->profile->outside,
                                                    count_limits(mapper), signer, &mapper->signed_by[type]);
        if (status != BRINK_OK) return status;
        mapper->has_signed_by[type] = true;
        signed_by[signer] = mapper->signed_by[type] = narrow(signed_by[signer], mapper->signed_by[type]);
    }
    return BRINK_OK;
}

/* Stopped, what is not counted stays enclosed. */
static BrinkStatus count_profile(const View *view) {
    Mapper *mapper = view->mapper;
    PackageProfile *profile = view->profile;
    PackageCount signed_by_all;
    Watch *watch = watch_phase(mapper, BRINK_PHASE_COUNTING);
    if (!watch_goes_on(watch, 0, (uint64_t)view->space->signer_count + 1)) return BRINK_OK;
    BrinkStatus status = count_admitted(view->space, count_limits(mapper), &profile->open);
    if (status == BRINK_OK)
        status = count_signed(view->space, view->space->least, count_limits(mapper), &signed_by_all);
    if (status == BRINK_OK) {
        profile->signed_by_all = narrow(profile->open, signed_by_all);
        status = count_signed_by(view, (PackageCount *)profile->signed_by);
    }
    return status == BRINK_CANCELLED ? BRINK_OK : status;
}

static BrinkStatus find_blocks(const View *view) {
    Mapper *mapper = view->mapper;
    PackageProfile *profile = view->profile;
    int count;
    PackageBlock *blocks = blocks_list(mapper->situation, view->space, mapper->arena, &count);
    if (!blocks) return BRINK_NO_MEMORY;
    profile->blocks = blocks;
    return blocks_count(view->space, view->types, profile->outside, count_limits(mapper), blocks, count,
                        &profile->block_count);
}

static BrinkStatus map_by_programme(View *view, bool is_wanted) {
    PackageProfile *profile = view->profile;
    BrinkStatus status = count_profile(view);
    if (status == BRINK_OK && is_wanted) status = find_blocks(view);
    if (status != BRINK_OK || !is_wanted) return status;
    const Budget *budget = &view->mapper->budget;
    FrontierLimits limits = {FRONTIER_POINTS, budget->frontier_rows, budget->groups,
                             watch_phase(view->mapper, BRINK_PHASE_FRONTIER)};
    status = frontier_find(view->space, limits, view->scratch, &view->frontier);
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

/* Stopped, the rest may be anything: what was seen is at least there. */
static void take_listing(View *view) {
    PackageProfile *profile = view->profile;
    const Listing *listing = &view->listing;
    PackageCount *signed_by = (PackageCount *)profile->signed_by;
    profile->open = (PackageCount){listing->open, listing->open + listing->rest};
    profile->signed_by_all = (PackageCount){listing->signed_by_all, listing->signed_by_all + listing->rest};
    for (int k = 0; k < view->space->signer_count; k++)
        signed_by[k] = (PackageCount){listing->signed_by[k], listing->signed_by[k] + listing->rest};
    view->is_listed = true;
    view->points = &listing->points;
    if (listing->rest <= 0) return;
    profile->is_searched = true;
    profile->epsilon = NAN;
    for (int concept = 0; concept < CONCEPT_COUNT; concept ++) profile->solutions[concept].most = NAN;
}

static BrinkStatus map_by_listing(View *view, bool is_wanted) {
    const PackagesSettings *settings = view->mapper->settings;
    PackageProfile *profile = view->profile;
    PackageBlock *blocks =
        blocks_list(view->mapper->situation, view->space, view->mapper->arena, &profile->block_count);
    if (!blocks) return BRINK_NO_MEMORY;
    ListingTask task = {.space = view->space,
                        .settled = settings->settled,
                        .profile = profile->profile,
                        .blocks = blocks,
                        .block_count = profile->block_count,
                        .rows_most = view->mapper->budget.listed_rows,
                        .watch = watch_phase(view->mapper, BRINK_PHASE_LISTING)};
    BrinkStatus status = listing_make(&task, view->scratch, &view->listing);
    if (status != BRINK_OK) return status;
    take_listing(view);
    profile->blocks = blocks;
    status = tell_lost(view, view->listing.lost);
    return status == BRINK_OK && is_wanted ? view_fill(view) : status;
}

/* ---- By search ---- */

/* What was seen is at least there; what was not may be. */
static void enclose_counts(const View *view, const Searched *searched, PackageCount open) {
    PackageProfile *profile = view->profile;
    PackageCount *signed_by = (PackageCount *)profile->signed_by;
    profile->open = open;
    profile->signed_by_all =
        (PackageCount){searched->listing.signed_by_all, searched->opening_least > 0 ? 0 : open.high};
    for (int k = 0; k < view->space->signer_count; k++)
        signed_by[k] = (PackageCount){searched->listing.signed_by[k], view->mapper->map->admitted.high};
}

static BrinkStatus map_by_search(View *view, bool is_wanted) {
    const PackagesSettings *settings = view->mapper->settings;
    PackageProfile *profile = view->profile;
    ListingTask task = {.space = view->space,
                        .settled = settings->settled,
                        .profile = profile->profile,
                        .watch = watch_phase(view->mapper, BRINK_PHASE_SEARCHING)};
    const Budget *budget = &view->mapper->budget;
    Searched searched;
    PackageCount open;
    BrinkStatus status = count_admitted(view->space, count_limits(view->mapper), &open);
    SearchedLimits limits = {budget->nodes, budget->looks, budget->seen};
    if (status == BRINK_OK) status = searched_find(&task, limits, !is_wanted, view->scratch, &searched);
    if (status == BRINK_OK) status = tell_lost(view, searched.listing.lost);
    if (status != BRINK_OK) return status;
    view->listing = searched.listing;
    view->is_listed = profile->is_searched = true;
    view->points = &view->listing.points;
    view->ceilings = searched.ceilings;
    view->ceiling_count = searched.ceiling_count;
    profile->epsilon = NAN;
    profile->opening_least = searched.opening_least;
    for (int concept = 0; concept < CONCEPT_COUNT; concept ++)
        profile->solutions[concept].most = searched.most[concept];
    enclose_counts(view, &searched, open);
    return is_wanted ? view_fill(view) : BRINK_OK;
}

/* ---- Profiles ---- */

/* Before anything is counted: a number of packages lies between none and all. */
static bool begin_profile(const Mapper *mapper, PackageProfile *profile, int *types) {
    const Situation *s = mapper->situation;
    size_t signers = (size_t)mapper->map->signer_count;
    int *own = arena_array(mapper->arena, signers, sizeof *own);
    double *outside = arena_array(mapper->arena, signers, sizeof *outside);
    PackageCount *signed_by = arena_array(mapper->arena, signers, sizeof *signed_by);
    PackageCount unknown = {0, mapper->map->admitted.high};
    if (!own || !outside || !signed_by) return false;
    settlement_profile_types(s, profile->profile, types);
    *profile = (PackageProfile){.profile = profile->profile,
                                .probability = 1,
                                .types = own,
                                .outside = outside,
                                .open = unknown,
                                .signed_by_all = unknown,
                                .signed_by = signed_by};
    for (size_t k = 0; k < signers; k++) {
        own[k] = types[mapper->map->signers[k]];
        outside[k] = packages_outside(s, own[k], mapper->settings->disagreement);
        profile->probability *= s->prior[own[k]];
        signed_by[k] = unknown;
    }
    return true;
}

static BrinkStatus begin_view(Mapper *mapper, PackageProfile *profile, View *view) {
    int *types = arena_array(mapper->arena, (size_t)mapper->situation->party_count, sizeof *types);
    if (!types || !begin_profile(mapper, profile, types)) return BRINK_NO_MEMORY;
    *view = (View){.mapper = mapper, .profile = profile, .types = types, .scratch = arena_new()};
    if (!view->scratch) return BRINK_NO_MEMORY;
    return space_new(mapper->situation, types, profile->outside, SPACE_WHOLE, mapper->arena, &view->space);
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
    if (total > most) return map_by_search(view, is_wanted);
    BrinkStatus status = map_by_listing(view, is_wanted);
    if (status != BRINK_NOT_SOLVED || view->listing.lost > 0) return status;
    if (!begin_profile(view->mapper, view->profile, (int *)view->types)) return BRINK_NO_MEMORY;
    return map_by_search(view, is_wanted); /* more are efficient than may be held */
}

/* Starts a profile afresh, to be mapped the other way. */
static BrinkStatus map_again(View *view, bool is_wanted) {
    if (!begin_profile(view->mapper, view->profile, (int *)view->types)) return BRINK_NO_MEMORY;
    return map_one_by_one(view, is_wanted);
}

static BrinkStatus map_profile(Mapper *mapper, PackageProfile *profile, bool is_wanted, bool by_listing) {
    View view = {0};
    BrinkStatus status = begin_view(mapper, profile, &view);
    if (status == BRINK_OK) status = by_listing ? map_one_by_one(&view, is_wanted) : map_by_programme(&view, is_wanted);
    bool is_inexact = status == BRINK_OK && profile->signed_by_all.low < profile->signed_by_all.high;
    bool is_stopped = mapper->watch.is_stopped;
    if (!by_listing && (status == BRINK_NOT_SOLVED || (is_inexact && !is_stopped && mapper->map->total <= LISTED_MOST)))
        status = map_again(&view, is_wanted);
    profile->is_unfinished = mapper->watch.is_stopped;
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
    if (status == BRINK_OK && fits) status = count_admitted(view.space, count_limits(mapper), &open);
    *result = !fits || open.low < open.high;
    arena_free(view.scratch);
    arena_free(scratch);
    return status;
}

/* Rules alone, the same for all types. */
static BrinkStatus count_rules(Mapper *mapper) {
    SpaceWithout rules_only = SPACE_WHOLE;
    Space *space;
    double nothing[PACKAGE_SIGNERS_MOST] = {0};
    rules_only.all_bars = rules_only.prices = true;
    int *types = arena_array(mapper->arena, (size_t)mapper->situation->party_count, sizeof *types);
    if (!types) return BRINK_NO_MEMORY;
    settlement_profile_types(mapper->situation, 0, types);
    BrinkStatus status = space_new(mapper->situation, types, nothing, rules_only, mapper->arena, &space);
    return status == BRINK_OK ? count_admitted(space, count_limits(mapper), &mapper->map->admitted) : status;
}

/* What is known of profiles that were not come to. */
static void recall_signed_by(const Mapper *mapper) {
    for (int i = 0; i < mapper->map->profile_count; i++) {
        PackageProfile *profile = &mapper->map->profiles[i];
        for (int k = 0; k < mapper->map->signer_count; k++)
            if (profile->is_unfinished && mapper->has_signed_by[profile->types[k]])
                ((PackageCount *)profile->signed_by)[k] = mapper->signed_by[profile->types[k]];
    }
}

static void sum_zone(PackageMap *map) {
    for (int i = 0; i < map->profile_count; i++) {
        if (map->profiles[i].signed_by_all.low > 0) map->zone_probability += map->profiles[i].probability;
        if (map->profiles[i].signed_by_all.high > 0) map->zone_most += map->profiles[i].probability;
    }
    map->zone_probability = fmin(1, map->zone_probability);
    map->zone_most = fmin(1, map->zone_most);
}

/* Those asked for come first, so that they are there when somebody does not wait for the rest. */
static BrinkStatus map_in_turn(Mapper *mapper, int wanted, bool by_listing) {
    PackageMap *map = mapper->map;
    BrinkStatus status = BRINK_OK;
    mapper->watch.parts = (uint64_t)map->profile_count;
    for (int turn = 0; turn < 2; turn++)
        for (int i = 0; status == BRINK_OK && i < map->profile_count; i++) {
            bool is_wanted = mapper->settings->all_profiles || map->profiles[i].profile == wanted;
            if (is_wanted != (turn == 0) || mapper->watch.is_stopped) continue;
            status = map_profile(mapper, &map->profiles[i], is_wanted, by_listing);
            mapper->watch.part++;
        }
    return status;
}

static BrinkStatus map_profiles(Mapper *mapper) {
    PackageMap *map = mapper->map;
    const PackagesSettings *settings = mapper->settings;
    bool by_listing = settings->settled;
    int *types = arena_array(mapper->arena, (size_t)mapper->situation->party_count, sizeof *types);
    if (!types) return BRINK_NO_MEMORY;
    int wanted = settings->profile >= 0 ? settings->profile : likeliest(mapper, types);
    for (int i = 0; i < map->profile_count; i++) {
        if (!begin_profile(mapper, &map->profiles[i], types)) return BRINK_NO_MEMORY;
        map->profiles[i].is_unfinished = true;
    }
    BrinkStatus status = by_listing ? BRINK_OK : needs_listing(mapper, &by_listing);
    if (status == BRINK_OK) status = map_in_turn(mapper, wanted, by_listing);
    if (status == BRINK_OK) recall_signed_by(mapper);
    sum_zone(map);
    map->is_unfinished = mapper->watch.is_stopped;
    return status;
}

/* ---- Memory ---- */

static BrinkStatus plan(Mapper *mapper) {
    const PackageMap *map = mapper->map;
    const PackagesSettings *settings = mapper->settings;
    BudgetTask task = {.situation = mapper->situation,
                       .signers = map->signer_count,
                       .profiles = settings->all_profiles ? map->profile_count : 1,
                       .all_profiles = map->profile_count,
                       .settled = settings->settled,
                       .listed = (double)settings->listed_most,
                       .cap = memory_cap(settings->memory)};
    char needed[MEMORY_WORDS], allowed[MEMORY_WORDS];
    bool fits = budget_plan(&task, &mapper->budget);
    mapper->map->written_most = mapper->budget.written;
    if (fits) return BRINK_OK;
    diagnostics_add(mapper->diagnostics, DIAGNOSTIC_too_much_memory, span_none(),
                    "fewer options per issue, or profiles of types, shrink it; --memory sets the cap",
                    "mapping %.4g packages needs about %s at least, and may take %s", map->total,
                    memory_words(mapper->budget.bytes, needed), memory_words(task.cap, allowed));
    return BRINK_BAD_INPUT;
}

/* Whether more memory could have told more. Where the rows of a frontier shrink, so do its states: beyond them
 * packages are enclosed, looked at one by one, or searched. */
static bool is_held_back(const Mapper *mapper) {
    const Budget *budget = &mapper->budget;
    bool result = false;
    for (int i = 0; i < mapper->map->profile_count; i++) {
        const PackageProfile *profile = &mapper->map->profiles[i];
        bool is_enclosed = profile->signed_by_all.low < profile->signed_by_all.high;
        bool is_thinned = profile->has_frontier && profile->epsilon > 0;
        result |= (size_t)profile->point_count > budget->written || (budget->holds_counts && is_enclosed) ||
                  (budget->holds_search && profile->is_searched) ||
                  (budget->holds_frontier && (is_thinned || is_enclosed || profile->is_searched));
    }
    return result && !mapper->map->is_unfinished;
}

static void tell_held_back(const Mapper *mapper) {
    const Budget *budget = &mapper->budget;
    char bytes[MEMORY_WORDS], allowed[MEMORY_WORDS];
    if (!is_held_back(mapper)) return;
    diagnostics_add(
        mapper->diagnostics, DIAGNOSTIC_map_held_back, span_none(), "--memory sets the cap",
        "to stay within %s (about %s at most) the map held up to %zu efficient parts of packages in up to %d states, "
        "reports %zu packages beside those that stand out, and counted with %zu sums of half the issues",
        memory_words(memory_cap(mapper->settings->memory), allowed), memory_words(budget->bytes, bytes),
        budget->frontier_rows, budget->groups, budget->written,
        mapper->map->signer_count <= 2 ? budget->stored_points : budget->half_points);
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
    BrinkStatus status = plan(mapper);
    if (status != BRINK_OK) return status;
    status = count_rules(mapper);
    if (status == BRINK_OK) status = map_profiles(mapper);
    if (status == BRINK_OK) tell_held_back(mapper);
    if (status == BRINK_BAD_INPUT)
        diagnostics_add(mapper->diagnostics, DIAGNOSTIC_worth_too_large, span_none(),
                        "state preferences in smaller units",
                        "a package can be worth more than %.0g points, or more than %d parties sign", SPACE_LARGEST,
                        PACKAGE_SIGNERS_MOST);
    return status;
}

BrinkStatus packages_map(const Situation *situation, const PackagesSettings *settings, BrinkDiagnostics *diagnostics,
                         Arena *arena, PackageMap **result) {
    PackageMap *map = arena_alloc(arena, sizeof *map);
    if (!map) return BRINK_NO_MEMORY;
    map->situation = situation;
    map->settings = *settings;
    Mapper mapper = {.situation = situation,
                     .settings = settings,
                     .diagnostics = diagnostics,
                     .arena = arena,
                     .map = map,
                     .watch = {.observer = settings->observer, .payload = settings->payload}};
    BrinkStatus status = map_all(&mapper);
    if (status == BRINK_OK) *result = map;
    return status;
}
