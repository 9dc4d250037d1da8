/* SPDX-License-Identifier: GPL-3.0-or-later
 * The scenario's text (docs/import.md says how utilities become points).
 *
 * A utility of 1 is worth 100 points. Weights and scores are stretched so that scores run from 0 to 100, which leaves
 * every difference between two packages as it was. Invariant: nothing taken from a file reaches the text but as a key,
 * inside a quoted scalar, or in a comment without line ends. */
#include "import/text.h"

#include <math.h>
#include <string.h>

static const char *number(double value, char *text) {
    return number_print(value, text);
}

/* ---- The head ---- */

static void put_files(FILE *out, const ImportDomain *domain) {
    for (int p = 0; p < domain->profile_count; p++) {
        if (p > 0 && strcmp(domain->profiles[p].file, domain->profiles[p - 1].file) == 0) continue;
        if (p > 0) fprintf(out, ", ");
        for (const char *c = domain->profiles[p].file; *c; c++)
            putc(*c == '"' || *c == '\\' ? '?' : *c, out); /* printable ASCII else */
    }
}

static void put_head(FILE *out, const Import *import, const ImportDomain *domain) {
    fprintf(
        out,
        "# Made by `brink import`. A utility of 1 is worth 100 points. Weights are the points between an issue's "
        "worst\n"
        "# and best option; differences between packages are those of the files. What the files do not say is marked\n"
        "# as an assumption.\n"
        "brink: 1\n"
        "title: ");
    text_quote(out, domain->title);
    fprintf(out, "\nabout: \"Imported (%s). A utility of 1 is worth 100 points; %s\"\n", domain->origin,
            "rationality, calendar and agenda are assumptions.");
    fprintf(out,
            "clock: {start: 2030-01-07, every: 1 days, rounds: %d, note: \"assumption: the files know no calendar\"}\n",
            import->settings.rounds);
    fprintf(out, "sources: {files: \"%s: ", domain->origin);
    put_files(out, domain);
    fprintf(out, "\"}\n");
}

/* ---- Parties ---- */

/* Utility of the package in force today: every issue's first option. */
static double utility_today(const Import *import, const ImportDomain *domain, const ImportProfile *profile) {
    int *today = arena_array(import->arena, (size_t)domain->issue_count, sizeof *today);
    return today ? domain_utility(domain, profile, today) : 0;
}

/* With a discount factor the value of today has to shrink as the deals do: a cost per round after the first, and a
 * lapse counted one round later (docs/import.md, "Discounting"). */
static void put_values(FILE *out, const Import *import, const ImportDomain *domain, const ImportProfile *profile) {
    char a[NUMBER_SIZE], b[NUMBER_SIZE];
    double today = 100 * utility_today(import, domain, profile), reserve = 100 * profile->reservation;
    double patience = pow(profile->discount, 1.0 / import->settings.rounds), lapse = reserve - today;
    if (profile->discount < 1) {
        fprintf(out, "    patience: {is: %s, from: files, note: \"discount factor %s over %d rounds\"}\n",
                number(patience, a), number(profile->discount, b), import->settings.rounds);
        double cost = -(1 - patience) / patience * today;
        lapse = reserve - today / patience;
        if (today != 0 && import->settings.rounds > 1)
            fprintf(out, "    status: {steps: {2030-01-07: 0, 2030-01-08: %s}, note: \"today is discounted too\"}\n",
                    number(cost, a));
    }
    fprintf(out, "    outside: {collapse: %s, lapse: %s, from: files, ", number(reserve - today, a), number(lapse, b));
    fprintf(out, "note: \"reservation value %s; ", number(profile->reservation, a));
    fprintf(out, "today is worth %s\"}\n", number(today / 100, a));
}

static void put_party(FILE *out, const Import *import, const ImportDomain *domain, const ImportProfile *profile) {
    fprintf(out, "  %s:\n", profile->key);
    if (strcmp(profile->key, profile->text) != 0) {
        fprintf(out, "    name: ");
        text_quote(out, profile->text);
        putc('\n', out);
    }
    if (profile->note) {
        fprintf(out, "    # ");
        text_remark(out, profile->note);
        putc('\n', out);
    }
    if (!profile->signs) fprintf(out, "    signs: false\n");
    put_values(out, import, domain, profile);
    fprintf(out,
            "    rationality: {is: 0.12, note: \"assumption: an advantage of 10 points is taken 77 times in 100\"}\n"
            "    walk: {is: 0.2, note: \"assumption: where all is one, it walks out once for five times that it "
            "waits\"}\n");
}

/* ---- Issues ---- */

static void put_issue(FILE *out, const ImportIssue *issue) {
    fprintf(out, "  %s:\n", issue->key);
    if (strcmp(issue->key, issue->text) != 0) {
        fprintf(out, "    name: ");
        text_quote(out, issue->text);
        putc('\n', out);
    }
    if (issue->kind != ISSUE_DISCRETE) {
        char low[NUMBER_SIZE], high[NUMBER_SIZE];
        fprintf(out, "    # %s from %s to %s: %s\n", issue->kind == ISSUE_REAL ? "numbers" : "whole steps",
                number(issue->low, low), number(issue->high, high),
                issue->is_thinned ? "evenly spaced values of it (assumption)" : "every value");
    }
    fprintf(out, "    today: %s\n    options:\n", issue->options[0].key);
    for (int i = 0; i < issue->option_count; i++) {
        fprintf(out, "      %s: {", issue->options[i].key);
        if (strcmp(issue->options[i].key, issue->options[i].text) != 0) {
            fprintf(out, "name: ");
            text_quote(out, issue->options[i].text);
        }
        fprintf(out, "}\n");
    }
}

/* ---- Preferences ---- */

static void put_preference(FILE *out, const ImportDomain *domain, const ImportProfile *profile, int at) {
    const ImportIssue *issue = &domain->issues[at];
    const double *utilities = profile->utilities[at];
    double low = INFINITY, high = -INFINITY;
    char text[NUMBER_SIZE];
    for (int i = 0; i < issue->option_count; i++) {
        low = fmin(low, utilities[i]);
        high = fmax(high, utilities[i]);
    }
    double weight = 100 * profile->weights[at] * (high - low);
    if (!(weight > 0)) return; /* all options are one to it */
    fprintf(out, "    %s:", issue->key);
    if (profile->remarks[at])
        fprintf(out, "   # weight %s; %s", number(profile->weights[at], text), profile->remarks[at]);
    fprintf(out, "\n      weight: %s\n      from: files\n      scores: {", number(weight, text));
    for (int i = 0; i < issue->option_count; i++)
        fprintf(out, "%s%s: %s", i > 0 ? ", " : "", issue->options[i].key,
                number(100 * ((utilities[i] - low) / (high - low)), text));
    fprintf(out, ", from: files}\n");
}

static bool is_empty_box(const ImportBox *box) {
    for (int b = 0; b < box->bound_count; b++)
        if (box->bounds[b].first > box->bounds[b].last) return true;
    return box->utility == 0;
}

static void put_box(FILE *out, const ImportDomain *domain, const ImportBox *box) {
    char text[NUMBER_SIZE];
    fprintf(out, "      - {when: {");
    for (int b = 0; b < box->bound_count; b++) {
        const ImportBound *bound = &box->bounds[b];
        const ImportIssue *issue = &domain->issues[bound->issue];
        fprintf(out, "%s%s: ", b > 0 ? ", " : "", issue->key);
        if (bound->first == bound->last) fprintf(out, "%s", issue->options[bound->first].key);
        for (int i = bound->first; i <= bound->last && bound->first < bound->last; i++)
            fprintf(out, "%s%s", i == bound->first ? "[" : ", ", issue->options[i].key);
        if (bound->first < bound->last) putc(']', out);
    }
    fprintf(out, "}, points: %s, from: files}\n", number(100 * box->utility, text));
}

static bool has_preferences(const ImportDomain *domain, const ImportProfile *profile) {
    for (int k = 0; k < profile->box_count; k++)
        if (!is_empty_box(&profile->boxes[k])) return true;
    for (int issue = 0; issue < domain->issue_count; issue++)
        for (int i = 1; i < domain->issues[issue].option_count && profile->weights[issue] > 0; i++)
            if (profile->utilities[issue][i] != profile->utilities[issue][0]) return true;
    return false;
}

static void put_preferences(FILE *out, const ImportDomain *domain, const ImportProfile *profile) {
    if (!has_preferences(domain, profile)) {
        fprintf(out, "  %s: {}   # all packages are one to it\n", profile->key);
        return;
    }
    fprintf(out, "  %s:\n", profile->key);
    for (int issue = 0; issue < domain->issue_count; issue++) put_preference(out, domain, profile, issue);
    bool is_open = false;
    for (int k = 0; k < profile->box_count; k++) {
        if (is_empty_box(&profile->boxes[k])) continue;
        if (!is_open) fprintf(out, "    synergies:\n");
        is_open = true;
        put_box(out, domain, &profile->boxes[k]);
    }
}

/* ---- Agenda ---- */

static void put_draft(FILE *out, const ImportDomain *domain, const ImportDraft *draft) {
    char text[NUMBER_SIZE];
    fprintf(out, "    # %s; utilities", draft->comment);
    for (int p = 0; p < domain->profile_count; p++)
        if (domain->profiles[p].signs)
            fprintf(out, " %s",
                    number(round(1e4 * domain_utility(domain, &domain->profiles[p], draft->options)) / 1e4, text));
    fprintf(out, "\n    %s: {", draft->key);
    for (int issue = 0; issue < domain->issue_count; issue++)
        fprintf(out, "%s%s: %s", issue > 0 ? ", " : "", domain->issues[issue].key,
                domain->issues[issue].options[draft->options[issue]].key);
    fprintf(out, "}\n");
}

void domain_write(FILE *out, const Import *import, const ImportDomain *domain, const ImportDrafts *drafts) {
    put_head(out, import, domain);
    fprintf(out, "\nparties:\n");
    for (int p = 0; p < domain->profile_count; p++) put_party(out, import, domain, &domain->profiles[p]);
    fprintf(out, "\nmediator: {proposes: alternating}   # assumption: the parties table in turn\n"
                 "\nissues:   # `today` is each issue's first option: assumption, and of no effect on differences\n");
    for (int issue = 0; issue < domain->issue_count; issue++) put_issue(out, &domain->issues[issue]);
    fprintf(out, "\npreferences:\n");
    for (int p = 0; p < domain->profile_count; p++) put_preferences(out, domain, &domain->profiles[p]);
    fprintf(out, "\nagenda:   # assumption: these packages can be tabled; the files allow every one\n  drafts:\n");
    for (int i = 0; i < drafts->count; i++) put_draft(out, domain, &drafts->drafts[i]);
}
