/* SPDX-License-Identifier: GPL-3.0-or-later
 * Whole-file checks of safeguards: what physics forbids, over everything that may be drawn (docs/method/safeguards.md),
 * and what detection cannot be computed without. */
#include "scenario/table.h"

#include <math.h>

enum { STOCKPILE_ASSAYS_MAX = 32, STORING_ISSUES_MAX = 32 };

static const Number *number_in(Binder *binder, Field field, int index) {
    const Cell *cell = binder_cell(binder, field, index);
    return cell && cell->number >= 0 ? &binder->numbers[cell->number] : NULL;
}

/* The least and largest value that may be drawn; `unstated` where the file says nothing, NAN where `same` or steps hide
 * it. */
static double least_of(const Number *number, double unstated, int sign) {
    if (!number) return unstated;
    const double *p = number->parameters;
    double least = INFINITY;
    switch (number->spread) {
    case SPREAD_FIXED:
        return p[0];
    case SPREAD_PERT:
        return sign > 0 ? p[0] : p[2];
    case SPREAD_UNIFORM:
        return sign > 0 ? p[0] : p[1];
    case SPREAD_CHOICE:
        for (int i = 0; i < number->parameter_count; i++) least = fmin(least, sign * p[i]);
        return sign * least;
    case SPREAD_SAME:
    case SPREAD_STEPS:
        return NAN;
    default:
        return sign > 0 ? number->low : number->high;
    }
}

static BrinkSpan span_of(const Number *first, const Number *second) {
    return first ? first->span : second ? second->span : span_none();
}

static void check_assays(Binder *binder) {
    const Number *feed = number_in(binder, FIELD_feed_assay, 0), *tails = number_in(binder, FIELD_tails_assay, 0);
    const Number *weapon = number_in(binder, FIELD_weapon_assay, 0);
    double least_feed = least_of(feed, 0.00711, 1), most_feed = least_of(feed, 0.00711, -1);
    double least_tails = least_of(tails, 0.003, 1), most_tails = least_of(tails, 0.003, -1);
    if (most_tails >= least_feed || least_tails <= 0)
        diagnostics_add(
            binder->diagnostics, DIAGNOSTIC_tails_too_high, span_of(tails, feed),
            "give tails above 0 and below the feed, over everything that may be drawn",
            "tails of up to %g %% from a feed of %g %%: what is left over has less U-235 than what was fed in, and "
            "never none",
            100 * most_tails, 100 * least_feed);
    if (least_of(weapon, 0.9, 1) <= most_feed || least_of(weapon, 0.9, -1) >= 1)
        diagnostics_add(
            binder->diagnostics, DIAGNOSTIC_product_too_low, span_of(weapon, feed),
            "weapon material is usually counted at 90 %",
            "weapon material at %g %% from a feed of %g %%: enriching makes more of the U-235 than the feed has, "
            "and never all",
            100 * least_of(weapon, 0.9, 1), 100 * most_feed);
    if (binder->shape.assay_count > STOCKPILE_ASSAYS_MAX)
        diagnostics_add(binder->diagnostics, DIAGNOSTIC_too_many_assays,
                        binder->names[NAME_ASSAY].labels[STOCKPILE_ASSAYS_MAX].span, "put neighbouring ones together",
                        "a stockpile has at most %d enrichments, not %d", STOCKPILE_ASSAYS_MAX,
                        binder->shape.assay_count);
}

/* ---- Options ---- */

/* Whether every package says how much separative work is left: some issue says it with each of its options. */
static bool is_work_known(Binder *binder) {
    const Situation *s = &binder->shape;
    for (int issue = 0; issue < s->issue_count; issue++) {
        bool is_stated = true;
        for (int option = s->option_start[issue]; option < s->option_start[issue + 1]; option++)
            is_stated = is_stated && number_in(binder, FIELD_swu, option);
        if (is_stated) return true;
    }
    return false;
}

static void check_options(Binder *binder) {
    const Situation *s = &binder->shape;
    bool is_known = is_work_known(binder);
    for (int option = 0; option < s->option_total; option++) {
        const Label *label = &binder->names[NAME_OPTION].labels[option];
        const Number *after = number_in(binder, FIELD_detect_after, option);
        if (binder->has_detection[option] && binder->has_detect_after[option])
            diagnostics_add(binder->diagnostics, DIAGNOSTIC_detection_twice, after ? after->span : label->span,
                            "keep `detection` for a probability, `detect_after` to compute it",
                            "`%s` states both `detection` and `detect_after`", label->key);
        if (binder->has_detect_after[option] && !is_known) {
            diagnostics_add(
                binder->diagnostics, DIAGNOSTIC_work_unknown, after ? after->span : label->span,
                "state `swu` with every option of one issue; `swu: 0` where nothing is left running",
                "`%s` asks for detection in time, but not every package says how much separative work is left",
                label->key);
            is_known = true; /* said once */
        }
        if (binder->stock_span[option].line > 0 && !binder->has_stock[option])
            diagnostics_add(binder->diagnostics, DIAGNOSTIC_stock_unknown, binder->stock_span[option],
                            "add `stock: diluted`, `converted` or `exported`, or remove it",
                            "`%s` says which stock, and not what becomes of it", label->key);
    }
}

/* Machines in storage: both numbers or neither, and no more issues than a breakout keeps apart. */
static void check_stores(Binder *binder) {
    const Situation *s = &binder->shape;
    int storing = 0;
    for (int issue = 0; issue < s->issue_count; issue++) {
        const Number *first = NULL;
        for (int option = s->option_start[issue]; option < s->option_start[issue + 1]; option++) {
            const Number *stored = number_in(binder, FIELD_stored, option),
                         *reinstall = number_in(binder, FIELD_reinstall, option);
            if (!first) first = stored;
            if (!stored == !reinstall) continue;
            diagnostics_add(binder->diagnostics, DIAGNOSTIC_storage_half, span_of(stored, reinstall),
                            stored ? "add `reinstall`, the days until all of them run again; what is destroyed is not "
                                     "`stored`"
                                   : "add `stored`, the kg SWU per year of the machines in storage",
                            "`%s` states `%s` alone", binder->names[NAME_OPTION].labels[option].key,
                            stored ? "stored" : "reinstall");
        }
        storing += first != NULL;
        if (first && storing == STORING_ISSUES_MAX + 1)
            diagnostics_add(binder->diagnostics, DIAGNOSTIC_too_many_stores, first->span,
                            "let one issue speak of several kinds of machines", "more than %d issues state `stored`",
                            STORING_ISSUES_MAX);
    }
}

/* ---- Drafts ---- */

static double centre(Binder *binder, Field field, int index, double unstated) {
    const Number *number = number_in(binder, field, index);
    return number && number->spread != SPREAD_SAME ? least_of(number, unstated, 1) : unstated;
}

/* The enrichment that a draft's dilution aims at: the option's own, else what it speaks of, else the package's cap. */
static double target_of(Binder *binder, const int *options, int option) {
    double cap = INFINITY, target = centre(binder, FIELD_stock_to, option, NAN);
    if (isnan(target)) target = centre(binder, FIELD_stock_above, option, NAN);
    for (int issue = 0; issue < binder->shape.issue_count; issue++)
        cap = fmin(cap, centre(binder, FIELD_cap, options[issue], INFINITY));
    return isnan(target) ? cap : target;
}

static void check_dilution(Binder *binder, int draft) {
    const Situation *s = &binder->shape;
    const int *options = s->draft_option + draft * s->issue_count;
    double feed = least_of(number_in(binder, FIELD_feed_assay, 0), 0.00711, -1);
    for (int issue = 0; issue < s->issue_count; issue++) {
        if (s->option_stock[options[issue]] != STOCK_DILUTED) continue;
        double target = target_of(binder, options, options[issue]);
        if (target > feed && target < 1) continue;
        diagnostics_add(binder->diagnostics, DIAGNOSTIC_bad_blend, binder->stock_span[options[issue]],
                        "state `to`, an enrichment above the feed's, or a `cap` in the package",
                        "draft `%s` dilutes the stock to %s: mixing with the feed gives nothing thinner than the feed",
                        binder->names[NAME_DRAFT].labels[draft].key,
                        isinf(target) ? "nothing stated" : "no more than the feed");
    }
}

void binder_check_safeguards(Binder *binder) {
    check_assays(binder);
    check_options(binder);
    check_stores(binder);
    for (int draft = 0; draft < binder->shape.draft_count; draft++) check_dilution(binder, draft);
}
