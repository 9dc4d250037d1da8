/* SPDX-License-Identifier: GPL-3.0-or-later
 * The two halves of reading GENIUS: domain and profile. Private to the room. */
#ifndef IMPORT_GENIUS_H
#define IMPORT_GENIUS_H

#include "import/xml.h"

/* The element under which issues stand, and that of the utility space; NULL (reported) in a file of another kind. */
xmlNodePtr genius_space(Import *import, const XmlFile *xml);
/* The next issue below `objective` in reading order, however deep its objectives nest; NULL after the last. */
xmlNodePtr genius_next_issue(xmlNodePtr objective, xmlNodePtr after);
/* `discrete`, `integer` or `real`, as the file writes it; NULL where it says nothing. */
const char *genius_kind(Import *import, const xmlNode *issue);
/* The element that carries lowerbound and upperbound. */
xmlNodePtr genius_range(xmlNodePtr issue);

bool genius_read_domain(Import *import, const XmlFile *xml, ImportDomain *domain);
bool genius_read_profile(Import *import, const XmlFile *xml, const ImportDomain *domain, ImportProfile *profile);

#endif
