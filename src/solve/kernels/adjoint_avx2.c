/* SPDX-License-Identifier: GPL-3.0-or-later
 * The adjoint kernels on AVX2 with FMA: four lanes; the arithmetic is adjoint_body.h. */
#include "solve/kernels/lanes_avx2.h"

#define ADJOINT adjoint_avx2
#define ADJOINT_NAME "avx2"
#include "solve/kernels/adjoint_body.h"
