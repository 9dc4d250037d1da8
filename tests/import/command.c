/* SPDX-License-Identifier: GPL-3.0-or-later
 * The command `brink import`: its exit status, and files that are whole or as they were. The program's path is the
 * test's argument. */
#include "by_hand.h"

#include <dirent.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

#define ACTORS "Actor,Capability,Position,Salience\na,1,0,50\nb,2,1,60\n"

static char *program;
static char folder[32];

static void write_text(const char *name, const char *text) {
    char path[64];
    snprintf(path, sizeof path, "%s/%s", folder, name);
    FILE *file = fopen(path, "wb");
    assert_non_null(file);
    assert_true(fputs(text, file) >= 0);
    assert_int_equal(fclose(file), 0);
}

static void assert_begins(const char *name, const char *text) {
    char path[64], bytes[128] = "";
    snprintf(path, sizeof path, "%s/%s", folder, name);
    FILE *file = fopen(path, "rb");
    assert_non_null(file);
    size_t length = fread(bytes, 1, sizeof bytes - 1, file);
    assert_int_equal(fclose(file), 0);
    assert_true(length >= strlen(text));
    assert_memory_equal(bytes, text, strlen(text));
}

static int count_files(void) {
    int count = 0;
    DIR *directory = opendir(folder);
    assert_non_null(directory);
    for (struct dirent *entry; (entry = readdir(directory));) count += entry->d_name[0] != '.';
    closedir(directory);
    return count;
}

static int run(const char *words) {
    char command[512];
    snprintf(command, sizeof command, "cd %s && '%s' %s >said 2>&1", folder, program, words);
    int status = system(command);
    assert_true(WIFEXITED(status));
    return WEXITSTATUS(status);
}

static int open_folder(void **state) {
    (void)state;
    snprintf(folder, sizeof folder, "/tmp/brink-command-XXXXXX");
    return mkdtemp(folder) ? 0 : -1;
}

static int close_folder(void **state) {
    char command[64];
    (void)state;
    snprintf(command, sizeof command, "rm -r %s", folder);
    return system(command);
}

static void a_good_import_is_written_checks_and_runs(void **state) {
    (void)state;
    write_text("t.csv", ACTORS);
    assert_int_equal(run("import actors t.csv -o t.yaml"), 0);
    assert_begins("t.yaml", "# Made by `brink import`.");
    assert_int_equal(count_files(), 3); /* table, scenario, what was said */
    assert_int_equal(run("check t.yaml"), 0);
    assert_int_equal(run("run t.yaml --no-error --json - --quiet"), 0);
    assert_begins("said", "{");
}

static void a_failed_import_leaves_the_file_as_it_was(void **state) {
    (void)state;
    write_text("t.csv", ACTORS "c,many,0,50\n");
    write_text("t.yaml", "as it was");
    assert_int_equal(run("import actors t.csv -o t.yaml"), 2);
    assert_begins("said", "t.csv:4:3: error[I007]:");
    assert_begins("t.yaml", "as it was");
    assert_int_equal(count_files(), 3);
}

static void without_a_path_the_scenario_goes_to_standard_output(void **state) {
    (void)state;
    write_text("t.csv", ACTORS);
    assert_int_equal(run("import actors t.csv"), 0);
    assert_begins("said", "# Made by `brink import`.");
    assert_int_equal(count_files(), 2);
}

static void wrong_arguments_are_bad_input(void **state) {
    (void)state;
    write_text("t.csv", ACTORS);
    assert_int_equal(run("import"), 2);
    assert_int_equal(run("import ktab t.csv"), 2);
    assert_begins("said", "error[U002]: there is no format ktab");
    assert_int_equal(run("import actors t.csv --steps 1"), 2);
    assert_int_equal(run("import actors nowhere.csv"), 2);
    assert_begins("said", "nowhere.csv: error[I001]:");
}

int main(int count, char **words) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(a_good_import_is_written_checks_and_runs, open_folder, close_folder),
        cmocka_unit_test_setup_teardown(a_failed_import_leaves_the_file_as_it_was, open_folder, close_folder),
        cmocka_unit_test_setup_teardown(without_a_path_the_scenario_goes_to_standard_output, open_folder, close_folder),
        cmocka_unit_test_setup_teardown(wrong_arguments_are_bad_input, open_folder, close_folder),
    };
    program = count == 2 ? realpath(words[1], NULL) : NULL; /* the tests run it from another folder */
    if (!program) return 2;
    int failures = cmocka_run_group_tests(tests, NULL, NULL);
    free(program);
    return failures;
}
