/* SPDX-License-Identifier: GPL-3.0-or-later
 * Arena: memory that is freed as a whole. Each stage's product owns one; freeing the product frees it. Arenas are
 * passed, never ambient. */
#ifndef BASE_ARENA_H
#define BASE_ARENA_H

#include <stdbool.h>
#include <stddef.h>

typedef struct Arena Arena;

/* NULL when memory is short. Freed with arena_free, which accepts NULL. */
Arena *arena_new(void);
void arena_free(Arena *arena);
/* Forgets everything allocated, keeping the chunks for reuse. */
void arena_reset(Arena *arena);
/* Bytes handed out since the start or the last reset. */
size_t arena_used(const Arena *arena);

/* `size` zeroed bytes aligned for any type; NULL when memory is short. size 0 gives a valid pointer. */
void *arena_alloc(Arena *arena, size_t size);
/* `count` zeroed objects of `size` bytes; NULL also when count * size overflows. */
void *arena_array(Arena *arena, size_t count, size_t size);
/* Copies of text; NULL when memory is short. */
char *arena_text(Arena *arena, const char *text);
char *arena_text_part(Arena *arena, const char *text, size_t length);
/* printf into the arena. */
char *arena_print(Arena *arena, const char *format, ...) __attribute__((format(printf, 2, 3)));

#endif
