/* SPDX-License-Identifier: GPL-3.0-or-later
 * The kernels of wide stages in plain C. What the other variants are held to. */
#include "solve/kernels/lanes_scalar.h"

#define WIDE wide_scalar
#define WIDE_NAME "scalar"
#include "solve/kernels/wide_body.h"
