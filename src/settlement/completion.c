/* SPDX-License-Identifier: GPL-3.0-or-later
 * How likely a timetable is carried out by all, and the likeliest on a granularity (docs/method/timetable.md (4)).
 *
 * What the last phases come to when all kept their word before depends on these phases alone, since what was delivered
 * before them is then all the rest: the probability that they are completed bounds every timetable that ends so. The
 * search therefore writes timetables from their end and leaves out ends that cannot beat the best one found. */
#include "settlement/settle.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

/* ---- Carrying out ---- */

/* Everything that does not depend on the shares. */
typedef struct Carrier {
    const DesignTask *task;
    Situation situation; /* with one timetable, the one at hand */
    int start[2];        /* its phases */
    int profile_count;   /* of the types that count */
    int *types;          /* [profile_count][party_count] */
    double *weight;      /* [profile_count] sums to 1 */
    double *afterwards;  /* [profile_count][party_count] */
    double *detection;   /* [party_count] */
    double *value;       /* [party_count] scratch */
    Arena *scratch;
} Carrier;

static double weight_of(const DesignTask *task, const int *types) {
    const Situation *s = task->signing->situation;
    double weight = 1;
    for (int i = 0; i < s->party_count; i++)
        weight *= task->counted && !task->counted[types[i]] ? 0 : s->prior[types[i]];
    return weight;
}

static void fill_profiles(Carrier *carrier) {
    const Signing *signing = carrier->task->signing;
    const Situation *s = signing->situation;
    double total = 0;
    for (int profile = 0; profile < settlement_profile_count(s); profile++) {
        size_t at = (size_t)carrier->profile_count * (size_t)s->party_count;
        settlement_profile_types(s, profile, carrier->types + at);
        double weight = weight_of(carrier->task, carrier->types + at);
        if (!(weight > 0)) continue;
        for (int i = 0; i < s->party_count; i++)
            carrier->afterwards[at + (size_t)i] =
                settlement_afterwards(s, carrier->types[at + (size_t)i], signing->date, signing->rungs);
        carrier->weight[carrier->profile_count++] = weight;
        total += weight;
    }
    for (int k = 0; k < carrier->profile_count; k++) carrier->weight[k] /= total;
}

/* `scratch` is reset for each timetable. */
static bool carrier_new(const DesignTask *task, Arena *arena, Arena *scratch, Carrier *carrier) {
    const Signing *signing = task->signing;
    const Situation *s = signing->situation;
    size_t parties = (size_t)s->party_count, profiles = (size_t)settlement_profile_count(s);
    int *timetable = arena_array(arena, (size_t)s->option_total, sizeof *timetable);
    *carrier = (Carrier){.task = task, .situation = *s, .scratch = scratch};
    carrier->types = arena_array(arena, profiles * parties + parties, sizeof *carrier->types);
    carrier->weight = arena_array(arena, profiles, sizeof *carrier->weight);
    carrier->afterwards = arena_array(arena, profiles * parties, sizeof *carrier->afterwards);
    carrier->detection = arena_array(arena, parties, sizeof *carrier->detection);
    carrier->value = arena_array(arena, parties, sizeof *carrier->value);
    if (!timetable || !carrier->types || !carrier->weight || !carrier->afterwards || !carrier->detection ||
        !carrier->value)
        return false;
    for (int option = 0; option < s->option_total; option++) timetable[option] = -1;
    carrier->situation.option_timetable = timetable;
    carrier->situation.timetable_count = 1;
    for (int i = 0; i < s->party_count; i++)
        carrier->detection[i] =
            signing->detection ? signing->detection[i] : settlement_detection(s, i, signing->date, signing->options);
    fill_profiles(carrier);
    return true;
}

/* Expected probability that phases first .. phase_count - 1 are completed by all, where all completed the ones before
 * and `delivered` [issue_count] is what that has brought. share[phase_count][issue_count]. */
static BrinkStatus carry_out(Carrier *carrier, int first, int phase_count, const double *share, const double *delivered,
                             double *result) {
    Situation *own = &carrier->situation;
    SettleTrouble trouble = {0};
    double sum = 0, kept, complied;
    own->phase_total = carrier->start[1] = phase_count - first;
    own->phase_start = carrier->start;
    own->phase_share = (double *)share + (size_t)first * (size_t)own->issue_count; /* read only */
    own->phase_ambiguity = (double *)carrier->task->ambiguity + first;
    own->phase_after = (double *)carrier->task->after + first;
    for (int k = 0; k < carrier->profile_count; k++) {
        size_t at = (size_t)k * (size_t)own->party_count;
        SettleTask task = {.situation = own,
                           .options = carrier->task->signing->options,
                           .types = carrier->types + at,
                           .afterwards = carrier->afterwards + at,
                           .detection = carrier->detection,
                           .delivered = delivered};
        arena_reset(carrier->scratch);
        BrinkStatus status = settle_package(&task, carrier->scratch, carrier->value, &kept, &complied, &trouble);
        if (status != BRINK_OK) return status;
        sum += carrier->weight[k] * complied;
    }
    *result = carrier->profile_count > 0 ? sum : NAN;
    return BRINK_OK;
}

static bool is_short(const DesignTask *task, int phase_count) {
    return phase_count * settlement_movers(task->signing->situation, task->signing->options, NULL) <=
           TIMETABLE_MOVES_MOST;
}

BrinkStatus timetable_completion(const DesignTask *task, int phase_count, const double *share, Arena *arena,
                                 double *result) {
    Carrier carrier;
    *result = NAN;
    if (!is_short(task, phase_count)) return BRINK_OK;
    Arena *scratch = arena_new();
    BrinkStatus status = scratch && carrier_new(task, arena, scratch, &carrier)
                             ? carry_out(&carrier, 0, phase_count, share, NULL, result)
                             : BRINK_NO_MEMORY;
    arena_free(scratch);
    return status;
}

/* ---- The likeliest ---- */

/* One way to fill a phase, and the most that a timetable with it and the phases after it can come to. */
typedef struct Way {
    double bound;
    size_t code; /* steps of the pieces, as digits */
} Way;

typedef struct Search {
    const DesignTask *task;
    Carrier carrier;
    int issue_count, piece_count, *pieces, *most; /* most steps of each piece in a phase */
    int *left;     /* [piece_count] steps that the phases up to the one at hand deliver */
    double *clear; /* [phase_count] no dispute in the phases before */
    double *share, *delivered, *best_share, best;
    double carried;
    bool is_given_up;
    BrinkStatus status;
} Search;

static int steps_of(const Search *search, size_t code, int piece) {
    for (int p = 0; p < piece; p++) code /= (size_t)search->task->steps + 1;
    return (int)(code % ((size_t)search->task->steps + 1));
}

/* What phase m may deliver of a piece: no more than is left or allowed, and no less than the phases before it cannot.
 */
static bool is_open(const Search *search, int m, size_t code) {
    for (int p = 0; p < search->piece_count; p++) {
        int steps = steps_of(search, code, p), left = search->left[p] - steps;
        if (left < 0 || steps > search->most[p] || left > m * search->most[p]) return false;
    }
    return true;
}

static void write_phase(Search *search, int m, size_t code) {
    for (int p = 0; p < search->piece_count; p++)
        search->share[m * search->issue_count + search->pieces[p]] =
            (double)steps_of(search, code, p) / search->task->steps;
}

/* The bound of the timetables that end as written from phase m on. */
static double rate_end(Search *search, int m, size_t code) {
    double completed = NAN;
    if (++search->carried > DESIGN_RUNS_MOST) search->is_given_up = true;
    if (search->is_given_up) return NAN;
    for (int k = 0; k < search->issue_count; k++) search->delivered[k] = m > 0;
    for (int p = 0; p < search->piece_count; p++)
        search->delivered[search->pieces[p]] =
            (double)(search->left[p] - steps_of(search, code, p)) / search->task->steps;
    search->status =
        carry_out(&search->carrier, m, search->task->phase_count, search->share, search->delivered, &completed);
    return completed * search->clear[m];
}

static int by_bound(const void *a, const void *b) {
    const Way *x = a, *y = b;
    if (x->bound != y->bound) return x->bound < y->bound ? 1 : -1;
    return (x->code > y->code) - (x->code < y->code);
}

static size_t code_count(const Search *search) {
    double count = 1;
    for (int p = 0; p < search->piece_count; p++) count *= search->task->steps + 1;
    return count > DESIGN_RUNS_MOST ? 0 : (size_t)count;
}

/* Fills ways[] with what can still win in phase m, the most promising first; their number. */
static size_t find_ways(Search *search, int m, size_t codes, Way *ways) {
    size_t count = 0;
    for (size_t code = 0; code < codes; code++) {
        if (!is_open(search, m, code)) continue;
        write_phase(search, m, code);
        double bound = rate_end(search, m, code);
        if (search->status != BRINK_OK || search->is_given_up) return 0;
        if (bound > search->best) ways[count++] = (Way){bound, code};
    }
    qsort(ways, count, sizeof *ways, by_bound);
    return count;
}

/* The first phase delivers all that is left. */
static void finish(Search *search) {
    size_t code = 0;
    for (int p = search->piece_count; p-- > 0;)
        code = code * ((size_t)search->task->steps + 1) + (size_t)search->left[p];
    if (!is_open(search, 0, code)) return;
    write_phase(search, 0, code);
    double completion = rate_end(search, 0, code);
    if (search->status != BRINK_OK || !(completion > search->best)) return;
    search->best = completion;
    memcpy(search->best_share, search->share,
           (size_t)search->task->phase_count * (size_t)search->issue_count * sizeof *search->share);
}

/* Phases after m are written. */
static void search_phase(Search *search, int m, size_t codes) {
    if (m == 0) {
        finish(search);
        return;
    }
    Way *ways = malloc(codes * sizeof *ways);
    if (!ways) search->status = BRINK_NO_MEMORY;
    size_t count = ways ? find_ways(search, m, codes, ways) : 0;
    for (size_t i = 0; i < count && ways[i].bound > search->best; i++) {
        write_phase(search, m, ways[i].code);
        for (int p = 0; p < search->piece_count; p++) search->left[p] -= steps_of(search, ways[i].code, p);
        search_phase(search, m - 1, codes);
        for (int p = 0; p < search->piece_count; p++) search->left[p] += steps_of(search, ways[i].code, p);
        if (search->status != BRINK_OK || search->is_given_up) break;
    }
    free(ways);
}

/* Ways to write `steps` as `phases` ordered parts of at most `most` each. */
static double ways_of(int steps, int phases, int most) {
    double ways[2][1001] = {{1}};
    for (int m = 0; m < phases; m++)
        for (int total = 0; total <= steps; total++) {
            double sum = 0;
            for (int part = 0; part <= most && part <= total; part++) sum += ways[m % 2][total - part];
            ways[(m + 1) % 2][total] = sum;
        }
    return ways[phases % 2][steps];
}

static double all_ways(const Search *search, int steps) {
    double ways = 1;
    for (int p = 0; p < search->piece_count; p++)
        ways *= ways_of(steps, search->task->phase_count, design_most(search->task, search->pieces[p], steps));
    return ways;
}

/* Ends are carried out besides whole timetables: half of what may be carried is left to them. */
static int fitting_steps(const Search *search) {
    int steps = is_short(search->task, search->task->phase_count) ? search->task->steps : 0;
    while (steps > 0 && !(all_ways(search, steps) > 0 && all_ways(search, steps) <= 0.5 * DESIGN_RUNS_MOST)) steps--;
    return steps;
}

static bool search_new(const DesignTask *task, const Exchange *exchange, Arena *arena, Arena *scratch, Search *search) {
    size_t issues = (size_t)exchange->issue_count, count = (size_t)task->phase_count * issues;
    search->pieces = arena_array(arena, issues, sizeof *search->pieces);
    search->most = arena_array(arena, issues, sizeof *search->most);
    search->left = arena_array(arena, issues, sizeof *search->left);
    search->clear = arena_array(arena, (size_t)task->phase_count, sizeof *search->clear);
    search->share = arena_array(arena, count, sizeof *search->share);
    search->delivered = arena_array(arena, issues, sizeof *search->delivered);
    if (!search->pieces || !search->most || !search->left || !search->clear || !search->share || !search->delivered ||
        !carrier_new(task, arena, scratch, &search->carrier))
        return false;
    memcpy(search->share, search->best_share, count * sizeof *search->share);
    for (int k = 0; k < exchange->issue_count; k++) {
        if (!exchange->is_piece[k]) continue;
        search->most[search->piece_count] = design_most(task, k, task->steps);
        search->left[search->piece_count] = task->steps;
        search->pieces[search->piece_count++] = k;
    }
    search->clear[0] = 1;
    for (int m = 1; m < task->phase_count; m++) search->clear[m] = search->clear[m - 1] * (1 - task->ambiguity[m - 1]);
    return true;
}

BrinkStatus design_likeliest(const DesignTask *task, const Exchange *exchange, Arena *arena, Design *result,
                             double *share) {
    Arena *scratch = arena_new();
    Search search = {.task = task, .issue_count = exchange->issue_count, .best_share = share, .best = -1};
    if (!scratch || !search_new(task, exchange, arena, scratch, &search)) {
        arena_free(scratch);
        return BRINK_NO_MEMORY;
    }
    result->ways = all_ways(&search, task->steps);
    size_t codes = code_count(&search);
    search.is_given_up = codes == 0 || !is_short(task, task->phase_count);
    if (result->ways == 0)
        result->outcome = DESIGN_IMPOSSIBLE;
    else if (!search.is_given_up)
        search_phase(&search, task->phase_count - 1, codes);
    if (result->outcome == DESIGN_FOUND && search.is_given_up) {
        result->outcome = DESIGN_TOO_LARGE;
        result->fitting_steps = fitting_steps(&search);
    }
    result->carried = search.carried;
    arena_free(scratch);
    return search.status;
}
