/* SPDX-License-Identifier: GPL-3.0-or-later
 * The one door to the room `report`: any result -> one JSON tree -> terminal text. */
#ifndef REPORT_REPORT_H
#define REPORT_REPORT_H

#include "base/base.h"
#include "outlook/outlook.h"
#include "packages/packages.h"
#include "scenario/scenario.h"
#include <jansson.h>

/* Everything the outlook report says. */
typedef struct ReportInput {
    const Scenario *scenario;
    const Situation *situation;
    const Outlook *outlook;
    const BrinkSolveInfo *info;
    int resolution;
    bool with_error;
    const Outlook *coarse, *half, *doubled;      /* NULL without with_error */
    const OutlookHistory *history;               /* NULL where the scenario has none */
    const double *rating;                        /* [4] bounds, see BrinkSolveSettings; NULL without a history */
    uint64_t half_turned, double_turned;         /* fixed points of those solves whose branch turned */
} ReportInput;

/* The outlook JSON (docs/outlook-json.md); a new reference, NULL when memory is short. */
json_t *report_outlook_json(const ReportInput *input);
/* Terminal text from that JSON alone, lines of at most `columns` (>= 60); malloc'd, NULL when memory is short. */
char *report_outlook_text(const json_t *outlook, int columns);

/* The package map as JSON (docs/packages.md), and as terminal text from that JSON alone; as above. */
json_t *report_packages_json(const Scenario *scenario, const PackageMap *map);
char *report_packages_text(const json_t *packages, int columns);

#endif
