/* SPDX-License-Identifier: GPL-3.0-or-later
 * XML files in other encodings, made UTF-8 before anything looks at them. Only encodings are read in which a byte of
 * ASCII is that character and no other, and UTF-16, so that nothing can hide in one. */
#include "import/xml.h"

#include <errno.h>
#include <iconv.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>

enum { ENCODING_SIZE = 40 };

const char *xml_prologue(const ImportFile *file) {
    const char *at = file->text;
    if (file->length >= 3 && memcmp(at, "\xEF\xBB\xBF", 3) == 0) at += 3;
    for (;;) {
        at += strspn(at, " \t\r\n");
        const char *end = strncmp(at, "<!--", 4) == 0 ? strstr(at + 4, "-->") : NULL;
        if (!end) return at;
        at = end + 3;
    }
}

/* What the declaration calls the encoding; UTF-8 where nothing is said. */
static void read_declared(const ImportFile *file, char encoding[ENCODING_SIZE]) {
    const char *at = xml_prologue(file), *end = strncmp(at, "<?xml", 5) == 0 ? strstr(at, "?>") : NULL;
    const char *name = end ? strstr(at, "encoding") : NULL;
    snprintf(encoding, ENCODING_SIZE, "UTF-8");
    if (!name || name > end) return;
    name += strlen("encoding");
    name += strspn(name, " \t\r\n=");
    if (*name != '"' && *name != '\'') return;
    int length = (int)strcspn(name + 1, "\"'?> \t\r\n");
    snprintf(encoding, ENCODING_SIZE, "%.*s", length, name + 1);
}

/* The encoding by its first bytes, else as declared; *mark: bytes before the text. */
static void find_encoding(const ImportFile *file, char encoding[ENCODING_SIZE], size_t *mark) {
    static const struct {
        const char *bytes, *name;
        size_t length, mark;
    } signs[] = {{"\xFF\xFE", "UTF-16LE", 2, 2}, {"\xFE\xFF", "UTF-16BE", 2, 2},  {"<\0", "UTF-16LE", 2, 0},
                 {"\0<", "UTF-16BE", 2, 0},      {"\xEF\xBB\xBF", "UTF-8", 3, 0}, {"\x4C\x6F\xA7\x94", "EBCDIC", 4, 0}};
    *mark = 0;
    for (size_t i = 0; i < sizeof signs / sizeof *signs; i++)
        if (file->length >= signs[i].length && memcmp(file->text, signs[i].bytes, signs[i].length) == 0) {
            snprintf(encoding, ENCODING_SIZE, "%s", signs[i].name);
            *mark = signs[i].mark;
            return;
        }
    read_declared(file, encoding);
}

static bool begins_with(const char *name, const char *const *starts) {
    for (; *starts; starts++)
        if (strncasecmp(name, *starts, strlen(*starts)) == 0) return true;
    return false;
}

/* `why` has a place for the encoding. */
static bool refuse(Import *import, const ImportFile *file, const char *why, const char *encoding) {
    IMPORT_ERROR(import, DIAGNOSTIC_import_syntax, file_span(file),
                 "save it as UTF-8; UTF-16, ISO-8859 and Windows-125x are read too", why, encoding);
    return false;
}

/* All of `from` in UTF-8 into to[room]; its length, or SIZE_MAX with errno: ENOSYS where nobody knows the encoding. */
static size_t convert(const char *encoding, const char *from, size_t length, char *to, size_t room) {
    iconv_t converter = iconv_open("UTF-8", encoding);
    if ((intptr_t)converter == -1) {
        if (errno == EINVAL) errno = ENOSYS;
        return SIZE_MAX;
    }
    char *in = (char *)from, *out = to; /* iconv reads only */
    size_t failed = iconv(converter, &in, &length, &out, &room);
    int why = errno;
    iconv_close(converter);
    errno = why;
    return failed == (size_t)-1 ? SIZE_MAX : (size_t)(out - to);
}

/* No character of these takes more than three bytes in UTF-8. */
static bool decode(Import *import, ImportFile *file, const char *encoding, size_t mark) {
    size_t room = 3 * file->length + 1;
    char *bytes = malloc(room);
    errno = 0;
    size_t length = bytes ? convert(encoding, file->text + mark, file->length - mark, bytes, room) : SIZE_MAX;
    bool is_unknown = length == SIZE_MAX && errno == ENOSYS, is_bad = length == SIZE_MAX && bytes && errno != ENOMEM;
    const char *text = length < SIZE_MAX ? arena_text_part(import->arena, bytes, length) : NULL;
    free(bytes);
    if (is_bad)
        return refuse(import, file,
                      is_unknown ? "the encoding `%s` is not known here" : "the file is not text in its encoding, `%s`",
                      encoding);
    if (!text) import->is_short = true;
    file->text = text;
    file->length = length;
    return text != NULL;
}

bool xml_decode(Import *import, ImportFile *file) {
    static const char *const single[] = {"ISO-8859-", "ISO8859-", "ISO_8859-", "latin1", "windows-125", "CP125", NULL};
    char encoding[ENCODING_SIZE];
    size_t mark;
    find_encoding(file, encoding, &mark);
    bool is_wide = file->length > 1 && (mark > 0 || file->text[0] == '\0' || file->text[1] == '\0');
    bool is_plain = strcasecmp(encoding, "UTF-8") == 0 || strcasecmp(encoding, "US-ASCII") == 0;
    if (is_wide || begins_with(encoding, single)) {
        if (!decode(import, file, encoding, mark)) return false;
    } else if (!is_plain) {
        return refuse(import, file, "the file says that its encoding is `%s`, which it is not or which is not read",
                      encoding);
    }
    return !memchr(file->text, '\0', file->length) || refuse(import, file, "the file holds zero bytes, which `%s` has no use for", encoding);
}
