/* SPDX-License-Identifier: GPL-3.0-or-later
 * Whole pieces in order, one after the other: against all orders, and against many drawn. */
#include "settlement/settlement.h"
#include "timetable.h"

#include <stdio.h>
#include <string.h>

/* Rows made by hand: pieces of one party, several types of it, all pieces helping (done > 0) or hurting (done < 0). */
enum { MANY = 60, TYPES = 3 };

typedef struct Pieces {
    Exchange exchange;
    ExchangeRow rows[TYPES];
    double done[TYPES][MANY], now[TYPES][MANY];
    bool own[MANY], is_piece[MANY];
    int pieces[MANY], count;
} Pieces;

static void fill_pieces(Pieces *all, int count, uint64_t index) {
    *all = (Pieces){.count = count};
    all->exchange = (Exchange){count, TYPES, all->rows, all->is_piece};
    for (int k = 0; k < count; k++) {
        uint64_t at = 10000 * index + (uint64_t)k;
        double side = draw(10, at) < 0.6 ? 1 : -1;
        all->pieces[k] = k;
        all->own[k] = all->is_piece[k] = true;
        for (uint32_t r = 0; r < TYPES; r++) {
            all->done[r][k] = side * 10 * draw(11 + r, at);
            all->now[r][k] = -20 * draw(14 + r, at);
        }
    }
    for (uint32_t r = 0; r < TYPES; r++)
        all->rows[r] = (ExchangeRow){(int)r, 30 * draw(17, 10 * index + r), all->done[r], all->now[r], all->own};
}

static double pieces_slack(const Pieces *all, const int *order) {
    double share[MANY * MANY] = {0};
    for (int m = 0; m < all->count; m++) share[m * all->count + order[m]] = 1;
    return exchange_least_slack(&all->exchange, all->count, share);
}

static double best_pieces(const Pieces *all, int *order, int at) {
    if (at == all->count) return pieces_slack(all, order);
    double best = -INFINITY;
    for (int i = at; i < all->count; i++) {
        int swap = order[at];
        order[at] = order[i], order[i] = swap;
        best = fmax(best, best_pieces(all, order, at + 1));
        swap = order[at];
        order[at] = order[i], order[i] = swap;
    }
    return best;
}

static double sequence_slack(const Pieces *all, Arena *arena) {
    int order[MANY];
    bool is_found, seen[MANY] = {false};
    assert_int_equal(exchange_sequence(&all->exchange, all->pieces, all->count, arena, order, &is_found), BRINK_OK);
    assert_true(is_found);
    for (int i = 0; i < all->count; i++) {
        assert_false(seen[order[i]]);
        seen[order[i]] = true;
    }
    return pieces_slack(all, order);
}

static void the_sequence_of_independent_pieces_is_the_best_of_all_orders(void **state) {
    (void)state;
    Arena *arena = arena_new();
    static Pieces all;
    for (uint64_t i = 0; i < 60; i++) {
        int trial[6] = {0, 1, 2, 3, 4, 5};
        fill_pieces(&all, 6, i);
        double best = best_pieces(&all, trial, 0);
        assert_near(sequence_slack(&all, arena), best, 1e-9 * (1 + fabs(best)));
    }
    arena_free(arena);
}

/* Too many for trying all: no exchange of two places is better, nor any of many orders drawn at random. */
static void no_order_of_sixty_pieces_found_by_chance_is_better(void **state) {
    (void)state;
    Arena *arena = arena_new();
    static Pieces all;
    fill_pieces(&all, MANY, 5);
    double best = sequence_slack(&all, arena), highest = -INFINITY;
    for (uint64_t i = 0; i < 3000; i++) {
        int order[MANY];
        for (int k = 0; k < MANY; k++) order[k] = k;
        for (int k = MANY - 1; k > 0; k--) {
            int other = (int)(draw(18, MANY * i + (uint64_t)k) * (k + 1)), swap = order[k];
            order[k] = order[other], order[other] = swap;
        }
        highest = fmax(highest, pieces_slack(&all, order));
    }
    assert_true(best > highest);
    all.done[0][3] = -all.done[1][3]; /* one piece helps a type and hurts another: no such order is claimed */
    bool is_found;
    int order[MANY];
    assert_int_equal(exchange_sequence(&all.exchange, all.pieces, all.count, arena, order, &is_found), BRINK_OK);
    assert_false(is_found);
    arena_free(arena);
}

/* Pieces that are worth something together only: any table of worths over subsets. */
static double table_worth(const void *payload, int row, uint32_t delivered) {
    return ((const double *)payload)[64 * row + (int)delivered];
}

static double nothing_back(const void *payload, int row, uint32_t delivered) {
    (void)payload, (void)row, (void)delivered;
    return 0;
}

static double order_slack(const OrderTask *task, const int *order, int count) {
    uint32_t all = (uint32_t)(1u << count) - 1, set = 0;
    double least = INFINITY;
    for (int i = 0; i < count; i++) {
        for (int row = 0; row < task->row_count; row++) {
            if (!(task->own[row] >> order[i] & 1)) continue;
            double had = table_worth(task->payload, row, set), beta = task->detection[row];
            double unseen = table_worth(task->payload, row, all & ~(1u << order[i])) - had;
            least = fmin(least,
                         table_worth(task->payload, row, all) - had - (1 - beta) * unseen - beta * task->outside[row]);
        }
        set |= 1u << order[i];
    }
    return least;
}

static double best_order(const OrderTask *task, int *order, int at, int count) {
    if (at == count) return order_slack(task, order, count);
    double best = -INFINITY;
    for (int i = at; i < count; i++) {
        int swap = order[at];
        order[at] = order[i], order[i] = swap;
        best = fmax(best, best_order(task, order, at + 1, count));
        swap = order[at];
        order[at] = order[i], order[i] = swap;
    }
    return best;
}

static void the_order_of_interdependent_pieces_is_the_best_of_all(void **state) {
    (void)state;
    for (uint64_t i = 0; i < 60; i++) {
        double worth[2 * 64];
        for (int k = 0; k < 128; k++) worth[k] = 40 * draw(7, 1000 * i + (uint64_t)k) - 10;
        const uint32_t own[] = {0x15, 0x2a};
        const double detection[] = {draw(8, i), draw(9, i)}, outside[] = {-5, -2};
        OrderTask task = {6, 2, own, table_worth, nothing_back, worth, detection, outside, NULL, NULL};
        int order[6], trial[6] = {0, 1, 2, 3, 4, 5};
        Arena *arena = arena_new();
        bool is_cancelled;
        double found = exchange_order(&task, arena, order, &is_cancelled), best = best_order(&task, trial, 0, 6);
        assert_near(found, best, 1e-12 * (1 + fabs(best)));
        assert_near(order_slack(&task, order, 6), best, 1e-12 * (1 + fabs(best)));
        arena_free(arena);
    }
}

static double few_together(const void *payload, int row, uint32_t delivered) {
    (void)payload;
    return (row ? -1 : 1) * (__builtin_popcount(delivered & 0x55555u) - 1.2 * __builtin_popcount(delivered & 0xaaaaau));
}

static void twenty_pieces_are_put_in_order(void **state) {
    (void)state;
    const uint32_t own[] = {0xaaaaa, 0x55555};
    const double detection[] = {1, 1}, outside[] = {-1.3, -1.3};
    Watch whole = {.calls_most = UINT64_MAX, .is_ordered = true}, part = {.calls_most = 3, .is_ordered = true};
    OrderTask task = {20, 2, own, few_together, nothing_back, NULL, detection, outside, watch, &whole};
    int order[20];
    uint32_t seen = 0;
    Arena *arena = arena_new();
    bool is_cancelled;
    double slack = exchange_order(&task, arena, order, &is_cancelled);
    assert_false(is_cancelled);
    assert_true(whole.is_ordered && whole.calls > 3);
    for (int i = 0; i < 20; i++) seen |= 1u << order[i];
    assert_int_equal(seen, (1u << 20) - 1);
    assert_true(isfinite(slack));
    task.observer_payload = &part;
    exchange_order(&task, arena, order, &is_cancelled);
    assert_true(is_cancelled);
    arena_free(arena);
}

/* Where every order tempts beyond measure one of them is found nevertheless; nobody asked to stop. */
static void an_endless_temptation_is_no_wish_to_stop(void **state) {
    (void)state;
    const uint32_t own[] = {0x2a, 0x15};
    const double detection[] = {1, 1}, outside[] = {INFINITY, INFINITY};
    Watch whole = {.calls_most = UINT64_MAX, .is_ordered = true};
    OrderTask task = {6, 2, own, few_together, nothing_back, NULL, detection, outside, watch, &whole};
    int order[6];
    uint32_t seen = 0;
    bool is_cancelled;
    Arena *arena = arena_new();
    assert_true(exchange_order(&task, arena, order, &is_cancelled) == -INFINITY);
    assert_false(is_cancelled);
    for (int i = 0; i < 6; i++) seen |= 1u << order[i];
    assert_int_equal(seen, 0x3f);
    arena_free(arena);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(the_sequence_of_independent_pieces_is_the_best_of_all_orders),
        cmocka_unit_test(no_order_of_sixty_pieces_found_by_chance_is_better),
        cmocka_unit_test(the_order_of_interdependent_pieces_is_the_best_of_all),
        cmocka_unit_test(twenty_pieces_are_put_in_order),
        cmocka_unit_test(an_endless_temptation_is_no_wish_to_stop),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
