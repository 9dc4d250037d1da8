/* SPDX-License-Identifier: GPL-3.0-or-later
 * The one door to the room `packages`: what could be signed, before any game is played (docs/packages.md).
 *
 * A *signer* is a party that signs, numbered in file order. A *package* is given by its flat options, one per issue.
 * What a signer gets from a package is its worth: the gain relative to today less the prices of red lines and of what
 * cannot be verified (settlement.h); when settled, what the settlement makes of it less the same prices. Worths are
 * whole billionths of a point inside the room: two packages are tied when they agree in these. A signer signs what is
 * worth at least what it has without an agreement and meets no hard red line of its own. */
#ifndef PACKAGES_PACKAGES_H
#define PACKAGES_PACKAGES_H

#include "base/base.h"
#include "scenario/situation.h"

/* What a signer has without an agreement. */
typedef enum Disagreement {
    DISAGREEMENT_BEST, /* the larger of collapse and lapse: what a party can bring about at the table */
    DISAGREEMENT_COLLAPSE,
    DISAGREEMENT_LAPSE,
    DISAGREEMENT_CONFLICT
} Disagreement;

typedef enum PackageConcept {
    CONCEPT_NASH,
    CONCEPT_KALAI_SMORODINSKY,
    CONCEPT_EGALITARIAN,
    CONCEPT_UTILITARIAN,
    CONCEPT_PRODUCT_FROM_TODAY, /* maximal product of gains relative to today */
    CONCEPT_COUNT
} PackageConcept;

/* Points of disagreement of a type at the first meeting and the postures held now; lapse at the lapse date. */
double packages_outside(const Situation *situation, int type, Disagreement disagreement);
/* Probability over types that every signer signs; 0 where a rule is broken. By worths that are not settled. */
double packages_probability(const Situation *situation, const int *options, Disagreement disagreement);
/* Whether a package obeys the rules. */
bool packages_obey_rules(const Situation *situation, const int *options);

/* ---- The map ---- */

typedef struct PackagesSettings {
    Disagreement disagreement;
    bool settled;
    bool lotteries;
    int profile;            /* whose frontier is wanted (settlement.h numbers them); -1: the likeliest */
    bool all_profiles;      /* every profile's */
    int top;                /* packages ranked, and near misses listed; more where they tie */
    size_t listed_most;     /* packages written out per profile */
    uint64_t memory;        /* bytes that the map may take, the report included; 0: three quarters of the machine's */
    BrinkObserver observer; /* may be NULL; false ends the map with what is known */
    void *payload;
} PackagesSettings;

/* A number of packages: exact where both ends are equal (up to 2^53; beyond, to 15 digits). */
typedef struct PackageCount {
    double low, high;
} PackageCount;

/* One worth vector of the frontier with the packages that have it. */
typedef struct PackagePoint {
    const double *worth; /* [signer_count] points */
    double package_count;
    int listed_count;
    const int *listed;         /* [listed_count][issue_count] */
    const double *probability; /* [listed_count] over types, that all sign; settled worths where those are asked for */
    bool is_signed;            /* by all */
    double kept;               /* of the first one listed: probability that it is kept; NAN unless settled */
} PackagePoint;

typedef struct PackageSolution {
    int count;
    const int *points; /* all that tie */
    double level;      /* what the concept makes largest */
    double most;       /* searched: no package has more, shares being of the ideal found; else the level */
} PackageSolution;

enum { PACKAGE_SIGNERS_MOST = 16 };

/* The concept where a lottery may be signed: of two packages where two sign, else of at most one more than sign. */
typedef struct PackageLottery {
    double worth[PACKAGE_SIGNERS_MOST];     /* [signer_count] expected points */
    int count;                              /* 0: none was found; there is none where `most` is NAN */
    int point[PACKAGE_SIGNERS_MOST + 1];    /* of the frontier; two signers: the same twice where one is certain */
    double share[PACKAGE_SIGNERS_MOST + 1]; /* their probabilities */
    double level, most; /* what the concept makes largest: reached, and proved to be the most of any lottery of
                           packages, of the ideal found and by those who can gain there; INFINITY: nothing is proved */
} PackageLottery;

typedef enum { BLOCKED_BY_RULE, BLOCKED_BY_RED_LINE, BLOCKED_BY_VERIFIABILITY, BLOCKED_BY_OUTSIDE } BlockedBy;

/* Something without which more packages would be signed. */
typedef struct PackageBlock {
    BlockedBy by;
    int index;          /* rule, red line; else -1 */
    int signer;         /* whose it is; -1 for a rule */
    double price;       /* of a red line or of the unverifiable: points, INFINITY where hard; else NAN */
    PackageCount meets; /* packages that it stands in the way of, others or not */
    PackageCount alone; /* of them, those that all would sign without it */
} PackageBlock;

typedef struct PackageProfile {
    int profile;
    double probability;
    const int *types;      /* [signer_count] flat */
    const double *outside; /* [signer_count] disagreement point */
    PackageCount open;     /* rules obeyed, no hard red line met, verifiable where that is required */
    PackageCount signed_by_all;
    const PackageCount *signed_by; /* [signer_count] by that signer, whatever the others do; rules obeyed */
    bool is_unfinished; /* it was stopped: counts enclose, blocks are those counted, `points` those found, on a grid
                           (epsilon) or among the packages looked at (is_searched) */

    /* for the profiles asked for; otherwise has_frontier is false */
    bool has_frontier;
    bool is_searched; /* by branch and bound: `points` are the efficient ones of those looked at; counts enclose */
    double epsilon;   /* 0: the frontier is exact; NAN where searched */
    int point_count, signed_count;
    const PackagePoint *points; /* of open packages, those signed by all or not */
    bool is_cut;                /* not every package of every point is listed */
    const double *ideal;        /* [signer_count] best worth of each in the zone; NAN where it is empty */
    PackageSolution solutions[CONCEPT_COUNT];
    bool has_lotteries; /* asked for, and it is not proved that no lottery is worth signing to all */
    PackageLottery lotteries[CONCEPT_COUNT];
    double opening; /* least sum of points that opens the zone; 0 where it is open, INFINITY where it cannot be opened
                       so */
    double opening_least; /* searched: no opening costs less; else the opening */
    int opening_point;
    const double *opening_alone; /* [signer_count] by one signer's points alone */
    int block_count;
    const PackageBlock *blocks;
    int best_count, near_count;
    const int *best; /* points that all sign, largest product of gains first; with all that tie with the last */
    const int *near; /* points that not all sign, least short first; the same */
} PackageProfile;

/* What a type makes of a draft. */
typedef struct DraftView {
    double worth, outside;
    double price;   /* priced red lines and verifiability, already taken off the worth */
    int red_line;   /* a hard one it meets, -1 none */
    bool is_barred; /* by a hard red line or by what cannot be verified */
    bool signs;
} DraftView;

typedef struct PackageDraft {
    int draft;
    double probability;     /* that all sign */
    const DraftView *views; /* [type_total] third parties' unset */
} PackageDraft;

typedef struct PackageMap {
    const Situation *situation;
    PackagesSettings settings;
    int signer_count;
    const int *signers; /* parties */
    double total;
    PackageCount admitted;   /* by the rules */
    size_t written_most;     /* points of a frontier that a report has room for, beside those that stand out */
    bool is_unfinished;      /* the observer asked to stop: what follows is what was known by then */
    double zone_probability; /* over types, that some package is signed by all: at least, and at most */
    double zone_most;
    int profile_count;
    PackageProfile *profiles;
    int draft_count; /* final and interim ones that may be tabled */
    const PackageDraft *drafts;
} PackageMap;

/* Maps the space of a Situation into `arena`. Not found within the room's limits: a diagnostic, and BRINK_NOT_SOLVED.
 * Less memory allowed than it needs at least: the same, and BRINK_BAD_INPUT. */
BrinkStatus packages_map(const Situation *situation, const PackagesSettings *settings, BrinkDiagnostics *diagnostics,
                         Arena *arena, PackageMap **result);

/* ---- Packages worth tabling ---- */

typedef struct PackageFound {
    uint64_t number; /* packages_options */
    double score;    /* expected product of settled gains over the better of lapse and collapse */
} PackageFound;

typedef struct PackageSearch {
    const bool *is_own; /* [draft_count] drafts found by an earlier search: their packages may be found again */
    int best;
    double listed_most; /* packages looked at one by one; more are searched, and at most looks_most looked at */
    size_t looks_most;
} PackageSearch;

PackageSearch packages_search_default(const bool *is_own, int best);
/* The best packages that some profile would sign and no final draft holds yet. Writes up to `best` to `found`, and to
 * `most_left` what no other scores more than, as far as that is not what the last one found scores; else -INFINITY. Too
 * many packages to be numbered: a diagnostic, and BRINK_BAD_INPUT. */
BrinkStatus packages_search(const Situation *situation, PackageSearch search, BrinkDiagnostics *diagnostics,
                            Arena *arena, PackageFound *found, int *count, double *most_left);
void packages_options(const Situation *situation, uint64_t number, int *options);

#endif
