/* SPDX-License-Identifier: GPL-3.0-or-later
 * Tests that try one thing on very many numbers, or solve whole scenarios, ask here how much of it to do:
 * tools/memcheck sets BRINK_TEST_THIN, for valgrind runs them some fifty times slower. Code paths stay the same;
 * numbers become fewer. */
#ifndef TESTS_THIN_H
#define TESTS_THIN_H

#include <stdlib.h>

/* Each so many'th is tried; 1, every one, unless said otherwise. */
static inline int thin_step(void) {
    const char *text = getenv("BRINK_TEST_THIN");
    int step = text ? atoi(text) : 1;
    return step > 1 ? step : 1;
}

/* A number of rounds or a resolution, and the one that serves when thin. */
static inline int thin_to(int whole, int thin) {
    return thin_step() > 1 ? thin : whole;
}

#endif
