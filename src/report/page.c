/* SPDX-License-Identifier: GPL-3.0-or-later
 * Lines of terminal text: every code point passes append(), which drops what a terminal would obey; every line passes
 * page_end(), which cuts it to the page's width. */
#include "report/page.h"

#include "report/utf8.h"

#include <math.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static bool reserve(Page *page, size_t more) {
    if (page->failed) return false;
    if (page->capacity - page->length > more) return true;
    size_t capacity = 2 * (page->length + more + 256);
    char *text = realloc(page->text, capacity);
    if (!text) {
        page->failed = true;
        return false;
    }
    page->text = text;
    page->capacity = capacity;
    return true;
}

void page_start(Page *page, int columns) {
    *page = (Page){.columns = columns};
}

/* Adds the first `length` bytes of `text`, as a terminal may see them. */
static void append(Page *page, const char *text, size_t length) {
    for (size_t at = 0, size; at < length; at += size) {
        uint32_t shown = utf8_shown(utf8_next(text + at, &size));
        if (!shown || !reserve(page, 4)) continue;
        page->length += utf8_write(shown, page->text + page->length);
        page->text[page->length] = '\0';
    }
}

void page_add(Page *page, const char *text) {
    append(page, text, strlen(text));
}

/* printf into a malloc'd text; NULL when memory is short. */
static char *print_text(const char *format, va_list arguments) {
    va_list again;
    va_copy(again, arguments);
    int length = vsnprintf(NULL, 0, format, again);
    va_end(again);
    char *text = length >= 0 ? malloc((size_t)length + 1) : NULL;
    if (text) vsnprintf(text, (size_t)length + 1, format, arguments);
    return text;
}

char *page_format(Page *page, const char *format, ...) {
    va_list arguments;
    va_start(arguments, format);
    char *text = print_text(format, arguments);
    va_end(arguments);
    if (!text) page->failed = true;
    return text;
}

void page_print(Page *page, const char *format, ...) {
    va_list arguments;
    va_start(arguments, format);
    char *text = print_text(format, arguments);
    va_end(arguments);
    if (text)
        page_add(page, text);
    else
        page->failed = true;
    free(text);
}

void page_spaces(Page *page, int count) {
    for (int i = 0; i < count; i++) append(page, " ", 1);
}

void page_cell(Page *page, const char *text, int width, PageSide side) {
    int needed = utf8_width(text);
    if (needed > width) {
        size_t length = utf8_fit(text, width - 1);
        int before = page_width(page);
        append(page, text, length);
        page_add(page, "…");
        page_spaces(page,
                    before + width - page_width(page)); /* a wide letter may not fill the place before the ellipsis */
        return;
    }
    if (side == PAGE_RIGHT) page_spaces(page, width - needed);
    page_add(page, text);
    if (side == PAGE_LEFT) page_spaces(page, width - needed);
}

void page_bar(Page *page, double share, int width) {
    static const char *const parts[] = {"", "▏", "▎", "▍", "▌", "▋", "▊", "▉"};
    if (!(share > 0)) share = 0;
    int eighths = (int)lround(fmin(share, 1) * 8 * width);
    if (share > 0 && eighths == 0) eighths = 1;
    for (int i = 0; i < eighths / 8; i++) page_add(page, "█");
    page_add(page, parts[eighths % 8]);
    page_spaces(page, width - (eighths + 7) / 8);
}

int page_width(const Page *page) {
    return page->length > page->line_start ? utf8_width(page->text + page->line_start) : 0;
}

static void drop_spaces(Page *page) {
    while (page->length > page->line_start && page->text[page->length - 1] == ' ') page->length--;
}

void page_end(Page *page) {
    if (!reserve(page, 4)) return;
    drop_spaces(page);
    page->text[page->length] = '\0';
    char *line = page->text + page->line_start;
    if (utf8_width(line) > page->columns) {
        page->length = page->line_start + utf8_fit(line, page->columns - 1);
        page_add(page, "…");
    }
    if (!reserve(page, 2)) return;
    drop_spaces(page);
    page->text[page->length++] = '\n';
    page->text[page->length] = '\0';
    page->line_start = page->length;
}

/* Bytes up to the next place where a line may break: at a space, but not inside "< 1 %". */
static size_t word_length(const char *text) {
    static const char spaces[] = " \t\r\n";
    size_t length = strcspn(text, spaces);
    while (length > 0 && text[length] == ' ' &&
           (text[length + 1] == '%' || text[length - 1] == '<' || text[length - 1] == '>'))
        length += 1 + strcspn(text + length + 1, spaces);
    return length;
}

/* A word that no line can hold is broken where the line ends. */
static size_t add_piece(Page *page, const char *word, size_t length, int limit) {
    size_t fits = utf8_fit(word, limit - page_width(page));
    if (fits > length) fits = length;
    if (fits == 0) utf8_next(word, &fits);
    append(page, word, fits);
    return fits;
}

static bool is_word_too_wide(const Page *page, const char *word, size_t length, int limit) {
    return utf8_fit(word, limit - page_width(page)) < length;
}

static void add_words(Page *page, const char *text, int indent, int limit) {
    bool is_fresh = true; /* nothing of this paragraph stands on the open line yet */
    while (*(text += strspn(text, " \t\r\n")) && !page->failed) {
        size_t length = word_length(text);
        if (!is_fresh) page_add(page, " ");
        if (!is_fresh && is_word_too_wide(page, text, length, limit)) {
            page_end(page);
            page_spaces(page, indent);
        }
        is_fresh = false;
        size_t added = add_piece(page, text, length, limit);
        if (added < length) { /* goes on with the rest on the next line */
            page_end(page);
            page_spaces(page, indent);
            is_fresh = true;
        }
        text += added;
    }
}

void page_words(Page *page, int indent, int limit, const char *format, ...) {
    va_list arguments;
    va_start(arguments, format);
    char *text = print_text(format, arguments);
    va_end(arguments);
    if (limit > page->columns) limit = page->columns;
    if (text)
        add_words(page, text, indent, limit);
    else
        page->failed = true;
    free(text);
    page_end(page);
}

char *page_finish(Page *page) {
    if (page->length > page->line_start) page_end(page);
    if (!page->failed) reserve(page, 1);
    char *text = page->text;
    if (page->failed) {
        free(text);
        text = NULL;
    } else {
        text[page->length] = '\0';
    }
    *page = (Page){0};
    return text;
}

/* Nothing is called certain that is not: the ends are kept for what is so to rounding. */
static const char *percent(double share, const char *below, const char *unit, const char *above,
                           char text[PERCENT_SIZE]) {
    if (isnan(share))
        snprintf(text, PERCENT_SIZE, "–");
    else if (share > 0 && share < 0.005)
        snprintf(text, PERCENT_SIZE, "%s", below);
    else if (share >= 0.995 && share < 1 - 1e-12)
        snprintf(text, PERCENT_SIZE, "%s", above);
    else
        snprintf(text, PERCENT_SIZE, "%ld%s", lround(100 * fmin(fmax(share, 0), 1)), unit);
    return text;
}

const char *page_percent(double share, char text[PERCENT_SIZE]) {
    return percent(share, "< 1 %", " %", "> 99 %", text);
}

const char *page_bare_percent(double share, char text[PERCENT_SIZE]) {
    return percent(share, "<1", "", ">99", text);
}
