/* SPDX-License-Identifier: GPL-3.0-or-later
 * The package map while it is written out as text. Private to the room. */
#ifndef REPORT_PACKAGES_TEXT_H
#define REPORT_PACKAGES_TEXT_H

#include "report/sheet.h"

enum { PACKAGES_INDENT = 2, PACKAGES_LETTERS = 26 };

typedef struct Text {
    Sheet sheet;
    const json_t *profile;
    int letters[PACKAGES_LETTERS]; /* points that have been given a letter */
    int letter_count;
} Text;

Page *packages_page(Text *text);
size_t packages_signer_count(const Text *text);
/* Key of a signer. */
const char *packages_signer(const Text *text, size_t index);
/* A point of the profile's frontier. */
const json_t *packages_point(const Text *text, int index);
/* The letter of a point that has been given one; else 0. */
char packages_known_letter(const Text *text, int point);
/* The letter of a point, given when it is first asked for; 0 when letters have run out. */
char packages_letter(Text *text, int point);

enum { PACKAGES_COUNT_SIZE = 2 * GROUPED_SIZE + 32 };
/* "1,687,928,947", "6.2e+18" beyond what a double counts, "0 to 800" where it is not known. */
const char *packages_count(const json_t *pair, char words[PACKAGES_COUNT_SIZE]);
const char *packages_points(double points, char words[32]);

/* The parts of the page below the solutions: what opens, the ranking, what blocks, near misses; the drafts. */
void packages_opening(Text *text);
void packages_blocks(Text *text);
void packages_best(Text *text);
void packages_near(Text *text);
void packages_drafts(Text *text);

#endif
