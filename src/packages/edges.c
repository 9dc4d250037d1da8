/* SPDX-License-Identifier: GPL-3.0-or-later
 * The efficient boundary of the convexified problem is the upper hull of the frontier (Andrew 1979), a chain of edges
 * from the point best for the first signer to the one best for the second, cut where a signer would fall below its
 * disagreement value. Each concept has a closed form on an edge, and the best of all edges is taken.
 *
 * Invariant: the hull's corners are rows of the frontier, in descending worth of the first signer. */
#include "packages/edges.h"

#include <math.h>

#include "packages/space.h"

static bool is_below(const int64_t *a, const int64_t *b, const int64_t *c) {
    __int128 x = (__int128)(a[0] - b[0]) * (c[1] - a[1]), y = (__int128)(b[1] - a[1]) * (a[0] - c[0]);
    return y <= x; /* b lies on or below the line from a to c */
}

static size_t find_hull(const Points *points, size_t *hull) {
    size_t count = 0;
    for (size_t row = 0; row < points->count; row++) {
        const int64_t *next = points->worth + 2 * row;
        while (count >= 2 && is_below(points->worth + 2 * hull[count - 2], points->worth + 2 * hull[count - 1], next))
            count--;
        hull[count++] = row;
    }
    return count;
}

/* Gains at the two ends, and the part of the edge [low, high] on which nobody loses; empty where low > high. */
typedef struct Edge {
    double from[2], to[2], low, high;
} Edge;

typedef struct Search {
    const Points *points;
    PackageConcept concept;
    double least[2], zero[2], scale[2]; /* points: disagreement; where gains are counted from; largest gains */
    int64_t higher;                     /* than the points */
    const size_t *hull;
    size_t hull_count;
    double best;
    PackageLottery *result;
} Search;

static Edge edge_between(const Search *search, size_t a, size_t b, const double *zero) {
    Edge edge = {.low = 0, .high = a == b ? 0 : 1};
    for (int k = 0; k < 2; k++) {
        double x = space_points(search->points->worth[2 * a + (size_t)k] + search->higher),
               y = space_points(search->points->worth[2 * b + (size_t)k] + search->higher);
        double above_x = x - search->least[k], above_y = y - search->least[k];
        edge.from[k] = x - zero[k];
        edge.to[k] = y - zero[k];
        if (above_x < 0 && above_y < 0) edge.low = 2;
        if (above_x < 0 && above_y >= 0) edge.low = fmax(edge.low, a == b ? 2 : above_x / (above_x - above_y));
        if (above_x >= 0 && above_y < 0) edge.high = fmin(edge.high, above_x / (above_x - above_y));
    }
    return edge;
}

static double gain(const Edge *edge, double share, int k) {
    return (1 - share) * edge->from[k] + share * edge->to[k];
}

/* Where gain / scale are equal along the edge. */
static double equal_share(const Edge *edge, const double *scale) {
    double at_from = edge->from[0] / scale[0] - edge->from[1] / scale[1];
    double at_to = edge->to[0] / scale[0] - edge->to[1] / scale[1];
    return at_from / (at_from - at_to);
}

/* The share of the edge's end at which the concept is largest: the product (a + t p)(b + t q) has its top at
 * t = -(a q + b p) / (2 p q); the smaller of two gains is largest where they are equal, or at an end. */
static double best_share(const Edge *edge, PackageConcept concept, const double *scale) {
    static const double ones[2] = {1, 1};
    double p = edge->to[0] - edge->from[0], q = edge->to[1] - edge->from[1], share = 0;
    switch (concept) {
    case CONCEPT_NASH:
    case CONCEPT_PRODUCT_FROM_TODAY:
        share = -(edge->from[0] * q + edge->from[1] * p) / (2 * p * q);
        break;
    case CONCEPT_KALAI_SMORODINSKY: /* who cannot gain does not count */
        share = isinf(scale[0]) ? edge->high : isinf(scale[1]) ? edge->low : equal_share(edge, scale);
        break;
    case CONCEPT_EGALITARIAN:
        share = equal_share(edge, ones);
        break;
    default:
        share = p + q > 0 ? edge->high : p + q < 0 ? edge->low : (edge->low + edge->high) / 2;
    }
    return isnan(share) ? edge->low : fmin(edge->high, fmax(edge->low, share));
}

static double level(const double *gains, PackageConcept concept, const double *scale) {
    switch (concept) {
    case CONCEPT_NASH:
    case CONCEPT_PRODUCT_FROM_TODAY:
        return fmax(0, gains[0]) * fmax(0, gains[1]);
    case CONCEPT_KALAI_SMORODINSKY:
        if (isinf(scale[0]) || isinf(scale[1]))
            return isinf(scale[0]) && isinf(scale[1]) ? 1 : isinf(scale[0]) ? gains[1] / scale[1] : gains[0] / scale[0];
        return fmin(gains[0] / scale[0], gains[1] / scale[1]);
    case CONCEPT_EGALITARIAN:
        return fmin(gains[0], gains[1]);
    default:
        return gains[0] + gains[1];
    }
}

static void try_edge(Search *search, size_t a, size_t b) {
    Edge edge = edge_between(search, a, b, search->zero);
    if (edge.low > edge.high) return;
    double share = best_share(&edge, search->concept, search->scale);
    double gains[2] = {gain(&edge, share, 0), gain(&edge, share, 1)};
    double found = level(gains, search->concept, search->scale);
    if (!(found > search->best)) return;
    search->best = found;
    *search->result = (PackageLottery){.worth = {gains[0] + search->zero[0], gains[1] + search->zero[1]},
                                       .count = 2,
                                       .point = {(int)a, (int)b},
                                       .share = {1 - share, share},
                                       .level = found};
}

/* Largest gains over what nobody loses by. */
static void note_scale(Search *search, size_t a, size_t b) {
    Edge edge = edge_between(search, a, b, search->least);
    if (edge.low > edge.high) return;
    for (int k = 0; k < 2; k++)
        search->scale[k] = fmax(search->scale[k], fmax(gain(&edge, edge.low, k), gain(&edge, edge.high, k)));
}

static void try_edges(Search *search, void (*act)(Search *search, size_t a, size_t b)) {
    for (size_t i = 0; i < search->hull_count; i++)
        act(search, search->hull[i], search->hull[i + 1 < search->hull_count ? i + 1 : i]);
}

/* Who cannot gain does not count. */
static void set_scale(Search *search) {
    try_edges(search, note_scale);
    for (int k = 0; k < 2; k++)
        if (search->scale[k] <= 0) search->scale[k] = INFINITY;
}

/* What no lottery exceeds where all points may be higher; INFINITY where it is a share of no ideal found. */
static double find_most(Search search, int64_t epsilon) {
    PackageLottery higher = {.level = NAN};
    bool is_found = search.result->count > 0;
    search.higher = epsilon;
    search.best = -INFINITY;
    search.result = &higher;
    try_edges(&search, try_edge);
    return higher.count > 0 && !is_found && search.concept == CONCEPT_KALAI_SMORODINSKY ? INFINITY : higher.level;
}

bool edges_find(const Points *points, const int64_t *least, int64_t epsilon, PackageConcept concept, Arena *arena,
                PackageLottery *result) {
    size_t *hull = arena_array(arena, points->count, sizeof *hull);
    if (!hull) return false;
    *result = (PackageLottery){.level = NAN, .most = NAN};
    Search search = {.points = points, .concept = concept, .hull = hull, .best = -INFINITY, .result = result};
    search.hull_count = find_hull(points, hull);
    for (int k = 0; k < 2; k++) {
        search.least[k] = space_points(least[k]);
        search.zero[k] = concept == CONCEPT_PRODUCT_FROM_TODAY ? 0 : search.least[k];
    }
    set_scale(&search);
    try_edges(&search, try_edge);
    result->most = epsilon > 0 ? find_most(search, epsilon) : result->level;
    if (concept != CONCEPT_UTILITARIAN) return true;
    result->level += search.least[0] + search.least[1]; /* worths, not gains */
    result->most += search.least[0] + search.least[1];
    return true;
}
