/* SPDX-License-Identifier: GPL-3.0-or-later
 * Claims: sentences decided over paired draws (docs/claims.md). All sides of all claims are solved for each draw, with
 * the same uniform behind each number they share. Invariant: a side that occurs in several claims is solved once. */
#include "study/claims_inside.h"
#include "study/log.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

/* ---- Cases ---- */

static BrinkStatus make_case(Deciding *deciding, const int *variants, int count, const struct Node *given,
                             const char *key, int *result) {
    BrinkScenario *copy = NULL;
    int at = deciding->case_count;
    BrinkStatus status = scenario_copy(deciding->handle, &copy);
    if (status != BRINK_OK) return status;
    deciding->handles[at] = copy;
    deciding->keys[at] = key;
    deciding->case_count++;
    for (int i = 0; i < count && status == BRINK_OK; i++)
        status = brink_scenario_use_variant(copy, deciding->base->variants[variants[i]].key, deciding->diagnostics);
    if (status == BRINK_OK && given) status = scenario_add_history(copy, given);
    if (status == BRINK_OK) status = scenario_checked(copy, deciding->diagnostics, &deciding->cases[at]);
    *result = at;
    return status;
}

/* The case with these variants and observations; made where it does not exist. */
static BrinkStatus find_case(Deciding *deciding, const int *variants, int count, const struct Node *given, int claim,
                             int *result) {
    const char *key = arena_print(deciding->arena, "given %d", given ? claim : -1);
    for (int i = 0; i < count && key; i++) key = arena_print(deciding->arena, "%s %d", key, variants[i]);
    if (!key) return BRINK_NO_MEMORY;
    for (int i = 0; i < deciding->case_count; i++)
        if (strcmp(deciding->keys[i], key) == 0) {
            *result = i;
            return BRINK_OK;
        }
    return make_case(deciding, variants, count, given, key, result);
}

static BrinkStatus find_sides(Deciding *deciding, int index) {
    const Claim *claim = &deciding->base->claims[index];
    Sides *sides = &deciding->sides[index];
    BrinkStatus status = find_case(deciding, claim->when, claim->when_count, claim->given, index, &sides->when);
    if (status == BRINK_OK)
        status = find_case(deciding, claim->against, claim->against_count, NULL, index, &sides->against);
    sides->parts = arena_array(deciding->arena, (size_t)claim->part_count, sizeof *sides->parts);
    if (!sides->parts) return BRINK_NO_MEMORY;
    for (int i = 0; i < claim->part_count && status == BRINK_OK; i++) {
        const ClaimPart *part = &claim->parts[i];
        for (int k = 0; k < 2 && part->test == CLAIM_MORE_THAN && status == BRINK_OK; k++)
            status = find_case(deciding, &part->than[k], part->than[k] >= 0, NULL, index, &sides->parts[i].than[k]);
    }
    return status;
}

static int find_measure(Deciding *deciding, const char *name, double by) {
    for (int m = 0; m < deciding->measure_count; m++) {
        double other = deciding->by[m];
        if (strcmp(deciding->names[m], name) == 0 && ((isnan(by) && isnan(other)) || by == other)) return m;
    }
    deciding->names[deciding->measure_count] = name;
    deciding->by[deciding->measure_count] = by;
    return deciding->measure_count++;
}

static bool allocate(Deciding *deciding) {
    const Scenario *base = deciding->base;
    size_t parts = 0, claims = (size_t)base->claim_count;
    for (int i = 0; i < base->claim_count; i++) parts += (size_t)base->claims[i].part_count;
    size_t cases = 1 + 2 * claims + 2 * parts, draws = (size_t)deciding->settings->draws;
    deciding->handles = arena_array(deciding->arena, cases, sizeof *deciding->handles);
    deciding->cases = arena_array(deciding->arena, cases, sizeof *deciding->cases);
    deciding->keys = arena_array(deciding->arena, cases, sizeof *deciding->keys);
    deciding->designs = arena_array(deciding->arena, cases, sizeof *deciding->designs);
    deciding->names = arena_array(deciding->arena, parts, sizeof *deciding->names);
    deciding->by = arena_array(deciding->arena, parts, sizeof *deciding->by);
    deciding->sides = arena_array(deciding->arena, claims, sizeof *deciding->sides);
    deciding->holds = arena_array(deciding->arena, claims * draws, sizeof *deciding->holds);
    deciding->effects = arena_array(deciding->arena, parts * draws, sizeof *deciding->effects);
    deciding->when_sums = arena_array(deciding->arena, parts, sizeof *deciding->when_sums);
    deciding->against_sums = arena_array(deciding->arena, parts, sizeof *deciding->against_sums);
    return deciding->handles && deciding->cases && deciding->keys && deciding->designs && deciding->names &&
           deciding->by && deciding->sides && deciding->holds && deciding->effects && deciding->when_sums &&
           deciding->against_sums;
}

static BrinkStatus lay_out(Deciding *deciding) {
    const Scenario *base = deciding->base;
    int unused, part = 0;
    if (!allocate(deciding)) return BRINK_NO_MEMORY;
    BrinkStatus status = find_case(deciding, NULL, 0, NULL, 0, &unused); /* case 0: the scenario as it stands */
    for (int i = 0; i < base->claim_count && status == BRINK_OK; i++) {
        status = find_sides(deciding, i);
        for (int p = 0; p < base->claims[i].part_count && status == BRINK_OK; p++) {
            deciding->sides[i].parts[p].measure =
                find_measure(deciding, base->claims[i].parts[p].outcome, base->claims[i].by);
            deciding->sides[i].parts[p].row = part++;
        }
    }
    for (int c = 0; c < deciding->case_count && status == BRINK_OK; c++)
        status = sampling_new(deciding->cases[c], BRINK_SAMPLING_RANDOM, deciding->settings->seed, deciding->arena,
                              deciding->diagnostics, &deciding->designs[c]);
    return status;
}

/* Measures under the names of each case. */
static BrinkStatus name_measures(Deciding *deciding) {
    size_t count = (size_t)deciding->measure_count;
    deciding->measures = arena_array(deciding->arena, (size_t)deciding->case_count * count, sizeof *deciding->measures);
    if (!deciding->measures) return BRINK_NO_MEMORY;
    for (int c = 0; c < deciding->case_count; c++) {
        Worker *worker = NULL;
        BrinkStatus status = worker_new(deciding->cases[c], deciding->settings->rounds, deciding->diagnostics, &worker);
        if (status != BRINK_OK) return status;
        for (size_t m = 0; m < count; m++)
            deciding->measures[(size_t)c * count + m] =
                measure_named(deciding->cases[c], worker_situation(worker), deciding->names[m], deciding->by[m]);
        worker_free(worker);
    }
    return BRINK_OK;
}

/* ---- Taking rows ---- */

static double value_of(const Deciding *deciding, const TrialRow *row, int which, int measure) {
    return row->why[which] == WHY_SOLVED ? row->values[which * deciding->measure_count + measure] : NAN;
}

/* How far a part goes in the claimed direction, against what it is measured by; NAN where a side was not solved. */
static double effect_of(const Deciding *deciding, const TrialRow *row, const ClaimPart *part, const Sides *sides,
                        const PartSides *own) {
    double when = value_of(deciding, row, sides->when, own->measure),
           against = value_of(deciding, row, sides->against, own->measure);
    if (part->test == CLAIM_ABOVE || part->test == CLAIM_BELOW) return when - part->threshold;
    if (part->test != CLAIM_MORE_THAN) return when - against;
    return when - against -
           (value_of(deciding, row, own->than[0], own->measure) - value_of(deciding, row, own->than[1], own->measure));
}

static bool is_held(ClaimTest test, double effect) {
    return test == CLAIM_DOWN || test == CLAIM_BELOW ? effect < 0 : effect > 0;
}

static bool take(void *payload, const TrialRow *row) {
    Deciding *deciding = payload;
    if (!deciding->is_replay && !log_add(&deciding->log, row, deciding->case_count, deciding->measure_count)) {
        deciding->is_unwritable = true;
        return false;
    }
    bool is_whole = true;
    for (int c = 0; c < deciding->case_count; c++) is_whole = is_whole && row->why[c] == WHY_SOLVED;
    deciding->failed += !is_whole;
    for (int i = 0; i < deciding->base->claim_count; i++) {
        const Claim *claim = &deciding->base->claims[i];
        const Sides *sides = &deciding->sides[i];
        signed char *holds = &deciding->holds[(size_t)i * (size_t)deciding->settings->draws + (size_t)row->draw];
        *holds = 1;
        for (int p = 0; p < claim->part_count; p++) {
            const PartSides *own = &sides->parts[p];
            double effect = effect_of(deciding, row, &claim->parts[p], sides, own);
            deciding->effects[(size_t)own->row * (size_t)deciding->settings->draws + (size_t)row->draw] = effect;
            if (isnan(effect))
                *holds = -1;
            else if (!is_held(claim->parts[p].test, effect) && *holds == 1)
                *holds = 0;
        }
        for (int p = 0; p < claim->part_count && *holds >= 0; p++) {
            const PartSides *own = &sides->parts[p];
            deciding->when_sums[own->row] += value_of(deciding, row, sides->when, own->measure);
            deciding->against_sums[own->row] += value_of(deciding, row, sides->against, own->measure);
        }
    }
    deciding->draws++;
    return true;
}

/* ---- The whole ---- */

static BrinkStatus run_draws(Deciding *deciding) {
    const BrinkStudySettings *settings = deciding->settings;
    uint64_t solves = settings->draws * (uint64_t)deciding->case_count;
    Trial trial = {.name = study_header("claims", deciding->base, settings, deciding->case_count,
                                        deciding->measure_count, deciding->arena),
                   .case_count = deciding->case_count,
                   .measure_count = deciding->measure_count,
                   .cases = deciding->cases,
                   .measures = deciding->measures,
                   .designs = deciding->designs,
                   .rounds = settings->rounds,
                   .resolution = settings->resolution,
                   .threads = deciding->times.threads,
                   .total = solves,
                   .times = &deciding->times};
    if (!trial.name) return BRINK_NO_MEMORY;
    deciding->is_replay = true;
    BrinkStatus status = BRINK_OK;
    if (brink_group_leads())
        status = log_open(&deciding->log, settings->resume, trial.name, deciding->case_count, deciding->measure_count,
                          settings->draws, take, deciding, deciding->diagnostics);
    deciding->is_replay = false;
    if (status == BRINK_OK)
        status =
            trial_run(&trial, deciding->log.rows, settings->draws, settings, take, deciding, deciding->diagnostics);
    return log_end(&deciding->log, deciding->is_unwritable, status, deciding->diagnostics);
}

/* What is kept of every draw until it is judged. */
static double kept_bytes(const Deciding *deciding) {
    double each = 0;
    for (int i = 0; i < deciding->base->claim_count; i++)
        each += sizeof *deciding->holds + deciding->base->claims[i].part_count * sizeof *deciding->effects;
    return each * (double)deciding->settings->draws;
}

static BrinkStatus decide(Deciding *deciding, Claims **result) {
    BrinkStatus status = lay_out(deciding);
    if (status == BRINK_OK)
        status = size_foresee_study(deciding->cases, deciding->case_count, kept_bytes(deciding), deciding->settings,
                                    deciding->diagnostics);
    if (status == BRINK_OK) status = name_measures(deciding);
    if (status == BRINK_OK) status = run_draws(deciding);
    times_end(&deciding->times);
    if (!brink_group_leads())
        return status == BRINK_OK ? BRINK_CANCELLED : status; /* it has helped, and knows nothing */
    bool is_kept = status == BRINK_OK || (status == BRINK_CANCELLED && deciding->draws > 0);
    if (!is_kept) return status;
    if (deciding->failed > 0)
        diagnostics_add(deciding->diagnostics, DIAGNOSTIC_draws_failed, span_none(),
                        "a claim leaves out the draws in which one of its sides did not solve",
                        "in %llu of %llu draws some case did not solve", (unsigned long long)deciding->failed,
                        (unsigned long long)deciding->draws);
    return claims_judge(deciding, result) ? status : BRINK_NO_MEMORY;
}

BrinkStatus claims_new(BrinkScenario *handle, const BrinkStudySettings *settings, Arena *arena,
                       BrinkDiagnostics *diagnostics, Claims **result) {
    Deciding deciding = {.handle = handle, .settings = settings, .arena = arena, .diagnostics = diagnostics};
    times_begin(&deciding.times, solve_threads(settings->threads));
    BrinkStatus status = scenario_checked(handle, diagnostics, &deciding.base);
    if (status == BRINK_OK && deciding.base->claim_count == 0) {
        diagnostics_add(diagnostics, DIAGNOSTIC_no_claims, (BrinkSpan){deciding.base->file, 0, 0, 0},
                        "add, for example, claims: [{say: …, when: VARIANT, then: {deal: down}}]",
                        "this scenario makes no claims");
        return BRINK_BAD_INPUT;
    }
    if (status == BRINK_OK) status = decide(&deciding, result);
    for (int i = 0; i < deciding.case_count; i++) brink_scenario_free(deciding.handles[i]);
    return status;
}
