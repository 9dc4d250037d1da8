/* SPDX-License-Identifier: GPL-3.0-or-later
 * The value of a number at a draw and a day. Quantiles come from GSL; the uniform behind draw k of number i depends on
 * the seed, i and k alone. */
#include "scenario/table.h"

#include <gsl/gsl_cdf.h>
#include <math.h>

/* PERT (Malcolm et al. 1959): a beta of mean (low + 4 mode + high) / 6 stretched over [low, high]. */
static double pert_quantile(const double *p, double u) {
    double width = p[2] - p[0], a = 1 + 4 * (p[1] - p[0]) / width, b = 1 + 4 * (p[2] - p[1]) / width;
    return p[0] + width * gsl_cdf_beta_Pinv(u, a, b);
}

static double centre_of(const Number *number) {
    const double *p = number->parameters;
    switch (number->spread) {
    case SPREAD_PERT:
        return p[1];
    case SPREAD_UNIFORM:
        return (p[0] + p[1]) / 2;
    case SPREAD_BETA:
        return p[0] / (p[0] + p[1]);
    default:
        return p[0];
    }
}

static double quantile_of(const Number *number, double u) {
    const double *p = number->parameters;
    switch (number->spread) {
    case SPREAD_PERT:
        return pert_quantile(p, u);
    case SPREAD_UNIFORM:
        return p[0] + u * (p[1] - p[0]);
    case SPREAD_NORMAL:
        return p[0] + gsl_cdf_gaussian_Pinv(u, p[1]);
    case SPREAD_LOGNORMAL:
        return p[0] * exp(gsl_cdf_gaussian_Pinv(u, log(p[1])));
    case SPREAD_BETA:
        return gsl_cdf_beta_Pinv(u, p[0], p[1]);
    case SPREAD_CHOICE:
        return p[(int)(u * number->parameter_count)];
    default:
        return p[0];
    }
}

/* The step in force on a day: the last that began on or before it, the first where none has. */
static int step_at(const Number *number, double day) {
    int step = 0;
    while (2 * (step + 1) < number->parameter_count && number->parameters[2 * (step + 1)] <= day) step++;
    return step;
}

double number_value(const Scenario *scenario, int index, Draw draw, double day) {
    const Number *number = &scenario->numbers[index];
    while (number->spread == SPREAD_SAME || number->spread == SPREAD_STEPS) {
        index = number->spread == SPREAD_SAME ? number->same : number->step_numbers[step_at(number, day)];
        number = &scenario->numbers[index];
    }
    if (draw.is_centre || number->spread == SPREAD_FIXED) return centre_of(number);
    double value = quantile_of(number, random_uniform(draw.seed, (uint32_t)index, draw.index));
    return fmin(fmax(value, number->low), number->high);
}
