/* SPDX-License-Identifier: GPL-3.0-or-later
 * The packages worth tabling: the best by expected product of what the settlement makes of them above the better of
 * lapse and collapse, among those that some profile of types would sign (docs/scenarios.md, agenda.search).
 *
 * Invariant: the list is in descending order of score, equal scores in the order of packages (last issue fastest). */
#include <math.h>
#include <string.h>

#include "packages/count.h"
#include "packages/listing.h"
#include "packages/packages.h"
#include "settlement/settlement.h"

static const double SEARCHED_MOST = 1e6;
enum { SETTLED_AT_ONCE = 1 << 10, MOVES_MOST = 20 /* phases times movers, as the scenario's drafts */ };

typedef struct Searcher {
    const Situation *situation;
    Arena *scratch;
    Settlements *settlements;
    size_t settled;
    int profile_count, best;
    int *types;      /* [party_count] */
    double *outside; /* [type_total] */
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

static BrinkStatus look_at_all(Searcher *all, const bool *is_own, int *options) {
    const Situation *s = all->situation;
    uint64_t total = (uint64_t)count_all(s);
    for (uint64_t number = 0; number < total; number++) {
        listing_options(s, number, options);
        if (!packages_obey_rules(s, options) || !is_tractable(s, options) || is_drafted(s, options, is_own)) continue;
        if (!look_at(all, number, options)) return BRINK_NO_MEMORY;
    }
    return BRINK_OK;
}

BrinkStatus packages_search(const Situation *s, const bool *is_own, int best, BrinkDiagnostics *diagnostics,
                            Arena *arena, PackageFound *found, int *count) {
    Searcher all = {.situation = s,
                    .scratch = arena_new(),
                    .profile_count = settlement_profile_count(s),
                    .best = best,
                    .found = found};
    int *options = arena_array(arena, (size_t)s->issue_count, sizeof *options);
    all.types = arena_array(arena, (size_t)s->party_count, sizeof *all.types);
    all.outside = arena_array(arena, (size_t)s->type_total, sizeof *all.outside);
    BrinkStatus status = all.scratch && options && all.types && all.outside ? BRINK_OK : BRINK_NO_MEMORY;
    if (status == BRINK_OK && count_all(s) > SEARCHED_MOST) {
        diagnostics_add(diagnostics, DIAGNOSTIC_space_too_large, span_none(),
                        "list the drafts under agenda.drafts instead of agenda.search",
                        "agenda.search would settle %.4g packages, at most %.4g can be", count_all(s), SEARCHED_MOST);
        status = BRINK_BAD_INPUT;
    }
    for (int type = 0; status == BRINK_OK && type < s->type_total; type++)
        all.outside[type] = packages_outside(s, type, DISAGREEMENT_BEST);
    if (status == BRINK_OK) status = look_at_all(&all, is_own, options);
    if (status == BRINK_OK) *count = all.count;
    arena_free(all.scratch);
    return status;
}

void packages_options(const Situation *s, uint64_t number, int *options) {
    listing_options(s, number, options);
}
