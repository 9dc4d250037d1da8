/* SPDX-License-Identifier: GPL-3.0-or-later
 * Backward over the positions of a game: at every belief point of a stage a small fixed point, followed from
 * rationality 0 with the continuation held (docs/method/qre.md). Invariant: when a position is solved, the values of
 * all positions that follow it are final. */
#include "solve/backward.h"
#include "solve/stage.h"

#include <math.h>
#include <string.h>

int solve_points(const Position *p, const Grid *grid) {
    if (p->is_flat) return 1;
    return (p->on_grid ? grid->point_count : 0) + (p->at_start ? 1 : 0);
}

void solve_size(const Game *game, Resolution resolution, uint64_t *fixed_points, uint64_t *bytes) {
    double grid_points = (double)grid_size(game->party_count, game->type_start, resolution), numbers = 0, stages = 0;
    for (int i = 0; i < game->position_count; i++) {
        const Position *p = &game->positions[i];
        double points = p->is_flat ? 1 : (p->on_grid ? grid_points : 0) + (p->at_start ? 1 : 0);
        numbers += points * (double)((size_t)game->value_count + sigma_width(game, p));
        if (p->kind == POSITION_STAGE) stages += points;
    }
    *fixed_points = stages < 1e18 ? (uint64_t)stages : UINT64_MAX;
    *bytes = numbers < 1e18 ? (uint64_t)(numbers * sizeof(double)) : UINT64_MAX;
}

/* ---- Preparing ---- */

/* Those of the grid; the starting beliefs are solution_begin's. */
static double *list_beliefs(const Game *game, const Grid *grid, Arena *arena) {
    size_t width = (size_t)game->type_total;
    double *beliefs = arena_array(arena, (size_t)(grid->point_count + 1) * width, sizeof *beliefs);
    int *split = arena_array(arena, (size_t)game->party_count, sizeof *split);
    if (!beliefs || !split) return NULL;
    for (int point = 0; point < grid->point_count; point++) {
        grid_split(grid, point, split);
        for (int party = 0; party < game->party_count; party++) {
            const PartyGrid *own = &grid->parties[party];
            memcpy(beliefs + (size_t)point * width + game->type_start[party],
                   own->beliefs + (size_t)split[party] * (size_t)own->type_count,
                   (size_t)own->type_count * sizeof *beliefs);
        }
    }
    return beliefs;
}

void solution_begin(Solution *solution) {
    size_t width = (size_t)solution->game->type_total;
    memcpy(solution->beliefs + (size_t)solution->grid->point_count * width, solution->game->prior,
           width * sizeof *solution->beliefs);
}

void solution_place(Solution *solution, int position) {
    const Position *p = &solution->game->positions[position];
    size_t points = (size_t)solve_points(p, solution->grid);
    solution->value_start[position] = solution->value_total;
    solution->sigma_start[position] = solution->sigma_total;
    solution->value_total += points * (size_t)solution->game->value_count;
    solution->sigma_total += points * sigma_width(solution->game, p);
}

/* Solver and adjoint sweep, which also reads what the reference has solved, go up to three numbers past a row. */
enum { ROOM = 8 };

Solution *solution_new(const Game *game, Resolution resolution, size_t times, Arena *arena) {
    Solution *solution = arena_alloc(arena, sizeof *solution);
    Grid *grid = grid_new(game->party_count, game->type_start, resolution, arena);
    size_t *value_start = arena_array(arena, (size_t)game->position_count, sizeof *value_start);
    size_t *sigma_start = arena_array(arena, (size_t)game->position_count, sizeof *sigma_start);
    if (!solution || !grid || !value_start || !sigma_start) return NULL;
    solution->game = game;
    solution->grid = grid;
    solution->value_start = value_start;
    solution->sigma_start = sigma_start;
    for (int i = 0; i < game->position_count; i++) solution_place(solution, i);
    solution->beliefs = list_beliefs(game, grid, arena);
    solution->values = arena_array(arena, times * solution->value_total + ROOM, sizeof(double));
    solution->sigma = arena_array(arena, times * solution->sigma_total, sizeof(double));
    if (!solution->beliefs || !solution->values || !solution->sigma) return NULL;
    solution_begin(solution);
    return solution;
}

bool backward_init(Backward *worker, Solution *solution, SolveTally *tally, Arena *arena) {
    const Game *game = solution->game;
    size_t unknowns = 1;
    for (int i = 0; i < game->position_count; i++)
        if (sigma_width(game, &game->positions[i]) > unknowns) unknowns = sigma_width(game, &game->positions[i]);
    *worker = (Backward){solution, tally, stage_new(game, solution->grid, arena),
                         arena_array(arena, unknowns, sizeof(double)), arena_array(arena, unknowns, sizeof(double))};
    return worker->stage && worker->odds && worker->log_weights;
}

/* ---- One position ---- */

/* Of several troubles the first lost point counts, or else the first turned one; points of a position may come in any
 * order. */
static void note_trouble(SolveTally *tally, const SolveTrouble *trouble) {
    const SolveTrouble *held = &tally->trouble;
    bool is_first = tally->turned_count + tally->lost_count == 0;
    bool is_worse = trouble->is_lost && tally->lost_count == 0;
    bool is_earlier =
        trouble->is_lost == held->is_lost && trouble->position == held->position && trouble->point < held->point;
    if (is_first || is_worse || is_earlier) tally->trouble = *trouble;
    if (trouble->is_lost)
        tally->lost_count++;
    else
        tally->turned_count++;
}

void tally_add(SolveTally *sum, const SolveTally *part) {
    bool is_first = sum->turned_count + sum->lost_count == 0, is_worse = part->lost_count > 0 && sum->lost_count == 0;
    if (part->turned_count + part->lost_count > 0 && (is_first || is_worse)) sum->trouble = part->trouble;
    sum->fixed_points += part->fixed_points;
    sum->responses += part->responses;
    sum->turned_count += part->turned_count;
    sum->lost_count += part->lost_count;
    sum->residual = fmax(sum->residual, part->residual);
}

void tally_report(const SolveTally *tally, Solution *solution) {
    solution->fixed_points = tally->fixed_points;
    solution->responses = tally->responses;
    solution->turned_count = tally->turned_count;
    solution->lost_count = tally->lost_count;
    solution->trouble = tally->trouble;
    solution->residual = tally->residual;
}

static double *value_at(const Solution *solution, int position, int point) {
    return solution->values + solution->value_start[position] + (size_t)point * (size_t)solution->game->value_count;
}

void backward_follow_point(Backward *worker, int position, int point, BranchRespond *respond, void *payload) {
    Solution *solution = worker->solution;
    Stage *stage = worker->stage;
    const Position *p = &solution->game->positions[position];
    stage_set_belief(stage, belief_at(solution, p, point), is_start_point(p, solution->grid->point_count, point));
    BranchProblem problem = {stage->unknown_count, stage->base, respond, payload};
    BranchInfo info;
    BranchFound found = branch_follow(&problem, stage->branch, worker->odds, &info);
    if (found != BRANCH_FOUND)
        note_trouble(worker->tally, &(SolveTrouble){position, point, found == BRANCH_LOST, info.turn_scale});
    worker->tally->fixed_points++;
    worker->tally->responses += (uint64_t)info.response_count;
    stage_set_odds(stage, worker->odds);
    stage_look_ahead(stage, false);
    stage_values(stage, value_at(solution, position, point));
    sigma_store(solution->game, p, stage->sigma,
                solution->sigma + solution->sigma_start[position] + (size_t)point * sigma_width(solution->game, p));
}

void backward_set_position(Backward *worker, int position) {
    const Solution *solution = worker->solution;
    const Position *p = &solution->game->positions[position];
    if (p->kind == POSITION_STAGE) stage_set_position(worker->stage, p, solution->value_start, solution->values);
    for (int e = 0; p->kind == POSITION_PUBLIC && e < p->edge_count; e++)
        worker->log_weights[e] = log(solution->game->weights[p->edge_start + e]);
}

static const double *values_at_same(const Solution *solution, const Position *p, int point, int target) {
    size_t at = same_point(solution, p, point, &solution->game->positions[target]);
    return solution->values + solution->value_start[target] + at * (size_t)solution->game->value_count;
}

/* Logit choice of the player without types: its value of each edge, at the beliefs as they are. */
static void public_choice(const Solution *solution, const Position *p, int point, const double *log_weights,
                          double *probability) {
    const Game *game = solution->game;
    double most = -INFINITY, sum = 0;
    for (int e = 0; e < p->edge_count; e++) {
        const Edge *edge = &game->edges[p->edge_start + e];
        double follows = values_at_same(solution, p, point, edge->target)[game->type_total];
        double payoff =
            edge->payoff < 0 ? 0 : game->type_rows[(size_t)edge->payoff * (game->type_total + 1) + game->type_total];
        double discount = game->discounts[(size_t)edge->discount * (game->type_total + 1) + game->type_total];
        probability[e] = log_weights[e] + game->public_rationality * (payoff + discount * follows);
        most = fmax(most, probability[e]);
    }
    for (int e = 0; e < p->edge_count; e++) sum += probability[e] = exp(probability[e] - most);
    for (int e = 0; e < p->edge_count; e++) probability[e] /= sum;
}

/* Expectation over the edges of a chance or public position. */
static void average_edges(const Solution *solution, const Position *p, int point, const double *probability,
                          double *value) {
    const Game *game = solution->game;
    memset(value, 0, (size_t)game->value_count * sizeof *value);
    for (int e = 0; e < p->edge_count; e++) {
        const Edge *edge = &game->edges[p->edge_start + e];
        const double *follows = values_at_same(solution, p, point, edge->target);
        const double *payoff =
            edge->payoff < 0 ? NULL : game->type_rows + (size_t)edge->payoff * (game->type_total + 1);
        const double *discount = game->discounts + (size_t)edge->discount * (game->type_total + 1);
        for (int v = 0; v < game->value_count; v++)
            value[v] += probability[e] * ((payoff ? payoff[v] : 0) + discount[v] * follows[v]);
    }
    position_own_value(game, p, belief_at(solution, p, point), value);
}

void backward_solve_point(Backward *worker, int position, int point) {
    Solution *solution = worker->solution;
    const Game *game = solution->game;
    const Position *p = &game->positions[position];
    double *value = value_at(solution, position, point);
    double *sigma = solution->sigma + solution->sigma_start[position] + (size_t)point * sigma_width(game, p);
    switch (p->kind) {
    case POSITION_STAGE:
        backward_follow_point(worker, position, point, stage_respond, worker->stage);
        break;
    case POSITION_PUBLIC:
        public_choice(solution, p, point, worker->log_weights, sigma);
        average_edges(solution, p, point, sigma, value);
        break;
    case POSITION_CHANCE:
        average_edges(solution, p, point, game->weights + p->edge_start, value);
        break;
    case POSITION_END:
        memset(value, 0, (size_t)game->value_count * sizeof *value);
        position_own_value(game, p, belief_at(solution, p, point), value);
        break;
    }
}

/* ---- The whole ---- */

/* Largest difference between the stored choice probabilities and the logit answer to the stored values. */
static double residual_of(Backward *worker) {
    Solution *solution = worker->solution;
    const Game *game = solution->game;
    double worst = 0;
    for (int i = 0; i < game->position_count; i++) {
        const Position *p = &game->positions[i];
        size_t width = sigma_width(game, p);
        backward_set_position(worker, i);
        for (int point = 0; width > 0 && point < solve_points(p, solution->grid); point++) {
            const double *sigma = solution->sigma + solution->sigma_start[i] + (size_t)point * width;
            if (p->kind == POSITION_STAGE) {
                bool is_start = is_start_point(p, solution->grid->point_count, point);
                stage_set_belief(worker->stage, belief_at(solution, p, point), is_start);
                stage_set_sigma(worker->stage, sigma);
                stage_look_ahead(worker->stage, false);
                worst = fmax(worst, stage_residual(worker->stage));
            }
        }
    }
    return worst;
}

BrinkStatus solve_game(const Game *game, Resolution resolution, Arena *arena, SolveObserver observer, void *payload,
                       Solution **result) {
    SolveTally tally = {0};
    Backward worker;
    Solution *solution = solution_new(game, resolution, 1, arena);
    if (!solution || !backward_init(&worker, solution, &tally, arena)) return BRINK_NO_MEMORY;
    uint64_t total, bytes, told = 0;
    solve_size(game, resolution, &total, &bytes);
    for (int i = game->position_count - 1; i >= 0; i--) {
        backward_set_position(&worker, i);
        for (int point = 0; point < solve_points(&game->positions[i], solution->grid); point++) {
            backward_solve_point(&worker, i, point);
            if (!observer || tally.fixed_points < told + 1000) continue;
            told = tally.fixed_points;
            if (!observer(payload, told, total)) return BRINK_CANCELLED;
        }
    }
    tally.residual = residual_of(&worker);
    tally_report(&tally, solution);
    *result = solution;
    return solution->lost_count > 0 ? BRINK_NOT_SOLVED : BRINK_OK;
}
