/* SPDX-License-Identifier: GPL-3.0-or-later
 * The import when memory is short: the n-th allocation of the program fails, for every n. What libxml2 and jansson
 * allocate themselves is caught by their own hooks. */
#include "by_hand.h"

#include <jansson.h>
#include <libxml/parser.h>
#include <libxml/xmlmemory.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

static long allocations_left = -1; /* negative: as many as wanted */

void *__real_malloc(size_t size);
void *__real_calloc(size_t count, size_t size);
void *__real_realloc(void *block, size_t size);
void *__wrap_malloc(size_t size);
void *__wrap_calloc(size_t count, size_t size);
void *__wrap_realloc(void *block, size_t size);

static bool may_allocate(void) {
    if (allocations_left > 0)
        allocations_left--;
    else if (allocations_left == 0)
        return false;
    return true;
}

void *__wrap_malloc(size_t size) {
    return may_allocate() ? __real_malloc(size) : NULL;
}
void *__wrap_calloc(size_t count, size_t size) {
    return may_allocate() ? __real_calloc(count, size) : NULL;
}
void *__wrap_realloc(void *block, size_t size) {
    return may_allocate() ? __real_realloc(block, size) : NULL;
}

static void *limited_malloc(size_t size) {
    return __wrap_malloc(size);
}
static void *limited_realloc(void *block, size_t size) {
    return __wrap_realloc(block, size);
}
static char *limited_strdup(const char *text) {
    size_t room = strlen(text) + 1;
    char *copy = __wrap_malloc(room);
    return copy ? memcpy(copy, text, room) : NULL;
}
static void limited_free(void *block) {
    free(block);
}

/* One attempt at a text. */
typedef BrinkStatus Attempt(const void *what, BrinkDiagnostics *diagnostics, char **text);

/* Whatever fails, the attempt says so and leaves nothing behind, until it succeeds. */
static void fail_each_allocation(Attempt *attempt, const void *what, long least) {
    char *text = NULL;
    long failures = 0;
    for (; !text; failures++) {
        BrinkDiagnostics *diagnostics = NULL;
        assert_int_equal(brink_diagnostics_new(&diagnostics), BRINK_OK);
        allocations_left = failures;
        BrinkStatus status = attempt(what, diagnostics, &text);
        allocations_left = -1;
        assert_true((status == BRINK_OK) == (text != NULL));
        brink_diagnostics_free(diagnostics);
    }
    assert_true(failures > least);
    brink_text_free(text);
}

typedef struct Files {
    BrinkImportFormat format;
    const char *names[4];
    size_t count;
} Files;

static BrinkStatus import_files(const void *what, BrinkDiagnostics *diagnostics, char **text) {
    const Files *files = what;
    return brink_import(files->format, files->names, files->count, NULL, diagnostics, text);
}

static void write_text(const char *path, const char *text) {
    FILE *file = fopen(path, "wb");
    assert_non_null(file);
    assert_true(fputs(text, file) >= 0);
    assert_int_equal(fclose(file), 0);
}

static void import_short_of_memory(BrinkImportFormat format, const char *const *texts, size_t count, long least) {
    char folder[] = "/tmp/brink-memory-XXXXXX", paths[4][64];
    Files files = {.format = format, .count = count};
    assert_non_null(mkdtemp(folder));
    for (size_t i = 0; i < count; i++) {
        snprintf(paths[i], sizeof paths[i], "%s/%zu", folder, i);
        files.names[i] = paths[i];
        write_text(paths[i], texts[i]);
    }
    fail_each_allocation(import_files, &files, least);
    for (size_t i = 0; i < count; i++) remove(paths[i]);
    assert_int_equal(rmdir(folder), 0);
}

#define ISSUE(a, b) "<issue index=\"1\" name=\"Price\"><item value=\"low\"" a "/><item value=\"high\"" b "/></issue>"
#define PROFILE(a, b)                                                                                                  \
    "<utility_space><objective>" ISSUE(                                                                                \
        " evaluation=\"" a "\"",                                                                                       \
        " evaluation=\"" b                                                                                             \
        "\"") "<weight index=\"1\" value=\"1\"/></objective><discount_factor value=\"0.5\"/></utility_space>"

static void a_genius_import_short_of_memory_leaves_nothing(void **state) {
    (void)state;
    const char *const texts[] = {"<negotiation_template><utility_space><objective>" ISSUE(
                                     "", "") "</objective></utility_space></negotiation_template>",
                                 PROFILE("1", "2"), PROFILE("2", "1")};
    import_short_of_memory(BRINK_IMPORT_GENIUS, texts, 3, 100);
}

static void a_json_import_short_of_memory_leaves_nothing(void **state) {
    (void)state;
    const char *const texts[] = {"{\"issueWeights\": {\"A\": 1}, \"issues\": {\"A\": {\"x\": 1, \"y\": 0}}}",
                                 "{\"issueWeights\": {\"A\": 1}, \"issues\": {\"A\": {\"x\": 0, \"y\": 1}}}"};
    import_short_of_memory(BRINK_IMPORT_NEGOLOG, texts, 2, 50);
}

static void a_table_short_of_memory_leaves_nothing(void **state) {
    (void)state;
    const char *const texts[] = {"Actor,Capability,Position,Salience\na,1,0,50\nb,2,1,60\n"};
    import_short_of_memory(BRINK_IMPORT_ACTORS, texts, 1, 30);
}

static BrinkStatus sketch_text(const void *what, BrinkDiagnostics *diagnostics, char **text) {
    return brink_sketch_text(what, diagnostics, text);
}

static void a_sketch_short_of_memory_leaves_nothing(void **state) {
    (void)state;
    const char *const parties[] = {"North", "South"}, *const options[] = {"high", "low"};
    const BrinkSketchIssue issue = {.name = "Price", .options = options, .option_count = 2, .today = 1};
    const BrinkSketch sketch = {.title = "Toll",
                                .start = "2030-01-07",
                                .every = 7,
                                .rounds = 2,
                                .parties = parties,
                                .party_count = 2,
                                .issues = &issue,
                                .issue_count = 1};
    fail_each_allocation(sketch_text, &sketch, 30);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_genius_import_short_of_memory_leaves_nothing),
        cmocka_unit_test(a_json_import_short_of_memory_leaves_nothing),
        cmocka_unit_test(a_table_short_of_memory_leaves_nothing),
        cmocka_unit_test(a_sketch_short_of_memory_leaves_nothing),
    };
    xmlMemSetup(limited_free, limited_malloc, limited_realloc, limited_strdup);
    xmlInitParser();
    json_set_alloc_funcs(limited_malloc, limited_free);
    return cmocka_run_group_tests(tests, NULL, NULL);
}
