/* SPDX-License-Identifier: GPL-3.0-or-later
 * The adjoint kernels on AVX-512: eight lanes; the arithmetic is adjoint_body.h. */
#include <immintrin.h>

enum { WIDTH = 8 };
typedef double Vec __attribute__((vector_size(64)));

static inline Vec vec_fma(Vec a, Vec b, Vec c) {
    return (Vec)_mm512_fmadd_pd((__m512d)a, (__m512d)b, (__m512d)c);
}

#define ADJOINT adjoint_avx512
#define ADJOINT_NAME "avx512"
#include "solve/kernels/adjoint_body.h"
