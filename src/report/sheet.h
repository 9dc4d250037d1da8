/* SPDX-License-Identifier: GPL-3.0-or-later
 * The outlook JSON while it is written out as text: reading from it without trust, and names for people. Private to the
 * room. */
#ifndef REPORT_SHEET_H
#define REPORT_SHEET_H

#include "report/page.h"

#include <jansson.h>

typedef struct Sheet {
    Page page;
    const json_t *outlook;
    int limit; /* column at which running text wraps: lines of more than some hundred letters are hard to read */
} Sheet;

/* NAN where there is no such number. */
double sheet_number(const json_t *object, const char *key);
/* "" where there is no such text. */
const char *sheet_text(const json_t *object, const char *key);
/* The object under `key` of the outlook itself; NULL where there is none (as json_object_get, NULL is passed on). */
const json_t *sheet_part(const Sheet *sheet, const char *key);

/* Display names; the key itself where the outlook names none. */
const char *sheet_draft_name(const Sheet *sheet, const char *draft);
const char *sheet_party_name(const Sheet *sheet, const char *party);
const char *sheet_type_name(const Sheet *sheet, const char *party, const char *type);
const char *sheet_rung_name(const Sheet *sheet, const char *party, const char *rung);
const char *sheet_issue_name(const Sheet *sheet, const char *issue);
const char *sheet_option_name(const Sheet *sheet, const char *issue, const char *option);
size_t sheet_type_count(const Sheet *sheet, const char *party);
bool sheet_signs(const Sheet *sheet, const char *party);

/* "9 June 2026" and "9 Jun 2026" of "2026-06-09"; what is no date stays as it is (cut to the room). */
enum { DATE_SIZE = 32 };
const char *sheet_date(const char *iso, char text[DATE_SIZE]);
const char *sheet_short_date(const char *iso, char text[DATE_SIZE]);

/* A count in groups of three: "1,234,567". */
enum { GROUPED_SIZE = 48 };
const char *sheet_grouped(double count, char text[GROUPED_SIZE]);

/* The parts of the page below the first screen. */
void sheet_details(Sheet *sheet);

#endif
