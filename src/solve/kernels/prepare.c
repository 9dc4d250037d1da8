/* SPDX-License-Identifier: GPL-3.0-or-later
 * What the kernels of every instruction set want to know of a stage, once for all its points. */
#include "solve/kernels/wide.h"

/* Whether the worth of a joint action to the types of the mover on an axis moves with the belief about them: that of an
 * end never does. */
static bool moves_own(const KernelStage *stage, const KernelJoint *joint, int axis) {
    if (stage->axis_mover[axis] < 0) return false;
    const KernelMover *mover = &stage->movers[stage->axis_mover[axis]];
    bool result = joint->kind == KERNEL_LOOKED_UP;
    for (int v = mover->column; v < mover->column + mover->types; v++)
        result = result || (joint->kind == KERNEL_BILINEAR && (joint->bend[axis][v] != 0 || joint->bend[2][v] != 0));
    return result;
}

static void scale_joint(const KernelStage *stage, KernelJoint *joint) {
    for (int k = 0; k < stage->mover_count; k++)
        for (int t = 0, v = stage->movers[k].column; t < stage->movers[k].types; t++, v++) {
            double rationality = stage->movers[k].rationality[t];
            joint->constant[v] *= rationality;
            joint->factor[v] *= rationality;
            for (int b = 0; b < 3 && joint->kind == KERNEL_BILINEAR; b++) joint->bend[b][v] *= rationality;
        }
}

/* Goes through the joint actions in order; slot[k] is that of mover k's action. */
void kernel_prepare(KernelStage *stage) {
    int slot[KERNEL_MOVERS];
    for (int k = 0; k < stage->mover_count; k++) slot[k] = stage->movers[k].first_slot;
    stage->moving_count = 0;
    for (int j = 0; j < stage->joint_count; j++) {
        KernelJoint *joint = &stage->joints[j];
        KernelMoving *moving = &stage->moving[stage->moving_count];
        scale_joint(stage, joint);
        moving->joint = j;
        for (int axis = 0; axis < KERNEL_AXES; axis++) {
            if (stage->axis_mover[axis] >= 0) moving->slot[axis] = slot[stage->axis_mover[axis]];
            stage->moves_own[axis][j] = moves_own(stage, joint, axis);
        }
        stage->moves[j] = joint->kind != KERNEL_CONSTANT;
        stage->moving_count += stage->moves[j];
        for (int k = stage->mover_count - 1; k >= 0; k--) {
            if (++slot[k] < stage->movers[k].first_slot + stage->movers[k].actions) break;
            slot[k] = stage->movers[k].first_slot;
        }
    }
}

void wide_prepare(const KernelStage *stage, WideAhead *ahead) {
    for (int k = 0; k < stage->mover_count; k++)
        for (int t = 0, v = stage->movers[k].column; t < stage->movers[k].types; t++, v++)
            for (int j = 0; j < stage->joint_count; j++) {
                ahead->joints[j].constant[v] *= stage->movers[k].rationality[t];
                ahead->joints[j].factor[v] *= stage->movers[k].rationality[t];
            }
}
