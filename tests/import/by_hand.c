/* SPDX-License-Identifier: GPL-3.0-or-later
 * Imports of texts written out in a test. */
#include "by_hand.h"

#include "settlement/settlement.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

enum { FILE_MAX = 8, PATH_MAX_BYTES = 256 };

void assert_near(double value, double expected, double tolerance) {
    bool is_near = fabs(value - expected) <= tolerance;
    if (!is_near) print_error("%.17g is not within %g of %.17g\n", value, tolerance, expected);
    assert_true(is_near);
}

static void read_scenario(Made *made) {
    const Draw centre = {.is_centre = true};
    BrinkDiagnostics *found = NULL;
    assert_int_equal(brink_diagnostics_new(&found), BRINK_OK);
    assert_int_equal(brink_scenario_parse(made->text, strlen(made->text), "imported", found, &made->scenario),
                     BRINK_OK);
    assert_int_equal(scenario_checked(made->scenario, found, &made->checked), BRINK_OK);
    if (brink_diagnostics_count(found) > 0) print_error("%s\n", brink_diagnostics_get(found, 0)->message);
    assert_int_equal(brink_diagnostics_count(found), 0); /* no warning either */
    brink_diagnostics_free(found);
    made->arena = arena_new();
    assert_int_equal(situation_new(made->checked, 0, centre, made->arena, &made->situation), BRINK_OK);
}

Made made_from_files(BrinkImportFormat format, const char *const *paths, size_t count, BrinkImportSettings settings) {
    Made made = {0};
    assert_int_equal(brink_diagnostics_new(&made.diagnostics), BRINK_OK);
    made.status = brink_import(format, paths, count, &settings, made.diagnostics, &made.text);
    assert_true((made.status == BRINK_OK) == (made.text != NULL));
    assert_true((made.status == BRINK_OK) == (brink_diagnostics_error_count(made.diagnostics) == 0));
    if (made.status == BRINK_OK) read_scenario(&made);
    return made;
}

static void write_text(const char *path, const Text *text) {
    FILE *file = fopen(path, "wb");
    assert_non_null(file);
    size_t length = text->length > 0 ? text->length : strlen(text->text);
    assert_int_equal(fwrite(text->text, 1, length, file), length);
    assert_int_equal(fclose(file), 0);
}

Made made_from_texts_with(BrinkImportFormat format, const Text *texts, BrinkImportSettings settings) {
    char folder[] = "/tmp/brink-import-XXXXXX", paths[FILE_MAX][PATH_MAX_BYTES];
    const char *names[FILE_MAX];
    size_t count = 0;
    assert_non_null(mkdtemp(folder));
    for (; texts[count].name; count++) {
        assert_true(count < FILE_MAX);
        snprintf(paths[count], PATH_MAX_BYTES, "%s/%s", folder, texts[count].name);
        names[count] = paths[count];
        if (texts[count].text) write_text(paths[count], &texts[count]);
    }
    Made made = made_from_files(format, names, count, settings);
    for (size_t i = 0; i < count; i++) remove(names[i]);
    assert_int_equal(rmdir(folder), 0); /* nothing else was left in it */
    return made;
}

Made made_from_texts(BrinkImportFormat format, const Text *texts) {
    return made_from_texts_with(format, texts, brink_import_settings_default());
}

void made_free(Made *made) {
    brink_text_free(made->text);
    brink_diagnostics_free(made->diagnostics);
    brink_scenario_free(made->scenario);
    arena_free(made->arena);
}

/* ---- Diagnostics ---- */

static void tell(const Made *made) {
    char *text = NULL;
    if (brink_diagnostics_draw(made->diagnostics, false, 0, &text) == BRINK_OK) print_error("%s", text);
    brink_text_free(text);
}

void assert_made(const Made *made) {
    if (made->status != BRINK_OK) tell(made);
    assert_int_equal(made->status, BRINK_OK);
}

static const BrinkDiagnostic *find(const Made *made, const char *code, int line) {
    for (size_t i = 0; i < brink_diagnostics_count(made->diagnostics); i++) {
        const BrinkDiagnostic *item = brink_diagnostics_get(made->diagnostics, i);
        if (strcmp(item->code, code) == 0 && (line < 0 || item->span.line == line)) return item;
    }
    return NULL;
}

bool was_said(const Made *made, const char *code) {
    return find(made, code, -1) != NULL;
}

void assert_said(const Made *made, const char *code, int line) {
    const BrinkDiagnostic *item = find(made, code, line);
    if (!item || !item->hint) tell(made);
    assert_non_null(item);
    assert_non_null(item->hint);
    if (item->severity == BRINK_ERROR) assert_int_equal(made->status, BRINK_BAD_INPUT);
}

/* ---- The scenario ---- */

static int find_label(const Label *labels, int from, int to, const char *key) {
    for (int i = from; i < to; i++)
        if (strcmp(labels[i].key, key) == 0) return i;
    print_error("there is no `%s`\n", key);
    fail();
    return -1;
}

int party_of(const Made *made, const char *key) {
    return find_label(made->checked->parties, 0, made->situation->party_count, key);
}

int issue_of(const Made *made, const char *key) {
    return find_label(made->checked->issues, 0, made->situation->issue_count, key);
}

int option_of(const Made *made, int issue, const char *key) {
    const int *start = made->situation->option_start;
    return find_label(made->checked->options, start[issue], start[issue + 1], key);
}

double gain_of(const Made *made, const char *party, const char *package) {
    enum { ISSUE_MAX = 64 };
    const Situation *s = made->situation;
    int options[ISSUE_MAX], type = s->type_start[party_of(made, party)];
    char words[512];
    assert_true(s->issue_count <= ISSUE_MAX && strlen(package) < sizeof words);
    memcpy(options, s->today, (size_t)s->issue_count * sizeof *options);
    snprintf(words, sizeof words, "%s", package);
    for (char *word = strtok(words, " "); word; word = strtok(NULL, " ")) {
        char *equals = strchr(word, '=');
        assert_non_null(equals);
        *equals = '\0';
        int issue = issue_of(made, word);
        options[issue] = option_of(made, issue, equals + 1);
    }
    return settlement_gain(s, type, options);
}
