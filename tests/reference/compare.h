/* SPDX-License-Identifier: GPL-3.0-or-later
 * Holds the program's answer for one Situation against the reference: every number of the outlook at three resolutions,
 * and every package. */
#ifndef REFERENCE_COMPARE_H
#define REFERENCE_COMPARE_H

#include "reference.h"

typedef struct Comparison {
    long number_count;  /* numbers compared, over both resolutions */
    long within;        /* of these within the error |P(R) - P(R/2)|, up to 1e-9 */
    long within_five;   /* within five times the error, up to 1e-6 */
    long refined_count; /* numbers whose difference at R is above 1e-9 */
    long refined;       /* of these with a smaller difference at 2R */
    double largest_difference, largest_error;
    char worst[64];               /* the number furthest outside its error, and by how much */
    double worst_excess;          /* difference - error there */
    double settlement_difference; /* largest, over packages, dates, postures and profiles */
    bool turned;                  /* a branch turns, here or there: nothing else was compared */
    long node_count;
    int sweeps;
} Comparison;

/* Compares at `resolution` and at its double, each with the half of it for the error. Fails the running test where
 * either side does not solve. */
Comparison compare_situation(const Situation *situation, ReferenceStart start, int resolution);
/* Adds to a total. */
void compare_add(Comparison *total, const Comparison *part);
void compare_print(const char *name, const Comparison *comparison);
/* The demands on all numbers together: 95 % within the error, this many per cent within five times it, 90 % nearer on
 * the finer grid, and packages equal. */
void compare_demand(const Comparison *total, double within_five);

#endif
