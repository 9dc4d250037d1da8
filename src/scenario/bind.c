/* SPDX-License-Identifier: GPL-3.0-or-later
 * Bind functions, first part: the frame, the clock, parties, issues, timetables. Each is called with the names on the
 * way already resolved. */
#include "scenario/bind.h"

#include <math.h>
#include <string.h>

#define BIND(name) void name(Binder *binder, const Key *key, Node *node, Context *context)
#define UNUSED (void)binder, (void)key, (void)node, (void)context

static double day_of(const Node *node) {
    double day = NAN;
    calendar_parse(node->text, &day);
    return day;
}

static bool flag_of(Binder *binder, const Node *node) {
    bool value = false;
    binder_flag(binder, node, &value);
    return value;
}

BIND(bind_title) {
    UNUSED;
    binder->scenario->title = node->text;
}
BIND(bind_about) {
    UNUSED;
    binder->scenario->about = node->text;
}
BIND(bind_as_of) {
    UNUSED;
    binder->scenario->as_of = day_of(node);
}
BIND(bind_name) {
    UNUSED;
    if (context->label) context->label->name = node->text;
}

/* ---- The clock ---- */

/* What is stated is seen here, so that a mistake in a date is not taken for its absence. */
BIND(bind_clock) {
    UNUSED;
    binder->scenario->clock_span = context->key_span;
    for (int i = 0; i < node->count; i++) {
        const Key *child = key_child(key, node->entries[i].key);
        const Node *value = node->entries[i].value;
        if (child && child->bind == bind_start) binder->has_start = true, binder->start_span = value->span;
        if (child && child->bind == bind_meetings) binder->has_meetings = value->kind != NODE_LIST || value->count > 0;
    }
}
BIND(bind_meetings) {
    UNUSED;
}
BIND(bind_rounds) {
    UNUSED;
    binder->rounds = context->number;
}

BIND(bind_start) {
    UNUSED;
    binder->start = day_of(node);
}

BIND(bind_meeting) {
    UNUSED;
    int room = binder->meeting_room;
    binder->meetings =
        binder_grow(binder, binder->meetings, &room, binder->meeting_count + 1, sizeof *binder->meetings);
    binder->meeting_spans = binder_grow(binder, binder->meeting_spans, &binder->meeting_room, binder->meeting_count + 1,
                                        sizeof *binder->meeting_spans);
    if (!binder->meetings || !binder->meeting_spans) return;
    binder->meetings[binder->meeting_count] = day_of(node);
    binder->meeting_spans[binder->meeting_count++] = node->span;
}

/* ---- Sources and references ---- */

BIND(bind_source) {
    UNUSED;
    Names *sources = &binder->names[NAME_SOURCE];
    sources->labels[context->at[NAME_SOURCE]].name = node->text;
}

BIND(bind_reference) {
    UNUSED;
    Reference *reference = &binder->references[context->at[NAME_REFERENCE]];
    *reference = (Reference){*context->label, NAN, NAN, NAN, context->source};
}

static double plain_value(const Binder *binder, int number) {
    const Number *own = &binder->numbers[number];
    return own->spread == SPREAD_FIXED ? own->parameters[0] : NAN;
}

BIND(bind_reference_deal) {
    UNUSED;
    binder->references[context->at[NAME_REFERENCE]].deal = plain_value(binder, context->number);
}
BIND(bind_reference_conflict) {
    UNUSED;
    binder->references[context->at[NAME_REFERENCE]].conflict = plain_value(binder, context->number);
}
BIND(bind_reference_count) {
    UNUSED;
    binder->references[context->at[NAME_REFERENCE]].count = plain_value(binder, context->number);
}

/* ---- Parties ---- */

/* When names are declared: a party without types has the type `only`, without postures the rung `calm`. */
BIND(bind_party) {
    UNUSED;
    int party = context->at[NAME_PARTY];
    if (!binder->is_declaring) return;
    bool has_type = false, has_rung = false;
    for (int i = 0; i < binder->names[NAME_TYPE].count; i++) has_type |= binder->names[NAME_TYPE].owners[i] == party;
    for (int i = 0; i < binder->names[NAME_RUNG].count; i++) has_rung |= binder->names[NAME_RUNG].owners[i] == party;
    if (!has_type) binder_declare(binder, NAME_TYPE, party, "only", span_none());
    if (!has_rung) binder_declare(binder, NAME_RUNG, party, "calm", span_none());
}

BIND(bind_signs) {
    UNUSED;
    ((bool *)binder->shape.signs)[context->at[NAME_PARTY]] = flag_of(binder, node);
}

BIND(bind_now) {
    UNUSED;
    int party = context->at[NAME_PARTY], rung = binder_refer(binder, NAME_RUNG, party, node->text, node->span);
    if (rung >= 0) ((int *)binder->shape.now)[party] = rung;
    binder->now_span[party] = node->span;
    if (rung >= 0 && binder->shape.attack[rung])
        diagnostics_add(binder->diagnostics, DIAGNOSTIC_now_attacks, node->span, "start from a rung without `attack`",
                        "`%s` is an attack and cannot be held at the start", node->text);
}

BIND(bind_only_begins) {
    UNUSED;
    int party = context->at[NAME_PARTY];
    for (int rung = binder->shape.rung_start[party]; rung < binder->shape.rung_start[party + 1]; rung++)
        ((bool *)binder->shape.rung_open)[rung] = false;
    if (node->kind == NODE_LIST && node->count == 0)
        diagnostics_add(binder->diagnostics, DIAGNOSTIC_no_open_rung, context->key_span,
                        "leave `only` out to open all rungs", "`%s` leaves no rung open", context->path);
}

BIND(bind_only) {
    UNUSED;
    int rung = binder_refer(binder, NAME_RUNG, context->at[NAME_PARTY], node->text, node->span);
    if (rung >= 0) ((bool *)binder->shape.rung_open)[rung] = true;
}

BIND(bind_level) {
    UNUSED;
}
BIND(bind_attack) {
    UNUSED;
    ((bool *)binder->shape.attack)[context->at[NAME_RUNG]] = flag_of(binder, node);
}

BIND(bind_deadline) {
    UNUSED;
    const Situation *s = &binder->shape;
    int party = context->at[NAME_PARTY], own = context->at[NAME_TYPE], priority = own >= 0 ? 2 : 1;
    for (int type = s->type_start[party]; type < s->type_start[party + 1]; type++) {
        int type_rung = s->type_rung_start[type] + context->at[NAME_RUNG] - s->rung_start[party];
        if ((own >= 0 && type != own) || binder->deadline_priority[type_rung] > priority) continue;
        binder->deadline_priority[type_rung] = priority;
        binder->deadline_day[type_rung] = day_of(node);
        binder->deadline_span[type_rung] = node->span;
    }
}

/* ---- The mediator ---- */

BIND(bind_mediator_name) {
    UNUSED;
    binder->scenario->mediator_name = node->text;
}
BIND(bind_adjourn) {
    UNUSED;
    binder->shape.adjourn = flag_of(binder, node);
}
BIND(bind_exposed) {
    UNUSED;
    binder->shape.exposed = flag_of(binder, node);
}

BIND(bind_proposes) { /* the words stand in the order of Proposer */
    UNUSED;
    const char *found = strstr(key->words, node->text);
    int index = 0;
    for (const char *at = key->words; at < found; at++) index += *at == ' ';
    binder->shape.proposer = (Proposer)index;
}

/* ---- Issues ---- */

BIND(bind_issue) {
    UNUSED;
}

/* Calls set for every name of a name or list of names. */
static void each_name(Binder *binder, Node *node, const Context *context, NameKind kind,
                      void (*set)(Binder *, int, void *), void *payload) {
    int count = node->kind == NODE_LIST ? node->count : 1;
    for (int i = 0; i < count; i++) {
        const Node *item = node->kind == NODE_LIST ? node->entries[i].value : node;
        if (item->kind != NODE_SCALAR || !*item->text) {
            diagnostics_add(binder->diagnostics, DIAGNOSTIC_wrong_shape, item->span, NULL,
                            "`%s` must be a name or a list of names", context->path);
            continue;
        }
        int found = binder_refer(binder, kind, -1, item->text, item->span);
        if (found >= 0) set(binder, found, payload);
    }
}

typedef struct Performing {
    int issue;
    BrinkSpan span;
} Performing;

static void set_performer(Binder *binder, int party, void *payload) {
    const Performing *at = payload;
    ((bool *)binder->shape.performs)[at->issue * binder->shape.party_count + party] = true;
    if (!binder->shape.signs[party])
        diagnostics_add(binder->diagnostics, DIAGNOSTIC_third_party_performs, at->span, "name a party that signs",
                        "`%s` does not sign, so it cannot perform an issue",
                        binder->names[NAME_PARTY].labels[party].key);
}

BIND(bind_performer) {
    UNUSED;
    each_name(binder, node, context, NAME_PARTY, set_performer, &(Performing){context->at[NAME_ISSUE], node->span});
}

BIND(bind_today) {
    UNUSED;
    int issue = context->at[NAME_ISSUE], option = binder_refer(binder, NAME_OPTION, issue, node->text, node->span);
    if (option >= 0) ((int *)binder->shape.today)[issue] = option;
}

BIND(bind_options) {
    UNUSED;
    const int *start = binder->shape.option_start + context->at[NAME_ISSUE];
    if (start[0] == start[1])
        diagnostics_add(binder->diagnostics, DIAGNOSTIC_wrong_shape, context->key_span,
                        "name today's option, and others", "`%s` names no option", context->path);
}

BIND(bind_option) {
    UNUSED;
}
BIND(bind_detection) {
    UNUSED;
    binder->has_detection[context->at[NAME_OPTION]] = true;
}

static void set_detects(Binder *binder, int party, void *payload) {
    ((bool *)binder->shape.detects)[*(int *)payload * binder->shape.party_count + party] = true;
}

BIND(bind_detects) {
    UNUSED;
    int option = context->at[NAME_OPTION];
    binder->has_detects[option] = true;
    each_name(binder, node, context, NAME_PARTY, set_detects, &option);
}

BIND(bind_detect_after) {
    UNUSED;
    binder->has_detect_after[context->at[NAME_OPTION]] = true;
}

BIND(bind_stock) { /* the words stand in the order of Disposition */
    UNUSED;
    const char *found = strstr(key->words, node->text);
    int index = 0, option = context->at[NAME_OPTION];
    for (const char *at = key->words; at < found; at++) index += *at == ' ';
    ((Disposition *)binder->shape.option_stock)[option] = (Disposition)index;
    binder->has_stock[option] = true;
    binder->stock_span[option] = node->span;
}

BIND(bind_stock_part) {
    UNUSED;
    BrinkSpan *span = &binder->stock_span[context->at[NAME_OPTION]];
    if (span->line == 0) *span = context->key_span;
}

BIND(bind_best_tails) {
    UNUSED;
    binder->shape.has_best_tails = flag_of(binder, node);
}

BIND(bind_timetable) {
    UNUSED;
    int timetable = binder_refer(binder, NAME_TIMETABLE, -1, node->text, node->span);
    if (timetable >= 0)
        ((int *)binder->shape.option_timetable)[context->at[NAME_OPTION]] = timetable + 1; /* 0 is the default one */
}

/* ---- Timetables ---- */

/* Phases of a timetable are numbered after those of the timetables before it: the first phase of all belongs to the
 * default timetable. */
BIND(bind_timetable_begins) {
    UNUSED;
    ((int *)binder->shape.phase_start)[context->at[NAME_TIMETABLE] + 1] = binder->shape.phase_total;
    if (node->kind == NODE_LIST && node->count == 0)
        diagnostics_add(binder->diagnostics, DIAGNOSTIC_wrong_shape, context->key_span, "give it at least one phase",
                        "timetable `%s` has no phase", context->label->key);
}

BIND(bind_phase) {
    UNUSED;
    double shares = (binder->shape.phase_total + 1.0) * (binder->shape.issue_count + 1);
    if (!binder_fits(binder, shares, node->span, "phases and issues")) return;
    context->item = binder->shape.phase_total++;
    ((int *)binder->shape.phase_start)[context->at[NAME_TIMETABLE] + 2] = binder->shape.phase_total;
}

BIND(bind_share) {
    UNUSED;
}
