/* SPDX-License-Identifier: GPL-3.0-or-later
 * brink COMMAND …: finds the command, parses its arguments, runs it. */
#include "commands.h"

#include <string.h>

const Command *const command_table[] = {
#define COMMAND(name) &command_##name,
#include "commands.def"
#undef COMMAND
    NULL,
};
const CliOption common_options[] = {
    {"diagnostics", 0, "FORM", "what is wrong as text, or as json: one object on each line of standard error"},
    {"help", 'h', NULL, "this text"},
    OPTION_END,
};

const Command *command_find(const char *name) {
    if (strcmp(name, "--help") == 0 || strcmp(name, "-h") == 0) return &command_help;
    if (strcmp(name, "--version") == 0) return &command_version;
    for (const Command *const *command = command_table; *command; command++)
        if (strcmp((*command)->name, name) == 0) return *command;
    return NULL;
}

static bool knows_form(const Arguments *arguments) {
    const char *form = arguments_value(arguments, "diagnostics");
    bool is_known = !form || strcmp(form, "text") == 0 || strcmp(form, "json") == 0;
    return is_known || tell_mistake("use text or json", "--diagnostics %s is not known", form);
}

static int run(const Command *command, int count, char **words) {
    Arguments arguments;
    int result = EXIT_BAD_INPUT;
    if (arguments_parse(command, count, words, &arguments) && knows_form(&arguments)) {
        bool wants_help = arguments_has(&arguments, "help");
        if (wants_help) help_command(stdout, command);
        result = wants_help ? EXIT_GOOD : command->run(&arguments);
    }
    arguments_free(&arguments);
    return result;
}

int main(int count, char **words) {
    interrupt_begin();
    tell_choose(count, words);
    if (count < 2) {
        help_overview(stderr);
        return EXIT_BAD_INPUT;
    }
    const Command *command = command_find(words[1]);
    if (command) return run(command, count - 2, words + 2);
    tell_mistake("`brink help` lists them", "there is no command %s", words[1]);
    return EXIT_BAD_INPUT;
}
