/* SPDX-License-Identifier: GPL-3.0-or-later
 * The frame of a command over many draws. Private to the room. */
#ifndef CLI_STUDY_H
#define CLI_STUDY_H

#include "commands.h"

typedef struct StudyRun {
    const Arguments *arguments;
    BrinkStudySettings settings;
    bool is_quiet, is_silent, is_shown, has_csv_failed;
    double begun, told;
    uint64_t solved, first_done;
    FILE *csv;
    char *csv_beside;
    const char *csv_path;
} StudyRun;

bool study_settings(const Arguments *arguments, BrinkStudySettings *settings);
/* False after a message. */
bool study_begin(StudyRun *run, const Arguments *arguments);
/* Tells, writes what was asked for and gives the exit status; `study` may be NULL. */
int study_end(StudyRun *run, BrinkStatus status, const BrinkStudy *study, const BrinkDiagnostics *diagnostics);

#define OPTION_DRAWS                                                                                                   \
    { "draws", 'n', "N", "how many draws; 200 if not given" }
#define OPTION_SEED                                                                                                    \
    { "seed", 0, "S", "another seed gives other draws; 1 if not given" }
#define OPTION_THREADS                                                                                                 \
    { "threads", 't', "T", "how many at once; every processor if not given; the result is the same" }
#define OPTION_RESUME                                                                                                  \
    { "resume", 0, "PATH", "keep every draw in this file, and go on from what it holds" }

#endif
