/* SPDX-License-Identifier: GPL-3.0-or-later
 * Situations made without a file, for the package space: drawn at random, or stated as a few arrays. */
#ifndef TESTS_PACKAGES_BY_HAND_H
#define TESTS_PACKAGES_BY_HAND_H

#include "base/base.h"
#include "scenario/situation.h"

/* A stream of random numbers; the same seed gives the same numbers everywhere. */
typedef struct Dice {
    uint64_t seed, next;
} Dice;
double dice_share(Dice *dice);         /* in (0, 1) */
int dice_below(Dice *dice, int limit); /* 0 .. limit - 1 */
bool dice_chance(Dice *dice, double p);

/* How a space is drawn. Worths are multiples of a hundredth of a point, so that sums of doubles can be rounded back. */
typedef struct Shape {
    int parties, third_parties, types_most;
    int issues, options_least, options_most;
    int rules, red_lines, synergies;
    bool is_coarse;                   /* few different scores: many ties */
    bool is_verified;                 /* performers, detection and what it requires */
    bool has_safeguards;              /* detection by breakout (with is_verified) */
    double outside_low, outside_high; /* points */
} Shape;
/* Of a small space with rules, red lines, synergies and something to verify. */
#define HAND_OF_ALL_KINDS                                                                                              \
    .parties = 3, .types_most = 2, .issues = 4, .options_least = 2, .options_most = 4, .rules = 2, .red_lines = 5,     \
    .synergies = 2, .is_verified = true, .outside_low = -40, .outside_high = 5
Situation *hand_random(Shape shape, Dice *dice, Arena *arena);

/* A space without conditions: worth[party][option] of signing, today's option worth nothing, types one per party. */
Situation *hand_additive(int parties, int issues, const int *option_counts, const double *worth, const double *outside,
                         Arena *arena);

#endif
