/* SPDX-License-Identifier: GPL-3.0-or-later
 * Each concept is an order on gain vectors; its points are those that no other is above. Invariant: orders compare
 * whole numbers, products in as many words as they need, ratios by cross-multiplication. */
#include "packages/solutions.h"

#include <assert.h>
#include <math.h>
#include <string.h>

bool zone_find(const Points *points, int width, const int64_t *least, Arena *arena, Zone *result) {
    size_t *rows = arena_array(arena, points->count, sizeof *rows);
    if (!rows) return false;
    *result = (Zone){.points = points, .width = width, .least = least, .rows = rows};
    for (int k = 0; k < width; k++) result->ideal[k] = least[k];
    for (size_t row = 0; row < points->count; row++) {
        const int64_t *worth = points->worth + row * (size_t)width;
        bool is_signed = true;
        for (int k = 0; k < width; k++) is_signed &= worth[k] >= least[k];
        if (!is_signed) continue;
        rows[result->count++] = row;
        for (int k = 0; k < width; k++)
            if (worth[k] > result->ideal[k]) result->ideal[k] = worth[k];
    }
    return true;
}

/* ---- Products ---- */

/* A product of gains: first how many parties gain, then the product over those (Caragiannis et al. 2019), least word
 * first. */
typedef struct Product {
    int gaining;
    uint64_t words[PACKAGE_SIGNERS_MOST];
} Product;

static void multiply(Product *product, uint64_t by) {
    unsigned __int128 carry = 0;
    for (int i = 0; i < PACKAGE_SIGNERS_MOST; i++) {
        carry += (unsigned __int128)product->words[i] * by;
        product->words[i] = (uint64_t)carry;
        carry >>= 64;
    }
}

static Product product_of(const int64_t *worth, const int64_t *from, int width) {
    Product product = {.words = {1}};
    for (int k = 0; k < width; k++) {
        int64_t gain = worth[k] - (from ? from[k] : 0);
        if (gain <= 0) continue;
        product.gaining++;
        multiply(&product, (uint64_t)gain);
    }
    return product;
}

static int compare_products(const int64_t *a, const int64_t *b, const int64_t *from, int width) {
    Product x = product_of(a, from, width), y = product_of(b, from, width);
    if (x.gaining != y.gaining) return x.gaining > y.gaining ? 1 : -1;
    for (int i = PACKAGE_SIGNERS_MOST - 1; i >= 0; i--)
        if (x.words[i] != y.words[i]) return x.words[i] > y.words[i] ? 1 : -1;
    return 0;
}

/* ---- Leximin ---- */

typedef struct Ratio {
    int64_t part, whole;
} Ratio;

static int compare_ratios(Ratio a, Ratio b) {
    __int128 x = (__int128)a.part * b.whole, y = (__int128)b.part * a.whole;
    return (x > y) - (x < y);
}

/* Gains, or their shares of the largest gain, in ascending order; who cannot gain at all is left out of shares. */
static int sorted_gains(const Zone *zone, const int64_t *worth, bool as_shares, Ratio *gains) {
    int count = 0;
    assert(zone->width > 0);
    for (int k = 0; k < zone->width; k++) {
        Ratio gain = {worth[k] - zone->least[k], as_shares ? zone->ideal[k] - zone->least[k] : 1};
        if (gain.whole == 0) continue;
        int at = count++;
        for (; at > 0 && compare_ratios(gains[at - 1], gain) > 0; at--) gains[at] = gains[at - 1];
        gains[at] = gain;
    }
    return count;
}

static int compare_leximin(const Zone *zone, const int64_t *a, const int64_t *b, bool as_shares) {
    Ratio x[PACKAGE_SIGNERS_MOST], y[PACKAGE_SIGNERS_MOST];
    int count = sorted_gains(zone, a, as_shares, x);
    sorted_gains(zone, b, as_shares, y);
    for (int i = 0; i < count; i++) {
        int order = compare_ratios(x[i], y[i]);
        if (order != 0) return order;
    }
    return 0;
}

/* ---- Concepts ---- */

static int compare_sums(const int64_t *a, const int64_t *b, int width) {
    __int128 difference = 0;
    for (int k = 0; k < width; k++) difference += (__int128)a[k] - b[k];
    return (difference > 0) - (difference < 0);
}

static int compare(const Zone *zone, PackageConcept concept, const int64_t *a, const int64_t *b) {
    switch (concept) {
    case CONCEPT_NASH:
        return compare_products(a, b, zone->least, zone->width);
    case CONCEPT_KALAI_SMORODINSKY:
        return compare_leximin(zone, a, b, true);
    case CONCEPT_EGALITARIAN:
        return compare_leximin(zone, a, b, false);
    case CONCEPT_UTILITARIAN:
        return compare_sums(a, b, zone->width);
    case CONCEPT_PRODUCT_FROM_TODAY:
        return compare_products(a, b, NULL, zone->width);
    case CONCEPT_COUNT:
        break;
    }
    return 0;
}

size_t solution_find(const Zone *zone, PackageConcept concept, size_t *rows) {
    size_t count = 0, width = (size_t)zone->width;
    for (size_t i = 0; i < zone->count; i++) {
        const int64_t *worth = zone->points->worth + zone->rows[i] * width;
        int order = count == 0 ? 1 : compare(zone, concept, worth, zone->points->worth + rows[0] * width);
        if (order > 0) count = 0;
        if (order >= 0) rows[count++] = zone->rows[i];
    }
    return count;
}

/* ---- Ranks ---- */

typedef struct Ranking {
    const void *of;
    PackageConcept concept;
    int (*compare)(const struct Ranking *ranking, size_t a, size_t b); /* above 0: row a is better */
    size_t most, count, ties; /* ties: rows in the list that are equal to its last */
    size_t *rows;
} Ranking;

/* Rows come in order; of equal ones the earlier stays ahead. */
static void rank_row(Ranking *ranking, size_t row) {
    size_t at = ranking->count;
    if (at == ranking->most && (at == 0 || ranking->compare(ranking, row, ranking->rows[at - 1]) <= 0)) return;
    if (at == ranking->most) at = --ranking->count;
    for (; at > 0 && ranking->compare(ranking, row, ranking->rows[at - 1]) > 0; at--)
        ranking->rows[at] = ranking->rows[at - 1];
    ranking->rows[at] = row;
    ranking->count++;
}

static void count_ties(Ranking *ranking) {
    size_t last = ranking->count - 1;
    for (size_t i = ranking->count; i > 0 && ranking->compare(ranking, ranking->rows[i - 1], ranking->rows[last]) == 0;
         i--)
        ranking->ties++;
}

/* A second look: of the rows equal to the last, those that found no room. */
static void add_tied(Ranking *ranking, size_t row) {
    if (ranking->compare(ranking, row, ranking->rows[ranking->most - 1]) != 0) return;
    if (ranking->ties > 0)
        ranking->ties--;
    else
        ranking->rows[ranking->count++] = row;
}

static int compare_in_zone(const Ranking *ranking, size_t a, size_t b) {
    const Zone *zone = ranking->of;
    const int64_t *worth = zone->points->worth;
    return compare(zone, ranking->concept, worth + a * (size_t)zone->width, worth + b * (size_t)zone->width);
}

size_t solution_rank(const Zone *zone, PackageConcept concept, size_t most, size_t *rows) {
    Ranking ranking = {.of = zone, .concept = concept, .compare = compare_in_zone, .most = most, .rows = rows};
    for (size_t i = 0; i < zone->count; i++) rank_row(&ranking, zone->rows[i]);
    if (most == 0 || ranking.count < most) return ranking.count;
    count_ties(&ranking);
    for (size_t i = 0; i < zone->count; i++) add_tied(&ranking, zone->rows[i]);
    return ranking.count;
}

static double product_level(const int64_t *worth, const int64_t *from, int width) {
    double product = 1;
    for (int k = 0; k < width; k++) product *= fmax(0, space_points(worth[k] - (from ? from[k] : 0)));
    return product;
}

static double level_of(const Zone *zone, PackageConcept concept, const int64_t *worth) {
    Ratio gains[PACKAGE_SIGNERS_MOST];
    double sum = 0;
    switch (concept) {
    case CONCEPT_NASH:
        return product_level(worth, zone->least, zone->width);
    case CONCEPT_PRODUCT_FROM_TODAY:
        return product_level(worth, NULL, zone->width);
    case CONCEPT_KALAI_SMORODINSKY:
        return sorted_gains(zone, worth, true, gains) > 0 ? (double)gains[0].part / (double)gains[0].whole : 1;
    case CONCEPT_EGALITARIAN:
        sorted_gains(zone, worth, false, gains);
        return space_points(gains[0].part);
    case CONCEPT_UTILITARIAN:
        for (int k = 0; k < zone->width; k++) sum += space_points(worth[k]);
        return sum;
    case CONCEPT_COUNT:
        break;
    }
    return NAN;
}

double solution_level(const Zone *zone, PackageConcept concept, size_t row) {
    return level_of(zone, concept, zone->points->worth + row * (size_t)zone->width);
}

double solution_most(const Zone *zone, PackageConcept concept, int64_t epsilon) {
    double most = NAN;
    for (size_t row = 0; row < zone->points->count; row++) {
        int64_t worth[PACKAGE_SIGNERS_MOST];
        bool may_be_signed = true;
        for (int k = 0; k < zone->width; k++) {
            worth[k] = zone->points->worth[row * (size_t)zone->width + (size_t)k] + epsilon;
            may_be_signed &= worth[k] >= zone->least[k];
        }
        if (may_be_signed) most = fmax(most, level_of(zone, concept, worth));
    }
    return most;
}

/* ---- Opening ---- */

static void note_alone(Opening *opening, const int64_t *worth, const int64_t *least, int width) {
    int short_of = 0, who = -1;
    for (int k = 0; k < width; k++)
        if (worth[k] < least[k]) {
            short_of++;
            who = k;
        }
    for (int k = 0; k < width; k++) {
        if (short_of > 1 || (short_of == 1 && who != k)) continue;
        opening->alone[k] = fmin(opening->alone[k], short_of ? space_points(least[k] - worth[k]) : 0);
    }
}

Opening opening_find(const Points *points, int width, const int64_t *least) {
    Opening opening = {.together = INFINITY};
    for (int k = 0; k < width; k++) opening.alone[k] = INFINITY;
    for (size_t row = 0; row < points->count; row++) {
        const int64_t *worth = points->worth + row * (size_t)width;
        double sum = 0;
        for (int k = 0; k < width; k++) sum += fmax(0, space_points(least[k] - worth[k]));
        if (sum < opening.together) {
            opening.together = sum;
            opening.row = row;
        }
        note_alone(&opening, worth, least, width);
    }
    return opening;
}

double opening_least(const Points *points, int width, const int64_t *least, int64_t epsilon) {
    double least_sum = INFINITY;
    for (size_t row = 0; row < points->count; row++) {
        double sum = 0;
        for (int k = 0; k < width; k++)
            sum += fmax(0, space_points(least[k] - points->worth[row * (size_t)width + (size_t)k] - epsilon));
        least_sum = fmin(least_sum, sum);
    }
    return least_sum;
}

/* ---- Near misses ---- */

static __int128 missing(const Zone *zone, size_t row) {
    __int128 sum = 0;
    for (int k = 0; k < zone->width; k++) {
        int64_t worth = zone->points->worth[row * (size_t)zone->width + (size_t)k];
        if (worth < zone->least[k]) sum += (__int128)zone->least[k] - worth;
    }
    return sum;
}

static int compare_missing(const Ranking *ranking, size_t a, size_t b) {
    __int128 x = missing(ranking->of, a), y = missing(ranking->of, b);
    return (x < y) - (x > y);
}

size_t opening_rank(const Points *points, int width, const int64_t *least, size_t most, size_t *rows) {
    Zone zone = {.points = points, .width = width, .least = least};
    Ranking ranking = {.of = &zone, .compare = compare_missing, .most = most, .rows = rows};
    for (size_t row = 0; row < points->count; row++)
        if (missing(&zone, row) > 0) rank_row(&ranking, row);
    if (most == 0 || ranking.count < most) return ranking.count;
    count_ties(&ranking);
    for (size_t row = 0; row < points->count; row++)
        if (missing(&zone, row) > 0) add_tied(&ranking, row);
    return ranking.count;
}
