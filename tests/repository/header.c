/* SPDX-License-Identifier: GPL-3.0-or-later
 * The public header compiles alone, in C17 and in C++17, without a warning; and every public function says what it
 * does.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

static int compile(const char *compiler, const char *language) {
    char command[2048];
    snprintf(command, sizeof command,
             "%s -std=%s -x %s -Wall -Wextra -Wpedantic -Werror -fsyntax-only -I %s/include %s/include/brink/brink.h",
             compiler, language, strcmp(compiler, CXX) == 0 ? "c++" : "c", REPOSITORY, REPOSITORY);
    return system(command);
}

static void the_header_compiles_alone_as_c(void **state) {
    (void)state;
    assert_int_equal(compile(CC, "c17"), 0);
}

static void the_header_compiles_alone_as_cxx(void **state) {
    (void)state;
    if (*CXX == '\0') skip();
    assert_int_equal(compile(CXX, "c++17"), 0);
}

static char *read_header(void) {
    FILE *file = fopen(REPOSITORY "/include/brink/brink.h", "rb");
    assert_non_null(file);
    char *text = calloc(1 << 16, 1);
    assert_non_null(text);
    assert_true(fread(text, 1, (1 << 16) - 1, file) > 1000);
    fclose(file);
    return text;
}

/* The start of the line before `line`; NULL at the first. */
static const char *line_before(const char *text, const char *line) {
    if (line == text) return NULL;
    for (line--; line > text && line[-1] != '\n'; line--) {
    }
    return line;
}

/* Whether the declaration that starts at `line` has a comment: on its own lines, or right above. */
static bool is_documented(const char *text, const char *line) {
    const char *end = strchr(line, ';'), *newline = end ? strchr(end, '\n') : NULL;
    const char *comment = end ? strstr(end, "/*") : NULL;
    if (comment && newline && comment < newline) return true;
    const char *above = line_before(text, line);
    return above && strstr(above, "*/") && strstr(above, "*/") < line && strstr(above, "----") != above + 3;
}

static int undocumented(const char *text) {
    int count = 0, functions = 0;
    for (const char *line = text; line; line = strchr(line, '\n') ? strchr(line, '\n') + 1 : NULL) {
        if (strncmp(line, "BRINK_API ", 10) != 0) continue;
        functions++;
        if (is_documented(text, line)) continue;
        print_error("without a word: %.*s\n", (int)strcspn(line, "\n"), line);
        count++;
    }
    assert_true(functions > 0);
    return count;
}

static void every_public_function_is_documented(void **state) {
    (void)state;
    char *text = read_header();
    assert_int_equal(undocumented(text), 0);
    free(text);
}

static void a_function_without_a_word_is_found(void **state) {
    (void)state;
    assert_int_equal(
        undocumented("/* Frees it. */\nBRINK_API void brink_free(void *x);\nBRINK_API int brink_x(void);\n"
                     "BRINK_API int brink_y(void); /* y */\n/* ---- Part ---- */\nBRINK_API int brink_z(void);\n"),
        2);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(the_header_compiles_alone_as_c),
        cmocka_unit_test(the_header_compiles_alone_as_cxx),
        cmocka_unit_test(every_public_function_is_documented),
        cmocka_unit_test(a_function_without_a_word_is_found),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
