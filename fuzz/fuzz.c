/* SPDX-License-Identifier: GPL-3.0-or-later
 * What the fuzz targets share: the promises of brink.h that hold whatever the input. */
#include "fuzz.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

void fuzz_require(bool claim, const char *text, const char *file, int line) {
    if (claim) return;
    fprintf(stderr, "%s:%d: not so: %s\n", file, line, text);
    abort();
}

/* Nothing in it may control a terminal. */
static void require_plain(const char *text) {
    for (; *text; text++) FUZZ_REQUIRE((unsigned char)*text >= 0x20 || *text == '\n');
}

void fuzz_diagnostics(const BrinkDiagnostics *diagnostics, BrinkStatus status) {
    size_t count = brink_diagnostics_count(diagnostics), errors = brink_diagnostics_error_count(diagnostics);
    FUZZ_REQUIRE(errors <= count || count == 200);
    FUZZ_REQUIRE(status != BRINK_NO_MEMORY);
    FUZZ_REQUIRE((status == BRINK_BAD_INPUT || status == BRINK_NOT_SOLVED) == (errors > 0));
    for (size_t i = 0; i < count; i++) {
        const BrinkDiagnostic *item = brink_diagnostics_get(diagnostics, i);
        FUZZ_REQUIRE(item->message && *item->message && strlen(item->code) == 4);
        FUZZ_REQUIRE(item->span.line == 0 || (item->span.line > 0 && item->span.column > 0 && item->span.length > 0));
    }
    char *text = NULL;
    FUZZ_REQUIRE(brink_diagnostics_draw(diagnostics, false, 0, &text) == BRINK_OK);
    require_plain(text);
    brink_text_free(text);
}

void fuzz_outlook(const BrinkOutlook *outlook) {
    double sum = 0;
    char *json = NULL, *text = NULL;
    for (int i = 0; i < BRINK_OUTCOME_COUNT; i++) {
        double chance = brink_outlook_probability(outlook, (BrinkOutcome)i);
        FUZZ_REQUIRE(chance >= -1e-12 && chance <= 1 + 1e-12);
        sum += chance;
    }
    FUZZ_REQUIRE(fabs(sum - 1) < 1e-9);
    FUZZ_REQUIRE(brink_outlook_json(outlook, &json) == BRINK_OK);
    FUZZ_REQUIRE(brink_outlook_text(outlook, 60, &text) == BRINK_OK);
    require_plain(text);
    brink_text_free(json);
    brink_text_free(text);
}
