/* SPDX-License-Identifier: GPL-3.0-or-later
 * The rows of a study on disk, so that it can go on where it stopped (docs/sweep.md). Private to the room. */
#ifndef STUDY_LOG_H
#define STUDY_LOG_H

#include "study/trial.h"

#include <stdio.h>

typedef struct Log {
    FILE *file; /* NULL: none is kept */
    const char *path;
    uint64_t rows;      /* whole rows in it */
    uint64_t unwritten; /* rows since it was last brought to the disk */
} Log;

/* Opens or makes `path`; hands the rows it holds to `take`, and cuts off what is broken at its end. `header` is one
 * line, without its end, that has to be the same. */
BrinkStatus log_open(Log *log, const char *path, const char *header, int case_count, int measure_count, uint64_t end,
                     TrialTaker take, void *payload, BrinkDiagnostics *diagnostics);
bool log_add(Log *log, const TrialRow *row, int case_count, int measure_count);
/* To the disk, not only to the system. */
bool log_sync(Log *log);
/* Closes it; gives `status`, or says that it could not be written, where that `is_unwritable` or shows only now. */
BrinkStatus log_end(Log *log, bool is_unwritable, BrinkStatus status, BrinkDiagnostics *diagnostics);

#endif
