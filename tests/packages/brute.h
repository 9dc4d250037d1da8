/* SPDX-License-Identifier: GPL-3.0-or-later
 * Every package of a space, one after another: the witness the room is held to. It shares the Situation and the
 * settlement room's functions of one package, and nothing of src/packages. */
#ifndef TESTS_PACKAGES_BRUTE_H
#define TESTS_PACKAGES_BRUTE_H

#include "base/base.h"
#include "scenario/situation.h"

enum { BRUTE_SIGNERS = 8 };

typedef struct BrutePackage {
    const int *options;
    long worth[BRUTE_SIGNERS]; /* hundredths of a point */
    bool is_open;              /* no hard red line or bar of verifiability */
    bool is_signed;            /* open, and worth at least `least` to all */
    bool is_efficient;         /* open, and no open package is better for one and worse for none */
} BrutePackage;

/* The packages that obey the rules, seen by one profile. */
typedef struct Brute {
    int signer_count, type[BRUTE_SIGNERS];
    long least[BRUTE_SIGNERS];
    size_t total, count;
    BrutePackage *packages;
    size_t open_count, signed_count, efficient_count;
} Brute;

void brute_list(const Situation *s, const int *types, const double *outside, Arena *arena, Brute *result);

#endif
