/* SPDX-License-Identifier: GPL-3.0-or-later
 * What a history did, item by item: the outlooks before it, after each item and under each reading of one, in passes
 * that go together. */
#include "outlook/outlook.h"

#include <string.h>

static bool has_readings(const Situation *s, int item) {
    return s->history[item].reading_count > 1;
}

/* Before anything, after each item, then each reading of the items that have several. NULL `choices`: counts only. */
static int list_choices(const Situation *s, HistoryChoice *choices) {
    int count = 0;
    for (int items = 0; items <= s->history_count; items++, count++)
        if (choices) choices[count] = (HistoryChoice){items, -1, -1};
    for (int item = 0; item < s->history_count; item++)
        for (int r = 0; has_readings(s, item) && r < s->history[item].reading_count; r++, count++)
            if (choices) choices[count] = (HistoryChoice){item + 1, item, r};
    return count;
}

int outlook_pass_count(const Situation *s) {
    return list_choices(s, NULL);
}

/* An account that cannot be has likelihood 0 and no outlook. */
static OutlookMove move_of(const OutlookAfter *after, double before) {
    if (after->status == BRINK_BAD_INPUT) return (OutlookMove){.likelihood = 0};
    OutlookMove move = {.likelihood = after->outlook->likelihood / before, .beliefs = after->outlook->beliefs};
    memcpy(move.outcomes, after->outlook->outcomes, sizeof move.outcomes);
    return move;
}

/* The status of all: an account that cannot be is no failure, an item that cannot be is. */
static BrinkStatus worst_status(const OutlookAfter *after, const HistoryChoice *choices, int count, int *impossible) {
    for (int i = 0; i < count; i++) {
        if (after[i].status == BRINK_OK || (after[i].status == BRINK_BAD_INPUT && choices[i].item >= 0)) continue;
        *impossible = after[i].impossible;
        return after[i].status;
    }
    return BRINK_OK;
}

static bool fill(const Situation *s, const OutlookAfter *after, Arena *arena, OutlookHistory *history) {
    int items = s->history_count, next = items + 1;
    OutlookMove *moves = arena_array(arena, (size_t)items + 1, sizeof *moves);
    const OutlookMove **readings = arena_array(arena, (size_t)items + 1, sizeof *readings);
    if (!moves || !readings) return false;
    for (int i = 0; i <= items; i++) moves[i] = move_of(&after[i], i > 0 ? after[i - 1].outlook->likelihood : 1);
    for (int item = 0; item < items; item++) {
        if (!has_readings(s, item)) continue;
        int count = s->history[item].reading_count;
        OutlookMove *accounts = arena_array(arena, (size_t)count, sizeof *accounts);
        if (!accounts) return false;
        for (int r = 0; r < count; r++) accounts[r] = move_of(&after[next++], after[item].outlook->likelihood);
        readings[item] = accounts;
    }
    *history = (OutlookHistory){items, moves, readings};
    return true;
}

BrinkStatus outlook_history_new(const Solution *solution, const Situation *s, Arena *arena, int *impossible,
                                OutlookHistory **result, Outlook **outlook) {
    int count = outlook_pass_count(s);
    HistoryChoice *choices = arena_array(arena, (size_t)count, sizeof *choices);
    OutlookAfter *after = arena_array(arena, (size_t)count, sizeof *after);
    OutlookHistory *history = arena_alloc(arena, sizeof *history);
    if (!choices || !after || !history) return BRINK_NO_MEMORY;
    list_choices(s, choices);
    BrinkStatus status = outlook_after_each(solution, s, choices, count, arena, after);
    if (status == BRINK_OK) status = worst_status(after, choices, count, impossible);
    if (status != BRINK_OK) return status;
    if (!fill(s, after, arena, history)) return BRINK_NO_MEMORY;
    *result = s->history_count > 0 ? history : NULL;
    *outlook = after[s->history_count].outlook;
    return BRINK_OK;
}
