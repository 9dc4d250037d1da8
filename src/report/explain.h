/* SPDX-License-Identifier: GPL-3.0-or-later
 * A scenario's numbers said back in sentences that somebody who knows the case can correct. Private to the room; the
 * door is report_explain_json. */
#ifndef REPORT_EXPLAIN_H
#define REPORT_EXPLAIN_H

#include "report/report.h"

typedef struct Explain {
    const Scenario *scenario;
    const Situation *situation;
    const ReportInput *weighing; /* for report_weigh: drafts settled, nothing solved */
    int date;                    /* of the next meeting */
    const int *rungs;            /* held there, one per party */
    bool failed;                 /* memory was short somewhere: there is no result */
} Explain;

/* Appends {about, text, path, line} to a list. `element` is the number of the Situation to correct; NULL where there is
 * no single one. */
void explain_say(Explain *explain, json_t *list, const char *about, const double *element, const char *format, ...)
    __attribute__((format(printf, 5, 6)));

/* The same about a place that is no number of the Situation. */
void explain_say_at(Explain *explain, json_t *list, const char *about, const char *path, BrinkSpan span,
                    const char *format, ...) __attribute__((format(printf, 6, 7)));

/* What a type's weights were worked out from, and where that contradicts itself. */
void explain_statements(Explain *explain, int type, json_t *list);

/* What is not about one type: incidents, meetings, what follows a collapse, the mediator. */
void explain_ground(Explain *explain, json_t *list);
/* What a type is, wants, would sign and fears. */
void explain_type(Explain *explain, int type, json_t *list);

/* "6 points", "1 point", "0.4 points"; no sign. */
enum { POINTS_SIZE = 32 };
const char *explain_points(double points, char text[POINTS_SIZE]);
/* How often of 100, in words: "77 times in 100", "99.9 times in 100", "never", "always". */
const char *explain_times(double chance, char text[POINTS_SIZE]);

#endif
