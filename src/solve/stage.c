/* SPDX-License-Identifier: GPL-3.0-or-later
 * One stage at one belief: from choice probabilities to the payoffs of the actions (docs/method/qre.md, "A stage"). */
#include "solve/stage.h"
#include "solve/sigma.h"

#include <math.h>
#include <string.h>

/* ---- Workspace ---- */

typedef struct Extent {
    int movers, choices, joints, slots, type_slots;
} Extent;

static Extent extent_of(const Game *game, const Position *p) {
    Extent size = {.movers = p->mover_count, .joints = p->edge_count, .slots = game->party_count};
    for (int k = 0; k < p->mover_count; k++) {
        const Mover *mover = &game->movers[p->mover_start + k];
        int types = game->type_start[mover->party + 1] - game->type_start[mover->party];
        size.choices += types * mover->action_count;
        size.slots += mover->action_count;
        size.type_slots += types;
    }
    return size;
}

static int larger(int a, int b) {
    return a > b ? a : b;
}

static Extent largest_extent(const Game *game) {
    Extent most = {1, 1, 1, 1, 1};
    for (int i = 0; i < game->position_count; i++) {
        if (game->positions[i].kind != POSITION_STAGE) continue;
        Extent size = extent_of(game, &game->positions[i]);
        most = (Extent){larger(most.movers, size.movers), larger(most.choices, size.choices),
                        larger(most.joints, size.joints), larger(most.slots, size.slots),
                        larger(most.type_slots, size.type_slots)};
    }
    return most;
}

static bool allocate(Stage *stage, Extent most, Arena *arena) {
    size_t choices = (size_t)most.choices, joints = (size_t)most.joints, slots = (size_t)most.slots;
    size_t types = (size_t)stage->grid->type_max, values = (size_t)stage->game->value_count;
    size_t parties = (size_t)stage->game->party_count;
    double **numbers[] = {&stage->log_measure, &stage->log_sigma, &stage->sigma,  &stage->payoff,    &stage->base,
                          &stage->fixed,       &stage->ahead,     &stage->chance, &stage->posterior, &stage->weights,
                          &stage->tilt,        &stage->moving,    &stage->scratch};
    size_t lengths[] = {choices,
                        choices,
                        choices,
                        choices,
                        choices,
                        joints * values,
                        joints * values,
                        slots,
                        slots * types,
                        slots * types,
                        joints * (size_t)most.type_slots * values,
                        choices * choices,
                        (types + 1) * values + choices + (size_t)most.movers + types};
    for (size_t i = 0; i < sizeof lengths / sizeof *lengths; i++) {
        *numbers[i] = arena_array(arena, lengths[i], sizeof(double));
        if (!*numbers[i]) return false;
    }
    stage->movers = arena_array(arena, (size_t)most.movers, sizeof *stage->movers);
    stage->joint_action = arena_array(arena, joints * (size_t)most.movers, sizeof(int));
    stage->vertices = arena_array(arena, slots * types, sizeof(int));
    stage->order = arena_array(arena, slots * types, sizeof(int));
    stage->vertex_count = arena_array(arena, slots, sizeof(int));
    stage->party_slot = arena_array(arena, parties, sizeof(int));
    stage->party_mover = arena_array(arena, parties, sizeof(int));
    stage->unknown_choice = arena_array(arena, choices, sizeof(int));
    stage->unknown_reference = arena_array(arena, choices, sizeof(int));
    stage->branch = branch_workspace_new(arena, most.choices);
    return stage->movers && stage->joint_action && stage->vertices && stage->order && stage->vertex_count &&
           stage->party_slot && stage->party_mover && stage->unknown_choice && stage->unknown_reference &&
           stage->branch;
}

Stage *stage_new(const Game *game, const Grid *grid, Arena *arena) {
    Stage *stage = arena_alloc(arena, sizeof *stage);
    if (!stage) return NULL;
    stage->game = game;
    stage->grid = grid;
    return allocate(stage, largest_extent(game), arena) ? stage : NULL;
}

/* ---- The position ---- */

static void set_movers(Stage *stage) {
    const Game *game = stage->game;
    const Position *p = stage->position;
    int choice = 0, slot = 0;
    stage->type_slots = 0;
    stage->is_choice = false;
    for (int party = 0; party < game->party_count; party++) stage->party_mover[party] = -1;
    for (int k = 0; k < p->mover_count; k++) {
        const Mover *mover = &game->movers[p->mover_start + k];
        int types = game->type_start[mover->party + 1] - game->type_start[mover->party];
        stage->movers[k] =
            (StageMover){mover->party, types, mover->action_count, game->type_start[mover->party], choice, slot};
        for (int c = 0; c < types * mover->action_count; c++)
            stage->log_measure[choice + c] = log(game->measures[mover->measure + c]);
        stage->party_mover[mover->party] = k;
        stage->party_slot[mover->party] = slot;
        choice += types * mover->action_count;
        slot += mover->action_count;
        stage->type_slots += types;
        stage->is_choice = stage->is_choice || mover->action_count > 1;
    }
    for (int party = 0; party < game->party_count; party++)
        if (stage->party_mover[party] < 0) stage->party_slot[party] = slot++;
    stage->mover_count = p->mover_count;
    stage->choice_count = choice;
    stage->slot_count = slot;
    stage->joint_count = p->edge_count;
}

/* Unknowns: one for every open action of a type but the first. */
static void set_unknowns(Stage *stage) {
    stage->unknown_count = 0;
    for (int k = 0; k < stage->mover_count; k++) {
        const StageMover *mover = &stage->movers[k];
        for (int type = 0; type < mover->type_count; type++) {
            int reference = -1;
            for (int action = 0; action < mover->action_count; action++) {
                int choice = mover->first_choice + type * mover->action_count + action;
                if (isinf(stage->log_measure[choice])) continue;
                if (reference < 0) {
                    reference = choice;
                    continue;
                }
                stage->unknown_choice[stage->unknown_count] = choice;
                stage->unknown_reference[stage->unknown_count] = reference;
                stage->base[stage->unknown_count++] = stage->log_measure[choice] - stage->log_measure[reference];
            }
        }
    }
}

static const double *discount_row(const Game *game, const Edge *edge) {
    return game->discounts + (size_t)edge->discount * (size_t)(game->type_total + 1);
}

static void set_fixed(Stage *stage) {
    const Game *game = stage->game;
    for (int joint = 0; joint < stage->joint_count; joint++) {
        const Edge *edge = &game->edges[stage->position->edge_start + joint];
        double *fixed = stage->fixed + (size_t)joint * game->value_count;
        const double *row = edge->payoff < 0 ? NULL : game->type_rows + (size_t)edge->payoff * (game->type_total + 1);
        const double *follows = stage->values + stage->value_start[edge->target], *discount = discount_row(game, edge);
        bool is_flat = game->positions[edge->target].is_flat;
        for (int v = 0; v < game->value_count; v++)
            fixed[v] = (row ? row[v] : 0) + (is_flat ? discount[v] * follows[v] : 0);
        memcpy(stage->ahead + (size_t)joint * game->value_count, fixed, (size_t)game->value_count * sizeof *fixed);
        for (int k = 0; k < stage->mover_count; k++)
            stage->joint_action[joint * stage->mover_count + k] = game_action(game, stage->position, joint, k);
    }
}

void stage_set_position(Stage *stage, const Position *position, const size_t *value_start, const double *values) {
    stage->position = position;
    stage->value_start = value_start;
    stage->values = values;
    set_movers(stage);
    set_unknowns(stage);
    set_fixed(stage);
}

/* ---- The belief ---- */

/* Places the belief in slot's `posterior` on its party's grid. */
static void locate(Stage *stage, int party, int slot) {
    const PartyGrid *grid = &stage->grid->parties[party];
    int at = slot * stage->grid->type_max;
    stage->vertex_count[slot] = grid->type_count;
    if (grid->type_count == 1) {
        stage->vertices[at] = 0;
        stage->weights[at] = 1;
        return;
    }
    grid_locate(grid, stage->posterior + at, stage->vertices + at, stage->weights + at,
                stage->order + at);
    for (int v = 0; v < grid->type_count; v++) stage->vertices[at + v] *= stage->grid->stride[party];
}

/* Leaves out the vertices without weight: for parties that do not choose, whose weights do not move. */
static void drop_empty_vertices(Stage *stage, int slot) {
    int at = slot * stage->grid->type_max, kept = 0;
    for (int v = 0; v < stage->vertex_count[slot]; v++) {
        if (stage->weights[at + v] == 0) continue;
        stage->vertices[at + kept] = stage->vertices[at + v];
        stage->weights[at + kept++] = stage->weights[at + v];
    }
    stage->vertex_count[slot] = kept;
}

void stage_set_belief(Stage *stage, const double *belief, bool is_start) {
    const Game *game = stage->game;
    stage->belief = belief;
    stage->stays_at_start = is_start && !stage->is_choice;
    for (int party = 0; party < game->party_count; party++) {
        if (stage->party_mover[party] >= 0) continue;
        int slot = stage->party_slot[party], types = stage->grid->parties[party].type_count;
        memcpy(stage->posterior + slot * stage->grid->type_max, belief + game->type_start[party],
               (size_t)types * sizeof *belief);
        stage->chance[slot] = 1;
        locate(stage, party, slot);
        drop_empty_vertices(stage, slot);
    }
}

/* ---- Choice probabilities ---- */

/* After stage_set_sigma: few beliefs need them. */
static void take_logarithms(Stage *stage) {
    for (int choice = 0; choice < stage->choice_count; choice++) stage->log_sigma[choice] = log(stage->sigma[choice]);
    stage->has_log_sigma = true;
}

/* Bayes' rule in logarithms, weights log b + log sigma: for actions so rare that b * sigma could underflow. Where no
 * type of positive belief can take the action, the limit from equal small shares (weights log sigma); where no type at
 * all can, beliefs stay. */
static void update_rare_belief(Stage *stage, const StageMover *mover, int action, double *posterior) {
    const double *belief = stage->belief + mover->first_type;
    const double *log_sigma = stage->log_sigma + mover->first_choice + action;
    double most = -INFINITY, most_anyhow = -INFINITY, sum = 0;
    if (!stage->has_log_sigma) take_logarithms(stage);
    for (int type = 0; type < mover->type_count; type++) {
        double own = log_sigma[type * mover->action_count];
        posterior[type] = belief[type] > 0 ? log(belief[type]) + own : -INFINITY;
        most = fmax(most, posterior[type]);
        most_anyhow = fmax(most_anyhow, own);
    }
    if (isinf(most_anyhow)) {
        memcpy(posterior, belief, (size_t)mover->type_count * sizeof *belief);
        return;
    }
    bool is_limit = isinf(most);
    for (int type = 0; type < mover->type_count; type++) {
        double weight = is_limit ? log_sigma[type * mover->action_count] - most_anyhow : posterior[type] - most;
        sum += posterior[type] = exp(weight);
    }
    for (int type = 0; type < mover->type_count; type++) posterior[type] /= sum;
}

/* Public probability of one action, and Bayes' rule. */
static void update_belief(Stage *stage, const StageMover *mover, int action) {
    const double *belief = stage->belief + mover->first_type;
    const double *sigma = stage->sigma + mover->first_choice + action;
    double *posterior = stage->posterior + (mover->first_slot + action) * stage->grid->type_max;
    double probability = 0;
    for (int type = 0; type < mover->type_count; type++)
        probability += posterior[type] = belief[type] * sigma[type * mover->action_count];
    stage->chance[mover->first_slot + action] = probability;
    if (probability > 1e-200)
        for (int type = 0; type < mover->type_count; type++) posterior[type] /= probability;
    else
        update_rare_belief(stage, mover, action, posterior);
}

static void update_beliefs(Stage *stage) {
    for (int k = 0; k < stage->mover_count; k++) {
        const StageMover *mover = &stage->movers[k];
        for (int action = 0; action < mover->action_count; action++) {
            update_belief(stage, mover, action);
            locate(stage, mover->party, mover->first_slot + action);
        }
    }
}

void stage_set_odds(Stage *stage, const double *odds) {
    double *logit = stage->log_sigma;
    for (int choice = 0; choice < stage->choice_count; choice++)
        logit[choice] = isinf(stage->log_measure[choice]) ? -INFINITY : 0;
    for (int u = 0; u < stage->unknown_count; u++) logit[stage->unknown_choice[u]] = odds[u];
    for (int k = 0; k < stage->mover_count; k++) {
        const StageMover *mover = &stage->movers[k];
        for (int type = 0; type < mover->type_count; type++) {
            double *row = logit + mover->first_choice + type * mover->action_count;
            double *sigma = stage->sigma + mover->first_choice + type * mover->action_count, most = -INFINITY, sum = 0;
            for (int a = 0; a < mover->action_count; a++) most = fmax(most, row[a]);
            for (int a = 0; a < mover->action_count; a++) sum += sigma[a] = exp(row[a] - most);
            for (int a = 0; a < mover->action_count; a++) {
                sigma[a] /= sum;
                row[a] -= most + log(sum);
            }
        }
    }
    stage->has_log_sigma = true;
    update_beliefs(stage);
}

void stage_set_sigma(Stage *stage, const double *stored) {
    sigma_read(stage->game, stage->position, stored, stage->sigma);
    stage->has_log_sigma = false;
    update_beliefs(stage);
}

/* ---- Looking ahead ---- */

/* Corners of the product cell; mover `unweighted` (-1: none) gets weight 1 at each of its vertices, and *stride its
 * step in the list. */
static int list_corners(const Stage *stage, int joint, int unweighted, GridShare *shares, int *stride) {
    const Game *game = stage->game;
    int count = 1;
    const int *actions = stage->joint_action + joint * stage->mover_count;
    shares[0] = (GridShare){0, 1};
    for (int party = 0; party < game->party_count; party++) {
        if (stage->grid->parties[party].type_count == 1) continue;
        int k = stage->party_mover[party], slot = stage->party_slot[party] + (k < 0 ? 0 : actions[k]);
        const int *vertices = stage->vertices + slot * stage->grid->type_max;
        const double *weights = stage->weights + slot * stage->grid->type_max;
        bool is_plain = k >= 0 && k == unweighted;
        if (is_plain) *stride = count;
        for (int v = stage->vertex_count[slot] - 1; v >= 0; v--) /* the first block last: it is overwritten in place */
            for (int c = 0; c < count; c++)
                shares[v * count + c] =
                    (GridShare){shares[c].point + vertices[v], shares[c].weight * (is_plain ? 1 : weights[v])};
        count *= stage->vertex_count[slot];
    }
    return count;
}

int stage_corners(const Stage *stage, int joint, GridShare *shares) {
    const Game *game = stage->game;
    const Position *target = &game->positions[game->edges[stage->position->edge_start + joint].target];
    shares[0] = (GridShare){0, 1};
    if (target->is_flat) return 1;
    if (!stage->stays_at_start) return list_corners(stage, joint, -1, shares, NULL);
    shares[0].point = target->on_grid ? stage->grid->point_count : 0;
    return 1;
}

int stage_corners_unweighted(const Stage *stage, int joint, int mover, GridShare *shares, int *stride) {
    return list_corners(stage, joint, mover, shares, stride);
}

/* ahead[joint] = payoff + discount * interpolated continuation; that of flat targets was written with the position. */
static void look_ahead_at(Stage *stage, int joint, GridShare *shares) {
    const Game *game = stage->game;
    const Edge *edge = &game->edges[stage->position->edge_start + joint];
    int width = game->value_count;
    if (game->positions[edge->target].is_flat) return;
    double *ahead = stage->ahead + (size_t)joint * width;
    const double *fixed = stage->fixed + (size_t)joint * width;
    const double *discount = discount_row(game, edge), *values = stage->values + stage->value_start[edge->target];
    int corners = stage_corners(stage, joint, shares);
    for (int c = 0; c < corners; c++) {
        const double *row = values + (size_t)shares[c].point * width;
        double weight = shares[c].weight;
        for (int v = 0; v < width; v++) ahead[v] = (c ? ahead[v] : 0) + weight * row[v];
    }
    for (int v = 0; v < width; v++) ahead[v] = fixed[v] + discount[v] * ahead[v];
}

double stage_joint_chance(const Stage *stage, const int *actions, int i, int j) {
    double p = 1;
    for (int k = 0; k < stage->mover_count; k++)
        if (k != i && k != j) p *= stage->chance[stage->movers[k].first_slot + actions[k]];
    return p;
}

static void sum_payoffs(Stage *stage) {
    int width = stage->game->value_count;
    memset(stage->payoff, 0, (size_t)stage->choice_count * sizeof *stage->payoff);
    for (int joint = 0; joint < stage->joint_count; joint++) {
        const int *actions = stage->joint_action + joint * stage->mover_count;
        const double *ahead = stage->ahead + (size_t)joint * width;
        for (int k = 0; k < stage->mover_count; k++) {
            const StageMover *mover = &stage->movers[k];
            double p = stage_joint_chance(stage, actions, k, -1);
            double *payoff = stage->payoff + mover->first_choice + actions[k];
            for (int type = 0; type < mover->type_count; type++)
                payoff[type * mover->action_count] += p * ahead[mover->first_type + type];
        }
    }
}

void stage_look_ahead(Stage *stage, bool with_tilt) {
    GridShare shares[stage->grid->corner_max];
    for (int joint = 0; joint < stage->joint_count; joint++) {
        look_ahead_at(stage, joint, shares);
        if (with_tilt) stage_tilt(stage, joint);
    }
    sum_payoffs(stage);
}

/* ---- Results ---- */

void stage_values(const Stage *stage, double *value) {
    const Game *game = stage->game;
    int width = game->value_count;
    memset(value, 0, (size_t)width * sizeof *value);
    for (int joint = 0; joint < stage->joint_count; joint++) {
        double p = stage_joint_chance(stage, stage->joint_action + joint * stage->mover_count, -1, -1);
        for (int v = 0; v < width; v++) value[v] += p * stage->ahead[(size_t)joint * width + v];
    }
    for (int k = 0; k < stage->mover_count; k++) { /* a type knows its own choice probabilities */
        const StageMover *mover = &stage->movers[k];
        for (int type = 0; type < mover->type_count; type++) {
            int row = mover->first_choice + type * mover->action_count;
            double own = 0;
            for (int a = 0; a < mover->action_count; a++) own += stage->sigma[row + a] * stage->payoff[row + a];
            value[mover->first_type + type] = own;
        }
    }
    position_own_value(game, stage->position, stage->belief, value);
}

double stage_residual(const Stage *stage) {
    double worst = 0;
    for (int k = 0; k < stage->mover_count; k++) {
        const StageMover *mover = &stage->movers[k];
        for (int type = 0; type < mover->type_count; type++) {
            int row = mover->first_choice + type * mover->action_count;
            double rationality = stage->game->rationality[mover->first_type + type], most = -INFINITY, sum = 0;
            for (int a = 0; a < mover->action_count; a++)
                most = fmax(most, stage->log_measure[row + a] + rationality * stage->payoff[row + a]);
            for (int a = 0; a < mover->action_count; a++)
                sum += exp(stage->log_measure[row + a] + rationality * stage->payoff[row + a] - most);
            for (int a = 0; a < mover->action_count; a++) {
                double logit = exp(stage->log_measure[row + a] + rationality * stage->payoff[row + a] - most) / sum;
                worst = fmax(worst, fabs(stage->sigma[row + a] - logit));
            }
        }
    }
    return worst;
}

void position_own_value(const Game *game, const Position *p, const double *belief, double *value) {
    if (p->type_payoff >= 0) {
        const double *row = game->type_rows + (size_t)p->type_payoff * (game->type_total + 1);
        for (int v = 0; v < game->value_count; v++) value[v] += row[v];
    }
    if (p->profile_payoff < 0) return;
    const double *row = game->profile_rows + (size_t)p->profile_payoff * game->profile_count * (game->party_count + 1);
    for (int profile = 0; profile < game->profile_count; profile++, row += game->party_count + 1) {
        double all = 1;
        for (int own = game->party_count; own >= 0; own--) { /* own == party_count: the public player, at all beliefs */
            double p_others = 1;
            int rest = profile, own_type = -1;
            for (int party = game->party_count - 1; party >= 0; party--) {
                int types = game->type_start[party + 1] - game->type_start[party];
                int type = game->type_start[party] + rest % types;
                rest /= types;
                if (party == own)
                    own_type = type;
                else
                    p_others *= belief[type];
            }
            if (own == game->party_count) all = p_others;
            if (own < game->party_count) value[own_type] += p_others * row[own];
        }
        if (game->has_public) value[game->type_total] += all * row[game->party_count];
    }
}
