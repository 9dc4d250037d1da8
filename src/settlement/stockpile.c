/* SPDX-License-Identifier: GPL-3.0-or-later
 * What can be done with a stockpile: thinned, turned into oxide, shipped out (docs/method/safeguards.md (6)).
 * Invariant: uranium and U-235 before, with what is blended in, are those after, with what has left. */
#include "settlement/safeguards.h"

#include <math.h>

double stock_mass(const Stock *stock) {
    double sum = 0;
    for (int i = 0; i < stock->count; i++) sum += stock->lots[i].mass;
    return sum;
}

double stock_isotope(const Stock *stock) {
    double sum = 0;
    for (int i = 0; i < stock->count; i++) sum += stock->lots[i].mass * stock->lots[i].assay;
    return sum;
}

double stock_work(const Stock *stock) {
    double sum = 0;
    for (int i = 0; i < stock->count; i++)
        if (stock->lots[i].mass > 0) sum += stock->lots[i].mass * swu_value(stock->lots[i].assay);
    return sum;
}

Physics stock_add(Stock *stock, double mass, double assay, double delay) {
    if (!(mass >= 0) || isinf(mass)) return PHYSICS_BAD_MASS;
    if (!(assay > 0 && assay < 1)) return PHYSICS_BAD_ASSAY;
    if (!(delay >= 0)) return PHYSICS_NO_CAPACITY;
    if (stock->count == STOCK_LOTS_MAX) return PHYSICS_TOO_MANY_LOTS;
    stock->lots[stock->count++] = (Lot){mass, assay, delay};
    return PHYSICS_OK;
}

Physics stock_dilution(double mass, double assay, double blend, double target, double *blendstock,
                       double *work_destroyed) {
    if (!(mass >= 0) || isinf(mass)) return PHYSICS_BAD_MASS;
    if (!(assay > 0 && assay < 1 && blend > 0 && blend < 1 && target > 0 && target < 1)) return PHYSICS_BAD_ASSAY;
    if (target <= blend || target > assay) return PHYSICS_BAD_BLEND;
    double added = mass * (assay - target) / (target - blend);
    *blendstock = added;
    *work_destroyed = mass * swu_value(assay) + added * swu_value(blend) - (mass + added) * swu_value(target);
    return PHYSICS_OK;
}

static Physics dilute_lot(Lot *lot, const Disposal *disposal, StockChange *change) {
    double added = 0, destroyed = 0;
    if (lot->assay <= disposal->target) return PHYSICS_OK;
    Physics physics = stock_dilution(lot->mass, lot->assay, disposal->blend, disposal->target, &added, &destroyed);
    if (physics != PHYSICS_OK) return physics;
    lot->mass += added;
    lot->assay = disposal->target;
    change->blendstock += added;
    change->work_destroyed += destroyed;
    return PHYSICS_OK;
}

static void convert_lot(Lot *lot, const Disposal *disposal, StockChange *change) {
    lot->delay = fmax(lot->delay, disposal->delay);
    change->converted += lot->mass;
}

static void export_lot(Lot *lot, StockChange *change) {
    change->exported += lot->mass;
    change->exported_isotope += lot->mass * lot->assay;
    lot->mass = 0;
}

Physics stock_dispose(Stock *stock, const Disposal *disposal, StockChange *change) {
    Stock after = *stock;
    StockChange moved = {0};
    Physics physics = disposal->above >= 0 && disposal->above <= 1 ? PHYSICS_OK : PHYSICS_BAD_ASSAY;
    if (physics == PHYSICS_OK && !(disposal->delay >= 0)) physics = PHYSICS_NO_CAPACITY;
    for (int i = 0; i < after.count && physics == PHYSICS_OK; i++) {
        Lot *lot = &after.lots[i];
        if (lot->assay <= disposal->above) continue;
        if (disposal->disposition == STOCK_DILUTED) physics = dilute_lot(lot, disposal, &moved);
        if (disposal->disposition == STOCK_CONVERTED) convert_lot(lot, disposal, &moved);
        if (disposal->disposition == STOCK_EXPORTED) export_lot(lot, &moved);
    }
    if (physics != PHYSICS_OK) return physics;
    *stock = after;
    *change = moved;
    return PHYSICS_OK;
}
