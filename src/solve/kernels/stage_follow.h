/* SPDX-License-Identifier: GPL-3.0-or-later
 * What the bodies of the kernels share: Newton in log-odds, from a guess or from s = 0 to the solution, and out to the
 * arrays. Included by stage_body.h and wide_body.h when they have said what their Shape and Lanes are and how many
 * VALUES a row has at most; each supplies the following. */

/* Beliefs of the movers at the points lanes->at, and what else differs between points. */
INLINE void load_beliefs(const KernelStage *stage, const Shape *shape, Lanes *lanes);
/* Values in all columns, from the last response. */
INLINE void fill_values(const KernelStage *stage, const Shape *shape, Lanes *lanes, Vec value[VALUES]);

INLINE void choose(const KernelStage *stage, const Shape *shape, Lanes *lanes, int k) {
    int actions = shape->actions[k];
    for (int t = 0; t < shape->types[k]; t++) {
        int unknown = shape->unknown[k] + t * (actions - 1);
        Vec *sigma = lanes->sigma + shape->choice[k] + t * actions, sum = vec_set(1);
        for (int a = 1; a < actions; a++, unknown++) {
            Vec *power = lanes->power + unknown;
            *power = lanes->is_short_step ? vec_grow(*power, lanes->step[unknown]) : vec_exp(lanes->z[unknown]);
            sigma[a] = stage->open[unknown] * *power;
            sum += sigma[a];
        }
        sigma[0] = 1 / sum;
        for (int a = 1; a < actions; a++) sigma[a] *= sigma[0];
    }
}

/* Payoffs of the actions of a mover against the first one's. */
INLINE void take_gains(const KernelStage *stage, const Shape *shape, Lanes *lanes, int k) {
    for (int t = 0; t < shape->types[k]; t++) {
        const Vec *payoff = lanes->payoff + shape->choice[k] + t * shape->actions[k];
        int unknown = shape->unknown[k] + t * (shape->actions[k] - 1);
        for (int a = 1; a < shape->actions[k]; a++, unknown++)
            lanes->gain[unknown] = stage->open[unknown] * (payoff[a] - payoff[0]);
    }
}

/* Product of the public probabilities of a joint action a[], leaving out movers i and j (-1: none). */
INLINE Vec chance_of(const Lanes *lanes, const Shape *shape, const int *a, int i, int j) {
    Vec product = vec_set(1);
    bool is_first = true;
    for (int k = 0; k < shape->movers; k++) {
        if (k == i || k == j) continue;
        Vec own = lanes->chance[shape->slot[k] + a[k]];
        product = is_first ? own : product * own;
        is_first = false;
    }
    return product;
}

/* ---- Newton ---- */

/* LU of I - s gain' without exchanges: near a fold of the branch this may fail, and then the lane does not converge.
 * The diagonal keeps reciprocals. Row after row, so that a row stays in registers until it is done. */
INLINE void factorise(const Shape *shape, Lanes *lanes) {
    int n = shape->unknowns;
    lanes->margin = vec_set(1);
#pragma GCC unroll 16
    for (int i = 0; i < n; i++) {
        Vec row[KERNEL_UNKNOWNS], *a = lanes->matrix + i * n;
#pragma GCC unroll 16
        for (int j = 0; j < n; j++) row[j] = a[j];
        row[i] += 1;
#pragma GCC unroll 16
        for (int k = 0; k < i; k++) {
            const Vec *above = lanes->matrix + k * n;
            row[k] *= above[k];
#pragma GCC unroll 16
            for (int j = k + 1; j < n; j++) row[j] = vec_fma(-row[k], above[j], row[j]);
        }
        lanes->margin *= row[i];
        row[i] = 1 / row[i];
#pragma GCC unroll 16
        for (int j = 0; j < n; j++) a[j] = row[j];
    }
}

INLINE bool has_closed_action(const KernelStage *stage) {
    bool result = false;
    for (int u = 0; u < stage->unknown_count; u++) result = result || stage->open[u] == 0;
    return result;
}

INLINE void close_rows(const KernelStage *stage, const Shape *shape, Lanes *lanes) {
    int n = shape->unknowns;
    for (int u = 0; lanes->has_closed && u < n; u++)
        for (int w = 0; w < n; w++) lanes->matrix[u * n + w] *= stage->open[u];
}

INLINE void refactor(const KernelStage *stage, const Shape *shape, Lanes *lanes) {
    shape->fill(stage, lanes);
    factorise(shape, lanes);
}

/* step, by the factors; forwards, then back, every unknown taken out of all those that wait for it. */
INLINE void solve_step(const Shape *shape, Lanes *lanes) {
    int n = shape->unknowns;
    const Vec *a = lanes->matrix;
    Vec x[KERNEL_UNKNOWNS];
#pragma GCC unroll 16
    for (int i = 0; i < n; i++) x[i] = lanes->step[i];
#pragma GCC unroll 16
    for (int k = 0; k < n; k++)
#pragma GCC unroll 16
        for (int i = k + 1; i < n; i++) x[i] = vec_fma(-a[i * n + k], x[k], x[i]);
#pragma GCC unroll 16
    for (int k = n - 1; k >= 0; k--) {
        x[k] *= a[k * n + k];
#pragma GCC unroll 16
        for (int i = 0; i < k; i++) x[i] = vec_fma(-a[i * n + k], x[k], x[i]);
    }
#pragma GCC unroll 16
    for (int i = 0; i < n; i++) lanes->step[i] = x[i];
}

/* step = base + s gain - z; returns its largest entry. */
INLINE Vec defect(const KernelStage *stage, const Shape *shape, Lanes *lanes) {
    Vec worst = vec_set(0);
    for (int u = 0; u < shape->unknowns; u++) {
        Vec d = vec_fma(lanes->scale, lanes->gain[u], stage->base[u] - lanes->z[u]);
        lanes->step[u] = d;
        worst = vec_worst(vec_abs(d), worst);
    }
    return worst;
}

INLINE void advance(const Shape *shape, Lanes *lanes) {
    Vec largest = vec_set(0);
    for (int u = 0; u < shape->unknowns; u++) {
        lanes->z[u] += lanes->step[u];
        largest = vec_worst(vec_abs(lanes->step[u]), largest);
    }
    lanes->is_short_step = !vec_any(~(largest <= 1.0 / KERNEL_SHORT));
}

/* Whether p and q are at most `limit` apart in log-odds, by a measure that grows slowly once both are far from even
 * odds: |p - q| / (1 + |q| / 6)^2 is about the distance of the z / (1 + |z| / 6) that the reference compares. */
INLINE VecBits is_near(const Shape *shape, const Vec *p, const Vec *q, double limit) {
    VecBits result = ~(VecBits){0};
    for (int u = 0; u < shape->unknowns; u++) {
        Vec size = vec_fma(vec_abs(q[u]), vec_set(1.0 / 6), vec_set(1));
        result &= vec_abs(p[u] - q[u]) <= limit * size * size;
    }
    return result;
}

/* ---- To the solution ---- */

static const double tight = 2e-11;      /* defect at the end */
static const double loose = 1e-3;       /* on the way */
static const double warm_drift = 0.25;  /* log-odds between guess and solution, in the measure of is_near() */
static const double walk_drift = 0.5;   /* the same for a step in s */
static const double least_margin = 0.1; /* det(I - s gain') */
static const double sure_margin = 0.25;
enum { CORRECTION_LIMIT = 8, WALK_LIMIT = 60 };

/* Newton from lanes->z at lanes->scale until every lane in `active` has reached its tolerance; a matrix is kept while
 * it serves. Returns the defect; the last response is at the final z. */
INLINE Vec correct(const KernelStage *stage, const Shape *shape, Lanes *lanes, VecBits active, Vec tolerance) {
    Vec before = vec_set(0), size;
    bool is_stale = true;
    for (int count = 0;; count++) {
        shape->respond(stage, lanes, is_stale);
        lanes->is_short_step = false;
        size = defect(stage, shape, lanes);
        VecBits open = active & ~(size <= tolerance);
        if (count > 0 && !vec_any(open)) return size;
        if (count == CORRECTION_LIMIT) return size;
        if (!is_stale && vec_any(open & (size > 0.3 * before))) {
            shape->respond(stage, lanes, true); /* the slopes, this time */
            is_stale = true;
        }
        if (is_stale) shape->refactor(stage, lanes);
        is_stale = vec_any(open & (size > (count == 0 ? vec_set(1e-2) : 0.02 * before)));
        solve_step(shape, lanes);
        advance(shape, lanes);
        before = size;
    }
}

/* From the guess in lanes->z at s = 1. */
INLINE Vec start_warm(const KernelStage *stage, const Shape *shape, Lanes *lanes) {
    Vec guess[KERNEL_UNKNOWNS];
    memcpy(guess, lanes->z, sizeof *guess * (size_t)shape->unknowns);
    lanes->scale = vec_set(1);
    Vec size = correct(stage, shape, lanes, ~(VecBits){0}, vec_set(tight));
    lanes->doubt |= ~(size <= tight) | ~is_near(shape, guess, lanes->z, warm_drift) | ~(lanes->margin >= least_margin);
    return size;
}

typedef struct Walk {
    Vec scale, before, stride; /* where z is, where it was, and how far to go next */
    Vec z[KERNEL_UNKNOWNS], last[KERNEL_UNKNOWNS], first_gain[KERNEL_UNKNOWNS], heading[KERNEL_UNKNOWNS];
    Vec margin, size; /* size: of the last step's defect */
    bool is_over;     /* the last step took every lane to s = 1: the last response is at z */
} Walk;

/* Where the branch should be at `scale`: along the line through the last two points; from s = 0 along gain(base). */
INLINE void predict(const KernelStage *stage, const Shape *shape, Walk *walk, Vec scale) {
    VecBits is_first = walk->scale == 0;
    Vec ratio = (scale - walk->scale) / vec_pick(is_first, vec_set(1), walk->scale - walk->before);
    for (int u = 0; u < shape->unknowns; u++) {
        Vec along = vec_fma(ratio, walk->z[u] - walk->last[u], walk->z[u]);
        walk->heading[u] = vec_pick(is_first, vec_fma(scale, walk->first_gain[u], vec_set(stage->base[u])), along);
    }
}

/* One step of every lane that still walks; returns those. */
INLINE VecBits step_walk(const KernelStage *stage, const Shape *shape, Lanes *lanes, Walk *walk, VecBits active) {
    Vec scale = walk->scale + walk->stride;
    scale = vec_pick(scale > 1 - 0.1 * walk->stride, vec_set(1), scale);
    predict(stage, shape, walk, scale);
    memcpy(lanes->z, walk->heading, sizeof *lanes->z * (size_t)shape->unknowns);
    lanes->scale = scale;
    Vec tolerance = vec_pick(scale == 1, vec_set(tight), vec_set(loose));
    Vec size = walk->size = correct(stage, shape, lanes, active, tolerance);
    VecBits is_good = (size <= tolerance) & is_near(shape, lanes->z, walk->heading, walk_drift) &
                      (lanes->margin >= least_margin) & active;
    for (int u = 0; u < shape->unknowns; u++) {
        walk->last[u] = vec_pick(is_good, walk->z[u], walk->last[u]);
        walk->z[u] = vec_pick(is_good, lanes->z[u], walk->z[u]);
    }
    walk->before = vec_pick(is_good, walk->scale, walk->before);
    walk->margin = vec_pick(is_good, vec_least(walk->margin, lanes->margin), walk->margin);
    Vec shorter = 0.5 * (scale - walk->scale),
        longer = vec_pick(is_near(shape, lanes->z, walk->heading, 0.4 * walk_drift), 2 * walk->stride, walk->stride);
    walk->scale = vec_pick(is_good, scale, walk->scale);
    walk->stride = vec_pick(is_good, longer, shorter);
    walk->is_over = !vec_any(~(is_good & (scale == 1)));
    lanes->doubt |= active & (walk->stride < 1.0 / 64);
    return active & (walk->scale < 1) & ~lanes->doubt;
}

INLINE Vec start_at_zero(const KernelStage *stage, const Shape *shape, Lanes *lanes) {
    Walk walk; /* its arrays have room for the largest stage: no zeros are written there */
    walk.scale = walk.before = vec_set(0);
    walk.stride = vec_set(0.5);
    walk.margin = vec_set(1);
    for (int u = 0; u < shape->unknowns; u++) walk.z[u] = walk.last[u] = lanes->z[u] = vec_set(stage->base[u]);
    shape->respond(stage, lanes, false);
    memcpy(walk.first_gain, lanes->gain, sizeof *lanes->gain * (size_t)shape->unknowns);
    VecBits active = ~(VecBits){0};
    walk.is_over = false;
    for (int count = 0; count < WALK_LIMIT && vec_any(active); count++)
        active = step_walk(stage, shape, lanes, &walk, active);
    lanes->doubt |= active;
    lanes->margin = walk.margin;
    if (walk.is_over) return walk.size;
    memcpy(lanes->z, walk.z, sizeof *walk.z * (size_t)shape->unknowns);
    lanes->scale = vec_set(1);
    shape->respond(stage, lanes, false);
    return defect(stage, shape, lanes);
}

/* ---- Values, and the way out ---- */

INLINE bool is_movers_column(const KernelStage *stage, const Shape *shape, int column) {
    bool is_movers = false;
    for (int k = 0; k < shape->movers; k++)
        is_movers =
            is_movers || (column >= stage->movers[k].column && column < stage->movers[k].column + shape->types[k]);
    return is_movers;
}

/* A type knows its own choice probabilities. */
INLINE void fill_own_values(const KernelStage *stage, const Shape *shape, const Lanes *lanes, Vec *value) {
    for (int k = 0; k < shape->movers; k++)
        for (int t = 0; t < shape->types[k]; t++) {
            int row = shape->choice[k] + t * shape->actions[k];
            Vec own = vec_set(0);
            for (int a = 0; a < shape->actions[k]; a++)
                own = vec_fma(lanes->sigma[row + a], lanes->payoff[row + a], own);
            value[stage->movers[k].column + t] = own * (1 / stage->movers[k].rationality[t]);
        }
}

INLINE void put_rows(double *rows, int width, int count, const int *at, const Vec *columns) {
    int offset[WIDTH];
    for (int lane = 0; lane < WIDTH; lane++) offset[lane] = at[lane] * width;
    for (int c = 0; c < count; c += 4) vec_put_rows(rows + c, offset, columns + c, count - c < 4 ? count - c : 4);
}

/* Lanes beyond the end of the batch repeat its last point. */
INLINE void load(const KernelStage *stage, const Shape *shape, const KernelBatch *batch, int first, Lanes *lanes) {
    int offset[WIDTH];
    for (int lane = 0; lane < WIDTH; lane++) {
        int point = batch->points[first + lane < batch->count ? first + lane : batch->count - 1];
        lanes->at[lane] = point;
        lanes->elsewhere[lane] = stage->elsewhere ? stage->elsewhere[point] * stage->value_count : 0;
        offset[lane] = point * batch->odds_width;
    }
    load_beliefs(stage, shape, lanes);
    if (batch->start == KERNEL_WARM)
        for (int u = 0; u < shape->unknowns; u += 4) vec_take_rows(batch->odds + u, offset, lanes->z + u);
    lanes->doubt = (VecBits){0};
    lanes->is_short_step = false;
}

/* Odds beyond this arithmetic, or none, raise a doubt. */
INLINE void doubt_far_odds(const Shape *shape, Lanes *lanes) {
    for (int u = 0; u < shape->unknowns; u++) lanes->doubt |= ~(vec_abs(lanes->z[u]) <= 600);
}

/* Probabilities of choices over that of their type's first. */
INLINE void put_choices(const Shape *shape, KernelBatch *batch, const Lanes *lanes) {
    Vec ratio[KERNEL_UNKNOWNS];
    for (int k = 0; k < shape->movers; k++)
        for (int t = 0; t < shape->types[k]; t++) {
            const Vec *sigma = lanes->sigma + shape->choice[k] + t * shape->actions[k];
            Vec *own = ratio + shape->unknown[k] + t * (shape->actions[k] - 1), over = 1 / sigma[0];
            for (int a = 1; a < shape->actions[k]; a++) own[a - 1] = sigma[a] * over;
        }
    for (int u = shape->unknowns; u % 4 != 0; u++) ratio[u] = vec_set(0); /* read by fours */
    put_rows(batch->sigma, shape->unknowns, shape->unknowns, lanes->at, ratio);
}

INLINE void settle(const KernelStage *stage, const Shape *shape, KernelBatch *batch, int first, Vec size,
                   Lanes *lanes) {
    Vec value[VALUES];
    fill_values(stage, shape, lanes, value);
    doubt_far_odds(shape, lanes);
    lanes->doubt |= ~(size <= tight);
    put_rows(batch->odds, batch->odds_width, shape->unknowns, lanes->at, lanes->z);
    put_choices(shape, batch, lanes);
    put_rows(batch->values, stage->value_count, stage->value_count, lanes->at, value);
    Vec worst = vec_set(0);
    for (int u = 0; u < shape->unknowns; u++) worst = vec_worst(vec_abs(lanes->step[u]), worst);
    for (int lane = 0; lane < WIDTH && first + lane < batch->count; lane++) {
        bool is_sure = lanes->margin[lane] >= sure_margin;
        batch->trust[first + lane] = lanes->doubt[lane] ? KERNEL_DOUBT : is_sure ? KERNEL_SURE : KERNEL_STEEP;
        if (!lanes->doubt[lane] && worst[lane] > batch->worst_defect) batch->worst_defect = worst[lane];
    }
}

INLINE void solve_batch(const KernelStage *stage, const Shape *shape, KernelBatch *batch, Lanes *lanes) {
    batch->worst_defect = 0;
    batch->responses = batch->slopes = 0;
    for (int first = 0; first < batch->count; first += WIDTH) {
        lanes->responses = lanes->slopes = 0;
        load(stage, shape, batch, first, lanes);
        Vec size = batch->start == KERNEL_WARM ? start_warm(stage, shape, lanes) : start_at_zero(stage, shape, lanes);
        settle(stage, shape, batch, first, size, lanes);
        int filled = batch->count - first < WIDTH ? batch->count - first : WIDTH;
        batch->responses += lanes->responses * filled;
        batch->slopes += lanes->slopes * filled;
    }
}

#define NOINLINE __attribute__((noinline)) static
/* respond(), fill_matrix() and refactor() of one shape. */
#define CALLS_OF(name, own_shape)                                                                                      \
    NOINLINE void respond_##name(const KernelStage *stage, Lanes *lanes, bool with_tilt) {                             \
        respond(stage, own_shape, lanes, with_tilt);                                                                   \
    }                                                                                                                  \
    NOINLINE void fill_##name(const KernelStage *stage, Lanes *lanes) {                                                \
        fill_matrix(stage, own_shape, lanes);                                                                          \
    }                                                                                                                  \
    NOINLINE void refactor_##name(const KernelStage *stage, Lanes *lanes) {                                            \
        refactor(stage, own_shape, lanes);                                                                             \
    }
