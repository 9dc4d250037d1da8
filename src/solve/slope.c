/* SPDX-License-Identifier: GPL-3.0-or-later
 * The derivatives of a solved game's odds (docs/method/gradient.md): the odds of each outcome are carried backward,
 * from the ends to the start; what moves them forward, from the start to the ends. Invariant: when a position is swept,
 * all that leads to it has been, because every edge leads to a higher number. */
#include "solve/slope.h"
#include "solve/fast.h"

#include <stdalign.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

enum { K = SLOPE_K };

/* ---- Blocks for the rows of `back`, used again and again ---- */

enum { LINE = 64 }; /* rows begin with a line of the cache, or at its half */

typedef struct SlopeBlock {
    struct SlopeBlock *next;
    size_t size; /* numbers */
    alignas(LINE) double numbers[];
} SlopeBlock;

static SlopeBlock *take_block(Slope *slope, size_t size) {
    for (SlopeBlock **at = &slope->free_blocks; *at; at = &(*at)->next) {
        SlopeBlock *block = *at;
        if (block->size != size) continue;
        *at = block->next;
        memset(block->numbers, 0, size * sizeof(double));
        return block;
    }
    char *room = arena_alloc(slope->arena, sizeof(SlopeBlock) + size * sizeof(double) + LINE);
    if (!room) return NULL;
    SlopeBlock *block = (SlopeBlock *)(void *)(room + (LINE - (uintptr_t)room % LINE) % LINE);
    block->size = size;
    return block;
}

double *slope_back(Slope *slope, int position) {
    if (slope->back[position]) return slope->back[position];
    size_t rows = (size_t)slope_rows(slope, &slope->game->positions[position]);
    SlopeBlock *block = take_block(slope, rows * slope_width(slope));
    if (!block) slope->is_out_of_memory = true;
    return slope->back[position] = block ? block->numbers : NULL;
}

static void give_back(Slope *slope, int position) {
    SlopeBlock *block = (SlopeBlock *)(void *)((char *)slope->back[position] - offsetof(SlopeBlock, numbers));
    block->next = slope->free_blocks;
    slope->free_blocks = block;
    slope->back[position] = NULL;
}

/* ---- Preparing ---- */

/* The point of the grid at which a profile is certain. */
static int *list_corners(const Game *game, const Grid *grid, Arena *arena) {
    int *corner = arena_array(arena, (size_t)game->profile_count, sizeof *corner);
    for (int profile = 0; corner && profile < game->profile_count; profile++) {
        int rest = profile;
        for (int party = game->party_count - 1; party >= 0; party--) {
            const PartyGrid *own = &grid->parties[party];
            int type = rest % own->type_count, point = 0;
            while (own->beliefs[point * own->type_count + type] < 1) point++;
            corner[profile] += point * grid->stride[party];
            rest /= own->type_count;
        }
    }
    return corner;
}

static bool new_sum(GameSlope *sum, const Game *game, Arena *arena) {
    size_t types = (size_t)game->type_total, profiles = (size_t)game->profile_count;
    double **numbers[] = {&sum->prior,   &sum->rationality, &sum->public_rationality, &sum->measures,
                          &sum->weights, &sum->type_rows,   &sum->profile_rows,       &sum->discounts};
    size_t lengths[] = {types,
                        types,
                        1,
                        (size_t)game->measure_count,
                        (size_t)game->edge_count,
                        (size_t)game->type_row_count * (types + 1),
                        (size_t)game->profile_row_count * profiles * (size_t)(game->party_count + 1),
                        (size_t)game->discount_count * (types + 1)};
    for (size_t i = 0; i < sizeof lengths / sizeof *lengths; i++) {
        *numbers[i] = arena_array(arena, lengths[i] * K, sizeof(double));
        if (!*numbers[i]) return false;
    }
    return true;
}

/* ---- The odds, backward ---- */

static void odds_of_edges(const Slope *slope, int position, int point, const double *probability, double *odds) {
    const Position *p = &slope->game->positions[position];
    memset(odds, 0, K * sizeof *odds);
    for (int e = 0; e < p->edge_count; e++) {
        int target = slope->game->edges[p->edge_start + e].target;
        const double *behind =
            slope_odds_at(slope, target, (int)same_point(slope->solution, p, point, &slope->game->positions[target]));
        for (int o = 0; o < K; o++) odds[o] += probability[e] * behind[o];
    }
}

static void set_stage(Slope *slope, int position, int point) {
    const Solution *solution = slope->solution;
    const Position *p = &slope->game->positions[position];
    stage_set_belief(slope->stage, belief_at(solution, p, point),
                     is_start_point(p, solution->grid->point_count, point));
    stage_set_sigma(slope->stage,
                    solution->sigma + solution->sigma_start[position] + (size_t)point * sigma_width(slope->game, p));
}

static void odds_of_position(Slope *slope, int position) {
    const Solution *solution = slope->solution;
    const Position *p = &slope->game->positions[position];
    int points = slope->is_linear[position] ? 1 : solve_points(p, solution->grid);
    if (p->kind == POSITION_STAGE) stage_set_position(slope->stage, p, solution->value_start, solution->values);
    for (int point = slope_fast_carry(slope, position); point < points; point++) {
        double *odds = slope_odds_at(slope, position, point);
        const double *sigma =
            solution->sigma + solution->sigma_start[position] + (size_t)point * sigma_width(slope->game, p);
        if (p->kind == POSITION_END) {
            if ((int)p->outcome < K) odds[p->outcome] = 1;
        } else if (p->kind == POSITION_STAGE) {
            set_stage(slope, position, point);
            slope_stage_odds(slope, slope->stage, odds);
        } else {
            odds_of_edges(slope, position, point,
                          p->kind == POSITION_PUBLIC ? sigma : slope->game->weights + p->edge_start, odds);
        }
    }
}

Slope *slope_new(const Solution *solution, int threads, Arena *arena) {
    return slope_new_by(solution, true, threads, arena);
}

Slope *slope_new_by(const Solution *solution, bool with_kernels, int threads, Arena *arena) {
    const Game *game = solution->game;
    Slope *slope = arena_alloc(arena, sizeof *slope);
    size_t positions = (size_t)game->position_count, rows = 0, edges = 1;
    if (!slope) return NULL;
    slope->solution = solution;
    slope->game = game;
    slope->arena = arena;
    slope->threads = solve_threads(threads);
    slope->is_linear = fast_mark_linear(game, arena);
    slope->corner = list_corners(game, solution->grid, arena);
    slope->odds_start = arena_array(arena, positions, sizeof *slope->odds_start);
    slope->back = arena_array(arena, positions, sizeof *slope->back);
    slope->stage = stage_new(game, solution->grid, arena);
    if (!slope->is_linear || !slope->corner || !slope->odds_start || !slope->back || !slope->stage) return NULL;
    for (size_t i = 0; i < positions; i++) {
        slope->odds_start[i] = rows;
        rows += slope->is_linear[i] ? 1 : (size_t)solve_points(&game->positions[i], solution->grid);
        if ((size_t)game->positions[i].edge_count > edges) edges = (size_t)game->positions[i].edge_count;
    }
    slope->odds = arena_array(arena, rows * K, sizeof(double));
    slope->mass = arena_array(arena, rows, sizeof(double));
    slope->worth = arena_array(arena, edges * (size_t)game->value_count, sizeof(double));
    if (!slope->odds || !slope->mass || !slope->worth || !new_sum(&slope->sum, game, arena) ||
        !slope_stage_new(&slope->own, game, solution->grid, arena) || (with_kernels && !slope_fast_new(slope)))
        return NULL;
    for (int i = game->position_count - 1; i >= 0; i--) odds_of_position(slope, i);
    return slope;
}

const double *slope_odds(const Slope *slope, int position, int point) {
    return slope_odds_at(slope, position, point);
}

void slope_start(Slope *slope, int position, int point, double mass) {
    *slope_mass_at(slope, position, point) += mass;
}

void slope_move_prior(Slope *slope, const double *belief) {
    for (int i = 0; i < slope->game->type_total * K; i++) slope->sum.prior[i] += belief[i];
}

/* ---- A position's own payoff ---- */

/* One profile: `others` probability of the other parties' types, for each party; belief[] moved by the payoff. */
static void own_profile(Slope *slope, const Position *p, int profile, const double *at, const double *worth,
                        double *belief) {
    const Game *game = slope->game;
    size_t place =
        ((size_t)p->profile_payoff * (size_t)game->profile_count + (size_t)profile) * (size_t)(game->party_count + 1);
    int types[game->party_count], rest = profile;
    for (int party = game->party_count - 1; party >= 0; party--) {
        int count = game->type_start[party + 1] - game->type_start[party];
        types[party] = game->type_start[party] + rest % count;
        rest /= count;
    }
    for (int own = 0; own <= game->party_count; own++) { /* own == party_count: the public player, at all beliefs */
        if (own == game->party_count && !game->has_public) continue;
        const double *moved = worth + (own < game->party_count ? types[own] : game->type_total) * K;
        double others = 1;
        for (int party = 0; party < game->party_count; party++)
            if (party != own) others *= at[types[party]];
        for (int o = 0; o < K; o++) slope->sum.profile_rows[(place + (size_t)own) * K + (size_t)o] += others * moved[o];
        for (int party = 0; party < game->party_count && belief; party++) {
            if (party == own) continue;
            double rest_of = game->profile_rows[place + (size_t)own];
            for (int j = 0; j < game->party_count; j++)
                if (j != own && j != party) rest_of *= at[types[j]];
            for (int o = 0; o < K; o++) belief[types[party] * K + o] += rest_of * moved[o];
        }
    }
}

void slope_own(Slope *slope, const Position *p, const double *at, const double *worth, double *belief) {
    const Game *game = slope->game;
    if (p->type_payoff >= 0) {
        double *row = slope->sum.type_rows + (size_t)p->type_payoff * (size_t)(game->type_total + 1) * K;
        for (int i = 0; i < game->value_count * K; i++) row[i] += worth[i];
    }
    for (int profile = 0; profile < game->profile_count && p->profile_payoff >= 0; profile++)
        own_profile(slope, p, profile, at, worth, belief);
}

/* ---- Edges without types: chance, and the public player ---- */

static bool is_start_row(const Slope *slope, const Position *p, int row) {
    return p->at_start && !p->is_flat && row == slope_rows(slope, p) - 1;
}

/* Probability of a profile. */
static double profile_chance(const Game *game, const double *belief, int profile) {
    double chance = 1;
    for (int party = game->party_count - 1; party >= 0; party--) {
        int types = game->type_start[party + 1] - game->type_start[party];
        chance *= belief[game->type_start[party] + profile % types];
        profile /= types;
    }
    return chance;
}

/* Adds to the rows of a target that stand for the same beliefs as a row of the position before it. */
static void add_to_same(Slope *slope, const Position *p, int row, int target, const double *passed) {
    const Game *game = slope->game;
    const Position *to = &game->positions[target];
    int position = (int)(p - game->positions), at = to->is_flat                   ? 0
                                                    : is_start_row(slope, p, row) ? slope_rows(slope, to) - 1
                                                                                  : row;
    size_t width = slope_width(slope);
    double *back = slope_back(slope, target);
    if (!back) return;
    if (to->is_flat || is_start_row(slope, p, row) || slope->is_linear[target] == slope->is_linear[position]) {
        for (size_t i = 0; i < width; i++) back[(size_t)at * width + i] += passed[i];
        return;
    }
    const double *belief = belief_at(slope->solution, p, row);
    for (int profile = 0; profile < game->profile_count; profile++) {
        double chance = profile_chance(game, belief, profile);
        for (size_t i = 0; i < width; i++) back[(size_t)profile * width + i] += chance * passed[i];
    }
}

/* The grid's (or starting) point that a row stands for. */
static int point_of_row(const Slope *slope, const Position *p, int row) {
    if (p->is_flat) return 0;
    if (is_start_row(slope, p, row)) return p->on_grid ? slope->solution->grid->point_count : 0;
    return slope->is_linear[p - slope->game->positions] ? slope->corner[row] : row;
}

/* The same with a discount on the way, and the slope by it. */
static void add_discounted(Slope *slope, const Position *p, int row, const Edge *edge, const double *flow) {
    const Game *game = slope->game;
    const Position *target = &game->positions[edge->target];
    size_t columns = (size_t)(game->type_total + 1);
    int width = game->value_count;
    const double *discount = game->discounts + (size_t)edge->discount * columns;
    const double *behind = slope->solution->values + slope->solution->value_start[edge->target] +
                           same_point(slope->solution, p, point_of_row(slope, p, row), target) * (size_t)width;
    double passed[width * K], *discounted = slope->sum.discounts + (size_t)edge->discount * columns * K;
    for (int v = 0; v < width; v++)
        for (int o = 0; o < K; o++) {
            passed[v * K + o] = discount[v] * flow[v * K + o];
            discounted[v * K + o] += behind[v] * flow[v * K + o];
        }
    add_to_same(slope, p, row, edge->target, passed);
}

/* Slope by the payoffs, discounts and continuation of one edge that is taken with `flow` [value][o]. */
static void push_edge(Slope *slope, const Position *p, int row, const Edge *edge, const double *flow) {
    size_t columns = (size_t)(slope->game->type_total + 1);
    if (edge->discount > 0)
        add_discounted(slope, p, row, edge, flow);
    else
        add_to_same(slope, p, row, edge->target, flow);
    if (edge->payoff >= 0) {
        double *sum = slope->sum.type_rows + (size_t)edge->payoff * columns * K;
        for (size_t i = 0; i < slope_width(slope); i++) sum[i] += flow[i];
    }
}

/* What each edge is worth, [edge][value]. */
static void worth_of_edges(Slope *slope, const Position *p, int row) {
    const Game *game = slope->game;
    size_t columns = (size_t)(game->type_total + 1);
    int width = game->value_count, point = point_of_row(slope, p, row);
    for (int e = 0; e < p->edge_count; e++) {
        const Edge *edge = &game->edges[p->edge_start + e];
        const double *payoff = edge->payoff < 0 ? NULL : game->type_rows + (size_t)edge->payoff * columns;
        const double *discount = game->discounts + (size_t)edge->discount * columns;
        const double *behind = slope->solution->values + slope->solution->value_start[edge->target] +
                               same_point(slope->solution, p, point, &game->positions[edge->target]) * (size_t)width;
        for (int v = 0; v < width; v++)
            slope->worth[e * width + v] = (payoff ? payoff[v] : 0) + discount[v] * behind[v];
    }
}

/* behind[o]: what one more unit of probability of edge e adds: the odds there, and the values of the position. */
static void add_edge_worth(const Slope *slope, const double *worth, int e, double *behind) {
    int width = slope->game->value_count;
    for (int v = 0; v < width; v++)
        for (int o = 0; o < K; o++) behind[o] += worth[v * K + o] * slope->worth[e * width + v];
}

/* Through the logit of the public player: `behind` [edge][o] becomes d P / d log-odds of each edge. */
static void through_logit(Slope *slope, const Position *p, const double *sigma, double *behind, const double *payoff) {
    double mean[K] = {0}, worth = 0;
    for (int e = 0; e < p->edge_count; e++) {
        worth += sigma[e] * payoff[e];
        for (int o = 0; o < K; o++) mean[o] += sigma[e] * behind[e * K + o];
    }
    for (int e = 0; e < p->edge_count; e++)
        for (int o = 0; o < K; o++) {
            double moved = sigma[e] * (behind[e * K + o] - mean[o]);
            behind[e * K + o] = moved;
            slope->sum.public_rationality[o] += moved * (payoff[e] - worth);
            slope->sum.weights[(size_t)(p->edge_start + e) * K + (size_t)o] +=
                moved / slope->game->weights[p->edge_start + e];
        }
}

static bool is_zero(const double *numbers, size_t count) {
    for (size_t i = 0; i < count; i++)
        if (numbers[i] != 0) return false;
    return true;
}

static void sweep_edges(Slope *slope, int position, int row) {
    const Game *game = slope->game;
    const Position *p = &game->positions[position];
    int width = game->value_count, point = point_of_row(slope, p, row), public_value = game->type_total;
    bool is_public = p->kind == POSITION_PUBLIC, is_first = row == 0 || !slope->is_linear[position];
    const double *worth = slope->back[position] ? slope->back[position] + (size_t)row * slope_width(slope) : NULL;
    const double *sigma =
        slope->solution->sigma + slope->solution->sigma_start[position] + (size_t)point * (size_t)p->edge_count;
    const double *probability = is_public ? sigma : game->weights + p->edge_start;
    double mass = is_first ? *slope_mass_at(slope, position, point) : 0;
    if (mass == 0 && (!worth || is_zero(worth, slope_width(slope)))) return;          /* nothing would be added to */
    double behind[p->edge_count * K + 1], payoff[p->edge_count + 1], flow[width * K]; /* an end has no edge */
    memset(behind, 0, sizeof behind);
    if (worth || is_public) worth_of_edges(slope, p, row);
    for (int e = 0; e < p->edge_count; e++) {
        int target = game->edges[p->edge_start + e].target;
        int at = (int)same_point(slope->solution, p, point, &game->positions[target]);
        const double *odds = slope_odds_at(slope, target, at);
        for (int o = 0; o < K; o++) behind[e * K + o] = mass * odds[o];
        if (worth) add_edge_worth(slope, worth, e, behind + e * K);
        if (is_public) payoff[e] = slope->worth[e * width + public_value];
        if (mass != 0) *slope_mass_at(slope, target, at) += mass * probability[e];
    }
    if (is_public)
        through_logit(slope, p, sigma, behind, payoff);
    else
        for (int i = 0; i < p->edge_count * K; i++)
            slope->sum.weights[(size_t)p->edge_start * K + (size_t)i] += behind[i];
    for (int e = 0; e < p->edge_count; e++) {
        for (int i = 0; i < width * K; i++) flow[i] = worth ? probability[e] * worth[i] : 0;
        for (int o = 0; is_public && o < K; o++)
            flow[public_value * K + o] += game->public_rationality * behind[e * K + o];
        if (worth || is_public) push_edge(slope, p, row, &game->edges[p->edge_start + e], flow);
    }
}

/* ---- The sweep ---- */

void slope_sweep_point(Slope *slope, int position, int point, double *belief) {
    const double *worth = slope->back[position] ? slope->back[position] + (size_t)point * slope_width(slope) : NULL;
    set_stage(slope, position, point);
    slope_stage(slope, slope->stage, worth, *slope_mass_at(slope, position, point), NULL, NULL, belief);
}

static bool has_mass(const Slope *slope, int position) {
    const Position *p = &slope->game->positions[position];
    int points = slope->is_linear[position] ? 1 : solve_points(p, slope->solution->grid);
    const double *mass = slope_mass_at(slope, position, 0);
    for (int point = 0; point < points; point++)
        if (mass[point] != 0) return true;
    return false;
}

bool slope_is_reached(const Slope *slope, int position) {
    return slope->back[position] || has_mass(slope, position);
}

static void sweep_position(Slope *slope, int position) {
    const Solution *solution = slope->solution;
    const Position *p = &slope->game->positions[position];
    int rows = slope_rows(slope, p);
    if (!slope_is_reached(slope, position)) return;
    if (p->kind == POSITION_STAGE) stage_set_position(slope->stage, p, solution->value_start, solution->values);
    for (int row = p->kind == POSITION_STAGE ? slope_fast_finish(slope, position) : 0;
         row < rows && !slope->is_out_of_memory; row++) {
        int point = point_of_row(slope, p, row);
        double *belief = is_start_point(p, solution->grid->point_count, point) ? slope->sum.prior : NULL;
        if (slope->back[position] && (p->type_payoff >= 0 || p->profile_payoff >= 0))
            slope_own(slope, p, belief_at(solution, p, point), slope->back[position] + (size_t)row * slope_width(slope),
                      belief);
        if (p->kind == POSITION_STAGE)
            slope_sweep_point(slope, position, row, belief);
        else
            sweep_edges(slope, position, row);
    }
    if (slope->back[position]) give_back(slope, position);
}

/* Where the layer ends that begins at a position: the next one of another round or step. */
static int layer_end(const Game *game, int first) {
    const Position *p = game->positions;
    int end = first + 1;
    while (end < game->position_count && p[end].round == p[first].round && p[end].step == p[first].step) end++;
    return end;
}

static BrinkStatus sweep_all(Slope *slope, SolveObserver observer, void *payload) {
    int count = slope->game->position_count;
    for (int first = 0, end; first < count; first = end) {
        end = layer_end(slope->game, first);
        slope_fast_sweep(slope, first, end);
        for (int i = first; i < end && !slope->is_out_of_memory; i++) sweep_position(slope, i);
        if (slope->is_out_of_memory) return BRINK_NO_MEMORY;
        if (observer && !observer(payload, (uint64_t)end, (uint64_t)count)) return BRINK_CANCELLED;
    }
    return BRINK_OK;
}

BrinkStatus slope_finish(Slope *slope, SolveObserver observer, void *payload, const GameSlope **result) {
    slope->layer_arena = arena_new();
    BrinkStatus status = slope->layer_arena ? sweep_all(slope, observer, payload) : BRINK_NO_MEMORY;
    arena_free(slope->layer_arena);
    slope->layer_arena = NULL;
    if (status == BRINK_OK) *result = &slope->sum;
    return status;
}
