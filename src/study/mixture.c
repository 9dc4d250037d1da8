/* SPDX-License-Identifier: GPL-3.0-or-later
 * Spillovers: the distributions of an effect after each outcome, mixed by the probabilities of the outcomes. */
#include "study/study.h"

#include <math.h>

const double mixture_shares[5] = {0.05, 0.25, 0.5, 0.75, 0.95};

double mixture_cdf(const Scenario *scenario, int spillover, const double weights[OUTCOME_COUNT], double x) {
    double sum = 0;
    for (int o = 0; o < OUTCOME_COUNT; o++) {
        int number = scenario->spillovers[spillover].number[o];
        sum += weights[o] * (number < 0 ? x >= 0 : number_cdf(scenario, number, x));
    }
    return sum;
}

/* The mixture's quantile lies between the smallest and the largest of its parts'. */
double mixture_quantile(const Scenario *scenario, int spillover, const double weights[OUTCOME_COUNT], double share) {
    double low = INFINITY, high = -INFINITY;
    for (int o = 0; o < OUTCOME_COUNT; o++) {
        int number = scenario->spillovers[spillover].number[o];
        double own = number < 0 ? 0 : number_quantile(scenario, number, share);
        if (!(weights[o] > 0)) continue;
        low = fmin(low, own);
        high = fmax(high, own);
    }
    for (int i = 0; i < 200 && low < high; i++) {
        double middle = low + (high - low) / 2;
        if (middle <= low || middle >= high) break;
        if (mixture_cdf(scenario, spillover, weights, middle) < share)
            low = middle;
        else
            high = middle;
    }
    return high;
}

Mixture mixture_of(const Scenario *scenario, int spillover, const double weights[OUTCOME_COUNT]) {
    Mixture mixture = {0};
    for (int o = 0; o < OUTCOME_COUNT; o++) {
        int number = scenario->spillovers[spillover].number[o];
        mixture.mean += weights[o] * (number < 0 ? 0 : number_mean(scenario, number));
    }
    for (int i = 0; i < 5; i++)
        mixture.quantiles[i] = mixture_quantile(scenario, spillover, weights, mixture_shares[i]);
    return mixture;
}
