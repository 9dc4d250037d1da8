/* SPDX-License-Identifier: GPL-3.0-or-later
 * Scenarios rewritten for tests: the tree of a text, changed, and a text again. */
#include "rewrite.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

Node *rewrite_read(const char *text, Arena *arena) {
    Node *root = NULL;
    assert_int_equal(tree_read(text, strlen(text), "test.yaml", arena, NULL, &root), BRINK_OK);
    rewrite_remove(root, "variants");
    rewrite_remove(root, "claims");
    return root;
}

void rewrite_remove(Node *map, const char *key) {
    int kept = 0;
    for (int i = 0; i < map->count; i++)
        if (strcmp(map->entries[i].key, key) != 0) map->entries[kept++] = map->entries[i];
    map->count = kept;
}

/* ---- Writing ---- */

typedef struct Writer {
    char *text;
    size_t length, room;
} Writer;

static void put(Writer *writer, const char *text, size_t length) {
    if (writer->length + length + 1 > writer->room) {
        writer->room = 2 * (writer->length + length + 1);
        writer->text = realloc(writer->text, writer->room);
        assert_non_null(writer->text);
    }
    memcpy(writer->text + writer->length, text, length);
    writer->length += length;
    writer->text[writer->length] = '\0';
}

static void put_quoted(Writer *writer, const char *text) {
    put(writer, "\"", 1);
    for (; *text; text++) {
        if (*text == '"' || *text == '\\') put(writer, "\\", 1);
        if (*text == '\n')
            put(writer, "\\n", 2);
        else
            put(writer, text, 1);
    }
    put(writer, "\"", 1);
}

/* Flow style throughout; a value left empty stands for a map without entries. */
static void put_node(Writer *writer, const Node *node) {
    if (node->kind == NODE_SCALAR) {
        if (*node->text || node->is_quoted)
            put_quoted(writer, node->text);
        else
            put(writer, "{}", 2);
        return;
    }
    put(writer, node->kind == NODE_MAP ? "{" : "[", 1);
    for (int i = 0; i < node->count; i++) {
        if (i > 0) put(writer, ",\n", 2);
        if (node->kind == NODE_MAP) {
            put_quoted(writer, node->entries[i].key);
            put(writer, ": ", 2);
        }
        put_node(writer, node->entries[i].value);
    }
    put(writer, node->kind == NODE_MAP ? "}" : "]", 1);
}

const char *rewrite_text(const Node *root, Arena *arena) {
    Writer writer = {0};
    put_node(&writer, root);
    const char *text = arena_text(arena, writer.text);
    free(writer.text);
    assert_non_null(text);
    return text;
}

/* ---- Changing ---- */

Node *rewrite_at(Node *root, const char *first, const char *second, const char *third) {
    const char *const keys[] = {first, second, third};
    for (int i = 0; i < 3 && keys[i] && root; i++) {
        Entry *entry = tree_find(root, keys[i]);
        root = entry ? entry->value : NULL;
    }
    return root;
}

static Node *scalar(const char *text, Arena *arena) {
    Node *node = arena_alloc(arena, sizeof *node);
    assert_non_null(node);
    *node = (Node){.kind = NODE_SCALAR, .text = arena_text(arena, text)};
    assert_non_null(node->text);
    return node;
}

void rewrite_number(Node *map, const char *key, double value, Arena *arena) {
    char text[40];
    snprintf(text, sizeof text, "%.17g", value);
    if (map->kind == NODE_SCALAR) map->kind = NODE_MAP; /* left empty */
    Entry *entry = tree_find(map, key);
    if (entry)
        entry->value = scalar(text, arena);
    else
        assert_non_null(tree_add(map, key, span_none(), scalar(text, arena), arena));
}

void rewrite_reverse(Node *node) {
    for (int i = 0, k = node->count - 1; i < k; i++, k--) {
        Entry entry = node->entries[i];
        node->entries[i] = node->entries[k];
        node->entries[k] = entry;
    }
}

static const char *renamed(const char *text, const char *const *names, int count, const char *suffix, Arena *arena) {
    for (int i = 0; i < count; i++)
        if (strcmp(text, names[i]) == 0) return arena_print(arena, "%s%s", text, suffix);
    return text;
}

/* Each component of a dotted path. */
static const char *renamed_path(const char *path, const char *const *names, int count, const char *suffix,
                                Arena *arena) {
    const char *result = "";
    while (*path) {
        size_t length = strcspn(path, ".");
        const char *part = renamed(arena_text_part(arena, path, length), names, count, suffix, arena);
        result = arena_print(arena, *result ? "%s.%s" : "%s%s", result, part);
        path += length + (path[length] == '.');
    }
    return result;
}

static void rename_below(Node *node, const char *const *names, int count, const char *suffix, Arena *arena) {
    static const char *const texts[] = {"from", "note", "name", "stock", "say"};
    for (int i = 0; i < node->count; i++) {
        Entry *entry = &node->entries[i];
        bool is_text = false;
        for (size_t k = 0; entry->key && k < sizeof texts / sizeof *texts; k++)
            is_text |= strcmp(entry->key, texts[k]) == 0;
        if (is_text) continue;
        bool is_flag = strcmp(entry->value->text, "true") == 0; /* `attack: true` below a rung called attack */
        bool is_path = entry->key && strcmp(entry->key, "same") == 0;
        if (entry->value->kind == NODE_SCALAR)
            entry->value->text = (is_path ? renamed_path : renamed)(entry->value->text, names, count, suffix, arena);
        rename_below(entry->value, names, count, suffix, arena);
        if (entry->key && !is_flag) entry->key = renamed(entry->key, names, count, suffix, arena);
    }
}

void rewrite_rename(Node *root, const char *const *names, int count, const char *suffix, Arena *arena) {
    static const char *const with_names[] = {"parties",    "issues", "rules",  "preferences",
                                             "timetables", "agenda", "history"};
    for (size_t k = 0; k < sizeof with_names / sizeof *with_names; k++) {
        Entry *entry = tree_find(root, with_names[k]);
        if (entry) rename_below(entry->value, names, count, suffix, arena);
    }
}

void rewrite_join(Node *list, const char *name, const char *twin, Arena *arena) {
    if (!list) return;
    if (list->kind == NODE_SCALAR) { /* a list of one, written without brackets */
        Node *only = tree_copy(list, arena);
        assert_non_null(only);
        *list = (Node){.kind = NODE_LIST, .text = ""};
        assert_non_null(tree_add(list, NULL, span_none(), only, arena));
    }
    for (int i = 0, count = list->count; i < count; i++)
        if (strcmp(list->entries[i].value->text, name) == 0)
            assert_non_null(tree_add(list, NULL, span_none(), scalar(twin, arena), arena));
}
