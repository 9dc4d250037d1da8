/* SPDX-License-Identifier: GPL-3.0-or-later
 * The kernels on AVX-512: eight lanes. */
#include "solve/kernels/lanes_avx512.h"

#define KERNELS kernels_avx512
#define KERNELS_NAME "avx512"
#include "solve/kernels/stage_body.h"
