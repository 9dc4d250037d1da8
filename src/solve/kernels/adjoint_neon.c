/* SPDX-License-Identifier: GPL-3.0-or-later
 * The adjoint kernels on NEON: two lanes; the arithmetic is adjoint_body.h. */
#include <arm_neon.h>

enum { WIDTH = 2 };
typedef double Vec __attribute__((vector_size(16)));

static inline Vec vec_fma(Vec a, Vec b, Vec c) {
    return (Vec)vfmaq_f64((float64x2_t)c, (float64x2_t)a, (float64x2_t)b);
}

#define ADJOINT adjoint_neon
#define ADJOINT_NAME "neon"
#include "solve/kernels/adjoint_body.h"
