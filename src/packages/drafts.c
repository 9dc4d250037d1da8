/* SPDX-License-Identifier: GPL-3.0-or-later
 * One package seen type by type. Invariant: a type signs here exactly when the counts of the map take it to sign. */
#include "packages/drafts.h"

#include <math.h>

#include "packages/space.h"
#include "settlement/settlement.h"

bool packages_obey_rules(const Situation *s, const int *options) {
    for (int k = 0; k < s->rule_count; k++) {
        size_t row = (size_t)k * (size_t)s->option_total;
        if (space_matches(s, s->rule_if + row, options) && !space_matches(s, s->rule_then + row, options)) return false;
    }
    return true;
}

static int hard_red_line(const Situation *s, int type, const int *options) {
    for (int k = 0; k < s->red_line_count; k++)
        if (s->red_line_type[k] == type && isinf(s->red_line_cost[k]) &&
            space_matches(s, s->red_line_allows + (size_t)k * (size_t)s->option_total, options))
            return k;
    return -1;
}

static DraftView view(const Situation *s, int type, const int *options, Disagreement disagreement) {
    int64_t price = space_price(s, type, options), worth = space_gain(s, type, options) - price;
    DraftView view = {
        .worth = space_points(worth), .price = space_points(price), .red_line = hard_red_line(s, type, options)};
    view.outside = packages_outside(s, type, disagreement);
    view.is_barred =
        view.red_line >= 0 || (isinf(s->unverifiable[type]) && !settlement_is_verifiable(s, type, 0, options));
    view.signs = !view.is_barred && worth >= space_units(view.outside);
    return view;
}

void drafts_view(const Situation *s, const int *options, Disagreement disagreement, DraftView *views) {
    for (int type = 0; type < s->type_total; type++)
        if (s->signs[s->type_party[type]]) views[type] = view(s, type, options, disagreement);
}

static double probability(const Situation *s, const int *options, const DraftView *views, Disagreement disagreement) {
    double all = packages_obey_rules(s, options) ? 1 : 0;
    for (int party = 0; party < s->party_count; party++) {
        double own = 0;
        if (!s->signs[party]) continue;
        for (int type = s->type_start[party]; type < s->type_start[party + 1]; type++)
            if (views ? views[type].signs : view(s, type, options, disagreement).signs) own += s->prior[type];
        all *= own;
    }
    return fmin(1, all);
}

double packages_probability(const Situation *s, const int *options, Disagreement disagreement) {
    return probability(s, options, NULL, disagreement);
}

const PackageDraft *drafts_view_all(const Situation *s, Disagreement disagreement, Arena *arena, int *count) {
    PackageDraft *drafts = arena_array(arena, (size_t)s->draft_count, sizeof *drafts);
    *count = 0;
    for (int draft = 0; drafts && draft < s->draft_count; draft++) {
        const int *options = s->draft_option + (size_t)draft * (size_t)s->issue_count;
        if (s->draft_kind[draft] == DRAFT_FRAMEWORK || !s->draft_open[draft]) continue;
        DraftView *views = arena_array(arena, (size_t)s->type_total, sizeof *views);
        if (!views) return NULL;
        drafts_view(s, options, disagreement, views);
        drafts[(*count)++] = (PackageDraft){draft, probability(s, options, views, disagreement), views};
    }
    return drafts;
}
