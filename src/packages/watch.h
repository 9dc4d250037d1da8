/* SPDX-License-Identifier: GPL-3.0-or-later
 * The caller's observer while a map is made. Private to the room. */
#ifndef PACKAGES_WATCH_H
#define PACKAGES_WATCH_H

#include "base/base.h"

typedef struct Watch {
    BrinkObserver observer; /* may be NULL */
    void *payload;
    BrinkPhase phase;
    uint64_t part, parts;        /* the profile at hand, of how many */
    uint64_t done, total, calls; /* as last told */
    bool is_stopped;             /* asked once, it stays so */
} Watch;

/* Tells that `done` of `total` steps of the part at hand are done; false where the observer has asked to stop. NULL: it
 * goes on. */
bool watch_goes_on(Watch *watch, uint64_t done, uint64_t total);
/* The same in the midst of a step, now and then. */
bool watch_in_step(Watch *watch);
/* Whether it was asked to stop; asks nobody. */
bool watch_is_stopped(const Watch *watch);

#endif
