/* SPDX-License-Identifier: GPL-3.0-or-later
 * Two signers have a closed form (edges.c), more have linear programmes (mixes.c). Where these prove nothing, for
 * packages may be missing or a programme was not solved, lotteries are held against ceilings on sums of worths: an
 * expectation is no larger than what none of its outcomes exceeds.
 *
 * Invariant: `most` holds for lotteries of all packages, or says nothing (INFINITY). */
#include "packages/lotteries.h"

#include <math.h>

#include "packages/edges.h"
#include "packages/mixes.h"
#include "packages/space.h"

static const double NOTHING = 1e-6; /* points */

typedef struct Ceilings {
    int width, count;
    const LotteryCeiling *list;
    double least[PACKAGE_SIGNERS_MOST];
} Ceilings;

/* ---- What ceilings prove ---- */

/* How much a weighted sum of gains over `from` is at most. */
static double most_gain(const Ceilings *all, const LotteryCeiling *ceiling, const double *from) {
    double gain = ceiling->most;
    for (int k = 0; k < all->width; k++) gain -= ceiling->weight[k] * from[k];
    return gain;
}

/* One signer's gain, the others' being none or more. */
static double most_of_one(const Ceilings *all, int signer, const double *from) {
    double most = INFINITY;
    for (int i = 0; i < all->count; i++)
        if (all->list[i].weight[signer] > 0)
            most = fmin(most, most_gain(all, &all->list[i], from) / all->list[i].weight[signer]);
    return most;
}

/* A sum of worths: of the most for each, or by a ceiling whose smallest weight is that of all. */
static double most_sum(const Ceilings *all) {
    double most = 0, least = 0;
    for (int k = 0; k < all->width; k++) {
        most += most_of_one(all, k, all->least);
        least += all->least[k];
    }
    for (int i = 0; i < all->count; i++) {
        double smallest = INFINITY;
        for (int k = 0; k < all->width; k++) smallest = fmin(smallest, all->list[i].weight[k]);
        if (smallest > 0) most = fmin(most, most_gain(all, &all->list[i], all->least) / smallest);
    }
    return least + most;
}

/* The smallest gain: any weighted mean is as large. */
static double most_smallest(const Ceilings *all) {
    double most = INFINITY;
    for (int i = 0; i < all->count; i++) {
        double weights = 0;
        for (int k = 0; k < all->width; k++) weights += all->list[i].weight[k];
        most = fmin(most, most_gain(all, &all->list[i], all->least) / weights);
    }
    return most;
}

/* Between the arithmetic and the geometric mean: prod g <= (sum w g / n)^n / prod w. Where nobody counts, nothing is
 * proved. */
static double most_product(const Ceilings *all, const double *from, const bool *counts) {
    double most = 1;
    int counted = 0;
    for (int k = 0; k < all->width; k++) {
        counted += counts[k];
        if (counts[k]) most *= fmax(0, most_of_one(all, k, from));
    }
    if (counted == 0) return INFINITY;
    for (int i = 0; i < all->count; i++) {
        double share = fmax(0, most_gain(all, &all->list[i], from)) / counted, product = 1;
        for (int k = 0; k < all->width; k++)
            if (counts[k]) product *= all->list[i].weight[k] > 0 ? share / all->list[i].weight[k] : INFINITY;
        most = fmin(most, product); /* which ignores what is not a number */
    }
    return most;
}

/* The product is that of the signers who gain at the lottery found; two are both in it, as are all who gain on today.
 * Of shares of an ideal nothing is known here. */
static double most_of(const Ceilings *all, PackageConcept concept, const PackageLottery *found) {
    static const double today[PACKAGE_SIGNERS_MOST] = {0};
    bool counts[PACKAGE_SIGNERS_MOST];
    for (int k = 0; k < all->width; k++)
        counts[k] = concept != CONCEPT_NASH || all->width == 2 || found->count == 0 ||
                    found->worth[k] - all->least[k] > NOTHING;
    switch (concept) {
    case CONCEPT_NASH:
        return most_product(all, all->least, counts);
    case CONCEPT_EGALITARIAN:
        return most_smallest(all);
    case CONCEPT_UTILITARIAN:
        return most_sum(all);
    case CONCEPT_PRODUCT_FROM_TODAY:
        return most_product(all, today, counts);
    default:
        return INFINITY;
    }
}

/* ---- Where nothing else is proved ---- */

/* Of the points, and so much higher: each signer's worth, and all together. */
static void fill_ceilings(const LotteryTask *task, LotteryCeiling *ceilings) {
    double higher = space_points(task->epsilon);
    for (int i = 0; i <= task->width; i++) {
        ceilings[i] = (LotteryCeiling){.most = -INFINITY};
        for (int k = 0; k < task->width; k++) ceilings[i].weight[k] = i == task->width || i == k;
    }
    for (size_t row = 0; row < task->points->count; row++) {
        double sum = 0;
        for (int k = 0; k < task->width; k++) {
            double worth = space_points(task->points->worth[row * (size_t)task->width + (size_t)k]) + higher;
            ceilings[k].most = fmax(ceilings[k].most, worth);
            sum += worth;
        }
        ceilings[task->width].most = fmax(ceilings[task->width].most, sum);
    }
}

static void prove_by_ceilings(const LotteryTask *task, PackageLottery *result) {
    LotteryCeiling of_points[PACKAGE_SIGNERS_MOST + 1];
    Ceilings all = {task->width, task->ceiling_count, task->ceilings, {0}};
    for (int k = 0; k < task->width; k++) all.least[k] = space_points(task->least[k]);
    if (!task->is_partial) {
        fill_ceilings(task, of_points);
        all.list = of_points;
        all.count = task->width + 1;
    }
    bool is_none = most_smallest(&all) < 0;
    for (int concept = 0; concept < CONCEPT_COUNT; concept ++) {
        PackageLottery *lottery = &result[concept];
        if (!task->is_partial && !isinf(lottery->most)) continue;
        lottery->most = fmax(lottery->level, most_of(&all, (PackageConcept) concept, lottery));
        if (lottery->count == 0 && is_none) lottery->most = NAN;
    }
}

static bool find_two(const LotteryTask *task, Arena *arena, PackageLottery *result) {
    for (int concept = 0; concept < CONCEPT_COUNT; concept ++)
        if (!edges_find(task->points, task->least, task->epsilon, (PackageConcept) concept, arena, &result[concept]))
            return false;
    return true;
}

bool lotteries_find(const LotteryTask *task, Arena *arena, bool *any, PackageLottery *result) {
    bool is_good = task->width == 2 ? find_two(task, arena, result)
                                    : mixes_find(task->points, task->width, task->least, task->epsilon,
                                                 task->steps_most, arena, result);
    if (!is_good) return false;
    prove_by_ceilings(task, result);
    *any = false;
    for (int concept = 0; concept < CONCEPT_COUNT; concept ++)
        *any |= result[concept].count > 0 || !isnan(result[concept].most);
    return true;
}
