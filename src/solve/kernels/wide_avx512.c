/* SPDX-License-Identifier: GPL-3.0-or-later
 * The kernels of wide stages on AVX-512: eight lanes. */
#include "solve/kernels/lanes_avx512.h"

#define WIDE wide_avx512
#define WIDE_NAME "avx512"
#include "solve/kernels/wide_body.h"
