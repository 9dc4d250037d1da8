/* SPDX-License-Identifier: GPL-3.0-or-later
 * How the odds move with every number of every scenario that is shipped, held to central differences of whole solves.
 * At an end of a number's range (patience 1) the difference is one-sided. Left out and counted: numbers at which the
 * gradient itself reports a kink or a jump, and priors that lie on a face of the belief grid. */
#include "pipeline.h"
#include "study/study.h"
#include "thin.h"

#include <dirent.h>
#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

typedef struct Held {
    const char *path;
    int rounds, resolution, every; /* of the numbers, every so many'th is compared */
} Held;
/* Every scenario that is shipped. */
static const Held held[] = {
    {"autoworkers-2023.yaml", 1, 2, 2}, {"cuba-1962.yaml", 2, 4, 1},      {"geneva-2026.yaml", 1, 2, 3},
    {"nile-dam-2020.yaml", 1, 2, 2},    {"trade-war-2019.yaml", 1, 2, 2}, {"ultimatum.yaml", 0, 4, 1},
};
enum { HELD = sizeof held / sizeof *held };

typedef struct Case {
    Pipeline pipeline;
    Gradient *gradient;
    int resolution;
    double *values; /* [number] */
    Situation *moved;
    Game *game;
} Case;

static void find_gradient(Case *at, int threads) {
    const GameSlope *slope = NULL;
    Pipeline *p = &at->pipeline;
    assert_int_equal(outlook_slope(p->solution, p->situation, p->outlook, threads, NULL, NULL, p->arena, &slope),
                     BRINK_OK);
    assert_int_equal(
        gradient_new(p->scenario, p->situation, p->game, slope, threads, NULL, NULL, p->arena, &at->gradient),
        BRINK_OK);
}

static Case case_open(const char *text, int rounds, int resolution) {
    Case at = {.pipeline = pipeline_read(text, rounds), .resolution = resolution};
    Pipeline *p = &at.pipeline;
    pipeline_solve(p, resolution);
    find_gradient(&at, 1);
    at.values = arena_array(p->arena, (size_t)p->scenario->number_count, sizeof *at.values);
    at.game = game_copy(p->game, p->arena);
    assert_true(at.values && at.game);
    for (int i = 0; i < p->scenario->number_count; i++) at.values[i] = NAN;
    assert_int_equal(situation_new(p->scenario, rounds, (Draw){.is_centre = true}, p->arena, &at.moved), BRINK_OK);
    return at;
}

/* The odds with one number set, by a whole solve. */
static void odds_at(Case *at, int number, double value, double odds[OUTCOME_COUNT]) {
    Arena *arena = arena_new();
    Solution *solution = NULL;
    Outlook *outlook = NULL;
    assert_non_null(arena);
    at->values[number] = value;
    situation_fill(at->pipeline.scenario, (Draw){.is_centre = true, .values = at->values}, at->moved);
    at->values[number] = NAN;
    assert_int_equal(game_fill(at->game, at->moved, arena), BRINK_OK);
    assert_int_equal(solve_game_fast(at->game, (Resolution){.even = at->resolution}, &(SolveFastSettings){1}, arena,
                                     NULL, NULL, &solution),
                     BRINK_OK);
    assert_int_equal(outlook_new(solution, at->moved, arena, &outlook), BRINK_OK);
    memcpy(odds, outlook->outcomes, sizeof outlook->outcomes);
    arena_free(arena);
}

static bool is_prior_on_face(const Case *at, const Number *number, double value) {
    const char *last = strrchr(number->path, '.');
    double y = value * at->resolution;
    return last && strcmp(last, ".prior") == 0 && fabs(y - round(y)) < 1e-3;
}

/* A difference of second order: central, or at an end of the number's range to the side that there is. */
static void differ(Case *at, const GradientNumber *own, const Number *number, double difference[OUTCOME_COUNT]) {
    double step = 3e-5 * fmax(fabs(own->value), 1e-2), here[OUTCOME_COUNT], one[OUTCOME_COUNT], two[OUTCOME_COUNT];
    bool is_highest = own->value + step > number->high, is_lowest = own->value - step < number->low;
    if (is_highest) step = -step;
    odds_at(at, own->number, own->value + step, one);
    if (is_highest || is_lowest) {
        odds_at(at, own->number, own->value, here);
        odds_at(at, own->number, own->value + 2 * step, two);
        for (int o = 0; o < OUTCOME_COUNT; o++) difference[o] = (4 * one[o] - 3 * here[o] - two[o]) / (2 * step);
        return;
    }
    odds_at(at, own->number, own->value - step, two);
    for (int o = 0; o < OUTCOME_COUNT; o++) difference[o] = (one[o] - two[o]) / (2 * step);
}

/* Whether a number can be compared, and if so how far its slope is from the difference, relative to the slope; the
 * solves are known to 1e-11, so what doubling the number would change by less than 5e-3 counts as that much. */
static bool compare(Case *at, const GradientNumber *own, double *apart) {
    const Number *number = &at->pipeline.scenario->numbers[own->number];
    double difference[OUTCOME_COUNT], size = 0;
    if (own->is_kink || is_prior_on_face(at, number, own->value)) return false;
    differ(at, own, number, difference);
    *apart = 0;
    for (int o = 0; o < OUTCOME_COUNT; o++) {
        size = fmax(size, fabs(difference[o]));
        *apart = fmax(*apart, fabs(difference[o] - own->slope[o]));
    }
    *apart /= size + 5e-3 / fmax(fabs(own->value), 1e-2);
    return true;
}

static void every_shipped_scenario_is_held(void **state) {
    (void)state;
    DIR *folder = opendir(REPOSITORY "/scenarios");
    assert_non_null(folder);
    for (struct dirent *entry; (entry = readdir(folder));) {
        bool is_held = !strstr(entry->d_name, ".yaml");
        for (int h = 0; h < HELD; h++) is_held = is_held || strcmp(entry->d_name, held[h].path) == 0;
        if (!is_held) fail_msg("%s is not among the scenarios held", entry->d_name);
    }
    closedir(folder);
}

static void slopes_are_central_differences(void **state) {
    (void)state;
    for (int h = 0; h < HELD; h++) {
        char path[128];
        snprintf(path, sizeof path, "scenarios/%s", held[h].path);
        char *text = pipeline_file(path);
        Case at = case_open(text, held[h].rounds, held[h].resolution);
        int compared = 0, skipped = 0;
        for (int i = 0; i < at.gradient->count; i += held[h].every * thin_step()) {
            double apart;
            if (!compare(&at, &at.gradient->numbers[i], &apart)) {
                skipped++;
                continue;
            }
            compared++;
            if (!(apart < 1e-4))
                fail_msg("%s, %s: %g apart", held[h].path,
                         at.pipeline.scenario->numbers[at.gradient->numbers[i].number].path, apart);
        }
        print_message("%s: %d numbers compared, %d of %d left out\n", held[h].path, compared, skipped,
                      compared + skipped);
        assert_true(compared >= 25 / thin_step() && compared >= 0.9 * (compared + skipped));
        assert_true(at.gradient->jumps <= 0.02 * at.gradient->count);
        pipeline_free(&at.pipeline);
        free(text);
    }
}

/* What a wrong sweep would most easily get wrong: nothing moves with a number that is nowhere in the game, and slopes
 * sum to 0. */
static void slopes_sum_to_nothing_and_idle_numbers_are_left_out(void **state) {
    (void)state;
    char *text = pipeline_file("scenarios/cuba-1962.yaml");
    Case at = case_open(text, 2, 4);
    int moving = 0;
    for (int i = 0; i < at.gradient->count; i++) {
        const GradientNumber *own = &at.gradient->numbers[i];
        const char *path = at.pipeline.scenario->numbers[own->number].path;
        double sum = 0, size = 0;
        for (int o = 0; o < OUTCOME_COUNT; o++) {
            sum += own->slope[o];
            size = fmax(size, fabs(own->slope[o]));
        }
        assert_true(fabs(sum) <= 1e-12 * (1 + size));
        assert_true(strncmp(path, "spillovers.", 11) != 0 && strncmp(path, "references.", 11) != 0);
        moving += size > 1e-9;
    }
    assert_true(moving > 60 && at.gradient->idle > 0);
    pipeline_free(&at.pipeline);
    free(text);
}

static void any_number_of_threads_gives_the_same_bytes(void **state) {
    (void)state;
    char *text = pipeline_file("scenarios/ultimatum.yaml");
    Case at = case_open(text, 0, 6);
    const Gradient *one = at.gradient;
    find_gradient(&at, 3);
    assert_int_equal(one->count, at.gradient->count);
    assert_memory_equal(one->numbers, at.gradient->numbers, (size_t)one->count * sizeof *one->numbers);
    pipeline_free(&at.pipeline);
    free(text);
}

typedef struct Refusal {
    int calls, refused; /* the call that is refused */
    uint64_t done, total;
} Refusal;

static bool refuse(void *payload, uint64_t done, uint64_t total) {
    Refusal *at = payload;
    assert_true(done > at->done && done <= total);
    at->done = done;
    at->total = total;
    return ++at->calls < at->refused;
}

static void an_observer_that_refuses_stops_either_part(void **state) {
    (void)state;
    char *text = pipeline_file("scenarios/cuba-1962.yaml");
    Case at = case_open(text, 2, 4);
    Pipeline *p = &at.pipeline;
    const GameSlope *slope = NULL;
    Gradient *gradient = NULL;
    Refusal second = {.refused = 2}, never = {.refused = 1000000}, fifth = {.refused = 5}, third = {.refused = 3};
    assert_int_equal(outlook_slope(p->solution, p->situation, p->outlook, 1, refuse, &second, p->arena, &slope),
                     BRINK_CANCELLED);
    assert_null(slope);
    assert_int_equal(second.calls, 2);
    assert_int_equal(outlook_slope(p->solution, p->situation, p->outlook, 3, refuse, &never, p->arena, &slope),
                     BRINK_OK);
    assert_int_equal(never.done, never.total);
    assert_int_equal(gradient_new(p->scenario, p->situation, p->game, slope, 1, refuse, &fifth, p->arena, &gradient),
                     BRINK_CANCELLED);
    assert_int_equal(fifth.calls, 5);
    assert_int_equal(gradient_new(p->scenario, p->situation, p->game, slope, 3, refuse, &third, p->arena, &gradient),
                     BRINK_CANCELLED);
    assert_int_equal(third.calls, 3);
    assert_null(gradient);
    pipeline_free(p);
    free(text);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(every_shipped_scenario_is_held),
        cmocka_unit_test(slopes_are_central_differences),
        cmocka_unit_test(slopes_sum_to_nothing_and_idle_numbers_are_left_out),
        cmocka_unit_test(any_number_of_threads_gives_the_same_bytes),
        cmocka_unit_test(an_observer_that_refuses_stops_either_part),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
