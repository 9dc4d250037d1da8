/* SPDX-License-Identifier: GPL-3.0-or-later
 * Counting by decomposition (meet in the middle: Horowitz and Sahni 1974): the issues are cut into two halves, each
 * half's sums are listed with how often they occur, and pairs of sums that reach every signer's least worth are counted
 * per pair of states. */
#include "packages/count.h"

#include <assert.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "packages/pairs.h"

static const size_t ROWS_MOST = (size_t)1 << 24;   /* gone through for one count: some two seconds */
static const size_t STORED_MOST = (size_t)1 << 18; /* sums written down, per half and layer, where no limit is set */
enum { LOOSE_OVER = 1 << 12 };

/* ---- The order of issues ---- */

/* shared[a][b]: number of conditions that issues a and b have in common. */
static void note_shared(const Part *part, int condition_count, const bool *has, int *shared) {
    int issues = part->space->situation->issue_count;
    for (int k = 0; k < condition_count; k++)
        for (int a = 0; a < issues; a++)
            for (int b = 0; b < issues && has[k * issues + a]; b++)
                shared[a * issues + b] += a != b && has[k * issues + b];
}

static void note_rules(const Part *part, int *shared) {
    int issues = part->space->situation->issue_count;
    for (int k = 0; k < part->space->rule_count; k++)
        for (int a = 0; a < issues; a++)
            for (int b = 0; b < issues; b++)
                shared[a * issues + b] += a != b &&
                                          (part->when_has[k * issues + a] || part->then_has[k * issues + a]) &&
                                          (part->when_has[k * issues + b] || part->then_has[k * issues + b]);
}

static void note_watches(const Space *space, int *shared) {
    const Situation *s = space->situation;
    for (int a = 0; a < s->issue_count; a++)
        for (int b = 0; b < s->issue_count; b++)
            for (int w = 0; w < space->watch_count; w++) {
                size_t party = (size_t)space->watches[w].party, parties = (size_t)s->party_count;
                shared[a * s->issue_count + b] +=
                    a != b && s->performs[(size_t)a * parties + party] && s->performs[(size_t)b * parties + party];
            }
}

static void note_memory(const Space *space, int *shared) {
    int issues = space->situation->issue_count;
    for (int i = 0; i < space->memory_count; i++)
        for (int j = 0; j < space->memory_count; j++)
            shared[space->memory_issues[i] * issues + space->memory_issues[j]] += i != j;
}

/* The issue most bound to those already taken; of several, the one least bound to the others; then the first in the
 * file. */
static int next_issue(const int *shared, int issues, const bool *is_taken) {
    int best = -1, best_bound = 0, best_loose = 0;
    for (int a = 0; a < issues; a++) {
        int bound = 0, loose = 0;
        if (is_taken[a]) continue;
        for (int b = 0; b < issues; b++) *(is_taken[b] ? &bound : &loose) += shared[a * issues + b];
        if (best >= 0 && (bound < best_bound || (bound == best_bound && loose >= best_loose))) continue;
        best = a;
        best_bound = bound;
        best_loose = loose;
    }
    return best;
}

/* shared[a][b] of all conditions; NULL when memory is short. */
static const int *list_shared(const Space *space, Arena *scratch) {
    size_t issues = (size_t)space->situation->issue_count;
    int *shared = arena_array(scratch, issues * issues, sizeof *shared);
    int *order = arena_array(scratch, issues, sizeof *order);
    for (size_t i = 0; order && i < issues; i++) order[i] = (int)i;
    const Part *part = order ? part_new(space, order, (int)issues, scratch) : NULL;
    if (!shared || !part) return NULL;
    note_shared(part, space->box_count, part->box_has, shared);
    note_rules(part, shared);
    note_watches(space, shared);
    note_memory(space, shared);
    return shared;
}

static bool order_by(const int *shared, size_t issues, int *order, Arena *scratch) {
    bool *is_taken = arena_array(scratch, issues, sizeof *is_taken);
    for (size_t i = 0; is_taken && i < issues; i++) {
        order[i] = next_issue(shared, (int)issues, is_taken);
        is_taken[order[i]] = true;
    }
    return is_taken != NULL;
}

bool count_order(const Space *space, int *order, Arena *scratch) {
    const int *shared = list_shared(space, scratch);
    return shared && order_by(shared, (size_t)space->situation->issue_count, order, scratch);
}

/* ---- Halves ---- */

/* The cut at which the larger half is smallest, and its size. */
static int middle(const Situation *s, const int *order, double *size) {
    double all = count_all(s), before = 1, best = 0;
    int cut = 0;
    for (int k = 0; k < s->issue_count; k++) {
        before *= situation_option_count(s, order[k]);
        double larger = before > all / before ? before : all / before;
        if (k > 0 && larger >= best) continue;
        best = larger;
        cut = k + 1;
    }
    *size = best;
    return cut;
}

/* Whether the issue at a position shares a condition with one before it. */
static bool is_bound(const int *shared, int issues, const int *order, int position) {
    for (int i = 0; i < position; i++)
        if (shared[order[i] * issues + order[position]] > 0) return true;
    return false;
}

/* Deals blocks of issues that share conditions, one after another, to the half that is smaller so far, so that no
 * condition reaches across. Writes the first half, then the second; returns the cut. */
static int deal(const Situation *s, const int *shared, const int *order, int *dealt, double *size) {
    int first = 0, second = s->issue_count, issues = s->issue_count;
    double sizes[2] = {1, 1};
    for (int from = 0, to; from < issues; from = to) {
        double block = situation_option_count(s, order[from]);
        for (to = from + 1; to < issues && is_bound(shared, issues, order, to); to++)
            block *= situation_option_count(s, order[to]);
        bool is_first = sizes[0] <= sizes[1];
        for (int k = from; k < to; k++) dealt[is_first ? first++ : --second] = order[k];
        sizes[!is_first] *= block;
    }
    *size = sizes[0] > sizes[1] ? sizes[0] : sizes[1];
    return first;
}

/* Where no condition reaches across, one pair of lists is counted; else one for each pair of states. */
static bool order_halves(const Space *space, int *order, int *cut, Arena *scratch) {
    const Situation *s = space->situation;
    size_t issues = (size_t)s->issue_count;
    const int *shared = list_shared(space, scratch);
    int *dealt = arena_array(scratch, issues, sizeof *dealt);
    double size, dealt_size;
    if (!shared || !dealt || !order_by(shared, issues, order, scratch)) return false;
    *cut = middle(s, order, &size);
    int dealt_cut = deal(s, shared, order, dealt, &dealt_size);
    if (dealt_size > 2 * size) return true;
    memcpy(order, dealt, issues * sizeof *order);
    *cut = dealt_cut;
    return true;
}

static size_t stored_most(CountLimits limits) {
    size_t most = limits.stored_most > 0 ? limits.stored_most : STORED_MOST;
    return most < limits.points_most ? most : limits.points_most;
}

typedef struct Halves {
    Expansion first, second;
} Halves;

/* Sums of many issues are left to be read as runs of sums of few, unless there are too many so and fewer once equal
 * ones are joined. */
static BrinkStatus expand_half(const Part *part, CountLimits limits, Arena *arena, Expansion *half) {
    ExpandSettings settings = {.loose_over = LOOSE_OVER,
                               .points_most = limits.points_most,
                               .groups_most = limits.groups_most,
                               .watch = limits.watch};
    BrinkStatus status = expand(part, &settings, arena, half);
    if (status != BRINK_OK || !half->is_too_large) return status;
    settings.loose_over = SIZE_MAX;
    settings.points_most = stored_most(limits);
    return expand(part, &settings, arena, half);
}

static BrinkStatus expand_halves(const Space *space, CountLimits limits, Arena *arena, Halves *halves) {
    int issues = space->situation->issue_count;
    int *order = arena_array(arena, (size_t)issues, sizeof *order);
    int cut;
    if (!order || !order_halves(space, order, &cut, arena)) return BRINK_NO_MEMORY;
    Part *first = part_new(space, order, cut, arena), *second = part_new(space, order + cut, issues - cut, arena);
    if (!first || !second) return BRINK_NO_MEMORY;
    BrinkStatus status = expand_half(first, limits, arena, &halves->first);
    return status != BRINK_OK ? status : expand_half(second, limits, arena, &halves->second);
}

/* The lists of a half's groups. */
static RunList *list_groups(const Expansion *half, Arena *arena) {
    const ExpandLayer *last = &half->layers[half->layer_count - 1];
    RunList *lists = arena_array(arena, (size_t)last->group_count, sizeof *lists);
    for (int g = 0; lists && g < last->group_count; g++) {
        lists[g] = expand_runs(half, &last->groups[g], arena);
        if (!lists[g].runs) return NULL;
    }
    return lists;
}

static BrinkStatus count_pairs_of_groups(const Space *space, const Halves *halves, const int64_t *least, Watch *watch,
                                         Arena *arena, PackageCount *sum) {
    const ExpandLayer *a = &halves->first.layers[halves->first.layer_count - 1];
    const ExpandLayer *b = &halves->second.layers[halves->second.layer_count - 1];
    const RunList *first = list_groups(&halves->first, arena), *second = list_groups(&halves->second, arena);
    int64_t shift[PACKAGE_SIGNERS_MOST], needed[PACKAGE_SIGNERS_MOST];
    *sum = (PackageCount){0, 0};
    for (int g = 0; first && g < a->group_count; g++)
        for (int h = 0; second && h < b->group_count; h++) {
            PackageCount count;
            watch_in_step(watch);
            if (!part_join(halves->first.part, a->groups[g].state, halves->second.part, b->groups[h].state, shift))
                continue;
            for (int k = 0; k < space->signer_count; k++) needed[k] = least[k] - shift[k];
            if (!pairs_count(&first[g], &second[h], space->signer_count, needed, watch, &count)) return BRINK_NO_MEMORY;
            sum->low += count.low;
            sum->high += count.high;
        }
    return first && second ? BRINK_OK : BRINK_NO_MEMORY;
}

/* ---- Counts ---- */

double count_all(const Situation *s) {
    double count = 1;
    for (int issue = 0; issue < s->issue_count; issue++) count *= situation_option_count(s, issue);
    return count;
}

/* What moves a worth does not matter to who may sign, and would multiply states. */
static Space *keep_bars(const Space *space, Arena *arena) {
    Space *bars = arena_alloc(arena, sizeof *bars);
    SpaceBox *boxes = arena_array(arena, (size_t)space->box_count, sizeof *boxes);
    if (!bars || !boxes) return NULL;
    *bars = *space;
    bars->boxes = boxes;
    bars->box_count = 0;
    for (int k = 0; k < space->box_count; k++)
        if (space->boxes[k].is_bar) boxes[bars->box_count++] = space->boxes[k];
    return bars;
}

static BrinkStatus count_states(const Space *whole, CountLimits limits, Arena *arena, PackageCount *result) {
    const Space *space = keep_bars(whole, arena);
    if (!space) return BRINK_NO_MEMORY;
    int issues = space->situation->issue_count;
    int *order = arena_array(arena, (size_t)issues, sizeof *order);
    if (!order || !count_order(space, order, arena)) return BRINK_NO_MEMORY;
    Part *part = part_new(space, order, issues, arena);
    ExpandSettings settings = {
        .counts_only = true, .finish = true, .points_most = SIZE_MAX, .groups_most = limits.groups_most};
    Expansion all;
    if (!part) return BRINK_NO_MEMORY;
    BrinkStatus status = expand(part, &settings, arena, &all);
    if (status != BRINK_OK) return status;
    const ExpandLayer *last = &all.layers[all.layer_count - 1];
    double count = !all.is_too_large && last->group_count > 0 ? last->groups[0].points.packages[0] : 0;
    *result = all.is_too_large ? (PackageCount){0, count_all(space->situation)} : (PackageCount){count, count};
    return BRINK_OK;
}

BrinkStatus count_admitted(const Space *space, CountLimits limits, PackageCount *result) {
    Arena *arena = arena_new();
    BrinkStatus status = arena ? count_states(space, limits, arena, result) : BRINK_NO_MEMORY;
    arena_free(arena);
    return status;
}

/* Rows that would be gone through, each half's once for every state of the other. */
static size_t rows_gone_through(const Halves *halves) {
    const Expansion *both[] = {&halves->first, &halves->second};
    size_t sum = 0;
    for (int half = 0; half < 2; half++) {
        const ExpandLayer *own = &both[half]->layers[both[half]->layer_count - 1];
        const ExpandLayer *other = &both[!half]->layers[both[!half]->layer_count - 1];
        for (int g = 0; g < own->group_count; g++) sum += own->groups[g].row_count * (size_t)other->group_count;
    }
    return sum;
}

/* Whether it fits the limits is told in `fits`. */
static BrinkStatus count_exactly(const Space *space, const int64_t *least, CountLimits limits, Arena *arena, bool *fits,
                                 PackageCount *count) {
    Halves halves;
    BrinkStatus status = expand_halves(space, limits, arena, &halves);
    *fits = status == BRINK_OK && !halves.first.is_too_large && !halves.second.is_too_large &&
            rows_gone_through(&halves) <= ROWS_MOST;
    return *fits ? count_pairs_of_groups(space, &halves, least, limits.watch, arena, count) : status;
}

/* ---- Bounds ---- */

static int64_t round_to(int64_t x, int64_t grain, bool is_up) {
    int64_t cell = x / grain, rest = x % grain;
    if (rest < 0 && !is_up) cell--;
    if (rest > 0 && is_up) cell++;
    return cell * grain;
}

/* Every term of a worth rounded to its signer's grain, all down or all up: what is signed then is signed by the true
 * worths, or the other way round. */
static BrinkStatus round_space(const Space *space, const int64_t *grain, bool is_up, Arena *arena, Space *result) {
    assert(space->signer_count > 0);
    size_t width = (size_t)space->signer_count, options = (size_t)space->situation->option_total;
    *result = *space;
    result->worth = arena_array(arena, options * width, sizeof *result->worth);
    result->boxes = arena_array(arena, (size_t)space->box_count, sizeof *result->boxes);
    if (!result->worth || !result->boxes) return BRINK_NO_MEMORY;
    for (size_t i = 0; i < options * width; i++) result->worth[i] = round_to(space->worth[i], grain[i % width], is_up);
    for (int k = 0; k < space->box_count; k++) {
        result->boxes[k] = space->boxes[k];
        result->boxes[k].points = round_to(space->boxes[k].points, grain[space->boxes[k].signer], is_up);
    }
    for (size_t k = 0; k < width; k++) /* a price: what rounds it up lowers the worth */
        result->unverifiable[k] = round_to(space->unverifiable[k], grain[k], !is_up);
    return BRINK_OK;
}

/* How many grains each signer's worths take up to begin with. Half the issues have about half of them, so that of two
 * signers as many pairs as may be stored; more signers' sums take longer to count, and are rounded more. */
static double first_cells(const Space *space, CountLimits limits) {
    double most = (double)limits.points_most;
    return space->signer_count <= 2 ? 2.5 * pow(most, 1.0 / fmax(1, space->signer_count))
                                    : pow(most / 8, 1.0 / space->signer_count);
}

static void pick_grain(const Space *space, double cells, int64_t *grain) {
    const Situation *s = space->situation;
    for (int k = 0; k < space->signer_count; k++) {
        double range = 0;
        for (int issue = 0; issue < s->issue_count; issue++) {
            int64_t low = INT64_MAX, high = INT64_MIN;
            for (int o = s->option_start[issue]; o < s->option_start[issue + 1]; o++) {
                int64_t worth = space->worth[(size_t)o * (size_t)space->signer_count + (size_t)k];
                if (worth < low) low = worth;
                if (worth > high) high = worth;
            }
            range += (double)(high - low);
        }
        grain[k] = (int64_t)(range / fmax(1, cells)) + 1;
    }
}

static BrinkStatus bound(const Space *space, const int64_t *least, CountLimits limits, const int64_t *grain, bool is_up,
                         bool *fits, PackageCount *result) {
    Arena *arena = arena_new();
    Space rounded;
    PackageCount count;
    *fits = false;
    BrinkStatus status = arena ? round_space(space, grain, is_up, arena, &rounded) : BRINK_NO_MEMORY;
    if (status == BRINK_OK) status = count_exactly(&rounded, least, limits, arena, fits, &count);
    if (status == BRINK_OK && *fits && is_up) result->high = fmin(result->high, count.high);
    if (status == BRINK_OK && *fits && !is_up) result->low = fmax(result->low, count.low);
    arena_free(arena);
    return status;
}

/* On a grid, coarser until the sums fit. */
static BrinkStatus enclose(const Space *space, const int64_t *least, CountLimits limits, PackageCount *result) {
    int64_t grain[PACKAGE_SIGNERS_MOST] = {0};
    bool fits = false;
    BrinkStatus status = BRINK_OK;
    limits.points_most = stored_most(limits);
    for (double cells = first_cells(space, limits); status == BRINK_OK && !fits && cells > 1; cells /= 1.4) {
        pick_grain(space, cells, grain);
        status = bound(space, least, limits, grain, false, &fits, result);
        if (status == BRINK_OK && fits) status = bound(space, least, limits, grain, true, &fits, result);
        if (watch_is_stopped(limits.watch)) break;
    }
    return status;
}

static BrinkStatus count_halves(const Space *space, const int64_t *least, CountLimits limits, Arena *arena,
                                PackageCount *result) {
    bool fits;
    PackageCount count;
    *result = (PackageCount){0, count_all(space->situation)};
    BrinkStatus status = count_exactly(space, least, limits, arena, &fits, &count);
    if (fits) *result = (PackageCount){count.low, fmin(count.high, result->high)};
    if (status != BRINK_OK || fits) return status;
    arena_reset(arena); /* nothing of the attempt is needed */
    return enclose(space, least, limits, result);
}

BrinkStatus count_signed(const Space *space, const int64_t *least, CountLimits limits, PackageCount *result) {
    Arena *arena = arena_new();
    BrinkStatus status = arena ? count_halves(space, least, limits, arena, result) : BRINK_NO_MEMORY;
    arena_free(arena);
    return status == BRINK_CANCELLED ? BRINK_OK : status;
}
