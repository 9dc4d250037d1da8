/* SPDX-License-Identifier: GPL-3.0-or-later
 * Which assumption drives which outcome, from the draws of a sweep as they come. Estimators: see Drivers. */
#include "study/tally.h"

#include <math.h>

static int class_count(uint64_t planned) {
    int classes = (int)(sqrt((double)planned) / 2);
    return classes < 4 ? 4 : classes > DRIVER_CLASSES_MOST ? DRIVER_CLASSES_MOST : classes;
}

bool drivers_start(Drivers *drivers, int input_count, int output_count, uint64_t planned, Arena *arena) {
    *drivers = (Drivers){.input_count = input_count, .output_count = output_count, .classes = class_count(planned)};
    size_t inputs = (size_t)input_count, outputs = (size_t)output_count,
           cells = DRIVER_GROUPS * inputs * (size_t)drivers->classes;
    drivers->counts = arena_array(arena, cells, sizeof *drivers->counts);
    drivers->sums = arena_array(arena, cells * outputs, sizeof *drivers->sums);
    drivers->squares = arena_array(arena, DRIVER_GROUPS * outputs, sizeof *drivers->squares);
    drivers->totals = arena_array(arena, DRIVER_GROUPS * outputs, sizeof *drivers->totals);
    drivers->rank_sums = arena_array(arena, outputs * inputs * TALLY_BINS, sizeof *drivers->rank_sums);
    drivers->input_sums = arena_array(arena, inputs, sizeof *drivers->input_sums);
    drivers->input_squares = arena_array(arena, inputs, sizeof *drivers->input_squares);
    return drivers->counts && drivers->sums && drivers->squares && drivers->totals && drivers->rank_sums &&
           drivers->input_sums && drivers->input_squares;
}

static size_t count_cell(const Drivers *d, int group, int input) {
    return ((size_t)group * (size_t)d->input_count + (size_t)input) * (size_t)d->classes;
}

static size_t sum_cell(const Drivers *d, int group, int output, int input) {
    return (((size_t)group * (size_t)d->output_count + (size_t)output) * (size_t)d->input_count + (size_t)input) *
           (size_t)d->classes;
}

void drivers_add(Drivers *d, uint64_t draw, const double *inputs, const double *outputs) {
    static const Tally share = {.is_share = true};
    int group = (int)(draw % DRIVER_GROUPS);
    d->count++;
    for (int o = 0; o < d->output_count; o++) {
        d->totals[group * d->output_count + o] += outputs[o];
        d->squares[group * d->output_count + o] += outputs[o] * outputs[o];
    }
    for (int i = 0; i < d->input_count; i++) {
        int class = (int)(inputs[i] * d->classes);
        if (class >= d->classes) class = d->classes - 1;
        d->counts[count_cell(d, group, i) + (size_t) class]++;
        d->input_sums[i] += inputs[i];
        d->input_squares[i] += inputs[i] * inputs[i];
        for (int o = 0; o < d->output_count; o++) {
            d->sums[sum_cell(d, group, o, i) + (size_t) class] += outputs[o];
            d->rank_sums[((size_t)o * (size_t)d->input_count + (size_t)i) * TALLY_BINS +
                         (size_t)tally_bin(&share, outputs[o])] += inputs[i];
        }
    }
}

/* 1 - (within / (n - classes)) / (total / (n - 1)): unbiased in both variances, so near 0 for an input that does
 * nothing. `left_out` -1: none. */
static double first_order(const Drivers *d, int input, int output, int left_out) {
    double n = 0, total = 0, squares = 0, between = 0;
    int filled = 0;
    for (int g = 0; g < DRIVER_GROUPS; g++) {
        if (g == left_out) continue;
        total += d->totals[g * d->output_count + output];
        squares += d->squares[g * d->output_count + output];
    }
    for (int class = 0; class < d->classes; class ++) {
        double count = 0, sum = 0;
        for (int g = 0; g < DRIVER_GROUPS; g++) {
            if (g == left_out) continue;
            count += (double)d->counts[count_cell(d, g, input) + (size_t) class];
            sum += d->sums[sum_cell(d, g, output, input) + (size_t) class];
        }
        if (count > 0) between += sum * sum / count;
        filled += count > 0;
        n += count;
    }
    double within = (squares - between) / (n - filled), all = (squares - total * total / n) / (n - 1);
    return n > filled && all > 1e-24 ? 1 - within / all : NAN;
}

/* Spearman's correlation: that of the input's uniform with the output's mid-rank, to within the bins of the output. */
static double rank_correlation(const Drivers *d, int input, int output, const Tally *tally) {
    const double *sums = d->rank_sums + ((size_t)output * (size_t)d->input_count + (size_t)input) * TALLY_BINS;
    double n = (double)d->count, below = 0, mean = d->input_sums[input] / n, cross = 0, spread = 0;
    for (int bin = 0; bin < TALLY_BINS; bin++) {
        double own = (double)tally->bins[bin], rank = (below + own / 2) / n - 0.5;
        cross += rank * (sums[bin] - own * mean);
        spread += own * rank * rank;
        below += own;
    }
    double variance = d->input_squares[input] - n * mean * mean;
    return cross / sqrt(spread * variance);
}

Driver drivers_find(const Drivers *d, int input, int output, const Tally *tally) {
    Driver found = {.first = first_order(d, input, output, -1)};
    double sum = 0, squares = 0;
    for (int g = 0; g < DRIVER_GROUPS; g++) {
        double without = first_order(d, input, output, g);
        sum += without;
        squares += without * without;
    }
    double error = sqrt(fmax(0, (squares - sum * sum / DRIVER_GROUPS) * (DRIVER_GROUPS - 1) / DRIVER_GROUPS));
    found.low = found.first - 1.96 * error;
    found.high = found.first + 1.96 * error;
    found.rank = rank_correlation(d, input, output, tally);
    found.rank_error = d->count > 3 ? 1.03 / sqrt((double)d->count - 3) : NAN; /* Fieller, Hartley and Pearson 1957 */
    return found;
}
