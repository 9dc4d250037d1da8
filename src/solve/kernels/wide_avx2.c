/* SPDX-License-Identifier: GPL-3.0-or-later
 * The kernels of wide stages on AVX2 with FMA: four lanes. */
#include "solve/kernels/lanes_avx2.h"

#define WIDE wide_avx2
#define WIDE_NAME "avx2"
#include "solve/kernels/wide_body.h"
