/* SPDX-License-Identifier: GPL-3.0-or-later
 * A page of terminal text, built line by line. Invariant: no finished line is wider than `columns`, none ends in a
 * space, and nothing that was given to it controls the terminal. Private to the room. */
#ifndef REPORT_PAGE_H
#define REPORT_PAGE_H

#include <stdbool.h>
#include <stddef.h>

typedef struct Page {
    int columns;
    bool failed; /* memory was short: page_finish gives NULL */
    char *text;
    size_t length, capacity;
    size_t line_start; /* of the open line */
} Page;

typedef enum { PAGE_LEFT, PAGE_RIGHT } PageSide;

void page_start(Page *page, int columns);
/* Adds to the open line. */
void page_add(Page *page, const char *text);
void page_print(Page *page, const char *format, ...) __attribute__((format(printf, 2, 3)));
/* Adds `text` in exactly `width` columns: filled with spaces on the other side, or cut short with an ellipsis. */
void page_cell(Page *page, const char *text, int width, PageSide side);
/* Adds a bar of `width` columns of which `share` (0..1) is filled, to an eighth of a column; what is not nothing shows.
 */
void page_bar(Page *page, double share, int width);
/* Columns of the open line so far. */
int page_width(const Page *page);
void page_spaces(Page *page, int count);
/* Closes the open line; an empty one is a blank line. */
void page_end(Page *page);
/* Goes on from the open line with words, wrapped at `limit` columns; further lines are indented by `indent`. Closes the
 * last line. */
void page_words(Page *page, int indent, int limit, const char *format, ...) __attribute__((format(printf, 4, 5)));
/* A malloc'd text for page_words and its like; NULL (and a failed page) when memory was short. */
char *page_format(Page *page, const char *format, ...) __attribute__((format(printf, 2, 3)));
/* The whole text, malloc'd; NULL when memory was short. The page is then empty. */
char *page_finish(Page *page);

/* A probability for reading: whole percents, "< 1 %" and "> 99 %" for what is neither impossible nor certain; a dash
 * where there is none. Longest: "> 99 %". */
enum { PERCENT_SIZE = 16 };
const char *page_percent(double share, char text[PERCENT_SIZE]);
/* The same for a table under the heading "percent": "<1", "34", ">99". */
const char *page_bare_percent(double share, char text[PERCENT_SIZE]);

#endif
