/* SPDX-License-Identifier: GPL-3.0-or-later
 * Sums of weights by rank while ranks are added one by one. Private to the room. */
#ifndef PACKAGES_RANKS_H
#define PACKAGES_RANKS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/* Where every weight is 1, a bit per rank, with counts per word, group of words and block of groups: at 10^5 ranks all
 * of it fits the first-level cache. Else a Fenwick tree. */
typedef struct Ranks {
    bool is_single;
    size_t size, added; /* ranks in use; how many were added */
    uint64_t *bits;
    uint16_t *in_group; /* per word: ranks added in the words before it of its group */
    uint16_t *in_block; /* per group: in the groups before it of its block */
    uint32_t *before;   /* per block: in the blocks before it */
    double *tree;
} Ranks;

/* False when memory is short; ranks_free is due all the same. */
bool ranks_allocate(Ranks *ranks, size_t most, bool is_single);
void ranks_free(Ranks *ranks);

/* Starts afresh with ranks 0 ... size - 1, each added once at most. */
void ranks_begin(Ranks *ranks, size_t size);
void ranks_add(Ranks *ranks, size_t rank, double weight);
/* Weight of the ranks added that are at least `rank`. */
double ranks_sum(const Ranks *ranks, size_t rank);

#endif
