/* SPDX-License-Identifier: GPL-3.0-or-later
 * Every malformed scenario of this folder says exactly what stands beside it in NAME.expected: place, code, message,
 * hint, and the line with its caret. What is expected is written from the format's description, not from the output. */
#include <brink/brink.h>

#include <dirent.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#define FOLDER REPOSITORY "/tests/malformed/"

enum { CASE_MAX = 256, NAME_MAX_LENGTH = 100 };

/* Codes of reading (S) and checking (C) that no small file shows, and why. Those that a test of their own shows are
 * named there. */
static const char *const elsewhere[][2] = {
    {"S005", "needs a file of more than 8 MB: tests/scenario/tree.c"},
    {"S015", "a path given with --set, in no file: tests/scenario/edits.c"},
    {"S016", "there is no file: tests/scenario/edits.c"},
    {"S034", "kept for keys to come: every key of today is supported"},
};

static const char *const codes[] = {
#define DIAGNOSTIC(code, name, severity, title) code,
#include "base/diagnostics.def"
#undef DIAGNOSTIC
};

typedef struct Cases {
    int count;
    char names[CASE_MAX][NAME_MAX_LENGTH]; /* without .yaml */
} Cases;

static int by_name(const void *a, const void *b) {
    return strcmp(a, b);
}

static void list_cases(Cases *cases) {
    DIR *folder = opendir(FOLDER);
    assert_non_null(folder);
    cases->count = 0;
    for (struct dirent *entry; (entry = readdir(folder));) {
        size_t length = strlen(entry->d_name);
        if (length < 6 || strcmp(entry->d_name + length - 5, ".yaml") != 0) continue;
        assert_true(cases->count < CASE_MAX && length < NAME_MAX_LENGTH);
        memcpy(cases->names[cases->count], entry->d_name, length - 5);
        cases->names[cases->count++][length - 5] = '\0';
    }
    closedir(folder);
    qsort(cases->names, (size_t)cases->count, sizeof cases->names[0], by_name);
}

/* The caller's; fails the test where there is no such file. */
static char *read_file(const char *name, const char *ending, size_t *length) {
    char path[1024];
    snprintf(path, sizeof path, "%s%s%s", FOLDER, name, ending);
    FILE *file = fopen(path, "rb");
    if (!file) print_error("%s cannot be read\n", path);
    assert_non_null(file);
    char *text = malloc(1 << 16);
    assert_non_null(text);
    *length = fread(text, 1, (1 << 16) - 1, file);
    text[*length] = '\0';
    fclose(file);
    return text;
}

/* Everything the program says of a case; the number of errors in `errors`. The caller's. */
static char *diagnose(const char *name, size_t *errors) {
    char file[NAME_MAX_LENGTH + 5], *drawn = NULL;
    size_t length;
    BrinkDiagnostics *diagnostics = NULL;
    BrinkScenario *scenario = NULL;
    char *text = read_file(name, ".yaml", &length);
    snprintf(file, sizeof file, "%s.yaml", name);
    assert_int_equal(brink_diagnostics_new(&diagnostics), BRINK_OK);
    BrinkStatus status = brink_scenario_parse(text, length, file, diagnostics, &scenario);
    if (status == BRINK_OK) status = brink_scenario_check(scenario, diagnostics);
    *errors = brink_diagnostics_error_count(diagnostics);
    assert_int_equal(status, *errors > 0 ? BRINK_BAD_INPUT : BRINK_OK);
    assert_int_equal(brink_diagnostics_draw(diagnostics, false, 0, &drawn), BRINK_OK);
    brink_scenario_free(scenario);
    brink_diagnostics_free(diagnostics);
    free(text);
    return drawn;
}

static void every_malformed_file_is_told_what_is_expected(void **state) {
    (void)state;
    Cases cases;
    list_cases(&cases);
    int wrong = 0;
    for (int i = 0; i < cases.count; i++) {
        size_t length, errors;
        char *expected = read_file(cases.names[i], ".expected", &length), *drawn = diagnose(cases.names[i], &errors);
        if (strcmp(expected, drawn) != 0) {
            print_error("---- %s: expected\n%s---- but said\n%s\n", cases.names[i], expected, drawn);
            wrong++;
        }
        free(expected);
        brink_text_free(drawn);
    }
    assert_int_equal(wrong, 0);
}

static void sixty_files_are_malformed_and_ten_of_them_in_several_places(void **state) {
    (void)state;
    Cases cases;
    list_cases(&cases);
    int malformed = 0, several = 0;
    for (int i = 0; i < cases.count; i++) {
        size_t errors;
        brink_text_free(diagnose(cases.names[i], &errors));
        malformed += errors > 0;
        several += errors > 1;
    }
    assert_true(malformed >= 60);
    assert_true(several >= 10);
}

/* Whether a case expects the code. */
static bool is_shown(const Cases *cases, const char *code) {
    char mark[16];
    snprintf(mark, sizeof mark, "[%s]: ", code);
    bool found = false;
    for (int i = 0; i < cases->count && !found; i++) {
        size_t length;
        char *expected = read_file(cases->names[i], ".expected", &length);
        found = strstr(expected, mark) != NULL;
        free(expected);
    }
    return found;
}

static const char *reason_elsewhere(const char *code) {
    for (size_t i = 0; i < sizeof elsewhere / sizeof *elsewhere; i++)
        if (strcmp(elsewhere[i][0], code) == 0) return elsewhere[i][1];
    return NULL;
}

static void every_code_of_reading_and_checking_is_shown_by_a_file(void **state) {
    (void)state;
    Cases cases;
    list_cases(&cases);
    int missing = 0;
    for (size_t i = 0; i < sizeof codes / sizeof *codes; i++) {
        if (codes[i][0] != 'S' && codes[i][0] != 'C') continue;
        bool shown = is_shown(&cases, codes[i]);
        if (shown != !reason_elsewhere(codes[i])) {
            print_error("%s is %s\n", codes[i], shown ? "shown, and listed as shown elsewhere" : "shown by no file");
            missing++;
        }
    }
    assert_int_equal(missing, 0);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(every_malformed_file_is_told_what_is_expected),
        cmocka_unit_test(sixty_files_are_malformed_and_ten_of_them_in_several_places),
        cmocka_unit_test(every_code_of_reading_and_checking_is_shown_by_a_file),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
