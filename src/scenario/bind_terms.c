/* SPDX-License-Identifier: GPL-3.0-or-later
 * Bind functions, second part: rules, preferences, drafts. */
#include "scenario/bind.h"

#include <math.h>
#include <string.h>

#define BIND(name) void name(Binder *binder, const Key *key, Node *node, Context *context)
#define UNUSED (void)binder, (void)key, (void)node, (void)context

/* ---- Conditions ---- */

static bool allow_option(Binder *binder, int issue, const Node *item, bool *allows) {
    if (item->kind != NODE_SCALAR || !*item->text) {
        diagnostics_add(binder->diagnostics, DIAGNOSTIC_wrong_shape, item->span, NULL,
                        "an option or a list of options of `%s` is expected",
                        binder->names[NAME_ISSUE].labels[issue].key);
        return false;
    }
    int option = binder_refer(binder, NAME_OPTION, issue, item->text, item->span);
    if (option >= 0) allows[option] = true;
    return option >= 0;
}

bool binder_condition(Binder *binder, Node *node, bool *allows) {
    const Situation *s = &binder->shape;
    bool is_good = node->kind == NODE_MAP;
    for (int option = 0; option < s->option_total; option++) allows[option] = true;
    if (!is_good)
        diagnostics_add(binder->diagnostics, DIAGNOSTIC_wrong_shape, node->span,
                        "write it as {issue: option} or {issue: [option, option]}",
                        "a condition must be a map from issues to options");
    for (int i = 0; node->kind == NODE_MAP && i < node->count; i++) {
        const Entry *entry = &node->entries[i];
        const char *unused;
        if (binder_reason(binder, entry, &unused, &unused)) continue;
        int issue = binder_refer(binder, NAME_ISSUE, -1, entry->key, entry->key_span);
        if (issue < 0) {
            is_good = false;
            continue;
        }
        for (int option = s->option_start[issue]; option < s->option_start[issue + 1]; option++) allows[option] = false;
        bool is_list = entry->value->kind == NODE_LIST;
        for (int k = 0; k < (is_list ? entry->value->count : 1); k++)
            is_good =
                allow_option(binder, issue, is_list ? entry->value->entries[k].value : entry->value, allows) && is_good;
    }
    return is_good;
}

static bool *new_condition(Binder *binder, Node *node) {
    bool *allows = binder_alloc(binder, (size_t)binder->shape.option_total + 1, sizeof *allows);
    if (allows) binder_condition(binder, node, allows);
    return allows;
}

/* ---- Rules ---- */

enum { RULE_IF = 1, RULE_THEN = 2, RULE_NEVER = 4 };

BIND(bind_rule) {
    UNUSED;
    double allowed = (binder->rule_count + 1.0) * (binder->shape.option_total + 1);
    if (!binder_fits(binder, allowed, node->span, "rules and options")) return;
    binder->rules =
        binder_grow(binder, binder->rules, &binder->rule_room, binder->rule_count + 1, sizeof *binder->rules);
    if (!binder->rules) return;
    binder->rules[binder->rule_count++] = (Rule){.span = node->span};
}

static void add_rule_part(Binder *binder, Node *node, int part, Condition *condition) {
    Rule *rule = &binder->rules[binder->rule_count - 1];
    rule->parts |= part;
    rule->is_never = part == RULE_NEVER;
    bool *allows = binder_alloc(binder, (size_t)binder->shape.option_total + 1, sizeof *allows);
    rule->is_broken |= !allows || !binder_condition(binder, node, allows);
    *condition = (Condition){allows, node->span};
}

BIND(bind_rule_if) {
    UNUSED;
    add_rule_part(binder, node, RULE_IF, &binder->rules[binder->rule_count - 1].when);
}
BIND(bind_rule_then) {
    UNUSED;
    add_rule_part(binder, node, RULE_THEN, &binder->rules[binder->rule_count - 1].then);
}
BIND(bind_rule_never) {
    UNUSED;
    add_rule_part(binder, node, RULE_NEVER, &binder->rules[binder->rule_count - 1].when);
}

/* ---- Preferences ---- */

/* What a type says of an issue replaces all that its party says of it. */
BIND(bind_preference) {
    UNUSED;
    const Situation *s = &binder->shape;
    int type = context->at[NAME_TYPE], issue = context->at[NAME_ISSUE];
    if (type < 0) return;
    Cell *weight = binder_cell(binder, FIELD_weight, type * s->issue_count + issue);
    if (weight) *weight = (Cell){NUMBER_NONE, 2};
    for (int option = s->option_start[issue]; option < s->option_start[issue + 1]; option++) {
        Cell *score = binder_cell(binder, FIELD_score, type * s->option_total + option);
        if (score) *score = (Cell){NUMBER_NONE, 2};
    }
}

typedef struct Lines {
    int *count, *room, **types;
    bool **allows;
} Lines;

/* One line for each type that the context speaks of; the group starts at group_start. */
static void begin_lines(Binder *binder, Lines lines, const Context *context) {
    const Situation *s = &binder->shape;
    int party = context->at[NAME_PARTY], own = context->at[NAME_TYPE];
    binder->group_start = *lines.count;
    double types = own >= 0 ? 1 : situation_type_count(s, party);
    if (!binder_fits(binder, (*lines.count + types) * (s->option_total + 1), context->key_span,
                     "red lines or synergies, types and options"))
        return;
    for (int type = s->type_start[party]; type < s->type_start[party + 1]; type++) {
        if (own >= 0 && type != own) continue;
        int room = *lines.room;
        size_t options = (size_t)s->option_total;
        *lines.types = binder_grow(binder, *lines.types, &room, *lines.count + 1, sizeof **lines.types);
        *lines.allows = binder_grow(binder, *lines.allows, lines.room, *lines.count + 1, options);
        if (!*lines.types || !*lines.allows) {
            *lines.count = *lines.room = 0;
            return;
        }
        (*lines.types)[*lines.count] = type;
        memset(*lines.allows + (size_t)*lines.count * options, 1, options);
        ++*lines.count;
    }
}

static void set_lines(Binder *binder, Lines lines, Node *node) {
    size_t options = (size_t)binder->shape.option_total;
    bool *allows = new_condition(binder, node);
    for (int i = binder->group_start; allows && i < *lines.count; i++)
        memcpy(*lines.allows + (size_t)i * options, allows, options);
}

static Lines synergies_of(Binder *binder) {
    return (Lines){&binder->shape.synergy_count, &binder->synergy_room, &binder->synergy_type, &binder->synergy_allows};
}

static Lines red_lines_of(Binder *binder) {
    return (Lines){&binder->shape.red_line_count, &binder->red_line_room, &binder->red_line_type,
                   &binder->red_line_allows};
}

BIND(bind_synergy) {
    UNUSED;
    begin_lines(binder, synergies_of(binder), context);
}
BIND(bind_synergy_when) {
    UNUSED;
    set_lines(binder, synergies_of(binder), node);
}

/* Exactly one of hard: true and cost; seen here, where both can be seen. */
BIND(bind_red_line) {
    UNUSED;
    int kinds = 0;
    for (int i = 0; i < node->count; i++) {
        const Key *child = key_child(key, node->entries[i].key);
        kinds += child && (child->bind == bind_red_line_hard || child->bind == bind_red_line_cost);
    }
    if (kinds != 1)
        diagnostics_add(binder->diagnostics, DIAGNOSTIC_bad_red_line, node->span,
                        "a line is never crossed (hard: true) or crossed at a cost (cost: points)",
                        "a red line needs either `hard: true` or `cost`%s", kinds ? ", not both" : "");
    begin_lines(binder, red_lines_of(binder), context);
}

BIND(bind_red_line_when) {
    UNUSED;
    set_lines(binder, red_lines_of(binder), node);
}
BIND(bind_red_line_cost) {
    UNUSED;
}

BIND(bind_red_line_hard) {
    UNUSED;
    bool is_hard = false;
    if (binder->is_flagging) return;
    binder_flag(binder, node, &is_hard);
    if (!is_hard) {
        diagnostics_add(binder->diagnostics, DIAGNOSTIC_bad_red_line, node->span,
                        "give `cost` instead, or leave the line out", "`hard` can only be true");
        return;
    }
    double *value = binder_alloc(binder, 1, sizeof *value);
    if (!value) return;
    *value = INFINITY;
    int room_needed = binder->number_count + 1;
    binder->numbers = binder_grow(binder, binder->numbers, &binder->number_room, room_needed, sizeof *binder->numbers);
    if (!binder->numbers) return;
    binder->numbers[binder->number_count] = (Number){.path = context->path,
                                                     .span = node->span,
                                                     .is_stated = false,
                                                     .spread = SPREAD_FIXED,
                                                     .parameter_count = 1,
                                                     .parameters = value,
                                                     .same = -1,
                                                     .low = -INFINITY,
                                                     .high = INFINITY};
    for (int i = binder->group_start; i < binder->shape.red_line_count; i++) {
        Cell *cell = binder_cell(binder, FIELD_red_line_cost, i);
        if (cell) *cell = (Cell){binder->number_count, 1};
    }
    binder->number_count++;
}

/* ---- Drafts ---- */

BIND(bind_agenda) {
    UNUSED;
    binder->scenario->agenda_span = context->key_span;
}
BIND(bind_draft) {
    UNUSED;
}

BIND(bind_draft_option) {
    UNUSED;
    int draft = context->at[NAME_DRAFT], issue = context->at[NAME_ISSUE];
    int option = binder_refer(binder, NAME_OPTION, issue, node->text, node->span);
    if (option >= 0) ((int *)binder->shape.draft_option)[draft * binder->shape.issue_count + issue] = option;
    binder->draft_spans[draft].issue = context->key_span;
}

BIND(bind_draft_interim) {
    UNUSED;
    binder_flag(binder, node, &binder->draft_is_interim[context->at[NAME_DRAFT]]);
}
BIND(bind_draft_framework) {
    UNUSED;
    binder_flag(binder, node, &binder->draft_is_framework[context->at[NAME_DRAFT]]);
}

BIND(bind_draft_lasts) {
    UNUSED;
    ((int *)binder->shape.draft_lasts)[context->at[NAME_DRAFT]] = context->number;
    binder->draft_spans[context->at[NAME_DRAFT]].lasts = context->key_span;
}

BIND(bind_renege) {
    UNUSED;
    binder->draft_spans[context->at[NAME_DRAFT]].renege = context->key_span;
}

BIND(bind_leads_to_begins) {
    UNUSED;
    binder->draft_spans[context->at[NAME_DRAFT]].leads_to = context->key_span;
}

BIND(bind_leads_to) {
    UNUSED;
    int own = context->at[NAME_DRAFT], draft = binder_refer(binder, NAME_DRAFT, -1, node->text, node->span);
    if (draft < 0) return;
    if (binder->draft_is_framework[draft])
        diagnostics_add(binder->diagnostics, DIAGNOSTIC_leads_to_framework, node->span,
                        "let it lead to final or interim drafts", "`%s` is a framework itself", node->text);
    ((bool *)binder->shape.leads_to)[own * binder->shape.draft_count + draft] = true;
}

BIND(bind_reading_begins) {
    UNUSED;
    int own = context->at[NAME_DRAFT];
    binder->draft_spans[own].readings = context->key_span;
    int reading = own * binder->shape.party_count + context->at[NAME_OTHER];
    binder->reading_stated[reading] = true;
    binder->reading_span[reading] = context->key_span;
}

BIND(bind_reading) {
    UNUSED;
    const Situation *s = &binder->shape;
    int own = context->at[NAME_DRAFT], draft = binder_refer(binder, NAME_DRAFT, -1, node->text, node->span);
    if (draft >= 0)
        ((bool *)s->reading)[(own * s->party_count + context->at[NAME_OTHER]) * s->draft_count + draft] = true;
}

BIND(bind_agenda_only_begins) {
    UNUSED;
    for (int draft = 0; draft < binder->shape.draft_count; draft++) ((bool *)binder->shape.draft_open)[draft] = false;
}

BIND(bind_agenda_only) {
    UNUSED;
    int draft = binder_refer(binder, NAME_DRAFT, -1, node->text, node->span);
    if (draft >= 0) ((bool *)binder->shape.draft_open)[draft] = true;
}

BIND(bind_search_best) {
    UNUSED;
    binder->shape.search_best = context->number;
}

BIND(bind_in_force) {
    UNUSED;
    if (strcmp(node->text, "none") == 0) return;
    int draft = binder_refer(binder, NAME_DRAFT, -1, node->text, node->span);
    if (draft < 0) return;
    binder->shape.in_force = draft;
    if (!binder->draft_is_framework[draft] && !binder->draft_is_interim[draft])
        diagnostics_add(binder->diagnostics, DIAGNOSTIC_final_in_force, node->span,
                        "name a framework or an interim draft", "`%s` is a final draft; agreeing it ends the talks",
                        node->text);
}
