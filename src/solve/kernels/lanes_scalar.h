/* SPDX-License-Identifier: GPL-3.0-or-later
 * Plain C: one lane, the C library's exponential, no fused multiply-add. */
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
static inline Vec vec_load_row(const double *base, const int *offset, int r) {
    return (Vec){base[offset[0] + r]};
}

static inline Vec vec_same_row(const double *row, int r) {
    return (Vec){row[r]};
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
