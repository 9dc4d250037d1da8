/* SPDX-License-Identifier: GPL-3.0-or-later
 * The kernels in plain C. What the other variants are held to. */
#include "solve/kernels/kernels.h"

#include <string.h>

/* Term by term. One lane is no type for it: GCC keeps such sums in memory. */
static void sum_rows(const KernelSums *sums, int count, const int *list, int width, double *rows) {
    for (int i = 0; i < count; i++)
        for (int column = 0; column < width; column += KERNEL_BLOCK) {
            double sum[KERNEL_BLOCK] = {0};
            for (int term = sums->start[list[i]]; term < sums->start[list[i] + 1]; term++) {
                const double *row = rows + (size_t)sums->parents[term] * (size_t)width + column;
                for (int c = 0; c < KERNEL_BLOCK; c++) sum[c] += sums->weights[term] * row[c];
            }
            memcpy(rows + (size_t)list[i] * (size_t)width + column, sum, sizeof sum);
        }
}

#define OWN_SUMS
#include "solve/kernels/lanes_scalar.h"

#define KERNELS kernels_scalar
#define KERNELS_NAME "scalar"
#include "solve/kernels/stage_body.h"

/* ---- One point by itself ---- */

struct KernelProbe {
    KernelStage stage;
    Shape shape;
    Lanes lanes;
};

size_t kernel_probe_size(void) {
    return sizeof(KernelProbe);
}

void kernel_probe_set(KernelProbe *probe, const KernelStage *stage) {
    probe->stage = *stage;
    int shape = known_shape(stage); /* its functions serve it best */
    probe->shape = shape < KNOWN_COUNT ? *known[shape].shape : shape_of(stage);
    probe->lanes.shape = &probe->shape;
    prepare(&probe->stage, &probe->lanes);
}

void kernel_probe_place(KernelProbe *probe, int point) {
    const KernelBatch batch = {.start = KERNEL_WALK, .count = 1, .points = &point};
    load(&probe->stage, &probe->shape, &batch, 0, &probe->lanes);
}

bool kernel_probe_respond(KernelProbe *probe, const double *odds, double *gain, double *slope) {
    const Shape *shape = &probe->shape;
    Lanes *lanes = &probe->lanes;
    int n = shape->unknowns;
    lanes->doubt = (VecBits){0};
    for (int u = 0; u < n; u++) lanes->z[u] = vec_set(odds[u]);
    doubt_far_odds(shape, lanes);
    shape->respond(&probe->stage, lanes, slope != NULL);
    if (lanes->doubt[0]) return false;
    for (int u = 0; u < n; u++) gain[u] = lanes->gain[u][0];
    if (!slope) return true;
    lanes->scale = vec_set(-1);
    shape->fill(&probe->stage, lanes);
    for (int i = 0; i < n * n; i++) slope[i] = lanes->matrix[i][0];
    return true;
}
