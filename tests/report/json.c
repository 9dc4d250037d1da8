/* SPDX-License-Identifier: GPL-3.0-or-later
 * The outlook JSON of an outlook made by hand: names, sums, nulls, and who blocks the runner-up. */
#include "by_hand.h"

#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

/* The value at a dotted path ("rounds.0.open"); fails where there is none. */
static json_t *at(json_t *json, const char *path) {
    char copy[256], *rest = copy;
    size_t room = strlen(path) + 1;
    assert_true(room <= sizeof copy);
    memcpy(copy, path, room);
    for (char *part; json && (part = strtok_r(rest, ".", &rest));)
        json = json_is_array(json) ? json_array_get(json, (size_t)atoi(part)) : json_object_get(json, part);
    if (!json) fail_msg("no %s", path);
    return json;
}

static double value(json_t *json, const char *path) {
    if (!json_is_number(at(json, path))) fail_msg("%s is no number", path);
    return json_number_value(at(json, path));
}

static const char *string(json_t *json, const char *path) {
    if (!json_is_string(at(json, path))) fail_msg("%s is no text", path);
    return json_string_value(at(json, path));
}

static void assert_near(double a, double b) {
    if (!(fabs(a - b) <= 1e-12)) fail_msg("%.17g is not %.17g", a, b);
}

static double sum(json_t *object) {
    const char *key;
    json_t *member;
    double total = 0;
    json_object_foreach(object, key, member) total += json_number_value(member);
    return total;
}

static json_t *json_of(Hand *hand) {
    json_t *json = report_outlook_json(&hand->input);
    assert_non_null(json);
    return json;
}

static void every_name_of_the_contract_is_there(void **state) {
    (void)state;
    static const char *const paths[] = {"brink",
                                        "scenario.title",
                                        "scenario.file",
                                        "scenario.sha256",
                                        "scenario.as_of",
                                        "scenario.changes.0.path",
                                        "scenario.changes.1.value",
                                        "settings.rounds",
                                        "settings.resolution",
                                        "settings.with_error",
                                        "outcomes.deal",
                                        "outcomes.interim",
                                        "outcomes.lapse",
                                        "outcomes.collapse",
                                        "outcomes.conflict",
                                        "deal.kept",
                                        "deal.failed",
                                        "conflict.chosen",
                                        "conflict.inadvertent",
                                        "conflict.after_collapse",
                                        "next.date",
                                        "next.outcomes.interim",
                                        "next.another_round",
                                        "packages.cap.kind",
                                        "packages.cap.tabled",
                                        "packages.cap.agreed",
                                        "packages.cap.completion",
                                        "packages.cap.value.us",
                                        "rounds.1.round",
                                        "rounds.1.date",
                                        "rounds.1.open",
                                        "rounds.1.outcomes.conflict",
                                        "rounds.1.interim_agreed",
                                        "rounds.1.postures.us.armada",
                                        "rounds.1.beliefs.iran.resistant.mean",
                                        "rounds.1.beliefs.iran.resistant.p10",
                                        "rounds.1.beliefs.iran.resistant.p90",
                                        "gains.israel.only",
                                        "error.resolution",
                                        "error.difference.deal",
                                        "band.half.conflict",
                                        "band.double.conflict",
                                        "residual",
                                        "seconds"};
    Hand *hand = hand_new(3);
    json_t *json = json_of(hand);
    for (size_t i = 0; i < sizeof paths / sizeof *paths; i++) at(json, paths[i]);
    assert_string_equal(string(json, "scenario.as_of"), "2026-02-20");
    assert_string_equal(string(json, "next.date"), "2026-03-03");
    assert_string_equal(string(json, "rounds.2.date"), "2026-03-31");
    assert_string_equal(string(json, "packages.principles.kind"), "framework");
    assert_string_equal(string(json, "packages.freeze.kind"), "interim");
    assert_int_equal(value(json, "error.resolution"), 10);
    json_decref(json);
    hand_free(hand);
}

static void the_parts_sum_to_their_wholes(void **state) {
    (void)state;
    Hand *hand = hand_new(5);
    json_t *json = json_of(hand);
    assert_near(sum(at(json, "outcomes")), 1);
    assert_near(sum(at(json, "deal")), value(json, "outcomes.deal"));
    assert_near(sum(at(json, "conflict")), value(json, "outcomes.conflict"));
    assert_near(sum(at(json, "next.outcomes")) + value(json, "next.another_round"), 1);
    assert_near(value(json, "error.difference.interim"), 0.12);
    assert_near(value(json, "band.double.deal"), 0.4);
    json_decref(json);
    hand_free(hand);
}

static void a_profile_names_signing_parties_and_third_parties_of_several_types(void **state) {
    (void)state;
    Hand *hand = hand_new(2);
    json_t *json = json_of(hand);
    static const char *const names[] = {"us=dealmaker,iran=pragmatic", "us=dealmaker,iran=resistant",
                                        "us=maximalist,iran=pragmatic", "us=maximalist,iran=resistant"};
    for (int i = 0; i < 4; i++) {
        assert_near(json_number_value(json_object_get(at(json, "packages.cap.completion"), names[i])), 0.5 + 0.1 * i);
        assert_near(json_number_value(json_object_get(at(json, "packages.cap.value.iran"), names[i])), i % 2 ? 5 : 20);
        assert_near(json_number_value(json_object_get(at(json, "packages.cap.value.israel"), names[i])), -5);
    }
    assert_int_equal(json_object_size(at(json, "packages.cap.completion")), 4);
    json_decref(json);
    /* the third party gets a second type, the second signing party keeps one */
    static const int type_start[] = {0, 2, 3, 5}, type_party[] = {0, 0, 1, 2, 2};
    hand->situation->type_start = type_start;
    hand->situation->type_party = type_party;
    json = json_of(hand);
    assert_non_null(json_object_get(at(json, "packages.cap.completion"), "us=maximalist,iran=pragmatic,israel=only"));
    json_decref(json);
    hand_free(hand);
}

static void a_framework_has_no_completion_and_no_value(void **state) {
    (void)state;
    Hand *hand = hand_new(2);
    json_t *json = json_of(hand);
    assert_int_equal(json_object_size(at(json, "packages.principles.completion")), 0);
    assert_int_equal(json_object_size(at(json, "packages.principles.value")), 0);
    json_decref(json);
    hand_free(hand);
}

static void drafts_that_may_not_be_tabled_are_listed_too(void **state) {
    (void)state;
    static const bool open[DRAFTS] = {false, true, false, true, false};
    Hand *hand = hand_new(2);
    hand->situation->draft_open = open;
    json_t *json = json_of(hand);
    assert_int_equal(json_object_size(at(json, "packages")), DRAFTS);
    assert_string_equal(string(json, "runner_up.draft"), "gift"); /* the likelier one is not open */
    json_decref(json);
    hand_free(hand);
}

static void what_is_not_a_number_is_null(void **state) {
    (void)state;
    Hand *hand = hand_new(2);
    ((double *)hand->rounds[1].postures)[ARMADA] = NAN;
    ((OutlookBelief *)hand->rounds[1].beliefs)[PRAGMATIC].high = INFINITY;
    json_t *json = json_of(hand);
    assert_true(json_is_null(at(json, "rounds.1.postures.us.armada")));
    assert_true(json_is_null(at(json, "rounds.1.beliefs.iran.pragmatic.p90")));
    assert_true(json_is_null(at(json, "references.any.conflict")));
    char *text = json_dumps(json, JSON_REAL_PRECISION(17));
    json_t *back = json_loads(text, 0, NULL);
    assert_non_null(back);
    json_decref(back);
    free(text);
    json_decref(json);
    hand_free(hand);
}

static void every_number_reads_back_as_the_same_double(void **state) {
    (void)state;
    Hand *hand = hand_new(3);
    hand->outlook->outcomes[BRINK_DEAL] = 0.1 + 0.2; /* needs all 17 digits */
    json_t *json = json_of(hand);
    char *text = json_dumps(json, JSON_REAL_PRECISION(17));
    json_t *back = json_loads(text, 0, NULL);
    assert_true(value(back, "outcomes.deal") == 0.1 + 0.2);
    assert_true(json_equal(json, back));
    json_decref(back);
    free(text);
    json_decref(json);
    hand_free(hand);
}

static void what_was_not_worked_out_is_null(void **state) {
    (void)state;
    Hand *hand = hand_new(2);
    hand_strip(hand);
    json_t *json = json_of(hand);
    assert_true(json_is_null(at(json, "error")));
    assert_true(json_is_null(at(json, "band")));
    assert_true(json_is_null(at(json, "scenario.as_of")));
    assert_true(json_is_false(at(json, "settings.with_error")));
    assert_int_equal(json_array_size(at(json, "scenario.changes")), 0);
    json_decref(json);
    hand_free(hand);
}

static void names_of_any_bytes_give_valid_json(void **state) {
    (void)state;
    Hand *hand = hand_new(2);
    hand_rename(hand, "bad \xFF\xC3 \"quoted\"\n\x01");
    json_t *json = json_of(hand);
    assert_string_equal(string(json, "names.parties.us.name"), "bad \xEF\xBF\xBD\xEF\xBF\xBD \"quoted\"\n\x01");
    json_decref(json);
    hand_free(hand);
}

static void numbers_are_counted_by_what_speaks_for_them(void **state) {
    (void)state;
    Hand *hand = hand_new(2);
    json_t *json = json_of(hand);
    assert_int_equal(value(json, "numbers.stated"), 3); /* the fourth is a default */
    assert_int_equal(value(json, "numbers.sourced"), 1);
    assert_int_equal(value(json, "numbers.reasoned"), 1);
    assert_int_equal(value(json, "numbers.neither"), 1);
    json_decref(json);
    hand_free(hand);
}

static void nobody_blocks_a_runner_up_that_all_gain_by(void **state) {
    (void)state;
    Hand *hand = hand_new(2);
    json_t *json = json_of(hand);
    assert_string_equal(string(json, "runner_up.draft"), "zero_deal");
    assert_true(json_is_null(at(json, "runner_up.blocked_by")));
    assert_near(value(json, "packages.zero_deal.net.us.maximalist"), 2 + 3); /* collapse, -3, is its better way out */
    assert_near(value(json, "packages.zero_deal.net.iran.resistant"), 5 + 4);
    json_decref(json);
    hand_free(hand);
}

static void a_hard_red_line_blocks_before_any_loss(void **state) {
    (void)state;
    Hand *hand = hand_new(2);
    hand->red_line_allows[ZERO] = hand->red_line_allows[RELIEF] = true;
    hand->situation->red_line_cost[0] = INFINITY;
    hand->situation->lapse[2 * TYPES + DEALMAKER] = 100; /* at the last date: a far greater loss */
    json_t *json = json_of(hand);
    assert_string_equal(string(json, "runner_up.blocked_by.party"), "iran");
    assert_string_equal(string(json, "runner_up.blocked_by.type"), "resistant");
    assert_string_equal(string(json, "runner_up.blocked_by.why"), "red_line");
    assert_true(json_is_true(at(json, "runner_up.blocked_by.hard")));
    assert_true(json_is_null(at(json, "runner_up.blocked_by.points")));
    assert_true(json_is_null(at(json, "packages.zero_deal.net.iran.resistant")));
    assert_near(value(json, "packages.cap.net.iran.resistant"), 9);
    json_decref(json);
    hand_free(hand);
}

static void a_priced_red_line_blocks_where_it_alone_makes_the_loss(void **state) {
    (void)state;
    Hand *hand = hand_new(2);
    hand->red_line_allows[ZERO] = hand->red_line_allows[RELIEF] = true;
    hand->situation->red_line_cost[0] = 12;
    json_t *json = json_of(hand);
    assert_string_equal(string(json, "runner_up.blocked_by.why"), "red_line");
    assert_near(value(json, "runner_up.blocked_by.points"), -3);
    assert_near(value(json, "runner_up.blocked_by.price"), 12);
    json_decref(json);
    hand->situation->lapse[2 * TYPES + RESISTANT] = 20; /* now it would lose without the red line too */
    json = json_of(hand);
    assert_string_equal(string(json, "runner_up.blocked_by.why"), "loss");
    assert_near(value(json, "runner_up.blocked_by.points"), 5 - 20 - 12);
    json_decref(json);
    hand_free(hand);
}

static void the_loss_that_weighs_most_by_its_prior_blocks(void **state) {
    (void)state;
    Hand *hand = hand_new(2);
    hand->situation->lapse[2 * TYPES + MAXIMALIST] = 12; /* loses 10, times 0.45 */
    hand->situation->lapse[2 * TYPES + RESISTANT] = 16;  /* loses 11, times 0.4 */
    json_t *json = json_of(hand);
    assert_string_equal(string(json, "runner_up.blocked_by.type"), "maximalist");
    json_decref(json);
    hand->situation->prior[MAXIMALIST] = 0; /* a type that is not there blocks nothing */
    json = json_of(hand);
    assert_string_equal(string(json, "runner_up.blocked_by.type"), "resistant");
    json_decref(json);
    hand_free(hand);
}

static void what_cannot_be_verified_blocks_by_that_name(void **state) {
    (void)state;
    static const bool detects[OPTIONS * 3] = {[ZERO * 3 + 1] = true};
    Hand *hand = hand_new(2);
    hand->situation->detects = detects; /* Iran's breach of zero would be seen with probability 0 */
    hand->situation->requires_detection[MAXIMALIST] = 0.5;
    hand->situation->unverifiable[MAXIMALIST] = INFINITY;
    json_t *json = json_of(hand);
    assert_string_equal(string(json, "runner_up.blocked_by.why"), "unverifiable");
    assert_true(json_is_true(at(json, "runner_up.blocked_by.hard")));
    json_decref(json);
    hand->situation->unverifiable[MAXIMALIST] = 7;
    json = json_of(hand);
    assert_string_equal(string(json, "runner_up.blocked_by.why"), "unverifiable");
    assert_near(value(json, "runner_up.blocked_by.points"), -2);
    json_decref(json);
    hand_free(hand);
}

static void leaving_a_framework_s_reading_is_part_of_the_price(void **state) {
    (void)state;
    Hand *hand = hand_new(2);
    hand->situation->in_force = PRINCIPLES;
    hand->situation->renege[PRINCIPLES] = 4;
    ((bool *)hand->situation->reading)[PRINCIPLES * 3 * DRAFTS + 0 * DRAFTS + ZERO_DEAL] =
        true; /* within Washington's */
    json_t *json = json_of(hand);
    assert_near(value(json, "packages.zero_deal.net.us.maximalist"), 5);
    assert_near(value(json, "packages.zero_deal.net.iran.resistant"), 9 - 4);
    json_decref(json);
    hand_free(hand);
}

static void branches_that_turned_are_warned_of(void **state) {
    (void)state;
    Hand *hand = hand_new(2);
    hand->info->turned_count = 3;
    hand->input.double_turned = 4;
    json_t *json = json_of(hand);
    assert_string_equal(string(json, "warnings.0.about"), "turned");
    assert_int_equal(value(json, "warnings.0.value"), 3);
    assert_string_equal(string(json, "warnings.1.about"), "double_turned");
    assert_int_equal(value(json, "band.turned.double"), 4);
    json_decref(json);
    hand_free(hand);
}

static void a_side_solve_that_was_lost_is_null_and_warned_of(void **state) {
    (void)state;
    Hand *hand = hand_new(2);
    hand->input.coarse = hand->input.doubled = NULL;
    hand->input.coarse_lost = 2;
    hand->input.double_lost = 5;
    json_t *json = json_of(hand);
    assert_true(json_is_null(at(json, "error")));
    assert_true(json_is_null(at(json, "band.double")));
    assert_near(value(json, "band.half.deal"), 0.2);
    assert_string_equal(string(json, "warnings.0.about"), "coarse_lost");
    assert_int_equal(value(json, "warnings.0.value"), 2);
    assert_string_equal(string(json, "warnings.1.about"), "double_lost");
    assert_int_equal(value(json, "warnings.1.value"), 5);
    json_decref(json);
    hand_free(hand);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(every_name_of_the_contract_is_there),
        cmocka_unit_test(the_parts_sum_to_their_wholes),
        cmocka_unit_test(a_profile_names_signing_parties_and_third_parties_of_several_types),
        cmocka_unit_test(a_framework_has_no_completion_and_no_value),
        cmocka_unit_test(drafts_that_may_not_be_tabled_are_listed_too),
        cmocka_unit_test(what_is_not_a_number_is_null),
        cmocka_unit_test(every_number_reads_back_as_the_same_double),
        cmocka_unit_test(what_was_not_worked_out_is_null),
        cmocka_unit_test(names_of_any_bytes_give_valid_json),
        cmocka_unit_test(numbers_are_counted_by_what_speaks_for_them),
        cmocka_unit_test(nobody_blocks_a_runner_up_that_all_gain_by),
        cmocka_unit_test(a_hard_red_line_blocks_before_any_loss),
        cmocka_unit_test(a_priced_red_line_blocks_where_it_alone_makes_the_loss),
        cmocka_unit_test(the_loss_that_weighs_most_by_its_prior_blocks),
        cmocka_unit_test(what_cannot_be_verified_blocks_by_that_name),
        cmocka_unit_test(leaving_a_framework_s_reading_is_part_of_the_price),
        cmocka_unit_test(branches_that_turned_are_warned_of),
        cmocka_unit_test(a_side_solve_that_was_lost_is_null_and_warned_of),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
