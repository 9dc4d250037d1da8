/* SPDX-License-Identifier: GPL-3.0-or-later
 * How large a solve is, and the refusal of one that would take more memory than it may: before anything large is built,
 * with the estimate and what would shrink it. */
#include "api/api.h"

#include <math.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

/* Three quarters of the machine's memory where the caller sets no cap. */
static double memory_cap(const BrinkSolveSettings *settings) {
    if (settings->memory > 0) return (double)settings->memory;
    long pages = sysconf(_SC_PHYS_PAGES), size = sysconf(_SC_PAGESIZE);
    return pages > 0 && size > 0 ? 0.75 * (double)pages * (double)size : INFINITY;
}

/* What a solve is given where nobody asks for a resolution, and the fixed points that it may then have: about a minute.
 */
enum { RESOLUTION_WISHED = 10, RESOLUTION_LEAST = 2 };
static const double fixed_points_wished = 2e6;

typedef struct Estimate {
    GameMeasure game;
    double numbers;  /* bytes of the Situation */
    double points;   /* of the belief grid */
    double solution; /* bytes */
    double outlook;  /* bytes: the masses of the forward passes */
    double gradient; /* bytes, where it is wanted */
} Estimate;

static double estimate_bytes(const Estimate *estimate) {
    return estimate->numbers + estimate->game.bytes + estimate->solution + estimate->outlook + estimate->gradient;
}

static BrinkStatus estimate_new(const Scenario *scenario, const BrinkSolveSettings *settings, int rounds,
                                Resolution resolution, Estimate *result) {
    Situation shape = situation_shape(scenario, rounds, &result->numbers);
    BrinkStatus status = game_measure(&shape, &result->game);
    if (status != BRINK_OK) return status;
    result->points = (double)grid_size(shape.party_count, shape.type_start, resolution);
    double following =
        6 * result->game.stage_numbers * result->game.stage_numbers; /* slopes, while a branch is followed */
    result->solution =
        sizeof(double) * (result->points * (result->game.point_values + 3.0 * shape.type_total) + following);
    result->outlook = sizeof(double) * result->points * result->game.positions * outlook_pass_count(&shape);
    if (settings->with_gradient) { /* odds and mass everywhere, what moves them in two rounds; games with own numbers */
        double back = 2.0 * SLOPE_OUTCOMES * (shape.type_total + 1) / shape.round_count;
        result->gradient = sizeof(double) * result->points * result->game.positions * (SLOPE_OUTCOMES + 1 + back) +
                           2 * result->game.bytes;
    }
    return BRINK_OK;
}

/* "850 MB", "12 GB" */
enum { BYTES_SIZE = 32 };
static const char *in_words(double bytes, char text[BYTES_SIZE]) {
    if (bytes < 999.5e6)
        snprintf(text, BYTES_SIZE, "%.3g MB", fmax(bytes, 1e4) / 1e6);
    else if (bytes < 999.5e9)
        snprintf(text, BYTES_SIZE, "%.3g GB", bytes / 1e9);
    else
        snprintf(text, BYTES_SIZE, "%.3g TB", bytes / 1e12);
    return text;
}

static int asked(const BrinkSolveSettings *settings) {
    return settings->resolution > 0 ? settings->resolution : RESOLUTION_WISHED;
}

/* ---- What would shrink it ---- */

static void add_way(char *text, size_t size, const char *option, int value, double bytes) {
    char words[BYTES_SIZE];
    size_t length = strlen(text);
    snprintf(text + length, size - length, "%s--%s %d needs about %s", length ? ", " : "", option, value,
             in_words(bytes, words));
}

/* The finest grid that fits, if any; and, as many rounds as fit. */
static void list_ways(const Scenario *scenario, const BrinkSolveSettings *settings, int rounds, double cap, char *text,
                      size_t size) {
    Estimate estimate = {0};
    *text = '\0';
    for (int resolution = asked(settings) - 2; resolution >= 2; resolution -= 2) {
        Resolution even = {.even = resolution};
        if (estimate_new(scenario, settings, rounds, even, &estimate) != BRINK_OK || estimate.game.is_at_least) break;
        if (estimate_bytes(&estimate) > cap && resolution > 2) continue;
        if (estimate_bytes(&estimate) <= cap) add_way(text, size, "resolution", resolution, estimate_bytes(&estimate));
        break;
    }
    for (int fewer = rounds / 2; fewer >= 1; fewer /= 2) {
        if (estimate_new(scenario, settings, fewer, (Resolution){.even = asked(settings)}, &estimate) != BRINK_OK)
            break;
        if (estimate.game.is_at_least || estimate_bytes(&estimate) > cap) continue;
        add_way(text, size, "rounds", fewer, estimate_bytes(&estimate));
        break;
    }
}

/* ---- Choosing a resolution ---- */

static double party_points(const Situation *shape, int party, int steps) {
    int type_start[2] = {0, shape->type_start[party + 1] - shape->type_start[party]};
    return (double)grid_size(1, type_start, (Resolution){.even = steps});
}

/* What two steps fewer for a party would save, for what they would cost: the fall of the logarithm of its points over
 * the rise of the interpolation error, which goes with the square of the cell (docs/method/grid.md). 0 where it cannot.
 */
static double bargain(const Situation *shape, const int *steps, int party) {
    double from = steps[party], to = from - 2;
    if (to < RESOLUTION_LEAST) return 0;
    double saved = log(party_points(shape, party, steps[party]) / party_points(shape, party, steps[party] - 2));
    return saved / (1 / (to * to) - 1 / (from * from));
}

/* Two steps fewer for those parties with whom it is the best bargain; false where none can have fewer. */
static bool coarsen(const Situation *shape, int *steps) {
    double best = 0;
    for (int party = 0; party < shape->party_count; party++) best = fmax(best, bargain(shape, steps, party));
    if (best == 0) return false;
    for (int party = 0; party < shape->party_count; party++)
        if (bargain(shape, steps, party) == best) steps[party] -= 2;
    return true;
}

BrinkStatus size_choose(const Scenario *scenario, const BrinkSolveSettings *settings, Arena *arena,
                        Resolution *result) {
    double bytes, cap = memory_cap(settings);
    int rounds = settings->rounds > 0 ? settings->rounds : scenario_rounds(scenario);
    Situation shape = situation_shape(scenario, rounds, &bytes);
    Estimate estimate;
    BrinkStatus status = BRINK_OK;
    int *steps = arena_array(arena, (size_t)shape.party_count, sizeof *steps);
    if (!steps) return BRINK_NO_MEMORY;
    for (int party = 0; party < shape.party_count; party++) steps[party] = asked(settings);
    *result = (Resolution){.steps = steps};
    while (settings->resolution == 0) {
        status = estimate_new(scenario, settings, rounds, *result, &estimate);
        bool is_small =
            estimate_bytes(&estimate) <= cap && estimate.game.stages * estimate.points <= fixed_points_wished;
        if (status != BRINK_OK || is_small || !coarsen(&shape, steps)) break;
    }
    return status;
}

/* ---- Refusing ---- */

static void refuse(const Scenario *scenario, const BrinkSolveSettings *settings, int rounds, double bytes,
                   bool at_least, double positions, double points, double cap, BrinkDiagnostics *diagnostics) {
    char needed[BYTES_SIZE], allowed[BYTES_SIZE], ways[160], hint[320];
    list_ways(scenario, settings, rounds, cap, ways, sizeof ways);
    snprintf(hint, sizeof hint, "%s%sfewer types, postures or drafts shrink it too; --memory sets the cap", ways,
             *ways ? "; " : "");
    diagnostics_add(diagnostics, DIAGNOSTIC_too_much_memory, span_none(), hint,
                    "solving this needs %s %s, and may take %s: %s%.0f positions over %d rounds, most of them at %.3g "
                    "beliefs",
                    at_least ? "more than" : "about", in_words(bytes, needed), in_words(cap, allowed),
                    at_least ? "more than " : "", positions, rounds, points);
}

BrinkStatus size_foresee(const Scenario *scenario, const BrinkSolveSettings *settings, Resolution resolution,
                         BrinkDiagnostics *diagnostics) {
    Estimate estimate = {0};
    int rounds = settings->rounds > 0 ? settings->rounds : scenario_rounds(scenario);
    double cap = memory_cap(settings);
    BrinkStatus status = estimate_new(scenario, settings, rounds, resolution, &estimate);
    if (status != BRINK_OK || estimate_bytes(&estimate) <= cap) return status;
    refuse(scenario, settings, rounds, estimate_bytes(&estimate), estimate.game.is_at_least, estimate.game.positions,
           estimate.points, cap, diagnostics);
    return BRINK_BAD_INPUT;
}

BrinkSize size_of(const Game *game, Resolution resolution, size_t compiled) {
    BrinkSize size = {.positions = (uint64_t)game->position_count,
                      .resolution = resolution_finest(resolution, game->party_count, game->type_start)};
    for (int i = 0; i < game->position_count; i++) size.stages += game->positions[i].kind == POSITION_STAGE;
    solve_size(game, resolution, &size.fixed_points, &size.bytes);
    size.bytes = size.bytes < UINT64_MAX - compiled ? size.bytes + compiled : UINT64_MAX;
    return size;
}
