/* SPDX-License-Identifier: GPL-3.0-or-later
 * brink_import and brink_sketch_text: the import room behind the public door. */
#include "import/import.h"

BrinkImportSettings brink_import_settings_default(void) {
    return (BrinkImportSettings){.steps = 11, .rounds = 10};
}

BrinkStatus brink_import(BrinkImportFormat format, const char *const *paths, size_t path_count,
                         const BrinkImportSettings *settings, BrinkDiagnostics *diagnostics, char **result) {
    BrinkImportSettings own = settings ? *settings : brink_import_settings_default();
    return import_scenario(format, paths, path_count, &own, diagnostics, result);
}

BrinkStatus brink_sketch_text(const BrinkSketch *sketch, BrinkDiagnostics *diagnostics, char **result) {
    return import_sketch(sketch, diagnostics, result);
}
