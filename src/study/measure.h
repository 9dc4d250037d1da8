/* SPDX-License-Identifier: GPL-3.0-or-later
 * A number that a study follows from outlook to outlook: an outcome, a draft, a gain, a posture, a spillover. Private
 * to the room, save for its name. */
#ifndef STUDY_MEASURE_H
#define STUDY_MEASURE_H

#include "outlook/outlook.h"
#include "scenario/scenario.h"

typedef enum {
    MEASURE_NONE, /* the scenario has no such thing */
    MEASURE_OUTCOME,
    MEASURE_KEPT,
    MEASURE_AGREED,
    MEASURE_TABLED,
    MEASURE_GAIN,
    MEASURE_POSTURE,
    MEASURE_SPILLOVER
} MeasureKind;

typedef struct Measure {
    const char *name; /* as in claims: "deal", "gain.us" */
    MeasureKind kind;
    int index;
    double by;     /* MEASURE_OUTCOME: last day that counts, NAN: all */
    bool is_share; /* a probability */
} Measure;

/* Kind MEASURE_NONE where the scenario has no such thing. */
Measure measure_named(const Scenario *scenario, const Situation *situation, const char *name, double by);
/* NAN for MEASURE_NONE. */
double measure_value(const Measure *measure, const Scenario *scenario, const Situation *situation,
                     const Outlook *outlook);

#endif
