/* SPDX-License-Identifier: GPL-3.0-or-later
 * The one door to the room `report`: any result -> one JSON tree -> terminal text. */
#ifndef REPORT_REPORT_H
#define REPORT_REPORT_H

#include "base/base.h"
#include "outlook/outlook.h"
#include "packages/packages.h"
#include "scenario/scenario.h"
#include "settlement/settlement.h"
#include "study/study.h"
#include <jansson.h>

/* Everything the outlook report says. */
typedef struct ReportInput {
    const Scenario *scenario;
    const Situation *situation;
    const Outlook *outlook;
    const BrinkSolveInfo *info;
    Resolution resolution;
    bool with_error;
    const Outlook *coarse, *half, *doubled;       /* NULL without with_error, or where lost */
    const OutlookHistory *history;                /* NULL where the scenario has none */
    const double *rating;                         /* [4] bounds, see BrinkSolveSettings; NULL without a history */
    uint64_t half_turned, double_turned;          /* fixed points of those solves whose branch turned */
    uint64_t coarse_lost, half_lost, double_lost; /* fixed points of those solves that did not converge */
    const Gradient *gradient;                     /* NULL: not asked for */
    int gradient_listed;                          /* numbers that the text shows */
} ReportInput;

/* The outlook JSON (docs/outlook-json.md); a new reference, NULL when memory is short. */
json_t *report_outlook_json(const ReportInput *input);
/* Terminal text from that JSON alone, lines of at most `columns` (>= 60); malloc'd, NULL when memory is short. */
char *report_outlook_text(const json_t *outlook, int columns);

/* The package map as JSON (docs/packages.md), and as terminal text from that JSON alone; as above. */
json_t *report_packages_json(const Scenario *scenario, const PackageMap *map);
char *report_packages_text(const json_t *packages, int columns);

/* One diagnostic (docs/diagnostics-json.md); `path` may be NULL. A new reference, NULL when memory is short. */
json_t *report_diagnostic_json(const BrinkDiagnostic *diagnostic, const char *path);

/* ---- Safeguards ---- */

typedef struct SafeguardsInput {
    const Scenario *scenario;
    Situation *situation; /* refilled by the draws and filled with the centre again */
    int draws;
    uint64_t seed;
    bool (*observer)(void *payload, uint64_t done, uint64_t total); /* may be NULL; breakouts; false to stop */
    void *payload;
} SafeguardsInput;

/* What each draft leaves of the nuclear programme, meeting by meeting, with the spread over the draws
 * (docs/safeguards-json.md). NULL when memory is short or the observer asked to stop. */
json_t *report_safeguards_json(const SafeguardsInput *input);
/* Bytes of that tree and of its text, about; `shape` of the scenario. */
double report_safeguards_bytes(const Scenario *scenario, const Situation *shape, int draws);
char *report_safeguards_text(const json_t *safeguards, int columns);

/* ---- Timetable ---- */

/* One draft's timetable and, where asked for, a better one. */
typedef struct TimetableInput {
    const Scenario *scenario;
    const Situation *situation;
    int draft, date;
    const bool *counted;    /* [type_total] types looked at */
    const DesignTask *task; /* NULL without a design */
    const Design *design;
    bool after_history; /* the situation's priors are what the history has made of them */
} TimetableInput;

/* docs/timetable-json.md; NULL when memory is short. */
json_t *report_timetable_json(const TimetableInput *input, Arena *arena);
char *report_timetable_text(const json_t *timetable, int columns);
/* What the scenario's numbers say, in sentences (docs/explain.md), and the same for reading; as above. */
json_t *report_explain_json(const Scenario *scenario, const Situation *situation);
char *report_explain_text(const json_t *explanation, int columns);

/* ---- Studies ---- */

/* The JSON of a study (docs/sweep.md, docs/claims.md): new references, NULL when memory is short. The same study gives
 * the same bytes. */
json_t *report_sweep_json(const Sweep *sweep);
json_t *report_claims_json(const Claims *claims);
json_t *report_comparison_json(const Comparison *comparison);
/* Terminal text of any of these. */
char *report_study_text(const json_t *study, int columns);

#endif
