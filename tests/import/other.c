/* SPDX-License-Identifier: GPL-3.0-or-later
 * GeniusWeb and NegoLog profiles and tables of actors, small enough to be worked out by hand. */
#include "by_hand.h"

#include <string.h>

/* ---- GeniusWeb ---- */

#define DOMAIN                                                                                                         \
    "{\"name\": \"jobs\", \"issuesValues\": {\"lease price\": {\"range\": [\"12.2\", 12.8, \"0.3\"]},\n"               \
    "\"colour\": {\"values\": [\"red\", \"green\", \"blue\"]}}}"
#define LINEAR(rest)                                                                                                   \
    "{\"LinearAdditiveUtilitySpace\": {\"name\": \"x\", \"domain\": " DOMAIN ",\n"                                     \
    "\"issueUtilities\": {\"Lease Price\": {\"numberutils\": {\"lowValue\": 12.2, \"lowUtility\": 0.3, "               \
    "\"highValue\": "                                                                                                  \
    "\"12.8\", \"highUtility\": 0.6}},\n\"colour\": {\"discreteutils\": {\"valueUtilities\": {\"red\": 0.2, "          \
    "\"Green\": "                                                                                                      \
    "1}}}},\n\"issueWeights\": {\"lease price\": 0.4, \"colour\": 0.6}" rest "}}"
#define GROUPS                                                                                                         \
    "{\"SumOfGroupsUtilitySpace\": {\"domain\": " DOMAIN ", \"partUtilities\": {\"both\": {\"partsutils\": "           \
    "{\"issues\": [\"lease price\", \"colour\"],\n\"utilslist\": [{\"values\": [\"12.5\", \"blue\"], \"util\": 0.9}, " \
    "{\"values\": [12.2, \"red\"], \"util\": 0.4}]}}}}}"

static const Text web[] = {
    {.name = "one.json", .text = LINEAR(", \"reservationBid\": {\"issuevalues\": {\"colour\": \"red\"}}")},
    {.name = "two.json", .text = GROUPS},
    {0}};

static void geniusweb_lines_and_lists_are_valued(void **state) {
    (void)state;
    Made made = made_from_texts(BRINK_IMPORT_GENIUSWEB, web);
    assert_made(&made);
    assert_string_equal(made.checked->title, "jobs");
    assert_near(gain_of(&made, "one", "lease_price=12_5"), 40 * 0.15, 1e-9);
    assert_near(gain_of(&made, "one", "colour=green lease_price=12_8"), 60 * 0.8 + 40 * 0.3, 1e-9);
    assert_near(gain_of(&made, "one", "colour=blue"), -60 * 0.2, 1e-9); /* left out: worth nothing */
    made_free(&made);
}

static void a_geniusweb_reservation_is_the_worth_of_its_bid(void **state) {
    (void)state;
    Made made = made_from_texts(BRINK_IMPORT_GENIUSWEB, web);
    assert_made(&made);
    /* the bid leaves the price open: 0.6 * 0.2, against 0.6 * 0.2 + 0.4 * 0.3 today */
    assert_near(made.situation->collapse[party_of(&made, "one")], -12, 1e-9);
    made_free(&made);
}

static void geniusweb_groups_become_synergies(void **state) {
    (void)state;
    Made made = made_from_texts(BRINK_IMPORT_GENIUSWEB, web);
    assert_made(&made);
    assert_near(gain_of(&made, "two", "colour=blue"), -40, 1e-9);
    assert_near(gain_of(&made, "two", "lease_price=12_5 colour=blue"), 90 - 40, 1e-9);
    made_free(&made);
}

static void a_geniusweb_domain_may_come_first(void **state) {
    (void)state;
    const Text texts[] = {{.name = "jobs.json", .text = "\xEF\xBB\xBF" DOMAIN}, web[0], web[1], {0}};
    Made made = made_from_texts(BRINK_IMPORT_GENIUSWEB, texts);
    assert_made(&made);
    assert_int_equal(made.situation->party_count, 2);
    made_free(&made);
}

/* ---- NegoLog ---- */

#define SIDE(weights, a, b)                                                                                            \
    "{\"reservationValue\": 0.3, \"issueWeights\": " weights ",\n\"issues\": {\"A\": " a ",\n\"B\": " b "}}"
static const Text log[] = {
    {.name = "profileA.json",
     .text = SIDE("{\"A\": 0.25, \"B\": 0.75}", "{\"x\": 0.2, \"y\": 0.6}", "{\"p\": 1, \"q\": 0}")},
    {.name = "profileB.json",
     .text = SIDE("{\"B\": 0.5, \"A\": 0.5}", "{\"Y\": 0, \"X\": 1}", "{\"q\": 0.9, \"p\": 0.1}")},
    {0}};

static void negolog_utilities_are_taken_as_they_are(void **state) {
    (void)state;
    Made made = made_from_texts(BRINK_IMPORT_NEGOLOG, log);
    assert_made(&made);
    assert_near(gain_of(&made, "profileA", "A=y"), 25 * 0.4, 1e-11); /* not divided by the maximum */
    assert_near(gain_of(&made, "profileA", "B=q"), -75, 1e-11);
    assert_near(gain_of(&made, "profileB", "A=y B=q"), -50 + 50 * 0.8, 1e-11);
    assert_near(made.situation->collapse[0], 30 - 100 * (0.25 * 0.2 + 0.75), 1e-11);
    made_free(&made);
}

static void a_negolog_specs_file_gives_the_title(void **state) {
    (void)state;
    const Text texts[] = {
        {.name = "specs.json", .text = "{\"Name\": \"Domain0\", \"NumberOfBids\": 4}"}, log[0], log[1], {0}};
    Made made = made_from_texts(BRINK_IMPORT_NEGOLOG, texts);
    assert_made(&made);
    assert_string_equal(made.checked->title, "Domain0");
    assert_int_equal(made.situation->party_count, 2);
    made_free(&made);
}

/* ---- Actors ---- */

static const Text table[] = {{.name = "emissions.csv",
                              .text = "Actor,Capability,Position,Salience\nGermany,100,4,80\nFrance,90,10,60\n"
                                      "\"Italy, \"\"north\"\"\",60,7,50\n"},
                             {0}};

static void actors_lose_salience_with_distance(void **state) {
    (void)state;
    Made made = made_from_texts(BRINK_IMPORT_ACTORS, table);
    assert_made(&made);
    assert_int_equal(made.situation->issue_count, 1);
    assert_near(gain_of(&made, "Germany", "Position=7"), -40, 1e-11);
    assert_near(gain_of(&made, "France", "Position=10"), 60, 1e-11);
    assert_near(gain_of(&made, "Italy_north", "Position=7"), 25, 1e-11);
    assert_near(gain_of(&made, "Italy_north", "Position=10"), 0, 1e-11);
    assert_string_equal(made.checked->parties[2].name, "Italy, \"north\"");
    made_free(&made);
}

static void only_the_most_powerful_actors_sign(void **state) {
    (void)state;
    const Text texts[] = {{.name = "t.csv",
                           .text =
                               "salience;position;actor;capability;note\r\n0.5;1;a;1;x\r\n0.5;2;b;9;x\r\n\r\n0.5;3;c;8;"
                               "x\r\n0.5;4;d;7;x\r\n0.5;5;e;6;x\r\n"},
                          {0}};
    Made made = made_from_texts(BRINK_IMPORT_ACTORS, texts);
    assert_made(&made);
    assert_said(&made, "I021", 0);
    assert_false(made.situation->signs[0]);
    for (int party = 1; party < 5; party++) assert_true(made.situation->signs[party]);
    assert_near(gain_of(&made, "e", "Position=5"), 50, 1e-11); /* salience as a share of 1 */
    made_free(&made);
}

static void the_weighted_median_is_a_draft(void **state) {
    (void)state;
    const Text texts[] = {
        {.name = "t.csv",
         .text = "Actor\tCapability\tPosition\tSalience\na\t40\t0\t100\nb\t35\t10\t100\nc\t35\t60\t100\n"},
        {0}};
    Made made = made_from_texts(BRINK_IMPORT_ACTORS, texts);
    assert_made(&made);
    /* 40 of 110 stand at 0, 75 at or below 10; the mean is 22.3, and 10 is nearest to it */
    bool is_found = false;
    for (int draft = 0; draft < made.situation->draft_count; draft++)
        is_found |= made.situation->draft_option[draft] == option_of(&made, 0, "10");
    assert_true(is_found);
    assert_non_null(strstr(made.text, "median by capability and salience"));
    made_free(&made);
}

/* ---- Broken ones ---- */

typedef struct Case {
    const char *what;
    BrinkImportFormat format;
    const char *text; /* the first of two files; of one, a table */
    const char *code;
    int line;
} Case;

static const Case cases[] = {
    {"no JSON", BRINK_IMPORT_GENIUSWEB, "{\"a\":\n,}", "I003", 2},
    {"a key twice", BRINK_IMPORT_GENIUSWEB, "{\"a\": 1,\n\"a\": 2}", "I003", 2},
    {"a list", BRINK_IMPORT_GENIUSWEB, "[1]", "I005", 1},
    {"a profile without utilities", BRINK_IMPORT_GENIUSWEB, "{\"DefaultPartialOrdering\": {}}", "I005", 1},
    {"a profile without domain", BRINK_IMPORT_GENIUSWEB, "{\n\"LinearAdditiveUtilitySpace\": {}}", "I006", 2},
    {"a domain without issues", BRINK_IMPORT_GENIUSWEB, "{\"name\": \"x\",\n\"issuesValues\": {}}", "I006", 2},
    {"an issue without values", BRINK_IMPORT_GENIUSWEB, "{\"issuesValues\": {\n\"a\": {}}}", "I006", 2},
    {"a range of two", BRINK_IMPORT_GENIUSWEB, "{\"issuesValues\": {\"a\": {\n\"range\": [1, 2]}}}", "I008", 2},
    {"a range without step", BRINK_IMPORT_GENIUSWEB, "{\"issuesValues\": {\"a\": {\n\"range\": [1, 2, 0]}}}", "I008",
     2},
    {"a value that is a list", BRINK_IMPORT_GENIUSWEB, "{\"issuesValues\": {\"a\": {\"values\": [\"x\",\n[]]}}}",
     "I011", 2},
    {"another domain", BRINK_IMPORT_GENIUSWEB,
     "{\"issuesValues\": {\"colour\": {\"values\": [\"red\", \"green\", \"blue\"]}}}", "I009", 1},
    {"a utility that is text", BRINK_IMPORT_NEGOLOG,
     "{\"issueWeights\": {\"A\": 1},\n\"issues\": {\"A\": {\n\"x\": \"much\"}}}", "I007", 3},
    {"no weights", BRINK_IMPORT_NEGOLOG, "\n{\"issues\": {\"A\": {\"x\": 1}}}", "I006", 2},
    {"an issue that is a number", BRINK_IMPORT_NEGOLOG, "{\"issueWeights\": {},\n\"issues\": {\"A\": 3}}", "I006", 2},
    {"a negative weight", BRINK_IMPORT_NEGOLOG, "{\"issueWeights\": {\n\"A\": -1}, \"issues\": {\"A\": {\"x\": 1}}}",
     "I008", 2},
    {"a reservation that is text", BRINK_IMPORT_NEGOLOG,
     "{\"reservationValue\":\n\"low\", \"issueWeights\": {\"A\": 1}, \"issues\": {\"A\": {\"x\": 1}}}", "I007", 2},
    {"a column missing", BRINK_IMPORT_ACTORS, "Actor,Capability,Position\na,1,2\n", "I006", 1},
    {"no header", BRINK_IMPORT_ACTORS, "a,1,2,3\n", "I006", 1},
    {"an empty table", BRINK_IMPORT_ACTORS, "", "I006", 1},
    {"a short row", BRINK_IMPORT_ACTORS, "Actor,Capability,Position,Salience\na,1,2\nb,1,2,3\n", "I006", 2},
    {"a number that is text", BRINK_IMPORT_ACTORS, "Actor,Capability,Position,Salience\na,1,2,3\nb,1,left,3\n", "I007",
     3},
    {"a negative capability", BRINK_IMPORT_ACTORS, "Actor,Capability,Position,Salience\na,-1,2,3\nb,1,5,3\n", "I008",
     2},
    {"a salience above 100", BRINK_IMPORT_ACTORS, "Actor,Capability,Position,Salience\na,1,2,3\nb,1,5,300\n", "I008",
     3},
    {"one actor", BRINK_IMPORT_ACTORS, "Actor,Capability,Position,Salience\na,1,2,3\n", "I006", 0},
    {"one position", BRINK_IMPORT_ACTORS, "Actor,Capability,Position,Salience\na,1,2,3\nb,1,2,3\n", "I008", 0},
    {"no UTF-8", BRINK_IMPORT_ACTORS, "Actor,Capability,Position,Salience\na\xE9,1,2,3\nb,1,3,3\n", "I003", 0},
};

static void every_broken_json_file_or_table_gets_its_diagnostic(void **state) {
    (void)state;
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        Text texts[] = {{.name = "first", .text = cases[i].text}, {0}, {0}};
        if (cases[i].format == BRINK_IMPORT_GENIUSWEB) texts[1] = web[1];
        if (cases[i].format == BRINK_IMPORT_NEGOLOG) texts[1] = log[1];
        Made made = made_from_texts(cases[i].format, texts);
        if (!was_said(&made, cases[i].code)) print_error("%s:\n", cases[i].what);
        assert_said(&made, cases[i].code, cases[i].line);
        assert_int_equal(made.status, BRINK_BAD_INPUT);
        made_free(&made);
    }
}

static void profiles_of_two_domains_do_not_go_together(void **state) {
    (void)state;
    const Text texts[] = {
        log[0],
        {.name = "b.json", .text = SIDE("{\"A\": 1, \"B\": 0}", "{\"x\": 1, \"z\": 0}", "{\"p\": 1, \"q\": 0}")},
        {0}};
    Made made = made_from_texts(BRINK_IMPORT_NEGOLOG, texts);
    assert_said(&made, "I009", 2);
    assert_said(&made, "I010", 2);
    made_free(&made);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(geniusweb_lines_and_lists_are_valued),
        cmocka_unit_test(a_geniusweb_reservation_is_the_worth_of_its_bid),
        cmocka_unit_test(geniusweb_groups_become_synergies),
        cmocka_unit_test(a_geniusweb_domain_may_come_first),
        cmocka_unit_test(negolog_utilities_are_taken_as_they_are),
        cmocka_unit_test(a_negolog_specs_file_gives_the_title),
        cmocka_unit_test(actors_lose_salience_with_distance),
        cmocka_unit_test(only_the_most_powerful_actors_sign),
        cmocka_unit_test(the_weighted_median_is_a_draft),
        cmocka_unit_test(every_broken_json_file_or_table_gets_its_diagnostic),
        cmocka_unit_test(profiles_of_two_domains_do_not_go_together),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
