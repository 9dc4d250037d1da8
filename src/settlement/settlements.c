/* SPDX-License-Identifier: GPL-3.0-or-later
 * Settled packages, remembered. A package's value depends on the date of signing and the postures only through what a
 * collapse would be worth and how likely a breach is detected, so that is the key: (options, profile, afterwards,
 * detection). One open-addressing table; invariant: at most half full. */
#include "settlement/settle.h"

#include <math.h>
#include <string.h>

typedef struct Entry {
    uint64_t hash;
    const int *options;
    int profile;
    const double *facing; /* [2 * party_count] afterwards, detection */
    Settled settled;
} Entry;

/* Breakout from one package at one date. */
typedef struct Watched {
    int date, *options; /* options NULL: free */
    double days;
    double *detection; /* [party_count] of a breach by each */
} Watched;
enum { WATCHED_ROOM = 256, WATCHED_TRIES = 8 };

/* The package and date asked for last: those who ask go through profiles, or types, of one before they go on. */
typedef struct Asked {
    int date, *options; /* [issue_count]; date -1: none yet */
    uint64_t hash;      /* of the options */
    double *detection;  /* [party_count] */
} Asked;

/* What a collapse would be worth to each type, at the date and postures asked for last. */
typedef struct Outside {
    int date, *rungs;   /* [party_count]; date -1: none yet */
    double *afterwards; /* [type_total] */
} Outside;

struct Settlements {
    const Settlements *before; /* NULL: none */
    bool is_direct;            /* SettleTask.is_direct */
    const Situation *situation;
    Arena *arena;
    size_t count, capacity; /* a power of two */
    Entry *entries;
    int *types;       /* [party_count] scratch */
    double *facing;   /* [2 * party_count] scratch */
    Watched *watched; /* [WATCHED_ROOM] breakout by package and date: physics is dear */
    Asked asked;
    Outside outside;
    SettleTrouble trouble;
};

int settlement_profile_count(const Situation *s) {
    int count = 1;
    for (int party = 0; party < s->party_count; party++) count *= situation_type_count(s, party);
    return count;
}

void settlement_profile_types(const Situation *s, int profile, int *types) {
    for (int party = s->party_count - 1; party >= 0; party--) {
        int count = situation_type_count(s, party);
        types[party] = s->type_start[party] + profile % count;
        profile /= count;
    }
}

Settlements *settlements_new(const Situation *situation, Arena *arena) {
    Settlements *all = arena_alloc(arena, sizeof *all);
    if (!all) return NULL;
    all->situation = situation;
    all->arena = arena;
    all->capacity = 256;
    all->entries = arena_array(arena, all->capacity, sizeof *all->entries);
    all->types = arena_array(arena, (size_t)situation->party_count, sizeof *all->types);
    all->facing = arena_array(arena, 2 * (size_t)situation->party_count, sizeof *all->facing);
    all->watched = arena_array(arena, WATCHED_ROOM, sizeof *all->watched);
    all->asked.date = -1;
    all->asked.options = arena_array(arena, (size_t)situation->issue_count, sizeof *all->asked.options);
    all->asked.detection = arena_array(arena, (size_t)situation->party_count, sizeof *all->asked.detection);
    all->outside.date = -1;
    all->outside.rungs = arena_array(arena, (size_t)situation->party_count, sizeof *all->outside.rungs);
    all->outside.afterwards = arena_array(arena, (size_t)situation->type_total, sizeof *all->outside.afterwards);
    bool is_whole = all->entries && all->types && all->facing && all->watched;
    bool has_last = all->asked.options && all->asked.detection && all->outside.rungs && all->outside.afterwards;
    return is_whole && has_last ? all : NULL;
}

/* FNV-1a over words instead of bytes, high bits brought down between. */
static uint64_t hash_word(uint64_t hash, uint64_t word) {
    hash = (hash ^ word) * 1099511628211u;
    return hash ^ hash >> 32;
}

static uint64_t hash_options(const int *options, int count) {
    uint64_t hash = 14695981039346656037u;
    for (int i = 0; i < count; i++) hash = hash_word(hash, (uint64_t)options[i]);
    return hash;
}

static uint64_t hash_numbers(uint64_t hash, const double *numbers, int count) {
    for (int i = 0; i < count; i++) {
        uint64_t word;
        memcpy(&word, numbers + i, sizeof word);
        hash = hash_word(hash, word);
    }
    return hash;
}

static bool is_same(const Settlements *all, const Entry *entry, uint64_t hash, const int *options, int profile) {
    const Situation *s = all->situation;
    return entry->hash == hash && entry->profile == profile &&
           memcmp(entry->options, options, (size_t)s->issue_count * sizeof *options) == 0 &&
           memcmp(entry->facing, all->facing, 2 * (size_t)s->party_count * sizeof(double)) == 0;
}

/* The entry of a key in `in`, or the free one where it belongs (options NULL); the rest of the key is all->facing. */
static Entry *find(const Settlements *in, const Settlements *all, uint64_t hash, const int *options, int profile) {
    for (size_t at = hash & (in->capacity - 1);; at = (at + 1) & (in->capacity - 1)) {
        Entry *entry = &in->entries[at];
        if (!entry->options || is_same(all, entry, hash, options, profile)) return entry;
    }
}

void settlements_begin_from(Settlements *all, const Settlements *before) {
    all->before = before;
    all->is_direct = before->is_direct;
}

void settlements_be_direct(Settlements *all) {
    all->is_direct = true;
}

/* Takes an entry over from before; false where there is none, or the package's numbers have changed. */
static bool take_over(Settlements *all, const int *options, int profile, uint64_t hash, Entry *entry) {
    if (!all->before) return false;
    const Entry *known = find(all->before, all, hash, options, profile);
    if (!known->options || !settle_is_same(all->before->situation, all->situation, options, all->types)) return false;
    *entry = *known;
    all->count++;
    return true;
}

static bool grow(Settlements *all) {
    size_t capacity = 2 * all->capacity;
    Entry *entries = arena_array(all->arena, capacity, sizeof *entries);
    if (!entries) return false;
    for (size_t i = 0; i < all->capacity; i++) {
        if (!all->entries[i].options) continue;
        size_t at = all->entries[i].hash & (capacity - 1);
        while (entries[at].options) at = (at + 1) & (capacity - 1);
        entries[at] = all->entries[i];
    }
    all->entries = entries;
    all->capacity = capacity;
    return true;
}

static void *copy(Arena *arena, const void *from, size_t size) {
    void *to = arena_alloc(arena, size);
    return to ? memcpy(to, from, size) : NULL;
}

/* Settles the package of the key and fills the free entry; false when memory is short. */
static bool settle(Settlements *all, const int *options, int profile, uint64_t hash, Entry *entry) {
    const Situation *s = all->situation;
    size_t parties = (size_t)s->party_count;
    int *own_options = copy(all->arena, options, (size_t)s->issue_count * sizeof *options);
    double *facing = copy(all->arena, all->facing, 2 * parties * sizeof(double));
    double *value = arena_array(all->arena, parties, sizeof *value);
    Arena *scratch = arena_new();
    bool is_settled = false;
    if (own_options && facing && value && scratch) {
        SettleTask task = {s, own_options, all->types, facing, facing + parties, NULL, all->is_direct};
        Settled *settled = &entry->settled;
        is_settled =
            settle_package(&task, scratch, value, &settled->kept, &settled->complied, &all->trouble) == BRINK_OK;
    }
    arena_free(scratch);
    if (!is_settled) return false;
    entry->settled.value = value;
    entry->hash = hash;
    entry->profile = profile;
    entry->facing = facing;
    entry->options = own_options;
    all->count++;
    return true;
}

static bool is_watched(const Watched *place, const int *options, int date, size_t issues) {
    return place->options && place->date == date && memcmp(place->options, options, issues * sizeof *options) == 0;
}

/* The place of a package and date: where it is, else a free one, else one that is given up for it. */
static Watched *watched_place(const Settlements *all, const int *options, int date, uint64_t hash) {
    size_t issues = (size_t)all->situation->issue_count, first = hash ^ (uint64_t)date * 31;
    Watched *place = NULL;
    for (size_t i = 0; i < WATCHED_TRIES; i++) {
        place = &all->watched[(first + i) % WATCHED_ROOM];
        if (!place->options || is_watched(place, options, date, issues)) return place;
    }
    return place;
}

/* Breakout known from before, NAN where it is not, or may have changed. */
static double days_before(const Settlements *all, const int *options, int date, uint64_t hash) {
    const Settlements *before = all->before;
    if (!before || !settlement_is_same_programme(before->situation, all->situation, date, options)) return NAN;
    const Watched *place = watched_place(before, options, date, hash);
    return is_watched(place, options, date, (size_t)all->situation->issue_count) ? place->days : NAN;
}

/* Makes a place that of a package and date, with days of breakout and what they let detect; false when memory is short.
 */
static bool watch_anew(Settlements *all, const int *options, int date, uint64_t hash, Watched *place) {
    const Situation *s = all->situation;
    size_t issues = (size_t)s->issue_count, parties = (size_t)s->party_count;
    if (!place->detection) place->detection = arena_array(all->arena, parties, sizeof *place->detection);
    if (place->detection && !place->options) place->options = arena_array(all->arena, issues, sizeof *place->options);
    if (!place->detection || !place->options) return false;
    memcpy(place->options, options, issues * sizeof *options);
    place->date = date;
    place->days = days_before(all, options, date, hash);
    if (isnan(place->days)) place->days = settlement_breakout(s, date, options).days;
    for (int party = 0; party < s->party_count; party++)
        place->detection[party] = settlement_detection_after(s, party, place->days, options);
    return true;
}

/* Writes detection[party_count]; false when memory is short. */
static bool watch(Settlements *all, const int *options, int date, uint64_t hash, double *detection) {
    const Situation *s = all->situation;
    if (!settlement_has_safeguards(s, options)) {
        for (int party = 0; party < s->party_count; party++)
            detection[party] = settlement_detection_after(s, party, INFINITY, options);
        return true;
    }
    Watched *place = watched_place(all, options, date, hash);
    bool is_known = is_watched(place, options, date, (size_t)s->issue_count);
    if (!is_known && !watch_anew(all, options, date, hash, place)) return false;
    memcpy(detection, place->detection, (size_t)s->party_count * sizeof *detection);
    return true;
}

/* Makes a package and date the one asked for last; false when memory is short. */
static bool ask(Settlements *all, const int *options, int date) {
    const Situation *s = all->situation;
    Asked *asked = &all->asked;
    size_t size = (size_t)s->issue_count * sizeof *options;
    if (asked->date == date && memcmp(asked->options, options, size) == 0) return true;
    asked->date = -1;
    asked->hash = hash_options(options, s->issue_count);
    if (!watch(all, options, date, asked->hash, asked->detection)) return false;
    memcpy(asked->options, options, size);
    asked->date = date;
    return true;
}

static void look_outside(Settlements *all, int date, const int *rungs) {
    const Situation *s = all->situation;
    Outside *outside = &all->outside;
    size_t size = (size_t)s->party_count * sizeof *rungs;
    if (outside->date == date && memcmp(outside->rungs, rungs, size) == 0) return;
    for (int type = 0; type < s->type_total; type++)
        outside->afterwards[type] = settlement_afterwards(s, type, date, rungs);
    memcpy(outside->rungs, rungs, size);
    outside->date = date;
}

const Settled *settlements_get(Settlements *all, const int *options, int date, const int *rungs, int profile) {
    const Situation *s = all->situation;
    if (2 * (all->count + 1) > all->capacity && !grow(all)) return NULL;
    settlement_profile_types(s, profile, all->types);
    look_outside(all, date, rungs);
    for (int party = 0; party < s->party_count; party++)
        all->facing[party] = all->outside.afterwards[all->types[party]];
    if (!ask(all, options, date)) return NULL;
    memcpy(all->facing + s->party_count, all->asked.detection, (size_t)s->party_count * sizeof(double));
    uint64_t hash = hash_word(all->asked.hash, (uint64_t)profile);
    hash = hash_numbers(hash, all->facing, 2 * s->party_count);
    hash ^= hash >> 29;
    Entry *entry = find(all, all, hash, options, profile);
    bool is_known = entry->options || take_over(all, options, profile, hash, entry);
    if (!is_known && !settle(all, options, profile, hash, entry)) return NULL;
    return &entry->settled;
}

const Settled *settlements_get_draft(Settlements *all, int draft, int date, const int *rungs, int profile) {
    return settlements_get(all, all->situation->draft_option + (size_t)draft * all->situation->issue_count, date, rungs,
                           profile);
}

double settlements_red_lines(Settlements *all, int type, int date, const int *options) {
    if (!ask(all, options, date)) return settlement_red_lines(all->situation, type, date, options);
    return settlement_red_lines_seen(all->situation, type, options, all->asked.detection);
}

int settlements_turned(const Settlements *all) {
    return all->trouble.turned;
}

int settlements_lost(const Settlements *all) {
    return all->trouble.lost;
}
