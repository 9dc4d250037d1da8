/* SPDX-License-Identifier: GPL-3.0-or-later
 * The scenarios that are shipped, and how two outlooks are held against each other by name. */
#include "shipped.h"

#include <dirent.h>
#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

void for_every_scenario(void (*law)(const char *name, const char *text)) {
    DIR *folder = opendir(REPOSITORY "/scenarios");
    assert_non_null(folder);
    int count = 0;
    for (struct dirent *entry; (entry = readdir(folder));) {
        size_t length = strlen(entry->d_name);
        if (length < 6 || strcmp(entry->d_name + length - 5, ".yaml") != 0) continue;
        char path[512];
        snprintf(path, sizeof path, "scenarios/%s", entry->d_name);
        char *text = pipeline_file(path);
        law(entry->d_name, text);
        free(text);
        count++;
    }
    closedir(folder);
    assert_true(count >= 3);
}

/* ---- Two outlooks ---- */

typedef struct Apart {
    const Pipeline *one, *two;
    const char *suffix;
    double largest;
} Apart;

static void apart(Apart *at, double x, double y) {
    assert_int_equal(isnan(x), isnan(y));
    if (!isnan(x)) at->largest = fmax(at->largest, fabs(x - y));
}

/* A name that stands in no file (a party's only type, its only rung) cannot be called otherwise. */
static int find(const Apart *at, const Label *labels, int first, int count, const Label *label) {
    char called[256];
    snprintf(called, sizeof called, "%s%s", label->key, label->span.line > 0 ? at->suffix : "");
    return pipeline_find(labels, first, count, called);
}

static int party_in_two(const Apart *at, int party) {
    return find(at, at->two->scenario->parties, 0, at->two->situation->party_count, &at->one->scenario->parties[party]);
}

static int type_in_two(const Apart *at, int type) {
    const Situation *s = at->two->situation;
    int party = party_in_two(at, at->one->situation->type_party[type]);
    return find(at, at->two->scenario->types, s->type_start[party], situation_type_count(s, party),
                &at->one->scenario->types[type]);
}

static int rung_in_two(const Apart *at, int party, int rung) {
    const Situation *s = at->two->situation;
    int other = party_in_two(at, party);
    return find(at, at->two->scenario->rungs, s->rung_start[other], situation_rung_count(s, other),
                &at->one->scenario->rungs[rung]);
}

static void compare_round(Apart *at, const OutlookRound *one, const OutlookRound *two) {
    const Situation *s = at->one->situation;
    apart(at, one->open, two->open);
    apart(at, one->interim_agreed, two->interim_agreed);
    for (int o = 0; o < OUTCOME_COUNT; o++) apart(at, one->outcomes[o], two->outcomes[o]);
    for (int i = 0; i < s->party_count; i++)
        for (int g = s->rung_start[i]; g < s->rung_start[i + 1]; g++)
            apart(at, one->postures[g], two->postures[rung_in_two(at, i, g)]);
    for (int j = 0; j < s->type_total; j++) apart(at, one->beliefs[j].mean, two->beliefs[type_in_two(at, j)].mean);
}

double outcomes_apart(const Outlook *one, const Outlook *two) {
    double largest = 0;
    for (int o = 0; o < OUTCOME_COUNT; o++) largest = fmax(largest, fabs(one->outcomes[o] - two->outcomes[o]));
    return largest;
}

double outlooks_apart(const Pipeline *one, const Pipeline *two, const char *suffix) {
    const Outlook *x = one->outlook, *y = two->outlook;
    Apart at = {one, two, suffix, outcomes_apart(x, y)};
    apart(&at, x->deal_kept, y->deal_kept);
    apart(&at, x->deal_failed, y->deal_failed);
    apart(&at, x->conflict_chosen, y->conflict_chosen);
    apart(&at, x->conflict_inadvertent, y->conflict_inadvertent);
    apart(&at, x->conflict_after_collapse, y->conflict_after_collapse);
    apart(&at, x->next_another_round, y->next_another_round);
    for (int o = 0; o < OUTCOME_COUNT; o++) apart(&at, x->next[o], y->next[o]);
    for (int d = 0; d < x->draft_count; d++) {
        int other = find(&at, two->scenario->drafts, 0, y->draft_count, &one->scenario->drafts[d]);
        apart(&at, x->drafts[d].tabled, y->drafts[other].tabled);
        apart(&at, x->drafts[d].agreed, y->drafts[other].agreed);
    }
    for (int r = 0; r < x->round_count; r++) compare_round(&at, &x->rounds[r], &y->rounds[r]);
    for (int j = 0; j < x->type_total; j++) apart(&at, x->gains[j], y->gains[type_in_two(&at, j)]);
    return at.largest;
}
