/* SPDX-License-Identifier: GPL-3.0-or-later
 * A study's rows as lines of text: draw, for each case the reason and the measures in hexadecimal, and a checksum.
 * Invariant: what was brought to the disk is a header and whole rows 0, 1, 2 …; a line cut short by a crash is
 * recognised and dropped. */
#include "study/log.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

static void refuse(BrinkDiagnostics *diagnostics, DiagnosticCode code, const char *path, const char *hint,
                   const char *what) {
    diagnostics_add(diagnostics, code, (BrinkSpan){path, 0, 0, 0}, hint, "`%s` %s", path, what);
}

/* ---- Reading ---- */

typedef struct Reader {
    int case_count, measure_count;
    Why *why;
    double *values;
} Reader;

static bool next_number(char **at, double *value) {
    char *end;
    *value = strtod(*at, &end);
    bool is_number = end > *at && (*end == ' ' || *end == '\0');
    *at = *end == ' ' ? end + 1 : end;
    return is_number;
}

/* Parses a line without its end; false where it is no whole row `draw`. */
static bool read_row(Reader *reader, char *line, uint64_t draw) {
    char *check = strrchr(line, ' '), *end;
    double value;
    if (!check) return false;
    *check++ = '\0';
    if (strtoull(check, &end, 16) != random_stream(line) || *end) return false;
    char *at = line;
    if (!next_number(&at, &value) || value != (double)draw) return false;
    for (int c = 0; c < reader->case_count; c++) {
        if (!next_number(&at, &value) || value < 0 || value > WHY_MEMORY) return false;
        reader->why[c] = (Why)(int)value;
        for (int m = 0; m < reader->measure_count; m++)
            if (!next_number(&at, &reader->values[c * reader->measure_count + m])) return false;
    }
    return *at == '\0';
}

static BrinkStatus read_rows(Log *log, Reader *reader, uint64_t end, TrialTaker take, void *payload, long *whole) {
    char *line = NULL;
    size_t room = 0;
    ssize_t length;
    BrinkStatus status = BRINK_OK;
    while (status == BRINK_OK && log->rows < end && (length = getline(&line, &room, log->file)) > 0) {
        if (line[length - 1] != '\n') break;
        line[length - 1] = '\0';
        if (!read_row(reader, line, log->rows)) break;
        TrialRow row = {log->rows, reader->why, reader->values};
        if (!take(payload, &row)) status = BRINK_CANCELLED;
        log->rows++;
        *whole = ftell(log->file);
    }
    free(line);
    return status;
}

static BrinkStatus check_header(Log *log, const char *header, BrinkDiagnostics *diagnostics) {
    char line[1024]; /* whatever the file is, no more of it is read before it is known to be ours */
    bool is_empty = !fgets(line, sizeof line, log->file), is_ours = !is_empty && strncmp(line, "brink study ", 12) == 0;
    if (is_ours) line[strcspn(line, "\n")] = '\0';
    if (is_empty || (is_ours && strcmp(line, header) == 0)) return BRINK_OK;
    if (!is_ours)
        refuse(diagnostics, DIAGNOSTIC_resume_unreadable, log->path,
               "give the path of a new file, or of one that --resume has made", "is not the file of a study");
    else
        refuse(diagnostics, DIAGNOSTIC_resume_mismatch, log->path,
               "give the same file, changes, seed, design, resolution and rounds as before, or another path",
               "belongs to another study, scenario or version");
    return BRINK_BAD_INPUT;
}

static BrinkStatus unwritable(const Log *log, BrinkDiagnostics *diagnostics) {
    refuse(diagnostics, DIAGNOSTIC_study_unwritable, log->path,
           "choose a path that can be written, with room on its disk", strerror(errno));
    return BRINK_NO_FILE;
}

BrinkStatus log_open(Log *log, const char *path, const char *header, int case_count, int measure_count, uint64_t end,
                     TrialTaker take, void *payload, BrinkDiagnostics *diagnostics) {
    *log = (Log){.path = path};
    if (!path) return BRINK_OK;
    Reader reader = {.case_count = case_count, .measure_count = measure_count};
    log->file = fopen(path, "r+b");
    if (!log->file && errno == ENOENT) log->file = fopen(path, "w+b");
    if (!log->file) return unwritable(log, diagnostics);
    reader.why = calloc((size_t)case_count + 1, sizeof *reader.why);
    reader.values = calloc((size_t)case_count * (size_t)measure_count + 1, sizeof *reader.values);
    BrinkStatus status = reader.why && reader.values ? check_header(log, header, diagnostics) : BRINK_NO_MEMORY;
    long whole = status == BRINK_OK ? ftell(log->file) : 0;
    bool is_new = whole == 0;
    if (status == BRINK_OK) status = read_rows(log, &reader, end, take, payload, &whole);
    free(reader.why);
    free(reader.values);
    if (status != BRINK_OK) return status;
    bool is_ready =
        fseek(log->file, whole, SEEK_SET) == 0 && (log->rows >= end || ftruncate(fileno(log->file), whole) == 0);
    if (is_ready && is_new) is_ready = fprintf(log->file, "%s\n", header) > 0 && log_sync(log);
    return is_ready ? BRINK_OK : unwritable(log, diagnostics);
}

/* ---- Writing ---- */

bool log_add(Log *log, const TrialRow *row, int case_count, int measure_count) {
    if (!log->file) return true;
    size_t room = 32 + (size_t)case_count * (8 + 32 * (size_t)measure_count), at = 0;
    char *line = malloc(room);
    if (!line) return false;
    at += (size_t)snprintf(line, room, "%llu", (unsigned long long)row->draw);
    for (int c = 0; c < case_count; c++) {
        at += (size_t)snprintf(line + at, room - at, " %d", (int)row->why[c]);
        for (int m = 0; m < measure_count; m++)
            at += (size_t)snprintf(line + at, room - at, " %a", row->values[c * measure_count + m]);
    }
    bool is_written = fprintf(log->file, "%s %016llx\n", line, (unsigned long long)random_stream(line)) > 0;
    free(line);
    log->rows++;
    log->unwritten++;
    return is_written && (log->unwritten < 8 || log_sync(log));
}

bool log_sync(Log *log) {
    if (!log->file) return true;
    log->unwritten = 0;
    return fflush(log->file) == 0 && fsync(fileno(log->file)) == 0;
}

BrinkStatus log_end(Log *log, bool is_unwritable, BrinkStatus status, BrinkDiagnostics *diagnostics) {
    if (!log->file) return status;
    is_unwritable = !log_sync(log) || is_unwritable;
    fclose(log->file);
    log->file = NULL;
    if (!is_unwritable) return status;
    refuse(diagnostics, DIAGNOSTIC_study_unwritable, log->path, "make room on its disk and go on with the same command",
           "could not be written any further");
    return BRINK_NO_FILE;
}
