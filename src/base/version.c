/* SPDX-License-Identifier: GPL-3.0-or-later
 * What the library says of itself. */
#include "base/base.h"

const char *brink_version(void) {
    return BRINK_VERSION;
}

const char *brink_status_text(BrinkStatus status) {
    switch (status) {
    case BRINK_OK: return "done";
    case BRINK_BAD_INPUT: return "the input has mistakes";
    case BRINK_NOT_SOLVED: return "some stage of the game did not converge";
    case BRINK_CANCELLED: return "cancelled";
    case BRINK_NO_MEMORY: return "not enough memory";
    case BRINK_NO_FILE: return "a file could not be read";
    }
    return "unknown status";
}
