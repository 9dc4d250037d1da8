/* SPDX-License-Identifier: GPL-3.0-or-later
 * The frame of a command over many draws. Private to the room. */
#ifndef CLI_STUDY_H
#define CLI_STUDY_H

#include "commands.h"

typedef struct StudyRun {
    const Arguments *arguments;
    BrinkStudySettings settings;
    bool is_refused, is_mute, is_quiet, is_silent, is_shown;
    double begun, told;
    uint64_t usual_draws, told_count, first_done;
    char *between;
    FILE *csv; /* NULL: none is wanted */
    SharedFile csv_file;
} StudyRun;

/* Joins the processes started together, and reads the options; `usual_draws` where none are stated, 0: the library's.
 * Whatever it gives, study_end has to be called. False after a message. */
bool study_begin(StudyRun *run, const Arguments *arguments, uint64_t usual_draws);
/* Reads the scenario; from then on Ctrl-C keeps what is done. */
BrinkStatus study_read(StudyRun *run, BrinkDiagnostics *diagnostics, BrinkScenario **result);
/* Tells, writes what was asked for, parts from the other processes and gives the exit status; `study` may be NULL. */
int study_end(StudyRun *run, BrinkStatus status, const BrinkStudy *study, const BrinkDiagnostics *diagnostics);

#define OPTION_DRAWS                                                                                                   \
    { "draws", 'n', "N", "how many draws; 200 if not given" }
#define OPTION_SEED                                                                                                    \
    { "seed", 0, "S", "another seed gives other draws; 1 if not given" }
#define OPTION_THREADS                                                                                                 \
    { "threads", 't', "T", "how many at once; every processor if not given; the result is the same" }
#define OPTION_STUDY_MEMORY                                                                                            \
    {                                                                                                                  \
        "memory", 'm', "SIZE",                                                                                         \
            "most memory the study may take, for example 8GB; three quarters of the machine's if not stated"           \
    }
#define OPTION_TIMES                                                                                                   \
    { "times", 0, "PATH", "what it took, by room, as JSON to a file, or - for standard output" }
#define OPTION_RESUME                                                                                                  \
    { "resume", 0, "PATH", "keep every draw in this file, and go on from what it holds" }

#endif
