/* SPDX-License-Identifier: GPL-3.0-or-later
 * Fuzz target: a digit for the format, then files parted by form feeds -> a scenario, which must pass its check. */
#include "fuzz.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

enum { FILES_MOST = 4, FOLDER_SIZE = 32, PATH_SIZE = FOLDER_SIZE + 16 };

typedef struct Files {
    char *folder, paths[FILES_MOST][PATH_SIZE];
    size_t count;
} Files;

static void add_file(Files *files, const uint8_t *bytes, size_t size) {
    char *path = files->paths[files->count];
    snprintf(path, PATH_SIZE, "%s/file-%zu", files->folder, files->count);
    FILE *file = fopen(path, "wb");
    FUZZ_REQUIRE(file != NULL);
    bool is_written = fwrite(bytes, 1, size, file) == size;
    FUZZ_REQUIRE(fclose(file) == 0 && is_written);
    files->count++;
}

static void write_files(Files *files, const uint8_t *bytes, size_t size) {
    FUZZ_REQUIRE(mkdtemp(files->folder) != NULL);
    for (size_t start = 0, end; start < size && files->count < FILES_MOST; start = end + 1) {
        for (end = start; end < size && bytes[end] != '\f';) end++;
        add_file(files, bytes + start, end - start);
    }
}

static void remove_files(Files *files) {
    for (size_t i = 0; i < files->count; i++) FUZZ_REQUIRE(remove(files->paths[i]) == 0);
    FUZZ_REQUIRE(rmdir(files->folder) == 0);
}

static void require_good(const char *text, BrinkDiagnostics *diagnostics) {
    BrinkScenario *scenario = NULL;
    FUZZ_REQUIRE(brink_scenario_parse(text, strlen(text), "imported.yaml", diagnostics, &scenario) == BRINK_OK);
    FUZZ_REQUIRE(brink_scenario_check(scenario, diagnostics) == BRINK_OK);
    brink_scenario_free(scenario);
}

void fuzz_target(const uint8_t *bytes, size_t size) {
    char folder[FOLDER_SIZE] = "/tmp/fuzz-import-XXXXXX";
    Files files = {.folder = folder};
    BrinkDiagnostics *diagnostics = NULL;
    const char *paths[FILES_MOST];
    char *text = NULL;
    if (size == 0) return;
    write_files(&files, bytes + 1, size - 1);
    for (size_t i = 0; i < files.count; i++) paths[i] = files.paths[i];
    FUZZ_REQUIRE(brink_diagnostics_new(&diagnostics) == BRINK_OK);
    BrinkStatus status = brink_import((BrinkImportFormat)(bytes[0] % 4), paths, files.count, NULL, diagnostics, &text);
    fuzz_diagnostics(diagnostics, status);
    FUZZ_REQUIRE((text != NULL) == (status == BRINK_OK));
    if (text) require_good(text, diagnostics);
    brink_text_free(text);
    brink_diagnostics_free(diagnostics);
    remove_files(&files);
}
