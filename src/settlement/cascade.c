/* SPDX-License-Identifier: GPL-3.0-or-later
 * The flows of an ideal cascade, stage by stage (docs/method/safeguards.md (4)-(5); Cohen 1951, ch. 1; Benedict,
 * Pigford and Levi 1981, ch. 12). Invariant: at every stage feed = heads + tails, and the streams that meet there have
 * its feed's enrichment. */
#include "settlement/safeguards.h"

#include <math.h>

static double ratio_of(double assay) {
    return assay / (1 - assay);
}

static double assay_of(double ratio) {
    return ratio / (1 + ratio);
}

double cascade_stage_work(double separation) {
    return (separation - 1) / (separation + 1) * log(separation);
}

Physics cascade_stages(double from_assay, double to_assay, double separation, int *stages) {
    if (!(from_assay > 0 && from_assay < 1 && to_assay > 0 && to_assay < 1)) return PHYSICS_BAD_ASSAY;
    if (!(separation > 1)) return PHYSICS_BAD_SEPARATION;
    double steps = fabs(log(ratio_of(to_assay) / ratio_of(from_assay))) / log(separation);
    if (steps > CASCADE_STAGES_MAX) return PHYSICS_BAD_SEPARATION;
    *stages = (int)ceil(steps - 1e-9);
    return PHYSICS_OK;
}

/* Kilograms that come down into stage `k` from the one above it, by balance over everything above: heads up = tails
 * down + product. */
static double down_into(const Cascade *c, double ratio, double separation, bool is_top) {
    if (is_top) return 0;
    double heads = assay_of(ratio * separation), above_tails = assay_of(ratio);
    return c->product * (c->product_assay - heads) / (heads - above_tails);
}

/* Kilograms that go up into stage `k` from the one below it: tails down = heads up + waste. */
static double up_into(const Cascade *c, double ratio, double separation, bool is_bottom) {
    if (is_bottom) return 0;
    double tails = assay_of(ratio / separation), below_heads = assay_of(ratio);
    return c->tails * (tails - c->tails_assay) / (below_heads - tails);
}

/* An enriching stage is balanced from above, a stripping one from below; stage 0 is enriching. */
static void set_stage(const Cascade *c, double feed_assay, double separation, int enriching, int stripping,
                      CascadeStage *stage) {
    double ratio = ratio_of(feed_assay) * pow(separation, stage->stage);
    stage->feed_assay = assay_of(ratio);
    stage->heads_assay = assay_of(ratio * separation);
    stage->tails_assay = assay_of(ratio / separation);
    double spread = stage->heads_assay - stage->tails_assay;
    if (stage->stage >= 0) {
        stage->heads = c->product + down_into(c, ratio, separation, stage->stage == enriching - 1);
        stage->feed = stage->heads * spread / (stage->feed_assay - stage->tails_assay);
        stage->tails =
            stage->heads * (stage->heads_assay - stage->feed_assay) / (stage->feed_assay - stage->tails_assay);
    } else {
        stage->tails = c->tails + up_into(c, ratio, separation, stage->stage == -stripping);
        stage->feed = stage->tails * spread / (stage->heads_assay - stage->feed_assay);
        stage->heads =
            stage->tails * (stage->feed_assay - stage->tails_assay) / (stage->heads_assay - stage->feed_assay);
    }
}

Physics cascade_ideal(double product, double feed_assay, double separation, int enriching, int stripping,
                      CascadeStage *stages, Cascade *result) {
    if (!(feed_assay > 0 && feed_assay < 1)) return PHYSICS_BAD_ASSAY;
    if (!(separation > 1) || enriching < 1 || stripping < 0 || enriching + stripping > CASCADE_STAGES_MAX)
        return PHYSICS_BAD_SEPARATION;
    double ratio = ratio_of(feed_assay);
    Cascade c = {.count = enriching + stripping,
                 .product_assay = assay_of(ratio * pow(separation, enriching)),
                 .tails_assay = assay_of(ratio * pow(separation, -stripping - 1))};
    Enrichment balance;
    Physics physics = swu_balance(product, c.product_assay, feed_assay, c.tails_assay, &balance);
    if (physics != PHYSICS_OK) return physics;
    c.product = product;
    c.feed = balance.feed;
    c.tails = balance.tails;
    c.work = balance.work;
    for (int i = 0; i < c.count; i++) {
        stages[i].stage = i - stripping;
        set_stage(&c, feed_assay, separation, enriching, stripping, &stages[i]);
        c.flow += stages[i].feed;
    }
    *result = c;
    return PHYSICS_OK;
}
