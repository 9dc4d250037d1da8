/* SPDX-License-Identifier: GPL-3.0-or-later
 * The settings of a solve. */
#include "api/api.h"

BrinkSolveSettings brink_solve_settings_default(void) {
    return (BrinkSolveSettings){
        .rounds = 0, .resolution = 0, .with_error = true, .gradient_listed = 20, .rating = {-2, 2, 10, 25}};
}

BrinkStatus settings_check(const BrinkSolveSettings *settings, BrinkDiagnostics *diagnostics) {
    bool is_good = true;
    if (settings->rounds < 0 || settings->rounds > 1000) {
        diagnostics_add(diagnostics, DIAGNOSTIC_bad_setting, span_none(), "0 is what the scenario says",
                        "rounds %d must lie between 0 and 1000", settings->rounds);
        is_good = false;
    }
    if (settings->resolution != 0 &&
        (settings->resolution < 2 || settings->resolution > 200 || settings->resolution % 2 != 0)) {
        diagnostics_add(diagnostics, DIAGNOSTIC_bad_setting, span_none(),
                        "the error comes from a second solve at half of it, so it must be even",
                        "resolution %d must be an even number from 2 to 200", settings->resolution);
        is_good = false;
    }
    if (settings->threads < 0 || settings->threads > 1024) {
        diagnostics_add(diagnostics, DIAGNOSTIC_bad_setting, span_none(), "0 is one for each processor",
                        "threads %d must lie between 0 and 1024", settings->threads);
        is_good = false;
    }
    for (int i = 1; i < 4; i++)
        if (is_good && !(settings->rating[i] > settings->rating[i - 1])) {
            diagnostics_add(diagnostics, DIAGNOSTIC_bad_setting, span_none(), "for example -2, 2, 10, 25",
                            "the bounds of the rating must rise from one to the next");
            is_good = false;
        }
    return is_good ? BRINK_OK : BRINK_BAD_INPUT;
}
