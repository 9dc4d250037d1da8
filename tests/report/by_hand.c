/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "by_hand.h"

#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

static void *take(Hand *hand, size_t count, size_t size) {
    void *result = arena_array(hand->arena, count + 1, size);
    assert_non_null(result);
    return result;
}

static Label *labels(Hand *hand, int count, const char *const *keys, const char *const *names) {
    Label *result = take(hand, (size_t)count, sizeof *result);
    for (int i = 0; i < count; i++) result[i] = (Label){.key = keys[i], .name = names[i]};
    return result;
}

static void name_all(Hand *hand) {
    static const char *const party_keys[] = {"us", "iran", "israel"}, *const party_names[] = {"United States", "Iran",
                                                                                              "Israel"};
    static const char *const type_keys[] = {"dealmaker", "maximalist", "pragmatic", "resistant", "only"};
    static const char *const type_names[] = {"wants an agreement to show", "wants surrender or a strike",
                                             "relief first", "endure and keep the option", "only"};
    static const char *const rung_keys[] = {"presence", "armada", "ultimatum", "calm", "alert", "watch"};
    static const char *const rung_names[] = {
        "usual presence", "two carrier groups", "armada and a date", "no naval moves", "drills and dispersed missiles",
        "watch"};
    static const char *const issue_keys[] = {"enrichment", "relief"}, *const issue_names[] = {"Enrichment",
                                                                                              "Relief from sanctions"};
    static const char *const option_keys[] = {"open", "civil", "zero", "none_given", "major"};
    static const char *const option_names[] = {"no limit", "to 3.67 %", "none, for good", "none", "major"};
    static const char *const draft_keys[] = {"principles", "cap", "zero_deal", "gift", "freeze"};
    static const char *const draft_names[] = {"Guiding principles", "The cap of 2015 with the protocol",
                                              "Zero for relief", "gift", "Freeze for waivers"};
    hand->scenario->parties = hand->parties = labels(hand, 3, party_keys, party_names);
    hand->scenario->types = hand->types = labels(hand, TYPES, type_keys, type_names);
    hand->scenario->rungs = hand->rungs = labels(hand, RUNGS, rung_keys, rung_names);
    hand->scenario->issues = hand->issues = labels(hand, 2, issue_keys, issue_names);
    hand->scenario->options = hand->options = labels(hand, OPTIONS, option_keys, option_names);
    hand->scenario->drafts = hand->draft_labels = labels(hand, DRAFTS, draft_keys, draft_names);
    hand->scenario->mediator_name = "Oman";
}

static void describe_scenario(Hand *hand) {
    static const Change changes[] = {{"parties.us.walk", "0.1"}, {"clock.rounds", "3"}};
    static const ScenarioText sources[] = {{"ICB", "Crisis data"}};
    static const Number numbers[] = {{.path = "a", .is_stated = true, .source = "ICB", .note = "both"},
                                     {.path = "b", .is_stated = true, .note = "why"},
                                     {.path = "c", .is_stated = true},
                                     {.path = "d"}};
    static const Reference references[] = {
        {.label = {.key = "mediated_crises", .name = "mediated_crises"},
         .deal = 0.67,
         .conflict = 0.3,
         .count = 132,
         .source = "ICB"},
        {.label = {.key = "any", .name = "any crisis"}, .deal = 0.42, .conflict = NAN, .count = NAN}};
    Scenario *scenario = hand->scenario;
    scenario->title = "United States – Iran";
    scenario->file = "hand.yaml";
    memcpy(scenario->sha256, "0123456789abcdef0123456789abcdef0123456789abcdef0123456789abcdef",
           sizeof scenario->sha256);
    scenario->as_of = 20504; /* 2026-02-20 */
    scenario->changes = changes;
    scenario->change_count = 2;
    scenario->sources = sources;
    scenario->source_count = 1;
    scenario->numbers = numbers;
    scenario->number_count = 4;
    scenario->references = references;
    scenario->reference_count = 2;
}

static void lay_structure(Hand *hand, int rounds) {
    static const int type_start[] = {0, 2, 4, 5}, rung_start[] = {0, 3, 5, 6}, type_rung_start[] = {0, 3, 6, 8, 10};
    static const int type_party[] = {0, 0, 1, 1, 2}, now[] = {ARMADA, ALERT, WATCH}, option_start[] = {0, 3, 5};
    static const int today[] = {OPEN, NO_RELIEF}, red_line_type[] = {RESISTANT};
    static const int draft_option[] = {OPEN, NO_RELIEF, CIVIL, RELIEF, ZERO, RELIEF, OPEN, RELIEF, CIVIL, NO_RELIEF};
    static const bool signs[] = {true, true, false}, performs[] = {false, true, false, true, false, false};
    static const bool draft_open[] = {true, true, true, true, true};
    static const DraftKind kinds[] = {DRAFT_FRAMEWORK, DRAFT_FINAL, DRAFT_FINAL, DRAFT_FINAL, DRAFT_INTERIM};
    Situation *s = hand->situation;
    s->party_count = 3, s->type_total = TYPES, s->rung_total = RUNGS, s->type_rung_total = 11;
    s->issue_count = 2, s->option_total = OPTIONS, s->red_line_count = 1, s->draft_count = DRAFTS;
    s->round_count = rounds, s->date_count = rounds + 1, s->in_force = -1;
    s->type_start = type_start, s->rung_start = rung_start, s->type_rung_start = type_rung_start,
    s->type_party = type_party;
    s->signs = signs, s->now = now, s->option_start = option_start, s->today = today, s->performs = performs;
    s->draft_option = draft_option, s->draft_kind = kinds, s->draft_open = draft_open;
    s->detects = take(hand, OPTIONS * 3, sizeof(bool));
    s->red_line_type = red_line_type;
    s->red_line_allows = hand->red_line_allows = take(hand, OPTIONS, sizeof(bool));
    s->leads_to = take(hand, DRAFTS * DRAFTS, sizeof(bool));
    s->reading = take(hand, DRAFTS * 3 * DRAFTS, sizeof(bool));
}

static void fill_numbers(Hand *hand, int rounds) {
    static const double prior[] = {0.55, 0.45, 0.6, 0.4, 1}, collapse[] = {-8, -3, -12, -6, -2},
                        lapse[] = {-6, -4, -8, -4, -6};
    Situation *s = hand->situation;
    size_t dates = (size_t)rounds + 1;
    double *days = take(hand, dates, sizeof *days);
    for (size_t date = 0; date < dates; date++) days[date] = 20515 + 14 * (double)date; /* from 2026-03-03 */
    s->date_day = days;
    s->prior = take(hand, TYPES, sizeof(double));
    memcpy(s->prior, prior, sizeof prior);
    s->collapse = take(hand, dates * TYPES, sizeof(double));
    s->lapse = take(hand, dates * TYPES, sizeof(double));
    for (size_t date = 0; date < dates; date++) {
        memcpy(s->collapse + date * TYPES, collapse, sizeof collapse);
        memcpy(s->lapse + date * TYPES, lapse, sizeof lapse);
    }
    s->requires_detection = take(hand, TYPES, sizeof(double));
    s->unverifiable = take(hand, TYPES, sizeof(double));
    s->detection = take(hand, OPTIONS, sizeof(double));
    s->detect_after = take(hand, OPTIONS, sizeof(double));
    s->commits = take(hand, (size_t)s->type_rung_total * OPTIONS, sizeof(double));
    s->red_line_cost = take(hand, 1, sizeof(double));
    s->renege = take(hand, DRAFTS, sizeof(double));
}

static void fill_rounds(Hand *hand, Outlook *outlook, int rounds) {
    OutlookRound *list = take(hand, (size_t)rounds, sizeof *list);
    double open = 1;
    for (int i = 0; i < rounds; i++) {
        double *postures = take(hand, RUNGS, sizeof *postures);
        OutlookBelief *beliefs = take(hand, TYPES, sizeof *beliefs);
        memcpy(postures, (double[]){0.1, 0.7, 0.2, 0.25, 0.75, 1}, RUNGS * sizeof *postures);
        for (int type = 0; type < TYPES; type++)
            beliefs[type] = (OutlookBelief){hand->situation->prior[type], 0.3 * hand->situation->prior[type],
                                            hand->situation->prior[type]};
        list[i] =
            (OutlookRound){.open = open, .interim_agreed = 0.05 / rounds, .postures = postures, .beliefs = beliefs};
        for (int outcome = 0; outcome < OUTCOME_COUNT; outcome++)
            if (outcome != BRINK_INTERIM && outcome != BRINK_LAPSE)
                list[i].outcomes[outcome] = outlook->outcomes[outcome] / rounds;
        for (int outcome = 0; outcome < OUTCOME_COUNT; outcome++) open -= list[i].outcomes[outcome];
    }
    list[rounds - 1].outcomes[BRINK_INTERIM] = outlook->outcomes[BRINK_INTERIM];
    list[rounds - 1].outcomes[BRINK_LAPSE] = outlook->outcomes[BRINK_LAPSE];
    outlook->rounds = hand->rounds = list;
}

static void fill_drafts(Hand *hand, Outlook *outlook) {
    static const double agreed[DRAFTS] = {0, 0.19, 0.04, 0.01, 0.3};
    OutlookDraft *drafts = take(hand, DRAFTS, sizeof *drafts);
    for (int draft = 0; draft < DRAFTS; draft++) {
        drafts[draft] = (OutlookDraft){.tabled = 2 * agreed[draft], .agreed = agreed[draft]};
        if (draft == PRINCIPLES) continue;
        double *completion = take(hand, 4, sizeof *completion), *value = take(hand, 12, sizeof *value);
        for (int profile = 0; profile < 4; profile++) {
            completion[profile] = 0.5 + 0.1 * profile;
            value[3 * profile] = 10 - 8 * (profile / 2);      /* the maximalist gets 2, the dealmaker 10 */
            value[3 * profile + 1] = 20 - 15 * (profile % 2); /* the resistant gets 5, the pragmatic 20 */
            value[3 * profile + 2] = -5;
        }
        drafts[draft].completion = completion;
        drafts[draft].value = value;
    }
    outlook->drafts = hand->drafts = drafts;
}

static Outlook *outlook_of(Hand *hand, int rounds, const double outcomes[OUTCOME_COUNT]) {
    static const double gains[] = {1.5, -2.5, 3, 4, -1};
    Outlook *outlook = take(hand, 1, sizeof *outlook);
    outlook->round_count = rounds, outlook->draft_count = DRAFTS, outlook->type_total = TYPES,
    outlook->rung_total = RUNGS;
    outlook->profile_count = 4, outlook->party_count = 3;
    memcpy(outlook->outcomes, outcomes, sizeof outlook->outcomes);
    outlook->deal_kept = 0.75 * outcomes[BRINK_DEAL];
    outlook->deal_failed = outcomes[BRINK_DEAL] - outlook->deal_kept;
    outlook->conflict_chosen = 0.5 * outcomes[BRINK_CONFLICT];
    outlook->conflict_inadvertent = 0.2 * outcomes[BRINK_CONFLICT];
    outlook->conflict_after_collapse =
        outcomes[BRINK_CONFLICT] - outlook->conflict_chosen - outlook->conflict_inadvertent;
    outlook->gains = gains;
    fill_rounds(hand, outlook, rounds);
    fill_drafts(hand, outlook);
    outlook->next_another_round = 1;
    for (int outcome = 0; outcome < OUTCOME_COUNT; outcome++) {
        outlook->next[outcome] = outlook->rounds[0].outcomes[outcome];
        if (outcome == BRINK_INTERIM && rounds > 1) outlook->next[outcome] += outlook->rounds[0].interim_agreed;
        outlook->next_another_round -= outlook->next[outcome];
    }
    if (rounds == 1) outlook->next_another_round = 0;
    return outlook;
}

Hand *hand_new(int rounds) {
    Hand *hand = calloc(1, sizeof *hand);
    assert_non_null(hand);
    hand->arena = arena_new();
    assert_non_null(hand->arena);
    hand->scenario = take(hand, 1, sizeof *hand->scenario);
    hand->situation = take(hand, 1, sizeof *hand->situation);
    hand->info = take(hand, 1, sizeof *hand->info);
    *hand->info =
        (BrinkSolveInfo){.positions = 100, .stages = 50, .fixed_points = 1234567, .residual = 1e-13, .seconds = 2.5};
    name_all(hand);
    describe_scenario(hand);
    lay_structure(hand, rounds);
    fill_numbers(hand, rounds);
    hand->coarse = outlook_of(hand, rounds, (double[]){0.25, 0.25, 0.2, 0.1, 0.2});
    hand->half = outlook_of(hand, rounds, (double[]){0.2, 0.2, 0.2, 0.1, 0.3});
    hand->doubled = outlook_of(hand, rounds, (double[]){0.4, 0.2, 0.2, 0.1, 0.1});
    hand->outlook = outlook_of(hand, rounds, (double[]){0.24, 0.37, 0.13, 0.04, 0.22});
    hand->input = (ReportInput){hand->scenario,
                                hand->situation,
                                hand->outlook,
                                hand->info,
                                {.even = 20},
                                true,
                                hand->coarse,
                                hand->half,
                                hand->doubled,
                                NULL,
                                NULL,
                                0,
                                0,
                                0,
                                0,
                                0,
                                NULL,
                                0};
    return hand;
}

void hand_free(Hand *hand) {
    arena_free(hand->arena);
    free(hand);
}

static void rename_labels(Label *list, int count, const char *name) {
    for (int i = 0; i < count; i++) list[i].name = name;
}

void hand_rename(Hand *hand, const char *name) {
    rename_labels(hand->parties, 3, name);
    rename_labels(hand->types, TYPES, name);
    rename_labels(hand->rungs, RUNGS, name);
    rename_labels(hand->issues, 2, name);
    rename_labels(hand->options, OPTIONS, name);
    rename_labels(hand->draft_labels, DRAFTS, name);
    hand->scenario->title = hand->scenario->file = hand->scenario->mediator_name = name;
}

void hand_strip(Hand *hand) {
    hand->scenario->as_of = NAN;
    hand->scenario->reference_count = hand->scenario->change_count = 0;
    hand->input.with_error = false;
    hand->input.coarse = hand->input.half = hand->input.doubled = NULL;
}
