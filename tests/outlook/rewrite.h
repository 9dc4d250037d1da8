/* SPDX-License-Identifier: GPL-3.0-or-later
 * Scenarios rewritten for tests: the tree of a text, changed, and a text again. Whoever fails ends the running test. */
#ifndef OUTLOOK_REWRITE_H
#define OUTLOOK_REWRITE_H

#include "base/base.h"
#include "scenario/tree.h"

/* The tree without `variants` and `claims`, which do not enter an outlook. */
Node *rewrite_read(const char *text, Arena *arena);
void rewrite_remove(Node *map, const char *key);
/* The tree as YAML; lives in the arena. */
const char *rewrite_text(const Node *root, Arena *arena);

/* The node at a path of keys, NULL where there is none. */
Node *rewrite_at(Node *root, const char *first, const char *second, const char *third);
/* Sets a key of a map to a number, whether the key is there or not. */
void rewrite_number(Node *map, const char *key, double value, Arena *arena);
/* Turns the order of a map's or list's entries around. */
void rewrite_reverse(Node *node);
/* Adds a suffix to every key and value that is one of the names, within paths of `same` too, wherever names are used,
 * but not to what is a word of the language or a text there. */
void rewrite_rename(Node *root, const char *const *names, int count, const char *suffix, Arena *arena);
/* Wherever the list names one, lets it name the other too. */
void rewrite_join(Node *list, const char *name, const char *twin, Arena *arena);

#endif
