/* SPDX-License-Identifier: GPL-3.0-or-later
 * Progress on standard error once something takes longer than two seconds: a line that is rewritten on a terminal, a
 * new line every ten seconds elsewhere. */
#include "cli.h"

#include <time.h>
#include <unistd.h>

double progress_clock(void) {
    struct timespec time;
    clock_gettime(CLOCK_MONOTONIC, &time);
    return (double)time.tv_sec + 1e-9 * (double)time.tv_nsec;
}

void progress_begin(Progress *progress, bool is_quiet, int phase_count) {
    *progress =
        (Progress){.is_quiet = is_quiet || tell_is_json(), .begun = progress_clock(), .phase_count = phase_count};
}

static const char *const phase_names[] = {"laying out the game",
                                          "solving",
                                          "solving at half the resolution",
                                          "with every rationality halved",
                                          "with every rationality doubled",
                                          "counting packages",
                                          "looking at packages one by one",
                                          "finding the frontier",
                                          "describing the frontier",
                                          "searching the packages",
                                          "how the odds move with every number",
                                          "searching the timetables",
                                          "how long a bomb would take"};

static void tell(Progress *progress, BrinkPhase phase, uint64_t done, uint64_t total) {
    bool is_terminal = isatty(STDERR_FILENO);
    double now = progress_clock();
    if (now - progress->begun < 2 || now - progress->told < (is_terminal ? 0.2 : 10)) return;
    progress->told = now;
    progress->is_shown = true;
    int percent = total > 0 ? (int)(100.0 * (double)done / (double)total) : 0;
    fprintf(stderr, "%s%3d %%  %s", is_terminal ? "\r" : "", percent, phase_names[phase]);
    bool is_counted = progress->phase_count > 0 && phase != BRINK_PHASE_GRADIENT;
    if (is_counted) fprintf(stderr, " (%d of %d)", (int)phase, progress->phase_count);
    fprintf(stderr, ", %.0f s%s", now - progress->begun, is_terminal ? "\033[K" : "\n");
}

bool progress_observe(void *payload, BrinkPhase phase, uint64_t done, uint64_t total) {
    Progress *progress = payload;
    if (!progress->is_quiet) tell(progress, phase, done, total);
    return true;
}

void progress_end(Progress *progress) {
    if (progress->is_shown && isatty(STDERR_FILENO)) fputs("\r\033[K", stderr);
}
