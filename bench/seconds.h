/* SPDX-License-Identifier: GPL-3.0-or-later
 * The clocks of the benchmarks. */
#ifndef BENCH_SECONDS_H
#define BENCH_SECONDS_H

#include <time.h>

static inline double seconds_of(clockid_t clock) {
    struct timespec now;
    clock_gettime(clock, &now);
    return (double)now.tv_sec + 1e-9 * (double)now.tv_nsec;
}

/* Other programs do not count. */
static inline double processor_seconds(void) {
    return seconds_of(CLOCK_PROCESS_CPUTIME_ID);
}

#endif
