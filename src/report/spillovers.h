/* SPDX-License-Identifier: GPL-3.0-or-later
 * Effects by outcome, mixed by the outlook: a part of its JSON, and its text. Private to the room. */
#ifndef REPORT_SPILLOVERS_H
#define REPORT_SPILLOVERS_H

#include "report/report.h"
#include "report/sheet.h"

/* A new reference; NULL when memory is short. */
json_t *report_spillovers_json(const ReportInput *input);
/* The section; nothing where there are none. */
void sheet_spillovers(Sheet *sheet);

#endif
