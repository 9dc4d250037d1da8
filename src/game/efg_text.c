/* SPDX-License-Identifier: GPL-3.0-or-later
 * Spelling for Gambit .efg files. Gambit reads decimals as exact rationals, "1e-3" and "1e2" but not "1e+2", and its
 * Python package takes labels for ASCII (tried with pygambit 16.7.0). Invariant: text[length] is a zero byte whenever
 * text is not NULL. */
#include "game/efg_text.h"

#include <math.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static const uint64_t one = UINT64_C(10000000000000000); /* 1e16 */

static bool make_room(EfgText *text, size_t more) {
    if (text->is_out_of_memory) return false;
    if (text->length + more < text->room) return true;
    size_t room = text->room ? text->room : 4096;
    while (room <= text->length + more) room *= 2;
    char *moved = realloc(text->text, room);
    if (!moved) {
        text->is_out_of_memory = true;
        return false;
    }
    text->text = moved;
    text->room = room;
    return true;
}

static void add_byte(EfgText *text, char byte) {
    if (!make_room(text, 1)) return;
    text->text[text->length++] = byte;
    text->text[text->length] = 0;
}

void efg_add(EfgText *text, const char *format, ...) {
    va_list arguments, again;
    va_start(arguments, format);
    va_copy(again, arguments);
    int length = vsnprintf(NULL, 0, format, arguments);
    if (length > 0 && make_room(text, (size_t)length)) {
        vsnprintf(text->text + text->length, (size_t)length + 1, format, again);
        text->length += (size_t)length;
    }
    va_end(again);
    va_end(arguments);
}

void efg_add_name(EfgText *text, const char *name) {
    for (; *name; name++) {
        unsigned char byte = (unsigned char)*name;
        if (byte < 0x20 || byte > 0x7e)
            efg_add(text, "%%%02X", byte);
        else {
            if (byte == '"' || byte == '\\') add_byte(text, '\\');
            add_byte(text, *name);
        }
    }
}

void efg_add_number(EfgText *text, double number) {
    char spelled[64];
    for (int digits = 15; digits <= 17; digits++) {
        snprintf(spelled, sizeof spelled, "%.*g", digits, number == 0 ? 0.0 : number); /* no -0 */
        if (strtod(spelled, NULL) == number) break;
    }
    bool was_point = false;
    for (const char *c = spelled; *c; c++) {
        if (*c == '+') continue;
        bool is_plain = (*c >= '0' && *c <= '9') || *c == '-' || *c == 'e';
        if (is_plain || !was_point)
            add_byte(text, is_plain ? *c : '.'); /* the host's locale may have another decimal point */
        was_point = !is_plain;
    }
}

void efg_add_chance(EfgText *text, uint64_t chance) {
    if (chance >= one) {
        efg_add(text, "1");
        return;
    }
    char digits[17];
    snprintf(digits, sizeof digits, "%016llu", (unsigned long long)chance);
    size_t length = 16;
    while (length > 1 && digits[length - 1] == '0') length--;
    efg_add(text, "0.%.*s", (int)length, digits);
}

void efg_round_chances(const double *probabilities, int count, uint64_t *chances) {
    uint64_t others = 0;
    int largest = 0;
    for (int i = 1; i < count; i++)
        if (probabilities[i] > probabilities[largest]) largest = i;
    for (int i = 0; i < count; i++) {
        double share = fmin(1, fmax(0, probabilities[i]));
        chances[i] = (uint64_t)llround(share * (double)one);
        if (i == largest) continue;
        if (chances[i] > one - others) chances[i] = one - others;
        others += chances[i];
    }
    if (count > 0) chances[largest] = one - others;
}
