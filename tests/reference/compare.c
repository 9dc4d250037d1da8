/* SPDX-License-Identifier: GPL-3.0-or-later
 * The program beside the reference, number by number. The reported error |P(R) - P(R/2)| is an estimate: what is
 * demanded of it is that it covers nearly all differences and is never far off, and that a finer grid comes nearer. */
#include "compare.h"

#include "outlook/outlook.h"

#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

enum { NUMBER_MAX = 512 };

typedef struct Numbers {
    int count;
    double value[NUMBER_MAX];
    char name[NUMBER_MAX][40];
} Numbers;

static const char *const outcome_names[OUTCOME_COUNT] = {"deal", "interim", "lapse", "collapse", "conflict"};

__attribute__((format(printf, 3, 4))) static void put(Numbers *numbers, double value, const char *format, ...) {
    assert_true(numbers->count < NUMBER_MAX);
    va_list arguments;
    va_start(arguments, format);
    vsnprintf(numbers->name[numbers->count], sizeof numbers->name[0], format, arguments);
    va_end(arguments);
    numbers->value[numbers->count++] = value;
}

static void list_reference(const ReferenceOutlook *outlook, Numbers *numbers) {
    for (int o = 0; o < OUTCOME_COUNT; o++) put(numbers, outlook->outcomes[o], "%s", outcome_names[o]);
    put(numbers, outlook->kept, "kept");
    put(numbers, outlook->failed, "failed");
    put(numbers, outlook->conflict_chosen, "chosen");
    put(numbers, outlook->conflict_inadvertent, "inadvertent");
    put(numbers, outlook->conflict_after_collapse, "after collapse");
    for (int o = 0; o < OUTCOME_COUNT; o++) put(numbers, outlook->next[o], "next %s", outcome_names[o]);
    put(numbers, outlook->another_round, "another round");
    for (int x = 0; x < outlook->draft_count; x++) {
        put(numbers, outlook->tabled[x], "tabled %d", x);
        put(numbers, outlook->agreed[x], "agreed %d", x);
    }
    for (int r = 0; r < outlook->round_count; r++) {
        put(numbers, outlook->round_open[r], "round %d open", r + 1);
        for (int o = 0; o < OUTCOME_COUNT; o++)
            put(numbers, outlook->round_outcomes[r][o], "round %d %s", r + 1, outcome_names[o]);
        put(numbers, outlook->round_interim_agreed[r], "round %d interim agreed", r + 1);
        for (int g = 0; g < outlook->rung_total; g++)
            put(numbers, outlook->postures[r * outlook->rung_total + g], "round %d rung %d", r + 1, g);
        for (int j = 0; j < outlook->type_total; j++)
            put(numbers, outlook->belief_mean[r * outlook->type_total + j], "round %d belief %d", r + 1, j);
    }
    for (int j = 0; j < outlook->type_total; j++) put(numbers, outlook->gains[j], "gain %d", j);
}

/* The same list from the program's outlook. */
static void list_program(const Outlook *outlook, Numbers *numbers) {
    for (int o = 0; o < OUTCOME_COUNT; o++) put(numbers, outlook->outcomes[o], "%s", outcome_names[o]);
    put(numbers, outlook->deal_kept, "kept");
    put(numbers, outlook->deal_failed, "failed");
    put(numbers, outlook->conflict_chosen, "chosen");
    put(numbers, outlook->conflict_inadvertent, "inadvertent");
    put(numbers, outlook->conflict_after_collapse, "after collapse");
    for (int o = 0; o < OUTCOME_COUNT; o++) put(numbers, outlook->next[o], "next %s", outcome_names[o]);
    put(numbers, outlook->next_another_round, "another round");
    for (int x = 0; x < outlook->draft_count; x++) {
        put(numbers, outlook->drafts[x].tabled, "tabled %d", x);
        put(numbers, outlook->drafts[x].agreed, "agreed %d", x);
    }
    for (int r = 0; r < outlook->round_count; r++) {
        const OutlookRound *round = &outlook->rounds[r];
        put(numbers, round->open, "round %d open", r + 1);
        for (int o = 0; o < OUTCOME_COUNT; o++)
            put(numbers, round->outcomes[o], "round %d %s", r + 1, outcome_names[o]);
        put(numbers, round->interim_agreed, "round %d interim agreed", r + 1);
        for (int g = 0; g < outlook->rung_total; g++) put(numbers, round->postures[g], "round %d rung %d", r + 1, g);
        for (int j = 0; j < outlook->type_total; j++)
            put(numbers, round->beliefs[j].mean, "round %d belief %d", r + 1, j);
    }
    for (int j = 0; j < outlook->type_total; j++) put(numbers, outlook->gains[j], "gain %d", j);
}

/* False where a branch turned. */
static bool solve_program(const Situation *situation, int resolution, Numbers *numbers) {
    Arena *arena = arena_new();
    Game *game = NULL;
    Solution *solution = NULL;
    Outlook *outlook = NULL;
    assert_non_null(arena);
    assert_int_equal(game_compile(situation, arena, NULL, &game), BRINK_OK);
    assert_int_equal(solve_game(game, (Resolution){.even = resolution}, arena, NULL, NULL, &solution), BRINK_OK);
    assert_int_equal(outlook_new(solution, situation, arena, &outlook), BRINK_OK);
    list_program(outlook, numbers);
    bool turned = solution->turned_count > 0;
    arena_free(arena);
    return !turned;
}

static void compare_numbers(const Numbers *exact, const Numbers *coarse, const Numbers *fine, Comparison *comparison) {
    for (int k = 0; k < exact->count; k++) {
        assert_string_equal(exact->name[k], fine->name[k]);
        if (isnan(exact->value[k])) {
            assert_true(isnan(fine->value[k]));
            continue;
        }
        double difference = fabs(fine->value[k] - exact->value[k]), error = fabs(fine->value[k] - coarse->value[k]);
        assert_false(isnan(difference));
        comparison->number_count++;
        comparison->within += difference <= error + 1e-9;
        comparison->within_five += difference <= 5 * error + 1e-6;
        comparison->largest_difference = fmax(comparison->largest_difference, difference);
        comparison->largest_error = fmax(comparison->largest_error, error);
        if (difference - error > comparison->worst_excess) {
            comparison->worst_excess = difference - error;
            memcpy(comparison->worst, exact->name[k], sizeof exact->name[k]);
        }
    }
}

static void compare_refinement(const Numbers *exact, const Numbers *coarse, const Numbers *fine,
                               Comparison *comparison) {
    for (int k = 0; k < exact->count; k++) {
        double before = fabs(coarse->value[k] - exact->value[k]), after = fabs(fine->value[k] - exact->value[k]);
        if (!(before > 1e-9)) continue;
        comparison->refined_count++;
        comparison->refined += after < before;
    }
}

static void compare_package(const Situation *s, Settlements *settlements, int draft, int date, const int *rungs,
                            double *largest) {
    for (int profile = 0; profile < settlement_profile_count(s); profile++) {
        int types[16];
        double value[16], kept;
        settlement_profile_types(s, profile, types);
        const int *options = s->draft_option + draft * s->issue_count;
        const Settled *settled = settlements_get(settlements, options, date, rungs, profile);
        assert_non_null(settled);
        assert_true(reference_settle(s, options, date, rungs, types, value, &kept));
        *largest = fmax(*largest, fabs(settled->kept - kept));
        for (int i = 0; i < s->party_count; i++) *largest = fmax(*largest, fabs(settled->value[i] - value[i]));
    }
}

/* Every draft but frameworks, at every date and joint posture, for every type profile. */
static void compare_packages(const Situation *s, double *largest) {
    Arena *arena = arena_new();
    assert_non_null(arena);
    Settlements *settlements = settlements_new(s, arena);
    assert_non_null(settlements);
    int rungs[16];
    for (int i = 0; i < s->party_count; i++) rungs[i] = s->rung_start[i];
    for (int i = s->party_count; i >= 0;) {
        for (int draft = 0; draft < s->draft_count; draft++)
            for (int date = 0; date < s->date_count && s->draft_kind[draft] != DRAFT_FRAMEWORK; date++)
                compare_package(s, settlements, draft, date, rungs, largest);
        /* the next joint posture, last party fastest */
        for (i = s->party_count - 1; i >= 0 && ++rungs[i] == s->rung_start[i + 1]; i--) rungs[i] = s->rung_start[i];
    }
    arena_free(arena);
}

/* The reference and three resolutions; false where a branch turns on the way. */
static bool solve_all(const Situation *situation, ReferenceStart start, int resolution, Numbers *numbers,
                      Comparison *comparison) {
    ReferenceOutlook *outlook = reference_outlook(situation, start);
    if (outlook == NULL && start == REFERENCE_STAGEWISE) return false;
    assert_non_null(outlook);
    list_reference(outlook, &numbers[0]);
    comparison->node_count = outlook->node_count;
    comparison->sweeps = outlook->sweeps;
    reference_outlook_free(outlook);
    bool turned = false;
    for (int k = 0; k < 3; k++) turned = !solve_program(situation, resolution / 2 << k, &numbers[k + 1]) || turned;
    return !turned;
}

Comparison compare_situation(const Situation *situation, ReferenceStart start, int resolution) {
    Comparison comparison = {0};
    Numbers *numbers = calloc(4, sizeof *numbers);
    assert_non_null(numbers);
    comparison.turned = !solve_all(situation, start, resolution, numbers, &comparison);
    if (!comparison.turned) {
        compare_numbers(&numbers[0], &numbers[1], &numbers[2], &comparison);
        compare_numbers(&numbers[0], &numbers[2], &numbers[3], &comparison);
        compare_refinement(&numbers[0], &numbers[2], &numbers[3], &comparison);
        compare_packages(situation, &comparison.settlement_difference);
    }
    free(numbers);
    return comparison;
}

void compare_add(Comparison *total, const Comparison *part) {
    total->number_count += part->number_count;
    total->within += part->within;
    total->within_five += part->within_five;
    total->refined_count += part->refined_count;
    total->refined += part->refined;
    total->largest_difference = fmax(total->largest_difference, part->largest_difference);
    total->largest_error = fmax(total->largest_error, part->largest_error);
    total->settlement_difference = fmax(total->settlement_difference, part->settlement_difference);
    total->node_count += part->node_count;
    if (part->worst_excess <= total->worst_excess) return;
    total->worst_excess = part->worst_excess;
    memcpy(total->worst, part->worst, sizeof total->worst);
}

static double percent(long part, long whole) {
    return whole > 0 ? 100.0 * (double)part / (double)whole : 100;
}

void compare_print(const char *name, const Comparison *comparison) {
    printf("%-20s %8ld nodes %4d sweeps  difference %.1e  error %.1e  within %5.1f %%  five times %5.1f %%  refined "
           "%5.1f %% of %4ld  "
           "settlement %.0e  worst %s %.1e\n",
           name, comparison->node_count, comparison->sweeps, comparison->largest_difference, comparison->largest_error,
           percent(comparison->within, comparison->number_count),
           percent(comparison->within_five, comparison->number_count),
           percent(comparison->refined, comparison->refined_count), comparison->refined_count,
           comparison->settlement_difference, comparison->worst, comparison->worst_excess);
}

void compare_demand(const Comparison *total, double within_five) {
    assert_true(percent(total->within, total->number_count) >= 95);
    assert_true(percent(total->within_five, total->number_count) >= within_five);
    assert_true(percent(total->refined, total->refined_count) >= 90);
    assert_true(total->settlement_difference <= 1e-9);
}
