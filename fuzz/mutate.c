/* SPDX-License-Identifier: GPL-3.0-or-later
 * A mutator that knows what YAML is made of: words, bracketed collections, and blocks of lines by their indentation. It
 * swaps, repeats and drops whole ones, so that most results still parse and the fuzzing reaches what lies behind the
 * parser. One time in four libFuzzer's own byte mutations are used instead. Invariant: never writes past `most`. */
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

size_t LLVMFuzzerMutate(uint8_t *bytes, size_t size, size_t most);
size_t LLVMFuzzerCustomMutator(uint8_t *bytes, size_t size, size_t most, unsigned seed);

typedef struct Piece {
    size_t start, length;
} Piece;

/* Values and keys that have a meaning somewhere, and numbers at the edges of what a number can be. */
static const char *const words[] = {
    "0",
    "1",
    "-1",
    "0.5",
    "100",
    "1000",
    "1e308",
    "-1e308",
    "1e-320",
    "nan",
    ".inf",
    "rest",
    "none",
    "hard",
    "true",
    "false",
    "~",
    "''",
    "{}",
    "[]",
    "&a {}",
    "*a",
    "<<",
    "3.67%",
    "30 days",
    "9 kg",
    "2026-03-03",
    "1900-01-01",
    "{pert: [0, 0.5, 1]}",
    "{uniform: [0, 1]}",
    "{normal: [0, 1]}",
    "{lognormal: [1, 2]}",
    "{beta: [2, 3]}",
    "{choice: [1, 2]}",
    "{same: parties.a.patience}",
    "{steps: {2026-03-03: 1, 2026-03-20: 2}}",
    "{is: 1, note: x}",
    "likely",
    "high",
    "bands",
    "trades",
    "swings",
    "anchor",
    "give",
    "get",
    "even",
    "at_least",
    "[old, new]",
    "from",
    "note",
    "name",
    "types",
    "prior",
    "outside",
    "conflict_by",
    "postures",
    "risk",
    "attack",
    "deadline",
    "commits",
    "war",
    "only",
    "now",
    "performer",
    "reversible",
    "detection",
    "detects",
    "timetable",
    "synergies",
    "red_lines",
    "when",
    "cost",
    "framework",
    "leads_to",
    "readings",
    "renege",
    "interim",
    "lasts",
    "in_force",
    "exposed",
    "signs",
    "meetings",
    "every",
    "rounds",
    "alternating",
    "random",
    "set",
    "variants",
    "claims",
    "mediator",
    "adjourn",
    "balance",
    "walk",
    "backdown",
    "first_strike",
    "requires_detection",
    "unverifiable",
    "trades",
    "give",
    "get",
    "even",
    "at_least",
    "swings",
    "anchor",
    "bands",
    "likely",
    "unlikely",
    "medium",
    "[{give: {land: [old, new]}, get: {water: [apart, shared]}, even: true}]",
    "{anchor: {land: 9}, swings: {land: 100, water: 50}}",
    "{mine: {uniform: [0.2, 0.4]}}",
};
enum { WORD_COUNT = sizeof words / sizeof *words };

static uint32_t state;

static size_t pick(size_t count) {
    state = state * 1664525u + 1013904223u;
    return count ? (size_t)(state >> 8) % count : 0;
}

static bool is_word(uint8_t byte) {
    return !strchr(" \t\r\n,:[]{}#\"'", byte);
}

/* A word at or after a random place. */
static Piece random_word(const uint8_t *bytes, size_t size) {
    size_t start = pick(size), end;
    while (start > 0 && is_word(bytes[start - 1])) start--;
    while (start < size && !is_word(bytes[start])) start++;
    for (end = start; end < size && is_word(bytes[end]); end++) {
    }
    return (Piece){start, end - start};
}

/* A bracketed collection that opens at or after a random place, with what follows its comma or colon left alone. */
static Piece random_collection(const uint8_t *bytes, size_t size) {
    size_t start = pick(size), end;
    int depth = 0;
    while (start < size && bytes[start] != '{' && bytes[start] != '[') start++;
    for (end = start; end < size; end++) {
        depth += bytes[end] == '{' || bytes[end] == '[';
        depth -= bytes[end] == '}' || bytes[end] == ']';
        if (depth == 0) break;
    }
    return end < size ? (Piece){start, end + 1 - start} : (Piece){start, 0};
}

static size_t line_start(const uint8_t *bytes, size_t at) {
    while (at > 0 && bytes[at - 1] != '\n') at--;
    return at;
}

static size_t line_end(const uint8_t *bytes, size_t size, size_t at) {
    while (at < size && bytes[at] != '\n') at++;
    return at < size ? at + 1 : size;
}

static size_t indent(const uint8_t *bytes, size_t size, size_t at) {
    size_t count = 0;
    while (at + count < size && bytes[at + count] == ' ') count++;
    return count;
}

/* A line and the lines below it that are indented further. */
static Piece random_block(const uint8_t *bytes, size_t size) {
    size_t start = line_start(bytes, pick(size)), own = indent(bytes, size, start), end = line_end(bytes, size, start);
    while (end < size && indent(bytes, size, end) > own) end = line_end(bytes, size, end);
    return (Piece){start, end - start};
}

static Piece random_piece(const uint8_t *bytes, size_t size) {
    switch (pick(4)) {
    case 0:
        return random_collection(bytes, size);
    case 1:
        return random_block(bytes, size);
    default:
        return random_word(bytes, size);
    }
}

/* Puts `length` bytes in the place of the piece; the old size where there is no room. */
static size_t replace(uint8_t *bytes, size_t size, size_t most, Piece piece, const void *with, size_t length) {
    if (size - piece.length + length > most) return size;
    memmove(bytes + piece.start + length, bytes + piece.start + piece.length, size - piece.start - piece.length);
    if (length > 0) memcpy(bytes + piece.start, with, length);
    return size - piece.length + length;
}

/* Copies one piece over another of the same kind, or in front of it. */
static size_t copy_piece(uint8_t *bytes, size_t size, size_t most) {
    size_t kind = pick(3);
    Piece (*const find[])(const uint8_t *, size_t) = {random_word, random_collection, random_block};
    Piece from = find[kind](bytes, size), to = find[kind](bytes, size);
    uint8_t *copy = malloc(from.length + 1);
    if (!copy) return size;
    memcpy(copy, bytes + from.start, from.length);
    if (pick(2)) to.length = 0;
    size = replace(bytes, size, most, to, copy, from.length);
    free(copy);
    return size;
}

static size_t mutate_once(uint8_t *bytes, size_t size, size_t most) {
    const char *word = words[pick(WORD_COUNT)];
    switch (pick(6)) {
    case 0:
    case 1:
        return replace(bytes, size, most, random_word(bytes, size), word, strlen(word));
    case 2:
        return replace(bytes, size, most, random_collection(bytes, size), word, strlen(word));
    case 3:
        return replace(bytes, size, most, random_piece(bytes, size), "", 0);
    default:
        return copy_piece(bytes, size, most);
    }
}

size_t LLVMFuzzerCustomMutator(uint8_t *bytes, size_t size, size_t most, unsigned seed) {
    state = seed;
    if (size == 0 || pick(4) == 0) return LLVMFuzzerMutate(bytes, size, most);
    for (size_t times = 1 + pick(3); times > 0; times--) size = mutate_once(bytes, size, most);
    return size;
}
