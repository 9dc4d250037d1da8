/* SPDX-License-Identifier: GPL-3.0-or-later
 * The scenarios of real cases say where each of their numbers comes from: beside every number, in the same map, stands
 * a source (`from`) or a reason (`note`). Read here event by event with libyaml alone, so that the program's own reader
 * is not its own witness.
 *
 * Invariant: `levels` holds the open maps and lists, outermost first. */
#include <ctype.h>
#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>
#include <yaml.h>

enum { DEPTH_MAX = 64, SOURCE_MAX = 100, KEY_MAX = 64 };

typedef struct Level {
    bool is_map, is_key_next, has_reason;
    char key[KEY_MAX]; /* the map's key at hand */
    int pending;       /* numbers that wait for this map's reason */
    int pending_line;  /* the first of them */
} Level;

typedef struct Reading {
    Level levels[DEPTH_MAX];
    int depth;
    int number_count, bare_count;
    char declared[SOURCE_MAX][KEY_MAX], cited[SOURCE_MAX][KEY_MAX];
    int declared_count, cited_count;
} Reading;

/* A plain number, alone or with a unit of at most one word. */
static bool is_number(const yaml_event_t *event) {
    if (event->data.scalar.style != YAML_PLAIN_SCALAR_STYLE) return false;
    const char *text = (const char *)event->data.scalar.value;
    if (!isdigit((unsigned char)text[0]) && text[0] != '-' && text[0] != '.') return false;
    char *end;
    strtod(text, &end);
    if (end == text) return false;
    if (*end == '%') end++;
    if (*end == ' ') {
        end++;
        while (isalpha((unsigned char)*end)) end++;
    }
    return *end == '\0';
}

static void remember(char (*names)[KEY_MAX], int *count, const char *name) {
    for (int i = 0; i < *count; i++)
        if (strcmp(names[i], name) == 0) return;
    assert_true(*count < SOURCE_MAX);
    snprintf(names[(*count)++], KEY_MAX, "%s", name);
}

/* The map that has to give the reason for a number read now; the values of `steps` look to the map that holds `steps`.
 */
static Level *answerable(Reading *reading) {
    int depth = reading->depth - 1;
    while (depth > 0 && !reading->levels[depth].is_map) depth--;
    if (depth > 0 && strcmp(reading->levels[depth - 1].key, "steps") == 0 && reading->levels[depth - 1].is_map) depth--;
    return &reading->levels[depth];
}

static void open_level(Reading *reading, bool is_map) {
    assert_true(reading->depth < DEPTH_MAX);
    reading->levels[reading->depth++] = (Level){.is_map = is_map, .is_key_next = is_map};
}

/* A value has been read in the innermost level: a map then expects a key. */
static void after_value(Reading *reading) {
    if (reading->depth > 0 && reading->levels[reading->depth - 1].is_map)
        reading->levels[reading->depth - 1].is_key_next = true;
}

static void close_level(Reading *reading) {
    Level *level = &reading->levels[--reading->depth];
    if (!level->has_reason && level->pending > 0) {
        print_error("line %d: %d number(s) without a source or a reason\n", level->pending_line, level->pending);
        reading->bare_count += level->pending;
    }
    after_value(reading);
}

static void take_value(Reading *reading, const Level *level, const yaml_event_t *event) {
    const char *text = (const char *)event->data.scalar.value;
    bool is_version = reading->depth == 1 && strcmp(level->key, "brink") == 0;
    if (level->is_map && strcmp(level->key, "from") == 0) remember(reading->cited, &reading->cited_count, text);
    if (!is_number(event) || is_version) return;
    Level *map = answerable(reading);
    if (map->pending++ == 0) map->pending_line = (int)event->start_mark.line + 1;
    reading->number_count++;
}

static void take_scalar(Reading *reading, const yaml_event_t *event) {
    const char *text = (const char *)event->data.scalar.value;
    Level *level = &reading->levels[reading->depth - 1];
    if (level->is_map && level->is_key_next) {
        snprintf(level->key, KEY_MAX, "%s", text);
        level->is_key_next = false;
        level->has_reason = level->has_reason || strcmp(text, "from") == 0 || strcmp(text, "note") == 0;
        if (reading->depth == 2 && strcmp(reading->levels[0].key, "sources") == 0)
            remember(reading->declared, &reading->declared_count, text);
        return;
    }
    take_value(reading, level, event);
    after_value(reading);
}

static void take_event(Reading *reading, const yaml_event_t *event) {
    switch (event->type) {
    case YAML_MAPPING_START_EVENT:
        open_level(reading, true);
        break;
    case YAML_SEQUENCE_START_EVENT:
        open_level(reading, false);
        break;
    case YAML_MAPPING_END_EVENT:
    case YAML_SEQUENCE_END_EVENT:
        close_level(reading);
        break;
    case YAML_SCALAR_EVENT:
        take_scalar(reading, event);
        break;
    default:
        break;
    }
}

static void read_events(Reading *reading, yaml_parser_t *parser) {
    bool is_over = false;
    while (!is_over) {
        yaml_event_t event;
        assert_int_equal(yaml_parser_parse(parser, &event), 1);
        is_over = event.type == YAML_STREAM_END_EVENT;
        take_event(reading, &event);
        yaml_event_delete(&event);
    }
}

static void read_text(Reading *reading, const char *text) {
    yaml_parser_t parser;
    memset(reading, 0, sizeof *reading);
    assert_int_equal(yaml_parser_initialize(&parser), 1);
    yaml_parser_set_input_string(&parser, (const unsigned char *)text, strlen(text));
    read_events(reading, &parser);
    yaml_parser_delete(&parser);
}

static void read_scenario(Reading *reading, const char *name) {
    char path[1024];
    yaml_parser_t parser;
    memset(reading, 0, sizeof *reading);
    snprintf(path, sizeof path, "%s/scenarios/%s", REPOSITORY, name);
    FILE *file = fopen(path, "rb");
    assert_non_null(file);
    assert_int_equal(yaml_parser_initialize(&parser), 1);
    yaml_parser_set_input_file(&parser, file);
    read_events(reading, &parser);
    yaml_parser_delete(&parser);
    fclose(file);
}

static int find(char (*names)[KEY_MAX], int count, const char *name) {
    for (int i = 0; i < count; i++)
        if (strcmp(names[i], name) == 0) return i;
    return -1;
}

/* ---- The counter itself ---- */

static void a_bare_number_is_counted(void **state) {
    (void)state;
    Reading reading;
    read_text(&reading, "brink: 1\na: {b: 0.5}\nc: {d: [1, 2, three, 2026-02-20], note: why}\n");
    assert_int_equal(reading.number_count, 3);
    assert_int_equal(reading.bare_count, 1);
}

static void a_reason_does_not_speak_for_maps_inside(void **state) {
    (void)state;
    Reading reading;
    read_text(&reading, "a: {note: why, b: 1, c: {d: 2 days}}\n");
    assert_int_equal(reading.number_count, 2);
    assert_int_equal(reading.bare_count, 1);
}

static void steps_take_the_reason_of_the_number_they_make_up(void **state) {
    (void)state;
    Reading reading;
    read_text(&reading, "a: {steps: {2026-02-20: 1, 2026-03-20: 2}, from: X}\nb: {steps: {2026-02-20: 3}}\n");
    assert_int_equal(reading.number_count, 3);
    assert_int_equal(reading.bare_count, 1);
}

/* ---- The scenarios ---- */

static void check_numbers(const char *name, int least) {
    Reading reading;
    read_scenario(&reading, name);
    assert_true(reading.number_count > least);
    assert_int_equal(reading.bare_count, 0);
}

static void every_number_of_the_flagship_has_a_source_or_a_reason(void **state) {
    (void)state;
    check_numbers("geneva-2026.yaml", 300);
}

static void every_number_of_the_other_real_cases_has_a_source_or_a_reason(void **state) {
    (void)state;
    check_numbers("cuba-1962.yaml", 100);
    check_numbers("autoworkers-2023.yaml", 80);
    check_numbers("nile-dam-2020.yaml", 140);
    check_numbers("trade-war-2019.yaml", 120);
}

static void check_citations(const char *name) {
    Reading reading;
    read_scenario(&reading, name);
    int missing = 0;
    for (int i = 0; i < reading.cited_count; i++)
        if (find(reading.declared, reading.declared_count, reading.cited[i]) < 0) {
            print_error("%s cites %s, which is not among its sources\n", name, reading.cited[i]);
            missing++;
        }
    for (int i = 0; i < reading.declared_count; i++)
        if (find(reading.cited, reading.cited_count, reading.declared[i]) < 0) {
            print_error("%s lists %s and never cites it\n", name, reading.declared[i]);
            missing++;
        }
    assert_int_equal(missing, 0);
}

static void sources_listed_and_sources_cited_are_the_same(void **state) {
    (void)state;
    check_citations("geneva-2026.yaml");
    check_citations("cuba-1962.yaml");
    check_citations("autoworkers-2023.yaml");
    check_citations("nile-dam-2020.yaml");
    check_citations("trade-war-2019.yaml");
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_bare_number_is_counted),
        cmocka_unit_test(a_reason_does_not_speak_for_maps_inside),
        cmocka_unit_test(steps_take_the_reason_of_the_number_they_make_up),
        cmocka_unit_test(every_number_of_the_flagship_has_a_source_or_a_reason),
        cmocka_unit_test(every_number_of_the_other_real_cases_has_a_source_or_a_reason),
        cmocka_unit_test(sources_listed_and_sources_cited_are_the_same),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
