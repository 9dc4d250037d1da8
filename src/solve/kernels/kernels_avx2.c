/* SPDX-License-Identifier: GPL-3.0-or-later
 * The kernels on AVX2 with FMA: four lanes. */
#include "solve/kernels/lanes_avx2.h"

#define KERNELS kernels_avx2
#define KERNELS_NAME "avx2"
#include "solve/kernels/stage_body.h"
