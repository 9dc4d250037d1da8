/* SPDX-License-Identifier: GPL-3.0-or-later
 * The package space seen by one type of each signing party: additive worth per option, conditions that move a worth or
 * bar a signature, rules, verifiability, and what each signer has without an agreement. Private to the room.
 *
 * Worths are whole billionths of a point, so that sums do not depend on the order of issues and equal packages are
 * equal. */
#ifndef PACKAGES_SPACE_H
#define PACKAGES_SPACE_H

#include "base/base.h"
#include "packages/packages.h"
#include "scenario/situation.h"

#define SPACE_UNIT 1e9
/* Largest sum of absolute worths that is accepted: sums and differences of such sums fit an int64_t. */
#define SPACE_LARGEST 2e9

/* A condition of the scenario that has the form of a box: allowed options per issue. */
typedef struct SpaceBox {
    const bool *allows; /* [option_total] */
    int signer;
    int64_t points; /* moves the signer's worth where the package matches; 0 for a bar */
    bool is_bar;    /* the signer never signs a package that matches */
    bool is_price;  /* of a red line */
} SpaceBox;

typedef struct SpaceRule {
    const bool *when, *then; /* [option_total] */
    bool is_then_open;       /* some package can match `then` */
} SpaceRule;

/* A party whose breaches must be detected in time. */
typedef struct SpaceWatch {
    int party;
} SpaceWatch;

typedef struct Space {
    const Situation *situation;
    int signer_count;
    int type[PACKAGE_SIGNERS_MOST]; /* flat type of each signer */
    int64_t *worth;                 /* [option_total][signer_count] relative to today */
    int64_t base[PACKAGE_SIGNERS_MOST];
    int64_t least[PACKAGE_SIGNERS_MOST]; /* worth without an agreement: a package of at least this is signed */
    int box_count, rule_count, watch_count;
    SpaceBox *boxes;
    SpaceRule *rules;
    SpaceWatch *watches;
    double required[PACKAGE_SIGNERS_MOST];      /* least detection, 0 where nothing hangs on it */
    int64_t unverifiable[PACKAGE_SIGNERS_MOST]; /* points lost by signing what cannot be verified */
    bool is_unverifiable_bar[PACKAGE_SIGNERS_MOST];
    int memory_count; /* issues on which breakout depends, where detection does; else 0 */
    const int *memory_issues;
    bool is_empty; /* a bar or rule that every package meets */
} Space;

/* What to leave out of a space, to see what it blocks; -1: nothing. */
typedef struct SpaceWithout {
    int rule, red_line;
    int unverifiable; /* flat type */
    bool all_bars;    /* no hard red line, nothing unverifiable barred */
    bool prices;      /* priced red lines and prices of the unverifiable as well */
    int only_signer;  /* conditions of this signer alone, counted from 1; 0: of all */
} SpaceWithout;

extern const SpaceWithout SPACE_WHOLE;

/* The space of a profile (types: one flat type per party; third parties' are not looked at). `outside` holds points per
 * signer in file order. BRINK_BAD_INPUT where worths are too large (SPACE_LARGEST) or signers too many. */
BrinkStatus space_new(const Situation *situation, const int *types, const double *outside, SpaceWithout without,
                      Arena *arena, Space **result);
/* Adds a red line as a bar, whatever its price; watches for what is now required. Only once, after leaving out
 * everything else. */
void space_add_bar(Space *space, int signer, int red_line);
void space_add_watches(Space *space);
int64_t space_units(double points);
/* Worth of a package to a type before any price, and the prices it meets, hard ones left out: sums of whole billionths.
 */
int64_t space_gain(const Situation *situation, int type, const int *options);
int64_t space_price(const Situation *situation, int type, const int *options);
bool space_matches(const Situation *situation, const bool *allows, const int *options);
double space_points(int64_t units);

#endif
