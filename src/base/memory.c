/* SPDX-License-Identifier: GPL-3.0-or-later
 * What the machine has is asked of the system. */
#include "base/memory.h"

#include <math.h>
#include <stdio.h>
#include <unistd.h>

double memory_cap(uint64_t memory) {
    if (memory > 0) return (double)memory;
    long pages = sysconf(_SC_PHYS_PAGES), size = sysconf(_SC_PAGESIZE);
    return pages > 0 && size > 0 ? 0.75 * (double)pages * (double)size : INFINITY;
}

const char *memory_words(double bytes, char text[MEMORY_WORDS]) {
    if (bytes < 999.5e6)
        snprintf(text, MEMORY_WORDS, "%.3g MB", fmax(bytes, 1e4) / 1e6);
    else if (bytes < 999.5e9)
        snprintf(text, MEMORY_WORDS, "%.3g GB", bytes / 1e9);
    else
        snprintf(text, MEMORY_WORDS, "%.3g TB", bytes / 1e12);
    return text;
}
