/* SPDX-License-Identifier: GPL-3.0-or-later
 * Arm's Advanced SIMD (NEON, AArch64): two lanes. Holds what differs between instruction sets; the arithmetic is
 * stage_body.h, wide_body.h and adjoint_body.h. */
#include <arm_neon.h>

enum { WIDTH = 2 };
typedef double Vec __attribute__((vector_size(16)));
typedef long long VecBits __attribute__((vector_size(16)));

static inline Vec vec_fma(Vec a, Vec b, Vec c) {
    return (Vec)vfmaq_f64((float64x2_t)c, (float64x2_t)a, (float64x2_t)b);
}

static inline Vec vec_load(const double *p) {
    return (Vec)vld1q_f64(p);
}

static inline void vec_store(double *p, Vec a) {
    vst1q_f64(p, (float64x2_t)a);
}

/* Whole part of y, kept within 0 and `most` (also where y is no number); returned as numbers and written as integers.
 */
static inline Vec vec_cell(Vec y, int most, int *cell) {
    int32x2_t whole = vqmovn_s64(vcvtq_s64_f64((float64x2_t)y));
    whole = vmax_s32(vmin_s32(whole, vdup_n_s32(most)), vdup_n_s32(0));
    vst1_s32(cell, whole);
    return (Vec)vcvtq_f64_s64(vmovl_s32(whole));
}

/* Rows of four numbers, one per lane, in four registers: two for each, lane 0 first. */
static inline Vec vec_load_row(const double *base, const int *offset, int r) {
    return vec_load(base + offset[r / 2] + 2 * (r % 2));
}

/* The same row for every lane. */
static inline Vec vec_same_row(const double *row, int r) {
    return vec_load(row + 2 * (r % 2));
}

/* Rows that repeat the lane's number. */
static inline void vec_spread(Vec a, Vec rows[4]) {
    for (int r = 0; r < 4; r++) rows[r] = (Vec)vdupq_n_f64(a[r / 2]);
}

/* columns[c] lane l = row l at c */
static inline void vec_transpose(const Vec rows[4], Vec columns[4]) {
    for (int half = 0; half < 2; half++) {
        columns[2 * half] = (Vec)vzip1q_f64((float64x2_t)rows[half], (float64x2_t)rows[half + 2]);
        columns[2 * half + 1] = (Vec)vzip2q_f64((float64x2_t)rows[half], (float64x2_t)rows[half + 2]);
    }
}

/* base[offset[l] + c] = in[c] lane l, c < count <= 4 */
static inline void vec_put_rows(double *base, const int *offset, const Vec in[4], int count) {
    for (int c = 0; c < count; c++)
        for (int lane = 0; lane < WIDTH; lane++) base[offset[lane] + c] = in[c][lane];
}
