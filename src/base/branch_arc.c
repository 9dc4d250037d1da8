/* SPDX-License-Identifier: GPL-3.0-or-later
 * Following the branch by pseudo-arclength (Keller 1977) where steps in s fail: x = (z, s) on the curve
 * F(x) = z - base - s * gain(z) = 0, which may turn back in s, smoothly or with a corner at a kink of gain.
 *
 * The curve is oriented by det [DF; tangent] > 0: this sign cannot change along it, neither in a smooth piece nor
 * across a kink, where DF jumps but both sides agree along the kink itself (Eaves and Saigal 1972; Allgower and Georg
 * 1990, chapters 2 and 12). So the direction behind a corner is known however sharp the corner is, and another piece of
 * curve that happens to pass nearby the other way is told by its sign. Invariant: between steps (walk->z, walk->scale)
 * lies on the curve, with its tangent in space->tangent. */
#include "base/branch_walk.h"

#include <math.h>
#include <string.h>

/* Of a step: its greatest length, how far its end may lie from the prediction per length, how much it may bend away
 * from a corner (the cosine), and how many steps are taken. Steps too long jump to another piece of the curve: one that
 * closes in itself is left by beginning again. */
typedef struct Gait {
    double greatest_length, greatest_move, least_cosine;
    int step_limit;
} Gait;
static const Gait gaits[] = {{0.5, 0.2, 0.9, 1500}, {0.1, 0.1, 0.97, 10000}, {0.02, 0.05, 0.99, 100000}};
static const double first_length = 0.1, least_length = 1e-11, loose_end = 0.05, turn_length = 0.02,
                    across_tolerance = 1e-11;
enum { ACROSS_LIMIT = 12 };

static double product(const double *a, const double *b, int n) {
    double sum = 0;
    for (int i = 0; i < n; i++) sum += a[i] * b[i];
    return sum;
}

/* The matrix [DF; row] at the current slope and gain, factorised; the sign of its determinant. */
static int bordered_matrix(Walk *walk, double scale, const double *row) {
    BranchWorkspace *space = walk->space;
    int n = walk->problem->count, m = n + 1;
    for (int i = 0; i < n; i++) {
        for (int j = 0; j < n; j++) space->matrix[i * m + j] = (i == j) - scale * space->slope[i * n + j];
        space->matrix[i * m + n] = -space->gain[i];
    }
    memcpy(space->matrix + n * m, row, (size_t)m * sizeof *row);
    return branch_factorise(space->matrix, space->pivot, m);
}

/* The oriented unit tangent at the current slope and gain; false where DF has lost rank. `row` is any vector that DF's
 * rows do not span: the solution of [DF; row] t = e_last keeps the sign of det [DF; row] in det [DF; t]. */
static bool find_tangent(Walk *walk, double scale, const double *row, double *tangent) {
    BranchWorkspace *space = walk->space;
    int m = walk->problem->count + 1, sign = bordered_matrix(walk, scale, row);
    if (sign == 0) return false;
    memset(space->step, 0, (size_t)m * sizeof *space->step);
    space->step[m - 1] = 1;
    branch_back_substitute(space->matrix, space->pivot, m, space->step);
    double norm = sqrt(product(space->step, space->step, m));
    if (!(norm > 0 && norm < INFINITY)) return false;
    for (int i = 0; i < m; i++) tangent[i] = sign * space->step[i] / norm;
    return true;
}

/* Newton in the plane through (z, scale) orthogonal to space->normal. `is_ready`: gain and slope are those at z, and
 * [DF; normal] is factorised. */
static bool correct_across(Walk *walk, double *z, double *scale, bool is_ready) {
    BranchWorkspace *space = walk->space;
    int n = walk->problem->count;
    double before = INFINITY;
    for (int iteration = 0; iteration < ACROSS_LIMIT; iteration++, is_ready = false) {
        if (!is_ready) branch_respond(walk, z, space->slope);
        double size = branch_defect(walk, *scale, z);
        if (size <= across_tolerance) return true;
        if (!(size < 2 * before)) return false;
        before = size;
        if (!is_ready && bordered_matrix(walk, *scale, space->normal) == 0) return false;
        space->step[n] = 0;
        branch_back_substitute(space->matrix, space->pivot, n + 1, space->step);
        for (int i = 0; i < n; i++) z[i] += space->step[i];
        *scale += space->step[n];
    }
    return false;
}

/* How far along the tangent a kink lies, if the linear pieces of F on either side of it meet there:
 * F(end) + DF(end) (x - end) = 0 by least squares. NAN where they do not, so that more than one kink lies between.
 * Needs gain and slope at the end, `length` from here. */
static double corner_distance(Walk *walk, double length, const double *end, double scale) {
    BranchWorkspace *space = walk->space;
    int n = walk->problem->count;
    double along = 0, square = 0, rest = 0;
    branch_defect(walk, scale, end);
    for (int i = 0; i < n; i++) {
        double rise = space->tangent[i] - scale * product(space->slope + i * n, space->tangent, n) -
                      space->gain[i] * space->tangent[n];
        along -= rise * space->step[i];
        square += rise * rise;
        rest += space->step[i] * space->step[i];
    }
    double back = along / square;
    rest -= back * along;
    bool is_met = back >= 0 && back <= length && rest <= loose_end * loose_end * length * length * square;
    return is_met ? length - back : NAN;
}

static void move(const Walk *walk, double first, const double *first_way, double second, const double *second_way,
                 double *z, double *scale) {
    int n = walk->problem->count;
    for (int i = 0; i < n; i++) z[i] = walk->z[i] + first * first_way[i] + second * second_way[i];
    *scale = walk->scale + first * first_way[n] + second * second_way[n];
}

/* Puts the point to correct from into space->heading, and the direction there into space->normal: straight on or, where
 * the derivative there points elsewhere, round the corner. Straight on, what correct_across() needs is ready. */
static bool predict_along(Walk *walk, const Gait *gait, double length, double *scale, bool *is_straight) {
    BranchWorkspace *space = walk->space;
    int n = walk->problem->count;
    move(walk, length, space->tangent, 0, space->tangent, space->heading, scale);
    branch_respond(walk, space->heading, space->slope);
    if (!find_tangent(walk, *scale, space->tangent, space->normal)) return false;
    *is_straight = product(space->normal, space->tangent, n + 1) > gait->least_cosine;
    if (*is_straight) {
        memcpy(space->normal, space->tangent, (size_t)(n + 1) * sizeof(double));
        return true;
    }
    double corner = corner_distance(walk, length, space->heading, *scale);
    if (isnan(corner)) return false;
    move(walk, corner, space->tangent, length, space->normal, space->heading, scale);
    return true;
}

/* One step: its end in space->here and *scale, the tangent there in space->normal, how far the correction moved in
 * *moved. */
static bool step_along(Walk *walk, const Gait *gait, double length, double *scale, double *moved) {
    BranchWorkspace *space = walk->space;
    int n = walk->problem->count;
    bool is_straight;
    if (!predict_along(walk, gait, length, scale, &is_straight)) return false;
    double heading = *scale;
    memcpy(space->here, space->heading, (size_t)n * sizeof(double));
    if (!correct_across(walk, space->here, scale, is_straight)) return false;
    *moved = fabs(*scale - heading);
    for (int i = 0; i < n; i++) *moved = fmax(*moved, fabs(space->here[i] - space->heading[i]));
    memcpy(space->heading, space->normal, (size_t)(n + 1) * sizeof(double));
    return find_tangent(walk, *scale, space->heading, space->normal) &&
           product(space->heading, space->normal, n + 1) > gait->least_cosine;
}

/* Newton at s = 1 from between two points of the branch on either side of it; not far from there, and crossing upwards.
 */
static bool land(Walk *walk, double *here, double here_scale, double length) {
    BranchWorkspace *space = walk->space;
    int n = walk->problem->count, sign;
    double share = (1 - walk->scale) / (here_scale - walk->scale);
    for (int i = 0; i < n; i++) here[i] = space->heading[i] = walk->z[i] + share * (here[i] - walk->z[i]);
    if (!branch_newton(walk, 1, branch_tight_tolerance, here, &sign) || sign <= 0) return false;
    for (int i = 0; i < n; i++)
        if (fabs(here[i] - space->heading[i]) > length + across_tolerance) return false;
    memcpy(walk->z, here, (size_t)n * sizeof *here);
    walk->scale = 1;
    return true;
}

/* Whether a step leads over a top of s that has to be looked at closely: the first, to tell where the branch turns, and
 * any that may lie above 1. */
static bool is_hasty(const Walk *walk, double length) {
    const BranchWorkspace *space = walk->space;
    int n = walk->problem->count;
    if (!(space->tangent[n] > 0 && space->normal[n] < 0)) return false;
    if (isnan(walk->info->turn_scale) && length > turn_length) return true;
    return walk->scale + length * space->tangent[n] >= 1 && length > 1e3 * least_length;
}

static bool start_along(Walk *walk) {
    BranchWorkspace *space = walk->space;
    int n = walk->problem->count;
    memcpy(walk->z, walk->problem->base, (size_t)n * sizeof(double));
    walk->scale = 0;
    memset(space->normal, 0, (size_t)n * sizeof(double));
    space->normal[n] = 1;
    branch_respond(walk, walk->z, space->slope);
    return find_tangent(walk, 0, space->normal, space->tangent);
}

/* Steps grow with the log-odds: the way to choices that are all but certain is long, and mostly straight. */
static double longest_step(const Walk *walk, const Gait *gait) {
    double most = 0;
    for (int i = 0; i < walk->problem->count; i++) most = fmax(most, fabs(walk->z[i]));
    return gait->greatest_length * (1 + most / 10);
}

/* The highest s of a step over a turn: the top of the cubic in arclength that has the values and slopes of both ends.
 */
static double top_of(const Walk *walk, double length, double scale) {
    int n = walk->problem->count;
    double first = length * walk->space->tangent[n], last = length * walk->space->normal[n], rise = scale - walk->scale;
    double cube = first + last - 2 * rise, square = 3 * rise - 2 * first - last;
    if (!(first > 0)) return walk->scale; /* it begins at the top */
    double at = first / (sqrt(fmax(0, square * square - 3 * cube * first)) - square);
    return walk->scale + at * (first + at * (square + at * cube));
}

/* Makes the end of the step just taken the point to go on from. */
static void advance(Walk *walk, double length, double scale) {
    BranchWorkspace *space = walk->space;
    int n = walk->problem->count;
    if (space->normal[n] < 0 && isnan(walk->info->turn_scale)) walk->info->turn_scale = top_of(walk, length, scale);
    memcpy(walk->z, space->here, (size_t)n * sizeof(double));
    memcpy(space->tangent, space->normal, (size_t)(n + 1) * sizeof(double));
    walk->scale = scale;
}

static bool walk_at(Walk *walk, const Gait *gait) {
    double length = fmin(first_length, gait->greatest_length), scale, moved;
    if (!start_along(walk)) return false;
    for (int count = 0; count < gait->step_limit && length > least_length; count++) {
        double most_moved = gait->greatest_move * fmin(length, gait->greatest_length);
        bool is_good = step_along(walk, gait, length, &scale, &moved) && moved <= most_moved + across_tolerance &&
                       !is_hasty(walk, length);
        if (is_good && scale >= 1 && land(walk, walk->space->here, scale, length)) return true;
        if (!is_good || scale >= 1) {
            length *= 0.5;
            continue;
        }
        advance(walk, length, scale);
        if (moved < 0.25 * most_moved) length = fmin(2 * length, longest_step(walk, gait));
    }
    return false;
}

bool branch_walk_along(Walk *walk) {
    for (size_t k = 0; k < sizeof gaits / sizeof *gaits; k++) {
        walk->info->turn_scale = NAN;
        if (walk_at(walk, &gaits[k])) return true;
    }
    return false;
}
