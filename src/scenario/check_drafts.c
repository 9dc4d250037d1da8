/* SPDX-License-Identifier: GPL-3.0-or-later
 * Whole-file checks of rules and drafts, and the drafts' full packages. */
#include "scenario/table.h"

#include <string.h>

static const Label *draft_label(const Binder *binder, int draft) {
    return &binder->names[NAME_DRAFT].labels[draft];
}

static const int *options_of(const Binder *binder, int draft) {
    return binder->shape.draft_option + draft * binder->shape.issue_count;
}

/* Fills in today's options and the kinds, and refuses keys of another kind. */
static void complete_draft(Binder *binder, int draft) {
    Situation *s = &binder->shape;
    int *options = (int *)options_of(binder, draft);
    const DraftSpans *spans = &binder->draft_spans[draft];
    bool is_framework = binder->draft_is_framework[draft], is_interim = binder->draft_is_interim[draft];
    for (int issue = 0; issue < s->issue_count; issue++) {
        if (options[issue] >= 0 && options[issue] != s->today[issue] && is_framework)
            diagnostics_add(binder->diagnostics, DIAGNOSTIC_framework_content, spans->issue,
                            "put options into the drafts it leads to", "the framework `%s` changes an issue",
                            draft_label(binder, draft)->key);
        if (options[issue] < 0 || is_framework) options[issue] = s->today[issue];
    }
    ((DraftKind *)s->draft_kind)[draft] = is_framework ? DRAFT_FRAMEWORK : is_interim ? DRAFT_INTERIM : DRAFT_FINAL;
    if (is_framework && is_interim)
        diagnostics_add(binder->diagnostics, DIAGNOSTIC_wrong_kind_of_draft, draft_label(binder, draft)->span,
                        "keep one of them", "`%s` is both a framework and an interim", draft_label(binder, draft)->key);
    if (spans->lasts.line > 0 && !is_interim)
        diagnostics_add(binder->diagnostics, DIAGNOSTIC_wrong_kind_of_draft, spans->lasts,
                        "add `interim: true` or remove it", "only an interim draft lasts a number of rounds");
    if (spans->leads_to.line > 0 && !is_framework)
        diagnostics_add(binder->diagnostics, DIAGNOSTIC_wrong_kind_of_draft, spans->leads_to,
                        "add `framework: true` or remove it", "only a framework leads to drafts");
    if (spans->readings.line > 0 && !is_framework)
        diagnostics_add(binder->diagnostics, DIAGNOSTIC_wrong_kind_of_draft, spans->readings,
                        "add `framework: true` or remove it", "only a framework has readings");
    if (spans->renege.line > 0 && !is_framework)
        diagnostics_add(binder->diagnostics, DIAGNOSTIC_wrong_kind_of_draft, spans->renege,
                        "add `framework: true` or remove it", "only a framework can be reneged on");
    if (is_framework && spans->leads_to.line == 0)
        diagnostics_add(binder->diagnostics, DIAGNOSTIC_missing_key, draft_label(binder, draft)->span,
                        "list the drafts that may follow it", "the framework `%s` needs `leads_to`",
                        draft_label(binder, draft)->key);
}

static void complete_readings(Binder *binder, int draft) {
    Situation *s = &binder->shape;
    const bool *leads_to = s->leads_to + draft * s->draft_count;
    for (int party = 0; party < s->party_count; party++) {
        bool *reading = (bool *)s->reading + (draft * s->party_count + party) * s->draft_count;
        if (!binder->reading_stated[draft * s->party_count + party])
            memcpy(reading, leads_to, (size_t)s->draft_count * sizeof *reading);
        for (int other = 0; other < s->draft_count; other++)
            if (reading[other] && !leads_to[other])
                diagnostics_add(binder->diagnostics, DIAGNOSTIC_reading_outside,
                                binder->reading_span[draft * s->party_count + party],
                                "add it to `leads_to`, or remove it from the reading",
                                "`%s` is in a reading of `%s` but not among what it leads to",
                                draft_label(binder, other)->key, draft_label(binder, draft)->key);
    }
}

/* ---- Rules ---- */

static bool matches(const Situation *s, const bool *allows, const int *options) {
    for (int issue = 0; issue < s->issue_count; issue++)
        if (!allows[options[issue]]) return false;
    return true;
}

static void check_rules(Binder *binder) {
    enum { IF_THEN = 3, NEVER = 4 };
    for (int i = 0; i < binder->rule_count; i++) {
        const Rule *rule = &binder->rules[i];
        if (rule->parts != IF_THEN && rule->parts != NEVER) {
            diagnostics_add(binder->diagnostics, DIAGNOSTIC_bad_rule, rule->span,
                            "write {if: {…}, then: {…}} or {never: {…}}", "a rule needs `if` and `then`, or `never`");
            continue;
        }
        for (int draft = 0; draft < binder->shape.draft_count && !rule->is_broken; draft++) {
            const int *options = options_of(binder, draft);
            bool is_broken =
                rule->when.allows && matches(&binder->shape, rule->when.allows, options) &&
                (rule->is_never || !rule->then.allows || !matches(&binder->shape, rule->then.allows, options));
            if (is_broken && binder->shape.draft_kind[draft] != DRAFT_FRAMEWORK)
                diagnostics_add(binder->diagnostics, DIAGNOSTIC_draft_breaks_rule, draft_label(binder, draft)->span,
                                "issues that a draft leaves out stay at today's option",
                                "draft `%s` breaks rule %d of line %d", draft_label(binder, draft)->key, i + 1,
                                rule->span.line);
        }
    }
}

/* The rules as the Situation holds them; after the checks. */
void binder_finish_rules(Binder *binder) {
    Situation *s = &binder->shape;
    size_t options = (size_t)s->option_total;
    bool *when = binder_alloc(binder, (size_t)binder->rule_count * options, sizeof *when);
    bool *then = binder_alloc(binder, (size_t)binder->rule_count * options, sizeof *then);
    if (!when || !then) return;
    for (int i = 0; i < binder->rule_count; i++) {
        const Rule *rule = &binder->rules[i];
        memcpy(when + (size_t)i * options, rule->when.allows, options);
        if (!rule->is_never) memcpy(then + (size_t)i * options, rule->then.allows, options);
    }
    s->rule_count = binder->rule_count;
    s->rule_if = when;
    s->rule_then = then;
}

/* ---- Timetables of packages ---- */

/* Whether the party delivers something, in whichever phase: an issue whose option differs from today's. */
static bool moves(const Situation *s, const int *options, int party) {
    for (int issue = 0; issue < s->issue_count; issue++)
        if (s->performs[issue * s->party_count + party] && options[issue] != s->today[issue]) return true;
    return false;
}

static void check_timetable(Binder *binder, int draft) {
    const Situation *s = &binder->shape;
    const int *options = options_of(binder, draft);
    int timetable = 0, movers = 0;
    for (int issue = 0; issue < s->issue_count; issue++) {
        int own = s->option_timetable[options[issue]];
        if (own < 0) continue;
        if (timetable > 0)
            diagnostics_add(binder->diagnostics, DIAGNOSTIC_two_timetables, draft_label(binder, draft)->span,
                            "let one option of a package name the timetable", "draft `%s` has two timetables",
                            draft_label(binder, draft)->key);
        timetable = own;
    }
    int phases = s->phase_start[timetable + 1] - s->phase_start[timetable];
    for (int party = 0; party < s->party_count; party++) movers += moves(s, options, party);
    if (phases * movers > 20)
        diagnostics_add(binder->diagnostics, DIAGNOSTIC_too_many_moves, draft_label(binder, draft)->span,
                        "fewer phases make it tractable; phases times parties that deliver may be 20",
                        "draft `%s` has %d phases and %d parties that deliver", draft_label(binder, draft)->key, phases,
                        movers);
}

static void warn_of_twins(Binder *binder, int draft) {
    const Situation *s = &binder->shape;
    for (int other = 0; other < draft; other++) {
        bool is_same =
            s->draft_kind[other] == s->draft_kind[draft] && s->draft_kind[draft] != DRAFT_FRAMEWORK &&
            s->draft_lasts[other] == s->draft_lasts[draft] &&
            memcmp(options_of(binder, other), options_of(binder, draft), (size_t)s->issue_count * sizeof(int)) == 0;
        if (is_same)
            diagnostics_add(binder->diagnostics, DIAGNOSTIC_same_content, draft_label(binder, draft)->span,
                            "two drafts of one content count twice unless their shares say otherwise",
                            "draft `%s` has the same content as `%s`", draft_label(binder, draft)->key,
                            draft_label(binder, other)->key);
    }
}

void binder_check_drafts(Binder *binder) {
    for (int draft = 0; draft < binder->shape.draft_count; draft++) complete_draft(binder, draft);
    for (int draft = 0; draft < binder->shape.draft_count; draft++) {
        if (binder->draft_is_framework[draft])
            complete_readings(binder, draft);
        else
            check_timetable(binder, draft);
        warn_of_twins(binder, draft);
    }
    check_rules(binder);
}
