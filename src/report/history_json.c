/* SPDX-License-Identifier: GPL-3.0-or-later
 * The history part of the outlook JSON (docs/outlook-json.md, `history`). */
#include "report/history.h"

#include "report/utf8.h"

#include <math.h>
#include <stdlib.h>

static const char *const outcome_names[OUTCOME_COUNT] = {"deal", "interim", "lapse", "collapse", "conflict"};
static const char *const ratings[] = {"setback", "none", "modest", "substantial", "breakthrough"};

static json_t *text(const char *value) {
    json_t *result = json_string(value);
    char *repaired = result ? NULL : utf8_repair(value);
    if (repaired) result = json_string(repaired);
    free(repaired);
    return result;
}

static json_t *outcomes(const double *values) {
    json_t *object = json_object();
    for (int o = 0; o < OUTCOME_COUNT; o++) json_object_set_new(object, outcome_names[o], json_real(values[o]));
    return object;
}

static json_t *beliefs(const ReportInput *input, const double *values) {
    const Situation *s = input->situation;
    json_t *object = json_object();
    for (int party = 0; party < s->party_count; party++) {
        json_t *types = json_object();
        for (int type = s->type_start[party]; type < s->type_start[party + 1]; type++)
            json_object_set_new(types, input->scenario->types[type].key, json_real(values[type]));
        json_object_set_new(object, input->scenario->parties[party].key, types);
    }
    return object;
}

/* Odds and beliefs after a move; null where it cannot happen. */
static void put_state(const ReportInput *input, const OutlookMove *move, json_t *object) {
    json_object_set_new(object, "outcomes", move->beliefs ? outcomes(move->outcomes) : json_null());
    json_object_set_new(object, "beliefs", move->beliefs ? beliefs(input, move->beliefs) : json_null());
}

static json_t *readings(const ReportInput *input, int item) {
    const OutlookMove *moves = input->history->readings[item];
    json_t *object = json_object();
    double sum = 0;
    if (!moves) return object;
    int count = input->situation->history[item].reading_count;
    for (int r = 0; r < count; r++) sum += moves[r].likelihood;
    for (int r = 0; r < count; r++) {
        json_t *reading = json_object();
        json_object_set_new(reading, "likelihood", json_real(moves[r].likelihood));
        json_object_set_new(reading, "share", json_real(moves[r].likelihood / sum));
        put_state(input, &moves[r], reading);
        json_object_set_new(object, input->scenario->history[item].readings[r].key, reading);
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

static json_t *item_object(const ReportInput *input, int item) {
    const OutlookMove *move = &input->history->moves[item + 1];
    const HistoryNote *note = &input->scenario->history[item];
    double change = agreed(move) - agreed(move - 1);
    char day[11];
    json_t *object = json_object();
    calendar_format(note->day, day);
    json_object_set_new(object, "date", json_string(day));
    json_object_set_new(object, "say", text(note->say));
    json_object_set_new(object, "likelihood", json_real(move->likelihood));
    put_state(input, move, object);
    json_object_set_new(object, "change", json_real(change));
    json_object_set_new(object, "rating", json_string(rate(input, change)));
    json_object_set_new(object, "readings", readings(input, item));
    return object;
}

json_t *report_history_json(const ReportInput *input) {
    if (!input->history) return json_null();
    json_t *object = json_object(), *before = json_object(), *items = json_array();
    put_state(input, &input->history->moves[0], before);
    for (int i = 0; i < input->history->item_count; i++) json_array_append_new(items, item_object(input, i));
    json_object_set_new(object, "likelihood", json_real(input->outlook->likelihood));
    json_object_set_new(object, "before", before);
    json_object_set_new(object, "items", items);
    return object;
}
