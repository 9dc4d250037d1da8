/* SPDX-License-Identifier: GPL-3.0-or-later
 * Text of a Gambit .efg file as it grows: labels, numbers and chance probabilities in the spelling Gambit reads back
 * exactly. Private to the room. */
#ifndef GAME_EFG_TEXT_H
#define GAME_EFG_TEXT_H

#include "base/base.h"

typedef struct EfgText {
    char *text; /* malloc'd, ends with a zero byte once anything was added */
    size_t length, room;
    bool is_out_of_memory; /* sticky: adding goes on harmlessly */
} EfgText;

void efg_add(EfgText *text, const char *format, ...) __attribute__((format(printf, 2, 3)));
/* A name inside a quoted label: quotes and backslashes escaped; what is not printable ASCII as %XX, byte by byte. */
void efg_add_name(EfgText *text, const char *name);
/* The shortest decimal that reads back as the same double; exponents without "+". */
void efg_add_number(EfgText *text, double number);
/* One of the chances below as a decimal. */
void efg_add_chance(EfgText *text, uint64_t chance);

/* Probabilities as whole numbers of 1e-16 that sum to exactly 1e16: Gambit refuses chances that do not sum to exactly 1
 * as decimals. The largest takes what rounding leaves over; what is below half of 1e-16 becomes 0. */
void efg_round_chances(const double *probabilities, int count, uint64_t *chances);

#endif
