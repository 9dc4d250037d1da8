/* SPDX-License-Identifier: GPL-3.0-or-later
 * The adjoint kernels on AVX2 with FMA: four lanes; the arithmetic is adjoint_body.h. */
#include <immintrin.h>

enum { WIDTH = 4 };
typedef double Vec __attribute__((vector_size(32)));

static inline Vec vec_fma(Vec a, Vec b, Vec c) {
    return (Vec)_mm256_fmadd_pd((__m256d)a, (__m256d)b, (__m256d)c);
}

#define ADJOINT adjoint_avx2
#define ADJOINT_NAME "avx2"
#include "solve/kernels/adjoint_body.h"
