/* SPDX-License-Identifier: GPL-3.0-or-later
 * Which adjoint kernels go with those of the solver. */
#include "solve/kernels/adjoint.h"

#include <stddef.h>
#include <string.h>

extern const AdjointKernels adjoint_scalar;
#if defined __x86_64__
extern const AdjointKernels adjoint_avx2, adjoint_avx512;
#elif defined __aarch64__
extern const AdjointKernels adjoint_neon;
#endif

static const AdjointKernels *const all[] = {
    &adjoint_scalar,
#if defined __x86_64__
    &adjoint_avx2,
    &adjoint_avx512,
#elif defined __aarch64__
    &adjoint_neon,
#endif
};

static const AdjointKernels *find(const char *name) {
    for (size_t i = 0; i < sizeof all / sizeof *all; i++)
        if (strcmp(all[i]->name, name) == 0) return all[i];
    return &adjoint_scalar;
}

int adjoint_list(const AdjointKernels *list[4]) {
    const Kernels *solving[4];
    int count = kernels_list(solving);
    for (int i = 0; i < count; i++) list[i] = find(solving[i]->name);
    return count;
}

const AdjointKernels *adjoint_select(void) {
    return find(kernels_select()->name);
}
