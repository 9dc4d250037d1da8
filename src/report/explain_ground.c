/* SPDX-License-Identifier: GPL-3.0-or-later
 * What the numbers say of the ground all parties stand on: rounds, incidents, meetings, what follows a collapse, the
 * mediator. */
#include "report/explain.h"

#include "game/game.h"
#include "settlement/settlement.h"

#include <math.h>
#include <stdio.h>

static void say_rounds(Explain *explain, json_t *list) {
    const Situation *s = explain->situation;
    char first[11], last[11];
    int rounds = s->round_count - explain->date;
    calendar_format(s->date_day[explain->date], first);
    calendar_format(s->date_day[s->round_count - 1], last);
    if (rounds == 1)
        explain_say(explain, list, "rounds", s->every, "One meeting is still to come, on %s.", first);
    else
        explain_say(explain, list, "rounds", s->every,
                    "%d meetings are still to come, from %s to %s; rates and costs are per %.6g days.", rounds, first,
                    last, s->every[0]);
}

/* "North at shut, South at calm" */
static void postures_in_words(const Explain *explain, char *text, size_t size) {
    size_t length = 0;
    text[0] = '\0';
    for (int party = 0; party < explain->situation->party_count && length < size; party++) {
        if (situation_rung_count(explain->situation, party) == 1) continue;
        int written =
            snprintf(text + length, size - length, "%s%.80s at “%.80s”", length ? ", " : "",
                     explain->scenario->parties[party].name, explain->scenario->rungs[explain->rungs[party]].name);
        length += written > 0 ? (size_t)written : 0;
    }
}

static void say_incidents(Explain *explain, json_t *list) {
    const Situation *s = explain->situation;
    char postures[600];
    double rate = game_risk(s, explain->date, explain->rungs), chance = -expm1(-rate);
    postures_in_words(explain, postures, sizeof postures);
    const double *largest = s->risk + (size_t)explain->date * (size_t)s->rung_total;
    for (int party = 0; party < s->party_count; party++) {
        const double *own = s->risk + (size_t)explain->date * (size_t)s->rung_total + explain->rungs[party];
        if (party == 0 || *own > *largest) largest = own;
    }
    if (*postures)
        explain_say(explain, list, "postures", NULL,
                    "At the start the postures are: %s; “today’s postures” means these.", postures);
    if (chance <= 0)
        explain_say(explain, list, "incident", largest, "At today’s postures no incident happens by itself.");
    else
        explain_say(explain, list, "incident", largest,
                    "At today’s postures an incident that means war happens once in %.*f such rounds.",
                    1 / chance < 9.95 ? 1 : 0, 1 / chance);
}

static void say_meetings(Explain *explain, json_t *list) {
    const Situation *s = explain->situation;
    char times[POINTS_SIZE];
    double held = 1;
    const double *lowest = NULL;
    for (int party = 0; party < s->party_count; party++) {
        const double *own = s->talks + (size_t)explain->date * (size_t)s->rung_total + explain->rungs[party];
        held *= *own;
        if (!lowest || *own < *lowest) lowest = own;
    }
    if (held >= 1)
        explain_say(explain, list, "meeting", lowest, "Today’s postures never stand in the way of a meeting.");
    else
        explain_say(explain, list, "meeting", lowest, "At today’s postures a meeting that is planned is held %s.",
                    explain_times(held, times));
}

static void say_collapse(Explain *explain, json_t *list) {
    const Situation *s = explain->situation;
    char times[POINTS_SIZE];
    double war = settlement_after_collapse(s, explain->rungs);
    const double *largest = &s->after_collapse[explain->rungs[0]];
    for (int party = 1; party < s->party_count; party++)
        if (s->after_collapse[explain->rungs[party]] > *largest) largest = &s->after_collapse[explain->rungs[party]];
    if (war <= 0)
        explain_say(explain, list, "after_collapse", largest,
                    "If the talks break off at today’s postures, no war follows from that.");
    else
        explain_say(explain, list, "after_collapse", largest,
                    "If the talks break off at today’s postures, war follows %s.", explain_times(war, times));
}

static void say_mediator(Explain *explain, json_t *list) {
    const Situation *s = explain->situation;
    const double *value = s->mediator_value;
    char times[POINTS_SIZE];
    if (s->proposer == PROPOSER_ALTERNATING)
        explain_say(explain, list, "proposer", NULL, "The parties that sign table drafts in turn.");
    if (s->proposer == PROPOSER_RANDOM)
        explain_say(explain, list, "proposer", NULL,
                    "What is tabled is left to chance, in proportion to the drafts’ shares.");
    if (s->proposer != PROPOSER_MEDIATOR) return;
    explain_say(explain, list, "proposer", s->mediator_rationality,
                "What is tabled is decided by %s, who of two drafts takes the one that is 10 points better for it %s.",
                explain->scenario->mediator_name,
                explain_times(1 / (1 + exp(-10 * s->mediator_rationality[0])), times));
    explain_say(explain, list, "mediator_values", &value[BRINK_DEAL],
                "To %s a deal is worth %.4g points, an interim arrangement that holds %.4g, talks that run out %.4g, a "
                "collapse %.4g, war %.4g.",
                explain->scenario->mediator_name, value[BRINK_DEAL], value[BRINK_INTERIM], value[BRINK_LAPSE],
                value[BRINK_COLLAPSE], value[BRINK_CONFLICT]);
}

void explain_ground(Explain *explain, json_t *list) {
    say_rounds(explain, list);
    say_incidents(explain, list);
    say_meetings(explain, list);
    say_collapse(explain, list);
    say_mediator(explain, list);
}
