/* SPDX-License-Identifier: GPL-3.0-or-later
 * The best timetable on a granularity (docs/method/timetable.md (3)). A state is how many steps of each piece have been
 * delivered; slack in a phase depends on the state and on what the phase delivers alone, so that the largest smallest
 * slack is a bottleneck path through the states, one layer a phase. A second pass takes, among the timetables that
 * reach it, the most even one. */
#include "settlement/settle.h"

#include <math.h>
#include <string.h>

enum { ROWS_MOST = 64, STATES_MOST = 20000000 };

typedef struct Lattice {
    const DesignTask *task;
    const Exchange *exchange;
    int piece_count, *pieces, *most; /* most steps of each piece in a phase */
    size_t *stride, state_count;     /* a state's index is the sum of steps times strides */
    int *state;                      /* [piece_count] steps delivered before the phase at hand */
    double *partial;                 /* [piece_count + 1][row_count] slack so far while a phase is put together */
    double *value, *next;            /* [state_count] of the layer at hand and of the one after it */
    uint32_t *choice;                /* [phase_count][state_count] state after the phase */
    bool is_second;                  /* the second pass: fewest squares among those with at least `bound` */
    bool is_cancelled;
    double bound;
} Lattice;

/* ---- Sizes ---- */

/* Ways to put a number of steps into one phase, summed over states: transitions of one layer. */
static double transitions_of(int steps, int most) {
    double sum = 0;
    for (int before = 0; before <= steps; before++) sum += 1 + fmin(most, steps - before);
    return sum;
}

int design_most(const DesignTask *task, int issue, int steps) {
    return (int)floor(fmin(1, task->most[issue]) * steps + 1e-9);
}

static bool lattice_new(const DesignTask *task, const Exchange *exchange, Arena *arena, Lattice *l) {
    size_t issues = (size_t)exchange->issue_count;
    *l = (Lattice){.task = task, .exchange = exchange, .state_count = 1};
    l->pieces = arena_array(arena, issues, sizeof *l->pieces);
    l->most = arena_array(arena, issues, sizeof *l->most);
    l->stride = arena_array(arena, issues, sizeof *l->stride);
    l->state = arena_array(arena, issues, sizeof *l->state);
    if (!l->pieces || !l->most || !l->stride || !l->state) return false;
    for (int k = 0; k < exchange->issue_count; k++) {
        if (!exchange->is_piece[k]) continue;
        l->most[l->piece_count] = design_most(task, k, task->steps);
        l->stride[l->piece_count] = l->state_count;
        l->pieces[l->piece_count++] = k;
        if (l->state_count <= STATES_MOST) l->state_count *= (size_t)task->steps + 1;
    }
    return true;
}

static bool lattice_lay(Lattice *l, Arena *arena) {
    size_t rows = (size_t)l->exchange->row_count + 1;
    l->partial = arena_array(arena, ((size_t)l->piece_count + 1) * rows, sizeof *l->partial);
    l->value = arena_array(arena, l->state_count, sizeof *l->value);
    l->next = arena_array(arena, l->state_count, sizeof *l->next);
    l->choice = arena_array(arena, l->state_count * (size_t)l->task->phase_count, sizeof *l->choice);
    return l->partial && l->value && l->next && l->choice;
}

/* ---- One phase from one state ---- */

typedef struct Move {
    size_t from, to;
    int phase;
    uint64_t movers; /* rows that deliver something */
    double squares;
} Move;

static void weigh_move(Lattice *l, const Move *move, const double *slack) {
    double least = INFINITY, next = l->next[move->to], own;
    for (int r = 0; r < l->exchange->row_count; r++)
        if (move->movers >> r & 1) least = fmin(least, slack[r]);
    if (!l->is_second) {
        own = fmin(least, next);
        if (!(own > l->value[move->from])) return;
    } else {
        own = least >= l->bound ? next + move->squares : INFINITY;
        if (!(own < l->value[move->from])) return;
    }
    l->value[move->from] = own;
    l->choice[(size_t)move->phase * l->state_count + move->from] = (uint32_t)move->to;
}

/* Puts the phase together piece by piece; the last phase delivers all that is left. */
static void choose_steps(Lattice *l, int at, Move move) {
    const Exchange *exchange = l->exchange;
    const double *before = l->partial + (size_t)at * (size_t)exchange->row_count;
    if (at == l->piece_count) {
        weigh_move(l, &move, before);
        return;
    }
    double *after = l->partial + (size_t)(at + 1) * (size_t)exchange->row_count, unit = 1.0 / l->task->steps;
    int left = l->task->steps - l->state[at], issue = l->pieces[at];
    int most = left < l->most[at] ? left : l->most[at], least = move.phase + 1 == l->task->phase_count ? left : 0;
    for (int e = least; e <= most; e++) {
        Move further = move;
        further.to += (size_t)e * l->stride[at];
        further.squares += (double)e * e;
        for (int r = 0; r < exchange->row_count; r++) {
            const ExchangeRow *row = &exchange->rows[r];
            after[r] = before[r] + row->now[issue] * e * unit;
            if (row->own[issue] && e > 0) further.movers |= (uint64_t)1 << r;
        }
        choose_steps(l, at + 1, further);
    }
}

/* Issues that are no pieces are delivered in the first phase. */
static double slack_before(const Lattice *l, const ExchangeRow *row, int phase) {
    double slack = row->constant;
    for (int k = 0; k < l->exchange->issue_count; k++)
        if (!l->exchange->is_piece[k]) slack += phase == 0 ? row->now[k] : row->done[k];
    for (int p = 0; p < l->piece_count; p++) slack += row->done[l->pieces[p]] * l->state[p] / l->task->steps;
    return slack;
}

static void choose_from(Lattice *l, int phase, size_t from) {
    size_t rest = from;
    for (int p = l->piece_count; p-- > 0;) {
        l->state[p] = (int)(rest / l->stride[p]);
        rest %= l->stride[p];
    }
    for (int r = 0; r < l->exchange->row_count; r++) l->partial[r] = slack_before(l, &l->exchange->rows[r], phase);
    choose_steps(l, 0, (Move){.from = from, .to = from, .phase = phase});
}

/* Told by states of a layer in two passes; false when it is to stop. */
static bool tell_states(Lattice *l, int phase, size_t from) {
    const DesignTask *task = l->task;
    uint64_t layers = (uint64_t)task->phase_count, before = (uint64_t)(task->phase_count - 1 - phase);
    if (!task->observer || l->is_cancelled || from % 256 != 0) return !l->is_cancelled;
    uint64_t done = ((l->is_second ? layers : 0) + before) * l->state_count + from;
    l->is_cancelled = !task->observer(task->payload, done, 2 * layers * l->state_count);
    return !l->is_cancelled;
}

/* The value of the empty state: largest smallest slack (first pass), fewest squares (second); impossible: -INFINITY,
 * INFINITY. */
static double run_layers(Lattice *l) {
    double never = l->is_second ? INFINITY : -INFINITY;
    for (size_t i = 0; i < l->state_count; i++) l->next[i] = never;
    l->next[l->state_count - 1] = l->is_second ? 0 : INFINITY;
    for (int phase = l->task->phase_count; phase-- > 0;) {
        for (size_t i = 0; i < l->state_count; i++) l->value[i] = never;
        for (size_t from = 0; from < (phase == 0 ? 1 : l->state_count) && tell_states(l, phase, from); from++)
            choose_from(l, phase, from);
        double *swap = l->value;
        l->value = l->next;
        l->next = swap;
    }
    return l->next[0];
}

static void read_shares(const Lattice *l, double *share) {
    size_t at = 0;
    for (int m = 0; m < l->task->phase_count; m++) {
        size_t to = l->choice[(size_t)m * l->state_count + at];
        for (int p = l->piece_count; p-- > 0;) {
            size_t radix = (size_t)l->task->steps + 1;
            double steps = (double)(to / l->stride[p] % radix) - (double)(at / l->stride[p] % radix);
            share[m * l->exchange->issue_count + l->pieces[p]] = steps / l->task->steps;
        }
        at = to;
    }
}

static double slack_ways(const DesignTask *task, const Lattice *l, int steps) {
    double ways = task->phase_count;
    for (int p = 0; p < l->piece_count; p++) ways *= transitions_of(steps, design_most(task, l->pieces[p], steps));
    return ways;
}

static bool fits(const DesignTask *task, const Lattice *l, int steps) {
    double states = pow(steps + 1, l->piece_count) * task->phase_count;
    return slack_ways(task, l, steps) <= DESIGN_WAYS_MOST && states <= STATES_MOST &&
           l->exchange->row_count <= ROWS_MOST;
}

static BrinkStatus design_slack(const DesignTask *task, const Exchange *exchange, Arena *arena, Design *result,
                                double *share) {
    Lattice l;
    if (!lattice_new(task, exchange, arena, &l)) return BRINK_NO_MEMORY;
    result->ways = slack_ways(task, &l, task->steps);
    if (!fits(task, &l, task->steps)) {
        result->outcome = DESIGN_TOO_LARGE;
        result->fitting_steps = task->steps;
        while (result->fitting_steps > 0 && !fits(task, &l, result->fitting_steps)) result->fitting_steps--;
        return BRINK_OK;
    }
    if (!lattice_lay(&l, arena)) return BRINK_NO_MEMORY;
    result->least_slack = run_layers(&l);
    if (l.is_cancelled) return BRINK_CANCELLED;
    if (result->least_slack == -INFINITY) {
        result->outcome = DESIGN_IMPOSSIBLE;
        return BRINK_OK;
    }
    l.is_second = true;
    l.bound = result->least_slack - 1e-9 * (1 + fabs(result->least_slack)); /* sums in another order round otherwise */
    run_layers(&l);
    if (l.is_cancelled) return BRINK_CANCELLED;
    read_shares(&l, share);
    return BRINK_OK;
}

/* ---- Order ---- */

typedef struct Ordering {
    const Situation *situation;
    const Exchange *exchange;
    const int *options, *pieces;
    int piece_count;
} Ordering;

static double sum_pieces(const Ordering *o, int row, uint32_t delivered, bool is_reversible) {
    double sum = 0;
    int type = o->exchange->rows[row].type;
    for (int k = 0; k < o->exchange->issue_count; k++) /* issues that are no pieces come with the first */
        if (!o->exchange->is_piece[k])
            sum += settlement_issue_gain(o->situation, type, k, o->options[k]) *
                   (is_reversible ? o->situation->reversible[k] : 1);
    for (int p = 0; p < o->piece_count; p++)
        if (delivered >> p & 1)
            sum += settlement_issue_gain(o->situation, type, o->pieces[p], o->options[o->pieces[p]]) *
                   (is_reversible ? o->situation->reversible[o->pieces[p]] : 1);
    return sum;
}

static double piece_worth(const void *payload, int row, uint32_t delivered) {
    return sum_pieces(payload, row, delivered, false);
}

static double piece_snaps_back(const void *payload, int row, uint32_t delivered) {
    return sum_pieces(payload, row, delivered, true);
}

static bool order_rows(const DesignTask *task, const Ordering *o, Arena *arena, OrderTask *order) {
    const Signing *signing = task->signing;
    const Situation *s = signing->situation;
    size_t rows = (size_t)o->exchange->row_count;
    uint32_t *own = arena_array(arena, rows, sizeof *own);
    double *detection = arena_array(arena, rows, sizeof *detection),
           *outside = arena_array(arena, rows, sizeof *outside);
    if (!own || !detection || !outside) return false;
    for (int r = 0; r < o->exchange->row_count; r++) {
        int type = o->exchange->rows[r].type, party = s->type_party[type];
        for (int p = 0; p < o->piece_count; p++)
            if (o->exchange->rows[r].own[o->pieces[p]]) own[r] |= (uint32_t)1 << p;
        detection[r] = signing->detection ? signing->detection[party]
                                          : settlement_detection(s, party, signing->date, signing->options);
        outside[r] =
            settlement_afterwards(s, type, signing->date, signing->rungs) - s->breach_penalty[type] -
            settlement_synergies(s, type, signing->options); /* synergies are paid at the end, seen or unseen */
    }
    *order =
        (OrderTask){o->piece_count, o->exchange->row_count, own,          piece_worth, piece_snaps_back, o, detection,
                    outside,        task->observer,         task->payload};
    return true;
}

/* Pieces that help one party and hurt another: over subsets, as long as these can be counted. */
static BrinkStatus order_subsets(const DesignTask *task, const Exchange *exchange, const Lattice *l, Arena *arena,
                                 Design *result, int *sequence) {
    OrderTask order;
    if (l->piece_count > EXCHANGE_PIECES_MOST) {
        result->outcome = DESIGN_TOO_LARGE;
        return BRINK_OK;
    }
    Ordering ordering = {task->signing->situation, exchange, task->signing->options, l->pieces, l->piece_count};
    if (!order_rows(task, &ordering, arena, &order)) return BRINK_NO_MEMORY;
    bool is_cancelled;
    double least = exchange_order(&order, arena, sequence, &is_cancelled);
    return is_cancelled ? BRINK_CANCELLED : isnan(least) ? BRINK_NO_MEMORY : BRINK_OK;
}

static BrinkStatus design_order(const DesignTask *task, const Exchange *exchange, Arena *arena, Design *result,
                                double *share) {
    Lattice l;
    if (!lattice_new(task, exchange, arena, &l)) return BRINK_NO_MEMORY;
    int *sequence = arena_array(arena, (size_t)l.piece_count, sizeof *sequence);
    if (!sequence) return BRINK_NO_MEMORY;
    result->ways = tgamma(l.piece_count + 1.0);
    bool is_found;
    BrinkStatus status = exchange_sequence(exchange, l.pieces, l.piece_count, arena, sequence, &is_found);
    if (status == BRINK_OK && !is_found) status = order_subsets(task, exchange, &l, arena, result, sequence);
    if (status != BRINK_OK || result->outcome != DESIGN_FOUND) return status;
    for (int m = 0; m < l.piece_count; m++) share[m * exchange->issue_count + l.pieces[sequence[m]]] = 1;
    return BRINK_OK;
}

/* ---- The whole ---- */

static int count_pieces(const Exchange *exchange) {
    int count = 0;
    for (int k = 0; k < exchange->issue_count; k++) count += exchange->is_piece[k];
    return count;
}

/* Equal shares of the pieces, where they keep within the limits. */
static bool equal_shares(const DesignTask *task, const Exchange *exchange, double *share) {
    for (int m = 0; m < task->phase_count; m++)
        for (int k = 0; k < exchange->issue_count; k++) {
            if (exchange->is_piece[k] && task->most[k] < 1.0 / task->phase_count - 1e-9) return false;
            share[m * exchange->issue_count + k] = exchange->is_piece[k] ? 1.0 / task->phase_count : m == 0;
        }
    return true;
}

/* Steps that do not divide by the phases leave equal shares out: where these are better, they are the design. */
static BrinkStatus weigh_equal(const DesignTask *task, const Exchange *exchange, Arena *arena, Design *design,
                               double *share) {
    size_t count = (size_t)task->phase_count * (size_t)exchange->issue_count;
    double *equal = arena_array(arena, count, sizeof *equal), completion;
    if (!equal) return BRINK_NO_MEMORY;
    if (!equal_shares(task, exchange, equal)) return BRINK_OK;
    double slack = exchange_least_slack(exchange, task->phase_count, equal), margin = 1e-9 * (1 + fabs(slack));
    BrinkStatus status = timetable_completion(task, task->phase_count, equal, arena, &completion);
    design->is_equal =
        task->goal == DESIGN_SLACK ? slack > design->least_slack + margin : completion > design->completion + 1e-12;
    if (status != BRINK_OK || !design->is_equal) return status;
    memcpy(share, equal, count * sizeof *share);
    design->outcome = DESIGN_FOUND;
    design->least_slack = slack;
    design->completion = completion;
    return status;
}

BrinkStatus timetable_design(const DesignTask *task, Arena *arena, Design *result) {
    const Exchange *exchange = exchange_new(task->signing, task->counted, arena);
    if (!exchange) return BRINK_NO_MEMORY;
    int pieces = count_pieces(exchange), phases = task->goal == DESIGN_ORDER ? pieces : task->phase_count;
    size_t issues = (size_t)exchange->issue_count;
    Design design = {.phase_count = phases, .least_slack = NAN, .completion = NAN};
    double *share = arena_array(arena, (size_t)phases * issues, sizeof *share);
    if (!share) return BRINK_NO_MEMORY;
    for (size_t k = 0; k < issues && phases > 0; k++) share[k] = !exchange->is_piece[k];
    design.share = share;
    if (pieces == 0) design.outcome = DESIGN_NOTHING;
    BrinkStatus status = BRINK_OK;
    if (pieces > 0)
        status = task->goal == DESIGN_SLACK        ? design_slack(task, exchange, arena, &design, share)
                 : task->goal == DESIGN_COMPLETION ? design_likeliest(task, exchange, arena, &design, share)
                                                   : design_order(task, exchange, arena, &design, share);
    if (status == BRINK_OK && design.outcome == DESIGN_FOUND) {
        design.least_slack = exchange_least_slack(exchange, phases, share);
        status = timetable_completion(task, phases, share, arena, &design.completion);
    }
    bool has_rival = design.outcome == DESIGN_FOUND || design.outcome == DESIGN_IMPOSSIBLE;
    if (status == BRINK_OK && has_rival && task->goal != DESIGN_ORDER)
        status = weigh_equal(task, exchange, arena, &design, share);
    if (status == BRINK_OK) *result = design;
    return status;
}
