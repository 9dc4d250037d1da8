/* SPDX-License-Identifier: GPL-3.0-or-later
 * An arena is a list of chunks, filled from the front. Invariant: the first chunk is the one being filled; everything
 * handed out is zeroed and aligned for any type. */
#include "base/arena.h"

#include <stdalign.h>
#include <stdarg.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

typedef struct Chunk {
    struct Chunk *next;
    size_t size, used;
    bool is_clean; /* zero behind `used` */
    alignas(max_align_t) unsigned char bytes[];
} Chunk;

struct Arena {
    Chunk *first;
    size_t used;
};

#ifdef ARENA_CHUNK /* all chunks small, for a test in which each allocation fails in turn */
enum { SMALLEST_CHUNK = ARENA_CHUNK, LARGEST_GROWTH = ARENA_CHUNK };
#else
enum { SMALLEST_CHUNK = 4096, LARGEST_GROWTH = 1 << 20 };
#endif

Arena *arena_new(void) {
    return calloc(1, sizeof(Arena));
}

static void free_chunks(Chunk *chunk) {
    while (chunk) {
        Chunk *next = chunk->next;
        free(chunk);
        chunk = next;
    }
}

void arena_free(Arena *arena) {
    if (!arena) return;
    free_chunks(arena->first);
    free(arena);
}

void arena_reset(Arena *arena) {
    arena->used = 0;
    if (!arena->first) return;
    free_chunks(arena->first->next); /* the first is the largest so far */
    arena->first->next = NULL;
    arena->first->used = 0;
    arena->first->is_clean = false;
}

size_t arena_used(const Arena *arena) {
    return arena->used;
}

/* Memory for much at once comes clean from the system, and is not touched here: the thread that works with a page is
 * then the one that it is handed to. */
static Chunk *new_chunk(size_t room) {
    bool is_large = room > LARGEST_GROWTH;
    Chunk *chunk = is_large ? calloc(1, sizeof(Chunk) + room) : malloc(sizeof(Chunk) + room);
    if (!chunk) return NULL;
    chunk->size = room;
    chunk->used = 0;
    chunk->is_clean = is_large;
    return chunk;
}

/* A new first chunk with room for `size`; each twice the last one, up to a limit. */
static bool add_chunk(Arena *arena, size_t size) {
    size_t room = arena->first ? 2 * arena->first->size : SMALLEST_CHUNK;
    if (room > LARGEST_GROWTH) room = LARGEST_GROWTH;
    if (room < size) room = size;
    if (room > SIZE_MAX - sizeof(Chunk)) return false;
    Chunk *chunk = new_chunk(room);
    if (!chunk) return false;
    chunk->next = arena->first;
    arena->first = chunk;
    return true;
}

void *arena_alloc(Arena *arena, size_t size) {
    const size_t unit = alignof(max_align_t);
    if (size > SIZE_MAX / 2) return NULL;
    size_t rounded = size == 0 ? unit : (size + unit - 1) / unit * unit;
    if ((!arena->first || arena->first->size - arena->first->used < rounded) && !add_chunk(arena, rounded)) return NULL;
    void *result = arena->first->bytes + arena->first->used;
    arena->first->used += rounded;
    arena->used += rounded;
    return arena->first->is_clean ? result : memset(result, 0, rounded);
}

void *arena_array(Arena *arena, size_t count, size_t size) {
    if (size > 0 && count > SIZE_MAX / 2 / size) return NULL;
    return arena_alloc(arena, count * size);
}

char *arena_text_part(Arena *arena, const char *text, size_t length) {
    char *copy = arena_alloc(arena, length + 1);
    if (copy && length > 0) memcpy(copy, text, length);
    return copy;
}

char *arena_text(Arena *arena, const char *text) {
    return arena_text_part(arena, text, strlen(text));
}

char *arena_print(Arena *arena, const char *format, ...) {
    va_list arguments, again;
    va_start(arguments, format);
    va_copy(again, arguments);
    int length = vsnprintf(NULL, 0, format, arguments);
    char *text = length < 0 ? NULL : arena_alloc(arena, (size_t)length + 1);
    if (text) vsnprintf(text, (size_t)length + 1, format, again);
    va_end(again);
    va_end(arguments);
    return text;
}
