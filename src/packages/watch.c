/* SPDX-License-Identifier: GPL-3.0-or-later
 * Steps of a part become steps of the whole. Invariant: once asked to stop, the observer is not called again. */
#include "packages/watch.h"

bool watch_goes_on(Watch *watch, uint64_t done, uint64_t total) {
    if (!watch || !watch->observer) return true;
    uint64_t parts = watch->parts > 0 ? watch->parts : 1;
    watch->done = watch->part * total + done;
    watch->total = parts * total;
    watch->is_stopped = watch->is_stopped || !watch->observer(watch->payload, watch->phase, watch->done, watch->total);
    return !watch->is_stopped;
}

bool watch_in_step(Watch *watch) {
    enum { CALLS = 64 };
    if (!watch || !watch->observer) return true;
    if (watch->calls++ % CALLS == 0 && !watch->is_stopped)
        watch->is_stopped = !watch->observer(watch->payload, watch->phase, watch->done, watch->total);
    return !watch->is_stopped;
}

bool watch_is_stopped(const Watch *watch) {
    return watch && watch->is_stopped;
}
