/* SPDX-License-Identifier: GPL-3.0-or-later
 * Belief grids: counts, and what interpolation must reproduce. */
#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <string.h>
#include <cmocka.h>

#include "solve/grid.h"

/* A belief over m types, different for every draw. */
static void draw_belief(int types, uint64_t index, double *belief) {
    double sum = 0;
    for (int j = 0; j < types; j++) sum += belief[j] = -log(random_uniform(7, (uint32_t)j, index));
    for (int j = 0; j < types; j++) belief[j] /= sum;
}

static void a_simplex_of_m_types_has_the_binomial_number_of_points(void **state) {
    (void)state;
    Arena *arena = arena_new();
    const int starts[] = {0, 1, 3, 6, 10};
    const int expected[] = {1, 7, 28, 84}; /* (6 + m - 1 choose m - 1), m = 1..4 */
    Grid *grid = grid_new(4, starts, (Resolution){.even = 6}, arena);
    for (int party = 0; party < 4; party++) assert_int_equal(grid->parties[party].point_count, expected[party]);
    assert_int_equal(grid->point_count, 7 * 28 * 84);
    assert_true(grid_size(4, starts, (Resolution){.even = 6}) == 7 * 28 * 84);
    arena_free(arena);
}

static void interpolation_reproduces_linear_functions(void **state) {
    (void)state;
    Arena *arena = arena_new();
    const double slope[] = {0.3, -1.7, 2.2, 5};
    for (int types = 1; types <= 4; types++) {
        const int starts[] = {0, types};
        Grid *grid = grid_new(1, starts, (Resolution){.even = 8}, arena);
        for (uint64_t draw = 0; draw < 500; draw++) {
            double belief[4], weights[4], exact = 0, mixed = 0, sum = 0;
            int vertices[4], order[4];
            draw_belief(types, draw, belief);
            grid_locate(&grid->parties[0], belief, vertices, weights, order);
            for (int j = 0; j < types; j++) exact += slope[j] * belief[j];
            for (int v = 0; v < types; v++) {
                assert_in_range(vertices[v], 0, grid->parties[0].point_count - 1);
                assert_true(weights[v] >= -1e-12);
                sum += weights[v];
                for (int j = 0; j < types; j++)
                    mixed += weights[v] * slope[j] * grid->parties[0].beliefs[vertices[v] * types + j];
            }
            assert_true(fabs(sum - 1) < 1e-12);
            assert_true(fabs(mixed - exact) < 1e-12);
        }
    }
    arena_free(arena);
}

static void a_grid_point_is_located_at_itself(void **state) {
    (void)state;
    Arena *arena = arena_new();
    const int starts[] = {0, 3};
    Grid *grid = grid_new(1, starts, (Resolution){.even = 6}, arena);
    for (int point = 0; point < grid->parties[0].point_count; point++) {
        double weights[3], own = 0;
        int vertices[3], order[3];
        grid_locate(&grid->parties[0], grid->parties[0].beliefs + point * 3, vertices, weights, order);
        for (int v = 0; v < 3; v++) {
            if (vertices[v] == point) own += weights[v];
            assert_in_range(vertices[v], 0, grid->parties[0].point_count - 1);
        }
        assert_true(fabs(own - 1) < 1e-12);
    }
    arena_free(arena);
}

static void a_grid_beyond_memory_is_refused(void **state) {
    (void)state;
    Arena *arena = arena_new();
    const int starts[] = {0, 12, 24, 36};
    assert_null(grid_new(3, starts, (Resolution){.even = 50}, arena));
    assert_true(grid_size(3, starts, (Resolution){.even = 50}) > 1000000000u);
    arena_free(arena);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_simplex_of_m_types_has_the_binomial_number_of_points),
        cmocka_unit_test(interpolation_reproduces_linear_functions),
        cmocka_unit_test(a_grid_point_is_located_at_itself),
        cmocka_unit_test(a_grid_beyond_memory_is_refused),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
