/* SPDX-License-Identifier: GPL-3.0-or-later
 * The program against Gambit's stored answers to the games of cases/ (make_answers.py): the tree that is exported today
 * is the one that Gambit solved, and the outlook is Gambit's within the error it reports. */
#include "pipeline.h"

#include <dirent.h>
#include <jansson.h>
#include <math.h>
#include <setjmp.h>
#include <sha256.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

enum { RESOLUTION = 20, LEAST_GAMES = 6 };

typedef struct Tally {
    int games, numbers, within, within_five;
} Tally;

static const char *const outcome_names[OUTCOME_COUNT] = {"deal", "interim", "lapse", "collapse", "conflict"};

static json_t *answer_to(const char *name) {
    char path[1024];
    json_error_t error;
    snprintf(path, sizeof path, "%s/tests/gambit/answers/%s.json", REPOSITORY, name);
    json_t *answer = json_load_file(path, 0, &error);
    if (!answer) print_error("%s: %s\n", path, error.text);
    assert_non_null(answer);
    return answer;
}

static char *case_text(const char *name) {
    char path[512];
    snprintf(path, sizeof path, "tests/gambit/cases/%s.yaml", name);
    return pipeline_file(path);
}

static void for_every_case(void (*act)(const char *name, Tally *tally), Tally *tally) {
    DIR *folder = opendir(REPOSITORY "/tests/gambit/cases");
    assert_non_null(folder);
    for (struct dirent *entry; (entry = readdir(folder));) {
        size_t length = strlen(entry->d_name);
        if (length < 6 || strcmp(entry->d_name + length - 5, ".yaml") != 0) continue;
        char name[256];
        snprintf(name, sizeof name, "%.*s", (int)length - 5, entry->d_name);
        act(name, tally);
        tally->games++;
    }
    closedir(folder);
    assert_true(tally->games >= LEAST_GAMES);
}

/* ---- The tree ---- */

static void digest(const char *text, char result[65]) {
    uint8_t bytes[SHA256_DIGEST_LENGTH];
    SHA2_CTX context;
    SHA256Init(&context);
    SHA256Update(&context, (const uint8_t *)text, strlen(text));
    SHA256Final(bytes, &context);
    for (int i = 0; i < SHA256_DIGEST_LENGTH; i++) snprintf(result + 2 * i, 3, "%02x", bytes[i]);
}

static void same_tree(const char *name, Tally *tally) {
    (void)tally;
    char *text = case_text(name), *tree = NULL, found[65];
    json_t *answer = answer_to(name);
    BrinkScenario *scenario = NULL;
    BrinkSolveSettings settings = brink_solve_settings_default();
    assert_int_equal(brink_scenario_parse(text, strlen(text), name, NULL, &scenario), BRINK_OK);
    assert_int_equal(brink_scenario_export_efg(scenario, &settings, NULL, &tree), BRINK_OK);
    digest(tree, found);
    if (strcmp(found, json_string_value(json_object_get(answer, "sha256"))) != 0)
        print_error("%s: the tree has changed; ask Gambit again (make_answers.py)\n", name);
    assert_string_equal(found, json_string_value(json_object_get(answer, "sha256")));
    assert_non_null(strstr(json_string_value(json_object_get(answer, "solved_by")), "pygambit "));
    brink_text_free(tree);
    brink_scenario_free(scenario);
    json_decref(answer);
    free(text);
}

static void gambit_has_solved_the_trees_that_are_exported(void **state) {
    (void)state;
    Tally tally = {0};
    for_every_case(same_tree, &tally);
}

/* ---- The answers ---- */

static void compare(Tally *tally, const char *name, const char *what, double gambit, double fine, double coarse) {
    double difference = fabs(fine - gambit), error = fabs(fine - coarse);
    assert_false(isnan(difference));
    tally->numbers++;
    tally->within += difference <= error + 1e-9;
    tally->within_five += difference <= 5 * error + 1e-6;
    if (difference > 5 * error + 1e-6)
        print_error("%s, %s: %.9f, by Gambit %.9f, error %.1e\n", name, what, fine, gambit, error);
}

/* What Gambit's answer leaves out did not happen. */
static double number(const json_t *object, const char *key) {
    const json_t *value = json_object_get(object, key);
    return value ? json_number_value(value) : 0;
}

static void compare_outcomes(Tally *tally, const char *name, const json_t *gambit, const double *fine,
                             const double *coarse) {
    for (int o = 0; o < OUTCOME_COUNT; o++)
        compare(tally, name, outcome_names[o], number(gambit, outcome_names[o]), fine[o], coarse[o]);
}

static void compare_postures(Tally *tally, const char *name, const json_t *gambit, const Pipeline *fine,
                             const Pipeline *coarse, int round) {
    const Situation *s = fine->situation;
    for (int i = 0; i < s->party_count; i++) {
        const json_t *party = json_object_get(gambit, fine->scenario->parties[i].key);
        for (int g = s->rung_start[i]; party && g < s->rung_start[i + 1]; g++)
            compare(tally, name, fine->scenario->rungs[g].key, number(party, fine->scenario->rungs[g].key),
                    fine->outlook->rounds[round].postures[g], coarse->outlook->rounds[round].postures[g]);
    }
}

static void same_answer(const char *name, Tally *tally) {
    char *text = case_text(name);
    json_t *answer = answer_to(name);
    Pipeline fine = pipeline_read(text, 0), coarse = pipeline_read(text, 0);
    pipeline_solve(&fine, RESOLUTION);
    pipeline_solve(&coarse, RESOLUTION / 2);
    const Outlook *x = fine.outlook, *y = coarse.outlook;
    compare_outcomes(tally, name, json_object_get(answer, "outcomes"), x->outcomes, y->outcomes);
    for (int d = 0; d < x->draft_count; d++)
        compare(tally, name, fine.scenario->drafts[d].key,
                number(json_object_get(answer, "tabled"), fine.scenario->drafts[d].key), x->drafts[d].tabled,
                y->drafts[d].tabled);
    for (int r = 0; r < x->round_count; r++) {
        char round[16];
        snprintf(round, sizeof round, "%d", r + 1);
        compare_outcomes(tally, name, json_object_get(json_object_get(answer, "rounds"), round), x->rounds[r].outcomes,
                         y->rounds[r].outcomes);
        compare_postures(tally, name, json_object_get(json_object_get(answer, "postures"), round), &fine, &coarse, r);
    }
    pipeline_free(&fine);
    pipeline_free(&coarse);
    json_decref(answer);
    free(text);
}

static void the_outlook_is_gambits_within_the_reported_error(void **state) {
    (void)state;
    Tally tally = {0};
    for_every_case(same_answer, &tally);
    print_message("%d games, %d numbers, %d within the error, %d within five times it\n", tally.games, tally.numbers,
                  tally.within, tally.within_five);
    assert_true(tally.numbers > 150);
    assert_int_equal(tally.within_five, tally.numbers);
    assert_true(100 * tally.within >= 95 * tally.numbers);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(gambit_has_solved_the_trees_that_are_exported),
        cmocka_unit_test(the_outlook_is_gambits_within_the_reported_error),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
