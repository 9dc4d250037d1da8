/* SPDX-License-Identifier: GPL-3.0-or-later
 * Scenario -> Situation: one block of numbers, filled in place from the plan's cells. Structure is shared with the
 * Scenario and lives with it. Invariant: filling allocates nothing and touches every element of the block. */
#include "scenario/table.h"

#include <math.h>
#include <string.h>

static const struct {
    Field field;
    size_t offset;
} places[] = {
#define FIELD(name, shape) {FIELD_##name, offsetof(Situation, name)},
#include "scenario/situation.def"
#undef FIELD
};
enum { PLACE_COUNT = sizeof places / sizeof *places };

static double **place_of(Situation *s, int place) {
    return (double **)(void *)((char *)s + places[place].offset);
}

bool extent_is_dated(Extent extent) {
    return extent == EXTENT_DATE || extent == EXTENT_DATE_ASSAY || extent == EXTENT_DATE_OPTION ||
           extent == EXTENT_DATE_TYPE || extent == EXTENT_DATE_TYPE_PARTY || extent == EXTENT_DATE_RUNG ||
           extent == EXTENT_DATE_TYPERUNG;
}

int extent_size(const Situation *s, Extent extent) {
    switch (extent) {
    case EXTENT_ONE:
    case EXTENT_DATE:
        return 1;
    case EXTENT_TYPE:
    case EXTENT_DATE_TYPE:
        return s->type_total;
    case EXTENT_DATE_TYPE_PARTY:
        return s->type_total * s->party_count;
    case EXTENT_RUNG:
    case EXTENT_DATE_RUNG:
        return s->rung_total;
    case EXTENT_RUNG_PARTY:
        return s->rung_total * s->party_count;
    case EXTENT_TYPERUNG:
    case EXTENT_DATE_TYPERUNG:
        return s->type_rung_total;
    case EXTENT_TYPERUNG_OPTION:
        return s->type_rung_total * s->option_total;
    case EXTENT_ISSUE:
        return s->issue_count;
    case EXTENT_OPTION:
    case EXTENT_DATE_OPTION:
        return s->option_total;
    case EXTENT_DATE_ASSAY:
        return s->assay_count;
    case EXTENT_TYPE_ISSUE:
        return s->type_total * s->issue_count;
    case EXTENT_TYPE_OPTION:
        return s->type_total * s->option_total;
    case EXTENT_SYNERGY:
        return s->synergy_count;
    case EXTENT_RED_LINE:
        return s->red_line_count;
    case EXTENT_PHASE:
        return s->phase_total;
    case EXTENT_PHASE_ISSUE:
        return s->phase_total * s->issue_count;
    case EXTENT_DRAFT:
        return s->draft_count;
    case EXTENT_OUTCOME:
        return OUTCOME_COUNT;
    }
    return 0;
}

/* ---- Dates ---- */

static void fill_dates(const Scenario *scenario, Situation *s) {
    const ScenarioPlan *plan = scenario->plan;
    double *day = (double *)s->date_day, *length = (double *)s->round_days, every = s->every[0];
    for (int t = 0; t < s->date_count; t++) {
        if (t < plan->meeting_count && t < s->round_count)
            day[t] = plan->meetings[t];
        else
            day[t] = t == 0 ? plan->start : day[t - 1] + every;
        length[t] = t == 0 || t == s->round_count ? every : day[t] - day[t - 1];
    }
    int *deadline = (int *)s->deadline_round;
    for (int i = 0; i < s->type_rung_total; i++) {
        deadline[i] = 0;
        for (int t = s->round_count - 1; t >= 0 && !isnan(plan->deadline_day[i]); t--)
            if (day[t] >= plan->deadline_day[i]) deadline[i] = t + 1;
    }
}

/* ---- Numbers ---- */

static int number_of(const ScenarioPlan *plan, Field field, int cell) {
    const Cells *cells = &plan->cells[field];
    int number = cell < cells->count ? cells->cells[cell].number : NUMBER_NONE;
    return number == NUMBER_NONE ? plan->default_number[field] : number;
}

static void fill_field(const Scenario *scenario, Draw draw, Situation *s, int place) {
    Field field = places[place].field;
    int size = extent_size(s, field_extent[field]), dates = extent_is_dated(field_extent[field]) ? s->date_count : 1;
    double *values = *place_of(s, place);
    for (int cell = 0; cell < size; cell++) {
        int number = number_of(scenario->plan, field, cell);
        for (int t = 0; t < dates; t++)
            values[(size_t)t * (size_t)size + (size_t)cell] =
                number < 0 ? NAN : number_value(scenario, number, draw, dates > 1 ? s->date_day[t] : 0);
    }
}

/* Members of a sum: NAN stands for the rest; uncertain ones without a rest are divided by their sum, and where all are
 * drawn as 0 they are taken for equal. */
static void close_sum(double *members, int count, int stride) {
    double sum = 0;
    int rest = -1;
    for (int i = 0; i < count; i++) {
        if (isnan(members[i * stride]))
            rest = i;
        else
            sum += members[i * stride];
    }
    if (rest >= 0) {
        members[rest * stride] = fmax(0, 1 - sum);
        sum += members[rest * stride];
    }
    if (sum > 0 && fabs(sum - 1) <= 1e-15) return;
    for (int i = 0; i < count; i++) members[i * stride] = sum > 0 ? members[i * stride] / sum : 1.0 / count;
}

static void close_sums(Situation *s) {
    for (int party = 0; party < s->party_count; party++)
        close_sum(s->prior + s->type_start[party], situation_type_count(s, party), 1);
    for (int timetable = 0; timetable < s->timetable_count; timetable++) {
        int first = s->phase_start[timetable], count = s->phase_start[timetable + 1] - first;
        for (int issue = 0; issue < s->issue_count && count > 0; issue++) {
            double *shares = s->phase_share + first * s->issue_count + issue, stated = 0;
            for (int m = 0; m < count; m++)
                stated += isnan(shares[m * s->issue_count]) || shares[m * s->issue_count] != 0;
            if (stated == 0) shares[0] = 1; /* never named: delivered in the first phase */
            close_sum(shares, count, s->issue_count);
        }
    }
}

/* ---- Weights from statements ---- */

static Appraisal appraisal_of(const Situation *s, int type) {
    size_t issues = (size_t)type * (size_t)s->issue_count;
    return (Appraisal){.option_start = s->option_start,
                       .issue_count = s->issue_count,
                       .weight = s->weight + issues,
                       .anchor = s->anchor + issues,
                       .swing = s->swing + issues,
                       .score = s->score + (size_t)type * (size_t)s->option_total};
}

static void elicit_weights(const ScenarioPlan *plan, Situation *s) {
    for (int i = 0; i < plan->elicitation_count; i++)
        elicit_solve(&plan->elicitations[i], appraisal_of(s, plan->elicitations[i].type), s->workspace);
}

static size_t workspace_size(const ScenarioPlan *plan) {
    size_t most = 0;
    for (int i = 0; i < plan->elicitation_count; i++) {
        size_t own = elicit_workspace(&plan->elicitations[i]);
        if (own > most) most = own;
    }
    return most;
}

static const Elicitation *elicitation_of(const Scenario *scenario, int type) {
    const ScenarioPlan *plan = scenario->plan;
    for (int i = 0; i < plan->elicitation_count; i++)
        if (plan->elicitations[i].type == type) return &plan->elicitations[i];
    return NULL;
}

bool scenario_elicits(const Scenario *scenario, int type, int issue) {
    const Elicitation *e = elicitation_of(scenario, type);
    return e && e->column[issue] != COLUMN_NONE;
}

int scenario_statements(const Scenario *scenario, int type) {
    const Elicitation *e = elicitation_of(scenario, type);
    return e ? e->swing_count + e->trade_count : 0;
}

static Statement swing_statement(const Scenario *scenario, const Situation *s, const Elicitation *e, int index) {
    Appraisal p = appraisal_of(s, e->type);
    int issue = 0;
    for (;; issue++)
        if (e->swings[issue] && index-- == 0) break;
    const Number *number = situation_number(scenario, s, &p.swing[issue]);
    double said = elicit_swing_points(e, p, issue);
    return (Statement){.path = number->path,
                       .span = number->span,
                       .issue = issue,
                       .is_even = true,
                       .said = said,
                       .found = p.weight[issue],
                       .off = p.weight[issue] - said};
}

Statement situation_statement(const Scenario *scenario, const Situation *s, int type, int index) {
    const Elicitation *e = elicitation_of(scenario, type);
    if (index < e->swing_count) return swing_statement(scenario, s, e, index);
    const Trade *trade = e->trades[index - e->swing_count];
    Appraisal p = appraisal_of(s, type);
    double given = 0 - elicit_side(trade, p, false), got = elicit_side(trade, p, true);
    return (Statement){.path = trade->path,
                       .span = trade->span,
                       .issue = -1,
                       .is_even = trade->is_even,
                       .term_count = trade->term_count,
                       .terms = trade->terms,
                       .said = given,
                       .found = got,
                       .off = trade->is_even ? got - given : fmin(0, got - given)};
}

void situation_fill(const Scenario *scenario, Draw draw, Situation *s) {
    int every = number_of(scenario->plan, FIELD_every, 0);
    s->every[0] = every < 0 ? 1 : number_value(scenario, every, draw, 0);
    fill_dates(scenario, s);
    for (int place = 0; place < PLACE_COUNT; place++) fill_field(scenario, draw, s, place);
    close_sums(s);
    for (int i = 0; i < s->type_total * s->option_total; i++)
        if (isnan(s->score[i])) s->score[i] = 0; /* an issue of weight 0 */
    elicit_weights(scenario->plan, s);
}

/* ---- Building ---- */

int scenario_rounds(const Scenario *scenario) {
    return scenario->plan->rounds;
}

/* Elements of one field at all its dates. */
static size_t place_size(const Situation *s, int place) {
    Extent extent = field_extent[places[place].field];
    return (size_t)extent_size(s, extent) * (size_t)(extent_is_dated(extent) ? s->date_count : 1);
}

Situation situation_shape(const Scenario *scenario, int rounds, double *bytes) {
    Situation shape = scenario->plan->shape;
    shape.round_count = (rounds > 0 ? rounds : scenario->plan->rounds) + shape.observed_rounds;
    shape.date_count = shape.round_count + 1;
    shape.block_count = 0;
    for (int place = 0; place < PLACE_COUNT; place++) shape.block_count += place_size(&shape, place);
    *bytes = (double)(shape.block_count + 2 * (size_t)shape.date_count) * sizeof(double) +
             (double)shape.type_rung_total * sizeof(int);
    return shape;
}

BrinkStatus situation_new(const Scenario *scenario, int rounds, Draw draw, Arena *arena, Situation **result) {
    double bytes;
    Situation *s = arena_alloc(arena, sizeof *s);
    if (!s) return BRINK_NO_MEMORY;
    *s = situation_shape(scenario, rounds, &bytes);
    s->date_day = arena_array(arena, (size_t)s->date_count, sizeof(double));
    s->round_days = arena_array(arena, (size_t)s->date_count, sizeof(double));
    s->deadline_round = arena_array(arena, (size_t)s->type_rung_total, sizeof(int));
    s->block = arena_array(arena, s->block_count, sizeof(double));
    s->workspace = arena_array(arena, workspace_size(scenario->plan) + 1, sizeof(double));
    if (!s->workspace || !s->date_day || !s->round_days || !s->deadline_round || !s->block) return BRINK_NO_MEMORY;
    double *at = s->block;
    for (int place = 0; place < PLACE_COUNT; place++) {
        *place_of(s, place) = at;
        at += place_size(s, place);
    }
    situation_fill(scenario, draw, s);
    *result = s;
    return BRINK_OK;
}

const Number *situation_number(const Scenario *scenario, const Situation *situation, const double *element) {
    Situation *s = (Situation *)situation;
    for (int place = 0; place < PLACE_COUNT; place++) {
        size_t size = (size_t)extent_size(s, field_extent[places[place].field]);
        const double *first = *place_of(s, place);
        if (element < first || element >= first + place_size(s, place)) continue;
        int number = number_of(scenario->plan, places[place].field, (int)((size_t)(element - first) % size));
        return number < 0 ? NULL : &scenario->numbers[number];
    }
    return NULL;
}

BrinkSpan situation_span(const Scenario *scenario, const Situation *situation, const double *element) {
    const Number *number = situation_number(scenario, situation, element);
    return number ? number->span : span_none();
}

void situation_scale_rationality(Situation *s, double factor) {
    for (int type = 0; type < s->type_total; type++) s->rationality[type] *= factor;
    s->mediator_rationality[0] *= factor;
}
