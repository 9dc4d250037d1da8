/* SPDX-License-Identifier: GPL-3.0-or-later
 * Timetables: what the view says against the settlement, designs against brute force and a case derived by hand,
 * detection that is needed against a closed form. */
#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>

#include "scenario/scenario.h"
#include "settlement/settlement.h"
#include "timetable.h"

enum { A, B, ISSUES = 3 };

typedef struct Case {
    Arena *arena;
    BrinkScenario *handle;
    Situation *situation;
    Signing signing;
} Case;

/* a delivers x; b delivers y and z. Numbers are set afterwards. */
static const char text[] = "brink: 1\n"
                           "title: Pieces against pieces\n"
                           "clock: {start: 2026-03-03, every: 14 days, rounds: 1}\n"
                           "parties: {a: {types: {one: {prior: 0.4}, two: {prior: rest}}}, b: {}}\n"
                           "issues:\n"
                           "  x: {performer: a, today: old, options: {old: {}, new: {detection: 0.5}}}\n"
                           "  y: {performer: b, today: old, options: {old: {}, new: {}}}\n"
                           "  z: {performer: b, today: old, options: {old: {}, new: {timetable: steps}}}\n"
                           "preferences:\n"
                           "  a: {x: {weight: 10, scores: {old: 100, new: 0}}, y: {weight: 12, scores: {old: 0, new: "
                           "100}}, z: {weight: 5, scores: {old: 0, new: 100}}}\n"
                           "  b: {x: {weight: 15, scores: {old: 0, new: 100}}, y: {weight: 6, scores: {old: 100, new: "
                           "0}}, z: {weight: 3, scores: {old: 100, new: 0}}}\n"
                           "timetables:\n"
                           "  steps:\n"
                           "    - {after: 30 days, ambiguity: 0.05, shares: {x: 0.5, y: 0.25, z: 0.5}}\n"
                           "    - {after: 90 days, ambiguity: 0.1, shares: {x: 0.5, y: 0.75, z: 0.5}}\n"
                           "agenda: {drafts: {all: {x: new, y: new, z: new}}}\n";

static Case read_case(void) {
    Case own = {.arena = arena_new()};
    const Scenario *scenario;
    assert_int_equal(brink_scenario_parse(text, strlen(text), "text", NULL, &own.handle), BRINK_OK);
    assert_int_equal(scenario_checked(own.handle, NULL, &scenario), BRINK_OK);
    assert_int_equal(situation_new(scenario, 0, (Draw){.is_centre = true}, own.arena, &own.situation), BRINK_OK);
    own.signing = (Signing){own.situation, own.situation->draft_option, 0, own.situation->now, NULL};
    return own;
}

static void drop(Case *own) {
    brink_scenario_free(own->handle);
    arena_free(own->arena);
}

/* Weights, reversibility, detection, penalties and outside values at random. */
static Case random_case(uint64_t index) {
    Case own = read_case();
    Situation *s = own.situation;
    for (int i = 0; i < s->type_total * s->issue_count; i++) s->weight[i] = 20 * draw(1, 100 * index + (uint64_t)i);
    for (int k = 0; k < s->issue_count; k++) s->reversible[k] = draw(2, 10 * index + (uint64_t)k);
    for (int type = 0; type < s->type_total; type++) {
        s->breach_penalty[type] = 10 * draw(3, 10 * index + (uint64_t)type);
        for (int t = 0; t < s->date_count; t++)
            s->collapse[t * s->type_total + type] = -15 * draw(4, 10 * index + (uint64_t)type);
    }
    s->detection[s->draft_option[0]] = draw(5, index);
    return own;
}

/* ---- The view ---- */

static void the_view_is_that_of_the_settlement(void **state) {
    (void)state;
    for (uint64_t i = 0; i < 50; i++) {
        Case own = random_case(i);
        Settlements *settlements = settlements_new(own.situation, own.arena);
        for (int profile = 0; profile < 2; profile++) {
            int types[2];
            TimetableView view;
            settlement_profile_types(own.situation, profile, types);
            const Settled *settled = settlements_get_draft(settlements, 0, 0, own.situation->now, profile);
            assert_int_equal(timetable_view(&own.signing, types, own.arena, &view), BRINK_OK);
            assert_int_equal(view.phase_count, 2);
            assert_near(view.kept, settled->kept, 1e-12);
            assert_near(view.complied, settled->complied, 1e-12);
            assert_near(view.phases[1].cumulative, settled->complied, 1e-12);
            assert_near(view.value[A], settled->value[A], 1e-12);
        }
        drop(&own);
    }
}

static void packages_settled_directly_come_to_the_same(void **state) {
    (void)state;
    for (uint64_t i = 0; i < 50; i++) {
        Case own = random_case(i);
        Settlements *branches = settlements_new(own.situation, own.arena);
        Settlements *direct = settlements_new(own.situation, own.arena);
        settlements_be_direct(direct);
        for (int profile = 0; profile < 2; profile++) {
            const Settled *one = settlements_get_draft(branches, 0, 0, own.situation->now, profile);
            const Settled *two = settlements_get_draft(direct, 0, 0, own.situation->now, profile);
            assert_near(two->kept, one->kept, 1e-11);
            assert_near(two->complied, one->complied, 1e-11);
            for (int party = 0; party < 2; party++) assert_near(two->value[party], one->value[party], 1e-10);
        }
        drop(&own);
    }
}

/* In the last phase the slack can be written down: what complying costs, and what being caught would. The other party's
 * choice moves it only through detection, which is certain here. */
static void slack_in_the_last_phase_is_what_breaking_ones_word_would_cost(void **state) {
    (void)state;
    Case own = read_case();
    Situation *s = own.situation;
    double seen[2] = {1, 1};
    own.signing.detection = seen;
    s->collapse[0] = -4;
    s->breach_penalty[0] = 3;
    s->reversible[0] = 0.5;
    bool *performs = (bool *)s->performs; /* b has nothing to deliver, so that a chooses alone */
    performs[1 * 2 + B] = performs[2 * 2 + B] = false;
    TimetableView view;
    assert_int_equal(timetable_view(&own.signing, (int[]){0, 2}, own.arena, &view), BRINK_OK);
    /* comply: -5 + 0.9 * 0 + 0.1 (-4 + 0.5 * 10); breach: 0.9 (-4 + 0.5 * 5 - 3) + 0.1 (-4 + 0.5 * 5) */
    double comply = -5 + 0.1 * (-4 + 5), breach = 0.9 * (-4 + 2.5 - 3) + 0.1 * (-4 + 2.5);
    assert_near(view.phases[1].steps[A].slack, comply - breach, 1e-9);
    assert_near(view.phases[1].steps[A].complies, 1 / (1 + exp(-0.1 * (comply - breach))), 1e-12);
    assert_near(view.phases[1].steps[A].gives, -5, 1e-12);
    assert_near(view.phases[1].steps[A].gets, 0.75 * 12 + 0.5 * 5, 1e-12);
    assert_true(isinf(view.phases[1].steps[B].slack) && !view.phases[1].steps[B].moves);
    assert_near(view.phases[0].completed, view.phases[0].steps[A].complies * 0.95, 1e-12);
    drop(&own);
}

/* ---- Safe exchange ---- */

/* Keeping and breaking one's word written out phase by phase, without the rows. */
static double plain_slack(const Signing *signing, int type, int phase_count, const double *share, int phase) {
    const Situation *s = signing->situation;
    int party = s->type_party[type];
    double beta = settlement_detection(s, party, 0, signing->options), keep = 0, unseen = 0, back = 0;
    bool moves = false;
    for (int k = 0; k < s->issue_count; k++) {
        double gain = settlement_issue_gain(s, type, k, signing->options[k]);
        bool own = s->performs[k * s->party_count + party];
        for (int m = 0; m < phase_count; m++) {
            double part = share[m * s->issue_count + k];
            if (m >= phase) keep += part * gain;
            if (m > phase || (m == phase && !own)) unseen += part * gain;
            if (m < phase || (m == phase && !own)) back += s->reversible[k] * part * gain;
            moves |= own && m == phase && part > 0;
        }
    }
    if (!moves) return INFINITY;
    double at_once = 0;
    for (int k = 0; k < s->issue_count; k++)
        if (!s->performs[k * s->party_count + party])
            at_once += share[phase * s->issue_count + k] * settlement_issue_gain(s, type, k, signing->options[k]);
    double seen = at_once + s->collapse[type] - s->breach_penalty[type] - back;
    return keep - ((1 - beta) * unseen + beta * seen);
}

static double plain_least(const Signing *signing, int phase_count, const double *share) {
    double least = INFINITY;
    for (int type = 0; type < signing->situation->type_total; type++)
        for (int m = 0; m < phase_count; m++) least = fmin(least, plain_slack(signing, type, phase_count, share, m));
    return least;
}

static void fill_equal(int phase_count, double *share) {
    for (int i = 0; i < phase_count * ISSUES; i++) share[i] = 1.0 / phase_count;
}

static void rows_of_slack_are_keeping_less_breaking_ones_word(void **state) {
    (void)state;
    for (uint64_t i = 0; i < 200; i++) {
        Case own = random_case(i);
        double share[4 * ISSUES];
        for (int k = 0; k < ISSUES; k++) {
            double sum = 0;
            for (int m = 0; m < 4; m++) sum += share[m * ISSUES + k] = draw(6, 100 * i + (uint64_t)(10 * m + k));
            for (int m = 0; m < 4; m++) share[m * ISSUES + k] /= sum;
        }
        const Exchange *exchange = exchange_new(&own.signing, NULL, own.arena);
        assert_near(exchange_least_slack(exchange, 4, share), plain_least(&own.signing, 4, share), 1e-9);
        drop(&own);
    }
}

static const double no_limit[ISSUES] = {1, 1, 1};
static const double days[16] = {30, 60, 90, 120}, clear[16] = {0};

static Design design(const Case *own, DesignGoal goal, int phases, int steps, const double *most) {
    DesignTask task = {&own->signing, NULL, goal, phases, steps, most, days, clear, NULL, NULL};
    Design result;
    assert_int_equal(timetable_design(&task, own->arena, &result), BRINK_OK);
    return result;
}

/* Every timetable of three issues over `phases` phases, each issue's shares written as a number of base steps + 1,
 * and equal shares. */
static void each_share(int phases, int steps, const double *most, void (*visit)(void *, const double *),
                       void *payload) {
    int codes = 1, radix = steps + 1, lists = 0;
    static int list[4096][4];
    for (int m = 0; m < phases; m++) codes *= radix;
    for (int code = 0; code < codes; code++) {
        int sum = 0, rest = code;
        for (int m = 0; m < phases; m++, rest /= radix) sum += list[lists][m] = rest % radix;
        lists += sum == steps;
    }
    for (int code = 0; code < lists * lists * lists; code++) {
        double share[4 * ISSUES];
        bool is_open = true;
        int at[ISSUES] = {code % lists, code / lists % lists, code / lists / lists};
        for (int m = 0; m < phases; m++)
            for (int k = 0; k < ISSUES; k++) {
                share[m * ISSUES + k] = (double)list[at[k]][m] / steps;
                is_open &= share[m * ISSUES + k] <= most[k] + 1e-9;
            }
        if (is_open) visit(payload, share);
    }
    double equal[4 * ISSUES];
    bool is_open = true;
    fill_equal(phases, equal);
    for (int k = 0; k < ISSUES; k++) is_open &= equal[k] <= most[k] + 1e-9;
    if (is_open) visit(payload, equal); /* also where the steps leave it out */
}

typedef struct Brute {
    const Case *own;
    const DesignTask *task;
    double best;
} Brute;

static void visit_slack(void *payload, const double *share) {
    Brute *brute = payload;
    brute->best = fmax(brute->best, plain_least(&brute->own->signing, brute->task->phase_count, share));
}

static void visit_completion(void *payload, const double *share) {
    Brute *brute = payload;
    Arena *scratch = arena_new();
    double completion;
    assert_int_equal(timetable_completion(brute->task, brute->task->phase_count, share, scratch, &completion),
                     BRINK_OK);
    brute->best = fmax(brute->best, completion);
    arena_free(scratch);
}

static void the_designed_timetable_is_the_best_of_all_on_its_granularity(void **state) {
    (void)state;
    const double most[ISSUES] = {0.5, 1, 0.75};
    for (uint64_t i = 0; i < 24; i++) {
        Case own = random_case(i);
        DesignTask task = {&own.signing, NULL,  DESIGN_SLACK, i % 2 ? 2 : 3, 4, i % 3 ? no_limit : most,
                           days,         clear, NULL,         NULL};
        Brute brute = {&own, &task, -INFINITY};
        each_share(task.phase_count, 4, task.most, visit_slack, &brute);
        Design found = design(&own, DESIGN_SLACK, task.phase_count, 4, task.most);
        assert_int_equal(found.outcome, DESIGN_FOUND);
        assert_near(found.least_slack, brute.best, 1e-9 * (1 + fabs(brute.best)));
        assert_near(plain_least(&own.signing, task.phase_count, found.share), brute.best,
                    1e-8 * (1 + fabs(brute.best)));
        for (int k = 0; k < ISSUES; k++) {
            double sum = 0;
            for (int m = 0; m < task.phase_count; m++) {
                sum += found.share[m * ISSUES + k];
                assert_true(found.share[m * ISSUES + k] <= task.most[k] + 1e-12);
            }
            assert_near(sum, 1, 1e-12);
        }
        drop(&own);
    }
}

static const double unclear[16] = {0.3, 0.02, 0.15, 0.05};

static void the_likeliest_timetable_is_the_best_of_all_on_its_granularity(void **state) {
    (void)state;
    const struct {
        int phases, steps;
        double most[ISSUES], ways;
    } grids[] = {
        {2, 3, {1, 1, 1}, 64}, {3, 3, {1, 1, 1}, 1000}, {3, 4, {0.5, 0.75, 1}, 6 * 12 * 15}, {1, 4, {1, 1, 1}, 1}};
    int left_out = 0;
    for (uint64_t i = 0; i < 8; i++) {
        Case own = random_case(i);
        for (size_t g = 0; g < sizeof grids / sizeof *grids; g++) {
            DesignTask task = {&own.signing,
                               NULL,
                               DESIGN_COMPLETION,
                               grids[g].phases,
                               grids[g].steps,
                               grids[g].most,
                               days,
                               i % 2 ? unclear : clear,
                               NULL,
                               NULL};
            Brute brute = {&own, &task, -1};
            Design found;
            each_share(grids[g].phases, grids[g].steps, grids[g].most, visit_completion, &brute);
            assert_int_equal(timetable_design(&task, own.arena, &found), BRINK_OK);
            assert_int_equal(found.outcome, DESIGN_FOUND);
            assert_near(found.completion, brute.best, 1e-12);
            assert_near(found.ways, grids[g].ways, 0);
            left_out += found.carried < found.ways;
        }
        drop(&own);
    }
    assert_true(left_out > 0); /* ends that cannot win are not written out */
}

static void the_designed_timetable_is_never_worse_than_equal_shares(void **state) {
    (void)state;
    int better = 0;
    int equals = 0;
    for (uint64_t i = 0; i < 60; i++) {
        Case own = random_case(i);
        int phases = 2 + (int)(i % 3);
        double share[4 * ISSUES], completion;
        fill_equal(phases, share);
        for (int steps = 1; steps <= 2 * phases;
             steps += phases - 1) { /* some that hold equal shares, some that do not */
            DesignTask task = {&own.signing, NULL, DESIGN_SLACK, phases, steps, no_limit, days, clear, NULL, NULL};
            double equal = plain_least(&own.signing, phases, share);
            Design found;
            assert_int_equal(timetable_design(&task, own.arena, &found), BRINK_OK);
            assert_true(found.least_slack >= equal - 1e-9);
            better += found.least_slack > equal + 1e-6;
            equals += found.is_equal;
            if (found.is_equal) assert_memory_equal(found.share, share, (size_t)(phases * ISSUES) * sizeof *share);
            if (phases > 2 && steps > 3) continue;
            task.goal = DESIGN_COMPLETION;
            assert_int_equal(timetable_completion(&task, phases, share, own.arena, &completion), BRINK_OK);
            assert_int_equal(timetable_design(&task, own.arena, &found), BRINK_OK);
            assert_true(found.completion >= completion - 1e-12);
        }
        drop(&own);
    }
    assert_true(better > 30 && equals > 5);
}

/* a delivers x, b delivers y, alike: delivering the whole costs c and brings the other g; nothing snaps back, no
 * penalty; a failed deal is worth -f. With shares e_m on both sides and D_m delivered up to phase m, slack in phase m
 * is -c e_m + beta ((g - c) (1 - D_m) + f), the same in all phases where e_m = e_{m+1} (1 + beta (g - c) / c): the
 * first phases may be the larger ones, since more is at stake then, and are the more alike the weaker detection. */
static void a_symmetric_exchange_becomes_more_even_as_detection_weakens(void **state) {
    (void)state;
    enum { PHASES = 3, STEPS = 60 };
    double before = INFINITY;
    for (double beta = 1; beta > 0.05; beta -= 0.3) {
        Case own = read_case();
        Situation *s = own.situation;
        const double weights[] = {10, 16, 0, 10, 16, 0, 16, 10, 0};
        memcpy(s->weight, weights, sizeof weights);
        ((bool *)s->performs)[2 * 2 + B] = false; /* z does not matter */
        for (int i = 0; i < s->date_count * s->type_total; i++) s->collapse[i] = -30;
        double detection[2] = {beta, beta}, ratio = 1 + 0.6 * beta, last = 1 / (1 + ratio + ratio * ratio), squares = 0;
        own.signing.detection = detection;
        Design found = design(&own, DESIGN_SLACK, PHASES, STEPS, no_limit);
        const double exact[PHASES] = {last * ratio * ratio, last * ratio, last};
        double least = -10 * last + 30 * beta;
        assert_true(found.least_slack >= least - 20.0 / STEPS - 1e-9);
        for (int m = 0; m < PHASES; m++) {
            assert_near(found.share[m * ISSUES + 0], exact[m], 1.5 / STEPS);
            assert_near(found.share[m * ISSUES + 1], exact[m], 1.5 / STEPS);
            squares += exact[m] * exact[m];
        }
        assert_true(squares < before);
        before = squares;
        drop(&own);
    }
}

/* What can be searched is searched, what cannot is refused before any of it is. */
static void the_size_of_a_search_is_known_before_it_begins(void **state) {
    (void)state;
    Case own = random_case(1);
    Design found = design(&own, DESIGN_COMPLETION, 4, 7, no_limit);
    assert_int_equal(found.outcome, DESIGN_FOUND);
    assert_near(found.ways, 120 * 120 * 120, 0);
    assert_true(found.expected < DESIGN_RUNS_MOST); /* by the estimate: all ends are more */
    assert_true(found.carried > found.expected / 2 && found.carried < found.expected * 2);
    drop(&own);
    own = random_case(0);
    found = design(&own, DESIGN_COMPLETION, 4, 12, no_limit);
    assert_int_equal(found.outcome, DESIGN_TOO_LARGE);
    assert_true(found.expected > DESIGN_RUNS_MOST);
    assert_near(found.carried, 0, 0);
    drop(&own);
    own = random_case(0); /* one timetable, but 127 cubed ways to fill a phase to find it among */
    const double halves[ISSUES] = {0.5, 0.5, 0.5};
    found = design(&own, DESIGN_COMPLETION, 2, 126, halves);
    assert_int_equal(found.outcome, DESIGN_TOO_LARGE);
    assert_near(found.ways, 1, 0);
    assert_near(found.expected, 127 * 127 * 127, 0);
    assert_int_equal(found.fitting_steps, 124); /* 125 cubed is 1,953,125, and 125 steps have no halves */
    drop(&own);
}

/* One who delivers may take as many phases as a timetable has moves. */
static void one_who_delivers_alone_may_take_twenty_phases(void **state) {
    (void)state;
    enum { MANY_PHASES = 60 };
    double after[MANY_PHASES], ambiguity[MANY_PHASES];
    Case own = random_case(2);
    bool *performs = (bool *)own.situation->performs;
    performs[1 * 2 + B] = performs[2 * 2 + B] = false;
    for (int m = 0; m < MANY_PHASES; m++) {
        after[m] = 30 * (m + 1);
        ambiguity[m] = 0.01 * (m % 3);
    }
    DesignTask task = {&own.signing, NULL, DESIGN_COMPLETION, 0, 2, no_limit, after, ambiguity, NULL, NULL};
    for (task.phase_count = 17; task.phase_count <= TIMETABLE_MOVES_MOST; task.phase_count++) {
        Brute brute = {&own, &task, -1};
        Design found;
        for (int i = 0; i < task.phase_count; i++)
            for (int j = i; j < task.phase_count; j++) {
                double share[MANY_PHASES * ISSUES] = {0, 1, 1}; /* nobody delivers y and z */
                share[i * ISSUES] += 0.5;
                share[j * ISSUES] += 0.5;
                visit_completion(&brute, share);
            }
        assert_int_equal(timetable_design(&task, own.arena, &found), BRINK_OK);
        assert_int_equal(found.outcome, DESIGN_FOUND);
        assert_near(found.ways, task.phase_count * (task.phase_count + 1) / 2, 0);
        assert_true(found.completion >= brute.best - 1e-12);
        assert_true(found.is_equal || found.completion <= brute.best + 1e-12);
    }
    task.phase_count = MANY_PHASES;
    Design found;
    assert_int_equal(timetable_design(&task, own.arena, &found), BRINK_OK);
    assert_int_equal(found.outcome, DESIGN_TOO_LARGE);
    assert_int_equal(found.fitting_steps, 0);
    drop(&own);
}

static void a_search_tells_how_far_it_is_and_can_be_stopped(void **state) {
    (void)state;
    for (int goal = DESIGN_SLACK; goal <= DESIGN_COMPLETION; goal++) {
        Case own = random_case(3);
        Watch whole = {.calls_most = UINT64_MAX, .is_ordered = true}, part = {.calls_most = 3, .is_ordered = true};
        DesignTask task = {&own.signing, NULL, (DesignGoal)goal, 3, 8, no_limit, days, clear, watch, &whole};
        Design found;
        assert_int_equal(timetable_design(&task, own.arena, &found), BRINK_OK);
        assert_true(whole.is_ordered && whole.calls > 3);
        task.payload = &part;
        assert_int_equal(timetable_design(&task, own.arena, &found), BRINK_CANCELLED);
        assert_int_equal(part.calls, 3);
        drop(&own);
    }
}

/* The estimate, its climb included, asks whether to stop, tells no progress and heeds the answer at once. */
static void an_estimate_can_be_stopped_and_tells_no_progress(void **state) {
    (void)state;
    Case own = random_case(1);
    Watch whole = {.calls_most = UINT64_MAX, .is_ordered = true};
    DesignTask task = {&own.signing, NULL, DESIGN_COMPLETION, 4, 7, no_limit, days, clear, watch, &whole};
    Design found;
    assert_int_equal(timetable_design(&task, own.arena, &found), BRINK_OK);
    assert_true(whole.is_ordered && whole.total < DESIGN_RUNS_MOST);
    /* 12 x 512 ends by greedy descents, 4,000 timetables of the climb, then at least 16 x 3 x 16 ends */
    assert_true(whole.idle >= (12 * 512 + 4000 + 16 * 3 * 16) / 256);
    for (uint64_t calls = 1; calls <= whole.idle + 3; calls++) {
        Watch part = {.calls_most = calls, .is_ordered = true};
        task.payload = &part;
        assert_int_equal(timetable_design(&task, own.arena, &found), BRINK_CANCELLED);
        assert_int_equal(part.calls, calls);
    }
    drop(&own);
    /* far more ends than an integer holds */
    own = random_case(1);
    Watch huge = {.calls_most = 1, .is_ordered = true};
    task = (DesignTask){&own.signing, NULL, DESIGN_COMPLETION, 10, 120, no_limit, days, clear, watch, &huge};
    assert_int_equal(timetable_design(&task, own.arena, &found), BRINK_CANCELLED);
    assert_true(huge.total == 2 * DESIGN_RUNS_MOST);
    drop(&own);
}

static void impossible_limits_and_too_many_ways_are_told(void **state) {
    (void)state;
    Case own = read_case();
    const double most[ISSUES] = {0.3, 1, 1};
    assert_int_equal(design(&own, DESIGN_SLACK, 3, 10, most).outcome, DESIGN_IMPOSSIBLE);
    assert_int_equal(design(&own, DESIGN_COMPLETION, 3, 10, most).outcome, DESIGN_IMPOSSIBLE);
    Design large = design(&own, DESIGN_COMPLETION, 4, 200, no_limit);
    assert_int_equal(large.outcome, DESIGN_TOO_LARGE);
    assert_int_equal(large.fitting_steps, 6); /* (9 choose 3) cubed is 592,704, (10 choose 3) cubed 1,728,000 */
    large = design(&own, DESIGN_SLACK, 4, 300, no_limit);
    assert_int_equal(large.outcome, DESIGN_TOO_LARGE);
    assert_int_equal(large.fitting_steps, 25); /* 4 (26 27 / 2)^3 is 173 million, with 27 28 / 2 it is 216 million */
    assert_int_equal(design(&own, DESIGN_COMPLETION, 11, 2, no_limit).outcome, DESIGN_TOO_LARGE);
    own.signing.options = own.situation->today;
    assert_int_equal(design(&own, DESIGN_SLACK, 2, 4, no_limit).outcome, DESIGN_NOTHING);
    drop(&own);
}

/* ---- Whole pieces in order ---- */

static void the_designed_order_is_the_best_of_the_six(void **state) {
    (void)state;
    const int orders[6][3] = {{0, 1, 2}, {0, 2, 1}, {1, 0, 2}, {1, 2, 0}, {2, 0, 1}, {2, 1, 0}};
    for (uint64_t i = 0; i < 40; i++) {
        Case own = random_case(i);
        double best = -INFINITY;
        for (int o = 0; o < 6; o++) {
            double share[3 * ISSUES] = {0};
            for (int m = 0; m < 3; m++) share[m * ISSUES + orders[o][m]] = 1;
            best = fmax(best, plain_least(&own.signing, 3, share));
        }
        Design found = design(&own, DESIGN_ORDER, 0, 1, no_limit);
        assert_int_equal(found.phase_count, 3);
        assert_near(found.least_slack, best, 1e-9 * (1 + fabs(best)));
        drop(&own);
    }
}

/* ---- Inspection ---- */

/* One party, one phase: complying costs c, being caught f and the penalty p: it is not tempted from beta = c / (f + p)
 * on. */
static void the_detection_needed_is_where_breaking_ones_word_stops_paying(void **state) {
    (void)state;
    Case own = read_case();
    Situation *s = own.situation;
    bool *performs = (bool *)s->performs;
    performs[1 * 2 + B] = performs[2 * 2 + B] = false;
    ((int *)s->option_timetable)[s->draft_option[2]] = -1; /* one phase, nothing disputed */
    for (int type = 0; type < 2; type++) {
        s->collapse[type] = -20;
        s->breach_penalty[type] = 5;
        s->weight[type * 3 + 1] = s->weight[type * 3 + 2] = 0;
    }
    InspectionNeed need;
    assert_int_equal(inspection_need(&own.signing, NULL, A, own.arena, &need), BRINK_OK);
    assert_near(need.needed, 10.0 / 25, 2e-6);
    assert_near(need.detection, 0.5, 1e-12);
    assert_near(need.least_slack, -10 + 0.5 * 25, 1e-9);
    s->collapse[0] = 10; /* one type is glad of failure: no detection keeps it */
    assert_int_equal(inspection_need(&own.signing, NULL, A, own.arena, &need), BRINK_OK);
    assert_true(isnan(need.needed));
    const bool counted[] = {false, true, true};
    assert_int_equal(inspection_need(&own.signing, counted, A, own.arena, &need), BRINK_OK);
    assert_near(need.needed, 10.0 / 25, 2e-6);
    drop(&own);
}

static double slack_with(Case *own, int party, double beta) {
    double detection[2];
    InspectionNeed need;
    for (int i = 0; i < 2; i++)
        detection[i] = i == party ? beta : settlement_detection(own->situation, i, 0, own->signing.options);
    own->signing.detection = detection;
    assert_int_equal(inspection_need(&own->signing, NULL, party, own->arena, &need), BRINK_OK);
    own->signing.detection = NULL;
    assert_near(need.detection, beta, 0);
    return need.least_slack;
}

/* For both parties, over all their types and all that the other may be: from the threshold on nobody is tempted, below
 * it somebody is, and there is no lower stretch in which nobody is. */
static void at_the_detection_needed_no_type_is_tempted_and_just_below_it_one_is(void **state) {
    (void)state;
    int inside = 0, none = 0, always = 0;
    for (uint64_t i = 0; i < 40; i++) {
        Case own = random_case(i);
        for (int party = A; party <= B; party++) {
            InspectionNeed need;
            assert_int_equal(inspection_need(&own.signing, NULL, party, own.arena, &need), BRINK_OK);
            assert_near(need.tolerance, 1e-6, 0);
            for (int k = 0; k <= 50; k++) {
                double beta = k / 50.0;
                bool is_enough = beta >= need.needed - need.tolerance; /* false where none suffices */
                if (fabs(beta - need.needed) > need.tolerance)
                    assert_int_equal(slack_with(&own, party, beta) >= 0, is_enough);
            }
            none += isnan(need.needed);
            always += need.needed <= 0;
            if (!(need.needed > need.tolerance)) continue;
            inside++;
            assert_true(slack_with(&own, party, need.needed) >= 0);
            assert_true(slack_with(&own, party, need.needed - need.tolerance) < 0);
        }
        drop(&own);
    }
    printf("%d thresholds between none and all, %d beyond, %d at nothing\n", inside, none, always);
    assert_true(inside > 20);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(the_view_is_that_of_the_settlement),
        cmocka_unit_test(packages_settled_directly_come_to_the_same),
        cmocka_unit_test(slack_in_the_last_phase_is_what_breaking_ones_word_would_cost),
        cmocka_unit_test(rows_of_slack_are_keeping_less_breaking_ones_word),
        cmocka_unit_test(the_designed_timetable_is_the_best_of_all_on_its_granularity),
        cmocka_unit_test(the_likeliest_timetable_is_the_best_of_all_on_its_granularity),
        cmocka_unit_test(the_designed_timetable_is_never_worse_than_equal_shares),
        cmocka_unit_test(a_symmetric_exchange_becomes_more_even_as_detection_weakens),
        cmocka_unit_test(the_size_of_a_search_is_known_before_it_begins),
        cmocka_unit_test(one_who_delivers_alone_may_take_twenty_phases),
        cmocka_unit_test(a_search_tells_how_far_it_is_and_can_be_stopped),
        cmocka_unit_test(an_estimate_can_be_stopped_and_tells_no_progress),
        cmocka_unit_test(impossible_limits_and_too_many_ways_are_told),
        cmocka_unit_test(the_designed_order_is_the_best_of_the_six),
        cmocka_unit_test(at_the_detection_needed_no_type_is_tempted_and_just_below_it_one_is),
        cmocka_unit_test(the_detection_needed_is_where_breaking_ones_word_stops_paying),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
