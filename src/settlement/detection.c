/* SPDX-License-Identifier: GPL-3.0-or-later
 * Timely detection, and how large a sample must be (docs/method/safeguards.md (10)-(12)). */
#include "settlement/safeguards.h"

#include <math.h>

double detection_timely(double breakout_days, double detect_days) {
    if (isinf(breakout_days)) return 1;
    return -expm1(-breakout_days / detect_days);
}

double detection_interval(double breakout_days, double beta) {
    if (beta <= 0) return INFINITY;
    return beta >= 1 ? 0 : -breakout_days / log1p(-beta);
}

double sampling_detection(int items, int falsified, int sample) {
    if (falsified <= 0 || sample <= 0) return 0;
    double missed = 1;
    for (int i = 0; i < sample; i++) missed *= fmax(0, items - falsified - i) / (items - i);
    return 1 - missed;
}

int sampling_least(int items, int falsified, double wanted) {
    int sample = 0;
    while (sample < items && sampling_detection(items, falsified, sample) < wanted) sample++;
    return sample;
}
