/* SPDX-License-Identifier: GPL-3.0-or-later
 * From a scenario's text to detection in time: what packages leave of a programme, and what that does to a signature
 * and to a deal. */
#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <string.h>

#include <cmocka.h>

#include "scenario/scenario.h"
#include "settlement/settlement.h"

static void assert_near(double value, double expected, double tolerance) {
    if (!(fabs(value - expected) <= tolerance)) fail_msg("%.15g is not %.15g within %g", value, expected, tolerance);
}

/* Enrichment is cut, the stock treated in one of five ways, inspectors come or not. */
static const char text[] =
    "brink: 1\n"
    "title: A stock and its inspectors\n"
    "clock: {start: 2026-03-03, every: 14 days, rounds: 3}\n"
    "parties:\n"
    "  us:\n"
    "    requires_detection: 0.5\n"
    "    unverifiable: 7\n"
    "    now: calm\n"
    "    postures: [calm: {}, hard: {after_collapse: 0.5}]\n"
    "    outside: {collapse: -8, conflict: -30}\n"
    "    types: {soft: {prior: 0.5}, firm: {outside: {collapse: -3}, prior: rest}}\n"
    "  iran: {}\n"
    "issues:\n"
    "  enrichment: {performer: iran, today: open, options: {open: {swu: 5000}, civil: {swu: 1000, cap: 3.67%}, "
    "stored: {swu: 1000, cap: 3.67%, stored: {steps: {2026-03-03: 0, 2026-03-17: 4000}}, reinstall: 90 days}}}\n"
    "  stock:\n"
    "    performer: iran\n"
    "    today: kept\n"
    "    options: {kept: {}, diluted: {stock: diluted, to: 5%}, oxide: {stock: converted}, out: {stock: exported}}\n"
    "  eyes:\n"
    "    today: none\n"
    "    options: {none: {}, weekly: {detects: iran, detect_after: 7 days}, both: {detects: iran, detect_after: 3.5 "
    "days}}\n"
    "preferences:\n"
    "  us: {enrichment: {weight: 20, scores: {open: 0, civil: 100, stored: 90}}}\n"
    "  iran: {enrichment: {weight: 9, scores: {open: 100, civil: 0, stored: 10}}}\n"
    "safeguards:\n"
    "  stockpile: {60%: {steps: {2026-03-03: 20 kg, 2026-03-17: 60 kg}}, 5%: {uniform: [100, 300]}}\n"
    "  reconversion: 30 days\n"
    "agenda:\n"
    "  drafts:\n"
    "    keep: {enrichment: civil, eyes: weekly}\n"
    "    thin: {enrichment: civil, stock: diluted, eyes: weekly}\n"
    "    oxide: {enrichment: civil, stock: oxide, eyes: weekly}\n"
    "    out: {enrichment: civil, stock: out, eyes: weekly}\n"
    "    twice: {enrichment: civil, eyes: both}\n"
    "    blind: {enrichment: civil}\n"
    "    store: {enrichment: stored, eyes: weekly}\n";
enum { KEEP, THIN, OXIDE, OUT, TWICE, BLIND, STORE, US = 0, IRAN = 1 };

typedef struct Case {
    Arena *arena;
    BrinkScenario *handle;
    const Scenario *scenario;
    Situation *situation;
} Case;

static Case read_case(Draw draw) {
    Case own = {.arena = arena_new()};
    assert_int_equal(brink_scenario_parse(text, strlen(text), "text", NULL, &own.handle), BRINK_OK);
    assert_int_equal(scenario_checked(own.handle, NULL, &own.scenario), BRINK_OK);
    assert_int_equal(situation_new(own.scenario, 0, draw, own.arena, &own.situation), BRINK_OK);
    return own;
}

static void drop(Case *own) {
    brink_scenario_free(own->handle);
    arena_free(own->arena);
}

static const int *options_of(const Case *own, int draft) {
    return own->situation->draft_option + draft * own->situation->issue_count;
}

static double detection(const Case *own, int draft, int date) {
    return settlement_detection(own->situation, IRAN, date, options_of(own, draft));
}

/* What draft `keep` leaves, put together by hand. */
static void detection_is_that_of_the_breakout_from_what_a_package_leaves(void **state) {
    (void)state;
    Case own = read_case((Draw){.is_centre = true});
    Stock stock = {0};
    stock_add(&stock, 20, 0.60, 0);
    stock_add(&stock, 200, 0.05, 0);
    BreakoutTask task = {.stock = &stock,
                         .feed_assay = 0.00711,
                         .tails_assay = 0.003,
                         .product_assay = 0.9,
                         .quantity = 25,
                         .capacity = 1000};
    Breakout by_hand, own_breakout = settlement_breakout(own.situation, 0, options_of(&own, KEEP));
    assert_int_equal(breakout_least(&task, &by_hand), PHYSICS_OK);
    assert_near(own_breakout.days, by_hand.days, 1e-9);
    assert_near(detection(&own, KEEP, 0), 1 - exp(-by_hand.days / 7), 1e-15);
    assert_near(detection(&own, TWICE, 0), 1 - exp(-by_hand.days / 3.5), 1e-15);
    assert_near(detection(&own, BLIND, 0), 1, 0); /* no option watches: every breach is seen */
    assert_near(settlement_detection(own.situation, US, 0, options_of(&own, KEEP)), 1, 0);
    drop(&own);
}

/* The store is empty at first; from the second date on it counts. */
static void machines_in_storage_shorten_the_breakout_of_the_package_that_keeps_them(void **state) {
    (void)state;
    Case own = read_case((Draw){.is_centre = true});
    const int *store = options_of(&own, STORE), *keep = options_of(&own, KEEP);
    assert_near(settlement_breakout(own.situation, 0, store).days, settlement_breakout(own.situation, 0, keep).days, 0);
    double days = settlement_breakout(own.situation, 1, store).days,
           work = settlement_breakout(own.situation, 1, keep).work;
    assert_true(days < 90);
    assert_near((1000 * days + 4000 * days * days / 180) / 365.25, work, 1e-9 * work);
    assert_true(detection(&own, STORE, 1) < detection(&own, KEEP, 1));
    drop(&own);
}

static void breakout_shrinks_at_the_date_at_which_the_stock_grows(void **state) {
    (void)state;
    Case own = read_case((Draw){.is_centre = true});
    assert_true(detection(&own, KEEP, 1) < detection(&own, KEEP, 0));
    assert_near(detection(&own, KEEP, 2), detection(&own, KEEP, 1), 0);
    drop(&own);
}

static void what_leaves_the_country_buys_most_time_and_oxide_its_delay(void **state) {
    (void)state;
    Case own = read_case((Draw){.is_centre = true});
    double days[BLIND];
    for (int draft = KEEP; draft <= OUT; draft++)
        days[draft] = settlement_breakout(own.situation, 1, options_of(&own, draft)).days;
    assert_true(days[KEEP] < days[OXIDE] && days[OXIDE] < days[KEEP] + 30);
    assert_true(days[KEEP] < days[THIN] && days[THIN] < days[OUT]);
    Programme out = settlement_programme(own.situation, 1, options_of(&own, OUT));
    assert_near(out.change.exported, 260, 1e-12); /* everything beyond the cap of 3.67 % */
    assert_near(out.capacity, 1000, 0);
    Programme thin = settlement_programme(own.situation, 1, options_of(&own, THIN));
    assert_near(thin.stock.lots[0].assay, 0.05, 0);
    assert_near(thin.change.blendstock, 60 * 0.55 / (0.05 - 0.00711), 1e-9);
    drop(&own);
}

static void a_package_is_verifiable_until_the_stock_has_grown(void **state) {
    (void)state;
    Case own = read_case((Draw){.is_centre = true});
    const int *options = options_of(&own, KEEP);
    double before = detection(&own, KEEP, 0), after = detection(&own, KEEP, 1);
    own.situation->requires_detection[US] = (before + after) / 2;
    assert_true(settlement_is_verifiable(own.situation, US, 0, options));
    assert_false(settlement_is_verifiable(own.situation, US, 1, options));
    assert_near(settlement_red_lines(own.situation, US, 0, options), 0, 0);
    assert_near(settlement_red_lines(own.situation, US, 1, options), 7, 0);
    own.situation->unverifiable[US] = INFINITY;
    assert_true(isinf(settlement_red_lines(own.situation, US, 1, options)));
    assert_true(isinf(settlement_least_detection(own.situation, IRAN, 0, options))); /* nobody else performs */
    drop(&own);
}

static void a_deal_is_kept_less_often_where_detection_has_shrunk(void **state) {
    (void)state;
    Case own = read_case((Draw){.is_centre = true});
    for (int i = 0; i < own.situation->date_count * own.situation->type_total; i++) own.situation->collapse[i] = -20;
    Settlements *settlements = settlements_new(own.situation, own.arena);
    const Settled *first = settlements_get_draft(settlements, KEEP, 0, own.situation->now, 0);
    double complied = first->complied;
    const Settled *later = settlements_get_draft(settlements, KEEP, 1, own.situation->now, 0);
    assert_true(later->complied < complied - 1e-6);
    assert_near(settlements_get_draft(settlements, KEEP, 0, own.situation->now, 0)->complied, complied, 0);
    drop(&own);
}

/* Packages, dates, postures and types in a drawn order, of which some hold from one question to the next: each answer
 * is that of settlements that are asked for nothing else. */
static void an_answer_does_not_depend_on_the_question_before(void **state) {
    (void)state;
    Case own = read_case((Draw){.is_centre = true});
    Situation *s = own.situation;
    for (int i = 0; i < s->date_count * s->type_total; i++) s->collapse[i] = -5 - i;
    Settlements *asked = settlements_new(s, own.arena);
    double seen[16] = {0};
    int apart = 0;
    for (uint64_t i = 0; i < 200; i++) {
        int question = (int)(16 * random_uniform(3, 0, i)), date = question / 2 % 2, profile = question / 8;
        int draft = question % 2 ? THIN : KEEP, rungs[2] = {s->rung_start[US] + question / 4 % 2, s->rung_start[IRAN]};
        Settlements *fresh = settlements_new(s, own.arena);
        const Settled *one = settlements_get_draft(asked, draft, date, rungs, profile);
        const Settled *other = settlements_get_draft(fresh, draft, date, rungs, profile);
        assert_near(one->complied, other->complied, 0);
        for (int party = 0; party < 2; party++) assert_near(one->value[party], other->value[party], 0);
        assert_near(settlements_red_lines(asked, US, date, options_of(&own, draft)),
                    settlement_red_lines(s, US, date, options_of(&own, draft)), 0);
        seen[question] = one->value[US];
    }
    for (int q = 0; q < 16; q++)
        for (int other = 0; other < q; other++) apart += seen[q] != seen[other];
    assert_true(apart > 100); /* of 120 pairs */
    drop(&own);
}

static void an_uncertain_stock_gives_an_uncertain_breakout(void **state) {
    (void)state;
    double low = INFINITY, high = 0;
    for (uint64_t index = 0; index < 20; index++) {
        Case own = read_case((Draw){.seed = 1, .index = index});
        double mass = own.situation->stockpile[1];
        assert_true(mass >= 100 && mass <= 300);
        double days = settlement_breakout(own.situation, 0, options_of(&own, KEEP)).days;
        low = fmin(low, days);
        high = fmax(high, days);
        drop(&own);
    }
    assert_true(high - low > 10);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(detection_is_that_of_the_breakout_from_what_a_package_leaves),
        cmocka_unit_test(machines_in_storage_shorten_the_breakout_of_the_package_that_keeps_them),
        cmocka_unit_test(breakout_shrinks_at_the_date_at_which_the_stock_grows),
        cmocka_unit_test(what_leaves_the_country_buys_most_time_and_oxide_its_delay),
        cmocka_unit_test(a_package_is_verifiable_until_the_stock_has_grown),
        cmocka_unit_test(a_deal_is_kept_less_often_where_detection_has_shrunk),
        cmocka_unit_test(an_answer_does_not_depend_on_the_question_before),
        cmocka_unit_test(an_uncertain_stock_gives_an_uncertain_breakout),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
