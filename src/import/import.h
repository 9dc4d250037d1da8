/* SPDX-License-Identifier: GPL-3.0-or-later
 * The one door to the room `import`: files of other tools -> the text of a scenario (docs/import.md).
 *
 * This is the only room that sees libxml2. Nothing is fetched, no document type and no entity is read, and what is
 * returned has passed the scenario room's own check. */
#ifndef IMPORT_IMPORT_H
#define IMPORT_IMPORT_H

#include "base/base.h"

/* What brink_import promises, with settings that are never NULL. */
BrinkStatus import_scenario(BrinkImportFormat format, const char *const *paths, size_t path_count,
                            const BrinkImportSettings *settings, BrinkDiagnostics *diagnostics, char **result);

#endif
