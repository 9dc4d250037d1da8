/* SPDX-License-Identifier: GPL-3.0-or-later
 * What a caller reads off an outlook. */
#include "api/api.h"

#include <stdlib.h>

double brink_outlook_probability(const BrinkOutlook *outlook, BrinkOutcome outcome) {
    return outlook->outcomes[outcome];
}

size_t brink_outlook_slope_count(const BrinkOutlook *outlook) {
    return json_array_size(json_object_get(json_object_get(outlook->json, "gradient"), "numbers"));
}

BrinkStatus brink_outlook_slope(const BrinkOutlook *outlook, size_t index, BrinkSlope *result) {
    static const char *const names[BRINK_OUTCOME_COUNT] = {"deal", "interim", "lapse", "collapse", "conflict"};
    const json_t *numbers = json_object_get(json_object_get(outlook->json, "gradient"), "numbers");
    const json_t *number = json_array_get(numbers, index), *slope = json_object_get(number, "per_unit");
    if (!number) return BRINK_BAD_INPUT;
    result->path = json_string_value(json_object_get(number, "path"));
    result->value = json_number_value(json_object_get(number, "value"));
    result->is_kink = json_is_true(json_object_get(number, "kink"));
    for (int o = 0; o < BRINK_OUTCOME_COUNT; o++)
        result->slope[o] = json_number_value(json_object_get(slope, names[o]));
    return BRINK_OK;
}

BrinkStatus brink_outlook_json(const BrinkOutlook *outlook, char **result) {
    char *text = json_dumps(outlook->json, JSON_INDENT(2) | JSON_REAL_PRECISION(17));
    if (!text) return BRINK_NO_MEMORY;
    *result = text;
    return BRINK_OK;
}

BrinkStatus brink_outlook_text(const BrinkOutlook *outlook, int columns, char **result) {
    char *text = report_outlook_text(outlook->json, columns);
    if (!text) return BRINK_NO_MEMORY;
    *result = text;
    return BRINK_OK;
}

void brink_outlook_free(BrinkOutlook *outlook) {
    if (!outlook) return;
    json_decref(outlook->json);
    free(outlook);
}

BrinkStatus brink_schema_json(char **result) {
    char *text = scenario_schema_json();
    if (!text) return BRINK_NO_MEMORY;
    *result = text;
    return BRINK_OK;
}
