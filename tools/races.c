/* SPDX-License-Identifier: GPL-3.0-or-later
 * Two loops over one array, the second by other threads than the first; with -DRACE nothing holds it back until the
 * first is done. What tools/races expects to be told, and not to be told. */
#include <stdio.h>

enum { COUNT = 1000 };

int main(void) {
    static double numbers[COUNT];
    double sum = 0;
#pragma omp parallel num_threads(2)
    {
#ifdef RACE
#pragma omp for schedule(static) nowait
#else
#pragma omp for schedule(static)
#endif
        for (int i = 0; i < COUNT; i++) numbers[i] = i;
#pragma omp for schedule(static)
        for (int i = 0; i < COUNT; i++) numbers[COUNT - 1 - i] += 1;
    }
    for (int i = 0; i < COUNT; i++) sum += numbers[i];
    printf("%g\n", sum);
    return 0;
}
