/* SPDX-License-Identifier: GPL-3.0-or-later
 * Decoding, cleaning and measuring of UTF-8. The widths follow Unicode's East Asian Width and general categories by
 * block, which is as fine as names need; an odd code point may be measured a column too wide, never break a line. */
#include "report/utf8.h"

#include <stdbool.h>
#include <stdlib.h>
#include <string.h>

enum { BAD_BYTE = 0xFFFD };

typedef struct Range {
    uint32_t first, last;
} Range;

/* Combining marks, joiners and variation selectors. */
static const Range joined[] = {
    {0x0300, 0x036F}, {0x0483, 0x0489}, {0x0591, 0x05BD}, {0x05BF, 0x05BF}, {0x05C1, 0x05C2},   {0x05C4, 0x05C5},
    {0x0610, 0x061A}, {0x064B, 0x065F}, {0x0670, 0x0670}, {0x06D6, 0x06DC}, {0x06DF, 0x06E4},   {0x06E7, 0x06E8},
    {0x06EA, 0x06ED}, {0x0711, 0x0711}, {0x0730, 0x074A}, {0x07A6, 0x07B0}, {0x07EB, 0x07F3},   {0x0816, 0x0819},
    {0x08D3, 0x08E1}, {0x08E3, 0x0902}, {0x093A, 0x093A}, {0x093C, 0x093C}, {0x0941, 0x0948},   {0x094D, 0x094D},
    {0x0951, 0x0957}, {0x0962, 0x0963}, {0x0981, 0x0981}, {0x09BC, 0x09BC}, {0x09C1, 0x09C4},   {0x09CD, 0x09CD},
    {0x0A41, 0x0A51}, {0x0A70, 0x0A71}, {0x0ABC, 0x0ABC}, {0x0AC1, 0x0AC8}, {0x0ACD, 0x0ACD},   {0x0B3C, 0x0B3C},
    {0x0B41, 0x0B44}, {0x0B4D, 0x0B4D}, {0x0BC0, 0x0BC0}, {0x0BCD, 0x0BCD}, {0x0C3E, 0x0C40},   {0x0C46, 0x0C4D},
    {0x0D41, 0x0D44}, {0x0D4D, 0x0D4D}, {0x0E31, 0x0E31}, {0x0E34, 0x0E3A}, {0x0E47, 0x0E4E},   {0x0EB1, 0x0EB1},
    {0x0EB4, 0x0EBC}, {0x0F71, 0x0F7E}, {0x0F80, 0x0F84}, {0x102D, 0x1030}, {0x1032, 0x1037},   {0x1160, 0x11FF},
    {0x1AB0, 0x1AFF}, {0x1DC0, 0x1DFF}, {0x200B, 0x200D}, {0x2060, 0x2064}, {0x20D0, 0x20F0},   {0x302A, 0x302D},
    {0x3099, 0x309A}, {0xFE00, 0xFE0F}, {0xFE20, 0xFE2F}, {0xFEFF, 0xFEFF}, {0xE0001, 0xE007F}, {0xE0100, 0xE01EF},
};

/* East Asian wide and full-width blocks, and pictographs. */
static const Range wide[] = {
    {0x1100, 0x115F},   {0x231A, 0x231B},   {0x2329, 0x232A},   {0x23E9, 0x23F3},   {0x25FD, 0x25FE},
    {0x2614, 0x2615},   {0x2648, 0x2653},   {0x267F, 0x267F},   {0x2693, 0x2693},   {0x26A1, 0x26A1},
    {0x26AA, 0x26AB},   {0x26BD, 0x26BE},   {0x26C4, 0x26C5},   {0x26CE, 0x26CE},   {0x26D4, 0x26D4},
    {0x26EA, 0x26EA},   {0x26F2, 0x26F5},   {0x26FA, 0x26FD},   {0x2705, 0x2705},   {0x270A, 0x270B},
    {0x2728, 0x2728},   {0x274C, 0x274E},   {0x2753, 0x2757},   {0x2795, 0x2797},   {0x27B0, 0x27BF},
    {0x2B1B, 0x2B1C},   {0x2B50, 0x2B55},   {0x2E80, 0x303E},   {0x3041, 0xA4CF},   {0xA960, 0xA97F},
    {0xAC00, 0xD7A3},   {0xF900, 0xFAFF},   {0xFE10, 0xFE19},   {0xFE30, 0xFE6F},   {0xFF01, 0xFF60},
    {0xFFE0, 0xFFE6},   {0x16FE0, 0x18DFF}, {0x1B000, 0x1B2FF}, {0x1F004, 0x1F004}, {0x1F0CF, 0x1F0CF},
    {0x1F18E, 0x1F19A}, {0x1F1E6, 0x1F320}, {0x1F32D, 0x1F64F}, {0x1F680, 0x1F6FF}, {0x1F7E0, 0x1F7FF},
    {0x1F90C, 0x1FAFF}, {0x20000, 0x3FFFD},
};

static bool is_in(uint32_t code, const Range *ranges, size_t count) {
    size_t low = 0, high = count;
    while (low < high) {
        size_t middle = (low + high) / 2;
        if (code > ranges[middle].last)
            low = middle + 1;
        else
            high = middle;
    }
    return low < count && code >= ranges[low].first;
}

/* Bytes of the sequence that a first byte opens, 0 where it opens none. */
static size_t sequence_length(unsigned char first) {
    if (first < 0x80) return 1;
    if (first >= 0xC2 && first <= 0xDF) return 2;
    if (first >= 0xE0 && first <= 0xEF) return 3;
    if (first >= 0xF0 && first <= 0xF4) return 4;
    return 0;
}

uint32_t utf8_next(const char *text, size_t *size) {
    static const uint32_t least[] = {0, 0, 0x80, 0x800, 0x10000};
    const unsigned char *bytes = (const unsigned char *)text;
    size_t length = sequence_length(bytes[0]);
    *size = 1;
    if (length <= 1) return length == 1 ? bytes[0] : BAD_BYTE;
    uint32_t code = bytes[0] & (0x7Fu >> length);
    for (size_t i = 1; i < length; i++) {
        if ((bytes[i] & 0xC0) != 0x80) return BAD_BYTE; /* the end of the text stops here too */
        code = code << 6 | (bytes[i] & 0x3Fu);
    }
    if (code < least[length] || code > 0x10FFFF || (code >= 0xD800 && code <= 0xDFFF)) return BAD_BYTE;
    *size = length;
    return code;
}

size_t utf8_write(uint32_t code, char bytes[4]) {
    static const unsigned char marks[] = {0, 0, 0xC0, 0xE0, 0xF0};
    size_t length = code < 0x80 ? 1 : code < 0x800 ? 2 : code < 0x10000 ? 3 : 4;
    for (size_t i = length - 1; i > 0; i--, code >>= 6) bytes[i] = (char)(0x80 | (code & 0x3F));
    bytes[0] = (char)(marks[length] | code);
    return length;
}

uint32_t utf8_shown(uint32_t code) {
    if (code == '\t' || code == '\n' || code == '\r' || code == 0x85 || code == 0x2028 || code == 0x2029) return ' ';
    if (code < 0x20 || (code >= 0x7F && code < 0xA0)) return 0;
    if (code == 0xAD || code == 0x61C || code == 0x200E || code == 0x200F || code == 0xFEFF) return 0;
    if ((code >= 0x202A && code <= 0x202E) || (code >= 0x2066 && code <= 0x206F)) return 0;
    return code;
}

int utf8_code_width(uint32_t code) {
    if (code < 0x300) return 1;
    if (is_in(code, joined, sizeof joined / sizeof *joined)) return 0;
    return is_in(code, wide, sizeof wide / sizeof *wide) ? 2 : 1;
}

static int shown_width(uint32_t code) {
    uint32_t shown = utf8_shown(code);
    return shown ? utf8_code_width(shown) : 0;
}

int utf8_width(const char *text) {
    int width = 0;
    for (size_t size; *text; text += size) width += shown_width(utf8_next(text, &size));
    return width;
}

size_t utf8_fit(const char *text, int width) {
    size_t length = 0;
    for (size_t size; text[length]; length += size) {
        width -= shown_width(utf8_next(text + length, &size));
        if (width < 0) break;
    }
    return length;
}

char *utf8_repair(const char *text) {
    size_t length = strlen(text), at = 0;
    if (length > (SIZE_MAX - 1) / 3) return NULL;
    char *copy = malloc(3 * length + 1);
    if (!copy) return NULL;
    for (size_t size; *text; text += size) at += utf8_write(utf8_next(text, &size), copy + at);
    copy[at] = '\0';
    return copy;
}
