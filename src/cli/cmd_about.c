/* SPDX-License-Identifier: GPL-3.0-or-later
 * brink schema, version and help: what the program says of itself. */
#include "commands.h"

static const CliOption none[] = {OPTION_END};
static const CliOption schema_options[] = {{"output", 'o', "PATH", "where to write it, - for standard output"},
                                           OPTION_END};
static const CliOption help_options[] = {{"man", 0, NULL, "all of it as a manual page, for man -l -"}, OPTION_END};

static const char schema_teaching[] = "An editor that knows YAML schemas completes and checks scenario files with it:\n"
                                      "  brink schema -o brink.schema.json\n"
                                      "  # yaml-language-server: $schema=brink.schema.json\n";

static int run_schema(const Arguments *arguments) {
    const char *path = arguments_value(arguments, "output");
    char *text = NULL;
    BrinkStatus status = brink_schema_json(&text);
    bool is_written = status == BRINK_OK && shared_write(path ? path : "-", text);
    brink_text_free(text);
    return is_written ? EXIT_GOOD : EXIT_BAD_INPUT;
}

static int run_version(const Arguments *arguments) {
    (void)arguments;
    printf("brink %s\n", brink_version());
    return EXIT_GOOD;
}

static int run_help(const Arguments *arguments) {
    const char *name = arguments->operand_count > 0 ? arguments->operands[0] : NULL;
    const Command *command = name ? command_find(name) : NULL;
    const Topic *topic = name ? topic_find(name) : NULL;
    if (arguments_has(arguments, "man"))
        manual_write(stdout);
    else if (!name)
        help_overview(stdout);
    else if (command)
        help_command(stdout, command);
    else if (topic)
        help_text(stdout, topic->text);
    if (!name || command || topic) return EXIT_GOOD;
    tell_mistake("`brink help` lists them", "there is no command and no topic %s", name);
    return EXIT_BAD_INPUT;
}

const Command command_schema = {"schema",       "",        0, 0, "the JSON Schema of scenario files", schema_teaching,
                                schema_options, run_schema};
const Command command_version = {"version", "", 0, 0, "the program's version", NULL, none, run_version};
const Command command_help = {"help", "[COMMAND or TOPIC]", 0,       1, "this overview, one command, or a topic",
                              NULL,   help_options,         run_help};
