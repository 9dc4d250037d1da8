/* SPDX-License-Identifier: GPL-3.0-or-later
 * From the names declared to the arrays that hold the scenario's structure, with the defaults of what is not stated. */
#include "scenario/table.h"

#include <math.h>
#include <string.h>

/* start[owner] of flat names that come in order of their owners; [owner_count + 1]. */
static int *starts(Binder *binder, NameKind kind, int owner_count) {
    const Names *names = &binder->names[kind];
    int *start = binder_alloc(binder, (size_t)owner_count + 2, sizeof *start);
    if (!start) return NULL;
    for (int i = 0; i < names->count; i++) start[names->owners[i] + 1]++;
    for (int owner = 0; owner < owner_count; owner++) start[owner + 1] += start[owner];
    return start;
}

static void fill(bool *flags, int count) {
    if (flags) memset(flags, 1, (size_t)count);
}

static void structure_parties(Binder *binder) {
    Situation *s = &binder->shape;
    size_t parties = (size_t)s->party_count, types = (size_t)s->type_total, rungs = (size_t)s->rung_total;
    s->type_start = starts(binder, NAME_TYPE, s->party_count);
    s->rung_start = starts(binder, NAME_RUNG, s->party_count);
    int *party = binder_alloc(binder, types, sizeof *party),
        *type_rung = binder_alloc(binder, types, sizeof *type_rung);
    int *now = binder_alloc(binder, parties, sizeof *now);
    bool *signs = binder_alloc(binder, parties, sizeof *signs), *open = binder_alloc(binder, rungs, sizeof *open);
    s->attack = binder_alloc(binder, rungs, sizeof *s->attack);
    binder->now_span = binder_alloc(binder, parties, sizeof *binder->now_span);
    if (binder->is_out_of_memory) return;
    fill(signs, s->party_count);
    fill(open, s->rung_total);
    for (int i = 0; i < s->party_count; i++) now[i] = s->rung_start[i];
    for (int type = 0; type < s->type_total; type++) {
        party[type] = binder->names[NAME_TYPE].owners[type];
        type_rung[type] = s->type_rung_total;
        s->type_rung_total += s->rung_start[party[type] + 1] - s->rung_start[party[type]];
    }
    s->type_party = party;
    s->type_rung_start = type_rung;
    s->now = now;
    s->signs = signs;
    s->rung_open = open;
    size_t type_rungs = (size_t)s->type_rung_total;
    binder->deadline_day = binder_alloc(binder, type_rungs, sizeof *binder->deadline_day);
    binder->deadline_priority = binder_alloc(binder, type_rungs, sizeof *binder->deadline_priority);
    binder->deadline_span = binder_alloc(binder, type_rungs, sizeof *binder->deadline_span);
    for (int i = 0; binder->deadline_day && i < s->type_rung_total; i++) binder->deadline_day[i] = NAN;
}

static void structure_issues(Binder *binder) {
    Situation *s = &binder->shape;
    size_t issues = (size_t)s->issue_count, options = (size_t)s->option_total, parties = (size_t)s->party_count;
    s->option_start = starts(binder, NAME_OPTION, s->issue_count);
    int *today = binder_alloc(binder, issues, sizeof *today),
        *timetable = binder_alloc(binder, options, sizeof *timetable);
    s->performs = binder_alloc(binder, issues * parties, sizeof *s->performs);
    s->detects = binder_alloc(binder, options * parties, sizeof *s->detects);
    binder->has_detects = binder_alloc(binder, options, sizeof(bool));
    binder->has_detection = binder_alloc(binder, options, sizeof(bool));
    binder->has_detect_after = binder_alloc(binder, options, sizeof(bool));
    binder->has_stock = binder_alloc(binder, options, sizeof(bool));
    binder->stock_span = binder_alloc(binder, options, sizeof *binder->stock_span);
    s->option_stock = binder_alloc(binder, options, sizeof *s->option_stock);
    if (binder->is_out_of_memory) return;
    for (int issue = 0; issue < s->issue_count; issue++) today[issue] = s->option_start[issue];
    for (int option = 0; option < s->option_total; option++) timetable[option] = -1;
    s->today = today;
    s->option_timetable = timetable;
}

/* The enrichments that the stockpile's keys name; whether they are any was seen when they were declared. */
static void structure_safeguards(Binder *binder) {
    Situation *s = &binder->shape;
    double *assay = binder_alloc(binder, (size_t)s->assay_count, sizeof *assay);
    for (int i = 0; assay && i < s->assay_count; i++)
        if (quantity_parse(binder->names[NAME_ASSAY].labels[i].key, UNIT_FRACTION, &assay[i]) != QUANTITY_OK)
            assay[i] = NAN;
    s->assay = assay;
}

static void structure_drafts(Binder *binder) {
    Situation *s = &binder->shape;
    size_t drafts = (size_t)s->draft_count, parties = (size_t)s->party_count;
    bool *open = binder_alloc(binder, drafts, sizeof *open);
    s->draft_kind = binder_alloc(binder, drafts, sizeof *s->draft_kind);
    s->draft_lasts = binder_alloc(binder, drafts, sizeof *s->draft_lasts);
    s->draft_option = binder_alloc(binder, drafts * (size_t)s->issue_count, sizeof(int));
    s->leads_to = binder_alloc(binder, drafts * drafts, sizeof(bool));
    s->reading = binder_alloc(binder, drafts * drafts * parties, sizeof(bool));
    binder->reading_span = binder_alloc(binder, drafts * parties, sizeof *binder->reading_span);
    binder->reading_stated = binder_alloc(binder, drafts * parties, sizeof(bool));
    binder->draft_spans = binder_alloc(binder, drafts, sizeof *binder->draft_spans);
    binder->draft_is_interim = binder_alloc(binder, drafts, sizeof(bool));
    binder->draft_is_framework = binder_alloc(binder, drafts, sizeof(bool));
    fill(open, s->draft_count);
    s->draft_open = open;
    int *option = (int *)s->draft_option;
    for (int i = 0; option && i < s->draft_count * s->issue_count; i++) option[i] = -1; /* not stated */
    s->in_force = -1;
}

bool binder_fits(Binder *binder, double count, BrinkSpan span, const char *what) {
    if (count <= CELL_LIMIT) return true;
    if (!binder->is_too_large)
        diagnostics_add(binder->diagnostics, DIAGNOSTIC_too_many_names, span,
                        "what differs little can share a name, and one condition can list several options",
                        "%s combine to %.0f numbers; more than %d are not read", what, count, CELL_LIMIT);
    binder->is_too_large = true;
    return false;
}

/* Whether all that is counted by products of names stays small; reported where it does not. */
static bool fits(Binder *binder) {
    const Situation *s = &binder->shape;
    double type_rungs = 0, cells = 0, drafts = s->draft_count, parties = s->party_count, options = s->option_total;
    for (int type = 0; type < s->type_total; type++)
        for (int rung = 0; rung < s->rung_total; rung++)
            type_rungs += binder->names[NAME_TYPE].owners[type] == binder->names[NAME_RUNG].owners[rung];
    cells += type_rungs * options + s->type_total * (options + s->issue_count + parties) + s->rung_total * parties;
    cells += drafts * drafts * parties + drafts * s->issue_count + options * parties;
    return binder_fits(binder, cells, binder->root->span, "types, rungs, options and drafts");
}

void binder_finish_structure(Binder *binder) {
    Situation *s = &binder->shape;
    const Names *names = binder->names;
    s->party_count = names[NAME_PARTY].count;
    s->type_total = names[NAME_TYPE].count;
    s->rung_total = names[NAME_RUNG].count;
    s->issue_count = names[NAME_ISSUE].count;
    s->option_total = names[NAME_OPTION].count;
    s->draft_count = names[NAME_DRAFT].count;
    s->assay_count = names[NAME_ASSAY].count;
    s->timetable_count = names[NAME_TIMETABLE].count + 1;
    s->phase_total = 1; /* the default timetable's */
    s->proposer = PROPOSER_MEDIATOR;
    s->adjourn = s->exposed = true;
    if (!fits(binder)) return;
    int *phase_start = binder_alloc(binder, (size_t)s->timetable_count + 2, sizeof *phase_start);
    if (phase_start) phase_start[1] = 1;
    s->phase_start = phase_start;
    structure_parties(binder);
    structure_issues(binder);
    structure_safeguards(binder);
    structure_drafts(binder);
    binder->has_own_trades = binder_alloc(binder, (size_t)s->type_total, sizeof(bool));
    binder->references = binder_alloc(binder, (size_t)names[NAME_REFERENCE].count, sizeof *binder->references);
    binder->spillovers = binder_alloc(binder, (size_t)names[NAME_SPILLOVER].count, sizeof *binder->spillovers);
}
