/* SPDX-License-Identifier: GPL-3.0-or-later
 * How much memory may be taken, and in which words that is said. */
#ifndef BASE_MEMORY_H
#define BASE_MEMORY_H

#include <stdint.h>

/* Bytes: what the caller allows; three quarters of the machine's where it sets no cap (0). */
double memory_cap(uint64_t memory);

enum { MEMORY_WORDS = 32 };
/* "850 MB", "12 GB"; returns `text`. */
const char *memory_words(double bytes, char text[MEMORY_WORDS]);

#endif
