/* SPDX-License-Identifier: GPL-3.0-or-later
 * YAML text -> generic tree, over libyaml's events. Invariant: limits are checked on each event before anything is
 * built for it, an alias's whole size included; a mistake that can be passed over is reported and passed over, so that
 * one run shows all of them. */
#include "scenario/tree.h"

#include <stdlib.h>
#include <string.h>
#include <yaml.h>

typedef struct Anchor {
    struct Anchor *next;
    const char *name;
    Node *node; /* NULL while it is being read */
    int size;   /* nodes */
    int height; /* levels */
} Anchor;

typedef struct Reader {
    yaml_parser_t parser;
    const char *file, *text;
    size_t length;
    Arena *arena;
    BrinkDiagnostics *diagnostics;
    Anchor *anchors;
    int node_count, anchor_count;
    bool is_stopped, is_out_of_memory; /* stopped: nothing more can be read */
} Reader;

static Node *read_node(Reader *reader, const yaml_event_t *event, int depth);

static BrinkSpan span_of(const Reader *reader, const yaml_event_t *event) {
    const yaml_mark_t *from = &event->start_mark, *to = &event->end_mark;
    int length = to->line == from->line && to->column > from->column ? (int)(to->column - from->column) : 1;
    bool is_collection = event->type == YAML_MAPPING_START_EVENT || event->type == YAML_SEQUENCE_START_EVENT;
    return (BrinkSpan){reader->file, (int)from->line + 1, (int)from->column + 1, is_collection ? 1 : length};
}

static void stop(Reader *reader, DiagnosticCode code, BrinkSpan span, const char *hint, const char *message) {
    if (!reader->is_stopped) diagnostics_add(reader->diagnostics, code, span, hint, "%s", message);
    reader->is_stopped = true;
}

static void stop_too_deep(Reader *reader, BrinkSpan span) {
    stop(reader, DIAGNOSTIC_too_deep, span, "a scenario needs no more than a dozen levels",
         "values are nested more than 64 deep");
}

static void run_out(Reader *reader) {
    reader->is_stopped = reader->is_out_of_memory = true;
}

/* The place of a byte of the text. */
static BrinkSpan span_at(const Reader *reader, size_t offset) {
    BrinkSpan span = {reader->file, 1, 1, 1};
    for (size_t i = 0; i < offset && i < reader->length; i++) {
        bool is_newline = reader->text[i] == '\n', is_continuation = ((unsigned char)reader->text[i] & 0xC0) == 0x80;
        span.line += is_newline;
        span.column = is_newline ? 1 : span.column + !is_continuation;
    }
    return span;
}

/* The next event; false (stopped) after a syntax error. The event is the caller's to delete. */
static bool next_event(Reader *reader, yaml_event_t *event) {
    if (reader->is_stopped) return false;
    if (yaml_parser_parse(&reader->parser, event)) return true;
    if (reader->parser.error == YAML_MEMORY_ERROR) {
        run_out(reader);
        return false;
    }
    bool is_decoding = reader->parser.error == YAML_READER_ERROR;
    BrinkSpan span = {reader->file, (int)reader->parser.problem_mark.line + 1,
                      (int)reader->parser.problem_mark.column + 1, 1};
    if (is_decoding) span = span_at(reader, reader->parser.problem_offset);
    char message[256];
    snprintf(message, sizeof message, "this is not YAML: %s%s%s",
             reader->parser.problem ? reader->parser.problem : "it cannot be read", reader->parser.context ? " " : "",
             reader->parser.context ? reader->parser.context : "");
    const char *hint = is_decoding
                           ? "save the file as UTF-8 text"
                           : "indent with spaces, close every bracket and quote, and put a space after each colon";
    stop(reader, is_decoding ? DIAGNOSTIC_not_utf8 : DIAGNOSTIC_yaml_syntax, span, hint, message);
    return false;
}

/* Counts nodes to come against the limit. */
static bool count_nodes(Reader *reader, int count, BrinkSpan span) {
    if (reader->node_count > TREE_NODE_LIMIT - count) {
        stop(reader, DIAGNOSTIC_too_many_nodes, span, "aliases count with everything they stand for; repeat less",
             "the file holds more than 200000 values");
        return false;
    }
    reader->node_count += count;
    return true;
}

static Node *new_node(Reader *reader, NodeKind kind, BrinkSpan span) {
    Node *node = arena_alloc(reader->arena, sizeof *node);
    if (!node) {
        run_out(reader);
        return NULL;
    }
    *node = (Node){.kind = kind, .span = span, .text = ""};
    return node;
}

Entry *tree_add(Node *node, const char *key, BrinkSpan key_span, Node *value, Arena *arena) {
    if (node->count == node->capacity) {
        int capacity = node->capacity ? 2 * node->capacity : 4;
        Entry *entries = arena_array(arena, (size_t)capacity, sizeof *entries);
        if (!entries) return NULL;
        if (node->count > 0) memcpy(entries, node->entries, (size_t)node->count * sizeof *entries);
        node->entries = entries;
        node->capacity = capacity;
    }
    node->entries[node->count] = (Entry){key, key_span, value, false};
    return &node->entries[node->count++];
}

Node *tree_copy(const Node *node, Arena *arena) {
    Node *copy = arena_alloc(arena, sizeof *copy);
    if (!copy) return NULL;
    *copy = *node;
    copy->entries = NULL;
    copy->count = copy->capacity = 0;
    for (int i = 0; i < node->count; i++) {
        Node *value = tree_copy(node->entries[i].value, arena);
        if (!value || !tree_add(copy, node->entries[i].key, node->entries[i].key_span, value, arena)) return NULL;
        copy->entries[i].is_begun = node->entries[i].is_begun;
    }
    return copy;
}

int tree_size(const Node *node) {
    int size = 1;
    for (int i = 0; i < node->count; i++) size += tree_size(node->entries[i].value);
    return size;
}

Entry *tree_find(const Node *map, const char *key) {
    if (map->kind != NODE_MAP) return NULL;
    for (int i = 0; i < map->count; i++)
        if (strcmp(map->entries[i].key, key) == 0) return &map->entries[i];
    return NULL;
}

/* ---- Anchors ---- */

static Anchor *begin_anchor(Reader *reader, const yaml_char_t *name) {
    if (!name) return NULL;
    if (++reader->anchor_count > TREE_ANCHOR_LIMIT)
        stop(reader, DIAGNOSTIC_too_many_nodes, (BrinkSpan){reader->file, (int)reader->parser.mark.line + 1, 1, 1},
             "name only what is used again", "the file holds more than 1000 anchors");
    Anchor *anchor = arena_alloc(reader->arena, sizeof *anchor);
    char *own = anchor ? arena_text(reader->arena, (const char *)name) : NULL;
    if (!own) {
        run_out(reader);
        return NULL;
    }
    *anchor = (Anchor){reader->anchors, own, NULL, -reader->node_count, 0};
    reader->anchors = anchor;
    return anchor;
}

static int height_of(const Node *node) {
    int height = 0;
    for (int i = 0; i < node->count; i++) {
        int below = height_of(node->entries[i].value);
        if (below > height) height = below;
    }
    return height + 1;
}

static void end_anchor(const Reader *reader, Anchor *anchor, Node *node) {
    if (!anchor) return;
    anchor->node = node;
    anchor->size += reader->node_count + 1;
    anchor->height = height_of(node);
}

static Node *read_alias(Reader *reader, const yaml_event_t *event, int depth) {
    const char *name = (const char *)event->data.alias.anchor;
    BrinkSpan span = span_of(reader, event);
    for (const Anchor *anchor = reader->anchors; anchor; anchor = anchor->next) {
        if (strcmp(anchor->name, name) != 0) continue;
        if (!anchor->node) {
            diagnostics_add(reader->diagnostics, DIAGNOSTIC_alias_cycle, span,
                            "an anchor cannot stand inside what it names",
                            "alias *%s refers to the value it is part of", name);
            return new_node(reader, NODE_SCALAR, span);
        }
        if (depth + anchor->height > TREE_DEPTH_LIMIT) stop_too_deep(reader, span);
        if (reader->is_stopped || !count_nodes(reader, anchor->size, span)) return NULL;
        Node *copy = tree_copy(anchor->node, reader->arena);
        if (!copy) run_out(reader);
        return copy;
    }
    diagnostics_add(reader->diagnostics, DIAGNOSTIC_unknown_alias, span, "define it first as &name before a value",
                    "alias *%s names no anchor above it", name);
    return new_node(reader, NODE_SCALAR, span);
}

/* ---- Nodes ---- */

static void refuse_tag(Reader *reader, const yaml_char_t *tag, BrinkSpan span) {
    if (!tag || strcmp((const char *)tag, "!") == 0 || strncmp((const char *)tag, "tag:yaml.org,2002:str", 21) == 0)
        return;
    diagnostics_add(reader->diagnostics, DIAGNOSTIC_tag, span, "the key decides how a value is read; remove the tag",
                    "tag %s is not used in scenario files", (const char *)tag);
}

static Node *read_scalar(Reader *reader, const yaml_event_t *event) {
    BrinkSpan span = span_of(reader, event);
    const char *value = (const char *)event->data.scalar.value;
    Anchor *anchor = begin_anchor(reader, event->data.scalar.anchor);
    Node *node = new_node(reader, NODE_SCALAR, span);
    if (!node) return NULL;
    refuse_tag(reader, event->data.scalar.tag, span);
    if (memchr(value, '\0', event->data.scalar.length))
        diagnostics_add(reader->diagnostics, DIAGNOSTIC_nul_byte, span, "remove it", "a zero byte stands in this text");
    node->text = arena_text_part(reader->arena, value, event->data.scalar.length);
    node->is_quoted = event->data.scalar.style != YAML_PLAIN_SCALAR_STYLE;
    if (!node->text) run_out(reader);
    end_anchor(reader, anchor, node);
    return node->text ? node : NULL;
}

static Node *read_list(Reader *reader, const yaml_event_t *event, int depth) {
    BrinkSpan span = span_of(reader, event);
    Anchor *anchor = begin_anchor(reader, event->data.sequence_start.anchor);
    Node *list = new_node(reader, NODE_LIST, span);
    refuse_tag(reader, event->data.sequence_start.tag, span);
    yaml_event_t item;
    while (list && next_event(reader, &item)) {
        bool is_end = item.type == YAML_SEQUENCE_END_EVENT;
        Node *value = is_end ? NULL : read_node(reader, &item, depth + 1);
        yaml_event_delete(&item);
        if (is_end) {
            end_anchor(reader, anchor, list);
            return list;
        }
        if (!value) return NULL;
        if (!tree_add(list, NULL, span_none(), value, reader->arena)) run_out(reader);
    }
    return NULL;
}

/* Finding duplicate keys in large maps without comparing each with each. */
typedef struct KeySet {
    const char **keys;
    size_t room, count;
} KeySet;

static size_t hash_text(const char *text) {
    size_t hash = 14695981039346656037u;
    for (; *text; text++) hash = (hash ^ (unsigned char)*text) * 1099511628211u;
    return hash;
}

/* 1 added, 0 there already, -1 out of memory. */
static int add_key(KeySet *set, const char *key) {
    if (2 * (set->count + 1) > set->room) {
        KeySet larger = {calloc(set->room ? 2 * set->room : 32, sizeof *set->keys), set->room ? 2 * set->room : 32, 0};
        if (!larger.keys) return -1;
        for (size_t i = 0; i < set->room; i++)
            if (set->keys[i]) add_key(&larger, set->keys[i]);
        free(set->keys);
        *set = larger;
    }
    size_t at = hash_text(key) & (set->room - 1);
    for (; set->keys[at]; at = (at + 1) & (set->room - 1))
        if (strcmp(set->keys[at], key) == 0) return 0;
    set->keys[at] = key;
    set->count++;
    return 1;
}

/* Entries of the merged map that the map does not state itself. */
static void merge_one(Reader *reader, Node *map, const Node *merged, KeySet *keys) {
    if (merged->kind != NODE_MAP) {
        diagnostics_add(reader->diagnostics, DIAGNOSTIC_bad_merge, merged->span,
                        "write `<<: *anchor` or a list of such aliases", "only maps can be merged");
        return;
    }
    for (int i = 0; i < merged->count; i++) {
        int added = add_key(keys, merged->entries[i].key);
        if (added < 0) run_out(reader);
        if (added <= 0) continue;
        if (!tree_add(map, merged->entries[i].key, merged->entries[i].key_span, merged->entries[i].value,
                      reader->arena))
            run_out(reader);
    }
}

static void merge(Reader *reader, Node *map, const Node *merged, KeySet *keys) {
    if (merged->kind != NODE_LIST) merge_one(reader, map, merged, keys);
    for (int i = 0; merged->kind == NODE_LIST && i < merged->count; i++)
        merge_one(reader, map, merged->entries[i].value, keys);
}

/* The key of an entry; NULL where the event is no key (reported), with the value then read and forgotten. */
static const char *read_key(Reader *reader, const yaml_event_t *event, int depth) {
    if (event->type == YAML_SCALAR_EVENT) {
        Node *key = read_scalar(reader, event);
        return key ? key->text : NULL;
    }
    diagnostics_add(reader->diagnostics, DIAGNOSTIC_complex_key, span_of(reader, event), "use a plain name as key",
                    "a key must be text");
    read_node(reader, event, depth);
    return NULL;
}

static void read_entry(Reader *reader, const yaml_event_t *event, int depth, Node *map, KeySet *keys, Node *merges) {
    BrinkSpan span = span_of(reader, event);
    const char *key = read_key(reader, event, depth);
    yaml_event_t value_event;
    if (!next_event(reader, &value_event)) return;
    Node *value = read_node(reader, &value_event, depth);
    yaml_event_delete(&value_event);
    if (!value || !key) return;
    if (strcmp(key, "<<") == 0) {
        if (!tree_add(merges, key, span, value, reader->arena)) run_out(reader);
        return;
    }
    int added = add_key(keys, key);
    if (added == 0)
        diagnostics_add(reader->diagnostics, DIAGNOSTIC_duplicate_key, span,
                        "keep one of them; the first is used for now", "key `%s` stands twice in this map", key);
    if (added < 0 || (added > 0 && !tree_add(map, key, span, value, reader->arena))) run_out(reader);
}

static Node *read_map(Reader *reader, const yaml_event_t *event, int depth) {
    BrinkSpan span = span_of(reader, event);
    Anchor *anchor = begin_anchor(reader, event->data.mapping_start.anchor);
    Node *map = new_node(reader, NODE_MAP, span), *merges = new_node(reader, NODE_LIST, span);
    KeySet keys = {0};
    refuse_tag(reader, event->data.mapping_start.tag, span);
    bool is_ended = false;
    yaml_event_t item;
    while (map && merges && !is_ended && next_event(reader, &item)) {
        is_ended = item.type == YAML_MAPPING_END_EVENT;
        if (!is_ended) read_entry(reader, &item, depth + 1, map, &keys, merges);
        yaml_event_delete(&item);
    }
    for (int i = 0; is_ended && i < merges->count; i++) merge(reader, map, merges->entries[i].value, &keys);
    free(keys.keys);
    if (!is_ended || reader->is_stopped) return NULL;
    end_anchor(reader, anchor, map);
    return map;
}

static Node *read_node(Reader *reader, const yaml_event_t *event, int depth) {
    BrinkSpan span = span_of(reader, event);
    if (depth > TREE_DEPTH_LIMIT) {
        stop_too_deep(reader, span);
        return NULL;
    }
    if (event->type == YAML_ALIAS_EVENT) return read_alias(reader, event, depth);
    if (!count_nodes(reader, 1, span)) return NULL;
    if (event->type == YAML_SCALAR_EVENT) return read_scalar(reader, event);
    if (event->type == YAML_SEQUENCE_START_EVENT) return read_list(reader, event, depth);
    return read_map(reader, event, depth);
}

/* ---- Documents ---- */

static Node *read_document(Reader *reader) {
    Node *root = NULL;
    bool is_ended = false;
    yaml_event_t event;
    while (!is_ended && next_event(reader, &event)) {
        switch (event.type) {
        case YAML_STREAM_END_EVENT:
            is_ended = true;
            break;
        case YAML_DOCUMENT_START_EVENT:
            if (root)
                stop(reader, DIAGNOSTIC_two_documents, span_of(reader, &event),
                     "keep one scenario in a file; remove the `---`", "a second document starts here");
            break;
        case YAML_STREAM_START_EVENT:
        case YAML_DOCUMENT_END_EVENT:
            break;
        default:
            root = read_node(reader, &event, 1);
        }
        yaml_event_delete(&event);
    }
    if (!root && !reader->is_stopped)
        stop(reader, DIAGNOSTIC_empty_file, (BrinkSpan){reader->file, 1, 1, 1},
             "start from one of the files in scenarios/", "the file holds no scenario");
    return root;
}

BrinkStatus tree_read(const char *text, size_t length, const char *file, Arena *arena, BrinkDiagnostics *diagnostics,
                      Node **result) {
    size_t errors = diagnostics_errors(diagnostics);
    Reader reader = {
        .file = arena_text(arena, file), .text = text, .length = length, .arena = arena, .diagnostics = diagnostics};
    if (!reader.file) return BRINK_NO_MEMORY;
    if (length > TREE_BYTE_LIMIT) {
        stop(&reader, DIAGNOSTIC_too_long, (BrinkSpan){reader.file, 0, 0, 0}, "a scenario is a few hundred lines",
             "the file is longer than 8 MB");
        return BRINK_BAD_INPUT;
    }
    if (diagnostics_keep_source(diagnostics, file, text, length) != BRINK_OK || !yaml_parser_initialize(&reader.parser))
        return BRINK_NO_MEMORY;
    yaml_parser_set_input_string(&reader.parser, (const unsigned char *)text, length);
    Node *root = read_document(&reader);
    yaml_parser_delete(&reader.parser);
    if (reader.is_out_of_memory) return BRINK_NO_MEMORY;
    if (!root || reader.is_stopped || diagnostics_errors(diagnostics) > errors) return BRINK_BAD_INPUT;
    *result = root;
    return BRINK_OK;
}
