/* SPDX-License-Identifier: GPL-3.0-or-later
 * Detection in time (model 8), by the plainest means: the stock is fed in small portions, always the richest that is
 * ready, and the day is found by halving. Tails as stated; best tails by trying many. */
#include "reference_inside.h"

#include <math.h>

enum { LOTS_MAX = 33, TAILS_TRIED = 4000, ROUNDS = 70 };

typedef struct Pile {
    int count;
    double kilograms[LOTS_MAX], assay[LOTS_MAX], ready[LOTS_MAX], tails[LOTS_MAX];
} Pile;

static double worth(double x) {
    return (2 * x - 1) * log(x / (1 - x));
}

static double least_stated(const Situation *s, const int *options) {
    double cap = INFINITY;
    for (int k = 0; k < s->issue_count; k++)
        if (!isnan(s->cap[options[k]]) && s->cap[options[k]] < cap) cap = s->cap[options[k]];
    return cap;
}

static void act_on(const Situation *s, int option, double cap, Pile *pile) {
    double feed = *s->feed_assay, above = s->stock_above[option];
    if (isnan(above)) above = isinf(cap) ? feed : cap;
    double target = isnan(s->stock_to[option]) ? above : s->stock_to[option];
    bool is_possible = s->option_stock[option] != STOCK_DILUTED || target > feed;
    for (int j = 0; j + 1 < pile->count && is_possible; j++) { /* the feed without end stays as it is */
        if (pile->assay[j] <= above) continue;
        if (s->option_stock[option] == STOCK_EXPORTED) pile->kilograms[j] = 0;
        if (s->option_stock[option] == STOCK_CONVERTED) pile->ready[j] = *s->reconversion;
        if (s->option_stock[option] == STOCK_DILUTED && pile->assay[j] > target) {
            pile->kilograms[j] *= (pile->assay[j] - feed) / (target - feed); /* U-235 beyond the feed's share is kept */
            pile->assay[j] = target;
        }
    }
}

/* Running and stored machines, kg SWU a year. */
typedef struct Plant {
    double running;
    int count;
    double stored[LOTS_MAX], days[LOTS_MAX];
} Plant;

/* kg SWU by a day: the areas under what runs. */
static double area(const Plant *plant, double day) {
    double sum = plant->running * day;
    for (int j = 0; j < plant->count; j++) {
        double rise = fmin(day, plant->days[j]), share = plant->days[j] > 0 ? rise / plant->days[j] : 1;
        sum += plant->stored[j] * (share * rise / 2 + day - rise);
    }
    return sum / 365.25;
}

/* kg U-235 of weapon material made by a day, richest first; the work of a lot fits between its first day and the last.
 */
static double made_by(const Situation *s, const Pile *pile, const Plant *plant, double day) {
    double product = *s->weapon_assay, made = 0, spent[LOTS_MAX] = {0};
    bool is_done[LOTS_MAX] = {false};
    for (int turn = 0; turn < pile->count; turn++) {
        int best = -1;
        for (int j = 0; j < pile->count; j++)
            if (!is_done[j] && (best < 0 || pile->assay[j] > pile->assay[best])) best = j;
        is_done[best] = true;
        double x = pile->assay[best], w = pile->tails[best];
        if (pile->ready[best] > day) continue;
        if (x >= product) {
            made += pile->kilograms[best] * x;
            continue;
        }
        if (x <= w) continue;
        double per_feed = (x - w) / (product - w); /* kg of product from one kg */
        double work = per_feed * worth(product) + (1 - per_feed) * worth(w) - worth(x), room = INFINITY;
        for (int j = 0; j < pile->count; j++) { /* what begins no sooner than j has only the days after that */
            if (pile->ready[j] > pile->ready[best]) continue;
            double used = 0;
            for (int k = 0; k < pile->count; k++)
                if (pile->ready[k] >= pile->ready[j]) used += spent[k];
            room = fmin(room, area(plant, day) - area(plant, pile->ready[j]) - used);
        }
        double kilograms = fmin(pile->kilograms[best], fmax(0, room) / work);
        if (kilograms <= 0) continue;
        spent[best] = kilograms * work;
        made += kilograms * per_feed * product;
    }
    return made;
}

static double day_of(const Situation *s, Pile *pile, const Plant *plant, double tails) {
    double low = 0, high = 1e7, wanted = *s->significant_quantity * (1 - 1e-12);
    for (int j = 0; j + 1 < pile->count; j++) pile->tails[j] = tails;
    if (made_by(s, pile, plant, high) < wanted) return INFINITY;
    for (int round = 0; round < ROUNDS; round++) {
        double middle = (low + high) / 2;
        if (made_by(s, pile, plant, middle) >= wanted)
            high = middle;
        else
            low = middle;
    }
    return high;
}

static double breakout_days(const Situation *s, int date, const int *options) {
    Pile pile = {.count = s->assay_count + 1};
    Plant plant = {0};
    double cap = least_stated(s, options);
    for (int j = 0; j < s->assay_count; j++) {
        pile.kilograms[j] = s->stockpile[date * s->assay_count + j];
        pile.assay[j] = s->assay[j];
    }
    pile.kilograms[s->assay_count] = 1e9; /* the feed without end */
    pile.assay[s->assay_count] = *s->feed_assay;
    pile.tails[s->assay_count] = *s->tails_assay;
    for (int k = 0; k < s->issue_count; k++) {
        double work = s->swu[date * s->option_total + options[k]],
               stored = s->stored[date * s->option_total + options[k]];
        if (!isnan(work)) plant.running += work;
        if (stored > 0) {
            plant.stored[plant.count] = stored;
            plant.days[plant.count++] = s->reinstall[options[k]];
        }
        act_on(s, options[k], cap, &pile);
    }
    double least = day_of(s, &pile, &plant, *s->tails_assay);
    for (int i = 1; i < TAILS_TRIED && s->has_best_tails; i++) {
        double tails = *s->tails_assay + (*s->weapon_assay - *s->tails_assay) * i / TAILS_TRIED;
        least = fmin(least, day_of(s, &pile, &plant, tails));
    }
    return least;
}

double rules_detection(const Situation *s, int party, int date, const int *options) {
    double missed = 1, days = -1;
    bool is_watched = false;
    for (int k = 0; k < s->issue_count; k++) {
        int option = options[k];
        if (!s->detects[option * s->party_count + party]) continue;
        is_watched = true;
        if (!(s->detect_after[option] > 0)) {
            missed *= 1 - s->detection[option];
            continue;
        }
        if (days < 0) days = breakout_days(s, date, options);
        missed *= isinf(days) ? 0 : exp(-days / s->detect_after[option]);
    }
    return is_watched ? 1 - missed : 1;
}
