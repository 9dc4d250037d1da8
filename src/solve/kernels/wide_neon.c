/* SPDX-License-Identifier: GPL-3.0-or-later
 * The kernels of wide stages on Arm's Advanced SIMD: two lanes. */
#include "solve/kernels/lanes_neon.h"

#define WIDE wide_neon
#define WIDE_NAME "neon"
#include "solve/kernels/wide_body.h"
