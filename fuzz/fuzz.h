/* SPDX-License-Identifier: GPL-3.0-or-later
 * What the fuzz targets share. A target is one fuzz_target; it runs under libFuzzer, held to a time by limit.c, or
 * under replay.c over files. Invariant: a target returns, whatever the bytes, and leaves nothing allocated. */
#ifndef FUZZ_FUZZ_H
#define FUZZ_FUZZ_H

#include <brink/brink.h>

void fuzz_target(const uint8_t *bytes, size_t size);

/* Ends the program with a message when a promise of brink.h is broken: an assert that no build leaves out. */
#define FUZZ_REQUIRE(claim) fuzz_require((claim), #claim, __FILE__, __LINE__)
void fuzz_require(bool claim, const char *text, const char *file, int line);

/* Draws the list and holds it to what brink.h says: a failed call has left an error, every error has a place or names
 * what it is about, and all of it can be drawn. */
void fuzz_diagnostics(const BrinkDiagnostics *diagnostics, BrinkStatus status);

/* The outlook's five odds sum to 1, and it can be written as JSON and as text. */
void fuzz_outlook(const BrinkOutlook *outlook);

#endif
