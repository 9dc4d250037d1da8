/* SPDX-License-Identifier: GPL-3.0-or-later
 * Arguments along an option table: `--name value`, `--name=value`, `-n value`; `--` ends the options, `-` is an
 * operand. Numbers are read strictly. */
#include "cli.h"

#include <assert.h>
#include <errno.h>
#include <stdlib.h>
#include <string.h>

static const CliOption *find_in(const CliOption *options, const char *name, size_t length, char letter) {
    for (; options->name; options++) {
        if (letter ? options->letter == letter
                   : strlen(options->name) == length && strncmp(options->name, name, length) == 0)
            return options;
    }
    return NULL;
}

static const CliOption *find_option(const Command *command, const char *word) {
    bool is_long = word[1] == '-';
    const char *name = word + 2;
    size_t length = is_long ? strcspn(name, "=") : 0;
    const CliOption *found = find_in(command->options, name, length, is_long ? 0 : word[1]);
    return found ? found : find_in(common_options, name, length, is_long ? 0 : word[1]);
}

/* Letters two names share from their start. */
static size_t shared_front(const char *a, const char *b) {
    size_t length = 0;
    while (a[length] && a[length] == b[length]) length++;
    return length;
}

static void refuse_option(const Command *command, const char *word) {
    const CliOption *nearest = NULL;
    const char *name = word + 1 + (word[1] == '-');
    for (const CliOption *option = command->options; option->name; option++)
        if (shared_front(option->name, name) >= 2 &&
            (!nearest || shared_front(option->name, name) > shared_front(nearest->name, name)))
            nearest = option;
    char hint[160];
    if (nearest)
        snprintf(hint, sizeof hint, "did you mean --%s? `brink help %s` lists them all", nearest->name, command->name);
    else
        snprintf(hint, sizeof hint, "`brink help %s` lists them all", command->name);
    tell_mistake(hint, "brink %s has no option %s", command->name, word);
}

/* The value of the option at words[*at]: after `=`, behind the letter, or the next word. */
static bool take_value(const CliOption *option, int count, char **words, int *at, const char **value) {
    const char *word = words[*at], *equals = word[1] == '-' ? strchr(word, '=') : NULL;
    *value = NULL;
    if (!option->argument) {
        if (!equals && (word[1] == '-' || word[2] == '\0')) return true;
        return tell_mistake(NULL, "--%s takes no value", option->name);
    }
    const char *next = *at + 1 < count ? words[*at + 1] : "";
    bool is_number = *next && strspn(next, "0123456789") == strlen(next);
    if (equals)
        *value = equals + 1;
    else if (option->argument[0] == '[' && !is_number)
        return true;
    else if (word[1] != '-' && word[2])
        *value = word + 2;
    else if (*at + 1 < count)
        *value = words[++*at];
    return *value ||
           tell_mistake(option->help, "--%s needs a value: --%s %s", option->name, option->name, option->argument);
}

static bool check_operands(const Command *command, int count) {
    if (count >= command->least && (command->most < 0 || count <= command->most)) return true;
    char hint[160];
    snprintf(hint, sizeof hint, "write brink %s [options]%s%s", command->name, *command->operands ? " " : "",
             command->operands);
    return tell_mistake(hint, "brink %s %s", command->name,
                        count < command->least ? "needs more than that" : "takes less than that");
}

bool arguments_parse(const Command *command, int count, char **words, Arguments *arguments) {
    *arguments = (Arguments){.command = command};
    arguments->given = calloc((size_t)count + 1, sizeof *arguments->given);
    arguments->operands = calloc((size_t)count + 1, sizeof *arguments->operands);
    if (!arguments->given || !arguments->operands) return tell_no_memory(NULL);
    bool are_options_over = false;
    for (int at = 0; at < count; at++) {
        const char *word = words[at];
        if (!are_options_over && strcmp(word, "--") == 0) {
            are_options_over = true;
        } else if (are_options_over || word[0] != '-' || word[1] == '\0') {
            arguments->operands[arguments->operand_count++] = word;
        } else {
            Given given = {.option = find_option(command, word)};
            if (!given.option) refuse_option(command, word);
            if (!given.option || !take_value(given.option, count, words, &at, &given.value)) return false;
            arguments->given[arguments->given_count++] = given;
        }
    }
    return arguments_has(arguments, "help") || check_operands(command, arguments->operand_count);
}

void arguments_free(Arguments *arguments) {
    free(arguments->given);
    free(arguments->operands);
}

bool arguments_has(const Arguments *arguments, const char *name) {
    for (int i = 0; i < arguments->given_count; i++) {
        assert(arguments->given[i].option);
        if (strcmp(arguments->given[i].option->name, name) == 0) return true;
    }
    return false;
}

const char *arguments_value(const Arguments *arguments, const char *name) {
    const char *value = NULL;
    for (int i = 0; i < arguments->given_count; i++)
        if (strcmp(arguments->given[i].option->name, name) == 0) value = arguments->given[i].value;
    return value;
}

bool arguments_integer(const Arguments *arguments, const char *name, long low, long high, int *value) {
    const char *text = arguments_value(arguments, name);
    if (!text) return true;
    char *end;
    errno = 0;
    long number = strtol(text, &end, 10);
    bool is_number = *text && *text != ' ' && *end == '\0' && errno == 0;
    if (is_number && number >= low && number <= high) {
        *value = (int)number;
        return true;
    }
    return tell_mistake(NULL, "--%s %s must be a whole number from %ld to %ld", name, text, low, high);
}

bool arguments_bytes(const Arguments *arguments, const char *name, uint64_t *bytes) {
    static const struct {
        const char *name;
        double size;
    } units[] = {{"", 1}, {"B", 1}, {"kB", 1e3}, {"KB", 1e3}, {"MB", 1e6}, {"GB", 1e9}, {"TB", 1e12}};
    const char *text = arguments_value(arguments, name);
    if (!text) return true;
    char *end;
    bool is_number = (text[0] >= '0' && text[0] <= '9') && strspn(text, "0123456789.") > 0;
    double number = is_number ? strtod(text, &end) : 0;
    if (is_number) end += strspn(end, " ");
    for (size_t i = 0; is_number && i < sizeof units / sizeof *units; i++)
        if (strcmp(end, units[i].name) == 0 && number * units[i].size >= 1 && number * units[i].size < 1e18) {
            *bytes = (uint64_t)(number * units[i].size);
            return true;
        }
    return tell_mistake(NULL, "--%s %s must be a size such as 500MB or 8GB", name, text);
}
