/* SPDX-License-Identifier: GPL-3.0-or-later
 * The revised simplex method in two phases with a dense inverse: there are one row per signer and one for the sum of
 * shares, so a basis is small however many points there are. The steepest column enters; after many steps the first
 * that improves does, which cannot cycle (Bland 1977).
 *
 * Invariant: what is written to the result is feasible, and `most` is a bound by duality whether or not the last step
 * was reached. */
#include "packages/hull.h"

#include <math.h>
#include <string.h>

enum { ROWS_MOST = PACKAGE_SIGNERS_MOST + 1, STEPS_MOST = 4000, STEEPEST_STEPS = 400, FRESH_EVERY = 40 };
static const double TOLERANCE = 1e-11;

typedef struct Simplex {
    const Hull *hull;
    const HullTask *task;
    int rows; /* width + 1 */
    bool is_first_phase;
    int steps;
    double inverse[ROWS_MOST][ROWS_MOST], level[ROWS_MOST], dual[ROWS_MOST], sign[ROWS_MOST];
    size_t basis[ROWS_MOST];
} Simplex;

/* ---- Columns: points, t up and down, a surplus per signer, an artificial one per row ---- */

static size_t t_up(const Simplex *x) {
    return x->hull->count;
}

static size_t surplus(const Simplex *x, int k) {
    return x->hull->count + 2 + (size_t)k;
}

static size_t artificial(const Simplex *x, int row) {
    return surplus(x, x->hull->width) + (size_t)row;
}

static bool is_artificial(const Simplex *x, size_t column) {
    return column >= artificial(x, 0);
}

static void fill_column(const Simplex *x, size_t column, double *entries) {
    int width = x->hull->width;
    memset(entries, 0, (size_t)x->rows * sizeof *entries);
    if (column < x->hull->count) {
        memcpy(entries, x->hull->gain + column * (size_t)width, (size_t)width * sizeof *entries);
        entries[width] = 1;
    } else if (column < surplus(x, 0)) {
        for (int k = 0; k < width; k++) entries[k] = column == t_up(x) ? -x->task->slope[k] : x->task->slope[k];
    } else if (!is_artificial(x, column)) {
        entries[column - surplus(x, 0)] = -1;
    } else {
        int row = (int)(column - artificial(x, 0));
        entries[row] = x->sign[row];
    }
}

static double cost(const Simplex *x, size_t column) {
    double sum = 0;
    if (is_artificial(x, column)) return x->is_first_phase ? -1 : 0;
    if (x->is_first_phase || column >= surplus(x, 0)) return 0;
    if (column >= t_up(x)) return column == t_up(x) ? x->task->rise : -x->task->rise;
    for (int k = 0; k < x->hull->width; k++)
        sum += x->task->objective[k] * x->hull->gain[column * (size_t)x->hull->width + (size_t)k];
    return sum;
}

static double right_side(const Simplex *x, int row) {
    return row < x->hull->width ? x->task->low[row] : 1;
}

/* ---- A basis ---- */

static void start(Simplex *x) {
    memset(x->inverse, 0, sizeof x->inverse);
    for (int r = 0; r < x->rows; r++) {
        double right = right_side(x, r);
        x->sign[r] = right < 0 ? -1 : 1;
        x->basis[r] = artificial(x, r);
        x->inverse[r][r] = x->sign[r];
        x->level[r] = fabs(right);
    }
}

static void set_levels(Simplex *x) {
    for (int r = 0; r < x->rows; r++) {
        x->level[r] = 0;
        for (int i = 0; i < x->rows; i++) x->level[r] += x->inverse[r][i] * right_side(x, i);
        x->level[r] = fmax(0, x->level[r]);
    }
}

static void swap_rows(double (*matrix)[ROWS_MOST], int a, int b) {
    double kept[ROWS_MOST];
    memcpy(kept, matrix[a], sizeof kept);
    memcpy(matrix[a], matrix[b], sizeof kept);
    memcpy(matrix[b], kept, sizeof kept);
}

/* Inverts the basis afresh (Gauss and Jordan), so that rounding does not pile up. */
static void refresh(Simplex *x) {
    double matrix[ROWS_MOST][ROWS_MOST], inverse[ROWS_MOST][ROWS_MOST] = {{0}}, entries[ROWS_MOST];
    for (int c = 0; c < x->rows; c++) {
        fill_column(x, x->basis[c], entries);
        for (int r = 0; r < x->rows; r++) matrix[r][c] = entries[r];
        inverse[c][c] = 1;
    }
    for (int c = 0; c < x->rows; c++) {
        int best = c;
        for (int r = c + 1; r < x->rows; r++)
            if (fabs(matrix[r][c]) > fabs(matrix[best][c])) best = r;
        if (!(fabs(matrix[best][c]) > 1e-14)) return; /* the old one serves better */
        swap_rows(matrix, c, best);
        swap_rows(inverse, c, best);
        for (int r = 0; r < x->rows; r++) {
            double factor = r == c ? 0 : matrix[r][c] / matrix[c][c];
            for (int i = 0; i < x->rows && factor != 0; i++) {
                matrix[r][i] -= factor * matrix[c][i];
                inverse[r][i] -= factor * inverse[c][i];
            }
        }
    }
    for (int r = 0; r < x->rows; r++)
        for (int i = 0; i < x->rows; i++) x->inverse[r][i] = inverse[r][i] / matrix[r][r];
    set_levels(x);
}

static void set_duals(Simplex *x) {
    memset(x->dual, 0, sizeof x->dual);
    for (int r = 0; r < x->rows; r++) {
        double own = cost(x, x->basis[r]);
        for (int i = 0; i < x->rows && own != 0; i++) x->dual[i] += own * x->inverse[r][i];
    }
}

/* ---- Steps ---- */

/* What a share of a point is worth above its price. */
static double point_excess(const Simplex *x, size_t row) {
    const double *gain = x->hull->gain + row * (size_t)x->hull->width;
    double sum = -x->dual[x->hull->width];
    for (int k = 0; k < x->hull->width; k++)
        sum += ((x->is_first_phase ? 0 : x->task->objective[k]) - x->dual[k]) * gain[k];
    return sum;
}

static double excess(const Simplex *x, size_t column) {
    double entries[ROWS_MOST], sum = cost(x, column);
    if (column < x->hull->count) return point_excess(x, column);
    fill_column(x, column, entries);
    for (int r = 0; r < x->rows; r++) sum -= x->dual[r] * entries[r];
    return sum;
}

/* The column to enter; false where none improves. */
static bool find_entering(const Simplex *x, size_t *entering) {
    double best = TOLERANCE;
    for (size_t column = 0; column < artificial(x, 0); column++) {
        double own = excess(x, column);
        if (!(own > best)) continue;
        best = own;
        *entering = column;
        if (x->steps > STEEPEST_STEPS) return true;
    }
    return best > TOLERANCE;
}

/* The row to leave; -1: none, the programme has no end. */
static int find_leaving(const Simplex *x, const double *rate) {
    int best = -1;
    double least = INFINITY;
    for (int r = 0; r < x->rows; r++) {
        bool is_idle = !x->is_first_phase && is_artificial(x, x->basis[r]) && fabs(rate[r]) > 1e-9;
        if (!is_idle && !(rate[r] > 1e-9)) continue;
        double ratio = is_idle ? 0 : x->level[r] / rate[r];
        bool is_tied = best >= 0 && ratio == least;
        bool wins_tie = x->steps > STEEPEST_STEPS ? best >= 0 && x->basis[r] < x->basis[best]
                                                  : best >= 0 && fabs(rate[r]) > fabs(rate[best]);
        if (ratio < least || (is_tied && wins_tie)) {
            least = ratio;
            best = r;
        }
    }
    return best;
}

static void exchange(Simplex *x, int row, size_t entering, const double *rate) {
    double step = x->level[row] / rate[row];
    for (int i = 0; i < x->rows; i++) x->inverse[row][i] /= rate[row];
    for (int r = 0; r < x->rows; r++) {
        if (r == row) continue;
        x->level[r] = fmax(0, x->level[r] - rate[r] * step);
        for (int i = 0; i < x->rows; i++) x->inverse[r][i] -= rate[r] * x->inverse[row][i];
    }
    x->level[row] = step;
    x->basis[row] = entering;
}

/* Whether the end was reached. */
static bool climb(Simplex *x) {
    double entries[ROWS_MOST], rate[ROWS_MOST];
    size_t entering = 0;
    int most = x->task->steps_most > 0 ? x->task->steps_most : STEPS_MOST;
    for (x->steps = 0; x->steps < most; x->steps++) {
        if (x->steps % FRESH_EVERY == FRESH_EVERY - 1) refresh(x);
        set_duals(x);
        if (!find_entering(x, &entering)) return true;
        fill_column(x, entering, entries);
        for (int r = 0; r < x->rows; r++) {
            rate[r] = 0;
            for (int i = 0; i < x->rows; i++) rate[r] += x->inverse[r][i] * entries[i];
        }
        int leaving = find_leaving(x, rate);
        if (leaving < 0) return false;
        exchange(x, leaving, entering, rate);
    }
    return false;
}

/* ---- The answer ---- */

static void read_mix(const Simplex *x, HullMix *result) {
    double sum = 0;
    int width = x->hull->width;
    *result = (HullMix){0};
    for (int r = 0; r < x->rows; r++) {
        size_t column = x->basis[r];
        if (column < x->hull->count && x->level[r] > 1e-12) {
            result->row[result->count] = column;
            result->share[result->count++] = x->level[r];
            sum += x->level[r];
        } else if (column >= t_up(x) && column < surplus(x, 0)) {
            result->t += column == t_up(x) ? x->level[r] : -x->level[r];
        }
    }
    for (int i = 0; i < result->count; i++) {
        result->share[i] /= sum;
        for (int k = 0; k < width; k++)
            result->gain[k] += result->share[i] * x->hull->gain[result->row[i] * (size_t)width + (size_t)k];
    }
}

/* As t is free, duals prove nothing unless they are worth just `rise` to it; false where they are worth nothing. */
static bool balance(Simplex *x) {
    double worth = 0;
    for (int k = 0; k < x->hull->width; k++) worth -= x->dual[k] * x->task->slope[k];
    for (int k = 0; k < x->hull->width && worth > 0; k++) x->dual[k] *= x->task->rise / worth;
    return worth > 0 || x->task->rise == 0;
}

/* Any such duals of the right sign prove a bound: the price of the right side, and of what a share is worth above it.
 */
static void prove(Simplex *x, HullMix *result) {
    double most_excess = -INFINITY;
    int width = x->hull->width;
    result->value = x->task->rise * result->t;
    for (int k = 0; k < width; k++) {
        x->dual[k] = fmin(0, x->dual[k]);
        result->dual[k] = -x->dual[k];
        result->value += x->task->objective[k] * result->gain[k];
    }
    bool is_bound = balance(x);
    for (size_t row = 0; row < x->hull->count; row++) most_excess = fmax(most_excess, point_excess(x, row));
    result->most = x->dual[width] + most_excess;
    for (int k = 0; k < width; k++) result->most += x->dual[k] * x->task->low[k];
    result->most = is_bound ? fmax(result->most, result->value) : INFINITY;
}

/* The same programme with coefficients of the size of 1; returns what they were divided by. */
static double set_scale(const HullTask *task, int width, HullTask *scaled) {
    double largest = task->rise;
    for (int k = 0; k < width; k++) largest = fmax(largest, fabs(task->objective[k]));
    *scaled = *task;
    if (largest <= 0) return 1;
    scaled->rise /= largest;
    for (int k = 0; k < width; k++) scaled->objective[k] /= largest;
    return largest;
}

static void undo_scale(double scale, int width, HullMix *result) {
    result->value *= scale;
    result->most *= scale;
    for (int k = 0; k < width; k++) result->dual[k] *= scale;
}

HullOutcome hull_solve(const Hull *hull, const HullTask *task, HullMix *result) {
    HullTask scaled;
    Simplex x = {.hull = hull, .task = &scaled, .rows = hull->width + 1, .is_first_phase = true};
    double missing = 0, scale = set_scale(task, hull->width, &scaled);
    if (hull->count == 0) return HULL_NO_MIX;
    start(&x);
    bool is_end = climb(&x);
    for (int r = 0; r < x.rows; r++) missing += is_artificial(&x, x.basis[r]) ? x.level[r] : 0;
    if (missing > 1e-9) return is_end ? HULL_NO_MIX : HULL_UNSOLVED;
    x.is_first_phase = false;
    climb(&x);
    refresh(&x);
    set_duals(&x);
    read_mix(&x, result);
    prove(&x, result);
    undo_scale(scale, hull->width, result);
    return result->count > 0 ? HULL_SOLVED : HULL_UNSOLVED;
}
