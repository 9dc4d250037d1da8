/* SPDX-License-Identifier: GPL-3.0-or-later
 * The scenarios that are shipped, and how two outlooks are held against each other by name. */
#ifndef OUTLOOK_SHIPPED_H
#define OUTLOOK_SHIPPED_H

#include "pipeline.h"

/* Calls law for the text of each scenario of scenarios/; fails where there are fewer than three. */
void for_every_scenario(void (*law)(const char *name, const char *text));

/* Largest difference of any number of two outlooks, matched by name: parties, types, rungs and drafts of `two` are
 * called as those of `one` with `suffix` added. NAN in one must be NAN in the other. */
double outlooks_apart(const Pipeline *one, const Pipeline *two, const char *suffix);
/* The same for the outcome totals alone. */
double outcomes_apart(const Outlook *one, const Outlook *two);

#endif
