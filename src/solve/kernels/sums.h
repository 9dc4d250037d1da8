/* SPDX-License-Identifier: GPL-3.0-or-later
 * Weighted sums of rows (KernelSums). Some columns at a time, whose terms are dealt out in turns to SHARES sums, so
 * that none waits long for the one before it; these are added up at the end. Included by stage_body.h only, where no
 * sum_rows() has been supplied. */

enum {
    SHARES = WIDTH < 8 ? 2 : 4,
    PIECE = 2 * KERNEL_BLOCK / WIDTH /* registers' worth of columns at a time, at most */
};

INLINE void add_term(int piece, double weight, const double *row, Vec sum[PIECE]) {
#pragma GCC unroll 16
    for (int v = 0; v < piece; v++) sum[v] = vec_fma(vec_set(weight), vec_load(row + v * WIDTH), sum[v]);
}

/* A piece of one row; `rows` begins with that piece of the first. */
INLINE void sum_piece(int piece, int count, const int *parents, const double *weights, size_t width, const double *rows,
                      double *to) {
    Vec sum[SHARES][PIECE];
    int i = 0;
#pragma GCC unroll 4
    for (int s = 0; s < SHARES; s++)
#pragma GCC unroll 16
        for (int v = 0; v < piece; v++) sum[s][v] = vec_set(0);
    for (; i + SHARES <= count; i += SHARES)
#pragma GCC unroll 4
        for (int s = 0; s < SHARES; s++) add_term(piece, weights[i + s], rows + (size_t)parents[i + s] * width, sum[s]);
    for (; i < count; i++) add_term(piece, weights[i], rows + (size_t)parents[i] * width, sum[0]);
#pragma GCC unroll 16
    for (int v = 0; v < piece; v++) {
        Vec all = sum[0][v];
#pragma GCC unroll 4
        for (int s = 1; s < SHARES; s++) all += sum[s][v];
        vec_store(to + v * WIDTH, all);
    }
}

INLINE void sum_list(int piece, const KernelSums *sums, int count, const int *list, size_t width, double *rows) {
    for (int i = 0; i < count; i++) {
        int first = sums->start[list[i]], terms = sums->start[list[i] + 1] - first;
        double *own = rows + (size_t)list[i] * width;
        for (size_t column = 0; column < width; column += (size_t)(piece * WIDTH))
            sum_piece(piece, terms, sums->parents + first, sums->weights + first, width, rows + column, own + column);
    }
}

/* Rows of one block, or of two, are the common ones. */
static void sum_rows(const KernelSums *sums, int count, const int *list, int width, double *rows) {
    if (width == KERNEL_BLOCK)
        sum_list(PIECE / 2, sums, count, list, KERNEL_BLOCK, rows);
    else if (width == 2 * KERNEL_BLOCK)
        sum_list(PIECE, sums, count, list, 2 * KERNEL_BLOCK, rows);
    else
        sum_list(PIECE / 2, sums, count, list, (size_t)width, rows);
}
