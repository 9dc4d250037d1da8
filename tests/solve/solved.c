/* SPDX-License-Identifier: GPL-3.0-or-later
 * Games of the repository's scenarios, and what tests ask of their solutions. */
#include "solved.h"

#include "scenario/scenario.h"
#include "solve/backward.h"
#include "solve/stage.h"

#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>

#include <cmocka.h>

TestGame test_game_open(const char *path, int rounds, uint64_t index, double rationality) {
    char full[512], *text = NULL;
    BrinkDiagnostics *diagnostics = NULL;
    const Scenario *checked = NULL;
    Situation *situation = NULL;
    TestGame test = {.arena = arena_new()};
    assert_non_null(test.arena);
    Draw draw = {.is_centre = index == 0, .seed = 1, .index = index};
    snprintf(full, sizeof full, "%s/%s", REPOSITORY, path);
    assert_int_equal(brink_diagnostics_new(&diagnostics), BRINK_OK);
    BrinkStatus status = brink_scenario_read(full, diagnostics, &test.scenario);
    if (status == BRINK_OK) status = scenario_checked(test.scenario, diagnostics, &checked);
    if (status == BRINK_OK) status = situation_new(checked, rounds, draw, test.arena, &situation);
    if (status == BRINK_OK) situation_scale_rationality(situation, rationality);
    if (status == BRINK_OK) status = game_compile(situation, test.arena, diagnostics, &test.game);
    if (status != BRINK_OK && brink_diagnostics_draw(diagnostics, false, 0, &text) == BRINK_OK) fputs(text, stderr);
    brink_text_free(text);
    brink_diagnostics_free(diagnostics);
    assert_int_equal(status, BRINK_OK);
    return test;
}

void test_game_close(TestGame *test) {
    arena_free(test->arena);
    brink_scenario_free(test->scenario);
}

/* NaN counts as the largest. */
static double worse(double a, double b) {
    return b <= a ? a : b;
}

static double numbers_apart(const double *a, const double *b, size_t count, bool is_relative) {
    double worst = 0;
    for (size_t i = 0; i < count; i++) worst = worse(worst, fabs(a[i] - b[i]) / (is_relative ? 1 + fabs(a[i]) : 1));
    return worst;
}

/* Stored numbers of a position, whose probabilities are compared. */
static double choices_apart(const Solution *a, const Solution *b, int position, size_t points) {
    const Game *game = a->game;
    const Position *p = &game->positions[position];
    const double *x = a->sigma + a->sigma_start[position], *y = b->sigma + b->sigma_start[position];
    size_t width = sigma_width(game, p), choices = choice_count(game, p);
    double worst = 0, own[choices + 1], other[choices + 1];
    if (p->kind != POSITION_STAGE) return numbers_apart(x, y, points * width, false);
    for (size_t point = 0; point < points; point++) {
        sigma_read(game, p, x + point * width, own);
        sigma_read(game, p, y + point * width, other);
        worst = worse(worst, numbers_apart(own, other, choices, false));
    }
    return worst;
}

double solutions_apart(const Solution *a, const Solution *b) {
    const Game *game = a->game;
    double worst = 0;
    assert_int_equal(game->position_count, b->game->position_count);
    assert_int_equal(a->grid->point_count, b->grid->point_count);
    for (int i = 0; i < game->position_count; i++) {
        const Position *p = &game->positions[i];
        size_t points = (size_t)solve_points(p, a->grid);
        worst = worse(worst, numbers_apart(a->values + a->value_start[i], b->values + b->value_start[i],
                                           points * (size_t)game->value_count, true));
        worst = worse(worst, choices_apart(a, b, i, points));
    }
    return worst;
}

double residual_of(const Solution *solution) {
    const Game *game = solution->game;
    Arena *arena = arena_new();
    assert_non_null(arena);
    Stage *stage = stage_new(game, solution->grid, arena);
    double worst = 0;
    assert_non_null(stage);
    for (int i = 0; i < game->position_count; i++) {
        const Position *p = &game->positions[i];
        if (p->kind != POSITION_STAGE) continue;
        stage_set_position(stage, p, solution->value_start, solution->values);
        for (int point = 0; point < solve_points(p, solution->grid); point++) {
            stage_set_belief(stage, belief_at(solution, p, point),
                             is_start_point(p, solution->grid->point_count, point));
            stage_set_sigma(stage, solution->sigma + solution->sigma_start[i] + (size_t)point * sigma_width(game, p));
            stage_look_ahead(stage, false);
            worst = worse(worst, stage_residual(stage));
        }
    }
    arena_free(arena);
    return worst;
}

const Solution *solver_answer(Solver *solver, SolverStart start) {
    const Solution *solution = NULL;
    BrinkStatus status = solver_solve(solver, start, NULL, NULL, &solution);
    assert_non_null(solution);
    assert_int_equal(status, solution->lost_count > 0 ? BRINK_NOT_SOLVED : BRINK_OK);
    return solution;
}

void assert_same_account(const Solution *a, const Solution *b) {
    assert_int_equal(a->fixed_points, b->fixed_points);
    assert_int_equal(a->turned_count, b->turned_count);
    assert_int_equal(a->lost_count, b->lost_count);
    assert_int_equal(a->trouble.position, b->trouble.position);
    assert_int_equal(a->trouble.point, b->trouble.point);
    assert_true(a->residual == b->residual);
}
