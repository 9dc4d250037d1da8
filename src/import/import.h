/* SPDX-License-Identifier: GPL-3.0-or-later
 * The one door to the room `import`: files of other tools (docs/import.md), or what somebody says of
 * a case -> the text of a scenario.
 *
 * This is the only room that sees libxml2. Nothing is fetched, no document type and no entity is read, and what is
 * returned has passed the scenario room's own check. */
#ifndef IMPORT_IMPORT_H
#define IMPORT_IMPORT_H

#include "base/base.h"

/* What brink_import promises, with settings that are never NULL. */
BrinkStatus import_scenario(BrinkImportFormat format, const char *const *paths, size_t path_count,
                            const BrinkImportSettings *settings, BrinkDiagnostics *diagnostics, char **result);
/* What brink_sketch_text promises. */
BrinkStatus import_sketch(const BrinkSketch *sketch, BrinkDiagnostics *diagnostics, char **result);

#endif
