/* SPDX-License-Identifier: GPL-3.0-or-later
 * The program against the reference on situations drawn at random: rules meet here in combinations nobody thought of. A
 * draw depends on its number alone, so that a failure names the situation that shows it. */
#include "compare.h"

#include "base/arena.h"
#include "reference_inside.h"
#include "settlement/settlement.h"
#include "thin.h"

#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

enum { SHARP_LAST = 400, RESOLUTION = 10 };

typedef struct Draws {
    uint64_t state;
    Arena *arena;
    Situation *s;
} Draws;

/* splitmix64 (Steele, Lea and Flood 2014) */
static double uniform(Draws *draws) {
    uint64_t z = draws->state += 0x9e3779b97f4a7c15u;
    z = (z ^ z >> 30) * 0xbf58476d1ce4e5b9u;
    z = (z ^ z >> 27) * 0x94d049bb133111ebu;
    return (double)((z ^ z >> 31) >> 11) * 0x1p-53;
}

static double between(Draws *draws, double low, double high) {
    return low + (high - low) * uniform(draws);
}

static int pick(Draws *draws, int low, int high) {
    return low + (int)(uniform(draws) * (high - low + 1));
}

static bool chance(Draws *draws, double p) {
    return uniform(draws) < p;
}

static void *take(Draws *draws, int count, size_t size) {
    void *result = arena_array(draws->arena, (size_t)count + 1, size);
    assert_non_null(result);
    return result;
}

static int *ints(Draws *draws, int count, int value) {
    int *result = take(draws, count, sizeof *result);
    for (int k = 0; k < count; k++) result[k] = value;
    return result;
}

static bool *flags(Draws *draws, int count, double p) {
    bool *result = take(draws, count, sizeof *result);
    for (int k = 0; k < count; k++) result[k] = chance(draws, p);
    return result;
}

static void fill(Draws *draws, double *numbers, int count, double low, double high) {
    for (int k = 0; k < count; k++) numbers[k] = between(draws, low, high);
}

/* Running totals of `count` random extents; the total is the last. */
static int *starts(Draws *draws, int count, int low, int high) {
    int *result = ints(draws, count + 1, 0);
    for (int k = 0; k < count; k++) result[k + 1] = result[k] + pick(draws, low, high);
    return result;
}

static void draw_parties(Draws *draws) {
    Situation *s = draws->s;
    s->party_count = chance(draws, 0.25) ? 3 : 2;
    s->round_count = s->party_count == 3 ? pick(draws, 1, 2) : pick(draws, 1, 3);
    s->date_count = s->round_count + 1;
    s->type_start = starts(draws, s->party_count, 1, s->party_count == 3 ? 2 : 3);
    if (s->type_start[s->party_count] > 4) s->type_start = starts(draws, s->party_count, 1, 2);
    s->rung_start = starts(draws, s->party_count, 1, s->round_count == 3 ? 2 : s->party_count == 3 ? 2 : 3);
    s->type_total = s->type_start[s->party_count];
    s->rung_total = s->rung_start[s->party_count];
    int *type_rung_start = ints(draws, s->type_total, 0), *type_party = ints(draws, s->type_total, 0),
        *now = ints(draws, s->party_count, 0);
    bool *signs = flags(draws, s->party_count, 1), *open = flags(draws, s->rung_total, 0.8),
         *attack = flags(draws, s->rung_total, 0);
    if (s->party_count == 3 && chance(draws, 0.7)) signs[pick(draws, 0, 2)] = false;
    for (int i = 0; i < s->party_count; i++) {
        for (int j = s->type_start[i]; j < s->type_start[i + 1]; j++) {
            type_party[j] = i;
            type_rung_start[j] = s->type_rung_total;
            s->type_rung_total += situation_rung_count(s, i);
        }
        attack[s->rung_start[i + 1] - 1] = situation_rung_count(s, i) > 1 && chance(draws, 0.4);
        now[i] = pick(draws, s->rung_start[i], s->rung_start[i + 1] - 1 - attack[s->rung_start[i + 1] - 1]);
        open[pick(draws, s->rung_start[i], s->rung_start[i + 1] - 1)] = true;
    }
    int *deadline = ints(draws, s->type_rung_total, 0);
    for (int k = 0; k < s->type_rung_total; k++)
        if (chance(draws, 0.2)) deadline[k] = pick(draws, 1, s->round_count);
    s->type_rung_start = type_rung_start;
    s->type_party = type_party;
    s->now = now;
    s->signs = signs;
    s->rung_open = open;
    s->attack = attack;
    s->deadline_round = deadline;
}

static void draw_issues(Draws *draws) {
    Situation *s = draws->s;
    s->issue_count = pick(draws, 1, 2);
    s->option_start = starts(draws, s->issue_count, 2, 3);
    s->option_total = s->option_start[s->issue_count];
    s->timetable_count = pick(draws, 1, 2);
    s->phase_start = starts(draws, s->timetable_count, 1, 2);
    s->phase_total = s->phase_start[s->timetable_count];
    int *today = ints(draws, s->issue_count, 0), *timetable = ints(draws, s->option_total, -1);
    for (int k = 0; k < s->issue_count; k++) today[k] = pick(draws, s->option_start[k], s->option_start[k + 1] - 1);
    /* one issue alone names timetables: two in one package are an error */
    for (int x = s->option_start[0]; x < s->option_start[1]; x++)
        if (s->timetable_count > 1 && chance(draws, 0.6)) timetable[x] = 1;
    s->today = today;
    s->option_timetable = timetable;
    s->performs = flags(draws, s->issue_count * s->party_count, 0.45);
    s->detects = flags(draws, s->option_total * s->party_count, 0.35);
    s->synergy_count = pick(draws, 0, 3);
    s->red_line_count = pick(draws, 0, 4);
    int *synergy_type = ints(draws, s->synergy_count, 0), *red_line_type = ints(draws, s->red_line_count, 0);
    for (int k = 0; k < s->synergy_count; k++) synergy_type[k] = pick(draws, 0, s->type_total - 1);
    for (int k = 0; k < s->red_line_count; k++) red_line_type[k] = pick(draws, 0, s->type_total - 1);
    s->synergy_type = synergy_type;
    s->red_line_type = red_line_type;
    s->synergy_allows = flags(draws, s->synergy_count * s->option_total, 0.6);
    s->red_line_allows = flags(draws, s->red_line_count * s->option_total, 0.5);
}

static void draw_framework(Draws *draws, int framework, DraftKind *kind, bool *leads_to, bool *reading) {
    Situation *s = draws->s;
    kind[framework] = DRAFT_FRAMEWORK;
    for (int x = 0; x < s->draft_count; x++) {
        if (x == framework) continue;
        leads_to[framework * s->draft_count + x] = x == 0 || chance(draws, 0.7);
        for (int i = 0; i < s->party_count; i++)
            reading[(framework * s->party_count + i) * s->draft_count + x] =
                leads_to[framework * s->draft_count + x] && chance(draws, 0.6);
    }
}

static void draw_drafts(Draws *draws) {
    Situation *s = draws->s;
    s->draft_count = pick(draws, 1, s->round_count == 3 || s->party_count == 3 ? 2 : 3);
    int *option = ints(draws, s->draft_count * s->issue_count, 0), *lasts = ints(draws, s->draft_count, 0);
    DraftKind *kind = take(draws, s->draft_count, sizeof *kind);
    bool *leads_to = flags(draws, s->draft_count * s->draft_count, 0);
    bool *reading = flags(draws, s->draft_count * s->party_count * s->draft_count, 0);
    for (int x = 1; x < s->draft_count; x++)
        if (chance(draws, 0.4)) {
            kind[x] = DRAFT_INTERIM;
            lasts[x] = pick(draws, 0, 2);
        }
    if (s->draft_count > 1 && chance(draws, 0.35)) draw_framework(draws, s->draft_count - 1, kind, leads_to, reading);
    s->in_force =
        s->draft_count > 1 && kind[s->draft_count - 1] != DRAFT_FINAL && chance(draws, 0.4) ? s->draft_count - 1 : -1;
    for (int x = 0; x < s->draft_count; x++)
        for (int k = 0; k < s->issue_count; k++)
            option[x * s->issue_count + k] =
                kind[x] == DRAFT_FRAMEWORK ? s->today[k] : pick(draws, s->option_start[k], s->option_start[k + 1] - 1);
    s->draft_option = option;
    s->draft_kind = kind;
    s->draft_lasts = lasts;
    s->leads_to = leads_to;
    s->reading = reading;
    s->draft_open = flags(draws, s->draft_count, 0.9);
    s->proposer = (Proposer)pick(draws, 0, 2);
    s->adjourn = chance(draws, 0.5);
    s->exposed = chance(draws, 0.5);
}

static int extent(const Situation *s, const char *shape) {
    const struct {
        const char *name;
        int count;
    } extents[] = {
        {"ONE", 1},
        {"DATE", s->date_count},
        {"DATE_ASSAY", s->date_count * s->assay_count},
        {"DATE_OPTION", s->date_count * s->option_total},
        {"TYPE", s->type_total},
        {"DATE_TYPE", s->date_count * s->type_total},
        {"DATE_TYPE_PARTY", s->date_count * s->type_total * s->party_count},
        {"RUNG", s->rung_total},
        {"DATE_RUNG", s->date_count * s->rung_total},
        {"RUNG_PARTY", s->rung_total * s->party_count},
        {"TYPERUNG", s->type_rung_total},
        {"DATE_TYPERUNG", s->date_count * s->type_rung_total},
        {"TYPERUNG_OPTION", s->type_rung_total * s->option_total},
        {"ISSUE", s->issue_count},
        {"OPTION", s->option_total},
        {"TYPE_ISSUE", s->type_total * s->issue_count},
        {"TYPE_OPTION", s->type_total * s->option_total},
        {"SYNERGY", s->synergy_count},
        {"RED_LINE", s->red_line_count},
        {"PHASE", s->phase_total},
        {"PHASE_ISSUE", s->phase_total * s->issue_count},
        {"DRAFT", s->draft_count},
        {"OUTCOME", OUTCOME_COUNT},
    };
    for (size_t k = 0; k < sizeof extents / sizeof *extents; k++)
        if (strcmp(extents[k].name, shape) == 0) return extents[k].count;
    fail_msg("unknown shape %s", shape);
    return 0;
}

/* Where a field's numbers lie. */
static const struct {
    const char *name;
    double low, high;
} ranges[] = {
    {"every", 7, 7},
    {"friction", 0, 0.8},
    {"interim_calm", 0, 1},
    {"interim_relief", 0, 1},
    {"interim_stays", 0, 1},
    {"mediator_value", -80, 80},
    {"mediator_balance", 0, 1},
    {"mediator_rationality", 0.01, 0.05},
    {"mediator_patience", 0.8, 1},
    {"prior", 0.1, 1},
    {"patience", 0.8, 1},
    {"rationality", 0.08, 0.2},
    {"walk", 0.3, 1.5},
    {"backdown", 0, 2},
    {"breach_penalty", 0, 8},
    {"requires_detection", 0, 0.6},
    {"unverifiable", 0, 3},
    {"status", -1.5, 0.5},
    {"first_strike", -1, 4},
    {"collapse", -6, 1},
    {"lapse", -4, 1},
    {"conflict", -15, -2},
    {"conflict_by", -5, 1},
    {"level", 0, 0},
    {"share", 0.3, 2},
    {"after_collapse", 0, 0.6},
    {"pressure", 0, 2},
    {"risk", 0, 0.08},
    {"talks", 0.6, 1},
    {"war", -3, 1},
    {"cost", 0, 1.5},
    {"deadline_cost", 0, 5},
    {"commits", -1.5, 3},
    {"reversible", 0, 1},
    {"detection", 0, 1},
    {"weight", 0, 10},
    {"score", 0, 100},
    {"synergy_points", -3, 3},
    {"red_line_cost", 0, 4},
    {"phase_after", 1, 90},
    {"phase_ambiguity", 0, 0.4},
    {"phase_share", 0, 1},
    {"draft_share", 0.4, 2},
    {"renege", 0, 4},
};

/* Fields that are not drawn here: draw_safeguards draws the physics, and weights, which are, are worked out from what
 * is said of them. */
static const char *const left_out[] = {"detect_after", "cap",          "swu",
                                       "stock_above",  "stock_to",     "stockpile",
                                       "feed_assay",   "tails_assay",  "significant_quantity",
                                       "weapon_assay", "reconversion", "stored",
                                       "reinstall",    "swing",        "anchor"};

static void draw_field(Draws *draws, const char *name, const char *shape, double *numbers) {
    for (size_t k = 0; k < sizeof ranges / sizeof *ranges; k++)
        if (strcmp(ranges[k].name, name) == 0) {
            fill(draws, numbers, extent(draws->s, shape), ranges[k].low, ranges[k].high);
            return;
        }
    for (size_t k = 0; k < sizeof left_out / sizeof *left_out; k++)
        if (strcmp(left_out[k], name) == 0) return;
    fail_msg("no range for %s", name);
}

static void divide_by_sum(double *numbers, int count, int step) {
    double sum = 0;
    for (int k = 0; k < count; k++) sum += numbers[k * step];
    for (int k = 0; k < count; k++) numbers[k * step] /= sum;
}

static void draw_numbers(Draws *draws) {
    Situation *s = draws->s;
#define FIELD(name, shape) s->block_count += (size_t)extent(s, #shape);
#include "scenario/situation.def"
#undef FIELD
    double *next = s->block = take(draws, (int)s->block_count, sizeof *next);
#define FIELD(name, shape)                                                                                             \
    s->name = next;                                                                                                    \
    next += extent(s, #shape);                                                                                         \
    draw_field(draws, #name, #shape, s->name);
#include "scenario/situation.def"
#undef FIELD
    for (int i = 0; i < s->party_count; i++) {
        /* now and then a type believed impossible, so that Bayes' rule meets probability 0 */
        if (situation_type_count(s, i) > 1 && chance(draws, 0.15)) s->prior[s->type_start[i]] = 0;
        divide_by_sum(s->prior + s->type_start[i], situation_type_count(s, i), 1);
        for (int r = s->rung_start[i]; r < s->rung_start[i + 1]; r++) s->level[r] = r - s->rung_start[i];
    }
    for (int timetable = 0; timetable < s->timetable_count; timetable++)
        for (int k = 0; k < s->issue_count; k++) {
            int first = s->phase_start[timetable], count = s->phase_start[timetable + 1] - first;
            divide_by_sum(s->phase_share + first * s->issue_count + k, count, s->issue_count);
        }
    for (int k = 0; k < s->red_line_count; k++)
        if (chance(draws, 0.3)) s->red_line_cost[k] = INFINITY;
    for (int j = 0; j < s->type_total; j++)
        if (chance(draws, 0.2)) s->unverifiable[j] = INFINITY;
    for (int x = 0; x < s->option_total; x++) {
        bool detects = false;
        for (int i = 0; i < s->party_count; i++) detects = detects || s->detects[x * s->party_count + i];
        if (!detects) s->detection[x] = 0;
    }
    double *days = take(draws, s->date_count, sizeof *days), *day = take(draws, s->date_count, sizeof *day);
    for (int t = 0; t < s->date_count; t++) {
        days[t] = t == 0 || t == s->round_count ? 7 : pick(draws, 2, 14);
        day[t] = t == 0 ? 20000 : day[t - 1] + days[t];
    }
    s->round_days = days;
    s->date_day = day;
}

/* From a stream of its own, so that a game is the same with and without. */
static void draw_safeguards(Draws *draws) {
    Situation *s = draws->s;
    s->feed_assay[0] = 0.00711;
    s->tails_assay[0] = between(draws, 0.001, 0.006);
    s->weapon_assay[0] = between(draws, 0.7, 0.95);
    s->significant_quantity[0] = between(draws, 5, 30);
    s->reconversion[0] = between(draws, 0, 60);
    for (int k = 0; k < s->date_count * s->assay_count; k++) s->stockpile[k] = between(draws, 0, 150);
    for (int x = 0; x < s->option_total; x++) {
        bool is_cap = chance(draws, 0.5), is_work = chance(draws, 0.7), is_above = chance(draws, 0.3),
             is_to = chance(draws, 0.3);
        s->detect_after[x] = chance(draws, 0.6) ? between(draws, 5, 200) : 0;
        s->cap[x] = is_cap ? between(draws, 0, 0.3) : NAN;
        s->stock_above[x] = is_above ? between(draws, 0, 0.5) : NAN;
        s->stock_to[x] = is_to ? between(draws, 0, 0.2) : NAN;
        ((Disposition *)s->option_stock)[x] = (Disposition)pick(draws, 0, STOCK_EXPORTED);
        for (int t = 0; t < s->date_count; t++)
            s->swu[t * s->option_total + x] = is_work ? between(draws, 0, 5000) : NAN;
    }
    for (int x = 0; x < s->option_total; x++) {
        bool is_stored = chance(draws, 0.3);
        s->reinstall[x] = is_stored ? between(draws, 0, 200) : 0;
        for (int t = 0; t < s->date_count; t++)
            s->stored[t * s->option_total + x] = is_stored ? between(draws, 0, 20000) : NAN;
    }
}

static void add_safeguards(Draws *draws, uint64_t number) {
    static const double assays[] = {0.6, 0.2, 0.05};
    Situation *s = draws->s;
    Draws own = {.state = number * 7919, .arena = draws->arena, .s = s};
    s->option_stock = take(draws, s->option_total, sizeof *s->option_stock);
    s->assay = assays;
    if (!chance(&own, 0.4)) {
        for (int x = 0; x < s->option_total; x++) s->detect_after[x] = 0;
        return;
    }
    draw_safeguards(&own);
}

static Situation *draw_situation(uint64_t number, Arena *arena) {
    Draws draws = {.state = number * 1000003, .arena = arena};
    draws.s = take(&draws, 1, sizeof *draws.s);
    draw_parties(&draws);
    draw_issues(&draws);
    draw_drafts(&draws);
    draws.s->assay_count = 3;
    draw_numbers(&draws);
    add_safeguards(&draws, number);
    return draws.s;
}

static void games_drawn_at_random_give_the_reference_within_the_reported_error(void **state) {
    (void)state;
    Comparison total = {0};
    const char *first = getenv("BRINK_REFERENCE_FIRST"), *last = getenv("BRINK_REFERENCE_LAST");
    for (int number = first == NULL ? 1 : atoi(first); number <= (last == NULL ? 150 : atoi(last));
         number += thin_step()) {
        char name[32];
        Arena *arena = arena_new();
        assert_non_null(arena);
        Comparison comparison =
            compare_situation(draw_situation((uint64_t)number, arena), REFERENCE_FROM_MEASURES, RESOLUTION);
        assert_false(comparison.turned);
        snprintf(name, sizeof name, "draw %d", number);
        compare_print(name, &comparison);
        compare_add(&total, &comparison);
        arena_free(arena);
    }
    compare_print("all", &total);
    /* Over so many numbers a difference between two grids now and then vanishes by chance where that to the truth does
     * not. */
    compare_demand(&total, 99.9);
}

/* Whether the stagewise branch can be followed in a blink: nobody chooses postures, and little is hidden. */
static bool is_quick(const Situation *s) {
    int open = 0;
    for (int r = 0; r < s->rung_total; r++) open += s->rung_open[r];
    return open == s->party_count && s->party_count == 2 && s->round_count <= 2 && s->type_total <= 3 &&
           s->draft_count <= 2;
}

static double sweep_apart(const Situation *situation) {
    ReferenceOutlook *tree = reference_outlook(situation, REFERENCE_FROM_MEASURES);
    ReferenceOutlook *branch = reference_outlook(situation, REFERENCE_STAGEWISE);
    double apart = 0;
    for (int o = 0; tree != NULL && branch != NULL && o < OUTCOME_COUNT; o++)
        apart = fmax(apart, fabs(tree->outcomes[o] - branch->outcomes[o]));
    reference_outlook_free(tree);
    reference_outlook_free(branch);
    return apart;
}

/* At ten times the rationality some of these games have several equilibria: the one meant is that of the stages'
 * principal branches. */
static void sharp_games_are_solved_on_the_branch_of_each_stage(void **state) {
    (void)state;
    Comparison total = {0};
    int compared = 0, several = 0;
    for (int number = 1; number <= SHARP_LAST; number += thin_step()) {
        char name[32];
        Arena *arena = arena_new();
        assert_non_null(arena);
        Situation *situation = draw_situation((uint64_t)number, arena);
        for (int j = 0; j < situation->type_total; j++) situation->rationality[j] *= 10;
        if (is_quick(situation)) {
            Comparison comparison = compare_situation(situation, REFERENCE_STAGEWISE, RESOLUTION);
            several += sweep_apart(situation) > 1e-6;
            compared += !comparison.turned;
            snprintf(name, sizeof name, "sharp %d", number);
            compare_print(name, &comparison);
            compare_add(&total, &comparison);
        }
        arena_free(arena);
    }
    compare_print("all", &total);
    printf("%d compared, in %d of them there are several equilibria\n", compared, several);
    compare_demand(&total, 99.9);
}

/* The plain feeding of a pile by portions against the program's, over packages of random situations. Best tails are
 * tried one by one there, so that they are near and never better than the program's. */
static void detection_in_time_is_the_references(void **state) {
    (void)state;
    int compared = 0;
    for (uint64_t number = 1; number <= 600; number++) {
        Arena *arena = arena_new();
        Situation *s = draw_situation(number, arena);
        s->has_best_tails = number % 100 == 0;
        for (int k = 0; k < s->draft_count * s->date_count; k++) {
            const int *options = s->draft_option + k % s->draft_count * s->issue_count;
            for (int party = 0; party < s->party_count; party++) {
                double own = settlement_detection(s, party, k / s->draft_count, options);
                double other = rules_detection(s, party, k / s->draft_count, options);
                if (fabs(own - other) > (s->has_best_tails ? 1e-3 : 1e-9))
                    fail_msg("draw %d: %.12g, reference %.12g", (int)number, own, other);
                if (s->has_best_tails) assert_true(own <= other + 1e-6);
                compared += settlement_has_safeguards(s, options) && own > 0.01 && own < 0.99;
            }
        }
        arena_free(arena);
    }
    printf("%d detections between 0.01 and 0.99 came from physics\n", compared);
    assert_true(compared > 300);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(detection_in_time_is_the_references),
        cmocka_unit_test(sharp_games_are_solved_on_the_branch_of_each_stage),
        cmocka_unit_test(games_drawn_at_random_give_the_reference_within_the_reported_error),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
