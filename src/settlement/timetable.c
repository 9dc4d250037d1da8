/* SPDX-License-Identifier: GPL-3.0-or-later
 * A package's timetable as one type profile carries it out (docs/method/timetable.md (1)), and the detection it needs
 * (4). Invariant: what is shown in a phase supposes that all complied before. */
#include "settlement/settle.h"

#include <math.h>

static double chance(double odds) {
    return isinf(odds) ? 1 : 1 / (1 + exp(-odds));
}

typedef struct Carrying {
    SettleTask task;
    double *afterwards, *detection, *odds;
    int phase_count, first_phase;
    SettleTrouble trouble;
} Carrying;

static BrinkStatus carry_out(const Signing *signing, const int *types, Arena *arena, Carrying *c) {
    const Situation *s = signing->situation;
    int timetable = settle_timetable(s, signing->options);
    size_t parties = (size_t)s->party_count;
    c->first_phase = s->phase_start[timetable];
    c->phase_count = s->phase_start[timetable + 1] - c->first_phase;
    c->afterwards = arena_array(arena, parties, sizeof(double));
    c->detection = arena_array(arena, parties, sizeof(double));
    c->odds = arena_array(arena, parties * (size_t)c->phase_count, sizeof(double));
    if (!c->afterwards || !c->detection || !c->odds) return BRINK_NO_MEMORY;
    for (int i = 0; i < s->party_count; i++) {
        c->afterwards[i] = settlement_afterwards(s, types[i], signing->date, signing->rungs);
        c->detection[i] =
            signing->detection ? signing->detection[i] : settlement_detection(s, i, signing->date, signing->options);
    }
    c->task = (SettleTask){s, signing->options, types, c->afterwards, c->detection, NULL, false};
    return settle_trace(&c->task, arena, c->odds, &c->trouble);
}

static TimetableStep step_of(const Carrying *c, int m, int party) {
    const Situation *s = c->task.situation;
    int type = c->task.types[party];
    double odds = c->odds[m * s->party_count + party];
    TimetableStep step = {.moves = !isinf(odds), .complies = chance(odds), .slack = INFINITY};
    if (step.moves) step.slack = odds / s->rationality[type];
    for (int issue = 0; issue < s->issue_count; issue++) {
        double share = s->phase_share[(size_t)(c->first_phase + m) * (size_t)s->issue_count + (size_t)issue];
        double gain = share * settlement_issue_gain(s, type, issue, c->task.options[issue]);
        *(s->performs[(size_t)issue * (size_t)s->party_count + (size_t)party] ? &step.gives : &step.gets) += gain;
    }
    return step;
}

static void fill_phase(const Carrying *c, int m, double before, TimetableStep *steps, TimetablePhase *phase) {
    const Situation *s = c->task.situation;
    phase->after = s->phase_after[c->first_phase + m];
    phase->ambiguity = s->phase_ambiguity[c->first_phase + m];
    phase->completed = 1 - phase->ambiguity;
    for (int party = 0; party < s->party_count; party++) {
        steps[party] = step_of(c, m, party);
        phase->completed *= steps[party].complies;
    }
    phase->cumulative = before * phase->completed;
    phase->steps = steps;
}

BrinkStatus timetable_view(const Signing *signing, const int *types, Arena *arena, TimetableView *result) {
    const Situation *s = signing->situation;
    size_t parties = (size_t)s->party_count;
    Carrying c = {.trouble = {0}};
    BrinkStatus status = carry_out(signing, types, arena, &c);
    if (status != BRINK_OK) return status;
    TimetablePhase *phases = arena_array(arena, (size_t)c.phase_count, sizeof *phases);
    TimetableStep *steps = arena_array(arena, (size_t)c.phase_count * parties, sizeof *steps);
    double *value = arena_array(arena, parties, sizeof *value), cumulative = 1;
    if (!phases || !steps || !value) return BRINK_NO_MEMORY;
    TimetableView view = {c.phase_count, phases, .value = value, .least_slack = INFINITY};
    status = settle_package(&c.task, arena, value, &view.kept, &view.complied, &c.trouble);
    for (int m = 0; m < c.phase_count; m++) {
        fill_phase(&c, m, cumulative, steps + (size_t)m * parties, &phases[m]);
        cumulative = phases[m].cumulative;
        for (size_t i = 0; i < parties; i++)
            view.least_slack = fmin(view.least_slack, steps[(size_t)m * parties + i].slack);
    }
    *result = view;
    return status;
}

/* ---- Inspection ---- */

static bool counts_profile(const Situation *s, const bool *counted, const int *types) {
    for (int i = 0; counted && i < s->party_count; i++)
        if (!counted[types[i]]) return false;
    return true;
}

/* Smallest slack of one party over phases and profiles, with its detection at `beta`. */
static BrinkStatus slack_at(const Signing *signing, const bool *counted, int party, double beta, Arena *arena,
                            double *slack) {
    const Situation *s = signing->situation;
    size_t parties = (size_t)s->party_count;
    double *detection = arena_array(arena, parties, sizeof *detection);
    int *types = arena_array(arena, parties, sizeof *types);
    if (!detection || !types) return BRINK_NO_MEMORY;
    for (int i = 0; i < s->party_count; i++)
        detection[i] = i == party           ? beta
                       : signing->detection ? signing->detection[i]
                                            : settlement_detection(s, i, signing->date, signing->options);
    Signing own = *signing;
    own.detection = detection;
    *slack = INFINITY;
    for (int profile = 0; profile < settlement_profile_count(s); profile++) {
        settlement_profile_types(s, profile, types);
        if (!counts_profile(s, counted, types)) continue;
        Arena *scratch = arena_new();
        Carrying c = {.trouble = {0}};
        BrinkStatus status = scratch ? carry_out(&own, types, scratch, &c) : BRINK_NO_MEMORY;
        for (int m = 0; status == BRINK_OK && m < c.phase_count; m++)
            *slack = fmin(*slack, c.odds[m * s->party_count + party] / s->rationality[types[party]]);
        arena_free(scratch);
        if (status != BRINK_OK) return status;
    }
    return BRINK_OK;
}

/* The least beta at which the smallest slack is not negative, to `tolerance`, when it is negative at 0 and not at 1. */
static BrinkStatus halve(const Signing *signing, const bool *counted, int party, double tolerance, Arena *arena,
                         double *needed) {
    double low = 0, high = 1, slack;
    while (high - low > tolerance) {
        double middle = (low + high) / 2;
        BrinkStatus status = slack_at(signing, counted, party, middle, arena, &slack);
        if (status != BRINK_OK) return status;
        *(slack >= 0 ? &high : &low) = middle;
    }
    *needed = high;
    return BRINK_OK;
}

/* Whether an option watches the party whose detection takes its time: only then does breakout matter to it. */
static bool is_seen_after(const Situation *s, int party, const int *options) {
    for (int issue = 0; issue < s->issue_count; issue++)
        if (s->detects[(size_t)options[issue] * (size_t)s->party_count + (size_t)party] &&
            s->detect_after[options[issue]] > 0)
            return true;
    return false;
}

BrinkStatus inspection_need(const Signing *signing, const bool *counted, int party, Arena *scratch,
                            InspectionNeed *result) {
    const double tolerance = 1e-6;
    const Situation *s = signing->situation;
    InspectionNeed need = {.tolerance = tolerance, .needed = NAN, .interval = NAN};
    double blind, seen;
    need.detection = signing->detection ? signing->detection[party]
                                        : settlement_detection(s, party, signing->date, signing->options);
    BrinkStatus status = slack_at(signing, counted, party, need.detection, scratch, &need.least_slack);
    if (status == BRINK_OK) status = slack_at(signing, counted, party, 0, scratch, &blind);
    if (status == BRINK_OK) status = slack_at(signing, counted, party, 1, scratch, &seen);
    if (status != BRINK_OK) return status;
    if (blind >= 0) need.needed = 0;
    if (blind < 0 && seen >= 0) status = halve(signing, counted, party, tolerance, scratch, &need.needed);
    double breakout =
        is_seen_after(s, party, signing->options) ? settlement_breakout(s, signing->date, signing->options).days : NAN;
    if (!isnan(need.needed) && isfinite(breakout)) need.interval = detection_interval(breakout, need.needed);
    *result = need;
    return status;
}
