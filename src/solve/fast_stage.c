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
                         .odds_width = worker->odds_width,
                         .odds = worker->odds,
                         .sigma = solution->sigma + solution->sigma_start[position],
                         .values = solution->values + solution->value_start[position],
                         .doubt = worker->doubt};
    int left = 0;
    if (count == 0) return 0;
    if (worker->plan == FAST_WIDE)
        worker->fast->wide_kernels->solve(&worker->stage, worker->ahead, &batch);
    else
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
        fast_follow_point(worker, position, point, worker->odds + (size_t)point * (size_t)worker->odds_width);
        worker->followed[point] = 1;
    }
    worker->left_count += left;
    return left == 0 && margin >= smooth_margin;
}

/* From the rows of worker->odds, and from s = 0 where that fails; true where all went smoothly. */
static bool warm(FastWorker *worker, int position, const int *points, int count) {
    double margin = 1;
    int left = run_kernels(worker, position, KERNEL_WARM, points, count, &margin);
    memcpy(worker->points, worker->left, (size_t)left * sizeof *worker->points);
    return walk(worker, position, worker->points, left) && margin >= smooth_margin;
}

/* ---- Where a point starts ---- */

static void guess(FastWorker *worker, int first, int end) {
    const Ladder *ladder = worker->fast->ladder;
    for (int place = first; place < end; place++)
        ladder_guess(ladder, place, worker->odds_width, worker->stage.unknown_count, worker->odds,
                     worker->odds + ladder_row(ladder, place, worker->odds_width));
}

/* From coarse to fine; true where every point was found from those around it, or stands on the coarsest rung. */
static bool solve_afresh(FastWorker *worker, int position) {
    const Ladder *ladder = worker->fast->ladder;
    bool is_smooth = walk(worker, position, ladder->points, ladder->rung_start[1]);
    for (int rung = 1; rung < ladder->rung_count; rung++) {
        int first = ladder->rung_start[rung], end = ladder->rung_start[rung + 1];
        if (is_smooth) guess(worker, first, end);
        if (is_smooth)
            warm(worker, position, ladder->points + first, end - first);
        else
            walk(worker, position, ladder->points + first, end - first);
    }
    return is_smooth && worker->left_count == 0;
}

static void add_kept(FastWorker *worker, int position, int end, int sign) {
    const Fast *fast = worker->fast;
    imprint_add(fast->imprint, position, fast->ladder, end, sign, worker->odds_width, worker->stage.unknown_count,
                worker->odds);
}

/* From what was kept: the coarsest points first, then all others at once, moved as those were. */
static void solve_again(FastWorker *worker, int position) {
    const Ladder *ladder = worker->fast->ladder;
    int coarsest = ladder->rung_start[1], end = ladder->rung_start[ladder->rung_count];
    for (int place = 0; place < coarsest; place++)
        memset(worker->odds + ladder_row(ladder, place, worker->odds_width), 0,
               (size_t)worker->odds_width * sizeof(double));
    add_kept(worker, position, coarsest, 1);
    if (!warm(worker, position, ladder->points, coarsest)) {
        walk(worker, position, ladder->points + coarsest, end - coarsest);
        return;
    }
    add_kept(worker, position, coarsest, -1);
    guess(worker, coarsest, end);
    add_kept(worker, position, end, 1);
    warm(worker, position, ladder->points + coarsest, end - coarsest);
}

static void solve_grid(FastWorker *worker, int position) {
    const Fast *fast = worker->fast;
    Imprint *imprint = fast->imprint;
    worker->left_count = 0;
    if (fast->start == SOLVER_AGAIN && imprint && imprint_has(imprint, position)) {
        solve_again(worker, position);
        return;
    }
    bool is_smooth = solve_afresh(worker, position);
    if (fast->start != SOLVER_KEEP) return;
    imprint->is_smooth[position] = is_smooth;
    if (is_smooth)
        imprint_keep(imprint, position, fast->ladder, worker->odds_width, worker->stage.unknown_count, worker->odds);
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
    int grid_points = p->on_grid ? fast->solution->grid->point_count : 0,
        points = solve_points(p, fast->solution->grid);
    worker->plan = fast_plan(worker, p);
    worker->odds_width = (worker->stage.unknown_count + 3) / 4 * 4;
    if (worker->plan == FAST_REFERENCE) {
        reference_points(worker, position, 0, points);
        return;
    }
    memset(worker->followed, 0, (size_t)grid_points);
    worker->is_probed = false;
    solve_grid(worker, position);
    add_own_values(worker, p, position);
    reference_points(worker, position, grid_points, points);
}
