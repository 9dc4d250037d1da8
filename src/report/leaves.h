/* SPDX-License-Identifier: GPL-3.0-or-later
 * What every JSON tree of the room is made of: leaves, the scenario's own data, names for people. Private to the room.
 */
#ifndef REPORT_LEAVES_H
#define REPORT_LEAVES_H

#include <jansson.h>

#include "scenario/scenario.h"

/* Set `failed` when memory was short; they take the reference to `value`. */
void leaf_put(bool *failed, json_t *object, const char *key, json_t *value);
void leaf_append(bool *failed, json_t *array, json_t *value);

/* null where it is not finite */
json_t *leaf_number(double value);
/* null for NULL; bytes that are not UTF-8 are replaced */
json_t *leaf_text(const char *value);
/* "2026-03-03", null where it is not finite */
json_t *leaf_date(double day);

/* {title, file, sha256, as_of, changes} */
json_t *leaf_scenario(bool *failed, const Scenario *scenario);
/* {parties: {P: {name, signs, types, rungs}}, issues: {K: {name, options}}, drafts, mediator} */
json_t *leaf_names(bool *failed, const Scenario *scenario, const Situation *situation);

#endif
