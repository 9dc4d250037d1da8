/* SPDX-License-Identifier: GPL-3.0-or-later
 * Dates of the proleptic Gregorian calendar as day numbers: 1970-01-01 is day 0. */
#ifndef BASE_CALENDAR_H
#define BASE_CALENDAR_H

#include <stdbool.h>

/* Reads exactly YYYY-MM-DD (year 1..9999, a day that exists). False leaves *day alone. */
bool calendar_parse(const char *text, double *day);
/* Writes YYYY-MM-DD of the day that holds `day` (rounded down); `text` holds at least 11 bytes. */
void calendar_format(double day, char text[11]);

#endif
