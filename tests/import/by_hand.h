/* SPDX-License-Identifier: GPL-3.0-or-later
 * Imports of texts written out in a test, and what came of them. */
#ifndef TESTS_IMPORT_BY_HAND_H
#define TESTS_IMPORT_BY_HAND_H

#include "scenario/scenario.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

typedef struct Text {
    const char *name, *text; /* "domain.xml" */
    size_t length;           /* 0: up to the zero byte */
} Text;

typedef struct Made {
    BrinkStatus status;
    char *text; /* NULL where the import failed */
    BrinkDiagnostics *diagnostics;
    /* of the scenario, where there is one */
    BrinkScenario *scenario;
    const Scenario *checked;
    Arena *arena;
    Situation *situation;
} Made;

/* cmocka compares in single precision. */
void assert_near(double value, double expected, double tolerance);

/* Imports texts (ends with a row without a name) as files of a fresh folder. */
Made made_from_texts(BrinkImportFormat format, const Text *texts);
Made made_from_texts_with(BrinkImportFormat format, const Text *texts, BrinkImportSettings settings);
Made made_from_files(BrinkImportFormat format, const char *const *paths, size_t count, BrinkImportSettings settings);
void made_free(Made *made);

/* Fails the test, with the diagnostics on standard error, unless the import worked. */
void assert_made(const Made *made);
/* Fails the test unless there is a diagnostic with this code at this line (0: at no line) that has a hint. */
void assert_said(const Made *made, const char *code, int line);
bool was_said(const Made *made, const char *code);

int party_of(const Made *made, const char *key);
int issue_of(const Made *made, const char *key);
int option_of(const Made *made, int issue, const char *key); /* flat */
/* Gain over today of the package "issue=option issue=option"; issues left out stay at today. */
double gain_of(const Made *made, const char *party, const char *package);

#endif
