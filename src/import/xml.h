/* SPDX-License-Identifier: GPL-3.0-or-later
 * An XML file as a tree, read so that nothing but its own bytes can matter. Private to the room; the only header that
 * names libxml2. */
#ifndef IMPORT_XML_H
#define IMPORT_XML_H

#include "import/text.h"

#include <libxml/tree.h>
#include <libxml/xmlerror.h>

typedef struct XmlFile {
    ImportFile file;
    xmlDocPtr document;
    xmlNodePtr root; /* NULL where the file could not be read */
} XmlFile;

/* libxml2 prints where memory is short, and the library never prints: to be called around all that follows. */
typedef struct XmlVoice {
    void *context;
    xmlStructuredErrorFunc speak;
} XmlVoice;
XmlVoice xml_silence(void);
void xml_unsilence(XmlVoice before);

/* Makes a loaded file's text UTF-8 without zero bytes; that it is well formed is for the parser to say. False after an
 * error. */
bool xml_decode(Import *import, ImportFile *file);
/* The first place that is neither byte order mark, space nor comment: where the declaration is to be, if any. */
const char *xml_prologue(const ImportFile *file);

/* False after an error; xml_close in any case. */
bool xml_open(Import *import, const char *path, XmlFile *xml);
void xml_close(XmlFile *xml);

bool xml_is(const xmlNode *node, const char *name); /* an element of that name, in any case */
/* The first child element of that name after `after` (NULL: from the start); NULL where there is none. */
xmlNodePtr xml_child(const xmlNode *node, const char *name, xmlNodePtr after);
int xml_count(const xmlNode *node, const char *name);

/* An attribute's text, trimmed, in the arena; NULL where there is none. */
const char *xml_text(Import *import, const xmlNode *node, const char *attribute);
/* The place of an attribute's value, or of the element where `attribute` is NULL or absent. */
BrinkSpan xml_span(const XmlFile *xml, const xmlNode *node, const char *attribute);
/* Reads a number; an error where it is none, or (unless `optional`) missing. True when *value was written. */
bool xml_number(Import *import, const XmlFile *xml, const xmlNode *node, const char *attribute, bool optional,
                double *value);

#endif
