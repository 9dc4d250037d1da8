/* SPDX-License-Identifier: GPL-3.0-or-later
 * The arithmetic of the fast solver: many small fixed points z = base + gain(z) at once, one per lane
 * (docs/method/fast.md). Arrays in, arrays out; no allocation, no error path, no knowledge of games.
 *
 * A batch is a list of points of a grid. In a *narrow* stage the grid has at most two axes and a *mover* one type or
 * two; a mover with two types has its belief on an axis of its own: b is the probability of its second type, and R * b
 * its coordinate. Others are wide (wide.h). *Choices* are (mover, type, action) in that order; *unknowns* are the
 * log-odds of every action but a type's first against the first. *Joint actions* are numbered with the first mover most
 * significant. A row of values has `value_count` columns of which each mover's types are some.
 *
 * Contract: the same batch gives the same bytes. A lane's neighbours may have it iterate once more than it needs, which
 * moves its result within the tolerance. Rows of values may be read up to three columns past the last one: the arrays
 * have that much room behind them. No alignment is asked for. */
#ifndef SOLVE_KERNELS_H
#define SOLVE_KERNELS_H

#include <stdbool.h>
#include <stddef.h>

enum {
    KERNEL_MOVERS = 5, /* a narrow stage has at most NARROW_MOVERS */
    KERNEL_TYPES = 6,  /* a narrow stage: 2 */
    KERNEL_CHOICES = 56,
    KERNEL_BLOCK = 8,     /* rows of odds have room for a multiple of it */
    KERNEL_UNKNOWNS = 40, /* such a multiple */
    KERNEL_SLOTS = 20,    /* (mover, action) */
    NARROW_MOVERS = 3,
    KERNEL_AXES = 2,
    KERNEL_VALUES = 8,
    KERNEL_JOINTS = 64,
    KERNEL_WIDTH_MAX = 8, /* lanes */
    KERNEL_SHORT = 16     /* a step of at most 1 / KERNEL_SHORT in log-odds is short */
};

typedef struct KernelMover {
    int types, actions;
    int column; /* of its first type in a row of values */
    int axis;   /* -1: one type */
    int first_choice, first_unknown, first_slot;
    double rationality[KERNEL_TYPES]; /* above 0 */
} KernelMover;

/* The bodies of the kernels each have a Shape of their own, with these of every mover in it. */
#define SHAPE_MOVER(shape, k, mover)                                                                                   \
    ((shape).types[k] = (mover)->types, (shape).actions[k] = (mover)->actions,                                         \
     (shape).choice[k] = (mover)->first_choice, (shape).unknown[k] = (mover)->first_unknown,                           \
     (shape).slot[k] = (mover)->first_slot)

/* What a joint action is worth is constant + factor * continuation at the posteriors; the continuation is
 *   CONSTANT   none (whatever it is has been added to the constant)
 *   BILINEAR   bend[0] x + bend[1] y + bend[2] x y in the posteriors x, y along the axes (the factor has been
 * multiplied in) LOOKED_UP  interpolated in `rows`, the row of a point of the grid starting at value_count times its
 * index */
typedef enum { KERNEL_CONSTANT, KERNEL_BILINEAR, KERNEL_LOOKED_UP } KernelAhead;

typedef struct KernelJoint {
    KernelAhead kind;
    const double *rows;
    double constant[KERNEL_VALUES], factor[KERNEL_VALUES], bend[3][KERNEL_VALUES];
} KernelJoint;

/* A joint action whose continuation moves with the beliefs. */
typedef struct KernelMoving {
    int joint, slot[KERNEL_AXES]; /* the posteriors that it is looked up at, by axis */
} KernelMoving;

typedef struct KernelStage {
    int mover_count, choice_count, unknown_count, slot_count, joint_count, value_count;
    int mover_columns; /* columns up to here hold all values of movers */
    KernelMover movers[KERNEL_MOVERS];
    double base[KERNEL_UNKNOWNS];  /* log-ratios of measures, 0 where closed */
    double open[KERNEL_UNKNOWNS];  /* 1, or 0: the action is closed to that type (a type's first is open) */
    bool is_located[KERNEL_SLOTS]; /* some joint action with it is LOOKED_UP */
    int axis_mover[KERNEL_AXES];   /* -1: no mover has its belief on it */
    int resolution;
    int axis_stride[KERNEL_AXES];      /* step in point index per step along the axis */
    const double *belief[KERNEL_AXES]; /* [point] on the axis */
    const int *elsewhere;              /* [point] the part of its index that no mover's belief moves; NULL: 0 */
    KernelJoint joints[KERNEL_JOINTS];
    /* From kernel_prepare(). */
    int moving_count;
    KernelMoving moving[KERNEL_JOINTS];
    bool moves[KERNEL_JOINTS];                  /* its continuation moves with the beliefs */
    bool moves_own[KERNEL_AXES][KERNEL_JOINTS]; /* that of the axis's mover with the beliefs about itself */
} KernelStage;

/* To be called once, when all else is set, before a narrow stage is solved or probed: turns payoffs of movers to
 * log-odds, that is, multiplies those of a type by its rationality. */
void kernel_prepare(KernelStage *stage);

typedef enum {
    KERNEL_WALK, /* from s = 0, all rationalities scaled by s, in steps to 1 */
    KERNEL_WARM  /* from the odds given */
} KernelStart;

/* How far a lane's answer can be trusted to lie on the principal branch, by det(I - s gain'): the least of a walk, that
 * of the last factors of a warm start. */
typedef enum {
    KERNEL_SURE, /* at least 1/4: nowhere near a fold */
    KERNEL_STEEP,
    KERNEL_DOUBT /* not at all: below 1/10, not converged, or far from where it was expected */
} KernelTrust;

typedef struct KernelBatch {
    KernelStart start;
    int count;
    const int *points;    /* [count] */
    int odds_width;       /* at least unknown_count, and a multiple of 4 */
    double *odds;         /* [point][odds_width]: guess in (WARM), solution out */
    double *sigma;        /* [point][unknown_count] out: a choice's probability over that of its type's first */
    double *values;       /* [point][value_count] out, the position's own payoff not counted */
    unsigned char *trust; /* [index in points] out: a KernelTrust */
    double worst_defect;  /* out: largest |base + gain(z) - z| of the lanes without doubt */
    long long responses;  /* out: evaluations of gain, summed over the lanes */
    long long slopes;     /* out: of them, those with its derivative; where the last one is, nothing is factorised */
} KernelBatch;

/* Rows that are weighted sums of other rows: row r of the terms start[r] .. start[r + 1] - 1, each `weights` times the
 * row `parents`. */
typedef struct KernelSums {
    const int *start, *parents;
    const double *weights;
} KernelSums;

/* Counts per lane. A row is four numbers side by side. */
typedef struct KernelWork {
    int exponentials, rows, multiply_adds;
} KernelWork;

typedef struct Kernels {
    const char *name;
    int width;
    void (*solve)(const KernelStage *stage, KernelBatch *batch); /* of a stage that is prepared */
    /* Writes the rows of a list, one after the other, so that one may be a sum of those before it; rows of `width`, a
     * multiple of KERNEL_BLOCK. The order in which terms are added depends on their number and the lanes alone. */
    void (*sum_rows)(const KernelSums *sums, int count, const int *list, int width, double *rows);
    /* e[i] = exp(x[i]) for |x| <= 700, within 2 units in the last place; beyond, that of 700 or closer. e may be x. */
    void (*exponentials)(size_t count, const double *x, double *e);
    /* e[i] *= exp(d[i]) for |d| <= 1 / KERNEL_SHORT, within 2 units in the last place. */
    void (*grow)(size_t count, const double *d, double *e);
    /* For bench/: `times` the given work on every lane, with nothing to wait for; rows are read at offsets, which are
     * gone through over and over. The result means nothing. */
    double (*work)(const KernelWork *work, int times, const double *rows, const int *offsets, int offset_count);
} Kernels;

/* The response of one point by itself, in plain C on every machine: for those who follow its branch in steps of their
 * own. A probe is kernel_probe_size() bytes of the caller's; set it to a stage, place it at a point, and ask. */
typedef struct KernelProbe KernelProbe;
size_t kernel_probe_size(void);
void kernel_probe_set(KernelProbe *probe, const KernelStage *stage);
void kernel_probe_place(KernelProbe *probe, int point);
/* gain[unknown_count] at odds[unknown_count] and, where `slope` is not NULL, slope[row][column] = d gain_row /
 * d odds_column. False where some probability is too small for this arithmetic; nothing is written then. */
bool kernel_probe_respond(KernelProbe *probe, const double *odds, double *gain, double *slope);

/* The widest that this machine runs, or the one named by the environment's BRINK_KERNELS (scalar, avx2, avx512, neon).
 */
const Kernels *kernels_select(void);
/* All that were compiled and that this machine runs, scalar first; returns their number (at most 4). */
int kernels_list(const Kernels *list[4]);

#endif
