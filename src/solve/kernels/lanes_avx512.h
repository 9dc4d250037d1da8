/* SPDX-License-Identifier: GPL-3.0-or-later
 * AVX-512 (F, DQ, VL): eight lanes. Holds what differs between instruction sets; the arithmetic is stage_body.h,
 * wide_body.h and adjoint_body.h. */
#include <immintrin.h>
#include <stdbool.h>

enum { WIDTH = 8 };
typedef double Vec __attribute__((vector_size(64)));
typedef long long VecBits __attribute__((vector_size(64)));

static inline Vec vec_fma(Vec a, Vec b, Vec c) {
    return (Vec)_mm512_fmadd_pd((__m512d)a, (__m512d)b, (__m512d)c);
}

static inline Vec vec_load(const double *p) {
    return (Vec)_mm512_loadu_pd(p);
}

static inline void vec_store(double *p, Vec a) {
    _mm512_storeu_pd(p, (__m512d)a);
}

/* Whole part of y, kept within 0 and `most` (also where y is no number); returned as numbers and written as integers.
 */
static inline Vec vec_cell(Vec y, int most, int *cell) {
    __m256i whole = _mm512_cvttpd_epi32((__m512d)y);
    whole = _mm256_max_epi32(_mm256_min_epi32(whole, _mm256_set1_epi32(most)), _mm256_setzero_si256());
    _mm256_storeu_si256((__m256i *)cell, whole);
    return (Vec)_mm512_cvtepi32_pd(whole);
}

#define OWN_ORDER /* as in vector.h */
static inline Vec vec_least(Vec a, Vec b) {
    return (Vec)_mm512_min_pd((__m512d)a, (__m512d)b);
}

static inline Vec vec_worst(Vec a, Vec b) {
    return (Vec)_mm512_max_pd((__m512d)b, (__m512d)a);
}

static inline bool vec_any(VecBits mask) {
    return _mm512_test_epi64_mask((__m512i)mask, (__m512i)mask) != 0;
}

static inline __m512d pair_load(const double *base, const int *offset, int lane) {
    return _mm512_insertf64x4(_mm512_castpd256_pd512(_mm256_loadu_pd(base + offset[lane])),
                              _mm256_loadu_pd(base + offset[lane + 4]), 1);
}

/* Exchanges rows and columns of the four 4 x 4 blocks: columns[c] lane l = rows[l % 4] at 4 (l / 4) + c, and back. */
static inline void transpose(const __m512d in[4], __m512d out[4]) {
    const __m512i even = _mm512_setr_epi64(0, 1, 8, 9, 4, 5, 12, 13);
    const __m512i odd = _mm512_setr_epi64(2, 3, 10, 11, 6, 7, 14, 15);
    __m512d a = _mm512_unpacklo_pd(in[0], in[1]), b = _mm512_unpackhi_pd(in[0], in[1]);
    __m512d c = _mm512_unpacklo_pd(in[2], in[3]), d = _mm512_unpackhi_pd(in[2], in[3]);
    out[0] = _mm512_permutex2var_pd(a, even, c);
    out[1] = _mm512_permutex2var_pd(b, even, d);
    out[2] = _mm512_permutex2var_pd(a, odd, c);
    out[3] = _mm512_permutex2var_pd(b, odd, d);
}

/* Rows of four numbers, one per lane, in four registers: register r holds those of lanes r and r + 4. */
static inline Vec vec_load_row(const double *base, const int *offset, int r) {
    return (Vec)pair_load(base, offset, r);
}

/* The same row for every lane. */
static inline Vec vec_same_row(const double *row, int r) {
    (void)r;
    return (Vec)_mm512_broadcast_f64x4(_mm256_loadu_pd(row));
}

/* Rows that repeat the lane's number. */
static inline void vec_spread(Vec a, Vec rows[4]) {
    for (int r = 0; r < 4; r++)
        rows[r] = (Vec)_mm512_permutexvar_pd(_mm512_setr_epi64(r, r, r, r, r + 4, r + 4, r + 4, r + 4), (__m512d)a);
}

/* columns[c] lane l = row l at c */
static inline void vec_transpose(const Vec rows[4], Vec columns[4]) {
    transpose((const __m512d *)rows, (__m512d *)columns);
}

/* base[offset[l] + c] = in[c] lane l, c < count <= 4 */
static inline void vec_put_rows(double *base, const int *offset, const Vec in[4], int count) {
    __m512d rows[4];
    const __mmask8 mask = (__mmask8)((1 << count) - 1);
    transpose((const __m512d *)in, rows);
    for (int lane = 0; lane < 4; lane++) {
        _mm256_mask_storeu_pd(base + offset[lane], mask, _mm512_castpd512_pd256(rows[lane]));
        _mm256_mask_storeu_pd(base + offset[lane + 4], mask, _mm512_extractf64x4_pd(rows[lane], 1));
    }
}
