/* SPDX-License-Identifier: GPL-3.0-or-later
 * The inside of a SolutionView. Private to the room. */
#ifndef SOLVE_VIEW_H
#define SOLVE_VIEW_H

#include "solve/backward.h"
#include "solve/stage.h"

struct SolutionView {
    const Solution *solution;
    Stage *stage;
    GridShare *shares;
    const Position *position;
    const double *probability; /* of the edges of a chance or public position */
    int point;                 /* -1: at a belief of its own */
    int stage_position;        /* position the stage is set to, -1 none */
    double *belief;            /* [type_total] of its own */
    double *odds, *public_odds;
    int *vertices, *order;
    double *weights;
};

/* Writes the vertices of the product cell that holds the view's own belief, and their weights, to view->shares; returns
 * their number. */
int view_locate(SolutionView *view);

#endif
