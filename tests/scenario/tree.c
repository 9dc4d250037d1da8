/* SPDX-License-Identifier: GPL-3.0-or-later
 * The generic tree: what YAML becomes before anything is known about keys, and how it is changed by paths. */
#include "scenario/tree.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

typedef struct Fixture {
    Arena *arena;
    BrinkDiagnostics *diagnostics;
} Fixture;

static int set_up(void **state) {
    Fixture *fixture = calloc(1, sizeof *fixture);
    if (!fixture || brink_diagnostics_new(&fixture->diagnostics) != BRINK_OK) return -1;
    fixture->arena = arena_new();
    *state = fixture;
    return fixture->arena ? 0 : -1;
}

static int tear_down(void **state) {
    Fixture *fixture = *state;
    brink_diagnostics_free(fixture->diagnostics);
    arena_free(fixture->arena);
    free(fixture);
    return 0;
}

static Node *read(Fixture *fixture, const char *text) {
    Node *root = NULL;
    assert_int_equal(tree_read(text, strlen(text), "a.yaml", fixture->arena, fixture->diagnostics, &root), BRINK_OK);
    return root;
}

static const char *print(Fixture *fixture, const Node *node) {
    const char *text = tree_print(node, fixture->arena);
    assert_non_null(text);
    return text;
}

/* ---- Reading ---- */

static void scalars_stay_text(void **state) {
    Node *root = read(*state, "{a: no, b: 007, c: 2030-05-06, d: '', e: }");
    assert_string_equal(print(*state, root), "{a: no, b: 007, c: 2030-05-06, d: , e: }");
    assert_true(tree_find(root, "d")->value->is_quoted);
    assert_false(tree_find(root, "e")->value->is_quoted);
}

static void values_know_their_place(void **state) {
    Node *root = read(*state, "a: 1\nüb:  [x, yy]\n");
    const Entry *entry = tree_find(root, "üb");
    assert_int_equal(entry->key_span.line, 2);
    assert_int_equal(entry->key_span.length, 2); /* code points, not bytes */
    const BrinkSpan *item = &entry->value->entries[1].value->span;
    assert_int_equal(item->line, 2);
    assert_int_equal(item->column, 10);
    assert_int_equal(item->length, 2);
}

static void merged_keys_give_way_to_stated_ones(void **state) {
    Node *root = read(*state, "base: &base {a: 1, b: 2}\nmore: &more {b: 3, c: 4}\nx: {<<: [*base, *more], a: 9}\n");
    assert_string_equal(print(*state, tree_find(root, "x")->value), "{a: 9, b: 2, c: 4}");
}

static void an_alias_is_a_copy(void **state) {
    Fixture *fixture = *state;
    Node *root = read(fixture, "x: &x {a: 1}\ny: *x\n"), *value = read(fixture, "2");
    assert_int_equal(tree_set(root, "y.a", value, value->span, fixture->arena, fixture->diagnostics), BRINK_OK);
    assert_string_equal(print(fixture, root), "{x: {a: 1}, y: {a: 2}}");
}

static void a_file_of_more_than_8_megabytes_is_too_long(void **state) {
    Fixture *fixture = *state;
    size_t length = TREE_BYTE_LIMIT + 1;
    char *text = malloc(length);
    Node *root = NULL;
    assert_non_null(text);
    memset(text, '#', length);
    assert_int_equal(tree_read(text, length, "a.yaml", fixture->arena, fixture->diagnostics, &root), BRINK_BAD_INPUT);
    assert_string_equal(brink_diagnostics_get(fixture->diagnostics, 0)->code, "S005");
    free(text);
}

/* ---- Changing ---- */

static const char *changed(Fixture *fixture, const char *text, const char *path, const char *to) {
    Node *root = read(fixture, text), *value = read(fixture, to);
    assert_int_equal(tree_set(root, path, value, value->span, fixture->arena, fixture->diagnostics), BRINK_OK);
    return print(fixture, root);
}

static void a_path_replaces_what_it_names(void **state) {
    assert_string_equal(changed(*state, "{a: {b: 1, c: 2}}", "a.b", "[3]"), "{a: {b: [3], c: 2}}");
}

static void a_missing_node_is_made(void **state) {
    assert_string_equal(changed(*state, "{a: }", "a.b.c", "1"), "{a: {b: {c: 1}}}");
}

static void rungs_go_by_name_or_number(void **state) {
    const char *ladder = "{p: [low: {cost: 1}, high: {cost: 2}]}";
    assert_string_equal(changed(*state, ladder, "p.high.cost", "5"), "{p: [{low: {cost: 1}}, {high: {cost: 5}}]}");
    assert_string_equal(changed(*state, ladder, "p.0.cost", "5"), "{p: [{low: {cost: 5}}, {high: {cost: 2}}]}");
    assert_string_equal(changed(*state, ladder, "p.top.cost", "5"),
                        "{p: [{low: {cost: 1}}, {high: {cost: 2}}, {top: {cost: 5}}]}");
}

static void items_go_by_number_or_by_their_text(void **state) {
    assert_string_equal(changed(*state, "{l: [a, b]}", "l.1", "c"), "{l: [a, c]}");
    assert_string_equal(changed(*state, "{l: [a, b]}", "l.a", "c"), "{l: [c, b]}");
    assert_string_equal(changed(*state, "{l: [a, b]}", "l.2", "c"), "{l: [a, b, c]}");
}

static void a_key_with_dots_is_found_whole(void **state) {
    assert_string_equal(changed(*state, "{v: {a.b: 1, a: 2}}", "v.a.b", "3"), "{v: {a.b: 3, a: 2}}");
}

static void a_path_that_leads_nowhere_is_refused(void **state) {
    Fixture *fixture = *state;
    Node *root = read(fixture, "{a: 1, l: [x, y]}");
    static const char *const paths[] = {"a.b", "l.9", "l.1.z", "a..b", "."};
    for (size_t i = 0; i < sizeof paths / sizeof *paths; i++)
        assert_int_equal(tree_set(root, paths[i], root, root->span, fixture->arena, fixture->diagnostics),
                         BRINK_BAD_INPUT);
    assert_int_equal(brink_diagnostics_count(fixture->diagnostics), sizeof paths / sizeof *paths);
    assert_string_equal(brink_diagnostics_get(fixture->diagnostics, 0)->code, "S015");
}

static void the_nearest_name_is_at_most_a_third_away(void **state) {
    (void)state;
    static const char *const names[] = {"patience", "status", "walk"};
    assert_string_equal(tree_nearest("patiense", names, 3), "patience");
    assert_string_equal(tree_nearest("wakl", names, 3), "walk"); /* neighbours swapped */
    assert_null(tree_nearest("patent", names, 3));
    assert_null(tree_nearest("", names, 3));
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, set_up, tear_down)

int main(void) {
    const struct CMUnitTest tests[] = {
        TEST(scalars_stay_text),
        TEST(values_know_their_place),
        TEST(merged_keys_give_way_to_stated_ones),
        TEST(an_alias_is_a_copy),
        TEST(a_file_of_more_than_8_megabytes_is_too_long),
        TEST(a_path_replaces_what_it_names),
        TEST(a_missing_node_is_made),
        TEST(rungs_go_by_name_or_number),
        TEST(items_go_by_number_or_by_their_text),
        TEST(a_key_with_dots_is_found_whole),
        TEST(a_path_that_leads_nowhere_is_refused),
        TEST(the_nearest_name_is_at_most_a_third_away),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
