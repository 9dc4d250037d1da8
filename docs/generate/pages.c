/* SPDX-License-Identifier: GPL-3.0-or-later
 * Writes the pages of docs/ that come from tables:
 *
 *     pages diagnostics PATH          every code, with what the malformed scenarios of the tests are told
 *     pages scenario-reference PATH   every key of a scenario file, from the table that the reader walks along
 *     pages PAGE PATH --check         compares instead of writing; 1 where the page is not up to date
 */
#include "scenario/table.h"

#include <dirent.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { FILE_MAX = 512, TEXT_MAX = 1 << 16 };

/* ---- Diagnostics ---- */

static const struct {
    const char *code, *severity, *title;
} diagnostics[] = {
#define DIAGNOSTIC(code, name, severity, title) {code, #severity, title},
#include "base/diagnostics.def"
#undef DIAGNOSTIC
};

typedef struct Examples {
    int count;
    char *text[FILE_MAX];
} Examples;

static int by_name(const void *a, const void *b) {
    return strcmp(*(char *const *)a, *(char *const *)b);
}

/* What each malformed scenario is told, in the order of their names. */
static Examples read_examples(void) {
    Examples examples = {0};
    DIR *folder = opendir(REPOSITORY "/tests/malformed");
    char *names[FILE_MAX];
    int count = 0;
    for (struct dirent *entry; folder && (entry = readdir(folder));)
        if (strstr(entry->d_name, ".expected") && count < FILE_MAX) names[count++] = strdup(entry->d_name);
    if (folder) closedir(folder);
    qsort(names, (size_t)count, sizeof *names, by_name);
    for (int i = 0; i < count; i++) {
        char path[2048];
        snprintf(path, sizeof path, "%s/tests/malformed/%s", REPOSITORY, names[i]);
        FILE *file = fopen(path, "rb");
        char *text = calloc(1, TEXT_MAX);
        if (file && text && fread(text, 1, TEXT_MAX - 1, file) > 0)
            examples.text[examples.count++] = text;
        else
            free(text);
        if (file) fclose(file);
        free(names[i]);
    }
    return examples;
}

/* The end of a diagnostic: the next line that neither is indented nor empty. */
static size_t length_of(const char *diagnostic) {
    const char *end = strchr(diagnostic, '\n');
    while (end && end[1] == ' ') end = strchr(end + 1, '\n');
    return end ? (size_t)(end - diagnostic) : strlen(diagnostic);
}

static bool is_continuation(char byte) {
    return ((unsigned char)byte & 0xC0) == 0x80;
}

/* Text with a question mark for what is not UTF-8: one example is about that. */
static void write_utf8(FILE *page, const char *text, size_t length) {
    for (size_t i = 0; i < length; i++) {
        bool is_ascii = (unsigned char)text[i] < 0x80, is_lead = !is_ascii && !is_continuation(text[i]);
        bool is_good =
            is_ascii || (is_lead ? is_continuation(text[i + 1]) : i > 0 && (unsigned char)text[i - 1] >= 0x80);
        fputc(is_good ? text[i] : '?', page);
    }
}

/* The first diagnostic of that code, without the file's name; nothing where no file shows it. */
static void write_example(FILE *page, const Examples *examples, const char *code) {
    char mark[16];
    snprintf(mark, sizeof mark, "[%s]: ", code);
    for (int i = 0; i < examples->count; i++) {
        const char *found = strstr(examples->text[i], mark);
        if (!found) continue;
        while (found > examples->text[i] && found[-1] != '\n') found--;
        const char *place = strchr(found, ':') ? strchr(found, ':') + 1 : found;
        fprintf(page, "```\nscenario.yaml:");
        write_utf8(page, place, length_of(found) - (size_t)(place - found));
        fprintf(page, "\n```\n\n");
        return;
    }
}

static void write_diagnostics(FILE *page) {
    Examples examples = read_examples();
    fprintf(page, "# Diagnostics\n\n"
                  "Codes are stable: they are never renumbered nor used again. The letter tells the step: S reading a "
                  "scenario, C checking it as a whole, G compiling the game, V solving, X exporting, U using the "
                  "program; further letters belong to further commands. Examples are what the tests' malformed "
                  "scenarios are told.\n\nThis page is generated from `src/base/diagnostics.def` and "
                  "`tests/malformed/` (`ninja pages`).\n\n");
    for (size_t i = 0; i < sizeof diagnostics / sizeof *diagnostics; i++) {
        fprintf(page, "## %s: %s\n\n", diagnostics[i].code, diagnostics[i].title);
        if (strcmp(diagnostics[i].severity, "ERROR") != 0)
            fprintf(page, "%s.\n\n", strcmp(diagnostics[i].severity, "NOTE") == 0 ? "A note" : "A warning");
        write_example(page, &examples, diagnostics[i].code);
    }
    for (int i = 0; i < examples.count; i++) free(examples.text[i]);
}

/* ---- The scenario's keys ---- */

static const char *shape_text(const Key *key) {
    switch (key->shape) {
    case SHAPE_MAP:
        return "map";
    case SHAPE_LADDER:
        return "list of rungs, lowest first";
    case SHAPE_LIST:
        return "list";
    case SHAPE_NUMBER:
        return "number";
    case SHAPE_INTEGER:
        return "whole number";
    case SHAPE_TEXT:
        return "text";
    case SHAPE_DATE:
        return "date";
    case SHAPE_BOOL:
        return "true or false";
    case SHAPE_WORD:
        return "one of";
    case SHAPE_NAME:
        return "name";
    case SHAPE_NAMES:
        return "name or list of names";
    case SHAPE_CONDITION:
        return "issues to options";
    default:
        return "see docs/format.md";
    }
}

static void write_type(FILE *page, const Key *key) {
    fprintf(page, "%s", shape_text(key));
    if (key->words) fprintf(page, " %s", key->words);
    if (*unit_name(key->unit)) fprintf(page, ", %s", unit_name(key->unit));
    if (key->has_low && key->has_high)
        fprintf(page, ", %c%g, %g]", key->low_open ? '(' : '[', key->low, key->high);
    else if (key->has_low)
        fprintf(page, ", %s %g", key->low_open ? "above" : "at least", key->low);
    if (key->bands != BANDS_NONE)
        fprintf(page, ", or a band such as `%s`", band_name(key->bands, key->bands == BANDS_CHANCE ? 4 : 2));
    if (key->hard) fprintf(page, ", or `hard`");
    if (key->rest) fprintf(page, ", or `rest`");
    if (key->timed) fprintf(page, "; over time");
    if (key->typed && key->shape == SHAPE_NUMBER) fprintf(page, "; by type");
}

/* `<+kind>` declares a name and `<kind>` refers to one: the reader of the page sees KIND for both. */
static void write_pattern(FILE *page, const char *pattern) {
    for (; *pattern; pattern++) {
        if (*pattern == '<' || *pattern == '>' || *pattern == '+') continue;
        const char *open = pattern;
        while (*open && *open != '<' && *open != '>') open++;
        fputc(*open == '>' ? *pattern - ('a' <= *pattern && *pattern <= 'z' ? 32 : 0) : *pattern, page);
    }
}

static void write_reference(FILE *page) {
    fprintf(page,
            "# Keys of a scenario file\n\nIn a path, words in capitals are names of the scenario's own and `[]` is "
            "any item of a list. *Over time* keys may hold `steps`; *by type* keys may stand under a type too. The "
            "rules are in [format.md](format.md).\n\nThis page is generated from `src/scenario/keys.def` (`ninja "
            "pages`).\n\n| key | type | default | meaning |\n| --- | --- | --- | --- |\n");
    for (int i = 1; i < key_count; i++) {
        const Key *key = &key_table[i];
        fprintf(page, "| `");
        write_pattern(page, key->pattern);
        fprintf(page, "` | ");
        write_type(page, key);
        bool has_default =
            key->field != FIELD_NONE && !key->required && !isnan(key->initial) && key->field != FIELD_level;
        if (has_default)
            fprintf(page, " | %g | ", key->initial);
        else
            fprintf(page, " | %s | ", key->required ? "required" : "");
        fprintf(page, "%s%s |\n", key->help, key->refused ? " Not supported yet." : "");
    }
}

/* ---- The whole ---- */

static int compare(const char *path, const char *text) {
    char *old = calloc(1, 1 << 20);
    FILE *file = fopen(path, "rb");
    size_t length = file && old ? fread(old, 1, (1 << 20) - 1, file) : 0;
    if (file) fclose(file);
    bool is_same = old && length == strlen(text) && memcmp(old, text, length) == 0;
    if (!is_same) fprintf(stderr, "%s is not up to date: run `ninja pages`\n", path);
    free(old);
    return is_same ? 0 : 1;
}

int main(int count, char **arguments) {
    if (count < 3) return 2;
    char *text = NULL;
    size_t length = 0;
    FILE *page = open_memstream(&text, &length);
    if (!page) return 2;
    (strcmp(arguments[1], "diagnostics") == 0 ? write_diagnostics : write_reference)(page);
    fclose(page);
    while (length > 1 && text[length - 2] == '\n') text[--length] = '\0'; /* one end of line */
    if (count > 3) {
        int difference = compare(arguments[2], text);
        free(text);
        return difference;
    }
    FILE *file = fopen(arguments[2], "wb");
    if (file) fputs(text, file);
    bool is_written = file && fclose(file) == 0;
    free(text);
    return is_written ? 0 : 2;
}
