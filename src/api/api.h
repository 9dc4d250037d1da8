/* SPDX-License-Identifier: GPL-3.0-or-later
 * What the files behind brink.h share. Private to the room. */
#ifndef API_API_H
#define API_API_H

#include "base/base.h"
#include "game/game.h"
#include "outlook/outlook.h"
#include "report/report.h"
#include "scenario/scenario.h"
#include "solve/solve.h"

struct BrinkOutlook {
    double outcomes[OUTCOME_COUNT];
    json_t *json;
};

/* Settings within their ranges; else a diagnostic and BRINK_BAD_INPUT. */
BrinkStatus settings_check(const BrinkSolveSettings *settings, BrinkDiagnostics *diagnostics);

/* beliefs[type_total] where the outlook starts, after the history: one solve. */
BrinkStatus solve_beliefs(BrinkScenario *scenario, const BrinkSolveSettings *settings, BrinkDiagnostics *diagnostics,
                          double *beliefs);

/* Says where a solve was lost or its branch turned, and in how many of its fixed points. */
void trouble_report(const Scenario *scenario, const Situation *situation, const Solution *solution,
                    BrinkDiagnostics *diagnostics);
/* The same for the phases of settlements. */
void trouble_report_settlements(const Scenario *scenario, const Game *game, BrinkDiagnostics *diagnostics);

/* Adds the drafts that agenda.search asks for, where it does; the Scenario is then a new one. */
BrinkStatus agenda_complete(BrinkScenario *handle, BrinkDiagnostics *diagnostics, const Scenario **scenario);

/* Warns that no types of the parties would all sign a draft. */
void agenda_warn_of(const Scenario *scenario, int draft, BrinkDiagnostics *diagnostics);
/* The same of every draft that may be tabled of which it is so whatever they have without an agreement. */
void agenda_warn(const Scenario *scenario, const Situation *situation, BrinkDiagnostics *diagnostics);

#endif
