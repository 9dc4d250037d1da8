/* SPDX-License-Identifier: GPL-3.0-or-later
 * A poker after Kuhn (1950) behind game/game.h, held against Gambit's answer: positions and belief grids know nothing
 * of negotiations.
 *
 * Each of two players antes a chip and gets jack, queen or king. The first checks or bets one chip; facing a bet, one
 * folds or calls; after a check the second may bet. Kuhn deals both cards from one deck; types are independent in
 * brink's class of games, so here each player is dealt from a deck of its own, and equal cards split the pot. */
#include "by_hand.h"
#include "outlook/outlook.h"

#include <jansson.h>
#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>

#include <cmocka.h>

enum { OPENING, AFTER_CHECK, AFTER_BET, LAST_WORD, SHOWDOWN, BIG_SHOWDOWN, FIRST_WINS, SECOND_WINS };

static const char *const parties[] = {"first", "second"};
static const char *const cards[] = {"jack", "queen", "king", "Jack", "Queen", "King"};

/* A choice of two actions: check or bet, fold or call. */
static void choice(Hand *hand, int party, int passive, int active) {
    int position = hand_position(hand, POSITION_STAGE, STEP_TABLE);
    hand->positions[position].on_grid = position != OPENING;
    hand->positions[position].at_start = position == OPENING;
    hand_mover(hand, party, 2);
    hand_edge(hand, passive, 0, NULL)->decision = 0;
    hand_edge(hand, active, 0, NULL)->decision = 1;
}

static void showdown(Hand *hand, BrinkOutcome outcome, double stake) {
    double points[9][3] = {0};
    for (int profile = 0; profile < 9; profile++) {
        int first = profile / 3, second = profile % 3, sign = (first > second) - (first < second);
        points[profile][0] = sign * stake;
        points[profile][1] = -sign * stake;
    }
    int position = hand_end(hand, outcome, (double[7]){0});
    hand->positions[position].draft = 0;
    hand->positions[position].on_grid = true;
    hand_profile(hand, points[0]);
}

static void win(Hand *hand, BrinkOutcome outcome, double first) {
    int position = hand_end(hand, outcome, (double[]){first, first, first, -first, -first, -first, 0});
    hand->positions[position].is_flat = hand->positions[position].on_grid = true;
}

static Hand *poker(void) {
    Hand *hand = malloc(sizeof *hand);
    assert_non_null(hand);
    hand_start(hand, 2, (int[]){3, 3}, false);
    hand->names = (GameNames){.title = "Poker after Kuhn, a deck each", .parties = parties, .types = cards};
    for (int type = 0; type < 6; type++) hand->rationality[type] = type < 3 ? 1.5 : 1;
    choice(hand, 0, AFTER_CHECK, AFTER_BET);
    choice(hand, 1, SHOWDOWN, LAST_WORD);
    choice(hand, 1, FIRST_WINS, BIG_SHOWDOWN);
    choice(hand, 0, SECOND_WINS, BIG_SHOWDOWN);
    showdown(hand, BRINK_LAPSE, 1);
    showdown(hand, BRINK_DEAL, 2);
    win(hand, BRINK_COLLAPSE, 1);
    win(hand, BRINK_CONFLICT, -1);
    return hand;
}

static json_t *answer(void) {
    json_error_t error;
    json_t *stored = json_load_file(REPOSITORY "/tests/gambit/answers/kuhn.json", 0, &error);
    assert_non_null(stored);
    return stored;
}

/* Largest difference from Gambit in the probabilities of the four ends. */
static double difference(const Hand *hand, int resolution) {
    static const char *const names[] = {"deal", "interim", "lapse", "collapse", "conflict"};
    json_t *stored = answer();
    Arena *arena = arena_new();
    Solution *solution = NULL;
    double outcomes[OUTCOME_COUNT], largest = 0;
    assert_non_null(arena);
    assert_int_equal(solve_game(&hand->game, (Resolution){.even = resolution}, arena, NULL, NULL, &solution), BRINK_OK);
    assert_int_equal(outlook_backward(solution, arena, outcomes), BRINK_OK);
    for (int k = 0; k < OUTCOME_COUNT; k++) {
        json_t *number = json_object_get(json_object_get(stored, "outcomes"), names[k]);
        assert_true(json_is_number(number));
        largest = fmax(largest, fabs(outcomes[k] - json_number_value(number)));
    }
    arena_free(arena);
    json_decref(stored);
    return largest;
}

static void poker_agrees_with_gambit_as_the_grid_is_refined(void **state) {
    (void)state;
    Hand *hand = poker();
    double coarse = difference(hand, 6), fine = difference(hand, 12), finest = difference(hand, 24);
    print_message("difference from Gambit at R = 6, 12, 24: %.2e %.2e %.2e\n", coarse, fine, finest);
    assert_true(finest < 1e-3);
    assert_true(finest < coarse / 4);
    free(hand);
}

static int write_tree(const char *path) {
    Hand *hand = poker();
    char *text = NULL;
    BrinkStatus status = game_export_efg(&hand->game, &hand->names, NULL, &text);
    FILE *file = status == BRINK_OK ? fopen(path, "w") : NULL;
    bool is_good = file && fputs(text, file) >= 0;
    if (file) is_good = fclose(file) == 0 && is_good;
    brink_text_free(text);
    free(hand);
    return is_good ? 0 : 1;
}

/* With a path: writes the tree there, for make_answers.py. */
int main(int count, char **arguments) {
    if (count == 2) return write_tree(arguments[1]);
    const struct CMUnitTest tests[] = {cmocka_unit_test(poker_agrees_with_gambit_as_the_grid_is_refined)};
    return cmocka_run_group_tests(tests, NULL, NULL);
}
