/* SPDX-License-Identifier: GPL-3.0-or-later
 * Words that stand for numbers: what they mean is compared with the directive's own table and with closed forms. */
#include "pipeline.h"

#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#define NEAR(a, b) assert_true(fabs((a) - (b)) <= 1e-12)

static const char form[] = "brink: 1\n"
                           "title: Words\n"
                           "clock: {start: 2030-01-01, every: 20 days, rounds: 1}\n"
                           "sources: {BOOK: A book}\n"
                           "bands: {heavy: {pert: [20, 30, 50], from: BOOK}, fair: {uniform: [0.2, 0.4]}%s}\n"
                           "parties:\n"
                           "  a: {types: {x: {prior: %s}, y: {prior: rest}}, rationality: %s}\n"
                           "  b: {rationality: {is: high, note: a careful house}}\n"
                           "issues: {k: {today: no, options: {no: {}, yes: {}}}}\n"
                           "preferences:\n"
                           "  a: {k: {weight: heavy, scores: {no: 0, yes: 100}}}\n"
                           "  b: {k: {weight: {is: heavy, note: mine}, scores: {no: 100, yes: 0}}}\n"
                           "agenda: {drafts: {deal: {k: yes}}}\n";

static Pipeline read_with(const char *more, const char *prior, const char *rationality) {
    char text[2048];
    snprintf(text, sizeof text, form, more, prior, rationality);
    return pipeline_read(text, 0);
}

static int number_at(const Scenario *scenario, const char *path) {
    for (int i = 0; i < scenario->number_count; i++)
        if (scenario->numbers[i].is_stated && strcmp(scenario->numbers[i].path, path) == 0) return i;
    fail_msg("no number at %s", path);
    return -1;
}

/* ICD 203 (2015), D.6.e.(2)(a): the table's percentages. A uniform from l to h has mean (l + h) / 2 and quantiles
 * l + u (h - l). */
static void words_for_probabilities_are_those_of_the_directive(void **state) {
    (void)state;
    static const struct {
        const char *word;
        double low, high;
    } rows[] = {{"almost no chance", 0.01, 0.05},    {"very unlikely", 0.05, 0.20}, {"unlikely", 0.20, 0.45},
                {"roughly even chance", 0.45, 0.55}, {"likely", 0.55, 0.80},        {"very likely", 0.80, 0.95},
                {"almost certain", 0.95, 0.99}};
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        Pipeline p = read_with("", rows[i].word, "0.1");
        int number = number_at(p.scenario, "parties.a.types.x.prior");
        assert_string_equal(p.scenario->numbers[number].band, rows[i].word);
        assert_true(number_is_assumption(&p.scenario->numbers[number]));
        NEAR(p.situation->prior[0], (rows[i].low + rows[i].high) / 2);
        NEAR(p.situation->prior[1], 1 - (rows[i].low + rows[i].high) / 2);
        NEAR(number_mean(p.scenario, number), (rows[i].low + rows[i].high) / 2);
        for (double u = 0.1; u < 1; u += 0.2)
            NEAR(number_quantile(p.scenario, number, u), rows[i].low + u * (rows[i].high - rows[i].low));
        NEAR(number_cdf(p.scenario, number, rows[i].low), 0);
        NEAR(number_cdf(p.scenario, number, rows[i].high), 1);
        pipeline_free(&p);
    }
}

/* At the median λ the better of two by 10 points is taken p times of 1: 1 / (1 + exp(-10 λ)) = p. A lognormal of factor
 * f has mean m exp((ln f)² / 2), and its quantiles at Φ(±1) are m f and m / f. */
static void words_for_rationality_say_how_often_the_better_is_taken(void **state) {
    (void)state;
    static const struct {
        const char *word;
        double p;
    } rows[] = {{"low", 0.60}, {"medium", 0.77}, {"high", 0.95}};
    const double one_sigma = 0.841344746068542948585;
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        Pipeline p = read_with("", "0.5", rows[i].word);
        int number = number_at(p.scenario, "parties.a.rationality");
        double median = p.situation->rationality[0];
        NEAR(1 / (1 + exp(-10 * median)), rows[i].p);
        NEAR(number_mean(p.scenario, number), median * exp(log(1.5) * log(1.5) / 2));
        NEAR(number_quantile(p.scenario, number, 0.5), median);
        NEAR(number_quantile(p.scenario, number, one_sigma), median * 1.5);
        NEAR(number_quantile(p.scenario, number, 1 - one_sigma), median / 1.5);
        pipeline_free(&p);
    }
}

static void a_band_of_the_file_stands_with_its_reasons_unless_the_use_has_its_own(void **state) {
    (void)state;
    Pipeline p = read_with("", "fair", "fair");
    int a = number_at(p.scenario, "preferences.a.k.weight"), b = number_at(p.scenario, "preferences.b.k.weight");
    NEAR(p.situation->weight[0], 30);
    NEAR(number_mean(p.scenario, a), (20 + 4 * 30 + 50) / 6.0);
    NEAR(p.situation->prior[0], 0.3);
    NEAR(p.situation->rationality[0], 0.3);
    assert_string_equal(p.scenario->numbers[a].source, "BOOK");
    assert_null(p.scenario->numbers[a].note);
    assert_string_equal(p.scenario->numbers[b].note, "mine");
    assert_true(p.scenario->numbers[a].stream != p.scenario->numbers[b].stream); /* drawn apart */
    pipeline_free(&p);
}

static void a_band_of_the_file_goes_before_one_of_the_language(void **state) {
    (void)state;
    Pipeline p = read_with(", very likely: {uniform: [0.7, 0.8]}, high: 0.4", "very likely", "high");
    NEAR(p.situation->prior[0], 0.75);
    NEAR(p.situation->rationality[0], 0.4);
    NEAR(p.situation->rationality[2], 0.4);
    pipeline_free(&p);
}

static void changes_may_use_bands_and_change_them(void **state) {
    (void)state;
    Pipeline p = read_with("", "0.5", "0.1");
    BrinkDiagnostics *diagnostics = NULL;
    const Scenario *scenario = NULL;
    Situation *s = NULL;
    assert_int_equal(brink_diagnostics_new(&diagnostics), BRINK_OK);
    assert_int_equal(brink_scenario_set(p.handle, "parties.a.types.x.prior", "very likely", diagnostics), BRINK_OK);
    assert_int_equal(brink_scenario_set(p.handle, "bands.heavy", "{uniform: [10, 14]}", diagnostics), BRINK_OK);
    assert_int_equal(scenario_checked(p.handle, diagnostics, &scenario), BRINK_OK);
    assert_int_equal(situation_new(scenario, 0, (Draw){.is_centre = true}, p.arena, &s), BRINK_OK);
    NEAR(s->prior[0], 0.875);
    NEAR(s->weight[0], 12);
    brink_diagnostics_free(diagnostics);
    pipeline_free(&p);
}

/* Drawn below 0 a prior is 0; with z_i the draws of two normals both are so in a share of about a quarter. */
static void priors_that_are_all_drawn_as_zero_are_equal(void **state) {
    (void)state;
    static const char text[] = "brink: 1\n"
                               "title: Nobody\n"
                               "clock: {start: 2030-01-01, every: 20 days, rounds: 1}\n"
                               "parties:\n"
                               "  a: {types: {x: {prior: {normal: [0.01, 1]}}, y: {prior: {normal: [0.01, 1]}}}}\n"
                               "  b: {}\n"
                               "issues: {k: {today: no, options: {no: {}, yes: {}}}}\n"
                               "preferences:\n"
                               "  a: {k: {weight: 10, scores: {no: 0, yes: 100}}}\n"
                               "  b: {k: {weight: 10, scores: {no: 100, yes: 0}}}\n"
                               "agenda: {drafts: {deal: {k: yes}}}\n";
    enum { DRAWS = 400 };
    Pipeline p = pipeline_read(text, 0);
    int equal = 0;
    for (uint64_t index = 0; index < DRAWS; index++) {
        situation_fill(p.scenario, (Draw){.seed = 1, .index = index}, p.situation);
        assert_true(p.situation->prior[0] >= 0 && p.situation->prior[1] >= 0);
        NEAR(p.situation->prior[0] + p.situation->prior[1], 1);
        equal += p.situation->prior[0] == 0.5 && p.situation->prior[1] == 0.5;
    }
    assert_in_range(equal, DRAWS / 6, DRAWS / 3);
    pipeline_free(&p);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(words_for_probabilities_are_those_of_the_directive),
        cmocka_unit_test(words_for_rationality_say_how_often_the_better_is_taken),
        cmocka_unit_test(a_band_of_the_file_stands_with_its_reasons_unless_the_use_has_its_own),
        cmocka_unit_test(a_band_of_the_file_goes_before_one_of_the_language),
        cmocka_unit_test(changes_may_use_bands_and_change_them),
        cmocka_unit_test(priors_that_are_all_drawn_as_zero_are_equal),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
