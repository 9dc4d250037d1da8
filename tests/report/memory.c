/* SPDX-License-Identifier: GPL-3.0-or-later
 * The report when memory is short: the n-th allocation fails, for every n, jansson's own included. The program's are
 * caught by linking with
 * --wrap, the library's by its allocator hook. */
#include "by_hand.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
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

static void *limited_malloc(size_t size) {
    return __wrap_malloc(size);
}
static void limited_free(void *block) {
    free(block);
}

static void json_short_of_memory_is_null_and_leaves_nothing(void **state) {
    (void)state;
    Hand *hand = hand_new(2);
    json_t *json = NULL;
    long failures = 0;
    hand_rename(hand, "\xFF repaired"); /* repairing allocates too */
    for (; !json; failures++) {
        allocations_left = failures;
        json = report_outlook_json(&hand->input);
        allocations_left = -1;
    }
    assert_true(failures > 100);
    json_decref(json);
    hand_free(hand);
}

static void text_short_of_memory_is_null_and_leaves_nothing(void **state) {
    (void)state;
    Hand *hand = hand_new(2);
    json_t *json = report_outlook_json(&hand->input);
    char *text = NULL;
    long failures = 0;
    for (; !text; failures++) {
        allocations_left = failures;
        text = report_outlook_text(json, 80);
        allocations_left = -1;
    }
    assert_true(failures > 20);
    free(text);
    json_decref(json);
    hand_free(hand);
}

int main(void) {
    json_set_alloc_funcs(limited_malloc, limited_free);
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(json_short_of_memory_is_null_and_leaves_nothing),
        cmocka_unit_test(text_short_of_memory_is_null_and_leaves_nothing),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
