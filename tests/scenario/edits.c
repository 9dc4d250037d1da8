/* SPDX-License-Identifier: GPL-3.0-or-later
 * A scenario as its file, its changes and its types make it: the numbers that arrive in the Situation, at the centre
 * and at draws, and what is said about each of them. */
#include "pipeline.h"

#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#define NEAR(a, b) assert_true(fabs((a) - (b)) <= 1e-12)

static const char text[] =
    "brink: 1\n"
    "title: Numbers\n"
    "clock: {meetings: [2030-01-01, 2030-01-11], every: 20 days, rounds: 3}\n"
    "sources: {BOOK: A book, PAPER: A paper}\n"
    "parties:\n"
    "  a:\n"
    "    from: BOOK\n"
    "    types: {x: {prior: 0.3, status: 5, postures: {up: {cost: 9}}}, y: {prior: rest}}\n"
    "    status: {steps: {2030-01-31: 3, 2030-01-05: 2}, note: why}\n"
    "    patience: {uniform: [0.8, 1.0]}\n"
    "    rationality: {is: 0.2, from: PAPER}\n"
    "    outside: {collapse: {normal: [-10, 2]}, lapse: {lognormal: [4, 2]}, conflict: {pert: [-9, -3, 0]}}\n"
    "    postures: [down: {}, up: {cost: 4, deadline: {by: 2030-01-05, cost: 3}}]\n"
    "  b: {rationality: {same: parties.a.patience}, walk: {choice: [3, 1]}, requires_detection: {beta: [1, 3]}}\n"
    "issues: {k: {today: no, options: {no: {}, yes: {}}}}\n"
    "preferences:\n"
    "  b: {k: {weight: 10, scores: {no: 100, yes: 0}}}\n"
    "  a: {k: {weight: 10, scores: {no: 0, yes: 100}}, types: {y: {k: {weight: 7, scores: {no: 100, yes: 0}}}}}\n"
    "agenda: {drafts: {deal: {k: yes}}}\n"
    "variants:\n"
    "  firm: {set: {parties.a.types.x.prior: 0.9, parties.a.postures.up.cost: 6}}\n";

static const Number *number_at(const Scenario *scenario, const char *path) {
    for (int i = 0; i < scenario->number_count; i++)
        if (scenario->numbers[i].is_stated && strcmp(scenario->numbers[i].path, path) == 0)
            return &scenario->numbers[i];
    fail_msg("no number at %s", path);
    return NULL;
}

/* ---- At the centre ---- */

static void a_single_run_uses_the_centre(void **state) {
    (void)state;
    Pipeline p = pipeline_read(text, 0);
    const Situation *s = p.situation;
    NEAR(s->patience[0], 0.9);
    NEAR(s->collapse[0], -10);
    NEAR(s->lapse[0], 4);
    NEAR(s->conflict[0], -3);
    NEAR(s->walk[2], 3);
    NEAR(s->requires_detection[2], 0.25);
    NEAR(s->rationality[2], 0.9); /* the same as a's patience */
    pipeline_free(&p);
}

static void the_rest_is_what_is_left_of_one(void **state) {
    (void)state;
    Pipeline p = pipeline_read(text, 0);
    NEAR(p.situation->prior[0], 0.3);
    NEAR(p.situation->prior[1], 0.7);
    NEAR(p.situation->prior[2], 1);
    pipeline_free(&p);
}

static void dates_go_on_after_the_meetings_that_are_listed(void **state) {
    (void)state;
    Pipeline p = pipeline_read(text, 0);
    const double days[] = {0, 10, 30, 50}, lengths[] = {20, 10, 20, 20};
    for (int t = 0; t < 4; t++) {
        NEAR(p.situation->date_day[t] - p.situation->date_day[0], days[t]);
        NEAR(p.situation->round_days[t], lengths[t]);
    }
    assert_int_equal(p.situation->deadline_round[1], 2); /* the first meeting on or after it */
    pipeline_free(&p);
}

static void steps_hold_from_their_date_on_and_the_first_before_it(void **state) {
    (void)state;
    Pipeline p = pipeline_read(text, 0);
    const double expected[] = {2, 2, 3, 3};
    for (int t = 0; t < 4; t++) NEAR(p.situation->status[t * 3 + 1], expected[t]);
    pipeline_free(&p);
}

static void a_type_overrides_its_party_number_by_number(void **state) {
    (void)state;
    Pipeline p = pipeline_read(text, 0);
    const Situation *s = p.situation;
    NEAR(s->status[0], 5);
    NEAR(s->patience[0], s->patience[1]);
    NEAR(s->cost[situation_type_rung(s, 0, 1)], 9);
    NEAR(s->cost[situation_type_rung(s, 1, 1)], 4);
    NEAR(s->deadline_cost[situation_type_rung(s, 0, 1)], 3);
    pipeline_free(&p);
}

static void a_type_replaces_an_issue_with_its_weight_and_scores(void **state) {
    (void)state;
    Pipeline p = pipeline_read(text, 0);
    NEAR(p.situation->weight[0], 10);
    NEAR(p.situation->weight[1], 7);
    NEAR(p.situation->score[0 * 2 + 1], 100);
    NEAR(p.situation->score[1 * 2 + 1], 0);
    pipeline_free(&p);
}

/* ---- At draws ---- */

static void a_draw_depends_on_seed_and_index_alone(void **state) {
    (void)state;
    Pipeline p = pipeline_read(text, 0);
    Situation *one = NULL, *two = NULL;
    assert_int_equal(situation_new(p.scenario, 0, (Draw){.seed = 7, .index = 3}, p.arena, &one), BRINK_OK);
    assert_int_equal(situation_new(p.scenario, 0, (Draw){.seed = 7, .index = 4}, p.arena, &two), BRINK_OK);
    assert_memory_not_equal(one->block, two->block, one->block_count * sizeof(double));
    situation_fill(p.scenario, (Draw){.seed = 7, .index = 3}, two);
    assert_memory_equal(one->block, two->block, one->block_count * sizeof(double));
    pipeline_free(&p);
}

/* Means of the distributions: uniform (a + b) / 2, pert (low + 4 mode + high) / 6, beta a / (a + b), and of a choice.
 */
static void draws_follow_their_distributions(void **state) {
    (void)state;
    enum { DRAWS = 20000 };
    Pipeline p = pipeline_read(text, 0);
    Situation *s = NULL;
    assert_int_equal(situation_new(p.scenario, 0, (Draw){.seed = 1, .index = 0}, p.arena, &s), BRINK_OK);
    double patience = 0, collapse = 0, median = 0, conflict = 0, walk = 0, detection = 0;
    for (uint64_t k = 0; k < DRAWS; k++) {
        situation_fill(p.scenario, (Draw){.seed = 1, .index = k}, s);
        assert_true(s->patience[0] >= 0.8 && s->patience[0] <= 1 && s->conflict[0] >= -9 && s->conflict[0] <= 0);
        assert_true(s->rationality[2] == s->patience[0]); /* the same draw */
        patience += s->patience[0] / DRAWS;
        collapse += s->collapse[0] / DRAWS;
        median += (s->lapse[0] < 4) / (double)DRAWS;
        conflict += s->conflict[0] / DRAWS;
        walk += s->walk[2] / DRAWS;
        detection += s->requires_detection[2] / DRAWS;
    }
    assert_true(fabs(patience - 0.9) < 0.002);
    assert_true(fabs(collapse + 10) < 0.08);
    assert_true(fabs(median - 0.5) < 0.02);
    assert_true(fabs(conflict + 3.5) < 0.06);
    assert_true(fabs(walk - 2) < 0.04);
    assert_true(fabs(detection - 0.25) < 0.01);
    pipeline_free(&p);
}

/* ---- What is said about a number ---- */

static void reasons_speak_for_the_numbers_directly_in_their_map(void **state) {
    (void)state;
    Pipeline p = pipeline_read(text, 0);
    assert_string_equal(number_at(p.scenario, "parties.a.patience")->source, "BOOK");
    assert_string_equal(number_at(p.scenario, "parties.a.rationality")->source, "PAPER");
    assert_string_equal(number_at(p.scenario, "parties.a.status.steps.2030-01-31")->note, "why");
    assert_null(number_at(p.scenario, "parties.a.types.x.prior")->source);
    assert_null(number_at(p.scenario, "parties.a.postures.up.cost")->source);
    pipeline_free(&p);
}

static void every_stated_number_has_a_path_of_its_own_that_sets_it(void **state) {
    (void)state;
    Pipeline p = pipeline_read(text, 0);
    for (int i = 0; i < p.scenario->number_count; i++) {
        const Number *number = &p.scenario->numbers[i];
        if (!number->is_stated || strstr(number->path, ".steps.")) continue;
        for (int k = 0; k < i; k++)
            assert_false(p.scenario->numbers[k].is_stated && strcmp(p.scenario->numbers[k].path, number->path) == 0);
        Pipeline q = pipeline_read(text, 0);
        const Scenario *checked = NULL;
        bool is_prior = strstr(number->path, "prior") != NULL, is_rounds = strstr(number->path, "rounds") != NULL;
        const char *value = is_prior ? "0.4" : is_rounds ? "2" : "0.5";
        assert_int_equal(brink_scenario_set(q.handle, number->path, value, NULL), BRINK_OK);
        if (scenario_checked(q.handle, NULL, &checked) != BRINK_OK) fail_msg("%s cannot be set", number->path);
        NEAR(number_at(checked, number->path)->parameters[0], strtod(value, NULL));
        pipeline_free(&q);
    }
    pipeline_free(&p);
}

/* ---- Changes ---- */

static void changes_are_made_in_order_and_told(void **state) {
    (void)state;
    Pipeline p = pipeline_read(text, 0);
    const Scenario *changed = NULL;
    Situation *s = NULL;
    assert_int_equal(brink_scenario_use_variant(p.handle, "firm", NULL), BRINK_OK);
    assert_int_equal(brink_scenario_set(p.handle, "parties.a.types.x.prior", "0.6", NULL), BRINK_OK);
    assert_int_equal(scenario_checked(p.handle, NULL, &changed), BRINK_OK);
    assert_int_equal(situation_new(changed, 0, (Draw){.is_centre = true}, p.arena, &s), BRINK_OK);
    NEAR(s->prior[0], 0.6);
    NEAR(s->cost[situation_type_rung(s, 1, 1)], 6);
    assert_int_equal(changed->change_count, 3);
    assert_string_equal(changed->changes[2].path, "parties.a.types.x.prior");
    assert_string_equal(changed->changes[2].value, "0.6");
    pipeline_free(&p);
}

static void refused(BrinkStatus status, BrinkDiagnostics *diagnostics, const char *code) {
    assert_true(status != BRINK_OK);
    size_t count = brink_diagnostics_count(diagnostics);
    assert_true(count > 0);
    assert_string_equal(brink_diagnostics_get(diagnostics, count - 1)->code, code);
}

static void a_change_that_leads_nowhere_is_refused(void **state) {
    (void)state;
    Pipeline p = pipeline_read(text, 0);
    BrinkDiagnostics *diagnostics = NULL;
    assert_int_equal(brink_diagnostics_new(&diagnostics), BRINK_OK);
    refused(brink_scenario_set(p.handle, "title.more", "x", diagnostics), diagnostics, "S015");
    refused(brink_scenario_set(p.handle, "", "x", diagnostics), diagnostics, "S015");
    brink_diagnostics_free(diagnostics);
    pipeline_free(&p);
}

/* `--set parties.c.patience=0.9` where there is no c. */
static void a_change_inside_a_name_that_is_not_there_is_refused(void **state) {
    (void)state;
    static const char *const paths[] = {"parties.c.patience", "parties.a.types.z.prior", "parties.a.postures.high.cost",
                                        "agenda.drafts.late.share"};
    for (size_t i = 0; i < sizeof paths / sizeof *paths; i++) {
        Pipeline p = pipeline_read(text, 0);
        BrinkDiagnostics *diagnostics = NULL;
        const Scenario *changed = NULL;
        assert_int_equal(brink_diagnostics_new(&diagnostics), BRINK_OK);
        assert_int_equal(brink_scenario_set(p.handle, paths[i], "0.5", diagnostics), BRINK_OK);
        assert_int_equal(scenario_checked(p.handle, diagnostics, &changed), BRINK_BAD_INPUT);
        bool is_told = false;
        for (size_t d = 0; d < brink_diagnostics_count(diagnostics); d++)
            is_told = is_told || strcmp(brink_diagnostics_get(diagnostics, d)->code, "S015") == 0;
        assert_true(is_told);
        brink_diagnostics_free(diagnostics);
        pipeline_free(&p);
    }
}

static void a_new_name_is_given_whole(void **state) {
    (void)state;
    Pipeline p = pipeline_read(text, 0);
    const Scenario *changed = NULL;
    Situation *s = NULL;
    assert_int_equal(brink_scenario_set(p.handle, "parties.c", "{patience: 0.9}", NULL), BRINK_OK);
    assert_int_equal(brink_scenario_set(p.handle, "parties.c.patience", "0.8", NULL), BRINK_OK);
    assert_int_equal(scenario_checked(p.handle, NULL, &changed), BRINK_OK);
    assert_int_equal(situation_new(changed, 0, (Draw){.is_centre = true}, p.arena, &s), BRINK_OK);
    assert_int_equal(s->party_count, 3);
    NEAR(s->patience[3], 0.8); /* after types x, y and the only one of b */
    pipeline_free(&p);
}

static void a_file_that_is_not_there_is_said_to_be_unreadable(void **state) {
    (void)state;
    BrinkDiagnostics *diagnostics = NULL;
    BrinkScenario *scenario = NULL;
    assert_int_equal(brink_diagnostics_new(&diagnostics), BRINK_OK);
    BrinkStatus status = brink_scenario_read("no/such/file.yaml", diagnostics, &scenario);
    assert_int_equal(status, BRINK_NO_FILE);
    refused(status, diagnostics, "S016");
    brink_diagnostics_free(diagnostics);
}

/* A hundred variants that each change one of a hundred claims, and a hundred suppositions, are read once each. */
static void variants_that_change_claims_are_checked_with_them(void **state) {
    (void)state;
    char *long_text = NULL;
    size_t length = 0;
    BrinkDiagnostics *diagnostics = NULL;
    BrinkScenario *scenario = NULL;
    FILE *file = open_memstream(&long_text, &length);
    assert_non_null(file);
    fputs(text, file);
    for (int i = 0; i < 100; i++) fprintf(file, "  v%d: {set: {claims.%d.when: v%d}}\n", i, i, (i * 37) % 100);
    fputs("claims:\n", file);
    for (int i = 0; i < 100; i++)
        fprintf(file, "  - {say: s, when: firm, then: {deal: up}, given: [{round: 2030-01-01, held: true}]}\n");
    fclose(file);
    assert_int_equal(brink_diagnostics_new(&diagnostics), BRINK_OK);
    assert_int_equal(brink_scenario_parse(long_text, length, "many", diagnostics, &scenario), BRINK_OK);
    assert_int_equal(brink_scenario_check(scenario, diagnostics), BRINK_OK);
    assert_int_equal(brink_scenario_set(scenario, "variants.v7.set", "{claims.3.when: v100}", diagnostics), BRINK_OK);
    refused(brink_scenario_check(scenario, diagnostics), diagnostics, "C016");
    brink_scenario_free(scenario);
    brink_diagnostics_free(diagnostics);
    free(long_text);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_single_run_uses_the_centre),
        cmocka_unit_test(the_rest_is_what_is_left_of_one),
        cmocka_unit_test(dates_go_on_after_the_meetings_that_are_listed),
        cmocka_unit_test(steps_hold_from_their_date_on_and_the_first_before_it),
        cmocka_unit_test(a_type_overrides_its_party_number_by_number),
        cmocka_unit_test(a_type_replaces_an_issue_with_its_weight_and_scores),
        cmocka_unit_test(a_draw_depends_on_seed_and_index_alone),
        cmocka_unit_test(draws_follow_their_distributions),
        cmocka_unit_test(reasons_speak_for_the_numbers_directly_in_their_map),
        cmocka_unit_test(every_stated_number_has_a_path_of_its_own_that_sets_it),
        cmocka_unit_test(changes_are_made_in_order_and_told),
        cmocka_unit_test(a_change_that_leads_nowhere_is_refused),
        cmocka_unit_test(a_change_inside_a_name_that_is_not_there_is_refused),
        cmocka_unit_test(a_new_name_is_given_whole),
        cmocka_unit_test(a_file_that_is_not_there_is_said_to_be_unreadable),
        cmocka_unit_test(variants_that_change_claims_are_checked_with_them),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
