/* SPDX-License-Identifier: GPL-3.0-or-later
 * Runs a fuzz target over files and folders, so that a corpus is a test where there is no libFuzzer. Fails when it
 * finds no file at all: an empty corpus proves nothing. */
#include "fuzz.h"

#include <dirent.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

static int replayed;

static void replay_file(const char *path) {
    FILE *file = fopen(path, "rb");
    FUZZ_REQUIRE(file != NULL);
    FUZZ_REQUIRE(fseek(file, 0, SEEK_END) == 0);
    long size = ftell(file);
    FUZZ_REQUIRE(size >= 0);
    rewind(file);
    uint8_t *bytes = malloc((size_t)size + 1);
    FUZZ_REQUIRE(bytes && fread(bytes, 1, (size_t)size, file) == (size_t)size);
    fclose(file);
    fprintf(stderr, "%s\n", path);
    fuzz_target(bytes, (size_t)size);
    free(bytes);
    replayed++;
}

static void replay(const char *path) {
    struct stat kind;
    FUZZ_REQUIRE(stat(path, &kind) == 0);
    if (!S_ISDIR(kind.st_mode)) {
        replay_file(path);
        return;
    }
    struct dirent **entries;
    int count = scandir(path, &entries, NULL, alphasort);
    FUZZ_REQUIRE(count >= 0);
    for (int i = 0; i < count; i++) {
        char inside[4096];
        snprintf(inside, sizeof inside, "%s/%s", path, entries[i]->d_name);
        if (entries[i]->d_name[0] != '.') replay(inside);
        free(entries[i]);
    }
    free(entries);
}

int main(int count, char **words) {
    for (int i = 1; i < count; i++) replay(words[i]);
    FUZZ_REQUIRE(replayed > 0);
    return 0;
}
