/* SPDX-License-Identifier: GPL-3.0-or-later
 * A timetable as one JSON tree (docs/timetable-json.md): by profile and phase who gives, gets and is tempted; over all
 * profiles what is completed; the detection that is needed; and the timetable that was designed, with YAML to paste. */
#include "report/report.h"

#include "report/leaves.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>

typedef struct Build {
    const TimetableInput *input;
    const Scenario *scenario;
    const Situation *situation;
    Arena *arena;
    Signing signing;
    int *types;        /* [party_count] scratch */
    double *completed; /* [phase_count] expected, cumulative */
    int phase_count;
    double weight;
    bool failed;
} Build;

static void put(Build *build, json_t *object, const char *key, json_t *value) {
    leaf_put(&build->failed, object, key, value);
}

static void append(Build *build, json_t *array, json_t *value) {
    leaf_append(&build->failed, array, value);
}

/* ---- One profile ---- */

static json_t *step_object(Build *build, const TimetableStep *step) {
    json_t *object = json_object();
    put(build, object, "moves", json_boolean(step->moves));
    put(build, object, "gives", leaf_number(step->gives));
    put(build, object, "gets", leaf_number(step->gets));
    put(build, object, "slack", leaf_number(step->slack));
    put(build, object, "complies", leaf_number(step->complies));
    return object;
}

static json_t *phase_object(Build *build, const TimetablePhase *phase) {
    const Situation *s = build->situation;
    json_t *object = json_object(), *parties = json_object();
    put(build, object, "after", leaf_number(phase->after));
    put(build, object, "date", leaf_date(s->date_day[build->input->date] + phase->after));
    put(build, object, "ambiguity", leaf_number(phase->ambiguity));
    put(build, object, "completed", leaf_number(phase->completed));
    put(build, object, "cumulative", leaf_number(phase->cumulative));
    for (int party = 0; party < s->party_count; party++)
        if (s->signs[party])
            put(build, parties, build->scenario->parties[party].key, step_object(build, &phase->steps[party]));
    put(build, object, "parties", parties);
    return object;
}

static double weight_of(const Build *build) {
    const Situation *s = build->situation;
    double weight = 1;
    for (int party = 0; party < s->party_count; party++)
        weight *= build->input->counted[build->types[party]] ? s->prior[build->types[party]] : 0;
    return weight;
}

static json_t *profile_object(Build *build, double weight) {
    const Situation *s = build->situation;
    json_t *object = json_object(), *types = json_object(), *value = json_object(), *phases = json_array();
    TimetableView view = {0};
    if (timetable_view(&build->signing, build->types, build->arena, &view) != BRINK_OK) build->failed = true;
    for (int party = 0; party < s->party_count && !build->failed; party++) {
        if (!s->signs[party]) continue;
        put(build, types, build->scenario->parties[party].key,
            leaf_text(build->scenario->types[build->types[party]].key));
        put(build, value, build->scenario->parties[party].key, leaf_number(view.value[party]));
    }
    for (int m = 0; m < view.phase_count; m++) {
        append(build, phases, phase_object(build, &view.phases[m]));
        build->completed[m] += weight * view.phases[m].cumulative;
    }
    put(build, object, "types", types);
    put(build, object, "probability", leaf_number(weight));
    put(build, object, "kept", leaf_number(view.kept));
    put(build, object, "complied", leaf_number(view.complied));
    put(build, object, "value", value);
    put(build, object, "phases", phases);
    return object;
}

static json_t *profiles(Build *build) {
    json_t *list = json_array();
    for (int profile = 0; profile < settlement_profile_count(build->situation) && !build->failed; profile++) {
        settlement_profile_types(build->situation, profile, build->types);
        double weight = weight_of(build);
        if (!(weight > 0)) continue;
        build->weight += weight;
        append(build, list, profile_object(build, weight));
    }
    return list;
}

/* ---- Over all profiles ---- */

/* Whether the package changes the issue and somebody must deliver that. */
static bool is_piece(const Build *build, int issue) {
    const Situation *s = build->situation;
    bool is_performed = false;
    for (int party = 0; party < s->party_count; party++)
        is_performed |= s->performs[(size_t)issue * (size_t)s->party_count + (size_t)party];
    return is_performed && build->signing.options[issue] != s->today[issue];
}

/* {issue: share} of a phase, of what has to be delivered */
static json_t *share_object(Build *build, const double *share) {
    json_t *object = json_object();
    for (int k = 0; k < build->situation->issue_count; k++)
        if (share[k] > 0 && is_piece(build, k))
            put(build, object, build->scenario->issues[k].key, leaf_number(share[k]));
    return object;
}

static json_t *phases_array(Build *build) {
    const Situation *s = build->situation;
    int timetable = 0;
    for (int k = 0; k < s->issue_count; k++)
        if (s->option_timetable[build->signing.options[k]] >= 0)
            timetable = s->option_timetable[build->signing.options[k]];
    json_t *list = json_array();
    for (int m = 0; m < build->phase_count; m++) {
        int phase = s->phase_start[timetable] + m;
        json_t *object = json_object();
        put(build, object, "after", leaf_number(s->phase_after[phase]));
        put(build, object, "date", leaf_date(s->date_day[build->input->date] + s->phase_after[phase]));
        put(build, object, "shares", share_object(build, s->phase_share + (size_t)phase * (size_t)s->issue_count));
        put(build, object, "cumulative", leaf_number(build->completed[m] / build->weight));
        append(build, list, object);
    }
    return list;
}

static json_t *need_object(Build *build, int party) {
    json_t *object = json_object();
    InspectionNeed need = {0};
    if (inspection_need(&build->signing, build->input->counted, party, build->arena, &need) != BRINK_OK)
        build->failed = true;
    put(build, object, "least_slack", leaf_number(need.least_slack));
    put(build, object, "detection", leaf_number(need.detection));
    put(build, object, "needed", leaf_number(need.needed));
    put(build, object, "tolerance", leaf_number(need.tolerance));
    put(build, object, "interval", leaf_number(need.interval));
    return object;
}

static json_t *needs(Build *build) {
    const Situation *s = build->situation;
    json_t *object = json_object();
    bool *moves = arena_array(build->arena, (size_t)s->party_count, sizeof *moves);
    if (!moves) build->failed = true;
    if (moves) settlement_movers(s, build->signing.options, moves);
    for (int party = 0; moves && party < s->party_count; party++)
        if (moves[party]) put(build, object, build->scenario->parties[party].key, need_object(build, party));
    return object;
}

/* ---- The design ---- */

/* The timetable as it stands in the situation, as shares of a design. */
static const double *own_shares(const Build *build) {
    const Situation *s = build->situation;
    int timetable = 0;
    for (int k = 0; k < s->issue_count; k++)
        if (s->option_timetable[build->signing.options[k]] >= 0)
            timetable = s->option_timetable[build->signing.options[k]];
    return s->phase_share + (size_t)s->phase_start[timetable] * (size_t)s->issue_count;
}

static json_t *rated_object(Build *build, int phase_count, const double *share, double completion) {
    json_t *object = json_object();
    const Exchange *exchange = exchange_new(&build->signing, build->input->counted, build->arena);
    if (!exchange) build->failed = true;
    put(build, object, "least_slack",
        exchange ? leaf_number(exchange_least_slack(exchange, phase_count, share)) : json_null());
    put(build, object, "completion", leaf_number(completion));
    return object;
}

static json_t *equal_object(Build *build) {
    const Design *design = build->input->design;
    const Situation *s = build->situation;
    int phases = design->phase_count;
    double *share = arena_array(build->arena, (size_t)(phases * s->issue_count) + 1, sizeof *share), completion = NAN;
    if (!share) build->failed = true;
    for (int i = 0; share && i < phases * s->issue_count; i++) share[i] = 1.0 / phases;
    if (share && timetable_completion(build->input->task, phases, share, build->arena, &completion) != BRINK_OK)
        build->failed = true;
    return share ? rated_object(build, phases, share, completion) : json_null();
}

static const char *add_text(Build *build, const char *text, const char *more) {
    const char *both = text && more ? arena_print(build->arena, "%s%s", text, more) : NULL;
    if (!both) build->failed = true;
    return both;
}

/* The timetable as a scenario writes it; short lines, so that no page cuts them. */
static const char *yaml_of(Build *build, const json_t *phases) {
    const Design *design = build->input->design;
    const DesignTask *task = build->input->task;
    const Situation *s = build->situation;
    const char *text = "timetables:\n  designed:\n";
    for (int m = 0; m < design->phase_count; m++) {
        bool is_empty = json_object_size(json_object_get(json_array_get(phases, (size_t)m), "shares")) == 0;
        text = add_text(build, text,
                        arena_print(build->arena, "    - after: %.10g days\n      ambiguity: %.10g\n      shares:%s\n",
                                    task->after[m], task->ambiguity[m], is_empty ? " {}" : ""));
        for (int k = 0; k < s->issue_count; k++) {
            double share = design->share[m * s->issue_count + k];
            if (!(share > 0) || !is_piece(build, k)) continue;
            text = add_text(build, text,
                            arena_print(build->arena, "        %s: %.12g\n", build->scenario->issues[k].key, share));
        }
    }
    return text;
}

static json_t *designed_phases(Build *build) {
    const Design *design = build->input->design;
    json_t *list = json_array();
    for (int m = 0; m < design->phase_count; m++) {
        json_t *object = json_object();
        put(build, object, "after", leaf_number(build->input->task->after[m]));
        put(build, object, "date",
            leaf_date(build->situation->date_day[build->input->date] + build->input->task->after[m]));
        put(build, object, "shares",
            share_object(build, design->share + (size_t)m * (size_t)build->situation->issue_count));
        append(build, list, object);
    }
    return list;
}

static json_t *design_object(Build *build) {
    static const char *const goals[] = {"slack", "completion", "order"};
    const Design *design = build->input->design;
    if (!design) return json_null();
    json_t *object = json_object();
    put(build, object, "goal", leaf_text(goals[build->input->task->goal]));
    put(build, object, "steps", json_integer(build->input->task->goal == DESIGN_ORDER ? 1 : build->input->task->steps));
    put(build, object, "ways", leaf_number(design->ways));
    put(build, object, "carried", leaf_number(design->carried));
    put(build, object, "is_equal", json_boolean(design->is_equal));
    put(build, object, "least_slack", leaf_number(design->least_slack));
    put(build, object, "completion", leaf_number(design->completion));
    double now = build->completed[build->phase_count - 1] / build->weight;
    put(build, object, "now", rated_object(build, build->phase_count, own_shares(build), now));
    put(build, object, "equal", equal_object(build));
    json_t *phases = designed_phases(build);
    const char *yaml = yaml_of(build, phases);
    put(build, object, "phases", phases);
    put(build, object, "yaml", leaf_text(yaml));
    return object;
}

/* ---- The whole ---- */

static json_t *whole(Build *build) {
    const Situation *s = build->situation;
    json_t *object = json_object();
    put(build, object, "brink", leaf_text(brink_version()));
    put(build, object, "scenario", leaf_scenario(&build->failed, build->scenario));
    put(build, object, "draft", leaf_text(build->scenario->drafts[build->input->draft].key));
    put(build, object, "date", leaf_date(s->date_day[build->input->date]));
    bool has_breakout = settlement_has_safeguards(s, build->signing.options);
    put(build, object, "breakout",
        has_breakout ? leaf_number(settlement_breakout(s, build->input->date, build->signing.options).days)
                     : json_null());
    put(build, object, "observed", json_integer(s->history_count));
    put(build, object, "after_history", json_boolean(build->input->after_history));
    put(build, object, "profiles", profiles(build));
    put(build, object, "phases", phases_array(build));
    put(build, object, "completed", leaf_number(build->completed[build->phase_count - 1] / build->weight));
    put(build, object, "inspection", needs(build));
    put(build, object, "design", design_object(build));
    put(build, object, "names", leaf_names(&build->failed, build->scenario, s));
    return object;
}

json_t *report_timetable_json(const TimetableInput *input, Arena *arena) {
    const Situation *s = input->situation;
    const int *options = s->draft_option + (size_t)input->draft * (size_t)s->issue_count;
    Build build = {.input = input,
                   .scenario = input->scenario,
                   .situation = s,
                   .arena = arena,
                   .signing = {s, options, input->date, s->now, NULL},
                   .phase_count = settlement_phases(s, options)};
    build.types = arena_array(arena, (size_t)s->party_count, sizeof *build.types);
    build.completed = arena_array(arena, (size_t)build.phase_count, sizeof *build.completed);
    if (!build.types || !build.completed) return NULL;
    json_t *result = whole(&build);
    if (!build.failed) return result;
    json_decref(result);
    return NULL;
}
