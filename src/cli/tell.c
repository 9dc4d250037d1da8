/* SPDX-License-Identifier: GPL-3.0-or-later
 * What goes to standard error: diagnostics drawn, or as JSON, an object on each line, where --diagnostics=json asks for
 * it. Then nothing else goes there. Colours only on a terminal that can show them, and not against NO_COLOR. */
#include "cli.h"

#include <errno.h>
#include <stdarg.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <unistd.h>

static bool is_json; /* of the whole process, like the stream it is about */

/* The form must be known before the arguments are read: their mistakes are diagnostics too. */
void tell_choose(int count, char **words) {
    for (int i = 0; i < count && strcmp(words[i], "--") != 0; i++)
        is_json = is_json || strcmp(words[i], "--diagnostics=json") == 0 ||
                  (i + 1 < count && strcmp(words[i], "--diagnostics") == 0 && strcmp(words[i + 1], "json") == 0);
}

bool tell_is_json(void) {
    return is_json;
}

static bool has_colour(void) {
    const char *no_colour = getenv("NO_COLOR"), *terminal = getenv("TERM");
    return isatty(STDERR_FILENO) && !(no_colour && *no_colour) && terminal && strcmp(terminal, "dumb") != 0;
}

/* 0 where no terminal is there to be broken at. */
static int tell_columns(void) {
    struct winsize size;
    bool is_known = isatty(STDERR_FILENO) && ioctl(STDERR_FILENO, TIOCGWINSZ, &size) == 0 && size.ws_col > 0;
    return is_known ? size.ws_col : 0;
}

void shared_tell(const BrinkDiagnostics *diagnostics) {
    char *text = NULL;
    if (!diagnostics || brink_diagnostics_count(diagnostics) == 0) return;
    BrinkStatus status = is_json ? brink_diagnostics_json(diagnostics, &text)
                                 : brink_diagnostics_draw(diagnostics, has_colour(), tell_columns(), &text);
    fputs(status == BRINK_OK ? text : "brink: not enough memory to say what is wrong\n", stderr);
    brink_text_free(text);
}

static void say(const char *code, const char *file, const char *message, const char *hint) {
    BrinkDiagnostics *diagnostics = NULL;
    if (brink_diagnostics_new(&diagnostics) == BRINK_OK &&
        brink_diagnostics_add(diagnostics, code, file, message, hint) == BRINK_OK)
        shared_tell(diagnostics);
    else
        fprintf(stderr, "brink: %s\n", message);
    brink_diagnostics_free(diagnostics);
}

bool tell_mistake(const char *hint, const char *format, ...) {
    char message[1024];
    va_list arguments;
    va_start(arguments, format);
    vsnprintf(message, sizeof message, format, arguments);
    va_end(arguments);
    say("U002", NULL, message, hint);
    return false;
}

bool tell_not_written(const char *path) {
    char message[512];
    snprintf(message, sizeof message, "it cannot be written: %s", strerror(errno));
    say("U003", path, message, "give a path in a folder that can be written to; nothing has been changed there");
    return false;
}

bool tell_no_memory(const char *hint) {
    say("U004", NULL, "there is not enough memory", hint);
    return false;
}

void tell_stopped(const char *what_is_left) {
    say("U005", NULL, what_is_left, NULL);
}
