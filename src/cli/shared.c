/* SPDX-License-Identifier: GPL-3.0-or-later
 * What the commands share: reading a scenario with its changes, telling diagnostics, writing files whole or not at all.
 */
#include "cli.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <unistd.h>

/* ---- Reading ---- */

static BrinkStatus set(BrinkScenario *scenario, const char *change, BrinkDiagnostics *diagnostics) {
    const char *equals = strchr(change, '=');
    if (!equals) {
        char file[256];
        snprintf(file, sizeof file, "--set %s", change);
        BrinkStatus status = brink_diagnostics_add(diagnostics, "U002", file, "a change needs a path and a value",
                                                   "for example --set parties.us.patience=0.95");
        return status == BRINK_OK ? BRINK_BAD_INPUT : status;
    }
    char *path = strndup(change, (size_t)(equals - change));
    BrinkStatus status = path ? brink_scenario_set(scenario, path, equals + 1, diagnostics) : BRINK_NO_MEMORY;
    free(path);
    return status;
}

static BrinkStatus change(const Arguments *arguments, BrinkScenario *scenario, BrinkDiagnostics *diagnostics) {
    BrinkStatus status = BRINK_OK;
    for (int i = 0; status == BRINK_OK && i < arguments->given_count; i++) {
        const Given *given = &arguments->given[i];
        if (strcmp(given->option->name, "set") == 0)
            status = set(scenario, given->value, diagnostics);
        else if (strcmp(given->option->name, "variant") == 0)
            status = brink_scenario_use_variant(scenario, given->value, diagnostics);
    }
    return status;
}

BrinkStatus shared_read(const Arguments *arguments, const char *path, BrinkDiagnostics *diagnostics,
                        BrinkScenario **result) {
    BrinkScenario *scenario = NULL;
    BrinkStatus status = brink_scenario_read(path, diagnostics, &scenario);
    if (status == BRINK_OK) status = change(arguments, scenario, diagnostics);
    if (status == BRINK_OK)
        *result = scenario;
    else
        brink_scenario_free(scenario);
    return status;
}

bool shared_settings(const Arguments *arguments, BrinkSolveSettings *settings) {
    *settings = brink_solve_settings_default();
    settings->with_error = !arguments_has(arguments, "no-error");
    return arguments_integer(arguments, "rounds", 1, 1000, &settings->rounds) &&
           arguments_integer(arguments, "resolution", 2, 200, &settings->resolution) &&
           arguments_bytes(arguments, "memory", &settings->memory);
}

/* ---- The end ---- */

int shared_exit(BrinkStatus status, const BrinkDiagnostics *diagnostics) {
    bool is_told = brink_diagnostics_error_count(diagnostics) > 0;
    switch (status) {
    case BRINK_OK:
        return EXIT_GOOD;
    case BRINK_NOT_SOLVED:
        return EXIT_NOT_SOLVED;
    case BRINK_CANCELLED:
        tell_stopped("stopped; nothing was written");
        return EXIT_CANCELLED;
    case BRINK_NO_MEMORY:
        tell_no_memory("a lower --resolution or fewer --rounds need less");
        return EXIT_BAD_INPUT;
    default:
        break;
    }
    if (!is_told) tell_mistake(NULL, "%s", brink_status_text(status));
    return EXIT_BAD_INPUT;
}

int shared_columns(void) {
    struct winsize size;
    int columns = 80;
    const char *stated = getenv("COLUMNS");
    if (ioctl(STDOUT_FILENO, TIOCGWINSZ, &size) == 0 && size.ws_col > 0)
        columns = size.ws_col;
    else if (stated && *stated >= '1' && *stated <= '9')
        columns = (int)strtol(stated, NULL, 10);
    return columns < 60 ? 60 : columns > 100 ? 100 : columns;
}

/* ---- Writing ---- */

static bool write_file(const char *path, const char *beside, const char *text) {
    FILE *file = fopen(beside, "wb");
    if (!file) return tell_not_written(path);
    bool is_written = fputs(text, file) >= 0 && fflush(file) == 0 && fsync(fileno(file)) == 0;
    is_written = fclose(file) == 0 && is_written;
    if (is_written && rename(beside, path) == 0) return true;
    tell_not_written(path);
    remove(beside);
    return false;
}

bool shared_write(const char *path, const char *text) {
    if (strcmp(path, "-") == 0) {
        bool is_written = fputs(text, stdout) >= 0 &&
                          (text[0] == '\0' || text[strlen(text) - 1] == '\n' || fputc('\n', stdout) == '\n');
        return (is_written && fflush(stdout) == 0) || tell_not_written("standard output");
    }
    size_t room = strlen(path) + 32;
    char *beside = malloc(room);
    if (!beside) return tell_not_written(path);
    snprintf(beside, room, "%s.%ld.part", path, (long)getpid());
    interrupt_unfinished(beside);
    bool is_written = write_file(path, beside, text);
    interrupt_finished(beside);
    free(beside);
    return is_written;
}
