/* SPDX-License-Identifier: GPL-3.0-or-later
 * The dotted path of what stands at a place of a text, for whoever cannot see its lines. Where an alias repeats a
 * value, the path is that of the anchor: it comes first. */
#include "scenario/scenario.h"
#include "scenario/tree.h"

#include <string.h>

typedef struct Trail {
    const struct Trail *up;
    const Entry *entry;
    int index;
} Trail;

typedef struct Search {
    const BrinkSpan *spans;
    size_t count;
    const char **paths; /* [count] */
    bool *is_exact;     /* [count] */
    Arena *arena;
    bool is_out_of_memory;
} Search;

/* A list whose items are maps of one key each: they go by that key. */
static bool is_ladder(const Node *list) {
    for (int i = 0; i < list->count; i++)
        if (list->entries[i].value->kind != NODE_MAP || list->entries[i].value->count != 1) return false;
    return true;
}

static const char *write_trail(const Trail *trail, Arena *arena) {
    const char *front = trail->up ? write_trail(trail->up, arena) : "";
    bool is_rung = trail->up && !trail->entry->key && is_ladder(trail->up->entry->value);
    if (!front || is_rung) return front;
    const char *dot = *front ? "." : "";
    return trail->entry->key ? arena_print(arena, "%s%s%s", front, dot, trail->entry->key)
                             : arena_print(arena, "%s%s%d", front, dot, trail->index);
}

static void compare(Search *search, const BrinkSpan *own, const Trail *trail) {
    for (size_t i = 0; i < search->count; i++) {
        const BrinkSpan *wanted = &search->spans[i];
        bool is_inside =
            wanted->line == own->line && wanted->column >= own->column && wanted->column < own->column + own->length;
        bool is_exact = is_inside && wanted->column == own->column && wanted->length == own->length;
        if (!is_inside || search->is_exact[i] || (search->paths[i] && !is_exact)) continue;
        search->paths[i] = write_trail(trail, search->arena);
        search->is_exact[i] = is_exact;
        search->is_out_of_memory = search->is_out_of_memory || !search->paths[i];
    }
}

static void visit(Search *search, const Node *node, const Trail *up) {
    for (int i = 0; i < node->count; i++) {
        Trail trail = {up, &node->entries[i], i};
        if (trail.entry->key) compare(search, &trail.entry->key_span, &trail);
        compare(search, &trail.entry->value->span, &trail);
        visit(search, trail.entry->value, &trail);
    }
}

BrinkStatus scenario_name_places(const char *text, size_t length, const BrinkSpan *spans, size_t count, Arena *arena,
                                 const char **paths) {
    Node *root = NULL;
    Search search = {.spans = spans, .count = count, .paths = paths, .arena = arena};
    memset(paths, 0, count * sizeof *paths);
    search.is_exact = arena_array(arena, count, sizeof *search.is_exact);
    if (!search.is_exact) return BRINK_NO_MEMORY;
    BrinkStatus status = tree_read(text, length, "", arena, NULL, &root);
    if (status == BRINK_OK) visit(&search, root, NULL);
    return search.is_out_of_memory || status == BRINK_NO_MEMORY ? BRINK_NO_MEMORY : BRINK_OK;
}
