/* SPDX-License-Identifier: GPL-3.0-or-later
 * brink completion: words a shell can complete, from the tables of commands and options. */
#include "commands.h"

#include <string.h>

static const CliOption options[] = {OPTION_END};

static const char teaching[] = "  bash:  source <(brink completion bash)\n"
                               "  zsh:   source <(brink completion zsh)      after compinit\n"
                               "  fish:  brink completion fish | source\n\n"
                               "`make install` puts them where the shells look for them.\n";

/* Calls write for the command's own options, then for those that all commands take. */
static void each_option(const Command *command, void (*write)(const Command *, const CliOption *)) {
    for (const CliOption *option = command->options; option->name; option++) write(command, option);
    for (const CliOption *option = common_options; option->name; option++) write(command, option);
}

static void write_name(const Command *command, const CliOption *option) {
    (void)command;
    printf(" --%s", option->name);
}

/* Within single quotes, for a shell. */
static void write_quoted(const char *text) {
    for (; *text; text++) fputs(*text == '\'' ? "’" : (char[]){*text, '\0'}, stdout);
}

static void write_bash(void) {
    puts("_brink() {\n"
         "    local word=${COMP_WORDS[COMP_CWORD]} words\n"
         "    COMPREPLY=()\n"
         "    case ${COMP_WORDS[1]} in");
    for (const Command *const *command = command_table; *command; command++) {
        printf("    %s) words='", (*command)->name);
        each_option(*command, write_name);
        puts("' ;;");
    }
    puts("    esac\n"
         "    if [ \"$COMP_CWORD\" -eq 1 ] || [ \"${COMP_WORDS[1]}\" = help ]; then");
    fputs("        words='", stdout);
    for (const Command *const *command = command_table; *command; command++) printf(" %s", (*command)->name);
    puts("'");
    fputs("        [ \"${COMP_WORDS[1]}\" = help ] && words=\"$words", stdout);
    for (const Topic *topic = topics; topic->name; topic++) printf(" %s", topic->name);
    puts("\"\n"
         "        COMPREPLY=($(compgen -W \"$words\" -- \"$word\"))\n"
         "    elif [ \"${word#-}\" != \"$word\" ]; then\n"
         "        COMPREPLY=($(compgen -W \"$words\" -- \"$word\"))\n"
         "    fi\n"
         "}\n"
         "complete -o default -F _brink brink");
}

static bool must_have_value(const CliOption *option) {
    return option->argument && option->argument[0] != '[';
}

static void write_zsh_option(const Command *command, const CliOption *option) {
    (void)command;
    printf(" '--%s%s[", option->name, must_have_value(option) ? "=" : "");
    for (const char *at = option->help; *at; at++) fputs(strchr("'[]:", *at) ? " " : (char[]){*at, '\0'}, stdout);
    printf("]%s'", must_have_value(option) ? ":value:_files" : "");
}

static void write_zsh_row(const char *name, const char *summary) {
    printf("        '%s:", name);
    write_quoted(summary);
    puts("'");
}

static void write_zsh(void) {
    puts("#compdef brink\n"
         "_brink() {\n"
         "    local -a commands=(");
    for (const Command *const *command = command_table; *command; command++)
        write_zsh_row((*command)->name, (*command)->summary);
    puts("    ) topics=(");
    for (const Topic *topic = topics; topic->name; topic++) write_zsh_row(topic->name, topic->summary);
    puts("    )\n"
         "    if (( CURRENT == 3 )) && [ $words[2] = help ]; then\n"
         "        _describe command commands -- topics; return\n"
         "    fi\n"
         "    if (( CURRENT == 2 )); then _describe command commands; return; fi\n"
         "    case $words[2] in");
    for (const Command *const *command = command_table; *command; command++) {
        printf("    %s) shift words; (( CURRENT-- )); _arguments", (*command)->name);
        each_option(*command, write_zsh_option);
        puts(" '*:file:_files' ;;");
    }
    puts("    esac\n"
         "}\n"
         "if [ \"$funcstack[1]\" = _brink ]; then _brink \"$@\"; else compdef _brink brink; fi");
}

static void write_fish_option(const Command *command, const CliOption *option) {
    printf("complete -c brink -n '__fish_seen_subcommand_from %s' -l %s", command->name, option->name);
    if (option->letter) printf(" -s %c", option->letter);
    printf("%s -d '", must_have_value(option) ? " -r" : "");
    write_quoted(option->help);
    puts("'");
}

static void write_fish_word(const char *condition, const char *name, const char *summary) {
    printf("complete -c brink -n '%s' -f -a %s -d '", condition, name);
    write_quoted(summary);
    puts("'");
}

static void write_fish(void) {
    static const char after_help[] = "__fish_seen_subcommand_from help";
    for (const Command *const *command = command_table; *command; command++) {
        write_fish_word("__fish_use_subcommand", (*command)->name, (*command)->summary);
        write_fish_word(after_help, (*command)->name, (*command)->summary);
        each_option(*command, write_fish_option);
    }
    for (const Topic *topic = topics; topic->name; topic++) write_fish_word(after_help, topic->name, topic->summary);
}

static int run(const Arguments *arguments) {
    static const struct {
        const char *name;
        void (*write)(void);
    } shells[] = {{"bash", write_bash}, {"zsh", write_zsh}, {"fish", write_fish}};
    for (size_t i = 0; i < sizeof shells / sizeof *shells; i++)
        if (strcmp(arguments->operands[0], shells[i].name) == 0) {
            shells[i].write();
            return EXIT_GOOD;
        }
    tell_mistake("use bash, zsh or fish", "%s is not known as a shell", arguments->operands[0]);
    return EXIT_BAD_INPUT;
}

const Command command_completion = {
    "completion", "bash|zsh|fish", 1, 1, "commands and options for a shell to complete", teaching, options, run};
