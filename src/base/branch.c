/* SPDX-License-Identifier: GPL-3.0-or-later
 * Following the principal branch of z = base + s * gain(z) from s = 0 to s = 1 (docs/method/qre.md).
 *
 * Three ways of going on, each used where the one before it fails:
 *   1. plain iteration at the next s, with Anderson's mixing, where it contracts;
 *   2. damped semismooth Newton at the next s (Qi and Sun 1993: gain is piecewise smooth), where it does not;
 *   3. from the start again by arclength, where no next s has a solution nearby (branch_arc.c).
 * A step in s is taken back and halved when its solution lies far from where the branch was heading, or where the sign
 * of det(I - s gain') says that it belongs to another branch. Invariant: between steps, z solves the equation at
 * `scale` to the tolerance and lies on the branch. */
#include "base/branch_walk.h"

#include <math.h>
#include <string.h>

/* of stepping in s; tolerance on the way, in log-odds */
static const double first_stride = 0.5, least_stride = 0.05, way_tolerance = 1e-2;
enum { PLAIN_LIMIT = 60, NEWTON_LIMIT = 30, WINDOW = BRANCH_WINDOW };
static const double far_away = 1.0; /* log-odds (squashed) between prediction and solution of one step */

BranchWorkspace *branch_workspace_new(Arena *arena, int capacity) {
    BranchWorkspace *space = arena_alloc(arena, sizeof *space);
    size_t n = (size_t)capacity + 1; /* arclength adds s to the unknowns */
    if (!space) return NULL;
    space->capacity = capacity;
    double *numbers = arena_array(arena, (10 + 2 * WINDOW) * n + 2 * n * n, sizeof *numbers);
    space->pivot = arena_array(arena, n, sizeof *space->pivot);
    if (!numbers || !space->pivot) return NULL;
    space->gain = numbers;
    space->step = numbers + n;
    space->trial = numbers + 2 * n;
    space->best = numbers + 3 * n;
    space->previous = numbers + 4 * n;
    space->tangent = numbers + 5 * n;
    space->here = numbers + 6 * n;
    space->heading = numbers + 7 * n;
    space->last_defect = numbers + 8 * n;
    space->normal = numbers + 9 * n;
    space->defect_change = numbers + 10 * n;
    space->z_change = numbers + (10 + WINDOW) * n;
    space->slope = numbers + (10 + 2 * WINDOW) * n;
    space->matrix = space->slope + n * n;
    return space;
}

/* ---- Linear algebra on the few unknowns of a stage ---- */

/* LU with partial pivoting in place; returns the sign of the determinant, 0 where it is singular to working precision.
 */
int branch_factorise(double *a, int *pivot, int n) {
    int sign = 1;
    for (int k = 0; k < n; k++) {
        int p = k;
        for (int i = k + 1; i < n; i++)
            if (fabs(a[i * n + k]) > fabs(a[p * n + k])) p = i;
        pivot[k] = p;
        if (!(fabs(a[p * n + k]) > 1e-300)) return 0;
        if (p != k) {
            sign = -sign;
            for (int j = 0; j < n; j++) {
                double keep = a[k * n + j];
                a[k * n + j] = a[p * n + j];
                a[p * n + j] = keep;
            }
        }
        if (a[k * n + k] < 0) sign = -sign;
        for (int i = k + 1; i < n; i++) {
            double factor = a[i * n + k] /= a[k * n + k];
            if (factor == 0) continue;
            for (int j = k + 1; j < n; j++) a[i * n + j] -= factor * a[k * n + j];
        }
    }
    return sign;
}

void branch_back_substitute(const double *a, const int *pivot, int n, double *x) {
    for (int k = 0; k < n; k++) { /* rows were exchanged whole, so all exchanges come before the forward pass */
        double keep = x[k];
        x[k] = x[pivot[k]];
        x[pivot[k]] = keep;
    }
    for (int k = 0; k < n; k++)
        for (int i = k + 1; i < n; i++) x[i] -= a[i * n + k] * x[k];
    for (int k = n - 1; k >= 0; k--) {
        for (int j = k + 1; j < n; j++) x[k] -= a[k * n + j] * x[j];
        x[k] /= a[k * n + k];
    }
}

/* ---- The equation ---- */

/* Where payoffs are beyond all arithmetic a step may be; nobody is asked there, and the step is taken back. */
static bool is_nowhere(const double *z, int n) {
    for (int i = 0; i < n; i++)
        if (!isfinite(z[i])) return true;
    return false;
}

void branch_respond(Walk *walk, const double *z, double *slope) {
    int n = walk->problem->count;
    if (is_nowhere(z, n)) {
        for (int i = 0; i < n; i++) walk->space->gain[i] = NAN;
        for (int i = 0; slope && i < n * n; i++) slope[i] = NAN;
        return;
    }
    walk->problem->respond(walk->problem->payload, z, walk->space->gain, slope);
    walk->info->response_count++;
}

/* space->step = base + scale * gain - z; returns its largest entry relative to 1 + |z|. Needs gain at z. */
double branch_defect(Walk *walk, double scale, const double *z) {
    double worst = 0;
    for (int i = 0; i < walk->problem->count; i++) {
        double d = walk->problem->base[i] + scale * walk->space->gain[i] - z[i];
        walk->space->step[i] = d;
        double relative = fabs(d) / (1 + fabs(z[i]));
        if (!(relative <= worst)) worst = relative; /* NaN becomes the worst */
    }
    return worst;
}

/* A distance in log-odds that does not grow once both are far from even odds. */
static double squash(double z) {
    return z / (1 + fabs(z) / 6);
}

static double distance(const double *a, const double *b, int n) {
    double worst = 0;
    for (int i = 0; i < n; i++) worst = fmax(worst, fabs(squash(a[i]) - squash(b[i])));
    return worst;
}

/* ---- Correctors: bring `z` to a solution at `scale` ---- */

/* Solves the symmetric normal equations of the window in place; false where they are singular. */
static bool solve_normal(double matrix[WINDOW][WINDOW], double *right, int n) {
    for (int k = 0; k < n; k++) {
        if (!(matrix[k][k] > 0)) return false;
        for (int i = k + 1; i < n; i++) {
            double factor = matrix[i][k] / matrix[k][k];
            for (int j = k; j < n; j++) matrix[i][j] -= factor * matrix[k][j];
            right[i] -= factor * right[k];
        }
    }
    for (int k = n - 1; k >= 0; k--) {
        for (int j = k + 1; j < n; j++) right[k] -= matrix[k][j] * right[j];
        right[k] /= matrix[k][k];
    }
    return true;
}

/* Anderson's mixing (1965; Walker and Ni 2011, type II): takes from the step what the last few changes of the defect
 * explain. step := step - sum of mix_k (dz_k + ddefect_k), mix the least-squares fit of the defect by the ddefect_k. */
static void mix_step(BranchWorkspace *space, int used, int n) {
    double matrix[WINDOW][WINDOW], mix[WINDOW];
    for (int i = 0; i < used; i++) {
        mix[i] = 0;
        for (int k = 0; k < n; k++) mix[i] += space->defect_change[i * n + k] * space->step[k];
        for (int j = 0; j <= i; j++) {
            matrix[i][j] = 0;
            for (int k = 0; k < n; k++)
                matrix[i][j] += space->defect_change[i * n + k] * space->defect_change[j * n + k];
            matrix[j][i] = matrix[i][j];
        }
        matrix[i][i] *= 1 + 1e-12;
    }
    if (!solve_normal(matrix, mix, used)) return;
    for (int i = 0; i < used; i++)
        for (int k = 0; k < n; k++)
            space->step[k] -= mix[i] * (space->z_change[i * n + k] + space->defect_change[i * n + k]);
}

/* Plain iteration, mixed, while it contracts well; false leaves z where the contraction stopped. */
static bool correct_plainly(Walk *walk, double scale, double tolerance, double *z) {
    BranchWorkspace *space = walk->space;
    int n = walk->problem->count, slow = 0;
    double before = INFINITY;
    for (int iteration = 0; iteration < PLAIN_LIMIT; iteration++) {
        branch_respond(walk, z, NULL);
        double size = branch_defect(walk, scale, z);
        if (size <= tolerance) return true;
        if (!(size < 4 * before)) return false;
        slow = size > 0.6 * before ? slow + 1 : 0;
        if (slow > 1) return size <= 4 * tolerance;
        before = size;
        int row = (iteration + WINDOW - 1) % WINDOW;
        for (int i = 0; i < n; i++) {
            if (iteration > 0) space->defect_change[row * n + i] = space->step[i] - space->last_defect[i];
            space->last_defect[i] = space->step[i];
        }
        if (iteration > 0) mix_step(space, iteration < WINDOW ? iteration : WINDOW, n);
        for (int i = 0; i < n; i++) {
            space->z_change[iteration % WINDOW * n + i] = space->step[i];
            z[i] += space->step[i];
        }
    }
    return false;
}

/* matrix = I - scale * slope, factorised; the sign of its determinant. */
static int newton_matrix(Walk *walk, double scale) {
    int n = walk->problem->count;
    for (int i = 0; i < n * n; i++) walk->space->matrix[i] = -scale * walk->space->slope[i];
    for (int i = 0; i < n; i++) walk->space->matrix[i * n + i] += 1;
    return branch_factorise(walk->space->matrix, walk->space->pivot, n);
}

/* Damped Newton: the step is halved until the defect falls. *sign is that of det(I - s gain') at the last step. */
bool branch_newton(Walk *walk, double scale, double tolerance, double *z, int *sign) {
    BranchWorkspace *space = walk->space;
    int n = walk->problem->count;
    branch_respond(walk, z, space->slope);
    double size = branch_defect(walk, scale, z);
    for (int iteration = 0; iteration < NEWTON_LIMIT; iteration++) {
        *sign = newton_matrix(walk, scale);
        if (size <= tolerance) return true;
        if (*sign == 0 || !(size < INFINITY)) return false;
        branch_back_substitute(space->matrix, space->pivot, n, space->step);
        memcpy(space->best, z, (size_t)n * sizeof *z);
        memcpy(space->trial, space->step, (size_t)n * sizeof *z);
        double fraction = 1, reached = INFINITY;
        for (; fraction > 1e-3; fraction *= 0.5) {
            for (int i = 0; i < n; i++) z[i] = space->best[i] + fraction * space->trial[i];
            branch_respond(walk, z, space->slope);
            reached = branch_defect(walk, scale, z);
            if (reached < (1 - 0.1 * fraction) * size) break;
        }
        if (!(reached < size)) { /* stalled: rounding, or a kink */
            memcpy(z, space->best, (size_t)n * sizeof *z);
            return size <= 1e3 * tolerance && size < 1e-8;
        }
        size = reached;
    }
    return false;
}

static bool correct(Walk *walk, double scale, double tolerance, double *z) {
    int sign = 1;
    if (correct_plainly(walk, scale, tolerance, z)) return true;
    return branch_newton(walk, scale, tolerance, z, &sign) && sign > 0;
}

/* ---- Stepping in s ---- */

/* Extrapolates through the last two points into `z`; from s = 0 the branch leaves along gain(base). */
static void predict(Walk *walk, double scale, double *z) {
    int n = walk->problem->count;
    if (walk->scale > walk->scale_before) {
        double ratio = (scale - walk->scale) / (walk->scale - walk->scale_before);
        for (int i = 0; i < n; i++) z[i] = walk->z[i] + ratio * (walk->z[i] - walk->space->previous[i]);
        return;
    }
    branch_respond(walk, walk->z, NULL);
    for (int i = 0; i < n; i++) z[i] = walk->problem->base[i] + scale * walk->space->gain[i];
}

/* Steps in s to 1; false where the step became too small: z and scale are then the last good point. */
static bool walk_in_scale(Walk *walk) {
    int n = walk->problem->count;
    size_t bytes = (size_t)n * sizeof(double);
    double stride = first_stride, *here = walk->space->here, *heading = walk->space->heading;
    memcpy(walk->z, walk->problem->base, bytes);
    walk->scale = walk->scale_before = 0;
    while (walk->scale < 1) {
        double scale = fmin(1, walk->scale + stride);
        if (1 - scale < 0.1 * stride) scale = 1;
        predict(walk, scale, heading);
        memcpy(here, heading, bytes);
        bool is_good = correct(walk, scale, scale < 1 ? way_tolerance : branch_tight_tolerance, here);
        double drift = is_good ? distance(here, heading, n) : INFINITY;
        if (drift > far_away) {
            stride = 0.5 * (scale - walk->scale);
            if (stride < least_stride) return false;
            continue;
        }
        memcpy(walk->space->previous, walk->z, bytes);
        walk->scale_before = walk->scale;
        memcpy(walk->z, here, bytes);
        walk->scale = scale;
        if (drift < 0.4 * far_away) stride *= 2;
    }
    return true;
}

BranchFound branch_follow(const BranchProblem *problem, BranchWorkspace *workspace, double *z, BranchInfo *info) {
    Walk walk = {problem, workspace, info, z, 0, 0};
    *info = (BranchInfo){.turn_scale = NAN};
    if (problem->count == 0) return BRANCH_FOUND;
    bool is_found = walk_in_scale(&walk) || branch_walk_along(&walk);
    branch_respond(&walk, z, NULL);
    info->step = branch_defect(&walk, 1, z);
    if (!is_found) return BRANCH_LOST;
    return isnan(info->turn_scale) ? BRANCH_FOUND : BRANCH_TURNED;
}
