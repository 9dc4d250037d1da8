/* SPDX-License-Identifier: GPL-3.0-or-later
 * The whole way of a scenario for tests. */
#include "pipeline.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

char *pipeline_file(const char *path) {
    char full[1024];
    snprintf(full, sizeof full, "%s/%s", REPOSITORY, path);
    FILE *file = fopen(full, "rb");
    if (!file) print_error("%s cannot be read\n", full);
    assert_non_null(file);
    size_t room = 1 << 20;
    char *text = malloc(room);
    assert_non_null(text);
    text[fread(text, 1, room - 1, file)] = '\0';
    fclose(file);
    return text;
}

static void demand(BrinkStatus status, BrinkDiagnostics *diagnostics) {
    char *text = NULL;
    if (status != BRINK_OK && brink_diagnostics_draw(diagnostics, false, 0, &text) == BRINK_OK)
        print_error("%s\n", text);
    brink_text_free(text);
    brink_diagnostics_free(diagnostics);
    assert_int_equal(status, BRINK_OK);
}

Pipeline pipeline_read(const char *text, int rounds) {
    Pipeline pipeline = {.arena = arena_new(), .solve_arena = arena_new()};
    assert_true(pipeline.arena && pipeline.solve_arena);
    BrinkDiagnostics *diagnostics = NULL;
    assert_int_equal(brink_diagnostics_new(&diagnostics), BRINK_OK);
    BrinkStatus status = brink_scenario_parse(text, strlen(text), "test.yaml", diagnostics, &pipeline.handle);
    if (status == BRINK_OK) status = scenario_checked(pipeline.handle, diagnostics, &pipeline.scenario);
    if (status == BRINK_OK)
        status =
            situation_new(pipeline.scenario, rounds, (Draw){.is_centre = true}, pipeline.arena, &pipeline.situation);
    demand(status, diagnostics);
    return pipeline;
}

void pipeline_solve_game(Pipeline *pipeline, int resolution) {
    assert_int_equal(solve_game(pipeline->game, (Resolution){.even = resolution}, pipeline->solve_arena, NULL, NULL,
                                &pipeline->solution),
                     BRINK_OK);
    assert_int_equal(outlook_new(pipeline->solution, pipeline->situation, pipeline->solve_arena, &pipeline->outlook),
                     BRINK_OK);
}

void pipeline_solve(Pipeline *pipeline, int resolution) {
    BrinkDiagnostics *diagnostics = NULL;
    assert_int_equal(brink_diagnostics_new(&diagnostics), BRINK_OK);
    arena_reset(pipeline->solve_arena);
    demand(game_compile(pipeline->situation, pipeline->solve_arena, diagnostics, &pipeline->game), diagnostics);
    pipeline_solve_game(pipeline, resolution);
}

void pipeline_free(Pipeline *pipeline) {
    arena_free(pipeline->solve_arena);
    arena_free(pipeline->arena);
    brink_scenario_free(pipeline->handle);
}

int pipeline_find(const Label *labels, int first, int count, const char *key) {
    for (int i = first; i < first + count; i++)
        if (strcmp(labels[i].key, key) == 0) return i;
    fail_msg("there is no `%s`", key);
    return -1;
}
