/* SPDX-License-Identifier: GPL-3.0-or-later
 * What was observed and what it did to the odds: a part of the outlook's JSON, and its text. Private to the room. */
#ifndef REPORT_HISTORY_H
#define REPORT_HISTORY_H

#include "report/report.h"
#include "report/sheet.h"

/* A new reference: null without a history; NULL when memory is short. */
json_t *report_history_json(const ReportInput *input);
/* The section; nothing without a history. */
void sheet_history(Sheet *sheet);

#endif
