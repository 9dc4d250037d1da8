/* SPDX-License-Identifier: GPL-3.0-or-later
 * Safe exchange (docs/method/timetable.md (2)-(3); Sandholm and Lesser 1995): what keeping one's word is worth beside
 * breaking it, when all others keep theirs, and the order of whole pieces that keeps this as high as can be. */
#include "settlement/settlement.h"

#include <math.h>

/* ---- Rows ---- */

static bool is_mover(const Situation *s, const Exchange *exchange, int party) {
    for (int k = 0; k < s->issue_count; k++)
        if (exchange->is_piece[k] && s->performs[(size_t)k * (size_t)s->party_count + (size_t)party]) return true;
    return false;
}

/* slack = own now + beta (rest + synergies - afterwards + penalty + what snaps back of what was delivered), see (2). */
static bool fill_row(const Signing *signing, int type, double beta, ExchangeRow *row, Arena *arena) {
    const Situation *s = signing->situation;
    int party = s->type_party[type];
    size_t issues = (size_t)s->issue_count;
    double *done = arena_array(arena, issues, sizeof *done), *now = arena_array(arena, issues, sizeof *now);
    bool *own = arena_array(arena, issues, sizeof *own);
    if (!done || !now || !own) return false;
    double constant = settlement_synergies(s, type, signing->options) + s->breach_penalty[type] -
                      settlement_afterwards(s, type, signing->date, signing->rungs);
    for (int k = 0; k < s->issue_count; k++) {
        double gain = settlement_issue_gain(s, type, k, signing->options[k]), back = s->reversible[k] * gain;
        own[k] = s->performs[(size_t)k * (size_t)s->party_count + (size_t)party] && signing->options[k] != s->today[k];
        constant += gain;
        done[k] = beta * (back - gain);
        now[k] = own[k] ? gain - beta * gain : beta * (back - gain);
    }
    *row = (ExchangeRow){type, beta * constant, done, now, own};
    return true;
}

const Exchange *exchange_new(const Signing *signing, const bool *counted, Arena *arena) {
    const Situation *s = signing->situation;
    Exchange *exchange = arena_alloc(arena, sizeof *exchange);
    bool *is_piece = arena_array(arena, (size_t)s->issue_count, sizeof *is_piece);
    ExchangeRow *rows = arena_array(arena, (size_t)s->type_total, sizeof *rows);
    if (!exchange || !is_piece || !rows) return NULL;
    *exchange = (Exchange){.issue_count = s->issue_count, .rows = rows, .is_piece = is_piece};
    for (int k = 0; k < s->issue_count; k++)
        for (int party = 0; party < s->party_count; party++)
            is_piece[k] |=
                signing->options[k] != s->today[k] && s->performs[(size_t)k * (size_t)s->party_count + (size_t)party];
    for (int type = 0; type < s->type_total; type++) {
        int party = s->type_party[type];
        if ((counted && !counted[type]) || !is_mover(s, exchange, party)) continue;
        double beta = signing->detection ? signing->detection[party]
                                         : settlement_detection(s, party, signing->date, signing->options);
        if (!fill_row(signing, type, beta, &rows[exchange->row_count++], arena)) return NULL;
    }
    return exchange;
}

double exchange_least_slack(const Exchange *exchange, int phase_count, const double *share) {
    double least = INFINITY;
    for (int r = 0; r < exchange->row_count; r++) {
        const ExchangeRow *row = &exchange->rows[r];
        double before = row->constant;
        for (int m = 0; m < phase_count; m++) {
            const double *now = share + (size_t)m * (size_t)exchange->issue_count;
            double slack = before;
            bool moves = false;
            for (int k = 0; k < exchange->issue_count; k++) {
                slack += row->now[k] * now[k];
                before += row->done[k] * now[k];
                moves |= row->own[k] && now[k] > 0;
            }
            if (moves) least = fmin(least, slack);
        }
    }
    return least;
}

/* ---- Whole pieces in order ---- */

typedef struct Sequence {
    const Exchange *exchange;
    const int *pieces;
    int piece_count;
    int *side;      /* [piece_count] EARLY, LATE or PLACED */
    double *before; /* [row_count] slack apart from what the piece itself does to it */
} Sequence;
enum { PLACED, EARLY, LATE, NEITHER };

/* Early: delivering it takes slack from no row (its `done` is nowhere negative); late: it gives none to any. */
static int side_of(const Exchange *exchange, int piece) {
    bool is_early = true, is_late = true;
    for (int r = 0; r < exchange->row_count; r++) {
        is_early &= exchange->rows[r].done[piece] >= 0;
        is_late &= exchange->rows[r].done[piece] <= 0;
    }
    return is_early ? EARLY : is_late ? LATE : NEITHER;
}

/* Smallest slack of delivering the piece next (EARLY), or after all that are left (LATE: `before` counts it). */
static double whole_slack(const Sequence *s, int at) {
    double least = INFINITY;
    int issue = s->pieces[at];
    for (int r = 0; r < s->exchange->row_count; r++) {
        const ExchangeRow *row = &s->exchange->rows[r];
        double own = s->side[at] == LATE ? row->now[issue] - row->done[issue] : row->now[issue];
        if (row->own[issue]) least = fmin(least, s->before[r] + own);
    }
    return least;
}

/* Places the piece of the side that keeps the largest slack; -1 where none is left. */
static int place_best(Sequence *s, int side) {
    int best = -1;
    double most = -INFINITY;
    for (int p = 0; p < s->piece_count; p++) {
        double slack = s->side[p] == side ? whole_slack(s, p) : NAN;
        if (isnan(slack) || (best >= 0 && !(slack > most))) continue;
        best = p;
        most = slack;
    }
    if (best < 0) return best;
    for (int r = 0; r < s->exchange->row_count; r++)
        s->before[r] += s->exchange->rows[r].done[s->pieces[best]] * (side == LATE ? -1 : 1);
    s->side[best] = PLACED;
    return best;
}

/* Early ones from the front, late ones from the back: each time the one that keeps the largest slack there. No other
 * loses by it, since moving an early piece forward, or a late one back, takes slack from nobody. */
static void place_all(Sequence *s, int *order) {
    int first = 0, last = s->piece_count;
    for (int p = place_best(s, EARLY); p >= 0; p = place_best(s, EARLY)) order[first++] = p;
    for (int p = 0; p < s->piece_count; p++)
        for (int r = 0; r < s->exchange->row_count && s->side[p] == LATE; r++)
            s->before[r] += s->exchange->rows[r].done[s->pieces[p]];
    for (int p = place_best(s, LATE); p >= 0; p = place_best(s, LATE)) order[--last] = p;
}

BrinkStatus exchange_sequence(const Exchange *exchange, const int *pieces, int piece_count, Arena *scratch, int *order,
                              bool *is_found) {
    Sequence s = {exchange, pieces, piece_count, NULL, NULL};
    s.side = arena_array(scratch, (size_t)piece_count, sizeof *s.side);
    s.before = arena_array(scratch, (size_t)exchange->row_count, sizeof *s.before);
    if (!s.side || !s.before) return BRINK_NO_MEMORY;
    *is_found = true;
    for (int p = 0; p < piece_count; p++) {
        s.side[p] = side_of(exchange, pieces[p]);
        *is_found &= s.side[p] != NEITHER;
    }
    for (int r = 0; r < exchange->row_count; r++) {
        s.before[r] = exchange->rows[r].constant;
        for (int k = 0; k < exchange->issue_count; k++) /* issues that are no pieces come with the first */
            if (!exchange->is_piece[k]) s.before[r] += exchange->rows[r].done[k];
    }
    if (*is_found) place_all(&s, order);
    return BRINK_OK;
}

/* ---- Pieces that depend on each other ---- */

/* Keeping one's word on `piece`, given that `delivered` has been, beside keeping the piece: undetected the rest goes on
 * without it, detected all ends and a share of what was delivered snaps back. INFINITY for a row that does not deliver
 * it. */
static double piece_slack(const OrderTask *task, int row, uint32_t delivered, int piece) {
    uint32_t all = (uint32_t)((1ull << task->piece_count) - 1), bit = (uint32_t)1 << piece;
    if (!(task->own[row] & bit)) return INFINITY;
    double had = task->worth(task->payload, row, delivered), beta = task->detection[row];
    double keep = task->worth(task->payload, row, all) - had;
    double unseen = task->worth(task->payload, row, all & ~bit) - had;
    double seen = task->outside[row] - task->snaps_back(task->payload, row, delivered);
    return keep - ((1 - beta) * unseen + beta * seen);
}

static double least_piece_slack(const OrderTask *task, uint32_t delivered, int piece) {
    double least = INFINITY;
    for (int row = 0; row < task->row_count; row++) least = fmin(least, piece_slack(task, row, delivered, piece));
    return least;
}

double exchange_order(const OrderTask *task, Arena *arena, int *order, bool *is_cancelled) {
    uint32_t all = (uint32_t)((1ull << task->piece_count) - 1);
    double *best = arena_array(arena, (size_t)all + 1, sizeof *best);
    unsigned char *next = arena_array(arena, (size_t)all + 1, sizeof *next);
    *is_cancelled = false;
    if (!best || !next) return NAN;
    best[all] = INFINITY;
    for (uint32_t set = all; set-- > 0;) { /* supersets are larger numbers */
        *is_cancelled = set % 4096 == 0 && task->observer && !task->observer(task->observer_payload, all - set, all);
        if (*is_cancelled) return NAN;
        bool is_first = true; /* some piece comes next, even where all are -INFINITY */
        for (int piece = 0; piece < task->piece_count; piece++) {
            if (set >> piece & 1) continue;
            double slack = fmin(least_piece_slack(task, set, piece), best[set | (uint32_t)1 << piece]);
            if (!is_first && slack <= best[set]) continue;
            is_first = false;
            best[set] = slack;
            next[set] = (unsigned char)piece;
        }
    }
    uint32_t set = 0;
    for (int i = 0; i < task->piece_count; i++) {
        order[i] = next[set];
        set |= (uint32_t)1 << next[set];
    }
    return best[0];
}
