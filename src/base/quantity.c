/* SPDX-License-Identifier: GPL-3.0-or-later
 * Numbers with units. A number is: sign, digits with at most one point, exponent; then the unit's own suffix or
 * nothing. The C locale is assumed, as the library never changes it and strtod is given only text of that shape. */
#include "base/quantity.h"

#include <ctype.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>

static const char *const names[] = {
    [UNIT_NONE] = "",     [UNIT_POINTS] = "points",    [UNIT_DAYS] = "days",     [UNIT_KILOGRAM] = "kg",
    [UNIT_FRACTION] = "", [UNIT_SWU_PER_YEAR] = "swu", [UNIT_ROUNDS] = "rounds",
};

const char *unit_name(Unit unit) {
    return names[unit];
}

/* Length of the number at the front of the text, 0 where there is none. */
static size_t number_length(const char *text) {
    size_t at = 0, digits = 0;
    if (text[at] == '+' || text[at] == '-') at++;
    for (; isdigit((unsigned char)text[at]); at++) digits++;
    if (text[at] == '.')
        for (at++; isdigit((unsigned char)text[at]); at++) digits++;
    if (digits == 0) return 0;
    if (text[at] == 'e' || text[at] == 'E') {
        size_t exponent = at + 1;
        if (text[exponent] == '+' || text[exponent] == '-') exponent++;
        if (isdigit((unsigned char)text[exponent]))
            for (at = exponent; isdigit((unsigned char)text[at]);) at++;
    }
    return at;
}

/* Whether `suffix` is the unit's name, in the singular too. */
static bool is_suffix(const char *suffix, Unit unit) {
    const char *name = names[unit];
    size_t length = strlen(name);
    if (length == 0) return false;
    if (strcmp(suffix, name) == 0) return true;
    return name[length - 1] == 's' && strlen(suffix) == length - 1 && strncmp(suffix, name, length - 1) == 0;
}

QuantityError quantity_parse(const char *text, Unit unit, double *value) {
    while (*text == ' ') text++;
    size_t length = number_length(text);
    if (length == 0) {
        const char *word = text + (*text == '-' || *text == '+' || *text == '.');
        bool is_special = strncmp(word, "inf", 3) == 0 || strncmp(word, "nan", 3) == 0 ||
                          strncmp(word, ".inf", 4) == 0 || strncmp(word, ".nan", 4) == 0 ||
                          strncmp(word, "NaN", 3) == 0 || strncmp(word, "Inf", 3) == 0;
        return is_special ? QUANTITY_NOT_FINITE : QUANTITY_NOT_A_NUMBER;
    }
    char *end;
    double number = strtod(text, &end);
    if (end != text + length) return QUANTITY_NOT_A_NUMBER; /* hexadecimal */
    if (!isfinite(number)) return QUANTITY_NOT_FINITE;
    const char *suffix = text + length;
    while (*suffix == ' ') suffix++;
    if (*suffix == '\0') {
        *value = number;
        return QUANTITY_OK;
    }
    if (strcmp(suffix, "%") == 0 && (unit == UNIT_NONE || unit == UNIT_FRACTION))
        number /= 100;
    else if (!is_suffix(suffix, unit))
        return isalpha((unsigned char)*suffix) || *suffix == '%' ? QUANTITY_WRONG_UNIT : QUANTITY_NOT_A_NUMBER;
    *value = number;
    return QUANTITY_OK;
}
