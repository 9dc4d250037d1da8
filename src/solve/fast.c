/* SPDX-License-Identifier: GPL-3.0-or-later
 * The fast solver: the positions of a layer, none of which follows another, are shared out among threads, or where
 * there are few the points of each, in pieces (fast_stage.c); either way the answer does not depend on how many there
 * are (docs/method/fast.md). Of equal positions the first is solved, and its numbers stand for all (equal.c).
 * Invariant: when a layer begins, the values of all positions that follow its own are final. */
#include "solve/fast.h"
#include "solve/equal.h"
#include "solve/kept.h"

#include <limits.h>
#include <string.h>

struct Solver {
    Fast fast;
    int worker_count;
    FastWorker *workers;
    Layers layers;
    Equal equal;
    Kept kept;
    bool has_kept;       /* some positions have their answer already: kept.origin */
    SolveTally *tallies; /* [position] */
    Resolution resolution;
    Arena *arena;
};

/* ---- Preparing ---- */

bool fast_is_narrow(const Game *game) {
    for (int party = 0; party < game->party_count; party++)
        if (game->type_start[party + 1] - game->type_start[party] > 2) return false;
    return game->value_count <= KERNEL_VALUES && game->party_count < 16;
}

bool fast_is_narrow_stage(const Game *game, const Position *p) {
    int sides = 0;
    for (int m = p->mover_start; m < p->mover_start + p->mover_count; m++)
        sides += game->type_start[game->movers[m].party + 1] - game->type_start[game->movers[m].party] > 1;
    return sides <= KERNEL_AXES && p->mover_count <= NARROW_MOVERS && p->edge_count <= KERNEL_JOINTS;
}

/* Whether there is something for the kernels of wide stages, and rows of values fit them. A party with too many types
 * leaves its own stages to the reference. */
static bool is_wide(const Game *game, const Grid *grid, bool is_narrow) {
    bool is_wanted = !is_narrow;
    for (int i = 0; i < game->position_count && !is_wanted; i++) {
        const Position *p = &game->positions[i];
        is_wanted = p->kind == POSITION_STAGE && !fast_is_narrow_stage(game, p);
    }
    _Static_assert(2 * (int)WIDE_VALUES <= (int)KERNEL_UNKNOWNS, "rows of odds are the widest");
    return is_wanted && game->value_count <= WIDE_VALUES && game->party_count < 16 &&
           grid->point_count < INT_MAX / KERNEL_UNKNOWNS; /* the kernels count elements of rows in int */
}

/* The widest row of odds of a stage that the kernels hold. */
static size_t widest_odds(const Game *game) {
    size_t most = 0;
    for (int i = 0; i < game->position_count; i++) {
        if (game->positions[i].kind != POSITION_STAGE) continue;
        size_t own = sigma_width(game, &game->positions[i]);
        if (own <= KERNEL_UNKNOWNS && own > most) most = own;
    }
    return (size_t)fast_odds_width((int)most);
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
static bool list_layers(const Game *game, Layers *layers, Arena *arena) {
    int *layer = arena_array(arena, (size_t)game->position_count, sizeof *layer), placed = 0;
    int *order = arena_array(arena, (size_t)game->position_count, sizeof *order);
    if (!layer || !order) return false;
    for (int i = game->position_count - 1; i >= 0; i--) {
        const Position *p = &game->positions[i];
        for (int e = p->edge_start; e < p->edge_start + p->edge_count; e++)
            if (layer[i] <= layer[game->edges[e].target]) layer[i] = layer[game->edges[e].target] + 1;
        if (layer[i] >= layers->count) layers->count = layer[i] + 1;
    }
    int *start = arena_array(arena, (size_t)layers->count + 1, sizeof *start);
    if (!start) return false;
    for (int l = 0; l < layers->count; l++) {
        for (int i = game->position_count - 1; i >= 0; i--)
            if (layer[i] == l) order[placed++] = i;
        start[l + 1] = placed;
    }
    layers->order = order;
    layers->start = start;
    return true;
}

double solve_fast_room(int party_count, const int *type_start, Resolution resolution, double stage_numbers,
                       int threads) {
    double points = (double)grid_size(party_count, type_start, resolution);
    double worker =
        (stage_numbers + KERNEL_BLOCK) * sizeof(double) + 3 * sizeof(int) + 5; /* per point: prepare_worker() */
    return ladder_size(party_count, type_start, points) + points * (party_count * sizeof(double) + threads * worker);
}

/* Aligned to blocks, so that none of a row's lies in two lines of the cache. */
static double *aligned_numbers(Arena *arena, size_t count) {
    double *numbers = arena_array(arena, count + KERNEL_BLOCK, sizeof *numbers);
    if (!numbers) return NULL;
    return numbers + KERNEL_BLOCK - (uintptr_t)numbers / sizeof *numbers % KERNEL_BLOCK;
}

static bool prepare_worker(FastWorker *worker, const Fast *fast) {
    size_t points = (size_t)fast->solution->grid->point_count;
    worker->fast = fast;
    worker->threads = 1;
    worker->arena = arena_new(); /* its own, so that no two threads write to one page */
    if (!worker->arena || !backward_init(&worker->backward, fast->solution, NULL, worker->arena)) return false;
    worker->elsewhere = arena_array(worker->arena, points, sizeof *worker->elsewhere);
    worker->odds = aligned_numbers(worker->arena, points * widest_odds(fast->game));
    worker->ahead = fast->is_wide ? arena_alloc(worker->arena, sizeof *worker->ahead) : NULL;
    worker->near = arena_array(worker->arena, points, sizeof *worker->near);
    worker->far = arena_array(worker->arena, points, sizeof *worker->far);
    worker->trust = arena_array(worker->arena, points, sizeof *worker->trust);
    worker->is_sure = arena_array(worker->arena, points, sizeof *worker->is_sure);
    worker->followed = arena_array(worker->arena, points, sizeof *worker->followed);
    worker->is_done = arena_array(worker->arena, points, sizeof *worker->is_done);
    worker->has_moved = arena_array(worker->arena, points, sizeof *worker->has_moved);
    worker->probe = arena_alloc(worker->arena, kernel_probe_size());
    bool has_all = worker->elsewhere && worker->odds && worker->near && worker->far && worker->trust &&
                   worker->is_sure && worker->followed && worker->is_done && worker->has_moved && worker->probe;
    return has_all && (worker->ahead || !fast->is_wide);
}

int solve_threads(int wanted) {
    return HAS_OPENMP && wanted > 0 ? wanted : omp_get_max_threads();
}

/* With an arena for the solution there is room for one alone, else for a kept one before it. */
static bool prepare(Solver *solver, const Game *game, Resolution resolution, const SolveFastSettings *settings,
                    Arena *solution_arena) {
    Fast *fast = &solver->fast;
    Arena *arena = solver->arena;
    solver->resolution = resolution;
    fast->game = game;
    fast->kernels = kernels_select();
    fast->is_unused = true;
    fast->solution =
        solution_arena ? solution_new(game, resolution, 1, solution_arena) : solution_new(game, resolution, 2, arena);
    if (!fast->solution || (!solution_arena && !kept_init(&solver->kept, game, arena))) return false;
    fast->is_narrow = fast_is_narrow(game) && fast->solution->grid->resolution > 0;
    fast->is_linear = fast_mark_linear(game, arena);
    fast->is_wide = is_wide(game, fast->solution->grid, fast->is_narrow);
    fast->wide_kernels = wide_select(fast->kernels->name);
    bool has_ladder = fast->is_narrow || fast->is_wide;
    fast->ladder = has_ladder ? ladder_new(fast->solution->grid, arena) : NULL;
    fast->beliefs = fast->is_narrow ? fast_axis_beliefs(fast->solution, arena) : NULL;
    if (!fast->is_linear || (has_ladder && !fast->ladder) || (fast->is_narrow && !fast->beliefs) ||
        !list_layers(game, &solver->layers, arena) || !equal_init(&solver->equal, game, arena))
        return false;
    solver->worker_count = solve_threads(settings->threads);
    solver->workers = arena_array(arena, (size_t)solver->worker_count, sizeof *solver->workers);
    solver->tallies = arena_array(arena, (size_t)game->position_count, sizeof *solver->tallies);
    if (!solver->workers || !solver->tallies) return false;
    for (int i = 0; i < solver->worker_count; i++)
        if (!prepare_worker(&solver->workers[i], fast)) return false;
    return true;
}

/* A solver whose solution lives in `solution_arena`, or where that is NULL in its own memory. */
static Solver *new_solver(const Game *game, Resolution resolution, const SolveFastSettings *settings,
                          Arena *solution_arena) {
    Arena *arena = arena_new();
    Solver *solver = arena ? arena_alloc(arena, sizeof *solver) : NULL;
    if (!solver) {
        arena_free(arena);
        return NULL;
    }
    solver->arena = arena;
    if (prepare(solver, game, resolution, settings, solution_arena)) return solver;
    solver_free(solver);
    return NULL;
}

Solver *solver_new(const Game *game, Resolution resolution, const SolveFastSettings *settings) {
    return new_solver(game, resolution, settings, NULL);
}

void solver_free(Solver *solver) {
    if (!solver) return;
    for (int i = 0; solver->workers && i < solver->worker_count; i++) arena_free(solver->workers[i].arena);
    imprint_free(solver->fast.imprint);
    kept_free(&solver->kept);
    arena_free(solver->arena);
}

/* ---- Solving ---- */

/* Whose kept answer a position has; -1: none's. */
static int origin_of(const Solver *solver, int position) {
    return solver->has_kept ? solver->kept.origin[position] : -1;
}

static bool is_left_out(const Solver *solver, int position) {
    return solver->equal.first[position] != position || origin_of(solver, position) >= 0;
}

/* Just before they are written: pages that have been handed out are in the cache then. */
static void ask_memory(const Fast *fast, int position) {
    const Game *game = fast->game;
    const Solution *solution = fast->solution;
    const Position *p = &game->positions[position];
    size_t points = (size_t)solve_points(p, solution->grid);
    memory_ask(solution->values + solution->value_start[position],
               points * (size_t)game->value_count * sizeof *solution->values);
    memory_ask(solution->sigma + solution->sigma_start[position],
               points * sigma_width(game, p) * sizeof *solution->sigma);
}

static void solve_position(Solver *solver, FastWorker *worker, int position) {
    if (is_left_out(solver, position)) return;
    worker->backward.tally = &solver->tallies[position];
    if (solver->fast.is_unused) ask_memory(&solver->fast, position);
    if (solver->fast.game->positions[position].kind == POSITION_STAGE)
        fast_solve_position(worker, position);
    else
        fast_fill_position(worker, position);
}

/* All positions, one after the other, the threads sharing the points of each. */
static void solve_in_turn(Solver *solver, const int *positions, int count, int threads) {
    FastWorker *worker = &solver->workers[0];
    worker->threads = threads;
    for (int i = 0; i < count; i++) solve_position(solver, worker, positions[i]);
    worker->threads = 1;
}

/* Whether threads would wait for one another if they shared the positions, and not if they share the points of each. */
static bool has_few(const Solver *solver, const int *positions, int count) {
    int open = 0, pieces = solver->fast.solution->grid->point_count / FAST_PIECE;
    if (!solver->fast.is_narrow && !solver->fast.is_wide) return false; /* the kernels have nothing to share */
    for (int i = 0; i < count; i++) open += !is_left_out(solver, positions[i]);
    return open < 4 * solver->worker_count && pieces >= 2 * solver->worker_count;
}

static void solve_layer(Solver *solver, const int *positions, int count) {
    if (solver->worker_count == 1 || has_few(solver, positions, count)) {
        solve_in_turn(solver, positions, count, solver->worker_count); /* one: OpenMP would allocate, and end the
                                                                          program when memory is short */
        return;
    }
#pragma omp parallel num_threads(solver->worker_count)
    {
        FastWorker *worker = &solver->workers[omp_get_thread_num()];
#pragma omp for schedule(dynamic, 1)
        for (int i = 0; i < count; i++) solve_position(solver, worker, positions[i]);
    }
}

/* What the first of equal positions came to, the others would have, and what was kept the same again; but the work was
 * done once. */
static void share_tallies(Solver *solver, const int *positions, int count) {
    for (int i = 0; i < count; i++) {
        int position = positions[i], first = solver->equal.first[position], origin = origin_of(solver, position);
        if (first == position && origin < 0) continue;
        SolveTally *tally = &solver->tallies[position];
        *tally = origin < 0 ? solver->tallies[first] : solver->kept.tallies[origin];
        tally->responses = 0;
        tally->trouble.position = position;
    }
}

static void sum_tallies(const Solver *solver) {
    SolveTally sum = {0};
    for (int i = solver->fast.game->position_count - 1; i >= 0; i--) tally_add(&sum, &solver->tallies[i]);
    tally_report(&sum, solver->fast.solution);
}

/* Equal positions in one place; those with a kept answer where that lies, all others behind what is kept. */
static void place(Solver *solver, bool is_behind) {
    const Kept *kept = &solver->kept;
    Solution *solution = solver->fast.solution;
    const Game *game = solution->game;
    solution->value_total = is_behind ? kept->value_total : 0;
    solution->sigma_total = is_behind ? kept->sigma_total : 0;
    for (int i = 0; i < game->position_count; i++) {
        int first = solver->equal.first[i], origin = origin_of(solver, i);
        if (origin < 0 && first == i) {
            solution_place(solution, i);
            continue;
        }
        solution->value_start[i] = origin < 0 ? solution->value_start[first] : kept->value_start[origin];
        solution->sigma_start[i] = origin < 0 ? solution->sigma_start[first] : kept->sigma_start[origin];
    }
}

/* Reads from the game's numbers what is to be solved, and where it goes. */
static void begin(Solver *solver) {
    const Fast *fast = &solver->fast;
    const int *first = solver->equal.first;
    equal_find(&solver->equal, &solver->layers);
    solver->has_kept = fast->start == SOLVER_AGAIN && solver->kept.is_whole;
    if (solver->has_kept) kept_find(&solver->kept, fast->game, first);
    place(solver, fast->start != SOLVER_KEEP && solver->kept.is_whole);
    solution_begin(fast->solution);
    memset(solver->tallies, 0, (size_t)fast->game->position_count * sizeof *solver->tallies);
    if (fast->start == SOLVER_KEEP && fast->imprint) imprint_begin(fast->imprint, first);
}

static BrinkStatus run(Solver *solver, SolveObserver observer, void *payload) {
    const Game *game = solver->fast.game;
    const Layers *layers = &solver->layers;
    uint64_t total, bytes, done = 0;
    solve_size(game, solver->resolution, &total, &bytes);
    begin(solver);
    for (int layer = 0; layer < layers->count; layer++) {
        const int *positions = layers->order + layers->start[layer];
        int count = layers->start[layer + 1] - layers->start[layer];
        solve_layer(solver, positions, count);
        share_tallies(solver, positions, count);
        for (int i = 0; i < count; i++) done += solver->tallies[positions[i]].fixed_points;
        if (observer && !observer(payload, done, total)) return BRINK_CANCELLED;
    }
    sum_tallies(solver);
    solver->fast.is_unused = false;
    if (solver->fast.start == SOLVER_KEEP) kept_finish(&solver->kept, solver->fast.solution, solver->tallies);
    return solver->fast.solution->lost_count > 0 ? BRINK_NOT_SOLVED : BRINK_OK;
}

BrinkStatus solver_solve(Solver *solver, SolverStart start, SolveObserver observer, void *payload,
                         const Solution **result) {
    Fast *fast = &solver->fast;
    if (start == SOLVER_KEEP && fast->ladder && !fast->imprint) {
        fast->imprint = imprint_new(fast->solution);
        if (!fast->imprint) return BRINK_NO_MEMORY;
    }
    if (start == SOLVER_KEEP && !kept_begin(&solver->kept, fast->game)) return BRINK_NO_MEMORY;
    fast->start = start == SOLVER_AGAIN && !solver->kept.is_whole ? SOLVER_AFRESH : start;
    BrinkStatus status = run(solver, observer, payload);
    if (status == BRINK_OK || status == BRINK_NOT_SOLVED) *result = fast->solution;
    return status;
}

BrinkStatus solve_game_fast(const Game *game, Resolution resolution, const SolveFastSettings *settings, Arena *arena,
                            SolveObserver observer, void *payload, Solution **result) {
    Solver *solver = new_solver(game, resolution, settings, arena);
    if (!solver) return BRINK_NO_MEMORY;
    BrinkStatus status = run(solver, observer, payload);
    if (status == BRINK_OK || status == BRINK_NOT_SOLVED) *result = solver->fast.solution;
    solver_free(solver);
    return status;
}
