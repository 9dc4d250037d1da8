/* SPDX-License-Identifier: GPL-3.0-or-later
 * From a checked scenario to one draft's timetable, and to a better one. */
#include "api/api.h"

#include "settlement/settlement.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

enum { PHASES_MOST = 12, STEPS_MOST = 1000 };
#define GAP_USUAL 30

struct BrinkTimetable {
    double completion;
    json_t *json;
};

BrinkTimetableSettings brink_timetable_settings_default(void) {
    return (BrinkTimetableSettings){.steps = 10, .most = 1};
}

typedef struct Job {
    BrinkScenario *handle;
    const Scenario *scenario;
    const BrinkTimetableSettings *settings;
    BrinkDiagnostics *diagnostics;
    Arena *arena;
    Situation *situation;
    Signing signing;
    TimetableInput input;
    DesignTask task;
    Design design;
} Job;

static BrinkStatus refuse(Job *job, const char *hint, const char *message) {
    diagnostics_add(job->diagnostics, DIAGNOSTIC_bad_setting, span_none(), hint, "%s", message);
    return BRINK_BAD_INPUT;
}

static int find_label(const Label *labels, int start, int end, const char *key, size_t length) {
    for (int i = start; i < end; i++)
        if (strlen(labels[i].key) == length && strncmp(labels[i].key, key, length) == 0) return i;
    return -1;
}

/* ---- What is asked for ---- */

static BrinkStatus check_settings(Job *job) {
    const BrinkTimetableSettings *own = job->settings;
    if (own->meeting < 0 || own->meeting > job->situation->round_count)
        return refuse(job, "meetings count from 1; 0 is the next one", "there is no such meeting in the scenario");
    if (own->phases < 0 || own->phases > PHASES_MOST)
        return refuse(job, "0 keeps the number of phases", "a design has between 1 and 12 phases");
    if (own->steps < 1 || own->steps > STEPS_MOST)
        return refuse(job, "10 gives shares in tenths", "steps must lie between 1 and 1000");
    if (!(own->most > 0 && own->most <= 1) || !(own->gap >= 0) || isinf(own->gap))
        return refuse(job, "a share is at most 1; days are not negative", "a limit of the design is out of range");
    return BRINK_OK;
}

static BrinkStatus find_draft(Job *job) {
    const Situation *s = job->situation;
    const char *key = job->settings->draft ? job->settings->draft : "";
    int draft = find_label(job->scenario->drafts, 0, s->draft_count, key, strlen(key));
    if (draft >= 0 && s->draft_kind[draft] != DRAFT_FRAMEWORK) {
        job->input.draft = draft;
        return BRINK_OK;
    }
    const char *hint = NULL;
    for (int i = 0; i < s->draft_count; i++)
        if (s->draft_kind[i] != DRAFT_FRAMEWORK)
            hint = arena_print(job->arena, "%s `%s`", hint ? arena_print(job->arena, "%s,", hint) : "known are",
                               job->scenario->drafts[i].key);
    BrinkSpan span = draft >= 0 ? job->scenario->drafts[draft].span : span_none();
    diagnostics_add(job->diagnostics, DIAGNOSTIC_unknown_name, span, hint,
                    draft >= 0 ? "`%s` is a framework: there is nothing in it to carry out"
                               : "`%s` is not the name of a draft",
                    key);
    return BRINK_BAD_INPUT;
}

/* One "name=value" of a list, split; false at the end of the list. */
typedef struct Pair {
    const char *name, *value;
    size_t name_length, value_length;
} Pair;

static bool next_pair(const char **text, Pair *pair) {
    if (!*text || !**text) return false;
    size_t length = strcspn(*text, ",");
    const char *equals = memchr(*text, '=', length);
    pair->name = *text;
    pair->name_length = equals ? (size_t)(equals - *text) : length;
    pair->value = equals ? equals + 1 : *text + length;
    pair->value_length = (size_t)(*text + length - pair->value);
    *text += length + ((*text)[length] == ',');
    return true;
}

/* Types that count: those named, and all of the parties that are not named. */
static BrinkStatus count_types(Job *job, bool *counted) {
    const Situation *s = job->situation;
    const char *text = job->settings->types;
    Pair pair;
    for (int type = 0; type < s->type_total; type++) counted[type] = true;
    while (next_pair(&text, &pair)) {
        int party = find_label(job->scenario->parties, 0, s->party_count, pair.name, pair.name_length), type = -1;
        if (party >= 0)
            type = find_label(job->scenario->types, s->type_start[party], s->type_start[party + 1], pair.value,
                              pair.value_length);
        if (type < 0)
            return refuse(job, "write party=type,party=type as they stand in the scenario",
                          "a type asked for is not in the scenario");
        for (int other = s->type_start[party]; other < s->type_start[party + 1]; other++)
            counted[other] = other == type;
    }
    return BRINK_OK;
}

static BrinkStatus read_limits(Job *job, double *most) {
    const Situation *s = job->situation;
    const char *text = job->settings->limits;
    Pair pair;
    for (int k = 0; k < s->issue_count; k++) most[k] = job->settings->most;
    while (next_pair(&text, &pair)) {
        int issue = find_label(job->scenario->issues, 0, s->issue_count, pair.name, pair.name_length);
        char *value = arena_text_part(job->arena, pair.value, pair.value_length);
        double share = NAN;
        if (!value) return BRINK_NO_MEMORY;
        bool is_share = quantity_parse(value, UNIT_FRACTION, &share) == QUANTITY_OK && share > 0 && share <= 1;
        if (issue < 0 || !is_share)
            return refuse(job, "write issue=share,issue=share with shares up to 1", "a limit is not understood");
        most[issue] = share;
    }
    return BRINK_OK;
}

/* ---- The design ---- */

/* Dates and ambiguity of the phases as they are, going on as they end; `gap` kept between them. */
static BrinkStatus lay_phases(Job *job, int count, int own_count, int first) {
    const Situation *s = job->situation;
    double *after = arena_array(job->arena, (size_t)count, sizeof *after),
           *ambiguity = arena_array(job->arena, (size_t)count, sizeof *ambiguity);
    if (!after || !ambiguity) return BRINK_NO_MEMORY;
    for (int m = 0; m < count; m++) {
        int own = first + (m < own_count ? m : own_count - 1);
        double before = m > 0 ? after[m - 1] : 0,
               usual = own_count > 1 ? s->phase_after[first + own_count - 1] - s->phase_after[first + own_count - 2]
                                     : GAP_USUAL;
        after[m] =
            fmax(m < own_count ? s->phase_after[own] : before + usual, before + (m > 0 ? job->settings->gap : 0));
        ambiguity[m] = s->phase_ambiguity[own];
    }
    job->task.after = after;
    job->task.ambiguity = ambiguity;
    return BRINK_OK;
}

/* Whether the likeliest timetable is asked for in more phases than are carried out: says so. */
static bool tell_too_many_phases(Job *job, BrinkSpan span) {
    int movers = settlement_movers(job->situation, job->signing.options, NULL), phases = job->task.phase_count;
    if (job->task.goal != DESIGN_COMPLETION || phases * movers <= TIMETABLE_MOVES_MOST) return false;
    diagnostics_add(job->diagnostics, DIAGNOSTIC_timetable_too_large, span,
                    arena_print(job->arena, "with %d who deliver, ask for %d phases at most, or for the goal slack",
                                movers, TIMETABLE_MOVES_MOST / movers),
                    "%d phases with %d who deliver are more than a scenario's timetable may have; how likely they are "
                    "carried out is not computed",
                    phases, movers);
    return true;
}

static void tell_size(Job *job, BrinkSpan span) {
    const Design *design = &job->design;
    if (tell_too_many_phases(job, span)) return;
    if (job->task.goal == DESIGN_ORDER) {
        diagnostics_add(
            job->diagnostics, DIAGNOSTIC_timetable_too_large, span,
            "put issues together, or share them out over fewer phases with the goal slack",
            "%d issues are to be put in order that help some parties to keep their word and tempt others; an "
            "exact order is found for %d of such at most",
            design->phase_count, EXCHANGE_PIECES_MOST);
        return;
    }
    bool is_slack = job->task.goal == DESIGN_SLACK;
    const char *finer = is_slack ? "" : "; the goal slack searches far finer shares";
    const char *hint =
        design->fitting_steps > 0
            ? arena_print(job->arena, "%d step%s can be searched, and more with fewer phases or tighter limits%s",
                          design->fitting_steps, design->fitting_steps == 1 ? "" : "s", finer)
            : "use fewer phases";
    if (is_slack)
        diagnostics_add(job->diagnostics, DIAGNOSTIC_timetable_too_large, span, hint,
                        "in %d phases and steps of 1/%d there are %.3g transitions; an exact search looks at %d "
                        "million at most",
                        job->task.phase_count, job->task.steps, design->ways, DESIGN_WAYS_MOST / 1000000);
    else
        diagnostics_add(job->diagnostics, DIAGNOSTIC_timetable_too_large, span, hint,
                        "in %d phases and steps of 1/%d there are %.3g timetables; an exact search would try about "
                        "%.2g, whole or in part, and may try %d million",
                        job->task.phase_count, job->task.steps, design->ways, design->expected,
                        DESIGN_RUNS_MOST / 1000000);
}

/* A design longer than the scenario language carries out is still an answer to what was asked. */
static void tell_length(Job *job) {
    int movers = settlement_movers(job->situation, job->signing.options, NULL), phases = job->design.phase_count;
    if (phases * movers <= TIMETABLE_MOVES_MOST) return;
    diagnostics_add(job->diagnostics, DIAGNOSTIC_timetable_too_long, job->scenario->drafts[job->input.draft].span,
                    arena_print(job->arena, "with %d who deliver, put it together into %d phases", movers,
                                TIMETABLE_MOVES_MOST / movers),
                    "%d phases with %d who deliver are more than a scenario's timetable may have; how likely they are "
                    "carried out is not computed",
                    phases, movers);
}

static BrinkStatus tell_outcome(Job *job) {
    BrinkSpan span = job->scenario->drafts[job->input.draft].span;
    switch (job->design.outcome) {
    case DESIGN_FOUND:
        tell_length(job);
        return BRINK_OK;
    case DESIGN_TOO_LARGE:
        tell_size(job, span);
        break;
    case DESIGN_IMPOSSIBLE:
        diagnostics_add(job->diagnostics, DIAGNOSTIC_timetable_impossible, span, "allow larger shares, or more phases",
                        "with the limits given not everything can be delivered in so many phases");
        break;
    case DESIGN_NOTHING:
        diagnostics_add(job->diagnostics, DIAGNOSTIC_nothing_to_time, span, "name performers of the issues it changes",
                        "nobody has anything to deliver in this draft");
        break;
    }
    return BRINK_BAD_INPUT;
}

static bool observe(void *payload, uint64_t done, uint64_t total) {
    const BrinkTimetableSettings *settings = payload;
    return settings->observer(settings->observer_payload, BRINK_PHASE_DESIGNING, done, total);
}

static BrinkStatus design(Job *job) {
    static const DesignGoal goals[] = {[BRINK_DESIGN_SLACK] = DESIGN_SLACK,
                                       [BRINK_DESIGN_COMPLETION] = DESIGN_COMPLETION,
                                       [BRINK_DESIGN_ORDER] = DESIGN_ORDER};
    const Situation *s = job->situation;
    int timetable = 0, own_count = settlement_phases(s, job->signing.options);
    double *most = arena_array(job->arena, (size_t)s->issue_count, sizeof *most);
    if (!most) return BRINK_NO_MEMORY;
    for (int k = 0; k < s->issue_count; k++)
        if (s->option_timetable[job->signing.options[k]] >= 0) timetable = s->option_timetable[job->signing.options[k]];
    job->task = (DesignTask){.signing = &job->signing,
                             .counted = job->input.counted,
                             .goal = goals[job->settings->design],
                             .phase_count = job->settings->phases > 0 ? job->settings->phases : own_count,
                             .steps = job->settings->steps,
                             .most = most,
                             .observer = job->settings->observer ? observe : NULL,
                             .payload = (void *)job->settings};
    int room = job->task.phase_count > s->issue_count ? job->task.phase_count : s->issue_count;
    BrinkStatus status = read_limits(job, most);
    if (status == BRINK_OK) status = lay_phases(job, room, own_count, s->phase_start[timetable]);
    if (status == BRINK_OK) status = timetable_design(&job->task, job->arena, &job->design);
    if (status == BRINK_OK) status = tell_outcome(job);
    job->input.task = &job->task;
    job->input.design = &job->design;
    return status;
}

/* ---- The whole ---- */

/* The first meeting that was not observed to its end; the last where all were. */
static int next_date(const Situation *s) {
    return s->observed_rounds < s->round_count ? s->observed_rounds : s->round_count - 1;
}

static BrinkStatus make(Job *job, BrinkTimetable **result) {
    BrinkTimetable *own = calloc(1, sizeof *own);
    if (own) own->json = report_timetable_json(&job->input, job->arena);
    if (!own || !own->json) {
        free(own);
        return BRINK_NO_MEMORY;
    }
    own->completion = json_number_value(json_object_get(own->json, "completed"));
    *result = own;
    return BRINK_OK;
}

static BrinkStatus run(Job *job, BrinkTimetable **result) {
    BrinkSolveSettings solving = brink_solve_settings_default();
    solving.memory = job->settings->memory;
    solving.observer = job->settings->observer;
    solving.observer_payload = job->settings->observer_payload;
    BrinkStatus status = situation_new(job->scenario, 0, (Draw){.is_centre = true}, job->arena, &job->situation);
    if (status == BRINK_OK) status = check_settings(job);
    if (status == BRINK_OK) status = find_draft(job);
    if (status == BRINK_OK && job->settings->after_history)
        status = solve_beliefs(job->handle, &solving, job->diagnostics, job->situation->prior);
    if (status != BRINK_OK) return status;
    const Situation *s = job->situation;
    bool *counted = arena_array(job->arena, (size_t)s->type_total, sizeof *counted);
    if (!counted) return BRINK_NO_MEMORY;
    status = count_types(job, counted);
    if (status != BRINK_OK) return status;
    job->input.scenario = job->scenario;
    job->input.situation = s;
    job->input.date = job->settings->meeting > 0 ? job->settings->meeting - 1 : next_date(s);
    job->input.counted = counted;
    job->input.after_history = job->settings->after_history;
    job->signing = (Signing){s, s->draft_option + (size_t)job->input.draft * (size_t)s->issue_count, job->input.date,
                             s->now, NULL};
    if (job->settings->design != BRINK_DESIGN_NONE) status = design(job);
    return status == BRINK_OK ? make(job, result) : status;
}

BrinkStatus brink_scenario_timetable(BrinkScenario *scenario, const BrinkTimetableSettings *settings,
                                     BrinkDiagnostics *diagnostics, BrinkTimetable **result) {
    Job job = {.handle = scenario, .settings = settings, .diagnostics = diagnostics, .arena = arena_new()};
    BrinkStatus status = job.arena ? scenario_checked(scenario, diagnostics, &job.scenario) : BRINK_NO_MEMORY;
    if (status == BRINK_OK) status = run(&job, result);
    arena_free(job.arena);
    return status;
}

double brink_timetable_completion(const BrinkTimetable *timetable) {
    return timetable->completion;
}

BrinkStatus brink_timetable_json(const BrinkTimetable *timetable, char **result) {
    char *text = json_dumps(timetable->json, JSON_INDENT(2) | JSON_REAL_PRECISION(17));
    if (!text) return BRINK_NO_MEMORY;
    *result = text;
    return BRINK_OK;
}

BrinkStatus brink_timetable_text(const BrinkTimetable *timetable, int columns, char **result) {
    char *text = report_timetable_text(timetable->json, columns);
    if (!text) return BRINK_NO_MEMORY;
    *result = text;
    return BRINK_OK;
}

void brink_timetable_free(BrinkTimetable *timetable) {
    if (!timetable) return;
    json_decref(timetable->json);
    free(timetable);
}
