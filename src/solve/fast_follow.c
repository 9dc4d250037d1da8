/* SPDX-License-Identifier: GPL-3.0-or-later
 * Points that the kernels leave: their branch is followed as the reference follows it, and told by its word, but the
 * response is that of a kernel, which takes a tenth of the time. Where probabilities are too small for the kernel's
 * arithmetic, and to wide stages, the reference responds. */
#include "solve/fast.h"
#include "solve/stage.h"

#include <math.h>

typedef struct Follower {
    FastWorker *worker;
    int count, places[KERNEL_UNKNOWNS]; /* of the reference's unknowns among the kernel's: the open ones */
} Follower;

static void respond(void *payload, const double *z, double *gain, double *slope) {
    const Follower *follower = payload;
    const FastWorker *worker = follower->worker;
    int count = follower->count, all = worker->stage.unknown_count;
    double odds[KERNEL_UNKNOWNS] = {0}, all_gain[KERNEL_UNKNOWNS], all_slope[KERNEL_UNKNOWNS * KERNEL_UNKNOWNS];
    for (int u = 0; u < count; u++) odds[follower->places[u]] = z[u];
    if (!kernel_probe_respond(worker->probe, odds, all_gain, slope ? all_slope : NULL)) {
        stage_respond(worker->backward.stage, z, gain, slope);
        return;
    }
    for (int u = 0; u < count; u++) gain[u] = all_gain[follower->places[u]];
    for (int u = 0; slope && u < count; u++)
        for (int w = 0; w < count; w++)
            slope[u * count + w] = all_slope[follower->places[u] * all + follower->places[w]];
}

static void set_probe(FastWorker *worker, int position, int point) {
    bool is_narrow = worker->plan == FAST_NARROW;
    if (!worker->is_probed) {
        if (is_narrow) kernel_probe_set(worker->probe, &worker->stage);
        backward_set_position(&worker->backward, position);
        worker->is_probed = true;
    }
    if (is_narrow) kernel_probe_place(worker->probe, point);
}

void fast_follow_point(FastWorker *worker, int position, int point, double *odds) {
    Backward *backward = &worker->backward;
    const KernelStage *stage = &worker->stage;
    Follower follower = {.worker = worker};
    for (int u = 0; u < stage->unknown_count; u++) {
        odds[u] = 0;
        if (stage->open[u] > 0) follower.places[follower.count++] = u;
    }
    set_probe(worker, position, point);
    if (worker->plan == FAST_NARROW)
        backward_follow_point(backward, position, point, respond, &follower);
    else
        backward_follow_point(backward, position, point, stage_respond, backward->stage);
    backward->tally->residual = fmax(backward->tally->residual, stage_residual(backward->stage));
    for (int u = 0; u < follower.count; u++) odds[follower.places[u]] = backward->odds[u];
}
