/* SPDX-License-Identifier: GPL-3.0-or-later
 * What a study's solves took. Kept apart from its results, which do not depend on time. Private to the room. */
#ifndef STUDY_TIMES_H
#define STUDY_TIMES_H

#include <brink/brink.h>

/* Seconds that this thread has computed. */
double times_thread(void);
/* Starts the clock on the wall for a study of so many threads. */
void times_begin(BrinkStudyTimes *times, int threads);
void times_end(BrinkStudyTimes *times);
/* Adds what has passed since *mark to a room, and moves the mark. */
void times_note(double rooms[BRINK_ROOM_COUNT], BrinkRoom room, double *mark);

#endif
