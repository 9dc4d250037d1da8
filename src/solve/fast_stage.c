/* SPDX-License-Identifier: GPL-3.0-or-later
 * One position of the fast solver: all its belief points, from the coarsest rung of the ladder to the finest.
 *
 * Which points may start from a guess? At the points of the coarsest rung the branch is followed from s = 0. Where it
 * is nowhere near a fold (det(I - s gain') stays above a margin all along) a point is *sure*: the branches around it
 * are one smooth sheet. A point whose nearest parents all are sure starts at s = 1 from what its parents say; it must
 * end close to that guess. Where it does not, or some such parent is not sure, its own branch is followed by the
 * kernels, and where that fails by the reference's branch_follow: so whatever is turned or lost is so by the
 * reference's word. */
#include "solve/fast.h"
#include "solve/stage.h"

#include <math.h>
#include <string.h>

static const double slight_weight = 0.125; /* of a parent that is not one of the nearest */

static double *row_of(const FastWorker *worker, int place) {
    return worker->odds + ladder_row(worker->fast->ladder, place, worker->odds_width);
}

/* Fills the rows of a list from those of their parents. */
static void guess(const FastWorker *worker, const int *points, int count) {
    worker->fast->kernels->sum_rows(&worker->fast->ladder->guesses, count, points, worker->odds_width, worker->odds);
}

static void run_piece(const FastWorker *worker, bool with_guess, KernelBatch *piece) {
    if (with_guess) guess(worker, piece->points, piece->count);
    if (worker->plan == FAST_WIDE)
        worker->fast->wide_kernels->solve(&worker->stage, worker->ahead, piece);
    else
        worker->fast->kernels->solve(&worker->stage, piece);
}

static void run_pieces(const FastWorker *worker, bool with_guess, KernelBatch *batch) {
    double worst = 0;
    long long responses = 0;
    if (worker->threads == 1 || batch->count <= FAST_PIECE) {
        run_piece(worker, with_guess, batch);
        return;
    }
#pragma omp parallel for schedule(dynamic, 1) num_threads(worker->threads) reduction(max                               \
                                                                                     : worst) reduction(+ : responses)
    for (int first = 0; first < batch->count; first += FAST_PIECE) {
        KernelBatch piece = *batch;
        piece.points += first;
        piece.trust += first;
        piece.count = batch->count - first < FAST_PIECE ? batch->count - first : FAST_PIECE;
        run_piece(worker, with_guess, &piece);
        worst = fmax(worst, piece.worst_defect);
        responses += piece.responses;
    }
    batch->worst_defect = worst;
    batch->responses = responses;
}

/* Notes how far the kernels' answers can be trusted, and writes the points in doubt to `left`; returns their number. */
static int take_trust(FastWorker *worker, const int *points, int count, int *left) {
    const unsigned char *trust = worker->trust;
    unsigned char *is_sure = worker->is_sure, *is_done = worker->is_done;
    int left_count = 0, worst = 0;
    for (int i = 0; i < count; i++) worst |= trust[i];
    worker->has_unsure = worker->has_unsure || worst != KERNEL_SURE;
    for (int i = 0; i < count; i++) {
        int point = points[i];
        is_sure[point] = trust[i] == KERNEL_SURE;
        is_done[point] = trust[i] != KERNEL_DOUBT;
        if (trust[i] == KERNEL_DOUBT) left[left_count++] = point;
    }
    return left_count;
}

/* Runs the kernels over `count` points, each guessed first where it is said, and writes those in doubt to `left`, which
 * may be `points` itself; returns their number. */
static int run_kernels(FastWorker *worker, int position, KernelStart start, bool with_guess, const int *points,
                       int count, int *left) {
    const Solution *solution = worker->fast->solution;
    SolveTally *tally = worker->backward.tally;
    KernelBatch batch = {.start = start,
                         .count = count,
                         .points = points,
                         .odds_width = worker->odds_width,
                         .odds = worker->odds,
                         .sigma = solution->sigma + solution->sigma_start[position],
                         .values = solution->values + solution->value_start[position],
                         .trust = worker->trust};
    if (count == 0) return 0;
    run_pieces(worker, with_guess, &batch);
    int left_count = take_trust(worker, points, count, left);
    tally->fixed_points += (uint64_t)(count - left_count);
    tally->responses += (uint64_t)batch.responses;
    tally->residual = fmax(tally->residual, batch.worst_defect / 2); /* |d sigma| <= |d odds| / 2 */
    return left_count;
}

/* Follows the branch of each of the first `count` points of worker->far. */
static void walk(FastWorker *worker, int position, int count) {
    int left = run_kernels(worker, position, KERNEL_WALK, false, worker->far, count, worker->far);
    for (int i = 0; i < left; i++) {
        int point = worker->far[i];
        fast_follow_point(worker, position, point, worker->odds + (size_t)point * (size_t)worker->odds_width);
        worker->followed[point] = worker->is_done[point] = 1;
    }
}

/* From the rows of worker->odds, or what the points' parents say, at a list of points, and from s = 0 where that fails
 * and at the first `far` points of worker->far. */
static void solve_lists(FastWorker *worker, int position, bool with_guess, const int *near, int count, int far) {
    far += run_kernels(worker, position, KERNEL_WARM, with_guess, near, count, worker->far + far);
    walk(worker, position, far);
}

/* ---- Where a point starts ---- */

/* Whether a point's parents, but for those of less weight than `slight`, are all such. */
static bool are_parents(const FastWorker *worker, const unsigned char *is_such, int point, double slight) {
    const KernelSums *guesses = &worker->fast->ladder->guesses;
    bool result = true;
    for (int i = guesses->start[point]; worker->has_unsure && result && i < guesses->start[point + 1]; i++)
        result = is_such[guesses->parents[i]] || fabs(guesses->weights[i]) < slight;
    return result;
}

/* The points of a rung that are still to do. As long as all are sure, these are the whole list as it is. */
static void solve_rung(FastWorker *worker, int position, int rung) {
    const Ladder *ladder = worker->fast->ladder;
    int near = 0, far = 0, first = ladder->rung_start[rung], end = ladder->rung_start[rung + 1];
    if (rung > 0 && !worker->has_unsure && worker->fast->start != SOLVER_AGAIN) {
        solve_lists(worker, position, true, ladder->points + first, end - first, 0);
        return;
    }
    for (int place = first; place < end; place++) {
        int point = ladder->points[place];
        if (worker->is_done[point]) continue;
        if (rung > 0 && are_parents(worker, worker->is_sure, point, slight_weight))
            worker->near[near++] = point;
        else
            worker->far[far++] = point;
    }
    solve_lists(worker, position, true, worker->near, near, far);
}

/* ---- Again ---- */

/* Adds `by` times what was kept of a place to its row. */
static void add_kept(FastWorker *worker, int position, int place, float by) {
    int unknowns = worker->stage.unknown_count;
    const float *kept = imprint_row(worker->fast->imprint, position, place, unknowns);
    double *row = row_of(worker, place);
    for (int u = 0; u < unknowns; u++) row[u] += by * kept[u];
}

/* The points of the coarsest rung that were kept, from there. */
static void solve_kept(FastWorker *worker, int position) {
    const Ladder *ladder = worker->fast->ladder;
    int near = 0;
    for (int place = 0; place < ladder->rung_start[1]; place++) {
        if (!imprint_has(worker->fast->imprint, position, place)) continue;
        memset(row_of(worker, place), 0, (size_t)worker->odds_width * sizeof(double));
        add_kept(worker, position, place, 1);
        worker->near[near++] = ladder->points[place];
    }
    solve_lists(worker, position, false, worker->near, near, 0);
}

/* Whether it can be said from the points before it how far a point has moved: from all its parents, since the row of
 * one that has not holds no movement. */
static bool is_moved(const FastWorker *worker, int position, int place) {
    const Ladder *ladder = worker->fast->ladder;
    int point = ladder->points[place];
    if (!imprint_has(worker->fast->imprint, position, place)) return false;
    return place < ladder->rung_start[1] ? worker->is_sure[point] : are_parents(worker, worker->has_moved, point, 0);
}

/* All finer points that were kept, at once: from there, moved as the coarsest were. */
static void solve_moved(FastWorker *worker, int position) {
    const Ladder *ladder = worker->fast->ladder;
    int near = 0, coarsest = ladder->rung_start[1], end = ladder->rung_start[ladder->rung_count];
    for (int place = 0; place < end; place++) {
        int point = ladder->points[place];
        worker->has_moved[point] = is_moved(worker, position, place);
        worker->has_unsure = worker->has_unsure || !worker->has_moved[point];
        if (!worker->has_moved[point]) continue;
        if (place < coarsest)
            add_kept(worker, position, place, -1);
        else
            worker->near[near++] = point;
    }
    guess(worker, worker->near, near);
    for (int place = 0; place < end; place++)
        if (worker->has_moved[ladder->points[place]]) add_kept(worker, position, place, 1);
    solve_lists(worker, position, false, worker->near, near, 0);
}

static void solve_grid(FastWorker *worker, int position) {
    const Fast *fast = worker->fast;
    if (fast->start == SOLVER_AGAIN && fast->imprint) {
        solve_kept(worker, position);
        solve_rung(worker, position, 0);
        solve_moved(worker, position);
    }
    for (int rung = 0; rung < fast->ladder->rung_count; rung++) solve_rung(worker, position, rung);
    if (fast->start == SOLVER_KEEP)
        imprint_keep(fast->imprint, position, fast->ladder, worker->odds_width, worker->stage.unknown_count,
                     worker->odds, worker->is_sure);
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
    if (worker->plan == FAST_NARROW) kernel_prepare(&worker->stage);
    if (worker->plan == FAST_WIDE) wide_prepare(&worker->stage, worker->ahead);
    worker->odds_width = fast_odds_width(worker->stage.unknown_count);
    if (worker->plan == FAST_REFERENCE) {
        reference_points(worker, position, 0, points);
        return;
    }
    memset(worker->followed, 0, (size_t)grid_points);
    worker->is_probed = false;
    worker->has_unsure = false;
    memset(worker->is_done, 0, (size_t)grid_points);
    memset(worker->is_sure, 0, (size_t)grid_points);
    solve_grid(worker, position);
    add_own_values(worker, p, position);
    reference_points(worker, position, grid_points, points);
}
