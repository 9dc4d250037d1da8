/* SPDX-License-Identifier: GPL-3.0-or-later
 * A first scenario from what somebody says of a case: names and options are theirs, every number is a guess that is the
 * same for everybody and stands there to be corrected. Invariant: nothing given reaches the text but as a key or inside
 * a quoted scalar, and the text has passed the scenario room's check. */
#include "import/text.h"

#include <ctype.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>

enum { SKETCH_LIMIT = 1000, TYPED_PARTIES = 2 /* more would make the game large before anything is known */ };

/* What is at stake for a party, in points: the weights of its issues add up to this. */
static const double stake = 40;

typedef struct Sketch {
    Import *import;
    const BrinkSketch *given;
    const char **parties, **issues, **drafts; /* keys */
    const char ***options;                    /* [issue][option] keys */
    size_t draft_count;
    size_t **terms; /* [draft][issue] option */
    const char **draft_names;
} Sketch;

/* ---- What is given ---- */

static bool refuse(Import *import, const char *what) {
    IMPORT_ERROR(import, DIAGNOSTIC_import_sketch, span_none(), "`brink help new` shows what is asked for", "%s", what);
    return false;
}

static bool is_text(const char *text) {
    return text && text_is_utf8(text, strlen(text));
}

static bool are_texts(const char *const *texts, size_t count) {
    for (size_t i = 0; i < count; i++)
        if (!is_text(texts[i])) return false;
    return true;
}

static bool check_issue(Import *import, const BrinkSketchIssue *issue) {
    if (!is_text(issue->name) || !are_texts(issue->options, issue->option_count))
        return refuse(import, "an issue or an option is not UTF-8 text");
    if (issue->option_count < 2 || issue->option_count > SKETCH_LIMIT)
        return refuse(import, "an issue needs two options or more");
    return issue->today < issue->option_count || refuse(import, "the option that holds today is none of the issue's");
}

static bool check_drafts(Import *import, const BrinkSketch *given) {
    for (size_t d = 0; d < given->draft_count; d++) {
        if (!is_text(given->drafts[d].name)) return refuse(import, "a draft's name is not UTF-8 text");
        for (size_t i = 0; i < given->issue_count; i++)
            if (given->drafts[d].options[i] >= given->issues[i].option_count)
                return refuse(import, "a draft names an option that its issue does not have");
    }
    return true;
}

static bool check_given(Import *import, const BrinkSketch *given) {
    if (!is_text(given->title) || !is_text(given->start) || (given->as_of && !is_text(given->as_of)) ||
        !are_texts(given->parties, given->party_count))
        return refuse(import, "the title, a date or a party is not UTF-8 text");
    if (given->party_count < 2 || given->party_count > IMPORT_PROFILE_LIMIT)
        return refuse(import, "a negotiation needs two parties or more");
    if (given->issue_count < 1 || given->issue_count > IMPORT_ISSUE_LIMIT || given->draft_count > SKETCH_LIMIT)
        return refuse(import, "a negotiation needs an issue");
    for (size_t i = 0; i < given->issue_count; i++)
        if (!check_issue(import, &given->issues[i])) return false;
    for (size_t p = 0; given->matters && p < given->party_count; p++)
        if (given->matters[p] >= given->issue_count) return refuse(import, "what matters most to a party is no issue");
    return check_drafts(import, given);
}

/* ---- Names ---- */

static const char *name_one(Import *import, const char *text, const char *kind, size_t at, const char *const *reserved,
                            const char **taken) {
    char *low = arena_text(import->arena, text);
    for (char *c = low; c && *c; c++) *c = (char)tolower((unsigned char)*c);
    if (!low) import->is_short = true;
    return low ? key_make(import, low, kind, (int)at + 1, reserved, taken, (int)at) : NULL;
}

static const char **name_all(Import *import, const char *const *texts, size_t count, const char *kind,
                             const char *const *reserved) {
    const char **keys = import_array(import, count, sizeof *keys);
    for (size_t i = 0; keys && !import->is_short && i < count; i++)
        keys[i] = name_one(import, texts[i], kind, i, reserved, keys);
    return keys;
}

static bool name_sketch(Sketch *sketch) {
    Import *import = sketch->import;
    const BrinkSketch *given = sketch->given;
    sketch->parties = name_all(import, given->parties, given->party_count, "party", key_reserved_names);
    sketch->issues = import_array(import, given->issue_count, sizeof *sketch->issues);
    sketch->options = import_array(import, given->issue_count, sizeof *sketch->options);
    for (size_t i = 0; !import->is_short && i < given->issue_count; i++) {
        const BrinkSketchIssue *issue = &given->issues[i];
        sketch->issues[i] = name_one(import, issue->name, "issue", i, key_reserved_issues, sketch->issues);
        sketch->options[i] = name_all(import, issue->options, issue->option_count, "option", key_reserved_options);
    }
    if (!import->is_short)
        sketch->drafts = name_all(import, sketch->draft_names, sketch->draft_count, "draft", key_reserved_names);
    return !import->is_short;
}

/* ---- Drafts where none are given ---- */

typedef enum { WHAT_FIRST_WANTS, THE_MIDDLE, A_TRADE, WHAT_SECOND_WANTS, TERM_COUNT } Terms;

static size_t most_important(const BrinkSketch *given, size_t party) {
    return given->matters ? given->matters[party] : party % given->issue_count;
}

/* Where there is no option right in the middle, issues take turns in whose side of it they lie on. In a trade each of
 * the first two has its way where it matters most to it alone. */
static size_t term(const BrinkSketch *given, size_t issue, Terms terms) {
    size_t last = given->issues[issue].option_count - 1;
    bool is_first = most_important(given, 0) == issue, is_second = most_important(given, 1) == issue;
    if (terms == WHAT_FIRST_WANTS || (terms == A_TRADE && is_first && !is_second)) return 0;
    if (terms == WHAT_SECOND_WANTS || (terms == A_TRADE && is_second && !is_first)) return last;
    return (last + issue % 2) / 2;
}

static bool is_same(const BrinkSketch *given, const size_t *one, const size_t *two) {
    for (size_t i = 0; i < given->issue_count; i++)
        if (one[i] != (two ? two[i] : given->issues[i].today)) return false;
    return true;
}

static void add_draft(Sketch *sketch, const char *name, const size_t *options) {
    if (is_same(sketch->given, options, NULL)) return; /* today is no draft */
    for (size_t d = 0; d < sketch->draft_count; d++)
        if (is_same(sketch->given, options, sketch->terms[d])) return;
    sketch->draft_names[sketch->draft_count] = name;
    memcpy(sketch->terms[sketch->draft_count++], options, sketch->given->issue_count * sizeof *options);
}

static bool open_drafts(Sketch *sketch, size_t most) {
    Import *import = sketch->import;
    sketch->draft_names = import_array(import, most, sizeof *sketch->draft_names);
    sketch->terms = import_array(import, most, sizeof *sketch->terms);
    for (size_t d = 0; !import->is_short && d < most; d++)
        sketch->terms[d] = import_array(import, sketch->given->issue_count, sizeof **sketch->terms);
    return !import->is_short;
}

static bool make_drafts(Sketch *sketch) {
    const BrinkSketch *given = sketch->given;
    size_t *options = import_array(sketch->import, given->issue_count, sizeof *options);
    const char *names[TERM_COUNT] = {
        arena_print(sketch->import->arena, "What %s wants", given->parties[0]),
        "The middle",
        "A trade",
        arena_print(sketch->import->arena, "What %s wants", given->parties[1]),
    };
    if (!options || !names[WHAT_FIRST_WANTS] || !names[WHAT_SECOND_WANTS] || !open_drafts(sketch, TERM_COUNT))
        return false;
    for (int terms = 0; terms < TERM_COUNT; terms++) {
        for (size_t i = 0; i < given->issue_count; i++) options[i] = term(given, i, (Terms)terms);
        add_draft(sketch, names[terms], options);
    }
    return true;
}

static bool take_drafts(Sketch *sketch) {
    const BrinkSketch *given = sketch->given;
    if (given->draft_count == 0) return make_drafts(sketch);
    if (!open_drafts(sketch, given->draft_count)) return false;
    for (size_t d = 0; d < given->draft_count; d++) add_draft(sketch, given->drafts[d].name, given->drafts[d].options);
    return sketch->draft_count > 0 || refuse(sketch->import, "every draft leaves all as it is today");
}

/* ---- The text ---- */

static void put_head(FILE *out, const BrinkSketch *given) {
    fputs("# A first scenario, made by `brink new`. With FILE for its name:\n"
          "#\n"
          "#     brink explain FILE     what its numbers say, in sentences to be corrected\n"
          "#     brink run FILE         what follows from them\n"
          "#\n"
          "# The words are yours. The numbers are guesses, the same for everybody: each\n"
          "# stands there to be corrected, and `explain` lists those without a reason. With\n"
          "# a reason, and with how sure you are of it, a number reads\n"
          "#     {pert: [0.2, 0.4, 0.6], note: \"two of five such talks were broken off\"}\n"
          "brink: 1\n"
          "title: ",
          out);
    text_quote(out, given->title);
    if (given->as_of) fprintf(out, "\nas_of: %s     # nothing later is known", given->as_of);
    fprintf(out,
            "\n\n# WHEN. First meeting, interval, meetings still to come. Rates and costs are\n"
            "# per `every`.\n"
            "clock: {start: %s, every: %d days, rounds: %d}\n",
            given->start, given->every, given->rounds);
}

/* What a party has, and the comments that stand with the first alone. */
static const struct {
    const char *comment, *text;
    bool is_typed; /* of the first parties only */
} party_parts[] = {
    {"    # No agreement, in points against today: talks broken off, talks that run\n"
     "    # out, the worst (war, strike, rupture: whatever the pressure threatens).\n",
     "    outside: {collapse: -22, lapse: -16, conflict: -60}\n", false},
    {"    # What the others cannot see: how much a failure of the talks would hurt it.\n"
     "    # Numbers that differ by type stand under the type, the others beside it.\n",
     "    types:\n"
     "      pressed: {prior: rest}\n"
     "      firm: {prior: 0.4, outside: {collapse: -6, lapse: -4, conflict: -40}}\n",
     true},
    {"    # An advantage of 10 points is taken 77 times in 100.\n", "    rationality: 0.12\n", false},
    {"    # A point next round is worth 0.99 now.\n", "    patience: 0.99\n", false},
    {"    # Where all is one to it, it walks out once for ten times that it waits.\n", "    walk: 0.1\n", false},
    {"    # What it can threaten or do beside talking: a ladder, lowest rung first.\n"
     "    # `cost` to itself and `pressure` on each other are points a round; `risk`,\n"
     "    # how often a round it may go off by itself; `after_collapse`, how likely it\n"
     "    # goes off if the talks break down meanwhile; `backdown`, what stepping down\n"
     "    # a rung in public costs.\n",
     "    postures:\n"
     "      - calm: {}\n"
     "      - pressing:\n"
     "          name: turns up the pressure\n"
     "          cost: 0.6\n"
     "          pressure: 1.2\n"
     "          risk: 0.004\n"
     "          after_collapse: 0.2\n"
     "    backdown: 1\n",
     true},
};

static void put_party(FILE *out, const Sketch *sketch, size_t party) {
    fprintf(out, "  %s:\n    name: ", sketch->parties[party]);
    text_quote(out, sketch->given->parties[party]);
    putc('\n', out);
    for (size_t i = 0; i < sizeof party_parts / sizeof *party_parts; i++) {
        if (party_parts[i].is_typed && party >= TYPED_PARTIES) continue;
        if (party == 0) fputs(party_parts[i].comment, out);
        fputs(party_parts[i].text, out);
    }
}

static void put_issue(FILE *out, const Sketch *sketch, size_t at) {
    const BrinkSketchIssue *issue = &sketch->given->issues[at];
    fprintf(out, "  %s:\n    name: ", sketch->issues[at]);
    text_quote(out, issue->name);
    fprintf(out, "\n    today: %s\n", sketch->options[at][issue->today]);
    if (at == 0)
        fprintf(out,
                "    # Who has to deliver it; only then can it be broken (docs/tutorial.md):\n"
                "    # performer: %s\n",
                sketch->parties[1]);
    fprintf(out, "    options:\n");
    for (size_t o = 0; o < issue->option_count; o++) {
        fprintf(out, "      %s: {name: ", sketch->options[at][o]);
        text_quote(out, issue->options[o]);
        fprintf(out, "}\n");
    }
}

/* Parties from the third on side with the first and the second in turn. The middle is worth a little more than half:
 * nobody needs the last step as much as the first. */
static double score(const BrinkSketchIssue *issue, size_t party, size_t option) {
    double last = (double)(issue->option_count - 1);
    double share = (party % 2 == 0 ? last - (double)option : (double)option) / last;
    return round(100 * pow(share, 0.85));
}

static double weight(const BrinkSketch *given, size_t party, size_t issue) {
    double part = stake / ((double)given->issue_count + (given->issue_count > 1));
    return round(10 * part * (issue == most_important(given, party) && given->issue_count > 1 ? 2 : 1)) / 10;
}

static void put_preference(FILE *out, const Sketch *sketch, size_t party) {
    const BrinkSketch *given = sketch->given;
    char text[NUMBER_SIZE];
    fprintf(out, "  %s:\n", sketch->parties[party]);
    for (size_t i = 0; i < given->issue_count; i++) {
        fprintf(out, "    %s: {weight: %s, scores: {", sketch->issues[i], number_print(weight(given, party, i), text));
        for (size_t o = 0; o < given->issues[i].option_count; o++)
            fprintf(out, "%s%s: %s", o > 0 ? ", " : "", sketch->options[i][o],
                    number_print(score(&given->issues[i], party, o), text));
        fprintf(out, "}}\n");
    }
    if (party == 0)
        fputs("    # What it never signs; with `cost: 5` for `hard: true`, only at that price:\n"
              "    # red_lines: [{when: {ISSUE: OPTION}, hard: true}]\n",
              out);
}

static void put_draft(FILE *out, const Sketch *sketch, size_t draft) {
    fprintf(out, "    %s:\n      name: ", sketch->drafts[draft]);
    text_quote(out, sketch->draft_names[draft]);
    putc('\n', out);
    for (size_t i = 0; i < sketch->given->issue_count; i++)
        fprintf(out, "      %s: %s\n", sketch->issues[i], sketch->options[i][sketch->terms[draft][i]]);
}

static void put_what_if(FILE *out, const Sketch *sketch) {
    fprintf(out,
            "\n# WHAT IF. A variant is a named change: `brink run FILE --variant no_pressure`.\n"
            "# A claim is a sentence about it that `brink claims FILE` finds true or false.\n"
            "variants:\n"
            "  no_pressure:\n"
            "    name: Nobody turns up the pressure\n"
            "    set:\n"
            "      parties.%s.only: [calm]\n"
            "      parties.%s.only: [calm]\n"
            "claims:\n"
            "  - say: Without pressure an agreement is less likely\n"
            "    when: no_pressure\n"
            "    then: {deal: down}\n",
            sketch->parties[0], sketch->parties[1]);
}

static void write_sketch(FILE *out, const void *what) {
    const Sketch *sketch = what;
    const BrinkSketch *given = sketch->given;
    put_head(out, given);
    fputs("\n# WHO. The unit of every payoff is the point; zero is today going on as it is.\nparties:\n", out);
    for (size_t p = 0; p < given->party_count; p++) put_party(out, sketch, p);
    fputs("# The parties table texts in turn; `mediator` here: somebody between them does.\n"
          "mediator: {proposes: alternating}\n"
          "\n# ABOUT WHAT. `today` is the option in force.\nissues:\n",
          out);
    for (size_t i = 0; i < given->issue_count; i++) put_issue(out, sketch, i);
    fputs("\n# WHO WANTS WHAT. A weight is the points between the best and the worst option;\n"
          "# scores run from 0 to 100.\n"
          "preferences:\n",
          out);
    for (size_t p = 0; p < given->party_count; p++) put_preference(out, sketch, p);
    fputs("\n# WHAT CAN BE TABLED. What a draft leaves out stays as today. `interim: true`\n"
          "# and `lasts: 2` make a draft a pause of two rounds.\nagenda:\n  drafts:\n",
          out);
    for (size_t d = 0; d < sketch->draft_count; d++) put_draft(out, sketch, d);
    put_what_if(out, sketch);
}

BrinkStatus import_sketch(const BrinkSketch *given, BrinkDiagnostics *diagnostics, char **result) {
    Import import = {.arena = arena_new(), .diagnostics = diagnostics};
    Sketch sketch = {.import = &import, .given = given};
    BrinkStatus status = BRINK_NO_MEMORY;
    if (import.arena && check_given(&import, given) && take_drafts(&sketch) && name_sketch(&sketch)) {
        status = import_write(&import, write_sketch, &sketch, result);
    } else if (import.errors > 0) {
        status = BRINK_BAD_INPUT;
    }
    arena_free(import.arena);
    return status;
}
