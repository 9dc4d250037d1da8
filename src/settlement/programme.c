/* SPDX-License-Identifier: GPL-3.0-or-later
 * From a package to physics: the nuclear programme it leaves, the breakout time from that, and how likely a breach is
 * seen in time (docs/method/safeguards.md; model 8). */
#include "settlement/settlement.h"

#include <math.h>
#include <string.h>

static double cap_of(const Situation *s, const int *options) {
    double cap = NAN;
    for (int issue = 0; issue < s->issue_count; issue++)
        cap = fmin(cap, s->cap[options[issue]]); /* fmin passes NAN by */
    return cap;
}

static double first_stated(double first, double second, double third) {
    return !isnan(first) ? first : !isnan(second) ? second : third;
}

/* What cannot be done (a dilution that aims below its blendstock) leaves the stock as it was; the scenario's checks
 * refuse it in drafts. */
static void dispose(const Situation *s, int option, Programme *programme) {
    double above = first_stated(s->stock_above[option], programme->cap, s->feed_assay[0]);
    Disposal disposal = {.disposition = s->option_stock[option],
                         .above = above,
                         .target = first_stated(s->stock_to[option], above, above),
                         .blend = s->feed_assay[0],
                         .delay = s->reconversion[0]};
    StockChange change;
    if (stock_dispose(&programme->stock, &disposal, &change) != PHYSICS_OK) return;
    programme->change.blendstock += change.blendstock;
    programme->change.exported += change.exported;
    programme->change.exported_isotope += change.exported_isotope;
    programme->change.converted += change.converted;
    programme->change.work_destroyed += change.work_destroyed;
}

static void store(const Situation *s, int date, int option, Programme *programme) {
    double capacity = s->stored[(size_t)date * (size_t)s->option_total + (size_t)option];
    if (capacity > 0 && programme->store_count < STORES_MAX) /* more are refused with the scenario */
        programme->stores[programme->store_count++] = (Store){capacity, s->reinstall[option]};
}

Programme settlement_programme(const Situation *s, int date, const int *options) {
    Programme programme = {.cap = cap_of(s, options)};
    for (int i = 0; i < s->assay_count; i++)
        stock_add(&programme.stock, s->stockpile[(size_t)date * (size_t)s->assay_count + (size_t)i], s->assay[i], 0);
    for (int issue = 0; issue < s->issue_count; issue++) {
        double work = s->swu[(size_t)date * (size_t)s->option_total + (size_t)options[issue]];
        if (!isnan(work)) programme.capacity += work;
        store(s, date, options[issue], &programme);
        dispose(s, options[issue], &programme);
    }
    return programme;
}

Breakout settlement_breakout(const Situation *s, int date, const int *options) {
    Programme programme = settlement_programme(s, date, options);
    BreakoutTask task = {.stock = &programme.stock,
                         .feed_assay = s->feed_assay[0],
                         .tails_assay = s->tails_assay[0],
                         .has_best_tails = s->has_best_tails,
                         .product_assay = s->weapon_assay[0],
                         .quantity = s->significant_quantity[0],
                         .capacity = programme.capacity,
                         .stores = programme.stores,
                         .store_count = programme.store_count};
    Breakout result;
    if (breakout_least(&task, &result) != PHYSICS_OK)
        result = (Breakout){.days = INFINITY}; /* checked with the scenario */
    return result;
}

bool settlement_has_safeguards(const Situation *s, const int *options) {
    for (int issue = 0; issue < s->issue_count; issue++)
        if (s->detect_after[options[issue]] > 0) return true;
    return false;
}

static bool are_same(const double *one, const double *two, size_t first, size_t count) {
    return memcmp(one + first, two + first, count * sizeof *one) == 0; /* NAN included */
}

bool settlement_is_same_programme(const Situation *one, const Situation *two, int date, const int *options) {
    size_t at = (size_t)date, assays = (size_t)one->assay_count;
    bool is_same = are_same(one->feed_assay, two->feed_assay, 0, 1) &&
                   are_same(one->tails_assay, two->tails_assay, 0, 1) &&
                   are_same(one->weapon_assay, two->weapon_assay, 0, 1) &&
                   are_same(one->significant_quantity, two->significant_quantity, 0, 1) &&
                   are_same(one->reconversion, two->reconversion, 0, 1) &&
                   are_same(one->stockpile, two->stockpile, at * assays, assays);
    for (int issue = 0; issue < one->issue_count && is_same; issue++) {
        size_t option = (size_t)options[issue], dated = at * (size_t)one->option_total + option;
        is_same = are_same(one->cap, two->cap, option, 1) && are_same(one->stock_above, two->stock_above, option, 1) &&
                  are_same(one->stock_to, two->stock_to, option, 1) &&
                  are_same(one->reinstall, two->reinstall, option, 1) && are_same(one->swu, two->swu, dated, 1) &&
                  are_same(one->stored, two->stored, dated, 1);
    }
    return is_same;
}

/* Options that watch independently: probabilities of missing multiply, so rates 1 / tau add up. Whether a rate counts
 * is in *rate. */
static double missed_at_once(const Situation *s, int party, const int *options, double *rate) {
    double missed = 1;
    bool is_watched = false;
    *rate = 0;
    for (int issue = 0; issue < s->issue_count; issue++) {
        int option = options[issue];
        if (!s->detects[(size_t)option * (size_t)s->party_count + (size_t)party]) continue;
        is_watched = true;
        if (s->detect_after[option] > 0)
            *rate += 1 / s->detect_after[option];
        else
            missed *= 1 - s->detection[option];
    }
    return is_watched ? missed : 0;
}

double settlement_detection_after(const Situation *s, int party, double breakout_days, const int *options) {
    double rate, missed = missed_at_once(s, party, options, &rate);
    if (rate > 0) missed *= 1 - detection_timely(breakout_days, 1 / rate);
    return 1 - missed;
}

double settlement_detection(const Situation *s, int party, int date, const int *options) {
    double rate, missed = missed_at_once(s, party, options, &rate);
    if (rate > 0) missed *= 1 - detection_timely(settlement_breakout(s, date, options).days, 1 / rate);
    return 1 - missed;
}
