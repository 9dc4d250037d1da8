/* SPDX-License-Identifier: GPL-3.0-or-later
 * Names, order and the number of lines typed do not matter: every shipped scenario, renamed, reordered, or with a draft
 * or a rung split into two of half share, has the same outlook. */
#include "rewrite.h"
#include "shipped.h"
#include "thin.h"

#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

enum { SPLIT_ROUNDS = 2 };
static const double tolerance = 1e-9;

/* 0: all the rounds of the scenario. */
static int own_rounds(void) {
    return thin_to(0, 2);
}

static Pipeline solve_tree(const Node *root, Arena *arena, int rounds) {
    Pipeline pipeline = pipeline_read(rewrite_text(root, arena), rounds);
    pipeline_solve(&pipeline, thin_to(4, 2));
    return pipeline;
}

static void demand(const char *name, const char *what, double difference) {
    if (!(difference <= tolerance)) print_error("%s, %s: the outlooks differ by %g\n", name, what, difference);
    assert_true(difference <= tolerance);
}

/* ---- Names ---- */

static int list_names(const Pipeline *p, const char **names) {
    const Scenario *c = p->scenario;
    const Situation *s = p->situation;
    const struct {
        const Label *labels;
        int count;
    } kinds[] = {{c->parties, s->party_count}, {c->types, s->type_total},     {c->rungs, s->rung_total},
                 {c->issues, s->issue_count},  {c->options, s->option_total}, {c->timetables, s->timetable_count - 1},
                 {c->drafts, s->draft_count}};
    int count = 0;
    for (size_t kind = 0; kind < sizeof kinds / sizeof *kinds; kind++)
        for (int i = 0; i < kinds[kind].count; i++)
            if (kinds[kind].labels[i].span.line > 0) names[count++] = kinds[kind].labels[i].key;
    return count;
}

static void rename_all(const char *name, const char *text) {
    Arena *arena = arena_new();
    assert_non_null(arena);
    Node *root = rewrite_read(text, arena);
    Pipeline before = solve_tree(root, arena, own_rounds());
    const char *names[512];
    int count = list_names(&before, names);
    assert_true(count > 4 && count < 512);
    rewrite_rename(root, names, count, "-z", arena);
    Pipeline after = solve_tree(root, arena, own_rounds());
    assert_string_not_equal(before.scenario->parties[0].key, after.scenario->parties[0].key);
    demand(name, "renamed", outlooks_apart(&before, &after, "-z"));
    pipeline_free(&before);
    pipeline_free(&after);
    arena_free(arena);
}

static void renaming_everything_renames_the_outlook(void **state) {
    (void)state;
    for_every_scenario(rename_all);
}

/* ---- Order ---- */

static void reverse_within(Node *map, const char *key) {
    for (int i = 0; map && i < map->count; i++) {
        Node *inside = rewrite_at(map->entries[i].value, key, NULL, NULL);
        if (inside) rewrite_reverse(inside);
    }
}

static bool is_alternating(const Node *root) {
    const Node *proposes = rewrite_at((Node *)root, "mediator", "proposes", NULL);
    return proposes && strcmp(proposes->text, "alternating") == 0;
}

/* Types, issues, options and drafts the other way round; parties too, except where they take turns by their order. */
static void reverse_all(Node *root) {
    if (!is_alternating(root)) rewrite_reverse(rewrite_at(root, "parties", NULL, NULL));
    reverse_within(rewrite_at(root, "parties", NULL, NULL), "types");
    rewrite_reverse(rewrite_at(root, "issues", NULL, NULL));
    reverse_within(rewrite_at(root, "issues", NULL, NULL), "options");
    rewrite_reverse(rewrite_at(root, "agenda", "drafts", NULL));
}

static void reorder_all(const char *name, const char *text) {
    Arena *arena = arena_new();
    assert_non_null(arena);
    Node *root = rewrite_read(text, arena);
    Pipeline before = solve_tree(root, arena, own_rounds());
    reverse_all(root);
    Pipeline after = solve_tree(root, arena, own_rounds());
    const Scenario *one = before.scenario, *two = after.scenario;
    const Situation *s = before.situation;
    assert_int_equal(strcmp(one->parties[0].key, two->parties[0].key) == 0, is_alternating(root));
    assert_string_equal(one->drafts[0].key, two->drafts[s->draft_count - 1].key);
    demand(name, "reordered", outlooks_apart(&before, &after, ""));
    pipeline_free(&before);
    pipeline_free(&after);
    arena_free(arena);
}

static void reordering_parties_types_issues_options_and_drafts_changes_nothing(void **state) {
    (void)state;
    for_every_scenario(reorder_all);
}

/* Three types a party; a fourth word on `types up to 3 per party to 1e-9`. */
static const char three_types[] =
    "{brink: 1, title: Three types, clock: {start: 2030-01-01, every: 7 days, rounds: 2},\n"
    " parties: {a: {rationality: 0.15, outside: {collapse: -9, lapse: -5, conflict: -30}, types: {\n"
    "   soft: {prior: 0.2}, firm: {prior: 0.5, outside: {collapse: -3}}, hard: {prior: rest, outside: {collapse: 2, "
    "lapse: "
    "1}}},\n"
    "   postures: [calm: {}, loud: {cost: 1, pressure: 2, risk: 0.02}]},\n"
    "  b: {rationality: 0.12, outside: {collapse: -8, lapse: -6, conflict: -20}, types: {x: {prior: 0.3}, y: {prior: "
    "0.3, "
    "outside: {lapse: -1}}, z: {prior: rest, outside: {collapse: 1}}}}},\n"
    " issues: {k: {today: no, options: {no: {}, half: {}, yes: {}}}},\n"
    " preferences: {a: {k: {weight: 20, scores: {no: 0, half: 60, yes: 100}}},\n"
    "  b: {k: {weight: 14, scores: {no: 100, half: 70, yes: 0}}}},\n"
    " agenda: {drafts: {mild: {k: half}, full: {k: yes}}}}\n";

static void three_types_a_party_may_stand_in_any_order(void **state) {
    (void)state;
    reorder_all("three types", three_types);
    rename_all("three types", three_types);
}

/* ---- Splitting a draft ---- */

/* Without what was observed: a history names one of two twins, and would have to name both. */
static Node *read_unobserved(const char *text, Arena *arena) {
    Node *root = rewrite_read(text, arena);
    rewrite_remove(root, "history");
    return root;
}

static Node *twin_of(Node *map, const char *name, Arena *arena) {
    Entry *entry = tree_find(map, name);
    assert_non_null(entry);
    Node *copy = tree_copy(entry->value, arena);
    assert_non_null(copy);
    assert_non_null(tree_add(map, arena_print(arena, "%s-twin", name), span_none(), copy, arena));
    return copy;
}

static void split_draft(Node *root, const char *draft, double share, Arena *arena) {
    Node *drafts = rewrite_at(root, "agenda", "drafts", NULL);
    const char *twin = arena_print(arena, "%s-twin", draft);
    rewrite_number(twin_of(drafts, draft, arena), "share", share / 2, arena);
    rewrite_number(rewrite_at(drafts, draft, NULL, NULL), "share", share / 2, arena);
    rewrite_join(rewrite_at(root, "agenda", "only", NULL), draft, twin, arena);
    for (int i = 0; i < drafts->count; i++) {
        Node *own = drafts->entries[i].value;
        rewrite_join(rewrite_at(own, "leads_to", NULL, NULL), draft, twin, arena);
        Node *readings = rewrite_at(own, "readings", NULL, NULL);
        for (int k = 0; readings && k < readings->count; k++)
            rewrite_join(readings->entries[k].value, draft, twin, arena);
    }
}

static void split_drafts(const char *name, const char *text) {
    Arena *arena = arena_new();
    assert_non_null(arena);
    Pipeline whole = solve_tree(read_unobserved(text, arena), arena, SPLIT_ROUNDS);
    for (int d = 0; d < whole.situation->draft_count; d++) {
        Node *root = read_unobserved(text, arena);
        split_draft(root, whole.scenario->drafts[d].key, whole.situation->draft_share[d], arena);
        Pipeline split = solve_tree(root, arena, SPLIT_ROUNDS);
        assert_int_equal(split.situation->draft_count, whole.situation->draft_count + 1);
        demand(name, whole.scenario->drafts[d].key, outcomes_apart(whole.outlook, split.outlook));
        pipeline_free(&split);
    }
    pipeline_free(&whole);
    arena_free(arena);
}

static void a_draft_split_into_two_of_half_share_changes_no_outcome(void **state) {
    (void)state;
    for_every_scenario(split_drafts);
}

/* ---- Splitting a rung ---- */

static Node *ladder_item(Node *ladder, const char *rung) {
    for (int i = 0; i < ladder->count; i++)
        if (strcmp(ladder->entries[i].value->entries[0].key, rung) == 0) return ladder->entries[i].value;
    fail_msg("there is no rung `%s`", rung);
    return NULL;
}

/* Every rung says its level, so that a twin does not raise those above it. */
static void state_levels(Node *ladder, Arena *arena) {
    for (int i = 0; i < ladder->count; i++) {
        Node *attributes = ladder->entries[i].value->entries[0].value;
        if (!tree_find(attributes, "level")) rewrite_number(attributes, "level", i, arena);
    }
}

static void split_rung(Node *party, const char *rung, double share, Arena *arena) {
    Node *ladder = rewrite_at(party, "postures", NULL, NULL), *types = rewrite_at(party, "types", NULL, NULL);
    const char *twin = arena_print(arena, "%s-twin", rung);
    state_levels(ladder, arena);
    Node *item = ladder_item(ladder, rung);
    rewrite_number(item->entries[0].value, "share", share / 2, arena);
    Node *copy = tree_copy(item, arena);
    assert_non_null(copy);
    copy->entries[0].key = twin;
    assert_non_null(tree_add(ladder, NULL, span_none(), copy, arena));
    rewrite_join(rewrite_at(party, "only", NULL, NULL), rung, twin, arena);
    for (int i = 0; types && i < types->count; i++) {
        Node *own = rewrite_at(types->entries[i].value, "postures", NULL, NULL);
        if (own && tree_find(own, rung)) twin_of(own, rung, arena);
    }
}

static int split_rungs_of(const char *name, const char *text, const Pipeline *whole, int party, Arena *arena) {
    const Situation *s = whole->situation;
    int count = 0;
    for (int rung = s->rung_start[party]; rung < s->rung_start[party + 1]; rung++) {
        const Label *label = &whole->scenario->rungs[rung];
        if (label->span.line == 0) continue; /* a party that has no ladder */
        Node *root = read_unobserved(text, arena);
        split_rung(rewrite_at(root, "parties", whole->scenario->parties[party].key, NULL), label->key, s->share[rung],
                   arena);
        Pipeline split = solve_tree(root, arena, SPLIT_ROUNDS);
        assert_int_equal(split.situation->rung_total, s->rung_total + 1);
        demand(name, label->key, outcomes_apart(whole->outlook, split.outlook));
        pipeline_free(&split);
        count++;
    }
    return count;
}

static void split_rungs(const char *name, const char *text) {
    Arena *arena = arena_new();
    assert_non_null(arena);
    Pipeline whole = solve_tree(read_unobserved(text, arena), arena, SPLIT_ROUNDS);
    int count = 0;
    for (int party = 0; party < whole.situation->party_count; party++)
        count += split_rungs_of(name, text, &whole, party, arena);
    assert_true(count > 0);
    pipeline_free(&whole);
    arena_free(arena);
}

static void a_rung_split_into_two_of_half_share_changes_no_outcome(void **state) {
    (void)state;
    for_every_scenario(split_rungs);
}

/* A twin that keeps the whole share does count: the law is not empty. */
static void a_draft_stated_twice_with_its_whole_share_changes_the_outcomes(void **state) {
    (void)state;
    Arena *arena = arena_new();
    char *text = pipeline_file("scenarios/ultimatum.yaml");
    assert_non_null(arena);
    Node *root = read_unobserved(text, arena);
    Pipeline whole = solve_tree(root, arena, own_rounds());
    split_draft(root, whole.scenario->drafts[0].key, 2, arena);
    Pipeline doubled = solve_tree(root, arena, own_rounds());
    assert_true(outcomes_apart(whole.outlook, doubled.outlook) > 1e-3);
    pipeline_free(&whole);
    pipeline_free(&doubled);
    arena_free(arena);
    free(text);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(renaming_everything_renames_the_outlook),
        cmocka_unit_test(reordering_parties_types_issues_options_and_drafts_changes_nothing),
        cmocka_unit_test(three_types_a_party_may_stand_in_any_order),
        cmocka_unit_test(a_draft_split_into_two_of_half_share_changes_no_outcome),
        cmocka_unit_test(a_rung_split_into_two_of_half_share_changes_no_outcome),
        cmocka_unit_test(a_draft_stated_twice_with_its_whole_share_changes_the_outcomes),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
