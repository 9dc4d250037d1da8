/* SPDX-License-Identifier: GPL-3.0-or-later
 * Separative work and the balances of one enrichment (docs/method/safeguards.md (1)-(3); Cohen 1951; Benedict, Pigford
 * and Levi 1981, ch. 12), and what physics forbids, in words. Invariant: mass and isotope that go in come out. */
#include "settlement/safeguards.h"

#include <math.h>

double swu_value(double assay) {
    if (assay <= 0 || assay >= 1) return INFINITY;
    return (2 * assay - 1) * log(assay / (1 - assay));
}

static Physics check_enrichment(double product, double product_assay, double feed_assay, double tails_assay) {
    bool are_assays = product_assay >= 0 && product_assay <= 1 && feed_assay >= 0 && feed_assay <= 1 &&
                      tails_assay >= 0 && tails_assay <= 1;
    if (!are_assays) return PHYSICS_BAD_ASSAY;
    if (!(product >= 0) || isinf(product)) return PHYSICS_BAD_MASS;
    if (tails_assay >= feed_assay || tails_assay == 0) return PHYSICS_TAILS_TOO_HIGH;
    return product_assay <= feed_assay || product_assay == 1 ? PHYSICS_PRODUCT_TOO_LOW : PHYSICS_OK;
}

Physics swu_balance(double product, double product_assay, double feed_assay, double tails_assay, Enrichment *result) {
    Physics physics = check_enrichment(product, product_assay, feed_assay, tails_assay);
    if (physics != PHYSICS_OK) return physics;
    double feed = product * (product_assay - tails_assay) / (feed_assay - tails_assay);
    double tails = product * (product_assay - feed_assay) / (feed_assay - tails_assay);
    result->product = product;
    result->feed = feed;
    result->tails = tails;
    result->work = product * swu_value(product_assay) + tails * swu_value(tails_assay) - feed * swu_value(feed_assay);
    return PHYSICS_OK;
}

double swu_least_per_product(double product_assay, double feed_assay) {
    double f = feed_assay, slope = 2 * log(f / (1 - f)) + (2 * f - 1) / (f * (1 - f)); /* V' */
    return swu_value(product_assay) - swu_value(f) - (product_assay - f) * slope;
}

static const struct {
    DiagnosticCode code;
    const char *why, *hint;
} reasons[] = {
    [PHYSICS_BAD_ASSAY] = {DIAGNOSTIC_bad_assay, "an enrichment is a share of the uranium and lies between 0 and 100 %",
                           "write it with its sign, as in 3.67 %"},
    [PHYSICS_BAD_MASS] = {DIAGNOSTIC_bad_mass, "a mass is finite and not negative", "give kilograms of uranium"},
    [PHYSICS_TAILS_TOO_HIGH] = {DIAGNOSTIC_tails_too_high,
                                "what is left over has less U-235 than what was fed in, and never none",
                                "give tails between 0 and the feed's enrichment"},
    [PHYSICS_PRODUCT_TOO_LOW] = {DIAGNOSTIC_product_too_low,
                                 "enriching makes more of the U-235 than the feed has, and never all",
                                 "give a product between the feed's enrichment and 100 %"},
    [PHYSICS_NO_CAPACITY] = {DIAGNOSTIC_no_capacity,
                             "separating takes separative work and time, neither less than none",
                             "give kg SWU per year, 0 or more"},
    [PHYSICS_BAD_BLEND] = {DIAGNOSTIC_bad_blend,
                           "mixing gives nothing thinner than its thinnest or richer than its richest part",
                           "give a target between the blendstock's enrichment and the stock's"},
    [PHYSICS_BAD_SEPARATION] =
        {DIAGNOSTIC_bad_separation,
         "a stage separates only with a factor above 1, and a cascade has between 1 and 100,000 of them",
         "a gas centrifuge's is between 1.1 and 1.3"},
    [PHYSICS_TOO_MANY_LOTS] = {DIAGNOSTIC_too_many_assays,
                               "a stockpile has at most 32 enrichments here, and 32 kinds of machines in storage",
                               "put neighbouring ones together"},
};

void physics_report(BrinkDiagnostics *diagnostics, Physics physics, BrinkSpan span, const char *what) {
    if (physics == PHYSICS_OK) return;
    diagnostics_add(diagnostics, reasons[physics].code, span, reasons[physics].hint, "%s: %s", what,
                    reasons[physics].why);
}
