/* SPDX-License-Identifier: GPL-3.0-or-later
 * The choice probabilities that are read from a solution are those that its stages had. */
#include "solved.h"

#include "solve/backward.h"
#include "solve/stage.h"

#include <float.h>
#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <string.h>

#include <cmocka.h>

enum { CHOICES = 64, TRIES = 20 };

static const char scenario[] = "tests/reference/cases/force.yaml";

/* Closes an action to every type that has several: the first one to every other. */
static void close_actions(Game *game) {
    for (int m = 0; m < game->mover_count; m++) {
        const Mover *mover = &game->movers[m];
        int types = game->type_start[mover->party + 1] - game->type_start[mover->party];
        for (int t = 0; t < types && mover->action_count > 1; t++)
            game->measures[mover->measure + t * mover->action_count + (m + t) % 2] = 0;
    }
}

/* The sum over a type's actions is one, and what is closed has 0; returns how many first actions are closed. */
static int assert_is_choice(const Game *game, const Position *p, const double *sigma) {
    int closed = 0;
    for (int m = p->mover_start; m < p->mover_start + p->mover_count; m++) {
        const Mover *mover = &game->movers[m];
        const double *measures = game->measures + mover->measure;
        for (int t = game->type_start[mover->party]; t < game->type_start[mover->party + 1]; t++) {
            double sum = 0;
            for (int a = 0; a < mover->action_count; a++) {
                assert_true(measures[a] > 0 || sigma[a] == 0);
                sum += sigma[a];
            }
            assert_true(fabs(sum - 1) < 4 * DBL_EPSILON);
            closed += measures[0] == 0;
            measures += mover->action_count;
            sigma += mover->action_count;
        }
    }
    return closed;
}

static void assert_same(const double *a, const double *b, size_t count, double relative, double absolute) {
    for (size_t c = 0; c < count; c++) assert_true(fabs(a[c] - b[c]) <= relative * fabs(a[c]) + absolute);
}

/* What is left of a stage's probabilities after it has been stored. */
static void through_store(const Game *game, const Position *p, const double *sigma, double *result) {
    double stored[CHOICES];
    assert_true(choice_count(game, p) <= CHOICES);
    sigma_store(game, p, sigma, stored);
    sigma_read(game, p, stored, result);
}

/* Log-odds up to `most` on either side, in all stages of a game; returns how many first actions were closed. */
static int try_odds(const Game *game, double most, double relative, double absolute) {
    Arena *arena = arena_new();
    assert_non_null(arena);
    Solution *solution = NULL;
    assert_int_equal(solve_game(game, (Resolution){.even = 2}, arena, NULL, NULL, &solution), BRINK_OK);
    Stage *stage = stage_new(game, solution->grid, arena);
    double odds[CHOICES], sigma[CHOICES];
    int closed = 0;
    uint64_t drawn = 0;
    assert_non_null(stage);
    for (int i = 0; i < game->position_count; i++) {
        const Position *p = &game->positions[i];
        if (p->kind != POSITION_STAGE) continue;
        stage_set_position(stage, p, solution->value_start, solution->values);
        stage_set_belief(stage, game->prior, false);
        for (int again = 0; again < TRIES; again++) {
            for (int u = 0; u < stage->unknown_count; u++) odds[u] = most * (2 * random_uniform(7, 0, drawn++) - 1);
            stage_set_odds(stage, odds);
            through_store(game, p, stage->sigma, sigma);
            assert_same(stage->sigma, sigma, choice_count(game, p), relative, absolute);
            closed += assert_is_choice(game, p, sigma);
        }
    }
    assert_true(drawn > 0);
    arena_free(arena);
    return closed;
}

static void small_probabilities_keep_their_digits(void **state) {
    (void)state;
    TestGame test = test_game_open(scenario, 0, 0, 1);
    try_odds(test.game, 5, 1e-15, 0);
    try_odds(test.game, 200, 1e-15, 0);
    test_game_close(&test);
}

static void a_closed_action_is_read_as_zero(void **state) {
    (void)state;
    TestGame test = test_game_open(scenario, 0, 0, 1);
    close_actions(test.game);
    assert_true(try_odds(test.game, 200, 1e-15, 0) > 0);
    test_game_close(&test);
}

static void odds_beyond_what_is_stored_give_probabilities(void **state) {
    (void)state;
    TestGame test = test_game_open(scenario, 0, 0, 1);
    try_odds(test.game, 2000, 1e-15, 1e-299);
    close_actions(test.game);
    try_odds(test.game, 2000, 1e-15, 1e-299);
    test_game_close(&test);
}

/* Compares the posteriors of a stage at some odds and at what is stored of them; returns how many are of actions too
 * rare for Bayes' rule in probabilities. */
static int compare_posteriors(Stage *stage, const double *odds) {
    double before[CHOICES], stored[CHOICES];
    int types = stage->grid->type_max, rare = 0;
    stage_set_odds(stage, odds);
    sigma_store(stage->game, stage->position, stage->sigma, stored);
    assert_true(stage->slot_count * types <= CHOICES);
    memcpy(before, stage->posterior, (size_t)(stage->slot_count * types) * sizeof *before);
    stage_set_odds(stage, stage->base);
    stage_set_sigma(stage, stored);
    for (int k = 0; k < stage->mover_count; k++) {
        const StageMover *mover = &stage->movers[k];
        for (int slot = mover->first_slot; slot < mover->first_slot + mover->action_count; slot++) {
            assert_same(before + slot * types, stage->posterior + slot * types, (size_t)mover->type_count, 1e-12, 0);
            rare += mover->type_count > 1 && stage->chance[slot] < 1e-200;
        }
    }
    return rare;
}

static void posteriors_after_rare_actions_are_those_of_the_odds(void **state) {
    (void)state;
    TestGame test = test_game_open(scenario, 0, 0, 1);
    const Game *game = test.game;
    Solution *solution = NULL;
    double odds[CHOICES];
    int rare = 0;
    uint64_t drawn = 0;
    assert_int_equal(solve_game(game, (Resolution){.even = 2}, test.arena, NULL, NULL, &solution), BRINK_OK);
    Stage *stage = stage_new(game, solution->grid, test.arena);
    assert_non_null(stage);
    for (int i = 0; i < game->position_count; i++) {
        if (game->positions[i].kind != POSITION_STAGE) continue;
        stage_set_position(stage, &game->positions[i], solution->value_start, solution->values);
        stage_set_belief(stage, game->prior, false);
        for (int again = 0; again < TRIES; again++) {
            double near = again % 2 ? 500 : -500; /* the first action is the rare one, or all others are */
            for (int u = 0; u < stage->unknown_count; u++) odds[u] = near + 2 * random_uniform(7, 1, drawn++) - 1;
            rare += compare_posteriors(stage, odds);
        }
    }
    assert_true(rare > 0);
    test_game_close(&test);
}

static void a_solution_holds_what_the_references_stage_had(void **state) {
    (void)state;
    TestGame test = test_game_open(scenario, 0, 0, 1);
    const Game *game = test.game;
    Solution *solution = NULL;
    SolveTally tally = {0};
    Backward worker;
    double sigma[CHOICES];
    int compared = 0;
    assert_int_equal(solve_game(game, (Resolution){.even = 4}, test.arena, NULL, NULL, &solution), BRINK_OK);
    assert_true(backward_init(&worker, solution, &tally, test.arena));
    for (int i = 0; i < game->position_count; i++) {
        const Position *p = &game->positions[i];
        if (p->kind != POSITION_STAGE) continue;
        assert_true(choice_count(game, p) <= CHOICES);
        backward_set_position(&worker, i);
        for (int point = 0; point < solve_points(p, solution->grid); point++, compared++) {
            sigma_read(game, p, solution->sigma + solution->sigma_start[i] + (size_t)point * sigma_width(game, p),
                       sigma);
            backward_solve_point(&worker, i, point);
            assert_same(worker.stage->sigma, sigma, choice_count(game, p), 1e-15, 0);
        }
    }
    assert_true(compared > 0);
    test_game_close(&test);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(small_probabilities_keep_their_digits),
        cmocka_unit_test(a_closed_action_is_read_as_zero),
        cmocka_unit_test(odds_beyond_what_is_stored_give_probabilities),
        cmocka_unit_test(posteriors_after_rare_actions_are_those_of_the_odds),
        cmocka_unit_test(a_solution_holds_what_the_references_stage_had),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
