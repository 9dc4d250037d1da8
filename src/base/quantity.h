/* SPDX-License-Identifier: GPL-3.0-or-later
 * Numbers with units, as scenario files write them. */
#ifndef BASE_QUANTITY_H
#define BASE_QUANTITY_H

#include <stdbool.h>

typedef enum Unit {
    UNIT_NONE,
    UNIT_POINTS,
    UNIT_DAYS,
    UNIT_KILOGRAM,
    UNIT_FRACTION,
    UNIT_SWU_PER_YEAR,
    UNIT_ROUNDS
} Unit;

typedef enum QuantityError {
    QUANTITY_OK,
    QUANTITY_NOT_A_NUMBER,
    QUANTITY_NOT_FINITE,
    QUANTITY_WRONG_UNIT
} QuantityError;

/* Reads a number strictly (the whole text, C locale, no hexadecimal, no "inf" or "nan"), with the unit's own suffix or
 * none: `30 days`, `1 day`, `440.9 kg`, `3.67%` and `3.67 %` (divided by 100, allowed for UNIT_NONE and UNIT_FRACTION),
 * `12 points`, `5 rounds`, `5000 swu`. `value` is written only on success. */
QuantityError quantity_parse(const char *text, Unit unit, double *value);
/* The unit's name for messages and help: "days", "points", "" … */
const char *unit_name(Unit unit);

#endif
