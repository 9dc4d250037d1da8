/* SPDX-License-Identifier: GPL-3.0-or-later
 * The adjoint kernels in plain C: one lane, no fused multiply-add; the arithmetic is adjoint_body.h. */
#include "solve/kernels/lanes_scalar.h"

#define ADJOINT adjoint_scalar
#define ADJOINT_NAME "scalar"
#include "solve/kernels/adjoint_body.h"
