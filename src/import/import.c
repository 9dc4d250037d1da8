/* SPDX-License-Identifier: GPL-3.0-or-later
 * The import as a whole: files -> domain -> drafts -> text -> checked by the scenario room. Invariant: a text is given
 * back only if it has passed that check. */
#include "import/import.h"

#include "import/text.h"
#include "scenario/scenario.h"

#include <stdlib.h>
#include <string.h>

typedef struct Format {
    const char *files; /* what is expected, in words */
    size_t least, most;
    bool (*read)(Import *import, const char *const *paths, size_t count, ImportDomain *domain);
} Format;

static const Format formats[] = {
    [BRINK_IMPORT_GENIUS] = {"a domain and at least two profiles", 3, IMPORT_PROFILE_LIMIT + 1, genius_read},
    [BRINK_IMPORT_GENIUSWEB] = {"at least two profiles, with or without their domain first", 2,
                                IMPORT_PROFILE_LIMIT + 1, geniusweb_read},
    [BRINK_IMPORT_NEGOLOG] = {"at least two profiles, with or without their specs first", 2, IMPORT_PROFILE_LIMIT + 1,
                              negolog_read},
    [BRINK_IMPORT_ACTORS] = {"one table of actors", 1, 1, actors_read},
};

/* ---- The scenario's own check ---- */

/* The first mistake the scenario room found in the text, in a diagnostic of this room. */
static void report_failed_check(Import *import, const BrinkDiagnostics *found) {
    const BrinkDiagnostic *first = NULL;
    for (size_t i = 0; i < brink_diagnostics_count(found) && !first; i++)
        if (brink_diagnostics_get(found, i)->severity == BRINK_ERROR) first = brink_diagnostics_get(found, i);
    IMPORT_ERROR(import, DIAGNOSTIC_import_failed_check, span_none(),
                 "where the domain is very large, use fewer --steps or leave issues out; else this is a fault of brink",
                 "the scenario does not pass its check: %s (line %d)", first ? first->message : "no reason given",
                 first ? first->span.line : 0);
}

static BrinkStatus check(Import *import, const char *text, size_t length) {
    BrinkDiagnostics *found = NULL;
    BrinkScenario *scenario = NULL;
    BrinkStatus status = brink_diagnostics_new(&found);
    if (status == BRINK_OK) status = brink_scenario_parse(text, length, "imported", found, &scenario);
    if (status == BRINK_OK) status = brink_scenario_check(scenario, found);
    if (status == BRINK_BAD_INPUT) report_failed_check(import, found);
    brink_scenario_free(scenario);
    brink_diagnostics_free(found);
    return status;
}

/* ---- From files to text ---- */

static BrinkStatus status_of(const Import *import) {
    if (import->is_short) return BRINK_NO_MEMORY;
    return import->is_unreadable ? BRINK_NO_FILE : BRINK_BAD_INPUT;
}

BrinkStatus import_write(Import *import, void (*write)(FILE *out, const void *what), const void *what, char **result) {
    char *text = NULL;
    size_t length = 0;
    FILE *out = open_memstream(&text, &length);
    if (!out) return BRINK_NO_MEMORY;
    write(out, what);
    bool is_whole = !ferror(out);
    is_whole = fclose(out) == 0 && is_whole && text;
    BrinkStatus status = is_whole ? check(import, text, length) : BRINK_NO_MEMORY;
    if (status == BRINK_OK)
        *result = text;
    else
        free(text);
    return status;
}

typedef struct Imported {
    const Import *import;
    const ImportDomain *domain;
    const ImportDrafts *drafts;
} Imported;

static void write_imported(FILE *out, const void *what) {
    const Imported *imported = what;
    domain_write(out, imported->import, imported->domain, imported->drafts);
}

static BrinkStatus run(Import *import, const Format *format, const char *const *paths, size_t count, char **result) {
    if (count < format->least || count > format->most) {
        IMPORT_ERROR(import, DIAGNOSTIC_import_file_count, span_none(), "see `brink import --help`",
                     "%s: %zu file(s) given", format->files, count);
        return BRINK_BAD_INPUT;
    }
    ImportDomain domain = {0};
    ImportDrafts drafts;
    bool is_made = format->read(import, paths, count, &domain) && import->errors == 0 &&
                   !domain_is_too_large(import, &domain) && domain_name_all(import, &domain) &&
                   drafts_find(import, &domain, &drafts);
    const Imported imported = {import, &domain, &drafts};
    return is_made ? import_write(import, write_imported, &imported, result) : status_of(import);
}

BrinkStatus import_scenario(BrinkImportFormat format, const char *const *paths, size_t path_count,
                            const BrinkImportSettings *settings, BrinkDiagnostics *diagnostics, char **result) {
    Import import = {.arena = arena_new(), .diagnostics = diagnostics, .settings = *settings};
    BrinkStatus status = BRINK_NO_MEMORY;
    if (settings->steps < 2 || settings->steps > IMPORT_OPTION_LIMIT || settings->rounds < 1 ||
        settings->rounds > 1000) {
        IMPORT_ERROR(&import, DIAGNOSTIC_import_out_of_range, span_none(), "steps lie in 2..1000, rounds in 1..1000",
                     "%d steps and %d rounds are not possible", settings->steps, settings->rounds);
        status = BRINK_BAD_INPUT;
    } else if (import.arena) {
        status = run(&import, &formats[format], paths, path_count, result);
    }
    arena_free(import.arena);
    return status;
}
