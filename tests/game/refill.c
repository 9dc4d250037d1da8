/* SPDX-License-Identifier: GPL-3.0-or-later
 * A game refilled where a number is read, beside one filled as a whole. */
#include "game/game.h"
#include "scenario/scenario.h"
#include "scenarios.h"
#include "thin.h"

#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>

typedef struct Pair {
    BrinkScenario *handle;
    const Scenario *scenario;
    Situation *centre, *moved;
    Game *whole, *refilled, *unmoved;
    unsigned stale;
    double *values; /* [number_count] */
    Arena *arena, *scratch;
} Pair;

static Pair pair_new(const char *file, int rounds) {
    Pair pair = {.arena = arena_new(), .scratch = arena_new()};
    const Draw draw = {.is_centre = true};
    char path[1024];
    assert_true(pair.arena && pair.scratch);
    snprintf(path, sizeof path, "%s/%s", REPOSITORY, file);
    assert_int_equal(brink_scenario_read(path, NULL, &pair.handle), BRINK_OK);
    assert_int_equal(scenario_checked(pair.handle, NULL, &pair.scenario), BRINK_OK);
    assert_int_equal(situation_new(pair.scenario, rounds, draw, pair.arena, &pair.centre), BRINK_OK);
    assert_int_equal(situation_new(pair.scenario, rounds, draw, pair.arena, &pair.moved), BRINK_OK);
    assert_int_equal(game_compile(pair.centre, pair.arena, NULL, &pair.whole), BRINK_OK);
    pair.refilled = game_copy(pair.whole, pair.arena);
    pair.unmoved = game_copy(pair.whole, pair.arena);
    pair.values = arena_array(pair.arena, (size_t)pair.scenario->number_count, sizeof *pair.values);
    assert_true(pair.refilled && pair.unmoved && pair.values);
    for (int i = 0; i < pair.scenario->number_count; i++) pair.values[i] = NAN;
    return pair;
}

static void pair_free(Pair *pair) {
    arena_free(pair->arena);
    arena_free(pair->scratch);
    brink_scenario_free(pair->handle);
}

static void assert_same(const double *a, const double *b, size_t count, const char *path, const char *what) {
    if (memcmp(a, b, count * sizeof *a) != 0) fail_msg("%s differ when %s has moved", what, path);
}

static void compare(const Game *a, const Game *b, const char *path) {
    size_t types = (size_t)a->type_total, columns = types + 1;
    assert_same(a->prior, b->prior, types, path, "priors");
    assert_same(a->rationality, b->rationality, types, path, "rationalities");
    assert_same(&a->public_rationality, &b->public_rationality, 1, path, "public rationalities");
    assert_same(a->measures, b->measures, (size_t)a->measure_count, path, "measures");
    assert_same(a->weights, b->weights, (size_t)a->edge_count, path, "weights");
    assert_same(a->type_rows, b->type_rows, (size_t)a->type_row_count * columns, path, "payoffs by type");
    assert_same(a->profile_rows, b->profile_rows,
                (size_t)a->profile_row_count * (size_t)a->profile_count * (size_t)(a->party_count + 1), path,
                "payoffs by profile");
    assert_same(a->discounts, b->discounts, (size_t)a->discount_count * columns, path, "discounts");
    assert_same(a->kept, b->kept, (size_t)a->kept_row_count * (size_t)a->profile_count, path, "chances to be kept");
}

/* One after the other on the same game, so that each has to take back the one before it. */
static void refill(Pair *pair, const char *what) {
    arena_reset(pair->scratch);
    Settlements *settlements = settlements_new(pair->moved, pair->scratch);
    assert_non_null(settlements);
    assert_int_equal(game_refill(pair->refilled, pair->centre, pair->moved, settlements, &pair->stale, pair->scratch),
                     BRINK_OK);
    assert_int_equal(game_fill_with(pair->whole, pair->moved, settlements, pair->scratch), BRINK_OK);
    compare(pair->whole, pair->refilled, what);
}

static double nudged(double x) {
    return x == 0 ? 0.01 : 0.5 * x;
}

/* ---- Numbers of the file ---- */

static int move_every_number(const char *file) {
    Pair pair = pair_new(file, 2);
    int moved = 0;
    for (int i = 0; i < pair.scenario->number_count; i += thin_step()) {
        if (!pair.scenario->numbers[i].is_stated) continue;
        pair.values[i] = nudged(number_centre(pair.scenario, i));
        situation_fill(pair.scenario, (Draw){.is_centre = true, .values = pair.values}, pair.moved);
        pair.values[i] = NAN;
        refill(&pair, pair.scenario->numbers[i].path);
        moved++;
    }
    pair_free(&pair);
    return moved;
}

static void a_game_refilled_for_a_number_is_the_one_filled_whole(void **state) {
    (void)state;
    int moved = 0;
    for (int i = 0; i < SCENARIO_COUNT; i++) moved += move_every_number(scenario_files[i]);
    assert_true(moved > 500 / thin_step());
}

/* ---- Fields of the Situation, those included that no file states ---- */

static const struct {
    const char *name;
    size_t place;
} fields[] = {
#define FIELD(name, shape) {#name, offsetof(Situation, name)},
#include "scenario/situation.def"
#undef FIELD
};
enum { FIELD_COUNT = sizeof fields / sizeof *fields };

static double *first_of(const Situation *s, int field) {
    if (field == FIELD_COUNT) return s->block + s->block_count;
    return *(double *const *)(const void *)((const char *)s + fields[field].place);
}

static bool are_same(const double *a, const double *b, int count) {
    return memcmp(a, b, (size_t)count * sizeof *a) == 0;
}

/* Whether what has moved reaches the game at all: else nothing would be noticed if no step read it. */
static bool is_felt(const Pair *pair) {
    const Game *a = pair->whole, *b = pair->unmoved;
    return !(
        are_same(a->prior, b->prior, a->type_total) && are_same(a->rationality, b->rationality, a->type_total) &&
        are_same(&a->public_rationality, &b->public_rationality, 1) &&
        are_same(a->measures, b->measures, a->measure_count) && are_same(a->weights, b->weights, a->edge_count) &&
        are_same(a->type_rows, b->type_rows, a->type_row_count * (a->type_total + 1)) &&
        are_same(a->profile_rows, b->profile_rows, a->profile_row_count * a->profile_count * (a->party_count + 1)) &&
        are_same(a->discounts, b->discounts, a->discount_count * (a->type_total + 1)));
}

static void move_every_field(const char *file, bool *is_moved, bool *has_reached) {
    Pair pair = pair_new(file, 2);
    for (int field = 0; field < FIELD_COUNT; field++) {
        if (is_moved[field] && thin_step() > 1) continue; /* by another file */
        memcpy(pair.moved->block, pair.centre->block, pair.centre->block_count * sizeof(double));
        for (double *x = first_of(pair.moved, field); x < first_of(pair.moved, field + 1); x++) {
            if (!isfinite(*x)) continue;
            *x = nudged(*x);
            is_moved[field] = true;
        }
        refill(&pair, fields[field].name);
        has_reached[field] |= is_felt(&pair);
    }
    pair_free(&pair);
}

/* Of the dates of phases only their order counts; weights are worked out from what is said of them. */
static bool never_reaches(const char *name) {
    static const char *const names[] = {"phase_after", "swing", "anchor"};
    for (size_t i = 0; i < sizeof names / sizeof *names; i++)
        if (strcmp(names[i], name) == 0) return true;
    return false;
}

static void a_game_refilled_for_a_field_is_the_one_filled_whole(void **state) {
    (void)state;
    bool is_moved[FIELD_COUNT] = {false}, has_reached[FIELD_COUNT] = {false};
    int vain = 0;
    for (int i = 0; i < SCENARIO_COUNT; i++) move_every_field(scenario_files[i], is_moved, has_reached);
    for (int field = 0; field < FIELD_COUNT; field++)
        if (!is_moved[field]) print_error("no scenario has %s\n", fields[field].name);
    for (int field = 0; field < FIELD_COUNT; field++) assert_true(is_moved[field]);
    for (int field = 0; field < FIELD_COUNT && thin_step() == 1; field++) {
        bool is_in_vain = has_reached[field] == never_reaches(fields[field].name);
        if (is_in_vain)
            print_error("that %s moves %s a game\n", fields[field].name,
                        has_reached[field] ? "reaches" : "does not reach");
        vain += is_in_vain;
    }
    assert_int_equal(vain, 0);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_game_refilled_for_a_number_is_the_one_filled_whole),
        cmocka_unit_test(a_game_refilled_for_a_field_is_the_one_filled_whole),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
