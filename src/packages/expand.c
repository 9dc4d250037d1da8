/* SPDX-License-Identifier: GPL-3.0-or-later
 * Dynamic programming over issues: sums of worths per state (part.h), dominated ones dropped on the way. Two partial
 * packages in one state have the same continuations, so whatever is dominated now is dominated in every completion
 * (Villarreal and Karwan 1981).
 *
 * Invariant: the groups of a layer have different states, and the points of a group are distinct and sorted. */
#include "packages/expand.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

typedef struct Expander {
    const Part *part;
    const ExpandSettings *settings;
    Arena *arena;
    RunRoom room;
    int *table; /* open addressing: group of the new layer, -1 free; a power of two */
    size_t table_size;
    int group_room;
    int64_t grain;
    size_t rows;     /* of the layers that are done */
    Arena *layer;    /* of the layer being summed, before it is thinned; NULL: it has its place */
    bool is_hurried; /* stopped: the rest is found on a coarse grid */
    Expansion *result;
} Expander;

static uint64_t hash_state(const uint64_t *state, int words) {
    uint64_t hash = 14695981039346656037u;
    for (int i = 0; i < words; i++) {
        hash = (hash ^ state[i]) * 1099511628211u;
        hash ^= hash >> 32;
    }
    return hash;
}

/* ---- Groups of the layer being built ---- */

static bool grow_table(Expander *all, const ExpandLayer *layer) {
    size_t size = all->table_size ? 2 * all->table_size : 64;
    int *table = malloc(size * sizeof *table);
    if (!table) return false;
    for (size_t i = 0; i < size; i++) table[i] = -1;
    for (int g = 0; g < layer->group_count; g++) {
        size_t at = hash_state(layer->groups[g].state, all->part->words) & (size - 1);
        while (table[at] >= 0) at = (at + 1) & (size - 1);
        table[at] = g;
    }
    free(all->table);
    all->table = table;
    all->table_size = size;
    return true;
}

static bool grow_groups(Expander *all, ExpandLayer *layer) {
    if (layer->group_count < all->group_room) return true;
    int room = all->group_room ? 2 * all->group_room : 8;
    ExpandGroup *groups = arena_array(all->arena, (size_t)room, sizeof *groups);
    if (!groups) return false;
    if (layer->group_count > 0) memcpy(groups, layer->groups, (size_t)layer->group_count * sizeof *groups);
    layer->groups = groups;
    all->group_room = room;
    return true;
}

/* The group of a state, new if need be; NULL when memory is short. */
static ExpandGroup *group_of(Expander *all, ExpandLayer *layer, const uint64_t *state) {
    size_t bytes = (size_t)all->part->words * sizeof *state;
    if (2 * (size_t)(layer->group_count + 1) > all->table_size && !grow_table(all, layer)) return NULL;
    size_t at = hash_state(state, all->part->words) & (all->table_size - 1);
    for (; all->table[at] >= 0; at = (at + 1) & (all->table_size - 1))
        if (memcmp(layer->groups[all->table[at]].state, state, bytes) == 0) return &layer->groups[all->table[at]];
    uint64_t *own = arena_alloc(all->arena, bytes);
    if (!own || !grow_groups(all, layer)) return NULL;
    memcpy(own, state, bytes);
    all->table[at] = layer->group_count;
    ExpandGroup *group = &layer->groups[layer->group_count++];
    *group = (ExpandGroup){.state = own};
    return group;
}

static bool add_step(Expander *all, ExpandLayer *layer, const uint64_t *state, int from, int option,
                     const int64_t *shift) {
    ExpandGroup *group = group_of(all, layer, state);
    ExpandStep *step = arena_alloc(all->arena, sizeof *step);
    size_t bytes = (size_t)all->part->space->signer_count * sizeof *shift;
    int64_t *own = arena_alloc(all->arena, bytes);
    if (!group || !step || !own) return false;
    memcpy(own, shift, bytes);
    *step = (ExpandStep){from, option, own, group->steps};
    group->steps = step;
    group->step_count++;
    return true;
}

/* ---- Layers ---- */

static void start_layer(Expander *all) {
    all->group_room = 0;
    for (size_t i = 0; i < all->table_size; i++) all->table[i] = -1;
}

static bool choose_all(Expander *all, int position, uint64_t *state, int64_t *shift) {
    const Situation *s = all->part->space->situation;
    const ExpandLayer *from = &all->result->layers[position];
    ExpandLayer *to = &all->result->layers[position + 1];
    int issue = all->part->issues[position];
    start_layer(all);
    for (int g = 0; g < from->group_count; g++)
        for (int option = s->option_start[issue]; option < s->option_start[issue + 1]; option++) {
            if (!part_choose(all->part, position, option, from->groups[g].state, state, shift)) continue;
            if (!add_step(all, to, state, g, option, shift)) return false;
            if (to->group_count <= all->settings->groups_most) continue;
            all->result->is_too_large = true;
            return true;
        }
    return true;
}

static bool finish_all(Expander *all, uint64_t *state, int64_t *shift) {
    const ExpandLayer *from = &all->result->layers[all->part->issue_count];
    ExpandLayer *to = &all->result->layers[all->part->issue_count + 1];
    start_layer(all);
    memset(state, 0, (size_t)all->part->words * sizeof *state);
    for (int g = 0; g < from->group_count; g++)
        if (part_finish(all->part, from->groups[g].state, shift) && !add_step(all, to, state, g, -1, shift))
            return false;
    return true;
}

static void list_runs(const ExpandLayer *from, const ExpandGroup *group, Run *runs) {
    for (const ExpandStep *step = group->steps; step; step = step->next)
        *runs++ = (Run){&from->groups[step->from].points, step->shift};
}

static bool sum_group(Expander *all, const ExpandLayer *from, ExpandGroup *group) {
    Run *runs = malloc((group->step_count + 1) * sizeof *runs);
    if (!runs) return false;
    list_runs(from, group, runs);
    bool is_good = runs_merge(runs, group->step_count, all->result->width, all->settings->maxima, &all->room,
                              all->layer ? all->layer : all->arena, &group->points);
    free(runs);
    return is_good;
}

/* How many points a group would have at most. */
static size_t rows_led_to(const ExpandLayer *from, const ExpandGroup *group) {
    size_t count = 0;
    for (const ExpandStep *step = group->steps; step; step = step->next) count += from->groups[step->from].row_count;
    return count;
}

static size_t points_in(const ExpandLayer *layer) {
    size_t count = 0;
    for (int g = 0; g < layer->group_count; g++) count += layer->groups[g].points.count;
    return count;
}

/* Points of a layer that need no thinning: no more than its share of the rows left, and fewer once nobody waits for
 * more, though each group keeps one. */
static size_t points_most(const Expander *all, const ExpandLayer *layer) {
    enum { HURRIED_POINTS = 1 << 11 };
    size_t most = all->settings->points_most, hurried = HURRIED_POINTS, groups = 2 * (size_t)layer->group_count;
    if (all->settings->rows_most > 0) {
        size_t layers_left = (size_t)(all->result->layers + all->result->layer_count - layer);
        size_t rows_left = all->settings->rows_most > all->rows ? all->settings->rows_most - all->rows : 0;
        if (rows_left / layers_left < most) most = rows_left / layers_left;
    }
    if (all->is_hurried && hurried < most) most = hurried;
    return most < all->settings->points_most ? most + groups : most;
}

/* The grid is made coarser until the layer has so few points, or all worths of one sign fall into one cell; its grain is
 * kept for later layers. */
static bool thin_to(Expander *all, ExpandLayer *layer, size_t most) {
    const int64_t coarsest = (int64_t)1 << 56;
    int64_t used = 0;
    while (points_in(layer) > most && all->grain < coarsest) {
        all->grain = all->grain ? 2 * all->grain : 1000;
        for (int g = 0; g < layer->group_count; g++)
            if (!runs_thin(&layer->groups[g].points, all->result->width, all->grain,
                           all->layer ? all->layer : all->arena, &layer->groups[g].points))
                return false;
        used += all->grain;
    }
    all->result->grain_sum += used;
    return true;
}

static bool thin_layer(Expander *all, ExpandLayer *layer) {
    return thin_to(all, layer, points_most(all, layer) / 2);
}

/* A layer that is done, and whose points are among the rows. */
static bool thin_done(Expander *all, ExpandLayer *layer, size_t most) {
    all->rows -= points_in(layer);
    bool is_good = thin_to(all, layer, most);
    all->rows += points_in(layer);
    return is_good;
}

/* A grain whose cells a frontier of so many points would fill, so that few grids are tried. */
static int64_t coarse_grain(const Expander *all, const ExpandLayer *layer) {
    int width = all->result->width;
    double range = 0, cells = pow((double)points_most(all, layer), 1.0 / fmax(1, width - 1));
    for (int g = 0; g < layer->group_count; g++)
        for (int k = 0; k < width; k++) range = fmax(range, runs_range(&layer->groups[g].points, width, k));
    return (int64_t)(range / (4 * cells)) + 1;
}

/* Nobody waits any more: what there is is thinned before it goes on. */
static bool hurry(Expander *all, ExpandLayer *layer) {
    all->is_hurried = true;
    all->room.watch = NULL;
    int64_t grain = coarse_grain(all, layer);
    if (all->grain < grain) all->grain = grain;
    return thin_done(all, layer, points_most(all, layer) / 2);
}

/* Whether a layer is worth no sum: too many points, in lists so long that they need not be joined. */
static bool is_too_long(const Expander *all, int layer) {
    enum { LONG = 64 };
    const ExpandLayer *from = &all->result->layers[layer - 1], *to = &all->result->layers[layer];
    size_t rows = 0;
    for (int g = 0; g < to->group_count; g++) rows += rows_led_to(from, &to->groups[g]);
    return rows > all->settings->loose_over && points_in(from) > LONG * (size_t)from->group_count;
}

static bool is_loose(const Expander *all, int layer) {
    if (all->settings->loose_over == 0) return false;
    return layer > all->result->loose_from || layer == all->result->layer_count - 1 || is_too_long(all, layer);
}

/* What is settled of a layer moves to where the other layers are. */
static bool place_layer(Expander *all, ExpandLayer *layer) {
    size_t width = (size_t)all->result->width;
    for (int g = 0; all->layer && g < layer->group_count; g++) {
        Points *points = &layer->groups[g].points, own = {.count = points->count};
        own.worth = arena_array(all->arena, own.count * width, sizeof *own.worth);
        own.packages = arena_array(all->arena, own.count, sizeof *own.packages);
        if (!own.worth || !own.packages) return false;
        if (own.count > 0) memcpy(own.worth, points->worth, own.count * width * sizeof *own.worth);
        if (own.count > 0) memcpy(own.packages, points->packages, own.count * sizeof *own.packages);
        *points = own;
    }
    return true;
}

static bool sum_layer(Expander *all, int layer);

/* Afresh, from half the points of the layer before: its sums had not enough room. Where it has hardly more than one for
 * each state, room is made, for this layer only. */
static bool sum_from_fewer(Expander *all, int layer) {
    ExpandLayer *before = &all->result->layers[layer - 1];
    size_t points = points_in(before), least = 2 * (size_t)before->group_count, rows_most = all->room.rows_most;
    all->room.is_full = false;
    if (points > 2 * least) return thin_done(all, before, points / 2) && sum_layer(all, layer);
    all->room.rows_most = 0;
    bool is_good = sum_layer(all, layer);
    all->room.rows_most = rows_most;
    return is_good;
}

typedef enum { SUMMED, SUM_TOO_LARGE, SUM_FULL, SUM_HURRIED, SUM_FAILED } SumOutcome;

static SumOutcome sum_groups(Expander *all, int layer) {
    ExpandLayer *to = &all->result->layers[layer];
    const ExpandSettings *settings = all->settings;
    size_t count = 0;
    bool stays_loose = is_loose(all, layer);
    if (stays_loose && layer < all->result->loose_from) all->result->loose_from = layer;
    for (int g = 0; g < to->group_count; g++) {
        ExpandGroup *group = &to->groups[g];
        if (!stays_loose && !sum_group(all, to - 1, group)) return SUM_FAILED;
        if (all->room.is_full) return settings->thins ? SUM_FULL : SUM_TOO_LARGE;
        if (settings->thins && !all->is_hurried && !watch_in_step(settings->watch)) return SUM_HURRIED;
        group->row_count = stays_loose ? rows_led_to(to - 1, group) : group->points.count;
        count += group->row_count;
        if (count > settings->points_most && !(settings->maxima && settings->thins)) return SUM_TOO_LARGE;
    }
    bool is_good = !settings->thins || count <= points_most(all, to) || thin_layer(all, to);
    return is_good && place_layer(all, to) ? SUMMED : SUM_FAILED;
}

/* Whether a layer may have to be thinned: it is then summed elsewhere. */
static bool may_be_thinned(const Expander *all, int layer) {
    const ExpandLayer *from = &all->result->layers[layer - 1], *to = &all->result->layers[layer];
    size_t rows = 0;
    for (int g = 0; g < to->group_count; g++) rows += rows_led_to(from, &to->groups[g]);
    return all->settings->thins && rows > points_most(all, to);
}

static bool sum_layer(Expander *all, int layer) {
    if (may_be_thinned(all, layer) && !(all->layer = arena_new())) return false;
    SumOutcome outcome = sum_groups(all, layer);
    arena_free(all->layer);
    all->layer = NULL;
    if (outcome == SUM_HURRIED) return hurry(all, &all->result->layers[layer - 1]) && sum_layer(all, layer);
    if (outcome == SUM_FULL) return sum_from_fewer(all, layer);
    all->result->is_too_large = outcome == SUM_TOO_LARGE;
    all->rows += points_in(&all->result->layers[layer]);
    return outcome != SUM_FAILED;
}

static bool begin(Expander *all, uint64_t *state) {
    ExpandLayer *first = &all->result->layers[0];
    start_layer(all);
    if (!part_begin(all->part, state)) return true;
    ExpandGroup *group = group_of(all, first, state);
    if (!group) return false;
    group->points = (Points){1, arena_array(all->arena, (size_t)all->result->width, sizeof(int64_t)),
                             arena_array(all->arena, 1, sizeof(double))};
    if (!group->points.worth || !group->points.packages) return false;
    group->points.packages[0] = 1;
    group->row_count = 1;
    return true;
}

static BrinkStatus run(Expander *all, uint64_t *state, int64_t *shift) {
    const ExpandSettings *settings = all->settings;
    int steps = all->result->layer_count - 1;
    if (!begin(all, state)) return BRINK_NO_MEMORY;
    for (int position = 0; position < steps; position++) {
        bool is_end = position == all->part->issue_count;
        if (!(is_end ? finish_all(all, state, shift) : choose_all(all, position, state, shift))) return BRINK_NO_MEMORY;
        if (!all->result->is_too_large && !sum_layer(all, position + 1)) return BRINK_NO_MEMORY;
        if (all->result->is_too_large) return BRINK_OK;
        if (settings->thins) watch_goes_on(settings->watch, (uint64_t)position + 1, (uint64_t)steps);
        if (!settings->thins && !watch_in_step(settings->watch)) return BRINK_CANCELLED;
    }
    return BRINK_OK;
}

BrinkStatus expand(const Part *part, const ExpandSettings *settings, Arena *arena, Expansion *result) {
    Expander all = {.part = part, .settings = settings, .arena = arena, .result = result};
    *result = (Expansion){.part = part, .layer_count = part->issue_count + 1 + settings->finish};
    result->loose_from = result->layer_count;
    result->width = settings->counts_only ? 0 : part->space->signer_count;
    result->layers = arena_array(arena, (size_t)result->layer_count, sizeof *result->layers);
    uint64_t *state = arena_array(arena, (size_t)part->words, sizeof *state);
    int64_t *shift = arena_array(arena, PACKAGE_SIGNERS_MOST, sizeof *shift);
    BrinkStatus status =
        result->layers && state && shift && grow_table(&all, &(ExpandLayer){0}) ? BRINK_OK : BRINK_NO_MEMORY;
    if (settings->thins) all.room.watch = settings->watch;
    if (!settings->maxima && settings->points_most < SIZE_MAX) all.room.rows_most = settings->points_most;
    if (settings->thins) all.room.rows_most = settings->rows_most / 2;
    if (status == BRINK_OK) status = run(&all, state, shift);
    run_room_free(&all.room);
    free(all.table);
    return status;
}

/* ---- Loose layers ---- */

static size_t count_paths(const Expansion *all, int layer, const ExpandGroup *group) {
    size_t count = 0;
    if (layer < all->loose_from) return 1;
    for (const ExpandStep *step = group->steps; step; step = step->next)
        count += count_paths(all, layer - 1, &all->layers[layer - 1].groups[step->from]);
    return count;
}

typedef struct Paths {
    const Expansion *all;
    Run *runs;       /* the next one to be written */
    int64_t *shifts; /* of it */
} Paths;

/* Writes a run for every way into a group from the last layer with points; `shift` is what comes after the group. */
static void list_paths(Paths *paths, int layer, const ExpandGroup *group, const int64_t *shift) {
    int width = paths->all->width;
    if (layer < paths->all->loose_from) {
        memcpy(paths->shifts, shift, (size_t)width * sizeof *shift);
        *paths->runs++ = (Run){&group->points, paths->shifts};
        paths->shifts += width;
        return;
    }
    for (const ExpandStep *step = group->steps; step; step = step->next) {
        int64_t longer[PACKAGE_SIGNERS_MOST];
        for (int k = 0; k < width; k++) longer[k] = shift[k] + step->shift[k];
        list_paths(paths, layer - 1, &paths->all->layers[layer - 1].groups[step->from], longer);
    }
}

RunList expand_runs(const Expansion *expansion, const ExpandGroup *group, Arena *arena) {
    const int64_t nothing[PACKAGE_SIGNERS_MOST] = {0};
    int last = expansion->layer_count - 1;
    RunList list = {.count = count_paths(expansion, last, group)};
    Run *runs = arena_array(arena, list.count, sizeof *runs);
    int64_t *shifts = arena_array(arena, list.count * (size_t)expansion->width, sizeof *shifts);
    if (!runs || !shifts) return list;
    Paths paths = {expansion, runs, shifts};
    list_paths(&paths, last, group, nothing);
    list.runs = runs;
    return list;
}
