/* SPDX-License-Identifier: GPL-3.0-or-later
 * Some issues of a space in the order in which they are decided, and what has to be remembered of the options chosen so
 * far: which conditions can still be met. Private to the room.
 *
 * A *state* is that memory in words: a bit per box (still met by all options so far and not yet settled), two per rule
 * (`if` still met and the rule not yet kept; `then` still met), one per watch (the party performs a change), then a
 * word per watch (the probability that a breach is missed). Packages in one state have the same future. */
#ifndef PACKAGES_PART_H
#define PACKAGES_PART_H

#include "packages/space.h"

/* A condition inside a part: the position of its last issue (-1: none), and whether it has all its issues here. */
typedef struct PartCondition {
    int last;
    bool is_whole;
} PartCondition;

typedef struct Part {
    const Space *space;
    int issue_count;
    const int *issues;
    int bit_words, words; /* of a state */
    const PartCondition *boxes, *when, *then;
    int *options; /* [issue_count of the situation] scratch */
    const bool *box_has, *when_has,
        *then_has; /* [condition][issue of the situation]: some option of it is not allowed */
} Part;

enum { PART_WORDS_MOST = 256 };
/* Whether a state of the space has at most that many words. */
bool part_fits(const Space *space);
/* NULL when memory is short. `issues` lives with the caller. */
Part *part_new(const Space *space, const int *issues, int issue_count, Arena *arena);

/* Writes the state before the first issue; false where no package can obey the rules. */
bool part_begin(const Part *part, uint64_t *state);
/* Chooses a flat option for the issue at `position`. Writes the state after it and what it adds to each signer's worth;
 * false where a rule is broken or a bar met. `to` may be `from`. */
bool part_choose(const Part *part, int position, int option, const uint64_t *from, uint64_t *to, int64_t *shift);
/* What the base and verifiability add at the end of a part that holds all issues; false where it bars a signature. */
bool part_finish(const Part *part, const uint64_t *state, int64_t *shift);
/* Two parts that share the issues between them: the state of both together settled, conditions that reach across
 * included. */
bool part_join(const Part *part, const uint64_t *a, const Part *other, const uint64_t *b, int64_t *shift);

#endif
