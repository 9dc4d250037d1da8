/* SPDX-License-Identifier: GPL-3.0-or-later
 * Which kernels of wide stages go with those of narrow ones. */
#include "solve/kernels/wide.h"

#include <stddef.h>
#include <string.h>

extern const WideKernels wide_scalar;
#if defined __x86_64__
extern const WideKernels wide_avx2, wide_avx512;
#elif defined __aarch64__
extern const WideKernels wide_neon;
#endif

static const WideKernels *const all[] = {
    &wide_scalar,
#if defined __x86_64__
    &wide_avx2,
    &wide_avx512,
#elif defined __aarch64__
    &wide_neon,
#endif
};

const WideKernels *wide_select(const char *name) {
    for (size_t i = 0; i < sizeof all / sizeof *all; i++)
        if (strcmp(all[i]->name, name) == 0) return all[i];
    return &wide_scalar;
}
