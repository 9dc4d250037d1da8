/* SPDX-License-Identifier: GPL-3.0-or-later
 * The outlook as one JSON tree (docs/outlook-json.md): everything the terminal text, a chart or another program needs,
 * under names that are a contract. Invariant: a number that is not finite is written as null; text is valid UTF-8
 * whatever the scenario holds. */
#include "report/report.h"

#include "report/gradient.h"
#include "report/history.h"
#include "report/leaves.h"
#include "report/spillovers.h"
#include "report/weigh.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

static const char *const outcome_names[OUTCOME_COUNT] = {"deal", "interim", "lapse", "collapse", "conflict"};

typedef struct Build {
    const ReportInput *input;
    const Scenario *scenario;
    const Situation *situation;
    const Outlook *outlook;
    char *profile; /* room for the name of any profile */
    bool failed;   /* memory was short somewhere: there is no result */
} Build;

/* ---- Leaves ---- */

static void put(Build *build, json_t *object, const char *key, json_t *value) {
    leaf_put(&build->failed, object, key, value);
}

static void append(Build *build, json_t *array, json_t *value) {
    leaf_append(&build->failed, array, value);
}

static json_t *outcome_object(Build *build, const double *values) {
    json_t *object = json_object();
    for (int outcome = 0; outcome < OUTCOME_COUNT; outcome++)
        put(build, object, outcome_names[outcome], leaf_number(values[outcome]));
    return object;
}

/* {party: {type: value}} */
static json_t *by_type(Build *build, const double *values) {
    json_t *object = json_object();
    const Situation *s = build->situation;
    for (int party = 0; party < s->party_count; party++) {
        json_t *types = json_object();
        for (int type = s->type_start[party]; type < s->type_start[party + 1]; type++)
            put(build, types, build->scenario->types[type].key, leaf_number(values[type]));
        put(build, object, build->scenario->parties[party].key, types);
    }
    return object;
}

/* ---- Settings ---- */

static int finest(const Build *build) {
    return resolution_finest(build->input->resolution, build->situation->party_count, build->situation->type_start);
}

/* Grid steps of each party that has types. */
static json_t *steps_object(Build *build) {
    json_t *object = json_object();
    for (int party = 0; party < build->situation->party_count; party++)
        if (build->situation->type_start[party + 1] - build->situation->type_start[party] > 1)
            put(build, object, build->scenario->parties[party].key,
                json_integer(resolution_of(build->input->resolution, party)));
    return object;
}

static json_t *settings_object(Build *build) {
    json_t *object = json_object();
    put(build, object, "rounds", json_integer(build->outlook->round_count));
    put(build, object, "resolution", json_integer(finest(build)));
    put(build, object, "steps", steps_object(build));
    put(build, object, "with_error", json_boolean(build->input->with_error));
    return object;
}

/* ---- The odds ---- */

static json_t *deal_object(Build *build) {
    json_t *object = json_object();
    put(build, object, "kept", leaf_number(build->outlook->deal_kept));
    put(build, object, "failed", leaf_number(build->outlook->deal_failed));
    return object;
}

static json_t *conflict_object(Build *build) {
    json_t *object = json_object();
    put(build, object, "chosen", leaf_number(build->outlook->conflict_chosen));
    put(build, object, "inadvertent", leaf_number(build->outlook->conflict_inadvertent));
    put(build, object, "after_collapse", leaf_number(build->outlook->conflict_after_collapse));
    return object;
}

static json_t *next_object(Build *build) {
    json_t *object = json_object();
    put(build, object, "date", leaf_date(build->situation->date_day[build->outlook->first_round]));
    put(build, object, "outcomes", outcome_object(build, build->outlook->next));
    put(build, object, "another_round", leaf_number(build->outlook->next_another_round));
    return object;
}

/* ---- Packages ---- */

/* Writes `us=dealmaker,iran=defiant`: every party that signs, and a third party that has more than one type. */
static const char *profile_name(Build *build, int profile) {
    const Situation *s = build->situation;
    int block = build->outlook->profile_count;
    char *end = build->profile;
    for (int party = 0; party < s->party_count; party++) {
        int count = situation_type_count(s, party);
        block /= count;
        if (!s->signs[party] && count == 1) continue;
        if (end > build->profile) *end++ = ',';
        end = stpcpy(end, build->scenario->parties[party].key);
        *end++ = '=';
        end = stpcpy(end, build->scenario->types[s->type_start[party] + profile / block % count].key);
    }
    *end = '\0';
    return build->profile;
}

static size_t profile_room(const Build *build) {
    const Situation *s = build->situation;
    size_t room = 1;
    for (int party = 0; party < s->party_count; party++) room += strlen(build->scenario->parties[party].key) + 2;
    for (int type = 0; type < s->type_total; type++) room += strlen(build->scenario->types[type].key);
    return room;
}

static json_t *completion_object(Build *build, const OutlookDraft *draft) {
    json_t *object = json_object();
    for (int profile = 0; draft->completion && profile < build->outlook->profile_count; profile++)
        put(build, object, profile_name(build, profile), leaf_number(draft->completion[profile]));
    return object;
}

static json_t *value_object(Build *build, const OutlookDraft *draft) {
    const Outlook *outlook = build->outlook;
    json_t *object = json_object();
    for (int party = 0; draft->value && party < outlook->party_count; party++) {
        json_t *values = json_object();
        for (int profile = 0; profile < outlook->profile_count; profile++)
            put(build, values, profile_name(build, profile),
                leaf_number(draft->value[(size_t)profile * (size_t)outlook->party_count + (size_t)party]));
        put(build, object, build->scenario->parties[party].key, values);
    }
    return object;
}

/* Expectation of the completion over the starting beliefs; NAN for a framework. */
static double expected_completion(const Build *build, const OutlookDraft *draft) {
    const Situation *s = build->situation;
    double sum = 0;
    if (!draft->completion) return NAN;
    for (int profile = 0; profile < build->outlook->profile_count; profile++) {
        double chance = 1;
        int rest = profile;
        for (int party = s->party_count - 1; party >= 0; party--) {
            int count = situation_type_count(s, party);
            chance *= start_beliefs(build->input)[s->type_start[party] + rest % count];
            rest /= count;
        }
        sum += chance * draft->completion[profile];
    }
    return sum;
}

/* What the package changes: {issue: option}, issues it leaves at today's option left out. */
static json_t *terms_object(Build *build, int draft) {
    const Situation *s = build->situation;
    json_t *object = json_object();
    for (int issue = 0; issue < s->issue_count; issue++) {
        int option = s->draft_option[(size_t)draft * (size_t)s->issue_count + (size_t)issue];
        if (option != s->today[issue])
            put(build, object, build->scenario->issues[issue].key, leaf_text(build->scenario->options[option].key));
    }
    return object;
}

/* {party: {type: points}} of the parties that sign; null where that type never does. */
static json_t *net_object(Build *build, int draft) {
    const Situation *s = build->situation;
    json_t *object = json_object();
    for (int party = 0; party < s->party_count; party++) {
        if (!s->signs[party] || s->draft_kind[draft] == DRAFT_FRAMEWORK) continue;
        json_t *types = json_object();
        for (int type = s->type_start[party]; type < s->type_start[party + 1]; type++)
            put(build, types, build->scenario->types[type].key,
                leaf_number(report_weigh(build->input, draft, type).points));
        put(build, object, build->scenario->parties[party].key, types);
    }
    return object;
}

static json_t *packages_object(Build *build) {
    static const char *const kinds[] = {
        [DRAFT_FINAL] = "final", [DRAFT_INTERIM] = "interim", [DRAFT_FRAMEWORK] = "framework"};
    const Situation *s = build->situation;
    json_t *object = json_object();
    for (int draft = 0; draft < s->draft_count; draft++) {
        const OutlookDraft *found = &build->outlook->drafts[draft];
        json_t *package = json_object();
        put(build, package, "kind", json_string(kinds[s->draft_kind[draft]]));
        put(build, package, "tabled", leaf_number(found->tabled));
        put(build, package, "agreed", leaf_number(found->agreed));
        put(build, package, "completion", completion_object(build, found));
        put(build, package, "value", value_object(build, found));
        put(build, package, "kept", leaf_number(expected_completion(build, found)));
        put(build, package, "net", net_object(build, draft));
        put(build, package, "open", json_boolean(s->draft_open[draft]));
        put(build, package, "terms", terms_object(build, draft));
        put(build, object, build->scenario->drafts[draft].key, package);
    }
    return object;
}

static json_t *blocked_object(Build *build, const Weighing *found) {
    static const char *const reasons[] = {
        [BLOCK_RED_LINE] = "red_line", [BLOCK_UNVERIFIABLE] = "unverifiable", [BLOCK_LOSS] = "loss"};
    json_t *object = json_object();
    put(build, object, "party", leaf_text(build->scenario->parties[build->situation->type_party[found->type]].key));
    put(build, object, "type", leaf_text(build->scenario->types[found->type].key));
    put(build, object, "why", json_string(reasons[found->why]));
    put(build, object, "hard", json_boolean(found->is_hard));
    put(build, object, "points", leaf_number(found->points));
    put(build, object, "worth", leaf_number(found->worth));
    put(build, object, "price", leaf_number(found->price));
    return object;
}

static json_t *runner_up_object(Build *build) {
    RunnerUp found = report_runner_up(build->input);
    if (found.draft < 0) return json_null();
    json_t *object = json_object();
    put(build, object, "draft", leaf_text(build->scenario->drafts[found.draft].key));
    put(build, object, "blocked_by", found.is_blocked ? blocked_object(build, &found.weighing) : json_null());
    return object;
}

/* ---- Rounds ---- */

static json_t *postures_object(Build *build, const double *postures) {
    const Situation *s = build->situation;
    json_t *object = json_object();
    for (int party = 0; party < s->party_count; party++) {
        json_t *rungs = json_object();
        for (int rung = s->rung_start[party]; rung < s->rung_start[party + 1]; rung++)
            put(build, rungs, build->scenario->rungs[rung].key, leaf_number(postures[rung]));
        put(build, object, build->scenario->parties[party].key, rungs);
    }
    return object;
}

static json_t *belief_object(Build *build, const OutlookBelief *belief) {
    json_t *object = json_object();
    put(build, object, "mean", leaf_number(belief->mean));
    put(build, object, "p10", leaf_number(belief->low));
    put(build, object, "p90", leaf_number(belief->high));
    return object;
}

static json_t *beliefs_object(Build *build, const OutlookBelief *beliefs) {
    const Situation *s = build->situation;
    json_t *object = json_object();
    for (int party = 0; party < s->party_count; party++) {
        json_t *types = json_object();
        for (int type = s->type_start[party]; type < s->type_start[party + 1]; type++)
            put(build, types, build->scenario->types[type].key, belief_object(build, &beliefs[type]));
        put(build, object, build->scenario->parties[party].key, types);
    }
    return object;
}

static json_t *rounds_array(Build *build) {
    json_t *array = json_array();
    for (int round = 0; round < build->outlook->round_count; round++) {
        const OutlookRound *found = &build->outlook->rounds[round];
        json_t *object = json_object();
        put(build, object, "round", json_integer(build->outlook->first_round + round + 1));
        put(build, object, "date", leaf_date(build->situation->date_day[build->outlook->first_round + round]));
        put(build, object, "open", leaf_number(found->open));
        put(build, object, "outcomes", outcome_object(build, found->outcomes));
        put(build, object, "interim_agreed", leaf_number(found->interim_agreed));
        put(build, object, "postures", postures_object(build, found->postures));
        put(build, object, "beliefs", beliefs_object(build, found->beliefs));
        append(build, array, object);
    }
    return array;
}

/* ---- How far to trust it ---- */

static json_t *error_object(Build *build) {
    const Outlook *fine = build->outlook, *coarse = build->input->coarse;
    double difference[OUTCOME_COUNT], next[OUTCOME_COUNT];
    if (!build->input->with_error || !coarse) return json_null();
    for (int outcome = 0; outcome < OUTCOME_COUNT; outcome++) {
        difference[outcome] = fabs(fine->outcomes[outcome] - coarse->outcomes[outcome]);
        next[outcome] = fabs(fine->next[outcome] - coarse->next[outcome]);
    }
    json_t *object = json_object(), *next_difference = outcome_object(build, next);
    put(build, next_difference, "another_round",
        leaf_number(fabs(fine->next_another_round - coarse->next_another_round)));
    put(build, object, "resolution", json_integer(finest(build) / 2));
    put(build, object, "difference", outcome_object(build, difference));
    put(build, object, "next", next_difference);
    return object;
}

static json_t *band_object(Build *build) {
    const ReportInput *input = build->input;
    if (!input->with_error) return json_null();
    json_t *object = json_object(), *turned = json_object();
    put(build, object, "half", input->half ? outcome_object(build, input->half->outcomes) : json_null());
    put(build, object, "double", input->doubled ? outcome_object(build, input->doubled->outcomes) : json_null());
    put(build, turned, "half", json_integer((json_int_t)input->half_turned));
    put(build, turned, "double", json_integer((json_int_t)input->double_turned));
    put(build, object, "turned", turned);
    return object;
}

static json_t *size_object(Build *build) {
    const BrinkSolveInfo *info = build->input->info;
    json_t *object = json_object();
    put(build, object, "positions", json_integer((json_int_t)info->positions));
    put(build, object, "stages", json_integer((json_int_t)info->stages));
    put(build, object, "fixed_points", json_integer((json_int_t)info->fixed_points));
    put(build, object, "turned", json_integer((json_int_t)info->turned_count));
    return object;
}

static void warn(Build *build, json_t *array, const char *about, double value) {
    json_t *object = json_object();
    put(build, object, "about", json_string(about));
    put(build, object, "value", leaf_number(value));
    append(build, array, object);
}

static json_t *warnings_array(Build *build) {
    const ReportInput *input = build->input;
    json_t *array = json_array();
    double worst = 0;
    for (int outcome = 0; input->with_error && input->coarse && outcome < OUTCOME_COUNT; outcome++)
        worst = fmax(worst, fabs(build->outlook->outcomes[outcome] - input->coarse->outcomes[outcome]));
    if (input->info->turned_count) warn(build, array, "turned", (double)input->info->turned_count);
    if (input->with_error && input->half_turned) warn(build, array, "half_turned", (double)input->half_turned);
    if (input->with_error && input->double_turned) warn(build, array, "double_turned", (double)input->double_turned);
    if (input->coarse_lost) warn(build, array, "coarse_lost", (double)input->coarse_lost);
    if (input->half_lost) warn(build, array, "half_lost", (double)input->half_lost);
    if (input->double_lost) warn(build, array, "double_lost", (double)input->double_lost);
    if (worst > 0.03) warn(build, array, "coarse", worst);
    if (input->info->residual > 1e-6) warn(build, array, "residual", input->info->residual);
    return array;
}

/* ---- Where it comes from ---- */

static const char *source_text(const Scenario *scenario, const char *key) {
    for (int i = 0; key && i < scenario->source_count; i++)
        if (strcmp(scenario->sources[i].key, key) == 0) return scenario->sources[i].value;
    return key;
}

static json_t *references_object(Build *build) {
    json_t *object = json_object();
    for (int i = 0; i < build->scenario->reference_count; i++) {
        const Reference *reference = &build->scenario->references[i];
        json_t *row = json_object();
        put(build, row, "name", leaf_text(reference->label.name));
        put(build, row, "deal", leaf_number(reference->deal));
        put(build, row, "conflict", leaf_number(reference->conflict));
        put(build, row, "n", leaf_number(reference->count));
        put(build, row, "from", leaf_text(source_text(build->scenario, reference->source)));
        put(build, object, reference->label.key, row);
    }
    return object;
}

static json_t *numbers_object(Build *build) {
    int stated = 0, sourced = 0, reasoned = 0;
    for (int i = 0; i < build->scenario->number_count; i++) {
        const Number *one = &build->scenario->numbers[i];
        if (!one->is_stated) continue;
        stated++;
        sourced += one->source != NULL;
        reasoned += !one->source && one->note;
    }
    json_t *object = json_object();
    put(build, object, "stated", json_integer(stated));
    put(build, object, "sourced", json_integer(sourced));
    put(build, object, "reasoned", json_integer(reasoned));
    put(build, object, "neither", json_integer(stated - sourced - reasoned));
    return object;
}

/* ---- The whole ---- */

static json_t *whole(Build *build) {
    const BrinkSolveInfo *info = build->input->info;
    json_t *object = json_object();
    put(build, object, "brink", json_string(brink_version()));
    put(build, object, "scenario", leaf_scenario(&build->failed, build->scenario));
    put(build, object, "settings", settings_object(build));
    put(build, object, "outcomes", outcome_object(build, build->outlook->outcomes));
    put(build, object, "deal", deal_object(build));
    put(build, object, "conflict", conflict_object(build));
    put(build, object, "next", next_object(build));
    put(build, object, "packages", packages_object(build));
    put(build, object, "rounds", rounds_array(build));
    put(build, object, "gains", by_type(build, build->outlook->gains));
    put(build, object, "error", error_object(build));
    put(build, object, "band", band_object(build));
    put(build, object, "residual", leaf_number(info->residual));
    put(build, object, "seconds", leaf_number(info->seconds));
    put(build, object, "size", size_object(build));
    put(build, object, "runner_up", runner_up_object(build));
    put(build, object, "references", references_object(build));
    put(build, object, "numbers", numbers_object(build));
    put(build, object, "priors", by_type(build, start_beliefs(build->input)));
    put(build, object, "history", report_history_json(build->input));
    put(build, object, "gradient", report_gradient_json(build->input));
    put(build, object, "spillovers", report_spillovers_json(build->input));
    put(build, object, "names", leaf_names(&build->failed, build->scenario, build->situation));
    put(build, object, "warnings", warnings_array(build));
    return object;
}

json_t *report_outlook_json(const ReportInput *input) {
    Build build = {
        .input = input, .scenario = input->scenario, .situation = input->situation, .outlook = input->outlook};
    build.profile = malloc(profile_room(&build));
    if (!build.profile) return NULL;
    json_t *result = whole(&build);
    free(build.profile);
    if (!build.failed) return result;
    json_decref(result);
    return NULL;
}
