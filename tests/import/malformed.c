/* SPDX-License-Identifier: GPL-3.0-or-later
 * Broken, hostile and unfit files: each gets a diagnostic with its code, its place and a remedy, and nothing is made of
 * it. */
#include "by_hand.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define DOMAIN                                                                                                         \
    "<negotiation_template><utility_space><objective name=\"root\">\n"                                                 \
    "<issue index=\"1\" name=\"Price\"><item value=\"low\"/><item value=\"high\"/></issue>\n"                          \
    "</objective></utility_space></negotiation_template>"
#define ITEMS "<item value=\"low\" evaluation=\"1\"/>\n<item value=\"high\" evaluation=\"2\"/>\n"
#define PROFILE                                                                                                        \
    "<utility_space><objective name=\"root\">\n<issue index=\"1\" name=\"Price\">\n" ITEMS "</issue>\n"                \
    "<weight index=\"1\" value=\"1\"/></objective></utility_space>"

typedef struct Case {
    const char *what;
    const char *domain, *profile; /* the second profile is in order */
    const char *code;
    int line;
} Case;

#define IN_PROFILE(body) "<utility_space><objective name=\"root\">\n" body "</objective></utility_space>"
#define IN_DOMAIN(body)                                                                                                \
    "<negotiation_template><utility_space><objective>\n" body "</objective></utility_space></negotiation_template>"
#define WEIGHTED "<weight index=\"1\" value=\"1\"/>"
#define INTEGER(rest) "<issue index=\"1\" name=\"n\" type=\"integer\" " rest "</issue>"
#define GRID "lowerbound=\"0\" upperbound=\"9\">"

static const Case cases[] = {
    {"an empty file", DOMAIN, "", "I003", 1},
    {"text that is no XML", DOMAIN, "Price: low", "I003", 1},
    {"a tag that is not closed", DOMAIN, "<utility_space>\n<objective>\n", "I003", 3},
    {"XML cut off within a tag", DOMAIN, "<utility_space>\n<objec", "I003", 2},
    {"a byte that is no UTF-8", DOMAIN, "<utility_space>\n<objective name=\"\xFF\"/></utility_space>", "I003", 2},
    {"an entity that is not declared", DOMAIN, "<utility_space>\n&bomb;</utility_space>", "I003", 2},
    {"another kind of XML", DOMAIN, "<html>\n<body/></html>", "I005", 1},
    {"a utility space without an objective", DOMAIN, "\n<utility_space/>", "I005", 2},
    {"a domain where a profile belongs", DOMAIN, DOMAIN, "I005", 1},
    {"a domain without issues", IN_DOMAIN(""), PROFILE, "I006", 1},
    {"an issue without values", IN_DOMAIN("<issue name=\"x\"></issue>"), PROFILE, "I006", 2},
    {"a value without text", IN_DOMAIN("<issue name=\"x\">\n<item index=\"1\"/></issue>"), PROFILE, "I006", 3},
    {"a kind of issue that is not known", IN_DOMAIN("<issue name=\"x\" type=\"price\"/>"), PROFILE, "I011", 2},
    {"an integer issue without bounds", IN_DOMAIN(INTEGER(">")), PROFILE, "I006", 2},
    {"bounds the wrong way round", IN_DOMAIN(INTEGER("lowerbound=\"5\" upperbound=\"1\">")), PROFILE, "I008", 2},
    {"an integer issue with broken bounds", IN_DOMAIN(INTEGER("lowerbound=\"0.5\" upperbound=\"1\">")), PROFILE, "I008",
     2},
    {"a bound that is text", IN_DOMAIN(INTEGER("lowerbound=\"few\" upperbound=\"1\">")), PROFILE, "I007", 2},
    {"a bound beyond all numbers", IN_DOMAIN(INTEGER("lowerbound=\"0\" upperbound=\"1e999\">")), PROFILE, "I007", 2},
    {"an evaluation that is text", DOMAIN,
     IN_PROFILE("<issue name=\"Price\">\n<item value=\"low\" evaluation=\"good\"/>\n<item value=\"high\" "
                "evaluation=\"1\"/></issue>" WEIGHTED),
     "I007", 3},
    {"an evaluation that is no number", DOMAIN,
     IN_PROFILE("<issue index=\"1\" name=\"Price\">\n<item value=\"low\" evaluation=\"NaN\"/>\n<item value=\"high\" "
                "evaluation=\"1\"/></issue>" WEIGHTED),
     "I007", 3},
    {"a value without evaluation", DOMAIN,
     IN_PROFILE("<issue index=\"1\" name=\"Price\">\n<item value=\"low\" evaluation=\"1\"/></issue>" WEIGHTED), "I010",
     2},
    {"a value that the domain does not have", DOMAIN,
     IN_PROFILE("<issue index=\"1\" name=\"Price\">\n" ITEMS
                "<item value=\"free\" evaluation=\"1\"/></issue>" WEIGHTED),
     "I009", 5},
    {"an issue that the domain does not have", DOMAIN,
     IN_PROFILE("<issue index=\"1\" name=\"Price\">\n" ITEMS "</issue>\n<issue index=\"2\" name=\"Tip\"/>" WEIGHTED),
     "I009", 6},
    {"an issue of the domain left out",
     IN_DOMAIN("<issue name=\"Price\"><item value=\"low\"/><item value=\"high\"/>"
               "</issue><issue name=\"Tip\"><item value=\"0\"/></issue>"),
     PROFILE, "I009", 1},
    {"a list where the domain has numbers",
     IN_DOMAIN("<issue name=\"Price\" index=\"1\" type=\"real\" " GRID "</issue>"), PROFILE, "I009", 2},
    {"a negative weight", DOMAIN,
     IN_PROFILE("<issue index=\"1\" name=\"Price\">\n" ITEMS "</issue>\n<weight index=\"1\" value=\"-1\"/>"), "I008",
     6},
    {"a weight that is text", DOMAIN,
     IN_PROFILE("<issue index=\"1\" name=\"Price\">\n" ITEMS "</issue>\n<weight index=\"1\" value=\"much\"/>"), "I007",
     6},
    {"an integer issue without evaluator", IN_DOMAIN(INTEGER(GRID)), IN_PROFILE(INTEGER(GRID) WEIGHTED), "I010", 2},
    {"an evaluator without slope", IN_DOMAIN(INTEGER(GRID)),
     IN_PROFILE(INTEGER(GRID "\n<evaluator offset=\"1\"/>") WEIGHTED), "I006", 3},
    {"an evaluator that is not known", IN_DOMAIN(INTEGER(GRID)),
     IN_PROFILE(INTEGER(GRID "\n<evaluator ftype=\"faratin\"/>") WEIGHTED), "I011", 3},
    {"a triangle with its top outside", IN_DOMAIN(INTEGER(GRID)),
     IN_PROFILE(INTEGER(GRID "\n<evaluator ftype=\"triangular\" parameter0=\"1\" parameter1=\"2\" parameter2=\"3\"/>")
                    WEIGHTED),
     "I008", 3},
    {"a reservation value that is text", DOMAIN,
     "<utility_space>\n<reservation value=\"none\"/><objective/></utility_space>", "I007", 2},
    {"a nonlinear profile without its maximum", IN_DOMAIN(INTEGER(GRID)), IN_PROFILE("<utility><ufun/></utility>"),
     "I006", 2},
    {"a nonlinear profile of maximum 0", IN_DOMAIN(INTEGER(GRID)),
     IN_PROFILE("<utility maxutility=\"0\"><ufun/></utility>"), "I008", 2},
    {"rectangles joined by their maximum", IN_DOMAIN(INTEGER(GRID)),
     IN_PROFILE("<utility maxutility=\"1\">\n<ufun aggregation=\"max\"/></utility>"), "I011", 3},
    {"a rectangle without utility", IN_DOMAIN(INTEGER(GRID)),
     IN_PROFILE("<utility maxutility=\"1\"><ufun>\n<hyperRectangle/></ufun></utility>"), "I006", 3},
    {"a rectangle over an issue that is not there", IN_DOMAIN(INTEGER(GRID)),
     IN_PROFILE("<utility maxutility=\"1\"><ufun><hyperRectangle utility=\"1\">\n<INCLUDES index=\"7\" min=\"1\" "
                "max=\"2\"/></hyperRectangle></ufun></utility>"),
     "I009", 3},
    {"a rectangle over a list of values", DOMAIN,
     IN_PROFILE("<utility maxutility=\"1\"><ufun><hyperRectangle utility=\"1\">\n<INCLUDES index=\"1\" min=\"1\" "
                "max=\"2\"/></hyperRectangle></ufun></utility>"),
     "I009", 3},
};

static void every_broken_genius_file_gets_its_diagnostic(void **state) {
    (void)state;
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        const Text texts[] = {{.name = "domain.xml", .text = cases[i].domain},
                              {.name = "one.xml", .text = cases[i].profile},
                              {.name = "two.xml", .text = PROFILE},
                              {0}};
        Made made = made_from_texts(BRINK_IMPORT_GENIUS, texts);
        if (!was_said(&made, cases[i].code)) print_error("%s:\n", cases[i].what);
        assert_said(&made, cases[i].code, cases[i].line);
        assert_int_equal(made.status, BRINK_BAD_INPUT);
        made_free(&made);
    }
}

static void all_mistakes_are_reported_in_one_run(void **state) {
    (void)state;
    const char *broken =
        IN_PROFILE("<issue index=\"1\" name=\"Price\">\n<item value=\"low\" evaluation=\"x\"/>\n"
                   "<item value=\"dear\" evaluation=\"1\"/>\n</issue><weight index=\"1\" value=\"y\"/>");
    const Text texts[] = {{.name = "domain.xml", .text = DOMAIN},
                          {.name = "one.xml", .text = broken},
                          {.name = "two.xml", .text = broken},
                          {0}};
    Made made = made_from_texts(BRINK_IMPORT_GENIUS, texts);
    assert_int_equal(brink_diagnostics_error_count(made.diagnostics), 2 * 4);
    made_free(&made);
}

static void the_place_is_that_of_the_attribute(void **state) {
    (void)state;
    const Text texts[] = {
        {.name = "domain.xml", .text = DOMAIN},
        {.name = "one.xml",
         .text = IN_PROFILE("<issue index=\"1\" name=\"Price\">\n  <item\n    value=\"low\"\n    "
                            "evaluation=\"good\"/>\n<item value=\"high\" evaluation=\"1\"/></issue>" WEIGHTED)},
        {.name = "two.xml", .text = PROFILE},
        {0}};
    Made made = made_from_texts(BRINK_IMPORT_GENIUS, texts);
    assert_int_equal(brink_diagnostics_count(made.diagnostics), 1);
    const BrinkSpan span = brink_diagnostics_get(made.diagnostics, 0)->span;
    assert_int_equal(span.line, 5);
    assert_int_equal(span.column, 17);
    assert_int_equal(span.length, 4);
    made_free(&made);
}

static void of_several_like_tags_on_a_line_the_right_one_is_shown(void **state) {
    (void)state;
    const Text texts[] = {{.name = "domain.xml",
                           .text = "<negotiation_template><utility_space><objective>\n"
                                   "<issue name=\"a\"><item value=\"x\"/></issue><issue name=\"b\" type=\"odd\"/>"
                                   "</objective></utility_space></negotiation_template>"},
                          {.name = "one.xml", .text = PROFILE},
                          {.name = "two.xml", .text = PROFILE},
                          {0}};
    Made made = made_from_texts(BRINK_IMPORT_GENIUS, texts);
    assert_int_equal(brink_diagnostics_count(made.diagnostics), 1);
    assert_int_equal(brink_diagnostics_get(made.diagnostics, 0)->span.line, 2);
    assert_int_equal(brink_diagnostics_get(made.diagnostics, 0)->span.column, 55);
    made_free(&made);
}

/* ---- Hostile files ---- */

static void assert_refused(const char *profile, size_t length, const char *code, int line) {
    const Text texts[] = {{.name = "domain.xml", .text = DOMAIN},
                          {.name = "one.xml", .text = profile, .length = length},
                          {.name = "two.xml", .text = PROFILE},
                          {0}};
    Made made = made_from_texts(BRINK_IMPORT_GENIUS, texts);
    assert_said(&made, code, line);
    assert_int_equal(made.status, BRINK_BAD_INPUT);
    made_free(&made);
}

static void entities_are_never_expanded_or_fetched(void **state) {
    (void)state;
    assert_refused("<!DOCTYPE x [<!ENTITY a \"aaaaaaaaaa\"><!ENTITY b \"&a;&a;&a;&a;&a;&a;&a;&a;\">\n"
                   "<!ENTITY c \"&b;&b;&b;&b;&b;&b;&b;&b;\">]>\n<utility_space>&c;</utility_space>",
                   0, "I004", 1);
    assert_refused("<?xml version=\"1.0\"?>\n<!DOCTYPE x [<!ENTITY e SYSTEM \"file:///etc/passwd\">]>\n"
                   "<utility_space>&e;</utility_space>",
                   0, "I004", 2);
    assert_refused("<!DOCTYPE x SYSTEM \"http://127.0.0.1:9/x.dtd\">\n" PROFILE, 0, "I004", 1);
    assert_refused("<!DOCTYPE x [<!ENTITY % p SYSTEM \"http://127.0.0.1:9/p\"> %p;]>\n" PROFILE, 0, "I004", 1);
}

/* The same declaration in an encoding in which its letters cannot be searched for as bytes. */
static void a_document_type_in_utf_16_is_refused_too(void **state) {
    (void)state;
    const char *plain = "<!DOCTYPE x [<!ENTITY a \"b\">]><utility_space a=\"&a;\"/>";
    char wide[256] = "\xFF\xFE";
    size_t length = 2;
    for (const char *c = plain; *c; c++, length += 2) wide[length] = *c;
    assert_refused(wide, length, "I004", 1);
}

static char *repeat(const char *before, const char *unit, size_t count, const char *after) {
    size_t unit_length = strlen(unit), length = strlen(before), room = length + count * unit_length + strlen(after) + 1;
    char *text = malloc(room);
    assert_non_null(text);
    snprintf(text, room, "%s", before);
    for (size_t i = 0; i < count * unit_length; i++) text[length++] = unit[i % unit_length];
    snprintf(text + length, room - length, "%s", after);
    return text;
}

static void files_without_end_are_refused(void **state) {
    (void)state;
    char *deep = repeat("", "<objective>", 100000, ""), *long_file = repeat("<a>", "          ", 900000, "</a>");
    char *nested = repeat("<utility_space><objective><utility maxutility=\"1\">", "<ufun>", 200, "");
    assert_refused(deep, 0, "I003", 1);
    assert_refused(long_file, 0, "I002", 0);
    assert_refused(nested, 0, "I003", 1);
    free(deep);
    free(long_file);
    free(nested);
}

static void domains_too_large_for_a_scenario_are_refused(void **state) {
    (void)state;
    char *many = repeat("<negotiation_template><utility_space><objective>",
                        "<issue type=\"integer\" lowerbound=\"0\" upperbound=\"9\"/>", 501,
                        "</objective></utility_space></negotiation_template>");
    char *wide = repeat("<negotiation_template><utility_space><objective><issue name=\"x\">", "<item value=\"v\"/>",
                        1001, "</issue></objective></utility_space></negotiation_template>");
    const char *const domains[] = {many, wide};
    for (int i = 0; i < 2; i++) {
        const Text texts[] = {{.name = "domain.xml", .text = domains[i]},
                              {.name = "one.xml", .text = PROFILE},
                              {.name = "two.xml", .text = PROFILE},
                              {0}};
        Made made = made_from_texts(BRINK_IMPORT_GENIUS, texts);
        assert_said(&made, "I012", 1);
        made_free(&made);
    }
    free(many);
    free(wide);
}

static void a_scenario_that_could_not_be_read_is_not_made(void **state) {
    (void)state;
    char *many = repeat("<negotiation_template><utility_space><objective>",
                        "<issue type=\"integer\" lowerbound=\"0\" upperbound=\"100\"/>", 500,
                        "</objective></utility_space></negotiation_template>");
    char *profile =
        repeat("<utility_space><objective>", "<issue type=\"integer\" lowerbound=\"0\" upperbound=\"100\"/>", 500,
               "<utility maxutility=\"1\"><ufun/></utility></objective></utility_space>");
    const Text texts[] = {{.name = "domain.xml", .text = many},
                          {.name = "one.xml", .text = profile},
                          {.name = "two.xml", .text = profile},
                          {0}};
    Made made = made_from_texts(BRINK_IMPORT_GENIUS, texts);
    assert_said(&made, "I012", 0);
    made_free(&made);
    free(many);
    free(profile);
}

/* ---- Files that are not there, and settings ---- */

static void a_missing_file_is_named(void **state) {
    (void)state;
    const Text texts[] = {
        {.name = "domain.xml", .text = DOMAIN}, {.name = "one.xml"}, {.name = "two.xml", .text = PROFILE}, {0}};
    Made made = made_from_texts(BRINK_IMPORT_GENIUS, texts);
    assert_int_equal(made.status, BRINK_NO_FILE);
    assert_true(was_said(&made, "I001"));
    made_free(&made);
}

static void a_folder_is_no_file(void **state) {
    (void)state;
    const char *const paths[] = {"/", "/", "/"};
    Made made = made_from_files(BRINK_IMPORT_GENIUS, paths, 3, brink_import_settings_default());
    assert_int_equal(made.status, BRINK_NO_FILE);
    assert_true(was_said(&made, "I001"));
    made_free(&made);
}

static void one_profile_is_too_few(void **state) {
    (void)state;
    const Text texts[] = {{.name = "domain.xml", .text = DOMAIN}, {.name = "one.xml", .text = PROFILE}, {0}};
    Made made = made_from_texts(BRINK_IMPORT_GENIUS, texts);
    assert_said(&made, "I013", 0);
    made_free(&made);
}

static void settings_out_of_range_are_refused(void **state) {
    (void)state;
    const Text texts[] = {{.name = "domain.xml", .text = DOMAIN},
                          {.name = "one.xml", .text = PROFILE},
                          {.name = "two.xml", .text = PROFILE},
                          {0}};
    const BrinkImportSettings wrong[] = {{1, 10}, {1001, 10}, {11, 0}, {11, 1001}};
    for (size_t i = 0; i < sizeof wrong / sizeof *wrong; i++) {
        Made made = made_from_texts_with(BRINK_IMPORT_GENIUS, texts, wrong[i]);
        assert_said(&made, "I008", 0);
        made_free(&made);
    }
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(every_broken_genius_file_gets_its_diagnostic),
        cmocka_unit_test(all_mistakes_are_reported_in_one_run),
        cmocka_unit_test(the_place_is_that_of_the_attribute),
        cmocka_unit_test(of_several_like_tags_on_a_line_the_right_one_is_shown),
        cmocka_unit_test(entities_are_never_expanded_or_fetched),
        cmocka_unit_test(a_document_type_in_utf_16_is_refused_too),
        cmocka_unit_test(files_without_end_are_refused),
        cmocka_unit_test(domains_too_large_for_a_scenario_are_refused),
        cmocka_unit_test(a_scenario_that_could_not_be_read_is_not_made),
        cmocka_unit_test(a_missing_file_is_named),
        cmocka_unit_test(a_folder_is_no_file),
        cmocka_unit_test(one_profile_is_too_few),
        cmocka_unit_test(settings_out_of_range_are_refused),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
