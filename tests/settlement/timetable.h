/* SPDX-License-Identifier: GPL-3.0-or-later
 * What the tests of timetables and of orders share. */
#ifndef TESTS_SETTLEMENT_TIMETABLE_H
#define TESTS_SETTLEMENT_TIMETABLE_H

#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "base/base.h"

static inline void assert_near(double value, double expected, double tolerance) {
    if (!(fabs(value - expected) <= tolerance)) fail_msg("%.15g is not %.15g within %g", value, expected, tolerance);
}

static inline double draw(uint32_t stream, uint64_t index) {
    return random_uniform(31, stream, index);
}

/* What an observer was told, who stops at a call. */
typedef struct Watch {
    uint64_t calls, calls_most;
    bool is_ordered;
    uint64_t done, idle; /* idle: calls before anything was done */
    uint64_t total;
} Watch;

static inline bool watch(void *payload, uint64_t done, uint64_t total) {
    Watch *own = payload;
    own->is_ordered &= done <= total && done >= own->done;
    own->done = done;
    own->total = total;
    own->idle += done == 0;
    return ++own->calls < own->calls_most;
}

#endif
