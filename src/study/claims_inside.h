/* SPDX-License-Identifier: GPL-3.0-or-later
 * What the two files behind claims_new share: solving all sides, and judging what came out. Private to the room. */
#ifndef STUDY_CLAIMS_INSIDE_H
#define STUDY_CLAIMS_INSIDE_H

#include "study/log.h"
#include "study/study.h"

/* A part of a claim: its measure, the cases it is compared with, and its place among all parts. */
typedef struct PartSides {
    int measure, row, than[2];
} PartSides;
typedef struct Sides {
    int when, against; /* cases */
    PartSides *parts;
} Sides;

typedef struct Deciding {
    BrinkScenario *handle;
    const Scenario *base;
    const BrinkStudySettings *settings;
    Arena *arena;
    BrinkDiagnostics *diagnostics;
    BrinkStudyTimes times;

    int case_count;
    BrinkScenario **handles;
    const Scenario **cases;
    const char **keys;
    Sampling **designs;
    int measure_count;
    const char **names;
    double *by;
    Measure *measures; /* [case][measure] */
    Sides *sides;      /* [claim] */

    Log log;
    bool is_replay, is_unwritable;
    uint64_t draws, failed;
    signed char *holds;               /* [claim][draw] -1: not decided */
    double *effects;                  /* [part][draw] */
    double *when_sums, *against_sums; /* [part] over decided draws */
} Deciding;

/* False when memory is short. */
bool claims_judge(const Deciding *deciding, Claims **result);

#endif
