/* SPDX-License-Identifier: GPL-3.0-or-later
 * A table of actors as in Bueno de Mesquita's expected utility model: one issue, and for each actor its capability, its
 * position and its salience.
 *
 * An actor's utility of a position is its salience times (1 - distance / largest distance between positions).
 * Capability has no counterpart in what a party wants; it decides, times salience, who signs and what the weighted
 * median and mean are. Invariant: rows are in the order of the table. */
#include "import/text.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

enum { COLUMN_ACTOR, COLUMN_CAPABILITY, COLUMN_POSITION, COLUMN_SALIENCE, COLUMN_COUNT };
static const char *const column_names[] = {"Actor", "Capability", "Position", "Salience"};

enum { FIELD_LIMIT = 64, SIGNER_LIMIT = 4 };

typedef struct Row {
    const char *fields[FIELD_LIMIT], *places[FIELD_LIMIT];
    int count;
} Row;

typedef struct Actor {
    const char *name;
    double numbers[COLUMN_COUNT]; /* by column; that of the name is not used */
} Actor;

typedef struct Table {
    Import *import;
    const ImportFile *file;
    char separator;
    int columns[COLUMN_COUNT]; /* place of each in a row */
    int actor_count;
    Actor *actors;
} Table;

/* ---- Rows ---- */

/* The character after the field that begins at `c`, in quotes or not. */
static const char *field_end(const Table *table, const char *c) {
    for (bool is_quoted = false; *c && *c != '\n' && (is_quoted || *c != table->separator); c++)
        if (*c == '"') is_quoted = !is_quoted;
    return c;
}

/* The field without its quotes; a quote in quotes stands twice. */
static const char *read_field(const Table *table, const char *c, const char **text) {
    const char *after = field_end(table, c);
    char *copy = arena_array(table->import->arena, (size_t)(after - c) + 1, 1), *end = copy;
    bool is_quoted = false;
    if (!copy) table->import->is_short = true;
    for (; copy && c < after; c++) {
        if (*c == '"' && is_quoted && c[1] == '"')
            *end++ = *c++;
        else if (*c == '"')
            is_quoted = !is_quoted;
        else
            *end++ = *c;
    }
    *text = copy ? text_trim(table->import, copy) : NULL;
    return after;
}

/* The row that begins at `c`; gives the start of the next one. */
static const char *read_row(const Table *table, const char *c, Row *row) {
    row->count = 0;
    while (!table->import->is_short && row->count < FIELD_LIMIT) {
        row->places[row->count] = c;
        c = read_field(table, c, &row->fields[row->count]);
        row->count++;
        if (*c != table->separator) break;
        c++;
    }
    c += strcspn(c, "\n");
    return *c ? c + 1 : c;
}

/* To the next line that holds something: millions of empty ones would fill the arena. */
static const char *skip_blank(const char *c) {
    for (;;) {
        size_t length = strspn(c, " \r");
        if (c[length] != '\n') return c;
        c += length + 1;
    }
}

static bool is_blank(const Row *row) {
    return row->count == 1 && !*row->fields[0];
}

/* ---- Header ---- */

static bool read_header(Table *table, const char **c) {
    Row row;
    const char *start = *c;
    size_t line = strcspn(start, "\r\n");
    table->separator = memchr(start, '\t', line) ? '\t' : memchr(start, ';', line) ? ';' : ',';
    *c = read_row(table, start, &row);
    if (table->import->is_short) return false;
    for (int column = 0; column < COLUMN_COUNT; column++) {
        table->columns[column] = -1;
        for (int i = 0; i < row.count; i++)
            if (text_alike(row.fields[i], column_names[column])) table->columns[column] = i;
        if (table->columns[column] < 0)
            IMPORT_ERROR(table->import, DIAGNOSTIC_import_missing, file_span_at(table->file, start, line),
                         "the first line reads: Actor,Capability,Position,Salience", "the column `%s` is missing",
                         column_names[column]);
    }
    return table->import->errors == 0;
}

/* ---- Actors ---- */

static void read_number(Table *table, const Row *row, int column, Actor *actor) {
    int at = table->columns[column];
    double *number = &actor->numbers[column];
    BrinkSpan span = file_span_at(table->file, row->places[at], strlen(row->fields[at]));
    if (!number_read(row->fields[at], number))
        IMPORT_ERROR(table->import, DIAGNOSTIC_import_not_a_number, span, "write a plain number with a decimal point",
                     "the %s of `%s` is not a number: `%.60s`", column_names[column], actor->name, row->fields[at]);
    else if (column != COLUMN_POSITION && *number < 0)
        IMPORT_ERROR(table->import, DIAGNOSTIC_import_out_of_range, span, "write 0 or more", "the %s of `%s` is %g",
                     column_names[column], actor->name, *number);
    else if (column == COLUMN_SALIENCE && *number > 100)
        IMPORT_ERROR(table->import, DIAGNOSTIC_import_out_of_range, span, "salience runs from 0 to 1, or from 0 to 100",
                     "the Salience of `%s` is %g", actor->name, *number);
}

static void read_actor(Table *table, const Row *row) {
    int needed = 0;
    for (int column = 0; column < COLUMN_COUNT; column++)
        if (table->columns[column] >= needed) needed = table->columns[column] + 1;
    if (row->count < needed) {
        IMPORT_ERROR(table->import, DIAGNOSTIC_import_missing, file_span_at(table->file, row->places[0], 1),
                     "give every actor a value in each column", "the row has %d of %d fields", row->count, needed);
        return;
    }
    if (table->actor_count == IMPORT_PROFILE_LIMIT) {
        IMPORT_ERROR(table->import, DIAGNOSTIC_import_too_large, file_span_at(table->file, row->places[0], 1),
                     "join actors that stand together", "a table may hold %d actors", IMPORT_PROFILE_LIMIT);
        table->actor_count++;
        return;
    }
    Actor *actor = &table->actors[table->actor_count++];
    actor->name = row->fields[table->columns[COLUMN_ACTOR]];
    for (int column = COLUMN_CAPABILITY; column < COLUMN_COUNT; column++) read_number(table, row, column, actor);
}

static bool read_table(Table *table) {
    const char *c = table->file->text;
    if (table->file->length >= 3 && memcmp(c, "\xEF\xBB\xBF", 3) == 0) c += 3;
    if (!text_is_utf8(table->file->text, table->file->length)) {
        IMPORT_ERROR(table->import, DIAGNOSTIC_import_syntax, file_span(table->file), "save the table as UTF-8",
                     "the table is not UTF-8 text");
        return false;
    }
    table->actors = import_array(table->import, IMPORT_PROFILE_LIMIT, sizeof *table->actors);
    if (!table->actors || !read_header(table, &c)) return false;
    while (*(c = skip_blank(c)) && !import_is_over(table->import) && table->actor_count <= IMPORT_PROFILE_LIMIT) {
        Row row;
        c = read_row(table, c, &row);
        if (!table->import->is_short && !is_blank(&row)) read_actor(table, &row);
    }
    if (table->import->errors == 0 && table->actor_count < 2)
        IMPORT_ERROR(table->import, DIAGNOSTIC_import_missing, file_span(table->file), "write a row for each actor",
                     "a negotiation needs two actors; the table has %d", table->actor_count);
    return table->import->errors == 0 && !table->import->is_short;
}

/* ---- The domain ---- */

static int by_value(const void *x, const void *y) {
    double a = *(const double *)x, b = *(const double *)y;
    return (a > b) - (a < b);
}

static bool make_issue(const Table *table, ImportDomain *domain) {
    Import *import = table->import;
    ImportIssue *issue = import_array(import, 1, sizeof *issue);
    double *positions = import_array(import, (size_t)table->actor_count, sizeof *positions);
    if (!issue || !positions) return false;
    *issue = (ImportIssue){.text = "Position", .kind = ISSUE_DISCRETE, .span = file_span(table->file)};
    issue->options = import_array(import, (size_t)table->actor_count, sizeof *issue->options);
    for (int i = 0; i < table->actor_count; i++) positions[i] = table->actors[i].numbers[COLUMN_POSITION];
    qsort(positions, (size_t)table->actor_count, sizeof *positions, by_value);
    for (int i = 0; issue->options && i < table->actor_count; i++) {
        if (i > 0 && positions[i] == positions[i - 1]) continue;
        char text[NUMBER_SIZE];
        ImportOption *option = &issue->options[issue->option_count++];
        option->number = positions[i];
        option->text = text_trim(import, number_print(positions[i], text));
    }
    issue->low = positions[0];
    issue->high = positions[table->actor_count - 1];
    domain->issue_count = 1;
    domain->issues = issue;
    if (issue->low == issue->high)
        IMPORT_ERROR(import, DIAGNOSTIC_import_out_of_range, file_span(table->file),
                     "give the actors different positions", "all actors stand at %g: there is nothing to negotiate",
                     issue->low);
    return !import->is_short && import->errors == 0;
}

static double power(const Actor *actor) {
    return actor->numbers[COLUMN_CAPABILITY] * actor->numbers[COLUMN_SALIENCE];
}

/* Whether fewer than SIGNER_LIMIT actors stand before this one in power (those earlier in the table first). */
static bool is_signer(const Table *table, int at) {
    int before = 0;
    for (int i = 0; i < table->actor_count; i++) {
        double difference = power(&table->actors[i]) - power(&table->actors[at]);
        before += difference > 0 || (difference == 0 && i < at);
    }
    return before < SIGNER_LIMIT;
}

static bool make_profile(const Table *table, const ImportDomain *domain, int at, double scale, ImportProfile *profile) {
    const Actor *actor = &table->actors[at];
    const ImportIssue *issue = &domain->issues[0];
    if (!domain_new_profile(table->import, domain, profile)) return false;
    profile->text = *actor->name ? actor->name : "actor";
    profile->file = file_name(table->import, table->file->path);
    profile->signs = is_signer(table, at);
    profile->weights[0] = actor->numbers[COLUMN_SALIENCE] / scale;
    for (int i = 0; i < issue->option_count; i++)
        profile->utilities[0][i] =
            1 - fabs(issue->options[i].number - actor->numbers[COLUMN_POSITION]) / (issue->high - issue->low);
    profile->note =
        arena_print(table->import->arena, "capability %g, position %g, salience %g", actor->numbers[COLUMN_CAPABILITY],
                    actor->numbers[COLUMN_POSITION], actor->numbers[COLUMN_SALIENCE]);
    if (!profile->note) table->import->is_short = true;
    return !table->import->is_short && profile->file;
}

static int nearest(const ImportIssue *issue, double position) {
    int best = 0;
    for (int i = 1; i < issue->option_count; i++)
        if (fabs(issue->options[i].number - position) < fabs(issue->options[best].number - position)) best = i;
    return best;
}

/* Half of all capability times salience stands on neither side of it. */
static int weighted_median(const Table *table, const ImportIssue *issue, double total) {
    double sum = 0;
    for (int option = 0; option < issue->option_count; option++) {
        for (int i = 0; i < table->actor_count; i++)
            if (table->actors[i].numbers[COLUMN_POSITION] == issue->options[option].number)
                sum += power(&table->actors[i]);
        if (2 * sum >= total) return option;
    }
    return issue->option_count - 1;
}

static bool make_forecasts(const Table *table, ImportDomain *domain) {
    double total = 0, sum = 0;
    for (int i = 0; i < table->actor_count; i++) {
        total += power(&table->actors[i]);
        sum += power(&table->actors[i]) * table->actors[i].numbers[COLUMN_POSITION];
    }
    int *options = import_array(table->import, 2, sizeof *options);
    domain->forecasts = import_array(table->import, 2, sizeof *domain->forecasts);
    if (!options || !domain->forecasts || total <= 0) return !table->import->is_short;
    options[0] = weighted_median(table, &domain->issues[0], total);
    options[1] = nearest(&domain->issues[0], sum / total);
    const char *mean =
        arena_print(table->import->arena, "nearest to the mean by capability and salience, %g", sum / total);
    domain->forecasts[0] = (ImportDraft){"weighted_median", "median by capability and salience", &options[0]};
    domain->forecasts[1] = (ImportDraft){"weighted_mean", mean, &options[1]};
    domain->forecast_count = 2;
    if (!mean) table->import->is_short = true;
    return mean != NULL;
}

bool actors_read(Import *import, const char *const *paths, size_t count, ImportDomain *domain) {
    ImportFile file;
    (void)count;
    if (!file_read(import, paths[0], &file)) return false;
    Table table = {.import = import, .file = &file};
    if (!read_table(&table) || !make_issue(&table, domain)) return false;
    double scale = 1;
    for (int i = 0; i < table.actor_count; i++)
        if (table.actors[i].numbers[COLUMN_SALIENCE] > 1) scale = 100;
    domain->origin = "actor table";
    domain->title = file_stem(import, paths[0]);
    domain->profiles = import_array(import, (size_t)table.actor_count, sizeof *domain->profiles);
    for (int i = 0; domain->profiles && i < table.actor_count; i++)
        if (!make_profile(&table, domain, i, scale, &domain->profiles[domain->profile_count++])) return false;
    if (table.actor_count > SIGNER_LIMIT)
        IMPORT_REMARK(import, DIAGNOSTIC_import_observers, file_span(&file),
                      "change `signs` in the scenario; answers to a draft grow as 3 to the number of signatories",
                      "the %d actors with the most capability times salience sign, the other %d do not", SIGNER_LIMIT,
                      table.actor_count - SIGNER_LIMIT);
    return !import->is_short && make_forecasts(&table, domain);
}
