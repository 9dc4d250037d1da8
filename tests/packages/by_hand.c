/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "by_hand.h"

#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>

#include <cmocka.h>

double dice_share(Dice *dice) {
    return random_uniform(dice->seed, 7, dice->next++);
}

int dice_below(Dice *dice, int limit) {
    return (int)(dice_share(dice) * limit);
}

bool dice_chance(Dice *dice, double p) {
    return dice_share(dice) < p;
}

static void *take(Arena *arena, size_t count, size_t size) {
    void *result = arena_array(arena, count + 1, size);
    assert_non_null(result);
    return result;
}

/* ---- Structure ---- */

static int *starts(Arena *arena, int count, const int *sizes) {
    int *start = take(arena, (size_t)count + 1, sizeof *start);
    for (int i = 0; i < count; i++) start[i + 1] = start[i] + sizes[i];
    return start;
}

static void lay_parties(Situation *s, int third_parties, const int *types, Arena *arena) {
    int *ones = take(arena, (size_t)s->party_count, sizeof *ones);
    bool *signs = take(arena, (size_t)s->party_count, sizeof *signs);
    for (int i = 0; i < s->party_count; i++) ones[i] = 1;
    /* third parties stand first, so that a signer's number differs from its party's */
    for (int i = 0; i < s->party_count; i++) signs[i] = i >= third_parties;
    s->signs = signs;
    s->type_start = starts(arena, s->party_count, types);
    s->rung_start = starts(arena, s->party_count, ones);
    s->type_total = s->type_start[s->party_count];
    s->rung_total = s->type_rung_total = s->party_count;
    int *party = take(arena, (size_t)s->type_total, sizeof *party);
    for (int i = 0; i < s->party_count; i++)
        for (int type = s->type_start[i]; type < s->type_start[i + 1]; type++) party[type] = i;
    s->type_party = party;
    int *type_rung = take(arena, (size_t)s->type_total, sizeof *type_rung),
        *now = take(arena, (size_t)s->party_count, sizeof *now);
    for (int type = 0; type < s->type_total; type++) type_rung[type] = type;
    for (int i = 0; i < s->party_count; i++) now[i] = i;
    s->type_rung_total = s->type_total;
    s->type_rung_start = type_rung;
    s->now = now;
}

static void lay_issues(Situation *s, const int *option_counts, const int *today, Arena *arena) {
    s->option_start = starts(arena, s->issue_count, option_counts);
    s->option_total = s->option_start[s->issue_count];
    int *own = take(arena, (size_t)s->issue_count, sizeof *own),
        *timetable = take(arena, (size_t)s->option_total, sizeof *timetable);
    for (int k = 0; k < s->issue_count; k++) own[k] = s->option_start[k] + (today ? today[k] : 0);
    for (int o = 0; o < s->option_total; o++) timetable[o] = -1;
    s->today = own;
    s->option_timetable = timetable;
    s->performs = take(arena, (size_t)s->issue_count * (size_t)s->party_count, sizeof(bool));
    s->detects = take(arena, (size_t)s->option_total * (size_t)s->party_count, sizeof(bool));
}

static void lay_numbers(Situation *s, Arena *arena) {
    size_t types = (size_t)s->type_total, options = (size_t)s->option_total;
    s->round_count = 1;
    s->date_count = 2;
    s->detection = take(arena, options, sizeof(double));
    s->detect_after = take(arena, options, sizeof(double));
    s->cap = take(arena, options, sizeof(double));
    s->swu = take(arena, 2 * options, sizeof(double));
    s->stored = take(arena, 2 * options, sizeof(double));
    s->reinstall = take(arena, options, sizeof(double));
    s->option_stock = take(arena, options, sizeof(Disposition));
    s->stock_above = take(arena, options, sizeof(double));
    s->stock_to = take(arena, options, sizeof(double));
    s->stockpile = take(arena, 2, sizeof(double));
    s->feed_assay = take(arena, 1, sizeof(double));
    s->tails_assay = take(arena, 1, sizeof(double));
    s->significant_quantity = take(arena, 1, sizeof(double));
    s->weapon_assay = take(arena, 1, sizeof(double));
    s->reconversion = take(arena, 1, sizeof(double));
    s->weight = take(arena, types * (size_t)s->issue_count, sizeof(double));
    s->score = take(arena, types * options, sizeof(double));
    s->prior = take(arena, types, sizeof(double));
    s->requires_detection = take(arena, types, sizeof(double));
    s->unverifiable = take(arena, types, sizeof(double));
    s->collapse = take(arena, 2 * types, sizeof(double));
    s->lapse = take(arena, 2 * types, sizeof(double));
    s->conflict = take(arena, 2 * types, sizeof(double));
    s->conflict_by = take(arena, 2 * types * (size_t)s->party_count, sizeof(double));
    s->war = take(arena, (size_t)s->rung_total * (size_t)s->party_count, sizeof(double));
    s->commits = take(arena, (size_t)s->type_rung_total * options, sizeof(double));
}

/* ---- At random ---- */

static double hundredths(Dice *dice, double low, double high) {
    return round(100 * (low + (high - low) * dice_share(dice))) / 100;
}

/* A condition on one to three issues; now and then one that nothing or everything matches. */
static void draw_condition(const Situation *s, Dice *dice, bool *allows) {
    for (int option = 0; option < s->option_total; option++) allows[option] = true;
    for (int times = 1 + dice_below(dice, 3); times > 0; times--) {
        int issue = dice_below(dice, s->issue_count);
        for (int option = s->option_start[issue]; option < s->option_start[issue + 1]; option++)
            allows[option] = dice_chance(dice, 0.55);
    }
}

static void draw_conditions(Situation *s, Shape shape, Dice *dice, Arena *arena) {
    size_t options = (size_t)s->option_total;
    bool *synergy = take(arena, (size_t)shape.synergies * options, sizeof(bool)),
         *line = take(arena, (size_t)shape.red_lines * options, sizeof(bool));
    bool *when = take(arena, (size_t)shape.rules * options, sizeof(bool)),
         *then = take(arena, (size_t)shape.rules * options, sizeof(bool));
    int *synergy_type = take(arena, (size_t)shape.synergies, sizeof(int)),
        *line_type = take(arena, (size_t)shape.red_lines, sizeof(int));
    s->synergy_points = take(arena, (size_t)shape.synergies, sizeof(double));
    s->red_line_cost = take(arena, (size_t)shape.red_lines, sizeof(double));
    for (int k = 0; k < shape.synergies; k++) {
        draw_condition(s, dice, synergy + (size_t)k * options);
        synergy_type[k] = dice_below(dice, s->type_total);
        s->synergy_points[k] = hundredths(dice, -15, 20);
    }
    for (int k = 0; k < shape.red_lines; k++) {
        draw_condition(s, dice, line + (size_t)k * options);
        line_type[k] = dice_below(dice, s->type_total);
        s->red_line_cost[k] = dice_chance(dice, 0.5) ? INFINITY : hundredths(dice, 0, 20);
    }
    for (int k = 0; k < shape.rules; k++) {
        draw_condition(s, dice, when + (size_t)k * options);
        if (dice_chance(dice, 0.7)) draw_condition(s, dice, then + (size_t)k * options);
    }
    s->synergy_count = shape.synergies, s->red_line_count = shape.red_lines, s->rule_count = shape.rules;
    s->synergy_allows = synergy, s->red_line_allows = line, s->rule_if = when, s->rule_then = then;
    s->synergy_type = synergy_type, s->red_line_type = line_type;
}

static void draw_preferences(Situation *s, Shape shape, Dice *dice) {
    for (int type = 0; type < s->type_total; type++) {
        s->prior[type] = 1.0 / situation_type_count(s, s->type_party[type]);
        for (int k = 0; k < s->issue_count; k++) s->weight[type * s->issue_count + k] = dice_below(dice, 5) * 10;
        for (int o = 0; o < s->option_total; o++)
            s->score[type * s->option_total + o] = shape.is_coarse ? 50 * dice_below(dice, 3) : dice_below(dice, 101);
        for (int date = 0; date < 2; date++) {
            s->collapse[date * s->type_total + type] = hundredths(dice, shape.outside_low, shape.outside_high);
            s->lapse[date * s->type_total + type] = hundredths(dice, shape.outside_low, shape.outside_high);
            s->conflict[date * s->type_total + type] = hundredths(dice, shape.outside_low, shape.outside_high);
        }
    }
}

static void draw_verification(Situation *s, Dice *dice) {
    bool *performs = (bool *)s->performs, *detects = (bool *)s->detects;
    for (int k = 0; k < s->issue_count; k++)
        for (int party = 0; party < s->party_count; party++)
            performs[k * s->party_count + party] = s->signs[party] && dice_chance(dice, 0.4);
    for (int o = 0; o < s->option_total; o++) {
        s->detection[o] = dice_below(dice, 20) * 0.05;
        for (int party = 0; party < s->party_count; party++)
            detects[o * s->party_count + party] = dice_chance(dice, 0.3);
    }
    for (int type = 0; type < s->type_total; type++) {
        s->requires_detection[type] = dice_chance(dice, 0.7) ? 0.1 + 0.85 * dice_share(dice) : 0;
        s->unverifiable[type] = dice_chance(dice, 0.3)   ? INFINITY
                                : dice_chance(dice, 0.5) ? hundredths(dice, 0, 15)
                                                         : 0;
    }
}

/* A stock and a plant: caps, capacities and what becomes of the stock hang on any option. */
static void draw_safeguards(Situation *s, Dice *dice) {
    static const double assay = 0.6;
    Disposition *stock = (Disposition *)s->option_stock;
    s->assay_count = 1;
    s->assay = &assay;
    for (int o = 0; o < s->option_total; o++) {
        bool has_part = dice_chance(dice, 0.4);
        s->detect_after[o] = dice_chance(dice, 0.6) ? 2 + dice_below(dice, 60) : 0;
        s->cap[o] = has_part && dice_chance(dice, 0.5) ? 0.05 : NAN;
        s->swu[o] = s->swu[s->option_total + o] = has_part ? 1000 * dice_below(dice, 8) : NAN;
        s->stored[o] = s->stored[s->option_total + o] = o % 3 == 0 ? 2000 : NAN; /* of issues without other part too */
        s->reinstall[o] = 60;
        stock[o] = has_part && dice_chance(dice, 0.5) ? STOCK_EXPORTED : STOCK_KEPT;
        s->stock_above[o] = s->stock_to[o] = NAN;
    }
    s->stockpile[0] = s->stockpile[1] = 5 + dice_below(dice, 400);
    s->feed_assay[0] = 0.00711, s->tails_assay[0] = 0.003, s->significant_quantity[0] = 25, s->weapon_assay[0] = 0.9;
}

enum { PARTIES_MOST = 10, ISSUES_MOST = 64 };

Situation *hand_random(Shape shape, Dice *dice, Arena *arena) {
    Situation *s = take(arena, 1, sizeof *s);
    int types[PARTIES_MOST], options[ISSUES_MOST], today[ISSUES_MOST];
    s->party_count = shape.parties + shape.third_parties;
    s->issue_count = shape.issues;
    for (int i = 0; i < s->party_count; i++) types[i] = 1 + dice_below(dice, shape.types_most);
    for (int k = 0; k < shape.issues; k++) {
        options[k] = shape.options_least + dice_below(dice, shape.options_most - shape.options_least + 1);
        today[k] = dice_below(dice, options[k]);
    }
    lay_parties(s, shape.third_parties, types, arena);
    lay_issues(s, options, today, arena);
    lay_numbers(s, arena);
    draw_preferences(s, shape, dice);
    draw_conditions(s, shape, dice, arena);
    if (shape.is_verified) draw_verification(s, dice);
    if (shape.has_safeguards) draw_safeguards(s, dice);
    return s;
}

/* ---- Stated ---- */

Situation *hand_additive(int parties, int issues, const int *option_counts, const double *worth, const double *outside,
                         Arena *arena) {
    Situation *s = take(arena, 1, sizeof *s);
    int types[PARTIES_MOST] = {0};
    s->party_count = parties;
    s->issue_count = issues;
    for (int i = 0; i < parties; i++) types[i] = 1;
    lay_parties(s, 0, types, arena);
    lay_issues(s, option_counts, NULL, arena);
    lay_numbers(s, arena);
    for (int type = 0; type < parties; type++) {
        s->prior[type] = 1;
        for (int k = 0; k < issues; k++) s->weight[type * issues + k] = 100;
        for (int o = 0; o < s->option_total; o++)
            s->score[type * s->option_total + o] = worth[type * s->option_total + o];
        for (int date = 0; date < 2; date++)
            s->collapse[date * parties + type] = s->lapse[date * parties + type] = s->conflict[date * parties + type] =
                outside[type];
    }
    return s;
}
