/* SPDX-License-Identifier: GPL-3.0-or-later
 * Dates, quantities, random numbers and arenas: what every room stands on. */
#include "base/base.h"

#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

/* Counter, key and answer as Random123 publishes them (kat_vectors, philox 4x32, 10 rounds). */
static void draws_are_random123s_known_answers(void **state) {
    (void)state;
    static const struct {
        uint64_t seed, stream, index;
        uint32_t high, low;
    } known[] = {
        {0, 0, 0, 0x6627e8d5, 0xe169c58d},
        {UINT64_MAX, UINT64_MAX, UINT64_MAX, 0x408f276d, 0x41c83b0e},
        {0x299f31d0a4093822, 0x0370734413198a2e, 0x85a308d3243f6a88, 0xd16cfe09, 0x94fdcceb},
    };
    for (size_t i = 0; i < sizeof known / sizeof *known; i++) {
        double share = ldexp(known[i].high, -32) + ldexp(known[i].low, -64);
        double draw = random_uniform(known[i].seed, known[i].stream, known[i].index);
        assert_true(fabs(draw - share) <= 0x1p-53);
        assert_true(draw > 0 && draw < 1);
    }
}

static void days_are_counted_from_1970(void **state) {
    (void)state;
    static const struct {
        const char *date;
        double day;
    } known[] = {{"1970-01-01", 0}, {"2000-03-01", 11017}, {"2026-02-20", 20504}, {"0001-01-01", -719162}};
    for (size_t i = 0; i < sizeof known / sizeof *known; i++) {
        double day;
        char text[11];
        assert_true(calendar_parse(known[i].date, &day));
        assert_true(day == known[i].day);
        calendar_format(day, text);
        assert_string_equal(text, known[i].date);
    }
}

static void every_day_of_four_centuries_follows_the_one_before(void **state) {
    (void)state;
    char before[11] = "", text[11];
    for (double day = -25567; day < -25567 + 146097; day++) { /* from 1900 */
        double back;
        calendar_format(day, text);
        assert_true(calendar_parse(text, &back) && back == day);
        assert_true(strcmp(before, text) < 0);
        memcpy(before, text, sizeof before);
    }
}

static void days_that_do_not_exist_are_refused(void **state) {
    (void)state;
    static const char *const wrong[] = {"2026-02-29", "1900-02-29", "2026-13-01", "2026-00-10",
                                        "2026-04-31", "0000-01-01", "2026-1-01",  "2026-01-01 ",
                                        "20260101",   "",           "yesterday"};
    for (size_t i = 0; i < sizeof wrong / sizeof *wrong; i++) {
        double day = 7;
        assert_false(calendar_parse(wrong[i], &day));
        assert_true(day == 7);
    }
}

static void quantities_are_read_with_their_own_unit_or_none(void **state) {
    (void)state;
    static const struct {
        const char *text;
        Unit unit;
        double value;
    } good[] = {{"30 days", UNIT_DAYS, 30},
                {"1 day", UNIT_DAYS, 1},
                {"440.9 kg", UNIT_KILOGRAM, 440.9},
                {"3.67%", UNIT_FRACTION, 3.67 / 100},
                {"3.67 %", UNIT_NONE, 3.67 / 100},
                {"-1e-3", UNIT_POINTS, -1e-3},
                {"5000 swu", UNIT_SWU_PER_YEAR, 5000},
                {"12", UNIT_ROUNDS, 12}};
    for (size_t i = 0; i < sizeof good / sizeof *good; i++) {
        double value = 0;
        assert_int_equal(quantity_parse(good[i].text, good[i].unit, &value), QUANTITY_OK);
        assert_true(value == good[i].value);
    }
}

static void other_texts_are_refused_for_what_they_are(void **state) {
    (void)state;
    static const struct {
        const char *text;
        Unit unit;
        QuantityError error;
    } bad[] = {{"3 kg", UNIT_DAYS, QUANTITY_WRONG_UNIT},   {"30%", UNIT_DAYS, QUANTITY_WRONG_UNIT},
               {"0x10", UNIT_NONE, QUANTITY_NOT_A_NUMBER}, {"inf", UNIT_NONE, QUANTITY_NOT_FINITE},
               {"-.nan", UNIT_NONE, QUANTITY_NOT_FINITE},  {"1e999", UNIT_NONE, QUANTITY_NOT_FINITE},
               {"1,5", UNIT_NONE, QUANTITY_NOT_A_NUMBER},  {"", UNIT_NONE, QUANTITY_NOT_A_NUMBER},
               {".", UNIT_NONE, QUANTITY_NOT_A_NUMBER}};
    for (size_t i = 0; i < sizeof bad / sizeof *bad; i++) {
        double value = 7;
        assert_int_equal(quantity_parse(bad[i].text, bad[i].unit, &value), bad[i].error);
        assert_true(value == 7);
    }
}

static void an_arena_gives_zeroed_blocks_aligned_for_any_type(void **state) {
    (void)state;
    Arena *arena = arena_new();
    assert_non_null(arena);
    for (int pass = 0; pass < 2; pass++) {
        for (size_t size = 1; size < 100000; size = 3 * size + 1) {
            unsigned char *block = arena_alloc(arena, size);
            assert_non_null(block);
            assert_int_equal((uintptr_t)block % _Alignof(max_align_t), 0);
            for (size_t i = 0; i < size; i++) assert_int_equal(block[i], 0);
            memset(block, 0xff, size);
        }
        assert_true(arena_used(arena) > 0);
        arena_reset(arena);
        assert_int_equal(arena_used(arena), 0);
    }
    assert_null(arena_array(arena, SIZE_MAX / 2, 3));
    arena_free(arena);
}

/* Whole pages, parts of one, and those that hold something already. */
static void asking_for_memory_leaves_what_is_in_it(void **state) {
    (void)state;
    enum { BYTES = 100000 };
    Arena *arena = arena_new();
    assert_non_null(arena);
    unsigned char *block = arena_alloc(arena, BYTES);
    assert_non_null(block);
    for (int i = 0; i < BYTES; i += 7) block[i] = (unsigned char)i;
    for (size_t bytes = 0; bytes <= BYTES; bytes = 3 * bytes + 1) memory_ask(block, bytes);
    for (int i = 0; i < BYTES; i++) assert_int_equal(block[i], i % 7 == 0 ? (unsigned char)i : 0);
    arena_free(arena);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(draws_are_random123s_known_answers),
        cmocka_unit_test(days_are_counted_from_1970),
        cmocka_unit_test(every_day_of_four_centuries_follows_the_one_before),
        cmocka_unit_test(days_that_do_not_exist_are_refused),
        cmocka_unit_test(quantities_are_read_with_their_own_unit_or_none),
        cmocka_unit_test(other_texts_are_refused_for_what_they_are),
        cmocka_unit_test(an_arena_gives_zeroed_blocks_aligned_for_any_type),
        cmocka_unit_test(asking_for_memory_leaves_what_is_in_it),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
