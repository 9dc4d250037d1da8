/* SPDX-License-Identifier: GPL-3.0-or-later
 * Help from the tables, at most 80 columns. */
#include "cli.h"

#include <string.h>

enum { COLUMNS_MOST = 80, TEXT_COLUMN = 27 };

static int columns(void) {
    int own = shared_columns();
    return own < COLUMNS_MOST ? own : COLUMNS_MOST;
}

static int code_points(const char *text, size_t length) {
    int count = 0;
    for (size_t i = 0; i < length; i++) count += ((unsigned char)text[i] & 0xC0) != 0x80;
    return count;
}

/* Wraps the words up to `end`; further lines begin at `indent`. */
static void write_words(FILE *stream, const char *text, const char *end, int column, int indent) {
    for (bool is_first = true; text < end; is_first = false) {
        size_t length = strcspn(text, " \n");
        int width = code_points(text, length);
        if (!is_first && column + 1 + width > columns()) {
            fprintf(stream, "\n%*s", indent, "");
            column = indent;
        } else if (!is_first) {
            fputc(' ', stream);
            column++;
        }
        fwrite(text, 1, length, stream);
        column += width;
        text += length;
        text += strspn(text, " \n");
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

/* Where the right one of two parts of a line begins, past two spaces or more; 0: there is one part. */
static size_t right_part(const char *line, size_t length) {
    size_t at = strspn(line, " ");
    while (at + 2 < length && (line[at] != ' ' || line[at + 1] != ' ')) at++;
    if (at + 2 >= length) return 0;
    return at + strspn(line + at, " ");
}

/* The end of a line and of those below it that go on in its right part, at `column`. */
static size_t block_length(const char *text, int column) {
    size_t end = strcspn(text, "\n");
    while (text[end] && strspn(text + end + 1, " ") == (size_t)column) end += 1 + strcspn(text + end + 1, "\n");
    return end;
}

static bool fits(const char *text, size_t length) {
    for (size_t at = 0; at < length; at += strcspn(text + at, "\n") + 1)
        if (code_points(text + at, strcspn(text + at, "\n")) > columns()) return false;
    return true;
}

/* A line that begins with a space stays as it is where it fits; else its right part is wrapped, with the lines that go
 * on below it. What is taken of the text. */
static size_t write_line(FILE *stream, const char *text) {
    size_t length = strcspn(text, "\n"), right = right_part(text, length), left = right;
    int column = code_points(text, right);
    size_t end = right > 0 ? block_length(text, column) : length;
    bool is_narrow = column > columns() - 16;
    if (right == 0 || fits(text, end)) {
        fprintf(stream, "%.*s\n", (int)length, text);
        return length + (text[length] == '\n');
    }
    while (is_narrow && text[left - 1] == ' ') left--;
    fwrite(text, 1, left, stream);
    if (is_narrow) fprintf(stream, "\n%*s", column = 8, "");
    write_words(stream, text + right, text + end, column, column);
    return end + (text[end] == '\n');
}

/* Paragraphs are wrapped anew. */
void help_text(FILE *stream, const char *text) {
    while (*text) {
        size_t length = paragraph_length(text);
        if (length > 0) write_words(stream, text, text + length, 0, 0);
        text += length > 0 ? length : write_line(stream, text);
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
    help_text(stream, "brink: negotiations under threat, stated as a file, answered with\n"
                      "probabilities that can be checked.\n\n"
                      "Usage: brink COMMAND [options] …\n\nCommands:\n");
    for (const Command *const *command = command_table; *command; command++)
        write_row(stream, (*command)->name, (*command)->summary);
    fputs("\nTopics, for `brink help TOPIC`:\n", stream);
    for (const Topic *topic = topics; topic->name; topic++) write_row(stream, topic->name, topic->summary);
    help_text(stream, "\nStart here:\n"
                      "  brink run scenarios/ultimatum.yaml     the smallest scenario, commented\n"
                      "  brink new                              a scenario of your own\n"
                      "  brink help scenario                    what such a file is made of\n"
                      "  brink help answers                     what the answers mean\n\n"
                      "Exit status: 0 good, 1 a claim fails, 2 bad input, 3 not solved.\n");
}
