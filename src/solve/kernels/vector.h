/* SPDX-License-Identifier: GPL-3.0-or-later
 * What every instruction set computes alike on its Vec, in the compiler's vector arithmetic: included by the bodies of
 * the kernels only. */
#ifndef SOLVE_KERNELS_VECTOR_H
#define SOLVE_KERNELS_VECTOR_H

#define INLINE static inline __attribute__((always_inline))

INLINE Vec vec_set(double a) {
    return a - (Vec){0};
}

INLINE Vec vec_pick(VecBits mask, Vec yes, Vec no) {
    return (Vec)((mask & (VecBits)yes) | (~mask & (VecBits)no));
}

INLINE Vec vec_abs(Vec a) {
    return (Vec)((VecBits)a & 0x7fffffffffffffff);
}

#ifndef OWN_ORDER
/* The smaller one; a NaN in `b` stays. */
INLINE Vec vec_least(Vec a, Vec b) {
    return vec_pick(a < b, a, b);
}

/* The larger one; a NaN in `a` stays. */
INLINE Vec vec_worst(Vec a, Vec b) {
    return vec_pick(b > a, b, a);
}

INLINE bool vec_any(VecBits mask) {
    long long any = 0;
    for (int lane = 0; lane < WIDTH; lane++) any |= mask[lane];
    return any != 0;
}
#endif

INLINE double vec_largest(Vec a) {
    double most = a[0];
    for (int lane = 1; lane < WIDTH; lane++) most = a[lane] > most ? a[lane] : most;
    return most;
}

INLINE void vec_load_rows(const double *base, const int *offset, Vec rows[4]) {
    for (int r = 0; r < 4; r++) rows[r] = vec_load_row(base, offset, r);
}

/* out[c] lane l = base[offset[l] + c], c = 0..3 */
INLINE void vec_take_rows(const double *base, const int *offset, Vec out[4]) {
    Vec rows[4];
    vec_load_rows(base, offset, rows);
    vec_transpose(rows, out);
}

#ifndef OWN_EXPONENTIAL
/* 2^n exp(r), |r| <= log(2) / 2, exp(r) by its series to r^13 (remainder 5e-18). Arguments beyond 700 are taken for
 * 700. */
INLINE Vec vec_exp(Vec x) {
    const Vec shift = vec_set(0x1.8p52), most = vec_set(700);
    x = vec_least(most, vec_worst(x, -most));
    Vec shifted = vec_fma(x, vec_set(0x1.71547652b82fep0), shift), n = shifted - shift;
    Vec r = vec_fma(n, vec_set(-0x1.62e42fefa39efp-1), x);
    r = vec_fma(n, vec_set(-0x1.abc9e3b39803fp-56), r);
    Vec square = r * r;
    Vec even = vec_fma(square, vec_set(1.0 / 479001600), vec_set(1.0 / 3628800));
    Vec odd = vec_fma(square, vec_set(1.0 / 6227020800), vec_set(1.0 / 39916800));
    even = vec_fma(square, even, vec_set(1.0 / 40320));
    odd = vec_fma(square, odd, vec_set(1.0 / 362880));
    even = vec_fma(square, even, vec_set(1.0 / 720));
    odd = vec_fma(square, odd, vec_set(1.0 / 5040));
    even = vec_fma(square, even, vec_set(1.0 / 24));
    odd = vec_fma(square, odd, vec_set(1.0 / 120));
    even = vec_fma(square, even, vec_set(0.5));
    odd = vec_fma(square, odd, vec_set(1.0 / 6));
    Vec tail = vec_fma(r, odd, even);
    Vec e = vec_fma(square, tail, r) + 1;
    return (Vec)((VecBits)e + ((VecBits)shifted << 52));
}
#endif

/* e exp(d), |d| <= 1 / KERNEL_SHORT, exp(d) by its series to d^8 (remainder 4e-17). */
INLINE Vec vec_grow(Vec e, Vec d) {
    Vec square = d * d;
    Vec high = vec_fma(d, vec_set(1.0 / 5040), vec_set(1.0 / 720));
    Vec middle = vec_fma(d, vec_set(1.0 / 120), vec_set(1.0 / 24));
    Vec low = vec_fma(d, vec_set(1.0 / 6), vec_set(0.5));
    high = vec_fma(square, vec_set(1.0 / 40320), high);
    middle = vec_fma(square, high, middle);
    low = vec_fma(square, middle, low);
    return vec_fma(e, vec_fma(square, low, d), e);
}

#endif
