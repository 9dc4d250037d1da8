/* SPDX-License-Identifier: GPL-3.0-or-later
 * Whole-file checks: what no single key can tell. They run on whatever was read, so that they report beside mistakes in
 * single keys. */
#include "scenario/table.h"

#include <math.h>
#include <string.h>

static const Label *label_of(const Binder *binder, NameKind kind, int index) {
    return &binder->names[kind].labels[index];
}

/* ---- Shares that sum to 1 ---- */

typedef struct Sum {
    double fixed;
    int count, rests, uncertain, same, unstated;
} Sum;

static void add_member(Binder *binder, Sum *sum, Field field, int index) {
    const Cell *cell = binder_cell(binder, field, index);
    if (!cell) return;
    sum->count++;
    if (cell->number == NUMBER_REST)
        sum->rests++;
    else if (cell->number == NUMBER_NONE)
        sum->unstated++;
    else {
        const Number *number = &binder->numbers[cell->number];
        sum->uncertain += number->spread != SPREAD_FIXED;
        sum->same += number->spread == SPREAD_SAME;
        Scenario view = {.numbers = binder->numbers};
        sum->fixed +=
            number->spread == SPREAD_SAME ? 0 : number_value(&view, cell->number, (Draw){.is_centre = true}, 0);
    }
}

static void check_sum(Binder *binder, Sum sum, const char *what, BrinkSpan span) {
    if (sum.rests > 1)
        diagnostics_add(binder->diagnostics, DIAGNOSTIC_two_rests, span, "state all members but one",
                        "%s have `rest` more than once", what);
    else if (sum.rests == 1 && sum.fixed > 1 + 1e-9)
        diagnostics_add(binder->diagnostics, DIAGNOSTIC_sum_not_one, span,
                        "what is stated must leave something for the rest", "%s sum to %.10g before the rest", what,
                        sum.fixed);
    else if (sum.rests == 0 && sum.uncertain > 0 && sum.same == 0 && !(sum.fixed > 0))
        diagnostics_add(binder->diagnostics, DIAGNOSTIC_sum_not_one, span,
                        "let one of them lie above 0 at its centre, or write `rest` for one",
                        "%s sum to 0 at the centres of what is uncertain", what);
    else if (sum.rests == 0 && sum.uncertain > 0)
        diagnostics_add(binder->diagnostics, DIAGNOSTIC_divided_by_sum, span,
                        "make one member `rest` to keep the others as drawn",
                        "%s are uncertain and are divided by their sum after each draw", what);
    else if (sum.rests == 0 && fabs(sum.fixed - 1) > 1e-9)
        diagnostics_add(binder->diagnostics, DIAGNOSTIC_sum_not_one, span,
                        "correct one of them, or write `rest` for one", "%s sum to %.10g, not to 1", what, sum.fixed);
}

static void check_priors(Binder *binder) {
    const Situation *s = &binder->shape;
    for (int party = 0; party < s->party_count; party++) {
        Sum sum = {0};
        for (int type = s->type_start[party]; type < s->type_start[party + 1]; type++)
            add_member(binder, &sum, FIELD_prior, type);
        if (sum.count == 1 && sum.unstated == 1) continue; /* one type is certain */
        for (int type = s->type_start[party]; type < s->type_start[party + 1]; type++)
            if (binder_cell(binder, FIELD_prior, type)->number == NUMBER_NONE)
                diagnostics_add(binder->diagnostics, DIAGNOSTIC_missing_key, label_of(binder, NAME_TYPE, type)->span,
                                "give its probability, or `rest`", "type `%s` needs a `prior`",
                                label_of(binder, NAME_TYPE, type)->key);
        const char *what = arena_print(binder->arena, "the priors of `%s`", label_of(binder, NAME_PARTY, party)->key);
        if (sum.unstated == 0 && what) check_sum(binder, sum, what, label_of(binder, NAME_PARTY, party)->span);
    }
}

/* Shares of an issue over a timetable's phases; an issue never named is delivered in the first. */
static void check_shares(Binder *binder) {
    const Situation *s = &binder->shape;
    for (int timetable = 1; timetable < s->timetable_count; timetable++)
        for (int issue = 0; issue < s->issue_count; issue++) {
            Sum sum = {0};
            for (int phase = s->phase_start[timetable]; phase < s->phase_start[timetable + 1]; phase++)
                add_member(binder, &sum, FIELD_phase_share, phase * s->issue_count + issue);
            const Label *label = label_of(binder, NAME_TIMETABLE, timetable - 1);
            const char *what = arena_print(binder->arena, "the shares of `%s` in timetable `%s`",
                                           label_of(binder, NAME_ISSUE, issue)->key, label->key);
            if (sum.unstated < sum.count && what) check_sum(binder, sum, what, label->span);
        }
}

/* ---- The clock ---- */

static void check_clock(Binder *binder) {
    bool has_start = binder->has_start;
    if (has_start == binder->has_meetings && binder->scenario->clock_span.line > 0)
        diagnostics_add(binder->diagnostics, DIAGNOSTIC_start_and_meetings,
                        has_start ? binder->start_span : binder->scenario->clock_span,
                        "`start` and `every` for even meetings, `meetings` for dates of their own",
                        has_start ? "the clock has both `start` and `meetings`"
                                  : "the clock needs `start` or `meetings`");
    for (int i = 1; i < binder->meeting_count; i++)
        if (binder->meetings[i] <= binder->meetings[i - 1])
            diagnostics_add(binder->diagnostics, DIAGNOSTIC_meetings_order, binder->meeting_spans[i],
                            "list the dates from the earliest to the latest",
                            "this meeting is not after the one before it");
    double first = binder->meeting_count > 0 ? binder->meetings[0] : binder->start;
    const Situation *s = &binder->shape;
    for (int i = 0; i < s->type_rung_total; i++) {
        if (!(binder->deadline_day[i] < first)) continue;
        bool is_repeated = i > 0 && binder->deadline_span[i].line == binder->deadline_span[i - 1].line &&
                           binder->deadline_span[i].column == binder->deadline_span[i - 1].column;
        for (int k = 0; k < i && !is_repeated; k++)
            is_repeated = binder->deadline_span[k].line == binder->deadline_span[i].line &&
                          binder->deadline_span[k].column == binder->deadline_span[i].column;
        if (!is_repeated)
            diagnostics_add(binder->diagnostics, DIAGNOSTIC_deadline_too_early, binder->deadline_span[i],
                            "a deadline that has passed belongs in the values, not in a rung",
                            "this deadline lies before the first meeting");
    }
}

/* ---- Parties ---- */

static void check_parties(Binder *binder) {
    const Situation *s = &binder->shape;
    int signers = 0;
    for (int party = 0; party < s->party_count; party++) {
        signers += s->signs[party];
        if (binder->now_span[party].line == 0 && s->attack[s->now[party]])
            diagnostics_add(binder->diagnostics, DIAGNOSTIC_now_attacks, label_of(binder, NAME_PARTY, party)->span,
                            "list a rung without `attack` first, or state `now`",
                            "the lowest rung of `%s` is an attack and cannot be held at the start",
                            label_of(binder, NAME_PARTY, party)->key);
    }
    const Entry *parties = tree_find(binder->root, "parties");
    if (signers < 2 && parties)
        diagnostics_add(binder->diagnostics, DIAGNOSTIC_too_few_signers,
                        s->party_count > 0 ? label_of(binder, NAME_PARTY, 0)->span : parties->key_span,
                        "a negotiation needs two parties without `signs: false`", "%s",
                        signers ? "only one party signs" : "no party signs");
}

/* ---- Preferences ---- */

static int stated_number(Binder *binder, Field field, int index) {
    const Cell *cell = binder_cell(binder, field, index);
    return cell && cell->number >= 0 ? cell->number : NUMBER_NONE;
}

/* The number by which an issue matters to a type: its weight, anchor or swing, else the first of its scores where
 * trades tell the weight; NUMBER_NONE where it does not matter. */
static int number_of_weight(Binder *binder, int type, int issue) {
    const Situation *s = &binder->shape;
    int at = type * s->issue_count + issue, number = stated_number(binder, FIELD_weight, at);
    if (number < 0) number = stated_number(binder, FIELD_anchor, at);
    if (number < 0) number = stated_number(binder, FIELD_swing, at);
    for (int option = s->option_start[issue]; number < 0 && option < s->option_start[issue + 1]; option++)
        if (binder_elicits(binder, type, issue))
            number = stated_number(binder, FIELD_score, type * s->option_total + option);
    return number;
}

/* A weight or swing that is 0: the issue needs no scores. */
static bool is_worthless(Binder *binder, int type, int issue, const Number *number) {
    int at = type * binder->shape.issue_count + issue;
    bool is_weight = stated_number(binder, FIELD_weight, at) >= 0 || stated_number(binder, FIELD_swing, at) >= 0;
    return is_weight && number->spread == SPREAD_FIXED && number->parameters[0] == 0;
}

static void check_scores_of(Binder *binder, int type, int issue) {
    const Situation *s = &binder->shape;
    const Number *number = &binder->numbers[number_of_weight(binder, type, issue)];
    if (is_worthless(binder, type, issue, number)) return;
    double low = INFINITY, high = -INFINITY;
    bool is_complete = true;
    Scenario view = {.numbers = binder->numbers};
    for (int option = s->option_start[issue]; option < s->option_start[issue + 1]; option++) {
        const Cell *score = binder_cell(binder, FIELD_score, type * s->option_total + option);
        if (score && score->number >= 0) {
            if (binder->numbers[score->number].spread == SPREAD_SAME) return;
            double value = number_value(&view, score->number, (Draw){.is_centre = true}, 0);
            if (isnan(value)) return; /* it makes a mistake of its own */
            low = fmin(low, value);
            high = fmax(high, value);
            continue;
        }
        is_complete = false;
        diagnostics_add(binder->diagnostics, DIAGNOSTIC_missing_score, number->span,
                        "give every option of the issue a score from 0 to 100", "`%s` has no score for `%s` of `%s`",
                        label_of(binder, NAME_PARTY, s->type_party[type])->key,
                        label_of(binder, NAME_OPTION, option)->key, label_of(binder, NAME_ISSUE, issue)->key);
    }
    if (is_complete && (low > 0 || high < 100))
        diagnostics_add(binder->diagnostics, DIAGNOSTIC_scores_span, number->span,
                        "give the worst option 0 and the best 100, and put the stakes into the weight",
                        "the scores of `%s` by `%s` run from %g to %g", label_of(binder, NAME_ISSUE, issue)->key,
                        label_of(binder, NAME_PARTY, s->type_party[type])->key, low, high);
}

static void check_scores(Binder *binder) {
    const Situation *s = &binder->shape;
    bool *is_checked = binder_alloc(binder, (size_t)binder->number_count, sizeof *is_checked);
    for (int type = 0; is_checked && type < s->type_total; type++)
        for (int issue = 0; issue < s->issue_count; issue++) {
            int own = number_of_weight(binder, type, issue);
            if (own < 0 || is_checked[own]) continue;
            is_checked[own] = true; /* a party's own line is checked once */
            check_scores_of(binder, type, issue);
        }
}

/* ---- `same` ---- */

static int number_at(const Binder *binder, const char *path) {
    for (int i = 0; i < binder->number_count; i++)
        if (binder->numbers[i].is_stated && strcmp(binder->numbers[i].path, path) == 0) return i;
    return NUMBER_NONE;
}

/* The numbers that a number takes its value from: the other one of `same`, the steps of `steps`. */
static int source_count(const Number *number) {
    return number->spread == SPREAD_SAME ? 1 : number->spread == SPREAD_STEPS ? number->parameter_count / 2 : 0;
}
static int source_of(const Number *number, int index) {
    return number->spread == SPREAD_SAME ? number->same : number->step_numbers[index];
}

/* Makes a number that leads nowhere a plain one, so that everything can be followed; the file has a mistake then. */
static void cut_off(Binder *binder, int number) {
    double *value = binder_alloc(binder, 1, sizeof *value);
    if (value) *value = NAN;
    binder->numbers[number].spread = SPREAD_FIXED;
    binder->numbers[number].parameters = value;
    binder->numbers[number].parameter_count = 1;
}

typedef struct Walk {
    char *colours;     /* 0 not seen, 1 on the way, 2 done */
    int *way, *looked; /* numbers on the way, and how many sources of each were looked at */
} Walk;

/* Depth first from one number; a source that is on the way already is a circle. */
static void find_circle(Binder *binder, Walk walk, int start) {
    int depth = 0;
    walk.way[0] = start;
    walk.looked[0] = 0;
    walk.colours[start] = 1;
    while (depth >= 0) {
        int at = walk.way[depth];
        if (walk.looked[depth] >= source_count(&binder->numbers[at])) {
            walk.colours[at] = 2;
            depth--;
            continue;
        }
        int next = source_of(&binder->numbers[at], walk.looked[depth]++);
        if (walk.colours[next] == 1) {
            int number = binder->numbers[at].spread == SPREAD_SAME ? at : next;
            diagnostics_add(binder->diagnostics, DIAGNOSTIC_bad_same, binder->numbers[number].span,
                            "let one of them state a number", "`same` leads back to itself");
            cut_off(binder, at);
        } else if (walk.colours[next] == 0) {
            walk.colours[next] = 1;
            walk.way[++depth] = next;
            walk.looked[depth] = 0;
        }
    }
}

static void find_circles(Binder *binder) {
    size_t count = (size_t)binder->number_count;
    Walk walk = {binder_alloc(binder, count, 1), binder_alloc(binder, count, sizeof(int)),
                 binder_alloc(binder, count, sizeof(int))};
    for (int i = 0; !binder->is_out_of_memory && i < binder->number_count; i++)
        if (walk.colours[i] == 0) find_circle(binder, walk, i);
}

/* A number that is the same as another must be one that could stand here. */
static void check_same_range(Binder *binder, const Number *number) {
    const Number *other = &binder->numbers[number->same];
    Scenario view = {.numbers = binder->numbers};
    int count = other->spread == SPREAD_STEPS ? other->parameter_count / 2 : 1;
    for (int i = 0; i < count; i++) {
        double day = other->spread == SPREAD_STEPS ? other->parameters[2 * i] : 0;
        double value = number_value(&view, number->same, (Draw){.is_centre = true}, day);
        if (!(value < number->low || value > number->high)) continue;
        diagnostics_add(binder->diagnostics, DIAGNOSTIC_out_of_range, number->span, NULL,
                        "`%s` would be %g, which is outside its range", number->path, value);
        return;
    }
}

static void resolve_same(Binder *binder) {
    for (int i = 0; i < binder->number_count; i++) {
        Number *number = &binder->numbers[i];
        if (number->spread != SPREAD_SAME) continue;
        const char *path = (const char *)(const void *)number->parameters;
        number->same = number_at(binder, path);
        number->parameters = NULL;
        if (number->same >= 0) continue;
        diagnostics_add(binder->diagnostics, DIAGNOSTIC_bad_same, number->span,
                        "give the full path of a number that the file states", "`%s` is not the path of a number",
                        path);
        cut_off(binder, i);
    }
    find_circles(binder);
    for (int i = 0; !binder->is_out_of_memory && i < binder->number_count; i++)
        if (binder->numbers[i].spread == SPREAD_SAME) check_same_range(binder, &binder->numbers[i]);
}

static void share_detections(Binder *binder) {
    Situation *s = &binder->shape;
    for (int option = 0; option < s->option_total; option++)
        for (int party = 0; party < s->party_count; party++) {
            bool *detects = (bool *)&s->detects[option * s->party_count + party];
            if (!binder->has_detection[option] && !binder->has_detect_after[option])
                *detects = false;
            else if (!binder->has_detects[option])
                *detects = true;
        }
}

/* A timetable that is no list has no phases; its place in phase_start must still be in order. */
static void close_timetables(Binder *binder) {
    int *start = (int *)binder->shape.phase_start;
    for (int i = 1; i <= binder->shape.timetable_count; i++)
        if (start[i] < start[i - 1]) start[i] = start[i - 1];
}

/* Packages can be looked at only where every issue has an option; those that have none were reported when they were
 * read. */
static bool has_packages(const Situation *s) {
    for (int issue = 0; issue < s->issue_count; issue++)
        if (s->option_start[issue] == s->option_start[issue + 1]) return false;
    return true;
}

void binder_check(Binder *binder) {
    resolve_same(binder);
    if (binder->is_out_of_memory) return;
    close_timetables(binder);
    check_clock(binder);
    check_parties(binder);
    check_priors(binder);
    check_shares(binder);
    binder_finish_trades(binder);
    if (binder->is_out_of_memory) return;
    check_scores(binder);
    binder_check_trades(binder);
    share_detections(binder);
    if (!has_packages(&binder->shape)) return;
    binder_check_drafts(binder);
    binder_check_safeguards(binder);
    binder_check_history(binder);
    binder_check_claims(binder);
}
