/* SPDX-License-Identifier: GPL-3.0-or-later
 * The floor of an iteration: its exponentials, look-ups and multiply-adds, none of which waits for another's result
 * (docs/performance.md, "The ceiling"). Included by stage_body.h only. */

/* Longer than any multiply-add takes, so that none waits for the one before it in its chain. */
enum { CHAINS = 8 };

INLINE void multiply_add(int count, Vec by, Vec chains[CHAINS]) {
    for (; count > 0; count -= CHAINS)
        for (int c = 0; c < CHAINS; c++) chains[c] = vec_fma(chains[c], by, by);
}

/* What comes out of an exponential or of a look-up is taken up by one of the multiply-adds. */
static double work(const KernelWork *work, int times, const double *rows, const int *offsets, int offset_count) {
    Vec chains[CHAINS], by = vec_set(0x1p-4), all = vec_set(0);
    int left = work->multiply_adds - work->exponentials - 4 * work->rows, at = 0;
    for (int c = 0; c < CHAINS; c++) chains[c] = vec_set(c);
    for (int i = 0; i < times; i++) {
        for (int e = 0; e < work->exponentials; e++)
            chains[e % CHAINS] = vec_fma(vec_exp(vec_set(0.125 * e) - by), by, chains[e % CHAINS]);
        for (int r = 0; r < work->rows; r++) {
            Vec row[4];
            vec_take_rows(rows, offsets + at, row);
            for (int v = 0; v < 4; v++)
                chains[(r * 4 + v) % CHAINS] = vec_fma(row[v], by, chains[(r * 4 + v) % CHAINS]);
            at = at + 2 * WIDTH > offset_count ? 0 : at + WIDTH;
        }
        multiply_add(left, by, chains);
    }
    for (int c = 0; c < CHAINS; c++) all += chains[c];
    return vec_largest(all);
}
