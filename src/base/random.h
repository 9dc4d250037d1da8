/* SPDX-License-Identifier: GPL-3.0-or-later
 * Counter-based random numbers (Salmon et al. 2011, Philox 4x32-10, by Random123): draw `index` of stream `stream`
 * under `seed` is the same on any thread, rank or machine. */
#ifndef BASE_RANDOM_H
#define BASE_RANDOM_H

#include <stdint.h>

/* A number strictly inside (0, 1), 53 random bits. */
double random_uniform(uint64_t seed, uint64_t stream, uint64_t index);
/* A stream for what has a name: FNV-1a of the text (Fowler, Noll and Vo). */
uint64_t random_stream(const char *text);

#endif
