/* SPDX-License-Identifier: GPL-3.0-or-later
 * The history part of the outlook JSON (docs/outlook-json.md, `history`). */
#include "report/history.h"

#include "report/leaves.h"

static const char *const outcome_names[OUTCOME_COUNT] = {"deal", "interim", "lapse", "collapse", "conflict"};
static const char *const ratings[] = {"setback", "none", "modest", "substantial", "breakthrough"};

typedef struct Build {
    const ReportInput *input;
    bool failed;
} Build;

static void put(Build *build, json_t *object, const char *key, json_t *value) {
    leaf_put(&build->failed, object, key, value);
}

static json_t *outcomes(Build *build, const double *values) {
    json_t *object = json_object();
    for (int o = 0; o < OUTCOME_COUNT; o++) put(build, object, outcome_names[o], leaf_number(values[o]));
    return object;
}

static json_t *beliefs(Build *build, const double *values) {
    const ReportInput *input = build->input;
    const Situation *s = input->situation;
    json_t *object = json_object();
    for (int party = 0; party < s->party_count; party++) {
        json_t *types = json_object();
        for (int type = s->type_start[party]; type < s->type_start[party + 1]; type++)
            put(build, types, input->scenario->types[type].key, leaf_number(values[type]));
        put(build, object, input->scenario->parties[party].key, types);
    }
    return object;
}

/* Odds and beliefs after a move; null where it cannot happen. */
static void put_state(Build *build, const OutlookMove *move, json_t *object) {
    put(build, object, "outcomes", move->beliefs ? outcomes(build, move->outcomes) : json_null());
    put(build, object, "beliefs", move->beliefs ? beliefs(build, move->beliefs) : json_null());
}

static json_t *readings(Build *build, int item) {
    const OutlookMove *moves = build->input->history->readings[item];
    json_t *object = json_object();
    double sum = 0;
    if (!moves) return object;
    int count = build->input->situation->history[item].reading_count;
    for (int r = 0; r < count; r++) sum += moves[r].likelihood;
    for (int r = 0; r < count; r++) {
        json_t *reading = json_object();
        put(build, reading, "likelihood", leaf_number(moves[r].likelihood));
        put(build, reading, "share", leaf_number(moves[r].likelihood / sum));
        put_state(build, &moves[r], reading);
        put(build, object, build->input->scenario->history[item].readings[r].key, reading);
    }
    return object;
}

static double agreed(const OutlookMove *move) {
    return move->outcomes[BRINK_DEAL] + move->outcomes[BRINK_INTERIM];
}

static const char *rate(const ReportInput *input, double change) {
    int rating = 0;
    while (rating < 4 && 100 * change >= input->rating[rating]) rating++;
    return ratings[rating];
}

static json_t *item_object(Build *build, int item) {
    const OutlookMove *move = &build->input->history->moves[item + 1];
    const HistoryNote *note = &build->input->scenario->history[item];
    double change = agreed(move) - agreed(move - 1);
    char day[11];
    json_t *object = json_object();
    calendar_format(note->day, day);
    put(build, object, "date", json_string(day));
    put(build, object, "say", leaf_text(note->say));
    put(build, object, "likelihood", leaf_number(move->likelihood));
    put_state(build, move, object);
    put(build, object, "change", leaf_number(change));
    put(build, object, "rating", json_string(rate(build->input, change)));
    put(build, object, "readings", readings(build, item));
    return object;
}

json_t *report_history_json(const ReportInput *input) {
    if (!input->history) return json_null();
    Build build = {.input = input};
    json_t *object = json_object(), *before = json_object(), *items = json_array();
    put_state(&build, &input->history->moves[0], before);
    for (int i = 0; i < input->history->item_count; i++) leaf_append(&build.failed, items, item_object(&build, i));
    put(&build, object, "likelihood", leaf_number(input->outlook->likelihood));
    put(&build, object, "before", before);
    put(&build, object, "items", items);
    if (!build.failed) return object;
    json_decref(object);
    return NULL;
}
