/* SPDX-License-Identifier: GPL-3.0-or-later
 * Help from the tables, 80 columns. */
#include "cli.h"

#include <string.h>

enum { COLUMNS = 80, TEXT_COLUMN = 27 };

/* Wraps words at 80 columns; further lines begin at `indent`. */
static void write_words(FILE *stream, const char *text, int column, int indent) {
    for (bool is_first = true; *text; is_first = false) {
        int length = (int)strcspn(text, " ");
        if (!is_first && column + 1 + length > COLUMNS) {
            fprintf(stream, "\n%*s", indent, "");
            column = indent;
        } else if (!is_first) {
            fputc(' ', stream);
            column++;
        }
        fwrite(text, 1, (size_t)length, stream);
        column += length;
        text += length;
        text += *text == ' ';
    }
    fputc('\n', stream);
}

static void write_option(FILE *stream, const CliOption *option) {
    char left[64];
    const char *argument = option->argument ? option->argument : "";
    if (option->letter)
        snprintf(left, sizeof left, "  -%c, --%s %s", option->letter, option->name, argument);
    else
        snprintf(left, sizeof left, "      --%s %s", option->name, argument);
    fprintf(stream, "%-*s", TEXT_COLUMN, left);
    if (strlen(left) >= TEXT_COLUMN) fprintf(stream, "\n%*s", TEXT_COLUMN, "");
    write_words(stream, option->help, TEXT_COLUMN, TEXT_COLUMN);
}

void help_command(FILE *stream, const Command *command) {
    fprintf(stream, "brink %s: ", command->name);
    write_words(stream, command->summary, 9 + (int)strlen(command->name), 0);
    fprintf(stream, "\nUsage: brink %s [options]%s%s\n\nOptions:\n", command->name, *command->operands ? " " : "",
            command->operands);
    for (const CliOption *option = command->options; option->name; option++) write_option(stream, option);
    for (const CliOption *option = common_options; option->name; option++) write_option(stream, option);
    if (command->teaching) fprintf(stream, "\n%s", command->teaching);
}

void help_overview(FILE *stream) {
    fputs("brink: negotiations under threat, stated as a file, answered with\n"
          "probabilities that can be checked.\n\n"
          "Usage: brink COMMAND [options] …\n\nCommands:\n",
          stream);
    for (const Command *const *command = command_table; *command; command++) {
        fprintf(stream, "  %-12s", (*command)->name);
        write_words(stream, (*command)->summary, 14, 14);
    }
    fputs("\nStart here:\n"
          "  brink run scenarios/ultimatum.yaml     the smallest scenario, commented\n"
          "  brink new                              a scenario of your own\n"
          "  brink help run                         what its answers mean\n\n"
          "Exit status: 0 good, 1 a claim fails, 2 bad input, 3 not solved.\n",
          stream);
}
