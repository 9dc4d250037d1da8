/* SPDX-License-Identifier: GPL-3.0-or-later
 * Text of any origin on its way to a terminal: what of it may be shown, and how wide that is. Private to the room.
 * Independent of the locale. */
#ifndef REPORT_UTF8_H
#define REPORT_UTF8_H

#include <stddef.h>
#include <stdint.h>

/* The code point at `text` (not at its end) and its bytes; a byte that starts none is U+FFFD, one byte long. */
uint32_t utf8_next(const char *text, size_t *size);
/* Writes a code point; returns its 1..4 bytes. */
size_t utf8_write(uint32_t code, char bytes[4]);
/* What a terminal is given for a code point: itself, a space for a line break or tab, 0 for controls and for marks that
 * turn the direction of writing (they would reorder what stands around them). */
uint32_t utf8_shown(uint32_t code);
/* Columns of a code point that is shown: 0 (joined to the one before), 1, or 2. */
int utf8_code_width(uint32_t code);
/* Columns of a text as shown. */
int utf8_width(const char *text);
/* Bytes of the longest beginning of `text` that is at most `width` columns wide. */
size_t utf8_fit(const char *text, int width);
/* A malloc'd copy in which every bad byte is U+FFFD; NULL when memory is short. */
char *utf8_repair(const char *text);

#endif
