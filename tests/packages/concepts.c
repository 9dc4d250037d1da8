/* SPDX-License-Identifier: GPL-3.0-or-later
 * Solution concepts on examples worked by hand in the literature, and the laws that every space obeys. */
#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "by_hand.h"
#include "packages/count.h"
#include "packages/edges.h"
#include "packages/frontier.h"
#include "packages/solutions.h"
#include "settlement/settlement.h"

static const FrontierLimits limits = {.points_most = 1 << 22, .groups_most = 1 << 16};

typedef struct Solved {
    Arena *arena;
    Space *space;
    Frontier frontier;
    Zone zone;
    size_t rows[1024];
} Solved;

static void solve(const Situation *s, const double *outside, Arena *arena, Solved *solved) {
    static int types[8];
    settlement_profile_types(s, 0, types);
    solved->arena = arena;
    assert_int_equal(space_new(s, types, outside, SPACE_WHOLE, arena, &solved->space), BRINK_OK);
    assert_int_equal(frontier_find(solved->space, limits, arena, &solved->frontier), BRINK_OK);
    assert_true(
        zone_find(&solved->frontier.points, solved->space->signer_count, solved->space->least, arena, &solved->zone));
    assert_true(solved->zone.count <= 1024);
}

/* The one point of a concept. */
static const int64_t *only(Solved *solved, PackageConcept concept) {
    assert_int_equal(solution_find(&solved->zone, concept, solved->rows), 1);
    return solved->frontier.points.worth + solved->rows[0] * (size_t)solved->space->signer_count;
}

static void assert_point(const int64_t *point, double x, double y) {
    assert_true(fabs(space_points(point[0]) - x) < 1e-8);
    assert_true(fabs(space_points(point[1]) - y) < 1e-8);
}

/* ---- Nash 1950, "The bargaining problem", Econometrica 18: the example of Bill and Jack ---- */

enum { GOODS = 9 };
static const double to_bill[GOODS] = {2, 2, 2, 2, 4, 10, 4, 6, 2}, to_jack[GOODS] = {4, 2, 1, 2, 1, 1, 1, 2, 2};

/* Book, whip, ball, bat and box are Bill's; pen, toy, knife and hat are Jack's. Option 0 keeps a good, option 1 gives
 * it away. */
static Situation *barter(Arena *arena) {
    int counts[GOODS];
    double worth[2 * 2 * GOODS] = {0};
    for (int good = 0; good < GOODS; good++) {
        double sign = good < 5 ? -1 : 1;
        counts[good] = 2;
        worth[2 * good + 1] = sign * to_bill[good];
        worth[2 * GOODS + 2 * good + 1] = -sign * to_jack[good];
    }
    return hand_additive(2, GOODS, counts, worth, (double[]){0, 0}, arena);
}

static void bill_and_jack_trade_as_in_nash_1950(void **state) {
    (void)state;
    Arena *arena = arena_new();
    Solved solved;
    int options[GOODS * 4];
    solve(barter(arena), (double[]){0, 0}, arena, &solved);
    assert_point(only(&solved, CONCEPT_NASH), 12, 5);
    assert_int_equal(frontier_packages(&solved.frontier, solved.rows[0], 4, options), 1);
    static const int given[GOODS] = {1, 1, 1, 1, 0, 1, 1, 1, 0}; /* book, whip, ball, bat for pen, toy, knife */
    for (int good = 0; good < GOODS; good++) assert_int_equal(options[good] - 2 * good, given[good]);
    arena_free(arena);
}

/* ---- Kalai and Smorodinsky 1975, "Other solutions to Nash's bargaining problem", Econometrica 43, section 3 ---- */

static Situation *points(int count, const double *x, const double *y, const double *outside, Arena *arena) {
    double worth[64];
    for (int i = 0; i < count; i++) {
        worth[i] = x[i] - x[0];
        worth[count + i] = y[i] - y[0];
    }
    return hand_additive(2, 1, &count, worth, outside, arena);
}

static void lotteries_are_drawn_as_in_kalai_and_smorodinsky_1975(void **state) {
    (void)state;
    Arena *arena = arena_new();
    Solved solved;
    PackageLottery lottery;
    double nothing[] = {0, 0};
    solve(points(4, (double[]){0, 0, 1, 0.75}, (double[]){0, 1, 0, 0.75}, nothing, arena), nothing, arena, &solved);
    assert_true(edges_find(&solved.frontier.points, solved.space->least, 0, CONCEPT_NASH, arena, &lottery) &&
                lottery.count > 0);
    assert_true(fabs(lottery.worth[0] - 0.75) < 1e-9 && fabs(lottery.worth[1] - 0.75) < 1e-9);
    assert_true(
        edges_find(&solved.frontier.points, solved.space->least, 0, CONCEPT_KALAI_SMORODINSKY, arena, &lottery) &&
        lottery.count > 0);
    assert_true(fabs(lottery.worth[0] - 0.75) < 1e-9 && fabs(lottery.worth[1] - 0.75) < 1e-9);
    /* the second problem gives player 2 more for every demand of player 1; its Nash point gives player 2 less */
    solve(points(4, (double[]){0, 0, 1, 1}, (double[]){0, 1, 0.7, 0}, nothing, arena), nothing, arena, &solved);
    assert_true(edges_find(&solved.frontier.points, solved.space->least, 0, CONCEPT_NASH, arena, &lottery) &&
                lottery.count > 0);
    assert_true(fabs(lottery.worth[0] - 1) < 1e-9 && fabs(lottery.worth[1] - 0.7) < 1e-9);
    assert_true(
        edges_find(&solved.frontier.points, solved.space->least, 0, CONCEPT_KALAI_SMORODINSKY, arena, &lottery) &&
        lottery.count > 0);
    assert_true(fabs(lottery.worth[0] - 10.0 / 13) < 1e-9 && fabs(lottery.worth[1] - 10.0 / 13) < 1e-9);
    assert_true(fabs(lottery.share[0] + lottery.share[1] - 1) < 1e-12);
    arena_free(arena);
}

/* Without lotteries nothing is signed by both; half of each end is. */
static void a_lottery_can_open_what_no_package_opens(void **state) {
    (void)state;
    Arena *arena = arena_new();
    Solved solved;
    PackageLottery lottery;
    double outside[] = {4, 4};
    solve(points(2, (double[]){0, 10}, (double[]){10, 0}, outside, arena), (double[]){4, -6}, arena, &solved);
    assert_int_equal(solved.zone.count, 0);
    assert_true(edges_find(&solved.frontier.points, solved.space->least, 0, CONCEPT_NASH, arena, &lottery) &&
                lottery.count > 0);
    assert_true(fabs(lottery.worth[0] - 5) < 1e-9 && fabs(lottery.worth[1] + 5) < 1e-9);
    assert_true(fabs(lottery.share[0] - 0.5) < 1e-12);
    arena_free(arena);
}

/* ---- Splitting a pie with a risk-averse player (Roth 1979, Axiomatic Models of Bargaining; Osborne and Rubinstein
 * 1990, 2.4.1) ---- */

/* 101 ways to divide; player 1 has x, player 2 the square root of the rest. In whole parts: Nash at the top of x sqrt(1
 * - x), which is 2/3; Kalai–Smorodinsky where x = sqrt(1 - x), the golden section 0.618; utilitarian where 1 = 1 / (2
 * sqrt(1 - x)): 3/4. */
static Situation *pie(Arena *arena, double first_scale) {
    enum { WAYS = 101 };
    int count = WAYS;
    double worth[2 * WAYS];
    for (int x = 0; x < WAYS; x++) {
        worth[x] = first_scale * x;
        worth[WAYS + x] = 100 * sqrt((100.0 - x) / 100) - 100;
    }
    return hand_additive(2, 1, &count, worth, (double[]){0, -100}, arena);
}

static void a_risk_averse_player_gets_the_smaller_part_of_the_pie(void **state) {
    (void)state;
    Arena *arena = arena_new();
    Solved solved;
    solve(pie(arena, 1), (double[]){0, -100}, arena, &solved);
    assert_true(fabs(space_points(only(&solved, CONCEPT_NASH)[0]) - 67) < 1e-6);
    assert_true(fabs(space_points(only(&solved, CONCEPT_KALAI_SMORODINSKY)[0]) - 62) < 1e-6);
    assert_true(fabs(space_points(only(&solved, CONCEPT_EGALITARIAN)[0]) - 62) < 1e-6);
    assert_true(fabs(space_points(only(&solved, CONCEPT_UTILITARIAN)[0]) - 75) < 1e-6);
    arena_free(arena);
}

/* Kalai 1977, "Proportional solutions to bargaining situations", Econometrica 45: equal gains depend on the scale, the
 * solutions of Nash and of Kalai and Smorodinsky do not. */
static void only_equal_gains_depend_on_the_scale(void **state) {
    (void)state;
    Arena *arena = arena_new();
    Solved solved;
    solve(pie(arena, 4), (double[]){0, -100}, arena, &solved);
    assert_true(fabs(space_points(only(&solved, CONCEPT_NASH)[0]) - 4 * 67) < 1e-6);
    assert_true(fabs(space_points(only(&solved, CONCEPT_KALAI_SMORODINSKY)[0]) - 4 * 62) < 1e-6);
    /* 4 x = 100 sqrt(1 - x / 100): x = 22.08 */
    assert_true(fabs(space_points(only(&solved, CONCEPT_EGALITARIAN)[0]) - 4 * 22) < 1e-6);
    arena_free(arena);
}

static void the_disagreement_point_moves_the_nash_point(void **state) {
    (void)state;
    Arena *arena = arena_new();
    Solved solved;
    /* 10 to divide in whole parts: Nash gives each its outside value and half of what is left */
    enum { WAYS = 11 };
    int count = WAYS;
    double worth[2 * WAYS];
    for (int x = 0; x < WAYS; x++) {
        worth[x] = x;
        worth[WAYS + x] = -x;
    }
    double outside[] = {4, -10};
    solve(hand_additive(2, 1, &count, worth, outside, arena), outside, arena, &solved);
    assert_point(only(&solved, CONCEPT_NASH), 7, -7);
    arena_free(arena);
}

static void a_deal_worse_than_any_other_is_signed_where_no_deal_is_worse_still(void **state) {
    (void)state;
    Arena *arena = arena_new();
    Solved solved;
    PackageCount count;
    double outside[] = {-100, -50};
    solve(barter(arena), outside, arena, &solved);
    assert_int_equal(count_signed(solved.space, solved.space->least,
                                  (CountLimits){.points_most = 1 << 20, .groups_most = 16}, &count),
                     BRINK_OK);
    assert_true(count.low == 512 && count.high == 512);
    assert_int_equal(solved.zone.count, solved.frontier.points.count);
    /* the best of (x + 100)(y + 50) over all 512, found here */
    double best = 0;
    for (int set = 0; set < 512; set++) {
        double x = 0, y = 0;
        for (int good = 0; good < GOODS; good++)
            if (set >> good & 1) {
                x += (good < 5 ? -1 : 1) * to_bill[good];
                y -= (good < 5 ? -1 : 1) * to_jack[good];
            }
        best = fmax(best, (x + 100) * (y + 50));
    }
    const int64_t *nash = only(&solved, CONCEPT_NASH);
    assert_true(fabs((space_points(nash[0]) + 100) * (space_points(nash[1]) + 50) - best) < 1e-6);
    arena_free(arena);
}

static void where_one_party_cannot_gain_the_others_gain_is_still_largest(void **state) {
    (void)state;
    Arena *arena = arena_new();
    Solved solved;
    double nothing[] = {0, 0};
    solve(points(3, (double[]){0, 5, 7}, (double[]){0, 0, -1}, nothing, arena), nothing, arena, &solved);
    for (int concept = 0; concept < CONCEPT_COUNT; concept ++)
        assert_point(only(&solved, (PackageConcept) concept), 5, 0);
    arena_free(arena);
}

static void ties_are_returned_whole(void **state) {
    (void)state;
    Arena *arena = arena_new();
    Solved solved;
    double nothing[] = {0, 0};
    solve(points(4, (double[]){0, 2, 6, 3}, (double[]){0, 6, 2, 3.5}, nothing, arena), nothing, arena, &solved);
    assert_int_equal(solution_find(&solved.zone, CONCEPT_NASH, solved.rows), 2);
    assert_int_equal(solution_find(&solved.zone, CONCEPT_EGALITARIAN, solved.rows), 1);
    assert_int_equal(solution_find(&solved.zone, CONCEPT_UTILITARIAN, solved.rows), 2);
    arena_free(arena);
}

/* ---- Laws ---- */

static const Shape law_shape = {.parties = 3,
                                .types_most = 1,
                                .issues = 6,
                                .options_least = 2,
                                .options_most = 5,
                                .rules = 2,
                                .red_lines = 3,
                                .synergies = 3,
                                .outside_low = -40,
                                .outside_high = 0};

/* Worths of a concept's points are scaled; the number of points and their other worths stay. */
static void compare_scaled(Solved *plain, Solved *scaled, PackageConcept concept, int64_t factor) {
    size_t count = solution_find(&plain->zone, concept, plain->rows);
    assert_int_equal(count, solution_find(&scaled->zone, concept, scaled->rows));
    for (size_t i = 0; i < count; i++) {
        const int64_t *a = plain->frontier.points.worth + 3 * plain->rows[i],
                      *b = scaled->frontier.points.worth + 3 * scaled->rows[i];
        assert_true(a[0] * factor == b[0] && a[1] == b[1] && a[2] == b[2]);
    }
}

static void rescale_party(Situation *s, int type, double factor) {
    for (int k = 0; k < s->issue_count; k++) s->weight[type * s->issue_count + k] *= factor;
    for (int k = 0; k < s->synergy_count; k++)
        if (s->synergy_type[k] == type) s->synergy_points[k] *= factor;
    for (int k = 0; k < s->red_line_count; k++)
        if (s->red_line_type[k] == type) s->red_line_cost[k] *= factor;
}

static void rescaling_a_party_moves_no_nash_and_no_kalai_smorodinsky_point(void **state) {
    (void)state;
    for (uint64_t seed = 0; seed < 200; seed++) {
        Arena *arena = arena_new();
        Dice dice = {400 + seed, 0};
        static Solved plain, scaled;
        Situation *s = hand_random(law_shape, &dice, arena);
        double outside[] = {s->collapse[0], s->collapse[1], s->collapse[2]};
        solve(s, outside, arena, &plain);
        rescale_party(s, 0, 3);
        outside[0] *= 3;
        solve(s, outside, arena, &scaled);
        compare_scaled(&plain, &scaled, CONCEPT_NASH, 3);
        compare_scaled(&plain, &scaled, CONCEPT_KALAI_SMORODINSKY, 3);
        arena_free(arena);
    }
}

static void no_point_of_the_frontier_dominates_another(void **state) {
    (void)state;
    for (uint64_t seed = 0; seed < 100; seed++) {
        Arena *arena = arena_new();
        Dice dice = {900 + seed, 0};
        static Solved solved;
        double outside[] = {0, 0, 0};
        solve(hand_random(law_shape, &dice, arena), outside, arena, &solved);
        const Points *p = &solved.frontier.points;
        for (size_t a = 0; a < p->count; a++)
            for (size_t b = 0; b < p->count; b++) {
                bool covers = a != b;
                for (size_t k = 0; k < 3 && covers; k++) covers = p->worth[3 * a + k] >= p->worth[3 * b + k];
                assert_false(covers);
            }
        arena_free(arena);
    }
}

/* A space with its issues in reverse order, worth[party][option] with it. */
static Situation *additive_space(Dice dice, bool is_reversed, int issues, Arena *arena) {
    enum { ISSUES = 16, OPTIONS = 8 };
    double drawn[2][ISSUES][OPTIONS], worth[2 * ISSUES * OPTIONS];
    int counts[ISSUES], own[ISSUES];
    for (int k = 0; k < issues; k++) {
        counts[k] = 2 + dice_below(&dice, OPTIONS - 2);
        for (int party = 0; party < 2; party++)
            for (int o = 0; o < counts[k]; o++) drawn[party][k][o] = round(1000 * dice_share(&dice)) / 100;
    }
    int at = 0;
    for (int party = 0; party < 2; party++)
        for (int i = 0; i < issues; i++) {
            int k = is_reversed ? issues - 1 - i : i;
            own[i] = counts[k];
            for (int o = 0; o < counts[k]; o++) worth[at++] = drawn[party][k][o];
        }
    return hand_additive(2, issues, own, worth, (double[]){-5, -5}, arena);
}

static void the_frontier_does_not_depend_on_the_order_of_issues(void **state) {
    (void)state;
    for (uint64_t seed = 0; seed < 40; seed++) {
        Arena *arena = arena_new();
        static Solved forward, backward;
        double outside[] = {-5, -5};
        solve(additive_space((Dice){seed, 0}, false, 14, arena), outside, arena, &forward);
        solve(additive_space((Dice){seed, 0}, true, 14, arena), outside, arena, &backward);
        assert_int_equal(forward.frontier.points.count, backward.frontier.points.count);
        assert_memory_equal(forward.frontier.points.worth, backward.frontier.points.worth,
                            forward.frontier.points.count * 2 * sizeof(int64_t));
        arena_free(arena);
    }
}

/* What the thinned points prove about a concept is true of the exact ones. */
static void assert_most(Solved *exact, const Frontier *thin, PackageConcept concept, int64_t epsilon) {
    Zone zone;
    assert_true(zone_find(&thin->points, 2, exact->space->least, exact->arena, &zone));
    double most = solution_most(&zone, concept, epsilon);
    if (concept == CONCEPT_KALAI_SMORODINSKY || solution_find(&exact->zone, concept, exact->rows) == 0) return;
    assert_true(most >= solution_level(&exact->zone, concept, exact->rows[0]) * (1 - 1e-12));
}

/* Thinned on purpose: every point of the exact frontier lies within epsilon of one that was kept. */
static void a_thinned_frontier_is_within_its_epsilon(void **state) {
    (void)state;
    int thinned = 0;
    for (uint64_t seed = 0; seed < 20; seed++) {
        Arena *arena = arena_new();
        static Solved exact;
        Frontier thin;
        double outside[] = {-5, -5};
        solve(additive_space((Dice){seed, 0}, false, 14, arena), outside, arena, &exact);
        FrontierLimits few = {.points_most = 16, .groups_most = 16};
        assert_int_equal(frontier_find(exact.space, few, arena, &thin), BRINK_OK);
        assert_true(thin.points.count <= 16);
        thinned += thin.epsilon > 0;
        int64_t epsilon = space_units(thin.epsilon);
        assert_true(opening_least(&thin.points, 2, exact.space->least, epsilon) <=
                    opening_find(&exact.frontier.points, 2, exact.space->least).together);
        for (int concept = 0; concept < CONCEPT_COUNT; concept ++)
            assert_most(&exact, &thin, (PackageConcept) concept, epsilon);
        for (size_t a = 0; a < exact.frontier.points.count; a++) {
            const int64_t *x = exact.frontier.points.worth + 2 * a;
            bool is_near = false;
            for (size_t b = 0; b < thin.points.count; b++) {
                const int64_t *y = thin.points.worth + 2 * b;
                is_near |= y[0] >= x[0] - epsilon && y[1] >= x[1] - epsilon;
            }
            assert_true(is_near);
        }
        arena_free(arena);
    }
    assert_true(thinned > 10);
}

/* Halves too small for the sums: the two ends then enclose the exact number, and tell something. */
static void a_count_that_does_not_fit_is_enclosed(void **state) {
    (void)state;
    int narrower = 0;
    for (uint64_t seed = 0; seed < 60; seed++) {
        Arena *arena = arena_new();
        Space *space;
        PackageCount exact, bounds;
        double outside[] = {12, 12};
        int types[] = {0, 1};
        const Situation *s = additive_space((Dice){seed, 0}, false, 10, arena);
        assert_int_equal(space_new(s, types, outside, SPACE_WHOLE, arena, &space), BRINK_OK);
        assert_int_equal(
            count_signed(space, space->least, (CountLimits){.points_most = 1 << 20, .groups_most = 16}, &exact),
            BRINK_OK);
        assert_true(exact.low == exact.high);
        assert_int_equal(
            count_signed(space, space->least, (CountLimits){.points_most = 800, .groups_most = 16}, &bounds), BRINK_OK);
        assert_true(bounds.low <= exact.low && exact.low <= bounds.high);
        narrower += bounds.low < bounds.high && bounds.high - bounds.low < count_all(s);
        arena_free(arena);
    }
    assert_true(narrower > 30);
}

/* A grid as fine as there is room for: of a hundred million packages, from sums of a few thousand. */
static void an_enclosed_count_is_known_within_a_factor(void **state) {
    (void)state;
    enum { ISSUES = 8, OPTIONS = 10 };
    static const int counts[ISSUES] = {OPTIONS, OPTIONS, OPTIONS, OPTIONS, OPTIONS, OPTIONS, OPTIONS, OPTIONS};
    double outside[] = {1, 1};
    int compared = 0;
    for (uint64_t seed = 0; seed < 8; seed++) {
        Arena *arena = arena_new();
        Dice dice = {74000 + seed, 0};
        Space *space;
        PackageCount exact, bounds;
        double worth[2 * ISSUES * OPTIONS];
        for (int i = 0; i < 2 * ISSUES * OPTIONS; i++) worth[i] = dice_share(&dice);
        const Situation *s = hand_additive(2, ISSUES, counts, worth, outside, arena);
        CountLimits limits = {.points_most = 1 << 20, .groups_most = 16},
                    few = {.points_most = 4096, .groups_most = 16};
        assert_int_equal(space_new(s, s->type_party, outside, SPACE_WHOLE, arena, &space), BRINK_OK);
        assert_int_equal(count_signed(space, space->least, limits, &exact), BRINK_OK);
        assert_int_equal(count_signed(space, space->least, few, &bounds), BRINK_OK);
        assert_true(exact.low == exact.high && bounds.low < exact.low && exact.high < bounds.high);
        compared += exact.low > 1e5;
        if (exact.low > 1e5) assert_true(bounds.high < 150 * bounds.low); /* thousands where half the room is left */
        arena_free(arena);
    }
    assert_true(compared > 3);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(bill_and_jack_trade_as_in_nash_1950),
        cmocka_unit_test(lotteries_are_drawn_as_in_kalai_and_smorodinsky_1975),
        cmocka_unit_test(a_lottery_can_open_what_no_package_opens),
        cmocka_unit_test(a_risk_averse_player_gets_the_smaller_part_of_the_pie),
        cmocka_unit_test(only_equal_gains_depend_on_the_scale),
        cmocka_unit_test(the_disagreement_point_moves_the_nash_point),
        cmocka_unit_test(a_deal_worse_than_any_other_is_signed_where_no_deal_is_worse_still),
        cmocka_unit_test(where_one_party_cannot_gain_the_others_gain_is_still_largest),
        cmocka_unit_test(ties_are_returned_whole),
        cmocka_unit_test(rescaling_a_party_moves_no_nash_and_no_kalai_smorodinsky_point),
        cmocka_unit_test(no_point_of_the_frontier_dominates_another),
        cmocka_unit_test(the_frontier_does_not_depend_on_the_order_of_issues),
        cmocka_unit_test(a_thinned_frontier_is_within_its_epsilon),
        cmocka_unit_test(a_count_that_does_not_fit_is_enclosed),
        cmocka_unit_test(an_enclosed_count_is_known_within_a_factor),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
