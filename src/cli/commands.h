/* SPDX-License-Identifier: GPL-3.0-or-later
 * The commands, each in a file of its own. Private to the room. */
#ifndef CLI_COMMANDS_H
#define CLI_COMMANDS_H

#include "cli.h"

#define COMMAND(name) extern const Command command_##name;
#include "commands.def"
#undef COMMAND

#endif
