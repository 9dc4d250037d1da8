/* SPDX-License-Identifier: GPL-3.0-or-later
 * Day numbers from dates and back (algorithm: Hinnant, "chrono-compatible low-level date algorithms", days_from_civil).
 */
#include "base/calendar.h"

#include <ctype.h>
#include <math.h>
#include <string.h>

static long day_number(int year, int month, int day) {
    long shifted = year - (month <= 2);
    long era = (shifted >= 0 ? shifted : shifted - 399) / 400;
    long year_of_era = shifted - era * 400;
    long day_of_year = (153 * (month + (month > 2 ? -3 : 9)) + 2) / 5 + day - 1;
    return era * 146097 + year_of_era * 365 + year_of_era / 4 - year_of_era / 100 + day_of_year - 719468;
}

static void civil_date(long number, int *year, int *month, int *day) {
    long shifted = number + 719468;
    long era = (shifted >= 0 ? shifted : shifted - 146096) / 146097;
    long day_of_era = shifted - era * 146097;
    long year_of_era = (day_of_era - day_of_era / 1460 + day_of_era / 36524 - day_of_era / 146096) / 365;
    long day_of_year = day_of_era - (365 * year_of_era + year_of_era / 4 - year_of_era / 100);
    long month_index = (5 * day_of_year + 2) / 153;
    *day = (int)(day_of_year - (153 * month_index + 2) / 5 + 1);
    *month = (int)(month_index < 10 ? month_index + 3 : month_index - 9);
    *year = (int)(year_of_era + era * 400 + (*month <= 2));
}

bool calendar_parse(const char *text, double *day) {
    static const char shape[] = "0000-00-00";
    if (strlen(text) != sizeof shape - 1) return false;
    for (size_t i = 0; i < sizeof shape - 1; i++)
        if (shape[i] == '0' ? !isdigit((unsigned char)text[i]) : text[i] != shape[i]) return false;
    int year = (text[0] - '0') * 1000 + (text[1] - '0') * 100 + (text[2] - '0') * 10 + text[3] - '0';
    int month = (text[5] - '0') * 10 + text[6] - '0', date = (text[8] - '0') * 10 + text[9] - '0';
    if (year < 1 || month < 1 || month > 12 || date < 1) return false;
    int back_year, back_month, back_day;
    long number = day_number(year, month, date);
    civil_date(number, &back_year, &back_month, &back_day);
    if (back_year != year || back_month != month || back_day != date) return false; /* 31 February and the like */
    *day = (double)number;
    return true;
}

void calendar_format(double day, char text[11]) {
    int year, month, date;
    civil_date((long)floor(day), &year, &month, &date);
    if (year < 0 || year > 9999) year = year < 0 ? 0 : 9999;
    const int parts[] = {year / 1000, year / 100 % 10, year / 10 % 10, year % 10, -1, month / 10, month % 10,
                         -1,          date / 10,       date % 10};
    for (int i = 0; i < 10; i++) text[i] = parts[i] < 0 ? '-' : (char)('0' + parts[i]);
    text[10] = '\0';
}
