/* SPDX-License-Identifier: GPL-3.0-or-later
 * Reading XML defensively: no network, no external entity, no entity at all, no encoding but
 * UTF-8 (decode.c makes it so). Invariant: the parser stops at a document
 * type declaration before anything of it is acted on, so that no entity is ever declared; libxml2's own limits on depth
 * and length stay in force. */
#include "import/xml.h"

#include <libxml/parser.h>
#include <limits.h>
#include <string.h>

/* Seen by the parser through its own private pointer. */
typedef struct Guard {
    bool has_doctype;
    int line;
} Guard;

static void refuse_doctype(void *context, const xmlChar *name, const xmlChar *external, const xmlChar *system) {
    (void)name, (void)external, (void)system;
    xmlParserCtxtPtr parser = context;
    Guard *guard = parser->_private;
    guard->has_doctype = true;
    guard->line = parser->input ? parser->input->line : 1;
    xmlStopParser(parser);
}

static void keep_quiet(void *context, xmlErrorPtr error) {
    (void)context, (void)error;
}

/* Kept by libxml2 for each thread. */
XmlVoice xml_silence(void) {
    xmlInitParser();
    XmlVoice before = {xmlStructuredErrorContext, xmlStructuredError};
    xmlSetStructuredErrorFunc(NULL, keep_quiet);
    return before;
}

void xml_unsilence(XmlVoice before) {
    xmlSetStructuredErrorFunc(before.context, before.speak);
}

/* The parser's message in one line. */
static void report_syntax(Import *import, const XmlFile *xml, const xmlError *error) {
    BrinkSpan span = file_span(&xml->file);
    char message[200] = "not well formed";
    if (error && error->message) snprintf(message, sizeof message, "%s", error->message);
    for (char *c = message; *c; c++)
        if ((unsigned char)*c < 0x20) *c = ' ';
    size_t length = strlen(message);
    while (length > 0 && message[length - 1] == ' ') message[--length] = '\0';
    if (error && error->line > 0) {
        span.line = error->line;
        span.column = error->int2 > 0 ? error->int2 : 1;
        span.length = 1;
    }
    IMPORT_ERROR(import, DIAGNOSTIC_import_syntax, span, "an XML file is expected; repair it or write it again",
                 "the file is not XML: %s", message);
}

static void report_doctype(Import *import, const XmlFile *xml, const Guard *guard) {
    const char *at = strstr(xml->file.text, "<!DOCTYPE");
    BrinkSpan span =
        at ? file_span_at(&xml->file, at, strlen("<!DOCTYPE")) : (BrinkSpan){xml->file.path, guard->line, 1, 1};
    IMPORT_ERROR(import, DIAGNOSTIC_import_doctype, span, "remove the declaration; write entities out",
                 "the file declares a document type, which could name entities or other files");
}

/* Files of the 2014 competition begin with a comment before the XML declaration, which XML does not allow and GENIUS
 * does not mind. Such a declaration is blanked out, so that all places stay. */
static const char *without_late_declaration(Import *import, const ImportFile *file) {
    const char *at = xml_prologue(file), *start = file->text;
    if (file->length >= 3 && memcmp(start, "\xEF\xBB\xBF", 3) == 0) start += 3;
    const char *end = at > start && strncmp(at, "<?xml", 5) == 0 ? strstr(at, "?>") : NULL;
    if (!end) return file->text;
    char *copy = arena_text_part(import->arena, file->text, file->length);
    if (!copy) import->is_short = true;
    for (const char *c = at; copy && c < end + 2; c++)
        if (*c != '\n') copy[c - file->text] = ' ';
    return copy;
}

/* Past the first `mark` from c on; the end where there is none. */
static const char *skip_past(const char *c, const char *end, const char *mark) {
    size_t length = strlen(mark);
    for (; (size_t)(end - c) >= length; c++)
        if (memcmp(c, mark, length) == 0) return c + length;
    return end;
}

/* Past the tag, or to the next one, which no quoted value may hold; counts its attributes. */
static const char *skip_tag(const char *c, const char *end, int *attributes) {
    char quote = '\0';
    for (c++; c < end && *c != '<' && (quote || *c != '>'); c++) {
        if (*c == quote)
            quote = '\0';
        else if (!quote && (*c == '"' || *c == '\''))
            quote = *c;
        *attributes += !quote && *c == '=';
    }
    return c;
}

/* libxml2 compares every attribute of a tag with every other: a tag of nothing else would take it hours. */
static const char *find_crowded_tag(const ImportFile *file) {
    enum { ATTRIBUTES_MOST = 1000 };
    static const char *const pairs[][2] = {{"<!--", "-->"}, {"<![CDATA[", "]]>"}, {"<?", "?>"}};
    const char *end = file->text + file->length;
    for (const char *c = memchr(file->text, '<', file->length); c; c = memchr(c, '<', (size_t)(end - c))) {
        const char *tag = c;
        int attributes = 0;
        for (size_t i = 0; c == tag && i < sizeof pairs / sizeof *pairs; i++)
            if (strncmp(c, pairs[i][0], strlen(pairs[i][0])) == 0)
                c = skip_past(c + strlen(pairs[i][0]), end, pairs[i][1]);
        if (c == tag) c = skip_tag(c, end, &attributes);
        if (attributes > ATTRIBUTES_MOST) return tag;
        if (c >= end) break;
    }
    return NULL;
}

bool xml_open(Import *import, const char *path, XmlFile *xml) {
    *xml = (XmlFile){0};
    if (!file_load(import, path, &xml->file) || !xml_decode(import, &xml->file) || !file_keep(import, &xml->file))
        return false;
    const char *crowded = find_crowded_tag(&xml->file);
    if (crowded) {
        IMPORT_ERROR(import, DIAGNOSTIC_import_too_large, file_span_at(&xml->file, crowded, 1),
                     "an XML file is expected; no format has tags with more than a dozen attributes",
                     "the tag has more than 1000 attributes");
        return false;
    }
    const char *text = without_late_declaration(import, &xml->file);
    xmlParserCtxtPtr parser = text ? xmlNewParserCtxt() : NULL;
    if (!parser) {
        import->is_short = true;
        return false;
    }
    Guard guard = {0};
    parser->_private = &guard;
    parser->sax->internalSubset = refuse_doctype;
    int options = XML_PARSE_IGNORE_ENC | XML_PARSE_NONET | XML_PARSE_NOCDATA | XML_PARSE_NOERROR | XML_PARSE_NOWARNING |
                  XML_PARSE_BIG_LINES;
    xml->document = xmlCtxtReadMemory(parser, text, (int)xml->file.length, NULL, "UTF-8", options);
    xml->root = xml->document ? xmlDocGetRootElement(xml->document) : NULL;
    if (guard.has_doctype) {
        report_doctype(import, xml, &guard);
        xml->root = NULL;
    } else if (!xml->root) {
        const xmlError *error = xmlCtxtGetLastError(parser);
        if (error && error->code == XML_ERR_NO_MEMORY)
            import->is_short = true;
        else
            report_syntax(import, xml, error);
    }
    xmlFreeParserCtxt(parser);
    return xml->root != NULL;
}

void xml_close(XmlFile *xml) {
    if (xml->document) xmlFreeDoc(xml->document);
    *xml = (XmlFile){0};
}

/* ---- Walking ---- */

bool xml_is(const xmlNode *node, const char *name) {
    return node->type == XML_ELEMENT_NODE && xmlStrcasecmp(node->name, (const xmlChar *)name) == 0;
}

xmlNodePtr xml_child(const xmlNode *node, const char *name, xmlNodePtr after) {
    for (xmlNodePtr child = after ? after->next : node->children; child; child = child->next)
        if (xml_is(child, name)) return child;
    return NULL;
}

int xml_count(const xmlNode *node, const char *name) {
    int count = 0;
    for (xmlNodePtr child = xml_child(node, name, NULL); child; child = xml_child(node, name, child)) count++;
    return count;
}

static xmlAttrPtr find_attribute(const xmlNode *node, const char *name) {
    for (xmlAttrPtr attribute = node->properties; attribute; attribute = attribute->next)
        if (xmlStrcasecmp(attribute->name, (const xmlChar *)name) == 0) return attribute;
    return NULL;
}

const char *xml_text(Import *import, const xmlNode *node, const char *attribute) {
    xmlAttrPtr found = find_attribute(node, attribute);
    if (!found) return NULL;
    xmlChar *value = xmlNodeListGetString(node->doc, found->children, 1);
    const char *text = text_trim(import, value ? (const char *)value : "");
    xmlFree(value);
    return text;
}

/* ---- Places ---- */

static const char *line_start(const ImportFile *file, long line) {
    const char *at = file->text;
    for (long number = 1; number < line && at; number++) {
        at = strchr(at, '\n');
        if (at) at++;
    }
    return at;
}

/* How many elements of the same name stand before this one among its siblings and end their tags on its line. */
static int place_on_line(const xmlNode *node, long line) {
    int place = 0;
    for (xmlNodePtr before = node->prev; before; before = before->prev)
        place +=
            before->type == XML_ELEMENT_NODE && xmlStrEqual(before->name, node->name) && xmlGetLineNo(before) == line;
    return place;
}

/* libxml2 knows the line on which an element's tag ends: the tag is looked for on it, and else on the lines before. */
static const char *find_tag(const XmlFile *xml, const xmlNode *node, long line, const char *start, const char *end) {
    char tag[64];
    int length = snprintf(tag, sizeof tag, "<%s", (const char *)node->name), place = place_on_line(node, line);
    const char *found = NULL;
    if (length < 0 || length >= (int)sizeof tag) return NULL;
    for (const char *c = start; c + length <= end && place >= 0; c++)
        if (memcmp(c, tag, (size_t)length) == 0) {
            found = c;
            place--;
        }
    for (const char *c = start; c > xml->file.text && !found; c--)
        if (c + length <= end && memcmp(c, tag, (size_t)length) == 0) found = c;
    return found;
}

/* The value of an attribute of the tag at `tag`, without its quotes. */
static BrinkSpan value_span(const XmlFile *xml, const char *tag, const char *end, const char *attribute) {
    size_t name = strlen(attribute);
    const char *at = strstr(tag, attribute), *first = at ? at + name + strcspn(at + name, "\"'") : end;
    if (first >= end) return file_span_at(&xml->file, tag, strcspn(tag, " \t\r\n/>"));
    const char *last = strchr(first + 1, *first);
    return file_span_at(&xml->file, first + 1, last && last < end ? (size_t)(last - first - 1) : 1);
}

BrinkSpan xml_span(const XmlFile *xml, const xmlNode *node, const char *attribute) {
    long line = xmlGetLineNo((xmlNodePtr)node);
    bool is_sought = line > 0 && file_may_search(&xml->file);
    const char *start = is_sought ? line_start(&xml->file, line) : NULL, *end = start ? strchr(start, '\n') : NULL;
    if (start && !end) end = xml->file.text + xml->file.length;
    const char *tag = start ? find_tag(xml, node, line, start, end) : NULL;
    if (!tag) return (BrinkSpan){xml->file.path, line > 0 && line < INT_MAX ? (int)line : 1, 1, 1};
    xmlAttrPtr own = attribute ? find_attribute(node, attribute) : NULL;
    if (!own) return file_span_at(&xml->file, tag, strcspn(tag, " \t\r\n/>"));
    return value_span(xml, tag, end, (const char *)own->name);
}

bool xml_number(Import *import, const XmlFile *xml, const xmlNode *node, const char *attribute, bool optional,
                double *value) {
    const char *text = xml_text(import, node, attribute);
    if (import->is_short) return false;
    if (!text) {
        if (!optional)
            IMPORT_ERROR(import, DIAGNOSTIC_import_missing, xml_span(xml, node, NULL), "add the attribute",
                         "the element `%s` needs the attribute `%s`", (const char *)node->name, attribute);
        return false;
    }
    if (number_read(text, value)) return true;
    IMPORT_ERROR(import, DIAGNOSTIC_import_not_a_number, xml_span(xml, node, attribute),
                 "write a finite number, such as 0.5", "the `%s` of `%s` is not a number: `%.60s`", attribute,
                 (const char *)node->name, text);
    return false;
}
