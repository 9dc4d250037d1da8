/* SPDX-License-Identifier: GPL-3.0-or-later
 * The limit of processor time that fuzzed inputs are held to, with a target that spins, waits or returns as told. */
#include "fuzz.h"

#include <setjmp.h>
#include <signal.h>
#include <stdarg.h>
#include <string.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

#include <cmocka.h>

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t size);

static double processor_seconds(void) {
    struct timespec now;
    assert_int_equal(clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &now), 0);
    return (double)now.tv_sec + 1e-9 * (double)now.tv_nsec;
}

void fuzz_target(const uint8_t *bytes, size_t size) {
    const struct timespec longer = {.tv_nsec = (long)(1e9 * 1.2 * FUZZ_SECONDS)};
    double begun = processor_seconds();
    if (size > 0 && bytes[0] == 's')
        while (processor_seconds() - begun <= FUZZ_SECONDS) {
        }
    if (size > 0 && bytes[0] == 'w') nanosleep(&longer, NULL);
}

/* What a process that runs the input says; how it ended is told in `status`. */
static void run_apart(const char *input, char *said, size_t room, int *status) {
    int ends[2];
    size_t length = 0;
    assert_int_equal(pipe(ends), 0);
    pid_t child = fork();
    assert_true(child >= 0);
    if (child == 0) {
        dup2(ends[1], STDERR_FILENO);
        signal(SIGABRT, SIG_DFL);
        _exit(LLVMFuzzerTestOneInput((const uint8_t *)input, strlen(input)));
    }
    close(ends[1]);
    for (ssize_t got; (got = read(ends[0], said + length, room - 1 - length)) > 0;) length += (size_t)got;
    said[length] = '\0';
    close(ends[0]);
    assert_int_equal(waitpid(child, status, 0), child);
}

static void an_input_that_takes_too_long_ends_the_program(void **state) {
    (void)state;
    char said[1000];
    int status;
    run_apart("spin", said, sizeof said, &status);
    assert_true(WIFSIGNALED(status) && WTERMSIG(status) == SIGABRT);
    assert_non_null(strstr(said, "s of processor time, more than 0.25 s"));
}

static void an_input_that_does_not_is_passed(void **state) {
    (void)state;
    assert_int_equal(LLVMFuzzerTestOneInput((const uint8_t *)"", 0), 0);
}

static void waiting_takes_no_processor_time(void **state) {
    (void)state;
    assert_int_equal(LLVMFuzzerTestOneInput((const uint8_t *)"wait", 4), 0);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(an_input_that_takes_too_long_ends_the_program),
        cmocka_unit_test(an_input_that_does_not_is_passed),
        cmocka_unit_test(waiting_takes_no_processor_time),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
