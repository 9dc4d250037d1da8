/* SPDX-License-Identifier: GPL-3.0-or-later
 * One assumption moved at a time, the others at their centres: tornado and thresholds of a sweep. Private to the room.
 */
#ifndef STUDY_MOVES_H
#define STUDY_MOVES_H

#include "study/study.h"

/* Solves that moves_run will tell the observer of. */
uint64_t moves_count(const Sweep *sweep);
/* Fills sweep->tornado and ->thresholds where they are asked for; left NULL unless all of it is done. */
BrinkStatus moves_run(Sweep *sweep, const char *name, uint64_t done, uint64_t total, Arena *arena,
                      BrinkDiagnostics *diagnostics);

#endif
