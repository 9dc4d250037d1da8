/* SPDX-License-Identifier: GPL-3.0-or-later
 * Reading the outlook JSON for the page. A key that is missing or of another type reads as "not known", never as a
 * fault. */
#include "report/sheet.h"

#include "base/base.h"

#include <math.h>
#include <stdio.h>

double sheet_number(const json_t *object, const char *key) {
    const json_t *value = json_object_get(object, key);
    return json_is_number(value) ? json_number_value(value) : NAN;
}

const char *sheet_text(const json_t *object, const char *key) {
    const char *value = json_string_value(json_object_get(object, key));
    return value ? value : "";
}

const json_t *sheet_part(const Sheet *sheet, const char *key) {
    return json_object_get(sheet->outlook, key);
}

static const char *or_key(const char *name, const char *key) {
    return *name ? name : key;
}

static const json_t *named(const Sheet *sheet, const char *group, const char *key) {
    return json_object_get(json_object_get(sheet_part(sheet, "names"), group), key);
}

const char *sheet_draft_name(const Sheet *sheet, const char *draft) {
    return or_key(sheet_text(json_object_get(sheet_part(sheet, "names"), "drafts"), draft), draft);
}

const char *sheet_party_name(const Sheet *sheet, const char *party) {
    return or_key(sheet_text(named(sheet, "parties", party), "name"), party);
}

const char *sheet_type_name(const Sheet *sheet, const char *party, const char *type) {
    return or_key(sheet_text(json_object_get(named(sheet, "parties", party), "types"), type), type);
}

const char *sheet_rung_name(const Sheet *sheet, const char *party, const char *rung) {
    return or_key(sheet_text(json_object_get(named(sheet, "parties", party), "rungs"), rung), rung);
}

const char *sheet_issue_name(const Sheet *sheet, const char *issue) {
    return or_key(sheet_text(named(sheet, "issues", issue), "name"), issue);
}

const char *sheet_option_name(const Sheet *sheet, const char *issue, const char *option) {
    return or_key(sheet_text(json_object_get(named(sheet, "issues", issue), "options"), option), option);
}

size_t sheet_type_count(const Sheet *sheet, const char *party) {
    return json_object_size(json_object_get(named(sheet, "parties", party), "types"));
}

bool sheet_signs(const Sheet *sheet, const char *party) {
    return json_is_true(json_object_get(named(sheet, "parties", party), "signs"));
}

static const char *write_date(const char *iso, const char *const months[12], char text[DATE_SIZE]) {
    int year = 0, month = 0, day = 0;
    double number;
    if (calendar_parse(iso, &number) && sscanf(iso, "%d-%d-%d", &year, &month, &day) == 3 && month >= 1 && month <= 12)
        snprintf(text, DATE_SIZE, "%d %s %d", day, months[month - 1], year);
    else
        snprintf(text, DATE_SIZE, "%.12s", *iso ? iso : "–");
    return text;
}

const char *sheet_date(const char *iso, char text[DATE_SIZE]) {
    static const char *const months[12] = {"January", "February", "March",     "April",   "May",      "June",
                                           "July",    "August",   "September", "October", "November", "December"};
    return write_date(iso, months, text);
}

const char *sheet_short_date(const char *iso, char text[DATE_SIZE]) {
    static const char *const months[12] = {"Jan", "Feb", "Mar", "Apr", "May", "Jun",
                                           "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"};
    return write_date(iso, months, text);
}

const char *sheet_grouped(double count, char text[GROUPED_SIZE]) {
    char digits[32];
    int length = snprintf(digits, sizeof digits, "%.0f", isnan(count) ? 0 : fmin(fmax(count, 0), 1e18)), at = 0;
    for (int i = 0; i < length; i++) {
        if (i > 0 && (length - i) % 3 == 0) text[at++] = ',';
        text[at++] = digits[i];
    }
    text[at] = '\0';
    return text;
}
