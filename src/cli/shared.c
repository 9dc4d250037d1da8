/* SPDX-License-Identifier: GPL-3.0-or-later
 * What the commands share: reading a scenario with its changes, telling diagnostics, writing files whole or not at all.
 */
#include "cli.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/stat.h>
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

bool shared_open(SharedFile *file, const char *path) {
    struct stat status;
    bool is_special = stat(path, &status) == 0 && !S_ISREG(status.st_mode); /* a device, a pipe */
    size_t room = strlen(path) + 32;
    *file = (SharedFile){.path = path};
    if (!is_special) file->beside = malloc(room);
    if (file->beside) snprintf(file->beside, room, "%s.%ld.part", path, (long)getpid());
    if (is_special || file->beside) file->stream = fopen(is_special ? path : file->beside, "wb");
    if (file->stream && file->beside) interrupt_unfinished(file->beside);
    if (file->stream) return true;
    tell_not_written(path);
    free(file->beside);
    return false;
}

bool shared_close(SharedFile *file, bool is_kept) {
    bool is_written = fflush(file->stream) == 0 && !ferror(file->stream);
    if (is_written && file->beside) is_written = fsync(fileno(file->stream)) == 0;
    int error = errno;
    is_written = fclose(file->stream) == 0 && is_written;
    bool is_good = is_kept && is_written && (!file->beside || rename(file->beside, file->path) == 0);
    if (is_kept && !is_written) errno = error;
    if (is_kept && !is_good) tell_not_written(file->path);
    if (!is_good && file->beside) remove(file->beside);
    interrupt_finished(file->beside);
    free(file->beside);
    return is_good || !is_kept;
}

bool shared_write(const char *path, const char *text) {
    if (strcmp(path, "-") == 0) {
        bool is_written = fputs(text, stdout) >= 0 &&
                          (text[0] == '\0' || text[strlen(text) - 1] == '\n' || fputc('\n', stdout) == '\n');
        return (is_written && fflush(stdout) == 0) || tell_not_written("standard output");
    }
    SharedFile file;
    if (!shared_open(&file, path)) return false;
    fputs(text, file.stream);
    return shared_close(&file, true);
}
