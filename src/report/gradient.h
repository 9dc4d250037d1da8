/* SPDX-License-Identifier: GPL-3.0-or-later
 * How the odds move with the scenario's numbers: JSON and text. Private to the room. */
#ifndef REPORT_GRADIENT_H
#define REPORT_GRADIENT_H

#include "report/report.h"
#include "report/sheet.h"

/* null where it was not asked for */
json_t *report_gradient_json(const ReportInput *input);
void sheet_gradient(Sheet *sheet);

#endif
