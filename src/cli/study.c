/* SPDX-License-Identifier: GPL-3.0-or-later
 * What the commands over many draws share: settings, progress with rate and time left, a CSV written as it comes, and
 * what is done at the end. Ctrl-C stops after the solves at hand and keeps what is done. Of several processes the one
 * that leads speaks and writes, the others are mute. */
#include "study.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
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

/* Two names with a comma between them; cut apart in `room`. */
static bool read_between(StudyRun *run) {
    const char *text = arguments_value(run->arguments, "between"), *comma = text ? strchr(text, ',') : NULL;
    if (!text) return true;
    if (!comma || comma == text || !comma[1] || strchr(comma + 1, ','))
        return tell_mistake("give two outcomes, for example --between deal,lapse", "--between %s is no pair", text);
    run->between = strdup(text);
    if (!run->between) return tell_no_memory(NULL);
    run->between[comma - text] = '\0';
    run->settings.between[0] = run->between;
    run->settings.between[1] = run->between + (comma - text) + 1;
    run->settings.with_thresholds = true;
    return true;
}

static bool read_settings(StudyRun *run) {
    const Arguments *arguments = run->arguments;
    BrinkStudySettings *settings = &run->settings;
    const char *design = arguments_value(arguments, "design");
    *settings = brink_study_settings_default();
    if (run->usual_draws > 0) settings->draws = run->usual_draws;
    if (design && strcmp(design, "random") != 0 && strcmp(design, "sobol") != 0)
        return tell_mistake("use random or sobol", "--design %s is not known", design);
    if (design && strcmp(design, "sobol") == 0) settings->design = BRINK_SAMPLING_SOBOL;
    settings->with_tornado = arguments_has(arguments, "tornado");
    settings->with_thresholds = arguments_has(arguments, "thresholds");
    settings->resume = arguments_value(arguments, "resume");
    return read_between(run) && whole_number(arguments, "draws", 4000000000u, &settings->draws) &&
           whole_number(arguments, "seed", UINT64_MAX, &settings->seed) &&
           arguments_integer(arguments, "threads", 1, 4096, &settings->threads) &&
           arguments_integer(arguments, "rounds", 1, 1000, &settings->rounds) &&
           arguments_integer(arguments, "resolution", 2, 200, &settings->resolution) &&
           arguments_bytes(arguments, "memory", &settings->memory);
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
    if (run->told_count++ == 0) run->first_done = done > 0 ? done - 1 : 0;
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
    return fputs(text, run->csv) >= 0;
}

static bool open_csv(StudyRun *run) {
    const char *path = arguments_value(run->arguments, "csv");
    if (path && strcmp(path, "-") == 0)
        run->csv = stdout;
    else if (path && shared_open(&run->csv_file, path))
        run->csv = run->csv_file.stream;
    return !path || run->csv;
}

/* The rows written are kept, under the name asked for, also when the study was stopped. */
static bool close_csv(StudyRun *run, bool is_kept) {
    if (!run->csv) return true;
    if (run->csv != stdout) return shared_close(&run->csv_file, is_kept);
    if (fflush(stdout) == 0 && !ferror(stdout)) return true;
    return tell_not_written("standard output");
}

/* Whether a file can be made there, before hours are spent on what it is to hold. */
static bool can_write(const Arguments *arguments, const char *option) {
    const char *path = arguments_value(arguments, option);
    struct stat status;
    SharedFile file;
    if (!path || strcmp(path, "-") == 0 || (stat(path, &status) == 0 && !S_ISREG(status.st_mode))) return true;
    return shared_open(&file, path) && shared_close(&file, false);
}

/* ---- The beginning ---- */

/* Where the draws done so far are an answer too, stopping waits for those at hand. */
static bool keeps_part(const Command *command) {
    const CliOption *option = command->options;
    while (option->name && strcmp(option->name, "resume") != 0) option++;
    return option->name != NULL;
}

/* A process that does not lead says and writes nothing. */
static bool be_mute(void) {
    return freopen("/dev/null", "w", stdout) && freopen("/dev/null", "w", stderr);
}

bool study_begin(StudyRun *run, const Arguments *arguments, uint64_t usual_draws) {
    *run = (StudyRun){.arguments = arguments, .usual_draws = usual_draws, .begun = progress_clock()};
    brink_group_begin();
    run->is_mute = !brink_group_leads();
    run->is_quiet = arguments_has(arguments, "quiet");
    run->is_silent = run->is_mute || run->is_quiet || tell_is_json();
    run->is_refused =
        (run->is_mute && !be_mute()) || !read_settings(run) ||
        (!run->is_mute && !(can_write(arguments, "json") && can_write(arguments, "times") && open_csv(run)));
    if (run->is_refused) return false;
    run->settings.observer = observe;
    run->settings.observer_payload = run;
    if (run->csv) {
        run->settings.csv = add_csv;
        run->settings.csv_payload = run;
    }
    return true;
}

BrinkStatus study_read(StudyRun *run, BrinkDiagnostics *diagnostics, BrinkScenario **result) {
    BrinkStatus status = shared_read(run->arguments, run->arguments->operands[0], diagnostics, result);
    interrupt_watch(status == BRINK_OK && keeps_part(run->arguments->command));
    return status;
}

/* ---- What it took ---- */

static const char *const room_names[BRINK_ROOM_COUNT] = {"situation", "game", "solve", "outlook", "study"};

static double sum_rooms(const BrinkStudyTimes *times) {
    double sum = 0;
    for (int room = 0; room < BRINK_ROOM_COUNT; room++) sum += times->rooms[room];
    return sum;
}

static void tell_times(const BrinkStudyTimes *times) {
    double sum = sum_rooms(times);
    fprintf(stderr,
            "%llu solves in %.0f s, %.2f a second, %.3f processor seconds each:", (unsigned long long)times->solves,
            times->wall, (double)times->solves / times->wall, sum / (double)times->solves);
    for (int room = 0; room < BRINK_ROOM_COUNT; room++)
        fprintf(stderr, "%s %s %.1f %%", room > 0 ? "," : "", room_names[room], 100 * times->rooms[room] / sum);
    fputc('\n', stderr);
}

/* What a study took is kept apart from what it says: two runs of one study then agree byte for byte. */
static bool write_times(const StudyRun *run, const BrinkStudyTimes *times) {
    const char *path = arguments_value(run->arguments, "times");
    char text[512];
    if (!path) return true;
    size_t at = (size_t)snprintf(text, sizeof text,
                                 "{\"wall\": %.6f, \"solves\": %llu, \"processes\": %d, \"threads\": %d, "
                                 "\"processor\": %.6f, \"rooms\": {",
                                 times->wall, (unsigned long long)times->solves, times->processes, times->threads,
                                 sum_rooms(times));
    for (int room = 0; room < BRINK_ROOM_COUNT; room++)
        at += (size_t)snprintf(text + at, sizeof text - at, "%s\"%s\": %.6f", room > 0 ? ", " : "", room_names[room],
                               times->rooms[room]);
    snprintf(text + at, sizeof text - at, "}}\n");
    return shared_write(path, text);
}

/* ---- The end ---- */

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

static int finish(StudyRun *run, BrinkStatus status, const BrinkStudy *study, const BrinkDiagnostics *diagnostics) {
    if (run->is_refused) return EXIT_BAD_INPUT;
    if (run->is_shown && isatty(STDERR_FILENO)) fputs("\r\033[K", stderr);
    bool is_csv_good = close_csv(run, study != NULL);
    shared_tell(diagnostics);
    if (!study) return shared_exit(status, diagnostics);
    BrinkStudyTimes times = brink_study_times(study);
    if (!run->is_silent && times.solves > 0 && times.wall >= 2) tell_times(&times);
    int result = write_study(run, study);
    if (!write_times(run, &times) || result != EXIT_GOOD || !is_csv_good) return EXIT_BAD_INPUT;
    if (status == BRINK_CANCELLED) {
        tell_stopped(run->settings.resume ? "stopped; what was done is kept, and the same command goes on with it"
                                          : "stopped; the answer is that of what was done");
        return EXIT_CANCELLED;
    }
    if (status != BRINK_OK) return shared_exit(status, diagnostics);
    return brink_study_fails(study) ? EXIT_CLAIM_FAILS : EXIT_GOOD;
}

int study_end(StudyRun *run, BrinkStatus status, const BrinkStudy *study, const BrinkDiagnostics *diagnostics) {
    interrupt_watch(false);
    int result = finish(run, status, study, diagnostics);
    free(run->between);
    brink_group_end();
    return run->is_mute ? EXIT_GOOD : result; /* the leader's is the one that counts */
}
