/* SPDX-License-Identifier: GPL-3.0-or-later
 * The frontier is the last layer of an expansion that keeps maxima; packages are found by walking back through the
 * layers. Invariant: a package on the frontier has an undominated partial worth in every layer, so none is lost on the
 * way. */
#include "packages/frontier.h"

#include <string.h>

#include "packages/count.h"

BrinkStatus frontier_find(const Space *space, FrontierLimits limits, Arena *arena, Frontier *result) {
    int issues = space->situation->issue_count;
    int *order = arena_array(arena, (size_t)issues, sizeof *order);
    if (!order || !count_order(space, order, arena)) return BRINK_NO_MEMORY;
    Part *part = part_new(space, order, issues, arena);
    ExpandSettings settings = {.maxima = true,
                               .finish = true,
                               .thins = true,
                               .points_most = limits.points_most,
                               .rows_most = limits.rows_most,
                               .groups_most = limits.groups_most,
                               .watch = limits.watch};
    *result = (Frontier){0};
    if (!part) return BRINK_NO_MEMORY;
    BrinkStatus status = expand(part, &settings, arena, &result->expansion);
    if (status != BRINK_OK) return status;
    const ExpandLayer *last = &result->expansion.layers[result->expansion.layer_count - 1];
    result->is_too_large = result->expansion.is_too_large;
    result->epsilon = space_points(result->expansion.grain_sum);
    if (!result->is_too_large && last->group_count > 0) result->points = last->groups[0].points;
    return BRINK_OK;
}

typedef struct Walk {
    const Expansion *all;
    size_t most, count;
    int *options; /* [most][issue_count], the next package written in place */
    int *chosen;  /* [issue_count] of the package at hand, by issue */
} Walk;

/* Follows every way by which `worth` can have come about in a group of a layer. */
static void walk_back(Walk *walk, int layer, int group, const int64_t *worth) {
    const Part *part = walk->all->part;
    int issues = part->space->situation->issue_count, width = walk->all->width;
    if (layer == 0) {
        memcpy(walk->options + walk->count++ * (size_t)issues, walk->chosen, (size_t)issues * sizeof *walk->chosen);
        return;
    }
    const ExpandGroup *groups = walk->all->layers[layer - 1].groups;
    for (const ExpandStep *step = walk->all->layers[layer].groups[group].steps; step && walk->count < walk->most;
         step = step->next) {
        int64_t before[PACKAGE_SIGNERS_MOST];
        for (int k = 0; k < width; k++) before[k] = worth[k] - step->shift[k];
        if (points_find(&groups[step->from].points, before, width) < 0) continue;
        if (step->option >= 0) walk->chosen[part->issues[layer - 1]] = step->option;
        walk_back(walk, layer - 1, step->from, before);
    }
}

size_t frontier_packages(const Frontier *frontier, size_t point, size_t most, int *options) {
    const Expansion *all = &frontier->expansion;
    enum { ISSUES_ON_STACK = 256 };
    int on_stack[ISSUES_ON_STACK];
    int issues = all->part->space->situation->issue_count;
    Arena *arena = issues > ISSUES_ON_STACK ? arena_new() : NULL;
    int *chosen = arena ? arena_array(arena, (size_t)issues, sizeof *chosen) : on_stack;
    Walk walk = {.all = all, .most = most, .options = options, .chosen = chosen};
    if (issues <= ISSUES_ON_STACK || (arena && chosen))
        walk_back(&walk, all->layer_count - 1, 0, frontier->points.worth + point * (size_t)all->width);
    arena_free(arena);
    return walk.count;
}
