/* SPDX-License-Identifier: GPL-3.0-or-later
 * The package map for reading, from its JSON alone: who would sign how much; then, for each profile asked for, the
 * packages that stand out, what blocks and what opens; then what each draft lacks. Plain words; a term of the field
 * stands beside its meaning. */
#include "report/report.h"

#include "report/packages_text.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { COLUMNS_LEAST = 60, COLUMNS_MOST = 200, TEXT_LIMIT = 96, LABEL = 34, POINTS_LEAST = 9, POINTS_MOST = 18 };

Page *packages_page(Text *text) {
    return &text->sheet.page;
}

/* ---- Numbers in words ---- */

/* "1,687,928,947", "6.2e+18" beyond what a double counts, the two ends where it is not known. */
const char *packages_count(const json_t *pair, char words[PACKAGES_COUNT_SIZE]) {
    double low = json_number_value(json_array_get(pair, 0)), high = json_number_value(json_array_get(pair, 1));
    char a[GROUPED_SIZE], b[GROUPED_SIZE];
    const char *x = low < 1e15 ? sheet_grouped(low, a) : (snprintf(a, sizeof a, "%.4g", low), a);
    const char *y = high < 1e15 ? sheet_grouped(high, b) : (snprintf(b, sizeof b, "%.4g", high), b);
    bool is_long = low < high && high >= 1e9; /* a search: the upper end says little */
    if (is_long)
        snprintf(words, PACKAGES_COUNT_SIZE, "%s or more", x);
    else
        snprintf(words, PACKAGES_COUNT_SIZE, low == high ? "%s" : "%s to %s", x, y);
    return words;
}

const char *packages_points(double points, char words[32]) {
    if (isnan(points))
        snprintf(words, 32, "–");
    else
        snprintf(words, 32, "%.1f", fabs(points) < 0.05 ? 0 : points);
    return words;
}

size_t packages_signer_count(const Text *text) {
    return json_array_size(sheet_part(&text->sheet, "signers"));
}

const char *packages_signer(const Text *text, size_t index) {
    const char *key = json_string_value(json_array_get(sheet_part(&text->sheet, "signers"), index));
    return key ? key : "";
}

/* ---- Heading ---- */

static void write_unfinished(Text *text) {
    if (!json_is_true(sheet_part(&text->sheet, "unfinished"))) return;
    page_words(packages_page(text), 0, text->sheet.limit,
               "Unfinished: it was stopped, and this is what was known by then. Of a number of packages both ends are "
               "given where it was not counted; what blocks is listed as far as it was.");
    page_end(packages_page(text));
}

static void write_heading(Text *text) {
    static const char *const meanings[][2] = {{"best", "the better of collapse and lapse of the talks"},
                                              {"collapse", "the talks collapse"},
                                              {"lapse", "the talks run out"},
                                              {"conflict", "there is war"}};
    const json_t *packages = sheet_part(&text->sheet, "packages"), *settings = sheet_part(&text->sheet, "settings");
    char total[PACKAGES_COUNT_SIZE], admitted[PACKAGES_COUNT_SIZE], chance[PERCENT_SIZE], most_chance[PERCENT_SIZE];
    double all = sheet_number(packages, "total");
    json_t *pair = json_pack("[f,f]", all, all);
    page_words(packages_page(text), 0, packages_page(text)->columns, "%s",
               sheet_text(sheet_part(&text->sheet, "scenario"), "title"));
    page_words(packages_page(text), 0, text->sheet.limit,
               "What could be signed: %s packages, %s of them within the rules", packages_count(pair, total),
               packages_count(json_object_get(packages, "admitted"), admitted));
    json_decref(pair);
    for (size_t i = 0; i < sizeof meanings / sizeof *meanings; i++)
        if (strcmp(meanings[i][0], sheet_text(settings, "disagreement")) == 0)
            page_words(packages_page(text), 0, text->sheet.limit, "Without an agreement: %s. %s", meanings[i][1],
                       json_is_true(json_object_get(settings, "settled"))
                           ? "Worths are what the settlement makes of a package."
                           : "Worths suppose that a package is kept.");
    page_end(packages_page(text));
    write_unfinished(text);
    double least = sheet_number(text->sheet.outlook, "zone_probability"),
           most = sheet_number(text->sheet.outlook, "zone_probability_most");
    page_words(packages_page(text), 0, text->sheet.limit,
               "Some package would be signed by all with probability %s%s%s.", page_percent(least, chance),
               most > least ? " to " : "", most > least ? page_percent(most, most_chance) : "");
    page_end(packages_page(text));
}

/* ---- Who signs how much ---- */

enum { WITHOUT = 10, SIGNED = 21, PARTY = 18 };

/* Party and type share what the numbers leave of the line. */
static int names_width(Text *text) {
    int room = packages_page(text)->columns - PACKAGES_INDENT - WITHOUT - SIGNED;
    return room < 45 ? room : 45;
}

/* Of the profiles with that type, the one that tells best how many it signs; settled, it can sign
 * other packages in each. */
static const json_t *best_known(const Text *text, const char *party, const char *type) {
    const json_t *best = NULL;
    size_t index;
    json_t *profile;
    double width, least = INFINITY;
    json_array_foreach(sheet_part(&text->sheet, "profiles"), index, profile) {
        const json_t *count = json_object_get(json_object_get(profile, "signed_by"), party);
        if (strcmp(sheet_text(json_object_get(profile, "types"), party), type) != 0) continue;
        width = json_number_value(json_array_get(count, 1)) - json_number_value(json_array_get(count, 0));
        if (!(width < least)) continue;
        least = width;
        best = profile;
    }
    return best;
}

static void write_type_row(Text *text, const char *party, const char *type, bool is_first) {
    size_t index;
    json_t *profile;
    char points[32], count[PACKAGES_COUNT_SIZE];
    json_array_foreach(sheet_part(&text->sheet, "profiles"), index, profile) {
        if (profile != best_known(text, party, type)) continue;
        bool is_only = sheet_type_count(&text->sheet, party) <= 1;
        page_spaces(packages_page(text), PACKAGES_INDENT);
        int names = names_width(text), own = names * PARTY / 45;
        page_cell(packages_page(text), is_first ? sheet_party_name(&text->sheet, party) : "", own, PAGE_LEFT);
        page_cell(packages_page(text), is_only ? "" : sheet_type_name(&text->sheet, party, type), names - own,
                  PAGE_LEFT);
        page_cell(packages_page(text),
                  packages_points(sheet_number(json_object_get(profile, "outside"), party), points), WITHOUT,
                  PAGE_RIGHT);
        page_cell(packages_page(text),
                  packages_count(json_object_get(json_object_get(profile, "signed_by"), party), count), SIGNED,
                  PAGE_RIGHT);
        page_end(packages_page(text));
        return;
    }
}

static void write_types(Text *text) {
    page_cell(packages_page(text), "Who would sign how many", PACKAGES_INDENT + names_width(text), PAGE_LEFT);
    page_cell(packages_page(text), "without", WITHOUT, PAGE_RIGHT);
    page_cell(packages_page(text), "packages", SIGNED, PAGE_RIGHT);
    page_end(packages_page(text));
    for (size_t k = 0; k < packages_signer_count(text); k++) {
        const json_t *parties = json_object_get(sheet_part(&text->sheet, "names"), "parties");
        const char *type;
        json_t *name;
        bool is_first = true;
        json_object_foreach(json_object_get(json_object_get(parties, packages_signer(text, k)), "types"), type, name) {
            (void)name;
            write_type_row(text, packages_signer(text, k), type, is_first);
            is_first = false;
        }
    }
    page_end(packages_page(text));
}

/* "United States “wants a deal”, Iran “relief first”"; malloc'd. Parties of one type are left out. */
static char *profile_words(Text *text, const json_t *profile) {
    char *words = page_format(packages_page(text), "%s", "");
    for (size_t k = 0; words && k < packages_signer_count(text); k++) {
        const char *party = packages_signer(text, k), *type = sheet_text(json_object_get(profile, "types"), party);
        if (sheet_type_count(&text->sheet, party) <= 1) continue;
        char *more = page_format(packages_page(text), "%s%s%s “%s”", words, *words ? ", " : "",
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
    page_words(packages_page(text), 0, text->sheet.limit, "Signed by all, by what the parties are");
    json_array_foreach(profiles, index, profile) {
        char chance[PERCENT_SIZE], count[PACKAGES_COUNT_SIZE];
        char *words = profile_words(text, profile);
        page_spaces(packages_page(text), PACKAGES_INDENT);
        page_cell(packages_page(text), page_percent(sheet_number(profile, "probability"), chance), 6, PAGE_RIGHT);
        page_cell(packages_page(text), packages_count(json_object_get(profile, "signed"), count), 18, PAGE_RIGHT);
        page_spaces(packages_page(text), 2);
        page_words(packages_page(text), 28, text->sheet.limit, "%s", words ? words : "");
        free(words);
    }
    page_end(packages_page(text));
}

/* ---- Points of a profile ---- */

const json_t *packages_point(const Text *text, int index) {
    return json_array_get(json_object_get(json_object_get(text->profile, "frontier"), "points"), (size_t)index);
}

char packages_known_letter(const Text *text, int point) {
    for (int i = 0; i < text->letter_count; i++)
        if (text->letters[i] == point) return (char)('A' + i);
    return 0;
}

/* The letter of a point, given when it is first asked for; 0 when letters have run out. */
char packages_letter(Text *text, int point) {
    char known = packages_known_letter(text, point);
    if (known) return known;
    if (text->letter_count == PACKAGES_LETTERS) return 0;
    text->letters[text->letter_count] = point;
    return (char)('A' + text->letter_count++);
}

static int points_width(const Text *text) {
    int width = (packages_page((Text *)text)->columns - PACKAGES_INDENT - LABEL) / (int)packages_signer_count(text);
    return width > POINTS_MOST ? POINTS_MOST : width;
}

/* A row of points per signer; as words where there are too many signers for columns. */
static void write_points(Text *text, const char *label, const json_t *points) {
    char words[32];
    int width = points_width(text);
    page_spaces(packages_page(text), PACKAGES_INDENT);
    page_cell(packages_page(text), label, LABEL, PAGE_LEFT);
    for (size_t k = 0; width >= POINTS_LEAST && k < packages_signer_count(text); k++)
        page_cell(packages_page(text), packages_points(sheet_number(points, packages_signer(text, k)), words), width,
                  PAGE_RIGHT);
    if (width >= POINTS_LEAST) {
        page_end(packages_page(text));
        return;
    }
    char *line = page_format(packages_page(text), "%s", "");
    for (size_t k = 0; line && k < packages_signer_count(text); k++) {
        char *more = page_format(packages_page(text), "%s%s%s %s", line, k ? ", " : "",
                                 sheet_party_name(&text->sheet, packages_signer(text, k)),
                                 packages_points(sheet_number(points, packages_signer(text, k)), words));
        free(line);
        line = more;
    }
    page_words(packages_page(text), PACKAGES_INDENT + LABEL, text->sheet.limit, "%s", line ? line : "");
    free(line);
}

static void write_signers_heading(Text *text, const char *label) {
    int width = points_width(text);
    page_cell(packages_page(text), label, PACKAGES_INDENT + LABEL, PAGE_LEFT);
    for (size_t k = 0; width >= POINTS_LEAST && k < packages_signer_count(text); k++) {
        page_spaces(packages_page(text), 1);
        page_cell(packages_page(text), sheet_party_name(&text->sheet, packages_signer(text, k)), width - 1, PAGE_RIGHT);
    }
    page_end(packages_page(text));
}

static const char *const concepts[][2] = {{"nash", "Nash"},
                                          {"kalai_smorodinsky", "Kalai–Smorodinsky"},
                                          {"egalitarian", "egalitarian"},
                                          {"utilitarian", "utilitarian"},
                                          {"product_from_today", "product from today"}};
enum { CONCEPTS = sizeof concepts / sizeof *concepts };

/* "A, B": the points that tie, as letters. */
static void tie_letters(Text *text, const json_t *points, char *letters, size_t size) {
    size_t index, length = 0;
    json_t *point;
    letters[0] = '\0';
    json_array_foreach(points, index, point) {
        char letter = index < 4 ? packages_letter(text, (int)json_integer_value(point)) : 0;
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
        write_points(
            text, label,
            json_object_get(packages_point(text, (int)json_integer_value(json_array_get(points, 0))), "worth"));
    }
    page_end(packages_page(text));
}

static bool has_gaps(const Text *text) {
    for (int i = 0; i < CONCEPTS; i++) {
        const json_t *solution = json_object_get(json_object_get(text->profile, "solutions"), concepts[i][0]);
        if (!isnan(sheet_number(solution, "level")) && !isnan(sheet_number(solution, "most"))) return true;
    }
    return false;
}

/* How much better than the best found a package could be. */
static void write_gaps(Text *text) {
    const json_t *frontier = json_object_get(text->profile, "frontier");
    bool is_searched = json_is_true(json_object_get(frontier, "searched"));
    if (!is_searched && !(sheet_number(frontier, "epsilon") > 0)) return;
    if (!has_gaps(text)) return;
    page_words(packages_page(text), 0, text->sheet.limit,
               "%sWhat each concept makes largest, here and at most anywhere:",
               is_searched ? "Found by a search (branch and bound). " : "");
    for (int i = 0; i < CONCEPTS; i++) {
        const json_t *solution = json_object_get(json_object_get(text->profile, "solutions"), concepts[i][0]);
        double level = sheet_number(solution, "level"), most = sheet_number(solution, "most");
        char gap[PERCENT_SIZE];
        if (isnan(level) || isnan(most)) continue;
        page_spaces(packages_page(text), PACKAGES_INDENT);
        page_cell(packages_page(text), concepts[i][1], LABEL, PAGE_LEFT);
        if (most > level)
            page_words(packages_page(text), PACKAGES_INDENT + LABEL, text->sheet.limit, "%.5g, at most %.5g: %s short",
                       level, most, page_percent((most - level) / fabs(most), gap));
        else
            page_words(packages_page(text), PACKAGES_INDENT + LABEL, text->sheet.limit, "%.5g, proved the largest",
                       level);
    }
    page_end(packages_page(text));
}

/* Whom it falls to stands in a line of its own. */
static void write_lottery_of_many(Text *text, const char *concept, const json_t *lottery) {
    size_t index;
    json_t *point;
    char *words = NULL;
    write_points(text, concept, json_object_get(lottery, "worth"));
    json_array_foreach(json_object_get(lottery, "points"), index, point) {
        char share[PERCENT_SIZE], letter = packages_letter(text, (int)json_integer_value(point));
        double odds = json_number_value(json_array_get(json_object_get(lottery, "shares"), index));
        char *more = page_format(packages_page(text), letter ? "%s%s%s %c" : "%s%s%s for another", words ? words : "",
                                 index ? ", " : "", page_percent(odds, share), letter);
        free(words);
        words = more;
    }
    page_spaces(packages_page(text), 4);
    page_words(packages_page(text), 6, text->sheet.limit, "%s", words ? words : "");
    free(words);
}

/* What a lottery of packages not listed can reach, where that is more, or is not known. */
static void write_lottery_gap(Text *text, const char *concept, const json_t *lottery) {
    double level = sheet_number(lottery, "level"), most = sheet_number(lottery, "most");
    const char *found = isnan(level) ? ": none found" : "";
    if (!isnan(level) && most - level <= 1e-6 * (1 + fabs(level))) return;
    page_spaces(packages_page(text), 4);
    if (isnan(most))
        page_words(packages_page(text), 6, text->sheet.limit, "%s%s; how much another one reaches is not known",
                   concept, found);
    else if (isnan(level))
        page_words(packages_page(text), 6, text->sheet.limit, "%s%s; none reaches more than %.5g", concept, found,
                   most);
    else
        page_words(packages_page(text), 6, text->sheet.limit, "%s reaches %.5g; none reaches more than %.5g", concept,
                   level, most);
}

static void write_lottery_gaps(Text *text) {
    const json_t *lotteries = json_object_get(text->profile, "lotteries");
    for (int i = 0; i < CONCEPTS; i++) {
        const json_t *lottery = json_object_get(lotteries, concepts[i][0]);
        if (json_is_object(lottery)) write_lottery_gap(text, concepts[i][1], lottery);
    }
}

static void write_lotteries(Text *text) {
    const json_t *lotteries = json_object_get(text->profile, "lotteries");
    if (!json_is_object(lotteries)) return;
    write_signers_heading(text, "Expected points, lotteries allowed");
    for (int i = 0; i < CONCEPTS; i++) {
        const json_t *lottery = json_object_get(lotteries, concepts[i][0]);
        char label[96], share[PERCENT_SIZE];
        if (json_array_size(json_object_get(lottery, "points")) == 0) continue;
        if (packages_signer_count(text) != 2) {
            write_lottery_of_many(text, concepts[i][1], lottery);
            continue;
        }
        int first = (int)json_integer_value(json_array_get(json_object_get(lottery, "points"), 0));
        int second = (int)json_integer_value(json_array_get(json_object_get(lottery, "points"), 1));
        double at_second = json_number_value(json_array_get(json_object_get(lottery, "shares"), 1));
        if (at_second <= 0 || at_second >= 1 || first == second)
            snprintf(label, sizeof label, "%s: %c", concepts[i][1],
                     packages_letter(text, at_second >= 1 ? second : first));
        else
            snprintf(label, sizeof label, "%s: %s %c, else %c", concepts[i][1], page_percent(1 - at_second, share),
                     packages_letter(text, first), packages_letter(text, second));
        write_points(text, label, json_object_get(lottery, "worth"));
    }
    write_lottery_gaps(text);
    page_end(packages_page(text));
}

/* Issue by issue, and how likely it is that all sign; equal packages are named. */
static void write_content(Text *text, char letter, const json_t *point) {
    const json_t *package = json_array_get(json_object_get(point, "packages"), 0);
    const char *issue, *draft = sheet_text(package, "draft");
    json_t *option;
    char chance[PERCENT_SIZE], count[GROUPED_SIZE];
    double equals = sheet_number(point, "package_count"), kept = sheet_number(point, "kept"),
           odds = sheet_number(package, "probability");
    char *more = page_format(packages_page(text), equals > 1 ? ", and %s more of equal worth" : "%s",
                             equals > 1 ? sheet_grouped(equals - 1, count) : "");
    page_print(packages_page(text), "%c  ", letter);
    page_words(packages_page(text), 3, text->sheet.limit, "%s%s%s%s%s%s", *draft ? "the draft “" : "",
               *draft ? sheet_draft_name(&text->sheet, draft) : "", *draft ? "”, " : "",
               isnan(odds) ? "not known how likely signed by all" : "signed by all with ",
               isnan(odds) ? "" : page_percent(odds, chance), more ? more : "");
    free(more);
    if (!isnan(kept)) {
        page_spaces(packages_page(text), 5);
        page_words(packages_page(text), 5, text->sheet.limit, "kept with %s if signed", page_percent(kept, chance));
    }
    json_object_foreach(json_object_get(package, "content"), issue, option) {
        page_spaces(packages_page(text), 5);
        page_cell(packages_page(text), sheet_issue_name(&text->sheet, issue), 28, PAGE_LEFT);
        page_spaces(packages_page(text), 1);
        page_words(packages_page(text), 34, text->sheet.limit, "%s",
                   sheet_option_name(&text->sheet, issue, json_string_value(option)));
    }
}

static void write_contents(Text *text) {
    for (int i = 0; i < text->letter_count; i++)
        write_content(text, (char)('A' + i), packages_point(text, text->letters[i]));
    if (text->letter_count > 0) page_end(packages_page(text));
}

/* ---- A profile ---- */

static void write_size_of_zone(Text *text) {
    const json_t *frontier = json_object_get(text->profile, "frontier");
    char chance[PERCENT_SIZE], count[PACKAGES_COUNT_SIZE];
    double epsilon = sheet_number(frontier, "epsilon");
    char *words = profile_words(text, text->profile);
    if (words && *words)
        page_words(packages_page(text), 0, text->sheet.limit, "If %s (%s)", words,
                   page_percent(sheet_number(text->profile, "probability"), chance));
    free(words);
    bool is_searched = json_is_true(json_object_get(frontier, "searched"));
    page_words(packages_page(text), 0, text->sheet.limit,
               is_searched
                   ? "Packages signed by all: %s. Efficient among those that a search has looked at: %.0f worths, "
                     "%.0f of them signed by all."
                   : "Packages signed by all: %s. Efficient (nobody can gain unless another loses) among those "
                     "that no hard red line forbids: %.0f worths, %.0f of them signed by all.",
               packages_count(json_object_get(text->profile, "signed"), count), sheet_number(frontier, "point_count"),
               sheet_number(frontier, "signed_count"));
    if (epsilon > 0)
        page_words(packages_page(text), 0, text->sheet.limit,
                   "The frontier is too large to hold: every package is at most %.3g points better, for anyone, than "
                   "one listed.",
                   epsilon);
    page_end(packages_page(text));
}

static void write_profile(Text *text, const json_t *profile) {
    text->profile = profile;
    text->letter_count = 0;
    write_size_of_zone(text);
    write_concepts(text);
    write_gaps(text);
    write_lotteries(text);
    packages_opening(text);
    write_contents(text);
    packages_best(text);
    packages_blocks(text);
    packages_near(text);
}

char *report_packages_text(const json_t *packages, int columns) {
    Text text = {.sheet = {.outlook = packages}};
    size_t index;
    json_t *profile;
    page_start(packages_page(&text), columns < COLUMNS_LEAST  ? COLUMNS_LEAST
                                     : columns > COLUMNS_MOST ? COLUMNS_MOST
                                                              : columns);
    text.sheet.limit = text.sheet.page.columns < TEXT_LIMIT ? text.sheet.page.columns : TEXT_LIMIT;
    write_heading(&text);
    write_types(&text);
    write_profiles(&text);
    json_array_foreach(sheet_part(&text.sheet, "profiles"), index,
                       profile) if (json_is_object(json_object_get(profile, "frontier"))) write_profile(&text, profile);
    packages_drafts(&text);
    return page_finish(packages_page(&text));
}
