/* SPDX-License-Identifier: GPL-3.0-or-later
 * Reading measures off an outlook. */
#include "study/measure.h"

#include <math.h>
#include <string.h>

static const char *const outcome_names[OUTCOME_COUNT] = {"deal", "interim", "lapse", "collapse", "conflict"};

static int label_named(const Label *labels, int start, int end, const char *name, size_t length) {
    for (int i = start; i < end; i++)
        if (strlen(labels[i].key) == length && strncmp(labels[i].key, name, length) == 0) return i;
    return -1;
}

static Measure found(const char *name, MeasureKind kind, int index, bool is_share) {
    return (Measure){name, index < 0 ? MEASURE_NONE : kind, index, NAN, is_share};
}

/* posture.PARTY.RUNG */
static Measure posture_named(const Scenario *scenario, const Situation *s, const char *name) {
    const char *party_name = name + strlen("posture."), *dot = strchr(party_name, '.');
    int party = dot ? label_named(scenario->parties, 0, s->party_count, party_name, (size_t)(dot - party_name)) : -1;
    int rung = party < 0 ? -1
                         : label_named(scenario->rungs, s->rung_start[party], s->rung_start[party + 1], dot + 1,
                                       strlen(dot + 1));
    return found(name, MEASURE_POSTURE, rung, true);
}

static int spillover_named(const Scenario *scenario, const char *name) {
    for (int i = 0; i < scenario->spillover_count; i++)
        if (strcmp(scenario->spillovers[i].label.key, name) == 0) return i;
    return -1;
}

Measure measure_named(const Scenario *scenario, const Situation *s, const char *name, double by) {
    for (int outcome = 0; outcome < OUTCOME_COUNT; outcome++)
        if (strcmp(name, outcome_names[outcome]) == 0) return (Measure){name, MEASURE_OUTCOME, outcome, by, true};
    if (strcmp(name, "deal.kept") == 0) return found(name, MEASURE_KEPT, 0, true);
    if (strncmp(name, "tabled.", 7) == 0)
        return found(name, MEASURE_TABLED, label_named(scenario->drafts, 0, s->draft_count, name + 7, strlen(name + 7)),
                     false);
    if (strncmp(name, "gain.", 5) == 0)
        return found(name, MEASURE_GAIN, label_named(scenario->parties, 0, s->party_count, name + 5, strlen(name + 5)),
                     false);
    if (strncmp(name, "posture.", 8) == 0) return posture_named(scenario, s, name);
    if (strncmp(name, "spillover.", 10) == 0)
        return found(name, MEASURE_SPILLOVER, spillover_named(scenario, name + 10), false);
    int draft = label_named(scenario->drafts, 0, s->draft_count, name, strlen(name));
    return found(name, MEASURE_AGREED, draft, draft >= 0 && s->draft_kind[draft] == DRAFT_FINAL);
}

static double outcome_by(const Measure *measure, const Situation *s, const Outlook *outlook) {
    double sum = 0;
    if (isnan(measure->by)) return outlook->outcomes[measure->index];
    for (int round = 0; round < outlook->round_count; round++)
        if (s->date_day[outlook->first_round + round] <= measure->by)
            sum += outlook->rounds[round].outcomes[measure->index];
    return sum;
}

/* Points a party expects, over its types as the others see them. */
static double gain(int party, const Situation *s, const Outlook *outlook) {
    double sum = 0;
    for (int type = s->type_start[party]; type < s->type_start[party + 1]; type++)
        sum += outlook->beliefs[type] * outlook->gains[type];
    return sum;
}

/* Share of the rounds that begin in which the rung is chosen. */
static double posture(int rung, const Outlook *outlook) {
    double sum = 0, open = 0;
    for (int round = 0; round < outlook->round_count; round++) {
        if (!(outlook->rounds[round].open > 0)) continue;
        sum += outlook->rounds[round].open * outlook->rounds[round].postures[rung];
        open += outlook->rounds[round].open;
    }
    return sum / open;
}

static double spillover(const Scenario *scenario, int index, const Outlook *outlook) {
    double sum = 0;
    for (int outcome = 0; outcome < OUTCOME_COUNT; outcome++) {
        int number = scenario->spillovers[index].number[outcome];
        sum += outlook->outcomes[outcome] * (number < 0 ? 0 : number_mean(scenario, number));
    }
    return sum;
}

double measure_value(const Measure *measure, const Scenario *scenario, const Situation *s, const Outlook *outlook) {
    switch (measure->kind) {
    case MEASURE_OUTCOME:
        return outcome_by(measure, s, outlook);
    case MEASURE_KEPT:
        return outlook->deal_kept;
    case MEASURE_AGREED:
        return outlook->drafts[measure->index].agreed;
    case MEASURE_TABLED:
        return outlook->drafts[measure->index].tabled;
    case MEASURE_GAIN:
        return gain(measure->index, s, outlook);
    case MEASURE_POSTURE:
        return posture(measure->index, outlook);
    case MEASURE_SPILLOVER:
        return spillover(scenario, measure->index, outlook);
    case MEASURE_NONE:
        break;
    }
    return NAN;
}
