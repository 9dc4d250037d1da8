/* SPDX-License-Identifier: GPL-3.0-or-later
 * The fast solver: the positions of a layer, none of which follows another, are shared out among threads; every
 * position is solved whole by one thread (fast_stage.c), so the answer does not depend on how many there are
 * (docs/method/fast.md). Invariant: when a layer begins, the values of all positions that follow its own are final. */
#include "solve/fast.h"

#include <math.h>
#ifdef _OPENMP
#include <omp.h>
#endif

typedef struct Pass {
    Fast fast;
    int worker_count, layer_count;
    FastWorker *workers;
    int *order, *layer_start; /* positions by layer, last positions first; [layer_count + 1] */
    SolveTally *tallies;      /* [position] */
} Pass;

/* ---- Preparing ---- */

/* Rows of values are read up to three numbers past their end. */
enum { ROOM = 8 };

bool fast_is_narrow(const Game *game) {
    for (int party = 0; party < game->party_count; party++)
        if (game->type_start[party + 1] - game->type_start[party] > 2) return false;
    return game->value_count <= KERNEL_VALUES && game->party_count < 16;
}

const double *const *fast_axis_beliefs(const Solution *solution, Arena *arena) {
    const Game *game = solution->game;
    size_t points = (size_t)solution->grid->point_count;
    double *numbers = arena_array(arena, points * (size_t)game->party_count, sizeof *numbers);
    const double **result = arena_array(arena, (size_t)game->party_count, sizeof *result);
    if (!numbers || !result) return NULL;
    for (int party = 0; party < game->party_count; party++, numbers += points) {
        int last = game->type_start[party + 1] - 1;
        for (size_t point = 0; point < points; point++)
            numbers[point] = solution->beliefs[point * (size_t)game->type_total + (size_t)last];
        result[party] = numbers;
    }
    return result;
}

const bool *fast_mark_linear(const Game *game, Arena *arena) {
    bool *is_linear = arena_array(arena, (size_t)game->position_count, sizeof *is_linear);
    for (int i = game->position_count - 1; is_linear && i >= 0; i--) {
        const Position *p = &game->positions[i];
        is_linear[i] = p->kind == POSITION_END || p->kind == POSITION_CHANCE;
        for (int e = p->edge_start; e < p->edge_start + p->edge_count; e++)
            is_linear[i] = is_linear[i] && is_linear[game->edges[e].target];
    }
    return is_linear;
}

/* A position's layer is the length of the longest way from it to an end. */
static bool list_layers(Pass *pass, Arena *arena) {
    const Game *game = pass->fast.game;
    int *layer = arena_array(arena, (size_t)game->position_count, sizeof *layer), placed = 0;
    pass->order = arena_array(arena, (size_t)game->position_count, sizeof *pass->order);
    if (!layer || !pass->order) return false;
    for (int i = game->position_count - 1; i >= 0; i--) {
        const Position *p = &game->positions[i];
        for (int e = p->edge_start; e < p->edge_start + p->edge_count; e++)
            if (layer[i] <= layer[game->edges[e].target]) layer[i] = layer[game->edges[e].target] + 1;
        if (layer[i] >= pass->layer_count) pass->layer_count = layer[i] + 1;
    }
    pass->layer_start = arena_array(arena, (size_t)pass->layer_count + 1, sizeof *pass->layer_start);
    if (!pass->layer_start) return false;
    for (int l = 0; l < pass->layer_count; l++) {
        for (int i = game->position_count - 1; i >= 0; i--)
            if (layer[i] == l) pass->order[placed++] = i;
        pass->layer_start[l + 1] = placed;
    }
    return true;
}

static bool prepare_worker(FastWorker *worker, const Fast *fast) {
    size_t points = (size_t)fast->solution->grid->point_count;
    worker->fast = fast;
    worker->arena = arena_new(); /* its own, so that no two threads write to one page */
    if (!worker->arena || !backward_init(&worker->backward, fast->solution, NULL, worker->arena)) return false;
    worker->elsewhere = arena_array(worker->arena, points, sizeof *worker->elsewhere);
    worker->odds = arena_array(worker->arena, points * KERNEL_ODDS_WIDTH, sizeof *worker->odds);
    worker->points = arena_array(worker->arena, points, sizeof *worker->points);
    worker->left = arena_array(worker->arena, points, sizeof *worker->left);
    worker->doubt = arena_array(worker->arena, points, sizeof *worker->doubt);
    worker->followed = arena_array(worker->arena, points, sizeof *worker->followed);
    worker->probe = arena_alloc(worker->arena, kernel_probe_size());
    return worker->elsewhere && worker->odds && worker->points && worker->left && worker->doubt && worker->followed &&
           worker->probe;
}

static int count_workers(const SolveFastSettings *settings) {
#ifdef _OPENMP
    return settings->threads > 0 ? settings->threads : omp_get_max_threads();
#else
    (void)settings;
    return 1;
#endif
}

static bool prepare(Pass *pass, const Game *game, Resolution resolution, const SolveFastSettings *settings,
                    Arena *arena, Arena *scratch) {
    Fast *fast = &pass->fast;
    fast->game = game;
    fast->kernels = kernels_select();
    fast->solution = solution_new(game, resolution, ROOM, arena);
    if (!fast->solution) return false;
    fast->is_narrow = fast_is_narrow(game) && fast->solution->grid->resolution > 0;
    fast->is_linear = fast_mark_linear(game, scratch);
    fast->ladder = fast->is_narrow ? ladder_new(fast->solution->grid, scratch) : NULL;
    fast->beliefs = fast->is_narrow ? fast_axis_beliefs(fast->solution, scratch) : NULL;
    if (!fast->is_linear || (fast->is_narrow && (!fast->ladder || !fast->beliefs)) || !list_layers(pass, scratch))
        return false;
    pass->worker_count = count_workers(settings);
    pass->workers = arena_array(scratch, (size_t)pass->worker_count, sizeof *pass->workers);
    pass->tallies = arena_array(scratch, (size_t)game->position_count, sizeof *pass->tallies);
    if (!pass->workers || !pass->tallies) return false;
    for (int i = 0; i < pass->worker_count; i++)
        if (!prepare_worker(&pass->workers[i], fast)) return false;
    return true;
}

static void forget(Pass *pass) {
    for (int i = 0; pass->workers && i < pass->worker_count; i++) arena_free(pass->workers[i].arena);
}

/* ---- Solving ---- */

static void solve_position(Pass *pass, FastWorker *worker, int position) {
    worker->backward.tally = &pass->tallies[position];
    if (pass->fast.game->positions[position].kind == POSITION_STAGE)
        fast_solve_position(worker, position);
    else
        fast_fill_position(worker, position);
}

static void solve_layer(Pass *pass, int layer) {
    int first = pass->layer_start[layer], end = pass->layer_start[layer + 1];
    if (pass->worker_count == 1) { /* OpenMP would allocate, and end the program when memory is short */
        for (int i = first; i < end; i++) solve_position(pass, &pass->workers[0], pass->order[i]);
        return;
    }
#pragma omp parallel num_threads(pass->worker_count)
    {
#ifdef _OPENMP
        FastWorker *worker = &pass->workers[omp_get_thread_num()];
#else
        FastWorker *worker = &pass->workers[0];
#endif
#pragma omp for schedule(dynamic, 1)
        for (int i = first; i < end; i++) solve_position(pass, worker, pass->order[i]);
    }
}

static void sum_tallies(const Pass *pass) {
    SolveTally sum = {0};
    for (int i = pass->fast.game->position_count - 1; i >= 0; i--) tally_add(&sum, &pass->tallies[i]);
    tally_report(&sum, pass->fast.solution);
}

BrinkStatus solve_game_fast(const Game *game, Resolution resolution, const SolveFastSettings *settings, Arena *arena,
                            SolveObserver observer, void *payload, Solution **result) {
    Pass pass = {0};
    Arena *scratch = arena_new();
    BrinkStatus status = BRINK_NO_MEMORY;
    uint64_t total, bytes, done = 0;
    if (!scratch || !prepare(&pass, game, resolution, settings, arena, scratch)) goto done;
    solve_size(game, resolution, &total, &bytes);
    status = BRINK_OK;
    for (int layer = 0; layer < pass.layer_count; layer++) {
        solve_layer(&pass, layer);
        for (int i = pass.layer_start[layer]; i < pass.layer_start[layer + 1]; i++)
            done += pass.tallies[pass.order[i]].fixed_points;
        if (!observer || observer(payload, done, total)) continue;
        status = BRINK_CANCELLED;
        goto done;
    }
    sum_tallies(&pass);
    if (pass.fast.solution->lost_count > 0) status = BRINK_NOT_SOLVED;
    *result = pass.fast.solution;
done:
    forget(&pass);
    arena_free(scratch);
    return status;
}
