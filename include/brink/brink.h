/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * brink: negotiations under threat, stated as a file, answered with probabilities that can be checked.
 *
 * The shortest useful program:
 *
 *     BrinkDiagnostics *diagnostics = NULL;
 *     BrinkScenario *scenario = NULL;
 *     BrinkOutlook *outlook = NULL;
 *     BrinkSolveSettings settings = brink_solve_settings_default();
 *     BrinkStatus status = brink_diagnostics_new(&diagnostics);
 *     if (status == BRINK_OK) status = brink_scenario_read("geneva-2026.yaml", diagnostics, &scenario);
 *     if (status == BRINK_OK) status = brink_scenario_solve(scenario, &settings, diagnostics, NULL, &outlook);
 *     if (status == BRINK_OK) printf("deal: %.3f\n", brink_outlook_probability(outlook, BRINK_DEAL));
 *     brink_outlook_free(outlook);
 *     brink_scenario_free(scenario);
 *     brink_diagnostics_free(diagnostics);
 *
 * Ownership: what a call returns through a pointer-to-pointer is the caller's, to be freed with the matching
 * _free; what it returns directly lives with the object it came from. Every _free accepts NULL. Outputs are
 * written only on success. The library never prints and never exits; it holds no global state, and different
 * objects may be used from different threads.
 */
#ifndef BRINK_BRINK_H
#define BRINK_BRINK_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#ifdef __cplusplus
extern "C" {
#endif

#if defined(__GNUC__)
#define BRINK_API __attribute__((visibility("default")))
#else
#define BRINK_API
#endif

/* ---- Status: whether a call worked. What it found stands in the info it fills. ---- */

typedef enum BrinkStatus {
    BRINK_OK = 0,
    BRINK_BAD_INPUT,  /* the scenario, a path or a setting is wrong: the diagnostics say where */
    BRINK_NOT_SOLVED, /* some stage did not converge: the diagnostics name it */
    BRINK_CANCELLED,  /* the observer asked to stop */
    BRINK_NO_MEMORY,
    BRINK_NO_FILE /* a file could not be read: the diagnostics say which and why */
} BrinkStatus;

/* The library's version, e.g. "0.1.0". */
BRINK_API const char *brink_version(void);

/* One sentence for a status, without a full stop. */
BRINK_API const char *brink_status_text(BrinkStatus status);

/* ---- Diagnostics: everything there is to say about the input, in one list. ---- */

typedef enum BrinkSeverity { BRINK_ERROR = 0, BRINK_WARNING, BRINK_NOTE } BrinkSeverity;

typedef struct BrinkSpan {
    const char *file; /* as given by the caller; NULL when no text is to blame */
    int line, column; /* from 1; line 0 when no text is to blame; column counts code points */
    int length;       /* code points to underline, at least 1 where line > 0 */
} BrinkSpan;

typedef struct BrinkDiagnostic {
    BrinkSeverity severity;
    const char *code; /* stable, e.g. "S014"; explained in docs/diagnostics.md */
    BrinkSpan span;
    const char *message; /* one sentence */
    const char *hint;    /* what to do about it; may be NULL */
} BrinkDiagnostic;

typedef struct BrinkDiagnostics BrinkDiagnostics;

/* An empty list; the caller's, brink_diagnostics_free. */
BRINK_API BrinkStatus brink_diagnostics_new(BrinkDiagnostics **result);
/* Frees the list and the diagnostics in it. */
BRINK_API void brink_diagnostics_free(BrinkDiagnostics *diagnostics);
/* How many diagnostics there are, warnings and notes included. */
BRINK_API size_t brink_diagnostics_count(const BrinkDiagnostics *diagnostics);
/* How many errors there are, those left out of the list included: it keeps the first 200 diagnostics. */
BRINK_API size_t brink_diagnostics_error_count(const BrinkDiagnostics *diagnostics);
/* The diagnostic at `index` < count, in order of line and column where they have one; lives with the list. */
BRINK_API const BrinkDiagnostic *brink_diagnostics_get(const BrinkDiagnostics *diagnostics, size_t index);
/* All of them drawn for a terminal of `columns` columns (0: messages are not broken into lines), source line and caret
 * included. The text is the caller's: brink_text_free. `colour` adds ANSI colours. */
BRINK_API BrinkStatus brink_diagnostics_draw(const BrinkDiagnostics *diagnostics, bool colour, int columns,
                                             char **result);
/* All of them as JSON, an object on each line (docs/diagnostics-json.md). The text is the caller's: brink_text_free. */
BRINK_API BrinkStatus brink_diagnostics_json(const BrinkDiagnostics *diagnostics, char **result);
/* Adds what the caller has to say itself under a code of docs/diagnostics.md, such as "U002"; texts are copied, `file`
 * and `hint` may be NULL. BAD_INPUT where there is no such code. */
BRINK_API BrinkStatus brink_diagnostics_add(BrinkDiagnostics *diagnostics, const char *code, const char *file,
                                            const char *message, const char *hint);
/* Frees a text that a call has returned. */
BRINK_API void brink_text_free(char *text);

/* ---- Scenarios ---- */

/* A scenario's text with the changes made to it; checked when it is needed. */
typedef struct BrinkScenario BrinkScenario;

/* Reads `path` ("-" is standard input) and reports mistakes of syntax only. `diagnostics` may be NULL here and below.
 */
BRINK_API BrinkStatus brink_scenario_read(const char *path, BrinkDiagnostics *diagnostics, BrinkScenario **result);
/* The same from memory; `name` stands in for the file name in diagnostics. */
BRINK_API BrinkStatus brink_scenario_parse(const char *text, size_t length, const char *name,
                                           BrinkDiagnostics *diagnostics, BrinkScenario **result);
/* Replaces the node at a dotted path (`parties.us.patience`) by a value written as YAML (`0.95`); in the order of the
 * calls. */
BRINK_API BrinkStatus brink_scenario_set(BrinkScenario *scenario, const char *path, const char *value,
                                         BrinkDiagnostics *diagnostics);
/* Applies a variant of the scenario's own by name. */
BRINK_API BrinkStatus brink_scenario_use_variant(BrinkScenario *scenario, const char *variant,
                                                 BrinkDiagnostics *diagnostics);
/* Every mistake in the scenario as it now stands; BRINK_OK when there is none (warnings may be left). */
BRINK_API BrinkStatus brink_scenario_check(BrinkScenario *scenario, BrinkDiagnostics *diagnostics);
/* Warns of each draft that no types of the parties would all sign, be it collapse, lapse or conflict that
 * they would have else, at the centre of the scenario's numbers. */
BRINK_API BrinkStatus brink_scenario_check_drafts(BrinkScenario *scenario, BrinkDiagnostics *diagnostics);
/* Title, or "" before a successful check. */
BRINK_API const char *brink_scenario_title(const BrinkScenario *scenario);
/* Names of the scenario's variants, by index from 0; NULL past the last. */
BRINK_API const char *brink_scenario_variant(const BrinkScenario *scenario, size_t index);
/* Frees the scenario; outlooks made from it live on. */
BRINK_API void brink_scenario_free(BrinkScenario *scenario);

/* ---- Solving ---- */

typedef enum BrinkPhase {
    BRINK_PHASE_COMPILE = 0, /* packages settled, positions laid out */
    BRINK_PHASE_SOLVE,       /* the scenario itself */
    BRINK_PHASE_COARSE,      /* at half the resolution, for the error */
    BRINK_PHASE_HALF,        /* every rationality halved */
    BRINK_PHASE_DOUBLE,      /* every rationality doubled */
    BRINK_PHASE_COUNTING,    /* packages, by decomposition */
    BRINK_PHASE_LISTING,     /* packages, one by one */
    BRINK_PHASE_FRONTIER,    /* of the packages, issue by issue */
    BRINK_PHASE_SOLUTIONS,   /* what each package of the frontier is, and how likely it is signed */
    BRINK_PHASE_SEARCHING,   /* packages, by branch and bound */
    BRINK_PHASE_GRADIENT,    /* how the odds move with every number; after BRINK_PHASE_SOLVE */
    BRINK_PHASE_DESIGNING,   /* the best timetable of a draft */
    BRINK_PHASE_BREAKOUTS    /* what each draft leaves of a programme, meeting by meeting and draw by draw */
} BrinkPhase;

/* Called now and then while solving; `done` of `total` fixed points of this phase, of a gradient, a design or breakouts
 * of its steps, whose number may be an estimate. Return false to cancel. */
typedef bool (*BrinkObserver)(void *payload, BrinkPhase phase, uint64_t done, uint64_t total);

/* Two ways to the same answer (docs/method/fast.md). */
typedef enum BrinkSolver {
    BRINK_SOLVER_FAST = 0, /* vector kernels, threads */
    BRINK_SOLVER_REFERENCE /* scalar, one thread, written to be read */
} BrinkSolver;

typedef struct BrinkSolveSettings {
    int rounds;      /* rounds still to come; 0: what the scenario says */
    int resolution;  /* R, even, 2..200: grid steps per edge of a belief simplex; 0: 10, or for each party the finest
                      * below that with which a solve stays within `memory` and about two million fixed points */
    uint64_t memory; /* bytes a solve may take, refused before it starts where it needs more; 0: three quarters of the
                        machine's */
    BrinkSolver solver;
    int threads;     /* of the fast solver, 0..1024; 0: one for each processor, or OMP_NUM_THREADS. The answer is the same
                      * for any number. A child that was forked after a solve with several threads can only use 1 */
    bool with_error; /* solve also at R/2 and with every rationality halved and doubled */
    bool with_gradient;  /* find also how the odds move with every number of the scenario (docs/method/gradient.md) */
    int gradient_listed; /* how many of them the text lists, the strongest first */
    double rating[4]; /* an observed round is rated by its change of P(deal) + P(interim), in percentage points: setback
                         below the first, then none, modest, substantial, breakthrough from the last on; ascending */
    BrinkObserver observer; /* may be NULL */
    void *observer_payload;
} BrinkSolveSettings;

/* The scenario's own rounds, and a resolution of 10 or what fits, as `brink run` has it. */
BRINK_API BrinkSolveSettings brink_solve_settings_default(void);

/* What a solve has found (style: status says whether the call worked). */
typedef enum BrinkFound {
    BRINK_CONVERGED = 0,
    BRINK_BRANCH_TURNED /* solved, but in `turned_count` stages the principal branch turns back on its way: see the
                           warnings */
} BrinkFound;

typedef struct BrinkSolveInfo {
    BrinkFound found;
    uint64_t positions, stages, fixed_points; /* of one solve at `resolution` */
    uint64_t turned_count;                    /* fixed points whose branch turned */
    double residual;                          /* largest |sigma - logit(Q(sigma))|, recomputed from the stored answer */
    double seconds;
} BrinkSolveInfo;

typedef struct BrinkOutlook BrinkOutlook;

typedef struct BrinkSize {
    uint64_t positions, stages, fixed_points, bytes;
    int resolution; /* that of the party with the finest grid */
} BrinkSize;
/* Positions, stages and fixed points of one solve, and the bytes it needs, without solving. */
BRINK_API BrinkStatus brink_scenario_size(BrinkScenario *scenario, const BrinkSolveSettings *settings,
                                          BrinkDiagnostics *diagnostics, BrinkSize *result);

/* Checks, compiles and solves the scenario; `info` may be NULL. */
BRINK_API BrinkStatus brink_scenario_solve(BrinkScenario *scenario, const BrinkSolveSettings *settings,
                                           BrinkDiagnostics *diagnostics, BrinkSolveInfo *info, BrinkOutlook **result);

typedef enum BrinkOutcome {
    BRINK_DEAL = 0,
    BRINK_INTERIM,
    BRINK_LAPSE,
    BRINK_COLLAPSE,
    BRINK_CONFLICT,
    BRINK_OUTCOME_COUNT
} BrinkOutcome;

/* Probability of an outcome over the whole horizon; the five sum to 1. */
BRINK_API double brink_outlook_probability(const BrinkOutlook *outlook, BrinkOutcome outcome);

/* How the odds move with one number of the scenario, as the file states it; all others are held. */
typedef struct BrinkSlope {
    const char *path;                  /* as brink_scenario_set takes it; lives with the outlook */
    double value;                      /* at the centre of its distribution */
    double slope[BRINK_OUTCOME_COUNT]; /* d probability / d number; they sum to 0 */
    bool is_kink;                      /* the slopes to both sides differ: the mean of the two, or the one there is */
} BrinkSlope;
/* How many numbers there are, the strongest first: by what one percent of the number does. 0 unless the gradient was
 * asked for. */
BRINK_API size_t brink_outlook_slope_count(const BrinkOutlook *outlook);
/* BAD_INPUT past the last. */
BRINK_API BrinkStatus brink_outlook_slope(const BrinkOutlook *outlook, size_t index, BrinkSlope *result);

/* The whole outlook as JSON text (docs/outlook-json.md); the caller's, brink_text_free. */
BRINK_API BrinkStatus brink_outlook_json(const BrinkOutlook *outlook, char **result);
/* The outlook for reading in a terminal of `columns` columns; the caller's, brink_text_free. */
BRINK_API BrinkStatus brink_outlook_text(const BrinkOutlook *outlook, int columns, char **result);
/* Frees the outlook. */
BRINK_API void brink_outlook_free(BrinkOutlook *outlook);

/* ---- Studies: many outlooks (docs/sweep.md, docs/claims.md) ---- */

typedef enum BrinkSampling { BRINK_SAMPLING_RANDOM = 0, BRINK_SAMPLING_SOBOL } BrinkSampling;

/* Called after each solve, by one thread at a time; return false to stop and keep what is done. */
typedef bool (*BrinkStudyObserver)(void *payload, uint64_t done, uint64_t total);
/* Takes a piece of text, in order; return false when it cannot. */
typedef bool (*BrinkTextSink)(void *payload, const char *text);

typedef struct BrinkStudySettings {
    uint64_t draws; /* 1 and up; a comparison may do with 0 */
    uint64_t seed;
    BrinkSampling design;   /* of a sweep; claims use random draws */
    int threads;            /* 0: one for each processor, or OMP_NUM_THREADS */
    int rounds, resolution; /* as for a solve */
    uint64_t memory;        /* bytes that all threads of a process may take together, as for a solve */
    const char *resume;     /* file that keeps the rows, to go on from; NULL: none */
    bool with_tornado; /* each outcome at the 5th and 95th percentile of each assumption, the others at their centres */
    bool with_thresholds;   /* where two outcomes are equally likely, along each assumption */
    const char *between[2]; /* these two: "deal", "conflict" … or a final draft; NULL: deal and conflict */
    BrinkTextSink csv;      /* a line for each draw; may be NULL */
    void *csv_payload;
    BrinkStudyObserver observer; /* may be NULL */
    void *observer_payload;
} BrinkStudySettings;

/* What `brink study` uses. */
BRINK_API BrinkStudySettings brink_study_settings_default(void);

typedef struct BrinkStudy BrinkStudy;

/* The outlook over all that is uncertain. CANCELLED still gives the study of what was done, when that is at least one
 * draw. */
BRINK_API BrinkStatus brink_scenario_sweep(BrinkScenario *scenario, const BrinkStudySettings *settings,
                                           BrinkDiagnostics *diagnostics, BrinkStudy **result);
/* The scenario's claims, each decided over paired draws. CANCELLED as above. */
BRINK_API BrinkStatus brink_scenario_claims(BrinkScenario *scenario, const BrinkStudySettings *settings,
                                            BrinkDiagnostics *diagnostics, BrinkStudy **result);
/* Outlooks of variants beside the scenario's own, at the centre of all that is uncertain and over paired draws.
 * CANCELLED as above. */
BRINK_API BrinkStatus brink_scenario_compare(BrinkScenario *scenario, const char *const *variants, size_t variant_count,
                                             const BrinkStudySettings *settings, BrinkDiagnostics *diagnostics,
                                             BrinkStudy **result);
/* Whether some claim fails. */
BRINK_API bool brink_study_fails(const BrinkStudy *study);
BRINK_API BrinkStatus brink_study_json(const BrinkStudy *study, char **result); /* the caller's, brink_text_free */
BRINK_API BrinkStatus brink_study_text(const BrinkStudy *study, int columns, char **result);
/* Frees the study. */
BRINK_API void brink_study_free(BrinkStudy *study);

/* Where the solves of a study spend their time. */
typedef enum BrinkRoom {
    BRINK_ROOM_SITUATION = 0, /* the numbers of a draw */
    BRINK_ROOM_GAME,          /* what packages are worth once carried out, and the game's payoffs */
    BRINK_ROOM_SOLVE,
    BRINK_ROOM_OUTLOOK,
    BRINK_ROOM_STUDY, /* drawing, measuring, counting, keeping rows */
    BRINK_ROOM_COUNT
} BrinkRoom;

typedef struct BrinkStudyTimes {
    double wall;                    /* seconds by the clock */
    double rooms[BRINK_ROOM_COUNT]; /* seconds of processors, over all threads and processes */
    uint64_t solves;                /* of draws and cases; those that a file held already are not among them */
    int threads, processes;         /* threads of each process */
} BrinkStudyTimes;

/* What the study took; no part of its results. */
BRINK_API BrinkStudyTimes brink_study_times(const BrinkStudy *study);

/* Studies over several processes (docs/scaling.md). A library that is built for it shares the solves of a study out
 * among the processes that were started together; any other is a group of one. One process leads. The others call for
 * the same studies, have nothing to write, and get CANCELLED and no study. */
BRINK_API void brink_group_begin(void); /* before the first study */
BRINK_API bool brink_group_leads(void);
BRINK_API void brink_group_end(void); /* after the last; waits for all */

/* ---- The package space: what could be signed, before any game is played ---- */

/* What a party has without an agreement. */
typedef enum BrinkDisagreement {
    BRINK_DISAGREEMENT_BEST = 0, /* the better of collapse and lapse */
    BRINK_DISAGREEMENT_COLLAPSE,
    BRINK_DISAGREEMENT_LAPSE,
    BRINK_DISAGREEMENT_CONFLICT
} BrinkDisagreement;

typedef struct BrinkPackagesSettings {
    BrinkDisagreement disagreement;
    bool settled;           /* worths as the settlement makes them; more than a million packages are searched */
    bool lotteries;         /* the solutions also where lotteries among packages may be signed */
    const char *types;      /* whose frontier is wanted: "us=dealmaker,iran=resistant"; "all"; NULL: the likeliest */
    int top;                /* packages ranked, and near misses listed, 0..1000; more where they tie */
    int listed;             /* packages written out beyond one per point of the frontier, 0..1000000 */
    uint64_t memory;        /* bytes that the map and its report may take: it holds less to fit, and is refused where it
                               cannot; 0: three quarters of the machine's */
    BrinkObserver observer; /* may be NULL; called with the phases from BRINK_PHASE_COUNTING on */
    void *observer_payload;
} BrinkPackagesSettings;

/* What `brink packages` uses. */
BRINK_API BrinkPackagesSettings brink_packages_settings_default(void);

typedef struct BrinkPackages BrinkPackages;

/* Checks the scenario and maps its package space (docs/packages.md). CANCELLED still gives the map, of what is known by
 * then. */
BRINK_API BrinkStatus brink_scenario_packages(BrinkScenario *scenario, const BrinkPackagesSettings *settings,
                                              BrinkDiagnostics *diagnostics, BrinkPackages **result);
/* Number of packages. */
BRINK_API double brink_packages_total(const BrinkPackages *packages);
/* Probability over types that some package would be signed by all. */
BRINK_API double brink_packages_zone_probability(const BrinkPackages *packages);
/* The whole map as JSON text, and for reading in a terminal; the caller's, brink_text_free. */
BRINK_API BrinkStatus brink_packages_json(const BrinkPackages *packages, char **result);
/* The map for reading in a terminal of `columns` columns; the caller's, brink_text_free. */
BRINK_API BrinkStatus brink_packages_text(const BrinkPackages *packages, int columns, char **result);
/* Frees the map. */
BRINK_API void brink_packages_free(BrinkPackages *packages);

/* ---- Safeguards: would it be seen in time? ---- */

typedef struct BrinkSafeguardsSettings {
    int draws;              /* of the uncertain numbers, for the range, 0..100000 */
    uint64_t seed;          /* of the draws */
    uint64_t memory;        /* bytes it may take, refused before it starts where it needs more; 0: three quarters of the
                               machine's */
    BrinkObserver observer; /* may be NULL; called with BRINK_PHASE_BREAKOUTS */
    void *observer_payload;
} BrinkSafeguardsSettings;

/* What `brink safeguards` uses: 200 draws, seed 1. */
BRINK_API BrinkSafeguardsSettings brink_safeguards_settings_default(void);

typedef struct BrinkSafeguards BrinkSafeguards;

/* What each draft leaves of the scenario's nuclear programme and how long a significant quantity would take from it,
 * with the spread over draws of its numbers (docs/safeguards-json.md). */
BRINK_API BrinkStatus brink_scenario_safeguards(BrinkScenario *scenario, const BrinkSafeguardsSettings *settings,
                                                BrinkDiagnostics *diagnostics, BrinkSafeguards **result);
/* As JSON text; the caller's, brink_text_free. */
BRINK_API BrinkStatus brink_safeguards_json(const BrinkSafeguards *safeguards, char **result);
/* For reading in a terminal of `columns` columns; the caller's, brink_text_free. */
BRINK_API BrinkStatus brink_safeguards_text(const BrinkSafeguards *safeguards, int columns, char **result);
/* Frees the safeguards. */
BRINK_API void brink_safeguards_free(BrinkSafeguards *safeguards);

/* The same physics by itself. Masses in kg of uranium, enrichments as fractions, work in kg SWU, a year of 365.25 days.
 */
typedef struct BrinkEnrichment {
    double feed, tails, work;
} BrinkEnrichment;
/* What it takes to enrich `product` kilograms from a feed, leaving tails. */
BRINK_API BrinkStatus brink_enrichment(double product, double product_assay, double feed_assay, double tails_assay,
                                       BrinkDiagnostics *diagnostics, BrinkEnrichment *result);

typedef struct BrinkDilution {
    double blendstock;     /* kg that thinning takes */
    double work_destroyed; /* kg SWU */
} BrinkDilution;
/* What it takes to thin `mass` kilograms from one enrichment to another with uranium at `blend_assay`. */
BRINK_API BrinkStatus brink_dilution(double mass, double assay, double blend_assay, double target_assay,
                                     BrinkDiagnostics *diagnostics, BrinkDilution *result);

typedef struct BrinkCascadeStage {
    int stage;                 /* 0 takes the cascade's feed; below it the tails are stripped */
    double feed, heads, tails; /* kg */
    double feed_assay, heads_assay, tails_assay;
} BrinkCascadeStage;
typedef struct BrinkCascade {
    double product, feed, tails;                   /* kg */
    double product_assay, tails_assay, flow, work; /* flow: kg that all stages are fed together */
} BrinkCascade;
/* The flows of an ideal cascade of enriching and stripping stages, each of which multiplies the abundance ratio of its
 * heads, and divides that of its tails, by `separation`; they are written to stages[enriching + stripping], lowest
 * first. */
BRINK_API BrinkStatus brink_cascade(double product, double feed_assay, double separation, int enriching, int stripping,
                                    BrinkDiagnostics *diagnostics, BrinkCascadeStage *stages, BrinkCascade *result);

typedef struct BrinkBreakoutTask {
    const double *mass, *assay; /* [lot_count] the stockpile; up to 32 lots */
    size_t lot_count;
    double feed_assay, tails_assay;   /* of a feed without end */
    bool best_tails;                  /* the lots are stripped to the tails that take the least time */
    double product_assay, quantity;   /* kg of U-235 in product of that enrichment */
    double capacity;                  /* kg SWU per year of what runs */
    const double *stored, *reinstall; /* [store_count] kg SWU per year of machines in storage, and the days over which
                                         they come back, evenly; up to 32 */
    size_t store_count;
} BrinkBreakoutTask;
/* Days; INFINITY, with a warning, where nothing runs and nothing will: then what is not weapon material never becomes
 * it. */
BRINK_API BrinkStatus brink_breakout(const BrinkBreakoutTask *task, BrinkDiagnostics *diagnostics, double *days);

/* ---- Timetables: would it hold? ---- */

typedef enum BrinkDesignGoal {
    BRINK_DESIGN_NONE = 0,
    BRINK_DESIGN_SLACK,      /* the least that keeping one's word is worth */
    BRINK_DESIGN_COMPLETION, /* the probability that all is carried out */
    BRINK_DESIGN_ORDER       /* whole issues, one a phase */
} BrinkDesignGoal;

typedef struct BrinkTimetableSettings {
    const char *draft; /* a draft of the scenario, no framework */
    const char *types; /* "us=dealmaker,iran=resistant"; parties left out: all their types; NULL: all */
    int meeting;       /* signed at this meeting of the clock, from 1; 0: the next one after what was observed */
    BrinkDesignGoal design;
    int phases;             /* of the design, 1..12; 0: as many as now */
    int steps;              /* its shares are multiples of 1/steps, 1..1000 */
    double most;            /* largest share of an issue in one phase */
    const char *limits;     /* the same by issue, "relief=0.4,stockpile=0.5"; NULL: none */
    double gap;             /* least days between phases */
    bool after_history;     /* types are weighed by what the history has taught of them, for which the talks are solved;
                               else by the file's priors */
    uint64_t memory;        /* bytes that solving them may take, as for a solve */
    BrinkObserver observer; /* may be NULL; called with BRINK_PHASE_SOLVE and BRINK_PHASE_DESIGNING */
    void *observer_payload;
} BrinkTimetableSettings;

/* What `brink timetable` uses. */
BRINK_API BrinkTimetableSettings brink_timetable_settings_default(void);

typedef struct BrinkTimetable BrinkTimetable;

/* A draft's timetable phase by phase, the detection it needs and, where asked for, the best one
 * (docs/timetable-json.md). */
BRINK_API BrinkStatus brink_scenario_timetable(BrinkScenario *scenario, const BrinkTimetableSettings *settings,
                                               BrinkDiagnostics *diagnostics, BrinkTimetable **result);
/* Probability that all is carried out by all, over the types looked at. */
BRINK_API double brink_timetable_completion(const BrinkTimetable *timetable);
/* As JSON text; the caller's, brink_text_free. */
BRINK_API BrinkStatus brink_timetable_json(const BrinkTimetable *timetable, char **result);
/* For reading in a terminal of `columns` columns; the caller's, brink_text_free. */
BRINK_API BrinkStatus brink_timetable_text(const BrinkTimetable *timetable, int columns, char **result);
/* Frees the timetable. */
BRINK_API void brink_timetable_free(BrinkTimetable *timetable);

/* ---- Other products ---- */

/* What the scenario's numbers say, in sentences to be corrected by somebody who knows the case (docs/explain.md): as
 * JSON, and for reading in a terminal of `columns` columns. Nothing is solved. The caller's, brink_text_free. */
BRINK_API BrinkStatus brink_scenario_explain_json(BrinkScenario *scenario, BrinkDiagnostics *diagnostics,
                                                  char **result);
/* For reading in a terminal of `columns` columns; the caller's, brink_text_free. */
BRINK_API BrinkStatus brink_scenario_explain_text(BrinkScenario *scenario, int columns, BrinkDiagnostics *diagnostics,
                                                  char **result);

/* The scenario's game as a Gambit .efg tree (model: docs/gambit.md); refuses what such a tree cannot hold. */
BRINK_API BrinkStatus brink_scenario_export_efg(BrinkScenario *scenario, const BrinkSolveSettings *settings,
                                                BrinkDiagnostics *diagnostics, char **result);
/* JSON Schema of the scenario file, from the table the reader itself uses. */
BRINK_API BrinkStatus brink_schema_json(char **result);

/* ---- Import ---- */

typedef enum BrinkImportFormat {
    BRINK_IMPORT_GENIUS = 0, /* DOMAIN.xml PROFILE.xml PROFILE.xml … */
    BRINK_IMPORT_GENIUSWEB,  /* [DOMAIN.json] PROFILE.json PROFILE.json … */
    BRINK_IMPORT_NEGOLOG,    /* [specs.json] profileA.json profileB.json … */
    BRINK_IMPORT_ACTORS      /* one CSV table: Actor, Capability, Position, Salience */
} BrinkImportFormat;

typedef struct BrinkImportSettings {
    int steps;  /* options of a range of numbers that is not listed value by value; 2..1000 */
    int rounds; /* meetings of the scenario; 1..1000 */
} BrinkImportSettings;

/* What `brink import` uses. */
BRINK_API BrinkImportSettings brink_import_settings_default(void);

/* Files of other tools as the text of a scenario that passes its check (docs/import.md); the caller's, brink_text_free.
 * Nothing is fetched and nothing is written. `settings` may be NULL. */
BRINK_API BrinkStatus brink_import(BrinkImportFormat format, const char *const *paths, size_t path_count,
                                   const BrinkImportSettings *settings, BrinkDiagnostics *diagnostics, char **result);

/* ---- A first scenario ---- */

typedef struct BrinkSketchIssue {
    const char *name;
    const char *const *options; /* from what the first party wants most to what the second wants most */
    size_t option_count;        /* 2 or more */
    size_t today;               /* the option in force */
} BrinkSketchIssue;

typedef struct BrinkSketchDraft {
    const char *name;
    const size_t *options; /* one for each issue */
} BrinkSketchDraft;

/* What is said of a case, in anybody's words (UTF-8). */
typedef struct BrinkSketch {
    const char *title, *as_of, *start; /* dates as 2026-03-03; as_of may be NULL */
    int every, rounds;                 /* days between meetings, meetings still to come */
    const char *const *parties;
    size_t party_count; /* 2 or more; from the third on they side with the first and the second in turn */
    const BrinkSketchIssue *issues;
    size_t issue_count;
    /* by party, the issue that matters most to it; NULL: the first issue to the first party, and so on */
    const size_t *matters;
    const BrinkSketchDraft *drafts;
    size_t draft_count; /* 0: what the first wants, the middle, a trade, what the second wants */
} BrinkSketch;

/* The text of a scenario that passes its check and runs at once, commented; its numbers are guesses to be corrected.
 * The caller's, brink_text_free. */
BRINK_API BrinkStatus brink_sketch_text(const BrinkSketch *sketch, BrinkDiagnostics *diagnostics, char **result);

#ifdef __cplusplus
}
#endif
#endif
