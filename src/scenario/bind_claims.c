/* SPDX-License-Identifier: GPL-3.0-or-later
 * Bind functions, fourth part: variants, claims, correlations, spillovers, and the checks that need every number. */
#include "scenario/bind.h"

#include <math.h>
#include <string.h>

#define BIND(name) void name(Binder *binder, const Key *key, Node *node, Context *context)
#define UNUSED (void)binder, (void)key, (void)node, (void)context

/* ---- Variants and claims ---- */

BIND(bind_variant) {
    UNUSED;
}

BIND(bind_variant_set) {
    UNUSED;
    for (int i = 0; node->kind == NODE_MAP && i < node->count; i++)
        binder_reason(binder, &node->entries[i], &context->source, &context->note);
    if (node->kind != NODE_MAP)
        diagnostics_add(binder->diagnostics, DIAGNOSTIC_wrong_shape, node->span, NULL,
                        "`%s` must be a map from paths to values", context->path);
}

static Claim *this_claim(Binder *binder) {
    return (Claim *)&binder->claims[binder->scenario->claim_count - 1];
}

BIND(bind_claim) {
    UNUSED;
    int room = binder->claim_room;
    binder->claims =
        binder_grow(binder, binder->claims, &room, binder->scenario->claim_count + 1, sizeof *binder->claims);
    binder->claim_room = room;
    if (!binder->claims) return;
    binder->claims[binder->scenario->claim_count++] = (Claim){.span = node->span, .source = context->source, .by = NAN};
}

BIND(bind_say) {
    UNUSED;
    this_claim(binder)->say = node->text;
}

static void bind_variants(Binder *binder, Node *node, const int **result, int *count) {
    int items = node->kind == NODE_LIST ? node->count : 1,
        *variants = binder_alloc(binder, (size_t)items + 1, sizeof *variants);
    *count = 0;
    for (int i = 0; variants && i < items; i++) {
        const Node *item = node->kind == NODE_LIST ? node->entries[i].value : node;
        if (item->kind == NODE_SCALAR && strcmp(item->text, "base") == 0) continue;
        if (item->kind != NODE_SCALAR) {
            diagnostics_add(binder->diagnostics, DIAGNOSTIC_wrong_shape, item->span, NULL,
                            "the name of a variant is expected");
            continue;
        }
        int found = binder_refer(binder, NAME_VARIANT, -1, item->text, item->span);
        variants[(*count)++] = found >= 0 ? found : 0; /* one mistake is reported once */
    }
    *result = variants;
}

BIND(bind_when) {
    UNUSED;
    bind_variants(binder, node, &this_claim(binder)->when, &this_claim(binder)->when_count);
}
BIND(bind_against) {
    UNUSED;
    bind_variants(binder, node, &this_claim(binder)->against, &this_claim(binder)->against_count);
}

BIND(bind_given) {
    UNUSED;
    this_claim(binder)->given = node; /* checked as history when it is applied */
}
BIND(bind_by) {
    UNUSED;
    calendar_parse(node->text, &this_claim(binder)->by);
}

/* deal, interim, …; a draft; gain.PARTY; tabled.DRAFT; posture.PARTY.RUNG; spillover.NAME. */
static bool is_outcome(const Binder *binder, const char *text) {
    static const char *const plain[] = {"deal", "interim", "lapse", "collapse", "conflict"};
    for (size_t i = 0; i < sizeof plain / sizeof *plain; i++)
        if (strcmp(text, plain[i]) == 0) return true;
    if (binder_find(binder, NAME_DRAFT, -1, text) >= 0) return true;
    if (strncmp(text, "gain.", 5) == 0) return binder_find(binder, NAME_PARTY, -1, text + 5) >= 0;
    if (strncmp(text, "tabled.", 7) == 0) return binder_find(binder, NAME_DRAFT, -1, text + 7) >= 0;
    if (strncmp(text, "spillover.", 10) == 0) return binder_find(binder, NAME_SPILLOVER, -1, text + 10) >= 0;
    const char *dot = strncmp(text, "posture.", 8) == 0 ? strchr(text + 8, '.') : NULL;
    if (!dot || dot - text - 8 >= 64) return false;
    char party[64];
    memcpy(party, text + 8, (size_t)(dot - text - 8));
    party[dot - text - 8] = '\0';
    int owner = binder_find(binder, NAME_PARTY, -1, party);
    return owner >= 0 && binder_find(binder, NAME_RUNG, owner, dot + 1) >= 0;
}

/* more_than: [A, B]: the effect is larger than that of A against B. */
static bool read_more_than(Binder *binder, const Node *node, ClaimPart *part) {
    part->test = CLAIM_MORE_THAN;
    if (node->kind != NODE_LIST || node->count != 2) return false;
    for (int i = 0; i < 2; i++) {
        const Node *item = node->entries[i].value;
        if (item->kind != NODE_SCALAR) return false;
        bool is_base = strcmp(item->text, "base") == 0;
        part->than[i] = is_base ? -1 : binder_refer(binder, NAME_VARIANT, -1, item->text, item->span);
    }
    return true;
}

static bool claim_test(Binder *binder, const Node *node, ClaimPart *part) {
    static const char *const words[] = {
        [CLAIM_UP] = "up", [CLAIM_DOWN] = "down", [CLAIM_ABOVE] = "above", [CLAIM_BELOW] = "below"};
    bool is_map = node->kind == NODE_MAP && node->count == 1;
    const char *word = is_map ? node->entries[0].key : node->kind == NODE_SCALAR ? node->text : "";
    if (is_map && strcmp(word, "more_than") == 0) return read_more_than(binder, node->entries[0].value, part);
    for (int test = is_map ? CLAIM_ABOVE : CLAIM_UP; test <= (is_map ? CLAIM_BELOW : CLAIM_DOWN); test++) {
        if (strcmp(word, words[test]) != 0) continue;
        part->test = (ClaimTest)test;
        if (!is_map) return true;
        const Node *value = node->entries[0].value;
        return value->kind == NODE_SCALAR && quantity_parse(value->text, UNIT_NONE, &part->threshold) == QUANTITY_OK;
    }
    return false;
}

BIND(bind_then) {
    UNUSED;
    Claim *claim = this_claim(binder);
    ClaimPart *parts = binder_alloc(binder, (size_t)node->count + 1, sizeof *parts);
    if (node->kind != NODE_MAP || node->count == 0)
        diagnostics_add(binder->diagnostics, DIAGNOSTIC_bad_claim,
                        node->kind == NODE_MAP ? context->key_span : node->span, "for example {deal: down}",
                        "`%s` must be a map from outcomes to up, down, {above: p}, {below: p} or {more_than: [A, B]}",
                        context->path);
    for (int i = 0; parts && node->kind == NODE_MAP && i < node->count; i++) {
        const Entry *entry = &node->entries[i];
        if (binder_reason(binder, entry, &claim->source, &(const char *){NULL})) continue;
        ClaimPart part = {.outcome = entry->key, .threshold = NAN};
        if (!is_outcome(binder, entry->key))
            diagnostics_add(binder->diagnostics, DIAGNOSTIC_bad_claim, entry->key_span,
                            "known are deal, interim, lapse, collapse, conflict, a draft, gain.PARTY, tabled.DRAFT, "
                            "posture.PARTY.RUNG and spillover.NAME",
                            "`%s` is no outcome", entry->key);
        else if (!claim_test(binder, entry->value, &part))
            diagnostics_add(binder->diagnostics, DIAGNOSTIC_bad_claim, entry->value->span,
                            "write up, down, {above: p}, {below: p} or {more_than: [A, B]}",
                            "`%s` is told nothing that can be tested", entry->key);
        else
            parts[claim->part_count++] = part;
    }
    claim->parts = parts;
}

/* ---- Correlations ---- */

BIND(bind_correlation) {
    UNUSED;
    binder->correlations = binder_grow(binder, binder->correlations, &binder->correlation_room,
                                       binder->correlation_count + 1, sizeof *binder->correlations);
    if (binder->correlations)
        binder->correlations[binder->correlation_count++] = (CorrelationEntry){.span = node->span};
}

BIND(bind_between) {
    UNUSED;
    CorrelationEntry *entry = &binder->correlations[binder->correlation_count - 1];
    bool is_good = node->kind == NODE_LIST && node->count == 2;
    for (int i = 0; is_good && i < 2; i++) {
        entry->paths[i] = node->entries[i].value;
        is_good = entry->paths[i]->kind == NODE_SCALAR;
    }
    if (is_good) return;
    entry->paths[0] = NULL;
    diagnostics_add(binder->diagnostics, DIAGNOSTIC_bad_correlation, node->span,
                    "for example [parties.us.status, parties.iran.status]", "`%s` must list two paths of numbers",
                    context->path);
}

BIND(bind_correlation_r) {
    UNUSED;
    const Number *number = &binder->numbers[context->number];
    CorrelationEntry *entry = &binder->correlations[binder->correlation_count - 1];
    entry->r = number->spread == SPREAD_FIXED ? number->parameters[0] : NAN;
    if (isnan(entry->r))
        diagnostics_add(binder->diagnostics, DIAGNOSTIC_bad_correlation, node->span, "give one number",
                        "a correlation cannot be uncertain itself");
}

/* The number at a path; -1 where it is not uncertain, which a variant may have made it. */
static int assumption_at(Binder *binder, const Node *path) {
    bool is_number = false;
    for (int i = 0; i < binder->number_count; i++) {
        if (strcmp(binder->numbers[i].path, path->text) != 0) continue;
        if (number_is_assumption(&binder->numbers[i])) return i;
        is_number = true;
    }
    if (is_number)
        diagnostics_add(binder->diagnostics, DIAGNOSTIC_idle_correlation, path->span,
                        "only numbers with a distribution of their own can be correlated",
                        "`%s` is not uncertain, so this correlation does nothing", path->text);
    else
        diagnostics_add(binder->diagnostics, DIAGNOSTIC_bad_correlation, path->span,
                        "give the full path of a number that the file states", "`%s` is not the path of a number",
                        path->text);
    return -1;
}

static void adopt_correlations(Binder *binder) {
    Correlation *pairs = binder_alloc(binder, (size_t)binder->correlation_count, sizeof *pairs);
    int count = 0;
    for (int i = 0; pairs && i < binder->correlation_count; i++) {
        const CorrelationEntry *entry = &binder->correlations[i];
        if (!entry->paths[0]) continue;
        Correlation pair = {assumption_at(binder, entry->paths[0]), assumption_at(binder, entry->paths[1]), entry->r,
                            entry->span};
        if (pair.a >= 0 && pair.a == pair.b)
            diagnostics_add(binder->diagnostics, DIAGNOSTIC_bad_correlation, entry->span, "name two different numbers",
                            "a number cannot be correlated with itself");
        else if (pair.a >= 0 && pair.b >= 0)
            pairs[count++] = pair;
    }
    binder->scenario->correlations = pairs;
    binder->scenario->correlation_count = count;
}

/* A claim needs a change on one of its sides, and dates go with outcomes alone. */
static void check_claim(Binder *binder, const Claim *claim) {
    static const char *const plain[] = {"deal", "interim", "lapse", "collapse", "conflict"};
    bool has_change = claim->when_count > 0 || claim->given || claim->against_count > 0;
    for (int i = 0; i < claim->part_count; i++) {
        const ClaimPart *part = &claim->parts[i];
        bool is_plain = false;
        for (int k = 0; k < 5; k++) is_plain = is_plain || strcmp(part->outcome, plain[k]) == 0;
        if (!isnan(claim->by) && !is_plain)
            diagnostics_add(binder->diagnostics, DIAGNOSTIC_bad_claim, claim->span,
                            "leave `by` out, or claim deal, interim, lapse, collapse or conflict",
                            "`%s` has no date to be told by", part->outcome);
        if (!has_change && part->test != CLAIM_ABOVE && part->test != CLAIM_BELOW)
            diagnostics_add(binder->diagnostics, DIAGNOSTIC_bad_claim, claim->span,
                            "name a variant in `when`, or observations in `given`",
                            "this claim compares the scenario with itself");
    }
}

void binder_check_claims(Binder *binder) {
    for (int i = 0; i < binder->scenario->claim_count; i++) check_claim(binder, &binder->claims[i]);
    adopt_correlations(binder);
}

/* ---- Spillovers ---- */

BIND(bind_spillover) {
    UNUSED;
    Spillover *spillover = &binder->spillovers[context->at[NAME_SPILLOVER]];
    *spillover = (Spillover){.label = *context->label, .unit = ""};
    for (int outcome = 0; outcome < OUTCOME_COUNT; outcome++) spillover->number[outcome] = -1;
}

BIND(bind_spillover_unit) {
    UNUSED;
    binder->spillovers[context->at[NAME_SPILLOVER]].unit = node->text;
}
BIND(bind_spillover_number) {
    UNUSED;
    binder->spillovers[context->at[NAME_SPILLOVER]].number[key->slot] = context->number;
}
