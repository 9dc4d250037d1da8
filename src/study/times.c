/* SPDX-License-Identifier: GPL-3.0-or-later
 * Clocks. */
#include "study/times.h"

#include "study/ranks.h"

#include <time.h>

static double read_clock(clockid_t clock) {
    struct timespec time;
    clock_gettime(clock, &time);
    return (double)time.tv_sec + 1e-9 * (double)time.tv_nsec;
}

double times_thread(void) {
    return read_clock(CLOCK_THREAD_CPUTIME_ID);
}

void times_begin(BrinkStudyTimes *times, int threads) {
    *times = (BrinkStudyTimes){.threads = threads, .processes = ranks_count(), .wall = -read_clock(CLOCK_MONOTONIC)};
}

void times_end(BrinkStudyTimes *times) {
    times->wall += read_clock(CLOCK_MONOTONIC);
}

void times_note(double rooms[BRINK_ROOM_COUNT], BrinkRoom room, double *mark) {
    double now = times_thread();
    rooms[room] += now - *mark;
    *mark = now;
}
