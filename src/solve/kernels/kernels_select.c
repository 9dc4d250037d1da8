/* SPDX-License-Identifier: GPL-3.0-or-later
 * Which kernels to use on this machine. */
#include "solve/kernels/kernels.h"

#include <stdlib.h>
#include <string.h>

extern const Kernels kernels_scalar;
#if defined __x86_64__
extern const Kernels kernels_avx2, kernels_avx512;
#elif defined __aarch64__
extern const Kernels kernels_neon;
#endif

int kernels_list(const Kernels *list[4]) {
    int count = 0;
    list[count++] = &kernels_scalar;
#if defined __x86_64__
    if (__builtin_cpu_supports("avx2") && __builtin_cpu_supports("fma")) list[count++] = &kernels_avx2;
    if (__builtin_cpu_supports("avx512f") && __builtin_cpu_supports("avx512dq") && __builtin_cpu_supports("avx512vl"))
        list[count++] = &kernels_avx512;
#elif defined __aarch64__
    list[count++] = &kernels_neon;
#endif
    return count;
}

const Kernels *kernels_select(void) {
    const Kernels *list[4];
    int count = kernels_list(list);
    const char *wanted = getenv("BRINK_KERNELS");
    for (int i = 0; wanted && i < count; i++)
        if (strcmp(list[i]->name, wanted) == 0) return list[i];
    return list[count - 1];
}
