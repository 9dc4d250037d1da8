/* SPDX-License-Identifier: GPL-3.0-or-later
 * The manual page, from the tables of commands and options, in man(7) macros. */
#include "cli.h"

#include <string.h>

/* Text in which nothing is taken for a request or an escape. */
static void write_text(FILE *stream, const char *text) {
    bool is_start = true;
    for (; *text; text++) {
        if (is_start && (*text == '.' || *text == '\'')) fputs("\\&", stream);
        if (*text == '\\')
            fputs("\\e", stream);
        else if (*text == '-')
            fputs("\\-", stream);
        else
            fputc(*text, stream);
        is_start = *text == '\n';
    }
}

static void write_option(FILE *stream, const CliOption *option) {
    fputs(".TP\n", stream);
    if (option->letter) fprintf(stream, "\\fB\\-%c\\fR, ", option->letter);
    fputs("\\fB\\-\\-", stream);
    write_text(stream, option->name);
    fprintf(stream, "\\fR%s\\fI%s\\fR\n", option->argument ? " " : "", option->argument ? option->argument : "");
    write_text(stream, option->help);
    fputc('\n', stream);
}

static void write_command(FILE *stream, const Command *command) {
    fprintf(stream, ".SS brink %s %s\n", command->name, command->operands);
    write_text(stream, command->summary);
    fputs(".\n", stream);
    for (const CliOption *option = command->options; option->name; option++) write_option(stream, option);
    if (!command->teaching) return;
    fputs(".PP\n.nf\n", stream);
    write_text(stream, command->teaching);
    fputs(".fi\n", stream);
}

static void write_topic(FILE *stream, const Topic *topic) {
    fputs(".SH ", stream);
    for (const char *at = topic->name; *at; at++) fputc(*at - 'a' + 'A', stream);
    fputs("\n.nf\n", stream);
    write_text(stream, topic->text);
    fputs(".fi\n", stream);
}

void manual_write(FILE *stream) {
    fprintf(
        stream,
        ".TH BRINK 1 \"\" \"brink %s\" \"User Commands\"\n.SH NAME\nbrink \\- negotiations under threat, answered with "
        "probabilities\n.SH SYNOPSIS\n.B brink\n.I COMMAND\n[options] ...\n.SH DESCRIPTION\n"
        "A scenario file states who negotiates about what under which threats; brink works out what is likely to "
        "happen, "
        "meeting by meeting, and what rests on which assumption.\n.SH COMMANDS\n",
        brink_version());
    for (const Command *const *command = command_table; *command; command++) write_command(stream, *command);
    fputs(".SH OPTIONS OF ALL COMMANDS\n", stream);
    for (const CliOption *option = common_options; option->name; option++) write_option(stream, option);
    for (const Topic *topic = topics; topic->name; topic++) write_topic(stream, topic);
    fputs(".SH ENVIRONMENT\n.TP\n.B NO_COLOR\nwhere set to anything, diagnostics have no colours.\n"
          ".TP\n.B COLUMNS\nwidth of the text where the output is no terminal.\n"
          ".SH EXIT STATUS\n0 good, 1 a claim fails, 2 bad input, 3 not solved, 130 stopped by Ctrl\\-C or TERM.\n",
          stream);
}
