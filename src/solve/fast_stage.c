/* SPDX-License-Identifier: GPL-3.0-or-later
 * One position of the fast solver: all its belief points, from the coarsest rung of the ladder to the finest.
 *
 * Which points may start from a guess? The branch is followed from s = 0 at the points of the coarsest rung. Where it
 * is nowhere near a fold there (det(I - s gain') stays above a margin all along), neighbours' branches are one smooth
 * sheet, and the other points start at s = 1 from what lies around them; they must end close to that guess and with the
 * same margin. Where this fails for a point its own branch is followed by the kernels, and where that fails by the
 * reference's branch_follow: so whatever is turned or lost is so by the reference's word. */
#include "solve/fast.h"
#include "solve/stage.h"

#include <math.h>
#include <string.h>

static const double smooth_margin =
    0.25; /* least det(I - s gain') on the way at which neighbours are taken for one sheet */

/* Runs the kernels over `count` of worker->points and moves those in doubt to the front of it; returns their number. */
static int run_kernels(FastWorker *worker, int position, KernelStart start, const int *points, int count,
                       double *margin) {
    const Solution *solution = worker->fast->solution;
    SolveTally *tally = worker->backward.tally;
    KernelBatch batch = {.start = start,
                         .count = count,
                         .points = points,
                         .odds = worker->odds,
                         .sigma = solution->sigma + solution->sigma_start[position],
                         .values = solution->values + solution->value_start[position],
                         .doubt = worker->doubt};
    int left = 0;
    if (count == 0) return 0;
    worker->fast->kernels->solve(&worker->stage, &batch);
    for (int i = 0; i < count; i++)
        if (worker->doubt[i]) worker->left[left++] = points[i];
    tally->fixed_points += (uint64_t)(count - left);
    tally->responses += (uint64_t)batch.responses;
    tally->residual = fmax(tally->residual, batch.worst_defect / 2); /* |d sigma| <= |d odds| / 2 */
    *margin = fmin(*margin, batch.least_margin);
    return left;
}

/* Follows the branch of each of `count` points; true where all went smoothly. */
static bool walk(FastWorker *worker, int position, const int *points, int count) {
    double margin = 1;
    int left = run_kernels(worker, position, KERNEL_WALK, points, count, &margin);
    for (int i = 0; i < left; i++) {
        int point = worker->left[i];
        fast_follow_point(worker, position, point, worker->odds + (size_t)point * KERNEL_ODDS_WIDTH);
        worker->followed[point] = 1;
    }
    return left == 0 && margin >= smooth_margin;
}

static void warm(FastWorker *worker, int position, int rung) {
    const Ladder *ladder = worker->fast->ladder;
    int first = ladder->rung_start[rung], count = ladder->rung_start[rung + 1] - first;
    const int *points = ladder->points + first;
    double margin = 1;
    for (int i = 0; i < count; i++)
        ladder_guess(ladder, first + i, KERNEL_ODDS_WIDTH, worker->stage.unknown_count, worker->odds);
    int left = run_kernels(worker, position, KERNEL_WARM, points, count, &margin);
    memcpy(worker->points, worker->left, (size_t)left * sizeof *worker->points);
    walk(worker, position, worker->points, left);
}

/* Adds the position's own payoff, which the kernels do not know and the reference does. */
static void add_own_values(FastWorker *worker, const Position *p, int position) {
    const Solution *solution = worker->fast->solution;
    const Game *game = solution->game;
    double *value = solution->values + solution->value_start[position];
    if (p->type_payoff < 0 && p->profile_payoff < 0) return;
    for (int point = 0; point < solution->grid->point_count; point++, value += game->value_count)
        if (!worker->followed[point]) position_own_value(game, p, belief_at(solution, p, point), value);
}

static void reference_points(FastWorker *worker, int position, int first, int end) {
    Backward *backward = &worker->backward;
    if (first < end) backward_set_position(backward, position);
    for (int point = first; point < end; point++) {
        backward_solve_point(backward, position, point);
        backward->tally->residual = fmax(backward->tally->residual, stage_residual(backward->stage));
    }
}

void fast_solve_position(FastWorker *worker, int position) {
    const Fast *fast = worker->fast;
    const Position *p = &fast->game->positions[position];
    const Ladder *ladder = fast->ladder;
    int grid_points = p->on_grid ? fast->solution->grid->point_count : 0,
        points = solve_points(p, fast->solution->grid);
    if (!fast_plan(worker, p)) {
        reference_points(worker, position, 0, points);
        return;
    }
    memset(worker->followed, 0, (size_t)grid_points);
    worker->is_probed = false;
    bool is_smooth = walk(worker, position, ladder->points, ladder->rung_start[1]);
    for (int rung = 1; rung < ladder->rung_count; rung++) {
        const int *first = ladder->points + ladder->rung_start[rung];
        int count = ladder->rung_start[rung + 1] - ladder->rung_start[rung];
        if (is_smooth)
            warm(worker, position, rung);
        else
            walk(worker, position, first, count);
    }
    add_own_values(worker, p, position);
    reference_points(worker, position, grid_points, points);
}
