/* SPDX-License-Identifier: GPL-3.0-or-later
 * Lines and letters: widths (held to the C library's own where it has a UTF-8 locale), wrapping, cutting, percents and
 * bars. */
#include "report/page.h"
#include "report/utf8.h"

#include <locale.h>
#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include <wchar.h>

#include <cmocka.h>

int wcwidth(wchar_t code); /* XSI */

static void assert_page(Page *page, const char *expected) {
    char *text = page_finish(page);
    assert_non_null(text);
    assert_string_equal(text, expected);
    free(text);
}

static void widths_agree_with_the_c_library_for_the_scripts_of_names(void **state) {
    (void)state;
    static const struct {
        uint32_t first, last;
    } scripts[] = {{0x20, 0x7E},     {0xA1, 0xAC},     {0xAE, 0x2FF},    {0x300, 0x36F},   {0x370, 0x377},
                   {0x400, 0x52F},   {0x5D0, 0x5EA},   {0x620, 0x65F},   {0x671, 0x6D5},   {0x904, 0x939},
                   {0xE01, 0xE3A},   {0x1E00, 0x1EFF}, {0x2010, 0x2027}, {0x2580, 0x259F}, {0x3041, 0x3096},
                   {0x30A1, 0x30FA}, {0x4E00, 0x9FA5}, {0xAC00, 0xD7A3}, {0xFF01, 0xFF60}, {0x1F600, 0x1F64F}};
    if (!setlocale(LC_CTYPE, "C.UTF-8")) skip();
    for (size_t i = 0; i < sizeof scripts / sizeof *scripts; i++)
        for (uint32_t code = scripts[i].first; code <= scripts[i].last; code++)
            if (wcwidth((wchar_t)code) != utf8_code_width(code) && wcwidth((wchar_t)code) >= 0)
                fail_msg("U+%04X is %d wide, not %d", code, wcwidth((wchar_t)code), utf8_code_width(code));
}

static void every_code_point_reads_back_as_written(void **state) {
    (void)state;
    for (uint32_t code = 1; code <= 0x10FFFF; code++) {
        char bytes[5] = "";
        size_t size, written;
        if (code >= 0xD800 && code <= 0xDFFF) continue;
        written = utf8_write(code, bytes);
        bytes[written] = '\0';
        assert_int_equal(utf8_next(bytes, &size), code);
        assert_int_equal(size, written);
    }
}

static void bad_bytes_read_as_one_replacement_each(void **state) {
    (void)state;
    static const char *const bad[] = {"\x80", "\xC0\xAF",        "\xE2\x82", "\xED\xA0\x80", "\xF5\x80\x80\x80",
                                      "\xFF", "\xF0\x80\x80\xAF"};
    for (size_t i = 0; i < sizeof bad / sizeof *bad; i++) {
        size_t size, count = 0;
        for (const char *at = bad[i]; *at; at += size, count++) assert_int_equal(utf8_next(at, &size), 0xFFFD);
        assert_int_equal(count, strlen(bad[i]));
        char *repaired = utf8_repair(bad[i]);
        assert_int_equal(strlen(repaired), 3 * count);
        free(repaired);
    }
}

static void controls_never_reach_the_page(void **state) {
    (void)state;
    Page page;
    page_start(&page, 60);
    page_add(&page, "a\x1b[31mb\x07"
                    "c\xC2\x9B"
                    "d\xE2\x80\xAE"
                    "e\x7F"
                    "f\ng\xEF\xBB\xBFh");
    assert_page(&page, "a[31mbcdef gh\n");
}

static void a_cell_is_exactly_as_wide_as_asked(void **state) {
    (void)state;
    static const char *const texts[] = {"",
                                        "short",
                                        "a text that is too long",
                                        "漢字漢字漢字漢字",
                                        "é́́́́́́́e",
                                        "🙂🙂🙂🙂🙂🙂",
                                        "\xFF\xFE bad bytes all"};
    for (size_t i = 0; i < sizeof texts / sizeof *texts; i++)
        for (int width = 1; width < 12; width++) {
            Page page;
            page_start(&page, 60);
            page_cell(&page, texts[i], width, i % 2 ? PAGE_LEFT : PAGE_RIGHT);
            page_add(&page, "|");
            assert_int_equal(page_width(&page), width + 1);
            free(page_finish(&page));
        }
}

static void words_wrap_at_the_limit_and_not_before(void **state) {
    (void)state;
    Page page;
    page_start(&page, 60);
    page_add(&page, "ab: ");
    page_words(&page, 4, 10, "cd ef gh  ij\nkl");
    assert_page(&page, "ab: cd ef\n    gh ij\n    kl\n");
    page_start(&page, 60);
    page_words(&page, 0, 8, "exactly8 and so on 8");
    assert_page(&page, "exactly8\nand so\non 8\n");
}

static void a_line_as_wide_as_the_page_is_not_cut(void **state) {
    (void)state;
    Page page;
    page_start(&page, 8);
    page_words(&page, 0, 8, "exactly8 and");
    assert_page(&page, "exactly8\nand\n");
}

static void a_word_wider_than_the_line_is_broken(void **state) {
    (void)state;
    Page page;
    page_start(&page, 60);
    page_words(&page, 2, 8, "漢字漢字漢字 abcdefghijkl");
    assert_page(&page, "漢字漢字\n  漢字\n  abcdef\n  ghijkl\n");
}

static void a_percent_stays_with_its_sign(void **state) {
    (void)state;
    Page page;
    page_start(&page, 60);
    page_words(&page, 0, 9, "it has 10 %% or (< 1 %%) so");
    assert_page(&page, "it has\n10 % or\n(< 1 %)\nso\n");
}

static void a_line_too_wide_is_cut_with_an_ellipsis(void **state) {
    (void)state;
    Page page;
    page_start(&page, 6);
    page_add(&page, "abcdefgh");
    page_end(&page);
    page_add(&page, "漢字漢字");
    page_end(&page);
    assert_page(&page, "abcde…\n漢字…\n");
}

static void only_what_is_certain_is_called_so(void **state) {
    (void)state;
    static const struct {
        double share;
        const char *text, *bare;
    } cases[] = {{0, "0 %", "0"},          {1e-300, "< 1 %", "<1"},
                 {0.00499, "< 1 %", "<1"}, {0.005, "1 %", "1"},
                 {0.015, "2 %", "2"},      {0.345, "35 %", "35"},
                 {0.5, "50 %", "50"},      {0.9949, "99 %", "99"},
                 {0.995, "> 99 %", ">99"}, {1 - 1e-9, "> 99 %", ">99"},
                 {1, "100 %", "100"},      {1 + 1e-15, "100 %", "100"},
                 {-1e-17, "0 %", "0"},     {NAN, "–", "–"}};
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        char text[PERCENT_SIZE];
        assert_string_equal(page_percent(cases[i].share, text), cases[i].text);
        assert_string_equal(page_bare_percent(cases[i].share, text), cases[i].bare);
    }
}

static void a_bar_shows_what_is_not_nothing_and_never_overflows(void **state) {
    (void)state;
    static const struct {
        double share;
        const char *bar;
    } cases[] = {{0, "    |\n"}, {1e-9, "▏   |\n"}, {0.5, "██  |\n"}, {0.53125, "██▏ |\n"}, {0.96875, "███▉|\n"},
                 {1, "████|\n"}, {7, "████|\n"},    {-1, "    |\n"},  {NAN, "    |\n"}};
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        Page page;
        page_start(&page, 60);
        page_bar(&page, cases[i].share, 4);
        page_add(&page, "|");
        assert_page(&page, cases[i].bar);
    }
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(widths_agree_with_the_c_library_for_the_scripts_of_names),
        cmocka_unit_test(every_code_point_reads_back_as_written),
        cmocka_unit_test(bad_bytes_read_as_one_replacement_each),
        cmocka_unit_test(controls_never_reach_the_page),
        cmocka_unit_test(a_cell_is_exactly_as_wide_as_asked),
        cmocka_unit_test(words_wrap_at_the_limit_and_not_before),
        cmocka_unit_test(a_line_as_wide_as_the_page_is_not_cut),
        cmocka_unit_test(a_word_wider_than_the_line_is_broken),
        cmocka_unit_test(a_percent_stays_with_its_sign),
        cmocka_unit_test(a_line_too_wide_is_cut_with_an_ellipsis),
        cmocka_unit_test(only_what_is_certain_is_called_so),
        cmocka_unit_test(a_bar_shows_what_is_not_nothing_and_never_overflows),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
