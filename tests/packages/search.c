/* SPDX-License-Identifier: GPL-3.0-or-later
 * agenda.search: the drafts added are the best by the stated product, found here a second time by looking at every
 * package. */
#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>
#include <jansson.h>

#include "packages/packages.h"
#include "scenario/scenario.h"
#include "settlement/settlement.h"

static BrinkScenario *read_with(const char *file, const char *search) {
    BrinkScenario *scenario = NULL;
    char path[256];
    snprintf(path, sizeof path, "%s/scenarios/%s.yaml", REPOSITORY, file);
    assert_int_equal(brink_scenario_read(path, NULL, &scenario), BRINK_OK);
    assert_int_equal(brink_scenario_set(scenario, "agenda.search", search, NULL), BRINK_OK);
    return scenario;
}

/* ---- The witness ---- */

enum { SCORES_MOST = 4096 };

static double score_of(const Situation *s, Settlements *settlements, const int *options, bool *is_signed) {
    double score = 0;
    *is_signed = false;
    for (int profile = 0; profile < settlement_profile_count(s); profile++) {
        int types[16];
        double term = 1;
        bool signs = true;
        const Settled *settled = settlements_get(settlements, options, 0, s->now, profile);
        settlement_profile_types(s, profile, types);
        for (int party = 0; party < s->party_count; party++) {
            int type = types[party];
            double least = fmax(s->collapse[type], s->lapse[(s->date_count - 1) * s->type_total + type]);
            term *= s->prior[type];
            if (!s->signs[party]) continue;
            term *= fmax(0, settled->value[party] - least);
            signs = signs && settled->value[party] - settlement_red_lines(s, type, 0, options) >= least;
        }
        score += term;
        *is_signed = *is_signed || signs;
    }
    return score;
}

static bool is_drafted(const Situation *s, const int *options) {
    for (int draft = 0; draft < s->draft_count; draft++)
        if (s->draft_kind[draft] == DRAFT_FINAL &&
            memcmp(s->draft_option + draft * s->issue_count, options, (size_t)s->issue_count * sizeof *options) == 0)
            return true;
    return false;
}

static bool next(const Situation *s, int *options) {
    for (int k = s->issue_count - 1; k >= 0; k--) {
        if (++options[k] < s->option_start[k + 1]) return true;
        options[k] = s->option_start[k];
    }
    return false;
}

/* The scores of the packages that may be added, the best first; how many there are. */
static int list_scores(const Situation *s, double scores[SCORES_MOST], Arena *arena) {
    int options[32], count = 0;
    Settlements *settlements = settlements_new(s, arena);
    memcpy(options, s->option_start, (size_t)s->issue_count * sizeof *options);
    do {
        bool is_signed;
        double score = score_of(s, settlements, options, &is_signed);
        if (!is_signed || score <= 0 || is_drafted(s, options) || !packages_obey_rules(s, options)) continue;
        assert_true(count < SCORES_MOST);
        int at = count++;
        for (; at > 0 && scores[at - 1] < score; at--) scores[at] = scores[at - 1];
        scores[at] = score;
    } while (next(s, options));
    return count;
}

static void the_best_packages_are_found(void **state) {
    (void)state;
    static double scores[SCORES_MOST];
    static const char *const files[] = {"cuba-1962",        "geneva-2026",   "ultimatum",
                                        "autoworkers-2023", "nile-dam-2020", "trade-war-2019"};
    for (size_t f = 0; f < sizeof files / sizeof *files; f++) {
        BrinkScenario *handle = read_with(files[f], "{best: 5}");
        const Scenario *scenario = NULL;
        Situation *s = NULL;
        Arena *arena = arena_new();
        PackageFound found[5];
        int count = 0;
        assert_int_equal(scenario_checked(handle, NULL, &scenario), BRINK_OK);
        assert_int_equal(situation_new(scenario, 0, (Draw){.is_centre = true}, arena, &s), BRINK_OK);
        assert_int_equal(s->search_best, 5);
        bool *is_own = arena_array(arena, (size_t)s->draft_count, sizeof *is_own);
        double most_left;
        assert_int_equal(packages_search(s, packages_search_default(is_own, 5), NULL, arena, found, &count, &most_left),
                         BRINK_OK);
        assert_true(isinf(most_left));
        assert_int_equal(count, fmin(5, list_scores(s, scores, arena)));
        for (int i = 0; i < count; i++) assert_true(fabs(found[i].score - scores[i]) <= 1e-12 * scores[i]);
        arena_free(arena);
        brink_scenario_free(handle);
    }
}

/* As if there were too many to be looked at: a whole search finds the same, one that is cut short claims nothing false.
 */
static void a_search_by_branch_and_bound_proves_what_it_says(void **state) {
    (void)state;
    enum { BEST = 4 };
    static double expected[SCORES_MOST];
    static const char *const files[] = {"cuba-1962", "geneva-2026", "autoworkers-2023", "nile-dam-2020",
                                        "trade-war-2019"};
    int cut = 0;
    for (size_t f = 0; f < sizeof files / sizeof *files; f++) {
        BrinkScenario *handle = read_with(files[f], "{best: 4}");
        const Scenario *scenario = NULL;
        Situation *s = NULL;
        Arena *arena = arena_new();
        assert_int_equal(scenario_checked(handle, NULL, &scenario), BRINK_OK);
        assert_int_equal(situation_new(scenario, 0, (Draw){.is_centre = true}, arena, &s), BRINK_OK);
        int known = list_scores(s, expected, arena);
        for (size_t looks = 1; looks < 10000; looks *= 3) {
            PackageFound found[BEST];
            int count = 0;
            double most_left;
            PackageSearch search =
                packages_search_default(arena_array(arena, (size_t)s->draft_count, sizeof *search.is_own), BEST);
            search.listed_most = 0;
            search.looks_most = looks;
            assert_int_equal(packages_search(s, search, NULL, arena, found, &count, &most_left), BRINK_OK);
            cut += !isinf(most_left);
            for (int i = 0; i < BEST && i < known; i++) {
                if (i < count) assert_true(found[i].score <= expected[i] * (1 + 1e-12));
                double at_most = i < count ? fmax(found[i].score, most_left) : most_left;
                assert_true(expected[i] <= at_most * (1 + 1e-9));
            }
        }
        arena_free(arena);
        brink_scenario_free(handle);
    }
    assert_true(cut > 3);
}

/* ---- In a run ---- */

static json_t *outlook_of(BrinkScenario *scenario) {
    BrinkOutlook *outlook = NULL;
    BrinkSolveSettings settings = brink_solve_settings_default();
    char *text = NULL;
    settings.rounds = 1;
    settings.resolution = 2;
    settings.with_error = false;
    assert_int_equal(brink_scenario_solve(scenario, &settings, NULL, NULL, &outlook), BRINK_OK);
    assert_int_equal(brink_outlook_json(outlook, &text), BRINK_OK);
    json_t *json = json_loads(text, 0, NULL);
    assert_non_null(json);
    brink_text_free(text);
    brink_outlook_free(outlook);
    return json;
}

static void found_packages_are_drafts_of_the_run(void **state) {
    (void)state;
    BrinkScenario *scenario = read_with("cuba-1962", "{best: 2}");
    json_t *first = outlook_of(scenario), *second = outlook_of(scenario);
    const json_t *packages = json_object_get(first, "packages");
    assert_non_null(json_object_get(packages, "found-1"));
    assert_non_null(json_object_get(packages, "found-2"));
    assert_null(json_object_get(packages, "found-3"));
    /* solving again finds the same and edits nothing more */
    json_object_del(first, "seconds");
    json_object_del(second, "seconds");
    assert_true(json_equal(first, second));
    json_decref(first);
    json_decref(second);
    brink_scenario_free(scenario);
}

static void a_search_without_a_number_is_refused(void **state) {
    (void)state;
    static const char *const wrong[] = {"{}", "{best: 0}", "{best: 65}", "{best: many}"};
    for (size_t i = 0; i < sizeof wrong / sizeof *wrong; i++) {
        BrinkScenario *scenario = read_with("cuba-1962", wrong[i]);
        BrinkDiagnostics *diagnostics = NULL;
        assert_int_equal(brink_diagnostics_new(&diagnostics), BRINK_OK);
        assert_int_equal(brink_scenario_check(scenario, diagnostics), BRINK_BAD_INPUT);
        assert_true(brink_diagnostics_error_count(diagnostics) > 0);
        brink_diagnostics_free(diagnostics);
        brink_scenario_free(scenario);
    }
}

static size_t warned_of(const BrinkDiagnostics *diagnostics, const char *text) {
    size_t count = 0;
    for (size_t i = 0; i < brink_diagnostics_count(diagnostics); i++) {
        const BrinkDiagnostic *item = brink_diagnostics_get(diagnostics, i);
        count += strcmp(item->code, "P004") == 0 && strstr(item->message, text) && item->span.line > 0;
    }
    return count;
}

static void a_draft_that_nobody_would_sign_is_warned_of(void **state) {
    (void)state;
    BrinkScenario *scenario = NULL;
    BrinkDiagnostics *of_check = NULL, *of_run = NULL;
    BrinkOutlook *outlook = NULL;
    BrinkSolveSettings settings = brink_solve_settings_default();
    settings.with_error = false;
    assert_int_equal(brink_diagnostics_new(&of_check), BRINK_OK);
    assert_int_equal(brink_diagnostics_new(&of_run), BRINK_OK);
    assert_int_equal(brink_scenario_read(REPOSITORY "/scenarios/ultimatum.yaml", NULL, &scenario), BRINK_OK);
    assert_int_equal(brink_scenario_check_drafts(scenario, of_check), BRINK_OK);
    assert_int_equal(brink_diagnostics_count(of_check), 0);
    assert_int_equal(
        brink_scenario_set(scenario, "parties.south.outside", "{collapse: 900, lapse: 900, conflict: 900}", NULL),
        BRINK_OK);
    assert_int_equal(brink_scenario_check_drafts(scenario, of_check), BRINK_OK);
    assert_int_equal(brink_scenario_solve(scenario, &settings, of_run, NULL, &outlook), BRINK_OK);
    assert_true(warned_of(of_check, "`demand`") == 1 && warned_of(of_run, "`demand`") == 1);
    assert_true(warned_of(of_check, "`compromise`") == 1 && warned_of(of_run, "`compromise`") == 1);
    brink_outlook_free(outlook);
    brink_scenario_free(scenario);
    brink_diagnostics_free(of_check);
    brink_diagnostics_free(of_run);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(the_best_packages_are_found),
        cmocka_unit_test(a_search_by_branch_and_bound_proves_what_it_says),
        cmocka_unit_test(found_packages_are_drafts_of_the_run),
        cmocka_unit_test(a_search_without_a_number_is_refused),
        cmocka_unit_test(a_draft_that_nobody_would_sign_is_warned_of),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
