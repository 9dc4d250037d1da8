/* SPDX-License-Identifier: GPL-3.0-or-later
 * Weights from statements. A swing v of issue i says w_i = k v, with one k for all swings of a type; an even trade says
 * that what is got is worth what is given; `at_least` that it is worth no less, which leaves a surplus s >= 0. All are
 * rows of A x = b in points, x the unknown weights, k and the surpluses, none of them negative. Where no x fits all,
 * the one with the least sum of squares is taken (non-negative least squares: Lawson and Hanson, Solving Least Squares
 * Problems, 1974, ch. 23); GSL, which has no such solver, factors the columns at hand. */
#include "scenario/elicit.h"

#include <gsl/gsl_linalg.h>
#include <math.h>
#include <string.h>

typedef struct System {
    int rows, columns;
    double *a, *b; /* [rows][columns] */
} System;

static int row_count(const Elicitation *e) {
    return e->swing_count + e->trade_count;
}

/* Unknown weights, k, a surplus for each trade. */
static int column_count(const Elicitation *e) {
    return e->unknown_count + 1 + e->trade_count;
}

size_t elicit_workspace(const Elicitation *e) {
    size_t rows = (size_t)row_count(e), columns = (size_t)column_count(e);
    return 2 * rows * columns + 4 * rows + 6 * columns;
}

/* ---- The rows ---- */

/* Adds w_issue times `share` to a row: to the unknown's column, or to the right side where the weight is known. */
static void add_term(const Elicitation *e, Appraisal p, System system, int row, int issue, double share) {
    int column = e->column[issue];
    if (column >= 0)
        system.a[row * system.columns + column] += share;
    else
        system.b[row] -= share * (column == COLUMN_ANCHOR ? p.anchor[issue] : p.weight[issue]);
}

static double term_share(const TradeTerm *term, Appraisal p) {
    return (p.score[term->to] - p.score[term->from]) / 100;
}

static System new_system(const Elicitation *e, Appraisal p, double *workspace) {
    System system = {row_count(e), column_count(e), workspace, NULL};
    size_t cells = (size_t)system.rows * (size_t)system.columns;
    system.b = workspace + cells;
    memset(workspace, 0, (cells + (size_t)system.rows) * sizeof *workspace);
    int row = 0;
    for (int issue = 0; issue < p.issue_count; issue++) {
        if (!e->swings[issue]) continue;
        add_term(e, p, system, row, issue, 1);
        system.a[row++ * system.columns + e->unknown_count] = -p.swing[issue] / 100;
    }
    for (int trade = 0; trade < e->trade_count; trade++, row++) {
        for (int i = 0; i < e->trades[trade]->term_count; i++)
            add_term(e, p, system, row, e->trades[trade]->terms[i].issue, term_share(&e->trades[trade]->terms[i], p));
        if (!e->trades[trade]->is_even) system.a[row * system.columns + e->unknown_count + 1 + trade] = -1;
    }
    return system;
}

/* ---- Non-negative least squares ---- */

typedef struct Descent {
    System system;
    double *qr, *tau, *residual, *scratch, *x, *z; /* x the answer so far, z the free columns' own least squares */
    double *is_free, *is_barred;                   /* 1 or 0; barred: depends on the free ones */
} Descent;

static Descent new_descent(System system, double *workspace) {
    size_t rows = (size_t)system.rows, columns = (size_t)system.columns;
    Descent d = {.system = system, .qr = workspace};
    d.residual = d.qr + rows * columns;
    d.scratch = d.residual + rows;
    d.tau = d.scratch + 2 * rows;
    d.x = d.tau + columns;
    d.z = d.x + columns;
    d.is_free = d.z + columns;
    d.is_barred = d.is_free + columns;
    memset(d.x, 0, 4 * columns * sizeof *d.x);
    return d;
}

static int free_count(const Descent *d) {
    int count = 0;
    for (int j = 0; j < d->system.columns; j++) count += d->is_free[j] != 0;
    return count;
}

/* Least squares on the free columns alone, into z; false where they depend on each other. */
static bool solve_free(const Descent *d) {
    int rows = d->system.rows, columns = d->system.columns, count = free_count(d), at = 0;
    if (count > rows) return false;
    for (int j = 0; j < columns; j++) {
        d->z[j] = 0;
        if (d->is_free[j] == 0) continue;
        for (int i = 0; i < rows; i++) d->qr[i * count + at] = d->system.a[i * columns + j];
        at++;
    }
    if (count == 0) return true;
    double solution[ELICIT_ISSUE_LIMIT + 1 + ELICIT_TRADE_LIMIT], largest = 0, smallest = INFINITY;
    size_t m = (size_t)rows, n = (size_t)count;
    gsl_matrix_view qr = gsl_matrix_view_array(d->qr, m, n);
    gsl_vector_view tau = gsl_vector_view_array(d->tau, n), x = gsl_vector_view_array(solution, n);
    gsl_vector_view b = gsl_vector_view_array(d->system.b, m), rest = gsl_vector_view_array(d->scratch, m);
    gsl_linalg_QR_decomp(&qr.matrix, &tau.vector);
    for (int i = 0; i < count; i++) {
        double size = fabs(d->qr[i * count + i]);
        largest = fmax(largest, size);
        smallest = fmin(smallest, size);
    }
    if (!(smallest > 1e-11 * largest)) return false;
    gsl_linalg_QR_lssolve(&qr.matrix, &tau.vector, &b.vector, &x.vector, &rest.vector);
    at = 0;
    for (int j = 0; j < columns; j++)
        if (d->is_free[j] != 0) d->z[j] = solution[at++];
    return true;
}

/* The column, not free, along which the sum of squares falls fastest; -1 where along none. */
static int steepest(const Descent *d) {
    int rows = d->system.rows, columns = d->system.columns, best = -1;
    double most = 0, scale = 0;
    for (int i = 0; i < rows; i++) {
        d->residual[i] = d->system.b[i];
        for (int j = 0; j < columns; j++) d->residual[i] -= d->system.a[i * columns + j] * d->x[j];
        scale = fmax(scale, fabs(d->system.b[i]));
    }
    for (int j = 0; j < columns; j++) {
        double slope = 0;
        for (int i = 0; i < rows; i++) slope += d->system.a[i * columns + j] * d->residual[i];
        if (d->is_free[j] != 0 || d->is_barred[j] != 0 || !(slope > fmax(most, 1e-11 * scale))) continue;
        most = slope;
        best = j;
    }
    return best;
}

/* From x towards z as far as nothing turns negative; what comes to 0 on the way is freed no more. False once z is
 * reached. */
static bool step(const Descent *d) {
    double length = 1;
    int stop = -1;
    for (int j = 0; j < d->system.columns; j++) {
        if (d->is_free[j] == 0 || d->z[j] > 0) continue;
        double own = d->x[j] > d->z[j] ? d->x[j] / (d->x[j] - d->z[j]) : 0;
        if (stop >= 0 && own >= length) continue;
        length = own;
        stop = j;
    }
    for (int j = 0; j < d->system.columns; j++) d->x[j] += length * (d->z[j] - d->x[j]);
    if (stop < 0) return false;
    d->x[stop] = 0;
    d->is_free[stop] = 0;
    return true;
}

static void descend(const Descent *d) {
    int limit = 10 * d->system.columns, column;
    for (int round = 0; round < limit && (column = steepest(d)) >= 0; round++) {
        d->is_free[column] = 1;
        bool is_solved = solve_free(d);
        if (!is_solved || d->z[column] <= 0) { /* dependent, or no descent beyond rounding */
            d->is_free[column] = 0;
            d->is_barred[column] = 1;
            continue;
        }
        while (step(d) && solve_free(d))
            ;
        memset(d->is_barred, 0, (size_t)d->system.columns * sizeof *d->is_barred);
    }
}

void elicit_solve(const Elicitation *e, Appraisal p, double *workspace) {
    System system = new_system(e, p, workspace);
    size_t used = (size_t)system.rows * (size_t)system.columns + (size_t)system.rows;
    Descent descent = new_descent(system, workspace + used);
    if (system.rows > 0) descend(&descent);
    for (int issue = 0; issue < p.issue_count; issue++) {
        if (e->column[issue] >= 0) p.weight[issue] = descent.x[e->column[issue]];
        if (e->column[issue] == COLUMN_ANCHOR) p.weight[issue] = p.anchor[issue];
    }
}

/* ---- What the statements leave open ---- */

/* Exchanges two rows of a matrix. */
static void swap_rows(double *a, int columns, int one, int other) {
    for (int j = 0; j < columns && one != other; j++) {
        double kept = a[one * columns + j];
        a[one * columns + j] = a[other * columns + j];
        a[other * columns + j] = kept;
    }
}

/* Gauss and Jordan: brings the first `width` columns to pivots; pivot_row[column] or -1. */
static void eliminate(double *a, int rows, int columns, int width, int *pivot_row) {
    int rank = 0;
    for (int column = 0; column < width; column++) {
        int best = rank;
        pivot_row[column] = -1;
        for (int i = rank; i < rows; i++)
            if (fabs(a[i * columns + column]) > fabs(a[best * columns + column])) best = i;
        if (rank == rows || fabs(a[best * columns + column]) < 1e-9) continue;
        swap_rows(a, columns, rank, best);
        double pivot = a[rank * columns + column];
        for (int j = 0; j < columns; j++) a[rank * columns + j] /= pivot;
        for (int i = 0; i < rows; i++) {
            double factor = a[i * columns + column];
            for (int j = 0; j < columns && i != rank && factor != 0; j++)
                a[i * columns + j] -= factor * a[rank * columns + j];
        }
        pivot_row[column] = rank++;
    }
}

/* `at_least` bounds and does not fix: its rows are left out. */
void elicit_open(const Elicitation *e, Appraisal p, double *workspace, bool *is_open) {
    System system = new_system(e, p, workspace);
    int pivot_row[ELICIT_ISSUE_LIMIT + 1], width = e->unknown_count + 1;
    for (int trade = 0; trade < e->trade_count; trade++)
        if (!e->trades[trade]->is_even)
            memset(system.a + (e->swing_count + trade) * system.columns, 0, (size_t)system.columns * sizeof *system.a);
    eliminate(system.a, system.rows, system.columns, width, pivot_row);
    for (int column = 0; column < e->unknown_count; column++) {
        is_open[column] = pivot_row[column] < 0;
        for (int other = 0; other < width && !is_open[column]; other++)
            is_open[column] = pivot_row[other] < 0 && fabs(system.a[pivot_row[column] * system.columns + other]) > 1e-9;
    }
}

/* ---- How far the statements are off ---- */

double elicit_side(const Trade *trade, Appraisal p, bool is_got) {
    double value = 0;
    for (int i = 0; i < trade->term_count; i++)
        if (trade->terms[i].is_got == is_got)
            value += p.weight[trade->terms[i].issue] * term_share(&trade->terms[i], p);
    return value;
}

double elicit_swing_points(const Elicitation *e, Appraisal p, int issue) {
    double product = 0, square = 0;
    for (int i = 0; i < p.issue_count; i++) {
        if (!e->swings[i]) continue;
        product += p.weight[i] * p.swing[i];
        square += p.swing[i] * p.swing[i];
    }
    return square > 0 ? fmax(0, product / square) * p.swing[issue] : 0;
}
