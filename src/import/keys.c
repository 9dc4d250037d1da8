/* SPDX-License-Identifier: GPL-3.0-or-later
 * Names fit for paths, made of texts that are not. Invariant: a key holds letters, digits, _, - and + alone, is no word
 * of the scenario language, begins with none of - and +, and is unlike every other of its kind. */
#include "import/text.h"

#include <ctype.h>
#include <math.h>
#include <string.h>

enum { KEY_LIMIT = 40 };

/* Letters, digits and the signs that may stay; everything else becomes one _ between two that stay. */
static size_t reduce(const char *text, char *key) {
    size_t length = 0;
    bool is_gap = false;
    for (; *text && length < KEY_LIMIT; text++) {
        bool is_kept = isalnum((unsigned char)*text) || *text == '+' || *text == '-' || *text == '_';
        bool is_sign = *text == '+' || *text == '-';
        if (!is_kept || (is_sign && length == 0)) {
            is_gap = true;
            continue;
        }
        if (is_gap && length > 0 && key[length - 1] != '_') key[length++] = '_';
        is_gap = false;
        key[length++] = *text;
    }
    while (length > 0 && key[length - 1] == '_') length--;
    key[length] = '\0';
    return length;
}

static bool is_among(const char *key, const char *const *names) {
    for (; names && *names; names++)
        if (strcmp(key, *names) == 0) return true;
    return false;
}

static bool is_taken(const char *key, const char *const *taken, int count) {
    for (int i = 0; i < count; i++)
        if (taken[i] && strcmp(key, taken[i]) == 0) return true;
    return false;
}

const char *key_make(Import *import, const char *text, const char *kind, int number, const char *const *reserved,
                     const char *const *taken, int taken_count) {
    char key[KEY_LIMIT + 2];
    size_t length = reduce(text, key);
    bool is_negative = *text == '-' && length > 0 && isdigit((unsigned char)key[0]);
    const char *own = length == 0               ? arena_print(import->arena, "%s_%d", kind, number)
                      : is_negative             ? arena_print(import->arena, "minus_%s", key)
                      : is_among(key, reserved) ? arena_print(import->arena, "%s_%s", kind, key)
                                                : arena_text(import->arena, key);
    const char *unique = own;
    for (int i = 2; unique && is_taken(unique, taken, taken_count); i++)
        unique = arena_print(import->arena, "%s_%d", own, i);
    if (!unique) import->is_short = true;
    return unique;
}

/* ---- All keys of a domain ---- */

/* The words of scenario.md, and the keys that stand beside issues in a preference or in a draft. */
const char *const key_reserved_names[] = {"is", "from", "note", "rest", "none", "base", "today", NULL};
const char *const key_reserved_issues[] = {"is",     "from",      "note",      "rest",      "none",   "base",
                                           "today",  "types",     "synergies", "red_lines", "share",  "interim",
                                           "lasts",  "framework", "leads_to",  "readings",  "renege", "trades",
                                           "swings", "anchor",    "name",      NULL};
const char *const key_reserved_options[] = {"is", "from", "note", "rest", "base", "today", NULL};

static bool name_options(Import *import, ImportIssue *issue) {
    const char **keys = import_array(import, (size_t)issue->option_count, sizeof *keys);
    for (int i = 0; keys && i < issue->option_count; i++) {
        keys[i] = key_make(import, issue->options[i].text, "option", i + 1, key_reserved_options, keys, i);
        issue->options[i].key = keys[i];
    }
    return !import->is_short;
}

static bool name_issues(Import *import, ImportDomain *domain) {
    const char **keys = import_array(import, (size_t)domain->issue_count, sizeof *keys);
    for (int i = 0; keys && i < domain->issue_count; i++) {
        keys[i] = key_make(import, domain->issues[i].text, "issue", i + 1, key_reserved_issues, keys, i);
        domain->issues[i].key = keys[i];
        if (!name_options(import, &domain->issues[i])) return false;
    }
    return !import->is_short;
}

static bool is_separator(char c) {
    return c == '_' || c == '-' || c == ' ' || c == '.';
}

/* How much of the front (or the back) all profiles' texts share, up to a separator. */
static size_t shared(const ImportDomain *domain, bool is_back) {
    size_t best = 0;
    for (size_t i = 0;; i++) {
        char common = '\0';
        for (int p = 0; p < domain->profile_count; p++) {
            const char *text = domain->profiles[p].text;
            size_t length = strlen(text);
            if (i >= length) return best;
            char c = text[is_back ? length - 1 - i : i];
            if (p > 0 && c != common) return best;
            common = c;
        }
        if (is_separator(common)) best = i + 1;
    }
}

/* "laptop_buyer_utility" and "laptop_seller_utility" are "buyer" and "seller". */
static const char *own_part(Import *import, const ImportDomain *domain, const char *text, size_t front, size_t back) {
    size_t length = strlen(text);
    if (domain->profile_count < 2 || front + back >= length) return text;
    const char *part = arena_text_part(import->arena, text + front, length - front - back);
    return part && isdigit((unsigned char)*part) ? arena_print(import->arena, "party_%s", part) : part;
}

bool domain_name_all(Import *import, ImportDomain *domain) {
    if (!name_issues(import, domain)) return false;
    size_t front = domain->profile_count > 1 ? shared(domain, false) : 0;
    size_t back = domain->profile_count > 1 ? shared(domain, true) : 0;
    const char **keys = import_array(import, (size_t)domain->profile_count, sizeof *keys);
    for (int p = 0; keys && p < domain->profile_count; p++) {
        ImportProfile *profile = &domain->profiles[p];
        const char *part = own_part(import, domain, profile->text, front, back);
        if (part) keys[p] = key_make(import, part, "party", p + 1, key_reserved_names, keys, p);
        if (!part || !keys[p]) import->is_short = true;
        profile->key = keys[p];
    }
    return !import->is_short;
}
