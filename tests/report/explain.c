/* SPDX-License-Identifier: GPL-3.0-or-later
 * The explanation of a scenario whose sentences can be worked out by hand. Nobody performs anything in it, so a package
 * is worth its gain. */
#include <brink/brink.h>

#include <jansson.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>

static const char text[] =
    "brink: 1\n"
    "title: Land for water\n"
    "clock: {start: 2026-03-02, every: 7 days, rounds: 3}\n"
    "sources: {book: A book}\n"
    "parties:\n"
    "  a:\n"
    "    name: Anna\n"
    "    rationality: 0.12\n"
    "    walk: 0.1\n"
    "    patience: {is: 0.9, from: book}\n"
    "    status: -0.5\n"
    "    outside: {collapse: -3, lapse: -2, conflict: -9}\n"
    "    postures: [{calm: {}}, {firm: {cost: 1, risk: 0.07, talks: 0.9, after_collapse: 0.25}}]\n"
    "    now: firm\n"
    "    backdown: 2\n"
    "  b:\n"
    "    types: {mild: {prior: 0.3}, stern: {prior: rest}}\n"
    "    outside: {collapse: -1, lapse: -5, conflict: -20}\n"
    "issues:\n"
    "  land: {today: old, options: {old: {}, half: {}, new: {}}}\n"
    "  water: {today: apart, options: {apart: {}, some: {}, shared: {}}}\n"
    "preferences:\n"
    "  a: {land: {weight: 9, scores: {old: 100, half: 60, new: 0}},\n"
    "      water: {weight: 10, scores: {apart: 0, some: 50, shared: 100}}}\n"
    "  b:\n"
    "    land: {weight: 8, scores: {old: 0, half: 50, new: 100}}\n"
    "    water: {weight: 20, scores: {apart: 100, some: 50, shared: 0}}\n"
    "    types:\n"
    "      stern: {red_lines: [{when: {water: shared}, hard: true}]}\n"
    "agenda:\n"
    "  drafts:\n"
    "    swap: {land: new, water: shared}\n"
    "    small: {land: half, water: some}\n";

static json_t *explain(void) {
    BrinkScenario *scenario = NULL;
    char *json = NULL;
    assert_int_equal(brink_scenario_parse(text, strlen(text), "land.yaml", NULL, &scenario), BRINK_OK);
    assert_int_equal(brink_scenario_explain_json(scenario, NULL, &json), BRINK_OK);
    json_t *tree = json_loads(json, 0, NULL);
    assert_non_null(tree);
    brink_text_free(json);
    brink_scenario_free(scenario);
    return tree;
}

static bool says(const json_t *list, const char *about, const char *sentence, int line) {
    size_t index;
    const json_t *item;
    assert_true(json_array_size(list) > 0);
    json_array_foreach(list, index, item) {
        if (strcmp(json_string_value(json_object_get(item, "about")), about) != 0) continue;
        if (strcmp(json_string_value(json_object_get(item, "text")), sentence) != 0) continue;
        return json_integer_value(json_object_get(item, "line")) == line;
    }
    return false;
}

static const json_t *sentences(const json_t *tree, const char *party, const char *type) {
    return json_object_get(json_object_get(json_object_get(tree, "parties"), party), type);
}

static void the_ground_is_said_back(void **state) {
    (void)state;
    json_t *tree = explain();
    const json_t *ground = json_object_get(tree, "ground");
    assert_true(says(ground, "rounds",
                     "3 meetings are still to come, from 2026-03-02 to 2026-03-16; rates and costs are per 7 days.",
                     3));
    /* 1 - exp(-0.07) = 0.0676; 1 / 0.0676 = 14.8 */
    assert_true(
        says(ground, "incident", "At today’s postures an incident that means war happens once in 15 such rounds.", 13));
    assert_true(says(ground, "meeting", "At today’s postures a meeting that is planned is held 90 times in 100.", 13));
    assert_true(
        says(ground, "after_collapse", "If the talks break off at today’s postures, war follows 25 times in 100.", 13));
    json_decref(tree);
}

static void a_type_is_said_back(void **state) {
    (void)state;
    json_t *tree = explain();
    const json_t *anna = sentences(tree, "a", "only");
    /* 1 / (1 + exp(-1.2)) = 0.769 */
    assert_true(says(anna, "rationality",
                     "Of two choices takes the one that is 10 points better 77 times in 100 (λ = 0.12).", 8));
    assert_true(says(anna, "patience", "A point gained after the last meeting is worth 0.73 points to it today.", 10));
    assert_true(says(anna, "walk", "Where all is one to it, it waits 10 times for each time that it walks out.", 9));
    assert_true(says(anna, "waiting",
                     "A round at today’s postures costs it 1.5 points: 1 point for its own posture, 0.50 points for "
                     "the state of things.",
                     11));
    assert_true(says(anna, "backdown", "Each rung that it steps down from a threat costs it 2 points.", 15));
    /* 0.25 * -9 + 0.75 * -3 = -4.5 */
    assert_true(says(
        anna, "walking",
        "Walking out at the next meeting is worth −4.5 points to it, the chance of war at today’s postures included.",
        12));
    assert_true(says(sentences(tree, "b", "mild"), "prior", "The others think it is like this 30 times in 100.", 17));
    assert_true(says(sentences(tree, "b", "stern"), "prior", "The others think it is like this 70 times in 100.", 0));
    json_decref(tree);
}

static void what_is_given_up_for_what_is_said_back(void **state) {
    (void)state;
    json_t *tree = explain();
    /* giving all the land costs Anna 9: half the water (5) is too little, all of it (10) enough */
    assert_true(says(sentences(tree, "a", "only"), "trade",
                     "Accepts “new” in “land” for “shared” in “water”, not for less.", 23));
    /* sharing all the water costs 20, all the land gives 8 */
    assert_true(says(sentences(tree, "b", "mild"), "trade",
                     "Does not accept “shared” in “water” even for “new” in “land”: that falls short by 12 points.",
                     27));
    json_decref(tree);
}

static void who_would_sign_what_is_said_back(void **state) {
    (void)state;
    json_t *tree = explain();
    /* -9 + 10 = 1 against a lapse of -2 */
    assert_true(says(sentences(tree, "a", "only"), "would_sign",
                     "Would sign “swap” at the start: better for it than talks that run out, by 3 points.", 12));
    /* 8 - 20 = -12 against a collapse of -1 */
    assert_true(says(sentences(tree, "b", "mild"), "would_not_sign",
                     "Would rather see the talks collapse than sign “swap”, by 11 points.", 18));
    assert_true(says(sentences(tree, "b", "stern"), "never_signs", "Never signs “swap”: a red line forbids it.", 0));
    /* 4 - 10 = -6 against -1 */
    assert_true(says(sentences(tree, "b", "stern"), "would_not_sign",
                     "Would rather see the talks collapse than sign “small”, by 5 points.", 18));
    json_decref(tree);
}

static void numbers_without_a_reason_are_listed(void **state) {
    (void)state;
    json_t *tree = explain();
    const json_t *numbers = json_object_get(tree, "numbers"), *bare = json_object_get(numbers, "without_reason");
    json_int_t stated = json_integer_value(json_object_get(numbers, "stated"));
    assert_int_equal(json_integer_value(json_object_get(numbers, "with_source")), 1);
    assert_int_equal(json_array_size(bare), stated - 1);
    for (size_t i = 0; i < json_array_size(bare); i++)
        assert_string_not_equal(json_string_value(json_object_get(json_array_get(bare, i), "path")),
                                "parties.a.patience");
    json_decref(tree);
}

static void the_text_holds_every_sentence(void **state) {
    (void)state;
    BrinkScenario *scenario = NULL;
    char *page = NULL;
    assert_int_equal(brink_scenario_parse(text, strlen(text), "land.yaml", NULL, &scenario), BRINK_OK);
    assert_int_equal(brink_scenario_explain_text(scenario, 200, NULL, &page), BRINK_OK);
    assert_non_null(strstr(page, "Never signs “swap”: a red line forbids it."));
    assert_non_null(strstr(page, "b, if it is the type “stern” (b.stern)"));
    assert_non_null(strstr(page, "clock.every [3]"));
    brink_text_free(page);
    brink_scenario_free(scenario);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(the_ground_is_said_back),
        cmocka_unit_test(a_type_is_said_back),
        cmocka_unit_test(what_is_given_up_for_what_is_said_back),
        cmocka_unit_test(who_would_sign_what_is_said_back),
        cmocka_unit_test(numbers_without_a_reason_are_listed),
        cmocka_unit_test(the_text_holds_every_sentence),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
