/* SPDX-License-Identifier: GPL-3.0-or-later
 * The export to Gambit on games written by hand: what stands in the tree, and what is refused. */
#include "by_hand.h"
#include "game/efg_text.h"

#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>

#include <cmocka.h>

static const char *const parties[] = {"A", "B"};
static const char *const types[] = {"t0", "t1", "t2", "t3"};

static Hand *begin(int first, int second, bool has_public) {
    Hand *hand = malloc(sizeof *hand);
    assert_non_null(hand);
    hand_start(hand, 2, (int[]){first, second}, has_public);
    hand->names = (GameNames){.title = "by hand", .parties = parties, .types = types, .public_player = "M"};
    return hand;
}

static char *export(const Hand *hand) {
    char *text = NULL;
    assert_int_equal(game_export_efg(&hand->game, &hand->names, NULL, &text), BRINK_OK);
    assert_non_null(text);
    return text;
}

/* The export is refused with this one code. */
static void assert_refused(const Hand *hand, const char *code) {
    BrinkDiagnostics *diagnostics = NULL;
    char *text = NULL;
    assert_int_equal(brink_diagnostics_new(&diagnostics), BRINK_OK);
    assert_int_equal(game_export_efg(&hand->game, &hand->names, diagnostics, &text), BRINK_BAD_INPUT);
    assert_null(text);
    assert_int_equal(brink_diagnostics_count(diagnostics), 1);
    assert_string_equal(brink_diagnostics_get(diagnostics, 0)->code, code);
    brink_diagnostics_free(diagnostics);
}

static int count_of(const char *text, const char *part) {
    int count = 0;
    for (const char *at = text; (at = strstr(at, part)); at += strlen(part)) count++;
    return count;
}

/* The lines of the tree, without the header. */
static const char *tree_of(const char *text) {
    while (*text && strncmp(text, "\n\n", 2) != 0) text++;
    assert_true(*text);
    return text + 2;
}

static void assert_tree(const Hand *hand, const char *expected) {
    char *text = export(hand);
    assert_string_equal(tree_of(text), expected);
    brink_text_free(text);
}

/* A knows its type and tables a draft or adjourns; B, who sees the draft only, holds or walks. */
static Hand *signalling(void) {
    Hand *hand = begin(2, 1, false);
    hand->prior[0] = 0.6;
    hand->prior[1] = 0.4;
    hand->rationality[1] = 2;
    hand_position(hand, POSITION_STAGE, STEP_TABLE);
    hand_mover(hand, 0, 2);
    hand_edge(hand, 1, 0, (double[]){-1, -2, 0, 0})->decision = 0;
    hand_edge(hand, 2, 0, NULL)->decision = DRAFT_NONE;
    for (int draft = 0; draft >= DRAFT_NONE; draft--) {
        hand_position(hand, POSITION_STAGE, STEP_ANSWER);
        hand->positions[hand->game.position_count - 1].draft = draft;
        hand_mover(hand, 1, 2);
        hand_edge(hand, 3, 0, NULL);
        hand_edge(hand, 4, 0, (double[]){0, 0, 0.5, 0});
    }
    hand_end(hand, BRINK_LAPSE, (double[]){3, 3, 0, 0});
    hand_profile(hand, (double[]){0, 1.25, 0, 0, -1, 0});
    hand_end(hand, BRINK_COLLAPSE, (double[]){0, 0, 0, 0});
    return hand;
}

static void a_type_stays_hidden_behind_its_signal(void **state) {
    (void)state;
    Hand *hand = signalling();
    assert_tree(hand, "c \"\" 1 \"type of A #1\" { \"t0\" 0.6 \"t1\" 0.4 } 0\n"
                      "p \"\" 1 1 \"t0, round 1 table #1\" { \"draft0\" \"adjourn\" } 0\n"
                      "p \"\" 2 1 \"t2, round 1 answer draft0 #1\" { \"hold\" \"walk\" } 0\n"
                      "t \"\" 1 \"lapse round 1 #1\" { 2, 1.25 }\n"
                      "t \"\" 2 \"collapse round 1 #2\" { -1, 0.5 }\n"
                      "p \"\" 2 2 \"t2, round 1 answer adjourn #2\" { \"hold\" \"walk\" } 0\n"
                      "t \"\" 3 \"lapse round 1 #3\" { 3, 1.25 }\n"
                      "t \"\" 4 \"collapse round 1 #4\" { 0, 0.5 }\n"
                      "p \"\" 1 2 \"t1, round 1 table #2\" { \"draft0\" \"adjourn\" } 0\n"
                      "p \"\" 2 1 \"t2, round 1 answer draft0 #1\" { \"hold\" \"walk\" } 0\n"
                      "t \"\" 5 \"lapse round 1 #5\" { 2, -1 }\n"
                      "t \"\" 6 \"collapse round 1 #6\" { -4, 0.5 }\n"
                      "p \"\" 2 2 \"t2, round 1 answer adjourn #2\" { \"hold\" \"walk\" } 0\n"
                      "t \"\" 7 \"lapse round 1 #7\" { 6, -1 }\n"
                      "t \"\" 8 \"collapse round 1 #8\" { 0, 0.5 }\n");
    free(hand);
}

static void a_type_of_prior_zero_is_not_in_the_tree(void **state) {
    (void)state;
    Hand *hand = signalling();
    hand->prior[0] = 1;
    hand->prior[1] = 0;
    char *text = export(hand);
    assert_int_equal(count_of(text, "t1"), 0);
    assert_int_equal(count_of(text, "\nc "), 0);
    assert_int_equal(count_of(text, "\nt "), 4);
    brink_text_free(text);
    free(hand);
}

/* Both answer at once: B's information set is the same whatever A does. */
static Hand *at_once(void) {
    Hand *hand = begin(1, 1, false);
    hand_position(hand, POSITION_STAGE, STEP_ANSWER);
    hand_mover(hand, 0, 2);
    hand_mover(hand, 1, 2);
    for (int joint = 0; joint < 4; joint++) hand_edge(hand, 1, 0, (double[]){joint, -joint, 0});
    hand_end(hand, BRINK_LAPSE, (double[]){0, 0, 0});
    return hand;
}

static void moves_at_once_are_one_information_set(void **state) {
    (void)state;
    Hand *hand = at_once();
    assert_tree(hand, "p \"\" 1 1 \"t0, round 1 answer adjourn #1\" { \"hold\" \"walk\" } 0\n"
                      "p \"\" 2 1 \"t1, round 1 answer adjourn #1\" { \"hold\" \"walk\" } 0\n"
                      "t \"\" 1 \"lapse round 1 #1\" { 0, 0 }\n"
                      "t \"\" 2 \"lapse round 1 #2\" { 1, -1 }\n"
                      "p \"\" 2 1 \"t1, round 1 answer adjourn #1\" { \"hold\" \"walk\" } 0\n"
                      "t \"\" 3 \"lapse round 1 #3\" { 2, -2 }\n"
                      "t \"\" 4 \"lapse round 1 #4\" { 3, -3 }\n");
    free(hand);
}

static void a_measure_repeats_its_action(void **state) {
    (void)state;
    Hand *hand = at_once();
    hand->measures[0] = 0.5;
    hand->measures[1] = 0.75;
    char *text = export(hand);
    assert_int_equal(count_of(text, "{ \"hold.1\" \"hold.2\" \"walk.1\" \"walk.2\" \"walk.3\" }"), 1);
    assert_int_equal(count_of(text, "\np \"\" 2 1 "), 5); /* the copies are hidden from B */
    brink_text_free(text);
    free(hand);
}

static void a_closed_action_is_left_out(void **state) {
    (void)state;
    Hand *hand = at_once();
    hand->measures[3] = 0;
    assert_tree(hand, "p \"\" 1 1 \"t0, round 1 answer adjourn #1\" { \"hold\" \"walk\" } 0\n"
                      "t \"\" 1 \"lapse round 1 #1\" { 0, 0 }\n"
                      "t \"\" 2 \"lapse round 1 #2\" { 2, -2 }\n");
    free(hand);
}

static void uneven_measures_are_refused(void **state) {
    (void)state;
    Hand *hand = at_once();
    hand->measures[0] = sqrt(2);
    assert_refused(hand, "X003");
    hand->measures[0] = 13;
    assert_refused(hand, "X003");
    hand->measures[0] = 12 * (1 + 1e-11);
    char *text = export(hand);
    assert_int_equal(count_of(text, "\"hold.12\""), 1);
    brink_text_free(text);
    free(hand);
}

static void a_type_without_open_actions_is_refused(void **state) {
    (void)state;
    Hand *hand = at_once();
    hand->measures[0] = hand->measures[1] = 0;
    assert_refused(hand, "V003");
    free(hand);
}

/* A moves twice, with two copies of its first action; B moves in between. */
static void own_copies_are_remembered_and_hidden_from_others(void **state) {
    (void)state;
    Hand *hand = begin(1, 1, false);
    for (int k = 0; k < 3; k++) {
        hand_position(hand, POSITION_STAGE, STEP_TABLE);
        Mover *mover = hand_mover(hand, k % 2, 2);
        if (k == 0) hand->measures[mover->measure] = 2;
        for (int a = 0; a < 2; a++) hand_edge(hand, k + 1, 0, NULL)->decision = a;
    }
    hand_end(hand, BRINK_LAPSE, (double[]){0, 0, 0});
    char *text = export(hand);
    assert_int_equal(count_of(text, "\np \"\" 2 1 "), 2); /* after either copy of the first action */
    assert_int_equal(count_of(text, "\np \"\" 2 2 "), 1);
    assert_int_equal(count_of(text, "\np \"\" 1 7 "),
                     1); /* the first set, then one per own copy or action and B's answer */
    assert_int_equal(count_of(text, "\np \"\" 1 8 "), 0);
    brink_text_free(text);
    free(hand);
}

static void chance_of_zero_has_no_branch(void **state) {
    (void)state;
    Hand *hand = begin(1, 1, false);
    hand_position(hand, POSITION_CHANCE, STEP_BREAKDOWN);
    hand_edge(hand, 1, 0, NULL);
    hand_edge(hand, 2, 1, NULL);
    hand_end(hand, BRINK_CONFLICT, (double[]){1, 1, 0});
    hand_end(hand, BRINK_COLLAPSE, (double[]){2, 2, 0});
    assert_tree(hand, "t \"\" 1 \"collapse round 1 #1\" { 2, 2 }\n");
    free(hand);
}

static void the_public_player_does_not_see_types(void **state) {
    (void)state;
    Hand *hand = begin(2, 1, true);
    hand->game.public_rationality = 0.5;
    hand_position(hand, POSITION_PUBLIC, STEP_TABLE);
    hand_edge(hand, 1, 1, NULL)->decision = 0;
    hand_edge(hand, 2, 2, NULL)->decision = DRAFT_NONE;
    hand_end(hand, BRINK_LAPSE, (double[]){1, 2, 3, 4});
    hand_end(hand, BRINK_COLLAPSE, (double[]){0, 0, 0, 0});
    assert_tree(hand, "c \"\" 1 \"type of A #1\" { \"t0\" 0.5 \"t1\" 0.5 } 0\n"
                      "p \"\" 3 1 \"round 1 table #1\" { \"draft0\" \"adjourn.1\" \"adjourn.2\" } 0\n"
                      "t \"\" 1 \"lapse round 1 #1\" { 1, 3, 2 }\n"
                      "t \"\" 2 \"collapse round 1 #2\" { 0, 0, 0 }\n"
                      "t \"\" 3 \"collapse round 1 #3\" { 0, 0, 0 }\n"
                      "p \"\" 3 1 \"round 1 table #1\" { \"draft0\" \"adjourn.1\" \"adjourn.2\" } 0\n"
                      "t \"\" 4 \"lapse round 1 #4\" { 2, 3, 2 }\n"
                      "t \"\" 5 \"collapse round 1 #5\" { 0, 0, 0 }\n"
                      "t \"\" 6 \"collapse round 1 #6\" { 0, 0, 0 }\n");
    free(hand);
}

/* One stage, then a discounted end: what was gathered is kept when the game stops. */
static Hand *discounted(double discount) {
    Hand *hand = begin(1, 1, true);
    int row = hand_discount(hand, discount);
    hand_position(hand, POSITION_STAGE, STEP_ANSWER);
    hand_mover(hand, 0, 1);
    hand_edge(hand, 1, 0, (double[]){5, 6, 7})->discount = row;
    hand_end(hand, BRINK_LAPSE, (double[]){10, 20, 30});
    return hand;
}

static void patience_becomes_a_chance_to_stop(void **state) {
    (void)state;
    Hand *hand = discounted(0.9);
    assert_tree(hand, "c \"\" 1 \"round 1 patience #1\" { \"stops\" 0.1 \"goes on\" 0.9 } 0\n"
                      "t \"\" 1 \"stops round 1 #1\" { 5, 6, 7 }\n"
                      "t \"\" 2 \"lapse round 1 #2\" { 15, 26, 37 }\n");
    free(hand);
}

static void full_patience_adds_no_chance(void **state) {
    (void)state;
    Hand *hand = discounted(1);
    assert_tree(hand, "t \"\" 1 \"lapse round 1 #1\" { 15, 26, 37 }\n");
    free(hand);
}

static void unequal_patience_is_refused(void **state) {
    (void)state;
    Hand *hand = discounted(0.9);
    hand->discounts[3 + 1] = 0.8;
    assert_refused(hand, "X002");
    hand->discounts[3 + 1] = 0.9;
    hand->discounts[3 + 2] = 0.8; /* the public player's */
    assert_refused(hand, "X002");
    free(hand);
}

static void the_public_players_patience_is_not_asked_where_there_is_none(void **state) {
    (void)state;
    Hand *hand = discounted(0.9);
    hand->game.has_public = false;
    hand->discounts[3 + 2] = 0.8;
    char *text = export(hand);
    assert_int_equal(count_of(text, "\"stops\" 0.1 \"goes on\" 0.9"), 1);
    brink_text_free(text);
    free(hand);
}

static void a_tree_too_large_is_refused(void **state) {
    (void)state;
    Hand *hand = begin(1, 1, false);
    for (int k = 0; k < 40; k++) { /* 2^40 histories over 41 positions */
        hand_position(hand, POSITION_STAGE, STEP_TABLE);
        hand_mover(hand, 0, 2);
        for (int a = 0; a < 2; a++) hand_edge(hand, k + 1, 0, NULL);
    }
    hand_end(hand, BRINK_LAPSE, (double[]){0, 0, 0});
    assert_refused(hand, "X001");
    free(hand);
}

static void a_payoff_that_overflows_is_refused(void **state) {
    (void)state;
    Hand *hand = discounted(1);
    hand->type_rows[0] = 1e300;
    hand->rationality[0] = 1e300;
    assert_refused(hand, "X004");
    free(hand);
}

static void labels_are_printable_ascii(void **state) {
    (void)state;
    Hand *hand = discounted(1);
    hand->names.title = "Cura\xc3\xa7"
                        "ao \"talks\" \\ 2";
    char *text = export(hand);
    assert_int_equal(count_of(text, "EFG 2 R \"Cura%C3%A7ao \\\"talks\\\" \\\\ 2\""), 1);
    brink_text_free(text);
    free(hand);
}

/* 1e16 times a decimal written by efg_add_chance. */
static uint64_t chance_of(const char *text) {
    if (strcmp(text, "1") == 0) return UINT64_C(10000000000000000);
    assert_int_equal(strncmp(text, "0.", 2), 0);
    uint64_t chance = 0;
    size_t digits = strlen(text + 2);
    assert_in_range(digits, 1, 16);
    for (size_t k = 0; k < 16; k++) chance = 10 * chance + (k < digits ? (uint64_t)(text[2 + k] - '0') : 0);
    return chance;
}

static void chances_sum_to_exactly_one_as_decimals(void **state) {
    (void)state;
    const double shares[][4] = {
        {1, 1, 1, 0}, {1e-9, 1, 3, 7}, {0.1, 0.2, 0.3, 0.4}, {1, 0, 0, 0}, {1e-30, 1, 0, 1e-17}};
    for (size_t row = 0; row < sizeof shares / sizeof *shares; row++) {
        double sum = 0, probabilities[4];
        for (int k = 0; k < 4; k++) sum += shares[row][k];
        for (int k = 0; k < 4; k++) probabilities[k] = shares[row][k] / sum;
        uint64_t chances[4], total = 0;
        efg_round_chances(probabilities, 4, chances);
        for (int k = 0; k < 4; k++) {
            EfgText text = {0};
            efg_add_chance(&text, chances[k]);
            total += chance_of(text.text);
            assert_true(fabs(strtod(text.text, NULL) - probabilities[k]) <= 2e-16);
            free(text.text);
        }
        assert_true(total == UINT64_C(10000000000000000));
    }
}

static void numbers_read_back_as_the_same_double(void **state) {
    (void)state;
    const double numbers[] = {0, -0.0, 0.1, -2.5, 1.0 / 3, 1e-300, 1e22, 123456789.123456789, -1e-5, 5e-324, 1.7e308};
    for (size_t k = 0; k < sizeof numbers / sizeof *numbers; k++) {
        EfgText text = {0};
        efg_add_number(&text, numbers[k]);
        assert_true(strtod(text.text, NULL) == numbers[k]);
        assert_null(strchr(text.text, '+')); /* Gambit does not read 1e+22 */
        free(text.text);
    }
}

/* Writes the signalling game to a file, for a look at it with Gambit itself. */
static int write_example(const char *path) {
    Hand *hand = signalling();
    char *text = NULL;
    BrinkStatus status = game_export_efg(&hand->game, &hand->names, NULL, &text);
    FILE *file = status == BRINK_OK ? fopen(path, "w") : NULL;
    if (file) fputs(text, file);
    bool is_good = file && fclose(file) == 0;
    brink_text_free(text);
    free(hand);
    return is_good ? 0 : 1;
}

int main(int count, char **arguments) {
    if (count == 2) return write_example(arguments[1]);
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_type_stays_hidden_behind_its_signal),
        cmocka_unit_test(a_type_of_prior_zero_is_not_in_the_tree),
        cmocka_unit_test(moves_at_once_are_one_information_set),
        cmocka_unit_test(a_measure_repeats_its_action),
        cmocka_unit_test(a_closed_action_is_left_out),
        cmocka_unit_test(uneven_measures_are_refused),
        cmocka_unit_test(a_type_without_open_actions_is_refused),
        cmocka_unit_test(own_copies_are_remembered_and_hidden_from_others),
        cmocka_unit_test(chance_of_zero_has_no_branch),
        cmocka_unit_test(the_public_player_does_not_see_types),
        cmocka_unit_test(patience_becomes_a_chance_to_stop),
        cmocka_unit_test(full_patience_adds_no_chance),
        cmocka_unit_test(unequal_patience_is_refused),
        cmocka_unit_test(the_public_players_patience_is_not_asked_where_there_is_none),
        cmocka_unit_test(a_tree_too_large_is_refused),
        cmocka_unit_test(a_payoff_that_overflows_is_refused),
        cmocka_unit_test(labels_are_printable_ascii),
        cmocka_unit_test(chances_sum_to_exactly_one_as_decimals),
        cmocka_unit_test(numbers_read_back_as_the_same_double),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
