/* SPDX-License-Identifier: GPL-3.0-or-later
 * The processes that share a study's work: this one alone (ranks_alone.c), or those that were started together (mpi/).
 * One leads: it takes what all have worked out. Private to the room. */
#ifndef STUDY_RANKS_H
#define STUDY_RANKS_H

#include "study/pool.h"

int ranks_count(void);
/* As pool_run. A process that helps works out what the leader hands it until there is no more, and takes nothing. */
BrinkStatus ranks_run(Pool *pool, uint64_t first, uint64_t end);

#endif
