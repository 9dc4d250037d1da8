/* SPDX-License-Identifier: GPL-3.0-or-later
 * The questions of `brink new`. Private to the room. */
#ifndef CLI_DIALOGUE_H
#define CLI_DIALOGUE_H

#include "answers.h"

/* Asks on standard error and reads standard input, a line an answer; where that is no terminal, it only reads. Where
 * `path` is not NULL and there is a terminal, asks for a file too: *path is then to be freed. Gives an exit status. */
int dialogue_hold(Answers *answers, char **path);

#endif
