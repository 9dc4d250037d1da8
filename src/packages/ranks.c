/* SPDX-License-Identifier: GPL-3.0-or-later
 * Invariant: in_block and before are prefix counts, so that a sum is two look-ups and the bits of one word. */
#include "packages/ranks.h"

#include <stdlib.h>
#include <string.h>

enum { FAN = 16, BLOCK = FAN * FAN /* words; 16,384 ranks, which a uint16_t counts */ };

/* after[i][k]: whether k comes after i. Added to a whole group it needs no branch. */
#define AFTER(i)                                                                                                       \
    {                                                                                                                  \
        i < 0, i < 1, i < 2, i < 3, i < 4, i < 5, i < 6, i < 7, i < 8, i < 9, i < 10, i < 11, i < 12, i < 13, i < 14,  \
            i < 15                                                                                                     \
    }
static const uint16_t after[FAN][FAN] = {AFTER(0),  AFTER(1),  AFTER(2),  AFTER(3), AFTER(4),  AFTER(5),
                                         AFTER(6),  AFTER(7),  AFTER(8),  AFTER(9), AFTER(10), AFTER(11),
                                         AFTER(12), AFTER(13), AFTER(14), AFTER(15)};

static size_t block_count(size_t ranks) {
    return ranks / 64 / BLOCK + 1;
}

bool ranks_allocate(Ranks *ranks, size_t most, bool is_single) {
    size_t blocks = block_count(most);
    *ranks = (Ranks){.is_single = is_single};
    if (!is_single) {
        ranks->tree = malloc((most + 1) * sizeof *ranks->tree);
        return ranks->tree != NULL;
    }
    ranks->bits = malloc(blocks * BLOCK * sizeof *ranks->bits);
    ranks->in_group = malloc(blocks * BLOCK * sizeof *ranks->in_group);
    ranks->in_block = malloc(blocks * FAN * sizeof *ranks->in_block);
    ranks->before = malloc(blocks * sizeof *ranks->before);
    return ranks->bits && ranks->in_group && ranks->in_block && ranks->before;
}

void ranks_free(Ranks *ranks) {
    free(ranks->bits);
    free(ranks->in_group);
    free(ranks->in_block);
    free(ranks->before);
    free(ranks->tree);
}

void ranks_begin(Ranks *ranks, size_t size) {
    size_t blocks = block_count(size);
    ranks->size = size;
    ranks->added = 0;
    if (!ranks->is_single) {
        memset(ranks->tree, 0, (size + 1) * sizeof *ranks->tree);
        return;
    }
    memset(ranks->bits, 0, blocks * BLOCK * sizeof *ranks->bits);
    memset(ranks->in_group, 0, blocks * BLOCK * sizeof *ranks->in_group);
    memset(ranks->in_block, 0, blocks * FAN * sizeof *ranks->in_block);
    memset(ranks->before, 0, blocks * sizeof *ranks->before);
}

static void add_after(uint16_t *counts, size_t place) {
    for (size_t i = 0; i < FAN; i++) counts[i] = (uint16_t)(counts[i] + after[place][i]);
}

void ranks_add(Ranks *ranks, size_t rank, double weight) {
    ranks->added++;
    if (!ranks->is_single) { /* ranks counted from the top */
        for (size_t at = ranks->size - rank; at <= ranks->size; at += at & (~at + 1)) ranks->tree[at] += weight;
        return;
    }
    size_t word = rank / 64, group = word / FAN, block = group / FAN, blocks = block_count(ranks->size);
    ranks->bits[word] |= (uint64_t)1 << (rank % 64);
    add_after(ranks->in_group + group * FAN, word % FAN);
    add_after(ranks->in_block + block * FAN, group % FAN);
    for (size_t i = block + 1; i < blocks; i++) ranks->before[i]++;
}

double ranks_sum(const Ranks *ranks, size_t rank) {
    double sum = 0;
    if (!ranks->is_single) {
        for (size_t at = ranks->size - rank; at > 0; at &= at - 1) sum += ranks->tree[at];
        return sum;
    }
    size_t word = rank / 64, group = word / FAN, block = group / FAN;
    uint64_t below = ranks->bits[word] & (((uint64_t)1 << (rank % 64)) - 1);
    size_t smaller = (size_t)ranks->before[block] + ranks->in_block[group] + ranks->in_group[word] +
                     (size_t)__builtin_popcountll(below);
    return (double)(ranks->added - smaller);
}
