/* SPDX-License-Identifier: GPL-3.0-or-later
 * The adjoint of one stage at one belief (docs/method/gradient.md, "A stage"): from how the odds move with the values
 * of the position to how they move with what each joint action is worth, through the transposed derivative of the
 * fixed point. Any number of movers and types. */
#include "solve/slope.h"

#include <math.h>
#include <string.h>

enum { K = SLOPE_K };

/* ---- Workspace ---- */

bool slope_stage_new(SlopeStage *own, const Game *game, const Grid *grid, Arena *arena) {
    size_t choices = 1, joints = 1, slots = (size_t)game->party_count + 1, types = (size_t)grid->type_max;
    size_t all = (size_t)game->type_total, values = (size_t)game->value_count, widest = values > K ? values : K;
    for (int i = 0; i < game->position_count; i++) {
        const Position *p = &game->positions[i];
        size_t actions = (size_t)game->party_count;
        if (p->kind != POSITION_STAGE) continue;
        for (int m = p->mover_start; m < p->mover_start + p->mover_count; m++)
            actions += (size_t)game->movers[m].action_count;
        if (actions > slots) slots = actions;
        if (choice_count(game, p) > choices) choices = choice_count(game, p);
        if ((size_t)p->edge_count > joints) joints = (size_t)p->edge_count;
    }
    double **numbers[] = {&own->weights, &own->odds,   &own->rise,     &own->odds_rise, &own->contracted,
                          &own->flow,    &own->share,  &own->chance,   &own->lean,      &own->lift,
                          &own->step,    &own->matrix, &own->posterior};
    size_t lengths[] = {slots * types,
                        joints * K,
                        joints * all * values,
                        joints * all * K,
                        all * widest,
                        joints * values * K,
                        choices * K,
                        slots * K,
                        slots * types * K,
                        choices * K,
                        choices * K,
                        choices * choices,
                        all};
    for (size_t i = 0; i < sizeof lengths / sizeof *lengths; i++) {
        *numbers[i] = arena_array(arena, lengths[i], sizeof(double));
        if (!*numbers[i]) return false;
    }
    own->grid = grid;
    own->type_start = game->type_start;
    own->vertices = arena_array(arena, slots * types, sizeof(int));
    own->order = arena_array(arena, slots * types, sizeof(int));
    return own->vertices && own->order;
}

/* ---- Looking up, with the slopes ---- */

/* The slots at which a joint action's continuation is looked up, by party. */
static void list_slots(const Stage *stage, int joint, int *slots) {
    for (int party = 0; party < stage->game->party_count; party++) {
        int k = stage->party_mover[party];
        slots[party] = stage->party_slot[party] + (k < 0 ? 0 : stage->joint_action[joint * stage->mover_count + k]);
    }
}

void slope_locate(SlopeStage *own, int party, int slot, const double *belief) {
    const PartyGrid *grid = &own->grid->parties[party];
    int at = slot * own->grid->type_max;
    own->vertices[at] = 0;
    own->weights[at] = 1;
    if (grid->type_count == 1) return;
    grid_locate(grid, belief, own->vertices + at, own->weights + at, own->order + at);
    for (int v = 0; v < grid->type_count; v++) own->vertices[at + v] *= own->grid->stride[party];
}

static void locate_all(const Stage *stage, SlopeStage *own) {
    for (int party = 0; party < stage->game->party_count; party++) {
        int k = stage->party_mover[party], count = k < 0 ? 1 : stage->movers[k].action_count;
        for (int slot = stage->party_slot[party]; slot < stage->party_slot[party] + count; slot++)
            slope_locate(own, party, slot, stage->posterior + slot * stage->grid->type_max);
    }
}

/* The next corner of a product cell, last party fastest, as profiles are numbered; false after the last. */
static bool next_corner(const Grid *grid, int *corner) {
    for (int party = grid->party_count - 1; party >= 0; party--) {
        if (++corner[party] < grid->parties[party].type_count) return true;
        corner[party] = 0;
    }
    return false;
}

/* Product of the weights of a corner, party `left` (-1: none) out. */
static double corner_weight(const SlopeStage *own, const int *slots, const int *corner, int left) {
    double weight = 1;
    for (int party = 0; party < own->grid->party_count; party++)
        if (party != left) weight *= own->weights[slots[party] * own->grid->type_max + corner[party]];
    return weight;
}

static int corner_point(const SlopeStage *own, const int *slots, const int *corner) {
    int point = 0;
    for (int party = 0; party < own->grid->party_count; party++)
        point += own->vertices[slots[party] * own->grid->type_max + corner[party]];
    return point;
}

/* From the continuation at each vertex of a party's cell to its slope by the probability of each type. */
static void rise_of(const SlopeStage *own, int party, int slot, int width, const double *contracted, double *rise) {
    int types = own->grid->parties[party].type_count, at = slot * own->grid->type_max;
    memset(rise, 0, (size_t)(types * width) * sizeof *rise);
    for (int vertex = 1; vertex < types; vertex++) {
        const double *upper = contracted + vertex * width, *lower = upper - width;
        for (int type = own->order[at + vertex - 1] + 1; type < types; type++)
            for (int v = 0; v < width; v++)
                rise[type * width + v] += own->grid->parties[party].resolution * (upper[v] - lower[v]);
    }
}

void slope_look_up(const SlopeStage *own, const int *slots, const double *rows, int width, double *value,
                   double *rise) {
    const int *type_start = own->type_start;
    int parties = own->grid->party_count, corner[parties];
    memset(corner, 0, sizeof corner);
    memset(value, 0, (size_t)width * sizeof *value);
    memset(own->contracted, 0, (size_t)(type_start[parties] * width) * sizeof *own->contracted);
    do {
        const double *row = rows + (size_t)corner_point(own, slots, corner) * (size_t)width;
        double all = corner_weight(own, slots, corner, -1);
        for (int v = 0; v < width; v++) value[v] += all * row[v];
        for (int party = 0; party < parties; party++) {
            double others = corner_weight(own, slots, corner, party);
            double *to = own->contracted + (type_start[party] + corner[party]) * width;
            for (int v = 0; v < width && others != 0; v++) to[v] += others * row[v];
        }
    } while (next_corner(own->grid, corner));
    for (int party = 0; party < parties; party++)
        rise_of(own, party, slots[party], width, own->contracted + type_start[party] * width,
                rise + type_start[party] * width);
}

int slope_list_rows(const Slope *slope, int target, const int *slots, const double *belief, GridShare *shares) {
    const SlopeStage *own = &slope->own;
    int parties = own->grid->party_count, corner[parties], count = 0;
    memset(corner, 0, sizeof corner);
    shares[0] = (GridShare){0, 1};
    if (slope->game->positions[target].is_flat) return 1;
    do {
        double weight = 1;
        for (int party = 0; party < parties; party++) weight *= belief[own->type_start[party] + corner[party]];
        shares[count] = slope->is_linear[target]
                            ? (GridShare){count, weight}
                            : (GridShare){corner_point(own, slots, corner), corner_weight(own, slots, corner, -1)};
        count++;
    } while (next_corner(own->grid, corner));
    return count;
}

static int slot_of(const Stage *stage, int joint, int party) {
    int slots[stage->game->party_count];
    list_slots(stage, joint, slots);
    return slots[party];
}

static const Edge *edge_of(const Stage *stage, int joint) {
    return &stage->game->edges[stage->position->edge_start + joint];
}

/* Whether a joint action's continuation moves with the posteriors on the grid. */
static bool is_looked_up(const Stage *stage, int joint) {
    return !stage->game->positions[edge_of(stage, joint)->target].is_flat && !stage->stays_at_start;
}

/* Point of the target at the starting beliefs, where they stay. */
static int start_point(const Stage *stage, const Position *target) {
    return target->is_flat ? 0 : target->on_grid ? stage->grid->point_count : 0;
}

/* Slopes of W behind each joint action, times the discount. */
static void rise_all(Slope *slope, Stage *stage) {
    const Game *game = slope->game;
    SlopeStage *own = &slope->own;
    int width = game->value_count, size = game->type_total * width;
    int slots[game->party_count];
    double value[width];
    for (int joint = 0; joint < stage->joint_count; joint++) {
        const Edge *edge = edge_of(stage, joint);
        double *rise = own->rise + (size_t)joint * size;
        const double *discount = game->discounts + (size_t)edge->discount * (size_t)(game->type_total + 1);
        memset(rise, 0, (size_t)size * sizeof *rise);
        if (!is_looked_up(stage, joint)) continue;
        list_slots(stage, joint, slots);
        slope_look_up(own, slots, stage->values + stage->value_start[edge->target], width, value, rise);
        for (int i = 0; i < size; i++) rise[i] *= discount[i % width];
    }
}

/* Odds behind one joint action on the grid, and their slopes. */
static void odds_behind(Slope *slope, Stage *stage, int joint, double *odds, double *rise) {
    const Game *game = slope->game;
    int target = edge_of(stage, joint)->target;
    int slots[game->party_count];
    const Position *p = &game->positions[target];
    memset(rise, 0, (size_t)(game->type_total * K) * sizeof *rise);
    list_slots(stage, joint, slots);
    if (is_looked_up(stage, joint) && !slope->is_linear[target])
        slope_look_up(&slope->own, slots, slope_odds_at(slope, target, 0), K, odds, rise);
    else
        memcpy(odds, slope_odds_at(slope, target, stage->stays_at_start ? start_point(stage, p) : 0), K * sizeof *odds);
}

void slope_stage_odds(Slope *slope, Stage *stage, double *odds) {
    SlopeStage *own = &slope->own;
    locate_all(stage, own);
    memset(odds, 0, K * sizeof *odds);
    for (int joint = 0; joint < stage->joint_count; joint++) {
        double behind[K], p = stage_joint_chance(stage, stage->joint_action + joint * stage->mover_count, -1, -1);
        odds_behind(slope, stage, joint, behind, own->odds_rise);
        for (int o = 0; o < K; o++) odds[o] += p * behind[o];
    }
}

/* Odds behind all joint actions, times the mass that has come here. */
static void odds_ahead(Slope *slope, Stage *stage, double mass, const SlopeEdge *edges) {
    SlopeStage *own = &slope->own;
    int size = slope->game->type_total * K;
    for (int joint = 0; joint < stage->joint_count; joint++) {
        double *odds = own->odds + joint * K, *rise = own->odds_rise + (size_t)joint * size;
        bool is_open = !edges || edges[joint].is_open;
        memset(odds, 0, K * sizeof *odds);
        memset(rise, 0, (size_t)size * sizeof *rise);
        if (mass == 0 || !is_open) continue;
        if (!edges || edges[joint].is_on_grid) odds_behind(slope, stage, joint, odds, rise);
        for (int o = 0; edges && o < K; o++) odds[o] += edges[joint].odds[o];
        for (int o = 0; o < K; o++) odds[o] *= mass;
        for (int i = 0; i < size; i++) rise[i] *= mass;
    }
}

/* ---- Backward through the stage ---- */

static bool is_mover_value(const Stage *stage, int value) {
    for (int k = 0; k < stage->mover_count; k++) {
        const StageMover *mover = &stage->movers[k];
        if (value >= mover->first_type && value < mover->first_type + mover->type_count) return true;
    }
    return false;
}

/* share = sigma * worth: a type knows its own choice probabilities. */
static void share_worth(const Stage *stage, SlopeStage *own, const double *worth) {
    memset(own->share, 0, (size_t)(stage->choice_count * K) * sizeof *own->share);
    for (int k = 0; k < stage->mover_count && worth; k++) {
        const StageMover *mover = &stage->movers[k];
        for (int c = 0; c < mover->type_count * mover->action_count; c++)
            for (int o = 0; o < K; o++)
                own->share[(mover->first_choice + c) * K + o] =
                    stage->sigma[mover->first_choice + c] *
                    worth[(mover->first_type + c / mover->action_count) * K + o];
    }
}

/* flow[joint][value][o] from `share` for the movers' values and from `worth` for the others'. */
static void flow_all(const Slope *slope, const Stage *stage, SlopeStage *own, const double *worth) {
    int width = slope->game->value_count, movers = stage->mover_count;
    for (int joint = 0; joint < stage->joint_count; joint++) {
        const int *actions = stage->joint_action + joint * movers;
        double *flow = own->flow + (size_t)(joint * width) * K, all = stage_joint_chance(stage, actions, -1, -1);
        memset(flow, 0, (size_t)(width * K) * sizeof *flow);
        for (int v = 0; v < width && worth; v++)
            for (int o = 0; o < K && !is_mover_value(stage, v); o++) flow[v * K + o] = all * worth[v * K + o];
        for (int k = 0; k < movers; k++) {
            const StageMover *mover = &stage->movers[k];
            double others = stage_joint_chance(stage, actions, k, -1);
            for (int t = 0; t < mover->type_count; t++) {
                const double *share = own->share + (mover->first_choice + t * mover->action_count + actions[k]) * K;
                for (int o = 0; o < K; o++) flow[(mover->first_type + t) * K + o] = others * share[o];
            }
        }
    }
}

/* chance[slot]: through the public probability of an action of mover j, all else held. */
static void add_chance(const Slope *slope, const Stage *stage, SlopeStage *own, const double *worth, int joint, int j,
                       double *chance) {
    int width = slope->game->value_count;
    const int *actions = stage->joint_action + joint * stage->mover_count;
    const double *ahead = stage->ahead + (size_t)(joint * width);
    double others = stage_joint_chance(stage, actions, j, -1);
    for (int o = 0; o < K; o++) chance[o] += others * own->odds[joint * K + o];
    for (int v = 0; v < width && worth; v++)
        for (int o = 0; o < K && !is_mover_value(stage, v); o++) chance[o] += others * worth[v * K + o] * ahead[v];
    for (int k = 0; k < stage->mover_count; k++) {
        const StageMover *mover = &stage->movers[k];
        if (k == j) continue;
        double rest = stage_joint_chance(stage, actions, j, k);
        for (int t = 0; t < mover->type_count; t++) {
            const double *share = own->share + (mover->first_choice + t * mover->action_count + actions[k]) * K;
            for (int o = 0; o < K; o++) chance[o] += rest * share[o] * ahead[mover->first_type + t];
        }
    }
}

/* lean[slot]: through the posterior of one party behind one joint action. */
static void add_lean(const Slope *slope, const Stage *stage, SlopeStage *own, const SlopeEdge *edges, int joint,
                     int party) {
    const Game *game = slope->game;
    int width = game->value_count, first = game->type_start[party], types = game->type_start[party + 1] - first;
    const double *flow = own->flow + (size_t)(joint * width) * K;
    double all = stage_joint_chance(stage, stage->joint_action + joint * stage->mover_count, -1, -1);
    double *lean = own->lean + (size_t)(slot_of(stage, joint, party) * stage->grid->type_max) * K;
    for (int t = 0; t < types; t++, lean += K) {
        const double *rise = own->rise + (size_t)((joint * game->type_total + first + t) * width);
        const double *odds = own->odds_rise + (size_t)((joint * game->type_total + first + t) * K);
        for (int o = 0; o < K; o++) lean[o] += all * odds[o];
        for (int v = 0; v < width; v++)
            for (int o = 0; o < K; o++) lean[o] += rise[v] * flow[v * K + o];
        for (int o = 0; o < K && edges && edges[joint].is_open && edges[joint].belief; o++)
            lean[o] += edges[joint].belief[(first + t) * K + o];
    }
}

static void gather(const Slope *slope, const Stage *stage, SlopeStage *own, const double *worth,
                   const SlopeEdge *edges) {
    const Game *game = slope->game;
    memset(own->chance, 0, (size_t)(stage->slot_count * K) * sizeof *own->chance);
    memset(own->lean, 0, (size_t)(stage->slot_count * stage->grid->type_max * K) * sizeof *own->lean);
    flow_all(slope, stage, own, worth);
    for (int joint = 0; joint < stage->joint_count; joint++) {
        for (int party = 0; party < game->party_count; party++) add_lean(slope, stage, own, edges, joint, party);
        for (int j = 0; j < stage->mover_count; j++)
            add_chance(slope, stage, own, worth, joint, j,
                       own->chance + slot_of(stage, joint, stage->movers[j].party) * K);
    }
}

/* lean - sum of posterior * lean, for one type: what its share of the posterior does. */
static double lean_against(const Stage *stage, const SlopeStage *own, int slot, int types, int type, int o) {
    const double *lean = own->lean + (size_t)(slot * stage->grid->type_max) * K;
    const double *posterior = stage->posterior + slot * stage->grid->type_max;
    double mean = 0;
    for (int t = 0; t < types; t++) mean += posterior[t] * lean[t * K + o];
    return lean[type * K + o] - mean;
}

/* lift = d P / d log sigma, with the payoffs' own part. */
static void lift_all(const Stage *stage, SlopeStage *own, const double *worth) {
    for (int k = 0; k < stage->mover_count; k++) {
        const StageMover *mover = &stage->movers[k];
        for (int c = 0; c < mover->type_count * mover->action_count; c++) {
            int choice = mover->first_choice + c, type = c / mover->action_count,
                slot = mover->first_slot + c % mover->action_count;
            double sigma = stage->sigma[choice], moved = stage->belief[mover->first_type + type] * sigma;
            double posterior = stage->posterior[slot * stage->grid->type_max + type];
            for (int o = 0; o < K; o++)
                own->lift[choice * K + o] =
                    moved * own->chance[slot * K + o] +
                    posterior * lean_against(stage, own, slot, mover->type_count, type, o) +
                    (worth ? worth[(mover->first_type + type) * K + o] * sigma * stage->payoff[choice] : 0);
        }
    }
}

/* step[unknown] = d P / d log-odds. */
static void project(const Stage *stage, SlopeStage *own) {
    for (int k = 0; k < stage->mover_count; k++) {
        const StageMover *mover = &stage->movers[k];
        for (int type = 0; type < mover->type_count; type++) {
            int row = mover->first_choice + type * mover->action_count;
            for (int o = 0; o < K; o++) {
                double sum = 0;
                for (int a = 0; a < mover->action_count; a++) sum += own->lift[(row + a) * K + o];
                for (int a = 0; a < mover->action_count; a++)
                    own->lift[(row + a) * K + o] -= stage->sigma[row + a] * sum;
            }
        }
    }
    for (int u = 0; u < stage->unknown_count; u++)
        memcpy(own->step + u * K, own->lift + stage->unknown_choice[u] * K, K * sizeof *own->step);
}

/* Exchanges of rows: that of the largest entry of column k comes to k. */
static void pivot(double *a, double *x, int n, int k) {
    int best = k;
    for (int i = k + 1; i < n; i++)
        if (fabs(a[i * n + k]) > fabs(a[best * n + k])) best = i;
    if (best == k) return;
    for (int j = 0; j < n; j++) {
        double held = a[k * n + j];
        a[k * n + j] = a[best * n + j];
        a[best * n + j] = held;
    }
    for (int o = 0; o < K; o++) {
        double held = x[k * K + o];
        x[k * K + o] = x[best * K + o];
        x[best * K + o] = held;
    }
}

/* x := a^-1 x for K right sides. */
static void solve_linear(double *a, double *x, int n) {
    for (int k = 0; k < n; k++) {
        pivot(a, x, n, k);
        for (int i = k + 1; i < n; i++) {
            double factor = a[i * n + k] / a[k * n + k];
            if (factor == 0) continue;
            for (int j = k; j < n; j++) a[i * n + j] -= factor * a[k * n + j];
            for (int o = 0; o < K; o++) x[i * K + o] -= factor * x[k * K + o];
        }
    }
    for (int i = n - 1; i >= 0; i--)
        for (int o = 0; o < K; o++) {
            for (int k = i + 1; k < n; k++) x[i * K + o] -= a[i * n + k] * x[k * K + o];
            x[i * K + o] /= a[i * n + i];
        }
}

/* Of a choice: its type (flat), and where its measure stands in game->measures. */
static int place_choice(const Slope *slope, const Stage *stage, int choice, int *measure) {
    int k = 0;
    while (k + 1 < stage->mover_count && stage->movers[k + 1].first_choice <= choice) k++;
    const StageMover *mover = &stage->movers[k];
    *measure = slope->game->movers[stage->position->mover_start + k].measure + choice - mover->first_choice;
    return mover->first_type + (choice - mover->first_choice) / mover->action_count;
}

/* Through the fixed point: step := (I - gain')^-T step, and what base and gain are made of. */
static void through_fixed_point(Slope *slope, Stage *stage) {
    SlopeStage *own = &slope->own;
    const Game *game = slope->game;
    int n = stage->unknown_count, of_choice, of_reference;
    double derivative[n * n + 1];
    stage_slope(stage, derivative);
    for (int i = 0; i < n; i++)
        for (int j = 0; j < n; j++) own->matrix[i * n + j] = (i == j) - derivative[j * n + i];
    solve_linear(own->matrix, own->step, n);
    for (int u = 0; u < n; u++) {
        int choice = stage->unknown_choice[u], reference = stage->unknown_reference[u];
        int type = place_choice(slope, stage, choice, &of_choice);
        place_choice(slope, stage, reference, &of_reference);
        for (int o = 0; o < K; o++) {
            double step = own->step[u * K + o];
            slope->sum.rationality[type * K + o] += step * (stage->payoff[choice] - stage->payoff[reference]);
            slope->sum.measures[(size_t)of_choice * K + (size_t)o] += step / game->measures[of_choice];
            slope->sum.measures[(size_t)of_reference * K + (size_t)o] -= step / game->measures[of_reference];
            own->share[choice * K + o] += game->rationality[type] * step;
            own->share[reference * K + o] -= game->rationality[type] * step;
        }
    }
}

/* ---- What comes out ---- */

/* Rows of `back` of a target behind a joint action that goes on on the grid, and their weights. */
static int list_rows(const Slope *slope, const Stage *stage, int joint, GridShare *shares) {
    const Game *game = slope->game;
    int target = edge_of(stage, joint)->target, slots[game->party_count];
    const Position *p = &game->positions[target];
    shares[0] = (GridShare){p->is_flat ? 0 : slope_rows(slope, p) - 1, 1};
    if (stage->stays_at_start) return 1;
    list_slots(stage, joint, slots);
    for (int party = 0; party < game->party_count; party++)
        memcpy(slope->own.posterior + game->type_start[party], stage->posterior + slots[party] * stage->grid->type_max,
               (size_t)stage->grid->parties[party].type_count * sizeof(double));
    return slope_list_rows(slope, target, slots, slope->own.posterior, shares);
}

static void push_mass(Slope *slope, Stage *stage, int joint, double mass) {
    int target = edge_of(stage, joint)->target;
    const Position *p = &slope->game->positions[target];
    GridShare shares[stage->grid->corner_max];
    mass *= stage_joint_chance(stage, stage->joint_action + joint * stage->mover_count, -1, -1);
    if (mass == 0) return;
    if (p->is_flat || slope->is_linear[target] || stage->stays_at_start) {
        *slope_mass_at(slope, target, start_point(stage, p)) += mass;
        return;
    }
    int count = list_rows(slope, stage, joint, shares);
    for (int s = 0; s < count; s++) *slope_mass_at(slope, target, shares[s].point) += mass * shares[s].weight;
}

static void push_flow(Slope *slope, Stage *stage, int joint) {
    const Game *game = slope->game;
    const Edge *edge = edge_of(stage, joint);
    int width = game->value_count;
    size_t columns = (size_t)(game->type_total + 1);
    const double *flow = slope->own.flow + (size_t)(joint * width) * K, *ahead = stage->ahead + (size_t)(joint * width);
    const double *payoff = edge->payoff < 0 ? NULL : game->type_rows + (size_t)edge->payoff * columns;
    const double *discount = game->discounts + (size_t)edge->discount * columns;
    double passed[width * K], *back = slope_back(slope, edge->target);
    GridShare shares[stage->grid->corner_max];
    if (!back) return;
    for (int v = 0; v < width; v++)
        for (int o = 0; o < K; o++) {
            double own = flow[v * K + o], behind = (ahead[v] - (payoff ? payoff[v] : 0)) / discount[v];
            if (payoff) slope->sum.type_rows[((size_t)edge->payoff * columns + (size_t)v) * K + (size_t)o] += own;
            slope->sum.discounts[((size_t)edge->discount * columns + (size_t)v) * K + (size_t)o] += own * behind;
            passed[v * K + o] = discount[v] * own;
        }
    int count = list_rows(slope, stage, joint, shares);
    for (int s = 0; s < count; s++)
        for (int i = 0; i < width * K; i++) back[shares[s].point * width * K + i] += shares[s].weight * passed[i];
}

/* d P / d the beliefs before the stage: of a mover through public probabilities and posteriors, of the others' as they
 * are. */
static void belief_all(const Slope *slope, const Stage *stage, double *belief) {
    const Game *game = slope->game;
    const SlopeStage *own = &slope->own;
    for (int party = 0; party < game->party_count; party++) {
        int k = stage->party_mover[party], first = game->type_start[party], types = game->type_start[party + 1] - first,
            slot = stage->party_slot[party];
        for (int t = 0; t < types; t++)
            for (int o = 0; o < K; o++) {
                double sum = k < 0 ? own->lean[(slot * stage->grid->type_max + t) * K + o] : 0;
                for (int a = 0; k >= 0 && a < stage->movers[k].action_count; a++) {
                    double sigma = stage->sigma[stage->movers[k].first_choice + t * stage->movers[k].action_count + a];
                    double chance = stage->chance[slot + a];
                    sum += sigma * own->chance[(slot + a) * K + o];
                    if (chance > 1e-200) sum += sigma / chance * lean_against(stage, own, slot + a, types, t, o);
                }
                belief[(first + t) * K + o] += sum;
            }
    }
}

void slope_stage(Slope *slope, Stage *stage, const double *worth, double mass, const SlopeEdge *edges, double *odds,
                 double *belief) {
    SlopeStage *own = &slope->own;
    stage_look_ahead(stage, true);
    locate_all(stage, own);
    rise_all(slope, stage);
    odds_ahead(slope, stage, mass, edges);
    share_worth(stage, own, worth);
    gather(slope, stage, own, worth, edges);
    lift_all(stage, own, worth);
    project(stage, own);
    through_fixed_point(slope, stage);
    if (belief)
        gather(slope, stage, own, worth, edges);
    else
        flow_all(slope, stage, own, worth);
    for (int joint = 0; joint < stage->joint_count; joint++) {
        push_flow(slope, stage, joint);
        if (!edges || (edges[joint].is_open && edges[joint].is_on_grid)) push_mass(slope, stage, joint, mass);
    }
    if (belief) belief_all(slope, stage, belief);
    for (int o = 0; odds && o < K; o++) {
        odds[o] = 0;
        for (int joint = 0; joint < stage->joint_count; joint++)
            odds[o] += stage_joint_chance(stage, stage->joint_action + joint * stage->mover_count, -1, -1) *
                       own->odds[joint * K + o] / mass;
    }
}
