/* SPDX-License-Identifier: GPL-3.0-or-later
 * AVX2 with FMA: four lanes. Holds what differs between instruction sets; the arithmetic is stage_body.h,
 * wide_body.h and adjoint_body.h. */
#include <immintrin.h>
#include <stdbool.h>

enum { WIDTH = 4 };
typedef double Vec __attribute__((vector_size(32)));
typedef long long VecBits __attribute__((vector_size(32)));

static inline Vec vec_fma(Vec a, Vec b, Vec c) {
    return (Vec)_mm256_fmadd_pd((__m256d)a, (__m256d)b, (__m256d)c);
}

static inline Vec vec_load(const double *p) {
    return (Vec)_mm256_loadu_pd(p);
}

static inline void vec_store(double *p, Vec a) {
    _mm256_storeu_pd(p, (__m256d)a);
}

/* Whole part of y, kept within 0 and `most` (also where y is no number); returned as numbers and written as integers.
 */
static inline Vec vec_cell(Vec y, int most, int *cell) {
    __m128i whole = _mm256_cvttpd_epi32((__m256d)y);
    whole = _mm_max_epi32(_mm_min_epi32(whole, _mm_set1_epi32(most)), _mm_setzero_si128());
    _mm_storeu_si128((__m128i *)cell, whole);
    return (Vec)_mm256_cvtepi32_pd(whole);
}

#define OWN_ORDER /* as in vector.h */
static inline Vec vec_least(Vec a, Vec b) {
    return (Vec)_mm256_min_pd((__m256d)a, (__m256d)b);
}

static inline Vec vec_worst(Vec a, Vec b) {
    return (Vec)_mm256_max_pd((__m256d)b, (__m256d)a);
}

static inline bool vec_any(VecBits mask) {
    return !_mm256_testz_si256((__m256i)mask, (__m256i)mask);
}

static inline void transpose(const __m256d in[4], __m256d out[4]) {
    __m256d a = _mm256_unpacklo_pd(in[0], in[1]), b = _mm256_unpackhi_pd(in[0], in[1]);
    __m256d c = _mm256_unpacklo_pd(in[2], in[3]), d = _mm256_unpackhi_pd(in[2], in[3]);
    out[0] = _mm256_permute2f128_pd(a, c, 0x20);
    out[1] = _mm256_permute2f128_pd(b, d, 0x20);
    out[2] = _mm256_permute2f128_pd(a, c, 0x31);
    out[3] = _mm256_permute2f128_pd(b, d, 0x31);
}

/* Rows of four numbers, one per lane, in four registers: one each. */
static inline Vec vec_load_row(const double *base, const int *offset, int r) {
    return (Vec)_mm256_loadu_pd(base + offset[r]);
}

/* The same row for every lane. */
static inline Vec vec_same_row(const double *row, int r) {
    (void)r;
    return (Vec)_mm256_loadu_pd(row);
}

/* Rows that repeat the lane's number. */
static inline void vec_spread(Vec a, Vec rows[4]) {
    for (int r = 0; r < 4; r++) rows[r] = a[r] - (Vec){0};
}

/* columns[c] lane l = row l at c */
static inline void vec_transpose(const Vec rows[4], Vec columns[4]) {
    transpose((const __m256d *)rows, (__m256d *)columns);
}

/* base[offset[l] + c] = in[c] lane l, c < count <= 4 */
static inline void vec_put_rows(double *base, const int *offset, const Vec in[4], int count) {
    __m256d rows[4];
    const __m256i mask = _mm256_cmpgt_epi64(_mm256_set1_epi64x(count), _mm256_setr_epi64x(0, 1, 2, 3));
    transpose((const __m256d *)in, rows);
    for (int lane = 0; lane < 4; lane++) _mm256_maskstore_pd(base + offset[lane], mask, rows[lane]);
}
