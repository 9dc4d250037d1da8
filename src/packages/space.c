/* SPDX-License-Identifier: GPL-3.0-or-later
 * Situation -> Space. Invariant: a box, rule or watch that cannot matter is left out, so that nothing downstream has to
 * keep track of it. */
#include "packages/space.h"

#include <math.h>
#include <string.h>

#include "settlement/settlement.h"

const SpaceWithout SPACE_WHOLE = {.rule = -1, .red_line = -1, .unverifiable = -1};

int64_t space_units(double points) {
    return llround(points * SPACE_UNIT);
}

double space_points(int64_t units) {
    return (double)units / SPACE_UNIT;
}

/* ---- One package ---- */

bool space_matches(const Situation *s, const bool *allows, const int *options) {
    for (int issue = 0; issue < s->issue_count; issue++)
        if (!allows[options[issue]]) return false;
    return true;
}

int64_t space_gain(const Situation *s, int type, const int *options) {
    int64_t sum = 0;
    for (int issue = 0; issue < s->issue_count; issue++)
        sum += space_units(settlement_issue_gain(s, type, issue, options[issue]));
    for (int k = 0; k < s->synergy_count; k++) {
        const bool *allows = s->synergy_allows + (size_t)k * (size_t)s->option_total;
        if (s->synergy_type[k] == type)
            sum += space_units(s->synergy_points[k]) *
                   (space_matches(s, allows, options) - space_matches(s, allows, s->today));
    }
    return sum;
}

int64_t space_price(const Situation *s, int type, const int *options) {
    bool is_free = isinf(s->unverifiable[type]) || settlement_is_verifiable(s, type, 0, options);
    int64_t sum = is_free ? 0 : space_units(s->unverifiable[type]);
    for (int k = 0; k < s->red_line_count; k++)
        if (s->red_line_type[k] == type && !isinf(s->red_line_cost[k]) &&
            space_matches(s, s->red_line_allows + (size_t)k * (size_t)s->option_total, options))
            sum += space_units(s->red_line_cost[k]);
    return sum;
}

/* ---- Boxes ---- */

typedef enum { MEETS_NONE, MEETS_SOME, MEETS_ALL } Meets;

/* Which packages match a box. */
static Meets box_meets(const Situation *s, const bool *allows) {
    bool is_all = true;
    for (int issue = 0; issue < s->issue_count; issue++) {
        bool is_open = false;
        for (int option = s->option_start[issue]; option < s->option_start[issue + 1]; option++) {
            is_open |= allows[option];
            is_all &= allows[option];
        }
        if (!is_open) return MEETS_NONE;
    }
    return is_all ? MEETS_ALL : MEETS_SOME;
}

static void add_box(Space *space, const bool *allows, int signer, double points, bool is_red_line) {
    Meets meets = box_meets(space->situation, allows);
    bool is_bar = isinf(points);
    int64_t units = is_bar ? 0 : space_units(points);
    if (meets == MEETS_NONE || (!is_bar && units == 0)) return;
    if (meets == MEETS_SOME)
        space->boxes[space->box_count++] = (SpaceBox){allows, signer, units, is_bar, is_red_line && !is_bar};
    else if (is_bar)
        space->is_empty = true;
    else
        space->base[signer] += units;
}

static void add_conditions(Space *space, int signer, const SpaceWithout *without) {
    const Situation *s = space->situation;
    for (int k = 0; k < s->synergy_count; k++)
        if (s->synergy_type[k] == space->type[signer])
            add_box(space, s->synergy_allows + (size_t)k * (size_t)s->option_total, signer, s->synergy_points[k],
                    false);
    for (int k = 0; k < s->red_line_count; k++) {
        double cost = s->red_line_cost[k];
        if (s->red_line_type[k] != space->type[signer] || without->red_line == k) continue;
        if (isinf(cost) ? without->all_bars : without->prices) continue;
        add_box(space, s->red_line_allows + (size_t)k * (size_t)s->option_total, signer, -cost, true);
    }
}

static void add_rules(Space *space, const SpaceWithout *without) {
    const Situation *s = space->situation;
    for (int k = 0; k < s->rule_count; k++) {
        const bool *when = s->rule_if + (size_t)k * (size_t)s->option_total;
        const bool *then = s->rule_then + (size_t)k * (size_t)s->option_total;
        Meets meets = box_meets(s, when), meets_then = box_meets(s, then);
        if (k == without->rule || meets == MEETS_NONE || meets_then == MEETS_ALL) continue;
        if (meets == MEETS_ALL && meets_then == MEETS_NONE) space->is_empty = true;
        space->rules[space->rule_count++] = (SpaceRule){when, then, meets_then != MEETS_NONE};
    }
}

/* ---- Verifiability ---- */

static bool performs_something(const Situation *s, int party) {
    for (int issue = 0; issue < s->issue_count; issue++)
        if (s->performs[(size_t)issue * (size_t)s->party_count + (size_t)party]) return true;
    return false;
}

static void add_verifiability(Space *space, int signer, const SpaceWithout *without) {
    const Situation *s = space->situation;
    int type = space->type[signer];
    double cost = s->unverifiable[type];
    bool is_left_out = without->unverifiable == type || (isinf(cost) ? without->all_bars : without->prices);
    if (s->requires_detection[type] <= 1e-12 || !(cost > 0) || is_left_out) return;
    space->required[signer] = s->requires_detection[type];
    space->is_unverifiable_bar[signer] = isinf(cost);
    space->unverifiable[signer] = isinf(cost) ? 0 : space_units(cost);
}

static bool has_safeguards(const Situation *s) {
    for (int option = 0; option < s->option_total; option++)
        if (s->detect_after[option] > 0) return true;
    return false;
}

/* Whether an option of the issue has a part in breakout or in detecting it (settlement_programme,
 * settlement_detection). */
static bool is_memorable(const Situation *s, int issue) {
    for (int option = s->option_start[issue]; option < s->option_start[issue + 1]; option++) {
        bool detects = false;
        for (int party = 0; party < s->party_count; party++)
            detects |= s->detects[(size_t)option * (size_t)s->party_count + (size_t)party];
        bool is_plant = !isnan(s->swu[option]) || !isnan(s->stored[option]);
        if (detects || is_plant || !isnan(s->cap[option]) || s->option_stock[option] != STOCK_KEPT) return true;
    }
    return false;
}

static void note_memory(Space *space) {
    const Situation *s = space->situation;
    int *issues = (int *)space->memory_issues;
    if (space->watch_count == 0 || !has_safeguards(s)) return;
    for (int issue = 0; issue < s->issue_count; issue++)
        if (is_memorable(s, issue)) issues[space->memory_count++] = issue;
}

void space_add_watches(Space *space) {
    const Situation *s = space->situation;
    space->watch_count = space->memory_count = 0;
    for (int party = 0; party < s->party_count; party++) {
        bool is_watched = false;
        for (int signer = 0; signer < space->signer_count; signer++)
            is_watched |= space->required[signer] > 0 && s->type_party[space->type[signer]] != party;
        if (is_watched && performs_something(s, party)) space->watches[space->watch_count++] = (SpaceWatch){party};
    }
    note_memory(space);
}

/* ---- The whole ---- */

static void add_worth(Space *space, int signer) {
    const Situation *s = space->situation;
    for (int issue = 0; issue < s->issue_count; issue++)
        for (int option = s->option_start[issue]; option < s->option_start[issue + 1]; option++)
            space->worth[(size_t)option * (size_t)space->signer_count + (size_t)signer] =
                space_units(settlement_issue_gain(s, space->type[signer], issue, option));
}

/* Today's synergies are what the worth is relative to: base = -sum of those that today's package matches. */
static void add_base(Space *space, int signer) {
    const Situation *s = space->situation;
    for (int k = 0; k < s->synergy_count; k++) {
        const bool *allows = s->synergy_allows + (size_t)k * (size_t)s->option_total;
        bool is_met = s->synergy_type[k] == space->type[signer];
        for (int issue = 0; is_met && issue < s->issue_count; issue++) is_met = allows[s->today[issue]];
        if (is_met) space->base[signer] -= space_units(s->synergy_points[k]);
    }
}

/* The largest |sum| a signer's worth could take, in points; not finite where a number is not. */
static double largest(const Space *space, int signer, double outside) {
    const Situation *s = space->situation;
    int type = space->type[signer];
    double sum = fabs(outside) + (isinf(s->unverifiable[type]) ? 0 : fabs(s->unverifiable[type]));
    for (int issue = 0; issue < s->issue_count; issue++) {
        double most = 0;
        for (int option = s->option_start[issue]; option < s->option_start[issue + 1]; option++)
            most = fmax(most, fabs(settlement_issue_gain(s, type, issue, option)));
        sum += most;
    }
    for (int k = 0; k < s->synergy_count; k++)
        if (s->synergy_type[k] == type) sum += 2 * fabs(s->synergy_points[k]);
    for (int k = 0; k < s->red_line_count; k++)
        if (s->red_line_type[k] == type && !isinf(s->red_line_cost[k])) sum += fabs(s->red_line_cost[k]);
    return sum;
}

static bool allocate(Space *space, Arena *arena) {
    const Situation *s = space->situation;
    space->worth = arena_array(arena, (size_t)s->option_total * (size_t)space->signer_count, sizeof *space->worth);
    space->boxes = arena_array(arena, (size_t)(s->synergy_count + s->red_line_count), sizeof *space->boxes);
    space->rules = arena_array(arena, (size_t)s->rule_count, sizeof *space->rules);
    space->watches = arena_array(arena, (size_t)s->party_count, sizeof *space->watches);
    space->memory_issues = arena_array(arena, (size_t)s->issue_count, sizeof *space->memory_issues);
    return space->worth && space->boxes && space->rules && space->watches && space->memory_issues;
}

void space_add_bar(Space *space, int signer, int red_line) {
    const Situation *s = space->situation;
    add_box(space, s->red_line_allows + (size_t)red_line * (size_t)s->option_total, signer, -INFINITY, true);
}

static int count_signers(const Situation *s) {
    int count = 0;
    for (int party = 0; party < s->party_count; party++) count += s->signs[party];
    return count;
}

static BrinkStatus fill_signer(Space *space, int signer, double outside, const SpaceWithout *without) {
    if (!(largest(space, signer, outside) < SPACE_LARGEST)) return BRINK_BAD_INPUT;
    space->least[signer] = space_units(outside);
    add_worth(space, signer);
    add_base(space, signer);
    if (without->only_signer > 0 && without->only_signer != signer + 1) return BRINK_OK;
    add_conditions(space, signer, without);
    add_verifiability(space, signer, without);
    return BRINK_OK;
}

BrinkStatus space_new(const Situation *s, const int *types, const double *outside, SpaceWithout without, Arena *arena,
                      Space **result) {
    int signer_count = count_signers(s);
    if (signer_count > PACKAGE_SIGNERS_MOST) return BRINK_BAD_INPUT;
    Space *space = arena_alloc(arena, sizeof *space);
    if (!space) return BRINK_NO_MEMORY;
    space->situation = s;
    space->signer_count = signer_count;
    if (!allocate(space, arena)) return BRINK_NO_MEMORY;
    for (int party = 0, signer = 0; party < s->party_count; party++)
        if (s->signs[party]) space->type[signer++] = types[party];
    for (int signer = 0; signer < signer_count; signer++) {
        BrinkStatus status = fill_signer(space, signer, outside[signer], &without);
        if (status != BRINK_OK) return status;
    }
    add_rules(space, &without);
    space_add_watches(space);
    *result = space;
    return BRINK_OK;
}
