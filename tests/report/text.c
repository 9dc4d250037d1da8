/* SPDX-License-Identifier: GPL-3.0-or-later
 * The terminal text of an outlook made by hand: what it has to say, and that no line of it is too wide, whatever the
 * names. */
#include "by_hand.h"
#include "report/utf8.h"

#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

static const int widths[] = {60, 80, 120, 200};
enum { WIDTHS = sizeof widths / sizeof *widths };

/* The lines one by one: width, no space at the end, no control byte. */
static void assert_lines_fit(const char *text, int columns) {
    char line[4096];
    for (const char *end; *text; text = end + 1) {
        end = strchr(text, '\n');
        assert_non_null(end);
        size_t length = (size_t)(end - text);
        assert_true(length < sizeof line);
        memcpy(line, text, length);
        line[length] = '\0';
        if (utf8_width(line) > columns) fail_msg("%d columns wide, %d allowed: %s", utf8_width(line), columns, line);
        if (length > 0 && line[length - 1] == ' ') fail_msg("a space at the end: %s", line);
        for (size_t i = 0; i < length; i++)
            if ((unsigned char)line[i] < 0x20 || line[i] == 0x7F) fail_msg("a control byte in: %s", line);
    }
}

static char *text_of(Hand *hand, int columns) {
    json_t *json = report_outlook_json(&hand->input);
    assert_non_null(json);
    char *text = report_outlook_text(json, columns);
    json_decref(json);
    assert_non_null(text);
    assert_lines_fit(text, columns);
    return text;
}

static void assert_says(const char *text, const char *part) {
    if (!strstr(text, part)) fail_msg("\"%s\" is not in:\n%s", part, text);
}

/* The same wherever the lines break. */
static void assert_says_in_words(const char *text, const char *part) {
    char *flat = malloc(strlen(text) + 1), *end = flat;
    assert_non_null(flat);
    for (bool was_space = false; *text; text++) {
        bool is_space = *text == ' ' || *text == '\n';
        if (!is_space || !was_space) *end++ = is_space ? ' ' : *text;
        was_space = is_space;
    }
    *end = '\0';
    assert_says(flat, part);
    free(flat);
}

static void assert_silent(const char *text, const char *part) {
    if (strstr(text, part)) fail_msg("\"%s\" is in:\n%s", part, text);
}

static size_t line_of(const char *text, const char *part) {
    const char *at = strstr(text, part);
    size_t line = 1;
    if (!at) fail_msg("\"%s\" is not in:\n%s", part, text);
    for (; text < at; text++) line += *text == '\n';
    return line;
}

static void the_first_screen_answers_the_question(void **state) {
    (void)state;
    Hand *hand = hand_new(8);
    char *text = text_of(hand, 80);
    assert_says_in_words(
        text,
        "A deal by 9 June 2026 is unlikely (24 %); the likeliest end is an interim arrangement in force (37 %), and "
        "conflict is unlikely (22 %).");
    static const char *const parts[] = {
        "A deal by 9 June 2026",
        "As of 20 February 2026",
        "At the next meeting, 3 March 2026\n",
        "  another meeting        93 %  ███",
        "By the last meeting, 9 June 2026",
        "  deal                   24 %  ███▉                2   20 %   40 %   67 %   42 %\n",
        "mediated crises (132 cases)",
        "Likeliest package  The cap of 2015 with the protocol: 19 %; if signed",
        "Runner-up          Zero for relief: 4 %",
        "3 stated in the file: 1 with a source, 1 with a reason, 1\n                   with neither",
        "Changed: parties.us.walk and 1 more"};
    for (size_t i = 0; i < sizeof parts / sizeof *parts; i++) {
        assert_says(text, parts[i]);
        if (line_of(text, parts[i]) > 32) fail_msg("\"%s\" stands on line %zu", parts[i], line_of(text, parts[i]));
    }
    assert_says(text, "parties.us.walk = 0.1");
    free(text);
    hand_free(hand);
}

static void a_likely_deal_is_the_answer_itself(void **state) {
    (void)state;
    Hand *hand = hand_new(3);
    memcpy(hand->outlook->outcomes, (double[]){0.97, 0, 0, 0.01, 0.02}, sizeof hand->outlook->outcomes);
    char *text = text_of(hand, 80);
    assert_says(text, "A deal by 31 March 2026 is very likely (97 %); conflict is very unlikely (2 %).");
    free(text);
    hand_free(hand);
}

static void one_meeting_has_one_table_of_odds(void **state) {
    (void)state;
    for (int i = 0; i < WIDTHS; i++) {
        Hand *hand = hand_new(1);
        char *text = text_of(hand, widths[i]);
        assert_says(text, "At the one meeting, 3 March 2026");
        assert_silent(text, "At the next meeting");
        assert_silent(text, "another meeting");
        free(text);
        hand_free(hand);
    }
}

static void many_meetings_are_shortened_in_the_middle(void **state) {
    (void)state;
    for (int i = 0; i < WIDTHS; i++) {
        Hand *hand = hand_new(1000);
        char *text = text_of(hand, widths[i]);
        assert_says(text, "… 980 meetings left out here …");
        assert_says(text, "  3 Mar 2026      100");
        free(text);
        hand_free(hand);
    }
    Hand *hand = hand_new(21);
    char *text = text_of(hand, 80);
    assert_silent(text, "left out");
    free(text);
    hand_free(hand);
}

static void without_error_and_band_their_columns_are_gone(void **state) {
    (void)state;
    for (int i = 0; i < WIDTHS; i++) {
        Hand *hand = hand_new(4);
        hand_strip(hand);
        char *text = text_of(hand, widths[i]);
        assert_silent(text, "±");
        assert_silent(text, "twice");
        assert_silent(text, "Changed");
        assert_silent(text, "Warning");
        assert_says(text, "No date of knowledge stated");
        assert_says(text, "was not worked out");
        free(text);
        hand_free(hand);
    }
}

static void names_of_any_kind_keep_every_line_in_the_page(void **state) {
    (void)state;
    static const char *const names[] = {
        "",
        " ",
        "x",
        "ایالات متحده آمریکا",
        "漢字だけの非常に長い名前漢字だけの非常に長い名前漢字だけの非常に長い名前漢字だけ",
        "line\nbreak\ttab \x1b[2Jescape\x07",
        "\xFF\xFE\xC3 not UTF-8",
        "👩‍👩‍👧 family",
        "%s %n %d",
        "a\xE2\x80\xAEright to left override",
        "Averylongnamewithoutanyspaceinitthatgoesonandonandonandonandonandonandonandonandonandonandonandonandonandonon",
        "a long name with many words in it that has to be cut somewhere or wrapped, because no terminal is so wide"};
    for (size_t n = 0; n < sizeof names / sizeof *names; n++)
        for (int i = 0; i < WIDTHS; i++) {
            Hand *hand = hand_new(8);
            hand_rename(hand, names[n]);
            hand->red_line_allows[ZERO] = hand->red_line_allows[RELIEF] = true;
            hand->situation->red_line_cost[0] = 30;
            free(text_of(hand, widths[i]));
            hand_free(hand);
        }
}

static void every_width_from_60_to_200_is_kept(void **state) {
    (void)state;
    Hand *hand = hand_new(8);
    for (int columns = 60; columns <= 200; columns++) free(text_of(hand, columns));
    hand_free(hand);
}

static void a_narrower_page_than_60_is_written_at_60(void **state) {
    (void)state;
    Hand *hand = hand_new(8);
    json_t *json = report_outlook_json(&hand->input);
    char *narrow = report_outlook_text(json, 10), *sixty = report_outlook_text(json, 60);
    assert_string_equal(narrow, sixty);
    free(narrow);
    free(sixty);
    json_decref(json);
    hand_free(hand);
}

static void the_blocker_is_named_with_its_reason(void **state) {
    (void)state;
    Hand *hand = hand_new(2);
    hand->red_line_allows[ZERO] = hand->red_line_allows[RELIEF] = true;
    hand->situation->red_line_cost[0] = 12;
    char *text = text_of(hand, 80);
    assert_says_in_words(
        text,
        "Zero for relief: 4 %; Iran, if it is the type “endure and keep the option”, would be 3 points worse off than "
        "with no agreement, for a red line it crosses");
    free(text);
    hand->situation->red_line_cost[0] = INFINITY;
    text = text_of(hand, 80);
    assert_says_in_words(text,
                         "blocked by a red line: Iran, if it is the type “endure and keep the option”, never signs it");
    assert_says(text, "   never\n");
    free(text);
    hand_free(hand);
}

static void a_turned_branch_is_told_on_the_first_screen(void **state) {
    (void)state;
    Hand *hand = hand_new(3);
    hand->info->turned_count = 3;
    char *text = text_of(hand, 80);
    assert_says(text, "Warning            in 3 of 1,234,567 situations the path");
    assert_true(line_of(text, "in 3 of 1,234,567") < line_of(text, "Meeting by meeting"));
    free(text);
    hand_free(hand);
}

static void a_side_solve_that_was_lost_has_dashes_and_a_warning(void **state) {
    (void)state;
    Hand *hand = hand_new(3);
    hand->input.coarse = hand->input.doubled = NULL;
    hand->input.coarse_lost = 2;
    hand->input.double_lost = 1234;
    char *text = text_of(hand, 100);
    assert_says(text, "±   half  twice");
    assert_says(text, "–   20 %      –");
    assert_says(text, "column “±” could not be worked out: 2 of its");
    assert_says(text, "column “twice” could not be worked out: 1,234 of its");
    free(text);
    hand_free(hand);
}

static void an_outlook_with_parts_missing_is_still_written(void **state) {
    (void)state;
    static const char *const parts[] = {"scenario",  "settings",   "outcomes", "deal",  "conflict", "next",
                                        "packages",  "rounds",     "gains",    "error", "band",     "size",
                                        "runner_up", "references", "numbers",  "names", "warnings", "brink"};
    Hand *hand = hand_new(3);
    for (size_t i = 0; i < sizeof parts / sizeof *parts; i++) {
        json_t *json = report_outlook_json(&hand->input);
        for (int is_wrong = 0; is_wrong < 2; is_wrong++) { /* of a wrong type, then missing */
            if (is_wrong == 0)
                json_object_set_new(json, parts[i], json_string("x"));
            else
                json_object_del(json, parts[i]);
            char *text = report_outlook_text(json, 80);
            assert_non_null(text);
            assert_lines_fit(text, 80);
            free(text);
        }
        json_decref(json);
    }
    char *text = report_outlook_text(NULL, 80);
    assert_non_null(text);
    free(text);
    hand_free(hand);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(the_first_screen_answers_the_question),
        cmocka_unit_test(a_likely_deal_is_the_answer_itself),
        cmocka_unit_test(one_meeting_has_one_table_of_odds),
        cmocka_unit_test(many_meetings_are_shortened_in_the_middle),
        cmocka_unit_test(without_error_and_band_their_columns_are_gone),
        cmocka_unit_test(names_of_any_kind_keep_every_line_in_the_page),
        cmocka_unit_test(every_width_from_60_to_200_is_kept),
        cmocka_unit_test(a_narrower_page_than_60_is_written_at_60),
        cmocka_unit_test(the_blocker_is_named_with_its_reason),
        cmocka_unit_test(a_turned_branch_is_told_on_the_first_screen),
        cmocka_unit_test(a_side_solve_that_was_lost_has_dashes_and_a_warning),
        cmocka_unit_test(an_outlook_with_parts_missing_is_still_written),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
