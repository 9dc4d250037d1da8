/* SPDX-License-Identifier: GPL-3.0-or-later
 * The size foreseen from structure alone, beside the size of the game that is then built. */
#include "game/game.h"
#include "scenario/scenario.h"
#include "scenarios.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>

#include <cmocka.h>

typedef struct Sizes {
    GameMeasure foreseen;
    double positions, stages, bytes;
} Sizes;

static Sizes sizes_of(const char *file, int rounds) {
    char path[1024];
    Arena *arena = arena_new();
    BrinkScenario *handle = NULL;
    const Scenario *scenario = NULL;
    Situation *situation = NULL;
    Game *game = NULL;
    Sizes sizes = {0};
    snprintf(path, sizeof path, "%s/%s", REPOSITORY, file);
    assert_int_equal(brink_scenario_read(path, NULL, &handle), BRINK_OK);
    assert_int_equal(scenario_checked(handle, NULL, &scenario), BRINK_OK);
    double bytes;
    Situation shape = situation_shape(scenario, rounds, &bytes);
    assert_int_equal(game_measure(&shape, &sizes.foreseen), BRINK_OK);
    assert_int_equal(situation_new(scenario, rounds, (Draw){.is_centre = true}, arena, &situation), BRINK_OK);
    assert_true(bytes >= (double)situation->block_count * sizeof(double));
    size_t before = arena_used(arena);
    assert_int_equal(game_compile(situation, arena, NULL, &game), BRINK_OK);
    sizes.positions = game->position_count;
    for (int i = 0; i < game->position_count; i++) sizes.stages += game->positions[i].kind == POSITION_STAGE;
    sizes.bytes = (double)(arena_used(arena) - before);
    arena_free(arena);
    brink_scenario_free(handle);
    return sizes;
}

static void the_size_foreseen_is_never_too_small_and_seldom_much_too_large(void **state) {
    (void)state;
    for (int i = 0; i < SCENARIO_COUNT; i++)
        for (int rounds = 1; rounds <= 4; rounds++) {
            Sizes sizes = sizes_of(scenario_files[i], rounds);
            assert_false(sizes.foreseen.is_at_least);
            assert_true(sizes.foreseen.positions >= sizes.positions &&
                        sizes.foreseen.positions <= 1.1 * sizes.positions);
            assert_true(sizes.foreseen.stages >= sizes.stages && sizes.foreseen.stages <= 1.1 * sizes.stages);
            assert_true(sizes.foreseen.bytes >= sizes.bytes && sizes.foreseen.bytes <= 8 * sizes.bytes);
        }
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(the_size_foreseen_is_never_too_small_and_seldom_much_too_large)};
    return cmocka_run_group_tests(tests, NULL, NULL);
}
