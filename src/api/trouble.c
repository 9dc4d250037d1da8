/* SPDX-License-Identifier: GPL-3.0-or-later
 * Stages that did not converge or whose branch turned, in words, with the line of the scenario to look at. */
#include "api/api.h"

#include <stdio.h>
#include <string.h>

/* The sharpest chooser of a stage: its rationality is what drives the branch round a corner. */
static BrinkSpan rationality_span(const Scenario *scenario, const Situation *s, const Game *game, const Position *p) {
    int sharpest = -1;
    for (int m = p->mover_start; m < p->mover_start + p->mover_count; m++)
        for (int type = s->type_start[game->movers[m].party]; type < s->type_start[game->movers[m].party + 1]; type++)
            if (sharpest < 0 || s->rationality[type] > s->rationality[sharpest]) sharpest = type;
    if (sharpest < 0) return scenario->agenda_span;
    BrinkSpan span = situation_span(scenario, s, &s->rationality[sharpest]);
    return span.line > 0 ? span : scenario->parties[s->type_party[sharpest]].span;
}

static BrinkSpan place_of(const Scenario *scenario, const Situation *s, const Game *game, const Position *p) {
    if (p->step == STEP_ANSWER && p->draft != DRAFT_NONE) return scenario->drafts[p->draft].span;
    if (p->step == STEP_TABLE) return scenario->agenda_span;
    return rationality_span(scenario, s, game, p);
}

static void add_text(char *text, size_t size, const char *more) {
    size_t length = strlen(text);
    snprintf(text + length, size - length, "%s", more);
}

/* "in round 2 (2026-03-17), when `verified` is answered, with us at armada and iran at calm" */
static void describe(const Scenario *scenario, const Situation *s, const Game *game, const Position *p, char *text,
                     size_t size) {
    char date[11], part[160];
    calendar_format(s->date_day[p->round - 1], date);
    snprintf(text, size, "in round %d (%s), when ", p->round, date);
    if (p->step == STEP_ANSWER)
        snprintf(part, sizeof part, "`%.60s` is answered",
                 p->draft == DRAFT_NONE ? "adjourn" : scenario->drafts[p->draft].key);
    else
        snprintf(part, sizeof part, "%s", p->step == STEP_TABLE ? "a draft is tabled" : "postures are chosen");
    add_text(text, size, part);
    for (int party = 0; p->postures >= 0 && party < s->party_count; party++) {
        snprintf(part, sizeof part, "%s%.60s at %.60s", party == 0 ? ", with " : ", ", scenario->parties[party].key,
                 scenario->rungs[game_rungs(game, p->postures)[party]].key);
        add_text(text, size, part);
    }
}

void trouble_report(const Scenario *scenario, const Situation *s, const Solution *solution,
                    BrinkDiagnostics *diagnostics) {
    const SolveTrouble *trouble = &solution->trouble;
    const Position *p = &solution->game->positions[trouble->position];
    char where[768];
    if (solution->turned_count + solution->lost_count == 0) return;
    describe(scenario, s, solution->game, p, where, sizeof where);
    BrinkSpan span = place_of(scenario, s, solution->game, p);
    unsigned long long all = solution->fixed_points, lost = solution->lost_count, turned = solution->turned_count;
    if (solution->lost_count > 0)
        diagnostics_add(diagnostics, DIAGNOSTIC_stage_not_converged, span,
                        "lower `rationality` of the parties that choose there, or the points at stake",
                        "%llu of %llu fixed points did not converge; the first is %s", lost, all, where);
    else
        diagnostics_add(
            diagnostics, DIAGNOSTIC_branch_turned, span,
            "there the game has several equilibria; docs/method/qre.md tells which one is taken",
            "the branch turns back in %llu of %llu fixed points; the first is %s, at %.2f of the rationality", turned,
            all, where, trouble->turn_scale);
}

void trouble_report_settlements(const Scenario *scenario, const Game *game, BrinkDiagnostics *diagnostics) {
    if (game->settlement_lost > 0)
        diagnostics_add(diagnostics, DIAGNOSTIC_stage_not_converged, scenario->agenda_span,
                        "lower `rationality`, or the points at stake in a package",
                        "%d phases of carrying out a package did not converge", game->settlement_lost);
    else if (game->settlement_turned > 0)
        diagnostics_add(diagnostics, DIAGNOSTIC_branch_turned, scenario->agenda_span,
                        "there keeping a package has several equilibria; docs/method/qre.md tells which one is taken",
                        "the branch turns back in %d phases of carrying out a package", game->settlement_turned);
}
