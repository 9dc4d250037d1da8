/* SPDX-License-Identifier: GPL-3.0-or-later
 * Times the package space: frontier, Nash point and counts of additive spaces drawn at random or with opposed
 * interests. One line of JSON per space; bench/packages_negmas.py times the same spaces, read from --dump, with NegMAS.
 */
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "packages/count.h"
#include "packages/frontier.h"
#include "packages/solutions.h"
#include "seconds.h"

typedef struct Bench {
    int parties, issues, options, rules;
    bool is_opposed;
    uint64_t seed;
} Bench;

static double draw(const Bench *bench, uint64_t index) {
    return random_uniform(bench->seed, 3, index);
}

/* Random: weights and scores uniform. Opposed: party 0 likes the first option best and the others the last, each with
 * its own curve and weights. Three decimals, as a file would have. */
static double worth_of(const Bench *bench, int party, int issue, int option) {
    uint64_t at = ((uint64_t)party * 1000 + (uint64_t)issue) * 1000;
    double weight = 0.1 + draw(bench, at + 999), share = draw(bench, at + (uint64_t)option);
    if (bench->is_opposed) {
        double place = bench->options > 1 ? (double)option / (bench->options - 1) : 0;
        share = pow(party == 0 ? 1 - place : place, 0.4 + 1.2 * draw(bench, at + 998));
    }
    return floor(1e5 * weight * share / bench->issues + 0.5) / 1e3;
}

static void *take(Arena *arena, size_t count, size_t size) {
    void *result = arena_array(arena, count, size);
    if (!result) exit(EXIT_FAILURE);
    return result;
}

static int *count_up(Arena *arena, int count, int step) {
    int *result = take(arena, (size_t)count, sizeof *result);
    for (int i = 0; i < count; i++) result[i] = i * step;
    return result;
}

/* Rule k: the first option of issue k asks for one of the first half of the options of issue k + 1. */
static void lay_rules(Situation *s, const Bench *bench, Arena *arena) {
    size_t options = (size_t)s->option_total;
    bool *when = take(arena, (size_t)bench->rules * options, sizeof *when),
         *then = take(arena, (size_t)bench->rules * options, sizeof *then);
    for (int k = 0; k < bench->rules; k++)
        for (int o = 0; o < s->option_total; o++) {
            int issue = o / bench->options, option = o % bench->options, from = 2 * k % (bench->issues - 1);
            when[(size_t)k * options + (size_t)o] = issue != from || option == 0;
            then[(size_t)k * options + (size_t)o] = issue != from + 1 || 2 * option < bench->options;
        }
    s->rule_count = bench->rules;
    s->rule_if = when;
    s->rule_then = then;
}

static Situation *lay(const Bench *bench, Arena *arena) {
    Situation *s = take(arena, 1, sizeof *s);
    size_t parties = (size_t)bench->parties, issues = (size_t)bench->issues;
    s->party_count = s->type_total = bench->parties;
    s->issue_count = bench->issues;
    s->option_total = bench->issues * bench->options;
    s->type_start = s->type_party = count_up(arena, bench->parties + 1, 1);
    s->option_start = s->today = count_up(arena, bench->issues + 1, bench->options);
    bool *signs = take(arena, parties, sizeof *signs);
    for (size_t i = 0; i < parties; i++) signs[i] = true;
    s->signs = signs;
    s->performs = take(arena, issues * parties, sizeof(bool));
    s->detects = take(arena, (size_t)s->option_total * parties, sizeof(bool));
    s->weight = take(arena, parties * issues, sizeof(double));
    s->score = take(arena, parties * (size_t)s->option_total, sizeof(double));
    s->requires_detection = take(arena, parties, sizeof(double));
    s->unverifiable = take(arena, parties, sizeof(double));
    for (int party = 0; party < bench->parties; party++)
        for (int issue = 0; issue < bench->issues; issue++) {
            s->weight[party * bench->issues + issue] = 100;
            for (int option = 0; option < bench->options; option++)
                s->score[party * s->option_total + issue * bench->options + option] =
                    worth_of(bench, party, issue, option);
        }
    lay_rules(s, bench, arena);
    return s;
}

static void dump(const Bench *bench, const Situation *s, FILE *file) {
    fprintf(file, "{\"parties\": %d, \"issues\": %d, \"options\": %d, \"worth\": [", bench->parties, bench->issues,
            bench->options);
    for (int party = 0; party < bench->parties; party++)
        for (int o = 0; o < s->option_total; o++)
            fprintf(file, "%s%.3f", party + o ? ", " : "", s->score[party * s->option_total + o]);
    fprintf(file, "]}\n");
}

/* Of this program alone: getrusage counts what its parent held before it started. */
static long peak_kilobytes(void) {
    long kilobytes = 0;
    char line[256];
    FILE *file = fopen("/proc/self/status", "r");
    while (file && fgets(line, sizeof line, file)) sscanf(line, "VmHWM: %ld", &kilobytes);
    if (file) fclose(file);
    return kilobytes;
}

/* What nobody signs below: the middle between worst and best for each. */
static void middle(const Bench *bench, const Situation *s, double *outside) {
    for (int party = 0; party < bench->parties; party++) {
        outside[party] = 0;
        for (int issue = 0; issue < bench->issues; issue++) {
            const double *score = s->score + party * s->option_total + issue * bench->options;
            double low = score[0], high = score[0];
            for (int o = 1; o < bench->options; o++) {
                low = fmin(low, score[o]);
                high = fmax(high, score[o]);
            }
            outside[party] += (low + high) / 2 - score[0];
        }
    }
}

static int run(const Bench *bench, const char *dump_path) {
    Arena *arena = arena_new();
    Situation *s = lay(bench, arena);
    double outside[PACKAGE_SIGNERS_MOST];
    Space *space;
    Frontier frontier;
    Zone zone;
    PackageCount count = {0};
    middle(bench, s, outside);
    if (dump_path) {
        FILE *file = fopen(dump_path, "w");
        if (!file) return EXIT_FAILURE;
        dump(bench, s, file);
        fclose(file);
    }
    double start = processor_seconds();
    BrinkStatus status = space_new(s, s->type_party, outside, SPACE_WHOLE, arena, &space);
    if (status == BRINK_OK)
        status =
            frontier_find(space, (FrontierLimits){.points_most = 1 << 22, .groups_most = 1 << 12}, arena, &frontier);
    double frontier_seconds = processor_seconds() - start;
    if (status != BRINK_OK || !zone_find(&frontier.points, space->signer_count, space->least, arena, &zone))
        return EXIT_FAILURE;
    size_t *rows = take(arena, zone.count + 1, sizeof *rows), nash = solution_find(&zone, CONCEPT_NASH, rows);
    for (int concept = CONCEPT_NASH + 1; concept < CONCEPT_COUNT; concept ++)
        solution_find(&zone, (PackageConcept) concept, take(arena, zone.count + 1, sizeof *rows));
    double solution_seconds = processor_seconds() - start - frontier_seconds;
    long frontier_kilobytes = peak_kilobytes();
    start = processor_seconds();
    status = count_signed(space, space->least,
                          (CountLimits){.points_most = bench->parties <= 2 ? 1 << 24 : 1 << 20, .groups_most = 1 << 12},
                          &count);
    double count_seconds = processor_seconds() - start;
    if (status != BRINK_OK) return EXIT_FAILURE;
    printf("{\"tool\": \"brink\", \"parties\": %d, \"issues\": %d, \"options\": %d, \"rules\": %d, \"opposed\": %s, "
           "\"packages\": %.6g, "
           "\"frontier\": %zu, \"epsilon\": %g, \"zone\": %zu, \"nash\": %zu, \"signed\": [%.17g, %.17g], "
           "\"frontier_seconds\": %.6f, "
           "\"solutions_seconds\": %.6f, \"count_seconds\": %.6f, \"frontier_kilobytes\": %ld, \"kilobytes\": %ld}\n",
           bench->parties, bench->issues, bench->options, bench->rules, bench->is_opposed ? "true" : "false",
           count_all(s), frontier.points.count, frontier.epsilon, zone.count, nash, count.low, count.high,
           frontier_seconds, solution_seconds, count_seconds, frontier_kilobytes, peak_kilobytes());
    arena_free(arena);
    return EXIT_SUCCESS;
}

int main(int argc, char **argv) {
    if (argc < 7) {
        fprintf(stderr, "usage: bench-packages PARTIES ISSUES OPTIONS RULES random|opposed SEED [DUMP]\n");
        return EXIT_FAILURE;
    }
    Bench bench = {.parties = atoi(argv[1]),
                   .issues = atoi(argv[2]),
                   .options = atoi(argv[3]),
                   .rules = atoi(argv[4]),
                   .is_opposed = strcmp(argv[5], "opposed") == 0,
                   .seed = strtoull(argv[6], NULL, 10)};
    return run(&bench, argc > 7 ? argv[7] : NULL);
}
