/* SPDX-License-Identifier: GPL-3.0-or-later
 * Separative work against published numbers, cascades against the closed form, and what physics forbids. */
#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <string.h>

#include <cmocka.h>

#include "settlement/safeguards.h"

static void assert_near(double value, double expected, double tolerance) {
    if (!(fabs(value - expected) <= tolerance)) fail_msg("%.12g is not %.12g within %g", value, expected, tolerance);
}

static Enrichment enrich(double product, double product_assay, double feed_assay, double tails_assay) {
    Enrichment result;
    assert_int_equal(swu_balance(product, product_assay, feed_assay, tails_assay, &result), PHYSICS_OK);
    return result;
}

/* ---- Published numbers ---- */

/* World Nuclear Association, Uranium Enrichment (fact page): 1 kg at 3.5 % with tails of 0.3 % takes 7.8 kg and 4.3
 * SWU; the digits from the balances themselves, 0.032 / 0.00411 kg of feed. */
static void a_kilogram_of_reactor_fuel_takes_the_published_feed_and_work(void **state) {
    (void)state;
    Enrichment fuel = enrich(1, 0.035, 0.00711, 0.003);
    assert_near(fuel.feed, 7.786, 5e-4);
    assert_near(fuel.work, 4.339, 5e-4);
}

/* A published worked example: 10 kg at 5 % from 0.72 % with tails of 0.2 %. */
static void ten_kilograms_at_five_percent_take_the_published_feed_and_work(void **state) {
    (void)state;
    Enrichment fuel = enrich(10, 0.05, 0.0072, 0.002);
    assert_near(fuel.feed, 92.307692, 5e-7);
    assert_near(fuel.work, 87.599162, 5e-7);
}

/* The yearly load of a large power reactor, as commonly printed: 25 t at 3.75 % from about 210 t of natural uranium
 * with about 120 t SW. */
static void a_reactors_yearly_load_takes_about_the_published_tonnes(void **state) {
    (void)state;
    Enrichment load = enrich(25000, 0.0375, 0.00711, 0.003);
    assert_near(load.feed, 210000, 1000);
    assert_near(load.work, 120000, 1000);
}

/* Albright and Burkhard, Iranian Breakout Estimates and Enriched Uranium Stocks (2020), count 25 kg of uranium at 90 %;
 * from natural uranium with tails of 0.3 % that is 5,456 kg of feed and 4,823 SWU. The IAEA's significant quantity is
 * 25 kg of U-235 (Safeguards Glossary), 27.78 kg of it. */
static void a_bomb_from_natural_uranium_takes_the_published_feed_and_work(void **state) {
    (void)state;
    Enrichment bomb = enrich(25, 0.9, 0.00711, 0.003), quantity = enrich(25 / 0.9, 0.9, 0.00711, 0.003);
    assert_near(bomb.feed, 5456, 0.5);
    assert_near(bomb.work, 4823, 0.5);
    assert_near(quantity.work * 0.9, bomb.work, 1e-9);
}

/* 27.78 kg at 90 %, step by step: tails of one step are the feed of the one before, as in the four-step scheme of
 * breakout estimates. */
static void each_step_to_a_significant_quantity_takes_less_work_than_the_one_before(void **state) {
    (void)state;
    const struct {
        double feed_assay, tails_assay, work, feed;
    } steps[] = {{0.00711, 0.003, 5359.8, 6062.9},
                 {0.0367, 0.00711, 1456.9, 838.3},
                 {0.05, 0.00711, 1196.8, 578.3},
                 {0.20, 0.05, 261.4, 157.4},
                 {0.60, 0.20, 62.2, 48.6}};
    for (size_t i = 0; i < sizeof steps / sizeof *steps; i++) {
        Enrichment step = enrich(27.78, 0.9, steps[i].feed_assay, steps[i].tails_assay);
        assert_near(step.work, steps[i].work, 0.05);
        assert_near(step.feed, steps[i].feed, 0.05);
    }
}

/* ---- The value function and the balances ---- */

static void the_value_of_uranium_is_nothing_at_one_half_and_endless_at_the_ends(void **state) {
    (void)state;
    assert_near(swu_value(0.5), 0, 0);
    assert_near(swu_value(0.9), swu_value(0.1), 1e-15); /* the same work whichever isotope is wanted */
    assert_true(isinf(swu_value(0)) && isinf(swu_value(1)));
}

static double draw(uint32_t stream, uint64_t index) {
    return random_uniform(11, stream, index);
}

static void enriching_conserves_uranium_and_isotope(void **state) {
    (void)state;
    for (uint64_t i = 0; i < 20000; i++) {
        double feed = 0.001 + 0.8 * draw(0, i), tails = feed * (0.01 + 0.98 * draw(1, i));
        double product = feed + (0.999 - feed) * (0.01 + 0.98 * draw(2, i)), mass = 1000 * draw(3, i);
        Enrichment e = enrich(mass, product, feed, tails);
        assert_near(e.feed, e.product + e.tails, 1e-12 * e.feed);
        assert_near(e.feed * feed, e.product * product + e.tails * tails, 1e-12 * e.feed);
        assert_true(e.work >= -1e-9 * e.feed);
    }
}

static void an_endless_feed_needs_the_least_work(void **state) {
    (void)state;
    double least = swu_least_per_product(0.9, 0.6), before = INFINITY;
    for (double tails = 0.1; tails < 0.599; tails += 0.05) {
        double work = enrich(1, 0.9, 0.6, tails).work;
        assert_true(work > least && work < before);
        before = work;
    }
    assert_near(enrich(1, 0.9, 0.6, 0.6 - 1e-5).work, least, 1e-4);
}

/* ---- Ideal cascades ---- */

enum { STAGE_ROOM = 400 };

static void at_every_stage_what_goes_in_comes_out_and_no_unlike_streams_meet(void **state) {
    (void)state;
    static CascadeStage stages[STAGE_ROOM];
    Cascade cascade;
    for (int enriching = 1; enriching < 40; enriching += 3)
        for (int stripping = 0; stripping < 12; stripping += 2) {
            assert_int_equal(cascade_ideal(10, 0.00711, 1.17, enriching, stripping, stages, &cascade), PHYSICS_OK);
            for (int k = 0; k < cascade.count; k++) {
                const CascadeStage *at = &stages[k], *below = k > 0 ? at - 1 : NULL,
                                   *above = k + 1 < cascade.count ? at + 1 : NULL;
                double from_below = below ? below->heads : 0, from_above = above ? above->tails : 0,
                       fresh = at->stage == 0 ? cascade.feed : 0;
                assert_near(at->feed, at->heads + at->tails, 1e-12 * at->feed);
                assert_near(at->feed * at->feed_assay, at->heads * at->heads_assay + at->tails * at->tails_assay,
                            1e-12 * at->feed);
                assert_near(at->feed, from_below + from_above + fresh, 1e-12 * cascade.flow);
                if (below) assert_near(below->heads_assay, at->feed_assay, 1e-15);
                if (above) assert_near(above->tails_assay, at->feed_assay, 1e-15);
            }
            assert_near(stages[cascade.count - 1].heads, cascade.product, 1e-12 * cascade.flow);
            assert_near(stages[0].tails, cascade.tails, 1e-12 * cascade.flow);
        }
}

/* Benedict, Pigford and Levi (1981), ch. 12: the flow of an ideal cascade is its separative work over the work of a
 * kilogram of stage feed, (s - 1) / (s + 1) ln s; here summed stage by stage. */
static void the_flows_of_an_ideal_cascade_sum_to_its_separative_work(void **state) {
    (void)state;
    static CascadeStage stages[STAGE_ROOM];
    for (double separation = 1.002; separation < 3; separation += 0.1) {
        int enriching, stripping;
        Cascade cascade;
        assert_int_equal(cascade_stages(0.00711, 0.0367, separation, &enriching), PHYSICS_OK);
        assert_int_equal(cascade_stages(0.00711, 0.004, separation, &stripping), PHYSICS_OK);
        if (enriching + stripping > STAGE_ROOM) continue;
        assert_int_equal(cascade_ideal(1, 0.00711, separation, enriching, stripping, stages, &cascade), PHYSICS_OK);
        assert_true(cascade.product_assay >= 0.0367 - 1e-9);
        assert_near(cascade.flow * cascade_stage_work(separation), cascade.work, 1e-9 * cascade.work);
    }
}

/* ---- Nonsense ---- */

static void nonsense_is_refused_with_what_physics_forbids(void **state) {
    (void)state;
    Enrichment e;
    static CascadeStage stages[4];
    Cascade cascade;
    int count;
    assert_int_equal(swu_balance(1, 1.2, 0.007, 0.003, &e), PHYSICS_BAD_ASSAY);
    assert_int_equal(swu_balance(1, NAN, 0.007, 0.003, &e), PHYSICS_BAD_ASSAY);
    assert_int_equal(swu_balance(-1, 0.05, 0.007, 0.003, &e), PHYSICS_BAD_MASS);
    assert_int_equal(swu_balance(1, 0.05, 0.007, 0.007, &e), PHYSICS_TAILS_TOO_HIGH);
    assert_int_equal(swu_balance(1, 0.05, 0.007, 0, &e), PHYSICS_TAILS_TOO_HIGH);
    assert_int_equal(swu_balance(1, 0.005, 0.007, 0.003, &e), PHYSICS_PRODUCT_TOO_LOW);
    assert_int_equal(swu_balance(1, 1, 0.007, 0.003, &e), PHYSICS_PRODUCT_TOO_LOW);
    assert_int_equal(cascade_ideal(1, 0.007, 1, 2, 2, stages, &cascade), PHYSICS_BAD_SEPARATION);
    assert_int_equal(cascade_stages(0.007, 1.5, 1.2, &count), PHYSICS_BAD_ASSAY);
}

static void every_refusal_has_a_diagnostic_with_a_remedy(void **state) {
    (void)state;
    for (Physics physics = PHYSICS_BAD_ASSAY; physics <= PHYSICS_TOO_MANY_LOTS; physics++) {
        BrinkDiagnostics *diagnostics;
        assert_int_equal(brink_diagnostics_new(&diagnostics), BRINK_OK);
        physics_report(diagnostics, physics, span_none(), "enriching");
        const BrinkDiagnostic *diagnostic = brink_diagnostics_get(diagnostics, 0);
        assert_true(diagnostic && diagnostic->code[0] == 'N' && strlen(diagnostic->hint) > 10);
        assert_true(strncmp(diagnostic->message, "enriching: ", 11) == 0);
        brink_diagnostics_free(diagnostics);
    }
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_kilogram_of_reactor_fuel_takes_the_published_feed_and_work),
        cmocka_unit_test(ten_kilograms_at_five_percent_take_the_published_feed_and_work),
        cmocka_unit_test(a_reactors_yearly_load_takes_about_the_published_tonnes),
        cmocka_unit_test(a_bomb_from_natural_uranium_takes_the_published_feed_and_work),
        cmocka_unit_test(each_step_to_a_significant_quantity_takes_less_work_than_the_one_before),
        cmocka_unit_test(the_value_of_uranium_is_nothing_at_one_half_and_endless_at_the_ends),
        cmocka_unit_test(enriching_conserves_uranium_and_isotope),
        cmocka_unit_test(an_endless_feed_needs_the_least_work),
        cmocka_unit_test(at_every_stage_what_goes_in_comes_out_and_no_unlike_streams_meet),
        cmocka_unit_test(the_flows_of_an_ideal_cascade_sum_to_its_separative_work),
        cmocka_unit_test(nonsense_is_refused_with_what_physics_forbids),
        cmocka_unit_test(every_refusal_has_a_diagnostic_with_a_remedy),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
