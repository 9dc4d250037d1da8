/* SPDX-License-Identifier: GPL-3.0-or-later
 * What the numbers say of one type: how sharply it sees, what no agreement is worth to it, what it gives up for what,
 * what it would sign at the start and what it fears. */
#include "report/explain.h"

#include "report/weigh.h"
#include "settlement/settlement.h"

#include <math.h>
#include <stdio.h>
#include <string.h>

typedef struct Teller {
    Explain *explain;
    const Situation *s;
    int type, party;
    size_t at; /* of [date][type] fields */
    json_t *list;
} Teller;

/* "−6" with its sign, for values that are compared. */
static const char *signed_points(double points, char text[POINTS_SIZE]) {
    char size[POINTS_SIZE];
    snprintf(text, POINTS_SIZE, "%s%s", points < 0 ? "−" : "", explain_points(points, size));
    return text;
}

/* ---- What it is like ---- */

static void say_rationality(const Teller *t) {
    char times[POINTS_SIZE];
    double lambda = t->s->rationality[t->type];
    explain_say(t->explain, t->list, "rationality", &t->s->rationality[t->type],
                "Of two choices takes the one that is 10 points better %s (λ = %.3g).",
                explain_times(1 / (1 + exp(-10 * lambda)), times), lambda);
}

static void say_patience(const Teller *t) {
    double patience = t->s->patience[t->type];
    if (patience == 1)
        explain_say(t->explain, t->list, "patience", &t->s->patience[t->type], "Does not mind waiting as such.");
    else
        explain_say(t->explain, t->list, "patience", &t->s->patience[t->type],
                    "A point gained after the last meeting is worth %.2g points to it today.",
                    pow(patience, t->s->round_count - t->explain->date));
}

static void say_walk(const Teller *t) {
    double walk = t->s->walk[t->type];
    if (!t->s->signs[t->party]) return;
    if (walk <= 1)
        explain_say(t->explain, t->list, "walk", &t->s->walk[t->type],
                    "Where all is one to it, it waits %.3g times for each time that it walks out.", 1 / walk);
    else
        explain_say(t->explain, t->list, "walk", &t->s->walk[t->type],
                    "Where all is one to it, it walks out %.3g times for each time that it waits.", walk);
}

/* ---- What waiting and stepping down cost ---- */

/* Adds ", 2 points of pressure by others" to a list of what a round consists of; nothing where it is 0. */
static void add_part(char *text, size_t size, double points, const char *what) {
    char words[POINTS_SIZE];
    size_t length = strlen(text);
    if (points != 0)
        snprintf(text + length, size - length, "%s%s %s", length ? ", " : "", explain_points(points, words), what);
}

static void say_round(const Teller *t) {
    const Situation *s = t->s;
    const int *rungs = t->explain->rungs;
    size_t date = (size_t)t->explain->date, own_rung = (size_t)situation_type_rung(s, t->type, rungs[t->party]);
    double cost = s->cost[date * (size_t)s->type_rung_total + own_rung], status = s->status[t->at], pressure = 0;
    char whole[POINTS_SIZE], parts[256] = "";
    for (int party = 0; party < s->party_count; party++)
        if (party != t->party) pressure += s->pressure[date * (size_t)s->rung_total + (size_t)rungs[party]];
    double sum = status - cost - pressure;
    add_part(parts, sizeof parts, cost, cost > 0 ? "for its own posture" : "gained by its own posture");
    add_part(parts, sizeof parts, pressure, pressure > 0 ? "of pressure by others" : "of relief by others");
    add_part(parts, sizeof parts, status, status < 0 ? "for the state of things" : "gained by the state of things");
    if (!*parts)
        explain_say(t->explain, t->list, "waiting", &s->status[t->at], "Another round of talks costs it nothing.");
    else
        explain_say(t->explain, t->list, "waiting", &s->status[t->at], "A round at today’s postures %s it %s: %s.",
                    sum > 0 ? "gives" : "costs", explain_points(sum, whole), parts);
}

static void say_backdown(const Teller *t) {
    char points[POINTS_SIZE];
    if (t->s->backdown[t->type] <= 0 || situation_rung_count(t->s, t->party) == 1) return;
    explain_say(t->explain, t->list, "backdown", &t->s->backdown[t->type],
                "Each rung that it steps down from a threat costs it %s.",
                explain_points(t->s->backdown[t->type], points));
}

/* A date it has set itself. */
static void say_deadlines(const Teller *t) {
    const Situation *s = t->s;
    char points[POINTS_SIZE], date[11];
    for (int rung = s->rung_start[t->party]; rung < s->rung_start[t->party + 1]; rung++) {
        int type_rung = situation_type_rung(s, t->type, rung), round = s->deadline_round[type_rung];
        if (round <= t->explain->date || s->deadline_cost[type_rung] == 0) continue;
        calendar_format(s->date_day[round - 1], date);
        explain_say(t->explain, t->list, "deadline", &s->deadline_cost[type_rung],
                    "Still holding “%s” at the meeting of %s costs it %s.", t->explain->scenario->rungs[rung].name,
                    date, explain_points(s->deadline_cost[type_rung], points));
    }
}

/* ---- No agreement ---- */

static void say_ends(const Teller *t) {
    const Situation *s = t->s;
    char lapse[POINTS_SIZE], collapse[POINTS_SIZE], war[POINTS_SIZE];
    size_t last = (size_t)(s->date_count - 1) * (size_t)s->type_total + (size_t)t->type;
    explain_say(
        t->explain, t->list, "ends", &s->collapse[t->at],
        "Against today going on, talks that run out are worth %s to it, a collapse without war %s, and a war that "
        "nobody chose %s.",
        signed_points(s->lapse[last], lapse), signed_points(s->collapse[t->at], collapse),
        signed_points(settlement_war(s, t->type, t->explain->date, t->explain->rungs, NULL), war));
}

static void say_walking(const Teller *t) {
    const Situation *s = t->s;
    char value[POINTS_SIZE];
    if (!s->signs[t->party]) return;
    double afterwards = settlement_afterwards(s, t->type, t->explain->date, t->explain->rungs);
    explain_say(t->explain, t->list, "walking", &s->collapse[t->at],
                "Walking out at the next meeting is worth %s to it, the chance of war at today’s postures included.",
                signed_points(afterwards, value));
}

/* What attacking would be worth, where it can. */
static void say_attack(const Teller *t) {
    const Situation *s = t->s;
    char value[POINTS_SIZE], received[POINTS_SIZE];
    bool attackers[64] = {false}, can = false;
    for (int rung = s->rung_start[t->party]; rung < s->rung_start[t->party + 1]; rung++)
        can = can || (s->attack[rung] && s->rung_open[rung]);
    if (!can || s->party_count > 64) return;
    attackers[t->party] = true;
    double own = settlement_war(s, t->type, t->explain->date, t->explain->rungs, attackers) + s->first_strike[t->at];
    attackers[t->party] = false;
    explain_say(t->explain, t->list, "attack", &s->conflict[t->at], "A war that it begins is worth %s to it.",
                signed_points(own, value));
    for (int other = 0; other < s->party_count; other++) {
        bool may = false;
        for (int rung = s->rung_start[other]; rung < s->rung_start[other + 1]; rung++)
            may = may || (s->attack[rung] && s->rung_open[rung]);
        if (other == t->party || !may) continue;
        attackers[other] = true;
        double war = settlement_war(s, t->type, t->explain->date, t->explain->rungs, attackers);
        attackers[other] = false;
        explain_say(t->explain, t->list, "attacked", &s->conflict[t->at], "A war that %s begins is worth %s to it.",
                    t->explain->scenario->parties[other].name, signed_points(war, received));
    }
}

/* ---- What it gives up for what ---- */

static double gain_of(const Teller *t, int issue, int option) {
    return settlement_issue_gain(t->s, t->type, issue, option);
}

/* The option of an issue that is worth least, or most, to the type. */
static int extreme_option(const Teller *t, int issue, bool is_best) {
    int found = t->s->option_start[issue];
    for (int option = found; option < t->s->option_start[issue + 1]; option++) {
        double more = gain_of(t, issue, option) - gain_of(t, issue, found);
        if (is_best ? more > 0 : more < 0) found = option;
    }
    return found;
}

/* The least good option of an issue that still makes up for a loss; -1 where none does. */
static int cheapest_for(const Teller *t, int issue, double loss) {
    int found = -1;
    for (int option = t->s->option_start[issue]; option < t->s->option_start[issue + 1]; option++)
        if (gain_of(t, issue, option) >= loss && (found < 0 || gain_of(t, issue, option) < gain_of(t, issue, found)))
            found = option;
    return found;
}

/* Whether a better option than today's is not enough. */
static bool less_would_not_do(const Teller *t, int issue, int enough) {
    for (int option = t->s->option_start[issue]; option < t->s->option_start[issue + 1]; option++)
        if (gain_of(t, issue, option) > 0 && gain_of(t, issue, option) < gain_of(t, issue, enough)) return true;
    return false;
}

static void say_trade(const Teller *t, int given, int worst, int taken) {
    const Scenario *scenario = t->explain->scenario;
    char points[POINTS_SIZE];
    double loss = -gain_of(t, given, worst);
    int enough = cheapest_for(t, taken, loss), best = extreme_option(t, taken, true);
    const double *weight = &t->s->weight[(size_t)t->type * (size_t)t->s->issue_count + (size_t)given];
    const char *issue = scenario->issues[given].name, *to = scenario->options[worst].name,
               *other = scenario->issues[taken].name;
    if (enough >= 0)
        explain_say(t->explain, t->list, "trade", weight, "Accepts “%s” in “%s” for “%s” in “%s”%s.", to, issue,
                    scenario->options[enough].name, other, less_would_not_do(t, taken, enough) ? ", not for less" : "");
    else
        explain_say(t->explain, t->list, "trade", weight,
                    "Does not accept “%s” in “%s” even for “%s” in “%s”: that falls short by %s.", to, issue,
                    scenario->options[best].name, other, explain_points(loss - gain_of(t, taken, best), points));
}

/* Its largest losses against what it wants most, three issues of each at most: the rest follows from the weights. */
static void say_trades(const Teller *t) {
    enum { MOST = 3 };
    for (int given = 0, said = 0; given < t->s->issue_count && said < MOST; given++) {
        int worst = extreme_option(t, given, false);
        if (gain_of(t, given, worst) >= 0) continue;
        said++;
        for (int taken = 0, pairs = 0; taken < t->s->issue_count && pairs < MOST; taken++) {
            if (taken == given || gain_of(t, taken, extreme_option(t, taken, true)) <= 0) continue;
            say_trade(t, given, worst, taken);
            pairs++;
        }
    }
}

/* ---- What it would sign ---- */

static void say_never(const Teller *t, int draft, const Weighing *weighing) {
    const char *name = t->explain->scenario->drafts[draft].name;
    if (weighing->why == BLOCK_UNVERIFIABLE)
        explain_say(t->explain, t->list, "never_signs", &t->s->requires_detection[t->type],
                    "Never signs “%s”: breaches would not be seen in time for it.", name);
    else
        explain_say(t->explain, t->list, "never_signs", NULL, "Never signs “%s”: a red line forbids it.", name);
}

static void say_draft(const Teller *t, int draft) {
    const Situation *s = t->s;
    char points[POINTS_SIZE], price[POINTS_SIZE], cost[96] = "";
    Weighing weighing = report_weigh(t->explain->weighing, draft, t->type);
    size_t last = (size_t)(s->date_count - 1) * (size_t)s->type_total + (size_t)t->type;
    bool prefers_lapse = s->lapse[last] >= s->collapse[t->at];
    const double *outside = prefers_lapse ? &s->lapse[last] : &s->collapse[t->at];
    const char *name = t->explain->scenario->drafts[draft].name;
    if (weighing.is_hard) {
        say_never(t, draft, &weighing);
        return;
    }
    if (fabs(weighing.price) > 1e-9)
        snprintf(cost, sizeof cost, ", %s that signing %s it counted", explain_points(weighing.price, price),
                 weighing.price > 0 ? "costs" : "gives");
    if (weighing.points >= 0)
        explain_say(t->explain, t->list, "would_sign", outside,
                    "Would sign “%s” at the start: better for it than talks that %s, by %s%s.", name,
                    prefers_lapse ? "run out" : "collapse", explain_points(weighing.points, points), cost);
    else
        explain_say(t->explain, t->list, "would_not_sign", outside,
                    "Would rather see the talks %s than sign “%s”, by %s%s.", prefers_lapse ? "run out" : "collapse",
                    name, explain_points(weighing.points, points), cost);
}

static void say_drafts(const Teller *t) {
    for (int draft = 0; draft < t->s->draft_count; draft++)
        if (t->s->draft_open[draft] && t->s->draft_kind[draft] == DRAFT_FINAL) say_draft(t, draft);
}

static void say_verification(const Teller *t) {
    char times[POINTS_SIZE], points[POINTS_SIZE];
    double required = t->s->requires_detection[t->type], price = t->s->unverifiable[t->type];
    if (required <= 0 || price == 0) return;
    if (isinf(price))
        explain_say(t->explain, t->list, "verification", &t->s->requires_detection[t->type],
                    "Never signs a text under which breaches would be seen less than %s.",
                    explain_times(required, times));
    else
        explain_say(t->explain, t->list, "verification", &t->s->unverifiable[t->type],
                    "Signing a text under which breaches would be seen less than %s costs it %s.",
                    explain_times(required, times), explain_points(price, points));
}

void explain_type(Explain *explain, int type, json_t *list) {
    const Situation *s = explain->situation;
    Teller t = {explain, s, type, s->type_party[type], (size_t)explain->date * (size_t)s->type_total + (size_t)type,
                list};
    char times[POINTS_SIZE];
    if (situation_type_count(s, t.party) > 1)
        explain_say(explain, list, "prior", &s->prior[type], "The others think it is like this %s.",
                    explain_times(s->prior[type], times));
    say_rationality(&t);
    say_patience(&t);
    say_walk(&t);
    say_round(&t);
    say_backdown(&t);
    say_deadlines(&t);
    say_ends(&t);
    say_walking(&t);
    say_attack(&t);
    if (!s->signs[t.party]) return;
    explain_statements(explain, type, list);
    say_trades(&t);
    say_verification(&t);
    say_drafts(&t);
}
