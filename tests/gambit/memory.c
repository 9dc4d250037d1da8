/* SPDX-License-Identifier: GPL-3.0-or-later
 * The export to Gambit when memory is short: linked with --wrap, so that the n-th allocation can be made to fail. */
#include "by_hand.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>

#include <cmocka.h>

static long allocations_left = -1; /* negative: as many as wanted */

void *__real_malloc(size_t size);
void *__real_calloc(size_t count, size_t size);
void *__real_realloc(void *block, size_t size);
void *__wrap_malloc(size_t size);
void *__wrap_calloc(size_t count, size_t size);
void *__wrap_realloc(void *block, size_t size);

static bool may_allocate(void) {
    if (allocations_left > 0)
        allocations_left--;
    else if (allocations_left == 0)
        return false;
    return true;
}

void *__wrap_malloc(size_t size) {
    return may_allocate() ? __real_malloc(size) : NULL;
}
void *__wrap_calloc(size_t count, size_t size) {
    return may_allocate() ? __real_calloc(count, size) : NULL;
}
void *__wrap_realloc(void *block, size_t size) {
    return may_allocate() ? __real_realloc(block, size) : NULL;
}

/* Ten choices in a row by two parties of two types: large enough for every table to grow. */
static Hand *long_game(void) {
    static const char *const parties[] = {"A", "B"}, *const types[] = {"a", "b", "c", "d"};
    Hand *hand = malloc(sizeof *hand);
    assert_non_null(hand);
    hand_start(hand, 2, (int[]){2, 2}, true);
    hand->names = (GameNames){.title = "long", .parties = parties, .types = types, .public_player = "M"};
    for (int k = 0; k < 10; k++) {
        hand_position(hand, POSITION_STAGE, STEP_TABLE);
        hand_mover(hand, k % 2, 2);
        for (int a = 0; a < 2; a++) hand_edge(hand, k + 1, 0, NULL);
    }
    hand_end(hand, BRINK_LAPSE, (double[]){1, 2, 3, 4, 5});
    return hand;
}

static void an_export_short_of_memory_says_so_and_leaves_nothing(void **state) {
    (void)state;
    Hand *hand = long_game();
    long failures = 0;
    for (BrinkStatus status = BRINK_NO_MEMORY; status != BRINK_OK; failures++) {
        char *text = NULL;
        allocations_left = failures;
        status = game_export_efg(&hand->game, &hand->names, NULL, &text);
        allocations_left = -1;
        assert_true(status == BRINK_OK || status == BRINK_NO_MEMORY);
        assert_true((text != NULL) == (status == BRINK_OK));
        brink_text_free(text);
    }
    assert_true(failures > 10); /* each table was refused at least once */
    free(hand);
}

int main(void) {
    const struct CMUnitTest tests[] = {cmocka_unit_test(an_export_short_of_memory_says_so_and_leaves_nothing)};
    return cmocka_run_group_tests(tests, NULL, NULL);
}
