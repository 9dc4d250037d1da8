/* SPDX-License-Identifier: GPL-3.0-or-later
 * Memory of the reference, and the rules that price one signature, one collapse and one war (model 3, 4, 8). */
#include "reference_inside.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

typedef struct Chunk {
    struct Chunk *before;
    size_t used, size;
    max_align_t data[];
} Chunk;

struct Pool {
    Chunk *last;
};

void reference_stop(const char *why) {
    fprintf(stderr, "reference: %s\n", why);
    exit(EXIT_FAILURE);
}

Pool *pool_new(void) {
    Pool *pool = calloc(1, sizeof *pool);
    if (pool == NULL) reference_stop("no memory");
    return pool;
}

void pool_free(Pool *pool) {
    if (pool == NULL) return;
    while (pool->last != NULL) {
        Chunk *before = pool->last->before;
        free(pool->last);
        pool->last = before;
    }
    free(pool);
}

void *pool_take(Pool *pool, size_t count, size_t size) {
    size_t bytes = (count * size + sizeof(max_align_t) - 1) / sizeof(max_align_t) * sizeof(max_align_t);
    if (pool->last == NULL || pool->last->size - pool->last->used < bytes) {
        size_t room = bytes > 1 << 20 ? bytes : 1 << 20;
        Chunk *chunk = calloc(1, sizeof *chunk + room);
        if (chunk == NULL) reference_stop("no memory");
        chunk->before = pool->last;
        chunk->size = room;
        pool->last = chunk;
    }
    void *result = (char *)pool->last->data + pool->last->used;
    pool->last->used += bytes;
    return result;
}

double rules_commits(const Situation *s, int type, int rung, const int *options) {
    int type_rung = situation_type_rung(s, type, rung);
    double sum = 0;
    for (int k = 0; k < s->issue_count; k++)
        sum += s->commits[(size_t)type_rung * (size_t)s->option_total + (size_t)options[k]];
    return sum;
}

static bool all_allowed(const Situation *s, const bool *allows, const int *options) {
    for (int k = 0; k < s->issue_count; k++)
        if (!allows[options[k]]) return false;
    return true;
}

/* Least detection over the other parties that have something to deliver; INFINITY where there is none (model 8). */
static double least_detection(const Situation *s, int party, int date, const int *options) {
    double least = INFINITY;
    for (int other = 0; other < s->party_count; other++) {
        bool delivers = false;
        for (int k = 0; k < s->issue_count; k++)
            if (s->performs[k * s->party_count + other] && options[k] != s->today[k]) delivers = true;
        if (other != party && delivers) least = fmin(least, rules_detection(s, other, date, options));
    }
    return least;
}

double rules_red_lines(const Situation *s, int type, int date, const int *options) {
    double sum = 0;
    for (int r = 0; r < s->red_line_count; r++)
        if (s->red_line_type[r] == type &&
            all_allowed(s, s->red_line_allows + (size_t)r * (size_t)s->option_total, options))
            sum += s->red_line_cost[r];
    if (least_detection(s, s->type_party[type], date, options) < s->requires_detection[type] - 1e-12)
        sum += s->unverifiable[type];
    return sum;
}

double rules_after_collapse(const Situation *s, const int *rungs) {
    double largest = 0;
    for (int i = 0; i < s->party_count; i++) largest = fmax(largest, s->after_collapse[rungs[i]]);
    return largest;
}

double rules_war(const Situation *s, int type, int date, const int *rungs, const bool *attackers) {
    size_t row = (size_t)date * (size_t)s->type_total + (size_t)type;
    double sum = s->conflict[row];
    for (int j = 0; j < s->party_count; j++) {
        if (attackers != NULL && attackers[j]) sum += s->conflict_by[row * (size_t)s->party_count + (size_t)j];
        sum += s->war[rungs[j] * s->party_count + s->type_party[type]];
    }
    return sum;
}

int profile_count(const Situation *s) {
    int count = 1;
    for (int i = 0; i < s->party_count; i++) count *= situation_type_count(s, i);
    return count;
}

void profile_types(const Situation *s, int profile, int *types) {
    for (int i = s->party_count - 1; i >= 0; i--) {
        int count = situation_type_count(s, i);
        types[i] = s->type_start[i] + profile % count;
        profile /= count;
    }
}
