/* SPDX-License-Identifier: GPL-3.0-or-later
 * The value of a number at a draw and a day. Quantiles come from GSL; the uniform behind draw k of number i depends on
 * the seed, i and k alone. */
#include "scenario/table.h"

#include <gsl/gsl_cdf.h>
#include <math.h>
#include <string.h>

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
    if (draw.values && !isnan(draw.values[index])) return draw.values[index];
    if (draw.is_centre || number->spread == SPREAD_FIXED) return centre_of(number);
    double u = draw.uniforms ? draw.uniforms[index] : random_uniform(draw.seed, number->stream, draw.index);
    if (isnan(u)) return centre_of(number);
    return fmin(fmax(quantile_of(number, u), number->low), number->high);
}

/* ---- The distribution itself ---- */

bool number_is_assumption(const Number *number) {
    bool is_spread = number->spread != SPREAD_FIXED && number->spread != SPREAD_SAME && number->spread != SPREAD_STEPS;
    return is_spread && number->is_stated && strncmp(number->path, "spillovers.", 11) != 0;
}

int number_origin(const Scenario *scenario, int index) {
    while (scenario->numbers[index].spread == SPREAD_SAME) index = scenario->numbers[index].same;
    return index;
}

double number_centre(const Scenario *scenario, int index) {
    return centre_of(&scenario->numbers[number_origin(scenario, index)]);
}

double number_quantile(const Scenario *scenario, int index, double u) {
    const Number *number = &scenario->numbers[number_origin(scenario, index)];
    return fmin(fmax(quantile_of(number, u), number->low), number->high);
}

static double choice_cdf(const Number *number, double x) {
    int below = 0;
    for (int i = 0; i < number->parameter_count; i++) below += number->parameters[i] <= x;
    return (double)below / number->parameter_count;
}

static double pert_cdf(const double *p, double x) {
    double width = p[2] - p[0], a = 1 + 4 * (p[1] - p[0]) / width, b = 1 + 4 * (p[2] - p[1]) / width;
    return x <= p[0] ? 0 : x >= p[2] ? 1 : gsl_cdf_beta_P((x - p[0]) / width, a, b);
}

double number_cdf(const Scenario *scenario, int index, double x) {
    const Number *number = &scenario->numbers[number_origin(scenario, index)];
    const double *p = number->parameters;
    if (x >= number->high) return 1;
    if (x < number->low) return 0;
    switch (number->spread) {
    case SPREAD_PERT:
        return pert_cdf(p, x);
    case SPREAD_UNIFORM:
        return fmin(fmax((x - p[0]) / (p[1] - p[0]), 0), 1);
    case SPREAD_NORMAL:
        return gsl_cdf_gaussian_P(x - p[0], p[1]);
    case SPREAD_LOGNORMAL:
        return x <= 0 ? 0 : gsl_cdf_gaussian_P(log(x / p[0]), log(p[1]));
    case SPREAD_BETA:
        return x <= 0 ? 0 : x >= 1 ? 1 : gsl_cdf_beta_P(x, p[0], p[1]);
    case SPREAD_CHOICE:
        return choice_cdf(number, x);
    default:
        return x >= p[0];
    }
}

double number_mean(const Scenario *scenario, int index) {
    const Number *number = &scenario->numbers[number_origin(scenario, index)];
    const double *p = number->parameters;
    double sum = 0;
    switch (number->spread) {
    case SPREAD_PERT:
        return (p[0] + 4 * p[1] + p[2]) / 6;
    case SPREAD_LOGNORMAL:
        return p[0] * exp(log(p[1]) * log(p[1]) / 2);
    case SPREAD_CHOICE:
        for (int i = 0; i < number->parameter_count; i++) sum += p[i];
        return sum / number->parameter_count;
    default:
        return centre_of(number);
    }
}
