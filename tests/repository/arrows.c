/* SPDX-License-Identifier: GPL-3.0-or-later
 * The arrows between the rooms: every `#include "…"` of src/ is read, and none may run back up. A room includes itself
 * and the one door of rooms before it; the program and the server see brink.h alone; kernels see arrays. */
#include <dirent.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

#include <cmocka.h>

/* In reading order: data goes down the list and never back up. */
static const char *const rooms[] = {"base",  "scenario", "import", "settlement", "packages", "game",
                                    "solve", "outlook",  "study",  "ledger",     "report",   "api"};
enum { ROOM_COUNT = sizeof rooms / sizeof *rooms, PATH_MAX_LENGTH = 1024 };
static const char *const hosts[] = {"cli", "serve"}; /* they see brink.h and their own files */

/* ---- The rule ---- */

static bool is_one_of(const char *name, size_t length, const char *const *names, int count) {
    for (int i = 0; i < count; i++)
        if (strlen(names[i]) == length && strncmp(name, names[i], length) == 0) return true;
    return false;
}

static int room_number(const char *path) {
    size_t length = strcspn(path, "/");
    for (int i = 0; i < ROOM_COUNT; i++)
        if (strlen(rooms[i]) == length && strncmp(path, rooms[i], length) == 0) return i;
    return -1;
}

static bool is_door(const char *included, int room) {
    char door[64];
    snprintf(door, sizeof door, "%s/%s.h", rooms[room], rooms[room]);
    if (strcmp(included, door) == 0) return true;
    return strcmp(rooms[room], "scenario") == 0 &&
           (strcmp(included, "scenario/situation.h") == 0 || strcmp(included, "scenario/situation.def") == 0);
}

/* What is wrong with a file of src/ (by its path there) that includes another; NULL where nothing is. */
static const char *mistake(const char *file, const char *included) {
    const char *slash = strchr(included, '/');
    bool is_system = *included == '<';
    if (is_system) included++;
    if (strncmp(file, "solve/kernels/", 14) == 0)
        return (is_system && strncmp(included, "brink/", 6) != 0) || !slash ||
                       strncmp(included, "solve/kernels/", 14) == 0
                   ? NULL
                   : "kernels see arrays alone";
    if (is_system || !slash) return NULL; /* a library's, or of the same folder */
    if (is_one_of(file, strcspn(file, "/"), hosts, 2)) {
        size_t own = strcspn(file, "/") + 1;
        return strncmp(file, included, own) == 0 ? NULL : "the program and the server see brink.h alone";
    }
    int from = room_number(file), to = room_number(included);
    if (from < 0) return "the file is in no room";
    if (to < 0) return "what it includes is in no room";
    if (from == to) return NULL;
    if (to > from) return "this arrow runs back up";
    return is_door(included, to) ? NULL : "a room has one door";
}

/* ---- Reading the tree ---- */

typedef struct Reading {
    int files, includes, mistakes;
} Reading;

/* What a line includes: the name without quotes, with a `<` in front for a library's; false where it includes nothing.
 */
static bool included_by(const char *line, char included[PATH_MAX_LENGTH]) {
    line += strspn(line, " \t");
    if (*line++ != '#') return false;
    line += strspn(line, " \t");
    if (strncmp(line, "include", 7) != 0) return false;
    line += 7 + strspn(line + 7, " \t");
    if (*line != '"' && *line != '<') return false;
    bool is_system = *line == '<';
    size_t length = strcspn(line + 1, "\">");
    snprintf(included, PATH_MAX_LENGTH, "%s%.*s", is_system ? "<" : "", (int)length, line + 1);
    return true;
}

static void read_file(Reading *reading, const char *path, const char *within) {
    FILE *file = fopen(path, "rb");
    assert_non_null(file);
    char line[4096], included[PATH_MAX_LENGTH];
    while (fgets(line, sizeof line, file)) {
        if (!included_by(line, included)) continue;
        const char *wrong = mistake(within, included);
        reading->includes++;
        reading->mistakes += wrong != NULL;
        if (wrong) print_error("src/%s includes %s: %s\n", within, included, wrong);
    }
    fclose(file);
    reading->files++;
}

static bool is_source(const char *name) {
    const char *dot = strrchr(name, '.');
    return dot && (strcmp(dot, ".c") == 0 || strcmp(dot, ".h") == 0 || strcmp(dot, ".def") == 0);
}

/* `within` is the path below src/, "" for src/ itself. */
static void read_folder(Reading *reading, const char *within) {
    char path[2 * PATH_MAX_LENGTH], inside[PATH_MAX_LENGTH];
    snprintf(path, sizeof path, "%s/src/%s", REPOSITORY, within);
    DIR *folder = opendir(path);
    assert_non_null(folder);
    for (struct dirent *entry; (entry = readdir(folder));) {
        if (entry->d_name[0] == '.') continue;
        struct stat status;
        snprintf(inside, sizeof inside, "%s%s%s", within, *within ? "/" : "", entry->d_name);
        snprintf(path, sizeof path, "%s/src/%s", REPOSITORY, inside);
        assert_int_equal(stat(path, &status), 0);
        if (S_ISDIR(status.st_mode))
            read_folder(reading, inside);
        else if (is_source(entry->d_name))
            read_file(reading, path, inside);
    }
    closedir(folder);
}

/* ---- Tests ---- */

static void no_arrow_runs_back_up_the_rooms(void **state) {
    (void)state;
    Reading reading = {0};
    read_folder(&reading, "");
    assert_true(reading.files > 60 && reading.includes > 300);
    assert_int_equal(reading.mistakes, 0);
}

static void a_planted_arrow_is_found(void **state) {
    (void)state;
    static const struct {
        const char *file, *included;
        bool is_mistake;
    } planted[] = {
        {"game/compile.c", "settlement/settlement.h", false},
        {"game/compile.c", "game/build.h", false},
        {"game/compile.c", "scenario/situation.h", false},
        {"game/compile.c", "<brink/brink.h", false},
        {"settlement/settle.c", "game/game.h", true},      /* back up */
        {"scenario/read.c", "solve/solve.h", true},        /* far back up */
        {"outlook/forward.c", "api/api.h", true},          /* the api comes last */
        {"game/compile.c", "settlement/settle.h", true},   /* not by the door */
        {"settlement/settle.c", "scenario/table.h", true}, /* nor here */
        {"outlook/forward.c", "solve/grid.h", true},       /* nor through a file that the door includes */
        {"cli/main.c", "<brink/brink.h", false},
        {"cli/main.c", "cli.h", false},
        {"cli/main.c", "base/base.h", true},
        {"serve/routes.c", "report/report.h", true},
        {"solve/kernels/scalar.c", "kernels.h", false},
        {"solve/kernels/scalar.c", "<math.h", false},
        {"solve/kernels/scalar.c", "solve/stage.h", true},
        {"solve/kernels/scalar.c", "<brink/brink.h", true},
        {"solve/stage.c", "solve/kernels/kernels.h", false},
        {"attic/old.c", "base/base.h", true},
        {"game/compile.c", "attic/old.h", true},
    };
    for (size_t i = 0; i < sizeof planted / sizeof *planted; i++) {
        const char *wrong = mistake(planted[i].file, planted[i].included);
        if ((wrong != NULL) != planted[i].is_mistake)
            print_error("%s includes %s: %s\n", planted[i].file, planted[i].included, wrong ? wrong : "allowed");
        assert_int_equal(wrong != NULL, planted[i].is_mistake);
    }
}

static void a_planted_include_is_read(void **state) {
    (void)state;
    char included[PATH_MAX_LENGTH];
    assert_true(included_by("#include \"game/game.h\"\n", included));
    assert_string_equal(included, "game/game.h");
    assert_true(included_by("  #  include <math.h> /* for fabs */\n", included));
    assert_string_equal(included, "<math.h");
    assert_false(included_by("/* #include \"game/game.h\" */\n", included));
    assert_false(included_by("#define INCLUDE 1\n", included));
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(no_arrow_runs_back_up_the_rooms),
        cmocka_unit_test(a_planted_arrow_is_found),
        cmocka_unit_test(a_planted_include_is_read),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
