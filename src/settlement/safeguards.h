/* SPDX-License-Identifier: GPL-3.0-or-later
 * The physics of safeguards (docs/method/safeguards.md): separative work, ideal cascades, stockpiles, breakout time,
 * timely detection. Plain functions of plain numbers, usable without a scenario.
 *
 * Units throughout: masses in kg of uranium (not UF6), enrichments as fractions of the uranium's mass that are U-235,
 * separative work in kg SWU, capacity in kg SWU per year, times in days. A year has 365.25 days.
 * Each call that can be asked for the impossible returns a Physics; results are written only on PHYSICS_OK. */
#ifndef SETTLEMENT_SAFEGUARDS_H
#define SETTLEMENT_SAFEGUARDS_H

#include "base/base.h"
#include "scenario/situation.h"

/* What physics forbids; physics_report says it in a sentence. */
typedef enum Physics {
    PHYSICS_OK,
    PHYSICS_BAD_ASSAY,       /* an enrichment below 0 or above 1 */
    PHYSICS_BAD_MASS,        /* a negative mass, or none where some is needed */
    PHYSICS_TAILS_TOO_HIGH,  /* tails not below the feed, or nothing at all */
    PHYSICS_PRODUCT_TOO_LOW, /* a product not above its feed, or pure U-235 */
    PHYSICS_NO_CAPACITY,     /* negative capacity or time */
    PHYSICS_BAD_BLEND,       /* a blend outside what is mixed */
    PHYSICS_BAD_SEPARATION,  /* a stage that does not separate, or too many stages */
    PHYSICS_TOO_MANY_LOTS
} Physics;

/* Adds the diagnostic of a Physics that is not OK; `what` names what was asked for. */
void physics_report(BrinkDiagnostics *diagnostics, Physics physics, BrinkSpan span, const char *what);

/* ---- Separative work ---- */

/* V(N) = (2N - 1) ln(N / (1 - N)), dimensionless; INFINITY at 0 and at 1. */
double swu_value(double assay);

typedef struct Enrichment {
    double product, feed, tails; /* kg U */
    double work;                 /* kg SWU */
} Enrichment;

/* What `product` kg at product_assay take: feed = product + tails, and the same for the isotope. */
Physics swu_balance(double product, double product_assay, double feed_assay, double tails_assay, Enrichment *result);
/* kg SWU per kg of product of taking an infinitesimal product from an endless feed: V(p) - V(f) - (p - f) V'(f). The
 * least that any plant needs. */
double swu_least_per_product(double product_assay, double feed_assay);

/* ---- Ideal cascade ---- */

enum { CASCADE_STAGES_MAX = 100000 };

/* A stage splits its feed so that heads and tails have `separation` times more and less of the abundance ratio
 * N / (1 - N); no unlike streams are mixed. Stage 0 takes the cascade's feed. */
typedef struct CascadeStage {
    int stage;                 /* -stripping .. enriching - 1 */
    double feed, heads, tails; /* kg U in the time in which `product` is made */
    double feed_assay, heads_assay, tails_assay;
} CascadeStage;

typedef struct Cascade {
    int count; /* enriching + stripping stages */
    double product_assay, tails_assay;
    double product, feed, tails; /* kg U */
    double flow;                 /* kg U: feeds of all stages together */
    double work;                 /* kg SWU */
} Cascade;

/* Writes stages[enriching + stripping], lowest first. What is made follows from the numbers of stages. */
Physics cascade_ideal(double product, double feed_assay, double separation, int enriching, int stripping,
                      CascadeStage *stages, Cascade *result);
/* The fewest whole enriching (stripping) stages that reach from one enrichment to the other. */
Physics cascade_stages(double from_assay, double to_assay, double separation, int *stages);
/* kg SWU per kg of stage feed: (s - 1) / (s + 1) ln s. */
double cascade_stage_work(double separation);

/* ---- Stockpile ---- */

enum { STOCK_LOTS_MAX = 32 };

typedef struct Lot {
    double mass, assay;
    double delay; /* days until it can be fed into a cascade (oxide has to be made gas again) */
} Lot;

typedef struct Stock {
    int count;
    Lot lots[STOCK_LOTS_MAX];
} Stock;

/* What a disposition moved; sums over lots. */
typedef struct StockChange {
    double blendstock;                 /* kg U added at the blend's enrichment */
    double exported, exported_isotope; /* kg U, kg U-235 that left */
    double converted;                  /* kg U */
    double work_destroyed;             /* kg SWU: value before less value after, blendstock counted */
} StockChange;

double stock_mass(const Stock *stock);
double stock_isotope(const Stock *stock);
/* kg SWU: sum of mass times V. */
double stock_work(const Stock *stock);
Physics stock_add(Stock *stock, double mass, double assay, double delay);

/* `mass` kg at `assay` thinned to `target` with uranium at `blend`. */
Physics stock_dilution(double mass, double assay, double blend, double target, double *blendstock,
                       double *work_destroyed);
/* Which lots a disposition is about, and what becomes of them. */
typedef struct Disposal {
    Disposition disposition;
    double above;  /* lots richer than this */
    double target; /* diluted: down to this */
    double blend;  /* diluted: enrichment of what is blended in */
    double delay;  /* converted: days before it can be fed again */
} Disposal;

/* Kept and monitored change nothing; an empty lot stays in its place. On anything but PHYSICS_OK the stock is as it
 * was. */
Physics stock_dispose(Stock *stock, const Disposal *disposal, StockChange *change);

/* ---- Breakout and detection ---- */

enum { STORES_MAX = 32 };

/* Machines in storage: from the first day of a breakout they are put up again, evenly, until all of them run. */
typedef struct Store {
    double capacity; /* kg SWU per year of all of them */
    double days;
} Store;

typedef struct BreakoutTask {
    const Stock *stock;
    double feed_assay;    /* of the feed that is there without end */
    double tails_assay;   /* kg of every lot go down to this, unless has_best_tails */
    bool has_best_tails;  /* the enriched lots go down to the common tails that take the least time; the endless feed
                             keeps tails_assay */
    double product_assay; /* weapon material */
    double quantity;      /* kg U-235 in it */
    double capacity;      /* kg SWU per year of what runs */
    const Store *stores;  /* [store_count] what comes back beside it */
    int store_count;
} BreakoutTask;

typedef struct Breakout {
    double days;                /* INFINITY: never */
    double work;                /* kg SWU done */
    double tails_assay;         /* of the enriched lots */
    double product;             /* kg U of weapon material made */
    double fed[STOCK_LOTS_MAX]; /* kg U taken from each lot, in the order of the stock */
    double fed_endless;         /* kg U of the endless feed */
} Breakout;

/* Least time to the quantity, highest enrichment first. */
Physics breakout_least(const BreakoutTask *task, Breakout *result);

/* beta = 1 - exp(-B / tau), with B the breakout time and tau the mean time to detect, both in days: detection times
 * that are exponential, because an inspector comes no sooner for the breach having begun. */
double detection_timely(double breakout_days, double detect_days);
/* The mean time to detect that gives this beta. */
double detection_interval(double breakout_days, double beta);

/* ---- Sampling and inspection games ---- */

/* Probability that a sample of n out of N items shows at least one of the r falsified ones: 1 - C(N - r, n) / C(N, n).
 */
double sampling_detection(int items, int falsified, int sample);
/* Smallest sample of which that probability is at least `wanted`. */
int sampling_least(int items, int falsified, double wanted);

#endif
