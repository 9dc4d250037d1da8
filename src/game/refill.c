/* SPDX-License-Identifier: GPL-3.0-or-later
 * Filling a game again after few numbers have changed: only the steps of a round that read them. Invariant: outside the
 * steps in `stale` the game holds the numbers of the base. */
#include "game/build.h"

#include <stddef.h>
#include <string.h>

enum {
    FORCE = 1 << STEP_FORCE,
    HAZARD = 1 << STEP_HAZARD,
    MEETING = 1 << STEP_MEETING,
    TABLE = 1 << STEP_TABLE,
    ANSWER = 1 << STEP_ANSWER,
    BREAKDOWN = 1 << STEP_BREAKDOWN,
    END = 1 << STEP_END,
    SETTLED = HAZARD | END, /* a settled package is worth something in force, and at the end */
    SEEN = SETTLED | ANSWER /* what detection rests on */
};

typedef struct Readers {
    size_t field; /* place in Situation */
    unsigned steps;
} Readers;
#define READ(name, steps)                                                                                              \
    { offsetof(Situation, name), steps }

/* Fields that are not here are read by all steps. Priors, rationalities and discounts are no step's and always filled.
 */
static const Readers readers[] = {
    READ(prior, 0),
    READ(patience, SETTLED),
    READ(rationality, SETTLED),
    READ(mediator_rationality, 0),
    READ(mediator_patience, 0),
    READ(swing, 0), /* the weight is worked out from it */
    READ(anchor, 0),
    READ(interim_relief, FORCE),
    READ(backdown, FORCE),
    READ(status, FORCE),
    READ(level, FORCE),
    READ(share, FORCE),
    READ(pressure, FORCE),
    READ(cost, FORCE),
    READ(deadline_cost, FORCE),
    READ(friction, HAZARD),
    READ(interim_calm, HAZARD),
    READ(risk, HAZARD),
    READ(talks, MEETING),
    READ(draft_share, TABLE),
    READ(walk, ANSWER),
    READ(requires_detection, ANSWER),
    READ(unverifiable, ANSWER),
    READ(commits, ANSWER),
    READ(red_line_cost, ANSWER),
    READ(renege, ANSWER),
    READ(after_collapse, BREAKDOWN | SETTLED),
    READ(mediator_value, END),
    READ(mediator_balance, END),
    READ(interim_stays, END),
    READ(first_strike, END),
    READ(lapse, END),
    READ(conflict_by, END),
    READ(collapse, SETTLED),
    READ(conflict, SETTLED),
    READ(war, SETTLED),
    READ(breach_penalty, SETTLED),
    READ(reversible, SETTLED),
    READ(weight, SETTLED),
    READ(score, SETTLED),
    READ(synergy_points, SETTLED),
    READ(phase_ambiguity, SETTLED),
    READ(phase_share, SETTLED),
    READ(detection, SEEN),
    READ(detect_after, SEEN),
    READ(cap, SEEN),
    READ(swu, SEEN),
    READ(stored, SEEN),
    READ(reinstall, SEEN),
    READ(stock_above, SEEN),
    READ(stock_to, SEEN),
    READ(stockpile, SEEN),
    READ(feed_assay, SEEN),
    READ(tails_assay, SEEN),
    READ(significant_quantity, SEEN),
    READ(weapon_assay, SEEN),
    READ(reconversion, SEEN),
};

/* In the order of the block. */
static const size_t fields[] = {
#define FIELD(name, shape) offsetof(Situation, name),
#include "scenario/situation.def"
#undef FIELD
};
enum { FIELD_COUNT = sizeof fields / sizeof *fields };

static unsigned readers_of(size_t field) {
    for (size_t i = 0; i < sizeof readers / sizeof *readers; i++)
        if (readers[i].field == field) return readers[i].steps;
    return GAME_ALL_STEPS;
}

/* First number of a field in the block; past the last field its end. */
static size_t place_of(const Situation *s, size_t field) {
    if (field == FIELD_COUNT) return s->block_count;
    return (size_t)(*(double *const *)(const void *)((const char *)s + fields[field]) - s->block);
}

static unsigned changed_steps(const Situation *base, const Situation *now) {
    unsigned steps = 0;
    for (size_t field = 0; field < FIELD_COUNT; field++) {
        size_t first = place_of(base, field), end = place_of(base, field + 1);
        if (memcmp(base->block + first, now->block + first, (end - first) * sizeof(double)) != 0)
            steps |= readers_of(fields[field]);
    }
    return steps;
}

BrinkStatus game_refill(Game *game, const Situation *base, const Situation *situation, Settlements *settlements,
                        unsigned *stale, Arena *scratch) {
    unsigned steps = changed_steps(base, situation);
    BrinkStatus status = fill_steps(game, situation, settlements, steps | *stale, scratch);
    *stale = steps;
    return status;
}
