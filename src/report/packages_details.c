/* SPDX-License-Identifier: GPL-3.0-or-later
 * The package map below its solutions: what would open a zone, what blocks, what fails by little, and what each draft
 * lacks. */
#include "report/packages_text.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { BLOCKS_SHOWN = 8 };

/* ---- What opens, what blocks ---- */

void packages_opening(Text *text) {
    const json_t *opening = json_object_get(text->profile, "opening");
    double points = sheet_number(opening, "points"), least = sheet_number(opening, "least");
    char words[32], least_words[32];
    if (points <= 0) return;
    if (least <= 0) {
        page_words(packages_page(text), 0, text->sheet.limit,
                   "The search found nothing that all would sign, and has not proved that there is nothing.");
        page_end(packages_page(text));
        return;
    }
    if (isnan(points)) {
        page_words(packages_page(text), 0, text->sheet.limit,
                   "No points open a zone of agreement: hard red lines and rules leave nothing to sign.");
        page_end(packages_page(text));
        return;
    }
    int point = (int)json_integer_value(json_object_get(opening, "point"));
    page_words(
        packages_page(text), 0, text->sheet.limit,
        "Nothing would be signed by all. The least that opens a zone%s%s: %s points together, for package %c. By "
        "one party's points alone:",
        least < points ? " is at least " : "", least < points ? packages_points(least, least_words) : "",
        packages_points(points, words), packages_letter(text, point));
    for (size_t k = 0; k < packages_signer_count(text); k++) {
        double alone = sheet_number(json_object_get(opening, "alone"), packages_signer(text, k));
        page_spaces(packages_page(text), PACKAGES_INDENT);
        page_cell(packages_page(text), sheet_party_name(&text->sheet, packages_signer(text, k)), 24, PAGE_LEFT);
        page_words(packages_page(text), 26, text->sheet.limit, isnan(alone) ? "cannot" : "%s",
                   packages_points(alone, words));
    }
    page_end(packages_page(text));
}

/* "Sanctions relief: a or b; Enrichment: c"; malloc'd */
static char *condition_words(Text *text, const json_t *condition) {
    const char *issue;
    json_t *options, *option;
    size_t index;
    char *words = page_format(packages_page(text), "%s", "");
    json_object_foreach((json_t *)condition, issue, options) {
        char *more = page_format(packages_page(text), "%s%s%s: ", words ? words : "", words && *words ? "; " : "",
                                 sheet_issue_name(&text->sheet, issue));
        free(words);
        words = more;
        if (json_array_size(options) == 0 && words) {
            more = page_format(packages_page(text), "%snothing", words);
            free(words);
            words = more;
        }
        json_array_foreach(options, index, option) {
            more = page_format(packages_page(text), "%s%s%s", words ? words : "", index ? " or " : "",
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
        words = page_format(packages_page(text), "what %s has without an agreement", party);
    else if (strcmp(by, "verifiability") == 0)
        words = page_format(packages_page(text), "%s: what cannot be verified is signed %s", party, price);
    else if (strcmp(by, "red_line") == 0)
        words = page_format(packages_page(text), "red line of %s (%s): %s", party, price, when ? when : "");
    else if (json_object_get(block, "then") && then && *then)
        words = page_format(packages_page(text), "rule: %s asks for %s", when ? when : "", then);
    else
        words = page_format(packages_page(text), "rule: never %s", when ? when : "");
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

void packages_blocks(Text *text) {
    const json_t *blocks = json_object_get(text->profile, "blocks"), *block;
    bool is_shown[256] = {false};
    size_t at = 0;
    if (json_array_size(blocks) == 0) return;
    page_words(packages_page(text), 0, text->sheet.limit,
               "What blocks: packages it stands in the way of, and those that all would sign if it alone were lifted");
    for (int i = 0; i < BLOCKS_SHOWN && (block = next_block(blocks, is_shown, &at)) != NULL; i++) {
        char met[PACKAGES_COUNT_SIZE], alone[PACKAGES_COUNT_SIZE];
        char *words = block_words(text, block);
        is_shown[at] = true;
        page_cell(packages_page(text), packages_count(json_object_get(block, "meets"), met), 14, PAGE_RIGHT);
        page_cell(packages_page(text), packages_count(json_object_get(block, "alone"), alone), 14, PAGE_RIGHT);
        page_spaces(packages_page(text), 2);
        page_words(packages_page(text), 30, text->sheet.limit, "%s", words ? words : "");
        free(words);
    }
    page_end(packages_page(text));
}

/* ---- Near misses ---- */

/* "Iran 3.2"; malloc'd */
static char *lacks_words(Text *text, const json_t *point) {
    char *words = page_format(packages_page(text), "%s", "");
    for (size_t k = 0; words && k < packages_signer_count(text); k++) {
        double missing = sheet_number(json_object_get(text->profile, "outside"), packages_signer(text, k)) -
                         sheet_number(json_object_get(point, "worth"), packages_signer(text, k));
        if (!(missing > 0)) continue;
        char *more = page_format(packages_page(text), "%s%s%s lacks %.1f", words, *words ? ", " : "",
                                 sheet_party_name(&text->sheet, packages_signer(text, k)), missing);
        free(words);
        words = more;
    }
    return words;
}

/* The options of a point's first package; malloc'd */
static char *options_words(Text *text, const json_t *point) {
    char *content = page_format(packages_page(text), "%s", "");
    const char *issue;
    json_t *option;
    json_object_foreach(json_object_get(json_array_get(json_object_get(point, "packages"), 0), "content"), issue,
                        option) {
        char *more = page_format(packages_page(text), "%s%s%s", content ? content : "", content && *content ? "; " : "",
                                 sheet_option_name(&text->sheet, issue, json_string_value(option)));
        free(content);
        content = more;
    }
    return content;
}

void packages_near(Text *text) {
    size_t index;
    json_t *near;
    const json_t *all = json_object_get(text->profile, "near");
    if (json_array_size(all) == 0) return;
    page_words(packages_page(text), 0, text->sheet.limit,
               "Near misses: efficient packages that fail for the fewest points");
    json_array_foreach(all, index, near) {
        const json_t *point = packages_point(text, (int)json_integer_value(near));
        char *lacks = lacks_words(text, point), *content = options_words(text, point);
        page_spaces(packages_page(text), PACKAGES_INDENT);
        page_words(packages_page(text), 4, text->sheet.limit, "%s: %s", lacks ? lacks : "", content ? content : "");
        free(lacks);
        free(content);
    }
    page_end(packages_page(text));
}

/* ---- The ranking ---- */

/* "Iran 3.2, United States 11.0", and their product; malloc'd */
static char *gains_words(Text *text, const json_t *point, double *product) {
    char *words = page_format(packages_page(text), "%s", "");
    *product = 1;
    for (size_t k = 0; words && k < packages_signer_count(text); k++) {
        char gained[32];
        double gain = sheet_number(json_object_get(point, "worth"), packages_signer(text, k)) -
                      sheet_number(json_object_get(text->profile, "outside"), packages_signer(text, k));
        *product *= fmax(0, gain);
        char *more =
            page_format(packages_page(text), "%s%s%s %s", words, k > 0 ? ", " : "",
                        sheet_party_name(&text->sheet, packages_signer(text, k)), packages_points(gain, gained));
        free(words);
        words = more;
    }
    return words;
}

/* A package that has a letter is named by it. */
static char *package_words(Text *text, int index) {
    char letter = packages_known_letter(text, index);
    return letter ? page_format(packages_page(text), "package %c", letter)
                  : options_words(text, packages_point(text, index));
}

void packages_best(Text *text) {
    size_t index;
    json_t *best;
    const json_t *all = json_object_get(text->profile, "best");
    if (json_array_size(all) == 0) return;
    page_words(packages_page(text), 0, text->sheet.limit,
               "Ranking: efficient packages that all would sign, by the product of what each gains on being without an "
               "agreement (Nash)");
    json_array_foreach(all, index, best) {
        const json_t *point = packages_point(text, (int)json_integer_value(best));
        char rank[32], level[32];
        double product;
        char *gains = gains_words(text, point, &product), *what = package_words(text, (int)json_integer_value(best));
        snprintf(rank, sizeof rank, "%zu", index + 1);
        snprintf(level, sizeof level, "%.4g", product);
        page_cell(packages_page(text), rank, 5, PAGE_RIGHT);
        page_cell(packages_page(text), level, 11, PAGE_RIGHT);
        page_spaces(packages_page(text), 2);
        page_words(packages_page(text), 18, text->sheet.limit, "%s: %s", gains ? gains : "", what ? what : "");
        free(gains);
        free(what);
    }
    page_end(packages_page(text));
}

/* ---- Drafts ---- */

static void write_view(Text *text, const char *party, const char *type, const json_t *view) {
    const char *name = sheet_party_name(&text->sheet, party), *barred = sheet_text(view, "barred");
    bool is_only = sheet_type_count(&text->sheet, party) <= 1;
    page_spaces(packages_page(text), 4);
    char *who = is_only ? page_format(packages_page(text), "%s", name)
                        : page_format(packages_page(text), "%s “%s”", name, sheet_type_name(&text->sheet, party, type));
    double above = sheet_number(view, "worth") - sheet_number(view, "outside");
    if (strcmp(barred, "verifiability") == 0)
        page_words(packages_page(text), 6, text->sheet.limit, "%s never signs: it cannot verify it", who ? who : "");
    else if (*barred) {
        char *when = condition_words(text, json_object_get(view, "when"));
        page_words(packages_page(text), 6, text->sheet.limit, "%s never signs: red line at %s", who ? who : "",
                   when ? when : "");
        free(when);
    } else if (json_is_true(json_object_get(view, "signs")))
        page_words(packages_page(text), 6, text->sheet.limit, "%s signs, %.1f points better off", who ? who : "",
                   above);
    else
        page_words(packages_page(text), 6, text->sheet.limit, "%s needs %.1f points more", who ? who : "",
                   sheet_number(view, "needs"));
    free(who);
}

void packages_drafts(Text *text) {
    const char *draft, *party, *type;
    json_t *object, *types, *view;
    if (json_object_size(sheet_part(&text->sheet, "drafts")) == 0) return;
    page_words(packages_page(text), 0, text->sheet.limit,
               json_is_true(json_object_get(sheet_part(&text->sheet, "settings"), "settled"))
                   ? "The drafts, here as if kept, and what each party would need to sign"
                   : "The drafts, and what each party would need to sign");
    json_object_foreach((json_t *)sheet_part(&text->sheet, "drafts"), draft, object) {
        char chance[PERCENT_SIZE];
        page_spaces(packages_page(text), PACKAGES_INDENT);
        page_words(packages_page(text), 4, text->sheet.limit, "%s: signed by all with %s",
                   sheet_draft_name(&text->sheet, draft), page_percent(sheet_number(object, "probability"), chance));
        json_object_foreach(json_object_get(object, "parties"), party, types) {
            json_object_foreach(types, type, view) write_view(text, party, type, view);
        }
    }
}
