/* SPDX-License-Identifier: GPL-3.0-or-later
 * Lotteries of any number of signers: worked by hand on a simplex, against the closed form of two, and against mixes
 * drawn at random. */
#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "by_hand.h"
#include "packages/edges.h"
#include "packages/lotteries.h"
#include "packages/maxima.h"
#include "packages/mixes.h"
#include "packages/space.h"
#include "thin.h"

enum { POINTS_MOST = 400, WIDTH_MOST = 6 };

typedef struct Drawn {
    int width;
    Points points;
    int64_t worth[POINTS_MOST * WIDTH_MOST], least[PACKAGE_SIGNERS_MOST];
    double packages[POINTS_MOST];
} Drawn;

static bool find(Drawn *drawn, PackageLottery *lotteries) {
    bool any = false;
    Arena *arena = arena_new();
    assert_true(mixes_find(&drawn->points, drawn->width, drawn->least, 0, 0, arena, lotteries));
    for (int concept = 0; concept < CONCEPT_COUNT; concept ++) {
        assert_true(lotteries[concept].count > 0 || isnan(lotteries[concept].most));
        any |= lotteries[concept].count > 0;
    }
    arena_free(arena);
    return any;
}

static double above(const Drawn *drawn, const PackageLottery *lottery, int k) {
    return lottery->worth[k] - space_points(drawn->least[k]);
}

/* ---- By hand ---- */

/* Signer k gets c_k at its own point and nothing at the others'; without an agreement nobody has anything. */
static void corners(Drawn *drawn, int width, const double *best) {
    *drawn = (Drawn){.width = width};
    for (int k = 0; k < width; k++) drawn->worth[k * width + k] = space_units(best[k]);
    drawn->points = (Points){(size_t)width, drawn->worth, drawn->packages};
}

/* Nash and Kalai-Smorodinsky give each corner the same chance; egalitarian gives each a chance in inverse proportion to
 * what it is worth there; utilitarian takes the largest. */
static void a_simplex_is_shared_as_by_hand(void **state) {
    (void)state;
    static const double best[WIDTH_MOST] = {6, 3, 1, 20, 9, 4};
    for (int width = 3; width <= WIDTH_MOST; width++) {
        PackageLottery lotteries[CONCEPT_COUNT];
        Drawn drawn;
        double inverse = 0, largest = 0;
        corners(&drawn, width, best);
        assert_true(find(&drawn, lotteries));
        for (int k = 0; k < width; k++) {
            inverse += 1 / best[k];
            largest = fmax(largest, best[k]);
        }
        for (int k = 0; k < width; k++) {
            assert_true(fabs(lotteries[CONCEPT_NASH].worth[k] - best[k] / width) < 1e-5);
            assert_true(fabs(lotteries[CONCEPT_KALAI_SMORODINSKY].worth[k] - best[k] / width) < 1e-7);
            assert_true(fabs(lotteries[CONCEPT_EGALITARIAN].worth[k] - 1 / inverse) < 1e-7);
        }
        assert_true(fabs(lotteries[CONCEPT_KALAI_SMORODINSKY].level - 1.0 / width) < 1e-9);
        assert_true(fabs(lotteries[CONCEPT_UTILITARIAN].level - largest) < 1e-7);
        assert_int_equal(lotteries[CONCEPT_NASH].count, width);
    }
}

/* Two share what the third has no part in; leximin then gives the third all that costs the others nothing. */
static void a_signer_who_cannot_gain_is_left_out(void **state) {
    (void)state;
    PackageLottery lotteries[CONCEPT_COUNT];
    Drawn drawn = {.width = 3};
    static const double worth[] = {8, 0, 0, 0, 4, 0};
    for (int i = 0; i < 6; i++) drawn.worth[i] = space_units(worth[i]);
    drawn.points = (Points){2, drawn.worth, drawn.packages};
    assert_true(find(&drawn, lotteries));
    for (int concept = CONCEPT_NASH; concept <= CONCEPT_KALAI_SMORODINSKY; concept ++) {
        assert_true(fabs(lotteries[concept].worth[0] - 4) < 1e-5 && fabs(lotteries[concept].worth[1] - 2) < 1e-5);
        assert_true(lotteries[concept].worth[2] == 0);
    }
    assert_true(fabs(lotteries[CONCEPT_EGALITARIAN].worth[0] - 8.0 / 3) < 1e-7); /* after the third's nothing */
    assert_int_equal(lotteries[CONCEPT_PRODUCT_FROM_TODAY].count, 0);
    drawn.least[2] = 1; /* now it signs nothing */
    assert_false(find(&drawn, lotteries));
}

/* ---- Random points ---- */

static int compare_two(const void *a, const void *b) {
    return maxima_order(a, b, 2);
}

static void draw(Drawn *drawn, Dice *dice, int width, size_t count) {
    *drawn = (Drawn){.width = width};
    for (size_t i = 0; i < count * (size_t)width; i++) {
        double share = dice_share(dice);
        drawn->worth[i] = space_units(floor(1000 * (i / (size_t)width % 2 ? share : share * share)) / 10);
    }
    for (int k = 0; k < width; k++) drawn->least[k] = space_units(dice_below(dice, 60) - 20);
    drawn->points = (Points){count, drawn->worth, drawn->packages};
}

static void keep_efficient(Drawn *drawn) {
    size_t kept = 0;
    int64_t best = INT64_MIN;
    qsort(drawn->worth, drawn->points.count, 2 * sizeof *drawn->worth, compare_two);
    for (size_t i = 0; i < drawn->points.count; i++) {
        if (drawn->worth[2 * i + 1] <= best) continue;
        best = drawn->worth[2 * i + 1];
        memmove(drawn->worth + 2 * kept++, drawn->worth + 2 * i, 2 * sizeof *drawn->worth);
    }
    drawn->points.count = kept;
}

static void two_signers_get_what_the_closed_form_gives(void **state) {
    (void)state;
    int compared[CONCEPT_COUNT] = {0};
    for (uint64_t seed = 0; seed < 400; seed += (uint64_t)thin_step()) {
        static Drawn drawn;
        Dice dice = {95000 + seed, 0};
        PackageLottery lotteries[CONCEPT_COUNT], closed;
        Arena *arena = arena_new();
        draw(&drawn, &dice, 2, 5 + (size_t)dice_below(&dice, 60));
        keep_efficient(&drawn);
        bool any = find(&drawn, lotteries);
        for (int concept = 0; concept < CONCEPT_COUNT; concept ++) {
            assert_true(edges_find(&drawn.points, drawn.least, 0, (PackageConcept) concept, arena, &closed));
            bool has = closed.count > 0;
            assert_int_equal(has, any);
            if (!has || lotteries[concept].count == 0) continue;
            compared[concept]++;
            if (concept == CONCEPT_UTILITARIAN) {
                assert_true(fabs(closed.worth[0] + closed.worth[1] - lotteries[concept].level) < 1e-6);
                continue;
            }
            for (int k = 0; k < 2; k++) assert_true(fabs(closed.worth[k] - lotteries[concept].worth[k]) < 2e-3);
            if (closed.level > 1e-3) assert_true(fabs(closed.level / lotteries[concept].level - 1) < 1e-7);
        }
        arena_free(arena);
    }
    for (int concept = 0; concept < CONCEPT_COUNT; concept ++) assert_true(compared[concept] > 150 / thin_step());
}

static double level_of(const Drawn *drawn, PackageConcept concept, const double *gain, const double *ideal) {
    double product = 1, smallest = INFINITY, share = INFINITY, sum = 0, from_today = 1;
    for (int k = 0; k < drawn->width; k++) {
        double worth = gain[k] + space_points(drawn->least[k]);
        product *= fmax(0, gain[k]);
        smallest = fmin(smallest, gain[k]);
        if (ideal[k] > 1e-6) share = fmin(share, gain[k] / ideal[k]);
        sum += worth;
        from_today *= fmax(0, worth);
    }
    const double levels[CONCEPT_COUNT] = {product, share, smallest, sum, from_today};
    return levels[concept];
}

/* The lottery is one of points, within its bound, and says its own level. */
static void check_lottery(const Drawn *drawn, PackageConcept concept, const PackageLottery *lottery,
                          const double *ideal) {
    double sum = 0, gain[WIDTH_MOST];
    assert_true(lottery->count <= drawn->width + 1);
    for (int i = 0; i < lottery->count; i++) sum += lottery->share[i];
    assert_true(fabs(sum - 1) < 1e-12);
    for (int k = 0; k < drawn->width; k++) {
        double worth = 0;
        for (int i = 0; i < lottery->count; i++)
            worth += lottery->share[i] * space_points(drawn->worth[lottery->point[i] * drawn->width + k]);
        assert_true(fabs(worth - lottery->worth[k]) < 1e-8);
        gain[k] = above(drawn, lottery, k);
        assert_true(gain[k] >= -1e-7);
    }
    assert_true(lottery->most >= lottery->level && lottery->most <= lottery->level + 1e-6 * (1 + fabs(lottery->level)));
    double level = level_of(drawn, concept, gain, ideal);
    assert_true(fabs(level - lottery->level) < 1e-6 * (1 + fabs(level)));
}

/* Mixes of up to width + 1 points that all would sign reach no more. */
static void try_mixes(const Drawn *drawn, const PackageLottery *lotteries, const double *ideal, Dice *dice) {
    for (int trial = 0; trial < 3000; trial++) {
        double gain[WIDTH_MOST] = {0}, sum = 0;
        bool is_signed = true;
        for (int i = 0; i <= drawn->width; i++) {
            double share = -log(dice_share(dice));
            const int64_t *worth = drawn->worth + dice_below(dice, (int)drawn->points.count) * drawn->width;
            sum += share;
            for (int k = 0; k < drawn->width; k++) gain[k] += share * space_points(worth[k] - drawn->least[k]);
        }
        for (int k = 0; k < drawn->width; k++) is_signed &= (gain[k] /= sum) >= 0;
        if (!is_signed) continue;
        for (int k = 0; k < drawn->width; k++) assert_true(gain[k] <= ideal[k] + 1e-7);
        for (int concept = 0; concept < CONCEPT_COUNT; concept ++) {
            if (lotteries[concept].count == 0) continue;
            double level = lotteries[concept].level;
            assert_true(level_of(drawn, (PackageConcept) concept, gain, ideal) <= level + 1e-6 * (1 + fabs(level)));
        }
    }
}

/* The largest gain of each: the utilitarian lottery where the others' worths hardly count. */
static void find_ideal(const Drawn *drawn, double *ideal) {
    for (int who = 0; who < drawn->width; who++) {
        static Drawn one;
        PackageLottery lotteries[CONCEPT_COUNT];
        one = *drawn;
        one.points.worth = one.worth;
        for (size_t i = 0; i < one.points.count * (size_t)one.width; i++) /* the others' count a millionth */
            one.worth[i] = (int)(i % (size_t)one.width) == who ? 1000 * one.worth[i] : one.worth[i] / 1000;
        for (int k = 0; k < one.width; k++) one.least[k] = k == who ? 1000 * one.least[k] : one.least[k] / 1000;
        assert_true(find(&one, lotteries));
        ideal[who] = above(&one, &lotteries[CONCEPT_UTILITARIAN], who) / 1000;
    }
}

static void no_mix_is_better(void **state) {
    (void)state;
    int found = 0, from_today = 0;
    for (uint64_t seed = 0; seed < 150; seed += (uint64_t)thin_step()) {
        static Drawn drawn;
        Dice dice = {96000 + seed, 0};
        PackageLottery lotteries[CONCEPT_COUNT];
        double ideal[WIDTH_MOST];
        draw(&drawn, &dice, 3 + (int)(seed % 3), 10 + (size_t)dice_below(&dice, 300));
        if (!find(&drawn, lotteries)) continue;
        find_ideal(&drawn, ideal);
        for (int concept = 0; concept < CONCEPT_COUNT; concept ++) {
            if (lotteries[concept].count == 0) continue;
            check_lottery(&drawn, (PackageConcept) concept, &lotteries[concept], ideal);
            from_today += concept == CONCEPT_PRODUCT_FROM_TODAY;
        }
        try_mixes(&drawn, lotteries, ideal, &dice);
        found++;
    }
    assert_true(found > 100 / thin_step() && from_today > 60 / thin_step());
}

/* Utilities are measured up to a scale of one's own (Nash 1950). */
static void rescaling_a_signer_moves_no_nash_or_kalai_smorodinsky_point(void **state) {
    (void)state;
    for (uint64_t seed = 0; seed < 60; seed++) {
        static Drawn drawn, scaled;
        Dice dice = {97000 + seed, 0};
        PackageLottery before[CONCEPT_COUNT], after[CONCEPT_COUNT];
        draw(&drawn, &dice, 4, 50);
        scaled = drawn;
        scaled.points.worth = scaled.worth;
        for (size_t i = 0; i < 50; i++) scaled.worth[4 * i + 1] *= 50;
        scaled.least[1] *= 50;
        bool any = find(&drawn, before);
        assert_int_equal(find(&scaled, after), any);
        for (int concept = CONCEPT_NASH; any && concept <= CONCEPT_KALAI_SMORODINSKY; concept ++)
            for (int k = 0; k < 4; k++)
                assert_true(fabs(before[concept].worth[k] * (k == 1 ? 50 : 1) - after[concept].worth[k]) <
                            2e-3 * (k == 1 ? 50 : 1));
    }
}

/* ---- What is not listed ---- */

static int sorted_width;

static int compare_rows(const void *a, const void *b) {
    return maxima_order(a, b, sorted_width);
}

/* Sorted, and no two alike, as points are. */
static void put_in_order(Drawn *drawn) {
    size_t width = (size_t)drawn->width, kept = 1;
    sorted_width = drawn->width;
    qsort(drawn->worth, drawn->points.count, width * sizeof *drawn->worth, compare_rows);
    for (size_t row = 1; row < drawn->points.count; row++)
        if (maxima_order(drawn->worth + (kept - 1) * width, drawn->worth + row * width, drawn->width) != 0)
            memmove(drawn->worth + kept++ * width, drawn->worth + row * width, width * sizeof *drawn->worth);
    drawn->points.count = kept;
}

/* Now and then so much that few lotteries, or none, are worth signing to all. */
static void ask_for_more(Drawn *drawn, Dice *dice) {
    int more = dice_below(dice, 3) == 0 ? dice_below(dice, 90) : 0;
    for (int k = 0; k < drawn->width; k++) drawn->least[k] += space_units(more);
}

static LotteryTask task_of(const Drawn *drawn) {
    return (LotteryTask){.points = &drawn->points, .width = drawn->width, .least = drawn->least};
}

static bool all_gain(const Drawn *drawn, const PackageLottery *lottery) {
    bool result = lottery->count > 0;
    for (int k = 0; k < drawn->width; k++) result = result && above(drawn, lottery, k) > 1e-6;
    return result;
}

/* Whether a bound holds where all packages are known; how often it had to be more than what was found at the points. */
typedef struct Tally {
    int held, needed, opened;
} Tally;

/* Products are those of the signers who gain at the points: where these are all, or none was found. */
static void hold(const Drawn *all, const PackageLottery *whole, const PackageLottery *part, bool any, Tally *tally) {
    for (int concept = 0; concept < CONCEPT_COUNT; concept ++) {
        double level = whole[concept].level, slack = 1e-6 * (1 + fabs(level));
        if (concept == CONCEPT_KALAI_SMORODINSKY || whole[concept].count == 0) continue;
        if (concept == CONCEPT_NASH && part[concept].count > 0 && !all_gain(all, &part[concept])) continue;
        assert_true(any && part[concept].most >= level - slack);
        tally->held++;
        tally->needed += part[concept].count > 0 && level > part[concept].level + slack;
        tally->opened += part[concept].count == 0;
    }
}

/* The shares that the lotteries of all packages give of the ideal found. */
static void hold_shares(const Drawn *drawn, const Drawn *all, const PackageLottery *whole, const PackageLottery *part,
                        Tally *tally) {
    const PackageLottery *found = &part[CONCEPT_KALAI_SMORODINSKY];
    double ideal[WIDTH_MOST], gain[WIDTH_MOST];
    if (found->count == 0) return;
    find_ideal(drawn, ideal);
    for (int concept = 0; concept < CONCEPT_COUNT; concept ++) {
        if (whole[concept].count == 0) continue;
        for (int k = 0; k < all->width; k++) gain[k] = above(all, &whole[concept], k);
        double share = level_of(all, CONCEPT_KALAI_SMORODINSKY, gain, ideal);
        if (isinf(share)) continue;
        assert_true(share <= found->most + 1e-6);
        tally->held++;
        tally->needed += share > found->level + 1e-6;
    }
}

/* Points thinned on a grid, of which every package is at most a grain better: no lottery of packages reaches more than
 * is said; where the smallest gain counts, just a grain more. */
static void lotteries_of_thinned_points_are_within_the_grain(void **state) {
    (void)state;
    Tally tally = {0}, shares = {0};
    for (uint64_t seed = 0; seed < 300; seed += (uint64_t)thin_step()) {
        static Drawn all, thin;
        Dice dice = {98000 + seed, 0};
        Arena *arena = arena_new();
        PackageLottery whole[CONCEPT_COUNT], part[CONCEPT_COUNT];
        bool any_whole, any_part;
        draw(&all, &dice, 2 + (int)(seed % 4), 10 + (size_t)dice_below(&dice, 200));
        put_in_order(&all);
        ask_for_more(&all, &dice);
        LotteryTask task = task_of(&all);
        thin = all;
        assert_true(lotteries_find(&task, arena, &any_whole, whole));
        task.epsilon = space_units(1 + dice_below(&dice, 40));
        assert_true(runs_thin(&all.points, all.width, task.epsilon, arena, &thin.points));
        memcpy(thin.worth, thin.points.worth, thin.points.count * (size_t)thin.width * sizeof *thin.worth);
        thin.points.worth = thin.worth;
        task.points = &thin.points;
        assert_true(lotteries_find(&task, arena, &any_part, part));
        const PackageLottery *smallest = &part[CONCEPT_EGALITARIAN];
        hold(&all, whole, part, any_part, &tally);
        hold_shares(&thin, &all, whole, part, &shares);
        if (smallest->count > 0)
            assert_true(fabs(smallest->most - smallest->level - space_points(task.epsilon)) < 1e-6);
        arena_free(arena);
    }
    assert_true(tally.needed >= 200 / thin_step() && tally.opened >= 3 / thin_step());
    assert_true(shares.needed >= 30 / thin_step());
}

/* Each signer's worth, and some weighted sums, of all packages. */
static int find_ceilings(const Drawn *all, Dice *dice, LotteryCeiling *ceilings) {
    int count = 2 * all->width;
    for (int i = 0; i < count; i++) {
        ceilings[i] = (LotteryCeiling){.most = -INFINITY};
        for (int k = 0; k < all->width; k++) ceilings[i].weight[k] = i < all->width ? i == k : 0.5 + dice_share(dice);
        for (size_t row = 0; row < all->points.count; row++) {
            double sum = 0;
            for (int k = 0; k < all->width; k++)
                sum += ceilings[i].weight[k] * space_points(all->worth[row * (size_t)all->width + (size_t)k]);
            ceilings[i].most = fmax(ceilings[i].most, sum);
        }
    }
    return count;
}

/* A few of the points, as a search has looked at: of the others no more is known than sums. */
static void lotteries_of_packages_not_looked_at_are_below_the_ceilings(void **state) {
    (void)state;
    Tally tally = {0};
    int refuted = 0;
    for (uint64_t seed = 0; seed < 300; seed += (uint64_t)thin_step()) {
        static Drawn all, few;
        Dice dice = {99000 + seed, 0};
        Arena *arena = arena_new();
        PackageLottery whole[CONCEPT_COUNT], part[CONCEPT_COUNT];
        LotteryCeiling ceilings[2 * WIDTH_MOST];
        bool any_whole, any_part;
        draw(&all, &dice, 2 + (int)(seed % 4), 20 + (size_t)dice_below(&dice, 100));
        put_in_order(&all);
        ask_for_more(&all, &dice);
        LotteryTask task = task_of(&all);
        assert_true(lotteries_find(&task, arena, &any_whole, whole));
        few = all;
        few.points = (Points){1 + (size_t)dice_below(&dice, 10), few.worth, few.packages};
        task = task_of(&few);
        task.is_partial = true;
        task.ceilings = ceilings;
        task.ceiling_count = find_ceilings(&all, &dice, ceilings);
        assert_true(lotteries_find(&task, arena, &any_part, part));
        assert_true(any_part || !any_whole);
        refuted += !any_part;
        hold(&all, whole, part, any_part, &tally);
        assert_true(!any_part || isinf(part[CONCEPT_KALAI_SMORODINSKY].most));
        arena_free(arena);
    }
    assert_true(tally.needed >= 300 / thin_step() && tally.opened >= 60 / thin_step() && refuted >= 10 / thin_step());
}

/* At the one package looked at nobody gains; what others are worth to all is below the ceilings. */
static void where_nobody_gains_no_product_is_proved(void **state) {
    (void)state;
    static const int64_t least[3] = {0};
    int64_t worth[3] = {0};
    double packages[1] = {1};
    Points points = {1, worth, packages};
    LotteryCeiling ceilings[3];
    PackageLottery lotteries[CONCEPT_COUNT];
    Arena *arena = arena_new();
    bool any;
    for (int k = 0; k < 3; k++) {
        ceilings[k] = (LotteryCeiling){.most = 5};
        ceilings[k].weight[k] = 1;
    }
    LotteryTask task = {
        .points = &points, .width = 3, .least = least, .is_partial = true, .ceilings = ceilings, .ceiling_count = 3};
    assert_true(lotteries_find(&task, arena, &any, lotteries));
    assert_true(any && lotteries[CONCEPT_NASH].count > 0 && lotteries[CONCEPT_NASH].level == 0);
    assert_true(isinf(lotteries[CONCEPT_NASH].most));
    assert_true(fabs(lotteries[CONCEPT_EGALITARIAN].most - 5) < 1e-9);
    arena_free(arena);
}

/* A programme that is given up is no proof that there is no lottery. */
static void too_few_steps_refute_nothing(void **state) {
    (void)state;
    Tally tally = {0};
    for (uint64_t seed = 0; seed < 60; seed += (uint64_t)thin_step())
        for (int steps = 1; steps < 8; steps++) {
            static Drawn all;
            Dice dice = {96000 + seed, 0};
            Arena *arena = arena_new();
            PackageLottery whole[CONCEPT_COUNT], part[CONCEPT_COUNT];
            bool any_whole, any_part;
            draw(&all, &dice, 3 + (int)(seed % 3), 10 + (size_t)dice_below(&dice, 300));
            LotteryTask task = task_of(&all);
            assert_true(lotteries_find(&task, arena, &any_whole, whole));
            task.steps_most = steps;
            assert_true(lotteries_find(&task, arena, &any_part, part));
            assert_true(any_part || !any_whole);
            hold(&all, whole, part, any_part, &tally);
            arena_free(arena);
        }
    assert_true(tally.opened >= 500 / thin_step() && tally.needed >= 10 / thin_step());
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_simplex_is_shared_as_by_hand),
        cmocka_unit_test(a_signer_who_cannot_gain_is_left_out),
        cmocka_unit_test(two_signers_get_what_the_closed_form_gives),
        cmocka_unit_test(no_mix_is_better),
        cmocka_unit_test(lotteries_of_thinned_points_are_within_the_grain),
        cmocka_unit_test(lotteries_of_packages_not_looked_at_are_below_the_ceilings),
        cmocka_unit_test(where_nobody_gains_no_product_is_proved),
        cmocka_unit_test(too_few_steps_refute_nothing),
        cmocka_unit_test(rescaling_a_signer_moves_no_nash_or_kalai_smorodinsky_point),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
