/* SPDX-License-Identifier: GPL-3.0-or-later
 * Help from the tables, 80 columns. */
#include "cli.h"

#include <string.h>

enum { COLUMNS = 80, TEXT_COLUMN = 27 };

static int code_points(const char *text, size_t length) {
    int count = 0;
    for (size_t i = 0; i < length; i++) count += ((unsigned char)text[i] & 0xC0) != 0x80;
    return count;
}

/* Wraps the words up to `end` at 80 columns; further lines begin at `indent`. */
static void write_words(FILE *stream, const char *text, const char *end, int column, int indent) {
    for (bool is_first = true; text < end; is_first = false) {
        size_t length = strcspn(text, " \n");
        int width = code_points(text, length);
        if (!is_first && column + 1 + width > COLUMNS) {
            fprintf(stream, "\n%*s", indent, "");
            column = indent;
        } else if (!is_first) {
            fputc(' ', stream);
            column++;
        }
        fwrite(text, 1, length, stream);
        column += width;
        text += length + (text[length] != '\0');
    }
    fputc('\n', stream);
}

static void write_sentence(FILE *stream, const char *text, int column, int indent) {
    write_words(stream, text, text + strlen(text), column, indent);
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
    write_sentence(stream, option->help, TEXT_COLUMN, TEXT_COLUMN);
}

/* The lines from `text` on up to an empty one, or one that begins with a space. */
static size_t paragraph_length(const char *text) {
    size_t length = 0;
    while (text[length] && text[length] != '\n' && text[length] != ' ') {
        length += strcspn(text + length, "\n");
        length += text[length] == '\n';
    }
    return length;
}

/* Paragraphs are wrapped anew; lines that begin with a space stay as they are. */
void help_text(FILE *stream, const char *text) {
    while (*text) {
        size_t length = paragraph_length(text), line = strcspn(text, "\n") + 1;
        if (length > 0)
            write_words(stream, text, text + length, 0, 0);
        else
            fwrite(text, 1, line, stream);
        text += length > 0 ? length : line;
    }
}

void help_command(FILE *stream, const Command *command) {
    fprintf(stream, "brink %s: ", command->name);
    write_sentence(stream, command->summary, 9 + (int)strlen(command->name), 0);
    fprintf(stream, "\nUsage: brink %s [options]%s%s\n\nOptions:\n", command->name, *command->operands ? " " : "",
            command->operands);
    for (const CliOption *option = command->options; option->name; option++) write_option(stream, option);
    for (const CliOption *option = common_options; option->name; option++) write_option(stream, option);
    if (!command->teaching) return;
    fputc('\n', stream);
    help_text(stream, command->teaching);
}

static void write_row(FILE *stream, const char *name, const char *summary) {
    fprintf(stream, "  %-12s", name);
    write_sentence(stream, summary, 14, 14);
}

void help_overview(FILE *stream) {
    fputs("brink: negotiations under threat, stated as a file, answered with\n"
          "probabilities that can be checked.\n\n"
          "Usage: brink COMMAND [options] …\n\nCommands:\n",
          stream);
    for (const Command *const *command = command_table; *command; command++)
        write_row(stream, (*command)->name, (*command)->summary);
    fputs("\nTopics, for `brink help TOPIC`:\n", stream);
    for (const Topic *topic = topics; topic->name; topic++) write_row(stream, topic->name, topic->summary);
    fputs("\nStart here:\n"
          "  brink run scenarios/ultimatum.yaml     the smallest scenario, commented\n"
          "  brink new                              a scenario of your own\n"
          "  brink help scenario                    what such a file is made of\n"
          "  brink help answers                     what the answers mean\n\n"
          "Exit status: 0 good, 1 a claim fails, 2 bad input, 3 not solved.\n",
          stream);
}
