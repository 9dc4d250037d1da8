/* SPDX-License-Identifier: GPL-3.0-or-later
 * Changing a generic tree by dotted paths, and saying what was changed. */
#include "scenario/tree.h"

#include <ctype.h>
#include <stdlib.h>
#include <string.h>

/* ---- Paths ---- */

static bool ends_component(const char *at) {
    return *at == '\0' || *at == '.';
}

/* The entry whose key is the longest front of the path that ends at a dot or the end: keys may hold dots. */
static Entry *front_entry(const Node *map, const char **path) {
    Entry *best = NULL;
    size_t best_length = 0;
    for (int i = 0; i < map->count; i++) {
        size_t length = strlen(map->entries[i].key);
        if (strncmp(map->entries[i].key, *path, length) != 0 || !ends_component(*path + length)) continue;
        if (best && length <= best_length) continue;
        best = &map->entries[i];
        best_length = length;
    }
    if (best) *path += best_length + ((*path)[best_length] == '.');
    return best;
}

static char *take_component(const char **path, Arena *arena) {
    size_t length = strcspn(*path, ".");
    char *component = arena_text_part(arena, *path, length);
    *path += length + ((*path)[length] == '.');
    return component;
}

/* A component that is a number from 0, or -1. */
static int item_number(const char *component) {
    int number = 0;
    if (!*component) return -1;
    for (; *component; component++) {
        if (!isdigit((unsigned char)*component) || number > 1000000) return -1;
        number = 10 * number + (*component - '0');
    }
    return number;
}

static bool is_ladder_item(const Node *item) {
    return item->kind == NODE_MAP && item->count == 1;
}

/* The item that a ladder's rung, or a list's text, names; -1 where there is none. */
static int item_named(const Node *list, const char *name) {
    for (int i = 0; i < list->count; i++) {
        const Node *item = list->entries[i].value;
        if (is_ladder_item(item) && strcmp(item->entries[0].key, name) == 0) return i;
        if (item->kind == NODE_SCALAR && strcmp(item->text, name) == 0) return i;
    }
    return -1;
}

/* Whether an item that was found by its place stands for its only entry: a rung by number, with the path going on
 * inside it. */
static bool goes_inside(const Node *item, const char *rest) {
    if (!is_ladder_item(item) || *rest == '\0') return false;
    size_t length = strlen(item->entries[0].key);
    return !(strncmp(item->entries[0].key, rest, length) == 0 && ends_component(rest + length));
}

static Node *new_map(Arena *arena, BrinkSpan span) {
    Node *map = arena_alloc(arena, sizeof *map);
    if (map) *map = (Node){.kind = NODE_MAP, .span = span, .text = ""};
    return map;
}

/* A slot, or the reason why there is none. */
typedef struct Slot {
    Entry *entry;
    bool is_nowhere; /* the path leads nowhere; else memory is short */
} Slot;
static const Slot nowhere = {NULL, true};

static Entry *begin_entry(Node *map, const char *key, Node *inside, BrinkSpan blame, Arena *arena) {
    Entry *entry = tree_add(map, key, blame, inside, arena);
    if (entry) entry->is_begun = true;
    return entry;
}

/* The slot of the value that the front of the path names within a list. */
static Slot list_slot(Node *list, const char **path, BrinkSpan blame, Arena *arena) {
    char *name = take_component(path, arena);
    if (!name) return (Slot){0};
    int number = item_number(name), at = item_named(list, name);
    if (at >= 0) {
        Node *item = list->entries[at].value;
        return (Slot){item->kind == NODE_MAP ? &item->entries[0] : &list->entries[at], false};
    }
    if (number >= 0 && number < list->count) {
        Entry *slot = &list->entries[number];
        return (Slot){goes_inside(slot->value, *path) ? &slot->value->entries[0] : slot, false};
    }
    if (number > list->count) return nowhere;
    Node *item = new_map(arena, blame);
    Entry *added = item ? tree_add(list, NULL, span_none(), item, arena) : NULL;
    if (!added || number == list->count - 1) return (Slot){added, false};
    Node *inside = new_map(arena, blame); /* a new rung */
    return (Slot){inside ? begin_entry(item, name, inside, blame, arena) : NULL, false};
}

static Slot map_slot(Node *map, const char **path, BrinkSpan blame, Arena *arena) {
    Entry *found = front_entry(map, path);
    if (found) return (Slot){found, false};
    char *key = take_component(path, arena);
    if (key && !*key) return nowhere;
    Node *inside = new_map(arena, blame);
    return (Slot){key && inside ? begin_entry(map, key, inside, blame, arena) : NULL, false};
}

BrinkStatus tree_set(Node *root, const char *path, const Node *value, BrinkSpan blame, Arena *arena,
                     BrinkDiagnostics *diagnostics) {
    Node *at = root;
    const char *rest = path;
    Slot slot = nowhere;
    while (*rest) {
        bool is_empty = at->kind == NODE_SCALAR && !at->is_quoted && at->text[0] == '\0';
        if (is_empty) at->kind = NODE_MAP;
        slot = at->kind == NODE_MAP    ? map_slot(at, &rest, blame, arena)
               : at->kind == NODE_LIST ? list_slot(at, &rest, blame, arena)
                                       : nowhere;
        if (!slot.entry) break;
        at = slot.entry->value;
    }
    if (!slot.entry && !slot.is_nowhere) return BRINK_NO_MEMORY;
    if (!slot.entry) {
        diagnostics_add(diagnostics, DIAGNOSTIC_bad_path, blame,
                        "`brink check` names every key; list items go by rung, draft or number from 0",
                        "path `%s` leads nowhere: %s", path,
                        at->kind == NODE_SCALAR ? "it goes on inside a single value" : "there is no such item");
        return BRINK_BAD_INPUT;
    }
    Node *copy = tree_copy(value, arena);
    if (!copy) return BRINK_NO_MEMORY;
    slot.entry->value = copy;
    slot.entry->is_begun = false;
    return BRINK_OK;
}

/* ---- Printing ---- */

static const char *join(Arena *arena, const char *a, const char *b) {
    return a && b ? arena_print(arena, "%s%s", a, b) : NULL;
}

const char *tree_print(const Node *node, Arena *arena) {
    if (node->kind == NODE_SCALAR) return node->text;
    const char *text = node->kind == NODE_MAP ? "{" : "[";
    for (int i = 0; i < node->count; i++) {
        if (i > 0) text = join(arena, text, ", ");
        if (node->kind == NODE_MAP) text = join(arena, join(arena, text, node->entries[i].key), ": ");
        text = join(arena, text, tree_print(node->entries[i].value, arena));
    }
    return join(arena, text, node->kind == NODE_MAP ? "}" : "]");
}

/* ---- The nearest name ---- */

/* Edit distance (Levenshtein, with a swap of neighbours as one step), or `limit` + 1 where it is larger. */
static int edit_distance(const char *a, const char *b, int limit) {
    enum { LONGEST = 64 };
    int n = (int)strlen(a), m = (int)strlen(b), rows[3][LONGEST + 1];
    if (n > LONGEST || m > LONGEST || abs(n - m) > limit) return limit + 1;
    for (int j = 0; j <= m; j++) rows[0][j] = j;
    for (int i = 1; i <= n; i++) {
        int *row = rows[i % 3], *above = rows[(i + 2) % 3], *before = rows[(i + 1) % 3];
        row[0] = i;
        for (int j = 1; j <= m; j++) {
            int cost = above[j - 1] + (a[i - 1] != b[j - 1]);
            if (above[j] + 1 < cost) cost = above[j] + 1;
            if (row[j - 1] + 1 < cost) cost = row[j - 1] + 1;
            if (i > 1 && j > 1 && a[i - 1] == b[j - 2] && a[i - 2] == b[j - 1] && before[j - 2] + 1 < cost)
                cost = before[j - 2] + 1;
            row[j] = cost;
        }
    }
    return rows[n % 3][m];
}

const char *tree_nearest(const char *word, const char *const *candidates, int count) {
    int length = (int)strlen(word), limit = length / 3 > 1 ? length / 3 : 1;
    const char *best = NULL;
    for (int i = 0; i < count; i++) {
        int distance = edit_distance(word, candidates[i], limit);
        if (distance > limit || (distance == limit && best)) continue;
        best = candidates[i];
        if (distance == 0) break;
        limit = distance;
    }
    return best;
}
