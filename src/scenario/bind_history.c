/* SPDX-License-Identifier: GPL-3.0-or-later
 * Bind functions, third part: what was observed of earlier rounds, and the checks that need the clock. Invariant: an
 * item's readings hold what the item states beside them; where it has none, there is one reading. */
#include "scenario/bind.h"

#include <math.h>
#include <string.h>

#define BIND(name) void name(Binder *binder, const Key *key, Node *node, Context *context)
#define UNUSED (void)binder, (void)key, (void)node, (void)context

/* Stages of a round in their order. */
enum { SEEN_NOTHING, SEEN_FORCE, SEEN_HELD, SEEN_TABLED, SEEN_ANSWERS };

/* ---- Reading ---- */

static HistoryEntry *this_entry(Binder *binder) {
    return binder->history_count > 0 ? &binder->history[binder->history_count - 1] : NULL;
}

static HistoryAccount new_account(Binder *binder, const char *name, BrinkSpan span) {
    size_t parties = (size_t)binder->shape.party_count;
    HistoryAccount account = {.name = name, .span = span, .held = OBSERVED_NOT, .tabled = OBSERVED_NOT};
    account.force = binder_alloc(binder, parties, sizeof *account.force);
    account.answers = binder_alloc(binder, parties, sizeof *account.answers);
    for (size_t party = 0; !binder->is_out_of_memory && party < parties; party++)
        account.force[party] = account.answers[party] = OBSERVED_NOT;
    return account;
}

/* The account that a key speaks of: the reading begun last, or what holds in all. */
static HistoryAccount *this_account(Binder *binder, const Key *key) {
    HistoryEntry *entry = this_entry(binder);
    if (!entry || binder->is_flagging || binder->is_out_of_memory) return NULL;
    bool is_reading = strstr(key->pattern, ".readings.") != NULL;
    return !is_reading ? &entry->stated : entry->reading_count > 0 ? &entry->readings[entry->reading_count - 1] : NULL;
}

BIND(bind_history_item) {
    UNUSED;
    binder->history =
        binder_grow(binder, binder->history, &binder->history_room, binder->history_count + 1, sizeof *binder->history);
    if (!binder->history) {
        binder->history_count = binder->history_room = 0;
        return;
    }
    binder->history[binder->history_count++] = (HistoryEntry){.day = NAN,
                                                              .span = node->span,
                                                              .day_span = node->span,
                                                              .say = "",
                                                              .stated = new_account(binder, "", node->span)};
}

BIND(bind_history_round) {
    UNUSED;
    HistoryEntry *entry = this_entry(binder);
    if (!entry || binder->is_flagging) return;
    calendar_parse(node->text, &entry->day);
    entry->day_span = node->span;
}

BIND(bind_history_say) {
    UNUSED;
    if (this_entry(binder)) this_entry(binder)->say = node->text;
}

BIND(bind_history_reading) {
    UNUSED;
    HistoryEntry *entry = this_entry(binder);
    if (!entry) return;
    entry->readings =
        binder_grow(binder, entry->readings, &entry->reading_room, entry->reading_count + 1, sizeof *entry->readings);
    if (!entry->readings) return;
    const char *dot = strrchr(context->path, '.');
    entry->readings[entry->reading_count++] = new_account(binder, dot ? dot + 1 : context->path, context->key_span);
}

BIND(bind_history_force) {
    UNUSED;
    HistoryAccount *account = this_account(binder, key);
    int party = context->at[NAME_PARTY];
    if (!account) return;
    int rung = binder_refer(binder, NAME_RUNG, party, node->text, node->span);
    account->force[party] = rung >= 0 ? rung : binder->shape.now[party]; /* one mistake is reported once */
}

BIND(bind_history_held) {
    UNUSED;
    HistoryAccount *account = this_account(binder, key);
    bool is_held = false;
    if (account && binder_flag(binder, node, &is_held)) account->held = is_held;
}

BIND(bind_history_tabled) {
    UNUSED;
    HistoryAccount *account = this_account(binder, key);
    if (!account) return;
    account->tabled =
        strcmp(node->text, "none") == 0 ? -1 : binder_refer(binder, NAME_DRAFT, -1, node->text, node->span);
}

BIND(bind_history_answer) {
    UNUSED;
    static const char *const words[] = {"hold", "walk", "accept"};
    HistoryAccount *account = this_account(binder, key);
    int party = context->at[NAME_PARTY];
    if (!account) return;
    if (!binder->shape.signs[party])
        diagnostics_add(binder->diagnostics, DIAGNOSTIC_history_contradiction, node->span,
                        "third parties choose postures only", "`%s` does not sign, so it gives no answer",
                        binder->names[NAME_PARTY].labels[party].key);
    for (int answer = 0; answer < 3; answer++)
        if (strcmp(node->text, words[answer]) == 0) account->answers[party] = answer;
}

/* ---- Checking ---- */

static int any_seen(const int *seen, int count) {
    for (int i = 0; i < count; i++)
        if (seen[i] != OBSERVED_NOT) return 1;
    return 0;
}

/* What holds in all readings fills what a reading does not say. */
static void add_common(const Binder *binder, const HistoryAccount *common, HistoryAccount *account) {
    if (account->held == OBSERVED_NOT) account->held = common->held;
    if (account->tabled == OBSERVED_NOT) account->tabled = common->tabled;
    for (int party = 0; party < binder->shape.party_count; party++) {
        if (account->force[party] == OBSERVED_NOT) account->force[party] = common->force[party];
        if (account->answers[party] == OBSERVED_NOT) account->answers[party] = common->answers[party];
    }
}

static int last_seen(const Binder *binder, const HistoryAccount *account) {
    int parties = binder->shape.party_count;
    if (any_seen(account->answers, parties)) return SEEN_ANSWERS;
    if (account->tabled != OBSERVED_NOT) return SEEN_TABLED;
    if (account->held != OBSERVED_NOT) return SEEN_HELD;
    return any_seen(account->force, parties) ? SEEN_FORCE : SEEN_NOTHING;
}

static int first_seen(const Binder *binder, const HistoryAccount *account) {
    if (any_seen(account->force, binder->shape.party_count)) return SEEN_FORCE;
    if (account->held != OBSERVED_NOT) return SEEN_HELD;
    return account->tabled != OBSERVED_NOT ? SEEN_TABLED : SEEN_ANSWERS;
}

static bool observes_end(const Binder *binder, const HistoryAccount *account) {
    return account->held == 0 || last_seen(binder, account) == SEEN_ANSWERS;
}

static void check_account(Binder *binder, const HistoryAccount *account) {
    int seen = last_seen(binder, account);
    const char *mistake = NULL, *hint = NULL;
    if (seen == SEEN_NOTHING)
        mistake = "nothing of this round is stated", hint = "state at least one of force, held, tabled, answers";
    else if (account->held == 0 && seen > SEEN_HELD)
        mistake = "this meeting was not held, and yet something happened at it",
        hint = "leave `held` out, or what follows it";
    for (int party = 0; party < binder->shape.party_count; party++)
        if (account->tabled == -1 && account->answers[party] == 2)
            mistake = "nothing was tabled, and yet something was accepted",
            hint = "answer with hold or walk, or name the draft";
    if (mistake)
        diagnostics_add(binder->diagnostics, DIAGNOSTIC_history_contradiction, account->span, hint, "%s", mistake);
}

/* Date of the meeting of round t from 0, at the centre of `every`. */
static double meeting_day(const Binder *binder, int t, double every) {
    if (binder->meeting_count == 0) return binder->start + t * every;
    if (t < binder->meeting_count) return binder->meetings[t];
    return binder->meetings[binder->meeting_count - 1] + (t - binder->meeting_count + 1) * every;
}

static double centre_of_every(Binder *binder) {
    const Cell *cell = binder_cell(binder, FIELD_every, 0);
    Scenario view = {.numbers = binder->numbers};
    return cell && cell->number >= 0 ? number_value(&view, cell->number, (Draw){.is_centre = true}, 0) : NAN;
}

/* The round (from 1) whose meeting is on the entry's day; 0 after a diagnostic. */
static int round_on(Binder *binder, const HistoryEntry *entry) {
    double every = centre_of_every(binder), day = NAN;
    if (isnan(entry->day) || isnan(every) || isnan(meeting_day(binder, 0, every))) return 0;
    int t = 0;
    while (t < 2000 && (day = meeting_day(binder, t, every)) < entry->day - 0.5) t++;
    if (fabs(day - entry->day) <= 0.5) return t + 1;
    char next[11];
    calendar_format(day, next);
    diagnostics_add(binder->diagnostics, DIAGNOSTIC_history_date, entry->day_span,
                    arena_print(binder->arena,
                                "the next meeting on the clock is on %s; clock.meetings may list the past ones", next),
                    "no meeting is on this date");
    return 0;
}

/* Hands the readings of an entry over, each completed by what holds in all. */
static void adopt(Binder *binder, HistoryEntry *entry, HistoryItem *item, HistoryNote *note) {
    if (entry->reading_count == 0) {
        entry->readings = &entry->stated;
        entry->reading_count = 1;
    }
    Observation *readings = binder_alloc(binder, (size_t)entry->reading_count, sizeof *readings);
    Label *labels = binder_alloc(binder, (size_t)entry->reading_count, sizeof *labels);
    if (!readings || !labels) return;
    for (int i = 0; i < entry->reading_count; i++) {
        HistoryAccount *account = &entry->readings[i];
        if (account != &entry->stated) add_common(binder, &entry->stated, account);
        check_account(binder, account);
        readings[i] = (Observation){account->force, account->held, account->tabled, account->answers};
        labels[i] = (Label){account->name, account->name, account->span};
    }
    item->readings = readings;
    item->reading_count = entry->reading_count;
    *note = (HistoryNote){entry->span, entry->day, entry->say, labels};
}

/* Items of one round may follow each other if the later speaks of later stages. */
static void check_order(Binder *binder, const HistoryEntry *before, const HistoryEntry *entry, int round_before,
                        int round) {
    bool is_late = round > round_before;
    if (round == round_before) {
        int last = SEEN_NOTHING, first = SEEN_ANSWERS;
        for (int i = 0; i < before->reading_count; i++) {
            int seen = last_seen(binder, &before->readings[i]);
            if (seen > last) last = seen;
        }
        for (int i = 0; i < entry->reading_count; i++) {
            int seen = first_seen(binder, &entry->readings[i]);
            if (seen < first) first = seen;
        }
        is_late = first > last;
    }
    if (!is_late)
        diagnostics_add(binder->diagnostics, DIAGNOSTIC_history_order, entry->day_span,
                        "list what was observed from the earliest to the latest",
                        "this is not after the item before it");
}

void binder_check_history(Binder *binder) {
    int count = binder->history_count;
    HistoryItem *items = binder_alloc(binder, (size_t)count, sizeof *items);
    HistoryNote *notes = binder_alloc(binder, (size_t)count, sizeof *notes);
    for (int i = 0; i < count && !binder->is_out_of_memory; i++) {
        HistoryEntry *entry = &binder->history[i];
        adopt(binder, entry, &items[i], &notes[i]);
        items[i].round = round_on(binder, entry);
        if (i > 0 && items[i].round > 0) check_order(binder, entry - 1, entry, items[i - 1].round, items[i].round);
        bool is_over = entry->reading_count > 0;
        for (int r = 0; r < entry->reading_count; r++) is_over = is_over && observes_end(binder, &entry->readings[r]);
        binder->shape.observed_rounds = items[i].round - 1 + is_over;
    }
    if (binder->shape.observed_rounds < 0) binder->shape.observed_rounds = 0;
    binder->shape.history = items;
    binder->shape.history_count = count;
    binder->scenario->history = notes;
}
