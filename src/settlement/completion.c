/* SPDX-License-Identifier: GPL-3.0-or-later
 * How likely a timetable, or the end of one, is carried out by all (docs/method/timetable.md). */
#include "settlement/completion.h"

#include <math.h>

static double weight_of(const DesignTask *task, const int *types) {
    const Situation *s = task->signing->situation;
    double weight = 1;
    for (int i = 0; i < s->party_count; i++)
        weight *= task->counted && !task->counted[types[i]] ? 0 : s->prior[types[i]];
    return weight;
}

static void fill_profiles(Carrier *carrier) {
    const Signing *signing = carrier->task->signing;
    const Situation *s = signing->situation;
    double total = 0;
    for (int profile = 0; profile < settlement_profile_count(s); profile++) {
        size_t at = (size_t)carrier->profile_count * (size_t)s->party_count;
        settlement_profile_types(s, profile, carrier->types + at);
        double weight = weight_of(carrier->task, carrier->types + at);
        if (!(weight > 0)) continue;
        for (int i = 0; i < s->party_count; i++)
            carrier->afterwards[at + (size_t)i] =
                settlement_afterwards(s, carrier->types[at + (size_t)i], signing->date, signing->rungs);
        carrier->weight[carrier->profile_count++] = weight;
        total += weight;
    }
    for (int k = 0; k < carrier->profile_count; k++) carrier->weight[k] /= total;
}

bool carrier_new(const DesignTask *task, Arena *arena, Arena *scratch, Carrier *carrier) {
    const Signing *signing = task->signing;
    const Situation *s = signing->situation;
    size_t parties = (size_t)s->party_count, profiles = (size_t)settlement_profile_count(s);
    int *timetable = arena_array(arena, (size_t)s->option_total, sizeof *timetable);
    *carrier = (Carrier){.task = task, .situation = *s, .scratch = scratch};
    carrier->types = arena_array(arena, profiles * parties + parties, sizeof *carrier->types);
    carrier->weight = arena_array(arena, profiles, sizeof *carrier->weight);
    carrier->afterwards = arena_array(arena, profiles * parties, sizeof *carrier->afterwards);
    carrier->detection = arena_array(arena, parties, sizeof *carrier->detection);
    carrier->value = arena_array(arena, parties, sizeof *carrier->value);
    if (!timetable || !carrier->types || !carrier->weight || !carrier->afterwards || !carrier->detection ||
        !carrier->value)
        return false;
    for (int option = 0; option < s->option_total; option++) timetable[option] = -1;
    carrier->situation.option_timetable = timetable;
    carrier->situation.timetable_count = 1;
    for (int i = 0; i < s->party_count; i++)
        carrier->detection[i] =
            signing->detection ? signing->detection[i] : settlement_detection(s, i, signing->date, signing->options);
    fill_profiles(carrier);
    return true;
}

BrinkStatus carry_out(Carrier *carrier, int first, int phase_count, const double *share, const double *delivered,
                      double *result) {
    Situation *own = &carrier->situation;
    SettleTrouble trouble = {0};
    double sum = 0, kept, complied;
    own->phase_total = carrier->start[1] = phase_count - first;
    own->phase_start = carrier->start;
    own->phase_share = (double *)share + (size_t)first * (size_t)own->issue_count; /* read only */
    own->phase_ambiguity = (double *)carrier->task->ambiguity + first;
    own->phase_after = (double *)carrier->task->after + first;
    for (int k = 0; k < carrier->profile_count; k++) {
        size_t at = (size_t)k * (size_t)own->party_count;
        SettleTask task = {.situation = own,
                           .options = carrier->task->signing->options,
                           .types = carrier->types + at,
                           .afterwards = carrier->afterwards + at,
                           .detection = carrier->detection,
                           .delivered = delivered};
        arena_reset(carrier->scratch);
        BrinkStatus status = settle_package(&task, carrier->scratch, carrier->value, &kept, &complied, &trouble);
        if (status != BRINK_OK) return status;
        sum += carrier->weight[k] * complied;
    }
    *result = carrier->profile_count > 0 ? sum : NAN;
    return BRINK_OK;
}

bool completion_is_short(const DesignTask *task, int phase_count) {
    return phase_count * settlement_movers(task->signing->situation, task->signing->options, NULL) <=
           TIMETABLE_MOVES_MOST;
}

BrinkStatus timetable_completion(const DesignTask *task, int phase_count, const double *share, Arena *arena,
                                 double *result) {
    Carrier carrier;
    *result = NAN;
    if (!completion_is_short(task, phase_count)) return BRINK_OK;
    Arena *scratch = arena_new();
    BrinkStatus status = scratch && carrier_new(task, arena, scratch, &carrier)
                             ? carry_out(&carrier, 0, phase_count, share, NULL, result)
                             : BRINK_NO_MEMORY;
    arena_free(scratch);
    return status;
}
