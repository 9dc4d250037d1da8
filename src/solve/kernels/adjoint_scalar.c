/* SPDX-License-Identifier: GPL-3.0-or-later
 * The adjoint kernels in plain C: one lane, no fused multiply-add; the arithmetic is adjoint_body.h. */
enum { WIDTH = 1 };
typedef double Vec __attribute__((vector_size(8)));

static inline Vec vec_fma(Vec a, Vec b, Vec c) {
    return a * b + c;
}

#define ADJOINT adjoint_scalar
#define ADJOINT_NAME "scalar"
#include "solve/kernels/adjoint_body.h"
