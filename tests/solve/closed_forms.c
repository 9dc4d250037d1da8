/* SPDX-License-Identifier: GPL-3.0-or-later
 * Answers that can be written down, against the whole program: scenario text in, outlook out. Each test derives its own
 * numbers from the model. */
#include "pipeline.h"

#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

static void near(double value, double expected, double tolerance) {
    if (!(fabs(value - expected) <= tolerance)) print_error("%.12f is not %.12f\n", value, expected);
    assert_true(fabs(value - expected) <= tolerance);
}

/* ---- A one-round ultimatum with incomplete information ---- */

/* The buyer's answer is public only after the game has ended, so its two types and the seller play one stage: accept,
 * hold (lapse 0) or walk (collapse). The mediator always tables the one draft. Seller: gain 12, collapse -4. Buyer:
 * gain 6 or -3, collapse -2. With p that the seller accepts, the payoffs of an action given the other's mix are accept:
 * q G,  hold: 0,  walk: collapse;  all of them collapse where the other walks (w). so the differences to hold are
 * accept: q G  and  walk: (1 - w) collapse. */
static const char ultimatum[] =
    "brink: 1\ntitle: Ultimatum\nclock: {start: 2030-01-01, every: 7 days, rounds: 1}\n"
    "parties:\n"
    "  seller: {rationality: 0.2, outside: {collapse: -4}}\n"
    "  buyer: {rationality: 0.3, outside: {collapse: -2}, types: {rich: {prior: 0.6}, poor: {prior: rest}}}\n"
    "mediator: {adjourn: false}\n"
    "issues: {price: {today: none, options: {none: {}, fair: {}}}}\n"
    "preferences:\n"
    "  seller: {price: {weight: 12, scores: {none: 0, fair: 100}}}\n"
    "  buyer: {types: {rich: {price: {weight: 6, scores: {none: 0, fair: 100}}},\n"
    "                  poor: {price: {weight: 3, scores: {none: 100, fair: 0}}}}}\n"
    "agenda: {drafts: {offer: {price: fair}}}\n";

enum { ACCEPT, HOLD, WALK };

static void logit_answer(double lambda, double gain, double collapse, const double other[3], double own[3]) {
    double accept = exp(lambda * other[ACCEPT] * gain), walk = exp(lambda * (1 - other[WALK]) * collapse);
    own[ACCEPT] = accept / (accept + 1 + walk);
    own[HOLD] = 1 / (accept + 1 + walk);
    own[WALK] = walk / (accept + 1 + walk);
}

static void an_ultimatum_of_one_round_has_its_logit_probabilities(void **state) {
    (void)state;
    double seller[3] = {1. / 3, 1. / 3, 1. / 3}, rich[3], poor[3], mix[3] = {0};
    for (int sweep = 0; sweep < 2000; sweep++) {
        logit_answer(0.3, 6, -2, seller, rich);
        logit_answer(0.3, -3, -2, seller, poor);
        for (int a = 0; a < 3; a++) mix[a] = 0.6 * rich[a] + 0.4 * poor[a];
        logit_answer(0.2, 12, -4, mix, seller);
    }
    Pipeline p = pipeline_read(ultimatum, 0);
    pipeline_solve(&p, 2);
    near(p.outlook->outcomes[BRINK_DEAL], seller[ACCEPT] * mix[ACCEPT], 1e-10);
    near(p.outlook->outcomes[BRINK_COLLAPSE], 1 - (1 - seller[WALK]) * (1 - mix[WALK]), 1e-10);
    near(p.outlook->outcomes[BRINK_CONFLICT], 0, 0);
    pipeline_free(&p);
}

/* ---- Rationality towards 0 ---- */

static const char shares[] =
    "brink: 1\ntitle: Shares\nclock: {start: 2030-01-01, every: 7 days, rounds: 1}\n"
    "parties:\n"
    "  a: {rationality: 1e-9, walk: 0.5, outside: {collapse: -40, conflict: -90},\n"
    "      postures: [low: {share: 3}, high: {cost: 20, share: 1}, war: {attack: true, share: 2}]}\n"
    "  b: {rationality: 1e-9, outside: {collapse: -40, conflict: -90}}\n"
    "mediator: {rationality: 1e-9}\n"
    "issues: {k: {today: no, options: {no: {}, half: {}, yes: {}}}}\n"
    "preferences:\n"
    "  a: {k: {weight: 50, scores: {no: 0, half: 50, yes: 100}}}\n"
    "  b: {k: {weight: 50, scores: {no: 100, half: 50, yes: 0}}}\n"
    "agenda: {drafts: {mild: {k: half, share: 3}, full: {k: yes}}}\n";

/* Six parts of postures, of which two are war; five of what is tabled, adjourn among them; a's answers 1 : 1 : 0.5. */
static void without_rationality_choice_follows_the_shares(void **state) {
    (void)state;
    Pipeline p = pipeline_read(shares, 0);
    pipeline_solve(&p, 2);
    const Outlook *o = p.outlook;
    near(o->rounds[0].postures[0], 3. / 6, 1e-6);
    near(o->rounds[0].postures[1], 1. / 6, 1e-6);
    near(o->outcomes[BRINK_CONFLICT], 2. / 6, 1e-6);
    near(o->drafts[0].tabled, 4. / 6 * 3 / 5, 1e-6);
    near(o->drafts[1].tabled, 4. / 6 * 1 / 5, 1e-6);
    near(o->outcomes[BRINK_DEAL], 4. / 6 * 4 / 5 * (1 / 2.5) * (1. / 3), 1e-6);
    double stay_tabled = (1 - 0.5 / 2.5) * (1 - 1. / 3), stay_adjourned = (1 - 0.5 / 1.5) * (1 - 1. / 2);
    near(o->outcomes[BRINK_COLLAPSE], 4. / 6 * (4. / 5 * (1 - stay_tabled) + 1. / 5 * (1 - stay_adjourned)), 1e-6);
    pipeline_free(&p);
}

/* ---- A settlement of one phase ---- */

static const char settlement[] =
    "brink: 1\ntitle: Settlement\nclock: {start: 2030-01-01, every: 7 days, rounds: 1}\n"
    "parties:\n"
    "  a: {rationality: 0.25, breach_penalty: 3, outside: {collapse: -5, conflict: -30},\n"
    "      postures: [calm: {after_collapse: 0.2}]}\n"
    "  b: {outside: {collapse: -6, conflict: -20}}\n"
    "issues:\n"
    "  work: {performer: a, reversible: 0.4, today: no, options: {no: {}, yes: {timetable: one}}}\n"
    "  pay: {reversible: 0.5, today: no, options: {no: {}, yes: {detection: 0.7, detects: a}}}\n"
    "preferences:\n"
    "  a: {work: {weight: 10, scores: {no: 100, yes: 0}}, pay: {weight: 16, scores: {no: 0, yes: 100}}}\n"
    "  b: {work: {weight: 22, scores: {no: 0, yes: 100}}, pay: {weight: 9, scores: {no: 100, yes: 0}}}\n"
    "timetables: {one: [{after: 30 days, ambiguity: 0.1}]}\n"
    "agenda: {drafts: {both: {work: yes, pay: yes}}}\n";

/* a alone can breach `work`; `pay` has no performer and is delivered. With D = 0.7 when a breaches, al = 0.1:
 *   V = gain + (1 - al)((1 - D) 0 + D (fail - penalty)) + al fail,   fail = afterwards - snapped back. */
static void a_settlement_of_one_phase_is_what_the_hand_computes(void **state) {
    (void)state;
    double after_a = 0.2 * -30 + 0.8 * -5, after_b = 0.2 * -20 + 0.8 * -6;
    double fail_comply_a = after_a - (0.4 * -10 + 0.5 * 16), fail_breach_a = after_a - 0.5 * 16;
    double fail_comply_b = after_b - (0.4 * 22 + 0.5 * -9), fail_breach_b = after_b - 0.5 * -9;
    double comply_a = -10 + 16 + 0.1 * fail_comply_a;
    double breach_a = 16 + 0.9 * 0.7 * (fail_breach_a - 3) + 0.1 * fail_breach_a;
    double comply_b = 22 - 9 + 0.1 * fail_comply_b, breach_b = -9 + 0.9 * 0.7 * fail_breach_b + 0.1 * fail_breach_b;
    double p_comply = 1 / (1 + exp(0.25 * (breach_a - comply_a)));
    double kept = 0.9 * (p_comply + (1 - p_comply) * 0.3);
    Pipeline p = pipeline_read(settlement, 0);
    pipeline_solve(&p, 2);
    near(p.outlook->drafts[0].completion[0], kept, 1e-10);
    near(p.outlook->drafts[0].value[1], p_comply * comply_b + (1 - p_comply) * breach_b, 1e-9);
    near(p.outlook->drafts[0].value[0], p_comply * comply_a + (1 - p_comply) * breach_a, 1e-9);
    near(p.outlook->deal_kept, p.outlook->outcomes[BRINK_DEAL] * kept, 1e-10);
    pipeline_free(&p);
}

/* ---- Competing hazards ---- */

static const char hazards[] = "brink: 1\ntitle: Hazards\nclock: {start: 2030-01-01, every: 10 days, rounds: 5}\n"
                              "hazard: {friction: 0.5}\n"
                              "parties:\n"
                              "  a: {postures: [stand: {risk: 0.04}], outside: {collapse: -1}}\n"
                              "  b: {postures: [stand: {risk: 0.01}], outside: {collapse: -1}, walk: 1e-12}\n"
                              "issues: {k: {today: no, options: {no: {}, yes: {}}}}\n"
                              "agenda: {drafts: {d: {k: yes}}, only: []}\n";

/* Nothing can be tabled and all are worth the same, so that a walks (measure 1 against 1 for hold, at its own odds w)
 * and the incident (h) competes: round t ends in conflict with (1 - h)^(t-1) (1 - w)^(t-1) h. */
static void constant_hazards_compete(void **state) {
    (void)state;
    Pipeline p = pipeline_read(hazards, 0);
    for (int j = 0; j < 2; j++) p.situation->rationality[j] = 1e-12;
    p.situation->walk[0] = 0.25;
    pipeline_solve(&p, 2);
    double h = 1 - exp(-(0.04 + 0.01 + 0.5 * sqrt(0.04 * 0.01))), w = 0.25 / 1.25, open = 1, conflict = 0, collapse = 0;
    for (int t = 0; t < 5; t++) {
        near(p.outlook->rounds[t].open, open, 1e-9);
        conflict += open * h;
        collapse += open * (1 - h) * w;
        open *= (1 - h) * (1 - w);
    }
    near(p.outlook->conflict_inadvertent, conflict, 1e-9);
    near(p.outlook->outcomes[BRINK_COLLAPSE], collapse, 1e-9);
    near(p.outlook->outcomes[BRINK_LAPSE], open, 1e-9);
    pipeline_free(&p);
}

/* ---- Alternating offers ---- */

enum { CAKE = 24, ROUNDS = 6 };

/* A cake of 100 points in CAKE slices; draft d gives a d slices. Alternating proposals, patience 0.9 a round. */
static const char *alternating_text(char *room, size_t size, double patience, double lambda, int slices, int rounds) {
    int at =
        snprintf(room, size,
                 "brink: 1\ntitle: Alternating offers\nclock: {start: 2030-01-01, every: 7 days, rounds: %d}\n"
                 "parties:\n  a: {patience: %g, rationality: %g, walk: 1e-9, outside: {collapse: -90}}\n"
                 "  b: {patience: %g, rationality: %g, walk: 1e-9, outside: {collapse: -90}}\n"
                 "mediator: {proposes: alternating, adjourn: false}\nissues: {cake: {today: none, options: {none: {}",
                 rounds, patience, lambda, patience, lambda);
    for (int d = 0; d <= slices; d++) at += snprintf(room + at, size - (size_t)at, ", s%d: {}", d);
    at += snprintf(room + at, size - (size_t)at, "}}}\npreferences:\n");
    for (int party = 0; party < 2; party++) {
        at += snprintf(room + at, size - (size_t)at, "  %s: {cake: {weight: 100, scores: {none: 0", party ? "b" : "a");
        for (int d = 0; d <= slices; d++)
            at += snprintf(room + at, size - (size_t)at, ", s%d: %.17g", d, 100.0 * (party ? slices - d : d) / slices);
        at += snprintf(room + at, size - (size_t)at, "}}}\n");
    }
    at += snprintf(room + at, size - (size_t)at, "agenda: {drafts: {");
    for (int d = 0; d <= slices; d++)
        at += snprintf(room + at, size - (size_t)at, "%sd%d: {cake: s%d}", d ? ", " : "", d, d);
    snprintf(room + at, size - (size_t)at, "}}\n");
    return room;
}

/* The first proposer's slices by backward induction: the responder takes what is worth at least what it would get as
 * the next proposer, discounted; lapse is worth 0, so that the last proposer takes all but what 0 accepts. */
static int first_offer(double patience, int slices, int rounds) {
    double next_responder_value = 0; /* of whoever answers in the last round: lapse */
    int keeps = 0;
    for (int t = rounds; t >= 1; t--) {
        int give = 0;
        while (100.0 * give / slices <= patience * next_responder_value && give < slices) give++;
        keeps = slices - give;
        next_responder_value = 100.0 * keeps / slices; /* the responder of the round before proposes in this one */
    }
    return keeps;
}

static int likeliest_draft(const Outlook *outlook, double *share) {
    int best = 0;
    double all = 0;
    for (int d = 0; d < outlook->draft_count; d++) {
        all += outlook->drafts[d].agreed;
        if (outlook->drafts[d].agreed > outlook->drafts[best].agreed) best = d;
    }
    *share = outlook->drafts[best].agreed / all;
    return best;
}

static void sharp_alternating_offers_are_backward_induction(void **state) {
    (void)state;
    char text[16384];
    double share;
    Pipeline p = pipeline_read(alternating_text(text, sizeof text, 0.87, 20, CAKE, ROUNDS), 0);
    pipeline_solve(&p, 2);
    assert_int_equal(likeliest_draft(p.outlook, &share), first_offer(0.87, CAKE, ROUNDS));
    assert_true(share > 0.99);
    assert_true(p.outlook->rounds[0].outcomes[BRINK_DEAL] > 0.99);
    pipeline_free(&p);
}

/* Rubinstein (1982): with many rounds the first proposer keeps 1 / (1 + patience). */
static void many_small_slices_come_near_rubinsteins_split(void **state) {
    (void)state;
    enum { SLICES = 60, LONG = 24 };
    char text[32768];
    double share;
    Pipeline p = pipeline_read(alternating_text(text, sizeof text, 0.8, 20, SLICES, LONG), 0);
    pipeline_solve(&p, 2);
    near(likeliest_draft(p.outlook, &share) / (double)SLICES, 1 / 1.8, 3.0 / SLICES);
    assert_true(share > 0.9);
    pipeline_free(&p);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(an_ultimatum_of_one_round_has_its_logit_probabilities),
        cmocka_unit_test(without_rationality_choice_follows_the_shares),
        cmocka_unit_test(a_settlement_of_one_phase_is_what_the_hand_computes),
        cmocka_unit_test(constant_hazards_compete),
        cmocka_unit_test(sharp_alternating_offers_are_backward_induction),
        cmocka_unit_test(many_small_slices_come_near_rubinsteins_split),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
