/* SPDX-License-Identifier: GPL-3.0-or-later
 * Ctrl-C, and the signal by which schedulers end a job, end the program at once. While something watches for it, to
 * keep what is done, the first one asks and the second one ends. Invariant: whichever way it ends, no half-written file
 * is left behind, and the exit status is 130.
 */
#include "cli.h"

#include <signal.h>
#include <string.h>
#include <unistd.h>

enum { UNFINISHED_MOST = 4 };

static volatile sig_atomic_t is_watched, is_asked;
static const char *volatile unfinished[UNFINISHED_MOST]; /* files that are being written */

/* What is called here may be called from a signal's handler. */
static void say(const char *text) {
    if (write(STDERR_FILENO, text, strlen(text)) < 0) _exit(EXIT_CANCELLED);
}

static void end_now(void) {
    for (int i = 0; i < UNFINISHED_MOST; i++)
        if (unfinished[i]) unlink(unfinished[i]);
    say(tell_is_json()
            ? "{\"severity\":\"note\",\"code\":\"U005\",\"file\":null,\"line\":null,\"column\":null,\"length\":"
              "null,\"path\":null,\"message\":\"stopped; nothing was written\",\"hint\":null}\n"
            : "\nnote[U005]: stopped; nothing was written\n");
    _exit(EXIT_CANCELLED);
}

static void interrupt(int signal) {
    (void)signal;
    if (is_asked || !is_watched) end_now();
    is_asked = 1;
    if (!tell_is_json()) say("\nbrink: stopping after what is at hand; Ctrl-C again stops at once\n");
}

void interrupt_begin(void) {
    struct sigaction action = {.sa_handler = interrupt, .sa_flags = SA_RESTART};
    sigemptyset(&action.sa_mask);
    sigaction(SIGINT, &action, NULL);
    sigaction(SIGTERM, &action, NULL);
}

void interrupt_watch(bool is_on) {
    is_watched = is_on;
}

bool interrupt_asked(void) {
    return is_asked;
}

void interrupt_unfinished(const char *path) {
    for (int i = 0; i < UNFINISHED_MOST; i++)
        if (!unfinished[i]) {
            unfinished[i] = path;
            return;
        }
}

void interrupt_finished(const char *path) {
    for (int i = 0; i < UNFINISHED_MOST; i++)
        if (unfinished[i] == path) unfinished[i] = NULL;
}
