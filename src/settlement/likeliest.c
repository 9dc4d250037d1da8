/* SPDX-License-Identifier: GPL-3.0-or-later
 * The timetable that is likeliest carried out by all, on a granularity (docs/method/timetable.md (4)).
 *
 * What the last phases come to when all kept their word before depends on these phases alone, since what was delivered
 * before them is then all the rest: the probability that they are completed bounds every timetable that ends so. The
 * search therefore writes timetables from their end and leaves out ends that cannot beat the best one found. How many
 * it will carry out is estimated before it begins. */
#include "settlement/completion.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

enum { STEPS_MOST = 1000 };

/* ---- Ends of timetables ---- */

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
    double carried, carried_most, expected; /* ends: so far, at most, and by the count or the estimate */
    bool is_estimating, is_given_up;
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

/* Delivers in phase m what the code says (sign 1), or takes it back (-1). */
static void deliver(Search *search, size_t code, int sign) {
    for (int p = 0; p < search->piece_count; p++) search->left[p] -= sign * steps_of(search, code, p);
}

/* Now and then; false when the observer asks to stop. What the estimate carries out is no progress of the search. */
static bool tell_carried(Search *search) {
    const DesignTask *task = search->task;
    if (!task->observer || fmod(search->carried, 256) != 0) return true;
    double total = fmin(search->expected, 2.0 * DESIGN_RUNS_MOST); /* a count may be larger than any integer */
    double done = search->is_estimating ? 0 : fmin(search->carried, total);
    if (task->observer(task->payload, (uint64_t)done, (uint64_t)total)) return true;
    search->status = BRINK_CANCELLED;
    return false;
}

/* The bound of the timetables that end as written from phase m on. */
static double rate_end(Search *search, int m, size_t code) {
    double completed = NAN;
    if (++search->carried > search->carried_most) search->is_given_up = true;
    if (search->is_given_up || !tell_carried(search)) return NAN;
    for (int k = 0; k < search->issue_count; k++) search->delivered[k] = m > 0;
    for (int p = 0; p < search->piece_count; p++)
        search->delivered[search->pieces[p]] =
            (double)(search->left[p] - steps_of(search, code, p)) / search->task->steps;
    search->status =
        carry_out(&search->carrier, m, search->task->phase_count, search->share, search->delivered, &completed);
    return completed * search->clear[m];
}

/* ---- The search ---- */

static int by_bound(const void *a, const void *b) {
    const Way *x = a, *y = b;
    if (x->bound != y->bound) return x->bound < y->bound ? 1 : -1;
    return (x->code > y->code) - (x->code < y->code);
}

/* Codes of a phase, each of which is looked at wherever a phase is written. */
static double code_count(const Search *search, int steps) {
    return pow(steps + 1, search->piece_count);
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
        deliver(search, ways[i].code, 1);
        search_phase(search, m - 1, codes);
        deliver(search, ways[i].code, -1);
        if (search->status != BRINK_OK || search->is_given_up) break;
    }
    free(ways);
}

/* ---- Its size ---- */

/* Ways to write `steps` as `phases` ordered parts of at most `most` each. */
static double ways_of(int steps, int phases, int most) {
    double ways[2][STEPS_MOST + 1] = {{1}};
    for (int m = 0; m < phases; m++)
        for (int total = 0; total <= steps; total++) {
            double sum = 0;
            for (int part = 0; part <= most && part <= total; part++) sum += ways[m % 2][total - part];
            ways[(m + 1) % 2][total] = sum;
        }
    return ways[phases % 2][steps];
}

static double all_ways(const Search *search) {
    double ways = 1;
    for (int p = 0; p < search->piece_count; p++)
        ways *= ways_of(search->task->steps, search->task->phase_count, search->most[p]);
    return ways;
}

/* count[k] *= ways to write the last k + 1 phases of one piece so that the phases before them can deliver the rest.
 * Capped so that sums of whole numbers stay exact. */
static void multiply_ends(int steps, int phases, int most, double *count) {
    const double cap = 4e12;
    double ways[2][STEPS_MOST + 1] = {{1}};
    for (int k = 0; k < phases; k++) {
        const double *before = ways[k % 2];
        double *after = ways[(k + 1) % 2], window = 0, ends = 0;
        for (int total = 0; total <= steps; total++) {
            window += before[total] - (total > most ? before[total - most - 1] : 0);
            after[total] = fmin(window, cap);
            if (steps - total <= (phases - 1 - k) * most) ends += after[total];
        }
        count[k] *= ends;
    }
}

/* Ends to carry out where none can be left out; 0: there is no such timetable. Of a timetable that is short: it has no
 * more phases than moves. */
static double count_ends(const Search *search, int steps) {
    double count[TIMETABLE_MOVES_MOST], sum = 0;
    int phases = search->task->phase_count;
    for (int k = 0; k < phases; k++) count[k] = 1;
    for (int p = 0; p < search->piece_count; p++)
        multiply_ends(steps, phases, design_most(search->task, search->pieces[p], steps), count);
    for (int k = 0; k < phases; k++) sum += count[k];
    return sum;
}

/* Most steps that can be searched even if no end could be left out; 0: none. */
static int fitting_steps(const Search *search) {
    int steps = search->task->steps;
    if (!completion_is_short(search->task, search->task->phase_count)) return 0;
    for (; steps > 0; steps--) {
        double ends = count_ends(search, steps);
        if (ends > 0 && fmax(ends, code_count(search, steps)) <= DESIGN_RUNS_MOST) break;
    }
    return steps;
}

/* ---- Its size, estimated ---- */

/* By random descents (Knuth 1975): at each phase some ways to fill it are drawn, the share of those that could win
 * tells how many are written on, and one of them is. What is left out hangs on the best timetable found, so that
 * greedy descents come first, and steps from theirs to better ones. */
enum {
    GREEDY_COUNT = 4,
    GREEDY_DRAWS = 512,
    CLIMB_COUNT = 4000,
    PROBE_DRAWS = 16,
    PROBE_COUNT = 256,
    PROBE_ENDS_MOST = 40000
};

typedef struct Probe {
    Search *search;
    uint64_t drawn;
    int draws; /* at each phase */
    bool is_greedy;
} Probe;

static void open_steps(const Search *search, int m, int piece, int *least, int *most) {
    int left = search->left[piece], before = m * search->most[piece];
    *least = left > before ? left - before : 0;
    *most = left < search->most[piece] ? left : search->most[piece];
}

static double count_open(const Search *search, int m) {
    double count = 1;
    int least, most;
    for (int p = 0; p < search->piece_count; p++) {
        open_steps(search, m, p, &least, &most);
        count *= most - least + 1;
    }
    return count;
}

static double draw(Probe *probe) {
    return random_uniform(1975, 0, probe->drawn++);
}

static size_t draw_open(Probe *probe, int m) {
    const Search *search = probe->search;
    size_t code = 0;
    int least, most;
    for (int p = search->piece_count; p-- > 0;) {
        open_steps(search, m, p, &least, &most);
        code = code * ((size_t)search->task->steps + 1) + (size_t)(least + (int)(draw(probe) * (most - least + 1)));
    }
    return code;
}

/* Draws ways to fill phase m: how many could win, and the one to write on. */
static int draw_ways(Probe *probe, int m, size_t *chosen) {
    Search *search = probe->search;
    int could_win = 0;
    double most = -1;
    for (int i = 0; i < probe->draws && search->status == BRINK_OK; i++) {
        size_t code = draw_open(probe, m);
        write_phase(search, m, code);
        double bound = rate_end(search, m, code);
        if (!(bound > search->best)) continue;
        could_win++;
        if (probe->is_greedy ? bound > most : draw(probe) * could_win < 1) *chosen = code;
        most = fmax(most, bound);
    }
    return could_win;
}

/* Ends carried out, as one descent from phase m tells it. */
static double descend(Probe *probe, int m) {
    Search *search = probe->search;
    size_t code = 0;
    if (m == 0) {
        finish(search);
        return 1;
    }
    double open = count_open(search, m);
    int could_win = draw_ways(probe, m, &code);
    if (could_win == 0 || search->status != BRINK_OK) return open;
    write_phase(search, m, code);
    deliver(search, code, 1);
    double after = descend(probe, m - 1);
    deliver(search, code, -1);
    return open * (1 + after * could_win / probe->draws);
}

/* The whole timetable in share[]. */
static double rate_whole(Search *search) {
    double completion = NAN;
    search->carried++;
    if (!tell_carried(search)) return NAN;
    for (int k = 0; k < search->issue_count; k++) search->delivered[k] = 0;
    search->status =
        carry_out(&search->carrier, 0, search->task->phase_count, search->share, search->delivered, &completion);
    return completion;
}

/* Moves some of a piece, or all (who has nothing to deliver in a phase makes no mistake in it), from one phase to
 * another, where that keeps within the limits. */
static void move_share(Probe *probe, int piece) {
    const Search *search = probe->search;
    int phases = search->task->phase_count, from = (int)(draw(probe) * phases), to = (int)(draw(probe) * phases);
    double unit = 1.0 / search->task->steps, *share = search->share + search->pieces[piece];
    double *give = share + from * search->issue_count, *take = share + to * search->issue_count;
    double some = unit * (1 + floor(draw(probe) * search->task->steps / 3)), size = draw(probe) < 0.5 ? *give : some;
    if (from == to || *give < size - 1e-9 || *take + size > search->most[piece] * unit + 1e-9) return;
    *give -= size;
    *take += size;
}

/* Goes from the best timetable found to better ones, a few pieces at a time: what is paid and what is paid for may have
 * to move together. */
static void climb(Probe *probe) {
    Search *search = probe->search;
    size_t size = (size_t)search->task->phase_count * (size_t)search->issue_count * sizeof *search->share;
    for (int i = 0; i < CLIMB_COUNT && search->status == BRINK_OK; i++) {
        memcpy(search->share, search->best_share, size);
        for (int p = 0; p < search->piece_count; p++)
            if (draw(probe) < 0.5) move_share(probe, p);
        double completion = rate_whole(search);
        if (!(completion > search->best)) continue;
        search->best = completion;
        memcpy(search->best_share, search->share, size);
    }
}

static double estimate_ends(Search *search) {
    Probe probe = {.search = search, .draws = GREEDY_DRAWS, .is_greedy = true};
    int last = search->task->phase_count - 1, count = 0;
    double sum = 0;
    search->is_estimating = true;
    for (int i = 0; i < GREEDY_COUNT && search->status == BRINK_OK; i++) descend(&probe, last);
    if (search->best >= 0) climb(&probe);
    probe.draws = PROBE_DRAWS;
    probe.is_greedy = false;
    while (count < PROBE_COUNT && search->status == BRINK_OK && (count < 16 || search->carried < PROBE_ENDS_MOST)) {
        sum += descend(&probe, last);
        count++;
    }
    search->is_estimating = false;
    search->best = -1;
    search->carried = 0;
    return count > 0 ? sum / count : 0;
}

/* ---- The whole ---- */

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

/* Refuses what is too large before it begins: by the count of all ends, and where that is too large, by an estimate of
 * those that are not left out. */
static void search_all(Search *search, Design *result) {
    double codes = code_count(search, search->task->steps);
    bool is_short = completion_is_short(search->task, search->task->phase_count);
    search->expected = is_short ? count_ends(search, search->task->steps) : NAN;
    search->carried_most = INFINITY;
    if (is_short && codes > DESIGN_RUNS_MOST)
        search->expected = fmax(search->expected, codes);
    else if (is_short && search->expected > DESIGN_RUNS_MOST)
        search->expected = estimate_ends(search);
    result->expected = search->expected;
    search->is_given_up = !is_short || search->expected > DESIGN_RUNS_MOST;
    search->carried_most = 2.0 * DESIGN_RUNS_MOST; /* an estimate may be off */
    if (search->status == BRINK_OK && !search->is_given_up) {
        search_phase(search, search->task->phase_count - 1, (size_t)codes);
        if (search->is_given_up) result->expected = search->carried; /* as many, and more */
    }
    if (!search->is_given_up) return;
    result->outcome = DESIGN_TOO_LARGE;
    result->fitting_steps = fitting_steps(search);
}

BrinkStatus design_likeliest(const DesignTask *task, const Exchange *exchange, Arena *arena, Design *result,
                             double *share) {
    Arena *scratch = arena_new();
    Search search = {.task = task, .issue_count = exchange->issue_count, .best_share = share, .best = -1};
    if (!scratch || !search_new(task, exchange, arena, scratch, &search)) {
        arena_free(scratch);
        return BRINK_NO_MEMORY;
    }
    result->ways = all_ways(&search);
    if (result->ways == 0)
        result->outcome = DESIGN_IMPOSSIBLE;
    else
        search_all(&search, result);
    result->carried = search.carried;
    arena_free(scratch);
    return search.status;
}
