/* SPDX-License-Identifier: GPL-3.0-or-later
 * The generic tree: YAML as maps, lists and scalars with spans, before anything is known about keys. Private to the
 * room.
 *
 * Scalars are text; nothing is typed here, so `no` and `on` stay names. Anchors, aliases and merge keys (<<) are
 * resolved (aliases are copied); duplicate keys are errors. Limits are enforced while reading events, before building:
 * depth 64, 8 MB, 200,000 nodes after aliases, 1000 anchors. */
#ifndef SCENARIO_TREE_H
#define SCENARIO_TREE_H

#include "base/base.h"

typedef enum { NODE_SCALAR, NODE_LIST, NODE_MAP } NodeKind;

typedef struct Node Node;

typedef struct Entry {
    const char *key;    /* maps; NULL in lists */
    BrinkSpan key_span; /* maps */
    Node *value;        /* never NULL */
    bool is_begun;      /* by a change that goes on inside it: nobody has given the whole */
} Entry;

struct Node {
    NodeKind kind;
    BrinkSpan span;   /* the scalar's own text; the first character of a map or list */
    const char *text; /* scalars; "" for an empty one */
    bool is_quoted;   /* scalars written in quotes or as a block */
    int count;        /* entries of a map or list */
    int capacity;
    Entry *entries;
};

enum { TREE_DEPTH_LIMIT = 64, TREE_BYTE_LIMIT = 8 * 1024 * 1024, TREE_NODE_LIMIT = 200000, TREE_ANCHOR_LIMIT = 1000 };

/* Reads one YAML document. Mistakes of syntax go to `diagnostics`; BRINK_BAD_INPUT then. Text, spans and nodes live in
 * `arena`; `file` is copied. */
BrinkStatus tree_read(const char *text, size_t length, const char *file, Arena *arena, BrinkDiagnostics *diagnostics,
                      Node **result);

/* Appends an entry; NULL when memory is short. */
Entry *tree_add(Node *node, const char *key, BrinkSpan key_span, Node *value, Arena *arena);
/* A deep copy (texts and spans are shared); NULL when memory is short. */
Node *tree_copy(const Node *node, Arena *arena);

/* Values in it, itself included. */
int tree_size(const Node *node);

/* Entry of a map by key, NULL where there is none (or `map` is no map). */
Entry *tree_find(const Node *map, const char *key);

/* Replaces (or creates) the node at a dotted path. Items of a list are found by number from 0, or, where every item is
 * a map with one key (a ladder), by that key, or where items are scalars by their text. Missing maps on the way are
 * created. A path through a scalar, or past the end of a list, is an error at `blame`. The value node is deep-copied.
 */
BrinkStatus tree_set(Node *root, const char *path, const Node *value, BrinkSpan blame, Arena *arena,
                     BrinkDiagnostics *diagnostics);

/* One-line YAML (flow style) of a node, for reports of what was changed; in the arena. */
const char *tree_print(const Node *node, Arena *arena);

/* The candidate nearest to `word` by edit distance (at most a third of its length, at least 1), NULL where none is
 * near. */
const char *tree_nearest(const char *word, const char *const *candidates, int count);

#endif
