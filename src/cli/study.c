/* SPDX-License-Identifier: GPL-3.0-or-later
 * What the commands over many draws share: settings, progress with rate and time left, a CSV written as it comes, and
 * what is done at the end. Ctrl-C stops after the solves at hand and keeps what is done. */
#include "study.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

/* ---- Settings ---- */

static bool whole_number(const Arguments *arguments, const char *name, uint64_t most, uint64_t *value) {
    const char *text = arguments_value(arguments, name);
    char *end;
    if (!text) return true;
    errno = 0;
    unsigned long long number = strtoull(text, &end, 10);
    if (*text >= '0' && *text <= '9' && *end == '\0' && errno == 0 && number <= most) {
        *value = number;
        return true;
    }
    return tell_mistake(NULL, "--%s %s must be a whole number from 0 to %llu", name, text, (unsigned long long)most);
}

bool study_settings(const Arguments *arguments, BrinkStudySettings *settings) {
    const char *design = arguments_value(arguments, "design");
    *settings = brink_study_settings_default();
    if (design && strcmp(design, "random") != 0 && strcmp(design, "sobol") != 0)
        return tell_mistake("use random or sobol", "--design %s is not known", design);
    if (design && strcmp(design, "sobol") == 0) settings->design = BRINK_SAMPLING_SOBOL;
    settings->with_tornado = arguments_has(arguments, "tornado");
    settings->with_thresholds = arguments_has(arguments, "thresholds");
    settings->resume = arguments_value(arguments, "resume");
    return whole_number(arguments, "draws", 4000000000u, &settings->draws) &&
           whole_number(arguments, "seed", UINT64_MAX, &settings->seed) &&
           arguments_integer(arguments, "threads", 1, 4096, &settings->threads) &&
           arguments_integer(arguments, "rounds", 1, 1000, &settings->rounds) &&
           arguments_integer(arguments, "resolution", 2, 200, &settings->resolution);
}

/* ---- Progress ---- */

static void write_left(double seconds) {
    if (seconds < 90)
        fprintf(stderr, "%.0f s left", seconds);
    else if (seconds < 5400)
        fprintf(stderr, "%.0f min left", seconds / 60);
    else
        fprintf(stderr, "%.1f h left", seconds / 3600);
}

static bool observe(void *payload, uint64_t done, uint64_t total) {
    StudyRun *run = payload;
    bool is_terminal = isatty(STDERR_FILENO);
    double now = progress_clock();
    if (run->solved == 0) run->first_done = done - 1;
    run->solved++;
    if (interrupt_asked()) return false;
    if (run->is_silent || now - run->begun < 2 || now - run->told < (is_terminal ? 0.2 : 10)) return true;
    double rate = (double)(done - run->first_done) / (now - run->begun);
    run->told = now;
    run->is_shown = true;
    fprintf(stderr, "%s%3.0f %%  %llu of %llu solves, %.2f a second, ", is_terminal ? "\r" : "",
            100.0 * (double)done / (double)total, (unsigned long long)done, (unsigned long long)total, rate);
    write_left((double)(total - done) / rate);
    fputs(is_terminal ? "\033[K" : "\n", stderr);
    return true;
}

/* ---- CSV ---- */

static bool add_csv(void *payload, const char *text) {
    StudyRun *run = payload;
    if (fputs(text, run->csv) >= 0) return true;
    run->has_csv_failed = true;
    return false;
}

static bool open_csv(StudyRun *run, const char *path) {
    run->csv_path = path;
    if (!path) return true;
    if (strcmp(path, "-") == 0) {
        run->csv = stdout;
        return true;
    }
    size_t room = strlen(path) + 32;
    run->csv_beside = malloc(room);
    if (!run->csv_beside) return tell_not_written(path);
    snprintf(run->csv_beside, room, "%s.%ld.part", path, (long)getpid());
    run->csv = fopen(run->csv_beside, "wb");
    if (run->csv) interrupt_unfinished(run->csv_beside);
    return run->csv || tell_not_written(path);
}

/* The rows written are kept, under the name asked for, also when the study was stopped. */
static bool close_csv(StudyRun *run, bool is_kept) {
    if (!run->csv || run->csv == stdout) return !run->csv || fflush(stdout) == 0 || tell_not_written("standard output");
    bool is_written = fflush(run->csv) == 0 && fsync(fileno(run->csv)) == 0 && !run->has_csv_failed;
    is_written = fclose(run->csv) == 0 && is_written;
    if (is_kept && is_written && rename(run->csv_beside, run->csv_path) == 0) return true;
    if (is_kept) tell_not_written(run->csv_path);
    remove(run->csv_beside);
    return !is_kept;
}

/* ---- The whole ---- */

/* Where the draws done so far are an answer too, stopping waits for those at hand. */
static bool keeps_part(const Command *command) {
    const CliOption *option = command->options;
    while (option->name && strcmp(option->name, "resume") != 0) option++;
    return option->name != NULL;
}

bool study_begin(StudyRun *run, const Arguments *arguments) {
    *run = (StudyRun){.arguments = arguments, .is_quiet = arguments_has(arguments, "quiet"), .begun = progress_clock()};
    run->is_silent = run->is_quiet || tell_is_json();
    if (!study_settings(arguments, &run->settings) || !open_csv(run, arguments_value(arguments, "csv"))) return false;
    interrupt_watch(keeps_part(arguments->command));
    run->settings.observer = observe;
    run->settings.observer_payload = run;
    if (run->csv) {
        run->settings.csv = add_csv;
        run->settings.csv_payload = run;
    }
    return true;
}

static int write_study(const StudyRun *run, const BrinkStudy *study) {
    const char *path = arguments_value(run->arguments, "json");
    bool is_stdout_taken = (path && strcmp(path, "-") == 0) || run->csv == stdout;
    bool wants_text = !run->is_quiet && !is_stdout_taken;
    char *json = NULL, *text = NULL;
    bool is_made = !path || brink_study_json(study, &json) == BRINK_OK;
    if (is_made && wants_text) is_made = brink_study_text(study, shared_columns(), &text) == BRINK_OK;
    bool is_written = is_made && (!text || shared_write("-", text)) && (!json || shared_write(path, json));
    if (!is_made) tell_no_memory(NULL);
    brink_text_free(json);
    brink_text_free(text);
    return is_written ? EXIT_GOOD : EXIT_BAD_INPUT;
}

static void tell_rate(const StudyRun *run) {
    double seconds = progress_clock() - run->begun;
    if (!run->is_silent && seconds >= 2)
        fprintf(stderr, "%llu solves in %.0f s, %.2f a second\n", (unsigned long long)run->solved, seconds,
                (double)run->solved / seconds);
}

int study_end(StudyRun *run, BrinkStatus status, const BrinkStudy *study, const BrinkDiagnostics *diagnostics) {
    if (run->is_shown && isatty(STDERR_FILENO)) fputs("\r\033[K", stderr);
    interrupt_watch(false);
    bool is_csv_good = close_csv(run, study != NULL);
    interrupt_finished(run->csv_beside);
    free(run->csv_beside);
    shared_tell(diagnostics);
    if (!study) return shared_exit(status, diagnostics);
    tell_rate(run);
    int result = write_study(run, study);
    if (result != EXIT_GOOD || !is_csv_good) return EXIT_BAD_INPUT;
    if (status == BRINK_CANCELLED) {
        tell_stopped(run->settings.resume ? "stopped; what was done is kept, and the same command goes on with it"
                                          : "stopped; the answer is that of what was done");
        return EXIT_CANCELLED;
    }
    if (status != BRINK_OK) return shared_exit(status, diagnostics);
    return brink_study_fails(study) ? EXIT_CLAIM_FAILS : EXIT_GOOD;
}
