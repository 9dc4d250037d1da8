/* SPDX-License-Identifier: GPL-3.0-or-later
 * Safeguards and timetables through the public door: what the JSON says, what the page says of it, what is refused, and
 * that the YAML of a design is a scenario's. */
#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>

#include <brink/brink.h>
#include <jansson.h>

#include "report/utf8.h"

static const char text[] =
    "brink: 1\n"
    "title: A stock and its inspectors\n"
    "clock: {start: 2026-03-03, every: 14 days, rounds: 3}\n"
    "parties:\n"
    "  us: {types: {mild: {prior: 0.25}, stern: {prior: rest, requires_detection: 0.9, unverifiable: 7}}}\n"
    "  iran: {breach_penalty: 20}\n"
    "issues:\n"
    "  enrichment: {performer: iran, today: open, options: {open: {swu: 5000}, civil: {swu: 1000, cap: 3.67%}}}\n"
    "  stock: {performer: iran, today: kept, options: {kept: {}, out: {stock: exported}}}\n"
    "  relief: {performer: us, today: none, options: {none: {}, full: {}}}\n"
    "  eyes: {today: none, options: {none: {}, weekly: {detects: iran, detect_after: 60 days, timetable: two}}}\n"
    "preferences:\n"
    "  us: {enrichment: {weight: 20, scores: {open: 0, civil: 100}}, relief: {weight: 9, scores: {none: 100, full: "
    "0}}}\n"
    "  iran: {enrichment: {weight: 9, scores: {open: 100, civil: 0}}, relief: {weight: 30, scores: {none: 0, full: "
    "100}}}\n"
    "timetables:\n"
    "  two: [{after: 30 days, ambiguity: 0.02}, {after: 90 days, ambiguity: 0.05, shares: {relief: 1, enrichment: "
    "1}}]\n"
    "safeguards: {stockpile: {60%: {uniform: [20 kg, 40 kg]}, 5%: 2000 kg}}\n"
    "agenda:\n"
    "  drafts:\n"
    "    principles: {framework: true, leads_to: [keep]}\n"
    "    keep: {enrichment: civil, relief: full, eyes: weekly}\n"
    "    out: {enrichment: civil, stock: out, relief: full, eyes: weekly}\n"
    "    nothing: {eyes: weekly}\n";

static BrinkScenario *read_scenario(void) {
    BrinkScenario *scenario = NULL;
    assert_int_equal(brink_scenario_parse(text, strlen(text), "text", NULL, &scenario), BRINK_OK);
    return scenario;
}

static json_t *parse(char *json) {
    json_t *tree = json_loads(json, 0, NULL);
    assert_non_null(tree);
    brink_text_free(json);
    return tree;
}

static double number(const json_t *object, const char *key) {
    return json_number_value(json_object_get(object, key));
}

static void assert_width(const char *page, int columns) {
    char line[1024];
    for (size_t length; *page; page += length + (page[length] == '\n')) {
        length = strcspn(page, "\n");
        assert_true(length < sizeof line);
        memcpy(line, page, length);
        line[length] = '\0';
        if (utf8_width(line) > columns) fail_msg("too wide: %s", line);
    }
}

/* ---- Safeguards ---- */

static void safeguards_tell_breakout_detection_and_who_can_verify(void **state) {
    (void)state;
    BrinkScenario *scenario = read_scenario();
    BrinkSafeguards *safeguards = NULL;
    char *json = NULL, *page = NULL;
    BrinkSafeguardsSettings settings = {.draws = 50, .seed = 1};
    assert_int_equal(brink_scenario_safeguards(scenario, &settings, NULL, &safeguards), BRINK_OK);
    assert_int_equal(brink_safeguards_json(safeguards, &json), BRINK_OK);
    assert_int_equal(brink_safeguards_text(safeguards, 80, &page), BRINK_OK);
    json_t *tree = parse(json), *packages = json_object_get(tree, "packages");
    assert_int_equal(json_array_size(packages), 4); /* today and three drafts; a framework has no content */
    const json_t *keep = json_array_get(packages, 1), *out = json_array_get(packages, 2);
    const json_t *kept = json_array_get(json_object_get(keep, "dates"), 0),
                 *gone = json_array_get(json_object_get(out, "dates"), 0);
    double days = number(kept, "breakout"), beta = number(json_object_get(kept, "detection"), "iran");
    assert_true(fabs(beta - (1 - exp(-days / 60))) < 1e-12);
    assert_true(number(gone, "breakout") > 3 * days);
    assert_true(fabs(number(json_object_get(out, "change"), "exported") - 2030) <
                1e-9); /* beyond the cap; the centre of the draws */
    const json_t *spread = json_object_get(keep, "spread");
    assert_true(number(spread, "p10") < number(spread, "p50") && number(spread, "p50") < number(spread, "p90"));
    assert_true(json_is_true(json_object_get(json_object_get(json_object_get(kept, "verifiable"), "us"), "stern")) ==
                (beta >= 0.9));
    assert_null(json_object_get(json_object_get(json_object_get(kept, "verifiable"), "us"), "mild"));
    assert_width(page, 80);
    assert_non_null(strstr(page, "60 %"));
    assert_non_null(strstr(page, "2,030 kg leave the country"));
    brink_text_free(page);
    json_decref(tree);
    brink_safeguards_free(safeguards);
    brink_scenario_free(scenario);
}

static void the_physics_can_be_asked_by_itself(void **state) {
    (void)state;
    BrinkEnrichment fuel;
    assert_int_equal(brink_enrichment(1, 0.035, 0.00711, 0.003, NULL, &fuel), BRINK_OK);
    assert_true(fabs(fuel.work - 4.339) < 5e-4 && fabs(fuel.feed - 7.786) < 5e-4);
    const double mass[] = {202.8}, assay[] = {0.0367};
    BrinkBreakoutTask task = {mass, assay, 1, 0.00711, 0.003, false, 0.9, 25, 5000, NULL, NULL, 0};
    double days = 0;
    assert_int_equal(brink_breakout(&task, NULL, &days), BRINK_OK);
    assert_true(days > 300 && days < 340);
    const double stored[] = {20000}, reinstall[] = {90};
    double alone = days;
    task.stored = stored;
    task.reinstall = reinstall;
    task.store_count = 1;
    assert_int_equal(brink_breakout(&task, NULL, &days), BRINK_OK);
    /* 5000 and, after 90 days, 20,000 SWU a year more: 45 of these days are lost */
    assert_true(days > 90 && fabs(25000 * days - 20000 * 45 - 5000 * alone) < 1e-3);
    BrinkDiagnostics *diagnostics = NULL;
    assert_int_equal(brink_diagnostics_new(&diagnostics), BRINK_OK);
    task.tails_assay = 0.01;
    assert_int_equal(brink_breakout(&task, diagnostics, &days), BRINK_BAD_INPUT);
    assert_string_equal(brink_diagnostics_get(diagnostics, 0)->code, "N003");
    brink_diagnostics_free(diagnostics);
}

static void thinning_and_cascades_can_be_asked_by_themselves(void **state) {
    (void)state;
    BrinkDilution thin;
    BrinkDiagnostics *diagnostics = NULL;
    assert_int_equal(brink_dilution(440.9, 0.60, 0.00711, 0.0367, NULL, &thin), BRINK_OK);
    assert_true(fabs(thin.blendstock - 8393.3) < 0.05 && fabs(thin.work_destroyed - 14154) < 0.5);
    BrinkCascadeStage stages[12];
    BrinkCascade cascade;
    assert_int_equal(brink_cascade(1, 0.00711, 1.3, 8, 4, NULL, stages, &cascade), BRINK_OK);
    assert_int_equal(stages[0].stage, -4);
    assert_true(fabs(stages[11].heads - 1) < 1e-12 && fabs(stages[11].heads_assay - cascade.product_assay) < 1e-15);
    assert_true(fabs(cascade.flow * 0.3 / 2.3 * log(1.3) - cascade.work) < 1e-9);
    assert_int_equal(brink_diagnostics_new(&diagnostics), BRINK_OK);
    assert_int_equal(brink_dilution(1, 0.05, 0.00711, 0.2, diagnostics, &thin), BRINK_BAD_INPUT);
    assert_string_equal(brink_diagnostics_get(diagnostics, 0)->code, "N006");
    assert_int_equal(brink_cascade(1, 0.00711, 1, 8, 4, diagnostics, stages, &cascade), BRINK_BAD_INPUT);
    assert_int_equal(brink_cascade(1, 0.00711, 1.3, 2147483647, 4, diagnostics, stages, &cascade), BRINK_BAD_INPUT);
    assert_string_equal(brink_diagnostics_get(diagnostics, 2)->code, "N007");
    double days;
    BrinkBreakoutTask task = {.feed_assay = 0.00711, .tails_assay = 0.003, .product_assay = 0.9, .quantity = 25};
    assert_int_equal(brink_breakout(&task, diagnostics, &days), BRINK_OK);
    assert_true(isinf(days));
    assert_string_equal(brink_diagnostics_get(diagnostics, 3)->code, "N014");
    brink_diagnostics_free(diagnostics);
}

/* ---- Timetables ---- */

static BrinkStatus ask(BrinkTimetableSettings settings, BrinkDiagnostics *diagnostics, BrinkTimetable **result) {
    BrinkScenario *scenario = read_scenario();
    BrinkStatus status = brink_scenario_timetable(scenario, &settings, diagnostics, result);
    brink_scenario_free(scenario);
    return status;
}

static json_t *timetable_json(const BrinkTimetable *timetable) {
    char *json = NULL;
    assert_int_equal(brink_timetable_json(timetable, &json), BRINK_OK);
    return parse(json);
}

static void a_timetable_tells_completion_over_the_types_asked_for(void **state) {
    (void)state;
    BrinkTimetable *all = NULL, *mild = NULL;
    BrinkTimetableSettings settings = brink_timetable_settings_default();
    settings.draft = "keep";
    assert_int_equal(ask(settings, NULL, &all), BRINK_OK);
    settings.types = "us=mild";
    assert_int_equal(ask(settings, NULL, &mild), BRINK_OK);
    json_t *tree = timetable_json(all), *profiles = json_object_get(tree, "profiles"), *one = timetable_json(mild);
    double sum = 0;
    for (size_t i = 0; i < json_array_size(profiles); i++)
        sum += number(json_array_get(profiles, i), "probability") * number(json_array_get(profiles, i), "complied");
    assert_int_equal(json_array_size(profiles), 2);
    assert_int_equal(json_array_size(json_object_get(one, "profiles")), 1);
    assert_true(fabs(brink_timetable_completion(all) - sum) < 1e-12);
    assert_true(fabs(brink_timetable_completion(mild) -
                     number(json_array_get(json_object_get(one, "profiles"), 0), "complied")) < 1e-12);
    assert_true(json_is_null(json_object_get(tree, "design")));
    const json_t *inspection =
        json_object_get(tree, "inspection"); /* what watches iran takes its time; nothing watches us */
    const json_t *iran = json_object_get(inspection, "iran");
    double needed = number(iran, "needed"), days = number(tree, "breakout");
    if (needed > 0) assert_true(fabs(number(iran, "interval") + days / log1p(-needed)) < 1e-6 * days);
    assert_true(json_is_null(json_object_get(json_object_get(inspection, "us"), "interval")));
    char *page = NULL;
    assert_int_equal(brink_timetable_text(all, 80, &page), BRINK_OK);
    assert_width(page, 80);
    assert_non_null(strstr(page, "would it hold?"));
    brink_text_free(page);
    json_decref(tree);
    json_decref(one);
    brink_timetable_free(all);
    brink_timetable_free(mild);
}

/* Somebody held out against a text: who is stern is then likelier than the file says. The weights are those with which
 * the outlook starts. */
static void types_are_weighed_by_the_history_where_that_is_asked_for(void **state) {
    (void)state;
    BrinkScenario *scenario = read_scenario();
    BrinkTimetable *before = NULL, *after = NULL;
    BrinkOutlook *outlook = NULL;
    BrinkTimetableSettings settings = brink_timetable_settings_default();
    BrinkSolveSettings solve = brink_solve_settings_default();
    char *json = NULL, *page = NULL;
    solve.with_error = false;
    assert_int_equal(brink_scenario_set(scenario, "parties.us.types.stern.requires_detection", "1", NULL), BRINK_OK);
    assert_int_equal(brink_scenario_set(scenario, "history",
                                        "[{round: 2026-03-03, held: true, tabled: keep, answers: {us: hold, iran: "
                                        "accept}}]",
                                        NULL),
                     BRINK_OK);
    assert_int_equal(brink_scenario_solve(scenario, &solve, NULL, NULL, &outlook), BRINK_OK);
    assert_int_equal(brink_outlook_json(outlook, &json), BRINK_OK);
    settings.draft = "keep";
    assert_int_equal(brink_scenario_timetable(scenario, &settings, NULL, &before), BRINK_OK);
    settings.after_history = true;
    assert_int_equal(brink_scenario_timetable(scenario, &settings, NULL, &after), BRINK_OK);
    json_t *told = parse(json), *file = timetable_json(before), *moved = timetable_json(after);
    double mild = number(json_array_get(json_object_get(file, "profiles"), 0), "probability"),
           now = number(json_array_get(json_object_get(moved, "profiles"), 0), "probability"),
           believed = number(json_object_get(json_object_get(told, "priors"), "us"), "mild");
    assert_true(fabs(mild - 0.25) < 1e-12);
    assert_true(fabs(now - believed) < 1e-12 && believed < 0.24);
    assert_false(json_is_true(json_object_get(file, "after_history")));
    assert_true(json_is_true(json_object_get(moved, "after_history")));
    assert_int_equal(brink_timetable_text(before, 80, &page), BRINK_OK);
    assert_non_null(strstr(page, "--after-history"));
    brink_text_free(page);
    json_decref(told);
    json_decref(file);
    json_decref(moved);
    brink_outlook_free(outlook);
    brink_timetable_free(before);
    brink_timetable_free(after);
    brink_scenario_free(scenario);
}

/* The YAML stands on the page uncut; pasted and named by an option it gives the completion that was promised. */
static void the_yaml_of_a_design_does_what_the_design_says(void **state) {
    (void)state;
    static const char *const goals[] = {"", "slack", "completion", "order"};
    for (int goal = BRINK_DESIGN_SLACK; goal <= BRINK_DESIGN_ORDER; goal++) {
        BrinkTimetable *designed = NULL, *again = NULL;
        BrinkScenario *scenario = read_scenario();
        BrinkTimetableSettings settings = brink_timetable_settings_default();
        settings.draft = "out";
        settings.design = (BrinkDesignGoal)goal;
        settings.steps = 6;
        settings.phases = 2;
        assert_int_equal(brink_scenario_timetable(scenario, &settings, NULL, &designed), BRINK_OK);
        json_t *tree = timetable_json(designed), *design = json_object_get(tree, "design");
        assert_string_equal(json_string_value(json_object_get(design, "goal")), goals[goal]);
        const char *yaml = json_string_value(json_object_get(design, "yaml")), *list = strstr(yaml, "designed:\n");
        char *page = NULL;
        assert_int_equal(brink_timetable_text(designed, 60, &page), BRINK_OK);
        assert_width(page, 60);
        assert_non_null(strstr(page, yaml));
        assert_int_equal(brink_scenario_set(scenario, "timetables.designed", list + strlen("designed:\n"), NULL),
                         BRINK_OK);
        assert_int_equal(brink_scenario_set(scenario, "issues.eyes.options.weekly.timetable", "designed", NULL),
                         BRINK_OK);
        settings.design = BRINK_DESIGN_NONE;
        assert_int_equal(brink_scenario_timetable(scenario, &settings, NULL, &again), BRINK_OK);
        assert_true(fabs(brink_timetable_completion(again) - number(design, "completion")) < 1e-9);
        brink_text_free(page);
        json_decref(tree);
        brink_timetable_free(designed);
        brink_timetable_free(again);
        brink_scenario_free(scenario);
    }
}

static void assert_refused(BrinkTimetableSettings settings, const char *code) {
    BrinkDiagnostics *diagnostics = NULL;
    BrinkTimetable *timetable = NULL;
    assert_int_equal(brink_diagnostics_new(&diagnostics), BRINK_OK);
    assert_int_equal(ask(settings, diagnostics, &timetable), BRINK_BAD_INPUT);
    assert_null(timetable);
    assert_string_equal(brink_diagnostics_get(diagnostics, 0)->code, code);
    assert_non_null(brink_diagnostics_get(diagnostics, 0)->hint);
    brink_diagnostics_free(diagnostics);
}

static void what_cannot_be_timed_is_refused_with_a_reason(void **state) {
    (void)state;
    BrinkTimetableSettings settings = brink_timetable_settings_default(), other;
    assert_refused(settings, "S028");
    settings.draft = "principles";
    assert_refused(settings, "S028");
    settings.draft = "keep";
    other = settings, other.types = "us=wild";
    assert_refused(other, "U001");
    other = settings, other.meeting = 4;
    assert_refused(other, "U001");
    settings.design = BRINK_DESIGN_SLACK;
    other = settings, other.limits = "relief=1.5";
    assert_refused(other, "U001");
    other = settings, other.most = 0.3;
    assert_refused(other, "N021");
    other = settings, other.steps = 1000;
    assert_refused(other, "N020");
    other = settings, other.draft = "nothing";
    assert_refused(other, "N022");
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(safeguards_tell_breakout_detection_and_who_can_verify),
        cmocka_unit_test(the_physics_can_be_asked_by_itself),
        cmocka_unit_test(thinning_and_cascades_can_be_asked_by_themselves),
        cmocka_unit_test(a_timetable_tells_completion_over_the_types_asked_for),
        cmocka_unit_test(types_are_weighed_by_the_history_where_that_is_asked_for),
        cmocka_unit_test(the_yaml_of_a_design_does_what_the_design_says),
        cmocka_unit_test(what_cannot_be_timed_is_refused_with_a_reason),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
