/* SPDX-License-Identifier: GPL-3.0-or-later
 * Files meant to hurt: each is refused with the diagnostic it deserves, or answered, in a process that ends by itself
 * and takes no more than 200 MB. The base is fuzz/base.yaml, of which one text is replaced by another. */
#include <brink/brink.h>

#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cmocka.h>

typedef struct Text {
    char *bytes;
    size_t length, room;
} Text;

static void add_bytes(Text *text, const char *bytes, size_t length) {
    if (text->length + length > text->room) {
        text->room = 2 * (text->length + length);
        text->bytes = realloc(text->bytes, text->room);
        assert_non_null(text->bytes);
    }
    memcpy(text->bytes + text->length, bytes, length);
    text->length += length;
}

static void add(Text *text, const char *string) {
    add_bytes(text, string, strlen(string));
}

/* `format` may name the running number once, as %d. */
static void add_times(Text *text, const char *format, int count) {
    char part[256];
    for (int i = 0; i < count; i++) {
        snprintf(part, sizeof part, format, i, i);
        add(text, part);
    }
}

static Text base_text(void) {
    FILE *file = fopen(REPOSITORY "/fuzz/base.yaml", "rb");
    char bytes[8192];
    assert_non_null(file);
    size_t length = fread(bytes, 1, sizeof bytes, file);
    fclose(file);
    Text text = {0};
    add_bytes(&text, bytes, length);
    return text;
}

/* The base with the first `old` replaced by front, `count` times `part`, and back. */
static Text swell(const char *old, const char *front, const char *part, int count, const char *back) {
    Text base = base_text(), text = {0};
    add_bytes(&base, "", 1);
    const char *at = strstr(base.bytes, old);
    assert_non_null(at);
    add_bytes(&text, base.bytes, (size_t)(at - base.bytes));
    add(&text, front);
    add_times(&text, part, count);
    add(&text, back);
    add(&text, at + strlen(old));
    free(base.bytes);
    return text;
}

static Text with(const char *old, const char *new) {
    return swell(old, new, "", 0, "");
}

/* ---- In a process of its own ---- */

enum { GOOD = 10, NO_CODE, WRONG_CODE, SHOWS_CONTROL };

static bool has_code(const BrinkDiagnostics *diagnostics, const char *code) {
    for (size_t i = 0; i < brink_diagnostics_count(diagnostics); i++)
        if (strcmp(brink_diagnostics_get(diagnostics, i)->code, code) == 0) return true;
    return false;
}

static BrinkStatus solve(const Text *text, BrinkDiagnostics *diagnostics) {
    BrinkScenario *scenario = NULL;
    BrinkOutlook *outlook = NULL;
    BrinkSolveSettings settings = brink_solve_settings_default();
    settings.resolution = 2;
    settings.threads = 1; /* OpenMP's threads do not survive the fork of `expect` */
    settings.with_error = false;
    settings.memory = 150u << 20;
    BrinkStatus status = brink_scenario_parse(text->bytes, text->length, "hostile.yaml", diagnostics, &scenario);
    if (status == BRINK_OK) status = brink_scenario_solve(scenario, &settings, diagnostics, NULL, &outlook);
    brink_outlook_free(outlook);
    brink_scenario_free(scenario);
    return status;
}

typedef BrinkStatus (*Task)(const Text *text, BrinkDiagnostics *diagnostics);

/* `code` NULL: answered. What is refused is refused in full: the diagnostics can be drawn. */
static int judge(Task task, const Text *text, const char *code) {
    BrinkDiagnostics *diagnostics = NULL;
    char *drawn = NULL;
    if (brink_diagnostics_new(&diagnostics) != BRINK_OK) return NO_CODE;
    BrinkStatus status = task(text, diagnostics);
    int result = GOOD;
    if ((status == BRINK_OK) != (code == NULL)) result = NO_CODE;
    if (code && !has_code(diagnostics, code)) result = WRONG_CODE;
    if (brink_diagnostics_draw(diagnostics, false, 0, &drawn) != BRINK_OK) result = NO_CODE;
    for (const char *at = drawn; at && *at; at++)
        if ((unsigned char)*at < 0x20 && *at != '\n') result = SHOWS_CONTROL;
    if (result != GOOD) fprintf(stderr, "%.2000s\n", drawn ? drawn : "");
    brink_text_free(drawn);
    brink_diagnostics_free(diagnostics);
    return result;
}

/* Peak of the process in MB; a sanitizer's own memory does not count, so nothing is said of it there. */
static bool is_small(const struct rusage *usage) {
#if defined(__SANITIZE_ADDRESS__)
    (void)usage;
    return true;
#else
    return usage->ru_maxrss < 200 * 1000;
#endif
}

static void expect_of(Task task, Text text, const char *code) {
    int status = 0;
    struct rusage usage;
    fflush(NULL);
    pid_t child = fork();
    assert_true(child >= 0);
    if (child == 0) _exit(judge(task, &text, code));
    assert_int_equal(wait4(child, &status, 0, &usage), child);
    free(text.bytes);
    assert_true(WIFEXITED(status));
    assert_int_equal(WEXITSTATUS(status), GOOD);
    assert_true(is_small(&usage));
}

static void expect(Text text, const char *code) {
    expect_of(solve, text, code);
}

/* ---- Bytes ---- */

static void a_file_cut_short_anywhere_is_refused_or_answered(void **state) {
    (void)state;
    Text whole = base_text();
    for (size_t length = 0; length < whole.length; length += 7) {
        BrinkDiagnostics *diagnostics = NULL;
        Text part = {whole.bytes, length, length};
        assert_int_equal(brink_diagnostics_new(&diagnostics), BRINK_OK);
        BrinkStatus status = solve(&part, diagnostics);
        assert_true(status == BRINK_OK || status == BRINK_BAD_INPUT);
        assert_int_equal(status != BRINK_OK, brink_diagnostics_error_count(diagnostics) > 0);
        brink_diagnostics_free(diagnostics);
    }
    free(whole.bytes);
}

static void binary_junk_is_not_utf8(void **state) {
    (void)state;
    Text text = {0};
    uint32_t seed = 1;
    for (int i = 0; i < 1000000; i++) {
        seed = seed * 1664525u + 1013904223u;
        add_bytes(&text, (char[]){(char)(seed >> 24)}, 1);
    }
    expect(text, "S002");
}

static void zero_bytes_are_refused(void **state) {
    (void)state;
    Text text = {0};
    for (int i = 0; i < 100000; i++) add_bytes(&text, "", 1);
    expect(text, "S002");
}

static void an_empty_file_says_so(void **state) {
    (void)state;
    Text text = {0};
    add(&text, "");
    expect(text, "S013");
    text = (Text){0};
    add_times(&text, "\n", 5000000);
    expect(text, "S013");
}

static void line_ends_of_other_systems_and_a_byte_order_mark_are_read(void **state) {
    (void)state;
    Text base = base_text(), crlf = {0}, bom = {0};
    for (size_t i = 0; i < base.length; i++) {
        if (base.bytes[i] == '\n') add(&crlf, "\r");
        add_bytes(&crlf, &base.bytes[i], 1);
    }
    add(&bom, "\xEF\xBB\xBF");
    add_bytes(&bom, base.bytes, base.length);
    free(base.bytes);
    expect(crlf, NULL);
    expect(bom, NULL);
}

static void what_a_terminal_would_obey_is_not_drawn(void **state) {
    (void)state;
    expect(with("A small one", "\"\\e[2J\"\n\"\\e[31m\\u202Ekey\": 1"), "S020");
}

/* ---- Shapes ---- */

static void ten_megabytes_are_too_long_whatever_they_hold(void **state) {
    (void)state;
    Text text = {0};
    add_times(&text, "[", 10000000);
    expect(text, "S005");
}

static void nesting_is_refused_at_its_limit(void **state) {
    (void)state;
    const char *const kinds[] = {"[", "{a: ", "- "};
    for (int i = 0; i < 3; i++) {
        Text text = {0};
        add_times(&text, kinds[i], 1900000);
        expect(text, "S004");
    }
}

static void keys_repeated_many_times_are_duplicates(void **state) {
    (void)state;
    Text text = {0};
    add_times(&text, "a: 1\n", 90000);
    expect(text, "S003");
}

static void an_anchor_inside_itself_is_a_cycle(void **state) {
    (void)state;
    expect(with("A small one", "&a {b: *a}"), "S008");
}

static void a_billion_laughs_hold_too_many_values(void **state) {
    (void)state;
    Text text = {0};
    add(&text, "a: &a0 [x, x, x, x, x, x, x, x, x]\n");
    for (int i = 1; i < 12; i++) {
        char line[256];
        snprintf(line, sizeof line, "a%d: &a%d [*a%d, *a%d, *a%d, *a%d, *a%d, *a%d, *a%d, *a%d]\n", i, i, i - 1, i - 1,
                 i - 1, i - 1, i - 1, i - 1, i - 1, i - 1);
        add(&text, line);
    }
    expect(text, "S006");
}

static void anchors_beyond_count_are_refused(void **state) {
    (void)state;
    Text text = {0};
    add_times(&text, "- &a%d x\n", 90000);
    expect(text, "S006");
}

static void a_file_of_mistakes_ends_with_the_first_of_them(void **state) {
    (void)state;
    Text text = {0};
    add_times(&text, "k%d: 1\n", 90000);
    expect(text, "S020");
}

/* The list keeps 200; a file that is read into a full list is read to its end all the same. */
static void warnings_beyond_count_do_not_end_the_reading(void **state) {
    (void)state;
    const char *const calm = "calm";
    BrinkDiagnostics *diagnostics = NULL;
    BrinkScenario *scenario = NULL;
    BrinkStudy *study = NULL;
    BrinkStudySettings settings = brink_study_settings_default();
    settings.threads = 1;
    Text text = swell("    swap:", "", "    d%d: {land: new}\n", 250, "    swap:");
    assert_int_equal(brink_diagnostics_new(&diagnostics), BRINK_OK);
    assert_int_equal(brink_scenario_parse(text.bytes, text.length, "hostile.yaml", diagnostics, &scenario), BRINK_OK);
    assert_int_equal(brink_scenario_check(scenario, diagnostics), BRINK_OK);
    assert_int_equal(brink_diagnostics_count(diagnostics), 200);
    assert_int_equal(brink_scenario_compare(scenario, &calm, 1, &settings, diagnostics, &study), BRINK_OK);
    brink_study_free(study);
    brink_scenario_free(scenario);
    brink_diagnostics_free(diagnostics);
    free(text.bytes);
}

/* ---- Numbers ---- */

static void numbers_that_are_none_are_refused(void **state) {
    (void)state;
    expect(with("weight: 9", "weight: .nan"), "S023");
    expect(with("weight: 9", "weight: -.inf"), "S023");
    expect(with("weight: 9", "weight: 1e400"), "S023");
    expect(with("weight: 9", "weight: 0x10"), "S022");
}

static void weights_of_1e308_are_not_solved_and_say_where(void **state) {
    (void)state;
    expect(with("weight: 9", "weight: 1e308"), "V001");
    expect(with("collapse: -3", "collapse: -1e308"), "V001");
}

static void tiny_and_huge_rates_are_answered(void **state) {
    (void)state;
    expect(with("risk: 0.05", "risk: 1e308"), NULL);
    expect(with("7 days", "1e-300 days"), NULL);
    expect(with("patience: 0.95", "patience: 1e-320"), NULL);
}

/* ---- Size ---- */

static void a_thousand_rounds_are_answered(void **state) {
    (void)state;
    expect(with("rounds: 1}", "rounds: 1000}"), NULL);
}

static void names_beyond_count_are_refused(void **state) {
    (void)state;
    const char *const types = "{one: {prior: 0.6}, two: {prior: rest, outside: {collapse: 1}}}";
    expect(swell("  b:\n", "", "  p%d: {}\n", 30, "  b:\n"), "S037");
    expect(swell(types, "{", "t%d: {prior: 0}, ", 60000, "last: {prior: rest}}"), "S037");
    expect(swell("    swap:", "", "    d%d: {land: new}\n", 60000, "    swap:"), "S037");
    expect(swell("[{calm: {}}, ", "[", "{r%d: {}}, ", 60000, "{calm: {}}, "), "S037");
}

static void too_many_combinations_are_refused_before_they_are_built(void **state) {
    (void)state;
    expect(swell("red_lines: [", "red_lines: [", "{when: {land: new}, cost: 1}, ", 30000, ""), NULL);
    expect(swell("slow: [", "slow: [", "{after: 1 days}, ", 40000, ""), "C011");
    expect(swell("variants: {", "variants: {", "v%d: {set: {parties.b.patience: 0.9, title: x, about: y}}, ", 990, ""),
           NULL);
    expect(swell("variants: {", "variants: {", "v%d: {set: {variants.v0.name: x, title: x, about: y}}, ", 990, ""),
           "S037");
}

static void more_memory_than_allowed_is_refused_before_it_is_taken(void **state) {
    (void)state;
    const char *const types = "{one: {prior: 0.6}, two: {prior: rest, outside: {collapse: 1}}}";
    expect(swell(types, "{", "t%d: {prior: 0.001}, ", 400, "last: {prior: rest}}"), "G002");
    expect(swell("  b:\n", "", "  p%d: {}\n", 12, "  b:\n"), "G002");
    expect(swell("[{calm: {}}, ", "[", "{r%d: {}}, ", 950, "{calm: {}}, "), "G002");
    expect(with("rounds: 1}", "rounds: 1000}\ninterim: {calm: 1}"), NULL);
}

/* ---- Size of studies ---- */

static BrinkStatus study(const Text *text, BrinkDiagnostics *diagnostics,
                         BrinkStatus (*make)(BrinkScenario *, const BrinkStudySettings *, BrinkDiagnostics *,
                                             BrinkStudy **)) {
    BrinkScenario *scenario = NULL;
    BrinkStudy *result = NULL;
    BrinkStudySettings settings = brink_study_settings_default();
    settings.threads = 1;
    settings.draws = 1;
    settings.memory = 150u << 20;
    BrinkStatus status = brink_scenario_parse(text->bytes, text->length, "hostile.yaml", diagnostics, &scenario);
    if (status == BRINK_OK) status = make(scenario, &settings, diagnostics, &result);
    brink_study_free(result);
    brink_scenario_free(scenario);
    return status;
}

static BrinkStatus sweep(const Text *text, BrinkDiagnostics *diagnostics) {
    return study(text, diagnostics, brink_scenario_sweep);
}

static BrinkStatus decide_claims(const Text *text, BrinkDiagnostics *diagnostics) {
    return study(text, diagnostics, brink_scenario_claims);
}

static BrinkStatus compare_with_calm(BrinkScenario *scenario, const BrinkStudySettings *settings,
                                     BrinkDiagnostics *diagnostics, BrinkStudy **result) {
    return brink_scenario_compare(scenario, (const char *const[]){"calm"}, 1, settings, diagnostics, result);
}

static BrinkStatus compare(const Text *text, BrinkDiagnostics *diagnostics) {
    return study(text, diagnostics, compare_with_calm);
}

static void a_study_that_needs_more_memory_than_allowed_is_refused(void **state) {
    (void)state;
    const Task studies[] = {sweep, decide_claims, compare};
    for (int i = 0; i < 3; i++) {
        expect_of(studies[i], with("A small one", "As it was"), NULL);
        expect_of(studies[i], swell("  b:\n", "", "  p%d: {}\n", 12, "  b:\n"), "G002");
        expect_of(studies[i], swell("[{calm: {}}, ", "[", "{r%d: {}}, ", 950, "{calm: {}}, "), "G002");
    }
}

/* The scenario is small, what the change of structure makes of it is not. */
static void a_variant_that_needs_more_memory_than_allowed_is_refused(void **state) {
    (void)state;
    const char *const rounds = "variants: {calm: {set: {clock.rounds: 1000, parties.a.postures: [";
    Text text = swell("variants: {calm: {set: {parties.a.only: [calm], ", rounds, "{r%d: {}}, ", 200,
                      "{calm: {}}, {firm: {}}], ");
    expect_of(sweep, (Text){strdup(text.bytes), text.length, text.length}, NULL);
    expect_of(decide_claims, (Text){strdup(text.bytes), text.length, text.length}, "G002");
    expect_of(compare, text, "G002");
}

static BrinkStatus safeguards(const Text *text, BrinkDiagnostics *diagnostics) {
    BrinkScenario *scenario = NULL;
    BrinkSafeguards *result = NULL;
    BrinkSafeguardsSettings settings = brink_safeguards_settings_default();
    char *json = NULL;
    settings.memory = 150u << 20;
    BrinkStatus status = brink_scenario_parse(text->bytes, text->length, "hostile.yaml", diagnostics, &scenario);
    if (status == BRINK_OK) status = brink_scenario_safeguards(scenario, &settings, diagnostics, &result);
    if (status == BRINK_OK) status = brink_safeguards_json(result, &json);
    brink_text_free(json);
    brink_safeguards_free(result);
    brink_scenario_free(scenario);
    return status;
}

/* Drafts of one content over a thousand rounds: the refusal stands out from hundreds of warnings. */
static void safeguards_that_need_more_memory_than_allowed_are_refused(void **state) {
    (void)state;
    const char *const old = "rounds: 1}", *const new = "rounds: 1000}\nsafeguards: {stockpile: {60%: 40 kg}}";
    const int counts[] = {25, 400};
    for (int i = 0; i < 2; i++) {
        Text text = swell("drafts:\n", "drafts:\n", "    d%d: {land: new}\n", counts[i], ""), whole = {0};
        add_bytes(&text, "", 1);
        const char *at = strstr(text.bytes, old);
        assert_non_null(at);
        add_bytes(&whole, text.bytes, (size_t)(at - text.bytes));
        add(&whole, new);
        add(&whole, at + strlen(old));
        free(text.bytes);
        expect_of(safeguards, whole, i ? "G002" : NULL);
    }
}

static const char *hint_of(const BrinkDiagnostics *diagnostics, const char *code) {
    for (size_t i = 0; i < brink_diagnostics_count(diagnostics); i++)
        if (strcmp(brink_diagnostics_get(diagnostics, i)->code, code) == 0)
            return brink_diagnostics_get(diagnostics, i)->hint;
    return NULL;
}

static void a_study_on_too_many_threads_is_told_how_many_fit(void **state) {
    (void)state;
    BrinkDiagnostics *diagnostics = NULL;
    BrinkScenario *scenario = NULL;
    BrinkStudy *study = NULL;
    BrinkStudySettings settings = brink_study_settings_default();
    settings.draws = 1;
    settings.rounds = 2;
    settings.threads = 1000;
    settings.memory = 20u << 20;
    assert_int_equal(brink_diagnostics_new(&diagnostics), BRINK_OK);
    assert_int_equal(brink_scenario_read(REPOSITORY "/scenarios/cuba-1962.yaml", diagnostics, &scenario), BRINK_OK);
    assert_int_equal(brink_scenario_sweep(scenario, &settings, diagnostics, &study), BRINK_BAD_INPUT);
    const char *hint = hint_of(diagnostics, "G002"), *threads = hint ? strstr(hint, "--threads ") : NULL;
    assert_non_null(threads);
    settings.threads = atoi(threads + strlen("--threads "));
    assert_in_range(settings.threads, 1, 500);
    assert_int_equal(brink_scenario_sweep(scenario, &settings, NULL, &study), BRINK_OK);
    brink_study_free(study);
    brink_scenario_free(scenario);
    brink_diagnostics_free(diagnostics);
}

static void a_refusal_for_memory_says_what_would_shrink_it(void **state) {
    (void)state;
    BrinkDiagnostics *diagnostics = NULL;
    BrinkScenario *scenario = NULL;
    BrinkSize size;
    BrinkSolveSettings settings = brink_solve_settings_default();
    settings.memory = 8000000;
    settings.resolution = 10;
    assert_int_equal(brink_diagnostics_new(&diagnostics), BRINK_OK);
    assert_int_equal(brink_scenario_read(REPOSITORY "/scenarios/cuba-1962.yaml", diagnostics, &scenario), BRINK_OK);
    assert_int_equal(brink_scenario_size(scenario, &settings, diagnostics, &size), BRINK_BAD_INPUT);
    const char *hint = hint_of(diagnostics, "G002");
    assert_non_null(hint);
    const char *resolution = strstr(hint, "--resolution "), *rounds = strstr(hint, "--rounds ");
    assert_non_null(strstr(hint, "--memory"));
    assert_true(resolution || rounds);
    if (resolution)
        settings.resolution = atoi(resolution + strlen("--resolution "));
    else
        settings.rounds = atoi(rounds + strlen("--rounds "));
    assert_int_equal(brink_scenario_size(scenario, &settings, NULL, &size), BRINK_OK); /* and it does */
    assert_true(size.bytes <= settings.memory);
    brink_scenario_free(scenario);
    brink_diagnostics_free(diagnostics);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_file_cut_short_anywhere_is_refused_or_answered),
        cmocka_unit_test(binary_junk_is_not_utf8),
        cmocka_unit_test(zero_bytes_are_refused),
        cmocka_unit_test(an_empty_file_says_so),
        cmocka_unit_test(line_ends_of_other_systems_and_a_byte_order_mark_are_read),
        cmocka_unit_test(what_a_terminal_would_obey_is_not_drawn),
        cmocka_unit_test(ten_megabytes_are_too_long_whatever_they_hold),
        cmocka_unit_test(nesting_is_refused_at_its_limit),
        cmocka_unit_test(keys_repeated_many_times_are_duplicates),
        cmocka_unit_test(an_anchor_inside_itself_is_a_cycle),
        cmocka_unit_test(a_billion_laughs_hold_too_many_values),
        cmocka_unit_test(anchors_beyond_count_are_refused),
        cmocka_unit_test(a_file_of_mistakes_ends_with_the_first_of_them),
        cmocka_unit_test(warnings_beyond_count_do_not_end_the_reading),
        cmocka_unit_test(numbers_that_are_none_are_refused),
        cmocka_unit_test(weights_of_1e308_are_not_solved_and_say_where),
        cmocka_unit_test(tiny_and_huge_rates_are_answered),
        cmocka_unit_test(a_thousand_rounds_are_answered),
        cmocka_unit_test(names_beyond_count_are_refused),
        cmocka_unit_test(too_many_combinations_are_refused_before_they_are_built),
        cmocka_unit_test(more_memory_than_allowed_is_refused_before_it_is_taken),
        cmocka_unit_test(a_study_that_needs_more_memory_than_allowed_is_refused),
        cmocka_unit_test(safeguards_that_need_more_memory_than_allowed_are_refused),
        cmocka_unit_test(a_variant_that_needs_more_memory_than_allowed_is_refused),
        cmocka_unit_test(a_refusal_for_memory_says_what_would_shrink_it),
        cmocka_unit_test(a_study_on_too_many_threads_is_told_how_many_fit), /* last: after it no fork has OpenMP */
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
