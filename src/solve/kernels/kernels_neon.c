/* SPDX-License-Identifier: GPL-3.0-or-later
 * The kernels on Arm's Advanced SIMD: two lanes. */
#include "solve/kernels/lanes_neon.h"

#define KERNELS kernels_neon
#define KERNELS_NAME "neon"
#include "solve/kernels/stage_body.h"
