/* SPDX-License-Identifier: GPL-3.0-or-later
 * Following the principal branch of z = base + s * gain(z) from s = 0 to s = 1 (docs/method/qre.md).
 *
 * Three ways of going on, each used where the one before it fails:
 *   1. plain iteration at the next s, with Anderson's mixing, where it contracts;
 *   2. damped semismooth Newton at the next s (Qi and Sun 1993: gain is piecewise smooth), where it does not;
 *   3. pseudo-arclength continuation (Keller 1977), where the branch turns back and no next s has a solution nearby.
 * Steps in s are first taken briskly, and from the start again in small ones where that fails. A step is taken back and halved when its solution lies far from where the branch was heading, or where the sign of
 * det(I - s gain') says that it belongs to another branch. Invariant: between steps, z solves the equation at `scale` to the
 * manner's tolerance and lies on the branch. */
#include "base/branch.h"

#include <math.h>
#include <string.h>

typedef struct Manner { double stride, least_stride, tolerance; } Manner; /* of stepping in s; tolerance on the way, in log-odds */
static const Manner brisk = {0.5, 0.05, 1e-2}, careful = {0.1, 1e-5, 1e-7};
static const double tight_tolerance = 1e-13; /* at the end, times 1 + |z| */
enum { PLAIN_LIMIT = 60, NEWTON_LIMIT = 30, WINDOW = 4 };
static const double far_away = 1.0;          /* log-odds (squashed) between prediction and solution of one step */

struct BranchWorkspace {
    int capacity;
    double *gain, *slope, *matrix, *step, *trial, *best, *previous, *tangent, *here, *heading;
    double *last_defect, *defect_change, *z_change; /* of plain iteration: WINDOW rows */
    int *pivot;
};

typedef struct Walk {
    const BranchProblem *problem;
    BranchWorkspace *space;
    BranchInfo *info;
    double *z;
    double scale;        /* where z is */
    double scale_before; /* where space->previous is; equal to scale: there is none */
} Walk;

BranchWorkspace *branch_workspace_new(Arena *arena, int capacity) {
    BranchWorkspace *space = arena_alloc(arena, sizeof *space);
    size_t n = (size_t)capacity + 1; /* arclength adds s to the unknowns */
    if (!space) return NULL;
    space->capacity = capacity;
    double *numbers = arena_array(arena, (9 + 2 * WINDOW) * n + 2 * n * n, sizeof *numbers);
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
    space->defect_change = numbers + 9 * n;
    space->z_change = numbers + (9 + WINDOW) * n;
    space->slope = numbers + (9 + 2 * WINDOW) * n;
    space->matrix = space->slope + n * n;
    return space;
}

/* ---- Linear algebra on the few unknowns of a stage ---- */

/* LU with partial pivoting in place; returns the sign of the determinant, 0 where it is singular to working precision. */
static int factorise(double *a, int *pivot, int n) {
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

static void back_substitute(const double *a, const int *pivot, int n, double *x) {
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

static void respond(Walk *walk, const double *z, double *slope) {
    walk->problem->respond(walk->problem->payload, z, walk->space->gain, slope);
    walk->info->response_count++;
}

/* space->step = base + scale * gain - z; returns its largest entry relative to 1 + |z|. Needs gain at z. */
static double defect(Walk *walk, double scale, const double *z) {
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

/* Anderson's mixing (1965; Walker and Ni 2011, type II): takes from the step what the last few changes of the defect explain.
 * step := step - sum of mix_k (dz_k + ddefect_k), mix the least-squares fit of the defect by the ddefect_k. */
static void mix_step(BranchWorkspace *space, int used, int n) {
    double matrix[WINDOW][WINDOW], mix[WINDOW];
    for (int i = 0; i < used; i++) {
        mix[i] = 0;
        for (int k = 0; k < n; k++) mix[i] += space->defect_change[i * n + k] * space->step[k];
        for (int j = 0; j <= i; j++) {
            matrix[i][j] = 0;
            for (int k = 0; k < n; k++) matrix[i][j] += space->defect_change[i * n + k] * space->defect_change[j * n + k];
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
        respond(walk, z, NULL);
        double size = defect(walk, scale, z);
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
    return factorise(walk->space->matrix, walk->space->pivot, n);
}

/* Damped Newton: the step is halved until the defect falls. *sign is that of det(I - s gain') at the last step. */
static bool correct_by_newton(Walk *walk, double scale, double tolerance, double *z, int *sign) {
    BranchWorkspace *space = walk->space;
    int n = walk->problem->count;
    respond(walk, z, space->slope);
    double size = defect(walk, scale, z);
    for (int iteration = 0; iteration < NEWTON_LIMIT; iteration++) {
        *sign = newton_matrix(walk, scale);
        if (size <= tolerance) return true;
        if (*sign == 0 || !(size < INFINITY)) return false;
        back_substitute(space->matrix, space->pivot, n, space->step);
        memcpy(space->best, z, (size_t)n * sizeof *z);
        memcpy(space->trial, space->step, (size_t)n * sizeof *z);
        double fraction = 1, reached = INFINITY;
        for (; fraction > 1e-3; fraction *= 0.5) {
            for (int i = 0; i < n; i++) z[i] = space->best[i] + fraction * space->trial[i];
            respond(walk, z, space->slope);
            reached = defect(walk, scale, z);
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
    return correct_by_newton(walk, scale, tolerance, z, &sign) && sign > 0;
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
    respond(walk, walk->z, NULL);
    for (int i = 0; i < n; i++) z[i] = walk->problem->base[i] + scale * walk->space->gain[i];
}

/* Steps in s to 1; false where the step became too small: z and scale are then the last good point. */
static bool walk_in_scale(Walk *walk, Manner manner) {
    int n = walk->problem->count;
    size_t bytes = (size_t)n * sizeof(double);
    double stride = manner.stride, *here = walk->space->here, *heading = walk->space->heading;
    memcpy(walk->z, walk->problem->base, bytes);
    walk->scale = walk->scale_before = 0;
    while (walk->scale < 1) {
        double scale = fmin(1, walk->scale + stride);
        if (1 - scale < 0.1 * stride) scale = 1;
        predict(walk, scale, heading);
        memcpy(here, heading, bytes);
        bool is_good = correct(walk, scale, scale < 1 ? manner.tolerance : tight_tolerance, here);
        double drift = is_good ? distance(here, heading, n) : INFINITY;
        if (drift > far_away) {
            stride = 0.5 * (scale - walk->scale);
            if (stride < manner.least_stride) return false;
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

/* ---- Stepping along the branch ---- */

/* The bordered matrix of (z, s) at the current slope and gain, with the tangent as last row; sign of the determinant. */
static int bordered_matrix(Walk *walk, double scale) {
    BranchWorkspace *space = walk->space;
    int n = walk->problem->count, m = n + 1;
    for (int i = 0; i < n; i++) {
        for (int j = 0; j < n; j++) space->matrix[i * m + j] = (i == j) - scale * space->slope[i * n + j];
        space->matrix[i * m + n] = -space->gain[i];
    }
    memcpy(space->matrix + n * m, space->tangent, (size_t)m * sizeof(double));
    return factorise(space->matrix, space->pivot, m);
}

/* Unit tangent at z, scale, continuing in the direction of the last one; false where none can be found. */
static bool find_tangent(Walk *walk, const double *z, double scale) {
    BranchWorkspace *space = walk->space;
    int n = walk->problem->count;
    respond(walk, z, space->slope);
    if (bordered_matrix(walk, scale) == 0) return false;
    memset(space->step, 0, (size_t)n * sizeof(double));
    space->step[n] = 1;
    back_substitute(space->matrix, space->pivot, n + 1, space->step);
    double norm = 0;
    for (int i = 0; i <= n; i++) norm += space->step[i] * space->step[i];
    norm = sqrt(norm);
    if (!(norm > 0 && norm < INFINITY)) return false;
    for (int i = 0; i <= n; i++) space->tangent[i] = space->step[i] / norm;
    return true;
}

/* Newton in the plane orthogonal to the tangent. */
static bool correct_across(Walk *walk, double *z, double *scale) {
    BranchWorkspace *space = walk->space;
    int n = walk->problem->count;
    double before = INFINITY;
    for (int iteration = 0; iteration < 12; iteration++) {
        respond(walk, z, space->slope);
        double size = defect(walk, *scale, z);
        if (size <= 1e-9) return true;
        if (!(size < 2 * before)) return false;
        before = size;
        if (bordered_matrix(walk, *scale) == 0) return false;
        space->step[n] = 0;
        back_substitute(space->matrix, space->pivot, n + 1, space->step);
        for (int i = 0; i < n; i++) z[i] += space->step[i];
        *scale += space->step[n];
    }
    return false;
}

/* Newton at s = 1 from between two points of the branch on either side of it. */
static bool land(Walk *walk, double *here, double here_scale) {
    int n = walk->problem->count, sign;
    double share = (1 - walk->scale) / (here_scale - walk->scale);
    for (int i = 0; i < n; i++) here[i] = walk->z[i] + share * (here[i] - walk->z[i]);
    memcpy(walk->space->previous, here, (size_t)n * sizeof *here);
    if (!correct_by_newton(walk, 1, tight_tolerance, here, &sign)) return false;
    if (distance(here, walk->space->previous, n) > 0.5) return false;
    memcpy(walk->z, here, (size_t)n * sizeof *here);
    walk->scale = 1;
    return true;
}

/* Follows the branch by arclength from the last good point to its first crossing of s = 1. */
static bool walk_along(Walk *walk) {
    enum { STEP_LIMIT = 20000 };
    BranchWorkspace *space = walk->space;
    int n = walk->problem->count;
    double length = 0.02, *here = space->here;
    memset(space->tangent, 0, (size_t)n * sizeof(double));
    space->tangent[n] = 1;
    if (!find_tangent(walk, walk->z, walk->scale)) return false;
    for (int count = 0; count < STEP_LIMIT && length > 1e-9; count++) {
        for (int i = 0; i < n; i++) here[i] = walk->z[i] + length * space->tangent[i];
        double scale = walk->scale + length * space->tangent[n], heading = scale;
        bool is_good = scale > -1 && correct_across(walk, here, &scale);
        double moved = fabs(scale - heading);
        for (int i = 0; i < n; i++) moved = fmax(moved, fabs(here[i] - walk->z[i] - length * space->tangent[i]));
        if (!is_good || moved > 0.5 * length + 1e-9) {
            length *= 0.5;
            continue;
        }
        if (scale >= 1) {
            if (land(walk, here, scale)) return true;
            length *= 0.5;
            continue;
        }
        if (scale < walk->scale && isnan(walk->info->turn_scale)) walk->info->turn_scale = walk->scale;
        memcpy(walk->z, here, (size_t)n * sizeof *here);
        walk->scale = scale;
        if (!find_tangent(walk, walk->z, walk->scale)) return false;
        if (moved < 0.1 * length) length = fmin(2 * length, 2);
    }
    return false;
}

BranchFound branch_follow(const BranchProblem *problem, BranchWorkspace *workspace, double *z, BranchInfo *info) {
    Walk walk = {problem, workspace, info, z, 0, 0};
    *info = (BranchInfo){.turn_scale = NAN};
    if (problem->count == 0) return BRANCH_FOUND;
    bool is_found = walk_in_scale(&walk, brisk) || walk_in_scale(&walk, careful) || walk_along(&walk);
    respond(&walk, z, NULL);
    info->step = defect(&walk, 1, z);
    if (!is_found) return BRANCH_LOST;
    return isnan(info->turn_scale) ? BRANCH_FOUND : BRANCH_TURNED;
}
