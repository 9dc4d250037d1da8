/* SPDX-License-Identifier: GPL-3.0-or-later
 * The command line: a table of commands, each with an option table of its own. Arguments in, public API, report out.
 * Private to the room; like any host it sees brink.h alone. */
#ifndef CLI_CLI_H
#define CLI_CLI_H

#include <brink/brink.h>
#include <stdio.h>

enum { EXIT_GOOD = 0, EXIT_CLAIM_FAILS = 1, EXIT_BAD_INPUT = 2, EXIT_NOT_SOLVED = 3, EXIT_CANCELLED = 130 };

typedef struct CliOption {
    const char *name;     /* without the dashes */
    char letter;          /* 0: none */
    const char *argument; /* what follows, for help: "PATH"; "[N]": a number may follow; NULL: a flag */
    const char *help;     /* one sentence without a full stop */
} CliOption;

typedef struct Arguments Arguments;

typedef struct Command {
    const char *name;
    const char *operands;                   /* for help: "FILE…" */
    int least, most;                        /* how many operands */
    const char *summary;                    /* one line */
    const char *teaching;                   /* what `brink help NAME` adds below the options */
    const CliOption *options;               /* ends with a row without a name */
    int (*run)(const Arguments *arguments); /* gives the exit status */
} Command;

extern const Command *const command_table[]; /* ends with NULL */
extern const CliOption common_options[];     /* every command takes these */
const Command *command_find(const char *name);

/* ---- Arguments of one call, in the order given ---- */

typedef struct Given {
    const CliOption *option;
    const char *value;
} Given;

struct Arguments {
    const Command *command;
    int given_count, operand_count;
    Given *given;
    const char **operands;
};

/* Parses what follows the command's name; false after a message on standard error. Freed with arguments_free. */
bool arguments_parse(const Command *command, int count, char **words, Arguments *arguments);
void arguments_free(Arguments *arguments);
bool arguments_has(const Arguments *arguments, const char *name);
/* The value given last, or NULL. */
const char *arguments_value(const Arguments *arguments, const char *name);
/* Bytes written as 500MB, 8 GB, 1.5GB or a bare number; false after a message. Leaves *bytes alone when the option was
 * not given. */
bool arguments_bytes(const Arguments *arguments, const char *name, uint64_t *bytes);
/* A whole number within [low, high]; false after a message. Leaves *value alone when the option was not given. */
bool arguments_integer(const Arguments *arguments, const char *name, long low, long high, int *value);

/* ---- Help ---- */

typedef struct Topic {
    const char *name, *summary, *text;
} Topic;

extern const Topic topics[]; /* ends with a row without a name */
const Topic *topic_find(const char *name);

void help_command(FILE *stream, const Command *command);
/* Teaching and topics, at most 80 columns wide. */
void help_text(FILE *stream, const char *text);
void help_overview(FILE *stream);
/* The manual page, for man(1). */
void manual_write(FILE *stream);

/* ---- Telling: the one way to standard error ---- */

/* Looks for --diagnostics=json, before anything is told. */
void tell_choose(int count, char **words);
/* Nothing but JSON may go to standard error: no progress, no sizes. */
bool tell_is_json(void);
void shared_tell(const BrinkDiagnostics *diagnostics);
/* A mistake in the arguments; `hint` may be NULL. Always false, to be returned. */
bool tell_mistake(const char *hint, const char *format, ...) __attribute__((format(printf, 2, 3)));
/* Why a file could not be written, after errno. Always false. */
bool tell_not_written(const char *path);
bool tell_no_memory(const char *hint); /* always false */
void tell_stopped(const char *what_is_left);

/* ---- Ctrl-C ---- */

void interrupt_begin(void);
/* While it is watched for, the first one only asks: whoever watches stops by itself and keeps what is done. */
void interrupt_watch(bool is_on);
bool interrupt_asked(void);
/* A file that is being written, to be removed if the program ends before it is finished; the path is kept, not copied.
 */
void interrupt_unfinished(const char *path);
void interrupt_finished(const char *path);

/* ---- What commands share ---- */

/* Reads the scenario and applies --set and --variant in the order given. */
BrinkStatus shared_read(const Arguments *arguments, const char *path, BrinkDiagnostics *diagnostics,
                        BrinkScenario **result);
/* Settings from --rounds, --resolution, --memory and --no-error; false after a message. */
bool shared_settings(const Arguments *arguments, BrinkSolveSettings *settings);
/* Exit status of a status; what the diagnostics do not already say is said on standard error. */
int shared_exit(BrinkStatus status, const BrinkDiagnostics *diagnostics);
/* Columns of the terminal; where there is none, what COLUMNS says, or 80. */
int shared_columns(void);
/* A file that comes to be whole or not at all: written beside its path and renamed at the end. What is at the path and
 * is no file, a pipe or a device, is written into. */
typedef struct SharedFile {
    const char *path;
    char *beside; /* NULL: written in place */
    FILE *stream;
} SharedFile;
/* False after a message. */
bool shared_open(SharedFile *file, const char *path);
/* Frees it; where it is not kept, nothing of it is left. False after a message. */
bool shared_close(SharedFile *file, bool is_kept);
/* Writes a text to a path ("-": standard output), as a SharedFile. False after a message. */
bool shared_write(const char *path, const char *text);

/* Progress of a long solve on standard error. */
typedef struct Progress {
    bool is_quiet, is_shown;
    double begun, told;
    int phase_count; /* of a solve; 0: packages are mapped */
} Progress;
void progress_begin(Progress *progress, bool is_quiet, int phase_count);
bool progress_observe(void *progress, BrinkPhase phase, uint64_t done, uint64_t total);
void progress_end(Progress *progress);
double progress_clock(void); /* seconds */

#define OPTION_SET                                                                                                     \
    {                                                                                                                  \
        "set", 's', "PATH=VALUE",                                                                                      \
            "replace a value of the scenario, for example parties.us.patience=0.95; may be repeated"                   \
    }
#define OPTION_VARIANT                                                                                                 \
    { "variant", 'v', "NAME", "apply a variant of the scenario; may be repeated" }
#define OPTION_ROUNDS                                                                                                  \
    { "rounds", 0, "T", "meetings still to come, instead of the scenario's own number" }
#define OPTION_RESOLUTION                                                                                              \
    { "resolution", 'r', "R", "steps of the belief grid, an even number from 2 to 200; if not given, what suits" }
/* `then` follows what it may take. */
#define OPTION_MEMORY(then)                                                                                            \
    {                                                                                                                  \
        "memory", 'm', "SIZE",                                                                                         \
            "most memory it may take, for example 500MB or 8GB" then "; three quarters of the machine's if not stated" \
    }
#define OPTION_JSON(what)                                                                                              \
    { "json", 'j', "PATH", what " as JSON to a file, or - for standard output" }
#define OPTION_QUIET                                                                                                   \
    { "quiet", 'q', NULL, "no progress and no text, only what was asked for" }
#define OPTION_END                                                                                                     \
    { NULL, 0, NULL, NULL }

#endif
