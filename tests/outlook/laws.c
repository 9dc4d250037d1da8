/* SPDX-License-Identifier: GPL-3.0-or-later
 * Laws that the numbers of every shipped scenario obey: probabilities sum to 1, both passes over the solution agree,
 * and neither the unit of a point nor a constant added to all that can be won changes what happens. */
#include "shipped.h"
#include "thin.h"

#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

/* 0: all the rounds of the scenario. */
static int own_rounds(void) {
    return thin_to(0, 2);
}

static int resolution(void) {
    return thin_to(4, 2);
}

static double sum_of(const double *values, int count) {
    double sum = 0;
    for (int i = 0; i < count; i++) sum += values[i];
    return sum;
}

static void demand(const char *name, const char *what, double difference, double tolerance) {
    if (!(difference <= tolerance)) print_error("%s: %s differ by %g\n", name, what, difference);
    assert_true(difference <= tolerance);
}

/* ---- Sums ---- */

static void sums(const char *name, const char *text) {
    Pipeline p = pipeline_read(text, own_rounds());
    pipeline_solve(&p, resolution());
    const Outlook *o = p.outlook;
    demand(name, "the outcomes and 1", fabs(sum_of(o->outcomes, OUTCOME_COUNT) - 1), 1e-12);
    demand(name, "the next meeting and 1", fabs(sum_of(o->next, OUTCOME_COUNT) + o->next_another_round - 1), 1e-12);
    demand(name, "kept, failed and deal", fabs(o->deal_kept + o->deal_failed - o->outcomes[BRINK_DEAL]), 1e-12);
    demand(
        name, "the conflicts and conflict",
        fabs(o->conflict_chosen + o->conflict_inadvertent + o->conflict_after_collapse - o->outcomes[BRINK_CONFLICT]),
        1e-12);
    double ended = 0;
    for (int r = 0; r < o->round_count; r++) {
        demand(name, "what is open and what has not ended", fabs(o->rounds[r].open - (1 - ended)), 1e-12);
        ended += sum_of(o->rounds[r].outcomes, OUTCOME_COUNT);
        for (int i = 0; i < p.situation->party_count; i++) {
            int first = p.situation->rung_start[i];
            demand(name, "postures of a round and 1",
                   fabs(sum_of(o->rounds[r].postures + first, p.situation->rung_start[i + 1] - first) - 1), 1e-12);
        }
    }
    demand(name, "what has ended and 1", fabs(ended - 1), 1e-12);
    pipeline_free(&p);
}

static void probabilities_sum_to_one(void **state) {
    (void)state;
    for_every_scenario(sums);
}

/* ---- The adjoint pass ---- */

/* From the start of the game: backward propagation knows nothing of a history. */
static void passes(const char *name, const char *text) {
    Pipeline p = pipeline_read(text, own_rounds());
    pipeline_solve(&p, resolution());
    double backward[OUTCOME_COUNT];
    int impossible = -1;
    Outlook *forward = NULL;
    assert_int_equal(outlook_backward(p.solution, p.solve_arena, backward), BRINK_OK);
    assert_int_equal(
        outlook_after(p.solution, p.situation, (HistoryChoice){0, -1, -1}, p.solve_arena, &impossible, &forward),
        BRINK_OK);
    for (int o = 0; o < OUTCOME_COUNT; o++)
        demand(name, "forward and backward", fabs(backward[o] - forward->outcomes[o]), 1e-12);
    pipeline_free(&p);
}

static void the_adjoint_pass_equals_backward_propagation_of_each_outcome(void **state) {
    (void)state;
    for_every_scenario(passes);
}

/* ---- The unit of a point ---- */

static void scale(double *values, ptrdiff_t count, double factor) {
    for (ptrdiff_t i = 0; i < count; i++) values[i] *= factor;
}

/* Every field of points, with the number of its elements. The next field of the block ends the one before. */
static void scale_points(Situation *s, double c) {
#define POINTS(field, next) scale(s->field, s->next - s->field, c)
    POINTS(mediator_value, mediator_balance);
    POINTS(backdown, breach_penalty);
    POINTS(breach_penalty, requires_detection);
    POINTS(unverifiable, status);
    POINTS(status, first_strike);
    POINTS(first_strike, collapse);
    POINTS(collapse, lapse);
    POINTS(lapse, conflict);
    POINTS(conflict, conflict_by);
    POINTS(conflict_by, level);
    POINTS(pressure, risk);
    POINTS(war, cost);
    POINTS(cost, deadline_cost);
    POINTS(deadline_cost, commits);
    POINTS(commits, reversible);
    POINTS(weight, score);
    POINTS(synergy_points, red_line_cost);
    POINTS(red_line_cost, phase_after);
#undef POINTS
    scale(s->renege, s->draft_count, c);
    scale(s->rationality, s->type_total, 1 / c);
    s->mediator_rationality[0] /= c;
}

static void units(const char *name, const char *text) {
    Pipeline p = pipeline_read(text, own_rounds()), q = pipeline_read(text, own_rounds());
    pipeline_solve(&p, resolution());
    scale_points(q.situation, 3);
    pipeline_solve(&q, resolution());
    double *gains = (double *)q.outlook->gains;
    for (int j = 0; j < q.situation->type_total; j++) gains[j] /= 3;
    demand(name, "outlooks in points and in thirds of points", outlooks_apart(&p, &q, ""), 1e-9);
    pipeline_free(&p);
    pipeline_free(&q);
}

static void points_times_c_with_rationality_divided_by_c_change_no_probability(void **state) {
    (void)state;
    for_every_scenario(units);
}

/* A unit that is not carried through would be seen: points alone, halved, change the odds. */
static void stakes(const char *name, const char *text) {
    (void)name;
    Pipeline p = pipeline_read(text, own_rounds()), q = pipeline_read(text, own_rounds());
    pipeline_solve(&p, resolution());
    scale_points(q.situation, 0.5);
    situation_scale_rationality(q.situation, 0.5);
    pipeline_solve(&q, resolution());
    assert_true(outcomes_apart(p.outlook, q.outlook) > 1e-3);
    pipeline_free(&p);
    pipeline_free(&q);
}

static void points_halved_alone_change_the_odds(void **state) {
    (void)state;
    for_every_scenario(stakes);
}

/* ---- A constant on everything that can be won ---- */

/* A row of its own for every end and edge, with K added: whole at an end, and what the edge's discount takes away from
 * a later K on every passing edge. */
static void add_constant(Game *game, Arena *arena, const double *constant) {
    int width = game->type_total + 1, rows = 0;
    double *own = arena_array(arena, (size_t)(game->position_count + game->edge_count) * (size_t)width, sizeof *own);
    assert_non_null(own);
    for (int k = 0; k < game->position_count; k++) {
        Position *position = &game->positions[k];
        if (position->kind == POSITION_END) {
            double *row = own + (size_t)rows * (size_t)width;
            for (int j = 0; j < width; j++)
                row[j] =
                    constant[j] + (position->type_payoff < 0 ? 0 : game->type_rows[position->type_payoff * width + j]);
            position->type_payoff = rows++;
        } else if (position->type_payoff >= 0) {
            memcpy(own + (size_t)rows * (size_t)width, game->type_rows + position->type_payoff * width,
                   (size_t)width * sizeof *own);
            position->type_payoff = rows++;
        }
    }
    for (int e = 0; e < game->edge_count; e++) {
        Edge *edge = &game->edges[e];
        double *row = own + (size_t)rows * (size_t)width;
        for (int j = 0; j < width; j++)
            row[j] = constant[j] * (1 - game->discounts[edge->discount * width + j]) +
                     (edge->payoff < 0 ? 0 : game->type_rows[edge->payoff * width + j]);
        edge->payoff = rows++;
    }
    game->type_rows = own;
    game->type_row_count = rows;
}

static void constants(const char *name, const char *text) {
    Pipeline p = pipeline_read(text, own_rounds()), q = pipeline_read(text, own_rounds());
    p.situation->mediator_balance[0] = q.situation->mediator_balance[0] = 0;
    pipeline_solve(&p, resolution());
    pipeline_solve(&q, resolution());
    double constant[64];
    assert_true(q.game->type_total < 64);
    for (int j = 0; j <= q.game->type_total; j++) constant[j] = 17 - 9 * j;
    add_constant(q.game, q.solve_arena, constant);
    pipeline_solve_game(&q, resolution());
    double *gains = (double *)q.outlook->gains;
    for (int j = 0; j < q.situation->type_total; j++) gains[j] -= constant[j];
    demand(name, "outlooks with and without a constant", outlooks_apart(&p, &q, ""), 1e-9);
    pipeline_free(&p);
    pipeline_free(&q);
}

static void a_constant_on_all_a_type_can_win_changes_nothing(void **state) {
    (void)state;
    for_every_scenario(constants);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(probabilities_sum_to_one),
        cmocka_unit_test(the_adjoint_pass_equals_backward_propagation_of_each_outcome),
        cmocka_unit_test(points_times_c_with_rationality_divided_by_c_change_no_probability),
        cmocka_unit_test(points_halved_alone_change_the_odds),
        cmocka_unit_test(a_constant_on_all_a_type_can_win_changes_nothing),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
