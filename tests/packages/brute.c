/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "brute.h"

#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <string.h>

#include <cmocka.h>

#include "settlement/settlement.h"

static bool matches(const Situation *s, const bool *allows, const int *options) {
    for (int k = 0; k < s->issue_count; k++)
        if (!allows[options[k]]) return false;
    return true;
}

static bool obeys(const Situation *s, const int *options) {
    for (int r = 0; r < s->rule_count; r++)
        if (matches(s, s->rule_if + r * s->option_total, options) &&
            !matches(s, s->rule_then + r * s->option_total, options))
            return false;
    return true;
}

static void value(const Situation *s, const Brute *brute, BrutePackage *package) {
    package->is_open = package->is_signed = true;
    for (int i = 0; i < brute->signer_count; i++) {
        double cost = settlement_red_lines(s, brute->type[i], 0, package->options);
        if (isinf(cost)) package->is_open = false;
        package->worth[i] =
            isinf(cost) ? 0 : lround(100 * (settlement_gain(s, brute->type[i], package->options) - cost));
        package->is_signed &= package->worth[i] >= brute->least[i];
    }
    package->is_signed &= package->is_open;
}

static bool betters(const Brute *brute, const BrutePackage *a, const BrutePackage *b) {
    bool is_better = false;
    for (int i = 0; i < brute->signer_count; i++) {
        if (a->worth[i] < b->worth[i]) return false;
        is_better |= a->worth[i] > b->worth[i];
    }
    return is_better;
}

static void note_efficient(Brute *brute) {
    for (size_t b = 0; b < brute->count; b++) {
        BrutePackage *package = &brute->packages[b];
        package->is_efficient = package->is_open;
        for (size_t a = 0; a < brute->count && package->is_efficient; a++)
            package->is_efficient = !(brute->packages[a].is_open && betters(brute, &brute->packages[a], package));
        brute->efficient_count += package->is_efficient;
        brute->open_count += package->is_open;
        brute->signed_count += package->is_signed;
    }
}

static bool next(const Situation *s, int *options) {
    for (int k = s->issue_count - 1; k >= 0; k--) {
        if (++options[k] < s->option_start[k + 1]) return true;
        options[k] = s->option_start[k];
    }
    return false;
}

void brute_list(const Situation *s, const int *types, const double *outside, Arena *arena, Brute *result) {
    size_t issues = (size_t)s->issue_count;
    *result = (Brute){.total = 1};
    for (int k = 0; k < s->issue_count; k++) result->total *= (size_t)situation_option_count(s, k);
    for (int party = 0; party < s->party_count; party++)
        if (s->signs[party]) result->type[result->signer_count++] = types[party];
    for (int i = 0; i < result->signer_count; i++) result->least[i] = lround(100 * outside[i]);
    result->packages = arena_array(arena, result->total, sizeof *result->packages);
    int *options = arena_array(arena, issues, sizeof *options);
    assert_true(result->packages && options);
    memcpy(options, s->option_start, issues * sizeof *options);
    do {
        if (!obeys(s, options)) continue;
        int *own = arena_array(arena, issues, sizeof *own);
        assert_non_null(own);
        memcpy(own, options, issues * sizeof *own);
        result->packages[result->count].options = own;
        value(s, result, &result->packages[result->count++]);
    } while (next(s, options));
    note_efficient(result);
}
