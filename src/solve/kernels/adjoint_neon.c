/* SPDX-License-Identifier: GPL-3.0-or-later
 * The adjoint kernels on NEON: two lanes; the arithmetic is adjoint_body.h. */
#include "solve/kernels/lanes_neon.h"

#define ADJOINT adjoint_neon
#define ADJOINT_NAME "neon"
#include "solve/kernels/adjoint_body.h"
