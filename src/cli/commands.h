/* SPDX-License-Identifier: GPL-3.0-or-later
 * The commands, each in a file of its own. Private to the room. */
#ifndef CLI_COMMANDS_H
#define CLI_COMMANDS_H

#include "cli.h"

extern const Command command_run, command_packages, command_safeguards, command_timetable, command_check, command_export, command_import, command_schema, command_version, command_help;

#endif
