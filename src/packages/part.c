/* SPDX-License-Identifier: GPL-3.0-or-later
 * Invariant: a bit that can no longer change anything is cleared at once, so that states which have the same future are
 * equal. */
#include "packages/part.h"

#include <string.h>

#include "settlement/settlement.h"

/* ---- Bits ---- */

static bool bit(const uint64_t *state, int index) {
    return state[index / 64] >> (index % 64) & 1;
}

static void set(uint64_t *state, int index) {
    state[index / 64] |= (uint64_t)1 << (index % 64);
}

static void clear(uint64_t *state, int index) {
    state[index / 64] &= ~((uint64_t)1 << (index % 64));
}

static int when_bit(const Space *space, int rule) {
    return space->box_count + 2 * rule;
}

static int then_bit(const Space *space, int rule) {
    return space->box_count + 2 * rule + 1;
}

static int change_bit(const Space *space, int watch) {
    return space->box_count + 2 * space->rule_count + watch;
}

/* Probability that a breach is missed; -1 where no option chosen so far detects any: such a party counts as watched
 * (model 5). */
static double missed(const Part *part, const uint64_t *state, int watch) {
    double value;
    memcpy(&value, &state[part->bit_words + watch], sizeof value);
    return value;
}

static void set_missed(const Part *part, uint64_t *state, int watch, double value) {
    memcpy(&state[part->bit_words + watch], &value, sizeof value);
}

/* ---- Building ---- */

static int bit_words(const Space *space) {
    return (space->box_count + 2 * space->rule_count + space->watch_count + 63) / 64;
}

/* Words beyond the bits. */
static int more_words(const Space *space) {
    return space->memory_count > 0 ? space->memory_count : space->watch_count;
}

static void note_condition(const Part *part, const bool *allows, PartCondition *condition, bool *has) {
    const Situation *s = part->space->situation;
    int total = 0, here = 0;
    for (int issue = 0; issue < s->issue_count; issue++) {
        has[issue] = false;
        for (int option = s->option_start[issue]; option < s->option_start[issue + 1]; option++)
            has[issue] |= !allows[option];
        total += has[issue];
    }
    condition->last = -1;
    for (int position = 0; position < part->issue_count; position++)
        if (has[part->issues[position]]) {
            condition->last = position;
            here++;
        }
    condition->is_whole = here == total;
}

static bool note_conditions(Part *part, Arena *arena) {
    const Space *space = part->space;
    size_t issues = (size_t)space->situation->issue_count, boxes = (size_t)space->box_count;
    size_t rules = (size_t)space->rule_count;
    PartCondition *conditions = arena_array(arena, boxes + 2 * rules, sizeof *conditions);
    bool *has = arena_array(arena, (boxes + 2 * rules) * issues, sizeof *has);
    if (!conditions || !has) return false;
    part->boxes = conditions;
    part->when = conditions + boxes;
    part->then = conditions + boxes + rules;
    part->box_has = has;
    part->when_has = has + boxes * issues;
    part->then_has = has + (boxes + rules) * issues;
    for (size_t k = 0; k < boxes; k++) note_condition(part, space->boxes[k].allows, &conditions[k], has + k * issues);
    for (size_t k = 0; k < rules; k++) {
        note_condition(part, space->rules[k].when, &conditions[boxes + k], has + (boxes + k) * issues);
        note_condition(part, space->rules[k].then, &conditions[boxes + rules + k], has + (boxes + rules + k) * issues);
    }
    return true;
}

bool part_fits(const Space *space) {
    return bit_words(space) + more_words(space) <= PART_WORDS_MOST;
}

Part *part_new(const Space *space, const int *issues, int issue_count, Arena *arena) {
    Part *part = arena_alloc(arena, sizeof *part);
    if (!part) return NULL;
    part->space = space;
    part->issues = issues;
    part->issue_count = issue_count;
    part->bit_words = bit_words(space);
    part->words = part->bit_words + more_words(space);
    part->options = arena_array(arena, (size_t)space->situation->issue_count, sizeof *part->options);
    return part->options && note_conditions(part, arena) ? part : NULL;
}

/* ---- Rules ---- */

/* Settles a rule as far as the issues up to `position` allow; false where it is broken. */
static bool settle_rule(const Part *part, int rule, int position, uint64_t *state) {
    const Space *space = part->space;
    const PartCondition *when = &part->when[rule], *then = &part->then[rule];
    bool is_then_met = bit(state, then_bit(space, rule));
    bool is_kept = is_then_met && then->is_whole && then->last <= position;
    if (!bit(state, when_bit(space, rule)) || is_kept) {
        clear(state, when_bit(space, rule));
        clear(state, then_bit(space, rule));
        return true;
    }
    return is_then_met || !when->is_whole || when->last > position;
}

static bool choose_rule(const Part *part, int rule, int position, int option, uint64_t *state) {
    const Space *space = part->space;
    if (!bit(state, when_bit(space, rule))) return true;
    if (!space->rules[rule].when[option]) clear(state, when_bit(space, rule));
    if (!space->rules[rule].then[option]) clear(state, then_bit(space, rule));
    return settle_rule(part, rule, position, state);
}

/* ---- Watches ---- */

static void choose_watch(const Part *part, int watch, int issue, int option, uint64_t *state) {
    const Situation *s = part->space->situation;
    size_t party = (size_t)part->space->watches[watch].party, parties = (size_t)s->party_count;
    if (s->performs[(size_t)issue * parties + party] && option != s->today[issue])
        set(state, change_bit(part->space, watch));
    if (part->space->memory_count > 0 || !s->detects[(size_t)option * parties + party]) return;
    double before = missed(part, state, watch);
    set_missed(part, state, watch, (before < 0 ? 1 : before) * (1 - s->detection[option]));
}

/* A remembered option is kept as its number + 1; 0: not chosen yet. */
static void remember(const Part *part, int issue, int option, uint64_t *state) {
    for (int i = 0; i < part->space->memory_count; i++)
        if (part->space->memory_issues[i] == issue) state[part->bit_words + i] = (uint64_t)option + 1;
}

/* Detection at the options remembered; the others have no part in it. */
static double remembered_detection(const Part *part, const uint64_t *state, int party) {
    const Situation *s = part->space->situation;
    for (int issue = 0; issue < s->issue_count; issue++) part->options[issue] = s->today[issue];
    for (int i = 0; i < part->space->memory_count; i++)
        part->options[part->space->memory_issues[i]] = (int)state[part->bit_words + i] - 1;
    return settlement_detection(s, party, 0, part->options);
}

static double detection(const Part *part, const uint64_t *state, int watch) {
    if (part->space->memory_count > 0) return remembered_detection(part, state, part->space->watches[watch].party);
    double m = missed(part, state, watch);
    return m < 0 ? 1 : 1 - m;
}

/* Whether the signer can verify what the watched party performs (settlement_is_verifiable). */
static bool is_verified(const Part *part, const uint64_t *state, int watch, int signer) {
    const Space *space = part->space;
    bool is_own = space->situation->type_party[space->type[signer]] == space->watches[watch].party;
    if (is_own || !bit(state, change_bit(space, watch))) return true;
    return detection(part, state, watch) >= space->required[signer] - 1e-12;
}

bool part_finish(const Part *part, const uint64_t *state, int64_t *shift) {
    const Space *space = part->space;
    memcpy(shift, space->base, (size_t)space->signer_count * sizeof *shift);
    for (int signer = 0; signer < space->signer_count; signer++) {
        bool is_good = true;
        for (int watch = 0; watch < space->watch_count && space->required[signer] > 0; watch++)
            is_good &= is_verified(part, state, watch, signer);
        if (is_good) continue;
        if (space->is_unverifiable_bar[signer]) return false;
        shift[signer] -= space->unverifiable[signer];
    }
    return true;
}

/* ---- Steps ---- */

bool part_begin(const Part *part, uint64_t *state) {
    const Space *space = part->space;
    memset(state, 0, (size_t)part->words * sizeof *state);
    for (int k = 0; k < space->box_count; k++) set(state, k);
    for (int watch = 0; watch < space->watch_count && space->memory_count == 0; watch++)
        set_missed(part, state, watch, -1);
    for (int rule = 0; rule < space->rule_count; rule++) {
        set(state, when_bit(space, rule));
        if (space->rules[rule].is_then_open) set(state, then_bit(space, rule));
        if (!settle_rule(part, rule, -1, state)) return false;
    }
    return !space->is_empty;
}

/* A box whose last issue has been decided moves the worth, or bars. */
static bool choose_box(const Part *part, int box, int position, int option, uint64_t *state, int64_t *shift) {
    const SpaceBox *b = &part->space->boxes[box];
    if (!bit(state, box)) return true;
    if (!b->allows[option]) clear(state, box);
    if (!part->boxes[box].is_whole || part->boxes[box].last != position || !bit(state, box)) return true;
    clear(state, box);
    shift[b->signer] += b->points;
    return !b->is_bar;
}

bool part_choose(const Part *part, int position, int option, const uint64_t *from, uint64_t *to, int64_t *shift) {
    const Space *space = part->space;
    int issue = part->issues[position], issues = space->situation->issue_count;
    if (to != from) memcpy(to, from, (size_t)part->words * sizeof *to);
    memcpy(shift, space->worth + (size_t)option * (size_t)space->signer_count,
           (size_t)space->signer_count * sizeof *shift);
    for (int k = 0; k < space->box_count; k++)
        if (part->box_has[k * issues + issue] && !choose_box(part, k, position, option, to, shift)) return false;
    for (int k = 0; k < space->rule_count; k++)
        if ((part->when_has[k * issues + issue] || part->then_has[k * issues + issue]) &&
            !choose_rule(part, k, position, option, to))
            return false;
    for (int watch = 0; watch < space->watch_count; watch++) choose_watch(part, watch, issue, option, to);
    remember(part, issue, option, to);
    return true;
}

/* ---- Two parts together ---- */

static bool join_conditions(const Part *part, const uint64_t *a, const uint64_t *b, int64_t *shift) {
    const Space *space = part->space;
    for (int k = 0; k < space->box_count; k++) {
        bool is_across = !part->boxes[k].is_whole && part->boxes[k].last >= 0;
        if (!is_across || !bit(a, k) || !bit(b, k)) continue;
        if (space->boxes[k].is_bar) return false;
        shift[space->boxes[k].signer] += space->boxes[k].points;
    }
    for (int k = 0; k < space->rule_count; k++) {
        bool is_due = bit(a, when_bit(space, k)) && bit(b, when_bit(space, k));
        if (is_due && !(bit(a, then_bit(space, k)) && bit(b, then_bit(space, k)))) return false;
    }
    return true;
}

bool part_join(const Part *part, const uint64_t *a, const Part *other, const uint64_t *b, int64_t *shift) {
    const Space *space = part->space;
    uint64_t both[PART_WORDS_MOST];
    memcpy(both, a, (size_t)part->words * sizeof *both);
    for (int watch = 0; watch < space->watch_count; watch++) {
        if (bit(b, change_bit(space, watch))) set(both, change_bit(space, watch));
        if (space->memory_count > 0) continue;
        double x = missed(part, a, watch), y = missed(other, b, watch);
        set_missed(part, both, watch, x < 0 ? y : y < 0 ? x : x * y);
    }
    for (int i = 0; i < space->memory_count; i++) both[part->bit_words + i] |= b[part->bit_words + i];
    if (!part_finish(part, both, shift)) return false;
    return join_conditions(part, a, b, shift);
}
