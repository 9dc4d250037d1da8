/* SPDX-License-Identifier: GPL-3.0-or-later
 * Utilitarian, and the largest gain of each signer (the ideal point), are linear programmes over the hull. So is the
 * largest smallest gain, or share of it; leximin fixes those whom a higher one would cost (their dual is positive) and
 * goes on with the others. The product is concave in its logarithm: simplicial decomposition (von Hohenbalken 1977)
 * mixes corners of what all would sign, adds the corner that is best along the slope, and ends when that proves that
 * nothing more is to be had.
 *
 * Invariant: every mix is one of points, and `most` is proved by duality; inside, gains are shares of a scale per
 * signer. That no mix is allowed and that none was found are told apart all the way. */
#include "packages/mixes.h"

#include <math.h>
#include <string.h>

#include "packages/hull.h"

enum { SIGNERS = PACKAGE_SIGNERS_MOST, CORNERS_MOST = 96, ROUNDS_MOST = 400 };
static const double NOTHING = 1e-9, PROVED = 1e-10;

typedef struct Mixer {
    Hull hull;
    double scale[SIGNERS], today[SIGNERS]; /* gain of staying as today */
    double ideal[SIGNERS], least_sum;
    int steps_most;
    HullMix best_of[SIGNERS]; /* the mix that is best for each */
} Mixer;

static HullTask plain(const Mixer *mixer) {
    return (HullTask){.rise = 0, .steps_most = mixer->steps_most};
}

/* ---- Linear ---- */

static HullOutcome find_ideal(Mixer *mixer) {
    for (int k = 0; k < mixer->hull.width; k++) {
        HullTask task = plain(mixer);
        task.objective[k] = 1;
        HullOutcome outcome = hull_solve(&mixer->hull, &task, &mixer->best_of[k]);
        if (outcome != HULL_SOLVED) return outcome;
        mixer->ideal[k] = mixer->best_of[k].value;
    }
    return HULL_SOLVED;
}

static HullOutcome find_utilitarian(const Mixer *mixer, HullMix *mix, double *level, double *most) {
    HullTask task = plain(mixer);
    for (int k = 0; k < mixer->hull.width; k++) task.objective[k] = mixer->scale[k];
    HullOutcome outcome = hull_solve(&mixer->hull, &task, mix);
    if (outcome != HULL_SOLVED) return outcome;
    *level = mix->value + mixer->least_sum; /* worths, not gains */
    *most = mix->most + mixer->least_sum;
    return HULL_SOLVED;
}

/* Largest smallest gain in units of `slope` (0: left out), then the second smallest, and so on. */
static HullOutcome find_leximin(const Mixer *mixer, const double *slope, HullMix *mix, double *level, double *most) {
    HullTask task = plain(mixer);
    int width = mixer->hull.width, left = 0;
    for (int k = 0; k < width; k++) left += (task.slope[k] = slope[k]) > 0;
    if (left == 0) return HULL_NO_MIX;
    task.rise = 1;
    for (int round = 0; left > 0; round++) {
        HullMix found;
        int before = left;
        HullOutcome outcome = hull_solve(&mixer->hull, &task, &found);
        if (outcome != HULL_SOLVED) return round > 0 ? HULL_SOLVED : outcome;
        *mix = found;
        if (round == 0) {
            *level = found.t;
            *most = found.most;
        }
        for (int k = 0; k < width; k++) {
            if (task.slope[k] <= 0 || found.dual[k] * task.slope[k] < NOTHING) continue;
            task.low[k] = fmax(0, slope[k] * found.t - PROVED); /* room for rounding */
            task.slope[k] = 0;
            left--;
        }
        if (left == before) break;
    }
    return HULL_SOLVED;
}

/* ---- The product ---- */

typedef struct Product {
    const Mixer *mixer;
    const double *from; /* gains are counted from there */
    bool counts[SIGNERS];
    int corner_count;
    double corner[CORNERS_MOST][SIGNERS], share[CORNERS_MOST];
} Product;

static void mix_corners(const Product *product, const double *share, double *gain) {
    for (int k = 0; k < product->mixer->hull.width; k++) {
        gain[k] = 0;
        for (int j = 0; j < product->corner_count; j++) gain[k] += share[j] * product->corner[j][k];
    }
}

/* Sum of logarithms plus `barrier` times that of the shares'; -INFINITY where one has none. */
static double height(const Product *product, const double *share, double barrier) {
    double gain[SIGNERS], sum = 0;
    mix_corners(product, share, gain);
    for (int k = 0; k < product->mixer->hull.width; k++)
        if (product->counts[k]) sum += gain[k] > product->from[k] ? log(gain[k] - product->from[k]) : -INFINITY;
    for (int j = 0; j < product->corner_count; j++) sum += share[j] > 0 ? barrier * log(share[j]) : -INFINITY;
    return sum;
}

/* Solves the positive definite system for both right sides, in place (Cholesky). */
static void solve_pair(double (*matrix)[CORNERS_MOST], int size, double *a, double *b) {
    for (int j = 0; j < size; j++)
        for (int i = j; i < size; i++) {
            double sum = matrix[i][j];
            for (int k = 0; k < j; k++) sum -= matrix[i][k] * matrix[j][k];
            matrix[i][j] = i == j ? sqrt(fmax(sum, 1e-300)) : sum / matrix[j][j];
        }
    for (int i = 0; i < size; i++) {
        for (int k = 0; k < i; k++) {
            a[i] -= matrix[i][k] * a[k];
            b[i] -= matrix[i][k] * b[k];
        }
        a[i] /= matrix[i][i];
        b[i] /= matrix[i][i];
    }
    for (int i = size - 1; i >= 0; i--) {
        for (int k = i + 1; k < size; k++) {
            a[i] -= matrix[k][i] * a[k];
            b[i] -= matrix[k][i] * b[k];
        }
        a[i] /= matrix[i][i];
        b[i] /= matrix[i][i];
    }
}

/* Newton's direction in units of the shares, which keep their sum; returns what it promises. */
static double find_direction(const Product *product, double barrier, double *direction) {
    static _Thread_local double matrix[CORNERS_MOST][CORNERS_MOST];
    double gain[SIGNERS], slope[CORNERS_MOST], normal[CORNERS_MOST], promise = 0, a = 0, b = 0;
    int width = product->mixer->hull.width, size = product->corner_count;
    mix_corners(product, product->share, gain);
    memset(matrix, 0, sizeof matrix);
    for (int j = 0; j < size; j++) {
        slope[j] = barrier;
        normal[j] = product->share[j];
        matrix[j][j] = barrier;
    }
    for (int k = 0; k < width; k++) {
        if (!product->counts[k]) continue;
        double each = 1 / (gain[k] - product->from[k]);
        for (int j = 0; j < size; j++) {
            double own = product->share[j] * product->corner[j][k] * each;
            slope[j] += own;
            for (int i = j; i < size; i++) matrix[i][j] += own * product->share[i] * product->corner[i][k] * each;
        }
    }
    memcpy(direction, slope, (size_t)size * sizeof *direction);
    solve_pair(matrix, size, direction, normal);
    for (int j = 0; j < size; j++) {
        a += product->share[j] * direction[j];
        b += product->share[j] * normal[j];
    }
    for (int j = 0; j < size; j++) {
        direction[j] = (direction[j] - a / b * normal[j]) * product->share[j];
        promise += slope[j] * direction[j] / product->share[j];
    }
    return promise;
}

static bool step_along(Product *product, double barrier, const double *direction, double promise) {
    double trial[CORNERS_MOST], now = height(product, product->share, barrier);
    for (double step = 1; step > 1e-10; step /= 2) {
        double sum = 0;
        for (int j = 0; j < product->corner_count; j++) sum += trial[j] = product->share[j] + step * direction[j];
        for (int j = 0; j < product->corner_count; j++) trial[j] /= sum;
        if (!(height(product, trial, barrier) >= now + 0.1 * step * promise)) continue;
        memcpy(product->share, trial, (size_t)product->corner_count * sizeof *trial);
        return true;
    }
    return false;
}

/* The best mix of the corners: a barrier that keeps shares positive is lowered to nothing. */
static void mix_best(Product *product) {
    enum { STEPS_MOST = 40 };
    for (int j = 0; j < product->corner_count; j++)
        product->share[j] = 0.9 * product->share[j] + 0.1 / product->corner_count;
    for (double barrier = 1e-2; barrier > 1e-14; barrier /= 10)
        for (int step = 0; step < STEPS_MOST; step++) {
            double direction[CORNERS_MOST];
            double promise = find_direction(product, barrier, direction);
            if (!(promise > 1e-3 * barrier) || !step_along(product, barrier, direction, promise)) break;
        }
}

static void add_corner(Product *product, const double *gain) {
    int at = product->corner_count;
    if (at == CORNERS_MOST) { /* the one that counts least makes room */
        at = 0;
        for (int j = 1; j < CORNERS_MOST; j++)
            if (product->share[j] < product->share[at]) at = j;
    } else {
        product->corner_count++;
    }
    memcpy(product->corner[at], gain, sizeof product->corner[at]);
    product->share[at] = 0;
}

/* The corner that is best along the slope at `gain`; returns by how much the logarithm can be larger anywhere. */
static double look_along(const Product *product, const double *gain, HullMix *corner) {
    HullTask task = plain(product->mixer);
    double here = 0;
    for (int k = 0; k < product->mixer->hull.width; k++) {
        if (!product->counts[k]) continue;
        task.objective[k] = 1 / (gain[k] - product->from[k]);
        here += task.objective[k] * gain[k];
    }
    bool is_solved = hull_solve(&product->mixer->hull, &task, corner) == HULL_SOLVED;
    return is_solved ? fmax(0, corner->most - here) : INFINITY;
}

/* A mix of few points that is worth no less to anybody. */
static HullOutcome reduce_mix(const Mixer *mixer, const double *gain, HullMix *mix) {
    HullTask task = plain(mixer);
    for (int k = 0; k < mixer->hull.width; k++) {
        task.objective[k] = 1;
        task.low[k] = fmax(0, gain[k] - PROVED);
    }
    return hull_solve(&mixer->hull, &task, mix);
}

static HullOutcome climb(Product *product, HullMix *mix, double *level, double *most) {
    double gain[SIGNERS];
    HullMix corner;
    for (int round = 0; round < ROUNDS_MOST; round++) {
        mix_best(product);
        mix_corners(product, product->share, gain);
        double gap = look_along(product, gain, &corner);
        if (!(gap > PROVED) || isinf(gap)) break;
        add_corner(product, corner.gain);
    }
    if (reduce_mix(product->mixer, gain, mix) != HULL_SOLVED) return HULL_UNSOLVED; /* there is one: `gain` */
    *level = 1;
    for (int k = 0; k < product->mixer->hull.width; k++)
        if (product->counts[k]) *level *= (mix->gain[k] - product->from[k]) * product->mixer->scale[k];
    *most = *level * exp(look_along(product, mix->gain, &corner));
    return HULL_SOLVED;
}

/* Who cannot gain is left out of the product. */
static HullOutcome find_nash(const Mixer *mixer, HullMix *mix, double *level, double *most) {
    static const double nothing[SIGNERS] = {0};
    static _Thread_local Product product;
    product = (Product){.mixer = mixer, .from = nothing};
    int counted = 0;
    for (int k = 0; k < mixer->hull.width; k++) {
        counted += product.counts[k] = mixer->ideal[k] > NOTHING;
        if (product.counts[k]) add_corner(&product, mixer->best_of[k].gain);
    }
    for (int j = 0; j < product.corner_count; j++) product.share[j] = 1.0 / product.corner_count;
    if (counted > 0) return climb(&product, mix, level, most);
    *mix = mixer->best_of[0];
    *level = *most = 0;
    return HULL_SOLVED;
}

/* Only where all can gain on today at once. */
static HullOutcome find_product_from_today(const Mixer *mixer, HullMix *mix, double *level, double *most) {
    static _Thread_local Product product;
    HullTask task = plain(mixer);
    product = (Product){.mixer = mixer, .from = mixer->today};
    for (int k = 0; k < mixer->hull.width; k++) { /* who has less without an agreement than today must gain on today */
        bool is_below = mixer->today[k] >= 0;
        task.slope[k] = is_below;
        task.low[k] = is_below ? mixer->today[k] : 0;
        if (is_below) task.rise = 1;
        product.counts[k] = true;
    }
    HullOutcome outcome = hull_solve(&mixer->hull, &task, mix);
    if (outcome != HULL_SOLVED) return outcome;
    if (task.rise > 0 && mix->t <= NOTHING) return mix->most > 2 * NOTHING ? HULL_UNSOLVED : HULL_NO_MIX;
    add_corner(&product, mix->gain);
    product.share[0] = 1;
    return climb(&product, mix, level, most);
}

/* ---- All ---- */

static HullOutcome find_concept(const Mixer *mixer, PackageConcept concept, HullMix *mix, double *level, double *most) {
    double slope[SIGNERS] = {0};
    for (int k = 0; k < mixer->hull.width; k++) {
        if (concept == CONCEPT_EGALITARIAN) slope[k] = 1 / mixer->scale[k];
        if (concept == CONCEPT_KALAI_SMORODINSKY && mixer->ideal[k] > NOTHING) slope[k] = mixer->ideal[k];
    }
    switch (concept) {
    case CONCEPT_NASH:
        return find_nash(mixer, mix, level, most);
    case CONCEPT_PRODUCT_FROM_TODAY:
        return find_product_from_today(mixer, mix, level, most);
    case CONCEPT_UTILITARIAN:
        return find_utilitarian(mixer, mix, level, most);
    default:
        return find_leximin(mixer, slope, mix, level, most);
    }
}

static void write_lottery(const Mixer *mixer, const HullMix *mix, const int64_t *least, PackageLottery *lottery) {
    lottery->count = mix->count;
    for (int i = 0; i < mix->count; i++) {
        lottery->point[i] = (int)mix->row[i];
        lottery->share[i] = mix->share[i];
    }
    for (int k = 0; k < mixer->hull.width; k++)
        lottery->worth[k] = mix->gain[k] * mixer->scale[k] + space_points(least[k]);
}

/* All points `higher` than they are. */
static bool fill_hull(const Points *points, int width, const int64_t *least, int64_t higher, Arena *arena,
                      Mixer *mixer) {
    double *gain = arena_array(arena, points->count * (size_t)width, sizeof *gain);
    for (int k = 0; k < width; k++) mixer->scale[k] = 0;
    for (size_t i = 0; gain && i < points->count * (size_t)width; i++) {
        size_t k = i % (size_t)width;
        gain[i] = space_points(points->worth[i] + higher - least[k]);
        mixer->scale[k] = fmax(mixer->scale[k], fabs(gain[i]));
    }
    for (int k = 0; k < width; k++) {
        if (mixer->scale[k] <= 0) mixer->scale[k] = 1;
        mixer->today[k] = -space_points(least[k]) / mixer->scale[k];
        mixer->least_sum += space_points(least[k]);
    }
    for (size_t i = 0; gain && i < points->count * (size_t)width; i++) gain[i] /= mixer->scale[i % (size_t)width];
    mixer->hull = (Hull){gain, points->count, width};
    return gain != NULL;
}

/* Count 0 where none was found; `most` says whether there is one. */
static void find_all(const Mixer *mixer, HullOutcome ideal, const int64_t *least, PackageLottery *result) {
    for (int concept = 0; concept < CONCEPT_COUNT; concept ++) {
        PackageLottery *lottery = &result[concept];
        HullMix mix;
        HullOutcome outcome = ideal;
        *lottery = (PackageLottery){.level = NAN, .most = NAN};
        if (ideal == HULL_SOLVED)
            outcome = find_concept(mixer, (PackageConcept) concept, &mix, &lottery->level, &lottery->most);
        if (outcome == HULL_SOLVED) write_lottery(mixer, &mix, least, lottery);
        if (outcome == HULL_UNSOLVED) lottery->most = INFINITY;
    }
}

/* Where packages may be better than the points: the bounds are those of points as much higher, whoever can gain and
 * whatever the ideal being those found at the points as they are. */
static void raise(Mixer *higher, const Mixer *mixer, const int64_t *least, bool has_ideal, PackageLottery *result) {
    PackageLottery raised[CONCEPT_COUNT];
    HullOutcome ideal = find_ideal(higher);
    for (int k = 0; has_ideal && k < higher->hull.width; k++)
        higher->ideal[k] = mixer->ideal[k] * mixer->scale[k] / higher->scale[k];
    find_all(higher, ideal, least, raised);
    for (int concept = 0; concept < CONCEPT_COUNT; concept ++)
        result[concept].most = fmax(result[concept].level, raised[concept].most);
    if (!has_ideal && ideal != HULL_NO_MIX) result[CONCEPT_KALAI_SMORODINSKY].most = INFINITY;
}

bool mixes_find(const Points *points, int width, const int64_t *least, int64_t epsilon, int steps_most, Arena *arena,
                PackageLottery *result) {
    Mixer *mixer = arena_alloc(arena, sizeof *mixer), *higher = arena_alloc(arena, sizeof *higher);
    if (!mixer || !higher || !fill_hull(points, width, least, 0, arena, mixer)) return false;
    mixer->steps_most = higher->steps_most = steps_most;
    HullOutcome ideal = find_ideal(mixer);
    find_all(mixer, ideal, least, result);
    if (epsilon <= 0) return true;
    if (!fill_hull(points, width, least, epsilon, arena, higher)) return false;
    bool has_ideal = false;
    for (int k = 0; k < width; k++) has_ideal |= ideal == HULL_SOLVED && mixer->ideal[k] > NOTHING;
    raise(higher, mixer, least, has_ideal, result);
    return true;
}
