/* SPDX-License-Identifier: GPL-3.0-or-later
 * The adjoint kernels on AVX-512: eight lanes; the arithmetic is adjoint_body.h. */
#include "solve/kernels/lanes_avx512.h"

#define ADJOINT adjoint_avx512
#define ADJOINT_NAME "avx512"
#include "solve/kernels/adjoint_body.h"
