/* SPDX-License-Identifier: GPL-3.0-or-later
 * The kernels in plain C: one lane, the C library's exponential, no fused multiply-add. What the other variants are
 * held to. */
#include <math.h>

#define OWN_EXPONENTIAL
enum { WIDTH = 1 };
typedef double Vec __attribute__((vector_size(8)));
typedef long long VecBits __attribute__((vector_size(8)));

static inline Vec vec_fma(Vec a, Vec b, Vec c) {
    return a * b + c;
}

static inline Vec vec_load(const double *p) {
    return (Vec){*p};
}

static inline void vec_store(double *p, Vec a) {
    *p = a[0];
}

/* Whole part of y, kept within 0 and `most` (also where y is no number); returned as a number and written as an
 * integer. */
static inline Vec vec_cell(Vec y, int most, int *cell) {
    *cell = y[0] > 0 ? (y[0] < most ? (int)y[0] : most) : 0;
    return (Vec){*cell};
}

/* A row of four numbers in four registers. */
static inline void vec_load_rows(const double *base, const int *offset, Vec rows[4]) {
    for (int r = 0; r < 4; r++) rows[r][0] = base[offset[0] + r];
}

static inline void vec_same_rows(const double *row, Vec rows[4]) {
    for (int r = 0; r < 4; r++) rows[r][0] = row[r];
}

/* A row that repeats one number. */
static inline void vec_spread(Vec a, Vec rows[4]) {
    for (int r = 0; r < 4; r++) rows[r] = a;
}

/* With one lane a row is its columns. */
static inline void vec_transpose(const Vec rows[4], Vec columns[4]) {
    for (int r = 0; r < 4; r++) columns[r] = rows[r];
}

/* base[offset[0] + c] = in[c], c < count <= 4 */
static inline void vec_put_rows(double *base, const int *offset, const Vec in[4], int count) {
    for (int c = 0; c < count; c++) base[offset[0] + c] = in[c][0];
}

static inline Vec vec_exp(Vec x) {
    return (Vec){exp(x[0])};
}

#define KERNELS kernels_scalar
#define KERNELS_NAME "scalar"
#include "solve/kernels/stage_body.h"

/* ---- One point by itself ---- */

struct KernelProbe {
    KernelStage stage; /* its payoffs in log-odds */
    Shape shape;
    Lanes lanes;
};

size_t kernel_probe_size(void) {
    return sizeof(KernelProbe);
}

void kernel_probe_set(KernelProbe *probe, const KernelStage *stage) {
    scale_payoffs(stage, &probe->stage);
    int shape = known_shape(stage); /* its functions serve it best */
    probe->shape = shape < KNOWN_COUNT ? *known[shape].shape : shape_of(stage);
    probe->lanes.shape = &probe->shape;
    prepare(&probe->stage, &probe->lanes);
}

void kernel_probe_place(KernelProbe *probe, int point) {
    const KernelBatch batch = {.start = KERNEL_WALK, .count = 1, .points = &point};
    load(&probe->stage, &probe->shape, &batch, 0, &probe->lanes);
}

bool kernel_probe_respond(KernelProbe *probe, const double *odds, double *gain, double *slope) {
    const Shape *shape = &probe->shape;
    Lanes *lanes = &probe->lanes;
    int n = shape->unknowns;
    lanes->doubt = (VecBits){0};
    for (int u = 0; u < n; u++) lanes->z[u] = vec_set(odds[u]);
    doubt_far_odds(shape, lanes);
    shape->respond(&probe->stage, lanes, slope != NULL);
    if (lanes->doubt[0]) return false;
    for (int u = 0; u < n; u++) gain[u] = lanes->gain[u][0];
    if (!slope) return true;
    lanes->scale = vec_set(-1);
    shape->fill(&probe->stage, lanes);
    for (int i = 0; i < n * n; i++) slope[i] = lanes->matrix[i][0];
    return true;
}
