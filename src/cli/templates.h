/* SPDX-License-Identifier: GPL-3.0-or-later
 * Worked scenarios that `brink new --from` starts from: files of the repository, built into the program. */
#ifndef CLI_TEMPLATES_H
#define CLI_TEMPLATES_H

typedef struct Template {
    const char *name, *text;
} Template;

extern const Template template_table[]; /* ends with a row without a name */

#endif
