/* SPDX-License-Identifier: GPL-3.0-or-later
 * Trades, swings and anchors: binding them, finding the types whose weights follow from them, and checking what they
 * say at the centre of the numbers: which weight nothing determines, which statements contradict each other. */
#include "scenario/bind.h"

#include <assert.h>
#include <math.h>
#include <string.h>

#define BIND(name) void name(Binder *binder, const Key *key, Node *node, Context *context)
#define UNUSED (void)binder, (void)key, (void)node, (void)context

/* Of the largest weight: what statements may be off by and still count as agreeing. */
static const double agreement = 0.01;

/* ---- Binding ---- */

/* A type's anchor replaces its party's. */
BIND(bind_anchor) {
    UNUSED;
    int type = context->at[NAME_TYPE], count = 0;
    for (int i = 0; i < node->count; i++) count += !binder_is_reason(&node->entries[i]);
    if (count != 1)
        diagnostics_add(binder->diagnostics, DIAGNOSTIC_bad_anchor, context->key_span,
                        "keep one, as in `anchor: {ISSUE: points}`, and tell the others by trades or swings",
                        "`%s` must name one issue, not %d", context->path, count);
    for (int issue = 0; type >= 0 && issue < binder->shape.issue_count; issue++) {
        Cell *cell = binder_cell(binder, FIELD_anchor, type * binder->shape.issue_count + issue);
        if (cell) *cell = (Cell){NUMBER_NONE, 2};
    }
}

BIND(bind_trades) {
    UNUSED;
    if (context->at[NAME_TYPE] >= 0) binder->has_own_trades[context->at[NAME_TYPE]] = true;
}

BIND(bind_trade) {
    UNUSED;
    binder->trades =
        binder_grow(binder, binder->trades, &binder->trade_room, binder->trade_count + 1, sizeof *binder->trades);
    if (!binder->trades) return;
    binder->trades[binder->trade_count++] = (Trade){.party = context->at[NAME_PARTY],
                                                    .type = context->at[NAME_TYPE],
                                                    .is_broken = true,
                                                    .first_term = binder->term_count,
                                                    .span = node->span,
                                                    .path = context->path};
}

static Trade *this_trade(Binder *binder) {
    return &binder->trades[binder->trade_count - 1];
}

BIND(bind_trade_even) { /* `even` makes a trade whole: without it there is a diagnostic */
    UNUSED;
    this_trade(binder)->is_even = strcmp(node->text, "true") == 0;
    this_trade(binder)->is_broken = false;
}

static int option_at(Binder *binder, const Node *list, int i, int issue) {
    const Node *item = list->entries[i].value;
    return item->kind == NODE_SCALAR ? binder_refer(binder, NAME_OPTION, issue, item->text, item->span) : -1;
}

static void add_trade_term(Binder *binder, Node *node, const Context *context, bool is_got) {
    int issue = context->at[NAME_ISSUE];
    bool is_pair = node->kind == NODE_LIST && node->count == 2 && node->entries[0].value->kind == NODE_SCALAR &&
                   node->entries[1].value->kind == NODE_SCALAR;
    if (!is_pair)
        diagnostics_add(binder->diagnostics, DIAGNOSTIC_bad_trade, node->span,
                        "write it as {issue: [option before, option after]}", "`%s` must be a list of two options",
                        context->path);
    int from = is_pair ? option_at(binder, node, 0, issue) : -1, to = is_pair ? option_at(binder, node, 1, issue) : -1;
    binder->trade_terms = binder_grow(binder, binder->trade_terms, &binder->term_room, binder->term_count + 1,
                                      sizeof *binder->trade_terms);
    if (!binder->trade_terms) return;
    binder->trade_terms[binder->term_count++] = (TradeTerm){issue, from, to, is_got};
    this_trade(binder)->term_count++;
}

BIND(bind_trade_give) {
    UNUSED;
    add_trade_term(binder, node, context, false);
}
BIND(bind_trade_get) {
    UNUSED;
    add_trade_term(binder, node, context, true);
}

/* ---- Which weights are to be worked out ---- */

static bool is_stated(Binder *binder, Field field, int index) {
    const Cell *cell = binder_cell(binder, field, index);
    return cell && cell->number >= 0;
}

static bool has_scores(Binder *binder, int type, int issue) {
    const Situation *s = &binder->shape;
    for (int option = s->option_start[issue]; option < s->option_start[issue + 1]; option++)
        if (is_stated(binder, FIELD_score, type * s->option_total + option)) return true;
    return false;
}

static bool is_of_type(const Binder *binder, const Trade *trade, int type) {
    if (trade->is_broken || trade->party != binder->shape.type_party[type]) return false;
    return binder->has_own_trades[type] ? trade->type == type : trade->type < 0;
}

/* Trades without a side, or with an option that is none, take no part. */
static void close_trade(Binder *binder, Trade *trade, bool is_clean) {
    int given = 0, got = 0;
    bool is_broken = trade->is_broken;
    trade->terms = trade->term_count > 0 ? binder->trade_terms + trade->first_term : NULL;
    for (int i = 0; i < trade->term_count; i++) {
        *(trade->terms[i].is_got ? &got : &given) += 1;
        is_broken = is_broken || trade->terms[i].from < 0 || trade->terms[i].to < 0;
    }
    if (is_clean && !is_broken && (given == 0 || got == 0))
        diagnostics_add(binder->diagnostics, DIAGNOSTIC_bad_trade, trade->span,
                        "name what changes as {issue: [option before, option after]}",
                        given == 0 ? "this trade gives nothing" : "this trade gets nothing");
    trade->is_broken = is_broken || given == 0 || got == 0;
}

static void refuse_size(Binder *binder, const char *what, int limit, int type) {
    diagnostics_add(binder->diagnostics, DIAGNOSTIC_too_many_names,
                    binder->names[NAME_PARTY].labels[binder->shape.type_party[type]].span,
                    "state some of the weights in points instead",
                    "more than %d %s are not worked out from trades and swings", limit, what);
}

/* Gathers a type's statements and gives each unknown weight a column; false where it has none, or too many. */
static bool gather(Binder *binder, int type, Elicitation *e) {
    const Situation *s = &binder->shape;
    bool has_anchor = false;
    *e = (Elicitation){.type = type,
                       .column = binder_alloc(binder, (size_t)s->issue_count, sizeof *e->column),
                       .swings = binder_alloc(binder, (size_t)s->issue_count, sizeof *e->swings),
                       .trades = binder_alloc(binder, ELICIT_TRADE_LIMIT, sizeof(Trade *))};
    if (binder->is_out_of_memory) return false;
    for (int i = 0; i < binder->trade_count; i++) {
        if (!is_of_type(binder, &binder->trades[i], type)) continue;
        if (e->trade_count < ELICIT_TRADE_LIMIT) e->trades[e->trade_count] = &binder->trades[i];
        e->trade_count++;
    }
    for (int issue = 0; issue < s->issue_count; issue++) {
        int at = type * s->issue_count + issue;
        e->swings[issue] = is_stated(binder, FIELD_swing, at);
        e->swing_count += e->swings[issue];
        bool is_anchor = is_stated(binder, FIELD_anchor, at), is_weight = is_stated(binder, FIELD_weight, at);
        has_anchor = has_anchor || is_anchor;
        bool is_unknown = !is_anchor && !is_weight && (e->swings[issue] || has_scores(binder, type, issue));
        e->column[issue] = is_unknown ? e->unknown_count++ : is_anchor ? COLUMN_ANCHOR : COLUMN_NONE;
    }
    if (e->trade_count > ELICIT_TRADE_LIMIT) refuse_size(binder, "trades of a type", ELICIT_TRADE_LIMIT, type);
    if (e->swing_count > ELICIT_ISSUE_LIMIT || e->unknown_count > ELICIT_ISSUE_LIMIT)
        refuse_size(binder, "weights of a type", ELICIT_ISSUE_LIMIT, type);
    bool is_small = e->trade_count <= ELICIT_TRADE_LIMIT && e->swing_count <= ELICIT_ISSUE_LIMIT &&
                    e->unknown_count <= ELICIT_ISSUE_LIMIT;
    return is_small && (e->trade_count > 0 || e->swing_count > 0 || has_anchor);
}

static bool has_statements(Binder *binder) {
    return binder->trade_count > 0 || binder->cells[FIELD_swing].count > 0 || binder->cells[FIELD_anchor].count > 0;
}

void binder_finish_trades(Binder *binder) {
    const Situation *s = &binder->shape;
    if (!has_statements(binder)) return;
    binder->elicitations = binder_alloc(binder, ELICIT_TYPE_LIMIT, sizeof *binder->elicitations);
    bool is_clean = diagnostics_errors(binder->diagnostics) == 0;
    for (int i = 0; i < binder->trade_count; i++) close_trade(binder, &binder->trades[i], is_clean);
    for (int type = 0; !binder->is_out_of_memory && type < s->type_total; type++) {
        Elicitation own;
        if (!gather(binder, type, &own)) continue;
        if (binder->elicitation_count == ELICIT_TYPE_LIMIT) {
            refuse_size(binder, "types", ELICIT_TYPE_LIMIT, type);
            return;
        }
        binder->elicitations[binder->elicitation_count++] = own;
    }
}

bool binder_elicits(const Binder *binder, int type, int issue) {
    for (int i = 0; i < binder->elicitation_count; i++)
        if (binder->elicitations[i].type == type) return binder->elicitations[i].column[issue] >= 0;
    return false;
}

/* ---- Checking ---- */

typedef struct Inquiry {
    Binder *binder;
    const Elicitation *e;
    Appraisal p;
    const char *party, *who; /* who: the party, or party.type where it has several */
} Inquiry;

static double centre_at(Binder *binder, Field field, int index) {
    const Cell *cell = binder_cell(binder, field, index);
    Scenario view = {.numbers = binder->numbers};
    return cell && cell->number >= 0 ? number_value(&view, cell->number, (Draw){.is_centre = true}, 0) : NAN;
}

static double *centres(Binder *binder, Field field, int first, int count) {
    double *values = binder_alloc(binder, (size_t)count, sizeof *values);
    for (int i = 0; values && i < count; i++) values[i] = centre_at(binder, field, first + i);
    return values;
}

static Appraisal appraise(Binder *binder, int type) {
    const Situation *s = &binder->shape;
    int first = type * s->issue_count;
    Appraisal p = {.option_start = s->option_start,
                   .issue_count = s->issue_count,
                   .weight = centres(binder, FIELD_weight, first, s->issue_count),
                   .anchor = centres(binder, FIELD_anchor, first, s->issue_count),
                   .swing = centres(binder, FIELD_swing, first, s->issue_count),
                   .score = centres(binder, FIELD_score, type * s->option_total, s->option_total)};
    for (int issue = 0; p.weight && issue < s->issue_count; issue++)
        if (!is_stated(binder, FIELD_weight, first + issue)) p.weight[issue] = 0;
    return p;
}

static const Label *label_of(const Binder *binder, NameKind kind, int index) {
    return &binder->names[kind].labels[index];
}

/* An issue that is both anchored and weighed. */
static bool check_anchor(const Inquiry *q) {
    Binder *binder = q->binder;
    bool is_good = true;
    for (int issue = 0; issue < q->p.issue_count; issue++) {
        int at = q->e->type * q->p.issue_count + issue;
        if (!is_stated(binder, FIELD_anchor, at) || !is_stated(binder, FIELD_weight, at)) continue;
        is_good = false;
        diagnostics_add(binder->diagnostics, DIAGNOSTIC_bad_anchor,
                        binder->numbers[binder_cell(binder, FIELD_weight, at)->number].span,
                        "keep one of them: a stated `weight` serves as an anchor",
                        "`%s` of `%s` has a weight and an anchor", label_of(binder, NAME_ISSUE, issue)->key, q->party);
    }
    return is_good;
}

static void refuse_term(const Inquiry *q, const Trade *trade, const TradeTerm *term, bool has_scores) {
    const char *issue = label_of(q->binder, NAME_ISSUE, term->issue)->key;
    if (has_scores)
        diagnostics_add(q->binder->diagnostics, DIAGNOSTIC_bad_trade, trade->span,
                        "write [option before, option after], or correct the scores",
                        "by its scores `%s` %s nothing when `%s` goes from `%s` to `%s`", q->party,
                        term->is_got ? "gets" : "gives", issue, label_of(q->binder, NAME_OPTION, term->from)->key,
                        label_of(q->binder, NAME_OPTION, term->to)->key);
    else
        diagnostics_add(q->binder->diagnostics, DIAGNOSTIC_missing_score, trade->span,
                        "give every option of the issue a score from 0 to 100",
                        "`%s` trades `%s` and has no scores for it", q->party, issue);
}

/* Whether what is given gets worse and what is got gets better, by the scores. A trade is told of once, not for each
 * type; single scores that are missing are told of where the scores are. */
static bool check_term(const Inquiry *q, Trade *trade, const TradeTerm *term) {
    double change = q->p.score[term->to] - q->p.score[term->from];
    if (term->is_got ? change > 0 : change < 0) return true;
    if (trade->is_broken || (isnan(change) && q->e->column[term->issue] != COLUMN_NONE)) return false;
    refuse_term(q, trade, term, !isnan(change));
    trade->is_broken = true;
    return false;
}

static bool check_terms(const Inquiry *q) {
    bool is_good = true;
    for (int i = 0; i < q->e->trade_count; i++)
        for (int k = 0; k < q->e->trades[i]->term_count; k++)
            is_good = check_term(q, (Trade *)q->e->trades[i], &q->e->trades[i]->terms[k]) && is_good;
    return is_good;
}

/* "`a`, `b`" */
static const char *open_names(const Inquiry *q, const bool *is_open, int *count) {
    const char *text = "";
    *count = 0;
    for (int issue = 0; text && issue < q->p.issue_count; issue++)
        if (q->e->column[issue] >= 0 && is_open[q->e->column[issue]])
            text = arena_print(q->binder->arena, "%s%s`%s`", text, ++*count > 1 ? ", " : "",
                               label_of(q->binder, NAME_ISSUE, issue)->key);
    return text;
}

static bool has_scale(const Inquiry *q) {
    for (int issue = 0; issue < q->p.issue_count; issue++)
        if (q->e->column[issue] == COLUMN_ANCHOR || q->p.weight[issue] != 0) return true;
    return false;
}

/* Where a type's statements begin. */
static BrinkSpan span_of(const Inquiry *q) {
    if (q->e->trade_count > 0) return q->e->trades[0]->span;
    for (int pass = 0; pass < 2; pass++)
        for (int issue = 0; issue < q->p.issue_count; issue++) {
            const Cell *cell =
                binder_cell(q->binder, pass ? FIELD_anchor : FIELD_swing, q->e->type * q->p.issue_count + issue);
            if (cell && cell->number >= 0) return q->binder->numbers[cell->number].span;
        }
    return span_none();
}

/* Types of a party that are alike are told of once. */
static bool check_open(const Inquiry *q, double *workspace, const char **told) {
    bool is_open[ELICIT_ISSUE_LIMIT] = {false};
    int count;
    elicit_open(q->e, q->p, workspace, is_open);
    const char *names = open_names(q, is_open, &count);
    if (!names || count == 0) return true;
    const char *text = arena_print(q->binder->arena, "nothing determines the weight%s of %s for `%s`",
                                   count > 1 ? "s" : "", names, q->party);
    if (!text || (*told && strcmp(*told, text) == 0)) return false;
    *told = text;
    diagnostics_add(q->binder->diagnostics, DIAGNOSTIC_weight_open, span_of(q),
                    has_scale(q)
                        ? "link it by a swing or an `even` trade to an issue whose weight is known, or state its "
                          "`weight`; `at_least` bounds a weight and does not fix it"
                        : "nothing is in points: give an `anchor: {ISSUE: points}`, or one `weight`",
                    "%s", text);
    return false;
}

static const char told_hint[] = "the weights are those nearest to all that is stated; correct what is wrong";

static void tell_swings(const Inquiry *q, double least) {
    for (int issue = 0; issue < q->p.issue_count; issue++) {
        if (!q->e->swings[issue]) continue;
        double said = elicit_swing_points(q->e, q->p, issue), off = q->p.weight[issue] - said;
        int at = q->e->type * q->p.issue_count + issue;
        if (!(fabs(off) > least)) continue;
        diagnostics_add(q->binder->diagnostics, DIAGNOSTIC_statements_disagree,
                        q->binder->numbers[binder_cell(q->binder, FIELD_swing, at)->number].span, told_hint,
                        "`%s` is off by %.2g points: by its swing `%s` would weigh %.3g points, by all statements %.3g",
                        q->who, fabs(off), label_of(q->binder, NAME_ISSUE, issue)->key, said, q->p.weight[issue]);
    }
}

static void tell_trades(const Inquiry *q, double least) {
    for (int i = 0; i < q->e->trade_count; i++) {
        const Trade *trade = q->e->trades[i];
        double given = 0 - elicit_side(trade, q->p, false), got = elicit_side(trade, q->p, true);
        double off = trade->is_even ? fabs(got - given) : given - got;
        if (!(off > least)) continue;
        diagnostics_add(q->binder->diagnostics, DIAGNOSTIC_statements_disagree, trade->span, told_hint,
                        "`%s` is off by %.2g points in this trade: it gives %.3g points and gets %.3g", q->who, off,
                        given, got);
    }
}

static bool is_finite(const Inquiry *q) {
    for (int issue = 0; issue < q->p.issue_count; issue++)
        if (!isfinite(q->p.weight[issue]) || (q->e->swings[issue] && !isfinite(q->p.swing[issue])) ||
            (q->e->column[issue] == COLUMN_ANCHOR && !isfinite(q->p.anchor[issue])))
            return false;
    return true;
}

static void check_statements(const Inquiry *q, bool is_clean, const char **told) {
    double *workspace = binder_alloc(q->binder, elicit_workspace(q->e), sizeof *workspace), largest = 0;
    if (!workspace || !is_finite(q) || !check_anchor(q) || !check_terms(q) || !is_clean ||
        !check_open(q, workspace, told))
        return;
    elicit_solve(q->e, q->p, workspace);
    for (int issue = 0; issue < q->p.issue_count; issue++) largest = fmax(largest, fabs(q->p.weight[issue]));
    tell_swings(q, agreement * largest);
    tell_trades(q, agreement * largest);
}

void binder_check_trades(Binder *binder) {
    const char *told = NULL;
    bool is_clean = diagnostics_errors(binder->diagnostics) == 0; /* else what is missing may just be misspelt */
    for (int i = 0; i < binder->elicitation_count; i++) {
        const Elicitation *e = &binder->elicitations[i];
        int party = binder->shape.type_party[e->type];
        const char *name = label_of(binder, NAME_PARTY, party)->key;
        const char *who = situation_type_count(&binder->shape, party) == 1
                              ? name
                              : arena_print(binder->arena, "%s.%s", name, label_of(binder, NAME_TYPE, e->type)->key);
        Inquiry q = {binder, e, appraise(binder, e->type), name, who};
        if (!who || binder->is_out_of_memory) return;
        assert(q.p.score && q.p.weight);
        check_statements(&q, is_clean, &told);
    }
}
