/* SPDX-License-Identifier: GPL-3.0-or-later
 * Conditioning on what was observed: Bayes' rule along the solved game (model 10; docs/history.md). Positions and
 * beliefs that agree with the history are followed as particles, each at its exact belief: what was seen selects edges,
 * what was not seen is summed over. Invariant: the masses are joint probabilities of the path and all items so far,
 * until history_follow divides by their sum. */
#include "outlook/history.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

/* Above MERGE_ABOVE particles after an item or round, those of one position whose beliefs agree to within a tolerance
 * become one. */
enum { MERGE_ABOVE = 400 };
static const double first_tolerance = 1e-6;

void cloud_add(Cloud *cloud, Particle particle) {
    if (cloud->count == cloud->room) {
        int room = 2 * cloud->room + 64;
        Particle *larger = arena_array(cloud->arena, (size_t)room, sizeof *larger);
        if (!larger) {
            cloud->is_out_of_memory = true;
            return;
        }
        if (cloud->count > 0) memcpy(larger, cloud->particles, (size_t)cloud->count * sizeof *larger);
        cloud->particles = larger;
        cloud->room = room;
    }
    cloud->particles[cloud->count++] = particle;
}

/* ---- The trail ---- */

/* Room for one more; false (and sticky) when memory is short. */
static bool trail_room(Trail *trail, void **array, int count, int *room, size_t size) {
    if (count < *room) return true;
    int larger = 2 * *room + 64;
    void *moved = arena_array(trail->arena, (size_t)larger, size);
    if (!moved) {
        trail->is_out_of_memory = true;
        return false;
    }
    if (count > 0) memcpy(moved, *array, (size_t)count * size);
    *array = moved;
    *room = larger;
    return true;
}

static int trail_node(Trail *trail, const Particle *particle) {
    if (!trail ||
        !trail_room(trail, (void **)&trail->nodes, trail->node_count, &trail->node_room, sizeof *trail->nodes))
        return 0;
    trail->nodes[trail->node_count] =
        (TrailNode){particle->position, particle->is_start, particle->mass, particle->belief};
    return trail->node_count++;
}

static void trail_visit(Trail *trail, int node) {
    if (!trail ||
        !trail_room(trail, (void **)&trail->visits, trail->visit_count, &trail->visit_room, sizeof *trail->visits))
        return;
    trail->visits[trail->visit_count++] = (TrailVisit){node, trail->link_count, 0};
}

/* A link of the visit noted last. */
static void trail_link(Trail *trail, int edge, int node) {
    if (!trail ||
        !trail_room(trail, (void **)&trail->links, trail->link_count, &trail->link_room, sizeof *trail->links))
        return;
    trail->links[trail->link_count++] = (TrailLink){edge, node};
    trail->visits[trail->visit_count - 1].link_count++;
}

bool particle_set(SolutionView *view, const Solution *solution, const Particle *particle) {
    const Position *p = &solution->game->positions[particle->position];
    if (!particle->is_start) return solution_view_solve(view, particle->position, particle->belief);
    solution_view_set(view, particle->position, p->is_flat ? 0 : solve_points(p, solution->grid) - 1);
    return true;
}

bool history_is_choice(const Game *game, const Position *p) {
    for (int m = p->mover_start; p->kind == POSITION_STAGE && m < p->mover_start + p->mover_count; m++)
        if (game->movers[m].action_count > 1) return true;
    return false;
}

Particle particle_next(SolutionView *view, const Solution *solution, const Particle *particle, int edge, Arena *arena) {
    const Game *game = solution->game;
    const Position *p = &game->positions[particle->position];
    Particle next = *particle;
    next.position = game->edges[p->edge_start + edge].target;
    next.mass *= solution_view_edge(view, edge).probability;
    if (!history_is_choice(game, p)) return next;
    double *belief = arena_array(arena, (size_t)game->type_total, sizeof *belief);
    if (belief) solution_view_posterior(view, edge, belief);
    next.belief = belief;
    next.is_start = false;
    return next;
}

/* ---- What an item says ---- */

static Step last_step(const Observation *seen, int party_count) {
    for (int party = 0; party < party_count; party++)
        if (seen->answers[party] != OBSERVED_NOT) return STEP_ANSWER;
    if (seen->tabled != OBSERVED_NOT) return STEP_TABLE;
    return seen->held != OBSERVED_NOT ? STEP_MEETING : STEP_FORCE;
}

static bool agrees_force(const Game *game, const Observation *seen, int postures) {
    const int *rungs = game_rungs(game, postures);
    for (int party = 0; party < game->party_count; party++)
        if (seen->force[party] != OBSERVED_NOT && seen->force[party] != rungs[party]) return false;
    return true;
}

static bool agrees_answers(const Game *game, const Position *p, const Observation *seen, int joint) {
    for (int k = 0; k < p->mover_count; k++) {
        int answer = seen->answers[game->movers[p->mover_start + k].party];
        if (answer != OBSERVED_NOT && answer != game_action(game, p, joint, k)) return false;
    }
    return true;
}

/* Whether an edge of the observed round agrees with what was seen of it. */
static bool agrees(const Game *game, const Position *p, int edge, const Observation *seen) {
    const Edge *e = &game->edges[p->edge_start + edge];
    if (p->step == STEP_FORCE) return agrees_force(game, seen, e->decision);
    if (p->step == STEP_MEETING)
        return seen->held == OBSERVED_NOT || (game->positions[e->target].step == STEP_TABLE) == (seen->held == 1);
    if (p->step == STEP_TABLE) return seen->tabled == OBSERVED_NOT || seen->tabled == e->decision;
    return p->step != STEP_ANSWER || agrees_answers(game, p, seen, edge);
}

/* ---- Following one item ---- */

typedef struct Follow {
    const Solution *solution;
    SolutionView *view;
    const Observation *seen;
    int round;
    Step last;
    Cloud *ahead, *done;
    bool is_lost;
} Follow;

/* One step of a particle along every edge that agrees. */
static void step(Follow *follow, const Particle *particle) {
    const Game *game = follow->solution->game;
    const Position *p = &game->positions[particle->position];
    if (!particle_set(follow->view, follow->solution, particle)) follow->is_lost = true;
    trail_visit(follow->ahead->trail, particle->node);
    for (int e = 0; e < p->edge_count; e++) {
        if (p->round == follow->round && !agrees(game, p, e, follow->seen)) continue;
        Particle next = particle_next(follow->view, follow->solution, particle, e, follow->ahead->arena);
        if (!next.belief) follow->ahead->is_out_of_memory = true;
        next.is_seen = next.is_seen || (p->round == follow->round && p->step == follow->last);
        if (next.mass == 0 || !next.belief) continue;
        next.node = trail_node(follow->ahead->trail, &next);
        trail_link(follow->ahead->trail, e, next.node);
        cloud_add(follow->ahead, next);
    }
}

/* A particle is done behind the last stated stage; one whose talks ended before it contradicts the item and is dropped.
 */
static void follow_particles(Follow *follow) {
    const Game *game = follow->solution->game;
    while (follow->ahead->count > 0 && !follow->ahead->is_out_of_memory) {
        Particle particle = follow->ahead->particles[--follow->ahead->count];
        const Position *p = &game->positions[particle.position];
        if (particle.is_seen)
            cloud_add(follow->done, particle);
        else if (p->kind != POSITION_END && p->round <= follow->round)
            step(follow, &particle);
    }
}

/* ---- Merging ---- */

static int by_place(const void *a, const void *b) {
    const Particle *x = a, *y = b;
    return x->position != y->position ? (x->position > y->position) - (x->position < y->position)
                                      : (x->is_start > y->is_start) - (x->is_start < y->is_start);
}

static bool is_near(const Particle *a, const Particle *b, int types, double tolerance) {
    if (a->position != b->position || a->is_start != b->is_start) return false;
    for (int type = 0; type < types; type++)
        if (fabs(a->belief[type] - b->belief[type]) > tolerance) return false;
    return true;
}

/* Both become one at their mean belief: each party's beliefs keep their total. */
static bool merge_into(Particle *kept, const Particle *other, int types, Cloud *cloud) {
    double *belief = arena_array(cloud->arena, (size_t)types, sizeof *belief), mass = kept->mass + other->mass;
    if (!belief) return false;
    for (int type = 0; type < types; type++)
        belief[type] = (kept->mass * kept->belief[type] + other->mass * other->belief[type]) / mass;
    Particle whole = *kept;
    whole.belief = belief;
    whole.mass = mass;
    whole.node = trail_node(cloud->trail, &whole);
    trail_visit(cloud->trail, kept->node);
    trail_link(cloud->trail, -1, whole.node);
    trail_visit(cloud->trail, other->node);
    trail_link(cloud->trail, -1, whole.node);
    *kept = whole;
    return true;
}

static void merge_once(Cloud *cloud, int types, double tolerance) {
    int kept = 0;
    for (int i = 0; i < cloud->count; i++) {
        int k = kept - 1;
        for (; k >= 0 && cloud->particles[k].position == cloud->particles[i].position; k--)
            if (is_near(&cloud->particles[k], &cloud->particles[i], types, tolerance)) break;
        bool is_met = k >= 0 && cloud->particles[k].position == cloud->particles[i].position;
        if (!is_met)
            cloud->particles[kept++] = cloud->particles[i];
        else if (!merge_into(&cloud->particles[k], &cloud->particles[i], types, cloud))
            cloud->is_out_of_memory = true;
    }
    cloud->count = kept;
}

static void merge(Cloud *cloud, int types) {
    if (cloud->count == 0) return;
    qsort(cloud->particles, (size_t)cloud->count, sizeof *cloud->particles, by_place);
    merge_once(cloud, types, 0);
    for (double tolerance = first_tolerance; cloud->count > MERGE_ABOVE && tolerance < 1; tolerance *= 4)
        merge_once(cloud, types, tolerance);
}

/* ---- The whole ---- */

static double total_mass(const Cloud *cloud) {
    double sum = 0;
    for (int i = 0; i < cloud->count; i++) sum += cloud->particles[i].mass;
    return sum;
}

/* Rounds before the item's pass unobserved, one after the other, so that the cloud can be kept small on the way. */
static void follow_item(Follow *follow, Cloud *cloud, const HistoryItem *item, int reading) {
    Cloud start = *cloud, done = {.arena = cloud->arena, .trail = cloud->trail};
    int types = follow->solution->game->type_total;
    for (int r = 0; r < item->reading_count; r++) {
        if (reading >= 0 && r != reading) continue;
        Cloud ahead = {.arena = cloud->arena, .trail = cloud->trail};
        for (int i = 0; i < start.count; i++) {
            Particle particle = start.particles[i];
            particle.is_seen = false;
            cloud_add(&ahead, particle);
        }
        follow->seen = &item->readings[r];
        follow->last = last_step(follow->seen, follow->solution->game->party_count);
        follow->round = item->round;
        follow->ahead = &ahead;
        follow->done = &done;
        follow_particles(follow);
        done.is_out_of_memory = done.is_out_of_memory || ahead.is_out_of_memory;
    }
    follow->ahead = follow->done = NULL;
    merge(&done, types);
    *cloud = done;
}

BrinkStatus history_follow(const Solution *solution, const Situation *situation, HistoryChoice choice, Arena *arena,
                           Cloud *cloud, double *likelihood, int *impossible) {
    Follow follow = {.solution = solution, .view = solution_view_new(solution, arena)};
    Particle first = {.position = solution->game->start, .is_start = true, .mass = 1, .belief = solution->game->prior};
    *cloud = (Cloud){.arena = arena, .trail = cloud->trail};
    *impossible = -1;
    if (!follow.view) return BRINK_NO_MEMORY;
    first.node = trail_node(cloud->trail, &first);
    cloud_add(cloud, first);
    if (cloud->is_out_of_memory) return BRINK_NO_MEMORY;
    for (int i = 0; i < choice.items; i++) {
        follow_item(&follow, cloud, &situation->history[i], i == choice.item ? choice.reading : -1);
        if (cloud->is_out_of_memory || (cloud->trail && cloud->trail->is_out_of_memory)) return BRINK_NO_MEMORY;
        if (total_mass(cloud) > 0) continue;
        *impossible = i;
        return BRINK_BAD_INPUT;
    }
    *likelihood = total_mass(cloud);
    for (int i = 0; i < cloud->count; i++) cloud->particles[i].mass /= *likelihood;
    return follow.is_lost ? BRINK_NOT_SOLVED : BRINK_OK;
}
