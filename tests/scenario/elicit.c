/* SPDX-License-Identifier: GPL-3.0-or-later
 * Weights from trades and swings, against systems solved by hand and against the conditions that any least sum of
 * squares without negative numbers fulfils. */
#include "pipeline.h"

#include "scenario/elicit.h"

#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#define NEAR(a, b) assert_true(fabs((a) - (b)) <= 1e-9)

enum { TOLL, FLEET, WATER };

static const char form[] = "brink: 1\n"
                           "title: Trades\n"
                           "clock: {start: 2030-01-01, every: 20 days, rounds: 1}\n"
                           "parties: {a: {types: {x: {prior: 0.5}, y: {prior: rest}}}, b: {}}\n"
                           "issues:\n"
                           "  toll: {today: old, options: {old: {}, middle: {}, high: {}}}\n"
                           "  fleet: {today: in, options: {in: {}, out: {}}}\n"
                           "  water: {today: none, options: {none: {}, full: {}}}\n"
                           "preferences:\n"
                           "  a:\n"
                           "    toll: {scores: {old: 0, middle: 50, high: 100}}\n"
                           "    fleet: {scores: {in: 100, out: 0}}\n"
                           "    water: {scores: {none: 0, full: 100}}\n"
                           "%s"
                           "  b: {toll: {weight: 20, scores: {old: 100, middle: 50, high: 0}}}\n"
                           "agenda: {drafts: {deal: {toll: high}}}\n"
                           "variants: {water: {set: {preferences.a.swings.water: 30}}}\n";

static Pipeline read_with(const char *statements) {
    char text[4096];
    snprintf(text, sizeof text, form, statements);
    return pipeline_read(text, 0);
}

static void weights_are(const Situation *s, int type, double toll, double fleet, double water) {
    const double *weight = s->weight + type * s->issue_count;
    NEAR(weight[TOLL], toll);
    NEAR(weight[FLEET], fleet);
    NEAR(weight[WATER], water);
}

/* 60 of 100 of 30 points are 18; half the toll is 15. */
static void statements_that_agree_are_fulfilled(void **state) {
    (void)state;
    Pipeline p = read_with("    anchor: {toll: 30}\n"
                           "    swings: {toll: 100, water: 60}\n"
                           "    trades: [{give: {fleet: [in, out]}, get: {toll: [old, middle]}, even: true}]\n");
    weights_are(p.situation, 0, 30, 15, 18);
    weights_are(p.situation, 1, 30, 15, 18);
    assert_int_equal(scenario_statements(p.scenario, 0), 3);
    for (int i = 0; i < 3; i++) NEAR(situation_statement(p.scenario, p.situation, 0, i).off, 0);
    assert_int_equal(scenario_statements(p.scenario, 2), 0);
    pipeline_free(&p);
}

/* f = 30, w = 15, w = f: the sum (30 - f)² + (15 - w)² + (f - w)² has its least where 2f - w = 30 and 2w - f = 15:
 * f = 25, w = 20, each statement off by 5. */
static void a_circle_that_does_not_close_is_off_by_a_third_everywhere(void **state) {
    (void)state;
    Pipeline p = read_with("    anchor: {toll: 30}\n"
                           "    trades:\n"
                           "      - {give: {fleet: [in, out]}, get: {toll: [old, high]}, even: true}\n"
                           "      - {give: {water: [full, none]}, get: {toll: [old, middle]}, even: true}\n"
                           "      - {give: {water: [full, none]}, get: {fleet: [out, in]}, even: true}\n");
    weights_are(p.situation, 0, 30, 25, 20);
    NEAR(situation_statement(p.scenario, p.situation, 0, 0).off, 5);
    NEAR(situation_statement(p.scenario, p.situation, 0, 1).off, -5);
    NEAR(situation_statement(p.scenario, p.situation, 0, 2).off, 5);
    pipeline_free(&p);
}

/* Swings say 30 = k, f = 0.6 k, and f is to make up for 30 at least. While it does not, (30 - k)² + (f - 0.6 k)² +
 * (30 - f)² has its least where 1.36 k - 0.6 f = 30 and 2 f - 0.6 k = 30: k = 39 / 1.18, f = 15 + 0.3 k. */
static void a_bound_counts_only_where_it_is_broken(void **state) {
    (void)state;
    static const char common[] = "    anchor: {toll: 30}\n"
                                 "    swings: {toll: 100, fleet: 60, water: 0}\n"
                                 "    trades: [{give: {%s}, get: {fleet: [out, in]}, even: at_least}]\n";
    char text[512];
    snprintf(text, sizeof text, common, "toll: [middle, old]");
    Pipeline p = read_with(text);
    weights_are(p.situation, 0, 30, 18, 0);
    NEAR(situation_statement(p.scenario, p.situation, 0, 3).off, 0);
    NEAR(situation_statement(p.scenario, p.situation, 0, 3).found, 18);
    pipeline_free(&p);
    snprintf(text, sizeof text, common, "toll: [high, old]");
    p = read_with(text);
    double k = 39 / 1.18, f = 15 + 0.3 * k;
    weights_are(p.situation, 0, 30, f, 0);
    NEAR(situation_statement(p.scenario, p.situation, 0, 0).said, k);
    NEAR(situation_statement(p.scenario, p.situation, 0, 3).off, f - 30);
    pipeline_free(&p);
}

/* A toll that is worth -10 cannot be made up for by a fleet of weight below 0: 0 is the nearest. */
static void no_weight_turns_negative(void **state) {
    (void)state;
    Pipeline p = read_with("    swings: {fleet: 50, water: 0}\n"
                           "    trades: [{give: {fleet: [in, out]}, get: {toll: [old, high]}, even: true}]\n"
                           "    types: {x: {toll: {weight: -10, scores: {old: 0, middle: 50, high: 100}}},\n"
                           "      y: {anchor: {toll: 10}}}\n");
    weights_are(p.situation, 0, -10, 0, 0);
    NEAR(situation_statement(p.scenario, p.situation, 0, 2).off, -10);
    weights_are(p.situation, 1, 10, 10, 0);
    pipeline_free(&p);
}

static void a_type_replaces_trades_and_anchor_and_swings_one_by_one(void **state) {
    (void)state;
    Pipeline p =
        read_with("    anchor: {toll: 30}\n"
                  "    swings: {toll: 100, water: 60}\n"
                  "    trades: [{give: {fleet: [in, out]}, get: {toll: [old, middle]}, even: true}]\n"
                  "    types:\n"
                  "      x: {anchor: {fleet: 8}, swings: {water: 25}, trades: [{give: {fleet: [in, out]}, get: "
                  "{toll: [old, high]}, even: true}]}\n"
                  "      y: {fleet: {scores: {in: 50, out: 0}}, water: {weight: 7, scores: {none: 0, full: "
                  "100}}, swings: {water: 0}, toll: {scores: {old: 0, middle: 20, high: 100}}}\n");
    weights_are(p.situation, 0, 8, 8, 2);
    NEAR(p.situation->weight[p.situation->issue_count + WATER], 7); /* a stated weight stays */
    NEAR(p.situation->weight[p.situation->issue_count + FLEET], 30 * 0.2 / 0.5);
    pipeline_free(&p);
}

/* Weights are drawn with the numbers they follow from. */
static void weights_follow_every_draw(void **state) {
    (void)state;
    Pipeline p = read_with("    anchor: {toll: {uniform: [20, 40]}}\n"
                           "    swings: {toll: 100, water: {uniform: [20, 80]}}\n"
                           "    trades: [{give: {fleet: [in, out]}, get: {toll: [old, middle]}, even: true}]\n");
    double low = INFINITY, high = -INFINITY;
    weights_are(p.situation, 0, 30, 15, 15);
    for (uint64_t k = 0; k < 200; k++) {
        situation_fill(p.scenario, (Draw){.seed = 5, .index = k}, p.situation);
        const Situation *s = p.situation;
        NEAR(s->weight[TOLL], s->anchor[TOLL]);
        NEAR(s->weight[FLEET], s->anchor[TOLL] / 2);
        NEAR(s->weight[WATER], s->anchor[TOLL] * s->swing[WATER] / 100);
        low = fmin(low, s->weight[TOLL]);
        high = fmax(high, s->weight[TOLL]);
    }
    assert_true(low < 21 && high > 39);
    pipeline_free(&p);
}

static void changes_reach_the_statements(void **state) {
    (void)state;
    Pipeline p = read_with("    anchor: {toll: 30}\n"
                           "    swings: {toll: 100, fleet: 50, water: 60}\n");
    BrinkDiagnostics *diagnostics = NULL;
    const Scenario *scenario = NULL;
    Situation *s = NULL;
    assert_int_equal(brink_diagnostics_new(&diagnostics), BRINK_OK);
    assert_int_equal(brink_scenario_use_variant(p.handle, "water", diagnostics), BRINK_OK);
    assert_int_equal(brink_scenario_set(p.handle, "preferences.a.anchor.toll", "60", diagnostics), BRINK_OK);
    assert_int_equal(brink_scenario_set(p.handle, "preferences.a.types.y.fleet.weight", "9", diagnostics), BRINK_OK);
    assert_int_equal(
        brink_scenario_set(p.handle, "preferences.a.types.y.fleet.scores", "{in: 100, out: 0}", diagnostics), BRINK_OK);
    assert_int_equal(brink_scenario_set(p.handle, "preferences.a.types.y.swings", "{fleet: 15}", diagnostics),
                     BRINK_OK);
    assert_int_equal(scenario_checked(p.handle, diagnostics, &scenario), BRINK_OK);
    assert_int_equal(situation_new(scenario, 0, (Draw){.is_centre = true}, p.arena, &s), BRINK_OK);
    weights_are(s, 0, 60, 30, 18);
    weights_are(s, 1, 60, 9, 18); /* 9 is 15 of 100 of 60 */
    brink_diagnostics_free(diagnostics);
    pipeline_free(&p);
}

/* ---- Random systems ---- */

enum { ISSUES = 6, OPTIONS = 3, TRADES = 12 };

typedef struct Puzzle {
    Elicitation e;
    Appraisal p;
    int start[ISSUES + 1], column[ISSUES];
    bool swings[ISSUES];
    double weight[ISSUES], anchor[ISSUES], swing[ISSUES], score[ISSUES * OPTIONS];
    Trade trades[TRADES];
    const Trade *list[TRADES];
    TradeTerm terms[TRADES][2];
} Puzzle;

static double uniform(uint64_t *at) {
    return random_uniform(11, 7, (*at)++);
}

static void make_puzzle(Puzzle *z, uint64_t *at) {
    *z = (Puzzle){.e = {.unknown_count = ISSUES - 1, .trade_count = TRADES}};
    z->column[0] = COLUMN_ANCHOR;
    z->anchor[0] = 10 + 30 * uniform(at);
    for (int i = 0; i < ISSUES; i++) {
        z->start[i + 1] = OPTIONS * (i + 1);
        if (i > 0) z->column[i] = i - 1;
        z->swings[i] = uniform(at) < 0.7;
        z->swing[i] = z->swings[i] ? 100 * uniform(at) : NAN;
        z->e.swing_count += z->swings[i];
        for (int k = 0; k < OPTIONS; k++) z->score[OPTIONS * i + k] = 50 * k;
    }
    for (int i = 0; i < TRADES; i++) {
        int given = (int)(ISSUES * uniform(at)), got = (given + 1 + (int)((ISSUES - 1) * uniform(at))) % ISSUES;
        z->terms[i][0] = (TradeTerm){given, OPTIONS * given + 2, OPTIONS * given + (int)(2 * uniform(at)), false};
        z->terms[i][1] = (TradeTerm){got, OPTIONS * got, OPTIONS * got + 1 + (int)(2 * uniform(at)), true};
        z->trades[i] = (Trade){.is_even = uniform(at) < 0.5, .term_count = 2, .terms = z->terms[i]};
        z->list[i] = &z->trades[i];
    }
    z->e.column = z->column;
    z->e.swings = z->swings;
    z->e.trades = z->list;
    z->p = (Appraisal){z->start, ISSUES, z->weight, z->anchor, z->swing, z->score};
}

/* The sum of squares at the weights, from the statements' own words. */
static double sum_of_squares(const Puzzle *z) {
    double sum = 0;
    for (int i = 0; i < ISSUES; i++)
        if (z->swings[i]) sum += pow(z->weight[i] - elicit_swing_points(&z->e, z->p, i), 2);
    for (int i = 0; i < TRADES; i++) {
        double off = elicit_side(z->list[i], z->p, true) + elicit_side(z->list[i], z->p, false);
        if (z->trades[i].is_even || off < 0) sum += off * off;
    }
    return sum;
}

/* At the least, a weight above 0 can gain nothing either way, and one at 0 nothing by growing (Karush, Kuhn, Tucker).
 */
static void the_least_sum_of_squares_is_found_on_random_systems(void **state) {
    (void)state;
    uint64_t at = 0;
    int zeros = 0;
    static double workspace[4096];
    for (int round = 0; round < 300; round++) {
        Puzzle z;
        make_puzzle(&z, &at);
        assert_true(elicit_workspace(&z.e) <= 4096);
        elicit_solve(&z.e, z.p, workspace);
        for (int i = 1; i < ISSUES; i++) {
            double kept = z.weight[i], h = 1e-6;
            assert_true(kept >= 0);
            z.weight[i] = kept + h;
            double above = sum_of_squares(&z);
            z.weight[i] = kept - h;
            double below = sum_of_squares(&z), slope = (above - below) / (2 * h);
            z.weight[i] = kept;
            zeros += kept == 0;
            assert_true(kept > h ? fabs(slope) < 1e-4 : slope > -1e-4);
        }
    }
    assert_true(zeros > 0);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(statements_that_agree_are_fulfilled),
        cmocka_unit_test(a_circle_that_does_not_close_is_off_by_a_third_everywhere),
        cmocka_unit_test(a_bound_counts_only_where_it_is_broken),
        cmocka_unit_test(no_weight_turns_negative),
        cmocka_unit_test(a_type_replaces_trades_and_anchor_and_swings_one_by_one),
        cmocka_unit_test(weights_follow_every_draw),
        cmocka_unit_test(changes_reach_the_statements),
        cmocka_unit_test(the_least_sum_of_squares_is_found_on_random_systems),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
