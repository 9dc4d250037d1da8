/* SPDX-License-Identifier: GPL-3.0-or-later
 * How much memory may be taken, in which words that is said, and how it is asked for. */
#ifndef BASE_MEMORY_H
#define BASE_MEMORY_H

#include <stddef.h>
#include <stdint.h>

/* Bytes: what the caller allows; three quarters of the machine's where it sets no cap (0). */
double memory_cap(uint64_t memory);

enum { MEMORY_WORDS = 32 };
/* "850 MB", "12 GB"; returns `text`. */
const char *memory_words(double bytes, char text[MEMORY_WORDS]);

/* Asks the system for the memory from `first` on, of which most is about to be written to for the first time. */
void memory_ask(void *first, size_t bytes);

#endif
