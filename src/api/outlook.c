/* SPDX-License-Identifier: GPL-3.0-or-later
 * What a caller reads off an outlook. */
#include "api/api.h"

#include <stdlib.h>

double brink_outlook_probability(const BrinkOutlook *outlook, BrinkOutcome outcome) {
    return outlook->outcomes[outcome];
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
