/* SPDX-License-Identifier: GPL-3.0-or-later
 * What every format is read into: issues with options, and profiles that value packages between 0 and 1. Private to the
 * room.
 *
 * The utility of a package is constant + the sum of weight * utility of its options + the utility of every box that
 * holds it. Invariant: keys are fit for paths and unique among their like; every profile values every option. */
#ifndef IMPORT_DOMAIN_H
#define IMPORT_DOMAIN_H

#include "import/import.h"

#include <stdio.h>

enum {
    IMPORT_BYTE_LIMIT = 4 * 1024 * 1024,   /* of one file */
    IMPORT_TOTAL_LIMIT = 16 * 1024 * 1024, /* of all files together */
    IMPORT_ERROR_LIMIT = 200,              /* no list holds more; what comes after them is not read */
    IMPORT_PLACE_LIMIT =
        64 * 1024 * 1024, /* bytes that are gone through to find places; beyond, the file alone is named */
    IMPORT_ISSUE_LIMIT = 500,
    IMPORT_OPTION_LIMIT = 1000, /* of one issue */
    IMPORT_PROFILE_LIMIT = 64,
    IMPORT_BOX_LIMIT = 50000, /* of one profile */
    IMPORT_LISTED_LIMIT = 101 /* a range of up to so many whole steps is listed value by value */
};

/* What one import carries along. */
typedef struct Import {
    Arena *arena;
    BrinkDiagnostics *diagnostics; /* may be NULL */
    BrinkImportSettings settings;
    int errors;         /* reported so far */
    size_t bytes;       /* of the files read so far */
    size_t places;      /* bytes gone through to find places */
    bool is_short;      /* memory ran out */
    bool is_unreadable; /* a file could not be read */
} Import;

#define IMPORT_ERROR(import, ...) ((import)->errors++, diagnostics_add((import)->diagnostics, __VA_ARGS__))
#define IMPORT_REMARK(import, ...) diagnostics_add((import)->diagnostics, __VA_ARGS__)

/* Whether there is no use in going on: memory ran out, or nobody would hear of further errors. */
bool import_is_over(const Import *import);
/* Zeroed memory of the import; NULL (and is_short) when there is none left. */
void *import_array(Import *import, size_t count, size_t size);

typedef enum { ISSUE_DISCRETE, ISSUE_INTEGER, ISSUE_REAL } IssueKind;

typedef struct ImportOption {
    const char *text, *key;
    double number; /* of a range's option; NAN for a discrete one */
} ImportOption;

typedef struct ImportIssue {
    const char *text, *key;
    IssueKind kind;
    int option_count;
    ImportOption *options; /* of a range: in order of `number` */
    double low, high;      /* the range as the file states it */
    bool is_thinned;       /* only some of the range's values are options */
    int index;             /* GENIUS's own number */
    BrinkSpan span;
} ImportIssue;

typedef struct ImportBound {
    int issue, first, last; /* options first..last */
} ImportBound;

/* Adds `utility` to every package within all bounds. */
typedef struct ImportBox {
    int bound_count;
    ImportBound *bounds;
    double utility;
} ImportBox;

typedef struct ImportProfile {
    const char *text, *key;
    const char *file; /* without its folder */
    double reservation, discount, constant;
    double *weights;      /* [issue] */
    double **utilities;   /* [issue][option] */
    const char **remarks; /* [issue] what the file said, for a comment; may be NULL */
    int box_count, box_room;
    ImportBox *boxes;
    bool signs;
    const char *note; /* a comment on the party; may be NULL */
} ImportProfile;

typedef struct ImportDraft {
    const char *key, *comment;
    int *options; /* [issue] */
} ImportDraft;

typedef struct ImportDomain {
    const char *title, *origin; /* "Travel", "GENIUS" */
    int issue_count;
    ImportIssue *issues;
    int profile_count;
    ImportProfile *profiles;
    int forecast_count; /* packages that the format's own theory points to */
    ImportDraft *forecasts;
} ImportDomain;

/* ---- The formats; false after an error or without memory ---- */
bool genius_read(Import *import, const char *const *paths, size_t count, ImportDomain *domain);
bool geniusweb_read(Import *import, const char *const *paths, size_t count, ImportDomain *domain);
bool negolog_read(Import *import, const char *const *paths, size_t count, ImportDomain *domain);
bool actors_read(Import *import, const char *const *paths, size_t count, ImportDomain *domain);

/* ---- Building ---- */

/* Room for the issues' numbers in a profile, all 0; the profile signs, has no reservation and no discount. */
bool domain_new_profile(Import *import, const ImportDomain *domain, ImportProfile *profile);
/* Fills the options of a range: every multiple of `step` from low where they are few enough, else evenly spaced ones.
 * `step` 0: a continuum. */
bool domain_list_range(Import *import, ImportIssue *issue, double step);
/* A box with room for `bounds`; NULL without memory, or past IMPORT_BOX_LIMIT. */
ImportBox *domain_new_box(Import *import, ImportProfile *profile, int bounds);
/* Two bounds on one issue become their overlap. */
void domain_add_bound(ImportBox *box, ImportBound bound);
/* Whether the scenario would hold more values than are read; then after an error. */
bool domain_is_too_large(Import *import, const ImportDomain *domain);
/* Values that the scenario will hold, about. */
double domain_size(const ImportDomain *domain);
/* Gives the parties, issues and options their keys. */
bool domain_name_all(Import *import, ImportDomain *domain);

/* The option whose text is `text`: exactly, or else the only one that differs in case and spaces alone; -1. */
int domain_find_option(const ImportIssue *issue, const char *text);
int domain_find_issue(const ImportDomain *domain, const char *text);

double domain_utility(const ImportDomain *domain, const ImportProfile *profile, const int *options);
/* The same where some issues are left open (option -1): they and every box that is about them count nothing. */
double domain_utility_partial(const ImportDomain *domain, const ImportProfile *profile, const int *options);

/* ---- Drafts worth tabling ---- */
typedef struct ImportDrafts {
    int count;
    ImportDraft *drafts;
} ImportDrafts;
bool drafts_find(Import *import, const ImportDomain *domain, ImportDrafts *result);

/* ---- Writing ---- */
/* The text that `write` makes of `what`, the caller's, once it has passed the scenario room's check. */
BrinkStatus import_write(Import *import, void (*write)(FILE *out, const void *what), const void *what, char **result);
void domain_write(FILE *out, const Import *import, const ImportDomain *domain, const ImportDrafts *drafts);

#endif
