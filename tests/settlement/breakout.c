/* SPDX-License-Identifier: GPL-3.0-or-later
 * Stockpiles and breakout: conservation over random stockpiles, the least time against an independent search, timely
 * detection, sampling. */
#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <string.h>

#include <cmocka.h>

#include "settlement/safeguards.h"

static void assert_near(double value, double expected, double tolerance) {
    if (!(fabs(value - expected) <= tolerance)) fail_msg("%.15g is not %.15g within %g", value, expected, tolerance);
}

static double draw(uint32_t stream, uint64_t index) {
    return random_uniform(23, stream, index);
}

static Stock stock_of(int count, const double (*lots)[2]) {
    Stock stock = {0};
    for (int i = 0; i < count; i++) assert_int_equal(stock_add(&stock, lots[i][0], lots[i][1], 0), PHYSICS_OK);
    return stock;
}

static Stock random_stock(uint64_t index) {
    Stock stock = {0};
    int count = (int)(1 + 6 * draw(0, index));
    for (int i = 0; i < count; i++) {
        double mass = exp(8 * draw(1, 100 * index + (uint64_t)i)) - 1,
               assay = 0.008 + 0.9 * pow(draw(2, 100 * index + (uint64_t)i), 3);
        assert_int_equal(stock_add(&stock, mass, assay, 0), PHYSICS_OK);
    }
    return stock;
}

/* ---- Dilution, conversion, export ---- */

/* 440.9 kg at 60 %, the IAEA's last figure (13 June 2025): natural uranium to thin it and the separative work that
 * destroys. */
static void thinning_the_stock_of_june_2025_takes_tonnes_of_natural_uranium(void **state) {
    (void)state;
    const double cases[][3] = {{0.20, 914.3, 3360}, {0.05, 5653.9, 11413}, {0.0367, 8393.3, 14154}};
    for (int i = 0; i < 3; i++) {
        double added, destroyed;
        assert_int_equal(stock_dilution(440.9, 0.60, 0.00711, cases[i][0], &added, &destroyed), PHYSICS_OK);
        assert_near(added, cases[i][1], 0.05);
        assert_near(destroyed, cases[i][2], 0.5);
    }
}

static void dispose(uint64_t index, const Disposal *disposal) {
    Stock before = random_stock(index), after = before;
    StockChange change;
    assert_int_equal(stock_dispose(&after, disposal, &change), PHYSICS_OK);
    double mass = stock_mass(&before) + change.blendstock,
           isotope = stock_isotope(&before) + change.blendstock * disposal->blend;
    assert_near(stock_mass(&after) + change.exported, mass, 1e-12 * mass);
    assert_near(stock_isotope(&after) + change.exported_isotope, isotope, 1e-12 * mass);
    for (int i = 0; i < after.count && disposal->disposition == STOCK_DILUTED; i++)
        assert_true(after.lots[i].assay <= fmax(disposal->above, disposal->target));
    if (disposal->disposition == STOCK_DILUTED) assert_true(change.work_destroyed >= 0);
    for (int i = 0; i < after.count && disposal->disposition == STOCK_CONVERTED; i++)
        assert_true(after.lots[i].delay == (before.lots[i].assay > disposal->above ? disposal->delay : 0));
}

static void no_uranium_and_no_isotope_is_lost_in_any_disposition(void **state) {
    (void)state;
    for (uint64_t i = 0; i < 5000; i++)
        for (Disposition disposition = STOCK_KEPT; disposition <= STOCK_EXPORTED; disposition++) {
            double target = 0.01 + 0.5 * draw(3, i);
            Disposal disposal = {disposition, target * draw(4, i), target, 0.00711, 200 * draw(5, i)};
            dispose(i, &disposal);
        }
}

static void mixing_cannot_enrich_and_leaves_the_stock_as_it_was(void **state) {
    (void)state;
    Stock stock = stock_of(1, (const double[][2]){{10, 0.2}}), before = stock;
    StockChange change;
    Disposal disposal = {STOCK_DILUTED, 0, 0.005, 0.00711, 0};
    assert_int_equal(stock_dispose(&stock, &disposal, &change), PHYSICS_BAD_BLEND);
    assert_memory_equal(&stock, &before, sizeof stock);
    assert_int_equal(stock_add(&stock, -1, 0.2, 0), PHYSICS_BAD_MASS);
    assert_int_equal(stock_add(&stock, 1, 1.2, 0), PHYSICS_BAD_ASSAY);
}

/* ---- Breakout ---- */

static BreakoutTask task_of(const Stock *stock, double capacity) {
    return (BreakoutTask){.stock = stock,
                          .feed_assay = 0.00711,
                          .tails_assay = 0.003,
                          .product_assay = 0.9,
                          .quantity = 25,
                          .capacity = capacity};
}

static Breakout break_out(const BreakoutTask *task) {
    Breakout result;
    assert_int_equal(breakout_least(task, &result), PHYSICS_OK);
    return result;
}

static void without_a_stock_breakout_is_the_work_from_natural_uranium(void **state) {
    (void)state;
    Stock none = {0};
    BreakoutTask task = task_of(&none, 5000);
    Breakout result = break_out(&task);
    assert_near(result.work, 5359.378, 1e-3); /* 25 kg of U-235; see separative_work.c */
    assert_near(result.days, 5359.378 / 5000 * 365.25, 1e-3);
    assert_near(result.fed_endless, 6062.449, 1e-3);
}

static void weapon_material_at_hand_takes_no_time_and_no_work_none_at_all(void **state) {
    (void)state;
    Stock enough = stock_of(1, (const double[][2]){{28, 0.93}}), little = stock_of(1, (const double[][2]){{20, 0.93}}),
          none = {0};
    BreakoutTask task = task_of(&enough, 0);
    assert_near(break_out(&task).days, 0, 0);
    task.stock = &little;
    assert_true(isinf(break_out(&task).days));
    task.stock = &none;
    assert_true(isinf(break_out(&task).days));
    task.capacity = -1;
    Breakout result;
    assert_int_equal(breakout_least(&task, &result), PHYSICS_NO_CAPACITY);
    task = task_of(&none, 100);
    task.tails_assay = 0.01;
    assert_int_equal(breakout_least(&task, &result), PHYSICS_TAILS_TOO_HIGH);
    task = task_of(&none, 100);
    task.product_assay = 1.5;
    assert_int_equal(breakout_least(&task, &result), PHYSICS_BAD_ASSAY);
}

/* What is fed and is not product is tails: their U-235 is what the feed had more than the product. */
static void what_is_fed_holds_what_is_made_and_what_is_left(void **state) {
    (void)state;
    for (uint64_t i = 0; i < 2000; i++) {
        Stock stock = random_stock(i);
        BreakoutTask task = task_of(&stock, 100 + 20000 * draw(6, i));
        task.has_best_tails = i % 2 == 1;
        Breakout result = break_out(&task);
        double fed = 0, isotope = 0, direct = 0, direct_isotope = 0, endless = result.fed_endless;
        for (int k = 0; k < stock.count; k++) {
            double mass = result.fed[k], assay = stock.lots[k].assay;
            assert_true(mass <= stock.lots[k].mass * (1 + 1e-12));
            *(assay >= 0.9 ? &direct : &fed) += mass;
            *(assay >= 0.9 ? &direct_isotope : &isotope) += mass * assay;
        }
        double from_endless = endless * (0.00711 - 0.003) / (0.9 - 0.003), enriched = result.product - direct,
               from_lots = enriched - from_endless;
        assert_near(isotope, from_lots * 0.9 + (fed - from_lots) * result.tails_assay, 1e-12 * (1 + fed + endless));
        assert_near(direct_isotope + enriched * 0.9, 25, 1e-10);
    }
}

/* Drawing in any other order takes longer: every order of four lots, each drawn on as far as it goes. */
static double work_in_order(const Stock *stock, const int *order, double tails) {
    double needed = 25 / 0.9, work = 0;
    for (int i = 0; i < stock->count && needed > 1e-12; i++) {
        const Lot *lot = &stock->lots[order[i]];
        Enrichment unit;
        assert_int_equal(swu_balance(1, 0.9, lot->assay, tails, &unit), PHYSICS_OK);
        double product = fmin(needed, lot->mass / unit.feed);
        needed -= product;
        work += product * unit.work;
    }
    Enrichment rest;
    assert_int_equal(swu_balance(fmax(needed, 0), 0.9, 0.00711, tails, &rest), PHYSICS_OK);
    return work + rest.work;
}

static void no_order_of_drawing_is_quicker_than_the_highest_enrichment_first(void **state) {
    (void)state;
    for (uint64_t i = 0; i < 300; i++) {
        Stock stock = {0};
        for (uint32_t k = 0; k < 4; k++)
            stock_add(&stock, 60 * draw(7, 10 * i + k), 0.01 + 0.8 * draw(8, 10 * i + k), 0);
        BreakoutTask task = task_of(&stock, 1000);
        double least = INFINITY;
        for (int code = 0; code < 256; code++) {
            int order[4] = {code & 3, code >> 2 & 3, code >> 4 & 3, code >> 6 & 3};
            if ((1 << order[0] | 1 << order[1] | 1 << order[2] | 1 << order[3]) == 15)
                least = fmin(least, work_in_order(&stock, order, 0.003));
        }
        assert_near(break_out(&task).work, least, 1e-9 * least);
    }
}

/* ---- Published estimates (docs/method/safeguards.md has the sources and the table) ---- */

#define DAYS_PER_MONTH (365.25 / 12)

static double months(int count, const double (*lots)[2], double capacity, double quantity) {
    Stock stock = stock_of(count, lots);
    BreakoutTask task = task_of(&stock, capacity);
    task.quantity = quantity;
    return break_out(&task).days / DAYS_PER_MONTH;
}

/* Every line of the table in docs/method/safeguards.md: days for 22.5 kg and for 25 kg of U-235, at tails of 0.3 % and
 * at the best of 20,000 common tails, as a script outside this program found them. */
static void the_table_of_published_estimates_states_these_numbers(void **state) {
    (void)state;
    static const struct {
        int count;
        double lots[3][2], capacity, fixed[2], best[2];
    } rows[] = {
        {1, {{202.8, 0.0367}}, 5000, {283.38, 322.53}, {282.05, 321.20}},
        {1, {{6760, 0.035}}, 9000, {72.34, 80.38}, {29.96, 33.46}},
        {3, {{537.8, 0.045}, {268.5, 0.0367}, {214.6, 0.02}}, 5000, {109.34, 123.22}, {66.55, 79.68}},
        {3, {{537.8, 0.045}, {268.5, 0.0367}, {214.6, 0.02}}, 5500, {99.40, 112.02}, {60.50, 72.44}},
        {1, {{164.7, 0.60}}, 4 * 174 * 5.5, {10.82, 12.02}, {3.15, 3.55}},
        {1, {{408.6, 0.60}}, 10 * 174 * 5.5, {4.33, 4.81}, {1.18, 1.31}},
        {1, {{1e5, 0.05}}, 10500, {48.31, 53.68}, {17.62, 19.58}},
    };
    const double quantity[] = {22.5, 25};
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++)
        for (int k = 0; k < 2; k++) {
            Stock stock = stock_of(rows[i].count, rows[i].lots);
            BreakoutTask task = task_of(&stock, rows[i].capacity);
            task.quantity = quantity[k];
            assert_near(break_out(&task).days, rows[i].fixed[k], 0.005001);
            task.has_best_tails = true;
            assert_near(break_out(&task).days, rows[i].best[k], 0.01);
        }
}

/* Albright and Burkhard (2020): 3.8 months, 3.1 to 4.6, from 1,020.9 kg below 5 % with 5,060 to 6,104 IR-1. */
static void breakout_in_february_2020_lies_in_the_published_range(void **state) {
    (void)state;
    const double lots[][2] = {{537.8, 0.045}, {268.5, 0.0367}, {214.6, 0.02}};
    for (double capacity = 5000; capacity <= 5494; capacity += 494) {
        assert_in_range((int)(1000 * months(3, lots, capacity, 22.5)), 3100, 4600);
        assert_in_range((int)(1000 * months(3, lots, capacity, 25)), 3100, 4600);
    }
}

/* The limits of 2015: 202.8 kg at 3.67 %, about 5,000 SWU a year: a year with the time to set machines up again, so
 * somewhat less by separative work alone. */
static void breakout_under_the_limits_of_2015_is_somewhat_less_than_a_year(void **state) {
    (void)state;
    const double lots[][2] = {{202.8, 0.0367}};
    assert_in_range((int)(1000 * months(1, lots, 5000, 22.5)), 8500, 12000);
    assert_in_range((int)(1000 * months(1, lots, 5000, 25)), 8500, 12000);
}

/* Institute for Science and International Security, March 2024: 40 kg at 60 % in three or four advanced cascades give
 * 25 kg of uranium at 90 % in 12 days. Machines of 4 SWU a year, 174 to a cascade; the tails are what 40 kg leave. */
static void forty_kilograms_at_sixty_percent_take_about_the_published_twelve_days(void **state) {
    (void)state;
    Stock stock = stock_of(1, (const double[][2]){{40, 0.60}});
    BreakoutTask task = task_of(&stock, 3 * 174 * 4);
    task.quantity = 22.5;
    task.tails_assay = 0.003;
    task.has_best_tails = true;
    Breakout result = break_out(&task);
    assert_near(result.tails_assay, 0.1, 1e-3); /* (24 - 22.5) / (40 - 25) */
    assert_near(result.days, 12, 0.6);
}

/* August 2024: five and a half months from natural uranium alone, one and a half from what is below 5 % alone. The
 * first gives the plant's capacity, and with it the second. */
static void the_published_time_from_natural_uranium_gives_that_from_low_enriched(void **state) {
    (void)state;
    const double lots[][2] = {{5000, 0.05}};
    double capacity = months(0, NULL, 1, 22.5) / 5.5;
    assert_near(months(1, lots, capacity, 22.5), 1.5, 0.15);
}

/* With one lot more than large enough the best tails use it up: product and feed then fix the tails. */
static void the_best_tails_of_a_large_lot_use_it_up(void **state) {
    (void)state;
    Stock stock = stock_of(1, (const double[][2]){{440.9, 0.60}});
    BreakoutTask task = task_of(&stock, 1000);
    Breakout fixed = break_out(&task);
    task.has_best_tails = true;
    Breakout best = break_out(&task);
    double tails = (440.9 * 0.60 - 25) / (440.9 - 25 / 0.9);
    assert_near(best.tails_assay, tails, 1e-4);
    Enrichment exact;
    swu_balance(25 / 0.9, 0.9, 0.60, tails, &exact);
    assert_near(best.work, exact.work, 1e-3 * exact.work);
    assert_true(best.days < 0.4 * fixed.days);
    assert_true(best.work > 25 / 0.9 * swu_least_per_product(0.9, 0.60));
}

/* Over a fine grid of common tails. Where the endless feed is drawn on too, its own tails stay as stated, so those
 * cases cannot be had by changing the tails alone and are left out; they are counted, so that most remain. */
static void no_other_tails_are_quicker_than_the_best(void **state) {
    (void)state;
    int compared = 0;
    for (uint64_t i = 0; i < 60; i++) {
        Stock stock = random_stock(i);
        for (int k = 0; k < stock.count && i % 3 == 0; k++) stock.lots[k].delay = 90 * draw(9, 40 * i + (uint64_t)k);
        BreakoutTask task = task_of(&stock, 2000);
        task.has_best_tails = true;
        double best = break_out(&task).days;
        for (double tails = 0.003; tails < 0.6; tails *= 1.01) {
            BreakoutTask other = task;
            other.has_best_tails = false;
            other.tails_assay = tails;
            if (tails >= 0.00711) other.feed_assay = tails + 1e-6;
            Breakout result = break_out(&other);
            if (result.fed_endless > 0) continue;
            assert_true(best <= result.days * (1 + 1e-4));
            compared++;
        }
    }
    assert_true(compared > 5000);
}

/* Turning oxide back into gas takes `delay` days. Work can start on it only then: with c SWU a day, a lot that holds
 * everything is through at delay + work / c; where another lot helps meanwhile, no sooner than the two bounds and no
 * later than either alone. */
static void converted_stock_waits_before_it_can_be_fed(void **state) {
    (void)state;
    Stock stock = {0};
    stock_add(&stock, 440.9, 0.60, 90);
    BreakoutTask task = task_of(&stock, 1000);
    Stock ready = stock_of(1, (const double[][2]){{440.9, 0.60}});
    BreakoutTask free = task_of(&ready, 1000);
    double work_days = break_out(&free).days, waiting = break_out(&task).days;
    /* meanwhile natural uranium is enriched: 90 days of 1000 SWU a year make some of the product */
    double made = 90 / 365.25 * 1000 / (5359.378263983952 / 25);
    assert_near(waiting, 90 + work_days * (1 - made / 25), 1e-6);
}

static void breakout_never_grows_with_stock_or_capacity(void **state) {
    (void)state;
    for (uint64_t i = 0; i < 300; i++) {
        Stock stock = random_stock(i), more = stock;
        BreakoutTask task = task_of(&stock, 500 + 5000 * draw(10, i)), larger = task;
        stock_add(&more, 50 * draw(11, i), 0.01 + 0.85 * draw(12, i), 0);
        double days = break_out(&task).days;
        larger.stock = &more;
        assert_true(break_out(&larger).days <= days * (1 + 1e-12));
        larger = task;
        larger.capacity *= 1.5;
        assert_near(break_out(&larger).days, days / 1.5, 1e-9 * days);
    }
}

/* ---- Machines in storage ---- */

/* From nothing to S SWU a year in d days, evenly: S t^2 / 2d of work by day t, so that W takes sqrt(2dW/S) days, or,
 * where that is more than d, d/2 more than at full capacity. */
static void stored_machines_alone_do_the_work_under_a_rising_line(void **state) {
    (void)state;
    Stock none = {0};
    BreakoutTask task = task_of(&none, 0);
    Store store = {20000, 365.25};
    task.stores = &store;
    task.store_count = 1;
    assert_near(break_out(&task).days, sqrt(2 * 5359.378263983952 / 20000) * 365.25, 1e-6);
    store.capacity = 5000;
    assert_near(break_out(&task).days, 365.25 / 2 + 5359.378263983952 / 5000 * 365.25, 1e-6);
    store.days = 0;
    assert_near(break_out(&task).days, 5359.378263983952 / 5000 * 365.25, 1e-6);
    store.capacity = 0;
    assert_true(isinf(break_out(&task).days));
    store.capacity = -1;
    Breakout result;
    assert_int_equal(breakout_least(&task, &result), PHYSICS_NO_CAPACITY);
    store = (Store){5000, NAN};
    assert_int_equal(breakout_least(&task, &result), PHYSICS_NO_CAPACITY);
}

/* The same by small steps of time, for what runs and two stores. */
static double stepped_days(const BreakoutTask *task, double work) {
    const double step = 0.02;
    double done = 0, day = 0;
    for (; done < work; day += step) {
        double rate = task->capacity;
        for (int i = 0; i < task->store_count; i++)
            rate += task->stores[i].capacity * fmin(1, (day + step / 2) / task->stores[i].days);
        done += rate * step / 365.25;
    }
    return day;
}

static void breakout_with_machines_in_storage_is_that_of_small_steps(void **state) {
    (void)state;
    for (uint64_t i = 0; i < 60; i++) {
        Stock stock = random_stock(i);
        BreakoutTask task = task_of(&stock, 3000 * draw(13, i));
        Store stores[2] = {{20000 * draw(14, i), 1 + 400 * draw(15, i)}, {5000 * draw(16, i), 1 + 100 * draw(17, i)}};
        task.stores = stores;
        task.store_count = 2;
        Breakout result = break_out(&task);
        assert_near(result.days, stepped_days(&task, result.work), 0.05);
        task.store_count = 0;
        assert_near(break_out(&task).work, result.work, 1e-9 * (1 + result.work)); /* the same work, done sooner */
        assert_true(break_out(&task).days >= result.days);
    }
}

/* Until the oxide is gas again natural uranium is enriched by what runs by then; the rest of the work comes after. */
static void converted_stock_and_stored_machines_are_waited_for_together(void **state) {
    (void)state;
    Stock oxide = {0}, gas = stock_of(1, (const double[][2]){{440.9, 0.60}});
    stock_add(&oxide, 440.9, 0.60, 60);
    Store store = {3000, 120};
    BreakoutTask task = task_of(&oxide, 500), ready = task_of(&gas, 500);
    task.stores = &store;
    task.store_count = 1;
    double work = break_out(&ready).work, before = (500 * 60 + 3000 * 60.0 * 60 / 240) / 365.25,
           rest = work * (1 - before / 5359.378263983952), year = 365.25, days = break_out(&task).days,
           late = days - 60;
    assert_true(days > 60 && days < 120);
    assert_near(((500 + 3000 * 0.5) * late + 3000 * late * late / 240) / year, rest, 1e-6 * rest);
}

/* Institute for Science and International Security (Albright and others), Iranian Breakout Timelines Under JCPOA-Type
 * Limits, May 2025, all for 25 kg of uranium from 202.8 kg at 3.67 % and 5,000 SWU a year: over 12 months where IR-1
 * alone come back from storage, about 8 where six cascades of IR-2m do too, at two cascades a month of each kind;
 * 4.5 months at the six cascades a month of today, two at Fordow and four at Natanz. Separative work alone takes less
 * than cascades do, by the same part each time. 174 machines a cascade; SWU a year: IR-1 0.98 (5,000 / 5,060), IR-2m 4,
 * IR-6 5.5; in storage 15,420 - 5,060 IR-1 (FDD, July 2016), later 13,555 advanced machines, ten cascades of them IR-6
 * at Fordow. */
static void reinstalling_machines_shortens_breakout_as_published(void **state) {
    (void)state;
    Stock stock = stock_of(1, (const double[][2]){{202.8, 0.0367}});
    BreakoutTask task = task_of(&stock, 5000);
    task.quantity = 22.5;
    const double month = 365.25 / 12, first = 10360, later = 13555, fordow = 10 * 174, natanz = later - fordow;
    const Store old[] = {{first * 0.98, first / 174 / 2 * month}, {6 * 174 * 4, 3 * month}},
                now[] = {{fordow * 5.5, fordow / 174 / 2 * month}, {natanz * 4, natanz / 174 / 4 * month}};
    task.stores = old;
    task.store_count = 1;
    double alone = break_out(&task).days / month;
    task.store_count = 2;
    double both = break_out(&task).days / month;
    task.stores = now;
    double today = break_out(&task).days / month;
    assert_near(alone, 7.43, 0.01); /* by small steps of time, outside this program */
    assert_near(both, 5.24, 0.01);
    assert_near(today, 3.51, 0.01);
    assert_near(both / alone, 8.0 / 12, 0.06);
    assert_near(today / both, 4.5 / 8, 0.12);
}

/* ---- Detection ---- */

static void timely_detection_and_the_interval_it_needs_are_inverse(void **state) {
    (void)state;
    assert_near(detection_timely(30, 30), 1 - exp(-1), 1e-15);
    assert_near(detection_timely(INFINITY, 30), 1, 0);
    assert_near(detection_timely(0, 30), 0, 0);
    for (double beta = 0.05; beta < 1; beta += 0.05)
        assert_near(detection_timely(48, detection_interval(48, beta)), beta, 1e-12);
    assert_true(isinf(detection_interval(48, 0)) && detection_interval(48, 1) == 0);
}

/* Avenhaus and Canty (1996), attribute sampling: N = 100 items, r = 5 falsified, goal 0.9: the usual n = N (1 -
 * beta^(1/r)), 37, detects with 0.907 by the exact hypergeometric. */
static void attribute_sampling_detects_as_the_hypergeometric_says(void **state) {
    (void)state;
    int formula = (int)ceil(100 * (1 - pow(0.1, 1.0 / 5)));
    assert_int_equal(formula, 37);
    double exact = 1; /* C(95, 37) / C(100, 37) = product of (63 - k) / (100 - k), k < 5 */
    for (int k = 0; k < 5; k++) exact *= (63.0 - k) / (100.0 - k);
    assert_near(sampling_detection(100, 5, 37), 1 - exact, 1e-12);
    assert_true(sampling_detection(100, 5, 37) >= 0.9);
    int least = sampling_least(100, 5, 0.9);
    assert_true(least <= formula && sampling_detection(100, 5, least) >= 0.9 &&
                sampling_detection(100, 5, least - 1) < 0.9);
    assert_near(sampling_detection(10, 3, 8), 1, 0); /* more than are whole */
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(thinning_the_stock_of_june_2025_takes_tonnes_of_natural_uranium),
        cmocka_unit_test(no_uranium_and_no_isotope_is_lost_in_any_disposition),
        cmocka_unit_test(mixing_cannot_enrich_and_leaves_the_stock_as_it_was),
        cmocka_unit_test(without_a_stock_breakout_is_the_work_from_natural_uranium),
        cmocka_unit_test(weapon_material_at_hand_takes_no_time_and_no_work_none_at_all),
        cmocka_unit_test(what_is_fed_holds_what_is_made_and_what_is_left),
        cmocka_unit_test(no_order_of_drawing_is_quicker_than_the_highest_enrichment_first),
        cmocka_unit_test(the_table_of_published_estimates_states_these_numbers),
        cmocka_unit_test(breakout_in_february_2020_lies_in_the_published_range),
        cmocka_unit_test(breakout_under_the_limits_of_2015_is_somewhat_less_than_a_year),
        cmocka_unit_test(forty_kilograms_at_sixty_percent_take_about_the_published_twelve_days),
        cmocka_unit_test(the_published_time_from_natural_uranium_gives_that_from_low_enriched),
        cmocka_unit_test(the_best_tails_of_a_large_lot_use_it_up),
        cmocka_unit_test(no_other_tails_are_quicker_than_the_best),
        cmocka_unit_test(converted_stock_waits_before_it_can_be_fed),
        cmocka_unit_test(breakout_never_grows_with_stock_or_capacity),
        cmocka_unit_test(stored_machines_alone_do_the_work_under_a_rising_line),
        cmocka_unit_test(breakout_with_machines_in_storage_is_that_of_small_steps),
        cmocka_unit_test(converted_stock_and_stored_machines_are_waited_for_together),
        cmocka_unit_test(reinstalling_machines_shortens_breakout_as_published),
        cmocka_unit_test(timely_detection_and_the_interval_it_needs_are_inverse),
        cmocka_unit_test(attribute_sampling_detects_as_the_hypergeometric_says),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
