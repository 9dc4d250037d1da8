/* SPDX-License-Identifier: GPL-3.0-or-later
 * The package map for reading, from its JSON alone: who would sign how much; then, for each profile asked for, the
 * packages that stand out, what blocks and what opens; then what each draft lacks. Plain words; a term of the field
 * stands beside its meaning. */
#include "report/report.h"

#include "report/sheet.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum {
    COLUMNS_LEAST = 60,
    COLUMNS_MOST = 200,
    TEXT_LIMIT = 96,
    INDENT = 2,
    LABEL = 34,
    POINTS_LEAST = 9,
    POINTS_MOST = 18,
    BLOCKS_SHOWN = 8,
    LETTERS = 26
};

typedef struct Text {
    Sheet sheet;
    const json_t *profile;
    int letters[LETTERS]; /* points that have been given a letter */
    int letter_count;
} Text;

static Page *page_of(Text *text) {
    return &text->sheet.page;
}

/* ---- Numbers in words ---- */

/* "1,687,928,947", "6.2e+18" beyond what a double counts, "at least … and at most …" where it is not known. */
enum { COUNT_SIZE = 2 * GROUPED_SIZE + 32 };
static const char *count_words(const json_t *pair, char words[COUNT_SIZE]) {
    double low = json_number_value(json_array_get(pair, 0)), high = json_number_value(json_array_get(pair, 1));
    char a[GROUPED_SIZE], b[GROUPED_SIZE];
    const char *x = low < 1e15 ? sheet_grouped(low, a) : (snprintf(a, sizeof a, "%.4g", low), a);
    const char *y = high < 1e15 ? sheet_grouped(high, b) : (snprintf(b, sizeof b, "%.4g", high), b);
    snprintf(words, COUNT_SIZE, low == high ? "%s" : "%s to %s", x, y);
    return words;
}

static const char *points_words(double points, char words[32]) {
    if (isnan(points))
        snprintf(words, 32, "–");
    else
        snprintf(words, 32, "%.1f", fabs(points) < 0.05 ? 0 : points);
    return words;
}

static size_t signer_count(const Text *text) {
    return json_array_size(sheet_part(&text->sheet, "signers"));
}

static const char *signer(const Text *text, size_t index) {
    const char *key = json_string_value(json_array_get(sheet_part(&text->sheet, "signers"), index));
    return key ? key : "";
}

/* ---- Heading ---- */

static void write_heading(Text *text) {
    static const char *const meanings[][2] = {{"best", "the better of collapse and lapse of the talks"},
                                              {"collapse", "the talks collapse"},
                                              {"lapse", "the talks run out"},
                                              {"conflict", "there is war"}};
    const json_t *packages = sheet_part(&text->sheet, "packages"), *settings = sheet_part(&text->sheet, "settings");
    char total[COUNT_SIZE], admitted[COUNT_SIZE], chance[PERCENT_SIZE];
    double all = sheet_number(packages, "total");
    json_t *pair = json_pack("[f,f]", all, all);
    page_words(page_of(text), 0, page_of(text)->columns, "%s",
               sheet_text(sheet_part(&text->sheet, "scenario"), "title"));
    page_words(page_of(text), 0, text->sheet.limit, "What could be signed: %s packages, %s of them within the rules",
               count_words(pair, total), count_words(json_object_get(packages, "admitted"), admitted));
    json_decref(pair);
    for (size_t i = 0; i < sizeof meanings / sizeof *meanings; i++)
        if (strcmp(meanings[i][0], sheet_text(settings, "disagreement")) == 0)
            page_words(page_of(text), 0, text->sheet.limit, "Without an agreement: %s. %s", meanings[i][1],
                       json_is_true(json_object_get(settings, "settled"))
                           ? "Worths are what the settlement makes of a package."
                           : "Worths suppose that a package is kept.");
    page_end(page_of(text));
    page_words(page_of(text), 0, text->sheet.limit, "Some package would be signed by all with probability %s.",
               page_percent(sheet_number(text->sheet.outlook, "zone_probability"), chance));
    page_end(page_of(text));
}

/* ---- Who signs how much ---- */

static void write_type_row(Text *text, const char *party, const char *type, bool is_first) {
    size_t index;
    json_t *profile;
    char points[32], count[COUNT_SIZE];
    json_array_foreach(sheet_part(&text->sheet, "profiles"), index, profile) {
        if (strcmp(sheet_text(json_object_get(profile, "types"), party), type) != 0) continue;
        bool is_only = sheet_type_count(&text->sheet, party) <= 1;
        page_spaces(page_of(text), INDENT);
        page_cell(page_of(text), is_first ? sheet_party_name(&text->sheet, party) : "", 18, PAGE_LEFT);
        page_cell(page_of(text), is_only ? "" : sheet_type_name(&text->sheet, party, type), 27, PAGE_LEFT);
        page_cell(page_of(text), points_words(sheet_number(json_object_get(profile, "outside"), party), points), 10,
                  PAGE_RIGHT);
        page_cell(page_of(text), count_words(json_object_get(json_object_get(profile, "signed_by"), party), count), 21,
                  PAGE_RIGHT);
        page_end(page_of(text));
        return;
    }
}

static void write_types(Text *text) {
    page_cell(page_of(text), "Who would sign how many", INDENT + 45, PAGE_LEFT);
    page_cell(page_of(text), "without", 10, PAGE_RIGHT);
    page_cell(page_of(text), "packages", 21, PAGE_RIGHT);
    page_end(page_of(text));
    for (size_t k = 0; k < signer_count(text); k++) {
        const json_t *parties = json_object_get(sheet_part(&text->sheet, "names"), "parties");
        const char *type;
        json_t *name;
        bool is_first = true;
        json_object_foreach(json_object_get(json_object_get(parties, signer(text, k)), "types"), type, name) {
            (void)name;
            write_type_row(text, signer(text, k), type, is_first);
            is_first = false;
        }
    }
    page_end(page_of(text));
}

/* "United States “wants a deal”, Iran “relief first”"; malloc'd. Parties of one type are left out. */
static char *profile_words(Text *text, const json_t *profile) {
    char *words = page_format(page_of(text), "%s", "");
    for (size_t k = 0; words && k < signer_count(text); k++) {
        const char *party = signer(text, k), *type = sheet_text(json_object_get(profile, "types"), party);
        if (sheet_type_count(&text->sheet, party) <= 1) continue;
        char *more = page_format(page_of(text), "%s%s%s “%s”", words, *words ? ", " : "",
                                 sheet_party_name(&text->sheet, party), sheet_type_name(&text->sheet, party, type));
        free(words);
        words = more;
    }
    return words;
}

static void write_profiles(Text *text) {
    size_t index;
    json_t *profile;
    const json_t *profiles = sheet_part(&text->sheet, "profiles");
    if (json_array_size(profiles) < 2) return;
    page_words(page_of(text), 0, text->sheet.limit, "Signed by all, by what the parties are");
    json_array_foreach(profiles, index, profile) {
        char chance[PERCENT_SIZE], count[COUNT_SIZE];
        char *words = profile_words(text, profile);
        page_spaces(page_of(text), INDENT);
        page_cell(page_of(text), page_percent(sheet_number(profile, "probability"), chance), 6, PAGE_RIGHT);
        page_cell(page_of(text), count_words(json_object_get(profile, "signed"), count), 18, PAGE_RIGHT);
        page_spaces(page_of(text), 2);
        page_words(page_of(text), 28, text->sheet.limit, "%s", words ? words : "");
        free(words);
    }
    page_end(page_of(text));
}

/* ---- Points of a profile ---- */

static const json_t *point_at(const Text *text, int index) {
    return json_array_get(json_object_get(json_object_get(text->profile, "frontier"), "points"), (size_t)index);
}

/* The letter of a point, given when it is first asked for; 0 when letters have run out. */
static char letter_of(Text *text, int point) {
    for (int i = 0; i < text->letter_count; i++)
        if (text->letters[i] == point) return (char)('A' + i);
    if (text->letter_count == LETTERS) return 0;
    text->letters[text->letter_count] = point;
    return (char)('A' + text->letter_count++);
}

static int points_width(const Text *text) {
    int width = (page_of((Text *)text)->columns - INDENT - LABEL) / (int)signer_count(text);
    return width > POINTS_MOST ? POINTS_MOST : width;
}

/* A row of points per signer; as words where there are too many signers for columns. */
static void write_points(Text *text, const char *label, const json_t *points) {
    char words[32];
    int width = points_width(text);
    page_spaces(page_of(text), INDENT);
    page_cell(page_of(text), label, LABEL, PAGE_LEFT);
    for (size_t k = 0; width >= POINTS_LEAST && k < signer_count(text); k++)
        page_cell(page_of(text), points_words(sheet_number(points, signer(text, k)), words), width, PAGE_RIGHT);
    if (width >= POINTS_LEAST) {
        page_end(page_of(text));
        return;
    }
    char *line = page_format(page_of(text), "%s", "");
    for (size_t k = 0; line && k < signer_count(text); k++) {
        char *more = page_format(page_of(text), "%s%s%s %s", line, k ? ", " : "",
                                 sheet_party_name(&text->sheet, signer(text, k)),
                                 points_words(sheet_number(points, signer(text, k)), words));
        free(line);
        line = more;
    }
    page_words(page_of(text), INDENT + LABEL, text->sheet.limit, "%s", line ? line : "");
    free(line);
}

static void write_signers_heading(Text *text, const char *label) {
    int width = points_width(text);
    page_cell(page_of(text), label, INDENT + LABEL, PAGE_LEFT);
    for (size_t k = 0; width >= POINTS_LEAST && k < signer_count(text); k++) {
        page_spaces(page_of(text), 1);
        page_cell(page_of(text), sheet_party_name(&text->sheet, signer(text, k)), width - 1, PAGE_RIGHT);
    }
    page_end(page_of(text));
}

static const char *const concepts[][2] = {{"nash", "Nash"},
                                          {"kalai_smorodinsky", "Kalai–Smorodinsky"},
                                          {"egalitarian", "egalitarian"},
                                          {"utilitarian", "utilitarian"},
                                          {"product_from_today", "product of gains from today"}};
enum { CONCEPTS = sizeof concepts / sizeof *concepts };

/* "A, B": the points that tie, as letters. */
static void tie_letters(Text *text, const json_t *points, char *letters, size_t size) {
    size_t index, length = 0;
    json_t *point;
    letters[0] = '\0';
    json_array_foreach(points, index, point) {
        char letter = index < 4 ? letter_of(text, (int)json_integer_value(point)) : 0;
        int added = letter ? snprintf(letters + length, size - length, "%s%c", index ? ", " : "", letter)
                           : snprintf(letters + length, size - length, " …");
        if (added > 0) length += (size_t)added;
        if (!letter) break;
    }
}

static void write_concepts(Text *text) {
    write_signers_heading(text, "Points above today");
    write_points(text, "without an agreement", json_object_get(text->profile, "outside"));
    write_points(text, "best that all would sign", json_object_get(text->profile, "ideal"));
    for (int i = 0; i < CONCEPTS; i++) {
        const json_t *solution = json_object_get(json_object_get(text->profile, "solutions"), concepts[i][0]);
        const json_t *points = json_object_get(solution, "points");
        char letters[32], label[96];
        if (json_array_size(points) == 0) continue;
        tie_letters(text, points, letters, sizeof letters);
        snprintf(label, sizeof label, "%s: %s", concepts[i][1], letters);
        write_points(text, label,
                     json_object_get(point_at(text, (int)json_integer_value(json_array_get(points, 0))), "worth"));
    }
    page_end(page_of(text));
}

/* Issue by issue, and how likely it is that all sign; equal packages are named. */
static void write_content(Text *text, char letter, const json_t *point) {
    const json_t *package = json_array_get(json_object_get(point, "packages"), 0);
    const char *issue, *draft = sheet_text(package, "draft");
    json_t *option;
    char chance[PERCENT_SIZE], count[GROUPED_SIZE];
    double equals = sheet_number(point, "package_count"), kept = sheet_number(point, "kept");
    char *more = page_format(page_of(text), equals > 1 ? ", and %s more of equal worth" : "%s",
                             equals > 1 ? sheet_grouped(equals - 1, count) : "");
    page_print(page_of(text), "%c  ", letter);
    page_words(page_of(text), 3, text->sheet.limit, "%s%s%ssigned by all with %s%s", *draft ? "the draft “" : "",
               *draft ? sheet_draft_name(&text->sheet, draft) : "", *draft ? "”, " : "",
               page_percent(sheet_number(package, "probability"), chance), more ? more : "");
    free(more);
    if (!isnan(kept)) {
        page_spaces(page_of(text), 5);
        page_words(page_of(text), 5, text->sheet.limit, "kept with %s if signed", page_percent(kept, chance));
    }
    json_object_foreach(json_object_get(package, "content"), issue, option) {
        page_spaces(page_of(text), 5);
        page_cell(page_of(text), sheet_issue_name(&text->sheet, issue), 28, PAGE_LEFT);
        page_spaces(page_of(text), 1);
        page_words(page_of(text), 34, text->sheet.limit, "%s",
                   sheet_option_name(&text->sheet, issue, json_string_value(option)));
    }
}

static void write_contents(Text *text) {
    for (int i = 0; i < text->letter_count; i++) write_content(text, (char)('A' + i), point_at(text, text->letters[i]));
    if (text->letter_count > 0) page_end(page_of(text));
}

/* ---- What opens, what blocks ---- */

static void write_opening(Text *text) {
    const json_t *opening = json_object_get(text->profile, "opening");
    double points = sheet_number(opening, "points");
    char words[32];
    if (points <= 0) return;
    if (isnan(points)) {
        page_words(page_of(text), 0, text->sheet.limit,
                   "No points open a zone of agreement: hard red lines and rules leave nothing to sign.");
        page_end(page_of(text));
        return;
    }
    int point = (int)json_integer_value(json_object_get(opening, "point"));
    page_words(page_of(text), 0, text->sheet.limit,
               "Nothing would be signed by all. The least that opens a zone: %s points together, for package %c. By "
               "one party's points alone:",
               points_words(points, words), letter_of(text, point));
    for (size_t k = 0; k < signer_count(text); k++) {
        double alone = sheet_number(json_object_get(opening, "alone"), signer(text, k));
        page_spaces(page_of(text), INDENT);
        page_cell(page_of(text), sheet_party_name(&text->sheet, signer(text, k)), 24, PAGE_LEFT);
        page_words(page_of(text), 26, text->sheet.limit, isnan(alone) ? "cannot" : "%s", points_words(alone, words));
    }
    page_end(page_of(text));
}

/* "Sanctions relief: a or b; Enrichment: c"; malloc'd */
static char *condition_words(Text *text, const json_t *condition) {
    const char *issue;
    json_t *options, *option;
    size_t index;
    char *words = page_format(page_of(text), "%s", "");
    json_object_foreach((json_t *)condition, issue, options) {
        char *more = page_format(page_of(text), "%s%s%s: ", words ? words : "", words && *words ? "; " : "",
                                 sheet_issue_name(&text->sheet, issue));
        free(words);
        words = more;
        if (json_array_size(options) == 0 && words) {
            more = page_format(page_of(text), "%snothing", words);
            free(words);
            words = more;
        }
        json_array_foreach(options, index, option) {
            more = page_format(page_of(text), "%s%s%s", words ? words : "", index ? " or " : "",
                               sheet_option_name(&text->sheet, issue, json_string_value(option)));
            free(words);
            words = more;
        }
    }
    return words;
}

/* What a block is, in words; malloc'd. */
static char *block_words(Text *text, const json_t *block) {
    const char *by = sheet_text(block, "by"), *party = sheet_party_name(&text->sheet, sheet_text(block, "party"));
    char *when = condition_words(text, json_object_get(block, "when")),
         *then = condition_words(text, json_object_get(block, "then"));
    char *words = NULL, price[48] = "never";
    if (!json_is_true(json_object_get(block, "hard")))
        snprintf(price, sizeof price, "at a price of %.1f points", sheet_number(block, "price"));
    if (strcmp(by, "outside") == 0)
        words = page_format(page_of(text), "what %s has without an agreement", party);
    else if (strcmp(by, "verifiability") == 0)
        words = page_format(page_of(text), "%s: what cannot be verified is signed %s", party, price);
    else if (strcmp(by, "red_line") == 0)
        words = page_format(page_of(text), "red line of %s (%s): %s", party, price, when ? when : "");
    else if (json_object_get(block, "then") && then && *then)
        words = page_format(page_of(text), "rule: %s asks for %s", when ? when : "", then);
    else
        words = page_format(page_of(text), "rule: never %s", when ? when : "");
    free(when);
    free(then);
    return words;
}

static double count_of(const json_t *block, const char *key) {
    return json_number_value(json_array_get(json_object_get(block, key), 0));
}

/* The block that comes next: most packages alone, then most packages met; NULL when all have been shown. */
static const json_t *next_block(const json_t *blocks, const bool *is_shown, size_t *at) {
    const json_t *best = NULL;
    for (size_t i = 0; i < json_array_size(blocks) && i < 256; i++) {
        const json_t *block = json_array_get(blocks, i);
        double alone = count_of(block, "alone"), met = count_of(block, "meets");
        if (is_shown[i] || (alone <= 0 && met <= 0)) continue;
        if (best &&
            (alone < count_of(best, "alone") || (alone == count_of(best, "alone") && met <= count_of(best, "meets"))))
            continue;
        best = block;
        *at = i;
    }
    return best;
}

static void write_blocks(Text *text) {
    const json_t *blocks = json_object_get(text->profile, "blocks"), *block;
    bool is_shown[256] = {false};
    size_t at = 0;
    page_words(page_of(text), 0, text->sheet.limit,
               "What blocks: packages it stands in the way of, and those that all would sign if it alone were lifted");
    for (int i = 0; i < BLOCKS_SHOWN && (block = next_block(blocks, is_shown, &at)) != NULL; i++) {
        char met[COUNT_SIZE], alone[COUNT_SIZE];
        char *words = block_words(text, block);
        is_shown[at] = true;
        page_cell(page_of(text), count_words(json_object_get(block, "meets"), met), 14, PAGE_RIGHT);
        page_cell(page_of(text), count_words(json_object_get(block, "alone"), alone), 14, PAGE_RIGHT);
        page_spaces(page_of(text), 2);
        page_words(page_of(text), 30, text->sheet.limit, "%s", words ? words : "");
        free(words);
    }
    page_end(page_of(text));
}

/* ---- Near misses ---- */

/* "Iran 3.2"; malloc'd */
static char *lacks_words(Text *text, const json_t *point) {
    char *words = page_format(page_of(text), "%s", "");
    for (size_t k = 0; words && k < signer_count(text); k++) {
        double missing = sheet_number(json_object_get(text->profile, "outside"), signer(text, k)) -
                         sheet_number(json_object_get(point, "worth"), signer(text, k));
        if (!(missing > 0)) continue;
        char *more = page_format(page_of(text), "%s%s%s lacks %.1f", words, *words ? ", " : "",
                                 sheet_party_name(&text->sheet, signer(text, k)), missing);
        free(words);
        words = more;
    }
    return words;
}

static void write_near(Text *text) {
    size_t index;
    json_t *near;
    const json_t *all = json_object_get(text->profile, "near");
    if (json_array_size(all) == 0) return;
    page_words(page_of(text), 0, text->sheet.limit, "Near misses: efficient packages that fail for the fewest points");
    json_array_foreach(all, index, near) {
        const json_t *point = point_at(text, (int)json_integer_value(near));
        char *lacks = lacks_words(text, point);
        char *content = NULL;
        const char *issue;
        json_t *option;
        json_object_foreach(json_object_get(json_array_get(json_object_get(point, "packages"), 0), "content"), issue,
                            option) {
            char *more = page_format(page_of(text), "%s%s%s", content ? content : "", content ? "; " : "",
                                     sheet_option_name(&text->sheet, issue, json_string_value(option)));
            free(content);
            content = more;
        }
        page_spaces(page_of(text), INDENT);
        page_words(page_of(text), 4, text->sheet.limit, "%s: %s", lacks ? lacks : "", content ? content : "");
        free(lacks);
        free(content);
    }
    page_end(page_of(text));
}

/* ---- A profile ---- */

static void write_size_of_zone(Text *text) {
    const json_t *frontier = json_object_get(text->profile, "frontier");
    char chance[PERCENT_SIZE], count[COUNT_SIZE];
    double epsilon = sheet_number(frontier, "epsilon");
    char *words = profile_words(text, text->profile);
    if (words && *words)
        page_words(page_of(text), 0, text->sheet.limit, "If %s (%s)", words,
                   page_percent(sheet_number(text->profile, "probability"), chance));
    free(words);
    page_words(page_of(text), 0, text->sheet.limit,
               "Packages signed by all: %s. Efficient (nobody can gain unless another loses) among those that no hard "
               "red line forbids: %zu worths, %.0f of them signed by all.",
               count_words(json_object_get(text->profile, "signed"), count),
               json_array_size(json_object_get(frontier, "points")), sheet_number(frontier, "signed_count"));
    if (epsilon > 0)
        page_words(page_of(text), 0, text->sheet.limit,
                   "The frontier is too large to hold: every package is at most %.3g points better, for anyone, than "
                   "one listed.",
                   epsilon);
    page_end(page_of(text));
}

static void write_profile(Text *text, const json_t *profile) {
    text->profile = profile;
    text->letter_count = 0;
    write_size_of_zone(text);
    write_concepts(text);
    write_opening(text);
    write_contents(text);
    write_blocks(text);
    write_near(text);
}

/* ---- Drafts ---- */

static void write_view(Text *text, const char *party, const char *type, const json_t *view) {
    const char *name = sheet_party_name(&text->sheet, party), *barred = sheet_text(view, "barred");
    bool is_only = sheet_type_count(&text->sheet, party) <= 1;
    page_spaces(page_of(text), 4);
    char *who = is_only ? page_format(page_of(text), "%s", name)
                        : page_format(page_of(text), "%s “%s”", name, sheet_type_name(&text->sheet, party, type));
    double above = sheet_number(view, "worth") - sheet_number(view, "outside");
    if (strcmp(barred, "verifiability") == 0)
        page_words(page_of(text), 6, text->sheet.limit, "%s never signs: it cannot verify it", who ? who : "");
    else if (*barred) {
        char *when = condition_words(text, json_object_get(view, "when"));
        page_words(page_of(text), 6, text->sheet.limit, "%s never signs: red line at %s", who ? who : "",
                   when ? when : "");
        free(when);
    } else if (json_is_true(json_object_get(view, "signs")))
        page_words(page_of(text), 6, text->sheet.limit, "%s signs, %.1f points better off", who ? who : "", above);
    else
        page_words(page_of(text), 6, text->sheet.limit, "%s needs %.1f points more", who ? who : "",
                   sheet_number(view, "needs"));
    free(who);
}

static void write_drafts(Text *text) {
    const char *draft, *party, *type;
    json_t *object, *types, *view;
    if (json_object_size(sheet_part(&text->sheet, "drafts")) == 0) return;
    page_words(page_of(text), 0, text->sheet.limit,
               json_is_true(json_object_get(sheet_part(&text->sheet, "settings"), "settled"))
                   ? "The drafts, here as if kept, and what each party would need to sign"
                   : "The drafts, and what each party would need to sign");
    json_object_foreach((json_t *)sheet_part(&text->sheet, "drafts"), draft, object) {
        char chance[PERCENT_SIZE];
        page_spaces(page_of(text), INDENT);
        page_words(page_of(text), 4, text->sheet.limit, "%s: signed by all with %s",
                   sheet_draft_name(&text->sheet, draft), page_percent(sheet_number(object, "probability"), chance));
        json_object_foreach(json_object_get(object, "parties"), party, types) {
            json_object_foreach(types, type, view) write_view(text, party, type, view);
        }
    }
}

char *report_packages_text(const json_t *packages, int columns) {
    Text text = {.sheet = {.outlook = packages}};
    size_t index;
    json_t *profile;
    page_start(page_of(&text), columns < COLUMNS_LEAST  ? COLUMNS_LEAST
                               : columns > COLUMNS_MOST ? COLUMNS_MOST
                                                        : columns);
    text.sheet.limit = text.sheet.page.columns < TEXT_LIMIT ? text.sheet.page.columns : TEXT_LIMIT;
    write_heading(&text);
    write_types(&text);
    write_profiles(&text);
    json_array_foreach(sheet_part(&text.sheet, "profiles"), index,
                       profile) if (json_is_object(json_object_get(profile, "frontier"))) write_profile(&text, profile);
    write_drafts(&text);
    return page_finish(page_of(&text));
}
