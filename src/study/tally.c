/* SPDX-License-Identifier: GPL-3.0-or-later
 * Streaming mean, spread, histogram and quantiles. Invariant: the result depends on the numbers and their order alone.
 */
#include "study/tally.h"

#include <math.h>
#include <string.h>

bool tally_start(Tally *tally, bool is_share, Arena *arena) {
    *tally = (Tally){.is_share = is_share, .reach = 1, .least = INFINITY, .most = -INFINITY};
    tally->bins = arena_array(arena, TALLY_BINS, sizeof *tally->bins);
    return tally->bins != NULL;
}

static double low_edge(const Tally *tally) {
    return tally->is_share ? 0 : -tally->reach;
}

static double bin_width(const Tally *tally) {
    return (tally->is_share ? 1 : 2 * tally->reach) / TALLY_BINS;
}

int tally_bin(const Tally *tally, double value) {
    double at = (value - low_edge(tally)) / bin_width(tally);
    return at < 0 ? 0 : at >= TALLY_BINS ? TALLY_BINS - 1 : (int)at;
}

/* Twice the reach: neighbouring bins become one, around the middle. */
static void widen(Tally *tally) {
    for (int i = 0; i < TALLY_BINS / 4;
         i++) { /* from the middle outward, so that nothing is overwritten before it is read */
        int up = TALLY_BINS / 2 + i, down = TALLY_BINS / 2 - 1 - i;
        tally->bins[up] = tally->bins[TALLY_BINS / 2 + 2 * i] + tally->bins[TALLY_BINS / 2 + 2 * i + 1];
        tally->bins[down] = tally->bins[TALLY_BINS / 2 - 1 - 2 * i] + tally->bins[TALLY_BINS / 2 - 2 - 2 * i];
    }
    memset(tally->bins, 0, TALLY_BINS / 4 * sizeof *tally->bins);
    memset(tally->bins + 3 * TALLY_BINS / 4, 0, TALLY_BINS / 4 * sizeof *tally->bins);
    tally->reach *= 2;
}

void tally_take(Tally *tally, double value) {
    if (!isfinite(value)) return;
    while (!tally->is_share && fabs(value) >= tally->reach) widen(tally);
    double before = value - tally->mean;
    tally->count++;
    tally->mean += before / (double)tally->count;
    tally->squares += before * (value - tally->mean);
    tally->least = fmin(tally->least, value);
    tally->most = fmax(tally->most, value);
    tally->bins[tally_bin(tally, value)]++;
    if (tally->count >= 16 && (tally->count & (tally->count - 1)) == 0 && tally->step_count < TALLY_STEPS)
        tally->steps[tally->step_count++] = (TallyStep){tally->count, tally->mean, tally_error(tally)};
}

double tally_sd(const Tally *tally) {
    return tally->count > 1 ? sqrt(tally->squares / (double)(tally->count - 1)) : NAN;
}

double tally_error(const Tally *tally) {
    return tally_sd(tally) / sqrt((double)tally->count);
}

double tally_quantile(const Tally *tally, double share) {
    double wanted = share * (double)tally->count, below = 0;
    for (int i = 0; i < TALLY_BINS; i++) {
        double own = (double)tally->bins[i];
        if (own > 0 && below + own >= wanted) {
            double value = low_edge(tally) + bin_width(tally) * (i + (wanted - below) / own);
            return fmin(fmax(value, tally->least), tally->most);
        }
        below += own;
    }
    return tally->count > 0 ? tally->most : NAN;
}
