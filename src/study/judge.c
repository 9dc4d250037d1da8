/* SPDX-License-Identifier: GPL-3.0-or-later
 * From paired draws to verdicts: the share of draws in which a claim holds, the mean effect of each part, what it
 * depends on, and what builds it in. */
#include "study/claims_inside.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

/* Wilson 1927: the interval of a share that is right also near 0 and 1. */
static void wilson(uint64_t held, uint64_t draws, double *low, double *high) {
    double n = (double)draws, p = (double)held / n, z = 1.959963984540054,
           middle = (p + z * z / (2 * n)) / (1 + z * z / n);
    double half = z / (1 + z * z / n) * sqrt(p * (1 - p) / n + z * z / (4 * n * n));
    *low = fmax(0, middle - half);
    *high = fmin(1, middle + half);
}

static const signed char *holds_of(const Deciding *deciding, int claim) {
    return deciding->holds + (size_t)claim * (size_t)deciding->settings->draws;
}

static const double *effects_of(const Deciding *deciding, int row) {
    return deciding->effects + (size_t)row * (size_t)deciding->settings->draws;
}

static bool part_holds(ClaimTest test, double effect) {
    return test == CLAIM_DOWN || test == CLAIM_BELOW ? effect < 0 : effect > 0;
}

static ClaimPartResult judge_part(const Deciding *deciding, const ClaimPart *part, const PartSides *own,
                                  const signed char *holds, uint64_t decided) {
    const double *effects = effects_of(deciding, own->row);
    double mean = 0, squares = 0, n = (double)decided;
    uint64_t held = 0;
    for (uint64_t k = 0; k < deciding->draws; k++) {
        if (holds[k] < 0) continue;
        mean += effects[k] / n;
        held += part_holds(part->test, effects[k]);
    }
    for (uint64_t k = 0; k < deciding->draws; k++)
        if (holds[k] >= 0) squares += (effects[k] - mean) * (effects[k] - mean);
    double error = decided > 1 ? sqrt(squares / (n - 1) / n) : NAN;
    return (ClaimPartResult){part,
                             mean,
                             mean - 1.96 * error,
                             mean + 1.96 * error,
                             deciding->when_sums[own->row] / n,
                             deciding->against_sums[own->row] / n,
                             (double)held / n};
}

/* ---- What it depends on ---- */

typedef struct Ranked {
    double value, rank;
    uint64_t place;
} Ranked;

static int by_value(const void *a, const void *b) {
    const Ranked *x = a, *y = b;
    return x->value != y->value ? (x->value > y->value) - (x->value < y->value)
                                : (x->place > y->place) - (x->place < y->place);
}

static int by_place(const void *a, const void *b) {
    const Ranked *x = a, *y = b;
    return (x->place > y->place) - (x->place < y->place);
}

/* Ranks from 1, ties by their mean, back in the order of the places. */
static void rank_all(Ranked *items, size_t count) {
    qsort(items, count, sizeof *items, by_value);
    for (size_t i = 0; i < count;) {
        size_t end = i;
        while (end < count && items[end].value == items[i].value) end++;
        for (size_t k = i; k < end; k++) items[k].rank = (double)(i + end + 1) / 2;
        i = end;
    }
    qsort(items, count, sizeof *items, by_place);
}

static double correlation(const Ranked *a, const Ranked *b, size_t count) {
    double mean = ((double)count + 1) / 2, cross = 0, x = 0, y = 0;
    for (size_t i = 0; i < count; i++) {
        cross += (a[i].rank - mean) * (b[i].rank - mean);
        x += (a[i].rank - mean) * (a[i].rank - mean);
        y += (b[i].rank - mean) * (b[i].rank - mean);
    }
    return x > 0 && y > 0 ? cross / sqrt(x * y) : 0;
}

static void keep_driver(ClaimResult *result, ClaimDriver driver) {
    int at = result->driver_count < CLAIM_DRIVERS ? result->driver_count++ : CLAIM_DRIVERS;
    for (; at > 0 && fabs(result->drivers[at - 1].rank) < fabs(driver.rank); at--)
        if (at < CLAIM_DRIVERS) result->drivers[at] = result->drivers[at - 1];
    if (at < CLAIM_DRIVERS) result->drivers[at] = driver;
}

/* Assumptions whose uniform correlates in rank with the effect by more than chance would do once in twenty over all of
 * them (Bonferroni). */
static bool find_drivers(const Deciding *deciding, const signed char *holds, const double *effects, ClaimResult *result,
                         Arena *scratch) {
    const Sampling *design = deciding->designs[0];
    size_t draws = (size_t)deciding->draws, count = 0, numbers = (size_t)deciding->base->number_count + 1;
    Ranked *effect = arena_array(scratch, draws, sizeof *effect), *input = arena_array(scratch, draws, sizeof *input);
    double *uniforms = arena_array(scratch, numbers * (draws + 1), sizeof *uniforms),
           *scores = arena_array(scratch, 2 * numbers, sizeof *scores);
    if (!effect || !input || !uniforms || !scores) return false;
    for (size_t k = 0; k < draws; k++) {
        if (holds[k] < 0) continue;
        sampling_uniforms(design, k, uniforms + count * numbers, scores);
        effect[count] = (Ranked){effects[k], 0, count};
        count++;
    }
    rank_all(effect, count);
    double bound = count > 3 ? sqrt(2 * log(20.0 * (design->assumption_count + 1)) / ((double)count - 3)) : 2;
    for (int i = 0; i < design->assumption_count; i++) {
        for (size_t k = 0; k < count; k++)
            input[k] = (Ranked){uniforms[k * numbers + (size_t)design->assumptions[i]], 0, k};
        rank_all(input, count);
        double rank = correlation(effect, input, count);
        if (fabs(rank) > bound) keep_driver(result, (ClaimDriver){design->assumptions[i], rank});
    }
    return true;
}

/* ---- What builds it in ---- */

static bool ends_in(const char *path, const char *end) {
    size_t length = strlen(path), own = strlen(end);
    return length >= own && strcmp(path + length - own, end) == 0;
}

static const char *mechanism_of(const char *path) {
    static const char *const rows[][3] = {
#define MECHANISM(begin, end, text) {begin, end, text},
#include "study/mechanisms.def"
#undef MECHANISM
    };
    for (size_t i = 0;; i++)
        if (strncmp(path, rows[i][0], strlen(rows[i][0])) == 0 && ends_in(path, rows[i][1])) return rows[i][2];
}

/* "path: what it does" for the first changes of the side that changes. */
static const char *describe_mechanism(const Deciding *deciding, int claim) {
    const Claim *own = &deciding->base->claims[claim];
    const Sides *sides = &deciding->sides[claim];
    const Scenario *changed = deciding->cases[own->when_count > 0 || own->given ? sides->when : sides->against];
    int shared = deciding->base->change_count;
    const char *text = own->given ? mechanism_of("history") : "";
    for (int i = shared; i < changed->change_count && text; i++) {
        const char *path = changed->changes[i].path;
        text = arena_print(deciding->arena, "%s%s%s: %s", text, *text ? "; " : "", path, mechanism_of(path));
    }
    return text;
}

/* ---- The whole ---- */

static void decide_verdict(ClaimResult *result) {
    double share = (double)result->held / (double)result->draws;
    result->verdict = result->draws == 0 ? VERDICT_UNKNOWN
                      : share >= 0.95    ? VERDICT_HOLDS
                      : share <= 0.05    ? VERDICT_FAILS
                                         : VERDICT_DEPENDS;
    result->low = result->high = NAN;
    if (result->draws > 0) wilson(result->held, result->draws, &result->low, &result->high);
    result->is_built_in = result->draws > 0 && result->held == result->draws;
}

/* The part nearest to holding in half of the draws is what the verdict hangs on. */
static int hinge(const ClaimPartResult *parts, int count) {
    int best = 0;
    for (int i = 1; i < count; i++)
        if (fabs(parts[i].share - 0.5) < fabs(parts[best].share - 0.5)) best = i;
    return best;
}

static bool judge_claim(const Deciding *deciding, int index, ClaimResult *result, Arena *scratch) {
    const Claim *claim = &deciding->base->claims[index];
    const signed char *holds = holds_of(deciding, index);
    ClaimPartResult *parts = arena_array(deciding->arena, (size_t)claim->part_count, sizeof *parts);
    *result = (ClaimResult){.claim = claim, .parts = parts};
    if (!parts) return false;
    for (uint64_t k = 0; k < deciding->draws; k++) {
        result->draws += holds[k] >= 0;
        result->held += holds[k] == 1;
    }
    decide_verdict(result);
    for (int p = 0; p < claim->part_count; p++)
        parts[p] = judge_part(deciding, &claim->parts[p], &deciding->sides[index].parts[p], holds, result->draws);
    if (result->is_built_in) result->mechanism = describe_mechanism(deciding, index);
    if (result->verdict != VERDICT_DEPENDS) return !result->is_built_in || result->mechanism;
    int row = deciding->sides[index].parts[hinge(parts, claim->part_count)].row;
    return find_drivers(deciding, holds, effects_of(deciding, row), result, scratch);
}

bool claims_judge(const Deciding *deciding, Claims **result) {
    const Scenario *base = deciding->base;
    Claims *claims = arena_alloc(deciding->arena, sizeof *claims);
    ClaimResult *results = arena_array(deciding->arena, (size_t)base->claim_count, sizeof *results);
    Arena *scratch = arena_new();
    bool is_good = claims && results && scratch;
    for (int i = 0; i < base->claim_count && is_good; i++) {
        arena_reset(scratch);
        is_good = judge_claim(deciding, i, &results[i], scratch);
    }
    arena_free(scratch);
    if (!is_good) return false;
    *claims = (Claims){
        base, *deciding->settings, deciding->times, deciding->draws, deciding->failed, base->claim_count, results};
    *result = claims;
    return true;
}
