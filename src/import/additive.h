/* SPDX-License-Identifier: GPL-3.0-or-later
 * What the JSON formats share: issues with listed values, and weights. Private to the room. Each reports its own
 * errors; false after one. */
#ifndef IMPORT_ADDITIVE_H
#define IMPORT_ADDITIVE_H

#include "import/json.h"

/* Room for as many issues as `object` has members. */
bool additive_issues(Import *import, const JsonFile *json, const JsonPath *path, json_t *object, ImportDomain *domain);
/* Room for `count` options; then one option after another (`text` NULL is an error). */
bool additive_room(Import *import, const JsonFile *json, const JsonPath *path, ImportIssue *issue, size_t count);
bool additive_add_option(Import *import, const JsonFile *json, const JsonPath *path, ImportIssue *issue,
                         const char *text);
/* Reads the weight of every issue from an object that is found at `above`. */
void additive_weights(Import *import, const JsonFile *json, const JsonPath *above, json_t *weights,
                      const ImportDomain *domain, ImportProfile *profile);
/* Reports members of `object` that are no issue of the domain. */
void additive_strangers(Import *import, const JsonFile *json, const JsonPath *above, json_t *object,
                        const ImportDomain *domain);
/* The comment beside an issue's preference. */
void additive_remark(Import *import, const ImportDomain *domain, ImportProfile *profile, int at);

#endif
