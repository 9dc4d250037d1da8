/* SPDX-License-Identifier: GPL-3.0-or-later
 * A phase of two movers solved directly where it has one solution only (docs/method/settlement.md, "Two movers"). With
 * p the other's probability of complying, z_k = gain_k(0) p + gain_k(1) (1 - p), so by z_0 alone
 *
 *     f(z) = G_0(logistic(G_1(logistic(z)))) - z = 0,    f' <= max(0, d_0 d_1) / 16 - 1
 *
 * where d_k = gain_k(0) - gain_k(1). Newton's steps are taken until f is within the tolerance, by itself or because
 * what is left after a step h can be no more: |f''| / 2 <= |d_0 d_1| (|d_1| / 4 + 1) / 80, since |logistic''| < 1/10,
 * and the other's log-odds, taken to first order, are off by at most |d_1| h^2 / 20.
 *
 * Invariant: where the bound is below 0, f falls everywhere, at every share of the rationalities: one solution, on a
 * branch that never turns. */
#include "settlement/settle.h"

#include <math.h>

static const double most_product = 0.99; /* d_0 d_1 / 16 */
static const double tolerance = 1e-13;   /* base/branch.c's, times 1 + |z| */
enum { LIMIT = 60 };

static double logistic(double z) {
    double e = exp(-fabs(z));
    return (z >= 0 ? 1 : e) / (1 + e);
}

bool settle_pair(double gain[2][2], double odds[2]) {
    double steep[2] = {gain[0][0] - gain[0][1], gain[1][0] - gain[1][1]};
    double low = fmin(gain[0][0], gain[0][1]), high = fmax(gain[0][0], gain[0][1]), z = 0.5 * (low + high);
    double bend = (fabs(steep[0]) * (fabs(steep[1]) / 4 + 1) / 80 + 1.0 / 20) * fabs(steep[1]);
    if (!(steep[0] * steep[1] / 16 <= most_product)) return false;
    for (int i = 0; i < LIMIT; i++) {
        double own = logistic(z), answer = gain[1][1] + steep[1] * own, other = logistic(answer);
        double defect = gain[0][1] + steep[0] * other - z;
        odds[0] = z;
        odds[1] = answer;
        if (fabs(defect) <= tolerance * (1 + fabs(z))) return true;
        if (defect > 0)
            low = z;
        else
            high = z;
        double follows = steep[1] * own * (1 - own);
        double step = defect / (1 - steep[0] * other * (1 - other) * follows);
        z += step;
        if (!(z > low && z < high)) {
            z = 0.5 * (low + high);
        } else if (bend * step * step <= tolerance * (1 + fabs(z))) {
            odds[0] = z;
            odds[1] = answer + follows * step;
            return true;
        }
    }
    return false;
}
